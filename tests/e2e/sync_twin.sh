#!/bin/bash
# The way up against the twin: every fault at once, a sender that is killed, a second sender, an
# upstream that is down. 2,000 events, in the soak 100,000 and more kills.
set -u
here=$(dirname "$0")
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SOAK=${SOAK:-}
EVENTS=${EVENTS:-${SOAK:+100000}}
EVENTS=${EVENTS:-2000}
KILLS=${SOAK:+20}
KILLS=${KILLS:-2}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
twin=

clean() {
	[ -z "$twin" ] || kill "$twin" 2>/dev/null
}
trap clean EXIT

verdict() { # NAME RC
	[ "$2" = 0 ] && echo "ok $1" || { echo "not ok $1"; sed 's/^/# /' "$T"/last.* 2>/dev/null | tail -n 20; }
}

registry() { # EVENTS KEYS: a fresh one with that many events
	rm -f "$T"/v.*
	"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" >/dev/null 2>&1 &&
		"$VHOTEL" hotel add --area $AREA --json >/dev/null 2>&1 &&
		"$O/tests/e2e/mkevents" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA "$1" "$2"
}

start_twin() { # FAULTS SEED
	rm -f "$T/book.json"
	: >"$T/twin.out"
	"$VHOTEL" twin --listen 127.0.0.1:0 --secret "$SECRET" --faults "$1" --seed "$2" \
		--report "$T/book.json" >"$T/twin.out" 2>"$T/twin.err" &
	twin=$!
	for _ in $(seq 600); do
		grep -q listening "$T/twin.out" && break
		sleep 0.05
	done
	url=$(sed -n 's/^listening on //p' "$T/twin.out")/upstream/events
}

stop_twin() { # the last word of the book
	kill "$twin" && wait "$twin"
	twin=
}

book() { # JQ-FILTER
	jq -e "$1" "$T/book.json" >/dev/null
}

sync() { # ARGS...
	"$VHOTEL" sync run --json "$@" >"$T/last.out" 2>"$T/last.err"
}

status() { # JQ-FILTER over the one upstream
	"$VHOTEL" sync status --json | jq -e ".upstreams[0] | $1" >/dev/null
}

# All that the journal holds is in the book: once, in order, well signed; and we know it.
all_told() {
	book '.order_violations == 0 and .gaps == 0 and .crowded == 0 and .sources[0].first == 1' &&
		book '.signature_failures == 0 and .digest_failures == 0 and .refused == 0' &&
		book ".accepted == .sources[0].last and .accepted >= $1" &&
		status '.sending == 0 and .unknown == 0 and .retry == 0 and .due == 0 and .waiting == 0' &&
		status ".accepted == $(jq .accepted "$T/book.json")"
}

every_fault_at_once() {
	registry "$EVENTS" $((EVENTS / 20)) || return 1
	start_twin all=0.06,slow_ms=1300 2596
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	sync --wait 60 --timeout 1 || return 1
	stop_twin
	jq -e '.left == 0 and .dead == 0 and .rejected == 0 and .unknown == 0' "$T/last.out" >/dev/null || return 1
	jq -e '.accepted + .duplicate >= '"$EVENTS" "$T/last.out" >/dev/null || return 1
	book '[.faults[]] | min > 0' && book '.duplicates > 0' && all_told "$EVENTS"
}

once_more_sends_nothing() {
	start_twin "" 1
	"$VHOTEL" upstream amend district --url "$url" >/dev/null || return 1
	sync --wait 0 || return 1
	stop_twin
	jq -e '.sent == 0 and .left == 0' "$T/last.out" >/dev/null && book '.requests == 0'
}

killed_senders() {
	registry "$EVENTS" $((EVENTS / 20)) || return 1
	start_twin all=0.04,slow_ms=1300 7
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	for i in $(seq "$KILLS"); do
		"$VHOTEL" sync run --wait 60 --timeout 1 >/dev/null 2>&1 &
		sender=$!
		# Not before it has sent something, and at another moment each time.
		for _ in $(seq 300); do
			[ "$(jq .requests "$T/book.json" 2>/dev/null || echo 0)" -gt $((i * 2)) ] && break
			sleep 0.1
		done
		sleep "0.$((RANDOM % 9))"
		kill -9 $sender 2>/dev/null
		wait $sender 2>/dev/null
	done
	sync --wait 60 --timeout 1 || return 1
	stop_twin
	all_told "$EVENTS"
}

second_sender() {
	registry 200 50 || return 1
	start_twin slow=1,slow_ms=4000 1
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	"$VHOTEL" sync run --wait 0 --json >"$T/first.out" 2>/dev/null &
	sender=$!
	until book '.requests > 0' 2>/dev/null || ! kill -0 $sender; do sleep 0.05; done
	sync --wait 0
	rc=$?
	wait $sender || return 1
	stop_twin
	[ $rc = 75 ] && jq -e '.error.code == "sync_busy"' "$T/last.out" >/dev/null &&
		jq -e '.left == 0' "$T/first.out" >/dev/null && book '.duplicates == 0' && all_told 200
}

down_and_up() {
	registry 200 50 || return 1
	"$VHOTEL" upstream add district --url http://127.0.0.1:1/ --secret "$SECRET" >/dev/null || return 1
	sync --wait 1
	[ $? = 75 ] && jq -e '.sent == 0 and .left >= 200' "$T/last.out" >/dev/null || return 1
	start_twin "" 1
	"$VHOTEL" upstream amend district --url "$url" >/dev/null || return 1
	sync --wait 20 || return 1
	stop_twin
	all_told 200
}

wrong_secret() {
	registry 50 50 || return 1
	start_twin "" 1
	"$VHOTEL" upstream add district --url "$url" >/dev/null || return 1
	sync --wait 5
	[ $? = 75 ] && jq -e '.dead == 0 and .left >= 50' "$T/last.out" >/dev/null || return 1
	"$VHOTEL" upstream amend district --secret "$SECRET" >/dev/null || return 1
	sync --wait 5 || return 1
	stop_twin
	book '.signature_failures == 1 and .accepted >= 50'
}

for name in every_fault_at_once once_more_sends_nothing killed_senders second_sender down_and_up wrong_secret; do
	$name
	verdict $name $?
	clean
	twin=
done
