#include "vh/inspect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "place_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"
#include "vh/utf8.h"

enum { VISITS_SHOWN = 200 };

struct looking {
	const struct hotel *h;
	int64_t id, n;
	struct visit_look **visit;
	struct inspection **rows;
};

static enum vh_rc one_row(struct ctx *cx, const struct inspection *i, struct visit_look *l)
{
	struct account a;
	l->row = *i;
	l->row.next = NULL;
	enum vh_rc rc = house_get(cx, i->hotel, i->house, &l->house);
	if (rc == VH_OK && i->room)
		rc = room_get(cx, i->hotel, i->room, &l->room);
	if (rc == VH_OK)
		rc = inspection_seen_list(cx, i->hotel, i->id, &l->seen);
	if (rc != VH_OK)
		return rc;
	rc = account_get(cx, i->by, &a);
	if (rc == VH_OK)
		l->by = a.login;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc visit_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct inspection *rows = NULL;
	struct visit_look **tail = g->visit;
	*tail = NULL;
	enum vh_rc rc = inspection_of_visit(cx, g->h->id, g->id, &rows);
	if (rc == VH_OK)
		rc = rows ? actor_may(cx, ACT_HAZARD, g->h, rows->house, 0)
		          : ctx_fail(cx, VH_NOTFOUND, "not_found", "visit",
		                     "there is no such visit here");
	for (const struct inspection *i = rows; rc == VH_OK && i; i = i->next) {
		struct visit_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		rc = one_row(cx, i, l);
		*tail = l;
		tail = &l->next;
	}
	return rc;
}

enum vh_rc look_visit(struct ctx *cx, const struct hotel *h, int64_t visit,
                      struct visit_look **ret)
{
	struct looking g = { .h = h, .id = visit, .visit = ret };
	return db_read(cx, visit_step, &g);
}

static enum vh_rc visits_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = place_room(cx, ACT_HAZARD, g->h->id, g->id, &h, &e, &r);
	return rc == VH_OK ? inspection_of_room(cx, h.id, r.id, 0, g->n, g->rows) : rc;
}

enum vh_rc look_visits(struct ctx *cx, const struct hotel *h, int64_t room, int64_t n,
                       struct inspection **ret)
{
	struct looking g = { .h = h, .id = room, .rows = ret };
	g.n = n < 1 || n > VISITS_SHOWN ? VISITS_SHOWN : n;
	return db_read(cx, visits_step, &g);
}

/* From the day he moved in to the day he left. */
static enum vh_rc during(struct ctx *cx, const struct looking *g, const struct stay *s)
{
	int32_t from, to = DAY_NONE;
	struct inspection **link = g->rows;
	if (day_parse(s->since, &from) != VH_OK || (s->ended && day_parse(s->ended, &to) != VH_OK))
		return ctx_fail(cx, VH_IO, "stay", "since", "a stored day is not a day");
	int64_t end = to == DAY_NONE ? INT64_MAX : day_start(to + 1, g->h->zone_min);
	enum vh_rc rc = inspection_of_room(cx, g->h->id, s->room, day_start(from, g->h->zone_min),
	                                   VISITS_SHOWN, g->rows);
	while (rc == VH_OK && *link && (*link)->at >= end)
		*link = (*link)->next;
	for (struct inspection *i = *link; rc == VH_OK && i; i = i->next)
		i->by = 0;
	return rc;
}

static enum vh_rc own_step(struct ctx *cx, void *arg)
{
	const struct looking *g = arg;
	struct stay s;
	struct room r;
	enum vh_rc rc = stay_get(cx, g->h->id, g->id, &s);
	if (rc == VH_OK)
		rc = room_get(cx, g->h->id, s.room, &r);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_ROOM, g->h, r.house, s.person);
	return rc == VH_OK ? during(cx, g, &s) : rc;
}

enum vh_rc look_visits_of_stay(struct ctx *cx, const struct hotel *h, int64_t stay,
                               struct inspection **ret)
{
	struct looking g = { .h = h, .id = stay, .rows = ret };
	return db_read(cx, own_step, &g);
}

/* ---- the last four characters of a number, said at the door ---- */

struct matching {
	const struct hotel *h;
	int64_t room, index, stay;
	const char *four;
	struct person *people[LIM_CAPACITY];
	int64_t stays[LIM_CAPACITY], ids[LIM_CAPACITY];
	size_t n;
};

static enum vh_rc candidates_step(struct ctx *cx, void *arg)
{
	struct matching *m = arg;
	struct hotel h;
	struct house e;
	struct room r;
	struct stay *list = NULL;
	m->n = 0;
	enum vh_rc rc = place_room(cx, ACT_INSPECT, m->h->id, m->room, &h, &e, &r);
	if (rc == VH_OK)
		rc = stay_list_room(cx, h.id, r.id, &list);
	for (struct stay *s = list; rc == VH_OK && s && m->n < LIM_CAPACITY; s = s->next) {
		struct person *p = arena_alloc(cx->a, sizeof *p);
		if (!p)
			return ctx_nomem(cx);
		rc = person_get(cx, h.id, s->person, p);
		if (rc != VH_OK || p->tail_idx != m->index)
			continue;
		m->people[m->n] = p;
		m->ids[m->n] = p->id;
		m->stays[m->n++] = s->id;
	}
	return rc;
}

static enum vh_rc compare(struct ctx *cx, struct matching *m)
{
	struct hotel_keys k;
	int found = 0;
	enum vh_rc rc = hotel_keys_of(cx, m->h->id, &k);
	for (size_t i = 0; rc == VH_OK && i < m->n; i++) {
		rc = person_open(cx, &k, m->people[i]);
		const char *no = rc == VH_OK ? m->people[i]->doc_no : NULL;
		size_t n = no ? strlen(no) : 0;
		if (n < 4 || strcmp(no + n - 4, m->four) != 0)
			continue;
		m->stay = m->stays[i];
		found++;
	}
	wipe(&k, sizeof k);
	if (rc == VH_OK && found == 0)
		return ctx_fail(cx, VH_NOTFOUND, "no_match", "tail",
		                "nobody registered here has this number");
	if (rc == VH_OK && found > 1)
		return ctx_fail(cx, VH_CONFLICT, "many_match", "tail",
		                "several people here have such a number: ask for the name");
	return rc;
}

enum vh_rc inspect_match(struct ctx *cx, const struct hotel *h, int64_t room, const char *four,
                         int64_t *ret_stay)
{
	struct matching *m = arena_alloc(cx->a, sizeof *m);
	char *text = utf8_compact(cx->a, four ? four : "");
	if (!m || !text)
		return ctx_nomem(cx);
	if (strlen(text) != 4)
		return ctx_fail(cx, VH_INVALID, "tail", "tail", "the last four characters");
	*m = (struct matching){ .h = h, .room = room, .four = text,
	                        .index = index_tail(cx, h->id, text) };
	enum vh_rc rc = db_read(cx, candidates_step, m);
	if (rc == VH_OK)
		rc = access_note(cx, h->id, m->ids, m->n, "tail", "match");
	if (rc == VH_OK)
		rc = compare(cx, m);
	if (rc == VH_OK)
		*ret_stay = m->stay;
	return rc;
}

/* ---- the round ---- */

struct rounding {
	const struct hotel *h;
	const struct round_from *from;
	struct round_stop **stop; /* by room id, later in order of the round */
	size_t n;
	struct round_stop **ret;
};

static int by_room(const void *a, const void *b)
{
	int64_t x = (*(struct round_stop *const *)a)->room.id,
		y = (*(struct round_stop *const *)b)->room.id;
	return x < y ? -1 : x > y;
}

static struct round_stop *stop_of(const struct rounding *g, int64_t room)
{
	struct round_stop key = { .room = { .id = room } }, *p = &key;
	if (!g->n)
		return NULL;
	struct round_stop **at = bsearch(&p, g->stop, g->n, sizeof *g->stop, by_room);
	return at ? *at : NULL;
}

/* On so small a piece of the earth a plane will do. */
static double metres(const struct round_from *f, const struct house *e)
{
	if ((f->lat == 0 && f->lng == 0) || (e->lat == 0 && e->lng == 0))
		return -1;
	double y = (e->lat - f->lat) * 111320, x = (e->lng - f->lng) * 111320;
	return hypot(x * cos(f->lat * M_PI / 180), y);
}

static bool in_grid(const struct round_from *f, const struct house *e)
{
	return !f->grid || (e->grid && !strcmp(e->grid, f->grid));
}

static enum vh_rc stops(struct ctx *cx, struct rounding *g)
{
	struct house *houses = NULL, *e = NULL;
	struct room *rooms = NULL;
	size_t n = 0;
	enum vh_rc rc = house_list(cx, g->h->id, &houses);
	if (rc == VH_OK)
		rc = room_list(cx, g->h->id, &rooms);
	for (struct room *r = rooms; r; r = r->next)
		n++;
	g->stop = arena_array(cx->a, n + 1, sizeof *g->stop);
	if (!g->stop)
		return ctx_nomem(cx);
	for (struct room *r = rooms; rc == VH_OK && r; r = r->next) {
		if (!e || e->id != r->house) {
			for (e = houses; e && e->id != r->house; e = e->next)
				;
		}
		if (!e || !in_grid(g->from, e) || r->id == g->from->but)
			continue;
		struct round_stop *s = arena_alloc(cx->a, sizeof *s);
		if (!s)
			return ctx_nomem(cx);
		*s = (struct round_stop){ .house = *e, .room = *r,
		                          .metres = metres(g->from, e) };
		g->stop[g->n++] = s;
	}
	if (g->n)
		qsort(g->stop, g->n, sizeof *g->stop, by_room);
	return rc;
}

static enum vh_rc facts(struct ctx *cx, struct rounding *g)
{
	struct visited *visits = NULL;
	struct stay *stays = NULL;
	struct hazard *hazards = NULL;
	struct round_stop *s;
	enum vh_rc rc = inspection_last(cx, g->h->id, &visits);
	if (rc == VH_OK)
		rc = stay_list_hotel(cx, g->h->id, &stays);
	if (rc == VH_OK)
		rc = hazard_list_open(cx, g->h->id, &hazards);
	if (rc != VH_OK)
		return rc;
	int64_t today = day_start(day_of(cx->now, g->h->zone_min), g->h->zone_min);
	for (; visits; visits = visits->next) {
		if (!(s = stop_of(g, visits->room)))
			continue;
		s->last = visits->at;
		s->done = s->last >= today;
	}
	for (; stays; stays = stays->next) {
		if ((s = stop_of(g, stays->room)))
			s->registered += stay_is_current(stays->state);
	}
	for (; hazards; hazards = hazards->next) {
		if ((s = stop_of(g, hazards->room)))
			s->hazards++;
	}
	return VH_OK;
}

/* What is not on the map is taken to be far. */
static double way(const struct round_stop *s)
{
	return s->metres < 0 ? HUGE_VAL : s->metres;
}

static int three_way(double a, double b)
{
	return a < b ? -1 : a > b;
}

/* What was visited today has been done; else by the week of the last visit (0: never), then near
 * before far, then by house and room. */
static int by_need(const void *a, const void *b)
{
	const struct round_stop *x = *(struct round_stop *const *)a,
				*y = *(struct round_stop *const *)b;
	const int64_t week = 7 * DAY_MS;
	int d = x->done - y->done;
	if (!d)
		d = three_way((double)(x->last / week), (double)(y->last / week));
	if (!d)
		d = three_way(way(x), way(y));
	if (!d)
		d = three_way((double)x->house.no, (double)y->house.no);
	return d ? d : strcmp(x->room.no_key, y->room.no_key);
}

static enum vh_rc round_step(struct ctx *cx, void *arg)
{
	struct rounding *g = arg;
	struct round_stop **tail = g->ret;
	g->n = 0;
	*tail = NULL;
	enum vh_rc rc = actor_may(cx, ACT_INSPECT, g->h, 0, 0);
	if (rc == VH_OK)
		rc = stops(cx, g);
	if (rc == VH_OK)
		rc = facts(cx, g);
	if (rc != VH_OK)
		return rc;
	if (g->n)
		qsort(g->stop, g->n, sizeof *g->stop, by_need);
	for (size_t i = 0; i < g->n && (int64_t)i < g->from->n; i++) {
		if (g->from->todo && g->stop[i]->done)
			break; /* they come last */
		*tail = g->stop[i];
		tail = &g->stop[i]->next;
	}
	return VH_OK;
}

enum vh_rc inspect_round(struct ctx *cx, const struct hotel *h, const struct round_from *from,
                         struct round_stop **ret)
{
	struct rounding g = { .h = h, .from = from, .ret = ret };
	return db_read(cx, round_step, &g);
}
