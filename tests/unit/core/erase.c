/* Erasing: when its time has come, what is gone, what stays as numbers, and what holds it back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/dispute.h"
#include "vh/erase.h"
#include "vh/inspect.h"
#include "vh/hazard.h"
#include "vh/look.h"
#include "vh/outbox.h"
#include "vh/own.h"
#include "village.h"

#define YEAR (365 * DAY_MS)

/* Person n lived in a room since 2026-11-21 and left that day. */
static int64_t left(struct village *v, int room, unsigned n, int64_t *ret_person)
{
	struct stay_new in = village_new(v, room, n);
	struct stay_change c = { .verb = SV_OUT, .reason = "went home to his uncle" };
	struct stay_done d;
	in.phone = "13712345678";
	in.home = "贵州省";
	in.relation = "cousin of the smith";
	in.employer = "电子厂";
	village_as(v, "wang");
	assert_int_equal(stay_in(v->cx, &in, &d), VH_OK);
	*ret_person = d.person;
	int64_t stay = d.id;
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &c, &d), VH_OK);
	village_as(v, "clerk");
	return stay;
}

static enum vh_rc erase(struct village *v, int64_t person, struct erasure *ret)
{
	return erase_person(v->cx, v->hotel, person, ret);
}

static void refuse(struct village *v, int64_t person, enum vh_rc want, const char *code)
{
	char before[65], after[65];
	struct erasure e = { .id = -7 };
	village_digest(v, NULL, before);
	village_refused(v, erase(v, person, &e), want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(e.id, -7);
}

struct reading {
	int64_t hotel, stay;
	struct event *list;
	struct person p;
	int64_t person;
};

static enum vh_rc events_step(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	enum vh_rc rc = event_of_subject(cx, r->hotel, arena_printf(cx->a, "stays/%lld", (long long)r->stay),
	                                 &r->list);
	for (struct event *e = r->list; rc == VH_OK && e; e = e->next) {
		char *json = NULL;
		rc = journal_data(cx, e, &json);
		if (rc == VH_OK && strcmp(json, "{\"erased\":true}") != 0)
			fail_msg("an event still says %s", json);
		assert_null(e->reason);
	}
	if (rc == VH_OK)
		rc = person_get(cx, r->hotel, r->person, &r->p);
	return rc;
}

static void person_is_overwritten_and_a_receipt_says_so(void **state)
{
	struct village *v = *state;
	struct erasure row;
	struct event e;
	int64_t person, other;
	int64_t stay = left(v, V_101, 1, &person);
	struct room_look look;
	left(v, V_102, 3, &other);
	village_in(v, V_102, 5);
	assert_int_equal(look_room(v->cx, &v->h, v->room[V_102], &look), VH_OK); /* somebody looked at somebody */
	int64_t events = village_sql(v, "SELECT count(*) FROM event"), access = village_sql(v,
	                             "SELECT count(*) FROM access");
	v->cx->now += 2 * YEAR;
	assert_int_equal(erase(v, person, &row), VH_OK);
	assert_int_equal(row.stays, 1);
	assert_int_equal(row.events, 2);
	assert_int_equal(row.months, 12);
	assert_string_equal(row.last_day, "2026-11-21");
	assert_string_equal(row.why, "retention");
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.person.erased.v1");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events + 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access"), access);
	struct reading r = { .hotel = v->hotel, .stay = stay, .person = person };
	assert_int_equal(db_read(v->cx, events_step, &r), VH_OK);
	assert_null(r.p.doc_sealed.p);
	assert_null(r.p.doc_idx.p);
	assert_null(r.p.phone_sealed.p);
	assert_null(r.p.phone_idx.p);
	assert_null(r.p.home_sealed.p);
	assert_int_equal(r.p.name_idx, -1);
	assert_int_equal(r.p.tail_idx, -1);
	assert_int_equal(r.p.sex, 0);
	struct stay s = village_stay(v, stay);
	assert_null(s.relation);
	assert_null(s.reason);
	assert_int_equal(s.employer, 0);
	assert_string_equal(s.since, "2026-11-21");
	/* Nobody else lost anything. */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person WHERE doc_idx IS NOT NULL"), 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person WHERE phone_idx IS NOT NULL"), 1);
	refuse(v, person, VH_CONFLICT, "erased");
	village_sound(v);
}

static void erased_people_are_found_by_no_search_and_come_back_as_new(void **state)
{
	struct village *v = *state;
	struct erasure row;
	struct found *f = NULL;
	int64_t person;
	left(v, V_101, 1, &person);
	v->cx->now += 2 * YEAR;
	assert_int_equal(search_people(v->cx, NULL, SEARCH_DOC, village_doc(1), &f), VH_OK);
	assert_non_null(f);
	assert_int_equal(erase(v, person, &row), VH_OK);
	assert_int_equal(search_people(v->cx, NULL, SEARCH_DOC, village_doc(1), &f), VH_OK);
	assert_null(f);
	assert_int_equal(search_people(v->cx, NULL, SEARCH_PHONE, "13712345678", &f), VH_OK);
	assert_null(f);
	assert_int_equal(search_people(v->cx, NULL, SEARCH_TAIL, village_doc(1) + 14, &f), VH_OK);
	assert_null(f);
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.since = "2028-11-20";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	assert_int_not_equal(d.person, person);
	village_sound(v);
}

static void data_are_kept_to_the_last_day_of_the_term(void **state)
{
	struct village *v = *state;
	struct erasure row;
	int64_t person;
	left(v, V_101, 1, &person);
	refuse(v, person, VH_CONFLICT, "retention");
	v->cx->now += YEAR; /* 2027-11-21: the term's last day */
	refuse(v, person, VH_CONFLICT, "retention");
	v->cx->now += DAY_MS;
	assert_int_equal(erase(v, person, &row), VH_OK);
}

static void who_lives_here_or_is_disputed_or_endangered_is_kept(void **state)
{
	struct village *v = *state;
	struct erasure row;
	enum answer bad[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_NO }, good[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_YES };
	struct inspect_room room = { .room = v->room[V_101], .answers = bad };
	struct inspect_new visit = { .hotel = v->hotel, .rooms = &room, .n = 1, .consent = "occupant" };
	struct inspect_done done;
	int64_t person, other, id;
	assert_int_equal(inspect_visit(v->cx, &visit, &done), VH_OK);
	int64_t stay = left(v, V_101, 1, &person);
	left(v, V_102, 3, &other); /* another room, no hazard of his */
	struct dispute_new n = { .hotel = v->hotel, .stay = stay, .kind = "wrong", .words = "my name" };
	assert_int_equal(dispute_file(v->cx, &n, &id), VH_OK);
	v->cx->now += 2 * YEAR;
	refuse(v, person, VH_CONFLICT, "erase_dispute");
	assert_int_equal(dispute_settle(v->cx, v->hotel, id, false, "it is right"), VH_OK);
	refuse(v, person, VH_CONFLICT, "erase_hazard");
	assert_int_equal(erase(v, other, &row), VH_OK);
	room.answers = good;
	assert_int_equal(inspect_visit(v->cx, &visit, &done), VH_OK);
	assert_int_equal(done.mended, 1);
	room.answers = bad; /* found long after he left: not of his time */
	assert_int_equal(inspect_visit(v->cx, &visit, &done), VH_OK);
	assert_int_equal(erase(v, person, &row), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM dispute WHERE words IS NOT NULL OR reason IS NOT NULL"),
	                 0);
	stay = village_in(v, V_102, 7);
	refuse(v, village_stay(v, stay).person, VH_CONFLICT, "still_lives");
	village_sound(v);
}

static void what_an_upstream_has_not_got_is_kept(void **state)
{
	struct village *v = *state;
	struct erasure row;
	int64_t person;
	left(v, V_101, 1, &person);
	village_as(v, "operator");
	assert_int_equal(outbox_upstream_add(v->cx, "town", "https://town.example/events",
	                                     "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", false), VH_OK);
	v->cx->now += 2 * YEAR;
	refuse(v, person, VH_CONFLICT, "erase_unsent");
	struct upstream_change pause = { .state = "paused" };
	assert_int_equal(outbox_upstream_change(v->cx, "town", &pause), VH_OK);
	assert_int_equal(erase(v, person, &row), VH_OK); /* nothing goes there any more */
}

static void erasing_is_for_the_desk_the_night_and_the_person(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },      { "admin", VH_DENIED, "role" },   { "wang", VH_DENIED, "role" },
		{ "police", VH_DENIED, "role" },   { "grid", VH_DENIED, "role" },    { "auditor", VH_DENIED, "role" },
		{ "tenant", VH_NOTFOUND, "not_found" }, { "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	struct erasure row, *list;
	int64_t person, mine;
	left(v, V_101, 1, &person);
	left(v, V_102, 3, &mine);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, mine), VH_OK);
	village_reload(v, "tenant");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants g JOIN account a ON a.id = g.account"
	                                " WHERE a.login = 'tenant'"), 2); /* his place, and himself */
	v->cx->now += 2 * YEAR;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		refuse(v, person, no[i].rc, no[i].code);
	}
	village_as(v, "clerk");
	refuse(v, 12345, VH_NOTFOUND, "not_found");
	village_as(v, "tenant");
	assert_int_equal(erase(v, mine, &row), VH_OK);
	assert_string_equal(row.why, "asked");
	assert_int_equal(village_sql(v, "SELECT disabled FROM account WHERE login = 'tenant'"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants WHERE person IS NOT NULL"), 0);
	village_as(v, "auditor");
	assert_int_equal(look_erasures(v->cx, &v->h, 0, 0, &list), VH_OK);
	assert_int_equal(list->person, mine);
	assert_null(list->next);
	village_as(v, "wang");
	village_refused(v, look_erasures(v->cx, &v->h, 0, 0, &list), VH_DENIED, "role");
	village_sound(v);
}

static void an_account_that_is_somebody_elsewhere_goes_on(void **state)
{
	struct village *v = *state;
	struct erasure row;
	struct stay_new there = village_new(v, V_FAR, 3);
	struct stay_done d;
	int64_t mine;
	left(v, V_102, 3, &mine);
	village_as(v, "operator");
	assert_int_equal(stay_in(v->cx, &there, &d), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, mine), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->far, d.person), VH_OK);
	village_reload(v, "tenant");
	v->cx->now += 2 * YEAR;
	village_as(v, "tenant");
	assert_int_equal(erase(v, mine, &row), VH_OK);
	assert_int_equal(village_sql(v, "SELECT disabled FROM account WHERE login = 'tenant'"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants WHERE person IS NOT NULL"), 1);
	village_sound(v);
}

static void the_night_erases_all_whose_time_is_over_and_counts_who_is_held(void **state)
{
	struct village *v = *state;
	struct erase_run run = { 0 };
	int64_t a, b, c, id;
	left(v, V_101, 1, &a);
	int64_t held = left(v, V_101, 3, &b);
	struct dispute_new n = { .hotel = v->hotel, .stay = held, .kind = "wrong", .words = "my name" };
	assert_int_equal(dispute_file(v->cx, &n, &id), VH_OK);
	v->cx->now += 2 * YEAR;
	v->cx->now -= 30 * DAY_MS;
	struct stay_new late = village_new(v, V_102, 5);
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	late.since = "2028-10-21";
	assert_int_equal(stay_in(v->cx, &late, &d), VH_OK);
	c = d.person;
	assert_int_equal(stay_change(v->cx, v->hotel, d.id, &out, &d), VH_OK);
	v->cx->now += 30 * DAY_MS;
	village_as(v, "wang");
	village_refused(v, erase_due(v->cx, &v->h, 0, &run), VH_DENIED, "role");
	village_as(v, "operator");
	assert_int_equal(erase_due(v->cx, &v->h, 0, &run), VH_OK);
	assert_int_equal(run.erased, 1);
	assert_int_equal(run.kept, 1);
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM erasure WHERE person = %lld", (long long)a);
	assert_int_equal(village_sql(v, sql), 1);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM person WHERE id = %lld AND doc_idx IS NOT NULL", (long long)c);
	assert_int_equal(village_sql(v, sql), 1);
	assert_int_equal(erase_due(v->cx, &v->h, 0, &run), VH_OK);
	assert_int_equal(run.erased, 0);
	v->h.retention_months = 0; /* nothing is dropped where nobody said how long */
	assert_int_equal(erase_due(v->cx, &v->h, 0, &run), VH_OK);
	assert_int_equal(run.erased + run.kept, 0);
	village_sound(v);
}

/* One whose history is too large for one step waits; nobody behind him does. */
static void who_cannot_be_erased_keeps_nobody_else(void **state)
{
	struct village *v = *state;
	struct erase_run run = { 0 };
	int64_t heavy, light;
	char sql[500];
	int64_t stay = left(v, V_101, 1, &heavy);
	left(v, V_102, 2, &light);
	assert_true(heavy < light);
	snprintf(sql, sizeof sql,
	         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
	         " INSERT INTO event SELECT e.hotel, e.epoch, e.seq + 1000 + i, e.id + i, e.type, e.subject, e.part,"
	         " e.at, e.actor, e.reason, e.urgent, e.supersedes, zeroblob(40000) FROM event e, n"
	         " WHERE e.subject = 'stays/%lld' AND e.type LIKE '%%checked-in%%'", (long long)stay);
	village_sql(v, sql);
	v->cx->now += 2 * YEAR;
	village_as(v, "operator");
	village_refused(v, erase_due(v->cx, &v->h, 0, &run), VH_NOMEM, "no_memory");
	assert_int_equal(run.erased, 1);
	assert_int_equal(run.failed, 1);
	snprintf(sql, sizeof sql, "SELECT count(*) FROM erasure WHERE person = %lld", (long long)light);
	assert_int_equal(village_sql(v, sql), 1);
}

static void words_written_about_a_stay_go_too(void **state)
{
	struct village *v = *state;
	struct erasure row;
	int64_t person, stay = left(v, V_101, 1, &person);
	char sql[300];
	snprintf(sql, sizeof sql, "INSERT INTO task (hotel, id, kind, state, stay, note, created, changed, by)"
	         " VALUES (%lld, 7, 'skip', 'confirmed', %lld, 'his uncle says', 1, 1, 0)", (long long)v->hotel,
	         (long long)stay);
	village_sql(v, sql);
	snprintf(sql, sizeof sql, "INSERT INTO task_step (hotel, id, task, state, by, at, note)"
	         " VALUES (%lld, 8, 7, 'handled', 0, 1, 'called his uncle')", (long long)v->hotel);
	village_sql(v, sql);
	/* Told while he lived here, and still open. */
	struct tell told = { .hotel = v->hotel, .stay = stay, .words = "his uncle says that it is his brother" };
	int64_t task = 0;
	village_as(v, "wang");
	assert_int_equal(tell_desk(v->cx, &told, &task), VH_OK);
	village_as(v, "clerk");
	v->cx->now += 2 * YEAR;
	assert_int_equal(village_sql(v, "SELECT count(*) FROM told WHERE words IS NOT NULL"), 1);
	assert_int_equal(erase(v, person, &row), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM told WHERE words IS NOT NULL"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM told"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE note IS NOT NULL"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task_step WHERE note IS NOT NULL"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(person_is_overwritten_and_a_receipt_says_so),
		T(erased_people_are_found_by_no_search_and_come_back_as_new),
		T(data_are_kept_to_the_last_day_of_the_term),
		T(who_lives_here_or_is_disputed_or_endangered_is_kept),
		T(what_an_upstream_has_not_got_is_kept),
		T(erasing_is_for_the_desk_the_night_and_the_person),
		T(an_account_that_is_somebody_elsewhere_goes_on),
		T(the_night_erases_all_whose_time_is_over_and_counts_who_is_held),
		T(who_cannot_be_erased_keeps_nobody_else),
		T(words_written_about_a_stay_go_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
