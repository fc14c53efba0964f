#!/bin/sh
# All lint: lint.py's rules, headers that compile alone, page templates, shell and table files. `ok`/`not ok` a rule set.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
mkdir -p "$O/lint"
rc=0
check() { # NAME COMMAND...
	name=$1
	shift
	if "$@" >"$O/lint/$name.log" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name"
		cat "$O/lint/$name.log"
		rc=1
	fi
}

headers_alone() {
	bad=0
	flags=$(pkg-config --cflags libcjson sqlite3 libsodium)
	for h in include/vh/*.h $(find src qr -name '*.h'); do
		printf '#include "%s"\n#include "%s"\n' "$h" "$h" |
			gcc -std=c11 -D_GNU_SOURCE -Iinclude -Isrc -I. $flags -Wall -Wextra -Werror \
				-fsyntax-only -x c - || bad=1
	done
	return $bad
}

shell_parses() {
	bad=0
	for f in $(find tests deploy .ci \( -name '*.sh' -o -path '.ci/run' \) -not -path '*/node_modules/*'); do
		case "$(head -n 1 "$f")" in
		*bash*) bash -n "$f" || bad=1 ;;
		*) sh -n "$f" || bad=1 ;;
		esac
	done
	return $bad
}

# The repository speaks of the product alone and works anywhere.
stands_alone() {
	! git grep -nIE '(^|[^a-z.])/(work|home/[a-z]+|root)/' -- . ':!tests/lint' ':!tests/fuzz/corpus'
}

# A link of a guide to a file leads to one.
links_lead_somewhere() {
	bad=0
	for f in $(git ls-files '*.md'); do
		for to in $(grep -oE '\]\([^)#: ]+' "$f" | cut -c3-); do
			[ -e "$(dirname "$f")/$to" ] || { echo "$f: no $to"; bad=1; }
		done
	done
	return $bad
}

check rules python3 tests/lint/lint.py
check headers_alone headers_alone
check shell_parses shell_parses
check stands_alone stands_alone
check links_lead_somewhere links_lead_somewhere
for extra in tests/lint/templates.*; do
	case "$extra" in
	*.py) check templates python3 "$extra" ;;
	*.sh) check templates sh "$extra" ;;
	esac
done
exit $rc
