#!/bin/bash
# Databases and key files that are none, are others', damaged, locked or out of space: refused with their code, and left
# as they were. O is the build folder, T an empty folder.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib_bad.sh

is village village
"$V" ledger import tests/data/ledger.csv >/dev/null
"$V" user add clerk --role clerk --scope $AREA >/dev/null
"$V" upstream add up --url https://plates.example/up >/dev/null
is registry_is_whole exits 0 check
keep=$T/keep
mkdir "$keep" "$T/other"
cp "$VHOTEL_DB" "$keep/v.db"
cp "$VHOTEL_KEY_FILE" "$keep/v.key"

again() # the registry as it was, alone in its folder but for its lock
{
	rm -f "$VHOTEL_DB"* "$T/v.key"
	cp "$keep/v.db" "$VHOTEL_DB"
	cp "$keep/v.key" "$T/v.key"
}

# untouched COMMAND...: it succeeds as a case, and no byte of database and key has changed, nor has anything come
# beside them that was not there.
untouched()
{
	(cd "$T" && sha256sum v.db v.key && ls v.*) >"$T/before"
	"$@" || return 1
	(cd "$T" && sha256sum v.db v.key && ls v.*) | diff "$T/before" -
}

# Keys
VHOTEL_DB=$T/other/v.db VHOTEL_KEY_FILE=$T/other/v.key "$V" init >/dev/null 2>&1
again
exits 0 house list
cp "$T/other/v.key" "$T/v.key"
for command in "house list" "house add --address 新9号" "ledger import tests/data/ledger.csv" "backup" "check" "sync run"; do
	is "other_key_refuses_${command%% *}_${command##* }" untouched code wrong_key 1 $command
done
is other_key_makes_no_backup test ! -e "$T/backup"
printf '' >"$T/v.key"
is empty_key_is_refused untouched code key_file 1 house list
head -c 1000000 /dev/zero >"$T/v.key"
is huge_key_is_refused untouched code key_file 1 house list
head -c 63 "$keep/v.key" >"$T/v.key"
is key_without_its_last_letter_is_refused untouched code key_file 1 check
{ cat "$keep/v.key"; echo; } >"$T/v.key"
is key_with_a_line_more_is_refused untouched code key_file 1 check
tr 'A-Za-z' 'N-ZA-Mn-za-m' <"$keep/v.key" >"$T/v.key"
is key_of_other_letters_is_refused untouched code key_file 1 check
for mode in 0644 0640 0604 0660 0602; do
	cp "$keep/v.key" "$T/v.key"
	chmod $mode "$T/v.key"
	is key_of_mode_${mode}_is_refused untouched code key_mode 1 house list
done
rm "$T/v.key"
is missing_key_is_refused code key_file 1 house list
mkdir "$T/v.key"
is key_that_is_a_folder_is_refused code key_file 1 house list
rmdir "$T/v.key"
mkfifo -m 600 "$T/v.key"
is key_that_is_a_pipe_is_refused code key_file 1 house list
again
is the_right_key_opens exits 0 check
is init_spares_what_is_there untouched code exists 1 init

# Six at once make one registry, whose key is the winner's
race()
{
	for round in 1 2 3; do
		rm -rf "$T/race"
		mkdir "$T/race"
		pids=
		for i in 1 2 3 4 5 6; do
			"$V" init --db "$T/race/v.db" --key-file "$T/race/$i.key" >"$T/race/$i.out" 2>&1 &
			pids="$pids $!"
		done
		winner= i=0
		for pid in $pids; do
			i=$((i + 1))
			wait "$pid" && winner="$winner $i"
		done
		[ "$(echo $winner | wc -w)" -eq 1 ] || { echo "winners in round $round: $winner"; return 1; }
		"$V" check --db "$T/race/v.db" --key-file "$T/race/${winner# }.key" || return 1
	done
}
is of_six_who_init_at_once_one_wins race

# Databases
sqlite() # FILE SQL
{
	python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.executescript(sys.argv[2])' "$@"
}

theirs() # NAME CODE EXIT: $T/theirs.db is refused and alone afterwards
{
	sum=$(sha256sum "$T/theirs.db")
	is "$1_is_refused" code "$2" "$3" house list --db "$T/theirs.db"
	is "$1_is_no_place_for_init" sh -c "! '$V' init --db '$T/theirs.db' >/dev/null 2>&1"
	is "$1_is_left_alone" test "$(sha256sum "$T/theirs.db"; ls "$T"/theirs.db?* 2>/dev/null)" = "$sum"
	rm -f "$T"/theirs.db*
}
sqlite "$T/theirs.db" 'CREATE TABLE stay (id INTEGER); INSERT INTO stay VALUES (1)'
theirs database_of_another_program db_foreign 1
sqlite "$T/theirs.db" 'PRAGMA journal_mode = WAL; CREATE TABLE hotel (id INTEGER)'
theirs database_of_another_program_with_a_log db_foreign 1
head -c 9000 tests/e2e/bad_db.sh >"$T/theirs.db"
theirs text db_foreign 1
head -c 16 "$keep/v.db" >"$T/theirs.db"
theirs header_cut_off db_foreign 1
is folder_is_refused code db_open 1 house list --db "$T"
is device_is_refused code db_open 1 house list --db /dev/null
ln -s loop.db "$T/loop.db"
is loop_of_links_is_refused code db_open 75 house list --db "$T/loop.db"
ln -s nowhere.db "$T/dangling.db"
is link_to_nowhere_is_missing code db_missing 1 house list --db "$T/dangling.db"
is and_init_does_not_follow_it sh -c "! '$V' init --db '$T/dangling.db' >/dev/null 2>&1; [ ! -e '$T/nowhere.db' ]"
: >"$T/empty.db"
is empty_file_is_missing code db_missing 1 house list --db "$T/empty.db"

again
sqlite "$VHOTEL_DB" 'PRAGMA user_version = 99'
cp "$VHOTEL_DB" "$T/newer"
is newer_registry_is_refused code db_newer 1 house list
is newer_registry_is_refused_by_init code db_newer 1 init
is newer_registry_is_left_alone cmp "$T/newer" "$VHOTEL_DB"
again
sqlite "$VHOTEL_DB" 'PRAGMA user_version = -1'
is version_that_cannot_be_is_refused code db_corrupt 75 house list

# Damage
for size in 4096 50000 200001; do
	again
	truncate -s $size "$VHOTEL_DB"
	is registry_cut_off_at_$size code db_corrupt 75 house list
done
damaged() # SQL: a cell that the schema forbids, as a broken disk makes it; no command crashes
{
	again
	python3 tests/e2e/bad_cell.py "$VHOTEL_DB" "$@" || return 1
	for command in "check" "house list" "hotel show" "user list" "plates show A00001" "sync status" "sync run --wait 0" \
		"ledger import tests/data/ledger.csv" "backup --out $T/cell.vhb"; do
		timeout 60 "$V" $command >"$T/out" 2>"$T/err"
		case $? in 0 | 1 | 3 | 75) ;; *) echo "$*: $command: $(head -c 300 "$T/err")"; return 1 ;; esac
	done
	rm -f "$T/cell.vhb"
	! "$V" check >"$T/out" 2>&1 || { echo "check sees nothing: $(tail -n 1 "$T/out")"; return 1; }
}
is cell_of_another_kind_crashes_nobody damaged house address "x'00'"
is cell_that_is_not_there_crashes_nobody damaged hotel name NULL
is number_that_is_a_text_crashes_nobody damaged room capacity "'two'"
is person_without_a_name_crashes_nobody damaged person name "x''"
is landlord_without_a_name_crashes_nobody damaged landlord name "x''"
is event_without_a_payload_crashes_nobody damaged event payload "x''"
is upstream_without_a_secret_crashes_nobody damaged upstream secret "x''"
is sealed_field_of_another_row_crashes_nobody damaged person name "(SELECT max(name) FROM landlord)"

# Locks and disks
again
(flock 9 && exec sleep 30) 9>"$VHOTEL_DB.lock" &
holder=$!
for _ in $(seq 50); do
	flock -n "$VHOTEL_DB.lock" true || break
	sleep 0.1
done
is registry_locked_by_another_process_is_busy code busy 75 house add --address 新9号
kill "$holder"
wait "$holder" 2>/dev/null
is registry_let_go_is_not exits 0 house add --address 新9号
cat >"$T/many.py" <<'EOF'
print("门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期")
for i in range(4000):
    print(f"东{i // 10}号,{i % 10 + 1},韦,护照,E{i:08d},2026-01-03")
EOF
full() # the registry may grow by little: the disk is full, nothing is half there, and later it is
{
	again
	rm -f "$VHOTEL_DB"*
	"$V" init >/dev/null 2>&1 && "$V" hotel add --area $AREA >/dev/null 2>&1 || return 1
	before=$(counts)
	(ulimit -f 8 && code disk_full 75 house add --address 新9号) && [ "$before" = "$(counts)" ] || return 1
	python3 "$T/many.py" >"$T/many.csv"
	(ulimit -f 2000 && code disk_full 75 ledger import "$T/many.csv") || return 1
	jq -e '.error.errors[1].code == "partly"' "$T/refused" || return 1
	"$V" check >/dev/null && "$V" ledger import tests/data/ledger.csv >/dev/null
	[ $? -eq 3 ] && "$V" check >/dev/null
}
is full_disk_is_said_and_survived full

# Backups
again
is backup_out exits 0 backup --out "$T/b.vhb"
bytes=$(stat -c %s "$T/b.vhb")
spoilt() # NAME CODE EXIT: $T/spoilt.vhb is not restored, nothing is left of the try
{
	is "$1_is_not_restored" code "$2" "$3" restore "$T/spoilt.vhb" --to "$T/r.db"
	is "$1_leaves_nothing" sh -c "! ls '$T'/r.db* 2>/dev/null"
}
for cut in 0 7 40 1000 $((bytes / 2)) $((bytes - 1)); do
	head -c "$cut" "$T/b.vhb" >"$T/spoilt.vhb"
	spoilt "backup_cut_off_at_$cut" backup 1
done
{ cat "$T/b.vhb"; echo; } >"$T/spoilt.vhb"
spoilt backup_with_a_byte_more backup 1
python3 -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[len(b) // 3] ^= 1
open(sys.argv[2], "wb").write(b)' "$T/b.vhb" "$T/spoilt.vhb"
spoilt backup_with_a_bit_flipped backup 1
cp "$keep/v.db" "$T/spoilt.vhb"
spoilt database_as_a_backup backup 1
rm "$T/spoilt.vhb"
spoilt missing_backup backup 1
is backup_of_another_key_is_not_restored code backup 1 restore "$T/b.vhb" --to "$T/r.db" --key-file "$T/other/v.key"
is backup_is_not_restored_over_a_registry untouched code exists 1 restore "$T/b.vhb"
is backup_does_not_write_over_a_file code exists 1 backup --out "$VHOTEL_DB"
is backup_does_not_write_into_a_file exits 1 backup --out "$VHOTEL_DB/b.vhb"
is whole_backup_is_restored exits 0 restore "$T/b.vhb" --to "$T/r.db"
is what_was_restored_is_whole exits 0 check --db "$T/r.db"
exit $rc
