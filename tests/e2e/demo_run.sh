#!/bin/bash
# The demo as a newcomer meets it: everybody gets in, nobody's data lie in a file, Ctrl-C ends it, the next run goes on.
here=$(cd "$(dirname "$0")" && pwd)
ledger=$here/../../deploy/demo/ledger.csv
. "$here/lib_cli.sh"
alone=$T/var/demo
start() { # starts the demo, waits until it shows its table; sets DEMO, URL
	"$VHOTEL" demo --dir "$alone" --ledger "$ledger" >"$T/out" 2>"$T/demo.err" &
	DEMO=$!
	for _ in $(seq 600); do
		grep -q '^Ctrl-C stops it' "$T/out" && break
		kill -0 $DEMO 2>/dev/null || break
		sleep 0.1
	done
	URL=$(sed -n 's/.* is open at \(.*\)\/$/\1/p' "$T/out")
	[ -n "$URL" ] || { cat "$T/demo.err"; false; }
}
ask() { # PATH [CURL OPTIONS]: status in CODE, body in OUT
	CODE=$(curl -s -m 20 -o "$T/body" -w '%{http_code}' -H 'Accept: application/json' "${@:2}" "$URL$1")
	OUT=$(cat "$T/body") ERR=
}
send() { ask "$1" -H 'Content-Type: application/json' -d "$2" "${@:3}"; }
of() { awk -v who="$1" -v n="$2" '$1 == who && NF == 4 { print $n }' "$T/out"; }
login() { # ROLE: with a code of this moment, made from what the terminal shows
	send /login "{\"login\":\"$(of "$1" 2)\",\"password\":\"$(of "$1" 3)\",\"totp\":\"$(of "$1" 4)\"}" -c "$T/jar.$1"
	is "$CODE" 200
}
children() { pgrep -P "$DEMO"; }

start && grep -q '^ledger .* 300 rooms, 347 people, 13 rows refused' "$T/out"
verdict demo_opens_a_village
grep -qE 'events accepted, 0 left' "$T/out" && [ -s "$alone/plates.pdf" ]
verdict demo_prints_plates_and_syncs
grep -q '█▀' "$T/out"
verdict demo_shows_a_plate_as_text
send /login "{\"login\":\"clerk\",\"password\":\"$(of clerk 3)x\",\"totp\":\"$(of clerk 4)\"}" && is "$CODE" 401
verdict demo_refuses_a_wrong_password
for role in clerk admin head police grid employer auditor; do
	login $role
	verdict "demo_lets_the_${role}_in"
done
ask /h/310116104205/rack -b "$T/jar.clerk" && is "$CODE" 200 && is "$(jq "j['totals']['rooms']")" 300
verdict clerk_sees_the_rack
for who in landlord tenant; do
	token=$(sed -n "/^$who /,\$s/.*\/enrol\///p" "$T/out" | head -n 1)
	send "/enrol/$token" '{"pin":"258036","again":"258036"}' -c "$T/jar.$who" && is "$CODE" 200
	verdict "demo_lets_the_${who}_in"
	send "/enrol/$token" '{"pin":"258036","again":"258036"}' && is "$CODE" 404
	verdict "invitation_of_the_${who}_works_once"
done
ask /me -b "$T/jar.tenant" && is "$(jq "len(j['stays'])")" 1
verdict tenant_sees_himself
plate=$(sed -n 's/.*\(\/R\/[0-9A-Z]*\)$/\1/p' "$T/out")
ask "$plate" -b "$T/jar.police" && is "$(jq "len(j['stays']) > 0 and j['stays'][0]['name'][1:]")" '*'
verdict police_scan_shows_masked_names
ask "$plate" && is "$CODE" 200 && is "$(jq "'stays' in j and len(j['stays'] or []) > 0")" False
verdict stranger_scan_shows_nobody
runs 75 "$VHOTEL" demo --dir "$alone" --ledger "$ledger" && says "another demo"
verdict second_demo_at_the_same_time_is_try_again

kids=$(children)
kill -INT $DEMO
wait $DEMO
is $? 0 && [ -n "$kids" ]
verdict ctrl_c_ends_it_cleanly
# shellcheck disable=SC2086
ps -o pid= -p ${kids//$'\n'/,}
[ $? = 1 ]
verdict nobody_is_left_running
good check --db "$alone/vhotel.db" --deep --json && is "$(jq "j['ok']")" True
verdict demo_registry_is_whole
events=$(jq "j['counts']['stays']")

runs 3 "$VHOTEL" night --db "$alone/vhotel.db" --wait 0 && says "sync failed"
verdict night_keeps_the_demo_while_its_twin_is_away
python3 - "$ledger" >"$T/people" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig")))
head = next(i for i, r in enumerate(rows) if "租客姓名" in r)
columns = [rows[head].index(c) for c in ("房东姓名", "房东电话", "租客姓名", "证件号码", "手机号码")]
print("\n".join(sorted({r[c].strip() for r in rows[head + 1:] for c in columns if len(r) > c and len(r[c].strip()) > 1})))
PY
[ "$(wc -l <"$T/people")" -gt 700 ] && ls "$alone"/backup/*.vhb >/dev/null
verdict there_are_people_to_look_for
grep -rlaFf "$T/people" "$T/var"
[ $? = 1 ]
verdict nobody_is_in_any_file_in_clear
grep -qaFf "$T/people" "$ledger"
verdict the_same_search_finds_them_in_the_ledger

start && ! grep -q '^ledger' "$T/out" && login clerk && ask /h/310116104205/rack -b "$T/jar.clerk" &&
	is "$(jq "j['totals']['rooms']")" 300
verdict second_run_goes_on_with_the_same_data
ask /me -b "$T/jar.tenant" && is "$CODE" 200
verdict who_was_in_stays_in
kill -KILL "$(children | head -n 1)"
wait $DEMO
is $? 75 && grep -q 'has ended' "$T/demo.err"
verdict demo_says_that_a_part_has_died
start
kids=$(children)
kill -KILL $DEMO
wait $DEMO 2>/dev/null
for _ in $(seq 100); do
	# shellcheck disable=SC2086
	ps -o pid= -p ${kids//$'\n'/,} >/dev/null || break
	sleep 0.1
done
# shellcheck disable=SC2086
ps -o pid= -p ${kids//$'\n'/,}
[ $? = 1 ]
verdict killed_demo_leaves_nobody_running
good check --db "$alone/vhotel.db" --json && is "$(jq "j['counts']['stays']")" "$events"
verdict demo_registry_is_still_whole
