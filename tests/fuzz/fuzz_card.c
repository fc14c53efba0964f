/* The text of a card reader: what is kept is clean, its number checks, and no line of it is a bare ethnicity. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/card.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { TODAY = 20778 };

static void check_text(struct arena *a, const char *s, size_t most)
{
	assert(s && utf8_valid(s, strlen(s)) && utf8_count(s) <= most);
	const char *clean = utf8_clean(a, s);
	assert(clean && !strcmp(clean, s));
	assert(!strpbrk(s, "\n\r\t"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(LIM_ARENA);
	struct card c;
	struct docno again;
	struct err e = { .n = 0 };
	assert(a);
	const char *text = arena_dupn(a, (const char *)data, n);
	if (text && card_parse(a, text, TODAY, &c) == VH_OK) {
		check_text(a, c.name, LIM_NAME);
		check_text(a, c.home, LIM_TEXT);
		assert(*c.name || *c.home);
		assert(c.sex >= 0 && c.sex <= 2);
		enum vh_rc rc = docno_parse(a, c.doc.kind, c.doc.no, TODAY, &again, &e);
		assert(rc == VH_OK && !strcmp(again.no, c.doc.no));
		assert(!strstr(c.name, c.doc.no));
	}
	arena_free(a);
	return 0;
}
