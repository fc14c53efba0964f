/*
 * The keyring: one master key in a 0600 file, wrapping one data key and one plate key per hotel.
 *
 * The master key never touches the database. Every other key of the node is derived from it by
 * purpose; a hotel's two keys are random, sealed by the master key in the hotel's row, and travel
 * with the hotel when registries merge.
 */
#ifndef VH_KEYS_H
#define VH_KEYS_H

#include "vh/crypto.h"

struct keyring;
struct hotel_keys {
	struct key data;  /* seals the fields of this hotel */
	struct key plate; /* MAC of its plate codes */
};

/* Make a new key file: 0600, never over an existing one (VH_CONFLICT). */
MUST enum vh_rc keys_create(const char *path, struct err *e);
/* VH_INVALID: not a key file, or readable by others; the words say which and what to do. */
MUST enum vh_rc keys_load(const char *path, struct keyring **ret, struct err *e);
void keys_free(struct keyring *kr);
/* The key as groups of letters for the printed recovery sheet, with a checksum, and back. */
MUST char *keys_recovery_text(struct arena *a, const struct keyring *kr);
MUST enum vh_rc keys_recover(const char *text, const char *path, struct err *e);

/* A value that tells whether a database was made with this key, stored at init and compared at
 * every open. */
void keys_fingerprint(const struct keyring *kr, unsigned char out[MAC_BYTES]);
/* The node's key for a purpose: "index", "token", "backup", "access", "account". */
void keys_node(const struct keyring *kr, const char *purpose, struct key *ret);

void hotel_keys_new(struct hotel_keys *ret);
MUST enum vh_rc hotel_keys_wrap(struct arena *a, const struct keyring *kr, int64_t hotel,
                                const struct hotel_keys *k, struct blob *ret);
MUST enum vh_rc hotel_keys_unwrap(const struct keyring *kr, int64_t hotel, struct blob wrapped,
                                  struct hotel_keys *ret);
/* A cache by hotel number, thread-safe: get is false when the hotel has not been put yet. */
bool hotel_keys_get(struct keyring *kr, int64_t hotel, struct hotel_keys *ret);
MUST enum vh_rc hotel_keys_put(struct keyring *kr, int64_t hotel, const struct hotel_keys *k);

/* Blind indexes under the node's index key: full ones for uniqueness, short ones (bits <= 24) for
 * searching. */
void blind_full(const struct keyring *kr, const char *field, int64_t hotel, const char *text,
                unsigned char out[MAC_BYTES]);
int64_t blind_short(const struct keyring *kr, const char *field, int64_t hotel, const char *text,
                    unsigned bits);

#endif
