#include "vh/outbox.h"

#include <string.h>

#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_source.h"

enum { TAKE_AT_ONCE = 500 };

struct up_add {
	const char *name, *url, *secret;
	bool empty_accepted;
};

static struct place secret_place(int64_t id)
{
	return (struct place){ "upstream", "secret", 0, id };
}

static enum vh_rc seal_secret(struct ctx *cx, int64_t id, const char *text, struct blob *ret)
{
	struct place at = secret_place(id);
	struct key k;
	keys_node(cx->keys, "account", &k);
	enum vh_rc rc = seal_text(cx->a, &k, &at, text, ret);
	wipe(&k, sizeof k);
	return seal_words(cx, rc);
}

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	const struct up_add *a = arg;
	struct upstream had, u = { .id = id_new(), .name = a->name, .url = a->url, .state = "open",
	                           .empty_accepted = a->empty_accepted, .created = cx->now };
	enum vh_rc rc = upstream_get(cx, a->name, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "upstream_there", "name",
		                "there is an upstream %s", a->name);
	if (rc != VH_NOTFOUND)
		return rc;
	rc = seal_secret(cx, u.id, a->secret, &u.secret);
	return rc == VH_OK ? upstream_insert(cx, &u) : rc;
}

enum vh_rc outbox_upstream_add(struct ctx *cx, const char *name, const char *url,
                               const char *secret, bool empty_accepted)
{
	struct up_add a = { name, url, secret, empty_accepted };
	return db_write(cx, add_step, &a);
}

struct up_change {
	const char *name;
	const struct upstream_change *to;
};

static enum vh_rc change_step(struct ctx *cx, void *arg)
{
	const struct up_change *c = arg;
	struct upstream u;
	enum vh_rc rc = upstream_get(cx, c->name, &u);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "name", "there is no upstream %s", c->name);
	if (rc == VH_OK && c->to->secret)
		rc = seal_secret(cx, u.id, c->to->secret, &u.secret);
	if (rc != VH_OK)
		return rc;
	u.url = c->to->url ? c->to->url : u.url;
	u.state = c->to->state ? c->to->state : u.state;
	return upstream_update(cx, &u);
}

enum vh_rc outbox_upstream_change(struct ctx *cx, const char *name,
                                  const struct upstream_change *to)
{
	struct up_change c = { name, to };
	return db_write(cx, change_step, &c);
}

enum vh_rc outbox_secret(struct ctx *cx, const struct upstream *u, const char **ret)
{
	struct place at = secret_place(u->id);
	struct key k;
	char *text = NULL;
	keys_node(cx->keys, "account", &k);
	enum vh_rc rc = open_text(cx->a, &k, &at, u->secret, &text);
	wipe(&k, sizeof k);
	if (rc == VH_OK && !text)
		rc = VH_IO;
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "seal", "secret", "the secret of %s does not open",
		                u->name);
	*ret = text;
	return VH_OK;
}

struct hold {
	const char *holder;
	int64_t ms;
};

static enum vh_rc lease_step(struct ctx *cx, void *arg)
{
	const struct hold *h = arg;
	if (!h->ms)
		return lease_drop(cx, "sync", h->holder);
	enum vh_rc rc = lease_take(cx, "sync", h->holder, cx->now + h->ms);
	if (rc == VH_BUSY)
		return ctx_fail(cx, rc, "sync_busy", "", "another process is sending just now");
	return rc;
}

enum vh_rc outbox_lease(struct ctx *cx, const char *holder, int64_t ms)
{
	struct hold h = { holder, ms };
	return db_write(cx, lease_step, &h);
}

enum vh_rc outbox_release(struct ctx *cx, const char *holder)
{
	struct hold h = { holder, 0 };
	return db_write(cx, lease_step, &h);
}

static enum vh_rc recover_step(struct ctx *cx, void *arg)
{
	struct delivery *list = NULL;
	enum vh_rc rc = delivery_list(cx, *(const int64_t *)arg, "sending", INT32_MAX, &list);
	for (struct delivery *d = list; rc == VH_OK && d; d = d->next) {
		d->state = "unknown";
		d->next_at = cx->now;
		rc = delivery_update(cx, d);
	}
	return rc;
}

enum vh_rc outbox_recover(struct ctx *cx, int64_t upstream)
{
	return db_write(cx, recover_step, &upstream);
}

struct marks {
	const struct outgoing *list;
	const struct attempt *attempts;
};

static enum vh_rc mark_step(struct ctx *cx, void *arg)
{
	const struct marks *m = arg;
	enum vh_rc rc = VH_OK;
	for (const struct outgoing *o = m->list; rc == VH_OK && o; o = o->next)
		rc = delivery_update(cx, &o->d);
	for (const struct attempt *a = m->attempts; rc == VH_OK && a; a = a->next)
		rc = attempt_insert(cx, a);
	return rc;
}

enum vh_rc outbox_mark(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts)
{
	struct marks m = { list, attempts };
	return list ? db_write(cx, mark_step, &m) : VH_OK;
}

struct claim {
	struct marks before; /* written first */
	const struct upstream *u;
	const struct hotel *h;
	int64_t n, got, taken;
	size_t weight, looked; /* bytes of the payloads of those got, of those looked at */
	struct outgoing *list, **end;
};

/* Full at the end of a batch alone, so that the same events would be cut the same way again. */
static bool full(const struct claim *c)
{
	bool enough = c->weight >= LIM_SYNC_CLAIM_BYTES;
	return c->got >= c->n || (enough && c->got % LIM_SYNC_BATCH == 0);
}

/* How its own hotel counts the event; also ours, when an upstream told it to us again. */
static enum vh_rc count_of(struct ctx *cx, const struct hotel *h, struct outgoing *o)
{
	struct received in = { .epoch = o->e.epoch, .seq = o->e.seq };
	bool first = !h->source && o->e.epoch == 1; /* never restored */
	enum vh_rc rc = first ? VH_OK : received_get(cx, h->id, o->e.id, &in);
	if (rc == VH_NOTFOUND && !h->source)
		rc = VH_OK;
	o->epoch = in.epoch;
	o->seq = in.seq;
	return rc;
}

static enum vh_rc add(struct ctx *cx, struct claim *c, const struct delivery *d,
                      const struct event *e)
{
	struct outgoing *o = arena_alloc(cx->a, sizeof *o);
	if (!o)
		return ctx_nomem(cx);
	*o = (struct outgoing){ .d = *d, .e = *e };
	o->d.next = NULL;
	o->e.next = NULL;
	*c->end = o;
	c->end = &o->next;
	c->got++;
	c->weight += e->payload.n;
	return count_of(cx, c->h, o);
}

/* What has a delivery row already: it fell due, or comes again. */
static enum vh_rc claim_open(struct ctx *cx, struct claim *c)
{
	struct delivery *list = NULL;
	enum vh_rc rc = delivery_ready(cx, c->u->id, c->h->id, cx->now, c->n, &list);
	for (struct delivery *d = list; rc == VH_OK && d && !full(c); d = d->next) {
		struct event e;
		d->state = "sending";
		d->attempts++;
		d->sent_at = cx->now;
		rc = event_get(cx, d->hotel, d->epoch, d->seq, &e);
		if (rc == VH_OK)
			rc = delivery_update(cx, d);
		if (rc == VH_OK)
			rc = add(cx, c, d, &e);
	}
	return rc;
}

/* An event above the cursor gets its row: it goes now, or waits for an earlier one of its part. */
static enum vh_rc take(struct ctx *cx, struct claim *c, const struct event *e)
{
	struct delivery d = { .upstream = c->u->id, .hotel = e->hotel, .epoch = e->epoch,
		              .seq = e->seq, .event = e->id, .part = e->part, .state = "due",
		              .next_at = e->at };
	bool held = false;
	enum vh_rc rc = delivery_held(cx, d.upstream, d.hotel, d.part, &held);
	if (rc == VH_OK && !held) {
		d.state = "sending";
		d.attempts = 1;
		d.sent_at = cx->now;
	}
	if (rc == VH_OK)
		rc = delivery_insert(cx, &d);
	return rc == VH_OK && !held ? add(cx, c, &d, e) : rc;
}

static enum vh_rc claim_new(struct ctx *cx, struct claim *c)
{
	int64_t epoch, seq;
	enum vh_rc rc = cursor_get(cx, c->u->id, c->h->id, &epoch, &seq);
	bool more = true;
	while (rc == VH_OK && more && !full(c)) {
		struct event *list = NULL;
		rc = event_after(cx, c->h->id, epoch, seq, LIM_SYNC_BATCH, &list);
		more = list;
		for (struct event *e = list; rc == VH_OK && e && !full(c); e = e->next) {
			rc = take(cx, c, e);
			epoch = e->epoch;
			seq = e->seq;
			c->taken++;
			c->looked += e->payload.n;
		}
		/* Of many that wait for others no more is looked at than memory is meant for. */
		more = more && c->taken < TAKE_AT_ONCE && c->looked < LIM_SYNC_CLAIM_BYTES;
	}
	return rc == VH_OK && c->taken ? cursor_put(cx, c->u->id, c->h->id, epoch, seq) : rc;
}

static enum vh_rc claim_step(struct ctx *cx, void *arg)
{
	struct claim *c = arg;
	struct hotel_keys k; /* into the cache: the payloads are opened outside this step */
	c->got = c->taken = 0;
	c->weight = c->looked = 0;
	c->list = NULL;
	c->end = &c->list;
	enum vh_rc rc = mark_step(cx, &c->before);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, c->h->id, &k);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = claim_open(cx, c);
	return rc == VH_OK && !c->got ? claim_new(cx, c) : rc;
}

enum vh_rc outbox_claim(struct ctx *cx, const struct upstream *u, const struct hotel *h, int64_t n,
                        struct outgoing **ret)
{
	return outbox_turn(cx, NULL, NULL, u, h, n, ret);
}

enum vh_rc outbox_turn(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts,
                       const struct upstream *u, const struct hotel *h, int64_t n,
                       struct outgoing **ret)
{
	struct claim c = { .before = { list, attempts }, .u = u, .h = h, .n = n };
	enum vh_rc rc;
	/* All that was taken may wait for refused ones of its keys: what follows may go. */
	do {
		rc = db_write(cx, claim_step, &c);
		c.before = (struct marks){ NULL, NULL };
	} while (rc == VH_OK && !c.list && c.taken);
	for (struct outgoing *o = c.list; rc == VH_OK && o; o = o->next) {
		char *data = NULL;
		rc = journal_data(cx, &o->e, &data);
		if (rc == VH_IO) { /* one event that was damaged must not stop the others */
			err_clear(&cx->err);
			rc = VH_OK;
		}
		o->data = data;
	}
	if (rc == VH_OK)
		*ret = c.list;
	return rc;
}

struct trying {
	const struct upstream *u;
	const struct hotel *h;
	int64_t after, n;
	struct attempt *list;
};

static enum vh_rc attempts_step(struct ctx *cx, void *arg)
{
	struct trying *t = arg;
	return attempt_list(cx, t->u->id, t->h->id, t->after, t->n, &t->list);
}

enum vh_rc outbox_attempts(struct ctx *cx, const struct upstream *u, const struct hotel *h,
                           int64_t after, int64_t n, struct attempt **ret)
{
	struct trying t = { u, h, after, n, NULL };
	enum vh_rc rc = db_read(cx, attempts_step, &t);
	if (rc == VH_OK)
		*ret = t.list;
	return rc;
}

struct counting {
	const struct upstream *u;
	bool ended; /* those too that ended well */
	struct outbox_counts *ret;
};

static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	struct counting *c = arg;
	struct outbox_counts *n = c->ret;
	const struct {
		const char *state;
		int64_t *to;
	} all[] = { { "accepted", &n->accepted }, { "superseded", &n->superseded },
		    { "due", &n->due },           { "sending", &n->sending },
		    { "unknown", &n->unknown },   { "retry", &n->retry },
		    { "rejected", &n->rejected }, { "dead", &n->dead } };
	size_t most = sizeof all / sizeof *all;
	for (size_t i = c->ended ? 0 : 2; i < most; i++) {
		enum vh_rc rc = delivery_count(cx, c->u->id, all[i].state, all[i].to);
		if (rc != VH_OK)
			return rc;
	}
	enum vh_rc rc = delivery_waiting(cx, c->u->id, &n->waiting);
	return rc == VH_OK ? delivery_next_at(cx, c->u->id, &n->next_at) : rc;
}

enum vh_rc outbox_count(struct ctx *cx, const struct upstream *u, struct outbox_counts *ret)
{
	struct counting c = { u, true, ret };
	memset(ret, 0, sizeof *ret);
	return db_read_long(cx, count_step, &c);
}

enum vh_rc outbox_left(struct ctx *cx, const struct upstream *u, struct outbox_counts *ret)
{
	struct counting c = { u, false, ret };
	memset(ret, 0, sizeof *ret);
	return db_read_long(cx, count_step, &c);
}

struct listing {
	const struct upstream *u;
	const char *state;
	int64_t n, event;
	struct delivery *list;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *l = arg;
	return delivery_list(cx, l->u->id, l->state, l->n, &l->list);
}

enum vh_rc outbox_list(struct ctx *cx, const struct upstream *u, const char *state, int64_t n,
                       struct delivery **ret)
{
	struct listing l = { .u = u, .state = state, .n = n };
	enum vh_rc rc = db_read(cx, list_step, &l);
	if (rc == VH_OK)
		*ret = l.list;
	return rc;
}

static enum vh_rc replay_step(struct ctx *cx, void *arg)
{
	static const char *const states[] = { "dead", "rejected" };
	struct listing *l = arg;
	enum vh_rc rc = VH_OK;
	l->n = 0;
	for (size_t i = 0; rc == VH_OK && i < sizeof states / sizeof *states; i++) {
		struct delivery *list = NULL;
		rc = delivery_list(cx, l->u->id, states[i], INT32_MAX, &list);
		for (struct delivery *d = list; rc == VH_OK && d; d = d->next) {
			if (l->event && d->event != l->event)
				continue;
			d->state = "due";
			d->attempts = 0;
			d->next_at = cx->now;
			d->done_at = 0;
			rc = delivery_update(cx, d);
			l->n++;
		}
	}
	return rc;
}

enum vh_rc outbox_replay(struct ctx *cx, const struct upstream *u, int64_t event, int64_t *ret_n)
{
	struct listing l = { .u = u, .event = event };
	enum vh_rc rc = db_write(cx, replay_step, &l);
	if (rc == VH_OK)
		*ret_n = l.n;
	return rc;
}

static enum vh_rc urgent_step(struct ctx *cx, void *arg)
{
	return delivery_urgent(cx, arg);
}

enum vh_rc outbox_urgent(struct ctx *cx, bool *ret_any)
{
	return db_read(cx, urgent_step, ret_any);
}

struct of_hotel {
	const struct upstream *u;
	const struct hotel *h;
	struct outbox_hotel *ret;
};

static enum vh_rc hotel_step(struct ctx *cx, void *arg)
{
	const struct of_hotel *o = arg;
	int64_t epoch = 0, seq = 0, at, waiting = 0;
	*o->ret = (struct outbox_hotel){ 0 };
	enum vh_rc rc = cursor_get(cx, o->u->id, o->h->id, &epoch, &seq);
	if (rc == VH_OK)
		rc = event_waiting(cx, o->h->id, epoch, seq, &at, &waiting);
	if (rc == VH_OK)
		rc = delivery_settled(cx, o->u->id, o->h->id, &o->ret->accepted, &o->ret->open);
	o->ret->open += waiting;
	return rc;
}

enum vh_rc outbox_hotel(struct ctx *cx, const struct upstream *u, const struct hotel *h,
                        struct outbox_hotel *ret)
{
	struct of_hotel o = { u, h, ret };
	return db_read_long(cx, hotel_step, &o);
}

struct accepted {
	const struct delivery *after;
	int64_t n;
	struct delivery *list;
};

static enum vh_rc accepted_step(struct ctx *cx, void *arg)
{
	struct accepted *a = arg;
	return delivery_page(cx, a->after, "accepted", a->n, &a->list);
}

enum vh_rc outbox_accepted(struct ctx *cx, const struct delivery *after, int64_t n,
                           struct delivery **ret)
{
	struct accepted a = { after, n, NULL };
	enum vh_rc rc = db_read(cx, accepted_step, &a);
	if (rc == VH_OK)
		*ret = a.list;
	return rc;
}

static enum vh_rc lost_step(struct ctx *cx, void *arg)
{
	enum vh_rc rc = VH_OK;
	for (const struct delivery *d = arg; rc == VH_OK && d; d = d->next) {
		struct delivery again = *d;
		again.state = "due";
		again.attempts = 0;
		again.next_at = cx->now;
		again.done_at = 0;
		rc = delivery_update(cx, &again);
	}
	return rc;
}

enum vh_rc outbox_lost(struct ctx *cx, const struct delivery *list)
{
	return list ? db_write(cx, lost_step, (void *)(uintptr_t)list) : VH_OK;
}
