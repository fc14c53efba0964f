/* The check before a room is let, the gate that it is, and what a hotel may choose. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "vh/clearance.h"
#include "vh/safety.h"
#include "vh/task.h"
#include "village.h"

static enum vh_rc give(struct village *v, const char *result, const char *until, const char *note)
{
	struct clearance_new n = { .hotel = v->hotel, .room = v->room[V_101], .result = result, .until = until,
	                           .note = note };
	int64_t id;
	return clearance_give(v->cx, &n, &id);
}

static void ok(struct village *v, enum vh_rc rc)
{
	if (rc != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

static enum vh_rc let(struct village *v, const char *letting)
{
	return room_letting(v->cx, v->hotel, v->room[V_101], letting, NULL);
}

static enum clear now(struct village *v)
{
	struct clearance_look l;
	ok(v, look_clearance(v->cx, &v->h, v->room[V_101], &l));
	return l.now;
}

static void room_opens_without_a_check_until_the_hotel_asks_for_one(void **state)
{
	struct village *v = *state;
	ok(v, let(v, "suspended"));
	ok(v, let(v, "open"));
	ok(v, hotel_choose(v->cx, v->hotel, "clearance", "required"));
	ok(v, let(v, "suspended"));
	village_refused(v, let(v, "open"), VH_CONFLICT, "clearance");
	ok(v, give(v, "mend", NULL, "no smoke alarm"));
	village_refused(v, let(v, "open"), VH_CONFLICT, "clearance");
	ok(v, give(v, "ok", "2026-11-30", NULL));
	ok(v, let(v, "open"));
	v->cx->now += 10 * DAY_MS;
	assert_int_equal(now(v), CLEAR_EXPIRED);
	ok(v, let(v, "barred"));
	village_refused(v, let(v, "open"), VH_CONFLICT, "clearance");
	ok(v, hotel_choose(v->cx, v->hotel, "clearance", "off"));
	ok(v, let(v, "open"));
	village_sound(v);
}

static void the_newest_check_counts(void **state)
{
	struct village *v = *state;
	struct clearance_look l;
	struct event e;
	assert_int_equal(now(v), CLEAR_NONE);
	ok(v, give(v, "ok", NULL, NULL));
	assert_int_equal(now(v), CLEAR_OK);
	ok(v, give(v, "mend", "2026-12-01", "wires"));
	cJSON *json = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.room.cleared.v1");
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(json, "clearance"), "until"), "2026-12-01");
	cJSON_Delete(json);
	ok(v, look_clearance(v->cx, &v->h, v->room[V_101], &l));
	assert_int_equal(l.now, CLEAR_MEND);
	assert_false(l.required);
	assert_string_equal(l.rows->result, "mend");
	assert_string_equal(l.rows->next->result, "ok");
	assert_string_equal(l.rows->day, "2026-11-21");
	village_as(v, "wang");
	assert_int_equal(now(v), CLEAR_MEND);
	village_as(v, "zhao");
	village_refused(v, look_clearance(v->cx, &v->h, v->room[V_101], &l), VH_NOTFOUND, "not_found");
}

static void what_has_to_be_mended_is_the_landlords_task_until_the_next_check(void **state)
{
	struct village *v = *state;
	struct task_look *list;
	ok(v, give(v, "mend", "2026-11-25", "wires"));
	ok(v, give(v, "mend", "2026-11-26", "wires, still"));
	village_as(v, "wang");
	ok(v, look_tasks(v->cx, &v->h, "mend", &list));
	assert_string_equal(list->task.note, "wires, still");
	assert_null(list->next);
	assert_false(list->overdue);
	v->cx->now += 6 * DAY_MS;
	ok(v, look_tasks(v->cx, &v->h, NULL, &list));
	assert_true(list->overdue);
	village_as(v, "clerk");
	ok(v, give(v, "ok", NULL, NULL));
	ok(v, look_tasks(v->cx, &v->h, "mend", &list));
	assert_null(list);
}

static void checks_are_given_by_officers_and_desk_in_words_that_are_known(void **state)
{
	struct village *v = *state;
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },  { "admin", VH_DENIED, "role" },  { "wang", VH_DENIED, "role" },
		{ "head", VH_DENIED, "role" }, { "outsider", VH_NOTFOUND, "not_found" },
	};
	village_refused(v, give(v, NULL, NULL, NULL), VH_INVALID, "result");
	village_refused(v, give(v, "fine", NULL, NULL), VH_INVALID, "result");
	village_refused(v, give(v, "mend", NULL, NULL), VH_INVALID, "note");
	village_refused(v, give(v, "ok", "2026-11-20", NULL), VH_INVALID, "past");
	village_refused(v, give(v, "ok", "soon", NULL), VH_INVALID, "date");
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, give(v, "ok", NULL, NULL), no[i].rc, no[i].code);
	}
	village_as(v, "police");
	ok(v, give(v, "ok", "2026-11-21", NULL));
	village_as(v, "clerk");
	ok(v, room_retire(v->cx, v->hotel, v->room[V_101], "gone"));
	village_refused(v, give(v, "ok", NULL, NULL), VH_CONFLICT, "room_shut");
}

static void hotel_chooses_among_known_words_only(void **state)
{
	struct village *v = *state;
	village_refused(v, hotel_choose(v->cx, v->hotel, "clearance", "maybe"), VH_INVALID, "choice");
	village_refused(v, hotel_choose(v->cx, v->hotel, "clearance", NULL), VH_INVALID, "choice");
	village_refused(v, hotel_choose(v->cx, v->hotel, "rent", "high"), VH_INVALID, "choice");
	village_refused(v, hotel_choose(v->cx, v->hotel, NULL, "off"), VH_INVALID, "choice");
	village_as(v, "grid");
	village_refused(v, hotel_choose(v->cx, v->hotel, "clearance", "required"), VH_DENIED, "role");
	village_as(v, "clerk2");
	village_refused(v, hotel_choose(v->cx, v->hotel, "clearance", "required"), VH_NOTFOUND, "not_found");
	village_as(v, "admin");
	ok(v, hotel_choose(v->cx, v->hotel, "clearance", "required"));
	village_sound(v);
}

static void answers_come_back_as_they_were_given(void **state)
{
	struct village *v = *state;
	enum answer in[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_NO, [SAFE_WINDOW_BARS] = ANSWER_UNSEEN,
	                              [SAFE_EBIKE] = ANSWER_NA, [SAFE_ESCAPE] = ANSWER_YES }, back[SAFE__MAX];
	enum answer none[SAFE__MAX] = { ANSWER_NONE }, a;
	enum safety item;
	const char *json = "";
	ok(v, safety_write(v->cx, in, &json));
	ok(v, safety_read(v->cx, json, back));
	assert_memory_equal(in, back, sizeof in);
	ok(v, safety_write(v->cx, none, &json));
	assert_null(json);
	ok(v, safety_read(v->cx, NULL, back));
	assert_memory_equal(none, back, sizeof none);
	ok(v, safety_read(v->cx, "{\"wiring\":\"perhaps\",\"chimney\":\"no\",\"ebike\":\"na\"}", back));
	assert_int_equal(back[SAFE_WIRING], ANSWER_NONE);
	assert_int_equal(back[SAFE_EBIKE], ANSWER_NA);
	assert_int_equal(safety_read(v->cx, "[", back), VH_INVALID);
	assert_true(safety_of("other", &item) && item == SAFE__MAX);
	assert_false(safety_of("chimney", &item) || safety_of(NULL, &item));
	assert_true(answer_of("unseen", &a) && a == ANSWER_UNSEEN);
	assert_false(answer_of("perhaps", &a) || answer_of(NULL, &a));
	assert_true(consent_known("landlord"));
	assert_false(consent_known("Landlord") || consent_known(NULL));
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(room_opens_without_a_check_until_the_hotel_asks_for_one),
		T(the_newest_check_counts),
		T(what_has_to_be_mended_is_the_landlords_task_until_the_next_check),
		T(checks_are_given_by_officers_and_desk_in_words_that_are_known),
		T(hotel_chooses_among_known_words_only),
		T(answers_come_back_as_they_were_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
