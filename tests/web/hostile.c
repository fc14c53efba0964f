/* People who may come in, and try for more than that: each attack beside what the same person may do. */
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
#include "vh/db.h"
#include "vh/limits.h"
#include "vh/place.h"

#define JSON "application/json"
#define HIS_NAME "欧阳丽君"
#define HIS_PHONE "13911112222"
#define HIS_HOME "贵州省某县某村"

static char path[200];

static const char *stay_path(int64_t stay, const char *verb)
{
	snprintf(path, sizeof path, "/h/" DONGXIN "/stays/%lld%s", (long long)stay, verb);
	return path;
}

static int64_t id_of(struct client *c)
{
	cJSON *v = client_json(c);
	int64_t id = strtoll(json_str(v, "id"), NULL, 10);
	cJSON_Delete(v);
	return id;
}

/* Files the first person of the village with all that is known of her. */
static int64_t file_all(struct client *c, const char *who, int room)
{
	char body[400];
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[room]);
	snprintf(body, sizeof body,
	         "{\"name\":\"" HIS_NAME "\",\"doc_type\":\"id_card\",\"doc_no\":\"%s\","
	         "\"since\":\"2026-11-20\",\"phone\":\"" HIS_PHONE "\",\"home\":\"" HIS_HOME "\"}",
	         village_doc(1));
	assert_int_equal(client_post(c, who, path, JSON, body, true), 201);
	return id_of(c);
}

/* Files whoever has this number, knowing nothing but the number. */
static int64_t file_number(struct client *c, const char *who, int room)
{
	char body[300];
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[room]);
	snprintf(body, sizeof body,
	         "{\"name\":\"某某\",\"doc_type\":\"id_card\",\"doc_no\":\"%s\","
	         "\"since\":\"2026-11-21\",\"anyway\":true}",
	         village_doc(1));
	assert_int_equal(client_post(c, who, path, JSON, body, true), 201);
	return id_of(c);
}

static bool tells_all(struct client *c, const char *who, int64_t stay)
{
	int told = 0;
	for (int json = 0; json < 2; json++) {
		assert_int_equal(client_get(c, who, stay_path(stay, ""), json), 200);
		told += client_has(c, HIS_NAME) + client_has(c, HIS_PHONE) + client_has(c, HIS_HOME);
	}
	assert_true(told == 0 || told == 6);
	return told != 0;
}

static void a_number_alone_tells_a_landlord_nothing_of_its_owner(void **state)
{
	struct client *c = *state;
	int64_t his = file_all(c, "wang", V_101);
	assert_true(tells_all(c, "wang", his));
	int64_t claimed = file_number(c, "zhao", V_201); /* in dispute */
	assert_false(tells_all(c, "zhao", claimed));
	assert_true(tells_all(c, "wang", his)); /* a claim takes nothing from him either */
	assert_int_equal(client_get(c, "zhao", stay_path(his, ""), true), 404);
	/* Nor when the person has left, and the filing counts. */
	assert_int_equal(client_post(c, "zhao", stay_path(claimed, "/out"), JSON, "{}", true), 200);
	assert_int_equal(client_post(c, "wang", stay_path(his, "/out"), JSON, "{}", true), 200);
	int64_t next = file_number(c, "zhao", V_201);
	assert_false(tells_all(c, "zhao", next));
	assert_false(tells_all(c, "wang", his)); /* who lives at another's now is not his to read */
}

static void moving_somebody_to_the_next_room_unmasks_nobody(void **state)
{
	struct client *c = *state;
	char body[60];
	int64_t desk = file_all(c, "clerk", V_101);
	assert_false(tells_all(c, "wang", desk));
	snprintf(body, sizeof body, "{\"room\":\"%lld\"}", (long long)c->v.room[V_102]);
	assert_int_equal(client_post(c, "wang", stay_path(desk, "/move"), JSON, body, true), 200);
	assert_false(tells_all(c, "wang", id_of(c)));
}

static void moving_his_own_tenant_a_landlord_still_sees_him(void **state)
{
	struct client *c = *state;
	char body[60];
	int64_t own = file_all(c, "wang", V_101);
	snprintf(body, sizeof body, "{\"room\":\"%lld\"}", (long long)c->v.room[V_102]);
	assert_int_equal(client_post(c, "wang", stay_path(own, "/move"), JSON, body, true), 200);
	assert_true(tells_all(c, "wang", id_of(c)));
}

static void a_claim_rewrites_nobody_who_lives_elsewhere(void **state)
{
	struct client *c = *state;
	int64_t his = file_all(c, "wang", V_101);
	int64_t claimed = file_number(c, "zhao", V_201);
	static const char *const change[] = { "{\"name\":\"张冠李\"}", "{\"phone\":\"13900000000\"}" };
	for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
		assert_int_equal(client_post(c, "zhao", stay_path(claimed, "/amend"), JSON, change[i], true), 403);
		assert_true(tells_all(c, "wang", his));
	}
	/* The one he lives with may, and the desk. */
	assert_int_equal(client_post(c, "wang", stay_path(his, "/amend"), JSON, change[1], true), 200);
	assert_int_equal(client_post(c, "clerk", stay_path(claimed, "/amend"), JSON, change[0], true), 200);
}

static int try_in(struct client *c, const char *who, const char *login, const char *pin, const char *cookie)
{
	char body[120];
	snprintf(body, sizeof body, "{\"login\":\"%s\",\"pin\":\"%s\"}", login, pin);
	if (cookie)
		client_header(c, "Cookie", cookie);
	return client_post(c, who, "/login", JSON, body, true);
}

static void a_stranger_locks_no_telephone_out(void **state)
{
	struct client *c = *state;
	char slip[SECRET_TEXT], device[SECRET_TEXT], cookie[200];
	struct login_ok ok;
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, "wang", 24, slip), VH_OK);
	assert_int_equal(invite_use(c->v.cx, slip, "135790", device, &ok), VH_OK);
	snprintf(cookie, sizeof cookie, "__Host-d=%s.wang", device);
	for (int i = 0; i <= LIM_PIN_TRIES; i++) {
		assert_int_equal(try_in(c, NULL, "wang", i % 2 ? "111112" : "135790", NULL), 401);
		assert_true(client_has(c, "\"code\":\"login\""));
	}
	assert_int_equal(try_in(c, NULL, "wang", "135790", cookie), 200);
	/* With his telephone in hand ten are enough, and he is told. */
	for (int i = 0; i < LIM_PIN_TRIES; i++)
		assert_int_equal(try_in(c, NULL, "wang", "111112", cookie), 401);
	assert_int_equal(try_in(c, NULL, "wang", "135790", cookie), 403);
	assert_true(client_has(c, "\"code\":\"locked\""));
	assert_int_equal(try_in(c, NULL, "wang", "135790", NULL), 401);
}

static void a_guesser_locks_nobody_out_and_learns_no_login(void **state)
{
	struct client *c = *state;
	static const char *const login[] = { "police", "nobody" };
	char said[2][600];
	for (int k = 0; k < 2; k++) {
		for (int i = 0; i <= LIM_PIN_TRIES; i++) {
			char body[120];
			snprintf(body, sizeof body, "{\"login\":\"%s\",\"password\":\"wrong\",\"totp\":\"000000\"}",
			         login[k]);
			assert_int_equal(client_post(c, NULL, "/login", JSON, body, true), 401);
		}
		cJSON *v = client_json(c);
		snprintf(said[k], sizeof said[k], "%s %s", json_str(v, "code"), json_str(v, "detail"));
		cJSON_Delete(v);
	}
	assert_string_equal(said[0], said[1]);
	assert_int_equal(village_sql(&c->v, "SELECT locked FROM account WHERE login = 'police'"), 0);
}

/* Both kinds of wrong login wait for the same commit. */
static void a_wrong_login_waits_for_the_disk_whoever_it_names(void **state)
{
	struct client *c = *state;
	static const char *const login[] = { "police", "nobody", "wang" };
	for (int k = 0; k < 3; k++) {
		struct db_stats before, after;
		db_stats(c->v.cx->db, &before);
		assert_int_equal(try_in(c, NULL, login[k], "135790", NULL), 401);
		db_stats(c->v.cx->db, &after);
		assert_int_equal(after.commits - before.commits, 1);
	}
}

static void being_somebody_gives_no_more_guesses(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], url[60];
	int i = 0, status = 401;
	for (; i <= LIM_GUESSES_MIN && status == 401; i++)
		status = try_in(c, "tenant", "nobody", "135790", NULL);
	assert_int_equal(i, LIM_GUESSES_MIN + 1);
	assert_int_equal(status, 429);
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	snprintf(url, sizeof url, "/r/%s", code);
	assert_int_equal(client_get(c, NULL, url, true), 429);
	assert_int_equal(client_get(c, "police", url, true), 200); /* work goes on */
}

/* The people of a village may share one address. */
static void a_neighbours_tries_shut_out_no_session_and_no_phone(void **state)
{
	struct client *c = *state;
	char slip[SECRET_TEXT], device[SECRET_TEXT], cookie[200], forged[200];
	struct login_ok ok;
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, "wang", 24, slip), VH_OK);
	assert_int_equal(invite_use(c->v.cx, slip, "135790", device, &ok), VH_OK);
	snprintf(cookie, sizeof cookie, "__Host-d=%s.wang", device);
	device[0] = device[0] == 'a' ? 'b' : 'a';
	snprintf(forged, sizeof forged, "__Host-d=%s.wang", device);
	for (int i = 0; i < LIM_GUESSES_MIN; i++)
		assert_int_equal(try_in(c, NULL, "nobody", "135790", NULL), 401);
	assert_int_equal(try_in(c, NULL, "wang", "135790", NULL), 429);
	assert_int_equal(try_in(c, NULL, "wang", "135790", forged), 429);
	assert_int_equal(try_in(c, NULL, "wang", "135790", cookie), 200);
	assert_int_equal(try_in(c, "tenant", "nobody", "135790", NULL), 401);
	/* His own count is no longer than that of an address, and nobody else's. */
	for (int i = 1; i < LIM_GUESSES_MIN; i++)
		assert_int_equal(try_in(c, "tenant", "nobody", "135790", NULL), 401);
	assert_int_equal(try_in(c, "tenant", "nobody", "135790", NULL), 429);
	assert_int_equal(try_in(c, "police", "nobody", "135790", NULL), 401);
}

static void a_grid_worker_does_not_try_the_tails_that_he_is_not_shown(void **state)
{
	struct client *c = *state;
	char tail[60], whole[80];
	static const char url[] = "/h/" DONGXIN "/people/search";
	file_all(c, "wang", V_101);
	snprintf(tail, sizeof tail, "{\"last4\":\"%s\"}", village_doc(1) + 14);
	snprintf(whole, sizeof whole, "{\"doc_no\":\"%s\"}", village_doc(1));
	assert_int_equal(client_post(c, "police", url, JSON, tail, true), 200);
	assert_true(client_has(c, "欧"));
	assert_int_equal(client_post(c, "grid", url, JSON, tail, true), 403);
	assert_int_equal(client_post(c, "grid", url, JSON, "{\"last4\":\"0000\"}", true), 403);
	assert_int_equal(client_post(c, "grid", url, JSON, whole, true), 200); /* with the paper in hand */
	assert_true(client_has(c, "欧"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(a_number_alone_tells_a_landlord_nothing_of_its_owner),
		T(moving_somebody_to_the_next_room_unmasks_nobody),
		T(moving_his_own_tenant_a_landlord_still_sees_him),
		T(a_claim_rewrites_nobody_who_lives_elsewhere),
		T(a_stranger_locks_no_telephone_out),
		T(a_guesser_locks_nobody_out_and_learns_no_login),
		T(a_wrong_login_waits_for_the_disk_whoever_it_names),
		T(being_somebody_gives_no_more_guesses),
		T(a_neighbours_tries_shut_out_no_session_and_no_phone),
		T(a_grid_worker_does_not_try_the_tails_that_he_is_not_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
