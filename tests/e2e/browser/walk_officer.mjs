// The officer's round: at the door on his phone, a whole house, whom he finds, what is unsafe.
import { Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, STAFF, filed, village } from "./village.mjs";

// A picture, as small as a JPEG may be: what it shows is not looked at.
const JPEG = Buffer.from("/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z", "base64");

async function tell(device, how) {
	const r = village(`officer-${device}`, { ledger: false });
	const second = filed(r, "101", 2, { name: "蓝天", phone: mobile(2) });
	r.sql(`UPDATE house SET lat = 30.9, lng = 121.1 WHERE id = ${r.house}`);
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`${device}_${name}`, fn);
	const seen = async (v, name, status = 200) => {
		is(v.status, status, `status of ${name}`);
		await v.shot(name);
		await v.fits(name);
		await v.touchable(name);
		await v.speaks(name, [...Object.keys(STAFF), "fang", "wei"]);
	};
	const wang = await Visitor.of(r, how, "wang"), li = await Visitor.of(r, how, "li");
	const count = (sql) => Number(r.sql(sql));
	const tick = (v, name, value) => v.tap(`label.choice:has(input[name="${name}"][value="${value}"])`, { stays: true });
	const unfold = async (v, at) => { if (!(await v.page.locator(at).evaluate((d) => d.open))) await v.tap(`${at} > summary`, { stays: true }); };

	await step("the_first_page_is_the_round", async () => {
		is(await wang.login("wang"), 200, "police");
		is(await li.login("li"), 200, "the grid worker");
		await seen(li, "home-officer");
		is(await li.page.locator(".stop").count(), 3, "stops");
		await li.tap(`a[href$="/round"]`);
		await seen(li, "round");
		await li.page.selectOption("#q-grid", "第一网格");
		await li.press("form:has(#q-grid) button");
		is(await li.page.locator(".stop").count(), 3, "stops of the grid");
	});
	await step("the_round_begins_where_he_stands_and_no_address_says_where", async () => {
		await li.go(`${H}/round`);
		is(await li.page.locator("form[data-place]").isVisible(), how.js, "the button that asks the phone");
		if (!how.js) return;
		await li.context.grantPermissions(["geolocation"]);
		await li.context.setGeolocation({ latitude: 30.9009, longitude: 121.1 });
		is(await li.press("form[data-place] button"), 200, "the round from here");
		await seen(li, "round-near");
		has(await li.text(), say("100 米", "100 m"), "how far the first stop is");
		hasNot(li.page.url(), "30.9", "the address of the round");
	});
	await step("all_as_registered_is_one_tap", async () => {
		await li.budget("check-room", async () => {
			await li.go(`/r/${r.plate}`);
			await seen(li, "visit");
			await li.tap("button[value=as_registered]");
		}, { taps: 1 });
		await seen(li, "visit-done");
		has(await li.text(), say("全部相符", "As registered"), "what the visit found");
		is(count("SELECT count(*) FROM inspection WHERE outcome = 'as_registered' AND found = 2"), 1, "visits");
	});
	await step("a_house_that_agrees_is_one_tap", async () => {
		await li.budget("check-house", async () => {
			await li.go(`/r/${r.house_plate}`);
			await seen(li, "visit-house");
			await li.tap("button[name=rest]");
		}, { taps: 1 });
		await seen(li, "visit-house-done");
		is(count("SELECT count(*) FROM inspection WHERE room IS NULL AND outcome = 'as_registered'"), 1, "visits of the house");
		is(count("SELECT count(*) FROM inspection WHERE room IS NOT NULL"), 4, "visits of rooms");
	});
	await step("rooms_that_differ_are_marked_and_one_is_left_apart", async () => {
		await li.go(`/r/${r.house_plate}`);
		for (const [no, mark] of [["101", "apart"], ["102", "more1"]]) {
			await li.tap(`.mark:has(input[name="rooms.${r.room[no]}"]) > summary`, { stays: true });
			await tick(li, `rooms.${r.room[no]}`, mark);
		}
		await li.shot("visit-house-marked");
		await li.tap("form p > button[name=rest]");
		await seen(li, "visit-house-differs");
		has(await li.text(), say("有人没登记", "Some are not registered"), "what the visit found");
		has(await li.text(), say("1 人", "1 person"), "who was found in one room");
		hasNot(await li.text(), "1 people", "English of one");
		is(await li.page.locator(`.button[href="${H}/rooms/${r.room["101"]}/inspections/new"]`).count(), 1, "the room left apart");
	});
	await step("ticks_counts_and_hazards_in_one_visit", async () => {
		await wang.go(`/r/${r.plate}`);
		await seen(wang, "visit-police");
		await tick(wang, `seen.${r.stay}`, "here");
		await tick(wang, `seen.${second}`, "gone");
		await tick(wang, "extra", "1");
		await unfold(wang, "#f-items");
		await tick(wang, "items.wiring", "no");
		await tick(wang, "items.escape", "yes");
		await wang.shot("visit-ticked");
		await wang.tap(".visit > p > button");
		await seen(wang, "visit-refused", 422); // who let him in?
		is(await wang.page.isChecked(`input[name="seen.${second}"][value=gone]`), true, "a tick of a refused visit");
		is(await wang.page.isChecked("input[name='items.wiring'][value=no]"), true, "an item of a refused visit");
		for (const href of await wang.page.locator(".summary a").evaluateAll((l) => l.map((a) => a.hash)))
			is(await wang.page.locator(href).count(), 1, `what ${href} leads to`);
		await tick(wang, "consent", "occupant");
		await wang.tap(".visit > p > button");
		await seen(wang, "visit-found-more");
		has(await wang.text(), say("人走未销", "Moved out, still registered"), "what it opened");
		has(await wang.text(), say("电线乱拉", "Loose wires"), "what it opened");
		is(count("SELECT found FROM inspection WHERE outcome = 'found_more' AND consent = 'occupant'"), 2, "heads found");
	});
	await step("a_hazard_gets_a_picture_and_is_closed_by_a_recheck", async () => {
		await wang.tap(`a.button[href*="/hazards/"]`);
		await seen(wang, "hazard");
		const photo = { name: "a.jpg", mimeType: "image/jpeg", buffer: JPEG };
		is(await wang.follow(true, async () => {
			await wang.page.setInputFiles("#f-photo", photo);
			if (!how.js) await wang.page.click("form:has(#f-photo) button");
		}), 200, "after the picture");
		is(await wang.page.locator("img.photo").evaluate((i) => i.complete && i.naturalWidth > 0), true, "the picture");
		await seen(wang, "hazard-photo");
		await wang.tap("button[value=no]");
		await seen(wang, "hazard-not-mended");
		await tick(wang, "consent", "landlord");
		await wang.tap("button[value=yes]");
		await seen(wang, "hazard-closed");
		is(await wang.page.locator("img.photo").count(), 0, "pictures of a closed hazard");
		await wang.go(`${H}/houses/${r.house}/hazards?which=all`);
		await seen(wang, "hazards-all");
		await wang.go(`${H}/hazards`);
		await seen(wang, "hazards");
	});
	await step("whom_he_finds_he_files_in_two_taps_and_his_data", async () => {
		await li.budget("file-on-the-spot", async () => {
			await li.go(`${H}/rooms/${r.room["102"]}/inspections/new`);
			await li.tap(`.visit a[href$="/stays/new"]`);
			await seen(li, "stay-form-officer");
			await li.type({ name: "莫愁", doc_no: idCard(5), phone: mobile(5), since: day(0) });
			await li.tap("main form button[type=submit]:not([name])");
		}, { taps: 2 });
		await seen(li, "filed-on-the-spot");
		is(count(`SELECT count(*) FROM stay WHERE state = 'verified' AND room = ${r.room["102"]}`), 1, "what an officer files");
		if (!how.js) return; // without it nothing is kept of a visit that was left
		const room = `${H}/rooms/${r.room["102"]}/inspections/new`;
		await li.go(room);
		await tick(li, "extra", "2");
		await li.tap(`.visit a[href$="/stays/new"]`);
		await li.type({ name: "莫忧", doc_no: idCard(6), phone: mobile(6), since: day(0) });
		await li.tap("main form button[type=submit]:not([name])");
		await li.go(room);
		const two = r.sql(`SELECT max(id) FROM stay WHERE room = ${r.room["102"]}`).trim();
		is(await li.page.isChecked("input[name=extra][value='1']"), true, "who is still not registered");
		is(await li.page.isChecked(`input[name="seen.${two}"][value=here]`), true, "whom he has just filed");
		await li.page.evaluate(() => localStorage.clear());
	});
	await step("the_last_four_match_a_row_and_tick_it", async () => {
		await li.go(`/r/${r.plate}`);
		await tick(li, "extra", "2");
		await li.page.fill("#visit-tail", "0000");
		await li.tap(".match-row button");
		await seen(li, "match-none", 404);
		await li.page.fill("#visit-tail", idCard(1).slice(-4));
		await li.tap(".match-row button");
		await seen(li, "matched");
		is(await li.page.isChecked(`input[name="seen.${r.stay}"][value=here]`), true, "who was matched");
		is(await li.page.isChecked("input[name=extra][value='2']"), true, "what was ticked before");
		is(await li.page.inputValue("#visit-tail"), "", "the last four");
		hasNot(await li.text(), idCard(1).slice(-4), "the page");
	});
	await step("police_see_a_room_unmasked_in_two_taps", async () => {
		await wang.budget("unmask-room", async () => {
			await wang.go(`/r/${r.plate}`);
			await wang.tap("#unmask > summary", { stays: true });
			await wang.shot("unmask-reasons");
			await wang.tap("#unmask button[value=identity]");
		}, { taps: 2 });
		await seen(wang, "room-unmasked");
		has(await wang.text(), idCard(1), "the unmasked room");
		has(await wang.text(), "韦娜", "the unmasked room");
		is(count("SELECT count(DISTINCT subject) FROM access WHERE reason = 'identity'") >= 2, true, "rows");
	});
	await step("a_grid_worker_is_not_offered_what_is_for_police", async () => {
		await li.go(`/r/${r.plate}`);
		is(await li.page.locator("#unmask").count(), 0, "unmasking");
		is(await li.page.locator("form[action$='/unmask']").count(), 0, "unmasking");
		hasNot(await li.text("body"), idCard(1).slice(-4), "the grid worker's page");
	});
	await step("a_room_is_cleared_for_letting", async () => {
		await li.go(`${H}/rooms/${r.room["102"]}/clearances`);
		await seen(li, "clearances");
		await unfold(li, "details.action");
		await li.type({ result: "mend" });
		await li.press("details.action button");
		await seen(li, "clearance-refused", 422);
		await li.type({ note: "装烟雾报警器", until: day(7) });
		await li.press("details.action button");
		await seen(li, "clearance-mend");
		has(await li.text(), say("整改后再租", "Mend first"), "the room's check");
	});
	await step("the_visits_of_a_room_are_listed", async () => {
		await li.go(`${H}/rooms/${r.room["101"]}/inspections`);
		await seen(li, "visits");
		is(await li.page.locator(".people li").count() >= 3, true, "visits");
		await li.tap(".people li:first-child a");
		is(li.status, 200, "one of them");
	});
	if (how.js) await step("a_draft_survives_a_server_that_is_gone_and_files_once", async () => {
		const before = count("SELECT count(*) FROM inspection");
		await li.go(`/r/${r.plate}`);
		await tick(li, `seen.${r.stay}`, "here");
		await tick(li, `seen.${second}`, "here");
		await tick(li, "consent", "landlord");
		await unfold(li, "#f-items");
		await tick(li, "items.smoke_alarm", "yes");
		await li.context.setOffline(true);
		await li.page.click(".visit > p > button");
		is(await li.page.locator(".visit [data-offline]").isVisible(), true, "what is said without a signal");
		await li.shot("visit-offline");
		await li.context.setOffline(false);
		const port = new URL(r.url).port;
		await r.close();
		await li.page.click(".visit > p > button").catch(() => {});
		await li.page.waitForTimeout(300);
		await r.serve(port);
		await li.go(`/r/${r.plate}`);
		await seen(li, "draft-restored");
		has(await li.text(), say("已恢复", "have been restored"), "the restored page");
		is(await li.page.isChecked(`input[name="seen.${r.stay}"][value=here]`), true, "a restored tick");
		is(await li.page.isChecked("input[name='items.smoke_alarm'][value=yes]"), true, "a restored item");
		const kept = await li.page.evaluate(() => JSON.stringify(localStorage));
		for (const name of ["韦", "蓝", "东新", idCard(1).slice(-4)]) hasNot(kept, name, "what the phone keeps");
		// The answer is lost: the visit was filed, and he does not know.
		const lost = new Promise((done) => li.page.route("**/inspections", async (route) => {
			const answer = await route.fetch({ maxRedirects: 0, headers: { ...(await route.request().allHeaders()), origin: r.url } });
			await route.abort();
			done(answer.status());
		}));
		await li.page.click(".visit > p > button", { noWaitAfter: true });
		is(await lost, 303, "the answer that nobody got");
		await li.page.unroute("**/inspections");
		is(count("SELECT count(*) FROM inspection"), before + 1, "visits after the lost answer");
		await li.go(`/r/${r.plate}`);
		await li.tap(".visit > p > button");
		is(li.status, 200, "sending again");
		is(count("SELECT count(*) FROM inspection"), before + 1, "visits after sending again");
		is(await li.page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("visit:")).length), 0, "drafts that are left");
	});
	if (how.js) await step("back_after_a_visit_says_that_it_was_sent", async () => {
		await wang.go(`${H}/rooms/${r.room["103"]}/inspections/new`);
		await wang.tap("button[value=nobody_home]");
		const done = new URL(wang.page.url()).pathname;
		await wang.page.goBack();
		await wang.page.waitForSelector(".already");
		await seen(wang, "visit-back");
		is(await wang.page.getAttribute(".already a", "href"), done, "what the form that was sent leads to");
		await wang.go(`${H}/rooms/${r.room["103"]}/inspections/new`);
		is(await wang.page.locator(".already").count(), 0, "what a new visit says");
	});
	await step("the_browser_never_complained", async () => {
		for (const v of [wang, li]) await v.close();
	});
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
