/* Opening: whose file it is, how old its schema, who may read it; checks and copies. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

#define FILE_OF(path, text) { path, (const unsigned char *)text, sizeof text - 1 }

static const char one[] = "CREATE TABLE pet (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL,"
	" note TEXT, pic BLOB, kg REAL) STRICT;";
static const char two[] = "ALTER TABLE pet ADD COLUMN owner TEXT;"
	"CREATE INDEX pet_owner ON pet (owner);";
static const char broken[] = "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE pet (id INTEGER);";
static const char stray[] = "CREATE TABLE half (id INTEGER) STRICT; COMMIT;";
static const struct embedded only_one[] = {
	FILE_OF("db/schema/0001_pet.sqlite.sql", one), { .path = NULL },
};
static const struct embedded both[] = {
	FILE_OF("db/schema/0001_pet.pg.sql", broken), /* another engine's */
	FILE_OF("db/schema/0001_pet.sqlite.sql", one),
	FILE_OF("db/schema/0002_owner.sqlite.sql", two),
	FILE_OF("web/templates/0003.sqlite.sql", broken), /* not a schema */
	{ .path = NULL },
};
static const struct embedded then_broken[] = {
	FILE_OF("db/schema/0001_pet.sqlite.sql", one),
	FILE_OF("db/schema/0002_owner.sqlite.sql", broken), { .path = NULL },
};
static const struct embedded then_stray[] = {
	FILE_OF("db/schema/0001_pet.sqlite.sql", one),
	FILE_OF("db/schema/0002_owner.sqlite.sql", stray), { .path = NULL },
};
static const struct sql with_owner = {
	.name = "pet.owner", .in = "", .out = "iT", .text = "SELECT id, owner FROM pet ORDER BY id"
};

static int setup(void **state)
{
	struct testdb *t = test_calloc(1, sizeof *t);
	testdb_open(t, only_one);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	testdb_close(*state);
	test_free(*state);
	return 0;
}

/* A raw handle of our own, to look at the file or to spoil it; nothing else has it open. */
static void raw(const char *path, const char *text, char *ret, size_t size)
{
	sqlite3 *h = NULL;
	sqlite3_stmt *p = NULL;
	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, text, -1, &p, NULL), SQLITE_OK);
	int code = sqlite3_step(p);
	if (code == SQLITE_ROW && ret)
		snprintf(ret, size, "%s", (const char *)sqlite3_column_text(p, 0));
	sqlite3_finalize(p);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

/* Opens again and expects a refusal with this code. */
static void refused(struct testdb *t, enum db_mode mode, enum vh_rc rc, const char *code,
                    const char *words)
{
	struct err e = { .n = 0 };
	assert_int_equal(db_open(t->path, mode, &t->db, &e), rc);
	assert_string_equal(err_code(&e), code);
	if (!strstr(err_text(&e), words))
		fail_msg("no '%s' in: %s", words, err_text(&e));
	assert_null(t->db);
}

static void open_of_a_missing_file_is_not_found_and_makes_none(void **state)
{
	struct testdb *t = *state;
	struct err e = { .n = 0 };
	struct db *db = NULL;
	char path[300];
	snprintf(path, sizeof path, "%s/none.db", t->dir);
	assert_int_equal(db_open(path, DB_OPEN, &db, &e), VH_NOTFOUND);
	assert_string_equal(err_code(&e), "db_missing");
	assert_int_not_equal(access(path, F_OK), 0);
	err_clear(&e);
	snprintf(path, sizeof path, "sqlite:%s/none.db", t->dir);
	assert_int_equal(db_open(path, DB_CREATE, &db, &e), VH_OK);
	assert_string_equal(db_path(db) + strlen(db_path(db)) - 8, "/none.db");
	db_close(db);
	assert_int_equal(db_open(path, DB_OPEN, &db, &e), VH_OK);
	db_close(db);
	snprintf(path, sizeof path, "%s/no/such/folder.db", t->dir);
	assert_int_equal(db_open(path, DB_CREATE, &db, &e), VH_NOTFOUND);
	err_clear(&e);
	assert_int_equal(db_open(t->dir, DB_OPEN, &db, &e), VH_INVALID);
}

static void an_empty_file_is_filled_only_when_it_was_to_be_made(void **state)
{
	struct testdb *t = *state;
	testdb_shut(t);
	assert_int_equal(truncate(t->path, 0), 0);
	refused(t, DB_OPEN, VH_NOTFOUND, "db_missing", "empty");
	struct err e = { .n = 0 };
	assert_int_equal(db_open(t->path, DB_CREATE, &t->db, &e), VH_OK);
	testdb_reopen(t);
}

static void only_the_owner_may_read_database_and_lock(void **state)
{
	struct testdb *t = *state;
	const char *ending[] = { "", "-wal", "-shm", ".lock" };
	struct pet p = { .id = 1, .name = "a" };
	assert_int_equal(chmod(t->path, 0644), 0);
	testdb_shut(t);
	testdb_reopen(t);
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	for (int i = 0; i < 4; i++) {
		char path[300];
		struct stat st;
		snprintf(path, sizeof path, "%s%s", t->path, ending[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static enum vh_rc owners(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &with_owner);
	enum vh_rc rc;
	while ((rc = db_row(cx, st)) == VH_OK)
		*(int64_t *)arg += col_i64(st);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static void migrations_are_applied_once_and_keep_the_rows(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	int64_t sum = 0;
	char v[20];
	for (int i = 0; i < 2; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	assert_int_equal(db_read(&t->cx, owners, &sum), VH_IO); /* no such column yet */
	migrate_files(both);
	testdb_reopen(t);
	testdb_reopen(t);
	err_clear(&t->cx.err);
	assert_int_equal(db_read(&t->cx, owners, &sum), VH_OK);
	assert_int_equal(sum, 3);
	testdb_shut(t);
	raw(t->path, "PRAGMA user_version", v, sizeof v);
	assert_string_equal(v, "2");
	raw(t->path, "PRAGMA application_id", v, sizeof v);
	assert_string_equal(v, "1986557036");
}

static void a_newer_schema_is_refused_with_both_numbers(void **state)
{
	struct testdb *t = *state;
	migrate_files(both);
	testdb_reopen(t);
	testdb_shut(t);
	migrate_files(only_one);
	refused(t, DB_OPEN, VH_CONFLICT, "db_newer", "schema 2");
	refused(t, DB_CREATE, VH_CONFLICT, "db_newer", "only 1");
	migrate_files(both);
	testdb_reopen(t);
}

static void a_migration_that_fails_leaves_nothing_behind(void **state)
{
	struct testdb *t = *state;
	char n[20];
	const struct embedded *bad[] = { then_broken, then_stray };
	testdb_shut(t);
	for (int i = 0; i < 2; i++) {
		migrate_files(bad[i]);
		refused(t, DB_OPEN, VH_IO, "db", "0002_owner");
		raw(t->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", n, sizeof n);
		assert_string_equal(n, "0");
		raw(t->path, "PRAGMA user_version", n, sizeof n);
		assert_string_equal(n, "1");
	}
	migrate_files(both);
	testdb_reopen(t);
}

static void a_database_of_another_program_is_left_alone(void **state)
{
	struct testdb *t = *state;
	struct stat st;
	testdb_shut(t);
	unlink(t->path);
	raw(t->path, "CREATE TABLE theirs (x)", NULL, 0);
	assert_int_equal(chmod(t->path, 0644), 0);
	refused(t, DB_OPEN, VH_CONFLICT, "db_foreign", "another program");
	refused(t, DB_CREATE, VH_CONFLICT, "db_foreign", "another program");
	unlink(t->path);
	raw(t->path, "PRAGMA application_id = 12345", NULL, 0);
	assert_int_equal(chmod(t->path, 0644), 0);
	refused(t, DB_CREATE, VH_CONFLICT, "db_foreign", "another program");
	assert_int_equal(stat(t->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void a_file_that_is_no_database_is_refused(void **state)
{
	struct testdb *t = *state;
	testdb_shut(t);
	unlink(t->path);
	FILE *f = fopen(t->path, "w");
	assert_non_null(f);
	for (int i = 0; i < 200; i++)
		fputs("this is a letter to the village office\n", f);
	fclose(f);
	refused(t, DB_CREATE, VH_IO, "db_corrupt", "not a database");
}

static void close_leaves_everything_in_the_one_file(void **state)
{
	struct testdb *t = *state;
	struct pet p = { .id = 1, .name = "a" };
	char wal[300], mode[20];
	struct stat st;
	assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	snprintf(wal, sizeof wal, "%s-wal", t->path);
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size > 0);
	testdb_shut(t);
	assert_true(stat(wal, &st) != 0 || st.st_size == 0);
	raw(t->path, "PRAGMA journal_mode", mode, sizeof mode);
	assert_string_equal(mode, "wal");
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), 1);
}

static void the_wal_stays_small_under_many_writes(void **state)
{
	struct testdb *t = *state;
	static unsigned char big[40000];
	struct db_stats st;
	struct stat file;
	char wal[300];
	for (int i = 1; i <= 400; i++) {
		struct pet p = { .id = i, .name = "a", .pic = { big, sizeof big } };
		assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	}
	db_stats(t->db, &st);
	assert_int_equal(st.commits, 400);
	snprintf(wal, sizeof wal, "%s-wal", t->path);
	assert_int_equal(stat(wal, &file), 0);
	assert_true(file.st_size < 6 << 20); /* 16 MB went through it */
	assert_true(st.wal_bytes <= file.st_size);
}

static void a_copy_is_whole_private_and_opens(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	char path[300];
	struct stat st;
	for (int i = 0; i < 2; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	snprintf(path, sizeof path, "%s/copy.db", t->dir);
	assert_int_equal(db_copy(&t->cx, path), VH_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(db_copy(&t->cx, path), VH_CONFLICT); /* never over another */
	err_clear(&t->cx.err);
	assert_int_equal(db_copy(&t->cx, t->path), VH_CONFLICT);
	err_clear(&t->cx.err);
	struct ctx cx = t->cx;
	struct err e = { .n = 0 };
	assert_int_equal(db_open(path, DB_OPEN, &cx.db, &e), VH_OK);
	assert_int_equal(pets(&cx), 2);
	assert_int_equal(db_check(&cx), VH_OK);
	db_close(cx.db);
	snprintf(path, sizeof path, "%s/no/copy.db", t->dir);
	assert_int_equal(db_copy(&t->cx, path), VH_NOTFOUND);
}

static void check_finds_a_damaged_page(void **state)
{
	struct testdb *t = *state;
	static unsigned char big[3000];
	assert_int_equal(db_check(&t->cx), VH_OK);
	for (int i = 1; i <= 50; i++) {
		struct pet p = { .id = i, .name = "a", .pic = { big, sizeof big } };
		assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	}
	testdb_shut(t);
	int fd = open(t->path, O_WRONLY);
	assert_true(fd >= 0);
	for (int page = 5; page <= 9; page++)
		assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, page * 4096), 8);
	close(fd);
	testdb_reopen(t);
	assert_int_equal(db_check(&t->cx), VH_IO);
	assert_true(!strcmp(err_code(&t->cx.err), "db_check")
	            || !strcmp(err_code(&t->cx.err), "db_corrupt"));
}

static void the_registry_itself_opens_checks_and_copies(void **state)
{
	struct testdb *t = *state;
	char path[300];
	testdb_close(t);
	testdb_open(t, NULL);
	snprintf(path, sizeof path, "%s/copy.db", t->dir);
	assert_int_equal(db_check(&t->cx), VH_OK);
	assert_int_equal(db_copy(&t->cx, path), VH_OK);
	assert_non_null(strstr(db_engine(t->db), "sqlite 3."));
	assert_non_null(strstr(db_engine(t->db), "lock file"));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(open_of_a_missing_file_is_not_found_and_makes_none),
		CASE(an_empty_file_is_filled_only_when_it_was_to_be_made),
		CASE(only_the_owner_may_read_database_and_lock),
		CASE(migrations_are_applied_once_and_keep_the_rows),
		CASE(a_newer_schema_is_refused_with_both_numbers),
		CASE(a_migration_that_fails_leaves_nothing_behind),
		CASE(a_database_of_another_program_is_left_alone),
		CASE(a_file_that_is_no_database_is_refused),
		CASE(close_leaves_everything_in_the_one_file),
		CASE(the_wal_stays_small_under_many_writes),
		CASE(a_copy_is_whole_private_and_opens),
		CASE(check_finds_a_damaged_page),
		CASE(the_registry_itself_opens_checks_and_copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
