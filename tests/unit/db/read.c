/* Read steps: one moment, no writing, no dawdling, one connection a thread. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

static void a_reader_cannot_write(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	assert_int_equal(db_read(&t->cx, pet_add, &p), VH_IO);
	assert_string_equal(err_code(&t->cx.err), "db_readonly");
	err_clear(&t->cx.err);
	assert_int_equal(pets(&t->cx), 0);
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	assert_int_equal(pets(&t->cx), 1);
}

struct meanwhile {
	struct testdb *t;
	int64_t before, after;
};

static void *write_one(void *arg)
{
	struct ctx cx = testdb_ctx(arg);
	struct pet p = { .id = 2, .name = "meanwhile" };
	enum vh_rc rc = db_write(&cx, pet_add, &p);
	testdb_drop(&cx);
	return rc == VH_OK ? arg : NULL;
}

static enum vh_rc count_twice(struct ctx *cx, void *arg)
{
	struct meanwhile *m = arg;
	pthread_t thread;
	void *written = NULL;
	enum vh_rc rc = pet_count(cx, &m->before);
	if (rc != VH_OK || pthread_create(&thread, NULL, write_one, m->t) != 0)
		return VH_IO;
	pthread_join(thread, &written);
	if (!written)
		return VH_IO;
	return pet_count(cx, &m->after);
}

static void a_step_reads_one_moment_and_holds_up_no_writer(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	struct meanwhile m = { .t = t };
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	assert_int_equal(db_read(&t->cx, count_twice, &m), VH_OK);
	assert_int_equal(m.before, 1);
	assert_int_equal(m.after, 1);
	assert_int_equal(pets(&t->cx), 2);
}

static enum vh_rc run_for_ever(struct ctx *cx, void *arg)
{
	(void)arg;
	return db_one(cx, db_stmt(cx, &pet_sql[PET_FOREVER]));
}

static enum vh_rc dawdle(struct ctx *cx, void *arg)
{
	usleep(80 * 1000);
	return pet_count(cx, arg);
}

static void a_read_is_cut_at_its_limit(void **state)
{
	struct testdb *t = *state;
	int64_t n = -1;
	t->db->read_ms = 40;
	assert_int_equal(db_read(&t->cx, run_for_ever, NULL), VH_BUSY);
	assert_string_equal(err_code(&t->cx.err), "read_limit");
	err_clear(&t->cx.err);
	assert_int_equal(db_read(&t->cx, dawdle, &n), VH_BUSY);
	assert_string_equal(err_code(&t->cx.err), "read_limit");
	err_clear(&t->cx.err);
	assert_int_equal(db_read_long(&t->cx, dawdle, &n), VH_OK);
	assert_int_equal(n, 0);
	assert_int_equal(pets(&t->cx), 0); /* the connection is as good as before */
}

enum { THREADS = 40, EACH = 30 }; /* more than there are readers */

static atomic_int failures;

static void *read_many(void *arg)
{
	struct ctx cx = testdb_ctx(arg);
	for (int i = 0; i < EACH; i++) {
		struct pet p = { .id = 1 };
		int64_t n = 0;
		bool ok = db_read(&cx, pet_get, &p) == VH_OK && p.id == 1
		          && db_read(&cx, pet_count, &n) == VH_OK && n == 2;
		if (!ok)
			atomic_fetch_add(&failures, 1);
		arena_reset(cx.a);
	}
	testdb_drop(&cx);
	return NULL;
}

static void readers_are_shared_by_more_threads_than_there_are(void **state)
{
	struct testdb *t = *state;
	pthread_t thread[THREADS];
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	for (int i = 0; i < 2; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, read_many, t), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(atomic_load(&failures), 0);
	assert_true(t->db->pool.n >= 1 && t->db->pool.n <= 32);
	unsigned free = 0;
	for (const struct dbc *c = t->db->pool.free; c; c = c->next)
		free++;
	assert_int_equal(free, t->db->pool.n);
}

static enum vh_rc two_contexts(struct ctx *cx, void *arg)
{
	struct ctx other = testdb_ctx(arg);
	enum vh_rc rc = db_read(&other, pet_count, &(int64_t){ 0 });
	assert_non_null(cx->tx);
	testdb_drop(&other);
	return rc;
}

static void a_thread_may_read_in_two_contexts_at_once(void **state)
{
	struct testdb *t = *state;
	assert_int_equal(db_read(&t->cx, two_contexts, t), VH_OK);
	assert_int_equal(t->db->pool.n, 2);
	assert_int_equal(db_read(&t->cx, two_contexts, t), VH_OK);
	assert_int_equal(t->db->pool.n, 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_reader_cannot_write),
		CASE(a_step_reads_one_moment_and_holds_up_no_writer),
		CASE(a_read_is_cut_at_its_limit),
		CASE(readers_are_shared_by_more_threads_than_there_are),
		CASE(a_thread_may_read_in_two_contexts_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
