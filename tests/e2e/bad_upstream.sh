#!/bin/bash
# An upstream from hell: whatever it answers, nothing is taken for accepted that it did not say, sync ends in time and in
# little memory, and all goes up in the end, to one that answers well. O is the build folder, T an empty folder.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib_bad.sh
EVENTS=30
MOST_KB=${MOST_KB:-120000}
server= other=

stop()
{
	for pid in $server $other; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	server= other=
}
trap 'stop; [ -z "$made" ] || rm -rf "$made"' EXIT

listen() # MODE FILE: its process in $started, its port in FILE
{
	rm -f "$2" "$2.hits"
	python3 tests/e2e/bad_upstream.py "$1" "$2" "$2.hits" 2>"$T/server.err" &
	started=$!
	for _ in $(seq 100); do
		[ -s "$2" ] && return 0
		sleep 0.05
	done
	return 1
}

point() # MODE: the upstream is of this mode now
{
	stop
	listen "$1" "$T/port" || return 1
	server=$started
	"$V" upstream amend district --url "http://127.0.0.1:$(cat "$T/port")/up" >/dev/null
}

hits()
{
	stat -c %s "$T/$1.hits" 2>/dev/null || echo 0
}

# survives MODE [EXIT]: one request is made and nothing is settled by it.
survives()
{
	cp "$T/keep.db" "$VHOTEL_DB" && rm -f "$VHOTEL_DB"-wal "$VHOTEL_DB"-shm
	point "$1" || return 1
	/usr/bin/env time -f '%M' -o "$T/kb" timeout 20 "$V" sync run --wait 0 --timeout 1 --json >"$T/sum" 2>"$T/err"
	got=$?
	[ "$got" -eq 75 ] || { echo "exit $got: $(cat "$T/sum") $(tail -n 3 "$T/err")"; return 1; }
	jq -e ".accepted == 0 and .duplicate == 0 and .rejected == 0 and .dead == 0 and .left >= $EVENTS" "$T/sum" || return 1
	[ "$(hits port)" -ge 1 ] || { echo "it was not asked"; return 1; }
	kb=$(tail -n 1 "$T/kb")
	[ "$kb" -le "$MOST_KB" ] || { echo "$kb KB"; return 1; }
	"$V" check >/dev/null
}

is village village
"$V" upstream add district --url http://127.0.0.1:1/up >/dev/null
is events "$O/tests/e2e/mkevents" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA $EVENTS 30
cp "$VHOTEL_DB" "$T/keep.db"

listen good "$T/elsewhere" && other=$started
REDIRECT=http://127.0.0.1:$(cat "$T/elsewhere")/up
export REDIRECT
for mode in huge_body endless_body slow_bytes slow_headers endless_headers endless_header endless_interim silence \
	no_status noise nul status_0 status_999 status_word switch redirect negative_length two_lengths short_body \
	huge_chunk chunk_of_nothing gzip gzip_bomb transfer_bomb deep digits results_object results_null results_mixed \
	array ids_as_numbers ids_of_others told_twice twice_the_member status_of_case not_utf8 retry_never retry_before \
	retry_long_ago retry_words; do
	spared=$other
	other= # stop() ends the upstream alone
	is "$mode" survives $mode
	other=$spared
done
is redirect_was_not_followed test "$(hits elsewhere)" -eq 0

cp "$T/keep.db" "$VHOTEL_DB" && rm -f "$VHOTEL_DB"-wal "$VHOTEL_DB"-shm
is good_upstream_gets_all sh -c "$(declare -f stop listen point); V='$V' T='$T' other= server=; point good &&
	'$V' sync run --wait 5 --json | jq -e '.left == 0 and .accepted >= $EVENTS'; rc=\$?; stop; exit \$rc"

# https: who cannot prove that he is the one gets not a byte of anybody
unsent() # MODE URL
{
	cp "$T/keep.db" "$VHOTEL_DB" && rm -f "$VHOTEL_DB"-wal "$VHOTEL_DB"-shm
	stop
	listen "$1" "$T/port" || return 1
	server=$started
	"$V" upstream amend district --url "https://$2:$(cat "$T/port")/up" >/dev/null || return 1
	timeout 20 "$V" sync run --wait 0 --timeout 2 --json >"$T/sum" 2>"$T/err"
	[ $? -eq 75 ] && jq -e ".sent == 0 and .accepted == 0 and .left >= $EVENTS" "$T/sum" && [ "$(hits port)" -eq 0 ]
}
if openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
	-keyout "$T/tls.key" -out "$T/tls.crt" 2>"$T/openssl.err"; then
	cat "$T/tls.key" "$T/tls.crt" >"$T/tls.pem"
	export CERT=$T/tls.pem
	is certificate_of_nobody_is_not_told_anything unsent good localhost
	unset CERT
	is plain_answers_to_tls_are_not_told_anything unsent good localhost
else
	echo "skip tls no openssl: $(head -n 1 "$T/openssl.err")"
fi

# Addresses that are none of an upstream
for url in http://example.com/ http://127.0.0.1.example.com/ http://localhost.evil/ ftp://127.0.0.1/ file:///etc/passwd \
	gopher://127.0.0.1/ https://user:pw@plates.example/ http://user@127.0.0.1/ 'http://127.0.0.1/#x' '' plates.example \
	'http://[::ffff:10.0.0.1]/' http://0.0.0.0/ http://169.254.169.254/ 'http://127.0.0.1@10.0.0.1/' \
	'https://plates.example/ x' $'https://plates.example/\r\nX: y' 'http:\\127.0.0.1\@10.0.0.1/' 'https://'; do
	is "address_$(printf %s "$url" | tr -c 'a-zA-Z0-9.' _)_is_refused" code url 1 upstream amend district --url "$url"
done
for secret in '' whsec_ whsec_c2hvcnQ= whsec_%%%% "whsec_$(head -c 99 /dev/zero | base64 -w 0)" \
	"$(head -c 32 /dev/zero | base64)" 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA x'; do
	is "secret_$(printf %.20s "$secret" | tr -c 'a-zA-Z0-9' _)_is_refused" \
		code secret 1 upstream amend district --secret "$secret"
done
is name_of_an_upstream_is_a_word code name 1 upstream add '../../x' --url https://plates.example
exit $rc
