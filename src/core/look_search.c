#include "look_data.h"

#include <string.h>

#include "vh/limits.h"
#include "vh/store_down.h"
#include "vh/utf8.h"

struct hit {
	struct sealed who;
	struct house house;
	struct room room;
	struct hit *next;
};
struct hunt {
	const struct hotel *h;
	enum search_by by;
	const char *key; /* normalised */
	bool phones;     /* a tail may be that of a telephone as well */
	struct hit *hits, **tail;
	int n, most;
};

static bool ends(const char *s, const char *four)
{
	size_t n = s ? strlen(s) : 0;
	return n >= 4 && !strcmp(s + n - 4, four);
}

/* Short indexes share values among strangers: only the opened field decides. Opening here shows
 * nobody anything. */
static bool is_it(const struct hunt *u, const struct ctx *cx, const struct person *p)
{
	size_t n = p->doc_no ? strlen(p->doc_no) : 0;
	switch (u->by) {
	case SEARCH_NAME: {
		char *folded = utf8_fold(cx->a, p->name);
		return folded && !strcmp(folded, u->key);
	}
	case SEARCH_TAIL:
		return ends(p->doc_no, u->key) || (u->phones && ends(p->phone, u->key));
	case SEARCH_DOC:
		return n && !strcmp(p->doc_no, u->key);
	default:
		return p->phone && !strcmp(p->phone, u->key);
	}
}

static enum vh_rc candidates(struct ctx *cx, const struct hunt *u, struct person **ret)
{
	struct blob idx;
	int64_t n;
	enum vh_rc rc;
	switch (u->by) {
	case SEARCH_NAME:
		rc = index_name(cx, u->h->id, u->key, &n);
		return rc == VH_OK ? person_by_name(cx, u->h->id, n, ret) : rc;
	case SEARCH_PHONE:
		rc = index_phone(cx, u->h->id, u->key, &idx);
		return rc == VH_OK ? person_by_phone(cx, u->h->id, idx, ret) : rc;
	default:
		n = index_tail(cx, u->h->id, u->key + strlen(u->key) - 4);
		return person_by_tail(cx, u->h->id, n, ret);
	}
}

/* Those whose telephone may end so, who are not among the others. */
static enum vh_rc by_phone_tail(struct ctx *cx, const struct hunt *u, struct person **list)
{
	struct person *more = NULL, *next;
	enum vh_rc rc = person_by_phone_tail(cx, u->h->id,
	                                     index_phone_tail(cx, u->h->id, u->key), &more);
	for (; rc == VH_OK && more; more = next) {
		struct person **at = list;
		next = more->next;
		while (*at && (*at)->id != more->id)
			at = &(*at)->next;
		more->next = NULL;
		if (!*at)
			*at = more;
	}
	return rc;
}

static enum vh_rc add(struct ctx *cx, struct hunt *u, const struct person *p)
{
	struct stay *stays = NULL;
	enum vh_rc rc = stay_list_person(cx, u->h->id, p->id, &stays);
	if (rc != VH_OK || !stays)
		return rc;
	struct hit *x = arena_alloc(cx->a, sizeof *x);
	if (!x)
		return ctx_nomem(cx);
	rc = sealed_take(cx, stays, true, &x->who);
	if (rc == VH_OK)
		rc = room_get(cx, u->h->id, stays->room, &x->room);
	if (rc == VH_OK)
		rc = house_get(cx, u->h->id, x->room.house, &x->house);
	*u->tail = x;
	u->tail = &x->next;
	u->n++;
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct hunt *u = arg;
	struct person *list = NULL;
	struct hotel_keys k;
	u->hits = NULL;
	u->tail = &u->hits;
	u->n = 0;
	enum vh_rc rc = actor_may(cx, ACT_SEARCH, u->h, 0, 0);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, u->h->id, &k);
	if (rc == VH_OK)
		rc = candidates(cx, u, &list);
	if (rc == VH_OK && u->by == SEARCH_TAIL && u->phones)
		rc = by_phone_tail(cx, u, &list);
	for (struct person *p = list; rc == VH_OK && p && u->n < u->most; p = p->next) {
		rc = person_open(cx, &k, p);
		if (rc == VH_OK && is_it(u, cx, p))
			rc = add(cx, u, p);
	}
	wipe(&k, sizeof k);
	/* is_it() that lacks memory says no: "not found" would be a false answer. */
	return rc == VH_OK && arena_failed(cx->a) ? ctx_nomem(cx) : rc;
}

/* All of a hotel's at once: one commit for their access rows. */
static enum vh_rc show_hits(struct ctx *cx, struct hunt *u, const char *reason,
                            struct found ***tail)
{
	struct stay_view *v = NULL;
	for (struct hit *x = u->hits; x; x = x->next)
		x->who.next = x->next ? &x->next->who : NULL;
	enum vh_rc rc = u->hits ? sealed_show(cx, u->h->id, &u->hits->who, false, reason, &v)
	                        : VH_OK;
	for (struct hit *x = u->hits; rc == VH_OK && x; x = x->next, v = v->next) {
		struct found *f = arena_alloc(cx->a, sizeof *f);
		if (!f)
			return ctx_nomem(cx);
		*f = (struct found){ .hotel = *u->h, .house = x->house, .room = x->room,
		                     .stay = *v };
		f->hotel.next = NULL;
		f->stay.next = NULL;
		**tail = f;
		*tail = &f->next;
	}
	return rc;
}

static enum vh_rc key_of(struct ctx *cx, enum search_by by, const char *text, const char **ret)
{
	char *key = !text               ? NULL
	            : by == SEARCH_NAME ? utf8_fold(cx->a, text)
	                                : utf8_compact(cx->a, text);
	size_t n = key ? strlen(key) : 0;
	if (text && !key)
		return ctx_nomem(cx);
	if (!n || n > 4 * LIM_NAME)
		return ctx_fail(cx, VH_INVALID, "query", "query",
		                "type a name, a number or a telephone");
	if ((by == SEARCH_TAIL && n != 4) || (by == SEARCH_DOC && n < 6))
		return ctx_fail(cx, VH_INVALID, "query", "query",
		                by == SEARCH_TAIL
		                        ? "the last four characters of the number are needed"
		                        : "the whole number is needed");
	*ret = key;
	return VH_OK;
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

static enum vh_rc may_search(struct ctx *cx, enum search_by by)
{
	if (!cx->who || role_reach(cx->who->role, ACT_SEARCH) == REACH_NO)
		return ctx_fail(cx, VH_DENIED, "role", "", "this role may not search for people");
	/* Ten thousand tails are soon tried: who is shown none would read it from who is found. */
	if (by == SEARCH_TAIL && field_shown(cx->who->role, FIELD_DOC_NO, false) == SHOW_HIDDEN)
		return ctx_fail(cx, VH_DENIED, "role", "",
		                "this role may not search by a part of a number");
	return VH_OK;
}

enum vh_rc search_people(struct ctx *cx, const struct hotel *h, enum search_by by, const char *text,
                         struct found **ret)
{
	static const char *const reason[] = { "search:name", "search:doc_no", "search:last4",
		                              "search:phone" };
	struct hunt u = { .by = by, .most = LIM_FOUND };
	struct hotel *all = NULL;
	struct found *head = NULL, **tail = &head;
	enum vh_rc rc = key_of(cx, by, text, &u.key);
	if (rc == VH_OK)
		rc = may_search(cx, by);
	if (rc != VH_OK)
		return rc;
	u.phones = field_shown(cx->who->role, FIELD_PHONE, false) != SHOW_HIDDEN;
	if (!h)
		rc = db_read(cx, list_step, &all);
	for (const struct hotel *at = h ? h : all; rc == VH_OK && at; at = h ? NULL : at->next) {
		if (!h && !actor_covers(cx->who, at))
			continue;
		u.h = at;
		rc = u.most > 0 ? db_read(cx, step, &u) : VH_OK;
		if (rc == VH_OK && u.most > 0)
			rc = show_hits(cx, &u, reason[by], &tail);
		u.most -= u.n;
		u.n = 0;
	}
	if (rc == VH_OK)
		*ret = head;
	return rc;
}

struct self {
	struct me *ret;
	struct sealed *stays;
	int64_t hotel, person;
};

/* Looks here and at the nodes above, the newest first. */
static enum vh_rc looks_of(struct ctx *cx, struct self *s)
{
	enum { MOST = 1000 };
	struct access_row *here = NULL, *above = NULL, **tail = &s->ret->looks;
	enum vh_rc rc = access_of_person(cx, s->hotel, s->person, MOST, &here);
	if (rc == VH_OK)
		rc = look_above_of_person(cx, s->hotel, s->person, MOST, &above);
	while (rc == VH_OK && (here || above)) {
		struct access_row **from =
			!above || (here && here->at >= above->at) ? &here : &above;
		*tail = *from;
		tail = &(*from)->next;
		*from = *tail;
	}
	*tail = NULL;
	return rc;
}

static enum vh_rc me_step(struct ctx *cx, void *arg)
{
	struct self *s = arg;
	struct stay *list = NULL;
	struct found **tail = &s->ret->stays;
	enum vh_rc rc = hotel_get(cx, s->hotel, &s->ret->hotel);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_ME, &s->ret->hotel, 0, s->person);
	if (rc == VH_OK)
		rc = stay_list_person(cx, s->hotel, s->person, &list);
	if (rc == VH_OK)
		rc = sealed_list(cx, list, true, &s->stays);
	for (struct sealed *x = s->stays; rc == VH_OK && x; x = x->next) {
		struct found *f = arena_alloc(cx->a, sizeof *f);
		if (!f)
			return ctx_nomem(cx);
		f->hotel = s->ret->hotel;
		rc = room_get(cx, s->hotel, x->stay.room, &f->room);
		if (rc == VH_OK)
			rc = house_get(cx, s->hotel, f->room.house, &f->house);
		*tail = f;
		tail = &f->next;
	}
	return rc == VH_OK ? looks_of(cx, s) : rc;
}

static enum vh_rc me_in(struct ctx *cx, const struct grant *g, struct me **ret)
{
	struct self s = { .hotel = g->hotel, .person = g->person };
	struct stay_view *v = NULL;
	s.ret = arena_alloc(cx->a, sizeof *s.ret);
	if (!s.ret)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read(cx, me_step, &s);
	if (rc == VH_OK)
		rc = sealed_show(cx, g->hotel, s.stays, false, "me", &v);
	if (rc != VH_OK)
		return rc;
	if (v)
		s.ret->person = v->person;
	for (struct found *f = s.ret->stays; f && v; f = f->next, v = v->next) {
		f->stay = *v;
		f->stay.next = NULL;
	}
	*ret = s.ret;
	return VH_OK;
}

enum vh_rc look_me(struct ctx *cx, struct me **ret)
{
	struct me *head = NULL, **tail = &head;
	if (!cx->who || role_reach(cx->who->role, ACT_ME) == REACH_NO)
		return ctx_fail(cx, VH_DENIED, "role", "", "this page is for tenants");
	for (const struct grant *g = cx->who->grants; g; g = g->next) {
		if (!g->person)
			continue;
		enum vh_rc rc = me_in(cx, g, tail);
		if (rc != VH_OK)
			return rc;
		tail = &(*tail)->next;
	}
	*ret = head;
	return VH_OK;
}
