#include "vh/sync_wire.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "vh/crypto.h"

/* base64_encode() wants an arena; 32 bytes are always 44 characters, so a sum needs none. */
static void sum_text(const unsigned char sum[32], char out[45])
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *o = out;
	for (int i = 0; i < 33; i += 3) {
		unsigned v = (unsigned)sum[i] << 16 | (unsigned)sum[i + 1] << 8;
		v |= i + 2 < 32 ? sum[i + 2] : 0u;
		*o++ = digit[v >> 18];
		*o++ = digit[v >> 12 & 63];
		*o++ = digit[v >> 6 & 63];
		*o++ = digit[v & 63];
	}
	out[43] = '=';
	out[44] = '\0';
}

void content_digest(const char *body, size_t n, char out[DIGEST_TEXT])
{
	unsigned char sum[32];
	char text[45];
	sha256(body, n, sum);
	sum_text(sum, text);
	snprintf(out, DIGEST_TEXT, "sha-256=:%s:", text);
}

static enum vh_rc check_sum(struct arena *a, const char *b64, size_t n, const char *body,
                            size_t body_n, size_t want)
{
	unsigned char sum[64];
	struct blob got;
	char *text = arena_dupn(a, b64, n);
	if (!text)
		return VH_NOMEM;
	enum vh_rc rc = base64_decode(a, text, &got);
	if (rc != VH_OK)
		return rc;
	if (want == 32)
		sha256(body, body_n, sum);
	else
		sha512(body, body_n, sum);
	return got.n == want && same_bytes(got.p, sum, want) ? VH_OK : VH_DENIED;
}

/* One `name=:base64:` of the dictionary. *ret_known: an algorithm that we judge by. */
static enum vh_rc check_member(struct arena *a, const char *s, size_t n, const char *body,
                               size_t body_n, bool *ret_known)
{
	const char *eq = memchr(s, '=', n);
	if (!eq || eq == s)
		return VH_INVALID;
	bool is256 = strncmp(s, "sha-256=", 8) == 0, is512 = strncmp(s, "sha-512=", 8) == 0;
	*ret_known = is256 || is512;
	if (!*ret_known)
		return VH_OK;
	const char *value = eq + 1;
	size_t value_n = n - (size_t)(value - s);
	if (value_n < 3 || value[0] != ':' || value[value_n - 1] != ':')
		return VH_INVALID;
	return check_sum(a, value + 1, value_n - 2, body, body_n, is256 ? 32 : 64);
}

enum vh_rc content_digest_check(struct arena *a, const char *value, const char *body, size_t n)
{
	bool judged = false;
	for (;;) {
		value += strspn(value, " \t");
		size_t len = strcspn(value, ",");
		size_t part = len;
		while (part && (value[part - 1] == ' ' || value[part - 1] == '\t'))
			part--;
		bool known = false;
		enum vh_rc rc = check_member(a, value, part, body, n, &known);
		if (rc != VH_OK)
			return rc;
		judged |= known;
		if (!value[len])
			return judged ? VH_OK : VH_INVALID;
		value += len + 1;
	}
}
