/* Putting one event's things into the projection of its hotel; inside the write that takes it. */
#ifndef CORE_RECEIVE_APPLY_H
#define CORE_RECEIVE_APPLY_H

#include "vh/receive.h"

/* VH_INVALID `data`, with the member at fault as field, or the code of a field that is wrong. */
MUST enum vh_rc receive_apply(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                              const struct received_event *ev);

/*
 * One event that came in: noted, journalled unless it has nothing to say any more, applied. Sets
 * its state and at. VH_CONFLICT `id_reused`.
 */
MUST enum vh_rc receive_one(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                            bool journal, struct received_event *ev);
/* Is it the event that is wrong, not we that cannot? */
bool receive_refusal(enum vh_rc rc);

#endif
