/*
 * multipart/form-data (RFC 7578) of a body that is whole in memory. Strict where browsers and curl
 * agree: the body starts with the first delimiter, each part names itself, nothing follows the last
 * delimiter but white space.
 */
#include <string.h>
#include <strings.h>

#include "vh/http_form.h"
#include "vh/limits.h"
#include "vh/utf8.h"

enum { BOUNDARY = 70, HEADER_BYTES = 1024, HEADERS = 8 };

struct reader {
	struct arena *a;
	const char *p, *end;
	char delimiter[BOUNDARY + 5]; /* CR LF -- boundary */
	size_t delimiter_n;
	struct err *e;
};

static enum vh_rc bad(struct reader *r, const char *why)
{
	return err_set(r->e, VH_INVALID, "multipart", "", "%s", why);
}

static enum vh_rc no_memory(struct reader *r)
{
	return err_set(r->e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the form");
}

static bool is_boundary(const char *p, size_t n)
{
	if (n == 0 || n > BOUNDARY || p[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!alnum && (c == 0 || !strchr("'()+_,-./:=? ", c)))
			return false;
	}
	return true;
}

/* The parameter `key` of a header value: token or quoted string. NULL: absent or malformed. */
static char *parameter(struct arena *a, const char *v, const char *key)
{
	size_t key_n = strlen(key);
	for (v = strchr(v, ';'); v;) {
		v += 1 + strspn(v + 1, " \t");
		bool found = strncasecmp(v, key, key_n) == 0 && v[key_n] == '=';
		v += strcspn(v, "=;");
		if (*v == ';')
			continue;
		if (!*v)
			return NULL;
		v++;
		size_t n = *v == '"' ? 1 : strcspn(v, "; \t");
		char *out = arena_dup(a, v), *w = out;
		if (!out)
			return NULL;
		if (*v == '"') {
			for (; v[n] && v[n] != '"'; n++) {
				if (v[n] == '\\' && (v[n + 1] == '"' || v[n + 1] == '\\'))
					n++;
				*w++ = v[n];
			}
			if (v[n++] != '"')
				return NULL;
		} else {
			w += n;
		}
		*w = '\0';
		if (found)
			return out;
		v = strchr(v + n, ';');
	}
	return NULL;
}

/* One header line of a part; moves past its CR LF. *ret_line NULL at the empty line. */
static enum vh_rc line(struct reader *r, char **ret_line)
{
	const char *nl = memmem(r->p, (size_t)(r->end - r->p), "\r\n", 2);
	size_t n = nl ? (size_t)(nl - r->p) : 0;
	if (!nl || n > HEADER_BYTES)
		return bad(r, "a part's header does not end");
	char *s = NULL;
	if (n) {
		if (!utf8_valid(r->p, n))
			return bad(r, "a part's header is not UTF-8");
		s = arena_dupn(r->a, r->p, n);
		if (!s)
			return no_memory(r);
	}
	r->p = nl + 2;
	*ret_line = s;
	return VH_OK;
}

static const char *value_of(const char *line, const char *name)
{
	size_t n = strlen(name);
	if (strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	return line + n + 1 + strspn(line + n + 1, " \t");
}

static enum vh_rc headers(struct reader *r, struct http_part *part)
{
	for (int i = 0; i <= HEADERS; i++) {
		char *s = NULL;
		const char *v;
		enum vh_rc rc = line(r, &s);
		if (rc != VH_OK)
			return rc;
		if (!s)
			return part->name ? VH_OK : bad(r, "a part has no name");
		if ((v = value_of(s, "Content-Disposition"))) {
			if (part->name || strncasecmp(v, "form-data", 9) != 0)
				return bad(r, "a part is no form data");
			part->name = parameter(r->a, v, "name");
			part->filename = parameter(r->a, v, "filename");
			if (!part->name)
				return bad(r, "a part has no name");
		} else if ((v = value_of(s, "Content-Type"))) {
			part->type = v;
		} else if (value_of(s, "Content-Transfer-Encoding")) {
			return bad(r, "encoded parts are not read");
		}
	}
	return bad(r, "a part has too many headers");
}

static enum vh_rc content(struct reader *r, struct http_part *part)
{
	/* The CR LF of the delimiter may be the one that ended the headers: an empty part. */
	const char *from = r->p - 2;
	const char *at = memmem(from, (size_t)(r->end - from), r->delimiter, r->delimiter_n);
	if (!at)
		return bad(r, "a part does not end");
	part->p = r->p;
	part->n = at > r->p ? (size_t)(at - r->p) : 0;
	r->p = at + r->delimiter_n;
	return VH_OK;
}

static enum vh_rc open_boundary(struct reader *r, const char *content_type)
{
	const char *b = parameter(r->a, content_type, "boundary");
	size_t n = b ? strlen(b) : 0;
	if (!b || !is_boundary(b, n))
		return bad(r, "the boundary is missing or malformed");
	memcpy(r->delimiter, "\r\n--", 4);
	memcpy(r->delimiter + 4, b, n);
	r->delimiter_n = n + 4;
	if ((size_t)(r->end - r->p) < n + 2 || memcmp(r->p, r->delimiter + 2, n + 2) != 0)
		return bad(r, "the body does not start with the boundary");
	r->p += n + 2;
	return VH_OK;
}

enum vh_rc multipart_parse(struct arena *a, const char *content_type, const char *p, size_t n,
                           struct http_parts *ret, struct err *e)
{
	struct reader r = { .a = a, .p = p, .end = p + n, .e = e };
	struct http_parts out = { 0 };
	enum vh_rc rc = open_boundary(&r, content_type);
	while (rc == VH_OK) {
		if (r.end - r.p < 2)
			return bad(&r, "the body is cut off");
		if (memcmp(r.p, "--", 2) == 0)
			break;
		if (memcmp(r.p, "\r\n", 2) != 0)
			return bad(&r, "text after a boundary");
		r.p += 2;
		if (out.n == HTTP_PARTS)
			return err_set(e, VH_LIMIT, "fields", "", "more than %d parts", HTTP_PARTS);
		struct http_part *part = &out.at[out.n++];
		part->type = "";
		rc = headers(&r, part);
		if (rc == VH_OK)
			rc = content(&r, part);
	}
	if (rc != VH_OK)
		return rc;
	for (r.p += 2; r.p < r.end; r.p++)
		if (!strchr("\r\n \t", *r.p) || !*r.p)
			return bad(&r, "text after the last boundary");
	*ret = out;
	return VH_OK;
}
