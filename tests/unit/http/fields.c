/* Header readers, problem answers, the in-process call and the limiter of guesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "vh/http_util.h"
#include "vh/limits.h"

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new(LIM_ARENA);
	return a ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static struct http_req *with(const char *name, const char *value)
{
	struct http_req *q = req_make(a, HTTP_GET, "/");
	assert_non_null(q);
	if (value)
		assert_int_equal(req_header_add(q, name, value), VH_OK);
	return q;
}

static void cookie_is_found_among_others(void **state)
{
	(void)state;
	assert_string_equal(cookie_get(with("cookie", "lang=zh; __Host-s=abc; x=1"), "__Host-s"), "abc");
	assert_string_equal(cookie_get(with("cookie", "s=abc"), "s"), "abc");
	assert_string_equal(cookie_get(with("cookie", "a=b;s=abc "), "s"), "abc");
	assert_null(cookie_get(with("cookie", "xs=abc"), "s"));
	assert_null(cookie_get(with("cookie", "s2=abc"), "s"));
	assert_null(cookie_get(with("cookie", "s=abc; s=def"), "s"));
	assert_null(cookie_get(with("cookie", "s=a\"b"), "s"));
	assert_null(cookie_get(with("cookie", NULL), "s"));
}

static void cookie_is_set_with_its_guards(void **state)
{
	struct http_resp r;
	(void)state;
	resp_init(&r, a);
	cookie_set(&r, "__Host-s", "abc", true, 60);
	assert_string_equal(resp_header_get(&r, "set-cookie"),
	                    "__Host-s=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
	resp_reset(&r);
	cookie_set(&r, "s", "abc", false, -1);
	assert_string_equal(resp_header_get(&r, "set-cookie"), "s=abc; Path=/; HttpOnly; SameSite=Lax");
	assert_false(r.failed);
	cookie_set(&r, "s", "a;b", false, -1);
	assert_true(r.failed);
	resp_done(&r);
}

static void json_is_for_those_who_name_it(void **state)
{
	static const char *const yes[] = { "application/json", "text/html;q=0.5, application/json",
		                           "application/problem+json, */*", "APPLICATION/JSON;q=0.1" };
	static const char *const no[] = { "*/*", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
		                          "application/json;q=0", "text/html, application/json;q=0.9", "", "json" };
	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_true(wants_json(with("Accept", yes[i])));
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(wants_json(with("Accept", no[i])));
	assert_false(wants_json(with("Accept", NULL)));
	assert_true(wants_json(with("Content-Type", "application/json; charset=utf-8")));
	assert_true(wants_json(with("Authorization", "Bearer abc")));
	assert_false(wants_json(with("Content-Type", "application/x-www-form-urlencoded")));
}

static void language_is_the_cookie_then_the_header_then_chinese(void **state)
{
	(void)state;
	assert_string_equal(wants_lang(with("Accept-Language", NULL)), "zh");
	assert_string_equal(wants_lang(with("Accept-Language", "en-GB,en;q=0.8")), "en");
	assert_string_equal(wants_lang(with("Accept-Language", "fr, zh-CN;q=0.7, en;q=0.6")), "zh");
	assert_string_equal(wants_lang(with("Accept-Language", "zh;q=0.3, en;q=0.6")), "en");
	assert_string_equal(wants_lang(with("Accept-Language", "eng, de")), "zh");
	struct http_req *q = with("Accept-Language", "en");
	assert_int_equal(req_header_add(q, "Cookie", "lang=zh"), VH_OK);
	assert_string_equal(wants_lang(q), "zh");
	q = with("Cookie", "lang=xx");
	assert_string_equal(wants_lang(q), "zh");
}

static void idempotency_keys_come_bare_or_quoted(void **state)
{
	static const char *const good[] = { "\"8e03978e-40d5\"", "8e03978e-40d5" };
	static const char *const bad[] = { "", "\"\"", "a b", "a\"b", "a\\b", "\x7f",
		                           "12345678901234567890123456789012345678901234567890123456789012345" };
	char out[IDEM_KEY_TEXT];
	struct err e = { 0 };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(idem_key_parse(good[i], out, &e), VH_OK);
		assert_string_equal(out, "8e03978e-40d5");
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(idem_key_parse(bad[i], out, &e), VH_INVALID);
}

static void bearer_tokens_are_tokens(void **state)
{
	(void)state;
	assert_string_equal(bearer_token(with("Authorization", "Bearer abc-_.~+/=")), "abc-_.~+/=");
	assert_string_equal(bearer_token(with("Authorization", "bearer x")), "x");
	assert_null(bearer_token(with("Authorization", "Bearer ")));
	assert_null(bearer_token(with("Authorization", "Bearer a b")));
	assert_null(bearer_token(with("Authorization", "Basic abc")));
	assert_null(bearer_token(with("Authorization", NULL)));
}

static void problems_point_at_their_fields(void **state)
{
	struct http_resp r;
	struct err e = { 0 };
	(void)state;
	resp_init(&r, a);
	err_set(&e, VH_INVALID, "doc_check", "doc_no", "the check digit \"X\" does not fit");
	err_set(&e, VH_INVALID, "required", "a/b~c", "is needed");
	resp_problem(&r, 0, &e);
	assert_int_equal(r.status, 422);
	assert_string_equal(r.type, "application/problem+json");
	assert_string_equal(buf_str(&r.body),
	                    "{\"status\":422,\"title\":\"Unprocessable Content\",\"code\":\"doc_check\","
	                    "\"detail\":\"the check digit \\\"X\\\" does not fit\",\"errors\":["
	                    "{\"pointer\":\"#/doc_no\",\"code\":\"doc_check\","
	                    "\"detail\":\"the check digit \\\"X\\\" does not fit\"},"
	                    "{\"pointer\":\"#/a~1b~0c\",\"code\":\"required\",\"detail\":\"is needed\"}]}");
	resp_reset(&r);
	err_clear(&e);
	err_set(&e, VH_BUSY, "busy", "", "try again");
	resp_problem(&r, 0, &e);
	assert_int_equal(r.status, 503);
	assert_string_equal(resp_header_get(&r, "Retry-After"), "1");
	assert_non_null(strstr(buf_str(&r.body), "\"errors\":[]}"));
	resp_done(&r);
}

static int served, finished;

static enum http_go head(void *self, struct http_req *q, struct http_resp *r)
{
	q->body_max = *(size_t *)self;
	if (q->body_max)
		return HTTP_BODY;
	resp_text(r, 403, "no");
	return HTTP_ANSWER;
}

static void serve(void *self, struct http_req *q, struct http_resp *r)
{
	(void)self;
	(void)q;
	served++;
	resp_text(r, 200, "yes");
}

static void done(void *self, struct http_req *q, const struct http_resp *r)
{
	(void)self;
	(void)q;
	(void)r;
	finished++;
}

static void a_call_keeps_the_order_of_the_wire(void **state)
{
	static const struct {
		size_t max;
		int status, served;
	} step[] = { { 0, 403, 0 }, { 2, 413, 0 }, { 3, 200, 1 } };
	size_t max;
	const struct http_app app = { &max, head, serve, done };
	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct http_req *q = req_make(a, HTTP_POST, "/");
		struct http_resp r;
		served = finished = 0;
		max = step[i].max;
		q->body = "abc";
		q->body_n = 3;
		resp_init(&r, a);
		http_call(&app, q, &r);
		assert_int_equal(r.status, step[i].status);
		assert_int_equal(served, step[i].served);
		assert_int_equal(finished, 1);
		resp_done(&r);
	}
}

static void guesses_run_out_and_come_back(void **state)
{
	struct rate *r = rate_new(a, 60);
	(void)state;
	assert_non_null(r);
	for (int i = 0; i < 60; i++)
		assert_true(rate_take(r, "192.0.2.1", 1000));
	assert_false(rate_ok(r, "192.0.2.1", 1000));
	assert_false(rate_take(r, "192.0.2.1", 1500));
	assert_true(rate_ok(r, "192.0.2.2", 1500));
	assert_true(rate_ok(r, "192.0.2.1", 2000));
	assert_true(rate_take(r, "192.0.2.1", 2000));
	assert_false(rate_take(r, "192.0.2.1", 2000));
	assert_true(rate_take(r, "192.0.2.1", 70000));
	/* A clock that was set back does no harm. */
	assert_true(rate_take(r, "192.0.2.1", 10));
}

static void a_household_is_its_64(void **state)
{
	struct rate *r = rate_new(a, 2);
	(void)state;
	assert_true(rate_take(r, "2001:db8:0:1::1", 0));
	assert_true(rate_take(r, "2001:db8:0:1::2", 0));
	assert_false(rate_take(r, "2001:db8:0:1:ffff::3", 0));
	assert_true(rate_take(r, "2001:db8:0:2::1", 0));
}

static void a_flood_of_addresses_does_not_free_the_guilty(void **state)
{
	struct rate *r = rate_new(a, 5);
	char addr[32];
	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(rate_take(r, "192.0.2.1", 0));
	for (int i = 0; i < 20000; i++) {
		snprintf(addr, sizeof addr, "10.%d.%d.1", i / 250, i % 250);
		rate_take(r, addr, 0);
	}
	assert_false(rate_ok(r, "192.0.2.1", 0));
}

static void *guess(void *r)
{
	long got = 0;
	for (int i = 0; i < 1000; i++)
		got += rate_take(r, "192.0.2.1", 5);
	return (void *)got;
}

static void threads_share_one_bucket(void **state)
{
	struct rate *r = rate_new(a, 1500);
	pthread_t t[4];
	long sum = 0;
	(void)state;
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, guess, r);
	for (int i = 0; i < 4; i++) {
		void *got;
		pthread_join(t[i], &got);
		sum += (long)got;
	}
	assert_int_equal(sum, 1500);
}

static void gzip_gives_way_when_there_is_no_gain(void **state)
{
	struct buf out;
	unsigned seed = 1;
	char same[5000], mixed[300];
	(void)state;
	memset(same, 'a', sizeof same);
	for (size_t i = 0; i < sizeof mixed; i++)
		mixed[i] = (char)((seed = seed * 1103515245u + 12345u) >> 16);
	buf_init(&out, 1 << 20);
	buf_puts(&out, "x");
	assert_true(gzip_text(&out, same, sizeof same));
	assert_true(out.n < 200);
	size_t n = out.n;
	assert_false(gzip_text(&out, mixed, sizeof mixed));
	assert_int_equal(out.n, n);
	assert_true(buf_ok(&out));
	assert_true(gzip_text(&out, same, sizeof same));
	buf_done(&out);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(cookie_is_found_among_others),
		T(cookie_is_set_with_its_guards),
		T(json_is_for_those_who_name_it),
		T(language_is_the_cookie_then_the_header_then_chinese),
		T(idempotency_keys_come_bare_or_quoted),
		T(bearer_tokens_are_tokens),
		T(problems_point_at_their_fields),
		T(a_call_keeps_the_order_of_the_wire),
		T(guesses_run_out_and_come_back),
		T(a_household_is_its_64),
		T(a_flood_of_addresses_does_not_free_the_guilty),
		T(threads_share_one_bucket),
		T(gzip_gives_way_when_there_is_no_gain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
