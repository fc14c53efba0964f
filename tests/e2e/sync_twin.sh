#!/bin/bash
# The way up against the twin: every fault at once, a sender that is killed, a second sender, an
# upstream that is down. 2,000 events, in the soak 100,000 and more kills.
. "$(dirname "$0")/lib_sync.sh"
SOAK=${SOAK:-}
EVENTS=${EVENTS:-${SOAK:+100000}}
EVENTS=${EVENTS:-2000}
KILLS=${SOAK:+20}
KILLS=${KILLS:-2}

start_twin() { # FAULTS SEED
	rm -f "$T/book.json"
	launch twin.out "$VHOTEL" twin --listen 127.0.0.1:0 --secret "$SECRET" --faults "$1" --seed "$2" \
		--report "$T/book.json" || return 1
	url=$(sed -n 's/^listening on //p' "$T/twin.out")/upstream/events
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
	hotel && events "$EVENTS" $((EVENTS / 20)) || return 1
	start_twin all=0.06,slow_ms=1300 2596
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	sync --wait 60 --timeout 1 || return 1
	clean # the last word of the book
	told '.left == 0 and .dead == 0 and .rejected == 0 and .unknown == 0' || return 1
	told ".accepted + .duplicate >= $EVENTS" || return 1
	book '[.faults[]] | min > 0' && book '.duplicates > 0' && all_told "$EVENTS"
}

once_more_sends_nothing() {
	start_twin "" 1
	"$VHOTEL" upstream amend district --url "$url" >/dev/null || return 1
	sync --wait 0 || return 1
	clean
	told '.sent == 0 and .left == 0' && book '.requests == 0'
}

killed_senders() {
	hotel && events "$EVENTS" $((EVENTS / 20)) || return 1
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
	clean
	all_told "$EVENTS"
}

second_sender() {
	hotel && events 200 50 || return 1
	start_twin slow=1,slow_ms=4000 1
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	"$VHOTEL" sync run --wait 0 --json >"$T/first.out" 2>/dev/null &
	sender=$!
	until book '.requests > 0' 2>/dev/null || ! kill -0 $sender; do sleep 0.05; done
	sync --wait 0
	rc=$?
	wait $sender || return 1
	clean
	[ $rc = 75 ] && told '.error.code == "sync_busy"' &&
		jq -e '.left == 0' "$T/first.out" >/dev/null && book '.duplicates == 0' && all_told 200
}

down_and_up() {
	hotel && events 200 50 || return 1
	"$VHOTEL" upstream add district --url http://127.0.0.1:1/ --secret "$SECRET" >/dev/null || return 1
	sync --wait 1
	[ $? = 75 ] && told '.sent == 0 and .left >= 200' || return 1
	start_twin "" 1
	"$VHOTEL" upstream amend district --url "$url" >/dev/null || return 1
	sync --wait 20 || return 1
	clean
	all_told 200
}

wrong_secret() {
	hotel && events 50 50 || return 1
	start_twin "" 1
	"$VHOTEL" upstream add district --url "$url" >/dev/null || return 1
	sync --wait 5
	[ $? = 75 ] && told '.dead == 0 and .left >= 50' || return 1
	"$VHOTEL" upstream amend district --secret "$SECRET" >/dev/null || return 1
	sync --wait 5 || return 1
	clean
	book '.signature_failures == 1 and .accepted >= 50'
}

# The journal's line: one, whole, and none where somebody looks on.
lines() { grep -c 'event=sync.done' "$1"; }
counted() { # FILE SENT
	grep -qE "level=info event=sync.done upstreams=1 sent=$2 accepted=$2 again=0 rejected=0 dead=0 unknown=0 left=0 ms=[0-9]+\$" \
		"$1" && [ "$(lines "$1")" = 1 ]
}
one_line_for_the_journal() {
	hotel && events 50 50 || return 1
	start_twin "" 1
	"$VHOTEL" upstream add district --url "$url" --secret "$SECRET" >/dev/null || return 1
	sync --wait 0 && told '.accepted > 50' && counted "$T/last.err" "$(jq .accepted "$T/last.out")" || return 1
	"$VHOTEL" night --wait 0 >"$T/last.night" 2>"$T/last.err" || return 1
	counted "$T/last.err" "[0-9]+" && ! grep -q sync.done "$T/last.night" || return 1
	script -qec "'$VHOTEL' sync run --wait 0" /dev/null >"$T/last.seen" </dev/null || return 1
	grep -q '^accepted ' "$T/last.seen" && [ "$(lines "$T/last.seen")" = 0 ]
}

for name in every_fault_at_once once_more_sends_nothing killed_senders second_sender down_and_up wrong_secret \
	one_line_for_the_journal; do
	cases $name
	clean
done
