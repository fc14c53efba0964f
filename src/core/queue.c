/*
 * Lists of stays that wait for somebody. A page takes one row more than it shows, to know whether
 * there is another page; that row's person is not looked at.
 */
#include "vh/queue.h"

#include <string.h>

#include "look_data.h"
#include "page_key.h"
#include "queue_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/store_claim.h"
#include "vh/utf8.h"

static const struct kind {
	const char *name;
	enum stay_queue stays;
	enum act act;
	bool calls, by_day;
} kinds[QUEUE__MAX] = {
	[QUEUE_VERIFY] = { "verify", STAYS_WAITING, ACT_VERIFY, false, false },
	[QUEUE_DECLARED] = { "declared", STAYS_DECLARED, ACT_VERIFY, false, false },
	[QUEUE_SOON] = { "soon", STAYS_SOON, ACT_VERIFY, true, true },
	[QUEUE_OVERDUE] = { "overdue", STAYS_OVERDUE, ACT_VERIFY, true, true },
	[QUEUE_LATE] = { "late", STAYS_LATE, ACT_VERIFY, true, false },
	[QUEUE_AWAY] = { "away", STAYS_AWAY, ACT_VERIFY, false, true },
};

const char *queue_name(enum queue q)
{
	return kinds[q].name;
}

enum queue queue_of(const char *name)
{
	for (int q = 0; name && q < QUEUE__MAX; q++) {
		if (!strcmp(name, kinds[q].name))
			return (enum queue)q;
	}
	return QUEUE__MAX;
}

enum vh_rc queue_span_of(struct ctx *cx, const struct hotel *h, struct queue_span *ret)
{
	int32_t today = day_of(cx->now, h->zone_min);
	char text[2][DAY_TEXT];
	day_format(today, text[0]);
	day_format(today + QUEUE_SOON_DAYS, text[1]);
	*ret = (struct queue_span){ .today = arena_dup(cx->a, text[0]),
		                    .soon = arena_dup(cx->a, text[1]),
		                    .late_after = id_at(cx->now - QUEUE_LATE_DAYS * DAY_MS),
		                    .now = cx->now };
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

struct counting {
	const struct hotel *h;
	struct queue_counts n;
};

static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	struct counting *g = arg;
	struct queue_span span;
	enum vh_rc rc = actor_may(cx, ACT_VERIFY, g->h, 0, 0);
	if (rc == VH_OK)
		rc = queue_span_of(cx, g->h, &span);
	return rc == VH_OK ? queue_count(cx, g->h->id, &span, &g->n) : rc;
}

enum vh_rc look_queue_counts(struct ctx *cx, const struct hotel *h, struct queue_counts *ret)
{
	struct counting g = { .h = h };
	enum vh_rc rc = db_read(cx, count_step, &g);
	if (rc == VH_OK)
		*ret = g.n;
	return rc;
}

/* The day by which a row stands in its list. */
static const char *day_in(enum queue q, const struct stay *s, const char *today)
{
	bool passed = s->until && strcmp(s->until, today) < 0;
	return q == QUEUE_AWAY || (q == QUEUE_OVERDUE && !passed) ? s->away_until : s->until;
}

struct listing {
	const struct hotel *h;
	enum queue q;
	const char *after;
	struct sealed *people;
	struct sealed_to_call *owners; /* of the houses, sealed */
	struct queue_page page;
};

static enum vh_rc start(struct ctx *cx, const struct listing *g, const struct queue_span *span,
                        struct queue_after *ret)
{
	char day[DAY_TEXT] = "";
	int64_t key[2] = { 0 };
	const struct kind *k = &kinds[g->q];
	enum vh_rc rc = page_key_read(cx, g->after, key + !k->by_day, k->by_day ? 2 : 1);
	if (rc != VH_OK)
		return rc;
	if (g->after && k->by_day)
		day_format((int32_t)key[0], day);
	/* What ends today is due soon, what ended yesterday is not. */
	if (!g->after && g->q == QUEUE_SOON) {
		int32_t today;
		if (day_parse(span->today, &today) != VH_OK)
			return VH_IO;
		day_format(today - 1, day);
		key[1] = INT64_MAX;
	}
	*ret = (struct queue_after){ arena_dup(cx->a, day), key[1] };
	return ret->day ? VH_OK : ctx_nomem(cx);
}

/* What stands around a person: his room, his house, who lets it, how he was filed. */
static enum vh_rc around(struct ctx *cx, struct listing *g, const struct stay *s,
                         struct queue_row *r)
{
	struct declared d;
	enum vh_rc rc = room_get(cx, g->h->id, s->room, &r->room);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, r->room.house, &r->house);
	if (rc == VH_OK && kinds[g->q].calls)
		rc = owners_add(cx, &r->house, &g->owners);
	if (rc != VH_OK)
		return rc;
	rc = declared_get(cx, g->h->id, s->id, &d);
	if (rc == VH_OK)
		r->declared = d.state;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc next_key(struct ctx *cx, struct listing *g, const struct stay *last,
                           const char *today)
{
	int64_t key[2] = { 0, last->id };
	int32_t day;
	if (kinds[g->q].by_day) {
		if (day_parse(day_in(g->q, last, today), &day) != VH_OK)
			return ctx_fail(cx, VH_IO, "stay", "until", "a stored day is not a day");
		key[0] = day;
	}
	g->page.next = kinds[g->q].by_day ? page_key_make(cx, key, 2)
	                                  : page_key_make(cx, key + 1, 1);
	return g->page.next ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc rows(struct ctx *cx, struct listing *g, struct stay *stays, const char *today)
{
	struct queue_row **tail = &g->page.rows;
	struct sealed **to = &g->people;
	enum vh_rc rc = VH_OK;
	int n = 0;
	for (const struct stay *s = stays; rc == VH_OK && s; s = s->next) {
		struct queue_row *r = arena_alloc(cx->a, sizeof *r);
		struct sealed *x = arena_alloc(cx->a, sizeof *x);
		if (!r || !x)
			return ctx_nomem(cx);
		rc = sealed_take(cx, s, true, x);
		if (rc == VH_OK)
			rc = around(cx, g, s, r);
		*tail = r;
		tail = &r->next;
		*to = x;
		to = &x->next;
		if (rc == VH_OK && ++n == QUEUE_ROWS && s->next)
			return next_key(cx, g, s, today);
	}
	return rc;
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct queue_span span;
	struct queue_after after;
	struct stay *stays = NULL;
	g->page = (struct queue_page){ 0 };
	g->people = NULL;
	g->owners = NULL;
	enum vh_rc rc = actor_may(cx, kinds[g->q].act, g->h, 0, 0);
	if (rc == VH_OK && role_reach(cx->who->role, kinds[g->q].act) != REACH_SCOPE)
		rc = ctx_fail(cx, VH_DENIED, "role", "", "this list is for the desk");
	if (rc == VH_OK)
		rc = queue_span_of(cx, g->h, &span);
	if (rc == VH_OK)
		rc = start(cx, g, &span, &after);
	if (rc == VH_OK)
		rc = queue_stays(cx, g->h->id, kinds[g->q].stays, &span, &after, QUEUE_ROWS + 1,
		                 &stays);
	return rc == VH_OK ? rows(cx, g, stays, span.today) : rc;
}

/* The opened people onto their rows, which are in the same order. */
static void join(struct queue_row *rows, const struct stay_view *people)
{
	for (; rows && people; rows = rows->next, people = people->next) {
		rows->stay = *people;
		rows->stay.next = NULL;
	}
}

enum vh_rc look_queue(struct ctx *cx, const struct hotel *h, enum queue q, const char *after,
                      struct queue_page *ret)
{
	struct listing g = { .h = h, .q = q, .after = after };
	struct stay_view *people = NULL;
	const char *why = kinds[q].calls ? "calls" : "queue";
	enum vh_rc rc = db_read(cx, list_step, &g);
	if (rc == VH_OK && g.people)
		rc = sealed_show(cx, h->id, g.people, false, why, &people);
	if (rc == VH_OK && g.owners)
		rc = owners_show(cx, h->id, g.owners, g.page.rows);
	if (rc != VH_OK)
		return rc;
	join(g.page.rows, people);
	*ret = g.page;
	return VH_OK;
}
