/*
 * Inside src/db: what an engine offers to the neutral half. sqlite.c and postgres.c are one engine
 * each.
 *
 * An engine embeds struct stmt and struct dbc first in structs of its own, and allocates them. Its
 * functions set words in `e` when they fail, except VH_CONFLICT for a violated constraint. `at`
 * counts from 0.
 */
#ifndef VH_DB_DRIVER_H
#define VH_DB_DRIVER_H

#include "vh/db.h"

enum stmt_state { S_IDLE, S_BIND, S_ROW, S_ONE };
enum control {
	C_BEGIN_READ, C_BEGIN_WRITE, C_COMMIT, C_ROLLBACK, C_SAVE, C_RELEASE, C_UNDO, C__MAX
};
enum conn_kind { CONN_WRITER, CONN_READER };

struct stmt {
	const struct sql *q;
	struct dbc *c;
	const char *in, *out; /* signatures, never NULL */
	unsigned bound, read; /* next parameter, next column */
	enum stmt_state state;
	enum vh_rc rc;        /* sticky until the next db_stmt */
	struct stmt *below;   /* in dbc.open */
	bool listed;
};

struct fault {
	long left, seen;
	bool on, forever;
};

struct cache {
	struct stmt **at;
	unsigned size, n;
};

struct dbc {
	struct db *db;
	enum conn_kind kind;
	unsigned depth;       /* savepoints */
	bool torn;            /* an inner write without one failed: the step may not succeed */
	int64_t deadline;     /* monotonic ns: a wait or a read beyond it is given up */
	struct stmt *open;    /* stack of statements to reset when the step ends */
	struct stmt bad;      /* what db_stmt returns when it has no other */
	struct err late;      /* a failure the step had no return value for; fails the step */
	struct fault *fault;  /* of the thread that called db_read or db_write */
	struct cache cache;
	struct dbc *next;     /* in the pool */
};

struct driver {
	enum vh_rc (*open)(const char *where, enum db_mode mode, struct db **ret, struct err *e);
	void (*close)(struct db *db);
	enum vh_rc (*connect)(struct db *db, struct dbc **ret, struct err *e); /* a reader */
	void (*disconnect)(struct dbc *c);
	enum vh_rc (*read)(struct ctx *cx, db_step *fn, void *arg, int64_t limit_ms);
	enum vh_rc (*write)(struct ctx *cx, db_step *fn, void *arg);
	enum vh_rc (*control)(struct dbc *c, enum control what, struct err *e);
	bool (*in_transaction)(const struct dbc *c);
	/* May the step end here? No deferred constraint may be left open. */
	enum vh_rc (*settled)(struct dbc *c, struct err *e);
	/* Holding the lock file. */
	enum vh_rc (*checkpoint)(struct dbc *c, bool truncate, struct err *e);
	int64_t (*wal_pages)(const struct dbc *c);
	/* VH_INVALID: signature or `$n` rule broken. */
	enum vh_rc (*prepare)(struct dbc *c, const struct sql *q, struct stmt **ret, struct err *e);
	void (*finish)(struct stmt *st);
	enum vh_rc (*bind_i64)(struct stmt *st, unsigned at, int64_t v);
	enum vh_rc (*bind_real)(struct stmt *st, unsigned at, double v);
	enum vh_rc (*bind_text)(struct stmt *st, unsigned at, const char *s);
	enum vh_rc (*bind_blob)(struct stmt *st, unsigned at, struct blob b);
	enum vh_rc (*bind_null)(struct stmt *st, unsigned at);
	enum vh_rc (*step)(struct stmt *st, struct err *e); /* VH_NOTFOUND: no more rows */
	enum vh_rc (*reset)(struct stmt *st, struct err *e);
	int64_t (*changes)(struct dbc *c); /* by the last statement */
	int64_t (*written)(struct dbc *c); /* by all so far, undone ones too */
	char (*col_type)(struct stmt *st, unsigned at); /* 'i' 't' 'b' 'r', 0 for NULL */
	int64_t (*col_i64)(struct stmt *st, unsigned at);
	double (*col_real)(struct stmt *st, unsigned at);
	struct blob (*col_bytes)(struct stmt *st, unsigned at); /* valid until the next step */
	enum vh_rc (*version)(struct dbc *c, int *ret, struct err *e);
	enum vh_rc (*set_version)(struct dbc *c, int version, struct err *e);
	enum vh_rc (*script)(struct dbc *c, const char *name, const char *text, struct err *e);
	enum vh_rc (*prepare_all)(struct ctx *cx, const struct sql *q, size_t n);
	enum vh_rc (*check)(struct ctx *cx);
	enum vh_rc (*copy)(struct ctx *cx, const char *path);
	/* Parts of file_copy, for an engine that is a file: into an empty file; is it whole? */
	enum vh_rc (*copy_to)(struct db *db, const char *path, struct err *e);
	enum vh_rc (*verify_copy)(const char *path, struct err *e);
};

extern const struct driver driver_sqlite, driver_postgres;

#endif
