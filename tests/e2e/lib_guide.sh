#!/bin/bash
# What the operator's guide needs around it: stand-ins for a system that is not there, and the script that is made
# of its blocks. R is the root of the machine ("" is this one), SHIMS the folder of the stand-ins.
set -u

stand_in() { # NAME: its text from standard input
	{ echo '#!/bin/bash' && cat; } >"$SHIMS/$1" && chmod +x "$SHIMS/$1"
}

# No systemd runs here. What is started, with which settings, credential and user, is in the unit files.
systemctl_of_the_guide() {
	stand_in systemctl <<-'END'
		shopt -s nullglob
		run=$R/run/guide
		of() { # KEY UNIT: its values, those of drop-ins after the unit's
			cat "$R/usr/local/lib/systemd/system/$2" "$R/etc/systemd/system/$2.d"/*.conf | sed -n "s/^$1=//p"
		}
		credential() { # UNIT FILE
			from=$(of LoadCredentialEncrypted "$1")
			if [ -n "$from" ]; then
				systemd-creds decrypt --name=vhotel.key "${from#*:}" - >"$2"
			else
				from=$(of LoadCredential "$1") && cat "${from#*:}" >"$2"
			fi
		}
		launch() { # UNIT [COMMAND]: becomes what the unit starts
			user=$(of User "$1") cred=$run/$1.d
			rm -rf "$cred" && mkdir -p "$cred" && credential "$1" "$cred/vhotel.key" || exit 1
			chmod 0400 "$cred/vhotel.key"
			chown -R "$user" "$run"
			umask "$(of UMask "$1")"
			# shellcheck disable=SC2046
			exec ${2:-} setpriv --reuid="$user" --regid="$user" --init-groups env -i PATH="$PATH" \
				$(of Environment "$1" | sed "s|%d|$cred|g") CREDENTIALS_DIRECTORY="$cred" $(of ExecStart "$1")
		}
		start() {
			case $1 in
			*.timer) [ -f "$R/usr/local/lib/systemd/system/$1" ] ;;
			vhotel.service) launch "$1" setsid >>"$SHIMS/serve.log" 2>&1 </dev/null & echo $! >"$SHIMS/serve.pid" ;;
			vhotel-night.service) (launch "$1") ;;
			*) echo "systemctl: no unit $1" >&2 && false ;;
			esac
		}
		stop() {
			pid=$(cat "$SHIMS/serve.pid" 2>/dev/null)
			[ "$1" = vhotel.service ] && [ -n "$pid" ] || return 0
			rm "$SHIMS/serve.pid"
			kill -TERM "$pid"
			while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
		}
		verb=$1 rc=0
		shift
		[ "${1:-}" != --now ] || shift
		[ "$verb" != daemon-reload ] || exit 0
		for unit; do
			case "$verb $unit" in
			"reload nginx") proxy || rc=1 ;;
			enable* | start*) start "$unit" || rc=1 ;;
			restart*) stop "$unit" && start "$unit" || rc=1 ;;
			stop*) stop "$unit" ;;
			*) rc=2 ;;
			esac
		done
		exit $rc
	END
}

# The tests are running already, and the source is where it is.
source_of_the_guide() {
	stand_in git </dev/null
	stand_in make <<-'END'
		[ "$1" = install ] || exit 0
		PATH=$REAL_PATH make -s O="$O" install DESTDIR="$R" || exit
		cd "$R/usr/local" || exit
		[ -z "$R" ] || for f in sbin/vh lib/systemd/system/* share/doc/vhotel/*.example; do placed "$f"; done
	END
	stand_in proxy <<-'END'
		[ -n "$PROXY" ] || exit 0
		[ ! -s "$R/run/nginx.pid" ] || exec "$PROXY" ${R:+-c "$R/etc/nginx/nginx.conf"} -s reload
		exec "$PROXY" ${R:+-c "$R/etc/nginx/nginx.conf"}
	END
}

# A folder as a machine: owners are nobody's business, paths count from it, nginx has its own places and ports.
folder_as_machine() {
	mkdir -p "$R"/{mnt,run,etc/{nginx,systemd,ssl},var/{log,lib}/nginx} "$R"/etc/nginx/sites-{available,enabled}
	for name in useradd apt-get chown; do
		stand_in $name </dev/null
	done
	echo 'echo 0' | stand_in id
	printf 'shift 3\nexec "$@"\n' | tee >(stand_in runuser) >(stand_in setpriv) >/dev/null
	stand_in systemd-creds <<-'END'
		case $1 in encrypt) base64 "$3" >"$4" ;; decrypt) base64 -d "$3" ;; esac
	END
	stand_in install <<-'END'
		words=()
		while [ $# != 0 ]; do
			case $1 in -o | -g) shift ;; *) words+=("$1") ;; esac
			shift
		done
		PATH=$REAL_PATH install "${words[@]}" || exit
		case ${words[-1]} in *.conf) placed "${words[-1]}" ;; esac
	END
	stand_in placed <<-'END'
		sed -i -E -e "$PLACES" -e "s/listen 80;/listen 127.0.0.1:$PLAIN;/; /listen \[::\]/d
			s/listen 443/listen 127.0.0.1:$BARE; listen 127.0.0.1:$TLS/; s/ \\\$request_time/& \$upstream_status/
			s/proxy_http_version.*/& proxy_ignore_client_abort on;/" "$1"
	END
	stand_in nginx <<-'END'
		[ -z "$PROXY" ] || exec "$PROXY" -c "$R/etc/nginx/nginx.conf" "$@"
	END
	[ -n "$PROXY" ] || stand_in curl <<-'END'
		case "$*" in *--resolve*) exit 0 ;; esac
		PATH=$REAL_PATH exec curl "$@"
	END
	cat >"$R/etc/nginx/nginx.conf" <<-END
		pid $R/run/nginx.pid;
		error_log $R/var/log/nginx/error.log;
		events { }
		http {
			$(for at in client_body proxy fastcgi uwsgi scgi; do echo "${at}_temp_path $R/var/lib/nginx/$at;"; done)
			include $R/etc/nginx/sites-enabled/*;
		}
	END
}

# The blocks as one script, with a word between sections; `new` takes section 1 and what is marked new-machine.
blocks() { # old|new
	awk -v which="$1" '
	/^## / { title = substr($0, 4); said = 0 }
	/^```/ { inside = 0 }
	/^```sh/ {
		inside = which == "old" ? $0 == "```sh" : $0 == "```sh new-machine" || title ~ /^1\. /
		if (inside && !said++) print "section \"" title "\""
		next
	}
	inside && /^systemctl start vhotel-night/ { print "district_begins" }
	inside
	END { print "section \"\"" }' deploy/README.md | sed -E "$PLACES"
}

# The verdict on the section before goes to 3, where the test says its cases.
section() { # TITLE
	local name
	name=$(echo "${title:-}" | tr 'A-Z' 'a-z' | tr -cs 'a-z0-9\n' _)
	[ -z "$name" ] || [ "$wrong" != 0 ] || echo "ok ${machine}_$name" >&3
	[ -z "$name" ] || [ "$wrong" = 0 ] || echo "not ok ${machine}_$name" >&3
	title=$1 wrong=0
}

# An import that refuses rows ends with 3, as the guide says.
missed() { # RC COMMAND
	case "$1 $2" in "3 vh ledger import"*) return ;; esac
	echo "# $2: ended with $1: $(grep -v "^+" "$T/$machine.err" | tail -n 1)" >&3
	wrong=1
}

# The platform, with the secret that `upstream add` has shown.
district_begins() {
	local secret
	secret=$(sed -n 's/.*shown this once: \(whsec_.*\)/\1/p' "$T/$machine.out" | tail -n 1)
	vhotel twin --listen "127.0.0.1:$DISTRICT" --secret "$secret" >"$T/district" 2>&1 </dev/null &
	echo $! >"$SHIMS/district.pid"
	until [ -s "$T/district" ] || ! kill -0 $!; do sleep 0.05; done
}
