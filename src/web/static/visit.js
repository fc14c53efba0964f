// The officer's forms on a bad line: ticks survive it, and what was sent twice is filed once. Nothing of a person is
// kept here: ids of rows, codes of answers, counts.
"use strict";
(() => {
	const DAY = 86400e3, PREFIX = "visit:";
	const read = (key) => {
		try {
			return JSON.parse(localStorage.getItem(PREFIX + key)) || {};
		} catch {
			return {};
		}
	};
	const write = (key, draft) => {
		try {
			if (draft) localStorage.setItem(PREFIX + key, JSON.stringify({ ...draft, at: Date.now() }));
			else localStorage.removeItem(PREFIX + key);
		} catch {
			// A full or forbidden store loses the draft, not the visit.
		}
	};
	const old = () => {
		try {
			return Object.keys(localStorage).filter((k) => k.startsWith(PREFIX));
		} catch {
			return [];
		}
	};
	for (const k of old()) if (!(read(k.slice(PREFIX.length)).at > Date.now() - DAY)) write(k.slice(PREFIX.length));

	// The visit has been answered: only then its draft goes; Back from here says where it went.
	for (const done of document.querySelectorAll("[data-drafted]")) {
		const key = done.dataset.drafted;
		if (!read(key).sent) continue;
		write(key);
		try {
			sessionStorage.setItem(PREFIX + key, location.pathname);
		} catch {
			// as above
		}
	}
	const went = (key) => {
		try {
			return sessionStorage.getItem(PREFIX + key);
		} catch {
			return null;
		}
	};
	const remind = (form) => {
		const to = went(form.dataset.draft), { sent, see } = document.body.dataset;
		if (!to || form.parentNode.querySelector(".already")) return;
		const p = document.createElement("p"), a = document.createElement("a");
		p.className = "notice already";
		p.setAttribute("role", "status");
		p.textContent = `${sent} `;
		a.className = "plainlink";
		a.href = to;
		a.textContent = see;
		p.append(a);
		form.before(p);
	};

	const ticks = (form) => [...form.querySelectorAll("input[type=radio]:checked, input[name=found]")]
		.filter((e) => e.value).map((e) => [e.name, e.value]);
	const people = (form) => [...new Set([...form.querySelectorAll("input[name^='seen.']")].map((e) => e.name))];
	// Whoever was filed since stands in the list: he is here, and one fewer is not registered.
	const meanwhile = (form, { ticks: had, people: knew }) => {
		const extra = Number(had.find(([name]) => name === "extra")?.[1] ?? 0);
		const filed = knew ? people(form).filter((name) => !knew.includes(name)).slice(0, extra) : [];
		if (!filed.length) return had;
		const left = extra - filed.length;
		return [...had.filter(([name]) => name !== "extra"), ...(left ? [["extra", String(left)]] : []),
			...filed.map((name) => [name, "here"])];
	};
	const restore = (form, draft) => {
		for (const [name, value] of meanwhile(form, draft)) {
			const e = [...form.elements].find((x) => x.name === name && (x.type === "radio" ? x.value === value : true));
			if (!e) continue;
			if (e.type === "radio") e.checked = true;
			else if (e.name === "found") e.value = value;
			e.closest("details")?.setAttribute("open", "");
		}
		form.querySelector("[data-restored]").hidden = false;
	};
	for (const form of document.querySelectorAll("form[data-draft]")) {
		const key = form.dataset.draft, fresh = form.elements._idem.value;
		const keep = () => {
			const now = ticks(form), { sent } = read(key);
			write(key, now.length || sent ? { ticks: now, people: people(form), sent } : null);
		};
		const had = read(key);
		if (!form.dataset.typed && had.ticks?.length) restore(form, had);
		form.addEventListener("change", keep);
		form.addEventListener("input", keep);
		// A choice that was tapped by mistake is tapped again.
		form.addEventListener("click", (e) => {
			const choice = e.target;
			if (choice.type !== "radio") return;
			if (choice.dataset.on) {
				choice.checked = false;
				keep();
			}
			for (const x of form.querySelectorAll(`input[name="${CSS.escape(choice.name)}"]`)) {
				if (x.checked) x.dataset.on = "1";
				else delete x.dataset.on;
			}
		});
		for (const x of form.querySelectorAll("input[type=radio]:checked")) x.dataset.on = "1";
		if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") remind(form);
		addEventListener("pageshow", (e) => {
			delete form.dataset.sent;
			if (e.persisted) remind(form);
		});
		addEventListener("submit", (e) => {
			if (e.target !== form || e.submitter?.hasAttribute("formaction")) return;
			if (form.dataset.sent) {
				e.preventDefault(); // the first tap is on its way
				return;
			}
			if (navigator.onLine === false) {
				e.preventDefault();
				e.stopImmediatePropagation();
				form.querySelector("[data-offline]").hidden = false;
				keep();
				return;
			}
			if (form.elements.tail) form.elements.tail.value = "";
			// The same visit again, because no answer came, goes under the key that it had.
			const body = JSON.stringify([ticks(form), e.submitter?.name, e.submitter?.value]), { sent } = read(key);
			form.elements._idem.value = sent?.body === body ? sent.idem : fresh;
			write(key, { ticks: ticks(form), people: people(form), sent: { body, idem: form.elements._idem.value } });
			form.dataset.sent = "1";
			setTimeout(() => delete form.dataset.sent, 12000); // the line may have been lost
		}, true);
	}

	// My place goes to the server in a body, never in an address.
	for (const form of document.querySelectorAll("form[data-place]")) {
		if (!navigator.geolocation) continue;
		form.hidden = false;
		form.addEventListener("submit", (e) => {
			if (form.elements.lat.value) return;
			e.preventDefault();
			navigator.geolocation.getCurrentPosition(({ coords }) => {
				form.elements.lat.value = coords.latitude.toFixed(4);
				form.elements.lng.value = coords.longitude.toFixed(4);
				form.submit();
			}, () => { form.querySelector("[data-noplace]").hidden = false; }, { timeout: 10000, maximumAge: 60000 });
		});
	}

	// A hazard's picture goes as soon as it is taken, after photo.js has made it smaller.
	for (const input of document.querySelectorAll("form[data-photo] input[type=file]"))
		input.addEventListener("change", () => setTimeout(() => input.form.requestSubmit()));
})();
