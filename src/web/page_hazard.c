/*
 * Hazards: the open ones of the hotel, all of a house, and one of them with its pictures, which a
 * re-check closes. And whether a room may be let.
 */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/clearance.h"
#include "vh/crypto.h"
#include "vh/db.h"
#include "vh/hazard.h"
#include "vh/limits.h"
#include "visit.h"

struct f_recheck {
	const char *mended, *consent, *note;
};
static const struct input recheck_in[] = {
	INPUT_WORD(struct f_recheck, mended, INPUT_REQUIRED, "yes|no"),
	INPUT_WORD(struct f_recheck, consent, 0, CONSENTS),
	INPUT(struct f_recheck, note, input_lines, 0, LIM_TEXT),
};
const struct form form_recheck = FORM(struct f_recheck, recheck_in);

struct f_photo {
	const char *photo;
};
static const struct input photo_in[] = {
	INPUT(struct f_photo, photo, input_raw, INPUT_REQUIRED | INPUT_FILE, 0),
};
const struct form form_hazard_photo = FORM(struct f_photo, photo_in);

struct f_clearance {
	const char *result, *until, *note;
};
static const struct input clearance_in[] = {
	INPUT_WORD(struct f_clearance, result, INPUT_REQUIRED, "ok|mend"),
	INPUT(struct f_clearance, until, input_day, 0, 0),
	INPUT(struct f_clearance, note, input_lines, 0, LIM_TEXT),
};
const struct form form_clearance = FORM(struct f_clearance, clearance_in);

/* A hazard in a list: what, where, by when. */
void put_hazard_line(struct call *c, cJSON *o, const struct hazard_look *z)
{
	view_id(&c->view, o, "id", z->hazard.id);
	put(c, o, "item", z->hazard.item);
	put_word(c, o, "item_text", "fault_", z->hazard.item);
	put(c, o, "severity", z->hazard.severity);
	put_word(c, o, "severity_text", "severity_", z->hazard.severity);
	put(c, o, "address", z->house.address);
	put(c, o, "room_no", z->room.id ? z->room.no : NULL);
	put(c, o, "words", z->words);
	view_bool(&c->view, o, "reported", z->reported);
	view_bool(&c->view, o, "overdue", z->overdue);
	view_bool(&c->view, o, "closed", z->hazard.closed_at != 0);
	put_text(c, o, "due_text", at_text(c, z->hazard.due, &c->hotel));
	put(c, o, "task", z->task);
	put_word(c, o, "task_text", "task_state_", z->task);
	put_url(c, o, "hazard_url", true, "%s/hazards/%s", hotel_path(c),
	        id_text(c, z->hazard.id));
}

enum vh_rc put_hazards_of(struct call *c, cJSON *o, int64_t house, int64_t room)
{
	struct hazard_look *list = NULL;
	cJSON *hazards = put_arr(c, o, "hazards");
	enum vh_rc rc = look_hazards(&c->cx, &c->hotel, house, HAZARDS_OPEN, &list);
	for (const struct hazard_look *z = list; rc == VH_OK && z; z = z->next)
		if (!room || z->room.id == room || !z->room.id)
			put_hazard_line(c, put_obj(c, hazards, NULL), z);
	return rc;
}

static enum hazard_which which_of(const struct call *c, bool house)
{
	const char *which = req_query(c->q, "which");
	if (which && !strcmp(which, "overdue"))
		return HAZARDS_OVERDUE;
	return which && house && !strcmp(which, "all") ? HAZARDS_ALL : HAZARDS_OPEN;
}

static void put_tabs(struct call *c, const char *base, enum hazard_which which, bool all)
{
	static const char *const names[] = { "open", "overdue", "all" };
	cJSON *list = put_arr(c, c->view.root, "tabs");
	for (int i = 0; i < 2 + all; i++) {
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "label", word(c, "hazards_", names[i]));
		view_bool(&c->view, o, "current", i == (int)which);
		put_url(c, o, "link_url", true, "%s?which=%s", base, names[i]);
	}
}

struct naming {
	int64_t hotel, house;
	const char *address;
};

static enum vh_rc name_step(struct ctx *cx, void *arg)
{
	struct naming *g = arg;
	struct house e;
	enum vh_rc rc = house_get(cx, g->hotel, g->house, &e);
	g->address = rc == VH_OK ? e.address : NULL;
	return rc;
}

static enum vh_rc put_list(struct call *c, int64_t house, const char *base)
{
	struct hazard_look *list = NULL;
	enum hazard_which which = which_of(c, house != 0);
	int64_t n = 0;
	struct naming name = { c->hotel.id, house, NULL };
	enum vh_rc rc = look_hazards(&c->cx, &c->hotel, house, which, &list);
	if (rc == VH_OK && house)
		rc = db_read(&c->cx, name_step, &name);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put(c, c->view.root, "address", name.address);
	cJSON *hazards = put_arr(c, c->view.root, "hazards");
	for (const struct hazard_look *z = list; z; z = z->next, n++)
		put_hazard_line(c, put_obj(c, hazards, NULL), z);
	put_num(c, c->view.root, "hazards_n", n);
	put_url(c, c->view.root, "house_url", house && may(c, ACT_RACK), "%s/houses/%s",
	        hotel_path(c), id_text(c, house));
	if (c->html && base)
		put_tabs(c, base, which, house != 0);
	return VH_OK;
}

enum vh_rc get_hazards(struct call *c)
{
	return put_list(c, 0, arena_printf(c->cx.a, "%s/hazards", hotel_path(c)));
}

enum vh_rc get_house_hazards(struct call *c)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "house", &id);
	return rc == VH_OK ? put_list(c, id,
	                              arena_printf(c->cx.a, "%s/houses/%s/hazards",
	                                           hotel_path(c), id_text(c, id)))
	                   : rc;
}

static void put_photos(struct call *c, const struct hazard_look *z)
{
	cJSON *list = put_arr(c, c->view.root, "photos");
	int n = 0;
	for (const struct hazard_photo *p = z->photos; p; p = p->next, n++) {
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", p->id);
		put_num(c, o, "at", n + 1);
		put_url(c, o, "photo_url", true, "%s/photos/%s", hotel_path(c), id_text(c, p->id));
	}
	bool more = n < LIM_PHOTOS && !z->hazard.closed_at && may(c, ACT_INSPECT);
	put_url(c, c->view.root, "add_photo_url", more, "%s/hazards/%s/photos", hotel_path(c),
	        id_text(c, z->hazard.id));
}

/* What may be done about it; the keys of two forms differ. */
static void put_hazard_forms(struct call *c, const struct hazard_look *z)
{
	const struct f_recheck *f = c->route->form == &form_recheck ? c->form : NULL;
	cJSON *root = c->view.root;
	const char *id = id_text(c, z->hazard.id);
	bool open = !z->hazard.closed_at && may(c, ACT_INSPECT);
	char idem[23];
	put_url(c, root, "recheck_url", open, "%s/hazards/%s/recheck", hotel_path(c), id);
	put_url(c, root, "reporter_url",
	        open && z->reported && z->has_reporter && c->s.who.role != ROLE_GRID,
	        "%s/hazards/%s/reporter", hotel_path(c), id);
	put_url(c, root, "task_url", z->task_id && may(c, ACT_TASK), "%s/tasks/%s", hotel_path(c),
	        id_text(c, z->task_id));
	put_idem(c, root);
	random_token(idem, sizeof idem - 1);
	put_text(c, root, "photo_idem", idem);
	put_text(c, root, "note", f && f->note ? f->note : "");
	put_text(c, root, "photo_error", field_error(c, "photo"));
	put_choices(c, put_obj(c, root, "consent"), "consent", CONSENTS, "consent_",
	          f ? f->consent : NULL);
}

static enum vh_rc put_hazard(struct call *c, const char *phone)
{
	struct hazard_look z;
	int64_t id;
	enum vh_rc rc = param_id(c, "hazard", &id);
	if (rc == VH_OK)
		rc = look_hazard(&c->cx, &c->hotel, id, &z);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root;
	put_hotel(c, &c->hotel);
	put_hazard_line(c, put_obj(c, root, "hazard"), &z);
	put_text(c, root, "found_text", at_text(c, z.hazard.found_at, &c->hotel));
	put_text(c, root, "closed_text", at_text(c, z.hazard.closed_at, &c->hotel));
	put_photos(c, &z);
	put(c, root, "phone", phone);
	put_url(c, root, "phone_url", phone != NULL, "tel:%s", phone ? phone : "");
	put_url(c, root, "house_url", may(c, ACT_RACK), "%s/houses/%s", hotel_path(c),
	        id_text(c, z.house.id));
	put_url(c, root, "visit_url", may(c, ACT_INSPECT) && z.room.id,
	        "%s/rooms/%s/inspections/new", hotel_path(c), id_text(c, z.room.id));
	put_url(c, root, "list_url", true, "%s/houses/%s/hazards", hotel_path(c),
	        id_text(c, z.house.id));
	if (c->html)
		put_hazard_forms(c, &z);
	return VH_OK;
}

enum vh_rc get_hazard(struct call *c)
{
	return put_hazard(c, NULL);
}

static enum vh_rc go_hazard(struct call *c, int64_t hazard, const char *notice)
{
	c->go = arena_printf(c->cx.a, "%s/hazards/%s?ok=%s", hotel_path(c), id_text(c, hazard),
	                     notice);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_recheck(struct call *c)
{
	const struct f_recheck *f = c->form;
	int64_t id, row;
	const struct hazard_check check = { .mended = !strcmp(f->mended, "yes"), .note = f->note,
		                            .consent = f->consent ? f->consent : "door" };
	enum vh_rc rc = param_id(c, "hazard", &id);
	if (rc == VH_OK)
		rc = hazard_recheck(&c->cx, c->hotel.id, id, &check, &row);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", row);
	return go_hazard(c, id, check.mended ? "mended" : "not_mended");
}

enum vh_rc post_photo(struct call *c)
{
	const struct http_file *file = &c->body.file;
	const struct blob jpeg = { (const unsigned char *)file->p, file->n };
	int64_t id, row;
	enum vh_rc rc = param_id(c, "hazard", &id);
	if (rc == VH_OK)
		rc = hazard_photo_add(&c->cx, c->hotel.id, id, jpeg, &row);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", row);
	c->status = 201;
	return go_hazard(c, id, "photo");
}

/* Whom to call back; that it was asked is in the history of the task. */
enum vh_rc post_reporter(struct call *c)
{
	const char *phone = NULL;
	int64_t id;
	enum vh_rc rc = param_id(c, "hazard", &id);
	if (rc == VH_OK)
		rc = hazard_reporter(&c->cx, c->hotel.id, id, &phone);
	return rc == VH_OK ? put_hazard(c, phone) : rc;
}

enum vh_rc get_photo(struct call *c)
{
	struct blob jpeg = { 0 };
	int64_t id;
	enum vh_rc rc = param_id(c, "photo", &id);
	if (rc == VH_OK)
		rc = look_photo(&c->cx, &c->hotel, id, &jpeg);
	if (rc != VH_OK)
		return rc;
	buf_add(&c->r->body, jpeg.p, jpeg.n);
	c->r->status = 200;
	c->r->type = "image/jpeg";
	return VH_OK;
}

/* ---- may this room be let? ---- */

static void put_clearance_forms(struct call *c, int64_t room)
{
	const char *action = arena_printf(c->cx.a, "%s/rooms/%s/clearances", hotel_path(c),
	                                  id_text(c, room));
	const struct form_how how = { .title = "clearance", .action = action, .at = c->form,
		                      .open = c->why != NULL };
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (may(c, ACT_INSPECT))
		put_form(c, list, NULL, &form_clearance, &how);
}

enum vh_rc get_clearances(struct call *c)
{
	struct clearance_look l;
	struct room_at at;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = look_clearance(&c->cx, &c->hotel, id, &l);
	if (rc == VH_OK)
		rc = room_at(c, ACT_HAZARD, id, &at);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root, *list;
	put_hotel(c, &c->hotel);
	put_room(c, root, &at.room, &at.house);
	put(c, root, "now", clear_name(l.now));
	put_word(c, root, "now_text", "clear_", clear_name(l.now));
	view_bool(&c->view, root, "required", l.required);
	put_url(c, root, "room_url", may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, id));
	list = put_arr(c, root, "rows");
	for (const struct clearance *r = l.rows; r; r = r->next) {
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", r->id);
		put(c, o, "result", r->result);
		put_word(c, o, "result_text", "clear_", r->result);
		put(c, o, "day", r->day);
		put(c, o, "until", r->until);
		put(c, o, "note", r->note);
	}
	if (c->html)
		put_clearance_forms(c, id);
	return VH_OK;
}

enum vh_rc post_clearance(struct call *c)
{
	const struct f_clearance *f = c->form;
	struct clearance_new n = { .hotel = c->hotel.id, .result = f->result, .until = f->until,
		                   .note = f->note };
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &n.room);
	if (rc == VH_OK)
		rc = clearance_give(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "%s/rooms/%s/clearances?ok=saved", hotel_path(c),
	                     id_text(c, n.room));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}
