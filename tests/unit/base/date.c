#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/date.h"

static struct arena *a;

static int set_up(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	return a ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static int32_t day(const char *s)
{
	int32_t d = DAY_NONE;
	assert_int_equal(day_parse(s, &d), VH_OK);
	return d;
}

static void day_parse_knows_the_calendar(void **state)
{
	(void)state;
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(day("2026-11-21"), 20778);
	assert_int_equal(day("2000-03-01") - day("2000-02-28"), 2);
	assert_int_equal(day("2024-03-01") - day("2024-02-28"), 2);
	assert_int_equal(day("2100-03-01") - day("2100-02-28"), 1);
	assert_int_equal(day("1900-01-01"), -25567);
	assert_int_equal(day("2199-12-31"), 84005);
}

static void day_parse_refuses_other_text(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "2026-11-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00",
		"1899-12-31", "2200-01-01", "2026-1-3", "2026-01-03 ", " 2026-01-03", "2026/01/03",
		"20260103", "2026-01-0x", "-026-01-03", "2026-01-031", "２０２６-01-03",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int32_t d = 7;
		assert_int_equal(day_parse(bad[i], &d), VH_INVALID);
		assert_int_equal(d, 7);
	}
}

static void day_parts_and_text_agree_for_300_years(void **state)
{
	(void)state;
	for (int32_t d = day("1900-01-01"); d <= day("2199-12-31"); d++) {
		char text[DAY_TEXT];
		int y, m, dd;
		int32_t again = DAY_NONE;
		day_split(d, &y, &m, &dd);
		day_format(d, text);
		if (day_make(y, m, dd, &again) != VH_OK || again != d || day(text) != d)
			fail_msg("%s", text);
	}
	assert_int_equal(day_weekday(day("2026-11-21")), 5);
	assert_int_equal(day_weekday(day("1969-12-29")), 0);
}

static void day_of_an_instant_depends_on_the_zone(void **state)
{
	(void)state;
	int64_t t = 0;
	char text[INSTANT_TEXT];
	assert_int_equal(instant_parse("2026-11-20T16:00:00Z", &t), VH_OK);
	assert_int_equal(day_of(t, ZONE_CHINA), day("2026-11-21"));
	assert_int_equal(day_of(t - 1, ZONE_CHINA), day("2026-11-20"));
	assert_int_equal(day_of(t, 0), day("2026-11-20"));
	assert_int_equal(day_start(day("2026-11-21"), ZONE_CHINA), t);
	assert_int_equal(day_of(-1, 0), -1);
	instant_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	instant_format(t + 7, text);
	assert_string_equal(text, "2026-11-20T16:00:00.007Z");
}

static void instant_parse_takes_any_offset(void **state)
{
	(void)state;
	int64_t utc = 0, t = 0;
	assert_int_equal(instant_parse("2026-11-21T00:30:00.250Z", &utc), VH_OK);
	assert_int_equal(utc % 1000, 250);
	assert_int_equal(instant_parse("2026-11-21T08:30:00.250+08:00", &t), VH_OK);
	assert_true(t == utc);
	assert_int_equal(instant_parse("2026-11-20t20:00:00.2500001-04:30", &t), VH_OK);
	assert_true(t == utc);
	static const char *const bad[] = {
		"2026-11-21T08:30:00", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z",
		"2026-11-21T08:30Z", "2026-11-21T08:30:00.Z", "2026-11-21T08:30:00+0800",
		"2026-11-21T08:30:00Zx", "2026-02-29T08:30:00Z", "2026-11-21T08:30:00+24:00", "",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(instant_parse(bad[i], &t), VH_INVALID);
	assert_true(t == utc);
}

static void day_parse_loose_reads_what_clerks_write(void **state)
{
	(void)state;
	static const char *const good[] = {
		"2026-01-03", "2026-1-3", "2026/01/03", "2026/1/3", "2026.1.3", "2026年1月3日",
		"2026年01月03号", "2026年1月3", "20260103", "46025", " ２０２６年１月３日 ",
		"2026 年 1 月 3 日", "2026 - 1 - 3", "2026/1/3 0:00", "2026-01-03 08:15:30",
		"2026-01-03T00:00:00Z", "2026-01-03 00:00:00.000", "46025.375", "20260103 08:00",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		int32_t d = DAY_NONE;
		if (day_parse_loose(a, good[i], &d) != VH_OK || d != day("2026-01-03"))
			fail_msg("%s", good[i]);
	}
}

static void day_parse_loose_never_guesses(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "去年", "待定", "2026-13-40", "26-1-3", "1-3", "1月3日", "2026-1", "2026年1月", "2026",
		"2026-1/3", "2026年1-3", "2026-1-3-4", "202613", "2026013", "202601031", "19999", "73051",
		"4602", "460250", "20261301", "2026-1-3 25:00", "2026-1-3 x", "3.1.2026", "2026-1-3日",
		"46025.x", "-46025", "2026年1月3日5",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int32_t d = 7;
		if (day_parse_loose(a, bad[i], &d) != VH_INVALID || d != 7)
			fail_msg("%s", bad[i]);
	}
}

static int32_t after(const char *from, int days)
{
	int32_t d = DAY_NONE;
	assert_int_equal(workdays_add(workdays_builtin(), day(from), days, &d), VH_OK);
	return d;
}

static void workdays_skip_weekends_and_holidays(void **state)
{
	(void)state;
	assert_int_equal(after("2026-11-20", 1), day("2026-11-23")); /* Friday to Monday */
	assert_int_equal(after("2026-11-20", 3), day("2026-11-25"));
	assert_int_equal(after("2026-11-21", 1), day("2026-11-23"));
	assert_int_equal(after("2026-11-20", 0), day("2026-11-20"));
	/* 1..7 October 2026 is the national holiday; Saturday the 10th is worked instead. */
	assert_int_equal(after("2026-09-30", 1), day("2026-10-08"));
	assert_int_equal(after("2026-09-30", 3), day("2026-10-10"));
	assert_int_equal(after("2026-09-30", 4), day("2026-10-12"));
	/* 28 and 29 January 2023 were a Saturday and a Sunday, both worked. */
	assert_int_equal(after("2023-01-20", 2), day("2023-01-29"));
}

static int32_t months_on(const char *from, int months)
{
	int32_t d = DAY_NONE;
	return day_add_months(day(from), months, &d) == VH_OK ? d : DAY_NONE;
}

static void months_later_is_the_same_day_or_the_last_of_a_shorter_month(void **state)
{
	(void)state;
	assert_int_equal(months_on("2026-01-15", 12), day("2027-01-15"));
	assert_int_equal(months_on("2026-12-31", 2), day("2027-02-28"));
	assert_int_equal(months_on("2023-08-31", 6), day("2024-02-29"));
	assert_int_equal(months_on("2026-03-31", -1), day("2026-02-28"));
	assert_int_equal(months_on("2026-01-31", -1), day("2025-12-31"));
	assert_int_equal(months_on("2026-01-31", 0), day("2026-01-31"));
	assert_int_equal(months_on("2199-12-31", 1), DAY_NONE);
	assert_int_equal(months_on("1900-01-31", -1), DAY_NONE);
	assert_int_equal(months_on("2026-01-31", -30000), DAY_NONE);
}

static void workdays_outside_the_table_are_unknown(void **state)
{
	(void)state;
	const struct workdays *w = workdays_builtin();
	int32_t d = 7;
	assert_int_equal(w->first_year, 2023);
	assert_int_equal(w->last_year, 2026);
	assert_int_equal(w->n, 100);
	assert_int_equal(workdays_add(w, day("2026-12-30"), 1, &d), VH_OK);
	assert_int_equal(d, day("2026-12-31"));
	assert_int_equal(workdays_add(w, day("2026-12-30"), 2, &d), VH_NOTFOUND);
	assert_int_equal(workdays_add(w, day("2022-06-01"), 1, &d), VH_NOTFOUND);
	assert_int_equal(workdays_add(w, day("2026-06-01"), -1, &d), VH_INVALID);
	assert_int_equal(d, day("2026-12-31"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(day_parse_knows_the_calendar),
		cmocka_unit_test(day_parse_refuses_other_text),
		cmocka_unit_test(day_parts_and_text_agree_for_300_years),
		cmocka_unit_test(day_of_an_instant_depends_on_the_zone),
		cmocka_unit_test(instant_parse_takes_any_offset),
		cmocka_unit_test(day_parse_loose_reads_what_clerks_write),
		cmocka_unit_test(day_parse_loose_never_guesses),
		cmocka_unit_test(months_later_is_the_same_day_or_the_last_of_a_shorter_month),
		cmocka_unit_test(workdays_skip_weekends_and_holidays),
		cmocka_unit_test(workdays_outside_the_table_are_unknown),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
