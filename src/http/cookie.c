#include "vh/http_util.h"

#include <inttypes.h>
#include <string.h>

static bool is_value(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c <= ' ' || c >= 0x7f || strchr("\",;\\", c))
			return false;
	}
	return true;
}

const char *cookie_get(const struct http_req *q, const char *name)
{
	const char *p = req_header(q, "Cookie");
	size_t name_n = strlen(name);
	const char *value = NULL;
	size_t value_n = 0;
	while (p && *p) {
		p += strspn(p, " \t;");
		size_t n = strcspn(p, ";");
		if (n > name_n && strncmp(p, name, name_n) == 0 && p[name_n] == '=') {
			if (value)
				return NULL;
			value = p + name_n + 1;
			value_n = n - name_n - 1;
			while (value_n && (value[value_n - 1] == ' ' || value[value_n - 1] == '\t'))
				value_n--;
		}
		p += n;
	}
	return value && is_value(value, value_n) ? arena_dupn(q->a, value, value_n) : NULL;
}

void cookie_set(struct http_resp *r, const char *name, const char *value, bool secure,
                int64_t max_age)
{
	const char *age = max_age < 0 ? "" : arena_printf(r->a, "; Max-Age=%" PRId64, max_age);
	char *text = age ? arena_printf(r->a, "%s=%s; Path=/%s; HttpOnly; SameSite=Lax%s", name,
	                                value, age, secure ? "; Secure" : "")
	                 : NULL;
	if (!text || !is_value(value, strlen(value)))
		r->failed = true;
	else
		resp_header(r, "Set-Cookie", text);
}
