// Whoever stands before a plate, and the tenant's own page: on phones and desks, with scripts and without.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, filed, village } from "./village.mjs";

// The smallest picture that a browser can make smaller, and one that is none.
const JPEG = Buffer.from("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z", "base64");
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

async function tell(device, how) {
	const r = village(device);
	filed(r, "102", 8);
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`${device}_${name}`, fn);
	const visitor = (name) => Visitor.of(r, how, name);
	const seen = async (v, name, status = 200) => {
		is(v.status, status, `status of ${name}`);
		await v.shot(name);
		await v.fits(name);
		await v.touchable(name);
		await v.speaks(name, ["JPEG", "fang", "wei"]);
	};
	const stranger = await visitor("stranger"), wei = await visitor("wei"), fang = await visitor("fang");
	const photo = join(r.dir, "photo.jpg"), text = join(r.dir, "text.jpg");
	writeFileSync(photo, JPEG);
	writeFileSync(text, "no picture");
	writeFileSync(join(r.dir, "photo.png"), PNG);
	const count = (sql) => r.sql(`SELECT count(*) FROM ${sql}`).trim();

	await step("the_plate_offers_both_to_a_stranger", async () => {
		await stranger.go(`/r/${r.plate}`);
		await seen(stranger, "door-plate");
		hasNot(await stranger.text("body"), "韦", "the plate");
	});
	await step("a_fault_is_reported_by_two_taps_and_a_picture", async () => {
		await stranger.go(`/r/${r.plate}`);
		await stranger.budget("report-a-fault", async () => {
			await stranger.tap('a[href$="/report"]');
			await seen(stranger, "report");
			await stranger.page.setInputFiles("#f-photo", photo);
			await stranger.tap('button[value="wiring"]');
		}, { taps: 2 });
		await seen(stranger, "reported");
		is(count("hazard"), "1", "hazards");
		is(count("hazard_photo"), "1", "pictures");
		has(await stranger.text(), say("房东不会知道", "will not learn"), "what he reads");
	});
	await step("what_is_no_picture_does_not_stop_the_report_and_another_may_follow", async () => {
		await stranger.go(`/r/${r.plate}/report`);
		await stranger.page.setInputFiles("#f-photo", text);
		await stranger.tap('button[value="ebike"]');
		await seen(stranger, "reported-without-picture");
		is(count("hazard"), "2", "hazards");
		await stranger.page.setInputFiles("#f-photo", photo);
		await stranger.send();
		await seen(stranger, "reported-with-picture");
		is(count("hazard"), "2", "hazards");
		is(count("hazard_photo"), "2", "pictures");
	});
	if (how.js)
		await step("a_picture_that_is_no_jpeg_is_made_one_on_the_phone", async () => {
			await stranger.go(`/r/${r.plate}/report`);
			await stranger.page.setInputFiles("#f-photo", join(r.dir, "photo.png"));
			await stranger.tap('button[value="escape"]');
			is(count("hazard_photo"), "3", "pictures");
			r.sql("DELETE FROM hazard_photo WHERE hazard = (SELECT max(id) FROM hazard);");
			r.sql("DELETE FROM task WHERE hazard = (SELECT max(id) FROM hazard); DELETE FROM hazard WHERE item = 'escape';");
		});
	await step("something_else_asks_for_words_and_enter_reports_nothing", async () => {
		await stranger.go(`/r/${r.plate}/report`);
		await stranger.page.click("details summary");
		await stranger.type({ phone: mobile(9) });
		await stranger.follow(true, () => stranger.page.press("#f-phone", "Enter"));
		await seen(stranger, "report-refused", 422);
		is(await stranger.page.inputValue("#f-phone"), mobile(9), "the phone");
		await stranger.tap('button[value="other"]');
		is(stranger.status, 422, "without words");
		await stranger.type({ words: "楼上漏水" });
		await stranger.tap('button[value="other"]');
		await seen(stranger, "reported-other");
		is(count("hazard"), "3", "hazards");
	});
	await step("declaring_without_the_digits_keeps_what_was_typed", async () => {
		await stranger.go(`/r/${r.plate}`);
		await stranger.tap('a[href$="/declare"]');
		await seen(stranger, "declare");
		await stranger.type({ digits: "0000", doc_no: idCard(5), name: "韦小妹", phone: mobile(5) });
		await stranger.send();
		await seen(stranger, "declare-wrong", 403);
		is(await stranger.page.inputValue("#f-name"), "韦小妹", "the name");
		is(await stranger.page.inputValue("#f-doc_no"), idCard(5), "the number");
	});
	await step("with_the_digits_he_waits_for_the_landlord_and_sees_how_far", async () => {
		await fang.enrol(r.invite("fang"));
		await fang.go(`/r/${r.plate}`);
		await fang.press('form[action$="/code"] button');
		await stranger.type({ digits: (await fang.text(".huge.code")).trim() });
		await stranger.send();
		await seen(stranger, "declared");
		has(stranger.page.url(), "/declared/", "where it leads");
		has(await stranger.text("h1"), say("等房东确认", "waiting for the landlord"), "how far it is");
		hasNot(await stranger.text("body"), "韦小妹", "a page that others may open");
		await fang.go("/");
		await fang.press('button[name="mine"][value="yes"]');
		await stranger.page.reload();
		has(await stranger.text("h1"), say("房东已确认", "Confirmed"), "how far it is");
		await seen(stranger, "declared-confirmed");
	});
	await step("the_desk_gives_him_a_slip_and_his_phone_shows_him_his_page", async () => {
		const desk = await visitor("desk"), xiao = await visitor("xiao");
		await desk.login("desk");
		await desk.go(`${H}/stays/${r.sql("SELECT max(id) FROM stay").trim()}`);
		await desk.act("account");
		is(await xiao.enrol(r.invite(desk.page.url().split("/").pop())), 200, "enrolling");
		has(xiao.page.url(), "/me", "where he is led");
		await xiao.shot("me-first"); // his login is a chance word, in no language
		await xiao.fits("me-first");
		has(await xiao.text(), "韦小妹", "his page");
		hasNot(await xiao.text(), "韦娜", "his page");
		for (const v of [desk, xiao]) await v.close();
	});
	await step("a_number_that_is_registered_is_told_and_may_be_filed_all_the_same", async () => {
		await fang.go(`/r/${r.plate}`);
		const form = fang.page.locator('form[action$="/code"] button');
		if (await form.count()) await fang.press('form[action$="/code"] button');
		else await fang.go(`${H}/rooms/${r.room["101"]}/code`);
		const digits = (await fang.text(".huge.code")).trim();
		await stranger.go(`/r/${r.plate}/declare`);
		await stranger.type({ digits, doc_no: idCard(8), name: "客人8" });
		await stranger.send();
		await seen(stranger, "declare-registered", 409);
		hasNot(await stranger.text(), "102", "what he reads");
		await stranger.press('button[name="anyway"][value="1"]');
		await seen(stranger, "declared-contested");
	});
	await step("what_the_tenant_sees", async () => {
		await wei.enrol(r.invite("wei"));
		await wei.go("/me");
		await seen(wei, "me");
		has(await wei.text(), idCard(1), "his number");
		has(await wei.text(), say("电线乱拉", "Loose wires"), "the hazard of his room");
		hasNot(await wei.text(), "楼上漏水", "the words of somebody else");
		await wei.tap('a[href="/me/record"]');
		await seen(wei, "me-record");
		has(await wei.text(), say("不是居住证", "no residence permit"), "the record");
		await wei.go("/me/looks");
		await seen(wei, "me-looks");
		await wei.go("/me/erase");
		await seen(wei, "me-erase");
	});
	const act = async (name, values = {}) => {
		await wei.go("/me");
		return wei.act(name, values, `${name.replace("-", "_")}-${r.stay}`);
	};
	await step("away_and_back_and_longer", async () => {
		await act("away", { until: "" });
		await seen(wei, "away-refused", 422);
		await act("away", { until: day(20) });
		await seen(wei, "me-away");
		has(await wei.text(), day(20), "until when he is away");
		await act("back");
		has(await wei.text(".notice"), say("返回", "back"), "what was done");
		await act("extend", { until: day(200) });
		has(await wei.text(), day(200), "the new end");
	});
	await step("a_false_move_out_is_undone", async () => {
		r.run(["stay", "out", r.stay]);
		await wei.go("/me");
		await seen(wei, "me-moved-out");
		await act("still-here");
		await seen(wei, "me-still-here");
		has(await wei.text(), say("我还住这里", "I still live here"), "his objection");
		is(count(`stay WHERE id = ${r.stay} AND ended IS NULL`), "1", "the stay that goes on");
	});
	await step("an_objection_keeps_its_words", async () => {
		r.run(["stay", "verify", r.stay]); // which settles the other one
		await act("dispute", { dispute: "wrong" });
		await seen(wei, "dispute-refused", 422);
		await act("dispute", { dispute: "wrong", words: "三号才来" });
		await seen(wei, "me-disputed");
		has(await wei.text(), "三号才来", "his words");
	});
	await step("leaving_and_what_may_be_erased_then", async () => {
		await act("out");
		has(await wei.text(), say("已搬离", "Moved out"), "his stay");
		await wei.go("/me/erase");
		await seen(wei, "me-erase-kept");
		r.sql(`UPDATE dispute SET state = 'upheld', settled_at = 1, settled_by = 1;
			UPDATE stay SET since = '2019-01-01', ended = '2019-02-01' WHERE id = ${r.stay};
			DELETE FROM hazard_photo; DELETE FROM task WHERE hazard IS NOT NULL; DELETE FROM hazard;`);
		await wei.go("/me/erase");
		await seen(wei, "me-erase-free");
		await wei.send();
		await seen(wei, "me-erase-unsure", 422);
		await wei.page.check("input[name=sure]");
		await wei.send();
		await seen(wei, "erased");
		is(count("erasure WHERE why = 'asked'"), "1", "receipts");
		await wei.go("/me");
		has(wei.page.url(), "/login", "where he is led");
	});
	await step("nothing_was_said_by_the_browser", async () => {
		for (const v of [stranger, wei, fang]) await v.close();
	});
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
