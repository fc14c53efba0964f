/* One batch on its way: claimed events in, what became of them out. Shared by run.c and send.c. */
#ifndef VH_SYNC_SEND_H
#define VH_SYNC_SEND_H

#include "vh/lots.h"
#include "vh/store_pin.h"
#include "vh/sync.h"
#include "vh/sync_http.h"
#include "vh/sync_profile.h"
#include "vh/sync_wire.h"

/* Of an upstream in this run; they outlive the turns. */
struct pinned_keys {
	struct pin *list; /* NULL: none is pinned, receipts are kept unread */
	struct arena *a;  /* where a new list lives */
	bool asked;       /* whether it has rotated them */
};

/* n events of the claimed list from `first` on. */
struct part {
	struct outgoing *first;
	size_t n;
};

enum { PARTS_WAITING = 10 }; /* a batch halved over and over: LIM_SYNC_BATCH has 7 halves */

struct sender {
	struct ctx *cx; /* of this turn: arena, now */
	const struct sync_opts *opts;
	const struct upstream *up;
	const struct hotel *hotel;
	const struct webhook_keys *keys;
	struct pinned_keys *pinned;
	const struct profile *profile; /* NULL: one of our kind */
	const char *secret;            /* of bearer and basic */
	struct wires *wires;
	struct wire *wire; /* of polls */
	void *tag; /* of its posts */
	bool gzip; /* the upstream takes it */
	bool over; /* nothing more is to be begun */
	struct sync_sums *sums;
	struct outgoing *rest; /* claimed, and not yet cut into batches */
	struct part waiting[PARTS_WAITING], flying;
	size_t waiting_n;
	struct buf body, packed; /* of the one that flies */
	int64_t began;
	struct attempt *attempts; /* out: what was tried, to be written with the marks */
	struct lot_sent *lots;    /* out: what will be judged later */
	bool settled; /* out: at least one event found its end */
	bool stopped; /* out: the upstream refuses us; ask it no more in this run */
	bool silent;  /* out: the last post had no answer */
	int64_t pause; /* out: nothing was settled; leave this hotel alone until then; 0 */
};

/*
 * The claimed list in s->rest goes batch by batch: send_next begins the next post, or says that
 * none is left, and every event is marked; send_answered takes its answer. VH_IO, VH_NOMEM,
 * VH_BUSY: of our own making. send_done frees, at any point.
 */
MUST enum vh_rc send_next(struct sender *s, bool *ret_flying);
MUST enum vh_rc send_answered(struct sender *s, const struct wire_answer *answer);
void send_done(struct sender *s);
/* What cannot go there as it is says so in its mark, before anything is sent. */
MUST enum vh_rc send_sift(struct sender *s);

/* In the manner of the profile: as wires_begin of s->body, and as wire_post of a poll (body NULL:
 * a GET). id: of the batch. */
MUST enum vh_rc shaped_begin(struct sender *s, const char *id);
MUST enum vh_rc shaped_post(struct sender *s, const char *url, const char *id,
                            const struct buf *body, struct wire_answer *ret);
/* Ask for one lot that is due; *ret_any: there was one. */
MUST enum vh_rc send_poll(struct sender *s, bool *ret_any);

#endif
