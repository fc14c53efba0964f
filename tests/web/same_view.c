/*
 * A page and its JSON come from one view: every value of the JSON stands on the page that the same
 * reader gets, as it is or in the page's words for it. What a page has no use for is named here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "everyone.h"
#include "vh/date.h"
#include "vh/embed.h"
#include "vh/mustache.h"

/*
 * What programs need and readers of that page do not. A value that a page lacks is put on the page,
 * taken out of the view, or named here.
 */
static const struct {
	const char *page, *keys; /* page NULL: on all */
} unseen[] = {
	{ NULL, "id flags code serial" }, /* pages have links, and show the gravest flag as a tile */
	{ NULL, "letting area_m2" },      /* of a room that is only named */
	{ "change", "doc_type doc_no name state" }, /* asks one question about somebody */
	{ "code", "name" },
	{ "hazards", "task" },
	{ "home", "doc_type doc_no since phone grid task what" }, /* who lives there, in short */
	{ "map", "datum" },
	{ "me", "until" },
	{ "me_erase", "hotel" },
	{ "me_looks", "looks_n" },
	{ "me_record", "phone" },
	{ "movein", "name" },
	{ "period", "period from to" }, /* written as one day to the other */
	{ "plate", "doc_type doc_no since state from until" }, /* one glance */
	{ "room", "doc_type doc_no since" }, /* a landlord's, in short */
	{ "stay_done", "doc_type phone home" },
	{ "visit", "doc_type since" }, /* heads to tick */
	{ "visit_done", "task" },
};

struct comparison {
	const char *html; /* with what is not shown taken out */
	cJSON *words;
	struct buf esc;
	unsigned values, wrong;
	const struct route *route;
	const char *who;
};

static cJSON *load_words(void)
{
	struct err e = { 0 };
	cJSON *t = NULL;
	const struct embedded *f = embedded_find("web/i18n/zh.json");
	assert_non_null(f);
	assert_int_equal(json_parse((const char *)f->data, f->n, &t, &e), VH_OK);
	return t;
}

static bool on_page(struct comparison *p, const char *text)
{
	buf_reset(&p->esc);
	escape_html(&p->esc, text, strlen(text));
	return strstr(p->html, buf_str(&p->esc)) != NULL;
}

/* A value of a fixed vocabulary stands there in words: a text of the catalogue that ends in it. */
static bool in_words(struct comparison *p, const char *value)
{
	char end[80];
	const cJSON *t;
	size_t n = (size_t)snprintf(end, sizeof end, "_%s", value);
	if (n >= sizeof end)
		return false;
	cJSON_ArrayForEach(t, p->words)
	{
		size_t m = strlen(t->string);
		if (m > n && !strcmp(t->string + m - n, end) && on_page(p, t->valuestring))
			return true;
	}
	return false;
}

/* An instant, as the village's clocks show it. */
static bool as_local(struct comparison *p, const char *value)
{
	enum { CHINA = 8 * 60 };
	int64_t at;
	char day[DAY_TEXT], text[40];
	if (instant_parse(value, &at) != VH_OK)
		return false;
	int32_t d = day_of(at, CHINA);
	int minute = (int)((at - day_start(d, CHINA)) / 60000);
	day_format(d, day);
	snprintf(text, sizeof text, "%s %02d:%02d", day, minute / 60, minute % 60);
	return on_page(p, text);
}

/* Several of a vocabulary, with commas. */
static bool as_list(struct comparison *p, const char *value)
{
	char *copy = strdup(value), *next = copy;
	bool all = strchr(value, ',') != NULL;
	for (char *one; all && (one = strsep(&next, ","));) {
		one[strcspn(one, "*")] = '\0'; /* masked */
		all = on_page(p, one) || in_words(p, one);
	}
	free(copy);
	return all;
}

static bool is_word_of(const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static bool is_unseen(const char *page, const char *key)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if ((!unseen[i].page || !strcmp(unseen[i].page, page)) && is_word_of(unseen[i].keys, key))
			return true;
	return false;
}

static void check_scalar(struct comparison *p, const cJSON *v, const char *key)
{
	char number[40];
	const char *text = v->valuestring;
	if (cJSON_IsNumber(v)) {
		snprintf(number, sizeof number, "%.10g", v->valuedouble);
		text = number;
	} else if (!cJSON_IsString(v)) {
		return; /* what is true or null is shown by what stands there or not */
	}
	p->values++;
	if (!*text || is_unseen(p->route->page, key) || on_page(p, text) || in_words(p, text) || as_local(p, text) ||
	    as_list(p, text))
		return;
	p->wrong++;
	print_error("%s (page %s) for %s: \"%s\": %.60s is not on the page\n", p->route->path,
	            p->route->page, p->who, key, text);
}

static void check(struct comparison *p, const cJSON *v, const char *key)
{
	const cJSON *c;
	if (!cJSON_IsObject(v) && !cJSON_IsArray(v)) {
		check_scalar(p, v, key);
		return;
	}
	cJSON_ArrayForEach(c, v)
		check(p, c, c->string ? c->string : key);
}

static void compare(struct everyone *e, struct comparison *p, const char *who, const char *path)
{
	struct client *c = &e->c;
	p->who = who ? who : "a stranger";
	if (client_get(c, who, path, false) != 200 || !strstr(c->r.type, "text/html"))
		return;
	char *html = strdup(client_body(c));
	assert_non_null(html);
	p->html = html;
	assert_int_equal(client_get(c, who, path, true), 200);
	cJSON *view = client_json(c);
	check(p, view, "");
	cJSON_Delete(view);
	free(html);
}

static void every_value_of_the_json_stands_on_the_page(void **state)
{
	struct everyone *e = *state;
	struct comparison p = { .words = load_words() };
	buf_init(&p.esc, 1 << 20);
	for (unsigned i = 0; i < routes_n; i++) {
		char path[300];
		p.route = &routes[i];
		if (p.route->method != HTTP_GET || !p.route->page)
			continue;
		for (unsigned k = 0; k < readers_n; k++) {
			everyone_path(e, p.route, AT_WANG, path);
			compare(e, &p, readers[k].who, path);
		}
	}
	assert_int_equal(p.wrong, 0);
	assert_in_range(p.values, 800, 1000000);
	buf_done(&p.esc);
	cJSON_Delete(p.words);
}

static void the_comparison_would_find_what_is_missing(void **state)
{
	static const struct route r = { .path = "/a control, which tells of two", .page = "control" };
	struct comparison p = {
		.words = load_words(), .html = "<p>Anna 已核实 &lt;b&gt; 12</p>", .route = &r, .who = "anybody"
	};
	static const char *const good[] = { "Anna", "verified", "<b>" }, *const bad[] = { "Otto", "voided" };
	(void)state;
	buf_init(&p.esc, 1 << 20);
	cJSON *v = cJSON_CreateObject();
	for (int i = 0; i < 3; i++)
		cJSON_AddStringToObject(v, "name", good[i]);
	cJSON_AddNumberToObject(v, "n", 12);
	check(&p, v, "");
	assert_int_equal(p.wrong, 0);
	assert_int_equal(p.values, 4);
	for (int i = 0; i < 2; i++)
		cJSON_AddStringToObject(v, "name", bad[i]);
	check(&p, v, "");
	assert_int_equal(p.wrong, 2);
	cJSON_Delete(v);
	cJSON_Delete(p.words);
	buf_done(&p.esc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_value_of_the_json_stands_on_the_page, everyone_setup,
		                                everyone_teardown),
		cmocka_unit_test(the_comparison_would_find_what_is_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
