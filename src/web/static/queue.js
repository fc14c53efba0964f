// The lists of the desk by keys: choose a row, decide, go on; many at once with their progress. Every page works
// without this file.
"use strict";

class Queue {
	static WAIT = 5000; // a decision can be taken back so long

	constructor(root) {
		this.root = root;
		this.said = document.querySelector("#said");
		this.undo = document.querySelector("#undo");
		this.undo?.addEventListener("click", () => this.back());
		for (const hint of document.querySelectorAll(".keys[hidden]")) hint.hidden = false;
		document.addEventListener("keydown", (e) => this.key(e), true);
		root.addEventListener("focusin", (e) => { this.at = e.target.closest(".case"); });
		if (this.said) root.addEventListener("submit", (e) => this.decide(e));
		addEventListener("pagehide", () => this.flush());
		const first = this.items()[0];
		if (first && !document.querySelector("[autofocus]")) this.choose(first);
	}
	items() {
		return [...this.root.querySelectorAll(".case:not([hidden])")];
	}
	choose(item) {
		this.at = item;
		(item?.querySelector("input[type=checkbox]") ?? item)?.focus();
		item?.scrollIntoView({ block: "nearest" });
	}
	step(by) {
		const all = this.items(), at = all.indexOf(this.at);
		if (all.length) this.choose(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
	}

	key(e) {
		if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
		const typing = e.target.matches?.("input:not([type=checkbox]), textarea, select");
		if (typing || (localStorage.letters === "off" && /^[a-z]$/i.test(e.key))) return;
		const chips = this.at?.querySelector("details.reject[open]");
		const deed = chips && /^[1-9]$/.test(e.key) ? () => chips.querySelector(`[data-digit="${e.key}"]`)?.click()
			: this.deeds(e)[e.key.toLowerCase()];
		if (!deed || deed() === false) return;
		e.preventDefault();
		e.stopImmediatePropagation();
	}
	// What a key does here; false: nothing, so that it goes on to others.
	deeds(e) {
		const press = (what) => {
			const button = this.at?.querySelector(what);
			return button ? button.click() : false;
		};
		return {
			arrowdown: () => this.step(1), arrowup: () => this.step(-1), j: () => this.step(1), k: () => this.step(-1),
			v: () => press("[data-do=v]"), c: () => press("[data-do=c]"), x: () => this.reasons(), u: () => this.back(),
			o: () => press("a.open"), enter: () => (e.target === this.at ? press("a.open") : false),
			escape: () => this.fold(), a: () => this.bulk?.all() ?? false,
		};
	}
	reasons() {
		const chips = this.at?.querySelector("details.reject");
		if (!chips) return false;
		chips.open = true;
		chips.querySelector("button").focus();
	}
	fold() {
		const chips = this.at?.querySelector("details.reject[open]");
		if (!chips) return false;
		chips.open = false;
		this.choose(this.at);
	}

	// Not sent at once: what was a slip is taken back before anybody is told.
	decide(e) {
		if (this.natural) return;
		e.preventDefault();
		e.stopPropagation();
		this.flush();
		const form = e.target, button = e.submitter, item = form.closest(".case"), all = this.items();
		const next = all[all.indexOf(item) + 1] ?? all[all.indexOf(item) - 1];
		const body = new URLSearchParams(new FormData(form));
		if (button?.name) body.set(button.name, button.value);
		this.waiting = { item, form, button, body, url: button?.getAttribute("formaction") ?? form.action };
		this.waiting.timer = setTimeout(() => this.flush(), Queue.WAIT);
		item.hidden = true;
		this.say(button?.name === "reason" ? "rejected" : "verified");
		if (next) this.choose(next);
		else this.said.focus();
	}
	back() {
		const w = this.waiting;
		if (!w) return false;
		clearTimeout(w.timer);
		this.waiting = null;
		w.item.hidden = false;
		this.say("back");
		this.choose(w.item);
	}
	async flush() {
		const w = this.waiting;
		if (!w) return;
		clearTimeout(w.timer);
		this.waiting = null;
		this.said.textContent = "";
		this.undo.hidden = true;
		try {
			const answer = await fetch(w.url, { method: "POST", body: w.body, keepalive: true,
				headers: { Accept: "application/json" } });
			if (!answer.ok) throw new Error(answer.status);
			w.item.remove();
			if (!this.items().length && !this.waiting) location.reload();
		} catch {
			this.failed(w);
		}
	}
	// As the form itself would have gone: its page says why, in the reader's language.
	failed(w) {
		w.item.hidden = false;
		this.say("failed");
		this.choose(w.item);
		this.natural = true;
		w.form.requestSubmit(w.button);
	}
	say(what) {
		this.said.textContent = this.said.dataset[what];
		this.undo.hidden = !this.waiting;
	}
}

class Bulk {
	static AT_ONCE = 10;

	constructor(form, queue) {
		this.form = form;
		this.queue = queue;
		this.told = document.querySelector("#progress");
		this.count = document.querySelector("#picked");
		const every = document.querySelector("#pick-all");
		every.parentElement.hidden = false;
		every.addEventListener("click", () => this.all());
		form.addEventListener("change", () => this.picked());
		form.addEventListener("submit", (e) => this.send(e));
	}
	boxes() {
		return [...this.form.querySelectorAll("input[name=stay]")];
	}
	picked() {
		this.count.textContent = `${this.count.dataset.text} ${this.boxes().filter((b) => b.checked).length}`;
	}
	all() {
		const boxes = this.boxes(), on = boxes.some((b) => !b.checked);
		for (const b of boxes) b.checked = on;
		this.picked();
		return true;
	}
	// A few at a time, each few under a key of its own, so that a line that broke repeats nothing.
	async send(e) {
		e.preventDefault();
		e.stopPropagation();
		const ids = this.boxes().filter((b) => b.checked).map((b) => b.value);
		if (!ids.length || this.busy) return;
		this.busy = true;
		const sum = { all: ids.length, done: 0, refused: [], broken: false };
		for (let at = 0; at < ids.length && !sum.broken; at += Bulk.AT_ONCE) {
			this.tell(sum);
			await this.some(ids.slice(at, at + Bulk.AT_ONCE), e.submitter.value, sum);
		}
		this.busy = false;
		this.tell(sum);
		this.picked();
	}
	async some(ids, verb, sum) {
		const { _csrf, _idem, out } = Object.fromEntries(new FormData(this.form));
		const body = new URLSearchParams({ _csrf, _idem: `${_idem}.${ids[0]}`, verb });
		if (verb === "out") body.append("out", out);
		for (const id of ids) body.append("stay", id);
		try {
			const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
			if (!answer.ok) throw new Error(answer.status);
			const news = await answer.json();
			sum.done += news.done;
			sum.refused.push(...news.refused);
			for (const id of ids) {
				const item = document.getElementById(`s-${id}`).closest(".case");
				if (news.refused.some((r) => r.id === id)) item.querySelector("input").checked = false;
				else item.remove();
			}
		} catch {
			sum.broken = true;
		}
	}
	tell(sum) {
		const t = this.told.dataset, left = sum.all - sum.done - sum.refused.length;
		const bar = Object.assign(document.createElement("progress"), { max: sum.all, value: sum.all - left });
		const words = document.createElement("p");
		words.textContent = `${t.done} ${sum.done} · ${t.refused} ${sum.refused.length} · ${t.left} ${left}`;
		bar.setAttribute("aria-label", words.textContent);
		const list = document.createElement("ul");
		for (const r of sum.refused) {
			const row = document.createElement("li");
			row.textContent = [r.name, r.address, r.room_no].filter(Boolean).join(" · ") + `: ${r.reason}`;
			list.append(row);
		}
		this.told.replaceChildren(bar, words, list);
		if (sum.broken) this.told.append(Object.assign(document.createElement("p"), { textContent: t.failed, className: "error" }));
		this.told.hidden = false;
	}
}

const queueAt = document.querySelector("#queue");
const queue = queueAt && new Queue(queueAt);
const bulkAt = document.querySelector("#bulk");
if (queue && bulkAt) queue.bulk = new Bulk(bulkAt, queue);
