#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/json.h"
#include "vh/limits.h"
#include "vh/sync_batch.h"

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

/* What each answer says of the events 11, 12 and 13: a, d, r or ? for unknown. */
static void each_answer_settles_what_it_names_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *body, *want;
	} row[] = {
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"},{\"id\":\"12\",\"status\":\"duplicate\"},"
		       "{\"id\":\"13\",\"status\":\"rejected\",\"code\":\"x\"}]}", "adr" },
		{ 202, "{\"results\":[{\"id\":\"13\",\"status\":\"accepted\"},"
		       "{\"id\":\"11\",\"status\":\"rejected\"}]}", "r?a" },
		{ 200, "{\"results\":[{\"id\":\"99\",\"status\":\"accepted\"},"
		       "{\"id\":\"12\",\"status\":\"accepted\"}]}", "?a?" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"},"
		       "{\"id\":\"11\",\"status\":\"accepted\"}]}", "a??" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"},"
		       "{\"id\":\"11\",\"status\":\"duplicate\"}]}", "a??" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"},"
		       "{\"id\":\"11\",\"status\":\"rejected\"}]}", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"rejected\"},"
		       "{\"id\":\"11\",\"status\":\"duplicate\"}]}", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"},"
		       "{\"id\":\"11\",\"status\":\"wat\"}]}", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"wat\"},"
		       "{\"id\":\"11\",\"status\":\"accepted\"}]}", "???" },
		{ 200, "{\"results\":["
		       "{\"id\":11,\"status\":\"accepted\"},null,7,[],{\"status\":\"accepted\"}]}", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":true},"
		       "{\"id\":\"12\",\"status\":\"Accepted\"}]}", "???" },
		{ 200, "{\"results\":{\"id\":\"11\",\"status\":\"accepted\"}}", "???" },
		{ 200, "[{\"id\":\"11\",\"status\":\"accepted\"}]", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"}]", "???" },
		{ 200, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\",\"id\":\"12\"}]}", "???" },
		{ 200, "{\"error\":\"database down\"}", "???" },
		{ 200, "<html>OK</html>", "???" },
		{ 200, "", "???" },
		{ 200, "accepted", "???" },
		{ 503, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"}]}", "???" },
		{ 302, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"}]}", "???" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct reply_item item[3] = { { .id = "11" }, { .id = "12" }, { .id = "13" } };
		char got[4] = "";
		reply_read(a, row[i].status, row[i].body, strlen(row[i].body), false, item, 3);
		for (int k = 0; k < 3; k++)
			got[k] = "?adr"[item[k].state];
		if (strcmp(got, row[i].want) != 0)
			fail_msg("row %zu: %s, not %s: %s", i, got, row[i].want, row[i].body);
	}
}

static void emptiness_is_a_yes_only_where_the_upstream_is_known_for_it(void **state)
{
	(void)state;
	static const struct {
		int status;
		bool known;
		const char *body;
		enum reply_state want;
	} row[] = {
		{ 200, true, "", REPLY_ACCEPTED },  { 204, true, "", REPLY_ACCEPTED },
		{ 200, true, " \r\n", REPLY_ACCEPTED }, { 202, true, "", REPLY_UNKNOWN },
		{ 200, false, "", REPLY_UNKNOWN },  { 204, false, "", REPLY_UNKNOWN },
		{ 200, true, "{}", REPLY_UNKNOWN }, { 500, true, "", REPLY_UNKNOWN },
		{ 302, true, "", REPLY_UNKNOWN },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct reply_item item[2] = { { .id = "1" }, { .id = "2" } };
		reply_read(a, row[i].status, row[i].body, strlen(row[i].body), row[i].known, item, 2);
		assert_int_equal(item[0].state, row[i].want);
		assert_int_equal(item[1].state, row[i].want);
	}
}

static void words_of_strangers_are_cleaned_and_cut(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, LIM_REPLY);
	buf_puts(&b, "{\"results\":[{\"id\":\"1\",\"status\":\"rejected\",");
	buf_puts(&b, "\"code\":\" a\\u001bb\\u202e \",\"detail\":\"");
	for (int i = 0; i < 300; i++)
		buf_puts(&b, "村");
	buf_puts(&b, "\",\"receipt\":\"r-1\"},{\"id\":\"2\",\"status\":\"accepted\",\"receipt\":\"");
	for (int i = 0; i <= LIM_FIELD; i++)
		buf_putc(&b, 'r');
	buf_puts(&b, "\"}]}");
	struct reply_item item[2] = { { .id = "1" }, { .id = "2" } };
	reply_read(a, 200, b.p, b.n, false, item, 2);
	assert_int_equal(item[0].state, REPLY_REJECTED);
	assert_string_equal(item[0].code, "ab");
	assert_int_equal(strlen(item[0].detail), 3 * LIM_TEXT);
	assert_string_equal(item[0].receipt, "r-1");
	assert_int_equal(item[1].state, REPLY_ACCEPTED);
	assert_null(item[1].receipt);
	buf_done(&b);
}

static void statuses_say_again_never_or_stop(void **state)
{
	(void)state;
	static const int again[] = { 100, 301, 302, 307, 308, 408, 409, 425, 429, 500, 502, 503, 504, 599, 600, 0 };
	static const int never[] = { 400, 402, 404, 405, 413, 415, 422, 451, 499 };
	static const int stop[] = { 401, 403, 410 };
	static const int items[] = { 200, 201, 202, 204, 299 };
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++)
		assert_int_equal(reply_kind(again[i]), REPLY_RETRY);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_int_equal(reply_kind(never[i]), REPLY_DEAD);
	for (size_t i = 0; i < sizeof(stop) / sizeof(stop[0]); i++)
		assert_int_equal(reply_kind(stop[i]), REPLY_STOP);
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		assert_int_equal(reply_kind(items[i]), REPLY_ITEMS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_settles_what_it_names_and_nothing_else),
		cmocka_unit_test(emptiness_is_a_yes_only_where_the_upstream_is_known_for_it),
		cmocka_unit_test(words_of_strangers_are_cleaned_and_cut),
		cmocka_unit_test(statuses_say_again_never_or_stop),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
