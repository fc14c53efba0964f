/*
 * Rows of what somebody told the desk: beside a task, the words that only the desk may read.
 */
#ifndef VH_STORE_TOLD_H
#define VH_STORE_TOLD_H

#include "vh/ctx.h"
#include "vh/db.h"

struct told {
	int64_t hotel, task;
	const char *kind;  /* gone, wrong_person */
	struct blob words; /* sealed; .p NULL: none, or dropped */
	const char *day;   /* gone: the last day, or NULL */
	bool about;        /* it is not exact */
};
MUST enum vh_rc told_insert(struct ctx *cx, const struct told *t);
MUST enum vh_rc told_get(struct ctx *cx, int64_t hotel, int64_t task, struct told *ret);
MUST enum vh_rc told_blank(struct ctx *cx, int64_t hotel, int64_t task);
/* Of all tasks about a stay. */
MUST enum vh_rc told_blank_stay(struct ctx *cx, int64_t hotel, int64_t stay);

#endif
