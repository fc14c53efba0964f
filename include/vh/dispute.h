/*
 * Somebody objects to what is registered about him. 我还住这里 reopens his stay at once and without
 * a gap, as pending, and an officer decides; the other kinds wait for the desk.
 */
#ifndef VH_DISPUTE_H
#define VH_DISPUTE_H

#include "vh/look.h"
#include "vh/store_claim.h"

struct dispute_new {
	int64_t hotel, stay;
	const char *kind;  /* still_here, wrong, not_me */
	const char *words; /* required but for still_here; sealed */
};
/*
 * By the person himself, or for him by the desk or an officer. VH_CONFLICT `dispute_open`: one is
 * open; still_here: `stay_state` (not ended, or longer ago than LIM_REOPEN_DAYS), `already_in`,
 * `room_shut`.
 */
MUST enum vh_rc dispute_file(struct ctx *cx, const struct dispute_new *n, int64_t *ret_id);
/* Was it moved out of, and not too long ago for still_here? What a page offers by; room and other
 * stays are judged when it is filed. */
bool stay_reopens(const struct stay *s, int32_t today);
/*
 * He was right, or not (reason required). still_here upheld verifies his stay, refused ends it on
 * its old day; verifying, ending or rejecting the stay itself settles it as well. VH_CONFLICT
 * `dispute_settled`.
 */
MUST enum vh_rc dispute_settle(struct ctx *cx, int64_t hotel, int64_t dispute, bool upheld,
                               const char *reason);

struct dispute_look {
	struct dispute row; /* without its sealed words */
	const char *words;
	struct person_view who; /* as the reader may see him; not of a tenant's own */
	struct stay stay;
	struct room room;
	struct house house;
	struct dispute_look *next;
};
/* Up to n open ones with an id over `after`, after an access row for each person. */
MUST enum vh_rc look_disputes(struct ctx *cx, const struct hotel *h, int64_t after, int64_t n,
                              struct dispute_look **ret);
/* A tenant's own, settled ones too, newest first. */
MUST enum vh_rc look_my_disputes(struct ctx *cx, const struct hotel *h, struct dispute_look **ret);

#endif
