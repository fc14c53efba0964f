#include "vh/qr.h"

#include <assert.h>
#include <cairo.h>

static cairo_status_t to_buf(void *arg, const unsigned char *p, unsigned n)
{
	struct buf *b = arg;

	buf_add(b, p, n);
	return buf_ok(b) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

enum vh_rc qr_png(const struct qr *q, unsigned scale, struct buf *b)
{
	/* Cairo writes a mask as grey, where a set bit is white. */
	const struct qr_raster how = { .scale = scale, .quiet = QR_QUIET, .set_dark = false };
	int side = (int)((q->n + 2 * QR_QUIET) * scale);
	cairo_surface_t *s;
	cairo_status_t status;

	assert(scale >= 1 && scale <= 64);
	s = cairo_image_surface_create(CAIRO_FORMAT_A1, side, side);
	if (cairo_surface_status(s) == CAIRO_STATUS_SUCCESS) {
		cairo_surface_flush(s);
		qr_bits(q, &how, cairo_image_surface_get_data(s),
		        (size_t)cairo_image_surface_get_stride(s));
		cairo_surface_mark_dirty(s);
	}
	status = cairo_surface_write_to_png_stream(s, to_buf, b);
	cairo_surface_destroy(s);
	if (status == CAIRO_STATUS_SUCCESS)
		return VH_OK;
	return buf_ok(b) ? VH_NOMEM : b->rc;
}
