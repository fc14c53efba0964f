#include "vh/task.h"

#include <string.h>

#include "dispute_data.h"
#include "mine.h"
#include "page_key.h"
#include "place_data.h"
#include "remark_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_told.h"

enum { TASKS_LISTED = 2000, TASKS_PAGE = 40 };

/* Kinds that are not as the others: clerks and officers see them, and confirm them by hand. */
static const struct kind {
	const char *name;
	enum act act;  /* to see and to change it */
	bool landlord; /* he may, in his own houses */
	bool by_fact;  /* not confirmed by hand */
	bool other;    /* not confirmed by whom it is about */
} kinds[] = {
	{ "hazard", ACT_TASK, true, true, false },
	{ "mend", ACT_TASK, true, true, false },
	{ "still_here", ACT_VERIFY, false, true, false },
	{ "wrong", ACT_VERIFY, false, true, false },
	{ "not_me", ACT_VERIFY, false, true, false },
	{ "remark", ACT_VERIFY, false, true, false },
	{ "emergency", ACT_AUDIT, false, false, true },
	{ "emergency_often", ACT_VERIFY, false, false, true },
	{ NULL, ACT_TASK, false, false, false },
};

static const struct kind *kind_of(const char *name)
{
	const struct kind *k = kinds;
	while (k->name && (!name || strcmp(k->name, name) != 0))
		k++;
	return k;
}

bool task_by_fact(const char *kind)
{
	return kind_of(kind)->by_fact;
}

enum vh_rc task_begin(struct ctx *cx, struct task *t, bool quiet)
{
	t->id = id_new();
	t->state = "found";
	t->created = t->changed = cx->now;
	t->by = cx->who && !quiet ? cx->who->account : 0;
	return task_insert(cx, t);
}

enum vh_rc task_note(struct ctx *cx, const struct task *t, const char *note)
{
	struct task_step s = { .hotel = t->hotel, .id = id_new(), .task = t->id,
	                       .state = t->state, .by = cx->who ? cx->who->account : 0,
	                       .at = cx->now, .note = note };
	return task_step_insert(cx, &s);
}

static enum vh_rc write_state(struct ctx *cx, struct task *t, const char *to, const char *note)
{
	const char *was = t->state;
	t->state = to;
	t->changed = cx->now;
	enum vh_rc rc = task_update(cx, t, was);
	/* What somebody said is for the work alone. */
	if (rc == VH_OK && !strcmp(to, "confirmed"))
		rc = told_blank(cx, t->hotel, t->id);
	return rc == VH_OK ? task_note(cx, t, note) : rc;
}

enum vh_rc task_end(struct ctx *cx, struct task *t, const char *why)
{
	return write_state(cx, t, "confirmed", why);
}

enum vh_rc task_return(struct ctx *cx, struct task *t, const char *note)
{
	return write_state(cx, t, t->assigned_to ? "assigned" : "found", note);
}

static bool is_kind(const struct task *t, const char *kind)
{
	return !strcmp(t->kind, kind);
}

static const char *voided(const struct stay *s)
{
	return s->state == STAY_VOID || s->state == STAY_REJECTED ? "voided" : NULL;
}

/* Does this stay's new state settle a task about it? One word why, or NULL. */
static const char *settled(const struct task *t, const struct stay *s, const char *today)
{
	if (t->stay != s->id)
		return NULL;
	bool over = !stay_is_current(s->state) && s->state != STAY_CONTESTED;
	if (is_kind(t, "skip") || is_kind(t, "elsewhere"))
		return over ? "left" : NULL;
	if (is_kind(t, "wrong_person"))
		return voided(s);
	if (is_kind(t, "declared_denied"))
		return over ? "left" : s->state == STAY_VERIFIED ? "verified" : NULL;
	if (!is_kind(t, "stay_overdue"))
		return NULL;
	return over ? "left" : stay_is_overdue(s, today) ? NULL : "extended";
}

/* People registered in a room of whom no open task says that they have gone. */
static enum vh_rc believed(struct ctx *cx, const struct task *tasks, const struct stay *of,
                           int64_t *ret)
{
	struct stay *list = NULL;
	int64_t n = 0;
	enum vh_rc rc = stay_list_room(cx, of->hotel, of->room, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		bool gone = !stay_is_current(s->state);
		for (const struct task *t = tasks; t; t = t->next)
			gone = gone || (t->stay == s->id && is_kind(t, "skip"));
		n += !gone;
	}
	*ret = n;
	return rc;
}

enum vh_rc task_settle(struct ctx *cx, const struct stay *s)
{
	struct task *tasks = NULL;
	struct hotel h;
	char today[DAY_TEXT];
	enum vh_rc rc = dispute_follow(cx, s);
	if (rc == VH_OK)
		rc = remark_follow(cx, s);
	if (rc == VH_OK)
		rc = task_list_room(cx, s->hotel, s->room, &tasks);
	if (rc != VH_OK || !tasks)
		return rc;
	rc = hotel_get(cx, s->hotel, &h);
	if (rc != VH_OK)
		return rc;
	today_of(cx, &h, today);
	for (struct task *t = tasks; rc == VH_OK && t; t = t->next) {
		const char *why = settled(t, s, today);
		int64_t n = 0;
		if (is_kind(t, "sleep") && stay_is_current(s->state)) {
			rc = believed(cx, tasks, s, &n);
			why = rc == VH_OK && n >= t->want ? "registered" : NULL;
		}
		if (rc == VH_OK && why)
			rc = task_end(cx, t, why);
	}
	return rc;
}

/* The house and room that a task is about. */
static enum vh_rc place(struct ctx *cx, struct task_look *l)
{
	const struct task *t = &l->task;
	int64_t house = t->house;
	enum vh_rc rc = VH_OK;
	if (t->room) {
		rc = room_get(cx, t->hotel, t->room, &l->room);
		house = l->room.house;
	}
	if (rc == VH_OK && house)
		rc = house_get(cx, t->hotel, house, &l->house);
	return rc;
}

/* What others' eyes are not for does not exist for them. */
static enum vh_rc may(struct ctx *cx, const struct hotel *h, const struct task_look *l,
                      const struct kind *k)
{
	enum vh_rc rc = actor_may(cx, k->act, h, l->house.id, 0);
	if (rc == VH_OK && role_reach(cx->who->role, k->act) == REACH_OWN &&
	    (!k->landlord || !l->house.id))
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "task", "there is no such task here");
	return rc;
}

static enum vh_rc load(struct ctx *cx, const struct hotel *h, int64_t id, struct task_look *l)
{
	enum vh_rc rc = task_get(cx, h->id, id, &l->task);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "task", "there is no such task here");
	if (rc == VH_OK)
		rc = place(cx, l);
	return rc == VH_OK ? may(cx, h, l, kind_of(l->task.kind)) : rc;
}

#define FOUND 1u
#define ASSIGNED 2u
#define HANDLED 4u

static unsigned bit(const char *state)
{
	return !strcmp(state, "found")      ? FOUND
	       : !strcmp(state, "assigned") ? ASSIGNED
	       : !strcmp(state, "handled")  ? HANDLED
	                                    : 0;
}

static const struct verb {
	const char *name, *to;
	unsigned from;
	bool needs_note, own; /* own: a landlord may */
} verbs[TV__MAX] = {
	[TV_ASSIGN] = { "assign", "assigned", FOUND | ASSIGNED | HANDLED, false, false },
	[TV_HANDLE] = { "handle", "handled", FOUND | ASSIGNED, true, true },
	[TV_BACK] = { "back", "assigned", HANDLED, true, false },
	[TV_CONFIRM] = { "confirm", "confirmed", HANDLED, false, false },
};

const char *task_verb_name(enum task_verb v)
{
	return verbs[v].name;
}

struct run {
	int64_t hotel, id, made;
	const struct task_change *in;
	const char *note;
	struct task_look l;
};

/* To somebody who may do such work here. */
static enum vh_rc assign(struct ctx *cx, const struct hotel *h, struct run *r)
{
	struct account a;
	struct actor to;
	enum act act = kind_of(r->l.task.kind)->act;
	enum vh_rc rc = account_by_login(cx, r->in->to ? r->in->to : "", &a);
	if (rc == VH_OK && !a.disabled) {
		rc = actor_load(cx, &a, &to);
		if (rc != VH_OK)
			return rc;
		if (role_reach(to.role, act) == REACH_SCOPE && actor_covers(&to, h)) {
			r->l.task.assigned_to = a.id;
			return VH_OK;
		}
	}
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	return ctx_fail(cx, VH_INVALID, "assign", "to", "nobody of this name does such work here");
}

/* Whom it is about does not confirm it himself. */
static bool by_another(const struct actor *who, const struct task *t)
{
	return !kind_of(t->kind)->other || t->by != who->account;
}

static bool not_his(const struct actor *who, const struct task *t, enum task_verb v)
{
	return role_reach(who->role, kind_of(t->kind)->act) == REACH_OWN && !verbs[v].own;
}

bool task_verb_fits(const struct actor *who, const struct task *t, enum task_verb v)
{
	bool confirms = v != TV_CONFIRM || (!kind_of(t->kind)->by_fact && by_another(who, t));
	return !not_his(who, t, v) && bit(t->state) & verbs[v].from && confirms;
}

static enum vh_rc check(struct ctx *cx, const struct run *r, const struct verb *v)
{
	const struct task *t = &r->l.task;
	if (not_his(cx->who, t, r->in->verb))
		return ctx_fail(cx, VH_DENIED, "role", "",
		                "only the desk and officers may do this");
	if (!(bit(t->state) & v->from))
		return ctx_fail(cx, VH_CONFLICT, "task_state", "task",
		                "a task that is %s cannot be: %s", t->state, v->name);
	if (r->in->verb != TV_CONFIRM)
		return VH_OK;
	if (kind_of(t->kind)->by_fact)
		return ctx_fail(cx, VH_CONFLICT, "task_by_fact", "task",
		                "this is confirmed by what is done about it, not by hand");
	if (!by_another(cx->who, t))
		return ctx_fail(cx, VH_DENIED, "task_other", "task",
		                "somebody else has to confirm this");
	return VH_OK;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct run *r = arg;
	const struct verb *v = &verbs[r->in->verb];
	struct hotel h;
	enum vh_rc rc = hotel_get(cx, r->hotel, &h);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "hotel", "there is no such hotel");
	r->l = (struct task_look){ .next = NULL };
	if (rc == VH_OK)
		rc = load(cx, &h, r->id, &r->l);
	if (rc == VH_OK)
		rc = check(cx, r, v);
	if (rc == VH_OK && r->in->verb == TV_ASSIGN)
		rc = assign(cx, &h, r);
	if (rc == VH_OK)
		rc = write_state(cx, &r->l.task, v->to, r->note);
	/* Done by hand, it is no event: an open rack would keep its mark. */
	return rc == VH_OK && r->in->verb == TV_CONFIRM ? head_mark(cx, h.id) : rc;
}

enum vh_rc task_change(struct ctx *cx, int64_t hotel, int64_t task, const struct task_change *c)
{
	struct run *r = arena_alloc(cx->a, sizeof *r);
	if (!r)
		return ctx_nomem(cx);
	*r = (struct run){ .hotel = hotel, .id = task, .made = task, .in = c };
	enum vh_rc rc = text_take(cx, "note", c->note, LIM_TEXT, verbs[c->verb].needs_note,
	                          &r->note);
	return rc == VH_OK ? core_write(cx, step, r, &r->made) : rc;
}

struct listing {
	const struct hotel *h;
	const char *kind;
	int64_t id, room; /* room 0: of the whole hotel */
	struct task_look **list, *one;
};

static enum vh_rc finish(struct ctx *cx, struct task_look *l)
{
	struct account a;
	l->overdue = l->task.due && l->task.due < cx->now && strcmp(l->task.state, "confirmed");
	if (!l->task.assigned_to)
		return VH_OK;
	enum vh_rc rc = account_get(cx, l->task.assigned_to, &a);
	if (rc == VH_OK)
		l->assigned = a.login;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static bool shown(const struct ctx *cx, const struct task_look *l, const struct mine *m,
                  enum act act)
{
	const struct kind *k = kind_of(l->task.kind);
	if (k->act != act && role_reach(cx->who->role, k->act) != REACH_SCOPE)
		return false;
	return m->all || (k->landlord && l->house.id && mine_has(m, l->house.id));
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct task *tasks = NULL;
	struct task_look **tail = g->list;
	struct mine m;
	enum act act = g->kind ? kind_of(g->kind)->act : ACT_TASK;
	enum vh_rc rc = mine_load(cx, act, g->h, &m);
	if (rc == VH_OK)
		rc = g->room ? task_list_room(cx, g->h->id, g->room, &tasks)
		             : task_list_kind(cx, g->h->id, g->kind, TASKS_LISTED, &tasks);
	*tail = NULL;
	for (struct task *t = tasks; rc == VH_OK && t; t = t->next) {
		struct task_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		l->task = *t;
		rc = place(cx, l);
		if (rc == VH_OK)
			rc = finish(cx, l);
		if (rc == VH_OK && shown(cx, l, &m, act)) {
			*tail = l;
			tail = &l->next;
		}
	}
	return rc;
}

enum vh_rc look_tasks(struct ctx *cx, const struct hotel *h, const char *kind,
                      struct task_look **ret)
{
	struct listing g = { .h = h, .kind = kind, .list = ret };
	return db_read(cx, list_step, &g);
}

enum vh_rc look_tasks_room(struct ctx *cx, const struct hotel *h, int64_t room,
                           struct task_look **ret)
{
	struct listing g = { .h = h, .room = room, .list = ret };
	return db_read(cx, list_step, &g);
}

struct paging {
	const struct hotel *h;
	const char *kind, *after;
	struct task_page page;
};

static enum vh_rc page_fill(struct ctx *cx, struct paging *g, struct task *tasks, enum act act)
{
	const struct mine all = { .all = true };
	struct task_look **tail = &g->page.rows;
	enum vh_rc rc = VH_OK;
	int n = 0;
	for (struct task *t = tasks; rc == VH_OK && t; t = t->next) {
		struct task_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		l->task = *t;
		rc = place(cx, l);
		if (rc == VH_OK)
			rc = finish(cx, l);
		if (rc == VH_OK && shown(cx, l, &all, act)) {
			*tail = l;
			tail = &l->next;
		}
		if (rc == VH_OK && ++n == TASKS_PAGE && t->next) {
			const int64_t key[] = { t->due, t->id };
			g->page.next = page_key_make(cx, key, 2);
			return g->page.next ? VH_OK : ctx_nomem(cx);
		}
	}
	return rc;
}

static enum vh_rc page_step(struct ctx *cx, void *arg)
{
	struct paging *g = arg;
	struct task *tasks = NULL;
	int64_t key[2];
	enum act act = g->kind ? kind_of(g->kind)->act : ACT_TASK;
	g->page = (struct task_page){ 0 };
	enum vh_rc rc = actor_may(cx, act, g->h, 0, 0);
	if (rc == VH_OK && role_reach(cx->who->role, act) != REACH_SCOPE)
		rc = ctx_fail(cx, VH_DENIED, "role", "", "this list is for the desk and officers");
	if (rc == VH_OK)
		rc = page_key_read(cx, g->after, key, 2);
	if (rc != VH_OK)
		return rc;
	const struct task after = { .due = key[0], .id = key[1] };
	rc = task_page(cx, g->h->id, g->kind, &after, TASKS_PAGE + 1, &tasks);
	return rc == VH_OK ? page_fill(cx, g, tasks, act) : rc;
}

enum vh_rc look_task_page(struct ctx *cx, const struct hotel *h, const char *kind,
                          const char *after, struct task_page *ret)
{
	struct paging g = { .h = h, .kind = kind, .after = after };
	enum vh_rc rc = db_read(cx, page_step, &g);
	if (rc == VH_OK)
		*ret = g.page;
	return rc;
}

/* That a reporter was called back would tell a landlord that he left a number. */
static void hide_calls(struct task_step **at)
{
	while (*at) {
		if ((*at)->note && !strcmp((*at)->note, REPORTER_SHOWN))
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
}

static enum vh_rc one_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	*g->one = (struct task_look){ .next = NULL };
	enum vh_rc rc = load(cx, g->h, g->id, g->one);
	if (rc == VH_OK)
		rc = finish(cx, g->one);
	if (rc == VH_OK)
		rc = task_step_list(cx, g->h->id, g->id, &g->one->steps);
	if (rc == VH_OK && role_reach(cx->who->role, ACT_TASK) != REACH_SCOPE)
		hide_calls(&g->one->steps);
	return rc;
}

enum vh_rc look_task(struct ctx *cx, const struct hotel *h, int64_t task, struct task_look *ret)
{
	struct listing g = { .h = h, .id = task, .one = ret };
	return db_read(cx, one_step, &g);
}
