#!/bin/bash
# Our receiving side against batches that the npm packages cloudevents and standardwebhooks make and sign.
# The other way round is sync_receiver.sh.
. "$(dirname "$0")/lib_sync.sh"
from_npm cloudevents "nothing of others' making was sent"

registry && "$VHOTEL" source add npm --scope $AREA --secret "$SECRET" >/dev/null && listen || exit 1
node "$here/sync_npm.mjs" "http://$at/upstream/events" "$SECRET" $AREA

# What was taken shows: the second house of the first batch, and nothing of what was refused.
what_was_taken_stands_once() {
	[ "$(sqlite3 "$VHOTEL_DB" "SELECT count(*) FROM stay WHERE id IN (1014, 1024, 2014, 2024, 3014, 4024)")" = 6 ] &&
		[ "$(sqlite3 "$VHOTEL_DB" "SELECT count(*) || ' ' || count(DISTINCT id) FROM stay")" = "8 8" ] &&
		"$VHOTEL" check >"$T/last.check" 2>&1
}
cases what_was_taken_stands_once
