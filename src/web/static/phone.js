// What every page does quicker with a script, and does without one as well: one submit is one submit, a number is
// checked as it is typed, a reload keeps the picks, Back says that a form has been sent. Nothing that names a person is
// kept anywhere.
"use strict";
(() => {
	const say = document.body.dataset; // the texts, in the page's language
	const main = document.getElementById("main");
	const here = location.pathname + location.search;
	const store = {
		get(key) {
			try {
				return JSON.parse(sessionStorage.getItem(key));
			} catch (e) {
				return null; // forbidden, full or foreign: then nothing is remembered
			}
		},
		set(key, value) {
			try {
				if (value) sessionStorage.setItem(key, JSON.stringify(value));
				else sessionStorage.removeItem(key);
			} catch (e) {
				/* as above */
			}
		},
	};
	const line = (className, role, text) => {
		const p = document.createElement("p");
		p.className = className;
		p.setAttribute("role", role);
		p.textContent = text;
		return p;
	};

	/* ---- the number of a document: the rules of src/core/docno.c that need no table ---- */

	function judge(no) {
		if (no.length !== 18) return no.length === 15 ? "" : "length";
		if (!/^\d{17}[\dX]$/.test(no)) return "alphabet";
		let sum = 0;
		for (let i = 0; i < 17; i++) sum = (sum + Number(no[i])) * 2 % 11;
		const born = `${no.slice(6, 10)}-${no.slice(10, 12)}-${no.slice(12, 14)}`, day = new Date(`${born}T00:00:00Z`);
		if (isNaN(day) || day.toISOString().slice(0, 10) !== born || day > Date.now() + 864e5) return "birth";
		return "10X98765432"[sum] === no[17] ? "good" : "check";
	}
	// As the registry reads it: full-width digits, spaces and small x are no mistakes.
	const plain = (s) => s.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
	function watchNumber(input) {
		const of = input.form.elements.doc_type;
		// Where the X is a box to tick, static/movein.js says how the number is: it knows both.
		const own = Boolean(input.form.elements.last_x);
		const verdict = line("verdict", "status", "");
		if (!own) input.after(verdict);
		// A card reader types more than the number; the desk's script takes that apart.
		const whole = () => input.value.includes("\n") || input.value.length > 30;
		const look = (left) => {
			if (own) return;
			const no = whole() ? "" : plain(input.value), kind = of && of.value;
			// A passport has letters; which kind it is may stand on an earlier page.
			const asked = kind ? kind === "id_card" || kind === "hmt_resident" : /^\d{6}/.test(no);
			let code = no && asked ? judge(no) : "";
			if (code === "length" && !left && no.length < 18) code = "";
			verdict.className = code === "good" ? "verdict good" : code ? "verdict error" : "verdict";
			verdict.textContent = code ? say[code] : asked && no ? `${no.length}/18` : "";
			if (code && code !== "good") input.setAttribute("aria-invalid", "true"); // without a value it means "false"
			else input.removeAttribute("aria-invalid");
		};
		input.addEventListener("input", () => look(false));
		input.addEventListener("change", () => {
			if (!whole() && input.value !== plain(input.value)) input.value = plain(input.value);
			look(true);
		});
		if (of && of.addEventListener) of.addEventListener("change", () => look(true));
	}
	// How much still goes in, once it matters.
	function watchLength(area) {
		const left = line("quiet", "status", "");
		area.after(left);
		area.addEventListener("input", () => {
			const n = area.value.length, max = area.maxLength;
			left.textContent = n > max * 0.7 ? `${n}/${max}` : "";
		});
	}

	/* ---- sending: once, and not into nothing ---- */

	const rest = (form) => {
		delete form.dataset.sent;
		for (const b of form.querySelectorAll("button[data-was]")) {
			b.textContent = b.dataset.was;
			delete b.dataset.was;
		}
	};
	addEventListener("submit", (e) => {
		const form = e.target;
		// Forms with a draft of their own have a script of their own.
		if (e.defaultPrevented || form.method !== "post" || form.dataset.draft) return;
		if (form.dataset.sent) {
			e.preventDefault();
			return;
		}
		if (navigator.onLine === false) {
			e.preventDefault();
			if (!main.querySelector(".offline")) main.prepend(line("notice offline", "alert", say.offline));
			return;
		}
		form.dataset.sent = "1";
		const button = e.submitter;
		// After the browser took the button's name and value; the line may be slow, or lost.
		setTimeout(() => {
			if (!button || button.children.length || !form.dataset.sent) return;
			button.dataset.was = button.textContent;
			button.textContent = say.sending;
		}, 400);
		setTimeout(() => rest(form), 12000);
		if (main.contains(form) && !form.querySelector("[type=password]")) store.set("sending", { from: here, picks: key(form) });
	});

	/* ---- picks: what is ticked or chosen survives a reload; what is typed may name a person and does not ---- */

	const key = (form) => `picks ${here} ${form.getAttribute("action")}`;
	const picked = (form) => [...form.elements].filter((e) => e.name && (/^(radio|checkbox|date)$/.test(e.type) || e.tagName === "SELECT"));
	function keepPicks(form) {
		const put = () => store.set(key(form), picked(form).map((e) => [e.name, e.value, /^(radio|checkbox)$/.test(e.type) ? e.checked : null]));
		form.addEventListener("change", put);
		const kept = store.get(key(form));
		if (!kept || !returned() || main.querySelector(".summary")) return;
		picked(form).forEach((e, i) => {
			const [name, value, checked] = kept[i] || [];
			if (name !== e.name) return;
			if (checked === null) e.value = value;
			else if (value === e.value) e.checked = checked;
		});
	}
	function returned() {
		const [way] = performance.getEntriesByType ? performance.getEntriesByType("navigation") : [];
		return Boolean(way && /^(reload|back_forward)$/.test(way.type));
	}

	/* ---- Back: the form that was sent says so, so that it is not sent again ---- */

	function arrive() {
		const sending = store.get("sending");
		store.set("sending", null);
		if (!sending || sending.from === here || main.querySelector(".summary")) return;
		store.set(sending.picks, null);
		store.set(`sent ${sending.from}`, { to: here });
	}
	function remind() {
		const sent = store.get(`sent ${here}`);
		// A page of many actions is come back to for the next one.
		if (!sent || main.querySelectorAll("form[method=post]").length !== 1 || main.querySelector(".already")) return;
		const p = line("notice already", "status", `${say.sent} `), a = document.createElement("a");
		a.className = "plainlink";
		a.href = sent.to;
		a.textContent = say.see;
		p.append(a);
		main.prepend(p);
	}
	addEventListener("pageshow", (e) => {
		for (const f of document.forms) rest(f);
		if (e.persisted) remind();
	});

	/* ---- and now, on this page ---- */

	arrive();
	if (returned()) remind();
	const summary = main.querySelector(".summary");
	if (summary && document.activeElement === document.body) summary.focus();
	for (const form of main.querySelectorAll("form")) {
		const no = form.elements.doc_no;
		if (no && /^text/.test(no.type)) watchNumber(no);
		for (const area of form.querySelectorAll("textarea[maxlength]")) if (area !== no) watchLength(area);
		if (form.method === "post" && !form.dataset.draft && picked(form).length) keepPicks(form);
	}
})();
