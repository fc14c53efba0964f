/* Codes, days, escapes and answers of upstreams of another kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vh/json.h"
#include "vh/limits.h"
#include "vh/xml.h"

#include "sync/shape.h"

static struct arena *a;

static int set_up(void **state)
{
	(void)state;
	json_hooks();
	a = arena_new(8 << 20);
	return a ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* --- pointers and XML -------------------------------------------------------------------------------------------- */

static void a_pointer_finds_what_it_names_and_nothing_else(void **state)
{
	(void)state;
	static const char text[] = "{\"a\":{\"b/c\":[10,{\"~\":\"x\"}],\"\":true},\"0\":\"z\"}";
	static const struct {
		const char *pointer, *want;
	} row[] = {
		{ "/a/b~1c/0", "10" }, { "/a/b~1c/1/~0", "x" }, { "/a/", "true" }, { "/0", "z" },
		{ "/a/b~1c/2", NULL }, { "/a/b~1c/00", NULL },  { "/a/b~1c/-1", NULL }, { "/a/b", NULL },
		{ "a", NULL },         { "/a", NULL },          { "/a/b~1c/0/1", NULL }, { "/A", NULL },
	};
	cJSON *root = NULL;
	struct err e = { .n = 0 };
	assert_int_equal(json_parse(text, strlen(text), &root, &e), VH_OK);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *got = shape_text(a, root, row[i].pointer);
		if ((got == NULL) != (row[i].want == NULL) || (got && strcmp(got, row[i].want)))
			fail_msg("%s: %s", row[i].pointer, got ? got : "nothing");
	}
	cJSON_Delete(root);
}

static void xml_reads_as_a_tree(void **state)
{
	(void)state;
	static const char text[] = "<?xml version='1.0'?>"
				   "<n:r xmlns:n='u' k='v'><w u='1' xmlns='z'> t </w><x> a &amp; b </x><x>2</x>"
				   "<y/>t<z><q>1</q></z></n:r>";
	struct err e = { .n = 0 };
	cJSON *root = NULL;
	struct buf b;
	assert_int_equal(xml_parse(text, strlen(text), &root, &e), VH_OK);
	buf_init(&b, 4096);
	json_print(&b, root);
	assert_string_equal(buf_str(&b),
	                    "{\"r\":{\"@k\":\"v\",\"w\":{\"@u\":\"1\",\"#text\":\"t\"},"
	                    "\"x\":[\"a & b\",\"2\"],\"y\":\"\",\"z\":{\"q\":\"1\"}}}");
	buf_done(&b);
	cJSON_Delete(root);
}

static void xml_that_lies_or_swells_is_refused(void **state)
{
	(void)state;
	char deep[400] = "";
	for (int i = 0; i < 60; i++)
		memcpy(deep + 3 * i, "<a>", 3);
	const struct {
		const char *text, *code;
	} row[] = {
		{ "<a>", "xml" },
		{ "<a></b>", "xml" },
		{ "", "xml" },
		{ "not xml", "xml" },
		{ "<html><p>503<br></html>", "xml" },
		{ "<a>\xff</a>", "xml" },
		{ "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml_dtd" },
		{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "xml_dtd" },
		{ deep, "xml_depth" },
	};
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		cJSON *root = NULL;
		struct err e = { .n = 0 };
		assert_int_not_equal(xml_parse(row[i].text, strlen(row[i].text), &root, &e), VH_OK);
		assert_string_equal(err_code(&e), row[i].code);
		assert_null(root);
	}
}

/* --- profiles ---------------------------------------------------------------------------------------------------- */

#define NAME "\\\"\\\\</x>&'{{code.zt}}\\u0001"
#define EVENT(sex, state, day) \
	"{\"person\":{\"sex\":" sex ",\"name\":\"" NAME "\"},\"stay\":{\"state\":\"" state "\",\"since\":" day "}}"

static struct profile *profile(const char *format, const char *envelope, const char *template)
{
	struct err e = { .n = 0 };
	struct profile *p = NULL;
	char *text = arena_printf(a,
	                          "{\"file\":{\"profile\":{\"format\":\"%s\",\"envelope\":\"%s\","
	                          "\"events\":\"stay.in stay.out\"},"
	                          "\"code zt\":{\"of\":\"/stay/state\",\"open\":\"1\",\"shut\":\"0\"},"
	                          "\"code xb\":{\"of\":\"/person/sex\",\"1\":\"M\",\"2\":\"F\",\"none\":\"-\"},"
	                          "\"date d\":{\"of\":\"/stay/since\",\"form\":\"%%Y%%m%%d %%H:%%M:%%S\"},"
	                          "\"answer\":{\"accepted\":\"http\"}},\"template\":\"%s\"}",
	                          format, envelope, template);
	assert_non_null(text);
	if (profile_parse(a, text, &p, &e) != VH_OK)
		fail_msg("%s", err_text(&e));
	return p;
}

static enum shape_fit fits(const struct profile *p, const char *type, const char *data, const char **why)
{
	const struct shape_place at = { a, "310116104205", 480 };
	const struct cloud_event ev = { .id = "7", .source = "s", .subject = "stays/1", .type = type, .key = "1",
		                        .sequence = "1", .epoch = "1", .data = data };
	struct err e = { .n = 0 };
	enum shape_fit fit;
	assert_int_equal(shape_fit(p, &at, &ev, &fit, why, &e), VH_OK);
	return fit;
}

#define IN "cn.vhotel.stay.in.v1"
#define JSON_ITEM \
	"{\\\"x\\\":\\\"{{code.zt}}{{code.xb}}\\\",\\\"d\\\":\\\"{{date.d}}\\\",\\\"n\\\":\\\"{{person.name}}\\\"}"

static void what_has_no_code_is_incomplete_and_never_guessed(void **state)
{
	(void)state;
	static const struct {
		const char *type, *data, *why;
		enum shape_fit want;
	} row[] = {
		{ IN, EVENT("1", "open", "\"2026-01-02\""), NULL, SHAPE_FITS },
		{ IN, EVENT("null", "shut", "\"2026-01-02T20:00:00.000Z\""), NULL, SHAPE_FITS },
		{ "cn.vhotel.room.added.v1", EVENT("1", "open", "\"2026-01-02\""), "room.added", SHAPE_SKIPPED },
		{ "cn.vhotel.stay.i.v1", EVENT("1", "open", "\"2026-01-02\""), "stay.i ", SHAPE_SKIPPED },
		{ IN, EVENT("3", "open", "\"2026-01-02\""), "xb: no code", SHAPE_INCOMPLETE },
		{ IN, EVENT("1", "Open", "\"2026-01-02\""), "zt: no code", SHAPE_INCOMPLETE },
		{ IN, EVENT("1", "", "\"2026-01-02\""), "zt: no code", SHAPE_INCOMPLETE },
		{ IN, EVENT("1", "open", "null"), "d: no day", SHAPE_INCOMPLETE },
		{ IN, EVENT("1", "open", "\"2026-02-30\""), "d: no day", SHAPE_INCOMPLETE },
		{ IN, "{\"stay\":{\"state\":\"open\",\"since\":\"2026-01-02\"}}", "person", SHAPE_INCOMPLETE },
		{ IN, "[]", "not an object", SHAPE_INCOMPLETE },
	};
	struct profile *p = profile("json", "array", JSON_ITEM);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *why = NULL;
		enum shape_fit got = fits(p, row[i].type, row[i].data, &why);
		if (got != row[i].want || (row[i].why && (!why || !strstr(why, row[i].why))))
			fail_msg("row %zu: %d: %s", i, got, why ? why : "-");
	}
	profile_done(p);
}

static void body_is(struct profile *p, const char *want)
{
	const struct shape_place at = { a, "310116104205", 480 };
	const struct cloud_event ev[2] = {
		{ .id = "7", .type = IN, .data = EVENT("1", "open", "\"2026-01-02\"") },
		{ .id = "8", .type = IN, .data = EVENT("2", "shut", "\"2026-01-02T20:00:07.000Z\"") },
	};
	for (int again = 0; again < 2; again++) {
		struct buf b;
		struct err e = { .n = 0 };
		buf_init(&b, LIM_SYNC_BODY);
		if (shape_body(p, &at, ev, 2, &b, &e) != VH_OK)
			fail_msg("%s", err_text(&e));
		assert_string_equal(buf_str(&b), want);
		buf_done(&b);
	}
	profile_done(p);
}

static void a_hostile_name_stays_in_its_place(void **state)
{
	(void)state;
	body_is(profile("json", "array", JSON_ITEM),
	        "[{\"x\":\"1M\",\"d\":\"20260102 00:00:00\",\"n\":\"\\\"\\\\</x>&'{{code.zt}}\\u0001\"},"
	        "{\"x\":\"0F\",\"d\":\"20260103 04:00:07\",\"n\":\"\\\"\\\\</x>&'{{code.zt}}\\u0001\"}]");
	body_is(profile("xml", "whole", "<r>{{#events}}<n o='{{event.order}}'>{{person.name}}</n>{{/events}}</r>"),
	        "<r><n o='1'>&quot;\\&lt;/x&gt;&amp;&#39;{{code.zt}}\xef\xbf\xbd</n>"
	        "<n o='2'>&quot;\\&lt;/x&gt;&amp;&#39;{{code.zt}}\xef\xbf\xbd</n></r>");
}

static void a_payload_that_cannot_be_read_again_does_not_go(void **state)
{
	(void)state;
	static const struct {
		const char *format, *template;
	} row[] = {
		{ "json", "{\\\"n\\\":\\\"{{{person.name}}}\\\"}" }, /* not escaped */
		{ "json", "{\\\"n\\\":{{person.name}}}" },
		{ "json", "{\\\"n\\\":1,\\\"n\\\":2}" },
		{ "json", "{\\\"n\\\":\\\"{{nobody}}\\\"}" },
		{ "xml", "<n>{{{person.name}}}</n>" },
		{ "xml", "<n>{{person.name}}</m>" },
	};
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct profile *p = profile(row[i].format, "each", row[i].template);
		const char *why = NULL;
		assert_int_equal(fits(p, IN, EVENT("1", "open", "\"2026-01-02\""), &why), SHAPE_INCOMPLETE);
		assert_non_null(why);
		profile_done(p);
	}
}

static void a_profile_with_a_slip_is_refused(void **state)
{
	(void)state;
	static const char *const row[] = {
		"{}",
		"{\"file\":{\"profile\":{\"formt\":\"json\"}}}",
		"{\"file\":{\"profile\":{\"auth\":\"digest\"}}}",
		"{\"file\":{\"profile\":{\"batch\":\"0\"}}}",
		"{\"file\":{\"profile\":{\"batch\":\"1x\"}}}",
		"{\"file\":{\"profile\":{\"cert\":\"x\"}}}",
		"{\"file\":{\"profile\":{\"out\":\"x\"}}}",
		"{\"file\":{\"profile\":{\"envelope\":\"each\"},\"answer\":{\"accepted\":\"http\"}}}",
		"{\"file\":{\"profile\":{\"envelope\":\"each\"}},\"template\":\"{}\"}",
		"{\"file\":{\"profile\":{\"envelope\":\"each\"},\"answer\":{\"accepted\":\"http\"}},"
		"\"template\":\"{{#x}}\"}",
		"{\"file\":{\"profile\":{\"envelope\":\"array\",\"format\":\"xml\"},"
		"\"answer\":{\"accepted\":\"http\"}},"
		"\"template\":\"<a/>\"}",
		"{\"file\":{\"profile\":{},\"code x\":{\"a\":\"b\"}}}",
		"{\"file\":{\"profile\":{},\"code x\":{\"of\":\"a\"}}}",
		"{\"file\":{\"profile\":{},\"date x\":{\"of\":\"/a\",\"form\":\"%q\"}}}",
		"{\"file\":{\"profile\":{},\"date x\":{\"of\":\"/a\",\"form\":\"%\"}}}",
		"{\"file\":{\"profile\":{},\"answer\":{\"word\":\"/a\"}}}",
		"{\"file\":{\"profile\":{},\"answer\":{\"list\":\"/a\"}}}",
		"{\"file\":{\"profile\":{},\"headers\":{\"Authorization\":\"x\"}}}",
		"{\"file\":{\"profile\":{},\"headers\":{\"a b\":\"x\"}}}",
		"{\"file\":{\"profile\":{},\"lot\":{\"id\":\"/a\"}}}",
		"{\"file\":{\"profile\":{},\"stuff\":{\"id\":\"/a\"}}}",
	};
	struct profile *p = NULL;
	struct err e = { .n = 0 };
	assert_int_equal(profile_parse(a, "{\"file\":{\"profile\":{}}}", &p, &e), VH_OK);
	profile_done(p);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		err_clear(&e);
		if (profile_parse(a, row[i], &p, &e) != VH_INVALID || strcmp(err_code(&e), "profile"))
			fail_msg("row %zu: %s %s", i, err_code(&e), err_text(&e));
	}
}

/* --- answers ----------------------------------------------------------------------------------------------------- */

static const struct profile_reading by_id = { .word = "/code", .ok = "0 200", .refused = "400", .list = "/data",
	.id = "/id", .status = "/st", .accepted = "0", .duplicate = "2", .rejected = "1", .detail = "/msg" };
static const struct profile_reading by_order = { .list = "/r", .order = true, .id = "/o", .status = "/c",
	.accepted = "0", .rejected = "*" };
static const struct profile_reading single = { .status = "/r/c", .accepted = "ok" };

/* What is said of the events 11, 12 and 13: a, d, r or ? for unknown; U unread, R refused as a whole. */
static void an_answer_settles_what_it_names_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const struct profile_reading *how;
		const char *body, *want;
	} row[] = {
		{ &by_id,
		  "{\"code\":0,\"data\":[{\"id\":\"12\",\"st\":2},{\"id\":11,\"st\":\"0\"},"
		  "{\"id\":\"13\",\"st\":1}]}",
		  "adr" },
		{ &by_id, "{\"code\":\"200\",\"data\":[{\"id\":\"13\",\"st\":0}]}", "??a" },
		{ &by_id, "{\"code\":0,\"data\":{\"id\":\"13\",\"st\":0}}", "??a" },
		{ &by_id, "{\"code\":0,\"data\":[{\"id\":\"13\",\"st\":0},"
		          "{\"id\":\"13\",\"st\":1}]}", "???" },
		{ &by_id, "{\"code\":0,\"data\":[{\"id\":\"13\",\"st\":0},"
		          "{\"id\":\"13\",\"st\":2}]}", "??a" },
		{ &by_id, "{\"code\":0,\"data\":[{\"id\":\"13\",\"st\":7}]}", "???" },
		{ &by_id, "{\"code\":0,\"data\":[{\"id\":\"99\",\"st\":0},null,3]}", "???" },
		{ &by_id, "{\"code\":0}", "???" },
		{ &by_id, "{\"code\":7,\"data\":[{\"id\":\"13\",\"st\":0}]}", "U" },
		{ &by_id, "{\"data\":[{\"id\":\"13\",\"st\":0}]}", "U" },
		{ &by_id, "{\"code\":400,\"msg\":\"no\"}", "R" },
		{ &by_order, "{\"r\":[{\"o\":\"3\",\"c\":\"0\"},{\"o\":\"1\",\"c\":\"31\"},"
		             "{\"o\":2,\"c\":0}]}", "raa" },
		{ &by_order, "{\"r\":[{\"o\":\"0\",\"c\":\"0\"},{\"o\":\"4\",\"c\":\"0\"},"
		             "{\"o\":\"01\",\"c\":0}]}", "???" },
		{ &by_order, "{\"r\":[{\"o\":\"-1\",\"c\":\"0\"},{\"o\":\"1\"},{\"c\":0}]}", "???" },
		{ &single, "{\"r\":{\"c\":\"ok\"}}", "aaa" },
		{ &single, "{\"r\":{\"c\":\"no\"}}", "???" },
	};
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct reply_item item[3] = { { .id = "11" }, { .id = "12" }, { .id = "13" } };
		const char *why = NULL;
		char got[4] = "";
		cJSON *root = NULL;
		struct err e = { .n = 0 };
		assert_int_equal(json_parse(row[i].body, strlen(row[i].body), &root, &e), VH_OK);
		enum shape_whole whole = shape_read(a, row[i].how, root, item, 3, &why);
		for (int k = 0; k < 3; k++)
			got[k] = "?adr"[item[k].state];
		const char *told = whole == WHOLE_ITEMS ? got : whole == WHOLE_UNREAD ? "U" : "R";
		if (strcmp(told, row[i].want))
			fail_msg("row %zu: %s, not %s", i, told, row[i].want);
		cJSON_Delete(root);
	}
}

static void a_word_is_one_of_the_list_or_not(void **state)
{
	(void)state;
	assert_true(profile_word("0 200", "200"));
	assert_true(profile_word(" a  b ", "b"));
	assert_true(profile_word("*", "x"));
	assert_false(profile_word("*", ""));
	assert_false(profile_word("0 200", "20"));
	assert_false(profile_word("0 200", "0 200"));
	assert_false(profile_word(NULL, "x"));
	assert_false(profile_word("x", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pointer_finds_what_it_names_and_nothing_else),
		cmocka_unit_test(xml_reads_as_a_tree),
		cmocka_unit_test(xml_that_lies_or_swells_is_refused),
		cmocka_unit_test(what_has_no_code_is_incomplete_and_never_guessed),
		cmocka_unit_test(a_hostile_name_stays_in_its_place),
		cmocka_unit_test(a_payload_that_cannot_be_read_again_does_not_go),
		cmocka_unit_test(a_profile_with_a_slip_is_refused),
		cmocka_unit_test(an_answer_settles_what_it_names_and_nothing_else),
		cmocka_unit_test(a_word_is_one_of_the_list_or_not),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
