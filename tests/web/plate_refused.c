/* A plate that leads nowhere says why, and what to do. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "everyone.h"

static int scan(struct everyone *e, const char *who, const char *code, bool json)
{
	char path[40];
	snprintf(path, sizeof path, "/r/%s", code);
	return client_get(&e->c, who, path, json);
}

static void a_revoked_plate_says_that_a_new_one_should_hang_there(void **state)
{
	struct everyone *e = *state;
	const char *code = e->spot[AT_WANG].code;
	village_as(&e->c.v, "clerk");
	assert_int_equal(plate_revoke(e->c.v.cx, code, "掉了"), VH_OK);
	assert_int_equal(scan(e, NULL, code, false), 410);
	assert_true(client_has(&e->c, "已停用"));
	assert_true(client_has(&e->c, "02157240000"));
	assert_true(client_has(&e->c, "遇到收费请打服务台电话"));
	assert_false(client_has(&e->c, e->spot[AT_WANG].name));
	assert_int_equal(scan(e, NULL, code, true), 410);
	assert_int_equal(scan(e, NULL, e->spot[AT_ZHAO].code, false), 200);
}

static void a_replaced_plate_names_its_successor(void **state)
{
	struct everyone *e = *state;
	const char *code = e->spot[AT_WANG].code;
	char serial[SERIAL_TEXT];
	int64_t plate;
	village_as(&e->c.v, "clerk");
	assert_int_equal(plate_replace(e->c.v.cx, code, "看不清", &plate), VH_OK);
	serial_format((uint32_t)plate, serial);
	assert_int_equal(scan(e, NULL, code, false), 410);
	assert_true(client_has(&e->c, serial));
	assert_true(client_has(&e->c, "换过了"));
}

static void a_plate_of_another_village_is_told_from_a_forged_one(void **state)
{
	struct everyone *e = *state;
	struct key k;
	char code[PLATE_CODE_TEXT];
	memset(&k, 7, sizeof k);
	plate_code_make(&k, 777, 5, code);
	assert_int_equal(scan(e, NULL, code, false), 404);
	assert_true(client_has(&e->c, "别的村"));
	assert_true(client_has(&e->c, "遇到收费，请告诉村委会或派出所")); /* no number is known */
	assert_false(client_has(&e->c, "打服务台电话"));
	assert_false(client_has(&e->c, "被人换过"));
	plate_code_make(&k, (uint32_t)e->spot[AT_WANG].hotel, 5, code);
	assert_int_equal(scan(e, NULL, code, false), 404);
	assert_true(client_has(&e->c, "被人换过"));
	assert_false(client_has(&e->c, "别的村"));
	assert_int_equal(scan(e, NULL, code, true), 404);
	assert_true(client_has(&e->c, "plate_unknown"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, everyone_setup, everyone_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_revoked_plate_says_that_a_new_one_should_hang_there),
		T(a_replaced_plate_names_its_successor),
		T(a_plate_of_another_village_is_told_from_a_forged_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
