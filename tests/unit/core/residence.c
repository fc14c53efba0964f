/* How many days somebody has been registered without a gap. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/dispute.h"
#include "vh/residence.h"
#include "village.h"

static int32_t on(const char *text)
{
	int32_t day;
	assert_int_equal(day_parse(text, &day), VH_OK);
	return day;
}

/* Noon in China, so that no zone hides. */
static int64_t noon(const char *text)
{
	return day_start(on(text), ZONE_CHINA) + 12 * HOUR_MS;
}

/* A stay filed in time on its first day. */
static struct stay in_time(const char *since, const char *ended)
{
	return (struct stay){ .since = since, .ended = ended, .state = ended ? STAY_ENDED : STAY_VERIFIED,
	                      .filed_at = noon(since), .due = noon(since) + 3 * DAY_MS, .verified_at = 1 };
}

static struct residence count(const struct stay *s, size_t n, const char *today)
{
	struct span span[8];
	struct residence r;
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		k += residence_span(&s[i], ZONE_CHINA, on(today), &span[k]);
	residence_of(span, k, on(today), &r);
	return r;
}
#define COUNT(today, ...) \
	count((const struct stay[]){ __VA_ARGS__ }, \
	      sizeof((const struct stay[]){ __VA_ARGS__ }) / sizeof(struct stay), today)

static void first_day_is_one_and_the_half_year_is_183(void **state)
{
	(void)state;
	struct residence r = COUNT("2026-01-01", in_time("2026-01-01", NULL));
	assert_int_equal(r.days, 1);
	assert_true(r.now);
	assert_int_equal(r.half_year, on("2026-07-02"));
	assert_int_equal(COUNT("2026-07-01", in_time("2026-01-01", NULL)).days, 182);
	assert_int_equal(COUNT("2026-07-02", in_time("2026-01-01", NULL)).days, HALF_YEAR_DAYS);
}

static void nobody_and_who_comes_tomorrow_have_no_day(void **state)
{
	struct residence r;
	(void)state;
	residence_of(NULL, 0, on("2026-01-01"), &r);
	assert_int_equal(r.days, 0);
	assert_false(r.now);
	struct stay ahead = in_time("2026-01-02", NULL);
	ahead.filed_at = noon("2026-01-01");
	assert_int_equal(COUNT("2026-01-01", ahead).days, 0);
	assert_int_equal(COUNT("2026-01-02", ahead).days, 1);
}

static void next_room_on_the_same_or_the_next_day_leaves_no_gap_the_day_after_does(void **state)
{
	static const struct { const char *next; int64_t days; } move[] = {
		{ "2026-03-30", 100 }, { "2026-03-31", 100 }, { "2026-04-01", 100 }, { "2026-04-02", 9 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof move / sizeof *move; i++) {
		struct residence r = COUNT("2026-04-10", in_time(move[i].next, NULL),
		                           in_time("2026-01-01", "2026-03-31"));
		assert_int_equal(r.days, move[i].days);
		assert_true(r.now);
	}
}

static void short_stay_within_a_long_one_does_not_shorten_it(void **state)
{
	(void)state;
	struct residence r = COUNT("2026-04-10", in_time("2026-01-01", NULL), in_time("2026-02-01", "2026-02-03"));
	assert_int_equal(r.days, 100);
}

static void who_left_keeps_what_he_had_until_the_last_day(void **state)
{
	(void)state;
	struct residence r = COUNT("2026-06-01", in_time("2026-01-01", "2026-01-31"));
	assert_int_equal(r.days, 31);
	assert_false(r.now);
	/* Between two hotels he was registered nowhere: only the newer counts. */
	r = COUNT("2026-06-01", in_time("2026-01-01", "2026-01-31"), in_time("2026-03-01", "2026-03-10"));
	assert_int_equal(r.days, 10);
	assert_int_equal(r.span.from, on("2026-03-01"));
}

static void late_filing_counts_from_its_own_day(void **state)
{
	(void)state;
	struct stay late = in_time("2026-01-01", NULL), unknown = late, in = late;
	in.filed_at = noon("2026-01-03");
	late.filed_at = unknown.filed_at = noon("2026-02-01");
	late.late = true;
	unknown.due = 0;
	struct stay unjudged = late; /* a ledger's row: nobody is blamed, nor is a day given away */
	unjudged.late = false;
	assert_int_equal(COUNT("2026-02-10", unjudged).days, 10);
	assert_int_equal(COUNT("2026-02-10", in).days, 41);
	assert_int_equal(COUNT("2026-02-10", late).days, 10);
	assert_int_equal(COUNT("2026-02-10", unknown).days, 10);
	/* Filed after he had left: no day of it was ever registered. */
	late.state = STAY_ENDED;
	late.ended = "2026-01-20";
	assert_int_equal(COUNT("2026-02-10", late).days, 0);
}

static void being_away_counts_and_what_was_refused_does_not(void **state)
{
	static const struct { enum stay_state state; int64_t days; } by[] = {
		{ STAY_PENDING, 10 }, { STAY_VERIFIED, 10 }, { STAY_AWAY, 10 },
		{ STAY_CONTESTED, 0 }, { STAY_REJECTED, 0 }, { STAY_VOID, 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
		struct stay s = in_time("2026-01-01", NULL);
		s.state = by[i].state;
		assert_int_equal(COUNT("2026-01-10", s).days, by[i].days);
	}
}

static void it_is_seen_by_an_officer_only_when_every_part_was(void **state)
{
	(void)state;
	struct stay a = in_time("2026-01-01", "2026-01-31"), b = in_time("2026-02-01", NULL);
	assert_true(COUNT("2026-02-10", a, b).span.verified);
	a.verified_at = 0;
	assert_false(COUNT("2026-02-10", a, b).span.verified);
	/* What lies behind a gap does not count, nor does who saw to it. */
	b = in_time("2026-02-05", NULL);
	assert_true(COUNT("2026-02-10", a, b).span.verified);
}

static struct residence mine(struct village *v)
{
	struct me *list = NULL;
	struct residence r;
	village_as(v, "tenant");
	assert_int_equal(look_me(v->cx, &list), VH_OK);
	assert_int_equal(residence_me(v->cx, list, &r), VH_OK);
	village_as(v, "clerk");
	return r;
}

static struct stay_done change(struct village *v, int64_t stay, struct stay_change c)
{
	struct stay_done d;
	if (stay_change(v->cx, v->hotel, stay, &c, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return d;
}

static void moves_trips_and_a_false_move_out_leave_the_register_whole(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1), dispute;
	village_as(v, "operator");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, id).person), VH_OK);
	village_reload(v, "tenant");
	village_as(v, "clerk");
	assert_int_equal(mine(v).days, 1);
	v->cx->now += 20 * DAY_MS;
	change(v, id, (struct stay_change){ .verb = SV_AWAY, .day = "2027-01-10" });
	v->cx->now += 10 * DAY_MS;
	assert_int_equal(mine(v).days, 31);
	change(v, id, (struct stay_change){ .verb = SV_BACK });
	id = change(v, id, (struct stay_change){ .verb = SV_MOVE, .room = v->room[V_102] }).id;
	v->cx->now += 10 * DAY_MS;
	assert_int_equal(mine(v).days, 41);
	/* Somebody moves him out who is still there; a week later he says so. */
	change(v, id, (struct stay_change){ .verb = SV_OUT });
	v->cx->now += 7 * DAY_MS;
	assert_int_equal(mine(v).days, 41);
	assert_false(mine(v).now);
	village_as(v, "tenant");
	struct dispute_new n = { .hotel = v->hotel, .stay = id, .kind = "still_here" };
	assert_int_equal(dispute_file(v->cx, &n, &dispute), VH_OK);
	assert_int_equal(mine(v).days, 48);
	assert_true(mine(v).now);
}

static void stays_in_two_hotels_are_one_run(void **state)
{
	struct village *v = *state;
	struct stay_new far = village_new(v, V_FAR, 1);
	struct stay_done d, old;
	struct stay_new near = village_new(v, V_101, 1);
	assert_int_equal(stay_in(v->cx, &near, &old), VH_OK);
	v->cx->now += 30 * DAY_MS;
	change(v, old.id, (struct stay_change){ .verb = SV_OUT });
	v->cx->now += DAY_MS;
	village_as(v, "clerk2");
	far.since = "2026-12-22";
	assert_int_equal(stay_in(v->cx, &far, &d), VH_OK);
	village_as(v, "operator");
	assert_int_equal(account_grant(v->cx, "tenant", ROLE_TENANT, XIXIN), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, old.person), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->far, d.person), VH_OK);
	village_reload(v, "tenant");
	struct residence r = mine(v);
	assert_int_equal(r.days, 32);
	assert_true(r.now);
}

#define T(f) cmocka_unit_test(f)
#define V(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(first_day_is_one_and_the_half_year_is_183),
		T(nobody_and_who_comes_tomorrow_have_no_day),
		T(next_room_on_the_same_or_the_next_day_leaves_no_gap_the_day_after_does),
		T(short_stay_within_a_long_one_does_not_shorten_it),
		T(who_left_keeps_what_he_had_until_the_last_day),
		T(late_filing_counts_from_its_own_day),
		T(being_away_counts_and_what_was_refused_does_not),
		T(it_is_seen_by_an_officer_only_when_every_part_was),
		V(moves_trips_and_a_false_move_out_leave_the_register_whole),
		V(stays_in_two_hotels_are_one_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
