/* Tasks over the wire: found, handed out, done, confirmed; and who may do which of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "vh/hazard.h"
#include "vh/night.h"
#include "vh/task.h"

#define FORM "application/x-www-form-urlencoded"
#define H "/h/" DONGXIN

static char path[200];

static const char *task_path(int64_t task, const char *verb)
{
	snprintf(path, sizeof path, H "/tasks/%lld%s%s", (long long)task, *verb ? "/" : "", verb);
	return path;
}

/* A stay that is past its end, and the task that the night makes of it. */
static int64_t overdue(struct client *c, int room, unsigned n)
{
	struct stay_new s = village_new(&c->v, room, n);
	struct stay_done d;
	int64_t made;
	village_as(&c->v, "clerk");
	s.since = "2026-11-18";
	s.until = "2026-11-20";
	assert_int_equal(stay_in(c->v.cx, &s, &d), VH_OK);
	village_as(&c->v, "operator");
	assert_int_equal(night_overdue(c->v.cx, &made), VH_OK);
	assert_int_equal(made, 1);
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT id FROM task WHERE stay = %lld", (long long)d.id);
	return village_sql(&c->v, sql);
}

static void a_task_goes_through_its_four_states(void **state)
{
	struct client *c = *state;
	int64_t task = overdue(c, V_101, 1);
	assert_int_equal(client_get(c, "clerk", H "/tasks", false), 200);
	assert_true(client_has(c, task_path(task, "")));
	assert_int_equal(client_get(c, "clerk", task_path(task, ""), false), 200);
	assert_true(client_has(c, "/assign\""));
	assert_true(client_has(c, "/handle\""));
	assert_false(client_has(c, "/confirm\""));
	/* To somebody who does such work here, and to nobody else. */
	assert_int_equal(client_post(c, "clerk", task_path(task, "assign"), FORM, "to=nobody", false), 422);
	assert_true(client_has(c, "value=\"nobody\""));
	assert_int_equal(client_post(c, "clerk", task_path(task, "assign"), FORM, "to=wang", true), 422);
	assert_int_equal(client_post(c, "clerk", task_path(task, "confirm"), FORM, "", true), 409);
	assert_int_equal(client_post(c, "clerk", task_path(task, "assign"), FORM, "to=grid", false), 303);
	assert_int_equal(client_post(c, "grid", task_path(task, "handle"), FORM, "note=", true), 422);
	assert_int_equal(client_post(c, "grid", task_path(task, "handle"), FORM, "note=%E6%90%AC%E8%B5%B0", false),
	                 303);
	assert_int_equal(client_post(c, "clerk", task_path(task, "back"), FORM, "note=%E5%86%8D%E7%9C%8B", true), 200);
	assert_int_equal(client_post(c, "grid", task_path(task, "handle"), FORM, "note=%E7%9C%8B%E4%BA%86", true), 200);
	assert_int_equal(client_post(c, "clerk", task_path(task, "confirm"), FORM, "", true), 200);
	assert_int_equal(client_get(c, "police", task_path(task, ""), true), 200);
	assert_true(client_has(c, "\"state\":\"confirmed\""));
	assert_true(client_has(c, "\"role\":\"grid\""));
	assert_false(client_has(c, "\"login\""));
	assert_int_equal(client_get(c, "clerk", H "/tasks", true), 200);
	assert_true(client_has(c, "\"rows\":[]"));
}

static void a_step_names_the_role_of_who_did_it_and_the_system_too(void **state)
{
	struct client *c = *state;
	int64_t task = overdue(c, V_101, 1);
	const struct task_change done = { .verb = TV_HANDLE, .note = "moved out" };
	village_as(&c->v, "operator");
	assert_int_equal(task_change(c->v.cx, c->v.hotel, task, &done), VH_OK);
	assert_int_equal(client_post(c, "clerk", task_path(task, "back"), FORM, "note=%E5%86%8D%E7%9C%8B", true), 200);
	assert_int_equal(client_get(c, "grid", task_path(task, ""), true), 200);
	assert_true(client_has(c, "\"role\":\"operator\""));
	assert_true(client_has(c, "\"role\":\"clerk\""));
	assert_int_equal(client_get(c, "grid", task_path(task, ""), false), 200);
	assert_true(client_has(c, "系统"));
	assert_true(client_has(c, "服务台"));
	assert_false(client_has(c, "operator"));
}

static void a_list_is_narrowed_by_kind(void **state)
{
	struct client *c = *state;
	overdue(c, V_101, 1);
	assert_int_equal(client_get(c, "grid", H "/tasks?kind=stay_overdue", true), 200);
	assert_true(client_has(c, "\"kind\":\"stay_overdue\""));
	assert_int_equal(client_get(c, "grid", H "/tasks?kind=sleep", true), 200);
	assert_true(client_has(c, "\"rows\":[]"));
	assert_int_equal(client_get(c, "grid", H "/tasks?kind=emergency", true), 404);
	assert_int_equal(client_get(c, "grid", H "/tasks?kind=%3Cb%3E", true), 404);
	assert_int_equal(client_get(c, "grid", H "/tasks?after=1", true), 422);
}

static void what_is_confirmed_by_fact_has_no_button(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT];
	int64_t hazard;
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	village_as(&c->v, NULL);
	const struct hazard_report r = { .code = code, .item = (enum safety)0 };
	assert_int_equal(hazard_report(c->v.cx, &r, &hazard), VH_OK);
	int64_t task = village_sql(&c->v, "SELECT id FROM task WHERE kind = 'hazard'");
	assert_true(task > 0);
	/* The landlord of the house may say that he mended it, and no more; another does not see it. */
	assert_int_equal(client_get(c, "wang", task_path(task, ""), false), 200);
	assert_true(client_has(c, "/handle\""));
	assert_false(client_has(c, "/assign\""));
	assert_true(client_has(c, "电线乱拉")); /* what it is about, in words */
	assert_false(client_has(c, ">wiring<"));
	assert_int_equal(client_get(c, "zhao", task_path(task, ""), true), 404);
	assert_int_equal(client_get(c, "wang", H "/tasks", true), 200);
	assert_true(client_has(c, "\"kind\":\"hazard\""));
	assert_int_equal(client_get(c, "zhao", H "/tasks", true), 200);
	assert_true(client_has(c, "\"rows\":[]"));
	assert_int_equal(client_post(c, "wang", task_path(task, "handle"), FORM, "note=%E4%BF%AE%E5%A5%BD", true), 200);
	assert_int_equal(client_get(c, "clerk", task_path(task, ""), false), 200);
	assert_true(client_has(c, "修好")); /* and what he says, as he says it */
	assert_true(client_has(c, "/back\""));
	assert_false(client_has(c, "/confirm\""));
	assert_int_equal(client_post(c, "clerk", task_path(task, "confirm"), FORM, "", true), 409);
	assert_true(client_has(c, "task_by_fact"));
}

static void tasks_of_another_village_are_not_found(void **state)
{
	struct client *c = *state;
	int64_t task = overdue(c, V_101, 1);
	assert_int_equal(client_get(c, "clerk2", task_path(task, ""), true), 404);
	assert_int_equal(client_post(c, "outsider", task_path(task, "assign"), FORM, "to=outsider", true), 404);
	assert_int_equal(client_get(c, "clerk", task_path(task + 1, ""), true), 404);
	assert_int_equal(client_get(c, "head", task_path(task, ""), true), 403);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_task_goes_through_its_four_states),
		T(a_step_names_the_role_of_who_did_it_and_the_system_too),
		T(a_list_is_narrowed_by_kind),
		T(what_is_confirmed_by_fact_has_no_button),
		T(tasks_of_another_village_are_not_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
