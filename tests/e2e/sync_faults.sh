#!/bin/bash
# Every error path that upstreams are known for, one test named after each: an upstream plays it, the sender must
# believe neither more nor less than is true; then the upstream is well again, and all is there once and in order.
# What is tested elsewhere already is listed below with the name of its test, which has to be there.
# seconds: 600
. "$(dirname "$0")/lib_sync.sh"
EVENTS=40
KEYS=8

a_registry_to_send_from() { # made once, copied for each fault
	hotel && events $EVENTS $KEYS || return 1
	sqlite3 "$VHOTEL_DB" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	ALL=$(sqlite3 "$VHOTEL_DB" 'SELECT count(*) FROM event')
	mkdir -p "$T/made" && mv "$T"/v.* "$T/made/"
}

start() { # FAULT [CERT KEY]
	clean
	rm -f "$T"/v.* "$T/book.json"
	cp "$T"/made/v.* "$T/"
	launch port node "$here/sync_faults.mjs" "$1" "$T/book.json" "${@:2}" || return 1
	at=http${2:+s}://127.0.0.1:$(cat "$T/port")
	"$VHOTEL" upstream add other --url "$at/upstream/events" --secret "$SECRET" >/dev/null 2>"$T/last.add"
}

send() { # SECONDS
	sync --wait "$1" --timeout 1
}

# What must have come out while the fault was played: a word of the table below.
came_out() {
	case "$1" in
	# Not accepted, not dead: everything goes again. The sender may not know more than it was told.
	keeps) told ".accepted == 0 and .duplicate == 0 and .dead == 0 and .rejected == 0 and .left == $ALL" ;;
	# The same, and whoever refuses us as a whole is not asked on and on.
	stops) told ".accepted == 0 and .dead == 0 and .rejected == 0 and .left == $ALL" && book '.posts == 1' ;;
	elsewhere) told ".accepted == 0 and .dead == 0 and .left == $ALL" && book '.elsewhere == 0' ;;
	# Nothing was taken, and nothing was sent either.
	unsent) told ".sent == 0 and .accepted == 0 and .dead == 0 and .left == $ALL" && [ ! -e "$T/book.json" ] ;;
	# Part was settled: as many are believed to be accepted as were taken.
	part) told ".accepted > 0 and .accepted == $(jq .taken "$T/book.json") and .rejected == 0 and .dead == 0" ;;
	done) told ".accepted == $ALL and .left == 0" && book '.refused == []' ;;
	# One is refused, its key waits, the others went.
	one) told '.rejected == 1 and .accepted > 20' && [ "$(shown | wc -l)" = 1 ] ;;
	one_dead) told '.dead == 1 and .accepted > 20' ;;
	# The first of each key is refused, with their code before the desk.
	refused) told ".accepted == 0 and .rejected > 1" && [ "$(shown | sort -u)" = 10131 ] ;;
	dead) told '.accepted == 0 and .dead > 1' ;;
	esac
}

shown() {
	"$VHOTEL" sync list --json | jq -r '.[].code'
}

# Lost 0, doubled 0, wrongly shown as accepted 0.
all_is_well() {
	curl -sk "$at/heal" || return 1
	sqlite3 "$VHOTEL_DB" "UPDATE delivery SET next_at = 0 WHERE state IN ('retry', 'unknown')"
	"$VHOTEL" sync replay --all --json >/dev/null 2>&1
	send 8
	told '.left == 0 and .dead == 0 and .rejected == 0 and .unknown == 0' &&
		book ".taken == $ALL and .disorder == 0 and .elsewhere == 0" &&
		[ "$(sqlite3 "$VHOTEL_DB" "SELECT count(*) FROM delivery WHERE state = 'accepted'")" = "$ALL" ]
}

# A certificate of yesterday, which nobody trusts either: whichever is noticed first, not a byte goes there.
certificate_expired() {
	openssl req -newkey rsa:2048 -nodes -keyout "$T/tls.key" -out "$T/tls.csr" -subj /CN=127.0.0.1 >/dev/null 2>&1 &&
		openssl x509 -req -in "$T/tls.csr" -signkey "$T/tls.key" -days -1 -out "$T/tls.pem" >/dev/null 2>&1 || return 1
	openssl x509 -in "$T/tls.pem" -noout -checkend 0 >/dev/null && return 1
	start reply_dropped "$T/tls.pem" "$T/tls.key" || return 1
	send 1
	came_out unsent && grep -q -i certificate "$T/last.err"
}

fault() { # NAME OUTCOME
	start "$1" || return 1
	send 1
	came_out "$2" && all_is_well
}

a_registry_to_send_from || { verdict a_registry_to_send_from 1; exit 1; }

while read -r name outcome; do
	fault "$name" "$outcome"
	verdict "$name" $?
done <<'END'
reply_dropped keeps
reply_after_our_timeout keeps
ok_with_an_error_body keeps
accepted_202_and_nothing_more keeps
html_503 keeps
html_200 keeps
bare_reply_string keeps
unknown_items_reported keeps
half_a_lot_accepted part
order_numbers_shuffled one
item_reported_twice done
item_reported_both_ways keeps
out_before_in_refused done
retry_after_absurd keeps
gone_410 stops
clock_ten_minutes_off stops
password_changed stops
dead_login_as_400 dead
code_table_changed_overnight refused
cut_mid_body keeps
slow_byte_by_byte keeps
redirect_to_a_private_address elsewhere
whole_batch_refused_for_one one_dead
END

cases certificate_expired

# Paths that have a test of their own: PATH FILE NAME.
every_listed_path_has_its_test() {
	local path file name all=0
	while read -r path file name; do
		grep -qE "(^|[ *])$name\\(" "$here/../$file" || { echo "# $path: no $name in $file"; all=1; }
	done <<'END'
webhook_published_value unit/sync/webhook.c signing_gives_the_published_value
webhook_changed_byte unit/sync/webhook.c verifying_takes_the_published_value_and_no_other_byte
webhook_rotation unit/sync/webhook.c any_of_several_signatures_and_keys_is_enough
content_digest_published_values unit/sync/webhook.c the_digest_matches_the_published_ones
webhook_clock_300_s e2e/sync_npm.mjs a_stamp_of_six_minutes_ago_or_ahead_is_refused
retry_after_vectors unit/sync/backoff.c retry_after_binds_within_reason
cloudevents_batch_vectors e2e/sync_npm.mjs an_event_without_an_id_is_refused
cloudevents_empty_batch e2e/sync_npm.mjs an_empty_batch_is_valid
two_versions_of_one_id e2e/sync_npm.mjs two_versions_of_one_id_are_told_apart
idempotency_key_replayed unit/core/stay_change.c key_repeats_a_change_without_doing_it_twice
idempotency_while_running unit/core/races.c same_key_at_once_makes_one_stay_and_answers_all
idempotency_other_body unit/core/stays.c key_of_a_request_gives_back_what_the_first_made
wrong_key e2e/sync_npm.mjs another_secret_is_refused
receipt_tampered e2e/sync_receive.sh receipts_are_verified_offline_and_tampered_ones_refused
receipt_of_a_foreign_key e2e/sync_receive.sh a_rotated_key_is_followed_and_a_foreign_one_is_not
limits_advertised_are_enforced unit/sync/batch.c one_event_over_the_batch_limit_is_refused
one_bad_item_does_not_sink_the_rest unit/sync/receive.c one_bad_event_does_not_sink_the_others
events_out_of_order unit/sync/receive.c any_order_ends_the_same
evidence_of_attempts e2e/sync_receive.sh every_try_is_kept_as_evidence
sent_twice_after_a_kill unit/sync/run.c a_sender_that_dies_leaves_nothing_lost_or_doubled
upstream_down_for_hours unit/sync/run.c an_upstream_that_is_down_is_given_up_after_the_wait
differences_above_found e2e/sync_receive.sh what_differs_above_is_found_and_told_again
correction_of_our_record_from_their_side e2e/sync_receive.sh a_correction_asked_for_above_is_decided_below
correction_repeated unit/sync/remark.c asked_again_it_is_one_task
correction_of_what_is_over_or_unknown unit/sync/remark.c what_is_over_is_answered_so_and_what_is_unknown_is_not
correction_from_a_stranger unit/sync/remark.c who_gets_nothing_of_a_hotel_asks_nothing_about_it
refused_then_amended unit/core/outbox.c amendment_supersedes_what_was_refused_and_the_key_goes_on
redirect_not_followed unit/sync/http.c a_redirect_is_told_and_not_followed
private_addresses unit/sync/http.c addresses_are_https_or_loopback
END
	return $all
}
cases every_listed_path_has_its_test

echo "skip message_signature_rfc_9421 outward signing is by Standard Webhooks alone"
