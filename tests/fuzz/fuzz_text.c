/* Free text, days, instants and ids as people and programs type them. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

typedef char *normaliser(struct arena *a, const char *s);

/* Normalised text is valid and stays as it is. */
static void check_normaliser(struct arena *a, normaliser *fn, const char *s)
{
	const char *once = fn(a, s);
	assert(once && utf8_valid(once, strlen(once)));
	const char *twice = fn(a, once);
	assert(twice && !strcmp(once, twice));
}

static void check_times(struct arena *a, const char *s)
{
	int32_t day, again;
	int64_t at, back, id;
	if (day_parse_loose(a, s, &day) == VH_OK) {
		char text[DAY_TEXT];
		day_format(day, text);
		enum vh_rc rc = day_parse(text, &again);
		assert(rc == VH_OK && again == day);
	}
	if (instant_parse(s, &at) == VH_OK) {
		char text[INSTANT_TEXT];
		instant_format(at, text);
		assert(instant_parse(text, &back) != VH_OK || back == at); /* an offset may leave 2199 */
	}
	if (id_parse(s, &id) == VH_OK) {
		char text[ID_TEXT];
		id_format(id, text);
		assert(!strcmp(text, s));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new(LIM_ARENA);
	assert(a);
	const char *s = n <= LIM_BODY ? arena_dupn(a, data, n) : NULL;
	if (s) {
		check_normaliser(a, utf8_clean, s);
		check_normaliser(a, utf8_compact, s);
		check_normaliser(a, utf8_fold, s);
		size_t count = utf8_count(s);
		assert(count <= strlen(s));
		const char *mask = utf8_mask_tail(a, s);
		assert(mask && utf8_count(mask) == count);
		check_times(a, s);
	}
	arena_free(a);
	return 0;
}
