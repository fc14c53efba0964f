#!/bin/bash
# The same person moved in fifty times at once: exactly one gets in, and forty-nine hear already_in.
. "$(dirname "$0")/lib_serve.sh"
N=50

registry $N && serve && list_rooms || { echo "not ok the_server_starts"; exit 1; }

one_of_fifty_gets_in() {
	"$O/tests/e2e/race_http" "$ADDR" "$CLERK" $HOTEL "$T/rooms" $N >"$T/said" || return 1
	sed 's/^/# /' "$T/said"
	[ "$(cat "$T/said")" = "1 201 -
$((N - 1)) 409 already_in" ]
}

the_registry_has_him_once() {
	hang_up
	[ "$(sqlite3 "$VHOTEL_DB" 'SELECT count(*) FROM stay')" = 1 ] &&
		[ "$(sqlite3 "$VHOTEL_DB" 'SELECT count(*) FROM person')" = 1 ] &&
		"$VHOTEL" check --json | jq -e .ok >/dev/null
}

one_of_fifty_gets_in
verdict one_of_fifty_gets_in
the_registry_has_him_once
verdict the_registry_has_him_once
