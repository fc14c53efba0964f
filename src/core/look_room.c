#include "look_data.h"

#include <string.h>

#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"

struct scanning {
	const char *code;
	struct scan *ret;
	struct sealed *people;
	const struct scanner *by;
};

/* May he see who lives here? "No" is an answer, not an error: he is shown what a stranger sees. */
static enum vh_rc may_see(struct ctx *cx, const struct plate_show *at, const struct stay *stays,
                          bool *ret)
{
	struct err kept = cx->err;
	int64_t person = 0;
	*ret = false;
	if (!cx->who || strcmp(at->plate.state, "active") != 0)
		return VH_OK;
	for (const struct stay *s = stays; s; s = s->next) {
		if (stay_is_current(s->state) && actor_is(cx->who, s->hotel, s->person))
			person = s->person;
	}
	enum vh_rc rc = actor_may(cx, ACT_ROOM, &at->hotel, at->house.id, person);
	*ret = rc == VH_OK;
	if (rc == VH_NOTFOUND || rc == VH_DENIED) {
		cx->err = kept;
		rc = VH_OK;
	}
	return rc;
}

/* A tenant sees himself; the others of his room are not his business. */
static struct sealed *own_only(const struct ctx *cx, struct sealed *list)
{
	struct sealed *head = NULL, **tail = &head;
	for (struct sealed *x = list; x; x = x->next) {
		if (cx->who->role != ROLE_TENANT || x->mine) {
			*tail = x;
			tail = &x->next;
		}
	}
	*tail = NULL;
	return head;
}

/* A house plate: its rooms, and how many live in all of them. */
static enum vh_rc house_part(struct ctx *cx, struct scan *s)
{
	enum vh_rc rc = room_list_house(cx, s->at.hotel.id, s->at.house.id, &s->rooms);
	for (struct room *r = s->rooms; rc == VH_OK && r; r = r->next) {
		int64_t n = 0;
		rc = stay_count_room(cx, r->hotel, r->id, &n);
		s->registered += n;
	}
	return rc;
}

static enum vh_rc scan_step(struct ctx *cx, void *arg)
{
	struct scanning *g = arg;
	struct scan *s = g->ret;
	struct stay *stays = NULL;
	enum vh_rc rc = g->by->who ? g->by->who(cx, g->by->arg) : VH_OK;
	if (rc == VH_OK)
		rc = plate_read(cx, g->code, &s->at);
	/* Not for a stranger: an empty room would answer him sooner. */
	if (rc == VH_OK && s->at.room.id && cx->who)
		rc = stay_list_room(cx, s->at.hotel.id, s->at.room.id, &stays);
	if (rc == VH_OK)
		rc = may_see(cx, &s->at, stays, &s->known);
	if (rc != VH_OK || !s->known)
		return rc;
	s->may_file = role_reach(cx->who->role, ACT_FILE) != REACH_NO;
	s->may_unmask = role_reach(cx->who->role, ACT_UNMASK) != REACH_NO;
	if (!s->at.room.id && s->at.house.id)
		return house_part(cx, s);
	for (struct stay *x = stays; x; x = x->next)
		s->registered += stay_is_current(x->state);
	rc = sealed_list(cx, stays, false, &g->people);
	if (rc == VH_OK)
		g->people = own_only(cx, g->people);
	return rc;
}

/*
 * The same with its access rows. The writer's cache outlives commits, a reader's does not: here a
 * scan reads its pages from memory, there two dozen from the file.
 */
static enum vh_rc scan_noted(struct ctx *cx, void *arg)
{
	struct scanning *g = arg;
	memset(g->ret, 0, sizeof *g->ret);
	g->people = NULL;
	enum vh_rc rc = scan_step(cx, g);
	if (rc == VH_OK && g->people)
		rc = sealed_note(cx, g->ret->at.hotel.id, g->people, false, "scan");
	return rc;
}

enum vh_rc scan_plate(struct ctx *cx, const char *code, struct scan *ret)
{
	bool officer = cx->who && role_reach(cx->who->role, ACT_ROOM) == REACH_SCOPE;
	return scan_plate_by(cx, code, &(struct scanner){ .note = officer }, ret);
}

enum vh_rc scan_plate_by(struct ctx *cx, const char *code, const struct scanner *by,
                         struct scan *ret)
{
	struct scanning g = { .code = code, .by = by, .ret = ret };
	memset(ret, 0, sizeof *ret);
	enum vh_rc rc = plate_genuine(cx, code);
	if (rc == VH_OK)
		rc = by->note ? db_write(cx, scan_noted, &g) : db_read(cx, scan_step, &g);
	if (rc != VH_OK || !g.people)
		return rc;
	int64_t hotel = ret->at.hotel.id;
	return by->note ? sealed_open(cx, hotel, g.people, false, &ret->stays)
	                : sealed_show(cx, hotel, g.people, false, "scan", &ret->stays);
}

struct looking {
	const struct hotel *h;
	int64_t id;
	struct room_look *at;
	struct stay_look *stay;
	struct sealed *people;
	const char *reason;
	enum act act;
};

static enum vh_rc plate_part(struct ctx *cx, struct room_look *at)
{
	enum vh_rc rc = plate_of_room(cx, at->hotel.id, at->room.id, &at->plate);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc != VH_OK)
		return rc;
	serial_format((uint32_t)at->plate.id, at->serial);
	if (role_reach(cx->who->role, ACT_PLATE) == REACH_NO)
		return VH_OK;
	return plate_text(cx, at->hotel.id, at->plate.id, at->code);
}

static enum vh_rc room_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct stay *stays = NULL;
	struct room_look *at = l->at;
	enum vh_rc rc = place_room(cx, ACT_RACK, l->h->id, l->id, &at->hotel, &at->house,
	                           &at->room);
	if (rc == VH_OK)
		rc = plate_part(cx, at);
	if (rc == VH_OK)
		rc = stay_list_room(cx, l->h->id, l->id, &stays);
	for (struct stay *s = stays; s; s = s->next)
		at->registered += stay_is_current(s->state);
	if (rc == VH_OK && role_reach(cx->who->role, ACT_ROOM) != REACH_NO)
		rc = sealed_list(cx, stays, true, &l->people);
	return rc;
}

enum vh_rc look_room(struct ctx *cx, const struct hotel *h, int64_t room, struct room_look *ret)
{
	struct looking l = { .h = h, .id = room, .at = ret };
	memset(ret, 0, sizeof *ret);
	enum vh_rc rc = db_read(cx, room_step, &l);
	if (rc == VH_OK && l.people)
		rc = sealed_show(cx, h->id, l.people, false, "room", &ret->stays);
	return rc;
}

/* Load a stay with its place; the right is about the person for a tenant and about the house for
 * everybody else. */
static enum vh_rc stay_part(struct ctx *cx, struct looking *l)
{
	struct stay s;
	struct room_look *at = l->at;
	enum vh_rc rc = stay_get(cx, l->h->id, l->id, &s);
	if (rc == VH_OK)
		rc = hotel_get(cx, l->h->id, &at->hotel);
	if (rc == VH_OK)
		rc = room_get(cx, l->h->id, s.room, &at->room);
	if (rc == VH_OK)
		rc = house_get(cx, l->h->id, at->room.house, &at->house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = actor_may(cx, l->act, &at->hotel, at->house.id, s.person);
	if (rc == VH_OK)
		rc = plate_part(cx, at);
	if (rc != VH_OK)
		return rc;
	l->people = arena_alloc(cx->a, sizeof *l->people);
	return l->people ? sealed_take(cx, &s, true, l->people) : ctx_nomem(cx);
}

static enum vh_rc stay_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)l->id);
	if (!subject)
		return ctx_nomem(cx);
	enum vh_rc rc = stay_part(cx, l);
	if (rc == VH_OK)
		rc = event_of_subject(cx, l->h->id, subject, &l->stay->events);
	if (rc != VH_OK)
		return rc;
	return proof_list(cx, l->h->id, l->stay->events, &l->stay->proofs);
}

enum vh_rc look_stay(struct ctx *cx, const struct hotel *h, int64_t stay, struct stay_look *ret)
{
	struct looking l = { .h = h, .id = stay, .at = &ret->at, .stay = ret, .act = ACT_ROOM };
	struct stay_view *v = NULL;
	memset(ret, 0, sizeof *ret);
	enum vh_rc rc = db_read(cx, stay_step, &l);
	if (rc == VH_OK)
		rc = sealed_show(cx, h->id, l.people, false, "stay", &v);
	if (rc == VH_OK)
		ret->stay = *v;
	return rc;
}

static enum vh_rc unmask_step(struct ctx *cx, void *arg)
{
	return stay_part(cx, arg);
}

enum vh_rc unmask_stay(struct ctx *cx, const struct hotel *h, int64_t stay, const char *reason,
                       struct stay_view *ret)
{
	struct room_look at = { 0 };
	struct looking l = { .h = h, .id = stay, .at = &at, .act = ACT_UNMASK };
	struct stay_view *v = NULL;
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &l.reason);
	if (rc == VH_OK)
		rc = db_read(cx, unmask_step, &l);
	if (rc == VH_OK)
		rc = sealed_show(cx, h->id, l.people, true, l.reason, &v);
	if (rc == VH_OK)
		*ret = *v;
	return rc;
}

static enum vh_rc unmask_room_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct room_look *at = l->at;
	struct stay *stays = NULL;
	enum vh_rc rc = place_room(cx, ACT_UNMASK, l->h->id, l->id, &at->hotel, &at->house,
	                           &at->room);
	at->registered = 0;
	if (rc == VH_OK)
		rc = stay_list_room(cx, l->h->id, l->id, &stays);
	for (const struct stay *s = stays; s; s = s->next)
		at->registered += stay_is_current(s->state);
	return rc == VH_OK ? sealed_list(cx, stays, false, &l->people) : rc;
}

enum vh_rc unmask_room(struct ctx *cx, const struct hotel *h, int64_t room, const char *reason,
                       struct room_look *ret)
{
	struct looking l = { .h = h, .id = room, .at = ret, .act = ACT_UNMASK };
	memset(ret, 0, sizeof *ret);
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &l.reason);
	if (rc == VH_OK)
		rc = db_read(cx, unmask_room_step, &l);
	if (rc == VH_OK && l.people)
		rc = sealed_show(cx, h->id, l.people, true, l.reason, &ret->stays);
	return rc;
}
