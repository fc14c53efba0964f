#!/bin/sh
# Ledgers as clerks keep them, made with the truth beside them: every row must be taken or refused as the truth says,
# for every style, little and much mess, ten seeds. The maker stands beside the repository; without it: a loud skip.
set -u
maker=${VHOTEL_SHARED:-../shared}/data/make_ledger.py
if [ ! -f "$maker" ] || ! command -v python3 >/dev/null; then
	echo "skip ledgers_agree no $maker, or no python3"
	exit 0
fi
today=$(date +%F)
for seed in 1 2 3 4 5 6 7 8 9 10; do
	for mess in 0.06 0.5; do
		for style in csv gbk semicolon xlsx; do
			ext=csv
			[ $style = xlsx ] && ext=xlsx
			python3 "$maker" --rooms 1200 --seed $seed --style $style --mess $mess \
				--today "$today" "$T/$seed-$mess-$style.$ext" >/dev/null || exit 1
		done
	done
	if "$O/tests/unit/core/ledger_truth" "$today" "$T/$seed"-*.csv "$T/$seed"-*.xlsx; then
		echo "ok ledgers_of_seed_$seed"
	else
		echo "not ok ledgers_of_seed_$seed"
	fi >"$T/verdict" 2>"$T/why"
	tail -n 1 "$T/verdict"
	grep -E 'row |LINE' "$T/why" "$T/verdict"
	rm -f "$T/$seed"-*
done
