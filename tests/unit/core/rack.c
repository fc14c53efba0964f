/* The rack, and what became of it since a mark. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/rack.h"
#include "vh/task.h"
#include "village.h"

static const struct rack_room *room_of(const struct rack *rack, int64_t id)
{
	for (const struct rack_house *h = rack->houses; h; h = h->next)
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			if (r->room.id == id)
				return r;
	return NULL;
}

static unsigned touched(const struct rack_news *n)
{
	unsigned sum = 0;
	for (const struct rack_house *h = n->rack.houses; h; h = h->next)
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			sum += r->touched;
	return sum;
}

static bool is_touched(const struct village *v, const struct rack_news *n, int room)
{
	const struct rack_room *r = room_of(&n->rack, v->room[room]);
	return r && r->touched;
}

static struct rack_mark mark(struct village *v)
{
	struct rack rack;
	OK(v, look_rack(v->cx, &v->h, &rack));
	return rack.mark;
}

static struct rack_news since(struct village *v, const struct rack_mark *m)
{
	struct rack_news n;
	OK(v, look_rack_since(v->cx, &v->h, m, &n));
	return n;
}

static void marks_are_read_as_they_are_written(void **state)
{
	static const char *const no[] = { "", "1", "1.2", "1.2.3", "1.2.3.", "1.2.3.4.5", "a.2.3.4", "1.-2.3.4",
		                          " 1.2.3.4", "1.2.99999999999.4", "1111111111111111111.2.3.4" };
	const struct rack_mark m = { 3, 123456789, 20778, 17 };
	struct rack_mark again = { 0 };
	char text[RACK_MARK_TEXT];
	(void)state;
	rack_mark_format(&m, text);
	assert_string_equal(text, "3.123456789.20778.17");
	assert_true(rack_mark_parse(text, &again));
	assert_true(again.epoch == m.epoch && again.seq == m.seq && again.day == m.day && again.marks == m.marks);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(rack_mark_parse(no[i], &again));
	assert_false(rack_mark_parse(NULL, &again));
}

static void nothing_happened_is_the_same(void **state)
{
	struct village *v = *state;
	village_as(v, "clerk");
	village_in(v, V_101, 1);
	struct rack_mark m = mark(v);
	struct rack_news n = since(v, &m);
	assert_true(n.same && !n.all && !n.rack.houses);
	assert_memory_equal(&n.mark, &m, sizeof m);
	village_in(v, V_101, 2);
	n = since(v, &m);
	assert_false(n.same || n.all);
	assert_int_equal(touched(&n), 1);
	assert_true(is_touched(v, &n, V_101));
	assert_int_equal(room_of(&n.rack, v->room[V_101])->registered, 2);
}

static void a_move_touches_both_rooms_and_no_third(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	village_as(v, "clerk");
	int64_t stay = village_in(v, V_101, 1);
	village_in(v, V_102, 2);
	struct rack_mark m = mark(v);
	OK(v, stay_change(v->cx, v->hotel, stay,
	                  &(struct stay_change){ .verb = SV_MOVE, .room = v->room[V_201] }, &d));
	struct rack_news n = since(v, &m);
	assert_int_equal(touched(&n), 2);
	assert_true(is_touched(v, &n, V_101) && is_touched(v, &n, V_201));
	assert_false(is_touched(v, &n, V_102));
}

static void what_is_done_to_a_room_touches_it(void **state)
{
	struct village *v = *state;
	village_as(v, "clerk");
	struct rack_mark m = mark(v);
	OK(v, room_letting(v->cx, v->hotel, v->room[V_102], "barred", "拆迁"));
	struct rack_news n = since(v, &m);
	assert_int_equal(touched(&n), 1);
	assert_string_equal(room_of(&n.rack, v->room[V_102])->room.letting, "barred");
	OK(v, room_retire(v->cx, v->hotel, v->room[V_102], "拆了"));
	n = since(v, &m);
	assert_null(room_of(&n.rack, v->room[V_102]));
	assert_true(n.gone_n >= 1);
	assert_int_equal(n.gone[0], v->room[V_102]);
	int64_t id;
	m = mark(v);
	OK(v, room_add(v->cx, v->hotel, v->house[0], &(struct room_new){ .no = "109" }, &id));
	n = since(v, &m);
	assert_true(room_of(&n.rack, id)->touched);
	m = mark(v);
	OK(v, house_amend(v->cx, v->hotel, v->house[0], &(struct house_new){ .grid = "九" }));
	n = since(v, &m);
	assert_true(n.all);
}

static void another_day_epoch_or_future_is_all_of_it(void **state)
{
	struct village *v = *state;
	village_as(v, "clerk");
	village_in(v, V_101, 1);
	struct rack_mark m = mark(v), other = m;
	other.seq++;
	assert_true(since(v, &other).all);
	other = m;
	other.epoch++;
	assert_true(since(v, &other).all);
	other = m;
	other.day--;
	assert_true(since(v, &other).all);
	assert_false(since(v, &m).all);
}

static void too_much_is_all_of_it(void **state)
{
	struct village *v = *state;
	village_as(v, "clerk");
	struct rack_mark m = mark(v);
	OK(v, room_letting(v->cx, v->hotel, v->room[V_102], "suspended", "x"));
	char sql[600];
	snprintf(sql, sizeof sql,
	         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	         " INSERT INTO event SELECT e.hotel, e.epoch, e.seq + i, e.id + i, e.type, e.subject, e.part,"
	         " e.at, e.actor, e.reason, e.urgent, e.supersedes, e.payload FROM event e, n"
	         " WHERE e.hotel = %lld AND e.seq = (SELECT max(seq) FROM event WHERE hotel = %lld)",
	         LIM_RACK_EVENTS - 1, (long long)v->hotel, (long long)v->hotel);
	village_sql(v, sql);
	snprintf(sql, sizeof sql, "UPDATE hotel_head SET seq = seq + %d WHERE hotel = %lld", LIM_RACK_EVENTS - 1,
	         (long long)v->hotel);
	village_sql(v, sql);
	struct rack_news n = since(v, &m);
	assert_false(n.all);
	assert_int_equal(touched(&n), 1);
	OK(v, room_letting(v->cx, v->hotel, v->room[V_102], "open", "x"));
	assert_true(since(v, &m).all);
}

static void a_landlord_hears_of_his_own_rooms_alone(void **state)
{
	struct village *v = *state;
	village_as(v, "wang");
	struct rack_mark m = mark(v);
	village_as(v, "clerk");
	village_in(v, V_201, 1);
	OK(v, room_retire(v->cx, v->hotel, v->room[V_102], "拆了"));
	village_as(v, "wang");
	struct rack_news n = since(v, &m);
	assert_int_equal(touched(&n), 0);
	assert_int_equal(n.gone[0], v->room[V_102]);
	village_as(v, "zhao");
	n = since(v, &m);
	assert_int_equal(touched(&n), 1);
	assert_int_equal(n.gone_n, 0);
	struct rack_news none;
	village_as(v, "tenant");
	village_refused(v, look_rack_since(v->cx, &v->h, &m, &none), VH_DENIED, "role");
	village_as(v, "outsider");
	village_refused(v, look_rack_since(v->cx, &v->h, &m, &none), VH_NOTFOUND, "not_found");
}

static void what_ends_within_a_week_is_due(void **state)
{
	struct village *v = *state;
	static const struct {
		const char *until;
		bool due;
	} c[] = { { "2026-11-21", true }, { "2026-11-28", true }, { "2026-11-29", false }, { NULL, false } };
	struct rack rack;
	struct stay_done d;
	village_as(v, "clerk");
	for (unsigned i = 0; i < 4; i++) {
		struct stay_new n = village_new(v, V_201, i + 1);
		n.until = c[i].until;
		n.anyway = true;
		OK(v, stay_in(v->cx, &n, &d));
		OK(v, look_rack(v->cx, &v->h, &rack));
		assert_int_equal(room_of(&rack, v->room[V_201])->due, c[i].due);
		OK(v, stay_change(v->cx, v->hotel, d.id, &(struct stay_change){ .verb = SV_OUT }, &d));
	}
}

/* Two are found where nobody is registered: those who may see tasks see the mark, others do not. */
static void findings_are_marked_for_those_who_may_see_them(void **state)
{
	struct village *v = *state;
	struct rack rack;
	char code[PLATE_CODE_TEXT];
	int64_t id;
	village_as(v, "clerk");
	struct rack_mark m = mark(v);
	OK(v, plate_text(v->cx, v->hotel, village_sql(v, "SELECT p.id FROM plate p JOIN room r ON r.id = p.room"
	                                                  " WHERE r.no = '102' AND p.hotel = 1"), code));
	const struct hazard_report z = { .code = code, .item = SAFE__MAX, .words = "楼梯堆物" };
	OK(v, hazard_report(v->cx, &z, &id));
	OK(v, look_rack(v->cx, &v->h, &rack));
	assert_int_equal(room_of(&rack, v->room[V_102])->hazards, 1);
	assert_int_equal(room_of(&rack, v->room[V_101])->hazards, 0);
	struct rack_news n = since(v, &m);
	assert_true(is_touched(v, &n, V_102) && touched(&n) == 1);
	village_sql(v, "INSERT INTO task (hotel, id, kind, state, room, created, changed, by)"
	               " SELECT hotel, 77, 'sleep', 'found', id, 0, 0, 0 FROM room WHERE no = '201'");
	village_as(v, "police");
	OK(v, look_rack(v->cx, &v->h, &rack));
	assert_int_equal(room_of(&rack, v->room[V_201])->sleep, 1);
	assert_int_equal(room_of(&rack, v->room[V_201])->skip, 0);
	village_as(v, "head");
	OK(v, look_rack(v->cx, &v->h, &rack));
	assert_int_equal(room_of(&rack, v->room[V_102])->hazards, 0);
	assert_int_equal(room_of(&rack, v->room[V_201])->sleep, 0);
}

/* It is no event, and an open rack would show the mark for ever. */
static void a_task_confirmed_by_hand_is_heard_of(void **state)
{
	struct village *v = *state;
	const struct task_change handled = { .verb = TV_HANDLE, .note = "去过了" }, confirmed = { .verb = TV_CONFIRM };
	struct rack rack;
	village_as(v, "clerk");
	village_sql(v, "INSERT INTO task (hotel, id, kind, state, room, created, changed, by)"
	               " SELECT hotel, 77, 'skip', 'found', id, 0, 0, 0 FROM room WHERE no = '201'");
	struct rack_mark m = mark(v);
	OK(v, task_change(v->cx, v->hotel, 77, &handled));
	assert_true(since(v, &m).same);
	OK(v, task_change(v->cx, v->hotel, 77, &confirmed));
	assert_true(since(v, &m).all);
	OK(v, look_rack(v->cx, &v->h, &rack));
	assert_int_equal(room_of(&rack, v->room[V_201])->skip, 0);
	assert_true(since(v, &rack.mark).same);
}

static void rooms_stand_in_the_order_of_their_numbers(void **state)
{
	struct village *v = *state;
	static const char *const no[] = { "10", "9", "2A", "0102", "A2", "A10", "2", "1-10", "1-9", "阁楼" };
	static const char *const want = "1-9 1-10 2 2A 9 10 101 102 0102 A2 A10 阁楼 ";
	struct rack rack;
	char got[200] = "";
	int64_t id;
	village_as(v, "clerk");
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		OK(v, room_add(v->cx, v->hotel, v->house[0], &(struct room_new){ .no = no[i] }, &id));
	OK(v, look_rack(v->cx, &v->h, &rack));
	for (const struct rack_room *r = rack.houses->rooms; r; r = r->next)
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s ", r->room.no);
	assert_string_equal(got, want);
	assert_non_null(room_of(&rack, v->room[V_201]));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_read_as_they_are_written),
		T(nothing_happened_is_the_same),
		T(a_move_touches_both_rooms_and_no_third),
		T(what_is_done_to_a_room_touches_it),
		T(another_day_epoch_or_future_is_all_of_it),
		T(too_much_is_all_of_it),
		T(a_landlord_hears_of_his_own_rooms_alone),
		T(what_ends_within_a_week_is_due),
		T(rooms_stand_in_the_order_of_their_numbers),
		T(findings_are_marked_for_those_who_may_see_them),
		T(a_task_confirmed_by_hand_is_heard_of),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
