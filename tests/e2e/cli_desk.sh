#!/bin/bash
# What a desk does beside filing, by commands: tasks, notices, and people whose time is over.
. "$(dirname "$0")/lib_cli.sh"
village || exit 1
tomorrow=$(TZ=Asia/Shanghai date -d '+1 day' +%F)
day=$(date -d '-5 days' +%F)
"$VHOTEL" user add desk --role clerk --scope "$HOTEL" >/dev/null && "$VHOTEL" user add watch --role auditor >/dev/null

good stay in --room 1/101 --name 韦娜 --doc-type id_card --doc-no 420299196909170721 --since "$day" &&
	good stay in --room 1/102 --name 韦娜 --doc-type id_card --doc-no 420299196909170721 --since "$day" --anyway
good task list --json && is "$(jq "[t['kind'] for t in j['tasks']]")" "['move_conflict']" && is "$(jq "j['next']")" None
verdict task_list_says_what_is_open
task=$(jq "j['tasks'][0]['id']")
good task list --kind sleep --json && is "$(jq "j['tasks']")" '[]' && refused after task list --after 1
verdict task_list_of_one_kind
usage task close "$task" && usage task close x --reason done && refused not_found task close 99 --reason done
verdict task_close_says_what_was_done_and_of_which
refused role task list --as watch && refused role task close "$task" --reason done --as watch
verdict tasks_are_not_for_the_auditor
good task close "$task" --reason 'asked both' --as desk && good task list --json && is "$(jq "j['tasks']")" '[]'
verdict task_close_ends_it
refused task_state task close "$task" --reason again
verdict task_close_ends_it_once

usage notice add '停水' && refused not_found notice add '停水' --until "$tomorrow" --house 9 &&
	runs 1 "$VHOTEL" notice add '停水' --until 2020-01-01
verdict notice_add_has_an_end_and_a_house_that_is_there
good notice add '停水' --until "$tomorrow" --house 1 --json && one=$(jq "j['id']") &&
	good notice add '停电' --until "$tomorrow" --as desk
good notice list --json && is "$(jq "sorted((n['text'], n['house'] is None) for n in j)")" "[('停水', False), ('停电', True)]"
verdict notice_list_has_both
good notice end "$one" && refused notice_ended notice end "$one" && good notice list --json && is "$(jq "len(j)")" 1
verdict notice_end_ends_it_once

good erase list --json && is "$(jq "(j['due'], j['erased'])")" '(0, [])'
verdict erase_list_is_empty
good stay in --room 1/101 --name 周一 --doc-type id_card --doc-no 420299196909170748 --since 2020-01-01 --json
gone=$(jq "j['id']")
good stay out "$gone" --out 2020-02-01 && good erase list --json && is "$(jq "j['due']")" 1
verdict erase_list_counts_who_is_due
usage erase run --most 0 && refused role erase run --as watch && good erase list --json && is "$(jq "j['erased']")" '[]'
verdict erase_run_is_for_the_desk
good erase run --json && is "$(jq "(j['erased'], j['kept'])")" '(1, 0)' && good erase run --json && is "$(jq "j['erased']")" 0
verdict erase_run_drops_them_once
good erase list --json && is "$(jq "(j['due'], [e['why'] for e in j['erased']])")" "(0, ['retention'])"
verdict erase_list_has_the_receipt
good check --deep --json && is "$(jq "j['ok']")" True
verdict registry_is_whole
