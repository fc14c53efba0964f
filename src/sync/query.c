#include "query.h"

#include <string.h>

#include "vh/crypto.h"
#include "vh/lots.h"

#define QUERY_PATH "/upstream/query"

static enum vh_rc world_step(struct ctx *cx, void *arg)
{
	struct world *w = arg;
	enum vh_rc rc = upstream_list(cx, &w->ups);
	return rc == VH_OK ? hotel_list(cx, &w->hotels) : rc;
}

enum vh_rc query_world(struct ctx *cx, struct world *ret)
{
	struct world w = { NULL, NULL };
	enum vh_rc rc = db_read(cx, world_step, &w);
	if (rc == VH_OK)
		*ret = w;
	return rc;
}

bool query_wants(const struct upstream *up, const char *name)
{
	return !strcmp(up->state, "open") && (!name || !strcmp(name, up->name));
}

enum vh_rc query_open(struct ctx *cx, struct wire *wire, const struct upstream *up,
                      struct query *ret, bool *ret_can)
{
	struct query q = { .wire = wire, .up = up };
	*ret_can = post_ours(up->url);
	const char *profile = NULL;
	enum vh_rc rc = *ret_can ? lots_profile(cx, up->id, &profile) : VH_OK;
	*ret_can = *ret_can && !profile;
	if (rc != VH_OK || !*ret_can)
		return rc;
	q.url = post_url(cx->a, up->url, QUERY_PATH);
	if (!q.url)
		return ctx_nomem(cx);
	rc = outbox_secret(cx, up, &q.secret);
	if (rc == VH_OK && webhook_keys_parse(cx->a, q.secret, &q.keys) != VH_OK)
		return ctx_fail(cx, VH_INVALID, "secret", "secret", "%s has no usable secret",
		                up->name);
	if (rc == VH_OK)
		*ret = q;
	return rc;
}

enum vh_rc query_post(struct ctx *cx, const struct query *q, const char *area,
                      const char *question, struct wire_answer *ret, const char **ret_why)
{
	char token[23];
	random_token(token, sizeof token - 1);
	*ret = (struct wire_answer){ .verdict = WIRE_UNSENT };
	const struct post p = { .url = q->url, .type = "application/json", .area = area,
		                .id = arena_printf(cx->a, "vq_%s", token), .keys = &q->keys,
		                .body = question, .n = strlen(question),
		                .connect_ms = q->connect_ms, .total_ms = q->total_ms };
	if (!p.id)
		return ctx_nomem(cx);
	enum vh_rc rc = post_signed(cx, q->wire, &p, ret);
	if (rc != VH_OK)
		return rc;
	*ret_why = NULL;
	if (ret->verdict != WIRE_ANSWERED)
		*ret_why = arena_dup(cx->a, ret->why);
	else if (ret->status != 200)
		*ret_why = arena_printf(cx->a, "http_%d", ret->status);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

bool query_none(const struct wire_answer *answer)
{
	return answer->verdict == WIRE_ANSWERED &&
	       (answer->status == 404 || answer->status == 405 || answer->status == 501);
}
