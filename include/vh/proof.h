/*
 * Receipts that people hold (vh/receipt.h): those of a stay, to be shown or printed, and what one
 * is worth that somebody brings. That is told from its text and the pinned keys alone: nobody is
 * asked, and nothing is looked up about what it is of.
 */
#ifndef VH_PROOF_H
#define VH_PROOF_H

#include "vh/receipt.h"
#include "vh/store_log.h"

/* What an upstream gave for one event. */
struct proof {
	const char *upstream; /* its name */
	const struct event *event;
	const char *text;
	bool ours;  /* a receipt of our form; others give numbers of their own */
	struct receipt r; /* of ours */
	int64_t at; /* when it was received there; of others when they said so; 0: not known */
	struct proof *next;
};
/* In the order of the events; inside a read. */
MUST enum vh_rc proof_list(struct ctx *cx, int64_t hotel, const struct event *events,
                           struct proof **ret);

/*
 * code: genuine; receipt_key: it names a key that is not pinned here; receipt_forged: a pinned one,
 * which has not signed this text; receipt: it is no receipt. What else is set is what may be told:
 * `upstream` and r of a genuine one, r.key alone with receipt_key.
 */
struct proof_check {
	const char *code;
	const char *upstream; /* whose key it is */
	struct receipt r;
	bool older; /* by a key that another one of the same upstream has followed */
};
/* Opens its own read. */
MUST enum vh_rc proof_check(struct ctx *cx, const char *text, struct proof_check *ret);

#endif
