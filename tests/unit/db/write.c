/* Write steps: what is acknowledged, what fails alone, what joins. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

static void a_row_comes_back_as_it_was_written(void **state)
{
	struct testdb *t = *state;
	struct pet cat = { 1, "Miau", "likes \"fish\"", { (const unsigned char *)"\0\1", 2 }, 4.5 };
	struct pet dog = { 2, "Wau", NULL, { NULL, 0 }, 12 };
	assert_int_equal(db_write(&t->cx, pet_add, &cat), VH_OK);
	assert_int_equal(db_write(&t->cx, pet_add, &dog), VH_OK);
	struct pet p = { .id = 1 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_OK);
	assert_string_equal(p.name, "Miau");
	assert_string_equal(p.note, "likes \"fish\"");
	assert_int_equal(p.pic.n, 2);
	assert_memory_equal(p.pic.p, "\0\1", 2);
	assert_true(p.kg > 4.4 && p.kg < 4.6);
	p = (struct pet){ .id = 2 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_OK);
	assert_null(p.note);
	assert_null(p.pic.p);
	p = (struct pet){ .id = 3 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_NOTFOUND);
}

static void a_violated_constraint_is_a_conflict_without_words(void **state)
{
	struct testdb *t = *state;
	struct pet cat = { .id = 1, .name = "Miau" };
	struct pet same = { .id = 2, .name = "Miau" };
	struct pet airy = { .id = 3, .name = "Puff", .kg = -1 };
	assert_int_equal(db_write(&t->cx, pet_add, &cat), VH_OK);
	assert_int_equal(db_write(&t->cx, pet_add, &same), VH_CONFLICT);
	assert_int_equal(db_write(&t->cx, pet_add, &airy), VH_CONFLICT);
	assert_int_equal(t->cx.err.n, 0);
	assert_int_equal(pets(&t->cx), 1);
}

/* ---- steps made to share a transaction ---- */

/* Holds the writer until every other step of the test is queued behind it. */
struct gate {
	struct db *db;
	unsigned wait_for; /* 0: has been */
	sem_t begun;
};

static unsigned queued(struct db *db)
{
	unsigned n = 0;
	pthread_mutex_lock(&db->w.m);
	n = db->w.queued;
	pthread_mutex_unlock(&db->w.m);
	return n;
}

static enum vh_rc hold(struct ctx *cx, void *arg)
{
	struct gate *g = arg;
	(void)cx;
	sem_post(&g->begun);
	while (queued(g->db) < g->wait_for)
		usleep(200);
	g->wait_for = 0;
	return VH_OK;
}

struct call {
	struct ctx cx;
	db_step *fn;
	void *arg;
	enum vh_rc rc;
	pthread_t thread;
};

static void *call(void *arg)
{
	struct call *c = arg;
	c->rc = db_write(&c->cx, c->fn, c->arg);
	return NULL;
}

/* Runs n calls in one group, in order. */
static void together(struct testdb *t, struct call *c, unsigned n)
{
	struct gate g = { .db = t->db, .wait_for = n };
	struct call first = { .cx = testdb_ctx(t), .fn = hold, .arg = &g };
	sem_init(&g.begun, 0, 0);
	assert_int_equal(pthread_create(&first.thread, NULL, call, &first), 0);
	sem_wait(&g.begun);
	for (unsigned i = 0; i < n; i++) {
		c[i].cx = testdb_ctx(t);
		assert_int_equal(pthread_create(&c[i].thread, NULL, call, &c[i]), 0);
		while (queued(t->db) <= i && i + 1 < n)
			usleep(100);
	}
	pthread_join(first.thread, NULL);
	for (unsigned i = 0; i < n; i++) {
		pthread_join(c[i].thread, NULL);
		testdb_drop(&c[i].cx);
	}
	testdb_drop(&first.cx);
	sem_destroy(&g.begun);
}

static enum vh_rc add_then_refuse(struct ctx *cx, void *arg)
{
	enum vh_rc rc = pet_add(cx, arg);
	return rc == VH_OK ? ctx_fail(cx, VH_DENIED, "no_pets", "name", "no pets here") : rc;
}

static void a_failing_step_is_undone_alone(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" },
	                   { .id = 3, .name = "c" }, { .id = 4, .name = "a" } };
	struct call c[] = { { .fn = pet_add, .arg = &p[0] }, { .fn = add_then_refuse, .arg = &p[1] },
	                    { .fn = pet_add, .arg = &p[2] }, { .fn = pet_add, .arg = &p[3] } };
	together(t, c, 4);
	assert_int_equal(c[0].rc, VH_OK);
	assert_int_equal(c[1].rc, VH_DENIED);
	assert_string_equal(err_code(&c[1].cx.err), "no_pets");
	assert_int_equal(c[2].rc, VH_OK);
	assert_int_equal(c[3].rc, VH_CONFLICT);
	assert_int_equal(pets(&t->cx), 2);
	struct pet gone = { .id = 2 };
	assert_int_equal(db_read(&t->cx, pet_get, &gone), VH_NOTFOUND);
	struct db_stats st;
	db_stats(t->db, &st);
	/* A machine that is slower than a group may last takes two. */
	assert_in_range(st.commits, 1, 2);
	assert_in_range(st.group_max, st.commits == 1 ? 3 : 1, 3);
}

static atomic_int runs;

static enum vh_rc add_counted(struct ctx *cx, void *arg)
{
	atomic_fetch_add(&runs, 1);
	return pet_add(cx, arg);
}

/* A conflict that makes SQLite throw the whole transaction away. */
static enum vh_rc lose_all(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_OR_ROLLBACK]);
	bind_i64(st, 1);
	bind_text(st, "again");
	enum vh_rc rc = db_run(cx, st, NULL);
	if (arg && rc != VH_OK) { /* careless: goes on, and says it went well */
		assert_int_equal(pet_add(cx, arg), VH_IO);
		assert_string_equal(err_code(&cx->err), "db_rolled_back");
		rc = VH_OK;
	}
	return rc;
}

static void a_lost_transaction_acknowledges_nobody_and_the_others_run_again(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" },
	                   { .id = 3, .name = "c" } };
	struct call c[] = { { .fn = add_counted, .arg = &p[1] }, { .fn = lose_all },
	                    { .fn = add_counted, .arg = &p[2] } };
	assert_int_equal(db_write(&t->cx, pet_add, &p[0]), VH_OK);
	atomic_store(&runs, 0);
	together(t, c, 3);
	assert_int_equal(c[0].rc, VH_OK);
	assert_int_equal(c[1].rc, VH_CONFLICT);
	assert_int_equal(c[2].rc, VH_OK);
	assert_int_equal(atomic_load(&runs), 3); /* the first twice */
	assert_int_equal(pets(&t->cx), 3);
}

static void a_step_cannot_go_on_after_a_rollback(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "stray" } };
	assert_int_equal(db_write(&t->cx, pet_add, &p[0]), VH_OK);
	assert_int_equal(db_write(&t->cx, lose_all, &p[1]), VH_IO);
	assert_int_equal(pets(&t->cx), 1);
	err_clear(&t->cx.err);
	assert_int_equal(db_write(&t->cx, pet_add, &p[1]), VH_OK);
}

static void a_step_lost_twice_is_not_tried_for_ever(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	struct call c[] = { { .fn = add_counted, .arg = &p[1] }, { .fn = lose_all },
	                    { .fn = lose_all }, { .fn = lose_all } };
	assert_int_equal(db_write(&t->cx, pet_add, &p[0]), VH_OK);
	atomic_store(&runs, 0);
	together(t, c, 4);
	assert_int_equal(atomic_load(&runs), 2);
	assert_int_equal(c[0].rc, VH_IO);
	assert_string_equal(err_code(&c[0].cx.err), "db_rolled_back");
	assert_int_equal(pets(&t->cx), 1);
}

static enum vh_rc add_toy(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_TOY]);
	bind_i64(st, 1);
	bind_i64(st, *(int64_t *)arg);
	return db_run(cx, st, NULL);
}

static void a_deferred_constraint_fails_its_step_and_not_the_commit(void **state)
{
	struct testdb *t = *state;
	int64_t nobody = 99;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	struct call c[] = { { .fn = pet_add, .arg = &p[0] }, { .fn = add_toy, .arg = &nobody },
	                    { .fn = pet_add, .arg = &p[1] } };
	together(t, c, 3);
	assert_int_equal(c[0].rc, VH_OK);
	assert_int_equal(c[1].rc, VH_CONFLICT);
	assert_int_equal(c[2].rc, VH_OK);
	assert_int_equal(pets(&t->cx), 2);
	int64_t one = 1;
	assert_int_equal(db_write(&t->cx, add_toy, &one), VH_OK);
}

/* ---- joining ---- */

static enum vh_rc outer(struct ctx *cx, void *arg)
{
	struct pet *p = arg;
	int64_t n = 0;
	struct dbc *mine = cx->tx;
	assert_true(db_writing(cx));
	assert_int_equal(db_write(cx, pet_add, &p[0]), VH_OK);
	assert_int_equal(db_write(cx, add_then_refuse, &p[1]), VH_DENIED);
	err_clear(&cx->err);
	assert_int_equal(db_read(cx, pet_count, &n), VH_OK);
	assert_int_equal(n, 1); /* sees what is not committed yet, and not what was undone */
	assert_ptr_equal(cx->tx, mine);
	return pet_add(cx, &p[2]);
}

static void an_inner_write_joins_and_fails_alone(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" },
	                   { .id = 3, .name = "c" } };
	assert_false(db_writing(&t->cx));
	assert_int_equal(db_write(&t->cx, outer, p), VH_OK);
	assert_null(t->cx.tx);
	assert_int_equal(pets(&t->cx), 2);
	struct db_stats st;
	db_stats(t->db, &st);
	assert_int_equal(st.commits, 1);
}

static enum vh_rc outer_fails(struct ctx *cx, void *arg)
{
	assert_int_equal(db_write(cx, pet_add, arg), VH_OK);
	return VH_INVALID;
}

static void an_inner_write_is_undone_with_its_outer(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	assert_int_equal(db_write(&t->cx, outer_fails, &p), VH_INVALID);
	assert_int_equal(pets(&t->cx), 0);
}

/* Two inner writes, the second of which may be refused; passes the refusal on, as it must. */
static enum vh_rc two_inner(struct ctx *cx, void *arg)
{
	struct pet *p = arg;
	enum vh_rc rc = db_write(cx, pet_add, &p[0]);
	return rc == VH_OK ? db_write(cx, p[1].kg > 0 ? pet_add : add_then_refuse, &p[1]) : rc;
}

static void inner_writes_together_stand_and_fall_with_the_step(void **state)
{
	struct testdb *t = *state;
	struct pet good[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b", .kg = 1 } };
	struct pet bad[] = { { .id = 3, .name = "c" }, { .id = 4, .name = "d" } };
	t->cx.together = true;
	assert_int_equal(db_write(&t->cx, two_inner, good), VH_OK);
	assert_int_equal(pets(&t->cx), 2);
	assert_int_equal(db_write(&t->cx, two_inner, bad), VH_DENIED);
	assert_int_equal(pets(&t->cx), 2);
}

/* ---- many threads ---- */

enum { THREADS = 8, EACH = 60 };

static void *write_many(void *arg)
{
	struct call *c = arg;
	int64_t base = *(int64_t *)c->arg;
	for (int64_t i = 0; i < EACH && c->rc == VH_OK; i++) {
		char name[32];
		struct pet p = { .id = base + i, .name = name }, seen = { .id = base + i };
		snprintf(name, sizeof name, "pet %lld", (long long)p.id);
		c->rc = db_write(&c->cx, pet_add, &p);
		if (c->rc == VH_OK) /* what is acknowledged is seen by any reader at once */
			c->rc = db_read(&c->cx, pet_get, &seen);
		if (c->rc == VH_OK && strcmp(seen.name, name) != 0)
			c->rc = VH_INVALID;
	}
	return NULL;
}

static void steps_of_many_threads_share_commits_and_none_is_lost(void **state)
{
	struct testdb *t = *state;
	struct call c[THREADS];
	int64_t base[THREADS];
	for (int i = 0; i < THREADS; i++) {
		base[i] = 1000 * (i + 1);
		c[i] = (struct call){ .cx = testdb_ctx(t), .arg = &base[i] };
		assert_int_equal(pthread_create(&c[i].thread, NULL, write_many, &c[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(c[i].thread, NULL);
		testdb_drop(&c[i].cx);
		assert_int_equal(c[i].rc, VH_OK);
	}
	struct db_stats st;
	db_stats(t->db, &st);
	assert_int_equal(st.steps, THREADS * EACH);
	assert_true(st.commits <= st.steps && st.wal_bytes > 0);
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), THREADS * EACH);
}

/* ---- deadlines ---- */

static enum vh_rc sleep_long(struct ctx *cx, void *arg)
{
	(void)cx;
	sem_post(arg);
	usleep(400 * 1000);
	return VH_OK;
}

static void a_step_whose_caller_has_given_up_never_runs(void **state)
{
	struct testdb *t = *state;
	sem_t begun;
	struct pet p = { .id = 1, .name = "late" };
	struct call slow = { .cx = testdb_ctx(t), .fn = sleep_long, .arg = &begun };
	sem_init(&begun, 0, 0);
	assert_int_equal(pthread_create(&slow.thread, NULL, call, &slow), 0);
	sem_wait(&begun);
	t->db->wait_ms = 50;
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_BUSY);
	assert_string_equal(err_code(&t->cx.err), "busy");
	t->db->wait_ms = 5000;
	pthread_join(slow.thread, NULL);
	testdb_drop(&slow.cx);
	assert_int_equal(slow.rc, VH_OK); /* what was begun is answered */
	assert_int_equal(pets(&t->cx), 0);
	struct db_stats st;
	db_stats(t->db, &st);
	assert_int_equal(st.busy, 1);
	err_clear(&t->cx.err);
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	sem_destroy(&begun);
}

static enum vh_rc add_returning(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_RETURNING]);
	bind_i64(st, 5);
	bind_text(st, arg);
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK && col_i64(st) != 5)
		rc = VH_INVALID;
	db_end(st);
	return rc;
}

static void a_returning_insert_takes_effect_and_conflicts(void **state)
{
	struct testdb *t = *state;
	char name[] = "back";
	assert_int_equal(db_write(&t->cx, add_returning, name), VH_OK);
	assert_int_equal(pets(&t->cx), 1);
	assert_int_equal(db_write(&t->cx, add_returning, name), VH_CONFLICT);
	assert_int_equal(pets(&t->cx), 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_row_comes_back_as_it_was_written),
		CASE(a_violated_constraint_is_a_conflict_without_words),
		CASE(a_failing_step_is_undone_alone),
		CASE(a_lost_transaction_acknowledges_nobody_and_the_others_run_again),
		CASE(a_step_cannot_go_on_after_a_rollback),
		CASE(a_step_lost_twice_is_not_tried_for_ever),
		CASE(a_deferred_constraint_fails_its_step_and_not_the_commit),
		CASE(an_inner_write_joins_and_fails_alone),
		CASE(an_inner_write_is_undone_with_its_outer),
		CASE(inner_writes_together_stand_and_fall_with_the_step),
		CASE(steps_of_many_threads_share_commits_and_none_is_lost),
		CASE(a_step_whose_caller_has_given_up_never_runs),
		CASE(a_returning_insert_takes_effect_and_conflicts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
