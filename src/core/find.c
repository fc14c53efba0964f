#include "vh/find.h"

#include <stdlib.h>
#include <string.h>

#include "mine.h"
#include "place_data.h"
#include "vh/limits.h"
#include "vh/store_stay.h"
#include "vh/utf8.h"

enum { PART = 2 }; /* characters of an address that are worth looking for */

struct finding {
	const struct hotel *h;
	const char *text;  /* cleaned */
	const char *key;   /* as addresses and room numbers are kept */
	const char *room;  /* of HOUSE/ROOM, its key; NULL */
	const char *piece; /* and what stands before it, when that is no number */
	int64_t no;        /* the number before the slash or the whole of it; 0: none */
	struct mine mine;
	struct place_found *head, **tail;
	int n;
};

static enum vh_rc add(struct ctx *cx, struct finding *g, const struct house *e,
                      const struct room *r)
{
	for (const struct place_found *f = g->head; f; f = f->next)
		if (f->house.id == e->id && f->room.id == (r ? r->id : 0))
			return VH_OK;
	if (g->n >= LIM_FOUND || !mine_has(&g->mine, e->id))
		return VH_OK;
	struct place_found *f = arena_alloc(cx->a, sizeof *f);
	if (!f)
		return ctx_nomem(cx);
	*f = (struct place_found){ .hotel = *g->h, .house = *e };
	f->hotel.next = NULL;
	f->house.next = NULL;
	if (r)
		f->room = *r;
	f->room.next = NULL;
	*g->tail = f;
	g->tail = &f->next;
	g->n++;
	return r ? stay_count_room(cx, r->hotel, r->id, &f->registered) : VH_OK;
}

static enum vh_rc add_room(struct ctx *cx, struct finding *g, const struct house *e,
                           const char *no_key)
{
	struct room r;
	enum vh_rc rc = room_by_no(cx, g->h->id, e->id, no_key, &r);
	if (rc == VH_OK)
		return add(cx, g, e, &r);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Is it the house's number, or one that stands in its address? */
static bool is_number(const struct house *e, int64_t no)
{
	if (e->no == no)
		return true;
	for (const char *p = e->address_key; *p;) {
		size_t n = strspn(p, "0123456789");
		if (n && n < 10 && strtoll(p, NULL, 10) == no)
			return true;
		p += n ? n : 1;
	}
	return false;
}

/* 17101 as 17/101: what is left of the text after the house's own number. */
static const char *after_number(const struct finding *g, const struct house *e)
{
	char *end;
	if (!g->no || g->room)
		return NULL;
	for (size_t n = 1; g->key[n]; n++) {
		char head[8] = "";
		if (n >= sizeof head)
			break;
		memcpy(head, g->key, n);
		if (strtoll(head, &end, 10) == e->no && head[0] != '0')
			return g->key + n;
	}
	return NULL;
}

static bool is_piece(const struct house *e, const char *part)
{
	return utf8_count(part) >= PART && strstr(e->address_key, part);
}

/* 后街17号101, as a slip prints it: what is left after the end of the house's address. */
static const char *after_address(const struct finding *g, const struct house *e)
{
	size_t len = strlen(e->address_key);
	for (size_t n = strlen(g->key); !g->no && n > PART; n--) {
		const char *end = n <= len ? e->address_key + len - n : "";
		if (!strncmp(end, g->key, n) && utf8_count(end) >= PART)
			return g->key + n;
	}
	return NULL;
}

/* The room's number, if it is this house that was written before it. */
static const char *room_of(const struct finding *g, const struct house *e)
{
	if (!g->room)
		return after_address(g, e);
	return (g->piece ? is_piece(e, g->piece) : is_number(e, g->no)) ? g->room : NULL;
}

static enum vh_rc by_house(struct ctx *cx, struct finding *g, const struct house *e)
{
	const char *room = room_of(g, e), *left = room ? room : after_number(g, e);
	enum vh_rc rc = left && *left ? add_room(cx, g, e, left) : VH_OK;
	if (rc != VH_OK || (g->room && !g->piece))
		return rc;
	return (g->no ? is_number(e, g->no) : is_piece(e, g->key)) ? add(cx, g, e, NULL) : VH_OK;
}

static enum vh_rc by_room(struct ctx *cx, struct finding *g)
{
	struct room *list = NULL;
	struct house e;
	enum vh_rc rc = room_list_no(cx, g->h->id, g->key, LIM_FOUND, &list);
	for (const struct room *r = list; rc == VH_OK && r; r = r->next) {
		rc = house_get(cx, g->h->id, r->house, &e);
		if (rc == VH_OK)
			rc = add(cx, g, &e, r);
	}
	return rc;
}

static enum vh_rc by_plate(struct ctx *cx, struct finding *g, const struct plate *p)
{
	struct house e;
	struct room r = { 0 };
	enum vh_rc rc = VH_OK;
	if (strcmp(p->state, "active") != 0)
		return VH_OK;
	if (p->room)
		rc = room_get(cx, g->h->id, p->room, &r);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, p->room ? r.house : p->house, &e);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	return add(cx, g, &e, p->room ? &r : NULL);
}

static enum vh_rc hotel_step(struct ctx *cx, void *arg)
{
	struct finding *g = arg;
	struct house *houses = NULL;
	struct plate p;
	uint32_t serial;
	enum vh_rc rc = mine_load(cx, ACT_RACK, g->h, &g->mine);
	if (rc == VH_OK && serial_parse(g->text, &serial) == VH_OK) {
		rc = plate_get(cx, g->h->id, serial, &p);
		if (rc == VH_OK)
			rc = by_plate(cx, g, &p);
		return rc == VH_NOTFOUND ? VH_OK : rc;
	}
	if (rc == VH_OK)
		rc = house_list(cx, g->h->id, &houses);
	for (const struct house *e = houses; rc == VH_OK && e; e = e->next)
		rc = by_house(cx, g, e);
	return rc == VH_OK && (!g->room || g->piece) ? by_room(cx, g) : rc;
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

static bool digits(const char *s, size_t n)
{
	return n && n < 10 && strspn(s, "0123456789") >= n;
}

/* The text as keys: 17/101 and 后街/101 in two. */
static enum vh_rc understand(struct ctx *cx, const char *text, struct finding *g)
{
	g->text = utf8_clean(cx->a, text);
	g->key = g->text ? place_key(cx->a, g->text) : NULL;
	if (!g->key)
		return ctx_nomem(cx);
	const char *slash = strchr(g->key, '/');
	size_t n = slash ? (size_t)(slash - g->key) : strlen(g->key);
	if (slash && n)
		g->room = slash + 1;
	if (digits(g->key, n))
		g->no = strtoll(g->key, NULL, 10);
	else if (g->room)
		g->piece = arena_dupn(cx->a, g->key, n);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

struct meant {
	int64_t hotel;
	struct room *room;
	int n;
};

static enum vh_rc mean(struct ctx *cx, struct meant *m, const struct house *e, const char *no_key)
{
	struct room r;
	enum vh_rc rc = room_by_no(cx, m->hotel, e->id, no_key, &r);
	if (rc == VH_OK && !m->n++)
		*m->room = r;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* A house's own number goes before one in another's address; of two addresses neither is meant. */
static enum vh_rc by_writing(struct ctx *cx, const struct finding *g, const struct house *houses,
                             struct meant *m)
{
	bool numbered = false;
	enum vh_rc rc = VH_OK;
	for (const struct house *e = houses; g->no && e; e = e->next)
		numbered = numbered || e->no == g->no;
	for (const struct house *e = houses; rc == VH_OK && e; e = e->next) {
		const char *no_key = !numbered || e->no == g->no ? room_of(g, e) : NULL;
		if (no_key && *no_key)
			rc = mean(cx, m, e, no_key);
	}
	return rc;
}

enum vh_rc room_written(struct ctx *cx, int64_t hotel, int64_t house, const char *text,
                        struct room *ret)
{
	struct finding g = { 0 };
	struct house *houses = NULL;
	struct meant m = { .hotel = hotel, .room = ret };
	enum vh_rc rc = understand(cx, text, &g);
	if (rc != VH_OK)
		return rc;
	/* A room may be called 101/2 itself. */
	rc = house ? room_by_no(cx, hotel, house, g.key, ret) : VH_NOTFOUND;
	if (rc != VH_NOTFOUND)
		return rc;
	rc = house_list(cx, hotel, &houses);
	if (rc == VH_OK)
		rc = by_writing(cx, &g, houses, &m);
	return rc == VH_OK && m.n != 1 ? VH_NOTFOUND : rc;
}

/* A plate's code names its hotel itself. */
static enum vh_rc by_code(struct ctx *cx, struct finding *g, struct place_found **ret)
{
	struct plate_show s;
	enum vh_rc rc = plate_find(cx, g->text, &s);
	if (rc == VH_NOTFOUND) {
		err_clear(&cx->err);
		return VH_OK;
	}
	if (rc != VH_OK || !s.house.id || strcmp(s.plate.state, "active") != 0 ||
	    !actor_covers(cx->who, &s.hotel) || role_reach(cx->who->role, ACT_RACK) != REACH_SCOPE)
		return rc;
	*ret = arena_alloc(cx->a, sizeof **ret);
	if (!*ret)
		return ctx_nomem(cx);
	**ret = (struct place_found){ .hotel = s.hotel, .house = s.house, .room = s.room };
	return VH_OK;
}

enum vh_rc find_places(struct ctx *cx, const struct hotel *h, const char *text,
                       struct place_found **ret)
{
	struct finding g = { .tail = &g.head };
	struct hotel *all = NULL;
	int asked = 0;
	if (!cx->who || role_reach(cx->who->role, ACT_RACK) == REACH_NO)
		return ctx_fail(cx, VH_DENIED, "role", "", "this role does not see the rack");
	enum vh_rc rc = understand(cx, text, &g);
	if (rc == VH_OK)
		rc = by_code(cx, &g, &g.head);
	if (rc != VH_OK || g.head || !*g.key) {
		*ret = g.head;
		return rc;
	}
	if (!h)
		rc = db_read(cx, list_step, &all);
	for (const struct hotel *at = h ? h : all; rc == VH_OK && at; at = h ? NULL : at->next) {
		if (!actor_covers(cx->who, at) || g.n >= LIM_FOUND || ++asked > LIM_FIND_HOTELS)
			continue;
		g.h = at;
		rc = db_read(cx, hotel_step, &g);
	}
	*ret = g.head;
	return rc;
}
