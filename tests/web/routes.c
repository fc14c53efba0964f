/* The table: what does not start, what it says to the world, and every page of it for everybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "vh/embed.h"
#include "web/forms.h"
#include "web/web.h"

static enum vh_rc handler(struct call *c)
{
	(void)c;
	return VH_OK;
}

static const struct route good = { .method = HTTP_GET, .path = "/a/{b}", .fn = handler, .page = "p",
	                           .access = A_PUBLIC };
static const struct route good_post = { .method = HTTP_POST, .path = "/a/{b}", .fn = handler,
	                                .page = "form", .access = A_LOGIN, .flags = R_CSRF,
	                                .form = &form_none };

static bool starts(struct route one, const char *why)
{
	struct err e = { 0 };
	bool ok = routes_check(&one, 1, &e) == VH_OK;
	if (!ok && !strstr(err_text(&e), why))
		fail_msg("%s, not %s", err_text(&e), why);
	return ok;
}

static void a_route_without_rules_does_not_start(void **state)
{
	struct route r = good;
	(void)state;
	assert_true(starts(good, ""));
	assert_true(starts(good_post, ""));
	r.access = A_MISSING;
	assert_false(starts(r, "no access rule"));
	r = good;
	r.page = NULL;
	assert_false(starts(r, "no page"));
	r = good;
	r.flags = R_CSRF;
	assert_false(starts(r, "only a POST"));
	r = good_post;
	r.flags = 0;
	assert_false(starts(r, "without CSRF"));
	r = good_post;
	r.form = NULL;
	assert_false(starts(r, "without CSRF check or form"));
}

static void two_routes_never_match_one_path(void **state)
{
	static const struct {
		const char *a, *b;
		bool clash;
	} pair[] = {
		{ "/a/{x}", "/a/{y}", true },     { "/a/{x}", "/a/b", true },   { "/{x}/b", "/a/{y}", true },
		{ "/a/{x}/c", "/a/{y}/d", false }, { "/a", "/a/{x}", false },    { "/a/b", "/a/c", false },
		{ "/A", "/a", true },              { "/a/{x}/b", "/a/b/{y}", true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		struct route two[2] = { good, good };
		struct err e = { 0 };
		two[0].path = pair[i].a;
		two[1].path = pair[i].b;
		assert_int_equal(routes_check(two, 2, &e) != VH_OK, pair[i].clash);
		two[1] = good_post;
		two[1].path = pair[i].b;
		assert_int_equal(routes_check(two, 2, &e), VH_OK);
	}
}

static bool lists(const cJSON *names, const char *name)
{
	const cJSON *e;
	cJSON_ArrayForEach(e, names)
		if (cJSON_IsString(e) && !strcmp(e->valuestring, name))
			return true;
	return false;
}

/* The words of a choice, in the order of the table. */
static void words_are_described(const struct route_line *l, const struct route_field *f, const cJSON *prop)
{
	const cJSON *of_each = cJSON_GetObjectItemCaseSensitive(prop, "additionalProperties"), *word;
	char said[400] = "";
	size_t n = 0;
	cJSON_ArrayForEach(word, cJSON_GetObjectItemCaseSensitive(of_each ? of_each : prop, "enum")) {
		n += (size_t)snprintf(said + n, sizeof said - n, "%s%s", n ? "|" : "", word->valuestring);
		assert_true(n < sizeof said);
	}
	if (strcmp(said, f->words ? f->words : "") != 0)
		fail_msg("%s: field %s says %s, not %s", l->path, f->name, f->words ? f->words : "anything", said);
}

static void fields_are_described(unsigned i, const struct route_line *l, const cJSON *schema)
{
	const cJSON *props = cJSON_GetObjectItemCaseSensitive(schema, "properties");
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(schema, "required");
	int n = 0, must = 0;
	struct route_field f;
	for (; web_route_field(i, (unsigned)n, &f); n++) {
		const cJSON *prop = cJSON_GetObjectItemCaseSensitive(props, f.name);
		if (!prop)
			fail_msg("%s: field %s is not described", l->path, f.name);
		if (lists(names, f.name) != f.required)
			fail_msg("%s: field %s is %srequired", l->path, f.name, f.required ? "" : "not ");
		words_are_described(l, &f, prop);
		must += f.required;
	}
	assert_int_equal(cJSON_GetArraySize(props), n);
	assert_int_equal(cJSON_GetArraySize(names), must);
}

static void the_description_and_the_table_are_the_same(void **state)
{
	const struct embedded *f = embedded_find("web/openapi.json");
	struct err e = { 0 };
	cJSON *doc = NULL;
	const cJSON *path, *op;
	unsigned n = 0;
	(void)state;
	assert_non_null(f);
	assert_int_equal(json_parse((const char *)f->data, f->n, &doc, &e), VH_OK);
	const cJSON *paths = cJSON_GetObjectItemCaseSensitive(doc, "paths");
	for (unsigned i = 0; i < web_routes(); i++) {
		struct route_line l = web_route(i);
		char method[8] = "";
		for (size_t k = 0; l.method[k]; k++)
			method[k] = (char)(l.method[k] | 0x20);
		op = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(paths, l.path), method);
		if (!op)
			fail_msg("%s %s is not described", l.method, l.path);
		assert_string_equal(json_str(op, "x-access"), l.access);
		const cJSON *body = cJSON_GetObjectItemCaseSensitive(op, "requestBody");
		const cJSON *content = cJSON_GetObjectItemCaseSensitive(body, "content"), *type;
		struct route_field any;
		if (!content)
			assert_false(web_route_field(i, 0, &any));
		cJSON_ArrayForEach(type, content)
			fields_are_described(i, &l, cJSON_GetObjectItemCaseSensitive(type, "schema"));
	}
	cJSON_ArrayForEach(path, paths)
		cJSON_ArrayForEach(op, path)
			n++;
	assert_int_equal(n, web_routes());
	cJSON_Delete(doc);
}

/* A path of that pattern that leads somewhere in the village. */
static void path_of(struct client *c, const char *pattern, const char *code, int64_t stay, char out[200])
{
	size_t n = 0;
	for (const char *p = pattern; *p;) {
		if (*p != '{') {
			out[n++] = *p++;
			continue;
		}
		const char *name = p + 1;
		char *at = out + n;
		size_t left = 200 - n;
		if (!strncmp(name, "hotel", 5))
			snprintf(at, left, "%s", DONGXIN);
		else if (!strncmp(name, "house", 5))
			snprintf(at, left, "%lld", (long long)c->v.house[0]);
		else if (!strncmp(name, "room", 4))
			snprintf(at, left, "%lld", (long long)c->v.room[V_101]);
		else if (!strncmp(name, "stay", 4))
			snprintf(at, left, "%lld", (long long)stay);
		else if (!strncmp(name, "code", 4))
			snprintf(at, left, "%s", code);
		else if (!strncmp(name, "file", 4))
			snprintf(at, left, "style.css");
		else if (!strncmp(name, "lang", 4))
			snprintf(at, left, "en");
		else
			snprintf(at, left, "nothing");
		n += strlen(at);
		p = strchr(p, '}') + 1;
	}
	out[n] = '\0';
}

#define POISON "<\"'&%s"

/* Texts of people, houses and employers that would break out of any careless place. */
static int64_t poison(struct client *c, char code[PLATE_CODE_TEXT])
{
	const struct house_new h = { .address = POISON "1", .grid = POISON, .landlord = POISON };
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	village_as(&c->v, "clerk");
	assert_int_equal(house_amend(c->v.cx, c->v.hotel, c->v.house[0], &h), VH_OK);
	const struct room_new r = { .no = POISON };
	assert_int_equal(room_amend(c->v.cx, c->v.hotel, c->v.room[V_101], &r), VH_OK);
	n.name = POISON;
	n.home = POISON;
	n.employer = POISON;
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	village_in(&c->v, V_101, 2);
	const struct stay_change reject = { .verb = SV_AMEND, .home = POISON POISON, .reason = POISON };
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, d.id, &reject, &d), VH_OK);
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, 3, code), VH_OK);
	village_as(&c->v, "operator");
	return d.id;
}

static const char *const everybody[] = { NULL,   "admin", "clerk", "head",    "police", "outsider", "grid",
	                                 "wang", "zhao",  "tenant", "employer", "auditor" };

static void every_page_stands_for_everybody(void **state)
{
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], path[200];
	int64_t stay = poison(c, code);
	unsigned shown = 0, pages = 0;
	for (unsigned i = 0; i < web_routes(); i++) {
		struct route_line l = web_route(i);
		if (strcmp(l.method, "GET") != 0)
			continue;
		path_of(c, l.path, code, stay, path);
		for (size_t k = 0; k < sizeof everybody / sizeof *everybody; k++) {
			for (int json = 0; json < 2; json++) {
				int status = client_get(c, everybody[k], path, json);
				if (status >= 500)
					fail_msg("%s as %s: %d %s", path, everybody[k] ? everybody[k] : "-", status,
					         client_body(c));
				if (status != 200 || !c->r.type || strncmp(c->r.type, "text/html", 9) != 0)
					continue;
				pages++;
				assert_false(client_has(c, "<\"'"));
				assert_false(client_has(c, "&%s"));
				assert_true(client_has(c, "</html>"));
				shown += client_has(c, "&lt;&quot;&#39;&amp;%s");
			}
		}
	}
	assert_in_range(pages, 40, 400);
	assert_in_range(shown, 15, 400); /* it was there to be seen */
}

/* Who gets what: a table of the rights that matter, in every cell. */
static void every_right_is_asked_for(void **state)
{
	static const struct {
		const char *path; /* %1: stay */
		const char *yes;  /* the logins that are answered 200 */
	} row[] = {
		{ "/h/" DONGXIN "/rack", " admin clerk head police grid wang zhao " },
		{ "/h/" DONGXIN "/access", " auditor " },
		{ "/h/" DONGXIN "/ledger", " clerk " },
		{ "/h/" DONGXIN "/people/search", " clerk police grid " },
		{ "/me", " tenant " },
		{ "/account", " admin clerk head police outsider grid wang zhao tenant employer auditor " },
		{ "STAY", " clerk police grid wang " },
	};
	struct client *c = *state;
	char code[PLATE_CODE_TEXT], stay[100], name[20];
	snprintf(stay, sizeof stay, "/h/" DONGXIN "/stays/%lld", (long long)poison(c, code));
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *path = strcmp(row[i].path, "STAY") ? row[i].path : stay;
		assert_int_equal(client_get(c, NULL, path, true), 401);
		assert_non_null(resp_header_get(&c->r, "WWW-Authenticate"));
		for (size_t k = 1; k < sizeof everybody / sizeof *everybody; k++) {
			snprintf(name, sizeof name, " %s ", everybody[k]);
			int status = client_get(c, everybody[k], path, true);
			bool yes = strstr(row[i].yes, name);
			if ((status == 200) != yes || (!yes && status != 403 && status != 404))
				fail_msg("%s as %s: %d", path, everybody[k], status);
		}
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_without_rules_does_not_start),
		cmocka_unit_test(two_routes_never_match_one_path),
		cmocka_unit_test(the_description_and_the_table_are_the_same),
		T(every_page_stands_for_everybody),
		T(every_right_is_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
