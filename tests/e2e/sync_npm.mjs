// A sender that nobody of this house wrote: the npm packages cloudevents and standardwebhooks make and sign batches.
// usage: node sync_npm.mjs URL SECRET AREA: plays each case, says `ok NAME` or `not ok NAME`.
import { createHash } from 'node:crypto';
import { CloudEvent } from 'cloudevents';
import { Webhook } from 'standardwebhooks';

const [url, secret, area] = process.argv.slice(2);
const source = `/hotels/${area}`;
const BATCH = 'application/cloudevents-batch+json';
const now = () => Math.floor(Date.now() / 1000);
let last = ''; // what came back
let said = 0; // requests, each with a webhook-id of its own

// A hotel of two houses with a room and a person in each, one event each; ids count from `from`.
function life(from) {
	const list = [];
	for (const n of [1, 2]) {
		const id = (what) => String(from + n * 10 + what);
		list.push(new CloudEvent({
			id: id(0), source, type: 'cn.vhotel.stay.checked-in.v1', subject: `stays/${id(4)}`,
			time: '2026-11-02T01:02:03.000Z', partitionkey: id(3), sequence: String(from + n), epoch: '1',
			datacontenttype: 'application/json',
			data: {
				hotel: { code: area, name: '兴塔虚拟旅馆' },
				house: { id: id(1), no: from + n, address: `兴塔路${from + n}号`, state: 'open' },
				room: { id: id(2), no: '101', letting: 'open', capacity: 2 },
				person: { id: id(3), name: '韦娜', sex: 2, doc_type: 'passport', doc_no: `E${from + n}` },
				stay: { id: id(4), state: 'pending', since: '2026-11-02' },
			},
		}));
	}
	return list;
}

// What is sent is what was signed unless `change` says otherwise.
async function post(events, { key = secret, at = now(), change = (text) => text, headers = {} } = {}) {
	const body = typeof events === 'string' ? events : JSON.stringify(events);
	const id = `msg_${process.pid}_${++said}`;
	const res = await fetch(url, {
		method: 'POST',
		body: change(body),
		headers: {
			'content-type': BATCH, 'vhotel-source': area, 'webhook-id': id, 'webhook-timestamp': String(at),
			'webhook-signature': new Webhook(key).sign(id, new Date(at * 1000), body), ...headers,
		},
	});
	last = await res.text();
	return { status: res.status, ...JSON.parse(last || '{}') };
}

const digest = (text) => 'sha-256=:' + createHash('sha256').update(text).digest('base64') + ':';
const all = (got, n, status) => got.status === 200 && got.results.length === n &&
	got.results.every((one) => one.status === status);
const refused = (got, status, code) => got.status === status && got.code === code;

const cases = {
	async their_batch_is_accepted_and_receipts_are_given() {
		const events = life(1000);
		const got = await post(events, { headers: { 'content-digest': digest(JSON.stringify(events)) } });
		return all(got, 2, 'accepted') && got.results.every((one, i) => one.id === events[i].id && one.receipt);
	},
	async their_batch_again_is_a_duplicate() {
		return all(await post(life(1000)), 2, 'duplicate');
	},
	async an_empty_batch_is_valid() {
		return all(await post([]), 0, 'accepted');
	},
	async two_signatures_of_which_one_fits_are_accepted() {
		const other = 'v1,' + Buffer.alloc(32).toString('base64');
		const body = JSON.stringify(life(2000));
		const id = 'msg_two', at = now();
		const own = new Webhook(secret).sign(id, new Date(at * 1000), body);
		const headers = { 'webhook-id': id, 'webhook-signature': `v9,x ${other} ${own}` };
		return all(await post(body, { at, headers }), 2, 'accepted');
	},
	async a_changed_byte_is_refused() {
		const body = JSON.stringify(life(3000));
		for (let i = 0; i < body.length; i += Math.ceil(body.length / 40)) {
			// As latin text, or a byte of a character could become one that is no UTF-8.
			const change = (text) => {
				const bytes = Buffer.from(text);
				bytes[i] ^= 1;
				return bytes;
			};
			if (!refused(await post(body, { change }), 401, 'signature')) return false;
		}
		return refused(await post(body, { change: (text) => text + ' ' }), 401, 'signature') &&
			all(await post(body), 2, 'accepted');
	},
	async a_digest_of_other_bytes_is_refused() {
		return refused(await post(life(3000), { headers: { 'content-digest': digest('other') } }), 400, 'digest');
	},
	async another_secret_is_refused() {
		const key = 'whsec_' + Buffer.alloc(32, 7).toString('base64');
		return refused(await post(life(3000), { key }), 401, 'signature');
	},
	async a_stamp_of_six_minutes_ago_or_ahead_is_refused() {
		for (const at of [now() - 360, now() + 360]) {
			if (!refused(await post(life(3000), { at }), 401, 'timestamp')) return false;
		}
		return all(await post(life(3000), { at: now() - 240 }), 2, 'duplicate');
	},
	// What cloudevents lets pass: it makes up an id and reads 0.3 in a batch.
	async an_event_without_an_id_is_refused() {
		for (const spoilt of [{ id: undefined }, { id: '' }, { specversion: '0.3' }, { data_base64: 'e30=' }]) {
			const [one, two] = life(4000).map((ev) => ev.toJSON());
			if (!refused(await post([one, { ...two, ...spoilt }]), 400, 'batch')) return false;
		}
		return all(await post(life(4000)), 2, 'accepted');
	},
	async two_versions_of_one_id_are_told_apart() {
		const [one, two] = life(1000);
		const other = two.cloneWith({ data: { ...two.data, stay: { ...two.data.stay, since: '2026-11-01' } } });
		const got = await post([one, other]);
		return got.status === 200 && got.results[0].status === 'duplicate' &&
			got.results[1].status === 'rejected' && got.results[1].code === 'id_reused';
	},
};

for (const [name, play] of Object.entries(cases)) {
	const good = await play().catch((why) => console.log(`# ${why}`));
	console.log(good ? `ok ${name}` : `not ok ${name}\n# ${last}`);
}
