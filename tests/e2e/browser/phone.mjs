// What a page does with a script of ours: and that a form is sent once, whatever the finger and the line do.
import { Visitor, day, finish, has, hasNot, idCard, is, launch, test } from "./lib.mjs";
import { H, village } from "./village.mjs";

await launch();
const r = village("phone", { ledger: false });
await r.serve();
const how = { lang: "zh", width: 360, height: 640, js: true };
const room = (no) => `${H}/rooms/${r.room[no]}`;
const stays = () => Number(r.sql("SELECT count(*) FROM stay"));
const desk = await Visitor.of(r, how, "desk");
is(await desk.login("desk"), 200, "logging in");
const verdict = () => desk.page.locator("#f-doc_no + .verdict");

await test("a_number_is_judged_as_it_is_typed", async () => {
	await desk.go(`${room("102")}/stays/new`);
	const good = idCard(51), wrong = good.slice(0, 17) + (good[17] === "1" ? "2" : "1");
	const type = async (no) => {
		await desk.page.fill("#f-doc_no", "");
		await desk.page.locator("#f-doc_no").pressSequentially(no);
		return [await verdict().innerText(), await verdict().getAttribute("class")].join(" ");
	};
	is(await type(good.slice(0, 12)), "12/18 verdict", "a number half typed");
	has(await type(good), "verdict good", "a good number");
	has(await type(wrong), "校验位", "a wrong last character");
	is(await desk.page.getAttribute("#f-doc_no", "aria-invalid"), "true", "what a reader of the screen hears of it");
	await desk.shot("number-wrong");
	has(await type(`${good.slice(0, 6)}19991332${good.slice(14)}`), "出生日期", "a thirteenth month");
	has(await type(`${good.slice(0, 10)}A${good.slice(11)}`), "不该有", "a letter");
	await desk.page.fill("#f-doc_no", good.slice(0, 16));
	await desk.page.locator("#f-doc_no").blur();
	has(await verdict().innerText(), "位数", "a short number that was left");
	await desk.page.fill("#f-doc_no", ` ${good.slice(0, 6)} ${good.slice(6)} `);
	await desk.page.locator("#f-doc_no").blur();
	is(await desk.page.inputValue("#f-doc_no"), good, "a number with spaces");
	await desk.page.selectOption("#f-doc_type", "passport");
	is(await type("E12345678"), " verdict", "a passport");
});
await test("a_form_is_sent_once_however_often_it_is_tapped", async () => {
	const before = stays();
	await desk.go(`${room("102")}/stays/new`);
	await desk.type({ name: "卢芳", doc_no: idCard(52), since: day(0) });
	let sent = 0;
	desk.page.on("request", (q) => { sent += q.method() === "POST"; });
	await desk.follow(true, () => desk.page.evaluate(() => {
		const button = document.querySelector("main form button:not([name])");
		for (let i = 0; i < 3; i++) button.click();
	}));
	has(desk.page.url(), "/done", "where it leads");
	is(sent, 1, "times it was sent");
	is(stays(), before + 1, "stays");
});
await test("back_says_that_it_has_been_sent", async () => {
	const before = stays();
	await desk.page.goBack();
	has(await desk.text(), "已经交过", "the form come back to");
	await desk.shot("already-sent");
	await desk.tap(".already a");
	has(desk.page.url(), "/done", "where it leads");
	await desk.go(`${room("102")}/stays/new`);
	hasNot(await desk.text(), "已经交过", "the form asked for anew");
	is(stays(), before, "stays");
});
await test("without_a_network_nothing_is_lost", async () => {
	await desk.go(`${room("103")}/stays/new`);
	await desk.type({ name: "卢芳", since: day(0) });
	await desk.context.setOffline(true);
	await desk.page.click("main form button:not([name])");
	has(await desk.text(), "没有网络", "what is said");
	is(await desk.page.inputValue("#f-name"), "卢芳", "the name");
	await desk.context.setOffline(false);
	is(await desk.send(), 422, "sent with the network");
});
await test("picks_survive_a_reload_and_names_are_kept_nowhere", async () => {
	await desk.go(`${room("103")}/stays/new`);
	await desk.type({ name: "卢芳", doc_type: "passport", doc_no: "E12345678", lessee: true, since: day(-2) });
	await desk.page.reload();
	is(await desk.page.inputValue("#f-doc_type"), "passport", "the kind of document");
	is(await desk.page.isChecked("#f-lessee"), true, "the lessee");
	is(await desk.page.inputValue("#f-since"), day(-2), "since");
	const kept = await desk.page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
	for (const personal of ["卢芳", "E12345678"]) hasNot(kept, personal, "what the browser keeps");
	await desk.go(`${room("103")}/stays/new`);
	is(await desk.page.isChecked("#f-lessee"), false, "the lessee on a page asked for anew");
});
await test("the_focus_is_on_what_went_wrong", async () => {
	await desk.go(`${room("103")}/stays/new`);
	is(await desk.send(), 422, "an empty form");
	is(await desk.page.evaluate(() => document.activeElement.className), "summary", "the focus");
	await desk.page.click(".summary a");
	is(await desk.page.evaluate(() => document.activeElement.id.startsWith("f-")), true, "the focus in a field");
});
await test("the_browser_never_complained", () => desk.close());
await finish(r);
