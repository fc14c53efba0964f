/*
 * The map of a hotel (活地图): its open houses with the rooms that give them their colour. Nobody's
 * data.
 */
#ifndef VH_MAP_H
#define VH_MAP_H

#include "vh/core.h"
#include "vh/store_figures.h"

struct map_house {
	struct house house;       /* lat and lng 0: not on the map */
	struct room_state *rooms; /* `n` of them, in a row by next */
	int64_t n;
	struct map_house *next;
};
/* By number. A landlord gets his own houses only. */
MUST enum vh_rc look_map(struct ctx *cx, const struct hotel *h, struct map_house **ret);

#endif
