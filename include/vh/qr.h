/*
 * QR codes: text -> modules -> SVG, PNG or a terminal. Encoding and drawing are apart, so that each
 * can be measured and one matrix drawn in several ways. Error correction is level Q (25 %), as
 * plates need; the quiet zone of four modules is always drawn.
 */
#ifndef VH_QR_H
#define VH_QR_H

#include <stdbool.h>

#include "vh/buf.h"
#include "vh/err.h"

#define QR_MAX 77  /* modules of version 15, the largest that a slip or a screen needs */
#define QR_SCALE_MAX 64
#define QR_QUIET 4 /* modules of light margin on each side */

struct qr {
	unsigned n; /* modules on a side, without the quiet zone: 21 + 4 × (version - 1) */
	unsigned char dark[QR_MAX * QR_MAX]; /* row by row, 1 dark */
};

/*
 * The smallest version that holds the text. VH_INVALID: empty; VH_LIMIT: over version 15; VH_NOMEM.
 */
MUST enum vh_rc qr_encode(const char *text, struct qr *ret);
static inline bool qr_dark(const struct qr *q, unsigned x, unsigned y)
{
	return q->dark[y * q->n + x] != 0;
}
unsigned qr_version(const struct qr *q);

/*
 * A whole <svg> element. width_mm 0: no width, the page decides. `title` is read aloud; NULL: none.
 */
void qr_svg(const struct qr *q, unsigned width_mm, const char *title, struct buf *b);
/*
 * Half-block characters, quiet zone included. With `colour` black on white is set by escape codes,
 * so that it reads on any background; without, light modules are the characters, which suits light
 * letters on dark.
 */
void qr_term(const struct qr *q, bool colour, struct buf *b);
/* A 1-bit PNG, `scale` pixels a module (1..QR_SCALE_MAX). VH_NOMEM; VH_LIMIT: the buf's ceiling. */
MUST enum vh_rc qr_png(const struct qr *q, unsigned scale, struct buf *b);

#endif
