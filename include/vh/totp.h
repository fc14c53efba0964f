/*
 * Time-based codes of RFC 6238: SHA-1, 30 seconds, 6 digits, as every authenticator app reads them.
 */
#ifndef VH_TOTP_H
#define VH_TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"

#define TOTP_SECRET 20 /* bytes of a new secret */
#define TOTP_TEXT 7    /* a code and its NUL */
#define TOTP_STEP_MS 30000

/* VH_IO: the library refuses (no secret, no memory). */
MUST enum vh_rc totp_code(const void *secret, size_t n, int64_t now_ms, char out[TOTP_TEXT]);
/*
 * Is it the code of a step at most `window` before or after now's? VH_DENIED when not. ret_step is
 * the step it belongs to: store it and refuse steps that are not later, or a code works twice.
 */
MUST enum vh_rc totp_verify(const void *secret, size_t n, const char *code, int64_t now_ms,
                            int window, int64_t *ret_step);
/* The secret as people type it into an app: base 32 without padding. */
MUST char *totp_secret_text(struct arena *a, const void *secret, size_t n);

#endif
