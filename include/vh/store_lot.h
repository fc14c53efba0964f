/*
 * Rows of upstreams of another kind: their profiles, and the lots that they judge later.
 */
#ifndef VH_STORE_LOT_H
#define VH_STORE_LOT_H

#include "vh/store_delivery.h"

MUST enum vh_rc profile_put(struct ctx *cx, int64_t upstream, const char *text);
MUST enum vh_rc profile_get(struct ctx *cx, int64_t upstream, const char **ret); /* VH_NOTFOUND */

struct lot {
	int64_t upstream, hotel, id;
	const char *name;  /* what the upstream calls it */
	const char *state; /* received, done, forgotten */
	int64_t at, next_at, polls, done_at;
	struct lot *next;
};
MUST enum vh_rc lot_insert(struct ctx *cx, const struct lot *l);
MUST enum vh_rc lot_update(struct ctx *cx, const struct lot *l);
/* Received ones that may be asked for at `now`. */
MUST enum vh_rc lot_due(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t now, int64_t n,
                        struct lot **ret);
/* Earliest next_at of received ones after `after`, 0: none. */
MUST enum vh_rc lot_next_after(struct ctx *cx, int64_t upstream, int64_t after, int64_t *ret_at);
/* The latest of an upstream. */
MUST enum vh_rc lot_list(struct ctx *cx, int64_t upstream, int64_t n, struct lot **ret);
/* Drops those that found their end before then, with their items. */
MUST enum vh_rc lot_sweep(struct ctx *cx, int64_t before, int64_t *ret_n);

/* An event in a lot. Order numbers begin with 1. */
struct lot_item {
	int64_t n, attempt; /* the attempt of the delivery that put it there */
	struct delivery d;
	struct lot_item *next;
};
MUST enum vh_rc lot_item_insert(struct ctx *cx, const struct lot *l, int64_t n,
                                const struct delivery *d);
/* By order number. */
MUST enum vh_rc lot_items(struct ctx *cx, const struct lot *l, struct lot_item **ret);

#endif
