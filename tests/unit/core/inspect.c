/* Visits: what may be said of a room or a house, what it leaves behind, and what closes by itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/limits.h"
#include "vh/task.h"
#include "village.h"

static void visit(struct village *v, const struct inspect_new *n, struct inspect_done *ret)
{
	if (inspect_visit(v->cx, n, ret) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

/* One room, by whoever acts. */
static struct inspect_done room(struct village *v, const struct inspect_room *r, const char *consent)
{
	struct inspect_new n = { .hotel = v->hotel, .rooms = r, .n = 1, .consent = consent };
	struct inspect_done d = { 0 };
	visit(v, &n, &d);
	assert_int_equal(d.rooms, 1);
	return d;
}

static void refuse(struct village *v, const struct inspect_new *n, enum vh_rc want, const char *code)
{
	char before[65], after[65];
	struct inspect_done d = { .visit = -7 };
	village_digest(v, NULL, before);
	enum vh_rc rc = inspect_visit(v->cx, n, &d);
	village_refused(v, rc, want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(d.visit, -7);
}

static void refuse_room(struct village *v, const struct inspect_room *r, const char *consent, const char *code)
{
	struct inspect_new n = { .hotel = v->hotel, .rooms = r, .n = 1, .consent = consent };
	refuse(v, &n, VH_INVALID, code);
}

static int64_t open_tasks(struct village *v, const char *kind)
{
	char sql[120];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM task WHERE kind = '%s' AND state <> 'confirmed'", kind);
	return village_sql(v, sql);
}

static void out(struct village *v, int64_t stay)
{
	struct stay_change c = { .verb = SV_OUT };
	struct stay_done d;
	if (stay_change(v->cx, v->hotel, stay, &c, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

static void visit_is_for_police_grid_and_desk_and_for_nobody_else(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },      { "admin", VH_DENIED, "role" },     { "head", VH_DENIED, "role" },
		{ "wang", VH_DENIED, "role" },     { "tenant", VH_DENIED, "role" },    { "auditor", VH_DENIED, "role" },
		{ "operator", VH_DENIED, "role" }, { "outsider", VH_NOTFOUND, "not_found" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	static const char *const yes[] = { "police", "grid", "clerk" };
	struct village *v = *state;
	struct inspect_room r = { .room = v->room[V_101] };
	struct inspect_new n = { .hotel = v->hotel, .rooms = &r, .n = 1 };
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		refuse(v, &n, no[i].rc, no[i].code);
	}
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		village_as(v, yes[i]);
		room(v, &r, NULL);
	}
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection"), 3);
	r.room = v->room[V_FAR];
	refuse(v, &n, VH_NOTFOUND, "not_found");
	village_sound(v);
}

static void house_that_agrees_is_one_visit_with_a_row_for_each_room(void **state)
{
	struct village *v = *state;
	struct event e;
	struct inspect_done d;
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	village_in(v, V_102, 3);
	village_as(v, "grid");
	struct inspect_new n = { .hotel = v->hotel, .house = v->house[0], .rest_as_registered = true };
	visit(v, &n, &d);
	assert_int_equal(d.rooms, 2);
	assert_int_equal(d.tasks + d.hazards + d.mended, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE outcome = 'as_registered'"
	                                " AND registered = found AND consent = 'door'"), 3);
	assert_int_equal(village_sql(v, "SELECT registered FROM inspection WHERE room IS NULL AND visit = id"), 3);
	cJSON *json = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.inspection.done.v1");
	const cJSON *i = cJSON_GetObjectItemCaseSensitive(json, "inspection");
	assert_string_equal(json_str(i, "outcome"), "as_registered");
	assert_int_equal(json_i64(i, "found", -1), 3);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(i, "unlike")), 0);
	cJSON_Delete(json);
	n.rest_as_registered = false; /* nobody looked at any room */
	visit(v, &n, &d);
	assert_int_equal(d.rooms, 0);
	village_sound(v);
}

static void house_visit_takes_each_room_once_and_of_this_house_alone(void **state)
{
	struct village *v = *state;
	struct inspect_room r[2] = { { .room = v->room[V_101] }, { .room = v->room[V_101] } };
	struct inspect_new n = { .hotel = v->hotel, .house = v->house[0], .rooms = r, .n = 2 };
	struct inspect_done d;
	village_as(v, "police");
	refuse(v, &n, VH_INVALID, "rooms");
	r[1].room = v->room[V_201];
	refuse(v, &n, VH_INVALID, "rooms");
	n.house = 0;
	refuse(v, &n, VH_INVALID, "rooms");
	n.house = v->house[0];
	r[1].room = v->room[V_102];
	r[1].outcome = OUTCOME_REFUSED;
	visit(v, &n, &d);
	assert_int_equal(d.rooms, 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE room IS NULL"
	                                " AND outcome = 'refused' AND consent = 'door' AND found = 0"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE outcome = 'refused'"
	                                " AND room IS NOT NULL AND consent IS NULL AND found IS NULL"), 1);
}

static void what_is_said_of_a_room_has_to_fit_what_is_registered(void **state)
{
	struct village *v = *state;
	enum answer answers[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_YES };
	int64_t a = village_in(v, V_101, 1), b = village_in(v, V_102, 2);
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_FOUND_MORE, .found = 1 };
	village_as(v, "grid");
	refuse_room(v, &r, NULL, "found");
	r.found = 100000;
	refuse_room(v, &r, NULL, "found");
	r = (struct inspect_room){ .room = v->room[V_101], .outcome = OUTCOME_FOUND_FEWER };
	refuse_room(v, &r, NULL, "gone");
	r.gone = &b; /* lives next door */
	r.n_gone = 1;
	refuse_room(v, &r, NULL, "gone");
	r.gone = &a;
	r.outcome = OUTCOME_AS_REGISTERED;
	refuse_room(v, &r, NULL, "gone");
	r = (struct inspect_room){ .room = v->room[V_101], .here = &b, .n_here = 1 };
	refuse_room(v, &r, NULL, "here");
	r.here = &a;
	r.outcome = OUTCOME_NOBODY_HOME;
	refuse_room(v, &r, NULL, "here");
	r = (struct inspect_room){ .room = v->room[V_101], .answers = answers };
	refuse_room(v, &r, NULL, "consent");
	refuse_room(v, &r, "door", "consent");
	refuse_room(v, &r, "neighbour", "consent");
	r.outcome = OUTCOME_REFUSED;
	refuse_room(v, &r, "occupant", "items");
	r = (struct inspect_room){ .room = v->room[V_101], .outcome = OUTCOME_RECHECK };
	refuse_room(v, &r, NULL, "outcome");
	r = (struct inspect_room){ .room = v->room[V_101], .here = &a, .n_here = 1, .answers = answers };
	room(v, &r, "occupant");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection_seen WHERE what = 'here'"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE items = '{\"wiring\":\"yes\"}'"
	                                " AND template = 1 AND consent = 'occupant'"), 1);
}

static void whoever_has_gone_is_a_task_until_he_is_moved_out_or_met(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1), b = village_in(v, V_101, 2);
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_NOBODY_LIVES };
	village_as(v, "police");
	struct inspect_done d = room(v, &r, NULL);
	assert_int_equal(d.tasks, 2);
	assert_int_equal(open_tasks(v, "skip"), 2);
	d = room(v, &r, NULL); /* found again: the same tasks */
	assert_int_equal(d.tasks, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'skip' AND due > 0"), 2);
	out(v, a);
	assert_int_equal(open_tasks(v, "skip"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task_step WHERE note = 'left'"), 1);
	r = (struct inspect_room){ .room = v->room[V_101], .here = &b, .n_here = 1 };
	room(v, &r, NULL);
	assert_int_equal(open_tasks(v, "skip"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task_step WHERE note = 'seen'"), 1);
	village_sound(v);
}

static void whoever_said_that_he_is_away_has_not_gone(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1);
	struct stay_change c = { .verb = SV_AWAY, .day = "2026-11-30" };
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_NOBODY_LIVES };
	struct stay_done done;
	assert_int_equal(stay_change(v->cx, v->hotel, a, &c, &done), VH_OK);
	village_as(v, "grid");
	assert_int_equal(room(v, &r, NULL).tasks, 0);
	v->cx->now += 20 * DAY_MS; /* his day has passed */
	assert_int_equal(room(v, &r, NULL).tasks, 1);
}

static void unregistered_people_are_a_task_until_so_many_are_registered(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1);
	/* 1 registered has gone, 2 others live there. */
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_FOUND_MORE, .found = 2, .gone = &a,
	                          .n_gone = 1 };
	village_as(v, "grid");
	assert_int_equal(room(v, &r, NULL).tasks, 2);
	village_in(v, V_101, 2);
	assert_int_equal(open_tasks(v, "sleep"), 1); /* two are registered, but one of them has gone */
	out(v, a);
	assert_int_equal(open_tasks(v, "sleep"), 1);
	assert_int_equal(open_tasks(v, "skip"), 0);
	village_in(v, V_101, 3);
	assert_int_equal(open_tasks(v, "sleep"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task_step WHERE note = 'registered'"), 1);
	/* Counted again, it is still one task, with the newer count; and none when it agrees. */
	r = (struct inspect_room){ .room = v->room[V_101], .outcome = OUTCOME_FOUND_MORE, .found = 3 };
	room(v, &r, NULL);
	r.found = 4;
	assert_int_equal(room(v, &r, NULL).tasks, 0);
	assert_int_equal(village_sql(v, "SELECT want FROM task WHERE kind = 'sleep' AND state = 'found'"), 4);
	r = (struct inspect_room){ .room = v->room[V_101], .outcome = OUTCOME_NOBODY_HOME };
	room(v, &r, NULL);
	assert_int_equal(open_tasks(v, "sleep"), 1);
	r.outcome = OUTCOME_AS_REGISTERED;
	room(v, &r, NULL);
	assert_int_equal(open_tasks(v, "sleep"), 0);
	village_sound(v);
}

static void heads_beyond_the_registered_may_be_counted_instead_of_all(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1);
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_FOUND_MORE, .extra = 3, .gone = &a,
	                          .n_gone = 1 };
	village_in(v, V_101, 2);
	village_as(v, "grid");
	room(v, &r, NULL);
	assert_int_equal(village_sql(v, "SELECT found FROM inspection WHERE registered = 2"), 4);
	assert_int_equal(village_sql(v, "SELECT want FROM task WHERE kind = 'sleep'"), 4);
	r.extra = 0;
	refuse_room(v, &r, NULL, "found");
	r.extra = -1;
	refuse_room(v, &r, NULL, "found");
	r.extra = LIM_CAPACITY * 4;
	refuse_room(v, &r, NULL, "found");
	r.found = 2; /* all heads, where both are said */
	r.extra = 1;
	room(v, &r, NULL);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE registered = 2 AND found = 2"), 1);
}

static void rooms_visited_apart_are_left_out_of_the_rest(void **state)
{
	struct village *v = *state;
	struct inspect_room said = { .room = v->room[V_101], .outcome = OUTCOME_NOBODY_HOME };
	struct inspect_new n = { .hotel = v->hotel, .house = v->house[0], .rest_as_registered = true,
	                         .apart = &v->room[V_102], .n_apart = 1 };
	struct inspect_done d = { 0 };
	village_as(v, "grid");
	visit(v, &n, &d);
	assert_int_equal(d.rooms, 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE room IS NOT NULL"), 1);
	n.apart = &v->room[V_201]; /* of another house */
	refuse(v, &n, VH_INVALID, "rooms");
	n.apart = &v->room[V_101];
	n.rooms = &said;
	n.n = 1; /* said, and left out */
	refuse(v, &n, VH_INVALID, "rooms");
}

static void no_opens_a_hazard_and_yes_closes_it(void **state)
{
	struct village *v = *state;
	enum answer bad[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_NO, [SAFE_EXTINGUISHER] = ANSWER_NO,
	                               [SAFE_EBIKE] = ANSWER_UNSEEN, [SAFE_BREAKER] = ANSWER_NA };
	enum answer good[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_YES };
	struct inspect_room r = { .room = v->room[V_101], .answers = bad };
	village_as(v, "grid");
	struct inspect_done d = room(v, &r, "landlord");
	assert_int_equal(d.hazards, 2);
	assert_int_equal(room(v, &r, "landlord").hazards, 0); /* known already */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE item = 'wiring' AND severity = 'grave'"
	                                " AND due > found_at AND found_in IS NOT NULL"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE item = 'extinguisher'"
	                                " AND severity = 'minor'"), 1);
	assert_int_equal(open_tasks(v, "hazard"), 2);
	r.answers = good;
	r.room = v->room[V_102]; /* the wires of another room say nothing about these */
	assert_int_equal(room(v, &r, "occupant").mended, 0);
	r.room = v->room[V_101];
	assert_int_equal(room(v, &r, "occupant").mended, 1);
	assert_int_equal(open_tasks(v, "hazard"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE closed_in IN"
	                                " (SELECT id FROM inspection)"), 1);
	/* The stairs are the house's, not a room's. */
	struct inspect_new n = { .hotel = v->hotel, .house = v->house[0], .answers = bad };
	visit(v, &n, &d);
	assert_int_equal(d.hazards, 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE room IS NULL"), 2);
	village_sound(v);
}

static void a_visit_repeated_under_its_key_is_one_visit(void **state)
{
	struct village *v = *state;
	struct inspect_room r = { .room = v->room[V_101], .outcome = OUTCOME_FOUND_MORE, .found = 2 };
	struct inspect_new n = { .hotel = v->hotel, .rooms = &r, .n = 1 };
	struct idem key = { .key = "tap", .print = { 1 } };
	struct inspect_done a, b;
	village_as(v, "grid");
	v->cx->idem = &key;
	visit(v, &n, &a);
	visit(v, &n, &b);
	assert_true(key.replayed);
	assert_int_equal(a.visit, b.visit);
	assert_int_equal(b.rooms, 1);
	key.key = "another tap";
	visit(v, &n, &b);
	assert_false(key.replayed);
	assert_int_not_equal(a.visit, b.visit);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection"), 2);
	v->cx->idem = NULL;
}

static void a_visit_is_seen_by_officers_the_landlord_and_without_names_the_person_himself(void **state)
{
	struct village *v = *state;
	struct visit_look *all;
	struct inspection *rows;
	int64_t a = village_in(v, V_101, 1);
	struct inspect_room r = { .room = v->room[V_101], .here = &a, .n_here = 1 };
	village_as(v, "grid");
	struct inspect_done d = room(v, &r, "occupant");
	assert_int_equal(look_visit(v->cx, &v->h, d.visit, &all), VH_OK);
	assert_string_equal(all->by, "grid");
	assert_int_equal(all->seen->stay, a);
	assert_null(all->next);
	village_as(v, "wang");
	assert_int_equal(look_visits(v->cx, &v->h, v->room[V_101], 5, &rows), VH_OK);
	assert_non_null(rows);
	village_as(v, "zhao"); /* of another house */
	village_refused(v, look_visits(v->cx, &v->h, v->room[V_101], 5, &rows), VH_NOTFOUND, "not_found");
	village_refused(v, look_visit(v->cx, &v->h, d.visit, &all), VH_NOTFOUND, "not_found");
	village_as(v, "wang");
	assert_int_equal(look_visits_of_stay(v->cx, &v->h, a, &rows), VH_OK);
	assert_string_equal(rows->consent, "occupant");
	assert_int_equal(rows->by, 0);
	village_as(v, "tenant");
	village_refused(v, look_visits_of_stay(v->cx, &v->h, a, &rows), VH_NOTFOUND, "not_found");
}

static void visits_before_and_after_a_stay_are_not_the_persons(void **state)
{
	struct village *v = *state;
	struct inspection *rows;
	struct inspect_room r = { .room = v->room[V_101] };
	v->cx->now -= 2 * DAY_MS;
	village_as(v, "grid");
	room(v, &r, NULL);
	v->cx->now += 2 * DAY_MS;
	int64_t a = village_in(v, V_101, 1);
	struct inspect_done mine = room(v, &r, NULL);
	out(v, a);
	v->cx->now += 2 * DAY_MS;
	room(v, &r, NULL);
	assert_int_equal(look_visits_of_stay(v->cx, &v->h, a, &rows), VH_OK);
	assert_non_null(rows);
	assert_int_equal(rows->id, mine.visit);
	assert_null(rows->next);
	assert_int_equal(look_visits(v->cx, &v->h, v->room[V_101], 0, &rows), VH_OK);
	assert_non_null(rows->next->next);
}

static void last_four_characters_name_a_stay_of_this_room_alone(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1), found = -7;
	village_in(v, V_102, 3);
	village_as(v, "grid");
	assert_int_equal(inspect_match(v->cx, &v->h, v->room[V_101], village_doc(1) + 14, &found), VH_OK);
	assert_int_equal(found, a);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'match' AND fields = 'tail'"), 1);
	village_refused(v, inspect_match(v->cx, &v->h, v->room[V_101], village_doc(3) + 14, &found),
	                VH_NOTFOUND, "no_match");
	village_refused(v, inspect_match(v->cx, &v->h, v->room[V_101], "12", &found), VH_INVALID, "tail");
	village_refused(v, inspect_match(v->cx, &v->h, v->room[V_101], NULL, &found), VH_INVALID, "tail");
	village_as(v, "wang");
	village_refused(v, inspect_match(v->cx, &v->h, v->room[V_101], village_doc(1) + 14, &found), VH_DENIED,
	                "role");
}

static void the_round_begins_with_what_nobody_visited_and_with_what_is_near(void **state)
{
	struct village *v = *state;
	struct inspect_room r = { .room = v->room[V_101] };
	struct house_new near = { .lat = 30.80001, .lng = 121.2 }, far = { .lat = 30.9, .lng = 121.2 };
	struct round_from from = { .lat = 30.8, .lng = 121.2, .n = 10 };
	struct round_stop *s;
	assert_int_equal(house_amend(v->cx, v->hotel, v->house[0], &far), VH_OK);
	assert_int_equal(house_amend(v->cx, v->hotel, v->house[1], &near), VH_OK);
	village_in(v, V_201, 1);
	village_as(v, "grid");
	room(v, &r, NULL);
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_201]);
	assert_int_equal(s->registered, 1);
	assert_true(s->metres > 0 && s->metres < 10);
	assert_int_equal(s->next->room.id, v->room[V_102]);
	assert_int_equal(s->next->next->room.id, v->room[V_101]);
	assert_int_equal(s->next->next->last, v->cx->now);
	assert_null(s->next->next->next);
	r.outcome = OUTCOME_NOBODY_HOME; /* that was no visit */
	r.room = v->room[V_102];
	room(v, &r, NULL);
	from.grid = "第一网格";
	from.n = 1;
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_102]);
	assert_int_equal(s->last, 0);
	assert_null(s->next);
	from = (struct round_from){ .n = 10, .but = v->room[V_102] };
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_201]);
	assert_int_equal(s->next->room.id, v->room[V_101]);
	assert_null(s->next->next);
	village_as(v, "wang");
	village_refused(v, inspect_round(v->cx, &v->h, &from, &s), VH_DENIED, "role");
}

static void a_room_of_today_is_last_and_tomorrow_in_its_place_again(void **state)
{
	struct village *v = *state;
	struct inspect_room r = { .room = v->room[V_101] };
	struct round_from from = { .n = 10 };
	struct round_stop *s;
	village_as(v, "grid");
	room(v, &r, NULL);
	r.room = v->room[V_201];
	room(v, &r, NULL);
	v->cx->now += DAY_MS;
	r.room = v->room[V_102];
	room(v, &r, NULL);
	r.room = v->room[V_101];
	room(v, &r, NULL);
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_201]); /* all three within a week */
	assert_false(s->done);
	assert_true(s->next->done && s->next->next->done);
	from.todo = true;
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_201]);
	assert_null(s->next);
	from.todo = false;
	v->cx->now += DAY_MS;
	assert_int_equal(inspect_round(v->cx, &v->h, &from, &s), VH_OK);
	assert_int_equal(s->room.id, v->room[V_101]);
	assert_false(s->done);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(visit_is_for_police_grid_and_desk_and_for_nobody_else),
		T(house_that_agrees_is_one_visit_with_a_row_for_each_room),
		T(house_visit_takes_each_room_once_and_of_this_house_alone),
		T(what_is_said_of_a_room_has_to_fit_what_is_registered),
		T(whoever_has_gone_is_a_task_until_he_is_moved_out_or_met),
		T(whoever_said_that_he_is_away_has_not_gone),
		T(unregistered_people_are_a_task_until_so_many_are_registered),
		T(heads_beyond_the_registered_may_be_counted_instead_of_all),
		T(rooms_visited_apart_are_left_out_of_the_rest),
		T(no_opens_a_hazard_and_yes_closes_it),
		T(a_visit_repeated_under_its_key_is_one_visit),
		T(a_visit_is_seen_by_officers_the_landlord_and_without_names_the_person_himself),
		T(visits_before_and_after_a_stay_are_not_the_persons),
		T(last_four_characters_name_a_stay_of_this_room_alone),
		T(a_room_of_today_is_last_and_tomorrow_in_its_place_again),
		T(the_round_begins_with_what_nobody_visited_and_with_what_is_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
