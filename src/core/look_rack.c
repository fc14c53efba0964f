#include "vh/rack.h"

#include <stdlib.h>
#include <string.h>

#include "mine.h"
#include "rack_data.h"
#include "vh/date.h"
#include "vh/store_stay.h"
#include "vh/store_task.h"
#include "vh/store_visit.h"

struct racking {
	const struct hotel *h;
	struct rack *ret;
	struct rack_index *ix;
	char today[DAY_TEXT], soon[DAY_TEXT];
};

static void count_stay(struct rack_room *r, const struct stay *s, const struct racking *g)
{
	bool overdue = stay_is_overdue(s, g->today);
	bool ends = stay_is_current(s->state) && s->until && !overdue;
	r->registered += stay_is_current(s->state);
	r->pending += s->state == STAY_PENDING;
	r->contested += s->state == STAY_CONTESTED;
	r->away += s->state == STAY_AWAY;
	r->late += s->late;
	r->overdue += overdue;
	r->due += ends && strcmp(s->until, g->soon) <= 0;
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

static int by_room(const void *a, const void *b)
{
	int64_t x = (*(struct rack_room *const *)a)->room.id,
		y = (*(struct rack_room *const *)b)->room.id;
	return x < y ? -1 : x > y;
}

struct rack_room *rack_find(const struct rack_index *ix, int64_t room)
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

/* Numbers as people count them: 2 before 10, 2A after 2. */
static int by_count(const char *a, const char *b)
{
	for (;;) {
		size_t n = strspn(a, "0123456789"), m = strspn(b, "0123456789");
		if (n && m) {
			const char *x = a + strspn(a, "0"), *y = b + strspn(b, "0");
			size_t nx = n - (size_t)(x - a), ny = m - (size_t)(y - b);
			int d = nx != ny ? (nx < ny ? -1 : 1) : memcmp(x, y, nx);
			if (d)
				return d;
			a += n;
			b += m;
		} else if (*a != *b || !*a) {
			return (unsigned char)*a - (unsigned char)*b;
		} else {
			a++;
			b++;
		}
	}
}

static int by_no(const void *a, const void *b)
{
	const struct rack_room *x = *(struct rack_room *const *)a,
			       *y = *(struct rack_room *const *)b;
	int d = by_count(x->room.no_key, y->room.no_key);
	return d ? d : by_room(a, b);
}

/* The rooms of each house, which came in a row, in the order of their numbers. */
static void set_in_order(struct rack *rack, struct rack_room **all, size_t n)
{
	size_t i = 0;
	for (struct rack_house *h = rack->houses; h; h = h->next)
		h->rooms = NULL;
	for (struct rack_house *h = rack->houses; i < n; h = rack->houses) {
		size_t from = i;
		while (i < n && all[i]->room.house == all[from]->room.house)
			i++;
		qsort(all + from, i - from, sizeof *all, by_no);
		while (h && h->house.id != all[from]->room.house)
			h = h->next;
		if (!h)
			continue;
		h->rooms = all[from];
		for (size_t k = from; k < i; k++)
			all[k]->next = k + 1 < i ? all[k + 1] : NULL;
	}
}

static enum vh_rc rooms_into(struct ctx *cx, struct rack *rack, struct room *rooms,
                             struct rack_index *ix)
{
	size_t n = 0;
	for (struct room *r = rooms; r; r = r->next)
		n++;
	ix->by_id = arena_array(cx->a, n + 1, sizeof *ix->by_id);
	if (!ix->by_id)
		return ctx_nomem(cx);
	const struct rack_house *house = NULL;
	for (struct room *r = rooms; r; r = r->next) {
		if (!house || house->house.id != r->house)
			for (house = rack->houses; house && house->house.id != r->house;)
				house = house->next;
		if (!house)
			continue;
		struct rack_room *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->room = *r;
		ix->by_id[ix->n++] = x;
	}
	set_in_order(rack, ix->by_id, ix->n);
	qsort(ix->by_id, ix->n, sizeof *ix->by_id, by_room);
	return VH_OK;
}

static enum vh_rc houses_into(struct ctx *cx, struct racking *g)
{
	struct house *houses = NULL;
	struct mine mine;
	struct rack_house **tail = &g->ret->houses;
	enum vh_rc rc = mine_load(cx, ACT_RACK, g->h, &mine);
	if (rc == VH_OK)
		rc = house_list(cx, g->h->id, &houses);
	for (struct house *e = houses; rc == VH_OK && e; e = e->next) {
		if (!mine_has(&mine, e->id))
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

static void hazard_into(struct racking *g, const struct hazard *z)
{
	struct rack_room *r = z->room ? rack_find(g->ix, z->room) : NULL;
	if (r)
		r->hazards++;
	for (struct rack_house *h = g->ret->houses; !z->room && h; h = h->next)
		h->hazards += h->house.id == z->house;
}

/* What officers found and left open; for those who may see it, as counts. */
static enum vh_rc findings_into(struct ctx *cx, struct racking *g)
{
	enum { MOST = 10000 };
	static const char *const kinds[] = { "sleep", "skip" };
	struct hazard *hazards = NULL;
	enum vh_rc rc = VH_OK;
	if (role_reach(cx->who->role, ACT_HAZARD) != REACH_NO)
		rc = hazard_list_open(cx, g->h->id, &hazards);
	for (const struct hazard *z = hazards; rc == VH_OK && z; z = z->next)
		hazard_into(g, z);
	if (role_reach(cx->who->role, ACT_TASK) == REACH_NO)
		return rc;
	for (int k = 0; rc == VH_OK && k < 2; k++) {
		struct task *tasks = NULL;
		rc = task_list_kind(cx, g->h->id, kinds[k], MOST, &tasks);
		for (const struct task *t = tasks; rc == VH_OK && t; t = t->next) {
			struct rack_room *r = t->room ? rack_find(g->ix, t->room) : NULL;
			if (r)
				*(k ? &r->skip : &r->sleep) += 1;
		}
	}
	return rc;
}

static enum vh_rc people_into(struct ctx *cx, struct racking *g)
{
	struct stay *stays = NULL;
	struct plate *plates = NULL;
	enum vh_rc rc = stay_list_hotel(cx, g->h->id, &stays);
	if (rc == VH_OK)
		rc = plate_list(cx, g->h->id, "active", &plates);
	if (rc != VH_OK)
		return rc;
	for (struct stay *s = stays; s; s = s->next) {
		struct rack_room *r = rack_find(g->ix, s->room);
		if (r)
			count_stay(r, s, g);
	}
	for (struct plate *p = plates; p; p = p->next) {
		struct rack_room *r = p->room ? rack_find(g->ix, p->room) : NULL;
		if (r)
			r->plate = *p;
	}
	return VH_OK;
}

enum vh_rc rack_mark_now(struct ctx *cx, const struct hotel *h, struct rack_mark *ret)
{
	struct hotel_head head;
	enum vh_rc rc = head_get(cx, h->id, &head);
	if (rc == VH_OK)
		*ret = (struct rack_mark){ head.epoch, head.seq, day_of(cx->now, h->zone_min),
			                   head.marks };
	return rc;
}

enum vh_rc rack_load(struct ctx *cx, const struct hotel *h, struct rack *ret,
                     struct rack_index *ret_ix)
{
	struct racking g = { .h = h, .ret = ret, .ix = ret_ix };
	struct room *rooms = NULL;
	memset(ret, 0, sizeof *ret);
	memset(ret_ix, 0, sizeof *ret_ix);
	ret->hotel = *h;
	ret->codes = cx->who && role_reach(cx->who->role, ACT_PLATE) != REACH_NO;
	enum vh_rc rc = rack_mark_now(cx, h, &ret->mark);
	if (rc != VH_OK)
		return rc;
	day_format(ret->mark.day, g.today);
	day_format(ret->mark.day + RACK_DUE_DAYS, g.soon);
	rc = houses_into(cx, &g);
	if (rc == VH_OK)
		rc = room_list(cx, h->id, &rooms);
	if (rc == VH_OK)
		rc = rooms_into(cx, ret, rooms, ret_ix);
	if (rc == VH_OK)
		rc = people_into(cx, &g);
	if (rc == VH_OK)
		rc = findings_into(cx, &g);
	for (size_t i = 0; rc == VH_OK && i < ret_ix->n; i++)
		count_room(&ret->totals, ret_ix->by_id[i]);
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct rack *ret = arg;
	struct hotel h = ret->hotel;
	struct rack_index ix;
	return rack_load(cx, &h, ret, &ix);
}

enum vh_rc look_rack(struct ctx *cx, const struct hotel *h, struct rack *ret)
{
	ret->hotel = *h;
	return db_read(cx, step, ret);
}
