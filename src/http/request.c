#include "vh/http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "vh/http_form.h"
#include "vh/limits.h"

static const char *const methods[HTTP__MAX] = {
	[HTTP_OTHER] = "OTHER", [HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",   [HTTP_PUT] = "PUT", [HTTP_OPTIONS] = "OPTIONS",
};

enum http_method http_method_of(const char *s)
{
	for (int m = HTTP_OTHER + 1; m < HTTP__MAX; m++)
		if (strcmp(s, methods[m]) == 0)
			return (enum http_method)m;
	return HTTP_OTHER;
}

const char *http_method_name(enum http_method m)
{
	return methods[m];
}

struct http_req *req_make(struct arena *a, enum http_method method, const char *target)
{
	struct http_req *q = arena_alloc(a, sizeof *q);
	if (!q)
		return NULL;
	*q = (struct http_req){ .a = a, .method = method, .remote = "192.0.2.1", .body = "" };
	q->header.at = arena_array(a, LIM_HEADERS, sizeof *q->header.at);
	q->target = arena_dup(a, target);
	snprintf(q->id, sizeof q->id, "made");
	return q->header.at && q->target ? q : NULL;
}

enum vh_rc req_header_add(struct http_req *q, const char *name, const char *value)
{
	if (q->header.n == LIM_HEADERS)
		return VH_LIMIT;
	struct http_pair *h = &q->header.at[q->header.n];
	h->name = arena_dup(q->a, name);
	h->value = arena_dup(q->a, value);
	if (!h->name || !h->value)
		return VH_NOMEM;
	q->header.n++;
	return VH_OK;
}

/* A request asks some thirty times for one of a dozen fields: the first letter settles most. */
static bool is_named(const struct http_pair *h, const char *name)
{
	return ((h->name[0] ^ name[0]) & 0x5f) == 0 && strcasecmp(h->name, name) == 0;
}

const char *req_header(const struct http_req *q, const char *name)
{
	for (unsigned i = 0; i < q->header.n; i++)
		if (is_named(&q->header.at[i], name))
			return q->header.at[i].value;
	return NULL;
}

unsigned req_header_count(const struct http_req *q, const char *name)
{
	unsigned n = 0;
	for (unsigned i = 0; i < q->header.n; i++)
		n += is_named(&q->header.at[i], name);
	return n;
}

const char *req_query(const struct http_req *q, const char *name)
{
	for (unsigned i = 0; i < q->query.n; i++)
		if (strcmp(q->query.at[i].name, name) == 0)
			return q->query.at[i].value;
	return NULL;
}

const char *req_type(const struct http_req *q)
{
	const char *v = req_header(q, "Content-Type");
	if (!v)
		return "";
	char *type = arena_dupn(q->a, v, strcspn(v, "; \t"));
	if (!type)
		return "";
	for (char *p = type; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	return type;
}

/*
 * Ask head() and, when it wants the body, serve(): the order and the ceilings that the wire keeps
 * too.
 */
void http_call(const struct http_app *app, struct http_req *q, struct http_resp *r)
{
	if (app->head(app->self, q, r) == HTTP_BODY) {
		if (q->body_n > q->body_max) {
			struct err e = { 0 };
			err_set(&e, VH_LIMIT, "body_too_large", "", "the body is over %zu bytes",
			        q->body_max);
			resp_problem(r, 413, &e);
			r->close = true;
		} else {
			app->serve(app->self, q, r);
		}
	}
	if (app->done)
		app->done(app->self, q, r);
}
