// A village with a ledger taken in, and an account of each role.
import { HOTEL, Registry, day, idCard, mobile, top } from "./lib.mjs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const H = `/h/${HOTEL}`;
export const LANDLORD = "13900000001";

// Rooms 9001: one with a person in it, two empty ones; a tenant who has a phone.
export function village(name) {
	const r = new Registry(name);
	r.open();
	r.run(["ledger", "import", join(top, "tests/data/ledger.csv")], { ends: [3] });
	r.house = r.run(["house", "add", "--address", "东新9001号", "--grid", "第一网格", "--landlord", "房东甲",
		"--phone", LANDLORD]).id;
	r.room = {};
	for (const no of ["101", "102", "103"])
		r.room[no] = r.run(["room", "add", "--house", r.house, "--no", no, "--capacity", "2", "--area-m2", "12"]).id;
	r.stay = filed(r, "101", 1, { name: "韦娜", phone: mobile(1), home: "贵州省毕节市大方县", lessee: true });
	r.staff("desk", "clerk");
	r.staff("wang", "police", "310116104000");
	r.staff("li", "grid");
	r.staff("zhang", "head");
	r.staff("shen", "auditor", "");
	r.staff("root", "admin", "");
	r.run(["user", "add", "fang", "--role", "landlord", "--scope", HOTEL, "--phone", LANDLORD]);
	r.run(["user", "add", "wei", "--role", "tenant", "--scope", HOTEL, "--phone", mobile(1)]);
	const plates = {};
	for (const p of r.run(["plates", "print", "--format", "svg", "--out", "plates"]))
		if (p.house === r.house) plates[p.no] = p.code;
	r.plate = plates["101"];
	r.revoked = plates["103"];
	r.run(["plates", "revoke", r.revoked, "--reason", "掉了"]);
	return r;
}

export function filed(r, room, n, more = {}) {
	const body = { name: `客人${n}`, doc_type: "id_card", doc_no: idCard(n), since: day(-3), ...more };
	writeFileSync(join(r.dir, "body.json"), JSON.stringify(body));
	return r.run(["stay", "in", "--room", r.room[room], "--body", "body.json"]).id;
}
