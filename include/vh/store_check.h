/*
 * Rows that contradict each other: one statement a rule, each counting what breaks it. Read by
 * core/check only.
 */
#ifndef VH_STORE_CHECK_H
#define VH_STORE_CHECK_H

#include "vh/ctx.h"
#include "vh/db.h"

struct flaw {
	const char *code, *words; /* literals; the words say what is wrong with n rows */
	int64_t n, example;       /* example: the smallest id among them, or 0 */
	bool told; /* a source may tell it so, if only for the time being */
	struct flaw *next;
};
/* hotel 0: the rules of the tables that belong to no hotel. Empty list: nothing is wrong. */
MUST enum vh_rc flaw_list(struct ctx *cx, int64_t hotel, struct flaw **ret);
/* The same for what is unusual but allowed: rooms over capacity, filing without a deadline. */
MUST enum vh_rc oddity_list(struct ctx *cx, int64_t hotel, struct flaw **ret);

struct row_sums {
	int64_t houses, rooms, plates, people, stays, events, access;
};
MUST enum vh_rc tally_get(struct ctx *cx, int64_t hotel, struct row_sums *ret);

#endif
