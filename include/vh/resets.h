/*
 * Whoever looks after an account may give it a new password or device, a slip or a code, or say
 * whose it is, and with it come in as its holder. So each time stands in the access log of every
 * hotel that the account covers, about the account itself (fields `password`, `totp`, `slip`,
 * `code` or `bound`, its login as the reason), and on his own page; what is given to somebody's
 * account stands there about that person too, since whoever uses it sees all that is kept of him.
 */
#ifndef VH_RESETS_H
#define VH_RESETS_H

#include "vh/core.h"
#include "vh/store_account.h"

#define RESET_DAYS 92 /* so long his own page tells it */

/* Inside the write that does it: set anew for an officer, himself or not. */
MUST enum vh_rc reset_note(struct ctx *cx, const struct account *a, const char *what);
/* A slip or a code, by somebody else; hotels: all of them, read once for many accounts. */
MUST enum vh_rc given_note(struct ctx *cx, const struct hotel *hotels, const struct account *a,
                           const char *what);
/* The account was bound to this person, in his hotel alone. */
MUST enum vh_rc bound_note(struct ctx *cx, const struct grant *g, const struct account *a);

struct reset {
	int64_t at;
	const char *what; /* password, totp, slip, code, bound */
	const char *role; /* of who did it: operator is the command line */
	struct reset *next;
};
/* One's own, the newest first; NULL: none. */
MUST enum vh_rc look_resets(struct ctx *cx, struct reset **ret);

#endif
