/*
 * A village that was restored from an older backup: it sends nothing until somebody says how it goes on, and takes
 * back from its upstream what it had told since the backup, each once, as what it was.
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
#include <sqlite3.h>

#include "above.h"
#include "vh/keeping.h"
#include "vh/limits.h"
#include "vh/outbox.h"
#include "vh/recover.h"
#include "vh/sync.h"
#include "vh/sync_batch.h"
#include "vh/sync_receive.h"
#include "vh/sync_wire.h"
#include "vh/tally.h"

#define OTHER "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
enum { EVENTS = 200 };

struct three {
	struct village v, d; /* as it was before it was lost, and the district */
	struct ctx back;     /* what was restored */
	struct hotel h;
	struct arena *a;
	int64_t hotel_told; /* events */
};

/* What the village's journal says goes to the district. */
static void tell_all(struct three *t)
{
	struct source from;
	const char *secret;
	assert_int_equal(source_of(t->d.cx, DONGXIN, &from, &secret), VH_OK);
	t->hotel_told = (int64_t)above_tell(&t->v, t->v.hotel, &t->d, &from, DONGXIN);
}

static enum vh_rc up_step(struct ctx *cx, void *arg)
{
	return upstream_get(cx, "town", arg);
}

static enum vh_rc hotel_step(struct ctx *cx, void *arg)
{
	struct three *t = arg;
	return hotel_by_area(cx, DONGXIN, &t->h);
}

static int setup(void **state)
{
	struct three *t = calloc(1, sizeof *t);
	struct check_report report;
	struct restored r;
	struct stay_done done;
	struct room_new room = { .no = "301", .capacity = 3 };
	int64_t id, a;
	assert_non_null(t);
	t->a = arena_new(64u << 20);
	village_open(&t->v);
	above_district(&t->d);
	village_as(&t->v, "operator");
	const char *to = arena_printf(t->a, "%s/b.vhb", t->v.t.dir), *db = arena_printf(t->a, "%s/back.db", t->v.t.dir);
	assert_int_equal(outbox_upstream_add(t->v.cx, "town", "http://127.0.0.1:9/upstream/events", PAIR_SECRET, false),
	                 VH_OK);
	village_as(&t->v, "clerk");
	a = village_in(&t->v, V_101, 1);
	village_as(&t->v, "operator");
	assert_int_equal(backup_make(t->v.cx, to, &report), VH_OK);
	/* What happens now is in no backup. */
	village_as(&t->v, "clerk");
	struct stay_change move = { .verb = SV_MOVE, .room = t->v.room[V_201] };
	assert_int_equal(stay_change(t->v.cx, t->v.hotel, a, &move, &done), VH_OK);
	village_in(&t->v, V_102, 2);
	assert_int_equal(room_add(t->v.cx, t->v.hotel, t->v.house[1], &room, &id), VH_OK);
	struct stay_new more = village_new(&t->v, V_101, 3);
	more.room = id;
	assert_int_equal(stay_in(t->v.cx, &more, &done), VH_OK);
	struct house_new house = { .address = "东新9号", .landlord = "房东丁", .phone = "13900000009" };
	assert_int_equal(house_add(t->v.cx, t->v.hotel, &house, &id), VH_OK);
	village_as(&t->v, "police");
	a = village_in(&t->v, V_101, 5);
	struct stay_change out = { .verb = SV_OUT };
	assert_int_equal(stay_change(t->v.cx, t->v.hotel, a, &out, &done), VH_OK);
	tell_all(t);
	village_as(&t->v, "operator");
	assert_int_equal(backup_restore(t->v.cx, to, db, false, &r), VH_OK);
	t->back = (struct ctx){ .a = arena_new(LIM_ARENA_IMPORT), .keys = t->v.cx->keys, .who = &actor_operator,
		                .now = t->v.cx->now };
	assert_int_equal(db_open(db, DB_OPEN, &t->back.db, &t->back.err), VH_OK);
	assert_int_equal(db_read(&t->back, hotel_step, t), VH_OK);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct three *t = *state;
	db_close(t->back.db);
	arena_free(t->back.a);
	village_close(&t->v);
	village_close(&t->d);
	arena_free(t->a);
	free(t);
	return 0;
}

/* The question as the wire brings it, signed by this secret; status of the answer, its body in b. */
static int ask(struct three *t, const char *secret, const char *area, const char *question, struct buf *b)
{
	struct webhook_keys keys;
	char *signature = NULL, *at = arena_printf(t->a, "%" PRId64, t->d.cx->now / 1000);
	struct http_req *q = req_make(t->a, HTTP_POST, "/upstream/query");
	struct http_resp r;
	assert_int_equal(webhook_keys_parse(t->a, secret, &keys), VH_OK);
	enum vh_rc rc = webhook_sign(t->a, &keys, "q_1", t->d.cx->now / 1000, question, strlen(question), &signature);
	assert_int_equal(rc, VH_OK);
	const char *const head[][2] = { { "Content-Type", "application/json" }, { "webhook-id", "q_1" },
		                        { "webhook-timestamp", at }, { "webhook-signature", signature },
		                        { "Vhotel-Source", area } };
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		assert_int_equal(req_header_add(q, head[i][0], head[i][1]), VH_OK);
	q->body = arena_dup(t->a, question);
	q->body_n = strlen(question);
	resp_init(&r, t->a);
	err_clear(&t->d.cx->err);
	sync_answer(t->d.cx, q, &r);
	int status = r.status;
	buf_add(b, r.body.p, r.body.n);
	resp_done(&r);
	return status;
}

static int64_t number(const char *s)
{
	return strtoll(s, NULL, 10);
}

/* Up to `most` that the district says it was told after this place. */
static size_t told_after(struct three *t, int64_t epoch, int64_t seq, int most, struct received_event *in)
{
	struct cloud_event *ev = NULL;
	struct buf b;
	size_t n = 0;
	char *question = arena_printf(t->a, "{\"events_after\":{\"epoch\":\"%" PRId64 "\",\"sequence\":\"%"
	                              PRId64 "\"},\"most\":%d}", epoch, seq, most);
	buf_init(&b, 1u << 20);
	assert_int_equal(ask(t, PAIR_SECRET, DONGXIN, question, &b), 200);
	assert_int_equal(batch_parse(t->a, b.p, b.n, &ev, &n, &t->back.err), VH_OK);
	buf_done(&b);
	assert_true(n <= (size_t)most);
	for (size_t i = 0; i < n; i++) {
		in[i] = (struct received_event){ .type = ev[i].type, .subject = ev[i].subject,
			.data = ev[i].data, .id = number(ev[i].id), .part = number(ev[i].key),
			.epoch = number(ev[i].epoch), .seq = number(ev[i].sequence), .time = ev[i].time };
		assert_string_equal(ev[i].source, "/hotels/" DONGXIN);
	}
	return n;
}

/* Page by page of `most`, as src/sync/recover.c does it; how many came. */
static size_t take_back(struct three *t, bool force, int most, struct recover_sums *sums)
{
	struct recover_from from;
	size_t all = 0, n;
	*sums = (struct recover_sums){ 0 };
	assert_int_equal(recover_begin(&t->back, &t->h, force, &from), VH_OK);
	assert_true(from.lost);
	do {
		struct received_event in[EVENTS];
		n = told_after(t, from.epoch, from.seq, most, in);
		assert_int_equal(recover_take(&t->back, &t->h, &from, in, n, sums), VH_OK);
		all += n;
	} while (n);
	recover_end(&from);
	assert_int_equal(recover_finish(&t->back, &t->h, sums), VH_OK);
	return all;
}

/* What both would say of themselves to an upstream, as sums. */
static void same_sums(struct three *t)
{
	struct tally one, two;
	struct key k;
	tally_key(PAIR_SECRET, strlen(PAIR_SECRET), &k);
	assert_int_equal(tally_hotel(t->v.cx, t->v.hotel, &k, 0, &one), VH_OK);
	assert_int_equal(tally_hotel(&t->back, t->h.id, &k, 0, &two), VH_OK);
	assert_int_equal(one.houses, two.houses);
	assert_true(one.houses == 3);
	for (size_t i = 0; i < one.houses; i++)
		assert_memory_equal(one.house[i].sum, two.house[i].sum, TALLY_BYTES);
}

static void refused(struct ctx *cx, enum vh_rc rc, const char *code)
{
	assert_int_equal(rc, VH_CONFLICT);
	assert_string_equal(err_code(&cx->err), code);
	err_clear(&cx->err);
}

static void sound(struct ctx *cx)
{
	struct check_report r;
	assert_int_equal(registry_check(cx, true, &r), VH_OK);
	for (const struct finding *i = r.broken; i; i = i->next)
		print_message("%s: %s\n", i->code, i->text);
	assert_null(r.broken);
}

/* --- tests ------------------------------------------------------------------------------------------------------- */

static void what_was_told_comes_back_once_and_stands_as_it_stood(void **state)
{
	struct three *t = *state;
	struct recover_sums n;
	size_t came = take_back(t, false, 3, &n);
	assert_true(came >= 7);
	assert_int_equal(n.taken, came);
	assert_int_equal(n.refused + n.known + n.erased, 0);
	assert_int_equal(n.plates, 2); /* of the new room and the new house */
	assert_int_equal(n.leases, 3);
	assert_int_equal(n.no_landlord, 1);
	same_sums(t);
	sound(&t->back);
	/* Again: all is known, nothing is done twice. */
	assert_int_equal(take_back(t, false, 100, &n), came);
	assert_int_equal(n.known, came);
	assert_int_equal(n.taken + n.refused + n.plates + n.leases, 0);
	same_sums(t);
	sound(&t->back);
}

static void what_came_back_goes_up_as_the_event_that_it_was(void **state)
{
	struct three *t = *state;
	struct recover_sums n;
	struct upstream up;
	struct outgoing *list = NULL;
	struct source from;
	const char *secret;
	int64_t seen = 0;
	take_back(t, false, 100, &n);
	assert_int_equal(source_of(t->d.cx, DONGXIN, &from, &secret), VH_OK);
	assert_int_equal(db_read(&t->back, up_step, &up), VH_OK);
	for (;;) {
		assert_int_equal(outbox_claim(&t->back, &up, &t->h, 100, &list), VH_OK);
		if (!list)
			break;
		for (struct outgoing *o = list; o; o = o->next) {
			struct received_event ev = { .type = o->e.type, .subject = o->e.subject, .data = o->data,
				                     .id = o->e.id, .part = o->e.part, .epoch = o->epoch,
				                     .seq = o->seq, .time = o->e.at };
			assert_int_equal(receive_events(t->d.cx, &from, DONGXIN, &ev, 1), VH_OK);
			/* Only that it was restored is news there. */
			bool news = strstr(o->e.type, "hotel.restored") != NULL;
			assert_int_equal(ev.state, news ? RECEIVE_ACCEPTED : RECEIVE_DUPLICATE);
			seen++;
			o->d.state = "accepted";
		}
		assert_int_equal(outbox_mark(&t->back, list, NULL), VH_OK);
	}
	assert_int_equal(seen, t->hotel_told + 1);
}

/* Of what was restored. */
static int64_t sql_of(struct three *t, const char *sql)
{
	struct village v = { .cx = &t->back };
	snprintf(v.t.path, sizeof v.t.path, "%s/back.db", t->v.t.dir);
	int64_t n = village_sql(&v, sql);
	sqlite3_close(v.beside);
	return n;
}

/* A page of it is refused whole, and the place stays where it was. */
static void goes_back(struct three *t, struct recover_from *from, struct received_event *list, size_t n)
{
	struct recover_sums sums = { 0 };
	int64_t epoch = from->epoch, seq = from->seq;
	assert_int_equal(recover_take(&t->back, &t->h, from, list, n, &sums), VH_IO);
	assert_string_equal(err_code(&t->back.err), "answer");
	err_clear(&t->back.err);
	assert_int_equal(sums.taken + sums.known + sums.refused, 0);
	assert_true(from->epoch == epoch && from->seq == seq);
}

/* What was not asked for would undo what came after it. */
static void an_upstream_is_believed_in_what_it_was_asked_for(void **state)
{
	struct three *t = *state;
	struct recover_from from;
	struct recover_sums sums = { 0 };
	struct received_event old[EVENTS], new[EVENTS];
	assert_int_equal(recover_begin(&t->back, &t->h, false, &from), VH_OK);
	size_t n_old = told_after(t, 0, 0, 100, old), n = told_after(t, from.epoch, from.seq, 100, new);
	assert_true(n >= 7 && n_old > n);
	n_old -= n;
	int64_t events = sql_of(t, "SELECT count(*) FROM event");
	goes_back(t, &from, old, n_old);          /* all of before */
	goes_back(t, &from, &old[n_old - 1], 1);  /* the very place that was asked */
	struct received_event turned[] = { new[1], new[0] }, twice[] = { new[0], new[0] };
	goes_back(t, &from, turned, 2);
	goes_back(t, &from, twice, 2);
	assert_int_equal(sql_of(t, "SELECT count(*) FROM event"), events);
	assert_int_equal(sql_of(t, "SELECT count(*) FROM received"), 0);
	/* Under a place that is beyond they are still what stands here, whatever they are called. */
	int64_t first = from.seq + 1;
	for (size_t i = 0; i < n_old; i++) {
		old[i].epoch = from.epoch;
		old[i].seq = first + (int64_t)i;
		old[i].subject = i % 2 ? old[i].subject : "stays/1";
	}
	assert_int_equal(recover_take(&t->back, &t->h, &from, old, n_old, &sums), VH_OK);
	assert_int_equal(sums.known, n_old);
	assert_int_equal(sums.taken + sums.refused, 0);
	assert_int_equal(sql_of(t, "SELECT count(*) FROM event"), events);
	recover_end(&from);
	/* And what it was asked for is taken as ever. */
	assert_int_equal(take_back(t, false, 100, &sums), n);
	assert_int_equal(sums.taken, n);
	same_sums(t);
	sound(&t->back);
}

static void newer_changes_stop_it_and_win_by_force(void **state)
{
	struct three *t = *state;
	struct recover_sums n;
	struct recover_from from;
	struct room_new to = { .no = "101A" };
	assert_int_equal(room_amend(&t->back, t->h.id, t->v.room[V_101], &to), VH_OK);
	refused(&t->back, recover_begin(&t->back, &t->h, false, &from), "newer");
	recover_end(&from);
	take_back(t, true, 100, &n);
	assert_int_equal(n.refused, 0);
	sound(&t->back);
	struct key k;
	struct tally one, two;
	tally_key(PAIR_SECRET, strlen(PAIR_SECRET), &k);
	assert_int_equal(tally_hotel(t->v.cx, t->v.hotel, &k, 0, &one), VH_OK);
	assert_int_equal(tally_hotel(&t->back, t->h.id, &k, 0, &two), VH_OK);
	size_t differ = 0;
	for (size_t i = 0; i < one.rooms; i++)
		differ += memcmp(one.room[i].sum, two.room[i].sum, TALLY_BYTES) != 0;
	assert_int_equal(differ, 1); /* the one that was amended, all others are as they were */
}

static void nothing_is_sent_before_somebody_says_how_to_go_on(void **state)
{
	struct three *t = *state;
	struct sync_opts opts = { .wait_ms = 0, .connect_ms = 50, .total_ms = 50 };
	struct sync_sums s;
	bool pending = false;
	refused(&t->back, sync_run(&t->back, &opts, &s), "restored");
	assert_int_equal(recover_pending(&t->back, &pending), VH_OK);
	assert_true(pending);
	assert_int_equal(recover_pending(t->v.cx, &pending), VH_OK);
	assert_false(pending); /* of the one that was never restored */
	opts.as_is = true;
	assert_int_equal(sync_run(&t->back, &opts, &s), VH_OK);
	opts.as_is = false;
	assert_int_equal(sync_run(&t->back, &opts, &s), VH_OK);
}

static void only_who_told_it_is_told_it_again(void **state)
{
	struct three *t = *state;
	static const char question[] = "{\"events_after\":{\"epoch\":\"0\",\"sequence\":\"0\"}}";
	struct buf b;
	buf_init(&b, 1u << 20);
	assert_int_equal(ask(t, PAIR_SECRET, DONGXIN, question, &b), 200);
	assert_int_equal(ask(t, OTHER, DONGXIN, question, &b), 401);
	assert_int_equal(ask(t, PAIR_SECRET, DONGXIN, "{\"events_after\":{\"epoch\":1}}", &b), 400);
	/* Nor a nearer source that was let in since: what another told is not for it. */
	assert_int_equal(source_add(t->d.cx, "village", DONGXIN, OTHER), VH_OK);
	assert_int_equal(ask(t, OTHER, DONGXIN, question, &b), 401);
	assert_int_equal(ask(t, PAIR_SECRET, DONGXIN, question, &b), 200);
	buf_done(&b);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_was_told_comes_back_once_and_stands_as_it_stood),
		T(what_came_back_goes_up_as_the_event_that_it_was),
		T(an_upstream_is_believed_in_what_it_was_asked_for),
		T(newer_changes_stop_it_and_win_by_force),
		T(nothing_is_sent_before_somebody_says_how_to_go_on),
		T(only_who_told_it_is_told_it_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
