// A receiver as bad as can be. usage: node sync_conform.mjs MODE: prints its port.
// MODE: believe: takes whatever comes, checks and remembers nothing; deny: has an error for everything; cut: answers
// for the first 50 events of a batch; sink: one type that it does not know sinks the batch, an older event is refused;
// busy: 429 without a time; redirect: elsewhere.
import { createServer } from 'node:http';

const mode = process.argv[2];
const newest = new Map();

function settle(events, res) {
	if (mode === 'sink' && events.some((ev) => ev.type.includes('conform'))) return res.writeHead(422).end();
	const results = events.slice(0, mode === 'cut' ? 50 : events.length).map((ev) => {
		const late = mode === 'sink' && Number(ev.sequence) < (newest.get(ev.partitionkey) ?? 0);
		newest.set(ev.partitionkey, Number(ev.sequence));
		return { id: ev.id, status: late ? 'rejected' : 'accepted', code: 'late' };
	});
	res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
}

const server = createServer((req, res) => {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		if (mode === 'deny') return res.writeHead(500).end();
		if (mode === 'busy') return res.writeHead(429).end();
		if (mode === 'redirect') return res.writeHead(307, { location: '/elsewhere' }).end();
		try {
			settle(JSON.parse(Buffer.concat(parts).toString()), res);
		} catch {
			settle([], res);
		}
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
