/* What waits for the desk, what a call costs, employers that are one, and whom the night drops. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/employer.h"
#include "vh/limits.h"
#include "vh/night.h"
#include "vh/queue.h"
#include "village.h"

static int64_t in_until(struct village *v, int room, unsigned n, const char *until)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done d;
	s.phone = "19900001001";
	s.since = "2026-11-19";
	s.until = until;
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	return d.id;
}

static void filing_for_a_landlord_says_how_he_asked(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct event e;
	struct stay_new n = village_new(v, V_101, 1);
	village_as(v, "clerk");
	n.asked = "phone";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.reason, "proxy_phone");
	n = village_new(v, V_102, 2);
	n.asked = "fax";
	village_refused(v, stay_in(v->cx, &n, &d), VH_INVALID, "asked");
	village_as(v, "wang");
	n.asked = "visit";
	village_refused(v, stay_in(v->cx, &n, &d), VH_DENIED, "asked");
	n.asked = NULL;
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	cJSON_Delete(village_event(v, &e));
	assert_null(e.reason);
}

static void a_queue_is_in_order_and_its_keys_are_read_strictly(void **state)
{
	static const char *const bad[] = { "", "x", "1", "1.", ".1", "1.2.3", "-1.2", "1.99999999999999999999" };
	struct village *v = *state;
	struct queue_page p;
	village_as(v, "clerk");
	int64_t late = in_until(v, V_101, 1, "2026-11-20"), early = in_until(v, V_101, 2, "2026-11-19");
	assert_int_equal(look_queue(v->cx, &v->h, QUEUE_OVERDUE, NULL, &p), VH_OK);
	assert_int_equal(p.rows->stay.stay.id, early);
	assert_int_equal(p.rows->next->stay.stay.id, late);
	assert_null(p.next);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		village_refused(v, look_queue(v->cx, &v->h, QUEUE_OVERDUE, bad[i], &p), VH_INVALID, "after");
	village_as(v, "head");
	village_refused(v, look_queue(v->cx, &v->h, QUEUE_OVERDUE, NULL, &p), VH_DENIED, "role");
	assert_int_equal(queue_of("overdue"), QUEUE_OVERDUE);
	assert_int_equal(queue_of("nothing"), QUEUE__MAX);
}

static void who_is_away_too_long_is_overdue(void **state)
{
	struct village *v = *state;
	struct queue_counts n;
	struct queue_page p;
	struct stay_change away = { .verb = SV_AWAY, .day = "2026-11-21" };
	struct stay_done d;
	village_as(v, "clerk");
	int64_t id = in_until(v, V_101, 1, NULL);
	assert_int_equal(stay_change(v->cx, v->hotel, id, &away, &d), VH_OK);
	assert_int_equal(look_queue_counts(v->cx, &v->h, &n), VH_OK);
	assert_int_equal(n.overdue, 0);
	assert_int_equal(n.away, 1);
	v->cx->now += 24 * 3600 * 1000;
	assert_int_equal(look_queue_counts(v->cx, &v->h, &n), VH_OK);
	assert_int_equal(n.overdue, 1);
	assert_int_equal(look_queue(v->cx, &v->h, QUEUE_OVERDUE, NULL, &p), VH_OK);
	assert_int_equal(p.rows->stay.stay.id, id);
}

static void numbers_are_whole_once_a_call_and_capped_a_day(void **state)
{
	struct village *v = *state;
	struct numbers n;
	village_as(v, "clerk");
	int64_t id = in_until(v, V_101, 1, "2026-11-20");
	for (int i = 0; i < LIM_CALLS_DAY / 2; i++) {
		assert_int_equal(look_call(v->cx, &v->h, id, &n), VH_OK);
		assert_string_equal(n.person.phone, "19900001001");
		assert_non_null(n.landlords);
	}
	village_refused(v, look_call(v->cx, &v->h, id, &n), VH_DENIED, "call_cap");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'call'"), LIM_CALLS_DAY);
	/* Another account has its own; and tomorrow is another day. */
	village_as(v, "police");
	assert_int_equal(look_call(v->cx, &v->h, id, &n), VH_OK);
	village_as(v, "clerk");
	v->cx->now += INT64_C(40) * 24 * 3600 * 1000; /* ids have the time of day in them */
	assert_int_equal(look_call(v->cx, &v->h, id, &n), VH_OK);
	village_as(v, "grid");
	village_refused(v, look_call(v->cx, &v->h, id, &n), VH_DENIED, "role");
}

static void employers_that_are_one_have_their_people_together(void **state)
{
	struct village *v = *state;
	struct employer_look *list = NULL;
	int64_t a, b, found;
	village_as(v, "clerk");
	assert_int_equal(employer_add(v->cx, v->hotel, "亭林电子厂", NULL, &a), VH_OK);
	assert_int_equal(employer_add(v->cx, v->hotel, "亭林电子", "91310116MA1J8XY24G", &b), VH_OK);
	for (unsigned i = 1; i < 3; i++) {
		struct stay_new n = village_new(v, V_101, i);
		struct stay_done d;
		n.employer = i == 1 ? "亭林电子" : "亭林电子厂";
		assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	}
	village_as(v, "police");
	village_refused(v, employer_merge(v->cx, v->hotel, b, a), VH_DENIED, "role");
	village_as(v, "clerk2");
	village_refused(v, employer_merge(v->cx, v->hotel, b, a), VH_NOTFOUND, "not_found");
	village_as(v, "clerk");
	village_refused(v, employer_merge(v->cx, v->hotel, a, a), VH_CONFLICT, "employer_same");
	assert_int_equal(employer_merge(v->cx, v->hotel, b, a), VH_OK);
	assert_int_equal(look_employers(v->cx, &v->h, 0, 10, &list), VH_OK);
	assert_null(list->next);
	assert_int_equal(list->people, 2);
	assert_non_null(list->row.uscc);
	assert_int_equal(employer_find(v->cx, &v->h, "亭林电子", &found), VH_OK);
	assert_int_equal(found, a);
	village_refused(v, employer_find(v->cx, &v->h, "没有", &found), VH_NOTFOUND, "employer_unknown");
	village_refused(v, employer_amend(v->cx, v->hotel, b, "x", NULL), VH_NOTFOUND, "not_found");
	assert_int_equal(employer_amend(v->cx, v->hotel, a, NULL, ""), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM employer WHERE uscc IS NULL"), 1);
	village_sound(v);
}

static void the_night_drops_whom_the_hotel_need_not_keep(void **state)
{
	struct village *v = *state;
	struct erase_run run;
	struct night_swept swept;
	village_as(v, "clerk");
	for (unsigned i = 1; i < 4; i++) {
		struct stay_new n = village_new(v, V_101, i);
		struct stay_done d;
		n.since = "2024-01-01";
		assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
		struct stay_change out = { .verb = SV_OUT, .day = i < 3 ? "2024-02-01" : "2026-11-01" };
		assert_int_equal(stay_change(v->cx, v->hotel, d.id, &out, &d), VH_OK);
	}
	village_as(v, "operator");
	assert_int_equal(night_erase(v->cx, &run), VH_OK);
	assert_int_equal(run.erased, 2);
	assert_int_equal(run.kept, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM erasure"), 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event WHERE type LIKE '%hotel.erased%'"), 1);
	/* A second run does nothing twice and says nothing. */
	assert_int_equal(night_erase(v->cx, &run), VH_OK);
	assert_int_equal(run.erased, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event WHERE type LIKE '%hotel.erased%'"), 1);
	assert_int_equal(night_sweep(v->cx, &swept), VH_OK);
	assert_int_equal(swept.people, 0);
	village_sound(v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(filing_for_a_landlord_says_how_he_asked),
		T(a_queue_is_in_order_and_its_keys_are_read_strictly),
		T(who_is_away_too_long_is_overdue),
		T(numbers_are_whole_once_a_call_and_capped_a_day),
		T(employers_that_are_one_have_their_people_together),
		T(the_night_drops_whom_the_hotel_need_not_keep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
