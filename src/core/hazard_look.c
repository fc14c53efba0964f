#include "vh/hazard.h"

#include <string.h>

#include "mine.h"
#include "place_data.h"
#include "vh/limits.h"
#include "vh/store_stay.h"
#include "vh/store_task.h"

struct looking {
	const struct hotel *h;
	int64_t house, stay;
	enum hazard_which which;
	struct hazard_look **ret;
};

static enum vh_rc open_words(struct ctx *cx, const struct hazard *z, const char **ret)
{
	struct hotel_keys k;
	struct place at = { "hazard", "words", z->hotel, z->id };
	char *text = NULL;
	enum vh_rc rc = hotel_keys_of(cx, z->hotel, &k);
	if (rc == VH_OK)
		rc = open_text(cx->a, &k.data, &at, z->words, &text);
	wipe(&k, sizeof k);
	*ret = text;
	return seal_words(cx, rc);
}

/*
 * What somebody wrote and pictured may say who he is, and his landlord is the last to learn that:
 * to him a report is a kind and a place, and what officers pictured of it.
 */
static bool learns_reporter(const struct ctx *cx)
{
	return role_reach(cx->who->role, ACT_HAZARD) == REACH_SCOPE;
}

static bool sees_photo(const struct ctx *cx, const struct hazard_photo *p)
{
	return p->by || learns_reporter(cx);
}

static enum vh_rc photos_part(struct ctx *cx, struct hazard_look *l)
{
	struct hazard_photo **p = &l->photos;
	if (l->hazard.closed_at)
		return VH_OK;
	enum vh_rc rc = hazard_photo_list(cx, l->hazard.hotel, l->hazard.id, p);
	while (rc == VH_OK && *p) {
		if (sees_photo(cx, *p))
			p = &(*p)->next;
		else
			*p = (*p)->next;
	}
	return rc;
}

static enum vh_rc task_part(struct ctx *cx, struct hazard_look *l)
{
	struct task t;
	if (l->hazard.closed_at)
		return VH_OK;
	enum vh_rc rc = task_of_hazard(cx, l->hazard.hotel, l->hazard.id, &t);
	if (rc == VH_OK) {
		l->task = t.state;
		l->task_id = t.id;
	}
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Everything but the sealed fields, which must not travel. */
static enum vh_rc fill(struct ctx *cx, const struct hazard *z, bool words, struct hazard_look *l)
{
	enum vh_rc rc = house_get(cx, z->hotel, z->house, &l->house);
	if (rc == VH_OK && z->room)
		rc = room_get(cx, z->hotel, z->room, &l->room);
	const bool hidden = !z->found_in && !learns_reporter(cx);
	if (rc == VH_OK && words && !hidden)
		rc = open_words(cx, z, &l->words);
	l->hazard = *z;
	l->hazard.next = NULL;
	l->has_reporter = z->reporter.p != NULL && !hidden;
	l->hazard.words = l->hazard.reporter = (struct blob){ 0 };
	l->reported = !z->found_in;
	l->overdue = !z->closed_at && z->due && z->due < cx->now;
	if (rc == VH_OK)
		rc = photos_part(cx, l);
	return rc == VH_OK ? task_part(cx, l) : rc;
}

static enum vh_rc add(struct ctx *cx, const struct hazard *z, bool words,
                      struct hazard_look ***tail)
{
	struct hazard_look *l = arena_alloc(cx->a, sizeof *l);
	if (!l)
		return ctx_nomem(cx);
	enum vh_rc rc = fill(cx, z, words, l);
	if (rc == VH_OK) {
		**tail = l;
		*tail = &l->next;
	}
	return rc;
}

static enum vh_rc rows(struct ctx *cx, const struct looking *g, struct hazard **ret)
{
	if (!g->house)
		return hazard_list_open(cx, g->h->id, ret);
	return g->which == HAZARDS_ALL
	               ? hazard_list_house(cx, g->h->id, g->house, LIM_HAZARDS_LISTED, ret)
	               : hazard_open_house(cx, g->h->id, g->house, ret);
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	const struct looking *g = arg;
	struct hazard_look **tail = g->ret;
	struct hazard *list = NULL;
	struct mine m;
	*tail = NULL;
	enum vh_rc rc = mine_load(cx, ACT_HAZARD, g->h, &m);
	if (rc == VH_OK && g->house && !mine_has(&m, g->house))
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "house",
		                "there is no such house here");
	if (rc == VH_OK)
		rc = rows(cx, g, &list);
	for (const struct hazard *z = list; rc == VH_OK && z; z = z->next) {
		if (!mine_has(&m, z->house) ||
		    (g->which == HAZARDS_OVERDUE && !(z->due && z->due < cx->now)))
			continue;
		rc = add(cx, z, true, &tail);
	}
	return rc;
}

enum vh_rc look_hazards(struct ctx *cx, const struct hotel *h, int64_t house,
                        enum hazard_which which, struct hazard_look **ret)
{
	struct looking g = { .h = h, .house = house, .which = which, .ret = ret };
	return db_read(cx, list_step, &g);
}

struct one {
	const struct hotel *h;
	int64_t id;
	struct hazard_look *ret;
};

static enum vh_rc one_step(struct ctx *cx, void *arg)
{
	const struct one *g = arg;
	struct hazard z;
	*g->ret = (struct hazard_look){ .overdue = false };
	enum vh_rc rc = hazard_get(cx, g->h->id, g->id, &z);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "hazard", "there is no such hazard here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_HAZARD, g->h, z.house, 0);
	return rc == VH_OK ? fill(cx, &z, true, g->ret) : rc;
}

enum vh_rc look_hazard(struct ctx *cx, const struct hotel *h, int64_t hazard,
                       struct hazard_look *ret)
{
	struct one g = { h, hazard, ret };
	return db_read(cx, one_step, &g);
}

static enum vh_rc own_step(struct ctx *cx, void *arg)
{
	const struct looking *g = arg;
	struct hazard_look **tail = g->ret;
	struct hazard *list = NULL;
	struct stay s;
	struct room r;
	*tail = NULL;
	enum vh_rc rc = stay_get(cx, g->h->id, g->stay, &s);
	if (rc == VH_OK)
		rc = room_get(cx, g->h->id, s.room, &r);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_ROOM, g->h, r.house, s.person);
	if (rc == VH_OK && stay_is_current(s.state))
		rc = hazard_open_house(cx, g->h->id, r.house, &list);
	for (const struct hazard *z = list; rc == VH_OK && z; z = z->next) {
		if (!z->room || z->room == r.id)
			rc = add(cx, z, false, &tail);
	}
	return rc;
}

enum vh_rc look_hazards_of_stay(struct ctx *cx, const struct hotel *h, int64_t stay,
                                struct hazard_look **ret)
{
	struct looking g = { .h = h, .stay = stay, .ret = ret };
	return db_read(cx, own_step, &g);
}

struct telling {
	int64_t hotel, hazard;
	struct hotel *h;
	struct hazard_look *ret;
};

static enum vh_rc told_step(struct ctx *cx, void *arg)
{
	const struct telling *g = arg;
	struct hazard_look *l = g->ret;
	*l = (struct hazard_look){ .overdue = false };
	enum vh_rc rc = hazard_get(cx, g->hotel, g->hazard, &l->hazard);
	if (rc == VH_OK && l->hazard.found_at + LIM_RECEIPT_DAYS * DAY_MS < cx->now)
		rc = VH_NOTFOUND;
	if (rc == VH_OK)
		rc = hotel_get(cx, g->hotel, g->h);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "receipt",
		                "this receipt is not shown (any more)");
	l->hazard.words = l->hazard.reporter = (struct blob){ 0 };
	return rc == VH_OK ? task_part(cx, l) : rc;
}

enum vh_rc hazard_told(struct ctx *cx, int64_t hotel, int64_t hazard, struct hotel *ret_hotel,
                       struct hazard_look *ret)
{
	struct telling g = { hotel, hazard, ret_hotel, ret };
	return db_read(cx, told_step, &g);
}

struct seeing {
	const struct hotel *h;
	struct hazard_photo photo;
	struct blob jpeg;
};

static enum vh_rc photo_step(struct ctx *cx, void *arg)
{
	struct seeing *g = arg;
	struct hazard z;
	struct hotel_keys k;
	enum vh_rc rc = hazard_photo_get(cx, g->h->id, g->photo.id, &g->photo);
	if (rc == VH_OK)
		rc = hazard_get(cx, g->h->id, g->photo.hazard, &z);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "photo", "there is no such picture here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_HAZARD, g->h, z.house, 0);
	if (rc == VH_OK && !sees_photo(cx, &g->photo))
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "photo",
		                "there is no such picture here");
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, g->h->id, &k);
	if (rc != VH_OK)
		return rc;
	struct place at = { "hazard_photo", "picture", g->h->id, g->photo.id };
	rc = seal_words(cx, open_bytes(cx->a, &k.data, &at, g->photo.picture, &g->jpeg));
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc look_photo(struct ctx *cx, const struct hotel *h, int64_t photo, struct blob *ret_jpeg)
{
	struct seeing g = { .h = h, .photo = { .id = photo } };
	enum vh_rc rc = db_read(cx, photo_step, &g);
	if (rc == VH_OK)
		*ret_jpeg = g.jpeg;
	return rc;
}
