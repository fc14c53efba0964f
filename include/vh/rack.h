/*
 * The rack (房态图): every house with its rooms, counts and states, nobody's data; and what became
 * of it since somebody looked.
 */
#ifndef VH_RACK_H
#define VH_RACK_H

#include "vh/place.h"

#define RACK_DUE_DAYS 7     /* a stay that ends within so many days is due */
#define RACK_MARK_TEXT 80
#define LIM_RACK_EVENTS 500 /* newer ones than these: look at all of it again */

/*
 * Where a rack stands: the journal's number of its hotel, the day its states are of (some turn at
 * midnight without anybody doing anything), and the count of what changed it without an event.
 */
struct rack_mark {
	int64_t epoch, seq;
	int32_t day;
	int64_t marks;
};
void rack_mark_format(const struct rack_mark *m, char out[RACK_MARK_TEXT]);
/* False: no mark of ours. */
bool rack_mark_parse(const char *text, struct rack_mark *ret);

/* Rack: houses x rooms with counts and flags, nobody's data. */
struct rack_room {
	struct room room;
	struct plate plate; /* id 0: none */
	int64_t registered, pending, contested, overdue, late, away, due;
	/* Open hazards and tasks, for those who may see them: found living there unregistered, and
	 * registered but gone. */
	int64_t hazards, sleep, skip;
	bool touched; /* by what happened since */
	struct rack_room *next;
};
struct rack_house {
	struct house house;
	int64_t hazards; /* of the house itself */
	struct rack_room *rooms;
	struct rack_house *next;
};
struct rack_totals {
	int64_t houses, rooms, vacant, occupied, people, pending, overdue, contested, shut;
};
struct rack {
	struct hotel hotel;
	struct rack_mark mark;
	struct rack_house *houses;
	struct rack_totals totals;
	bool codes; /* may show plate codes */
};
/* A landlord gets his own houses only. */
MUST enum vh_rc look_rack(struct ctx *cx, const struct hotel *h, struct rack *ret);

struct rack_news {
	struct rack_mark mark;
	bool same;        /* nothing happened: rack is empty. One row was read to know it */
	bool all;         /* too much, or not to be told by rooms: ask for the whole rack */
	struct rack rack; /* as it is now; what changed is touched */
	const int64_t *gone; /* rooms that are no longer on it */
	size_t gone_n;
};
MUST enum vh_rc look_rack_since(struct ctx *cx, const struct hotel *h,
                                const struct rack_mark *since, struct rack_news *ret);

#endif
