#!/bin/bash
# The twin as the sender: it finds nothing wrong with our own receiver, and every fault of bad ones.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
ALL="changed_byte empty_batch future_timestamp good_batch media_type missing_id old_version out_of_order over_size \
bad_json same_again stale_timestamp two_versions_of_one_id unknown_type unsigned wrong_digest wrong_secret"
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
pid=

clean() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	pid=
}
trap clean EXIT

await() { # FILE
	for _ in $(seq 600); do
		[ -s "$1" ] && return
		sleep 0.05
	done
}

finds() { # PORT EXIT RULES...: these are broken and no others
	"$VHOTEL" twin --conform "http://127.0.0.1:$1/upstream/events" --secret "$SECRET" --area $AREA --json \
		>"$T/said" 2>"$T/err"
	[ $? = "$2" ] && [ "$(jq length "$T/said")" = 17 ] || return 1
	[ "$(jq -r '.[] | select(.wrong) | .rule' "$T/said" | sort | xargs)" = "$(printf '%s\n' "${@:3}" | sort | xargs)" ]
}

bad() { # MODE RULES...
	clean
	rm -f "$T/port"
	node "$here/sync_conform.mjs" "$1" >"$T/port" 2>"$T/node" &
	pid=$!
	await "$T/port"
	finds "$(cat "$T/port")" 1 "${@:2}"
}

nothing_is_wrong_with_ours() {
	"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" >/dev/null 2>&1 &&
		"$VHOTEL" source add twin --scope $AREA --secret "$SECRET" >/dev/null || return 1
	"$VHOTEL" serve --listen 127.0.0.1:0 --json >"$T/out" 2>"$T/log" &
	pid=$!
	await "$T/out"
	local port
	port=$(sed -n 's/.*"listening":"[^"]*:\([0-9]*\)".*/\1/p' "$T/out")
	# Twice: what the first left there does not disturb the second.
	finds "$port" 0 && finds "$port" 0 && "$VHOTEL" check >"$T/check" 2>&1
}

who_believes_everything_is_found_out() {
	bad believe bad_json changed_byte future_timestamp media_type missing_id old_version same_again stale_timestamp \
		two_versions_of_one_id unsigned wrong_digest wrong_secret
}

who_denies_everything_is_found_out() {
	bad deny $ALL
}

who_forgets_what_is_too_much_is_found_out() {
	bad cut bad_json changed_byte future_timestamp media_type missing_id old_version over_size same_again \
		stale_timestamp two_versions_of_one_id unsigned wrong_digest wrong_secret
}

who_sinks_a_batch_for_one_is_found_out() {
	bad sink bad_json changed_byte future_timestamp media_type missing_id old_version out_of_order same_again \
		stale_timestamp two_versions_of_one_id unknown_type unsigned wrong_digest wrong_secret
}

who_sends_elsewhere_or_names_no_time_is_found_out() {
	bad redirect $ALL && bad busy $ALL && jq -e 'all(.[]; .wrong | test("Retry-After"))' "$T/said" >/dev/null
}

nobody_there_is_told() {
	clean
	finds 9 1 $ALL && jq -e 'all(.[]; .status == 0)' "$T/said" >/dev/null
}

for name in nothing_is_wrong_with_ours who_believes_everything_is_found_out who_denies_everything_is_found_out \
	who_forgets_what_is_too_much_is_found_out who_sinks_a_batch_for_one_is_found_out \
	who_sends_elsewhere_or_names_no_time_is_found_out nobody_there_is_told; do
	if $name; then
		echo "ok $name"
	else
		echo "not ok $name"
		{ jq -r '.[] | select(.wrong) | [.rule, .wrong, .status] | join(" ")' "$T/said"; cat "$T/err"; } 2>&1 |
			head -n 20 | sed 's/^/# /'
	fi
done
