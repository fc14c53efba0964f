#include "vh/utf8.h"

#include <string.h>

struct range {
	uint32_t from, to;
};

static bool in_table(const struct range *t, size_t n, uint32_t c)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (c > t[mid].to)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && c >= t[lo].from;
}
#define IN(table, c) in_table(table, sizeof(table) / sizeof *(table), c)

/*
 * Removed wherever they stand: controls, and what has no ink and only serves to make equal things
 * look unequal.
 */
static const struct range unseen[] = {
	{ 0x0001, 0x0008 }, { 0x000e, 0x001f }, { 0x007f, 0x0084 }, { 0x0086, 0x009f },
	{ 0x00ad, 0x00ad }, { 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	{ 0xe0000, 0xe007f },
};
static const struct range blank[] = {
	{ 0x0009, 0x000d }, { 0x0020, 0x0020 }, { 0x0085, 0x0085 }, { 0x00a0, 0x00a0 },
	{ 0x1680, 0x1680 }, { 0x2000, 0x200a }, { 0x2028, 0x2029 }, { 0x202f, 0x202f },
	{ 0x205f, 0x205f }, { 0x3000, 0x3000 },
};
static const struct range hyphen[] = {
	{ '-', '-' }, { 0x2010, 0x2015 }, { 0x2212, 0x2212 }, { 0xfe58, 0xfe58 },
	{ 0xfe63, 0xfe63 },
};
/* For utf8_fold. Not 々 〆 〇 and the Hangzhou numerals, which stand in names and house numbers. */
static const struct range punct[] = {
	{ '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' }, { 0x00a1, 0x00a1 },
	{ 0x00a7, 0x00a7 }, { 0x00ab, 0x00ab }, { 0x00b6, 0x00b7 }, { 0x00bb, 0x00bb },
	{ 0x00bf, 0x00bf }, { 0x0387, 0x0387 }, { 0x2010, 0x2027 }, { 0x2030, 0x205e },
	{ 0x2212, 0x2212 }, { 0x2219, 0x2219 }, { 0x22c5, 0x22c5 }, { 0x2e30, 0x2e31 },
	{ 0x3001, 0x3003 }, { 0x3008, 0x3011 }, { 0x3014, 0x301f }, { 0x3030, 0x3030 },
	{ 0x303d, 0x303d }, { 0x30fb, 0x30fb }, { 0xfe00, 0xfe0f }, { 0xfe10, 0xfe19 },
	{ 0xfe30, 0xfe4f }, { 0xfe50, 0xfe6b }, { 0xff5f, 0xff65 }, { 0xe0100, 0xe01ef },
};

/* Length of the sequence at p, 0 when it is not well-formed; never looks past n (n > 0). */
static size_t sequence(const unsigned char *p, size_t n, uint32_t *ret_c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 }; /* below: overlong */
	size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (len > n || (len > 1 && p[0] < 0xc2) || p[0] > 0xf4)
		return 0;
	uint32_t c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret_c = c;
	return len;
}

/* Eight bytes of ASCII without a NUL: most of what is judged here is that. */
static bool plain_word(const unsigned char *p)
{
	const uint64_t high = UINT64_C(0x8080808080808080), ones = UINT64_C(0x0101010101010101);
	uint64_t w;
	memcpy(&w, p, sizeof w);
	return ((w | (w - ones)) & high) == 0;
}

bool utf8_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	while (n) {
		if (n >= 8 && plain_word(p)) {
			p += 8;
			n -= 8;
			continue;
		}
		uint32_t c;
		size_t len = sequence(p, n, &c);
		if (!len || !c)
			return false;
		p += len;
		n -= len;
	}
	return true;
}

uint32_t utf8_next(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	if (!*p)
		return 0;
	uint32_t c = 0xfffd;
	size_t len = sequence(p, strnlen(*s, 4), &c);
	*s += len ? len : 1;
	return c;
}

size_t utf8_count(const char *s)
{
	size_t n = 0;
	while (utf8_next(&s))
		n++;
	return n;
}

uint32_t utf8_plain(uint32_t c)
{
	if (c > 0x20 && c < 0x7f)
		return c;
	if (IN(blank, c))
		return ' ';
	if (IN(unseen, c))
		return 0;
	return c >= 0xff01 && c <= 0xff5e ? c - 0xff01 + '!' : c;
}

bool utf8_steers(uint32_t c)
{
	return IN(unseen, c) || (c > 0x08 && c < 0x0e) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static char *encode(char *p, uint32_t c)
{
	if (c < 0x80) {
		*p++ = (char)c;
	} else if (c < 0x800) {
		*p++ = (char)(0xc0 | c >> 6);
		*p++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*p++ = (char)(0xe0 | c >> 12);
		*p++ = (char)(0x80 | (c >> 6 & 0x3f));
		*p++ = (char)(0x80 | (c & 0x3f));
	} else {
		*p++ = (char)(0xf0 | c >> 18);
		*p++ = (char)(0x80 | (c >> 12 & 0x3f));
		*p++ = (char)(0x80 | (c >> 6 & 0x3f));
		*p++ = (char)(0x80 | (c & 0x3f));
	}
	return p;
}

/*
 * An invalid byte reads as U+FFFD and so grows to three: the one case in which the output is
 * longer.
 */
static char *space_for(struct arena *a, const char *s)
{
	size_t n = strlen(s);
	return arena_alloc(a, (utf8_valid(s, n) ? n : 3 * n) + 1);
}

char *utf8_clean(struct arena *a, const char *s)
{
	char *out = space_for(a, s), *p = out;
	if (!out)
		return NULL;
	bool gap = false;
	for (uint32_t c; (c = utf8_next(&s));) {
		c = utf8_plain(c);
		if (c == ' ')
			gap = p > out;
		if (!c || c == ' ')
			continue;
		if (gap)
			*p++ = ' ';
		gap = false;
		p = encode(p, c);
	}
	return out;
}

static char *squeeze(struct arena *a, const char *s, bool drop_punct)
{
	char *out = space_for(a, s), *p = out;
	if (!out)
		return NULL;
	for (uint32_t c; (c = utf8_next(&s));) {
		c = utf8_plain(c);
		if (!c || c == ' ' || IN(hyphen, c) || (drop_punct && IN(punct, c)))
			continue;
		p = encode(p, c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return out;
}

char *utf8_compact(struct arena *a, const char *s)
{
	return squeeze(a, s, false);
}

char *utf8_fold(struct arena *a, const char *s)
{
	return squeeze(a, s, true);
}

char *utf8_mask_name(struct arena *a, const char *s)
{
	const char *rest = s;
	if (!utf8_next(&rest))
		return arena_dup(a, "");
	size_t n = (size_t)(rest - s);
	char *out = arena_alloc(a, n + 2);
	if (out) {
		memcpy(out, s, n);
		out[n] = '*';
	}
	return out;
}

char *utf8_mask_tail(struct arena *a, const char *s)
{
	size_t n = utf8_count(s), stars = n > 4 ? n - 4 : n;
	const char *rest = s;
	for (size_t i = 0; i < stars; i++)
		utf8_next(&rest);
	size_t tail = strlen(rest);
	char *out = arena_alloc(a, stars + tail + 1);
	if (out) {
		memset(out, '*', stars);
		memcpy(out + stars, rest, tail);
	}
	return out;
}
