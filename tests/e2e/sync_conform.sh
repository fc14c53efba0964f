#!/bin/bash
# The twin as the sender: it finds nothing wrong with our own receiver, and every fault of bad ones.
. "$(dirname "$0")/lib_sync.sh"
ALL="changed_byte empty_batch future_timestamp good_batch media_type missing_id old_version out_of_order over_size \
bad_json same_again stale_timestamp two_versions_of_one_id unknown_type unsigned wrong_digest wrong_secret"

finds() { # PORT EXIT RULES...: these are broken and no others
	"$VHOTEL" twin --conform "http://127.0.0.1:$1/upstream/events" --secret "$SECRET" --area $AREA --json \
		>"$T/said" 2>"$T/last.err"
	[ $? = "$2" ] && [ "$(jq length "$T/said")" = 17 ] || return 1
	[ "$(jq -r '.[] | select(.wrong) | .rule' "$T/said" | sort | xargs)" = "$(printf '%s\n' "${@:3}" | sort | xargs)" ]
}

bad() { # MODE RULES...
	clean
	launch port node "$here/sync_conform.mjs" "$1" || return 1
	finds "$(cat "$T/port")" 1 "${@:2}"
}

nothing_is_wrong_with_ours() {
	registry && "$VHOTEL" source add twin --scope $AREA --secret "$SECRET" >/dev/null && listen || return 1
	# Twice: what the first left there does not disturb the second.
	finds "${at##*:}" 0 && finds "${at##*:}" 0 && "$VHOTEL" check >"$T/last.check" 2>&1
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

why() {
	jq -r '.[] | select(.wrong) | [.rule, .wrong, .status] | join(" ")' "$T/said"
	cat "$T/last.err"
}

cases nothing_is_wrong_with_ours who_believes_everything_is_found_out who_denies_everything_is_found_out \
	who_forgets_what_is_too_much_is_found_out who_sinks_a_batch_for_one_is_found_out \
	who_sends_elsewhere_or_names_no_time_is_found_out nobody_there_is_told
