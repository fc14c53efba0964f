/*
 * The writer: one thread per process, which owns the only connection that writes.
 *
 * It takes what is queued and never waits for more: begin, the steps, commit, and only then are
 * the callers woken. A caller leaves the queue by itself when its deadline passes before its step
 * was begun; a begun step always gets its answer. When the whole transaction is gone, nobody is
 * acknowledged: the step at fault gets its error, the others run once more in the next group.
 *
 * A savepoint costs a step a fifth of its time (a copy of every page it touches), and most steps
 * that fail do so before they write. So there are none at first: a step that fails after it wrote
 * takes the transaction with it, and the group of those that run once more has savepoints.
 */
#include "internal.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>

#include "vh/limits.h"

enum { CHECKPOINT_PAGES = 1000 };
/* After a long hold the lock is left alone for a moment, so that other processes get in: flock
 * is not fair. */
enum { LONG_HOLD_NS = 10 * 1000 * 1000, LEAVE_NS = 1000 * 1000 };

/* Lives on the stack of the caller, who waits for `done`. */
struct job {
	struct job *prev, *next;
	struct ctx *cx;
	db_step *fn;
	void *arg;
	int64_t deadline;
	bool queued, retried; /* queued: guarded by writer.m */
	enum vh_rc rc;
	struct fault *fault;
	struct alloc_fault *alloc_fault;
	sem_t done;
};

struct group {
	struct job *job[LIM_GROUP];
	unsigned n, good;
};

static void unlink_job(struct writer *w, struct job *j)
{
	*(j->prev ? &j->prev->next : &w->head) = j->next;
	*(j->next ? &j->next->prev : &w->tail) = j->prev;
	j->prev = j->next = NULL;
	j->queued = false;
	w->queued--;
}

static void answer(struct job *j)
{
	sem_post(&j->done); /* j is gone after this */
}

static void fail_busy(struct writer *w, struct job *j)
{
	pthread_mutex_lock(&w->m);
	w->stats.busy++;
	pthread_mutex_unlock(&w->m);
	j->rc = ctx_fail(j->cx, VH_BUSY, "busy", "",
	                 "the registry is busy; nothing was written; try again");
}

/* The next step whose caller still waits, or NULL. */
static struct job *take(struct writer *w)
{
	for (;;) {
		pthread_mutex_lock(&w->m);
		struct job *j = w->head;
		if (j)
			unlink_job(w, j);
		pthread_mutex_unlock(&w->m);
		if (!j || j->deadline > mono_ns())
			return j;
		fail_busy(w, j);
		answer(j);
	}
}

static void put_back(struct writer *w, struct job *j)
{
	pthread_mutex_lock(&w->m);
	j->queued = true;
	j->prev = NULL;
	j->next = w->head;
	*(w->head ? &w->head->prev : &w->tail) = j;
	w->head = j;
	w->queued++;
	pthread_mutex_unlock(&w->m);
}

static void run(struct dbc *c, struct job *j, bool save)
{
	c->fault = j->fault;
	alloc_fault_use(j->alloc_fault);
	j->cx->tx = c;
	j->rc = save ? step_saved(j->cx, j->fn, j->arg) : step_bare(j->cx, j->fn, j->arg);
	j->cx->tx = NULL;
	alloc_fault_use(NULL);
}

static void fail_good(struct group *g, enum vh_rc rc, const char *code, const char *text)
{
	for (unsigned i = 0; i < g->n; i++) {
		struct job *j = g->job[i];
		if (j->rc != VH_OK)
			continue;
		err_clear(&j->cx->err);
		j->rc = ctx_fail(j->cx, rc, code, "", "%s", text);
	}
	g->good = 0;
}

/* Everything was rolled back: what went well before the step at fault is queued again,
 * once, in order. */
static void retry_good(struct writer *w, struct group *g)
{
	unsigned kept = 0;
	for (unsigned i = g->n; i-- > 0;) {
		struct job *j = g->job[i];
		if (j->rc != VH_OK || j->retried)
			continue;
		j->retried = true;
		err_clear(&j->cx->err);
		put_back(w, j);
		g->job[i] = NULL;
	}
	for (unsigned i = 0; i < g->n; i++) {
		if (g->job[i])
			g->job[kept++] = g->job[i];
	}
	g->n = kept;
	fail_good(g, VH_IO, "db_rolled_back", "the database rolled back; nothing was written");
}

static void commit(struct dbc *c, struct group *g)
{
	const struct driver *drv = c->db->drv;
	struct err e = { .n = 0 }, ignored = { .n = 0 };
	enum vh_rc rc = VH_OK;
	if (g->good)
		rc = drv->control(c, C_COMMIT, &e);
	if (rc != VH_OK)
		fail_good(g, rc, err_code(&e), err_text(&e));
	if (drv->in_transaction(c) && drv->control(c, C_ROLLBACK, &ignored) != VH_OK)
		db_poison(); /* neither committed nor undone: nobody may go on */
}

static void count(struct writer *w, const struct group *g)
{
	pthread_mutex_lock(&w->m);
	w->stats.commits += g->good > 0;
	w->stats.steps += g->good;
	if (g->good > w->stats.group_max)
		w->stats.group_max = g->good;
	w->stats.wal_bytes = w->c->db->drv->wal_pages(w->c) * (4096 + 24) + 32;
	pthread_mutex_unlock(&w->m);
}

/* Holding the lock: run a group that starts with `first`. */
static void run_group(struct writer *w, struct job *first)
{
	struct dbc *c = w->c;
	const struct driver *drv = c->db->drv;
	struct group g = { .n = 0 };
	int64_t stop = mono_in(LIM_GROUP_MS);
	bool lost = false;

	c->deadline = first->deadline;
	first->rc = drv->control(c, C_BEGIN_WRITE, &first->cx->err);
	if (first->rc != VH_OK) {
		answer(first);
		return;
	}
	for (struct job *j = first; j; j = g.n < LIM_GROUP && mono_ns() < stop ? take(w) : NULL) {
		run(c, j, first->retried);
		g.job[g.n++] = j;
		g.good += j->rc == VH_OK;
		lost = !drv->in_transaction(c);
		if (lost)
			break;
	}
	if (lost)
		retry_good(w, &g);
	else
		commit(c, &g);
	count(w, &g);
	for (unsigned i = 0; i < g.n; i++)
		answer(g.job[i]);
}

/* A checkpoint that a reader holds back is tried again only after as many pages more. */
static void checkpoint(struct writer *w, int64_t *next)
{
	const struct driver *drv = w->c->db->drv;
	int64_t pages = drv->wal_pages(w->c);
	struct err e = { .n = 0 };
	if (pages < CHECKPOINT_PAGES)
		*next = CHECKPOINT_PAGES;
	if (pages < *next || db_poisoned(&e) != VH_OK)
		return;
	/* Its failure leaves the pages in the WAL, where they are durable; a failed fsync has
	 * poisoned us. */
	(void)!drv->checkpoint(w->c, false, &e);
	*next = pages + CHECKPOINT_PAGES;
}

static bool wait_for_work(struct writer *w, int64_t *ret_deadline)
{
	pthread_mutex_lock(&w->m);
	while (!w->head && !w->stop) {
		w->idle = true;
		pthread_cond_wait(&w->work, &w->m);
	}
	w->idle = false;
	bool some = w->head;
	if (some)
		*ret_deadline = w->head->deadline;
	pthread_mutex_unlock(&w->m);
	return some;
}

static void *writer_main(void *arg)
{
	struct db *db = arg;
	struct writer *w = &db->w;
	int64_t deadline = 0, next_checkpoint = CHECKPOINT_PAGES;
	while (wait_for_work(w, &deadline)) {
		struct err e = { .n = 0 };
		enum vh_rc rc = db_poisoned(&e);
		if (rc == VH_OK)
			rc = lock_take(&db->lock, deadline, &e);
		int64_t since = mono_ns();
		struct job *j = take(w); /* after a wait that was too long: the first that is not */
		if (j && rc == VH_OK) {
			run_group(w, j);
			checkpoint(w, &next_checkpoint);
		} else if (j && rc == VH_BUSY) {
			put_back(w, j);
		} else if (j) {
			j->rc = ctx_fail(j->cx, rc, err_code(&e), "", "%s", err_text(&e));
			answer(j);
		}
		lock_drop(&db->lock);
		if (mono_ns() - since > LONG_HOLD_NS)
			nanosleep(&(struct timespec){ .tv_nsec = LEAVE_NS }, NULL);
	}
	return NULL;
}

enum vh_rc writer_start(struct db *db, struct dbc *c, struct err *e)
{
	struct writer *w = &db->w;
	sigset_t all, old;
	w->c = c;
	pthread_mutex_init(&w->m, NULL);
	pthread_cond_init(&w->work, NULL);
	sigfillset(&all); /* signals belong to main */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int code = pthread_create(&w->thread, NULL, writer_main, db);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	w->started = code == 0;
	if (code)
		return err_set(e, VH_NOMEM, "no_memory", "", "the writer thread does not start");
	return VH_OK;
}

void writer_stop(struct db *db)
{
	struct writer *w = &db->w;
	if (!w->started)
		return;
	pthread_mutex_lock(&w->m);
	w->stop = true;
	pthread_mutex_unlock(&w->m);
	pthread_cond_signal(&w->work);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->m);
	w->started = false;
}

static void enqueue(struct writer *w, struct job *j)
{
	pthread_mutex_lock(&w->m);
	j->prev = w->tail;
	*(w->tail ? &w->tail->next : &w->head) = j;
	w->tail = j;
	w->queued++;
	bool wake = w->idle;
	w->idle = false;
	pthread_mutex_unlock(&w->m);
	if (wake)
		pthread_cond_signal(&w->work);
}

/* False: the deadline passed before the step was begun, and it never will be. sem_timedwait goes by
 * the wall clock, so a jump of that may cut the wait short, but never a step. */
static bool wait_begun(struct writer *w, struct job *j)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	int64_t until = ts.tv_nsec + j->deadline - mono_ns();
	ts.tv_sec += until / 1000000000;
	ts.tv_nsec = until % 1000000000;
	while (sem_timedwait(&j->done, &ts) != 0) {
		if (errno == EINTR)
			continue;
		pthread_mutex_lock(&w->m);
		bool cancelled = j->queued;
		if (cancelled)
			unlink_job(w, j);
		pthread_mutex_unlock(&w->m);
		if (cancelled)
			return false;
		while (sem_wait(&j->done) != 0)
			;
		return true;
	}
	return true;
}

enum vh_rc writer_write(struct ctx *cx, db_step *fn, void *arg)
{
	struct writer *w = &cx->db->w;
	struct job j = {
		.cx = cx,
		.fn = fn,
		.arg = arg,
		.deadline = mono_in(cx->db->wait_ms),
		.queued = true,
		.fault = db_fault_here(),
		.alloc_fault = alloc_fault_here(),
	};
	sem_init(&j.done, 0, 0);
	enqueue(w, &j);
	if (!wait_begun(w, &j))
		fail_busy(w, &j);
	sem_destroy(&j.done);
	return j.rc;
}
