/* Files that may be packed: the same bytes come out, and nothing of a damaged one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "vh/gzip.h"

enum { BIG = 200000 };

/* Made by `printf 'ab\n' | gzip -n`. */
static const unsigned char ab[] = { 0x1f, 0x8b, 8, 0,    0,    0,    0, 0, 0, 3, 0x4b, 0x4c,
	                            0xe2, 2,    0, 0x3e, 0x98, 0x4a, 1, 3, 0, 0, 0 };

static char path[64];

static int make(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/vhotel-gunzip-XXXXXX");
	int fd = mkstemp(path);
	return fd < 0 || close(fd);
}

static int drop(void **state)
{
	(void)state;
	return unlink(path);
}

static enum vh_rc reads(const void *p, size_t n, size_t cap, struct buf *b)
{
	struct err e = { 0 };
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	buf_init(b, cap);
	return gunzip_file(path, b, &e);
}

static void gunzip_reads_packed_and_plain(void **state)
{
	struct buf b;
	(void)state;
	assert_int_equal(reads(ab, sizeof ab, 100, &b), VH_OK);
	assert_string_equal(buf_str(&b), "ab\n");
	buf_done(&b);
	assert_int_equal(reads("plain,甲\n", 10, 100, &b), VH_OK);
	assert_string_equal(buf_str(&b), "plain,甲\n");
	buf_done(&b);
	assert_int_equal(reads("", 0, 100, &b), VH_OK);
	assert_int_equal(b.n, 0);
	buf_done(&b);
}

static void gunzip_refuses_every_cut_and_flip(void **state)
{
	(void)state;
	for (size_t cut = 3; cut < sizeof ab; cut++) {
		struct buf b;
		assert_int_equal(reads(ab, cut, 100, &b), VH_INVALID);
		buf_done(&b);
	}
	for (size_t i = 10; i < sizeof ab; i++) {
		struct buf b;
		unsigned char bad[sizeof ab];
		memcpy(bad, ab, sizeof ab);
		bad[i] ^= 1; /* no bit of the padding */
		assert_int_not_equal(reads(bad, sizeof bad, 100, &b), VH_OK);
		buf_done(&b);
	}
}

static void gunzip_stops_at_the_ceiling(void **state)
{
	struct buf b;
	char *big = calloc(1, BIG);
	(void)state;
	assert_non_null(big);
	assert_int_equal(reads(big, BIG, BIG, &b), VH_OK);
	assert_int_equal(b.n, BIG);
	buf_done(&b);
	assert_int_equal(reads(big, BIG, BIG - 1, &b), VH_LIMIT);
	buf_done(&b);
	free(big);
}

static void gunzip_names_a_file_that_is_not_there(void **state)
{
	struct err e = { 0 };
	struct buf b;
	(void)state;
	buf_init(&b, 10);
	assert_int_equal(gunzip_file("/nowhere/at/all", &b, &e), VH_NOTFOUND);
	assert_string_equal(err_code(&e), "file");
	buf_done(&b);
}

static void gzip_comes_back_whole_or_not_at_all(void **state)
{
	(void)state;
	struct buf packed, b;
	char *big = calloc(1, BIG);
	assert_non_null(big);
	memcpy(big + BIG / 2, "plain", 5);
	buf_init(&packed, BIG);
	assert_int_equal(gzip_bytes(big, BIG, &packed), VH_OK);
	assert_true(packed.n < BIG / 10);
	buf_init(&b, BIG);
	assert_int_equal(gunzip_bytes(packed.p, packed.n, &b), VH_OK);
	assert_int_equal(b.n, BIG);
	assert_memory_equal(b.p, big, BIG);
	buf_done(&b);
	buf_init(&b, BIG - 1);
	assert_int_equal(gunzip_bytes(packed.p, packed.n, &b), VH_LIMIT); /* a bomb */
	buf_done(&b);
	buf_init(&b, BIG);
	for (size_t cut = 0; cut < packed.n; cut += packed.n / 9) {
		assert_int_equal(gunzip_bytes(packed.p, cut, &b), VH_INVALID);
		buf_reset(&b);
	}
	buf_add(&packed, "x", 1);
	assert_int_equal(gunzip_bytes(packed.p, packed.n, &b), VH_INVALID); /* something behind it */
	buf_done(&b);
	buf_init(&b, 3);
	assert_int_equal(gzip_bytes(big, 5, &b), VH_LIMIT);
	buf_done(&b);
	buf_done(&packed);
	free(big);
}

static long most_kib(void)
{
	struct rusage u;
	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

static void a_bomb_takes_no_more_than_its_ceiling(void **state)
{
	enum { BOMB = 64 << 20, CEILING = 512 << 10 };
	struct buf packed, b;
	(void)state;
	char *big = calloc(1, BOMB);
	assert_non_null(big);
	buf_init(&packed, BOMB / 100);
	assert_int_equal(gzip_bytes(big, BOMB, &packed), VH_OK);
	free(big);
	long before = most_kib();
	buf_init(&b, CEILING);
	assert_int_equal(gunzip_bytes(packed.p, packed.n, &b), VH_LIMIT);
	assert_true(b.n <= CEILING);
	assert_true(most_kib() - before < 4 * (CEILING >> 10));
	buf_done(&b);
	buf_done(&packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gunzip_reads_packed_and_plain),
		cmocka_unit_test(gunzip_refuses_every_cut_and_flip),
		cmocka_unit_test(gunzip_stops_at_the_ceiling),
		cmocka_unit_test(gunzip_names_a_file_that_is_not_there),
		cmocka_unit_test(gzip_comes_back_whole_or_not_at_all),
		cmocka_unit_test(a_bomb_takes_no_more_than_its_ceiling),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
