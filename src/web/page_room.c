/* One room, and moving somebody into it. */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/card.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/employer.h"
#include "vh/id.h"
#include "vh/task.h"
#include "view.h"
#include "visit.h"

static void put_plate(struct call *c, const struct room_look *l)
{
	if (!l->plate.id) {
		view_null(&c->view, c->view.root, "plate");
		return;
	}
	cJSON *o = put_obj(c, c->view.root, "plate");
	put(c, o, "serial", l->serial);
	put(c, o, "state", l->plate.state);
	put_word(c, o, "state_text", "plate_", l->plate.state);
	if (l->code[0])
		put(c, o, "code", l->code);
	put_url(c, o, "plate_url", may(c, ACT_PLATE), "%s/plates/%s", hotel_path(c), l->serial);
}

static void put_action(struct call *c, cJSON *list, const char *title, const struct form *f,
                       const char *action, const void *at, bool danger)
{
	const struct form_how how = {
		.title = title, .action = action, .at = at, .prefix = title, .danger = danger
	};
	put_form(c, list, NULL, f, &how);
}

static void put_actions(struct call *c, const struct room *r)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const char *base = arena_printf(c->cx.a, "%s/rooms/%s", hotel_path(c), id_text(c, r->id));
	const char *capacity = arena_printf(c->cx.a, "%lld", (long long)r->capacity);
	const char *area = r->area_m2 > 0 ? arena_printf(c->cx.a, "%.2f", r->area_m2) : NULL;
	const struct f_letting letting = { .letting = r->letting };
	const struct f_room room = { r->no, capacity, area };
	if (may(c, ACT_LET))
		put_action(c, list, "letting", &form_letting,
		           arena_printf(c->cx.a, "%s/letting", base), &letting, false);
	if (!may(c, ACT_PLACE))
		return;
	put_action(c, list, "room_amend", &form_room_amend, arena_printf(c->cx.a, "%s/amend", base),
	           &room, false);
	put_action(c, list, "split", &form_room_add, arena_printf(c->cx.a, "%s/split", base), NULL,
	           false);
	put_action(c, list, "room_retire", &form_retire,
	           arena_printf(c->cx.a, "%s/retire", base), NULL, true);
}

static bool may_move_in(const struct call *c, const struct room *r)
{
	return may(c, ACT_FILE) && c->s.who.role != ROLE_TENANT &&
	       c->s.who.role != ROLE_LANDLORD && !strcmp(r->letting, "open");
}

/* At a desk moving in begins with the card: in an empty room the reader types at once. */
static void put_card_form(struct call *c, const struct room_look *l)
{
	const struct form_how how = {
		.title = "card",
		.prefix = "card",
		.card = true,
		.focus = l->registered ? NULL : "doc_no",
		.action = arena_printf(c->cx.a, "%s/rooms/%s/stays/new", hotel_path(c),
		                       id_text(c, l->room.id)),
	};
	if (c->s.who.role == ROLE_CLERK && may_move_in(c, &l->room))
		put_form(c, c->view.root, "card_form", &form_card, &how);
	else if (c->html)
		view_null(&c->view, c->view.root, "card_form");
}

/* What the rack marks this room for: dangers, and what else is to be done here. */
static enum vh_rc put_open(struct call *c, const struct room_look *l)
{
	struct task_look *tasks = NULL;
	cJSON *root = c->view.root, *list;
	enum vh_rc rc = VH_OK;
	if (may(c, ACT_HAZARD))
		rc = put_hazards_of(c, root, l->house.id, l->room.id);
	else
		put_arr(c, root, "hazards");
	if (rc == VH_OK && may(c, ACT_TASK))
		rc = look_tasks_room(&c->cx, &c->hotel, l->room.id, &tasks);
	list = put_arr(c, root, "tasks");
	/* A danger stands above, with its own task. */
	for (const struct task_look *t = tasks; rc == VH_OK && t; t = t->next)
		if (!t->task.hazard)
			put_task(c, put_obj(c, list, NULL), t);
	put_flag(c, root, "has_open",
	         cJSON_GetArraySize(list) ||
	                 cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, "hazards")));
	return rc;
}

enum vh_rc get_room(struct call *c)
{
	struct room_look l;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = look_room(&c->cx, &c->hotel, id, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root;
	put_hotel(c, &l.hotel);
	put_room(c, root, &l.room, &l.house);
	put_num(c, root, "registered", l.registered);
	put_plate(c, &l);
	put_stays(c, l.stays);
	put_visit_ways(c, l.house.id, id);
	put_url(c, root, "house_url", true, "%s/houses/%s", hotel_path(c), id_text(c, l.house.id));
	put_url(c, root, "move_in_url", may_move_in(c, &l.room), "%s/rooms/%s/stays/new",
	        hotel_path(c), id_text(c, id));
	put_card_form(c, &l);
	if (c->html)
		put_actions(c, &l.room);
	rc = put_open(c, &l);
	return rc == VH_OK ? room_landlord(c, &l) : rc;
}

void put_privacy(struct call *c, const struct hotel *h)
{
	if (!h->notice || !*h->notice) {
		view_null(&c->view, c->view.root, "privacy");
		return;
	}
	cJSON *o = put_obj(c, c->view.root, "privacy");
	put_num(c, o, "version", h->notice_version);
	put(c, o, "text", h->notice);
}

struct place_read {
	const struct hotel *h;
	int64_t id, registered;
	struct room room;
	struct house house;
};

/* The form needs the room, not the people in it: nothing is disclosed. */
static enum vh_rc place_step(struct ctx *cx, void *arg)
{
	struct place_read *p = arg;
	enum vh_rc rc = room_get(cx, p->h->id, p->id, &p->room);
	if (rc == VH_OK)
		rc = house_get(cx, p->h->id, p->room.house, &p->house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "there is no such room here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_FILE, p->h, p->house.id, 0);
	return rc == VH_OK ? stay_count_room(cx, p->h->id, p->id, &p->registered) : rc;
}

/* Names to choose from where an employer is typed. */
static enum vh_rc put_employers(struct call *c)
{
	struct employer *list = NULL;
	if (!c->html || role_reach(c->s.who.role, ACT_FILE) != REACH_SCOPE) {
		put_arr(c, c->view.root, "employers");
		return VH_OK;
	}
	enum vh_rc rc = employer_names(&c->cx, &c->hotel, &list);
	cJSON *a = put_arr(c, c->view.root, "employers");
	for (const struct employer *e = list; e; e = e->next)
		put(c, put_obj(c, a, NULL), "name", e->name);
	return rc;
}

static enum vh_rc put_stay_form(struct call *c, const struct f_stay *at)
{
	struct place_read p = { .h = &c->hotel };
	struct form_how how = { .title = "stay_in",
		                .at = at,
		                .card = c->s.who.role == ROLE_CLERK,
		                .skip = c->s.who.role == ROLE_CLERK ? NULL : "asked",
		                .offers = true,
		                .focus = !at->doc_no ? "doc_no"
		                         : at->name  ? "phone"
		                                     : "name" };
	enum vh_rc rc = param_id(c, "room", &p.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, place_step, &p);
	if (rc != VH_OK)
		return rc;
	how.action = arena_printf(c->cx.a, "%s/rooms/%s/stays", hotel_path(c), id_text(c, p.id));
	put_hotel(c, &c->hotel);
	put_room(c, c->view.root, &p.room, &p.house);
	put_num(c, c->view.root, "registered", p.registered);
	put_url(c, c->view.root, "room_url", true, "%s/rooms/%s", hotel_path(c), id_text(c, p.id));
	put_form(c, c->view.root, "form", &form_stay, &how);
	rc = put_employers(c);
	if (rc != VH_OK)
		return rc;
	put_privacy(c, &c->hotel);
	return VH_OK;
}

enum vh_rc get_stay_form(struct call *c)
{
	char today[11];
	today_of(&c->cx, &c->hotel, today);
	const struct f_stay at = { .doc_type = "id_card", .since = today };
	return put_stay_form(c, &at);
}

/*
 * The number field may hold all that a card reader types. Of it the number stays, and what is not
 * typed elsewhere; the rest, the ethnicity with it, is forgotten here.
 */
static enum vh_rc take_card(struct call *c, struct f_stay *f)
{
	static const char *const sexes[] = { NULL, "男", "女" };
	struct card card;
	enum vh_rc rc = card_parse(c->cx.a, f->doc_no, day_of(c->cx.now, ZONE_CHINA), &card);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc != VH_OK)
		return ctx_nomem(&c->cx);
	f->doc_no = arena_dup(c->cx.a, card.doc.no);
	f->doc_type = doc_kind_name(card.doc.kind);
	if (!f->name && *card.name)
		f->name = card.name;
	if (!f->home && *card.home)
		f->home = card.home;
	if (!f->sex)
		f->sex = sexes[card.sex];
	return f->doc_no ? VH_OK : ctx_nomem(&c->cx);
}

/* The card is read: the same form, with what it says, for a page and for a script. */
enum vh_rc post_card(struct call *c)
{
	struct f_stay at = *(const struct f_stay *)c->form;
	char today[11];
	today_of(&c->cx, &c->hotel, today);
	enum vh_rc rc = take_card(c, &at);
	if (rc != VH_OK)
		return rc;
	if (!at.doc_type)
		at.doc_type = "id_card";
	at.since = today;
	put(c, c->view.root, "doc_type", at.doc_type);
	put(c, c->view.root, "doc_no", at.doc_no);
	put(c, c->view.root, "name", at.name);
	put(c, c->view.root, "home", at.home);
	return put_stay_form(c, &at);
}

enum vh_rc again_stay_form(struct call *c)
{
	enum vh_rc rc = take_card(c, c->form);
	return rc == VH_OK ? put_stay_form(c, c->form) : rc;
}

void put_warnings(struct call *c, unsigned bits)
{
	cJSON *list = put_arr(c, c->view.root, "warnings");
	for (unsigned w = 1; w < WARN__END; w <<= 1) {
		if (!(bits & w))
			continue;
		cJSON *o = put_obj(c, list, NULL);
		const char *code = stay_warn_code((enum stay_warn)w);
		put(c, o, "code", code);
		put_word(c, o, "text", "warn_", code);
	}
}

void put_stay_done(struct call *c, const struct stay_done *d)
{
	char due[INSTANT_TEXT];
	cJSON *root = c->view.root;
	instant_format(d->due, due);
	view_id(&c->view, root, "id", d->id);
	put(c, root, "state", stay_state_name(d->state));
	put(c, root, "due", d->due ? due : NULL);
	view_bool(&c->view, root, "late", d->late);
}

/* A card may bring the name, so that the form does not ask for it; who may not file hears nothing
 * of it. */
static enum vh_rc name_missing(struct call *c)
{
	struct place_read p = { .h = &c->hotel };
	enum vh_rc rc = param_id(c, "room", &p.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, place_step, &p);
	return rc == VH_OK ? ctx_fail(&c->cx, VH_INVALID, "required", "name", "is needed") : rc;
}

enum vh_rc post_stay(struct call *c)
{
	struct f_stay *f = c->form;
	enum vh_rc rc = take_card(c, f);
	if (rc == VH_OK && !f->name)
		rc = name_missing(c);
	if (rc != VH_OK)
		return rc;
	struct stay_new n = {
		.hotel = c->hotel.id,
		.name = f->name,
		.doc_type = f->doc_type,
		.doc_no = f->doc_no,
		.phone = f->phone,
		.since = f->since,
		.until = f->until,
		.home = f->home,
		.employer = f->employer,
		.relation = f->relation,
		.sex = f->sex,
		.lessee = f->lessee,
		.anyway = f->anyway,
		.asked = f->asked,
	};
	struct stay_done d;
	rc = param_id(c, "room", &n.room);
	if (rc == VH_OK && f->guardian)
		rc = id_parse(f->guardian, &n.guardian);
	if (rc == VH_OK)
		rc = stay_in(&c->cx, &n, &d);
	if (rc != VH_OK)
		return rc;
	const char *url = arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c), id_text(c, d.id));
	if (!url)
		return ctx_nomem(&c->cx);
	put_stay_done(c, &d);
	put_warnings(c, d.warn);
	c->status = 201;
	if (!c->html)
		resp_header(c->r, "Location", url);
	c->go = arena_printf(c->cx.a, "%s/done?w=%u", url, d.warn);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}
