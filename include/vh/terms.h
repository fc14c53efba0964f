/*
 * The terms of a village: what it says about itself, and how long people have to file.
 */
#ifndef VH_TERMS_H
#define VH_TERMS_H

#include "vh/core.h"

/* NULL stays, "" takes away (but for the name). Another notice is another version of it. */
struct hotel_change {
	const char *name, *desk_phone, *entrusted_by, *notice;
	int64_t retention_months; /* 0: unset; -1 stays */
};
MUST enum vh_rc hotel_amend(struct ctx *cx, int64_t hotel, const struct hotel_change *to);
/* A rule for filings (resident|foreigner, in|out) that holds from today on. VH_INVALID `rule`. */
MUST enum vh_rc deadline_set(struct ctx *cx, int64_t hotel, const struct deadline *to);
enum { DEADLINES = 4 };
/* Those in force today; length 0: there is none. */
MUST enum vh_rc deadlines_of(struct ctx *cx, const struct hotel *h, struct deadline ret[DEADLINES]);

#endif
