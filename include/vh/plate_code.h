/*
 * The code on a plate: 16 Crockford base32 symbols, 80 bits, most significant first: 20 bits hotel
 * number, 20 bits plate number, 40 bits of BLAKE2b over both under the hotel's plate key.
 *
 * Reading needs no key: it says which hotel to ask for its key. Checking refuses whatever was
 * forged, guessed or mistyped before any database is touched. A code names a plate and proves
 * nothing about who holds it.
 */
#ifndef VH_PLATE_CODE_H
#define VH_PLATE_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/crypto.h"
#include "vh/err.h"

#define PLATE_SYMBOLS 16
#define PLATE_CODE_TEXT (PLATE_SYMBOLS + 1)
#define PLATE_MAC 5
#define PLATE_GROUPED_TEXT 20 /* K3M0-… in groups of four */
#define SERIAL_TEXT 7
#define PLATE_HOST_FITS 20 /* characters of host and port that keep the code in QR version 3 */
#define PLATE_BASE_TEXT 73 /* HTTPS://, up to 64 characters of host and port */
#define PLATE_URL_TEXT (PLATE_BASE_TEXT + 3 + PLATE_SYMBOLS)

struct plate_ref {
	uint32_t hotel, plate;
	unsigned char mac[PLATE_MAC];
};

/* hotel < LIM_HOTELS and plate < LIM_PLATES, else it is our bug. */
void plate_code_make(const struct key *k, uint32_t hotel, uint32_t plate,
                     char out[PLATE_CODE_TEXT]);
/*
 * Forgives case, blanks, hyphens, full-width characters, I and L for 1, O for 0. VH_INVALID: not a
 * code.
 */
MUST enum vh_rc plate_code_parse(const char *text, struct plate_ref *ret);
/* Was this code made with this key? In constant time. */
bool plate_code_check(const struct key *k, const struct plate_ref *ref);
/* The one canonical text of a code, as it was made. */
void plate_code_format(const struct plate_ref *ref, char out[PLATE_CODE_TEXT]);
/* The same as people read it aloud: 0123-4567-89AB-CDEF. */
void plate_code_group(const struct plate_ref *ref, char out[PLATE_GROUPED_TEXT]);

/*
 * What plates are printed with: `https://plates.example` -> `HTTPS://PLATES.EXAMPLE`, in the
 * characters of the QR alphanumeric set. VH_INVALID: not http or https, a path, an IPv6 or
 * non-ASCII host; VH_LIMIT: host over 64. *ret_long: the host is over PLATE_HOST_FITS, so the
 * modules of a 40 mm code fall below 1 mm. May be NULL.
 */
MUST enum vh_rc plate_base_parse(const char *public_url, char ret_base[PLATE_BASE_TEXT],
                                 bool *ret_long);
/* base as plate_base_parse made it: BASE/R/CODE. */
void plate_url_format(const char *base, const char *code, char out[PLATE_URL_TEXT]);
/*
 * What a scanner read or a person typed: a bare code, or a whole URL in any case. With `base` not
 * NULL a URL of another host is VH_DENIED (somebody's sticker over the plate); VH_INVALID: neither
 * code nor plate URL.
 */
MUST enum vh_rc plate_scan_parse(const char *text, const char *base, struct plate_ref *ret);

/* A00031 for plate number 31: five digits, the letter advances after 99999. number < LIM_PLATES. */
void serial_format(uint32_t number, char out[SERIAL_TEXT]);
/* Forgives case and outer blanks. VH_INVALID: not a serial of any plate. */
MUST enum vh_rc serial_parse(const char *text, uint32_t *ret_number);

#endif
