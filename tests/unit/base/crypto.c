#include <fcntl.h>
#include <pthread.h>
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

#include "vh/crypto.h"

static struct arena *a;
static char dir[] = "/tmp/vhcryptoXXXXXX";
static const struct key one = { { 1 } }, two = { { 2 } };

static int set_up(void **state)
{
	(void)state;
	a = arena_new(8 << 20);
	return a && mkdtemp(dir) ? (int)crypto_start() : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return rmdir(dir);
}

static const char *hex(const void *p, size_t n)
{
	char *out = arena_alloc(a, 2 * n + 1);
	assert_non_null(out);
	hex_encode(p, n, out);
	return out;
}

static const char *unhex(const char *s, size_t n)
{
	char *out = arena_alloc(a, n);
	assert_non_null(out);
	assert_int_equal(hex_decode(s, out, n), VH_OK);
	return out;
}

static void sha256_and_blake2b_match_published_digests(void **state)
{
	(void)state;
	unsigned char out[32];
	sha256("abc", 3, out);
	assert_string_equal(hex(out, 32),
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256("{\"hello\": \"world\"}", 18, out);
	assert_string_equal(base64_encode(a, out, 32), "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=");
	mac(NULL, "abc", 3, out); /* b2sum -l 256 */
	assert_string_equal(hex(out, 32),
	                    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	mac(NULL, "", 0, out);
	assert_string_equal(hex(out, 32),
	                    "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void hmac_sha256_matches_rfc_4231(void **state)
{
	(void)state;
	unsigned char out[32], key[131], data[50];
	memset(key, 0x0b, 20);
	hmac_sha256(key, 20, "Hi There", 8, out);
	assert_string_equal(hex(out, 32),
	                    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
	assert_string_equal(hex(out, 32),
	                    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 131);
	memset(data, 0xdd, 50);
	hmac_sha256(key, 20, data, 50, out);
	assert_string_equal(hex(out, 32),
	                    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	hmac_sha256(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
	assert_string_equal(hex(out, 32),
	                    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void a_webhook_signature_matches_the_standard_vector(void **state)
{
	(void)state;
	static const char signed_text[] =
		"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}";
	struct blob secret;
	unsigned char out[32];
	assert_int_equal(base64_decode(a, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &secret), VH_OK);
	hmac_sha256(secret.p, secret.n, signed_text, sizeof signed_text - 1, out);
	assert_string_equal(base64_encode(a, out, 32), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void base64_is_strict(void **state)
{
	(void)state;
	static const char *const text[] = { "", "f", "fo", "foo", "foob", "fooba", "foobar" };
	static const char *const code[] = { "",         "Zg==",     "Zm8=",    "Zm9v",
		                            "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	struct blob b;
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(base64_encode(a, text[i], strlen(text[i])), code[i]);
		assert_int_equal(base64_decode(a, code[i], &b), VH_OK);
		assert_int_equal(b.n, strlen(text[i]));
		assert_memory_equal(b.p, text[i], b.n);
	}
	static const char *const bad[] = { "Zg",    "Zg=",  "Zg===", "Zh==", " Zg==", "Zg== ", "Zm9v\n",
		                           "Zm9_", "Z m9v", "Zg==Zg==", "=" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(base64_decode(a, bad[i], &b), VH_INVALID);
}

static void hex_is_strict(void **state)
{
	(void)state;
	unsigned char b[2];
	assert_int_equal(hex_decode("0fFA", b, 2), VH_OK);
	assert_int_equal(b[0] << 8 | b[1], 0x0ffa);
	assert_int_equal(hex_decode("0ff", b, 2), VH_INVALID);
	assert_int_equal(hex_decode("0ffa0", b, 2), VH_INVALID);
	assert_int_equal(hex_decode("0fg0", b, 2), VH_INVALID);
	assert_int_equal(hex_decode("0f:a", b, 2), VH_INVALID);
}

static const struct place here = { "stay", "name", 7, 9 };

static void a_sealed_field_opens_only_in_its_place(void **state)
{
	(void)state;
	const struct place elsewhere[] = { { "stay", "name", 7, 10 }, { "stay", "name", 8, 9 },
		                           { "stay", "phone", 7, 9 }, { "person", "name", 7, 9 } };
	struct blob b, again;
	char *text = NULL;
	assert_int_equal(seal_text(a, &one, &here, "韦娜", &b), VH_OK);
	assert_int_equal(b.n, strlen("韦娜") + SEAL_OVER);
	assert_int_equal(b.p[0], 1);
	assert_int_equal(open_text(a, &one, &here, b, &text), VH_OK);
	assert_string_equal(text, "韦娜");
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(open_text(a, &one, &elsewhere[i], b, &text), VH_IO);
	assert_int_equal(open_text(a, &two, &here, b, &text), VH_IO);
	assert_int_equal(seal_text(a, &one, &here, "韦娜", &again), VH_OK);
	assert_memory_not_equal(b.p, again.p, b.n);
}

static void an_altered_or_cut_field_does_not_open(void **state)
{
	(void)state;
	struct blob b, out;
	assert_int_equal(seal_bytes(a, &one, &here, "abc", 3, &b), VH_OK);
	for (size_t i = 0; i < b.n; i++) {
		unsigned char *p = (unsigned char *)b.p;
		p[i] ^= 1;
		assert_int_equal(open_bytes(a, &one, &here, b, &out), VH_IO);
		p[i] ^= 1;
	}
	for (size_t n = 1; n < b.n; n++)
		assert_int_equal(open_bytes(a, &one, &here, (struct blob){ b.p, n }, &out), VH_IO);
	assert_int_equal(open_bytes(a, &one, &here, b, &out), VH_OK);
}

static void nothing_seals_as_nothing(void **state)
{
	(void)state;
	struct blob b = { (const unsigned char *)"x", 1 };
	char *text = dir;
	assert_int_equal(seal_text(a, &one, &here, NULL, &b), VH_OK);
	assert_null(b.p);
	assert_int_equal(open_text(a, &one, &here, b, &text), VH_OK);
	assert_null(text);
	assert_int_equal(seal_bytes(a, &one, &here, "a\0b", 3, &b), VH_OK);
	assert_int_equal(open_text(a, &one, &here, b, &text), VH_IO); /* not a text */
	arena_fail_after(0, false);
	assert_int_equal(seal_text(a, &one, &here, "x", &b), VH_NOMEM);
	arena_fail_after(-1, false);
}

static void macs_of_different_lists_differ(void **state)
{
	(void)state;
	const unsigned char *s = (const unsigned char *)"abcd";
	unsigned char m[5][32];
	mac_parts(&one, (const struct blob[]){ { s, 1 }, { s + 1, 2 } }, 2, m[0]);
	mac_parts(&one, (const struct blob[]){ { s, 2 }, { s + 2, 1 } }, 2, m[1]);
	mac_parts(&one, (const struct blob[]){ { s, 3 } }, 1, m[2]);
	mac_parts(&one, (const struct blob[]){ { s, 3 }, { NULL, 0 } }, 2, m[3]);
	mac(&one, s, 3, m[4]);
	for (int i = 0; i < 5; i++) {
		for (int j = 0; j < i; j++)
			assert_false(same_bytes(m[i], m[j], 32));
	}
	mac_parts(&one, (const struct blob[]){ { s, 1 }, { s + 1, 2 } }, 2, m[1]);
	assert_true(same_bytes(m[0], m[1], 32));
}

static void derived_keys_differ_by_label_number_and_key(void **state)
{
	(void)state;
	struct key k[5];
	key_derive(&one, "token", 0, &k[0]);
	key_derive(&one, "index", 0, &k[1]);
	key_derive(&one, "token", 1, &k[2]);
	key_derive(&two, "token", 0, &k[3]);
	mac(&one, "token", 5, k[4].b);
	for (int i = 0; i < 5; i++) {
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(&k[i], &k[j], KEY_BYTES);
	}
	key_derive(&one, "token", 0, &k[1]);
	assert_memory_equal(&k[0], &k[1], KEY_BYTES);
}

static void signatures_match_rfc_8032_and_hold_only_for_their_bytes(void **state)
{
	(void)state;
	struct key seed;
	unsigned char pub[SIGN_PUBLIC], sig[SIGN_BYTES];
	memcpy(seed.b, unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", 32),
	       32);
	sign_public(&seed, pub);
	assert_string_equal(hex(pub, 32),
	                    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
	sign_make(&seed, "\x72", 1, sig);
	assert_string_equal(hex(sig, 64), "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69"
	                                  "da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb"
	                                  "0c00");
	assert_true(sign_verify(pub, "\x72", 1, sig));
	assert_false(sign_verify(pub, "\x73", 1, sig));
	sig[5] ^= 1;
	assert_false(sign_verify(pub, "\x72", 1, sig));
}

static void tokens_are_long_and_new(void **state)
{
	(void)state;
	char x[23], y[23];
	random_token(x, 22);
	random_token(y, 22);
	assert_int_equal(strlen(x), 22);
	assert_string_not_equal(x, y);
	for (int i = 0; i < 1000; i++)
		assert_true(random_below(7) < 7);
}

static void passwords_verify_and_take_time_for_nobody_too(void **state)
{
	(void)state;
	char h[PWHASH_TEXT], other[PWHASH_TEXT];
	assert_int_equal(pwhash_make("483915", h), VH_OK);
	assert_int_equal(pwhash_make("483915", other), VH_OK);
	assert_string_not_equal(h, other);
	assert_memory_equal(h, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_int_equal(pwhash_verify(h, "483915"), VH_OK);
	assert_int_equal(pwhash_verify(h, "483916"), VH_DENIED);
	assert_int_equal(pwhash_verify(h, ""), VH_DENIED);
	assert_int_equal(pwhash_verify("not a hash", "483915"), VH_DENIED);
	assert_int_equal(pwhash_verify(NULL, "483915"), VH_DENIED);
}

static void *hash_once(void *arg)
{
	char h[PWHASH_TEXT];
	*(enum vh_rc *)arg = pwhash_make("secret", h);
	return NULL;
}

static void a_third_hash_at_once_is_busy(void **state)
{
	(void)state;
	enum { N = 8 };
	pthread_t t[N];
	enum vh_rc rc[N];
	int done = 0, busy = 0;
	for (int i = 0; i < N; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hash_once, &rc[i]), 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(pthread_join(t[i], NULL), 0);
		done += rc[i] == VH_OK;
		busy += rc[i] == VH_BUSY;
	}
	assert_int_equal(done + busy, N);
	assert_true(done >= 2);
	char h[PWHASH_TEXT];
	assert_int_equal(pwhash_make("secret", h), VH_OK); /* the slots came back */
}

static const char *in_dir(const char *name)
{
	return arena_printf(a, "%s/%s", dir, name);
}

static void put_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static char *get_file(const char *path, size_t *ret_n)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	char *p = arena_alloc(a, (size_t)st.st_size + 1);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	*ret_n = fread(p, 1, (size_t)st.st_size, f);
	fclose(f);
	return p;
}

static void files_seal_and_open_at_every_chunk_edge(void **state)
{
	(void)state;
	static const size_t size[] = { 0, 1, 65535, 65536, 65537, 200000 };
	const char *plain = in_dir("plain"), *sealed = in_dir("sealed"), *open = in_dir("open");
	char *text = arena_alloc(a, 200000);
	random_bytes(text, 200000);
	for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
		struct stat st;
		size_t n;
		put_file(plain, text, size[i]);
		assert_int_equal(file_seal(&one, plain, sealed), VH_OK);
		assert_int_equal(stat(sealed, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		assert_int_equal(file_open(&two, sealed, open), VH_IO);
		assert_int_equal(access(open, F_OK), -1);
		assert_int_equal(file_open(&one, sealed, open), VH_OK);
		const char *back = get_file(open, &n);
		assert_int_equal(n, size[i]);
		assert_memory_equal(back, text, n);
		assert_int_equal(file_seal(&one, plain, open), VH_CONFLICT);
		assert_int_equal(access(open, F_OK), 0);
		unlink(open);
		unlink(sealed);
	}
	unlink(plain);
	assert_int_equal(file_seal(&one, plain, sealed), VH_NOTFOUND);
	assert_int_equal(access(sealed, F_OK), -1);
}

static void a_cut_or_grown_file_does_not_open(void **state)
{
	(void)state;
	const char *plain = in_dir("plain"), *sealed = in_dir("sealed"), *open = in_dir("open");
	char *text = arena_alloc(a, 131072);
	size_t n;
	put_file(plain, text, 131072);
	assert_int_equal(file_seal(&one, plain, sealed), VH_OK);
	char *p = get_file(sealed, &n);
	const size_t cut[] = { 0, 7, 31, 32, 32 + 65553, 32 + 2 * 65553, n - 1 };
	for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
		put_file(sealed, p, cut[i]);
		assert_int_equal(file_open(&one, sealed, open), VH_IO);
		assert_int_equal(access(open, F_OK), -1);
	}
	put_file(sealed, p, n + 1); /* the arena's NUL as one byte more */
	assert_int_equal(file_open(&one, sealed, open), VH_IO);
	put_file(sealed, p, n);
	assert_int_equal(file_open(&one, sealed, open), VH_OK);
	unlink(open);
	unlink(sealed);
	assert_int_equal(mkfifo(sealed, 0600), 0); /* nobody ever writes into it */
	assert_int_equal(file_open(&one, sealed, open), VH_IO);
	assert_int_equal(access(open, F_OK), -1);
	unlink(plain);
	unlink(sealed);
	unlink(open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_and_blake2b_match_published_digests),
		cmocka_unit_test(hmac_sha256_matches_rfc_4231),
		cmocka_unit_test(a_webhook_signature_matches_the_standard_vector),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(hex_is_strict),
		cmocka_unit_test(a_sealed_field_opens_only_in_its_place),
		cmocka_unit_test(an_altered_or_cut_field_does_not_open),
		cmocka_unit_test(nothing_seals_as_nothing),
		cmocka_unit_test(macs_of_different_lists_differ),
		cmocka_unit_test(derived_keys_differ_by_label_number_and_key),
		cmocka_unit_test(signatures_match_rfc_8032_and_hold_only_for_their_bytes),
		cmocka_unit_test(tokens_are_long_and_new),
		cmocka_unit_test(passwords_verify_and_take_time_for_nobody_too),
		cmocka_unit_test(a_third_hash_at_once_is_busy),
		cmocka_unit_test(files_seal_and_open_at_every_chunk_edge),
		cmocka_unit_test(a_cut_or_grown_file_does_not_open),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
