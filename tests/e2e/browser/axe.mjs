// axe-core over the pages as each role meets them: every rule it has, in both languages, light and dark, text doubled;
// and whether all can be read and hit, in the large view too.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Visitor, day, finish, idCard, is, launch, test } from "./lib.mjs";
import { H, STAFF, furnish, inside, village } from "./village.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page) {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
	return page.evaluate(async () => (await window.axe.run(document, { resultTypes: ["violations"] })).violations
		.map((x) => `${x.id}: ${x.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary.split("\n")[1]}`)}`));
}

const phone = { lang: "zh", width: 360, height: 640, js: true };
const looks = [
	{ lang: "zh", width: 360, light: "light" }, { lang: "en", width: 1366, light: "dark", doubled: true },
	...(process.env.SOAK ? [{ lang: "zh", width: 1366, light: "dark", doubled: true }, { lang: "en", width: 360, light: "light" },
		{ lang: "zh", width: 360, light: "dark", doubled: true }, { lang: "en", width: 1366, light: "light" }] : []),
];

// All that is wrong, not the first of it.
const seen = (bad) => (check) => check.catch((e) => bad.push(e.message));

// The page where v is, in the language it has, at every width and light of that language.
async function judge(v, what, lang = "zh") {
	const bad = [];
	const see = seen(bad);
	for (const look of looks.filter((l) => l.lang === lang)) {
		await v.page.setViewportSize({ width: look.width, height: 768 });
		if (look.width < 600) {
			await see(v.touchable(what));
			await see(v.readable(what));
			await see(v.doubled(what)); // at its narrowest: cheap to see, and so seen always
		}
		await v.page.emulateMedia({ colorScheme: look.light });
		await see(v.doubled(what, Boolean(look.doubled)));
		is(await v.page.getAttribute("html", "lang"), look.lang, `language of ${what}`);
		bad.push(...(await violations(v.page)).map((x) => `${what} ${JSON.stringify(look)}: ${x}`));
	}
	return bad;
}
async function judgeLarge(v, path) {
	const bad = [];
	const see = seen(bad);
	await v.page.setViewportSize({ width: 360, height: 640 });
	await v.elder(true);
	await v.go(path);
	await see(v.fits(`${path}, large`));
	await see(v.touchable(`${path}, large`, 60));
	await see(v.readable(`${path}, large`, 22));
	await v.shot(`large-${path.replaceAll(/\W+/g, "_").slice(0, 60)}`);
	await v.elder(false);
	return bad;
}

await launch();
const r = village("axe", { ledger: false });
r.sql("UPDATE house SET lat = 30.9, lng = 121.1"); // something to draw
await r.serve();
await furnish(r);

await test("axe_sees_what_is_wrong", async () => {
	const v = await Visitor.of(r, phone, "stranger");
	await v.go("/login");
	is((await violations(v.page)).length, 0, "violations");
	await v.page.evaluate(() => {
		document.querySelector("label").remove();
		document.querySelector("h1").style.color = "#ddd";
	});
	is((await violations(v.page)).map((x) => x.split(":")[0]).sort().join(), "color-contrast,label", "violations");
	await v.close();
});
for (const [login, role] of Object.entries({ stranger: "stranger", desk: "clerk", wang: "police", zhang: "head", shen: "auditor", fang: "landlord", wei: "tenant" }))
	await test(`axe_finds_nothing_on_the_pages_of_a_${role}`, async () => {
		const v = await Visitor.of(r, phone, login);
		const bad = [];
		if (STAFF[login]) is(await v.login(login), 200, "logging in");
		else if (login !== "stranger") is(await v.enrol(r.invite(login)), 200, "enrolling");
		const token = login === "stranger" ? r.invite("fang").split("/").pop() : "x";
		let n = 0;
		for (const path of r.pages({ ...inside(r), token }).flatMap((p) => (p.includes("/r/") ? [p, `/r/${r.revoked}`] : [p]))) {
			await v.go(path);
			const here = new URL(v.page.url()).pathname === path;
			n += here;
			if (!here || (v.status === 403 && path !== "/me")) continue; // one page of refusal is enough
			bad.push(...(await judge(v, path)));
			bad.push(...(await judgeLarge(v, path)));
			await v.speak("en");
			await v.go(path);
			bad.push(...(await judge(v, path, "en")));
			await v.speak("zh");
		}
		is(bad.join("\n"), "", "what axe found");
		is(n >= 4, true, "pages seen");
		await v.close();
	});
await test("axe_finds_nothing_on_refusals_and_unfolded_forms", async () => {
	const v = await Visitor.of(r, phone, "li");
	await v.go("/login");
	await v.send();
	const bad = await judge(v, "a refused login");
	is(await v.login("li"), 200, "logging in");
	await v.go(`${H}/rooms/${r.room["102"]}/stays/new`);
	await v.type({ name: "韦娜", doc_no: idCard(1), since: day(0) });
	is(await v.send(), 409, "a person elsewhere");
	bad.push(...(await judge(v, "a person elsewhere")));
	await v.type({ since: "" });
	is(await v.send(), 422, "a refused filing");
	bad.push(...(await judge(v, "a refused filing")));
	await v.go(`${H}/stays/${r.stay}`);
	await v.page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
	bad.push(...(await judge(v, "a stay with all unfolded")));
	is(bad.join("\n"), "", "what axe found");
	await v.close();
});
await finish(r);
