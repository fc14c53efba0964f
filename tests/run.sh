#!/bin/sh
# The test runner: lint, build, unit, web and fault programs, fuzz corpora, end-to-end scripts. What a stage says
# goes to a file below $O/test; only failures and skips are shown. Closes with `N passed, N failed`, counting
# cases, and fails when one failed.
#
# A cmocka program counts by its TAP lines. Any other script says `ok NAME`, `not ok NAME` or `skip NAME REASON`,
# one line a case; one that dies, or says nothing, is a failed case. End-to-end scripts are tests/e2e/*.sh but
# lib*.sh and chroot_*.sh; each has 300 seconds, or those of its line `# seconds: N`. They run from the top of the
# tree with
#   O        the build folder, VHOTEL the binary (absolute), T an empty folder of their own (removed on success)
#   SOAK     1 for the long form of a test (make soak), else empty: the sample
# usage: run.sh [lint|unit|fuzz|e2e|instrumented|soak] [WORD...]: that stage alone, of files whose path has a WORD.
# instrumented: what is built already, each program under $RUNNER. soak: the long form of the tests that have one
# (they name SOAK) and tests/soak/*.sh.
set -u
cd "$(dirname "$0")/.." || exit 1

O=${O:-build}
MAKE=${MAKE:-make}
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
SOAK=${SOAK:-}
RUNNER=${RUNNER:-}
seconds=300 # one program's
shown=40    # lines of a failed one
[ -z "$RUNNER" ] || seconds=1800
VHOTEL=$(pwd)/$O/vhotel
LC_ALL=C.UTF-8
export O VHOTEL SOAK LC_ALL
unset VHOTEL_DB VHOTEL_KEY_FILE VHOTEL_CONF MAKEFLAGS MFLAGS
logs=$O/test
results=$logs/results
stage=all one=
[ "${1:-}" = --one ] && one=1 && shift # how the parallel part calls back
[ -n "$one" ] || case "${1:-}" in lint | unit | fuzz | e2e | instrumented | soak) stage=$1; shift ;; esac
words=$*

wanted() { # FILE: chosen by the words on the command line?
	[ -n "$words" ] || return 0
	for word in $words; do
		case "$1" in *"$word"*) return 0 ;; esac
	done
	return 1
}

# tally FILE RC NAME: writes "passed failed skipped" of one program's output.
tally() {
	awk -v rc="$2" -v name="$3" '
	/^(not )?ok [0-9]+ # SKIP/ || /^skip / { skipped++; sub(/.*# SKIP /, ""); print "skip: " name ": " $0; next }
	/^ok / { passed++; next }
	/^not ok / { failed++; print "FAILED: " name ": " $0 }
	END {
		if (rc == 124 && !failed) { failed++; print "FAILED: " name ": out of time" }
		else if (rc && !failed) { failed++; print "FAILED: " name ": ended with " rc }
		else if (!passed && !failed && !skipped) { failed++; print "FAILED: " name ": said nothing" }
		printf "count %d %d %d\n", passed, failed, skipped
	}' "$1"
}

# told FILE: each failed case with the twelve lines before it and after it that are of no other case.
told() {
	awk '
	/^not ok / { for (i = n > 12 ? n - 12 : 0; i < n; i++) print said[i]; print; n = 0; after = 12; next }
	/^(ok|skip) / { n = after = 0; next }
	after { print; after--; next }
	{ said[n++] = $0 }' "$1"
}

# one NAME SECONDS COMMAND...: runs it, tallies it.
one() {
	name=$1 seconds=$2
	shift 2
	log=$logs/$(echo "$name" | tr / _).log
	T=$(pwd)/$logs/$(echo "$name" | tr / _).d
	export T
	mkdir -p "$T"
	start=$(date +%s)
	CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 10 "$seconds" "$@" </dev/null >"$log" 2>&1
	rc=$?
	out=$(tally "$log" "$rc" "$name")
	echo "$out" | sed -n 's/^count //p' >>"$results"
	echo "$(($(date +%s) - start)) $name" >>"$logs/times"
	echo "$out" | grep '^skip: '
	case "$out" in
	*FAILED:*)
		echo "$out" | grep '^FAILED: '
		{
			told "$log" | head -n "$shown"
			grep -E 'ERROR: |SUMMARY: |WARNING: |runtime error' "$log" | head -n 5
			echo "its last lines:"
			tail -n "$shown" "$log"
		} | sed 's/^/    /'
		;;
	*) rm -rf "$T" ;;
	esac
}

if [ -n "$one" ]; then
	one "$@"
	exit 0
fi
rm -rf "$logs"
mkdir -p "$logs"
: >"$results"

step() {
	printf '== %s\n' "$1"
}

lint() {
	step lint
	shown=400
	one lint 300 sh tests/lint/lint.sh
	one lint-selftest 300 bash tests/lint/selftest.sh
	one lint-runner 60 bash tests/lint/runner.sh
}

build() {
	step build
	$MAKE --no-print-directory -j"$JOBS" all test-programs >"$logs/build.log" 2>&1 || {
		grep -E 'error|\*\*\*' "$logs/build.log" | head -n 30
		echo "0 1 0" >>"$results"
		return 1
	}
	grep -E 'warning:' "$logs/build.log" | head -n 10
	return 0
}

programs() {
	step "unit, web and fault programs"
	for source in tests/unit/*.c tests/unit/*/*.c tests/web/*.c tests/fault/*.c; do
		[ -f "$source" ] && wanted "$source" || continue
		name=${source#tests/}
		name=${name%.c}
		printf '%s\n' "$name"
	done | xargs -r -P "$JOBS" -I{} sh tests/run.sh --one {} "$seconds" $RUNNER "$O/tests/{}"
}

corpora() {
	step "fuzz corpora"
	for source in tests/fuzz/fuzz_*.c; do
		[ -f "$source" ] && wanted "$source" || continue
		name=$(basename "$source" .c)
		one "fuzz/$name" "$seconds" $RUNNER "$O/tests/fuzz/$name" "tests/fuzz/corpus/${name#fuzz_}"
	done
}

scripts() { # FILE...
	for script; do
		[ -f "$script" ] && wanted "$script" || continue
		case "$script" in */lib*.sh | */chroot_*.sh) continue ;; esac
		name=${script#tests/}
		limit=$(sed -n 's/^# seconds: \([0-9]*\)$/\1/p' "$script")
		one "${name%.sh}" "${E2E_SECONDS:-${limit:-300}}" bash "$script"
	done
}

e2e() {
	step "end to end"
	scripts tests/e2e/*.sh
}

soak() {
	step "long runs"
	seconds=86400
	E2E_SECONDS=${E2E_SECONDS:-86400}
	for source in $(grep -l '"SOAK"' tests/unit/*.c tests/unit/*/*.c tests/web/*.c tests/fault/*.c 2>/dev/null); do
		wanted "$source" || continue
		name=${source#tests/}
		one "${name%.c}" "$seconds" "$O/tests/${name%.c}"
	done
	# shellcheck disable=SC2046
	scripts tests/soak/*.sh $(grep -l SOAK tests/e2e/*.sh)
}

case "$stage" in
lint) lint ;;
unit) build && programs ;;
fuzz) build && corpora ;;
e2e) build && e2e ;;
instrumented) programs; corpora ;;
soak) build && soak ;;
all) lint; build && { programs; corpora; e2e; } ;;
esac

awk '{ passed += $1; failed += $2; skipped += $3 }
END {
	if (skipped)
		printf "SKIPPED: %d (each is named above)\n", skipped
	printf "%d passed, %d failed\n", passed, failed
	exit failed || !passed
}' "$results"
