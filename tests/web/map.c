/* The map: every house once, by its place or in the list of those without; a landlord's own; no tile for strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client.h"

#define H "/h/" DONGXIN

static cJSON *map_of(struct client *c, const char *who)
{
	assert_int_equal(client_get(c, who, H "/map", true), 200);
	return client_json(c);
}

static int count(const cJSON *j, const char *list)
{
	return cJSON_GetArraySize(cJSON_GetObjectItem(j, list));
}

static void place(struct client *c, int house, const char *body)
{
	char path[120];
	snprintf(path, sizeof path, H "/houses/%lld/amend", (long long)c->v.house[house]);
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 200);
}

static void the_map_is_for_readers_of_the_rack(void **state)
{
	static const char *const yes[] = { "head", "clerk", "admin", "police", "grid", "wang" };
	static const char *const no[] = { "tenant", "auditor", "employer" };
	struct client *c = *state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		assert_int_equal(client_get(c, yes[i], H "/map", false), 200);
		/* No address of tiles is set: there is none. */
		assert_int_equal(client_get(c, yes[i], "/tiles/1/0/0", true), 404);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		assert_int_equal(client_get(c, no[i], H "/map", true), 403);
		assert_int_equal(client_get(c, no[i], "/tiles/1/0/0", true), 403);
	}
	assert_int_equal(client_get(c, NULL, "/tiles/1/0/0", true), 401);
	assert_int_equal(client_get(c, NULL, H "/map", true), 401);
	assert_int_equal(client_get(c, "outsider", H "/map", true), 404);
}

static void houses_without_a_place_are_listed_until_they_get_one(void **state)
{
	struct client *c = *state;
	cJSON *j = map_of(c, "head");
	assert_int_equal(count(j, "houses"), 0);
	assert_int_equal(count(j, "unplaced"), 2);
	cJSON_Delete(j);
	assert_int_equal(client_get(c, "head", H "/map", false), 200);
	assert_false(client_has(c, "<svg"));
	place(c, 0, "{\"lat\":30.8932,\"lng\":121.1567}");
	j = map_of(c, "head");
	assert_int_equal(count(j, "houses"), 1);
	assert_int_equal(count(j, "unplaced"), 1);
	const cJSON *h = cJSON_GetArrayItem(cJSON_GetObjectItem(j, "houses"), 0);
	assert_true(cJSON_GetObjectItem(h, "lat")->valuedouble == 30.8932);
	assert_null(cJSON_GetObjectItem(h, "x"));
	cJSON_Delete(j);
	assert_int_equal(client_get(c, "head", H "/map", false), 200);
	assert_true(client_has(c, "<svg"));
	assert_true(client_has(c, "data-lat=\"30.893200\""));
	assert_false(client_has(c, "style="));
	assert_false(client_has(c, "leaflet"));
}

static const char *tile(struct client *c)
{
	static char out[20];
	cJSON *j = map_of(c, "head");
	const cJSON *h = cJSON_GetArrayItem(cJSON_GetObjectItem(j, "unplaced"), 0);
	snprintf(out, sizeof out, "%s", cJSON_GetObjectItem(h, "tile")->valuestring);
	cJSON_Delete(j);
	return out;
}

static void a_house_has_its_most_urgent_state_or_the_commonest(void **state)
{
	struct client *c = *state;
	assert_string_equal(tile(c), "vacant");
	village_in(&c->v, V_101, 1);
	assert_string_equal(tile(c), "pending");
	village_sql(&c->v, "UPDATE stay SET state = 'verified'");
	/* One room has somebody, one is empty: the first of the legend. */
	assert_string_equal(tile(c), "vacant");
	village_in(&c->v, V_102, 2);
	village_sql(&c->v, "UPDATE stay SET state = 'verified'");
	assert_string_equal(tile(c), "occupied");
	village_sql(&c->v, "UPDATE stay SET until = '2026-11-25' WHERE id = (SELECT min(id) FROM stay)");
	assert_string_equal(tile(c), "due");
	village_sql(&c->v, "UPDATE stay SET until = '2026-11-20' WHERE id = (SELECT max(id) FROM stay)");
	assert_string_equal(tile(c), "overdue");
	village_sql(&c->v, "UPDATE room SET capacity = 1");
	village_in(&c->v, V_201, 3);
	assert_string_equal(tile(c), "overdue");
}

static void a_landlord_sees_his_own_houses(void **state)
{
	struct client *c = *state;
	cJSON *j = map_of(c, "zhao");
	assert_int_equal(count(j, "unplaced"), 1);
	const cJSON *h = cJSON_GetArrayItem(cJSON_GetObjectItem(j, "unplaced"), 0);
	assert_string_equal(cJSON_GetObjectItem(h, "address")->valuestring, "东新2号");
	assert_int_equal(cJSON_GetObjectItem(h, "rooms")->valueint, 1);
	cJSON_Delete(j);
	j = map_of(c, "clerk");
	h = cJSON_GetArrayItem(cJSON_GetObjectItem(j, "unplaced"), 0);
	assert_int_equal(cJSON_GetObjectItem(h, "rooms")->valueint, 2);
	cJSON_Delete(j);
}

static void the_first_page_of_a_head_has_his_figures(void **state)
{
	struct client *c = *state;
	village_in(&c->v, V_101, 1);
	assert_int_equal(client_get(c, "head", "/", true), 200);
	cJSON *j = client_json(c);
	const cJSON *h = cJSON_GetArrayItem(cJSON_GetObjectItem(cJSON_GetObjectItem(j, "head"), "hotels"), 0);
	assert_int_equal(cJSON_GetObjectItem(h, "registered")->valueint, 1);
	assert_int_equal(cJSON_GetObjectItem(h, "occupancy")->valueint, 33);
	cJSON_Delete(j);
	assert_int_equal(client_get(c, "head", "/", false), 200);
	assert_true(client_has(c, H "/figures"));
	assert_true(client_has(c, H "/map"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_map_is_for_readers_of_the_rack),
		T(houses_without_a_place_are_listed_until_they_get_one),
		T(a_house_has_its_most_urgent_state_or_the_commonest),
		T(a_landlord_sees_his_own_houses),
		T(the_first_page_of_a_head_has_his_figures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
