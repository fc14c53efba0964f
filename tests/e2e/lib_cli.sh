# Helpers for scripts that drive the binary: what a command must say, and with which exit code it must end.
# say NAME is the verdict of the last test; OUT and ERR hold what the command said.
set -u
cd "$T" || exit 1
jq() { # EXPRESSION of python over the JSON in OUT, as j
	python3 -c 'import json,sys; j = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$OUT" "$1"
}
runs() { # CODE COMMAND...: runs it, true when it ends with this code
	local want=$1 got=0
	shift
	OUT=$("$@" 2>"$T/err") || got=$?
	ERR=$(cat "$T/err")
	[ "$got" = "$want" ] && return 0
	echo "# $*: ended with $got, expected $want: $OUT $ERR"
	return 1
}
good() { runs 0 "$VHOTEL" "$@"; }
refused() { # CODE-WORD ARGUMENTS...: exit 1, and the stable code stands on standard error
	local word=$1
	shift
	runs 1 "$VHOTEL" "$@" && case "$ERR" in *"vhotel: $word: "*) true ;; *) echo "# $ERR"; false ;; esac
}
usage() { runs 2 "$VHOTEL" "$@"; }
is() { [ "$1" = "$2" ] || { echo "# is '$1', expected '$2'"; false; }; }
says() { case "$OUT$ERR" in *"$1"*) true ;; *) echo "# '$1' is not in: $OUT $ERR"; false ;; esac; }
verdict() { # NAME, after a test
	if [ $? = 0 ]; then echo "ok $1"; else echo "not ok $1"; fi
}
village() { # a registry with one hotel, one house, two rooms of capacity 2; sets HOTEL
	HOTEL=310116104205
	"$VHOTEL" init --public-url https://plates.vh.cn >"$T/sheet" &&
		"$VHOTEL" hotel add --area $HOTEL --entrusted-by 亭林镇人民政府 --retention 24 \
			--desk-phone 02100000000 &&
		"$VHOTEL" house add --address 东新3017号 &&
		"$VHOTEL" room add --house 1 --no 101 &&
		"$VHOTEL" room add --house 1 --no 102
} >/dev/null
