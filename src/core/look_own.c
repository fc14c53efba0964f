/* A landlord's rooms at a glance: one read of what is his, then the names with their rows. */
#include "vh/own.h"

#include <string.h>

#include "look_data.h"
#include "mine.h"
#include "vh/limits.h"
#include "vh/notice.h"

struct owning {
	const struct hotel *h;
	int32_t today;
	struct own_house *houses;
	struct sealed *people, **tail;
	struct own_stay **slot; /* where each of `people` goes, in the same order */
	size_t n, most;
	bool counted;
};

int32_t stay_days_left(const struct stay *s, int32_t today)
{
	const char *end = s->state == STAY_AWAY ? s->away_until : s->until;
	int32_t day;
	return stay_is_current(s->state) && end && day_parse(end, &day) == VH_OK ? day - today
	                                                                        : DAY_NONE;
}

static enum vh_rc stay_into(struct ctx *cx, struct owning *g, const struct stay *s,
                            struct own_stay **ret)
{
	struct own_stay *o = arena_alloc(cx->a, sizeof *o);
	struct sealed *x = arena_alloc(cx->a, sizeof *x);
	if (!o || !x)
		return ctx_nomem(cx);
	o->due = stay_days_left(s, g->today);
	enum vh_rc rc = sealed_take(cx, s, false, x);
	*g->tail = x;
	g->tail = &x->next;
	g->slot[g->n++] = *ret = o;
	return rc;
}

static enum vh_rc stays_into(struct ctx *cx, struct owning *g, const struct stay *list,
                             struct own_stay **tail)
{
	enum vh_rc rc = VH_OK;
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		g->counted = g->counted || g->n == g->most;
		if (g->counted)
			continue;
		rc = stay_into(cx, g, s, tail);
		tail = rc == VH_OK ? &(*tail)->next : tail;
	}
	return rc;
}

static enum vh_rc people_into(struct ctx *cx, struct owning *g, struct own_room *r)
{
	struct stay *list = NULL, *back = NULL;
	int64_t since = cx->now - LIM_BACK_DAYS * DAY_MS;
	enum vh_rc rc = stay_list_room(cx, g->h->id, r->room.id, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next)
		r->registered += stay_is_current(s->state);
	if (rc == VH_OK)
		rc = stays_into(cx, g, list, &r->stays);
	if (rc == VH_OK)
		rc = stay_list_back(cx, g->h->id, r->room.id, since, &back);
	return rc == VH_OK ? stays_into(cx, g, back, &r->back) : rc;
}

static enum vh_rc code_into(struct ctx *cx, struct own_room *r)
{
	struct declaration d;
	enum vh_rc rc = declaration_of_room(cx, r->room.hotel, r->room.id, &d);
	if (rc == VH_OK && d.until > cx->now)
		r->code_until = d.until;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc rooms_into(struct ctx *cx, struct owning *g, struct own_house *e)
{
	struct room *list = NULL;
	struct own_room **tail = &e->rooms;
	enum vh_rc rc = room_list_house(cx, g->h->id, e->house.id, &list);
	for (const struct room *r = list; rc == VH_OK && r; r = r->next) {
		if (!strcmp(r->letting, "closed"))
			continue;
		struct own_room *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->room = *r;
		rc = people_into(cx, g, x);
		if (rc == VH_OK)
			rc = code_into(cx, x);
		*tail = x;
		tail = &x->next;
	}
	return rc;
}

static enum vh_rc waiting_into(struct ctx *cx, struct owning *g)
{
	struct declared *list = NULL;
	size_t i = 0;
	enum vh_rc rc = declared_waiting(cx, g->h->id, &list);
	for (const struct sealed *x = g->people; rc == VH_OK && x; x = x->next, i++) {
		for (const struct declared *d = list; d; d = d->next)
			g->slot[i]->waits = g->slot[i]->waits || d->stay == x->stay.id;
		/* What was verified or refused meanwhile asks nobody. */
		if (x->stay.state != STAY_PENDING && x->stay.state != STAY_CONTESTED)
			g->slot[i]->waits = false;
	}
	return rc;
}

static enum vh_rc own_step(struct ctx *cx, void *arg)
{
	struct owning *g = arg;
	struct mine m;
	struct own_house **tail = &g->houses;
	*tail = NULL;
	g->people = NULL;
	g->tail = &g->people;
	g->n = 0;
	g->counted = false;
	enum vh_rc rc = mine_load(cx, ACT_DECLARE, g->h, &m);
	for (const struct house_ref *r = m.own; rc == VH_OK && r; r = r->next) {
		struct own_house *e = arena_alloc(cx->a, sizeof *e);
		if (!e)
			return ctx_nomem(cx);
		rc = house_get(cx, r->hotel, r->house, &e->house);
		if (rc != VH_OK || !strcmp(e->house.state, "retired"))
			continue;
		rc = rooms_into(cx, g, e);
		*tail = e;
		tail = &e->next;
	}
	return rc == VH_OK ? waiting_into(cx, g) : rc;
}

/* The names, each into the place that was kept for it. */
static enum vh_rc names_into(struct ctx *cx, struct owning *g)
{
	struct stay_view *v = NULL;
	enum vh_rc rc = sealed_show(cx, g->h->id, g->people, false, "own", &v);
	for (size_t i = 0; rc == VH_OK && v; v = v->next, i++) {
		g->slot[i]->view = *v;
		g->slot[i]->view.next = NULL;
	}
	return rc;
}

static void drop_names(struct owning *g)
{
	for (struct own_house *e = g->houses; e; e = e->next)
		for (struct own_room *r = e->rooms; r; r = r->next)
			r->stays = r->back = NULL;
}

enum vh_rc look_own(struct ctx *cx, const struct hotel *h, struct own_house **ret,
                    bool *ret_counted)
{
	struct owning g = { .h = h, .today = day_of(cx->now, h->zone_min), .most = LIM_OWN_PEOPLE };
	*ret = NULL;
	*ret_counted = false;
	if (!cx->who || cx->who->role != ROLE_LANDLORD)
		return VH_OK;
	g.slot = arena_array(cx->a, g.most, sizeof *g.slot);
	if (!g.slot)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read(cx, own_step, &g);
	if (rc == VH_OK && g.counted)
		drop_names(&g);
	else if (rc == VH_OK && g.people)
		rc = names_into(cx, &g);
	for (struct own_house *e = g.houses; rc == VH_OK && e; e = e->next)
		rc = look_notices(cx, h, e->house.id, &e->notices);
	if (rc == VH_OK) {
		*ret = g.houses;
		*ret_counted = g.counted;
	}
	return rc;
}
