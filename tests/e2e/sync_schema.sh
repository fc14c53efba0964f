#!/bin/bash
# Our events against the JSON Schema that we publish, by the npm package ajv: the demo village's journal and a random
# life, a night, what the unit tests' villages tell; that each type of the schema is among them, and no other is told.
. "$(dirname "$0")/lib_sync.sh"
from_npm ajv "no event was judged by others' code"

# Rare acts are done in the unit tests alone: their villages' journals, as they would go up.
TESTS="core/clearance core/declare core/dispute core/emergency core/erase core/places core/plates core/queue core/restate
	core/stay_change sync/recover sync/remark"
the_tests_tell_what_is_rare() {
	local name
	for name in $TESTS; do
		VHOTEL_TOLD=$T/told.jsonl "$O/tests/unit/$name" >"$T/last.unit" 2>&1 || return 1
	done
	[ "$(wc -l <"$T/told.jsonl")" -gt 500 ]
}

the_journal_is_told() { # all of it, to the one that judges
	hotel --public-url https://vh.cn || return 1
	"$VHOTEL" ledger import "$here/../../deploy/demo/ledger.csv" --hotel $AREA >/dev/null
	"$O/tests/e2e/mklife" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA 400 4 >/dev/null || return 1
	"$VHOTEL" night --json >"$T/last.night" 2>&1
	listen && launch port node "$here/sync_schema.mjs" "http://$at/events.schema.json" "$T/book.json" "$T/told.jsonl" || return 1
	"$VHOTEL" upstream add judge --url "http://127.0.0.1:$(cat "$T/port")/upstream/events" --secret "$SECRET" \
		>/dev/null && sync --wait 5
	book '.events > 1000'
}

every_event_fits_the_schema() {
	book '.valid == .events and .bad == []' && book '.media == "application/schema+json"'
}

every_type_was_among_them() {
	book '.known - (.types | keys) == []'
}

what_is_no_event_does_not_fit() {
	book '.spoilt > 600 and .passed == []'
}

# The words of the source, so that no type is told that nobody can read up.
every_type_of_the_source_is_in_the_schema() {
	local src=$here/../../src/core
	{
		grep -hoE '"(stay|room|house|hotel|person|plate|hazard|inspection|dispute|remark|employer)\.[a-z-]+"' "$src"/*.c
		grep -hoE '\{ "[a-z]+", "[a-z-]+", ACT_' "$src/stay_change.c" | sed 's/.*, \("[a-z-]*"\), ACT_/\1/; s/"/"stay./'
		grep -hE 'stay_event\(' "$src"/*.c | grep -oE '"[a-z-]+",' | head -n 20 | sed 's/^"/"stay./; s/,$//'
	} | tr -d '"' | sort -u >"$T/told"
	[ "$(wc -l <"$T/told")" -gt 30 ] &&
		jq -r '.["$defs"].event.properties.type.enum[]' "$here/../../src/web/events.schema.json" |
		sed 's/^cn\.vhotel\.//; s/\.v1$//' | sort -u >"$T/known" &&
		comm -23 "$T/told" "$T/known" | sed 's/^/# not in the schema: /' | tee "$T/extra" && [ ! -s "$T/extra" ]
}

why() {
	jq -c '.bad[], .passed[]' "$T/book.json" | head -n 10
	jq -r '.known - (.types | keys) | "not told: \(join(" "))"' "$T/book.json"
	tail -n 5 "$T"/last.*
}

cases the_tests_tell_what_is_rare the_journal_is_told every_event_fits_the_schema every_type_was_among_them \
	what_is_no_event_does_not_fit every_type_of_the_source_is_in_the_schema
