#include "vh/sync_wire.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "vh/buf.h"
#include "vh/crypto.h"
#include "vh/limits.h"

#define SECRET_PREFIX "whsec_"
#define SECRET_LEAST 24
#define VERSION "v1,"
#define SIGNATURES_MAX 16 /* read from one header: more is nobody's rotation */

static enum vh_rc parse_key(struct arena *a, const char *text, size_t n, struct webhook_key *ret)
{
	size_t pre = strlen(SECRET_PREFIX);
	if (n <= pre || strncmp(text, SECRET_PREFIX, pre) != 0)
		return VH_INVALID;
	char *b64 = arena_dupn(a, text + pre, n - pre);
	if (!b64)
		return VH_NOMEM;
	struct blob raw;
	enum vh_rc rc = base64_decode(a, b64, &raw);
	if (rc != VH_OK)
		return rc;
	if (raw.n < SECRET_LEAST || raw.n > sizeof(ret->b))
		return VH_INVALID;
	memcpy(ret->b, raw.p, raw.n);
	ret->n = raw.n;
	return VH_OK;
}

enum vh_rc webhook_keys_parse(struct arena *a, const char *text, struct webhook_keys *ret)
{
	struct webhook_keys k = { .n = 0 };
	for (;;) {
		size_t n = strcspn(text, " ");
		if (k.n == WEBHOOK_KEYS)
			return VH_INVALID;
		enum vh_rc rc = parse_key(a, text, n, &k.key[k.n++]);
		if (rc != VH_OK)
			return rc;
		if (!text[n])
			break;
		text += n + 1;
	}
	*ret = k;
	return VH_OK;
}

char *webhook_secret_new(struct arena *a)
{
	unsigned char raw[32];
	random_bytes(raw, sizeof(raw));
	char *b64 = base64_encode(a, raw, sizeof(raw));
	wipe(raw, sizeof(raw));
	return b64 ? arena_printf(a, SECRET_PREFIX "%s", b64) : NULL;
}

/*
 * `{id}.{timestamp}.{body}`: heap, since a body may be far larger than what is left of a step's
 * arena.
 */
static enum vh_rc signed_bytes(const char *id, const char *at, const char *body, size_t n,
                               struct buf *ret)
{
	buf_init(ret, strlen(id) + strlen(at) + n + 2);
	buf_puts(ret, id);
	buf_putc(ret, '.');
	buf_puts(ret, at);
	buf_putc(ret, '.');
	buf_add(ret, body, n);
	return ret->rc;
}

static bool id_ok(const char *id)
{
	return id && *id && strlen(id) <= LIM_TEXT && !strchr(id, '.');
}

enum vh_rc webhook_sign(struct arena *a, const struct webhook_keys *k, const char *id, int64_t at_s,
                        const char *body, size_t n, char **ret)
{
	if (!id_ok(id) || !k->n)
		return VH_INVALID;
	struct buf text, out;
	buf_init(&out, LIM_FIELD);
	char *at = arena_printf(a, "%" PRId64, at_s);
	if (!at)
		return VH_NOMEM;
	enum vh_rc rc = signed_bytes(id, at, body, n, &text);
	for (unsigned i = 0; rc == VH_OK && i < k->n; i++) {
		unsigned char sum[32];
		hmac_sha256(k->key[i].b, k->key[i].n, text.p, text.n, sum);
		char *b64 = base64_encode(a, sum, sizeof(sum));
		if (b64)
			buf_printf(&out, "%s" VERSION "%s", i ? " " : "", b64);
		else
			rc = VH_NOMEM;
	}
	if (rc == VH_OK)
		rc = out.rc;
	char *value = rc == VH_OK ? arena_dup(a, buf_str(&out)) : NULL;
	if (rc == VH_OK && !value)
		rc = VH_NOMEM;
	buf_done(&text);
	buf_done(&out);
	if (rc == VH_OK)
		*ret = value;
	return rc;
}

/* Seconds since the epoch, digits only, as long as they cannot overflow. */
static enum vh_rc parse_timestamp(const char *s, int64_t *ret)
{
	size_t n = strspn(s, "0123456789");
	if (!n || n > 15 || s[n])
		return VH_INVALID;
	int64_t v = 0;
	for (; *s; s++)
		v = v * 10 + (*s - '0');
	*ret = v;
	return VH_OK;
}

/*
 * Does one `v1,…` of the list equal one of our sums? Other versions are skipped, all keys are
 * always tried.
 */
static enum vh_rc any_fits(struct arena *a, const struct webhook_keys *k, const char *list,
                           const struct buf *text)
{
	unsigned char sum[WEBHOOK_KEYS][32];
	for (unsigned i = 0; i < k->n; i++)
		hmac_sha256(k->key[i].b, k->key[i].n, text->p, text->n, sum[i]);
	bool fits = false;
	for (int seen = 0; *list && seen < SIGNATURES_MAX; seen++) {
		size_t n = strcspn(list, " ");
		size_t pre = strlen(VERSION);
		if (n > pre && n < 128 && strncmp(list, VERSION, pre) == 0) {
			char *b64 = arena_dupn(a, list + pre, n - pre);
			if (!b64)
				return VH_NOMEM;
			struct blob got;
			enum vh_rc rc = base64_decode(a, b64, &got);
			if (rc == VH_NOMEM)
				return rc;
			for (unsigned i = 0; rc == VH_OK && got.n == 32 && i < k->n; i++)
				fits |= same_bytes(got.p, sum[i], 32);
		}
		list += n + (list[n] == ' ');
	}
	return fits ? VH_OK : VH_DENIED;
}

enum vh_rc webhook_verify(struct arena *a, const struct webhook_keys *k,
                          const struct webhook_headers *h, const char *body, size_t n,
                          int64_t now_s)
{
	int64_t at = 0;
	if (!id_ok(h->id) || !h->timestamp || !h->signature ||
	    parse_timestamp(h->timestamp, &at) != VH_OK)
		return VH_INVALID;
	if (at < now_s - WEBHOOK_TOLERANCE_S || at > now_s + WEBHOOK_TOLERANCE_S)
		return VH_DENIED;
	struct buf text;
	enum vh_rc rc = signed_bytes(h->id, h->timestamp, body, n, &text);
	if (rc == VH_OK)
		rc = any_fits(a, k, h->signature, &text);
	buf_done(&text);
	return rc;
}
