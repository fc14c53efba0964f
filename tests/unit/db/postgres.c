/* PostgreSQL: the schema goes up, every statement prepares with its signature, and nothing else is promised yet. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "db/internal.h"
#include "testdb_pet.h"
#include "testpg.h"
#include "vh/limits.h"

static struct testpg pg;
static bool running;

#define SQL(n, i, o, t) { .name = n, .in = i, .out = o, .text = t }

static const struct sql bad[] = {
	SQL("b.table", "", "i", "SELECT id FROM nowhere"),
	SQL("b.in", "ii", "i", "SELECT CAST($1 AS BIGINT)"),
	SQL("b.out", "i", "ii", "SELECT CAST($1 AS BIGINT)"),
	SQL("b.in_kind", "i", "i", "SELECT count(*) FROM pet WHERE name = $1"),
	SQL("b.out_kind", "i", "i", "SELECT name FROM pet WHERE id = $1"),
};
static const struct sql good[] = {
	SQL("g.count", "t", "i", "SELECT count(*) FROM pet WHERE name = $1"),
	SQL("g.all", "i", "itTBR", "SELECT id, name, note, pic, kg FROM pet WHERE id = $1"),
	{ .name = "g.own", .in = "i", .out = "t", .text = "SELECT no such thing",
	  .pg = "SELECT name FROM pet WHERE id = $1 FOR UPDATE" },
	SQL("g.upsert", "it", "", "INSERT INTO pet (id, name) VALUES ($1, $2)"
	    " ON CONFLICT (id) DO UPDATE SET name = excluded.name"),
};

static int start(void **state)
{
	(void)state;
	running = testpg_start(&pg);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (running)
		testpg_stop(&pg);
	return 0;
}

static struct db *opened(const char *uri, enum db_mode mode)
{
	struct db *db = NULL;
	struct err e = { .n = 0 };
	if (db_open(uri, mode, &db, &e) != VH_OK)
		fail_msg("%s: %s", uri, err_text(&e));
	return db;
}

static void refused(const char *uri, enum db_mode mode, enum vh_rc rc, const char *code)
{
	struct db *db = NULL;
	struct err e = { .n = 0 };
	assert_int_equal(db_open(uri, mode, &db, &e), rc);
	assert_string_equal(err_code(&e), code);
	assert_null(db);
}

static void statements_prepare_with_their_signatures(void **state)
{
	char uri[300];
	(void)state;
	if (!running)
		skip();
	testpg_database(&pg, "pets", uri);
	migrate_files(pet_schema);
	refused(uri, DB_OPEN, VH_NOTFOUND, "db_missing");
	struct ctx cx = { .a = arena_new(LIM_ARENA), .db = opened(uri, DB_CREATE) };
	assert_non_null(strstr(db_engine(cx.db), "postgresql 1"));
	assert_int_equal(db_prepare_all(&cx, good, sizeof good / sizeof *good), VH_OK);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&cx.err);
		assert_int_equal(db_prepare_all(&cx, &bad[i], 1), VH_IO);
		assert_non_null(strstr(err_text(&cx.err), bad[i].name));
	}
	db_close(cx.db);
	arena_free(cx.a);
	migrate_files(NULL);
}

static void steps_are_not_supported_yet_and_say_so(void **state)
{
	char uri[300];
	(void)state;
	if (!running)
		skip();
	testpg_database(&pg, "steps", uri);
	migrate_files(pet_schema);
	struct ctx cx = { .a = arena_new(LIM_ARENA), .db = opened(uri, DB_CREATE) };
	struct pet p = { .id = 1, .name = "a" };
	int64_t n = 0;
	enum vh_rc rc[] = { db_write(&cx, pet_add, &p), db_read(&cx, pet_count, &n),
	                    db_read_long(&cx, pet_count, &n), db_check(&cx), db_copy(&cx, "copy") };
	for (size_t i = 0; i < sizeof rc / sizeof *rc; i++)
		assert_int_equal(rc[i], VH_IO);
	assert_string_equal(err_code(&cx.err), "db_unsupported");
	db_close(cx.db);
	arena_free(cx.a);
	migrate_files(NULL);
}

static const struct embedded newer[] = {
	{ "db/schema/0001_a.pg.sql", (const unsigned char *)"CREATE TABLE a (id BIGINT)", 26 },
	{ "db/schema/0002_b.pg.sql", (const unsigned char *)"CREATE TABLE b (id BIGINT)", 26 },
	{ .path = NULL },
};
static const struct embedded older[] = {
	{ "db/schema/0001_a.pg.sql", (const unsigned char *)"CREATE TABLE a (id BIGINT)", 26 },
	{ .path = NULL },
};
static const struct embedded broken[] = {
	{ "db/schema/0001_a.pg.sql", (const unsigned char *)"CREATE TABLE a (id BIGINT)", 26 },
	{ "db/schema/0002_b.pg.sql", (const unsigned char *)"CREATE TABLE b (); oops", 23 },
	{ .path = NULL },
};

static void the_schema_goes_up_and_never_down(void **state)
{
	static const struct sql b = { .name = "b", .in = "", .out = "i", .text = "SELECT id FROM b" };
	char uri[300];
	(void)state;
	if (!running)
		skip();
	testpg_database(&pg, "versions", uri);
	migrate_files(older);
	db_close(opened(uri, DB_CREATE));
	migrate_files(broken);
	refused(uri, DB_OPEN, VH_IO, "db");
	migrate_files(newer);
	struct ctx cx = { .db = opened(uri, DB_OPEN) };
	assert_int_equal(db_prepare_all(&cx, &b, 1), VH_OK);
	db_close(cx.db);
	migrate_files(older);
	refused(uri, DB_OPEN, VH_CONFLICT, "db_newer");
	migrate_files(NULL);
	testpg_database(&pg, "registry", uri);
	db_close(opened(uri, DB_CREATE));
	db_close(opened(uri, DB_OPEN));
}

static void a_server_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	refused("postgresql:///x?host=/nonexistent", DB_OPEN, VH_IO, "db");
}

static void an_address_that_cannot_be_read_is_not_repeated(void **state)
{
	static const char *const torn[] = {
		"postgres://u:secret@[::1", "postgresql://u:secret%zz@h/x", "postgresql://h/x?secret=1",
	};
	(void)state;
	for (size_t i = 0; i < sizeof torn / sizeof *torn; i++) {
		struct db *db = NULL;
		struct err e = { .n = 0 };
		assert_int_equal(db_open(torn[i], DB_OPEN, &db, &e), VH_INVALID);
		assert_string_equal(err_code(&e), "db_uri");
		assert_null(strstr(err_text(&e), "secret"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_prepare_with_their_signatures),
		cmocka_unit_test(steps_are_not_supported_yet_and_say_so),
		cmocka_unit_test(the_schema_goes_up_and_never_down),
		cmocka_unit_test(a_server_that_is_not_there_is_an_error),
		cmocka_unit_test(an_address_that_cannot_be_read_is_not_repeated),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
