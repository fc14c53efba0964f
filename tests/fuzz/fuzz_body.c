/* JSON bodies into declared fields. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "vh/http_form.h"
#include "vh/limits.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct sample {
	const char *name, *day, *count, *agree, *tag, *area, *id;
};
static const struct field fields[] = {
	FIELD(struct sample, name, field_name, FIELD_REQUIRED, 64),
	FIELD(struct sample, day, field_day, 0, 0),
	FIELD(struct sample, count, field_int, 0, 64),
	FIELD(struct sample, agree, field_bool, 0, 0),
	FIELD(struct sample, tag, field_text, FIELD_MANY, 10),
	FIELD(struct sample, area, field_real, 0, 1000),
	FIELD(struct sample, id, field_id, 0, 0),
};
static const struct form form = FORM(struct sample, fields);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new(LIM_ARENA);
	struct http_body body = { 0 };
	struct sample s;
	struct err e = { 0 };
	assert(a);
	struct http_req *q = req_make(a, HTTP_POST, "/");
	char *text = arena_dupn(a, p, n);
	assert(q && text && req_header_add(q, "Content-Type", "application/json") == VH_OK);
	q->body = text;
	q->body_n = n;
	if (body_read(q, &body, &e) == VH_OK && form_check(a, &form, &body, &s, &e) == VH_OK) {
		assert(s.name && utf8_count(s.name) <= 64);
		assert(!s.day || strlen(s.day) == 10);
	}
	arena_free(a);
	return 0;
}
