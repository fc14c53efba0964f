/*
 * What the lists of the desk and its calls share: landlords, sealed until their access row is
 * written.
 */
#ifndef CORE_QUEUE_DATA_H
#define CORE_QUEUE_DATA_H

#include "vh/queue.h"
#include "vh/store_people.h"

struct sealed_to_call {
	struct landlord l;
	int64_t house;
	struct sealed_to_call *next;
};
/* Inside a read. The landlords of a house, unless they are in the list. */
MUST enum vh_rc owners_add(struct ctx *cx, const struct house *h, struct sealed_to_call **list);
/* Outside of it: access rows, then the landlords onto the rows of their houses, masked. */
MUST enum vh_rc owners_show(struct ctx *cx, int64_t hotel, struct sealed_to_call *list,
                            struct queue_row *rows);
/* The days and ids between which the lists lie now. */
MUST enum vh_rc queue_span_of(struct ctx *cx, const struct hotel *h, struct queue_span *ret);

#endif
