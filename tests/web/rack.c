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
	assert_int_equal(client_get(c, "clerk", changes(c, "1.2.3.4", ""), true), 200);
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

/* The last path segments of where a search led, or how many it found. */
static const char *found(struct client *c, const char *who, const char *q)
{
	static char out[120];
	char body[600];
	snprintf(body, sizeof body, "{\"q\":\"%s\"}", q);
	int status = client_post(c, who, "/people/search", "application/json", body, false);
	if (status == 303) {
		const char *at = resp_header_get(&c->r, "Location");
		snprintf(out, sizeof out, "%s", at + strlen("/h/" DONGXIN "/"));
		return out;
	}
	assert_int_equal(client_post(c, who, "/people/search", "application/json", body, true), status);
	if (status != 200)
		return "refused";
	cJSON *v = client_json(c);
	snprintf(out, sizeof out, "%d", cJSON_GetObjectItemCaseSensitive(v, "count")->valueint);
	cJSON_Delete(v);
	return out;
}

static const char *place(const char *kind, int64_t id)
{
	static char out[40];
	snprintf(out, sizeof out, "%s/%lld", kind, (long long)id);
	return out;
}

static void one_box_finds_people_rooms_phones_and_plates(void **state)
{
	struct client *c = *state;
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	char code[PLATE_CODE_TEXT], text[300];
	int64_t plate = village_sql(&c->v, "SELECT p.id FROM plate p JOIN room r ON r.id = p.room AND r.hotel = p.hotel"
	                                   " WHERE r.no = '201'");
	village_as(&c->v, "clerk");
	n.phone = "13900002468";
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, plate, code), VH_OK);
	/* Four keys each: the last four of a number, of a phone, a house with its room. */
	const char *stay = place("stays", d.id);
	snprintf(text, sizeof text, "%s", stay);
	assert_string_equal(found(c, "clerk", village_doc(1) + 14), text);
	assert_string_equal(found(c, "clerk", "2468"), text);
	assert_string_equal(found(c, "clerk", "13900002468"), text);
	assert_string_equal(found(c, "clerk", "2469"), "0");
	assert_string_equal(found(c, "clerk", "1102"), place("rooms", c->v.room[V_102]));
	assert_string_equal(found(c, "clerk", "1/102"), place("rooms", c->v.room[V_102]));
	assert_string_equal(found(c, "clerk", "2/201"), place("rooms", c->v.room[V_201]));
	assert_string_equal(found(c, "clerk", "2/102"), "0");
	assert_string_equal(found(c, "clerk", "201"), place("rooms", c->v.room[V_201]));
	assert_string_equal(found(c, "clerk", "2"), place("houses", c->v.house[1]));
	assert_string_equal(found(c, "clerk", "1/1"), "0");
	/* The plate by its number and by its code. */
	char serial[SERIAL_TEXT];
	serial_format((uint32_t)plate, serial);
	assert_string_equal(found(c, "clerk", serial), place("rooms", c->v.room[V_201]));
	assert_string_equal(found(c, "clerk", code), place("rooms", c->v.room[V_201]));
	/* A card held to the reader, wherever the cursor is. */
	snprintf(text, sizeof text, "%s\\n女\\n壮\\n贵州省某县\\n%s", n.name, village_doc(1));
	assert_string_equal(found(c, "clerk", text), place("stays", d.id));
	assert_string_equal(found(c, "clerk", "没有这个人"), "0");
	assert_string_equal(found(c, "clerk", "'; DROP TABLE stay; --"), "0");
}

static void nobody_finds_what_is_not_his(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 1);
	assert_string_equal(found(c, "police", "1102"), place("rooms", c->v.room[V_102]));
	assert_string_equal(found(c, "outsider", "1102"), "0");
	assert_string_equal(found(c, "clerk2", "2/201"), "0");
	assert_string_equal(found(c, "police", "101"), "2"); /* a room of either village */
	assert_string_equal(found(c, "clerk", "101"), place("rooms", c->v.room[V_101]));
	assert_string_equal(found(c, "wang", "101"), "refused");
	assert_string_equal(found(c, "head", "101"), "refused");
	/* A grid worker is shown no number, so that he finds none by a part of it, but places. */
	assert_string_equal(found(c, "grid", village_doc(1) + 14), "refused");
	assert_string_equal(found(c, "grid", "1102"), place("rooms", c->v.room[V_102]));
}

static void every_page_of_a_desk_has_the_box(void **state)
{
	struct client *c = *state;
	static const char *const pages[] = { "/", "/account", RACK, "/people/search" };
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		assert_int_equal(client_get(c, "clerk", pages[i], false), 200);
		assert_true(client_has(c, "id=\"find\""));
	}
	assert_int_equal(client_get(c, "head", RACK, false), 200);
	assert_false(client_has(c, "id=\"find\""));
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_false(client_has(c, "id=\"find\""));
}

#define CARD "\\n女\\n壮\\n19900101\\n贵州省某县某村\\n"

static void a_card_moves_its_owner_in_without_its_ethnicity(void **state)
{
	struct client *c = *state;
	char body[500];
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays/new", (long long)c->v.room[V_101]);
	snprintf(body, sizeof body, "{\"doc_no\":\"韦娜" CARD "%s\\n某县公安局\"}", village_doc(1));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 200);
	cJSON *v = client_json(c);
	assert_string_equal(json_str(v, "name"), "韦娜");
	assert_string_equal(json_str(v, "doc_no"), village_doc(1));
	assert_string_equal(json_str(v, "home"), "贵州省某县某村");
	assert_string_equal(json_str(v, "doc_type"), "id_card");
	cJSON_Delete(v);
	assert_false(client_has(c, "壮"));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, false), 200);
	assert_true(client_has(c, "value=\"韦娜\"") && client_has(c, village_doc(1)));
	assert_false(client_has(c, "壮"));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM person"), 0);
	/* The same lines in the number field of the form itself: name and home need not be typed. */
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[V_101]);
	snprintf(body, sizeof body, "{\"doc_no\":\"韦娜" CARD "%s\",\"phone\":\"12\",\"since\":\"2026-11-20\"}",
	         village_doc(1));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, false), 422);
	assert_true(client_has(c, "value=\"韦娜\"") && client_has(c, "value=\"贵州省某县某村\""));
	assert_false(client_has(c, "壮"));
	snprintf(body, sizeof body, "{\"doc_no\":\"韦娜" CARD "%s\",\"since\":\"2026-11-20\"}", village_doc(1));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 201);
	struct event e;
	village_as(&c->v, "clerk");
	cJSON *data = village_event(&c->v, &e);
	char *text = cJSON_PrintUnformatted(data);
	assert_non_null(strstr(text, "贵州省某县某村"));
	assert_null(strstr(text, "壮"));
	cJSON_free(text);
	cJSON_Delete(data);
}

static void a_form_without_a_card_still_needs_a_name(void **state)
{
	struct client *c = *state;
	char body[300];
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[V_101]);
	snprintf(body, sizeof body, "{\"doc_no\":\"%s\",\"since\":\"2026-11-20\"}", village_doc(1));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 422);
	assert_true(client_has(c, "#/name"));
	assert_int_equal(client_post(c, "zhao", path, "application/json", body, true), 404);
	snprintf(path + strlen(path), 8, "/new");
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 422); /* since is not its */
	snprintf(body, sizeof body, "{\"doc_no\":\"%s\"}", village_doc(1));
	assert_int_equal(client_post(c, "clerk", path, "application/json", body, true), 200);
	assert_true(client_has(c, "\"name\":null"));
	assert_int_equal(client_post(c, "zhao", path, "application/json", body, true), 404);
	assert_int_equal(client_post(c, "head", path, "application/json", body, true), 403);
	assert_int_equal(client_post(c, NULL, path, "application/json", body, true), 401);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(the_rack_tells_what_changed),
		T(what_changed_is_for_those_who_see_the_rack),
		T(filters_work_as_links),
		T(one_box_finds_people_rooms_phones_and_plates),
		T(nobody_finds_what_is_not_his),
		T(every_page_of_a_desk_has_the_box),
		T(a_card_moves_its_owner_in_without_its_ethnicity),
		T(a_form_without_a_card_still_needs_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
