#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/plate_code.h"

#define CODES 100

static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const struct key key_a = { { 0xa1, 7 } }, key_b = { { 0xb2, 9 } };

/* Numbers spread over the whole range, both ends included. */
static uint32_t spread(uint32_t i)
{
	return i == 0 ? 0 : i == 1 ? LIM_PLATES - 1 : i * 2654435761u % LIM_PLATES;
}

static void code_round_trips(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t hotel = spread(i), plate = spread(i * 7 + 3);
		char code[PLATE_CODE_TEXT], again[PLATE_CODE_TEXT];
		struct plate_ref ref;

		plate_code_make(&key_a, hotel, plate, code);
		assert_int_equal(strlen(code), PLATE_SYMBOLS);
		assert_int_equal(strspn(code, symbols), PLATE_SYMBOLS);
		assert_int_equal(plate_code_parse(code, &ref), VH_OK);
		assert_int_equal(ref.hotel, hotel);
		assert_int_equal(ref.plate, plate);
		assert_true(plate_code_check(&key_a, &ref));
		assert_false(plate_code_check(&key_b, &ref));
		plate_code_format(&ref, again);
		assert_string_equal(again, code);
	}
}

static void code_differs_by_hotel_plate_and_key(void **state)
{
	char a[PLATE_CODE_TEXT], b[PLATE_CODE_TEXT];

	(void)state;
	plate_code_make(&key_a, 1, 2, a);
	plate_code_make(&key_a, 2, 1, b);
	assert_memory_not_equal(a, b, 8);
	assert_memory_not_equal(a + 8, b + 8, 8);
	plate_code_make(&key_b, 1, 2, b);
	assert_memory_equal(a, b, 8);
	assert_memory_not_equal(a + 8, b + 8, 8);
}

/* The first eight symbols are the two numbers, so that they can be told without a computer. */
static void code_layout_is_fixed(void **state)
{
	char code[PLATE_CODE_TEXT];

	(void)state;
	plate_code_make(&key_a, 1, 31, code);
	assert_memory_equal(code, "0001000Z", 8);
	plate_code_make(&key_a, LIM_HOTELS - 1, 32, code);
	assert_memory_equal(code, "ZZZZ0010", 8);
}

static void no_changed_symbol_is_accepted(void **state)
{
	unsigned tried = 0;

	(void)state;
	for (uint32_t i = 0; i < CODES; i++) {
		char code[PLATE_CODE_TEXT], bad[PLATE_CODE_TEXT];
		struct plate_ref ref;

		plate_code_make(&key_a, spread(i), spread(i * 13 + 5), code);
		for (size_t at = 0; at < PLATE_SYMBOLS; at++) {
			memcpy(bad, code, sizeof(bad));
			for (size_t s = 0; s < sizeof(symbols) - 1; s++) {
				bad[at] = symbols[s];
				assert_int_equal(plate_code_parse(bad, &ref), VH_OK);
				assert_int_equal(plate_code_check(&key_a, &ref),
				                 symbols[s] == code[at]);
				tried++;
			}
		}
	}
	assert_int_equal(tried, CODES * PLATE_SYMBOLS * 32);
}

static void no_swapped_neighbours_are_accepted(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < CODES; i++) {
		char code[PLATE_CODE_TEXT];
		struct plate_ref ref;

		plate_code_make(&key_a, spread(i), spread(i * 17 + 1), code);
		for (size_t at = 1; at < PLATE_SYMBOLS; at++) {
			char bad[PLATE_CODE_TEXT];

			memcpy(bad, code, sizeof(bad));
			bad[at - 1] = code[at];
			bad[at] = code[at - 1];
			assert_int_equal(plate_code_parse(bad, &ref), VH_OK);
			assert_int_equal(plate_code_check(&key_a, &ref), code[at] == code[at - 1]);
		}
	}
}

static void typed_forms_are_forgiven(void **state)
{
	static const char *const same[] = {
		"0001000Z89ABCDEF", "0001000z89abcdef", "0001-000Z-89AB-CDEF",
		" 0001 000z 89ab cdef\r\n", "OOOI-OOOZ-89AB-CDEF", "oool-oooz-89ab-cdef",
		"０００１０００Ｚ８９ＡＢＣＤＥＦ", "０００１０００ｚ８９ａｂｃｄｅｆ",
		"0001\xe3\x80\x80" "000Z\xe2\x80\x93" "89AB－CDEF", "---0001000Z89ABCDEF---",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct plate_ref ref;
		char code[PLATE_CODE_TEXT], grouped[PLATE_GROUPED_TEXT];

		assert_int_equal(plate_code_parse(same[i], &ref), VH_OK);
		plate_code_format(&ref, code);
		assert_string_equal(code, "0001000Z89ABCDEF");
		plate_code_group(&ref, grouped);
		assert_string_equal(grouped, "0001-000Z-89AB-CDEF");
	}
}

static void other_texts_are_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "-", "0001000Z89ABCDE", "0001000Z89ABCDEF0", "0001000Z89ABCDEU",
		"0001000Z89ABCDE*", "0001000Z/9ABCDEF", "0001000Z89ABCDE\xff",
		"0001000Z89ABCDE\xef",
		"0001000Z89ABCDE\xef\xbc", "0001000Z89ABCDE室", "0001_000Z_89AB_CDEF",
		"0001000Z89ABCDEF\x7f", "00010００Z89ABCDE！",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct plate_ref ref = { .hotel = 77 };

		assert_int_equal(plate_code_parse(bad[i], &ref), VH_INVALID);
		assert_int_equal(ref.hotel, 77); /* untouched */
	}
}

static void numbers_out_of_range_never_check(void **state)
{
	struct plate_ref ref = { .hotel = LIM_HOTELS, .plate = 1 };

	(void)state;
	assert_false(plate_code_check(&key_a, &ref));
	ref = (struct plate_ref){ .hotel = 1, .plate = LIM_PLATES };
	assert_false(plate_code_check(&key_a, &ref));
}

static void base_is_upper_case_host_alone(void **state)
{
	static const struct {
		const char *url, *base;
		bool is_long;
	} good[] = {
		{ "https://plates.example", "HTTPS://PLATES.EXAMPLE", false },
		{ "HTTP://127.0.0.1:8080/", "HTTP://127.0.0.1:8080", false },
		{ "https://a2345678901234567.cn", "HTTPS://A2345678901234567.CN", false },
		{ "https://a23456789012345678.cn", "HTTPS://A23456789012345678.CN", true },
	};
	static const char *const bad[] = {
		"", "plates.example", "ftp://plates.example", "https://", "https:///",
		"https://a.cn/x",
		"https://[::1]:8080", "https://东新.example", "https://a_b.cn", "https://a.cn?",
		"https://:80",
		"https://a b.cn", "https://user@a.cn",
	};
	char base[PLATE_BASE_TEXT], far[100] = "https://";
	bool is_long;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(plate_base_parse(good[i].url, base, &is_long), VH_OK);
		assert_string_equal(base, good[i].base);
		assert_int_equal(is_long, good[i].is_long);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(plate_base_parse(bad[i], base, NULL), VH_INVALID);
	memset(far + 8, 'a', 64);
	assert_int_equal(plate_base_parse(far, base, NULL), VH_OK);
	far[8 + 64] = 'a';
	assert_int_equal(plate_base_parse(far, base, NULL), VH_LIMIT);
}

static void scanned_url_gives_the_code(void **state)
{
	static const char *const own[] = {
		"HTTPS://PLATES.EXAMPLE/R/0001000Z89ABCDEF",
		"https://plates.example/r/0001000z89abcdef",
		"http://Plates.Example/R/0001-000Z-89AB-CDEF", " 0001-000Z-89AB-CDEF",
		"\r\nHTTPS://PLATES.EXAMPLE/R/OOO1000Z89ABCDEF\r\n",
	};
	static const char *const other[] = {
		"https://plates.example.cn/r/0001000Z89ABCDEF",
		"https://plates.exampl/r/0001000Z89ABCDEF",
		"https://plates.example:81/r/0001000Z89ABCDEF",
	};
	static const char *const bad[] = {
		"https://plates.example/0001000Z89ABCDEF",
		"https://plates.example/r/0001000Z89ABCDE",
		"https://plates.example/r/0001000Z89ABCDEF/", "https://plates.example/r/",
		"https:///r/0001000Z89ABCDEF", "weixin://plates.example/r/0001000Z89ABCDEF",
		"https://plates.example/r/0001000Z89ABCDEF?x=1",
		"https://evil@plates.example/r/0001000Z89ABCDEF",
	};
	char base[PLATE_BASE_TEXT], url[PLATE_URL_TEXT];
	struct plate_ref ref;

	(void)state;
	assert_int_equal(plate_base_parse("https://plates.example", base, NULL), VH_OK);
	plate_url_format(base, "0001000Z89ABCDEF", url);
	assert_string_equal(url, own[0]);
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		assert_int_equal(plate_scan_parse(own[i], base, &ref), VH_OK);
		assert_int_equal(ref.plate, 31);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		assert_int_equal(plate_scan_parse(other[i], NULL, &ref), VH_OK);
		assert_int_equal(plate_scan_parse(other[i], base, &ref), VH_DENIED);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(plate_scan_parse(bad[i], base, &ref), VH_INVALID);
		assert_int_equal(plate_scan_parse(bad[i], NULL, &ref), VH_INVALID);
	}
}

static void serials_advance_their_letter(void **state)
{
	static const struct {
		uint32_t number;
		const char *text;
	} pair[] = {
		{ 0, "A00000" }, { 31, "A00031" }, { 99999, "A99999" }, { 100000, "B00000" },
		{ 100001, "B00001" }, { LIM_PLATES - 1, "K48575" },
	};
	static const char *const bad[] = {
		"", "A", "A0031", "A000311", "00031", "A0003X", "K48576", "Z00000", "-00031",
		"A 00031", "A00031x", "室00031",
	};
	uint32_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		char text[SERIAL_TEXT];

		serial_format(pair[i].number, text);
		assert_string_equal(text, pair[i].text);
		assert_int_equal(serial_parse(text, &number), VH_OK);
		assert_int_equal(number, pair[i].number);
	}
	assert_int_equal(serial_parse(" a00031\n", &number), VH_OK);
	assert_int_equal(number, 31);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(serial_parse(bad[i], &number), VH_INVALID);
	assert_int_equal(number, 31);
}

static int start(void **state)
{
	(void)state;
	return crypto_start() == VH_OK ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_round_trips),
		cmocka_unit_test(code_differs_by_hotel_plate_and_key),
		cmocka_unit_test(code_layout_is_fixed),
		cmocka_unit_test(no_changed_symbol_is_accepted),
		cmocka_unit_test(no_swapped_neighbours_are_accepted),
		cmocka_unit_test(typed_forms_are_forgiven),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(numbers_out_of_range_never_check),
		cmocka_unit_test(base_is_upper_case_host_alone),
		cmocka_unit_test(scanned_url_gives_the_code),
		cmocka_unit_test(serials_advance_their_letter),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
