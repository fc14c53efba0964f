/*
 * Rows of what officers find: clearances, inspections, hazards. Only SQL and mapping; all need a
 * running transaction. Lists are linked by `next`.
 */
#ifndef VH_STORE_VISIT_H
#define VH_STORE_VISIT_H

#include "vh/ctx.h"
#include "vh/db.h"

struct clearance {
	int64_t hotel, id, room;
	const char *result;     /* ok, mend */
	const char *day;        /* of the check */
	const char *until;      /* ok: the last day it is good for; mend: by when; NULL */
	const char *note;       /* NULL: none */
	int64_t by, at;
	struct clearance *next;
};
MUST enum vh_rc clearance_insert(struct ctx *cx, const struct clearance *c);
/* The newest of a room, or all of them, newest first. */
MUST enum vh_rc clearance_last(struct ctx *cx, int64_t hotel, int64_t room, struct clearance *ret);
MUST enum vh_rc clearance_list(struct ctx *cx, int64_t hotel, int64_t room, struct clearance **ret);

struct inspection {
	int64_t hotel, id, visit, house, room; /* room 0: the house itself */
	int64_t at, by;
	const char *consent; /* door, occupant, landlord; NULL: refused or nobody home */
	const char *outcome;
	int64_t registered, found; /* found -1: nobody was counted */
	const char *items;         /* JSON, NULL: not asked */
	int64_t template;          /* version of the list */
	struct inspection *next;
};
MUST enum vh_rc inspection_insert(struct ctx *cx, const struct inspection *i);
/* Of one visit: the house first, then its rooms in the order they were written. */
MUST enum vh_rc inspection_of_visit(struct ctx *cx, int64_t hotel, int64_t visit,
                                    struct inspection **ret);
/* Newest first, at or after an instant. */
MUST enum vh_rc inspection_of_room(struct ctx *cx, int64_t hotel, int64_t room, int64_t since,
                                   int64_t n, struct inspection **ret);
/* When somebody last came into or to each room and met the people or none who live there. */
struct visited {
	int64_t room, at;
	struct visited *next;
};
MUST enum vh_rc inspection_last(struct ctx *cx, int64_t hotel, struct visited **ret); /* by room */

struct inspection_seen {
	int64_t hotel, inspection, stay;
	const char *what; /* here, gone */
	struct inspection_seen *next;
};
MUST enum vh_rc inspection_seen_insert(struct ctx *cx, const struct inspection_seen *s);
MUST enum vh_rc inspection_seen_list(struct ctx *cx, int64_t hotel, int64_t inspection,
                                     struct inspection_seen **ret);

struct hazard {
	int64_t hotel, id, house, room; /* room 0: the house itself */
	const char *item, *severity;    /* severity: grave, minor */
	struct blob words;              /* sealed */
	int64_t found_at, found_in;     /* found_in 0: it was reported */
	int64_t due;                    /* last instant; 0: unknown */
	int64_t closed_at, closed_in;   /* 0: open */
	struct blob reporter;           /* sealed; dropped when closed */
	struct hazard *next;
};
MUST enum vh_rc hazard_insert(struct ctx *cx, const struct hazard *h);
MUST enum vh_rc hazard_get(struct ctx *cx, int64_t hotel, int64_t id, struct hazard *ret);
/* VH_CONFLICT: closed already. */
MUST enum vh_rc hazard_close(struct ctx *cx, int64_t hotel, int64_t id, int64_t at,
                             int64_t inspection);
MUST enum vh_rc hazard_list_open(struct ctx *cx, int64_t hotel, struct hazard **ret); /* by due */
MUST enum vh_rc hazard_open_house(struct ctx *cx, int64_t hotel, int64_t house,
                                  struct hazard **ret); /* by id, with those of its rooms */
MUST enum vh_rc hazard_list_house(struct ctx *cx, int64_t hotel, int64_t house, int64_t n,
                                  struct hazard **ret); /* closed ones too, newest first */

struct hazard_photo {
	int64_t hotel, id, hazard;
	struct blob picture; /* sealed */
	int64_t at, by;      /* by: account of the officer who took it; 0: it came with a report */
	struct hazard_photo *next;
};
MUST enum vh_rc hazard_photo_insert(struct ctx *cx, const struct hazard_photo *p);
MUST enum vh_rc hazard_photo_get(struct ctx *cx, int64_t hotel, int64_t id,
                                 struct hazard_photo *ret);
MUST enum vh_rc hazard_photo_list(struct ctx *cx, int64_t hotel, int64_t hazard,
                                  struct hazard_photo **ret); /* id and by */
MUST enum vh_rc hazard_photo_drop(struct ctx *cx, int64_t hotel, int64_t hazard);

#endif
