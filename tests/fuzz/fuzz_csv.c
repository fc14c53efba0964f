/* CSV of any charset and delimiter: every row that comes out is bounded, NUL-ended UTF-8. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/sheet.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct err e = { .n = 0 };
	struct sheet *s = NULL;
	struct sheet_row r;
	if (n >= 2 && data[0] == 'P' && data[1] == 'K')
		return 0; /* the other driver's */
	enum vh_rc rc = sheet_open(data, n, &s, &e);
	if (rc != VH_OK) {
		assert(*err_code(&e));
		return 0;
	}
	while ((rc = sheet_next(s, &r, &e)) == VH_OK) {
		assert(r.n <= LIM_LEDGER_COLS && r.line >= 1);
		for (unsigned i = 0; i < r.n; i++)
			assert(utf8_valid(r.cell[i], strlen(r.cell[i])));
	}
	assert(rc == VH_NOTFOUND || *err_code(&e));
	sheet_close(s);
	return 0;
}
