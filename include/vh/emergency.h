/*
 * Break-glass: who is in a house, to be called out of a fire. One act, with a reason, one access
 * row per person before anything comes out, an event (of a received hotel none: its journal is not
 * ours), and a task that the auditor confirms. Many in an hour are opened too; their reviews are
 * due at once, and the desk has a task about them.
 */
#ifndef VH_EMERGENCY_H
#define VH_EMERGENCY_H

#include "vh/place.h"

#define CHILD_YEARS 14 /* younger people are told apart on the list */

struct emergency_person {
	const char *name, *phone; /* in clear; phone NULL: none */
	bool child, lessee, away;
	struct emergency_person *next;
};
struct emergency_room {
	struct room room;
	int64_t heads, children;
	struct emergency_person *people; /* contested stays too: better one too many */
	struct emergency_room *next;
};
struct emergency {
	struct house house;
	int64_t heads, children;
	int64_t task; /* of the review */
	bool often;   /* the same account opened LIM_EMERGENCY_HOUR here within the hour before */
	struct emergency_room *rooms; /* empty ones too */
};
/* VH_INVALID `reason`. */
MUST enum vh_rc emergency_list(struct ctx *cx, const struct hotel *h, int64_t house,
                               const char *reason, struct emergency *ret);

#endif
