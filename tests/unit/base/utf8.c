#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/utf8.h"

static struct arena *a;

static int set_up(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	return a ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

#define VALID(s) utf8_valid(s, sizeof(s) - 1)

static void valid_takes_every_length(void **state)
{
	(void)state;
	assert_true(VALID(""));
	assert_true(VALID("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"));
	assert_true(VALID("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
	assert_true(VALID("\xed\x9f\xbf\xee\x80\x80")); /* the neighbours of the surrogates */
}

static void valid_refuses_what_is_malformed(void **state)
{
	(void)state;
	assert_false(VALID("a\0b"));
	assert_false(VALID("\x80"));
	assert_false(VALID("\xbf\xbf"));
	assert_false(VALID("\xc0\xaf")); /* overlong */
	assert_false(VALID("\xc1\xbf"));
	assert_false(VALID("\xe0\x9f\xbf"));
	assert_false(VALID("\xf0\x8f\xbf\xbf"));
	assert_false(VALID("\xed\xa0\x80")); /* surrogates */
	assert_false(VALID("\xed\xbf\xbf"));
	assert_false(VALID("\xf4\x90\x80\x80")); /* beyond U+10FFFF */
	assert_false(VALID("\xf5\x80\x80\x80"));
	assert_false(VALID("\xff"));
	assert_false(VALID("\xe4\xb8")); /* cut */
	assert_false(VALID("\xe4\xb8x"));
	assert_false(utf8_valid("\xe4\xb8\xad", 2));
}

static void next_survives_malformed_bytes(void **state)
{
	(void)state;
	const char *p = "\xe4\xb8\xad\xe4\xb8";
	assert_int_equal(utf8_next(&p), 0x4e2d);
	assert_int_equal(utf8_next(&p), 0xfffd);
	assert_int_equal(utf8_next(&p), 0xfffd);
	assert_int_equal(utf8_next(&p), 0);
	assert_int_equal(utf8_next(&p), 0);
}

static void count_is_of_characters_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(utf8_count("韦娜a"), 3);
	assert_int_equal(utf8_count(""), 0);
	assert_int_equal(utf8_count("e\xcc\x81"), 2); /* a combining mark counts */
}

static void clean_folds_and_drops(void **state)
{
	(void)state;
	assert_string_equal(utf8_clean(a, "  韦　 娜\t"), "韦 娜");
	assert_string_equal(utf8_clean(a, "１２３ＡＢｃ（一）"), "123ABc(一)");
	assert_string_equal(utf8_clean(a, "a\xe2\x80\x8b" "b\xef\xbb\xbf"), "ab");
	assert_string_equal(utf8_clean(a, "x\xe2\x80\xaey\xe2\x81\xa6z"), "xyz"); /* bidi */
	assert_string_equal(utf8_clean(a, "a\x01\x7f\xc2\x9f" "b"), "ab");
	assert_string_equal(utf8_clean(a, "a\r\n\xc2\xa0 b"), "a b");
	assert_string_equal(utf8_clean(a, " \n"), "");
	assert_string_equal(utf8_clean(a, "\xff"), "\xef\xbf\xbd");
	assert_string_equal(utf8_clean(a, "a-b·c"), "a-b·c");
}

static void compact_makes_numbers_comparable(void **state)
{
	(void)state;
	assert_string_equal(utf8_compact(a, " 110105 1949-1231 002x "), "11010519491231002X");
	assert_string_equal(utf8_compact(a, "１１０－ｘ—y"), "110XY");
	assert_string_equal(utf8_compact(a, "3.10116E+17"), "3.10116E+17");
}

static void fold_makes_names_comparable(void **state)
{
	(void)state;
	assert_string_equal(utf8_fold(a, "阿依古丽·买买提"), utf8_fold(a, "阿依古丽•买买提 "));
	assert_string_equal(utf8_fold(a, "东新村（三组）17号"), "东新村三组17号");
	assert_string_equal(utf8_fold(a, "二〇一、号"), "二〇一号");
	assert_string_not_equal(utf8_fold(a, "张三"), utf8_fold(a, "张山"));
}

static void masks_show_only_what_they_may(void **state)
{
	(void)state;
	assert_string_equal(utf8_mask_name(a, "韦娜"), "韦*");
	assert_string_equal(utf8_mask_name(a, "阿依古丽·买买提"), "阿*");
	assert_string_equal(utf8_mask_name(a, ""), "");
	assert_string_equal(utf8_mask_tail(a, "420299196909170721"), "**************0721");
	assert_string_equal(utf8_mask_tail(a, "1234"), "****");
	assert_string_equal(utf8_mask_tail(a, "12345"), "*2345");
	assert_string_equal(utf8_mask_tail(a, "证件号一二三四"), "***一二三四");
	assert_string_equal(utf8_mask_tail(a, ""), "");
}

static void without_memory_nothing_is_returned(void **state)
{
	(void)state;
	arena_fail_after(0, true);
	assert_null(utf8_clean(a, "x"));
	assert_null(utf8_fold(a, "x"));
	assert_null(utf8_mask_name(a, "x"));
	assert_null(utf8_mask_tail(a, "x"));
	arena_fail_after(-1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_takes_every_length),
		cmocka_unit_test(valid_refuses_what_is_malformed),
		cmocka_unit_test(next_survives_malformed_bytes),
		cmocka_unit_test(count_is_of_characters_not_bytes),
		cmocka_unit_test(clean_folds_and_drops),
		cmocka_unit_test(compact_makes_numbers_comparable),
		cmocka_unit_test(fold_makes_names_comparable),
		cmocka_unit_test(masks_show_only_what_they_may),
		cmocka_unit_test(without_memory_nothing_is_returned),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
