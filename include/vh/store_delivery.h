/*
 * Rows of the way up: upstreams, cursors, and what became of each event there.
 */
#ifndef VH_STORE_DELIVERY_H
#define VH_STORE_DELIVERY_H

#include "vh/crypto.h"
#include "vh/ctx.h"
#include "vh/db.h"

struct upstream {
	int64_t id;
	const char *name, *url;
	struct blob secret; /* sealed by the node's key */
	bool empty_accepted;
	const char *state; /* open, paused */
	int64_t created;
	struct upstream *next;
};
MUST enum vh_rc upstream_insert(struct ctx *cx, const struct upstream *u);
MUST enum vh_rc upstream_get(struct ctx *cx, const char *name, struct upstream *ret);
MUST enum vh_rc upstream_list(struct ctx *cx, struct upstream **ret);
MUST enum vh_rc upstream_update(struct ctx *cx, const struct upstream *u); /* not its name */

struct delivery {
	int64_t upstream, hotel, epoch, seq, event, part;
	const char *state; /* due sending unknown retry accepted rejected dead superseded */
	int64_t attempts, next_at, sent_at, done_at, status;
	const char *code, *detail, *receipt;
	struct delivery *next;
};
MUST enum vh_rc cursor_get(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_epoch,
                           int64_t *ret_seq); /* 0, 0 before the first */
MUST enum vh_rc cursor_put(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t epoch,
                           int64_t seq);
MUST enum vh_rc delivery_insert(struct ctx *cx, const struct delivery *d);
MUST enum vh_rc delivery_update(struct ctx *cx, const struct delivery *d);
/*
 * Up to n deliveries of a hotel that may be sent at `now`: open, not being sent, due, and no
 * earlier unfinished one of the same part (a refused or dead one holds back the later ones of its
 * key), so that a batch has one event per part.
 */
MUST enum vh_rc delivery_ready(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t now,
                               int64_t n, struct delivery **ret);
/* Has any of a part found no good end yet? Then what comes after it may not be sent. */
MUST enum vh_rc delivery_held(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t part,
                              bool *ret);
MUST enum vh_rc delivery_list(struct ctx *cx, int64_t upstream, const char *state, int64_t n,
                              struct delivery **ret);
/* Rejected and dead ones of a hotel, what comes after one (zeroed: from the first). */
MUST enum vh_rc delivery_refused(struct ctx *cx, int64_t hotel, const struct delivery *after,
                                 int64_t n, struct delivery **ret);
MUST enum vh_rc delivery_of_event(struct ctx *cx, int64_t hotel, int64_t event,
                                  struct delivery **ret);
/* Earliest next_at of what is open, 0 when nothing is. */
MUST enum vh_rc delivery_next_at(struct ctx *cx, int64_t upstream, int64_t *ret_at);
/* Earliest next_at after `after` of what is open, 0 when none is. */
MUST enum vh_rc delivery_next_after(struct ctx *cx, int64_t upstream, int64_t after,
                                    int64_t *ret_at);
MUST enum vh_rc delivery_count(struct ctx *cx, int64_t upstream, const char *state, int64_t *ret_n);
/* Events of own hotels above the cursor, not yet taken. */
MUST enum vh_rc delivery_waiting(struct ctx *cx, int64_t upstream, int64_t *ret_n);

/* How many of a hotel are in a state that is neither accepted nor superseded. */
MUST enum vh_rc delivery_open_count(struct ctx *cx, int64_t upstream, int64_t hotel,
                                    const char *state, int64_t *ret_n);
/* When the oldest event happened that is claimed and not settled; 0: none. */
MUST enum vh_rc delivery_oldest(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_at);
/* When the newest accepted one was; 0: never. */
MUST enum vh_rc delivery_accepted_at(struct ctx *cx, int64_t upstream, int64_t hotel,
                                     int64_t *ret_at);
/* Those that the other side or the way has troubles with, the latest first. */
MUST enum vh_rc delivery_trouble(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n,
                                 struct delivery **ret);
/* Events of a hotel above the cursor: when the first happened (0: none), and how many. */
MUST enum vh_rc event_waiting(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq,
                              int64_t *ret_at, int64_t *ret_n);

/* Up to n in a state after one of the same upstream and hotel (epoch, seq 0: from the first). */
MUST enum vh_rc delivery_page(struct ctx *cx, const struct delivery *from, const char *state,
                              int64_t n, struct delivery **ret);
/* Of a hotel: how many are accepted, and how many have found no good end yet. */
MUST enum vh_rc delivery_settled(struct ctx *cx, int64_t upstream, int64_t hotel,
                                 int64_t *ret_accepted, int64_t *ret_open);

/* Hotels with something to send, and when the most pressing of it is due; in no order. */
struct overdue {
	int64_t hotel;
	int64_t due; /* a day after an urgent event, three after another */
	struct overdue *next;
};
MUST enum vh_rc delivery_overdue(struct ctx *cx, int64_t upstream, struct overdue **ret);

/* Is any urgent event above the cursor of an open upstream? */
MUST enum vh_rc delivery_urgent(struct ctx *cx, bool *ret);

#endif
