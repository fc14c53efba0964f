/* A tenant files himself at the door: the plate and the landlord's four digits, and then the landlord's word. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/declare.h"
#include "vh/limits.h"
#include "village.h"

struct plate_of {
	int64_t hotel, room, house;
	char code[PLATE_CODE_TEXT];
};

static enum vh_rc plate_step(struct ctx *cx, void *arg)
{
	struct plate_of *p = arg;
	struct plate plate;
	enum vh_rc rc = p->room ? plate_of_room(cx, p->hotel, p->room, &plate)
	                        : plate_of_house(cx, p->hotel, p->house, &plate);
	return rc == VH_OK ? plate_text(cx, p->hotel, plate.id, p->code) : rc;
}

static struct plate_of plate(struct village *v, int64_t room, int64_t house)
{
	struct plate_of p = { .hotel = v->hotel, .room = room, .house = house };
	assert_int_equal(db_read(v->cx, plate_step, &p), VH_OK);
	return p;
}

static struct declare_code opened(struct village *v, const char *who)
{
	struct declare_code c;
	village_as(v, who);
	if (declare_open(v->cx, v->hotel, v->room[V_101], &c) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	assert_int_equal(strspn(c.digits, "0123456789"), 4);
	village_as(v, NULL);
	return c;
}

static const char *other(const char *digits)
{
	static char out[5];
	snprintf(out, sizeof out, "%s", digits);
	out[3] = out[3] == '9' ? '0' : (char)(out[3] + 1);
	return out;
}

static enum vh_rc try(struct village *v, const char *code, const char *digits, unsigned n, struct stay_done *ret)
{
	struct declare_new d = { .plate = code, .digits = digits, .stay = village_new(v, V_101, n) };
	d.stay.hotel = d.stay.room = 12345; /* what a form says of it does not count */
	return declare_stay(v->cx, &d, ret);
}

static int64_t declared(struct village *v, unsigned n)
{
	struct stay_done d = { .id = 0 };
	struct declare_code c = opened(v, "wang");
	if (try(v, plate(v, v->room[V_101], 0).code, c.digits, n, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return d.id;
}

static void stranger_with_plate_and_digits_is_pending_and_in_nobodys_name(void **state)
{
	struct village *v = *state;
	struct event e;
	struct stay_done d;
	struct declare_code c = opened(v, "wang");
	assert_int_equal(c.until, v->cx->now + 2 * 3600 * 1000);
	struct plate_of p = plate(v, v->room[V_101], 0);
	assert_int_equal(try(v, p.code, c.digits, 1, &d), VH_OK);
	struct stay s = village_stay(v, d.id);
	assert_int_equal(s.state, STAY_PENDING);
	assert_int_equal(s.filed_by, 0);
	assert_int_equal(s.room, v->room[V_101]);
	cJSON_Delete(village_event(v, &e));
	assert_int_equal(e.actor, 0);
	assert_null(v->cx->who);
	/* His family too, with the same code. */
	assert_int_equal(try(v, p.code, c.digits, 2, &d), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM declared WHERE state = 'waiting'"), 2);
	assert_int_equal(village_sql(v, "SELECT used FROM declaration"), 2);
	village_sound(v);
}

static void wrong_digits_are_counted_and_end_the_code(void **state)
{
	struct village *v = *state;
	struct stay_done d = { .id = -7 };
	struct declare_code c = opened(v, "wang");
	struct plate_of p = plate(v, v->room[V_101], 0);
	for (int i = 1; i < LIM_DECLARE_TRIES; i++) {
		village_refused(v, try(v, p.code, other(c.digits), 1, &d), VH_DENIED, "declare_code");
		assert_int_equal(village_sql(v, "SELECT tries FROM declaration"), i);
	}
	village_refused(v, try(v, p.code, "12345", 1, &d), VH_DENIED, "declare_code");
	assert_int_equal(village_sql(v, "SELECT ended FROM declaration"), 1);
	village_refused(v, try(v, p.code, c.digits, 1, &d), VH_DENIED, "declare_code");
	assert_int_equal(d.id, -7);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 0);
	c = opened(v, "wang");
	assert_int_equal(try(v, p.code, c.digits, 1, &d), VH_OK);
}

static void code_that_is_over_ended_replaced_or_never_was_is_refused_alike(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct plate_of p = plate(v, v->room[V_101], 0);
	village_as(v, NULL);
	village_refused(v, try(v, p.code, "0000", 1, &d), VH_DENIED, "declare_code");
	village_refused(v, try(v, p.code, NULL, 1, &d), VH_DENIED, "declare_code");
	struct declare_code first = opened(v, "wang"), second = opened(v, "wang");
	if (strcmp(first.digits, second.digits) != 0)
		village_refused(v, try(v, p.code, first.digits, 1, &d), VH_DENIED, "declare_code");
	v->cx->now += 2 * 3600 * 1000;
	village_refused(v, try(v, p.code, second.digits, 1, &d), VH_DENIED, "declare_code");
	first = opened(v, "wang");
	village_as(v, "wang");
	assert_int_equal(declare_end(v->cx, v->hotel, v->room[V_101]), VH_OK);
	village_refused(v, declare_show(v->cx, &v->h, v->room[V_101], &second), VH_NOTFOUND, "not_found");
	village_as(v, NULL);
	village_refused(v, try(v, p.code, first.digits, 1, &d), VH_DENIED, "declare_code");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 0);
}

static void digits_open_no_other_door(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct declare_code c = opened(v, "wang");
	village_refused(v, try(v, plate(v, v->room[V_102], 0).code, c.digits, 1, &d), VH_DENIED, "declare_code");
	village_refused(v, try(v, plate(v, 0, v->house[0]).code, c.digits, 1, &d), VH_CONFLICT, "declare_room");
	village_refused(v, try(v, "0000000000000000", c.digits, 1, &d), VH_NOTFOUND, "plate_unknown");
	struct plate_of p = plate(v, v->room[V_101], 0);
	village_as(v, "clerk");
	assert_int_equal(plate_revoke(v->cx, p.code, "torn"), VH_OK);
	village_as(v, NULL);
	village_refused(v, try(v, p.code, c.digits, 1, &d), VH_CONFLICT, "plate_revoked");
}

static void what_stay_in_refuses_is_refused_here_too_and_costs_no_try(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	village_in(v, V_102, 4);
	struct declare_code c = opened(v, "wang");
	struct plate_of p = plate(v, v->room[V_101], 0);
	/* Nobody's number, one of another room and one of this: the same is said. */
	for (unsigned n = 3; n <= 5; n++)
		village_refused(v, try(v, p.code, c.digits, n < 5 ? n : 1, &d), VH_CONFLICT, "room_full");
	struct declare_new n = { .plate = p.code, .digits = c.digits, .stay = village_new(v, V_101, 3) };
	n.stay.name = "";
	village_refused(v, declare_stay(v->cx, &n, &d), VH_INVALID, "name");
	assert_int_equal(village_sql(v, "SELECT tries + used FROM declaration"), 0);
	n = (struct declare_new){ .plate = p.code, .digits = c.digits, .stay = village_new(v, V_101, 3) };
	n.stay.anyway = n.stay.ledger = true; /* ledger is a clerk's word */
	assert_int_equal(declare_stay(v->cx, &n, &d), VH_OK);
	assert_int_equal(village_stay(v, d.id).state, STAY_CONTESTED);
	village_sound(v);
}

static void number_that_is_registered_counts_as_a_try_and_is_told_no_room(void **state)
{
	struct village *v = *state;
	struct stay_done d = { .id = -7 };
	struct idem once = { .key = "once" };
	village_in(v, V_101, 1);
	village_in(v, V_102, 2);
	struct declare_code c = opened(v, "wang");
	struct plate_of p = plate(v, v->room[V_101], 0);
	char said[2][80];
	for (unsigned n = 1; n <= 2; n++) {
		assert_int_equal(try(v, p.code, c.digits, n, &d), VH_CONFLICT);
		snprintf(said[n - 1], sizeof said[0], "%s", err_text(&v->cx->err));
		village_refused(v, VH_CONFLICT, VH_CONFLICT, "already_in");
		assert_int_equal(village_sql(v, "SELECT tries FROM declaration"), n);
	}
	assert_string_equal(said[0], said[1]); /* this room or another is the same */
	/* Twice under one key is one try, and the same answer. */
	v->cx->idem = &once;
	for (int i = 0; i < 2; i++)
		village_refused(v, try(v, p.code, c.digits, 2, &d), VH_CONFLICT, "already_in");
	v->cx->idem = NULL;
	assert_int_equal(village_sql(v, "SELECT tries FROM declaration"), 3);
	for (int i = 3; i < LIM_DECLARE_TRIES; i++)
		village_refused(v, try(v, p.code, c.digits, 2, &d), VH_CONFLICT, "already_in");
	village_refused(v, try(v, p.code, c.digits, 3, &d), VH_DENIED, "declare_code");
	assert_int_equal(d.id, -7);
	c = opened(v, "wang");
	struct declare_new n = { .plate = p.code, .digits = c.digits, .stay = village_new(v, V_101, 2) };
	n.stay.anyway = true;
	assert_int_equal(declare_stay(v->cx, &n, &d), VH_OK);
	assert_int_equal(village_stay(v, d.id).state, STAY_CONTESTED);
	/* Filed all the same at once it costs a try, too, and the answer is that of any other number. */
	assert_int_equal(d.state, STAY_PENDING);
	assert_int_equal(village_sql(v, "SELECT tries FROM declaration WHERE ended = 0"), 1);
	n.stay = village_new(v, V_101, 3);
	n.stay.anyway = true;
	assert_int_equal(declare_stay(v->cx, &n, &d), VH_OK);
	assert_int_equal(d.state, STAY_PENDING);
	village_sound(v);
}

static void typing_a_number_at_a_door_changes_nothing_that_is_known(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct stay_new s = village_new(v, V_102, 1);
	s.phone = "13911110001";
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	assert_int_equal(stay_change(v->cx, v->hotel, d.id, &(struct stay_change){ .verb = SV_OUT }, &d), VH_OK);
	int64_t version = village_sql(v, "SELECT version FROM person");
	struct declare_code c = opened(v, "wang");
	struct declare_new n = { .plate = plate(v, v->room[V_101], 0).code, .digits = c.digits,
	                         .stay = village_new(v, V_101, 1) };
	n.stay.phone = "13911110002";
	assert_int_equal(declare_stay(v->cx, &n, &d), VH_OK);
	assert_int_equal(village_sql(v, "SELECT version FROM person"), version);
	/* The landlord files the same man himself: then it counts. */
	village_as(v, "clerk");
	assert_int_equal(stay_change(v->cx, v->hotel, d.id, &(struct stay_change){ .verb = SV_OUT }, &d), VH_OK);
	s.phone = "13911110002";
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	assert_int_equal(village_sql(v, "SELECT version FROM person"), version + 1);
}

static void code_of_somebody_who_lost_the_house_opens_nothing(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct declare_code c = opened(v, "wang");
	struct plate_of p = plate(v, v->room[V_101], 0);
	village_as(v, "admin");
	assert_int_equal(account_disable(v->cx, "wang", true), VH_OK);
	village_as(v, NULL);
	village_refused(v, try(v, p.code, c.digits, 1, &d), VH_DENIED, "declare_code");
	village_as(v, "admin");
	assert_int_equal(account_disable(v->cx, "wang", false), VH_OK);
	village_as(v, NULL);
	assert_int_equal(try(v, p.code, c.digits, 1, &d), VH_OK);
}

static void codes_are_opened_by_the_landlord_or_the_desk(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "admin", VH_DENIED, "role" },  { "grid", VH_DENIED, "role" },
		{ "police", VH_DENIED, "role" },  { "tenant", VH_DENIED, "role" }, { "zhao", VH_NOTFOUND, "not_found" },
		{ "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	struct declare_code c = opened(v, "clerk"), again;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, declare_open(v->cx, v->hotel, v->room[V_101], &again), no[i].rc, no[i].code);
		village_refused(v, declare_show(v->cx, &v->h, v->room[V_101], &again), no[i].rc, no[i].code);
		village_refused(v, declare_end(v->cx, v->hotel, v->room[V_101]), no[i].rc, no[i].code);
	}
	village_as(v, "wang");
	assert_int_equal(declare_show(v->cx, &v->h, v->room[V_101], &again), VH_OK);
	assert_string_equal(again.digits, c.digits);
	assert_int_equal(room_letting(v->cx, v->hotel, v->room[V_101], "suspended", NULL), VH_OK);
	village_refused(v, declare_open(v->cx, v->hotel, v->room[V_101], &again), VH_CONFLICT, "room_shut");
}

static void landlord_says_whether_he_is_his_tenant(void **state)
{
	struct village *v = *state;
	struct declared_look *list;
	int64_t a = declared(v, 1), b = declared(v, 2);
	struct event e;
	village_as(v, "zhao");
	assert_int_equal(look_declared(v->cx, &v->h, &list), VH_OK);
	assert_null(list);
	village_refused(v, declare_settle(v->cx, v->hotel, a, true), VH_NOTFOUND, "not_found");
	village_as(v, "wang");
	assert_int_equal(look_declared(v->cx, &v->h, &list), VH_OK);
	assert_int_equal(list->row.stay, a);
	assert_int_equal(list->next->row.stay, b);
	assert_int_equal(declare_settle(v->cx, v->hotel, a, true), VH_OK);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.stay.confirmed.v1");
	assert_int_equal(village_stay(v, a).state, STAY_PENDING); /* an officer verifies as always */
	village_refused(v, declare_settle(v->cx, v->hotel, a, false), VH_CONFLICT, "declare_settled");
	assert_int_equal(declare_settle(v->cx, v->hotel, b, false), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'declared_denied'"
	                                " AND state = 'found'"), 1);
	assert_int_equal(look_declared(v->cx, &v->h, &list), VH_OK);
	assert_null(list);
	struct stay_change c = { .verb = SV_REJECT, .reason = "not a tenant" };
	struct stay_done d;
	village_as(v, "police");
	assert_int_equal(stay_change(v->cx, v->hotel, b, &c, &d), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE state <> 'confirmed'"), 0);
	village_sound(v);
}

static void stay_that_was_decided_meanwhile_needs_no_word(void **state)
{
	struct village *v = *state;
	struct declared_look *list;
	int64_t a = declared(v, 1), b;
	struct stay_change c = { .verb = SV_VERIFY };
	struct stay_done d;
	village_as(v, "police");
	assert_int_equal(stay_change(v->cx, v->hotel, a, &c, &d), VH_OK);
	village_as(v, "wang");
	assert_int_equal(look_declared(v->cx, &v->h, &list), VH_OK);
	assert_null(list);
	village_refused(v, declare_settle(v->cx, v->hotel, a, true), VH_CONFLICT, "stay_state");
	b = village_in(v, V_101, 2); /* filed by the landlord: nothing to say about */
	village_refused(v, declare_settle(v->cx, v->hotel, b, true), VH_NOTFOUND, "not_found");
}

static void repeated_under_its_key_a_tap_files_once_and_counts_once(void **state)
{
	struct village *v = *state;
	struct idem key = { .key = "tap", .print = { 1 } }, bad = { .key = "bad tap", .print = { 2 } };
	struct stay_done a, b;
	struct declare_code c = opened(v, "wang");
	struct plate_of p = plate(v, v->room[V_101], 0);
	v->cx->idem = &key;
	assert_int_equal(try(v, p.code, c.digits, 1, &a), VH_OK);
	assert_int_equal(try(v, p.code, c.digits, 1, &b), VH_OK);
	assert_int_equal(a.id, b.id);
	assert_int_equal(b.state, STAY_PENDING);
	v->cx->idem = &bad;
	for (int i = 0; i < 2; i++)
		village_refused(v, try(v, p.code, other(c.digits), 2, &b), VH_DENIED, "declare_code");
	assert_int_equal(village_sql(v, "SELECT tries FROM declaration"), 1);
	v->cx->idem = NULL;
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(stranger_with_plate_and_digits_is_pending_and_in_nobodys_name),
		T(wrong_digits_are_counted_and_end_the_code),
		T(code_that_is_over_ended_replaced_or_never_was_is_refused_alike),
		T(digits_open_no_other_door),
		T(what_stay_in_refuses_is_refused_here_too_and_costs_no_try),
		T(number_that_is_registered_counts_as_a_try_and_is_told_no_room),
		T(typing_a_number_at_a_door_changes_nothing_that_is_known),
		T(code_of_somebody_who_lost_the_house_opens_nothing),
		T(codes_are_opened_by_the_landlord_or_the_desk),
		T(landlord_says_whether_he_is_his_tenant),
		T(stay_that_was_decided_meanwhile_needs_no_word),
		T(repeated_under_its_key_a_tap_files_once_and_counts_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
