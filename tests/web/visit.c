/* Visits through the application: a room, a house, who is matched and who is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/date.h"
#include "vh/limits.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

static const char *at(const char *kind, int64_t id, const char *tail)
{
	static char ring[4][200];
	static int turn;
	char *out = ring[turn++ % 4];
	snprintf(out, sizeof ring[0], "/h/" DONGXIN "/%s/%lld%s", kind, (long long)id, tail);
	return out;
}

static const char *room_at(struct client *c, int room, const char *tail)
{
	return at("rooms", c->v.room[room], tail);
}

static const char *body(const char *fmt, ...)
{
	static char s[600];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(s, sizeof s, fmt, ap);
	va_end(ap);
	return s;
}

static void tell(struct client *c, const char *who, const char *url, const char *json, int status)
{
	int got = client_post(c, who, url, JSON, json, true);
	if (got != status)
		fail_msg("%s as %s: %d %s", json, who ? who : "-", got, client_body(c));
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

/* Two live in 101; the first is returned. */
static int64_t two_in(struct client *c)
{
	village_as(&c->v, "wang");
	int64_t a = village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	return a;
}

static const char *plate(struct client *c, int64_t no)
{
	static char url[60];
	char code[PLATE_CODE_TEXT];
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, no, code), VH_OK);
	snprintf(url, sizeof url, "/r/%s", code);
	return url;
}

static void a_visit_tells_registered_against_found(void **state)
{
	struct client *c = *state;
	int64_t a = two_in(c);
	const char *url = room_at(c, V_101, "/inspections");
	tell(c, "grid", url, "{\"outcome\":\"as_registered\"}", 201);
	assert_true(client_has(c, "\"registered\":2,\"found\":2"));
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/inspections/"));
	tell(c, "grid", url, body("{\"seen\":{\"%lld\":\"gone\"},\"extra\":2,\"consent\":\"occupant\","
	     "\"items\":{\"wiring\":\"no\",\"escape\":\"yes\"}}", (long long)a), 201);
	assert_true(client_has(c, "\"outcome\":\"found_more\""));
	assert_true(client_has(c, "\"registered\":2,\"found\":3"));
	assert_true(client_has(c, "\"tasks\":2,\"hazards\":1,\"mended\":0"));
	assert_true(client_has(c, "\"items\":{\"wiring\":\"no\",\"escape\":\"yes\"}"));
	tell(c, "police", url, "{\"found\":4,\"consent\":\"landlord\",\"items\":{\"wiring\":\"yes\"}}", 201);
	assert_true(client_has(c, "\"mended\":1"));
	assert_int_equal(count(c, "SELECT found FROM inspection WHERE consent = 'landlord'"), 4);
}

static void a_visit_that_does_not_fit_is_refused_at_its_field(void **state)
{
	struct client *c = *state;
	int64_t a = two_in(c), other = (village_as(&c->v, "zhao"), village_in(&c->v, V_201, 3));
	const struct { const char *json, *code, *pointer; } bad[] = {
		{ "{}", "outcome", "#/outcome" },
		{ "{\"outcome\":\"recheck\"}", "choice", "#/outcome" },
		{ "{\"outcome\":\"as_registered\",\"extra\":1}", "found", "#/found" },
		{ "{\"outcome\":\"nobody_home\",\"found\":3}", "found", "#/found" },
		{ "{\"found\":2}", "found", "#/found" },
		{ "{\"outcome\":\"as_registered\",\"items\":{\"wiring\":\"yes\"}}", "consent", "#/consent" },
		{ "{\"outcome\":\"as_registered\",\"consent\":\"door\",\"items\":{\"roof\":\"yes\"}}", "items",
		     "#/items" },
		{ "{\"outcome\":\"as_registered\",\"consent\":\"nobody\"}", "choice", "#/consent" },
		{ "{\"outcome\":\"as_registered\",\"items\":\"wiring\"}", "unknown_field", "#/items" },
		{ "{\"seen\":{\"x\":\"here\"}}", "id", "#/seen" },
		{ "{\"seen\":{\"1\":\"maybe\"}}", "choice", "#/seen" },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tell(c, "grid", room_at(c, V_101, "/inspections"), bad[i].json, 422);
		if (!client_has(c, body("\"code\":\"%s\"", bad[i].code)) || !client_has(c, bad[i].pointer))
			fail_msg("%s: %s", bad[i].json, client_body(c));
	}
	const char *stranger = body("{\"seen\":{\"%lld\":\"here\"}}", (long long)other);
	tell(c, "grid", room_at(c, V_101, "/inspections"), stranger, 422);
	assert_true(client_has(c, "\"code\":\"here\""));
	assert_int_equal(count(c, "SELECT count(*) FROM inspection"), 0);
	/* Who was not ticked was not seen: of nobody it is left unsaid. */
	int64_t b = count(c, "SELECT max(id) FROM stay WHERE room = (SELECT room FROM stay ORDER BY id LIMIT 1)");
	tell(c, "grid", room_at(c, V_101, "/inspections"), body("{\"seen\":{\"%lld\":\"here\"}}", (long long)a), 422);
	assert_true(client_has(c, "\"code\":\"rest\""));
	/* As a page: all that was ticked comes back, with the words on top and at the field. */
	assert_int_equal(client_post(c, "grid", room_at(c, V_101, "/inspections"), FORM,
	                             body("seen.%lld=here&seen.%lld=here&extra=3&items.ebike=no&tail=07",
	                                  (long long)a, (long long)b), false), 422);
	assert_true(client_has(c, body("name=\"seen.%lld\" value=\"here\" checked", (long long)a)));
	assert_true(client_has(c, "name=\"extra\" value=\"3\" checked"));
	assert_true(client_has(c, "name=\"items.ebike\" value=\"no\" checked"));
	assert_true(client_has(c, "href=\"#f-consent\""));
	assert_true(client_has(c, "id=\"f-consent\""));
	tell(c, "grid", room_at(c, V_101, "/inspections"),
	     body("{\"seen\":{\"%lld\":\"here\",\"%lld\":\"here\"}}", (long long)a, (long long)b), 201);
	assert_true(client_has(c, "\"outcome\":\"as_registered\""));
}

static void visits_are_for_officers_and_the_desk_and_in_their_scope(void **state)
{
	static const struct { const char *who; int status; } all[] = {
		{ "grid", 201 }, { "police", 201 }, { "clerk", 201 }, { "wang", 403 }, { "zhao", 403 }, { "head", 403 },
		{ "admin", 403 }, { "auditor", 403 }, { "tenant", 403 }, { "outsider", 404 }, { "clerk2", 404 },
		{ NULL, 401 },
	};
	struct client *c = *state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int want = all[i].status;
		tell(c, all[i].who, room_at(c, V_102, "/inspections"), "{\"outcome\":\"as_registered\"}", want);
		tell(c, all[i].who, at("houses", c->v.house[0], "/inspections"), "{\"rest\":\"as_registered\"}", want);
		want = want == 201 ? 200 : want;
		assert_int_equal(client_get(c, all[i].who, room_at(c, V_102, "/inspections/new"), true), want);
		assert_int_equal(client_get(c, all[i].who, at("houses", c->v.house[0], "/inspections/new"), true),
		     want);
		assert_int_equal(client_get(c, all[i].who, "/h/" DONGXIN "/round", true), want);
	}
	assert_int_equal(client_get(c, "grid", room_at(c, V_FAR, "/inspections/new"), true), 404);
	tell(c, "grid", room_at(c, V_FAR, "/inspections"), "{\"outcome\":\"as_registered\"}", 404);
}

static void a_house_is_one_tap_and_rooms_that_differ_are_marked(void **state)
{
	struct client *c = *state;
	two_in(c);
	const char *url = at("houses", c->v.house[0], "/inspections");
	assert_int_equal(client_post(c, "grid", url, FORM, "rest=as_registered", false), 303);
	assert_int_equal(count(c, "SELECT count(*) FROM inspection WHERE outcome = 'as_registered'"), 3);
	tell(c, "grid", url, body("{\"rest\":\"as_registered\",\"rooms\":{\"%lld\":\"more2\"}}",
	     (long long)c->v.room[V_101]), 201);
	assert_true(client_has(c, "\"rooms\":2"));
	assert_int_equal(count(c, "SELECT found FROM inspection WHERE outcome = 'found_more' AND room IS NOT NULL"), 4);
	tell(c, "grid", url, body("{\"rest\":\"as_registered\",\"rooms\":{\"%lld\":\"apart\"}}",
	     (long long)c->v.room[V_101]), 201);
	assert_true(client_has(c, "\"rooms\":1"));
	char done[200];
	snprintf(done, sizeof done, "%s", resp_header_get(&c->r, "Location"));
	assert_int_equal(client_get(c, "grid", done, false), 200);
	assert_true(client_has(c, room_at(c, V_101, "/inspections/new"))); /* still to visit */
	static const char *const bad[] = { "{}", "{\"rooms\":{\"1\":\"nobody_home\"}}", "{\"rooms\":{\"1\":\"apart\"}}",
	                                   "{\"rooms\":{\"x\":\"apart\"}}", "{\"rest\":\"found_more\"}",
	                                   "{\"rooms\":{\"1\":\"more9\"}}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tell(c, "grid", url, bad[i], 422);
	assert_int_equal(count(c, "SELECT count(*) FROM inspection WHERE room IS NULL"), 3);
}

static void an_officers_plate_is_the_form_of_the_visit(void **state)
{
	struct client *c = *state;
	two_in(c);
	assert_int_equal(client_get(c, "grid", plate(c, 3), false), 200);
	assert_true(client_has(c, "value=\"as_registered\""));
	assert_true(client_has(c, "/match\""));
	assert_false(client_has(c, "/unmask\""));
	assert_false(client_has(c, body("*%s", village_doc(1) + 14)));
	assert_int_equal(client_get(c, "police", plate(c, 3), false), 200);
	assert_true(client_has(c, "/unmask\""));
	assert_int_equal(client_get(c, "grid", plate(c, 1), false), 200);
	assert_true(client_has(c, "name=\"rest\""));
	assert_int_equal(client_get(c, "police", plate(c, 4), false), 200);
	assert_false(client_has(c, "/unmask\"")); /* nobody lives there */
	static const char *const not[] = { NULL, "outsider", "wang", "clerk", "tenant" };
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		assert_int_equal(client_get(c, not[i], plate(c, 3), false), 200);
		assert_false(client_has(c, "/inspections\""));
	}
}

static void the_last_four_tick_a_row_and_keep_the_other_ticks(void **state)
{
	struct client *c = *state;
	int64_t a = two_in(c);
	const char *url = room_at(c, V_101, "/match");
	int64_t before = count(c, "SELECT count(*) FROM access");
	assert_int_equal(client_post(c, "grid", url, FORM,
	                             body("tail=%s&extra=2&items.ebike=no&consent=door", village_doc(1) + 14),
	     false), 200);
	assert_true(client_has(c, body("name=\"seen.%lld\" value=\"here\" checked", (long long)a)));
	assert_true(client_has(c, "name=\"extra\" value=\"2\" checked"));
	assert_true(client_has(c, "name=\"items.ebike\" value=\"no\" checked"));
	assert_false(client_has(c, body("value=\"%s\"", village_doc(1) + 14)));
	assert_true(count(c, "SELECT count(*) FROM access WHERE reason = 'match'") >= 1);
	assert_true(count(c, "SELECT count(*) FROM access") > before);
	tell(c, "grid", url, body("{\"tail\":\"%s\"}", village_doc(1) + 14), 200);
	assert_true(client_has(c, body("{\"stay\":\"%lld\"}", (long long)a)));
	tell(c, "grid", url, "{\"tail\":\"0000\"}", 404);
	assert_true(client_has(c, "\"code\":\"no_match\""));
	tell(c, "grid", url, "{}", 422);
	tell(c, "wang", url, "{\"tail\":\"0000\"}", 403);
	tell(c, "grid", room_at(c, V_102, "/match"), body("{\"tail\":\"%s\"}", village_doc(1) + 14), 404);
	assert_int_equal(count(c, "SELECT count(*) FROM inspection"), 0);
}

static void a_room_is_unmasked_for_police_with_a_row_each(void **state)
{
	struct client *c = *state;
	static const struct { const char *who; int status; } not[] = {
		{ "grid", 403 }, { "clerk", 403 }, { "wang", 403 }, { "outsider", 404 }, { NULL, 401 },
	};
	two_in(c);
	const char *url = room_at(c, V_101, "/unmask");
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		tell(c, not[i].who, url, "{\"reason\":\"identity\"}", not[i].status);
		assert_false(client_has(c, village_doc(1)));
	}
	tell(c, "police", url, "{\"reason\":\" \"}", 422);
	assert_int_equal(client_post(c, "police", url, FORM, "reason=", false), 422);
	assert_true(client_has(c, "/unmask\""));
	assert_int_equal(count(c, "SELECT count(*) FROM access WHERE fields LIKE 'name,%'"), 0);
	assert_int_equal(client_post(c, "police", url, FORM, "reason=incident", false), 200);
	assert_true(client_has(c, village_doc(1)));
	assert_true(client_has(c, village_doc(2)));
	assert_true(client_has(c, "处理警情"));
	assert_int_equal(count(c, "SELECT count(*) FROM access WHERE reason = 'incident' AND fields LIKE 'name,%'"), 2);
}

static void a_double_tap_is_one_visit(void **state)
{
	struct client *c = *state;
	const char *url = room_at(c, V_101, "/inspections");
	for (int i = 0; i < 2; i++) {
		client_header(c, "Idempotency-Key", "tap");
		tell(c, "grid", url, "{\"outcome\":\"nobody_lives\"}", 201);
	}
	assert_int_equal(count(c, "SELECT count(*) FROM inspection"), 1);
	client_header(c, "Idempotency-Key", "tap");
	tell(c, "grid", url, "{\"outcome\":\"nobody_home\"}", 422);
	client_header(c, "Idempotency-Key", "another");
	tell(c, "grid", url, "{\"outcome\":\"nobody_home\"}", 201);
	assert_int_equal(count(c, "SELECT count(*) FROM inspection"), 2);
}

static void a_visit_shows_what_it_opened_and_is_mended_by_another(void **state)
{
	struct client *c = *state;
	char done[200];
	int64_t a = two_in(c);
	tell(c, "grid", room_at(c, V_101, "/inspections"),
	     body("{\"seen\":{\"%lld\":\"gone\"},\"extra\":1,\"consent\":\"occupant\","
	     "\"items\":{\"wiring\":\"no\"}}", (long long)a), 201);
	snprintf(done, sizeof done, "%s", resp_header_get(&c->r, "Location"));
	assert_int_equal(client_get(c, "grid", done, true), 200);
	assert_true(client_has(c, "\"kind\":\"skip\""));
	assert_true(client_has(c, "\"kind\":\"sleep\""));
	assert_true(client_has(c, "\"item\":\"wiring\""));
	assert_true(client_has(c, "\"by\":\"grid\""));
	assert_int_equal(client_get(c, "grid", done, false), 200);
	assert_true(client_has(c, "/stays/new\""));
	assert_true(client_has(c, "?from="));
	/* His own landlord sees it without the officer's name; another does not. */
	assert_int_equal(client_get(c, "wang", done, true), 200);
	assert_true(client_has(c, "\"by\":null"));
	assert_int_equal(client_get(c, "zhao", done, true), 404);
	assert_int_equal(client_get(c, "head", done, true), 403);
	assert_int_equal(client_get(c, "outsider", done, true), 404);
	/* The form of a correction says what the visit said. */
	const char *visit = strrchr(done, '/') + 1;
	assert_int_equal(client_get(c, "grid", room_at(c, V_101, body("/inspections/new?from=%s", visit)), false), 200);
	assert_true(client_has(c, body("name=\"seen.%lld\" value=\"gone\" checked", (long long)a)));
	assert_true(client_has(c, "name=\"extra\" value=\"1\" checked"));
	assert_true(client_has(c, "name=\"items.wiring\" value=\"no\" checked"));
	assert_true(client_has(c, "value=\"occupant\" checked"));
	assert_int_equal(client_get(c, "grid", room_at(c, V_102, body("/inspections/new?from=%s", visit)), false), 200);
	assert_false(client_has(c, "value=\"no\" checked"));
	assert_int_equal(client_get(c, "grid", room_at(c, V_101, "/inspections/new?from=x"), false), 200);
	assert_false(client_has(c, "value=\"no\" checked"));
	/* Also of more people than there are buttons for. */
	tell(c, "grid", room_at(c, V_101, "/inspections"), "{\"found\":20,\"consent\":\"occupant\"}", 201);
	visit = strrchr(resp_header_get(&c->r, "Location"), '/') + 1;
	assert_int_equal(client_get(c, "grid", room_at(c, V_101, body("/inspections/new?from=%s", visit)), false), 200);
	assert_true(client_has(c, "value=\"20\""));
	assert_false(client_has(c, "name=\"extra\" value=\"6\" checked"));
	assert_int_equal(client_post(c, "grid", room_at(c, V_101, "/inspections"), JSON,
	     "{\"outcome\":\"as_registered\",\"consent\":\"occupant\",\"items\":{\"wiring\":\"yes\"}}",
	                             true), 201);
	assert_int_equal(count(c, "SELECT count(*) FROM task WHERE state <> 'confirmed'"), 0);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard WHERE closed_at IS NULL"), 0);
	assert_int_equal(client_get(c, "wang", room_at(c, V_101, "/inspections"), true), 200);
	cJSON *v = client_json(c);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(v, "visits")), 3);
	cJSON_Delete(v);
	assert_int_equal(client_get(c, "zhao", room_at(c, V_101, "/inspections"), true), 404);
}

static void the_round_goes_by_grid_and_from_where_one_stands(void **state)
{
	struct client *c = *state;
	struct house_new near = { .lat = 30.80001, .lng = 121.2, .grid = "二" }, far = { .lat = 30.9, .lng = 121.2 };
	village_as(&c->v, "clerk");
	assert_int_equal(house_amend(c->v.cx, c->v.hotel, c->v.house[0], &far), VH_OK);
	assert_int_equal(house_amend(c->v.cx, c->v.hotel, c->v.house[1], &near), VH_OK);
	static const struct { const char *body, *first; } from[] = {
		{ "{}", "\"room_no\":\"101\"" }, { "{\"lat\":30.8,\"lng\":121.2}", "\"room_no\":\"201\"" },
		{ "{\"grid\":\"二\"}", "\"room_no\":\"201\"" },
	};
	for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
		tell(c, "grid", "/h/" DONGXIN "/round", from[i].body, 200);
		const char *first = strstr(client_body(c), "\"room_no\"");
		assert_memory_equal(first, from[i].first, strlen(from[i].first));
	}
	assert_int_equal(client_get(c, "grid", "/h/" DONGXIN "/round?grid=%E4%BA%8C", false), 200);
	assert_true(client_has(c, "201"));
	assert_false(client_has(c, "· 101"));
	static const char *const bad[] = { "{\"lat\":91,\"lng\":1}", "{\"lat\":\"x\",\"lng\":1}", "{\"lat\":1}",
	                                   "{\"lat\":1,\"lng\":\"1e2\"}", "{\"lat\":1,\"lng\":181}" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		tell(c, "grid", "/h/" DONGXIN "/round", bad[i], 422);
	assert_int_equal(client_get(c, "police", "/", false), 200);
	assert_true(client_has(c, "/round\""));
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_visit_tells_registered_against_found),
		T(a_visit_that_does_not_fit_is_refused_at_its_field),
		T(visits_are_for_officers_and_the_desk_and_in_their_scope),
		T(a_house_is_one_tap_and_rooms_that_differ_are_marked),
		T(an_officers_plate_is_the_form_of_the_visit),
		T(the_last_four_tick_a_row_and_keep_the_other_ticks),
		T(a_room_is_unmasked_for_police_with_a_row_each),
		T(a_double_tap_is_one_visit),
		T(a_visit_shows_what_it_opened_and_is_mended_by_another),
		T(the_round_goes_by_grid_and_from_where_one_stands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
