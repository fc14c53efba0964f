/* A form that comes when its session has ended waits in the login page and is filed after it. */
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

#define FORM "application/x-www-form-urlencoded"
#define SITE "https://dongxin.example"
enum { KEPT = 8000 };

struct handset {
	char session[SECRET_TEXT], device[SECRET_TEXT];
	const char *login;
};

static struct handset enrol(struct client *c, const char *login)
{
	struct handset p = { .login = login };
	char token[SECRET_TEXT];
	struct login_ok ok;
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, login, 24, token), VH_OK);
	assert_int_equal(invite_use(c->v.cx, token, "246813", p.device, &ok), VH_OK);
	snprintf(p.session, sizeof p.session, "%s", ok.session);
	return p;
}

static int post(struct client *c, const struct handset *p, const char *site, const char *path,
                const char *body)
{
	char cookie[300];
	snprintf(cookie, sizeof cookie, "__Host-s=%s; __Host-d=%s.%s", p->session, p->device, p->login);
	client_header(c, "Cookie", cookie);
	if (site)
		client_header(c, "Origin", site);
	return client_post(c, NULL, path, FORM, body, false);
}

static const char *stays_of(const struct client *c, int room)
{
	static char path[80];
	snprintf(path, sizeof path, "/h/" DONGXIN "/rooms/%lld/stays", (long long)c->v.room[room]);
	return path;
}

static const char *filing(unsigned n)
{
	static char body[300];
	snprintf(body, sizeof body,
	         "_csrf=old&_idem=once%u&name=%%E9%%9F%%A6%%E5%%A8%%9C&doc_type=id_card&doc_no=%s"
	         "&phone=13900004321&since=2026-11-20",
	         n, village_doc(n));
	return body;
}

static void end_all_sessions(struct client *c)
{
	village_sql(&c->v, "UPDATE secret SET seen = 1 WHERE kind = 'session'");
}

/* The kept form as the login page carries it, percent-encoded for the next body. */
static const char *kept(const struct client *c)
{
	static char out[KEPT];
	const char *p = strstr(client_body(c), "name=\"kept\" value=\"");
	size_t n = 0;
	assert_non_null(p);
	for (p += strlen("name=\"kept\" value=\""); *p != '"'; p++) {
		assert_in_range(n, 0, KEPT - 8);
		if (*p == '+' || *p == '/' || *p == '=')
			n += (size_t)snprintf(out + n, 4, "%%%02X", (unsigned char)*p);
		else
			out[n++] = *p;
	}
	out[n] = '\0';
	assert_in_range(n, 100, KEPT);
	return out;
}

static int log_in(struct client *c, const struct handset *p, const char *form)
{
	static char body[KEPT + 40];
	snprintf(body, sizeof body, "pin=246813&kept=%s", form);
	return post(c, p, SITE, "/login", body);
}

static int64_t stays(struct client *c)
{
	return village_sql(&c->v, "SELECT count(*) FROM stay");
}

static void a_form_after_the_session_is_filed_once_after_the_login(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang");
	char before[65], after[65];
	end_all_sessions(c);
	village_digest(&c->v, "", before);
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_101), filing(1)), 401);
	village_digest(&c->v, "", after);
	assert_string_equal(before, after);
	assert_false(client_has(c, village_doc(1)));
	assert_false(client_has(c, "13900004321"));
	assert_true(client_has(c, "action=\"/login\""));
	char *form = strdup(kept(c));
	assert_int_equal(post(c, &wang, SITE, "/login", "pin=111222&kept="), 401);
	static char wrong[KEPT + 40];
	snprintf(wrong, sizeof wrong, "pin=135790&kept=%s", form);
	assert_int_equal(post(c, &wang, SITE, "/login", wrong), 401);
	assert_string_equal(kept(c), form);
	assert_int_equal(stays(c), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(log_in(c, &wang, form), 303);
		assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/done"));
		assert_non_null(resp_header_get(&c->r, "Set-Cookie"));
		assert_int_equal(stays(c), 1);
	}
	free(form);
}

static void a_phone_that_forgot_its_session_is_known_by_itself(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang");
	wang.session[0] = '\0';
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_101), filing(1)), 401);
	assert_int_equal(log_in(c, &wang, kept(c)), 303);
	assert_int_equal(stays(c), 1);
}

static void a_kept_form_is_checked_as_any_other(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang");
	end_all_sessions(c);
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_101), "_idem=a&name=Anna&doc_no=1"), 401);
	assert_int_equal(log_in(c, &wang, kept(c)), 422);
	assert_true(client_has(c, "value=\"Anna\""));
	assert_true(client_has(c, "class=\"summary\""));
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_201), filing(2)), 401);
	assert_int_equal(log_in(c, &wang, kept(c)), 404);
	assert_int_equal(stays(c), 0);
}

static void nobody_else_files_or_sees_what_was_kept(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang"), zhao = enrol(c, "zhao");
	end_all_sessions(c);
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_101), filing(1)), 401);
	char *form = strdup(kept(c));
	assert_int_equal(log_in(c, &zhao, form), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/?ok=kept_lost");
	size_t at = 20; /* a character of the seal, not of an escape like %2B */
	while (strchr(form + at - 2, '%') && strchr(form + at - 2, '%') <= form + at)
		at++;
	form[at] = form[at] == 'A' ? 'B' : 'A';
	assert_int_equal(log_in(c, &wang, form), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/?ok=kept_lost");
	assert_int_equal(stays(c), 0);
	free(form);
}

static void only_a_page_of_ours_has_its_form_kept(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang"), nobody = { "", "", "" };
	memset(nobody.session, 'a', SECRET_TEXT - 1);
	memset(nobody.device, 'a', SECRET_TEXT - 1);
	end_all_sessions(c);
	const char *path = stays_of(c, V_101);
	assert_int_equal(post(c, &wang, "https://evil.example", path, filing(1)), 403);
	assert_int_equal(post(c, &wang, NULL, path, filing(1)), 401);
	assert_false(client_has(c, "name=\"kept\""));
	assert_int_equal(post(c, &nobody, SITE, path, filing(1)), 401);
	assert_false(client_has(c, "name=\"kept\""));
	assert_int_equal(post(c, &wang, SITE, path, filing(1)), 401);
	assert_true(client_has(c, "name=\"kept\""));
	/* A program is told, and keeps its own. */
	char cookie[100];
	snprintf(cookie, sizeof cookie, "__Host-s=%s", wang.session);
	client_header(c, "Cookie", cookie);
	client_header(c, "Origin", SITE);
	assert_int_equal(client_post(c, NULL, path, FORM, filing(1), true), 401);
	assert_false(client_has(c, "kept"));
}

static void a_form_too_large_to_carry_is_refused(void **state)
{
	struct client *c = *state;
	struct handset wang = enrol(c, "wang");
	end_all_sessions(c);
	char *body = calloc(1, 41000);
	assert_non_null(body);
	memcpy(body, "name=", 5);
	memset(body + 5, 'x', 40000);
	assert_int_equal(post(c, &wang, SITE, stays_of(c, V_101), body), 413);
	assert_false(client_has(c, "name=\"kept\""));
	free(body);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_form_after_the_session_is_filed_once_after_the_login),
		T(a_phone_that_forgot_its_session_is_known_by_itself),
		T(a_kept_form_is_checked_as_any_other),
		T(nobody_else_files_or_sees_what_was_kept),
		T(only_a_page_of_ours_has_its_form_kept),
		T(a_form_too_large_to_carry_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
