/*
 * Dropping what is kept about somebody who has left, when the hotel's time is over, with a receipt.
 * Name, number, telephone and home are overwritten, their indexes removed, the words of his events
 * dropped; that he stayed, who looked at him and that he was erased remain, as numbers.
 */
#ifndef VH_ERASE_H
#define VH_ERASE_H

#include "vh/core.h"
#include "vh/store_claim.h"

/*
 * By the desk, the night job, or himself. VH_CONFLICT: `still_lives`, `erased`, `retention_unset`,
 * `retention` (the words say until when), `erase_dispute`, `erase_hazard` (one is open in a room
 * of his from his time), `erase_unsent` (an upstream has not got everything yet).
 */
MUST enum vh_rc erase_person(struct ctx *cx, int64_t hotel, int64_t person, struct erasure *ret);

/* May it be done now, and else why not: code NULL, or one of those above. For the same
 * readers. */
struct erase_when {
	const char *code;
	/* the first day on which the time is over; NULL: he has not left, or unset */
	const char *day;
	int64_t months;  /* that the hotel keeps data; 0: unset */
};
MUST enum vh_rc erase_when(struct ctx *cx, int64_t hotel, int64_t person, struct erase_when *ret);
/* The receipt again, for whoever has it. VH_NOTFOUND. */
MUST enum vh_rc erase_told(struct ctx *cx, int64_t hotel, int64_t person, struct hotel *ret_hotel,
                           struct erasure *ret);

struct erase_run {
	int64_t erased, kept; /* kept: something is open about them */
	int64_t failed;       /* cannot be erased: the first one's error is returned */
};
/* Everybody of a hotel whose time is over, each in a write of his own, until `most` were dropped
 * (0: all). Not inside a transaction. */
MUST enum vh_rc erase_due(struct ctx *cx, const struct hotel *h, int64_t most,
                          struct erase_run *ret);

/* How many have left so long ago that their time is over, whatever keeps them still. */
MUST enum vh_rc erase_ripe(struct ctx *cx, const struct hotel *h, int64_t *ret_n);

/* Receipts, newest first, below an id (0: from the newest): for the desk and the auditor; numbers
 * only. */
MUST enum vh_rc look_erasures(struct ctx *cx, const struct hotel *h, int64_t before, int64_t n,
                              struct erasure **ret);

#endif
