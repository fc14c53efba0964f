#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vh/arena.h"
#include "vh/buf.h"
#include "vh/err.h"

static void arena_pieces_are_zeroed_and_aligned(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	for (size_t n = 0; n < 70; n++) {
		unsigned char *p = arena_alloc(a, n);
		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xee, n);
	}
	arena_reset(a);
	unsigned char *again = arena_alloc(a, 64);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(again[i], 0);
	arena_free(a);
}

static void arena_stops_at_its_cap(void **state)
{
	(void)state;
	struct arena *a = arena_new(100000);
	assert_non_null(arena_alloc(a, 90000));
	assert_false(arena_failed(a));
	assert_null(arena_alloc(a, 20000));
	assert_true(arena_failed(a));
	assert_non_null(arena_alloc(a, 1000));
	arena_reset(a);
	assert_false(arena_failed(a));
	assert_int_equal(arena_used(a), 0);
	arena_free(a);

	struct arena *small = arena_new(100);
	assert_non_null(arena_alloc(small, 64));
	assert_null(arena_alloc(small, 64));
	arena_free(small);
}

static void arena_refuses_sizes_that_overflow(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	assert_non_null(arena_array(a, 3, 5));
	assert_null(arena_array(a, SIZE_MAX / 2, 3));
	assert_null(arena_alloc(a, SIZE_MAX));
	assert_null(arena_dupn(a, "x", SIZE_MAX));
	assert_true(arena_failed(a));
	arena_free(a);
}

static void arena_copies_and_prints(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	assert_string_equal(arena_dup(a, "东新村"), "东新村");
	assert_null(arena_dup(a, NULL));
	assert_string_equal(arena_dupn(a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(a, "%s-%d", "A", 31), "A-31");
	arena_free(a);
}

static void arena_fault_hook_fails_the_nth_request(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	arena_fail_after(1, false);
	assert_non_null(arena_alloc(a, 8));
	assert_null(arena_alloc(a, 8));
	assert_non_null(arena_alloc(a, 8));
	assert_int_equal(arena_fail_after(0, true), 3);
	assert_null(arena_alloc(a, 8));
	assert_null(arena_alloc(a, 8));
	assert_null(arena_new(10));
	assert_int_equal(arena_fail_after(-1, false), 3);
	assert_non_null(arena_alloc(a, 8));
	arena_free(a);
}

static void buf_grows_to_its_ceiling_and_fails_stickily(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "%09d ", i);
	assert_true(buf_ok(&b));
	assert_int_equal(b.n, 1000);
	assert_int_equal(strlen(buf_str(&b)), 1000);
	buf_putc(&b, 'x');
	assert_false(buf_ok(&b));
	assert_int_equal(b.rc, VH_LIMIT);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	buf_puts(&b, "two");
	assert_string_equal(buf_str(&b), "two");
	buf_done(&b);
}

static void buf_without_memory_says_so_once(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, 1000);
	arena_fail_after(0, false);
	buf_puts(&b, "lost");
	buf_puts(&b, "also lost");
	arena_fail_after(-1, false);
	assert_int_equal(b.rc, VH_NOMEM);
	assert_null(buf_take(&b, NULL));
	buf_done(&b);
}

static void buf_take_gives_a_string_even_when_empty(void **state)
{
	(void)state;
	struct buf b;
	size_t n = 9;
	buf_init(&b, 10);
	char *p = buf_take(&b, &n);
	assert_string_equal(p, "");
	assert_int_equal(n, 0);
	buf_drop(p);
	buf_add(&b, "a\0b", 3);
	p = buf_take(&b, &n);
	assert_int_equal(n, 3);
	assert_memory_equal(p, "a\0b", 4);
	buf_drop(p);
	buf_done(&b);
}

static void err_keeps_the_first_code_and_whole_characters(void **state)
{
	(void)state;
	struct err e = { 0 };
	char text[400] = "";
	for (int i = 0; i < 90; i++)
		memcpy(text + 3 * i, "房", 3);
	assert_int_equal(err_set(&e, VH_CONFLICT, "room_full", "room", "%s", text), VH_CONFLICT);
	assert_int_equal(err_set(&e, VH_INVALID, "date", "since", "x"), VH_INVALID);
	assert_int_equal(e.rc, VH_CONFLICT);
	assert_string_equal(err_code(&e), "room_full");
	assert_int_equal(strlen(err_text(&e)), 198); /* 199 would end within a character */
	for (int i = 0; i < 20; i++)
		err_set(&e, VH_INVALID, "date", "since", "x");
	assert_int_equal(e.n, ERR_ITEMS);
	err_clear(&e);
	assert_string_equal(err_text(&e), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_pieces_are_zeroed_and_aligned),
		cmocka_unit_test(arena_stops_at_its_cap),
		cmocka_unit_test(arena_refuses_sizes_that_overflow),
		cmocka_unit_test(arena_copies_and_prints),
		cmocka_unit_test(arena_fault_hook_fails_the_nth_request),
		cmocka_unit_test(buf_grows_to_its_ceiling_and_fails_stickily),
		cmocka_unit_test(buf_without_memory_says_so_once),
		cmocka_unit_test(buf_take_gives_a_string_even_when_empty),
		cmocka_unit_test(err_keeps_the_first_code_and_whole_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
