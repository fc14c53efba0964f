#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vh/json.h"
#include "vh/limits.h"

static enum vh_rc parse(const char *text, size_t n, struct err *e)
{
	cJSON *v = NULL;
	err_clear(e);
	enum vh_rc rc = json_parse(text, n, &v, e);
	assert_true((rc == VH_OK) == (v != NULL));
	cJSON_Delete(v);
	return rc;
}

static void takes_what_the_grammar_allows(void **state)
{
	(void)state;
	static const char *const good[] = {
		"{}", "[]", " [ ] ", "null", "true", "false", "0", "-0", "1.5e+10", "1E-2", "-12.25",
		"\"\"", "{\"a\":1,\"b\":[1,2,{\"a\":null}]}", "\t{\r\n}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u97e6\\u5a1c\"", "\"\\ud83d\\ude00\"", "\"韦娜\"", "{\"a\":1,\"A\":2}",
		"[1e308]", "\"\x7f\"",
	};
	struct err e;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (parse(good[i], strlen(good[i]), &e) != VH_OK)
			fail_msg("%s: %s", good[i], err_text(&e));
	}
}

static void refuses_what_it_does_not(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "{", "}", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\"}", "{\"a\" 1}", "{a:1}", "{1:1}",
		"[1 2]", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "nul", "True",
		"'a'", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u123\"", "\"a\nb\"", "\"\t\"", "{} {}", "{}x",
		"[1]]", "// c\n1", "\"\\u0000\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"",
		"\"\\ud83dx\"", "\"\\ude00\\ud83d\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\xef\xbb\xbf{}",
		"[1e999]", "-1-", "1-2",
	};
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (parse(bad[i], strlen(bad[i]), &e) != VH_INVALID || !*err_code(&e))
			fail_msg("%s", bad[i]);
	}
	assert_int_equal(parse("{}\0", 3, &e), VH_INVALID);
	assert_int_equal(parse("\"a\0b\"", 5, &e), VH_INVALID);
	assert_int_equal(parse("[1]xx", 3, &e), VH_OK); /* not a byte beyond n is read */
	assert_int_equal(parse("[1]", 2, &e), VH_INVALID);
	assert_string_equal(err_code(&e), "json");
}

static void refuses_a_number_of_too_many_digits_as_a_number(void **state)
{
	(void)state;
	static const char *const shape[][2] = { { "", "" }, { "-", "" }, { "0.", "" }, { "1e", "" },
		                                { "[", "]" }, { "{\"a\":0.", "}" } };
	struct err e;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
		char digits[200], text[300];
		memset(digits, i == 3 ? '0' : '1', sizeof digits);
		for (size_t n = 50; n < sizeof digits; n++) {
			snprintf(text, sizeof text, "%s%.*s%s", shape[i][0], (int)n, digits,
			         shape[i][1]);
			enum vh_rc rc = parse(text, strlen(text), &e);
			if (rc != (n <= 57 ? VH_OK : VH_INVALID) && (n <= 57 || n > 60))
				fail_msg("%zu digits behind %s: %d", n, shape[i][0], rc);
			assert_true(rc == VH_OK || !strcmp(err_code(&e), "json"));
		}
	}
}

static void quotes_bytes_that_are_no_text_as_such(void **state)
{
	(void)state;
	static const char *const pair[][2] = {
		{ "\xff", "\"\xef\xbf\xbd\"" }, { "a\xc3", "\"a\xef\xbf\xbd\"" },
		{ "\x80\"\n韦\xe9", "\"\xef\xbf\xbd\\\"\\n韦\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "韦\xef\xbf\xbd\\", "\"韦\xef\xbf\xbd\\\\\"" },
	};
	struct err e;
	for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
		struct buf b;
		buf_init(&b, 100);
		json_quote(&b, pair[i][0]);
		assert_string_equal(buf_str(&b), pair[i][1]);
		assert_int_equal(parse(b.p, b.n, &e), VH_OK);
		buf_done(&b);
	}
}

static void refuses_a_member_that_stands_twice(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"{\"a\":1,\"a\":2}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "[{\"x\":{\"k\":1,\"k\":1}}]",
		"{\"\":1,\"\":2}",
	};
	struct err e;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(parse(bad[i], strlen(bad[i]), &e), VH_INVALID);
		assert_string_equal(err_code(&e), "json_twice");
	}
	const char *good = "[{\"k\":1},{\"k\":1}]";
	assert_int_equal(parse(good, strlen(good), &e), VH_OK);
}

static void refuses_depth_and_number_of_members(void **state)
{
	(void)state;
	struct err e;
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int over = 0; over < 2; over++) {
		buf_reset(&b);
		for (int i = 0; i < LIM_JSON_DEPTH + over; i++)
			buf_putc(&b, '[');
		for (int i = 0; i < LIM_JSON_DEPTH + over; i++)
			buf_putc(&b, ']');
		assert_int_equal(parse(b.p, b.n, &e), over ? VH_LIMIT : VH_OK);
		assert_string_equal(err_code(&e), over ? "json_depth" : "");
	}
	for (int over = 0; over < 2; over++) {
		buf_reset(&b);
		buf_puts(&b, "{\"0\":0");
		for (int i = 1; i < LIM_JSON_MEMBERS + over; i++)
			buf_printf(&b, ",\"%d\":0", i);
		buf_putc(&b, '}');
		assert_int_equal(parse(b.p, b.n, &e), over ? VH_LIMIT : VH_OK);
		assert_string_equal(err_code(&e), over ? "json_members" : "");
	}
	buf_done(&b);
}

static void prints_what_it_read(void **state)
{
	(void)state;
	static const char text[] =
		"{\"id\":\"7\",\"n\":[0,-1,1.5,9007199254740991,1e+300,0.1],\"t\":\"韦\\\"\\\\\\n\\u0001/\","
		"\"b\":[true,false,null],\"e\":{},\"f\":[]}";
	cJSON *v = NULL;
	struct err e = { 0 };
	struct buf b;
	buf_init(&b, 4096);
	assert_int_equal(json_parse(text, sizeof text - 1, &v, &e), VH_OK);
	json_print(&b, v);
	assert_string_equal(buf_str(&b), text);
	cJSON_Delete(v);
	v = cJSON_CreateNumber(INFINITY);
	buf_reset(&b);
	json_print(&b, v);
	assert_string_equal(buf_str(&b), "null");
	cJSON_Delete(v);
	buf_done(&b);
}

static void builds_a_view(void **state)
{
	(void)state;
	struct view v;
	struct buf b;
	buf_init(&b, 4096);
	assert_true(view_init(&v));
	view_id(&v, v.root, "id", INT64_MAX);
	view_id(&v, v.root, "none", 0);
	cJSON *list = view_arr(&v, v.root, "list");
	for (int i = 0; i < 2; i++) {
		cJSON *o = view_obj(&v, list, NULL);
		view_str(&v, o, "s", i ? "b" : NULL);
		view_num(&v, o, "n", i);
		view_bool(&v, o, "on", i);
		view_null(&v, o, "nil");
	}
	assert_false(v.failed);
	json_print(&b, v.root);
	assert_string_equal(buf_str(&b),
	                    "{\"id\":\"9223372036854775807\",\"none\":null,\"list\":["
	                    "{\"s\":null,\"n\":0,\"on\":false,\"nil\":null},"
	                    "{\"s\":\"b\",\"n\":1,\"on\":true,\"nil\":null}]}");
	view_str(&v, NULL, "lost", "x");
	assert_true(v.failed);
	view_done(&v);
	buf_done(&b);
}

/* Fails the first allocation, then the second, ... until the view is built untouched. */
static void a_view_without_memory_says_so(void **state)
{
	(void)state;
	json_hooks();
	bool done = false;
	int tries = 0;
	for (; !done; tries++) {
		struct view v;
		arena_fail_after(tries, true);
		if (view_init(&v)) {
			view_str(&v, view_obj(&v, v.root, "a"), "b", "c");
			view_id(&v, view_arr(&v, v.root, "l"), NULL, 7);
			done = !v.failed;
		}
		arena_fail_after(-1, false);
		view_done(&v);
	}
	assert_true(tries > 5);

	done = false;
	for (tries = 0; !done; tries++) {
		static const char text[] = "{\"a\":[1,\"x\"],\"b\":{\"c\":null,\"d\":1}}";
		struct err e = { 0 };
		cJSON *tree = NULL;
		arena_fail_after(tries, false);
		enum vh_rc rc = json_parse(text, sizeof text - 1, &tree, &e);
		arena_fail_after(-1, false);
		done = rc == VH_OK;
		if (!done)
			assert_int_equal(rc, VH_NOMEM);
		cJSON_Delete(tree);
	}
	assert_true(tries > 5);
	cJSON_InitHooks(NULL);
}

static void readers_do_not_mistake_types(void **state)
{
	(void)state;
	static const char text[] = "{\"s\":\"x\",\"n\":7,\"t\":true,\"id\":\"9007199254740993\","
				   "\"half\":1.5,\"bad\":\"7x\",\"big\":1e300,\"neg\":\"-5\"}";
	struct err e = { 0 };
	cJSON *o = NULL;
	assert_int_equal(json_parse(text, sizeof text - 1, &o, &e), VH_OK);
	assert_string_equal(json_str(o, "s"), "x");
	assert_null(json_str(o, "n"));
	assert_null(json_str(o, "S"));
	assert_true(json_is_true(o, "t"));
	assert_false(json_is_true(o, "n"));
	assert_int_equal(json_i64(o, "n", -1), 7);
	assert_true(json_i64(o, "id", -1) == INT64_C(9007199254740993));
	assert_int_equal(json_i64(o, "neg", -1), -5);
	assert_int_equal(json_i64(o, "half", -1), -1);
	assert_int_equal(json_i64(o, "bad", -1), -1);
	assert_int_equal(json_i64(o, "big", -1), -1);
	assert_int_equal(json_i64(o, "t", -1), -1);
	assert_int_equal(json_i64(o, "missing", -1), -1);
	cJSON_Delete(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_the_grammar_allows),
		cmocka_unit_test(refuses_what_it_does_not),
		cmocka_unit_test(refuses_a_member_that_stands_twice),
		cmocka_unit_test(refuses_a_number_of_too_many_digits_as_a_number),
		cmocka_unit_test(quotes_bytes_that_are_no_text_as_such),
		cmocka_unit_test(refuses_depth_and_number_of_members),
		cmocka_unit_test(prints_what_it_read),
		cmocka_unit_test(builds_a_view),
		cmocka_unit_test(a_view_without_memory_says_so),
		cmocka_unit_test(readers_do_not_mistake_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
