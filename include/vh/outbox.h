/*
 * The way up, seen from the registry: what is to be sent, and what became of it. Sending is
 * src/sync.
 *
 * States of a delivery: due -> sending (durable before the network) -> accepted | rejected | retry
 * | unknown | dead; unknown and retry go again under the same id. A process that died leaves
 * `sending`; outbox_recover makes it unknown.
 */
#ifndef VH_OUTBOX_H
#define VH_OUTBOX_H

#include "vh/core.h"
#include "vh/store_pin.h"

struct outgoing {
	struct delivery d;
	struct event e;
	int64_t epoch, seq; /* as its hotel counts: of a received one, not our order of arrival */
	const char *data; /* opened JSON; NULL: it cannot be opened any more */
	struct outgoing *next;
};
MUST enum vh_rc outbox_upstream_add(struct ctx *cx, const char *name, const char *url,
                                    const char *secret, bool empty_accepted);
/* NULL leaves it as it is. VH_NOTFOUND `upstream`. Pausing keeps what waits and all receipts. */
struct upstream_change {
	const char *url, *secret;
	const char *state; /* open, paused */
};
MUST enum vh_rc outbox_upstream_change(struct ctx *cx, const char *name,
                                       const struct upstream_change *to);
/* The clear secret text of an upstream. */
MUST enum vh_rc outbox_secret(struct ctx *cx, const struct upstream *u, const char **ret);
/* The right to send, for `ms`; VH_BUSY when another process has it. */
MUST enum vh_rc outbox_lease(struct ctx *cx, const char *holder, int64_t ms);
MUST enum vh_rc outbox_release(struct ctx *cx, const char *holder);
/* What a dead sender left as sending becomes unknown; once after taking the lease. */
MUST enum vh_rc outbox_recover(struct ctx *cx, int64_t upstream);
/*
 * Claim up to n events of a hotel, one per partition key, marked `sending` durably; fewer where a
 * batch brings their payloads to LIM_SYNC_CLAIM_BYTES. Empty list: nothing may go now. Takes new
 * events from the journal as needed.
 */
MUST enum vh_rc outbox_claim(struct ctx *cx, const struct upstream *u, const struct hotel *h,
                             int64_t n, struct outgoing **ret);
/* Write what became of claimed deliveries (state, next_at, status, code, detail, receipt) and the
 * attempts that made it so, all in one transaction. */
MUST enum vh_rc outbox_mark(struct ctx *cx, const struct outgoing *list,
                            const struct attempt *attempts);
/*
 * outbox_mark of these and outbox_claim of what follows them, in one transaction where the two
 * alone would wait for the disk twice. The new list lies in cx->a, which holds nothing of the old.
 */
MUST enum vh_rc outbox_turn(struct ctx *cx, const struct outgoing *list,
                            const struct attempt *attempts, const struct upstream *u,
                            const struct hotel *h, int64_t n, struct outgoing **ret);
/* Up to n attempts of a hotel after one (0: the first), as evidence. */
MUST enum vh_rc outbox_attempts(struct ctx *cx, const struct upstream *u, const struct hotel *h,
                                int64_t after, int64_t n, struct attempt **ret);

struct outbox_counts {
	int64_t due, sending, unknown, retry, accepted, rejected, dead, superseded, waiting;
	int64_t next_at; /* earliest, 0: nothing open */
};
MUST enum vh_rc outbox_count(struct ctx *cx, const struct upstream *u, struct outbox_counts *ret);
/* Without the accepted and superseded, which take long to count where there are many. */
MUST enum vh_rc outbox_left(struct ctx *cx, const struct upstream *u, struct outbox_counts *ret);
MUST enum vh_rc outbox_list(struct ctx *cx, const struct upstream *u, const char *state, int64_t n,
                            struct delivery **ret);
/* Dead and rejected ones go again: one event, or all with event 0. */
MUST enum vh_rc outbox_replay(struct ctx *cx, const struct upstream *u, int64_t event,
                              int64_t *ret_n);
/* One upstream as a hotel sees it. Instants are 0 where there is none. */
struct upway {
	struct upstream u;
	int64_t waiting, sending, unknown, retry, rejected, dead; /* waiting: not sent yet */
	int64_t oldest_at, accepted_at;
	struct trouble *trouble; /* the latest first */
	struct upway *next;
};
struct trouble {
	struct delivery d;
	const char *type, *subject; /* of the event */
	struct trouble *next;
};
enum { TROUBLE_SHOWN = 50 };
/* Authority ACT_PLACE. */
MUST enum vh_rc outbox_look(struct ctx *cx, const struct hotel *h, struct upway **ret);
/* When the oldest happened that waits for an open upstream; 0: none. For anybody. */
MUST enum vh_rc outbox_oldest(struct ctx *cx, int64_t hotel, int64_t *ret_at);
/* A dead or rejected event of the hotel goes again. Authority ACT_PLACE. VH_NOTFOUND. */
MUST enum vh_rc outbox_again(struct ctx *cx, const struct hotel *h, const char *upstream,
                             int64_t event);
/* How far one hotel is with an upstream: not yet well ended, and accepted. */
struct outbox_hotel {
	int64_t open, accepted;
};
MUST enum vh_rc outbox_hotel(struct ctx *cx, const struct upstream *u, const struct hotel *h,
                             struct outbox_hotel *ret);
/* Up to n accepted ones after *after in order, and on from there. */
MUST enum vh_rc outbox_accepted(struct ctx *cx, const struct delivery *after, int64_t n,
                                struct delivery **ret);
/* An upstream that once accepted them has them no more: they go again under the same id. */
MUST enum vh_rc outbox_lost(struct ctx *cx, const struct delivery *list);
/* The hotels that have something to send there, now or when a pause ends. */
MUST enum vh_rc outbox_overdue(struct ctx *cx, const struct upstream *u, struct overdue **ret);
/* Number of urgent events above the cursors: the server sends those at once. */
MUST enum vh_rc outbox_urgent(struct ctx *cx, bool *ret_any);

#endif
