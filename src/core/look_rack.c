#include "vh/rack.h"

#include <stdlib.h>
#include <string.h>

#include "vh/store_people.h"
#include "vh/store_stay.h"

struct racking {
	const struct hotel *h;
	struct rack *ret;
	char today[11];
};

/* Is this house one of the landlord's? Everybody else with the right sees them all. */
static bool his(const struct house_ref *own, int64_t house)
{
	for (; own; own = own->next) {
		if (own->house == house)
			return true;
	}
	return false;
}

static void count_stay(struct rack_room *r, const struct stay *s, const char *today)
{
	r->registered += stay_is_current(s->state);
	r->pending += s->state == STAY_PENDING;
	r->contested += s->state == STAY_CONTESTED;
	r->away += s->state == STAY_AWAY;
	r->late += s->late;
	r->overdue += stay_is_current(s->state) && s->until && strcmp(s->until, today) < 0;
}

static void count_room(struct rack_totals *t, const struct rack_room *r)
{
	t->rooms++;
	t->vacant += r->registered == 0;
	t->occupied += r->registered > 0;
	t->people += r->registered;
	t->pending += r->pending;
	t->overdue += r->overdue;
	t->contested += r->contested;
	t->shut += strcmp(r->room.letting, "open") != 0;
}

/* Both lists come by room id within a hotel walk: an index of rooms, sorted by id, takes the stays
 * and plates. */
struct index {
	struct rack_room **by_id;
	size_t n;
};

static int by_room(const void *a, const void *b)
{
	int64_t x = (*(struct rack_room *const *)a)->room.id,
		y = (*(struct rack_room *const *)b)->room.id;
	return x < y ? -1 : x > y;
}

static struct rack_room *find(const struct index *ix, int64_t room)
{
	size_t lo = 0, hi = ix->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (ix->by_id[mid]->room.id < room)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < ix->n && ix->by_id[lo]->room.id == room ? ix->by_id[lo] : NULL;
}

static enum vh_rc rooms_into(struct ctx *cx, struct rack *rack, struct room *rooms,
                             struct index *ix)
{
	size_t n = 0;
	for (struct room *r = rooms; r; r = r->next)
		n++;
	ix->by_id = arena_array(cx->a, n + 1, sizeof *ix->by_id);
	if (!ix->by_id)
		return ctx_nomem(cx);
	struct rack_house *house = NULL;
	struct rack_room *last = NULL;
	for (struct room *r = rooms; r; r = r->next) {
		if (!house || house->house.id != r->house) {
			last = NULL;
			for (house = rack->houses; house && house->house.id != r->house;
			     house = house->next)
				;
		}
		if (!house)
			continue;
		struct rack_room *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->room = *r;
		*(last ? &last->next : &house->rooms) = x;
		last = x;
		ix->by_id[ix->n++] = x;
	}
	qsort(ix->by_id, ix->n, sizeof *ix->by_id, by_room);
	return VH_OK;
}

static enum vh_rc houses_into(struct ctx *cx, struct racking *g)
{
	struct house *houses = NULL;
	struct house_ref *own = NULL;
	struct blob phone;
	bool only_own = cx->who->role == ROLE_LANDLORD;
	struct rack_house **tail = &g->ret->houses;
	enum vh_rc rc = house_list(cx, g->h->id, &houses);
	if (rc == VH_OK && only_own)
		rc = index_phone(cx, g->h->id, cx->who->phone, &phone);
	if (rc == VH_OK && only_own)
		rc = houses_of_phone(cx, g->h->id, phone, &own);
	for (struct house *e = houses; rc == VH_OK && e; e = e->next) {
		if (only_own && !his(own, e->id))
			continue;
		struct rack_house *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->house = *e;
		*tail = x;
		tail = &x->next;
		g->ret->totals.houses++;
	}
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct racking *g = arg;
	struct room *rooms = NULL;
	struct stay *stays = NULL;
	struct plate *plates = NULL;
	struct index ix = { 0 };
	enum vh_rc rc = actor_may(cx, ACT_RACK, g->h, 0, 0);
	if (rc == VH_OK)
		rc = houses_into(cx, g);
	if (rc == VH_OK)
		rc = room_list(cx, g->h->id, &rooms);
	if (rc == VH_OK)
		rc = rooms_into(cx, g->ret, rooms, &ix);
	if (rc == VH_OK)
		rc = stay_list_hotel(cx, g->h->id, &stays);
	if (rc == VH_OK)
		rc = plate_list(cx, g->h->id, "active", &plates);
	if (rc != VH_OK)
		return rc;
	for (struct stay *s = stays; s; s = s->next) {
		struct rack_room *r = find(&ix, s->room);
		if (r)
			count_stay(r, s, g->today);
	}
	for (struct plate *p = plates; p; p = p->next) {
		struct rack_room *r = p->room ? find(&ix, p->room) : NULL;
		if (r)
			r->plate = *p;
	}
	for (size_t i = 0; i < ix.n; i++)
		count_room(&g->ret->totals, ix.by_id[i]);
	return VH_OK;
}

enum vh_rc look_rack(struct ctx *cx, const struct hotel *h, struct rack *ret)
{
	struct racking g = { .h = h, .ret = ret };
	memset(ret, 0, sizeof *ret);
	ret->hotel = *h;
	ret->codes = cx->who && role_reach(cx->who->role, ACT_PLATE) != REACH_NO;
	today_of(cx, h, g.today);
	return db_read(cx, step, &g);
}
