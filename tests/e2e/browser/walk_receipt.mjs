// A filing that the town received: its landlord and its tenant show the receipt, a stranger scans it off the screen and is
// told what it is worth, and what somebody altered is found out.
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOTEL, Registry, Visitor, everywhere, finish, has, hasNot, is, launch, test } from "./lib.mjs";
import { H, village } from "./village.mjs";

await launch();
// A village and its town, which has received everything.
async function received() {
	const town = new Registry("town"), r = village("receipt", { ledger: false });
	town.run(["init", "--public-url", "https://town.vh.cn"]);
	await town.serve();
	const { secret } = town.run(["source", "add", "dongxin", "--scope", HOTEL]);
	r.run(["upstream", "add", "town", "--url", `${town.url}/upstream/events`, "--secret", secret]);
	const told = r.run(["sync", "run"]);
	is(told.left + told.rejected + told.dead, 0, "not received");
	await town.close();
	await r.serve();
	return r;
}

// What a telephone's camera would read.
async function scanned(v) {
	const file = join(mkdtempSync(join(process.env.T || tmpdir(), "scan-")), "code.png");
	await v.page.screenshot({ path: file, fullPage: true });
	const got = spawnSync("zbarimg", ["--nodbus", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file], { encoding: "utf8" });
	return got.stdout.trim().split("\n");
}

await everywhere(async (name, how) => {
	const zh = how.lang === "zh";
	const r = await received(), paper = `${H}/stays/${r.stay}/receipt`;
	let url;
	await test(`${name}_landlord_and_tenant_show_the_receipt_in_one_tap`, async () => {
		for (const [login, from] of [["fang", `${H}/stays/${r.stay}`], ["wei", "/me"]]) {
			const v = await Visitor.of(r, how, login);
			is(await v.enrol(r.invite(login)), 200, "enrolling");
			is(await v.go(from), 200, from);
			await v.fits(from);
			await v.touchable(from);
			await v.shot(`receipt-${login}`);
			await v.budget(`receipt_${login}`, () => v.tap(`a[href="${paper}"]`), { taps: 1 });
			const text = await v.text(".proof .receipt >> nth=0");
			await v.fits(paper);
			await v.touchable(paper);
			await v.speaks(paper, ["town", "韦娜", login]);
			const codes = await scanned(v);
			is(codes.includes(`https://plates.vh.cn/receipt?r=${text}`), true, `the code on the screen: ${codes}`);
			url = new URL(codes.find((c) => c.endsWith(text)));
			await v.close();
		}
	});
	await test(`${name}_a_stranger_is_told_what_it_is_worth`, async () => {
		const v = await Visitor.of(r, how, "stranger");
		const said = async (verdict, absent) => {
			const text = await v.text(".verdict");
			has(text, verdict, "the verdict");
			for (const word of absent) hasNot(text, word, "the verdict");
			await v.fits(verdict);
			await v.touchable(verdict);
			await v.speaks(verdict, ["town"]);
			await v.shot(`receipt-${verdict}`);
		};
		is(await v.go(url.pathname + url.search), 200, "scanning");
		has(await v.text(".verdict"), "town");
		has(await v.text(".verdict"), HOTEL);
		await said(zh ? "真的" : "Genuine", ["韦娜", "东新9001号"]);
		await v.go("/");
		await v.tap("main a[href='/receipt']");
		await v.shot("receipt-ask");
		const text = url.searchParams.get("r");
		await v.type({ receipt: `${text.slice(0, 70)}\n${text.slice(70)}` });
		is(await v.send(), 200, "pasting");
		has(await v.text(".verdict"), zh ? "真的" : "Genuine");
		await v.type({ receipt: text.replace(HOTEL, "310116104206") });
		is(await v.send(), 200, "pasting");
		await said(zh ? "被改过" : "Changed", ["town", "310116104206"]);
		await v.type({ receipt: text.replace(/^v1\.\w{16}/, "v1.0123456789abcdef") });
		is(await v.send(), 200, "pasting");
		await said(zh ? "没法判断" : "Cannot be told", ["town", HOTEL]);
		await v.type({ receipt: "<b>韦娜</b>" });
		is(await v.send(), 200, "pasting");
		await said(zh ? "不是回执" : "Not a receipt", ["韦娜"]);
		await v.close();
	});
	await r.close();
});
await finish();
