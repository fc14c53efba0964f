/*
 * Whoever looks after an account may give it a new password or device, and with it come in as its
 * officer. So each time stands in the access log of every hotel that the account covers, about the
 * account itself (fields `password` or `totp`, its login as the reason), and on his own page.
 */
#ifndef VH_RESETS_H
#define VH_RESETS_H

#include "vh/core.h"
#include "vh/store_account.h"

#define RESET_DAYS 92 /* so long his own page tells it */

/* Inside the write that does it. */
MUST enum vh_rc reset_note(struct ctx *cx, const struct account *a, const char *what);

struct reset {
	int64_t at;
	const char *what; /* password, totp */
	const char *role; /* of who did it: operator is the command line */
	struct reset *next;
};
/* One's own, the newest first; NULL: none. */
MUST enum vh_rc look_resets(struct ctx *cx, struct reset **ret);

#endif
