#!/bin/bash
# A scan's access row is sealed into the chain within a second or so, by the server itself.
. "$(dirname "$0")/lib_serve.sh"

registry 2 && serve || { echo "not ok the_server_starts"; exit 1; }
list_rooms

scanned() {
	local code room
	code=$(get "$CLERK" /h/$HOTEL/rack | jq -r '.houses[0].rooms[0].plate.code')
	room=$(head -n 1 "$T/rooms")
	curl -sf -H "Authorization: Bearer $CLERK" -H 'Accept: application/json' -H 'Content-Type: application/json' \
		-d '{"name":"韦娜","doc_type":"passport","doc_no":"E12345678","since":"2026-11-02"}' \
		"http://$ADDR/h/$HOTEL/rooms/$room/stays" >/dev/null || return 1
	for _ in 1 2 3; do
		get "$POLICE" "/r/$code" | jq -e '.stays[0].id' >/dev/null || return 1
	done
}

a_scan_is_sealed_soon() {
	scanned || return 1
	sleep 1.5
	[ "$(sqlite3 -readonly "$VHOTEL_DB" "SELECT count(*), sum(seal IS NULL) FROM access")" = "3|0" ]
}

the_chain_is_whole() {
	hang_up
	"$VHOTEL" check --json | jq -e .ok >/dev/null
}

a_scan_is_sealed_soon
verdict a_scan_is_sealed_soon
the_chain_is_whole
verdict the_chain_is_whole
