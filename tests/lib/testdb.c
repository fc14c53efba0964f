#include "testdb.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/internal.h"
#include "vh/limits.h"

struct ctx testdb_ctx(const struct testdb *t)
{
	struct ctx cx = { .a = arena_new(LIM_ARENA), .db = t->db, .now = TESTDB_NOW };
	assert_non_null(cx.a);
	return cx;
}

void testdb_drop(struct ctx *cx)
{
	arena_free(cx->a);
	cx->a = NULL;
}

static void opened(struct testdb *t, enum db_mode mode)
{
	struct err e = { .n = 0 };
	if (db_open(t->path, mode, &t->db, &e) != VH_OK)
		fail_msg("%s: %s", t->path, err_text(&e));
}

void testdb_open(struct testdb *t, const struct embedded *schema)
{
	const char *tmp = getenv("TMPDIR");
	*t = (struct testdb){ .db = NULL };
	snprintf(t->dir, sizeof t->dir, "%s/vhotel-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(t->dir));
	snprintf(t->path, sizeof t->path, "%s/t.db", t->dir);
	migrate_files(schema);
	opened(t, DB_CREATE);
	t->cx = testdb_ctx(t);
}

void testdb_shut(struct testdb *t)
{
	db_close(t->db);
	t->db = t->cx.db = NULL;
}

void testdb_reopen(struct testdb *t)
{
	testdb_shut(t);
	opened(t, DB_OPEN);
	t->cx.db = t->db;
}

void testdb_close(struct testdb *t)
{
	char path[600];
	db_close(t->db);
	testdb_drop(&t->cx);
	migrate_files(NULL);
	DIR *d = opendir(t->dir);
	for (struct dirent *f; d && (f = readdir(d));) {
		snprintf(path, sizeof path, "%s/%s", t->dir, f->d_name);
		if (f->d_name[0] != '.')
			unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(t->dir);
}

int testdb_child(int (*fn)(void *arg), void *arg, char *said)
{
	int out[2], status = 0;
	size_t n = 0;
	assert_int_equal(pipe(out), 0);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(out[1], 2);
		close(out[0]);
		close(out[1]);
		setenv("CMOCKA_TEST_ABORT", "1", 1); /* a failed assertion ends the child */
		signal(SIGABRT, SIG_DFL); /* cmocka's handler would jump back into the tests */
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		_exit(fn(arg));
	}
	close(out[1]);
	for (ssize_t got; n < 399 && (got = read(out[0], said + n, 399 - n)) > 0;)
		n += (size_t)got;
	said[n] = 0;
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int testdb_setup(void **state)
{
	struct testdb *t = calloc(1, sizeof *t);
	assert_non_null(t);
	testdb_open(t, NULL);
	*state = t;
	return 0;
}

int testdb_teardown(void **state)
{
	testdb_close(*state);
	free(*state);
	return 0;
}
