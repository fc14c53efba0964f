#!/bin/bash
# Three registries in a row, village, town and district, each a server of its own: what the village files is read at
# the district, under the village's own ids and with a receipt of the next tier.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
VHOTEL=${VHOTEL:-$(pwd)/$O/vhotel}
T=${T:-$(mktemp -d)}
AREA=310116104205
pids=

at() { # NODE ARGUMENTS...
	local node=$1
	shift
	VHOTEL_DB=$T/$node.db VHOTEL_KEY_FILE=$T/$node.key "$VHOTEL" "$@"
}

clean() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null && wait "$pid"
	done
}
trap clean EXIT

verdict() { # NAME, after a test
	if [ $? = 0 ]; then echo "ok $1"; else echo "not ok $1"; fi
}

node() { # NAME: a registry that listens; its address is in $T/NAME.at
	at "$1" init --public-url "https://$1.vh.cn" >/dev/null || return 1
	# Not by at(): a function in the background is a shell around it, and that is what would be killed.
	VHOTEL_DB=$T/$1.db VHOTEL_KEY_FILE=$T/$1.key "$VHOTEL" serve --listen 127.0.0.1:0 --json >"$T/$1.out" 2>"$T/$1.log" &
	pids="$pids $!"
	for _ in $(seq 600); do
		[ -s "$T/$1.out" ] && break
		sleep 0.05
	done
	sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/$1.out" >"$T/$1.at"
	[ -s "$T/$1.at" ]
}

link() { # LOWER UPPER SCOPE: the lower one tells the upper one
	local secret
	secret=$(at "$2" source add "$1" --scope "$3" --json | jq -r .secret) &&
		at "$1" upstream add "$2" --url "http://$(cat "$T/$2.at")/upstream/events" --secret "$secret" >/dev/null
}

change() { # NODE: one thing more to tell
	local room
	room=$(sqlite3 "$T/$1.db" "SELECT id FROM room WHERE letting = 'open' AND id NOT IN (SELECT room FROM stay) LIMIT 1")
	printf '{"name":"韦娜","doc_type":"passport","doc_no":"E%08d","since":"2026-11-02"}' $RANDOM >"$T/body"
	at "$1" stay in --hotel $AREA --room "$room" --body "$T/body" >/dev/null
}

shows() { # NODE: what its rack says
	local token
	token=$(at "$1" user token reader) || return 1
	curl -s -H "Authorization: Bearer $token" -H 'Accept: application/json' \
		"http://$(cat "$T/$1.at")/h/$AREA/rack" |
		jq -cS '[.totals, [.houses[] | [.id, .address, [.rooms[] | [.id, .no, .letting, .registered]]]]]'
}

send() { # NODE: everything that is due there is accepted
	at "$1" sync run --json >"$T/$1.sync" || return 1
	jq -e '.left == 0 and .rejected == 0 and .dead == 0' "$T/$1.sync" >/dev/null
}

three_nodes_start() {
	local name
	for name in village town district; do
		node $name || return 1
		at $name user add reader --role clerk --scope 310116000000 >/dev/null || return 1
	done
	at village hotel add --area $AREA --retention 24 --entrusted-by 亭林镇 --desk-phone 02100000000 >/dev/null &&
		link village town $AREA && link town district 310116104000
}

a_village_is_read_two_tiers_up() {
	at village ledger import tests/data/ledger.csv --hotel $AREA >/dev/null
	send village && send town || return 1
	shows village >"$T/a" && shows town >"$T/b" && shows district >"$T/c" || return 1
	[ "$(jq '.[0].registered' "$T/a")" -gt 10 ] && cmp "$T/a" "$T/b" && cmp "$T/a" "$T/c"
}

receipts_are_of_the_next_tier() {
	local key
	key=$(curl -sf "http://$(cat "$T/town.at")/upstream/keys" | jq -r '.keys[0].id')
	sqlite3 "$T/village.db" 'SELECT receipt FROM delivery' >"$T/receipts"
	[ "$(wc -l <"$T/receipts")" -gt 100 ] && [ "$(grep -vc "^v1\.$key\.$AREA\." "$T/receipts")" = 0 ]
}

receipts_are_verified_offline_and_tampered_ones_refused() {
	local one key
	one=$(sqlite3 "$T/village.db" 'SELECT receipt FROM delivery LIMIT 1')
	key=$(curl -sf "http://$(cat "$T/town.at")/upstream/keys" | jq -r '.keys[0].public')
	at village receipt verify "$one" --json | jq -e '.genuine' >/dev/null || return 1
	VHOTEL_DB=$T/none VHOTEL_KEY_FILE=$T/none "$VHOTEL" receipt verify "$one" --key "$key" >/dev/null || return 1
	at village receipt verify "${one/$AREA/310116104206}" --json >"$T/said" 2>&1 && return 1
	grep -q receipt_forged "$T/said"
}

asks() { # NODE RECEIPT: what its page tells a stranger, into $T/said
	curl -sf -H 'Accept: application/json' -G --data-urlencode "r=$2" "http://$(cat "$T/$1.at")/receipt" >"$T/said"
}

# As printed: a decoder that is not ours reads the code, whoever scans it is told what the paper says, and no more.
a_printed_receipt_is_scanned_and_checked_by_anybody() {
	local stay token one url
	stay=$(sqlite3 "$T/village.db" 'SELECT min(id) FROM stay')
	token=$(at village user token reader)
	curl -sf -H "Authorization: Bearer $token" -H 'Accept: text/html' \
		"http://$(cat "$T/village.at")/h/$AREA/stays/$stay/receipt" >"$T/paper" || return 1
	one=$(grep -o 'class="code receipt">v1[^<]*' "$T/paper" | head -n 1)
	one=${one#*>}
	sed -n 's/.*src="data:image\/png;base64,\([^"]*\)".*/\1/p' "$T/paper" | head -n 1 | base64 -d >"$T/code.png"
	url=$(zbarimg --nodbus -q --raw -Sdisable -Sqrcode.enable "$T/code.png")
	[ "$url" = "https://village.vh.cn/receipt?r=$one" ] || { echo "# $url"; return 1; }
	asks village "${url#*r=}" && jq -e --arg hotel $AREA '.code == "genuine" and .upstream == "town" and
		.hotel == $hotel and (.older | not)' "$T/said" >/dev/null || return 1
	asks village "${one/$AREA/310116104206}" && jq -e '.code == "receipt_forged"' "$T/said" >/dev/null || return 1
	# The tier above pinned others' keys, not its own.
	asks town "$one" && jq -e '.code == "receipt_key" and .event == null' "$T/said" >/dev/null
}

a_rotated_key_is_followed_and_a_foreign_one_is_not() {
	at town receipt rotate >/dev/null && change village && send village || return 1
	[ "$(sqlite3 "$T/village.db" 'SELECT count(*) FROM upstream_key')" = 2 ] || return 1
	# What the earlier key signed is as good as before, and said to be of an earlier key.
	asks village "$(head -n 1 "$T/receipts")" && jq -e '.code == "genuine" and .older' "$T/said" >/dev/null || return 1
	asks village "$(sqlite3 "$T/village.db" 'SELECT receipt FROM delivery ORDER BY epoch DESC, seq DESC LIMIT 1')" &&
		jq -e '.code == "genuine" and (.older | not)' "$T/said" >/dev/null || return 1
	# A key that no pinned one hands over to: what is accepted by it stays unknown.
	sqlite3 "$T/village.db" "CREATE TEMP TABLE one AS SELECT upstream, since FROM upstream_key LIMIT 1;
		DELETE FROM upstream_key;
		INSERT INTO upstream_key SELECT upstream, '0123456789abcdef', randomblob(32), since FROM one"
	change village
	at village sync run --wait 0 --json >"$T/village.sync"
	jq -e '.accepted == 0 and .unknown > 0' "$T/village.sync" >/dev/null || return 1
	[ "$(sqlite3 "$T/village.db" "SELECT DISTINCT code FROM delivery WHERE state = 'unknown'")" = receipt_key ] ||
		return 1
	sqlite3 "$T/village.db" 'DELETE FROM upstream_key; UPDATE delivery SET next_at = 0'
	at village upstream pin town >/dev/null && send village
}

every_try_is_kept_as_evidence() {
	at village sync attempts --json >"$T/said"
	jq -e 'length > 1 and all(.[]; .code == "ok" and .status == 200 and .first <= .last and .events > 0)' \
		"$T/said" >/dev/null
}

ids_are_the_village_s_own() {
	sqlite3 "$T/village.db" 'SELECT id FROM event ORDER BY id' >"$T/a"
	sqlite3 "$T/district.db" 'SELECT id FROM received ORDER BY id' >"$T/b"
	cmp "$T/a" "$T/b"
}

nothing_goes_twice() {
	send village && send town && [ "$(jq '.sent' "$T/village.sync" "$T/town.sync" | xargs)" = "0 0" ]
}

every_node_is_sound() {
	local name
	for name in village town district; do
		at $name check --json >"$T/check" || { sed 's/^/# /' "$T/check"; return 1; }
	done
}

a_stranger_s_batch_is_refused_and_logged() {
	local status
	status=$(curl -s -o "$T/answer" -w '%{http_code}' -H 'Content-Type: application/cloudevents-batch+json' \
		-H "Vhotel-Source: $AREA" -H 'webhook-id: a' -H "webhook-timestamp: $(date +%s)" \
		-H 'webhook-signature: v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' -d '[]' \
		"http://$(cat "$T/town.at")/upstream/events")
	[ "$status" = 401 ] && [ "$(jq -r .code "$T/answer")" = signature ] &&
		grep -q 'event=receive.refused.*code=signature' "$T/town.log"
}

reconcile() { # NODE [--repair]: what it says is in $T/said
	at "$1" sync reconcile --json "${@:2}" >"$T/said"
	jq -c '{asked, waiting, mute, resent, differ, repaired}' "$T/said" | sed 's/^/# /'
}

says() { # FILTER: does the last reconciliation say so?
	jq -e "$1" "$T/said" >/dev/null
}

all_tiers_agree() {
	local name
	send town || return 1
	for name in village town; do
		reconcile $name
		says '.asked == 1 and .differ == 0 and .resent == 0' || return 1
	done
}

looks_made_above_come_down_tier_by_tier() {
	local room token made
	room=$(sqlite3 "$T/district.db" "SELECT room FROM stay WHERE state = 'pending' LIMIT 1")
	token=$(at district user token reader)
	curl -sf -H "Authorization: Bearer $token" -H 'Accept: application/json' \
		"http://$(cat "$T/district.at")/h/$AREA/rooms/$room" >/dev/null || return 1
	made=$(sqlite3 "$T/district.db" 'SELECT count(*) FROM access WHERE subject <> 0')
	[ "$made" -gt 0 ] || return 1
	sleep 11 # the youngest wait for what may still come beside them
	reconcile town && says ".looks == $made" || return 1
	sleep 11
	reconcile village && says ".looks >= $made" || return 1
	[ "$(sqlite3 "$T/village.db" "SELECT count(*) FROM look_above WHERE node = 'district'")" = "$made" ] || return 1
	reconcile village && says '.looks == 0 and .tasks == 0'
}

remark() { # STAY JSON: the district asks for a correction
	printf '%s' "$2" >"$T/body"
	at district stay remark "$1" --hotel $AREA --body "$T/body" >/dev/null
}

# Two are asked for above and come down once: one is corrected, one is not, and both answers go up.
a_correction_asked_for_above_is_decided_below() {
	local one two id name
	one=$(sqlite3 "$T/district.db" "SELECT min(id) FROM stay WHERE state = 'pending'")
	two=$(sqlite3 "$T/district.db" "SELECT max(id) FROM stay WHERE state = 'pending'")
	remark "$one" '{"field":"name","believed":"韦更正","words":"见户口簿"}' &&
		remark "$two" '{"field":"other","words":"住的不是这一间"}' || return 1
	remark "$one" '{"field":"name","believed":"韦又正"}' 2>"$T/said" && return 1
	grep -q remark_open "$T/said" || return 1
	at village stay remark "$one" --hotel $AREA --field name --believed x 2>"$T/said" && return 1
	grep -q own_hotel "$T/said" || return 1
	sleep 11
	reconcile town && says '.remarks == 2' || return 1
	sleep 11
	reconcile village && says '.remarks == 2' && reconcile village && says '.remarks == 0' || return 1
	[ "$(sqlite3 "$T/village.db" "SELECT count(*) FROM task WHERE kind = 'remark' AND state = 'found'")" = 2 ] ||
		return 1
	at village stay remarks --hotel $AREA --json >"$T/said" &&
		says '[.remarks[] | .believed, .upstream] == ["韦更正", "town", null, "town"]' || return 1
	id=$(jq -r '.remarks[0].id' "$T/said")
	printf '{"name":"韦更正","remark":"%s"}' "$id" >"$T/body"
	at village stay amend "$one" --hotel $AREA --body "$T/body" >/dev/null &&
		at village stay decline "$(jq -r '.remarks[1].id' "$T/said")" --hotel $AREA --reason 去看过没有错 >/dev/null ||
		return 1
	[ "$(sqlite3 "$T/district.db" "SELECT DISTINCT state FROM remark")" = open ] || return 1
	send village && send town || return 1
	for name in town district village; do
		[ "$(sqlite3 "$T/$name.db" "SELECT group_concat(state) FROM (SELECT state FROM remark ORDER BY id)")" = \
			amended,declined ] || return 1
	done
	at district stay show "$one" --hotel $AREA --json | jq -e '.name == "韦*"' >/dev/null &&
		! grep -q -e 韦更正 -e 户口簿 -e 没有错 "$T"/*.db "$T"/*.db-wal
}

what_differs_above_is_found_and_told_again() {
	sqlite3 "$T/town.db" "UPDATE room SET capacity = 9 WHERE id = (SELECT min(id) FROM room);
		DELETE FROM stay WHERE id = (SELECT max(id) FROM stay);
		UPDATE stay SET since = '2000-01-01' WHERE id = (SELECT min(id) FROM stay);
		INSERT INTO house SELECT hotel, 77, 7777, 'x', 'x', grid, lat, lng, state, created, version
			FROM house LIMIT 1;"
	reconcile village
	says '.differ == 4 and .repaired == 0' &&
		says '[.differences[] | .kind + " " + .what] | sort ==
			["different room", "different stay", "missing_above stay", "missing_here house"]' || return 1
	reconcile village --repair
	says '.differ == 4 and .repaired == 3' && send village && reconcile village &&
		says '.differ == 1 and .differences[0].kind == "missing_here"' || return 1
	sqlite3 "$T/town.db" 'DELETE FROM house WHERE id = 77'
	reconcile village
	says '.asked == 1 and .differ == 0'
}

what_an_upstream_lost_goes_again_and_once() {
	sqlite3 "$T/town.db" "CREATE TEMP TABLE gone AS SELECT id FROM received ORDER BY epoch DESC, seq DESC LIMIT 30;
		DELETE FROM event WHERE id IN (SELECT id FROM gone);
		DELETE FROM received WHERE id IN (SELECT id FROM gone);
		UPDATE hotel_head SET seq = (SELECT max(seq) FROM event), epoch = epoch;
		DELETE FROM delivery WHERE event IN (SELECT id FROM gone);
		DELETE FROM stay; DELETE FROM change_of WHERE kind = 'stay'"
	reconcile village
	says '.resent == 30' && send village && jq -e '.accepted == 30' "$T/village.sync" >/dev/null || return 1
	reconcile village --repair
	says '.repaired > 0' && send village && reconcile village && says '.asked == 1 and .differ == 0'
}

for test in three_nodes_start a_village_is_read_two_tiers_up receipts_are_of_the_next_tier \
	receipts_are_verified_offline_and_tampered_ones_refused a_printed_receipt_is_scanned_and_checked_by_anybody every_try_is_kept_as_evidence \
	ids_are_the_village_s_own nothing_goes_twice a_rotated_key_is_followed_and_a_foreign_one_is_not every_node_is_sound \
	all_tiers_agree looks_made_above_come_down_tier_by_tier a_correction_asked_for_above_is_decided_below what_differs_above_is_found_and_told_again what_an_upstream_lost_goes_again_and_once \
	a_stranger_s_batch_is_refused_and_logged; do
	$test
	verdict $test
done
