// What a page does quicker with a script. Every page works without this file.
"use strict";

// A second tap on the same button files nothing twice: the first one is on its way.
addEventListener("submit", (e) => {
	const form = e.target;
	if (form.dataset.sent) {
		e.preventDefault();
		return;
	}
	form.dataset.sent = "1";
	setTimeout(() => delete form.dataset.sent, 8000); // the line may have been lost
});
// Back from the next page, as the browser kept this one.
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((f) => delete f.dataset.sent));
