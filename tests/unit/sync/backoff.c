#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vh/sync_wire.h"

#define HOUR (60 * 60 * 1000)
#define NOW INT64_C(784111777000) /* Sun, 06 Nov 1994 08:49:37 GMT */

static void pauses_double_up_to_the_cap_and_jitter_over_the_whole_range(void **state)
{
	(void)state;
	static const struct {
		unsigned tries;
		int64_t most;
	} row[] = { { 0, 200 },       { 1, 400 },      { 2, 800 },           { 10, 204800 },
		    { 14, 3276800 }, { 15, HOUR }, { 40, HOUR }, { UINT32_MAX, HOUR } };
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		assert_int_equal(backoff_ms(row[i].tries, 200, HOUR, 0), 1);
		assert_int_equal(backoff_ms(row[i].tries, 200, HOUR, UINT32_MAX), row[i].most);
		assert_int_equal(backoff_ms(row[i].tries, 200, HOUR, 1u << 31), row[i].most / 2 + 1);
	}
}

static void the_same_input_gives_the_same_pause(void **state)
{
	(void)state;
	for (unsigned tries = 0; tries < 20; tries++)
		for (uint32_t r = 1; r < 1u << 31; r *= 3)
			assert_int_equal(backoff_ms(tries, 200, HOUR, r), backoff_ms(tries, 200, HOUR, r));
}

static void retry_after_binds_within_reason(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		int64_t want;
	} row[] = {
		{ "120", 120000 },
		{ "0", 0 },
		{ "1", 1000 },
		{ "3600", HOUR },
		{ "3601", HOUR },
		{ "99999999", HOUR },
		{ "99999999999999999999999999", HOUR },
		{ "Sun, 06 Nov 1994 08:50:37 GMT", 60000 },
		{ "Sun, 06 Nov 1994 08:49:36 GMT", 0 },
		{ "Mon, 06 Nov 2099 08:49:37 GMT", HOUR },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1.5", -1 },
		{ "soon", -1 },
		{ "", -1 },
		{ " 120", -1 },
		{ "120s", -1 },
		{ "Sun, 06 Nov 1994 08:50:37 CET", -1 },
		{ "Sun, 31 Feb 1994 08:50:37 GMT", -1 },
		{ "Sun, 06 Now 1994 08:50:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 24:50:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 08:60:37 GMT", -1 },
		{ "Sun, 06 Nov 1994 08:50:3x GMT", -1 },
		{ "Sunday, 06-Nov-94 08:50:37 GMT", -1 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (retry_after_ms(row[i].value, NOW) != row[i].want)
			fail_msg("%s: %lld", row[i].value, (long long)retry_after_ms(row[i].value, NOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pauses_double_up_to_the_cap_and_jitter_over_the_whole_range),
		cmocka_unit_test(the_same_input_gives_the_same_pause),
		cmocka_unit_test(retry_after_binds_within_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
