/*
 * The database contract: constant statements, read and write steps, nothing of any one engine.
 *
 * Reading: db_read(cx, fn, arg) runs fn on a read-only connection of its own inside one short
 * transaction.
 * Writing: db_write(cx, fn, arg) queues fn to the writer, which runs what is queued in one
 * transaction, undoing alone each fn that fails, and returns only when the commit is durable. fn
 * runs on another thread while the caller waits, may run twice, is a function of its argument and
 * the database, and writes nothing but its own result. fn sees cx->tx set; after VH_OK its effects
 * are durable; after anything else they never happened. A db_write or db_read inside a write step
 * joins it (with the same cx: another one aborts); the inner write has its own savepoint and fails
 * alone. A db_write inside a read step aborts.
 * With cx->together set the inner writes share the step's savepoint, which is several times quicker
 * for a step of many: when one of them fails, the step has to fail too (else it aborts).
 * Codes: VH_BUSY `busy` (the writer, the lock or a reader was not free in time; nothing was done),
 * `read_limit`; VH_IO `disk_full`, `db_corrupt`, `db_readonly`, and `db_fsync`, after which every
 * call of this process fails so: stop, and check.
 *
 * Statements: `static const struct sql q[] = { [Q_GET] = { "stay.get", "ii", "itTb", "SELECT ... $1
 * ..." } }`. Signatures, one letter a parameter or column: i int64, t text, b blob, r real; upper
 * case = may be NULL.
 * `$n` ascend by first appearance. Binding and reading are in order and checked; a mismatch is our
 * bug and aborts; a cell that holds another kind than its column is damage: the step fails with
 * `db_corrupt`. SQL is only ever a literal in src/store.
 */
#ifndef VH_DB_H
#define VH_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/crypto.h"
#include "vh/ctx.h"

struct sql {
	const char *name, *in, *out, *text;
	const char *pg; /* another text for PostgreSQL, its reason in a comment; NULL: the same */
};
struct stmt; /* a prepared statement, owned by its connection */

typedef enum vh_rc db_step(struct ctx *cx, void *arg);

/* DB_OPEN: VH_NOTFOUND `db_missing` when there is none. Both migrate up, never down: VH_CONFLICT
 * `db_newer`, and `db_foreign` for another program's file. */
enum db_mode { DB_OPEN, DB_CREATE };
struct db_stats {
	int64_t commits, steps, group_max, busy, wal_bytes;
};

/* uri: `sqlite:PATH` or a bare path, `postgresql://…` (prepares statements only, so far). */
MUST enum vh_rc db_open(const char *uri, enum db_mode mode, struct db **ret, struct err *e);
void db_close(struct db *db); /* finishes what was queued; checkpoints */
const char *db_path(const struct db *db);
/* Has another process this SQLite file open now? Touches nothing, so that a broken one stays as it
 * is. Not for a file that this process has open: its locks would go. */
bool db_in_use(const char *path);
void db_stats(struct db *db, struct db_stats *ret);

MUST enum vh_rc db_read(struct ctx *cx, db_step *fn, void *arg);
/* A read without the 2 s limit, for backup, check and export. */
MUST enum vh_rc db_read_long(struct ctx *cx, db_step *fn, void *arg);
MUST enum vh_rc db_write(struct ctx *cx, db_step *fn, void *arg);
/* Is cx inside a write step? */
bool db_writing(const struct ctx *cx);

/* Never NULL; a failure is sticky and comes out of db_row/db_one/db_run. Valid until the step
 * ends. */
struct stmt *db_stmt(struct ctx *cx, const struct sql *q);
void bind_i64(struct stmt *st, int64_t v);
void bind_i64_null(struct stmt *st); /* an "I" that is NULL */
void bind_text(struct stmt *st, const char *s); /* NULL only for "T"; borrowed until the run */
void bind_blob(struct stmt *st, struct blob b); /* .p NULL only for "B" */
void bind_real(struct stmt *st, double v);

/* Next row: VH_OK, VH_NOTFOUND after the last (the statement is reset), else failed and reset. */
MUST enum vh_rc db_row(struct ctx *cx, struct stmt *st);
/* The one row: VH_NOTFOUND when none. Read the columns, then db_end(). */
MUST enum vh_rc db_one(struct ctx *cx, struct stmt *st);
/* For statements without rows; ret_changed may be NULL. Unique or check violations: VH_CONFLICT, no
 * words set. */
MUST enum vh_rc db_run(struct ctx *cx, struct stmt *st, int64_t *ret_changed);
void db_end(struct stmt *st); /* reset before the last row was read */

int64_t col_i64(struct stmt *st); /* NULL reads as 0 */
double col_real(struct stmt *st);
/* Arena copies; NULL reads as NULL. Without memory they are empty, and the step fails later. */
const char *col_text(struct ctx *cx, struct stmt *st);
struct blob col_blob(struct ctx *cx, struct stmt *st);

/* Prepare every statement of a table on every kind of connection; VH_IO with the name of the first
 * that fails. */
MUST enum vh_rc db_prepare_all(struct ctx *cx, const struct sql *q, size_t n);
/* The engine's own checks (integrity, foreign keys); words in cx->err. */
MUST enum vh_rc db_check(struct ctx *cx);
/* A compact copy of one moment into a new file (0600), synced and checked; not inside a step. */
MUST enum vh_rc db_copy(struct ctx *cx, const char *path);
/* What the engine is, e.g. "sqlite 3.40.1, without the WAL-reset fix; guarded by the lock file". */
const char *db_engine(const struct db *db);

/* Fault tests: the nth database call of this thread's steps from now fails (VH_IO `db_fault`); as
 * arena_fail_after(). A step takes the state of both hooks along to the writer's thread. */
long db_fail_after(long n, bool forever);

#endif
