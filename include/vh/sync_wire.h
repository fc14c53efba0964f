/*
 * How the way up is sealed and paced, as pure functions: Standard Webhooks signatures, content
 * digests, pauses. Bytes that were signed are the bytes that travel: nothing here re-serialises.
 */
#ifndef VH_SYNC_WIRE_H
#define VH_SYNC_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/err.h"

/* Standard Webhooks 1.0.0: symmetric `v1` signatures */

#define WEBHOOK_TOLERANCE_S 300
/* Several while a secret is being replaced: all sign, any verifies. */
#define WEBHOOK_KEYS 4

struct webhook_key {
	unsigned char b[64];
	size_t n; /* 24..64 */
};
struct webhook_keys {
	struct webhook_key key[WEBHOOK_KEYS];
	unsigned n;
};

/* `whsec_` and base64 of 24..64 bytes; several separated by one space. VH_INVALID else. */
MUST enum vh_rc webhook_keys_parse(struct arena *a, const char *text, struct webhook_keys *ret);
/* A new secret as text, 32 random bytes. */
MUST char *webhook_secret_new(struct arena *a);
/* The value of webhook-signature: one `v1,…` per key. VH_INVALID: the id is empty or has a dot. */
MUST enum vh_rc webhook_sign(struct arena *a, const struct webhook_keys *k, const char *id,
                             int64_t at_s, const char *body, size_t n, char **ret);

struct webhook_headers {
	const char *id, *timestamp, *signature; /* as received; NULL: missing */
};
/*
 * Over the raw body. VH_INVALID: headers missing or unreadable; VH_DENIED: too old, too new, or
 * no signature fits.
 */
MUST enum vh_rc webhook_verify(struct arena *a, const struct webhook_keys *k,
                               const struct webhook_headers *h, const char *body, size_t n,
                               int64_t now_s);

/* RFC 9530 */

#define DIGEST_TEXT 55
void content_digest(const char *body, size_t n, char out[DIGEST_TEXT]); /* sha-256=:…: */
/*
 * Every sha-256 and sha-512 in the value must fit, one must be there. VH_INVALID: none or
 * unreadable; VH_DENIED.
 */
MUST enum vh_rc content_digest_check(struct arena *a, const char *value, const char *body,
                                     size_t n);

/* Pauses */

#define BACKOFF_FIRST_MS 200
#define BACKOFF_CAP_MS (60 * 60 * 1000)
#define RETRY_AFTER_CAP_MS (60 * 60 * 1000)

/* Full jitter: evenly in 1 .. min(cap, first * 2^tries), by the random number given. */
int64_t backoff_ms(unsigned tries, int64_t first, int64_t cap, uint32_t random);
/*
 * Seconds or an HTTP-date (IMF-fixdate, the one form senders may make) as a pause from now, at most
 * RETRY_AFTER_CAP_MS; a date gone by is 0. -1: nothing that binds us.
 */
int64_t retry_after_ms(const char *value, int64_t now);

#endif
