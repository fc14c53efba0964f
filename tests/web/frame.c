/* What stands around the pages: the first page of each role, navigation, the files that pages load. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client.h"

static void each_role_has_its_own_first_page(void **state)
{
	struct client *c = *state;
	static const struct {
		const char *who, *section;
	} of[] = {
		{ "clerk", "desk" },	 { "police", "officer" }, { "grid", "officer" },
		{ "head", "head" },	 { "admin", "admin" },	  { "auditor", "auditor" },
		{ "wang", "landlord" },	 { "employer", "employer" },
	};
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		assert_int_equal(client_get(c, of[i].who, "/", false), 200);
		assert_int_equal(client_get(c, of[i].who, "/", true), 200);
		cJSON *home = client_json(c);
		assert_int_equal(cJSON_GetArraySize(home), 1);
		assert_string_equal(home->child->string, of[i].section);
		cJSON_Delete(home);
	}
	assert_int_equal(client_get(c, "tenant", "/", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/me");
	assert_int_equal(client_get(c, NULL, "/", true), 200);
	assert_string_equal(client_body(c), "{}");
}

static void the_way_to_the_rack_is_for_those_who_have_one(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, "clerk", "/account", false), 200);
	assert_true(client_has(c, "/h/" DONGXIN "/rack"));
	assert_true(client_has(c, "aria-current=\"page\"") == false);
	assert_int_equal(client_get(c, "clerk", "/h/" DONGXIN "/rack", false), 200);
	assert_true(client_has(c, "aria-current=\"page\""));
	assert_int_equal(client_get(c, "tenant", "/account", false), 200);
	assert_false(client_has(c, "/rack"));
	assert_int_equal(client_get(c, "auditor", "/account", false), 200);
	assert_false(client_has(c, "/rack"));
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_false(client_has(c, "aria-current"));
}

/* The value of the first attribute NAME="/static/…". */
static const char *asset(const struct client *c, const char *name, char out[80])
{
	char mark[40];
	snprintf(mark, sizeof mark, "%s=\"/static/", name);
	const char *p = strstr(client_body(c), mark);
	assert_non_null(p);
	p += strlen(name) + 2;
	size_t n = strcspn(p, "\"");
	assert_in_range(n, 1, 79);
	memcpy(out, p, n);
	out[n] = '\0';
	return out;
}

static void pages_load_only_files_of_ours_by_their_hash(void **state)
{
	struct client *c = *state;
	char style[80], script[80];
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	asset(c, "href", style);
	asset(c, "src", script);
	assert_non_null(strstr(style, "/style.css?v="));
	assert_non_null(strstr(script, "/phone.js?v="));
	assert_int_equal(client_get(c, NULL, style, false), 200);
	assert_int_equal(client_get(c, NULL, script, false), 200);
	assert_non_null(strstr(c->r.type, "text/javascript"));
	assert_non_null(strstr(resp_header_get(&c->r, "Cache-Control"), "immutable"));
	assert_int_equal(client_get(c, NULL, "/static/desk.map", false), 404);
}

static void large_letters_are_one_link_away(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_false(client_has(c, "class=\"elder\""));
	assert_true(client_has(c, "href=\"/look/elder?next=/login\""));
	assert_int_equal(client_get(c, NULL, "/look/elder?next=/login", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), "/login");
	assert_non_null(strstr(resp_header_get(&c->r, "Set-Cookie"), "look=elder; "));
	client_header(c, "Cookie", "look=elder");
	assert_int_equal(client_get(c, NULL, "/login", false), 200);
	assert_true(client_has(c, "class=\"elder\""));
	assert_true(client_has(c, "href=\"/look/plain?next=/login\""));
	assert_int_equal(client_get(c, NULL, "/look/huge", false), 404);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_role_has_its_own_first_page, client_setup,
		                                client_teardown),
		cmocka_unit_test_setup_teardown(the_way_to_the_rack_is_for_those_who_have_one,
		                                client_setup, client_teardown),
		cmocka_unit_test_setup_teardown(pages_load_only_files_of_ours_by_their_hash,
		                                client_setup, client_teardown),
		cmocka_unit_test_setup_teardown(large_letters_are_one_link_away, client_setup,
		                                client_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
