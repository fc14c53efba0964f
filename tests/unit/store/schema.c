/* Each schema file says the same for both engines, and a registry of an older one comes up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "testdb.h"
#include "vh/embed.h"

/* A schema file without comments and without what the engines call differently. */
static char *plain(const struct embedded *f)
{
	static const struct {
		const char *pg, *sqlite;
	} word[] = {
		{ " COLLATE \"C\"", "" }, { "BIGINT", "INTEGER" },          { "BYTEA", "BLOB" },
		{ "DOUBLE PRECISION", "REAL" }, { " STRICT, WITHOUT ROWID", "" }, { " STRICT", "" },
	};
	const char *p = (const char *)f->data;
	char *out = calloc(1, f->n + 1), *to = out;
	assert_non_null(out);
	while (*p) {
		size_t i = 0;
		if (!strncmp(p, "--", 2)) {
			p += strcspn(p, "\n");
			continue;
		}
		while (i < sizeof word / sizeof *word && strncmp(p, word[i].pg, strlen(word[i].pg)) != 0)
			i++;
		if (i == sizeof word / sizeof *word) {
			*to++ = *p++;
			continue;
		}
		memcpy(to, word[i].sqlite, strlen(word[i].sqlite));
		to += strlen(word[i].sqlite);
		p += strlen(word[i].pg);
	}
	return out;
}

static const struct embedded *twin_of(const struct embedded *f)
{
	char path[120];
	const char *dot = strstr(f->path, ".sqlite.sql");
	snprintf(path, sizeof path, "%.*s.pg.sql", (int)(dot - f->path), f->path);
	for (const struct embedded *g = embedded_files; g->path; g++) {
		if (!strcmp(g->path, path))
			return g;
	}
	return NULL;
}

static void the_schema_of_both_engines_is_the_same(void **state)
{
	int n = 0;
	(void)state;
	for (const struct embedded *f = embedded_files; f->path; f++) {
		if (strncmp(f->path, "db/schema/", 10) != 0 || !strstr(f->path, ".sqlite.sql"))
			continue;
		const struct embedded *g = twin_of(f);
		assert_non_null(g);
		char *a = plain(f), *b = plain(g);
		size_t same = 0;
		while (a[same] && a[same] == b[same])
			same++;
		if (a[same] || b[same])
			fail_msg("%s and its twin part at: %.60s / %.60s", f->path, a + same, b + same);
		free(a);
		free(b);
		n++;
	}
	assert_true(n >= 2);
}

static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	static const struct sql q = { "t.count", "i", "i",
		                      "SELECT count(*) FROM deadline WHERE hotel = $1 AND act = 'mend'", NULL };
	struct stmt *st = db_stmt(cx, &q);
	bind_i64(st, 7);
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK) {
		*(int64_t *)arg = col_i64(st);
		db_end(st);
	}
	return rc;
}

static enum vh_rc hotel_step(struct ctx *cx, void *arg)
{
	static const struct sql q = { "t.hotel", "", "",
		                      "INSERT INTO hotel (id, area, name, path, zone_min, notice_version, keys,"
		                      " created) VALUES (7, '1', 'a', ',1,', 480, 1, x'00', 1)",
		                      NULL };
	(void)arg;
	return db_run(cx, db_stmt(cx, &q), NULL);
}

static void a_registry_of_the_first_schema_comes_up_with_deadlines_for_hazards(void **state)
{
	struct embedded first[2] = { { .path = NULL } };
	struct testdb t;
	int64_t n = 0;
	(void)state;
	for (const struct embedded *f = embedded_files; f->path; f++) {
		if (!strcmp(f->path, "db/schema/0001_registry.sqlite.sql"))
			first[0] = *f;
	}
	assert_non_null(first[0].path);
	testdb_open(&t, first);
	assert_int_equal(db_write(&t.cx, hotel_step, NULL), VH_OK);
	testdb_shut(&t);
	migrate_files(NULL);
	testdb_reopen(&t);
	assert_int_equal(db_read(&t.cx, count_step, &n), VH_OK);
	assert_int_equal(n, 2);
	testdb_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_of_both_engines_is_the_same),
		cmocka_unit_test(a_registry_of_the_first_schema_comes_up_with_deadlines_for_hazards),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
