/* Finding places by what people type, and telephones by their last four digits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/db.h"
#include "vh/find.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/night.h"
#include "village.h"

static unsigned found(struct village *v, const struct hotel *h, const char *text)
{
	struct place_found *list = NULL;
	unsigned n = 0;
	OK(v, find_places(v->cx, h, text, &list));
	for (; list; list = list->next)
		n++;
	return n;
}

static void places_are_found_as_people_write_them(void **state)
{
	struct village *v = *state;
	static const struct {
		const char *text;
		unsigned n;
	} of[] = {
		{ "1/101", 1 },	 { "１／１０１", 1 }, { " 1/101 ", 1 }, { "1101", 1 }, { "1/103", 0 },
		{ "101", 1 },	 { "/101", 0 },	     { "1/", 0 },      { "", 0 },     { "x/101", 0 },
		{ "99/101", 0 }, { "1", 1 },	     { "2", 1 },       { "3", 0 },    { "01101", 0 },
	};
	village_as(v, "clerk");
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (found(v, &v->h, of[i].text) != of[i].n)
			fail_msg("%s: %u", of[i].text, found(v, &v->h, of[i].text));
	village_as(v, "police");
	assert_int_equal(found(v, NULL, "101"), 2);
	assert_int_equal(found(v, &v->h, "101"), 1);
}

struct writing {
	int64_t hotel, house;
	const char *text;
	struct room room;
};

static enum vh_rc writing_step(struct ctx *cx, void *arg)
{
	struct writing *w = arg;
	return room_written(cx, w->hotel, w->house, w->text, &w->room);
}

/* 0: none is meant. */
static int64_t written(struct village *v, int64_t house, const char *text)
{
	struct writing w = { .hotel = v->hotel, .house = house, .text = text };
	enum vh_rc rc = db_read(v->cx, writing_step, &w);
	if (rc == VH_OK)
		return w.room.id;
	assert_int_equal(rc, VH_NOTFOUND);
	return 0;
}

static void one_room_is_meant_by_house_and_number_or_by_its_number_here(void **state)
{
	struct village *v = *state;
	const int64_t *at = v->room, house = v->house[0];
	const struct {
		int64_t house;
		const char *text;
		int64_t room;
	} of[] = {
		{ 0, "1/101", at[V_101] },       { 0, " １／１０１ ", at[V_101] }, { house, "102", at[V_102] },
		{ house, "2/201", at[V_201] },   { 0, "101", 0 },                  { house, "201", 0 },
		{ house, "9/101", 0 },           { house, "x/101", 0 },            { house, "/101", 0 },
		{ house, "1/", 0 },              { house, "", 0 },                 { house, "1101", 0 },
		{ house, "99999999999/101", 0 },
	};
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (written(v, of[i].house, of[i].text) != of[i].room)
			fail_msg("%s of %lld", of[i].text, (long long)of[i].house);
	int64_t odd;
	village_as(v, "clerk");
	OK(v, room_add(v->cx, v->hotel, house, &(struct room_new){ .no = "2/201" }, &odd));
	assert_int_equal(written(v, house, "2/201"), odd); /* called so itself */
	assert_int_equal(written(v, 0, "2/201"), at[V_201]);
	OK(v, room_retire(v->cx, v->hotel, at[V_102], "拆了"));
	assert_int_equal(written(v, house, "102"), 0);
}

static void a_number_in_the_address_is_the_house_as_well(void **state)
{
	struct village *v = *state;
	int64_t house, room;
	village_as(v, "clerk");
	OK(v, house_add(v->cx, v->hotel, &(struct house_new){ .address = "东新村后街3001号" }, &house));
	OK(v, room_add(v->cx, v->hotel, house, &(struct room_new){ .no = "A-5" }, &room));
	assert_int_equal(found(v, &v->h, "3001"), 1);
	assert_int_equal(found(v, &v->h, "3001/a-5"), 1);
	assert_int_equal(found(v, &v->h, "3/A-5"), 1);
	assert_int_equal(found(v, &v->h, "3001/a5"), 0);
	assert_int_equal(found(v, &v->h, "东新村后街3001号 a-5"), 1); /* as a slip prints it */
	assert_int_equal(found(v, &v->h, "3001号A-5"), 1);
	assert_int_equal(found(v, &v->h, "东新村后街3001号/A-5"), 1);
	assert_int_equal(found(v, &v->h, "后街/A-5"), 1);
	assert_int_equal(found(v, &v->h, "东新村后街3001号"), 1); /* the house */
	assert_int_equal(found(v, &v->h, "东新村后街A-5"), 0);
	assert_int_equal(found(v, &v->h, "号A-5"), 0);
	assert_int_equal(found(v, &v->h, "街/A-5"), 0);
	assert_int_equal(found(v, &v->h, "东新村后街3001号A-6"), 0);
	assert_int_equal(found(v, &v->h, "后街"), 1);
	assert_int_equal(found(v, &v->h, "后"), 0); /* a single character is in too many */
	OK(v, room_retire(v->cx, v->hotel, room, "拆了"));
	assert_int_equal(found(v, &v->h, "3001/a-5"), 0);
}

static void a_room_is_meant_by_an_address_when_only_one_has_it(void **state)
{
	struct village *v = *state;
	int64_t house[2], room[2];
	const struct house_new at[] = { { .address = "后街3001号" }, { .address = "前街3001号" } };
	const char *const no[] = { "A-5", "A-6" };
	village_as(v, "clerk");
	for (int i = 0; i < 2; i++) {
		OK(v, house_add(v->cx, v->hotel, &at[i], &house[i]));
		OK(v, room_add(v->cx, v->hotel, house[i], &(struct room_new){ .no = no[i] }, &room[i]));
	}
	assert_int_equal(written(v, v->house[0], "3001/a-5"), room[0]);
	assert_int_equal(written(v, v->house[0], "3001/A-6"), room[1]);
	assert_int_equal(written(v, v->house[0], "后街/A-5"), room[0]);
	assert_int_equal(written(v, v->house[0], "后街3001号 A-5"), room[0]);
	assert_int_equal(written(v, v->house[0], "后街/A-6"), 0);
	assert_int_equal(written(v, v->house[0], "街/A-5"), 0);
	assert_int_equal(written(v, v->house[0], "2/A-5"), 0); /* a house has this number */
	OK(v, room_add(v->cx, v->hotel, house[0], &(struct room_new){ .no = "A-6" }, &room[0]));
	assert_int_equal(written(v, v->house[0], "3001/A-6"), 0); /* which of the two? */
	assert_int_equal(written(v, v->house[0], "前街/A-6"), room[1]);
}

static void places_are_for_those_who_see_the_rack(void **state)
{
	struct village *v = *state;
	struct place_found *list = NULL;
	village_as(v, "wang");
	assert_int_equal(found(v, &v->h, "101"), 1);
	assert_int_equal(found(v, &v->h, "2/201"), 0);
	village_as(v, "outsider");
	assert_int_equal(found(v, NULL, "2/201"), 0);
	village_as(v, "tenant");
	village_refused(v, find_places(v->cx, &v->h, "101", &list), VH_DENIED, "role");
	village_as(v, NULL);
	village_refused(v, find_places(v->cx, &v->h, "101", &list), VH_DENIED, "role");
}

static unsigned by_tail(struct village *v, const char *four)
{
	struct found *list = NULL;
	unsigned n = 0;
	village_as(v, "clerk");
	OK(v, search_people(v->cx, &v->h, SEARCH_TAIL, four, &list));
	for (; list; list = list->next)
		n++;
	return n;
}

static void telephones_are_found_by_their_end_also_old_ones(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	struct night_swept swept;
	village_as(v, "clerk");
	n.phone = "13900002468";
	OK(v, stay_in(v->cx, &n, &d));
	assert_int_equal(by_tail(v, "2468"), 1);
	assert_int_equal(by_tail(v, "8642"), 0);
	const struct stay_change amend = { .verb = SV_AMEND, .phone = "13900008642", .reason = "x" };
	OK(v, stay_change(v->cx, v->hotel, d.id, &amend, &d));
	assert_int_equal(by_tail(v, "2468"), 0);
	assert_int_equal(by_tail(v, "8642"), 1);
	village_sql(v, "UPDATE person SET phone_tail = NULL");
	assert_int_equal(by_tail(v, "8642"), 0);
	village_as(v, "operator");
	OK(v, night_sweep(v->cx, &swept));
	assert_int_equal(by_tail(v, "8642"), 1);
	village_sound(v);
}

static void who_ends_so_by_number_and_by_phone_is_found_once(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	char phone[12];
	village_as(v, "clerk");
	snprintf(phone, sizeof phone, "1390000%.4s", "0000");
	const char *four = village_doc(1) + 14;
	if (strspn(four, "0123456789") == 4)
		memcpy(phone + 7, four, 4);
	n.phone = phone;
	OK(v, stay_in(v->cx, &n, &d));
	char tail[5];
	snprintf(tail, sizeof tail, "%.4s", village_doc(1) + 14);
	assert_int_equal(by_tail(v, tail), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)
	const struct CMUnitTest tests[] = {
		T(places_are_found_as_people_write_them),
		T(one_room_is_meant_by_house_and_number_or_by_its_number_here),
		T(a_number_in_the_address_is_the_house_as_well),
		T(a_room_is_meant_by_an_address_when_only_one_has_it),
		T(places_are_for_those_who_see_the_rack),
		T(telephones_are_found_by_their_end_also_old_ones),
		T(who_ends_so_by_number_and_by_phone_is_found_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
