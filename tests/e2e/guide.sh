#!/bin/bash
# The operator's guide as an operator follows it: every command block of deploy/README.md, in order and as printed;
# those marked new-machine on a second machine, after section 1. Both machines are folders, unless an argument says
# that it is this one, as root, which is not the same afterwards (chroot_newcomer.sh guide).
# usage: guide.sh | guide.sh here | guide.sh here-new SHEET BACKUP
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
made=
[ -n "${T:-}" ] || { T=$(mktemp -d) && made=$T; }
. tests/e2e/lib_guide.sh
TOP=$(pwd) REAL_PATH=$PATH PROXY=$(PATH=$PATH:/usr/sbin command -v nginx)
unset VHOTEL_DB VHOTEL_KEY_FILE VHOTEL_CONF
read -r WEB TWIN DISTRICT PLAIN TLS BARE < <(python3 - <<-'END'
	import socket
	held = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
	print(*(s.getsockname()[1] for s in held))
END
)
export T O TOP REAL_PATH PROXY DISTRICT PLAIN TLS BARE
export -f section missed district_begins
HOST=vh.example.cn nginx_pid=$T/machine/run/nginx.pid

clean() {
	local file pid
	for file in "$T"/*.d/{serve,district}.pid "$nginx_pid"; do
		pid=$(cat "$file") && kill "$pid" || continue
		while kill -0 "$pid"; do sleep 0.05; done
	done
	[ -z "$made" ] || rm -rf "$made"
} 2>/dev/null
trap clean EXIT

verdict() { # NAME, after a test
	if [ $? = 0 ]; then echo "ok $1"; else echo "not ok $1"; fi
}

follow() { # MACHINE ROOT old|new INPUT: what its commands say goes to $T/MACHINE.out and .err
	export machine=$1 R=$2 SHIMS=$T/$1.d
	mkdir -p "$SHIMS"
	PLACES="s#/usr/local/src/vhotel#$TOP#g; s#台账\.xlsx#$T/&#; s#127\.0\.0\.1:9000#127.0.0.1:$TWIN#g
		s#https://district\.example\.cn#http://127.0.0.1:$DISTRICT#"
	[ -z "$R" ] || PLACES="$PLACES
		s#(^|[^A-Za-z0-9_.}-])/(etc/|var/lib/vhotel|usr/local/|mnt/|run/|var/log/nginx)#\1$R/\2#g
		s#127\.0\.0\.1:8080#127.0.0.1:$WEB#g; s#:443:#:$TLS:#; s#(https://$HOST)/healthz#\1:$TLS/healthz#"
	export PLACES
	systemctl_of_the_guide
	source_of_the_guide
	[ -z "$R" ] || folder_as_machine
	echo 'trap '\''missed $? "$BASH_COMMAND"'\'' ERR; set -x' | cat - <(blocks "$3") >"$T/$1.sh"
	PATH=$SHIMS:$R/usr/local/sbin:$R/usr/local/bin:$PATH bash "$T/$1.sh" 3>&1 >"$T/$1.out" 2>"$T/$1.err" <"$4"
}

# --- what is true beside the commands ---

through() { # [CURL OPTIONS] PATH: what nginx hands on
	curl -sk --resolve "$HOST:$TLS:127.0.0.1" "${@:1:$#-1}" "https://$HOST:$TLS${!#}"
}
status() { through -o /dev/null -w '%{http_code}' "$@"; }

guesses() { # N FROM [CURL OPTIONS]: the answers to wrong codes, of which LIM_GUESSES_MIN are let through
	for _ in $(seq "$1"); do
		status --interface "$2" "${@:3}" /r/0001000000000000
		echo
	done
}

# nginx drops what it cannot read and sends on what it has understood; were that two requests to vhotel, it would have
# answered more than nginx has sent. What its guard refuses with 400 is not counted, nor is anything read behind it.
# Without TLS, whose end the raw bytes could not say.
one_reading() {
	local log=$R/var/log/nginx/vhotel.log told
	: >"$log"
	told=$(answered)
	python3 tests/e2e/smuggle.py "127.0.0.1:$BARE" >"$T/smuggle"
	told=$(($(answered) - told - 1))
	[ "$(wc -l <"$log")" -gt 200 ] && [ "$told" -gt 5 ] && [ "$told" = "$(awk '$NF != "-" && $NF != 400' "$log" | wc -l)" ]
	verdict proxy_and_program_count_the_same_requests
}
answered() { curl -s "http://127.0.0.1:$WEB/metrics" | awk '$1 == "vhotel_requests_total" { print $2 }'; }

the_proxy() {
	[ -n "$PROXY" ] || { echo "skip proxy nginx is not installed"; return; }
	guesses 80 127.0.0.2 | grep 429 >/dev/null && [ "$(guesses 1 127.0.0.3)" = 404 ]
	verdict proxy_hands_on_whose_guesses_they_are
	through -D - -o /dev/null -H 'X-Forwarded-For: 192.0.2.7' /login | grep -qi '^strict-transport-security' &&
		guesses 10 127.0.0.2 -H 'X-Forwarded-For: 192.0.2.8' | grep 429 >/dev/null
	verdict proxy_says_https_and_nobody_chooses_his_address
	enrol=$(grep -o '/enrol/.*' "$T/old.out" | tail -n 1)
	through -D "$T/enrolled" -o /dev/null -d pin=258036 -d again=258036 "$enrol"
	[ "$(grep -ci '^set-cookie: .*secure' "$T/enrolled")" -ge 1 ] && [ "$(status /metrics)" = 404 ]
	verdict proxy_lets_a_landlord_in_and_nobody_at_the_figures
	# vhotel counts the body itself and says so in words, up to where nginx stops reading.
	head -c 300000 /dev/zero >"$T/big" && through -H 'Content-Type: application/json' --data-binary "@$T/big" /login |
		grep -q '"code":"body_too_large"' && [ "$(head -c 600000 /dev/zero | status --data-binary @- /login)" = 413 ]
	verdict proxy_fits_the_ceiling_of_a_body
	local ledger=/h/310116104205/ledger
	[ "$(head -c 16777216 /dev/zero | status -H 'Content-Type: text/csv' --data-binary @- $ledger)" = 401 ] &&
		[ "$(head -c 16777217 /dev/zero | status -H 'Content-Type: text/csv' --data-binary @- $ledger)" = 413 ]
	verdict proxy_fits_the_ceiling_of_a_ledger
	! grep -q "${enrol##*/}" "$R"/var/log/nginx/* && grep -q ' POST /enrol/- ' "$R/var/log/nginx/vhotel.log"
	verdict proxy_writes_down_no_invitation
	[ -z "$R" ] || one_reading
}

the_units() {
	command -v systemd-analyze >/dev/null || { echo "skip units systemd is not installed"; return; }
	systemd-analyze verify "$R"/usr/local/lib/systemd/system/vhotel*
	verdict units_are_well_formed
	local unit
	for unit in vhotel vhotel-night; do
		systemd-analyze security --offline=true --threshold=11 "$R/usr/local/lib/systemd/system/$unit.service" >"$T/score"
		verdict "${unit}_is_locked_in"
	done
}

the_profiles() {
	diff -r deploy/profiles "$R/usr/local/share/vhotel/profiles"
	verdict profiles_are_installed_with_their_templates
	! find "$R/usr/local/share/vhotel/profiles" -type f ! -perm -004 | grep -q .
	verdict profiles_can_be_read_by_the_service
}

sheet() { grep -E '^    [0-9A-Z]{4}( [0-9A-Z]{4})+$' "$1"; }

case "${1:-}" in
here-new)
	cp "$3" /mnt/vhotel.vhb
	follow new "" new "$2"
	exit
	;;
here) R= WEB=8080 PLAIN=80 TLS=443 PROXY=/usr/sbin/nginx nginx_pid=/run/nginx.pid ;;
*) R=$T/machine ;;
esac
cp tests/data/ledger.xlsx "$T/台账.xlsx"
yes 'correct horse battery' | head -n 100 >"$T/passwords"
follow old "$R" old "$T/passwords"
the_proxy
the_units
the_profiles
sheet "$T/old.out" >"$T/sheet"
kept=$(find "$R/var/lib/vhotel/backup" -name 'vhotel-*.vhb' | sort | tail -n 1)
[ "$(wc -l <"$T/sheet")" -ge 2 ] && [ -s "$kept" ]
verdict sheet_and_backup_are_there
[ "${1:-}" != here ] || { cp "$kept" "$T/sheet" .; exit; }
PATH=$SHIMS:$PATH systemctl stop vhotel.service
[ ! -s "$nginx_pid" ] || kill "$(cat "$nginx_pid")"
mkdir -p "$T/machine2/mnt"
cp "$kept" "$T/machine2/mnt/vhotel.vhb"
follow new "$T/machine2" new "$T/sheet"
