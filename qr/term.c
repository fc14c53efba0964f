#include "vh/qr.h"

/* x and y count from the corner of the quiet zone, which is light, as is all beyond it. */
static bool light(const struct qr *q, unsigned x, unsigned y)
{
	if (x < QR_QUIET || y < QR_QUIET || x >= QR_QUIET + q->n || y >= QR_QUIET + q->n)
		return true;
	return !qr_dark(q, x - QR_QUIET, y - QR_QUIET);
}

void qr_term(const struct qr *q, bool colour, struct buf *b)
{
	/* By upper and lower half, lit or not. */
	static const char *const cell[2][2] = { { " ", "▄" }, { "▀", "█" } };
	unsigned side = q->n + 2 * QR_QUIET;

	for (unsigned y = 0; y < side; y += 2) {
		if (colour)
			buf_puts(b, "\033[97;40m");
		for (unsigned x = 0; x < side; x++)
			buf_puts(b, cell[light(q, x, y)][light(q, x, y + 1)]);
		buf_puts(b, colour ? "\033[0m\n" : "\n");
	}
}
