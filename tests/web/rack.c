/* The desk over HTTP: the rack and what changed on it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"

#define RACK "/h/" DONGXIN "/rack"

static char path[300];

static const char *changes(struct client *c, const char *mark, const char *more)
{
	(void)c;
	snprintf(path, sizeof path, RACK "/changes?since=%s%s", mark, more);
	return path;
}

static void mark_of(struct client *c, const char *who, char out[80])
{
	assert_int_equal(client_get(c, who, RACK, true), 200);
	cJSON *v = client_json(c);
	snprintf(out, 80, "%s", json_str(v, "mark"));
	cJSON_Delete(v);
}

static void the_rack_tells_what_changed(void **state)
{
	struct client *c = *state;
	char mark[80];
	village_as(&c->v, "clerk");
	mark_of(c, "clerk", mark);
	assert_int_equal(client_get(c, "clerk", changes(c, mark, ""), true), 200);
	assert_true(client_has(c, mark) && client_has(c, "\"all\":false"));
	assert_false(client_has(c, "rooms"));
	village_in(&c->v, V_101, 1);
	assert_int_equal(client_get(c, "clerk", changes(c, mark, ""), true), 200);
	cJSON *v = client_json(c);
	const cJSON *rooms = cJSON_GetObjectItemCaseSensitive(v, "rooms"), *r = rooms->child;
	assert_int_equal(cJSON_GetArraySize(rooms), 1);
	assert_string_equal(json_str(r, "no"), "101");
	assert_string_equal(json_str(r, "tile"), "pending");
	assert_string_equal(json_str(r, "tile_letter"), "核");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r, "fits")));
	const cJSON *totals = cJSON_GetObjectItemCaseSensitive(v, "totals");
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(totals, "registered")->valueint, 1);
	assert_string_not_equal(json_str(v, "mark"), mark);
	cJSON_Delete(v);
	/* Under a filter it says which of them are looked for. */
	assert_int_equal(client_get(c, "clerk", changes(c, mark, "&state=vacant"), true), 200);
	assert_true(client_has(c, "\"fits\":false"));
	assert_int_equal(client_get(c, "clerk", changes(c, mark, "&state=pending&house=1"), true), 200);
	assert_true(client_has(c, "\"fits\":true"));
	assert_int_equal(client_get(c, "clerk", changes(c, "1.2.3", ""), true), 200);
	assert_true(client_has(c, "\"all\":true"));
	assert_int_equal(client_get(c, "clerk", changes(c, "nonsense", ""), true), 422);
}

static void what_changed_is_for_those_who_see_the_rack(void **state)
{
	struct client *c = *state;
	static const struct {
		const char *who;
		int status;
	} of[] = {
		{ NULL, 401 },	    { "clerk", 200 },	 { "police", 200 },   { "head", 200 },
		{ "wang", 200 },    { "tenant", 403 },	 { "auditor", 403 },  { "outsider", 404 },
		{ "clerk2", 404 },  { "employer", 403 },
	};
	char mark[80];
	mark_of(c, "clerk", mark);
	village_as(&c->v, "clerk");
	village_in(&c->v, V_201, 1);
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		assert_int_equal(client_get(c, of[i].who, changes(c, mark, ""), true), of[i].status);
		if (of[i].status == 200)
			assert_int_equal(client_has(c, "\"201\""), strcmp(of[i].who, "wang") != 0);
	}
}

static bool shows(struct client *c, const char *state, const char *no)
{
	char want[40];
	snprintf(path, sizeof path, RACK "?state=%s", state);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	snprintf(want, sizeof want, "<b>%s</b>", no);
	return client_has(c, want);
}

static void filters_work_as_links(void **state)
{
	struct client *c = *state;
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	village_as(&c->v, "clerk");
	n.until = "2026-11-25";
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	assert_int_equal(room_letting(c->v.cx, c->v.hotel, c->v.room[V_201], "barred", "x"), VH_OK);
	village_sql(&c->v, "INSERT INTO task (hotel, id, kind, state, room, created, changed, by)"
	                   " SELECT hotel, 77, 'skip', 'found', id, 0, 0, 0 FROM room WHERE no = '102'");
	static const struct {
		const char *state;
		bool in101, in102, in201;
	} of[] = {
		{ "", true, true, true },	 { "vacant", false, true, false }, { "due", true, false, false },
		{ "pending", true, false, false }, { "overdue", false, false, false }, { "barred", false, false, true },
		{ "skip", false, true, false },	 { "sleep", false, false, false }, { "hazard", false, false, false },
	};
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		assert_int_equal(shows(c, of[i].state, "101"), of[i].in101);
		assert_int_equal(shows(c, of[i].state, "102"), of[i].in102);
		assert_int_equal(shows(c, of[i].state, "201"), of[i].in201);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(the_rack_tells_what_changed),
		T(what_changed_is_for_those_who_see_the_rack),
		T(filters_work_as_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
