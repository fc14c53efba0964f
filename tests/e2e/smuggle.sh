#!/bin/bash
# The edge of the real server: requests with two readings, TLS of its own, a proxy's word, an end on demand.
. "$(dirname "${BASH_SOURCE[0]}")/lib_serve.sh"

registry 4 || { echo "not ok registry"; exit 1; }
serve || { echo "not ok serve"; exit 1; }

python3 tests/e2e/smuggle.py "$ADDR"
verdict requests_with_two_readings_are_refused

curl -s -D - -o /dev/null "http://$ADDR/login" >"$T/headers"
grep -qi "^content-security-policy: default-src 'none'" "$T/headers" &&
	grep -qi '^x-content-type-options: nosniff' "$T/headers" && ! grep -qi '^strict-transport' "$T/headers"
verdict pages_carry_their_headers

[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 192.0.2.1' "http://$ADDR/metrics")" = 404 ] &&
	[ "$(curl -s -o /dev/null -w '%{http_code}' "http://$ADDR/metrics")" = 200 ]
verdict figures_are_for_this_machine_alone

# A slow upload is under way when the end is asked for: it is answered, and nobody new is.
head -c 60000 /dev/zero | tr '\0' a >"$T/body"
curl -s --limit-rate 30k -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $CLERK" -H 'Accept: application/json' \
	--data-binary "@$T/body" "http://$ADDR/people/search" >"$T/slow" &
slow=$!
under_way() { curl -s "http://$ADDR/metrics" | awk '$1 == "vhotel_requests_active" && $2 > 1 { some = 1 } END { exit !some }'; }
until under_way || ! kill -0 "$slow"; do sleep 0.02; done
kill -TERM "$SERVER"
for _ in $(seq 100); do
	curl -s -m 2 "http://$ADDR/healthz" >/dev/null
	refused=$?
	[ "$refused" = 7 ] && break
	sleep 0.02
done
wait "$slow"
wait "$SERVER"
code=$?
SERVER=
[ "$refused" = 7 ] && [ "$code" = 0 ] && [ "$(cat "$T/slow")" = 422 ]
verdict an_end_lets_the_slow_finish

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/tls.key" -out "$T/tls.pem" -days 2 -subj /CN=localhost \
	>/dev/null 2>&1
serve --tls-cert "$T/tls.pem" --tls-key "$T/tls.key" &&
	curl -sk -D - "https://$ADDR/healthz" >"$T/tls" && grep -q '"status":"ok"' "$T/tls" &&
	grep -qi '^strict-transport-security: max-age=31536000' "$T/tls" &&
	! curl -s -m 2 "http://$ADDR/healthz" >/dev/null
verdict tls_of_its_own
hang_up

! "$VHOTEL" serve --listen 127.0.0.1:0 --tls-cert "$T/tls.pem" >/dev/null 2>&1 &&
	! "$VHOTEL" serve --listen 127.0.0.1:0 --tls-cert "$T/body" --tls-key "$T/body" >/dev/null 2>&1 &&
	! "$VHOTEL" serve --listen nowhere >/dev/null 2>&1
verdict half_a_certificate_does_not_start

printf '[serve]\nlisten = 127.0.0.1:0\ntrusted_proxi = 127.0.0.1\n' >"$T/bad.conf"
! timeout 5 "$VHOTEL" serve --conf "$T/bad.conf" >/dev/null 2>"$T/said" && grep -q trusted_proxi "$T/said"
verdict a_typing_error_in_the_conf_is_found_at_start
printf '[serve]\nlisten = 127.0.0.1:0\ntrusted_proxy = 127.0.0.1\n' >"$T/good.conf"
ADDR=127.0.0.1:0
serve --conf "$T/good.conf" &&
	[ "$(curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 192.0.2.1' "http://$ADDR/metrics")" = 404 ] &&
	curl -s -D - -o /dev/null -H 'X-Forwarded-For: 192.0.2.1' -H 'X-Forwarded-Proto: https' "http://$ADDR/login" |
	grep -qi '^strict-transport-security'
verdict a_trusted_proxy_is_believed
hang_up
rm -rf "$T"
