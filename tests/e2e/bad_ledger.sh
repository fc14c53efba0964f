#!/bin/bash
# Ledgers that no clerk makes: each is refused by its code in time and in little memory, and changes nothing; what only
# looks bad is read. O is the build folder, T an empty folder.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib_bad.sh
MOST_KB=${MOST_KB:-200000}

is village village
mkdir "$T/l"
is ledgers python3 tests/e2e/bad_ledger.py "$T/l"

refused() # FILE CODE: dry and in earnest, the same
{
	for how in --dry-run ""; do
		/usr/bin/env time -f %M -o "$T/kb" timeout 60 "$V" ledger import "$1" $how --json >"$T/refused" 2>"$T/err"
		got=$?
		told=$(jq -r .error.code "$T/refused")
		[ "$got" -eq 1 ] && [ "$told" = "$2" ] || {
			echo "exit $got, code $told: $(head -c 300 "$T/refused") $(head -c 300 "$T/err")"
			return 1
		}
		kb=$(tail -n 1 "$T/kb")
		[ "$kb" -le "$MOST_KB" ] || { echo "$kb KB"; return 1; }
	done
}
before=$(counts)
for file in "$T"/l/sheet_*; do
	name=$(basename "$file")
	name=${name#*.}
	is "$(echo "$name" | tr . _)_is_refused" refused "$file" "$(basename "$file" ".$name")"
done
is folder_is_refused refused "$T/l" sheet_file
is device_is_refused refused /dev/zero sheet_file
mkfifo "$T/fifo"
is pipe_is_refused refused "$T/fifo" sheet_file
is missing_file_is_refused refused "$T/none.csv" sheet_file
truncate -s 70M "$T/large.csv"
is file_over_the_limit_is_refused refused "$T/large.csv" sheet_limit
is nothing_was_taken_in test "$before" = "$(counts)"

taken() # FILE: no row refused, dry and in earnest and again, when nothing changes
{
	for how in --dry-run ""; do
		timeout 60 "$V" ledger import "$1" $how --json >"$T/taken" 2>"$T/err" &&
			jq -e '.refused == [] and .stays >= 1' "$T/taken" || { cat "$T/taken" "$T/err"; return 1; }
	done
	"$V" ledger import "$1" --json | jq -e '.refused == [] and .stays == 0 and .rooms == 0 and .houses == 0'
}
for file in "$T"/l/ok.*; do
	name=$(basename "$file")
	is "$(echo "${name#ok.}" | tr . _)_is_taken" taken "$file"
done
is nobody_is_in_the_clear sh -c "! grep -aqE '韦娜|محمد|14033639716|42029919900101' '$VHOTEL_DB' '$VHOTEL_DB-wal'"
exported() # KIND: an export changes nothing when it is fed again, and holds no formula
{
	"$V" ledger export "$T/out.$1" --reason test || return 1
	! grep -aqE '(^|,)"?[=@]' "$T/out.$1" || return 1
	"$V" ledger import "$T/out.$1" --json | jq -e '.refused == [] and .stays == 0 and .rooms == 0 and .houses == 0'
}
is csv_comes_back exported csv
is xlsx_comes_back exported xlsx
is registry_is_whole exits 0 check
exit $rc
