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
	assert_int_equal(heap_size(p), 100);
	memset(p, 7, 100);
	p = heap_more(p, 5000);
	assert_non_null(p);
	assert_int_equal(heap_size(p), 5000);
	assert_int_equal(p[99], 7);
	p = heap_more(p, 8);
	assert_int_equal(heap_size(p), 8);
	assert_int_equal(p[7], 7);
	heap_give(p);
	heap_give(NULL);
	assert_int_equal(heap_size(NULL), 0);
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
		assert_int_equal(heap_size(at[0]), MIB);
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
		cmocka_unit_test(the_ceiling_refuses_and_forgets_what_was_given_back),
		cmocka_unit_test(a_piece_may_be_given_back_by_another_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
