#include "vh/sync.h"

#include <pthread.h>
#include <time.h>

#include "vh/actor.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/outbox.h"

#define LOOK_MS 1000
#define WORKER_ARENA (4u << 20)

struct sync_worker {
	struct arena *a; /* of this record alone */
	struct db *db;
	struct keyring *keys;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	atomic_bool stop, asked; /* asked: somebody wants everything sent now */
};

/*
 * Is there anything that must go at once, or that an earlier turn of ours could not bring
 * through?
 */
static bool look(struct ctx *cx, struct sync_worker *w, const struct sync_sums *last)
{
	bool any = false;
	if (atomic_exchange(&w->asked, false))
		return true;
	if (outbox_urgent(cx, &any) != VH_OK)
		return false;
	return any || last->again > 0;
}

static void work(struct sync_worker *w, struct arena *a, struct sync_sums *last, int64_t *pause)
{
	struct ctx cx = { .a = a, .db = w->db, .keys = w->keys, .who = &actor_operator,
		          .now = now_ms() };
	const struct sync_opts opts = { .wait_ms = 0, .stop = &w->stop };
	if (!look(&cx, w, last))
		return;
	enum vh_rc rc = sync_run(&cx, &opts, last);
	if (rc != VH_OK && rc != VH_BUSY)
		LOG(LOG_ERROR, "sync.failed", KV("code", err_code(&cx.err)), KV("rc", rc_name(rc)));
	if (rc != VH_OK || last->again)
		*pause = *pause < 60 * LOOK_MS ? *pause * 2 : *pause; /* an upstream that is down */
	else
		*pause = LOOK_MS;
	if (rc == VH_OK && last->sent)
		LOG(LOG_INFO, "sync.sent", KN("sent", last->sent), KN("accepted", last->accepted),
		    KN("again", last->again));
}

static void *loop(void *arg)
{
	struct sync_worker *w = arg;
	struct sync_sums last = { .sent = 0 };
	int64_t pause = LOOK_MS;
	struct arena *a = arena_new(WORKER_ARENA);
	pthread_mutex_lock(&w->lock);
	while (a && !atomic_load(&w->stop)) {
		struct timespec at;
		clock_gettime(CLOCK_MONOTONIC, &at);
		at.tv_sec += pause / 1000;
		if (!atomic_load(&w->asked))
			pthread_cond_timedwait(&w->wake, &w->lock, &at);
		if (atomic_load(&w->stop))
			break;
		pthread_mutex_unlock(&w->lock);
		arena_reset(a);
		work(w, a, &last, &pause);
		pthread_mutex_lock(&w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	arena_free(a);
	return NULL;
}

static void free_worker(struct sync_worker *w)
{
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	arena_free(w->a);
}

enum vh_rc sync_worker_start(struct db *db, struct keyring *keys, struct sync_worker **ret,
                             struct err *e)
{
	struct arena *a = arena_new(sizeof(struct sync_worker) + 256);
	struct sync_worker *w = a ? arena_alloc(a, sizeof(*w)) : NULL;
	if (!w) {
		arena_free(a);
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory to start sending");
	}
	*w = (struct sync_worker){ .a = a, .db = db, .keys = keys };
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&w->thread, NULL, loop, w) != 0) {
		free_worker(w);
		return err_set(e, VH_NOMEM, "no_thread", "", "cannot start the thread that sends");
	}
	*ret = w;
	return VH_OK;
}

void sync_worker_ask(struct sync_worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	atomic_store(&w->asked, true);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

void sync_worker_stop(struct sync_worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	atomic_store(&w->stop, true);
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	free_worker(w);
}
