/* Plates: what a code says, what a forged one costs, and what happens to plates at doors. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "village.h"

static void code_of(struct village *v, int64_t no, char out[PLATE_CODE_TEXT])
{
	assert_int_equal(plate_text(v->cx, v->hotel, no, out), VH_OK);
}

static int64_t plate_no(struct village *v, int64_t room)
{
	char sql[120];
	snprintf(sql, sizeof sql, "SELECT id FROM plate WHERE room = %lld AND state = 'active'", (long long)room);
	return village_sql(v, sql);
}

static void refuse(struct village *v, enum vh_rc rc, enum vh_rc want, const char *code, const char *before)
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
		refuse(v, rc_, want, code, before_); \
	} while (0)

static void code_names_its_room_and_house_for_anybody(void **state)
{
	struct village *v = *state;
	char code[PLATE_CODE_TEXT], typed[60];
	struct plate_show s;
	code_of(v, plate_no(v, v->room[V_101]), code);
	village_as(v, NULL);
	snprintf(typed, sizeof typed, "https://vhotel.invalid/r/%.4s-%.4s-%s", code, code + 4, code + 8);
	const char *const ways[] = { code, typed };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(plate_find(v->cx, ways[i], &s), VH_OK);
		assert_int_equal(s.room.id, v->room[V_101]);
		assert_int_equal(s.house.id, v->house[0]);
		assert_string_equal(s.hotel.name, "东新村");
		assert_string_equal(s.code, code);
		assert_string_equal(s.plate.state, "active");
		assert_non_null(strstr(s.url, code));
	}
	code_of(v, village_sql(v, "SELECT id FROM plate WHERE house IS NOT NULL"), code);
	assert_int_equal(plate_find(v->cx, code, &s), VH_OK);
	assert_int_equal(s.room.id, 0);
	assert_int_equal(s.house.id, v->house[0]);
}

static void forged_or_mistyped_code_is_refused_without_reading_the_database(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	struct village *v = *state;
	char code[PLATE_CODE_TEXT], other[PLATE_CODE_TEXT];
	struct plate_show s;
	code_of(v, plate_no(v, v->room[V_101]), code);
	assert_int_equal(plate_find(v->cx, code, &s), VH_OK);
	for (size_t i = 4; i < 16; i++) { /* the first four say the hotel */
		snprintf(other, sizeof other, "%s", code);
		other[i] = alphabet[(strchr(alphabet, code[i]) - alphabet + 1) % 32];
		(void)db_fail_after(0, true); /* a read would fail with another code */
		enum vh_rc rc = plate_find(v->cx, other, &s);
		long reads = db_fail_after(-1, false);
		village_refused(v, rc, VH_NOTFOUND, "plate_unknown");
		assert_int_equal(reads, 0);
	}
	static const char *const bad[] = { "", "hello", "K3M0", "!!!!!!!!!!!!!!!!", "http://elsewhere.example/x" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		village_refused(v, plate_find(v->cx, bad[i], &s), VH_NOTFOUND, "plate_unknown");
	(void)db_fail_after(0, true);
	assert_int_equal(plate_find(v->cx, code, &s), VH_IO); /* a genuine one is looked up */
	assert_true(db_fail_after(-1, false) > 0);
	err_clear(&v->cx->err);
}

static void code_of_a_number_that_was_never_printed_is_unknown(void **state)
{
	struct village *v = *state;
	char code[PLATE_CODE_TEXT];
	struct plate_show s;
	code_of(v, 900, code); /* the key is right, the plate is not there */
	village_refused(v, plate_find(v->cx, code, &s), VH_NOTFOUND, "plate_unknown");
}

static void unbound_plates_are_made_and_bound_at_the_door(void **state)
{
	struct village *v = *state;
	int64_t first = 0, old = plate_no(v, v->room[V_101]);
	char code[PLATE_CODE_TEXT], was[PLATE_CODE_TEXT];
	struct plate_show s;
	struct event e;
	code_of(v, old, was);
	REFUSE(v, plate_make_unbound(v->cx, v->hotel, 0, &first), VH_INVALID, "unbound");
	REFUSE(v, plate_make_unbound(v->cx, v->hotel, 10001, &first), VH_INVALID, "unbound");
	assert_int_equal(plate_make_unbound(v->cx, v->hotel, 3, &first), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM plate WHERE state = 'unbound'"), 3);
	code_of(v, first, code);
	assert_int_equal(plate_find(v->cx, code, &s), VH_OK);
	assert_int_equal(s.house.id, 0);
	REFUSE(v, plate_bind(v->cx, code, 0, 0), VH_INVALID, "door");
	REFUSE(v, plate_bind(v->cx, code, v->room[V_101], v->house[0]), VH_INVALID, "door");
	REFUSE(v, plate_bind(v->cx, code, v->room[V_FAR], 0), VH_NOTFOUND, "not_found");
	assert_int_equal(plate_bind(v->cx, code, v->room[V_101], 0), VH_OK);
	assert_int_equal(plate_no(v, v->room[V_101]), first);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.plate.bound.v1");
	assert_int_equal(e.part, v->room[V_101]);
	assert_int_equal(plate_find(v->cx, was, &s), VH_OK); /* what hung there was replaced */
	assert_string_equal(s.plate.state, "revoked");
	assert_int_equal(s.plate.replaced_by, first);
	REFUSE(v, plate_bind(v->cx, code, v->room[V_102], 0), VH_CONFLICT, "plate_bound");
	code_of(v, first + 1, code);
	assert_int_equal(plate_bind(v->cx, code, 0, v->house[1]), VH_OK);
	village_sound(v);
}

static void closed_room_and_retired_house_get_no_plate(void **state)
{
	struct village *v = *state;
	int64_t first = 0;
	char code[PLATE_CODE_TEXT];
	assert_int_equal(plate_make_unbound(v->cx, v->hotel, 1, &first), VH_OK);
	code_of(v, first, code);
	assert_int_equal(room_retire(v->cx, v->hotel, v->room[V_101], "gone"), VH_OK);
	assert_int_equal(house_retire(v->cx, v->hotel, v->house[1], "gone"), VH_OK);
	REFUSE(v, plate_bind(v->cx, code, v->room[V_101], 0), VH_CONFLICT, "room_shut");
	REFUSE(v, plate_bind(v->cx, code, 0, v->house[1]), VH_CONFLICT, "house_retired");
	assert_int_equal(plate_bind(v->cx, code, v->room[V_102], 0), VH_OK);
	village_sound(v);
}

static void revoked_plate_is_found_and_says_so(void **state)
{
	struct village *v = *state;
	char code[PLATE_CODE_TEXT];
	struct plate_show s;
	struct event e;
	code_of(v, plate_no(v, v->room[V_101]), code);
	assert_int_equal(plate_revoke(v->cx, code, "stolen"), VH_OK);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.reason, "stolen");
	assert_int_equal(plate_find(v->cx, code, &s), VH_OK);
	assert_string_equal(s.plate.state, "revoked");
	REFUSE(v, plate_revoke(v->cx, code, "again"), VH_CONFLICT, "plate_revoked");
	REFUSE(v, plate_replace(v->cx, code, NULL, &(int64_t){ 0 }), VH_CONFLICT, "plate_revoked");
	REFUSE(v, plate_revoke(v->cx, "0000000000000000", NULL), VH_NOTFOUND, "plate_unknown");
}

static void replaced_plate_gives_the_door_a_new_one(void **state)
{
	struct village *v = *state;
	int64_t old = plate_no(v, v->room[V_102]), new = 0;
	char code[PLATE_CODE_TEXT], next[PLATE_CODE_TEXT];
	struct plate_show s;
	code_of(v, old, code);
	assert_int_equal(plate_replace(v->cx, code, "faded", &new), VH_OK);
	assert_int_equal(plate_no(v, v->room[V_102]), new);
	assert_int_equal(plate_find(v->cx, code, &s), VH_OK);
	assert_string_equal(s.plate.state, "revoked");
	assert_int_equal(s.plate.replaced_by, new);
	code_of(v, new, next);
	assert_int_equal(plate_find(v->cx, next, &s), VH_OK);
	assert_int_equal(s.room.id, v->room[V_102]);
	code_of(v, village_sql(v, "SELECT id FROM plate WHERE house IS NOT NULL"), code);
	assert_int_equal(plate_replace(v->cx, code, NULL, &new), VH_OK); /* of a house too */
	village_sound(v);
}

static void plates_are_the_desks_business(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } not[] = {
		{ "wang", VH_DENIED, "role" }, { "police", VH_DENIED, "role" }, { "grid", VH_DENIED, "role" },
		{ "clerk2", VH_NOTFOUND, "not_found" }, { NULL, VH_DENIED, "login" },
	};
	struct village *v = *state;
	int64_t first = 0, new = 0;
	char code[PLATE_CODE_TEXT], free_one[PLATE_CODE_TEXT];
	assert_int_equal(plate_make_unbound(v->cx, v->hotel, 1, &first), VH_OK);
	code_of(v, first, free_one);
	code_of(v, plate_no(v, v->room[V_101]), code);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i].who);
		REFUSE(v, plate_make_unbound(v->cx, v->hotel, 1, &first), not[i].rc, not[i].code);
		REFUSE(v, plate_bind(v->cx, free_one, v->room[V_101], 0), not[i].rc, not[i].code);
		REFUSE(v, plate_revoke(v->cx, code, NULL), not[i].rc, not[i].code);
		REFUSE(v, plate_replace(v->cx, code, NULL, &new), not[i].rc, not[i].code);
	}
	village_as(v, "admin");
	assert_int_equal(plate_replace(v->cx, code, NULL, &new), VH_OK);
}

static enum vh_rc count_plate(struct ctx *cx, const struct plate_show *p, void *arg)
{
	int *n = arg;
	assert_string_equal(p->plate.state, "active");
	assert_true(p->house.id > 0);
	return ++*n < 3 ? VH_OK : ctx_fail(cx, VH_LIMIT, "enough", "", "three are enough");
}

static void walk_over_plates_shows_the_active_ones_and_stops_when_told(void **state)
{
	struct village *v = *state;
	char code[PLATE_CODE_TEXT];
	int n = 0;
	assert_int_equal(plate_each(v->cx, v->hotel, true, count_plate, &n), VH_OK);
	assert_int_equal(n, 2);
	n = 0;
	village_refused(v, plate_each(v->cx, v->hotel, false, count_plate, &n), VH_LIMIT, "enough");
	assert_int_equal(n, 3);
	code_of(v, plate_no(v, v->room[V_101]), code);
	assert_int_equal(plate_revoke(v->cx, code, NULL), VH_OK);
	n = 0;
	assert_int_equal(plate_each(v->cx, v->hotel, false, count_plate, &n), VH_OK);
	assert_int_equal(n, 2);
	village_as(v, "wang");
	village_refused(v, plate_each(v->cx, v->hotel, false, count_plate, &n), VH_DENIED, "role");
}

static void plates_are_listed_in_batches_each_once(void **state)
{
	struct village *v = *state;
	struct plate_pick pick = { .hotel = v->hotel, .most = 2, .kind = PLATES_ROOMS };
	struct plate_item *list = NULL;
	int64_t first, seen = 0;
	do {
		assert_int_equal(plate_batch(v->cx, &pick, &list, &pick.after), VH_OK);
		for (; list; list = list->next, seen++)
			assert_true(list->s.room.id);
	} while (pick.after);
	assert_int_equal(seen, 3);
	pick = (struct plate_pick){ .hotel = v->hotel, .kind = PLATES_ROOMS, .house = v->house[0] };
	assert_int_equal(plate_batch(v->cx, &pick, &list, &pick.after), VH_OK);
	assert_non_null(list->next);
	assert_null(list->next->next);
	assert_int_equal(plate_make_unbound(v->cx, v->hotel, 5, &first), VH_OK);
	pick = (struct plate_pick){ .hotel = v->hotel, .kind = PLATES_UNBOUND, .most = 2,
		                    .after = first, .upto = first + 3 };
	for (seen = 0;;) {
		assert_int_equal(plate_batch(v->cx, &pick, &list, &pick.after), VH_OK);
		for (; list; list = list->next)
			assert_int_equal(list->s.plate.id, first + ++seen);
		if (!pick.after)
			break;
	}
	assert_int_equal(seen, 3);
	village_as(v, "clerk2");
	pick.after = 0;
	village_refused(v, plate_batch(v->cx, &pick, &list, &first), VH_NOTFOUND, "not_found");
	village_as(v, "police");
	village_refused(v, plate_batch(v->cx, &pick, &list, &first), VH_DENIED, "role");
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(code_names_its_room_and_house_for_anybody),
		T(forged_or_mistyped_code_is_refused_without_reading_the_database),
		T(code_of_a_number_that_was_never_printed_is_unknown),
		T(unbound_plates_are_made_and_bound_at_the_door),
		T(closed_room_and_retired_house_get_no_plate),
		T(revoked_plate_is_found_and_says_so),
		T(replaced_plate_gives_the_door_a_new_one),
		T(plates_are_the_desks_business),
		T(plates_are_listed_in_batches_each_once),
		T(walk_over_plates_shows_the_active_ones_and_stops_when_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
