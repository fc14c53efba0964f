/*
 * The twin as the sender: plays against somebody else's receiver what senders and networks do, and
 * tells which rules its answers break. What is accepted stays there: a hotel for trials is wanted.
 */
#ifndef VH_SYNC_CONFORM_H
#define VH_SYNC_CONFORM_H

#include "vh/ctx.h"
#include "vh/sync_wire.h"

struct conform_opts {
	const char *url, *area;
	const struct webhook_keys *keys;
	int total_ms; /* of one answer; 0: that of sync_http.h */
};

struct conform_line {
	const char *rule;   /* changed_byte */
	const char *source; /* where the rule is written */
	const char *wrong;  /* what the receiver did, in cx's arena; NULL: nothing wrong */
	int status;         /* of the last answer; 0: there was none */
};

#define CONFORM_RULES 17

/* Every rule once, in the same order always. VH_INVALID: the address. */
MUST enum vh_rc conform_run(struct ctx *cx, const struct conform_opts *opts,
                            struct conform_line ret[CONFORM_RULES]);

#endif
