/*
 * The table of routes against the one access table: each route asked by each role about what is
 * his and what is another's. What is refused changes nothing; what is answered holds nobody's data
 * but what the field table shows to that reader. New routes are walked as they come.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "everyone.h"

#define TYPED "application/x-www-form-urlencoded"

static int ask(struct everyone *e, const struct reader *by, const struct route *r, int spot, bool json)
{
	char path[300], body[2000];
	everyone_path(e, r, spot, path);
	if (r->method == HTTP_GET)
		return client_get(&e->c, by->who, path, json);
	return client_post(&e->c, by->who, path, TYPED, everyone_body(r, body), json);
}

static unsigned wrongs; /* of this test: all are told before it fails */

static void wrong(const struct everyone *e, const struct reader *by, const struct route *r, int spot,
                  const char *what)
{
	static const char *const at[] = { "wang's", "zhao's", "the other village's" };
	wrongs++;
	print_error("%s %s by %s at %s: %s; answered %d %.200s\n", http_method_name(r->method), r->path,
	         by->who ? by->who : "a stranger", at[spot], what, e->c.r.status, client_body(&e->c));
}

/* A hotel as a whole, or nothing at all, is the same at both places of a village. */
static bool is_same_as_before(const struct route *r, int spot)
{
	return spot > 0 && (!strchr(r->path, '{') || (spot == AT_ZHAO && !strstr(strstr(r->path, "{") + 1, "{")));
}

static void what_is_refused_is_refused_as_the_table_says_and_changes_nothing(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	char before[65], after[65];
	unsigned asked = 0;
	village_digest(&e->c.v, "", before);
	for (unsigned i = 0; i < routes_n; i++) {
		for (unsigned k = 0; k < readers_n * SPOTS; k++) {
			const struct reader *by = &readers[k / SPOTS];
			int spot = (int)(k % SPOTS), want = everyone_refused(by, &routes[i], spot);
			if (!want || is_same_as_before(&routes[i], spot))
				continue;
			if (ask(e, by, &routes[i], spot, true) != want) {
				char what[40];
				snprintf(what, sizeof what, "%d was expected", want);
				wrong(e, by, &routes[i], spot, what);
			}
			asked++;
		}
		village_digest(&e->c.v, "", after);
		if (strcmp(before, after) != 0) {
			print_error("%s: what was refused left something\n", routes[i].path);
			wrongs++;
		}
		memcpy(before, after, sizeof before);
	}
	assert_int_equal(wrongs, 0);
	assert_in_range(asked, 500, 100000);
}

static bool is_refusal(int status)
{
	return status == 401 || status == 403 || status == 404;
}

/* Not found, but what is missing is no part of the path: the caller named no table, say. */
static bool lacks_a_query(const struct client *c, const struct route *r)
{
	char name[40], in_path[44];
	const char *p = strstr(client_body(c), "\"pointer\":\"#/");
	if (c->r.status != 404 || !p || sscanf(p, "\"pointer\":\"#/%39[^\"]", name) != 1)
		return false;
	snprintf(in_path, sizeof in_path, "{%s}", name);
	return !strstr(r->path, in_path);
}

static void what_the_table_allows_is_answered(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	unsigned asked = 0;
	for (unsigned i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		for (unsigned k = 0; k < readers_n * SPOTS; k++) {
			const struct reader *by = &readers[k / SPOTS];
			int spot = (int)(k % SPOTS);
			if (r->access == A_PUBLIC || r->access == A_SIGNED ||
			    r->method != HTTP_GET || everyone_refused(by, r, spot) ||
			    is_same_as_before(r, spot))
				continue;
			if (is_refusal(ask(e, by, r, spot, true)) && !lacks_a_query(&e->c, r))
				wrong(e, by, r, spot, "he may");
			asked++;
		}
	}
	assert_int_equal(wrongs, 0);
	assert_in_range(asked, 60, 100000);
}

/* Is this person's field shown to this reader, as the field table has it? */
static bool is_shown(const struct everyone *e, const struct reader *by, int spot, enum field f)
{
	bool himself = by->role == ROLE_TENANT && spot == AT_WANG;
	bool filed = by->role == ROLE_LANDLORD && spot == AT_WANG;
	(void)e;
	if (!(by->in & 1u << spot))
		return false;
	return field_shown(by->role, f, himself || filed) == SHOW_FULL;
}

static void look_at(const struct everyone *e, const struct reader *by, const struct route *r, int spot)
{
	for (int i = 0; i < SPOTS; i++) {
		for (int f = 0; f < FIELD__MAX; f++) {
			const char *text = e->spot[i].text[f];
			if (text && client_has(&e->c, text) && !is_shown(e, by, i, (enum field)f))
				wrong(e, by, r, spot, text);
		}
	}
}

static void no_page_and_no_answer_holds_what_its_reader_may_not_see(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	unsigned seen = 0;
	for (unsigned i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		if (r->method != HTTP_GET)
			continue;
		for (unsigned k = 0; k < readers_n * SPOTS * 2; k++) {
			const struct reader *by = &readers[k / 2 / SPOTS];
			int spot = (int)(k / 2 % SPOTS);
			if (is_same_as_before(r, spot))
				continue;
			int status = ask(e, by, r, spot, k % 2);
			if (status >= 500)
				wrong(e, by, r, spot, "it failed");
			look_at(e, by, r, spot);
			seen += status == 200;
		}
	}
	assert_int_equal(wrongs, 0);
	assert_in_range(seen, 150, 100000);
}

/* A disclosure with its reason is what these are for. */
static bool is_disclosure(const struct route *r)
{
	return r->access == MAY(ACT_UNMASK) || r->access == MAY(ACT_EMERGENCY) || r->access == MAY(ACT_CALL);
}

static void no_change_answers_with_what_its_reader_may_not_see(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	unsigned seen = 0;
	for (unsigned i = 0; i < routes_n; i++) {
		const struct route *r = &routes[i];
		/* A lost session would make strangers of all that follow. */
		if (r->method != HTTP_POST || is_disclosure(r) || !strcmp(r->path, "/logout"))
			continue;
		for (unsigned k = 0; k < readers_n * 2; k++) {
			const struct reader *by = &readers[k / 2];
			int status = ask(e, by, r, AT_WANG, k % 2);
			if (status >= 500)
				wrong(e, by, r, AT_WANG, "it failed");
			look_at(e, by, r, AT_WANG);
			seen += !is_refusal(status);
		}
	}
	assert_int_equal(wrongs, 0);
	assert_in_range(seen, 60, 100000);
}

static void the_search_shows_what_the_table_shows(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	static const char path[] = "/people/search";
	const struct route r = { HTTP_POST, path, NULL, NULL, MAY(ACT_SEARCH), 0, NULL, NULL, NULL };
	unsigned found = 0;
	for (unsigned k = 0; k < readers_n * SPOTS * 2; k++) {
		const struct reader *by = &readers[k / 2 / SPOTS];
		int spot = (int)(k / 2 % SPOTS);
		char body[40];
		snprintf(body, sizeof body, "tail=%s", e->spot[spot].doc_no + 14);
		int status = client_post(&e->c, by->who, path, TYPED, body, k % 2);
		look_at(e, by, &r, spot);
		found += status == 200 && client_has(&e->c, e->spot[spot].area);
	}
	assert_int_equal(wrongs, 0);
	assert_in_range(found, 4, 100);
}

static void the_proof_would_find_a_leak(void **state)
{
	struct everyone *e = *state;
	wrongs = 0;
	const struct reader *police = &readers[5], *wang = &readers[9];
	char path[300];
	assert_string_equal(police->who, "police");
	snprintf(path, sizeof path, "/h/" DONGXIN "/stays/%lld", (long long)e->spot[AT_WANG].stay);
	assert_int_equal(client_get(&e->c, wang->who, path, false), 200);
	assert_true(client_has(&e->c, e->spot[AT_WANG].name));
	assert_true(is_shown(e, wang, AT_WANG, FIELD_NAME));
	assert_false(is_shown(e, police, AT_WANG, FIELD_NAME));
	assert_false(is_shown(e, wang, AT_ZHAO, FIELD_NAME));
}

#define T(f) cmocka_unit_test_setup_teardown(f, everyone_setup, everyone_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_refused_is_refused_as_the_table_says_and_changes_nothing),
		T(what_the_table_allows_is_answered),
		T(no_page_and_no_answer_holds_what_its_reader_may_not_see),
		T(no_change_answers_with_what_its_reader_may_not_see),
		T(the_search_shows_what_the_table_shows),
		T(the_proof_would_find_a_leak),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
