// What a page weighs on the wire, headers left out: a village's phones are on slow lines.
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Visitor, day, finish, idCard, is, launch, test } from "./lib.mjs";
import { H, STAFF, furnish, inside, village } from "./village.mjs";

const PAGE = 60 << 10, SCRIPT = 15 << 10, RACK = 300 << 10, HOUSES = 250, ROOMS = 12;

// Bytes of one answer as they travel, and what they say.
function fetched(url, headers) {
	return new Promise((done, fail) => {
		request(url, { headers: { "Accept-Encoding": "gzip", ...headers } }, (answer) => {
			const parts = [];
			answer.on("data", (part) => parts.push(part));
			answer.on("end", () => {
				const all = Buffer.concat(parts), packed = answer.headers["content-encoding"] === "gzip";
				done({ status: answer.statusCode, bytes: all.length, text: (packed ? gunzipSync(all) : all).toString() });
			});
		}).on("error", fail).end();
	});
}
async function cookies(v) {
	return (await v.context.cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
}

async function more(v) {
	const next = v.page.locator('main a[href*="from="]');
	return (await next.count()) ? next.getAttribute("href") : null;
}

await launch();
const r = village("weight", { ledger: false });
const rows = ["门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期"];
for (let h = 1; h <= HOUSES; h++)
	for (let no = 1; no <= ROOMS; no++) {
		const n = 100 + (h - 1) * ROOMS + no;
		rows.push(`东新${h}号,${no},${n % 3 ? `租客${n},身份证,${idCard(n)},${day(-n % 300)}` : ",,,"}`);
	}
writeFileSync(join(r.dir, "large.csv"), `${rows.join("\n")}\n`);
const taken = r.run(["ledger", "import", "large.csv"], { ends: [0, 3] });
await r.serve();
await furnish(r);
// All that a page makes a browser fetch: its sheet, scripts and pictures, each once.
const weights = {};
async function loaded(html) {
	const sum = { all: 0, script: 0 };
	for (const [, tag, url] of html.matchAll(/<(link rel="stylesheet"|script|img)[^>]* (?:href|src)="(\/[^"]*)"/g)) {
		weights[url] ??= (await fetched(r.url + url, {})).bytes;
		sum.all += weights[url];
		if (tag === "script") sum.script += weights[url];
	}
	return sum;
}
const phone = { lang: "zh", width: 360, height: 640, js: true };

for (const [login, role] of Object.entries({ stranger: "stranger", desk: "clerk", wang: "police", zhang: "head", fang: "landlord", wei: "tenant" }))
	await test(`pages_of_a_${role}_are_light`, async () => {
		const v = await Visitor.of(r, phone, login);
		if (STAFF[login]) is(await v.login(login), 200, "logging in");
		else if (login !== "stranger") is(await v.enrol(r.invite(login)), 200, "enrolling");
		let most = 0, script = 0, seen = 0;
		for (const path of r.pages({ ...inside(r), token: "x" })) {
			if (path === `${H}/rack`) continue; // three thousand rooms: below
			const { status, bytes, text } = await fetched(r.url + path, { Cookie: await cookies(v), Accept: "text/html" });
			const more = await loaded(text);
			seen += status === 200;
			most = Math.max(most, bytes + more.all);
			script = Math.max(script, more.script);
			if (bytes + more.all > PAGE || more.script > SCRIPT)
				throw new Error(`${path} weighs ${bytes} and what it loads ${JSON.stringify(more)}`);
		}
		console.log(`# ${role}: ${seen} pages, the heaviest ${most} bytes with all it loads, ${script} of script`);
		is(script > 100, true, "a page loads its scripts");
		is(seen > 1, true, "pages seen");
		await v.close();
	});
await test("the_rack_of_three_thousand_rooms_is_light", async () => {
	is(taken.rooms, HOUSES * ROOMS, "rooms");
	const v = await Visitor.of(r, phone, "li");
	is(await v.login("li"), 200, "logging in");
	const answer = await fetched(`${r.url}${H}/rack`, { Cookie: await cookies(v), Accept: "application/json" });
	const as = { Cookie: await cookies(v), Accept: "text/html" };
	const { bytes } = await fetched(`${r.url}${H}/rack`, as);
	const raw = (await fetched(`${r.url}${H}/rack`, { ...as, "Accept-Encoding": "identity" })).bytes;
	await v.go(`${H}/rack`);
	const rooms = await v.page.locator(".tile").count();
	console.log(`# rack: ${bytes} bytes on the wire, ${raw} unpacked, ${answer.bytes} as JSON`);
	is(rooms, HOUSES * ROOMS + 3, "tiles");
	if (bytes > RACK || raw > 3 * RACK || answer.bytes > RACK) throw new Error("too heavy");
	await v.close();
});
await test("a_filtered_rack_goes_on_as_well", async () => {
	const v = await Visitor.of(r, phone, "zhang");
	is(await v.login("zhang"), 200, "logging in");
	let rooms = 0;
	for (let path = `${H}/rack?state=vacant&house=${encodeURIComponent("东新")}`; path;) {
		await v.go(path);
		rooms += await v.page.locator(".tile").count();
		is(await v.page.locator(".tile:not(.t-vacant)").count(), 0, "tiles of another state");
		path = await more(v);
	}
	is(rooms, taken.rooms - taken.stays + 2, "vacant rooms");
	await v.close();
});
await finish(r);
