/*
 * ITU-T T.81, annex B: SOI, then marker segments (FF xx, length of two bytes that counts itself),
 * each SOS followed by entropy-coded bytes in which FF 00 is an FF and FF D0..D7 are restarts; EOI.
 */
#include "vh/jpeg.h"

#include <string.h>

enum { JPG = 0xc8, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, APP0 = 0xe0, APP14 = 0xee, JPG0 = 0xf0 };
enum { JFIF = 18 }; /* bytes of its header; the last two are the size of a thumbnail behind */

struct cut {
	const unsigned char *p, *end;
	unsigned char *to;
};

/* What no decoder needs: applications' data, comments, the reserved, where anything can hide. */
static bool told(int marker)
{
	return marker == JPG || marker >= JPG0 || (marker >= APP0 && marker != APP14);
}

/* Markers that stand where a segment begins; FF 01 and restarts have no business there. */
static bool is_segment(int marker)
{
	bool restart = marker >= 0xd0 && marker <= 0xd7;
	return marker >= 0xc0 && marker != SOI && marker != EOI && !restart;
}

static void keep(struct cut *c, const unsigned char *from, size_t n)
{
	memcpy(c->to, from, n);
	c->to += n;
}

/* A JFIF header says how square the pixels are. It may hold a thumbnail, of what was cut away. */
static void keep_jfif(struct cut *c, size_t n)
{
	unsigned char *at = c->to;
	if (n < JFIF || memcmp(c->p + 4, "JFIF", 5) != 0)
		return;
	keep(c, c->p, JFIF);
	at[2] = 0;
	at[3] = JFIF - 2;
	at[JFIF - 2] = at[JFIF - 1] = 0;
}

/* One segment with its marker, kept or dropped. */
static bool segment(struct cut *c, int marker)
{
	if (c->end - c->p < 4)
		return false;
	size_t n = ((size_t)c->p[2] << 8 | c->p[3]) + 2;
	if (n < 4 || n > (size_t)(c->end - c->p))
		return false;
	if (!told(marker))
		keep(c, c->p, n);
	else if (marker == APP0)
		keep_jfif(c, n);
	c->p += n;
	return true;
}

/* The bytes of a scan, up to the next marker that is not a restart. */
static bool scan(struct cut *c)
{
	const unsigned char *from = c->p;
	while (c->end - c->p >= 2) {
		if (c->p[0] == 0xff && c->p[1] != 0 && !(c->p[1] >= 0xd0 && c->p[1] <= 0xd7)) {
			keep(c, from, (size_t)(c->p - from));
			return true;
		}
		c->p++;
	}
	return false;
}

static bool walk(struct cut *c)
{
	bool scanned = false;
	while (c->end - c->p >= 2 && c->p[0] == 0xff) {
		int marker = c->p[1];
		if (marker == 0xff) { /* fill */
			c->p++;
			continue;
		}
		if (marker == EOI) {
			keep(c, c->p, 2);
			return scanned;
		}
		if (!is_segment(marker) || !segment(c, marker))
			return false;
		if (marker == SOS && !scan(c))
			return false;
		scanned = scanned || marker == SOS;
	}
	return false;
}

enum vh_rc jpeg_strip(struct arena *a, const void *p, size_t n, struct blob *ret)
{
	struct cut c = { .p = p, .end = (const unsigned char *)p + n };
	if (n < 4 || c.p[0] != 0xff || c.p[1] != SOI)
		return VH_INVALID;
	unsigned char *out = arena_alloc(a, n);
	if (!out)
		return VH_NOMEM;
	c.to = out;
	keep(&c, c.p, 2);
	c.p += 2;
	if (!walk(&c))
		return VH_INVALID;
	*ret = (struct blob){ out, (size_t)(c.to - out) };
	return VH_OK;
}
