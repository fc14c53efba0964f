#!/bin/sh
# Runs each libFuzzer driver for $FUZZ_TIME on its corpus. New inputs go below the build folder; a crash is shown with
# the file that makes it, to be put into tests/fuzz/corpus/NAME once mended. Arguments choose drivers by a word.
set -u
failed=0
passed=0
for source in tests/fuzz/fuzz_*.c; do
	name=$(basename "$source" .c)
	[ $# = 0 ] || echo "$name" | grep -q "$1" || continue
	found=$O/found/$name
	mkdir -p "$found"
	if "$O/tests/fuzz/$name" -max_total_time="${FUZZ_TIME:-60}" -timeout=5 -rss_limit_mb=2048 -max_len=65536 \
		-artifact_prefix="$found/" "$found" "tests/fuzz/corpus/${name#fuzz_}" \
		>"$O/$name.log" 2>&1; then
		passed=$((passed + 1))
		grep -E '^Done|DONE' "$O/$name.log" | tail -n 1 | sed "s/^/$name: /"
	else
		failed=$((failed + 1))
		grep -E 'ERROR|SUMMARY|runtime error|artifact' "$O/$name.log" | head -n 8 | sed "s/^/$name: /"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
