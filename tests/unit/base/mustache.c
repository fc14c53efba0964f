#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vh/arena.h"
#include "vh/limits.h"
#include "vh/mustache.h"

struct set {
	const cJSON *texts; /* name -> template */
	struct template *made[16];
	unsigned n;
};

static const struct template *from_set(void *arg, const char *name)
{
	struct set *s = arg;
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(s->texts, name);
	struct err e = { 0 };
	if (!text || s->n == sizeof s->made / sizeof *s->made)
		return NULL;
	const char *p = text->valuestring;
	enum vh_rc rc = mustache_parse(p, strlen(p), &s->made[s->n], &e);
	return rc == VH_OK ? s->made[s->n++] : NULL;
}

static void free_set(struct set *s)
{
	while (s->n)
		mustache_free(s->made[--s->n]);
}

/* Parse and render; the result's words or, after a failure, those of the error. */
static enum vh_rc render(const char *text, const cJSON *view, struct mustache_opts o,
                         const cJSON *partials, struct buf *out, struct err *e)
{
	struct template *t = NULL;
	struct set set = { .texts = partials };
	enum vh_rc rc = mustache_parse(text, strlen(text), &t, e);
	if (rc == VH_OK) {
		if (partials)
			o.partial = from_set;
		o.arg = &set;
		rc = mustache_render(t, view, &o, out, e);
	}
	mustache_free(t);
	free_set(&set);
	return rc;
}

/* ---- the cases of the specification, read where they lie ---- */

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return NULL;
	char *s = calloc(1, 1 << 20);
	assert_non_null(s);
	size_t n = fread(s, 1, (1 << 20) - 1, f);
	assert_true(n > 0);
	fclose(f);
	return s;
}

/* shared/data is named by VH_SHARED or lies beside one of the folders above this one. */
static char *read_shared(const char *name)
{
	char up[64] = "", path[512];
	const char *env = getenv("VH_SHARED");
	if (env) {
		snprintf(path, sizeof path, "%s/%s", env, name);
		return read_file(path);
	}
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof path, "%sshared/data/%s", up, name);
		char *s = read_file(path);
		if (s)
			return s;
		memcpy(up + 3 * i, "../", 4);
	}
	return NULL;
}

static unsigned run_spec(const char *name, unsigned *ran)
{
	char path[80];
	snprintf(path, sizeof path, "mustache-spec/%s.json", name);
	char *text = read_shared(path);
	if (!text) {
		fprintf(stderr, "SKIPPED: %s is not in shared/data (set VH_SHARED)\n", path);
		return 0;
	}
	cJSON *spec = cJSON_Parse(text), *c;
	assert_non_null(spec);
	unsigned failed = 0;
	cJSON_ArrayForEach(c, cJSON_GetObjectItem(spec, "tests")) {
		struct buf out;
		struct err e = { 0 };
		buf_init(&out, 1 << 16);
		enum vh_rc rc = render(cJSON_GetObjectItem(c, "template")->valuestring,
		                       cJSON_GetObjectItem(c, "data"),
		                       (struct mustache_opts){ .escape = escape_html },
		                       cJSON_GetObjectItem(c, "partials"), &out, &e);
		const char *want = cJSON_GetObjectItem(c, "expected")->valuestring;
		++*ran;
		if (rc != VH_OK || strcmp(buf_str(&out), want)) {
			failed++;
			print_error("%s: %s: wanted [%s], got [%s] %s\n", name,
			            cJSON_GetObjectItem(c, "name")->valuestring, want,
			            buf_str(&out), err_text(&e));
		}
		buf_done(&out);
	}
	cJSON_Delete(spec);
	free(text);
	return failed;
}

static void every_case_of_the_specification_passes(void **state)
{
	static const char *const files[] = { "comments", "delimiters", "interpolation",
		                             "inverted", "partials",   "sections" };
	(void)state;
	unsigned ran = 0, failed = 0;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		failed += run_spec(files[i], &ran);
	assert_int_equal(failed, 0);
	if (ran == 0)
		skip();
	assert_int_equal(ran, 136);
}

/* ---- our own ---- */

struct row {
	const char *text, *view, *partials, *want;
};

static void check_rows(const struct row *rows, size_t n, struct mustache_opts o)
{
	for (size_t i = 0; i < n; i++) {
		struct buf out;
		struct err e = { 0 };
		buf_init(&out, 1 << 20);
		cJSON *view = cJSON_Parse(rows[i].view);
		cJSON *partials = rows[i].partials ? cJSON_Parse(rows[i].partials) : NULL;
		assert_non_null(view);
		enum vh_rc rc = render(rows[i].text, view, o, partials, &out, &e);
		if (rc != VH_OK)
			print_error("%s: %s\n", rows[i].text, err_text(&e));
		assert_int_equal(rc, VH_OK);
		assert_string_equal(buf_str(&out), rows[i].want);
		cJSON_Delete(view);
		cJSON_Delete(partials);
		buf_done(&out);
	}
}

#define CHECK(rows, ...) \
	check_rows(rows, sizeof(rows) / sizeof *(rows), (struct mustache_opts){ __VA_ARGS__ })

static void values_print_as_json_writes_them(void **state)
{
	static const struct row rows[] = {
		{ "{{a}}", "{\"a\":12345678901234}", NULL, "12345678901234" },
		{ "{{a}} {{b}}", "{\"a\":-0.5,\"b\":0.1}", NULL, "-0.5 0.1" },
		{ "{{a}}", "{\"a\":1e300}", NULL, "1e+300" },
		{ "{{a}}{{b}}", "{\"a\":true,\"b\":false}", NULL, "truefalse" },
		{ "[{{a}}]", "{\"a\":null}", NULL, "[]" },
		{ "[{{a}}{{b}}]", "{\"a\":{},\"b\":[1]}", NULL, "[]" },
		{ "", "{}", NULL, "" },
		{ "{ {a}}", "{\"a\":1}", NULL, "{ {a}}" },
		{ "{{a}}}", "{\"a\":1}", NULL, "1}" },
		{ "{{名.字}}", "{\"名\":{\"字\":\"韦娜\"}}", NULL, "韦娜" },
	};
	(void)state;
	CHECK(rows, .escape = escape_html);
}

static void zero_and_the_empty_string_are_false(void **state)
{
	static const struct row rows[] = {
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":0}", NULL, "no" },
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":-1}", NULL, "yes" },
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", NULL, "no" },
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"0\"}", NULL, "yes" },
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":{}}", NULL, "yes" },
		{ "{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":[0]}", NULL, "yes" },
	};
	(void)state;
	CHECK(rows, .escape = escape_html);
}

static void names_are_looked_for_outward_and_a_null_hides(void **state)
{
	static const struct row rows[] = {
		{ "{{#l}}{{n}},{{/l}}", "{\"n\":\"out\",\"l\":[{\"n\":\"in\"},{}]}", NULL, "in,out," },
		{ "{{#l}}[{{n}}]{{/l}}", "{\"n\":\"out\",\"l\":[{\"n\":null}]}", NULL, "[]" },
		{ "{{#a}}{{b.c}}{{/a}}", "{\"a\":{\"b\":null},\"b\":{\"c\":1}}", NULL, "" },
		{ "{{N}}{{n}}", "{\"n\":1,\"N\":2}", NULL, "21" },
	};
	(void)state;
	CHECK(rows, .escape = escape_html);
}

static void partials_indent_their_own_lines_only(void **state)
{
	static const struct row rows[] = {
		{ "<\n  {{>p}}\n>", "{}", "{\"p\":\"a\\n{{>q}}\\nb\\n\",\"q\":\"1\\n2\\n\"}",
		  "<\n  a\n  1\n  2\n  b\n>" },
		{ " {{>p}}\n", "{}", "{\"p\":\"a\\n  {{>q}}\\n\",\"q\":\"1\\n2\\n\"}", " a\n   1\n   2\n" },
		{ " {{>p}}\n", "{\"l\":[1,2]}", "{\"p\":\"{{#l}}\\n{{.}}\\n{{/l}}\\n\"}", " 1\n 2\n" },
		{ " {{>p}}\n", "{}", "{\"p\":\"x{{>q}}y\\n\",\"q\":\"1\\n2\"}", " x1\n2y\n" },
		{ "{{>a/b.c}}", "{}", "{\"a/b.c\":\"ok\"}", "ok" },
		{ "{{#l}}{{>p}}{{/l}}", "{\"l\":[{\"n\":1},{\"n\":2}]}", "{\"p\":\"{{n}};\"}", "1;2;" },
	};
	(void)state;
	CHECK(rows, .escape = escape_html);
}

static void html_escapes_what_could_leave_text_or_attribute(void **state)
{
	static const struct row rows[] = {
		{ "<i title=\"{{a}}\">", "{\"a\":\"\\\"'<>&%s\"}", NULL,
		  "<i title=\"&quot;&#39;&lt;&gt;&amp;%s\">" },
		{ "{{a}}", "{\"a\":\"x\\u202ey\\u2066z\"}", NULL, "x\xef\xbf\xbdy\xef\xbf\xbdz" },
		{ "{{a}}", "{\"a\":\"x\\u0007\\t\\n\\u2028\"}", NULL, "x\xef\xbf\xbd\t\n\xe2\x80\xa8" },
		{ "{{a}}", "{\"a\":\"东新村𠮷\"}", NULL, "东新村𠮷" },
	};
	(void)state;
	CHECK(rows, .escape = escape_html);
}

static void every_other_escape_keeps_its_place(void **state)
{
	static const char view[] = "{\"a\":\"\\\"\\\\<&'>\\n\\u0001\\ufffe 韦+\"}";
	static const struct row json[] = { { "\"{{a}}\"", view, NULL,
		                             "\"\\\"\\\\<&'>\\n\\u0001\xef\xbf\xbe 韦+\"" } };
	static const struct row xml[] = {
		{ "{{a}}", view, NULL,
		  "&quot;\\&lt;&amp;&#39;&gt;\n\xef\xbf\xbd\xef\xbf\xbd 韦+" },
		{ "{{a}}", "{\"a\":\"a\\r\\nb\"}", NULL, "a&#13;\nb" },
	};
	static const struct row form[] = { { "n={{a}}", view, NULL,
		                             "n=%22%5C%3C%26%27%3E%0A%01%EF%BF%BE+%E9%9F%A6%2B" } };
	static const struct row none[] = { { "{{a}}", "{\"a\":\"<&\\\"\"}", NULL, "<&\"" } };
	(void)state;
	CHECK(json, .escape = escape_json);
	CHECK(xml, .escape = escape_xml);
	CHECK(form, .escape = escape_form);
	CHECK(none, .escape = NULL);
}

static void contexts_beneath_the_view_are_asked_last(void **state)
{
	(void)state;
	cJSON *texts = cJSON_Parse("{\"t\":{\"in\":\"入住\"},\"x\":\"texts\"}");
	cJSON *page = cJSON_Parse("{\"page\":{\"title\":\"T\"},\"x\":\"page\"}");
	static const struct row rows[] = {
		{ "{{t.in}} {{page.title}} {{x}}", "{}", NULL, "入住 T page" },
		{ "{{x}}", "{\"x\":\"view\"}", NULL, "view" },
	};
	CHECK(rows, .escape = escape_html, .under = { texts, page }, .strict = true);
	static const struct row one[] = { { "{{x}}", "{}", NULL, "texts" } };
	CHECK(one, .under = { NULL, texts });
	cJSON_Delete(texts);
	cJSON_Delete(page);
}

struct refusal {
	const char *text;
	const char *view; /* NULL: it fails to parse */
	enum vh_rc rc;
	const char *code, *words;
};

static void check_refusal(const struct refusal *r, bool strict)
{
	struct buf out;
	struct err e = { 0 };
	buf_init(&out, 1 << 20);
	cJSON *view = cJSON_Parse(r->view ? r->view : "{}");
	cJSON *partials = cJSON_Parse("{\"self\":\"{{>self}}\",\"p\":\"\\n{{q}}\"}");
	struct mustache_opts o = { .strict = strict };
	enum vh_rc rc = render(r->text, view, o, partials, &out, &e);
	if (rc != r->rc || strcmp(err_text(&e), r->words))
		print_error("%s: %s\n", r->text, err_text(&e));
	assert_int_equal(rc, r->rc);
	assert_int_equal(e.rc, r->rc);
	assert_string_equal(err_code(&e), r->code);
	assert_string_equal(err_text(&e), r->words);
	cJSON_Delete(view);
	cJSON_Delete(partials);
	buf_done(&out);
}

static void broken_templates_are_refused_by_line_and_tag(void **state)
{
	static const struct refusal rows[] = {
		{ "a\n{{x", NULL, VH_INVALID, "template", "line 2: {{x}} is not closed" },
		{ "{{{x}}", NULL, VH_INVALID, "template", "line 1: {{{x}}}} is not closed" },
		{ "{{", NULL, VH_INVALID, "template", "line 1: {{}} is not closed" },
		{ "\n\n{{#a}}\n", NULL, VH_INVALID, "template", "line 3: {{#a}} is not closed" },
		{ "{{/a}}", NULL, VH_INVALID, "template", "line 1: {{/a}} closes nothing" },
		{ "{{#a}}\n{{^b}}\n{{/a}}", NULL, VH_INVALID, "template",
		  "line 3: {{/a}} closes {{^b}} of line 2" },
		{ "{{}}", NULL, VH_INVALID, "template", "line 1: {{}} is not a name" },
		{ "{{a b}}", NULL, VH_INVALID, "template", "line 1: {{a b}} is not a name" },
		{ "{{a..b}}", NULL, VH_INVALID, "template", "line 1: {{a..b}} is not a name" },
		{ "{{.a}}", NULL, VH_INVALID, "template", "line 1: {{.a}} is not a name" },
		{ "{{ & a}}{{#a.}}{{/a.}}", NULL, VH_INVALID, "template", "line 1: {{& a}} is not a name" },
		{ "{{>*a}}", NULL, VH_INVALID, "template", "line 1: {{>*a}} is not a name" },
		{ "{{<a}}{{/a}}", NULL, VH_INVALID, "template",
		  "line 1: {{<a}} is a kind of tag that is not built" },
		{ "{{$a}}{{/a}}", NULL, VH_INVALID, "template",
		  "line 1: {{$a}} is a kind of tag that is not built" },
		{ "{{=a=}}", NULL, VH_INVALID, "template", "line 1: {{=a}} does not set two delimiters" },
		{ "{{=a b c=}}", NULL, VH_INVALID, "template", "line 1: {{=a b c}} does not set two delimiters" },
		{ "{{=123456789 b=}}", NULL, VH_INVALID, "template",
		  "line 1: {{=123456789 b}} does not set two delimiters" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_refusal(&rows[i], false);
}

static void strict_rendering_refuses_a_miss(void **state)
{
	static const struct refusal rows[] = {
		{ "a\n{{x}}", "{\"X\":1}", VH_INVALID, "template_miss", "line 2: {{x}} has no value" },
		{ "{{#x}}{{/x}}", "{}", VH_INVALID, "template_miss", "line 1: {{#x}} has no value" },
		{ "{{^x}}{{/x}}", "{}", VH_INVALID, "template_miss", "line 1: {{^x}} has no value" },
		{ "{{a.b}}", "{\"a\":{}}", VH_INVALID, "template_miss", "line 1: {{a.b}} has no value" },
		{ "{{a.b}}", "{\"a\":null}", VH_INVALID, "template_miss", "line 1: {{a.b}} has no value" },
		{ "{{&a}}", "{\"a\":[]}", VH_INVALID, "template_miss", "line 1: {{&a}} is a list or an object" },
		{ "{{>gone}}", "{}", VH_INVALID, "template_miss", "line 1: {{>gone}} is not there" },
		{ "{{>p}}", "{}", VH_INVALID, "template_miss", "p line 2: {{q}} has no value" },
	};
	static const struct row fine[] = {
		{ "{{x}}{{#y}}{{/y}}{{^z}}1{{/z}}", "{\"x\":null,\"y\":[],\"z\":false}", NULL, "1" },
		{ "{{#x}}{{nobody.asks}}{{/x}}", "{\"x\":false}", NULL, "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_refusal(&rows[i], true);
	CHECK(fine, .strict = true);
}

static void sections_nest_to_the_ceiling_and_no_further(void **state)
{
	(void)state;
	for (unsigned n = LIM_TEMPLATE_DEPTH; n <= LIM_TEMPLATE_DEPTH + 1; n++) {
		struct buf text, out;
		struct err e = { 0 };
		buf_init(&text, LIM_TEMPLATE);
		buf_init(&out, 100);
		for (unsigned i = 0; i < n; i++)
			buf_puts(&text, "{{#a}}");
		buf_puts(&text, "{{a}}");
		for (unsigned i = 0; i < n; i++)
			buf_puts(&text, "{{/a}}");
		cJSON *view = cJSON_Parse("{\"a\":1}");
		enum vh_rc rc = render(buf_str(&text), view, (struct mustache_opts){ 0 }, NULL, &out, &e);
		assert_int_equal(rc, n > LIM_TEMPLATE_DEPTH ? VH_LIMIT : VH_OK);
		assert_string_equal(buf_str(&out), rc == VH_OK ? "1" : "");
		assert_string_equal(err_text(&e), rc == VH_OK ? "" : "line 1: {{#a}} is nested too deep");
		cJSON_Delete(view);
		buf_done(&text);
		buf_done(&out);
	}
}

/* A partial that may be its own partial, without the storage of from_set(). */
static const struct template *itself(void *arg, const char *name)
{
	(void)name;
	return *(struct template **)arg;
}

static enum vh_rc render_itself(const char *text, const char *json, size_t cap, struct err *e)
{
	struct template *t = NULL;
	struct buf out;
	buf_init(&out, cap);
	cJSON *view = cJSON_Parse(json);
	assert_int_equal(mustache_parse(text, strlen(text), &t, e), VH_OK);
	struct mustache_opts o = { .partial = itself, .arg = &t };
	enum vh_rc rc = mustache_render(t, view, &o, &out, e);
	mustache_free(t);
	cJSON_Delete(view);
	buf_done(&out);
	return rc;
}

static void recursion_ends(void **state)
{
	(void)state;
	struct err e = { 0 };
	assert_int_equal(render_itself("{{>p}}", "{}", 100, &e), VH_LIMIT);
	assert_string_equal(err_code(&e), "template_depth");

	/* Lists within lists: 10^8 turns that write nothing, far below the ceiling on depth. */
	err_clear(&e);
	assert_int_equal(render_itself("{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}"
	                               "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}",
	                               "{\"l\":[1,2,3,4,5,6,7,8,9,0]}", 100, &e), VH_LIMIT);
	assert_string_equal(err_code(&e), "template_steps");
}

static void output_and_source_have_ceilings(void **state)
{
	(void)state;
	for (size_t cap = 3; cap <= 4; cap++) {
		struct err e = { 0 };
		enum vh_rc rc = render_itself("{{a}}", "{\"a\":\"four\"}", cap, &e);
		assert_int_equal(rc, cap == 4 ? VH_OK : VH_LIMIT);
		assert_string_equal(err_code(&e), cap == 4 ? "" : "template_output");
	}
	char *big = malloc(LIM_TEMPLATE + 1);
	assert_non_null(big);
	memset(big, 'x', LIM_TEMPLATE + 1);
	for (size_t n = LIM_TEMPLATE; n <= LIM_TEMPLATE + 1; n++) {
		struct template *t = NULL;
		struct err e = { 0 };
		assert_int_equal(mustache_parse(big, n, &t, &e), n > LIM_TEMPLATE ? VH_LIMIT : VH_OK);
		mustache_free(t);
	}
	/* As many tags as fit: nothing is lost on the way. */
	for (size_t i = 0; i + 5 <= LIM_TEMPLATE; i += 5)
		memcpy(big + i, "{{a}}", 5);
	big[LIM_TEMPLATE / 5 * 5] = '\0';
	struct err e = { 0 };
	assert_int_equal(render_itself(big, "{\"a\":7}", LIM_TEMPLATE, &e), VH_OK);
	free(big);
}

static void a_nul_is_only_text(void **state)
{
	(void)state;
	static const char text[] = "a\0{{x}}\0{{\0}}";
	struct template *t = NULL;
	struct err e = { 0 };
	assert_int_equal(mustache_parse(text, 8, &t, &e), VH_OK);
	mustache_free(t);
	assert_int_equal(mustache_parse(text, sizeof text - 1, &t, &e), VH_INVALID);
}

static void every_failed_allocation_is_clean(void **state)
{
	(void)state;
	cJSON *view = cJSON_Parse("{\"l\":[{\"a\":\"<\"},{\"a\":\">\"}]}");
	unsigned failures = 0;
	for (long n = 0; n < 200; n++) {
		struct template *t = NULL;
		struct buf out;
		struct err e = { 0 };
		static const char text[] = "{{#l}}\n  {{>p}}\n{{a}}{{/l}}";
		struct template *none = NULL;
		struct mustache_opts o = { .escape = escape_html, .partial = itself, .arg = &none };
		buf_init(&out, 1 << 16);
		arena_fail_after(n, true);
		enum vh_rc rc = mustache_parse(text, sizeof text - 1, &t, &e);
		if (rc == VH_OK)
			rc = mustache_render(t, view, &o, &out, &e);
		arena_fail_after(-1, false);
		mustache_free(t);
		if (rc == VH_OK) {
			assert_string_equal(buf_str(&out), "&lt;&gt;");
			buf_done(&out);
			break;
		}
		failures++;
		assert_int_equal(rc, VH_NOMEM);
		buf_done(&out);
	}
	assert_in_range(failures, 4, 100);
	cJSON_Delete(view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_of_the_specification_passes),
		cmocka_unit_test(values_print_as_json_writes_them),
		cmocka_unit_test(zero_and_the_empty_string_are_false),
		cmocka_unit_test(names_are_looked_for_outward_and_a_null_hides),
		cmocka_unit_test(partials_indent_their_own_lines_only),
		cmocka_unit_test(html_escapes_what_could_leave_text_or_attribute),
		cmocka_unit_test(every_other_escape_keeps_its_place),
		cmocka_unit_test(contexts_beneath_the_view_are_asked_last),
		cmocka_unit_test(broken_templates_are_refused_by_line_and_tag),
		cmocka_unit_test(strict_rendering_refuses_a_miss),
		cmocka_unit_test(sections_nest_to_the_ceiling_and_no_further),
		cmocka_unit_test(recursion_ends),
		cmocka_unit_test(output_and_source_have_ceilings),
		cmocka_unit_test(a_nul_is_only_text),
		cmocka_unit_test(every_failed_allocation_is_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
