/*
 * One transaction per visit. What was seen is written as it was said; what follows from it (tasks,
 * hazards) is decided here, once, from the rows that are true inside the transaction.
 */
#include "vh/inspect.h"

#include <string.h>

#include "hazard_data.h"
#include "place_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"

static const char *const outcomes[OUTCOME__MAX] = {
	[OUTCOME_AS_REGISTERED] = "as_registered", [OUTCOME_FOUND_FEWER] = "found_fewer",
	[OUTCOME_FOUND_MORE] = "found_more",       [OUTCOME_NOBODY_LIVES] = "nobody_lives",
	[OUTCOME_NOBODY_HOME] = "nobody_home",     [OUTCOME_REFUSED] = "refused",
	[OUTCOME_RECHECK] = "recheck",
};

enum outcome outcome_of(const char *name)
{
	for (int o = 0; name && o < OUTCOME__MAX; o++) {
		if (!strcmp(name, outcomes[o]))
			return (enum outcome)o;
	}
	return OUTCOME__MAX;
}

struct inspection inspection_here(const struct ctx *cx, const struct house *e, int64_t room)
{
	int64_t id = id_new();
	return (struct inspection){ .hotel = e->hotel, .id = id, .visit = id, .house = e->id,
		                    .room = room, .at = cx->now, .by = cx->who->account,
		                    .found = -1, .template = SAFETY_VERSION };
}

static bool came_to_nothing(enum outcome o)
{
	return o == OUTCOME_NOBODY_HOME || o == OUTCOME_REFUSED;
}

struct visiting {
	const struct inspect_new *in;
	const char *consent;
	struct hotel h;
	struct house e;
	struct room one; /* of a visit to one room */
	struct room *rooms;
	struct buf told; /* rooms where it was not as registered, for the event */
	int64_t registered, found; /* found -1: nobody was counted anywhere */
	enum outcome worst;        /* of the rooms: what has to be done most */
	bool met;                  /* somebody was, or nobody had to be */
	struct inspect_done done;
};

/* One room as it is registered, with the tasks that are open about it. */
struct door {
	const struct room *r;
	const struct inspect_room *in;
	struct stay *stays;
	struct task *tasks;
	struct inspection row;
	char today[DAY_TEXT];
};

static bool listed(const int64_t *list, size_t n, int64_t stay)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] == stay)
			return true;
	}
	return false;
}

static const struct stay *stay_at(const struct door *d, int64_t stay)
{
	const struct stay *s = d->stays;
	while (s && s->id != stay)
		s = s->next;
	return s;
}

static enum vh_rc refuse(struct ctx *cx, const struct door *d, const char *field, const char *why)
{
	return ctx_fail(cx, VH_INVALID, field, field, "room %s: %s", d->r->no, why);
}

/* Who is registered and was ticked neither as here nor as gone. */
static int64_t unsaid(const struct door *d)
{
	int64_t n = 0;
	for (const struct stay *s = d->stays; s; s = s->next)
		n += stay_is_current(s->state) && !listed(d->in->here, d->in->n_here, s->id) &&
		     !listed(d->in->gone, d->in->n_gone, s->id);
	return n;
}

/* Ticks are about people of this room, each once; a contested stay can be met but not leave. */
static enum vh_rc check_ticks(struct ctx *cx, const struct door *d)
{
	const struct inspect_room *in = d->in;
	if ((in->n_here || in->n_gone) && came_to_nothing(in->outcome))
		return refuse(cx, d, "here", "nobody was met");
	for (size_t i = 0; i < in->n_here; i++) {
		if (!stay_at(d, in->here[i]) || listed(in->here, i, in->here[i]))
			return refuse(cx, d, "here", "this person is not registered here");
	}
	for (size_t i = 0; i < in->n_gone; i++) {
		const struct stay *s = stay_at(d, in->gone[i]);
		if (!s || !stay_is_current(s->state) || listed(in->gone, i, s->id) ||
		    listed(in->here, in->n_here, s->id))
			return refuse(cx, d, "gone", "this person is not registered here, or met");
	}
	/* Who was not ticked was not seen, and is not to be counted as if he was. */
	if (in->ticked && in->n_here && unsaid(d) > 0)
		return refuse(cx, d, "rest", "say of everybody whether he still lives here");
	return VH_OK;
}

/* How many live there, from what was said; -1: nobody could count. */
static enum vh_rc count(struct ctx *cx, struct door *d)
{
	const struct inspect_room *in = d->in;
	int64_t left, n = 0;
	for (const struct stay *s = d->stays; s; s = s->next)
		n += stay_is_current(s->state);
	left = n - (int64_t)in->n_gone;
	d->row.registered = n;
	d->row.found = -1;
	switch (in->outcome) {
	case OUTCOME_AS_REGISTERED:
		if (in->n_gone)
			return refuse(cx, d, "gone", "then it is not as registered");
		d->row.found = n;
		break;
	case OUTCOME_FOUND_FEWER:
		if (!in->n_gone)
			return refuse(cx, d, "gone", "say who has gone");
		d->row.found = left;
		break;
	case OUTCOME_FOUND_MORE:
		d->row.found = in->found ? in->found : left + in->extra;
		if (d->row.found <= left || d->row.found > LIM_CAPACITY * 4)
			return refuse(cx, d, "found", "count more than are registered");
		break;
	case OUTCOME_NOBODY_LIVES:
		if (in->n_here || in->n_gone)
			return refuse(cx, d, "here", "then nobody was met");
		d->row.found = 0;
		break;
	default:
		break;
	}
	return VH_OK;
}

static enum vh_rc check_room(struct ctx *cx, const struct visiting *v, struct door *d)
{
	const struct inspect_room *in = d->in;
	bool inside = v->consent && strcmp(v->consent, "door") != 0;
	enum vh_rc rc = check_ticks(cx, d);
	if (rc == VH_OK)
		rc = count(cx, d);
	if (rc != VH_OK || !in->answers)
		return rc;
	if (came_to_nothing(in->outcome))
		return refuse(cx, d, "items", "nobody went in");
	if (!inside)
		return refuse(cx, d, "consent", "who let you in to look?");
	return safety_write(cx, in->answers, &d->row.items);
}

static enum vh_rc seen(struct ctx *cx, const struct door *d, const int64_t *list, size_t n,
                       const char *what)
{
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; rc == VH_OK && i < n; i++) {
		struct inspection_seen s = { .hotel = d->row.hotel, .inspection = d->row.id,
		                             .stay = list[i], .what = what };
		rc = inspection_seen_insert(cx, &s);
	}
	return rc;
}

static struct task *open_task(const struct door *d, const char *kind, int64_t stay)
{
	for (struct task *t = d->tasks; t; t = t->next) {
		if (t->stay == stay && !strcmp(t->kind, kind))
			return t;
	}
	return NULL;
}

/* Somebody is told to be away until a day: that nobody is there proves nothing about him. */
static bool is_away(const struct door *d, const struct stay *s)
{
	return s->state == STAY_AWAY && s->away_until && strcmp(s->away_until, d->today) >= 0;
}

static bool has_gone(const struct door *d, const struct stay *s)
{
	if (!stay_is_current(s->state))
		return false;
	if (d->in->outcome == OUTCOME_NOBODY_LIVES)
		return !is_away(d, s);
	return listed(d->in->gone, d->in->n_gone, s->id);
}

static enum vh_rc begin(struct ctx *cx, struct visiting *v, const struct door *d,
                        const char *kind, int64_t stay, int64_t want)
{
	struct task t = { .hotel = v->h.id, .kind = kind, .room = d->r->id, .house = v->e.id,
	                  .stay = stay, .want = want };
	bool urgent;
	enum vh_rc rc = deadline_of(cx, &v->h, false, stay ? "out" : "in",
	                            day_of(cx->now, v->h.zone_min), &t.due, &urgent);
	if (rc == VH_OK)
		rc = task_begin(cx, &t, false);
	v->done.tasks += rc == VH_OK;
	return rc;
}

/* 人走未销: a task per person, until he is moved out, or met after all. */
static enum vh_rc skips(struct ctx *cx, struct visiting *v, const struct door *d)
{
	bool all_here = d->in->outcome == OUTCOME_AS_REGISTERED;
	enum vh_rc rc = VH_OK;
	for (const struct stay *s = d->stays; rc == VH_OK && s; s = s->next) {
		struct task *t = open_task(d, "skip", s->id);
		bool met = all_here || listed(d->in->here, d->in->n_here, s->id);
		if (t && met)
			rc = task_end(cx, t, "seen");
		else if (!t && has_gone(d, s))
			rc = begin(cx, v, d, "skip", s->id, 0);
	}
	return rc;
}

/* 人在未登: one task per room, until so many are registered as were counted. */
static enum vh_rc sleeps(struct ctx *cx, struct visiting *v, const struct door *d)
{
	struct task *t = open_task(d, "sleep", 0);
	if (d->in->outcome != OUTCOME_FOUND_MORE)
		return t && d->row.found >= 0 ? task_end(cx, t, "seen") : VH_OK;
	if (!t)
		return begin(cx, v, d, "sleep", 0, d->row.found);
	t->want = d->row.found;
	t->changed = cx->now;
	return task_update(cx, t, t->state);
}

static enum vh_rc hazards(struct ctx *cx, struct visiting *v, const struct room *r,
                          int64_t inspection, const enum answer *answers)
{
	struct hazard_at at = { &v->h, &v->e, r, inspection };
	enum vh_rc rc = VH_OK;
	for (int i = 0; answers && rc == VH_OK && i < SAFE__MAX; i++) {
		if (answers[i] == ANSWER_NO)
			rc = hazard_found(cx, &at, (enum safety)i, &v->done.hazards);
		else if (answers[i] == ANSWER_YES)
			rc = hazard_mended(cx, &at, (enum safety)i, &v->done.mended);
	}
	return rc;
}

static void found(struct buf *b, int64_t n)
{
	if (n >= 0)
		buf_printf(b, ",\"found\":%lld", (long long)n);
	else
		buf_puts(b, ",\"found\":null");
}

static void tell(struct visiting *v, const struct door *d)
{
	if (d->in->outcome == OUTCOME_AS_REGISTERED)
		return;
	buf_printf(&v->told, "%s{\"id\":\"%lld\",\"outcome\":\"%s\",\"registered\":%lld",
	           v->told.n ? "," : "", (long long)d->r->id, d->row.outcome,
	           (long long)d->row.registered);
	found(&v->told, d->row.found);
	buf_putc(&v->told, '}');
}

static void add_up(struct visiting *v, const struct door *d)
{
	static const int rank[OUTCOME__MAX] = {
		[OUTCOME_NOBODY_HOME] = 1, [OUTCOME_REFUSED] = 2,    [OUTCOME_FOUND_FEWER] = 3,
		[OUTCOME_NOBODY_LIVES] = 4, [OUTCOME_FOUND_MORE] = 5,
	};
	v->done.rooms++;
	v->registered += d->row.registered;
	if (d->row.found >= 0)
		v->found = d->row.found + (v->found > 0 ? v->found : 0);
	if (rank[d->in->outcome] > rank[v->worst])
		v->worst = d->in->outcome;
	v->met = v->met || !came_to_nothing(d->in->outcome);
	tell(v, d);
}

static enum vh_rc visit_room(struct ctx *cx, struct visiting *v, const struct room *r,
                             const struct inspect_room *in)
{
	struct door d = { .r = r, .in = in };
	d.row = inspection_here(cx, &v->e, r->id);
	d.row.outcome = outcomes[in->outcome];
	d.row.visit = v->done.visit ? v->done.visit : d.row.id;
	d.row.consent = came_to_nothing(in->outcome) ? NULL : v->consent;
	today_of(cx, &v->h, d.today);
	enum vh_rc rc = stay_list_room(cx, v->h.id, r->id, &d.stays);
	if (rc == VH_OK)
		rc = task_list_room(cx, v->h.id, r->id, &d.tasks);
	if (rc == VH_OK)
		rc = check_room(cx, v, &d);
	if (rc == VH_OK)
		rc = inspection_insert(cx, &d.row);
	if (rc == VH_OK)
		rc = seen(cx, &d, in->here, in->n_here, "here");
	if (rc == VH_OK)
		rc = seen(cx, &d, in->gone, in->n_gone, "gone");
	if (rc == VH_OK)
		rc = skips(cx, v, &d);
	if (rc == VH_OK)
		rc = sleeps(cx, v, &d);
	if (rc == VH_OK)
		rc = hazards(cx, v, r, d.row.id, in->answers);
	if (rc == VH_OK)
		add_up(v, &d);
	v->done.visit = d.row.visit;
	return rc;
}

static const struct inspect_room *said_of(const struct inspect_new *n, int64_t room)
{
	for (size_t i = 0; i < n->n; i++) {
		if (n->rooms[i].room == room)
			return &n->rooms[i];
	}
	return NULL;
}

/* One room of the house, as it is said, as the rest, or not now. */
static enum vh_rc visit_inner(struct ctx *cx, struct visiting *v, const struct room *r,
                              size_t *used)
{
	const struct inspect_new *n = v->in;
	const struct inspect_room rest = { .room = r->id }, *said = said_of(n, r->id);
	bool apart = listed(n->apart, n->n_apart, r->id);
	if (said && apart)
		return VH_OK; /* used once for both: refused below */
	*used += said || apart;
	if (apart || (!said && !n->rest_as_registered))
		return VH_OK;
	return visit_room(cx, v, r, said ? said : &rest);
}

/* Its rooms first, each under the visit's id; then the house itself, with what they add up to. */
static enum vh_rc visit_house(struct ctx *cx, struct visiting *v)
{
	const struct inspect_new *n = v->in;
	size_t used = 0;
	struct inspection row = inspection_here(cx, &v->e, 0);
	enum vh_rc rc = room_list_house(cx, v->h.id, v->e.id, &v->rooms);
	v->done.visit = row.id;
	for (const struct room *r = v->rooms; rc == VH_OK && r; r = r->next)
		rc = visit_inner(cx, v, r, &used);
	if (rc == VH_OK && used != n->n + n->n_apart)
		return ctx_fail(cx, VH_INVALID, "rooms", "rooms",
		                "a room is not of this house, or was said twice");
	if (rc == VH_OK)
		rc = safety_write(cx, n->answers, &row.items);
	row.outcome = outcomes[v->worst];
	row.consent = v->met || !v->done.rooms ? v->consent : NULL;
	row.registered = v->registered;
	row.found = v->found;
	if (rc == VH_OK)
		rc = inspection_insert(cx, &row);
	return rc == VH_OK ? hazards(cx, v, NULL, row.id, n->answers) : rc;
}

static enum vh_rc visit_one(struct ctx *cx, struct visiting *v)
{
	if (!strcmp(v->one.letting, "closed"))
		return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s was closed",
		                v->one.no);
	return visit_room(cx, v, &v->one, &v->in->rooms[0]);
}

static enum vh_rc event(struct ctx *cx, const struct visiting *v)
{
	const struct room *r = v->in->house ? NULL : &v->one;
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_putc(&b, '{');
	data_place(&b, &v->h, &v->e, r);
	buf_printf(&b, ",\"inspection\":{\"id\":\"%lld\",\"outcome\":\"%s\",\"rooms\":%lld",
	           (long long)v->done.visit, outcomes[v->worst], (long long)v->done.rooms);
	buf_printf(&b, ",\"registered\":%lld,\"hazards\":%lld,\"mended\":%lld",
	           (long long)v->registered, (long long)v->done.hazards,
	           (long long)v->done.mended);
	found(&b, v->found);
	buf_printf(&b, ",\"unlike\":[%s]}}", buf_str(&v->told));
	struct deed d = { .hotel = v->h.id, .type = "inspection.done", .subject = "inspections",
	                  .id = v->done.visit, .part = r ? r->id : v->e.id, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) && buf_ok(&v->told) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct visiting *v = arg;
	const struct inspect_new *n = v->in;
	enum vh_rc rc;
	v->done = (struct inspect_done){ 0 };
	v->registered = 0;
	v->found = -1;
	v->worst = OUTCOME_AS_REGISTERED;
	v->met = false;
	buf_init(&v->told, LIM_PAYLOAD);
	if (n->house)
		rc = place_house(cx, ACT_INSPECT, n->hotel, n->house, &v->h, &v->e);
	else
		rc = place_room(cx, ACT_INSPECT, n->hotel, n->rooms[0].room, &v->h, &v->e,
		                &v->one);
	if (rc == VH_OK)
		rc = n->house ? visit_house(cx, v) : visit_one(cx, v);
	if (rc == VH_OK)
		rc = event(cx, v);
	buf_done(&v->told);
	return rc;
}

static enum vh_rc check(struct ctx *cx, const struct inspect_new *n)
{
	if (n->n > LIM_ROOMS_HOUSE || (!n->house && n->n != 1))
		return ctx_fail(cx, VH_INVALID, "rooms", "rooms", "say a house, or one room");
	if (n->consent && !consent_known(n->consent))
		return ctx_fail(cx, VH_INVALID, "consent", "consent",
		                "who let you in: door, occupant or landlord");
	for (size_t i = 0; i < n->n; i++) {
		if (n->rooms[i].outcome >= OUTCOME_RECHECK)
			return ctx_fail(cx, VH_INVALID, "outcome", "outcome",
			                "this is no outcome of a visit");
	}
	return VH_OK;
}

/* A repeated request is answered by how many rooms the first one visited. */
static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	struct visiting *v = arg;
	struct inspection *rows = NULL;
	enum vh_rc rc = inspection_of_visit(cx, v->in->hotel, v->done.visit, &rows);
	v->done = (struct inspect_done){ .visit = v->done.visit };
	for (; rows; rows = rows->next)
		v->done.rooms += rows->room != 0;
	return rc;
}

enum vh_rc inspect_visit(struct ctx *cx, const struct inspect_new *n, struct inspect_done *ret)
{
	struct visiting *v = arena_alloc(cx->a, sizeof *v);
	if (!v)
		return ctx_nomem(cx);
	*v = (struct visiting){ .in = n, .consent = n->consent ? n->consent : "door" };
	enum vh_rc rc = check(cx, n);
	if (rc == VH_OK)
		rc = core_answer(cx, step, again_step, v, &v->done.visit);
	if (rc == VH_OK)
		*ret = v->done;
	return rc;
}
