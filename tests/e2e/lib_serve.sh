# Helpers for scripts that need a server: a registry with one hotel, accounts with tokens, rooms, and the server's
# start and end. Sets HOTEL, ADDR, SERVER (its process), CLERK and POLICE (bearer tokens); $T/rooms has ids of rooms.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
O=${O:-build}
VHOTEL=${VHOTEL:-$(pwd)/$O/vhotel}
T=${T:-$(mktemp -d)}
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
HOTEL=310116104205
ADDR=127.0.0.1:0
SERVER=

note() { # words for the log
	printf '# %s\n' "$*"
}

account() { # LOGIN ROLE: prints a token
	"$VHOTEL" user add "$1" --role "$2" --scope $HOTEL >/dev/null && "$VHOTEL" user token "$1"
}

registry() { # ROOMS: a registry with so many empty rooms
	"$VHOTEL" init --public-url https://plates.vh.cn >/dev/null &&
		"$VHOTEL" hotel add --area $HOTEL --entrusted-by 亭林镇人民政府 --retention 24 \
			--desk-phone 02100000000 >/dev/null || return 1
	python3 - "$1" >"$T/empty.csv" <<-'END'
		import sys
		print("房东姓名,房东电话,门牌地址,房间号,使用面积,租客姓名,证件类型,证件号码,手机号码,入住日期,备注")
		for i in range(int(sys.argv[1])):
		    print("秦玲辉,13800000000,东新%d号,%d,12,,,,,,空置" % (3001 + i // 20, 101 + i % 20))
	END
	"$VHOTEL" ledger import "$T/empty.csv" --hotel $HOTEL >/dev/null || return 1
	CLERK=$(account clerk clerk) && POLICE=$(account police police)
}

serve() { # [ARGUMENTS]: starts the server on ADDR, a free port the first time, and waits until it listens
	: >"$T/serve.out"
	"$VHOTEL" serve --listen "$ADDR" --json "$@" >"$T/serve.out" 2>>"$T/serve.log" &
	SERVER=$!
	for _ in $(seq 3000); do
		[ -s "$T/serve.out" ] && break
		kill -0 "$SERVER" 2>/dev/null || break
		sleep 0.01
	done
	ADDR=$(sed -n 's/.*"listening":"\([^"]*\)".*/\1/p' "$T/serve.out")
	[ -n "$ADDR" ] || { note "no server: $(tail -n 3 "$T/serve.log")"; return 1; }
}

hang_up() { # ends the server as an operator would, and waits for it
	[ -n "$SERVER" ] || return 0
	kill -TERM "$SERVER" 2>/dev/null
	wait "$SERVER"
	SERVER=
}
trap hang_up EXIT

get() { # TOKEN PATH: the JSON answer
	curl -sf -H "Authorization: Bearer $1" -H 'Accept: application/json' "http://$ADDR$2"
}

list_rooms() { # the ids of all rooms into $T/rooms
	get "$CLERK" /h/$HOTEL/rack | jq -r '.houses[].rooms[].id' >"$T/rooms"
}

verdict() { # NAME, after a test
	if [ $? = 0 ]; then echo "ok $1"; else echo "not ok $1"; fi
}
