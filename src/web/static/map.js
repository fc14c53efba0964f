/*
 * The map on tiles. The page shows a drawing of the houses; this lays the same houses on Leaflet, at once where there
 * is room, on a small screen when asked for, since the library is larger than the page. Without tiles the drawing stays.
 */
"use strict";
(() => {
	const box = document.getElementById("map"), plan = document.getElementById("plan");
	if (!box || !plan)
		return;
	const way = document.getElementById("map-way"), lost = document.getElementById("map-lost");
	const open = document.getElementById("map-open"), shut = document.getElementById("map-shut");
	let map;

	function show(on) {
		box.hidden = !on;
		plan.hidden = on;
		open.hidden = on;
		shut.hidden = !on;
	}
	function load(name, attributes) {
		return new Promise((done, fail) => {
			const e = Object.assign(document.createElement(name), attributes);
			e.onload = done;
			e.onerror = fail;
			document.head.append(e);
		});
	}
	// A letter in the colour of the rack; a tap opens the house.
	function marker(a) {
		const at = [Number(a.dataset.lat), Number(a.dataset.lng)];
		const face = document.createElement("span"), name = a.getAttribute("aria-label");
		face.className = `key t-${a.dataset.tile}`;
		face.textContent = a.dataset.letter;
		const icon = L.divIcon({ className: "", html: face, iconSize: [34, 34] });
		return L.marker(at, { icon, title: name, alt: name })
			.on("click", () => location.assign(a.getAttribute("href")))
			.on("keypress", (e) => e.originalEvent.key === "Enter" && location.assign(a.getAttribute("href")));
	}
	// A tile that does not come is asked for again, twice; when none ever came, the drawing is better.
	function tiles() {
		const credit = document.createElement("span");
		credit.textContent = box.dataset.credit;
		const layer = L.tileLayer("/tiles/{z}/{x}/{y}", { maxZoom: Number(box.dataset.zoom), attribution: credit.innerHTML });
		let came = 0, failed = 0;
		layer.on("tileload", () => { came++; lost.hidden = true; });
		layer.on("tileerror", ({ tile }) => {
			const n = Number(tile.dataset.again || 0);
			const url = tile.src;
			if (n < 2) {
				tile.dataset.again = n + 1;
				setTimeout(() => { tile.src = url; }, 1500 * (n + 1));
			} else if (++failed && !came) {
				show(false);
				lost.hidden = false;
			}
		});
		return layer;
	}
	function draw() {
		show(true);
		if (map) {
			map.invalidateSize();
			return;
		}
		const spots = [...plan.querySelectorAll("a")].map(marker), group = L.featureGroup(spots);
		map = L.map(box, { maxZoom: Number(box.dataset.zoom) });
		map.attributionControl.setPrefix("Leaflet");
		map.fitBounds(group.getBounds().pad(0.1), { maxZoom: Number(box.dataset.zoom) - 1 });
		tiles().addTo(map);
		group.addTo(map);
		box.dataset.ready = "1";
	}
	async function begin() {
		open.disabled = true;
		try {
			if (!window.L)
				await Promise.all([load("link", { rel: "stylesheet", href: box.dataset.look }),
					load("script", { src: box.dataset.script })]);
			draw();
		} catch {
			lost.hidden = false;
		}
		open.disabled = false;
	}
	open.addEventListener("click", begin);
	shut.addEventListener("click", () => show(false));
	way.hidden = false;
	if (matchMedia("(min-width: 48rem)").matches)
		begin();
})();
