#include "send.h"

#include <inttypes.h>
#include <string.h>

#include "folder.h"
#include "post.h"
#include "shape.h"
#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/gzip.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/sync_batch.h"
#include "vh/sync_pin.h"

/* --- what it looks like ----------------------------------------------------------------------- */

static enum vh_rc event_of(struct sender *s, const struct outgoing *o, struct cloud_event *ret)
{
	struct arena *a = s->cx->a;
	char id[ID_TEXT];
	id_format(o->e.id, id);
	*ret = (struct cloud_event){
		.id = arena_dup(a, id),
		.source = arena_printf(a, "/hotels/%s", s->hotel->area),
		.subject = o->e.subject,
		.type = o->e.type,
		.key = arena_printf(a, "%" PRId64, o->e.part),
		.sequence = arena_printf(a, "%" PRId64, o->seq),
		.epoch = arena_printf(a, "%" PRId64, o->epoch),
		.time = o->e.at,
		.data = o->data,
	};
	bool made = ret->id && ret->source && ret->key && ret->sequence && ret->epoch;
	return made ? VH_OK : ctx_nomem(s->cx);
}

static struct shape_place place_of(const struct sender *s)
{
	return (struct shape_place){ s->cx->a, s->hotel->area, s->hotel->zone_min };
}

static bool is_shaped(const struct sender *s)
{
	return s->profile && s->profile->envelope != ENVELOPE_CLOUD;
}

static enum vh_rc render_shaped(struct sender *s, const struct part *p, struct buf *body)
{
	const struct shape_place at = place_of(s);
	struct cloud_event *ev = arena_array(s->cx->a, p->n, sizeof *ev);
	const struct outgoing *o = p->first;
	enum vh_rc rc = ev ? VH_OK : ctx_nomem(s->cx);
	for (size_t i = 0; rc == VH_OK && i < p->n; i++, o = o->next)
		rc = event_of(s, o, &ev[i]);
	return rc == VH_OK ? shape_body(s->profile, &at, ev, p->n, body, &s->cx->err) : rc;
}

static enum vh_rc render(struct sender *s, const struct part *p, struct buf *body)
{
	const struct outgoing *o = p->first;
	if (is_shaped(s))
		return render_shaped(s, p, body);
	batch_open(body);
	for (size_t i = 0; i < p->n; i++, o = o->next) {
		struct cloud_event ev;
		enum vh_rc rc = event_of(s, o, &ev);
		if (rc != VH_OK)
			return rc;
		batch_add(body, &ev);
	}
	batch_close(body);
	return buf_ok(body) ? VH_OK : ctx_fail(s->cx, body->rc, "batch", "", "batch too large");
}

/*
 * The webhook-id is made of what the batch says: the same events give the same id in every attempt,
 * also by another process after this one died.
 */
static char *batch_id(struct sender *s, const struct buf *body)
{
	unsigned char sum[MAC_BYTES];
	char hex[33];
	const struct blob part[] = {
		{ (const unsigned char *)s->up->name, strlen(s->up->name) },
		{ (const unsigned char *)body->p, body->n },
	};
	mac_parts(NULL, part, 2, sum);
	hex_encode(sum, 16, hex);
	return arena_printf(s->cx->a, "vh_%s", hex);
}

enum { WORTH_PACKING = 1024 };

static enum vh_rc post(struct sender *s)
{
	struct post p = { .url = s->up->url, .type = BATCH_TYPE, .area = s->hotel->area,
		          .id = batch_id(s, &s->body), .keys = s->keys,
		          .connect_ms = s->opts->connect_ms, .total_ms = s->opts->total_ms };
	if (!p.id)
		return ctx_nomem(s->cx);
	if (s->profile)
		return shaped_begin(s, p.id);
	buf_init(&s->packed, s->body.n); /* larger packed than plain: as it is */
	if (s->gzip && s->body.n >= WORTH_PACKING)
		p.gzip = gzip_bytes(s->body.p, s->body.n, &s->packed) == VH_OK;
	if (!p.gzip)
		buf_done(&s->packed);
	p.body = p.gzip ? s->packed.p : s->body.p;
	p.n = p.gzip ? s->packed.n : s->body.n;
	return post_begin(s->cx, s->wires, &p, s->tag);
}

/* --- what became of it ------------------------------------------------------------------------ */

static void mark_one(struct outgoing *o, const char *state, int64_t next_at, int status,
                     const char *code, const char *detail)
{
	o->d.state = state;
	o->d.next_at = next_at;
	o->d.status = status;
	o->d.code = code;
	o->d.detail = detail;
}

static void mark_part(const struct part *p, const char *state, int64_t next_at, int status,
                      const char *code, const char *detail)
{
	struct outgoing *o = p->first;
	for (size_t i = 0; i < p->n; i++, o = o->next)
		mark_one(o, state, next_at, status, code, detail);
}

/* When a part may go again: jitter by its attempts, and not before what the upstream asked for. */
static int64_t again_at(const struct part *p, const struct wire_answer *answer)
{
	uint32_t random;
	int64_t now = now_ms(), tries = p->first->d.attempts;
	random_bytes(&random, sizeof(random));
	unsigned n = tries > 1 ? (unsigned)(tries < 64 ? tries - 1 : 63) : 0;
	int64_t pause = backoff_ms(n, BACKOFF_FIRST_MS, BACKOFF_CAP_MS, random);
	int64_t asked = answer ? retry_after_ms(answer->retry_after, now) : -1;
	return now + (asked > pause ? asked : pause);
}

/* An answer about the batch as a whole, or none: everything goes again later. */
static void put_off(struct sender *s, const struct part *p, const struct wire_answer *answer,
                    const char *state)
{
	const char *code = "no_answer", *detail = NULL;
	int64_t at = again_at(p, answer);
	if (answer->verdict == WIRE_ANSWERED)
		code = arena_printf(s->cx->a, "http_%d", answer->status);
	else
		detail = arena_dup(s->cx->a, answer->why);
	if (answer->verdict == WIRE_UNSENT)
		code = "unsent";
	mark_part(p, state, at, answer->status, code, detail);
	s->pause = at;
	LOG(LOG_WARN, "sync.later", KV("upstream", s->up->name), KV("hotel", s->hotel->area),
	    KV("code", code), KN("events", p->n), KV("why", answer->why));
}

/* The upstream may have rotated its key: what follows a pinned one is pinned, once in a run. */
static bool new_keys(struct sender *s)
{
	struct ctx cx = *s->cx;
	if (s->pinned->asked)
		return false;
	s->pinned->asked = true;
	cx.a = s->pinned->a;
	return sync_pin(&cx, s->up->name, &s->pinned->list) == VH_OK;
}

/* An accepted item needs a receipt of a pinned key that is about what was sent: else why not. */
static const char *doubt(struct sender *s, const struct outgoing *o, const struct reply_item *it)
{
	struct cloud_event ev;
	struct err e = { 0 };
	if (!s->pinned->list || (it->state != REPLY_ACCEPTED && it->state != REPLY_DUPLICATE))
		return NULL;
	if (!it->receipt || event_of(s, o, &ev) != VH_OK)
		return "receipt_missing";
	for (;;) {
		enum vh_rc rc = pin_judge(s->cx->a, s->pinned->list, s->hotel->area, s->keys, &ev,
		                          it->receipt, &e);
		if (rc == VH_OK)
			return NULL;
		if (rc != VH_NOTFOUND || !new_keys(s))
			return arena_dup(s->cx->a, err_code(&e));
		err_clear(&e);
	}
}

static void settle_one(struct sender *s, struct outgoing *o, const struct reply_item *it,
                       int status, int64_t again)
{
	const char *why = doubt(s, o, it);
	if (why) {
		mark_one(o, "unknown", again, status, why, NULL);
		LOG(LOG_ERROR, "sync.receipt", KV("upstream", s->up->name),
		    KV("hotel", s->hotel->area), KN("event", o->e.id), KV("code", why));
		return;
	}
	switch (it->state) {
	case REPLY_ACCEPTED:
	case REPLY_DUPLICATE:
		mark_one(o, "accepted", 0, status, it->code, it->detail);
		o->d.receipt = it->receipt;
		*(it->state == REPLY_ACCEPTED ? &s->sums->accepted : &s->sums->duplicate) += 1;
		break;
	case REPLY_REJECTED:
		mark_one(o, "rejected", 0, status, it->code, it->detail);
		s->sums->rejected++;
		break;
	default:
		mark_one(o, "unknown", again, status, "no_result", NULL);
		return;
	}
	o->d.done_at = s->cx->now;
	s->settled = true;
}

/* The right half waits until the left has its answer. */
static enum vh_rc bisect(struct sender *s, const struct part *p)
{
	struct part left = { p->first, p->n / 2 }, right = { p->first, p->n - p->n / 2 };
	for (size_t i = 0; i < left.n; i++)
		right.first = right.first->next;
	if (s->waiting_n + 2 > PARTS_WAITING)
		return ctx_fail(s->cx, VH_LIMIT, "batch", "", "a batch was halved too often");
	s->waiting[s->waiting_n++] = right;
	s->waiting[s->waiting_n++] = left;
	return VH_OK;
}

static void refuse_part(struct sender *s, const struct part *p, int status, const char *code,
                        const char *why)
{
	mark_part(p, "rejected", 0, status, code, why);
	struct outgoing *o = p->first;
	for (size_t i = 0; i < p->n; i++, o = o->next)
		o->d.done_at = s->cx->now;
	s->sums->rejected += (int64_t)p->n;
	s->settled = true;
}

/* --- upstreams of another kind ---------------------------------------------------------------- */

/* Taken under the upstream's own number: what became of each event will be asked. */
static enum vh_rc take_lot(struct sender *s, const struct part *p, int status, const char *name)
{
	const struct profile_lot *how = &s->profile->lot;
	struct lot_sent *l = arena_alloc(s->cx->a, sizeof *l);
	int64_t now = now_ms();
	if (!l)
		return ctx_nomem(s->cx);
	*l = (struct lot_sent){
		.lot = { .upstream = s->up->id, .hotel = s->hotel->id, .id = id_new(), .name = name,
		         .state = "received", .at = now, .next_at = now + how->first_ms },
		.first = p->first, .n = p->n, .next = s->lots,
	};
	s->lots = l;
	mark_part(p, "unknown", now + how->give_up_ms, status, LOT_RECEIVED,
	          arena_printf(s->cx->a, "lot %s", name));
	s->settled = true;
	return VH_OK;
}

/*
 * What an answer of theirs says of the items. *ret_done: it was about the whole, and the events are
 * marked.
 */
static enum vh_rc read_shaped(struct sender *s, const struct part *p,
                              const struct wire_answer *answer, struct reply_item *item,
                              bool *ret_done)
{
	const struct profile *f = s->profile;
	struct err e = { .n = 0 };
	cJSON *tree = NULL;
	const char *why = NULL;
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; i < p->n; i++)
		item[i].state = f->answer.by_status ? REPLY_ACCEPTED : REPLY_UNKNOWN;
	if (f->answer.by_status)
		return VH_OK;
	if (shape_tree(f, answer->body.p, answer->body.n, &tree, &e) != VH_OK)
		return e.rc == VH_NOMEM ? ctx_nomem(s->cx) : VH_OK;
	const char *lot = shape_text(s->cx->a, tree, f->lot.id);
	enum shape_whole whole = shape_read(s->cx->a, &f->answer, tree, item, p->n, &why);
	*ret_done = whole == WHOLE_REFUSED;
	if (whole == WHOLE_REFUSED && p->n > 1)
		rc = bisect(s, p);
	else if (whole == WHOLE_REFUSED)
		refuse_part(s, p, answer->status, "refused", why);
	for (size_t i = 0; f->lot.id && i < p->n; i++)
		item[i].state = REPLY_UNKNOWN;
	if (whole == WHOLE_ITEMS && lot && *lot && strlen(lot) <= LIM_NAME) {
		*ret_done = true;
		rc = take_lot(s, p, answer->status, lot);
	}
	cJSON_Delete(tree);
	return rc;
}

enum vh_rc send_sift(struct sender *s)
{
	const struct shape_place at = place_of(s);
	enum vh_rc rc = VH_OK;
	for (struct outgoing *o = s->rest; rc == VH_OK && o; o = o->next) {
		const struct part one = { o, 1 };
		struct cloud_event ev;
		enum shape_fit fit = SHAPE_FITS;
		const char *why = NULL;
		if (!o->data)
			continue;
		rc = event_of(s, o, &ev);
		if (rc == VH_OK)
			rc = shape_fit(s->profile, &at, &ev, &fit, &why, &s->cx->err);
		if (rc == VH_OK && fit == SHAPE_INCOMPLETE) {
			refuse_part(s, &one, 0, "incomplete", why);
			LOG(LOG_ERROR, "sync.incomplete", KV("upstream", s->up->name),
			    KV("hotel", s->hotel->area), KN("event", o->e.id));
		}
		if (rc == VH_OK && fit == SHAPE_SKIPPED) {
			mark_one(o, "superseded", 0, 0, "skipped", why);
			o->d.done_at = s->cx->now;
			s->settled = true;
		}
	}
	return rc;
}

static enum vh_rc settle(struct sender *s, const struct part *p, const struct wire_answer *answer)
{
	struct reply_item *item = arena_array(s->cx->a, p->n, sizeof(*item));
	struct outgoing *o = p->first;
	if (!item)
		return ctx_nomem(s->cx);
	for (size_t i = 0; i < p->n; i++, o = o->next) {
		char id[ID_TEXT];
		id_format(o->e.id, id);
		item[i].id = arena_dup(s->cx->a, id);
		if (!item[i].id)
			return ctx_nomem(s->cx);
	}
	/* An empty body that does not tell its length may as well be a cut one. */
	bool empty = s->up->empty_accepted && (answer->sized || answer->status == 204);
	bool done = false;
	enum vh_rc rc = VH_OK;
	if (is_shaped(s))
		rc = read_shaped(s, p, answer, item, &done);
	else
		reply_read(s->cx->a, answer->status, answer->body.p, answer->body.n, empty, item,
		           p->n);
	if (rc != VH_OK || done)
		return rc;
	int64_t again = again_at(p, answer);
	size_t open = 0;
	o = p->first;
	for (size_t i = 0; i < p->n; i++, o = o->next) {
		settle_one(s, o, &item[i], answer->status, again);
		open += strcmp(o->d.state, "unknown") == 0;
	}
	if (open == p->n)
		s->pause = again;
	return VH_OK;
}

/* status 0: no answer buried it, its payload is lost. */
static void bury(struct sender *s, const struct part *p, int status)
{
	const char *code = status ? arena_printf(s->cx->a, "http_%d", status) : "payload";
	struct outgoing *o = p->first;
	mark_part(p, "dead", 0, status, code, NULL);
	for (size_t i = 0; i < p->n; i++, o = o->next)
		o->d.done_at = s->cx->now;
	s->sums->dead += (int64_t)p->n;
	s->settled = true;
	LOG(LOG_ERROR, "sync.dead", KV("upstream", s->up->name), KV("hotel", s->hotel->area),
	    KV("code", code), KN("events", p->n));
}

/* Is it what the batch holds that is refused? Then one bad event must not sink the others. */
static bool blames_content(int status)
{
	return status == 400 || status == 413 || status == 422;
}

/*
 * Did the packing spoil it? A proxy that unpacks leaves a digest and a signature of other bytes
 * than arrive; another lets no coded body through. The batch goes again as it is, and the answer
 * to that one counts.
 */
static bool blames_packing(const struct sender *s, int status)
{
	return s->packed.n &&
	       (status == 400 || status == 401 || status == 403 || status == 406 || status == 415);
}

static void go_plain(struct sender *s, const struct part *p, int status)
{
	s->gzip = false;
	s->waiting[s->waiting_n++] = *p; /* there is room: it was taken from there, or from rest */
	LOG(LOG_WARN, "sync.plain", KV("upstream", s->up->name), KV("hotel", s->hotel->area),
	    KN("status", status), KN("events", p->n));
}

static enum vh_rc judge(struct sender *s, const struct part *p, const struct wire_answer *answer)
{
	if (answer->verdict != WIRE_ANSWERED) {
		put_off(s, p, answer, answer->verdict == WIRE_LOST ? "unknown" : "retry");
		return VH_OK;
	}
	if (s->profile && s->profile->out)
		return take_lot(s, p, 0, arena_dup(s->cx->a, buf_str(&answer->body)));
	if (blames_packing(s, answer->status)) {
		go_plain(s, p, answer->status);
		return VH_OK;
	}
	switch (reply_kind(answer->status)) {
	case REPLY_ITEMS:
		return settle(s, p, answer);
	case REPLY_DEAD:
		if (p->n > 1 && blames_content(answer->status))
			return bisect(s, p);
		bury(s, p, answer->status);
		return VH_OK;
	case REPLY_STOP:
		s->stopped = true;
		put_off(s, p, answer, "retry");
		return VH_OK;
	default:
		put_off(s, p, answer, "retry");
		return VH_OK;
	}
}

static int64_t bytes_sent(const struct sender *s)
{
	return (int64_t)(s->packed.n ? s->packed.n : s->body.n);
}

/* One try, as evidence. An attempt is kept in memory until the marks are written. */
static enum vh_rc note_attempt(struct sender *s, const struct part *p,
                               const struct wire_answer *answer)
{
	const struct outgoing *o = p->first;
	struct attempt *a = arena_alloc(s->cx->a, sizeof *a);
	if (!a)
		return ctx_nomem(s->cx);
	*a = (struct attempt){ .upstream = s->up->id, .hotel = s->hotel->id, .id = id_new(),
		               .at = s->began, .ms = now_ms() - s->began, .events = (int64_t)p->n,
		               .bytes = bytes_sent(s), .epoch = o->epoch, .first_seq = o->seq,
		               .status = answer->status, .next = s->attempts };
	a->code = answer->verdict == WIRE_LOST     ? "no_answer"
	          : answer->verdict == WIRE_UNSENT ? "unsent"
	          : answer->status / 100 == 2
	                  ? "ok"
	                  : arena_printf(s->cx->a, "http_%d", answer->status);
	for (size_t i = 0; i < p->n; i++, o = o->next) {
		a->last_seq = o->seq;
		a->accepted += !strcmp(o->d.state, "accepted");
		a->rejected += !strcmp(o->d.state, "rejected");
	}
	s->attempts = a;
	return a->code ? VH_OK : ctx_nomem(s->cx);
}

enum vh_rc send_answered(struct sender *s, const struct wire_answer *answer)
{
	const struct part p = s->flying;
	s->silent = answer->verdict != WIRE_ANSWERED;
	s->sums->sent += answer->verdict == WIRE_UNSENT ? 0 : (int64_t)p.n;
	enum vh_rc rc = judge(s, &p, answer);
	return rc == VH_OK ? note_attempt(s, &p, answer) : rc;
}

/* --- the claimed list, batch by batch --------------------------------------------------------- */

#define ENVELOPE 512 /* what an event weighs around its data, generously */

/*
 * Events that went together before go together again; a batch ends where the next would burst it.
 */
static struct part cut(struct outgoing *from, size_t most)
{
	struct part p = { from, 0 };
	size_t weight = 0;
	for (struct outgoing *o = from; o; o = o->next) {
		weight += ENVELOPE + (o->data ? strlen(o->data) : 0);
		bool fresh = o->d.attempts == 1 && from->d.attempts == 1;
		bool same = o->d.attempts == from->d.attempts && o->d.next_at == from->d.next_at;
		bool sifted = strcmp(o->d.state, "sending") != 0;
		if (p.n && (!(fresh || same) || weight > LIM_SYNC_BODY || !o->data || sifted ||
		            p.n == most))
			break;
		p.n++;
		if (!o->data)
			break; /* alone: there is nothing to send */
	}
	return p;
}

/* Claimed but, after a failure or a stop, not sent in this turn: as they were before the claim. */
static void put_back(const struct part *p, int64_t at)
{
	struct outgoing *o = p->first;
	for (size_t i = 0; i < p->n; i++, o = o->next) {
		o->d.attempts--;
		mark_one(o, o->d.attempts ? "unknown" : "due", at ? at : o->d.next_at,
		         (int)o->d.status, o->d.code, o->d.detail);
	}
}

static bool next_part(struct sender *s, struct part *ret)
{
	if (s->waiting_n) {
		*ret = s->waiting[--s->waiting_n];
		return true;
	}
	while (s->rest && strcmp(s->rest->d.state, "sending") != 0)
		s->rest = s->rest->next;
	if (!s->rest)
		return false;
	*ret = cut(s->rest, s->profile ? s->profile->batch : LIM_SYNC_BATCH);
	for (size_t i = 0; i < ret->n; i++)
		s->rest = s->rest->next;
	return true;
}

/* A folder answers at once. */
static enum vh_rc drop(struct sender *s)
{
	struct wire_answer answer;
	const char *id = batch_id(s, &s->body);
	if (!id)
		return ctx_nomem(s->cx);
	enum vh_rc rc = folder_put(s, id, &s->body, &answer);
	if (rc == VH_OK)
		rc = send_answered(s, &answer);
	wire_answer_done(&answer);
	return rc;
}

/* Each alone was readable, together they are not. */
static enum vh_rc unreadable(struct sender *s, const struct part *p)
{
	const char *why = arena_dup(s->cx->a, err_text(&s->cx->err));
	err_clear(&s->cx->err);
	if (p->n > 1)
		return bisect(s, p);
	refuse_part(s, p, 0, "incomplete", why);
	return VH_OK;
}

static enum vh_rc begin(struct sender *s, const struct part *p, bool *ret_flying)
{
	s->flying = *p;
	s->began = now_ms();
	send_done(s);
	buf_init(&s->body, LIM_SYNC_BODY + 2 * LIM_PAYLOAD);
	enum vh_rc rc = render(s, p, &s->body);
	if (rc == VH_INVALID && is_shaped(s))
		return unreadable(s, p);
	if (rc == VH_OK && s->profile && s->profile->out)
		return drop(s);
	*ret_flying = rc == VH_OK;
	return rc == VH_OK ? post(s) : rc;
}

enum vh_rc send_next(struct sender *s, bool *ret_flying)
{
	struct part p;
	enum vh_rc rc = VH_OK;
	*ret_flying = false;
	while (rc == VH_OK && !*ret_flying && next_part(s, &p)) {
		if (s->stopped || s->pause || s->over)
			put_back(&p, s->pause);
		else if (!p.first->data)
			bury(s, &p, 0);
		else
			rc = begin(s, &p, ret_flying);
	}
	return rc;
}

void send_done(struct sender *s)
{
	buf_done(&s->body);
	buf_done(&s->packed);
}
