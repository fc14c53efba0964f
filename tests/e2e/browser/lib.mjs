// A registry of its own for each walk, the server on loopback, one browser, and the verdicts.
import { spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const HOTEL = "310116104205";
export const top = fileURLToPath(new URL("../../..", import.meta.url));
const built = join(top, process.env.O || "build");
const vhotel = process.env.VHOTEL || join(built, "vhotel");
const scratch = process.env.T || mkdtempSync(join(tmpdir(), "vhotel-browser-"));

// Screenshots are for people to look at.
const shots = process.env.SHOTS || join(built, "shots");

// Language, size and scripts: four ways in which every two of these meet, or all eight.
const phone = { width: 360, height: 640 }, desk = { width: 1366, height: 768 };
export const hows = {
	phone_zh: { lang: "zh", js: true, ...phone },
	phone_en_plain: { lang: "en", js: false, ...phone },
	desk_zh_plain: { lang: "zh", js: false, dark: true, ...desk },
	desk_en: { lang: "en", js: true, ...desk },
	...(process.env.SOAK && {
		phone_zh_plain: { lang: "zh", js: false, ...phone },
		phone_en: { lang: "en", js: true, dark: true, ...phone },
		desk_zh: { lang: "zh", js: true, ...desk },
		desk_en_plain: { lang: "en", js: false, ...desk },
	}),
};
// Tell a story in each of these ways, two at a time: what one waits for, the other uses.
export async function everywhere(tell, ways = hows) {
	const left = Object.entries(ways);
	const teller = async () => {
		for (let way; (way = left.shift());)
			await tell(...way).catch((e) => test(`${way[0]}_is_told_to_the_end`, () => { throw e; }));
	};
	await Promise.all([teller(), teller()]);
}

for (const end of ["SIGTERM", "SIGINT"]) process.on(end, () => process.exit(1));
let failed = 0;
export async function test(name, fn) {
	try {
		await fn();
		console.log(`ok ${name}`);
	} catch (e) {
		failed++;
		console.log(String(e.stack || e).split("\n").slice(0, 12).map((l) => `# ${l}`).join("\n"));
		console.log(`not ok ${name}`);
	}
}
export function is(got, want, what = "") {
	if (got !== want) throw new Error(`${what} is ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`);
}
export function has(text, part, what = "text") {
	if (!String(text).includes(part)) throw new Error(`'${part}' is not in ${what}: ${String(text).slice(0, 400)}`);
}
export function hasNot(text, part, what = "text") {
	if (String(text).includes(part)) throw new Error(`'${part}' is in ${what}`);
}

/* ---- people and codes ---- */

// An ID card number nobody has: areas ending in 99 are given to no place.
export function idCard(n, area = "420299") {
	const day = new Date(Date.UTC(1970, 0, 1 + (n * 97) % 12000));
	const body = area + day.toISOString().slice(0, 10).replaceAll("-", "") + String(100 + n % 900);
	const weight = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	const sum = weight.reduce((s, w, i) => s + w * Number(body[i]), 0);
	return body + "10X98765432"[sum % 11];
}
export function mobile(n) {
	return `1990000${String(1000 + n).slice(-4)}`;
}
export function totp(secret, at = Date.now()) {
	const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
	const h = createHmac("sha1", key).update(step).digest();
	const code = h.readUInt32BE(h[19] & 15) & 0x7fffffff;
	return String(code % 1000000).padStart(6, "0");
}
export function day(offset = 0) {
	return new Date(Date.now() + 8 * 3600e3 + offset * 86400e3).toISOString().slice(0, 10);
}

/* ---- a registry ---- */

export class Registry {
	constructor(name) {
		this.dir = mkdtempSync(join(scratch, `${name}-`)); // two walks may use one name
		this.env = { ...process.env, VHOTEL_DB: join(this.dir, "v.db"), VHOTEL_KEY_FILE: join(this.dir, "v.key") };
		this.secrets = {};
	}
	// A command with --json; what it may end with beside 0 is said.
	run(args, { input = "", ends = [0] } = {}) {
		const r = spawnSync(vhotel, [...args, "--json"], { env: this.env, cwd: this.dir, input, encoding: "utf8" });
		if (!ends.includes(r.status)) throw new Error(`vhotel ${args.join(" ")}: ${r.status} ${r.stdout}${r.stderr}`);
		const text = r.stdout.trim();
		return text ? JSON.parse(text) : null;
	}
	open(hotel = []) {
		this.run(["init", "--public-url", "https://plates.vh.cn"]);
		this.run(["hotel", "add", "--area", HOTEL, "--entrusted-by", "亭林镇人民政府", "--retention", "24",
			"--desk-phone", "02157240000", ...hotel]);
	}
	// Officers and the desk: a password and an authenticator.
	staff(login, role, scope = HOTEL) {
		this.run(["user", "add", login, "--role", role, ...(scope ? ["--scope", scope] : [])]);
		this.run(["user", "password", login], { input: `pass-of-${login}\n` });
		this.secrets[login] = this.run(["user", "totp", login]).secret;
	}
	// Every page that there is, by the table of routes; what stands between braces is taken from `at`, else it is the
	// newest row of the table of that name, else nothing that is there. A function says it by the route.
	pages(at) {
		const tables = this.sql("SELECT name FROM sqlite_schema WHERE type = 'table'").split("\n");
		const newest = (name) => (tables.includes(name) ? this.sql(`SELECT coalesce(max(id), 1) FROM ${name}`).trim() : "1");
		return this.run(["routes"]).filter((r) => r.method === "GET" && r.page)
			.map(({ path }) => path.replace(/\{(\w+)\}/g, (_, name) =>
				(typeof at[name] === "function" ? at[name](path) : at[name]) ?? newest(name)));
	}
	// A change by a program of this account's, or by a stranger's (login null); what it answered.
	async post(login, path, body) {
		this.tokens ??= {};
		if (login) this.tokens[login] ??= this.run(["user", "token", login]).token;
		const r = await fetch(this.url + path, { method: "POST", body: JSON.stringify(body), headers: {
			...(login && { Authorization: `Bearer ${this.tokens[login]}` }),
			"Content-Type": "application/json", Accept: "application/json" } });
		if (!r.ok) throw new Error(`${path}: ${r.status} ${await r.text()}`);
		return r.json();
	}
	sql(text) {
		const r = spawnSync("sqlite3", ["-cmd", ".timeout 10000", this.env.VHOTEL_DB], { input: text, encoding: "utf8" });
		if (r.status || r.stderr) throw new Error(`sqlite3: ${r.stderr}`);
		return r.stdout;
	}
	invite(login) {
		return new URL(this.run(["user", "invite", login]).url).pathname;
	}
	// On a port of its own; on the one it had, when it is started again.
	async serve(port = 0) {
		this.server = spawn(vhotel, ["serve", "--listen", `127.0.0.1:${port}`, "--json"],
			{ env: this.env, cwd: this.dir, stdio: ["ignore", "pipe", "ignore"] });
		process.on("exit", () => this.server.kill("SIGKILL")); // also when the clock ends the test
		for await (const line of createInterface({ input: this.server.stdout })) {
			const { listening } = JSON.parse(line);
			if (!listening) throw new Error(line);
			this.url = `http://${listening}`;
			return;
		}
		throw new Error("the server did not start");
	}
	async close() {
		if (!this.server || this.server.exitCode !== null) return;
		const gone = new Promise((done) => this.server.once("exit", done));
		this.server.kill("SIGTERM");
		await gone;
	}
}

/* ---- a browser ---- */

let browser;
export async function launch() {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});
	return browser;
}
export async function finish(...registries) {
	await browser?.close();
	for (const r of registries) await r.close();
	process.exit(failed ? 1 : 0);
}

// One person at one device: `how` is { width, height, lang, js, dark }.
export class Visitor {
	static async of(registry, how, name) {
		const v = new Visitor();
		v.registry = registry;
		v.how = how;
		v.name = name;
		v.context = await browser.newContext({
			viewport: { width: how.width, height: how.height },
			locale: how.lang === "zh" ? "zh-CN" : "en-GB",
			javaScriptEnabled: how.js ?? true,
			colorScheme: how.dark ? "dark" : "light",
			baseURL: registry.url,
			isMobile: how.width < 600,
			hasTouch: how.width < 600,
			reducedMotion: "reduce",
		});
		v.page = await v.context.newPage();
		v.page.setDefaultTimeout(20000);
		v.complaints = [];
		v.taps = v.keys = 0;
		v.page.on("dialog", (d) => { v.complaints.push(`dialog: ${d.message()}`); d.dismiss(); });
		v.page.on("console", (m) => {
			// The browser says of each refusal that it was one.
			if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) v.complaints.push(m.text());
		});
		v.page.on("pageerror", (e) => v.complaints.push(String(e)));
		return v;
	}
	async go(path) {
		const open = () => this.page.goto(path);
		// A form that was sent into nothing may still be ending.
		const r = await open().catch((e) => {
			if (!/interrupted by another navigation/.test(e)) throw e;
			return open();
		});
		this.status = r.status();
		return this.status;
	}
	// What the page says of itself; once more if it has just begun anew (some do so every few seconds).
	async ask(fn, arg) {
		try {
			return await this.page.evaluate(fn, arg);
		} catch (e) {
			if (!/context was destroyed|because of a navigation/.test(e)) throw e;
			await this.page.waitForLoadState();
			return this.page.evaluate(fn, arg);
		}
	}
	async press(selector) {
		const at = this.page.locator(selector).first();
		await this.reach(at);
		return this.follow(true, () => at.click());
	}
	// A part of the rack that was far down is laid out only as it comes on the screen, and then moves what is below it:
	// a finger waits for that, a robot would press down on one thing and let go on another. Two rehearsals are four
	// frames.
	async reach(at) {
		await at.scrollIntoViewIfNeeded();
		await at.click({ trial: true });
		await at.click({ trial: true });
	}
	// Do it and, where it leads to another page, wait for that: not for its address, which may be the old one's.
	async follow(leads, deed) {
		if (!leads) return deed();
		const [answer] = await Promise.all([
			this.page.waitForResponse((r) => r.request().isNavigationRequest() && r.status() !== 303),
			this.page.waitForEvent("load"), deed()]);
		this.answer = answer;
		this.status = answer.status();
		return this.status;
	}
	// { since: "2026-01-02" } into the fields of that name; a prefix where a page has several forms.
	async type(values, prefix = "") {
		for (const [name, value] of Object.entries(values)) {
			const at = this.page.locator(`#f-${prefix}${name}`);
			const kind = await at.evaluate((e) => (e.tagName === "SELECT" ? "select" : e.type));
			if (kind === "select") await at.selectOption(value);
			else if (kind === "checkbox") await at.setChecked(value);
			else if (kind === "file") await at.setInputFiles(value);
			else await at.fill(value);
		}
	}
	// Unfold the action of that name, fill it in, send it.
	async act(name, values = {}, prefix = name) {
		const box = this.page.locator(`details:has(form[action$="/${name}"])`);
		if ((await box.count()) && !(await box.evaluate((d) => d.open))) {
			await this.reach(box.locator("summary"));
			await box.locator("summary").click();
		}
		await this.type(values, `${prefix}-`);
		return this.press(`form[action$="/${name}"] button:not([name])`);
	}
	async send() {
		return this.press("main form button[type=submit]:not([name])");
	}
	// One tap, counted; waits for the page that a link or a button leads to. stays: a script answers it here.
	async tap(selector, { stays = false } = {}) {
		this.taps++;
		const at = this.page.locator(selector).first();
		const leads = !stays && await at.evaluate((e) => {
			const to = e.closest("a[href], button");
			return Boolean(to && (to.tagName === "A" ? !to.getAttribute("href").startsWith("#") : to.form && to.type === "submit"));
		});
		await this.reach(at);
		return this.follow(leads, () => at.click());
	}
	// One key, counted; goes: it leads to another page.
	async key(name, { goes = false } = {}) {
		this.keys++;
		return this.follow(goes, () => this.page.keyboard.press(name));
	}
	// A text typed key by key, each counted, into what has the focus.
	async keyIn(text) {
		for (const c of text) await this.key(c);
	}
	// What a job may cost, from here to its end: scans and the data themselves (go, type) are not counted.
	async budget(name, fn, { taps = 0, keys = 0 }) {
		this.taps = this.keys = 0;
		await fn();
		await this.shot(`job-${name}`);
		console.log(`# job ${name}: ${this.taps} taps of ${taps}, ${this.keys} keys of ${keys}`);
		is(this.taps <= taps, true, `${name}: ${this.taps} taps, at most ${taps}`);
		is(this.keys <= keys, true, `${name}: ${this.keys} keys, at most ${keys}`);
	}
	text(selector = "main") {
		return this.page.innerText(selector);
	}
	// A code is good once, and the next one already: whoever comes again within half a minute takes that.
	code(login) {
		const used = (this.registry.codes ??= {}), now = Math.floor(Date.now() / 30000);
		used[login] = Math.max(now, (used[login] ?? 0) + 1);
		return totp(this.registry.secrets[login], used[login] * 30000);
	}
	async login(login) {
		await this.go("/login");
		await this.type({ login, password: `pass-of-${login}`, totp: this.code(login) });
		return this.send();
	}
	async enrol(path, pin = "738201") {
		await this.go(path);
		await this.type({ pin, again: pin });
		return this.send();
	}
	async shot(name) {
		mkdirSync(shots, { recursive: true });
		const { lang, width, dark, js } = this.how;
		const as = `${lang}-${width}${dark ? "-dark" : ""}${js === false ? "-plain" : ""}-${name.replace(/\d{12,}|[A-Z0-9]{16}|[\w-]{32,}/g, "x")}.png`;
		const take = () => this.page.screenshot({ path: join(shots, as), fullPage: true });
		// On a busy machine the browser sometimes cannot: that says nothing about the page.
		await take().catch(() => this.page.waitForTimeout(1000).then(take));
	}
	// Is anything cut off or wider than the screen?
	async fits(what) {
		const wide = await this.ask(() => {
			const w = document.documentElement.clientWidth;
			return [...document.querySelectorAll("body *")]
				.filter((e) => !e.closest(".scroll, .skip, .sr, .map") && e.getBoundingClientRect().right > w + 1)
				.map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}>${w}`).slice(0, 5);
		});
		is(wide.join("; "), "", `wider than the screen on ${what}`);
	}
	// Can a thumb hit it? What hides in a label is hit by the label.
	async touchable(what, least = 44) {
		const small = await this.ask((px) => [...document.querySelectorAll("a, button, summary, input, select, textarea")]
			.filter((e) => e.checkVisibility() && !["hidden", "checkbox", "radio"].includes(e.type) && !e.closest("svg"))
			.map((e) => [e.getBoundingClientRect(), e])
			.filter(([b]) => b.width < px || b.height < px).map(([, e]) => e.outerHTML.slice(0, 80)), least);
		is(small.join("; "), "", `under ${least} px on ${what}`);
	}
	// Are all texts there, and in this language? A text that is missing shows as its key; what people typed is theirs.
	async speaks(what, people) {
		const text = await this.ask(() => {
			const body = document.body.cloneNode(true);
			for (const e of body.querySelectorAll(".code, [hreflang], option, textarea")) e.remove();
			return body.textContent;
		});
		const known = ["PIN", "Leaflet", "Excel", "xlsx", "CSV", "csv", "Enter", "Esc", ...people];
		const strange = this.how.lang === "zh" ? /[A-Za-z_]{3,}/g : /[a-z]+_[a-z_]+|[，。：；、（）]/g;
		is([...new Set(text.match(strange))].filter((w) => !known.includes(w)).join(), "", `words on ${what}`);
	}
	// The same at text of 200 %, as a browser's own setting makes it.
	async doubled(what, on = true) {
		await this.ask((size) => { document.documentElement.style.fontSize = size; }, on ? "36px" : "");
		await this.fits(`${what}${on ? ", doubled" : ""}`);
	}
	// Large letters and targets, or not.
	async elder(on) {
		await this.context.addCookies([{ name: "look", value: on ? "elder" : "plain", url: this.registry.url }]);
	}
	// Can it be read? No letter on a phone is smaller than this.
	async readable(what, least = 18) {
		const small = await this.ask((px) => {
			const found = [];
			const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			while (walk.nextNode()) {
				const e = walk.currentNode.parentElement;
				if (walk.currentNode.data.trim() && e.checkVisibility() && !e.closest(".sr, .skip, [aria-hidden], svg")
					&& parseFloat(getComputedStyle(e).fontSize) < px)
					found.push(e.outerHTML.slice(0, 80));
			}
			return found.slice(0, 4);
		}, least);
		is(small.join("; "), "", `letters under ${least} px on ${what}`);
	}
	async speak(lang) {
		await this.context.addCookies([{ name: "lang", value: lang, url: this.registry.url }]);
	}
	async close() {
		is(this.complaints.join("\n"), "", `what the browser of ${this.name} said`);
		await this.context.close();
	}
}
