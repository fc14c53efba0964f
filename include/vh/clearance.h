/*
 * The check a room passes before it may be let (租前检查): 可以出租 or 整改后再租. The newest one
 * counts, until its last day. It gates the letting of a room only in a hotel that asks for it
 * (hotel_choice `clearance` = required).
 */
#ifndef VH_CLEARANCE_H
#define VH_CLEARANCE_H

#include "vh/core.h"
#include "vh/store_visit.h"

enum clear { CLEAR_NONE, CLEAR_OK, CLEAR_MEND, CLEAR_EXPIRED };
const char *clear_name(enum clear c); /* none, ok, mend, expired */

struct clearance_new {
	int64_t hotel, room;
	const char *result; /* ok, mend */
	const char *until;  /* ok: last day it is good for, NULL: no end; mend: by when */
	const char *note;   /* required for mend: what is to be done */
};
/* mend opens a task for the landlord, the next ok ends it. VH_INVALID `result`, `past`. */
MUST enum vh_rc clearance_give(struct ctx *cx, const struct clearance_new *n, int64_t *ret_id);

struct clearance_look {
	enum clear now;
	bool required;           /* by this hotel */
	struct clearance *rows; /* newest first */
};
MUST enum vh_rc look_clearance(struct ctx *cx, const struct hotel *h, int64_t room,
                               struct clearance_look *ret);

/* Inside a write: VH_CONFLICT `clearance` when the room may not be opened for letting. */
MUST enum vh_rc clearance_gate(struct ctx *cx, const struct hotel *h, const struct room *r);

/*
 * What a hotel chose, among a few words each: `clearance` off (default), required; `origin` off
 * (default), on: may the figures tell where people come from. VH_INVALID `choice`. hotel_choice
 * needs a transaction; hotel_choose is an act on the place, with its event.
 */
MUST enum vh_rc hotel_choice(struct ctx *cx, int64_t hotel, const char *name, const char **ret);
MUST enum vh_rc hotel_choose(struct ctx *cx, int64_t hotel, const char *name, const char *value);

#endif
