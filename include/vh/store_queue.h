/*
 * What waits for the desk, a page at a time: each list begins after the key of the last row shown.
 */
#ifndef VH_STORE_QUEUE_H
#define VH_STORE_QUEUE_H

#include "vh/store_stay.h"

/* Of stays. Waiting and late ones are in order of filing, the others by the day that counts. */
enum stay_queue {
	STAYS_WAITING,
	STAYS_DECLARED,
	STAYS_SOON,
	STAYS_OVERDUE,
	STAYS_LATE,
	STAYS_AWAY
};
struct queue_span {
	const char *today, *soon; /* soon: the last day that is */
	int64_t late_after;       /* an id: filed later than this */
	int64_t now;
};
struct queue_after {
	const char *day; /* "" before the first, and where order is by id alone */
	int64_t id;
};
MUST enum vh_rc queue_stays(struct ctx *cx, int64_t hotel, enum stay_queue which,
                            const struct queue_span *span, const struct queue_after *after,
                            int64_t n, struct stay **ret);

struct queue_counts {
	int64_t pending, contested, declared, soon, overdue, late, away;
	int64_t disputes, tasks, tasks_late, hazards_late;
	int64_t corrections; /* what upstreams refused, or never took */
	int64_t remarks;     /* corrections that are asked for and wait (vh/remark.h) */
};
MUST enum vh_rc queue_count(struct ctx *cx, int64_t hotel, const struct queue_span *span,
                            struct queue_counts *ret);

/* Numbers that this account was shown to call them, over ids later than this. */
MUST enum vh_rc queue_calls(struct ctx *cx, int64_t hotel, int64_t account, int64_t since_id,
                            int64_t *ret_n);

#endif
