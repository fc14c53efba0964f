#!/bin/bash
# A newcomer's afternoon: a bare Debian 12 with git, make and gcc, a clone, and the README's two commands, each as
# the first command on a machine of its own; and the operator's guide, from its first line to the new machine that
# takes over with the sheet and a backup. Not part of `make test`: it needs root, debootstrap and a mirror.
#
#   CHROOT_CACHE  where the bare system is kept between runs (build-chroot)
#   MIRROR        the Debian mirror; without it, the one this machine installs from
#   KEEP=1        leaves the systems there to look at
#   HARSH=1       no HOME, no TERM, a Latin locale that is not there, an umask that hides everything
# usage: chroot_newcomer.sh [test|run|guide]...
set -eu
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "chroot_newcomer: must be root" >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "chroot_newcomer: apt-get install debootstrap" >&2; exit 2; }

cache=$(realpath -m "${CHROOT_CACHE:-build-chroot}")
release=bookworm
path=/usr/sbin:/usr/bin:/sbin:/bin
sources=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
	awk -v r="$release" 'index($2, r) == 1 { print "deb", $0 }' | sort -u)
mirror=${MIRROR:-$(echo "$sources" | awk -v r="$release" '$3 == r { print $2; exit }')}
[ -n "$mirror" ] || { echo "chroot_newcomer: set MIRROR" >&2; exit 2; }
mkdir -p "$cache"
env="HOME=/srv TERM=${TERM:-dumb}" umask=022
[ -z "${HARSH:-}" ] || env="LC_ALL=de_DE.ISO-8859-1 LANG=zh_CN.GB18030 TZ=America/New_York" umask=077
[ ! -f "${NODE_EXTRA_CA_CERTS:-}" ] || env="$env NODE_EXTRA_CA_CERTS=/srv/ca.pem"

base() {
	[ -s "$cache/base.tar" ] && return
	echo "== a bare $release"
	debootstrap --variant=minbase --include=git,make,gcc,libc6-dev,ca-certificates \
		"$release" "$cache/base" "$mirror" >"$cache/debootstrap.log" 2>&1 || {
		tail "$cache/debootstrap.log"
		exit 1
	}
	echo "${sources:-deb $mirror $release main}" >"$cache/base/etc/apt/sources.list"
	printf '#!/bin/sh\nexit 101\n' >"$cache/base/usr/sbin/policy-rc.d"
	chmod +x "$cache/base/usr/sbin/policy-rc.d"
	tar -C "$cache/base" -cf "$cache/base.tar.part" .
	mv "$cache/base.tar.part" "$cache/base.tar"
	rm -rf "$cache/base"
}

leave() { # ROOT
	for at in dev/shm dev/pts sys proc; do
		! mountpoint -q "$1/$at" || umount "$1/$at" || umount -l "$1/$at"
	done
	[ -n "${KEEP:-}" ] || rm -rf --one-file-system "$1"
}

enter() { # ROOT: a new bare system with the clone in it
	KEEP= leave "$1" # what a run that was killed left mounted
	mkdir -p "$1"
	tar -C "$1" -xf "$cache/base.tar"
	cp /etc/resolv.conf "$1/etc/resolv.conf"
	[ ! -f ~/.npmrc ] || cp ~/.npmrc "$1/srv/.npmrc"
	# A registry's mirror that this machine reaches with a certificate of its own.
	[ ! -f "${NODE_EXTRA_CA_CERTS:-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$1/srv/ca.pem"
	mkdir -p "$1/dev/pts" "$1/dev/shm"
	mount -t proc proc "$1/proc"
	mount -t sysfs -o ro sysfs "$1/sys"
	mount -t devpts devpts "$1/dev/pts"
	mount -t tmpfs tmpfs "$1/dev/shm"
	git clone -q --no-local . "$1/srv/origin"
	chroot "$1" git clone -q /srv/origin /srv/vhotel
}

in_clone() { # ROOT COMMAND
	# shellcheck disable=SC2086
	exec chroot "$1" env -i PATH=$path $env sh -c "umask $umask && cd /srv/vhotel && exec $2" </dev/null
}

try_test() {
	echo "== make test"
	start=$(date +%s)
	(in_clone "$1" 'make test')
	echo "in $(($(date +%s) - start)) s"
}

# What the guide takes for granted is put in, but for systemd as the first process, which a chroot has not.
try_guide() {
	echo "== the operator's guide"
	apt="DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends"
	(in_clone "$1" "sh -c '{ apt-get update && $apt install systemd curl python3; } >/dev/null 2>&1'")
	(in_clone "$1" "sh -c 'make deps && make -s -j$(nproc) all'" 2>&1) | tail -n 3
	(in_clone "$1" "bash tests/e2e/guide.sh here") | tee "$cache/guide.log"
	echo "== the new machine"
	leave "$cache/new"
	enter "$cache/new"
	cp "$1"/srv/vhotel/sheet "$1"/srv/vhotel/*.vhb "$cache/new/srv/"
	(in_clone "$cache/new" "sh -c '{ apt-get update && $apt install systemd curl python3; } >/dev/null 2>&1'")
	(in_clone "$cache/new" "sh -c 'make deps && make -s -j$(nproc) all'" 2>&1) | tail -n 3
	(in_clone "$cache/new" "bash tests/e2e/guide.sh here-new /srv/sheet /srv/*.vhb") | tee -a "$cache/guide.log"
	leave "$cache/new"
	! grep '^not ok' "$cache/guide.log"
}

# Until the demo says where it listens, and an answer from there; then Ctrl-C, and nothing may be left running.
try_run() {
	echo "== make run"
	log=$cache/run.log
	rm -f "$cache/healthz"
	set -m # a group of its own, as a terminal gives it
	(in_clone "$1" 'make run') >"$log" 2>&1 &
	set +m
	pid=$!
	start=$(date +%s)
	for _ in $(seq 600); do
		url=$(grep -oE 'http://127[.0-9]*:[0-9]+' "$log" | head -n 1)
		[ -n "$url" ] && curl -fsS -o "$cache/healthz" "$url/healthz" 2>/dev/null && break
		kill -0 $pid 2>/dev/null || break
		sleep 1
	done
	echo "answers after $(($(date +%s) - start)) s"
	sleep 3
	kill -INT -- -$pid 2>/dev/null || true
	wait $pid || true
	tail -n 60 "$log"
	[ -s "$cache/healthz" ] || { echo "chroot_newcomer: make run never answered" >&2; return 1; }
	if curl -fsS "$url/healthz" >"$cache/healthz" 2>&1; then
		echo "chroot_newcomer: something still answers after Ctrl-C" >&2
		return 1
	fi
}

base
[ $# != 0 ] || set -- test run guide
for what; do
	root=$cache/$what
	trap 'leave "$root"; leave "$cache/new"' EXIT
	enter "$root"
	"try_$what" "$root"
	leave "$root"
	trap - EXIT
done
echo "newcomer: $*: ok"
