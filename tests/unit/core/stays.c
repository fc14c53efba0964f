/* Moving in: who may, what is refused and by which code, deadlines, and what a filing that is in dispute becomes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/date.h"
#include "vh/employer.h"
#include "vh/limits.h"
#include "village.h"

#define NOW TESTDB_NOW

static void in(struct village *v, const struct stay_new *n, struct stay_done *ret)
{
	if (stay_in(v->cx, n, ret) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

static void refuse(struct village *v, const struct stay_new *n, enum vh_rc want, const char *code, const char *field)
{
	char before[65], after[65];
	struct stay_done done = { .id = -7 };
	village_digest(v, NULL, before);
	enum vh_rc rc = stay_in(v->cx, n, &done);
	assert_string_equal(v->cx->err.item[0].field, field);
	village_refused(v, rc, want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(done.id, -7);
}

static int64_t end_of(const char *day)
{
	int32_t d;
	assert_int_equal(day_parse(day, &d), VH_OK);
	return day_start(d + 1, ZONE_CHINA) - 1;
}

static void stay_filed_by_landlord_or_desk_is_pending_and_by_officers_verified(void **state)
{
	static const struct { const char *who; enum stay_state want; } all[] = {
		{ "wang", STAY_PENDING }, { "clerk", STAY_PENDING }, { "operator", STAY_PENDING },
		{ "police", STAY_VERIFIED }, { "grid", STAY_VERIFIED },
	};
	struct village *v = *state;
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		struct stay_new n = village_new(v, i < 2 ? V_101 : i < 4 ? V_102 : V_201, i);
		struct stay_done d;
		village_as(v, all[i].who);
		in(v, &n, &d);
		assert_int_equal(d.state, all[i].want);
		struct stay s = village_stay(v, d.id);
		assert_int_equal(s.state, all[i].want);
		assert_int_equal(s.verified_at, all[i].want == STAY_VERIFIED ? NOW : 0);
		assert_int_equal(s.verified_by, all[i].want == STAY_VERIFIED ? v->cx->who->account : 0);
		assert_int_equal(s.filed_by, v->cx->who->account);
		assert_int_equal(s.filed_at, NOW);
		assert_int_equal(s.notice, 1);
	}
	village_sound(v);
}

static void stay_is_refused_to_those_who_may_not_file(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } all[] = {
		{ NULL, VH_DENIED, "login" },          { "admin", VH_DENIED, "role" },
		{ "head", VH_DENIED, "role" },         { "auditor", VH_DENIED, "role" },
		{ "employer", VH_DENIED, "role" },     { "zhao", VH_NOTFOUND, "not_found" },
		{ "tenant", VH_NOTFOUND, "not_found" }, { "outsider", VH_NOTFOUND, "not_found" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct stay_new n = village_new(v, V_101, 1);
		village_as(v, all[i].who);
		refuse(v, &n, all[i].rc, all[i].code, "");
	}
	struct stay_new n = village_new(v, V_101, 1);
	village_as(v, "wang");
	n.room = 12345;
	refuse(v, &n, VH_NOTFOUND, "not_found", "room");
	n.room = v->room[V_FAR];
	refuse(v, &n, VH_NOTFOUND, "not_found", "room");
	n.hotel = 77;
	refuse(v, &n, VH_NOTFOUND, "not_found", "hotel");
	village_in(v, V_101, 1);
}

static void documents_names_and_phones_are_judged_before_anything_is_written(void **state)
{
	static const struct { const char *name, *type, *no, *phone; const char *code, *field; } bad[] = {
		{ "", "id_card", "42019919900101107X", NULL, "name", "name" },
		{ NULL, "id_card", "42019919900101107X", NULL, "name", "name" },
		{ " \t ", "id_card", "42019919900101107X", NULL, "name", "name" },
		{ "a", "id_card", "420199199001011", NULL, "doc_birth", "doc_no" },
		{ "a", "id_card", "42019919900101107", NULL, "doc_length", "doc_no" },
		{ "a", "id_card", "420199199002301079", NULL, "doc_birth", "doc_no" },
		{ "a", "id_card", "4201991990O101107X", NULL, "doc_alphabet", "doc_no" },
		{ "a", "id_card", "", NULL, "doc_length", "doc_no" },
		{ "a", "library", "1", NULL, "doc_kind", "doc_type" },
		{ "a", NULL, "1", NULL, "doc_kind", "doc_type" },
		{ "a", "none", "", NULL, "guardian", "guardian" },
	};
	struct village *v = *state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct stay_new n = village_new(v, V_101, 1);
		n.name = bad[i].name;
		n.doc_type = bad[i].type;
		n.doc_no = bad[i].no;
		refuse(v, &n, VH_INVALID, bad[i].code, bad[i].field);
	}
	struct stay_new n = village_new(v, V_101, 1);
	char wrong[19];
	snprintf(wrong, sizeof wrong, "%s", n.doc_no);
	wrong[17] = wrong[17] == '1' ? '2' : '1';
	n.doc_no = wrong;
	refuse(v, &n, VH_INVALID, "doc_check", "doc_no");
	n = village_new(v, V_101, 1);
	n.phone = "1390000000x";
	refuse(v, &n, VH_INVALID, "phone", "phone");
	n.phone = "1990000114"; /* a mobile number with a digit too few, and one too many */
	refuse(v, &n, VH_INVALID, "phone", "phone");
	n.phone = "199000011411";
	refuse(v, &n, VH_INVALID, "phone", "phone");
	char name[65 * 3 + 1] = "";
	for (int i = 0; i < 65; i++)
		memcpy(name + 3 * i, "韦", 4);
	n = village_new(v, V_101, 1);
	n.name = name;
	refuse(v, &n, VH_INVALID, "name", "name");
	n.name = name + 3;
	struct stay_done d;
	in(v, &n, &d);
}

static void error_words_never_repeat_the_number(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.doc_no = "420199199001011071";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_INVALID);
	assert_null(strstr(err_text(&v->cx->err), "1990"));
	err_clear(&v->cx->err);
	village_in(v, V_101, 2);
	n = village_new(v, V_102, 2);
	assert_int_equal(stay_in(v->cx, &n, &d), VH_CONFLICT);
	assert_null(strstr(err_text(&v->cx->err), n.doc_no));
	assert_null(strstr(err_text(&v->cx->err), "101")); /* nor where he lives */
	err_clear(&v->cx->err);
}

static void stay_in_two_years_is_refused_and_years_ago_is_fine(void **state)
{
	static const struct { const char *since, *until; const char *code, *field; } bad[] = {
		{ "2028-11-21", NULL, "date", "since" }, { "2026-12-23", NULL, "date", "since" },
		{ "", NULL, "date", "since" },           { NULL, NULL, "date", "since" },
		{ "soon", NULL, "date", "since" },       { "2026-02-30", NULL, "date", "since" },
		{ "2026-11-21", "2026-11-20", "until", "until" }, { "2026-11-21", "one day", "date", "until" },
	};
	static const struct { const char *since, *until; bool late; } good[] = {
		{ "2019-03-01", NULL, true }, { "2026-12-22", NULL, false }, { "2026/11/21", "2026-11-21", false },
	};
	struct village *v = *state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct stay_new n = village_new(v, V_101, 1);
		n.since = bad[i].since;
		n.until = bad[i].until;
		refuse(v, &n, VH_INVALID, bad[i].code, bad[i].field);
	}
	for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
		struct stay_new n = village_new(v, i ? V_102 : V_101, i);
		struct stay_done d;
		n.since = good[i].since;
		n.until = good[i].until;
		in(v, &n, &d);
		assert_int_equal(d.late, d.due ? good[i].late : false);
	}
	assert_string_equal(village_stay(v, village_in(v, V_201, 9)).since, "2026-11-21");
}

/* Three working days by the notice of the State Council: in 2026 Saturday 10 October is worked, 1 to 7 are off. */
static void filing_is_due_after_three_working_days_of_the_real_calendar(void **state)
{
	static const struct { const char *since, *due; } all[] = {
		{ "2026-11-16", "2026-11-19" }, /* Monday to Thursday */
		{ "2026-11-19", "2026-11-24" }, /* a weekend between */
		{ "2026-11-20", "2026-11-25" },
		{ "2026-11-21", "2026-11-25" }, /* filed on a Saturday */
		{ "2026-09-30", "2026-10-10" }, /* National Day, then a worked Saturday */
		{ "2026-10-08", "2026-10-12" },
	};
	struct village *v = *state;
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		struct stay_new n = village_new(v, V_101 + (int)i / 2, i);
		struct stay_done d;
		n.since = all[i].since;
		in(v, &n, &d);
		if (d.due != end_of(all[i].due))
			fail_msg("since %s: %lld", all[i].since, (long long)d.due);
		assert_int_equal(d.late, d.due < NOW);
		struct stay s = village_stay(v, d.id);
		assert_int_equal(s.due, d.due);
		assert_int_equal(s.late, d.late);
	}
}

static void filing_on_the_last_day_is_in_time_and_a_moment_later_is_late(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.since = "2026-11-16";
	v->cx->now = end_of("2026-11-19");
	in(v, &n, &d);
	assert_false(d.late);
	n = village_new(v, V_101, 2);
	n.since = "2026-11-16";
	v->cx->now++;
	in(v, &n, &d);
	assert_true(d.late);
}

static void what_a_ledger_brings_is_not_judged_and_what_is_filed_is(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.since = "2024-03-01";
	n.ledger = true;
	in(v, &n, &d);
	assert_true(d.due && d.due < NOW && !d.late);
	assert_false(village_stay(v, d.id).late);
	/* Nor when a day of it is put right. */
	struct stay_change c = { .verb = SV_AMEND, .since = "2024-03-02" };
	struct stay_done after;
	assert_int_equal(stay_change(v->cx, v->hotel, d.id, &c, &after), VH_OK);
	assert_false(village_stay(v, d.id).late);
	n = village_new(v, V_101, 2);
	n.since = "2024-03-01";
	in(v, &n, &d);
	assert_true(village_stay(v, d.id).late);
}

static void deadline_beyond_the_known_calendar_is_said_to_be_unknown(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.since = "1999-05-05";
	in(v, &n, &d);
	assert_int_equal(d.due, 0);
	assert_false(d.late);
	assert_true(d.warn & WARN_DUE_UNKNOWN);
	n = village_new(v, V_101, 2);
	in(v, &n, &d);
	assert_false(d.warn & WARN_DUE_UNKNOWN);
	v->cx->now = end_of("2027-12-31");
	n = village_new(v, V_102, 3);
	n.since = "2027-12-31";
	in(v, &n, &d);
	assert_int_equal(d.due, 0);
	assert_true(d.warn & WARN_DUE_UNKNOWN);
}

static void foreigner_is_due_within_a_day_and_told_at_once(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	struct event e;
	n.doc_type = "passport";
	n.doc_no = "C01X00T47";
	n.name = "ERIKA MUSTERFRAU";
	in(v, &n, &d);
	if (d.due != NOW + DAY_MS) {
		/* The form of the number decides whether it is foreign; this one must be. */
		fail_msg("due %lld", (long long)d.due);
	}
	cJSON_Delete(village_event(v, &e));
	assert_true(e.urgent);
	n.doc_no = "C01X00T55";
	n.since = "2026-11-19";
	in(v, &n, &d);
	assert_int_equal(d.due, end_of("2026-11-19") + DAY_MS);
	assert_true(d.late);
	n = village_new(v, V_102, 2);
	in(v, &n, &d);
	cJSON_Delete(village_event(v, &e));
	assert_false(e.urgent);
}

static void person_who_lives_here_is_not_moved_in_again(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	village_in(v, V_101, 1);
	refuse(v, &n, VH_CONFLICT, "in_this_room", "doc_no");
	n = village_new(v, V_102, 1);
	refuse(v, &n, VH_CONFLICT, "already_in", "doc_no");
	n = village_new(v, V_101, 1);
	n.anyway = true;
	refuse(v, &n, VH_CONFLICT, "in_this_room", "doc_no"); /* in the very room there is nothing to dispute */
	n.ledger = true;
	n.anyway = false;
	refuse(v, &n, VH_CONFLICT, "duplicate", "doc_no");
	/* Another document of the same name is another person; another hotel is another registry. */
	village_in(v, V_101, 2);
	village_as(v, "operator");
	village_in(v, V_FAR, 1);
	village_sound(v);
}

static void a_landlord_who_asks_by_a_number_is_told_after_a_row_about_it(void **state)
{
	struct village *v = *state;
	village_as(v, "zhao");
	int64_t known = village_in(v, V_201, 1);
	village_as(v, "wang");
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	int64_t before = village_looks(v);
	village_refused(v, stay_in(v->cx, &n, &d), VH_CONFLICT, "already_in");
	assert_int_equal(village_looks(v), before + 1);
	assert_int_equal(village_sql(v, "SELECT subject FROM access ORDER BY id DESC LIMIT 1"),
	                 village_stay(v, known).person);
	/* Of a number that nobody has there is nothing to tell. */
	n = village_new(v, V_101, 2);
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	assert_int_equal(village_looks(v), before + 1);
	/* Filed all the same it is told too. */
	n = village_new(v, V_102, 1);
	n.anyway = true;
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	assert_int_equal(d.state, STAY_CONTESTED);
	assert_int_equal(village_looks(v), before + 2);
	village_sound(v);
}

static void full_room_refuses_one_more(void **state)
{
	struct village *v = *state;
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	struct stay_new n = village_new(v, V_101, 3);
	refuse(v, &n, VH_CONFLICT, "room_full", "room");
	/* And of a number that is known elsewhere the same is said as of one that nobody knows. */
	village_in(v, V_201, 4);
	n = village_new(v, V_101, 4);
	refuse(v, &n, VH_CONFLICT, "room_full", "room");
	struct room_new three = { .capacity = 3 };
	assert_int_equal(room_amend(v->cx, v->hotel, v->room[V_101], &three), VH_OK);
	village_in(v, V_101, 3);
	n = village_new(v, V_101, 5);
	refuse(v, &n, VH_CONFLICT, "room_full", "room");
	n.ledger = true; /* a clerk's ledger is what the village knows: taken, and said */
	struct stay_done d;
	in(v, &n, &d);
	assert_true(d.warn & WARN_ROOM_FULL);
}

static void room_that_is_not_open_takes_nobody(void **state)
{
	static const char *const shut[] = { "suspended", "barred" };
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(room_letting(v->cx, v->hotel, v->room[V_101], shut[i], NULL), VH_OK);
		refuse(v, &n, VH_CONFLICT, "room_shut", "room");
		n.anyway = true;
		refuse(v, &n, VH_CONFLICT, "room_shut", "room");
		n.anyway = false;
	}
	assert_int_equal(room_letting(v->cx, v->hotel, v->room[V_101], "open", NULL), VH_OK);
	village_in(v, V_101, 1);
	assert_int_equal(room_retire(v->cx, v->hotel, v->room[V_102], "torn down"), VH_OK);
	n = village_new(v, V_102, 2);
	refuse(v, &n, VH_CONFLICT, "room_shut", "room");
}

static void filed_anyway_is_contested_and_waits_as_a_task(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_102, 1);
	struct stay_done d;
	struct event e;
	int64_t first = village_in(v, V_101, 1);
	n.anyway = true;
	village_as(v, "police"); /* even an officer's is not decided by filing it */
	in(v, &n, &d);
	assert_int_equal(d.state, STAY_CONTESTED);
	struct stay s = village_stay(v, d.id);
	assert_string_equal(s.contest, "already_in");
	assert_int_equal(s.lease, 0);
	assert_int_equal(s.verified_at, 0);
	assert_int_equal(village_stay(v, first).state, STAY_PENDING);
	cJSON *data = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.stay.checked-in.v1");
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(data, "stay"), "state"), "contested");
	cJSON_Delete(data);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'move_conflict'"), 1);
	refuse(v, &n, VH_CONFLICT, "in_this_room", "doc_no"); /* it waits already */
	village_in(v, V_201, 2);
	village_in(v, V_201, 3);
	n = village_new(v, V_201, 4);
	n.anyway = true;
	in(v, &n, &d);
	assert_string_equal(village_stay(v, d.id).contest, "room_full");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'room_over'"), 1);
	n = village_new(v, V_102, 5);
	n.anyway = true; /* nothing stands against it: an ordinary stay */
	in(v, &n, &d);
	assert_int_equal(d.state, STAY_VERIFIED);
	village_sound(v);
}

static void contested_people_are_not_counted_in_the_room(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_102, 1);
	struct stay_done d;
	village_in(v, V_101, 1);
	n.anyway = true;
	in(v, &n, &d);
	village_in(v, V_102, 2);
	village_in(v, V_102, 3);
	n = village_new(v, V_102, 4);
	refuse(v, &n, VH_CONFLICT, "room_full", "room");
}

static void disputed_filing_does_not_touch_what_is_known_of_the_person(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.phone = "13911110001";
	in(v, &n, &d);
	int64_t version = village_sql(v, "SELECT max(version) FROM person");
	n = village_new(v, V_201, 1);
	n.phone = "13911110002";
	n.anyway = true;
	village_as(v, "zhao");
	in(v, &n, &d);
	assert_int_equal(village_sql(v, "SELECT max(version) FROM person"), version);
	/* An undisputed one brings the phone up to date. */
	village_as(v, "clerk");
	struct stay_change out = { .verb = SV_OUT };
	assert_int_equal(stay_change(v->cx, v->hotel, village_sql(v, "SELECT min(id) FROM stay"), &out, &d), VH_OK);
	n = village_new(v, V_102, 1);
	n.phone = "13911110002";
	in(v, &n, &d);
	assert_int_equal(village_sql(v, "SELECT max(version) FROM person"), version + 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person"), 1);
	village_sound(v);
}

static void another_name_under_a_known_number_is_a_warning_and_the_old_name_stays(void **state)
{
	struct village *v = *state;
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	struct event e;
	int64_t id = village_in(v, V_101, 1);
	assert_int_equal(stay_change(v->cx, v->hotel, id, &out, &d), VH_OK);
	struct stay_new n = village_new(v, V_101, 1);
	const char *was = n.name;
	n.name = "蓝别名";
	in(v, &n, &d);
	assert_true(d.warn & WARN_NAME_DIFFERS);
	cJSON *data = village_event(v, &e);
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(data, "person"), "name"), was);
	cJSON_Delete(data);
	n = village_new(v, V_101, 2);
	in(v, &n, &d);
	assert_false(d.warn & WARN_NAME_DIFFERS);
}

static void infant_without_papers_hangs_on_a_guardian(void **state)
{
	struct village *v = *state;
	struct stay_done d, mother;
	struct stay_new n = village_new(v, V_101, 1);
	in(v, &n, &mother);
	struct stay_new baby = village_new(v, V_101, 2);
	baby.doc_type = "none";
	baby.doc_no = NULL;
	baby.name = "韦宝";
	refuse(v, &baby, VH_INVALID, "guardian", "guardian");
	baby.guardian = 4711;
	refuse(v, &baby, VH_INVALID, "guardian", "guardian");
	baby.guardian = mother.person;
	in(v, &baby, &d);
	assert_int_equal(village_sql(v, "SELECT guardian FROM person WHERE doc_type = 'none'"), mother.person);
	refuse(v, &baby, VH_CONFLICT, "in_this_room", "doc_no"); /* the same name of the same guardian */
	/* Who has papers hangs on nobody, whatever is said: one who is not there would break the registry. */
	struct stay_new grown = village_new(v, V_102, 5);
	grown.guardian = 4711;
	in(v, &grown, &d);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person WHERE guardian = 4711"), 0);
	village_sound(v);
	baby.name = "韦小宝";
	baby.room = v->room[V_102];
	in(v, &baby, &d); /* a twin */
	baby.doc_type = "id_card";
	refuse(v, &baby, VH_INVALID, "doc_length", "doc_no");
	village_sound(v);
}

static void employer_is_picked_by_name_or_alias_and_made_once(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	int64_t id;
	assert_int_equal(employer_add(v->cx, v->hotel, "东新电子有限公司", NULL, &id), VH_OK);
	assert_int_equal(employer_alias_add(v->cx, v->hotel, id, "电子厂"), VH_OK);
	static const char *const said[] = { "东新电子有限公司", " 东新 电子有限公司", "电子厂" };
	for (unsigned i = 0; i < 3; i++) {
		struct stay_new n = village_new(v, i < 2 ? V_101 : V_102, i);
		n.employer = said[i];
		in(v, &n, &d);
		assert_int_equal(village_stay(v, d.id).employer, id);
	}
	struct stay_new n = village_new(v, V_102, 5);
	n.employer = "物流园";
	in(v, &n, &d);
	assert_int_not_equal(village_stay(v, d.id).employer, id);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM employer"), 2);
	village_refused(v, employer_add(v->cx, v->hotel, "电子厂", NULL, &id), VH_CONFLICT, "employer_there");
	village_refused(v, employer_add(v->cx, v->hotel, "新厂", "91310000000000000I", &id), VH_INVALID, "doc_alphabet");
}

static void first_in_a_room_holds_the_lease_and_the_next_joins_it(void **state)
{
	struct village *v = *state;
	struct stay a = village_stay(v, village_in(v, V_101, 1)), b = village_stay(v, village_in(v, V_101, 2));
	assert_true(a.lessee);
	assert_false(b.lessee);
	assert_int_equal(a.lease, b.lease);
	struct stay_new n = village_new(v, V_102, 3);
	struct stay_done d;
	n.lessee = true;
	in(v, &n, &d);
	assert_int_not_equal(village_stay(v, d.id).lease, a.lease);
	n = village_new(v, V_102, 4);
	n.lessee = true; /* two lessees in one room have a lease each */
	in(v, &n, &d);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE state = 'open'"), 3);
	village_sound(v);
}

static void key_of_a_request_gives_back_what_the_first_made(void **state)
{
	struct village *v = *state;
	struct idem key = { .key = "k-1", .print = { 1 } };
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done first, again;
	v->cx->idem = &key;
	in(v, &n, &first);
	assert_false(key.replayed);
	in(v, &n, &again);
	assert_true(key.replayed);
	assert_int_equal(first.id, again.id);
	assert_int_equal(first.person, again.person);
	assert_int_equal(first.due, again.due);
	assert_int_equal(first.state, again.state);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 1);
	key.print[0] = 2;
	refuse(v, &n, VH_INVALID, "idem_mismatch", "Idempotency-Key");
	key.print[0] = 1;
	village_as(v, "wang"); /* keys are each caller's own */
	n = village_new(v, V_101, 2);
	in(v, &n, &again);
	assert_false(key.replayed);
	assert_int_not_equal(first.id, again.id);
	/* A refusal is not remembered: the same key may try again. */
	key.key = "k-2";
	n = village_new(v, V_102, 1);
	village_refused(v, stay_in(v->cx, &n, &again), VH_CONFLICT, "already_in");
	n = village_new(v, V_102, 3);
	in(v, &n, &again);
	assert_false(key.replayed);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(stay_filed_by_landlord_or_desk_is_pending_and_by_officers_verified),
		T(stay_is_refused_to_those_who_may_not_file),
		T(documents_names_and_phones_are_judged_before_anything_is_written),
		T(error_words_never_repeat_the_number),
		T(stay_in_two_years_is_refused_and_years_ago_is_fine),
		T(filing_is_due_after_three_working_days_of_the_real_calendar),
		T(filing_on_the_last_day_is_in_time_and_a_moment_later_is_late),
		T(what_a_ledger_brings_is_not_judged_and_what_is_filed_is),
		T(deadline_beyond_the_known_calendar_is_said_to_be_unknown),
		T(foreigner_is_due_within_a_day_and_told_at_once),
		T(person_who_lives_here_is_not_moved_in_again),
		T(a_landlord_who_asks_by_a_number_is_told_after_a_row_about_it),
		T(full_room_refuses_one_more),
		T(room_that_is_not_open_takes_nobody),
		T(filed_anyway_is_contested_and_waits_as_a_task),
		T(contested_people_are_not_counted_in_the_room),
		T(disputed_filing_does_not_touch_what_is_known_of_the_person),
		T(another_name_under_a_known_number_is_a_warning_and_the_old_name_stays),
		T(infant_without_papers_hangs_on_a_guardian),
		T(employer_is_picked_by_name_or_alias_and_made_once),
		T(first_in_a_room_holds_the_lease_and_the_next_joins_it),
		T(key_of_a_request_gives_back_what_the_first_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
