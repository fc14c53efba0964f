/* A desk that was left alone: nothing is answered until the PIN is given, and nothing typed is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/accounts.h"
#include "vh/limits.h"

#define FORM "application/x-www-form-urlencoded"
#define SITE "https://dongxin.example"
#define RACK "/h/" DONGXIN "/rack"
#define PIN "738201"

enum { KEPT = 8000 };

static char session[SECRET_TEXT], csrf[SECRET_TEXT];

/* A session at the desk: one that an invitation made, given to the clerk. */
static void at_the_desk(struct client *c, const char *pin)
{
	char token[SECRET_TEXT], device[SECRET_TEXT];
	struct login_ok ok;
	int64_t clerk = village_actor(&c->v, "clerk")->account;
	char sql[120];
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, "wang", 24, token), VH_OK);
	assert_int_equal(invite_use(c->v.cx, token, "246813", device, &ok), VH_OK);
	snprintf(sql, sizeof sql, "UPDATE secret SET account = %lld WHERE kind = 'session'", (long long)clerk);
	village_sql(&c->v, sql);
	village_as(&c->v, "clerk");
	if (pin)
		assert_int_equal(account_pin(c->v.cx, clerk, pin, ok.session), VH_OK);
	snprintf(session, sizeof session, "%s", ok.session);
	snprintf(csrf, sizeof csrf, "%s", ok.csrf);
}

static void with_cookie(struct client *c)
{
	static char cookie[120];
	snprintf(cookie, sizeof cookie, "__Host-s=%s", session);
	client_header(c, "Cookie", cookie);
}

static int get(struct client *c, const char *path, bool json)
{
	with_cookie(c);
	return client_get(c, NULL, path, json);
}

static int post(struct client *c, const char *path, const char *body, bool json)
{
	with_cookie(c);
	client_header(c, "Origin", SITE);
	return client_post(c, NULL, path, FORM, body, json);
}

static int lock(struct client *c)
{
	char body[100];
	snprintf(body, sizeof body, "_csrf=%s", csrf);
	return post(c, "/lock", body, false);
}

static void idle(struct client *c, int minutes)
{
	char sql[120];
	snprintf(sql, sizeof sql, "UPDATE secret SET seen = %lld WHERE kind = 'session'",
	         (long long)(TESTDB_NOW - minutes * 60000LL));
	village_sql(&c->v, sql);
}

static void a_locked_desk_answers_nothing_until_the_pin(void **state)
{
	struct client *c = *state;
	static const char *const pages[] = { RACK, "/account", "/people/search", RACK "/changes", "/awake" };
	char code[PLATE_CODE_TEXT], plate[60];
	at_the_desk(c, PIN);
	village_in(&c->v, V_101, 1);
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	snprintf(plate, sizeof plate, "/r/%s", code);
	assert_int_equal(get(c, RACK, false), 200);
	assert_int_equal(lock(c), 303);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		assert_int_equal(get(c, pages[i], true), 401);
		int status = get(c, pages[i], false);
		assert_true(status == 303 || status == 401);
	}
	/* What is public shows what a stranger sees. */
	assert_int_equal(get(c, "/", true), 200);
	assert_string_equal(client_body(c), "{}");
	assert_int_equal(get(c, plate, true), 200);
	assert_true(client_has(c, "\"stays\":[]"));
	assert_int_equal(get(c, "/login", false), 200);
	assert_true(client_has(c, "name=\"pin\""));
	assert_false(client_has(c, "id=\"find\""));
	assert_int_equal(post(c, "/login", "pin=" PIN "&next=" RACK, false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), RACK);
	assert_int_equal(get(c, RACK, false), 200);
}

static void a_desk_left_alone_locks_by_itself(void **state)
{
	struct client *c = *state;
	at_the_desk(c, PIN);
	idle(c, 4);
	assert_int_equal(get(c, RACK "/changes?since=1.1.1.1", true), 200); /* asking on its own is no use */
	assert_int_equal(village_sql(&c->v, "SELECT (SELECT max(seen) FROM secret WHERE kind = 'session')"),
	                 TESTDB_NOW - 4 * 60000);
	assert_int_equal(get(c, "/awake", true), 200);
	assert_int_equal(village_sql(&c->v, "SELECT max(seen) FROM secret WHERE kind = 'session'"), TESTDB_NOW);
	idle(c, 6);
	assert_int_equal(get(c, RACK "/changes?since=1.1.1.1", true), 401);
	assert_int_equal(get(c, RACK, true), 401);
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 200);
	assert_true(client_has(c, csrf)); /* the same session: what stands on the page is still good */
	assert_int_equal(get(c, RACK, true), 200);
	/* Left alone for over an hour it is over, with or without a PIN. */
	idle(c, 61);
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 422);
	assert_int_equal(get(c, RACK, true), 401);
}

static void wrong_pins_count_as_wrong_logins_do(void **state)
{
	struct client *c = *state;
	at_the_desk(c, PIN);
	assert_int_equal(lock(c), 303);
	assert_int_equal(post(c, "/login", "pin=000001", true), 403);
	assert_true(client_has(c, "\"code\":\"pin_wrong\""));
	assert_int_equal(village_sql(&c->v, "SELECT fails FROM account WHERE login = 'clerk'"), 1);
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 200);
	assert_int_equal(village_sql(&c->v, "SELECT fails FROM account WHERE login = 'clerk'"), 0);
	assert_int_equal(lock(c), 303);
	for (int i = 1; i < LIM_PIN_TRIES; i++)
		assert_int_equal(post(c, "/login", "pin=000001", true), 403);
	assert_int_equal(post(c, "/login", "pin=000001", true), 403);
	assert_true(client_has(c, "\"code\":\"locked\""));
	assert_int_equal(village_sql(&c->v, "SELECT locked FROM account WHERE login = 'clerk'"), 1);
	/* The session is over: the right PIN opens nothing now. */
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 422);
	assert_int_equal(get(c, RACK, true), 401);
}

/* The form as the login page carries it, percent-encoded for the next body. */
static void kept(const struct client *c, char out[KEPT])
{
	const char *p = strstr(client_body(c), "name=\"kept\" value=\"");
	size_t n = 0;
	assert_non_null(p);
	for (p += strlen("name=\"kept\" value=\""); *p != '"' && n < KEPT - 8; p++)
		if (*p == '+' || *p == '/' || *p == '=')
			n += (size_t)snprintf(out + n, 4, "%%%02X", (unsigned char)*p);
		else
			out[n++] = *p;
	out[n] = '\0';
}

static void a_form_sent_at_a_locked_desk_is_shown_after_the_pin_and_filed_by_whoever_sends_it(void **state)
{
	struct client *c = *state;
	static char body[KEPT + 100], form[KEPT];
	char path[100];
	at_the_desk(c, PIN);
	idle(c, 7);
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[V_101]);
	snprintf(body, sizeof body, "_csrf=%s&_idem=once0000001&name=a&doc_type=id_card&doc_no=%s&since=2026-11-20",
	         csrf, village_doc(1));
	assert_int_equal(post(c, path, body, false), 401);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 0);
	kept(c, form);
	snprintf(body, sizeof body, "pin=000001&kept=%s", form);
	assert_int_equal(post(c, "/login", body, false), 403);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 0);
	kept(c, form);
	snprintf(body, sizeof body, "pin=" PIN "&kept=%s", form);
	assert_int_equal(post(c, "/login", body, false), 422);
	assert_true(client_has(c, village_doc(1)));
	assert_true(client_has(c, "_idem\" value=\""));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 0);
	snprintf(body, sizeof body, "_csrf=%s&_idem=once0000001&name=a&doc_type=id_card&doc_no=%s&since=2026-11-20",
	         csrf, village_doc(1));
	assert_int_equal(post(c, path, body, false), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 1);
}

static void whoever_stands_at_a_locked_desk_changes_nothing_with_the_clerks_pin(void **state)
{
	struct client *c = *state;
	static char body[KEPT + 100], form[KEPT];
	at_the_desk(c, PIN);
	assert_int_equal(lock(c), 303);
	snprintf(body, sizeof body, "_csrf=%s&new_pin=314159&again=314159", csrf);
	assert_int_equal(post(c, "/account/pin", body, false), 401);
	kept(c, form);
	snprintf(body, sizeof body, "pin=" PIN "&kept=%s", form);
	assert_int_equal(post(c, "/login", body, false), 422);
	assert_false(client_has(c, "314159"));
	assert_int_equal(lock(c), 303);
	assert_int_equal(post(c, "/login", "pin=314159", true), 403);
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 200);
}

static void logging_out_of_a_locked_desk_ends_its_session(void **state)
{
	struct client *c = *state;
	char body[100];
	at_the_desk(c, PIN);
	assert_int_equal(lock(c), 303);
	snprintf(body, sizeof body, "_csrf=%s", csrf);
	(void)post(c, "/logout", body, false);
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 422);
	assert_int_equal(get(c, RACK, true), 401);
}

static void only_a_desk_locks(void **state)
{
	struct client *c = *state;
	char cookie[128], token[64], body[100];
	client_session(c, "wang", cookie, token);
	snprintf(body, sizeof body, "_csrf=%s", token);
	client_header(c, "Cookie", cookie);
	client_header(c, "Origin", SITE);
	assert_int_equal(client_post(c, NULL, "/lock", FORM, body, true), 403);
	idle(c, 30);
	client_header(c, "Cookie", cookie);
	assert_int_equal(client_get(c, NULL, "/account", true), 200);
	assert_int_equal(client_post(c, "clerk", "/lock", FORM, "", true), 403); /* a token is nobody's desk */
	assert_int_equal(client_get(c, "clerk", RACK, true), 200);
	assert_int_equal(client_post(c, NULL, "/lock", FORM, "", true), 401);
}

static void without_a_pin_one_logs_in_again(void **state)
{
	struct client *c = *state;
	at_the_desk(c, NULL);
	idle(c, 6);
	assert_int_equal(get(c, RACK, true), 401);
	assert_int_equal(get(c, "/login", false), 200);
	assert_false(client_has(c, "id=\"f-pin-pin\""));
	assert_true(client_has(c, "id=\"f-password\""));
	assert_int_equal(post(c, "/login", "pin=" PIN, true), 401);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(a_locked_desk_answers_nothing_until_the_pin),
		T(a_desk_left_alone_locks_by_itself),
		T(wrong_pins_count_as_wrong_logins_do),
		T(a_form_sent_at_a_locked_desk_is_shown_after_the_pin_and_filed_by_whoever_sends_it),
		T(whoever_stands_at_a_locked_desk_changes_nothing_with_the_clerks_pin),
		T(logging_out_of_a_locked_desk_ends_its_session),
		T(only_a_desk_locks),
		T(without_a_pin_one_logs_in_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
