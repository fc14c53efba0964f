#!/bin/bash
# The way up against a receiver that judges our signatures and events by the npm packages standardwebhooks and
# cloudevents, and answers in the ways that upstreams do.
. "$(dirname "$0")/lib_sync.sh"
EVENTS=250
from_npm standardwebhooks "nothing was judged by others' code"

start() { # MODE: a registry with events, an upstream in this mode
	clean
	rm -f "$T/book.json"
	hotel && events $EVENTS 25 && receive "$1" &&
		"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null
}

receive() { # MODE: sets url
	launch port node "$here/sync_receiver.mjs" "$SECRET" "$T/book.json" "$1" || return 1
	url=http://127.0.0.1:$(cat "$T/port")/upstream/events
}

signatures_pass_and_forgeries_do_not() {
	start accept && sync --wait 5 && told ".accepted >= $EVENTS and .left == 0" &&
		book '.requests > 1 and .verified == .requests and .digest == .requests' &&
		book ".events >= $EVENTS and .parsed == .events" &&
		book '.forgeries > 60 and .refused_forgeries == .forgeries and .bad == []' &&
		book "(.ids | length) >= $EVENTS and (.ids | unique | length) == (.ids | length)" &&
		book '(.webhooks | unique | length) == .requests' &&
		"$VHOTEL" sync list --state accepted --json | jq -e '.[0].receipt | startswith("receipt-")' >/dev/null
}

both_secrets_sign_while_one_replaces_the_other() {
	start accept || return 1
	"$VHOTEL" upstream amend district --secret "whsec_$(head -c 24 /dev/urandom | base64) $SECRET" >/dev/null &&
		sync --wait 5 && book '.verified == .requests' && told '.left == 0'
}

a_refused_event_holds_back_its_key_alone() {
	start reject || return 1
	sync --wait 1
	[ $? = 3 ] && told '.rejected == 1 and .dead == 0 and .left > 1 and .accepted > 200' || return 1
	"$VHOTEL" sync list --json | jq -e 'length == 1 and .[0].code == "no_such_house"' >/dev/null
}

one_bad_event_does_not_sink_its_batch() {
	start poison || return 1
	sync --wait 1
	[ $? = 3 ] && told '.dead == 1 and .accepted > 200' || return 1
	"$VHOTEL" sync list --json | jq -e 'length == 1 and .[0].status == 422' >/dev/null || return 1
	clean
	# Replayed to one that takes it, the held ones follow.
	receive accept && "$VHOTEL" upstream amend district --url "$url" >/dev/null &&
		"$VHOTEL" sync replay --all --json | jq -e '.replayed == 1' >/dev/null &&
		sync --wait 5 && told '.left == 0 and .dead == 0'
}

answers_that_say_nothing_settle_nothing() {
	for mode in empty html redirect; do
		start $mode || return 1
		sync --wait 0
		[ $? = 75 ] && told ".accepted == 0 and .dead == 0 and .left >= $EVENTS" || return 1
		book '.requests == 1 and .bad == []' || return 1
	done
}

who_does_not_know_us_is_asked_once() {
	start deny || return 1
	sync --wait 2
	[ $? = 75 ] && told ".accepted == 0 and .dead == 0 and .left >= $EVENTS" && book '.requests == 1'
}

cases signatures_pass_and_forgeries_do_not both_secrets_sign_while_one_replaces_the_other \
	a_refused_event_holds_back_its_key_alone one_bad_event_does_not_sink_its_batch \
	answers_that_say_nothing_settle_nothing who_does_not_know_us_is_asked_once
