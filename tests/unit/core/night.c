/* The steps of a night over all hotels. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>

#include "vh/night.h"
#include "village.h"

static void a_day_is_closed_once_by_whoever_keeps_the_hotel(void **state)
{
	struct village *v = *state;
	int64_t n, events = village_sql(v, "SELECT count(*) FROM event");
	village_as(v, "operator");
	/* Another registry keeps this one, and sends us what it closes. */
	char sql[80];
	snprintf(sql, sizeof sql, "UPDATE hotel SET source = 7 WHERE id = %lld", (long long)v->far);
	village_sql(v, sql);
	OK(v, night_close(v->cx, &n));
	assert_int_equal(n, 1);
	OK(v, night_close(v->cx, &n));
	assert_int_equal(n, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events + 1);
	v->cx->now += DAY_MS;
	OK(v, night_close(v->cx, &n));
	assert_int_equal(n, 1);
}

static void who_is_overdue_is_a_task_once(void **state)
{
	struct village *v = *state;
	struct stay_new in = village_new(v, V_101, 1);
	struct stay_done d;
	int64_t n;
	in.until = "2026-11-30";
	OK(v, stay_in(v->cx, &in, &d));
	village_as(v, "operator");
	OK(v, night_overdue(v->cx, &n));
	assert_int_equal(n, 0);
	v->cx->now += 10 * DAY_MS;
	OK(v, night_overdue(v->cx, &n));
	assert_int_equal(n, 1);
	OK(v, night_overdue(v->cx, &n));
	assert_int_equal(n, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'stay_overdue'"), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)
	const struct CMUnitTest tests[] = {
		T(a_day_is_closed_once_by_whoever_keeps_the_hotel),
		T(who_is_overdue_is_a_task_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
