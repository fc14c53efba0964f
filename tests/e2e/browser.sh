#!/bin/bash
# The pages in a real browser: tests/e2e/browser/*.mjs drive Debian's Chromium through playwright-core.
# Screenshots of every page stay in $O/shots (SHOTS=DIR: there). WORDS: only the scripts whose name has one.
# seconds: 1500
set -u
here=$(cd "$(dirname "$0")" && pwd)/browser
O=${O:-build}
VHOTEL=${VHOTEL:-$PWD/$O/vhotel}
T=${T:-$(mktemp -d)}
CHROMIUM=${CHROMIUM:-$(command -v chromium)}
SHOTS=${SHOTS:-$PWD/$O/shots}
export O VHOTEL T CHROMIUM SHOTS

if [ -z "$CHROMIUM" ]; then
	echo "skip browser there is no chromium: no page was seen by a browser"
	exit 0
fi
# Beside the scripts, since modules are looked for from there; ignored by git.
if [ ! -d "$here/node_modules/playwright-core" ] || [ ! -d "$here/node_modules/axe-core" ]; then
	if ! (cd "$here" && npm ci --ignore-scripts) >"$T/npm.log" 2>&1; then
		tail -n 3 "$T/npm.log" | sed 's/^/# /'
		echo "skip browser npm ci failed: no page was seen by a browser"
		exit 0
	fi
fi
# Two at a time: what one waits for, the other uses.
chosen() {
	for script in "$here"/*.mjs; do
		name=$(basename "$script" .mjs)
		case $name in lib | village) continue ;; esac
		[ $# = 0 ] && echo "$name"
		for word; do
			case $name in *"$word"*) echo "$name" ;; esac
		done
	done
}
# What one said is told when it ends.
# shellcheck disable=SC2016
chosen "$@" | xargs -r -P 2 -I{} sh -c \
	'node "$0/{}.mjs" >"$T/{}.out" 2>&1; echo $? >"$T/{}.rc"; flock "$T" cat "$T/{}.out"' "$here"
rc=0
for name in $(chosen "$@"); do
	[ "$(cat "$T/$name.rc")" = 0 ] || rc=1
done
exit $rc
