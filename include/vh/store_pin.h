/*
 * Rows beside an upstream: the pinned public keys of its receipts, and the log of attempts.
 */
#ifndef VH_STORE_PIN_H
#define VH_STORE_PIN_H

#include "vh/crypto.h"
#include "vh/ctx.h"
#include "vh/db.h"

struct pin {
	int64_t upstream;
	const char *key; /* 16 hex digits: vh/receipt.h */
	struct blob pub; /* SIGN_PUBLIC bytes */
	int64_t since; /* when it was pinned; later than the keys that it follows */
	struct pin *next;
};
MUST enum vh_rc pin_put(struct ctx *cx, const struct pin *p); /* there already: as it is */
MUST enum vh_rc pin_list(struct ctx *cx, int64_t upstream, struct pin **ret); /* 0: of all */

struct attempt {
	int64_t upstream, hotel, id, at;
	int64_t ms, events, bytes;
	int64_t epoch, first_seq, last_seq; /* of the hotel's own journal */
	int64_t status;                     /* 0: no answer */
	const char *code;                   /* ok, no_answer, http_503 … */
	int64_t accepted, rejected;
	struct attempt *next;
};
MUST enum vh_rc attempt_insert(struct ctx *cx, const struct attempt *a);
/* Up to n of a hotel after one (id 0: from the first), in order. */
MUST enum vh_rc attempt_list(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t after,
                             int64_t n, struct attempt **ret);
MUST enum vh_rc attempt_sweep(struct ctx *cx, int64_t before, int64_t *ret_n);

#endif
