/* A restore that fails half-way leaves the database that was there, with its log, where it was. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/keeping.h"
#include "village.h"

static const char *at(struct village *v, const char *rest)
{
	const char *s = arena_printf(v->cx->a, "%s/%s", v->t.dir, rest);
	assert_non_null(s);
	return s;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void reads(const char *path, const char *want)
{
	char got[64] = "";
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("%s is gone", path);
	assert_non_null(fgets(got, sizeof got, f));
	fclose(f);
	assert_string_equal(got, want);
}

static void old_database_and_its_log_stay_together(void **state)
{
	struct village *v = *state;
	struct check_report report;
	struct restored r = { .aside = NULL };
	char aside[80];
	const char *backup = at(v, "b.vhb"), *old = at(v, "old.db");
	village_as(v, "operator");
	assert_int_equal(backup_make(v->cx, backup, &report), VH_OK);
	write_file(old, "database");
	write_file(at(v, "old.db-wal"), "log");
	snprintf(aside, sizeof aside, "old.db.old-%lld", (long long)(v->cx->now / 1000));
	/* Where the database itself would go there is a folder: its log has moved by then. */
	assert_int_equal(mkdir(at(v, aside), 0700), 0);
	village_refused(v, backup_restore(v->cx, backup, old, true, &r), VH_IO, "restore");
	reads(old, "database");
	reads(at(v, "old.db-wal"), "log");
	assert_int_equal(rmdir(at(v, aside)), 0);
	/* Nothing in the way: the old one is moved aside, with its log. */
	assert_int_equal(backup_restore(v->cx, backup, old, true, &r), VH_OK);
	assert_string_equal(r.aside, at(v, aside));
	reads(r.aside, "database");
	reads(arena_printf(v->cx->a, "%s-wal", r.aside), "log");
	assert_int_equal(access(at(v, "old.db-wal"), F_OK), -1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { T(old_database_and_its_log_stay_together) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
