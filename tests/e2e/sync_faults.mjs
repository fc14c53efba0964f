// An upstream that plays one fault until GET /heal, and keeps the truth: what it took, in which order.
// usage: node sync_faults.mjs FAULT BOOK [CERT KEY]: prints its port; rewrites BOOK after each request.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTls } from 'node:https';

const [fault, report, cert, key] = process.argv.slice(2);
const taken = new Set();
const last = new Map();
const book = { posts: 0, taken: 0, again: 0, disorder: 0, elsewhere: 0, refused: [], keys: {} };
let healed = false, first = null;

function take(ev) {
	if (taken.has(ev.id)) {
		book.again++;
		return { id: ev.id, status: 'duplicate', receipt: ev.id };
	}
	if (BigInt(ev.sequence) < (last.get(ev.partitionkey) ?? 0n)) book.disorder++;
	last.set(ev.partitionkey, BigInt(ev.sequence));
	taken.add(ev.id);
	book.taken = taken.size;
	return { id: ev.id, status: 'accepted', receipt: ev.id };
}

const json = (res, status, body, headers = {}) =>
	res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const settle = (res, list) => json(res, 200, { results: list });

const faults = {
	reply_dropped(events, res) { events.forEach(take); res.destroy(); },
	reply_after_our_timeout(events, res) { const said = events.map(take); setTimeout(() => settle(res, said), 2500); },
	ok_with_an_error_body(events, res) { json(res, 200, { error: 'login failed', code: 500 }); },
	accepted_202_and_nothing_more(events, res) { res.writeHead(202).end(); },
	html_503(events, res) { res.writeHead(503, { 'content-type': 'text/html' }).end('<html>down</html>'); },
	html_200(events, res) { res.writeHead(200, { 'content-type': 'text/html' }).end('<html>accepted</html>'); },
	bare_reply_string(events, res) { res.writeHead(200, { 'content-type': 'application/json' }).end('"0"'); },
	half_a_lot_accepted(events, res) { settle(res, events.slice(0, events.length >> 1).map(take)); },
	order_numbers_shuffled(events, res) {
		settle(res, events.map((ev) => (ev.id === first ? { id: ev.id, status: 'rejected', code: 'E1' } : take(ev))).reverse());
	},
	item_reported_twice(events, res) { const said = events.map(take); settle(res, [...said, ...said]); },
	item_reported_both_ways(events, res) {
		settle(res, [...events.map(take), ...events.map((ev) => ({ id: ev.id, status: 'rejected', code: 'E2' }))]);
	},
	unknown_items_reported(events, res) { settle(res, [{ id: '1', status: 'accepted' }, { status: 'accepted' }]); },
	out_before_in_refused(events, res) {
		settle(res, events.map((ev) => {
			const from = last.get(ev.partitionkey);
			last.set(ev.partitionkey, from ?? 0n);
			if (from === undefined && ev.type.includes('checked-out')) {
				book.refused.push(ev.id);
				return { id: ev.id, status: 'rejected', code: 'not_in' };
			}
			return take(ev);
		}));
	},
	retry_after_absurd(events, res) { res.writeHead(429, { 'retry-after': ['-1', 'soon', '1e99'][book.posts % 3] }).end(); },
	gone_410(events, res) { res.writeHead(410).end(); },
	clock_ten_minutes_off(events, res) { json(res, 401, { code: 'timestamp' }); },
	password_changed(events, res) { json(res, 401, { code: 'signature' }); },
	dead_login_as_400(events, res) { json(res, 400, { code: 'session' }); },
	code_table_changed_overnight(events, res) {
		settle(res, events.map((ev) => ({ id: ev.id, status: 'rejected', code: '10131', detail: 'unknown code' })));
	},
	cut_mid_body(events, res) {
		const text = JSON.stringify({ results: events.map(take) });
		res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
		res.write(text.slice(0, text.length >> 1), () => res.destroy());
	},
	slow_byte_by_byte(events, res) {
		const text = JSON.stringify({ results: events.map(take) });
		let at = 0;
		res.writeHead(200, { 'content-type': 'application/json' });
		const drip = setInterval(() => (at < text.length && !res.destroyed ? res.write(text[at++]) : clearInterval(drip)), 100);
	},
	redirect_to_a_private_address(events, res) { res.writeHead(307, { location: `http://127.0.0.1:${server.address().port}/elsewhere` }).end(); },
	certificate_expired(events, res) { settle(res, events.map(take)); },
	whole_batch_refused_for_one(events, res) {
		if (events.some((ev) => ev.id === first)) return json(res, 422, { code: 'bad_guest' });
		settle(res, events.map(take));
	},
};
if (!faults[fault]) throw new Error(`no such fault: ${fault}`);

function serve(req, res) {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		if (req.url === '/heal') healed = true;
		if (req.url === '/elsewhere') book.elsewhere++;
		if (req.method !== 'POST') return res.writeHead(req.url === '/heal' ? 204 : 404).end();
		const events = JSON.parse(Buffer.concat(parts).toString());
		book.posts++;
		first ??= events[0].id;
		if (healed) settle(res, events.map(take));
		else faults[fault](events, res);
		writeFileSync(report + '.new', JSON.stringify(book));
		renameSync(report + '.new', report);
	});
}
const server = cert ? createTls({ cert: readFileSync(cert), key: readFileSync(key) }, serve) : createServer(serve);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
