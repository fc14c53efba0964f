#include "vh/tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vh/employer.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

enum { PAGE = 500, PARTS = 20, GROW = 256 /* a power of two */ };

struct counting {
	int64_t hotel, room;
	const struct key *k;
	struct tally *to;
	struct arena *page; /* of the rows at hand */
};

/* --- rows ------------------------------------------------------------------------------------- */

struct canon {
	struct arena *a;
	struct blob part[PARTS];
	size_t n;
};

static void say(struct canon *c, const char *s)
{
	c->part[c->n++] = (struct blob){ (const unsigned char *)(s ? s : ""), s ? strlen(s) : 0 };
}

static void say_no(struct canon *c, int64_t n)
{
	say(c, arena_printf(c->a, "%" PRId64, n));
}

static void sum_of(const struct canon *c, const struct key *k, unsigned char ret[TALLY_BYTES])
{
	unsigned char full[MAC_BYTES];
	mac_parts(k, c->part, c->n, full);
	memcpy(ret, full, TALLY_BYTES);
}

static void add_to(unsigned char sum[TALLY_BYTES], const unsigned char more[TALLY_BYTES])
{
	for (int i = 0; i < TALLY_BYTES; i++)
		sum[i] ^= more[i];
}

/* One more at the end: rows come in the order of their ids. There is room for GROW, then for twice
 * as many each time that they are full. */
static enum vh_rc push(struct ctx *cx, struct tally_row **list, size_t *n,
                       const struct tally_row *row)
{
	bool full = !*n || (*n >= GROW && !(*n & (*n - 1)));
	if (full) {
		struct tally_row *more = arena_array(cx->a, *n ? *n * 2 : GROW, sizeof *more);
		if (!more)
			return ctx_nomem(cx);
		if (*n)
			memcpy(more, *list, *n * sizeof *more);
		*list = more;
	}
	(*list)[(*n)++] = *row;
	return VH_OK;
}

static int by_id(const void *key, const void *row)
{
	int64_t id = *(const int64_t *)key, other = ((const struct tally_row *)row)->id;
	return id < other ? -1 : id > other;
}

static struct tally_row *find(struct tally_row *list, size_t n, int64_t id)
{
	return n ? bsearch(&id, list, n, sizeof *list, by_id) : NULL;
}

static enum vh_rc count_house(struct ctx *cx, struct counting *g, const struct house *h)
{
	struct tally_row row = { .id = h->id };
	struct canon c = { .a = g->page };
	say(&c, "house");
	say_no(&c, h->id);
	say_no(&c, h->no);
	say(&c, h->address);
	say(&c, h->grid);
	say(&c, h->state);
	sum_of(&c, g->k, row.sum);
	return push(cx, &g->to->house, &g->to->houses, &row);
}

static enum vh_rc count_room(struct ctx *cx, struct counting *g, const struct room *r)
{
	struct tally_row row = { .id = r->id, .in = r->house };
	struct canon c = { .a = g->page };
	say(&c, "room");
	say_no(&c, r->id);
	say_no(&c, r->house);
	say(&c, r->no);
	say(&c, r->letting);
	say_no(&c, r->capacity);
	say(&c, r->area_m2 > 0 ? arena_printf(g->page, "%.6g", r->area_m2) : "");
	sum_of(&c, g->k, row.sum);
	return push(cx, &g->to->room, &g->to->rooms, &row);
}

static void say_person(struct canon *c, const struct person *p)
{
	say_no(c, p->id);
	say(c, p->doc_type);
	say(c, p->doc_no);
	say(c, p->name);
	say(c, p->phone);
	say(c, p->home);
	say_no(c, p->sex);
}

/* cx->a here is the page's. */
static enum vh_rc sum_stay(struct ctx *cx, const struct counting *g, const struct stay *s,
                           struct tally_row *ret)
{
	struct hotel_keys k;
	struct person p;
	struct employer e = { 0 };
	struct canon c = { .a = cx->a };
	enum vh_rc rc = hotel_keys_of(cx, s->hotel, &k);
	if (rc == VH_OK)
		rc = person_get(cx, s->hotel, s->person, &p);
	if (rc == VH_OK)
		rc = person_open(cx, &k, &p);
	wipe(&k, sizeof k);
	if (rc == VH_OK && s->employer)
		rc = employer_get(cx, s->hotel, s->employer, &e);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_IO, "damaged", "", "stay %" PRId64 " is nobody's", s->id);
	if (rc != VH_OK)
		return rc;
	say(&c, "stay");
	say_no(&c, s->id);
	say_no(&c, s->room);
	say(&c, stay_state_name(s->state));
	say(&c, s->since);
	say(&c, s->until);
	say(&c, s->ended);
	say(&c, s->ended_about ? "about" : "");
	say(&c, s->away_until);
	say(&c, s->lessee ? "1" : "0");
	say(&c, s->relation);
	say(&c, e.name);
	say_person(&c, &p);
	*ret = (struct tally_row){ .id = s->id, .in = s->room };
	sum_of(&c, g->k, ret->sum);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

static enum vh_rc count_stay(struct ctx *page, struct ctx *cx, struct counting *g,
                             const struct stay *s)
{
	struct tally_row row, *room = find(g->to->room, g->to->rooms, s->room);
	enum vh_rc rc = sum_stay(page, g, s, &row);
	if (rc == VH_OK && room) {
		add_to(room->sum, row.sum);
		room->stays++;
	}
	if (rc == VH_OK && g->room == s->room)
		rc = push(cx, &g->to->stay, &g->to->stays, &row);
	return rc;
}

/* --- a page at a time ------------------------------------------------------------------------- */

/* The next rows after *after, each counted; *ret_n: how many they were. */
typedef enum vh_rc page_fn(struct ctx *page, struct ctx *cx, struct counting *g, int64_t *after,
                           size_t *ret_n);

static enum vh_rc house_page(struct ctx *page, struct ctx *cx, struct counting *g, int64_t *after,
                             size_t *ret_n)
{
	struct house *list = NULL;
	enum vh_rc rc = house_after(page, g->hotel, *after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, (*ret_n)++) {
		*after = list->id;
		rc = count_house(cx, g, list);
	}
	return rc;
}

static enum vh_rc room_page(struct ctx *page, struct ctx *cx, struct counting *g, int64_t *after,
                            size_t *ret_n)
{
	struct room *list = NULL;
	enum vh_rc rc = room_after(page, g->hotel, *after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, (*ret_n)++) {
		*after = list->id;
		rc = count_room(cx, g, list);
	}
	return rc;
}

static enum vh_rc stay_page(struct ctx *page, struct ctx *cx, struct counting *g, int64_t *after,
                            size_t *ret_n)
{
	struct stay *list = NULL;
	enum vh_rc rc = stay_after(page, g->hotel, *after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, (*ret_n)++) {
		*after = list->id;
		rc = count_stay(page, cx, g, list);
	}
	return rc;
}

static enum vh_rc each_page(struct ctx *cx, struct counting *g, page_fn *fn)
{
	struct ctx page = *cx;
	int64_t after = 0;
	size_t n = 0;
	enum vh_rc rc;
	page.a = g->page;
	do {
		n = 0;
		arena_reset(g->page);
		rc = fn(&page, cx, g, &after, &n);
	} while (rc == VH_OK && n);
	if (!cx->err.n)
		cx->err = page.err;
	return rc;
}

/* The rooms' sums, their stays in them, go into their houses'. */
static void gather(struct tally *t)
{
	for (size_t i = 0; i < t->rooms; i++) {
		struct tally_row *h = find(t->house, t->houses, t->room[i].in);
		if (!h)
			continue;
		add_to(h->sum, t->room[i].sum);
		h->stays += t->room[i].stays;
	}
}

static enum vh_rc tally_step(struct ctx *cx, void *arg)
{
	struct counting *g = arg;
	*g->to = (struct tally){ 0 };
	/* Rooms need their houses, stays their rooms. */
	enum vh_rc rc = each_page(cx, g, house_page);
	if (rc == VH_OK)
		rc = each_page(cx, g, room_page);
	if (rc == VH_OK)
		rc = each_page(cx, g, stay_page);
	if (rc == VH_OK)
		gather(g->to);
	return rc;
}

void tally_key(const char *secret, size_t n, struct key *ret)
{
	unsigned char sum[32];
	hmac_sha256(secret, n, "vhotel-tally", strlen("vhotel-tally"), sum);
	memcpy(ret->b, sum, sizeof ret->b);
	wipe(sum, sizeof sum);
}

enum vh_rc tally_hotel(struct ctx *cx, int64_t hotel, const struct key *k, int64_t room,
                       struct tally *ret)
{
	struct counting g = { hotel, room, k, ret, arena_new(LIM_ARENA) };
	if (!g.page)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read_long(cx, tally_step, &g);
	arena_free(g.page);
	return rc;
}
