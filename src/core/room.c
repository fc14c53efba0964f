#include "vh/place.h"

#include <string.h>

#include "place_data.h"
#include "vh/clearance.h"
#include "vh/id.h"
#include "vh/limits.h"

struct change {
	int64_t hotel, house, room;
	const char *no, *no_key, *letting, *reason;
	double area_m2;
	int64_t capacity, made;
};

static enum vh_rc take(struct ctx *cx, const struct room_new *n, bool adding, struct change *s)
{
	enum vh_rc rc = text_take(cx, "no", n->no, LIM_NAME, adding, &s->no);
	if (rc != VH_OK)
		return rc;
	if (n->capacity < 0 || n->capacity > LIM_CAPACITY)
		return ctx_fail(cx, VH_INVALID, "capacity", "capacity",
		                "a room holds 1 to %d people", LIM_CAPACITY);
	if (!(n->area_m2 >= 0 && n->area_m2 <= LIM_ROOM_M2))
		return ctx_fail(cx, VH_INVALID, "area_m2", "area_m2",
		                "the area is in square metres");
	s->area_m2 = n->area_m2;
	s->capacity = n->capacity;
	if (s->no && !(s->no_key = place_key(cx->a, s->no)))
		return ctx_nomem(cx);
	if (s->no && !*s->no_key)
		return ctx_fail(cx, VH_INVALID, "no", "no",
		                "the room number has no letter or digit");
	return VH_OK;
}

/* VH_CONFLICT when another open room of the house has this number; *ret_had is that room. */
static enum vh_rc number_free(struct ctx *cx, const struct change *s, int64_t house, int64_t but,
                              int64_t *ret_had)
{
	struct room had;
	enum vh_rc rc = room_by_no(cx, s->hotel, house, s->no_key, &had);
	if (rc == VH_NOTFOUND || (rc == VH_OK && had.id == but))
		return VH_OK;
	if (rc != VH_OK)
		return rc;
	*ret_had = had.id;
	return ctx_fail(cx, VH_CONFLICT, "room_there", "no", "this house has a room %s already",
	                had.no);
}

static enum vh_rc insert(struct ctx *cx, struct change *s, const struct hotel *h,
                         const struct house *e, const char *type)
{
	struct room r = { .hotel = s->hotel, .id = id_new(), .house = e->id, .no = s->no,
	                  .no_key = s->no_key, .area_m2 = s->area_m2,
	                  .capacity = s->capacity ? s->capacity : ROOM_CAPACITY, .letting = "open",
	                  .created = cx->now, .version = 1 };
	enum vh_rc rc = number_free(cx, s, e->id, 0, &s->made);
	if (rc == VH_OK)
		rc = room_insert(cx, &r);
	if (rc == VH_OK)
		rc = plate_make(cx, s->hotel, r.id, 0, NULL);
	if (rc == VH_OK)
		rc = room_event(cx, h, e, &r, type, NULL);
	if (rc == VH_OK)
		s->made = r.id;
	return rc;
}

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house e;
	enum vh_rc rc = place_house(cx, ACT_PLACE, s->hotel, s->house, &h, &e);
	return rc == VH_OK ? insert(cx, s, &h, &e, "room.added") : rc;
}

enum vh_rc room_add(struct ctx *cx, int64_t hotel, int64_t house, const struct room_new *n,
                    int64_t *ret_room)
{
	struct change s = { .hotel = hotel, .house = house };
	enum vh_rc rc = take(cx, n, true, &s);
	if (rc == VH_OK)
		rc = core_write(cx, add_step, &s, &s.made);
	if (rc == VH_OK || rc == VH_CONFLICT)
		*ret_room = s.made;
	return rc;
}

/* A closed room is history: nothing about it changes any more. */
static enum vh_rc open_room(struct ctx *cx, struct change *s, enum act a, struct hotel *h,
                            struct house *e, struct room *r)
{
	enum vh_rc rc = place_room(cx, a, s->hotel, s->room, h, e, r);
	if (rc == VH_OK && !strcmp(r->letting, "closed"))
		return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s was closed", r->no);
	return rc;
}

static enum vh_rc amend_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = open_room(cx, s, ACT_PLACE, &h, &e, &r);
	int64_t had;
	if (rc == VH_OK && s->no)
		rc = number_free(cx, s, r.house, r.id, &had);
	if (rc != VH_OK)
		return rc;
	if (s->no) {
		r.no = s->no;
		r.no_key = s->no_key;
	}
	if (s->area_m2 > 0)
		r.area_m2 = s->area_m2;
	if (s->capacity)
		r.capacity = s->capacity;
	rc = room_update(cx, &r);
	return rc == VH_OK ? room_event(cx, &h, &e, &r, "room.amended", NULL) : rc;
}

enum vh_rc room_amend(struct ctx *cx, int64_t hotel, int64_t room, const struct room_new *n)
{
	struct change s = { .hotel = hotel, .room = room, .made = room };
	enum vh_rc rc = take(cx, n, false, &s);
	return rc == VH_OK ? core_write(cx, amend_step, &s, &s.made) : rc;
}

static enum vh_rc letting_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = open_room(cx, s, ACT_LET, &h, &e, &r);
	if (rc != VH_OK)
		return rc;
	bool bars = !strcmp(s->letting, "barred") || !strcmp(r.letting, "barred");
	if (bars && role_reach(cx->who->role, ACT_PLACE) != REACH_SCOPE)
		return ctx_fail(cx, VH_DENIED, "role", "letting",
		                "only the desk bars and unbars a room");
	if (!strcmp(s->letting, "open"))
		rc = clearance_gate(cx, &h, &r);
	r.letting = s->letting;
	if (rc == VH_OK)
		rc = room_update(cx, &r);
	return rc == VH_OK ? room_event(cx, &h, &e, &r, "room.letting-changed", s->reason) : rc;
}

enum vh_rc room_letting(struct ctx *cx, int64_t hotel, int64_t room, const char *letting,
                        const char *reason)
{
	static const char *const words[] = { "open", "suspended", "barred" };
	struct change s = { .hotel = hotel, .room = room, .made = room };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (letting && !strcmp(letting, words[i]))
			s.letting = words[i];
	}
	if (!s.letting)
		return ctx_fail(cx, VH_INVALID, "letting", "letting",
		                "letting is open, suspended or barred");
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, false, &s.reason);
	return rc == VH_OK ? core_write(cx, letting_step, &s, &s.made) : rc;
}

static enum vh_rc split_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = open_room(cx, s, ACT_PLACE, &h, &e, &r);
	return rc == VH_OK ? insert(cx, s, &h, &e, "room.split") : rc;
}

enum vh_rc room_split(struct ctx *cx, int64_t hotel, int64_t room, const struct room_new *n,
                      int64_t *ret_room)
{
	struct change s = { .hotel = hotel, .room = room };
	enum vh_rc rc = take(cx, n, true, &s);
	if (rc == VH_OK)
		rc = core_write(cx, split_step, &s, &s.made);
	if (rc == VH_OK)
		*ret_room = s.made;
	return rc;
}

static enum vh_rc retire_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = open_room(cx, s, ACT_PLACE, &h, &e, &r);
	if (rc == VH_OK)
		rc = room_close(cx, &r);
	return rc == VH_OK ? room_event(cx, &h, &e, &r, "room.retired", s->reason) : rc;
}

enum vh_rc room_retire(struct ctx *cx, int64_t hotel, int64_t room, const char *reason)
{
	struct change s = { .hotel = hotel, .room = room, .made = room };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &s.reason);
	return rc == VH_OK ? core_write(cx, retire_step, &s, &s.made) : rc;
}
