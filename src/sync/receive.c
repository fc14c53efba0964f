#include "said.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vh/date.h"
#include "vh/db.h"
#include "vh/gzip.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/receipt.h"
#include "vh/sync_batch.h"
#include "vh/sync_print.h"
#include "vh/sync_receive.h"
#include "vh/utf8.h"

/* --- is it he, and is it whole ---------------------------------------------------------------- */

static int status_of(const struct err *e)
{
	static const struct {
		const char *code;
		int status;
	} by_code[] = {
		{ "source_unknown", 401 }, { "signature", 401 },  { "timestamp", 401 },
		{ "media_type", 415 },     { "batch_size", 413 }, { "digest", 400 },
		{ "batch", 400 },          { "json", 400 },       { "packing", 400 },
		{ "unpacked_size", 413 },
	};
	for (size_t i = 0; i < sizeof by_code / sizeof *by_code; i++)
		if (!strcmp(err_code(e), by_code[i].code))
			return by_code[i].status;
	return 0; /* by the result code */
}

void said_refuse(const struct said *s, struct http_resp *r)
{
	const struct err *e = &s->cx->err;
	LOG(LOG_WARN, "receive.refused", KV("request", s->q->id), KV("area", s->area),
	    KV("code", err_code(e)), KV("detail", err_text(e)));
	resp_problem(r, status_of(e), e);
}

/* Only digits and letters: it goes into the log and into an index. */
static bool is_area(const char *s)
{
	size_t n = s ? strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-")
	             : 0;
	return n && n <= 20 && !s[n];
}

/* Said apart from a wrong signature, since a clock can be set right. */
static enum vh_rc check_time(struct ctx *cx, const char *stamp)
{
	size_t n = stamp ? strspn(stamp, "0123456789") : 0;
	int64_t at = n && n <= 12 && !stamp[n] ? strtoll(stamp, NULL, 10) : -1;
	int64_t now = cx->now / 1000;
	if (at >= now - WEBHOOK_TOLERANCE_S && at <= now + WEBHOOK_TOLERANCE_S)
		return VH_OK;
	return ctx_fail(cx, VH_DENIED, "timestamp", "webhook-timestamp",
	                "sent more than %d s ago or ahead, by the clock here",
	                WEBHOOK_TOLERANCE_S);
}

static enum vh_rc check_seal(struct said *s)
{
	const struct http_req *q = s->q;
	struct ctx *cx = s->cx;
	const char *body = q->body ? q->body : "", *digest = req_header(q, "content-digest");
	const struct webhook_headers h = {
		.id = req_header(q, "webhook-id"),
		.timestamp = req_header(q, "webhook-timestamp"),
		.signature = req_header(q, "webhook-signature"),
	};
	enum vh_rc rc = check_time(cx, h.timestamp);
	if (rc != VH_OK)
		return rc;
	if (digest && content_digest_check(cx->a, digest, body, q->body_n) != VH_OK)
		return ctx_fail(cx, VH_INVALID, "digest", "content-digest",
		                "the body is not the one that was sent");
	rc = webhook_verify(cx->a, &s->keys, &h, body, q->body_n, cx->now / 1000);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc != VH_OK)
		return ctx_fail(cx, VH_DENIED, "signature", "webhook-signature",
		                "no signature fits the secret of this source");
	return VH_OK;
}

enum vh_rc said_by(struct said *s)
{
	s->area = req_header(s->q, "vhotel-source");
	if (!is_area(s->area)) {
		s->area = "-";
		return ctx_fail(s->cx, VH_DENIED, "source_unknown", "vhotel-source",
		                "a batch says with Vhotel-Source for which area it speaks");
	}
	enum vh_rc rc = source_of(s->cx, s->area, &s->from, &s->secret);
	if (rc == VH_OK && webhook_keys_parse(s->cx->a, s->secret, &s->keys) != VH_OK)
		rc = ctx_fail(s->cx, VH_IO, "seal", "", "the secret of this source is damaged");
	return rc == VH_OK ? check_seal(s) : rc;
}

/* --- events ----------------------------------------------------------------------------------- */

static void reject(struct received_event *to, const char *code, const char *detail)
{
	to->state = RECEIVE_REJECTED;
	to->code = code;
	to->detail = detail;
}

/* Type and subject are shown as they are, on terminals too: what steers one is in no name. */
static bool is_name(const char *s)
{
	for (uint32_t c; s && (c = utf8_next(&s));)
		if (utf8_steers(c))
			return false;
	return true;
}

/* What the envelope must say before anything is looked up. */
void said_event(const struct cloud_event *ev, const char *source, int64_t now,
                struct received_event *to)
{
	*to = (struct received_event){ .type = ev->type, .subject = ev->subject, .data = ev->data,
	                               .time = ev->time, .epoch = 1 };
	if (strcmp(ev->source, source) != 0)
		reject(to, "source", "an event of another hotel than the batch speaks for");
	else if (id_parse(ev->id, &to->id) != VH_OK)
		reject(to, "id", "an id is a whole number, as text");
	else if (!ev->sequence || id_parse(ev->sequence, &to->seq) != VH_OK)
		reject(to, "sequence", "sequence is missing or no number");
	else if (ev->epoch && id_parse(ev->epoch, &to->epoch) != VH_OK)
		reject(to, "epoch", "epoch is no number");
	else if (!ev->key || id_parse(ev->key, &to->part) != VH_OK)
		reject(to, "partitionkey", "partitionkey is missing or no number");
	else if (!ev->subject || !ev->data || !ev->time)
		reject(to, "event", "subject, time and data are required");
	else if (!is_name(ev->type) || !is_name(ev->subject))
		reject(to, "event", "type or subject has control characters");
	else if (to->time > now + (int64_t)WEBHOOK_TOLERANCE_S * 1000)
		reject(to, "time", "it has not happened yet, by the clock here");
}

static enum vh_rc print_one(const struct said *s, const struct cloud_event *ev,
                            const struct received_event *in, int64_t key, struct buf *out)
{
	static const char *const words[] = { "rejected", "accepted", "duplicate" };
	buf_puts(out, "{\"id\":");
	json_quote(out, ev->id);
	buf_printf(out, ",\"status\":\"%s\"", words[in->state]);
	if (in->state == RECEIVE_REJECTED) {
		buf_puts(out, ",\"code\":");
		json_quote(out, in->code);
		buf_puts(out, ",\"detail\":");
		json_quote(out, in->detail);
	} else {
		struct receipt r = { .area = s->area, .event = in->id, .at = in->at };
		char text[RECEIPT_TEXT];
		enum vh_rc rc = event_print(&s->keys.key[0], ev, r.print);
		if (rc == VH_OK)
			rc = receipt_make(s->cx->a, s->cx->keys, key, &r, text);
		if (rc != VH_OK)
			return ctx_nomem(s->cx);
		buf_puts(out, ",\"receipt\":");
		json_quote(out, text);
	}
	buf_putc(out, '}');
	return VH_OK;
}

static enum vh_rc key_step(struct ctx *cx, void *arg)
{
	return receipt_key_now(cx, arg);
}

static enum vh_rc answer(const struct said *s, const struct cloud_event *ev,
                         const struct received_event *in, size_t n, struct http_resp *r)
{
	int64_t key = 0;
	size_t count[3] = { 0 };
	enum vh_rc rc = db_read(s->cx, key_step, &key);
	buf_puts(&r->body, "{\"results\":[");
	for (size_t i = 0; rc == VH_OK && i < n; i++) {
		if (i)
			buf_putc(&r->body, ',');
		rc = print_one(s, &ev[i], &in[i], key, &r->body);
		count[in[i].state]++;
	}
	buf_puts(&r->body, "]}");
	if (rc != VH_OK)
		return rc;
	r->status = 200;
	r->type = "application/json";
	LOG(count[RECEIVE_REJECTED] ? LOG_WARN : LOG_INFO, "received", KV("request", s->q->id),
	    KV("source", s->from.name), KV("area", s->area), KN("accepted", count[1]),
	    KN("duplicate", count[2]), KN("rejected", count[0]));
	return VH_OK;
}

/* Of what is signed and digested as it came, packed or not; the ceiling holds for both. */
static enum vh_rc read_batch(const struct said *s, struct cloud_event **ret, size_t *ret_n)
{
	struct ctx *cx = s->cx;
	const char *coding = req_header(s->q, "content-encoding");
	const char *body = s->q->body ? s->q->body : "";
	if (!coding || !strcasecmp(coding, "identity"))
		return batch_parse(cx->a, body, s->q->body_n, ret, ret_n, &cx->err);
	if (strcasecmp(coding, "gzip") != 0)
		return ctx_fail(cx, VH_INVALID, "media_type", "content-encoding",
		                "gzip, or nothing");
	struct buf b;
	buf_init(&b, LIM_BODY_BATCH);
	enum vh_rc rc = gunzip_bytes(body, s->q->body_n, &b);
	if (rc == VH_OK)
		rc = batch_parse(cx->a, buf_str(&b), b.n, ret, ret_n, &cx->err);
	else if (rc == VH_LIMIT)
		rc = ctx_fail(cx, rc, "unpacked_size", "#", "unpacked it is over %d KiB",
		              LIM_BODY_BATCH >> 10);
	else if (rc != VH_NOMEM)
		rc = ctx_fail(cx, rc, "packing", "#", "not one whole gzip body, or more than it");
	else
		rc = ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc receive(struct said *s, struct http_resp *r)
{
	struct ctx *cx = s->cx;
	struct cloud_event *ev = NULL;
	size_t n = 0;
	if (strcmp(req_type(s->q), BATCH_TYPE) != 0)
		return ctx_fail(cx, VH_INVALID, "media_type", "content-type", "send " BATCH_TYPE);
	enum vh_rc rc = said_by(s);
	if (rc == VH_OK)
		rc = read_batch(s, &ev, &n);
	if (rc != VH_OK)
		return rc;
	struct received_event *in = arena_array(cx->a, n + 1, sizeof *in);
	const char *source = arena_printf(cx->a, "/hotels/%s", s->area);
	if (!in || !source)
		return ctx_nomem(cx);
	for (size_t i = 0; i < n; i++)
		said_event(&ev[i], source, cx->now, &in[i]);
	if (n)
		rc = receive_events(cx, &s->from, s->area, in, n);
	return rc == VH_OK ? answer(s, ev, in, n, r) : rc;
}

void sync_receive(struct ctx *cx, const struct http_req *q, struct http_resp *r)
{
	struct said s = { .cx = cx, .q = q, .area = "-" };
	if (receive(&s, r) != VH_OK) {
		resp_reset(r);
		said_refuse(&s, r);
	}
	resp_header(r, "Accept-Encoding", "gzip"); /* RFC 7694: the next body may come packed */
	wipe(&s.keys, sizeof s.keys);
}

/* --- keys ------------------------------------------------------------------------------------- */

void sync_keys(struct ctx *cx, const struct http_req *q, struct http_resp *r)
{
	struct said s = { .cx = cx, .q = q, .area = "-" };
	struct view v;
	int64_t newest = 0;
	enum vh_rc rc = db_read(cx, key_step, &newest);
	if (rc == VH_OK && !view_init(&v))
		rc = ctx_nomem(cx);
	if (rc != VH_OK) {
		said_refuse(&s, r);
		return;
	}
	cJSON *list = view_arr(&v, v.root, "keys");
	for (int64_t no = newest; no >= 1; no--) {
		struct receipt_key k;
		receipt_key_of(cx->keys, no, &k);
		cJSON *o = view_obj(&v, list, NULL);
		view_str(&v, o, "id", k.id);
		view_str(&v, o, "alg", "Ed25519");
		view_str(&v, o, "public", base64_encode(cx->a, k.pub, sizeof k.pub));
		view_bool(&v, o, "current", no == newest);
		view_str(&v, o, "proof",
		         no > 1 ? base64_encode(cx->a, k.proof, sizeof k.proof) : NULL);
	}
	resp_json(r, 200, v.root);
	view_done(&v);
}
