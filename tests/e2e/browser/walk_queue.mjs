// The desk's lists from the keyboard and by plain buttons: verify and reject, call, many at once, objections, what came
// back, tasks, employers, notices, the emergency list, erasure.
import { Visitor, day, everywhere, finish, has, hasNot, idCard, is, launch, mobile, test } from "./lib.mjs";
import { H, STAFF, filed, village } from "./village.mjs";

const KNOWN = [...Object.keys(STAFF), "town", "doc", "USCC", "Enter", "Esc", "such", "card"];

function busy(name) {
	const r = village(name, { ledger: false });
	r.room["201"] = r.run(["room", "add", "--house", r.house, "--no", "201", "--capacity", "40"]).id;
	for (let n = 2; n <= 7; n++) filed(r, "201", n, { phone: mobile(n) });
	r.over = filed(r, "201", 8, { since: day(-3), until: day(-1), phone: mobile(8), employer: "亭林电子" });
	filed(r, "201", 9, { until: day(3), phone: mobile(9), employer: "亭林电子厂" });
	r.away = [10, 11, 12].map((n) => filed(r, "201", n));
	for (const id of r.away) r.run(["stay", "away", id, "--until", day(1)]);
	r.run(["night"], { ends: [0, 1, 3] });
	const row = (sql) => r.sql(sql).trim();
	const hotel = row("SELECT id FROM hotel");
	const one = row(`SELECT person FROM stay WHERE id = ${r.stay}`);
	r.sql(`INSERT INTO dispute (hotel, id, stay, person, kind, state, by, at) VALUES (${hotel}, ${BigInt(r.stay) + 1n},
		${r.stay}, ${one}, 'wrong', 'open', 0, ${Date.now()});`);
	r.sql(`INSERT INTO upstream (id, name, url, secret, empty_accepted, state, created) VALUES (7, 'town',
		'https://town.example/x', x'00', 0, 'paused', 1);
		INSERT INTO delivery (upstream, hotel, epoch, seq, event, part, state, attempts, next_at, status, code, detail)
		SELECT 7, hotel, epoch, seq, id, part, 'rejected', 1, 1, 200, 'doc_unknown', 'no such <card>' FROM event
		WHERE subject = 'stays/${r.stay}' ORDER BY seq LIMIT 1;`);
	return r;
}

async function tell(device, how) {
	const r = busy(`queue-${device}`);
	await r.serve();
	const say = (zh, en) => (how.lang === "zh" ? zh : en);
	const step = (name, fn) => test(`queue_${device}_${name}`, fn);
	const desk = await Visitor.of(r, how, "desk");
	const state = (id) => r.sql(`SELECT state FROM stay WHERE id = ${id}`).trim();
	const pending = () => Number(r.sql("SELECT count(*) FROM stay WHERE state IN ('pending', 'contested')").trim());
	const soon = async (fn, want, what) => {
		for (let i = 0; i < 200 && fn() !== want; i++) await desk.page.waitForTimeout(100);
		is(fn(), want, what);
	};
	const seen = async (name, status = 200) => {
		is(desk.status, status, `status of ${name}`);
		await desk.shot(`queue-${name}`);
		await desk.fits(name);
		await desk.touchable(name);
		await desk.speaks(name, KNOWN);
		if (how.width < 600) await desk.readable(name);
	};

	await step("one_page_leads_to_every_list", async () => {
		is(await desk.login("desk"), 200, "logging in");
		is(await desk.go(`${H}/queue`), 200, "the hub");
		await seen("hub");
		for (const url of await desk.page.locator(".entry a").evaluateAll((l) => l.map((a) => a.pathname)))
			is(await desk.go(url), 200, url);
	});
	await step("a_row_is_verified_and_the_next_one_rejected", async () => {
		const before = pending();
		await desk.go(`${H}/queue/verify`);
		await seen("verify");
		if (how.js) {
			await desk.budget("verify", async () => { await desk.key("v"); }, { keys: 1 });
			await soon(pending, before - 1, "who waits after v");
			await desk.budget("reject", async () => { await desk.key("x"); await desk.key("1"); }, { keys: 2 });
			await soon(pending, before - 2, "who waits after x 1");
			is(r.sql("SELECT count(*) FROM stay WHERE state = 'rejected' AND reason = 'not_moved_in'").trim(), "1", "the reason");
			await desk.key("v");
			await desk.key("u");
			await desk.key("v");
			await desk.page.click("#undo"); // a finger has no u
			is(await desk.page.isVisible("#undo"), false, "the button when nothing is left to take back");
			await desk.page.waitForTimeout(5500);
			is(pending(), before - 2, "who waits after taking it back");
		} else {
			await desk.press(".case [data-do=v]");
			await seen("verified");
			is(pending(), before - 1, "who waits after the button");
			await desk.page.click(".case details.reject summary");
			await desk.press('.case [value="not_moved_in"]');
			is(pending(), before - 2, "who waits after the reason");
		}
	});
	await step("who_is_due_or_late_is_two_keys_away", async () => {
		await desk.go(`${H}/rack`);
		if (how.js) await desk.budget("due-or-late", async () => {
			await desk.key("q", { goes: true });
			await desk.key("d", { goes: true });
		}, { keys: 2 });
		else await desk.go(`${H}/queue/calls`);
		await seen("calls");
		has(await desk.text(), "客*", "the call list");
		hasNot(await desk.text(), mobile(8), "the call list");
		if (how.js) await desk.key("c", { goes: true });
		else await desk.press(".case [data-do=c]");
		await seen("call");
		has(await desk.text(), mobile(8), "the numbers");
		has(await desk.text(), "13900000001", "the landlord's number");
		is(r.sql("SELECT count(*) FROM access WHERE reason = 'call'").trim(), "2", "access rows of the call");
		await desk.go(`${H}/queue/calls?list=soon`);
		await seen("calls-soon");
	});
	await step("many_are_back_at_once", async () => {
		await desk.go(`${H}/queue/away`);
		await seen("away");
		if (how.js) {
			await desk.key("a");
			await desk.page.click('button[value="back"]');
			await desk.page.waitForSelector("#progress progress");
			await soon(() => r.away.map(state).join(), "pending,pending,pending", "who is back");
			await desk.shot("queue-bulk-done");
		} else {
			for (const id of r.away) await desk.page.check(`#s-${id}`);
			await desk.press('button[value="back"]');
			await seen("bulk-result");
			is(r.away.map(state).join(), "pending,pending,pending", "who is back");
		}
	});
	await step("many_move_out_on_one_day_and_refusals_are_named", async () => {
		await desk.go(`${H}/queue/away?list=overdue`);
		await desk.page.check(`#s-${r.over}`);
		await desk.type({ out: day(-30) });
		if (how.js) {
			await desk.page.click('button[value="out"]');
			await desk.page.waitForSelector("#progress li");
		} else await desk.press('button[value="out"]');
		has(await desk.text(), "客*", "who was refused");
		await desk.shot("queue-bulk-refused");
		is(state(r.over), "pending", "who was refused");
	});
	await step("objections_are_decided", async () => {
		await desk.go(`${H}/queue/disputes`);
		await seen("disputes");
		const box = 'details:has(form[action$="/refuse"])';
		await desk.page.click(`${box} summary`);
		await desk.press(`${box} button[type=submit]`);
		is(desk.status, 422, "a refusal without a reason");
		await desk.type({ reason: "核对过" });
		await desk.send();
		await seen("disputes-none");
	});
	await step("what_came_back_is_sent_again", async () => {
		await desk.go(`${H}/queue/corrections`);
		await seen("corrections");
		has(await desk.text(), "no such <card>", "their words");
		await desk.press('form[action$="/again"] button');
		is(r.sql("SELECT state FROM delivery").trim(), "due", "the delivery");
	});
	await step("a_task_is_handed_out_done_and_confirmed", async () => {
		await desk.go(`${H}/tasks`);
		await seen("tasks");
		await desk.press(".case a.open");
		await seen("task");
		await desk.act("assign", { to: "li" }, "task_assign");
		await desk.act("handle", { note: "已上门" }, "task_handle");
		await seen("task-handled");
		await desk.act("confirm", {}, "task_confirm");
		await seen("task-confirmed");
	});
	await step("employers_are_merged", async () => {
		await desk.go(`${H}/employers`);
		await seen("employers");
		await desk.act("employers", { employer: "新厂", uscc: "1" }, "add");
		await seen("employer-refused", 422);
		await desk.go(`${H}/employers`);
		await desk.press('main td a:text-is("亭林电子")');
		await desk.act("merge", { into: "亭林电子厂" }, "employer_merge");
		await seen("employer-merged");
		has(await desk.text(), "亭林电子厂", "the one that is left");
	});
	await step("a_notice_is_put_up_and_taken_down", async () => {
		await desk.go(`${H}/notices`);
		await desk.type({ text: "周三停水\n请备水", until: day(3) });
		await desk.send();
		await seen("notices");
		has(await desk.text(), "请备水", "the notice");
		await desk.press('form[action$="/withdraw"] button');
		hasNot(await desk.text(), "请备水", "what is left");
	});
	await step("the_emergency_list_is_two_taps_from_the_house", async () => {
		await desk.go(`${H}/houses/${r.house}`);
		await desk.shot("queue-house");
		await desk.budget("emergency", async () => {
			await desk.tap('a[href$="/emergency"]');
			await seen("emergency");
			await desk.tap('button[value="fire"]');
		}, { taps: 2 });
		await seen("emergency-list");
		has(await desk.text(), "韦娜", "who is in the house");
		await desk.page.emulateMedia({ media: "print" });
		await desk.shot("queue-emergency-print");
		await desk.page.emulateMedia({ media: "screen" });
		is(r.sql("SELECT count(*) FROM task WHERE kind = 'emergency'").trim(), "1", "reviews");
	});
	await step("the_desk_files_for_a_landlord_and_says_how_he_asked", async () => {
		await desk.go(`${H}/rooms/${r.room["102"]}/stays/new`);
		is(await desk.page.locator('#employers option[value="亭林电子厂"]').count(), 1, "employers that are offered");
		await desk.type({ name: "蓝代办", doc_no: idCard(30), since: day(0), asked: "phone" });
		await desk.shot("queue-proxy");
		is(await desk.send(), 200, "the filing");
		await desk.go(desk.page.url().replace(/\/done.*/, ""));
		has(await desk.text(), say("代房东登记", "Filed for the landlord"), "its history");
	});
	await step("erasure_tells_its_numbers", async () => {
		await desk.go(`${H}/erasures`);
		await seen("erasures");
		const shen = await Visitor.of(r, how, "shen");
		await shen.login("shen");
		is(await shen.go(`${H}/reviews`), 200, "the reviews");
		await shen.shot("queue-reviews");
		await shen.speaks("reviews", KNOWN);
		await shen.press(".case a.open");
		is(await shen.act("handle", { note: "火警属实" }, "task_handle"), 200, "the review");
		await shen.close();
	});
	await step("the_browser_never_complained", () => desk.close());
	await r.close();
}

await launch();
await everywhere(tell);
await finish();
