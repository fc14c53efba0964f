/*
 * A landlord on his phone: his rooms at a glance, the digits with which a tenant files himself, and
 * his word about who did.
 */
#include <string.h>

#include "forms.h"
#include "home.h"
#include "pages.h"
#include "queue.h"
#include "vh/date.h"
#include "vh/declare.h"
#include "vh/hazard.h"
#include "vh/own.h"
#include "vh/task.h"
#include "visit.h"

enum { SOON = 30 }; /* days before an end when it is worth saying */

struct f_settle {
	const char *mine, *next; /* next: a list of the desk to go back to */
};
static const struct input settle_in[] = {
	INPUT_WORD(struct f_settle, mine, INPUT_REQUIRED, "yes|no"),
	INPUT(struct f_settle, next, input_raw, 0, 200),
};
const struct form form_settle = FORM(struct f_settle, settle_in);

struct f_task_done {
	const char *note;
};
static const struct input task_done_in[] = {
	INPUT(struct f_task_done, note, input_lines, 0, LIM_TEXT),
};
const struct form form_task_done = FORM(struct f_task_done, task_done_in);

static void put_days(struct call *c, cJSON *o, int32_t due)
{
	bool said = due != DAY_NONE && due <= SOON;
	int32_t days = due < 0 ? -due : due;
	if (said)
		put_num(c, o, "days", days);
	else
		view_null(&c->view, o, "days");
	put_count(c, o, "days_text", said ? days : 0, "day");
	put_flag(c, o, "soon", said && due > 0);
	put_flag(c, o, "today", said && due == 0);
	put_flag(c, o, "over", said && due < 0);
}

/* Somebody who lives there, with what is done about him most. */
static cJSON *put_person(struct call *c, cJSON *list, const struct stay_view *v, int32_t due,
                         bool waits)
{
	cJSON *o = put_obj(c, list, NULL);
	const char *id = id_text(c, v->stay.id);
	bool out = stay_verb_fits(SV_OUT, v->stay.state);
	bool extend = stay_verb_fits(SV_EXTEND, v->stay.state);
	put_stay(c, o, v);
	put_days(c, o, due);
	view_bool(&c->view, o, "waits", waits);
	put_flag(c, o, "plain", v->stay.state == STAY_VERIFIED);
	put_url(c, o, "stay_url", true, "%s/stays/%s", hotel_path(c), id);
	put_url(c, o, "out_url", out, "%s/stays/%s/out", hotel_path(c), id);
	put_url(c, o, "extend_url", extend, "%s/stays/%s/extend", hotel_path(c), id);
	put_url(c, o, "settle_url", waits, "%s/stays/%s/settle", hotel_path(c), id);
	put_idem(c, o);
	return o;
}

/* The two ways in: the tenant types it himself, or the landlord does. */
static void put_ways_in(struct call *c, cJSON *o, const struct room *r, bool code_open)
{
	const char *id = id_text(c, r->id);
	bool open = !strcmp(r->letting, "open");
	put_url(c, o, "code_url", open && !code_open, "%s/rooms/%s/code", hotel_path(c), id);
	put_url(c, o, "code_open_url", code_open, "%s/rooms/%s/code", hotel_path(c), id);
	put_url(c, o, "move_in_url", open, "%s/rooms/%s/movein?new=1", hotel_path(c), id);
	put_url(c, o, "gone_url", true, "%s/rooms/%s/gone", hotel_path(c), id);
	put_idem(c, o);
}

/* His duty to file stands: he reads why, and files again. */
static void put_back_to_him(struct call *c, cJSON *list, const struct own_house *e,
                            const struct own_room *r)
{
	for (const struct own_stay *s = r->back; s; s = s->next) {
		cJSON *o = put_person(c, list, &s->view, DAY_NONE, false);
		bool open = !strcmp(r->room.letting, "open");
		put(c, o, "address", e->house.address);
		put(c, o, "room_no", r->room.no);
		put_text(c, o, "reason_text", reason_text(c, s->view.stay.reason));
		put_url(c, o, "again_url", open, "%s/rooms/%s/movein?new=1", hotel_path(c),
		        id_text(c, r->room.id));
	}
}

static void put_own_room(struct call *c, cJSON *list, cJSON *waiting, const struct own_house *e,
                         const struct own_room *r)
{
	cJSON *o = put_obj(c, list, NULL), *people;
	view_id(&c->view, o, "id", r->room.id);
	put(c, o, "no", r->room.no);
	put(c, o, "letting", r->room.letting);
	put_word(c, o, "letting_text", "letting_", r->room.letting);
	put_flag(c, o, "open", !strcmp(r->room.letting, "open"));
	put_num(c, o, "capacity", r->room.capacity);
	put_count(c, o, "capacity_text", r->room.capacity, "people");
	put_num(c, o, "registered", r->registered);
	put_flag(c, o, "vacant", r->registered == 0);
	put_flag(c, o, "full", r->registered >= r->room.capacity);
	put_url(c, o, "room_url", true, "%s/rooms/%s", hotel_path(c), id_text(c, r->room.id));
	put_ways_in(c, o, &r->room, r->code_until != 0);
	people = put_arr(c, o, "people");
	for (const struct own_stay *s = r->stays; s; s = s->next) {
		put_person(c, people, &s->view, s->due, s->waits);
		if (!s->waits)
			continue;
		cJSON *w = put_person(c, waiting, &s->view, s->due, true);
		put(c, w, "address", e->house.address);
		put(c, w, "room_no", r->room.no);
	}
}

/* What is said to several of his houses is shown once. */
static void put_said(struct call *c, cJSON *list, const struct notice *n)
{
	for (; n; n = n->next) {
		const cJSON *had;
		bool shown = false;
		const char *id = id_text(c, n->id);
		cJSON_ArrayForEach(had, list)
			shown = shown || !strcmp(json_str(had, "id"), id);
		if (shown)
			continue;
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", n->id);
		put(c, o, "text", n->text);
		put(c, o, "until", n->until_day);
	}
}

/* Dangers in his houses: what, where, until when, and whether he has said that it is done. */
static void put_hazard(struct call *c, cJSON *list, const struct hazard_look *h)
{
	cJSON *o = put_obj(c, list, NULL);
	bool todo = h->task && (!strcmp(h->task, "found") || !strcmp(h->task, "assigned"));
	const char *item = h->hazard.item;
	view_id(&c->view, o, "id", h->hazard.id);
	put(c, o, "what", item);
	/* What a report says in words is not shown to him: the desk tells him what it may. */
	put_text(c, o, "what_text", strcmp(item, "other") != 0 ? word(c, "fault_", item)
	                                                       : word(c, "", "hazard_ask"));
	put(c, o, "address", h->house.address);
	put(c, o, "room_no", h->room.id ? h->room.no : NULL);
	put_text(c, o, "due_text", at_text(c, h->hazard.due, &c->hotel));
	view_bool(&c->view, o, "overdue", h->overdue);
	put_flag(c, o, "handled", h->task && !strcmp(h->task, "handled"));
	put_url(c, o, "done_url", todo && h->task_id, "%s/tasks/%s/done", hotel_path(c),
	        id_text(c, h->task_id));
	put_idem(c, o);
}

/* A room that did not pass the check before letting. */
static void put_mend(struct call *c, cJSON *list, const struct task_look *t)
{
	cJSON *o = put_obj(c, list, NULL);
	bool handled = !strcmp(t->task.state, "handled");
	view_id(&c->view, o, "id", t->task.id);
	put(c, o, "what", t->task.kind);
	put_text(c, o, "what_text", t->task.note ? t->task.note : word(c, "", "mend_room"));
	put(c, o, "address", t->house.address);
	put(c, o, "room_no", t->room.id ? t->room.no : NULL);
	put_text(c, o, "due_text", at_text(c, t->task.due, &c->hotel));
	view_bool(&c->view, o, "overdue", t->overdue);
	put_flag(c, o, "handled", handled);
	put_url(c, o, "done_url", !handled, "%s/tasks/%s/done", hotel_path(c),
	        id_text(c, t->task.id));
	put_idem(c, o);
}

static enum vh_rc put_work(struct call *c, cJSON *list)
{
	struct hazard_look *h = NULL;
	struct task_look *t = NULL;
	enum vh_rc rc = look_hazards(&c->cx, &c->hotel, 0, HAZARDS_OPEN, &h);
	if (rc == VH_OK)
		rc = look_tasks(&c->cx, &c->hotel, "mend", &t);
	for (; rc == VH_OK && h; h = h->next)
		put_hazard(c, list, h);
	for (; rc == VH_OK && t; t = t->next)
		put_mend(c, list, t);
	return rc;
}

static cJSON *part(cJSON *section, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(section, key);
}

static enum vh_rc own_houses(struct call *c, cJSON *section, int *n)
{
	struct own_house *list = NULL;
	bool counted;
	enum vh_rc rc = look_own(&c->cx, &c->hotel, &list, &counted);
	for (const struct own_house *e = list; rc == VH_OK && e; e = e->next) {
		cJSON *o = put_obj(c, part(section, "houses"), NULL), *rooms;
		view_id(&c->view, o, "id", e->house.id);
		put_num(c, o, "no", e->house.no);
		put(c, o, "address", e->house.address);
		put_flag(c, o, "counted", counted);
		put_url(c, o, "house_url", true, "%s/houses/%s", hotel_path(c),
		        id_text(c, e->house.id));
		rooms = put_arr(c, o, "rooms");
		for (const struct own_room *r = e->rooms; r; r = r->next) {
			put_own_room(c, rooms, part(section, "waiting"), e, r);
			put_back_to_him(c, part(section, "back"), e, r);
		}
		put_said(c, part(section, "notices"), e->notices);
	}
	if (rc == VH_OK && list)
		rc = put_work(c, part(section, "work"));
	*n += rc == VH_OK && list;
	return rc;
}

enum vh_rc home_landlord(struct call *c, cJSON *section)
{
	static const char *const lists[] = { "waiting", "back", "work", "notices", "houses" };
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		put_arr(c, section, lists[i]);
	c->heading = word(c, "", "own_rooms");
	return home_hotels(c, section, own_houses);
}

/* ---- at the plate ---- */

static bool is_waiting(const struct declared_look *l, int64_t stay)
{
	while (l && l->stay.id != stay)
		l = l->next;
	return l != NULL;
}

/* A room of his: the ways in, and who lives there. */
static enum vh_rc put_room_part(struct call *c, cJSON *o, const struct room *r,
                                const struct stay_view *stays)
{
	struct declared_look *waiting = NULL;
	struct declare_code code;
	int32_t today = day_of(c->cx.now, c->hotel.zone_min);
	enum vh_rc rc = look_declared(&c->cx, &c->hotel, &waiting);
	if (rc == VH_OK)
		rc = declare_show(&c->cx, &c->hotel, r->id, &code);
	bool open = rc == VH_OK;
	if (rc == VH_NOTFOUND)
		err_clear(&c->cx.err);
	else if (rc != VH_OK)
		return rc;
	put_ways_in(c, o, r, open);
	cJSON *people = put_arr(c, o, "people");
	for (const struct stay_view *v = stays; v; v = v->next)
		put_person(c, people, v, stay_days_left(&v->stay, today),
		           is_waiting(waiting, v->stay.id));
	return VH_OK;
}

enum vh_rc plate_landlord(struct call *c, cJSON *o, const struct scan *s,
                          const struct rack_room *rooms)
{
	const struct room none = { .letting = "" };
	(void)rooms;
	view_bool(&c->view, o, "at_room", s->at.room.id != 0);
	if (s->at.room.id)
		return put_room_part(c, o, &s->at.room, s->stays);
	put_ways_in(c, o, &none, false);
	put_arr(c, o, "people");
	return VH_OK;
}

enum vh_rc room_landlord(struct call *c, const struct room_look *l)
{
	if (c->s.who.role == ROLE_LANDLORD)
		return put_room_part(c, put_obj(c, c->view.root, "landlord"), &l->room, l->stays);
	view_null(&c->view, c->view.root, "landlord");
	return VH_OK;
}

enum vh_rc stay_landlord(struct call *c, const struct stay_view *v)
{
	struct declared_look *waiting = NULL;
	const struct stay *s = &v->stay;
	if (c->s.who.role != ROLE_LANDLORD) {
		view_null(&c->view, c->view.root, "change");
		return VH_OK;
	}
	enum vh_rc rc = look_declared(&c->cx, &c->hotel, &waiting);
	cJSON *o = put_obj(c, c->view.root, "change");
	bool waits = rc == VH_OK && is_waiting(waiting, s->id);
	const char *at = arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c), id_text(c, s->id));
	view_bool(&c->view, o, "waits", waits);
	put_url(c, o, "settle_url", waits, "%s/settle", at);
	put_url(c, o, "out_url", stay_verb_fits(SV_OUT, s->state), "%s/out", at);
	put_url(c, o, "extend_url", stay_verb_fits(SV_EXTEND, s->state), "%s/extend", at);
	put_url(c, o, "move_url", stay_verb_fits(SV_MOVE, s->state), "%s/move", at);
	/* Who left may live at another landlord's by now: that one is the desk's to correct. */
	put_url(c, o, "amend_url", stay_verb_fits(SV_AMEND, s->state) && s->state != STAY_ENDED,
	        "%s/amend", at);
	put_idem(c, o);
	return rc;
}

/* ---- the digits ---- */

/* Who came with them and waits for the word; names come with their rows. */
static enum vh_rc put_waiting(struct call *c, int64_t room, bool *ret_any)
{
	struct declared_look *waiting = NULL;
	struct room_look at;
	cJSON *list = put_arr(c, c->view.root, "waiting");
	bool here = false;
	enum vh_rc rc = look_declared(&c->cx, &c->hotel, &waiting);
	for (const struct declared_look *l = waiting; l; l = l->next)
		here = here || l->room.id == room;
	*ret_any = here;
	if (rc != VH_OK || !here)
		return rc;
	rc = look_room(&c->cx, &c->hotel, room, &at);
	for (const struct stay_view *v = at.stays; rc == VH_OK && v; v = v->next)
		if (is_waiting(waiting, v->stay.id))
			put_person(c, list, v, DAY_NONE, true);
	return rc;
}

static void put_code(struct call *c, const struct declare_code *code)
{
	cJSON *o = put_obj(c, c->view.root, "code");
	put(c, o, "digits", code->digits);
	const char *until = at_text(c, code->until, &c->hotel);
	put_text(c, o, "until_text", until ? until + DAY_TEXT : NULL); /* the hour alone */
	put_num(c, o, "used", code->used);
}

enum vh_rc room_of_path(struct call *c, enum act act, struct room *ret, struct house *ret_house)
{
	struct room_at at;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = room_at(c, act, id, &at);
	if (rc == VH_OK) {
		*ret = at.room;
		*ret_house = at.house;
	}
	return rc;
}

enum vh_rc get_code(struct call *c)
{
	struct room room;
	struct house house;
	struct declare_code code;
	bool waits = false;
	cJSON *root = c->view.root;
	enum vh_rc rc = room_of_path(c, ACT_DECLARE, &room, &house);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_room(c, root, &room, &house);
	rc = declare_show(&c->cx, &c->hotel, room.id, &code);
	bool open = rc == VH_OK;
	if (open)
		put_code(c, &code);
	else
		view_null(&c->view, root, "code");
	if (rc == VH_NOTFOUND) {
		err_clear(&c->cx.err);
		rc = VH_OK;
	}
	if (rc == VH_OK)
		rc = put_waiting(c, room.id, &waits);
	/* He holds the phone and waits: the page looks again by itself, until somebody is there. */
	if (rc == VH_OK && c->html && open && !waits)
		resp_header(c->r, "Refresh", "10");
	const char *id = id_text(c, room.id);
	put_url(c, root, "code_url", !strcmp(room.letting, "open"), "%s/rooms/%s/code",
	        hotel_path(c), id);
	put_url(c, root, "end_url", open, "%s/rooms/%s/code/end", hotel_path(c), id);
	put_url(c, root, "look_url", open, "%s/rooms/%s/code", hotel_path(c), id);
	put_url(c, root, "move_in_url", may(c, ACT_FILE), "%s/rooms/%s/movein?new=1",
	        hotel_path(c), id);
	put_idem(c, root);
	return rc;
}

static enum vh_rc to_code(struct call *c, int64_t room, const char *notice)
{
	c->go = arena_printf(c->cx.a, "%s/rooms/%s/code%s", hotel_path(c), id_text(c, room),
	                     notice);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_code(struct call *c)
{
	struct declare_code code;
	int64_t room;
	enum vh_rc rc = param_id(c, "room", &room);
	if (rc == VH_OK)
		rc = declare_open(&c->cx, c->hotel.id, room, &code);
	if (rc != VH_OK)
		return rc;
	put_code(c, &code);
	return to_code(c, room, "");
}

enum vh_rc post_code_end(struct call *c)
{
	int64_t room;
	enum vh_rc rc = param_id(c, "room", &room);
	if (rc == VH_OK)
		rc = declare_end(&c->cx, c->hotel.id, room);
	return rc == VH_OK ? to_code(c, room, "?ok=code_ended") : rc;
}

enum vh_rc post_settle(struct call *c)
{
	const struct f_settle *f = c->form;
	bool mine = !strcmp(f->mine, "yes");
	int64_t stay;
	enum vh_rc rc = param_id(c, "stay", &stay);
	if (rc == VH_OK)
		rc = declare_settle(&c->cx, c->hotel.id, stay, mine);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", stay);
	if (!f->next || !safe_next(f->next))
		c->go = mine ? "/?ok=settled" : "/?ok=not_mine";
	else
		c->go = go_back(c, f->next, mine ? "settled_yes" : "settled_no", "/");
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_task_done(struct call *c)
{
	const struct f_task_done *f = c->form;
	struct task_change done = { .verb = TV_HANDLE,
		                    .note = f->note ? f->note : word(c, "", "task_done_note") };
	int64_t task;
	enum vh_rc rc = param_id(c, "task", &task);
	if (rc == VH_OK)
		rc = task_change(&c->cx, c->hotel.id, task, &done);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", task);
	c->go = "/?ok=task_done";
	return VH_OK;
}
