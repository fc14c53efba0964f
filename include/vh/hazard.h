/*
 * Something unsafe: found on a visit, or reported by whoever stands before the plate. It is closed
 * by a re-check alone. Who reported it is sealed, stands in no event and no task, and is dropped
 * when it is closed. A landlord never learns it: of a report he reads kind and place, and neither
 * words nor pictures, since his tenant may have made them.
 */
#ifndef VH_HAZARD_H
#define VH_HAZARD_H

#include "vh/core.h"
#include "vh/safety.h"
#include "vh/store_visit.h"

struct hazard_report {
	const char *code;  /* of the plate, of a room or a house */
	enum safety item;  /* SAFE__MAX: something else */
	const char *words; /* required for something else */
	const char *phone; /* to be called back: may be NULL */
	struct blob photo; /* JPEG, at most LIM_PHOTO bytes; .p NULL: none */
};
/*
 * By anybody, logged in or not. The same item reported again while it is open is one hazard.
 * VH_NOTFOUND `plate_unknown`; VH_CONFLICT `plate_revoked`, `plate_unbound`; VH_LIMIT
 * `hazard_many`: more than LIM_HAZARDS_OPEN reports of a house are open. VH_INVALID `photo`. What
 * the picture says of time and place is dropped; of a known hazard it is added to the others.
 */
MUST enum vh_rc hazard_report(struct ctx *cx, const struct hazard_report *r, int64_t *ret_id);

struct hazard_check {
	bool mended;         /* else it stays open, and a handled task goes back */
	const char *consent; /* door, occupant, landlord: who let the officer in */
	const char *note;
};
/* VH_CONFLICT `hazard_closed`. *ret_inspection is the row of the re-check. */
MUST enum vh_rc hazard_recheck(struct ctx *cx, int64_t hotel, int64_t hazard,
                               const struct hazard_check *c, int64_t *ret_inspection);

/* By officers and the desk, to an open hazard. VH_INVALID `photo`, `photo_missing`; VH_LIMIT
 * `photo_many`. */
MUST enum vh_rc hazard_photo_add(struct ctx *cx, int64_t hotel, int64_t hazard, struct blob photo,
                                 int64_t *ret_id);
/* For whom look_hazard shows the picture. */
MUST enum vh_rc look_photo(struct ctx *cx, const struct hotel *h, int64_t photo,
                           struct blob *ret_jpeg);

enum hazard_which { HAZARDS_OPEN, HAZARDS_OVERDUE, HAZARDS_ALL };
struct hazard_look {
	struct hazard hazard; /* without its sealed fields */
	struct house house;
	struct room room; /* id 0: the house itself */
	const char *words;
	bool reported, overdue, has_reporter;
	const char *task; /* state of its open task, or NULL */
	int64_t task_id;
	struct hazard_photo *photos; /* those that the reader may see, without the picture */
	struct hazard_look *next;
};
/*
 * Of a house with its rooms, or (0) of the hotel; HAZARDS_ALL only of a house, the newest
 * LIM_HAZARDS_LISTED. A landlord sees his own houses.
 */
MUST enum vh_rc look_hazards(struct ctx *cx, const struct hotel *h, int64_t house,
                             enum hazard_which which, struct hazard_look **ret);
/* One of them, open or closed. */
MUST enum vh_rc look_hazard(struct ctx *cx, const struct hotel *h, int64_t hazard,
                            struct hazard_look *ret);
/* Open ones of a tenant's own room and its house, without words of others. */
MUST enum vh_rc look_hazards_of_stay(struct ctx *cx, const struct hotel *h, int64_t stay,
                                     struct hazard_look **ret);
/* What became of a report, for whoever has its receipt: item, times, and the state of its task.
 * VH_NOTFOUND: there is none, or it is older than LIM_RECEIPT_DAYS. */
MUST enum vh_rc hazard_told(struct ctx *cx, int64_t hotel, int64_t hazard, struct hotel *ret_hotel,
                            struct hazard_look *ret);
/* Whom to call back: desk and police; noted in the history of its task. VH_NOTFOUND: nobody. */
MUST enum vh_rc hazard_reporter(struct ctx *cx, int64_t hotel, int64_t hazard, const char **ret);

#endif
