/*
 * Rows of the receiving side: who may send, what came in, and which change each received thing
 * shows.
 */
#ifndef VH_STORE_SOURCE_H
#define VH_STORE_SOURCE_H

#include "vh/crypto.h"
#include "vh/ctx.h"
#include "vh/db.h"

struct source {
	int64_t id;
	const char *name, *scope; /* scope: the area above all hotels it may speak for */
	struct blob secret;       /* sealed by the node's key */
	const char *state;        /* open, paused */
	int64_t created;
	struct source *next;
};
MUST enum vh_rc source_insert(struct ctx *cx, const struct source *s);
MUST enum vh_rc source_get(struct ctx *cx, const char *name, struct source *ret);
MUST enum vh_rc source_list(struct ctx *cx, struct source **ret);
MUST enum vh_rc source_update(struct ctx *cx, const struct source *s); /* secret and state */

struct received {
	int64_t hotel, id;
	int64_t epoch, seq; /* the sender's */
	struct blob print;
	int64_t at;
	int64_t kept_epoch, kept_seq; /* its place in the journal here; 0: it has none */
	struct received *next;
};
MUST enum vh_rc received_insert(struct ctx *cx, const struct received *r);
MUST enum vh_rc received_get(struct ctx *cx, int64_t hotel, int64_t id, struct received *ret);
/* Up to n after (epoch, seq), in the sender's order. */
MUST enum vh_rc received_after(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                               struct received **ret);
/* The newest of a hotel in the sender's order, and how many there are; all 0: none. */
struct received_mark {
	int64_t epoch, seq, events;
};
MUST enum vh_rc received_mark(struct ctx *cx, int64_t hotel, struct received_mark *ret);

/* kind: hotel, house, room, person, stay. VH_NOTFOUND: nothing was applied to it yet. */
MUST enum vh_rc change_get(struct ctx *cx, int64_t hotel, const char *kind, int64_t id,
                           int64_t *ret_epoch, int64_t *ret_seq);
MUST enum vh_rc change_put(struct ctx *cx, int64_t hotel, const char *kind, int64_t id,
                           int64_t epoch, int64_t seq);

#endif
