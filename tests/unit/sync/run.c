/*
 * The loop of claim, send and mark against an outbox of plain arrays and a network of plain calls:
 * every outcome of a post, deaths between the steps, and what the upstream then really holds.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "no_lots.h"
#include "no_pins.h"
#include "testdb.h"

#include "vh/date.h"
#include "vh/gzip.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/recover.h"
#include "vh/sync.h"
#include "vh/sync_http.h"
#include "vh/sync_pin.h"
#include "vh/sync_twin.h"

enum { EVENTS = 400, KEYS = 60, POSTS = 4000 };

/* --- the outbox: one hotel and upstream, or a few of each -------------------------------------------------------- */

enum { HOTELS = 30, UPS = 2 };
static struct delivery boxes[UPS][EVENTS], *const box = boxes[0]; /* each upstream gets every event */
static int events, hotels, ups, damaged = -1; /* index of one whose payload cannot be opened */
static bool lease_taken;
static struct hotel hotel[HOTELS];
static struct upstream up[UPS] = {
	{ .id = 9, .name = "district", .url = "https://x.example/", .state = "open" },
	{ .id = 10, .name = "police", .url = "https://y.example/", .state = "open" },
};
static struct upstream *const the_up = &up[0];

static struct delivery *box_of(int64_t upstream)
{
	return boxes[upstream - up[0].id];
}

/* Events lie round robin over the hotels. */
static int index_of(const struct delivery *d)
{
	return (int)((d->seq - 1) * hotels + d->hotel - 1);
}

static bool is(const struct delivery *d, const char *state)
{
	return strcmp(d->state, state) == 0;
}

enum vh_rc hotel_list(struct ctx *cx, struct hotel **ret)
{
	for (int i = 0; i < hotels; i++) {
		hotel[i] = (struct hotel){ .id = i + 1, .next = i + 1 < hotels ? &hotel[i + 1] : NULL };
		hotel[i].area = arena_printf(cx->a, "%012d", i + 1);
	}
	*ret = hotel;
	return VH_OK;
}

enum vh_rc upstream_list(struct ctx *cx, struct upstream **ret)
{
	(void)cx;
	up[0].next = ups > 1 ? &up[1] : NULL;
	*ret = &up[0];
	return VH_OK;
}

enum vh_rc upstream_get(struct ctx *cx, const char *name, struct upstream *ret)
{
	(void)cx;
	if (strcmp(name, the_up->name) != 0)
		return VH_NOTFOUND;
	*ret = *the_up;
	return VH_OK;
}

enum vh_rc outbox_lease(struct ctx *cx, const char *holder, int64_t ms)
{
	(void)cx;
	(void)holder;
	(void)ms;
	return lease_taken ? VH_BUSY : VH_OK;
}

enum vh_rc outbox_recover(struct ctx *cx, int64_t upstream)
{
	struct delivery *d = box_of(upstream);
	for (int i = 0; i < events; i++) {
		if (is(&d[i], "sending")) {
			d[i].state = "unknown";
			d[i].next_at = cx->now;
		}
	}
	return VH_OK;
}

static bool open_for_all(const struct delivery *d)
{
	return is(d, "due") || is(d, "unknown") || is(d, "retry");
}

static bool free_to_go(const struct delivery *all, int i, int64_t now)
{
	const struct delivery *d = &all[i];
	for (int k = 0; k < i; k++)
		if (all[k].hotel == d->hotel && all[k].part == d->part && !is(&all[k], "accepted"))
			return false;
	return open_for_all(d) && d->next_at <= now;
}

enum vh_rc outbox_claim(struct ctx *cx, const struct upstream *u, const struct hotel *h, int64_t n,
                        struct outgoing **ret)
{
	struct outgoing **end = ret;
	struct delivery *all = box_of(u->id);
	assert_string_equal(u->state, "open");
	*ret = NULL;
	for (int i = 0; i < events && n; i++) {
		if (all[i].hotel != h->id || !free_to_go(all, i, cx->now))
			continue;
		struct outgoing *o = arena_alloc(cx->a, sizeof(*o));
		assert_non_null(o);
		all[i].state = "sending";
		all[i].attempts++;
		*o = (struct outgoing){ .d = all[i], .epoch = 1, .seq = all[i].seq,
		                        .data = i == damaged ? NULL : "{\"n\":1}" };
		o->e = (struct event){ .id = all[i].event, .seq = all[i].seq, .part = all[i].part,
			               .type = "t", .subject = "stays/1", .at = 1 };
		*end = o;
		end = &o->next;
		n--;
	}
	return VH_OK;
}

/* The later a hotel's number, the more pressing: not the order of the list. */
enum vh_rc outbox_overdue(struct ctx *cx, const struct upstream *u, struct overdue **ret)
{
	const struct delivery *all = box_of(u->id);
	*ret = NULL;
	for (int h = 1; h <= hotels; h++) {
		bool any = false;
		for (int i = 0; i < events; i++)
			any |= all[i].hotel == h && open_for_all(&all[i]);
		if (!any)
			continue;
		struct overdue *o = arena_alloc(cx->a, sizeof(*o));
		assert_non_null(o);
		*o = (struct overdue){ .hotel = h, .due = 1000 - h, .next = *ret };
		*ret = o;
	}
	return VH_OK;
}

static const char *keep(const char *state)
{
	static const char *const all[] = { "due", "unknown", "retry", "accepted", "rejected", "dead" };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(all[i], state) == 0)
			return all[i];
	fail_msg("marked %s", state);
	return NULL;
}

enum vh_rc outbox_mark(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts)
{
	(void)cx;
	assert_non_null(attempts);
	for (const struct outgoing *o = list; o; o = o->next) {
		struct delivery *d = &box_of(o->d.upstream)[index_of(&o->d)];
		assert_string_equal(d->state, "sending");
		d->state = keep(o->d.state);
		d->next_at = o->d.next_at;
		d->attempts = o->d.attempts;
		d->status = o->d.status;
	}
	return VH_OK;
}

enum vh_rc outbox_turn(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts,
                       const struct upstream *u, const struct hotel *h, int64_t n, struct outgoing **ret)
{
	enum vh_rc rc = outbox_mark(cx, list, attempts);
	return rc == VH_OK ? outbox_claim(cx, u, h, n, ret) : rc;
}

enum vh_rc delivery_next_after(struct ctx *cx, int64_t upstream, int64_t after, int64_t *ret_at)
{
	(void)cx;
	*ret_at = 0;
	for (int i = 0; i < events; i++) {
		const struct delivery *d = &box_of(upstream)[i];
		if (open_for_all(d) && d->next_at > after && (!*ret_at || d->next_at < *ret_at))
			*ret_at = d->next_at;
	}
	return VH_OK;
}

enum vh_rc outbox_left(struct ctx *cx, const struct upstream *u, struct outbox_counts *ret)
{
	(void)cx;
	struct outbox_counts n = { .due = 0 };
	for (int i = 0; i < events; i++) {
		const struct delivery *d = &box_of(u->id)[i];
		n.due += is(d, "due");
		n.sending += is(d, "sending");
		n.unknown += is(d, "unknown");
		n.retry += is(d, "retry");
		n.rejected += is(d, "rejected");
		n.dead += is(d, "dead");
	}
	*ret = n;
	return VH_OK;
}

/* --- the network: what happens to each post is asked of `fate` --------------------------------------------------- */

enum fate { FINE, LOST, UNSENT, HALF, EMPTY, HTML, SLOW_DOWN, DUPED, BAD, DENIED, REDIRECT, DIES };
/* It says that it takes gzip; 0, or how a packed batch is answered all the same. */
static bool says_gzip;
static int gzip_status, packed_posts, plain_posts;
static enum fate (*fate)(int post, const char *body);
static struct book *book;
static int posts;
static char web_id[POSTS][40];
static enum fate played[POSTS];

struct wires { /* what is under way is answered in an order of its own */
	struct {
		bool up, dies;
		int64_t upstream, hotel;
		void *tag;
		struct wire_answer answer;
	} at[LIM_SYNC_FLIGHTS];
	uint32_t die;
};
static struct wires air;
static int most_up, most_up_each[UPS];
static int64_t first_hotel; /* whose batch began first */

enum vh_rc wires_open(struct wires **ret, struct err *e)
{
	(void)e;
	air = (struct wires){ .die = 7 };
	*ret = &air;
	return VH_OK;
}

void wires_close(struct wires *w)
{
	for (int i = 0; w && i < LIM_SYNC_FLIGHTS; i++)
		if (w->at[i].up)
			wire_answer_done(&w->at[i].answer);
}

void wire_answer_done(struct wire_answer *answer)
{
	buf_done(&answer->body);
}

/* What the other side does with a batch that reaches it. */
static void take(const struct wire_post *post, enum fate f, struct buf *body)
{
	struct arena *a = arena_new(1 << 20);
	struct webhook_keys keys;
	struct cloud_event *ev = NULL;
	size_t n = 0;
	struct err e = { .n = 0 };
	const struct webhook_headers h = { header(post, "webhook-id"), header(post, "webhook-timestamp"),
		                           header(post, "webhook-signature") };
	assert_int_equal(webhook_keys_parse(a, SECRET, &keys), VH_OK);
	assert_int_equal(webhook_verify(a, &keys, &h, post->body, post->n, now_ms() / 1000), VH_OK);
	assert_int_equal(strlen(header(post, "Vhotel-Source")), 12);
	assert_int_equal(content_digest_check(a, header(post, "Content-Digest"), post->body, post->n), VH_OK);
	struct buf plain;
	buf_init(&plain, LIM_BODY_BATCH);
	if (is_packed(post))
		assert_int_equal(gunzip_bytes(post->body, post->n, &plain), VH_OK);
	else
		buf_add(&plain, post->body, post->n);
	assert_int_equal(batch_parse(a, buf_str(&plain), plain.n, &ev, &n, &e), VH_OK);
	buf_done(&plain);
	for (size_t i = 0; i < n; i++) /* one event of a key in flight */
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(ev[i].key, ev[k].key);
	buf_puts(body, "{\"results\":[");
	for (size_t i = 0; i < (f == HALF ? n / 2 : n); i++) {
		enum reply_state state = REPLY_UNKNOWN;
		assert_int_equal(book_take(book, &ev[i], &state), VH_OK);
		for (int k = 0; k < (f == DUPED ? 2 : 1); k++)
			buf_printf(body, "%s{\"id\":\"%s\",\"status\":\"%s\"}", i || k ? "," : "", ev[i].id,
			           state == REPLY_ACCEPTED ? "accepted" : "duplicate");
	}
	buf_puts(body, "]}");
	arena_free(a);
}

static struct wire_answer answer_of(const struct wire_post *post, enum fate f)
{
	struct wire_answer ret = { .verdict = WIRE_ANSWERED, .status = 200, .headers = true, .sized = true };
	static const int status[] = { [HTML] = 503, [SLOW_DOWN] = 429, [BAD] = 422, [DENIED] = 401, [REDIRECT] = 307 };
	ret.gzip = says_gzip;
	*(is_packed(post) ? &packed_posts : &plain_posts) += 1;
	buf_init(&ret.body, LIM_REPLY);
	if (is_packed(post) && gzip_status)
		ret.status = gzip_status;
	else if (f == FINE || f == LOST || f == HALF || f == EMPTY || f == DUPED || f == DIES)
		take(post, f, &ret.body);
	else if (f == UNSENT)
		ret.verdict = WIRE_UNSENT;
	else
		ret.status = status[f];
	if (f == LOST || f == DIES)
		ret.verdict = WIRE_LOST;
	if (f == LOST || f == EMPTY || f == DIES)
		buf_reset(&ret.body);
	if (f == SLOW_DOWN)
		snprintf(ret.retry_after, sizeof(ret.retry_after), "-1");
	return ret;
}

/* Batches fly together: nothing is posted alone. */
enum vh_rc wire_post(struct wire *w, const struct wire_post *post, struct wire_answer *ret, struct err *e)
{
	(void)w, (void)ret, (void)e;
	fail_msg("posted alone to %s", post->url);
	return VH_IO;
}

static void count_up(const struct wires *w, int64_t upstream, int64_t of)
{
	int all = 1, each = 1;
	for (int i = 0; i < LIM_SYNC_FLIGHTS; i++) {
		bool same = w->at[i].up && w->at[i].upstream == upstream;
		assert_false(same && w->at[i].hotel == of); /* one batch at a time */
		all += w->at[i].up;
		each += same;
	}
	most_up = all > most_up ? all : most_up;
	most_up_each[upstream] = each > most_up_each[upstream] ? each : most_up_each[upstream];
}

enum vh_rc wires_begin(struct wires *w, const struct wire_post *post, void *tag, struct err *e)
{
	int free = 0;
	(void)e;
	assert_true(posts < POSTS);
	int64_t upstream = strcmp(post->url, up[0].url) != 0;
	int64_t of = strtoll(header(post, "Vhotel-Source"), NULL, 10);
	count_up(w, upstream, of);
	first_hotel = posts ? first_hotel : of;
	enum fate f = upstream ? UNSENT : fate(posts, post->body); /* the second one is down for ever */
	snprintf(web_id[posts], sizeof(web_id[posts]), "%s", header(post, "webhook-id"));
	played[posts++] = f;
	while (w->at[free].up)
		assert_true(++free < LIM_SYNC_FLIGHTS);
	w->at[free].answer = answer_of(post, f);
	w->at[free].up = true;
	w->at[free].dies = f == DIES;
	w->at[free].tag = tag;
	w->at[free].upstream = upstream;
	w->at[free].hotel = of;
	return VH_OK;
}

enum vh_rc wires_wait(struct wires *w, int ms, struct wire_answer *ret, void **ret_tag, struct err *e)
{
	(void)ms;
	(void)e;
	*ret_tag = NULL;
	w->die = w->die * 1664525 + 1013904223;
	for (uint32_t i = 0; i < LIM_SYNC_FLIGHTS; i++) {
		size_t at = (i + (w->die >> 16)) % LIM_SYNC_FLIGHTS;
		if (!w->at[at].up)
			continue;
		if (w->at[at].dies)
			return VH_IO; /* our own trouble: the loop ends before it marks anything */
		*ret = w->at[at].answer;
		*ret_tag = w->at[at].tag;
		w->at[at].up = false;
		break;
	}
	return VH_OK;
}

/* --- fixtures ---- */

static struct arena *a;
static struct testdb *tdb; /* only so that a read step has something to run on */

static int set_up(void **state)
{
	if (testdb_setup(state) != 0)
		return -1;
	tdb = *state;
	a = arena_new(8 << 20);
	book = book_new();
	posts = most_up = most_up_each[0] = most_up_each[1] = 0;
	lease_taken = says_gzip = false;
	gzip_status = packed_posts = plain_posts = 0;
	the_up->state = "open";
	the_up->empty_accepted = false;
	return a && book && crypto_start() == VH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	book_free(book);
	arena_free(a);
	return testdb_teardown(state);
}

static void fill_many(int n, int hotels_n, int ups_n)
{
	events = n;
	hotels = hotels_n;
	ups = ups_n;
	for (int u = 0; u < UPS; u++)
		for (int i = 0; i < n; i++)
			boxes[u][i] = (struct delivery){ .upstream = up[u].id, .hotel = 1 + i % hotels_n, .epoch = 1,
				                         .seq = i / hotels_n + 1, .event = 1000 + i,
				                         .part = i * 7 % KEYS, .state = "due", .next_at = i };
}

static void fill(int n)
{
	fill_many(n, 1, 1);
}

static struct sync_sums run(int64_t wait_ms)
{
	struct ctx cx = { .a = a, .db = tdb->db, .now = now_ms() };
	const struct sync_opts opts = { .wait_ms = wait_ms };
	struct sync_sums sums = { .sent = -1 };
	assert_int_equal(sync_run(&cx, &opts, &sums), VH_OK);
	return sums;
}

static void each_accepted_once_and_in_order(int n)
{
	struct book_sums sums;
	book_sums(book, &sums);
	assert_int_equal(sums.accepted, n);
	assert_int_equal(sums.disorder, 0);
	assert_int_equal(sums.gaps, 0);
	for (int i = 0; i < events; i++)
		assert_string_equal(box[i].state, "accepted");
}

static enum fate always_fine(int post, const char *body)
{
	(void)post;
	(void)body;
	return FINE;
}

static void who_takes_gzip_gets_it_from_the_second_batch_on(void **state)
{
	(void)state;
	fate = always_fine;
	says_gzip = true;
	fill(EVENTS);
	struct sync_sums sums = run(0);
	assert_int_equal(sums.accepted, EVENTS);
	assert_int_equal(plain_posts, 1);
	assert_true(packed_posts > 1);
	each_accepted_once_and_in_order(EVENTS);
}

/* Somebody on the way unpacks what is signed as packed, or lets nothing packed through. */
static void a_refused_packed_batch_goes_again_plain(void **state)
{
	static const int statuses[] = { 400, 401, 403, 415 };
	(void)state;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		book_free(book);
		book = book_new();
		assert_non_null(book);
		posts = packed_posts = plain_posts = 0;
		fate = always_fine;
		says_gzip = true;
		gzip_status = statuses[i];
		fill(EVENTS);
		struct sync_sums sums = run(0);
		assert_int_equal(packed_posts, 1); /* then it is known */
		assert_int_equal(sums.accepted, EVENTS);
		assert_int_equal(sums.duplicate + sums.rejected + sums.dead + sums.unknown + sums.left, 0);
		each_accepted_once_and_in_order(EVENTS);
	}
	/* What is not about packing is judged at once. */
	posts = packed_posts = plain_posts = 0;
	gzip_status = 404;
	fill(EVENTS);
	assert_true(run(0).dead > 0);
}

static enum fate first_lost(int post, const char *body)
{
	(void)body;
	return post == 0 ? LOST : FINE;
}

static enum fate any_fault(int post, const char *body)
{
	static const enum fate row[] = { LOST, UNSENT, HALF, EMPTY, HTML, SLOW_DOWN, DUPED, REDIRECT };
	(void)body;
	return post >= 8 && post % 2 ? FINE : row[post % 8];
}

static void a_quiet_network_takes_everything_in_key_order(void **state)
{
	(void)state;
	fate = always_fine;
	fill(EVENTS);
	struct sync_sums sums = run(0);
	assert_int_equal(sums.sent, EVENTS);
	assert_int_equal(sums.accepted, EVENTS);
	assert_int_equal(sums.duplicate + sums.rejected + sums.dead + sums.unknown + sums.left, 0);
	each_accepted_once_and_in_order(EVENTS);
	sums = run(0);
	assert_int_equal(sums.sent + sums.accepted + sums.left, 0);
}

static void a_lost_answer_sends_the_same_batch_again(void **state)
{
	(void)state;
	fate = first_lost;
	fill(EVENTS);
	struct sync_sums sums = run(5000);
	each_accepted_once_and_in_order(EVENTS);
	assert_string_equal(web_id[0], web_id[1]);
	assert_string_not_equal(web_id[1], web_id[2]);
	assert_int_equal(sums.duplicate, KEYS);
	assert_int_equal(sums.accepted, EVENTS - KEYS);
	assert_int_equal(sums.sent, EVENTS + KEYS);
}

static void every_fault_at_once_loses_and_doubles_nothing(void **state)
{
	(void)state;
	fate = any_fault;
	fill(EVENTS);
	struct sync_sums sums = run(20000);
	int seen = 0;
	for (int i = 0; i < posts; i++)
		seen |= 1 << played[i];
	assert_int_equal(seen & 0xff, 0xff);
	each_accepted_once_and_in_order(EVENTS);
	assert_int_equal(sums.accepted + sums.duplicate, EVENTS);
	assert_int_equal(sums.left, 0);
}

static enum fate dies_every_other_time(int post, const char *body)
{
	(void)body;
	return post % 2 ? FINE : DIES;
}

static void a_sender_that_dies_leaves_nothing_lost_or_doubled(void **state)
{
	(void)state;
	fate = dies_every_other_time;
	fill(100);
	struct sync_sums sums = { .left = -1 };
	int deaths = 0;
	for (;; deaths++) {
		struct ctx cx = { .a = a, .db = tdb->db, .now = now_ms() };
		const struct sync_opts opts = { .wait_ms = 0 };
		if (sync_run(&cx, &opts, &sums) == VH_OK)
			break;
		assert_string_equal(box[0].state, deaths ? "accepted" : "sending");
	}
	assert_true(deaths >= 2);
	assert_string_equal(web_id[0], web_id[1]); /* by the successor, and still the same batch */
	assert_int_equal(sums.left, 0);
	each_accepted_once_and_in_order(100);
}

static enum fate poisoned(int post, const char *body)
{
	(void)post;
	return strstr(body, "\"id\":\"1017\"") ? BAD : FINE;
}

static void one_refused_event_does_not_sink_its_batch(void **state)
{
	(void)state;
	fate = poisoned;
	fill(2 * KEYS);
	struct sync_sums sums = run(0);
	assert_int_equal(sums.dead, 1);
	assert_string_equal(box[17].state, "dead");
	assert_int_equal(box[17].status, 422);
	assert_string_equal(box[17 + KEYS].state, "due"); /* held back by its key */
	assert_int_equal(sums.accepted, 2 * KEYS - 2);
	assert_int_equal(sums.left, 1);
}

static void one_damaged_event_does_not_stop_the_others(void **state)
{
	(void)state;
	fate = always_fine;
	fill(2 * KEYS);
	damaged = 17;
	struct sync_sums sums = run(0);
	damaged = -1;
	assert_int_equal(sums.dead, 1);
	assert_string_equal(box[17].state, "dead");
	assert_int_equal(sums.accepted, 2 * KEYS - 2);
	assert_int_equal(sums.left, 1);
}

static enum fate always_denied(int post, const char *body)
{
	(void)post;
	(void)body;
	return DENIED;
}

static void who_refuses_us_is_asked_once_and_keeps_the_events(void **state)
{
	(void)state;
	fate = always_denied;
	fill(EVENTS);
	struct sync_sums sums = run(2000);
	assert_int_equal(posts, 1);
	assert_int_equal(sums.dead + sums.accepted, 0);
	assert_int_equal(sums.left, EVENTS);
	fate = always_fine;
	for (int i = 0; i < events; i++)
		box[i].next_at = 0;
	sums = run(0);
	each_accepted_once_and_in_order(EVENTS);
}

static enum fate always_empty(int post, const char *body)
{
	(void)post;
	(void)body;
	return EMPTY;
}

static void an_empty_yes_is_unknown_unless_the_upstream_is_known_for_it(void **state)
{
	(void)state;
	fate = always_empty;
	fill(KEYS);
	struct sync_sums sums = run(0);
	assert_int_equal(sums.unknown, KEYS);
	assert_int_equal(sums.accepted, 0);
	the_up->empty_accepted = true;
	for (int i = 0; i < events; i++)
		box[i].next_at = 0;
	sums = run(0);
	assert_int_equal(sums.accepted, KEYS);
	assert_int_equal(sums.left, 0);
}

static enum fate always_unsent(int post, const char *body)
{
	(void)post;
	(void)body;
	return UNSENT;
}

static void an_upstream_that_is_down_is_given_up_after_the_wait(void **state)
{
	(void)state;
	fate = always_unsent;
	fill(EVENTS);
	int64_t start = now_ms();
	struct sync_sums sums = run(700);
	assert_true(now_ms() - start < 3000);
	assert_true(posts >= 2);
	assert_int_equal(sums.sent, 0);
	assert_int_equal(sums.left, EVENTS);
}

static void one_process_sends_at_a_time(void **state)
{
	(void)state;
	struct ctx cx = { .a = a, .db = tdb->db, .now = now_ms() };
	const struct sync_opts opts = { .wait_ms = 0 };
	struct sync_sums sums;
	fate = always_fine;
	fill(10);
	lease_taken = true;
	assert_int_equal(sync_run(&cx, &opts, &sums), VH_BUSY);
	assert_string_equal(err_code(&cx.err), "sync_busy");
	assert_int_equal(posts, 0);
	const struct sync_opts other = { .upstream = "nobody" };
	err_clear(&cx.err);
	assert_int_equal(sync_run(&cx, &other, &sums), VH_NOTFOUND);
	assert_string_equal(err_code(&cx.err), "upstream");
	lease_taken = false;
	the_up->state = "paused";
	assert_int_equal(sync_run(&cx, &opts, &sums), VH_OK);
	assert_int_equal(posts, 0);
}

static void many_hotels_go_at_once_the_most_overdue_first(void **state)
{
	(void)state;
	fate = always_fine;
	fill_many(EVENTS, HOTELS, 1);
	struct sync_sums sums = run(0);
	assert_int_equal(sums.accepted, EVENTS);
	assert_int_equal(most_up, LIM_SYNC_FLIGHTS_EACH);
	assert_int_equal(first_hotel, HOTELS); /* by its deadline, not by its place in the list */
	each_accepted_once_and_in_order(EVENTS);
	fill(EVENTS);
	most_up = 0;
	run(0);
	assert_int_equal(most_up, 1); /* of one hotel, one batch */
}

static void every_fault_at_once_over_many_hotels_loses_and_doubles_nothing(void **state)
{
	(void)state;
	fate = any_fault;
	fill_many(EVENTS, HOTELS, 1);
	struct sync_sums sums = run(20000);
	each_accepted_once_and_in_order(EVENTS);
	assert_int_equal(sums.accepted + sums.duplicate, EVENTS);
	assert_true(most_up > 1);
}

static void an_upstream_that_is_down_does_not_hold_up_another(void **state)
{
	(void)state;
	fate = always_fine;
	fill_many(EVENTS, HOTELS, 2);
	struct sync_sums sums = run(300);
	each_accepted_once_and_in_order(EVENTS);
	assert_int_equal(sums.left, EVENTS); /* all of them, there */
	assert_true(most_up > LIM_SYNC_FLIGHTS_EACH);
	assert_true(most_up_each[0] <= LIM_SYNC_FLIGHTS_EACH && most_up_each[1] <= LIM_SYNC_FLIGHTS_EACH);
	int down = 0;
	for (int i = 0; i < posts; i++)
		down += played[i] == UNSENT;
	assert_true(down >= LIM_SYNC_FLIGHTS_EACH && down < HOTELS); /* not each hotel finds it out alone */
}

static void when_the_time_is_over_the_rest_stays_for_the_next_run(void **state)
{
	(void)state;
	fate = always_fine;
	fill_many(EVENTS, HOTELS, 1);
	struct ctx cx = { .a = a, .db = tdb->db, .now = now_ms() };
	const struct sync_opts over = { .wait_ms = 10000, .until = now_ms() - 1 };
	struct sync_sums sums;
	assert_int_equal(sync_run(&cx, &over, &sums), VH_OK);
	assert_int_equal(posts, 0);
	assert_int_equal(sums.left, EVENTS);
	const struct sync_opts ahead = { .wait_ms = 0, .until = now_ms() + 3600000 };
	assert_int_equal(sync_run(&cx, &ahead, &sums), VH_OK);
	assert_int_equal(sums.left, 0);
	each_accepted_once_and_in_order(EVENTS);
}

int main(void)
{
	log_level_set(LOG_ERROR + 1);
	json_hooks();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_quiet_network_takes_everything_in_key_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_takes_gzip_gets_it_from_the_second_batch_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refused_packed_batch_goes_again_plain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_lost_answer_sends_the_same_batch_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_fault_at_once_loses_and_doubles_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_sender_that_dies_leaves_nothing_lost_or_doubled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_refused_event_does_not_sink_its_batch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_damaged_event_does_not_stop_the_others, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_refuses_us_is_asked_once_and_keeps_the_events, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_yes_is_unknown_unless_the_upstream_is_known_for_it, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(an_upstream_that_is_down_is_given_up_after_the_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_process_sends_at_a_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_hotels_go_at_once_the_most_overdue_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_fault_at_once_over_many_hotels_loses_and_doubles_nothing, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(an_upstream_that_is_down_does_not_hold_up_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(when_the_time_is_over_the_rest_stays_for_the_next_run, set_up,
		                                tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
