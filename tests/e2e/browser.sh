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
for script in walk; do
	node "$here/$script.mjs" || rc=1
done
exit ${rc:-0}
