/*
 * Rows of corrections that a node above asked for; what is said in them is sealed.
 */
#ifndef VH_STORE_REMARK_H
#define VH_STORE_REMARK_H

#include "vh/ctx.h"
#include "vh/db.h"

struct remark {
	int64_t hotel, id, origin, stay; /* origin: its id at the node where it was asked */
	const char *field;               /* one of vh/remark.h */
	struct blob believed, words;     /* .p NULL: none, or dropped */
	int64_t at, by;                  /* by: account here, or 0 */
	int64_t upstream;                /* that it came from; 0: asked here */
	int64_t task;                    /* at the desk that decides; 0: none */
	const char *state;               /* open, amended, declined, ended, unknown, erased */
	struct blob answer;
	int64_t settled_at, settled_by;
	struct remark *next;
};
MUST enum vh_rc remark_insert(struct ctx *cx, const struct remark *r);
MUST enum vh_rc remark_get(struct ctx *cx, int64_t hotel, int64_t id, struct remark *ret);
MUST enum vh_rc remark_by_origin(struct ctx *cx, int64_t hotel, int64_t origin,
                                 struct remark *ret);
MUST enum vh_rc remark_of_stay(struct ctx *cx, int64_t hotel, int64_t stay, struct remark **ret);
/* How many came from an upstream about a stay: about this field and open, or (NULL) at all. */
MUST enum vh_rc remark_count(struct ctx *cx, int64_t hotel, int64_t stay, int64_t upstream,
                             const char *open_field, int64_t *ret);
/* Those that wait, by id, after one. */
MUST enum vh_rc remark_waiting(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                               struct remark **ret);
/* All, after one and before another, in order. */
MUST enum vh_rc remark_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before,
                             int64_t n, struct remark **ret);
/* Writes state, answer and settled_*; VH_CONFLICT when it is not open. */
MUST enum vh_rc remark_close(struct ctx *cx, const struct remark *r);
/* What was said about a stay: erasure. What was open is erased. */
MUST enum vh_rc remark_blank(struct ctx *cx, int64_t hotel, int64_t stay);

#endif
