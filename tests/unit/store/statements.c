/* Every statement of the store prepares on both engines, and their schemas hold the same tables and columns. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "testdb.h"
#include "testpg.h"
#include "vh/buf.h"
#include "vh/embed.h"
#include "vh/limits.h"
#include "vh/store.h"

static const struct sql_table *const all[] = {
	&area_sql, &hotel_sql, &house_sql, &room_sql, &plate_sql, &landlord_sql, &person_sql, &employer_sql,
	&lease_sql, &stay_sql, &task_sql, &event_sql, &delivery_sql, &access_sql, &account_sql, &setting_sql,
	&clearance_sql, &inspection_sql, &hazard_sql, &notice_sql, &declaration_sql, &dispute_sql, &erasure_sql,
	&told_sql, &queue_sql, &figures_sql,
};
enum { TABLES = sizeof all / sizeof *all };

static void every_statement_prepares_on_sqlite(void **state)
{
	struct testdb *t = *state;
	if (store_prepare_all(&t->cx) != VH_OK)
		fail_msg("%s", err_text(&t->cx.err));
	static const struct sql wrong = { .name = "wrong", .in = "", .out = "i", .text = "SELECT id FROM nothing" };
	assert_int_equal(db_prepare_all(&t->cx, &wrong, 1), VH_IO);
}

/* One at a time, so that all that fail are named and not the first alone. */
static void every_statement_prepares_on_postgresql(void **state)
{
	struct testpg pg;
	char uri[300];
	struct err e = { .n = 0 };
	struct ctx cx = { .a = NULL };
	int failed = 0;
	(void)state;
	if (!testpg_start(&pg))
		skip();
	testpg_database(&pg, "registry", uri);
	cx.a = arena_new(LIM_ARENA);
	enum vh_rc rc = db_open(uri, DB_CREATE, &cx.db, &e);
	for (int i = 0; rc == VH_OK && i < TABLES; i++) {
		for (size_t k = 0; k < all[i]->n; k++) {
			err_clear(&cx.err);
			if (db_prepare_all(&cx, &all[i]->q[k], 1) == VH_OK)
				continue;
			failed++;
			print_error("%s\n", err_text(&cx.err));
		}
	}
	if (rc == VH_OK) {
		err_clear(&cx.err);
		failed += store_prepare_all(&cx) != VH_OK;
		db_close(cx.db);
	}
	arena_free(cx.a);
	testpg_stop(&pg);
	assert_int_equal(rc, VH_OK);
	assert_int_equal(failed, 0);
}

static void names_of_statements_are_unlike(void **state)
{
	(void)state;
	int n = 0;
	for (int i = 0; i < TABLES; i++) {
		for (size_t k = 0; k < all[i]->n; k++, n++) {
			assert_non_null(all[i]->q[k].name);
			for (int j = 0; j <= i; j++) {
				for (size_t m = 0; m < (j == i ? k : all[j]->n); m++)
					assert_string_not_equal(all[i]->q[k].name, all[j]->q[m].name);
			}
		}
	}
	assert_in_range(n, 80, 400);
}

static const char *schema(const char *ending)
{
	for (const struct embedded *f = embedded_files; f->path; f++) {
		size_t n = strlen(f->path), m = strlen(ending);
		if (!strncmp(f->path, "db/schema/", 10) && n > m && !strcmp(f->path + n - m, ending))
			return (const char *)f->data;
	}
	fail_msg("no schema file ends in %s", ending);
	return NULL;
}

/* A schema as words the engines share: comments gone, blanks one, types as letters, engine's extras gone. */
static void plain(const char *sql, struct buf *out)
{
	static const struct { const char *from, *to; } same[] = {
		{ " TEXT COLLATE \"C\"", " t" }, { " TEXT", " t" }, { " BIGINT", " i" }, { " INTEGER", " i" },
		{ " BYTEA", " b" }, { " BLOB", " b" }, { " DOUBLE PRECISION", " r" }, { " REAL", " r" },
		{ " STRICT, WITHOUT ROWID", "" }, { " STRICT", "" },
	};
	for (const char *p = sql; *p;) {
		size_t used = 0;
		if (!strncmp(p, "--", 2)) {
			p += strcspn(p, "\n");
			continue;
		}
		for (size_t i = 0; !used && i < sizeof same / sizeof *same; i++) {
			size_t n = strlen(same[i].from);
			if (!strncmp(p, same[i].from, n)) {
				buf_puts(out, same[i].to);
				used = n;
			}
		}
		if (!used && isspace((unsigned char)*p)) {
			used = strspn(p, " \t\n\r");
			/* The blank before a word that is looked for above belongs to it. */
			if (used > 1 || strncmp(p, " STRICT", 7) != 0)
				buf_putc(out, ' ');
		}
		if (!used) {
			buf_putc(out, *p);
			used = 1;
		}
		p += used;
	}
}

static void both_schemas_have_the_same_tables_columns_and_indexes(void **state)
{
	struct buf a, b;
	int tables = 0;
	(void)state;
	buf_init(&a, 1 << 20);
	buf_init(&b, 1 << 20);
	plain(schema("0001_registry.sqlite.sql"), &a);
	plain(schema("0001_registry.pg.sql"), &b);
	assert_true(buf_ok(&a) && buf_ok(&b));
	for (const char *p = buf_str(&a); (p = strstr(p, "CREATE TABLE")); p++)
		tables++;
	assert_in_range(tables, 20, 100);
	assert_null(strstr(buf_str(&b), "STRICT"));
	assert_string_equal(buf_str(&a), buf_str(&b));
	buf_done(&a);
	buf_done(&b);
}

static void text_of_postgresql_compares_by_bytes_as_sqlite_does(void **state)
{
	const char *pg = schema("0001_registry.pg.sql");
	(void)state;
	for (const char *p = pg; (p = strstr(p, " TEXT")); p++) {
		if (strncmp(p, " TEXT COLLATE \"C\"", 17) != 0)
			fail_msg("a text without COLLATE \"C\": %.40s", p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_statement_prepares_on_sqlite, testdb_setup, testdb_teardown),
		cmocka_unit_test(every_statement_prepares_on_postgresql),
		cmocka_unit_test(names_of_statements_are_unlike),
		cmocka_unit_test(both_schemas_have_the_same_tables_columns_and_indexes),
		cmocka_unit_test(text_of_postgresql_compares_by_bytes_as_sqlite_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
