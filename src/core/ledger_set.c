#include <string.h>

#include "ledger_impl.h"

enum { KEY = 16, SIZE_0 = 256 };

struct key_slot {
	unsigned char key[KEY];
	uint32_t value, used;
};

/* Nothing of a person stays in memory but a MAC under a key that dies with the step. */
static void key_of(const struct keyset *k, const char *text, int64_t number, unsigned char *ret)
{
	unsigned char full[MAC_BYTES];
	const struct blob part[] = {
		{ (const unsigned char *)text, strlen(text) },
		{ (const unsigned char *)&number, sizeof number },
	};
	mac_parts(&k->mac, part, 2, full);
	memcpy(ret, full, KEY);
}

/* The slot of a key, or the free one where it belongs; a quarter of the slots is always free. */
static struct key_slot *find(const struct keyset *k, const unsigned char *key)
{
	uint32_t at;
	memcpy(&at, key, sizeof at);
	for (;; at++) {
		struct key_slot *s = &k->slot[at & (k->size - 1)];
		if (!s->used || !memcmp(s->key, key, KEY))
			return s;
	}
}

enum vh_rc keyset_init(struct ctx *cx, struct keyset *k)
{
	*k = (struct keyset){ .size = SIZE_0 };
	random_bytes(&k->mac, sizeof k->mac);
	k->slot = arena_array(cx->a, k->size, sizeof *k->slot);
	return k->slot ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc grow(struct ctx *cx, struct keyset *k)
{
	struct keyset bigger = *k;
	bigger.size = k->size * 2;
	bigger.slot = arena_array(cx->a, bigger.size, sizeof *bigger.slot);
	if (!bigger.slot)
		return ctx_nomem(cx);
	for (uint32_t i = 0; i < k->size; i++)
		if (k->slot[i].used)
			*find(&bigger, k->slot[i].key) = k->slot[i];
	*k = bigger;
	return VH_OK;
}

enum vh_rc keyset_get(const struct keyset *k, const char *text, int64_t number, uint32_t *ret)
{
	unsigned char key[KEY];
	key_of(k, text, number, key);
	const struct key_slot *s = find(k, key);
	if (!s->used)
		return VH_NOTFOUND;
	*ret = s->value;
	return VH_OK;
}

enum vh_rc keyset_put(struct ctx *cx, struct keyset *k, const char *text, int64_t number,
                      uint32_t value)
{
	unsigned char key[KEY];
	if (k->n + 1 > k->size / 4 * 3) {
		enum vh_rc rc = grow(cx, k);
		if (rc)
			return rc;
	}
	key_of(k, text, number, key);
	struct key_slot *s = find(k, key);
	k->n += !s->used;
	memcpy(s->key, key, KEY);
	s->value = value;
	s->used = 1;
	return VH_OK;
}
