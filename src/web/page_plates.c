/* Plates at the desk: lists, sheets, one plate, and hanging one at a door. Nobody's data. */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "job_pages.h"
#include "pages.h"
#include "vh/db.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/plate_paper.h"
#include "vh/qr.h"
#include "vh/utf8.h"
#include "view.h"
#include "web_state.h"

enum { LISTED = 100, FRESH_MOST = 500, PNG_SCALE = 8, SVG_MM = 40, HOUSES_FOUND = 30 };
#define PICTURE_MAX (1u << 20)
#define PLATES_ARENA (2u << 20)

struct f_print {
	const char *what, *house, *n;
};
struct f_bind {
	const char *room, *house;
};
#define F INPUT
static const struct input print_in[] = {
	INPUT_WORD(struct f_print, what, INPUT_REQUIRED, "rooms|houses|unbound|fresh|one"),
	F(struct f_print, house, input_text, 0, LIM_TEXT),
	F(struct f_print, n, input_int, 0, FRESH_MOST),
};
const struct form form_print = FORM(struct f_print, print_in);
static const struct input fresh_in[] = {
	INPUT_WORD(struct f_print, what, INPUT_REQUIRED, "fresh"),
	F(struct f_print, n, input_int, INPUT_REQUIRED, FRESH_MOST),
};
static const struct form form_print_fresh = FORM(struct f_print, fresh_in);
static const struct input what_in[] = {
	INPUT_WORD(struct f_print, what, INPUT_REQUIRED, "rooms|houses|unbound|one"),
};
static const struct form form_print_what = FORM(struct f_print, what_in);
static const struct input of_house_in[] = {
	INPUT_WORD(struct f_print, what, INPUT_REQUIRED, "rooms"),
	F(struct f_print, house, input_text, INPUT_REQUIRED, LIM_TEXT),
};
static const struct form form_print_house = FORM(struct f_print, of_house_in);
static const struct input bind_in[] = {
	F(struct f_bind, room, input_id, 0, 0),
	F(struct f_bind, house, input_id, 0, 0),
};
const struct form form_bind = FORM(struct f_bind, bind_in);
#undef F

static void put_plate(struct call *c, cJSON *o, const struct plate_show *s)
{
	put(c, o, "serial", s->serial);
	put(c, o, "state", s->plate.state);
	put_word(c, o, "state_text", "plate_", s->plate.state);
	put(c, o, "address", s->house.id ? s->house.address : NULL);
	put(c, o, "room_no", s->room.id ? s->room.no : NULL);
	put_url(c, o, "plate_url", true, "%s/plates/%s", hotel_path(c), s->serial);
}

struct sums {
	int64_t hotel, active, unbound, revoked;
};

static enum vh_rc sums_step(struct ctx *cx, void *arg)
{
	struct sums *s = arg;
	enum vh_rc rc = plate_count(cx, s->hotel, "active", &s->active);
	if (rc == VH_OK)
		rc = plate_count(cx, s->hotel, "unbound", &s->unbound);
	return rc == VH_OK ? plate_count(cx, s->hotel, "revoked", &s->revoked) : rc;
}

static void put_print(struct call *c, cJSON *list, const struct form *form, const char *what,
                      const char *title)
{
	const struct f_print at = { .what = what };
	const struct form_how how = {
		.title = title,
		.prefix = title,
		.at = &at,
		.action = arena_printf(c->cx.a, "%s/plates/print", hotel_path(c)),
	};
	put_form(c, list, NULL, form, &how);
}

void put_house_print(struct call *c, cJSON *list, int64_t house)
{
	const struct form_how how = {
		.title = "print_here",
		.prefix = "print_here",
		.action = arena_printf(c->cx.a, "%s/houses/%s/print", hotel_path(c),
		                       id_text(c, house)),
	};
	if (may(c, ACT_PLATE))
		put_form(c, list, NULL, &form_none, &how);
}

static void put_plates_actions(struct call *c, const struct sums *n)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (n->active) {
		put_print(c, list, &form_print_what, "rooms", "print_rooms");
		put_print(c, list, &form_print_what, "houses", "print_houses");
	}
	if (n->unbound)
		put_print(c, list, &form_print_what, "unbound", "print_unbound");
	if (n->active)
		put_print(c, list, &form_print_house, "rooms", "print_house");
	put_print(c, list, &form_print_fresh, "fresh", "print_fresh");
}

/* What a reader or a hand put into the box: a serial, a code or the whole address of a plate. */
static enum vh_rc find_plate(struct call *c, const char *text, const char **ret_serial)
{
	struct plate_show s;
	uint32_t number;
	if (serial_parse(text, &number) == VH_OK) {
		char serial[SERIAL_TEXT];
		serial_format(number, serial);
		*ret_serial = arena_dup(c->cx.a, serial);
		return *ret_serial ? VH_OK : ctx_nomem(&c->cx);
	}
	enum vh_rc rc = plate_find(&c->cx, text, &s);
	if (rc == VH_OK && s.hotel.id != c->hotel.id)
		return ctx_fail(&c->cx, VH_NOTFOUND, "plate_unknown", "q",
		                "this is not the code of a plate of ours");
	if (rc == VH_OK && !(*ret_serial = arena_dup(c->cx.a, s.serial)))
		return ctx_nomem(&c->cx);
	return rc;
}

/* Straight to the plate that was asked for; what is none is said above the box. */
static enum vh_rc go_to_plate(struct call *c, const char *q)
{
	const char *serial = NULL;
	enum vh_rc rc = find_plate(c, q, &serial);
	if (rc == VH_OK)
		c->go = arena_printf(c->cx.a, "%s/plates/%s", hotel_path(c), serial);
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&c->cx.err);
	return VH_OK;
}

static int64_t number_asked(const struct call *c, const char *name)
{
	const char *v = req_query(c->q, name);
	bool good = v && *v && strlen(v) < 9 && strspn(v, "0123456789") == strlen(v);
	return good ? strtoll(v, NULL, 10) : 0;
}

enum vh_rc get_plates(struct call *c)
{
	struct sums n = { .hotel = c->hotel.id };
	struct plate_pick pick = { .hotel = c->hotel.id, .kind = PLATES_UNBOUND, .most = LISTED,
		                   .after = number_asked(c, "after") };
	struct plate_item *list = NULL;
	const char *q = req_query(c->q, "q");
	int64_t last = 0;
	enum vh_rc rc = q && *q ? go_to_plate(c, q) : VH_OK;
	if (rc == VH_OK)
		rc = db_read(&c->cx, sums_step, &n);
	if (rc == VH_OK)
		rc = plate_batch(&c->cx, &pick, &list, &last);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_num(c, c->view.root, "active", n.active);
	put_num(c, c->view.root, "unbound_n", n.unbound);
	put_num(c, c->view.root, "revoked", n.revoked);
	put(c, c->view.root, "q", q ? q : "");
	view_bool(&c->view, c->view.root, "unknown", q && *q && !c->go);
	cJSON *a = put_arr(c, c->view.root, "unbound");
	for (; list; list = list->next)
		put_plate(c, put_obj(c, a, NULL), &list->s);
	put_url(c, c->view.root, "find_url", true, "%s/plates", hotel_path(c));
	put_url(c, c->view.root, "more_url", last, "%s/plates?after=%lld", hotel_path(c),
	        (long long)last);
	put_url(c, c->view.root, "back_url", true, "%s/setup", hotel_path(c));
	if (c->html)
		put_plates_actions(c, &n);
	return VH_OK;
}

/* {serial} of the path, of this hotel. */
static enum vh_rc plate_asked(struct call *c, struct plate_show *ret)
{
	uint32_t number;
	struct plate_item *one = NULL;
	struct plate_pick pick = { .hotel = c->hotel.id };
	int64_t last;
	if (serial_parse(param(c, "serial"), &number) != VH_OK)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "serial",
		                "there is no such plate here");
	pick.only = number;
	enum vh_rc rc = plate_batch(&c->cx, &pick, &one, &last);
	if (rc == VH_OK)
		*ret = one->s;
	return rc;
}

static void put_one_action(struct call *c, cJSON *list, const char *serial, const char *verb,
                           const char *title, bool danger)
{
	const struct form_how how = {
		.title = title,
		.prefix = title,
		.danger = danger,
		.action = arena_printf(c->cx.a, "%s/plates/%s/%s", hotel_path(c), serial, verb),
	};
	put_form(c, list, NULL, &form_retire, &how);
}

static void put_one_actions(struct call *c, const struct plate_show *s)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const struct f_print at = { .what = "one", .house = s->serial };
	const struct form_how how = {
		.title = "print_one",
		.prefix = "print_one",
		.at = &at,
		.action = arena_printf(c->cx.a, "%s/plates/%s/print", hotel_path(c), s->serial),
	};
	if (!strcmp(s->plate.state, "revoked"))
		return;
	put_form(c, list, NULL, &form_none, &how);
	if (!strcmp(s->plate.state, "active"))
		put_one_action(c, list, s->serial, "replace", "plate_replace", false);
	put_one_action(c, list, s->serial, "revoke", "plate_revoke", true);
}

enum vh_rc get_plate_desk(struct call *c)
{
	struct plate_show s;
	struct plate_ref ref;
	char grouped[PLATE_GROUPED_TEXT] = "", by[SERIAL_TEXT] = "";
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK)
		rc = plate_code_parse(s.code, &ref);
	if (rc != VH_OK)
		return rc;
	plate_code_group(&ref, grouped);
	if (s.plate.replaced_by)
		serial_format((uint32_t)s.plate.replaced_by, by);
	bool revoked = !strcmp(s.plate.state, "revoked");
	cJSON *o = put_obj(c, c->view.root, "plate");
	put_hotel(c, &c->hotel);
	put_plate(c, o, &s);
	put(c, o, "code", arena_dup(c->cx.a, grouped));
	put(c, o, "url", s.url);
	put(c, o, "replaced_by", *by ? arena_dup(c->cx.a, by) : NULL);
	put_url(c, o, "replaced_url", *by, "%s/plates/%s", hotel_path(c), by);
	put_url(c, o, "picture_url", !revoked, "%s/plates/%s/code.png", hotel_path(c), s.serial);
	put_url(c, o, "svg_url", !revoked, "%s/plates/%s/code.svg", hotel_path(c), s.serial);
	put_url(c, o, "bind_url", !strcmp(s.plate.state, "unbound"), "%s/plates/%s/bind",
	        hotel_path(c), s.serial);
	put_url(c, o, "door_url", s.house.id, "%s/%s/%s", hotel_path(c),
	        s.room.id ? "rooms" : "houses", id_text(c, s.room.id ? s.room.id : s.house.id));
	put_url(c, c->view.root, "back_url", true, "%s/plates", hotel_path(c));
	if (c->html)
		put_one_actions(c, &s);
	c->heading = arena_printf(c->cx.a, "%s %s", word(c, "", "plate"), s.serial);
	return VH_OK;
}

static enum vh_rc picture(struct call *c, bool png)
{
	struct plate_show s;
	struct qr q;
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK && !strcmp(s.plate.state, "revoked"))
		return ctx_fail(&c->cx, VH_CONFLICT, "plate_revoked", "serial",
		                "a print of it would lead nowhere");
	if (rc != VH_OK)
		return rc;
	if (qr_encode(s.url, &q) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "public_url", "", "%s fits no code", s.url);
	if (png && qr_png(&q, PNG_SCALE, &c->r->body) != VH_OK)
		return ctx_nomem(&c->cx);
	if (!png)
		qr_svg(&q, SVG_MM, s.serial, &c->r->body);
	c->r->status = 200;
	c->r->type = png ? "image/png" : "image/svg+xml";
	resp_header(c->r, "Content-Disposition",
	            arena_printf(c->cx.a, "inline; filename=\"%s.%s\"", s.serial,
	                         png ? "png" : "svg"));
	return VH_OK;
}

enum vh_rc get_plate_png(struct call *c)
{
	return picture(c, true);
}

enum vh_rc get_plate_svg(struct call *c)
{
	return picture(c, false);
}

/* ---- sheets ---- */

static void told(void *arg, int64_t done)
{
	struct job *j = arg;
	atomic_store(&j->done, done);
}

static enum vh_rc run_plates(struct ctx *cx, struct job *j)
{
	struct paper_stats n;
	enum vh_rc rc = plates_sheet(cx, &j->in.plates, &j->out, told, j, &n);
	if (rc != VH_OK)
		return rc;
	j->type = "application/pdf";
	j->file = "plates.pdf";
	j->made = n.plates;
	j->pages = n.pages;
	return VH_OK;
}

static enum vh_rc print_picked(struct call *c, const struct plate_pick *pick)
{
	struct job *j;
	enum vh_rc rc = job_new(c->w->jobs, &c->cx, &c->hotel, PLATES_ARENA, &j);
	if (rc != VH_OK)
		return rc;
	j->run = run_plates;
	j->in.plates = *pick;
	rc = job_asked(c, j, NULL, "plates");
	if (rc != VH_OK)
		job_drop(c->w->jobs, j);
	return rc;
}

struct seeking {
	const struct call *c;
	const char *text;
	int64_t id; /* of the only one that fits */
	struct house *list;
	int64_t n;
};

/* A number names one house; a piece of an address may name several. */
static enum vh_rc seek_step(struct ctx *cx, void *arg)
{
	struct seeking *s = arg;
	struct house *all = NULL, **end = &s->list;
	s->n = 0;
	s->id = 0;
	*end = NULL;
	enum vh_rc rc = house_list(cx, s->c->hotel.id, &all);
	for (struct house *h = all, *next; rc == VH_OK && h; h = next) {
		next = h->next;
		h->next = NULL;
		if (!house_named(cx->a, h, s->text))
			continue;
		if (house_has_no(cx->a, h, s->text))
			s->id = h->id;
		s->n++;
		*end = h;
		end = &h->next;
	}
	if (s->n == 1)
		s->id = s->list->id;
	return rc;
}

static enum vh_rc house_asked(struct call *c, const char *text, int64_t *ret)
{
	struct seeking s = { .c = c, .text = text };
	*ret = 0;
	if (!text)
		return VH_OK;
	enum vh_rc rc = db_read(&c->cx, seek_step, &s);
	if (rc == VH_OK && !s.id)
		return ctx_fail(&c->cx, VH_NOTFOUND, "house_which", "house",
		                "no house, or more than one, fits this");
	*ret = s.id;
	return rc;
}

enum vh_rc again_plates(struct call *c)
{
	const struct f_print *f = c->form;
	bool fresh = f->what && !strcmp(f->what, "fresh");
	const struct form_how how = {
		.title = fresh ? "print_fresh" : "print_house",
		.at = f,
		.action = arena_printf(c->cx.a, "%s/plates/print", hotel_path(c)),
	};
	put_form(c, c->view.root, "form", fresh ? &form_print_fresh : &form_print_house, &how);
	put_url(c, c->view.root, "back_url", true, "%s/plates", hotel_path(c));
	c->heading = word(c, "a_", how.title);
	return VH_OK;
}

enum vh_rc post_print(struct call *c)
{
	const struct f_print *f = c->form;
	struct plate_pick pick = { .hotel = c->hotel.id };
	int64_t n = f->n ? strtoll(f->n, NULL, 10) : 0, first = 0;
	enum vh_rc rc = house_asked(c, f->house, &pick.house);
	if (rc == VH_OK && !strcmp(f->what, "fresh"))
		rc = n ? plate_make_unbound(&c->cx, c->hotel.id, n, &first)
		       : ctx_fail(&c->cx, VH_INVALID, "required", "n", "is needed");
	if (rc != VH_OK)
		return rc;
	if (first) {
		pick.after = first - 1;
		pick.upto = first + n - 1;
	}
	pick.kind = !strcmp(f->what, "houses")  ? PLATES_HOUSES
	            : !strcmp(f->what, "rooms") ? PLATES_ROOMS
	                                        : PLATES_UNBOUND;
	return print_picked(c, &pick);
}

/* The plates of its rooms; its own is larger, and printed from its page. */
enum vh_rc post_print_here(struct call *c)
{
	struct plate_pick pick = { .hotel = c->hotel.id, .kind = PLATES_ROOMS };
	enum vh_rc rc = param_id(c, "house", &pick.house);
	return rc == VH_OK ? print_picked(c, &pick) : rc;
}

enum vh_rc post_print_one(struct call *c)
{
	struct plate_show s;
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK && !strcmp(s.plate.state, "revoked"))
		return ctx_fail(&c->cx, VH_CONFLICT, "plate_revoked", "serial",
		                "a print of it would lead nowhere");
	if (rc != VH_OK)
		return rc;
	const struct plate_pick pick = { .hotel = c->hotel.id, .only = s.plate.id };
	return print_picked(c, &pick);
}

/* ---- at the door ---- */

static void put_button(struct call *c, cJSON *list, const char *label, int64_t id,
                       const char *serial)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "no", label);
	view_id(&c->view, o, "id", id);
	put_idem(c, o);
	put(c, o, "serial", serial);
}

struct doors {
	const struct hotel *h;
	int64_t house;
	struct house e;
	struct room *rooms;
	struct plate *of; /* of each room in order */
	struct plate house_plate;
};

static enum vh_rc doors_step(struct ctx *cx, void *arg)
{
	struct doors *d = arg;
	size_t n = 0, i = 0;
	enum vh_rc rc = house_get(cx, d->h->id, d->house, &d->e);
	if (rc == VH_OK)
		rc = room_list_house(cx, d->h->id, d->house, &d->rooms);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "house", "there is no such house here");
	for (const struct room *r = d->rooms; r; r = r->next)
		n++;
	d->of = arena_array(cx->a, n + 1, sizeof *d->of);
	if (!d->of)
		return ctx_nomem(cx);
	for (const struct room *r = d->rooms; rc == VH_OK && r; r = r->next, i++) {
		rc = plate_of_room(cx, d->h->id, r->id, &d->of[i]);
		rc = rc == VH_NOTFOUND ? VH_OK : rc;
	}
	if (rc == VH_OK)
		rc = plate_of_house(cx, d->h->id, d->house, &d->house_plate);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static const char *serial_of(struct call *c, const struct plate *p)
{
	char serial[SERIAL_TEXT];
	if (!p->id)
		return NULL;
	serial_format((uint32_t)p->id, serial);
	return arena_dup(c->cx.a, serial);
}

static enum vh_rc put_doors(struct call *c, int64_t house)
{
	struct doors d = { .h = &c->hotel, .house = house };
	size_t i = 0;
	enum vh_rc rc = db_read(&c->cx, doors_step, &d);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "house"), *rooms;
	view_id(&c->view, o, "id", d.e.id);
	put_num(c, o, "no", d.e.no);
	put(c, o, "address", d.e.address);
	rooms = put_arr(c, o, "rooms");
	for (const struct room *r = d.rooms; r; r = r->next, i++)
		if (strcmp(r->letting, "closed") != 0)
			put_button(c, rooms, r->no, r->id, serial_of(c, &d.of[i]));
	put_button(c, put_arr(c, o, "own"), d.e.address, d.e.id, serial_of(c, &d.house_plate));
	return VH_OK;
}

static enum vh_rc put_houses_found(struct call *c, const char *text, const char *serial)
{
	struct seeking s = { .c = c, .text = text };
	int n = 0;
	cJSON *list = put_arr(c, c->view.root, "houses");
	enum vh_rc rc = *text ? db_read(&c->cx, seek_step, &s) : VH_OK;
	view_bool(&c->view, c->view.root, "none", rc == VH_OK && *text && !s.n);
	for (const struct house *h = rc == VH_OK ? s.list : NULL; h && n < HOUSES_FOUND;
	     h = h->next) {
		n++;
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", h->id);
		put_num(c, o, "no", h->no);
		put(c, o, "address", h->address);
		put_url(c, o, "pick_url", true, "%s/plates/%s/bind?at=%s", hotel_path(c), serial,
		        id_text(c, h->id));
	}
	if (rc == VH_OK && s.id)
		return put_doors(c, s.id);
	view_null(&c->view, c->view.root, "house");
	return rc;
}

enum vh_rc get_bind(struct call *c)
{
	struct plate_show s;
	int64_t house = 0;
	const char *at = req_query(c->q, "at"), *q = req_query(c->q, "house");
	enum vh_rc rc = plate_asked(c, &s);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_plate(c, put_obj(c, c->view.root, "plate"), &s);
	put(c, c->view.root, "q", q ? q : "");
	if (at && id_parse(at, &house) == VH_OK) {
		put_arr(c, c->view.root, "houses");
		view_bool(&c->view, c->view.root, "none", false);
		rc = put_doors(c, house);
	} else {
		rc = put_houses_found(c, q ? q : "", s.serial);
	}
	put_url(c, c->view.root, "bind_url", true, "%s/plates/%s/bind", hotel_path(c), s.serial);
	put_url(c, c->view.root, "back_url", true, "%s/plates/%s", hotel_path(c), s.serial);
	return rc;
}

static enum vh_rc to_plate(struct call *c, const char *serial, const char *ok)
{
	put(c, c->view.root, "serial", serial);
	c->go = arena_printf(c->cx.a, "%s/plates/%s?ok=%s", hotel_path(c), serial, ok);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_bind(struct call *c)
{
	const struct f_bind *f = c->form;
	struct plate_show s;
	int64_t room = 0, house = 0;
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK && f->room)
		rc = id_parse(f->room, &room);
	if (rc == VH_OK && f->house)
		rc = id_parse(f->house, &house);
	if (rc == VH_OK)
		rc = plate_bind(&c->cx, s.code, room, house);
	return rc == VH_OK ? to_plate(c, s.serial, "bound") : rc;
}

enum vh_rc post_plate_revoke(struct call *c)
{
	const struct f_reason *f = c->form;
	struct plate_show s;
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK)
		rc = plate_revoke(&c->cx, s.code, f->reason);
	return rc == VH_OK ? to_plate(c, s.serial, "plate_revoked") : rc;
}

enum vh_rc post_plate_replace(struct call *c)
{
	const struct f_reason *f = c->form;
	struct plate_show s;
	char serial[SERIAL_TEXT];
	int64_t made = 0;
	enum vh_rc rc = plate_asked(c, &s);
	if (rc == VH_OK)
		rc = plate_replace(&c->cx, s.code, f->reason, &made);
	if (rc != VH_OK)
		return rc;
	serial_format((uint32_t)made, serial);
	return to_plate(c, arena_dup(c->cx.a, serial), "plate_replaced");
}
