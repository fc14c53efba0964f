#include "vh/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vh/limits.h"

enum { KEEP = 64 << 10 }; /* a body's memory kept for the next answer */

void resp_init(struct http_resp *r, struct arena *a)
{
	*r = (struct http_resp){ .a = a, .status = 500 };
	buf_init(&r->body, LIM_RESPONSE);
}

void resp_done(struct http_resp *r)
{
	buf_done(&r->body);
}

void resp_reset(struct http_resp *r)
{
	struct buf body = r->body;
	if (body.size > KEEP)
		buf_done(&body);
	else
		buf_reset(&body);
	*r = (struct http_resp){ .a = r->a, .status = 500, .body = body };
}

static bool is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

void resp_header(struct http_resp *r, const char *name, const char *value)
{
	char *copy = is_clean(value) ? arena_dup(r->a, value) : NULL;
	if (!copy || r->header_n == HTTP_RESP_HEADERS) {
		r->failed = true;
		return;
	}
	r->header[r->header_n++] = (struct http_pair){ .name = name, .value = copy };
}

const char *resp_header_get(const struct http_resp *r, const char *name)
{
	for (unsigned i = 0; i < r->header_n; i++)
		if (strcasecmp(r->header[i].name, name) == 0)
			return r->header[i].value;
	return NULL;
}

void resp_text(struct http_resp *r, int status, const char *text)
{
	r->status = status;
	r->type = "text/plain; charset=utf-8";
	buf_puts(&r->body, text);
}

void resp_redirect(struct http_resp *r, int status, const char *location)
{
	r->status = status;
	resp_header(r, "Location", location);
}

void resp_json(struct http_resp *r, int status, const cJSON *view)
{
	r->status = status;
	r->type = "application/json";
	json_print(&r->body, view);
}

void resp_fixed(struct http_resp *r, const char *type, const void *p, size_t n)
{
	r->status = 200;
	r->type = type;
	r->fixed = p;
	r->fixed_n = n;
}

const char *http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} map[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (map[i].status == status)
			return map[i].text;
	return "Status";
}

/*
 * A JSON pointer as a URI fragment, RFC 6901 §6: field names are our own literals or were sent by
 * the caller.
 */
static void pointer(struct buf *b, const char *field)
{
	char text[3 * sizeof((struct err_item *)0)->field + 3] = "#/";
	size_t n = 2;
	for (; *field && n + 4 < sizeof text; field++) {
		unsigned char c = (unsigned char)*field;
		if (c == '~' || c == '/')
			n += (size_t)snprintf(text + n, sizeof text - n, "~%d", c == '/');
		else if (c > ' ' && c < 0x7f && !strchr("\"<>\\^`{|}%", c))
			text[n++] = (char)c;
		else
			n += (size_t)snprintf(text + n, sizeof text - n, "%%%02X", c);
	}
	text[n] = '\0';
	json_quote(b, text);
}

static void member(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, ",\"%s\":", key);
	json_quote(b, value);
}

void resp_problem(struct http_resp *r, int status, const struct err *e)
{
	struct buf *b = &r->body;
	r->status = status ? status : rc_http_status(e->rc);
	r->type = "application/problem+json";
	buf_reset(b);
	buf_printf(b, "{\"status\":%d", r->status);
	member(b, "title", http_status_text(r->status));
	member(b, "code", *err_code(e) ? err_code(e) : rc_name(e->rc));
	member(b, "detail", err_text(e));
	buf_puts(b, ",\"errors\":[");
	for (unsigned i = 0, some = 0; i < e->n; i++) {
		const struct err_item *it = &e->item[i];
		if (!it->field[0])
			continue;
		buf_puts(b, some++ ? ",{\"pointer\":" : "{\"pointer\":");
		pointer(b, it->field);
		member(b, "code", it->code);
		member(b, "detail", it->text);
		buf_putc(b, '}');
	}
	buf_puts(b, "]}");
	if ((r->status == 503 || r->status == 429) && !resp_header_get(r, "Retry-After"))
		resp_header(r, "Retry-After", r->status == 503 ? "1" : "60");
}

void resp_problem_more(struct http_resp *r, const char *key, const cJSON *value)
{
	struct buf *b = &r->body;
	if (!buf_ok(b) || b->n == 0)
		return;
	b->n--;
	buf_putc(b, ',');
	json_quote(b, key);
	buf_putc(b, ':');
	json_print(b, value);
	buf_putc(b, '}');
}
