#include "vh/lots.h"

#include <string.h>

struct setting_profile {
	const char *upstream, *text;
};

static enum vh_rc set_step(struct ctx *cx, void *arg)
{
	static const char *const travelling[] = { "sending", "unknown" };
	const struct setting_profile *p = arg;
	struct upstream u;
	enum vh_rc rc = upstream_get(cx, p->upstream, &u);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "name", "there is no upstream %s", p->upstream);
	for (size_t i = 0; rc == VH_OK && i < sizeof travelling / sizeof *travelling; i++) {
		int64_t n = 0;
		rc = delivery_count(cx, u.id, travelling[i], &n);
		if (rc == VH_OK && n)
			return ctx_fail(cx, VH_CONFLICT, "profile_busy", "profile",
			                "%lld events are on their way to %s: their bytes must not "
			                "change",
			                (long long)n, p->upstream);
	}
	return rc == VH_OK ? profile_put(cx, u.id, p->text) : rc;
}

enum vh_rc lots_profile_set(struct ctx *cx, const char *upstream, const char *text)
{
	struct setting_profile p = { upstream, text };
	return db_write(cx, set_step, &p);
}

struct adding {
	const char *name, *url, *secret, *profile;
	bool empty_accepted;
};

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	const struct adding *a = arg;
	enum vh_rc rc = outbox_upstream_add(cx, a->name, a->url, a->secret, a->empty_accepted);
	return rc == VH_OK ? lots_profile_set(cx, a->name, a->profile) : rc;
}

enum vh_rc lots_upstream_add(struct ctx *cx, const char *name, const char *url, const char *secret,
                             bool empty_accepted, const char *profile)
{
	struct adding a = { name, url, secret, profile, empty_accepted };
	return db_write(cx, add_step, &a);
}

struct getting_profile {
	int64_t upstream;
	const char *text;
};

static enum vh_rc get_step(struct ctx *cx, void *arg)
{
	struct getting_profile *p = arg;
	enum vh_rc rc = profile_get(cx, p->upstream, &p->text);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc lots_profile(struct ctx *cx, int64_t upstream, const char **ret)
{
	struct getting_profile p = { upstream, NULL };
	enum vh_rc rc = db_read(cx, get_step, &p);
	if (rc == VH_OK)
		*ret = p.text;
	return rc;
}

struct marks {
	const struct outgoing *list;
	const struct attempt *attempts;
	const struct lot_sent *lots;
};

static enum vh_rc mark_lot(struct ctx *cx, const struct lot_sent *l)
{
	enum vh_rc rc = lot_insert(cx, &l->lot);
	const struct outgoing *o = l->first;
	for (size_t i = 0; rc == VH_OK && i < l->n; i++, o = o->next)
		rc = lot_item_insert(cx, &l->lot, (int64_t)i + 1, &o->d);
	return rc;
}

static enum vh_rc mark_step(struct ctx *cx, void *arg)
{
	const struct marks *m = arg;
	enum vh_rc rc = VH_OK;
	for (const struct outgoing *o = m->list; rc == VH_OK && o; o = o->next)
		rc = delivery_update(cx, &o->d);
	for (const struct attempt *a = m->attempts; rc == VH_OK && a; a = a->next)
		rc = attempt_insert(cx, a);
	for (const struct lot_sent *l = m->lots; rc == VH_OK && l; l = l->next)
		rc = mark_lot(cx, l);
	return rc;
}

enum vh_rc lots_mark(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts,
                     const struct lot_sent *lots)
{
	struct marks m = { list, attempts, lots };
	return db_write(cx, mark_step, &m);
}

struct asking {
	int64_t upstream, hotel, n;
	const struct lot *of;
	struct lot *lots;
	struct lot_item *items;
};

static enum vh_rc due_step(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	return lot_due(cx, a->upstream, a->hotel, cx->now, a->n, &a->lots);
}

enum vh_rc lots_due(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n, struct lot **ret)
{
	struct asking a = { .upstream = upstream, .hotel = hotel, .n = n };
	enum vh_rc rc = db_read(cx, due_step, &a);
	if (rc == VH_OK)
		*ret = a.lots;
	return rc;
}

static enum vh_rc items_step(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	return lot_items(cx, a->of, &a->items);
}

enum vh_rc lots_items(struct ctx *cx, const struct lot *l, struct lot_item **ret)
{
	struct asking a = { .of = l };
	enum vh_rc rc = db_read(cx, items_step, &a);
	if (rc == VH_OK)
		*ret = a.items;
	return rc;
}

struct hearing {
	const struct lot *lot;
	const struct lot_item *items;
};

static enum vh_rc heard_step(struct ctx *cx, void *arg)
{
	const struct hearing *h = arg;
	struct lot_item *now = NULL;
	enum vh_rc rc = lot_items(cx, h->lot, &now);
	const struct lot_item *said = h->items;
	for (; rc == VH_OK && now && said; now = now->next, said = said->next) {
		bool waits = !strcmp(now->d.state, "unknown") && now->d.code &&
		             !strcmp(now->d.code, LOT_RECEIVED);
		if (waits && now->d.attempts == now->attempt)
			rc = delivery_update(cx, &said->d);
	}
	return rc == VH_OK ? lot_update(cx, h->lot) : rc;
}

enum vh_rc lots_heard(struct ctx *cx, const struct lot *l, const struct lot_item *items)
{
	struct hearing h = { l, items };
	return db_write(cx, heard_step, &h);
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	return lot_list(cx, a->upstream, a->n, &a->lots);
}

enum vh_rc lots_list(struct ctx *cx, const struct upstream *u, int64_t n, struct lot **ret)
{
	struct asking a = { .upstream = u->id, .n = n };
	enum vh_rc rc = db_read(cx, list_step, &a);
	if (rc == VH_OK)
		*ret = a.lots;
	return rc;
}
