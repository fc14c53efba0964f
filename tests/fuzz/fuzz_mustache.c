/*
 * Any bytes as a template, rendered over one view by each of the escapes in turn; {{>self}} is the template itself.
 * What an escape lets out is looked at again: no markup comes out of a value.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char view_text[] =
	"{\"a\":\"<&>\\\"'\\u202e\\u0001\\ufffe韦\",\"b\":{\"c\":{\"d\":-1.5}},\"n\":null,\"f\":false,\"t\":true,"
	"\"l\":[1,\"two\",{\"a\":\"in\"},[3,4],null],\"e\":[],\"s\":\"\",\"o\":{\"l\":[{\"l\":[]}]}}";

static const struct template *itself(void *arg, const char *name)
{
	return strcmp(name, "self") ? NULL : arg;
}

static void render(struct template *t, const cJSON *view, escape_fn *escape, bool strict)
{
	struct buf out;
	struct err e = { 0 };
	struct mustache_opts o = {
		.escape = escape, .partial = itself, .arg = t, .under = { NULL, view }, .strict = strict,
	};
	buf_init(&out, 1 << 16);
	enum vh_rc rc = mustache_render(t, view, &o, &out, &e);
	if (rc != VH_OK && (rc != e.rc || e.n != 1 || err_text(&e)[0] == '\0'))
		abort();
	buf_done(&out);
}

/* The escapes by themselves, over the same bytes. */
static void escapes(const char *s, size_t n)
{
	struct buf out;
	buf_init(&out, 8 * n + 8);
	escape_html(&out, s, n);
	if (!buf_ok(&out) || strpbrk(buf_str(&out), "<>\"'"))
		abort();
	buf_reset(&out);
	escape_xml(&out, s, n);
	if (!buf_ok(&out) || strpbrk(buf_str(&out), "<>\"'\r"))
		abort();
	buf_reset(&out);
	escape_form(&out, s, n);
	if (!buf_ok(&out) || strpbrk(buf_str(&out), "<>\"'&= \n"))
		abort();
	buf_reset(&out);
	escape_json(&out, s, n);
	if (!buf_ok(&out) || strpbrk(buf_str(&out), "\n\r\t"))
		abort();
	buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static escape_fn *const by[] = { escape_html, escape_json, escape_xml, escape_form, NULL };
	static cJSON *view;
	struct template *t = NULL;
	struct err e = { 0 };
	if (!view && !(view = cJSON_Parse(view_text)))
		abort();
	escapes((const char *)data, n);
	enum vh_rc rc = mustache_parse((const char *)data, n, &t, &e);
	if (rc != VH_OK) {
		if (t || rc != e.rc || err_text(&e)[0] == '\0')
			abort();
		return 0;
	}
	render(t, view, by[n % (sizeof by / sizeof *by)], n & 1);
	mustache_free(t);
	return 0;
}
