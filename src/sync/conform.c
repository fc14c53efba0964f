#include "vh/sync_conform.h"

#include <inttypes.h>
#include <string.h>

#include "vh/date.h"
#include "vh/limits.h"
#include "vh/sync_batch.h"
#include "vh/sync_http.h"

#define OFF_S (WEBHOOK_TOLERANCE_S + 60)
enum { MOST = LIM_SYNC_BATCH + 1 };

struct conforming {
	struct ctx *cx;
	const struct conform_opts *opts;
	struct wire *wire;
	/* Ids, house numbers and the sequence count from here, new ones every run; below 2^53. */
	int64_t base;
	int64_t posts;
	/* the last answer */
	int status;
	const char *wrong; /* of any answer: a redirect, 429 without a time */
	struct reply_item item[MOST];
	size_t items;
};

/* How a post differs from a sound one; all zero: not at all. */
struct twist {
	const struct webhook_keys *keys;
	int64_t off_s;     /* of the stamp */
	bool bare;         /* no signature */
	size_t flip;       /* a byte changed after the signing, its place + 1 */
	const char *type, *digest;
};

/* --- posting ---------------------------------------------------------------------------------- */

static enum vh_rc hear(struct conforming *c, const struct wire_answer *answer)
{
	const struct buf *b = &answer->body;
	c->status = answer->verdict == WIRE_ANSWERED ? answer->status : 0;
	reply_read(c->cx->a, c->status, b->n ? buf_str(b) : "", b->n, false, c->item, c->items);
	if (c->status >= 300 && c->status < 400)
		c->wrong = "it redirects";
	else if (c->status == 429 && !answer->retry_after[0])
		c->wrong = "429 without Retry-After";
	return VH_OK;
}

static enum vh_rc post(struct conforming *c, const struct buf *body, const struct twist *t)
{
	struct ctx *cx = c->cx;
	const struct webhook_keys *keys = t->keys ? t->keys : c->opts->keys;
	int64_t at = now_ms() / 1000 + t->off_s;
	char *sent = arena_dup(cx->a, buf_str(body)), *signature = NULL, digest[DIGEST_TEXT];
	char *id = arena_printf(cx->a, "conform-%" PRId64 "-%" PRId64, c->base, ++c->posts);
	char *when = arena_printf(cx->a, "%" PRId64, at);
	struct wire_answer answer;
	if (!sent || !id || !when)
		return ctx_nomem(cx);
	enum vh_rc rc = webhook_sign(cx->a, keys, id, at, sent, body->n, &signature);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "signature", "", "the batch cannot be signed");
	if (t->flip)
		sent[t->flip - 1] ^= 1;
	content_digest(sent, body->n, digest);
	const struct wire_header header[] = {
		{ "Content-Type", t->type ? t->type : BATCH_TYPE },
		{ "Accept", "application/json" },
		{ "Content-Digest", t->digest ? t->digest : digest },
		{ "Vhotel-Source", c->opts->area },
		{ "webhook-id", id },
		{ "webhook-timestamp", when },
		{ t->bare ? NULL : "webhook-signature", signature },
		{ 0 },
	};
	const struct wire_post out = { .url = c->opts->url, .header = header, .body = sent,
		                       .n = body->n, .total_ms = c->opts->total_ms };
	rc = wire_post(c->wire, &out, &answer, &cx->err);
	if (rc == VH_OK)
		rc = hear(c, &answer);
	wire_answer_done(&answer);
	return rc;
}

/* --- what is said ----------------------------------------------------------------------------- */

/* The n-th house of this run, in its version: an event that any receiver of ours knows. */
struct line {
	int64_t n, version;
	const char *type;
};

static enum vh_rc add(struct conforming *c, struct buf *b, const struct line *l)
{
	struct arena *a = c->cx->a;
	int64_t house = c->base + l->n, id = house + 1000 * (1 + l->version);
	struct cloud_event ev = {
		.id = arena_printf(a, "%" PRId64, id),
		.source = arena_printf(a, "/hotels/%s", c->opts->area),
		.subject = arena_printf(a, "houses/%" PRId64, house),
		.type = l->type ? l->type : "cn.vhotel.house.added.v1",
		.key = arena_printf(a, "%" PRId64, house),
		.sequence = arena_printf(a, "%" PRId64, id),
		.epoch = "1",
		.time = c->cx->now,
		.data = arena_printf(a,
		                     "{\"hotel\":{\"code\":\"%s\"},\"house\":{\"id\":\"%" PRId64
		                     "\",\"no\":%" PRId64 ",\"address\":\"conform %" PRId64
		                     ".%" PRId64 "\",\"grid\":\"\",\"state\":\"open\"}}",
		                     c->opts->area, house, house, house, l->version),
	};
	if (!ev.id || !ev.source || !ev.subject || !ev.key || !ev.sequence || !ev.data)
		return ctx_nomem(c->cx);
	batch_add(b, &ev);
	c->item[c->items++] = (struct reply_item){ .id = ev.id };
	return VH_OK;
}

/* A batch of these, with a twist. */
static enum vh_rc say(struct conforming *c, const struct line *list, size_t n,
                      const struct twist *t)
{
	struct buf b;
	enum vh_rc rc = VH_OK;
	buf_init(&b, LIM_SYNC_BODY);
	batch_open(&b);
	c->items = 0;
	for (size_t i = 0; rc == VH_OK && i < n; i++)
		rc = add(c, &b, &list[i]);
	batch_close(&b);
	if (rc == VH_OK)
		rc = buf_ok(&b) ? post(c, &b, t) : ctx_nomem(c->cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc say_text(struct conforming *c, const char *text)
{
	struct buf b;
	buf_init(&b, LIM_SYNC_BODY);
	buf_puts(&b, text);
	c->items = 0;
	enum vh_rc rc = buf_ok(&b) ? post(c, &b, &(struct twist){ 0 }) : ctx_nomem(c->cx);
	buf_done(&b);
	return rc;
}

/* --- what is heard ---------------------------------------------------------------------------- */

static bool fine(const struct conforming *c)
{
	return c->status >= 200 && c->status < 300;
}

static bool all(const struct conforming *c, enum reply_state state)
{
	size_t n = 0;
	while (n < c->items && c->item[n].state == state)
		n++;
	return fine(c) && n == c->items;
}

static const char *wants_refusal(const struct conforming *c)
{
	return c->status >= 400 && c->status < 500 ? NULL :
	       fine(c)                             ? "it was taken" :
	                                             "it was not refused with a status of 4xx";
}

static const char *wants_all(const struct conforming *c)
{
	return all(c, REPLY_ACCEPTED) ? NULL :
	       fine(c) ? "not every event is told to be accepted" : "the batch was not taken";
}

/* --- the rules -------------------------------------------------------------------------------- */

typedef enum vh_rc rule_fn(struct conforming *c, const char **ret_wrong);

static const struct line two[] = { { 1, 0, NULL }, { 2, 0, NULL } };
static const struct line fresh[] = { { 3, 0, NULL } };

static enum vh_rc refusal(struct conforming *c, const struct twist *t, const char **ret_wrong)
{
	enum vh_rc rc = say(c, fresh, 1, t);
	*ret_wrong = wants_refusal(c);
	return rc;
}

static enum vh_rc refused_text(struct conforming *c, const char *text, const char **ret_wrong)
{
	enum vh_rc rc = say_text(c, text);
	*ret_wrong = wants_refusal(c);
	return rc;
}

static enum vh_rc good_batch(struct conforming *c, const char **ret_wrong)
{
	enum vh_rc rc = say(c, two, 2, &(struct twist){ 0 });
	*ret_wrong = wants_all(c);
	return rc;
}

static enum vh_rc same_again(struct conforming *c, const char **ret_wrong)
{
	enum vh_rc rc = say(c, two, 2, &(struct twist){ 0 });
	*ret_wrong = all(c, REPLY_DUPLICATE) ? NULL : "what it has is not told as duplicate";
	return rc;
}

static enum vh_rc two_versions(struct conforming *c, const char **ret_wrong)
{
	/* The id of the first house's event, told of another house. */
	const struct line other = { 1001, -1, NULL };
	enum vh_rc rc = say(c, &other, 1, &(struct twist){ 0 });
	bool taken = fine(c) && c->item[0].state != REPLY_REJECTED;
	*ret_wrong = taken ? "another event under a known id was not rejected" :
	             fine(c) ? NULL : wants_refusal(c);
	return rc;
}

static enum vh_rc unknown_type(struct conforming *c, const char **ret_wrong)
{
	const struct line list[] = { { 4, 0, "cn.vhotel.house.conform.v1" }, { 5, 0, NULL } };
	enum vh_rc rc = say(c, list, 2, &(struct twist){ 0 });
	*ret_wrong = fine(c) && c->item[1].state == REPLY_ACCEPTED ?
	                     NULL : "a type that it does not know sinks the event beside it";
	return rc;
}

static enum vh_rc out_of_order(struct conforming *c, const char **ret_wrong)
{
	const struct line later = { 6, 1, NULL }, earlier = { 6, 0, NULL };
	enum vh_rc rc = say(c, &later, 1, &(struct twist){ 0 });
	*ret_wrong = wants_all(c);
	if (rc != VH_OK || *ret_wrong)
		return rc;
	rc = say(c, &earlier, 1, &(struct twist){ 0 });
	*ret_wrong = wants_all(c);
	return rc;
}

static enum vh_rc over_size(struct conforming *c, const char **ret_wrong)
{
	struct line list[MOST];
	for (size_t i = 0; i < MOST; i++)
		list[i] = (struct line){ 10 + (int64_t)i, 0, NULL };
	enum vh_rc rc = say(c, list, MOST, &(struct twist){ 0 });
	*ret_wrong = c->status == 413 ? NULL :
	             fine(c)          ? wants_all(c) :
	                                "too many events were not answered with 413";
	return rc;
}

static enum vh_rc empty_batch(struct conforming *c, const char **ret_wrong)
{
	enum vh_rc rc = say_text(c, "[]");
	*ret_wrong = fine(c) ? NULL : "an empty batch is valid";
	return rc;
}

static enum vh_rc changed_byte(struct conforming *c, const char **ret_wrong)
{
	return refusal(c, &(struct twist){ .flip = 60 }, ret_wrong);
}

static enum vh_rc stale(struct conforming *c, const char **ret_wrong)
{
	return refusal(c, &(struct twist){ .off_s = -OFF_S }, ret_wrong);
}

static enum vh_rc ahead(struct conforming *c, const char **ret_wrong)
{
	return refusal(c, &(struct twist){ .off_s = OFF_S }, ret_wrong);
}

static enum vh_rc wrong_secret(struct conforming *c, const char **ret_wrong)
{
	struct webhook_keys other = { .n = 1, .key = { { .n = 32 } } };
	return refusal(c, &(struct twist){ .keys = &other }, ret_wrong);
}

static enum vh_rc unsigned_batch(struct conforming *c, const char **ret_wrong)
{
	return refusal(c, &(struct twist){ .bare = true }, ret_wrong);
}

static enum vh_rc wrong_digest(struct conforming *c, const char **ret_wrong)
{
	char digest[DIGEST_TEXT];
	content_digest("", 0, digest);
	return refusal(c, &(struct twist){ .digest = digest }, ret_wrong);
}

static enum vh_rc media_type(struct conforming *c, const char **ret_wrong)
{
	return refusal(c, &(struct twist){ .type = "text/plain" }, ret_wrong);
}

static enum vh_rc bad_json(struct conforming *c, const char **ret_wrong)
{
	return refused_text(c, "[{\"specversion\":\"1.0\",", ret_wrong);
}

static enum vh_rc missing_id(struct conforming *c, const char **ret_wrong)
{
	return refused_text(c, "[{\"specversion\":\"1.0\",\"source\":\"/x\",\"type\":\"y\"}]",
	                    ret_wrong);
}

static enum vh_rc old_version(struct conforming *c, const char **ret_wrong)
{
	return refused_text(
		c, "[{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/x\",\"type\":\"y\"}]",
		ret_wrong);
}

static const struct {
	const char *name, *source;
	rule_fn *play;
} rules[CONFORM_RULES] = {
	{ "good_batch", "CloudEvents 1.0.2, JSON batch format", good_batch },
	{ "same_again", "CloudEvents 1.0.2, source and id", same_again },
	{ "two_versions_of_one_id", "CloudEvents 1.0.2, source and id", two_versions },
	{ "empty_batch", "CloudEvents 1.0.2, JSON batch format", empty_batch },
	{ "unknown_type", "one bad item must not sink the rest (RFC 7644, 3.7)", unknown_type },
	{ "out_of_order", "delivery is at least once and in no order", out_of_order },
	{ "over_size", "RFC 9110, 15.5.14", over_size },
	{ "changed_byte", "Standard Webhooks 1.0.0, signature", changed_byte },
	{ "stale_timestamp", "Standard Webhooks 1.0.0, timestamp", stale },
	{ "future_timestamp", "Standard Webhooks 1.0.0, timestamp", ahead },
	{ "wrong_secret", "Standard Webhooks 1.0.0, signature", wrong_secret },
	{ "unsigned", "Standard Webhooks 1.0.0, headers", unsigned_batch },
	{ "wrong_digest", "RFC 9530, Content-Digest", wrong_digest },
	{ "media_type", "CloudEvents 1.0.2, webhooks: 415", media_type },
	{ "bad_json", "RFC 8259", bad_json },
	{ "missing_id", "CloudEvents 1.0.2, required attributes", missing_id },
	{ "old_version", "CloudEvents 1.0.2, specversion", old_version },
};

enum vh_rc conform_run(struct ctx *cx, const struct conform_opts *opts,
                       struct conform_line ret[CONFORM_RULES])
{
	struct conforming *c = arena_alloc(cx->a, sizeof *c);
	if (!c)
		return ctx_nomem(cx);
	*c = (struct conforming){ .cx = cx, .opts = opts, .base = now_ms() * 1000 };
	enum vh_rc rc = wire_open(&c->wire, &cx->err);
	for (size_t i = 0; rc == VH_OK && i < CONFORM_RULES; i++) {
		struct conform_line *l = &ret[i];
		*l = (struct conform_line){ .rule = rules[i].name, .source = rules[i].source };
		c->wrong = NULL;
		rc = rules[i].play(c, &l->wrong);
		l->status = c->status;
		if (!c->status)
			l->wrong = "there was no answer";
		else if (c->wrong)
			l->wrong = c->wrong;
	}
	if (c->wire)
		wire_close(c->wire);
	return rc;
}
