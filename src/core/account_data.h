/*
 * What account.c, login.c, enrol.c and phones.c share.
 */
#ifndef CORE_ACCOUNT_DATA_H
#define CORE_ACCOUNT_DATA_H

#include "vh/accounts.h"
#include "vh/core.h"
#include "vh/store_people.h"

/* VH_NOTFOUND with words. Needs a transaction. */
MUST enum vh_rc account_find(struct ctx *cx, const char *login, struct account *ret);
/*
 * Does cx->who look after every place of his, and has he one? Who gives somebody a new secret may
 * do all that he may. Without a grant he is the operator's and of administrators of everything.
 */
MUST enum vh_rc account_held(struct ctx *cx, const struct actor *he, bool *ret);
/* May cx->who look after this account: account_held, and then its role? VH_NOTFOUND, VH_DENIED. */
MUST enum vh_rc account_may(struct ctx *cx, const struct account *a);
MUST enum vh_rc pin_check(struct ctx *cx, const char *pin);
/* Words for a pwhash_make() that failed. */
enum vh_rc hash_failed(struct ctx *cx, enum vh_rc rc);

/* account_invite() for one of many; hotels: all of them, or NULL. Inside a write or outside. */
MUST enum vh_rc invite_give(struct ctx *cx, const struct hotel *hotels, const char *login,
                            int hours, char ret[SECRET_TEXT]);

bool by_phone(enum role r); /* comes by a bound phone and a PIN, not by a password */
struct session_life {
	int64_t whole, idle; /* ms */
};
extern const struct session_life session_life[2]; /* of staff; of those who come by phone */
/* The keyed hash by which a secret is stored, in out. */
struct blob secret_hash(struct ctx *cx, const char *kind, const char *text,
                        unsigned char out[MAC_BYTES]);
/* Make one of this kind, account, end and what belongs to it; inside a write. */
MUST enum vh_rc secret_make(struct ctx *cx, const struct secret *of, char ret[SECRET_TEXT]);
MUST enum vh_rc session_make(struct ctx *cx, const struct account *a, struct blob via,
                             struct login_ok *ret);

#endif
