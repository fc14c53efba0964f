#!/bin/bash
# The way up against a receiver that judges our signatures and events by the npm packages standardwebhooks and
# cloudevents, and answers in the ways that upstreams do.
set -u
here=$(cd "$(dirname "$0")" && pwd)
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
EVENTS=250
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
receiver=

# Beside the script, since modules are looked for from there; ignored by git.
if [ ! -d "$here/node_modules/cloudevents" ]; then
	if ! (cd "$here" && npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=20000) >"$T/npm.log" 2>&1; then
		tail -n 3 "$T/npm.log" | sed 's/^/# /'
		echo "skip standardwebhooks npm ci failed: nothing was judged by others' code"
		exit 0
	fi
fi

clean() {
	[ -z "$receiver" ] || kill "$receiver" 2>/dev/null
	receiver=
}
trap clean EXIT

start() { # MODE: a registry with events, an upstream in this mode
	clean
	rm -f "$T"/v.* "$T/book.json" "$T/port"
	"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" >/dev/null 2>&1 &&
		"$VHOTEL" hotel add --area $AREA --json >/dev/null 2>&1 &&
		"$O/tests/e2e/mkevents" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA $EVENTS 25 || return 1
	node "$here/sync_receiver.mjs" "$SECRET" "$T/book.json" "$1" >"$T/port" 2>"$T/last.node" &
	receiver=$!
	for _ in $(seq 600); do
		[ -s "$T/port" ] && break
		sleep 0.05
	done
	"$VHOTEL" upstream add district --url "http://127.0.0.1:$(cat "$T/port")/upstream/events" \
		--secret "$SECRET" >/dev/null
}

sync() {
	"$VHOTEL" sync run --json --wait "$1" >"$T/last.out" 2>"$T/last.err"
}

told() {
	jq -e "$1" "$T/last.out" >/dev/null
}

book() {
	jq -e "$1" "$T/book.json" >/dev/null
}

signatures_pass_and_forgeries_do_not() {
	start accept && sync 5 && told ".accepted >= $EVENTS and .left == 0" &&
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
		sync 5 && book '.verified == .requests' && told '.left == 0'
}

a_refused_event_holds_back_its_key_alone() {
	start reject || return 1
	sync 1
	[ $? = 3 ] && told '.rejected == 1 and .dead == 0 and .left > 1 and .accepted > 200' || return 1
	"$VHOTEL" sync list --json | jq -e 'length == 1 and .[0].code == "no_such_house"' >/dev/null
}

one_bad_event_does_not_sink_its_batch() {
	start poison || return 1
	sync 1
	[ $? = 3 ] && told '.dead == 1 and .accepted > 200' || return 1
	"$VHOTEL" sync list --json | jq -e 'length == 1 and .[0].status == 422' >/dev/null || return 1
	clean
	# Replayed to one that takes it, the held ones follow.
	node "$here/sync_receiver.mjs" "$SECRET" "$T/book.json" accept >"$T/port" 2>"$T/last.node" &
	receiver=$!
	for _ in $(seq 600); do
		[ -s "$T/port" ] && break
		sleep 0.05
	done
	"$VHOTEL" upstream amend district --url "http://127.0.0.1:$(cat "$T/port")/upstream/events" >/dev/null &&
		"$VHOTEL" sync replay --all --json | jq -e '.replayed == 1' >/dev/null &&
		sync 5 && told '.left == 0 and .dead == 0'
}

answers_that_say_nothing_settle_nothing() {
	for mode in empty html redirect; do
		start $mode || return 1
		sync 0
		[ $? = 75 ] && told ".accepted == 0 and .dead == 0 and .left >= $EVENTS" || return 1
		book '.requests == 1 and .bad == []' || return 1
	done
}

who_does_not_know_us_is_asked_once() {
	start deny || return 1
	sync 2
	[ $? = 75 ] && told ".accepted == 0 and .dead == 0 and .left >= $EVENTS" && book '.requests == 1'
}

for name in signatures_pass_and_forgeries_do_not both_secrets_sign_while_one_replaces_the_other \
	a_refused_event_holds_back_its_key_alone one_bad_event_does_not_sink_its_batch \
	answers_that_say_nothing_settle_nothing who_does_not_know_us_is_asked_once; do
	if $name; then
		echo "ok $name"
	else
		echo "not ok $name"
		sed 's/^/# /' "$T"/last.* | tail -n 20
	fi
done
