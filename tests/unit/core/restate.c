/* Telling the upstreams how something is now: what changed in a hotel, or the same again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/tally.h"
#include "vh/terms.h"
#include "village.h"

static void what_is_restated_is_told_as_it_is(void **state)
{
	struct village *v = *state;
	int64_t stay = village_in(v, V_101, 1);
	const struct {
		enum tally_kind kind;
		int64_t id;
		const char *type, *key;
	} of[] = {
		{ TALLY_STAY, stay, "cn.vhotel.stay.restated.v1", "stay" },
		{ TALLY_ROOM, v->room[V_101], "cn.vhotel.room.restated.v1", "room" },
		{ TALLY_HOUSE, v->house[0], "cn.vhotel.house.restated.v1", "house" },
	};
	int64_t version = village_sql(v, "SELECT sum(version) FROM stay");
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct event e;
		village_as(v, "operator");
		OK(v, restate(v->cx, v->hotel, of[i].kind, of[i].id));
		cJSON *data = village_event(v, &e);
		assert_string_equal(e.type, of[i].type);
		assert_true(json_i64(cJSON_GetObjectItemCaseSensitive(data, of[i].key), "id", 0) == of[i].id);
		cJSON_Delete(data);
		village_refused(v, restate(v->cx, v->hotel, of[i].kind, of[i].id + 1000), VH_NOTFOUND, "not_found");
		village_as(v, "grid");
		village_refused(v, restate(v->cx, v->hotel, of[i].kind, of[i].id), VH_DENIED, "role");
	}
	assert_int_equal(village_sql(v, "SELECT sum(version) FROM stay"), version);
	village_as(v, "clerk");
	village_sound(v);
}

static void an_amended_hotel_is_told(void **state)
{
	struct village *v = *state;
	const struct hotel_change to = { .desk_phone = "021-50199301", .retention_months = -1 };
	struct event e;
	village_as(v, "admin");
	OK(v, hotel_amend(v->cx, v->hotel, &to));
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.hotel.amended.v1");
	int64_t events = village_sql(v, "SELECT count(*) FROM event");
	village_as(v, "grid");
	village_refused(v, hotel_amend(v->cx, v->hotel, &to), VH_DENIED, "role");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_restated_is_told_as_it_is, village_setup, village_teardown),
		cmocka_unit_test_setup_teardown(an_amended_hotel_is_told, village_setup, village_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
