#include "page_key.h"

#include <inttypes.h>
#include <string.h>

#define MOST 3

static bool number(const char **p, int64_t *ret)
{
	int64_t v = 0;
	size_t n = strspn(*p, "0123456789");
	for (size_t i = 0; i < n; i++) {
		int d = (*p)[i] - '0';
		if (v > (INT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*p += n;
	*ret = v;
	return n > 0;
}

enum vh_rc page_key_read(struct ctx *cx, const char *text, int64_t *ret, size_t n)
{
	int64_t key[MOST] = { 0 };
	const char *p = text;
	bool good = n <= MOST;
	for (size_t i = 0; text && good && i < n; i++) {
		good = number(&p, &key[i]) && *p == (i + 1 < n ? '.' : '\0');
		p += good && *p;
	}
	if (!good)
		return ctx_fail(cx, VH_INVALID, "after", "after", "this is no key of a page");
	memcpy(ret, key, n * sizeof *ret);
	return VH_OK;
}

char *page_key_make(struct ctx *cx, const int64_t *key, size_t n)
{
	char *s = arena_dup(cx->a, "");
	for (size_t i = 0; s && i < n; i++)
		s = arena_printf(cx->a, "%s%s%" PRId64, s, i ? "." : "", key[i]);
	return s;
}
