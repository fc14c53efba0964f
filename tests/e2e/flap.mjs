// flap.mjs SEED RATE TARGET: a link that fails by a seeded schedule. Listens on a free port of loopback, prints it, and
// passes each connection on to TARGET; with RATE of them refused, cut after some bytes of the question, cut after some
// bytes of the answer, or slow. SIGUSR1 calms it: from then on it passes everything.
import { createConnection, createServer } from "node:net";

const [seed, rate, target] = process.argv.slice(2);
const [host, port] = target.split(":");
let state = BigInt(seed) * 2654435761n + 1n;
let calm = false;
function roll() {
	state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
	return Number(state >> 33n) / 2 ** 31;
}
const faults = ["refuse", "cut_question", "cut_answer", "no_answer", "slow"];

function link(side) {
	const fault = !calm && roll() < Number(rate) ? faults[Math.floor(roll() * faults.length)] : "none";
	const after = Math.floor(roll() * 3000);
	if (fault === "refuse") return side.destroy();
	const other = createConnection({ host, port: Number(port) });
	let asked = 0, told = 0;
	const end = () => { side.destroy(); other.destroy(); };
	side.on("data", (b) => {
		asked += b.length;
		if (fault === "cut_question" && asked > after) return end();
		other.write(b);
	});
	other.on("data", (b) => {
		told += b.length;
		if (fault === "no_answer") return end();
		if (fault === "cut_answer" && told > after % 400) { side.write(b.subarray(0, after % 400)); return end(); }
		if (fault === "slow") setTimeout(() => side.writable && side.write(b), 300);
		else side.write(b);
	});
	for (const s of [side, other]) { s.on("error", end); s.on("close", end); }
}
const server = createServer(link);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.on("SIGUSR1", () => { calm = true; });
process.on("SIGTERM", () => process.exit(0));
