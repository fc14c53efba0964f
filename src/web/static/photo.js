// A camera's picture is larger than what is kept of it: it is made smaller before it goes over the line.
"use strict";
{
	const MOST = 1 << 20, EDGE = 1600;
	let smaller = null; // the work on the picture that was chosen last

	async function shrink(input, file) {
		const image = await createImageBitmap(file);
		const scale = Math.min(1, EDGE / Math.max(image.width, image.height));
		const canvas = document.createElement("canvas");
		canvas.width = Math.round(image.width * scale);
		canvas.height = Math.round(image.height * scale);
		canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
		const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
		const files = new DataTransfer();
		files.items.add(new File([jpeg], "photo.jpg", { type: "image/jpeg" }));
		if (input.files[0] === file) input.files = files.files;
	}
	addEventListener("change", (e) => {
		const file = e.target.type === "file" && e.target.accept === "image/jpeg" && e.target.files[0];
		if (!file || (file.type === "image/jpeg" && file.size <= MOST)) return;
		// What cannot be read is sent as it is: the answer says what was wrong with it.
		smaller = shrink(e.target, file).catch(() => {}).finally(() => { smaller = null; });
	});
	// Sent before that is done: it goes a moment later, by the same button.
	addEventListener("submit", (e) => {
		if (!smaller) return;
		const { target: form, submitter } = e;
		e.preventDefault();
		e.stopImmediatePropagation();
		smaller.then(() => form.requestSubmit(submitter));
	}, true);
}
