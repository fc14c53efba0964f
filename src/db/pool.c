/*
 * Readers: a connection for each thread that reads at this moment, made when first needed and kept.
 * The one that was given back last is taken first, because its cache is the warmest.
 */
#include "internal.h"


enum { READERS_MAX = 32 };

void pool_init(struct pool *p)
{
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&p->m, NULL);
	pthread_cond_init(&p->freed, &attr);
	pthread_condattr_destroy(&attr);
}

void pool_done(struct db *db)
{
	struct pool *p = &db->pool;
	while (p->free) {
		struct dbc *c = p->free;
		p->free = c->next;
		db->drv->disconnect(c);
	}
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->m);
}

static void forget(struct pool *p)
{
	pthread_mutex_lock(&p->m);
	p->n--;
	pthread_mutex_unlock(&p->m);
	pthread_cond_signal(&p->freed);
}

static enum vh_rc take(struct db *db, struct dbc **ret, struct err *e)
{
	struct pool *p = &db->pool;
	int64_t until = mono_in(db->wait_ms);
	struct timespec ts = { .tv_sec = until / 1000000000, .tv_nsec = until % 1000000000 };
	pthread_mutex_lock(&p->m);
	while (!p->free && p->n >= READERS_MAX) {
		if (pthread_cond_timedwait(&p->freed, &p->m, &ts) != 0)
			break;
	}
	struct dbc *c = p->free;
	if (c)
		p->free = c->next;
	bool make = !c && p->n < READERS_MAX;
	p->n += make;
	pthread_mutex_unlock(&p->m);
	if (!c && !make)
		return err_set(e, VH_BUSY, "busy", "", "too many readers at once; try again");
	enum vh_rc rc = VH_OK;
	if (make) {
		rc = db->drv->connect(db, &c, e);
		if (rc != VH_OK)
			forget(p);
	}
	if (rc == VH_OK)
		*ret = c;
	return rc;
}

/* A reader that cannot end its snapshot would hold back every checkpoint: it is closed. */
static void give_back(struct db *db, struct dbc *c)
{
	struct pool *p = &db->pool;
	if (db->drv->in_transaction(c)) {
		struct err ignored = { .n = 0 };
		if (db->drv->control(c, C_ROLLBACK, &ignored) != VH_OK) {
			db->drv->disconnect(c);
			forget(p);
			return;
		}
	}
	pthread_mutex_lock(&p->m);
	c->next = p->free;
	p->free = c;
	pthread_mutex_unlock(&p->m);
	pthread_cond_signal(&p->freed);
}

enum vh_rc pool_read(struct ctx *cx, db_step *fn, void *arg, int64_t limit_ms)
{
	struct dbc *c = NULL;
	enum vh_rc rc = take(cx->db, &c, &cx->err);
	if (rc != VH_OK)
		return rc;
	c->fault = db_fault_here();
	c->deadline = limit_ms ? mono_in(limit_ms) : INT64_MAX;
	rc = db_should_fail(c, &cx->err) ? VH_IO : cx->db->drv->control(c, C_BEGIN_READ, &cx->err);
	if (rc == VH_OK) {
		cx->tx = c;
		rc = step_run(cx, fn, arg);
		cx->tx = NULL;
	}
	give_back(cx->db, c);
	return rc;
}
