#include "vh/receipt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/db.h"
#include "vh/id.h"
#include "vh/store_account.h"

#define SETTING "receipt_key"
#define SUCCESSOR "vhotel-receipt-key:"
enum { SIGNATURE = 86 }; /* characters of 64 bytes in base64url without padding */

static void seed_of(const struct keyring *kr, int64_t no, struct key *ret)
{
	struct key k;
	keys_node(kr, "receipt", &k);
	key_derive(&k, "receipt", no, ret);
	wipe(&k, sizeof k);
}

void receipt_key_name(const unsigned char pub[SIGN_PUBLIC], char ret[RECEIPT_KEY])
{
	unsigned char sum[MAC_BYTES];
	mac(NULL, pub, SIGN_PUBLIC, sum);
	hex_encode(sum, (RECEIPT_KEY - 1) / 2, ret);
}

static size_t successor(const unsigned char pub[SIGN_PUBLIC], char *out)
{
	size_t n = strlen(SUCCESSOR);
	memcpy(out, SUCCESSOR, n);
	hex_encode(pub, SIGN_PUBLIC, out + n);
	return n + 2 * SIGN_PUBLIC;
}

void receipt_key_of(const struct keyring *kr, int64_t no, struct receipt_key *ret)
{
	struct key seed;
	char text[sizeof SUCCESSOR + 2 * SIGN_PUBLIC + 1];
	*ret = (struct receipt_key){ .no = no };
	seed_of(kr, no, &seed);
	sign_public(&seed, ret->pub);
	receipt_key_name(ret->pub, ret->id);
	if (no > 1) {
		seed_of(kr, no - 1, &seed);
		sign_make(&seed, text, successor(ret->pub, text), ret->proof);
	}
	wipe(&seed, sizeof seed);
}

bool receipt_key_follows(const unsigned char from[SIGN_PUBLIC],
                         const unsigned char to[SIGN_PUBLIC],
                         const unsigned char proof[SIGN_BYTES])
{
	char text[sizeof SUCCESSOR + 2 * SIGN_PUBLIC + 1];
	return sign_verify(from, text, successor(to, text), proof);
}

enum vh_rc receipt_key_now(struct ctx *cx, int64_t *ret_no)
{
	const char *text;
	enum vh_rc rc = setting_get(cx, SETTING, &text);
	if (rc == VH_OK)
		*ret_no = strtoll(text, NULL, 10);
	else if (rc == VH_NOTFOUND)
		*ret_no = 1;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc rotate_step(struct ctx *cx, void *arg)
{
	int64_t no = 0;
	enum vh_rc rc = receipt_key_now(cx, &no);
	const char *text = arena_printf(cx->a, "%" PRId64, no + 1);
	if (rc != VH_OK || !text)
		return rc != VH_OK ? rc : ctx_nomem(cx);
	*(int64_t *)arg = no + 1;
	return setting_put(cx, SETTING, text);
}

enum vh_rc receipt_key_rotate(struct ctx *cx, int64_t *ret_no)
{
	return db_write(cx, rotate_step, ret_no);
}

/* base64url without padding, from and to what the library does. */
static char *to_url(struct arena *a, const unsigned char sig[SIGN_BYTES])
{
	char *s = base64_encode(a, sig, SIGN_BYTES);
	for (char *p = s; p && *p; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	if (s)
		s[strcspn(s, "=")] = '\0';
	return s;
}

static enum vh_rc from_url(struct arena *a, const char *text, unsigned char sig[SIGN_BYTES])
{
	struct blob got;
	char *s = strlen(text) == SIGNATURE ? arena_printf(a, "%s==", text) : NULL;
	for (char *p = s; p && *p; p++)
		*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
	if (!s || base64_decode(a, s, &got) != VH_OK || got.n != SIGN_BYTES)
		return VH_INVALID;
	memcpy(sig, got.p, SIGN_BYTES);
	return VH_OK;
}

enum vh_rc receipt_make(struct arena *a, const struct keyring *kr, int64_t no, struct receipt *r,
                        char ret[RECEIPT_TEXT])
{
	struct receipt_key k;
	struct key seed;
	unsigned char sig[SIGN_BYTES];
	receipt_key_of(kr, no, &k);
	memcpy(r->key, k.id, sizeof r->key);
	int n = snprintf(ret, RECEIPT_TEXT, "v1.%s.%s.%" PRId64 ".%" PRId64 ".%s", r->key, r->area,
	                 r->event, r->at, r->print);
	if (n < 0 || (size_t)n + 1 + SIGNATURE >= RECEIPT_TEXT)
		return VH_LIMIT;
	seed_of(kr, no, &seed);
	sign_make(&seed, ret, (size_t)n, sig);
	wipe(&seed, sizeof seed);
	char *tail = to_url(a, sig);
	if (!tail)
		return VH_NOMEM;
	snprintf(ret + n, RECEIPT_TEXT - (size_t)n, ".%s", tail);
	return VH_OK;
}

static enum vh_rc unreadable(struct err *e)
{
	return err_set(e, VH_INVALID, "receipt", "receipt", "this is not a receipt");
}

static bool is_hex(const char *s, size_t n)
{
	return strlen(s) == n && strspn(s, "0123456789abcdef") == n;
}

enum vh_rc receipt_read(struct arena *a, const char *text, struct receipt *ret, struct err *e)
{
	enum { VERSION, KEY, AREA, EVENT, AT, PRINT, SIG, PARTS };
	char *s = strlen(text) < RECEIPT_TEXT ? arena_dup(a, text) : NULL, *part[PARTS];
	struct receipt r = { .event = 0 };
	for (int i = 0; i < PARTS; i++) {
		if (!s)
			return unreadable(e);
		part[i] = s;
		s = strchr(s, '.');
		if (s)
			*s++ = '\0';
	}
	if (s || strcmp(part[VERSION], "v1") != 0 || !is_hex(part[KEY], RECEIPT_KEY - 1) ||
	    !is_hex(part[PRINT], RECEIPT_PRINT - 1) || id_parse(part[EVENT], &r.event) != VH_OK ||
	    id_parse(part[AT], &r.at) != VH_OK || !*part[AREA])
		return unreadable(e);
	memcpy(r.key, part[KEY], sizeof r.key);
	memcpy(r.print, part[PRINT], sizeof r.print);
	r.area = part[AREA];
	*ret = r;
	return VH_OK;
}

enum vh_rc receipt_verify(struct arena *a, const char *text, const unsigned char pub[SIGN_PUBLIC],
                          struct receipt *ret, struct err *e)
{
	unsigned char sig[SIGN_BYTES];
	char key[RECEIPT_KEY];
	struct receipt r;
	enum vh_rc rc = receipt_read(a, text, &r, e);
	if (rc != VH_OK)
		return rc;
	receipt_key_name(pub, key);
	if (strcmp(key, r.key) != 0)
		return err_set(e, VH_DENIED, "receipt_key", "receipt",
		               "it names the key %s, this one is %s", r.key, key);
	const char *dot = strrchr(text, '.');
	if (from_url(a, dot + 1, sig) != VH_OK)
		return unreadable(e);
	if (!sign_verify(pub, text, (size_t)(dot - text), sig))
		return err_set(e, VH_DENIED, "receipt_forged", "receipt",
		               "the signature does not fit: this receipt was altered");
	*ret = r;
	return VH_OK;
}
