#include "hazard_data.h"

#include <string.h>

#include "place_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/jpeg.h"
#include "vh/json.h"
#include "vh/limits.h"

static int64_t room_id(const struct hazard_at *at)
{
	return at->r ? at->r->id : 0;
}

static void instant(struct buf *b, const char *key, int64_t at)
{
	char text[INSTANT_TEXT];
	buf_printf(b, ",\"%s\":", key);
	if (!at) {
		buf_puts(b, "null");
		return;
	}
	instant_format(at, text);
	json_quote(b, text);
}

/* Nobody's words and no reporter in it; told in nobody's name, or the journal would say who. */
static enum vh_rc event(struct ctx *cx, const struct hazard_at *at, const struct hazard *z,
                        const char *type)
{
	const struct actor *who = cx->who;
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_putc(&b, '{');
	data_place(&b, at->h, at->e, at->r);
	buf_printf(&b, ",\"hazard\":{\"id\":\"%lld\",\"item\":\"%s\",\"severity\":\"%s\"",
	           (long long)z->id, z->item, z->severity);
	buf_printf(&b, ",\"reported\":%s", z->found_in ? "false" : "true");
	instant(&b, "found_at", z->found_at);
	instant(&b, "due", z->due);
	instant(&b, "closed_at", z->closed_at);
	buf_puts(&b, "}}");
	struct deed d = { .hotel = at->h->id, .type = type, .subject = "hazards", .id = z->id,
	                  .part = at->r ? at->r->id : at->e->id, .data = buf_str(&b) };
	if (!z->found_in && !z->closed_at)
		cx->who = NULL;
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	cx->who = who;
	buf_done(&b);
	return rc;
}

static enum vh_rc open_one(struct ctx *cx, const struct hazard_at *at, struct hazard *z)
{
	bool urgent;
	int32_t today = day_of(cx->now, at->h->zone_min);
	z->hotel = at->h->id;
	z->house = at->e->id;
	z->room = room_id(at);
	z->found_at = cx->now;
	z->found_in = at->inspection;
	enum vh_rc rc = deadline_by(cx, at->h, z->severity, "mend", today, &z->due, &urgent);
	if (rc == VH_OK)
		rc = hazard_insert(cx, z);
	struct task t = { .hotel = z->hotel, .kind = "hazard", .house = z->house, .room = z->room,
	                  .hazard = z->id, .due = z->due, .note = z->item };
	if (rc == VH_OK)
		rc = task_begin(cx, &t, !at->inspection);
	return rc == VH_OK ? event(cx, at, z, "hazard.opened") : rc;
}

/* The open hazards of this place, and of them the next one of an item. */
static const struct hazard *same(const struct hazard *list, const struct hazard_at *at,
                                 const char *item)
{
	for (; list; list = list->next) {
		if (list->room == room_id(at) && !strcmp(list->item, item))
			return list;
	}
	return NULL;
}

enum vh_rc hazard_found(struct ctx *cx, const struct hazard_at *at, enum safety item, int64_t *n)
{
	struct hazard *open = NULL;
	struct hazard z = { .id = id_new(), .item = safety_name(item),
	                    .severity = safety_grave(item) ? "grave" : "minor" };
	enum vh_rc rc = hazard_open_house(cx, at->h->id, at->e->id, &open);
	if (rc != VH_OK || same(open, at, z.item))
		return rc;
	rc = open_one(cx, at, &z);
	*n += rc == VH_OK;
	return rc;
}

static enum vh_rc close_one(struct ctx *cx, const struct hazard_at *at, const struct hazard *z)
{
	struct hazard done = *z;
	struct task t;
	done.closed_at = cx->now;
	done.closed_in = at->inspection;
	enum vh_rc rc = hazard_close(cx, z->hotel, z->id, cx->now, at->inspection);
	if (rc == VH_OK)
		rc = hazard_photo_drop(cx, z->hotel, z->id);
	if (rc == VH_OK)
		rc = task_of_hazard(cx, z->hotel, z->id, &t);
	if (rc == VH_OK)
		rc = task_end(cx, &t, "recheck");
	rc = rc == VH_NOTFOUND ? VH_OK : rc;
	return rc == VH_OK ? event(cx, at, &done, "hazard.closed") : rc;
}

enum vh_rc hazard_mended(struct ctx *cx, const struct hazard_at *at, enum safety item, int64_t *n)
{
	struct hazard *open = NULL;
	const struct hazard *z;
	enum vh_rc rc = hazard_open_house(cx, at->h->id, at->e->id, &open);
	for (z = open; rc == VH_OK && (z = same(z, at, safety_name(item))); z = z->next) {
		rc = close_one(cx, at, z);
		*n += rc == VH_OK;
	}
	return rc;
}

/* A picture, sealed for its place; more than enough of them are enough. by: the officer who took
 * it; 0: it came with a report, of which nobody is told who made it. */
static enum vh_rc add_photo(struct ctx *cx, int64_t hotel, int64_t hazard, struct blob jpeg,
                            int64_t by, int64_t *ret_id)
{
	struct hotel_keys k;
	struct hazard_photo *had = NULL, row = { .hotel = hotel, .id = id_new(),
		                                 .hazard = hazard, .at = cx->now, .by = by };
	struct place at = { "hazard_photo", "picture", hotel, row.id };
	int n = 0;
	enum vh_rc rc = hazard_photo_list(cx, hotel, hazard, &had);
	for (; had; had = had->next)
		n++;
	if (rc == VH_OK && n >= LIM_PHOTOS)
		return ctx_fail(cx, VH_LIMIT, "photo_many", "photo", "there are %d pictures of it",
		                n);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = seal_words(cx, seal_bytes(cx->a, &k.data, &at, jpeg.p, jpeg.n, &row.picture));
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = hazard_photo_insert(cx, &row);
	if (rc == VH_OK)
		*ret_id = row.id;
	return rc;
}

static enum vh_rc photo_take(struct ctx *cx, struct blob in, struct blob *ret)
{
	*ret = (struct blob){ 0 };
	if (!in.p)
		return VH_OK;
	enum vh_rc rc = in.n > LIM_PHOTO ? VH_INVALID : jpeg_strip(cx->a, in.p, in.n, ret);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc != VH_OK)
		return ctx_fail(cx, VH_INVALID, "photo", "photo",
		                "a picture is a JPEG of at most %u KiB", LIM_PHOTO >> 10);
	return VH_OK;
}

struct reporting {
	const struct hazard_report *in;
	const char *words, *phone;
	struct blob photo;
	struct plate_show at;
	int64_t id;
};

static enum vh_rc seal(struct ctx *cx, const struct hotel *h, struct reporting *g,
                       struct hazard *z)
{
	struct hotel_keys k;
	struct place words = { "hazard", "words", h->id, z->id },
		     reporter = { "hazard", "reporter", h->id, z->id };
	enum vh_rc rc = hotel_keys_of(cx, h->id, &k);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k.data, &words, g->words, &z->words);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k.data, &reporter, g->phone, &z->reporter);
	wipe(&k, sizeof k);
	return seal_words(cx, rc);
}

static enum vh_rc plate_at(struct ctx *cx, const struct reporting *g, struct hazard_at *ret)
{
	const struct plate *p = &g->at.plate;
	if (!strcmp(p->state, "revoked"))
		return ctx_fail(cx, VH_CONFLICT, "plate_revoked", "code",
		                "this plate is no longer in use");
	if (!p->room && !p->house)
		return ctx_fail(cx, VH_CONFLICT, "plate_unbound", "code",
		                "this plate hangs at no door yet");
	*ret = (struct hazard_at){ &g->at.hotel, &g->at.house, p->room ? &g->at.room : NULL, 0 };
	return VH_OK;
}

/* What is known well enough by pictures is not refused for one more. */
static enum vh_rc more_photo(struct ctx *cx, const struct reporting *g)
{
	int64_t id;
	struct err kept = cx->err;
	enum vh_rc rc = g->photo.p ? add_photo(cx, g->at.hotel.id, g->id, g->photo, 0, &id) : VH_OK;
	if (rc == VH_LIMIT && !strcmp(err_code(&cx->err), "photo_many")) {
		cx->err = kept;
		rc = VH_OK;
	}
	return rc;
}

static enum vh_rc report_step(struct ctx *cx, void *arg)
{
	struct reporting *g = arg;
	struct hazard_at at = { .inspection = 0 };
	struct hazard *open = NULL;
	struct hazard z = { .id = id_new(), .item = safety_name(g->in->item),
	                    .severity = safety_grave(g->in->item) ? "grave" : "minor" };
	int n = 0;
	enum vh_rc rc = plate_find(cx, g->in->code, &g->at);
	if (rc == VH_OK)
		rc = plate_at(cx, g, &at);
	if (rc == VH_OK)
		rc = hazard_open_house(cx, at.h->id, at.e->id, &open);
	if (rc != VH_OK)
		return rc;
	/* Something else may be something else each time; a known item is known already. */
	const struct hazard *had = g->in->item == SAFE__MAX ? NULL : same(open, &at, z.item);
	if (had) {
		g->id = had->id;
		return more_photo(cx, g);
	}
	for (const struct hazard *o = open; o; o = o->next)
		n += !o->found_in;
	if (n >= LIM_HAZARDS_OPEN)
		return ctx_fail(cx, VH_LIMIT, "hazard_many", "",
		                "%d reports of this house are open: call the desk", n);
	rc = seal(cx, at.h, g, &z);
	if (rc == VH_OK)
		rc = open_one(cx, &at, &z);
	g->id = z.id;
	return rc == VH_OK ? more_photo(cx, g) : rc;
}

enum vh_rc hazard_report(struct ctx *cx, const struct hazard_report *r, int64_t *ret_id)
{
	struct reporting *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	g->in = r;
	enum vh_rc rc = text_take(cx, "words", r->words, LIM_TEXT, r->item == SAFE__MAX, &g->words);
	if (rc == VH_OK)
		rc = phone_take(cx, "phone", r->phone, &g->phone);
	if (rc == VH_OK)
		rc = photo_take(cx, r->photo, &g->photo);
	if (rc == VH_OK)
		rc = core_write(cx, report_step, g, &g->id);
	if (rc == VH_OK)
		*ret_id = g->id;
	return rc;
}

struct checking {
	int64_t hotel, hazard, made;
	const struct hazard_check *in;
	const char *note;
};

/* Its place, whether or not it was closed or retired meanwhile. */
static enum vh_rc load(struct ctx *cx, int64_t hotel, int64_t id, enum act act, struct hotel *h,
                       struct house *e, struct room *r, struct hazard *z)
{
	*r = (struct room){ .id = 0 };
	enum vh_rc rc = hotel_get(cx, hotel, h);
	if (rc == VH_OK)
		rc = hazard_get(cx, hotel, id, z);
	if (rc == VH_OK)
		rc = house_get(cx, hotel, z->house, e);
	if (rc == VH_OK && z->room)
		rc = room_get(cx, hotel, z->room, r);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "hazard", "there is no such hazard here");
	return rc == VH_OK ? actor_may(cx, act, h, e->id, 0) : rc;
}

/* Not mended: whoever said it was has to go on. What was said stays, whichever way it goes. */
static enum vh_rc checked(struct ctx *cx, const struct hazard_at *at, const struct hazard *z,
                          bool mended, const char *note)
{
	struct task t;
	enum vh_rc rc = task_of_hazard(cx, z->hotel, z->id, &t);
	bool on = rc == VH_OK && !mended && !strcmp(t.state, "handled");
	if (on)
		rc = task_return(cx, &t, note);
	else if (rc == VH_OK && note)
		rc = task_note(cx, &t, note);
	if (rc == VH_NOTFOUND)
		rc = VH_OK;
	return rc == VH_OK && mended ? close_one(cx, at, z) : rc;
}

static enum vh_rc check_step(struct ctx *cx, void *arg)
{
	struct checking *g = arg;
	struct hotel h;
	struct house e;
	struct room r;
	struct hazard z;
	int64_t n = 0;
	enum vh_rc rc = load(cx, g->hotel, g->hazard, ACT_INSPECT, &h, &e, &r, &z);
	if (rc == VH_OK && z.closed_at)
		return ctx_fail(cx, VH_CONFLICT, "hazard_closed", "hazard",
		                "this hazard was closed already");
	if (rc == VH_OK && r.id)
		rc = stay_count_room(cx, h.id, r.id, &n);
	if (rc != VH_OK)
		return rc;
	struct inspection row = inspection_here(cx, &e, r.id);
	row.consent = g->in->consent;
	row.outcome = "recheck";
	row.registered = n;
	struct hazard_at at = { &h, &e, r.id ? &r : NULL, row.id };
	rc = inspection_insert(cx, &row);
	if (rc == VH_OK)
		rc = checked(cx, &at, &z, g->in->mended, g->note);
	g->made = row.id;
	return rc;
}

enum vh_rc hazard_recheck(struct ctx *cx, int64_t hotel, int64_t hazard,
                          const struct hazard_check *c, int64_t *ret_inspection)
{
	struct checking g = { .hotel = hotel, .hazard = hazard, .in = c };
	enum vh_rc rc = text_take(cx, "note", c->note, LIM_TEXT, false, &g.note);
	if (rc == VH_OK && !consent_known(c->consent))
		return ctx_fail(cx, VH_INVALID, "consent", "consent",
		                "who let you in: door, occupant or landlord");
	if (rc == VH_OK)
		rc = core_write(cx, check_step, &g, &g.made);
	if (rc == VH_OK)
		*ret_inspection = g.made;
	return rc;
}

struct calling {
	int64_t hotel, hazard;
	struct blob sealed;
	struct hotel_keys k;
};

static enum vh_rc reporter_step(struct ctx *cx, void *arg)
{
	struct calling *g = arg;
	struct hotel h;
	struct house e;
	struct room r;
	struct hazard z;
	struct task t;
	/* Who may search people may see whom to call; a grid worker goes and looks. */
	enum vh_rc rc = load(cx, g->hotel, g->hazard, ACT_INSPECT, &h, &e, &r, &z);
	if (rc == VH_OK && cx->who->role == ROLE_GRID)
		return ctx_fail(cx, VH_DENIED, "role", "", "the desk calls who reported it");
	if (rc == VH_OK && !z.reporter.p)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "hazard", "nobody left a number");
	if (rc == VH_OK)
		rc = task_of_hazard(cx, h.id, z.id, &t);
	if (rc == VH_OK)
		rc = task_note(cx, &t, REPORTER_SHOWN);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, h.id, &g->k);
	g->sealed = z.reporter;
	return rc;
}

enum vh_rc hazard_reporter(struct ctx *cx, int64_t hotel, int64_t hazard, const char **ret)
{
	struct calling g = { .hotel = hotel, .hazard = hazard };
	struct place at = { "hazard", "reporter", hotel, hazard };
	char *text = NULL;
	enum vh_rc rc = db_write(cx, reporter_step, &g);
	if (rc == VH_OK)
		rc = open_text(cx->a, &g.k.data, &at, g.sealed, &text);
	wipe(&g.k, sizeof g.k);
	if (rc == VH_OK)
		*ret = text;
	return seal_words(cx, rc);
}

struct adding {
	int64_t hotel, hazard, id;
	struct blob photo;
};

static enum vh_rc photo_step(struct ctx *cx, void *arg)
{
	struct adding *g = arg;
	struct hotel h;
	struct house e;
	struct room r;
	struct hazard z;
	enum vh_rc rc = load(cx, g->hotel, g->hazard, ACT_INSPECT, &h, &e, &r, &z);
	if (rc == VH_OK && z.closed_at)
		return ctx_fail(cx, VH_CONFLICT, "hazard_closed", "hazard",
		                "this hazard was closed already");
	return rc == VH_OK ? add_photo(cx, h.id, z.id, g->photo, cx->who->account, &g->id) : rc;
}

enum vh_rc hazard_photo_add(struct ctx *cx, int64_t hotel, int64_t hazard, struct blob photo,
                            int64_t *ret_id)
{
	struct adding g = { .hotel = hotel, .hazard = hazard };
	if (!photo.p)
		return ctx_fail(cx, VH_INVALID, "photo_missing", "photo", "the picture is missing");
	enum vh_rc rc = photo_take(cx, photo, &g.photo);
	if (rc == VH_OK)
		rc = core_write(cx, photo_step, &g, &g.id);
	if (rc == VH_OK)
		*ret_id = g.id;
	return rc;
}
