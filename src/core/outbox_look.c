/* The way up as a hotel's desk sees it: what waits, what went wrong, and once more. */
#include <string.h>

#include "vh/outbox.h"

struct looking {
	const struct hotel *h;
	struct upway *list;
	int64_t oldest;
};

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* What no delivery was made of yet, and the oldest of all that is open. */
static enum vh_rc ages(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_oldest,
                       int64_t *ret_n)
{
	int64_t epoch, seq, first = 0, open = 0;
	enum vh_rc rc = cursor_get(cx, upstream, hotel, &epoch, &seq);
	if (rc == VH_OK)
		rc = event_waiting(cx, hotel, epoch, seq, &first, ret_n);
	if (rc == VH_OK)
		rc = delivery_oldest(cx, upstream, hotel, &open);
	*ret_oldest = earlier(first, open);
	return rc;
}

static enum vh_rc counts(struct ctx *cx, int64_t hotel, struct upway *w)
{
	int64_t due = 0;
	const struct {
		const char *state;
		int64_t *to;
	} all[] = { { "due", &due },           { "sending", &w->sending },
		    { "unknown", &w->unknown }, { "retry", &w->retry },
		    { "rejected", &w->rejected }, { "dead", &w->dead } };
	enum vh_rc rc = ages(cx, w->u.id, hotel, &w->oldest_at, &w->waiting);
	for (size_t i = 0; rc == VH_OK && i < sizeof all / sizeof *all; i++)
		rc = delivery_open_count(cx, w->u.id, hotel, all[i].state, all[i].to);
	w->waiting += due;
	return rc == VH_OK ? delivery_accepted_at(cx, w->u.id, hotel, &w->accepted_at) : rc;
}

static enum vh_rc troubles(struct ctx *cx, int64_t hotel, struct upway *w)
{
	struct delivery *list = NULL;
	struct trouble **end = &w->trouble;
	enum vh_rc rc = delivery_trouble(cx, w->u.id, hotel, TROUBLE_SHOWN, &list);
	for (const struct delivery *d = list; rc == VH_OK && d; d = d->next) {
		struct trouble *t = arena_alloc(cx->a, sizeof *t);
		struct event e;
		if (!t)
			return ctx_nomem(cx);
		t->d = *d;
		rc = event_get(cx, hotel, d->epoch, d->seq, &e);
		if (rc != VH_OK)
			return rc;
		t->type = e.type;
		t->subject = e.subject;
		*end = t;
		end = &t->next;
	}
	return rc;
}

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct upstream *ups = NULL;
	struct upway **end = &g->list;
	*end = NULL;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc == VH_OK)
		rc = upstream_list(cx, &ups);
	for (const struct upstream *u = ups; rc == VH_OK && u; u = u->next) {
		struct upway *w = arena_alloc(cx->a, sizeof *w);
		if (!w)
			return ctx_nomem(cx);
		w->u = *u;
		rc = counts(cx, g->h->id, w);
		if (rc == VH_OK)
			rc = troubles(cx, g->h->id, w);
		*end = w;
		end = &w->next;
	}
	return rc;
}

enum vh_rc outbox_look(struct ctx *cx, const struct hotel *h, struct upway **ret)
{
	struct looking g = { .h = h };
	enum vh_rc rc = db_read(cx, look_step, &g);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}

static enum vh_rc oldest_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct upstream *ups = NULL;
	g->oldest = 0;
	enum vh_rc rc = upstream_list(cx, &ups);
	for (const struct upstream *u = ups; rc == VH_OK && u; u = u->next) {
		int64_t at = 0, epoch, seq, n;
		if (strcmp(u->state, "open") != 0)
			continue;
		rc = cursor_get(cx, u->id, g->h->id, &epoch, &seq);
		if (rc == VH_OK)
			rc = event_waiting(cx, g->h->id, epoch, seq, &at, &n);
		g->oldest = earlier(g->oldest, at);
		if (rc == VH_OK)
			rc = delivery_oldest(cx, u->id, g->h->id, &at);
		g->oldest = earlier(g->oldest, at);
	}
	return rc;
}

enum vh_rc outbox_oldest(struct ctx *cx, int64_t hotel, int64_t *ret_at)
{
	const struct hotel h = { .id = hotel };
	struct looking g = { .h = &h };
	enum vh_rc rc = db_read(cx, oldest_step, &g);
	if (rc == VH_OK)
		*ret_at = g.oldest;
	return rc;
}

struct again {
	const struct hotel *h;
	const char *upstream;
	int64_t event;
};

static bool may_go_again(const struct delivery *d)
{
	return !strcmp(d->state, "dead") || !strcmp(d->state, "rejected");
}

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	const struct again *g = arg;
	struct upstream u;
	struct delivery *list = NULL;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc == VH_OK)
		rc = upstream_get(cx, g->upstream, &u);
	if (rc == VH_OK)
		rc = delivery_of_event(cx, g->h->id, g->event, &list);
	while (rc == VH_OK && list && (list->upstream != u.id || !may_go_again(list)))
		list = list->next;
	if ((rc == VH_OK && !list) || (rc == VH_NOTFOUND && !cx->err.n))
		return ctx_fail(cx, VH_NOTFOUND, "event", "event",
		                "no dead or rejected event has this number");
	if (rc != VH_OK)
		return rc;
	list->state = "due";
	list->attempts = 0;
	list->next_at = cx->now;
	list->done_at = 0;
	return delivery_update(cx, list);
}

enum vh_rc outbox_again(struct ctx *cx, const struct hotel *h, const char *upstream, int64_t event)
{
	struct again g = { h, upstream, event };
	int64_t made = event;
	return core_write(cx, again_step, &g, &made);
}
