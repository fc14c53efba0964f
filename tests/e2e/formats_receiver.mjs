// Upstreams of another kind. usage: node formats_receiver.mjs flat|lots REPORT MODE [CERT KEY CA]. Prints its port;
// rewrites REPORT after each request. With CERT it speaks TLS and wants a certificate of CA.
// flat: a JSON array with pinyin keys and a bearer token. MODE: fine; lost: the first is taken, its answer cut off;
// half: of the first only every other item is mentioned; shuffled: rows in another order; html503: the first is answered
// by a proxy's page; html200: always a page; poison: a batch with the first item seen is refused as a whole;
// reject: the first item seen is.
// lots: XML with a lot number; results by GET. MODE: fine; lost; half: results of the first lot name every other item;
// shuffled; html503: a page at the first poll; forget: the first lot is forgotten; reject: the first item of all is.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTls } from 'node:https';

const [kind, report, mode = 'fine', cert, key, ca] = process.argv.slice(2);
const book = { requests: 0, polls: 0, taken: {}, twice: 0, bad: [], changed: 0, lots: 0 };
const bodies = new Map(); // of a request id: the same bytes each time
const texts = new Map(); // of an item
const lots = new Map();
let first = null;

const page = (res, status) => res.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>Service</h1></html>');
const cut = (res) => res.socket.destroy();

function take(id, text) {
	first ??= id;
	if (texts.has(id) && texts.get(id) !== text) book.changed++;
	texts.set(id, text);
	if (book.taken[id]) book.twice++;
	const had = id in book.taken;
	book.taken[id] = (book.taken[id] ?? 0) + 1;
	return had;
}

function flat(req, body, res) {
	const id = req.headers['x-request-id'];
	if (req.headers.authorization !== 'Bearer t0ken:of/test') book.bad.push('authorization');
	if (req.headers['x-xzqh'] !== '310116104205') book.bad.push('x-xzqh');
	if (!/^application\/json/.test(req.headers['content-type'])) book.bad.push('content-type');
	if (bodies.has(id) && bodies.get(id) !== body) book.changed++;
	bodies.set(id, body);
	const rows = JSON.parse(body);
	for (const row of rows) {
		const sound = /^\d+$/.test(row.ywid) && row.xm && /^(111|414)$/.test(row.zjlx) && /^[129]$/.test(row.xb) &&
			/^\d{8}000000$/.test(row.rzsj) && /^[1239]$/.test(row.ywlx) && row.zjhm;
		if (!sound) book.bad.push(JSON.stringify(row));
	}
	first ??= rows[0].ywid;
	if (mode === 'html503' && book.requests === 1) return page(res, 503);
	if (mode === 'html200') return page(res, 200);
	if (mode === 'poison' && rows.some((r) => r.ywid === first))
		return res.writeHead(200).end(JSON.stringify({ code: 422, msg: '数据有误' }));
	book.names = [...(book.names ?? []), ...rows.map((r) => r.xm)];
	let data = rows.map((r) => {
		if (mode === 'reject' && r.ywid === first) return { ywid: r.ywid, jg: 1, cwdm: 'E07' };
		const had = take(r.ywid, JSON.stringify(r));
		return { ywid: r.ywid, jg: had ? 2 : 0, hzbh: `HZ${r.ywid}` };
	});
	if (mode === 'lost' && book.requests === 1) return cut(res);
	if (mode === 'half' && book.requests === 1) data = data.filter((_, i) => i % 2);
	if (mode === 'shuffled') data.reverse();
	return res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ code: 0, msg: 'ok', data }));
}

const xml = (res, text) => res.writeHead(200, { 'content-type': 'application/xml' })
	.end(`<?xml version="1.0" encoding="UTF-8"?><n:respuesta xmlns:n="urn:x">${text}</n:respuesta>`);

function send(req, body, res) {
	if (req.headers.authorization !== 'Basic ' + Buffer.from('u:p w').toString('base64')) book.bad.push('authorization');
	const items = [...body.matchAll(/<comunicacion orden="(\d+)"><referencia>(\d+)<\/referencia>([^]*?)<\/comunicacion>/g)];
	items.forEach((m, i) => { if (Number(m[1]) !== i + 1) book.bad.push('orden'); });
	book.names = [...(book.names ?? []), ...[...body.matchAll(/<nombre>([^]*?)<\/nombre>/g)].map((m) => m[1])];
	const lot = `L.${++book.lots}-x`;
	lots.set(lot, { polls: 0, n: book.lots, items: items.map((m) => ({ order: m[1], id: m[2], text: m[3] })) });
	first ??= items[0][2];
	if (mode === 'lost' && book.requests === 1) {
		for (const it of lots.get(lot).items) take(it.id, it.text);
		return cut(res);
	}
	return xml(res, `<codigo>0</codigo><lote>${lot}</lote>`);
}

function poll(req, res) {
	book.polls++;
	const name = new URL(req.url, 'http://x').searchParams.get('lote'), lot = lots.get(name);
	if (mode === 'html503' && book.polls === 1) return page(res, 503);
	if (!lot || (mode === 'forget' && lot.n === 1)) return res.writeHead(404).end();
	if (lot.polls++ === 0) return xml(res, '<codigo>0</codigo><estado>4</estado>');
	let rows = lot.items.map((it) => {
		if (mode === 'reject' && it.id === first) return `<resultado><orden>${it.order}</orden><codigo>31</codigo><error>falta</error></resultado>`;
		const had = take(it.id, it.text);
		return `<resultado><orden>${it.order}</orden><codigo>${had ? 7 : 0}</codigo><codigoComunicacion>C-${it.id}</codigoComunicacion></resultado>`;
	});
	if (mode === 'half' && lot.n === 1) rows = rows.filter((_, i) => i % 2);
	if (mode === 'shuffled') rows.reverse();
	return xml(res, `<codigo>0</codigo><estado>5</estado><resultados>${rows.join('')}</resultados>`);
}

function serve(req, res) {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		const body = Buffer.concat(parts).toString();
		book.requests++;
		if (kind === 'flat') flat(req, body, res);
		else if (req.method === 'GET') poll(req, res);
		else send(req, body, res);
		writeFileSync(report + '.new', JSON.stringify(book));
		renameSync(report + '.new', report);
	});
}
const server = cert
	? createTls({ cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca), requestCert: true, rejectUnauthorized: true }, serve)
	: createServer(serve);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
