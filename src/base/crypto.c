#include "vh/crypto.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "vh/buf.h"

enum { ALG_XCHACHA = 1, NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };
enum { TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES, PLACE_MAX = 200 };
enum { PWHASH_OPS = 2, PWHASH_MEM = 19 << 20, PWHASH_SLOTS = 2 };

_Static_assert(SEAL_OVER == 1 + NONCE + TAG, "the header states the overhead");
_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key size");
_Static_assert(PWHASH_TEXT >= crypto_pwhash_STRBYTES, "room for an encoded hash");
_Static_assert(SIGN_BYTES == crypto_sign_BYTES && SIGN_PUBLIC == crypto_sign_PUBLICKEYBYTES &&
               KEY_BYTES == crypto_sign_SEEDBYTES, "Ed25519 sizes");

/*
 * A sealed file: magic, the stream's header, then chunks of 64 KiB of text, each 17 bytes longer
 * than its text. The last chunk, which may be empty, carries the final tag: a file that was cut
 * between two chunks does not open.
 */
enum { CHUNK = 64 << 10, CHUNK_OVER = crypto_secretstream_xchacha20poly1305_ABYTES };
enum { STREAM_HEAD = crypto_secretstream_xchacha20poly1305_HEADERBYTES, MAGIC = 8 };
static const char file_magic[MAGIC + 1] = "VHSEAL1\n";

static atomic_int hashing;

enum vh_rc crypto_start(void)
{
	return sodium_init() < 0 ? VH_IO : VH_OK;
}

void random_bytes(void *p, size_t n)
{
	randombytes_buf(p, n);
}

uint32_t random_below(uint32_t n)
{
	return randombytes_uniform(n);
}

void random_token(char *out, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-_";
	random_bytes(out, n);
	for (size_t i = 0; i < n; i++)
		out[i] = letters[(unsigned char)out[i] & 63];
	out[n] = '\0';
}

/* `table|column|hotel|row`; a cut one would weaken the binding, so it is a bug. */
static size_t place_text(const struct place *at, char out[PLACE_MAX])
{
	size_t n = strlen(at->table), m = strlen(at->column);
	assert(n + m + 2 * I64_TEXT + 3 < PLACE_MAX);
	memcpy(out, at->table, n);
	out[n++] = '|';
	memcpy(out + n, at->column, m);
	n += m;
	out[n++] = '|';
	n += i64_text(at->hotel, out + n);
	out[n++] = '|';
	return n + i64_text(at->row, out + n);
}

enum vh_rc seal_bytes(struct arena *a, const struct key *k, const struct place *at, const void *p,
                      size_t n, struct blob *ret)
{
	if (!p || !n) {
		*ret = (struct blob){ 0 };
		return VH_OK;
	}
	unsigned char *out = n > SIZE_MAX - SEAL_OVER ? NULL : arena_alloc(a, n + SEAL_OVER);
	if (!out)
		return VH_NOMEM;
	char ad[PLACE_MAX];
	out[0] = ALG_XCHACHA;
	random_bytes(out + 1, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + NONCE, NULL, p, n, (unsigned char *)ad,
	                                           place_text(at, ad), NULL, out + 1, k->b);
	*ret = (struct blob){ .p = out, .n = n + SEAL_OVER };
	return VH_OK;
}

enum vh_rc seal_text(struct arena *a, const struct key *k, const struct place *at, const char *text,
                     struct blob *ret)
{
	return seal_bytes(a, k, at, text, text ? strlen(text) : 0, ret);
}

enum vh_rc open_bytes(struct arena *a, const struct key *k, const struct place *at,
                      struct blob sealed, struct blob *ret)
{
	if (!sealed.p || !sealed.n) {
		*ret = (struct blob){ 0 };
		return VH_OK;
	}
	if (sealed.n <= SEAL_OVER || sealed.p[0] != ALG_XCHACHA)
		return VH_IO;
	size_t n = sealed.n - SEAL_OVER;
	unsigned char *out = arena_alloc(a, n + 1);
	if (!out)
		return VH_NOMEM;
	char ad[PLACE_MAX];
	size_t ad_n = place_text(at, ad);
	const unsigned char *nonce = sealed.p + 1, *text = nonce + NONCE;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, text, n + TAG,
	                                               (unsigned char *)ad, ad_n, nonce, k->b))
		return VH_IO;
	*ret = (struct blob){ .p = out, .n = n };
	return VH_OK;
}

enum vh_rc open_text(struct arena *a, const struct key *k, const struct place *at,
                     struct blob sealed, char **ret)
{
	struct blob b;
	enum vh_rc rc = open_bytes(a, k, at, sealed, &b);
	if (rc != VH_OK)
		return rc;
	if (b.n && memchr(b.p, 0, b.n))
		return VH_IO;
	*ret = (char *)b.p; /* open_bytes leaves a NUL behind the bytes */
	return VH_OK;
}

void mac(const struct key *k, const void *p, size_t n, unsigned char out[MAC_BYTES])
{
	crypto_generichash(out, MAC_BYTES, p, n, k ? k->b : NULL, k ? KEY_BYTES : 0);
}

static void put_le64(unsigned char out[8], uint64_t n)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)(n >> (8 * i));
}

static void hash_number(crypto_generichash_state *st, uint64_t n)
{
	unsigned char b[8];
	put_le64(b, n);
	crypto_generichash_update(st, b, sizeof b);
}

void mac_parts(const struct key *k, const struct blob *part, size_t n,
               unsigned char out[MAC_BYTES])
{
	crypto_generichash_state st;
	crypto_generichash_init(&st, k ? k->b : NULL, k ? KEY_BYTES : 0, MAC_BYTES);
	hash_number(&st, n);
	for (size_t i = 0; i < n; i++) {
		hash_number(&st, part[i].n);
		crypto_generichash_update(&st, part[i].p, part[i].n);
	}
	crypto_generichash_final(&st, out, MAC_BYTES);
	wipe(&st, sizeof st);
}

/* Salt and personalisation keep derived keys apart from every mac() under the same key. */
void key_derive(const struct key *from, const char *label, int64_t number, struct key *ret)
{
	enum { PERSONAL = crypto_generichash_blake2b_PERSONALBYTES };
	static const unsigned char personal[PERSONAL] = "vhotel key";
	unsigned char salt[crypto_generichash_blake2b_SALTBYTES] = { 0 };
	assert(strlen(label) <= 40);
	put_le64(salt, (uint64_t)number);
	crypto_generichash_blake2b_salt_personal(ret->b, KEY_BYTES, (const unsigned char *)label,
	                                         strlen(label), from->b, KEY_BYTES, salt, personal);
}

static void sign_pair(const struct key *seed, unsigned char pub[SIGN_PUBLIC],
                      unsigned char secret[crypto_sign_SECRETKEYBYTES])
{
	crypto_sign_seed_keypair(pub, secret, seed->b);
}

void sign_public(const struct key *seed, unsigned char out[SIGN_PUBLIC])
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];
	sign_pair(seed, out, secret);
	wipe(secret, sizeof secret);
}

void sign_make(const struct key *seed, const void *p, size_t n, unsigned char out[SIGN_BYTES])
{
	unsigned char pub[SIGN_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];
	sign_pair(seed, pub, secret);
	crypto_sign_detached(out, NULL, p, n, secret);
	wipe(secret, sizeof secret);
}

bool sign_verify(const unsigned char pub[SIGN_PUBLIC], const void *p, size_t n,
                 const unsigned char sig[SIGN_BYTES])
{
	return crypto_sign_verify_detached(sig, p, n, pub) == 0;
}

bool same_bytes(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void sha256(const void *p, size_t n, unsigned char out[32])
{
	crypto_hash_sha256(out, p, n);
}

void sha512(const void *p, size_t n, unsigned char out[64])
{
	crypto_hash_sha512(out, p, n);
}

void hmac_sha256(const void *key, size_t key_n, const void *p, size_t n, unsigned char out[32])
{
	crypto_auth_hmacsha256_state st;
	crypto_auth_hmacsha256_init(&st, key, key_n);
	crypto_auth_hmacsha256_update(&st, p, n);
	crypto_auth_hmacsha256_final(&st, out);
	wipe(&st, sizeof st);
}

/* Each hash holds 19 MiB: the slots are what keeps memory small under a flood of logins. */
static bool slot_take(void)
{
	if (atomic_fetch_add(&hashing, 1) < PWHASH_SLOTS)
		return true;
	atomic_fetch_sub(&hashing, 1);
	return false;
}

static void slot_give(void)
{
	atomic_fetch_sub(&hashing, 1);
}

enum vh_rc pwhash_make(const char *secret, char out[PWHASH_TEXT])
{
	if (!slot_take())
		return VH_BUSY;
	int bad = crypto_pwhash_str_alg(out, secret, strlen(secret), PWHASH_OPS, PWHASH_MEM,
	                                crypto_pwhash_ALG_ARGON2ID13);
	slot_give();
	return bad ? VH_NOMEM : VH_OK;
}

enum vh_rc pwhash_verify(const char *hash, const char *secret)
{
	char unused[PWHASH_TEXT];
	if (!hash) {
		enum vh_rc rc = pwhash_make(secret, unused);
		return rc == VH_OK ? VH_DENIED : rc;
	}
	if (!slot_take())
		return VH_BUSY;
	errno = 0;
	int bad = crypto_pwhash_str_verify(hash, secret, strlen(secret));
	int why = errno;
	slot_give();
	if (!bad)
		return VH_OK;
	return why == ENOMEM ? VH_NOMEM : VH_DENIED;
}

char *base64_encode(struct arena *a, const void *p, size_t n)
{
	size_t len = n > SIZE_MAX / 2 ? SIZE_MAX :
	             sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
	char *out = arena_alloc(a, len);
	return out ? sodium_bin2base64(out, len, p, n, sodium_base64_VARIANT_ORIGINAL) : NULL;
}

enum vh_rc base64_decode(struct arena *a, const char *s, struct blob *ret)
{
	size_t len = strlen(s), n = 0;
	unsigned char *out = arena_alloc(a, len / 4 * 3 + 1);
	if (!out)
		return VH_NOMEM;
	if (sodium_base642bin(out, len / 4 * 3, s, len, NULL, &n, NULL,
	                      sodium_base64_VARIANT_ORIGINAL))
		return VH_INVALID;
	*ret = (struct blob){ .p = out, .n = n };
	return VH_OK;
}

void hex_encode(const void *p, size_t n, char *out)
{
	sodium_bin2hex(out, 2 * n + 1, p, n);
}

enum vh_rc hex_decode(const char *s, void *out, size_t n)
{
	size_t len = strlen(s), got = 0;
	if (len != 2 * n || strspn(s, "0123456789abcdefABCDEF") != len)
		return VH_INVALID;
	return sodium_hex2bin(out, n, s, len, NULL, &got, NULL) ? VH_INVALID : VH_OK;
}

struct copy {
	int in, out;
	unsigned char text[CHUNK], sealed[CHUNK + CHUNK_OVER];
	crypto_secretstream_xchacha20poly1305_state st;
};

/* Up to n bytes, fewer only at the end of the file. */
static enum vh_rc read_some(int fd, void *p, size_t n, size_t *ret_n)
{
	size_t got = 0;
	while (got < n) {
		ssize_t r = read(fd, (char *)p + got, n - got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return VH_IO;
		if (!r)
			break;
		got += (size_t)r;
	}
	*ret_n = got;
	return VH_OK;
}

static enum vh_rc write_all(int fd, const void *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return VH_IO;
		p = (const char *)p + w;
		n -= (size_t)w;
	}
	return VH_OK;
}

static enum vh_rc copy_sealing(struct copy *c, const struct key *k)
{
	unsigned char head[STREAM_HEAD], tag = 0;
	crypto_secretstream_xchacha20poly1305_init_push(&c->st, head, k->b);
	if (write_all(c->out, file_magic, MAGIC) != VH_OK ||
	    write_all(c->out, head, sizeof head) != VH_OK)
		return VH_IO;
	while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		size_t n;
		if (read_some(c->in, c->text, CHUNK, &n) != VH_OK)
			return VH_IO;
		if (n < CHUNK)
			tag = crypto_secretstream_xchacha20poly1305_TAG_FINAL;
		crypto_secretstream_xchacha20poly1305_push(&c->st, c->sealed, NULL, c->text, n,
		                                           NULL, 0, tag);
		if (write_all(c->out, c->sealed, n + CHUNK_OVER) != VH_OK)
			return VH_IO;
	}
	return VH_OK;
}

static enum vh_rc copy_opening(struct copy *c, const struct key *k)
{
	unsigned char head[MAGIC + STREAM_HEAD], tag = 0;
	size_t n;
	if (read_some(c->in, head, sizeof head, &n) != VH_OK || n < sizeof head ||
	    memcmp(head, file_magic, MAGIC) != 0 ||
	    crypto_secretstream_xchacha20poly1305_init_pull(&c->st, head + MAGIC, k->b))
		return VH_IO;
	while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		if (read_some(c->in, c->sealed, sizeof c->sealed, &n) != VH_OK || n < CHUNK_OVER)
			return VH_IO;
		if (crypto_secretstream_xchacha20poly1305_pull(&c->st, c->text, NULL, &tag,
		                                               c->sealed, n, NULL, 0) ||
		    write_all(c->out, c->text, n - CHUNK_OVER) != VH_OK)
			return VH_IO;
	}
	/* The final chunk is the last that may stand in the file. */
	return read_some(c->in, c->sealed, 1, &n) == VH_OK && n == 0 ? VH_OK : VH_IO;
}

enum vh_rc file_sync_dir(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];
	int n = slash == path ? 1 : slash ? (int)(slash - path) : 1;
	if ((size_t)n >= sizeof dir)
		return VH_IO;
	snprintf(dir, sizeof dir, "%.*s", n, slash ? path : ".");
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return VH_IO;
	enum vh_rc rc = fsync(fd) ? VH_IO : VH_OK;
	close(fd);
	return rc;
}

static enum vh_rc open_both(struct copy *c, const char *from, const char *to)
{
	struct stat st;
	/* Without O_NONBLOCK a FIFO would wait for whoever writes into it. */
	c->in = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c->in < 0)
		return errno == ENOENT ? VH_NOTFOUND : VH_IO;
	if (fstat(c->in, &st) || !S_ISREG(st.st_mode))
		return VH_IO;
	c->out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (c->out < 0)
		return errno == EEXIST ? VH_CONFLICT : VH_IO;
	return VH_OK;
}

/* Durable under its name, or gone: a failed copy must not look like a backup. */
static enum vh_rc finish(struct copy *c, const char *to, enum vh_rc rc)
{
	if (c->in >= 0)
		close(c->in);
	if (c->out < 0)
		return rc;
	if (rc == VH_OK && fsync(c->out))
		rc = VH_IO;
	if (close(c->out) && rc == VH_OK)
		rc = VH_IO;
	if (rc == VH_OK)
		rc = file_sync_dir(to);
	if (rc != VH_OK)
		unlink(to);
	return rc;
}

static enum vh_rc copy_file(const struct key *k, const char *from, const char *to,
                            enum vh_rc (*fn)(struct copy *c, const struct key *k))
{
	struct copy *c = alloc_should_fail() ? NULL : calloc(1, sizeof *c);
	if (!c)
		return VH_NOMEM;
	c->in = c->out = -1;
	enum vh_rc rc = open_both(c, from, to);
	if (rc == VH_OK)
		rc = fn(c, k);
	rc = finish(c, to, rc);
	wipe(c, sizeof *c);
	free(c);
	return rc;
}

enum vh_rc file_seal(const struct key *k, const char *from, const char *to)
{
	return copy_file(k, from, to, copy_sealing);
}

enum vh_rc file_open(const struct key *k, const char *from, const char *to)
{
	return copy_file(k, from, to, copy_opening);
}
