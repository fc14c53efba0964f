/* Unmasking: who may, for which reason, how many a day. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/access.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "village.h"

static void unmasking_is_for_police_with_a_reason(void **state)
{
	static const char *const not[] = { "clerk", "grid", "wang", "tenant", "head", "admin" };
	struct village *v = *state;
	struct stay_view u;
	int64_t id = village_in_full(v, "wang", V_101, 1);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i]);
		village_refused(v, unmask_stay(v->cx, &v->h, id, "because", &u), VH_DENIED, "role");
	}
	village_as(v, "outsider");
	village_refused(v, unmask_stay(v->cx, &v->h, id, "because", &u), VH_NOTFOUND, "not_found");
	village_as(v, "police");
	village_refused(v, unmask_stay(v->cx, &v->h, id, " ", &u), VH_INVALID, "reason");
	village_refused(v, unmask_stay(v->cx, &v->h, id, NULL, &u), VH_INVALID, "reason");
	village_refused(v, unmask_stay(v->cx, &v->h, id + 1, "because", &u), VH_NOTFOUND, "not_found");
	assert_int_equal(village_looks(v), 0);
	OK(v, unmask_stay(v->cx, &v->h, id, "灭火核对", &u));
	assert_string_equal(u.person.name, "蓝租客1");
	assert_string_equal(u.person.doc_no, village_doc(1));
	assert_string_equal(u.person.phone, "13911112222");
	assert_string_equal(u.person.home, "贵州省某县某村");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = '灭火核对'"
	                                " AND fields = 'name,doc_type,doc_no,phone,home'"), 1);
}

static void a_room_is_unmasked_whole_with_one_row_a_person(void **state)
{
	static const char *const not[] = { "clerk", "grid", "wang", "tenant", "head", "admin", NULL };
	struct village *v = *state;
	struct room_look r;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "clerk", V_101, 2);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i]);
		village_refused(v, unmask_room(v->cx, &v->h, v->room[V_101], "incident", &r), VH_DENIED,
		                not[i] ? "role" : "login");
	}
	village_as(v, "outsider");
	village_refused(v, unmask_room(v->cx, &v->h, v->room[V_101], "incident", &r), VH_NOTFOUND, "not_found");
	village_as(v, "police");
	village_refused(v, unmask_room(v->cx, &v->h, v->room[V_101], " ", &r), VH_INVALID, "reason");
	village_refused(v, unmask_room(v->cx, &v->h, v->room[V_FAR], "incident", &r), VH_NOTFOUND, "not_found");
	assert_int_equal(village_looks(v), 0);
	OK(v, unmask_room(v->cx, &v->h, v->room[V_101], "incident", &r));
	assert_int_equal(r.registered, 2);
	assert_string_equal(r.room.no, "101");
	assert_string_equal(r.stays->person.doc_no, village_doc(1));
	assert_string_equal(r.stays->next->person.doc_no, village_doc(2));
	assert_null(r.stays->next->next);
	assert_int_equal(village_looks(v), 2);
	assert_int_equal(village_sql(v, "SELECT count(DISTINCT subject) FROM access WHERE reason = 'incident'"
	                                " AND fields = 'name,doc_type,doc_no,phone,home'"), 2);
	OK(v, unmask_room(v->cx, &v->h, v->room[V_102], "incident", &r)); /* nobody lives there */
	assert_null(r.stays);
	assert_int_equal(village_looks(v), 2);
}

/* Masked ones by the hundred, and unmasked ones up to `left` below the cap. */
static void near_the_cap(struct village *v, int left)
{
	char sql[500];
	for (int i = 0; i < 2; i++) {
		snprintf(sql, sizeof sql,
		         "INSERT INTO access SELECT 1, %lld + n, %lld, %lld, 'police', 1000 + n, '%s', 'x',"
		         " NULL, zeroblob(32), NULL FROM (WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 "
		         "FROM c"
		         " WHERE n < %d) SELECT n FROM c)",
		         (long long)((TESTDB_NOW - 1704067200000LL - DAY_MS / 2) << 22) + i * 1000000,
		         (long long)(TESTDB_NOW - DAY_MS / 2), (long long)v->cx->who->account,
		         i ? "name,doc_type,doc_no,phone,home" : "name*,doc_type,doc_no*,phone*",
		         i ? LIM_UNMASK_DAY - left : 500);
		village_sql(v, sql);
	}
}

static void a_room_half_over_the_cap_shows_nobody(void **state)
{
	struct village *v = *state;
	struct room_look r = { .stays = NULL };
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "clerk", V_101, 2);
	village_in_full(v, "zhao", V_201, 3);
	village_as(v, "police");
	near_the_cap(v, 1);
	int64_t before = village_looks(v);
	village_refused(v, unmask_room(v->cx, &v->h, v->room[V_101], "incident", &r), VH_DENIED, "unmask_cap");
	assert_null(r.stays);
	assert_int_equal(village_looks(v), before);
	OK(v, unmask_room(v->cx, &v->h, v->room[V_201], "incident", &r)); /* one is left, and one lives here */
	assert_int_equal(village_looks(v), before + 1);
	v->cx->now += DAY_MS / 2 + 1000;
	OK(v, unmask_room(v->cx, &v->h, v->room[V_101], "incident", &r));
	assert_int_equal(village_looks(v), before + 3);
}

static void as_many_persons_a_day_as_the_cap_says_and_scans_do_not_count(void **state)
{
	struct village *v = *state;
	struct stay_view u;
	struct room_new big = { .capacity = LIM_CAPACITY };
	int64_t id[3];
	OK(v, room_amend(v->cx, v->hotel, v->room[V_101], &big));
	for (unsigned i = 0; i < 3; i++)
		id[i] = village_in_full(v, "clerk", V_101, i);
	village_as(v, "police");
	near_the_cap(v, 2);
	OK(v, unmask_stay(v->cx, &v->h, id[0], "one below", &u));
	OK(v, unmask_stay(v->cx, &v->h, id[0], "the same one again", &u));
	OK(v, unmask_stay(v->cx, &v->h, id[1], "the last", &u));
	village_refused(v, unmask_stay(v->cx, &v->h, id[2], "over", &u), VH_DENIED, "unmask_cap");
	struct scan s; /* what needs no unmasking goes on */
	OK(v, scan_plate(v->cx, village_plate(v, v->room[V_101], 0), &s));
	/* The cap is an account's over all its hotels, and each day's. */
	village_as(v, "operator");
	int64_t far = village_in(v, V_FAR, 9);
	village_as(v, "police");
	village_refused(v, unmask_stay(v->cx, &v->h_far, far, "elsewhere", &u), VH_DENIED, "unmask_cap");
	v->cx->now += DAY_MS / 2 + 1000;
	OK(v, unmask_stay(v->cx, &v->h, id[2], "the next day", &u));
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(unmasking_is_for_police_with_a_reason),
		T(a_room_is_unmasked_whole_with_one_row_a_person),
		T(a_room_half_over_the_cap_shows_nobody),
		T(as_many_persons_a_day_as_the_cap_says_and_scans_do_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
