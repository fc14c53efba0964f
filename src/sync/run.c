#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/log.h"
#include "vh/recover.h"
#include "vh/sync_pin.h"

static bool stopping(const struct run *r)
{
	return r->opts->stop && atomic_load(r->opts->stop);
}

bool run_over(const struct run *r)
{
	return stopping(r) || (r->opts->until && now_ms() >= r->opts->until);
}

void run_nap(const struct run *r, int64_t at)
{
	while (!run_over(r)) {
		int64_t ms = at - now_ms();
		if (ms <= 0)
			return;
		ms = ms < NAP_MS ? ms : NAP_MS;
		nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
	}
}

struct ctx run_step(struct run *r)
{
	struct ctx cx = *r->cx;
	arena_reset(r->scratch);
	cx.a = r->scratch;
	cx.now = now_ms();
	err_clear(&cx.err);
	return cx;
}

/* --- setting out ------------------------------------------------------------------------------ */

struct world {
	const char *name; /* of the one upstream, or NULL */
	struct upstream *ups, one;
	struct hotel *hotels;
};

static enum vh_rc read_world(struct ctx *cx, void *arg)
{
	struct world *w = arg;
	w->one = (struct upstream){ .next = NULL };
	enum vh_rc rc = hotel_list(cx, &w->hotels);
	if (rc != VH_OK || !w->name)
		return rc != VH_OK ? rc : upstream_list(cx, &w->ups);
	rc = upstream_get(cx, w->name, &w->one);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "upstream", "no upstream is named %s", w->name);
	w->ups = &w->one;
	return rc;
}

struct pinned {
	int64_t upstream;
	struct pin *list;
};

static enum vh_rc pins_step(struct ctx *cx, void *arg)
{
	struct pinned *p = arg;
	return pin_list(cx, p->upstream, &p->list);
}

static enum vh_rc open_pins(struct ctx *cx, const struct upstream *up, struct pin **ret)
{
	struct pinned p = { up->id, NULL };
	enum vh_rc rc = db_read(cx, pins_step, &p);
	*ret = p.list;
	return rc;
}

static enum vh_rc open_profile(struct run *r, const struct upstream *up, struct way *ret)
{
	const char *text = NULL;
	enum vh_rc rc = lots_profile(r->cx, up->id, &text);
	if (rc == VH_OK && text)
		rc = profile_parse(r->cx->a, text, &ret->profile, &r->cx->err);
	return rc == VH_OK && text && !r->wire ? wire_open(&r->wire, &r->cx->err) : rc;
}

static enum vh_rc open_way(struct run *r, const struct upstream *up, struct way *ret)
{
	enum vh_rc rc = open_profile(r, up, ret);
	if (rc == VH_OK)
		rc = outbox_secret(r->cx, up, &ret->secret);
	if (rc != VH_OK)
		return rc;
	if (!ret->profile || ret->profile->auth == AUTH_WEBHOOK)
		rc = webhook_keys_parse(r->cx->a, ret->secret, &ret->keys);
	if (rc == VH_INVALID)
		return ctx_fail(r->cx, rc, "secret", "secret", "%s has no usable secret", up->name);
	if (rc != VH_OK)
		return rc;
	ret->up = up;
	ret->pinned.a = r->cx->a;
	rc = open_pins(r->cx, up, &ret->pinned.list);
	if (rc != VH_OK)
		return rc;
	ret->until = arena_array(r->cx->a, r->hotel_n + 1, sizeof(*ret->until));
	return ret->until ? outbox_recover(r->cx, up->id) : ctx_nomem(r->cx);
}

static int by_id(const void *a, const void *b)
{
	const struct hotel *const *x = a, *const *y = b;
	return ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static enum vh_rc line_up(struct run *r, struct hotel *list)
{
	size_t n = 0;
	for (const struct hotel *h = list; h; h = h->next)
		n++;
	r->hotel = arena_array(r->cx->a, n + 1, sizeof(struct hotel *));
	if (!r->hotel)
		return ctx_nomem(r->cx);
	for (struct hotel *h = list; h; h = h->next)
		r->hotel[r->hotel_n++] = h;
	qsort(r->hotel, n, sizeof(struct hotel *), by_id);
	return VH_OK;
}

static enum vh_rc open_ways(struct run *r, struct world *w)
{
	size_t n = 0;
	enum vh_rc rc = line_up(r, w->hotels);
	for (const struct upstream *u = w->ups; u; u = u->next)
		n++;
	if (rc != VH_OK)
		return rc;
	r->way = arena_array(r->cx->a, n + 1, sizeof(*r->way));
	if (!r->way)
		return ctx_nomem(r->cx);
	for (const struct upstream *u = w->ups; rc == VH_OK && u; u = u->next)
		if (strcmp(u->state, "open") == 0)
			rc = open_way(r, u, &r->way[r->way_n++]);
	return rc;
}

enum vh_rc run_lease(struct run *r)
{
	int64_t now = now_ms();
	int64_t ms = LEASE_MS + (r->opts->total_ms ? r->opts->total_ms : TOTAL_MS);
	if (r->leased_until - now > ms - LEASE_MS / 2)
		return VH_OK;
	struct ctx cx = run_step(r);
	enum vh_rc rc = outbox_lease(&cx, r->holder, ms);
	if (rc == VH_OK)
		r->leased_until = now + ms;
	else if (rc == VH_BUSY)
		return ctx_fail(r->cx, rc, "sync_busy", "", "another process is sending");
	else
		r->cx->err = cx.err;
	return rc;
}

/* A sender that died holds its lease for a while yet: wait for it as long as for an upstream. */
static enum vh_rc first_lease(struct run *r)
{
	int64_t patience = now_ms() + r->opts->wait_ms;
	for (;;) {
		enum vh_rc rc = run_lease(r);
		if (rc != VH_BUSY || run_over(r) || now_ms() >= patience)
			return rc;
		err_clear(&r->cx->err);
		run_nap(r, now_ms() + 2 * NAP_MS);
	}
}

/* --- sums ------------------------------------------------------------------------------------- */

static enum vh_rc sum_up(struct run *r)
{
	r->sums.unknown = r->sums.again = r->sums.left = 0;
	for (size_t i = 0; i < r->way_n; i++) {
		struct outbox_counts n;
		struct ctx cx = run_step(r);
		enum vh_rc rc = outbox_left(&cx, r->way[i].up, &n);
		if (rc != VH_OK) {
			r->cx->err = cx.err;
			return rc;
		}
		r->sums.unknown += n.unknown + n.sending;
		r->sums.again += n.due + n.sending + n.unknown + n.retry + n.waiting;
		r->sums.left += n.rejected;
	}
	r->sums.left += r->sums.again;
	return VH_OK;
}

static void holder_name(char out[32])
{
	uint32_t random;
	random_bytes(&random, sizeof(random));
	snprintf(out, 32, "%ld-%08" PRIx32, (long)getpid(), random);
}

static enum vh_rc release(struct run *r, enum vh_rc rc)
{
	struct ctx cx = run_step(r);
	if (!r->leased_until)
		return rc;
	enum vh_rc drop = outbox_release(&cx, r->holder);
	if (drop != VH_OK)
		LOG(LOG_WARN, "sync.lease", KV("code", err_code(&cx.err)));
	return rc; /* a lease that stays runs out by itself */
}

/* A restored registry first says how it goes on. */
static enum vh_rc may_send(struct run *r)
{
	bool pending = false;
	enum vh_rc rc = recover_pending(r->cx, &pending);
	if (rc != VH_OK || !pending)
		return rc;
	return r->opts->as_is ? recover_settle(r->cx) : recover_first(r->cx);
}

static void close_run(struct run *r)
{
	wires_close(r->wires);
	wire_close(r->wire);
	for (size_t i = 0; i < r->way_n; i++)
		profile_done(r->way[i].profile);
	for (size_t i = 0; i < LIM_SYNC_FLIGHTS; i++) {
		send_done(&r->slot[i].s);
		arena_free(r->slot[i].a);
		arena_free(r->slot[i].next);
	}
	arena_free(r->plan);
	arena_free(r->scratch);
}

enum vh_rc sync_run(struct ctx *cx, const struct sync_opts *opts, struct sync_sums *ret)
{
	struct run r = { .cx = cx, .opts = opts };
	struct world world = { .name = opts->upstream };
	holder_name(r.holder);
	r.scratch = arena_new(LIM_ARENA);
	r.plan = arena_new(LIM_ARENA_IMPORT);
	enum vh_rc rc = r.scratch && r.plan ? wires_open(&r.wires, &cx->err) : ctx_nomem(cx);
	if (rc == VH_OK)
		rc = db_read(cx, read_world, &world);
	if (rc == VH_OK)
		rc = may_send(&r);
	if (rc == VH_OK)
		rc = first_lease(&r);
	if (rc == VH_OK)
		rc = open_ways(&r, &world);
	if (rc == VH_OK)
		rc = sum_up(&r);
	r.settled_at = now_ms();
	if (rc == VH_OK)
		rc = run_rounds(&r);
	if (rc == VH_OK)
		rc = sum_up(&r);
	if (r.scratch)
		rc = release(&r, rc);
	close_run(&r);
	r.sums.ways = (int64_t)r.way_n;
	if (rc == VH_OK)
		*ret = r.sums;
	return rc == VH_NOMEM && !cx->err.n ? ctx_nomem(cx) : rc;
}
