/*
 * SQLite: the only file that knows it. WAL, synchronous=FULL; every connection is used by one
 * thread at a time.
 *
 * The writer's transactions, every checkpoint and every open happen under the lock file (lock.c);
 * no handle ever checkpoints by itself. An authorizer lets statements of the house read and write
 * rows and nothing else: what opens or ends transactions, changes the schema or sets a pragma is
 * prepared here, with `own` set.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "internal.h"
#include "vh/limits.h"

enum {
	WAL_KEEP = 64 << 20,
	CACHE_WRITER_KB = 8 << 10,
	CACHE_READER_KB = 512,
	PROGRESS_OPS = 2000,
	BUSY_PAUSE_MS = 1,
};

struct sstmt {
	struct stmt st;
	sqlite3_stmt *p;
};

struct sconn {
	struct dbc c;
	sqlite3 *h;
	sqlite3_stmt *control[C__MAX];
	int64_t wal_pages;
	bool own, committing;
};

static struct sconn *of(const struct dbc *c)
{
	return (struct sconn *)c;
}

static pthread_once_t heap_once = PTHREAD_ONCE_INIT;

static sqlite3_stmt *ps(const struct stmt *st)
{
	return ((const struct sstmt *)st)->p;
}

/* ---- codes of SQLite become ours here, and go no further ---- */

/* SQLite knows ENOSPC; a quota or a size limit it takes for a broken disk. Writes go to the WAL. */
static bool disk_is_full(sqlite3 *h, int code)
{
	sqlite3_file *wal = NULL;
	int os = 0;
	if (h && code == SQLITE_IOERR_WRITE)
		sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (wal && wal->pMethods)
		wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO, &os);
	return (code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE || os == EDQUOT
	       || os == EFBIG;
}

static bool violated(int code)
{
	return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY
	       || code == SQLITE_CONSTRAINT_CHECK || code == SQLITE_CONSTRAINT_FOREIGNKEY
	       || code == SQLITE_CONSTRAINT_ROWID || code == SQLITE_CONSTRAINT_TRIGGER;
}

static const struct {
	int code;
	enum vh_rc rc;
	const char *name, *text;
} map[] = {
	{ SQLITE_BUSY, VH_BUSY, "busy", "the registry is busy; try again" },
	{ SQLITE_LOCKED, VH_BUSY, "busy", "the registry is busy; try again" },
	{ SQLITE_INTERRUPT, VH_BUSY, "read_limit", "this took too long to read; ask for less" },
	{ SQLITE_NOMEM, VH_NOMEM, "no_memory", "not enough memory for this step" },
	{ SQLITE_TOOBIG, VH_LIMIT, "too_big", "a value is too big" },
	{ SQLITE_READONLY, VH_IO, "db_readonly", "the database cannot be written here" },
	{ SQLITE_CORRUPT, VH_IO, "db_corrupt", "the database file is damaged: run `check`" },
	{ SQLITE_NOTADB, VH_IO, "db_corrupt", "the file is not a database" },
	{ SQLITE_AUTH, VH_IO, "db_auth", "a statement may only read and write rows" },
};

/* The one place where a failure of SQLite gets its result and words; `who` names the statement. */
static enum vh_rc failed(sqlite3 *h, int code, const char *who, struct err *e)
{
	if (violated(code))
		return VH_CONFLICT;
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
		db_poison();
		return db_poisoned(e);
	}
	if (disk_is_full(h, code))
		return err_set(e, VH_IO, "disk_full", "", "the disk is full; nothing was written");
	for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
		if (map[i].code == (code & 0xff))
			return err_set(e, map[i].rc, map[i].name, "", "%s", map[i].text);
	}
	return err_set(e, VH_IO, "db", "", "%s: %s (%d)", who,
	               h ? sqlite3_errmsg(h) : sqlite3_errstr(code), code);
}

/* ---- what SQLite calls ---- */

static int authorize(void *p, int what, const char *a, const char *b, const char *d, const char *e)
{
	const struct sconn *s = p;
	(void)a, (void)b, (void)d, (void)e;
	switch (what) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	default:
		return s->own ? SQLITE_OK : SQLITE_DENY;
	}
}

static int on_busy(void *p, int times)
{
	const struct sconn *s = p;
	(void)times;
	if (mono_ns() >= s->c.deadline)
		return 0;
	sqlite3_sleep(BUSY_PAUSE_MS);
	return 1;
}

static int on_progress(void *p)
{
	const struct sconn *s = p;
	return s->c.deadline != INT64_MAX && mono_ns() > s->c.deadline;
}

/* A commit that C_COMMIT did not ask for is turned into a rollback. */
static int on_commit(void *p)
{
	const struct sconn *s = p;
	return !s->committing;
}

static int on_wal(void *p, sqlite3 *h, const char *name, int pages)
{
	struct sconn *s = p;
	(void)h, (void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

/* ---- connections ---- */

static enum vh_rc own_exec(struct sconn *s, const char *who, const char *text, struct err *e)
{
	s->own = true;
	int code = sqlite3_exec(s->h, text, NULL, NULL, NULL);
	s->own = false;
	return code == SQLITE_OK ? VH_OK : failed(s->h, code, who, e);
}

/* The first value of one of our own queries as text, "" when there is none. */
static enum vh_rc own_text(struct sconn *s, const char *text, char *ret, size_t size, struct err *e)
{
	sqlite3_stmt *p = NULL;
	ret[0] = 0;
	s->own = true;
	int code = sqlite3_prepare_v2(s->h, text, -1, &p, NULL);
	if (code == SQLITE_OK && sqlite3_step(p) == SQLITE_ROW)
		snprintf(ret, size, "%s", (const char *)sqlite3_column_text(p, 0));
	int end = sqlite3_finalize(p); /* repeats what the step failed with */
	s->own = false;
	code = code == SQLITE_OK ? end : code;
	return code == SQLITE_OK ? VH_OK : failed(s->h, code, text, e);
}

static enum vh_rc own_number(struct sconn *s, const char *text, int64_t *ret, struct err *e)
{
	char is[32];
	enum vh_rc rc = own_text(s, text, is, sizeof is, e);
	if (rc == VH_OK)
		*ret = strtoll(is, NULL, 10);
	return rc;
}

static const struct {
	int what, value;
} switches[] = {
	{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
	{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
	{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
	{ SQLITE_DBCONFIG_DQS_DML, 0 },
	{ SQLITE_DBCONFIG_DQS_DDL, 0 },
	{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 },
};

static const struct {
	int what, value;
} ceilings[] = {
	{ SQLITE_LIMIT_LENGTH, 1000000 },
	{ SQLITE_LIMIT_SQL_LENGTH, 100000 },
	{ SQLITE_LIMIT_COLUMN, 100 },
	{ SQLITE_LIMIT_EXPR_DEPTH, 20 },
	{ SQLITE_LIMIT_COMPOUND_SELECT, 3 },
	{ SQLITE_LIMIT_VDBE_OP, 25000 },
	{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
	{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50 },
	{ SQLITE_LIMIT_TRIGGER_DEPTH, 10 },
	{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
	{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	{ SQLITE_LIMIT_ATTACHED, 0 },
};

static enum vh_rc harden(struct sconn *s, struct err *e)
{
	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
		int is = -1;
		int code = sqlite3_db_config(s->h, switches[i].what, switches[i].value, &is);
		if (code != SQLITE_OK || is != switches[i].value)
			return err_set(e, VH_IO, "db", "", "the sqlite library refuses switch %d",
			               switches[i].what);
	}
	for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++)
		sqlite3_limit(s->h, ceilings[i].what, ceilings[i].value);
	sqlite3_busy_handler(s->h, on_busy, s);
	sqlite3_set_authorizer(s->h, authorize, s);
	return VH_OK;
}

/* A bare handle on the file, which must exist; the caller holds the lock. */
static enum vh_rc handle(const char *path, int64_t deadline, struct sconn **ret, struct err *e)
{
	enum vh_rc rc = VH_OK;
	struct sconn *s = alloc_should_fail() ? NULL : calloc(1, sizeof *s);
	if (!s)
		return db_nomem(e);
	s->c.deadline = deadline;
	int code = sqlite3_open_v2(path, &s->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
	                           | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOFOLLOW
	                           | SQLITE_OPEN_EXRESCODE, NULL);
	rc = code == SQLITE_OK ? harden(s, e) : failed(s->h, code, path, e);
	if (rc == VH_OK) {
		*ret = s;
		return VH_OK;
	}
	sqlite3_close(s->h);
	free(s);
	return rc;
}

static void disconnect(struct dbc *c)
{
	struct sconn *s = of(c);
	for (int i = 0; i < C__MAX; i++)
		sqlite3_finalize(s->control[i]);
	cache_done(&c->cache, &driver_sqlite);
	sqlite3_close(s->h);
	free(s);
}

static enum vh_rc set_number(struct sconn *s, const char *pragma, int64_t value, struct err *e)
{
	char text[80];
	int64_t is = 0;
	snprintf(text, sizeof text, "PRAGMA %s=%lld", pragma, (long long)value);
	return own_number(s, text, &is, e);
}

/* Sorts that outgrow the cache go to unlinked files, so that memory stays bounded; what is personal
 * in them is sealed. */
static enum vh_rc common_pragmas(struct sconn *s, int cache_kb, struct err *e)
{
	enum vh_rc rc = own_exec(s, "pragma", "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
	                         "PRAGMA temp_store=FILE; PRAGMA wal_autocheckpoint=0;", e);
	return rc == VH_OK ? set_number(s, "cache_size", -cache_kb, e) : rc;
}

/* WAL and FULL are what an acknowledgement rests on: set, and read back. */
static enum vh_rc writer_pragmas(struct sconn *s, struct err *e)
{
	int64_t sync = 0;
	char mode[8];
	enum vh_rc rc = own_exec(s, "pragma", "PRAGMA page_size=4096; PRAGMA secure_delete=ON;", e);
	if (rc == VH_OK)
		rc = own_text(s, "PRAGMA journal_mode=WAL", mode, sizeof mode, e);
	if (rc == VH_OK)
		rc = own_exec(s, "pragma", "PRAGMA synchronous=FULL", e);
	if (rc == VH_OK)
		rc = own_number(s, "PRAGMA synchronous", &sync, e);
	if (rc == VH_OK && (sync != 2 || strcmp(mode, "wal") != 0))
		rc = err_set(e, VH_IO, "db", "", "the database is not in WAL mode with full sync "
		             "(on a network file system?)");
	return rc == VH_OK ? set_number(s, "journal_size_limit", WAL_KEEP, e) : rc;
}

static enum vh_rc connect_reader(struct db *db, struct dbc **ret, struct err *e)
{
	struct lock l;
	struct sconn *s = NULL;
	int64_t until = mono_in(db->wait_ms), schema = 0;
	enum vh_rc rc = lock_open(&l, db->path, e);
	if (rc == VH_OK)
		rc = lock_take(&l, until, e);
	if (rc == VH_OK)
		rc = handle(db->path, until, &s, e);
	if (rc == VH_OK) {
		s->c.db = db;
		s->c.kind = CONN_READER;
		rc = common_pragmas(s, CACHE_READER_KB, e);
	}
	if (rc == VH_OK)
		rc = own_exec(s, "pragma", "PRAGMA query_only=ON", e);
	if (rc == VH_OK) /* the first read opens the WAL, and recovers it if need be */
		rc = own_number(s, "SELECT count(*) FROM sqlite_schema", &schema, e);
	lock_close(&l);
	if (rc == VH_OK) {
		sqlite3_progress_handler(s->h, PROGRESS_OPS, on_progress, s);
		*ret = &s->c;
	} else if (s) {
		disconnect(&s->c);
	}
	return rc;
}

/* ---- open and close ---- */

/* Once, before SQLite's first use; a program that used it already keeps what it has. */
static void set_heap(void)
{
	static const sqlite3_mem_methods ours = { heap_take,  heap_give, heap_more, heap_size,
		                                  heap_round, heap_on,   heap_off,  NULL };
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) == SQLITE_OK)
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Ours, or nobody's yet? An empty database is filled only when one was to be made. */
static enum vh_rc identify(struct sconn *s, const char *path, enum db_mode mode, struct err *e)
{
	int64_t id = 0, tables = 0;
	enum vh_rc rc = own_number(s, "SELECT count(*) FROM sqlite_schema", &tables, e);
	if (rc == VH_OK)
		rc = own_number(s, "PRAGMA application_id", &id, e);
	if (rc != VH_OK || id == APPLICATION_ID)
		return rc;
	if (id || tables)
		return err_set(e, VH_CONFLICT, "db_foreign", "",
		               "%s is a database of another program", path);
	if (mode == DB_OPEN)
		return err_set(e, VH_NOTFOUND, "db_missing", "", "%s is empty", path);
	return VH_OK;
}

static enum vh_rc connect_writer(struct db *db, enum db_mode mode, struct sconn **ret,
                                 struct err *e)
{
	struct sconn *s = NULL;
	enum vh_rc rc = handle(db->path, mono_in(db->wait_ms), &s, e);
	if (rc != VH_OK)
		return rc;
	s->c.db = db;
	s->c.kind = CONN_WRITER;
	rc = identify(s, db->path, mode, e);
	if (rc == VH_OK)
		rc = file_close_to_others(db->path, e);
	if (rc == VH_OK)
		rc = common_pragmas(s, CACHE_WRITER_KB, e);
	if (rc == VH_OK)
		rc = writer_pragmas(s, e);
	if (rc == VH_OK) {
		sqlite3_commit_hook(s->h, on_commit, s);
		sqlite3_wal_hook(s->h, on_wal, s);
		rc = migrate_up(&s->c, ".sqlite.sql", e);
	}
	if (rc == VH_OK)
		*ret = s;
	else
		disconnect(&s->c);
	return rc;
}

static bool has_wal_reset_fix(int v)
{
	return v >= 3051003 || (v >= 3050007 && v < 3051000) || (v >= 3044006 && v < 3045000);
}

static enum vh_rc sqlite_open(const char *path, enum db_mode mode, struct db **ret, struct err *e)
{
	struct sconn *s = NULL;
	struct db *db = alloc_should_fail() ? NULL : calloc(1, sizeof *db);
	if (!db)
		return db_nomem(e);
	db->drv = &driver_sqlite;
	db->lock.fd = -1;
	db->wait_ms = LIM_WRITE_WAIT_MS;
	db->read_ms = LIM_READ_MS;
	pool_init(&db->pool);
	snprintf(db->engine, sizeof db->engine, "sqlite %s, %s the WAL-reset fix; guarded by the "
	         "lock file", sqlite3_libversion(),
	         has_wal_reset_fix(sqlite3_libversion_number()) ? "with" : "without");
	pthread_once(&heap_once, set_heap);
	enum vh_rc rc = file_find(path, mode, db->path, e);
	if (rc == VH_OK)
		rc = file_is_ours(db->path, mode, e);
	if (rc == VH_OK)
		rc = lock_open(&db->lock, db->path, e);
	if (rc == VH_OK)
		rc = lock_take(&db->lock, mono_in(db->wait_ms), e);
	if (rc == VH_OK)
		rc = connect_writer(db, mode, &s, e);
	lock_drop(&db->lock);
	if (rc == VH_OK)
		rc = writer_start(db, &s->c, e);
	if (rc == VH_OK) {
		*ret = db;
		return VH_OK;
	}
	if (s)
		disconnect(&s->c);
	pool_done(db);
	lock_close(&db->lock);
	free(db);
	return rc;
}

static void sqlite_close(struct db *db)
{
	struct err e = { .n = 0 };
	struct dbc *c = db->w.c;
	writer_stop(db);
	pool_done(db);
	/* Another process may be writing or reading: then it is its turn to tidy up, and we do
	 * not wait. */
	if (db_poisoned(&e) == VH_OK && lock_take(&db->lock, mono_in(0), &e) == VH_OK) {
		c->deadline = 0;
		(void)!db->drv->checkpoint(c, true, &e);
	}
	disconnect(c);
	lock_close(&db->lock);
	free(db);
}

/* ---- transactions ---- */

static const char *const control_text[C__MAX] = {
	[C_BEGIN_READ] = "BEGIN",      [C_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[C_COMMIT] = "COMMIT",         [C_ROLLBACK] = "ROLLBACK",
	[C_SAVE] = "SAVEPOINT step",   [C_RELEASE] = "RELEASE step",
	[C_UNDO] = "ROLLBACK TO step",
};

static enum vh_rc control(struct dbc *c, enum control what, struct err *e)
{
	struct sconn *s = of(c);
	int code = SQLITE_OK;
	if (what == C_BEGIN_WRITE && !c->db->lock.held)
		abort(); /* the rule of lock.c */
	s->own = true;
	s->committing = what == C_COMMIT;
	if (!s->control[what])
		code = sqlite3_prepare_v3(s->h, control_text[what], -1, SQLITE_PREPARE_PERSISTENT,
		                          &s->control[what], NULL);
	if (code == SQLITE_OK) {
		(void)sqlite3_step(s->control[what]);
		code = sqlite3_reset(s->control[what]);
	}
	s->own = s->committing = false;
	return code == SQLITE_OK ? VH_OK : failed(s->h, code, control_text[what], e);
}

static bool in_transaction(const struct dbc *c)
{
	return !sqlite3_get_autocommit(of(c)->h);
}

/* A deferred foreign key left open would fail the commit of the whole group. */
static enum vh_rc settled(struct dbc *c, struct err *e)
{
	int open = 0, high = 0;
	(void)e;
	sqlite3_db_status(of(c)->h, SQLITE_DBSTATUS_DEFERRED_FKS, &open, &high, 0);
	return open ? VH_CONFLICT : VH_OK;
}

static enum vh_rc checkpoint(struct dbc *c, bool truncate, struct err *e)
{
	struct sconn *s = of(c);
	int pages = 0, done = 0;
	if (!c->db->lock.held)
		abort();
	int code = sqlite3_wal_checkpoint_v2(s->h, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE
	                                     : SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
	return code == SQLITE_OK ? VH_OK : failed(s->h, code, "checkpoint", e);
}

static int64_t wal_pages(const struct dbc *c)
{
	return of(c)->wal_pages;
}

/* ---- statements ---- */

static const char *text_or(const char *s)
{
	return s ? s : "";
}

/* SQLite takes `$n` as a name and numbers it by first appearance: so names must be in order. */
static const char *rule_broken(const struct sql *q, sqlite3_stmt *p, const char *tail)
{
	size_t in = strlen(text_or(q->in)), out = strlen(text_or(q->out));
	if (!p || tail[strspn(tail, " \t\n;")])
		return "is not one statement";
	if ((size_t)sqlite3_bind_parameter_count(p) != in)
		return "has another number of parameters than its signature";
	if ((size_t)sqlite3_column_count(p) != out)
		return "has another number of columns than its signature";
	for (size_t i = 1; i <= in; i++) {
		char want[16];
		const char *is = sqlite3_bind_parameter_name(p, (int)i);
		snprintf(want, sizeof want, "$%zu", i);
		if (!is || strcmp(is, want) != 0)
			return "its $n do not ascend by first appearance";
	}
	return NULL;
}

static enum vh_rc compile(struct sconn *s, const struct sql *q, unsigned flags,
                          sqlite3_stmt **ret, struct err *e)
{
	sqlite3_stmt *p = NULL;
	const char *tail = "";
	int code = sqlite3_prepare_v3(s->h, q->text, -1, flags, &p, &tail);
	if (code != SQLITE_OK)
		return failed(s->h, code, q->name, e);
	const char *broken = rule_broken(q, p, tail);
	if (!broken) {
		*ret = p;
		return VH_OK;
	}
	sqlite3_finalize(p);
	return err_set(e, VH_INVALID, "db_rule", "", "%s %s", q->name, broken);
}

static enum vh_rc prepare(struct dbc *c, const struct sql *q, struct stmt **ret, struct err *e)
{
	sqlite3_stmt *p = NULL;
	enum vh_rc rc = compile(of(c), q, SQLITE_PREPARE_PERSISTENT, &p, e);
	if (rc != VH_OK)
		return rc;
	struct sstmt *made = alloc_should_fail() ? NULL : calloc(1, sizeof *made);
	if (!made) {
		sqlite3_finalize(p);
		return db_nomem(e);
	}
	made->p = p;
	*ret = &made->st;
	return VH_OK;
}

static void finish(struct stmt *st)
{
	sqlite3_finalize(ps(st));
	free(st);
}

static enum vh_rc bound(int code)
{
	static _Thread_local struct err ignored; /* large: not to be cleared for each value */
	return code == SQLITE_OK ? VH_OK : failed(NULL, code, "bind", &ignored);
}

static enum vh_rc bind_int(struct stmt *st, unsigned at, int64_t v)
{
	return bound(sqlite3_bind_int64(ps(st), (int)at + 1, v));
}

static enum vh_rc bind_double(struct stmt *st, unsigned at, double v)
{
	return bound(sqlite3_bind_double(ps(st), (int)at + 1, v));
}

static enum vh_rc bind_string(struct stmt *st, unsigned at, const char *v)
{
	return bound(sqlite3_bind_text64(ps(st), (int)at + 1, v, strlen(v), SQLITE_STATIC,
	                                 SQLITE_UTF8));
}

static enum vh_rc bind_bytes(struct stmt *st, unsigned at, struct blob v)
{
	return bound(sqlite3_bind_blob64(ps(st), (int)at + 1, v.p, v.n, SQLITE_STATIC));
}

static enum vh_rc bind_nothing(struct stmt *st, unsigned at)
{
	return bound(sqlite3_bind_null(ps(st), (int)at + 1));
}

static enum vh_rc step(struct stmt *st, struct err *e)
{
	int code = sqlite3_step(ps(st));
	if (code == SQLITE_ROW)
		return VH_OK;
	if (code == SQLITE_DONE)
		return VH_NOTFOUND;
	return failed(of(st->c)->h, code, st->q->name, e);
}

static enum vh_rc reset(struct stmt *st, struct err *e)
{
	int code = sqlite3_reset(ps(st));
	return code == SQLITE_OK ? VH_OK : failed(of(st->c)->h, code, st->q->name, e);
}

static int64_t changes(struct dbc *c)
{
	return sqlite3_changes64(of(c)->h);
}

static int64_t written(struct dbc *c)
{
	return sqlite3_total_changes64(of(c)->h);
}

static char col_type(struct stmt *st, unsigned at)
{
	switch (sqlite3_column_type(ps(st), (int)at)) {
	case SQLITE_INTEGER:
		return 'i';
	case SQLITE_TEXT:
		return 't';
	case SQLITE_BLOB:
		return 'b';
	case SQLITE_FLOAT:
		return 'r';
	default:
		return 0;
	}
}

static int64_t col_int(struct stmt *st, unsigned at)
{
	return sqlite3_column_int64(ps(st), (int)at);
}

static double col_double(struct stmt *st, unsigned at)
{
	return sqlite3_column_double(ps(st), (int)at);
}

static struct blob col_bytes(struct stmt *st, unsigned at)
{
	struct blob b = { .p = sqlite3_column_blob(ps(st), (int)at) };
	b.n = (size_t)sqlite3_column_bytes(ps(st), (int)at);
	return b;
}

/* ---- schema ---- */

static enum vh_rc version(struct dbc *c, int *ret, struct err *e)
{
	int64_t v = 0;
	enum vh_rc rc = own_number(of(c), "PRAGMA user_version", &v, e);
	if (rc == VH_OK)
		*ret = (int)v;
	return rc;
}

static enum vh_rc set_version(struct dbc *c, int v, struct err *e)
{
	enum vh_rc rc = set_number(of(c), "application_id", APPLICATION_ID, e);
	return rc == VH_OK ? set_number(of(c), "user_version", v, e) : rc;
}

static enum vh_rc script(struct dbc *c, const char *name, const char *text, struct err *e)
{
	const struct embedded *plan = embedded_find("db/schema/statistics.sql");
	enum vh_rc rc = own_exec(of(c), name, text, e);
	return rc == VH_OK ? own_exec(of(c), plan->path, (const char *)plan->data, e) : rc;
}

/* ---- checks and copies ---- */

/* Runs one check; its first row, unless it is `ok`, is what is wrong. */
static enum vh_rc verify(struct sconn *s, const char *text, const char *ok, struct err *e)
{
	char is[160];
	enum vh_rc rc = own_text(s, text, is, sizeof is, e);
	if (rc == VH_OK && strcmp(is, ok) != 0)
		rc = err_set(e, VH_IO, "db_check", "", "%s: %s", text, is);
	return rc;
}

static enum vh_rc verify_all(struct sconn *s, struct err *e)
{
	enum vh_rc rc = verify(s, "PRAGMA integrity_check", "ok", e);
	return rc == VH_OK ? verify(s, "PRAGMA foreign_key_check", "", e) : rc;
}

static enum vh_rc check_step(struct ctx *cx, void *arg)
{
	(void)arg;
	return verify_all(of(cx->tx), &cx->err);
}

static enum vh_rc check(struct ctx *cx)
{
	return db_read_long(cx, check_step, NULL);
}

static enum vh_rc vacuum_into(struct sconn *s, const char *path, struct err *e)
{
	sqlite3_stmt *p = NULL;
	s->own = true;
	int code = sqlite3_prepare_v2(s->h, "VACUUM INTO $1", -1, &p, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(p, 1, path, -1, SQLITE_STATIC);
	if (code == SQLITE_OK)
		(void)sqlite3_step(p);
	int end = sqlite3_finalize(p);
	s->own = false;
	code = code == SQLITE_OK ? end : code;
	return code == SQLITE_OK ? VH_OK : failed(s->h, code, "copy", e);
}

static enum vh_rc copy_to(struct db *db, const char *path, struct err *e)
{
	struct dbc *c = NULL;
	enum vh_rc rc = connect_reader(db, &c, e);
	if (rc != VH_OK)
		return rc;
	c->deadline = INT64_MAX;
	sqlite3_limit(of(c)->h, SQLITE_LIMIT_ATTACHED, 1); /* VACUUM INTO attaches its target */
	rc = own_exec(of(c), "pragma", "PRAGMA query_only=OFF", e);
	if (rc == VH_OK)
		rc = vacuum_into(of(c), path, e);
	disconnect(c);
	return rc;
}

static enum vh_rc verify_copy(const char *path, struct err *e)
{
	char real[PATH_MAX];
	struct sconn *s = NULL;
	enum vh_rc rc = file_find(path, DB_OPEN, real, e);
	if (rc == VH_OK)
		rc = handle(real, mono_in(LIM_WRITE_WAIT_MS), &s, e);
	if (rc != VH_OK)
		return rc;
	rc = verify_all(s, e);
	disconnect(&s->c);
	return rc;
}

const struct driver driver_sqlite = {
	.open = sqlite_open,
	.close = sqlite_close,
	.connect = connect_reader,
	.disconnect = disconnect,
	.read = pool_read,
	.write = writer_write,
	.control = control,
	.in_transaction = in_transaction,
	.settled = settled,
	.checkpoint = checkpoint,
	.wal_pages = wal_pages,
	.prepare = prepare,
	.finish = finish,
	.bind_i64 = bind_int,
	.bind_real = bind_double,
	.bind_text = bind_string,
	.bind_blob = bind_bytes,
	.bind_null = bind_nothing,
	.step = step,
	.reset = reset,
	.changes = changes,
	.written = written,
	.col_type = col_type,
	.col_i64 = col_int,
	.col_real = col_double,
	.col_bytes = col_bytes,
	.version = version,
	.set_version = set_version,
	.script = script,
	.prepare_all = step_prepare_all,
	.check = check,
	.copy = file_copy,
	.copy_to = copy_to,
	.verify_copy = verify_copy,
};
