/*
 * Small readers of header fields, and the limiter of guesses.
 */
#ifndef VH_HTTP_UTIL_H
#define VH_HTTP_UTIL_H

#include <stdint.h>

#include "vh/http.h"

/*
 * The value of a cookie, or NULL: absent, malformed, or sent twice (then nobody knows whose it is).
 */
const char *cookie_get(const struct http_req *q, const char *name);
/* Set-Cookie with HttpOnly; SameSite=Lax; Path=/. max_age < 0: for the session, 0: delete. */
void cookie_set(struct http_resp *r, const char *name, const char *value, bool secure,
                int64_t max_age);

/*
 * Does the caller rather want JSON? Only when it names application/json (or +json) at least as high
 * as text/html, or names neither and sends JSON or a bearer token, as programs do.
 */
bool wants_json(const struct http_req *q);
/* "zh" or "en": cookie `lang`, else Accept-Language, else "zh". */
const char *wants_lang(const struct http_req *q);
bool accepts_gzip(const struct http_req *q);

/*
 * An Idempotency-Key, bare or as a quoted string: 1..64 visible ASCII characters without quote and
 * backslash.
 */
#define IDEM_KEY_TEXT 65
MUST enum vh_rc idem_key_parse(const char *s, char out[IDEM_KEY_TEXT], struct err *e);
/* `Authorization: Bearer TOKEN` -> TOKEN (b64token characters), or NULL. */
const char *bearer_token(const struct http_req *q);

/*
 * Token buckets per address in a table of fixed size; IPv6 addresses count by /64. When a bucket's
 * set is full, the one with the most tokens left makes room, so that a flood of addresses does not
 * wash out a guilty one. Thread-safe.
 */
struct rate;
MUST struct rate *rate_new(struct arena *process, unsigned per_minute); /* about 100 KiB */
/* Is there a token? Takes none. */
bool rate_ok(struct rate *r, const char *addr, int64_t now);
/* Take one, for a wrong guess. False when there was none. */
bool rate_take(struct rate *r, const char *addr, int64_t now);

/* gzip of text, into `out` (appended). False: no gain or no memory; out is then unchanged. */
bool gzip_text(struct buf *out, const void *p, size_t n);

#endif
