#include "ticket.h"

#include <string.h>

enum { IDS = 16, TAG = 16 };

static void put_i64(unsigned char *out, int64_t v)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)((uint64_t)v >> (8 * i));
}

static int64_t get_i64(const unsigned char *in)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v |= (uint64_t)in[i] << (8 * i);
	return (int64_t)v;
}

static void tag(const struct call *c, const char *kind, const unsigned char ids[IDS],
                unsigned char out[MAC_BYTES])
{
	const struct blob part[] = { { (const unsigned char *)kind, strlen(kind) }, { ids, IDS } };
	struct key k;
	keys_node(c->cx.keys, "ticket", &k);
	mac_parts(&k, part, sizeof part / sizeof *part, out);
	wipe(&k, sizeof k);
}

void ticket_make(const struct call *c, const char *kind, int64_t hotel, int64_t id,
                 char ret[TICKET_TEXT])
{
	unsigned char b[IDS + MAC_BYTES];
	put_i64(b, hotel);
	put_i64(b + 8, id);
	tag(c, kind, b, b + IDS);
	hex_encode(b, IDS + TAG, ret);
}

enum vh_rc ticket_read(struct call *c, const char *kind, const char *text, int64_t *ret_hotel,
                       int64_t *ret_id)
{
	unsigned char b[IDS + TAG], want[MAC_BYTES] = { 0 };
	bool fits = text && strlen(text) == TICKET_TEXT - 1 &&
	            hex_decode(text, b, sizeof b) == VH_OK;
	if (fits)
		tag(c, kind, b, want);
	if (!fits || !same_bytes(b + IDS, want, TAG)) {
		call_guessed(c);
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "receipt",
		                "there is no such receipt");
	}
	*ret_hotel = get_i64(b);
	*ret_id = get_i64(b + 8);
	return VH_OK;
}
