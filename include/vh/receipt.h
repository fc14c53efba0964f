/*
 * Receipts of the receiving side: one line of text per event, signed by the node that took it, so
 * that whoever holds it can show it to anybody, offline, years later.
 *
 *     v1.KEY.AREA.EVENT.AT.PRINT.SIGNATURE
 *
 * KEY: 16 hex digits naming the public key. AREA: of the hotel. EVENT: its id. AT: unix
 * milliseconds. PRINT: 32 hex digits of a digest keyed by the secret of the two nodes, so that the
 * receipt tells nothing of what was filed. SIGNATURE: Ed25519 in base64url over all before its dot.
 */
#ifndef VH_RECEIPT_H
#define VH_RECEIPT_H

#include "vh/ctx.h"
#include "vh/keys.h"

#define RECEIPT_TEXT 256
#define RECEIPT_KEY 17    /* 16 hex digits and a NUL */
#define RECEIPT_PRINT 33  /* 32 and a NUL */

struct receipt {
	char key[RECEIPT_KEY];
	const char *area;
	int64_t event, at;
	char print[RECEIPT_PRINT];
};

/* This node's keys: number 1, 2, … the newest signs. Rotation makes the next. */
struct receipt_key {
	int64_t no;
	char id[RECEIPT_KEY];
	unsigned char pub[SIGN_PUBLIC];
	/* Of all but the first: the one before says that this is its successor. */
	unsigned char proof[SIGN_BYTES];
};
void receipt_key_of(const struct keyring *kr, int64_t no, struct receipt_key *ret);
void receipt_key_name(const unsigned char pub[SIGN_PUBLIC], char ret[RECEIPT_KEY]);
/* Did `from` hand over to `to`? */
bool receipt_key_follows(const unsigned char from[SIGN_PUBLIC],
                         const unsigned char to[SIGN_PUBLIC],
                         const unsigned char proof[SIGN_BYTES]);
/* The number that signs now; needs a transaction, rotate makes its own. */
MUST enum vh_rc receipt_key_now(struct ctx *cx, int64_t *ret_no);
MUST enum vh_rc receipt_key_rotate(struct ctx *cx, int64_t *ret_no);

/* Fills r->key and writes the text. */
MUST enum vh_rc receipt_make(struct arena *a, const struct keyring *kr, int64_t no,
                             struct receipt *r, char ret[RECEIPT_TEXT]);
/* Take it apart: VH_INVALID `receipt`. The signature is not looked at. */
MUST enum vh_rc receipt_read(struct arena *a, const char *text, struct receipt *ret,
                             struct err *e);
/* VH_INVALID `receipt`; VH_DENIED `receipt_key`: another key's; `receipt_forged`. */
MUST enum vh_rc receipt_verify(struct arena *a, const char *text,
                               const unsigned char pub[SIGN_PUBLIC], struct receipt *ret,
                               struct err *e);

#endif
