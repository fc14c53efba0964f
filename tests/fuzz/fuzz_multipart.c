/* multipart/form-data: the first line of the input is the Content-Type, the rest the body. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vh/http_form.h"
#include "vh/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *nl = memchr(p, '\n', n);
	size_t head = nl ? (size_t)(nl - p) : 0, rest = nl ? n - head - 1 : n;
	struct arena *a = arena_new(LIM_ARENA);
	struct http_parts parts = { 0 };
	struct err e = { 0 };
	assert(a);
	char *type = nl ? arena_dupn(a, p, head) : arena_dup(a, "multipart/form-data; boundary=b");
	char *body = malloc(rest ? rest : 1); /* its end is the end of its block */
	assert(type && body);
	memcpy(body, p + n - rest, rest);
	if (multipart_parse(a, type, body, rest, &parts, &e) == VH_OK) {
		assert(parts.n <= HTTP_PARTS);
		for (unsigned i = 0; i < parts.n; i++) {
			assert(parts.at[i].name && parts.at[i].type);
			assert(parts.at[i].p >= body && parts.at[i].p + parts.at[i].n <= body + rest);
		}
	} else {
		assert(e.n > 0);
	}
	free(body);
	arena_free(a);
	return 0;
}
