#!/bin/bash
# The nightly job: every step once, a failing one beside working ones, never two nights at a time.
. "$(dirname "$0")/lib_cli.sh"
village || exit 1
step() { # NAME FIELD: of the step in OUT
	jq "[s['$2'] for s in j['steps'] if s['step'] == '$1'][0]"
}
day=$(date -d '-9 days' +%F)
gone=$(date -d '-3 days' +%F)
for i in 1 2; do
	doc=$(python3 - $i <<'PY'
import sys
b = "3101991990010110" + sys.argv[1]
print(b + "10X98765432"[sum(int(c) * (1 << 17 - i) for i, c in enumerate(b)) % 11])
PY
	)
	"$VHOTEL" stay in --room 1/10$i --name 周一 --doc-type id_card --doc-no "$doc" --since "$day" --until "$gone" \
		>/dev/null || exit 1
done

good night --json && is "$(jq "j['ok']")" True && is "$(step overdue detail)" "2 new tasks for stays past their end" &&
	is "$(step close result)" ok && is "$(step sync result)" skip && is "$(step erase detail | cut -c1-14)" "0 people erase" &&
	is "$(step backup result)" ok
verdict night_does_every_step
good hotel show --json
events=$(jq "j['sequence']")
good night --json && is "$(step overdue detail)" "0 new tasks for stays past their end" &&
	is "$(step close detail)" "0 hotels closed yesterday's books" && is "$(step backup result)" skip &&
	good hotel show --json && is "$(jq "j['sequence']")" "$events" && is "$(ls backup | wc -l)" 1
verdict second_night_of_a_day_does_nothing_twice
good night && is "$(echo "$OUT" | grep -cE '^[a-z]+ (ok|skip|failed) [0-9.]+s ')" 9
verdict night_says_one_line_a_step

printf '[backup]\ndir = other\nkeep_days = 30\n' >v.conf
rm -r backup
python3 -c 'import sqlite3; c = sqlite3.connect("vhotel.db"); c.execute("DELETE FROM setting WHERE key = ?", ("night/backup",)); c.commit()'
mkdir other
for i in 1 2 3 4 5; do
	touch -d "-4$i days" other/old$i.vhb
done
touch -d "-90 days" other/letter.txt
good night --conf v.conf --json && is "$(step backup result)" ok &&
	is "$(ls other | tr '\n' ' ' | sed 's/vhotel-[0-9-]*/new/')" "letter.txt old1.vhb old2.vhb new.vhb "
verdict night_removes_old_backups_but_never_the_newest_three

python3 -c 'import sqlite3; c = sqlite3.connect("vhotel.db"); c.execute("DELETE FROM setting"
 " WHERE key = ?", ("night/backup",)); c.commit()'
rm -r other
echo no folder >other
runs 3 "$VHOTEL" night --conf v.conf --json && is "$(step backup result)" failed && is "$(step retention result)" ok
verdict night_goes_on_after_a_failing_step
good night --json && is "$(step backup result)" ok
verdict next_night_makes_up_for_it

printf 'whsec_' >secret
head -c 24 /dev/urandom | base64 >>secret
# An upstream that hangs up when it is asked for its keys; then it takes the connection, says so by a file, and
# answers nothing until it is ended.
python3 - >port <<'PY' &
import socket, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
s.accept()[0].close()
held = s.accept()
open("asked", "w").close()
time.sleep(300)
PY
upstream=$!
until [ -s port ] || ! kill -0 $upstream; do sleep 0.05; done
good upstream add up --url "http://127.0.0.1:$(cat port)/upstream/events" --secret "$(cat secret)"
"$VHOTEL" night --wait 1 >first 2>&1 &
first=$!
until [ -e asked ] || ! kill -0 $first; do sleep 0.05; done
runs 75 "$VHOTEL" night && says night_busy
verdict second_night_at_the_same_time_is_try_again
kill $upstream
wait $first
is $? 3 && grep -q '^sync failed' first && grep -q '^backup skip' first
verdict night_says_that_the_upstream_is_silent
good check
verdict registry_is_whole_after_all_nights
