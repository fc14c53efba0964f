/*
 * What look_rack.c and rack_since.c share.
 */
#ifndef CORE_RACK_DATA_H
#define CORE_RACK_DATA_H

#include "vh/rack.h"

/* The rooms of a rack, sorted by id: takes stays, plates and findings in any order. */
struct rack_index {
	struct rack_room **by_id;
	size_t n;
};
struct rack_room *rack_find(const struct rack_index *ix, int64_t room);

/* Both need a transaction; rack_load checks authority. */
MUST enum vh_rc rack_mark_now(struct ctx *cx, const struct hotel *h, struct rack_mark *ret);
MUST enum vh_rc rack_load(struct ctx *cx, const struct hotel *h, struct rack *ret,
                          struct rack_index *ret_ix);

#endif
