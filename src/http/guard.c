/*
 * One reading of a request or none.
 *
 * The library underneath takes the first of two Content-Lengths, honours Transfer-Encoding beside
 * one, ends a path at a decoded NUL and more, depending on version and flags. Whoever stands before
 * us may read the same bytes another way; between two readings a second request can hide. So
 * everything with two readings is refused before the router.
 */
#include <string.h>
#include <strings.h>

#include "vh/http.h"
#include "vh/http_form.h"
#include "vh/limits.h"
#include "vh/utf8.h"

/* Fields that mean something here exactly once. */
static const char *const single[] = {
	"Content-Length", "Transfer-Encoding",
	"Content-Type",   "Authorization",
	"Cookie",         "Origin",
	"Sec-Fetch-Site", "Idempotency-Key",
	"Expect",         "Content-Encoding",
};

static enum vh_rc bad(struct err *e, const char *why)
{
	return err_set(e, VH_INVALID, "bad_request", "", "%s", why);
}

static bool is_token(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c <= ' ' || c >= 0x7f || strchr("\"(),/:;<=>?@[\\]{}", c))
			return false;
	}
	return true;
}

static bool has_control(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if ((c < ' ' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

static bool is_digits(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return n > 0 && n <= 18 && s[n] == '\0';
}

/* reg-name, IPv4 or [IPv6], and a port: nothing that could be a path, a user or a list. */
static bool is_host(const char *s)
{
	size_t n =
		strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]");
	return n > 0 && n <= 255 && s[n] == '\0';
}

static enum vh_rc check_framing(const struct http_req *q, bool http11, struct err *e)
{
	const char *te = req_header(q, "Transfer-Encoding");
	const char *cl = req_header(q, "Content-Length");
	if (te && cl)
		return bad(e, "Content-Length beside Transfer-Encoding");
	if (te && (!http11 || strcasecmp(te, "chunked") != 0))
		return bad(e, "unknown Transfer-Encoding");
	if (cl && !is_digits(cl))
		return bad(e, "Content-Length is no number");
	const char *ce = req_header(q, "Content-Encoding");
	/* A batch of events is unpacked by its handler, after its signature; nothing else is. */
	bool batch = !strcmp(req_type(q), "application/cloudevents-batch+json");
	if (!ce || !strcasecmp(ce, "identity") || (batch && !strcasecmp(ce, "gzip")))
		return VH_OK;
	return bad(e, "encoded bodies are not read");
}

static enum vh_rc check_headers(const struct http_req *q, bool http11, struct err *e)
{
	for (unsigned i = 0; i < q->header.n; i++) {
		if (!is_token(q->header.at[i].name))
			return bad(e, "a header name is no token");
		if (has_control(q->header.at[i].value))
			return bad(e, "control characters in a header");
	}
	for (size_t i = 0; i < sizeof single / sizeof *single; i++)
		if (req_header_count(q, single[i]) > 1)
			return bad(e, "a header comes twice");
	if (req_header_count(q, "Host") != 1 || !is_host(req_header(q, "Host")))
		return bad(e, "one Host is needed");
	return check_framing(q, http11, e);
}

/* An encoded slash would be one segment for some and two for others. */
static bool has_hidden_slash(const char *p, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++)
		if (p[i] == '%' &&
		    (strncasecmp(p + i, "%2f", 3) == 0 || strncasecmp(p + i, "%5c", 3) == 0))
			return true;
	return memchr(p, '\\', n) != NULL;
}

static bool has_dot_segment(const char *path)
{
	for (const char *p = path; p; p = strchr(p, '/')) {
		p++;
		size_t n = strcspn(p, "/");
		if ((n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return true;
	}
	return false;
}

static enum vh_rc check_target(struct http_req *q, struct err *e)
{
	const char *t = q->target;
	if (t[0] != '/' || strchr(t, '#') || has_control(t) || strpbrk(t, " \t"))
		return bad(e, "the target is no path");
	size_t n = strcspn(t, "?");
	char *path;
	if (has_hidden_slash(t, n))
		return bad(e, "an encoded slash in the path");
	enum vh_rc rc = percent_decode(q->a, t, n, false, &path);
	if (rc == VH_INVALID)
		return bad(e, "a broken escape or bad text in the path");
	if (rc != VH_OK)
		return err_set(e, rc, rc_name(rc), "", "no memory for the path");
	if (has_dot_segment(path) || has_control(path))
		return bad(e, "dot segments or control characters in the path");
	q->path = path;
	if (t[n] != '?')
		return VH_OK;
	struct err ignored = { 0 };
	rc = form_parse(q->a, t + n + 1, strlen(t + n + 1), &q->query, &ignored);
	return rc == VH_OK ? VH_OK : bad(e, "the query is malformed");
}

enum vh_rc req_guard(struct http_req *q, bool http11, struct err *e)
{
	enum vh_rc rc = check_headers(q, http11, e);
	return rc == VH_OK ? check_target(q, e) : rc;
}
