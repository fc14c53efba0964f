#include "vh/place.h"

#include <string.h>

#include "place_data.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/plate_code.h"

#define URL_UNSET "http://vhotel.invalid"

enum vh_rc plate_make(struct ctx *cx, int64_t hotel, int64_t room, int64_t house, int64_t *ret_no)
{
	struct plate p = { .hotel = hotel, .room = room, .house = house, .created = cx->now,
	                   .state = room || house ? "active" : "unbound", .changed = cx->now };
	enum vh_rc rc = head_next_plate(cx, hotel, &p.id);
	if (rc == VH_OK && p.id >= LIM_PLATES)
		return ctx_fail(cx, VH_LIMIT, "plates", "", "this hotel has no plate numbers left");
	if (rc == VH_OK)
		rc = plate_insert(cx, &p);
	if (rc == VH_OK && ret_no)
		*ret_no = p.id;
	return rc;
}

enum vh_rc plate_end(struct ctx *cx, struct plate *p, int64_t replaced_by)
{
	p->state = "revoked";
	p->replaced_by = replaced_by;
	p->changed = cx->now;
	return plate_update(cx, p);
}

enum vh_rc plate_text(struct ctx *cx, int64_t hotel, int64_t no, char ret_code[PLATE_CODE_TEXT])
{
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, hotel, &k);
	if (rc == VH_OK)
		plate_code_make(&k.plate, (uint32_t)hotel, (uint32_t)no, ret_code);
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc plate_url_base(struct ctx *cx, const char **ret, bool *ret_real)
{
	enum vh_rc rc = setting_get(cx, "public_url", ret);
	*ret_real = rc == VH_OK;
	if (rc == VH_NOTFOUND)
		*ret = URL_UNSET;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc unknown(struct ctx *cx)
{
	return ctx_fail(cx, VH_NOTFOUND, "plate_unknown", "code",
	                "this is not the code of a plate of ours");
}

/* Serial, code, address on the plate. */
static enum vh_rc show_url(struct ctx *cx, struct plate_show *s)
{
	const char *url;
	bool real;
	char base[PLATE_BASE_TEXT], text[PLATE_URL_TEXT];
	enum vh_rc rc = plate_url_base(cx, &url, &real);
	if (rc == VH_OK && plate_base_parse(url, base, NULL) != VH_OK)
		rc = ctx_fail(cx, VH_INVALID, "public_url", "public-url",
		              "%s cannot stand on a plate", url);
	if (rc != VH_OK)
		return rc;
	plate_url_format(base, s->code, text);
	s->url = arena_dup(cx->a, text);
	return s->url ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc where(struct ctx *cx, struct plate_show *s)
{
	enum vh_rc rc = VH_OK;
	int64_t house = s->plate.house;
	if (s->plate.room) {
		rc = room_get(cx, s->plate.hotel, s->plate.room, &s->room);
		house = s->room.house;
	}
	if (rc == VH_OK && house)
		rc = house_get(cx, s->plate.hotel, house, &s->house);
	if (rc == VH_OK)
		rc = plate_text(cx, s->plate.hotel, s->plate.id, s->code);
	serial_format((uint32_t)s->plate.id, s->serial);
	return rc;
}

struct find {
	struct plate_ref ref;
	struct plate_show *ret;
};

static enum vh_rc find_step(struct ctx *cx, void *arg)
{
	struct find *f = arg;
	struct hotel_keys k;
	memset(f->ret, 0, sizeof *f->ret);
	enum vh_rc rc = hotel_get(cx, f->ref.hotel, &f->ret->hotel);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, f->ref.hotel, &k);
	if (rc == VH_OK && !plate_code_check(&k.plate, &f->ref))
		rc = VH_NOTFOUND;
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = plate_get(cx, f->ref.hotel, f->ref.plate, &f->ret->plate);
	if (rc == VH_NOTFOUND)
		return unknown(cx);
	return rc == VH_OK ? where(cx, f->ret) : rc;
}

/* Reads the code and refuses a forged one if its hotel's keys are at hand. */
static enum vh_rc genuine(struct ctx *cx, const char *text, struct plate_ref *ret)
{
	struct hotel_keys k;
	if (plate_code_parse(text, ret) != VH_OK && plate_scan_parse(text, NULL, ret) != VH_OK)
		return unknown(cx);
	if (!hotel_keys_get(cx->keys, ret->hotel, &k))
		return VH_OK;
	bool ours = plate_code_check(&k.plate, ret);
	wipe(&k, sizeof k);
	return ours ? VH_OK : unknown(cx);
}

enum vh_rc plate_genuine(struct ctx *cx, const char *text)
{
	struct plate_ref ref;
	return genuine(cx, text, &ref);
}

enum vh_rc plate_read(struct ctx *cx, const char *text, struct plate_show *ret)
{
	struct find f = { .ret = ret };
	enum vh_rc rc = genuine(cx, text, &f.ref);
	return rc == VH_OK ? find_step(cx, &f) : rc;
}

struct find_all {
	const char *text;
	struct plate_show *ret;
};

static enum vh_rc find_all_step(struct ctx *cx, void *arg)
{
	struct find_all *f = arg;
	enum vh_rc rc = plate_read(cx, f->text, f->ret);
	return rc == VH_OK ? show_url(cx, f->ret) : rc;
}

enum vh_rc plate_find(struct ctx *cx, const char *text, struct plate_show *ret)
{
	struct find_all f = { text, ret };
	enum vh_rc rc = plate_genuine(cx, text);
	if (rc != VH_OK)
		return rc;
	return db_writing(cx) ? find_all_step(cx, &f) : db_read(cx, find_all_step, &f);
}

struct each {
	int64_t hotel;
	bool houses;
	plate_each_fn *fn;
	void *arg;
};

static enum vh_rc each_step(struct ctx *cx, void *arg)
{
	struct each *e = arg;
	struct hotel h;
	struct plate *list = NULL;
	enum vh_rc rc = place_may(cx, ACT_PLATE, e->hotel, 0, &h);
	if (rc == VH_OK)
		rc = plate_list(cx, e->hotel, "active", &list);
	for (struct plate *p = list; rc == VH_OK && p; p = p->next) {
		if (!p->room != e->houses)
			continue;
		struct plate_show s = { .plate = *p, .hotel = h };
		rc = where(cx, &s);
		if (rc == VH_OK)
			rc = show_url(cx, &s);
		if (rc == VH_OK)
			rc = e->fn(cx, &s, e->arg);
	}
	return rc;
}

enum vh_rc plate_each(struct ctx *cx, int64_t hotel, bool houses, plate_each_fn *fn, void *arg)
{
	struct each e = { hotel, houses, fn, arg };
	return db_read_long(cx, each_step, &e);
}

struct batch {
	const struct plate_pick *pick;
	struct plate_item *list;
	int64_t last;
};

/* One more of the list when there is one: a door without a plate has none to print. */
static enum vh_rc add_row(struct ctx *cx, enum vh_rc rc, const struct plate *p,
                          struct plate ***end)
{
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	struct plate *own = arena_alloc(cx->a, sizeof *own);
	if (!own)
		return ctx_nomem(cx);
	*own = *p;
	own->next = NULL;
	**end = own;
	*end = &own->next;
	return VH_OK;
}

static enum vh_rc of_doors(struct ctx *cx, int64_t hotel, int64_t house, struct plate **ret)
{
	struct room *rooms = NULL;
	struct plate p, **end = ret;
	*ret = NULL;
	enum vh_rc rc = plate_of_house(cx, hotel, house, &p);
	rc = add_row(cx, rc, &p, &end);
	if (rc == VH_OK)
		rc = room_list_house(cx, hotel, house, &rooms);
	for (const struct room *r = rooms; rc == VH_OK && r; r = r->next) {
		rc = plate_of_room(cx, hotel, r->id, &p);
		rc = add_row(cx, rc, &p, &end);
	}
	return rc;
}

static enum vh_rc batch_rows(struct ctx *cx, struct batch *b, struct plate **ret)
{
	const struct plate_pick *k = b->pick;
	const char *state = k->kind == PLATES_UNBOUND ? "unbound" : "active";
	b->last = 0;
	if (k->only) {
		struct plate *one = arena_alloc(cx->a, sizeof *one);
		if (!one)
			return ctx_nomem(cx);
		*ret = one;
		return plate_get(cx, k->hotel, k->only, one);
	}
	if (k->house)
		return of_doors(cx, k->hotel, k->house, ret);
	enum vh_rc rc = plate_after(cx, k->hotel, state, k->after, k->most, ret);
	int64_t n = 0;
	for (const struct plate *p = *ret; rc == VH_OK && p; p = p->next)
		if (++n == k->most && (!k->upto || p->id < k->upto))
			b->last = p->id;
	return rc;
}

static bool picked(const struct plate_pick *k, const struct plate *p)
{
	if (k->upto && p->id > k->upto)
		return false;
	if (k->only || k->kind == PLATES_UNBOUND)
		return true;
	return !p->room == (k->kind == PLATES_HOUSES);
}

static enum vh_rc batch_step(struct ctx *cx, void *arg)
{
	struct batch *b = arg;
	struct hotel h;
	struct plate *rows = NULL;
	struct plate_item **end = &b->list;
	*end = NULL;
	enum vh_rc rc = place_may(cx, ACT_PLATE, b->pick->hotel, 0, &h);
	if (rc == VH_OK)
		rc = batch_rows(cx, b, &rows);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return unknown(cx);
	for (const struct plate *p = rows; rc == VH_OK && p; p = p->next) {
		if (!picked(b->pick, p))
			continue;
		struct plate_item *i = arena_alloc(cx->a, sizeof *i);
		if (!i)
			return ctx_nomem(cx);
		i->s.plate = *p;
		i->s.hotel = h;
		rc = where(cx, &i->s);
		if (rc == VH_OK)
			rc = show_url(cx, &i->s);
		*end = i;
		end = &i->next;
	}
	return rc;
}

enum vh_rc plate_batch(struct ctx *cx, const struct plate_pick *pick, struct plate_item **ret,
                       int64_t *ret_last)
{
	struct batch b = { .pick = pick };
	enum vh_rc rc = db_read(cx, batch_step, &b);
	if (rc == VH_OK) {
		*ret = b.list;
		*ret_last = b.last;
	}
	return rc;
}

/* What plate_bind, plate_revoke and plate_replace work on. */
struct change {
	const char *code, *reason;
	int64_t hotel, room, house, n, made;
};

static void data_ref(struct buf *b, const char *key, int64_t id)
{
	if (id)
		buf_printf(b, ",\"%s\":\"%lld\"", key, (long long)id);
	else
		buf_printf(b, ",\"%s\":null", key);
}

static enum vh_rc plate_event(struct ctx *cx, const struct plate_show *s, const char *type,
                              const char *reason)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, s->hotel.area);
	buf_printf(&b, "},\"plate\":{\"no\":%lld,\"state\":", (long long)s->plate.id);
	json_quote(&b, s->plate.state);
	data_ref(&b, "room", s->plate.room);
	data_ref(&b, "house", s->plate.house);
	buf_puts(&b, "}}");
	int64_t part = s->plate.room    ? s->plate.room
	               : s->plate.house ? s->plate.house
	                                : s->plate.id;
	struct deed d = { .hotel = s->hotel.id,
		          .type = type,
		          .subject = "plates",
		          .id = s->plate.id,
		          .part = part,
		          .reason = reason,
		          .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc mine(struct ctx *cx, const char *code, struct plate_show *ret)
{
	enum vh_rc rc = plate_find(cx, code, ret);
	return rc == VH_OK ? actor_may(cx, ACT_PLATE, &ret->hotel, 0, 0) : rc;
}

static enum vh_rc unbound_step(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct plate_show s = { 0 };
	int64_t no = 0;
	enum vh_rc rc = place_may(cx, ACT_PLATE, c->hotel, 0, &s.hotel);
	for (int64_t i = 0; rc == VH_OK && i < c->n; i++) {
		rc = plate_make(cx, c->hotel, 0, 0, &no);
		if (i == 0)
			c->made = no;
	}
	return rc;
}

enum vh_rc plate_make_unbound(struct ctx *cx, int64_t hotel, int64_t n, int64_t *ret_first)
{
	struct change c = { .hotel = hotel, .n = n };
	if (n < 1 || n > 10000)
		return ctx_fail(cx, VH_INVALID, "unbound", "unbound",
		                "from 1 to 10000 plates at a time");
	enum vh_rc rc = core_write(cx, unbound_step, &c, &c.made);
	if (rc == VH_OK)
		*ret_first = c.made;
	return rc;
}

/* Whatever hangs at this door now is replaced by the plate `by`. */
static enum vh_rc free_door(struct ctx *cx, const struct plate *by)
{
	struct plate old;
	enum vh_rc rc = by->room ? plate_of_room(cx, by->hotel, by->room, &old)
	                         : plate_of_house(cx, by->hotel, by->house, &old);
	if (rc == VH_NOTFOUND || (rc == VH_OK && old.id == by->id))
		return VH_OK;
	return rc == VH_OK ? plate_end(cx, &old, by->id) : rc;
}

static enum vh_rc bind_step(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct plate_show s;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = mine(cx, c->code, &s);
	if (rc == VH_OK && strcmp(s.plate.state, "unbound") != 0)
		return ctx_fail(cx, VH_CONFLICT, "plate_bound", "code",
		                "plate %s hangs somewhere already", s.serial);
	if (rc == VH_OK)
		rc = c->room ? place_room(cx, ACT_PLATE, s.hotel.id, c->room, &h, &e, &r)
		             : place_house(cx, ACT_PLATE, s.hotel.id, c->house, &h, &e);
	if (rc == VH_OK && c->room && !strcmp(r.letting, "closed"))
		return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s was closed", r.no);
	if (rc != VH_OK)
		return rc;
	s.plate.room = c->room;
	s.plate.house = c->room ? 0 : c->house;
	s.plate.state = "active";
	s.plate.changed = cx->now;
	c->made = s.plate.id;
	rc = free_door(cx, &s.plate);
	if (rc == VH_OK)
		rc = plate_update(cx, &s.plate);
	return rc == VH_OK ? plate_event(cx, &s, "plate.bound", NULL) : rc;
}

enum vh_rc plate_bind(struct ctx *cx, const char *code, int64_t room, int64_t house)
{
	struct change c = { .code = code, .room = room, .house = house };
	if (!room == !house)
		return ctx_fail(cx, VH_INVALID, "door", "room",
		                "a plate hangs at a room or a house");
	return core_write(cx, bind_step, &c, &c.made);
}

static enum vh_rc revoke_step(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct plate_show s;
	enum vh_rc rc = mine(cx, c->code, &s);
	if (rc == VH_OK && !strcmp(s.plate.state, "revoked"))
		return ctx_fail(cx, VH_CONFLICT, "plate_revoked", "code",
		                "plate %s is revoked already", s.serial);
	if (rc == VH_OK)
		rc = plate_end(cx, &s.plate, 0);
	c->made = s.plate.id;
	return rc == VH_OK ? plate_event(cx, &s, "plate.revoked", c->reason) : rc;
}

enum vh_rc plate_revoke(struct ctx *cx, const char *code, const char *reason)
{
	struct change c = { .code = code };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, false, &c.reason);
	return rc == VH_OK ? core_write(cx, revoke_step, &c, &c.made) : rc;
}

static enum vh_rc replace_step(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	struct plate_show s;
	enum vh_rc rc = mine(cx, c->code, &s);
	if (rc == VH_OK && strcmp(s.plate.state, "active") != 0)
		return ctx_fail(cx, VH_CONFLICT, "plate_revoked", "code", "plate %s hangs nowhere",
		                s.serial);
	if (rc != VH_OK)
		return rc;
	struct plate old = s.plate;
	rc = plate_end(cx, &old, 0); /* first, since a door has one active plate */
	if (rc == VH_OK)
		rc = plate_make(cx, old.hotel, old.room, old.house, &c->made);
	if (rc == VH_OK)
		rc = plate_end(cx, &old, c->made);
	if (rc == VH_OK)
		rc = plate_get(cx, old.hotel, c->made, &s.plate);
	return rc == VH_OK ? plate_event(cx, &s, "plate.replaced", c->reason) : rc;
}

enum vh_rc plate_replace(struct ctx *cx, const char *code, const char *reason, int64_t *ret_plate)
{
	struct change c = { .code = code };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, false, &c.reason);
	if (rc == VH_OK)
		rc = core_write(cx, replace_step, &c, &c.made);
	if (rc == VH_OK)
		*ret_plate = c.made;
	return rc;
}
