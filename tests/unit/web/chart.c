/* Charts by their numbers: axes of round steps, bars that stand where they should, and nothing outside the box. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "web/chart.h"

static void axes_have_round_steps_and_reach_the_top(void **state)
{
	static const struct { int64_t most, step; unsigned steps; } want[] = {
		{ 0, 1, 1 },   { 1, 1, 1 },   { 2, 1, 2 },     { 5, 1, 5 },      { 6, 2, 3 },         { 10, 2, 5 },
		{ 11, 5, 3 },  { 25, 5, 5 },  { 26, 10, 3 },   { 51, 20, 3 },    { 101, 50, 3 },      { 999, 200, 5 },
		{ 1001, 500, 3 }, { 123456, 50000, 3 },        { 1000000, 200000, 5 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		struct chart_axis a = chart_axis(want[i].most);
		assert_int_equal(a.step, want[i].step);
		assert_int_equal(a.steps, want[i].steps);
	}
	for (int64_t most = 1; most < 100000; most = most * 3 / 2 + 1) {
		struct chart_axis a = chart_axis(most);
		assert_in_range(a.steps, 1, 5);
		assert_true(a.step * a.steps >= most);
		assert_true(a.step * (a.steps - 1) < most);
	}
}

static const struct chart_row rows[] = {
	{ .key = "2026-11-19", .n = { 4, 0, 900 } }, { .key = "2026-11-20", .n = { 10, 5, 900 } },
	{ .key = "2026-11-21", .n = { 0, 2, 900 } },
};

static struct chart chart_of(enum chart_kind kind, unsigned drawn)
{
	return (struct chart){ .name = "test", .kind = kind, .first = "day", .series = { "in", "out", "filed" },
		               .series_n = 3, .drawn = drawn, .row = rows, .rows = 3 };
}

static void only_what_is_drawn_sets_the_scale(void **state)
{
	(void)state;
	struct chart ch = chart_of(CHART_BARS, 2);
	assert_int_equal(chart_most(&ch), 10);
	ch.drawn = 3;
	assert_int_equal(chart_most(&ch), 900);
	ch.rows = 0;
	assert_int_equal(chart_most(&ch), 0);
}

static void bars_stand_on_one_line_in_proportion(void **state)
{
	(void)state;
	struct chart ch = chart_of(CHART_BARS, 2);
	struct chart_box ten = chart_place(&ch, 1, 0), five = chart_place(&ch, 1, 1), none = chart_place(&ch, 2, 0);
	assert_int_equal(ten.h, five.h * 2);
	assert_int_equal(none.h, 0);
	assert_int_equal(ten.y + ten.h, five.y + five.h);
	assert_int_equal(ten.y + ten.h, none.y + none.h);
	assert_int_equal(ten.x + ten.w, five.x);
	for (unsigned i = 0; i < 3; i++) {
		for (unsigned k = 0; k < 2; k++) {
			struct chart_box b = chart_place(&ch, i, k);
			assert_true(b.x >= 0 && b.x + b.w <= CHART_W);
			assert_true(b.y >= 0 && b.y + b.h <= chart_height(&ch));
			assert_true(i == 0 || b.x > chart_place(&ch, i - 1, 1).x);
		}
	}
}

static void points_of_a_line_rise_with_their_number(void **state)
{
	(void)state;
	struct chart ch = chart_of(CHART_LINES, 1);
	struct chart_box a = chart_place(&ch, 0, 0), b = chart_place(&ch, 1, 0), c = chart_place(&ch, 2, 0);
	assert_true(b.y < a.y && a.y < c.y);
	assert_true(a.x < b.x && b.x < c.x && c.x < CHART_W);
	assert_int_equal(b.x - a.x, c.x - b.x);
}

static void rows_lie_below_each_other(void **state)
{
	(void)state;
	struct chart ch = chart_of(CHART_ROWS, 1);
	struct chart_box a = chart_place(&ch, 0, 0), b = chart_place(&ch, 1, 0), c = chart_place(&ch, 2, 0);
	assert_int_equal(a.x, b.x);
	assert_true(a.y + a.h < b.y && b.y + b.h < c.y && c.y + c.h <= chart_height(&ch));
	assert_int_equal(a.w, b.w * 4 / 10);
	assert_int_equal(c.w, 0);
	assert_true(b.x + b.w < CHART_W);
}

static void nothing_to_count_is_drawn_flat(void **state)
{
	static const struct chart_row zero[2] = { { .key = "a" }, { .key = "b" } };
	(void)state;
	for (enum chart_kind k = CHART_LINES; k <= CHART_ROWS; k++) {
		struct chart ch = chart_of(k, 1);
		ch.row = zero;
		ch.rows = 2;
		assert_int_equal(k == CHART_ROWS ? chart_place(&ch, 1, 0).w : chart_place(&ch, 1, 0).h, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_have_round_steps_and_reach_the_top),
		cmocka_unit_test(only_what_is_drawn_sets_the_scale),
		cmocka_unit_test(bars_stand_on_one_line_in_proportion),
		cmocka_unit_test(points_of_a_line_rise_with_their_number),
		cmocka_unit_test(rows_lie_below_each_other),
		cmocka_unit_test(nothing_to_count_is_drawn_flat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
