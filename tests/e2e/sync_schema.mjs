// An upstream that takes every event that the schema published by the sender allows, judged by the npm package ajv.
// usage: node sync_schema.mjs SCHEMA-URL REPORT [FILE]. Judges the batches in FILE, one a line, then prints its port;
// rewrites REPORT after the file and after each request.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

const [url, report, file] = process.argv.slice(2);
const res = await fetch(url);
const schema = await res.json();
const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false });
formats(ajv);
const fits = ajv.compile(schema);
const known = schema.$defs.event.properties.type.enum;
const book = { media: res.headers.get('content-type'), known, events: 0, valid: 0, types: {}, bad: [], spoilt: 0, passed: [] };

// Each of these is no event of ours; none may pass.
function* spoil(ev) {
	for (const name of ['specversion', 'id', 'source', 'type', 'subject', 'time', 'partitionkey', 'sequence', 'data']) {
		const { [name]: gone, ...rest } = ev;
		yield [`no ${name}`, rest];
	}
	yield ['empty id', { ...ev, id: '' }];
	yield ['number as id', { ...ev, id: Number(ev.id) }];
	yield ['0.3', { ...ev, specversion: '0.3' }];
	yield ['unknown type', { ...ev, type: ev.type.replace('.v1', '.v9') }];
	yield ['other source', { ...ev, source: '/elsewhere/1' }];
	yield ['data as text', { ...ev, data: JSON.stringify(ev.data) }];
	yield ['empty data', { ...ev, data: {} }];
	yield ['both data', { ...ev, data_base64: 'e30=' }];
	yield ['time without zone', { ...ev, time: '2026-11-02T01:02:03' }];
	for (const part of Object.keys(ev.data)) {
		if (typeof ev.data[part] === 'object' && ev.data[part]) {
			yield [`${part} as text`, { ...ev, data: { ...ev.data, [part]: 'x' } }];
		}
	}
}

function judge(ev) {
	book.events++;
	if (fits([ev])) book.valid++;
	else book.bad.push({ type: ev.type, errors: fits.errors.map((e) => `${e.instancePath} ${e.message}`).slice(0, 6) });
	if (!book.types[ev.type]) {
		for (const [what, other] of spoil(ev)) {
			book.spoilt++;
			if (fits([other])) book.passed.push(`${ev.type}: ${what}`);
		}
	}
	book.types[ev.type] = (book.types[ev.type] ?? 0) + 1;
}

function write() {
	book.bad.splice(10);
	writeFileSync(report + '.new', JSON.stringify(book));
	renameSync(report + '.new', report);
}

if (file) {
	for (const line of readFileSync(file, 'utf8').split('\n')) if (line) JSON.parse(line).forEach(judge);
	write();
}

const server = createServer((req, out) => {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		if (req.method !== 'POST') return out.writeHead(404).end(); // it has no keys to pin
		const events = JSON.parse(Buffer.concat(parts).toString());
		events.forEach(judge);
		const results = events.map((ev) => ({ id: ev.id, status: 'accepted', receipt: ev.id }));
		out.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
		write();
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
