#include "vh/totp.h"

#include <pthread.h>
#include <string.h>

#include <liboath/oath.h>

#include "vh/crypto.h"

enum { DIGITS = TOTP_TEXT - 1 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int started;

static void start(void)
{
	started = oath_init();
}

static enum vh_rc code_of_step(const void *secret, size_t n, int64_t step, char out[TOTP_TEXT])
{
	pthread_once(&once, start);
	if (started != OATH_OK || !n || step < 0)
		return VH_IO;
	int rc = oath_hotp_generate(secret, n, (uint64_t)step, DIGITS, false,
	                            OATH_HOTP_DYNAMIC_TRUNCATION, out);
	return rc == OATH_OK ? VH_OK : VH_IO;
}

enum vh_rc totp_code(const void *secret, size_t n, int64_t now_ms, char out[TOTP_TEXT])
{
	return code_of_step(secret, n, now_ms / TOTP_STEP_MS, out);
}

enum vh_rc totp_verify(const void *secret, size_t n, const char *code, int64_t now_ms, int window,
                       int64_t *ret_step)
{
	int64_t now = now_ms / TOTP_STEP_MS, found = -1;
	if (strlen(code) != DIGITS)
		return VH_DENIED;
	/* All steps are tried, so that the time taken does not tell which one it was. */
	for (int64_t step = now - window; step <= now + window; step++) {
		char right[TOTP_TEXT];
		enum vh_rc rc = code_of_step(secret, n, step, right);
		if (rc != VH_OK)
			return rc;
		if (same_bytes(right, code, DIGITS))
			found = step;
	}
	if (found < 0)
		return VH_DENIED;
	*ret_step = found;
	return VH_OK;
}

char *totp_secret_text(struct arena *a, const void *secret, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const unsigned char *p = secret;
	char *out = n > SIZE_MAX / 8 - 1 ? NULL : arena_alloc(a, (n * 8 + 4) / 5 + 1);
	if (!out)
		return NULL;
	for (size_t i = 0; i * 5 < n * 8; i++) {
		size_t at = i * 5 / 8, bit = i * 5 % 8;
		unsigned two = (unsigned)p[at] << 8 | (at + 1 < n ? p[at + 1] : 0);
		out[i] = letters[two >> (11 - bit) & 31];
	}
	return out;
}
