/*
 * Whoever stands before a plate: what he may do there without an account. He registers himself with
 * the four digits that the landlord tells him, or reports what is dangerous; each ends in a receipt
 * that shows him later what became of it.
 */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "ticket.h"
#include "vh/date.h"
#include "vh/declare.h"
#include "vh/hazard.h"
#include "vh/limits.h"
#include "vh/notice.h"
#include "view.h"

#define REQ INPUT_REQUIRED
#define F INPUT

struct f_declare {
	const char *digits, *doc_type, *doc_no, *name, *phone, *since, *until, *anyway;
};
static const struct input declare_in[] = {
	F(struct f_declare, digits, input_code, REQ, 4),
	{ .name = "doc_type", .at = offsetof(struct f_declare, doc_type), .check = input_text,
	  .flags = REQ, .max = 32, .words = DOC_TYPES },
	F(struct f_declare, doc_no, input_text, REQ, 64),
	F(struct f_declare, name, input_name, REQ, LIM_NAME),
	F(struct f_declare, phone, input_code, 0, LIM_PHONE),
	F(struct f_declare, since, input_day, REQ, 0),
	F(struct f_declare, until, input_day, 0, 0),
	F(struct f_declare, anyway, input_bool, 0, 0),
};
const struct form form_declare = FORM(struct f_declare, declare_in);

struct f_report {
	const char *item, *photo, *words, *phone;
};
static const struct input report_in[] = {
	INPUT_WORD(struct f_report, item, REQ,
	           "wiring|breaker|gas_store|gas_hose|co_heating|extinguisher|escape|exit_light|"
	           "smoke_alarm|ebike|partition|window_bars|other"),
	F(struct f_report, photo, input_raw, INPUT_FILE, 0),
	F(struct f_report, words, input_lines, 0, LIM_TEXT),
	F(struct f_report, phone, input_code, 0, LIM_PHONE),
};
const struct form form_report = FORM(struct f_report, report_in);
/* The page asks in two places: the picture before the items, the rest after them. */
static const struct input photo_in[] = { F(struct f_report, photo, input_raw, INPUT_FILE, 0) };
static const struct input words_in[] = {
	F(struct f_report, words, input_lines, 0, LIM_TEXT),
	F(struct f_report, phone, input_code, 0, LIM_PHONE),
};
static const struct form form_photo = FORM(struct f_report, photo_in);
static const struct form form_words = FORM(struct f_report, words_in);

void put_notices(struct call *c, cJSON *list, const struct notice *n)
{
	for (; n; n = n->next) {
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", n->id);
		put(c, o, "text", n->text);
		put(c, o, "from", n->from_day);
		put(c, o, "until", n->until_day);
	}
}

enum vh_rc plate_door(struct call *c, cJSON *o, const struct scan *s,
                      const struct rack_room *rooms)
{
	bool bound = s->at.room.id || s->at.house.id;
	(void)rooms;
	put_flag(c, o, "unbound", !bound);
	put_flag(c, o, "of_house", !s->at.room.id && s->at.house.id);
	put_url(c, o, "declare_url", s->at.room.id && !s->known, "/r/%s/declare", s->at.code);
	put_url(c, o, "report_url", bound, "/r/%s/report", s->at.code);
	put_url(c, o, "me_url", may(c, ACT_ME), "/me");
	return VH_OK;
}

/* The plate of this request. *ret_go false: the answer is made already, or rc says why not. */
static enum vh_rc find(struct call *c, struct plate_show *at, bool *ret_go)
{
	enum vh_rc rc = plate_find(&c->cx, param(c, "code"), at);
	*ret_go = false;
	if (rc != VH_OK)
		return plate_unknown(c, rc);
	c->hotel = at->hotel;
	if (!strcmp(at->plate.state, "revoked"))
		return plate_ended(c, at);
	*ret_go = true;
	return VH_OK;
}

static const char *url_of(struct call *c, const struct plate_show *at, const char *verb)
{
	return arena_printf(c->cx.a, "/r/%s/%s", at->code, verb);
}

static void put_plate(struct call *c, const struct plate_show *at)
{
	cJSON *o = put_obj(c, c->view.root, "plate");
	put(c, o, "serial", at->serial);
	put_hotel(c, &at->hotel);
	put_url(c, c->view.root, "plate_url", true, "/r/%s", at->code);
}

static void put_declare(struct call *c, const struct plate_show *at, const struct f_declare *typed)
{
	const struct form_how how = { .title = "declare", .at = typed,
		                      .action = url_of(c, at, "declare") };
	put_plate(c, at);
	if (at->room.id || !c->html)
		put_form(c, c->view.root, "form", &form_declare, &how);
	else /* of a house: its rooms have plates of their own */
		view_null(&c->view, c->view.root, "form");
	put_privacy(c, &at->hotel);
}

enum vh_rc get_declare(struct call *c)
{
	struct plate_show at;
	char today[DAY_TEXT];
	bool go;
	enum vh_rc rc = find(c, &at, &go);
	if (!go)
		return rc;
	today_of(&c->cx, &at.hotel, today);
	const struct f_declare empty = { .doc_type = "id_card", .since = today };
	put_declare(c, &at, &empty);
	return VH_OK;
}

enum vh_rc again_declare(struct call *c)
{
	struct plate_show at;
	enum vh_rc rc = plate_find(&c->cx, param(c, "code"), &at);
	if (rc != VH_OK)
		return rc;
	c->hotel = at.hotel;
	put_declare(c, &at, c->form);
	return VH_OK;
}

/* Digits and numbers can be guessed; what is only typed wrongly is no guess. */
static void count_guess(struct call *c)
{
	const char *code = err_code(&c->cx.err);
	if (!strcmp(code, "declare_code") || !strcmp(code, "already_in"))
		call_guessed(c);
}

enum vh_rc post_declare(struct call *c)
{
	const struct f_declare *f = c->form;
	struct declare_new n = {
		.plate = param(c, "code"),
		.digits = f->digits,
		.stay = { .doc_type = f->doc_type, .doc_no = f->doc_no, .name = f->name,
		          .phone = f->phone, .since = f->since, .until = f->until,
		          .anyway = f->anyway },
	};
	struct plate_show at;
	struct stay_done d;
	char ticket[TICKET_TEXT];
	bool go;
	enum vh_rc rc = find(c, &at, &go);
	if (!go)
		return rc;
	rc = declare_stay(&c->cx, &n, &d);
	if (rc != VH_OK) {
		count_guess(c);
		return rc;
	}
	ticket_make(c, "declared", at.hotel.id, d.id, ticket);
	put_stay_done(c, &d);
	put_warnings(c, d.warn);
	put(c, c->view.root, "receipt", ticket);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "/declared/%s", ticket);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

/* Where his filing stands, as one word: of the landlord's answer, or of the stay when that says
 * more. */
static const char *stage_of(const struct declared_look *l)
{
	switch (l->stay.state) {
	case STAY_CONTESTED:
		/* Before the landlord spoke it would tell of any number whether it is known. */
		return strcmp(l->row.state, "waiting") ? "contested" : "waiting";
	case STAY_PENDING:
		return l->row.state;
	case STAY_VERIFIED:
	case STAY_AWAY:
		return "verified";
	case STAY_REJECTED:
		return "rejected";
	default:
		return "over";
	}
}

enum vh_rc get_declared(struct call *c)
{
	struct declared_look l;
	struct hotel h;
	int64_t hotel, stay;
	cJSON *root = c->view.root;
	enum vh_rc rc = ticket_read(c, "declared", param(c, "receipt"), &hotel, &stay);
	if (rc == VH_OK)
		rc = declare_told(&c->cx, hotel, stay, &h, &l);
	if (rc != VH_OK)
		return rc;
	c->hotel = h;
	put_hotel(c, &h);
	put_room(c, root, &l.room, &l.house);
	view_id(&c->view, root, "id", stay);
	put(c, root, "since", l.stay.since);
	put(c, root, "until", l.stay.until);
	put(c, root, "stage", stage_of(&l));
	put_word(c, root, "stage_text", "stage_", stage_of(&l));
	put_word(c, root, "next_text", "stage_next_", stage_of(&l));
	/* He was told that he can see it. */
	bool back = l.stay.state == STAY_REJECTED;
	put_text(c, root, "reason_text", back ? reason_text(c, l.stay.reason) : NULL);
	put_text(c, root, "filed_text", at_text(c, l.stay.filed_at, &h));
	put_privacy(c, &h);
	return VH_OK;
}

static void put_items(struct call *c)
{
	cJSON *list = put_arr(c, c->view.root, "items");
	for (int i = 0; i < SAFE__MAX; i++) { /* something else is said in words */
		const char *name = safety_name((enum safety)i);
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "item", name);
		put_word(c, o, "item_text", "fault_", name);
		put_word(c, o, "icon_text", "fault_icon_", name);
	}
}

static void put_report(struct call *c, const struct plate_show *at, const struct f_report *typed)
{
	cJSON *root = c->view.root;
	const struct form_how how = { .title = "report", .at = typed,
		                      .action = url_of(c, at, "report"),
		                      .open = typed && (typed->words || typed->phone || c->why) };
	put_plate(c, at);
	put_items(c);
	put_form(c, root, "form", &form_photo, &how);
	put_form(c, root, "more", &form_words, &how);
}

enum vh_rc get_report(struct call *c)
{
	struct plate_show at;
	bool go;
	enum vh_rc rc = find(c, &at, &go);
	if (go)
		put_report(c, &at, NULL);
	return rc;
}

enum vh_rc again_report(struct call *c)
{
	struct plate_show at;
	enum vh_rc rc = plate_find(&c->cx, param(c, "code"), &at);
	if (rc != VH_OK)
		return rc;
	c->hotel = at.hotel;
	put_report(c, &at, c->form);
	return VH_OK;
}

/* A danger is worth more than its picture: one that cannot be kept is left away, and that is said.
 * Programs are refused instead. */
static enum vh_rc report(struct call *c, struct hazard_report *r, int64_t *id, bool *lost)
{
	enum vh_rc rc = hazard_report(&c->cx, r, id);
	*lost = rc == VH_INVALID && c->html && !strcmp(err_code(&c->cx.err), "photo");
	if (!*lost)
		return rc;
	err_clear(&c->cx.err);
	r->photo = (struct blob){ 0 };
	return hazard_report(&c->cx, r, id);
}

enum vh_rc post_report(struct call *c)
{
	const struct f_report *f = c->form;
	const struct http_file *file = &c->body.file;
	struct hazard_report r = { .code = param(c, "code"), .words = f->words, .phone = f->phone };
	struct plate_show at;
	char ticket[TICKET_TEXT];
	bool go, lost;
	int64_t id;
	enum vh_rc rc = find(c, &at, &go);
	if (!go)
		return rc;
	if (!safety_of(f->item, &r.item))
		r.item = SAFE__MAX;
	if (file->n)
		r.photo = (struct blob){ (const unsigned char *)file->p, file->n };
	rc = report(c, &r, &id, &lost);
	if (rc != VH_OK)
		return rc;
	ticket_make(c, "reported", at.hotel.id, id, ticket);
	view_id(&c->view, c->view.root, "id", id);
	put(c, c->view.root, "receipt", ticket);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "/r/%s/reported/%s%s", at.code, ticket,
	                     lost        ? "?photo=lost"
	                     : r.photo.p ? "?photo=kept"
	                                 : "");
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

/* Reporting the same thing again with a picture adds the picture to it. */
static void put_add_photo(struct call *c, const struct plate_show *at, const struct hazard *z,
                          bool kept)
{
	const struct form_how how = { .title = "photo", .action = url_of(c, at, "report") };
	enum safety item;
	if (c->html && !kept && !z->closed_at && safety_of(z->item, &item) && item < SAFE__MAX)
		put_form(c, c->view.root, "form", &form_photo, &how);
	else if (c->html)
		view_null(&c->view, c->view.root, "form");
}

enum vh_rc get_reported(struct call *c)
{
	struct plate_show at;
	struct hazard_look l;
	struct hotel h;
	int64_t hotel, id;
	bool go;
	cJSON *root = c->view.root;
	const char *photo = req_query(c->q, "photo");
	enum vh_rc rc = find(c, &at, &go);
	if (!go)
		return rc;
	rc = ticket_read(c, "reported", param(c, "receipt"), &hotel, &id);
	if (rc == VH_OK)
		rc = hazard_told(&c->cx, hotel, id, &h, &l);
	if (rc != VH_OK)
		return rc;
	const char *stage = l.hazard.closed_at ? "closed" : l.task ? l.task : "open";
	put_plate(c, &at);
	view_id(&c->view, root, "id", id);
	put(c, root, "item", l.hazard.item);
	put_word(c, root, "item_text", "fault_", l.hazard.item);
	put(c, root, "stage", stage);
	put_word(c, root, "stage_text", "fault_stage_", stage);
	put_text(c, root, "at_text", at_text(c, l.hazard.found_at, &h));
	put_flag(c, root, "photo_kept", photo && !strcmp(photo, "kept"));
	put_flag(c, root, "photo_lost", photo && !strcmp(photo, "lost"));
	put_add_photo(c, &at, &l.hazard, photo && !strcmp(photo, "kept"));
	return VH_OK;
}
