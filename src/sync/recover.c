#include "vh/sync_recover.h"

#include <inttypes.h>
#include <string.h>

#include "query.h"
#include "said.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/sync_batch.h"

struct asking {
	struct ctx *cx;
	const struct sync_recover_opts *opts;
	struct query q;
	const struct hotel *h;
	struct recover_from from;
	struct arena *page;
	struct recover_sums sums, of_hotel;
	int64_t asked; /* upstreams */
};

static enum vh_rc take(struct asking *g, struct ctx *cx, const struct cloud_event *ev, size_t n)
{
	struct received_event *in = arena_array(cx->a, n + 1, sizeof *in);
	const char *source = arena_printf(cx->a, "/hotels/%s", g->h->area);
	if (!in || !source)
		return ctx_nomem(cx);
	for (size_t i = 0; i < n; i++) {
		said_event(&ev[i], source, cx->now, &in[i]);
		if (in[i].code)
			return ctx_fail(cx, VH_IO, "answer", "", "%s told %s: %s", g->q.up->name,
			                in[i].code, in[i].detail);
	}
	enum vh_rc rc = recover_take(cx, g->h, &g->from, in, n, &g->of_hotel);
	if (rc == VH_IO && !strcmp(err_code(&cx->err), "answer"))
		rc = ctx_fail(cx, rc, "answer", "", "%s goes back in its answer", g->q.up->name);
	for (size_t i = 0; rc == VH_OK && i < n; i++)
		if (in[i].state == RECEIVE_REJECTED && in[i].code)
			LOG(LOG_WARN, "recover.refused", KV("hotel", g->h->area),
			    KN("event", in[i].id), KV("code", in[i].code));
	return rc;
}

/* One page; the last event's place is where the next one begins (recover_take moves it). */
static enum vh_rc page(struct asking *g, struct ctx *cx, bool *ret_end)
{
	struct wire_answer answer;
	struct cloud_event *ev = NULL;
	const char *why = NULL;
	size_t n = 0;
	char *question = arena_printf(cx->a, "{\"events_after\":{\"epoch\":\"%" PRId64
	                                     "\",\"sequence\":\"%" PRId64 "\"},\"most\":%d}",
	                              g->from.epoch, g->from.seq, LIM_SYNC_BATCH);
	if (!question)
		return ctx_nomem(cx);
	enum vh_rc rc = query_post(cx, &g->q, g->h->area, question, &answer, &why);
	if (rc == VH_OK && why)
		rc = ctx_fail(cx, VH_BUSY, "mute", "upstream", "%s does not answer: %s",
		              g->q.up->name, why);
	if (rc == VH_OK)
		rc = batch_parse(cx->a, answer.body.p, answer.body.n, &ev, &n, &cx->err);
	wire_answer_done(&answer);
	if (rc == VH_OK && n)
		rc = take(g, cx, ev, n);
	*ret_end = !n;
	return rc;
}

static enum vh_rc recover_hotel(struct asking *g)
{
	bool end = false;
	enum vh_rc rc = recover_begin(g->cx, g->h, g->opts->force, &g->from);
	while (rc == VH_OK && g->from.lost && !end) {
		struct ctx cx = *g->cx;
		arena_reset(g->page);
		cx.a = g->page;
		rc = page(g, &cx, &end);
		if (rc != VH_OK)
			g->cx->err = cx.err;
	}
	recover_end(&g->from);
	return rc;
}

static enum vh_rc each(struct asking *g, const struct world *w, struct wire *wire)
{
	enum vh_rc rc = VH_OK;
	for (g->h = w->hotels; rc == VH_OK && g->h; g->h = g->h->next) {
		if (g->h->source)
			continue;
		g->of_hotel = (struct recover_sums){ 0 };
		g->asked = 0;
		for (const struct upstream *up = w->ups; rc == VH_OK && up; up = up->next) {
			bool can = false;
			if (!query_wants(up, g->opts->upstream))
				continue;
			rc = query_open(g->cx, wire, up, &g->q, &can);
			g->q.connect_ms = g->opts->connect_ms;
			g->q.total_ms = g->opts->total_ms;
			g->asked += can;
			if (rc == VH_OK && can)
				rc = recover_hotel(g);
		}
		if (rc == VH_OK && !g->asked)
			rc = ctx_fail(g->cx, VH_NOTFOUND, "upstream", "upstream",
			              "no open upstream can be asked for what was lost");
		if (rc == VH_OK)
			rc = recover_finish(g->cx, g->h, &g->of_hotel);
		if (rc == VH_OK)
			recover_add(&g->sums, &g->of_hotel);
	}
	return rc;
}

enum vh_rc sync_recover(struct ctx *cx, const struct sync_recover_opts *opts,
                        struct recover_sums *ret)
{
	struct asking g = { .cx = cx, .opts = opts, .page = arena_new(LIM_ARENA_IMPORT) };
	struct world w = { NULL, NULL };
	struct wire *wire = NULL;
	enum vh_rc rc = g.page ? wire_open(&wire, &cx->err) : ctx_nomem(cx);
	if (rc == VH_OK)
		rc = query_world(cx, &w);
	if (rc == VH_OK)
		rc = each(&g, &w, wire);
	if (rc == VH_OK)
		rc = recover_settle(cx);
	wire_close(wire);
	arena_free(g.page);
	wipe(&g.q.keys, sizeof g.q.keys);
	if (rc == VH_OK)
		*ret = g.sums;
	return rc;
}
