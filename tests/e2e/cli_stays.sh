#!/bin/bash
# People in and out by commands, accounts, and what each may see.
. "$(dirname "$0")/lib_cli.sh"
village || exit 1

one='--name 韦娜 --doc-type id_card --doc-no 420299196909170721 --phone 14033639716'
day=$(date -d '-5 days' +%F)
today=$(TZ=Asia/Shanghai date +%F)
# shellcheck disable=SC2086
good stay in --room 1/101 $one --since "$day" --lessee --json && is "$(jq "j['state']")" pending
verdict stay_in_registers
id=$(jq "j['id']")
# shellcheck disable=SC2086
refused in_this_room stay in --room 1/101 $one --since "$day"
verdict stay_in_refuses_the_same_twice
# shellcheck disable=SC2086
refused already_in stay in --room 1/102 $one --since "$day"
verdict stay_in_refuses_a_person_who_is_in
# shellcheck disable=SC2086
good stay in --room 1/102 $one --since "$day" --anyway --json && is "$(jq "j['state']")" contested
verdict stay_in_files_it_anyway_as_contested
contested=$(jq "j['id']")
printf '{"name":"阿依古丽·买买提","doc_type":"none","guardian":"1","since":"%s"}' "$day" >body.json
runs 1 "$VHOTEL" stay in --room 1/102 --body body.json
verdict stay_in_refuses_a_guardian_who_is_nobody
printf '{"name":"周一","doc_type":"id_card","doc_no":"420299196909170722","since":"%s"}' "$day" >body.json
refused doc_check stay in --room 1/102 --body body.json
verdict stay_in_refuses_a_wrong_check_digit
runs 1 sh -c "echo '{\"name\":1,\"name\":2}' | '$VHOTEL' stay in --room 1/102 --body -" && says json_twice
verdict stay_in_refuses_a_name_twice_in_json
refused not_found stay in --room 1/999 --name 周一 && refused not_found stay in --room 9/1 --name 周一
verdict stay_in_refuses_a_room_that_is_not_there
usage stay in --name 周一 && usage stay out && usage stay out x
verdict stay_without_room_or_id_is_usage

good stay show "$id" --json && is "$(jq "j['name']")" '韦*' && is "$(jq "j['doc_no']")" '**************0721'
verdict stay_show_masks
refused not_found stay show 99
verdict stay_show_refuses_what_is_not_there
good stay verify "$id" --json && is "$(jq "j['state']")" verified
verdict stay_verify
good stay extend "$id" --until 2030-01-01 && good stay show "$id" --json && is "$(jq "j['until']")" 2030-01-01
verdict stay_extend
good stay away "$id" --until "$(date -d '+9 days' +%F)" --json && is "$(jq "j['state']")" away &&
	good stay back "$id" --json && is "$(jq "j['state']")" verified
verdict stay_away_and_back
refused reason stay reject "$contested"
verdict stay_reject_wants_a_reason
good stay reject "$contested" --reason 填错 --json && is "$(jq "j['state']")" rejected
verdict stay_reject
good stay move "$id" --to 1/102 --json
verdict stay_move
moved=$(jq "j['id']")
[ "$moved" != "$id" ] && refused stay_state stay out "$id"
verdict stay_that_moved_on_cannot_end_again
runs 1 "$VHOTEL" stay out "$moved" --out 2020-01-01 && good stay out "$moved" --out "$today" --json &&
	is "$(jq "j['state']")" ended
verdict stay_out_never_before_in

good user add desk --role clerk --scope $HOTEL && good user add wang --role police --scope 310116104000
verdict user_add
refused login_taken user add desk --role clerk --scope $HOTEL
verdict user_add_refuses_a_login_twice
refused role user add li --role king && usage user add li && refused scope user add li --role clerk
verdict user_add_refuses_strange_roles_and_no_scope
good user token desk && is "$(echo "$OUT" | wc -l)" 1 && is "${#OUT}" 43
verdict user_token_prints_the_token_alone
good user token desk --days 2 --json && is "$(jq "j['days']")" 2 && usage user token desk --days 0
verdict user_token_takes_days
runs 0 sh -c "echo correct-horse | '$VHOTEL' user password desk" &&
	runs 1 sh -c "echo short | '$VHOTEL' user password desk" && says password
verdict user_password_comes_from_standard_input
good user totp desk --json && is "$(jq "len(j['secret'])")" 32
verdict user_totp
good user invite desk --json && is "$(jq "j['url'].startswith('https://plates.vh.cn/')")" True
verdict user_invite
good user disable wang --json && good user list --json && is "$(jq "[a['disabled'] for a in j]")" '[False, True]'
verdict user_disable
refused not_found user token nobody
verdict user_who_is_not_there_is_refused
before=$("$VHOTEL" check --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["counts"]["access"])')
good stay show "$moved" --as desk && refused not_found stay show "$moved" --as nobody &&
	refused account stay show "$moved" --as wang
verdict as_acts_for_an_account_that_may
good check --json && is "$(jq "j['counts']['access'] - $before")" 1
verdict as_writes_an_access_row

good check --deep --json && is "$(jq "j['ok']")" True && is "$(jq "j['broken']")" '[]'
verdict registry_is_whole
grep -qE '韦娜|420299196909170721|14033639716' vhotel.db vhotel.db-wal
[ $? = 1 ]
verdict nobody_is_in_the_files_in_clear
