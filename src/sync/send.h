/* One batch on its way: claimed events in, what became of them out. Shared by run.c and send.c. */
#ifndef VH_SYNC_SEND_H
#define VH_SYNC_SEND_H

#include "vh/outbox.h"
#include "vh/store_pin.h"
#include "vh/sync.h"
#include "vh/sync_http.h"
#include "vh/sync_wire.h"

/* Of an upstream in this run; they outlive the turns. */
struct pinned_keys {
	struct pin *list; /* NULL: none is pinned, receipts are kept unread */
	struct arena *a;  /* where a new list lives */
	bool asked;       /* whether it has rotated them */
};

struct sender {
	struct ctx *cx; /* of this turn: arena, now */
	const struct sync_opts *opts;
	const struct upstream *up;
	const struct hotel *hotel;
	const struct webhook_keys *keys;
	struct pinned_keys *pinned;
	struct wire *wire;
	struct sync_sums *sums;
	struct attempt *attempts; /* out: what was tried, to be written with the marks */
	bool settled; /* out: at least one event found its end */
	bool stopped; /* out: the upstream refuses us; ask it no more in this run */
	int64_t pause; /* out: nothing was settled; leave this hotel alone until then; 0 */
};

/*
 * Post the claimed list in batches and mark every event. VH_IO, VH_NOMEM, VH_BUSY: of our own
 * making.
 */
MUST enum vh_rc send_claimed(struct sender *s, struct outgoing *list);

#endif
