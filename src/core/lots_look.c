#include "vh/lots.h"

#include <string.h>

#include "vh/json.h"

struct looking {
	const struct hotel *h;
	const struct upstream *u;
	struct lots_look look;
};

static bool waits(const struct lot_item *i)
{
	return !strcmp(i->d.state, "unknown") && i->d.code && !strcmp(i->d.code, LOT_RECEIVED) &&
	       i->d.attempts == i->attempt;
}

static enum vh_rc add_item(struct ctx *cx, const struct lot_item *i, struct lot_event ***tail)
{
	struct event e;
	struct lot_event *x = arena_alloc(cx->a, sizeof *x);
	if (!x)
		return ctx_nomem(cx);
	enum vh_rc rc = event_get(cx, i->d.hotel, i->d.epoch, i->d.seq, &e);
	if (rc != VH_OK)
		return rc;
	*x = (struct lot_event){ .item = *i, .done = !waits(i), .type = e.type,
		                 .subject = e.subject };
	x->item.next = NULL;
	**tail = x;
	*tail = &x->next;
	return VH_OK;
}

static enum vh_rc look_lot(struct ctx *cx, const struct lot *l, struct lot_look *ret)
{
	struct lot_item *list = NULL;
	struct lot_event **tail = &ret->items;
	ret->lot = *l;
	ret->lot.next = NULL;
	enum vh_rc rc = lot_items(cx, l, &list);
	for (const struct lot_item *i = list; rc == VH_OK && i; i = i->next) {
		ret->done += !waits(i);
		if (ret->n++ < LOT_ITEMS_SHOWN)
			rc = add_item(cx, i, &tail);
	}
	return rc;
}

/* The name that was kept with the profile's text. */
static enum vh_rc name_of(struct ctx *cx, int64_t upstream, const char **ret)
{
	const char *text = NULL;
	cJSON *kept = NULL;
	enum vh_rc rc = profile_get(cx, upstream, &text);
	*ret = NULL;
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = json_parse(text, strlen(text), &kept, &cx->err);
	if (rc == VH_OK) {
		const char *name = json_str(kept, "name");
		*ret = arena_dup(cx->a, name ? name : "");
		rc = *ret ? VH_OK : ctx_nomem(cx);
	}
	cJSON_Delete(kept);
	return rc;
}

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct lot *list = NULL;
	struct lot_look **tail = &g->look.lots;
	g->look = (struct lots_look){ .profile = NULL };
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc == VH_OK)
		rc = name_of(cx, g->u->id, &g->look.profile);
	if (rc == VH_OK) /* whenever each is asked for next */
		rc = lot_due(cx, g->u->id, g->h->id, INT64_MAX, LOTS_SHOWN, &list);
	for (; rc == VH_OK && list; list = list->next) {
		struct lot_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		*l = (struct lot_look){ .n = 0 };
		rc = look_lot(cx, list, l);
		*tail = l;
		tail = &l->next;
	}
	return rc;
}

enum vh_rc lots_look(struct ctx *cx, const struct hotel *h, const struct upstream *u,
                     struct lots_look *ret)
{
	struct looking g = { .h = h, .u = u };
	enum vh_rc rc = db_read(cx, look_step, &g);
	if (rc == VH_OK)
		*ret = g.look;
	return rc;
}
