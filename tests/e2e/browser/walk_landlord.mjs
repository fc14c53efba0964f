// A landlord on his phone: what he does all year, told in both languages and sizes, with scripts and without, and what
// each job may cost him.
import { readFileSync } from "node:fs";
import { HOTEL, Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, STAFF, filed, village } from "./village.mjs";

async function tell(device, how) {
	const r = village(`landlord-${device}`, { ledger: false });
	filed(r, "102", 2, { name: "蓝到期", until: day(10), phone: mobile(2) });
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`landlord_${device}_${name}`, fn);
	const fang = await Visitor.of(r, how, "fang"), tenant = await Visitor.of(r, how, "tenant");
	const room = (no) => `${H}/rooms/${r.room[no]}`;
	const person = (name) => `.own li:has(.who:has-text("${name}"))`;
	const seen = async (name, status = 200) => {
		is(fang.status, status, `status of ${name}`);
		await fang.shot(`landlord-${name}`);
		await fang.fits(name);
		await fang.touchable(name);
		await fang.speaks(name, [...Object.keys(STAFF), "fang", "MUSTER", "ANNA"]);
		if (how.width < 600) await fang.readable(name);
		await fang.doubled(name);
		await fang.doubled(name, false);
	};

	await step("his_home_shows_his_rooms_at_a_glance", async () => {
		await fang.enrol(r.invite("fang"));
		await seen("home");
		const text = await fang.text();
		for (const part of ["东新9001号", "韦*", "蓝*", say("还剩 10 天", "ends in 10 days")]) has(text, part, "the home");
		hasNot(text, "韦娜", "names that the desk filed");
	});
	await step("the_tenant_types_it_and_two_taps_are_the_landlords", async () => {
		await fang.budget("move-in-tenant", async () => {
			await fang.go(`/r/${r.plates["102"]}`);
			await seen("plate");
			await fang.tap('form[action$="/code"] button');
			await seen("code");
			const digits = (await fang.page.innerText(".huge")).trim();
			await fang.go("/");
			await fang.press('a[href$="/code"]');
			is((await fang.page.innerText(".huge")).trim(), digits, "the digits, shown again");
			await tenant.go(`/r/${r.plates["102"]}/declare`);
			await tenant.type({ digits, doc_type: "id_card", doc_no: idCard(3), name: "覃自填", phone: mobile(3), since: day(0) });
			is(await tenant.send(), 200, "what the tenant typed");
			/* The page looks by itself; nothing is touched. */
			await fang.page.waitForSelector('button[value="yes"]', { timeout: 25000 });
			fang.status = 200;
			await seen("code-waiting");
			has(await fang.text(), "覃*", "who waits");
			await fang.tap('button[value="yes"]');
		}, { taps: 2 });
		await seen("settled");
		is(await fang.page.locator('button[value="yes"]').count(), 0, "who waits now");
	});
	await step("digits_can_be_ended", async () => {
		await fang.go(`${room("102")}/code`);
		await fang.press('form[action$="/code/end"] button');
		await seen("code-ended");
		is(await fang.page.locator(".huge").count(), 0, "digits");
	});
	await step("moving_in_is_one_question_a_page", async () => {
		const start = Date.now();
		await fang.budget("move-in-step-by-step", async () => {
			await fang.go("/");
			await fang.tap('section.room:has(h3:has-text("103")) a[href*="/movein"]');
			await seen("movein-kind");
			await fang.tap('button[value="id_card"]');
			await seen("movein-number");
			is(await fang.page.getAttribute("#f-doc_no", "inputmode"), "numeric", "the keypad");
			await fang.type({ doc_no: idCard(4).replace(/.$/, (c) => (c === "1" ? "2" : "1")) });
			if (how.js !== false) is(await fang.page.isVisible("#number-bad"), true, "the word about a wrong number");
			is(await fang.page.locator("main .verdict").count(), 0, "a second word about it");
			const wide = idCard(4).replace(/[0-9X]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
			for (const no of [wide, idCard(4)]) {
				await fang.type({ doc_no: no });
				if (how.js !== false) is(await fang.page.isVisible("#number-good"), true, `the word about ${no}`);
			}
			await fang.tap(".ask button");
			await seen("movein-name");
			await fang.type({ name: "卢四" });
			await fang.tap(".ask button");
			await seen("movein-phone");
			await fang.type({ phone: mobile(4) });
			await fang.tap(".ask button");
			await seen("movein-until");
			await fang.tap(`.asks button:has-text("${say("半年", "Half")}")`);
			await seen("movein-check");
			await fang.tap('form[action$="/file"] button');
		}, { taps: 7 });
		await seen("movein-done");
		has(await fang.text(), "卢四", "the record");
		is(Date.now() - start < 90000, true, "the time it took");
		await fang.page.emulateMedia({ media: "print" });
		await fang.shot("landlord-record-print");
		await fang.page.emulateMedia({ media: "screen" });
	});
	await step("another_of_the_family_goes_on_in_the_same_room", async () => {
		const until = (await fang.text()).match(/20\d\d-\d\d-\d\d/g);
		await fang.press('a[href*="/movein?with="]');
		await fang.press('button[value="none"]');
		await seen("movein-guardian");
		await fang.press('button:has-text("卢四")');
		await fang.type({ name: "卢小宝" });
		await fang.press(".ask button");
		await fang.press(".ask button");
		await seen("movein-check-child");
		for (const d of new Set(until.slice(0, 2))) has(await fang.text(), d, "the days that were kept");
		await fang.press('form[action$="/file"] button');
		has(await fang.text(), "卢小宝", "the record of the child");
	});
	await step("a_wrong_number_is_said_at_once_and_kept", async () => {
		await fang.go(`${room("101")}/movein?new=1`);
		await fang.press('button[value="id_card"]');
		await fang.type({ doc_no: "420299196909170722" });
		await fang.press(".ask button");
		await seen("movein-wrong", 422);
		is(await fang.page.inputValue("#f-doc_no"), "420299196909170722", "what was typed");
		is(await fang.page.evaluate(() => document.activeElement.className), "summary", "what has the focus");
		hasNot(fang.page.url(), "420299", "the address");
	});
	await step("back_and_forth_loses_nothing", async () => {
		await fang.type({ doc_no: idCard(5) });
		await fang.press(".ask button");
		await fang.type({ name: "马五" });
		await fang.press(".ask button");
		await fang.page.goBack();
		is(await fang.page.inputValue("#f-name"), "马五", "the name, a page back");
		await fang.page.goForward();
		await fang.press(".ask button");
		await fang.press('button[name="open"]');
		await fang.press('a.change[href*="at=name"]');
		await fang.type({ name: "马伍" });
		await fang.press(".ask button");
		has(await fang.text(), "马伍", "the answers");
		has(await fang.text(), say("没说定", "not said"), "the answers");
		hasNot(fang.page.url(), "马", "the address");
		await fang.press('form[action$="/file"] button');
		await fang.page.goBack();
		is(await fang.page.locator('form[action$="/file"]').count(), 0, "ways to file it twice");
	});
	await step("a_full_room_offers_the_pending_way", async () => {
		await fang.go(`${room("101")}/movein?new=1`);
		await fang.press('button[value="passport"]');
		await fang.type({ doc_no: "E12345678" });
		await fang.press(".ask button");
		await fang.type({ name: "MUSTER ANNA" });
		await fang.press(".ask button");
		await fang.press(".ask button");
		await fang.press('button[name="open"]');
		await fang.press('form[action$="/file"] button');
		is(fang.status, 409, "status of a full room");
		await fang.shot("landlord-movein-full");
		await fang.press('button[name="anyway"]');
		is(await fang.page.locator(".s-contested").count(), 1, "what waits for the desk");
	});
	await step("who_was_his_tenant_before_is_found_again", async () => {
		await fang.go("/");
		await fang.press(`${person("马伍")} a[href$="/out"]`);
		await fang.press(".asks button >> nth=0");
		await fang.go(`${room("102")}/movein?new=1`);
		await fang.press('button[value="id_card"]');
		await fang.type({ doc_no: idCard(5) });
		await fang.press(".ask button");
		await fang.press(".ask button"); // no telephone was known
		await fang.press('button[name="open"]');
		await seen("movein-known");
		has(await fang.text(), "马伍", "the answers");
	});
	await step("extending_is_two_taps", async () => {
		await fang.go("/");
		await fang.budget("extend", async () => {
			await fang.tap(`${person("蓝*")} a[href$="/extend"]`);
			await seen("extend");
			await fang.tap(".asks button >> nth=1");
		}, { taps: 2 });
		await seen("extended");
	});
	await step("changing_rooms_is_three_taps_and_a_field", async () => {
		await fang.go("/");
		await fang.budget("move-room", async () => {
			await fang.tap(`${person("卢四")} .who a`);
			await seen("stay");
			await fang.tap('a[href$="/move"]');
			await seen("move");
			await fang.type({ room: "101" });
			await fang.tap('main form:has(#f-room) button[type=submit]:not([name])');
		}, { taps: 3 });
		await seen("moved");
	});
	await step("moving_out_is_a_scan_and_two_taps", async () => {
		await fang.budget("move-out", async () => {
			await fang.go(`/r/${r.plate}`);
			await seen("plate-room");
			await fang.tap(`${person("韦*")} a[href$="/out"]`);
			await seen("out");
			await fang.tap(".asks button >> nth=0");
		}, { taps: 2 });
		await seen("out-done");
		const { pathname } = new URL(fang.page.url());
		await fang.tap('form[action$="/still-here"] button');
		await seen("out-undone");
		has(await fang.text(), say("已恢复登记", "goes on without a gap"), "what undoing said");
		await fang.go(`${pathname}/out`);
		await fang.tap(".asks button >> nth=0");
	});
	await step("a_day_that_is_not_exact_is_said_to_be_about", async () => {
		await fang.go("/");
		await fang.press(`${person("蓝*")} a[href$="/out"]`);
		await fang.page.click("details summary");
		await fang.type({ out: day(-1), about: true });
		await fang.press("details form button");
		has(await fang.text(), `${say("大约", "about")} ${day(-1)}`, "the stay");
		await seen("out-about");
	});
	await step("a_mistake_is_mended_in_its_field", async () => {
		await fang.go("/");
		await fang.press(`${person("卢小宝")} .who a`);
		await fang.press('a[href$="/amend"]');
		await seen("amend");
		await fang.press('a[href$="?f=name"]');
		await seen("amend-name");
		await fang.type({ name: "卢晓宝" });
		await fang.send();
		has(await fang.text(), "卢晓宝", "the stay");
		await fang.press('a[href$="/amend"]');
		await fang.press('a[href$="/wrong"]');
		await seen("wrong");
		await fang.type({ words: "写成了别人的孩子" });
		await fang.send();
		await seen("told");
	});
	await step("who_was_not_listed_and_left_is_told_to_the_desk", async () => {
		await fang.go(`/r/${r.plate}`);
		await fang.press('a[href$="/gone"]');
		await seen("gone");
		await fang.send();
		await seen("gone-empty", 422);
		await fang.type({ words: "一个修车的师傅", out: day(-2), about: true });
		await fang.send();
		await seen("gone-told");
	});
	await step("a_danger_is_on_his_home_until_it_is_mended", async () => {
		await tenant.go(`/r/${r.plate}/report`);
		await tenant.press('button[value="wiring"]');
		await fang.go("/");
		await seen("home-hazard");
		await fang.press('form[action$="/done"] button');
		await seen("home-hazard-done");
		is(await fang.page.locator('form[action$="/done"]').count(), 0, "what is still to be done");
	});
	await step("the_record_is_saved_as_text", async () => {
		await fang.go("/");
		await fang.press(`${person("卢晓宝")} .who a`);
		await fang.go(`${new URL(fang.page.url()).pathname}/done`);
		await seen("record-child");
		const got = fang.page.waitForEvent("download");
		await fang.page.click("a[download]");
		const path = await (await got).path();
		has(readFileSync(path, "utf8"), "卢晓宝", "what was saved");
	});
	await step("a_son_helps_on_an_account_of_his_own", async () => {
		const desk = await Visitor.of(r, how, "desk"), son = await Visitor.of(r, how, "son");
		r.run(["user", "add", "son", "--role", "landlord", "--scope", HOTEL, "--phone", mobile(9)]);
		await son.enrol(r.invite("son"));
		hasNot(await son.text(), "东新9001号", "the home of a stranger's son");
		await desk.login("desk");
		await desk.go(`${H}/houses/${r.house}`);
		await desk.act("people", { name: "房东甲之子", phone: mobile(9) }, "keeper");
		is(desk.status, 200, "adding a helper");
		await desk.shot("landlord-helper-added");
		await desk.fits("the house");
		await son.go("/");
		has(await son.text(), "东新9001号", "the helper's home");
		is(await son.page.locator('form[action$="/code"]').count() > 0, true, "rooms with a way in");
		await desk.close();
		await son.close();
	});
	await step("what_was_sent_back_says_why_and_leads_to_filing_again", async () => {
		const desk = await Visitor.of(r, how, "desk");
		await fang.go("/");
		await fang.press(`${person("卢晓宝")} .who a`);
		await desk.login("desk");
		await desk.go(new URL(fang.page.url()).pathname);
		await desk.act("reject", { reason: "不是他的孩子" });
		is(desk.status, 200, "sending back");
		await fang.go("/");
		await seen("home-sent-back");
		for (const part of ["卢晓宝", "不是他的孩子"]) has(await fang.text(), part, "the home");
		await fang.press('.call a[href*="/movein"]');
		await seen("movein-again");
		await desk.close();
	});
	await step("no_browser_complained", async () => {
		await fang.close();
		await tenant.close();
	});
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
