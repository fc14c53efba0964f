#include "vh/sync_pin.h"

#include <string.h>

#include "post.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/sync_print.h"

#define KEYS_PATH "/upstream/keys"
enum { CONNECT_MS = 3000, TOTAL_MS = 6000, KEYS_MOST = 64 };

/* --- asking ----------------------------------------------------------------------------------- */

struct offered {
	unsigned char pub[SIGN_PUBLIC], proof[SIGN_BYTES];
	char id[RECEIPT_KEY];
	bool has_proof, pinned;
};
struct pinning {
	const char *name;
	struct upstream up;
	struct pin *pins;
	struct offered key[KEYS_MOST]; /* newest first, as they are told */
	size_t n;
};

static enum vh_rc find_step(struct ctx *cx, void *arg)
{
	struct pinning *p = arg;
	enum vh_rc rc = upstream_get(cx, p->name, &p->up);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "name", "there is no upstream %s", p->name);
	return rc == VH_OK ? pin_list(cx, p->up.id, &p->pins) : rc;
}

static bool take_bytes(struct ctx *cx, const cJSON *o, const char *member, unsigned char *to,
                       size_t n)
{
	const char *text = json_str(o, member);
	struct blob got;
	if (!text || base64_decode(cx->a, text, &got) != VH_OK || got.n != n)
		return false;
	memcpy(to, got.p, n);
	return true;
}

static void take_keys(struct ctx *cx, const cJSON *list, struct pinning *p)
{
	const cJSON *o;
	cJSON_ArrayForEach(o, list) {
		struct offered *k = &p->key[p->n];
		const char *alg = json_str(o, "alg");
		if (p->n == KEYS_MOST || !alg || strcmp(alg, "Ed25519") != 0 ||
		    !take_bytes(cx, o, "public", k->pub, SIGN_PUBLIC))
			continue;
		k->has_proof = take_bytes(cx, o, "proof", k->proof, SIGN_BYTES);
		receipt_key_name(k->pub, k->id);
		p->n++;
	}
}

static enum vh_rc no_keys(struct ctx *cx, const struct pinning *p, const char *why)
{
	return ctx_fail(cx, VH_IO, "no_keys", "name", "%s: %s", p->name, why);
}

static enum vh_rc fetch(struct ctx *cx, struct wire *w, struct pinning *p)
{
	struct wire_answer answer = { .verdict = WIRE_UNSENT };
	struct err ignored = { 0 };
	cJSON *root = NULL;
	const struct wire_post get = {
		.url = post_url(cx->a, p->up.url, KEYS_PATH),
		.connect_ms = CONNECT_MS, .total_ms = TOTAL_MS,
	};
	if (!get.url && arena_failed(cx->a))
		return ctx_nomem(cx);
	if (!get.url)
		return no_keys(cx, p, "its address does not end in " EVENTS_PATH);
	enum vh_rc rc = wire_post(w, &get, &answer, &cx->err);
	if (rc == VH_OK && answer.verdict != WIRE_ANSWERED)
		rc = no_keys(cx, p, answer.why);
	else if (rc == VH_OK &&
	         (answer.status != 200 ||
	          json_parse(answer.body.p, answer.body.n, &root, &ignored) != VH_OK))
		rc = no_keys(cx, p, "it does not tell any");
	take_keys(cx, cJSON_GetObjectItemCaseSensitive(root, "keys"), p);
	cJSON_Delete(root);
	wire_answer_done(&answer);
	return rc;
}

/* --- which may be believed -------------------------------------------------------------------- */

static bool is_pinned(const struct pinning *p, const struct offered *k)
{
	for (const struct pin *at = p->pins; at; at = at->next)
		if (!strcmp(at->key, k->id))
			return true;
	return false;
}

/* From the oldest on: each that a pinned one hands over to is pinned as well. */
static void choose(struct pinning *p)
{
	bool first = !p->pins;
	for (size_t i = p->n; i-- > 0;) {
		struct offered *k = &p->key[i];
		k->pinned = first || is_pinned(p, k);
		for (size_t j = i + 1; !k->pinned && k->has_proof && j < p->n; j++)
			k->pinned = p->key[j].pinned &&
			            receipt_key_follows(p->key[j].pub, k->pub, k->proof);
	}
}

static enum vh_rc keep_step(struct ctx *cx, void *arg)
{
	struct pinning *p = arg;
	enum vh_rc rc = VH_OK;
	int64_t since = cx->now;
	for (const struct pin *at = p->pins; at; at = at->next)
		since = at->since < since ? since : at->since + 1;
	for (size_t i = p->n; rc == VH_OK && i-- > 0;) {
		const struct pin row = { .upstream = p->up.id, .key = p->key[i].id,
			                 .pub = { p->key[i].pub, SIGN_PUBLIC }, .since = since };
		if (!p->key[i].pinned)
			continue;
		rc = pin_put(cx, &row);
		since++;
	}
	return rc == VH_OK ? pin_list(cx, p->up.id, &p->pins) : rc;
}

enum vh_rc sync_pin(struct ctx *cx, const char *name, struct pin **ret)
{
	struct pinning *p = arena_alloc(cx->a, sizeof *p);
	struct wire *w = NULL;
	size_t trusted = 0;
	if (!p)
		return ctx_nomem(cx);
	*p = (struct pinning){ .name = name };
	enum vh_rc rc = db_read(cx, find_step, p);
	if (rc == VH_OK)
		rc = wire_open(&w, &cx->err);
	if (rc == VH_OK)
		rc = fetch(cx, w, p);
	wire_close(w);
	if (rc != VH_OK)
		return rc;
	choose(p);
	for (size_t i = 0; i < p->n; i++)
		trusted += p->key[i].pinned;
	if (!trusted)
		return no_keys(cx, p, p->n ? "none of its keys follows one that is pinned"
		                           : "it does not tell any");
	rc = db_write(cx, keep_step, p);
	if (rc == VH_OK)
		*ret = p->pins;
	return rc;
}

/* --- judging ---------------------------------------------------------------------------------- */

static bool about(const struct receipt *r, const char *area, const struct webhook_keys *keys,
                  const struct cloud_event *ev)
{
	char print[RECEIPT_PRINT];
	int64_t id = 0;
	if (strcmp(r->area, area) != 0 || id_parse(ev->id, &id) != VH_OK || id != r->event)
		return false;
	for (unsigned i = 0; i < keys->n; i++)
		if (event_print(&keys->key[i], ev, print) == VH_OK && !strcmp(print, r->print))
			return true;
	return false;
}

enum vh_rc pin_judge(struct arena *a, const struct pin *pins, const char *area,
                     const struct webhook_keys *keys, const struct cloud_event *ev,
                     const char *receipt, struct err *e)
{
	struct receipt r;
	const struct pin *p = pins;
	enum vh_rc rc = receipt_read(a, receipt, &r, e);
	if (rc != VH_OK)
		return err_set(e, VH_DENIED, "receipt_forged", "receipt", "it cannot be read");
	while (p && (strcmp(p->key, r.key) != 0 || p->pub.n != SIGN_PUBLIC))
		p = p->next;
	if (!p)
		return err_set(e, VH_NOTFOUND, "receipt_key", "receipt",
		               "its key %s is not pinned", r.key);
	rc = receipt_verify(a, receipt, p->pub.p, &r, e);
	if (rc == VH_OK && !about(&r, area, keys, ev))
		rc = err_set(e, VH_DENIED, "receipt_forged", "receipt",
		             "it is about something else than what was sent");
	return rc;
}
