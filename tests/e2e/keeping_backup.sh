#!/bin/bash
# Backups can be restored, with the key or with the sheet alone, and nothing damaged ever is.
. "$(dirname "$0")/lib_cli.sh"
village || exit 1
day=$(date -d '-5 days' +%F)
"$VHOTEL" stay in --room 1/101 --name 韦娜 --doc-type id_card --doc-no 420299196909170721 \
	--phone 14033639716 --since "$day" >/dev/null || exit 1

good backup --out keep/one.vhb --json && is "$(jq "j['counts']['stays']")" 1 && is "$(stat -c %a keep/one.vhb)" 600
verdict backup_is_made
refused exists backup --out keep/one.vhb
verdict backup_never_overwrites
grep -qE '韦娜|420299196909170721|14033639716|东新|SQLite format' keep/one.vhb
[ $? = 1 ]
verdict backup_shows_nothing
good backup && good backup && good backup && good backup list --json && is "$(jq "len(j)")" 3 && good check
verdict backup_finds_its_own_folder_and_a_name_in_every_second

"$VHOTEL" house add --address 后来1号 >/dev/null
refused exists restore keep/one.vhb
verdict restore_refuses_to_replace
before=$("$VHOTEL" hotel show --json)
good restore keep/one.vhb --to trial.db && good check --db trial.db --deep --json && is "$(jq "j['ok']")" True &&
	is "$(jq "j['counts']['houses']")" 1 && good hotel show --json && is "$OUT" "$before"
verdict restore_elsewhere_leaves_the_registry_alone
good hotel show --db trial.db --json
first=$(jq "j['epoch']")
[ "$first" -gt 1 ] && is "$(jq "j['sequence']")" 1
verdict restore_begins_a_new_epoch
sleep 1
"$VHOTEL" serve --listen 127.0.0.1:0 --json >serving 2>/dev/null &
server=$!
for _ in $(seq 500); do [ -s serving ] && break; sleep 0.02; done
refused in_use restore keep/one.vhb --force && kill -0 $server && kill $server
verdict restore_waits_until_nobody_writes_into_the_old_one
wait $server
good hotel show --json && is "$(jq "j['houses']")" 2
verdict restore_that_waited_changed_nothing
good restore keep/one.vhb --force --json
aside=$(jq "j['aside']")
[ -f "$aside" ] && good hotel show --json && [ "$(jq "j['epoch']")" -gt "$first" ] &&
	good hotel show --db "$aside" --json && is "$(jq "j['houses']")" 2
verdict restore_by_force_moves_the_old_one_aside
good stay in --room 1/102 --name 周一 --doc-type id_card --doc-no "$(python3 - <<'PY'
b = "31019919900101101"
print(b + "10X98765432"[sum(int(c) * (1 << 17 - i) for i, c in enumerate(b)) % 11])
PY
)" --since "$day" && good check --deep
verdict restored_registry_goes_on

mkdir other
mv vhotel.key other/was.key
good init --db other/o.db --key-file vhotel.key
refused backup restore keep/one.vhb --to other/x.db && [ ! -e other/x.db ]
verdict restore_refuses_another_key
rm vhotel.key
grep -E '^    [0-9A-Z ]+$' sheet | "$VHOTEL" key recover >/dev/null && good restore keep/one.vhb --to other/x.db &&
	good check --db other/x.db --key-file vhotel.key
verdict sheet_and_backup_are_enough

size=$(stat -c %s keep/one.vhb)
bad=0
for i in 0 1 30 $((size / 3)) $((size / 2)) $((size - 18)) $((size - 1)); do
	cp keep/one.vhb bad.vhb
	chmod 600 bad.vhb
	python3 - bad.vhb "$i" <<'PY'
import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); c = f.read(1)[0]; f.seek(int(sys.argv[2])); f.write(bytes([c ^ 1]))
PY
	runs 1 "$VHOTEL" restore bad.vhb --to bad.db && [ ! -e bad.db ] || bad=1
done
[ $bad = 0 ]
verdict restore_refuses_a_flipped_bit_anywhere
bad=0
for i in 0 1 40 $((size / 2)) $((size - 1)); do
	head -c "$i" keep/one.vhb >bad.vhb
	runs 1 "$VHOTEL" restore bad.vhb --to bad.db && [ ! -e bad.db ] || bad=1
done
[ $bad = 0 ]
verdict restore_refuses_a_cut_at_any_place
refused backup restore none.vhb --to bad.db
verdict restore_names_a_file_that_is_not_there

python3 -c 'import sqlite3; c = sqlite3.connect("vhotel.db"); c.execute("UPDATE stay SET room = 1"); c.commit()'
refused not_whole backup --out keep/broken.vhb && says stay_room && [ ! -e keep/broken.vhb ]
verdict backup_refuses_what_is_not_whole
runs 1 "$VHOTEL" check --json && is "$(jq "j['ok']")" False && is "$(jq "j['broken'][0]['code']")" stay_room
verdict check_says_what_is_broken
mkdir deaf && chmod 500 deaf
if [ "$(id -u)" != 0 ]; then
	runs 75 "$VHOTEL" backup --db trial.db --out deaf/x.vhb
	verdict backup_says_that_it_cannot_write
fi
is "$(find . -name '*.tmp*')" ""
verdict nothing_is_left_lying_about
