/* Break-glass lists, and notices. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/emergency.h"
#include "vh/limits.h"
#include "vh/notice.h"
#include "vh/task.h"
#include "village.h"

static void people(struct village *v)
{
	struct stay_new n = village_new(v, V_101, 2);
	struct stay_done d;
	village_as(v, "wang");
	n.phone = "13712345678";
	n.lessee = true;
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	struct stay_new child = village_new(v, V_101, 0);
	child.name = "小韦";
	child.doc_type = "none";
	child.doc_no = "";
	child.guardian = d.person;
	assert_int_equal(stay_in(v->cx, &child, &d), VH_OK);
	village_in(v, V_102, 4);
	village_as(v, "clerk");
	village_in(v, V_201, 6); /* another house */
}

static void list_of_a_house_names_everybody_and_is_written_down_first(void **state)
{
	struct village *v = *state;
	struct emergency e;
	struct event ev;
	people(v);
	int64_t access = village_sql(v, "SELECT count(*) FROM access");
	village_as(v, "grid");
	assert_int_equal(emergency_list(v->cx, &v->h, v->house[0], "着火", &e), VH_OK);
	assert_int_equal(e.heads, 3);
	assert_int_equal(e.children, 1);
	assert_int_equal(e.rooms->heads, 2);
	assert_string_equal(e.rooms->people->name, "覃租客2");
	assert_string_equal(e.rooms->people->phone, "13712345678");
	assert_true(e.rooms->people->lessee);
	assert_false(e.rooms->people->child);
	assert_true(e.rooms->people->next->child);
	assert_null(e.rooms->people->next->phone);
	assert_int_equal(e.rooms->next->heads, 1);
	assert_null(e.rooms->next->next);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access"), access + 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'emergency: 着火'"
	                                " AND role = 'grid'"), 3);
	cJSON_Delete(village_event(v, &ev));
	assert_string_equal(ev.type, "cn.vhotel.house.emergency-opened.v1");
	assert_string_equal(ev.reason, "着火");
	village_sound(v);
}

static void list_wants_a_reason_and_a_role_and_a_house_of_the_place(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "admin", VH_DENIED, "role" },  { "head", VH_DENIED, "role" },
		{ "wang", VH_DENIED, "role" },    { "auditor", VH_DENIED, "role" }, { "tenant", VH_DENIED, "role" },
		{ "operator", VH_DENIED, "role" }, { "outsider", VH_NOTFOUND, "not_found" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	struct emergency e;
	char before[65], after[65];
	people(v);
	village_digest(v, NULL, before);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, emergency_list(v->cx, &v->h, v->house[0], "fire", &e), no[i].rc, no[i].code);
	}
	village_as(v, "police");
	village_refused(v, emergency_list(v->cx, &v->h, v->house[0], NULL, &e), VH_INVALID, "reason");
	village_refused(v, emergency_list(v->cx, &v->h, v->house[0], "  ", &e), VH_INVALID, "reason");
	village_refused(v, emergency_list(v->cx, &v->h, v->house[2], "fire", &e), VH_NOTFOUND, "not_found");
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(emergency_list(v->cx, &v->h, v->house[1], "fire", &e), VH_OK);
	assert_int_equal(e.heads, 1);
}

/* Another registry keeps it: nothing is changed here, and nobody is refused in a fire. */
static void list_of_a_received_hotel_is_opened_without_an_event(void **state)
{
	struct village *v = *state;
	struct emergency e;
	struct room_new room = { .no = "301" };
	struct task_look *list;
	int64_t id;
	people(v);
	village_sql(v, "UPDATE hotel SET source = 7");
	OK(v, hotel_open_by(v->cx, DONGXIN, &v->h));
	assert_int_equal(v->h.source, 7);
	int64_t looks = village_looks(v), events = village_sql(v, "SELECT count(*) FROM event");
	village_as(v, "clerk");
	village_refused(v, room_add(v->cx, v->hotel, v->house[0], &room, &id), VH_CONFLICT, "received");
	village_as(v, "grid");
	OK(v, emergency_list(v->cx, &v->h, v->house[0], "着火", &e));
	assert_int_equal(e.heads, 3);
	assert_string_equal(e.rooms->people->name, "覃租客2");
	assert_int_equal(village_looks(v), looks + 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'emergency: 着火'"), 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events);
	village_refused(v, emergency_list(v->cx, &v->h, v->house[0], " ", &e), VH_INVALID, "reason");
	village_as(v, "auditor");
	OK(v, look_tasks(v->cx, &v->h, "emergency", &list));
	assert_string_equal(list->task.note, "着火");
	assert_null(list->next);
}

static void list_is_reviewed_by_the_auditor(void **state)
{
	struct village *v = *state;
	struct emergency e;
	struct task_look *list;
	struct task_change handle = { .verb = TV_HANDLE, .note = "asked him" }, confirm = { .verb = TV_CONFIRM };
	village_as(v, "grid");
	assert_int_equal(emergency_list(v->cx, &v->h, v->house[0], "drill", &e), VH_OK);
	assert_int_equal(look_tasks(v->cx, &v->h, NULL, &list), VH_OK);
	assert_null(list);
	village_refused(v, task_change(v->cx, v->hotel, e.task, &handle), VH_DENIED, "role");
	village_as(v, "auditor");
	assert_int_equal(look_tasks(v->cx, &v->h, "emergency", &list), VH_OK);
	assert_int_equal(list->task.id, e.task);
	assert_string_equal(list->task.note, "drill");
	assert_int_equal(list->house.id, v->house[0]);
	assert_int_equal(task_change(v->cx, v->hotel, e.task, &handle), VH_OK);
	assert_int_equal(task_change(v->cx, v->hotel, e.task, &confirm), VH_OK);
	village_refused(v, look_tasks(v->cx, &v->h, NULL, &list), VH_DENIED, "role");
}

/* How many of these the one who acts sees open. */
static int seen(struct village *v, const char *kind)
{
	struct task_look *list;
	int n = 0;
	OK(v, look_tasks(v->cx, &v->h, kind, &list));
	for (; list; list = list->next)
		n += !strcmp(list->task.kind, kind);
	return n;
}

static void many_lists_in_an_hour_open_and_are_told_to_desk_and_auditor(void **state)
{
	struct village *v = *state;
	struct emergency e;
	struct task_look l;
	struct task_change handle = { .verb = TV_HANDLE, .note = "asked him" }, confirm = { .verb = TV_CONFIRM };
	people(v);
	village_as(v, "grid");
	for (int i = 0; i < LIM_EMERGENCY_HOUR; i++) {
		OK(v, emergency_list(v->cx, &v->h, v->house[i % 2], "drill", &e));
		assert_false(e.often);
	}
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'emergency_often' OR due IS NOT NULL"),
	                 0);
	village_as(v, "police"); /* another one's are his own */
	OK(v, emergency_list(v->cx, &v->h, v->house[0], "fire", &e));
	assert_false(e.often);
	village_as(v, "grid");
	for (int i = 0; i < 2; i++) {
		OK(v, emergency_list(v->cx, &v->h, v->house[0], "fire", &e));
		assert_true(e.often);
		assert_int_equal(e.heads, 3); /* it is opened all the same */
	}
	village_as(v, "auditor");
	assert_int_equal(seen(v, "emergency"), LIM_EMERGENCY_HOUR + 3);
	v->cx->now++;
	OK(v, look_task(v->cx, &v->h, e.task, &l));
	assert_true(l.overdue);
	assert_string_equal(l.steps->note, "emergency_often");
	village_as(v, "clerk");
	assert_int_equal(seen(v, "emergency_often"), 1);
	int64_t desk = village_sql(v, "SELECT id FROM task WHERE kind = 'emergency_often'");
	village_as(v, "wang");
	village_refused(v, look_task(v->cx, &v->h, desk, &l), VH_DENIED, "role");
	village_as(v, "grid"); /* it is about him */
	OK(v, task_change(v->cx, v->hotel, desk, &handle));
	village_refused(v, task_change(v->cx, v->hotel, desk, &confirm), VH_DENIED, "task_other");
	village_as(v, "clerk");
	OK(v, task_change(v->cx, v->hotel, desk, &confirm));
	v->cx->now += HOUR_MS;
	village_as(v, "grid");
	OK(v, emergency_list(v->cx, &v->h, v->house[0], "fire", &e));
	assert_false(e.often);
	village_sound(v);
}

static int64_t put(struct village *v, int64_t house, const char *text, const char *from, const char *until)
{
	struct notice_new n = { v->hotel, house, text, from, until };
	int64_t id = 0;
	if (notice_put(v->cx, &n, &id) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return id;
}

static void notice_is_seen_by_whom_it_is_for_while_it_is_in_force(void **state)
{
	struct village *v = *state;
	struct notice *list;
	village_as(v, "head");
	int64_t all = put(v, 0, "停水", NULL, "2026-11-22");
	int64_t one = put(v, v->house[0], "修楼梯", "2026-11-22", "2026-11-23");
	village_as(v, NULL);
	assert_int_equal(look_notices(v->cx, &v->h, v->house[0], &list), VH_OK);
	assert_int_equal(list->id, all);
	assert_null(list->next);
	v->cx->now += DAY_MS;
	assert_int_equal(look_notices(v->cx, &v->h, v->house[0], &list), VH_OK);
	assert_int_equal(list->id, one);
	assert_int_equal(list->next->id, all);
	assert_int_equal(look_notices(v->cx, &v->h, v->house[1], &list), VH_OK);
	assert_int_equal(list->id, all);
	assert_null(list->next);
	village_refused(v, look_all_notices(v->cx, &v->h, &list), VH_DENIED, "login");
	village_as(v, "clerk");
	assert_int_equal(notice_withdraw(v->cx, v->hotel, all), VH_OK);
	village_refused(v, notice_withdraw(v->cx, v->hotel, all), VH_CONFLICT, "notice_ended");
	assert_int_equal(look_all_notices(v->cx, &v->h, &list), VH_OK);
	assert_int_equal(list->id, one);
	assert_null(list->next);
	v->cx->now += 2 * DAY_MS;
	assert_int_equal(look_notices(v->cx, &v->h, v->house[0], &list), VH_OK);
	assert_null(list);
	village_sound(v);
}

static void notice_is_written_by_the_village_in_few_words_with_an_end(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "grid", VH_DENIED, "role" },   { "wang", VH_DENIED, "role" },
		{ "police", VH_DENIED, "role" },  { "auditor", VH_DENIED, "role" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	char longer[LIM_NOTICE + 2];
	int64_t id = -7;
	struct notice_new n = { v->hotel, 0, "停水", NULL, "2026-11-22" };
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, notice_put(v->cx, &n, &id), no[i].rc, no[i].code);
		village_refused(v, notice_withdraw(v->cx, v->hotel, 1), no[i].rc, no[i].code);
	}
	village_as(v, "admin");
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	n.text = longer;
	village_refused(v, notice_put(v->cx, &n, &id), VH_INVALID, "text");
	n.text = NULL;
	village_refused(v, notice_put(v->cx, &n, &id), VH_INVALID, "text");
	n.text = longer + 1;
	n.until = NULL;
	village_refused(v, notice_put(v->cx, &n, &id), VH_INVALID, "date");
	n.until = "2026-11-20";
	village_refused(v, notice_put(v->cx, &n, &id), VH_INVALID, "until");
	n.from = "2026-11-25";
	n.until = "2026-11-24";
	village_refused(v, notice_put(v->cx, &n, &id), VH_INVALID, "until");
	n.until = "2026-11-25";
	n.house = v->house[2];
	village_refused(v, notice_put(v->cx, &n, &id), VH_NOTFOUND, "not_found");
	assert_int_equal(id, -7);
	n.house = 0;
	assert_int_equal(notice_put(v->cx, &n, &id), VH_OK);
	village_refused(v, notice_withdraw(v->cx, v->hotel, 12345), VH_NOTFOUND, "not_found");
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(list_of_a_house_names_everybody_and_is_written_down_first),
		T(list_wants_a_reason_and_a_role_and_a_house_of_the_place),
		T(list_of_a_received_hotel_is_opened_without_an_event),
		T(list_is_reviewed_by_the_auditor),
		T(many_lists_in_an_hour_open_and_are_told_to_desk_and_auditor),
		T(notice_is_seen_by_whom_it_is_for_while_it_is_in_force),
		T(notice_is_written_by_the_village_in_few_words_with_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
