#!/bin/bash
# Our events against the JSON Schema that we publish, by the npm package ajv: the demo village's journal and a random
# life, a night, and that no type is told that the schema does not have.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
pids=

if [ ! -d "$here/node_modules/ajv" ]; then
	if ! (cd "$here" && npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=20000) >"$T/npm.log" 2>&1; then
		tail -n 3 "$T/npm.log" | sed 's/^/# /'
		echo "skip ajv npm ci failed: no event was judged by others' code"
		exit 0
	fi
fi

clean() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null
	done
}
trap clean EXIT

await() { # FILE
	for _ in $(seq 600); do
		[ -s "$1" ] && return
		sleep 0.05
	done
}

book() {
	jq -e "$1" "$T/book.json" >/dev/null
}

journal() { # everything is told to the one that judges
	"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" --public-url https://vh.cn >/dev/null &&
		"$VHOTEL" hotel add --area $AREA --json >/dev/null || return 1
	"$VHOTEL" ledger import "$here/../../deploy/demo/ledger.csv" --hotel $AREA >/dev/null
	"$O/tests/e2e/mklife" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA 400 4 >/dev/null || return 1
	"$VHOTEL" night --json >"$T/night" 2>&1
	"$VHOTEL" serve --listen 127.0.0.1:0 --json >"$T/out" 2>"$T/log" &
	pids="$pids $!"
	await "$T/out"
	node "$here/sync_schema.mjs" "http://$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/out")/events.schema.json" \
		"$T/book.json" >"$T/port" 2>"$T/node" &
	pids="$pids $!"
	await "$T/port"
	"$VHOTEL" upstream add judge --url "http://127.0.0.1:$(cat "$T/port")/upstream/events" --secret "$SECRET" \
		>/dev/null && "$VHOTEL" sync run --wait 5 --json >"$T/sync" 2>&1
	book '.events > 500'
}

every_event_fits_the_schema() {
	book '.valid == .events and .bad == []' && book '.media == "application/schema+json"'
}

what_is_no_event_does_not_fit() {
	book '.spoilt > 200 and .passed == []'
}

# The words of the source, so that no type is told that nobody can read up.
every_type_of_the_source_is_in_the_schema() {
	local src=$here/../../src/core
	{
		grep -hoE '"(stay|room|house|hotel|person|plate|hazard|inspection|dispute|employer)\.[a-z-]+"' "$src"/*.c
		grep -hoE '\{ "[a-z]+", "[a-z-]+", ACT_' "$src/stay_change.c" | sed 's/.*, \("[a-z-]*"\), ACT_/\1/; s/"/"stay./'
		grep -hE 'stay_event\(' "$src"/*.c | grep -oE '"[a-z-]+",' | head -n 20 | sed 's/^"/"stay./; s/,$//'
	} | tr -d '"' | sort -u >"$T/told"
	[ "$(wc -l <"$T/told")" -gt 30 ] &&
		jq -r '.["$defs"].event.properties.type.enum[]' "$here/../../src/web/events.schema.json" |
		sed 's/^cn\.vhotel\.//; s/\.v1$//' | sort -u >"$T/known" &&
		comm -23 "$T/told" "$T/known" | sed 's/^/# not in the schema: /' | tee "$T/extra" && [ ! -s "$T/extra" ]
}

if journal; then
	for name in every_event_fits_the_schema what_is_no_event_does_not_fit every_type_of_the_source_is_in_the_schema; do
		if $name; then
			echo "ok $name"
		else
			echo "not ok $name"
			jq -c '.bad[], .passed[]' "$T/book.json" | head -n 10 | sed 's/^/# /'
		fi
	done
	jq -r '.known - (.types | keys) | "# not told in this life: \(join(" "))"' "$T/book.json"
else
	echo "not ok the_journal_is_told"
	tail -n 5 "$T"/{log,node,sync,night} | sed 's/^/# /'
fi
