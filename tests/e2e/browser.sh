#!/bin/bash
# The pages in a real browser: tests/e2e/browser/*.mjs drive Debian's Chromium through playwright-core.
# SHOTS=DIR leaves a screenshot of every page there.
set -u
here=$(cd "$(dirname "$0")" && pwd)/browser
O=${O:-build}
VHOTEL=${VHOTEL:-$PWD/$O/vhotel}
T=${T:-$(mktemp -d)}
CHROMIUM=${CHROMIUM:-$(command -v chromium)}
export VHOTEL T CHROMIUM

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
node "$here/walk.mjs" >"$T/walk.out" 2>&1 &
walk=$!
rc=0
for script in poison axe weight; do
	node "$here/$script.mjs" 2>&1 || rc=1
done
wait $walk || rc=1
cat "$T/walk.out"
exit $rc
