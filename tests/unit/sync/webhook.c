#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vh/crypto.h"
#include "vh/sync_wire.h"

/* The published example of Standard Webhooks. */
#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OTHER "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define AT 1614265330
#define AT_TEXT "1614265330"
#define BODY "{\"test\": 2432232314}"
#define SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

static struct arena *a;

static int set_up(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	return a && crypto_start() == VH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static struct webhook_keys keys(const char *text)
{
	struct webhook_keys k = { .n = 0 };
	assert_int_equal(webhook_keys_parse(a, text, &k), VH_OK);
	return k;
}

static enum vh_rc verify(const char *secrets, const char *signature, const char *body, int64_t now)
{
	struct webhook_keys k = keys(secrets);
	struct webhook_headers h = { .id = ID, .timestamp = AT_TEXT, .signature = signature };
	return webhook_verify(a, &k, &h, body, strlen(body), now);
}

static void signing_gives_the_published_value(void **state)
{
	(void)state;
	struct webhook_keys k = keys(SECRET);
	char *got = NULL;
	assert_int_equal(webhook_sign(a, &k, ID, AT, BODY, strlen(BODY), &got), VH_OK);
	assert_string_equal(got, SIGNATURE);
	assert_int_equal(webhook_sign(a, &k, "a.b", AT, BODY, strlen(BODY), &got), VH_INVALID);
	assert_int_equal(webhook_sign(a, &k, "", AT, BODY, strlen(BODY), &got), VH_INVALID);
}

static void verifying_takes_the_published_value_and_no_other_byte(void **state)
{
	(void)state;
	char body[] = BODY;
	assert_int_equal(verify(SECRET, SIGNATURE, body, AT), VH_OK);
	for (size_t i = 0; i < strlen(BODY); i++) {
		body[i] ^= 1;
		assert_int_equal(verify(SECRET, SIGNATURE, body, AT), VH_DENIED);
		body[i] ^= 1;
	}
	assert_int_equal(verify(OTHER, SIGNATURE, body, AT), VH_DENIED);
	assert_int_equal(verify(SECRET, SIGNATURE, BODY " ", AT), VH_DENIED);
}

static void the_clock_may_differ_by_300_seconds_and_not_by_301(void **state)
{
	(void)state;
	assert_int_equal(verify(SECRET, SIGNATURE, BODY, AT + 300), VH_OK);
	assert_int_equal(verify(SECRET, SIGNATURE, BODY, AT - 300), VH_OK);
	assert_int_equal(verify(SECRET, SIGNATURE, BODY, AT + 301), VH_DENIED);
	assert_int_equal(verify(SECRET, SIGNATURE, BODY, AT - 301), VH_DENIED);
}

static void any_of_several_signatures_and_keys_is_enough(void **state)
{
	(void)state;
	struct webhook_keys both = keys(OTHER " " SECRET);
	char *got = NULL;
	assert_int_equal(both.n, 2);
	assert_int_equal(webhook_sign(a, &both, ID, AT, BODY, strlen(BODY), &got), VH_OK);
	assert_non_null(strstr(got, " " SIGNATURE));
	assert_int_equal(verify(SECRET, got, BODY, AT), VH_OK);
	assert_int_equal(verify(OTHER, got, BODY, AT), VH_OK);
	assert_int_equal(verify(OTHER " " SECRET, SIGNATURE, BODY, AT), VH_OK);
	assert_int_equal(verify(SECRET, "v2,eA== v1a,eA== " SIGNATURE, BODY, AT), VH_OK);
	assert_int_equal(verify(SECRET, "v2,eA== v1a,eA==", BODY, AT), VH_DENIED);
	assert_int_equal(verify(SECRET, "v2" "," "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", BODY, AT),
	                 VH_DENIED);
}

static void headers_that_cannot_be_read_are_invalid(void **state)
{
	(void)state;
	static const struct webhook_headers bad[] = {
		{ NULL, AT_TEXT, SIGNATURE },     { "", AT_TEXT, SIGNATURE },
		{ "a.b", AT_TEXT, SIGNATURE },    { ID, NULL, SIGNATURE },
		{ ID, "", SIGNATURE },            { ID, "-1614265330", SIGNATURE },
		{ ID, "1614265330.0", SIGNATURE }, { ID, "99999999999999999999", SIGNATURE },
		{ ID, AT_TEXT, NULL },
	};
	struct webhook_keys k = keys(SECRET);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(webhook_verify(a, &k, &bad[i], BODY, strlen(BODY), AT), VH_INVALID);
	assert_int_equal(verify(SECRET, "", BODY, AT), VH_DENIED);
	assert_int_equal(verify(SECRET, "v1,", BODY, AT), VH_DENIED);
	assert_int_equal(verify(SECRET, "v1,!!!!", BODY, AT), VH_DENIED);
	assert_int_equal(verify(SECRET, "     ", BODY, AT), VH_DENIED);
}

static void secrets_of_another_form_or_length_are_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa==", /* 23 bytes */
		"whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SECRET "  " SECRET, SECRET " ",
		"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		SECRET " " SECRET " " SECRET " " SECRET " " SECRET,
	};
	struct webhook_keys k;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (webhook_keys_parse(a, bad[i], &k) != VH_INVALID)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(webhook_keys_parse(a, SECRET " " SECRET " " SECRET " " SECRET, &k), VH_OK);
	char *fresh = webhook_secret_new(a), *fresh2 = webhook_secret_new(a);
	assert_string_not_equal(fresh, fresh2);
	assert_int_equal(keys(fresh).key[0].n, 32);
}

static void the_digest_matches_the_published_ones(void **state)
{
	(void)state;
#define S256 "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
#define S512 "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
	static const char body[] = "{\"hello\": \"world\"}", other[] = "{\"hello\": \"World\"}";
	static const char *const good[] = { S256, S512, S256 ", " S512, "md5=:eA==:, " S256, " " S256 " " };
	static const char *const bad[] = { "", "md5=:eA==:", "sha-256", "sha-256=", "sha-256=::", "sha-256=:a:",
		"sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", S256 ",", "sha-256=:!!!!:" };
	char out[DIGEST_TEXT];
	content_digest(body, strlen(body), out);
	assert_string_equal(out, S256);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(content_digest_check(a, good[i], body, strlen(body)), VH_OK);
		assert_int_equal(content_digest_check(a, good[i], other, strlen(other)), VH_DENIED);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (content_digest_check(a, bad[i], body, strlen(body)) != VH_INVALID)
			fail_msg("not invalid: %s", bad[i]);
	assert_int_equal(content_digest_check(a, "sha-256=:eA==:", body, strlen(body)), VH_DENIED);
	assert_int_equal(content_digest_check(a, S256 ", sha-512=:eA==:", body, strlen(body)), VH_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signing_gives_the_published_value),
		cmocka_unit_test(verifying_takes_the_published_value_and_no_other_byte),
		cmocka_unit_test(the_clock_may_differ_by_300_seconds_and_not_by_301),
		cmocka_unit_test(any_of_several_signatures_and_keys_is_enough),
		cmocka_unit_test(headers_that_cannot_be_read_are_invalid),
		cmocka_unit_test(secrets_of_another_form_or_length_are_refused),
		cmocka_unit_test(the_digest_matches_the_published_ones),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
