/* GCJ-02 against control points of others, and nothing where it does not hold. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>

#include "vh/geo.h"

static void gcj02_meets_the_control_points(void **state)
{
	static const struct { struct spot wgs, gcj; } at[] = {
		{ { 31.1774276, 121.5272106 }, { 31.17530398364597, 121.531541859215 } },
		{ { 22.543847, 113.912316 }, { 22.540796131694766, 113.9171764808363 } },
		{ { 39.911954, 116.377817 }, { 39.91334545536069, 116.38404722455657 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct spot s = geo_gcj02(at[i].wgs);
		/* A millionth of a degree is a tenth of a metre. */
		assert_true(fabs(s.lat - at[i].gcj.lat) < 1e-6);
		assert_true(fabs(s.lng - at[i].gcj.lng) < 1e-6);
		assert_true(fabs(s.lat - at[i].wgs.lat) > 1e-3);
	}
}

static void gcj02_leaves_the_rest_of_the_world_alone(void **state)
{
	static const struct spot at[] = { { 52.52, 13.405 }, { 0, 0 }, { -33.87, 151.21 }, { 35.68, 139.77 } };
	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct spot s = geo_gcj02(at[i]);
		assert_true(s.lat == at[i].lat && s.lng == at[i].lng);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gcj02_meets_the_control_points),
		cmocka_unit_test(gcj02_leaves_the_rest_of_the_world_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
