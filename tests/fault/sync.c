/*
 * The way up while memory or the database fails at every point in turn, once and from then on: no
 * crash, nothing shown as accepted that was not, and afterwards each event accepted exactly once.
 * A sample of the points; every one with SOAK set.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "testdb.h"
#include "vh/date.h"
#include "vh/http_server.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/outbox.h"
#include "vh/place.h"
#include "vh/sync.h"
#include "vh/sync_twin.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
enum { EVENTS = 10, KEYS = 4, MOST = 100000, STRIDE = 9 };

static struct testdb *t;
static struct twin *twin;
static struct http_app app, plain; /* plain: the twin's own */
static atomic_int posts;
static atomic_bool stop;
static struct http_server *server;
static int64_t hotel, written;

static enum vh_rc put_area(struct ctx *cx, void *arg)
{
	(void)arg;
	const struct area a = { "310116104205", "东新村", NULL, "village" };
	return area_put(cx, &a);
}

/* The second post that comes in asks the sender to stop. */
static void watch(void *self, struct http_req *q, struct http_resp *r)
{
	if (atomic_fetch_add(&posts, 1) == 1)
		atomic_store(&stop, true);
	plain.serve(self, q, r);
}

static int set_up(void **state)
{
	char url[80], key[240];
	struct webhook_keys keys;
	struct twin_faults faults;
	if (testdb_setup(state) != 0)
		return -1;
	t = *state;
	written = 0;
	t->cx.now = now_ms();
	t->cx.who = &actor_operator;
	snprintf(key, sizeof(key), "%s/key", t->dir);
	assert_int_equal(crypto_start(), VH_OK);
	assert_int_equal(keys_create(key, &t->cx.err), VH_OK);
	assert_int_equal(keys_load(key, &t->cx.keys, &t->cx.err), VH_OK);
	const struct hotel_new h = { .area = "310116104205" };
	assert_int_equal(db_write(&t->cx, put_area, NULL), VH_OK);
	assert_int_equal(hotel_add(&t->cx, &h, &hotel), VH_OK);
	written++; /* its opening */
	assert_int_equal(webhook_keys_parse(t->cx.a, SECRET, &keys), VH_OK);
	assert_int_equal(twin_faults_parse("", &faults, &t->cx.err), VH_OK);
	assert_int_equal(twin_new(&keys, &faults, 1, &twin), VH_OK);
	const struct http_conf conf = { .listen = "127.0.0.1:0", .threads = 2 };
	app = plain = twin_app(twin);
	app.serve = watch;
	atomic_store(&posts, 0);
	atomic_store(&stop, false);
	assert_int_equal(http_start(&conf, &app, &server, &t->cx.err), VH_OK);
	snprintf(url, sizeof(url), "http://%s/upstream/events", http_address(server));
	assert_int_equal(outbox_upstream_add(&t->cx, "district", url, SECRET, false), VH_OK);
	return 0;
}

static int tear_down(void **state)
{
	http_stop(server, 1000);
	twin_free(twin);
	keys_free(t->cx.keys);
	t->cx.keys = NULL;
	return testdb_teardown(state);
}

static enum vh_rc add_events(struct ctx *cx, void *arg)
{
	enum vh_rc rc = VH_OK;
	(void)arg;
	for (int i = 0; rc == VH_OK && i < EVENTS; i++) {
		const struct deed d = { .hotel = hotel, .type = "stay.extended", .subject = "stays", .id = 1 + i % KEYS,
			                .part = 1 + i % KEYS, .data = "{\"n\":[1,2,3]}", .urgent = i == 0 };
		rc = journal_add(cx, &d, NULL);
	}
	return rc;
}

enum { CROWD = 349 };

static enum vh_rc add_crowd(struct ctx *cx, void *arg)
{
	enum vh_rc rc = VH_OK;
	(void)arg;
	for (int i = 0; rc == VH_OK && i < CROWD; i++) { /* each a part of its own */
		const struct deed d = { .hotel = hotel, .type = "stay.extended", .subject = "stays", .id = 1000 + i,
			                .part = 1000 + i, .data = "{}" };
		rc = journal_add(cx, &d, NULL);
	}
	return rc;
}

static struct ctx fresh(void)
{
	struct ctx cx = t->cx;
	arena_reset(cx.a);
	err_clear(&cx.err);
	cx.now = now_ms();
	return cx;
}

static enum vh_rc run(int64_t wait_ms, struct sync_sums *ret)
{
	struct ctx cx = fresh();
	const struct sync_opts opts = { .wait_ms = wait_ms, .total_ms = 15000 };
	return sync_run(&cx, &opts, ret);
}

/* A run that failed may not have been able to give its lease back: let it run out. */
static enum vh_rc free_lease(struct ctx *cx, void *arg)
{
	(void)arg;
	cx->now += 3600 * 1000;
	enum vh_rc rc = lease_take(cx, "sync", "test", cx->now);
	return rc == VH_OK ? lease_drop(cx, "sync", "test") : rc;
}

static int64_t taken(void)
{
	struct buf b;
	cJSON *root = NULL;
	struct err e = { .n = 0 };
	buf_init(&b, LIM_RESPONSE);
	twin_report(twin, &b);
	assert_int_equal(json_parse(b.p, b.n, &root, &e), VH_OK);
	int64_t n = json_i64(root, "accepted", -1);
	assert_int_equal(json_i64(root, "order_violations", -1), 0);
	assert_int_equal(json_i64(root, "crowded", -1), 0);
	assert_int_equal(json_i64(root, "gaps", -1), 0);
	cJSON_Delete(root);
	buf_done(&b);
	return n;
}

struct believed {
	struct upstream up;
	int64_t accepted;
};

static enum vh_rc read_believed(struct ctx *cx, void *arg)
{
	struct believed *b = arg;
	enum vh_rc rc = upstream_get(cx, "district", &b->up);
	return rc == VH_OK ? delivery_count(cx, b->up.id, "accepted", &b->accepted) : rc;
}

static int64_t believed(void)
{
	struct believed b;
	struct ctx cx = fresh();
	assert_int_equal(db_read(&cx, read_believed, &b), VH_OK);
	return b.accepted;
}

/* One point: ten events, a run that fails there, a run that does not. False: the point was past the end. */
static bool one_point(long (*fail_after)(long, bool), long n, bool forever)
{
	struct sync_sums sums;
	struct ctx cx = fresh();
	assert_int_equal(db_write(&cx, add_events, NULL), VH_OK);
	written += EVENTS;
	fail_after(n, forever);
	enum vh_rc rc = run(0, &sums);
	bool reached = fail_after(-1, false) > n;
	if (!reached)
		assert_int_equal(rc, VH_OK);
	assert_true(believed() <= taken());
	cx = fresh();
	assert_int_equal(db_write(&cx, free_lease, NULL), VH_OK);
	assert_int_equal(run(20000, &sums), VH_OK);
	assert_int_equal(sums.left, 0);
	assert_int_equal(sums.dead + sums.rejected, 0);
	assert_int_equal(taken(), written);
	assert_int_equal(believed(), written);
	return reached;
}

static void walk(long (*fail_after)(long, bool))
{
	const char *soak = getenv("SOAK");
	long stride = soak && *soak ? 1 : STRIDE;
	for (int forever = 0; forever < 2; forever++) {
		long n = 0;
		while (one_point(fail_after, n, forever)) {
			n += stride;
			assert_true(n < MOST);
		}
		assert_true(n > 2 * stride);
	}
}

static void memory_that_fails_at_any_point_loses_and_doubles_nothing(void **state)
{
	(void)state;
	walk(arena_fail_after);
}

static void a_database_that_fails_at_any_point_loses_and_doubles_nothing(void **state)
{
	(void)state;
	walk(db_fail_after);
}

static void a_sender_that_has_not_met_the_hotel_sends(void **state)
{
	(void)state;
	char key[240];
	struct sync_sums sums;
	struct keyring *warm = t->cx.keys, *cold = NULL;
	snprintf(key, sizeof(key), "%s/key", t->dir);
	assert_int_equal(keys_load(key, &cold, &t->cx.err), VH_OK);
	t->cx.keys = cold;
	assert_int_equal(run(0, &sums), VH_OK);
	t->cx.keys = warm;
	keys_free(cold);
	assert_int_equal(sums.accepted, 1);
	assert_int_equal(sums.left, 0);
}

static void urgent_events_go_by_themselves(void **state)
{
	(void)state;
	struct sync_worker *w = NULL;
	struct ctx cx = fresh();
	bool any = true;
	struct sync_sums sums;
	assert_int_equal(run(0, &sums), VH_OK);
	assert_int_equal(outbox_urgent(&cx, &any), VH_OK);
	assert_false(any);
	assert_int_equal(sync_worker_start(t->db, t->cx.keys, &w, &cx.err), VH_OK);
	for (int round = 1; round <= 2; round++) {
		cx = fresh();
		assert_int_equal(db_write(&cx, add_events, NULL), VH_OK);
		int64_t until = now_ms() + 10000;
		while (taken() < 1 + round * EVENTS && now_ms() < until)
			nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
		assert_int_equal(taken(), 1 + round * EVENTS);
	}
	sync_worker_stop(w);
	sync_worker_stop(NULL);
	cx = fresh();
	assert_int_equal(db_write(&cx, add_events, NULL), VH_OK);
	assert_int_equal(outbox_urgent(&cx, &any), VH_OK);
	assert_true(any);
}

/* What was claimed behind the batch in hand is as it was before: not sent, and due at once. */
static void who_is_stopped_begins_no_other_batch_of_what_it_claimed(void **state)
{
	(void)state;
	struct ctx cx = fresh();
	const struct sync_opts opts = { .stop = &stop };
	struct sync_sums sums;
	assert_int_equal(db_write(&cx, add_crowd, NULL), VH_OK);
	assert_int_equal(sync_run(&cx, &opts, &sums), VH_OK);
	assert_int_equal(atomic_load(&posts), 2);
	assert_int_equal(believed(), 2 * LIM_SYNC_BATCH);
	assert_int_equal(taken(), 2 * LIM_SYNC_BATCH);
	assert_int_equal(sums.left, 1 + CROWD - 2 * LIM_SYNC_BATCH);
	assert_int_equal(run(0, &sums), VH_OK);
	assert_int_equal(sums.accepted, 1 + CROWD - 2 * LIM_SYNC_BATCH);
	assert_int_equal(sums.duplicate + sums.left, 0);
	assert_int_equal(taken(), 1 + CROWD);
}

int main(void)
{
	log_level_set(LOG_ERROR + 1);
	json_hooks();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_that_fails_at_any_point_loses_and_doubles_nothing, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_database_that_fails_at_any_point_loses_and_doubles_nothing, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(a_sender_that_has_not_met_the_hotel_sends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(urgent_events_go_by_themselves, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_is_stopped_begins_no_other_batch_of_what_it_claimed, set_up,
		                                tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
