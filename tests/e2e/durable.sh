#!/bin/bash
# Nothing is acknowledged before the disk has it: in a trace of the server's system calls an fdatasync begins after
# each change was read and ends before its answer is written; the same for an officer's scan, whose access row is a
# write too. Needs strace and the right to trace.
. "$(dirname "$0")/lib_serve.sh"

if ! strace -o /dev/null true 2>/dev/null; then
	echo "skip every_answer_waits_for_the_disk strace is not there or may not trace"
	exit 0
fi

registry 4 && serve && list_rooms || { echo "not ok the_server_starts"; exit 1; }

# order FILE READ WRITTEN: of every line that reads READ it says what came before WRITTEN: `synced` or `early`. A
# call that another thread's interrupts stands in two lines: it begins in the first and ends in the second.
order() {
	awk -v read="$2" -v written="$3" '
		function begins(line) { return line !~ /resumed>/ }
		function ends(line) { return line !~ /unfinished/ }
		index($0, read) { waiting = 1; began = done = 0; next }
		!waiting { next }
		/fdatasync\(|fsync\(/ && begins($0) { began++ }
		/fdatasync|fsync/ && ends($0) && / = 0$/ && began { done = 1 }
		index($0, written) { print done ? "synced" : "early"; waiting = 0 }' "$1"
}

post() { # PATH BODY: prints the id
	curl -sf -H "Authorization: Bearer $CLERK" -H 'Accept: application/json' -H 'Content-Type: application/json' \
		-H "Idempotency-Key: $RANDOM$RANDOM" -d "$2" "http://$ADDR$1" | jq -r .id
}

traced() {
	local room who stay n=0 code
	strace -f -qq -s 80 -o "$T/trace" -e trace=read,recvfrom,recvmsg,write,sendto,sendmsg,writev,sendfile,fdatasync,fsync \
		-p "$SERVER" 2>"$T/strace" &
	local tracer=$!
	until grep -q . "$T/trace" 2>/dev/null || [ $((n += 1)) -gt 100 ]; do
		curl -sf "http://$ADDR/healthz" >/dev/null
		sleep 0.05
	done
	n=0
	while read -r room; do
		who="{\"name\":\"韦娜\",\"doc_type\":\"passport\",\"doc_no\":\"E1234567$n\",\"since\":\"2026-11-02\"}"
		stay=$(post "/h/$HOTEL/rooms/$room/stays" "$who")
		post "/h/$HOTEL/stays/$stay/out" '{"out":"2026-11-20"}' >/dev/null
		n=$((n + 1))
	done <"$T/rooms"
	code=$(get "$CLERK" /h/$HOTEL/rack | jq -r '.houses[0].rooms[0].plate.code')
	post "/h/$HOTEL/rooms/$(head -n 1 "$T/rooms")/stays" "$who" >/dev/null
	for _ in 1 2 3; do
		get "$POLICE" "/r/$code" >/dev/null
	done
	# The control: what writes nothing. Once may meet a sync of the server's own (sealing); not each time.
	for _ in 1 2 3 4 5 6 7 8; do
		curl -sf "http://$ADDR/healthz" >/dev/null
		sleep 0.05
	done
	hang_up
	wait "$tracer"
}

all_synced() { # FILE COUNT READ WRITTEN
	order "$1" "$3" "$4" >"$T/said"
	note "$(sort "$T/said" | uniq -c | xargs)"
	[ "$(wc -l <"$T/said")" = "$2" ] && ! grep -q early "$T/said"
}

every_change_waits_for_the_disk() {
	all_synced "$T/trace" 9 '"POST /h/' '"HTTP/1.1 20'
}

every_scan_waits_for_the_disk() {
	all_synced "$T/trace" 3 '"GET /r/' '"HTTP/1.1 200'
}

what_writes_nothing_does_not() {
	order "$T/trace" '"GET /healthz' '"HTTP/1.1 200' >"$T/said"
	grep -q early "$T/said"
}

an_early_answer_is_seen() {
	grep -v 'fdatasync\|fsync' "$T/trace" >"$T/unsynced"
	! all_synced "$T/unsynced" 9 '"POST /h/' '"HTTP/1.1 20'
}

traced
every_change_waits_for_the_disk
verdict every_change_waits_for_the_disk
every_scan_waits_for_the_disk
verdict every_scan_waits_for_the_disk
what_writes_nothing_does_not
verdict what_writes_nothing_does_not
an_early_answer_is_seen
verdict an_early_answer_is_seen
