#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vh/date.h"
#include "vh/id.h"

enum { THREADS = 4, EACH = 50000 };
static int64_t made[THREADS][EACH];

static void *make(void *arg)
{
	int64_t *out = arg;
	for (int i = 0; i < EACH; i++)
		out[i] = id_new();
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static void ids_of_four_threads_never_meet_and_ascend(void **state)
{
	(void)state;
	pthread_t t[THREADS];
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, make, made[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(t[i], NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		for (int j = 1; j < EACH; j++)
			assert_true(made[i][j] > made[i][j - 1]);
	}
	int64_t *all = made[0];
	qsort(all, THREADS * EACH, sizeof *all, by_value);
	assert_true(all[0] > 0);
	for (int i = 1; i < THREADS * EACH; i++)
		assert_true(all[i] != all[i - 1]);
}

static void ids_hold_time_and_slot(void **state)
{
	(void)state;
	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL); /* the clock catches up */
	id_slot_set(1023);
	int64_t before = now_ms(), id = id_new(), after = now_ms();
	int64_t at = (id >> 22) + INT64_C(1704067200000);
	assert_int_equal(id >> 12 & 1023, 1023);
	assert_true(at >= before && at <= after);
	id_slot_set(0);
	assert_int_equal(id_new() >> 12 & 1023, 0);
}

static void ids_and_moments_lead_to_each_other(void **state)
{
	(void)state;
	int64_t before = now_ms(), id = id_new();
	assert_true(id_instant(id) >= before);
	assert_true(id_at(id_instant(id)) <= id);
	assert_true(id_at(id_instant(id) + 1) > id);
	assert_int_equal(id_at(0), 0);
}

static void id_text_is_canonical(void **state)
{
	(void)state;
	char text[ID_TEXT];
	int64_t id = 7;
	id_format(INT64_MAX, text);
	assert_string_equal(text, "9223372036854775807");
	assert_int_equal(id_parse(text, &id), VH_OK);
	assert_true(id == INT64_MAX);
	assert_int_equal(id_parse("1", &id), VH_OK);
	assert_int_equal(id, 1);
	static const char *const bad[] = { "",   "0",  "01", "-1", "+1", " 1", "1 ", "1x",
		                           "0x1", "１", "9223372036854775808", "92233720368547758070" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(id_parse(bad[i], &id), VH_INVALID);
	assert_int_equal(id, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_of_four_threads_never_meet_and_ascend),
		cmocka_unit_test(ids_hold_time_and_slot),
		cmocka_unit_test(ids_and_moments_lead_to_each_other),
		cmocka_unit_test(id_text_is_canonical),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
