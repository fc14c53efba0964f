#include "vh/keys.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "vh/utf8.h"

/* A key file is this line, then the 32 bytes in base64 on a line. */
#define FILE_HEAD "vhotel master key 1\n"
enum { BASE64_KEY = 44, FILE_BYTES = sizeof FILE_HEAD - 1 + BASE64_KEY + 1 };

/* The recovery text: 32 bytes of key and 3 of check sum are 56 letters of Crockford's base 32. */
enum { SUM_BYTES = 3, RECOVERY_BYTES = KEY_BYTES + SUM_BYTES, RECOVERY_CHARS = 56, GROUP = 4 };
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct slot {
	int64_t hotel; /* 0: free */
	struct hotel_keys k;
};

struct keyring {
	struct key master, wrap, index; /* the last two derived, asked too often to derive anew */
	pthread_rwlock_t lock;          /* guards what follows */
	struct slot *slot;              /* open addressing, a power of two, at most half full */
	size_t n, size;
};

static enum vh_rc fail_errno(struct err *e, const char *what, const char *path)
{
	enum vh_rc rc = errno == ENOENT ? VH_NOTFOUND : VH_IO;
	return err_set(e, rc, "key_file", "key_file", "cannot %s %s: %s", what, path,
	               strerror(errno));
}

/* Written, synced and closed, or not there at all. */
static enum vh_rc write_new(const char *path, const char *text, size_t n, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return err_set(e, VH_CONFLICT, "key_exists", "key_file",
		               "%s exists; a key file is never overwritten", path);
	if (fd < 0)
		return fail_errno(e, "create", path);
	ssize_t put = write(fd, text, n);
	bool good = put == (ssize_t)n && !fsync(fd);
	int why = put >= 0 && put < (ssize_t)n ? ENOSPC : errno;
	if (close(fd) && good) {
		good = false;
		why = errno;
	}
	if (good && file_sync_dir(path) != VH_OK) {
		good = false;
		why = EIO;
	}
	if (good)
		return VH_OK;
	unlink(path);
	errno = why;
	return fail_errno(e, "write", path);
}

static enum vh_rc write_key(const char *path, const struct key *k, struct err *e)
{
	char text[FILE_BYTES + 1] = FILE_HEAD;
	sodium_bin2base64(text + sizeof FILE_HEAD - 1, BASE64_KEY + 1, k->b, KEY_BYTES,
	                  sodium_base64_VARIANT_ORIGINAL);
	text[FILE_BYTES - 1] = '\n';
	enum vh_rc rc = write_new(path, text, FILE_BYTES, e);
	wipe(text, sizeof text);
	return rc;
}

enum vh_rc keys_create(const char *path, struct err *e)
{
	struct key k;
	random_bytes(k.b, KEY_BYTES);
	enum vh_rc rc = write_key(path, &k, e);
	wipe(&k, sizeof k);
	return rc;
}

/*
 * systemd hands out credentials in a directory that only the service can enter, and grants it the
 * file by an access list, whose mask stat() shows as the group's bits: those are no others.
 */
static bool is_credential(const char *path)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	size_t n = dir ? strlen(dir) : 0;
	return n && !strncmp(path, dir, n) && path[n] == '/' && !strchr(path + n + 1, '/');
}

static enum vh_rc check_mode(int fd, const char *path, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st))
		return fail_errno(e, "read", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, VH_INVALID, "key_file", "key_file", "%s is not a file", path);
	mode_t others = is_credential(path) ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;
	if (st.st_mode & others)
		return err_set(e, VH_INVALID, "key_mode", "key_file",
		               "%s can be read by others (mode %03o); run: chmod 600 %s", path,
		               (unsigned)st.st_mode & 0777, path);
	return VH_OK;
}

static enum vh_rc read_key(const char *path, struct key *ret, struct err *e)
{
	char text[FILE_BYTES + 2];
	size_t n = 0, head = sizeof FILE_HEAD - 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail_errno(e, "open", path);
	enum vh_rc rc = check_mode(fd, path, e);
	if (rc != VH_OK)
		goto out;
	ssize_t got = read(fd, text, sizeof text - 1);
	if (got < 0) {
		rc = fail_errno(e, "read", path);
		goto out;
	}
	text[got] = '\0';
	if (got > 0 && text[got - 1] == '\n')
		text[--got] = '\0';
	if ((size_t)got != head + BASE64_KEY || memcmp(text, FILE_HEAD, head) != 0 ||
	    sodium_base642bin(ret->b, KEY_BYTES, text + head, BASE64_KEY, NULL, &n, NULL,
	                      sodium_base64_VARIANT_ORIGINAL) ||
	    n != KEY_BYTES)
		rc = err_set(e, VH_INVALID, "key_file", "key_file",
		             "%s is not a vhotel key file", path);
out:
	close(fd);
	wipe(text, sizeof text);
	return rc;
}

enum vh_rc keys_load(const char *path, struct keyring **ret, struct err *e)
{
	struct keyring *kr = alloc_should_fail() ? NULL : sodium_malloc(sizeof *kr);
	if (!kr)
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory for the keys");
	*kr = (struct keyring){ 0 };
	enum vh_rc rc = read_key(path, &kr->master, e);
	if (rc != VH_OK) {
		sodium_free(kr);
		return rc;
	}
	pthread_rwlock_init(&kr->lock, NULL);
	key_derive(&kr->master, "wrap", 0, &kr->wrap);
	key_derive(&kr->master, "index", 0, &kr->index);
	*ret = kr;
	return VH_OK;
}

void keys_free(struct keyring *kr)
{
	if (!kr)
		return;
	if (kr->slot)
		wipe(kr->slot, kr->size * sizeof *kr->slot);
	free(kr->slot);
	pthread_rwlock_destroy(&kr->lock);
	sodium_free(kr); /* wipes */
}

static void recovery_sum(const struct key *k, unsigned char out[SUM_BYTES])
{
	unsigned char full[MAC_BYTES];
	mac_parts(NULL, (const struct blob[]){ { (const unsigned char *)"recovery", 8 },
	                                       { k->b, KEY_BYTES } }, 2, full);
	memcpy(out, full, SUM_BYTES);
}

char *keys_recovery_text(struct arena *a, const struct keyring *kr)
{
	unsigned char b[RECOVERY_BYTES + 1] = { 0 };
	char *out = arena_alloc(a, RECOVERY_CHARS + RECOVERY_CHARS / GROUP), *p = out;
	if (!out)
		return NULL;
	memcpy(b, kr->master.b, KEY_BYTES);
	recovery_sum(&kr->master, b + KEY_BYTES);
	for (unsigned i = 0; i < RECOVERY_CHARS; i++) {
		unsigned bit = i * 5, two = (unsigned)b[bit / 8] << 8 | b[bit / 8 + 1];
		if (i && i % GROUP == 0)
			*p++ = ' ';
		*p++ = letters[two >> (11 - bit % 8) & 31];
	}
	wipe(b, sizeof b);
	return out;
}

/* The value of a letter as people read it from paper, -1 for none, -2 for what only separates. */
static int letter_value(uint32_t c)
{
	c = utf8_plain(c);
	if (!c || c == ' ' || c == '-')
		return -2;
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	if (c == 'I' || c == 'L')
		c = '1';
	if (c == 'O')
		c = '0';
	const char *at = c < 0x80 ? strchr(letters, (int)c) : NULL;
	return at ? (int)(at - letters) : -1;
}

static bool recovery_decode(const char *text, unsigned char b[RECOVERY_BYTES])
{
	unsigned n = 0;
	memset(b, 0, RECOVERY_BYTES);
	while (*text) {
		int v = letter_value(utf8_next(&text));
		if (v == -2)
			continue;
		if (v < 0 || n == RECOVERY_CHARS)
			return false;
		for (unsigned i = 0; i < 5; i++) {
			unsigned bit = n * 5 + i;
			b[bit / 8] |= (unsigned char)((v >> (4 - i) & 1) << (7 - bit % 8));
		}
		n++;
	}
	return n == RECOVERY_CHARS;
}

enum vh_rc keys_recover(const char *text, const char *path, struct err *e)
{
	unsigned char b[RECOVERY_BYTES], sum[SUM_BYTES];
	struct key k;
	enum vh_rc rc = VH_INVALID;
	bool whole = recovery_decode(text, b);
	memcpy(k.b, b, KEY_BYTES);
	recovery_sum(&k, sum);
	if (!whole)
		err_set(e, rc, "recovery_text", "", "the recovery text has 14 groups of 4 letters");
	else if (!same_bytes(sum, b + KEY_BYTES, SUM_BYTES))
		err_set(e, rc, "recovery_sum", "", "a letter of the recovery text is wrong");
	else
		rc = write_key(path, &k, e);
	wipe(b, sizeof b);
	wipe(&k, sizeof k);
	return rc;
}

void keys_fingerprint(const struct keyring *kr, unsigned char out[MAC_BYTES])
{
	struct key k;
	key_derive(&kr->master, "fingerprint", 0, &k);
	memcpy(out, k.b, MAC_BYTES);
}

void keys_node(const struct keyring *kr, const char *purpose, struct key *ret)
{
	key_derive(&kr->master, purpose, 0, ret);
}

void hotel_keys_new(struct hotel_keys *ret)
{
	random_bytes(ret, sizeof *ret);
}

static struct place wrap_place(int64_t hotel)
{
	return (struct place){ .table = "hotel", .column = "keys", .hotel = hotel, .row = hotel };
}

enum vh_rc hotel_keys_wrap(struct arena *a, const struct keyring *kr, int64_t hotel,
                           const struct hotel_keys *k, struct blob *ret)
{
	struct place at = wrap_place(hotel);
	return seal_bytes(a, &kr->wrap, &at, k, sizeof *k, ret);
}

enum vh_rc hotel_keys_unwrap(const struct keyring *kr, int64_t hotel, struct blob wrapped,
                             struct hotel_keys *ret)
{
	if (!wrapped.p || wrapped.n != sizeof *ret + SEAL_OVER)
		return VH_IO;
	struct arena *a = arena_new(4096);
	struct place at = wrap_place(hotel);
	struct blob open;
	enum vh_rc rc = a ? open_bytes(a, &kr->wrap, &at, wrapped, &open) : VH_NOMEM;
	if (rc == VH_OK) {
		memcpy(ret, open.p, sizeof *ret);
		wipe((unsigned char *)open.p, open.n);
	}
	arena_free(a);
	return rc;
}

/*
 * The slot of the hotel, or the free one where it belongs. Ids ascend in time: mix, or they crowd.
 */
static struct slot *find(struct slot *slot, size_t size, int64_t hotel)
{
	size_t i = (size_t)(((uint64_t)hotel * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (size - 1);
	while (slot[i].hotel && slot[i].hotel != hotel)
		i = (i + 1) & (size - 1);
	return &slot[i];
}

bool hotel_keys_get(struct keyring *kr, int64_t hotel, struct hotel_keys *ret)
{
	pthread_rwlock_rdlock(&kr->lock);
	const struct slot *s = kr->size && hotel ? find(kr->slot, kr->size, hotel) : NULL;
	bool hit = s && s->hotel;
	if (hit)
		*ret = s->k;
	pthread_rwlock_unlock(&kr->lock);
	return hit;
}

static enum vh_rc grow(struct keyring *kr)
{
	size_t size = kr->size ? kr->size * 2 : 16;
	struct slot *bigger = alloc_should_fail() ? NULL : calloc(size, sizeof *bigger);
	if (!bigger)
		return VH_NOMEM;
	for (size_t i = 0; i < kr->size; i++) {
		if (kr->slot[i].hotel)
			*find(bigger, size, kr->slot[i].hotel) = kr->slot[i];
	}
	if (kr->slot)
		wipe(kr->slot, kr->size * sizeof *kr->slot);
	free(kr->slot);
	kr->slot = bigger;
	kr->size = size;
	return VH_OK;
}

enum vh_rc hotel_keys_put(struct keyring *kr, int64_t hotel, const struct hotel_keys *k)
{
	assert(hotel);
	enum vh_rc rc = VH_OK;
	pthread_rwlock_wrlock(&kr->lock);
	if (2 * (kr->n + 1) > kr->size)
		rc = grow(kr);
	if (rc == VH_OK) {
		struct slot *s = find(kr->slot, kr->size, hotel);
		kr->n += !s->hotel;
		*s = (struct slot){ .hotel = hotel, .k = *k };
	}
	pthread_rwlock_unlock(&kr->lock);
	return rc;
}

static void blind(const struct keyring *kr, const char *kind, const char *field, int64_t hotel,
                  const char *text, unsigned char out[MAC_BYTES])
{
	unsigned char number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (unsigned char)((uint64_t)hotel >> (8 * i));
	const struct blob part[] = {
		{ (const unsigned char *)kind, strlen(kind) },
		{ (const unsigned char *)field, strlen(field) },
		{ number, sizeof number },
		{ (const unsigned char *)text, strlen(text) },
	};
	mac_parts(&kr->index, part, sizeof part / sizeof *part, out);
}

void blind_full(const struct keyring *kr, const char *field, int64_t hotel, const char *text,
                unsigned char out[MAC_BYTES])
{
	blind(kr, "full", field, hotel, text, out);
}

int64_t blind_short(const struct keyring *kr, const char *field, int64_t hotel, const char *text,
                    unsigned bits)
{
	unsigned char full[MAC_BYTES];
	assert(bits > 0 && bits <= 24);
	blind(kr, "short", field, hotel, text, full);
	return (full[0] | full[1] << 8 | full[2] << 16) & ((1 << bits) - 1);
}
