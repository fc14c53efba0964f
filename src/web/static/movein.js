// The number is checked while it is typed; the server checks it again.
"use strict";

(() => {
	const field = document.querySelector(".digits #f-doc_no"), x = document.querySelector(".digits #f-last_x");
	const bad = document.getElementById("number-bad"), good = document.getElementById("number-good");
	if (!field || !bad || !good) return;
	// GB 11643: seventeen digits, and the eighteenth proves them.
	const proof = (body) => "10X98765432"[[...body].reduce((s, c, i) => s + c * (2 ** (17 - i) % 11), 0) % 11];
	// What the server refused it says itself, until the number is another one.
	const refused = field.getAttribute("aria-invalid") === "true" ? field.value : null;
	const look = () => {
		let no = field.value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
		if (x && x.checked && !no.endsWith("X")) no += "X";
		const whole = /^\d{17}[\dX]$/.test(no);
		const right = whole && proof(no.slice(0, 17)) === no[17];
		good.hidden = !right;
		bad.hidden = right || no.length < 18 || field.value === refused;
	};
	field.addEventListener("input", look);
	x?.addEventListener("change", look);
	// Beside the field, where the eye is.
	field.after(bad, good);
	look();
})();
