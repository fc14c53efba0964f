/* Tasks: four states, who may move them, and who may see them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/night.h"
#include "vh/task.h"
#include "village.h"

/* A contested stay makes a task of its own: the second person in a room for one. */
static int64_t task(struct village *v)
{
	struct stay_new n = village_new(v, V_101, 5);
	struct stay_done d;
	n.anyway = true;
	village_as(v, "clerk");
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	return village_sql(v, "SELECT id FROM task WHERE kind = 'room_over'");
}

static void go(struct village *v, int64_t id, enum task_verb verb, const char *to, const char *note)
{
	struct task_change c = { verb, to, note };
	if (task_change(v->cx, v->hotel, id, &c) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

static void refuse(struct village *v, int64_t id, enum task_verb verb, const char *to, const char *note,
                   enum vh_rc want, const char *code)
{
	struct task_change c = { verb, to, note };
	village_refused(v, task_change(v->cx, v->hotel, id, &c), want, code);
}

static void task_goes_from_found_to_confirmed_with_who_and_when(void **state)
{
	static const char *const states[] = { "assigned", "handled", "assigned", "handled", "confirmed" };
	struct village *v = *state;
	struct task_look l;
	int64_t id = task(v);
	go(v, id, TV_ASSIGN, "grid", NULL);
	village_as(v, "grid");
	v->cx->now += 1000;
	go(v, id, TV_HANDLE, NULL, "one is a visitor");
	village_as(v, "clerk");
	go(v, id, TV_BACK, NULL, "his name?");
	go(v, id, TV_HANDLE, NULL, "has left");
	go(v, id, TV_CONFIRM, NULL, NULL);
	assert_int_equal(look_task(v->cx, &v->h, id, &l), VH_OK);
	assert_string_equal(l.task.state, "confirmed");
	assert_string_equal(l.assigned, "grid");
	assert_int_equal(l.room.id, v->room[V_101]);
	struct task_step *s = l.steps;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++, s = s->next) {
		assert_string_equal(s->state, states[i]);
		assert_int_equal(s->by, village_actor(v, i == 1 ? "grid" : "clerk")->account);
	}
	assert_null(s);
	assert_string_equal(l.steps->next->note, "one is a visitor");
	assert_true(l.steps->next->at > l.steps->at);
}

static void task_does_not_jump(void **state)
{
	struct village *v = *state;
	int64_t id = task(v);
	refuse(v, id, TV_CONFIRM, NULL, NULL, VH_CONFLICT, "task_state");
	refuse(v, id, TV_BACK, NULL, "x", VH_CONFLICT, "task_state");
	refuse(v, id, TV_HANDLE, NULL, NULL, VH_INVALID, "note");
	go(v, id, TV_HANDLE, NULL, "done");
	refuse(v, id, TV_HANDLE, NULL, "again", VH_CONFLICT, "task_state");
	go(v, id, TV_CONFIRM, NULL, NULL);
	refuse(v, id, TV_ASSIGN, "grid", NULL, VH_CONFLICT, "task_state");
	refuse(v, id, TV_BACK, NULL, "x", VH_CONFLICT, "task_state");
}

/* What a page offers is what the core does. */
static void a_verb_fits_by_state_kind_and_who_asks(void **state)
{
	struct village *v = *state;
	struct task t = { .kind = "emergency", .state = "handled", .by = 7 };
	struct actor head = { .role = ROLE_HEAD, .account = 7 }, other = { .role = ROLE_AUDITOR, .account = 8 },
		     landlord = { .role = ROLE_LANDLORD, .account = 9 };
	(void)v;
	assert_false(task_verb_fits(&head, &t, TV_CONFIRM)); /* it is about himself */
	assert_true(task_verb_fits(&other, &t, TV_CONFIRM));
	assert_false(task_verb_fits(&other, &t, TV_HANDLE));
	t = (struct task){ .kind = "hazard", .state = "handled" };
	assert_false(task_verb_fits(&other, &t, TV_CONFIRM)); /* by what is done about it */
	t.state = "assigned";
	assert_true(task_verb_fits(&landlord, &t, TV_HANDLE));
	assert_false(task_verb_fits(&landlord, &t, TV_ASSIGN));
	t.state = "confirmed";
	assert_false(task_verb_fits(&landlord, &t, TV_HANDLE));
	assert_string_equal(task_verb_name(TV_BACK), "back");
}

static void task_is_given_only_to_somebody_who_does_such_work_here(void **state)
{
	struct village *v = *state;
	int64_t id = task(v);
	static const char *const no[] = { NULL, "nobody", "outsider", "wang", "auditor", "clerk2", "head" };
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		refuse(v, id, TV_ASSIGN, no[i], NULL, VH_INVALID, "assign");
	go(v, id, TV_ASSIGN, "police", NULL);
	go(v, id, TV_ASSIGN, "grid", NULL);
}

static void tasks_are_for_desk_and_officers_of_the_place(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "admin", VH_DENIED, "role" },  { "head", VH_DENIED, "role" },
		{ "auditor", VH_DENIED, "role" }, { "tenant", VH_DENIED, "role" }, { "employer", VH_DENIED, "role" },
		{ "outsider", VH_NOTFOUND, "not_found" }, { "clerk2", VH_NOTFOUND, "not_found" },
		{ "wang", VH_NOTFOUND, "not_found" }, /* a contested stay is the desk's business */
		{ "zhao", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	struct task_look *list, one;
	int64_t id = task(v);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		refuse(v, id, TV_HANDLE, NULL, "x", no[i].rc, no[i].code);
		village_refused(v, look_task(v->cx, &v->h, id, &one), no[i].rc, no[i].code);
	}
	village_as(v, "wang");
	assert_int_equal(look_tasks(v->cx, &v->h, NULL, &list), VH_OK);
	assert_null(list);
	village_as(v, "grid");
	assert_int_equal(look_tasks(v->cx, &v->h, NULL, &list), VH_OK);
	assert_int_equal(list->task.id, id);
	assert_int_equal(look_tasks(v->cx, &v->h, "sleep", &list), VH_OK);
	assert_null(list);
	refuse(v, 12345, TV_HANDLE, NULL, "x", VH_NOTFOUND, "not_found");
}

static void overdue_stay_is_done_when_it_is_extended_or_ended(void **state)
{
	static const struct { enum stay_verb verb; const char *day; int64_t left; } all[] = {
		{ SV_EXTEND, "2027-01-01", 0 },
		{ SV_OUT, NULL, 0 },
	};
	struct village *v = *state;
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		struct stay_new n = village_new(v, i ? V_102 : V_101, i);
		struct stay_change c = { .verb = all[i].verb, .day = all[i].day };
		struct stay_done d;
		int64_t made;
		n.until = "2026-11-21";
		assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
		v->cx->now += 3 * DAY_MS;
		assert_int_equal(night_overdue(v->cx, &made), VH_OK);
		assert_int_equal(made, 1);
		assert_int_equal(stay_change(v->cx, v->hotel, d.id, &c, &d), VH_OK);
		char sql[160];
		snprintf(sql, sizeof sql, "SELECT count(*) FROM task WHERE stay = %lld AND state <> 'confirmed'",
		         (long long)d.id);
		assert_int_equal(village_sql(v, sql), all[i].left);
		v->cx->now -= 3 * DAY_MS;
	}
	village_sound(v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(task_goes_from_found_to_confirmed_with_who_and_when),
		T(task_does_not_jump),
		T(a_verb_fits_by_state_kind_and_who_asks),
		T(task_is_given_only_to_somebody_who_does_such_work_here),
		T(tasks_are_for_desk_and_officers_of_the_place),
		T(overdue_stay_is_done_when_it_is_extended_or_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
