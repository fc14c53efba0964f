/* Remarks as the other files of the core meet them; inside a write. */
#ifndef CORE_REMARK_DATA_H
#define CORE_REMARK_DATA_H

#include "vh/down.h"
#include "vh/json.h"
#include "vh/remark.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

/* What was told from above about this hotel: a task at its desk, a row to be passed on, or an
 * answer at once; *ret_new is then set. The same again is nothing; *ret_over is set when it is
 * passed over, as vh/remark.h says. */
MUST enum vh_rc remark_take(struct ctx *cx, const struct hotel *h, int64_t upstream,
                            const struct down_remark *d, bool *ret_new, bool *ret_over);
/* Does this upstream get this hotel from us? VH_CONFLICT `not_told`. */
MUST enum vh_rc remark_from(struct ctx *cx, int64_t upstream, int64_t hotel);

/* Which fields differ, as bits of their places in remark_fields; people open. */
unsigned remark_changes(const struct person *was, const struct person *now, const struct stay *had,
                        const struct stay *s);
/* An amendment: remarks about what it changed are answered, and the one that it names. VH_CONFLICT
 * `nothing_changed` when that is all it does. */
MUST enum vh_rc remark_amended(struct ctx *cx, const struct stay *s, unsigned changed,
                               int64_t named);
/* The stay is over: there is nothing left to decide. */
MUST enum vh_rc remark_follow(struct ctx *cx, const struct stay *s);
/* An answer that came in from below, or one of our own that came back. */
MUST enum vh_rc remark_answered(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                                const cJSON *data, int64_t at);

#endif
