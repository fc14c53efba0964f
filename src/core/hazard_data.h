/*
 * Opening and closing hazards from a visit. Inside a write.
 */
#ifndef CORE_HAZARD_DATA_H
#define CORE_HAZARD_DATA_H

#include "vh/hazard.h"
#include "vh/store_visit.h"

/* Where: a room, or (r NULL) the house itself; `inspection` is the row it was found or re-checked
 * in. */
struct hazard_at {
	const struct hotel *h;
	const struct house *e;
	const struct room *r;
	int64_t inspection;
};
/* The row of whoever stands there now, a visit of its own, with nothing counted; room 0: the house
 * itself. */
struct inspection inspection_here(const struct ctx *cx, const struct house *e, int64_t room);

/* Found again while it is open, it is the same; counts in *n what is new. */
MUST enum vh_rc hazard_found(struct ctx *cx, const struct hazard_at *at, enum safety item,
                             int64_t *n);
/* Close every open one of this item at this place; counts them in *n. */
MUST enum vh_rc hazard_mended(struct ctx *cx, const struct hazard_at *at, enum safety item,
                              int64_t *n);

#endif
