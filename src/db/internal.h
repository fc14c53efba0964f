/*
 * Inside src/db: the database handle and what its files share.
 *
 * db.c knows steps, savepoints, signatures and faults; writer.c the queue and the group commit;
 * pool.c the readers; lock.c the lock file; migrate.c the schema files.
 */
#ifndef VH_DB_INTERNAL_H
#define VH_DB_INTERNAL_H

#include <limits.h>
#include <pthread.h>

#include "driver.h"
#include "vh/embed.h"

enum { APPLICATION_ID = 0x7668746c }; /* "vhtl", in the header of the file */

/* The lock file beside the database: see lock.c. */
struct lock {
	int fd;
	bool held;
	char path[PATH_MAX];
};

struct pool {
	pthread_mutex_t m;
	pthread_cond_t freed;
	struct dbc *free;
	unsigned n;
};

struct job;
struct writer {
	pthread_t thread;
	pthread_mutex_t m;
	pthread_cond_t work;
	struct job *head, *tail;
	unsigned queued;
	bool started, idle, stop;
	struct dbc *c;
	struct db_stats stats;
};

struct db {
	const struct driver *drv;
	char path[PATH_MAX], engine[120];
	struct lock lock; /* the writer thread's; db_open's and db_close's before and after it */
	struct writer w;
	struct pool pool;
	int64_t wait_ms, read_ms; /* LIM_WRITE_WAIT_MS, LIM_READ_MS; tests shorten them */
};

/* db.c */
int64_t mono_ns(void);
int64_t mono_in(int64_t ms);
bool db_should_fail(struct dbc *c, struct err *e);
enum vh_rc db_nomem(struct err *e);
/* A failed fsync: from now on every call of this process answers `db_fsync`. */
void db_poison(void);
enum vh_rc db_poisoned(struct err *e);
struct fault *db_fault_here(void);
enum vh_rc step_run(struct ctx *cx, db_step *fn, void *arg);   /* cx->tx is set */
enum vh_rc step_saved(struct ctx *cx, db_step *fn, void *arg); /* in a savepoint of its own */
/* Without one: if it fails after it wrote, the whole transaction is rolled back. */
enum vh_rc step_bare(struct ctx *cx, db_step *fn, void *arg);
/* On a reader and on the writer. */
enum vh_rc step_prepare_all(struct ctx *cx, const struct sql *q, size_t n);

/* cache.c */
struct stmt *cache_find(const struct cache *k, const struct sql *q);
enum vh_rc cache_reserve(struct cache *k, struct err *e); /* room for one more */
void cache_add(struct cache *k, struct stmt *st);
void cache_done(struct cache *k, const struct driver *drv);

/* pool.c */
void pool_init(struct pool *p);
void pool_done(struct db *db);
enum vh_rc pool_read(struct ctx *cx, db_step *fn, void *arg, int64_t limit_ms);

/* writer.c */
enum vh_rc writer_start(struct db *db, struct dbc *c, struct err *e);
void writer_stop(struct db *db); /* after the last queued step */
enum vh_rc writer_write(struct ctx *cx, db_step *fn, void *arg);

/* file.c */
/* The real path of the database, made empty and 0600 if it may be. VH_NOTFOUND `db_missing`. */
enum vh_rc file_find(const char *path, enum db_mode mode, char ret_real[PATH_MAX], struct err *e);
/* Before anything is made beside it: VH_CONFLICT `db_foreign` for what another program made. */
enum vh_rc file_is_ours(const char *path, enum db_mode mode, struct err *e);
enum vh_rc file_close_to_others(const char *path, struct err *e); /* 0600 */
enum vh_rc file_copy(struct ctx *cx, const char *path);

/* lock.c */
enum vh_rc lock_open(struct lock *l, const char *path, struct err *e);
enum vh_rc lock_take(struct lock *l, int64_t deadline, struct err *e); /* VH_BUSY `busy` */
void lock_drop(struct lock *l);
void lock_close(struct lock *l);

/* heap.c: what SQLite wants of an allocator; up to 256 MiB in all, NULL beyond. */
void *heap_take(int n);
void *heap_more(void *p, int n);
void heap_give(void *p);
int heap_size(void *p);
int heap_round(int n);
int heap_on(void *unused);
void heap_off(void *unused);

/* migrate.c: brings c up to the newest embedded schema `NNNN_name<suffix>`. */
enum vh_rc migrate_up(struct dbc *c, const char *suffix, struct err *e);
/* Tests: these files instead of the embedded ones; NULL: the embedded ones again. */
void migrate_files(const struct embedded *files);

#endif
