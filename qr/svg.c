#include "vh/qr.h"

static void puts_escaped(struct buf *b, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		default:
			buf_putc(b, *s);
		}
	}
}

/*
 * One sub-path a run of dark modules: a third of the bytes of one a module, and no seams between
 * neighbours.
 */
static void add_row(const struct qr *q, unsigned y, struct buf *b)
{
	unsigned x = 0;

	while (x < q->n) {
		unsigned from = x;

		while (x < q->n && qr_dark(q, x, y))
			x++;
		if (x > from)
			buf_printf(b, "M%u %uh%uv1h-%uz", from + QR_QUIET, y + QR_QUIET, x - from,
			           x - from);
		else
			x++;
	}
}

void qr_svg(const struct qr *q, unsigned width_mm, const char *title, struct buf *b)
{
	unsigned side = q->n + 2 * QR_QUIET;

	buf_puts(b, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	buf_printf(b, " viewBox=\"0 0 %u %u\"", side, side);
	if (width_mm)
		buf_printf(b, " width=\"%umm\" height=\"%umm\"", width_mm, width_mm);
	buf_puts(b, " shape-rendering=\"crispEdges\"");
	if (title) {
		buf_puts(b, " role=\"img\"><title>");
		puts_escaped(b, title);
		buf_puts(b, "</title>");
	} else {
		buf_puts(b, ">");
	}
	buf_printf(b, "<rect width=\"%u\" height=\"%u\" fill=\"#fff\"/>", side, side);
	buf_puts(b, "<path fill=\"#000\" d=\"");
	for (unsigned y = 0; y < q->n; y++)
		add_row(q, y, b);
	buf_puts(b, "\"/></svg>\n");
}
