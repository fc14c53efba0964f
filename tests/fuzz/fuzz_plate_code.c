/* Plate codes, scanned URLs, public URLs and serials as strangers type them. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/plate_code.h"

#define INPUT_MAX 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/*
 * Whatever is read as a code is one code: its canonical text reads as the same and formats to
 * itself.
 */
static void one_code(const struct plate_ref *ref)
{
	static const struct key key = { { 1, 2, 3 } };
	char code[PLATE_CODE_TEXT], again[PLATE_CODE_TEXT], genuine[PLATE_CODE_TEXT];
	struct plate_ref back;

	assert(ref->hotel < LIM_HOTELS && ref->plate < LIM_PLATES);
	plate_code_format(ref, code);
	assert(plate_code_parse(code, &back) == VH_OK);
	plate_code_format(&back, again);
	assert(strcmp(code, again) == 0);
	plate_code_make(&key, ref->hotel, ref->plate, genuine);
	assert(plate_code_check(&key, ref) == (strcmp(genuine, code) == 0));
}

static void one_base(const char *text)
{
	char base[PLATE_BASE_TEXT], again[PLATE_BASE_TEXT], url[PLATE_URL_TEXT];
	struct plate_ref ref;
	bool is_long, still;

	if (plate_base_parse(text, base, &is_long) != VH_OK)
		return;
	assert(strlen(base) < sizeof(base));
	assert(plate_base_parse(base, again, &still) == VH_OK);
	assert(strcmp(base, again) == 0 && is_long == still);
	plate_url_format(base, "0001000Z89ABCDEF", url);
	assert(plate_scan_parse(url, base, &ref) == VH_OK);
	assert(ref.hotel == 1 && ref.plate == 31);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char text[INPUT_MAX + 1], serial[SERIAL_TEXT];
	struct plate_ref ref;
	uint32_t number, again;

	n = n < INPUT_MAX ? n : INPUT_MAX;
	memcpy(text, data, n);
	text[n] = '\0';
	if (plate_code_parse(text, &ref) == VH_OK)
		one_code(&ref);
	if (plate_scan_parse(text, "HTTPS://PLATES.EXAMPLE", &ref) == VH_OK) {
		one_code(&ref);
		assert(plate_scan_parse(text, NULL, &ref) == VH_OK);
	}
	one_base(text);
	if (serial_parse(text, &number) == VH_OK) {
		serial_format(number, serial);
		assert(serial_parse(serial, &again) == VH_OK && again == number);
	}
	return 0;
}
