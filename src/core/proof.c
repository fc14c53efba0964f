#include "vh/proof.h"

#include <string.h>

#include "vh/db.h"
#include "vh/store_delivery.h"
#include "vh/store_pin.h"

static const char *name_of(const struct upstream *list, int64_t id)
{
	for (; list; list = list->next)
		if (list->id == id)
			return list->name;
	return NULL;
}

static enum vh_rc proof_of(struct ctx *cx, const struct event *e, const struct delivery *d,
                           const char *upstream, struct proof **ret)
{
	struct err no = { 0 };
	struct proof *p = arena_alloc(cx->a, sizeof *p);
	if (!p)
		return ctx_nomem(cx);
	*p = (struct proof){ .upstream = upstream, .event = e, .text = d->receipt };
	p->ours = receipt_read(cx->a, d->receipt, &p->r, &no) == VH_OK;
	p->at = p->ours ? p->r.at : d->done_at;
	*ret = p;
	return VH_OK;
}

enum vh_rc proof_list(struct ctx *cx, int64_t hotel, const struct event *events, struct proof **ret)
{
	struct upstream *ups = NULL;
	struct proof *first = NULL, **end = &first;
	enum vh_rc rc = upstream_list(cx, &ups);
	for (const struct event *e = events; rc == VH_OK && e; e = e->next) {
		struct delivery *list = NULL;
		rc = delivery_of_event(cx, hotel, e->id, &list);
		for (const struct delivery *d = list; rc == VH_OK && d; d = d->next) {
			const char *name = d->receipt ? name_of(ups, d->upstream) : NULL;
			if (!name)
				continue;
			rc = proof_of(cx, e, d, name, end);
			if (rc == VH_OK)
				end = &(*end)->next;
		}
	}
	if (rc == VH_OK)
		*ret = first;
	return rc;
}

struct checking {
	struct pin *pins;
	struct upstream *ups;
};

static enum vh_rc known_step(struct ctx *cx, void *arg)
{
	struct checking *k = arg;
	enum vh_rc rc = pin_list(cx, 0, &k->pins);
	return rc == VH_OK ? upstream_list(cx, &k->ups) : rc;
}

static bool is_older(const struct pin *list, const struct pin *p)
{
	for (; list; list = list->next)
		if (list->upstream == p->upstream && list->since > p->since)
			return true;
	return false;
}

enum vh_rc proof_check(struct ctx *cx, const char *text, struct proof_check *ret)
{
	struct checking k = { 0 };
	struct proof_check got = { .code = "receipt" };
	struct receipt r;
	struct err no = { 0 };
	enum vh_rc rc = receipt_read(cx->a, text, &r, &no);
	if (arena_failed(cx->a))
		return ctx_nomem(cx);
	if (rc != VH_OK) {
		*ret = got;
		return VH_OK;
	}
	rc = db_read(cx, known_step, &k);
	if (rc != VH_OK)
		return rc;
	const struct pin *p = k.pins;
	while (p && (strcmp(p->key, r.key) != 0 || p->pub.n != SIGN_PUBLIC))
		p = p->next;
	if (!p) {
		got.code = "receipt_key";
		memcpy(got.r.key, r.key, sizeof r.key);
	} else if (receipt_verify(cx->a, text, p->pub.p, &r, &no) != VH_OK) {
		got.code = "receipt_forged";
	} else {
		got = (struct proof_check){ .code = "genuine", .r = r,
			                    .upstream = name_of(k.ups, p->upstream),
			                    .older = is_older(k.pins, p) };
	}
	if (arena_failed(cx->a))
		return ctx_nomem(cx);
	*ret = got;
	return VH_OK;
}
