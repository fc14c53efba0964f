/*
 * Batches of several hotels to several upstreams, a few under way at once. Of one hotel and
 * upstream never more than one, so that the order of a partition key is that of the journal.
 */
#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "vh/date.h"
#include "vh/log.h"

#define LOOK_MS 500 /* the lease is looked at as often while answers are waited for */

/* One hotel to one upstream, in this round. */
struct errand {
	struct way *way;
	size_t at; /* of r->hotel */
	int64_t due;
	enum { ERRAND_READY, ERRAND_FLYING, ERRAND_DONE } state;
};

struct round {
	struct run *r;
	struct errand *list;
	size_t n, first; /* before first all are done */
	bool any;
};

/* --- what there is to do, the most overdue first ---------------------------------------------- */

static int by_id(const void *key, const void *row)
{
	const int64_t *id = key;
	const struct hotel *const *h = row;
	return (*id > (*h)->id) - (*id < (*h)->id);
}

static int by_due(const void *a, const void *b)
{
	const struct errand *x = a, *y = b;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return x->at != y->at ? (x->at < y->at ? -1 : 1) : (x->way > y->way) - (x->way < y->way);
}

static void add_errands(struct round *o, struct way *w, const struct overdue *list)
{
	const struct run *r = o->r;
	for (; list; list = list->next) {
		struct hotel **h = bsearch(&list->hotel, r->hotel, r->hotel_n, sizeof(*h), by_id);
		if (h) /* else it is newer than this run */
			o->list[o->n++] = (struct errand){ .way = w, .due = list->due,
				                           .at = (size_t)(h - r->hotel) };
	}
}

static enum vh_rc plan(struct round *o)
{
	struct run *r = o->r;
	struct ctx cx = *r->cx;
	arena_reset(r->plan);
	cx.a = r->plan;
	cx.now = now_ms();
	o->list = arena_array(r->plan, r->way_n * r->hotel_n + 1, sizeof(*o->list));
	enum vh_rc rc = o->list ? VH_OK : ctx_nomem(&cx);
	for (size_t i = 0; rc == VH_OK && i < r->way_n; i++) {
		struct overdue *list = NULL;
		if (r->way[i].stopped || r->way[i].quiet > cx.now)
			continue;
		rc = outbox_overdue(&cx, r->way[i].up, &list);
		if (rc == VH_OK)
			add_errands(o, &r->way[i], list);
	}
	if (rc != VH_OK)
		r->cx->err = cx.err;
	else if (o->n)
		qsort(o->list, o->n, sizeof(*o->list), by_due);
	return rc;
}

/* --- one turn: claim, send, mark -------------------------------------------------------------- */

static struct slot *free_slot(struct run *r)
{
	for (size_t i = 0; i < LIM_SYNC_FLIGHTS; i++)
		if (!r->slot[i].on)
			return &r->slot[i];
	return NULL;
}

static enum vh_rc make_arena(struct run *r, struct arena **a)
{
	if (!*a)
		*a = arena_new(LIM_ARENA + LIM_SYNC_BATCH * LIM_PAYLOAD);
	if (!*a)
		return ctx_nomem(r->cx);
	arena_reset(*a);
	return VH_OK;
}

/* What was claimed is to be sent. */
static void load(struct round *o, struct slot *t)
{
	struct run *r = o->r;
	struct way *w = t->on->way;
	t->s = (struct sender){ .cx = &t->cx, .opts = r->opts, .up = w->up,
		                .hotel = r->hotel[t->on->at], .keys = &w->keys,
		                .pinned = &w->pinned, .wires = r->wires, .tag = t,
		                .gzip = w->gzip && !w->plain, .sums = &r->sums, .rest = t->list,
		                .profile = w->profile, .secret = w->secret };
	o->any = true;
}

/* All has an answer: the marks, and in the same commit the next claim of the same hotel. */
static enum vh_rc turn(struct round *o, struct slot *t)
{
	struct run *r = o->r;
	struct way *w = t->on->way;
	struct ctx cx = t->cx;
	enum vh_rc rc = make_arena(r, &t->next);
	if (rc != VH_OK)
		return rc;
	cx.a = t->next;
	cx.now = now_ms();
	rc = outbox_turn(&cx, t->list, t->s.attempts, w->up, r->hotel[t->on->at], LIM_SYNC_CLAIM,
	                 &t->list);
	if (rc == VH_OK) {
		t->next = t->a;
		t->a = cx.a;
	}
	t->cx = cx;
	return rc;
}

static enum vh_rc mark(struct slot *t)
{
	struct sender *s = &t->s;
	t->cx.now = now_ms();
	enum vh_rc rc = s->lots ? lots_mark(&t->cx, t->list, s->attempts, s->lots)
	                        : outbox_mark(&t->cx, t->list, s->attempts);
	if (rc == VH_OK)
		t->list = NULL;
	return rc;
}

/* Does the hotel go on at once? Lots go one by one. */
static bool goes_on(const struct round *o, const struct slot *t)
{
	const struct way *w = t->on->way;
	return !t->s.pause && !t->s.stopped && !w->stopped && !w->profile &&
	       w->quiet <= now_ms() && !run_over(o->r);
}

/* Free again, or with the next claim. */
static enum vh_rc land(struct round *o, struct slot *t)
{
	struct run *r = o->r;
	struct way *w = t->on->way;
	struct sender *s = &t->s;
	bool on = goes_on(o, t);
	enum vh_rc rc = on ? turn(o, t) : mark(t);
	if (rc != VH_OK)
		return rc;
	w->until[t->on->at] = s->pause;
	w->stopped |= s->stopped;
	w->silent = s->silent ? w->silent + 1 : 0;
	if (w->silent >= LIM_SYNC_FLIGHTS_EACH)
		w->quiet = s->pause; /* it is down: the other hotels need not find out each alone */
	r->settled += s->settled;
	if (s->settled)
		r->settled_at = t->cx.now;
	send_done(s);
	if (t->list) {
		load(o, t);
	} else {
		w->flying--;
		t->on->state = on || s->pause ? ERRAND_DONE : ERRAND_READY;
		t->on = NULL;
	}
	if (r->opts->tell)
		r->opts->tell(r->opts->arg, &r->sums);
	return VH_OK;
}

/* The next batch of what was claimed; when there is none, the marks of all and what follows. */
static enum vh_rc go_on(struct round *o, struct slot *t)
{
	enum vh_rc rc = VH_OK;
	bool flying = false;
	while (rc == VH_OK && t->on && !flying) {
		t->s.over = run_over(o->r);
		rc = send_next(&t->s, &flying);
		if (rc == VH_OK && !flying)
			rc = land(o, t);
	}
	return rc;
}

static enum vh_rc take_off(struct round *o, struct slot *t, struct errand *on)
{
	struct run *r = o->r;
	struct way *w = on->way;
	enum vh_rc rc = make_arena(r, &t->a);
	if (rc != VH_OK)
		return rc;
	t->cx = *r->cx;
	t->cx.a = t->a;
	t->cx.now = now_ms();
	t->list = NULL;
	int64_t n = w->profile ? LIM_SYNC_BATCH : LIM_SYNC_CLAIM;
	rc = outbox_claim(&t->cx, w->up, r->hotel[on->at], n, &t->list);
	if (rc != VH_OK || !t->list) {
		on->state = ERRAND_DONE;
		return rc;
	}
	t->on = on;
	on->state = ERRAND_FLYING;
	w->flying++;
	load(o, t);
	rc = w->profile ? send_sift(&t->s) : VH_OK;
	return rc == VH_OK ? go_on(o, t) : rc;
}

/* May it go now? What may not go again in this round is done. */
static bool may_go(struct errand *e, int64_t now)
{
	const struct way *w = e->way;
	if (e->state == ERRAND_READY && (w->stopped || w->quiet > now || w->until[e->at] > now))
		e->state = ERRAND_DONE;
	return e->state == ERRAND_READY && w->flying < LIM_SYNC_FLIGHTS_EACH;
}

static enum vh_rc take_off_all(struct round *o, struct slot **ret_at)
{
	struct run *r = o->r;
	enum vh_rc rc = VH_OK;
	int64_t now = now_ms();
	while (o->first < o->n && o->list[o->first].state == ERRAND_DONE)
		o->first++;
	for (size_t i = o->first; rc == VH_OK && i < o->n && !run_over(r); i++) {
		struct slot *t = free_slot(r);
		if (!t)
			break;
		if (!may_go(&o->list[i], now))
			continue;
		*ret_at = t;
		rc = take_off(o, t, &o->list[i]);
	}
	return rc;
}

static size_t flying(const struct run *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->way_n; i++)
		n += r->way[i].flying;
	return n;
}

static enum vh_rc take_answer(struct round *o, struct slot **ret_at)
{
	struct run *r = o->r;
	struct wire_answer answer;
	void *tag = NULL;
	enum vh_rc rc = wires_wait(r->wires, LOOK_MS, &answer, &tag, &r->cx->err);
	if (rc != VH_OK || !tag)
		return rc;
	struct slot *t = *ret_at = tag;
	struct way *w = t->on->way;
	bool packed = t->s.gzip;
	w->gzip |= answer.gzip;
	rc = send_answered(&t->s, &answer);
	w->plain |= packed && !t->s.gzip;
	wire_answer_done(&answer);
	return rc == VH_OK ? go_on(o, t) : rc;
}

static bool any_ready(const struct round *o)
{
	for (size_t i = o->first; i < o->n; i++)
		if (o->list[i].state == ERRAND_READY)
			return true;
	return false;
}

/* Every open upstream and hotel until it has nothing more. *ret_any: something was sent. */
static enum vh_rc make_round(struct run *r, bool *ret_any)
{
	struct round o = { .r = r };
	enum vh_rc rc = plan(&o);
	while (rc == VH_OK) {
		struct slot *t = NULL;
		rc = run_lease(r);
		if (rc == VH_OK)
			rc = take_off_all(&o, &t);
		if (rc == VH_OK && flying(r))
			rc = take_answer(&o, &t);
		else if (rc == VH_OK && (run_over(r) || !any_ready(&o)))
			break;
		if (rc != VH_OK && t && t->cx.err.n)
			r->cx->err = t->cx.err;
	}
	*ret_any = o.any;
	return rc;
}

/* --- lots that upstreams judge later ---------------------------------------------------------- */

static enum vh_rc poll_hotel(struct run *r, struct way *w, const struct hotel *h)
{
	bool any = true;
	enum vh_rc rc = VH_OK;
	while (rc == VH_OK && any && !w->stopped && !run_over(r)) {
		rc = run_lease(r);
		if (rc != VH_OK)
			return rc;
		struct ctx cx = run_step(r);
		struct sender s = { .cx = &cx, .opts = r->opts, .up = w->up, .hotel = h,
			            .keys = &w->keys, .profile = w->profile,
			            .secret = w->secret, .wire = r->wire, .sums = &r->sums };
		any = false;
		rc = send_poll(&s, &any);
		if (rc != VH_OK)
			r->cx->err = cx.err;
		w->stopped |= s.stopped;
		r->settled += s.settled;
		if (s.settled)
			r->settled_at = now_ms();
	}
	return rc;
}

/* One after another: an upstream has few lots open, and is not to be hurried. */
static enum vh_rc poll_all(struct run *r)
{
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; i < r->way_n; i++)
		for (size_t k = 0; rc == VH_OK && r->way[i].profile && k < r->hotel_n; k++)
			rc = poll_hotel(r, &r->way[i], r->hotel[k]);
	return rc;
}

/* --- round after round ------------------------------------------------------------------------ */

struct wake {
	const struct run *r;
	int64_t since, at;
};

static enum vh_rc read_wake(struct ctx *cx, void *arg)
{
	struct wake *w = arg;
	w->at = 0;
	for (size_t i = 0; i < w->r->way_n; i++) {
		const struct way *way = &w->r->way[i];
		int64_t at = 0, lot_at = 0;
		enum vh_rc rc = VH_OK;
		if (!way->stopped)
			rc = delivery_next_after(cx, way->up->id, w->since, &at);
		if (rc == VH_OK && way->profile && !way->stopped)
			rc = lot_next_after(cx, way->up->id, w->since, &lot_at);
		if (rc != VH_OK)
			return rc;
		if (lot_at && (!at || lot_at < at))
			at = lot_at;
		if (at && (!w->at || at < w->at))
			w->at = at;
	}
	return VH_OK;
}

/*
 * The earliest instant after since, when the round began, at which something may go; 0: nothing
 * ever will. What was due then and did not go is held back by a refused one of its key, and not
 * waited for. What fell due while the round was made was not looked at: the instant may be past.
 */
static enum vh_rc next_instant(struct run *r, int64_t since, int64_t *ret)
{
	struct wake w = { .r = r, .since = since };
	struct ctx cx = run_step(r);
	enum vh_rc rc = db_read(&cx, read_wake, &w);
	if (rc == VH_OK)
		*ret = w.at;
	else
		r->cx->err = cx.err;
	return rc;
}

enum vh_rc run_rounds(struct run *r)
{
	for (;;) {
		bool any = false;
		int64_t at = 0, before = r->settled, since = now_ms();
		enum vh_rc rc = poll_all(r);
		if (rc == VH_OK)
			rc = make_round(r, &any);
		if (rc != VH_OK || run_over(r))
			return rc;
		int64_t patience = r->settled_at + r->opts->wait_ms;
		if (r->settled > before || (any && now_ms() < patience))
			continue;
		rc = next_instant(r, since, &at);
		if (rc != VH_OK || !at || at > patience)
			return rc;
		run_nap(r, at);
	}
}
