/* Work that somebody has to do: a list, one of them with its history, and its four steps. */
#include "vh/task.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/db.h"
#include "vh/limits.h"
#include "vh/own.h"
#include "view.h"

struct f_task {
	const char *to, *note;
};
static const struct input assign_in[] = {
	INPUT(struct f_task, to, input_text, INPUT_REQUIRED, 40),
	INPUT(struct f_task, note, input_lines, 0, LIM_TEXT),
};
static const struct input note_in[] = {
	INPUT(struct f_task, note, input_lines, INPUT_REQUIRED, LIM_TEXT),
};
static const struct input confirm_in[] = {
	INPUT(struct f_task, note, input_lines, 0, LIM_TEXT),
};
const struct form form_task_assign = FORM(struct f_task, assign_in);
const struct form form_task_note = FORM(struct f_task, note_in);
const struct form form_task_confirm = FORM(struct f_task, confirm_in);

/* Kinds that a list can be narrowed to, as they are offered. */
static const char *const kinds[] = { "stay_overdue", "skip",     "sleep",           "hazard",
	                             "mend",         "room_over", "move_conflict",   "still_here",
	                             "wrong",        "not_me",   "declared_denied", "gone",
	                             "wrong_person", "elsewhere", "remark",
	                             "emergency_often" };

/* The reviews of break-glass acts have pages of their own, for those who may audit. */
static const char *base_of(const struct call *c)
{
	return c->route->access == MAY(ACT_AUDIT) ? "reviews" : "tasks";
}

/* A note is somebody's words, a reason, or what a hazard is about. */
static const char *note_text(const struct call *c, const char *note)
{
	return note && has_word(c, "fault_", note) ? word(c, "fault_", note)
	                                           : reason_text(c, note);
}

void put_task(struct call *c, cJSON *o, const struct task_look *l)
{
	const struct task *t = &l->task;
	view_id(&c->view, o, "id", t->id);
	put(c, o, "kind", t->kind);
	put_word(c, o, "kind_text", "task_kind_", t->kind);
	put(c, o, "state", t->state);
	put_word(c, o, "state_text", "task_", t->state);
	put_text(c, o, "due_text", at_text(c, t->due, &c->hotel));
	view_bool(&c->view, o, "overdue", l->overdue);
	put(c, o, "assigned", l->assigned);
	put(c, o, "note", t->note);
	put_text(c, o, "note_text", note_text(c, t->note));
	put(c, o, "address", l->house.id ? l->house.address : NULL);
	put(c, o, "room_no", l->room.id ? l->room.no : NULL);
	put_text(c, o, "at_text", at_text(c, t->created, &c->hotel));
	put_url(c, o, "task_url", true, "%s/%s/%s", hotel_path(c), base_of(c), id_text(c, t->id));
}

static void put_kinds(struct call *c, const char *now)
{
	cJSON *list;
	if (!c->html)
		return;
	list = put_arr(c, c->view.root, "kinds");
	put_option(c, list, "", word(c, "", "any"), now ? now : "");
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		put_option(c, list, kinds[i], word(c, "task_kind_", kinds[i]), now);
}

static bool is_kind(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i], name))
			return true;
	return false;
}

static enum vh_rc list(struct call *c, const char *kind)
{
	struct task_page page = { 0 };
	/* A landlord has few, and all of them on one page. */
	enum vh_rc rc = role_reach(c->s.who.role, ACT_TASK) == REACH_OWN
	                        ? look_tasks(&c->cx, &c->hotel, kind, &page.rows)
	                        : look_task_page(&c->cx, &c->hotel, kind, list_key(c), &page);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct task_look *l = page.rows; l; l = l->next)
		put_task(c, put_obj(c, rows, NULL), l);
	bool review = !strcmp(base_of(c), "reviews");
	list_more(c,
	          kind && !review ? arena_printf(c->cx.a, "tasks?kind=%s", kind) : base_of(c),
	          page.next);
	put_url(c, c->view.root, "queue_url", may(c, ACT_VERIFY), "%s/queue", hotel_path(c));
	put_url(c, c->view.root, "list_url", !review, "%s/tasks", hotel_path(c));
	put_flag(c, c->view.root, "reviews", review);
	put_kinds(c, kind);
	return VH_OK;
}

enum vh_rc get_tasks(struct call *c)
{
	const char *kind = req_query(c->q, "kind");
	if (kind && !*kind)
		kind = NULL;
	if (kind && !is_kind(kind))
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "kind", "there is no such kind");
	return list(c, kind);
}

enum vh_rc get_reviews(struct call *c)
{
	c->heading = word(c, "", "title_reviews");
	return list(c, "emergency");
}

/* ---- one task ---- */

/* What the page offers; whether it fits, the core says. */
static const struct offer {
	const char *title;
	enum task_verb verb;
	const struct form *form;
} offers[] = {
	{ "task_assign", TV_ASSIGN, &form_task_assign },
	{ "task_handle", TV_HANDLE, &form_task_note },
	{ "task_back", TV_BACK, &form_task_note },
	{ "task_confirm", TV_CONFIRM, &form_task_confirm },
};

static void put_offers(struct call *c, const struct task *t)
{
	cJSON *actions = put_arr(c, c->view.root, "actions");
	const struct f_task me = { .to = c->s.who.login };
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
		const struct offer *o = &offers[i];
		if (!task_verb_fits(&c->s.who, t, o->verb))
			continue;
		const struct form_how how = {
			.title = o->title,
			.prefix = o->title,
			.at = o->form == &form_task_assign ? &me : NULL,
			.action = arena_printf(c->cx.a, "%s/%s/%s/%s", hotel_path(c), base_of(c),
			                       id_text(c, t->id), task_verb_name(o->verb)),
		};
		put_form(c, actions, NULL, o->form, &how);
	}
}

/* Roles of those who did a step: a page never names an officer. */
struct doers {
	const struct task_step *steps;
	const char **role;
};

static enum vh_rc doers_step(struct ctx *cx, void *arg)
{
	struct doers *g = arg;
	size_t n = 0;
	for (const struct task_step *s = g->steps; s; s = s->next, n++) {
		struct account a;
		enum vh_rc rc = s->by ? account_get(cx, s->by, &a) : VH_NOTFOUND;
		if (rc != VH_OK && rc != VH_NOTFOUND)
			return rc;
		g->role[n] = rc == VH_OK ? a.role : "operator";
	}
	return VH_OK;
}

static enum vh_rc put_steps(struct call *c, const struct task_step *steps)
{
	struct doers g = { .steps = steps };
	size_t n = 0;
	for (const struct task_step *s = steps; s; s = s->next)
		n++;
	g.role = arena_array(c->cx.a, n + 1, sizeof *g.role);
	if (!g.role)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = db_read(&c->cx, doers_step, &g);
	cJSON *steps_list = put_arr(c, c->view.root, "steps");
	n = 0;
	for (const struct task_step *s = steps; rc == VH_OK && s; s = s->next, n++) {
		cJSON *o = put_obj(c, steps_list, NULL);
		put(c, o, "state", s->state);
		put_word(c, o, "state_text", "task_", s->state);
		put_text(c, o, "at_text", at_text(c, s->at, &c->hotel));
		put(c, o, "role", g.role[n]);
		put_word(c, o, "role_text", "role_", g.role[n]);
		put(c, o, "note", s->note);
		put_text(c, o, "note_text", note_text(c, s->note));
	}
	return rc;
}

/* What the task is about, for those who may go there. */
static void put_ways(struct call *c, const struct task_look *l)
{
	const struct task *t = &l->task;
	cJSON *root = c->view.root;
	put_url(c, root, "stay_url", t->stay && may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c),
	        id_text(c, t->stay));
	put_url(c, root, "remarks_url", !strcmp(t->kind, "remark") && may(c, ACT_VERIFY),
	        "%s/queue/remarks", hotel_path(c));
	put_url(c, root, "room_url", l->room.id && may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, l->room.id));
	put_url(c, root, "house_url", l->house.id && may(c, ACT_RACK), "%s/houses/%s",
	        hotel_path(c), id_text(c, l->house.id));
	put_url(c, root, "list_url", may(c, ACT_VERIFY) || may(c, ACT_AUDIT), "%s/%s",
	        hotel_path(c), base_of(c));
}

/* What a landlord said, for who sees to it; the words go when it is done. */
static enum vh_rc put_told(struct call *c, const struct task *t)
{
	struct told_look l;
	if (strcmp(t->kind, "gone") != 0 && strcmp(t->kind, "wrong_person") != 0) {
		view_null(&c->view, c->view.root, "told");
		return VH_OK;
	}
	enum vh_rc rc = look_told(&c->cx, &c->hotel, t->id, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "told");
	put(c, o, "words", l.words);
	put(c, o, "day", l.told.day);
	view_bool(&c->view, o, "about", l.told.about);
	return VH_OK;
}

enum vh_rc get_task(struct call *c)
{
	struct task_look l;
	int64_t id;
	enum vh_rc rc = param_id(c, c->route->access == MAY(ACT_AUDIT) ? "review" : "task", &id);
	if (rc == VH_OK)
		rc = look_task(&c->cx, &c->hotel, id, &l);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_task(c, put_obj(c, c->view.root, "task"), &l);
	put_ways(c, &l);
	rc = put_told(c, &l.task);
	if (rc == VH_OK)
		rc = put_steps(c, l.steps);
	if (rc == VH_OK && c->html)
		put_offers(c, &l.task);
	return rc;
}

static enum vh_rc change(struct call *c, enum task_verb verb, const char *notice)
{
	const struct f_task *f = c->form;
	const struct task_change in = { .verb = verb, .note = f->note,
		                        .to = verb == TV_ASSIGN ? f->to : NULL };
	int64_t id;
	enum vh_rc rc = param_id(c, c->route->access == MAY(ACT_AUDIT) ? "review" : "task", &id);
	if (rc == VH_OK)
		rc = task_change(&c->cx, c->hotel.id, id, &in);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->go = arena_printf(c->cx.a, "%s/%s/%s?ok=%s", hotel_path(c), base_of(c), id_text(c, id),
	                     notice);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_task_assign(struct call *c)
{
	return change(c, TV_ASSIGN, "task_assigned");
}

enum vh_rc post_task_handle(struct call *c)
{
	return change(c, TV_HANDLE, "task_handled");
}

enum vh_rc post_task_back(struct call *c)
{
	return change(c, TV_BACK, "task_returned");
}

enum vh_rc post_task_confirm(struct call *c)
{
	return change(c, TV_CONFIRM, "task_confirmed");
}
