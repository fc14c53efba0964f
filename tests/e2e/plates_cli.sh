#!/bin/bash
# The plate commands of the real binary: what is printed decodes, what is revoked is printed no more, and wrong
# plates are refused with their code and change nothing. O is the build folder, T an empty folder.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
V=${VHOTEL:-$(pwd)/$O/vhotel}
made=
[ -n "${T:-}" ] || { T=$(mktemp -d); made=$T; }
trap '[ -z "$made" ] || rm -rf "$made"' EXIT
export VHOTEL_DB=$T/village.db VHOTEL_KEY_FILE=$T/village.key
rc=0

is() # NAME COMMAND...: a case.
{
	name=$1
	shift
	if "$@" >"$T/said" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name"
		head -n 5 "$T/said"
		rc=1
	fi
}

# get FILE KEY: one member of each item, a line each.
get()
{
	python3 -c 'import json, sys
for item in json.load(open(sys.argv[1])):
    print(item[sys.argv[2]])' "$1" "$2"
}

refused() # CODE EXIT COMMAND...: with this code and exit, saying it as JSON.
{
	code=$1 want=$2
	shift 2
	"$V" "$@" --json >"$T/refused" 2>/dev/null
	got=$?
	[ "$got" -eq "$want" ] && grep -q "\"code\":\"$code\"" "$T/refused" || {
		echo "exit $got, $(cat "$T/refused")"
		return 1
	}
}

scan="zbarimg --nodbus -q --raw -Sdisable -Sqrcode.enable"

pictures_decode() # LIST: each file holds its own url.
{
	while IFS=' ' read -r file url; do
		[ "$($scan "$file")" = "$url" ] || { echo "$file is not $url"; return 1; }
	done < <(paste -d ' ' <(get "$1" file) <(get "$1" url))
	[ "$(get "$1" code | sort -u | wc -l)" -eq "$2" ] || { echo "not $2 codes"; return 1; }
}

sheet_decodes() # PDF LIST
{
	pdftoppm -r 150 -gray "$1" "$T/page" || return 1
	diff <($scan "$T"/page-*.pgm | sort) <(get "$2" url | sort)
	same=$?
	rm -f "$T"/page-*
	return $same
}

field() # FILE A B: one member of a member.
{
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))[sys.argv[2]][sys.argv[3]])' "$@"
}

make_village()
{
	"$V" init --public-url https://plates.example && "$V" hotel add --area 310116104205 \
		--desk-phone 021-50199299 --entrusted-by nobody --retention 24 || return 1
	for house in 1 2; do
		"$V" house add --address "东新301$house号" || return 1
		for no in 101 102 201; do
			"$V" room add --house "$house" --no "$no" || return 1
		done
	done
}
is village make_village

"$V" plates print --format png --out "$T/png" --json >"$T/png.json" 2>"$T/log"
is png_of_each_room pictures_decode "$T/png.json" 6
"$V" plates print --format pdf --out "$T/rooms.pdf" --json >"$T/pdf.json" 2>"$T/log"
is sheets_of_rooms sheet_decodes "$T/rooms.pdf" "$T/pdf.json"
is sheets_and_pictures_agree diff <(get "$T/png.json" code) <(get "$T/pdf.json" code)
"$V" plates print --format pdf --houses --out "$T/houses.pdf" --json >"$T/houses.json" 2>"$T/log"
is sheets_of_houses sheet_decodes "$T/houses.pdf" "$T/houses.json"
"$V" plates print --unbound 5 --format png --out "$T/new" --json >"$T/new.json" 2>"$T/log"
is unbound_plates pictures_decode "$T/new.json" 5
lists_the_same() { # what hangs nowhere is what was just made
	"$V" plates list --unbound --json >"$T/list.json" && [ "$(get "$T/list.json" serial | wc -l)" = 5 ] &&
		[ "$(get "$T/list.json" serial)" = "$(get "$T/new.json" serial)" ]
}
is what_hangs_nowhere_is_listed lists_the_same
is two_lists_are_not_one refused usage 2 plates list --unbound --houses

first=$(get "$T/png.json" code | head -n 1)
second=$(get "$T/png.json" serial | sed -n 2p)
new=$(get "$T/new.json" serial | head -n 1)
is show_by_code_typed_badly sh -c "'$V' plates show '$(echo "$first" | tr 'A-Z01' 'a-zol')' | grep -q active"
is show_draws_the_code sh -c "[ \$('$V' plates show $first | grep -c '^██') -ge 16 ]"

"$V" plates revoke "$first" --reason 'torn off' --json >"$T/revoked.json"
is revoke_says_so test "$(field "$T/revoked.json" plate state)" = revoked
is revoked_twice_is_refused refused plate_revoked 1 plates revoke "$first"
"$V" plates replace "$second" --json >"$T/replaced.json"
is replaced_plate_has_the_same_door test "$(field "$T/replaced.json" room id)" = \
	"$(get "$T/png.json" room | sed -n 2p)"
again=$(field "$T/replaced.json" plate serial)
"$V" plates print "$again" --format png --out "$T/one" --json >"$T/one.json" 2>"$T/log"
is one_plate_is_printed_alone pictures_decode "$T/one.json" 1
is one_plate_is_the_one_named test "$(get "$T/one.json" serial)" = "$again"
is revoked_plate_is_not_printed refused plate_revoked 1 plates print "$second" --out "$T/gone.pdf"
is one_plate_is_not_many refused usage 2 plates print "$again" --unbound 2 --out "$T/gone.pdf"
"$V" plates bind "$new" --house 1 --room 101 --json >"$T/bound.json"
is bound_plate_hangs_at_its_door test "$(field "$T/bound.json" room id)" = \
	"$(get "$T/png.json" room | head -n 1)"
is bound_twice_is_refused refused plate_bound 1 plates bind "$new" --house 2 --room 101

"$V" plates print --format png --out "$T/after" --json >"$T/after.json" 2>"$T/log"
is six_doors_again pictures_decode "$T/after.json" 6
is revoked_code_is_gone sh -c "! grep -q $first '$T/after.json'"
is replaced_serial_is_gone sh -c "! grep -q $second '$T/after.json'"

last=${first%?}
case "$first" in *0) last=${last}1 ;; *) last=${last}0 ;; esac
is mistyped_code_is_refused refused plate_unknown 1 plates show "$last"
is no_code_is_refused refused plate_unknown 1 plates show nonsense
is house_that_is_not_there refused house 1 plates bind "$(get "$T/new.json" serial | tail -n 1)" --house 9
is room_that_is_not_there refused room 1 plates bind "$(get "$T/new.json" serial | tail -n 1)" --house 1 --room 9
is unknown_format_is_usage refused usage 2 plates print --format gif --out "$T/x"
is out_is_needed refused usage 2 plates print
is nowhere_to_write refused write 75 plates print --format pdf --out "$T/no/such/place.pdf"
is folder_is_no_file refused write 75 plates print --format pdf --out "$T/png"
is device_is_no_file refused write 75 plates print --format pdf --out /dev/null
is device_is_still_there test -c /dev/null
exit $rc
