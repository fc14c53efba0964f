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

static const struct cloud_event two[] = {
	{ .id = "101", .source = "/hotels/310116104205", .subject = "stays/7",
	  .type = "cn.vhotel.stay.checked-in.v1", .key = "55", .sequence = "1", .time = 1795219200123,
	  .data = "{\"room\":\"A \\\"1\\\"\",\"n\":[1,2]}" },
	{ .id = "102", .source = "/hotels/310116104205", .subject = "rooms/\"<&\n",
	  .type = "cn.vhotel.room.amended.v1", .key = "56", .sequence = "2", .time = 1795219201000,
	  .data = NULL },
};

static void a_batch_reads_back_as_it_was_written(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, LIM_SYNC_BODY);
	batch_open(&b);
	for (int i = 0; i < 2; i++)
		batch_add(&b, &two[i]);
	batch_close(&b);
	assert_true(buf_ok(&b));
	assert_non_null(strstr(buf_str(&b), "\"specversion\":\"1.0\",\"id\":\"101\""));
	assert_non_null(strstr(buf_str(&b), "\"time\":\"2026-11-21T00:00:00.123Z\",\"partitionkey\":\"55\""));
	struct cloud_event *got = NULL;
	size_t n = 0;
	struct err e = { .n = 0 };
	assert_int_equal(batch_parse(a, b.p, b.n, &got, &n, &e), VH_OK);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(got[i].id, two[i].id);
		assert_string_equal(got[i].source, two[i].source);
		assert_string_equal(got[i].subject, two[i].subject);
		assert_string_equal(got[i].type, two[i].type);
		assert_string_equal(got[i].key, two[i].key);
		assert_string_equal(got[i].sequence, two[i].sequence);
		assert_int_equal(got[i].time, two[i].time);
	}
	assert_string_equal(got[0].data, two[0].data);
	assert_null(got[1].data);
	buf_done(&b);
}

#define HEAD "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/hotels/1\",\"type\":\"t\""

static void envelopes_of_1_0_are_taken(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t n;
	} good[] = {
		{ "[]", 0 },
		{ " [ {" HEAD "} ] ", 1 },
		{ "[{" HEAD ",\"subject\":null,\"data\":null}]", 1 },
		{ "[{" HEAD ",\"time\":\"2026-11-21T08:00:00+08:00\",\"data\":\"text\"}]", 1 },
		{ "[{" HEAD ",\"datacontenttype\":\"application/json\",\"data\":{}},{" HEAD ",\"strange\":1}]", 2 },
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct cloud_event *got = NULL;
		size_t n = 9;
		struct err e = { .n = 0 };
		if (batch_parse(a, good[i].text, strlen(good[i].text), &got, &n, &e) != VH_OK)
			fail_msg("refused: %s: %s", good[i].text, err_text(&e));
		assert_int_equal(n, good[i].n);
	}
}

static void other_envelopes_are_refused_with_their_place(void **state)
{
	(void)state;
	static const struct {
		const char *text, *code, *field;
	} bad[] = {
		{ "", "json", NULL },
		{ "{}", "batch", "#" },
		{ "null", "batch", "#" },
		{ "[1]", "batch", "#/0/" },
		{ "[{" HEAD "},{}]", "batch", "#/1/specversion" },
		{ "[{\"specversion\":\"1.0\",\"source\":\"s\",\"type\":\"t\"}]", "batch", "#/0/id" },
		{ "[{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}]", "batch", "#/0/id" },
		{ "[{\"specversion\":\"1.0\",\"id\":7,\"source\":\"s\",\"type\":\"t\"}]", "batch", "#/0/id" },
		{ "[{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\"}]", "batch", "#/0/source" },
		{ "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"}]", "batch", "#/0/type" },
		{ "[{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}]",
		  "batch", "#/0/specversion" },
		{ "[{" HEAD ",\"data\":1,\"data_base64\":\"eA==\"}]", "batch", "#/0/data" },
		{ "[{" HEAD ",\"data_base64\":\"eA==\"}]", "batch", "#/0/data_base64" },
		{ "[{" HEAD ",\"time\":\"yesterday\"}]", "batch", "#/0/time" },
		{ "[{" HEAD ",\"datacontenttype\":\"text/xml\"}]", "batch", "#/0/datacontenttype" },
		{ "[{" HEAD ",\"id\":\"2\"}]", "json_twice", NULL },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cloud_event *got = NULL;
		size_t n = 9;
		struct err e = { .n = 0 };
		if (batch_parse(a, bad[i].text, strlen(bad[i].text), &got, &n, &e) != VH_INVALID)
			fail_msg("taken: %s", bad[i].text);
		assert_string_equal(err_code(&e), bad[i].code);
		if (bad[i].field)
			assert_string_equal(e.item[0].field, bad[i].field);
		assert_int_equal(n, 9);
	}
}

static void one_event_over_the_batch_limit_is_refused(void **state)
{
	(void)state;
	for (int extra = 0; extra < 2; extra++) {
		struct buf b;
		struct cloud_event *got = NULL;
		size_t n = 0;
		struct err e = { .n = 0 };
		buf_init(&b, LIM_SYNC_BODY);
		batch_open(&b);
		for (int i = 0; i < LIM_SYNC_BATCH + extra; i++)
			batch_add(&b, &two[i % 2]);
		batch_close(&b);
		assert_int_equal(batch_parse(a, b.p, b.n, &got, &n, &e), extra ? VH_LIMIT : VH_OK);
		buf_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_reads_back_as_it_was_written),
		cmocka_unit_test(envelopes_of_1_0_are_taken),
		cmocka_unit_test(other_envelopes_are_refused_with_their_place),
		cmocka_unit_test(one_event_over_the_batch_limit_is_refused),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
