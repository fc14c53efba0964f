#!/bin/bash
# Slips as they are printed, by a server: the codes on the sheet are read by a decoder that is not ours, each is another
# link that binds a phone once, a new sheet ends the old one, and no secret stands in the log.
# shellcheck source=tests/e2e/lib_serve.sh
. "$(dirname "$0")/lib_serve.sh"

registry 12 || { echo "not ok slips_registry"; exit 1; }
serve || { echo "not ok slips_server"; exit 1; }
ADMIN=$("$VHOTEL" user add admin --role admin >/dev/null && "$VHOTEL" user token admin)
at=http://$ADDR/h/$HOTEL

post() { # TOKEN PATH [CURL OPTIONS]: the JSON answer
	curl -s -X POST -H "Authorization: Bearer $1" -H 'Accept: application/json' "${@:3}" "http://$ADDR$2"
}
sheet() { # FILE WHOM: prints slips and waits for them
	local job
	job=$(post "$CLERK" /h/$HOTEL/slips/print -d "whom=$2" | jq -r .job)
	for _ in $(seq 300); do
		[ "$(get "$CLERK" "/h/$HOTEL/jobs/$job" | jq -r .job.state)" = done ] && break
		sleep 0.1
	done
	curl -sf -H "Authorization: Bearer $CLERK" "$at/jobs/$job/file" >"$1"
}
codes() { # FILE: what the decoder reads on its first page
	pdftoppm -r 150 -png -f 1 -l 1 "$1" "$1" && zbarimg -q --raw "$1"-*.png
}
status() { # PATH: of a stranger's question
	curl -s -o /dev/null -w '%{http_code}' "http://$ADDR$1"
}

"$VHOTEL" house add --hotel $HOTEL --address 东新9号 --landlord 房东甲 --phone 13900000001 >/dev/null
"$VHOTEL" house add --hotel $HOTEL --address 东新8号 --landlord 房东乙 >/dev/null
[ "$(post "$CLERK" /h/$HOTEL/slips/accounts -d '' | jq .made)" = 2 ]
verdict landlords_with_a_telephone_get_accounts_in_one_go

sheet "$T/one.pdf" new
codes "$T/one.pdf" >"$T/one"
[ "$(sort -u "$T/one" | wc -l)" = 2 ] && ! grep -qv '^https://plates.vh.cn/enrol/[A-Za-z0-9_-]\{43\}$' "$T/one"
verdict each_slip_carries_a_link_of_its_own

pdftotext "$T/one.pdf" - 2>/dev/null | grep -q 房东甲 && pdftotext "$T/one.pdf" - | grep -q 02100000000
verdict a_slip_says_whose_it_is_and_whom_to_call

first=$(sed -n 's|https://plates.vh.cn||p' "$T/one" | head -n 1)
[ "$(status "$first")" = 200 ] && sheet "$T/two.pdf" new && [ "$(status "$first")" = 404 ]
verdict a_new_sheet_ends_the_old_one

second=$(codes "$T/two.pdf" | sed 's|https://plates.vh.cn||' | head -n 1)
used=$(curl -s -X POST -H 'Accept: application/json' -d 'pin=246813&again=246813' "http://$ADDR$second" | jq -r .csrf)
[ -n "$used" ] && [ "$used" != null ] && [ "$(status "$second")" = 404 ]
verdict a_slip_is_good_once

secret=$(post "$ADMIN" /staff/police/totp | jq -r .secret)
password=$(post "$ADMIN" /staff/police/password | jq -r .secret)
hang_up
[ ${#secret} -gt 20 ] && [ ${#password} = 14 ] && [ -s "$T/serve.log" ] &&
	! grep -qF -e "$secret" -e "$password" -e "${second#/enrol/}" "$T/serve.log"
verdict no_secret_stands_in_the_log
