/* Disputes: 我还住这里 loses no day, and every objection is decided by somebody who may verify. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/dispute.h"
#include "vh/limits.h"
#include "village.h"

/* A verified stay of the tenant since 2026-11-10, moved out on the 15th by the landlord. */
static int64_t moved_out(struct village *v)
{
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_change c = { .verb = SV_OUT, .day = "2026-11-15" };
	struct stay_done d;
	n.since = "2026-11-10";
	village_as(v, "police");
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	int64_t stay = d.id;
	village_as(v, "clerk");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, d.person), VH_OK);
	village_reload(v, "tenant");
	village_as(v, "wang");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &c, &d), VH_OK);
	village_as(v, "tenant");
	return stay;
}

static enum vh_rc file(struct village *v, int64_t stay, const char *kind, const char *words, int64_t *ret)
{
	struct dispute_new n = { .hotel = v->hotel, .stay = stay, .kind = kind, .words = words };
	return dispute_file(v->cx, &n, ret);
}

static int64_t filed(struct village *v, int64_t stay, const char *kind, const char *words)
{
	int64_t id = 0;
	if (file(v, stay, kind, words, &id) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return id;
}

static void refuse(struct village *v, int64_t stay, const char *kind, const char *words, enum vh_rc want,
                   const char *code)
{
	char before[65], after[65];
	int64_t id = -7;
	village_digest(v, NULL, before);
	village_refused(v, file(v, stay, kind, words, &id), want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(id, -7);
}

static int64_t open_tasks(struct village *v)
{
	return village_sql(v, "SELECT count(*) FROM task WHERE state <> 'confirmed'");
}

static void false_move_out_is_reopened_without_a_gap(void **state)
{
	struct village *v = *state;
	struct event e;
	int64_t stay = moved_out(v);
	filed(v, stay, "still_here", NULL);
	struct stay s = village_stay(v, stay);
	assert_int_equal(s.state, STAY_PENDING);
	assert_string_equal(s.since, "2026-11-10");
	assert_null(s.ended);
	assert_int_equal(s.verified_at, 0);
	assert_false(s.out_late);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.stay.reopened.v1");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE state = 'open'"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease"), 1);
	assert_int_equal(open_tasks(v), 1);
	refuse(v, stay, "still_here", NULL, VH_CONFLICT, "dispute_open");
	village_sound(v);
}

static void officer_who_verifies_the_stay_upholds_the_dispute(void **state)
{
	struct village *v = *state;
	struct dispute_look *list;
	struct stay_change c = { .verb = SV_VERIFY };
	struct stay_done d;
	int64_t stay = moved_out(v);
	filed(v, stay, "still_here", NULL);
	village_as(v, "grid");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &c, &d), VH_OK);
	assert_int_equal(open_tasks(v), 0);
	village_as(v, "tenant");
	assert_int_equal(look_my_disputes(v->cx, &v->h, &list), VH_OK);
	assert_string_equal(list->row.state, "upheld");
	village_sound(v);
}

static void decision_verifies_or_ends_the_stay_on_its_old_day(void **state)
{
	struct village *v = *state;
	int64_t stay = moved_out(v), id = filed(v, stay, "still_here", "我还在");
	village_refused(v, dispute_settle(v->cx, v->hotel, id, true, NULL), VH_DENIED, "role");
	village_as(v, "wang");
	village_refused(v, dispute_settle(v->cx, v->hotel, id, false, "gone"), VH_DENIED, "role");
	village_as(v, "outsider");
	village_refused(v, dispute_settle(v->cx, v->hotel, id, true, NULL), VH_NOTFOUND, "not_found");
	village_as(v, "police");
	village_refused(v, dispute_settle(v->cx, v->hotel, id, false, " "), VH_INVALID, "reason");
	assert_int_equal(dispute_settle(v->cx, v->hotel, id, false, "room is empty"), VH_OK);
	struct stay s = village_stay(v, stay);
	assert_int_equal(s.state, STAY_ENDED);
	assert_string_equal(s.ended, "2026-11-15");
	assert_int_equal(open_tasks(v), 0);
	village_refused(v, dispute_settle(v->cx, v->hotel, id, true, NULL), VH_CONFLICT, "dispute_settled");
	village_as(v, "tenant"); /* he may say it again */
	id = filed(v, stay, "still_here", NULL);
	village_as(v, "police");
	assert_int_equal(dispute_settle(v->cx, v->hotel, id, true, NULL), VH_OK);
	assert_int_equal(village_stay(v, stay).state, STAY_VERIFIED);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM dispute WHERE state = 'open'"), 0);
	village_sound(v);
}

static void reopened_in_a_room_that_was_let_again_is_contested(void **state)
{
	struct village *v = *state;
	int64_t stay = moved_out(v);
	village_as(v, "wang");
	village_in(v, V_101, 2);
	village_in(v, V_101, 3);
	village_as(v, "tenant");
	int64_t id = filed(v, stay, "still_here", NULL);
	struct stay s = village_stay(v, stay);
	assert_int_equal(s.state, STAY_CONTESTED);
	assert_string_equal(s.contest, "room_full");
	village_sound(v);
	village_as(v, "clerk");
	assert_int_equal(dispute_settle(v->cx, v->hotel, id, true, NULL), VH_OK);
	assert_int_equal(village_stay(v, stay).state, STAY_VERIFIED);
	assert_int_equal(open_tasks(v), 0);
}

static void still_here_is_for_a_stay_that_was_ended_lately(void **state)
{
	struct village *v = *state;
	int64_t stay = moved_out(v);
	v->cx->now += (LIM_REOPEN_DAYS + 1) * DAY_MS;
	refuse(v, stay, "still_here", NULL, VH_CONFLICT, "stay_state");
	v->cx->now -= (LIM_REOPEN_DAYS + 1) * DAY_MS;
	village_as(v, "wang");
	int64_t b = village_in(v, V_102, 1); /* the same person */
	village_as(v, "tenant");
	refuse(v, stay, "still_here", NULL, VH_CONFLICT, "already_in");
	/* A landlord hears it after a row about it. */
	struct dispute_new back = { .hotel = v->hotel, .stay = stay, .kind = "still_here" };
	int64_t before = village_looks(v), made;
	village_as(v, "wang");
	village_refused(v, dispute_file(v->cx, &back, &made), VH_CONFLICT, "already_in");
	assert_int_equal(village_looks(v), before + 1);
	village_as(v, "tenant");
	refuse(v, b, "still_here", NULL, VH_CONFLICT, "stay_state");
	struct stay_change c = { .verb = SV_OUT };
	struct stay_done d;
	assert_int_equal(stay_change(v->cx, v->hotel, b, &c, &d), VH_OK);
	village_as(v, "clerk");
	assert_int_equal(room_retire(v->cx, v->hotel, v->room[V_101], "gone"), VH_OK);
	village_as(v, "tenant");
	refuse(v, stay, "still_here", NULL, VH_CONFLICT, "room_shut");
	filed(v, b, "still_here", NULL);
}

/* A wrong tap: his landlord puts him back, the desk too, and no other landlord. */
static void who_was_moved_out_by_mistake_is_put_back_by_who_did_it(void **state)
{
	struct village *v = *state;
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	village_as(v, "wang");
	int64_t stay = village_in(v, V_102, 5);
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &out, &d), VH_OK);
	village_as(v, "zhao");
	refuse(v, stay, "still_here", NULL, VH_NOTFOUND, "not_found");
	village_as(v, "wang");
	filed(v, stay, "still_here", NULL);
	assert_int_equal(village_stay(v, stay).state, STAY_PENDING);
	assert_null(village_stay(v, stay).ended);
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &out, &d), VH_OK);
	village_as(v, "clerk");
	filed(v, stay, "still_here", NULL);
	assert_int_equal(village_stay(v, stay).state, STAY_PENDING);
	village_sound(v);
}

static void entry_is_disputed_by_the_person_or_for_him_by_the_desk(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "admin", VH_DENIED, "role" },   { "wang", VH_DENIED, "role" },
		{ "head", VH_DENIED, "role" },    { "outsider", VH_NOTFOUND, "not_found" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	int64_t mine = moved_out(v), id;
	village_as(v, "wang");
	int64_t other = village_in(v, V_102, 2);
	village_as(v, "tenant");
	refuse(v, other, "wrong", "x", VH_NOTFOUND, "not_found");
	refuse(v, mine, "wrong", NULL, VH_INVALID, "words");
	refuse(v, mine, "rent", "x", VH_INVALID, "kind");
	refuse(v, mine, NULL, "x", VH_INVALID, "kind");
	refuse(v, 12345, "wrong", "x", VH_NOTFOUND, "not_found");
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		refuse(v, other, "wrong", "x", no[i].rc, no[i].code);
	}
	village_as(v, "tenant");
	id = filed(v, mine, "wrong", "名字写错了");
	village_as(v, "clerk");
	filed(v, other, "not_me", "called the desk");
	assert_int_equal(open_tasks(v), 2);
	assert_int_equal(dispute_settle(v->cx, v->hotel, id, true, NULL), VH_OK);
	assert_int_equal(open_tasks(v), 1);
	assert_int_equal(village_stay(v, mine).state, STAY_ENDED); /* it is mended by amending */
	village_sound(v);
}

static void words_are_sealed_and_shown_after_a_row_in_the_log(void **state)
{
	struct village *v = *state;
	struct dispute_look *list;
	struct event e;
	int64_t stay = moved_out(v);
	filed(v, stay, "wrong", "我叫韦娜");
	cJSON *json = village_event(v, &e);
	char *text = cJSON_PrintUnformatted(json);
	assert_string_equal(e.type, "cn.vhotel.dispute.opened.v1");
	assert_null(strstr(text, "韦娜"));
	cJSON_free(text);
	cJSON_Delete(json);
	village_refused(v, look_disputes(v->cx, &v->h, 0, 10, &list), VH_DENIED, "role");
	assert_int_equal(look_my_disputes(v->cx, &v->h, &list), VH_OK);
	assert_string_equal(list->words, "我叫韦娜");
	assert_null(list->row.words.p);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'disputes'"), 0);
	village_as(v, "grid");
	assert_int_equal(look_disputes(v->cx, &v->h, 0, 10, &list), VH_OK);
	assert_string_equal(list->words, "我叫韦娜");
	assert_int_equal(list->room.id, v->room[V_101]);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE reason = 'disputes'"), 1);
	village_refused(v, look_my_disputes(v->cx, &v->h, &list), VH_DENIED, "role");
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(false_move_out_is_reopened_without_a_gap),
		T(officer_who_verifies_the_stay_upholds_the_dispute),
		T(decision_verifies_or_ends_the_stay_on_its_old_day),
		T(reopened_in_a_room_that_was_let_again_is_contested),
		T(still_here_is_for_a_stay_that_was_ended_lately),
		T(entry_is_disputed_by_the_person_or_for_him_by_the_desk),
		T(who_was_moved_out_by_mistake_is_put_back_by_who_did_it),
		T(words_are_sealed_and_shown_after_a_row_in_the_log),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
