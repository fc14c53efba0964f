/*
 * The phones and browsers that are bound to accounts: seen, and let go.
 */
#ifndef VH_PHONES_H
#define VH_PHONES_H

#include "vh/accounts.h"

/* The phones that are bound to an account: of one that the actor looks after, or (login NULL) his
 * own; device: the one in hand, or NULL. */
#define PHONE_ID 17
struct phone {
	char id[PHONE_ID];
	const char *label; /* browser.system, NULL: not known */
	int64_t since, seen;
	bool this_one;
	struct phone *next;
};
MUST enum vh_rc phones_of(struct ctx *cx, const char *login, const char *device,
                          struct phone **ret);
/* Ends what came in by it, too. VH_NOTFOUND. */
MUST enum vh_rc phone_unbind(struct ctx *cx, const char *login, const char *id);
/* All of one's own but these. */
MUST enum vh_rc phones_end_others(struct ctx *cx, const char *device, const char *session);

#endif
