/* Faults made by the test hooks reach the step, though it runs on another thread, and leave nothing behind. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "db/internal.h"
#include "testdb_pet.h"

static enum vh_rc last_name(struct ctx *cx, const char **ret)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_NAMES]);
	enum vh_rc rc;
	while ((rc = db_row(cx, st)) == VH_OK)
		*ret = col_text(cx, st);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Writes, joins, reads and copies into the arena. */
static enum vh_rc flow(struct ctx *cx, void *arg)
{
	struct pet *p = arg;
	const char *name = NULL;
	enum vh_rc rc = pet_add(cx, &p[0]);
	if (rc == VH_OK)
		rc = db_write(cx, pet_add, &p[1]);
	if (rc == VH_OK)
		rc = last_name(cx, &name);
	if (rc == VH_OK) { /* more than one block of the arena */
		for (int i = 0; i < 3 && rc == VH_OK; i++)
			rc = arena_alloc(cx->a, 9000) ? VH_OK : ctx_nomem(cx);
	}
	if (rc == VH_OK && strcmp(name, p[1].name) != 0)
		rc = VH_INVALID;
	return rc;
}

static enum vh_rc count_and_name(struct ctx *cx, void *arg)
{
	const char *name = "";
	enum vh_rc rc = pet_count(cx, arg);
	return rc == VH_OK ? last_name(cx, &name) : rc;
}

static void every_database_call_may_fail(bool forever)
{
	struct testdb t;
	testdb_open(&t, pet_schema);
	long n = 0;
	for (bool touched = true; touched && n < 100; n++) {
		struct pet p[] = { { .id = 10 * n + 1, .name = arena_printf(t.cx.a, "%ld a", n) },
		                   { .id = 10 * n + 2, .name = arena_printf(t.cx.a, "%ld b", n) } };
		int64_t before = pets(&t.cx), after = -1;
		(void)db_fail_after(n, forever);
		enum vh_rc rc = db_write(&t.cx, flow, p);
		touched = db_fail_after(-1, false) > n;
		assert_int_equal(rc, touched ? VH_IO : VH_OK);
		assert_string_equal(err_code(&t.cx.err), touched ? "db_fault" : "");
		err_clear(&t.cx.err);
		assert_int_equal(pets(&t.cx), before + (touched ? 0 : 2));
		(void)db_fail_after(n, forever);
		rc = db_read(&t.cx, count_and_name, &after);
		bool hit = db_fail_after(-1, false) > n;
		assert_int_equal(rc, hit ? VH_IO : VH_OK);
		err_clear(&t.cx.err);
	}
	assert_in_range(n, 6, 99);
	testdb_reopen(&t);
	assert_int_equal(pets(&t.cx), 2);
	testdb_close(&t);
}

static void a_database_call_that_fails_once_undoes_the_step(void **state)
{
	(void)state;
	every_database_call_may_fail(false);
}

static void a_database_that_fails_from_now_on_undoes_the_step(void **state)
{
	(void)state;
	every_database_call_may_fail(true);
}

static void memory_that_runs_out_inside_a_step_undoes_it(void **state)
{
	struct testdb t;
	(void)state;
	for (int forever = 0; forever < 2; forever++) {
		bool touched = true;
		long n = 0;
		for (; touched && n < 100; n++) {
			testdb_open(&t, pet_schema);
			struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
			(void)arena_fail_after(n, forever);
			enum vh_rc rc = db_write(&t.cx, flow, p);
			touched = arena_fail_after(-1, false) > n;
			assert_int_equal(rc, touched ? VH_NOMEM : VH_OK);
			err_clear(&t.cx.err);
			assert_int_equal(pets(&t.cx), touched ? 0 : 2);
			testdb_close(&t);
		}
		assert_in_range(n, 4, 99);
	}
}

static void memory_that_runs_out_while_opening_is_said(void **state)
{
	struct testdb t;
	(void)state;
	testdb_open(&t, pet_schema);
	testdb_shut(&t);
	long n = 0;
	for (bool touched = true; touched && n < 100; n++) {
		struct err e = { .n = 0 };
		t.db = NULL;
		(void)arena_fail_after(n, false);
		enum vh_rc rc = db_open(t.path, DB_OPEN, &t.db, &e);
		touched = arena_fail_after(-1, false) > n;
		assert_int_equal(rc, touched ? VH_NOMEM : VH_OK);
		assert_true(touched == !t.db);
	}
	assert_in_range(n, 2, 99);
	testdb_close(&t);
}

struct other {
	struct ctx cx;
	enum vh_rc rc;
};

static void *write_in_peace(void *arg)
{
	struct other *o = arg;
	for (int i = 0; i < 200 && o->rc == VH_OK; i++) {
		struct pet p = { .id = 1000 + i, .name = arena_printf(o->cx.a, "other %d", i) };
		o->rc = db_write(&o->cx, pet_add, &p);
	}
	return NULL;
}

static void a_fault_of_one_thread_leaves_the_steps_of_another_alone(void **state)
{
	struct testdb *t = *state;
	struct other o = { .cx = testdb_ctx(t) };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, write_in_peace, &o), 0);
	(void)db_fail_after(0, true);
	for (int i = 0; i < 200; i++) {
		struct pet p = { .id = i, .name = "mine" };
		assert_int_equal(db_write(&t->cx, pet_add, &p), VH_IO);
		err_clear(&t->cx.err);
	}
	(void)db_fail_after(-1, false);
	pthread_join(thread, NULL);
	testdb_drop(&o.cx);
	assert_int_equal(o.rc, VH_OK);
	assert_int_equal(pets(&t->cx), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_database_call_that_fails_once_undoes_the_step),
		cmocka_unit_test(a_database_that_fails_from_now_on_undoes_the_step),
		cmocka_unit_test(memory_that_runs_out_inside_a_step_undoes_it),
		cmocka_unit_test(memory_that_runs_out_while_opening_is_said),
		cmocka_unit_test_setup_teardown(
			a_fault_of_one_thread_leaves_the_steps_of_another_alone, pet_setup,
			pet_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
