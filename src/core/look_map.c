#include "vh/map.h"

#include <stdlib.h>

#include "vh/rack.h"
#include "vh/store_people.h"

struct mapping {
	const struct hotel *h;
	struct map_house **ret;
	struct house_ref *own; /* a landlord's houses */
	bool only_own;
	char today[DAY_TEXT], soon[DAY_TEXT];
};

static bool his(const struct house_ref *own, int64_t house)
{
	while (own && own->house != house)
		own = own->next;
	return own != NULL;
}

static enum vh_rc own_houses(struct ctx *cx, struct mapping *g)
{
	struct blob phone;
	g->only_own = cx->who->role == ROLE_LANDLORD;
	if (!g->only_own)
		return VH_OK;
	enum vh_rc rc = index_phone(cx, g->h->id, cx->who->phone, &phone);
	return rc == VH_OK ? houses_of_phone(cx, g->h->id, phone, &g->own) : rc;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = (*(struct map_house *const *)a)->house.id,
		y = (*(struct map_house *const *)b)->house.id;
	return x < y ? -1 : x > y;
}

/* Rooms come by house id, houses by their number: an index of houses by id takes them in one
 * walk. */
static enum vh_rc rooms_into(struct ctx *cx, struct map_house *houses, size_t n,
                             struct room_state *rooms)
{
	struct map_house **ix = arena_array(cx->a, n + 1, sizeof *ix);
	size_t k = 0;
	if (!ix)
		return ctx_nomem(cx);
	for (struct map_house *m = houses; m; m = m->next)
		ix[k++] = m;
	qsort(ix, n, sizeof *ix, by_id);
	k = 0;
	for (struct room_state *r = rooms; r; r = r->next) {
		while (k < n && ix[k]->house.id < r->house)
			k++;
		if (k == n || ix[k]->house.id != r->house)
			continue;
		if (!ix[k]->n++)
			ix[k]->rooms = r;
	}
	return VH_OK;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct mapping *g = arg;
	struct house *list = NULL;
	struct room_state *rooms = NULL;
	struct map_house **tail = g->ret;
	size_t n = 0;
	*tail = NULL;
	enum vh_rc rc = actor_may(cx, ACT_RACK, g->h, 0, 0);
	if (rc == VH_OK)
		rc = own_houses(cx, g);
	if (rc == VH_OK)
		rc = house_list(cx, g->h->id, &list);
	if (rc == VH_OK)
		rc = room_states(cx, g->h->id, g->today, g->soon, &rooms);
	for (const struct house *e = list; rc == VH_OK && e; e = e->next) {
		if (g->only_own && !his(g->own, e->id))
			continue;
		struct map_house *m = arena_alloc(cx->a, sizeof *m);
		if (!m)
			return ctx_nomem(cx);
		*m = (struct map_house){ .house = *e };
		*tail = m;
		tail = &m->next;
		n++;
	}
	return rc == VH_OK && n ? rooms_into(cx, *g->ret, n, rooms) : rc;
}

enum vh_rc look_map(struct ctx *cx, const struct hotel *h, struct map_house **ret)
{
	struct mapping g = { .h = h, .ret = ret };
	today_of(cx, h, g.today);
	day_format(day_of(cx->now, h->zone_min) + RACK_DUE_DAYS, g.soon);
	return db_read(cx, step, &g);
}
