// What the desk and the administrator set up: a ledger, landlords' slips, phones, plates, the way up, the terms of the
// village, accounts. Codes are read from paper and screen by a decoder that is not ours.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Visitor, everywhere, finish, has, is, launch, test, top, totp } from "./lib.mjs";
import { H, STAFF, village } from "./village.mjs";

const KNOWN = [...Object.keys(STAFF), "plates", "slips", "ledger", "pdf", "xlsx", "Enter", "Esc", "district", "url", "card", "fang", "nova"];
// When sending has failed already, its page says what the wire said, and of which thing.
const WIRE = ["Couldn", "connect", "server", "hotels", "houses", "rooms", "stays"];

function decode(file) {
	const r = spawnSync("zbarimg", ["-q", "--raw", file], { encoding: "utf8" });
	return r.stdout.trim().split("\n").filter(Boolean);
}

async function tell(device, how) {
	const r = village(`admin-${device}`, { ledger: false });
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`admin_${device}_${name}`, fn);
	const visitor = (name) => Visitor.of(r, how, name);
	const desk = await visitor("desk"), fang = await visitor("fang"), other = await visitor("other"), root = await visitor("root");
	const seen = async (v, name, status = 200) => {
		is(v.status, status, `status of ${name}`);
		await v.shot(`admin-${name}`);
		await v.fits(name);
		await v.touchable(name);
		await v.speaks(name, [...KNOWN, ...(name.startsWith("sync") ? WIRE : [])]);
	};
	// A page that looks again by itself, until it shows what was waited for.
	const soon = async (v, selector) => {
		await v.page.waitForSelector(selector, { timeout: 30000 });
		await v.page.waitForLoadState("load");
		v.status = 200;
	};
	const picture = async (v, name) => {
		const file = join(r.dir, `${name}.png`);
		await v.page.locator(".picture img").screenshot({ path: file });
		return decode(file);
	};
	const made = async (v) => {
		const url = await v.page.locator('a[href$="/file"]').getAttribute("href");
		const answer = await v.context.request.get(url);
		is(answer.status(), 200, "the file");
		return answer.body();
	};

	await step("one_page_leads_to_all_that_is_set_up", async () => {
		is(await desk.login("desk"), 200, "logging in");
		is(await desk.go(`${H}/setup`), 200, "the page of doors");
		await seen(desk, "setup");
		for (const url of await desk.page.locator(".doors a").evaluateAll((l) => l.map((a) => a.pathname)))
			is(await desk.go(url), 200, url);
	});
	await step("a_ledger_shows_what_it_would_change_and_is_taken_in_without_choosing_it_again", async () => {
		await desk.go(`${H}/ledger`);
		await seen(desk, "ledger");
		await desk.type({ file: join(top, "tests/data/ledger.csv") });
		await desk.send();
		await soon(desk, 'form[action$="/take"]');
		await seen(desk, "preview");
		has(await desk.text(), say("什么都没有改变", "Nothing has been changed"), "the preview");
		is(r.sql("SELECT count(*) FROM person").trim(), "1", "people before");
		await desk.press('form[action$="/take"] button');
		await soon(desk, 'a[href$="/slips"]');
		await seen(desk, "taken-in");
		is(r.sql("SELECT count(*) FROM person").trim(), "48", "people after");
	});
	await step("what_is_no_ledger_says_so", async () => {
		await desk.go(`${H}/ledger`);
		await desk.type({ file: join(top, "README.md") });
		await desk.send();
		await soon(desk, ".summary");
		await seen(desk, "no-ledger");
	});
	await step("all_landlords_get_accounts_and_slips_that_a_phone_can_read", async () => {
		await desk.go(`${H}/slips`);
		await seen(desk, "slips-none");
		await desk.press('form[action$="/slips/accounts"] button');
		await seen(desk, "slips-accounts");
		await desk.press('form[action$="/slips/print"] button.primary');
		await soon(desk, 'a[href$="/file"]');
		await seen(desk, "slips-printed");
		const file = join(r.dir, "slips.pdf");
		writeFileSync(file, await made(desk));
		spawnSync("pdftoppm", ["-r", "150", "-png", "-l", "1", file, join(r.dir, "slips")]);
		const pages = spawnSync("sh", ["-c", `ls ${join(r.dir, "slips")}-*.png`], { encoding: "utf8" }).stdout.trim().split("\n");
		const codes = decode(pages[0]);
		is(codes.length, 6, "codes on a sheet");
		for (const c of codes) has(c, "https://plates.vh.cn/enrol/", "a code");
		is(new Set(codes).size, 6, "different codes");
		is((await fang.go(new URL(codes[0]).pathname)), 200, "what the slip leads to");
		await seen(fang, "enrol");
	});
	await step("a_landlord_comes_in_by_a_single_slip", async () => {
		await desk.go("/staff/fang");
		await seen(desk, "account");
		await desk.act("slip", {}, "");
		await seen(desk, "slip");
		const [code] = await picture(desk, "slip");
		has(code, "/enrol/", "the code on the page");
		is(await fang.enrol(new URL(code).pathname), 200, "enrolling");
		await seen(fang, "landlord-home");
	});
	await step("a_code_from_the_desk_binds_another_browser", async () => {
		await desk.go("/staff/fang");
		await desk.act("code", {}, "");
		await seen(desk, "code");
		const code = (await desk.text(".slip .big")).trim();
		await other.go("/login");
		await other.press('a[href="/enrol"]');
		await seen(other, "enrol-code");
		await other.type({ code: "0000-0000" });
		await other.send();
		await seen(other, "enrol-code-wrong", 404);
		await other.type({ code: code.toLowerCase() });
		await other.send();
		await seen(other, "enrol-pin");
		await other.type({ pin: "111112" });
		await other.send();
		await seen(other, "enrol-pin-wrong", 403);
		await other.type({ pin: "738201" });
		is(await other.send(), 200, "the PIN that he has");
	});
	await step("a_landlord_sees_his_phones_and_ends_the_others", async () => {
		is(await fang.go("/account"), 200, "his account");
		await seen(fang, "phones");
		is(await fang.page.locator('form[action="/account/unbind"]').count(), 1, "another phone");
		await fang.press('form[action="/account/unbind"] button');
		await seen(fang, "phone-ended");
		await other.go("/account");
		has(other.page.url(), "/login", "where the other phone is now");
	});
	await step("plates_are_printed_made_and_hung_at_a_door", async () => {
		await desk.go(`${H}/plates`);
		await seen(desk, "plates");
		await desk.page.click(`summary:text("${say("新做一批空白牌", "Make new blank plates")}")`);
		await desk.type({ n: "3" }, "print_fresh-");
		await desk.press('form:has(#f-print_fresh-n) button.primary');
		await soon(desk, 'a[href$="/file"]');
		const pdf = await made(desk);
		is(pdf.subarray(0, 5).toString(), "%PDF-", "the sheet");
		await desk.go(`${H}/plates`);
		await seen(desk, "plates-blank");
		const serial = (await desk.text(".serials li:first-child")).trim();
		// Scanned at the door: the desk's own page is one tap away, then the house, then the room.
		await desk.go(`${H}/plates/${serial}`);
		await seen(desk, "plate");
		const [code] = await picture(desk, "plate");
		has(code, "HTTPS://PLATES.VH.CN/R/", "the code of the plate");
		await desk.press('a[href$="/bind"]');
		await seen(desk, "bind");
		await desk.page.fill("#f-house", "9001");
		await desk.press('form[method="get"][action$="/bind"] button');
		await seen(desk, "bind-rooms");
		await desk.press(`form:has(input[name="room"][value="${r.room["102"]}"]) button`);
		await seen(desk, "bound");
		has(await desk.text(), "102", "where it hangs");
		await desk.act("replace", { reason: "掉了" }, "plate_replace");
		await seen(desk, "replaced");
	});
	await step("the_way_up_is_seen_and_sent_on", async () => {
		r.sql("UPDATE event SET at = at - 200000000");
		r.run(["upstream", "add", "district", "--url", "http://127.0.0.1:9/events", "--secret",
			"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
		await desk.page.waitForTimeout(100);
		await desk.go(`${H}/sync`);
		await seen(desk, "sync");
		await desk.press('form[action$="/sync/send"] button');
		await seen(desk, "sync-sending");
	});
	await step("the_terms_of_the_village_are_changed", async () => {
		await desk.go(`${H}/settings`);
		await seen(desk, "settings");
		await desk.act("settings", { name: "东新村", desk_phone: "hello" }, "settings");
		await seen(desk, "settings-wrong", 422);
		await desk.go(`${H}/settings`);
		await desk.act("notice", { notice: say("登记只用于居住管理。\n保存二十四个月。", "For registration alone.\nKept for two years.") }, "privacy");
		await seen(desk, "settings-notice");
		await desk.act("deadline", { who: "resident", act: "in", length: "5", unit: "workday" }, "rule");
		await seen(desk, "settings-rule");
		await desk.press('form:has(input[value="origin"]) button');
		await seen(desk, "settings-choice");
		await desk.go(`${H}/houses/${r.house}/letter`);
		await seen(desk, "letter");
		has(await desk.text(), "房东甲", "the letter");
	});
	await step("an_export_asks_why", async () => {
		await desk.go(`${H}/ledger`);
		await desk.act("export", { reason: "月底核对" });
		await soon(desk, 'a[href$="/file"]');
		await seen(desk, "exported");
		is((await made(desk)).subarray(0, 2).toString(), "PK", "the workbook");
	});
	await step("an_administrator_looks_after_accounts", async () => {
		is(await root.login("root"), 200, "logging in");
		await root.go("/staff");
		await seen(root, "staff");
		await root.page.click('details:has(form[action="/staff"]) summary');
		await root.type({ login: "nova", role: "grid", name: "员工" });
		await root.press('form[action="/staff"] button.primary');
		await seen(root, "staff-added");
		await root.act("password", {}, "");
		await seen(root, "staff-password");
		const password = (await root.text(".slip .big")).trim();
		await root.press(".back a");
		await root.act("totp", {}, "");
		await seen(root, "staff-totp");
		const [uri] = await picture(root, "totp");
		has(uri, "otpauth://totp/vhotel:nova", "the authenticator's code");
		const secret = new URL(uri).searchParams.get("secret");
		const nova = await visitor("nova");
		await nova.go("/login");
		await nova.type({ login: "nova", password, totp: totp(secret) });
		is(await nova.send(), 200, "logging in by what was shown once");
		await nova.go("/account");
		await seen(nova, "staff-own");
		await nova.close();
		await root.press(".back a");
		await root.act("disable", {}, "staff_disable");
		await seen(root, "staff-disabled");
	});
	for (const v of [desk, fang, other, root]) await v.close();
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
