/* SQLite's memory: pieces know their size, and there is a ceiling. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "db/internal.h"

enum { MIB = 1 << 20, CEILING = 256 };

static void a_piece_keeps_its_bytes_and_knows_its_size(void **state)
{
	(void)state;
	char *p = heap_take(100);
	assert_non_null(p);
	assert_in_range(heap_size(p), 100, 200);
	memset(p, 7, 100);
	p = heap_more(p, 5000);
	assert_non_null(p);
	assert_in_range(heap_size(p), 5000, 5100);
	assert_int_equal(p[99], 7);
	p = heap_more(p, 8);
	assert_in_range(heap_size(p), 8, 100);
	assert_int_equal(p[7], 7);
	heap_give(p);
	heap_give(NULL);
	assert_int_equal(heap_size(NULL), 0);
}

/* Pieces of all sizes, kept for a while, filled to the end, given back in another order. */
static void pieces_never_overlap(void **state)
{
	enum { N = 400 };
	static unsigned char *at[N];
	unsigned seed = 7;
	(void)state;
	for (int round = 0; round < 2000; round++) {
		seed = seed * 1103515245u + 12345;
		int i = (int)(seed >> 8) % N, n = (int)((seed >> 16) % 5200) + 1;
		if (at[i]) {
			for (int k = 0; k < heap_size(at[i]); k++)
				assert_int_equal(at[i][k], i % 251);
			heap_give(at[i]);
		}
		at[i] = heap_take(n);
		assert_non_null(at[i]);
		assert_true(heap_size(at[i]) >= n);
		memset(at[i], i % 251, (size_t)heap_size(at[i]));
	}
	for (int i = 0; i < N; i++)
		heap_give(at[i]);
}

/* As many megabytes as there are, up to n. */
static int take_all(char **at, int n)
{
	int got = 0;
	while (got < n && (at[got] = heap_take(MIB)) != NULL)
		got++;
	return got;
}

static void the_ceiling_refuses_and_forgets_what_was_given_back(void **state)
{
	char *at[CEILING + 8];
	(void)state;
	for (int round = 0; round < 2; round++) {
		int got = take_all(at, CEILING + 8);
		assert_true(got >= CEILING - 1 && got <= CEILING);
		assert_null(heap_more(at[0], 4 * MIB));
		assert_in_range(heap_size(at[0]), MIB, MIB + 100);
		while (got)
			heap_give(at[--got]);
	}
}

static size_t piece; /* bytes */

static void *take_in_another(void *arg)
{
	*(void **)arg = heap_take((int)piece);
	return NULL;
}

static void a_piece_may_be_given_back_by_another_thread(void **state)
{
	static const size_t pieces[] = { MIB, 60 << 10, 100 };
	(void)state;
	for (int i = 0; i < 24 * CEILING; i++) {
		pthread_t t;
		piece = pieces[i % 3];
		void *p = NULL;
		assert_int_equal(pthread_create(&t, NULL, take_in_another, &p), 0);
		pthread_join(t, NULL);
		assert_non_null(p);
		heap_give(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_keeps_its_bytes_and_knows_its_size),
		cmocka_unit_test(pieces_never_overlap),
		cmocka_unit_test(the_ceiling_refuses_and_forgets_what_was_given_back),
		cmocka_unit_test(a_piece_may_be_given_back_by_another_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
