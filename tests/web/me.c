/* A tenant's own page, and what he may do there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/accounts.h"
#include "vh/dispute.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/notice.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

static const char *verb(int64_t stay, const char *what)
{
	static char ring[4][120];
	static unsigned turn;
	char *out = ring[turn++ % 4];
	snprintf(out, sizeof ring[0], "/h/" DONGXIN "/stays/%lld/%s", (long long)stay, what);
	return out;
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

static void bind(struct client *c, int64_t hotel, int64_t person)
{
	village_as(&c->v, "operator");
	assert_int_equal(account_bind_person(c->v.cx, "tenant", hotel, person), VH_OK);
	village_reload(&c->v, "tenant");
	village_as(&c->v, "clerk");
}

/* The tenant, number 1, moves into 101 where number 2 lives. */
static int64_t lives(struct client *c)
{
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 2);
	int64_t id = village_in(&c->v, V_101, 1);
	bind(c, c->v.hotel, village_stay(&c->v, id).person);
	return id;
}

static void change(struct client *c, const char *who, int64_t stay, struct stay_change how)
{
	struct stay_done d;
	village_as(&c->v, who);
	if (stay_change(c->v.cx, c->v.hotel, stay, &how, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&c->v.cx->err), err_text(&c->v.cx->err));
}

/* Sent as his phone does: by a form, and he is led back to his page. */
static void tap(struct client *c, const char *path, const char *body, const char *notice)
{
	char to[60];
	snprintf(to, sizeof to, "/me?ok=%s", notice);
	assert_int_equal(client_post(c, "tenant", path, FORM, body, false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), to);
	assert_int_equal(client_get(c, "tenant", to, false), 200);
	assert_true(client_has(c, "role=\"status\""));
}

static void he_sees_himself_in_every_hotel_and_nobody_else(void **state)
{
	struct client *c = *state;
	struct stay_new far = village_new(&c->v, V_FAR, 1);
	struct stay_done d;
	int64_t id = lives(c);
	change(c, "clerk", id, (struct stay_change){ .verb = SV_OUT });
	village_as(&c->v, "clerk2");
	assert_int_equal(stay_in(c->v.cx, &far, &d), VH_OK);
	village_as(&c->v, "operator");
	assert_int_equal(account_grant(c->v.cx, "tenant", ROLE_TENANT, XIXIN), VH_OK);
	bind(c, c->v.far, d.person);
	for (int json = 0; json < 2; json++) {
		assert_int_equal(client_get(c, "tenant", "/me", json), 200);
		assert_true(client_has(c, "东新"));
		assert_true(client_has(c, "西新"));
		assert_true(client_has(c, village_doc(1)));
		assert_false(client_has(c, village_doc(2)));
		assert_false(client_has(c, "租客2"));
	}
	assert_true(client_has(c, "\"days\":1,"));
	assert_true(client_has(c, "\"sent\":\"none\""));
	assert_int_equal(client_get(c, "tenant", "/me/record", false), 200);
	assert_true(client_has(c, "西新"));
	assert_true(client_has(c, "不是居住证"));
	static const char *const paths[] = { "/me", "/me/record", "/me/looks", "/me/erase" };
	static const char *const who[] = { "wang", "clerk", "police", "head", "admin" };
	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 5; k++)
			assert_int_equal(client_get(c, who[k], paths[i], true), 403);
		assert_int_equal(client_get(c, NULL, paths[i], true), 401);
	}
}

static void who_lives_nowhere_is_told_so(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	assert_true(client_has(c, "\"person\":null,\"residence\":null"));
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_int_equal(client_get(c, "tenant", "/me/record", false), 200);
	assert_int_equal(client_get(c, "tenant", "/me/erase", false), 200);
	assert_int_equal(client_post(c, "tenant", "/me/erase/" DONGXIN, FORM, "sure=1", true), 403);
}

/* Who ended it did not know the day: he reads that it is not exact, on paper too. */
static void a_day_that_is_not_exact_is_said_to_be_about_that_day(void **state)
{
	static const char exact[] = "<dd>2026-11-21</dd>", about[] = "<dd>大约 2026-11-21</dd>";
	struct client *c = *state;
	for (int i = 0; i < 2; i++) {
		int64_t id = i ? village_in(&c->v, V_102, 1) : lives(c);
		change(c, "wang", id, (struct stay_change){ .verb = SV_OUT, .about = i ? "1" : NULL });
		for (int record = 0; record < 2; record++) {
			assert_int_equal(client_get(c, "tenant", record ? "/me/record" : "/me", false), 200);
			assert_true(client_has(c, exact));
			assert_int_equal(client_has(c, about), i);
		}
		assert_int_equal(client_get(c, "tenant", verb(id, "text"), false), 200);
		assert_int_equal(client_has(c, "大约 2026-11-21"), i);
		assert_int_equal(client_get(c, "tenant", "/me", true), 200);
		assert_int_equal(client_has(c, "\"ended_about\":true"), i);
	}
}

static void he_goes_away_comes_back_extends_and_leaves_but_acts_for_nobody_else(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c), other = count(c, "SELECT min(id) FROM stay");
	static const char *const verbs[] = { "away", "extend", "out", "still-here", "dispute" };
	assert_int_not_equal(other, id);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		assert_int_equal(client_post(c, "tenant", verb(other, verbs[i]), FORM,
		                             !strcmp(verbs[i], "dispute") ? "dispute=wrong&words=x" :
		                             i < 2 ? "until=2026-12-24" : "", true), 404);
	assert_int_equal(client_post(c, "tenant", verb(id, "away"), FORM, "", false), 422);
	/* Where another registry keeps the village, nothing is offered that would be refused. */
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_true(client_has(c, verb(id, "away")));
	village_sql(&c->v, "UPDATE hotel SET source = 7");
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_false(client_has(c, verb(id, "away")));
	village_sql(&c->v, "UPDATE hotel SET source = NULL");
	tap(c, verb(id, "away"), "until=2026-12-24", "away");
	assert_true(client_has(c, "2026-12-24"));
	assert_true(client_has(c, "/back\""));
	assert_true(client_has(c, "改暂离日期"));
	assert_true(client_has(c, "value=\"2026-12-24\""));
	tap(c, verb(id, "away"), "until=2026-12-30", "away"); /* and longer */
	assert_true(client_has(c, "2026-12-30"));
	tap(c, verb(id, "back"), "", "back");
	tap(c, verb(id, "extend"), "until=2027-06-30", "extended");
	assert_int_equal(client_post(c, "tenant", verb(id, "amend"), FORM, "name=x", true), 403);
	tap(c, verb(id, "out"), "", "out");
	assert_true(client_has(c, "/still-here\""));
	assert_string_equal(village_stay(&c->v, id).until, "2027-06-30");
}

static void a_false_move_out_is_undone_at_once_and_once(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c);
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_false(client_has(c, "/still-here\""));
	assert_int_equal(client_post(c, "tenant", verb(id, "still-here"), FORM, "", true), 409);
	change(c, "wang", id, (struct stay_change){ .verb = SV_OUT });
	assert_int_equal(client_post(c, "zhao", verb(id, "still-here"), FORM, "", true), 404);
	tap(c, verb(id, "still-here"), "_idem=abcdefghijklmnopqrstuv", "still_here");
	assert_false(client_has(c, "/still-here\""));
	assert_true(client_has(c, "我还住这里"));
	assert_int_equal(village_stay(&c->v, id).state, STAY_PENDING);
	tap(c, verb(id, "still-here"), "_idem=abcdefghijklmnopqrstuv", "still_here");
	assert_int_equal(count(c, "SELECT count(*) FROM dispute"), 1);
	assert_int_equal(client_post(c, "tenant", verb(id, "dispute"), FORM, "dispute=wrong&words=x", true), 409);
	assert_true(client_has(c, "\"code\":\"dispute_open\""));
	village_sound(&c->v);
}

static void an_objection_needs_words_and_its_answer_is_shown(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c);
	assert_int_equal(client_post(c, "tenant", verb(id, "dispute"), FORM, "dispute=wrong", false), 422);
	assert_int_equal(client_post(c, "tenant", verb(id, "dispute"), FORM, "dispute=still_here&words=x", true), 422);
	tap(c, verb(id, "dispute"), "dispute=not_me&words=SOMEBODY", "disputed");
	assert_true(client_has(c, "SOMEBODY"));
	assert_false(client_has(c, "/dispute\"")); /* one at a time */
	village_as(&c->v, "clerk");
	assert_int_equal(dispute_settle(c->v.cx, c->v.hotel, count(c, "SELECT id FROM dispute"), false, "BECAUSE"),
	                 VH_OK);
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	assert_true(client_has(c, "\"state\":\"refused\",\"words\":\"SOMEBODY\",\"reason\":\"BECAUSE\""));
	/* The desk may object for him, and stays at his page. */
	assert_int_equal(client_post(c, "clerk", verb(id, "dispute"), FORM, "dispute=wrong&words=x", false), 303);
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/stays/"));
}

static void hazards_visits_and_notices_of_his_room_are_shown_without_names(void **state)
{
	struct client *c = *state;
	lives(c);
	char code[PLATE_CODE_TEXT];
	int64_t id;
	struct inspect_done seen;
	struct hazard_report r = { .code = code, .item = SAFE_WIRING, .words = "SECRET", .phone = "13700000009" };
	struct inspect_room room = { .room = c->v.room[V_101], .outcome = OUTCOME_AS_REGISTERED };
	struct inspect_new visit = { .hotel = c->v.hotel, .rooms = &room, .n = 1, .consent = "occupant" };
	struct notice_new mine = { .hotel = c->v.hotel, .house = c->v.house[0], .text = "MINE", .until = "2026-12-01" },
	                  other = { .hotel = c->v.hotel, .house = c->v.house[1], .text = "OTHER",
	                            .until = "2026-12-01" };
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	assert_int_equal(notice_put(c->v.cx, &mine, &id), VH_OK);
	assert_int_equal(notice_put(c->v.cx, &other, &id), VH_OK);
	village_as(&c->v, NULL);
	assert_int_equal(hazard_report(c->v.cx, &r, &id), VH_OK);
	village_as(&c->v, "grid");
	if (inspect_visit(c->v.cx, &visit, &seen) != VH_OK)
		fail_msg("%s: %s", err_code(&c->v.cx->err), err_text(&c->v.cx->err));
	for (int json = 0; json < 2; json++) {
		assert_int_equal(client_get(c, "tenant", "/me", json), 200);
		assert_true(client_has(c, json ? "\"item\":\"wiring\"" : "电线乱拉"));
		assert_true(client_has(c, json ? "\"consent\":\"occupant\"" : "住的人同意"));
		assert_true(client_has(c, "MINE"));
		assert_false(client_has(c, "OTHER"));
		assert_false(client_has(c, "SECRET"));
		assert_false(client_has(c, "13700000009"));
		assert_false(client_has(c, "grid\""));
	}
}

static void the_newest_looks_are_on_his_page_and_all_on_another(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c);
	for (int i = 0; i < 12; i++)
		assert_int_equal(client_get(c, "police", verb(id, "done"), true), 200);
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	cJSON *v = client_json(c);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(v, "looks")), 10);
	assert_int_equal(cJSON_GetObjectItem(v, "looks_n")->valueint, 13); /* one: the account was bound */
	cJSON_Delete(v);
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_true(client_has(c, "/me/looks"));
	assert_int_equal(client_get(c, "tenant", "/me/looks", true), 200);
	v = client_json(c);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(v, "looks")), 13);
	cJSON_Delete(v);
}

static void the_privacy_notice_in_force_has_its_version(void **state)
{
	struct client *c = *state;
	lives(c);
	count(c, "UPDATE hotel SET notice = 'WHO KEEPS IT', notice_version = 4");
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	assert_true(client_has(c, "\"version\":4,\"text\":\"WHO KEEPS IT\""));
	assert_true(client_has(c, "\"notice_version\":1"));
}

static void erasing_explains_each_refusal_with_its_day(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c);
	assert_int_equal(client_get(c, "tenant", "/me/erase", true), 200);
	assert_true(client_has(c, "\"code\":\"still_lives\",\"day\":null,\"months\":12"));
	assert_int_equal(client_post(c, "tenant", "/me/erase/" DONGXIN, FORM, "sure=1", false), 409);
	assert_true(client_has(c, "你还登记住在这里"));
	change(c, "clerk", id, (struct stay_change){ .verb = SV_OUT });
	assert_int_equal(client_get(c, "tenant", "/me/erase", true), 200);
	assert_true(client_has(c, "\"code\":\"retention\",\"day\":\"2027-11-22\""));
	assert_int_equal(client_get(c, "tenant", "/me/erase", false), 200);
	assert_false(client_has(c, "name=\"sure\""));
	assert_true(client_has(c, "2027-11-22"));
	tap(c, verb(id, "dispute"), "dispute=wrong&words=x", "disputed");
	count(c, "UPDATE stay SET since = '2025-01-01', ended = '2025-02-01' WHERE state = 'ended'");
	assert_int_equal(client_get(c, "tenant", "/me/erase", true), 200);
	assert_true(client_has(c, "\"code\":\"erase_dispute\",\"day\":\"2026-02-02\""));
	count(c, "UPDATE hotel SET retention_months = 0");
	assert_int_equal(client_get(c, "tenant", "/me/erase", true), 200);
	assert_true(client_has(c, "\"code\":\"retention_unset\""));
	assert_int_equal(count(c, "SELECT count(*) FROM erasure"), 0);
}

static void who_left_long_ago_erases_himself_and_keeps_a_receipt(void **state)
{
	struct client *c = *state;
	int64_t id = lives(c);
	char to[120];
	change(c, "clerk", id, (struct stay_change){ .verb = SV_OUT });
	count(c, "UPDATE stay SET since = '2025-01-01', ended = '2025-02-01' WHERE state = 'ended'");
	assert_int_equal(client_get(c, "tenant", "/me/erase", false), 200);
	assert_true(client_has(c, "name=\"sure\""));
	assert_int_equal(client_post(c, "tenant", "/me/erase/" DONGXIN, FORM, "", false), 422);
	assert_int_equal(client_post(c, "tenant", "/me/erase/" XIXIN, FORM, "sure=1", true), 404);
	assert_int_equal(client_post(c, "clerk", "/me/erase/" DONGXIN, FORM, "sure=1", true), 403);
	assert_int_equal(count(c, "SELECT count(*) FROM erasure"), 0);
	assert_int_equal(client_post(c, "tenant", "/me/erase/" DONGXIN, FORM, "sure=1", false), 303);
	snprintf(to, sizeof to, "%s", resp_header_get(&c->r, "Location"));
	assert_memory_equal(to, "/erased/", 8);
	assert_int_equal(client_get(c, NULL, to, false), 200);
	assert_true(client_has(c, "删除回执编号"));
	assert_int_equal(client_get(c, NULL, to, true), 200);
	assert_true(client_has(c, "\"stays\":1"));
	assert_int_equal(client_get(c, "tenant", "/me", true), 401); /* he is nobody here any more */
	assert_int_equal(client_post(c, "tenant", "/me/erase/" DONGXIN, FORM, "sure=1", true), 401);
	to[20] = to[20] == '0' ? '1' : '0';
	assert_int_equal(client_get(c, NULL, to, true), 404);
	assert_int_equal(count(c, "SELECT count(*) FROM erasure WHERE why = 'asked'"), 1);
	village_sound(&c->v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(he_sees_himself_in_every_hotel_and_nobody_else),
		T(who_lives_nowhere_is_told_so),
		T(a_day_that_is_not_exact_is_said_to_be_about_that_day),
		T(he_goes_away_comes_back_extends_and_leaves_but_acts_for_nobody_else),
		T(a_false_move_out_is_undone_at_once_and_once),
		T(an_objection_needs_words_and_its_answer_is_shown),
		T(hazards_visits_and_notices_of_his_room_are_shown_without_names),
		T(the_newest_looks_are_on_his_page_and_all_on_another),
		T(the_privacy_notice_in_force_has_its_version),
		T(erasing_explains_each_refusal_with_its_day),
		T(who_left_long_ago_erases_himself_and_keeps_a_receipt),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
