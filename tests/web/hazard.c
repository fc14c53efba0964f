/* Hazards and checks before letting, through the application. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/hazard.h"

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=XyZ"
#define PHONE "13911112222"
#define JPEG "\xff\xd8\xff\xda\x00\x04\x01\x02\x11\x22\xff\xd9"

static const char *at(const char *kind, int64_t id, const char *tail)
{
	static char ring[4][200];
	static int turn;
	char *out = ring[turn++ % 4];
	snprintf(out, sizeof ring[0], "/h/" DONGXIN "/%s/%lld%s", kind, (long long)id, tail);
	return out;
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

/* Somebody before the plate of 101 reports it and leaves his number. */
static int64_t reported(struct client *c, enum safety item, const char *words)
{
	char code[PLATE_CODE_TEXT];
	int64_t id;
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	const struct hazard_report r = { .code = code, .item = item, .words = words, .phone = PHONE };
	village_as(&c->v, NULL);
	assert_int_equal(hazard_report(c->v.cx, &r, &id), VH_OK);
	return id;
}

static int send_photo(struct client *c, const char *who, int64_t hazard, const char *jpeg, size_t n)
{
	static char body[2u << 20];
	static const char head[] = "--XyZ\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n"
	                           "Content-Type: image/jpeg\r\n\r\n",
	                  tail[] = "\r\n--XyZ--\r\n";
	size_t at_n = sizeof head - 1;
	assert_true(at_n + n + sizeof tail < sizeof body);
	memcpy(body, head, at_n);
	memcpy(body + at_n, jpeg, n);
	memcpy(body + at_n + n, tail, sizeof tail - 1);
	return client_send(c, HTTP_POST, who, at("hazards", hazard, "/photos"), PARTS, body, at_n + n + sizeof tail - 1,
	                   true);
}

static void another_picture_under_the_same_key_is_not_taken_for_the_first(void **state)
{
	struct client *c = *state;
	int64_t id = reported(c, SAFE_WIRING, NULL);
	char other[sizeof JPEG];
	memcpy(other, JPEG, sizeof JPEG - 1);
	other[sizeof JPEG - 1] = '\0'; /* after its end: as good a picture */
	for (int i = 0; i < 2; i++) {
		client_header(c, "Idempotency-Key", "picture-0001");
		assert_int_equal(send_photo(c, "grid", id, JPEG, sizeof JPEG - 1), 201);
		assert_int_equal(count(c, "SELECT count(*) FROM hazard_photo"), 1);
	}
	client_header(c, "Idempotency-Key", "picture-0001");
	assert_int_equal(send_photo(c, "grid", id, other, sizeof other), 422);
	assert_true(client_has(c, "\"code\":\"idem_mismatch\""));
	assert_int_equal(send_photo(c, "grid", id, other, sizeof other), 201);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard_photo"), 2);
}

static void hazards_are_listed_for_whom_they_concern(void **state)
{
	static const struct { const char *who; int hotel, house, one; } all[] = {
		{ "grid", 200, 200, 200 },  { "police", 200, 200, 200 }, { "clerk", 200, 200, 200 },
		{ "wang", 200, 200, 200 },  { "zhao", 200, 404, 404 },   { "head", 403, 403, 403 },
		{ "tenant", 403, 403, 403 }, { "outsider", 404, 404, 404 }, { NULL, 401, 401, 401 },
	};
	struct client *c = *state;
	int64_t id = reported(c, SAFE__MAX, "楼梯灯坏了");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *who = all[i].who;
		assert_int_equal(client_get(c, who, "/h/" DONGXIN "/hazards", true), all[i].hotel);
		bool his = all[i].one == 200 && strcmp(who, "wang") != 0; /* the words, too */
		assert_true(client_has(c, "\"severity\"") == (all[i].one == 200));
		assert_true(client_has(c, "楼梯灯坏了") == his);
		assert_int_equal(client_get(c, who, at("houses", c->v.house[0], "/hazards?which=all"), true),
		                 all[i].house);
		assert_true(client_has(c, "楼梯灯坏了") == his);
		assert_int_equal(client_get(c, who, at("hazards", id, ""), true), all[i].one);
		assert_true(client_has(c, "楼梯灯坏了") == his);
		assert_false(client_has(c, PHONE));
		assert_int_equal(client_get(c, who, at("hazards", id, ""), false), who ? all[i].one : 303);
		assert_false(client_has(c, PHONE));
	}
	assert_int_equal(client_get(c, "wang", at("hazards", id, ""), false), 200);
	assert_false(client_has(c, "/recheck\""));
	assert_false(client_has(c, "/reporter\""));
	assert_int_equal(client_get(c, "grid", "/h/" DONGXIN "/hazards?which=overdue", true), 200);
	assert_true(client_has(c, "\"hazards_n\":0"));
	assert_int_equal(client_get(c, "grid", at("hazards", id + 1, ""), true), 404);
}

static void a_hazard_is_closed_by_a_recheck_alone(void **state)
{
	struct client *c = *state;
	int64_t id = reported(c, SAFE_WIRING, NULL);
	const char *url = at("hazards", id, "/recheck");
	static const struct { const char *who, *json; int status; } not[] = {
		{ "wang", "{\"mended\":\"yes\"}", 403 },  { "outsider", "{\"mended\":\"yes\"}", 404 },
		{ NULL, "{\"mended\":\"yes\"}", 401 },    { "grid", "{}", 422 },
		{ "grid", "{\"mended\":\"maybe\"}", 422 }, { "grid", "{\"mended\":\"yes\",\"consent\":\"x\"}", 422 },
	};
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		assert_int_equal(client_post(c, not[i].who, url, JSON, not[i].json, true), not[i].status);
	assert_int_equal(count(c, "SELECT count(*) FROM inspection"), 0);
	assert_int_equal(client_post(c, "grid", url, FORM,
	                             "mended=no&consent=occupant&note=%E7%AD%89%E7%94%B5%E5%B7%A5", false), 303);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard WHERE closed_at IS NULL"), 1);
	/* What was said at it is read at its task, one link away, by all who may see that. */
	static const char *const readers[] = { "grid", "police", "clerk", "wang" };
	char task[100];
	snprintf(task, sizeof task, "/h/" DONGXIN "/tasks/%lld", (long long)count(c, "SELECT id FROM task"));
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		assert_int_equal(client_get(c, readers[i], at("hazards", id, ""), false), 200);
		assert_true(client_has(c, task));
		assert_int_equal(client_get(c, readers[i], task, false), 200);
		assert_true(client_has(c, "等电工"));
	}
	url = at("hazards", id, "/recheck");
	assert_int_equal(client_post(c, "grid", url, JSON, "{\"mended\":\"yes\",\"note\":\"new wires\"}", true), 200);
	assert_int_equal(count(c, "SELECT count(*) FROM task_step WHERE note = 'new wires'"), 1);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard WHERE closed_at IS NULL"), 0);
	assert_int_equal(client_post(c, "grid", url, JSON, "{\"mended\":\"yes\"}", true), 409);
	assert_true(client_has(c, "\"code\":\"hazard_closed\""));
	assert_int_equal(client_get(c, "grid", at("hazards", id, ""), false), 200);
	assert_false(client_has(c, "/recheck\""));
	assert_false(client_has(c, task));
}

static void a_picture_is_of_a_hazard_and_seen_by_whom_it_concerns(void **state)
{
	struct client *c = *state;
	static const char big[1200 << 10] = JPEG;
	int64_t id = reported(c, SAFE_WIRING, NULL);
	assert_int_equal(send_photo(c, "wang", id, JPEG, sizeof JPEG - 1), 403);
	assert_int_equal(send_photo(c, "outsider", id, JPEG, sizeof JPEG - 1), 404);
	assert_int_equal(send_photo(c, NULL, id, JPEG, sizeof JPEG - 1), 401);
	assert_int_equal(send_photo(c, "grid", id, "<script>", 8), 422);
	assert_int_equal(send_photo(c, "grid", id, "", 0), 422);
	assert_int_equal(send_photo(c, "grid", id, big, sizeof big), 422);
	assert_true(client_has(c, "\"code\":\"photo\""));
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_photo(c, "grid", id, JPEG, sizeof JPEG - 1), 201);
	assert_int_equal(send_photo(c, "grid", id, JPEG, sizeof JPEG - 1), 413);
	assert_true(client_has(c, "\"code\":\"photo_many\""));
	assert_int_equal(client_post(c, "grid", at("hazards", id, "/photos"), FORM, "", false), 422);
	assert_true(client_has(c, "id=\"e-photo\"") || client_has(c, "role=\"alert\""));
	int64_t photo = count(c, "SELECT max(id) FROM hazard_photo");
	assert_int_equal(client_get(c, "police", at("photos", photo, ""), false), 200);
	assert_string_equal(c->r.type, "image/jpeg");
	assert_int_equal(c->r.body.n, sizeof JPEG - 1);
	/* A landlord is shown what officers pictured, and not what somebody sent in. */
	assert_int_equal(client_get(c, "wang", at("photos", photo, ""), false), 200);
	count(c, "UPDATE hazard_photo SET by = NULL");
	assert_int_equal(client_get(c, "wang", at("photos", photo, ""), true), 404);
	static const struct { const char *who; int status; } not[] = {
		{ "zhao", 404 }, { "outsider", 404 }, { "head", 403 }, { "tenant", 403 }, { NULL, 401 },
	};
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		assert_int_equal(client_get(c, not[i].who, at("photos", photo, ""), true), not[i].status);
	assert_int_equal(client_get(c, "grid", at("photos", photo + 1, ""), true), 404);
}

static void whom_to_call_back_is_shown_to_police_and_desk_and_noted(void **state)
{
	struct client *c = *state;
	int64_t id = reported(c, SAFE_WIRING, NULL);
	const char *url = at("hazards", id, "/reporter");
	assert_int_equal(client_get(c, "grid", at("hazards", id, ""), false), 200);
	assert_false(client_has(c, "/reporter\"")); /* not offered, and refused */
	assert_int_equal(client_post(c, "grid", url, FORM, "", true), 403);
	assert_int_equal(client_post(c, "wang", url, FORM, "", true), 403);
	assert_int_equal(client_post(c, "outsider", url, FORM, "", true), 404);
	assert_int_equal(count(c, "SELECT count(*) FROM task_step WHERE note = 'reporter_shown'"), 0);
	assert_int_equal(client_get(c, "police", at("hazards", id, ""), false), 200);
	assert_true(client_has(c, "/reporter\""));
	assert_int_equal(client_post(c, "police", url, FORM, "", false), 200);
	assert_true(client_has(c, "tel:" PHONE));
	assert_int_equal(client_post(c, "clerk", url, FORM, "", true), 200);
	assert_true(client_has(c, PHONE));
	assert_int_equal(count(c, "SELECT count(*) FROM task_step WHERE note = 'reporter_shown'"), 2);
}

static void a_room_is_cleared_or_has_to_be_mended_first(void **state)
{
	struct client *c = *state;
	const char *url = at("rooms", c->v.room[V_101], "/clearances");
	static const struct { const char *who, *json; int status; const char *code; } not[] = {
		{ "wang", "{\"result\":\"ok\"}", 403, "role" },    { "head", "{\"result\":\"ok\"}", 403, "role" },
		{ "outsider", "{\"result\":\"ok\"}", 404, "not_found" }, { "grid", "{}", 422, "required" },
		{ "grid", "{\"result\":\"fine\"}", 422, "choice" }, { "grid", "{\"result\":\"mend\"}", 422, "note" },
		{ "grid", "{\"result\":\"ok\",\"until\":\"2026-11-01\"}", 422, "past" },
	};
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		assert_int_equal(client_post(c, not[i].who, url, JSON, not[i].json, true), not[i].status);
		assert_true(client_has(c, not[i].code));
	}
	assert_int_equal(client_get(c, "grid", url, true), 200);
	assert_true(client_has(c, "\"now\":\"none\""));
	assert_int_equal(client_post(c, "grid", url, JSON, "{\"result\":\"mend\",\"note\":\"SMOKE\"}", true), 201);
	assert_int_equal(client_get(c, "wang", url, true), 200);
	assert_true(client_has(c, "\"now\":\"mend\""));
	assert_true(client_has(c, "SMOKE"));
	assert_int_equal(client_get(c, "wang", url, false), 200);
	assert_false(client_has(c, "name=\"result\"")); /* he reads it, and does not give it */
	assert_int_equal(client_get(c, "zhao", url, true), 404);
	assert_int_equal(client_post(c, "grid", url, FORM, "result=ok&until=2027-11-20", false), 303);
	assert_int_equal(client_get(c, "grid", url, true), 200);
	assert_true(client_has(c, "\"now\":\"ok\""));
	assert_int_equal(count(c, "SELECT count(*) FROM task WHERE kind = 'mend' AND state <> 'confirmed'"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(hazards_are_listed_for_whom_they_concern),
		T(another_picture_under_the_same_key_is_not_taken_for_the_first),
		T(a_hazard_is_closed_by_a_recheck_alone),
		T(a_picture_is_of_a_hazard_and_seen_by_whom_it_concerns),
		T(whom_to_call_back_is_shown_to_police_and_desk_and_noted),
		T(a_room_is_cleared_or_has_to_be_mended_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
