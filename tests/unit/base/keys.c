#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "vh/keys.h"

static struct arena *a;
static char dir[] = "/tmp/vhkeysXXXXXX";
static char path[64], other[64];
static struct keyring *kr;
static struct err e;

static int set_up(void **state)
{
	(void)state;
	a = arena_new(1 << 20);
	if (!a || !mkdtemp(dir) || crypto_start() != VH_OK)
		return -1;
	snprintf(path, sizeof path, "%s/key", dir);
	snprintf(other, sizeof other, "%s/other", dir);
	err_clear(&e);
	return keys_create(path, &e) == VH_OK && keys_load(path, &kr, &e) == VH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	keys_free(kr);
	arena_free(a);
	unlink(path);
	unlink(other);
	rmdir(dir);
	memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
	return 0;
}

static void a_key_file_is_private_and_never_overwritten(void **state)
{
	(void)state;
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keys_create(path, &e), VH_CONFLICT);
	assert_string_equal(err_code(&e), "key_exists");
}

static void a_key_file_that_others_can_read_is_refused(void **state)
{
	(void)state;
	static const mode_t bad[] = { 0640, 0604, 0660, 0644, 0610 };
	struct keyring *k = NULL;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(chmod(path, bad[i]), 0);
		err_clear(&e);
		assert_int_equal(keys_load(path, &k, &e), VH_INVALID);
		assert_string_equal(err_code(&e), "key_mode");
		assert_non_null(strstr(err_text(&e), "chmod 600"));
	}
	assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(keys_load(path, &k, &e), VH_OK);
	keys_free(k);
}

static void a_service_credential_may_show_a_group_bit(void **state)
{
	(void)state;
	struct keyring *k = NULL;
	assert_int_equal(chmod(path, 0440), 0);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "/run/credentials/none", 1), 0);
	assert_int_equal(keys_load(path, &k, &e), VH_INVALID);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
	assert_int_equal(keys_load(path, &k, &e), VH_OK);
	keys_free(k);
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(keys_load(path, &k, &e), VH_INVALID);
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void put_other(const char *text)
{
	FILE *f = fopen(other, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(other, 0600), 0);
}

static void another_file_is_no_key_file(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "\n", "vhotel master key 1\n", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"vhotel master key 2\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"vhotel master key 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
		"vhotel master key 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n",
		"vhotel master key 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
	};
	struct keyring *k = NULL;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		put_other(bad[i]);
		err_clear(&e);
		assert_int_equal(keys_load(other, &k, &e), VH_INVALID);
		assert_string_equal(err_code(&e), "key_file");
	}
	put_other("vhotel master key 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
	assert_int_equal(keys_load(other, &k, &e), VH_OK);
	keys_free(k);
	assert_int_equal(unlink(other), 0);
	assert_int_equal(keys_load(other, &k, &e), VH_NOTFOUND);
	assert_int_equal(keys_load(dir, &k, &e), VH_INVALID);
}

static void the_recovery_text_brings_the_same_key_back(void **state)
{
	(void)state;
	struct keyring *k = NULL;
	unsigned char x[MAC_BYTES], y[MAC_BYTES];
	char *text = keys_recovery_text(a, kr);
	assert_int_equal(strlen(text), 14 * 4 + 13);
	for (char *p = text; *p; p++) { /* as typed from paper */
		if (*p == ' ')
			*p = '-';
		if (*p == '0')
			*p = 'o';
		if (*p == '1')
			*p = 'l';
	}
	assert_int_equal(keys_recover(text, other, &e), VH_OK);
	assert_int_equal(keys_load(other, &k, &e), VH_OK);
	keys_fingerprint(kr, x);
	keys_fingerprint(k, y);
	assert_memory_equal(x, y, MAC_BYTES);
	keys_free(k);
}

static void a_mistyped_recovery_text_makes_no_key(void **state)
{
	(void)state;
	char *text = keys_recovery_text(a, kr);
	for (size_t i = 0; text[i]; i++) {
		if (text[i] == ' ')
			continue;
		char was = text[i];
		text[i] = was == '7' ? '8' : '7';
		err_clear(&e);
		assert_int_equal(keys_recover(text, other, &e), VH_INVALID);
		assert_string_equal(err_code(&e), "recovery_sum");
		text[i] = was;
	}
	err_clear(&e);
	assert_int_equal(keys_recover("", other, &e), VH_INVALID);
	assert_string_equal(err_code(&e), "recovery_text");
	assert_int_equal(keys_recover(arena_printf(a, "%s7", text), other, &e), VH_INVALID);
	text[5] = 'U';
	assert_int_equal(keys_recover(text, other, &e), VH_INVALID);
	assert_int_equal(access(other, F_OK), -1);
	text[strlen(text) - 1] = '\0';
	assert_int_equal(keys_recover(text, other, &e), VH_INVALID);
}

static void wrapped_hotel_keys_open_only_for_their_hotel(void **state)
{
	(void)state;
	struct hotel_keys k, got = { 0 };
	struct keyring *stranger = NULL;
	struct blob w;
	hotel_keys_new(&k);
	assert_int_equal(hotel_keys_wrap(a, kr, 7, &k, &w), VH_OK);
	assert_int_equal(hotel_keys_unwrap(kr, 7, w, &got), VH_OK);
	assert_memory_equal(&k, &got, sizeof k);
	assert_int_equal(hotel_keys_unwrap(kr, 8, w, &got), VH_IO);
	assert_int_equal(hotel_keys_unwrap(kr, 7, (struct blob){ w.p, w.n - 1 }, &got), VH_IO);
	assert_int_equal(hotel_keys_unwrap(kr, 7, (struct blob){ 0 }, &got), VH_IO);
	assert_int_equal(keys_create(other, &e), VH_OK);
	assert_int_equal(keys_load(other, &stranger, &e), VH_OK);
	assert_int_equal(hotel_keys_unwrap(stranger, 7, w, &got), VH_IO);
	keys_free(stranger);
}

static void the_cache_holds_many_hotels(void **state)
{
	(void)state;
	enum { N = 3000 };
	struct hotel_keys k = { 0 }, got;
	assert_false(hotel_keys_get(kr, 1, &got));
	for (int64_t h = 1; h <= N; h++) {
		memcpy(k.data.b, &h, sizeof h);
		assert_int_equal(hotel_keys_put(kr, h << 22, &k), VH_OK);
	}
	for (int64_t h = 1; h <= N; h++) {
		assert_true(hotel_keys_get(kr, h << 22, &got));
		assert_memory_equal(got.data.b, &h, sizeof h);
	}
	assert_false(hotel_keys_get(kr, (N + 1) << 22, &got));
	assert_false(hotel_keys_get(kr, 0, &got));
	k.data.b[31] = 9;
	assert_int_equal(hotel_keys_put(kr, 1 << 22, &k), VH_OK);
	assert_true(hotel_keys_get(kr, 1 << 22, &got));
	assert_int_equal(got.data.b[31], 9);
}

static void node_keys_differ_by_purpose(void **state)
{
	(void)state;
	struct key x, y;
	keys_node(kr, "token", &x);
	keys_node(kr, "backup", &y);
	assert_memory_not_equal(&x, &y, sizeof x);
	keys_node(kr, "token", &y);
	assert_memory_equal(&x, &y, sizeof x);
}

static void blind_indexes_tell_field_and_hotel_apart(void **state)
{
	(void)state;
	unsigned char m[5][MAC_BYTES];
	blind_full(kr, "doc_no", 7, "E12345678", m[0]);
	blind_full(kr, "phone", 7, "E12345678", m[1]);
	blind_full(kr, "doc_no", 8, "E12345678", m[2]);
	blind_full(kr, "doc_no", 7, "E12345679", m[3]);
	for (int i = 0; i < 4; i++) {
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(m[i], m[j], MAC_BYTES);
	}
	blind_full(kr, "doc_no", 7, "E12345678", m[4]);
	assert_memory_equal(m[0], m[4], MAC_BYTES);
	assert_true(blind_short(kr, "name", 7, "韦娜", 10) < 1 << 10);
	assert_true(blind_short(kr, "name", 7, "韦娜", 24) >= 0);
	assert_int_equal(blind_short(kr, "name", 7, "韦娜", 24) & 1023,
	                 blind_short(kr, "name", 7, "韦娜", 10));
	assert_int_not_equal(blind_short(kr, "name", 7, "韦娜", 24),
	                     m[0][0] | m[0][1] << 8 | m[0][2] << 16);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_file_is_private_and_never_overwritten),
		TEST(a_key_file_that_others_can_read_is_refused),
		TEST(a_service_credential_may_show_a_group_bit),
		TEST(another_file_is_no_key_file),
		TEST(the_recovery_text_brings_the_same_key_back),
		TEST(a_mistyped_recovery_text_makes_no_key),
		TEST(wrapped_hotel_keys_open_only_for_their_hotel),
		TEST(the_cache_holds_many_hotels),
		TEST(node_keys_differ_by_purpose),
		TEST(blind_indexes_tell_field_and_hotel_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
