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
static const struct input fields[] = {
	INPUT(struct sample, name, input_name, INPUT_REQUIRED, 64),
	INPUT(struct sample, day, input_day, 0, 0),
	INPUT(struct sample, count, input_int, 0, 64),
	INPUT(struct sample, agree, input_bool, 0, 0),
	INPUT(struct sample, tag, input_text, INPUT_MANY, 10),
	INPUT(struct sample, area, input_real, 0, 1000),
	INPUT(struct sample, id, input_id, 0, 0),
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
