#!/bin/bash
# Making a registry and what its commands refuse: every accepted form beside a refused one.
example=$(cd "$(dirname "$0")/../../deploy" && pwd)/vhotel.conf.example
. "$(dirname "$0")/lib_cli.sh"

good init --public-url https://plates.vh.cn && says "Recovery sheet"
verdict init_makes_a_registry
is "$(stat -c %a vhotel.key vhotel.db | tr '\n' ' ')" "600 600 "
verdict key_and_database_are_for_their_owner_alone
sum=$(sha256sum vhotel.db vhotel.key)
refused exists init && is "$(sha256sum vhotel.db vhotel.key)" "$sum"
verdict init_leaves_a_registry_alone
good init --db ./b.db --key-file b.key --json && is "$(jq "len(j['recovery'])")" 2 &&
	is "$(jq "j['key_made']")" True && is "$(jq "j['warnings'][0]['code']")" public_url
verdict init_answers_as_json

sheet=$(jq "' '.join(j['recovery'])")
runs 0 sh -c "echo '$sheet' | '$VHOTEL' key recover --key-file again.key" && cmp b.key again.key
verdict sheet_gives_the_key_back
wrong=$(echo "$sheet" | sed 's/./7/3')
[ "$wrong" != "$sheet" ] || wrong=$(echo "$sheet" | sed 's/./8/3')
runs 1 sh -c "echo '$wrong' | '$VHOTEL' key recover --key-file never.key" && [ ! -e never.key ]
verdict sheet_with_a_wrong_letter_is_refused
runs 1 sh -c "echo '$sheet' | '$VHOTEL' key recover --key-file b.key" && cmp b.key again.key
verdict key_file_is_never_overwritten

for url in https://plates.vh.cn/a ftp://plates.vh.cn 'https://[::1]' plates.vh.cn; do
	runs 1 "$VHOTEL" init --db c.db --key-file c.key --public-url "$url" && [ ! -e c.db ] && [ ! -e c.key ]
	verdict "init_refuses_url_$url"
done
good init --db d.db --key-file d.key --public-url https://vh.example.cn && says public_url_placeholder
verdict init_warns_at_a_placeholder
good init --db e.db --key-file e.key --public-url https://a-very-long-name.village.vh.cn && says public_url_long
verdict init_warns_at_a_long_host

printf 'code,name,parent,kind\n110000000000,甲,,province\n110100000000,乙村村委会,110000000000,village\n' >areas.csv
gzip -k areas.csv
good init --db f.db --key-file f.key --areas areas.csv.gz --json && is "$(jq "j['areas']")" 2 &&
	good hotel add --db f.db --key-file f.key --area 110100000000 --json && is "$(jq "j['name']")" 乙村
verdict divisions_are_read_packed
head -c 40 areas.csv.gz >cut.csv.gz
refused file init --db g.db --key-file g.key --areas cut.csv.gz && [ ! -e g.db ]
verdict divisions_cut_off_are_refused
printf 'code,name\n1,2\n' >bad.csv
refused areas init --db g.db --key-file g.key --areas bad.csv
verdict divisions_without_columns_are_refused

sum=$(sha256sum vhotel.db)
refused wrong_key hotel list --key-file b.key && is "$(sha256sum vhotel.db)" "$sum"
verdict another_key_is_refused_with_nothing_touched
chmod 644 again.key
runs 1 "$VHOTEL" hotel list --db b.db --key-file again.key && says again.key
verdict key_file_that_others_can_read_is_refused
refused db_missing hotel list --db none.db --key-file b.key
verdict database_that_is_not_there_is_named
VHOTEL_DB=b.db VHOTEL_KEY_FILE=b.key good hotel list --json && is "$OUT" "[]"
verdict environment_stands_in_for_the_flags
printf '[database]\ndb = b.db\nkey_file = b.key\n' >v.conf
good hotel list --conf v.conf --json && is "$OUT" "[]"
verdict configuration_file_stands_in_for_the_flags
VHOTEL_CONF=v.conf good hotel list --json && is "$OUT" "[]" &&
	VHOTEL_CONF=none.conf runs 1 "$VHOTEL" hotel list && says none.conf
verdict environment_names_the_configuration_file
printf '[database]\nbd = b.db\n' >v.conf
runs 1 "$VHOTEL" hotel list --conf v.conf && says bd
verdict typing_error_in_the_configuration_is_found
bad=0
for line in '[serve] trust_proxy = 127.0.0.1' '[sync] wait = 3' '[backup] keep = 3' '[log] level = debug'; do
	echo "$line" | sed 's/] /]\n/' >v.conf
	runs 1 "$VHOTEL" hotel list --db b.db --key-file b.key --conf v.conf && says "unknown key ${line%% =*}" || bad=1
done
[ $bad = 0 ]
verdict key_that_nobody_reads_is_refused_in_every_section
good hotel list --db b.db --key-file b.key --conf "$example" --json && is "$OUT" "[]"
verdict example_configuration_has_known_keys_alone

good hotel add --area 310116104205 --json && is "$(jq "len(j['warnings'])")" 3
verdict hotel_add_warns_at_what_is_unset
refused hotel_open hotel add --area 310116104205
verdict hotel_is_opened_once
refused area hotel add --area 999999999999
verdict hotel_of_no_area_is_refused
usage hotel add && says --area
verdict hotel_add_without_area_is_usage
good house add --address 东新3017号 --json && is "$(jq "j['no']")" 1
verdict house_is_added
runs 1 "$VHOTEL" house add --address 东新3017号 --json && is "$(jq "j['error']['code']")" house_there &&
	is "$(jq "j['error']['field']")" address
verdict house_is_added_once
good room add --house 1 --no 101 --capacity 1 && good room add --house 东新3017号 --no 102
verdict rooms_are_added
refused room_there room add --house 1 --no 101
verdict room_is_added_once
refused not_found room add --house 2 --no 101
verdict room_of_no_house_is_refused

usage hous && usage house && usage house fly && usage
verdict unknown_commands_are_usage
usage house list --what && usage house list extra && usage house add --address && usage house list --json=1 &&
	usage house add --address a --address b
verdict unknown_options_are_usage
good help && says "stay in" && good help house && says "house add" && good stay in --help && says --doc-no
verdict help_is_made_of_the_tables
good --version && says "vhotel "
verdict version_is_said
runs 75 sh -c "exec 9>vhotel.db.lock; flock 9; '$VHOTEL' house add --address 东新1号 9>&-"
verdict locked_database_is_try_again
