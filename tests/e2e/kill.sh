#!/bin/bash
# The server is killed at a random moment under eight writers that move people in and out, again and again. What
# was acknowledged is there, once, and nothing else is. 20 rounds; SOAK: 1000.
. "$(dirname "$0")/lib_serve.sh"
ROUNDS=${ROUNDS:-20}
[ -z "${SOAK:-}" ] || ROUNDS=1000
client=

registry 8 && serve && list_rooms || { echo "not ok the_server_starts"; exit 1; }

pause() { # a random moment of 50 to 550 ms
	sleep "0.$(printf %03d $((50 + RANDOM % 500)))"
}

killed_again_and_again() {
	"$O/tests/e2e/kill_client" "$ADDR" "$CLERK" $HOTEL "$T/rooms" "$T" >"$T/client" 2>&1 &
	client=$!
	for round in $(seq "$ROUNDS"); do
		pause
		kill -KILL "$SERVER" || return 1
		wait "$SERVER" 2>/dev/null
		serve || { note "round $round"; kill "$client"; return 1; }
		kill -0 "$client" 2>/dev/null || break
	done
	pause
	kill -TERM "$client"
	wait "$client"
	local rc=$?
	sed 's/^/# /' "$T/client"
	note "$ROUNDS kills, $(wc -l <"$T/acks") changes acknowledged"
	[ $rc = 0 ] && [ "$(wc -l <"$T/acks")" -gt $((ROUNDS * 20)) ]
}

# What the registry has, and what it must have by the acknowledgements, as the same lines.
rows() {
	sqlite3 -separator ' ' "$VHOTEL_DB" "SELECT id, state FROM stay;
		SELECT replace(subject, 'stays/', ''), type, count(*) FROM event WHERE subject LIKE 'stays/%'
		GROUP BY subject, type" | sort
}
promised() {
	awk '$1 == "in" { state[$2] = "pending"; print $2, "cn.vhotel.stay.checked-in.v1", 1 }
		$1 == "out" { state[$2] = "ended"; print $2, "cn.vhotel.stay.checked-out.v1", 1 }
		END { for (id in state) print id, state[id] }' "$1" | sort
}

every_acknowledged_change_is_there_once() {
	hang_up
	rows >"$T/rows"
	promised "$T/acks" >"$T/promised"
	cmp -s "$T/rows" "$T/promised" && return 0
	diff "$T/rows" "$T/promised" | head -n 5 | sed 's/^/# /'
	return 1
}

a_change_more_or_less_is_seen() {
	sed '7d' "$T/acks" >"$T/less"
	sed '7s/.*/in 1/' "$T/acks" >"$T/other"
	! promised "$T/less" | cmp -s - "$T/rows" && ! promised "$T/other" | cmp -s - "$T/rows"
}

the_registry_is_whole() {
	"$VHOTEL" check --json >"$T/check"
	jq -e .ok "$T/check" >/dev/null || { sed 's/^/# /' "$T/check"; return 1; }
}

killed_again_and_again
verdict killed_again_and_again
every_acknowledged_change_is_there_once
verdict every_acknowledged_change_is_there_once
a_change_more_or_less_is_seen
verdict a_change_more_or_less_is_seen
the_registry_is_whole
verdict the_registry_is_whole
