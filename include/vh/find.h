/*
 * Finding a place by what people type: 17/101 or 17101, 后街/101, the end of an address and a room's
 * number, a house's number or a part of its address, a room's number, the number on a plate or its
 * code. Nobody's data.
 */
#ifndef VH_FIND_H
#define VH_FIND_H

#include "vh/place.h"

#define LIM_FIND_HOTELS 200 /* of a scope: beyond, only a plate's code finds its place */

struct place_found {
	struct hotel hotel;
	struct house house;
	struct room room; /* id 0: the house itself */
	int64_t registered; /* of a room */
	struct place_found *next;
};
/* h NULL: over every hotel in scope. At most LIM_FOUND; none: NULL. */
MUST enum vh_rc find_places(struct ctx *cx, const struct hotel *h, const char *text,
                            struct place_found **ret);
/*
 * The one room that is meant: 9/103 is room 103 of house number 9, or where none has that number of
 * the one in whose address it stands; 后街9号103 and 后街/103 name a house by its address; 103 alone is
 * a room of `house` (0: of none). Inside a transaction. What is closed is none, and where two are
 * meant none is. VH_NOTFOUND, without words.
 */
MUST enum vh_rc room_written(struct ctx *cx, int64_t hotel, int64_t house, const char *text,
                             struct room *ret);

#endif
