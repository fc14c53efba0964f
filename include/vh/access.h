/*
 * The log of disclosures: who saw what about whom, chained so that a change shows (core/access.c).
 */
#ifndef VH_ACCESS_H
#define VH_ACCESS_H

#include "vh/core.h"

/* The auditor's list, newest first, before an id (0: from the newest). */
MUST enum vh_rc look_access(struct ctx *cx, const struct hotel *h, int64_t before, int64_t n,
                            struct access_row **ret);

/* Chain the access rows of a hotel that no seal holds yet; by one sealer at a time. */
MUST enum vh_rc access_seal_now(struct ctx *cx, int64_t hotel);
/* Walk the whole chain: VH_CONFLICT with words at the first break. */
MUST enum vh_rc access_verify(struct ctx *cx, int64_t hotel);
/* Write the access rows of these people; inside or outside a write. */
MUST enum vh_rc access_note(struct ctx *cx, int64_t hotel, const int64_t *person, size_t n,
                            const char *fields, const char *reason);
/* The answer of a write tells a landlord that `person` (0: nobody) is registered elsewhere: it goes
 * out after a row about it, where the person can read who asked. Returns `why`, the answer, or what
 * kept the row from being written. */
MUST enum vh_rc access_told(struct ctx *cx, int64_t hotel, int64_t person, const char *reason,
                            enum vh_rc why);

#endif
