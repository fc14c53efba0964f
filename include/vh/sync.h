/*
 * Sending what the registry has to tell its upstreams: claim, send, mark.
 *
 * Per hotel at most LIM_SYNC_CLAIM events, one of each partition key, are claimed at once (durably
 * `sending`), posted in batches of LIM_SYNC_BATCH, one after another, and marked together by what
 * the answers say of each event: so a few transactions carry many posts. After a lost answer the
 * same events go again as the same batch, byte for byte and under the same webhook-id.
 * Several hotels are under way at once (LIM_SYNC_FLIGHTS in all, LIM_SYNC_FLIGHTS_EACH to one
 * upstream), one batch of each hotel and upstream, those nearest to their deadline first. One
 * process sends at a time: a lease says which. Memory holds the batches under way and their
 * answers, however much is waiting.
 */
#ifndef VH_SYNC_H
#define VH_SYNC_H

#include <stdatomic.h>
#include <stdint.h>

#include "vh/ctx.h"

#define SYNC_WAIT_MS 30000

struct sync_sums {
	int64_t sent;      /* events put on the wire, each time counted */
	int64_t accepted;  /* settled by this run */
	int64_t duplicate; /* settled by this run: had been taken before, the answer was lost */
	int64_t rejected, dead;
	int64_t unknown;   /* now: sent, without a readable answer */
	int64_t left;      /* now: neither accepted nor dead, over all open upstreams */
	int64_t ways;      /* open upstreams */
	int64_t again;     /* of those, what another run can bring further: not the rejected */
};

struct sync_opts {
	int64_t wait_ms;            /* go on retrying so long after the last event was settled */
	int64_t until;              /* begin nothing after this instant; 0: no limit */
	const char *upstream;       /* NULL: every open one */
	bool as_is;                 /* a restored registry goes on without what it lost */
	int connect_ms, total_ms;   /* 0: those of sync_http.h */
	const atomic_bool *stop;    /* set: finish the batches in hand, then return; NULL */
	/* After each batch, with `left` as it was at the start; NULL. */
	void (*tell)(void *arg, const struct sync_sums *sums);
	void *arg;
};

/*
 * VH_OK whatever upstreams said, see the sums. VH_BUSY `sync_busy`: another process is sending;
 * VH_NOTFOUND `upstream`: no such name; VH_CONFLICT `restored` (vh/recover.h). cx must be outside
 * a transaction.
 */
MUST enum vh_rc sync_run(struct ctx *cx, const struct sync_opts *opts, struct sync_sums *ret);

/*
 * The server's part: a thread that looks every second for events that must go at once (24-hour
 * deadlines) and sends while there are any. Logs what went wrong. db and keys outlive it.
 */
struct sync_worker;
MUST enum vh_rc sync_worker_start(struct db *db, struct keyring *keys, struct sync_worker **ret,
                                  struct err *e);
/* Send all that waits, now; returns at once. From any thread; takes NULL. */
void sync_worker_ask(struct sync_worker *w);
void sync_worker_stop(struct sync_worker *w); /* waits for the batch in hand; takes NULL */

#endif
