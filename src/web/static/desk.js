// The desk from the keyboard: search, the rack as it is now, a room beside it. Every page works without this file.
"use strict";

const desk = {
	$: (selector, root = document) => root.querySelector(selector),
	$$: (selector, root = document) => [...root.querySelectorAll(selector)],
	wide: matchMedia("(min-width: 64rem)"),
	typing: (e) => e instanceof Element && e.matches("input:not([type=checkbox], [type=radio], [type=submit]), textarea, select"),
};

/* ---- the rack: what changed since a mark ---- */

class Rack {
	static EVERY = 2000;
	static SLOWEST = 60000;

	constructor(root) {
		this.root = root;
		this.live = desk.$("#live");
		this.tiles = new Map();
		this.wait = Rack.EVERY;
		this.index();
		root.addEventListener("keydown", (e) => this.arrow(e));
		root.addEventListener("focusin", (e) => this.rove(e.target.closest(".tile")));
		document.addEventListener("visibilitychange", () => document.hidden || this.ask());
		addEventListener("online", () => this.ask());
		this.later();
	}
	static id(tile) {
		return tile.pathname.slice(tile.pathname.lastIndexOf("/") + 1);
	}
	// One stop for the Tab key among thousands of rooms.
	index() {
		this.tiles.clear();
		const was = this.here && Rack.id(this.here);
		this.here = null;
		for (const tile of this.root.getElementsByClassName("tile")) {
			tile.tabIndex = -1;
			this.tiles.set(Rack.id(tile), tile);
		}
		this.rove(this.tiles.get(was) || desk.$(".tile", this.root));
	}
	rove(tile) {
		if (!tile || tile === this.here) return;
		if (this.here) this.here.tabIndex = -1;
		tile.tabIndex = 0;
		this.here = tile;
	}
	arrow(e) {
		const tile = e.target.closest(".tile");
		if (!tile || e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
		const all = desk.$$("li:not([hidden]) > .tile", this.root), at = all.indexOf(tile);
		const to = {
			ArrowRight: () => all[at + 1], ArrowLeft: () => all[at - 1], Home: () => all[0], End: () => all.at(-1),
			ArrowDown: () => Rack.row(all, at, 1), ArrowUp: () => Rack.row(all, at, -1),
		}[e.key];
		if (!to) return;
		e.preventDefault();
		to()?.focus();
	}
	// The tile of the next row that stands nearest.
	static row(all, at, step) {
		const from = all[at].getBoundingClientRect();
		let best, top;
		for (let i = at + step; all[i]; i += step) {
			const box = all[i].getBoundingClientRect();
			if (Math.abs(box.top - from.top) < 4) continue;
			if (top === undefined) top = box.top;
			if (Math.abs(box.top - top) >= 4) break;
			const off = Math.abs(box.left - from.left);
			if (!best || off < best.off) best = { off, tile: all[i] };
		}
		return best?.tile;
	}

	later() {
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.ask(), this.wait);
	}
	async ask() {
		clearTimeout(this.timer);
		if (document.hidden || this.asking) return;
		if (lock?.root.open) return this.later();
		this.asking = true;
		try {
			const query = new URLSearchParams(location.search);
			query.set("since", this.root.dataset.mark);
			const answer = await fetch(`${location.pathname}/changes?${query}`, { signal: AbortSignal.timeout(8000) });
			if (answer.status === 401 || answer.status === 403) return ended() || this.say("away");
			if (!answer.ok) throw new Error(answer.status);
			await this.take(await answer.json());
			this.wait = Rack.EVERY;
			this.say("live");
		} catch {
			this.wait = Math.min(this.wait * 2, Rack.SLOWEST);
			this.say("away");
		} finally {
			this.asking = false;
			this.later();
		}
	}
	say(what) {
		if (this.said === what) return;
		this.said = what;
		this.live.className = `fresh noprint ${what}`;
		this.live.textContent = this.live.dataset[what];
	}
	async take(news) {
		if (news.all) await this.swap();
		else if (news.rooms) await this.redraw(news);
		else this.root.dataset.mark = news.mark;
	}
	async redraw(news) {
		const from = performance.now();
		if (news.rooms.some((r) => r.fits && !this.tiles.has(r.id))) return this.swap();
		for (const r of news.rooms) this.draw(this.tiles.get(r.id), r);
		for (const id of news.gone) this.tiles.get(id)?.parentElement.setAttribute("hidden", "");
		for (const e of desk.$$("[data-count]")) {
			e.textContent = news.legend[e.dataset.count];
			e.closest("li").hidden = !news.legend[e.dataset.count];
		}
		for (const e of desk.$$("[data-total]")) e.textContent = news.totals[e.dataset.total];
		this.root.dataset.mark = news.mark;
		// Until it is on the screen.
		requestAnimationFrame(() => setTimeout(() => performance.measure("rack-redraw", { start: from, end: performance.now() })));
	}
	draw(tile, r) {
		if (!tile) return;
		const [no, letter, count, text, marks] = tile.children;
		tile.className = `tile t-${r.tile}`;
		no.textContent = r.no;
		letter.textContent = r.tile_letter;
		count.textContent = `${r.registered}/${r.capacity}`;
		text.textContent = r.tile_text;
		marks.textContent = r.marks ?? "";
		tile.parentElement.hidden = !r.fits;
	}
	// Rooms that came, houses, a new day: the page as it is now, in place of this one.
	async swap() {
		const page = await pageOf(location.href);
		if (!page) return;
		const focused = this.root.contains(document.activeElement);
		for (const part of ["#rack", ".legend", ".figures"]) {
			const old = desk.$(part), now = desk.$(part, page);
			if (!now) throw new Error("no rack");
			old.replaceChildren(...now.childNodes);
			Object.assign(old.dataset, now.dataset);
		}
		this.index();
		if (focused) this.here?.focus();
	}
}

// The session is over, or the desk is locked: cover the page, or begin again unless something is typed in it.
function ended() {
	const typed = desk.$$("main input, main textarea").some((e) => e.value !== e.defaultValue || e.checked !== e.defaultChecked);
	if (lock) lock.close();
	else if (!typed) location.reload();
	return Boolean(lock) || !typed;
}

// A page of ours as a document; what the server refuses becomes the page itself. null: the desk was covered, and what
// is typed waits behind.
async function pageOf(url, how) {
	const answer = await fetch(url, { ...how, headers: { Accept: "text/html" } });
	if ((new URL(answer.url).pathname === "/login" || answer.status === 401) && ended()) return null;
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	page.from = answer.url;
	return page;
}

/* ---- the room beside it ---- */

class Panel {
	constructor(root, rack) {
		this.root = root;
		this.rack = rack;
		this.body = desk.$("#panel-body");
		rack.root.addEventListener("click", (e) => this.follow(e, e.target.closest(".tile")));
		root.addEventListener("click", (e) => this.follow(e, e.target.closest("a[href^='/h/']")));
		root.addEventListener("submit", (e) => this.send(e));
		desk.$("#panel-close").addEventListener("click", () => this.close());
		desk.$(".find")?.addEventListener("submit", (e) => desk.wide.matches && this.send(e));
	}
	follow(e, link) {
		if (!link || !desk.wide.matches || e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
		if (!/\/(rooms|stays)\/\d+$/.test(link.pathname)) return;
		e.preventDefault();
		if (link.matches(".tile")) this.from = link;
		this.show(pageOf(link.href), link.href);
	}
	send(e) {
		const form = e.target;
		if (form.method !== "post" || form.enctype === "multipart/form-data") return;
		e.preventDefault();
		const body = new URLSearchParams(new FormData(form));
		if (e.submitter?.name) body.append(e.submitter.name, e.submitter.value);
		this.show(pageOf(form.action, { method: "POST", body }), form.action);
	}
	async show(coming, url) {
		try {
			const page = await coming;
			if (!page) return;
			const main = desk.$("main", page);
			this.body.replaceChildren(...main.childNodes);
			this.root.hidden = false;
			this.from = this.rack.tiles.get(new URL(page.from).pathname.split("/rooms/")[1]) || this.from;
			this.from?.scrollIntoView({ block: "nearest" });
			for (const t of desk.$$(".tile[aria-current]", this.rack.root)) t.removeAttribute("aria-current");
			this.from?.setAttribute("aria-current", "true");
			this.root.scrollTop = 0;
			const begin = desk.$("[autofocus]", this.body);
			if (begin) begin.focus();
			else this.body.focus({ preventScroll: true });
			this.rack.ask();
		} catch {
			location.assign(url);
		}
	}
	close() {
		this.root.hidden = true;
		this.body.replaceChildren();
		this.from?.removeAttribute("aria-current");
		(this.from || this.rack.here)?.focus();
	}
}

/* ---- locking ---- */

// A desk that was left alone covers its page and opens with a PIN; what was typed stays. The server locks by itself.
class Lock {
	static SAY = 30000; // how often it hears that somebody is here

	// What locks or opens one tab does so with all; what Back brings is covered until the server says whose it is.
	constructor(root) {
		this.root = root;
		this.tabs = new BroadcastChannel("desk");
		this.tabs.onmessage = (e) => this.hear(e.data);
		addEventListener("pageshow", (e) => e.persisted && this.back());
		addEventListener("submit", (e) => this.byHand(e), true);
		root.addEventListener("close", () => this.covered && this.cover()); // Escape, often enough, closes it
		this.form = desk.$("form", root);
		this.wrong = desk.$("#locked-wrong");
		this.after = Number(root.dataset.after);
		this.used = this.told = this.spread = Date.now();
		for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"])
			addEventListener(kind, () => { this.used = Date.now(); }, { passive: true });
		root.addEventListener("cancel", (e) => e.preventDefault());
		this.form.addEventListener("submit", (e) => this.open(e));
		setInterval(() => this.look(), 5000);
	}
	async look() {
		if (this.covered) return;
		if (this.used > this.spread) {
			this.spread = Date.now();
			this.tabs.postMessage("used");
		}
		if (Date.now() - this.used >= this.after) return this.close();
		if (this.used <= this.told || Date.now() - this.told < Lock.SAY) return;
		this.told = Date.now();
		const answer = await fetch("/awake", { headers: { Accept: "application/json" } }).catch(() => null);
		if (answer?.status === 401) this.close();
	}
	// Who works in one tab has not left the desk.
	hear(what) {
		if (what === "used") this.used = this.spread = Date.now();
		else if (what === "locked") this.cover();
		else if (this.covered) this.back();
	}
	// The button covers the page as time does: what is typed in it, and where it stands, stays.
	byHand(e) {
		if (e.target.getAttribute("action") !== "/lock") return;
		e.preventDefault();
		this.close();
	}
	cover() {
		this.covered = true;
		document.documentElement.classList.add("covered");
		if (!this.root.open) this.root.showModal();
	}
	async back() {
		this.cover();
		const now = await this.ask("/awake");
		if (now?.csrf) this.goOn(now);
	}
	locked() {
		this.cover();
		this.tabs.postMessage("locked");
	}
	close() {
		if (this.covered) return;
		this.locked();
		const csrf = desk.$("input[name=_csrf]")?.value;
		const body = new URLSearchParams({ _csrf: csrf });
		// Also when the page is left meanwhile.
		fetch("/lock", { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } }).catch(() => null);
	}
	// The PIN opens; where it no longer can, the password does. Another tab may have opened it already.
	async open(e) {
		e.preventDefault();
		const by = desk.$("fieldset:enabled", this.root).dataset.by;
		const said = await this.ask("/login", { method: "POST", body: new URLSearchParams(new FormData(this.form)) });
		this.form.reset();
		if (said?.csrf) return this.goOn(said);
		if (said && by === "pin" && said.code !== "pin_wrong" && said.status < 429) {
			const now = await this.ask("/awake");
			if (now?.csrf) return this.goOn(now);
			for (const set of desk.$$("fieldset", this.root)) set.hidden = set.disabled = set.dataset.by === "pin";
		} else this.say(said);
		desk.$("fieldset:enabled input:not([type=hidden])", this.root).focus();
	}
	say(said) {
		const words = this.wrong.dataset;
		this.wrong.textContent = !said ? words.away : words[said.code] || (said.status < 429 ? words.login : words.busy);
	}
	async ask(url, how) {
		const answer = await fetch(url, { ...how, headers: { Accept: "application/json" } }).catch(() => null);
		return answer && answer.json().catch(() => null);
	}
	// What is typed behind belongs to whoever typed it; a new session has a token of its own.
	goOn(said) {
		if (said.account !== this.root.dataset.account) return location.assign("/");
		for (const token of desk.$$("input[name=_csrf]")) token.value = said.csrf;
		this.wrong.textContent = "";
		this.used = this.told = Date.now();
		this.covered = false;
		this.tabs.postMessage("open");
		this.root.close();
		document.documentElement.classList.remove("covered");
		rack?.ask();
	}
}

/* ---- cards ---- */

// A reader types a card as a keyboard does, only quicker, with an Enter or a Tab after each field.
const card = {
	BURST: 60, // ms between two keys of a reader, at most
	END: 300, // ms without one: that was all
	last: 0,
	key(e) {
		const quick = e.timeStamp - card.last < card.BURST;
		card.last = e.timeStamp;
		if (e.key === "Tab" && quick && !e.shiftKey) {
			e.preventDefault();
			e.target.setRangeText("\t", e.target.selectionStart, e.target.selectionEnd, "end");
		} else if (e.key === "Enter" && !quick && !e.isComposing && !card.begun(e.target.value)) {
			e.preventDefault();
			e.target.form.requestSubmit();
		}
		if (quick || card.begun(e.target.value)) card.later(e.target);
	},
	// A name came, so that the number is still to come: also a slow machine's Enter ends a line only.
	begun: (text) => /[^\x00-\x7f]/.test(text) && !card.numbered(text),
	numbered: (text) => /\d{17}[\dXx]/.test(text.replace(/\s/g, "")),
	later(box) {
		clearTimeout(card.timer);
		card.timer = setTimeout(() => card.read(box), card.END);
	},
	// Beside an empty room the form goes on by itself; in the form that is there the card is filled in.
	async read(box) {
		if (!card.numbered(box.value) || !box.isConnected) return;
		const form = box.form, one = (name) => desk.$(`[name=${name}]`, form);
		if (!one("phone")) return form.requestSubmit();
		const body = new URLSearchParams({ _csrf: one("_csrf").value, doc_no: box.value });
		const answer = await fetch(`${form.action}/new`, { method: "POST", body, headers: { Accept: "application/json" } });
		if (!answer.ok) return;
		const said = await answer.json();
		for (const name of ["doc_type", "doc_no", "name", "home"])
			if (said[name]) one(name).value = said[name];
		one(said.name ? "phone" : "name").focus();
	},
};
document.addEventListener("keydown", (e) => e.target.matches?.("[data-card]") && card.key(e));
document.addEventListener("input", (e) => {
	if (!e.target.matches("[data-card]")) return;
	if (e.timeStamp - card.last < card.BURST || /[^\x00-\x7f]/.test(e.target.value)) card.later(e.target);
	card.last = e.timeStamp;
});
document.addEventListener("paste", (e) => e.target.matches?.("[data-card]") && card.later(e.target));

/* ---- keys ---- */

const rackAt = desk.$("#rack");
const rack = rackAt && new Rack(rackAt);
const panel = rack && new Panel(desk.$("#panel"), rack);
const lockAt = desk.$("#locked");
const lock = lockAt && new Lock(lockAt);

function search() {
	const box = desk.$("#find");
	box?.focus();
	box?.select();
	return box;
}
function press(e) {
	if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
	if (e.key === "Escape") {
		if (desk.typing(e.target)) e.target.blur();
		else if (panel && !panel.root.hidden) panel.close();
		return;
	}
	if (desk.typing(e.target) || desk.$("dialog[open]")) return;
	if (e.key === "/") return search() && e.preventDefault();
	if (e.key === "?") return keys() && e.preventDefault();
	if (/^\d$/.test(e.key)) search(); // the digit itself goes where the focus is now
	else if (/^[a-z]$/i.test(e.key) && !e.repeat) letter(e);
}
// A letter presses what bears it, in the panel before the page.
function letter(e) {
	const bearer = `[aria-keyshortcuts="${e.key.toLowerCase()}"]`;
	const at = (panel && !panel.root.hidden && desk.$(bearer, panel.root)) || desk.$(bearer);
	if (!at || localStorage.letters === "off") return;
	e.preventDefault();
	if (at.matches("summary")) {
		at.parentElement.open = true;
		(desk.$("input:not([type=hidden]), textarea, select, button", at.parentElement) || at).focus();
	} else at.click();
}
// What the letters do on this page, as the page itself says it.
function keys() {
	const dialog = desk.$("#keys");
	if (!dialog) return null;
	const letters = desk.$("#keys-letters");
	letters.checked = localStorage.letters !== "off";
	letters.onchange = () => { localStorage.letters = letters.checked ? "on" : "off"; };
	desk.$("#keys-here").replaceChildren(...desk.$$("[aria-keyshortcuts]").flatMap((e) => {
		const key = e.getAttribute("aria-keyshortcuts");
		if (!/^[a-z]$/.test(key)) return [];
		const row = document.createElement("div");
		row.append(document.createElement("dt"), document.createElement("dd"));
		row.firstChild.append(Object.assign(document.createElement("kbd"), { textContent: key }));
		row.lastChild.textContent = e.textContent.trim();
		return [row];
	}));
	dialog.showModal();
	return dialog;
}
document.addEventListener("keydown", press);
