#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/crypto.h"
#include "vh/totp.h"

static const char secret[] = "12345678901234567890"; /* of RFC 6238, appendix B */

static void codes_match_rfc_6238(void **state)
{
	(void)state;
	static const struct {
		int64_t s;
		const char *code;
	} row[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
		    { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char out[TOTP_TEXT];
		assert_int_equal(totp_code(secret, 20, row[i].s * 1000, out), VH_OK);
		assert_string_equal(out, row[i].code);
	}
}

static void a_code_holds_within_its_window(void **state)
{
	(void)state;
	int64_t now = INT64_C(1234567890000), step = 0;
	assert_int_equal(totp_verify(secret, 20, "005924", now, 1, &step), VH_OK);
	assert_int_equal(step, 41152263);
	assert_int_equal(totp_verify(secret, 20, "005924", now + 30000, 1, &step), VH_OK);
	assert_int_equal(step, 41152263);
	assert_int_equal(totp_verify(secret, 20, "005924", now - 30000, 1, &step), VH_OK);
	step = 0;
	assert_int_equal(totp_verify(secret, 20, "005924", now + 60000, 1, &step), VH_DENIED);
	assert_int_equal(totp_verify(secret, 20, "005924", now + 30000, 0, &step), VH_DENIED);
	assert_int_equal(totp_verify(secret, 20, "005925", now, 1, &step), VH_DENIED);
	assert_int_equal(totp_verify(secret, 20, "", now, 1, &step), VH_DENIED);
	assert_int_equal(totp_verify(secret, 20, "0059240", now, 1, &step), VH_DENIED);
	assert_int_equal(totp_verify(secret, 0, "005924", now, 1, &step), VH_IO);
	assert_int_equal(step, 0);
}

static void the_secret_reads_as_base_32(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	assert_string_equal(totp_secret_text(a, secret, 20), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_string_equal(totp_secret_text(a, "foobar", 6), "MZXW6YTBOI");
	assert_string_equal(totp_secret_text(a, "f", 1), "MY");
	assert_string_equal(totp_secret_text(a, "", 0), "");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_match_rfc_6238),
		cmocka_unit_test(a_code_holds_within_its_window),
		cmocka_unit_test(the_secret_reads_as_base_32),
	};
	return crypto_start() == VH_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
