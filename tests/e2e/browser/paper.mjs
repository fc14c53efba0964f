// What is printed: black on white even from a dark screen, without anything to press, all of it within the sheet.
import { Visitor, finish, has, is, launch, test } from "./lib.mjs";
import { H, furnish, village } from "./village.mjs";

await launch();
const r = village("paper", { ledger: true });
await r.serve();
await furnish(r);
const how = { lang: "zh", width: 794, height: 1123, js: true, dark: true }; // A4 at 96 dots
const desk = await Visitor.of(r, how, "desk"), wei = await Visitor.of(r, how, "wei");
is(await desk.login("desk"), 200, "logging in");
is(await wei.enrol(r.invite("wei")), 200, "enrolling");

const papers = {
	rack: [desk, `${H}/rack`, "101"],
	receipt: [desk, `${H}/stays/${r.stay}/done`, String(r.stay)],
	letter: [desk, `${H}/houses/${r.house}/letter`, "房东甲"],
	report: [desk, `${H}/report`, "周报"],
	record: [wei, "/me/record", "韦娜"],
	proof: [wei, `${H}/stays/${r.stay}/receipt`, "上级还没有给出回执"],
};
for (const [name, [v, path, words]] of Object.entries(papers))
	await test(`${name}_prints_black_on_white_with_nothing_to_press`, async () => {
		await v.page.emulateMedia({ media: "screen", colorScheme: "dark" });
		is(await v.go(path), 200, path);
		const light = () => v.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		is((await light()) === "rgb(255, 255, 255)", false, "a white screen in the dark");
		await v.page.emulateMedia({ media: "print", colorScheme: "dark" });
		is(await light(), "rgb(255, 255, 255)", "the paper");
		is(await v.page.locator("form:visible, button:visible, nav:visible, input:visible").count(), 0, "things to press");
		has(await v.page.innerText("main"), words, name);
		await v.fits(name);
		// Ink on every tile and state, whatever its colour: dark on light.
		const pale = await v.page.evaluate(() => [...document.querySelectorAll(".tile, .state, .notice")].filter((e) => {
			const of = (c) => c.match(/[\d.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0);
			const s = getComputedStyle(e);
			return s.backgroundColor.startsWith("rgb(") && Math.abs(of(s.backgroundColor) - of(s.color)) < 200;
		}).length);
		is(pale, 0, "pale letters");
		await v.shot(`paper-${name}`);
	});
await test("the_browser_never_complained", async () => {
	for (const v of [desk, wei]) await v.close();
});
await finish(r);
