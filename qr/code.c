#include "vh/plate_code.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "vh/limits.h"

#define NUMBER_BITS 20
#define SYMBOL_BITS 5
#define PACKED 10 /* bytes of the 80 bits */
#define NUMBERS 5 /* of which the first are hotel and plate */
#define SERIAL_DIGITS 5
#define SERIAL_STEP 100000u
#define NOT_ASCII 0x7f

static_assert(LIM_HOTELS == 1 << NUMBER_BITS, "the code has 20 bits for the hotel");
static_assert(LIM_PLATES == 1 << NUMBER_BITS, "the code has 20 bits for the plate");
static_assert(NUMBERS + PLATE_MAC == PACKED, "80 bits");

/* Crockford: no I, L, O (read as digits) and no U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void pack_numbers(uint32_t hotel, uint32_t plate, unsigned char out[NUMBERS])
{
	uint64_t v = (uint64_t)hotel << NUMBER_BITS | plate;

	for (int i = NUMBERS - 1; i >= 0; i--) {
		out[i] = (unsigned char)(v & 0xff);
		v >>= 8;
	}
}

static void code_mac(const struct key *k, uint32_t hotel, uint32_t plate,
                     unsigned char out[PLATE_MAC])
{
	static const char label[] = "plate"; /* no other use of the key makes the same input */
	unsigned char in[sizeof(label) + NUMBERS], full[MAC_BYTES];

	memcpy(in, label, sizeof(label));
	pack_numbers(hotel, plate, in + sizeof(label));
	mac(k, in, sizeof(in), full);
	memcpy(out, full, PLATE_MAC);
	wipe(full, sizeof(full)); /* the rest of the MAC is not published */
}

void plate_code_make(const struct key *k, uint32_t hotel, uint32_t plate,
                     char out[PLATE_CODE_TEXT])
{
	struct plate_ref ref = { .hotel = hotel, .plate = plate };

	code_mac(k, hotel, plate, ref.mac);
	plate_code_format(&ref, out);
}

bool plate_code_check(const struct key *k, const struct plate_ref *ref)
{
	unsigned char want[PLATE_MAC];

	if (ref->hotel >= LIM_HOTELS || ref->plate >= LIM_PLATES)
		return false;
	code_mac(k, ref->hotel, ref->plate, want);
	return same_bytes(want, ref->mac, PLATE_MAC);
}

void plate_code_format(const struct plate_ref *ref, char out[PLATE_CODE_TEXT])
{
	unsigned char b[PACKED];
	unsigned bits = 0, have = 0;
	size_t n = 0;

	assert(ref->hotel < LIM_HOTELS && ref->plate < LIM_PLATES);
	pack_numbers(ref->hotel, ref->plate, b);
	memcpy(b + NUMBERS, ref->mac, PLATE_MAC);
	for (size_t i = 0; i < PACKED; i++) {
		bits = (bits << 8 | b[i]) & 0xfff;
		for (have += 8; have >= SYMBOL_BITS; have -= SYMBOL_BITS)
			out[n++] = alphabet[bits >> (have - SYMBOL_BITS) & 31];
	}
	out[n] = '\0';
}

void plate_code_group(const struct plate_ref *ref, char out[PLATE_GROUPED_TEXT])
{
	char code[PLATE_CODE_TEXT];
	size_t n = 0;

	plate_code_format(ref, code);
	for (size_t i = 0; i < PLATE_SYMBOLS; i++) {
		if (i && i % 4 == 0)
			out[n++] = '-';
		out[n++] = code[i];
	}
	out[n] = '\0';
}

/* -1: no symbol. */
static int symbol_value(char c)
{
	const char *at;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'I' || c == 'L')
		return 1;
	if (c == 'O')
		return 0;
	at = c ? strchr(alphabet, c) : NULL;
	return at ? (int)(at - alphabet) : -1;
}

/* What a Chinese keyboard gives for ASCII, by the three bytes of its UTF-8. */
static const struct {
	unsigned char lead[2], from, to;
	char first; /* what `from` stands for */
	bool runs;  /* the next ones for the next; else all for the same */
} wide[] = {
	{ { 0xef, 0xbc }, 0x81, 0xbf, '!', true },  /* U+FF01..FF3F */
	{ { 0xef, 0xbd }, 0x80, 0x9e, '`', true },  /* U+FF40..FF5E */
	{ { 0xe3, 0x80 }, 0x80, 0x80, ' ', false }, /* the ideographic space */
	{ { 0xe2, 0x80 }, 0x90, 0x95, '-', false }, /* hyphens and dashes */
};

/* The next character, wide forms folded to ASCII, moving *p. 0 at the end, NOT_ASCII for others. */
static char next_ascii(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;

	if (s[0] < 0x80) {
		*p += s[0] != 0;
		return (char)s[0];
	}
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (s[0] != wide[i].lead[0] || s[1] != wide[i].lead[1])
			continue;
		if (s[2] < wide[i].from || s[2] > wide[i].to)
			continue;
		*p += 3;
		return (char)(wide[i].first + (wide[i].runs ? s[2] - wide[i].from : 0));
	}
	*p += 1;
	return NOT_ASCII;
}

static bool is_filler(char c)
{
	return c == ' ' || c == '-' || (c >= '\t' && c <= '\r');
}

static void unpack(const unsigned char v[PLATE_SYMBOLS], struct plate_ref *ret)
{
	uint32_t number[2] = { 0, 0 };
	uint64_t m = 0;

	for (size_t i = 0; i < 4; i++) {
		number[0] = number[0] << SYMBOL_BITS | v[i];
		number[1] = number[1] << SYMBOL_BITS | v[4 + i];
	}
	for (size_t i = 8; i < PLATE_SYMBOLS; i++)
		m = m << SYMBOL_BITS | v[i];
	ret->hotel = number[0];
	ret->plate = number[1];
	for (int i = PLATE_MAC - 1; i >= 0; i--) {
		ret->mac[i] = (unsigned char)(m & 0xff);
		m >>= 8;
	}
}

enum vh_rc plate_code_parse(const char *text, struct plate_ref *ret)
{
	unsigned char v[PLATE_SYMBOLS];
	size_t n = 0;
	char c;

	while ((c = next_ascii(&text)) != '\0') {
		int value;

		if (is_filler(c))
			continue;
		value = symbol_value(c);
		if (value < 0 || n == PLATE_SYMBOLS)
			return VH_INVALID;
		v[n++] = (unsigned char)value;
	}
	if (n != PLATE_SYMBOLS)
		return VH_INVALID;
	unpack(v, ret);
	return VH_OK;
}

/* 0: no http or https scheme. */
static size_t scheme_length(const char *url)
{
	if (strncasecmp(url, "https://", 8) == 0)
		return 8;
	return strncasecmp(url, "http://", 7) == 0 ? 7 : 0;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Characters that a host name with a port may have; all are in the QR alphanumeric set. */
static size_t host_length(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:");
}

enum vh_rc plate_base_parse(const char *public_url, char ret_base[PLATE_BASE_TEXT], bool *ret_long)
{
	size_t scheme = scheme_length(public_url), host = host_length(public_url + scheme);
	const char *rest = public_url + scheme + host;

	if (scheme == 0 || host == 0 || (*rest != '\0' && strcmp(rest, "/") != 0))
		return VH_INVALID;
	if (public_url[scheme] == ':' || public_url[scheme] == '.')
		return VH_INVALID;
	if (scheme + host >= PLATE_BASE_TEXT)
		return VH_LIMIT;
	for (size_t i = 0; i < scheme + host; i++)
		ret_base[i] = upper(public_url[i]);
	ret_base[scheme + host] = '\0';
	if (ret_long)
		*ret_long = host > PLATE_HOST_FITS;
	return VH_OK;
}

void plate_url_format(const char *base, const char *code, char out[PLATE_URL_TEXT])
{
	size_t n = strlen(base), m = strlen(code);

	assert(n < PLATE_BASE_TEXT && m == PLATE_SYMBOLS);
	memcpy(out, base, n);
	memcpy(out + n, "/R/", 3);
	memcpy(out + n + 3, code, m + 1);
}

enum vh_rc plate_scan_parse(const char *text, const char *base, struct plate_ref *ret)
{
	struct plate_ref ref;
	size_t scheme, host, blanks = strspn(text, " \t\r\n");
	const char *path;

	text += blanks;
	scheme = scheme_length(text);
	if (scheme == 0)
		return plate_code_parse(text, ret);
	host = host_length(text + scheme);
	path = text + scheme + host;
	if (host == 0 || strncasecmp(path, "/r/", 3) != 0)
		return VH_INVALID;
	if (plate_code_parse(path + 3, &ref) != VH_OK)
		return VH_INVALID;
	/*
	 * The scheme is not compared: a proxy may answer on both, and the host is what a sticker
	 * changes.
	 */
	if (base) {
		const char *own = base + scheme_length(base);

		if (strlen(own) != host || strncasecmp(own, text + scheme, host) != 0)
			return VH_DENIED;
	}
	*ret = ref;
	return VH_OK;
}

void serial_format(uint32_t number, char out[SERIAL_TEXT])
{
	assert(number < LIM_PLATES);
	out[0] = (char)('A' + number / SERIAL_STEP);
	number %= SERIAL_STEP;
	for (size_t i = SERIAL_DIGITS; i > 0; i--) {
		out[i] = (char)('0' + number % 10);
		number /= 10;
	}
	out[SERIAL_DIGITS + 1] = '\0';
}

enum vh_rc serial_parse(const char *text, uint32_t *ret_number)
{
	uint32_t number;
	char letter;

	text += strspn(text, " \t");
	letter = upper(*text);
	if (letter < 'A' || letter > 'Z')
		return VH_INVALID;
	number = (uint32_t)(letter - 'A') * SERIAL_STEP;
	text++;
	if (strspn(text, "0123456789") != SERIAL_DIGITS)
		return VH_INVALID;
	for (uint32_t i = 0, step = SERIAL_STEP / 10; i < SERIAL_DIGITS; i++, step /= 10)
		number += (uint32_t)(text[i] - '0') * step;
	text += SERIAL_DIGITS;
	if (text[strspn(text, " \t\r\n")] != '\0' || number >= LIM_PLATES)
		return VH_INVALID;
	*ret_number = number;
	return VH_OK;
}
