/*
 * What the village says to a house, or to the whole hotel: shown at its plates, to tenants and
 * landlords, while it is in force. Nobody's data.
 */
#ifndef VH_NOTICE_H
#define VH_NOTICE_H

#include "vh/core.h"
#include "vh/store_claim.h"

struct notice_new {
	int64_t hotel, house; /* house 0: the whole hotel */
	const char *text;     /* at most LIM_NOTICE characters */
	const char *from;     /* first day; NULL: today */
	const char *until;    /* last day */
};
MUST enum vh_rc notice_put(struct ctx *cx, const struct notice_new *n, int64_t *ret_id);
/* VH_CONFLICT `notice_ended`. */
MUST enum vh_rc notice_withdraw(struct ctx *cx, int64_t hotel, int64_t notice);

/* In force today for this house (0: for the whole hotel alone); for anybody. */
MUST enum vh_rc look_notices(struct ctx *cx, const struct hotel *h, int64_t house,
                             struct notice **ret);
/* All that are in force or to come, for those who write them. */
MUST enum vh_rc look_all_notices(struct ctx *cx, const struct hotel *h, struct notice **ret);

#endif
