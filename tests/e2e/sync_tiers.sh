#!/bin/bash
# Ten villages, two towns, one district on loopback, every link failing by a seeded schedule, senders and nodes killed
# at random, a town and a village restored from old backups: in the end every node holds the same, nothing lost and
# nothing twice. 2,000 acts and two seeds; in the soak 140,000, which make more than 100,000 events, and twenty. SEEDS,
# ACTS and RATE change that.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
VHOTEL=${VHOTEL:-$(pwd)/$O/vhotel}
T=${T:-$(mktemp -d)}
SEEDS=${SEEDS:-$([ -n "${SOAK:-}" ] && seq -s ' ' 1 20 || echo 1 2)}
ACTS=${ACTS:-$([ -n "${SOAK:-}" ] && echo 140000 || echo 2000)}
RATE=${RATE:-0.3}
DISTRICT=310199000000
D= # of the seed at hand
declare -A pid

note() {
	printf '# %s\n' "$*"
}

at() { # NODE ARGUMENTS...
	local node=$1
	shift
	VHOTEL_DB=$D/$node.db VHOTEL_KEY_FILE=$D/$node.key "$VHOTEL" "$@"
}

end() { # KEY: of a process that this script started
	[ -n "${pid[$1]:-}" ] || return 0
	kill "-${2:-TERM}" "${pid[$1]}" 2>/dev/null
	wait "${pid[$1]}" 2>/dev/null
	pid[$1]=
}

clean() {
	local key
	for key in "${!pid[@]}"; do
		end "$key"
	done
}
trap clean EXIT

towns() { echo t1 t2; }
villages() { seq -f v%.0f 1 10; }
town_of() { # VILLAGE
	[ "${1#v}" -le 5 ] && echo t1 || echo t2
}
area_of() { # NODE: ten villages below two towns below one district, of a province that does not exist
	case $1 in
	v*) printf '31019910%d%03d' $((${1#v} <= 5 ? 1 : 2)) "${1#v}" ;;
	t*) printf '31019910%d000' "${1#t}" ;;
	*) echo $DISTRICT ;;
	esac
}

divisions() {
	echo code,name,parent,kind
	echo $DISTRICT,试区,,district
	for t in $(towns); do echo "$(area_of "$t"),试镇${t#t},$DISTRICT,town"; done
	for v in $(villages); do echo "$(area_of "$v"),试村${v#v}村委会,$(area_of "$(town_of "$v")"),village"; done
}

serve() { # NODE: on the address that it had
	local to
	to=$(cat "$D/$1.at" 2>/dev/null || echo 127.0.0.1:0)
	: >"$D/$1.out"
	# Not by at(): a function in the background is a shell around it, and that is what would be killed.
	VHOTEL_DB=$D/$1.db VHOTEL_KEY_FILE=$D/$1.key "$VHOTEL" serve --json \
		--listen "$to" >"$D/$1.out" 2>>"$D/$1.log" &
	pid[$1]=$!
	for _ in $(seq 1200); do
		[ -s "$D/$1.out" ] && break
		sleep 0.05
	done
	sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$D/$1.out" >"$D/$1.at"
	[ -s "$D/$1.at" ]
}

link() { # LOWER UPPER SEED: through a link that flaps
	local secret port
	node tests/e2e/flap.mjs "$3" "$RATE" "$(cat "$D/$2.at")" >"$D/$1.port" 2>"$D/$1.flap" &
	pid[link_$1]=$!
	for _ in $(seq 1200); do
		[ -s "$D/$1.port" ] && break
		sleep 0.05
	done
	port=$(cat "$D/$1.port")
	secret=$(at "$2" source add "$1" --scope "$(area_of "$1")" --json | jq -r .secret) &&
		at "$1" upstream add "$2" --url "http://127.0.0.1:$port/upstream/events" --secret "$secret" >/dev/null
}

build() { # SEED
	local n
	divisions >"$D/areas.csv"
	for n in d $(towns) $(villages); do
		at "$n" init --areas "$D/areas.csv" --public-url https://x.vh.cn >/dev/null || return 1
	done
	for n in $(villages); do
		at "$n" hotel add --area "$(area_of "$n")" --retention 24 --entrusted-by 试镇 --desk-phone 02100000000 \
			>/dev/null || return 1
	done
	for n in d $(towns); do serve "$n" || return 1; done
	for n in $(towns); do link "$n" d "$1${n#t}" || return 1; done
	for n in $(villages); do link "$n" "$(town_of "$n")" "$1${n#v}7" || return 1; done
}

live() { # ACTS SEED: so much happens in each village
	local v
	for v in $(villages); do
		"$O/tests/e2e/mklife" "$D/$v.db" "$D/$v.key" "$(area_of "$v")" "$1" "$2${v#v}" >/dev/null || return 1
	done
}

push() { # WAIT NODES...: they send, some are killed while they do
	local wait=$1 n p
	shift
	for n in "$@"; do
		VHOTEL_DB=$D/$n.db VHOTEL_KEY_FILE=$D/$n.key "$VHOTEL" sync run --wait "$wait" --timeout 3 --json \
			>"$D/$n.sync" 2>>"$D/$n.log" &
		p=$!
		if [ "$wait" = 0 ] && [ $((RANDOM % 3)) = 0 ]; then
			sleep 0.0$((RANDOM % 10))
			kill -KILL $p 2>/dev/null
		fi
		wait $p 2>/dev/null
	done
}

crash() { # NODE: killed and started again
	end "$1" KILL
	serve "$1"
}

bring_back() { # NODE: what was saved, in place of what is there
	end "$1" KILL
	at "$1" restore "$D/$1.saved" --force >/dev/null 2>>"$D/$1.log" || { note "restore of $1"; return 1; }
	[ ! -s "$D/$1.at" ] || serve "$1"
}

come_back() { # NODE: a restored sender: it does not send before it has back what it told
	local said
	said=$(at "$1" sync run --wait 0 --json 2>&1) && { note "$1 sent at once"; return 1; }
	grep -q '"restored"' <<<"$said" || { note "$1 says $said"; return 1; }
	for _ in $(seq 60); do
		at "$1" sync recover --json >"$D/$1.back" 2>>"$D/$1.log"
		case $? in
		0) note "$1 got back $(jq -c . "$D/$1.back")" && [ "$(jq .taken "$D/$1.back")" -gt $((ACTS / 200)) ]; return ;;
		75) ;;
		*) note "$1 cannot recover: $(cat "$D/$1.back")"; return 1 ;;
		esac
	done
	note "$1 had no answer: $(cat "$D/$1.back")"
	return 1
}

calm() {
	local n
	for n in $(towns) $(villages); do
		kill -USR1 "${pid[link_$n]}"
	done
}

settled() { # NODES...: is nothing under way, and does the next tier hold the same?
	local n rc=0
	for n in "$@"; do
		at "$n" sync reconcile --repair --json >"$D/$n.said" 2>>"$D/$n.log"
		jq -e '.waiting + .mute + .resent + .differ == 0 and .asked > 0' "$D/$n.said" >/dev/null || rc=1
	done
	return $rc
}

in_the_end_all_is_well() {
	local round n
	for round in 1 2 3 4 5 6 7 8; do
		for n in $(villages) $(towns); do
			sqlite3 "$D/$n.db" 'UPDATE delivery SET next_at = 0 WHERE next_at > 0'
		done
		push 20 $(villages)
		push 20 $(towns)
		settled $(villages) $(towns) && return 0
	done
	for n in $(villages) $(towns); do
		note "$n $(jq -c 'del(.differences)' "$D/$n.said")"
	done
	return 1
}

nothing_lost_nothing_twice() {
	local v t
	for v in $(villages); do
		t=$(town_of "$v")
		sqlite3 "$D/$v.db" 'SELECT id FROM event ORDER BY id' >"$D/ids"
		[ "$(wc -l <"$D/ids")" -gt $((ACTS / 20)) ] || return 1
		for node in "$t" d; do
			sqlite3 "$D/$node.db" "SELECT r.id FROM received r JOIN hotel h ON h.id = r.hotel
				WHERE h.area = '$(area_of "$v")' ORDER BY r.id" >"$D/there"
			[ -z "$(comm -23 <(sort "$D/ids") <(sort "$D/there"))" ] || { note "$v is not whole at $node"; return 1; }
			# Nor did the village lose what was acknowledged there.
			[ -z "$(comm -13 <(sort "$D/ids") <(sort "$D/there"))" ] || { note "$v lost what $node has"; return 1; }
			[ -z "$(uniq -d "$D/there")" ] || { note "$v is twice at $node"; return 1; }
		done
	done
	for node in d $(towns); do
		[ "$(sqlite3 "$D/$node.db" "SELECT count(*) FROM received")" = "$(sqlite3 "$D/$node.db" \
			"SELECT count(*) FROM event e JOIN hotel h ON h.id = e.hotel WHERE h.source IS NOT NULL")" ] || return 1
	done
}

every_node_is_sound() {
	local n
	for n in d $(towns) $(villages); do
		at "$n" check --json >"$D/check" || { jq -c .broken "$D/check" | sed "s/^/# $n /"; return 1; }
	done
}

step() { # COMMAND...: which of them went wrong is said
	"$@" || { note "failed: $*"; return 1; }
}

tiers() { # SEED
	local part=$((ACTS / 10 / 4))
	RANDOM=$1
	D=$T/seed$1
	mkdir -p "$D"
	step build "$1" && step live $part "${1}1" || return 1
	push 0 $(villages)
	push 0 $(towns)
	step at t1 backup --out "$D/t1.saved" >/dev/null && step at v7 backup --out "$D/v7.saved" >/dev/null && step live $part "${1}2" || return 1
	push 0 $(villages)
	step crash t2 || return 1
	push 0 $(towns)
	step crash d && step live $part "${1}3" || return 1
	push 0 $(villages)
	push 0 $(towns)
	push 10 v7 # so that there is something to lose
	step bring_back t1 && step bring_back v7 && step come_back v7 && step live $part "${1}4" || return 1
	push 0 $(villages)
	push 0 $(towns)
	step crash t1 || return 1
	calm
	step in_the_end_all_is_well && step nothing_lost_nothing_twice && step every_node_is_sound
}

for seed in $SEEDS; do
	if tiers "$seed"; then echo "ok three_tiers_agree_by_seed_$seed"; else echo "not ok three_tiers_agree_by_seed_$seed"; fi
	note "$(sqlite3 "$D/d.db" 'SELECT count(*) FROM received') events reached the district"
	clean
done
