#!/bin/sh
# deps.sh run|test|fuzz: installs the Debian packages that are missing, without a question and without a word
# when there are none. `run` is what a village needs to build and run, `test` and `fuzz` add to it.
# A word PACKAGE=COMMAND is there when the command is, whoever brought it.
set -eu

run="gcc=gcc make=make libc6-dev pkg-config=pkg-config libsqlite3-dev libcurl4-openssl-dev libcjson-dev
	libqrencode-dev libsodium-dev libcairo2-dev libpango1.0-dev libpng-dev libmicrohttpd-dev libinih-dev libzip-dev
	libexpat1-dev libxlsxwriter-dev libpq-dev liboath-dev zlib1g-dev libjs-leaflet fonts-noto-cjk"
test="libcmocka-dev python3=python3 zbar-tools=zbarimg poppler-utils=pdftoppm sqlite3=sqlite3 postgresql
	procps=pgrep time strace=strace valgrind=valgrind nodejs=node npm=npm chromium=chromium
	curl=curl jq=jq openssl=openssl git=git ca-certificates"
fuzz="clang=clang libclang-rt-14-dev"

case "${1:-test}" in
run) list=$run ;;
test) list="$run $test" ;;
fuzz) list="$run $test $fuzz" ;;
*) echo "usage: deps.sh run|test|fuzz" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || {
	echo "deps: not a Debian system; what is needed, by Debian's names:" $list >&2
	exit 0
}

have_package() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
for word in $list; do
	case "$word" in
	*=*) command -v "${word#*=}" >/dev/null || missing="$missing ${word%%=*}" ;;
	*) have_package "$word" || missing="$missing $word" ;;
	esac
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
	sudo=sudo
	command -v sudo >/dev/null || {
		echo "deps: no sudo here; as root: apt-get install --no-install-recommends$missing" >&2
		exit 1
	}
fi
log=${TMPDIR:-/tmp}/vhotel-deps.$$
trap 'rm -f "$log"' EXIT
echo "deps: installing$missing"
apt() {
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 -o APT::Keep-Downloaded-Packages=0 \
		-o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		echo "deps: apt-get $1 failed" >&2
		exit 1
	}
}
apt update
apt install --no-install-recommends $missing
