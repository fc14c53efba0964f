// A village: three rooms of a house with a person in one, an account of each role, and a ledger taken in.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOTEL, Registry, day, idCard, mobile, top } from "./lib.mjs";

export const H = `/h/${HOTEL}`;
const LANDLORD = "13900000001";
export const STAFF = { desk: "clerk", wang: "police", li: "grid", zhang: "head", shen: "auditor", root: "admin" };

export function village(name, { ledger = true, person = {}, house = {} } = {}) {
	const r = new Registry(name);
	r.open();
	if (ledger) r.run(["ledger", "import", join(top, "tests/data/ledger.csv")], { ends: [3] });
	r.house = r.run(["house", "add", "--address", house.address || "东新9001号", "--grid", house.grid || "第一网格",
		"--landlord", house.landlord || "房东甲", "--phone", LANDLORD]).id;
	r.room = {};
	for (const no of ["101", "102", "103"])
		r.room[no] = r.run(["room", "add", "--house", r.house, "--no", no, "--capacity", "2", "--area-m2", "12"]).id;
	r.stay = filed(r, "101", 1, { name: "韦娜", phone: mobile(1), home: "贵州省毕节市大方县", lessee: true, ...person });
	for (const [login, role] of Object.entries(STAFF))
		r.staff(login, role, { wang: "310116104000", shen: "", root: "" }[login] ?? HOTEL);
	r.run(["user", "add", "fang", "--role", "landlord", "--scope", HOTEL, "--phone", LANDLORD]);
	r.run(["user", "add", "wei", "--role", "tenant", "--scope", HOTEL, "--phone", mobile(1)]);
	r.run(["user", "bind", "wei", r.run(["stay", "show", r.stay]).person]);
	const code = {};
	for (const p of r.run(["plates", "print", "--format", "svg", "--out", "plates"]))
		if (p.house === r.house) code[p.no] = p.code;
	r.plates = code;
	r.plate = code["101"];
	for (const p of r.run(["plates", "print", "--houses", "--format", "svg", "--out", "house_plates"]))
		if (p.house === r.house) r.house_plate = p.code;
	r.revoked = code["103"];
	r.run(["plates", "revoke", r.revoked, "--reason", "掉了"]);
	return r;
}

export function filed(r, room, n, more = {}) {
	const body = { name: `客人${n}`, doc_type: "id_card", doc_no: idCard(n), since: day(-3), ...more };
	writeFileSync(join(r.dir, "body.json"), JSON.stringify(body));
	return r.run(["stay", "in", "--room", r.room[room], "--body", "body.json"]).id;
}

export function inside(r) {
	const receipt = (path) => Object.entries(r.receipts || {}).find(([at]) => path.includes(at))?.[1] || "0";
	return { hotel: HOTEL, house: r.house, room: r.room["101"], stay: r.stay, code: r.plate, receipt, login: "fang", serial: "A00001" };
}

// One of each thing that pages are about, on a running registry, with `text` wherever somebody writes.
export async function furnish(r, text = "楼道里堆了东西") {
	const room = `${H}/rooms/${r.room["101"]}`, plate = `/r/${r.plate}`;
	const { code } = await r.post("fang", `${room}/code`, {});
	const declared = await r.post(null, `${plate}/declare`,
		{ digits: code.digits, doc_type: "id_card", doc_no: idCard(77), name: "客人77", since: day() });
	const reported = await r.post(null, `${plate}/report`, { item: "wiring" });
	r.receipts = { "/declared/": declared.receipt, "/reported/": reported.receipt };
	await r.post("wang", `${room}/inspections`, { outcome: "found_more", extra: "1", consent: "occupant" });
	await r.post("wang", `${room}/clearances`, { result: "mend", note: text, until: day(9) });
	await r.post(null, `${plate}/report`, { item: "other", words: text, phone: "13900008888" });
	await r.post("desk", `${H}/notices`, { text, until: day(9) });
	await r.post("desk", `${H}/stays/${r.stay}/dispute`, { dispute: "wrong", words: text });
}
