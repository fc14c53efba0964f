/* Photographs as strangers send them: what is kept is never longer, and stripping it again changes nothing. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/jpeg.h"
#include "vh/limits.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct blob once = { 0 }, twice = { 0 };
	struct arena *a = arena_new(LIM_ARENA);
	if (a && n <= INPUT_MAX && jpeg_strip(a, data, n, &once) == VH_OK) {
		assert(once.n <= n && once.n > 4);
		assert(once.p[once.n - 2] == 0xff && once.p[once.n - 1] == 0xd9);
		assert(jpeg_strip(a, once.p, once.n, &twice) == VH_OK);
		assert(twice.n == once.n && memcmp(twice.p, once.p, once.n) == 0);
	}
	arena_free(a);
	return 0;
}
