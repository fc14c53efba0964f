/*
 * Upstreams of another kind, seen from the registry: the profile that says how one is spoken to,
 * and the lots that it has taken and judges later. While a lot is received its deliveries are
 * `unknown` with the code `received`, and go again only when the lot is given up.
 */
#ifndef VH_LOTS_H
#define VH_LOTS_H

#include "vh/outbox.h"
#include "vh/store_lot.h"

#define LOT_RECEIVED "received" /* the code of a delivery that is in a lot */

/* outbox_upstream_add with a profile, so that it is never spoken to in another manner. */
MUST enum vh_rc lots_upstream_add(struct ctx *cx, const char *name, const char *url,
                                  const char *secret, bool empty_accepted, const char *profile);
/*
 * VH_NOTFOUND `upstream`; VH_CONFLICT `profile_busy`: events are on their way, which must go again
 * as the same bytes.
 */
MUST enum vh_rc lots_profile_set(struct ctx *cx, const char *upstream, const char *text);
MUST enum vh_rc lots_profile(struct ctx *cx, int64_t upstream, const char **ret); /* NULL: none */

/* A lot that was just received, and its events in order. */
struct lot_sent {
	struct lot lot;
	const struct outgoing *first;
	size_t n;
	struct lot_sent *next;
};
/* As outbox_mark, with the lots in the same transaction. */
MUST enum vh_rc lots_mark(struct ctx *cx, const struct outgoing *list,
                          const struct attempt *attempts, const struct lot_sent *lots);
MUST enum vh_rc lots_due(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n,
                         struct lot **ret);
/* The deliveries of a lot by order number, with their events' ids. */
MUST enum vh_rc lots_items(struct ctx *cx, const struct lot *l, struct lot_item **ret);
/*
 * Write what was heard of a lot. Only deliveries that still wait for this lot are changed: what a
 * desk did meanwhile stands, and so does a later lot.
 */
MUST enum vh_rc lots_heard(struct ctx *cx, const struct lot *l, const struct lot_item *items);
MUST enum vh_rc lots_list(struct ctx *cx, const struct upstream *u, int64_t n, struct lot **ret);

/* What a hotel's desk sees of an upstream of another kind; authority ACT_PLACE. */
enum { LOTS_SHOWN = 20, LOT_ITEMS_SHOWN = 100 };
struct lot_event {
	struct lot_item item;
	bool done;                  /* it does not wait for this lot any more */
	const char *type, *subject; /* of the event */
	struct lot_event *next;
};
struct lot_look {
	struct lot lot;
	int64_t n, done;         /* of all its events */
	struct lot_event *items; /* the first of them */
	struct lot_look *next;
};
struct lots_look {
	const char *profile;   /* its name; NULL: our own kind, "": kept without a name */
	struct lot_look *lots; /* received and not judged, of this hotel */
};
MUST enum vh_rc lots_look(struct ctx *cx, const struct hotel *h, const struct upstream *u,
                          struct lots_look *ret);

#endif
