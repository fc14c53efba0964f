#include "vh/qr.h"

#include <assert.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

/* A byte a module, `scale` times in both directions, on a light ground. */
static void draw(const struct qr *q, unsigned scale, unsigned side, unsigned char *data)
{
	unsigned margin = QR_QUIET * scale;

	memset(data, 0, (size_t)side * side);
	for (unsigned y = 0; y < q->n * scale; y++) {
		unsigned char *row = data + (size_t)side * (margin + y) + margin;

		if (y % scale != 0) {
			memcpy(row, row - side, q->n * scale);
			continue;
		}
		for (unsigned x = 0; x < q->n; x++)
			memset(row + x * scale, qr_dark(q, x, y / scale), scale);
	}
}

enum vh_rc qr_png(const struct qr *q, unsigned scale, struct buf *b)
{
	/* With a palette of two the library packs a byte into a bit. */
	static const unsigned char palette[2] = { 0xff, 0x00 };
	unsigned side = (q->n + 2 * QR_QUIET) * scale;
	size_t pixels = (size_t)side * side;
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = side,
		.height = side,
		.format = PNG_FORMAT_FLAG_COLORMAP,
		.colormap_entries = 2,
	};
	png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
	unsigned char *data;
	enum vh_rc rc = VH_NOMEM;

	assert(scale >= 1 && scale <= QR_SCALE_MAX);
	data = malloc(pixels + n); /* what is drawn, then what is written */
	if (!data)
		return VH_NOMEM;
	draw(q, scale, side, data);
	if (png_image_write_to_memory(&image, data + pixels, &n, 0, data, (int)side, palette)) {
		buf_add(b, data + pixels, n);
		rc = buf_ok(b) ? VH_OK : b->rc;
	}
	free(data);
	return rc;
}
