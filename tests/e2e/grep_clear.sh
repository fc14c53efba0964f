#!/bin/bash
# Nothing of a person lies in clear where the registry is: after an import, scans, a move-in, an unmasking, a search
# and a backup, with the server killed so that its WAL stays, no file below the folder has a name, a number or a
# telephone of the ledger. The ledger itself, searched the same way, has them all.
. "$(dirname "$0")/lib_serve.sh"
ledger=tests/data/ledger.csv

registry 2 && serve || { echo "not ok the_server_starts"; exit 1; }

# Every name, number and telephone in the ledger, one a line; a name of two characters is six bytes already.
python3 - "$ledger" >"$T.patterns" <<'END' || exit 1
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig")))
head = next(r for r in rows if "租客姓名" in r)
column = [head.index(n) for n in ("租客姓名", "证件号码", "手机号码", "房东姓名", "房东电话")]
found = set()
for row in rows[rows.index(head) + 1:]:
    for i in column:
        if i < len(row) and len(row[i].encode()) >= 6 and "合计" not in row[i]:
            found.add(row[i].strip())
print("\n".join(sorted(found)))
END
trap 'hang_up; rm -f "$T.patterns"' EXIT

post() { # TOKEN PATH BODY: prints the answer
	curl -s -H "Authorization: Bearer $1" -H 'Accept: application/json' -H 'Content-Type: application/json' \
		-H "Idempotency-Key: $RANDOM$RANDOM" -d "$3" "http://$ADDR$2"
}

the_registry_is_used() {
	local code room stay
	"$VHOTEL" ledger import "$ledger" --hotel $HOTEL --json >"$T.import" 2>>"$T/cli.log"
	jq -e '.stays > 20' "$T.import" >/dev/null || return 1
	rm "$T.import"
	# Before the changes that follow: a command that ends puts the WAL into the database.
	"$VHOTEL" backup --out "$T/backup.vh" >/dev/null 2>>"$T/cli.log" || return 1
	get "$CLERK" /h/$HOTEL/rack >"$T.rack" || return 1
	code=$(jq -r '[.houses[].rooms[] | select(.registered > 0)][0].plate.code' "$T.rack")
	room=$(jq -r '[.houses[].rooms[] | select(.registered == 0)][0].id' "$T.rack")
	rm "$T.rack"
	get "$POLICE" "/r/$code" >"$T.scan" || return 1
	stay=$(jq -r '.stays[0].id' "$T.scan")
	rm "$T.scan"
	post "$POLICE" "/h/$HOTEL/stays/$stay/unmask" '{"reason":"核查"}' | jq -e . >/dev/null &&
		post "$CLERK" "/h/$HOTEL/people/search" "{\"by\":\"name\",\"text\":\"$(sed -n '$p' "$T.patterns")\"}" |
		jq -e . >/dev/null || return 1
	post "$CLERK" "/h/$HOTEL/rooms/$room/stays" \
		"{\"name\":\"$(sed -n '$p' "$T.patterns")\",\"doc_type\":\"passport\",\"doc_no\":\"E12345678\",\"since\":\"2026-11-02\"}" |
		jq -e .id >/dev/null || return 1
	printf 'E12345678\n' >>"$T.patterns"
	kill -KILL "$SERVER"
	wait "$SERVER" 2>/dev/null
	SERVER=
	rm -f "$T/empty.csv" "$T/serve.out"
	[ -s "$VHOTEL_DB-wal" ] && [ -s "$T/serve.log" ] && [ -s "$T/backup.vh" ]
}

no_file_has_a_person_in_clear() {
	note "$(wc -l <"$T.patterns") names, numbers and telephones; $(ls "$T" | xargs)"
	LC_ALL=C grep -raoFf "$T.patterns" "$T" >"$T.hits"
	local rc=$?
	sort "$T.hits" | uniq -c | head -n 5 | sed 's/^/# /'
	rm "$T.hits"
	[ $rc = 1 ]
}

the_ledger_has_them_all() {
	[ "$(LC_ALL=C grep -aoFf "$T.patterns" "$ledger" | sort -u | wc -l)" -ge 50 ]
}

what_is_in_clear_is_found() { # the address of a house is nobody's secret
	LC_ALL=C grep -raqF '东新3001号' "$T/v.db" "$T/v.db-wal"
}

the_registry_is_used
verdict the_registry_is_used
no_file_has_a_person_in_clear
verdict no_file_has_a_person_in_clear
the_ledger_has_them_all
verdict the_ledger_has_them_all
what_is_in_clear_is_found
verdict what_is_in_clear_is_found
