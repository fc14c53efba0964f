#include "vh/sync.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "send.h"
#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/recover.h"
#include "vh/sync_pin.h"

#define LEASE_MS 8000 /* beyond the time of one post: its marks, and a slow disk */
#define TOTAL_MS 30000
#define NAP_MS 100
#define SCRATCH (LIM_ARENA + LIM_SYNC_BATCH * LIM_PAYLOAD)

/* An upstream in this run, with one instant per hotel before which it is left alone. */
struct way {
	const struct upstream *up;
	struct webhook_keys keys;
	struct pinned_keys pinned;
	bool stopped;
	int64_t *until;
};

struct run {
	struct ctx *cx; /* the caller's: what lives as long as the run */
	const struct sync_opts *opts;
	struct arena *scratch; /* of one turn */
	struct wire *wire;
	struct hotel *hotels;
	size_t hotel_n;
	struct way *way;
	size_t way_n;
	char holder[32];
	int64_t leased_until;
	int64_t settled_at; /* when an event last found its end */
	int64_t settled;    /* turns in which one did */
	struct sync_sums sums;
};

static bool stopping(const struct run *r)
{
	return r->opts->stop && atomic_load(r->opts->stop);
}

static void nap_until(const struct run *r, int64_t at)
{
	while (!stopping(r)) {
		int64_t ms = at - now_ms();
		if (ms <= 0)
			return;
		ms = ms < NAP_MS ? ms : NAP_MS;
		nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
	}
}

/* A context for one turn: fresh clock, empty arena. */
static struct ctx turn(struct run *r)
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

static enum vh_rc open_way(struct run *r, const struct upstream *up, struct way *ret)
{
	const char *secret = NULL;
	enum vh_rc rc = outbox_secret(r->cx, up, &secret);
	if (rc == VH_OK)
		rc = webhook_keys_parse(r->cx->a, secret, &ret->keys);
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

static enum vh_rc open_ways(struct run *r, struct world *w)
{
	size_t n = 0;
	enum vh_rc rc = VH_OK;
	for (const struct hotel *h = w->hotels; h; h = h->next)
		r->hotel_n++;
	for (const struct upstream *u = w->ups; u; u = u->next)
		n++;
	r->hotels = w->hotels;
	r->way = arena_array(r->cx->a, n + 1, sizeof(*r->way));
	if (!r->way)
		return ctx_nomem(r->cx);
	for (const struct upstream *u = w->ups; rc == VH_OK && u; u = u->next)
		if (strcmp(u->state, "open") == 0)
			rc = open_way(r, u, &r->way[r->way_n++]);
	return rc;
}

static enum vh_rc keep_lease(struct run *r)
{
	int64_t now = now_ms();
	int64_t ms = LEASE_MS + (r->opts->total_ms ? r->opts->total_ms : TOTAL_MS);
	if (r->leased_until - now > ms - LEASE_MS / 2)
		return VH_OK;
	struct ctx cx = turn(r);
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
		enum vh_rc rc = keep_lease(r);
		if (rc != VH_BUSY || stopping(r) || now_ms() >= patience)
			return rc;
		err_clear(&r->cx->err);
		nap_until(r, now_ms() + 2 * NAP_MS);
	}
}

/* --- one turn: claim, send, mark -------------------------------------------------------------- */

static enum vh_rc take_turn(struct run *r, struct way *w, const struct hotel *h,
                            int64_t *until, bool *ret_any)
{
	struct ctx cx = turn(r);
	struct outgoing *list = NULL;
	struct sender s = { .cx = &cx, .opts = r->opts, .up = w->up, .hotel = h,
		            .keys = &w->keys, .pinned = &w->pinned, .wire = r->wire,
		            .sums = &r->sums };
	enum vh_rc rc = outbox_claim(&cx, w->up, h, LIM_SYNC_BATCH, &list);
	if (rc == VH_OK && list)
		rc = send_claimed(&s, list);
	if (rc == VH_OK && list) {
		cx.now = now_ms();
		rc = outbox_mark(&cx, list, s.attempts);
	}
	if (rc != VH_OK) {
		r->cx->err = cx.err;
		return rc;
	}
	*ret_any = list != NULL;
	*until = s.pause;
	w->stopped = s.stopped;
	r->settled += s.settled;
	if (s.settled)
		r->settled_at = cx.now;
	if (list && r->opts->tell)
		r->opts->tell(r->opts->arg, &r->sums);
	return VH_OK;
}

/* Every open upstream and hotel once. *ret_any: something was sent, so look again at once. */
static enum vh_rc make_round(struct run *r, bool *ret_any)
{
	enum vh_rc rc = VH_OK;
	*ret_any = false;
	for (size_t i = 0; i < r->way_n; i++) {
		struct way *w = &r->way[i];
		size_t at = 0;
		for (const struct hotel *h = r->hotels; h; h = h->next, at++) {
			bool any = false;
			if (w->stopped || stopping(r) || w->until[at] > now_ms())
				continue;
			rc = keep_lease(r);
			if (rc == VH_OK)
				rc = take_turn(r, w, h, &w->until[at], &any);
			if (rc != VH_OK)
				return rc;
			*ret_any |= any;
		}
	}
	return rc;
}

struct wake {
	const struct run *r;
	int64_t at;
};

static enum vh_rc read_wake(struct ctx *cx, void *arg)
{
	struct wake *w = arg;
	w->at = 0;
	for (size_t i = 0; i < w->r->way_n; i++) {
		const struct way *way = &w->r->way[i];
		int64_t at = 0;
		enum vh_rc rc = VH_OK;
		if (!way->stopped)
			rc = delivery_next_after(cx, way->up->id, cx->now, &at);
		if (rc != VH_OK)
			return rc;
		if (at && (!w->at || at < w->at))
			w->at = at;
	}
	return VH_OK;
}

/*
 * The earliest instant at which something may go that may not go now; 0: nothing ever will. What
 * is due and did not go is held back by a refused one of its key, and not waited for.
 */
static enum vh_rc next_instant(struct run *r, int64_t *ret)
{
	struct wake w = { .r = r };
	struct ctx cx = turn(r);
	enum vh_rc rc = db_read(&cx, read_wake, &w);
	if (rc == VH_OK)
		*ret = w.at;
	else
		r->cx->err = cx.err;
	return rc;
}

static enum vh_rc go_round(struct run *r)
{
	for (;;) {
		bool any = false;
		int64_t at = 0, before = r->settled;
		enum vh_rc rc = make_round(r, &any);
		if (rc != VH_OK || stopping(r))
			return rc;
		int64_t patience = r->settled_at + r->opts->wait_ms;
		if (r->settled > before || (any && now_ms() < patience))
			continue;
		rc = next_instant(r, &at);
		if (rc != VH_OK || !at || at > patience)
			return rc;
		nap_until(r, at);
	}
}

/* --- sums ------------------------------------------------------------------------------------- */

static enum vh_rc sum_up(struct run *r)
{
	r->sums.unknown = r->sums.again = r->sums.left = 0;
	for (size_t i = 0; i < r->way_n; i++) {
		struct outbox_counts n;
		struct ctx cx = turn(r);
		enum vh_rc rc = outbox_count(&cx, r->way[i].up, &n);
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
	struct ctx cx = turn(r);
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

enum vh_rc sync_run(struct ctx *cx, const struct sync_opts *opts, struct sync_sums *ret)
{
	struct run r = { .cx = cx, .opts = opts };
	struct world world = { .name = opts->upstream };
	holder_name(r.holder);
	r.scratch = arena_new(SCRATCH);
	enum vh_rc rc = r.scratch ? wire_open(&r.wire, &cx->err) : ctx_nomem(cx);
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
		rc = go_round(&r);
	if (rc == VH_OK)
		rc = sum_up(&r);
	if (r.scratch)
		rc = release(&r, rc);
	wire_close(r.wire);
	arena_free(r.scratch);
	r.sums.ways = (int64_t)r.way_n;
	if (rc == VH_OK)
		*ret = r.sums;
	return rc == VH_NOMEM && !cx->err.n ? ctx_nomem(cx) : rc;
}
