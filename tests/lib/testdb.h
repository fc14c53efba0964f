/*
 * Fixtures: a database in a folder of its own, a context with a fixed clock, and one more for
 * another thread. With cmocka: cmocka_unit_test_setup_teardown(f, testdb_setup, testdb_teardown);
 * *state is a struct testdb.
 */
#ifndef TESTDB_H
#define TESTDB_H

#include "vh/arena.h"
#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/embed.h"

#define TESTDB_NOW 1795223700000 /* 2026-11-21T09:15:00+08:00 */

struct testdb {
	char dir[200], path[220]; /* removed with everything in it */
	struct db *db;
	struct ctx cx; /* cx.a is its own */
};

/* schema: these files (paths `db/schema/NNNN_name.sqlite.sql`) instead of the registry's; NULL:
 * the registry's. */
void testdb_open(struct testdb *t, const struct embedded *schema);
void testdb_shut(struct testdb *t); /* closes the database and keeps its file */
void testdb_reopen(struct testdb *t); /* also after testdb_shut, and in a child */
void testdb_close(struct testdb *t);
/* A context on the same database; free its arena with testdb_drop. */
struct ctx testdb_ctx(const struct testdb *t);
void testdb_drop(struct ctx *cx);

/*
 * Runs fn in a child process and says how it ended: its exit code, or -signal; what it wrote to stderr goes to
 * said (of 400 bytes). For the sanitizers the parent must have no other thread.
 */
int testdb_child(int (*fn)(void *arg), void *arg, char *said);

int testdb_setup(void **state);
int testdb_teardown(void **state);

#endif
