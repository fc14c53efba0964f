#include "job.h"

#include <pthread.h>
#include <string.h>

#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"

struct jobs {
	struct arena *a;
	struct db *db;
	struct keyring *keys;
	int64_t fixed_now; /* tests: the clock stands */
	pthread_t thread;
	pthread_mutex_t m;
	pthread_cond_t work;
	bool started, stop;
	struct job *at[JOBS];
	struct job *queue[JOBS];
	unsigned queued;
};

static struct key own_key;
static pthread_once_t own_once = PTHREAD_ONCE_INIT;

static void make_key(void)
{
	random_bytes(own_key.b, sizeof own_key.b);
}

static int64_t now_of(const struct jobs *js)
{
	return js->fixed_now ? js->fixed_now : now_ms();
}

struct jobs *jobs_new(struct db *db, struct keyring *keys, int64_t fixed_now)
{
	struct arena *a = arena_new(sizeof(struct jobs) + 1024);
	struct jobs *js = a ? arena_alloc(a, sizeof *js) : NULL;
	if (!js) {
		arena_free(a);
		return NULL;
	}
	*js = (struct jobs){ .a = a, .db = db, .keys = keys, .fixed_now = fixed_now };
	pthread_mutex_init(&js->m, NULL);
	pthread_cond_init(&js->work, NULL);
	pthread_once(&own_once, make_key);
	return js;
}

static void job_free(struct job *j)
{
	buf_done(&j->out);
	arena_free(j->a); /* the job lies in it */
}

/* Under the lock: out of the table; whoever holds it keeps it. */
static void forget(struct jobs *js, unsigned i)
{
	struct job *j = js->at[i];
	js->at[i] = NULL;
	if (--j->refs == 0)
		job_free(j);
}

static bool finished(const struct job *j)
{
	int s = atomic_load(&j->state);
	return s == JOB_DONE || s == JOB_FAILED;
}

static void sweep(struct jobs *js)
{
	for (unsigned i = 0; i < JOBS; i++)
		if (js->at[i] && finished(js->at[i]) && js->at[i]->ends <= now_of(js))
			forget(js, i);
}

/* A place for one more of this account; -1: none. */
static int place_for(struct jobs *js, int64_t account)
{
	int empty = -1, oldest = -1, own = -1;
	unsigned mine = 0;
	for (int i = 0; i < JOBS; i++) {
		const struct job *j = js->at[i];
		if (!j) {
			empty = i;
			continue;
		}
		mine += j->account == account;
		if (!finished(j))
			continue;
		if (oldest < 0 || j->id < js->at[oldest]->id)
			oldest = i;
		if (j->account == account && (own < 0 || j->id < js->at[own]->id))
			own = i;
	}
	if (mine < JOBS_EACH && empty >= 0)
		return empty;
	int out = mine >= JOBS_EACH ? own : oldest;
	if (out >= 0)
		forget(js, (unsigned)out);
	return out;
}

/* The session is the request's: the job has its own copy of who asked. */
static enum vh_rc copy_who(struct ctx *cx, struct job *j)
{
	const struct actor *who = cx->who;
	const struct grant **end = &j->who.grants;
	j->who = *who;
	j->who.grants = NULL;
	j->who.login = arena_dup(j->a, who->login);
	j->who.phone = arena_dup(j->a, who->phone);
	for (const struct grant *g = who->grants; g; g = g->next) {
		struct grant *own = arena_alloc(j->a, sizeof *own);
		if (!own)
			return ctx_nomem(cx);
		*own = *g;
		own->next = NULL;
		own->role = arena_dup(j->a, g->role);
		own->scope = arena_dup(j->a, g->scope);
		*end = own;
		end = (const struct grant **)&own->next;
	}
	return arena_failed(j->a) ? ctx_nomem(cx) : VH_OK;
}

static enum vh_rc copy_hotel(struct ctx *cx, struct job *j, const struct hotel *h)
{
	j->hotel = *h;
	j->hotel.next = NULL;
	j->hotel.area = arena_dup(j->a, h->area);
	j->hotel.name = arena_dup(j->a, h->name);
	j->hotel.path = arena_dup(j->a, h->path);
	j->hotel.desk_phone = arena_dup(j->a, h->desk_phone);
	j->hotel.entrusted_by = arena_dup(j->a, h->entrusted_by);
	j->hotel.notice = NULL;
	j->hotel.keys = (struct blob){ NULL, 0 };
	return arena_failed(j->a) ? ctx_nomem(cx) : VH_OK;
}

enum vh_rc job_new(struct jobs *js, struct ctx *cx, const struct hotel *h, size_t size,
                   struct job **ret)
{
	struct arena *a = arena_new(size + LIM_BODY);
	struct job *j = a ? arena_alloc(a, sizeof *j) : NULL;
	if (!j) {
		arena_free(a);
		return ctx_nomem(cx);
	}
	*j = (struct job){ .id = id_new(), .account = cx->who->account, .a = a, .refs = 1 };
	buf_init(&j->out, JOB_OUT);
	atomic_store(&j->state, JOB_NEW);
	enum vh_rc rc = copy_hotel(cx, j, h);
	if (rc == VH_OK)
		rc = copy_who(cx, j);
	if (rc != VH_OK) {
		job_free(j);
		return rc;
	}
	pthread_mutex_lock(&js->m);
	sweep(js);
	int i = place_for(js, j->account);
	j->ends = now_of(js) + JOB_KEEP_MS;
	if (i >= 0)
		js->at[i] = j;
	pthread_mutex_unlock(&js->m);
	if (i < 0) {
		job_free(j);
		return ctx_fail(cx, VH_CONFLICT, "jobs", "",
		                "what was asked for before is not finished");
	}
	*ret = j;
	return VH_OK;
}

void job_drop(struct jobs *js, struct job *j)
{
	pthread_mutex_lock(&js->m);
	for (unsigned i = 0; i < JOBS; i++)
		if (js->at[i] == j)
			forget(js, i);
	pthread_mutex_unlock(&js->m);
}

static void run(struct jobs *js, struct job *j)
{
	struct ctx cx = { .a = j->a, .db = js->db, .keys = js->keys, .who = &j->who,
		          .now = now_of(js) };
	enum vh_rc rc = j->run(&cx, j);
	if (rc == VH_OK && !buf_ok(&j->out))
		rc = ctx_fail(&cx, VH_LIMIT, "paper", "", "this is too much at once");
	j->err = cx.err;
	if (rc == VH_IO)
		LOG(LOG_ERROR, "job_failed", KV("kind", atomic_load(&j->kind)),
		    KV("code", err_code(&cx.err)));
	pthread_mutex_lock(&js->m);
	j->ends = now_of(js) + JOB_KEEP_MS;
	atomic_store(&j->state, rc == VH_OK ? JOB_DONE : JOB_FAILED);
	pthread_mutex_unlock(&js->m);
}

static void *loop(void *arg)
{
	struct jobs *js = arg;
	pthread_mutex_lock(&js->m);
	while (!js->stop) {
		if (!js->queued) {
			pthread_cond_wait(&js->work, &js->m);
			continue;
		}
		struct job *j = js->queue[0];
		js->queued--;
		memmove(js->queue, js->queue + 1, js->queued * sizeof *js->queue);
		atomic_store(&j->state, JOB_RUNNING);
		pthread_mutex_unlock(&js->m);
		run(js, j);
		job_release(js, j);
		pthread_mutex_lock(&js->m);
	}
	pthread_mutex_unlock(&js->m);
	return NULL;
}

static bool is_kind(const struct job *j, const char *was)
{
	const char *now = atomic_load(&j->kind);
	return was && now ? !strcmp(was, now) : was == now;
}

enum vh_rc job_start(struct jobs *js, struct ctx *cx, struct job *j, const char *was,
                     const char *kind)
{
	pthread_mutex_lock(&js->m);
	bool mine = is_kind(j, was);
	/* In the queue and at work it is held once more; a place in the table is a place here. */
	if (!js->started)
		js->started = pthread_create(&js->thread, NULL, loop, js) == 0;
	bool idle = finished(j) || atomic_load(&j->state) == JOB_NEW;
	bool ok = mine && js->started && js->queued < JOBS && idle;
	if (ok) {
		atomic_store(&j->kind, kind);
		atomic_store(&j->state, JOB_WAITING);
		atomic_store(&j->done, 0);
		j->refs++;
		js->queue[js->queued++] = j;
		pthread_cond_signal(&js->work);
	}
	pthread_mutex_unlock(&js->m);
	if (!mine)
		return ctx_fail(cx, VH_CONFLICT, "job_taken", "job", "somebody was quicker");
	return ok ? VH_OK : ctx_fail(cx, VH_CONFLICT, "jobs", "", "it cannot be done just now");
}

struct job_now job_look(struct jobs *js, const struct job *j)
{
	pthread_mutex_lock(&js->m);
	const struct job_now now = { atomic_load(&j->kind),
		                     (enum job_state)atomic_load(&j->state) };
	pthread_mutex_unlock(&js->m);
	return now;
}

struct job *job_hold(struct jobs *js, const struct ctx *cx, int64_t hotel, int64_t id)
{
	struct job *found = NULL;
	pthread_mutex_lock(&js->m);
	sweep(js);
	for (unsigned i = 0; i < JOBS && !found; i++) {
		struct job *j = js->at[i];
		if (j && j->id == id && j->hotel.id == hotel &&
		    j->account == cx->who->account && atomic_load(&j->state) != JOB_NEW)
			found = j;
	}
	if (found)
		found->refs++;
	pthread_mutex_unlock(&js->m);
	return found;
}

void job_release(struct jobs *js, struct job *j)
{
	if (!j)
		return;
	pthread_mutex_lock(&js->m);
	bool last = --j->refs == 0;
	pthread_mutex_unlock(&js->m);
	if (last)
		job_free(j);
}

void jobs_free(struct jobs *js)
{
	if (!js)
		return;
	pthread_mutex_lock(&js->m);
	js->stop = true;
	pthread_cond_signal(&js->work);
	pthread_mutex_unlock(&js->m);
	if (js->started)
		pthread_join(js->thread, NULL);
	for (unsigned i = 0; i < js->queued; i++)
		job_release(js, js->queue[i]);
	for (unsigned i = 0; i < JOBS; i++)
		if (js->at[i])
			forget(js, i);
	pthread_cond_destroy(&js->work);
	pthread_mutex_destroy(&js->m);
	arena_free(js->a);
}

static struct place place_of(const struct job *j)
{
	return (struct place){ "job", "upload", j->hotel.id, j->id };
}

enum vh_rc job_seal(struct ctx *cx, struct job *j, const void *p, size_t n, struct blob *ret)
{
	struct place at = place_of(j);
	return seal_words(cx, seal_bytes(j->a, &own_key, &at, p, n, ret));
}

enum vh_rc job_open(struct ctx *cx, struct job *j, struct blob sealed, struct blob *ret)
{
	struct place at = place_of(j);
	return seal_words(cx, open_bytes(cx->a, &own_key, &at, sealed, ret));
}
