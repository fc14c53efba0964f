// An upstream that nobody of this house wrote: the npm packages standardwebhooks and cloudevents judge our signatures
// and our events.
// usage: node sync_receiver.mjs SECRET REPORT [MODE]. Prints its port; rewrites REPORT after each request.
// MODE: accept (default); reject: the first event seen is refused for good; poison: a batch that holds the first event
// seen is answered 422 as a whole; empty: 200 without a body; deny: 401; html: 200 with a page;
// redirect: 307 to itself.
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { HTTP } from 'cloudevents';
import { Webhook } from 'standardwebhooks';

const [secret, report, mode = 'accept'] = process.argv.slice(2);
const webhook = new Webhook(secret);
const book = { requests: 0, events: 0, verified: 0, forgeries: 0, refused_forgeries: 0, digest: 0, parsed: 0, bad: [], ids: [], webhooks: [] };
let first = null;

const fits = (body, headers) => {
	try {
		webhook.verify(body, headers);
		return true;
	} catch {
		return false;
	}
};

// Each of these differs from what was signed in one place; none may pass.
function* forgeries(body, headers) {
	for (let i = 0; i < body.length; i += Math.max(1, Math.floor(body.length / 64))) {
		const other = Buffer.from(body);
		other[i] ^= 1;
		yield [other.toString('latin1'), headers];
	}
	yield [body.toString() + ' ', headers];
	yield [body.toString(), { ...headers, 'webhook-id': headers['webhook-id'] + '0' }];
	yield [body.toString(), { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) }];
}

function check(body, headers) {
	const digest = 'sha-256=:' + createHash('sha256').update(body).digest('base64') + ':';
	if (headers['content-digest'] === digest) book.digest++;
	if (headers['content-type'] !== 'application/cloudevents-batch+json') book.bad.push('content-type');
	if (!/^\d{12}$/.test(headers['vhotel-source'] ?? '')) book.bad.push('vhotel-source');
	if (fits(body.toString(), headers)) book.verified++;
	for (const [text, other] of forgeries(body, headers)) {
		book.forgeries++;
		if (!fits(text, other)) book.refused_forgeries++;
	}
}

function checkEvent(ev, area) {
	const sound = ev.specversion === '1.0' && /^\d+$/.test(ev.id) && ev.source === `/hotels/${area}` &&
		/^cn\.vhotel\.[a-z.-]+\.v1$/.test(ev.type) && /^[a-z]+\/\d+$/.test(ev.subject) &&
		/^\d+$/.test(ev.partitionkey) && /^\d+$/.test(ev.sequence) && !Number.isNaN(Date.parse(ev.time)) &&
		typeof ev.data === 'object' && ev.data !== null && ev.datacontenttype === 'application/json';
	if (!sound) book.bad.push(ev.type ?? 'event');
}

// As a receiver built on cloudevents reads the batch. It makes an id up where one is missing or empty and says that the
// event is valid, so every id is held against the text that came.
function checkParsed(text, headers, events) {
	const parsed = HTTP.toEvent({ headers, body: text });
	if (!Array.isArray(parsed) || parsed.length !== events.length) return book.bad.push('cloudevents batch');
	parsed.forEach((ev, i) => {
		const of = events[i];
		const same = ev.validate() && ev.id === of.id && ev.source === of.source && ev.type === of.type &&
			ev.specversion === '1.0' && ev.subject === of.subject && ev.partitionkey === of.partitionkey &&
			ev.sequence === of.sequence && Date.parse(ev.time) === Date.parse(of.time) &&
			isDeepStrictEqual(ev.data, of.data);
		if (same && Object.keys(of).every((name) => /^[a-z0-9]{1,20}$/.test(name))) book.parsed++;
		else book.bad.push('cloudevents ' + of.type);
	});
}

function answer(events, res) {
	const poisoned = mode === 'poison' && events.some((ev) => ev.id === first);
	const say = (status, type, text, more = {}) => res.writeHead(status, { 'content-type': type, ...more }).end(text);
	if (poisoned) return say(422, 'application/problem+json', '{"code":"poison"}');
	if (mode === 'deny') return say(401, 'text/plain', 'who are you?');
	if (mode === 'html') return say(200, 'text/html', '<html>accepted</html>');
	if (mode === 'empty') return say(200, 'text/plain', '');
	if (mode === 'redirect') return say(307, 'text/plain', '', { location: '/elsewhere' });
	const results = events.map((ev) => {
		if (mode === 'reject' && ev.id === first) return { id: ev.id, status: 'rejected', code: 'no_such_house', detail: 'not ours' };
		const status = book.ids.includes(ev.id) ? 'duplicate' : 'accepted';
		if (status === 'accepted') book.ids.push(ev.id);
		return { id: ev.id, status, receipt: `receipt-${ev.id}` };
	});
	return say(200, 'application/json', JSON.stringify({ results }));
}

const server = createServer((req, res) => {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		if (req.method !== 'POST') return res.writeHead(404).end(); // it has no keys to pin
		const body = Buffer.concat(parts);
		const events = JSON.parse(body.toString());
		book.requests++;
		book.events += events.length;
		book.webhooks.push(req.headers['webhook-id']);
		if (req.url !== '/upstream/events') book.bad.push(req.url);
		check(body, req.headers);
		for (const ev of events) checkEvent(ev, req.headers['vhotel-source']);
		checkParsed(body.toString(), req.headers, events);
		first ??= events[0].id;
		answer(events, res);
		writeFileSync(report + '.new', JSON.stringify(book));
		renameSync(report + '.new', report);
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
