#include "vh/db.h"

#include <assert.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static atomic_bool poisoned;
static _Thread_local struct fault fault;

int64_t mono_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t mono_in(int64_t ms)
{
	return mono_ns() + ms * 1000000;
}

/* A statement used against its signature is our bug, and its values would land in the wrong
 * columns: stop. */
static _Noreturn void die(const struct sql *q, const char *fmt, ...) PRINTF(2, 3);
static _Noreturn void die(const struct sql *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "statement %s: ", q->name);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	abort();
}

void db_poison(void)
{
	atomic_store(&poisoned, true);
}

enum vh_rc db_poisoned(struct err *e)
{
	if (!atomic_load(&poisoned))
		return VH_OK;
	return err_set(e, VH_IO, "db_fsync", "",
	               "the disk did not keep what was written: stop, and check the registry");
}

enum vh_rc db_nomem(struct err *e)
{
	return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory for the database");
}

struct fault *db_fault_here(void)
{
	return &fault;
}

long db_fail_after(long n, bool forever)
{
	long seen = fault.seen;
	fault = (struct fault){ .on = n >= 0, .left = n, .forever = forever };
	return seen;
}

bool db_should_fail(struct dbc *c, struct err *e)
{
	struct fault *f = c->fault;
	if (!f)
		return false;
	f->seen++;
	if (!f->on || f->left-- > 0)
		return false;
	f->left = 0;
	f->on = f->forever;
	err_set(e, VH_IO, "db_fault", "", "a failure made by the fault test");
	return true;
}

enum vh_rc db_open(const char *uri, enum db_mode mode, struct db **ret, struct err *e)
{
	enum vh_rc rc = db_poisoned(e);
	if (rc != VH_OK)
		return rc;
	if (!strncmp(uri, "postgresql://", 13) || !strncmp(uri, "postgres://", 11))
		return driver_postgres.open(uri, mode, ret, e);
	return driver_sqlite.open(strncmp(uri, "sqlite:", 7) ? uri : uri + 7, mode, ret, e);
}

void db_close(struct db *db)
{
	if (db)
		db->drv->close(db);
}

const char *db_path(const struct db *db)
{
	return db->path;
}

const char *db_engine(const struct db *db)
{
	return db->engine;
}

void db_stats(struct db *db, struct db_stats *ret)
{
	*ret = (struct db_stats){ .commits = 0 };
	if (!db->w.started)
		return;
	pthread_mutex_lock(&db->w.m);
	*ret = db->w.stats;
	pthread_mutex_unlock(&db->w.m);
}

bool db_writing(const struct ctx *cx)
{
	return cx->tx && cx->tx->kind == CONN_WRITER;
}

static bool reading(const struct stmt *st)
{
	return st->state == S_ROW || st->state == S_ONE;
}

static enum vh_rc reset(struct stmt *st, struct err *e)
{
	st->state = S_IDLE;
	return st->c->db->drv->reset(st, e);
}

/* Reset what the step left open, and turn a failure that it had no return value for into its
 * own. */
enum vh_rc step_run(struct ctx *cx, db_step *fn, void *arg)
{
	struct dbc *c = cx->tx;
	struct stmt *mark = c->open;
	enum vh_rc rc = fn(cx, arg);
	while (c->open != mark) {
		struct stmt *st = c->open;
		c->open = st->below;
		st->listed = false;
		if (reading(st))
			(void)!reset(st, &c->late);
	}
	if (rc == VH_OK && c->late.n) {
		rc = c->late.rc;
		cx->err = c->late;
	}
	err_clear(&c->late);
	return rc;
}

/* If the step cannot be undone alone, everything is: the writer sees it. */
static void undo(struct dbc *c)
{
	const struct driver *drv = c->db->drv;
	struct err e = { .n = 0 };
	if (drv->control(c, C_UNDO, &e) == VH_OK && drv->control(c, C_RELEASE, &e) == VH_OK)
		return;
	if (drv->control(c, C_ROLLBACK, &e) != VH_OK)
		db_poison(); /* neither done nor undone */
}

/* Without a savepoint there is only everything to undo, if the step wrote at all. */
static void undo_all(struct dbc *c, int64_t written)
{
	const struct driver *drv = c->db->drv;
	struct err e = { .n = 0 };
	if (drv->written(c) != written && drv->control(c, C_ROLLBACK, &e) != VH_OK)
		db_poison();
}

static enum vh_rc step_in(struct ctx *cx, db_step *fn, void *arg, bool save)
{
	struct dbc *c = cx->tx;
	const struct driver *drv = c->db->drv;
	int64_t written = save ? 0 : drv->written(c);
	if (db_should_fail(c, &cx->err))
		return VH_IO;
	enum vh_rc rc = save ? drv->control(c, C_SAVE, &cx->err) : VH_OK;
	if (rc != VH_OK)
		return rc;
	c->depth++;
	c->torn = false;
	rc = step_run(cx, fn, arg);
	assert(rc != VH_OK || !c->torn); /* half of an inner write would be kept */
	if (rc == VH_OK && c->depth == 1)
		rc = drv->settled(c, &cx->err);
	if (rc == VH_OK && db_should_fail(c, &cx->err))
		rc = VH_IO;
	if (rc == VH_OK && save)
		rc = drv->control(c, C_RELEASE, &cx->err);
	c->depth--;
	if (rc == VH_OK || !drv->in_transaction(c))
		return rc;
	if (save)
		undo(c);
	else
		undo_all(c, written);
	return rc;
}

enum vh_rc step_saved(struct ctx *cx, db_step *fn, void *arg)
{
	return step_in(cx, fn, arg, true);
}

enum vh_rc step_bare(struct ctx *cx, db_step *fn, void *arg)
{
	return step_in(cx, fn, arg, false);
}

/* A step with a context of another step would wait for itself. */
static void not_on_the_writer(const struct db *db, const char *what)
{
	if (!db->w.started || !pthread_equal(pthread_self(), db->w.thread))
		return;
	fprintf(stderr, "%s with another context inside a write step\n", what);
	abort();
}

static enum vh_rc read_step(struct ctx *cx, db_step *fn, void *arg, int64_t limit_ms)
{
	if (cx->tx)
		return step_run(cx, fn, arg);
	not_on_the_writer(cx->db, "db_read");
	enum vh_rc rc = db_poisoned(&cx->err);
	return rc == VH_OK ? cx->db->drv->read(cx, fn, arg, limit_ms) : rc;
}

enum vh_rc db_read(struct ctx *cx, db_step *fn, void *arg)
{
	return read_step(cx, fn, arg, cx->db->read_ms);
}

enum vh_rc db_read_long(struct ctx *cx, db_step *fn, void *arg)
{
	return read_step(cx, fn, arg, 0);
}

enum vh_rc db_write(struct ctx *cx, db_step *fn, void *arg)
{
	if (db_writing(cx) && cx->together) {
		enum vh_rc rc = step_run(cx, fn, arg);
		cx->tx->torn = cx->tx->torn || rc != VH_OK;
		return rc;
	}
	if (db_writing(cx))
		return step_saved(cx, fn, arg);
	if (cx->tx) {
		fputs("db_write inside a read step\n", stderr);
		abort(); /* it would wait for a writer while its snapshot grows old */
	}
	not_on_the_writer(cx->db, "db_write");
	enum vh_rc rc = db_poisoned(&cx->err);
	return rc == VH_OK ? cx->db->drv->write(cx, fn, arg) : rc;
}

static struct stmt *bad(struct dbc *c, const struct sql *q, enum vh_rc rc)
{
	c->bad = (struct stmt){ .q = q, .c = c, .in = "", .out = "", .rc = rc };
	return &c->bad;
}

static enum vh_rc prepare(struct dbc *c, const struct sql *q, struct stmt **ret, struct err *e)
{
	struct stmt *st = NULL;
	enum vh_rc rc = cache_reserve(&c->cache, e);
	if (rc == VH_OK)
		rc = c->db->drv->prepare(c, q, &st, e);
	if (rc == VH_INVALID)
		die(q, "%s", err_text(e));
	if (rc != VH_OK)
		return rc;
	st->q = q;
	st->c = c;
	st->in = q->in ? q->in : "";
	st->out = q->out ? q->out : "";
	cache_add(&c->cache, st);
	*ret = st;
	return VH_OK;
}

struct stmt *db_stmt(struct ctx *cx, const struct sql *q)
{
	struct dbc *c = cx->tx;
	if (!c)
		die(q, "used outside a step");
	if (db_should_fail(c, &cx->err))
		return bad(c, q, VH_IO);
	struct stmt *st = cache_find(&c->cache, q);
	enum vh_rc rc = st ? VH_OK : prepare(c, q, &st, &cx->err);
	if (rc != VH_OK)
		return bad(c, q, rc);
	if (st->state == S_ROW)
		die(q, "used again while its rows are being read");
	st->rc = st->state == S_ONE ? reset(st, &cx->err) : VH_OK;
	st->state = S_BIND;
	st->bound = 0;
	return st;
}

/* The place of the next parameter, which must be of the kind `letter`; -1: the statement has
 * failed already. */
static int place(struct stmt *st, char letter, bool null)
{
	if (st->rc != VH_OK)
		return -1;
	if (reading(st))
		die(st->q, "bound while its rows are being read");
	if (st->state == S_IDLE) {
		st->state = S_BIND;
		st->bound = 0;
	}
	char want = st->in[st->bound];
	if ((want | 0x20) != letter || (null && want == letter))
		die(st->q, "parameter $%u is bound as '%c'%s, but is '%c'", st->bound + 1, letter,
		    null ? " NULL" : "", want ? want : '-');
	return (int)st->bound++;
}

void bind_i64(struct stmt *st, int64_t v)
{
	int at = place(st, 'i', false);
	if (at >= 0)
		st->rc = st->c->db->drv->bind_i64(st, (unsigned)at, v);
}

void bind_i64_null(struct stmt *st)
{
	int at = place(st, 'i', true);
	if (at >= 0)
		st->rc = st->c->db->drv->bind_null(st, (unsigned)at);
}

void bind_real(struct stmt *st, double v)
{
	int at = place(st, 'r', false);
	if (at >= 0)
		st->rc = st->c->db->drv->bind_real(st, (unsigned)at, v);
}

void bind_text(struct stmt *st, const char *s)
{
	const struct driver *drv = st->c->db->drv;
	int at = place(st, 't', !s);
	if (at >= 0)
		st->rc = s ? drv->bind_text(st, (unsigned)at, s) : drv->bind_null(st, (unsigned)at);
}

void bind_blob(struct stmt *st, struct blob b)
{
	const struct driver *drv = st->c->db->drv;
	int at = place(st, 'b', !b.p);
	if (at >= 0)
		st->rc = b.p ? drv->bind_blob(st, (unsigned)at, b)
		             : drv->bind_null(st, (unsigned)at);
}

/* Before the first row: all is bound, nothing has failed, and the transaction is still there. */
static enum vh_rc start(struct ctx *cx, struct stmt *st)
{
	struct dbc *c = st->c;
	if (st->rc != VH_OK) {
		if (!cx->err.n)
			ctx_fail(cx, st->rc, "db_bind", "", "%s: a value is too big",
			         st->q->name);
		return st->rc;
	}
	if (st->state == S_IDLE)
		st->bound = 0;
	if (st->in[st->bound])
		die(st->q, "run with %u parameters of '%s'", st->bound, st->in);
	if (db_should_fail(c, &cx->err))
		return st->rc = VH_IO;
	if (!c->db->drv->in_transaction(c))
		return st->rc = ctx_fail(cx, VH_IO, "db_rolled_back", "",
		                         "the database has rolled back this step");
	if (c->kind == CONN_READER && c->deadline != INT64_MAX && mono_ns() > c->deadline)
		return st->rc = ctx_fail(cx, VH_BUSY, "read_limit", "",
		                         "this took too long to read; ask for less");
	return VH_OK;
}

/* A reset repeats the failure of the step. */
static enum vh_rc failed_row(struct stmt *st, enum vh_rc rc)
{
	struct err again = { .n = 0 };
	(void)!reset(st, &again);
	return rc;
}

static enum vh_rc row(struct ctx *cx, struct stmt *st, enum stmt_state then)
{
	struct dbc *c = st->c;
	enum vh_rc rc = reading(st) ? st->rc : start(cx, st);
	if (rc != VH_OK)
		return rc;
	rc = c->db->drv->step(st, &cx->err);
	if (rc == VH_NOTFOUND) {
		enum vh_rc end = reset(st, &cx->err);
		return end != VH_OK ? end : rc;
	}
	if (rc != VH_OK)
		return failed_row(st, rc);
	st->state = then;
	st->read = 0;
	if (!st->listed) {
		st->listed = true;
		st->below = c->open;
		c->open = st;
	}
	return VH_OK;
}

enum vh_rc db_row(struct ctx *cx, struct stmt *st)
{
	return row(cx, st, S_ROW);
}

enum vh_rc db_one(struct ctx *cx, struct stmt *st)
{
	return row(cx, st, S_ONE);
}

enum vh_rc db_run(struct ctx *cx, struct stmt *st, int64_t *ret_changed)
{
	if (st->out[0])
		die(st->q, "has rows; read them");
	enum vh_rc rc = row(cx, st, S_ONE);
	if (rc != VH_NOTFOUND)
		return rc == VH_OK ? VH_IO : rc;
	if (ret_changed)
		*ret_changed = st->c->db->drv->changes(st->c);
	return VH_OK;
}

void db_end(struct stmt *st)
{
	if (reading(st))
		(void)!reset(st, &st->c->late);
}

enum cell { EMPTY, FULL, DAMAGED };

/*
 * The next column, which must be of the kind `letter`. That its cell is of another kind is no bug
 * of ours but damage to the file: it reads as empty, which nobody stumbles over, and the step
 * fails.
 */
static enum cell column(struct stmt *st, char letter, unsigned *ret_at)
{
	if (!reading(st))
		die(st->q, "has no row to read");
	unsigned at = st->read++;
	char want = st->out[at];
	if ((want | 0x20) != letter)
		die(st->q, "column %u is read as '%c', but is '%c'", at + 1, letter,
		    want ? want : '-');
	char is = st->c->db->drv->col_type(st, at);
	*ret_at = at;
	if (is == letter || (is == 'i' && letter == 'r'))
		return FULL;
	if (!is && want != letter)
		return EMPTY;
	if (!st->c->late.n)
		err_set(&st->c->late, VH_IO, "db_corrupt", "",
		        "the database is damaged: column %u of %s holds what it cannot", at + 1,
		        st->q->name);
	return DAMAGED;
}

int64_t col_i64(struct stmt *st)
{
	unsigned at;
	return column(st, 'i', &at) == FULL ? st->c->db->drv->col_i64(st, at) : 0;
}

double col_real(struct stmt *st)
{
	unsigned at;
	return column(st, 'r', &at) == FULL ? st->c->db->drv->col_real(st, at) : 0;
}

/* Without memory the value reads as empty too. */
static const void *copy(struct ctx *cx, struct stmt *st, unsigned at, size_t *ret_n)
{
	struct blob b = st->c->db->drv->col_bytes(st, at);
	const char *p = arena_dupn(cx->a, b.p, b.n);
	if (!p)
		st->rc = err_set(&st->c->late, VH_NOMEM, "no_memory", "",
		                 "not enough memory for this step");
	*ret_n = p ? b.n : 0;
	return p ? p : "";
}

const char *col_text(struct ctx *cx, struct stmt *st)
{
	unsigned at;
	size_t n;
	enum cell cell = column(st, 't', &at);
	if (cell == FULL)
		return copy(cx, st, at, &n);
	return cell == EMPTY ? NULL : "";
}

struct blob col_blob(struct ctx *cx, struct stmt *st)
{
	unsigned at;
	struct blob b = { .p = NULL };
	enum cell cell = column(st, 'b', &at);
	if (cell == FULL)
		b.p = copy(cx, st, at, &b.n);
	else if (cell == DAMAGED)
		b.p = (const unsigned char *)"";
	return b;
}

struct list {
	const struct sql *q;
	size_t n;
};

static enum vh_rc prepare_each(struct ctx *cx, void *arg)
{
	const struct list *l = arg;
	const struct driver *drv = cx->tx->db->drv;
	for (size_t i = 0; i < l->n; i++) {
		struct stmt *st = NULL;
		enum vh_rc rc = drv->prepare(cx->tx, &l->q[i], &st, &cx->err);
		if (rc == VH_INVALID)
			cx->err.rc = VH_IO;
		if (rc != VH_OK)
			return VH_IO;
		drv->finish(st);
	}
	return VH_OK;
}

enum vh_rc step_prepare_all(struct ctx *cx, const struct sql *q, size_t n)
{
	struct list l = { .q = q, .n = n };
	enum vh_rc rc = db_read(cx, prepare_each, &l);
	if (rc == VH_OK && !cx->tx)
		rc = db_write(cx, prepare_each, &l);
	return rc;
}

enum vh_rc db_prepare_all(struct ctx *cx, const struct sql *q, size_t n)
{
	enum vh_rc rc = db_poisoned(&cx->err);
	return rc == VH_OK ? cx->db->drv->prepare_all(cx, q, n) : rc;
}

enum vh_rc db_check(struct ctx *cx)
{
	enum vh_rc rc = db_poisoned(&cx->err);
	return rc == VH_OK ? cx->db->drv->check(cx) : rc;
}

enum vh_rc db_copy(struct ctx *cx, const char *path)
{
	enum vh_rc rc = db_poisoned(&cx->err);
	return rc == VH_OK ? cx->db->drv->copy(cx, path) : rc;
}
