/*
 * The cryptography of the house, over libsodium. The only files that include <sodium.h> are
 * crypto.c and keys.c.
 *
 * A sealed field is: 1 byte algorithm (1 = XChaCha20-Poly1305), 24 bytes nonce, ciphertext, 16
 * bytes tag. Its associated data is `table|column|hotel|row`, so a ciphertext moved to another
 * place does not open.
 */
#ifndef VH_CRYPTO_H
#define VH_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"

#define KEY_BYTES 32
#define MAC_BYTES 32
#define SEAL_OVER 41 /* bytes a sealed field is longer than its text */

struct key {
	unsigned char b[KEY_BYTES];
};
struct blob {
	const unsigned char *p;
	size_t n;
};
/* Where a sealed field lives; table and column are literals. */
struct place {
	const char *table, *column;
	int64_t hotel, row;
};

MUST enum vh_rc crypto_start(void); /* once per process, before anything here */

void random_bytes(void *p, size_t n);
uint32_t random_below(uint32_t n);
/* n characters of base64url for tokens: 22 carry 128 bits. out has n + 1. */
void random_token(char *out, size_t n);

/* NULL/0 text seals as NULL. VH_NOMEM. */
MUST enum vh_rc seal_text(struct arena *a, const struct key *k, const struct place *at,
                          const char *text, struct blob *ret);
MUST enum vh_rc seal_bytes(struct arena *a, const struct key *k, const struct place *at,
                           const void *p, size_t n, struct blob *ret);
/* VH_IO: altered, wrong key or wrong place. An empty blob opens as NULL. */
MUST enum vh_rc open_text(struct arena *a, const struct key *k, const struct place *at,
                          struct blob sealed, char **ret);
MUST enum vh_rc open_bytes(struct arena *a, const struct key *k, const struct place *at,
                           struct blob sealed, struct blob *ret);

/* BLAKE2b-256, keyed when k is not NULL. */
void mac(const struct key *k, const void *p, size_t n, unsigned char out[MAC_BYTES]);
/* BLAKE2b-256 over parts with their lengths, so that no two part lists meet. */
void mac_parts(const struct key *k, const struct blob *part, size_t n,
               unsigned char out[MAC_BYTES]);
/* A key of its own for a purpose, from a key: `label` at most 40 bytes. */
void key_derive(const struct key *from, const char *label, int64_t number, struct key *ret);
/* Ed25519, for receipts: a key pair from 32 secret bytes, and signatures over bytes. */
#define SIGN_PUBLIC 32
#define SIGN_BYTES 64
void sign_public(const struct key *seed, unsigned char out[SIGN_PUBLIC]);
void sign_make(const struct key *seed, const void *p, size_t n, unsigned char out[SIGN_BYTES]);
bool sign_verify(const unsigned char pub[SIGN_PUBLIC], const void *p, size_t n,
                 const unsigned char sig[SIGN_BYTES]);

bool same_bytes(const void *a, const void *b, size_t n); /* constant time */
void wipe(void *p, size_t n);

void sha256(const void *p, size_t n, unsigned char out[32]);
void sha512(const void *p, size_t n, unsigned char out[64]);
void hmac_sha256(const void *key, size_t key_n, const void *p, size_t n, unsigned char out[32]);

/*
 * Argon2id (19 MiB, t=2) as an encoded string; two at once, a third gets VH_BUSY. verify: VH_DENIED
 * when wrong; a NULL hash (no such account) takes as long as a real one and is VH_DENIED.
 */
#define PWHASH_TEXT 128
MUST enum vh_rc pwhash_make(const char *secret, char out[PWHASH_TEXT]);
MUST enum vh_rc pwhash_verify(const char *hash, const char *secret);

/* Standard base64 with padding; decode refuses anything else. */
MUST char *base64_encode(struct arena *a, const void *p, size_t n);
MUST enum vh_rc base64_decode(struct arena *a, const char *s, struct blob *ret);
void hex_encode(const void *p, size_t n, char *out); /* 2n + 1 bytes */
MUST enum vh_rc hex_decode(const char *s, void *out, size_t n);

/*
 * A whole file sealed in chunks (secretstream); `to` is made 0600, synced, and removed again on
 * failure. VH_NOTFOUND: no `from`; VH_CONFLICT: `to` exists and is left alone; VH_IO: altered, cut
 * off, wrong key, or the disk.
 */
MUST enum vh_rc file_seal(const struct key *k, const char *from, const char *to);
MUST enum vh_rc file_open(const struct key *k, const char *from, const char *to);
/* Sync the directory that holds path: a new or renamed file is durable only then. */
MUST enum vh_rc file_sync_dir(const char *path);

#endif
