#!/bin/bash
# Our receiving side against batches that the npm packages cloudevents and standardwebhooks make and sign.
# The other way round is sync_receiver.sh.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
server=

if [ ! -d "$here/node_modules/cloudevents" ]; then
	if ! (cd "$here" && npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=20000) >"$T/npm.log" 2>&1; then
		tail -n 3 "$T/npm.log" | sed 's/^/# /'
		echo "skip cloudevents npm ci failed: nothing of others' making was sent"
		exit 0
	fi
fi

clean() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
}
trap clean EXIT

"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" >/dev/null &&
	"$VHOTEL" source add npm --scope $AREA --secret "$SECRET" >/dev/null || exit 1
"$VHOTEL" serve --listen 127.0.0.1:0 --json >"$T/out" 2>"$T/log" &
server=$!
for _ in $(seq 600); do
	[ -s "$T/out" ] && break
	sleep 0.05
done
at=$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/out")
node "$here/sync_npm.mjs" "http://$at/upstream/events" "$SECRET" $AREA

# What was taken shows: the second house of the first batch, and nothing of what was refused.
if [ "$(sqlite3 "$VHOTEL_DB" "SELECT count(*) FROM stay WHERE id IN (1014, 1024, 2014, 2024, 3014, 4024)")" = 6 ] &&
	[ "$(sqlite3 "$VHOTEL_DB" "SELECT count(*) || ' ' || count(DISTINCT id) FROM stay")" = "8 8" ] &&
	"$VHOTEL" check >"$T/check" 2>&1; then
	echo "ok what_was_taken_stands_once"
else
	echo "not ok what_was_taken_stands_once"
	tail -n 5 "$T/log" "$T/check" | sed 's/^/# /'
fi
