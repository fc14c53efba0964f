/* Document numbers: the first byte picks the kind; what is accepted is accepted again as it was kept. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/date.h"
#include "vh/docno.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TODAY = 20778 }; /* 2026-11-21 */

static void check_number(struct arena *a, enum doc_kind kind, const char *text)
{
	struct err e = { .n = 0 };
	struct docno d, again;
	if (docno_parse(a, kind, text, TODAY, &d, &e) != VH_OK) {
		assert(*err_code(&e));
		return;
	}
	assert(strspn(d.no, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(d.no));
	assert(d.birth == DAY_NONE || d.birth <= TODAY);
	enum vh_rc rc = docno_parse(a, d.kind, d.no, TODAY, &again, &e);
	assert(rc == VH_OK && !strcmp(d.no, again.no) && d.kind == again.kind);
	assert(d.sex == again.sex && d.birth == again.birth);
	const char *mask = docno_mask(a, d.no);
	assert(mask && strlen(mask) == strlen(d.no));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(LIM_ARENA);
	char uscc[USCC_CHARS + 1];
	unsigned warn;
	enum doc_kind kind;
	struct err e = { .n = 0 };
	assert(a);
	const char *text = n ? arena_dupn(a, data + 1, n - 1) : NULL;
	if (text) {
		check_number(a, data[0] % DOC__MAX, text);
		if (uscc_parse(a, text, uscc, &warn, &e) == VH_OK)
			assert(strlen(uscc) == USCC_CHARS);
		if (doc_kind_of(text, &kind))
			check_number(a, kind, text);
	}
	arena_free(a);
	return 0;
}
