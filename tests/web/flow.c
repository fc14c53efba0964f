/* What people and programs do through the application, and what it refuses them. */
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
#include "vh/limits.h"
#include "vh/totp.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

static char path[200], other[200];

static const char *stays_path(struct client *c, int room)
{
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[room]);
	return path;
}

static const char *stay_path(int64_t stay, const char *verb)
{
	snprintf(other, sizeof other, "/h/" DONGXIN "/stays/%lld%s%s", (long long)stay, *verb ? "/" : "", verb);
	return other;
}

static const char *filing(unsigned n, const char *more)
{
	static char s[400];
	snprintf(s, sizeof s,
	         "{\"name\":\"人%u\",\"doc_type\":\"id_card\",\"doc_no\":\"%s\",\"since\":\"2026-11-20\"%s}",
	         n, village_doc(n), more);
	return s;
}

static int64_t id_of(struct client *c)
{
	cJSON *v = client_json(c);
	int64_t id = strtoll(json_str(v, "id"), NULL, 10);
	cJSON_Delete(v);
	return id;
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

static void a_scan_shows_what_the_scanner_may_see(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], url[60];
	village_as(&c->v, "wang");
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	snprintf(url, sizeof url, "/r/%s", code);
	int64_t before = count(c, "SELECT count(*) FROM access");
	assert_int_equal(client_get(c, NULL, url, true), 200);
	assert_true(client_has(c, "\"room\":null,"));
	assert_true(client_has(c, "\"stays\":[]"));
	assert_int_equal(client_get(c, "outsider", url, true), 200);
	assert_true(client_has(c, "\"stays\":[]"));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before);
	assert_int_equal(client_get(c, "police", url, true), 200);
	assert_true(client_has(c, "\"registered\":2"));
	assert_true(client_has(c, "**************"));
	assert_false(client_has(c, village_doc(1)));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 2);
	/* The same in capitals and as people type it, and as a page. */
	snprintf(url, sizeof url, "/R/%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
	assert_int_equal(client_get(c, "police", url, false), 200);
	assert_true(client_has(c, "A00003"));
	assert_true(client_has(c, "/rooms/"));
}

static void a_wrong_code_is_404_and_too_many_are_429(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], url[60];
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	snprintf(url, sizeof url, "/r/%s", code);
	char *last = url + strlen(url) - 1;
	char right = *last;
	*last = *last == 'A' ? 'B' : 'A';
	for (int i = 0; i < LIM_GUESSES_MIN; i++) {
		assert_int_equal(client_get(c, NULL, url, i % 2), 404);
		assert_true(client_has(c, i % 2 ? "\"code\":\"plate_unknown\"" : "这不是本系统的码牌"));
	}
	assert_int_equal(client_get(c, NULL, url, true), 429);
	assert_non_null(resp_header_get(&c->r, "Retry-After"));
	*last = right;
	/* A right code tells a guesser nothing now; those who are known go on. */
	assert_int_equal(client_get(c, NULL, url, true), 429);
	assert_int_equal(client_get(c, "police", url, true), 200);
}

static void a_revoked_plate_is_410_at_once(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], url[60];
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	snprintf(url, sizeof url, "/r/%s", code);
	assert_int_equal(client_get(c, "police", url, true), 200);
	village_as(&c->v, "clerk");
	assert_int_equal(plate_revoke(c->v.cx, code, "stolen"), VH_OK);
	assert_int_equal(client_get(c, "police", url, true), 410);
	assert_true(client_has(c, "\"code\":\"plate_revoked\""));
	assert_int_equal(client_get(c, NULL, url, false), 410);
	assert_true(client_has(c, "02157240000"));
}

static void moving_in_answers_201_and_the_same_again(void **state)
{
	struct client *c = *state;
	client_header(c, "Idempotency-Key", "\"one\"");
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(1, ""), true), 201);
	assert_true(client_has(c, "\"state\":\"pending\""));
	assert_true(client_has(c, "\"late\":false"));
	int64_t id = id_of(c);
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/stays/"));
	client_header(c, "Idempotency-Key", "one");
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(1, ""), true), 201);
	assert_int_equal(id_of(c), id);
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 1);
	client_header(c, "Idempotency-Key", "one");
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(2, ""), true), 422);
	assert_true(client_has(c, "\"code\":\"idem_mismatch\""));
	/* Another caller's key of the same text is another key. */
	client_header(c, "Idempotency-Key", "one");
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_102), JSON, filing(2, ""), true), 201);
	assert_int_not_equal(id_of(c), id);
	client_header(c, "Idempotency-Key", "a b");
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_102), JSON, filing(3, ""), true), 400);
}

static void a_person_registered_elsewhere_is_409_with_a_next(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(1, ""), true), 201);
	assert_int_equal(client_post(c, "zhao", stays_path(c, V_201), JSON, filing(1, ""), true), 409);
	assert_true(client_has(c, "\"code\":\"already_in\""));
	assert_true(client_has(c, "\"anyway\":true"));
	assert_false(client_has(c, "东新1号"));
	assert_int_equal(client_post(c, "zhao", stays_path(c, V_201), JSON, filing(1, ",\"anyway\":true"), true), 201);
	assert_true(client_has(c, "\"state\":\"contested\""));
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(2, ""), true), 201);
	assert_int_equal(client_post(c, "wang", stays_path(c, V_101), JSON, filing(3, ""), true), 409);
	assert_true(client_has(c, "\"code\":\"room_full\""));
	assert_true(client_has(c, "\"next\":{"));
}

static void problems_name_the_field(void **state)
{
	static const struct {
		const char *body, *code, *pointer;
		int status;
	} bad[] = {
		{ "{\"name\":\"a\",\"doc_type\":\"id_card\",\"doc_no\":\"420199196909170722\","
		  "\"since\":\"2026-11-20\"}",
		  "doc_check", "#/doc_no", 422 },
		{ "{\"doc_type\":\"id_card\",\"doc_no\":\"x\",\"since\":\"2026-11-20\"}", "required", "#/name", 422 },
		{ "{\"name\":\"a\",\"since\":\"2026-02-30\"}", "day", "#/since", 422 },
		{ "{\"name\":\"a\",\"since\":\"2026-11-20\",\"police\":1}", "unknown_field", "#/police", 422 },
		{ "{\"name\":\"a\",\"name\":\"b\",\"since\":\"2026-11-20\"}", "json_twice", NULL, 400 },
		{ "{", "json", NULL, 400 },
	};
	struct client *c = *state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int status = client_post(c, "clerk", stays_path(c, V_101), JSON, bad[i].body, true);
		if (status != bad[i].status || !client_has(c, bad[i].code))
			fail_msg("%s: %d %s", bad[i].body, status, client_body(c));
		assert_string_equal(c->r.type, "application/problem+json");
		assert_true(!bad[i].pointer || client_has(c, bad[i].pointer));
	}
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 0);
}

static void a_form_that_failed_comes_back_with_what_was_typed(void **state)
{
	struct client *c = *state;
	const char *bad = "name=%E4%BA%BA%E4%B8%80&doc_type=passport&doc_no=%3F&since=2026-11-20&home=%3Cb%3E";
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_101), FORM, bad, false), 422);
	assert_true(client_has(c, "value=\"人一\""));
	assert_true(client_has(c, "value=\"&lt;b&gt;\""));
	assert_true(client_has(c, "<option value=\"passport\" selected>"));
	assert_true(client_has(c, "#f-doc_no"));
	assert_true(client_has(c, "aria-invalid"));
	/* An action comes back on a page of its own. */
	village_as(&c->v, "clerk");
	int64_t id = village_in(&c->v, V_101, 1);
	assert_int_equal(client_post(c, "clerk", stay_path(id, "reject"), FORM, "reason=", false), 422);
	assert_true(client_has(c, "name=\"reason\""));
	assert_true(client_has(c, "action=\"/h/" DONGXIN "/stays/"));
	assert_int_equal(client_post(c, "clerk", stay_path(id, "reject"), FORM, "reason=no", false), 303);
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "?ok=rejected"));
	/* A person registered elsewhere: the page offers to file all the same. */
	village_in(&c->v, V_101, 2);
	char body[300];
	snprintf(body, sizeof body, "name=a&doc_type=id_card&doc_no=%s&since=2026-11-20", village_doc(2));
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_201), FORM, body, false), 409);
	/* Right below what was said; Enter in a field still sends without it. */
	const char *plain = strstr(client_body(c), "name=\"anyway\" value=\"\" hidden");
	const char *anyway = strstr(client_body(c), "name=\"anyway\" value=\"1\"");
	const char *field = strstr(client_body(c), "id=\"f-name\"");
	assert_true(plain && anyway && field && plain < anyway && anyway < field);
	char again[400];
	snprintf(again, sizeof again, "%s&anyway=", body);
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_201), FORM, again, false), 409);
}

static void every_verb_of_a_stay_works_and_says_where_it_stands(void **state)
{
	static const struct {
		const char *verb, *body, *want;
		int status;
	} step[] = {
		{ "verify", "{}", "verified", 200 },
		{ "verify", "", "stay_state", 409 },
		{ "extend", "{\"until\":\"2027-11-20\"}", "verified", 200 },
		{ "away", "{\"until\":\"2026-12-20\"}", "away", 200 },
		{ "away", "{}", "required", 422 },
		{ "back", "{}", "verified", 200 },
		{ "amend", "{\"home\":\"somewhere\",\"reason\":\"typing error\"}", "verified", 200 },
		{ "reject", "{\"reason\":\"x\"}", "stay_state", 409 },
		{ "out", "{\"out\":\"2026-11-21\"}", "ended", 200 },
		{ "out", "{\"out\":\"2026-11-21\"}", "stay_state", 409 },
		{ "void", "{\"reason\":\"never was\"}", "void", 200 },
	};
	struct client *c = *state;
	village_as(&c->v, "wang");
	int64_t id = village_in(&c->v, V_101, 1);
	for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
		int status = client_post(c, "clerk", stay_path(id, step[i].verb), *step[i].body ? JSON : NULL,
		                         step[i].body, true);
		if (status != step[i].status || !client_has(c, step[i].want))
			fail_msg("%s %s: %d %s", step[i].verb, step[i].body, status, client_body(c));
	}
	char move[60];
	id = village_in(&c->v, V_101, 2);
	snprintf(move, sizeof move, "{\"room\":\"%lld\"}", (long long)c->v.room[V_102]);
	assert_int_equal(client_post(c, "clerk", stay_path(id, "move"), JSON, move, true), 200);
	assert_int_not_equal(id_of(c), id);
	assert_int_equal(client_get(c, "clerk", stay_path(id, ""), true), 200);
	assert_true(client_has(c, "\"state\":\"ended\""));
	village_sound(&c->v);
}

static void unmasking_needs_a_reason_and_leaves_one_row(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "wang");
	int64_t id = village_in(&c->v, V_101, 1);
	int64_t before = count(c, "SELECT count(*) FROM access");
	assert_int_equal(client_post(c, "police", stay_path(id, "unmask"), JSON, "{}", true), 422);
	assert_int_equal(client_post(c, "grid", stay_path(id, "unmask"), JSON, "{\"reason\":\"x\"}", true), 403);
	assert_int_equal(client_post(c, "outsider", stay_path(id, "unmask"), JSON, "{\"reason\":\"x\"}", true), 404);
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before);
	assert_int_equal(client_post(c, "police", stay_path(id, "unmask"), JSON, "{\"reason\":\"lost child\"}", true),
	                 200);
	assert_true(client_has(c, village_doc(1)));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 1);
	assert_int_equal(client_get(c, "auditor", "/h/" DONGXIN "/access", true), 200);
	assert_true(client_has(c, "\"reason\":\"lost child\""));
	assert_false(client_has(c, village_doc(1)));
	assert_int_equal(client_post(c, "police", stay_path(id, "unmask"), FORM, "reason=y", false), 200);
	assert_true(client_has(c, village_doc(1)));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 2);
}

static void searching_takes_one_thing_and_logs_each_hit(void **state)
{
	static const char *const refused[] = { "{}", "{\"name\":\"a\",\"phone\":\"1\"}", "{\"last4\":\"123\"}",
		                               "{\"doc_no\":\"123\"}" };
	struct client *c = *state;
	char body[100];
	village_as(&c->v, "wang");
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(client_post(c, "police", "/people/search", JSON, refused[i], true), 422);
	int64_t before = count(c, "SELECT count(*) FROM access");
	snprintf(body, sizeof body, "{\"doc_no\":\"%s\"}", village_doc(1));
	assert_int_equal(client_post(c, "police", "/people/search", JSON, body, true), 200);
	assert_true(client_has(c, "\"count\":1"));
	assert_false(client_has(c, village_doc(1)));
	snprintf(body, sizeof body, "q=%s", village_doc(2));
	assert_int_equal(client_post(c, "grid", "/h/" DONGXIN "/people/search", FORM, body, false), 303);
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/stays/"));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 2);
	assert_int_equal(client_post(c, "outsider", "/people/search", FORM, body, true), 200);
	assert_true(client_has(c, "\"count\":0"));
	assert_int_equal(client_post(c, "wang", "/people/search", FORM, body, true), 403);
}

static void what_is_found_stands_above_the_form(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, "clerk", "/people/search", FORM, "q=%E6%9F%90", false), 200);
	const char *form = strstr(client_body(c), "id=\"f-q\""), *said = strstr(client_body(c), "只输姓查不到");
	assert_non_null(form);
	assert_true(said && said < form);
	assert_false(client_has(c, "<h2>找到"));
	assert_int_equal(client_post(c, "clerk", "/people/search", FORM, "q=%E4%B8%9C%E6%96%B0", false), 200);
	form = strstr(client_body(c), "id=\"f-q\"");
	said = strstr(client_body(c), "<h2>找到 2");
	assert_true(form && said && said < form);
	assert_false(client_has(c, "只输姓查不到"));
}

static enum vh_rc deliver(struct ctx *cx, void *arg)
{
	const struct event *e = arg;
	const struct upstream u = { .id = 7, .name = "town", .url = "http://127.0.0.1:1", .state = "open",
	                            .secret = { (const unsigned char *)"x", 1 }, .created = 1 };
	const struct delivery d = { .upstream = 7, .hotel = e->hotel, .epoch = e->epoch, .seq = e->seq,
	                            .event = e->id, .part = e->part, .state = "accepted", .receipt = "r-0815" };
	enum vh_rc rc = upstream_insert(cx, &u);
	if (rc == VH_OK)
		rc = delivery_insert(cx, &d);
	return rc == VH_OK ? delivery_update(cx, &d) : rc;
}

static void a_tenant_sees_himself_who_looked_and_the_receipt(void **state)
{
	struct client *c = *state;
	struct event e;
	village_as(&c->v, "wang");
	int64_t id = village_in(&c->v, V_101, 1);
	cJSON_Delete(village_event(&c->v, &e));
	village_in(&c->v, V_101, 2);
	village_as(&c->v, "operator");
	assert_int_equal(account_bind_person(c->v.cx, "tenant", c->v.hotel, village_stay(&c->v, id).person), VH_OK);
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	assert_true(client_has(c, "\"fields\":\"bound\"") && client_has(c, "\"looks_n\":1"));
	assert_true(client_has(c, "\"receipt\":null"));
	assert_true(client_has(c, village_doc(1)));
	assert_false(client_has(c, village_doc(2)));
	assert_int_equal(db_write(c->v.cx, deliver, &e), VH_OK);
	assert_int_equal(client_post(c, "police", stay_path(id, "unmask"), JSON, "{\"reason\":\"lost\"}", true), 200);
	assert_int_equal(client_get(c, "tenant", "/me", true), 200);
	assert_true(client_has(c, "\"reason\":\"lost\""));
	assert_true(client_has(c, "\"role\":\"police\""));
	assert_false(client_has(c, "\"login\""));
	assert_true(client_has(c, "\"receipt\":\"r-0815\""));
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_true(client_has(c, "r-0815"));
	/* His own stay alone, and nothing of the room's. */
	assert_int_equal(client_get(c, "tenant", stay_path(id, ""), true), 200);
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld", (long long)c->v.room[V_101]);
	assert_int_equal(client_get(c, "tenant", path, true), 403);
}

/* A cookie is borrowed by whatever page the browser shows; a token is not. */
static void a_cookie_acts_only_from_our_pages(void **state)
{
	static const struct {
		const char *name, *value;
		bool token;
		int status;
	} row[] = {
		{ NULL, NULL, true, 403 },
		{ "Sec-Fetch-Site", "cross-site", true, 403 },
		{ "Sec-Fetch-Site", "same-site", true, 403 },
		{ "Origin", "https://evil.example", true, 403 },
		{ "Origin", "http://dongxin.example", true, 403 },
		{ "Origin", "null", true, 403 },
		{ "Sec-Fetch-Site", "same-origin", false, 403 },
		{ "Origin", "https://dongxin.example", false, 403 },
		{ "Sec-Fetch-Site", "same-origin", true, 201 },
		{ "Origin", "https://dongxin.example", true, 201 },
	};
	struct client *c = *state;
	char cookie[128], csrf[64];
	client_session(c, "wang", cookie, csrf);
	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		client_header(c, "Cookie", cookie);
		if (row[i].name)
			client_header(c, row[i].name, row[i].value);
		if (row[i].token)
			client_header(c, "X-CSRF-Token", csrf);
		int status = client_post(c, NULL, stays_path(c, V_101), JSON, filing(i, ""), true);
		if (status != row[i].status)
			fail_msg("row %u: %d %s", i, status, client_body(c));
		assert_true(status == 201 || client_has(c, "\"code\":\"csrf\""));
	}
}

static void a_page_carries_the_token_masked_anew(void **state)
{
	struct client *c = *state;
	char cookie[128], csrf[64], token[2][100], body[500];
	client_session(c, "wang", cookie, csrf);
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays/new", (long long)c->v.room[V_101]);
	for (int i = 0; i < 2; i++) {
		client_header(c, "Cookie", cookie);
		assert_int_equal(client_get(c, NULL, path, false), 200);
		assert_false(client_has(c, csrf));
		const char *p = strstr(client_body(c), "name=\"_csrf\" value=\"");
		assert_non_null(p);
		assert_int_equal(sscanf(p, "name=\"_csrf\" value=\"%99[^\"]", token[i]), 1);
	}
	assert_string_not_equal(token[0], token[1]);
	for (int i = 0; i < 2; i++) {
		snprintf(body, sizeof body, "_csrf=%s&_idem=k%d&name=a&doc_type=id_card&doc_no=%s&since=2026-11-20",
		         token[i], i, village_doc((unsigned)i));
		for (int again = 0; again < 2; again++) {
			client_header(c, "Cookie", cookie);
			client_header(c, "Origin", "https://dongxin.example");
			assert_int_equal(client_post(c, NULL, stays_path(c, V_101), FORM, body, false), 303);
			assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/done"));
		}
	}
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 2);
	token[0][50] = token[0][50] == 'A' ? 'B' : 'A';
	snprintf(body, sizeof body, "_csrf=%s&name=a&doc_type=id_card&doc_no=%s&since=2026-11-20", token[0],
	         village_doc(7));
	client_header(c, "Cookie", cookie);
	client_header(c, "Origin", "https://dongxin.example");
	assert_int_equal(client_post(c, NULL, stays_path(c, V_101), FORM, body, false), 403);
}

static void staff_log_in_by_password_and_code_and_out_again(void **state)
{
	struct client *c = *state;
	unsigned char secret[TOTP_SECRET];
	const char *base32;
	char code[TOTP_TEXT], body[200], cookie[128];
	village_as(&c->v, "operator");
	assert_int_equal(account_password(c->v.cx, "clerk", "correct horse"), VH_OK);
	assert_int_equal(account_totp(c->v.cx, "clerk", &base32), VH_OK);
	/* Base 32 back to bytes. */
	memset(secret, 0, sizeof secret);
	for (unsigned i = 0, bit = 0; base32[i]; i++, bit += 5) {
		const char *set = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
		unsigned v = (unsigned)(strchr(set, base32[i]) - set);
		for (unsigned b = 0; b < 5; b++)
			if (v & 16u >> b)
				secret[(bit + b) / 8] |= (unsigned char)(128u >> (bit + b) % 8);
	}
	assert_int_equal(totp_code(secret, sizeof secret, TESTDB_NOW, code), VH_OK);
	snprintf(body, sizeof body, "login=clerk&password=wrong+horse&totp=%s", code);
	assert_int_equal(client_post(c, NULL, "/login", FORM, body, false), 401);
	assert_true(client_has(c, "name=\"password\""));
	assert_false(client_has(c, "wrong horse"));
	assert_null(resp_header_get(&c->r, "Set-Cookie"));
	snprintf(body, sizeof body, "login=clerk&password=correct+horse&totp=%s&next=//evil.example", code);
	assert_int_equal(client_post(c, NULL, "/login", FORM, body, false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/");
	const char *set = resp_header_get(&c->r, "Set-Cookie");
	assert_non_null(strstr(set, "; HttpOnly; SameSite=Lax; Secure"));
	snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(set, ";"), set);
	assert_memory_equal(cookie, "__Host-s=", 9);
	client_header(c, "Cookie", cookie);
	assert_int_equal(client_get(c, NULL, "/h/" DONGXIN "/rack", true), 200);
	client_header(c, "Cookie", cookie);
	client_header(c, "Origin", "https://evil.example");
	assert_int_equal(client_post(c, NULL, "/logout", FORM, "", true), 403);
	client_header(c, "Cookie", cookie);
	assert_int_equal(client_get(c, NULL, "/account", false), 200);
	char token[100];
	assert_int_equal(sscanf(strstr(client_body(c), "name=\"_csrf\" value=\""),
	                        "name=\"_csrf\" value=\"%99[^\"]", token), 1);
	snprintf(body, sizeof body, "_csrf=%s", token);
	client_header(c, "Cookie", cookie);
	client_header(c, "Origin", "https://dongxin.example");
	assert_int_equal(client_post(c, NULL, "/logout", FORM, body, false), 303);
	client_header(c, "Cookie", cookie);
	assert_int_equal(client_get(c, NULL, "/h/" DONGXIN "/rack", true), 401);
}

static void an_invitation_binds_a_phone_once(void **state)
{
	struct client *c = *state;
	char token[SECRET_TEXT], device[200], body[100];
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, "wang", 24, token), VH_OK);
	snprintf(path, sizeof path, "/enrol/%s", token);
	assert_int_equal(client_get(c, NULL, path, false), 200);
	assert_int_equal(client_post(c, NULL, path, FORM, "pin=246813&again=246814", false), 422);
	assert_int_equal(client_post(c, NULL, path, FORM, "pin=12&again=12", false), 422);
	assert_int_equal(client_post(c, NULL, path, FORM, "pin=246813&again=246813", false), 303);
	snprintf(device, sizeof device, "%s", c->r.header[1].value);
	assert_memory_equal(device, "__Host-d=", 9);
	device[strcspn(device, ";")] = '\0';
	assert_int_equal(client_get(c, NULL, path, false), 404);
	assert_int_equal(client_post(c, NULL, path, FORM, "pin=246813&again=246813", true), 404);
	/* The phone knows whose it is; the PIN alone is good there, and only there. */
	client_header(c, "Cookie", device);
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_true(client_has(c, "name=\"pin\""));
	assert_int_equal(client_post(c, NULL, "/login", FORM, "login=wang&pin=246813", true), 401);
	client_header(c, "Cookie", device);
	assert_int_equal(client_post(c, NULL, "/login", FORM, "pin=111111", true), 401);
	client_header(c, "Cookie", device);
	snprintf(body, sizeof body, "pin=246813&next=/account");
	assert_int_equal(client_post(c, NULL, "/login", FORM, body, false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/account");
}

static void a_disabled_account_is_out_on_the_next_request(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, "police", "/h/" DONGXIN "/rack", true), 200);
	village_as(&c->v, "operator");
	assert_int_equal(account_disable(c->v.cx, "police", true), VH_OK);
	assert_int_equal(client_get(c, "police", "/h/" DONGXIN "/rack", true), 401);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rack", true), 200);
}

#define PART(name, more) "--b\r\nContent-Disposition: form-data; name=\"" name "\"" more "\r\n\r\n"

static void a_ledger_is_taken_in_by_upload(void **state)
{
	struct client *c = *state;
	char body[1000];
	const char *type = "multipart/form-data; boundary=b";
	int n = snprintf(body, sizeof body,
	                 PART("dry_run", "") "1\r\n" PART("file", "; filename=\"a.csv\"")
	                 "地址,房间号,承租人姓名,证件类型,证件号码,入住日期\r\n"
	                 "东新9号,901,人九,身份证,%s,2026-10-01\r\n"
	                 "东新9号,902,人十,身份证,123,2026-10-01\r\n--b--\r\n", village_doc(9));
	assert_true(n > 0 && n < (int)sizeof body);
	assert_int_equal(client_post(c, "police", "/h/" DONGXIN "/ledger", type, body, true), 403);
	assert_int_equal(client_post(c, "clerk2", "/h/" DONGXIN "/ledger", type, body, true), 404);
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/ledger", type, body, true), 200);
	assert_true(client_has(c, "\"dry_run\":true"));
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 0);
	body[strlen(PART("dry_run", ""))] = '0';
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/ledger", type, body, true), 200);
	assert_true(client_has(c, "\"doc_length\""));
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 1);
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/ledger", type, body, true), 200);
	assert_true(client_has(c, "\"unchanged\":1"));
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/ledger", type, PART("dry_run", "") "1\r\n--b--", true),
	                 422);
}

static void houses_and_rooms_change_by_form_and_by_json(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/houses", JSON,
	                             "{\"address\":\"东新8号\",\"grid\":\"三\",\"lat\":30.5,\"lng\":121.25}", true), 201);
	int64_t house = id_of(c);
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/houses", JSON, "{\"address\":\"东新8号\"}", true), 409);
	assert_int_equal(client_post(c, "police", "/h/" DONGXIN "/houses", JSON, "{\"address\":\"x\"}", true), 403);
	snprintf(path, sizeof path, "/h/" DONGXIN "/houses/%lld/rooms", (long long)house);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"no\":801,\"capacity\":3,\"area_m2\":9.5}", true), 201);
	int64_t room = id_of(c);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"no\":\"801\"}", true), 409);
	assert_int_equal(client_post(c, "clerk", path, FORM, "no=802&capacity=x", false), 422);
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/letting", (long long)room);
	assert_int_equal(client_post(c, "clerk", path, FORM, "letting=suspended&reason=roof", false), 303);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"letting\":\"gone\"}", true), 422);
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld", (long long)room);
	assert_int_equal(client_get(c, "clerk", path, true), 200);
	assert_true(client_has(c, "\"letting\":\"suspended\""));
	assert_true(client_has(c, "\"capacity\":3"));
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/split", (long long)room);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"no\":\"801A\"}", true), 201);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rack?house=%E4%B8%9C%E6%96%B08", true), 200);
	assert_true(client_has(c, "801A"));
	assert_false(client_has(c, "东新1号"));
	/* A hyphen is part of an address. */
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/houses", JSON, "{\"address\":\"后街3-1号\"}", true), 201);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rack?house=3-1", true), 200);
	assert_true(client_has(c, "后街3-1号"));
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rack?house=31", true), 200);
	assert_false(client_has(c, "后街3-1号"));
	village_sound(&c->v);
}

static void what_is_not_there_is_404_and_other_methods_405(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, "clerk", "/nothing", true), 404);
	assert_int_equal(client_get(c, "clerk", "/h/999999999999/rack", true), 404);
	assert_int_equal(client_get(c, "clerk", "/h/" XIXIN "/rack", true), 404);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rooms/1x", true), 404);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rooms/12345", true), 404);
	assert_int_equal(client_post(c, "clerk", "/h/" DONGXIN "/rack", JSON, "{}", true), 405);
	assert_string_equal(resp_header_get(&c->r, "Allow"), "GET, HEAD");
	assert_int_equal(client_send(c, HTTP_HEAD, "clerk", "/h/" DONGXIN "/rack", NULL, NULL, 0, true), 200);
	assert_int_equal(client_post(c, "clerk", stays_path(c, V_101), "text/plain", "x", true), 415);
	client_header(c, "Authorization", "Bearer nonsense");
	assert_int_equal(client_get(c, NULL, "/", true), 401);
	assert_int_equal(client_get(c, NULL, "/h/" DONGXIN "/rack", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/login?next=/h/" DONGXIN "/rack");
}

static void figures_are_for_this_machine(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, NULL, "/metrics", false), 404);
	assert_int_equal(client_get(c, NULL, "/healthz", false), 200);
	assert_true(client_has(c, "\"status\":\"ok\""));
	assert_false(client_has(c, "sqlite"));
	assert_int_equal(client_get(c, NULL, "/static/style.css?v=1", false), 200);
	assert_non_null(strstr(resp_header_get(&c->r, "Cache-Control"), "immutable"));
	assert_int_equal(client_get(c, NULL, "/static/none.css", false), 404);
	assert_int_equal(client_get(c, NULL, "/lang/en?next=/me", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/me");
	assert_int_equal(client_get(c, NULL, "/lang/en?next=//evil", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/");
	client_header(c, "Cookie", "lang=en");
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_true(client_has(c, "<html lang=\"en\">"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(a_scan_shows_what_the_scanner_may_see),
		T(a_wrong_code_is_404_and_too_many_are_429),
		T(a_revoked_plate_is_410_at_once),
		T(moving_in_answers_201_and_the_same_again),
		T(a_person_registered_elsewhere_is_409_with_a_next),
		T(problems_name_the_field),
		T(a_form_that_failed_comes_back_with_what_was_typed),
		T(every_verb_of_a_stay_works_and_says_where_it_stands),
		T(unmasking_needs_a_reason_and_leaves_one_row),
		T(searching_takes_one_thing_and_logs_each_hit),
		T(what_is_found_stands_above_the_form),
		T(a_tenant_sees_himself_who_looked_and_the_receipt),
		T(a_cookie_acts_only_from_our_pages),
		T(a_page_carries_the_token_masked_anew),
		T(staff_log_in_by_password_and_code_and_out_again),
		T(an_invitation_binds_a_phone_once),
		T(a_disabled_account_is_out_on_the_next_request),
		T(a_ledger_is_taken_in_by_upload),
		T(houses_and_rooms_change_by_form_and_by_json),
		T(what_is_not_there_is_404_and_other_methods_405),
		T(figures_are_for_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
