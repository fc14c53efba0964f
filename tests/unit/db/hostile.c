/* Files that are no registry, or one that somebody damaged: refused, unchanged, and nobody crashes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

enum { MOST = 1 << 20, VERSION_AT = 60 };

struct bytes {
	unsigned char *p;
	size_t n;
};

static struct bytes slurp(const char *path)
{
	struct bytes b = { .p = test_malloc(MOST) };
	int fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	ssize_t n = read(fd, b.p, MOST);
	close(fd);
	assert_in_range(n, 0, MOST - 1);
	b.n = (size_t)n;
	return b;
}

static void put(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), n);
	close(fd);
}

static unsigned files_in(const char *dir)
{
	unsigned n = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	for (struct dirent *f; (f = readdir(d));)
		n += f->d_name[0] != '.';
	closedir(d);
	return n;
}

static void lose(const struct testdb *t, const char *ending)
{
	char path[300];
	snprintf(path, sizeof path, "%s%s", t->path, ending);
	unlink(path);
}

/* The file alone, as if it had been carried here. */
static void carry(const struct testdb *t, const void *p, size_t n)
{
	lose(t, "-wal");
	lose(t, "-shm");
	lose(t, ".lock");
	put(t->path, p, n);
}

static void raw(const char *path, const char *text)
{
	sqlite3 *h = NULL;
	assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
	assert_int_equal(sqlite3_exec(h, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(h), SQLITE_OK);
}

static void left_alone(struct testdb *t, enum db_mode mode)
{
	struct err e = { .n = 0 };
	struct bytes before = slurp(t->path);
	unsigned files = files_in(t->dir);
	assert_int_equal(chmod(t->path, 0644), 0);
	assert_int_equal(db_open(t->path, mode, &t->db, &e), VH_CONFLICT);
	assert_string_equal(err_code(&e), "db_foreign");
	assert_int_equal(files_in(t->dir), files); /* no lock file, no log */
	struct bytes after = slurp(t->path);
	struct stat st;
	assert_int_equal(stat(t->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.p, after.p, before.n);
	test_free(before.p);
	test_free(after.p);
}

static void a_file_of_another_program_gets_no_lock_file_and_keeps_its_bytes(void **state)
{
	struct testdb *t = *state;
	static const char letter[] = "a letter to the village office, longer than a header of SQLite is;"
		" it goes on and on, as such letters do, and it says nothing.";
	static const char *const theirs[] = {
		"CREATE TABLE stay (id INTEGER)",
		"PRAGMA journal_mode = WAL; CREATE TABLE stay (id INTEGER)",
		"PRAGMA application_id = 7; CREATE TABLE pet (id INTEGER)",
	};
	testdb_shut(t);
	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++) {
		carry(t, "", 0);
		raw(t->path, theirs[i]);
		left_alone(t, DB_OPEN);
		left_alone(t, DB_CREATE);
	}
	carry(t, letter, sizeof letter);
	left_alone(t, DB_OPEN);
	left_alone(t, DB_CREATE);
	carry(t, "SQLite format 3", 16); /* a header cut off */
	left_alone(t, DB_OPEN);
	carry(t, "", 0);
	assert_int_equal(db_open(t->path, DB_CREATE, &t->db, &t->cx.err), VH_OK);
}

static void a_registry_that_was_carried_here_opens(void **state)
{
	struct testdb *t = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	for (int i = 0; i < 2; i++)
		assert_int_equal(db_write(&t->cx, pet_add, &p[i]), VH_OK);
	testdb_shut(t);
	struct bytes whole = slurp(t->path);
	carry(t, whole.p, whole.n);
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), 2);
	test_free(whole.p);
}

static int keep_open(void *arg)
{
	struct testdb *t = arg;
	struct pet p = { .id = 1, .name = "a" };
	unlink(t->path);
	struct err e = { .n = 0 };
	if (db_open(t->path, DB_CREATE, &t->db, &e) != VH_OK)
		return 1;
	t->cx.db = t->db;
	return db_write(&t->cx, pet_add, &p) == VH_OK ? 7 : 1; /* dies with everything in the log */
}

static void a_registry_whose_first_page_is_in_its_log_opens_without_its_lock(void **state)
{
	struct testdb *t = *state;
	char said[400];
	testdb_shut(t);
	assert_int_equal(testdb_child(keep_open, t, said), 7);
	lose(t, ".lock");
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), 1);
}

/* The version that the header claims. */
static enum vh_rc open_as_version(struct testdb *t, const struct bytes *b, int32_t v)
{
	for (int i = 0; i < 4; i++)
		b->p[VERSION_AT + i] = (unsigned char)((uint32_t)v >> (24 - 8 * i));
	carry(t, b->p, b->n);
	err_clear(&t->cx.err);
	enum vh_rc rc = db_open(t->path, DB_OPEN, &t->db, &t->cx.err);
	if (rc == VH_OK)
		testdb_shut(t);
	return rc;
}

static void a_version_that_cannot_be_is_refused(void **state)
{
	struct testdb *t = *state;
	testdb_shut(t);
	struct bytes b = slurp(t->path);
	assert_int_equal(open_as_version(t, &b, -5), VH_IO);
	assert_string_equal(err_code(&t->cx.err), "db_corrupt");
	assert_int_equal(open_as_version(t, &b, INT32_MIN), VH_IO);
	assert_int_equal(open_as_version(t, &b, INT32_MAX), VH_CONFLICT);
	assert_string_equal(err_code(&t->cx.err), "db_newer");
	assert_int_equal(open_as_version(t, &b, 0), VH_IO); /* its tables are there already */
	assert_int_equal(open_as_version(t, &b, 1), VH_OK);
	test_free(b.p);
}

static enum vh_rc look(struct ctx *cx, void *arg)
{
	struct pet p = { .id = 1 };
	enum vh_rc rc = pet_count(cx, arg);
	return rc == VH_OK ? pet_get(cx, &p) : rc;
}

/* Not found and conflict are about rows and need no words of the database. */
static void says_why(struct ctx *cx, enum vh_rc rc)
{
	if (rc != VH_OK && rc != VH_NOTFOUND && rc != VH_CONFLICT)
		assert_int_not_equal(cx->err.n, 0);
	err_clear(&cx->err);
}

static void try_damaged(struct testdb *t)
{
	int64_t n = 0;
	struct pet p = { .id = 99, .name = "new" };
	struct ctx cx = { .a = t->cx.a, .now = TESTDB_NOW };
	arena_reset(cx.a);
	enum vh_rc rc = db_open(t->path, DB_OPEN, &cx.db, &cx.err);
	says_why(&cx, rc);
	if (rc != VH_OK)
		return;
	says_why(&cx, db_read(&cx, look, &n));
	says_why(&cx, db_check(&cx));
	says_why(&cx, db_write(&cx, pet_add, &p));
	db_close(cx.db);
}

static void a_damaged_registry_is_never_a_crash(void **state)
{
	struct testdb *t = *state;
	char name[60];
	struct pet p = { .name = name, .note = "note" };
	for (p.id = 1; p.id <= 40; p.id++) {
		snprintf(name, sizeof name, "pet %d of many letters", (int)p.id);
		assert_int_equal(db_write(&t->cx, pet_add, &p), VH_OK);
	}
	testdb_shut(t);
	struct bytes whole = slurp(t->path), b = { .p = test_malloc(MOST), .n = whole.n };
	unsigned rounds = getenv("SOAK") && *getenv("SOAK") ? 20000 : 300;
	srand(7);
	for (unsigned i = 0; i < rounds; i++) {
		memcpy(b.p, whole.p, whole.n);
		size_t n = i % 5 ? whole.n : (size_t)rand() % whole.n; /* or cut off */
		for (unsigned k = 0; k < 1 + i % 30; k++)
			b.p[(size_t)rand() % b.n] = (unsigned char)rand();
		carry(t, b.p, n);
		try_damaged(t);
	}
	carry(t, whole.p, whole.n);
	testdb_reopen(t);
	assert_int_equal(pets(&t->cx), 40);
	test_free(whole.p);
	test_free(b.p);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_file_of_another_program_gets_no_lock_file_and_keeps_its_bytes),
		CASE(a_registry_that_was_carried_here_opens),
		CASE(a_registry_whose_first_page_is_in_its_log_opens_without_its_lock),
		CASE(a_version_that_cannot_be_is_refused),
		CASE(a_damaged_registry_is_never_a_crash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
