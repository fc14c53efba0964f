/* Statements: signatures, the `$n` rule, the cache, what a step leaves behind. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

#define SQL(n, i, o, t) { .name = n, .in = i, .out = o, .text = t }

/* Each breaks one rule; the child that uses it dies with its name. */
static const struct sql wrong[] = {
	SQL("w.order", "ii", "ii", "SELECT $2, $1"),
	SQL("w.named", "i", "i", "SELECT :a"),
	SQL("w.fewer_in", "ii", "i", "SELECT $1"),
	SQL("w.fewer_out", "i", "ii", "SELECT $1"),
	SQL("w.more_out", "i", "i", "SELECT $1, 2"),
	SQL("w.two", "", "i", "SELECT 1; SELECT 2"),
	SQL("w.empty", "", "", "  "),
};
static const struct sql right[] = {
	SQL("r.twice", "ii", "iii", "SELECT $1, $2, $1"),
	SQL("r.end", "", "i", "SELECT 1;\n"),
	SQL("r.null", "I", "I", "SELECT CAST($1 AS INTEGER)"),
	SQL("r.text", "t", "t", "SELECT CAST($1 AS TEXT)"),
	SQL("r.none", "", "it", "SELECT 1, NULL"),
	SQL("r.kind", "", "it", "SELECT 'text', 'a'"),
	SQL("r.real", "r", "r", "SELECT $1"),
};

struct misuse {
	db_step *fn;
	const struct sql *q;
	struct testdb *t;
};

static enum vh_rc just_prepare(struct ctx *cx, void *arg)
{
	const struct misuse *m = arg;
	db_stmt(cx, m->q);
	return VH_OK;
}

static enum vh_rc bind_wrong_kind(struct ctx *cx, void *arg)
{
	(void)arg;
	bind_text(db_stmt(cx, &right[0]), "1");
	return VH_OK;
}

static enum vh_rc bind_too_many(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[3]);
	(void)arg;
	bind_text(st, "1");
	bind_text(st, "2");
	return VH_OK;
}

static enum vh_rc bind_too_few(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[0]);
	(void)arg;
	bind_i64(st, 1);
	return db_row(cx, st);
}

static enum vh_rc bind_null_text(struct ctx *cx, void *arg)
{
	(void)arg;
	bind_text(db_stmt(cx, &right[3]), NULL);
	return VH_OK;
}

static enum vh_rc read_wrong_kind(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[1]);
	(void)arg;
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK)
		col_text(cx, st);
	return rc;
}

static enum vh_rc read_too_many(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[1]);
	(void)arg;
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK)
		col_i64(st), col_i64(st);
	return rc;
}

static enum vh_rc read_after_the_end(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[1]);
	(void)arg;
	while (db_row(cx, st) == VH_OK)
		;
	col_i64(st);
	return VH_OK;
}

static enum vh_rc use_twice(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[1]);
	(void)arg;
	enum vh_rc rc = db_row(cx, st);
	db_stmt(cx, &right[1]);
	return rc;
}

static enum vh_rc run_with_rows(struct ctx *cx, void *arg)
{
	(void)arg;
	return db_run(cx, db_stmt(cx, &right[1]), NULL);
}

static enum vh_rc write_inside(struct ctx *cx, void *arg)
{
	return db_write(cx, just_prepare, arg);
}

static enum vh_rc with_other_context(struct ctx *cx, void *arg)
{
	struct misuse *m = arg;
	struct ctx other = testdb_ctx(m->t);
	enum vh_rc rc = m->q ? db_write(&other, just_prepare, m) : db_read(&other, just_prepare, m);
	(void)cx;
	testdb_drop(&other);
	return rc;
}

static enum vh_rc write_other(struct ctx *cx, void *arg)
{
	struct misuse *m = arg;
	cx->tx = NULL; /* as if the read step were none */
	enum vh_rc rc = db_write(cx, with_other_context, m);
	_exit(rc == VH_OK ? 0 : 1);
}

static int misuse_in_child(void *arg)
{
	struct misuse *m = arg;
	testdb_reopen(m->t);
	enum vh_rc rc = db_read(&m->t->cx, m->fn, m);
	testdb_shut(m->t);
	return rc == VH_OK ? 0 : 1;
}

static void dies(struct testdb *t, db_step *fn, const struct sql *q, const char *name)
{
	char said[400];
	struct misuse m = { .fn = fn, .q = q, .t = t };
	int how = testdb_child(misuse_in_child, &m, said);
	if (how != -SIGABRT || !strstr(said, name))
		fail_msg("%s: ended with %d, said: %s", name, how, said);
}

static void a_statement_against_its_signature_aborts_with_its_name(void **state)
{
	struct testdb t;
	(void)state;
	testdb_open(&t, pet_schema);
	testdb_shut(&t);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		dies(&t, just_prepare, &wrong[i], wrong[i].name);
	char said[400];
	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		struct misuse m = { .fn = just_prepare, .q = &right[i], .t = &t };
		assert_int_equal(testdb_child(misuse_in_child, &m, said), 0);
	}
	testdb_close(&t);
}

static void a_value_against_its_signature_aborts_with_the_name(void **state)
{
	struct testdb t;
	(void)state;
	testdb_open(&t, pet_schema);
	testdb_shut(&t);
	dies(&t, bind_wrong_kind, NULL, "r.twice");
	dies(&t, bind_too_many, NULL, "r.text");
	dies(&t, bind_too_few, NULL, "r.twice");
	dies(&t, bind_null_text, NULL, "r.text");
	dies(&t, read_wrong_kind, NULL, "r.end");
	dies(&t, read_too_many, NULL, "r.end");
	dies(&t, read_after_the_end, NULL, "r.end");
	dies(&t, use_twice, NULL, "r.end");
	dies(&t, run_with_rows, NULL, "r.end");
	dies(&t, write_inside, NULL, "read step");
	dies(&t, write_other, &right[1], "db_write with another context");
	dies(&t, write_other, NULL, "db_read with another context");
	testdb_close(&t);
}

struct cells {
	const struct sql *q;
	int64_t number;
	const char *text;
};

static enum vh_rc read_cells(struct ctx *cx, void *arg)
{
	struct cells *c = arg;
	struct stmt *st = db_stmt(cx, c->q);
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK) {
		c->number = col_i64(st);
		c->text = col_text(cx, st);
	}
	return rc;
}

static enum vh_rc read_cells_inside(struct ctx *cx, void *arg)
{
	return db_read(cx, read_cells, arg);
}

static void a_cell_of_another_kind_fails_the_step_and_crashes_nobody(void **state)
{
	struct testdb *t = *state;
	db_step *const way[] = { read_cells, read_cells_inside };
	static const struct sql whole = SQL("r.whole", "", "it", "SELECT 1, 'a'");
	for (size_t i = 0; i < 2; i++) {
		struct cells none = { .q = &right[4] }, kind = { .q = &right[5], .number = 7 };
		struct cells good = { .q = &whole };
		assert_int_equal(db_read(&t->cx, way[i], &none), VH_IO);
		assert_string_equal(err_code(&t->cx.err), "db_corrupt");
		assert_string_equal(none.text, ""); /* never NULL: the step goes on with it */
		err_clear(&t->cx.err);
		assert_int_equal(db_write(&t->cx, way[i], &kind), VH_IO);
		assert_string_equal(err_code(&t->cx.err), "db_corrupt");
		assert_non_null(strstr(err_text(&t->cx.err), "r.kind"));
		assert_int_equal(kind.number, 0);
		err_clear(&t->cx.err);
		assert_int_equal(db_read(&t->cx, way[i], &good), VH_OK); /* and it is over */
	}
}

static enum vh_rc nulls(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &right[2]);
	int64_t *ret = arg;
	bind_i64_null(st);
	enum vh_rc rc = db_one(cx, st);
	ret[0] = rc == VH_OK ? col_i64(st) : -1;
	db_end(st);
	bind_i64(st, 7); /* the same statement again, without asking for it again */
	rc = db_one(cx, st);
	ret[1] = rc == VH_OK ? col_i64(st) : -1;
	st = db_stmt(cx, &right[6]);
	bind_real(st, 2);
	rc = db_one(cx, st);
	ret[2] = rc == VH_OK ? (int64_t)col_real(st) : -1;
	return rc;
}

static void null_reads_as_zero_where_it_may_be_null(void **state)
{
	struct testdb *t = *state;
	int64_t got[3] = { -1, -1, -1 };
	assert_int_equal(db_read(&t->cx, nulls, got), VH_OK);
	assert_int_equal(got[0], 0);
	assert_int_equal(got[1], 7);
	assert_int_equal(got[2], 2);
}

static enum vh_rc names(struct ctx *cx, void *arg)
{
	char *all = arg;
	struct stmt *st = db_stmt(cx, &pet_sql[PET_NAMES]);
	enum vh_rc rc;
	while ((rc = db_row(cx, st)) == VH_OK) {
		int64_t n = 0;
		enum vh_rc inner = db_read(cx, pet_count, &n); /* other statements run in between */
		size_t len = strlen(all);
		snprintf(all + len, 20 - len, "%s", inner == VH_OK && n == 3 ? col_text(cx, st) : "!");
	}
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static void rows_come_in_order_and_end_with_not_found(void **state)
{
	struct testdb *t = *state;
	char all[20] = "";
	struct pet p[] = { { .id = 2, .name = "b" }, { .id = 1, .name = "a" }, { .id = 3, .name = "c" } };
	for (int i = 0; i < 3; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	assert_int_equal(db_read(&t->cx, names, all), VH_OK);
	assert_string_equal(all, "abc");
}

static enum vh_rc leave_open(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_NAMES]);
	*(struct stmt **)arg = st;
	return db_row(cx, st);
}

static enum vh_rc leave_open_inside(struct ctx *cx, void *arg)
{
	struct stmt *a = NULL, *b = NULL;
	(void)arg;
	assert_int_equal(db_read(cx, leave_open, &a), VH_OK);
	assert_int_equal(db_read(cx, leave_open, &b), VH_OK);
	assert_ptr_equal(a, b); /* prepared once */
	return VH_OK;
}

static void what_a_step_leaves_open_is_reset(void **state)
{
	struct testdb *t = *state;
	struct stmt *st = NULL;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	for (int i = 0; i < 2; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	assert_int_equal(db_read(&t->cx, leave_open, &st), VH_OK);
	assert_int_equal(st->state, S_IDLE);
	assert_null(st->c->open);
	assert_int_equal(db_write(&t->cx, leave_open_inside, NULL), VH_OK);
	/* No reader is left on an old moment: a checkpoint gets through to the end. */
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), 2);
}

enum { MANY = 300 };
static struct sql many[MANY];

static enum vh_rc use_many(struct ctx *cx, void *arg)
{
	struct stmt **st = arg;
	for (int i = 0; i < MANY; i++) {
		struct stmt *is = db_stmt(cx, &many[i]);
		enum vh_rc rc = db_one(cx, is);
		if (rc != VH_OK)
			return rc;
		if (st[i] && st[i] != is)
			return VH_INVALID;
		st[i] = is;
	}
	return VH_OK;
}

static void a_statement_is_prepared_once_for_a_connection(void **state)
{
	struct testdb *t = *state;
	struct stmt *st[MANY] = { NULL };
	for (int i = 0; i < MANY; i++)
		many[i] = (struct sql){ .name = "many", .in = "", .out = "i", .text = "SELECT 1" };
	assert_int_equal(db_write(&t->cx, use_many, st), VH_OK);
	assert_int_equal(db_write(&t->cx, use_many, st), VH_OK);
	for (int i = 1; i < MANY; i++)
		assert_ptr_not_equal(st[i], st[i - 1]);
	assert_int_equal(t->db->w.c->cache.n, MANY);
}

static void prepare_all_names_the_first_that_fails(void **state)
{
	struct testdb *t = *state;
	static const struct sql bad[] = {
		SQL("good", "", "i", "SELECT 1"),
		SQL("no.table", "", "i", "SELECT x FROM nowhere"),
		SQL("no.column", "", "i", "SELECT x FROM pet"),
	};
	assert_int_equal(db_prepare_all(&t->cx, pet_sql, PET__MAX), VH_OK);
	assert_int_equal(db_prepare_all(&t->cx, right, sizeof right / sizeof *right), VH_OK);
	assert_int_equal(db_prepare_all(&t->cx, bad, 3), VH_IO);
	assert_non_null(strstr(err_text(&t->cx.err), "no.table"));
	err_clear(&t->cx.err);
	assert_int_equal(db_prepare_all(&t->cx, wrong, 1), VH_IO);
	assert_non_null(strstr(err_text(&t->cx.err), "w.order"));
}

/* ---- what the store may not say ---- */

static const struct sql forbidden[] = {
	SQL("f.begin", "", "", "BEGIN"),
	SQL("f.commit", "", "", "COMMIT"),
	SQL("f.rollback", "", "", "ROLLBACK"),
	SQL("f.savepoint", "", "", "SAVEPOINT mine"),
	SQL("f.pragma", "", "i", "PRAGMA user_version"),
	SQL("f.attach", "", "", "ATTACH 'other.db' AS other"),
	SQL("f.drop", "", "", "DROP TABLE pet"),
	SQL("f.create", "", "", "CREATE TABLE more (id INTEGER)"),
	SQL("f.vacuum", "", "", "VACUUM"),
	SQL("f.dqs", "", "t", "SELECT \"no column\""),
};

static enum vh_rc try_forbidden(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, arg);
	return db_row(cx, st);
}

static void statements_may_only_read_and_write_rows(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++) {
		void *q = (void *)(uintptr_t)&forbidden[i];
		err_clear(&t->cx.err);
		assert_int_equal(db_write(&t->cx, try_forbidden, q), VH_IO);
		err_clear(&t->cx.err);
		assert_int_equal(db_read(&t->cx, try_forbidden, q), VH_IO);
	}
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	assert_int_equal(pets(&t->cx), 1);
}

static enum vh_rc add_too_long(struct ctx *cx, void *arg)
{
	struct pet *p = arg;
	static unsigned char big[2000000];
	p->pic = (struct blob){ big, sizeof big };
	return pet_add(cx, p);
}

static void a_value_over_the_ceiling_is_a_limit(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	assert_int_equal(db_write(&t->cx, add_too_long, &p), VH_LIMIT);
	assert_int_equal(t->cx.err.n, 1);
	assert_int_equal(pets(&t->cx), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_against_its_signature_aborts_with_its_name),
		cmocka_unit_test(a_value_against_its_signature_aborts_with_the_name),
		CASE(a_cell_of_another_kind_fails_the_step_and_crashes_nobody),
		CASE(null_reads_as_zero_where_it_may_be_null),
		CASE(rows_come_in_order_and_end_with_not_found),
		CASE(what_a_step_leaves_open_is_reset),
		CASE(a_statement_is_prepared_once_for_a_connection),
		CASE(prepare_all_names_the_first_that_fails),
		CASE(statements_may_only_read_and_write_rows),
		CASE(a_value_over_the_ceiling_is_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
