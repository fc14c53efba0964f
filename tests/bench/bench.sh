#!/bin/bash
# The figures of the house, each beside the bare parts it is made of, measured by turns in one run. `make bench`;
# `make bench T=scans` one of: plates ledger moves scans pages upward. Needs a quiet machine: other work takes from
# both sides, but not alike. QUICK=1: a tenth of everything, to see that it works; EVENTS=50000: so many upward.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
VHOTEL=$(pwd)/$O/vhotel
MAKER=${VHOTEL_SHARED:-../shared}/data/make_ledger.py
AREA=310116104205
SCALE=$([ -n "${QUICK:-}" ] && echo 1 || echo 10)
WANT=${*:-plates ledger moves scans pages upward}
T=$(mktemp -d "$(pwd)/$O/bench.XXXXXX") || exit 1
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key LC_ALL=C.UTF-8
pids=

finish() {
	[ -z "$pids" ] || kill $pids 2>/dev/null
	wait
	rm -rf "$T"
}
trap finish EXIT

wanted() {
	case " $WANT " in *" $1 "*) true ;; *) false ;; esac
}

die() {
	echo "bench: $*" >&2
	exit 1
}

median() { # COLUMN FILE
	cut -d ' ' -f "$1" "$2" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

new_registry() {
	rm -f "$T"/v.db*
	[ -s "$VHOTEL_KEY_FILE" ] && rm "$VHOTEL_KEY_FILE"
	"$VHOTEL" init >/dev/null 2>&1 && "$VHOTEL" hotel add --area $AREA >/dev/null 2>&1 || die "no registry"
}

says_something() { # FILE: waits up to 4 s for its first byte
	for _ in $(seq 400); do
		[ -s "$1" ] && break
		sleep 0.01
	done
}

serve() { # sets ADDR and SERVER
	: >"$T/serve.out"
	"$VHOTEL" serve --listen 127.0.0.1:0 --json >"$T/serve.out" 2>"$T/serve.log" &
	SERVER=$!
	pids="$pids $SERVER"
	says_something "$T/serve.out"
	ADDR=$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/serve.out")
	[ -n "$ADDR" ] || die "no server: $(tail -n 2 "$T/serve.log")"
}

account() { # ROLE: prints a token
	"$VHOTEL" user add "$1" --role "$1" --scope $AREA >/dev/null && "$VHOTEL" user token "$1"
}

get() { # TOKEN PATH
	curl -sf -H "Authorization: Bearer $1" -H 'Accept: application/json' "http://$ADDR$2"
}

ledger_of() { # ROOMS FILE: a clerk's ledger; the sample of the repository where the maker is missing
	if [ -f "$MAKER" ] && command -v python3 >/dev/null; then
		python3 "$MAKER" --rooms "$1" --seed 1 --style csv "$2" >/dev/null
	else
		echo "SKIPPED: no $MAKER: the sample of 60 rooms instead of a ledger of $1; the figures say little"
		cp tests/data/ledger.csv "$2"
	fi
}

empty_rooms() { # N FILE
	awk -v n="$1" 'BEGIN {
		print "门牌地址,房间号,租客姓名,证件号码,入住日期,备注"
		for (i = 0; i < n; i++)
			printf "东新%d号,%d,,,,空置\n", 3001 + i / 20, 101 + i % 20
	}' >"$2"
}

plates() {
	echo "plates"
	"$O/tests/bench/plates" "$T" $((SCALE * 500)) || die plates
}

ledger() {
	local rounds=3 round rows ours bare
	ledger_of $((SCALE * 10000)) "$T/ledger.csv"
	rows=$(($(wc -l <"$T/ledger.csv") - 3)) # title, header, total
	echo "ledger of $rows rows"
	for round in $(seq $rounds); do
		new_registry
		"$O/tests/bench/timed" "$T/ours" "$VHOTEL" ledger import "$T/ledger.csv" --hotel $AREA --json 2>/dev/null
		[ $? = 3 ] || [ $? = 0 ] || die "import"
		rm -f "$T/import.db"
		"$O/tests/bench/timed" "$T/bare" sqlite3 "$T/import.db" .mode\ csv ".import $T/ledger.csv ledger" \
			2>/dev/null || die "sqlite3 .import"
	done
	ours=$(median 1 "$T/ours")
	bare=$(median 1 "$T/bare")
	awk -v rows="$rows" -v a="$ours" -v b="$bare" -v ma="$(median 2 "$T/ours")" -v mb="$(median 2 "$T/bare")" \
		-v pa="$(median 3 "$T/ours")" -v pb="$(median 3 "$T/bare")" 'BEGIN {
		row = "  %-34s %9.0f rows/s  %6.2f s, of the processor %6.2f s  peak %4.0f MiB\n"
		printf row, "ledger import", rows / a, a, pa, ma
		printf row, "sqlite3 .import of the same file", rows / b, b, pb, mb
		printf "  ratio %.3f (goal: in the order of ten seconds for 100,000 rooms, under 150 MiB)\n", b / a
		print "  an import writes 8 indexed rows a tenant, sealed, each with its event; .import writes one, and no index"
	}'
}

moves() {
	local n=$((SCALE * 1000)) clerk
	mkdir "$T/core"
	echo "move-ins"
	"$O/tests/bench/core" "$T/core" $((n * 2)) $((n * 5)) || die core
	new_registry
	empty_rooms $((n / 2)) "$T/empty.csv"
	"$VHOTEL" ledger import "$T/empty.csv" --hotel $AREA --json >/dev/null 2>&1 || die "rooms"
	clerk=$(account clerk)
	serve
	get "$clerk" /h/$AREA/rack | jq -r '.houses[].rooms[].id' >"$T/rooms" || die "rack"
	"$O/tests/bench/core" "$T" "$n" "$ADDR" "$SERVER" "$clerk" "$VHOTEL_DB" $AREA "$T/rooms" || die "moves"
	kill "$SERVER"
	wait "$SERVER"
}

scans() {
	local police clerk empty rooms=$((SCALE * 300)) round=$((SCALE / 5 + 1))
	new_registry
	ledger_of $rooms "$T/village.csv"
	"$VHOTEL" ledger import "$T/village.csv" --hotel $AREA --json >/dev/null 2>&1
	police=$(account police)
	clerk=$(account clerk)
	serve
	get "$clerk" /h/$AREA/rack | jq -r '.houses[].rooms[].plate.code | "/R/" + .' >"$T/paths" || die "rack"
	"$O/tests/bench/empty" 127.0.0.1:0 16 >"$T/empty" &
	empty=$!
	pids="$pids $empty"
	for _ in $(seq 200); do
		[ -s "$T/empty" ] && break
		sleep 0.01
	done
	for connections in 16 64; do
		echo "audited scans, $connections connections, 16 threads"
		"$O/tests/bench/load" "$T/paths" "$police" $connections $round 5 "scans, audited" "$ADDR" $SERVER \
			"empty libmicrohttpd handler" "$(cat "$T/empty")" $empty || die scans
	done
	cat <<-'END'
	  why not 0.3: a scan runs some twelve statements, opens the sealed fields of two people and waits for the
	  disk, in 350,000 instructions; the empty handler needs 12,000. Half of them are the writer's thread.
	  next: one statement for plate, room and house; token and hotel kept in memory while nobody has committed.
	END
	"$VHOTEL" check --json | jq -e .ok >/dev/null || die "the registry is not whole after the scans"
	kill "$SERVER" "$empty"
	wait
}

# The pages of a village's head: each sums over the whole hotel in one read, which has two seconds.
pages() {
	local token path
	new_registry
	ledger_of $((SCALE * 1000)) "$T/village.csv"
	"$VHOTEL" ledger import "$T/village.csv" --hotel $AREA --json >/dev/null 2>&1
	# Two years of visits, a fortnight apart; origins are read from every document.
	sqlite3 "$VHOTEL_DB" "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 52)
		INSERT INTO inspection SELECT hotel, id * 9 + i % 9 + i * 1000000000, id * 9 + i, house, id,
			$(date +%s)000 - i * 1209600000, 1, 'door',
			CASE WHEN (id + i) % 9 = 0 THEN 'nobody_home' ELSE 'as_registered' END, 2, NULL, NULL, 1 FROM room, k;
		INSERT INTO setting (key, value) SELECT 'hotel/' || id || '/origin', 'on' FROM hotel" || die "visits"
	token=$(account head)
	serve
	echo "pages of the head, $(sqlite3 "$VHOTEL_DB" "SELECT (SELECT count(*) FROM room) || ' rooms, '
		|| (SELECT count(*) FROM stay) || ' stays, ' || (SELECT count(*) FROM inspection) || ' visits'")"
	for path in figures "report?month=$(date +%Y-%m)" map; do
		for _ in $(seq 9); do
			curl -sf -o /dev/null -w '%{time_total}\n' -H "Authorization: Bearer $token" \
				"http://$ADDR/h/$AREA/$path" || die "$path"
		done >"$T/times"
		printf '  %-34s %6.3f s (limit of a read: 2 s)\n' "$path" "$(median 1 "$T/times")"
	done
	kill "$SERVER"
	wait
}

receiver() { # COMMAND...: one that prints where it listens; sets ADDR and SERVER
	: >"$T/receiver"
	"$@" >"$T/receiver" 2>"$T/receiver.log" &
	SERVER=$!
	pids="$pids $SERVER"
	says_something "$T/receiver"
	ADDR=$(sed -E 's,.*http://,,;s/.*"listening":"([^"]*)".*/\1/' "$T/receiver")
	[ -n "$ADDR" ] || die "no receiver: $(tail -n 2 "$T/receiver.log")"
}

receiver_ends() { # its last word in $T/book; sets SPENT, the seconds of the processor that it took
	curl -sf -o "$T/book" "http://$ADDR/report" || die "no report"
	SPENT=$(awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$SERVER/stat")
	kill "$SERVER"
	wait "$SERVER"
}

whole() { # WHO EVENTS: the receiver's application has had all, each once, in order, and nothing was refused
	jq -e ".accepted == $2 and .gaps == 0 and .order_violations == 0 and .refused == 0
		and .signature_failures == 0 and .digest_failures == 0" "$T/book" >/dev/null ||
		die "$1: $(jq -c 'del(.sources)' "$T/book")"
}

# What waits is sent three times: to a receiver that keeps the batches, by a sender that is killed and a second one;
# by a sender that is timed; and as ready-made bytes, by curl.
upward_killed() { # half way; a second run brings the rest. The bodies stay in $T/kept; sets BATCHES
	local sender had twice
	mkdir "$T/kept"
	receiver "$O/tests/bench/keeper" 127.0.0.1:0 "$secret" "$T/kept"
	"$VHOTEL" upstream add district --url "http://$ADDR/upstream/events" --secret "$secret" >/dev/null || die upstream
	"$VHOTEL" sync run >/dev/null 2>&1 &
	sender=$!
	pids="$pids $sender"
	until [ "$(curl -sf "http://$ADDR/report" | jq .accepted)" -ge $((events / 2)) ]; do
		kill -0 $sender || die "the sender ended early"
		sleep 0.05
	done
	kill -9 $sender
	wait $sender 2>/dev/null
	had=$(curl -sf "http://$ADDR/report" | jq .accepted)
	[ "$had" -lt "$events" ] || die "killed too late"
	"$VHOTEL" sync run --json --wait 60 >"$T/second" 2>/dev/null || die "second run: $(cat "$T/second")"
	receiver_ends
	whole "the second run" "$events"
	twice=$(jq .duplicates "$T/book")
	echo "  killed when the receiver had $had; the second run brought it to $(jq .accepted "$T/book"), its application got none twice"
	echo "  came twice and were known by their ids: $twice (had been taken, their answers died with the sender);" \
		"the sender was told so of $(jq .duplicate "$T/second")"
	BATCHES=$(wc -l <"$T/kept/list")
}

upward_ours() { # a whole run against the twin, into $T/ours and $T/ours.spent
	receiver "$VHOTEL" twin --listen 127.0.0.1:0 --secret "$secret"
	"$VHOTEL" upstream add district --url "http://$ADDR/upstream/events" --secret "$secret" >/dev/null || die upstream
	"$O/tests/bench/timed" "$T/ours" "$VHOTEL" sync run --json 2>/dev/null || die "sync run"
	receiver_ends
	whole "the sender" "$events"
	[ "$(jq .duplicates "$T/book")" = 0 ] || die "the sender sent an event twice"
	echo "$SPENT" >"$T/ours.spent"
}

upward_bare() { # CONNECTIONS: the kept bodies, signed anew, by curl, into $T/bare; sets SPENT
	receiver "$VHOTEL" twin --listen 127.0.0.1:0 --secret "$secret"
	"$O/tests/bench/keeper" sign "$secret" "$T/kept" "http://$ADDR/upstream/events" >"$T/curlrc" || die sign
	"$O/tests/bench/timed" "$T/bare" curl -sS --no-progress-meter -Z --parallel-max "$1" -K "$T/curlrc" || die "curl"
	receiver_ends
	jq -e ".accepted == $events and .duplicates == 0 and .requests == $BATCHES" "$T/book" >/dev/null ||
		die "curl: $(jq -c 'del(.sources)' "$T/book")"
}

upward() {
	local events=${EVENTS:-$((SCALE * 100000))} conns areas secret
	conns=$(awk '$2 == "LIM_SYNC_FLIGHTS_EACH" { print $3 }' include/vh/limits.h)
	areas=$(awk -F , '$4 == "village" { print $1 }' src/base/data/areas-tinglin.csv)
	secret=whsec_$(head -c 32 /dev/urandom | base64)
	rm -f "$T"/v.*
	"$VHOTEL" init --areas src/base/data/areas-tinglin.csv >/dev/null 2>&1 || die "no registry"
	# shellcheck disable=SC2086 # a list of areas
	"$O/tests/bench/waiting" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" "$events" $areas || die waiting
	cp "$VHOTEL_DB" "$T/waiting.db"
	echo "upward, $events events of $(echo "$areas" | wc -w) hotels waiting, $conns connections"
	upward_killed

	rm -f "$T"/v.db*
	mv "$T/waiting.db" "$VHOTEL_DB"
	sync -f "$VHOTEL_DB"
	upward_ours
	upward_bare "$conns"
	awk -v n="$events" -v batches="$BATCHES" -v bytes="$(cat "$T"/kept/[0-9]* | wc -c)" -v sa="$(cat "$T/ours.spent")" \
		-v sb="$SPENT" -v a="$(median 1 "$T/ours")" -v b="$(median 1 "$T/bare")" -v ma="$(median 2 "$T/ours")" \
		-v pa="$(median 3 "$T/ours")" -v pb="$(median 3 "$T/bare")" 'BEGIN {
		printf "  %d batches, %.0f MiB, to the twin, which checks signature and digest and keeps a book of ids\n",
			batches, bytes / 1048576
		row = "  %-34s %9.0f events/s  %7.2f s, of the processor %6.2f s, of the receiver %6.2f s\n"
		printf row, "sync run", n / a, a, pa, sa
		printf row, "curl, the same bytes ready-made", n / b, b, pb, sb
		printf "  ratio %.2f (goal 0.5); peak of the sender %.0f MiB (goal under 64)\n", b / a, ma
	}'
	rm -rf "$T/kept" "$T/curlrc"
}

echo "$(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
for part in plates ledger moves scans pages upward; do
	wanted $part && $part
done
exit 0
