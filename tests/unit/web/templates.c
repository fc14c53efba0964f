/*
 * Every page is rendered strictly with the views of tests/data/views.json, which show what a handler
 * must feed: in both languages, and once with every text poisoned. With VH_PAGES=DIR the pages are
 * also written there, to be looked at.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/embed.h"
#include "vh/limits.h"
#include "vh/mustache.h"

#define PAGES_MAX 256
#define POISON "<\"'&%s\xe2\x80\xae"

static struct {
	char name[40];
	struct template *t;
} pages[PAGES_MAX];
static unsigned pages_n;
static cJSON *samples, *zh, *en;

static const struct template *find(void *arg, const char *name)
{
	(void)arg;
	for (unsigned i = 0; i < pages_n; i++) {
		if (!strcmp(pages[i].name, name))
			return pages[i].t;
	}
	return NULL;
}

static cJSON *parse_embedded(const char *path)
{
	const struct embedded *f = embedded_find(path);
	assert_non_null(f);
	const char *end = NULL;
	cJSON *v = cJSON_ParseWithOpts((const char *)f->data, &end, true);
	if (!v)
		print_error("%s: not JSON at: %.40s\n", path, end ? end : "");
	assert_non_null(v);
	return v;
}

static cJSON *read_samples(void)
{
	FILE *f = fopen("tests/data/views.json", "rb");
	assert_non_null(f); /* run from the top of the tree */
	char *s = calloc(1, 1 << 20);
	assert_non_null(s);
	size_t n = fread(s, 1, (1 << 20) - 1, f);
	assert_true(n > 0 && n < (1 << 20) - 1);
	fclose(f);
	cJSON *v = cJSON_ParseWithOpts(s, NULL, true);
	free(s);
	assert_non_null(v);
	return v;
}

/* Members of `from` that `to` lacks. */
static void fill(cJSON *to, const cJSON *from)
{
	const cJSON *c;
	cJSON_ArrayForEach(c, from) {
		if (!cJSON_GetObjectItemCaseSensitive(to, c->string))
			cJSON_AddItemToObject(to, c->string, cJSON_Duplicate(c, true));
	}
}

/* Samples name only what differs from the usual page and field. */
static void fill_fields(cJSON *v, const cJSON *field)
{
	cJSON *c, *f;
	if (v->string && !strcmp(v->string, "fields") && cJSON_IsArray(v)) {
		cJSON_ArrayForEach(f, v)
			fill(f, field);
	}
	cJSON_ArrayForEach(c, v)
		fill_fields(c, field);
}

static cJSON *take_samples(cJSON *file)
{
	const cJSON *d = cJSON_GetObjectItemCaseSensitive(file, "defaults");
	cJSON *all = cJSON_DetachItemFromObjectCaseSensitive(file, "samples"), *s;
	assert_true(cJSON_GetArraySize(all) > 1);
	cJSON_ArrayForEach(s, all) {
		fill(cJSON_GetObjectItemCaseSensitive(s, "page"),
		     cJSON_GetObjectItemCaseSensitive(d, "page"));
		fill_fields(cJSON_GetObjectItemCaseSensitive(s, "view"),
		            cJSON_GetObjectItemCaseSensitive(d, "field"));
	}
	cJSON_Delete(file);
	return all;
}

/* A context {"t": the texts}, as the pages want it. */
static cJSON *texts(const char *path)
{
	cJSON *o = cJSON_CreateObject();
	cJSON_AddItemToObject(o, "t", parse_embedded(path));
	return o;
}

static int set_up(void **state)
{
	static const char dir[] = "web/templates/";
	(void)state;
	for (const struct embedded *f = embedded_files; f->path; f++) {
		const char *name = f->path + sizeof dir - 1, *dot = strrchr(f->path, '.');
		if (strncmp(f->path, dir, sizeof dir - 1) || !dot || strcmp(dot, ".html"))
			continue;
		struct err e = { 0 };
		assert_in_range(pages_n, 0, PAGES_MAX - 1);
		snprintf(pages[pages_n].name, sizeof pages->name, "%.*s", (int)(dot - name), name);
		if (mustache_parse((const char *)f->data, f->n, &pages[pages_n].t, &e) != VH_OK) {
			print_error("%s: %s\n", f->path, err_text(&e));
			return -1;
		}
		pages_n++;
	}
	samples = take_samples(read_samples());
	zh = texts("web/i18n/zh.json");
	en = texts("web/i18n/en.json");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	while (pages_n)
		mustache_free(pages[--pages_n].t);
	cJSON_Delete(samples);
	cJSON_Delete(zh);
	cJSON_Delete(en);
	return 0;
}

static const char *text_of(const cJSON *o, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
	assert_true(cJSON_IsString(v));
	return v->valuestring;
}

static void render(const cJSON *sample, const cJSON *lang, struct buf *out)
{
	const struct template *t = find(NULL, text_of(sample, "template"));
	assert_non_null(t);
	struct err e = { 0 };
	cJSON *under = cJSON_CreateObject();
	cJSON_AddItemReferenceToObject(under, "page",
	                               cJSON_GetObjectItemCaseSensitive(sample, "page"));
	const cJSON *view = cJSON_GetObjectItemCaseSensitive(sample, "view");
	struct mustache_opts o = {
		.escape = escape_html, .partial = find, .under = { lang, under }, .strict = true,
	};
	buf_init(out, LIM_RESPONSE);
	enum vh_rc rc = mustache_render(t, view, &o, out, &e);
	if (rc != VH_OK)
		print_error("%s: %s\n", text_of(sample, "name"), err_text(&e));
	cJSON_Delete(under);
	assert_int_equal(rc, VH_OK);
}

static void save(const char *name, const char *lang, const struct buf *out)
{
	const char *dir = getenv("VH_PAGES");
	char path[512];
	if (!dir)
		return;
	snprintf(path, sizeof path, "%s/%s.%s.html", dir, name, lang);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fwrite(out->p, 1, out->n, f);
	assert_int_equal(fclose(f), 0);
}

static void every_page_has_a_sample(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pages_n; i++) {
		const cJSON *s;
		bool seen = pages[i].name[0] == '_';
		cJSON_ArrayForEach(s, samples)
			seen = seen || !strcmp(text_of(s, "template"), pages[i].name);
		if (!seen)
			print_error("no sample of %s\n", pages[i].name);
		assert_true(seen);
	}
	assert_in_range(pages_n, 18, PAGES_MAX);
}

static void every_sample_renders_strictly_in_both_languages(void **state)
{
	(void)state;
	const cJSON *s;
	cJSON_ArrayForEach(s, samples) {
		for (int k = 0; k < 2; k++) {
			struct buf out;
			render(s, k ? en : zh, &out);
			assert_memory_equal(out.p, "<!doctype html>\n", 16);
			assert_non_null(strstr(out.p, "</html>\n"));
			assert_null(strstr(out.p, "{{"));
			assert_in_range(out.n, 500, 60 * 1024);
			save(text_of(s, "name"), k ? "en" : "zh", &out);
			buf_done(&out);
		}
	}
}

static void poison(cJSON *v)
{
	cJSON *c;
	if (cJSON_IsString(v))
		assert_non_null(cJSON_SetValuestring(v, POISON));
	cJSON_ArrayForEach(c, v)
		poison(c);
}

static void no_text_leaves_its_place(void **state)
{
	(void)state;
	const cJSON *s;
	unsigned shown = 0;
	cJSON_ArrayForEach(s, samples) {
		cJSON *bad = cJSON_Duplicate(s, true);
		struct buf out;
		poison(cJSON_GetObjectItem(bad, "view"));
		poison(cJSON_GetObjectItem(bad, "page"));
		render(bad, zh, &out);
		assert_null(strstr(out.p, "<\"'&"));
		assert_null(strstr(out.p, "<\""));
		assert_null(strstr(out.p, "&%s"));
		assert_null(strstr(out.p, "\xe2\x80\xae"));
		for (const char *p = out.p; (p = strstr(p, "&lt;&quot;&#39;&amp;%s\xef\xbf\xbd")); p++)
			shown++;
		buf_done(&out);
		cJSON_Delete(bad);
	}
	assert_in_range(shown, 500, 100000); /* it was there to be seen */
}

static void a_member_that_is_left_out_is_noticed(void **state)
{
	(void)state;
	cJSON *bad = cJSON_Duplicate(cJSON_GetArrayItem(samples, 0), true);
	cJSON *view = cJSON_GetObjectItem(bad, "view");
	assert_string_equal(text_of(bad, "template"), "plate");
	cJSON_DeleteItemFromObjectCaseSensitive(view, "stranger");
	struct buf out;
	struct err e = { 0 };
	struct mustache_opts o = { .partial = find, .under = { zh, bad }, .strict = true };
	buf_init(&out, LIM_RESPONSE);
	assert_int_equal(mustache_render(find(NULL, "plate"), view, &o, &out, &e), VH_INVALID);
	assert_non_null(strstr(err_text(&e), "{{#stranger}} has no value"));
	buf_done(&out);
	cJSON_Delete(bad);
}

/* One line of the text, so that a catalogue cannot bring markup or break a page. */
static void check_text(const cJSON *c)
{
	assert_true(cJSON_IsString(c));
	if (c->valuestring[0] == '\0' || strpbrk(c->valuestring, "<>\n"))
		print_error("text %s\n", c->string);
	assert_true(c->valuestring[0] != '\0');
	assert_null(strpbrk(c->valuestring, "<>\n"));
}

static void both_languages_have_the_same_texts(void **state)
{
	(void)state;
	const cJSON *a = cJSON_GetObjectItem(zh, "t")->child, *b = cJSON_GetObjectItem(en, "t")->child;
	unsigned n = 0;
	for (; a && b; a = a->next, b = b->next, n++) {
		assert_string_equal(a->string, b->string);
		check_text(a);
		check_text(b);
		for (const cJSON *c = a->next; c; c = c->next)
			assert_string_not_equal(a->string, c->string);
	}
	assert_true(!a && !b);
	assert_in_range(n, 200, 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_has_a_sample),
		cmocka_unit_test(every_sample_renders_strictly_in_both_languages),
		cmocka_unit_test(no_text_leaves_its_place),
		cmocka_unit_test(a_member_that_is_left_out_is_noticed),
		cmocka_unit_test(both_languages_have_the_same_texts),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
