// The desk's rack with three thousand rooms: live, from the keyboard, a room beside it.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor, day, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, STAFF, filed, village } from "./village.mjs";

const HOUSES = 250, ROOMS = 12;
const how = { lang: "zh", width: 1366, height: 768, js: true };

function large(name) {
	const r = village(name, { ledger: false });
	const rows = ["门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期,租期"];
	for (let h = 1; h <= HOUSES; h++)
		for (let no = 1; no <= ROOMS; no++) {
			const n = 100 + (h - 1) * ROOMS + no;
			rows.push(`东新${h}号,${no},${n % 3 ? `租客${n},身份证,${idCard(n)},${day(-n % 300)},` : ",,,,"}`);
		}
	writeFileSync(join(r.dir, "large.csv"), `${rows.join("\n")}\n`);
	r.run(["ledger", "import", "large.csv"], { ends: [0, 3] });
	return r;
}

await launch();
const r = large("rack");
await r.serve();
const desk = await Visitor.of(r, how, "desk");
const tile = (no) => desk.page.locator(`.tile[href$="/${r.room[no]}"]`);
const redrawn = () => desk.page.waitForFunction(() => performance.getEntriesByName("rack-redraw").length > 0);
const forget = () => desk.page.evaluate(() => performance.clearMeasures("rack-redraw"));

await test("rack_shows_all_rooms_on_one_page", async () => {
	is(await desk.login("desk"), 200, "logging in");
	is(await desk.go(`${H}/rack`), 200, "the rack");
	is(await desk.page.locator(".tile").count(), HOUSES * ROOMS + 3, "tiles");
	is(await desk.page.locator('main a[href*="from="]').count(), 0, "ways to more houses");
	await desk.fits("the rack");
	await desk.shot("rack");
});
await test("rack_is_redrawn_within_100_ms_of_a_command_line_filing", async () => {
	await forget();
	has(await tile("102").getAttribute("class"), "t-vacant", "the tile before");
	filed(r, "102", 2, { name: "外人" });
	await redrawn();
	hasNot(await tile("102").getAttribute("class"), "t-vacant", "the tile after");
	const took = await desk.page.evaluate(() => performance.getEntriesByName("rack-redraw").map((e) => e.duration));
	console.log(`# redrawn in ${took.map((t) => t.toFixed(1))} ms`);
	is(took.every((t) => t < 100), true, `redrawn in ${took} ms, quick enough`);
});
await test("rack_moves_by_arrows_and_opens_a_room_beside_it", async () => {
	await desk.page.focus(".tile");
	const at = () => desk.page.evaluate(() => document.activeElement.querySelector("b")?.textContent);
	is(await desk.page.evaluate(() => document.querySelectorAll('.tile[tabindex="0"]').length), 1, "stops for Tab");
	const first = await at();
	await desk.page.keyboard.press("ArrowRight");
	const second = await at();
	is(second !== first, true, "the next tile");
	await desk.page.keyboard.press("ArrowLeft");
	is(await at(), first, "back");
	await desk.page.keyboard.press("ArrowDown");
	await desk.page.keyboard.press("ArrowUp");
	is(await at(), first, "down and up");
	await desk.page.keyboard.press("Enter");
	await desk.page.waitForSelector("#panel:not([hidden]) h1");
	has(await desk.text("#panel"), first, "the panel");
	await desk.shot("rack-panel");
	await desk.fits("the rack with its panel");
	await desk.page.keyboard.press("Escape");
	is(await desk.page.locator("#panel").isVisible(), false, "the panel after Escape");
	is(await at(), first, "focus is back on the tile");
});
await desk.close();
await finish(r);
