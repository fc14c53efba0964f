/*
 * The receiving side: what other registries tell, kept for ever and projected into hotels of their
 * own, which are read by the same routes as ours and changed by nobody here.
 *
 * Any order of arrival ends in the same state: of each hotel, house, room, person and stay the
 * change that is newest in the sender's order (epoch, seq) shows. What came in stands in the
 * journal in the order of its arrival and goes further up from there under its own id.
 */
#ifndef VH_RECEIVE_H
#define VH_RECEIVE_H

#include "vh/core.h"
#include "vh/store_source.h"

/* VH_CONFLICT `source_there`; VH_NOTFOUND `area`: not in the divisions loaded. */
MUST enum vh_rc source_add(struct ctx *cx, const char *name, const char *scope, const char *secret);
/* NULL leaves it as it is; state open or paused. VH_NOTFOUND `source`. */
MUST enum vh_rc source_change(struct ctx *cx, const char *name, const char *secret,
                              const char *state);
/*
 * Who may speak for this area, and its clear secret: who told the hotel that is here, else the
 * source with the nearest scope above it. VH_DENIED `source_unknown`: nobody, or it is paused. Own
 * short read.
 */
MUST enum vh_rc source_of(struct ctx *cx, const char *area, struct source *ret,
                          const char **ret_secret);

/*
 * The hotel that this source tells, inside a transaction. VH_NOTFOUND: none yet; VH_CONFLICT
 * `own_hotel`: kept here; `other_source`: told by another.
 */
MUST enum vh_rc receive_from(struct ctx *cx, const struct source *from, const char *area,
                             struct hotel *ret);

enum receive_state { RECEIVE_REJECTED, RECEIVE_ACCEPTED, RECEIVE_DUPLICATE };
struct received_event {
	const char *type, *subject, *data; /* data: JSON text as the sender's canonical form */
	int64_t id, part, epoch, seq, time;
	/* out */
	enum receive_state state;
	const char *code, *detail; /* of a rejected one: `id_reused`, `data`, `field` … */
	int64_t at;                /* when it was first taken */
};
/*
 * Take what one hotel's sender says, each event on its own, all in one durable write. Items whose
 * `code` is set beforehand are rejected with it and not looked at. VH_CONFLICT `own_hotel`: kept
 * here; `other_source`: kept by another.
 */
MUST enum vh_rc receive_events(struct ctx *cx, const struct source *from, const char *area,
                               struct received_event *list, size_t n);

/*
 * What we have of a hotel, for the source that tells it and nobody else: VH_CONFLICT `own_hotel`,
 * `other_source`. find: VH_NOTFOUND, the event never came. mark, hotel: zero for a hotel that was
 * never told of.
 */
MUST enum vh_rc receive_find(struct ctx *cx, const struct source *from, const char *area,
                             int64_t id, struct received *ret);
/*
 * What this sender itself told of a hotel, up to n after (epoch, seq) in its own order, opened: it
 * has lost them. Empty: there is no more. VH_CONFLICT `other_source`, `own_hotel`.
 */
MUST enum vh_rc receive_told(struct ctx *cx, const struct source *to, const char *area,
                             int64_t epoch, int64_t seq, int64_t n, struct received_event **ret,
                             size_t *ret_n);
MUST enum vh_rc receive_hotel(struct ctx *cx, const struct source *from, const char *area,
                              int64_t *ret_hotel);
MUST enum vh_rc receive_mark(struct ctx *cx, const struct source *from, const char *area,
                             struct received_mark *ret);

#endif
