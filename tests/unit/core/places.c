/* Divisions, hotels, houses and rooms: what is made, what changes, and what is refused while people live there. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/limits.h"
#include "village.h"
#include "vh/employer.h"

static void changed_nothing(struct village *v, enum vh_rc rc, enum vh_rc want, const char *code, const char *before)
{
	char after[65];
	village_refused(v, rc, want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
}

#define REFUSE(v, call, want, code) \
	do { \
		char before_[65]; \
		village_digest(v, NULL, before_); \
		enum vh_rc rc_ = (call); \
		changed_nothing(v, rc_, want, code, before_); \
	} while (0)

static void divisions_load_and_load_again(void **state)
{
	struct village *v = *state;
	static const char more[] = "code,name,parent,kind\r\n" DONGXIN ",东新新村," TOWN ",village\r\n\r\n"
				   "310116104207,南新村," TOWN ",village";
	int64_t rows = 0, areas = village_sql(v, "SELECT count(*) FROM area");
	assert_int_equal(areas_load(v->cx, more, sizeof more - 1, &rows), VH_OK);
	assert_int_equal(rows, 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM area"), areas + 1);
	assert_int_equal(areas_load(v->cx, "code\n", 5, &rows), VH_OK);
	assert_int_equal(rows, 0);
}

#define SIXTEEN "一二三四五六七八九十一二三四五六"

static void bad_line_of_divisions_loads_none(void **state)
{
	static const char *const bad[] = {
		"h\n310116104208,甲,,village\n310116104209\n", "h\n310116104208,甲,,village\n,乙,,village\n",
		"h\n310116104208,甲,,village\n310116104209,,,village\n",
		"h\n310116104208,甲,,village\n310116104209310116104209,乙,,village\n",
		"h\n310116104208,甲,,village\n310116104209,\xff,,village\n",
		"h\n310116104208,甲,,village\n3101161042/9,乙,,village\n",
		"h\n310116104208,甲,,village\n310116104209,乙,310/16,village\n",
		"h\n310116104208,甲,,village\n310116104209,乙\x1b[31m,,village\n",
		"h\n310116104208,甲,,village\n310116104209,\u202e乙,,village\n",
		"h\n310116104208,甲,,village\n310116104209," SIXTEEN SIXTEEN SIXTEEN SIXTEEN "一,,village\n",
	};
	struct village *v = *state;
	int64_t rows = -7;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		REFUSE(v, areas_load(v->cx, bad[i], strlen(bad[i]), &rows), VH_INVALID, "areas");
	assert_int_equal(rows, -7);
	static const char longest[] = "h\n3101-16,甲 乙" SIXTEEN SIXTEEN SIXTEEN ",310116104,village\n";
	assert_int_equal(areas_load(v->cx, longest, sizeof longest - 1, &rows), VH_OK);
	assert_int_equal(rows, 1);
}

static void divisions_of_a_country_fit_the_memory_of_one_step(void **state)
{
	struct village *v = *state;
	enum { LINES = 5000 };
	struct buf b;
	int64_t rows = 0;
	struct ctx cx = village_ctx(v, "operator");
	arena_free(cx.a);
	cx.a = arena_new(16 << 10); /* of the caller: nothing is kept there */
	buf_init(&b, 1 << 20);
	buf_puts(&b, "code,name,parent,kind\n");
	for (int i = 0; i < LINES; i++)
		buf_printf(&b, "33%010d,某某村村民委员会,310000000000,village\n", i);
	assert_int_equal(areas_load(&cx, buf_str(&b), b.n, &rows), VH_OK);
	assert_int_equal(rows, LINES);
	buf_done(&b);
	testdb_drop(&cx);
}

static enum vh_rc get_hotel(struct ctx *cx, void *arg)
{
	struct hotel *h = arg;
	return hotel_get(cx, h->id, h);
}

static void hotel_is_opened_once_by_an_administrator(void **state)
{
	struct village *v = *state;
	struct hotel_new n = { .area = DONGXIN };
	int64_t id = -7;
	village_as(v, "clerk");
	n.area = TOWN;
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_DENIED, "role");
	village_as(v, NULL);
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_DENIED, "role");
	village_as(v, "admin");
	n.area = DONGXIN;
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_CONFLICT, "hotel_open");
	n.area = "310116104299";
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_NOTFOUND, "area");
	n.area = TOWN;
	n.retention_months = 5000;
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_INVALID, "retention");
	n.retention_months = 0;
	n.desk_phone = "none";
	REFUSE(v, hotel_add(v->cx, &n, &id), VH_INVALID, "phone");
	n.desk_phone = NULL;
	assert_int_equal(id, -7);
	assert_int_equal(hotel_add(v->cx, &n, &id), VH_OK);
	struct hotel h = { .id = id };
	assert_int_equal(db_read(v->cx, get_hotel, &h), VH_OK);
	assert_string_equal(h.path, ",310000000000,310116000000," TOWN ",");
	assert_string_equal(h.name, "山阳镇");
	assert_string_equal(v->h.name, "东新村"); /* of 东新村村委会 */
	assert_int_equal(h.retention_months, 0);
	assert_int_equal(h.notice_version, 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM deadline WHERE hotel = 3"
	                                " AND act IN ('in', 'out')"), 4);
	assert_int_equal(village_sql(v, "SELECT length FROM deadline WHERE hotel = 3 AND who = 'foreigner'"
	                                " AND act = 'in' AND unit = 'hour'"), 24);
	assert_int_equal(village_sql(v, "SELECT length FROM deadline WHERE hotel = 3 AND who = 'resident'"
	                                " AND act = 'in' AND unit = 'workday'"), 3);
	village_sound(v);
}

static void house_gets_a_number_a_plate_and_an_event(void **state)
{
	struct village *v = *state;
	struct house_new n = { .address = "东新3号", .landlord = "房东甲", .phone = "13900000001" };
	int64_t id = -7, landlords = village_sql(v, "SELECT count(*) FROM landlord");
	struct event e;
	assert_int_equal(house_add(v->cx, v->hotel, &n, &id), VH_OK);
	assert_int_equal(village_sql(v, "SELECT max(no) FROM house WHERE hotel = 1"), 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM plate WHERE hotel = 1 AND house IS NOT NULL"), 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM landlord"), landlords); /* known by name and phone */
	cJSON *data = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.house.added.v1");
	assert_int_equal(e.part, id);
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(data, "house"), "address"), "东新3号");
	cJSON_Delete(data);
	village_sound(v);
}

static void house_is_refused_without_right_or_address_or_twice(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } not[] = {
		{ "wang", VH_DENIED, "role" }, { "police", VH_DENIED, "role" }, { "head", VH_DENIED, "role" },
		{ "clerk2", VH_NOTFOUND, "not_found" }, { NULL, VH_DENIED, "login" },
	};
	struct village *v = *state;
	struct house_new n = { .address = "东新3号" };
	int64_t id = 0;
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i].who);
		REFUSE(v, house_add(v->cx, v->hotel, &n, &id), not[i].rc, not[i].code);
	}
	village_as(v, "clerk");
	n.address = " ";
	REFUSE(v, house_add(v->cx, v->hotel, &n, &id), VH_INVALID, "address");
	n.address = "东新３号";
	n.lat = 91;
	REFUSE(v, house_add(v->cx, v->hotel, &n, &id), VH_INVALID, "place");
	n.lat = 0;
	n.phone = "12";
	REFUSE(v, house_add(v->cx, v->hotel, &n, &id), VH_INVALID, "phone");
	n.phone = NULL;
	n.address = " 东新 １号";
	REFUSE(v, house_add(v->cx, v->hotel, &n, &id), VH_CONFLICT, "house_there");
	assert_int_equal(id, v->house[0]);
	n.address = "东新1-1号";
	assert_int_equal(house_add(v->cx, v->hotel, &n, &id), VH_OK);
}

static void house_is_amended_field_by_field(void **state)
{
	struct village *v = *state;
	struct house_new n = { .grid = "第九网格" };
	assert_int_equal(house_amend(v->cx, v->hotel, v->house[0], &n), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM house WHERE grid = '第九网格' AND address = '东新1号'"), 1);
	n = (struct house_new){ .address = "东新2号" };
	REFUSE(v, house_amend(v->cx, v->hotel, v->house[0], &n), VH_CONFLICT, "house_there");
	n.address = "东新1号";
	assert_int_equal(house_amend(v->cx, v->hotel, v->house[0], &n), VH_OK);
	n.address = "东新11号";
	assert_int_equal(house_amend(v->cx, v->hotel, v->house[0], &n), VH_OK);
	REFUSE(v, house_amend(v->cx, v->hotel, v->house[2], &n), VH_NOTFOUND, "not_found");
	village_as(v, "wang");
	REFUSE(v, house_amend(v->cx, v->hotel, v->house[0], &n), VH_DENIED, "role");
	assert_int_equal(village_sql(v, "SELECT max(version) FROM house"), 4);
	village_sound(v);
}

static void rooms_have_numbers_of_their_own_in_a_house(void **state)
{
	struct village *v = *state;
	struct room_new n = { .no = "103", .capacity = 4 };
	int64_t id = 0, other = 0;
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &id), VH_OK);
	n.no = " １０３ ";
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_CONFLICT, "room_there");
	assert_int_equal(other, id);
	assert_int_equal(room_add(v->cx, v->hotel, v->house[1], &n, &other), VH_OK);
	n.no = "1-03"; /* a hyphen tells rooms apart */
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_OK);
	n.no = "";
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_INVALID, "no");
	n.no = "104";
	n.capacity = LIM_CAPACITY + 1;
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_INVALID, "capacity");
	n.capacity = -1;
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_INVALID, "capacity");
	n.capacity = 0;
	n.area_m2 = -1;
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_INVALID, "area_m2");
	n.area_m2 = 0;
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_OK);
	assert_int_equal(village_sql(v, "SELECT capacity FROM room WHERE no = '104'"), 2);
	REFUSE(v, room_add(v->cx, v->hotel, 99, &n, &other), VH_NOTFOUND, "not_found");
	REFUSE(v, room_add(v->cx, v->hotel, v->house[2], &n, &other), VH_NOTFOUND, "not_found");
	village_as(v, "wang");
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &other), VH_DENIED, "role");
	village_sound(v);
}

static void room_is_amended_and_split_and_keeps_its_people(void **state)
{
	struct village *v = *state;
	struct room_new n = { .no = "101甲", .area_m2 = 9.5 };
	int64_t half = -7, stay = village_in(v, V_101, 1);
	assert_int_equal(room_amend(v->cx, v->hotel, v->room[V_101], &n), VH_OK);
	n.no = "102";
	REFUSE(v, room_amend(v->cx, v->hotel, v->room[V_101], &n), VH_CONFLICT, "room_there");
	REFUSE(v, room_split(v->cx, v->hotel, v->room[V_101], &n, &half), VH_CONFLICT, "room_there");
	REFUSE(v, room_amend(v->cx, v->hotel, 5, &n), VH_NOTFOUND, "not_found");
	n.no = "101乙";
	assert_int_equal(room_split(v->cx, v->hotel, v->room[V_101], &n, &half), VH_OK);
	assert_int_equal(village_stay(v, stay).room, v->room[V_101]);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM room WHERE house = (SELECT house FROM room"
	                                " WHERE no = '101乙')"), 3);
	village_as(v, "wang");
	REFUSE(v, room_split(v->cx, v->hotel, v->room[V_101], &n, &half), VH_DENIED, "role");
	village_sound(v);
}

static void letting_is_opened_and_suspended_by_the_landlord_and_barred_by_the_desk(void **state)
{
	struct village *v = *state;
	int64_t room = v->room[V_101];
	village_as(v, "wang");
	assert_int_equal(room_letting(v->cx, v->hotel, room, "suspended", "repairs"), VH_OK);
	assert_int_equal(room_letting(v->cx, v->hotel, room, "open", NULL), VH_OK);
	REFUSE(v, room_letting(v->cx, v->hotel, room, "barred", NULL), VH_DENIED, "role");
	REFUSE(v, room_letting(v->cx, v->hotel, room, "closed", NULL), VH_INVALID, "letting");
	REFUSE(v, room_letting(v->cx, v->hotel, room, NULL, NULL), VH_INVALID, "letting");
	REFUSE(v, room_letting(v->cx, v->hotel, v->room[V_201], "suspended", NULL), VH_NOTFOUND, "not_found");
	village_as(v, "clerk");
	village_in(v, V_101, 1);
	assert_int_equal(room_letting(v->cx, v->hotel, room, "barred", "no second exit"), VH_OK);
	village_as(v, "wang");
	REFUSE(v, room_letting(v->cx, v->hotel, room, "open", NULL), VH_DENIED, "role");
	/* they stay registered */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state = 'pending'"), 1);
	village_as(v, "police");
	REFUSE(v, room_letting(v->cx, v->hotel, room, "open", NULL), VH_DENIED, "role");
	village_as(v, "clerk");
	assert_int_equal(room_letting(v->cx, v->hotel, room, "open", NULL), VH_OK);
	village_sound(v);
}

static void occupied_room_is_not_retired_and_an_empty_one_is_for_good(void **state)
{
	struct village *v = *state;
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	struct room_new n = { .no = "101" };
	int64_t room = v->room[V_101], stay = village_in(v, V_101, 1), again;
	REFUSE(v, room_retire(v->cx, v->hotel, room, "torn down"), VH_CONFLICT, "room_occupied");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &out, &d), VH_OK);
	REFUSE(v, room_retire(v->cx, v->hotel, room, NULL), VH_INVALID, "reason");
	village_as(v, "wang");
	REFUSE(v, room_retire(v->cx, v->hotel, room, "mine"), VH_DENIED, "role");
	village_as(v, "clerk");
	assert_int_equal(room_retire(v->cx, v->hotel, room, "torn down"), VH_OK);
	REFUSE(v, room_retire(v->cx, v->hotel, room, "again"), VH_CONFLICT, "room_shut");
	REFUSE(v, room_letting(v->cx, v->hotel, room, "open", NULL), VH_CONFLICT, "room_shut");
	REFUSE(v, room_amend(v->cx, v->hotel, room, &n), VH_CONFLICT, "room_shut");
	assert_int_equal(village_stay(v, stay).state, STAY_ENDED); /* its history stays */
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &again), VH_OK); /* and its number is free */
	village_sound(v);
}

static void occupied_house_is_not_retired_and_an_empty_one_with_its_rooms(void **state)
{
	struct village *v = *state;
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	struct room_new n = { .no = "103" };
	struct house_new h = { .address = "东新1号" };
	int64_t stay = village_in(v, V_102, 1), id;
	REFUSE(v, house_retire(v->cx, v->hotel, v->house[0], "torn down"), VH_CONFLICT, "room_occupied");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &out, &d), VH_OK);
	REFUSE(v, house_retire(v->cx, v->hotel, v->house[0], ""), VH_INVALID, "reason");
	assert_int_equal(house_retire(v->cx, v->hotel, v->house[0], "torn down"), VH_OK);
	REFUSE(v, house_retire(v->cx, v->hotel, v->house[0], "again"), VH_CONFLICT, "house_retired");
	REFUSE(v, room_add(v->cx, v->hotel, v->house[0], &n, &id), VH_CONFLICT, "house_retired");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM room WHERE letting = 'closed'"), 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM plate WHERE state = 'revoked'"), 3);
	assert_int_equal(house_add(v->cx, v->hotel, &h, &id), VH_OK); /* built again: another house */
	assert_int_not_equal(id, v->house[0]);
	village_sound(v);
}

static void employers_are_listed_by_the_desk_of_the_place(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } not[] = {
		{ "clerk2", VH_NOTFOUND, "not_found" }, { "wang", VH_DENIED, "role" }, { "police", VH_DENIED, "role" },
	};
	struct village *v = *state;
	int64_t id = 0, other = 0;
	assert_int_equal(employer_add(v->cx, v->hotel, "电子厂", NULL, &id), VH_OK);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i].who);
		REFUSE(v, employer_add(v->cx, v->hotel, "物流园", NULL, &other), not[i].rc, not[i].code);
		REFUSE(v, employer_alias_add(v->cx, v->hotel, id, "厂"), not[i].rc, not[i].code);
	}
	village_as(v, "clerk");
	REFUSE(v, employer_add(v->cx, v->hotel, " 电子 厂", NULL, &other), VH_CONFLICT, "employer_there");
	REFUSE(v, employer_add(v->cx, v->hotel, "", NULL, &other), VH_INVALID, "employer");
	REFUSE(v, employer_alias_add(v->cx, v->hotel, 4711, "厂"), VH_NOTFOUND, "not_found");
	REFUSE(v, employer_alias_add(v->cx, v->hotel, id, NULL), VH_INVALID, "alias");
	assert_int_equal(employer_alias_add(v->cx, v->hotel, id, "厂"), VH_OK);
	assert_int_equal(employer_add(v->cx, v->hotel, "物流园", NULL, &other), VH_OK);
}

static void key_makes_one_room_of_two_requests(void **state)
{
	struct village *v = *state;
	struct idem key = { .key = "room" };
	struct room_new n = { .no = "103" };
	int64_t a = 0, b = 0;
	v->cx->idem = &key;
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &a), VH_OK);
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &n, &b), VH_OK);
	assert_true(key.replayed);
	assert_int_equal(a, b);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM room WHERE no = '103'"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(divisions_load_and_load_again),
		T(bad_line_of_divisions_loads_none),
		T(divisions_of_a_country_fit_the_memory_of_one_step),
		T(hotel_is_opened_once_by_an_administrator),
		T(house_gets_a_number_a_plate_and_an_event),
		T(house_is_refused_without_right_or_address_or_twice),
		T(house_is_amended_field_by_field),
		T(rooms_have_numbers_of_their_own_in_a_house),
		T(room_is_amended_and_split_and_keeps_its_people),
		T(letting_is_opened_and_suspended_by_the_landlord_and_barred_by_the_desk),
		T(occupied_room_is_not_retired_and_an_empty_one_is_for_good),
		T(occupied_house_is_not_retired_and_an_empty_one_with_its_rooms),
		T(employers_are_listed_by_the_desk_of_the_place),
		T(key_makes_one_room_of_two_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
