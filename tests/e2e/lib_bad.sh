# For the scripts that feed bad input to the real binary: sourced from the top of the tree.
# O is the build folder, T an empty folder; V the binary. rc is the exit code in the end.
set -u
O=${O:-build}
V=${VHOTEL:-$(pwd)/$O/vhotel}
AREA=310116104205
made=
[ -n "${T:-}" ] || { T=$(mktemp -d); made=$T; }
trap '[ -z "$made" ] || rm -rf "$made"' EXIT
export VHOTEL_DB=$T/v.db VHOTEL_KEY_FILE=$T/v.key
rc=0

is() # NAME COMMAND...: a case.
{
	name=$1
	shift
	if "$@" >"$T/said" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name"
		head -n 5 "$T/said"
		rc=1
	fi
}

# code CODE EXIT COMMAND...: the binary refuses with this code and exit within a minute, and says so as JSON that can
# be read.
code()
{
	want_code=$1 want=$2
	shift 2
	timeout 60 "$V" "$@" --json >"$T/refused" 2>"$T/refused.err"
	got=$?
	told=$(jq -r .error.code "$T/refused") || told="no JSON"
	[ "$got" -eq "$want" ] && [ "$told" = "$want_code" ] || {
		echo "exit $got, code $told: $(head -c 300 "$T/refused") $(head -c 300 "$T/refused.err")"
		return 1
	}
}

# exits EXIT COMMAND...: the binary ends so; what it says goes to $T/out and $T/err.
exits()
{
	want=$1
	shift
	timeout 60 "$V" "$@" >"$T/out" 2>"$T/err"
	got=$?
	[ "$got" -eq "$want" ] || {
		echo "exit $got: $(head -c 300 "$T/out") $(head -c 300 "$T/err")"
		return 1
	}
}

# What the registry holds, without its times: equal before and after a refusal.
counts()
{
	"$V" check --json | jq -cS .counts
}

village() # a registry with a house of two rooms
{
	"$V" init --public-url https://plates.example && "$V" hotel add --area $AREA \
		--desk-phone 021-50199299 --entrusted-by nobody --retention 24 &&
		"$V" house add --address 东新3017号 && "$V" room add --house 1 --no 101 &&
		"$V" room add --house 1 --no 102
}
