#!/bin/bash
# Command lines that nobody should type, and streams that nobody listens to: each is refused with its code and changes
# nothing. O is the build folder, T an empty folder.
cd "$(dirname "$0")/../.." || exit 1
. tests/e2e/lib_bad.sh

is village village
before=$(counts)
huge=$(head -c 120000 /dev/zero | tr '\0' x)
long=$(printf '韦%.0s' $(seq 65))
bad=$'\xff\xfe'

# Options
is unknown_option_is_usage code usage 2 house list --nonsense
is unknown_option_before_json_is_usage exits 2 house list --nonsense --json
is and_says_so_as_json jq -e '.error.code == "usage"' "$T/out"
is json_twice_is_usage code usage 2 house list --json
is missing_value_is_usage exits 2 house list --hotel
is flag_with_a_value_is_usage exits 2 house list --json=yes
is missing_argument_is_usage code usage 2 stay show
is too_many_arguments_are_usage code usage 2 stay show 1 2
is no_command_is_usage exits 2 ''
is command_that_is_not_there_is_usage exits 2 "$huge"
is and_is_not_repeated_whole test "$(wc -c <"$T/err")" -lt 1000
is half_a_command_is_usage exits 2 house
is half_a_command_is_usage_in_json code usage 2 house nothing
is no_command_is_usage_in_json code usage 2 nothing
is empty_db_is_not_the_default code usage 2 house list --db ''
is empty_key_file_is_not_the_default code usage 2 house list --key-file=
is empty_out_is_usage code usage 2 backup --out ''
is empty_body_is_usage code usage 2 stay in --room 1/101 --body ''
for number in '' ' 5' +5 5x 0x5 1e1 -5 0 65 99999999999999999999 "$bad"; do
	is "capacity_$(printf %s "$number" | tr -c 'a-z0-9\n' _)_is_usage" \
		code usage 2 room add --house 1 --no 9 --capacity "$number"
done
is argument_of_a_megabyte_is_refused code address 1 house add --address "$huge"
is login_of_a_megabyte_is_refused code login_form 1 user add "$huge" --role clerk --scope $AREA
is url_of_a_megabyte_is_refused code url 1 upstream add up --url "https://$huge"
is plate_of_a_megabyte_is_refused code plate_unknown 1 plates show "$huge"
is path_with_a_newline_is_missing code db_missing 1 house list --db "$T/a
b"

# Texts
is name_without_a_letter_is_missing code name 1 stay in --room 1/101 --name $' \u200b\u202e' \
	--doc-type passport --doc-no E12345678 --since 2026-11-20
is name_of_65_is_too_long code name 1 stay in --room 1/101 --name "$long" \
	--doc-type passport --doc-no E12345678 --since 2026-11-20
is name_that_is_not_utf8_is_refused code utf8 1 stay in --room 1/101 --name "$bad" --doc-type passport \
	--doc-no E12345678 --since 2026-11-20
for text in home employer relation; do
	is "$text"_that_is_not_utf8_is_refused code utf8 1 stay in --room 1/101 --name 韦 --doc-type passport \
		--doc-no E12345678 --since 2026-11-20 --$text "$bad"
done
is address_that_is_not_utf8_is_refused code utf8 1 house add --address "$bad"
is id_that_is_not_utf8_is_refused_in_json_that_is code usage 2 stay show "$bad"
is phone_in_scientific_notation_is_refused code phone 1 house add --address 新1号 --landlord 韦 \
	--phone 1.38E+10
is day_that_is_none_is_refused code date 1 stay in --room 1/101 --name 韦 --doc-type passport \
	--doc-no E12345678 --since 2026-02-30
is move_in_in_two_years_is_refused code date 1 stay in --room 1/101 --name 韦 --doc-type passport \
	--doc-no E12345678 --since "$(date -d '+2 years' +%F)"
is end_before_beginning_is_refused code until 1 stay in --room 1/101 --name 韦 --doc-type passport \
	--doc-no E12345678 --since 2026-11-20 --until 2026-11-19
is room_that_is_not_there_is_refused code not_found 1 stay in --room 1/999 --name 韦 \
	--doc-type passport --doc-no E12345678 --since 2026-11-20

# Bodies
body() # CODE EXIT TEXT
{
	printf "$3" | code "$1" "$2" stay in --room 1/101 --body -
}
whole='"name":"韦","doc_type":"passport","doc_no":"E12345678","since":"2026-11-20"'
is body_that_is_no_json_is_refused body json 1 'name=韦'
is body_that_is_cut_off_is_refused body json 1 '{"name":"韦"'
is body_that_is_no_object_is_refused body json 1 '[]'
is body_with_a_nul_is_refused body json 1 '{"name":"a\\u0000b"}'
is body_with_half_a_surrogate_is_refused body json 1 '{"name":"\\ud83d"}'
is body_that_is_not_utf8_is_refused body json 1 '{"name":"\xff"}'
is body_with_a_member_twice_is_refused body json_twice 1 "{$whole,\"name\":\"娜\"}"
is body_that_is_deep_is_refused body json_depth 1 "$(printf '[%.0s' $(seq 5000))"
is body_with_a_field_nobody_knows_is_refused body unknown_field 1 "{$whole,\"rooom\":\"x\"}"
is body_that_names_another_hotel_is_refused body unknown_field 1 "{$whole,\"hotel\":\"x\"}"
is body_with_a_day_as_a_number_is_refused body type 1 "{$whole,\"until\":20271120}"
is body_with_a_flag_as_a_text_is_refused body type 1 "{$whole,\"lessee\":\"yes\"}"
is body_with_a_number_of_many_digits_is_refused body json 1 "{\"until\":0.$(printf '1%.0s' $(seq 99))}"
head -c 400000 /dev/zero | tr '\0' '[' >"$T/body"
is body_over_the_limit_is_refused code file 1 stay in --room 1/101 --body "$T/body"
head -c 40000000 /dev/zero | gzip -9 >"$T/body.gz"
is body_that_unpacks_over_the_limit_is_refused code file 1 stay in --room 1/101 --body "$T/body.gz"

# Streams
closed() # EXIT COMMAND...: with the three standard streams closed, the registry holds
{
	want=$1
	shift
	timeout 60 "$V" "$@" <&- >&- 2>&-
	got=$?
	[ "$got" -eq "$want" ] && [ ! -s "$VHOTEL_DB.lock" ]
}
is closed_streams_spare_the_registry closed 75 house list
is closed_streams_spare_the_registry_when_refused closed 1 house add --address ''
is closed_input_is_no_password code password 1 user password nobody
is full_disk_behind_the_answer_is_said sh -c "'$V' house list >/dev/full; [ \$? -eq 75 ]"
is full_disk_behind_the_help_is_said sh -c "'$V' help >/dev/full; [ \$? -eq 75 ]"
for i in $(seq 40); do
	echo "东新$((4000 + i))号" # enough lines that the pipe of the reader who left matters
done | while read -r address; do "$V" house add --address "$address" >/dev/null; done
is reader_that_leaves_gets_his_line test "$("$V" house list | head -n 1 | wc -l)" -eq 1
is reader_that_leaves_is_no_crash sh -c "'$V' house list --json | true; '$V' check >/dev/null"

# Plates and strange doors
"$V" room add --house 1 --no 1101 >/dev/null && "$V" room add --house 1 --no 1-101 >/dev/null
"$V" plates print --unbound 1 --format svg --out "$T/new" --json >"$T/new.json" 2>/dev/null
new=$(jq -r '.[0].serial' "$T/new.json")
is plate_hangs_at_the_door_that_was_said sh -c "'$V' plates bind $new --house 1 --room 1-101 --json |
	jq -e '.room.no == \"1-101\"'"
plates()
{
	"$V" check --json | jq .counts.plates
}
had=$(plates)
: >"$T/file"
ln -s "$T/nowhere" "$T/link"
for out in "$T/file" /dev/null "$T/no/such" "$T/link" /proc/self "$T/$huge"; do
	is "unbound_plates_are_not_made_for_$(printf %.20s "${out#"$T"}" | tr -c 'a-z\n' _)" \
		code write 75 plates print --unbound 3 --format svg --out "$out"
done
is no_plate_was_made_for_nothing test "$(plates)" = "$had"
mkdir "$T/shared"
echo precious >"$T/precious"
serial=$("$V" plates print --format svg --out "$T/first" --json 2>/dev/null | jq -r '.[0].serial')
ln -s "$T/precious" "$T/shared/$serial.svg.tmp"
ln -s "$T/precious" "$T/shared/$serial.svg"
is plates_are_printed_beside_links exits 0 plates print --format svg --out "$T/shared"
is and_not_through_them test "$(cat "$T/precious")" = precious
is bytes_that_are_no_conf_are_refused exits 1 house list --conf /dev/zero
printf '[serve]\nlisten = a\0b\n' >"$T/conf"
is conf_with_a_nul_is_refused exits 1 house list --conf "$T/conf"
is conf_that_is_a_folder_is_refused exits 75 house list --conf "$T"
is conf_with_a_key_nobody_knows_is_refused sh -c "echo '[serve2]
listen = a' >'$T/conf'; '$V' house list --conf '$T/conf' --json | jq -e '.error.code == \"conf\"'"

after=$(counts)
is nothing_was_registered test "$(echo "$before" | jq .stays)" = "$(echo "$after" | jq .stays)"
exit $rc
