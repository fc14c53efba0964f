#!/bin/bash
# The report of a week or a month by command: the same counts as its page, and no period that is none.
. "$(dirname "$0")/lib_cli.sh"
village || exit 1

today=$(TZ=Asia/Shanghai date +%F)
week=$(TZ=Asia/Shanghai date +%G-W%V)
good stay in --room 1/101 --name 韦娜 --doc-type id_card --doc-no 420299196909170721 --since "$today"
verdict somebody_moves_in
good report --week "$week" --json && is "$(jq "j['now']['lines']['in']")" 1 && is "$(jq "j['now']['lines']['people']")" 1 &&
	is "$(jq "j['now']['period']")" "$week" && is "$(jq "j['running']")" True
verdict report_counts_this_week
is "$(jq "j['before']['known']")" False && is "$(jq "j['before']['lines']")" '{}'
verdict report_says_nothing_of_the_time_before_the_hotel
good report && says "$week" && says people
verdict report_without_a_word_is_this_week
good report --month "${today%-*}" --json && is "$(jq "j['now']['lines']['filed']")" 1
verdict report_counts_a_month
refused period report --week 2026-W54 && refused period report --month 2026-13 && refused period_ahead report --month 2199-12
verdict report_refuses_a_time_that_is_none_or_not_yet
usage report --week 2026-11 && usage report --month 2026-W47 && usage report --week "$week" --month "${today%-*}"
verdict report_of_two_kinds_is_usage
