/*
 * The rack (房态图): every house with its rooms, counts and states, nobody's data.
 */
#ifndef VH_RACK_H
#define VH_RACK_H

#include "vh/place.h"

/* Rack: houses x rooms with counts and flags, nobody's data. */
struct rack_room {
	struct room room;
	struct plate plate; /* id 0: none */
	int64_t registered, pending, contested, overdue, late, away;
	struct rack_room *next;
};
struct rack_house {
	struct house house;
	struct rack_room *rooms;
	struct rack_house *next;
};
struct rack_totals {
	int64_t houses, rooms, vacant, occupied, people, pending, overdue, contested, shut;
};
struct rack {
	struct hotel hotel;
	struct rack_house *houses;
	struct rack_totals totals;
	bool codes; /* may show plate codes */
};
/* A landlord gets his own houses only. */
MUST enum vh_rc look_rack(struct ctx *cx, const struct hotel *h, struct rack *ret);

#endif
