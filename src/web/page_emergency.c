/*
 * Who is in a house, to be called out of a fire: behind a reason, on a page that prints. And what
 * is dropped when its time is over, with the receipts.
 */
#include "vh/emergency.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/db.h"
#include "vh/erase.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "view.h"

static const struct input reason_in[] = {
	INPUT(struct f_reason, reason, input_lines, INPUT_REQUIRED, LIM_TEXT),
};
const struct form form_emergency = FORM(struct f_reason, reason_in);

/* Buttons, since nobody types while it burns. */
static const char *const causes[] = { "fire", "gas", "flood", "collapse", "trapped" };

struct at_house {
	const struct hotel *h;
	int64_t id;
	struct house house;
};

static enum vh_rc house_step(struct ctx *cx, void *arg)
{
	struct at_house *g = arg;
	enum vh_rc rc = actor_may(cx, ACT_EMERGENCY, g->h, g->id, 0);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, g->id, &g->house);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "house", "there is no such house here");
	return rc;
}

static void put_house(struct call *c, const struct house *h)
{
	cJSON *o = put_obj(c, c->view.root, "house");
	view_id(&c->view, o, "id", h->id);
	put_num(c, o, "no", h->no);
	put(c, o, "address", h->address);
}

static void put_causes(struct call *c)
{
	cJSON *list;
	if (!c->html)
		return;
	list = put_arr(c, c->view.root, "causes");
	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		put_option(c, list, causes[i], word(c, "why_", causes[i]), NULL);
}

/* The question: no name, no count. */
enum vh_rc get_emergency(struct call *c)
{
	struct at_house g = { .h = &c->hotel };
	const struct f_reason *at = c->q->method == HTTP_POST ? c->form : NULL;
	enum vh_rc rc = param_id(c, "house", &g.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, house_step, &g);
	if (rc != VH_OK)
		return rc;
	const struct form_how how = {
		.title = "emergency",
		.at = at,
		.danger = true,
		.action = arena_printf(c->cx.a, "%s/houses/%s/emergency", hotel_path(c),
		                       id_text(c, g.id)),
	};
	put_hotel(c, &c->hotel);
	put_house(c, &g.house);
	put_causes(c);
	put_url(c, c->view.root, "house_url", true, "%s/houses/%s", hotel_path(c),
	        id_text(c, g.id));
	put_form(c, c->view.root, "form", &form_emergency, &how);
	view_null(&c->view, c->view.root, "list");
	return VH_OK;
}

static void put_people(struct call *c, cJSON *o, const struct emergency_room *r)
{
	cJSON *list = put_arr(c, o, "people");
	for (const struct emergency_person *p = r->people; p; p = p->next) {
		cJSON *x = put_obj(c, list, NULL);
		put(c, x, "name", p->name);
		put(c, x, "phone", p->phone);
		put_text(c, x, "phone_url",
		         p->phone ? arena_printf(c->cx.a, "tel:%s", p->phone) : NULL);
		view_bool(&c->view, x, "child", p->child);
		view_bool(&c->view, x, "lessee", p->lessee);
		view_bool(&c->view, x, "away", p->away);
	}
}

static void put_list(struct call *c, const struct emergency *e, const char *reason)
{
	cJSON *o = put_obj(c, c->view.root, "list");
	put_num(c, o, "heads", e->heads);
	put_num(c, o, "children", e->children);
	view_id(&c->view, o, "task", e->task);
	put(c, o, "reason", reason);
	put_text(c, o, "reason_text", reason_text(c, reason));
	put_text(c, o, "at_text", at_text(c, c->cx.now, &c->hotel));
	cJSON *rooms = put_arr(c, o, "rooms");
	for (const struct emergency_room *r = e->rooms; r; r = r->next) {
		cJSON *x = put_obj(c, rooms, NULL);
		view_id(&c->view, x, "id", r->room.id);
		put(c, x, "no", r->room.no);
		put_num(c, x, "heads", r->heads);
		put_count(c, x, "heads_text", r->heads, "people");
		put_num(c, x, "children", r->children);
		put_people(c, x, r);
	}
}

enum vh_rc post_emergency(struct call *c)
{
	const struct f_reason *f = c->form;
	struct emergency e;
	int64_t id;
	enum vh_rc rc = param_id(c, "house", &id);
	if (rc == VH_OK)
		rc = emergency_list(&c->cx, &c->hotel, id, f->reason, &e);
	if (rc != VH_OK)
		return rc;
	if (e.often)
		LOG(LOG_WARN, "emergency_often", KV("request", c->q->id),
		    KN("account", c->s.account), KN("hotel", c->hotel.id), KN("task", e.task));
	put_hotel(c, &c->hotel);
	put_house(c, &e.house);
	put_causes(c);
	put_list(c, &e, f->reason);
	put_url(c, c->view.root, "house_url", true, "%s/houses/%s", hotel_path(c),
	        id_text(c, id));
	if (c->html)
		view_null(&c->view, c->view.root, "form");
	return VH_OK;
}

/* ---- erasure ---- */

static void put_receipt(struct call *c, cJSON *list, const struct erasure *e)
{
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", e->id);
	view_id(&c->view, o, "person", e->person);
	put(c, o, "why", e->why);
	put_word(c, o, "why_text", "erased_", e->why);
	put(c, o, "last_day", e->last_day);
	put_num(c, o, "months", e->months);
	put_num(c, o, "stays", e->stays);
	put_num(c, o, "events", e->events);
	put_text(c, o, "at_text", at_text(c, e->at, &c->hotel));
}

enum vh_rc get_erasures(struct call *c)
{
	struct erasure *list = NULL;
	const char *key = list_key(c);
	int64_t before = 0, n = 0, due = 0;
	bool erases = role_reach(c->s.who.role, ACT_ERASE) == REACH_SCOPE;
	if (key && id_parse(key, &before) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "after", "after", "not an id");
	enum vh_rc rc = look_erasures(&c->cx, &c->hotel, before, QUEUE_ROWS, &list);
	if (rc == VH_OK && erases)
		rc = erase_ripe(&c->cx, &c->hotel, &due);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_num(c, c->view.root, "months", c->hotel.retention_months);
	put_num(c, c->view.root, "due", due);
	put_flag(c, c->view.root, "unset", !c->hotel.retention_months);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct erasure *e = list; e; e = e->next, n++) {
		put_receipt(c, rows, e);
		before = e->id;
	}
	list_more(c, erases ? "erasures" : "access/erasures",
	          n == QUEUE_ROWS ? id_text(c, before) : NULL);
	put_url(c, c->view.root, "queue_url", may(c, ACT_VERIFY), "%s/queue", hotel_path(c));
	put_url(c, c->view.root, "erase_url", erases && due > 0, "%s/erasures", hotel_path(c));
	put_idem(c, c->view.root);
	view_null(&c->view, c->view.root, "run");
	return VH_OK;
}

/* Not under one key: each person is a write of his own, and nobody is dropped twice. */
enum vh_rc post_erasures(struct call *c)
{
	struct erase_run run;
	enum vh_rc rc = erase_due(&c->cx, &c->hotel, LIM_ERASE_SEND, &run);
	if (rc == VH_OK)
		rc = get_erasures(c);
	if (rc != VH_OK)
		return rc;
	cJSON_DeleteItemFromObject(c->view.root, "run");
	cJSON *o = put_obj(c, c->view.root, "run");
	put_num(c, o, "erased", run.erased);
	put_num(c, o, "kept", run.kept);
	return VH_OK;
}
