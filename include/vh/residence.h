/*
 * For how long somebody has been registered without a gap, as a residence permit (居住证) asks for
 * half a year of it. What is counted is registration, not living there:
 *
 * - a stay counts from its first day when it was filed in time, else (late, or nobody knows the
 *   deadline) from the day it was filed: what was said afterwards does not make up for it;
 * - it counts to its last day, or to today; being away for a while is no end;
 * - pending, verified, away and ended stays count; contested, rejected and void ones do not;
 * - the next stay goes on without a gap when it begins on the last day of the one before, or on the
 *   day after, in whatever hotel.
 */
#ifndef VH_RESIDENCE_H
#define VH_RESIDENCE_H

#include "vh/look.h"

#define HALF_YEAR_DAYS 183

struct span {
	int32_t from, to; /* days, both counted */
	bool verified;    /* an officer has seen to it */
};
/* What of a stay counts today; false: nothing. */
bool residence_span(const struct stay *s, int zone_min, int32_t today, struct span *ret);

struct residence {
	struct span span;  /* the newest without a gap; its days */
	int64_t days;      /* 0: none at all */
	bool now;          /* it is still going on */
	int32_t half_year; /* the day on which HALF_YEAR_DAYS are or would be complete */
};
/* Sorts the spans. */
void residence_of(struct span *s, size_t n, int32_t today, struct residence *ret);
/* Of a tenant's stays in all his hotels. VH_NOMEM. */
MUST enum vh_rc residence_me(struct ctx *cx, const struct me *list, struct residence *ret);

#endif
