// Every text that the registry keeps is an attack on the page that shows it; all pages for all roles show it as text.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor, day, finish, has, hasNot, idCard, is, launch, test } from "./lib.mjs";
import { H, STAFF, furnish, inside, village } from "./village.mjs";

const SEED = `<script>alert(1)</script>"'&{{x}}`;
const POISON = `${SEED}\u202e\u{1f3da}${"宽".repeat(64)}`;
const RAW = ["<script>", `"'&{{x}}`, "{{x}}\"'"];

// Free text that stands in clear; the rest of the text columns are codes, days and keys of ours.
const FREE = ["name", "address", "grid", "no", "notice", "text", "note", "reason", "detail", "entrusted_by",
	"relation", "receipt", "source", "was_ended", "items"];

// Names and home addresses are sealed: they come in by the front door.
const r = village("poison", {
	ledger: false,
	person: { name: [...POISON].slice(0, 64).join(""), home: POISON, employer: POISON },
	house: { address: POISON, grid: SEED, landlord: [...POISON].slice(0, 64).join("") },
});

// Returns how many columns there were.
function poison() {
	const columns = r.sql(`SELECT m.name || ' ' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.type = 'TEXT' AND m.name NOT IN ('setting', 'lease_of', 'upstream')`);
	const bad = `'${POISON.replaceAll("'", "''")}'`;
	let n = 0;
	for (const line of columns.trim().split("\n")) {
		const [table, column] = line.split(" ");
		if (!FREE.includes(column) || table === "deadline") continue;
		r.sql(`UPDATE "${table}" SET "${column}" = ${bad};`);
		n++;
	}
	r.sql(`UPDATE access SET request = ${bad}; UPDATE hotel SET desk_phone = ${bad};`);
	return n;
}

// What a browser made of an answer, and the answer itself.
async function clean(v, answer, what) {
	const html = await answer.text();
	for (const raw of RAW) hasNot(html, raw, what);
	is(await v.page.locator("script:not([src^='/static/'])").count(), 0, `scripts on ${what}`);
	hasNot(await v.page.content(), "alert(1)</script>", what);
	await v.fits(what);
	return v.text("body");
}

await launch();
await r.serve();
await furnish(r, POISON);
await test("poison_gets_in_where_the_door_takes_it_and_past_the_door", async () => {
	r.run(["stay", "extend", r.stay, "--until", day(30)]);
	// Another's platform writes what it likes for a receipt.
	r.sql(`INSERT INTO upstream (id, name, url, secret, empty_accepted, state, created)
			VALUES (7, '${SEED.replaceAll("'", "''")}', 'http://127.0.0.1:9', x'00', 0, 'paused', 0);
		INSERT INTO delivery (upstream, hotel, epoch, seq, event, part, state, attempts, next_at, receipt)
			SELECT 7, hotel, epoch, seq, id, part, 'accepted', 1, 0, 'x' FROM event WHERE subject = 'stays/${r.stay}';`);
	if (poison() < 9) throw new Error("the schema has other names: nothing was poisoned");
});
const how = { lang: "zh", width: 360, height: 640, js: true };
const roles = { stranger: "stranger", ...STAFF, fang: "landlord", wei: "tenant" };
const visitors = {};
let shown = 0;
for (const [login, role] of Object.entries(roles))
	await test(`poison_is_text_for_${role}`, async () => {
		const v = (visitors[login] = await Visitor.of(r, how, login));
		if (STAFF[login]) is(await v.login(login), 200, "logging in");
		else if (login !== "stranger") is(await v.enrol(r.invite(login)), 200, "enrolling");
		const token = login === "stranger" ? r.invite("fang").split("/").pop() : "x";
		for (const path of r.pages({ ...inside(r), token })) {
			const answer = await v.page.goto(path);
			if (answer.status() >= 500) throw new Error(`${path}: ${answer.status()}`);
			if ((await clean(v, answer, path)).includes(SEED)) shown++;
			await v.shot(`poison-${role}-${path.replaceAll(/\W+/g, "_").slice(0, 60)}`);
		}
	});
await test("poison_was_there_to_be_seen", async () => {
	if (shown < 20) throw new Error(`only ${shown} pages showed it`);
});
await test("poison_that_is_typed_comes_back_as_text", async () => {
	const { desk, wang } = visitors;
	const sent = async (v, what, values, form = "main form") => {
		await v.type(values, form === "main form" ? "" : `${form}-`);
		const at = form === "main form" ? form : `form[action$="/${form}"]`;
		await v.press(`${at} button[type=submit]:not([name])`);
		return clean(v, v.answer, what);
	};
	await desk.login("desk"); // it was left alone for long
	await desk.go("/people/search");
	await sent(desk, "a search", { q: `${SEED}没有` });
	has(await desk.page.inputValue("#f-q"), SEED, "what was searched for");
	await desk.go(`${H}/rooms/${r.room["102"]}/stays/new`);
	has(await sent(desk, "a filing", { name: SEED, doc_no: SEED, home: POISON, employer: POISON, since: day(0) }), "号码");
	has(await desk.page.inputValue("#f-home"), SEED, "what was typed");
	await desk.go("/receipt");
	await sent(desk, "a receipt", { receipt: POISON });
	has(await desk.page.inputValue("#f-receipt"), SEED, "what was pasted");
	await desk.go(`${H}/ledger`);
	writeFileSync(join(r.dir, "bad.csv"), `门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期\n"${SEED.replace('"', '""')}",1,"${
		SEED.replace('"', '""')}",身份证,${idCard(9)}x,2026-10-01\n`);
	await sent(desk, "a ledger", { file: join(r.dir, "bad.csv") });
	await desk.page.waitForSelector('form[action$="/take"]');
	await clean(desk, await desk.page.goto(desk.page.url()), "what a ledger would change");
	await wang.go(`${H}/stays/${r.stay}`);
	await wang.page.click('details:has(form[action$="/unmask"]) summary');
	has(await sent(wang, "an unmasked stay", { reason: POISON }, "unmask"), SEED);
});
await test("poison_never_made_the_browser_complain", async () => {
	for (const v of Object.values(visitors)) await v.close();
});
await finish(r);
