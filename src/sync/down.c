#include "vh/sync_down.h"

#include <inttypes.h>
#include <string.h>

#include "query.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/remark.h"

struct asking {
	struct ctx *cx;
	struct query q;
	const struct hotel *h;
	struct arena *page;
	struct sync_down_sums sums;
	bool none;  /* the upstream at hand answers no questions */
	int silent; /* hotels running, of the upstream at hand */
};

/* --- what it says --- */

static enum vh_rc bad(struct ctx *cx, const struct asking *g, const char *what)
{
	return ctx_fail(cx, VH_IO, "answer", what, "%s tells %s that cannot be read",
	                g->q.up->name, what);
}

static enum vh_rc read_tasks(struct asking *g, struct ctx *cx, const cJSON *list,
                             struct down_cursor *to, struct down_page *p)
{
	size_t most = (size_t)cJSON_GetArraySize(list);
	const cJSON *o;
	p->tasks = arena_array(cx->a, most + 1, sizeof *p->tasks);
	if (!p->tasks)
		return ctx_nomem(cx);
	cJSON_ArrayForEach(o, list) {
		struct down_task *t = &p->tasks[p->n_tasks++];
		*t = (struct down_task){ .id = json_i64(o, "id", 0),
			                 .stay = json_i64(o, "stay", 0),
			                 .open = json_is_true(o, "open") };
		if (t->id <= to->tasks || !t->stay)
			return bad(cx, g, "tasks");
		to->tasks = t->id;
	}
	return VH_OK;
}

static enum vh_rc word_of(struct ctx *cx, const cJSON *o, const char *key, bool required,
                          const char **ret)
{
	return text_take(cx, key, json_str(o, key), LIM_TEXT, required, ret);
}

static enum vh_rc read_look(struct asking *g, struct ctx *cx, const cJSON *o, struct access_row *l)
{
	const char *at = json_str(o, "at");
	*l = (struct access_row){ .id = json_i64(o, "id", 0), .origin = json_i64(o, "origin", 0),
		                  .subject = json_i64(o, "person", 0) };
	if (!at || instant_parse(at, &l->at) != VH_OK || !l->origin || !l->subject)
		return bad(cx, g, "looks");
	enum vh_rc rc = word_of(cx, o, "role", true, &l->role);
	if (rc == VH_OK)
		rc = word_of(cx, o, "fields", true, &l->fields);
	if (rc == VH_OK)
		rc = word_of(cx, o, "reason", true, &l->reason);
	if (rc == VH_OK)
		rc = word_of(cx, o, "request", false, &l->request);
	if (rc == VH_OK)
		rc = word_of(cx, o, "node", false, &l->node);
	if (rc == VH_OK && !l->node)
		l->node = g->q.up->name;
	return rc;
}

static enum vh_rc read_looks(struct asking *g, struct ctx *cx, const cJSON *list,
                             struct down_cursor *to, struct access_row **ret)
{
	struct access_row **tail = ret;
	const cJSON *o;
	*ret = NULL;
	cJSON_ArrayForEach(o, list) {
		struct access_row *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		enum vh_rc rc = read_look(g, cx, o, l);
		if (rc == VH_OK && l->id <= to->looks)
			rc = bad(cx, g, "looks");
		if (rc != VH_OK)
			return rc;
		to->looks = l->id;
		*tail = l;
		tail = &l->next;
	}
	return VH_OK;
}

/* A field that only newer nodes know is told in words like any other matter. */
static const char *field_of(const char *name)
{
	const char *const *f = remark_fields;
	while (f[1] && (!name || strcmp(*f, name) != 0))
		f++;
	return *f;
}

static enum vh_rc read_remark(struct asking *g, struct ctx *cx, const cJSON *o,
                              struct down_remark *r)
{
	const char *at = json_str(o, "at");
	*r = (struct down_remark){ .id = json_i64(o, "id", 0), .origin = json_i64(o, "origin", 0),
		                   .stay = json_i64(o, "stay", 0),
		                   .open = json_is_true(o, "open"),
		                   .field = field_of(json_str(o, "field")) };
	if (!at || instant_parse(at, &r->at) != VH_OK || !r->origin || !r->stay)
		return bad(cx, g, "remarks");
	enum vh_rc rc = word_of(cx, o, "believed", false, &r->believed);
	return rc == VH_OK ? word_of(cx, o, "words", false, &r->words) : rc;
}

static enum vh_rc read_remarks(struct asking *g, struct ctx *cx, const cJSON *list,
                               struct down_cursor *to, struct down_page *p)
{
	size_t most = (size_t)cJSON_GetArraySize(list);
	const cJSON *o;
	p->remarks = arena_array(cx->a, most + 1, sizeof *p->remarks);
	if (!p->remarks)
		return ctx_nomem(cx);
	cJSON_ArrayForEach(o, list) {
		struct down_remark *r = &p->remarks[p->n_remarks++];
		enum vh_rc rc = read_remark(g, cx, o, r);
		if (rc == VH_OK && r->id <= to->remarks)
			rc = bad(cx, g, "remarks");
		if (rc != VH_OK)
			return rc;
		to->remarks = r->id;
	}
	return VH_OK;
}

/* --- asking --- */

static void mute(struct asking *g, const char *why)
{
	g->sums.mute++;
	LOG(g->none ? LOG_INFO : LOG_WARN, g->none ? "down.none" : "down.mute",
	    KV("upstream", g->q.up->name), KV("hotel", g->h->area), KV("why", why));
}

static enum vh_rc read_page(struct asking *g, struct ctx *cx, const cJSON *got,
                            struct down_cursor *to, struct down_page *p)
{
	static const char *const parts[] = { "tasks", "looks", "remarks" };
	const cJSON *list[3];
	for (int i = 0; i < 3; i++) {
		list[i] = cJSON_GetObjectItemCaseSensitive(got, parts[i]);
		if (cJSON_GetArraySize(list[i]) > DOWN_PAGE)
			return bad(cx, g, parts[i]);
	}
	enum vh_rc rc = read_tasks(g, cx, list[0], to, p);
	if (rc == VH_OK)
		rc = read_looks(g, cx, list[1], to, &p->looks);
	return rc == VH_OK ? read_remarks(g, cx, list[2], to, p) : rc;
}

static enum vh_rc take(struct asking *g, struct ctx *cx, const cJSON *got, struct down_cursor *to,
                       bool *ret_more)
{
	struct down_page p = { .looks = NULL };
	const struct down_cursor from = *to;
	enum vh_rc rc = read_page(g, cx, got, to, &p);
	bool unread = rc == VH_IO || rc == VH_INVALID; /* nothing of ours was tried yet */
	*ret_more = to->tasks > from.tasks || to->looks > from.looks || to->remarks > from.remarks;
	if (rc == VH_OK && *ret_more)
		rc = down_take(cx, to, &p, &g->sums.got);
	/* It asks what is not its business, or cannot be read: nothing of it is taken, and the
	 * other upstreams are asked all the same. */
	if (unread || rc == VH_CONFLICT) {
		*ret_more = false;
		*to = from;
		mute(g, err_code(&cx->err));
		err_clear(&cx->err);
		rc = VH_OK;
	}
	return rc;
}

static enum vh_rc page(struct asking *g, struct ctx *cx, struct down_cursor *to, bool *ret_more)
{
	struct wire_answer answer;
	const char *why = NULL;
	cJSON *got = NULL;
	struct err e = { 0 };
	char *question = arena_printf(cx->a, "{\"tasks_after\":\"%" PRId64
	                                     "\",\"looks_after\":\"%" PRId64
	                                     "\",\"remarks_after\":\"%" PRId64 "\"}",
	                              to->tasks, to->looks, to->remarks);
	*ret_more = false;
	if (!question)
		return ctx_nomem(cx);
	enum vh_rc rc = query_post(cx, &g->q, g->h->area, question, &answer, &why);
	g->silent = answer.verdict == WIRE_ANSWERED ? 0 : g->silent + 1;
	if (rc == VH_OK && !why && json_parse(answer.body.p, answer.body.n, &got, &e) != VH_OK)
		why = "the answer is no JSON";
	g->none = query_none(&answer);
	wire_answer_done(&answer);
	if (rc == VH_OK && why)
		mute(g, why);
	if (rc == VH_OK && !why)
		rc = take(g, cx, got, to, ret_more);
	cJSON_Delete(got);
	return rc;
}

static enum vh_rc ask_hotel(struct asking *g)
{
	struct down_cursor to;
	const int64_t mute_before = g->sums.mute, over = g->sums.got.passed_over;
	bool more = true;
	enum vh_rc rc = down_from(g->cx, g->q.up->id, g->h->id, &to);
	/* Who always has more would keep all others waiting: the rest comes with the next round. */
	for (int n = 0; rc == VH_OK && more && n < LIM_DOWN_PAGES; n++) {
		struct ctx cx = *g->cx;
		arena_reset(g->page);
		cx.a = g->page;
		rc = page(g, &cx, &to, &more);
		if (rc != VH_OK)
			g->cx->err = cx.err;
	}
	g->sums.asked += g->sums.mute == mute_before;
	if (g->sums.got.passed_over > over)
		LOG(LOG_WARN, "down.passed_over", KV("upstream", g->q.up->name),
		    KV("hotel", g->h->area), KN("remarks", g->sums.got.passed_over - over));
	return rc;
}

static enum vh_rc each(struct asking *g, const struct world *w, struct wire *wire,
                       const char *upstream)
{
	enum vh_rc rc = VH_OK;
	for (const struct upstream *up = w->ups; rc == VH_OK && up; up = up->next) {
		bool can = false;
		if (!query_wants(up, upstream))
			continue;
		rc = query_open(g->cx, wire, up, &g->q, &can);
		g->sums.mute += rc == VH_OK && !can;
		g->silent = 0;
		g->none = false;
		for (g->h = w->hotels; can && rc == VH_OK && g->h; g->h = g->h->next) {
			rc = ask_hotel(g);
			can = g->silent < SILENT_MOST && !g->none;
		}
	}
	return rc;
}

enum vh_rc sync_down(struct ctx *cx, const char *upstream, struct sync_down_sums *ret)
{
	struct asking g = { .cx = cx, .page = arena_new(LIM_ARENA) };
	struct world w = { NULL, NULL };
	struct wire *wire = NULL;
	enum vh_rc rc = g.page ? wire_open(&wire, &cx->err) : ctx_nomem(cx);
	if (rc == VH_OK)
		rc = query_world(cx, &w);
	if (rc == VH_OK)
		rc = each(&g, &w, wire, upstream);
	wire_close(wire);
	arena_free(g.page);
	wipe(&g.q.keys, sizeof g.q.keys);
	if (rc == VH_OK)
		*ret = g.sums;
	return rc;
}
