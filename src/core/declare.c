/*
 * The digits alone open nothing: the plate of the room is needed too, and they are counted inside
 * the transaction, so that many guesses at once are many guesses. A wrong one is a step that went
 * well (its count must stay), and is refused afterwards. So is a number that is registered already:
 * right digits must not tell of many people whether they live in this village.
 */
#include "vh/declare.h"

#include <stdio.h>
#include <string.h>

#include "mine.h"
#include "stay_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

struct opening {
	int64_t hotel, room;
	struct hotel h;
	struct declaration d;
	struct declare_code ret;
};

static enum vh_rc digits_of(struct ctx *cx, const struct declaration *d, char ret[5])
{
	struct hotel_keys k;
	struct place at = { "declaration", "code", d->hotel, d->id };
	char *text = NULL;
	enum vh_rc rc = hotel_keys_of(cx, d->hotel, &k);
	if (rc == VH_OK)
		rc = open_text(cx->a, &k.data, &at, d->code, &text);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		snprintf(ret, 5, "%s", text ? text : "");
	return seal_words(cx, rc);
}

/* The open one of a room, ended when its time is over; VH_NOTFOUND without words. */
static enum vh_rc current(struct ctx *cx, int64_t hotel, int64_t room, struct declaration *ret)
{
	enum vh_rc rc = declaration_of_room(cx, hotel, room, ret);
	return rc == VH_OK && ret->until <= cx->now ? VH_NOTFOUND : rc;
}

static enum vh_rc end_open(struct ctx *cx, int64_t hotel, int64_t room)
{
	struct declaration d;
	enum vh_rc rc = declaration_of_room(cx, hotel, room, &d);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	d.ended = true;
	return declaration_update(cx, &d);
}

static enum vh_rc make(struct ctx *cx, struct opening *g)
{
	struct hotel_keys k;
	struct declaration d = { .hotel = g->hotel, .id = id_new(), .room = g->room,
	                         .by = cx->who->account, .at = cx->now,
	                         .until = cx->now + LIM_DECLARE_MS };
	struct place at = { "declaration", "code", d.hotel, d.id };
	snprintf(g->ret.digits, sizeof g->ret.digits, "%04u", (unsigned)random_below(10000));
	enum vh_rc rc = hotel_keys_of(cx, g->hotel, &k);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k.data, &at, g->ret.digits, &d.code);
	wipe(&k, sizeof k);
	rc = seal_words(cx, rc);
	g->ret.id = d.id;
	g->ret.until = d.until;
	g->ret.used = 0;
	return rc == VH_OK ? declaration_insert(cx, &d) : rc;
}

static enum vh_rc open_step(struct ctx *cx, void *arg)
{
	struct opening *g = arg;
	enum vh_rc rc = place_room(cx, ACT_DECLARE, g->hotel, g->room, &g->h, &g->ret.house,
	                           &g->ret.room);
	if (rc == VH_OK)
		rc = hotel_is_ours(cx, &g->h);
	if (rc == VH_OK)
		rc = stay_room_open(cx, &g->ret.room);
	if (rc == VH_OK)
		rc = end_open(cx, g->hotel, g->room);
	return rc == VH_OK ? make(cx, g) : rc;
}

static enum vh_rc show_step(struct ctx *cx, void *arg)
{
	struct opening *g = arg;
	enum vh_rc rc = place_room(cx, ACT_DECLARE, g->hotel, g->room, &g->h, &g->ret.house,
	                           &g->ret.room);
	if (rc != VH_OK)
		return rc;
	rc = current(cx, g->hotel, g->room, &g->d);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "no code is open for this room");
	g->ret.id = g->d.id;
	g->ret.until = g->d.until;
	g->ret.used = g->d.used;
	return rc == VH_OK ? digits_of(cx, &g->d, g->ret.digits) : rc;
}

enum vh_rc declare_open(struct ctx *cx, int64_t hotel, int64_t room, struct declare_code *ret)
{
	struct opening g = { .hotel = hotel, .room = room };
	enum vh_rc rc = core_answer(cx, open_step, show_step, &g, &g.ret.id);
	if (rc == VH_OK)
		*ret = g.ret;
	return rc;
}

enum vh_rc declare_show(struct ctx *cx, const struct hotel *h, int64_t room,
                        struct declare_code *ret)
{
	struct opening g = { .hotel = h->id, .room = room };
	enum vh_rc rc = db_read(cx, show_step, &g);
	if (rc == VH_OK)
		*ret = g.ret;
	return rc;
}

static enum vh_rc end_step(struct ctx *cx, void *arg)
{
	struct opening *g = arg;
	enum vh_rc rc = place_room(cx, ACT_DECLARE, g->hotel, g->room, &g->h, &g->ret.house,
	                           &g->ret.room);
	return rc == VH_OK ? end_open(cx, g->hotel, g->room) : rc;
}

enum vh_rc declare_end(struct ctx *cx, int64_t hotel, int64_t room)
{
	struct opening g = { .hotel = hotel, .room = room };
	return core_write(cx, end_step, &g, &g.room);
}

enum { REGISTERED = -1 }; /* stands for the stay that was not made */

struct filing {
	const char *plate, *digits;
	struct stay_new in;
	struct plate_show at;
	struct stay_ready *ready;
	struct stay_done done;
	bool wrong;
};

static enum vh_rc door(struct ctx *cx, const struct plate_show *at)
{
	if (!strcmp(at->plate.state, "revoked"))
		return ctx_fail(cx, VH_CONFLICT, "plate_revoked", "plate",
		                "this plate is no longer in use");
	if (!at->plate.room && !at->plate.house)
		return ctx_fail(cx, VH_CONFLICT, "plate_unbound", "plate",
		                "this plate hangs at no door yet");
	if (!at->plate.room)
		return ctx_fail(cx, VH_CONFLICT, "declare_room", "plate",
		                "scan the plate of the room, not of the house");
	return VH_OK;
}

/* May whoever opened the code still do so? */
static enum vh_rc still_his(struct ctx *cx, const struct filing *f, const struct declaration *d)
{
	const struct actor *was = cx->who;
	struct account a;
	struct actor who;
	enum vh_rc rc = account_get(cx, d->by, &a);
	if (rc == VH_OK && a.disabled)
		rc = VH_DENIED;
	if (rc == VH_OK)
		rc = actor_load(cx, &a, &who);
	if (rc == VH_OK) {
		cx->who = &who;
		rc = actor_may(cx, ACT_DECLARE, &f->at.hotel, f->at.house.id, 0);
		cx->who = was;
	}
	return rc;
}

static enum vh_rc count_try(struct ctx *cx, struct declaration *d)
{
	d->ended = ++d->tries >= LIM_DECLARE_TRIES;
	return declaration_update(cx, d);
}

/* The code, if the digits are right and it holds; else f->wrong. */
static enum vh_rc judge(struct ctx *cx, struct filing *f, struct declaration *d)
{
	struct err kept = cx->err;
	char digits[5];
	enum vh_rc rc = current(cx, f->at.hotel.id, f->at.room.id, d);
	f->wrong = rc == VH_NOTFOUND;
	if (rc != VH_OK)
		return f->wrong ? VH_OK : rc;
	rc = digits_of(cx, d, digits);
	if (rc != VH_OK)
		return rc;
	f->wrong = strlen(f->digits) != 4 || !same_bytes(f->digits, digits, 4);
	wipe(digits, sizeof digits);
	if (f->wrong)
		return count_try(cx, d);
	rc = still_his(cx, f, d);
	if (rc == VH_DENIED || rc == VH_NOTFOUND) {
		cx->err = kept;
		f->wrong = true;
		return VH_OK;
	}
	return rc;
}

/* Filed in nobody's name but a tenant's own, with no other right than this. */
static enum vh_rc file(struct ctx *cx, struct filing *f)
{
	const struct actor *was = cx->who;
	struct actor at_door = { .role = ROLE_DOOR, .login = "door" };
	if (was && was->role == ROLE_TENANT)
		at_door.account = was->account;
	cx->who = &at_door;
	enum vh_rc rc = stay_commit(cx, f->ready, &f->done);
	cx->who = was;
	return rc;
}

static enum vh_rc file_step(struct ctx *cx, void *arg)
{
	struct filing *f = arg;
	struct err kept = cx->err;
	struct declaration d;
	f->done = (struct stay_done){ .id = 0 };
	enum vh_rc rc = plate_find(cx, f->plate, &f->at);
	if (rc == VH_OK)
		rc = door(cx, &f->at);
	if (rc == VH_OK && f->at.room.id != f->in.room)
		return ctx_fail(cx, VH_BUSY, "plate_moved", "plate",
		                "the plate was put at another door just now");
	if (rc == VH_OK)
		rc = judge(cx, f, &d);
	if (rc != VH_OK || f->wrong)
		return rc;
	rc = file(cx, f);
	if (rc == VH_CONFLICT && !strcmp(err_code(&cx->err), "already_in")) {
		cx->err = kept;
		f->done.id = REGISTERED;
		return count_try(cx, &d);
	}
	if (rc != VH_OK)
		return rc;
	struct declared row = { .hotel = f->in.hotel, .stay = f->done.id, .declaration = d.id,
	                        .state = "waiting", .at = cx->now };
	/* Filed all the same at once, it asks as well whether the number is known. */
	if (f->done.state == STAY_CONTESTED)
		d.tries++;
	d.ended = ++d.used >= LIM_DECLARE_USES || d.tries >= LIM_DECLARE_TRIES;
	rc = declared_insert(cx, &row);
	return rc == VH_OK ? declaration_update(cx, &d) : rc;
}

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	struct filing *f = arg;
	bool refused = !f->done.id || f->done.id == REGISTERED; /* and said so below */
	return refused ? VH_OK : stay_done_again(cx, f->in.hotel, &f->done);
}

static enum vh_rc prepare(struct ctx *cx, const struct declare_new *n, struct filing *f)
{
	f->in = n->stay;
	f->in.ledger = false;
	f->plate = n->plate;
	f->digits = utf8_compact(cx->a, n->digits ? n->digits : "");
	if (!f->digits)
		return ctx_nomem(cx);
	enum vh_rc rc = plate_find(cx, n->plate, &f->at);
	if (rc == VH_OK)
		rc = door(cx, &f->at);
	if (rc != VH_OK)
		return rc;
	f->in.hotel = f->at.hotel.id;
	f->in.room = f->at.room.id;
	return stay_prepare(cx, &f->at.hotel, &f->in, &f->ready);
}

enum vh_rc declare_stay(struct ctx *cx, const struct declare_new *n, struct stay_done *ret)
{
	struct filing *f = arena_alloc(cx->a, sizeof *f);
	if (!f)
		return ctx_nomem(cx);
	enum vh_rc rc = prepare(cx, n, f);
	if (rc == VH_OK)
		rc = core_answer(cx, file_step, again_step, f, &f->done.id);
	if (rc == VH_OK && !f->done.id)
		return ctx_fail(cx, VH_DENIED, "declare_code", "digits",
		                "these digits do not open this room: ask the landlord again");
	if (rc == VH_OK && f->done.id == REGISTERED)
		return ctx_fail(cx, VH_CONFLICT, "already_in", "doc_no",
		                "this number is registered already");
	if (rc != VH_OK)
		return rc;
	/* That his number was known under another name, or is elsewhere, is not for whoever types
	 * it: what he typed waits, one way or the other. */
	f->done.warn &= ~(unsigned)WARN_NAME_DIFFERS;
	f->done.state = STAY_PENDING;
	*ret = f->done;
	return VH_OK;
}

struct settling {
	int64_t hotel, stay;
	bool mine;
	struct stay_at at;
	struct stay s;
	struct person p;
	struct declared row;
};

static enum vh_rc load(struct ctx *cx, struct settling *g)
{
	enum vh_rc rc = declared_get(cx, g->hotel, g->stay, &g->row);
	if (rc == VH_OK)
		rc = stay_get(cx, g->hotel, g->stay, &g->s);
	if (rc == VH_OK)
		rc = person_get(cx, g->hotel, g->s.person, &g->p);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "nobody filed himself so");
	if (rc == VH_OK)
		rc = stay_place(cx, g->hotel, g->s.room, &g->at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_DECLARE, &g->at.hotel, g->at.house.id, 0);
	if (rc == VH_OK && strcmp(g->row.state, "waiting") != 0)
		return ctx_fail(cx, VH_CONFLICT, "declare_settled", "stay",
		                "this was answered already: %s", g->row.state);
	if (rc == VH_OK && g->s.state != STAY_PENDING && g->s.state != STAY_CONTESTED)
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "this stay is %s by now", stay_state_name(g->s.state));
	return rc;
}

static enum vh_rc settle_step(struct ctx *cx, void *arg)
{
	struct settling *g = arg;
	enum vh_rc rc = load(cx, g);
	if (rc != VH_OK)
		return rc;
	g->row.state = g->mine ? "confirmed" : "denied";
	g->row.settled_by = cx->who->account;
	g->row.settled_at = cx->now;
	rc = declared_settle(cx, &g->row);
	if (rc == VH_OK && !g->mine) {
		struct task t = { .hotel = g->hotel, .kind = "declared_denied", .stay = g->stay,
		                  .room = g->s.room };
		rc = task_begin(cx, &t, false);
	}
	return rc == VH_OK ? stay_event(cx, &g->at, &g->s, &g->p, g->row.state, NULL, false, 0)
	                   : rc;
}

enum vh_rc declare_settle(struct ctx *cx, int64_t hotel, int64_t stay, bool mine)
{
	struct settling *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	*g = (struct settling){ .hotel = hotel, .stay = stay, .mine = mine };
	return core_write(cx, settle_step, g, &g->stay);
}

struct listing {
	const struct hotel *h;
	struct declared_look **ret;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	const struct listing *g = arg;
	struct declared *rows = NULL;
	struct declared_look **tail = g->ret;
	struct mine m;
	*tail = NULL;
	enum vh_rc rc = mine_load(cx, ACT_DECLARE, g->h, &m);
	if (rc == VH_OK)
		rc = declared_waiting(cx, g->h->id, &rows);
	for (const struct declared *r = rows; rc == VH_OK && r; r = r->next) {
		struct declared_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		l->row = *r;
		rc = stay_get(cx, g->h->id, r->stay, &l->stay);
		if (rc == VH_OK)
			rc = room_get(cx, g->h->id, l->stay.room, &l->room);
		if (rc == VH_OK)
			rc = house_get(cx, g->h->id, l->room.house, &l->house);
		if (rc != VH_OK || !mine_has(&m, l->house.id) ||
		    (l->stay.state != STAY_PENDING && l->stay.state != STAY_CONTESTED))
			continue;
		*tail = l;
		tail = &l->next;
	}
	return rc;
}

enum vh_rc look_declared(struct ctx *cx, const struct hotel *h, struct declared_look **ret)
{
	struct listing g = { h, ret };
	return db_read(cx, list_step, &g);
}

struct telling {
	int64_t hotel, stay;
	struct hotel *h;
	struct declared_look *ret;
};

static enum vh_rc told_step(struct ctx *cx, void *arg)
{
	const struct telling *g = arg;
	struct declared_look *l = g->ret;
	*l = (struct declared_look){ .row.hotel = g->hotel };
	enum vh_rc rc = declared_get(cx, g->hotel, g->stay, &l->row);
	if (rc == VH_OK && l->row.at + LIM_RECEIPT_DAYS * DAY_MS < cx->now)
		rc = VH_NOTFOUND;
	if (rc == VH_OK)
		rc = stay_get(cx, g->hotel, g->stay, &l->stay);
	if (rc == VH_OK)
		rc = room_get(cx, g->hotel, l->stay.room, &l->room);
	if (rc == VH_OK)
		rc = house_get(cx, g->hotel, l->room.house, &l->house);
	if (rc == VH_OK)
		rc = hotel_get(cx, g->hotel, g->h);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "receipt",
		                "this receipt is not shown (any more)");
	return rc;
}

enum vh_rc declare_told(struct ctx *cx, int64_t hotel, int64_t stay, struct hotel *ret_hotel,
                        struct declared_look *ret)
{
	struct telling g = { hotel, stay, ret_hotel, ret };
	return db_read(cx, told_step, &g);
}
