#include "vh/http_util.h"

#include <string.h>
#include <strings.h>

/* One element of a comma list: `name; q=0.8`. Other parameters are skipped. */
struct choice {
	const char *p;
	size_t n;
	int q; /* thousandths */
};

static int quality(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p != ';')
			continue;
		p += 1 + strspn(p + 1, " \t");
		if (end - p < 3 || (*p | 0x20) != 'q' || p[1] != '=')
			continue;
		int v = 0, digits = 0;
		for (p += 2; p < end && digits < 4; p++) {
			if (*p == '.')
				continue;
			if (*p < '0' || *p > '9')
				break;
			v = v * 10 + (*p - '0');
			digits++;
		}
		for (; digits && digits < 4; digits++)
			v *= 10;
		return v > 1000 ? 1000 : v;
	}
	return 1000;
}

static bool next(const char **p, struct choice *ret)
{
	*p += strspn(*p, " \t,");
	if (!**p)
		return false;
	size_t n = strcspn(*p, ",");
	*ret = (struct choice){ .p = *p, .n = strcspn(*p, ",; \t") };
	ret->q = quality(*p + ret->n, *p + n);
	*p += n;
	return true;
}

static bool is(const struct choice *c, const char *name)
{
	return c->n == strlen(name) && strncasecmp(c->p, name, c->n) == 0;
}

static bool is_program(const struct http_req *q)
{
	const char *type = req_header(q, "Content-Type"), *auth = req_header(q, "Authorization");
	return (type && strncasecmp(type, "application/json", 16) == 0) ||
	       (auth && strncasecmp(auth, "Bearer ", 7) == 0);
}

bool wants_json(const struct http_req *q)
{
	const char *p = req_header(q, "Accept");
	int json = 0, html = 0;
	for (struct choice c; p && next(&p, &c);) {
		if (is(&c, "application/json") || is(&c, "application/problem+json"))
			json = c.q > json ? c.q : json;
		else if (is(&c, "text/html") || is(&c, "application/xhtml+xml"))
			html = c.q > html ? c.q : html;
	}
	/* Who names neither but speaks JSON, or carries a bearer token, is a program. */
	if (!json && !html)
		return is_program(q);
	return json > 0 && json >= html;
}

const char *wants_lang(const struct http_req *q)
{
	const char *set = cookie_get(q, "lang");
	if (set && (strcmp(set, "zh") == 0 || strcmp(set, "en") == 0))
		return set[0] == 'z' ? "zh" : "en";
	const char *p = req_header(q, "Accept-Language");
	const char *best = "zh";
	int best_q = 0;
	for (struct choice c; p && next(&p, &c);) {
		bool two = c.n == 2 || (c.n > 2 && c.p[2] == '-');
		if (!two || c.q <= best_q)
			continue;
		if (strncasecmp(c.p, "zh", 2) == 0)
			best = "zh";
		else if (strncasecmp(c.p, "en", 2) == 0)
			best = "en";
		else
			continue;
		best_q = c.q;
	}
	return best;
}

bool accepts_gzip(const struct http_req *q)
{
	const char *p = req_header(q, "Accept-Encoding");
	for (struct choice c; p && next(&p, &c);)
		if (is(&c, "gzip"))
			return c.q > 0;
	return false;
}

enum vh_rc idem_key_parse(const char *s, char out[IDEM_KEY_TEXT], struct err *e)
{
	size_t n = strlen(s);
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s++;
		n -= 2;
	}
	bool good = n > 0 && n < IDEM_KEY_TEXT;
	for (size_t i = 0; good && i < n; i++)
		good = s[i] > ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\';
	if (!good)
		return err_set(e, VH_INVALID, "idempotency_key", "",
		               "Idempotency-Key is 1 to %d visible ASCII characters",
		               IDEM_KEY_TEXT - 1);
	memcpy(out, s, n);
	out[n] = '\0';
	return VH_OK;
}

const char *bearer_token(const struct http_req *q)
{
	const char *v = req_header(q, "Authorization");
	if (!v || strncasecmp(v, "Bearer ", 7) != 0)
		return NULL;
	v += 7 + strspn(v + 7, " ");
	size_t n =
		strspn(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=");
	return n > 0 && v[n] == '\0' ? v : NULL;
}
