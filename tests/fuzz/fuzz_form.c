/* Forms, queries, targets and header readers: whatever they accept is text, and nothing reads past its end. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vh/http_form.h"
#include "vh/http_util.h"
#include "vh/limits.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void target(struct arena *a, const char *text)
{
	struct http_req *q = req_make(a, HTTP_GET, text);
	struct err e = { 0 };
	assert(q && req_header_add(q, "Host", "a") == VH_OK);
	if (req_guard(q, true, &e) != VH_OK)
		return;
	assert(q->path[0] == '/' && utf8_valid(q->path, strlen(q->path)));
	assert(!strstr(q->path, "/../"));
}

static void readers(struct arena *a, const char *text)
{
	static const char *const names[] = { "Cookie", "Accept", "Accept-Language", "Accept-Encoding",
		                             "Authorization" };
	char key[IDEM_KEY_TEXT];
	struct err e = { 0 };
	struct http_req *q = req_make(a, HTTP_GET, "/");
	assert(q);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert(req_header_add(q, names[i], text) == VH_OK);
	(void)cookie_get(q, "s");
	(void)wants_json(q);
	(void)wants_lang(q);
	(void)accepts_gzip(q);
	(void)bearer_token(q);
	if (idem_key_parse(text, key, &e) == VH_OK)
		assert(strlen(key) > 0 && strlen(key) < IDEM_KEY_TEXT);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new(LIM_ARENA);
	struct http_pairs f = { 0 };
	struct err e = { 0 };
	assert(a);
	char *exact = malloc(n ? n : 1); /* its end is the end of its block */
	assert(exact);
	memcpy(exact, p, n);
	if (form_parse(a, exact, n, &f, &e) == VH_OK) {
		assert(f.n <= LIM_FIELDS);
		for (unsigned i = 0; i < f.n; i++) {
			assert(utf8_valid(f.at[i].name, strlen(f.at[i].name)));
			assert(utf8_valid(f.at[i].value, strlen(f.at[i].value)));
		}
	}
	char *text = arena_dupn(a, exact, n);
	if (text) {
		target(a, text);
		readers(a, text);
	}
	free(exact);
	arena_free(a);
	return 0;
}
