/* Plates at the desk: sheets, one plate, its picture, and the way to a door. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "vh/plate_code.h"
#include "vh/store_place.h"

#define H "/h/" DONGXIN
#define FORM "application/x-www-form-urlencoded"

static int post(struct client *c, const char *who, const char *path, const char *body)
{
	return client_post(c, who, path, FORM, body, true);
}

/* Wait for a job; its state. The id is in the answer before. */
static const char *wait_for(struct client *c, const char *who, char id[32])
{
	static char state[16];
	char path[120];
	cJSON *v = client_json(c);
	assert_non_null(json_str(v, "job"));
	snprintf(id, 32, "%s", json_str(v, "job"));
	cJSON_Delete(v);
	snprintf(path, sizeof path, H "/jobs/%s", id);
	for (int i = 0; i < 600; i++) {
		assert_int_equal(client_get(c, who, path, true), 200);
		v = client_json(c);
		const char *s = json_str(cJSON_GetObjectItem(v, "job"), "state");
		snprintf(state, sizeof state, "%s", s ? s : "result");
		cJSON_Delete(v);
		if (strcmp(state, "waiting") != 0 && strcmp(state, "running") != 0)
			return state;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	return "late";
}

static void file_of(struct client *c, const char *who, const char *id)
{
	char path[120];
	snprintf(path, sizeof path, H "/jobs/%s/file", id);
	assert_int_equal(client_get(c, who, path, false), 200);
}

static void sheets_are_made_beside_the_workers_and_kept_for_whom_asked(void **state)
{
	static const char *const what[] = { "what=rooms", "what=houses", "what=rooms&house=1" };
	struct client *c = *state;
	char id[32], path[120];
	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		assert_int_equal(post(c, "clerk", H "/plates/print", what[i]), 202);
		assert_string_equal(wait_for(c, "clerk", id), "done");
		file_of(c, "clerk", id);
		assert_string_equal(c->r.type, "application/pdf");
		assert_true(c->r.fixed_n > 1000);
		assert_memory_equal(c->r.fixed, "%PDF-", 5);
	}
	snprintf(path, sizeof path, H "/jobs/%s", id);
	assert_int_equal(client_get(c, "clerk", path, false), 200); /* for people, too */
	assert_true(client_has(c, "/file"));
	assert_int_equal(client_get(c, "admin", path, true), 404); /* another's */
	snprintf(path, sizeof path, "/h/" XIXIN "/jobs/%s", id);
	assert_int_equal(client_get(c, "clerk2", path, true), 404);
	assert_int_equal(client_get(c, "clerk", H "/jobs/4711", true), 404);
}

static void sheets_are_refused_without_a_right_or_a_plate(void **state)
{
	struct client *c = *state;
	char id[32];
	assert_int_equal(post(c, "police", H "/plates/print", "what=rooms"), 403);
	assert_int_equal(post(c, "head", H "/plates/print", "what=rooms"), 403);
	assert_int_equal(post(c, "clerk2", H "/plates/print", "what=rooms"), 404);
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=everything"), 422);
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=rooms&house=99"), 404);
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=fresh"), 422);
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=fresh&n=501"), 422);
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=unbound"), 202);
	assert_string_equal(wait_for(c, "clerk", id), "failed"); /* there is none */
	assert_true(client_has(c, "no_plates"));
}

/* The serial of the newest plate of the hotel. */
static void newest(struct client *c, char out[SERIAL_TEXT])
{
	serial_format((uint32_t)village_sql(&c->v, "SELECT max(id) FROM plate WHERE hotel = 1"), out);
}

struct coding {
	int64_t hotel;
	uint32_t no;
	char *code;
};

static enum vh_rc code_step(struct ctx *cx, void *arg)
{
	struct coding *g = arg;
	return plate_text(cx, g->hotel, g->no, g->code);
}

static enum vh_rc plate_text_of(struct client *c, const char *serial, char code[PLATE_CODE_TEXT])
{
	struct coding g = { .hotel = c->v.hotel, .code = code };
	assert_int_equal(serial_parse(serial, &g.no), VH_OK);
	return db_read(c->v.cx, code_step, &g);
}

static void blank_plates_are_made_printed_and_hung_at_a_door(void **state)
{
	struct client *c = *state;
	char id[32], serial[SERIAL_TEXT], path[160], body[80];
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=fresh&n=3"), 202);
	assert_string_equal(wait_for(c, "clerk", id), "done");
	assert_true(client_has(c, "\"done\":3"));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM plate WHERE state = 'unbound'"), 3);
	newest(c, serial);
	assert_int_equal(client_get(c, "clerk", H "/plates", false), 200);
	assert_true(client_has(c, serial));
	char code[PLATE_CODE_TEXT];
	assert_int_equal(plate_text_of(c, serial, code), VH_OK);
	snprintf(path, sizeof path, "/r/%s", code);
	snprintf(body, sizeof body, H "/plates/%s/bind", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200); /* scanned at the door */
	assert_true(client_has(c, body));
	assert_int_equal(client_get(c, "police", path, false), 200);
	assert_false(client_has(c, body));
	assert_int_equal(client_get(c, "clerk2", path, false), 200);
	assert_false(client_has(c, body));
	snprintf(path, sizeof path, H "/plates/%s/bind?house=%%E4%%B8%%9C%%E6%%96%%B0", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, "东新1号"));
	assert_true(client_has(c, "东新2号"));
	snprintf(path, sizeof path, H "/plates/%s/bind?house=1", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, "102"));
	/* As it is written, hyphens too. */
	struct house_new hyphen = { .address = "东新17-2号", .landlord = "莫容三" };
	int64_t made;
	village_as(&c->v, "clerk");
	assert_int_equal(house_add(c->v.cx, c->v.hotel, &hyphen, &made), VH_OK);
	snprintf(path, sizeof path, H "/plates/%s/bind?house=17-2", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, "东新17-2号"));
	snprintf(path, sizeof path, H "/plates/%s/bind?house=172", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_false(client_has(c, "东新17-2号"));
	snprintf(path, sizeof path, H "/plates/%s/bind", serial);
	snprintf(body, sizeof body, "room=%lld", (long long)c->v.room[V_102]);
	assert_int_equal(post(c, "clerk", path, body), 200);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM plate WHERE state = 'revoked'"), 1);
	assert_int_equal(post(c, "clerk", path, body), 409); /* hangs somewhere already */
	assert_int_equal(post(c, "grid", path, body), 403);
}

static void binding_to_no_door_or_to_another_village_is_refused(void **state)
{
	struct client *c = *state;
	char serial[SERIAL_TEXT], path[160], body[80], id[32];
	assert_int_equal(post(c, "clerk", H "/plates/print", "what=fresh&n=1"), 202);
	assert_string_equal(wait_for(c, "clerk", id), "done");
	newest(c, serial);
	snprintf(path, sizeof path, H "/plates/%s/bind", serial);
	assert_int_equal(post(c, "clerk", path, ""), 422);
	snprintf(body, sizeof body, "room=%lld", (long long)c->v.room[V_FAR]);
	assert_int_equal(post(c, "clerk", path, body), 404);
	snprintf(body, sizeof body, "house=%lld", (long long)c->v.house[1]);
	assert_int_equal(post(c, "clerk", path, body), 200);
}

static void a_room_leads_to_its_plate_whom_plates_concern(void **state)
{
	struct client *c = *state;
	char serial[SERIAL_TEXT], path[160], link[160];
	serial_format((uint32_t)village_sql(&c->v, "SELECT id FROM plate WHERE room = (SELECT id FROM room"
	                                           " WHERE no = '101' AND hotel = 1) AND state = 'active'"), serial);
	snprintf(link, sizeof link, "href=\"" H "/plates/%s\"", serial);
	snprintf(path, sizeof path, H "/rooms/%lld", (long long)c->v.room[V_101]);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, link));
	assert_int_equal(client_get(c, "police", path, false), 200);
	assert_true(client_has(c, serial));
	assert_false(client_has(c, link));
}

static void one_plate_is_shown_pictured_replaced_and_revoked(void **state)
{
	struct client *c = *state;
	char serial[SERIAL_TEXT], path[160];
	serial_format((uint32_t)village_sql(&c->v, "SELECT max(id) FROM plate WHERE hotel = 1 AND room"
	                                           " IS NOT NULL"), serial);
	snprintf(path, sizeof path, H "/plates/%s", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, "code.png"));
	assert_int_equal(client_get(c, "police", path, false), 403);
	assert_int_equal(client_get(c, "clerk2", path, false), 404);
	assert_int_equal(client_get(c, "clerk", H "/plates/A09999", true), 404);
	assert_int_equal(client_get(c, "clerk", H "/plates/nothing", true), 404);
	snprintf(path, sizeof path, H "/plates/%s/code.png", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_memory_equal(client_body(c), "\x89PNG", 4);
	assert_int_equal(client_get(c, "wang", path, false), 403);
	snprintf(path, sizeof path, H "/plates/%s/code.svg", serial);
	assert_int_equal(client_get(c, "admin", path, false), 200);
	assert_true(client_has(c, "<svg"));
	snprintf(path, sizeof path, H "/plates/%s/replace", serial);
	assert_int_equal(post(c, "clerk", path, "reason=damaged"), 200);
	assert_int_equal(post(c, "clerk", path, "reason=damaged"), 410);
	snprintf(path, sizeof path, H "/plates/%s", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_false(client_has(c, "code.png")); /* a print of it would lead nowhere */
	newest(c, serial);
	assert_true(client_has(c, serial));
	snprintf(path, sizeof path, H "/plates/%s/revoke", serial);
	assert_int_equal(post(c, "admin", path, ""), 200);
	snprintf(path, sizeof path, H "/plates/%s/code.png", serial);
	assert_int_equal(client_get(c, "clerk", path, false), 410);
}

static void a_scanned_or_typed_code_leads_to_the_plate(void **state)
{
	struct client *c = *state;
	char path[200], want[64], code[PLATE_CODE_TEXT], serial[SERIAL_TEXT];
	cJSON *v, *room;
	assert_int_equal(client_get(c, "clerk", H "/rack", true), 200);
	v = client_json(c);
	room = cJSON_GetArrayItem(cJSON_GetObjectItem(
		cJSON_GetArrayItem(cJSON_GetObjectItem(v, "houses"), 0), "rooms"), 0);
	snprintf(code, sizeof code, "%s", json_str(cJSON_GetObjectItem(room, "plate"), "code"));
	snprintf(serial, sizeof serial, "%s", json_str(cJSON_GetObjectItem(room, "plate"), "serial"));
	cJSON_Delete(v);
	const char *const as[] = { code, serial };
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, H "/plates?q=%s", as[i]);
		assert_int_equal(client_get(c, "clerk", path, false), 303);
		snprintf(want, sizeof want, H "/plates/%s", serial);
		assert_string_equal(resp_header_get(&c->r, "Location"), want);
	}
	snprintf(path, sizeof path, H "/plates?q=HTTPS://PLATES.EXAMPLE/R/%s", code);
	assert_int_equal(client_get(c, "clerk", path, false), 303);
	assert_int_equal(client_get(c, "clerk", H "/plates?q=0123456789ABCDEF", false), 200);
	assert_true(client_has(c, "e-q"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(sheets_are_made_beside_the_workers_and_kept_for_whom_asked),
		T(sheets_are_refused_without_a_right_or_a_plate),
		T(blank_plates_are_made_printed_and_hung_at_a_door),
		T(binding_to_no_door_or_to_another_village_is_refused),
		T(a_room_leads_to_its_plate_whom_plates_concern),
		T(one_plate_is_shown_pictured_replaced_and_revoked),
		T(a_scanned_or_typed_code_leads_to_the_plate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
