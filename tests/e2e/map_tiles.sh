#!/bin/bash
# Tiles of the map through the server: good ones once, none from a host that redirects, floods, lies or is dead, and
# while a slow one is waited for the others are answered.
. "$(dirname "$0")/lib_serve.sh"
here=$(dirname "${BASH_SOURCE[0]}")
failed=0
ok() { # NAME CONDITION…
	local name=$1
	shift
	if "$@"; then echo "ok $name"; else failed=1; echo "not ok $name"; fi
}
tile() { # TOKEN Z/X/Y: prints "STATUS TYPE BYTES"
	curl -s -o "$T/tile" -w '%{http_code} %{content_type} %{size_download}' -m 20 \
		-H "Authorization: Bearer $1" "http://$ADDR/tiles/$2"
}
is() { [ "$1" = "$2" ] || { note "$1 is not $2"; return 1; }; }
starts() { [ "${1#"$2"}" != "$1" ] || { note "$1 does not start with $2"; return 1; }; }
ms() { date +%s%3N; }

registry 20 || { echo "not ok registry"; exit 1; }
HEAD=$(account head head)
AUDITOR=$("$VHOTEL" user add auditor --role auditor >/dev/null && "$VHOTEL" user token auditor)
python3 "$here/map_tiles.py" >"$T/host.out" 2>"$T/host.err" &
HOST=$!
trap 'kill $HOST 2>/dev/null; hang_up' EXIT
for _ in $(seq 300); do [ -s "$T/host.out" ] && break; sleep 0.02; done
PORT=$(head -n 1 "$T/host.out")

printf '[map]\ntiles = http://127.0.0.1:%s/{z}/{x}.png\n' "$PORT" >"$T/bad.conf"
chmod 600 "$T/bad.conf"
"$VHOTEL" serve --conf "$T/bad.conf" --listen 127.0.0.1:0 >"$T/bad.out" 2>&1 && bad=0 || bad=$?
ok an_address_without_y_does_not_start [ "$bad" != 0 ]
printf '[map]\ntiles = http://tiles.vh.cn/{z}/{x}/{y}.png\n' >"$T/bad.conf"
"$VHOTEL" serve --conf "$T/bad.conf" --listen 127.0.0.1:0 >"$T/bad.out" 2>&1 && bad=0 || bad=$?
ok plain_http_to_another_machine_does_not_start [ "$bad" != 0 ]
printf '[map]\ntiles = http://127.0.0.1:%s/{z}/{x}/{y}.png\ndatum = bd09\n' "$PORT" >"$T/bad.conf"
"$VHOTEL" serve --conf "$T/bad.conf" --listen 127.0.0.1:0 >"$T/bad.out" 2>&1 && bad=0 || bad=$?
ok a_datum_that_we_do_not_know_does_not_start [ "$bad" != 0 ]

printf '[map]\ntiles = http://127.0.0.1:%s/{z}/{x}/{y}.png\ndatum = gcj02\ncredit = <b>test</b>\n' "$PORT" >"$T/map.conf"
chmod 600 "$T/map.conf"
serve --conf "$T/map.conf" --threads 6 || { echo "not ok serve"; exit 1; }

good=$(tile "$HEAD" 16/5/6)
ok a_good_tile_comes starts "$good" "200 image/png"
ok the_same_bytes_come_again is "$(tile "$HEAD" 16/5/6)" "$good"
ok it_was_fetched_once is "$(grep -c '^/16/5/6.png' "$T/host.out")" 1
ok the_host_learns_no_cookie is "$(grep '^/16/5/6.png' "$T/host.out")" "/16/5/6.png vhotel None"
ok a_stranger_gets_none starts "$(tile no-token 16/5/6)" 401
ok who_may_not_see_the_rack_gets_none starts "$(tile "$AUDITOR" 16/5/6)" 403
for path in 19/0/0 2/4/0 2/0/-1 2/0/0.png 2/00/0 a/0/0 2/0/1e0; do
	ok "out_of_range_${path//[^a-z0-9]/_}" starts "$(tile "$HEAD" $path)" 404
done
asked=$(wc -l <"$T/host.out")
ok nothing_out_of_range_was_asked_for is "$asked" 2

ok a_missing_tile_is_404 starts "$(tile "$HEAD" 17/9/0)" 404
ok a_redirect_is_not_followed starts "$(tile "$HEAD" 17/2/0)" 503
ok nothing_was_asked_for_behind_it is "$(grep -c '^/16/1/1.png' "$T/host.out")" 0
start=$(ms)
ok a_flood_is_cut_off starts "$(tile "$HEAD" 17/3/0)" 503
ok it_is_cut_off_soon [ $(($(ms) - start)) -lt 4000 ]
# Good again in between: three failures in a row are a rest.
ok a_good_one_between starts "$(tile "$HEAD" 16/5/7)" 200
ok what_is_no_picture_is_not_passed_on starts "$(tile "$HEAD" 17/4/0)" 503
ok no_script_came_through [ "$(grep -c script "$T/tile")" = 0 ]
ok a_good_one_again starts "$(tile "$HEAD" 16/5/8)" 200

# Two hands (six threads) wait for the slow one; a third reader is sent away, and pages are answered.
start=$(ms)
tile "$HEAD" 17/1/1 >"$T/slow1" &
one=$!
tile "$HEAD" 17/1/2 >"$T/slow2" &
two=$!
sleep 0.5
ok a_third_is_told_to_come_again starts "$(tile "$HEAD" 17/1/3)" 503
ok pages_are_answered_meanwhile [ -n "$(get "$HEAD" "/h/$HOTEL/figures")" ]
ok nobody_waited_for_the_slow_one [ $(($(ms) - start)) -lt 3000 ]
wait $one
wait $two
ok a_slow_tile_ends_in_time [ $(($(ms) - start)) -lt 7000 ]
ok a_slow_tile_is_none starts "$(cat "$T/slow1")" 503

# A dead host: tried until it has failed three times, then left alone; what is kept still comes.
kill $HOST
wait $HOST 2>/dev/null
for y in 20 21 22 23; do tile "$HEAD" 16/9/$y >/dev/null; done
start=$(ms)
for y in $(seq 30 60); do tile "$HEAD" 16/9/$y >"$T/dead"; done
ok a_dead_host_costs_nobody_time [ $(($(ms) - start)) -lt 3000 ]
ok a_dead_host_is_503 starts "$(cat "$T/dead")" 503
ok what_is_kept_comes_all_the_same is "$(tile "$HEAD" 16/5/6)" "$good"
ok a_log_names_no_address [ "$(grep -c "127.0.0.1:$PORT" "$T/serve.log")" = 0 ]
hang_up
exit $failed
