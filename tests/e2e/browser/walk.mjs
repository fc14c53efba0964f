// The pages as their users meet them: one story, told in both languages and sizes, with scripts and without.
import { Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, STAFF, village } from "./village.mjs";

async function tell(device, how) {
	const r = village(device);
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`${device}_${name}`, fn);
	const visitor = (name) => Visitor.of(r, how, name);
	const seen = async (v, name, status = 200) => {
		is(v.status, status, `status of ${name}`);
		await v.shot(name);
		await v.fits(name);
		await v.speaks(name, [...Object.keys(STAFF), "fang", "wei", "ANNA", "MUSTER"]);
	};
	const stranger = await visitor("stranger"), desk = await visitor("desk"), fang = await visitor("fang");
	const wang = await visitor("wang"), wei = await visitor("wei");
	const room = (no) => `${H}/rooms/${r.room[no]}`;

	await step("strangers_see_a_start_page_and_a_genuine_plate", async () => {
		await stranger.go("/");
		await seen(stranger, "home-stranger");
		await stranger.go(`/r/${r.plate}`);
		await seen(stranger, "plate-stranger");
		const text = await stranger.text();
		hasNot(text, "韦", "a stranger's plate");
	});
	await step("forged_and_revoked_plates_say_what_to_do", async () => {
		const forged = r.plate.slice(0, -1) + (r.plate.endsWith("0") ? "1" : "0");
		await stranger.go(`/r/${forged}`);
		await seen(stranger, "plate-forged", 404);
		await stranger.go(`/r/${r.revoked}`);
		await seen(stranger, "plate-revoked", 410);
		has(await stranger.text("body"), "02157240000", "the page of a revoked plate");
	});
	await step("nothing_here_and_nothing_for_strangers", async () => {
		await stranger.go("/nowhere");
		await seen(stranger, "error-404", 404);
		await stranger.go(`${H}/rack`);
		await seen(stranger, "login");
		has(stranger.page.url(), "next=", "the login page's address");
	});
	await step("login_refuses_and_keeps_what_was_typed", async () => {
		await desk.go("/login");
		await desk.send();
		await seen(desk, "login-empty", 422);
		await desk.type({ login: "desk", password: "wrong-password", totp: "000000" });
		await desk.send();
		await seen(desk, "login-wrong", 401);
		is(await desk.page.inputValue("#f-login"), "desk", "the login that was typed");
		is(await desk.page.inputValue("#f-password"), "", "the password");
	});
	await step("a_lock_is_told_to_nobody_who_guesses", async () => {
		for (let i = 0; i < 10; i++) {
			await stranger.go("/login");
			await stranger.type({ login: "zhang", password: "wrong-password", totp: "000000" });
			await stranger.send();
		}
		await stranger.type({ password: "wrong-password", totp: "000000" });
		await stranger.send();
		await seen(stranger, "login-locked", 401);
	});
	await step("login_leads_home", async () => {
		await desk.login("desk");
		await seen(desk, "home-desk");
		await wang.login("wang");
		await seen(wang, "home-police");
	});
	await step("landlords_and_tenants_come_by_invitation_and_pin", async () => {
		const slip = r.invite("fang");
		await fang.go(slip);
		await seen(fang, "enrol");
		await fang.type({ pin: "738201", again: "738202" });
		await fang.send();
		await seen(fang, "enrol-differs", 422);
		await fang.type({ pin: "123456", again: "123456" });
		await fang.send();
		await seen(fang, "enrol-weak", 422);
		await fang.type({ pin: "738201", again: "738201" });
		await fang.send();
		await seen(fang, "home-landlord");
		await stranger.go(slip);
		await seen(stranger, "enrol-used", 404);
		await wei.enrol(r.invite("wei"));
		await seen(wei, "home-tenant");
	});
	await step("pin_lets_in_again", async () => {
		await fang.press("header form button");
		await seen(fang, "logged-out");
		await fang.type({ pin: "111222" }, "pin-");
		await fang.press("form:has(#f-pin-pin) button");
		await seen(fang, "login-pin-wrong", 401);
		await fang.type({ pin: "738201" }, "pin-");
		await fang.press("form:has(#f-pin-pin) button");
		has(await fang.text(), "东新9001号", "the landlord's home");
		await fang.go("/account");
		await seen(fang, "account-landlord");
	});
	await step("rack_filters", async () => {
		await desk.go(`${H}/rack`);
		await seen(desk, "rack");
		await desk.page.click(".filters summary");
		await desk.page.fill("#q-house", "9001");
		await desk.page.selectOption("#q-state", "vacant");
		await desk.press(".filters button");
		await seen(desk, "rack-filtered");
		is(await desk.page.locator(".tile").count(), 2, "vacant rooms of the house");
		await desk.page.fill("#q-house", "没有这栋");
		await desk.press(".filters button");
		await seen(desk, "rack-none");
	});
	await step("house_and_room", async () => {
		await desk.go(`${H}/houses/${r.house}`);
		await seen(desk, "house");
		await desk.go(room("101"));
		await seen(desk, "room");
		await fang.go(`${H}/houses/${r.house}`);
		await seen(fang, "house-landlord");
		await fang.go(room("101"));
		await seen(fang, "room-landlord");
	});
	await step("move_in_refuses_on_top_and_at_the_fields", async () => {
		await fang.go(`/r/${r.plate}`);
		await seen(fang, "plate-landlord");
		await fang.go(`${room("101")}/stays/new`);
		await seen(fang, "move-in");
		await fang.type({ name: "卢芳", doc_no: "420299196909170722", phone: "12", home: "贵州省", since: "" });
		await fang.send();
		await seen(fang, "move-in-refused", 422);
		is(await fang.page.evaluate(() => document.activeElement.className), "summary", "what has the focus");
		has(await fang.page.title(), say("出错：", "Error: "), "the title");
		is(await fang.page.inputValue("#f-name"), "卢芳", "the name");
		is(await fang.page.inputValue("#f-doc_no"), "420299196909170722", "the number");
		for (const href of await fang.page.locator(".summary a").evaluateAll((l) => l.map((a) => a.hash)))
			is(await fang.page.locator(href).count(), 1, `what ${href} leads to`);
	});
	await step("move_in_gives_a_receipt_and_files_once", async () => {
		await fang.go(`${room("101")}/stays/new`);
		await fang.type({ name: "卢芳", doc_no: idCard(2), phone: mobile(2), home: "贵州省毕节市大方县羊场镇", since: day(-1), until: day(365) });
		const again = await fang.page.locator("main form").first().evaluate((f) => [...new FormData(f)].map(([k, v]) => [k, String(v)]));
		await fang.send();
		await seen(fang, "receipt");
		has(fang.page.url(), "/done", "where moving in leads");
		const first = fang.page.url();
		const send = (form) => fang.context.request.post(`${room("101")}/stays`,
			{ form, maxRedirects: 0, headers: { Origin: r.url, Accept: "text/html" } });
		const second = await send(Object.fromEntries(again));
		is(second.status(), 303, "the second sending");
		is(new URL(second.headers().location, r.url).pathname, new URL(first).pathname, "the second receipt");
		is((await send({ ...Object.fromEntries(again), name: "卢芳芳" })).status(), 422, "the same key for another filing");
		await fang.page.emulateMedia({ media: "print" });
		await fang.shot("receipt-print");
		await fang.page.emulateMedia({ media: "screen" });
	});
	await step("a_full_room_and_a_person_elsewhere_take_a_second_button", async () => {
		await fang.go(`${room("101")}/stays/new`);
		await fang.type({ name: "马超", doc_no: idCard(3), since: day(-1) });
		await fang.send();
		await seen(fang, "room-full", 409);
		await fang.press('button[name=anyway][value="1"]');
		await seen(fang, "receipt-contested");
		await desk.go(`${room("102")}/stays/new`);
		await desk.type({ name: "韦娜", doc_no: idCard(1), since: day(0) });
		await desk.send();
		await seen(desk, "already-in", 409);
		hasNot(await desk.text(), "9001号 101", "who is registered elsewhere");
		await desk.press('button[name=anyway][value="1"]');
		await seen(desk, "receipt-moving");
	});
	await step("officers_verify_and_reject", async () => {
		await wang.go(`${H}/stays/${r.stay}`);
		await seen(wang, "stay-police");
		await wang.act("verify");
		await seen(wang, "stay-verified");
		await wang.go(room("102"));
		await seen(wang, "room-police");
		await wang.press(".people a");
		await wang.act("reject");
		await seen(wang, "reject-no-reason", 422);
		await wang.type({ reason: "人没有搬来" });
		await wang.send();
		await seen(wang, "rejected");
	});
	await step("police_unmask_for_a_reason", async () => {
		await wang.go(`${H}/stays/${r.stay}`);
		await wang.act("unmask", { reason: "核对身份" });
		await seen(wang, "unmasked");
		has(await wang.text(), idCard(1), "the unmasked page");
	});
	await step("stays_are_extended_moved_amended_and_ended", async () => {
		await desk.go(`${H}/stays/${r.stay}`);
		await seen(desk, "stay-desk");
		await desk.act("extend", { until: day(200) });
		await seen(desk, "extended");
		await desk.act("away", { until: day(9) });
		await seen(desk, "away");
		await desk.act("back");
		await desk.act("amend", { home: "贵州省贵阳市", reason: "写错了" });
		await seen(desk, "amended");
		await desk.act("move", { room: "909" });
		await seen(desk, "move-nowhere", 404);
		await desk.type({ room: "9/103" });
		await desk.send();
		await seen(desk, "moved");
		await desk.act("out", { out: day(0) });
		await seen(desk, "out");
	});
	await step("amending_one_thing_leaves_the_others", async () => {
		await desk.go(`${room("102")}/stays/new`);
		await desk.type({ doc_type: "passport", doc_no: "E00000123", name: "ANNA MUSTER", since: day(0) });
		await desk.send();
		await desk.go(desk.page.url().replace(/\/done.*/, ""));
		is(await desk.act("amend", { employer: "亭林电子厂" }), 200, "amending");
		has(await desk.text(), say("护照", "Passport"), "the kind of document");
		has(await desk.text(), "亭林电子厂", "the employer");
	});
	await step("tenants_see_themselves_and_who_looked", async () => {
		await wei.go("/");
		has(wei.page.url(), "/me", "a tenant's home");
		await seen(wei, "me");
		has(await wei.text(), "核对身份", "who looked");
		await wei.go(`/r/${r.plate}`);
		await seen(wei, "plate-tenant");
		await wei.go("/me");
		await wei.press(".people a");
		await seen(wei, "stay-tenant");
	});
	await step("search_finds_by_name_and_tail", async () => {
		await desk.go("/people/search");
		await seen(desk, "search");
		await desk.type({ q: "韦娜" });
		await desk.send();
		await seen(desk, "search-found"); // the only one opens by itself
		await desk.go("/people/search");
		await desk.type({ q: "没有这个人" });
		await desk.send();
		await seen(desk, "search-none");
		await desk.type({ q: "" });
		await desk.send();
		await seen(desk, "search-empty", 422);
	});
	await step("police_scan_a_plate", async () => {
		await wang.go(`/r/${r.plate}`);
		await seen(wang, "plate-police");
	});
	await step("desk_changes_places", async () => {
		await desk.go(`${H}/rack`);
		await desk.act("houses", { address: "东新9002号", grid: "第二网格", landlord: "房东乙", phone: "13900000002" }, "house_add");
		await seen(desk, "house-new");
		await desk.act("rooms", { no: "201", capacity: "x" }, "room_add");
		await seen(desk, "room-refused", 422);
		await desk.type({ capacity: "3" });
		await desk.send();
		await seen(desk, "room-new");
		await desk.act("letting", { letting: "suspended", reason: "修房子" });
		await seen(desk, "room-suspended");
	});
	await step("auditors_read_who_looked", async () => {
		const shen = await visitor("shen");
		await shen.login("shen");
		await seen(shen, "home-auditor");
		await shen.go(`${H}/access`);
		await seen(shen, "access");
		hasNot(await shen.text(), idCard(1), "the auditor's list");
		await shen.close();
		const root = await visitor("root"), li = await visitor("li");
		await root.login("root");
		await seen(root, "home-admin");
		await root.go(`${H}/rack`);
		await seen(root, "rack-admin");
		await li.login("li");
		await li.go(room("101"));
		await seen(li, "room-grid");
		await li.go("/account");
		await seen(li, "account-grid");
	});
	await step("language_is_switched_and_stays", async () => {
		await fang.go(room("101"));
		await fang.press("header .self a[hreflang]");
		is(await fang.page.getAttribute("html", "lang"), say("en", "zh"), "the language");
		has(fang.page.url(), room("101"), "where the switch leads");
		await fang.press("header .self a[hreflang]");
		is(await fang.page.getAttribute("html", "lang"), how.lang, "the language");
	});
	await step("a_form_after_the_session_loses_nothing", async () => {
		await fang.go(`${room("102")}/stays/new`);
		await fang.type({ name: "卢芳", doc_no: idCard(40), since: day(0) });
		await fang.context.clearCookies({ name: "s" });
		await fang.send();
		await seen(fang, "login-ended", 401);
		hasNot(await fang.page.content(), "卢芳", "the login page");
		await fang.type({ pin: "738201" }, "pin-");
		await fang.press("form:has(#f-pin-pin) button");
		await fang.fits("login-goes-on");
		has(await fang.text(), "卢芳", "what was filed");
	});
	await step("logout_ends_it", async () => {
		await fang.go("/");
		await fang.press("header form button");
		await fang.go(room("101"));
		has(fang.page.url(), "/login", "where a room leads after logging out");
	});
	await step("the_browser_never_complained", async () => {
		for (const v of [stranger, desk, fang, wang, wei]) await v.close();
	});
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
