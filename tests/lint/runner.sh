#!/bin/bash
# The runner must notice: what a program says and how it ends, against the count it must get.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}/lint/runner
export O
failed=0

counts() { # NAME "PASSED FAILED SKIPPED" SCRIPT
	rm -rf "$O"
	mkdir -p "$O/test"
	: >"$O/test/results"
	sh tests/run.sh --one fake 2 bash -c "$3" >"$O/said"
	if [ "$(cat "$O/test/results")" = "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1: $(cat "$O/test/results")"
		failed=1
	fi
}

counts counts_each_case "2 0 0" 'echo "1..2"; echo "ok 1 - a"; echo "ok 2 - b"'
counts counts_a_failed_case "1 1 0" 'echo "ok 1 - a"; echo "not ok 2 - b"; exit 1'
counts a_skip_is_neither "1 0 2" 'echo "ok 1 - a"; echo "not ok 2 # SKIP b"; echo "skip c no data"'
counts a_skip_says_why "0 0 1" 'echo "skip c the data are missing"'
grep -q 'the data are missing' "$O/said" && echo "ok the_reason_is_shown" || failed=1
counts a_death_is_a_failure "1 1 0" 'echo "ok 1 - a"; kill -SEGV $$'
counts an_exit_is_a_failure "1 1 0" 'echo "ok 1 - a"; exit 3'
counts silence_is_a_failure "0 1 0" 'exit 0'
counts the_clock_is_a_failure "1 1 0" 'echo "ok 1 - a"; sleep 10'
counts a_group_line_is_no_case "1 0 0" 'echo "ok 1 - a"; echo "# ok - tests"'
# Why a case failed is told though hundreds follow it; a case that passed has nothing to say.
counts a_failed_case_among_many "101 1 0" 'echo "# of a"; echo "ok a"; echo "# the reason"; echo "not ok b"
	for i in $(seq 100); do echo "ok $i"; done; exit 1'
grep -q '^ *# the reason$' "$O/said" && ! grep -q 'of a$' "$O/said" && echo "ok the_reason_of_a_failure_is_shown" || failed=1
counts a_failed_case_of_a_program "1 1 0" 'echo "not ok 1 - a"; echo "# a.c:7: the reason"; echo "ok 2 - b"; exit 1'
[ "$(grep -c 'a.c:7' "$O/said")" = 2 ] && echo "ok the_reason_after_it_is_shown" || failed=1
exit $failed
