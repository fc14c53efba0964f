#include "vh/qr.h"

#include <assert.h>
#include <string.h>

static void set_bit(unsigned char *row, unsigned x)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	row[x / 8] |= (unsigned char)(1u << x % 8);
#else
	row[x / 8] |= (unsigned char)(0x80u >> x % 8);
#endif
}

void qr_bits(const struct qr *q, const struct qr_raster *how, unsigned char *data, size_t stride)
{
	unsigned side = q->n + 2 * how->quiet;

	assert(stride >= (side * how->scale + 7) / 8);
	for (unsigned y = 0; y < side; y++) {
		unsigned char *row = data + stride * y * how->scale;
		unsigned my = y - how->quiet; /* in the quiet zone it wraps, so is over n too */

		memset(row, 0, stride);
		for (unsigned x = 0; x < side; x++) {
			unsigned mx = x - how->quiet;
			bool dark = mx < q->n && my < q->n && qr_dark(q, mx, my);

			for (unsigned i = 0; i < how->scale && dark == how->set_dark; i++)
				set_bit(row, x * how->scale + i);
		}
		for (unsigned i = 1; i < how->scale; i++)
			memcpy(row + stride * i, row, stride);
	}
}
