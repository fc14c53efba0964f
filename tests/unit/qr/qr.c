#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/qr.h"

#define PLATE_URL "HTTPS://PLATES.EXAMPLE/R/0001000Z89ABCDEF"
#define SIDE_MAX (QR_MAX + 2 * QR_QUIET + 1)

/* What a drawing shows, module by module with its quiet zone, to be compared with the matrix. */
struct seen {
	unsigned char dark[SIDE_MAX][SIDE_MAX];
};

static struct qr encoded(const char *text)
{
	struct qr q;

	assert_int_equal(qr_encode(text, &q), VH_OK);
	return q;
}

static void assert_seen(const struct qr *q, const struct seen *s)
{
	unsigned side = q->n + 2 * QR_QUIET;

	for (unsigned y = 0; y < side; y++)
		for (unsigned x = 0; x < side; x++) {
			bool inside = x >= QR_QUIET && y >= QR_QUIET && x < QR_QUIET + q->n &&
			              y < QR_QUIET + q->n;
			bool want = inside && qr_dark(q, x - QR_QUIET, y - QR_QUIET);

			assert_int_equal(s->dark[y][x], want);
		}
}

static void plate_urls_take_version_three(void **state)
{
	struct qr q = encoded("HTTPS://OUR-PLATES-TWENTY.CN/R/0001000Z89ABCDEF"); /* a host of 20 */

	(void)state;
	assert_int_equal(qr_version(&q), 3);
	assert_int_equal(q.n, 29);
	q = encoded("HTTPS://OUR-PLATES-TWENTY1.CN/R/0001000Z89ABCDEF");
	assert_int_equal(qr_version(&q), 4);
	q = encoded("https://our-plates-twenty.cn/r/0001000z89abcdef");
	assert_int_equal(qr_version(&q), 5); /* lower case leaves the alphanumeric set */
}

static void finder_patterns_stand_in_three_corners(void **state)
{
	struct qr q = encoded(PLATE_URL);
	unsigned far = q.n - 7;
	const unsigned corner[3][2] = { { 0, 0 }, { far, 0 }, { 0, far } };

	(void)state;
	for (int c = 0; c < 3; c++)
		for (unsigned i = 0; i < 7; i++) {
			assert_true(qr_dark(&q, corner[c][0] + i, corner[c][1]));
			assert_true(qr_dark(&q, corner[c][0], corner[c][1] + i));
			assert_int_equal(qr_dark(&q, corner[c][0] + i, corner[c][1] + 1),
			                 i == 0 || i == 6);
		}
}

static void texts_that_do_not_fit_are_refused(void **state)
{
	char text[400];
	struct qr q = { .n = 5 };

	(void)state;
	memset(text, 'x', sizeof(text));
	text[292] = '\0'; /* version 15 holds 292 bytes at level Q */
	assert_int_equal(qr_encode(text, &q), VH_OK);
	assert_int_equal(qr_version(&q), 15);
	q.n = 5;
	memset(text, 'x', sizeof(text));
	text[293] = '\0';
	assert_int_equal(qr_encode(text, &q), VH_LIMIT);
	assert_int_equal(qr_encode("", &q), VH_INVALID);
	assert_int_equal(q.n, 5);
}

/* Reads the sub-paths `Mx yhNv1h-Nz` of the drawing back. */
static void see_svg(const char *svg, struct seen *s)
{
	const char *p = strstr(svg, " d=\"");

	assert_non_null(p);
	p += 4;
	while (*p == 'M') {
		unsigned x, y, n, back;
		int used = 0;

		assert_int_equal(sscanf(p, "M%u %uh%uv1h-%uz%n", &x, &y, &n, &back, &used), 4);
		assert_true(used > 0 && n == back && n > 0);
		for (unsigned i = 0; i < n; i++)
			s->dark[y][x + i]++;
		p += used;
	}
	assert_int_equal(*p, '"');
}

static void svg_draws_each_module_once(void **state)
{
	static const char *const text[] = { PLATE_URL, "a longer text in bytes, 东新村" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct qr q = encoded(text[i]);
		struct seen s = { 0 };
		struct buf b;

		buf_init(&b, 1u << 20);
		qr_svg(&q, 40, "A00031 <&>", &b);
		assert_true(buf_ok(&b));
		assert_non_null(strstr(buf_str(&b), "width=\"40mm\""));
		assert_non_null(strstr(buf_str(&b), "<title>A00031 &lt;&amp;&gt;</title>"));
		see_svg(buf_str(&b), &s);
		assert_seen(&q, &s);
		buf_reset(&b);
		qr_svg(&q, 0, NULL, &b);
		assert_null(strstr(buf_str(&b), "mm\""));
		assert_null(strstr(buf_str(&b), "<title>"));
		buf_done(&b);
	}
}

/* A half-block character shows two modules, one above the other; drawn parts are light. */
static const char *see_cell(const char *p, unsigned char *upper, unsigned char *lower)
{
	static const struct {
		const char *text;
		bool up, low; /* light */
	} cell[] = {
		{ "█", true, true }, { "▀", true, false },
		{ "▄", false, true }, { " ", false, false },
	};

	for (size_t i = 0; i < 4; i++)
		if (strncmp(p, cell[i].text, strlen(cell[i].text)) == 0) {
			*upper = !cell[i].up;
			*lower = !cell[i].low;
			return p + strlen(cell[i].text);
		}
	fail_msg("not a cell: %.8s", p);
	return NULL;
}

static void see_term(const struct qr *q, const char *p, const char *begin, const char *end,
                     struct seen *s)
{
	unsigned side = q->n + 2 * QR_QUIET;

	for (unsigned y = 0; y < side; y += 2) {
		assert_memory_equal(p, begin, strlen(begin));
		p += strlen(begin);
		for (unsigned x = 0; x < side; x++)
			p = see_cell(p, &s->dark[y][x], &s->dark[y + 1][x]);
		assert_memory_equal(p, end, strlen(end));
		p += strlen(end);
	}
	assert_int_equal(*p, '\0');
}

static void terminal_shows_light_on_dark_with_quiet_zone(void **state)
{
	struct qr q = encoded(PLATE_URL);

	(void)state;
	for (int colour = 0; colour < 2; colour++) {
		struct seen s = { 0 };
		struct buf b;

		buf_init(&b, 1u << 20);
		qr_term(&q, colour, &b);
		assert_true(buf_ok(&b));
		see_term(&q, buf_str(&b), colour ? "\033[97;40m" : "",
		         colour ? "\033[0m\n" : "\n", &s);
		assert_seen(&q, &s);
		buf_done(&b);
	}
}

static void png_has_one_bit_a_pixel_and_the_right_size(void **state)
{
	struct qr q = encoded(PLATE_URL);
	struct buf b, small;

	(void)state;
	buf_init(&b, 1u << 20);
	assert_int_equal(qr_png(&q, 8, &b), VH_OK);
	assert_memory_equal(b.p, "\x89PNG\r\n\x1a\n", 8);
	/* 296 × 296, 1 bit, with a palette */
	assert_memory_equal(b.p + 16, "\0\0\x01\x28\0\0\x01\x28\x01\x03", 10);
	buf_init(&small, 64);
	assert_int_equal(qr_png(&q, 8, &small), VH_LIMIT);
	buf_done(&small);
	buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plate_urls_take_version_three),
		cmocka_unit_test(finder_patterns_stand_in_three_corners),
		cmocka_unit_test(texts_that_do_not_fit_are_refused),
		cmocka_unit_test(svg_draws_each_module_once),
		cmocka_unit_test(terminal_shows_light_on_dark_with_quiet_zone),
		cmocka_unit_test(png_has_one_bit_a_pixel_and_the_right_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
