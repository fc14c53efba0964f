#include "vh/http_form.h"

#include <string.h>

#include "vh/limits.h"
#include "vh/utf8.h"

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum vh_rc percent_decode(struct arena *a, const char *p, size_t n, bool plus, char **ret)
{
	char *out = arena_dupn(a, p, n);
	if (!out)
		return VH_NOMEM;
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '%') {
			int hi = i + 2 < n ? hex(p[i + 1]) : -1;
			int lo = i + 2 < n ? hex(p[i + 2]) : -1;
			if (hi < 0 || lo < 0)
				return VH_INVALID;
			c = (char)(hi << 4 | lo);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		out[k++] = c;
	}
	out[k] = '\0';
	if (!utf8_valid(out, k))
		return VH_INVALID;
	*ret = out;
	return VH_OK;
}

static enum vh_rc one(struct arena *a, const char *p, size_t n, struct http_pair *ret,
                      struct err *e)
{
	const char *eq = memchr(p, '=', n);
	size_t name_n = eq ? (size_t)(eq - p) : n;
	char *name = NULL, *value = NULL;
	enum vh_rc rc = percent_decode(a, p, name_n, true, &name);
	if (rc == VH_INVALID)
		return err_set(e, rc, "escape", "", "a field name is not readable");
	if (rc == VH_OK)
		rc = percent_decode(a, eq ? eq + 1 : "", eq ? n - name_n - 1 : 0, true, &value);
	if (rc == VH_INVALID)
		return err_set(e, rc, "escape", name, "not readable: a broken escape or bad text");
	if (rc != VH_OK)
		return err_set(e, rc, rc_name(rc), "", "no memory for the form");
	*ret = (struct http_pair){ .name = name, .value = value };
	return VH_OK;
}

enum vh_rc form_parse(struct arena *a, const char *p, size_t n, struct http_pairs *ret,
                      struct err *e)
{
	size_t count = 1;
	for (size_t i = 0; i < n; i++)
		count += p[i] == '&';
	if (count > LIM_FIELDS)
		return err_set(e, VH_LIMIT, "fields", "", "more than %d fields", LIM_FIELDS);
	struct http_pairs out = { .at = arena_array(a, count, sizeof *out.at) };
	if (!out.at)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the form");
	for (const char *end = p + n; p < end;) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		const char *stop = amp ? amp : end;
		if (stop > p) {
			enum vh_rc rc = one(a, p, (size_t)(stop - p), &out.at[out.n], e);
			if (rc != VH_OK)
				return rc;
			out.n++;
		}
		p = amp ? amp + 1 : end;
	}
	*ret = out;
	return VH_OK;
}
