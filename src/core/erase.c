#include "vh/erase.h"

#include "erase_data.h"

#include <string.h>

#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_account.h"
#include "vh/store_down.h"
#include "vh/store_people.h"
#include "vh/store_remark.h"
#include "vh/store_stay.h"
#include "vh/store_told.h"
#include "vh/store_visit.h"

enum { CHUNK = 100, RECEIPTS = 500 };
#define NOBODY "*" /* what stands for a name afterwards: nobody can be called so */

struct erasing {
	int64_t hotel, person;
	struct hotel h;
	struct person p;
	struct stay *stays;
	struct erasure row;
	const char *free_from; /* the first day after the time that the hotel keeps data */
};

static const char *last_of(const struct stay *s)
{
	return s->ended ? s->ended : s->since;
}

static enum vh_rc time_over(struct ctx *cx, struct erasing *g)
{
	int32_t last, until, today = day_of(cx->now, g->h.zone_min);
	char text[DAY_TEXT];
	if (!g->h.retention_months)
		return ctx_fail(cx, VH_CONFLICT, "retention_unset", "retention",
		                "this hotel does not say how long it keeps data");
	if (day_parse(g->row.last_day, &last) != VH_OK ||
	    day_add_months(last, (int)g->h.retention_months, &until) != VH_OK)
		return ctx_fail(cx, VH_IO, "stay", "ended", "a stored day is not a day");
	day_format(until + 1, text);
	g->free_from = arena_dup(cx->a, text);
	day_format(until, text);
	if (!g->free_from)
		return ctx_nomem(cx);
	if (today <= until)
		return ctx_fail(cx, VH_CONFLICT, "retention", "person", "this is kept until %s",
		                text);
	g->row.months = g->h.retention_months;
	return VH_OK;
}

static enum vh_rc gone(struct ctx *cx, struct erasing *g)
{
	enum vh_rc rc = stay_list_person(cx, g->hotel, g->person, &g->stays);
	g->row.last_day = "";
	for (const struct stay *s = g->stays; rc == VH_OK && s; s = s->next) {
		if (stay_is_current(s->state) || s->state == STAY_CONTESTED)
			return ctx_fail(cx, VH_CONFLICT, "still_lives", "person",
			                "this person is registered here");
		if (strcmp(last_of(s), g->row.last_day) > 0)
			g->row.last_day = last_of(s);
		g->row.stays++;
	}
	return rc;
}

static enum vh_rc no_dispute(struct ctx *cx, const struct erasing *g)
{
	struct dispute *list = NULL;
	enum vh_rc rc = dispute_of_person(cx, g->hotel, g->person, &list);
	for (const struct dispute *d = list; rc == VH_OK && d; d = d->next) {
		if (!strcmp(d->state, "open"))
			return ctx_fail(cx, VH_CONFLICT, "erase_dispute", "person",
			                "a dispute is open");
	}
	return rc;
}

/* Found before the day after he left. */
static bool in_his_time(const struct erasing *g, const struct stay *s, const struct hazard *z)
{
	int32_t last;
	return day_parse(last_of(s), &last) == VH_OK &&
	       z->found_at < day_start(last + 1, g->h.zone_min);
}

static enum vh_rc no_hazard(struct ctx *cx, const struct erasing *g)
{
	enum vh_rc rc = VH_OK;
	for (const struct stay *s = g->stays; rc == VH_OK && s; s = s->next) {
		struct hazard *list = NULL;
		struct room r;
		rc = room_get(cx, g->hotel, s->room, &r);
		if (rc == VH_OK)
			rc = hazard_open_house(cx, g->hotel, r.house, &list);
		for (const struct hazard *z = list; rc == VH_OK && z; z = z->next) {
			if (z->room == s->room && in_his_time(g, s, z))
				return ctx_fail(cx, VH_CONFLICT, "erase_hazard", "person",
				                "a hazard of his time is open in room %s", r.no);
		}
	}
	return rc;
}

/* Has every upstream that is in use got this event, or refused it for good? */
static enum vh_rc was_sent(struct ctx *cx, const struct upstream *ups, const struct event *e)
{
	struct delivery *sent = NULL;
	enum vh_rc rc = delivery_of_event(cx, e->hotel, e->id, &sent);
	bool waits = false;
	for (const struct upstream *u = ups; rc == VH_OK && u; u = u->next) {
		int64_t epoch, seq;
		if (strcmp(u->state, "open") != 0)
			continue;
		rc = cursor_get(cx, u->id, e->hotel, &epoch, &seq);
		waits = waits || e->epoch > epoch || (e->epoch == epoch && e->seq > seq);
		for (const struct delivery *d = sent; d; d = d->next)
			waits = waits || (d->upstream == u->id && strcmp(d->state, "accepted") &&
			                  strcmp(d->state, "superseded") &&
			                  strcmp(d->state, "dead"));
	}
	if (rc == VH_OK && waits)
		return ctx_fail(cx, VH_CONFLICT, "erase_unsent", "person",
		                "an upstream has not got everything about him yet");
	return rc;
}

static enum vh_rc events_of(struct ctx *cx, const struct stay *s, struct event **ret)
{
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)s->id);
	return subject ? event_of_subject(cx, s->hotel, subject, ret) : ctx_nomem(cx);
}

static enum vh_rc all_sent(struct ctx *cx, const struct erasing *g)
{
	struct upstream *ups = NULL;
	enum vh_rc rc = upstream_list(cx, &ups);
	for (const struct stay *s = g->stays; rc == VH_OK && ups && s; s = s->next) {
		struct event *list = NULL;
		rc = events_of(cx, s, &list);
		for (const struct event *e = list; rc == VH_OK && e; e = e->next)
			rc = was_sent(cx, ups, e);
	}
	return rc;
}

static enum vh_rc may(struct ctx *cx, struct erasing *g)
{
	struct erasure had;
	enum vh_rc rc = hotel_get(cx, g->hotel, &g->h);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_ERASE, &g->h, 0, g->person);
	if (rc == VH_OK)
		rc = person_get(cx, g->hotel, g->person, &g->p);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "person", "there is no such person here");
	if (rc != VH_OK)
		return rc;
	rc = erasure_of_person(cx, g->hotel, g->person, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "erased", "person", "this was done already");
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc check(struct ctx *cx, struct erasing *g)
{
	enum vh_rc rc = may(cx, g);
	if (rc == VH_OK)
		rc = gone(cx, g);
	if (rc == VH_OK)
		rc = time_over(cx, g);
	if (rc == VH_OK)
		rc = no_dispute(cx, g);
	if (rc == VH_OK)
		rc = no_hazard(cx, g);
	return rc == VH_OK ? all_sent(cx, g) : rc;
}

enum vh_rc person_forget(struct ctx *cx, const struct key *k, const struct person *was)
{
	struct person p = { .hotel = was->hotel, .id = was->id, .doc_type = "none",
	                    .name_idx = -1, .tail_idx = -1, .phone_tail = -1,
	                    .version = was->version };
	struct place at = { "person", "name", p.hotel, p.id };
	enum vh_rc rc = seal_text(cx->a, k, &at, NOBODY, &p.name_sealed);
	if (rc != VH_OK)
		return seal_words(cx, rc);
	rc = person_update(cx, &p);
	return rc == VH_OK ? look_above_blank(cx, p.hotel, p.id) : rc;
}

bool person_is_forgotten(const struct person *p)
{
	return p->name_idx == -1;
}

/* Its place in the journal and its digest up there stay; what it said does not. */
static enum vh_rc blank_event(struct ctx *cx, const struct key *k, struct event *e)
{
	struct place at = { "event", "payload", e->hotel, e->id };
	enum vh_rc rc = seal_text(cx->a, k, &at, "{\"erased\":true}", &e->payload);
	return rc == VH_OK ? event_blank(cx, e) : seal_words(cx, rc);
}

enum vh_rc stay_forget(struct ctx *cx, const struct key *k, struct stay *s, int64_t *ret_events)
{
	struct event *list = NULL;
	s->relation = s->reason = NULL;
	s->employer = 0;
	enum vh_rc rc = stay_update(cx, s);
	if (rc == VH_OK)
		rc = task_blank(cx, s->hotel, s->id);
	if (rc == VH_OK)
		rc = remark_blank(cx, s->hotel, s->id);
	if (rc == VH_OK)
		rc = events_of(cx, s, &list);
	for (struct event *e = list; rc == VH_OK && e; e = e->next) {
		rc = blank_event(cx, k, e);
		*ret_events += 1;
	}
	return rc;
}

/* An account that was only his own here ends, and is nobody's: its place alone is nobody's too. */
static enum vh_rc blank_account(struct ctx *cx, int64_t account)
{
	static const char *const secrets[] = { "session", "device", "token", "invite" };
	struct account a;
	struct grant *left = NULL;
	enum vh_rc rc = grant_list(cx, account, &left);
	while (left && !left->person)
		left = left->next;
	if (rc == VH_OK && !left)
		rc = account_get(cx, account, &a);
	if (rc != VH_OK || left)
		return rc;
	a.name = a.phone = a.phone_idx = a.totp = (struct blob){ 0 };
	a.password = a.pin = NULL;
	a.disabled = true;
	rc = account_update(cx, &a);
	for (size_t i = 0; rc == VH_OK && i < sizeof secrets / sizeof *secrets; i++)
		rc = secret_revoke_all(cx, account, secrets[i]);
	return rc;
}

static enum vh_rc blank_bindings(struct ctx *cx, const struct erasing *g)
{
	struct grant *list = NULL;
	enum vh_rc rc = grant_of_person(cx, g->hotel, g->person, &list);
	for (const struct grant *b = list; rc == VH_OK && b; b = b->next) {
		rc = grant_drop(cx, b->id);
		if (rc == VH_OK)
			rc = blank_account(cx, b->account);
	}
	return rc;
}

static enum vh_rc receipt(struct ctx *cx, struct erasing *g)
{
	struct buf b;
	g->row.hotel = g->hotel;
	g->row.id = id_new();
	g->row.person = g->person;
	g->row.why = cx->who->role == ROLE_TENANT ? "asked" : "retention";
	g->row.by = cx->who->account;
	g->row.at = cx->now;
	enum vh_rc rc = erasure_insert(cx, &g->row);
	if (rc != VH_OK)
		return rc;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, g->h.area);
	buf_printf(&b, "},\"person\":{\"id\":\"%lld\",\"erased\":true}", (long long)g->person);
	buf_printf(&b, ",\"erasure\":{\"id\":\"%lld\",\"why\":\"%s\"", (long long)g->row.id,
	           g->row.why);
	buf_printf(&b, ",\"stays\":%lld,\"events\":%lld}}", (long long)g->row.stays,
	           (long long)g->row.events);
	struct deed d = { .hotel = g->hotel, .type = "person.erased", .subject = "persons",
	                  .id = g->person, .part = g->person, .data = buf_str(&b) };
	rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct erasing *g = arg;
	struct hotel_keys k;
	g->row = (struct erasure){ .id = 0 };
	enum vh_rc rc = check(cx, g);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, g->hotel, &k);
	if (rc != VH_OK)
		return rc;
	for (struct stay *s = g->stays; rc == VH_OK && s; s = s->next)
		rc = stay_forget(cx, &k.data, s, &g->row.events);
	if (rc == VH_OK)
		rc = person_forget(cx, &k.data, &g->p);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = dispute_blank(cx, g->hotel, g->person);
	if (rc == VH_OK)
		rc = blank_bindings(cx, g);
	return rc == VH_OK ? receipt(cx, g) : rc;
}

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	struct erasing *g = arg;
	return erasure_of_person(cx, g->hotel, g->person, &g->row);
}

enum vh_rc erase_person(struct ctx *cx, int64_t hotel, int64_t person, struct erasure *ret)
{
	struct erasing *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	*g = (struct erasing){ .hotel = hotel, .person = person };
	enum vh_rc rc = core_answer(cx, step, again_step, g, &g->row.id);
	if (rc == VH_OK)
		*ret = g->row;
	return rc;
}

static enum vh_rc when_step(struct ctx *cx, void *arg)
{
	struct erasing *g = arg;
	g->row = (struct erasure){ .id = 0 };
	g->free_from = NULL;
	return check(cx, g);
}

enum vh_rc erase_when(struct ctx *cx, int64_t hotel, int64_t person, struct erase_when *ret)
{
	struct err kept = cx->err;
	struct erasing *g = arena_alloc(cx->a, sizeof *g);
	const char *code = NULL;
	if (!g)
		return ctx_nomem(cx);
	*g = (struct erasing){ .hotel = hotel, .person = person };
	enum vh_rc rc = db_read(cx, when_step, g);
	if (rc == VH_CONFLICT) {
		code = arena_dup(cx->a, err_code(&cx->err));
		cx->err = kept;
		rc = code ? VH_OK : ctx_nomem(cx);
	}
	if (rc == VH_OK)
		*ret = (struct erase_when){ code, g->free_from, g->h.retention_months };
	return rc;
}

struct telling {
	int64_t hotel, person;
	struct hotel *h;
	struct erasure *ret;
};

static enum vh_rc told_step(struct ctx *cx, void *arg)
{
	const struct telling *g = arg;
	enum vh_rc rc = erasure_of_person(cx, g->hotel, g->person, g->ret);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "receipt", "there is no such receipt");
	return rc == VH_OK ? hotel_get(cx, g->hotel, g->h) : rc;
}

enum vh_rc erase_told(struct ctx *cx, int64_t hotel, int64_t person, struct hotel *ret_hotel,
                      struct erasure *ret)
{
	struct telling g = { hotel, person, ret_hotel, ret };
	return db_read(cx, told_step, &g);
}

/* Of everybody, not of oneself. */
static enum vh_rc may_all(struct ctx *cx, const struct hotel *h)
{
	if (cx->who && role_reach(cx->who->role, ACT_ERASE) == REACH_OWN)
		return ctx_fail(cx, VH_DENIED, "role", "", "this is for the desk");
	return actor_may(cx, ACT_ERASE, h, 0, 0);
}

struct ripe {
	const struct hotel *h;
	char day[DAY_TEXT];
	int64_t after;
	struct left *list;
};

static enum vh_rc ripe_step(struct ctx *cx, void *arg)
{
	struct ripe *r = arg;
	enum vh_rc rc = may_all(cx, r->h);
	return rc == VH_OK ? erasure_ripe(cx, r->h->id, r->day, r->after, CHUNK, &r->list) : rc;
}

/*
 * One of them, in an arena of his own. Whoever cannot be erased must not keep all the others: the
 * first failure is told when everybody had his turn.
 */
static enum vh_rc erase_one(struct ctx *one, const struct ripe *r, int64_t person,
                            struct erase_run *n, struct err *first)
{
	struct erasure done;
	arena_reset(one->a);
	enum vh_rc rc = erase_person(one, r->h->id, person, &done);
	n->erased += rc == VH_OK;
	n->kept += rc == VH_CONFLICT;
	bool his = rc == VH_NOMEM || (rc == VH_IO && !strcmp(err_code(&one->err), "seal"));
	if (his && !n->failed++)
		*first = one->err;
	if (rc != VH_CONFLICT && !his)
		return rc;
	err_clear(&one->err);
	return VH_OK;
}

/* One chunk of people in an arena of its own; *more while there are any. */
static enum vh_rc erase_chunk(struct ctx *cx, struct ctx *one, struct ripe *r, int64_t most,
                              struct erase_run *n, struct err *first, bool *more)
{
	enum vh_rc rc = db_read(cx, ripe_step, r);
	*more = rc == VH_OK && r->list;
	for (const struct left *p = r->list; rc == VH_OK && p && *more; p = p->next) {
		rc = erase_one(one, r, p->person, n, first);
		if (rc != VH_OK)
			cx->err = one->err;
		r->after = p->person;
		*more = !most || n->erased < most;
	}
	return rc;
}

enum vh_rc erase_due(struct ctx *cx, const struct hotel *h, int64_t most, struct erase_run *ret)
{
	struct ripe r = { .h = h };
	struct erase_run n = { 0 };
	struct ctx step_cx = *cx, one = *cx;
	struct err first = { 0 };
	int32_t before;
	bool more = h->retention_months > 0;
	enum vh_rc rc = VH_OK;
	/* Too early by a day or two at most; erase_person decides by the rule. */
	if (day_add_months(day_of(cx->now, h->zone_min), -(int)h->retention_months, &before) !=
	    VH_OK)
		return ctx_fail(cx, VH_INVALID, "retention", "retention", "months from 1 to 1200");
	day_format(before, r.day);
	step_cx.a = arena_new(LIM_ARENA);
	one.a = arena_new(LIM_ARENA);
	rc = step_cx.a && one.a ? VH_OK : ctx_nomem(&step_cx);
	while (rc == VH_OK && more) {
		arena_reset(step_cx.a);
		rc = erase_chunk(&step_cx, &one, &r, most, &n, &first, &more);
	}
	arena_free(one.a);
	arena_free(step_cx.a);
	cx->err = rc == VH_OK && n.failed ? first : step_cx.err;
	*ret = n;
	return rc == VH_OK && n.failed ? first.rc : rc;
}

struct listing {
	const struct hotel *h;
	int64_t before, n;
	struct erasure **ret;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	const struct listing *g = arg;
	enum act act = cx->who && role_reach(cx->who->role, ACT_AUDIT) == REACH_SCOPE ? ACT_AUDIT
	                                                                             : ACT_VERIFY;
	enum vh_rc rc = actor_may(cx, act, g->h, 0, 0);
	return rc == VH_OK ? erasure_list(cx, g->h->id, g->before, g->n, g->ret) : rc;
}

enum vh_rc look_erasures(struct ctx *cx, const struct hotel *h, int64_t before, int64_t n,
                         struct erasure **ret)
{
	struct listing g = { h, before ? before : INT64_MAX, n < 1 || n > RECEIPTS ? RECEIPTS : n,
		             ret };
	return db_read(cx, list_step, &g);
}

struct counting {
	const struct hotel *h;
	int64_t n;
};

static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	struct counting *g = arg;
	char text[DAY_TEXT];
	int32_t day;
	enum vh_rc rc = may_all(cx, g->h);
	if (rc == VH_OK)
		rc = day_add_months(day_of(cx->now, g->h->zone_min),
		                    -(int)g->h->retention_months, &day);
	if (rc != VH_OK)
		return rc;
	day_format(day, text);
	return person_count_past(cx, g->h->id, text, &g->n);
}

enum vh_rc erase_ripe(struct ctx *cx, const struct hotel *h, int64_t *ret_n)
{
	struct counting g = { .h = h };
	enum vh_rc rc = h->retention_months ? db_read_long(cx, count_step, &g) : VH_OK;
	if (rc == VH_OK)
		*ret_n = g.n;
	return rc;
}
