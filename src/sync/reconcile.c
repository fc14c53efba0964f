#include "vh/sync_reconcile.h"

#include <inttypes.h>
#include <string.h>

#include "query.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/outbox.h"
#include "vh/recover.h"

struct asking {
	struct ctx *cx; /* the caller's: the list of differences lives there */
	const struct reconcile_opts *opts;
	struct wire *wire;
	struct arena *page; /* of one hotel */
	struct reconcile_sums sums;
	struct diff *list, **tail;
	/* the pair at hand */
	const struct upstream *up;
	const struct hotel *h;
	struct query q;
	bool none; /* it answers no questions */
	struct key key;
	struct tally tally; /* its houses and rooms */
};

const char *diff_name(enum diff_kind k)
{
	static const char *const names[] = { "missing_above", "missing_here", "different" };
	return names[k];
}

/* --- one question ----------------------------------------------------------------------------- */

static void mute(struct asking *g, const char *why)
{
	g->sums.mute++;
	LOG(g->none ? LOG_INFO : LOG_WARN, g->none ? "reconcile.none" : "reconcile.mute",
	    KV("upstream", g->up->name), KV("hotel", g->h->area), KV("why", why));
}

/* NULL without a readable answer: the upstream is mute for this hotel. */
static enum vh_rc ask(struct asking *g, struct ctx *cx, const char *question, cJSON **ret)
{
	struct wire_answer answer;
	const char *why = NULL;
	struct err e = { 0 };
	*ret = NULL;
	enum vh_rc rc = query_post(cx, &g->q, g->h->area, question, &answer, &why);
	if (rc == VH_OK && !why && json_parse(answer.body.p, answer.body.n, ret, &e) != VH_OK)
		why = "the answer is no JSON";
	g->none = query_none(&answer);
	if (rc == VH_OK && why)
		mute(g, why);
	wire_answer_done(&answer);
	return rc;
}

/* --- does it have what it accepted? ----------------------------------------------------------- */

static bool has_it(const cJSON *events, int64_t id)
{
	const cJSON *o;
	cJSON_ArrayForEach(o, events)
		if (json_i64(o, "id", 0) == id)
			return json_str(o, "status") && !strcmp(json_str(o, "status"), "accepted");
	return true; /* not answered: not known to be lost */
}

/* Of one page of accepted ones, those that it says it never got. */
static enum vh_rc lost_of(struct asking *g, struct ctx *cx, struct delivery *page,
                          struct delivery **ret_lost, bool *ret_mute)
{
	struct delivery **tail = ret_lost;
	struct buf b;
	cJSON *got = NULL;
	buf_init(&b, LIM_SYNC_BATCH * 32);
	buf_puts(&b, "{\"ids\":[");
	for (const struct delivery *d = page; d; d = d->next)
		buf_printf(&b, "%s\"%" PRId64 "\"", d == page ? "" : ",", d->event);
	buf_puts(&b, "]}");
	enum vh_rc rc = buf_ok(&b) ? ask(g, cx, buf_str(&b), &got) : ctx_nomem(cx);
	buf_done(&b);
	const cJSON *events = cJSON_GetObjectItemCaseSensitive(got, "events");
	*ret_lost = NULL;
	*ret_mute = !cJSON_IsArray(events);
	for (struct delivery *d = page, *next; rc == VH_OK && events && d; d = next) {
		next = d->next;
		if (has_it(events, d->event))
			continue;
		*tail = d;
		tail = &d->next;
		d->next = NULL;
	}
	cJSON_Delete(got);
	return rc;
}

static enum vh_rc resend_lost(struct asking *g)
{
	struct delivery after = { .upstream = g->up->id, .hotel = g->h->id };
	enum vh_rc rc = VH_OK;
	while (rc == VH_OK) {
		struct ctx cx = *g->cx;
		struct delivery *page = NULL, *lost = NULL;
		bool no_answer = false;
		arena_reset(g->page);
		cx.a = g->page;
		cx.now = now_ms();
		rc = outbox_accepted(&cx, &after, LIM_SYNC_BATCH, &page);
		for (const struct delivery *d = page; d; d = d->next) {
			after.epoch = d->epoch;
			after.seq = d->seq;
		}
		if (rc == VH_OK && page)
			rc = lost_of(g, &cx, page, &lost, &no_answer);
		if (rc == VH_OK && lost)
			rc = outbox_lost(&cx, lost);
		for (; rc == VH_OK && lost; lost = lost->next)
			g->sums.resent++;
		if (rc != VH_OK)
			g->cx->err = cx.err;
		if (!page || no_answer)
			break;
	}
	return rc;
}

/* --- do the sums agree? ----------------------------------------------------------------------- */

static enum vh_rc note(struct asking *g, enum diff_kind kind, enum tally_kind what, int64_t id)
{
	if (++g->sums.differ > LIM_DIFFS)
		return VH_OK;
	struct diff *d = arena_alloc(g->cx->a, sizeof *d);
	if (!d)
		return ctx_nomem(g->cx);
	*d = (struct diff){ .upstream = g->up->name, .area = g->h->area, .kind = kind,
		            .what = what, .id = id };
	if (g->opts->repair && kind != DIFF_MISSING_HERE && !g->h->source) {
		enum vh_rc rc = restate(g->cx, g->h->id, what, id);
		if (rc != VH_OK)
			return rc;
		d->repaired = true;
		g->sums.repaired++;
	}
	*g->tail = d;
	g->tail = &d->next;
	return VH_OK;
}

struct theirs {
	int64_t id;
	unsigned char sum[TALLY_BYTES];
	bool seen;
};

static enum vh_rc read_theirs(struct ctx *cx, const cJSON *list, struct theirs **ret, size_t *ret_n)
{
	size_t n = (size_t)cJSON_GetArraySize(list), i = 0;
	struct theirs *t = arena_array(cx->a, n + 1, sizeof *t);
	const cJSON *o;
	if (!t)
		return ctx_nomem(cx);
	cJSON_ArrayForEach(o, list) {
		const char *id = json_str(o, "id"), *sum = json_str(o, "sum");
		if (id && sum && id_parse(id, &t[i].id) == VH_OK &&
		    hex_decode(sum, t[i].sum, TALLY_BYTES) == VH_OK)
			i++;
	}
	*ret = t;
	*ret_n = i;
	return VH_OK;
}

static struct theirs *find(struct theirs *t, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (t[i].id == id)
			return &t[i];
	return NULL;
}

/* One level: what is missing on either side is noted; what differs is looked into, or noted. */
struct level {
	enum tally_kind what;
	const char *member;
	const struct tally_row *row;
	size_t n;
	int64_t in; /* only rows in this one; 0: all */
};
typedef enum vh_rc differs_fn(struct asking *g, struct ctx *cx, int64_t id);

static enum vh_rc compare(struct asking *g, struct ctx *cx, const struct level *l,
                          const char *question, differs_fn *differs)
{
	cJSON *got = NULL;
	struct theirs *t = NULL;
	size_t n = 0;
	enum vh_rc rc = ask(g, cx, question, &got);
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(got, l->member);
	if (rc != VH_OK || !cJSON_IsArray(list)) {
		cJSON_Delete(got);
		return rc;
	}
	rc = read_theirs(cx, list, &t, &n);
	cJSON_Delete(got);
	for (size_t i = 0; rc == VH_OK && i < l->n; i++) {
		const struct tally_row *row = &l->row[i];
		if (l->in && row->in != l->in)
			continue;
		struct theirs *other = find(t, n, row->id);
		if (!other)
			rc = note(g, DIFF_MISSING_ABOVE, l->what, row->id);
		else if (memcmp(other->sum, row->sum, TALLY_BYTES) != 0)
			rc = differs(g, cx, row->id);
		if (other)
			other->seen = true;
	}
	for (size_t i = 0; rc == VH_OK && i < n; i++)
		if (!t[i].seen)
			rc = note(g, DIFF_MISSING_HERE, l->what, t[i].id);
	return rc;
}

static enum vh_rc stay_differs(struct asking *g, struct ctx *cx, int64_t id)
{
	(void)cx;
	return note(g, DIFF_DIFFERENT, TALLY_STAY, id);
}

static enum vh_rc compare_stays(struct asking *g, struct ctx *cx, int64_t room)
{
	struct tally t;
	char *question = arena_printf(cx->a, "{\"stays\":\"%" PRId64 "\"}", room);
	if (!question)
		return ctx_nomem(cx);
	enum vh_rc rc = tally_hotel(cx, g->h->id, &g->key, room, &t);
	if (rc != VH_OK)
		return rc;
	const struct level l = { TALLY_STAY, "stays", t.stay, t.stays, 0 };
	return compare(g, cx, &l, question, stay_differs);
}

/*
 * When no stay of the room explains it, the room's own row is what differs. In memory of its own:
 * many rooms may differ, and each needs the sums of the hotel.
 */
static enum vh_rc room_differs(struct asking *g, struct ctx *cx, int64_t id)
{
	struct ctx own = *cx;
	int64_t before = g->sums.differ;
	own.a = arena_new(LIM_ARENA_IMPORT);
	if (!own.a)
		return ctx_nomem(cx);
	enum vh_rc rc = compare_stays(g, &own, id);
	cx->err = own.err;
	arena_free(own.a);
	return rc == VH_OK && g->sums.differ == before ? note(g, DIFF_DIFFERENT, TALLY_ROOM, id)
	                                               : rc;
}

static enum vh_rc house_differs(struct asking *g, struct ctx *cx, int64_t id)
{
	int64_t before = g->sums.differ;
	char *question = arena_printf(cx->a, "{\"rooms\":\"%" PRId64 "\"}", id);
	if (!question)
		return ctx_nomem(cx);
	const struct level l = { TALLY_ROOM, "rooms", g->tally.room, g->tally.rooms, id };
	enum vh_rc rc = compare(g, cx, &l, question, room_differs);
	return rc == VH_OK && g->sums.differ == before ? note(g, DIFF_DIFFERENT, TALLY_HOUSE, id)
	                                               : rc;
}

static enum vh_rc compare_sums(struct asking *g)
{
	struct ctx cx = *g->cx;
	struct tally *t = &g->tally;
	arena_reset(g->page);
	cx.a = g->page;
	enum vh_rc rc = tally_hotel(&cx, g->h->id, &g->key, 0, t);
	const struct level l = { TALLY_HOUSE, "houses", t->house, t->houses, 0 };
	if (rc == VH_OK)
		rc = compare(g, &cx, &l, "{\"houses\":true}", house_differs);
	if (rc != VH_OK && cx.err.n) /* else it was said in g->cx, while noting */
		g->cx->err = cx.err;
	return rc;
}

/* --- every upstream, every hotel -------------------------------------------------------------- */

static enum vh_rc compare_hotel(struct asking *g)
{
	struct outbox_hotel n;
	struct ctx cx = *g->cx;
	cJSON *got = NULL;
	arena_reset(g->page);
	cx.a = g->page;
	enum vh_rc rc = outbox_hotel(&cx, g->up, g->h, &n);
	if (rc == VH_OK && n.open) {
		g->sums.waiting++;
		return VH_OK;
	}
	if (rc == VH_OK)
		rc = ask(g, &cx, "{\"mark\":true}", &got);
	const cJSON *mark = cJSON_GetObjectItemCaseSensitive(got, "mark");
	bool answered = cJSON_IsObject(mark);
	int64_t events = json_i64(mark, "events", 0);
	cJSON_Delete(got);
	if (rc != VH_OK) {
		g->cx->err = cx.err;
		return rc;
	}
	if (!answered)
		return VH_OK;
	if (events < n.accepted)
		return resend_lost(g);
	g->sums.asked++;
	return compare_sums(g);
}

static enum vh_rc open_pair(struct asking *g, bool *ret_can)
{
	enum vh_rc rc = query_open(g->cx, g->wire, g->up, &g->q, ret_can);
	g->q.connect_ms = g->opts->connect_ms;
	g->q.total_ms = g->opts->total_ms;
	if (rc == VH_OK && *ret_can)
		tally_key(g->q.secret, strcspn(g->q.secret, " "), &g->key);
	return rc;
}

static enum vh_rc each(struct asking *g, const struct world *w)
{
	enum vh_rc rc = VH_OK;
	for (g->up = w->ups; rc == VH_OK && g->up; g->up = g->up->next) {
		if (!query_wants(g->up, g->opts->upstream))
			continue;
		bool can = false;
		g->none = false;
		rc = open_pair(g, &can);
		g->sums.mute += rc == VH_OK && !can;
		int silent = 0;
		for (g->h = w->hotels; can && rc == VH_OK && g->h; g->h = g->h->next) {
			int64_t before = g->sums.mute;
			rc = compare_hotel(g);
			silent = g->sums.mute > before ? silent + 1 : 0;
			can = silent < SILENT_MOST && !g->none;
		}
	}
	return rc;
}

enum vh_rc sync_reconcile(struct ctx *cx, const struct reconcile_opts *opts,
                          struct reconcile_sums *ret, struct diff **ret_list)
{
	struct asking g = { .cx = cx, .opts = opts, .page = arena_new(LIM_ARENA_IMPORT) };
	struct world w = { NULL, NULL };
	bool pending = false;
	g.tail = &g.list;
	enum vh_rc rc = g.page ? recover_pending(cx, &pending) : ctx_nomem(cx);
	/* What is old here would be told as the newest. */
	if (rc == VH_OK && pending && opts->repair)
		rc = recover_first(cx);
	if (rc == VH_OK)
		rc = wire_open(&g.wire, &cx->err);
	if (rc == VH_OK)
		rc = query_world(cx, &w);
	if (rc == VH_OK)
		rc = each(&g, &w);
	wire_close(g.wire);
	arena_free(g.page);
	wipe(&g.q.keys, sizeof g.q.keys);
	wipe(&g.key, sizeof g.key);
	if (rc != VH_OK)
		return rc;
	*ret = g.sums;
	*ret_list = g.list;
	return VH_OK;
}
