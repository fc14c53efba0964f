# Helpers for scripts in which a registry meets another node: its place, what npm has to give, what runs beside it and
# ends with the script, and the verdicts. Sets SECRET and AREA; `here` is this folder.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
O=${O:-build}
VHOTEL=${VHOTEL:-$O/vhotel}
T=${T:-$(mktemp -d)}
SECRET=whsec_$(head -c 32 /dev/urandom | base64)
AREA=310116104205
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
started=

# from_npm PACKAGE WORDS: it is there, or the script ends and says what nobody judged. Beside the scripts, since
# modules are looked for from there; ignored by git.
from_npm() {
	[ ! -d "$here/node_modules/$1" ] || return 0
	(cd "$here" && npm ci --ignore-scripts --fetch-retries=1 --fetch-timeout=20000) >"$T/npm.log" 2>&1 && return
	tail -n 3 "$T/npm.log" | sed 's/^/# /'
	echo "skip $1 npm ci failed: $2"
	exit 0
}

clean() { # ends what was launched
	local pid
	for pid in $started; do
		kill "$pid" && wait "$pid"
	done 2>/dev/null
	started=
}
trap clean EXIT

# launch NAME COMMAND...: runs a program (no function: that would be a shell around it, and only the shell would be
# killed) beside the script until it has said where it listens, in $T/NAME; its complaints are in $T/last.NAME.
launch() {
	rm -f "$T/$1"
	"${@:2}" >"$T/$1" 2>"$T/last.$1" &
	started="$started $!"
	for _ in $(seq 600); do
		[ ! -s "$T/$1" ] || return 0
		kill -0 $! 2>/dev/null || break
		sleep 0.05
	done
	return 1
}

listen() { # our own server; sets `at`, its ADDRESS:PORT
	launch out "$VHOTEL" serve --listen 127.0.0.1:0 --json || return 1
	at=$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/out")
}

registry() { # [OPTION...]: a fresh one without a hotel
	rm -f "$T"/v.*
	"$VHOTEL" init --areas "$here/../../src/base/data/areas-tinglin.csv" "$@" >/dev/null 2>&1
}

hotel() { # [OPTION...]: a fresh one with a hotel
	registry "$@" && "$VHOTEL" hotel add --area $AREA >/dev/null 2>&1
}

events() { # N KEYS: so many in the journal
	"$O/tests/e2e/mkevents" "$VHOTEL_DB" "$VHOTEL_KEY_FILE" $AREA "$1" "$2"
}

sync() { # [OPTION...]: what it says is in $T/last.out
	"$VHOTEL" sync run --json "$@" >"$T/last.out" 2>"$T/last.err"
}

told() { # JQ-FILTER over what the last run said
	jq -e "$1" "$T/last.out" >/dev/null
}

book() { # JQ-FILTER over what the other node noted
	jq -e "$1" "$T/book.json" >/dev/null
}

why() { # what there is to know about a failed case; a script may say it in its own way
	tail -n 20 "$T"/last.* "$T/book.json" | cut -c1-400
}

verdict() { # NAME RC
	[ "$2" != 0 ] || { echo "ok $1"; return; }
	echo "not ok $1"
	why 2>/dev/null | tail -n 40 | sed 's/^/# /'
}

cases() { # FUNCTION...
	local name
	for name; do
		"$name"
		verdict "$name" $?
	done
}
