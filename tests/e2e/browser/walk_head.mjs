// The head of a village: from the first page to the figures, a report and the map, in every way; the desk puts a house
// on the map; tiles that do not come leave the drawing.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { HOTEL, Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, test, top } from "./lib.mjs";
import { H, STAFF, village } from "./village.mjs";

const DAY = 86400e3;
const people = [...Object.keys(STAFF), "town"];

// A host of tiles on loopback, and how to end it.
async function host() {
	const p = spawn("python3", [join(top, "tests/e2e/map_tiles.py")], { stdio: ["ignore", "pipe", "ignore"] });
	const lines = createInterface({ input: p.stdout });
	const port = await new Promise((done) => lines.once("line", done));
	lines.on("line", () => {});
	return { url: `http://127.0.0.1:${port}`, end: () => p.kill() };
}

// Half a year of a village: people who came and went, visits, hazards, an upstream that is behind, houses by place.
function lived(r) {
	const rows = ["门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期"];
	for (let n = 0; n < 60; n++)
		rows.push(`东新${1 + n % 12}号,${101 + Math.floor(n / 12)},租客${n},身份证,${
			idCard(200 + n, n % 5 ? "520199" : "340199")},${day(-((n * n) % 45))}`);
	writeFileSync(join(r.dir, "lived.csv"), `${rows.join("\n")}\n`);
	r.run(["ledger", "import", "lived.csv"], { ends: [0, 3] });
	const now = Date.now(), hotel = `(SELECT id FROM hotel WHERE area = '${HOTEL}')`;
	r.sql(`UPDATE hotel SET created = ${now - 500 * DAY};
		UPDATE stay SET filed_at = ${now} - (abs(id) % 25) * ${DAY}, late = abs(id) % 7 = 0, state = 'verified';
		UPDATE stay SET state = 'ended', ended = date('now', '-' || (abs(id) % 20) || ' days')
			WHERE abs(id) % 6 = 0 AND since < date('now', '-21 days');
		INSERT INTO inspection SELECT hotel, id * 9, id * 9, house, id, ${now} - (abs(id) % 240) * ${DAY}, 1, 'door',
			'as_registered', 1, NULL, NULL, 1 FROM room WHERE abs(id) % 3 > 0;
		INSERT INTO inspection SELECT hotel, id * 9 + 1, id * 9 + 1, id, NULL, ${now} - 86400000, 1, NULL, 'nobody_home', 0, NULL, NULL, 1
			FROM house WHERE no % 6 = 1;
		INSERT INTO inspection SELECT hotel, id * 9 + 2, id * 9 + 2, id, NULL, ${now} - 3600000, 1, NULL, 'refused', 0, NULL, NULL, 1
			FROM house WHERE no % 6 = 1;
		INSERT INTO hazard SELECT hotel, id, house, id, 'wiring', 'minor', NULL, ${now} - (abs(id) % 29) * ${DAY}, NULL,
			${now} - ${DAY}, CASE WHEN abs(id) % 8 = 0 THEN ${now} - (abs(id) % 9) * ${DAY} END, NULL, NULL
			FROM room WHERE abs(id) % 4 = 0;
		INSERT INTO upstream VALUES (1, 'town', 'https://up.vh.cn/', x'00', 0, 'paused', 0);
		UPDATE house SET lat = 30.8890 + (no * 37 % 50) / 9000.0, lng = 121.1500 + (no * 23 % 60) / 8000.0
			WHERE hotel = ${hotel} AND address <> '东新9001号';
		INSERT INTO setting (key, value) VALUES ('hotel/' || ${hotel} || '/origin', 'on');`);
}

async function tell(device, how) {
	const r = village(`head_${device}`), tiles = await host();
	lived(r);
	writeFileSync(join(r.dir, "map.conf"), `[map]\ntiles = ${tiles.url}/{z}/{x}/{y}.png\ndatum = gcj02\ncredit = <b>测试</b>\n`);
	r.env.VHOTEL_CONF = join(r.dir, "map.conf");
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en), phone = how.width < 600;
	const step = (name, fn) => test(`${device}_${name}`, fn);
	const head = await Visitor.of(r, how, "zhang"), desk = await Visitor.of(r, how, "desk");
	const seen = async (v, name, status = 200) => {
		is(v.status, status, `status of ${name}`);
		await v.shot(name);
		await v.fits(name);
		if (phone) {
			await v.touchable(name);
			await v.readable(name);
		}
		await v.speaks(name, people);
	};

	await step("the_first_page_of_a_head_has_his_figures", async () => {
		await head.login("zhang");
		await seen(head, "head-home");
		has(await head.text(), say("入住率", "Occupancy"), "the first page");
	});
	await step("figures_are_a_tap_away", async () => {
		await head.budget("head-figures", () => head.tap(`main a.primary[href="${H}/figures"]`), { taps: 1 });
		await seen(head, "figures");
		is(await head.page.locator("figure.chart").count(), 9, "charts");
		is(await head.page.locator("figure.chart svg[role=img] > title").count(), 7, "drawings with a title");
		is(await head.page.locator("figure.chart svg[role=img] > desc").count(), 7, "drawings in a sentence");
		hasNot(await head.page.content(), "租客1", "the figures");
		const few = (await head.page.locator("#fig-origin td").allTextContents()).map(Number).filter((n) => n < 10);
		is(few.join(), "", "groups under ten");
	});
	await step("each_chart_has_its_table", async () => {
		for (const name of ["rooms", "people", "moves", "late", "visits", "hazards", "origin"]) {
			const box = head.page.locator(`#fig-${name} details`);
			is(await box.evaluate((d) => d.open), false, `the table of ${name}`);
			await box.locator("summary").click();
			is(await box.locator("tbody tr").count() > 0, true, `rows of ${name}`);
		}
		await head.fits("figures with tables");
		await head.shot("figures-tables");
		const bars = await head.page.locator("#fig-moves rect.c1").evaluateAll((l) => l.map((e) => Number(e.getAttribute("height"))));
		const cells = await head.page.locator("#fig-moves tbody tr td:nth-child(2)").allInnerTexts();
		const most = Math.max(...cells.map(Number));
		is(bars.length, cells.length, "bars");
		is(bars.indexOf(Math.max(...bars)), cells.map(Number).indexOf(most), "the highest bar");
	});
	await step("a_table_comes_as_a_file", async () => {
		const href = await head.page.locator("#fig-moves a[href*=csv]").getAttribute("href");
		const answer = await head.context.request.get(href);
		is(answer.headers()["content-type"], "text/csv; charset=utf-8", "type");
		has(await answer.text(), `${day(0)},`, "the file");
	});
	await step("figures_print", async () => {
		await head.page.emulateMedia({ media: "print" });
		await head.shot("figures-print");
		is(await head.page.locator(".top nav").isVisible(), false, "the navigation on paper");
		await head.page.emulateMedia({ media: "screen" });
	});
	await step("reports_of_a_week_and_a_month", async () => {
		await head.go(`${H}/figures`);
		await head.budget("head-week", () => head.tap("main a[href*='report?week=']"), { taps: 1 });
		await seen(head, "report-week");
		has(await head.text(), "zhang", "who made it");
		await head.tap("main a[href*='report?week=']");
		await seen(head, "report-week-before");
		hasNot(await head.text(), say("还没有结束", "Not over yet"), "a week that is over");
		await head.tap("main a[href*='report?month=']");
		await seen(head, "report-month");
		await head.page.emulateMedia({ media: "print" });
		await head.shot("report-print");
		await head.page.emulateMedia({ media: "screen" });
		await head.go(`${H}/report?week=2026-W99`);
		await seen(head, "report-refused", 422);
	});
	await step("the_map_lies_on_tiles_or_on_a_drawing", async () => {
		await head.go(`${H}/map`);
		await head.shot("map-plain");
		is(await head.page.locator("#plan a").count() > 10, true, "houses on the drawing");
		if (!how.js) return;
		if (phone) await head.tap("#map-open", { stays: true });
		await head.page.waitForSelector("#map .leaflet-tile-loaded");
		await head.page.waitForFunction(() => [...document.querySelectorAll("#map .leaflet-tile")]
			.every((t) => t.classList.contains("leaflet-tile-loaded")));
		await head.shot("map");
		is(await head.page.locator("#plan").isVisible(), false, "the drawing");
		is(await head.page.locator("#map b").count(), 0, "markup in the credit");
		has(await head.page.innerText("#map .leaflet-control-attribution"), "<b>测试</b>", "the credit");
		is(await head.page.locator("#map .leaflet-marker-icon").count(), await head.page.locator("#plan a").count(), "houses");
		await head.tap("#map-shut", { stays: true });
		is(await head.page.locator("#plan").isVisible(), true, "the drawing again");
	});
	await step("a_house_on_the_map_opens", async () => {
		await head.go(`${H}/map`);
		await seen(head, "map-page");
		if (how.js && !phone) {
			await head.page.waitForSelector("#map .leaflet-marker-icon");
			await head.page.evaluate(() => document.querySelector("#map .leaflet-marker-icon").focus());
			await head.key("Enter", { goes: true });
		} else {
			const href = await head.page.locator("#plan a").first().getAttribute("href");
			await head.follow(true, () => head.page.locator("#plan a circle").first().click({ force: true }));
			is(new URL(head.page.url()).pathname, href, "where a dot leads");
		}
		has(head.page.url(), "/houses/", "where a house leads");
		is(head.status, 200, "the house");
	});
	await step("the_desk_puts_a_house_on_the_map", async () => {
		await desk.login("desk");
		await desk.go(`${H}/map`);
		await desk.tap(`main ul a[href="${H}/houses/${r.house}"]`);
		await desk.act("amend", { lat: "91", lng: "121.16" }, "house_amend");
		is(desk.status, 422, "a place beyond the pole");
		await desk.type({ lat: "30.8921", lng: "121.1544" });
		await desk.send();
		is(desk.status, 200, "the house");
		await desk.go(`${H}/map`);
		is(await desk.page.locator(`#plan a[href="${H}/houses/${r.house}"]`).count(), 1, "the house on the drawing");
		await desk.close();
	});
	await step("without_tiles_the_drawing_stays", async () => {
		tiles.end();
		if (how.js) {
			await r.close();
			await r.serve();
			const lone = await Visitor.of(r, how, "li");
			await lone.login("li");
			await lone.go(`${H}/map`);
			if (phone) await lone.tap("#map-open", { stays: true });
			await lone.page.waitForSelector("#map-lost:not([hidden])");
			is(await lone.page.locator("#plan").isVisible(), true, "the drawing");
			await lone.shot("map-lost");
			await lone.close();
		}
		await head.close();
	});
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
