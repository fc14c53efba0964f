#!/bin/bash
# Upstreams of other kinds: flat JSON with pinyin keys, XML in lots, files in folders; their proofs and their faults.
. "$(dirname "$0")/lib_sync.sh"
PEOPLE=9
profiles=$here/../../deploy/profiles
umask 077 # a token that others may read is refused

# A registry with people, made once; each test has a copy.
village() {
	hotel &&
		"$VHOTEL" house add --address '东新"1"号 <东> & 西\' >/dev/null &&
		"$VHOTEL" room add --house 1 --no 101 --capacity 40 >/dev/null || return 1
	for i in $(seq $PEOPLE); do
		"$VHOTEL" stay in --room 1/101 --name "测\"试\\$i<b>&'" --doc-type passport --doc-no "E9900000$i" \
			--since "$(TZ=Asia/Shanghai date +%F)" >/dev/null || return 1
	done
	mkdir "$T/base" && mv "$T"/v.* "$T/base/"
}

start() { # KIND MODE
	clean
	rm -f "$T"/v.* "$T/book.json"
	cp "$T"/base/v.* "$T/" || return 1
	launch port node "$here/formats_receiver.mjs" "$1" "$T/book.json" "$2" ${3:+"$3" "$4" "$5"} || return 1
	port=$(cat "$T/port")
}

flat() { # MODE
	start flat "$1" || return 1
	echo 't0ken:of/test' >"$T/token"
	"$VHOTEL" upstream add pinyin --url "http://127.0.0.1:$port/api" --profile "$profiles/flat-pinyin.profile" \
		--secret-file "$T/token" >"$T/last.add" 2>&1
}

lots() { # MODE
	start lots "$1" || return 1
	echo 'u:p w' >"$T/token"
	mkdir -p "$T/profiles"
	cp "$profiles"/lots-xml.* "$T/profiles/"
	sed -i -e "s|^url = .*|url = http://127.0.0.1:$port/consulta?lote={{lot}}|" -e 's/^first = .*/first = 0/' \
		-e 's/^most = .*/most = 1/' "$T/profiles/lots-xml.profile"
	"$VHOTEL" upstream add ses --url "http://127.0.0.1:$port/envio" --profile "$T/profiles/lots-xml.profile" \
		--secret-file "$T/token" >"$T/last.add" 2>&1
}

listed() { "$VHOTEL" sync list --state "$1" --json >"$T/last.list" && jq -e "$2" "$T/last.list" >/dev/null; }

receipts() { # PREFIX: each accepted event has its own
	listed accepted "length >= $PEOPLE and all(.receipt == \"$1\" + .event)"
}

all_there() { # each person once in their registry, and all known to be there here
	told '.left == 0 and .dead == 0' && book "(.taken | length) == $PEOPLE and .bad == [] and .changed == 0"
}

flat_json_with_pinyin_keys_is_accepted() {
	flat fine && sync --wait 5 && all_there && book '.twice == 0 and .requests == 1' &&
		book '.names | index("测\"试\\1<b>&'"'"'") != null' && receipts HZ
}

other_events_are_skipped_with_a_reason() {
	flat fine && sync --wait 5 && listed superseded 'length > 0 and all(.code == "skipped" and (.detail | length) > 0)'
}

a_code_without_a_word_makes_the_event_incomplete() {
	flat fine || return 1
	"$VHOTEL" stay in --room 1/101 --name 港人 --doc-type hm_permit --doc-no H01234567 \
		--since "$(TZ=Asia/Shanghai date +%F)" >"$T/last.in" 2>&1 || return 1
	sed '/^hm_permit/d' "$profiles/flat-pinyin.profile" >"$T/flat-pinyin.profile"
	cp "$profiles/flat-pinyin.template" "$T/"
	"$VHOTEL" upstream amend pinyin --profile "$T/flat-pinyin.profile" >/dev/null || return 1
	sync --wait 2
	book "(.taken | length) == $PEOPLE and .bad == []" &&
		listed rejected 'length == 1 and .[0].code == "incomplete" and (.[0].detail | test("zjlx"))'
}

a_lost_answer_is_asked_again_with_the_same_bytes() {
	flat lost && sync --wait 10 && all_there && book ".twice == $PEOPLE and .requests == 2" && told ".duplicate == $PEOPLE"
}

half_an_answer_leaves_the_other_half_open() {
	flat half && sync --wait 10 && all_there && book '.requests > 1 and .twice > 0' && told '.accepted > 0 and .duplicate > 0'
}

rows_may_come_in_any_order() {
	flat shuffled && sync --wait 5 && all_there && book '.twice == 0' && receipts HZ
}

a_page_of_a_proxy_is_no_answer() {
	flat html503 && sync --wait 10 && all_there && book '.twice == 0 and .requests == 2' || return 1
	flat html200 || return 1
	sync --wait 0
	[ $? = 75 ] && told ".accepted == 0 and .rejected == 0 and .unknown == $PEOPLE"
}

a_refused_whole_is_split_until_one_is_left() {
	flat poison || return 1
	sync --wait 2
	told ".rejected == 1 and .accepted == $PEOPLE - 1" && book "(.taken | length) == $PEOPLE - 1" &&
		listed rejected 'length == 1 and .[0].code == "refused" and .[0].detail == "数据有误"'
}

a_refused_row_says_why() {
	flat reject || return 1
	sync --wait 2
	told ".rejected == 1 and .accepted == $PEOPLE - 1" && listed rejected '.[0].code == "E07"'
}

a_lot_is_polled_until_each_item_is_judged() {
	lots fine && sync --wait 10 && all_there && book '.lots == 1 and .polls == 2 and .twice == 0' &&
		book '.names | index("测&quot;试\\1&lt;b&gt;&amp;&#39;") != null or index("测&quot;试\\1&lt;b&gt;&amp;&apos;") != null' &&
		receipts C- &&
		"$VHOTEL" sync lots --json | jq -e 'length == 1 and .[0].state == "done" and .[0].lot == "L.1-x"' >/dev/null
}

a_lot_waits_over_the_end_of_a_run() {
	lots fine || return 1
	sync --wait 0
	listed unknown "length == $PEOPLE and all(.code == \"received\")" && book '.lots == 1' &&
		"$VHOTEL" sync lots --json | jq -e '.[0].state == "received"' >/dev/null || return 1
	"$VHOTEL" upstream amend ses --profile "$T/profiles/lots-xml.profile" >"$T/last.amend" 2>&1 && return 1
	grep -q profile_busy "$T/last.amend" && sync --wait 10 && all_there && book '.lots == 1'
}

order_numbers_may_be_shuffled() {
	lots shuffled && sync --wait 10 && all_there && receipts C-
}

half_a_lot_is_sent_again_under_the_same_ids() {
	lots half && sync --wait 20 && all_there && book '.lots == 2 and .twice > 0'
}

a_forgotten_lot_is_sent_again() {
	lots forget && sync --wait 20 && all_there && book '.lots == 2 and .twice == 0' &&
		"$VHOTEL" sync lots --json | jq -e 'map(.state) | sort == ["done", "forgotten"]' >/dev/null
}

a_lost_lot_number_is_a_new_lot_with_the_same_ids() {
	lots lost && sync --wait 20 && all_there && book ".lots == 2 and .twice == $PEOPLE"
}

a_page_in_place_of_results_is_asked_again() {
	lots html503 && sync --wait 20 && all_there && book '.lots == 1 and .polls == 3'
}

one_bad_item_does_not_sink_its_lot() {
	lots reject || return 1
	sync --wait 5
	told ".rejected == 1 and .accepted == $PEOPLE - 1" &&
		listed rejected '.[0].code == "31" and .[0].detail == "falta"'
}

no_token_is_seen_anywhere() {
	flat fine && sync --wait 5 || return 1
	"$VHOTEL" upstream list --json >"$T/last.list" && grep -q pinyin "$T/last.list" &&
		! grep -q t0ken "$T"/v.db* "$T"/last.*
}

folders() { # a profile of signed files
	clean
	rm -rf "$T"/v.* "$T/out" "$T/in"
	mkdir "$T/out" "$T/in" && cp "$T"/base/v.* "$T/" || return 1
	SECRET=whsec_$(head -c 32 /dev/urandom | base64)
	printf '[profile]\nenvelope = cloudevents\nout = %s\nin = %s\n[lot]\nfirst = 0\nmost = 1\n' "$T/out" "$T/in" \
		>"$T/folder.profile"
	"$VHOTEL" upstream add nets --profile "$T/folder.profile" --secret "$SECRET" >"$T/last.add" 2>&1
}

take_files() { # SECRET: what the other side does, some night: judge the signature, answer, delete
	node -e '
const { createHmac } = require("crypto"), fs = require("fs"), [out, into, ours, theirs] = process.argv.slice(1);
const mac = (s, id, at, b) => "v1," + createHmac("sha256", Buffer.from(s.slice(6), "base64")).update(`${id}.${at}.${b}`).digest("base64");
for (const name of fs.readdirSync(out).filter((n) => n.endsWith(".json"))) {
	const body = fs.readFileSync(`${out}/${name}`, "utf8"), sig = fs.readFileSync(`${out}/${name}.sig`, "utf8");
	const of = (key) => sig.match(new RegExp(`^${key}: (.*)$`, "m"))[1], id = of("webhook-id");
	if (of("webhook-signature") !== mac(ours, id, of("webhook-timestamp"), body) || name !== `${id}.json`) process.exit(1);
	const answer = JSON.stringify({ results: JSON.parse(body).map((e) => ({ id: e.id, status: "accepted", receipt: "F" + e.id })) });
	fs.writeFileSync(`${into}/${name}.sig`, `webhook-id: ${id}-answer\nwebhook-timestamp: 1000000000\nwebhook-signature: ${mac(theirs, id + "-answer", 1000000000, answer)}\n`);
	fs.writeFileSync(`${into}/${name}`, answer);
}' "$T/out" "$T/in" "$SECRET" "$1"
}

files_in_folders_are_signed_both_ways() {
	folders || return 1
	sync --wait 0
	told '.accepted == 0' && [ -z "$(find "$T/out" -name '*.tmp')" ] && [ -n "$(ls "$T/out")" ] || return 1
	take_files "whsec_$(head -c 32 /dev/urandom | base64)" || return 1
	sync --wait 2
	told '.accepted == 0' || return 1
	take_files "$SECRET" && rm "$T"/out/* && sync --wait 5 && told ".accepted > $PEOPLE and .left == 0 and .dead == 0" && receipts F
}

a_certificate_is_shown_to_who_wants_one() {
	(cd "$T" && for who in ca node me; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $who.key -out $who.pem \
			-days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$T/last.ssl" || exit 1
	done) || return 1
	start flat fine "$T/node.pem" "$T/node.key" "$T/me.pem" || return 1
	echo 't0ken:of/test' >"$T/token"
	cp "$profiles"/flat-pinyin.* "$T/"
	sed -i "s|^auth = bearer|&\nca = $T/node.pem|" "$T/flat-pinyin.profile"
	"$VHOTEL" upstream add pinyin --url "https://localhost:$port/api" --profile "$T/flat-pinyin.profile" \
		--secret-file "$T/token" >/dev/null || return 1
	sync --wait 1
	told '.accepted == 0' || return 1
	sed -i "s|^auth = bearer|&\ncert = $T/me.pem\nkey = $T/me.key|" "$T/flat-pinyin.profile"
	rm -f "$T"/v.* && cp "$T"/base/v.* "$T/" &&
		"$VHOTEL" upstream add pinyin --url "https://localhost:$port/api" --profile "$T/flat-pinyin.profile" \
			--secret-file "$T/token" >/dev/null && sync --wait 5 && all_there
}

village || { verdict village 1; exit 1; }
cases flat_json_with_pinyin_keys_is_accepted other_events_are_skipped_with_a_reason \
	a_code_without_a_word_makes_the_event_incomplete a_lost_answer_is_asked_again_with_the_same_bytes \
	half_an_answer_leaves_the_other_half_open rows_may_come_in_any_order a_page_of_a_proxy_is_no_answer \
	a_refused_whole_is_split_until_one_is_left a_refused_row_says_why \
	a_lot_is_polled_until_each_item_is_judged a_lot_waits_over_the_end_of_a_run order_numbers_may_be_shuffled \
	half_a_lot_is_sent_again_under_the_same_ids a_forgotten_lot_is_sent_again \
	a_lost_lot_number_is_a_new_lot_with_the_same_ids a_page_in_place_of_results_is_asked_again \
	one_bad_item_does_not_sink_its_lot files_in_folders_are_signed_both_ways \
	a_certificate_is_shown_to_who_wants_one no_token_is_seen_anywhere
