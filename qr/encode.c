#include "vh/qr.h"

#include <errno.h>
#include <qrencode.h>

static enum vh_rc from_errno(int e)
{
	switch (e) {
	case EINVAL:
		return VH_INVALID;
	case ERANGE:
		return VH_LIMIT;
	default:
		return VH_NOMEM;
	}
}

enum vh_rc qr_encode(const char *text, struct qr *ret)
{
	QRcode *code;
	enum vh_rc rc = VH_LIMIT;

	/*
	 * The 8-bit hint with case kept lets the library split the text into the shortest modes,
	 * alphanumeric for a plate's URL. Version 0 lets it choose: a fixed one can overflow when
	 * modes mix.
	 */
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	if (!code)
		return from_errno(errno);
	if (code->width > 0 && code->width <= QR_MAX) {
		unsigned n = (unsigned)code->width;

		ret->n = n;
		for (unsigned i = 0; i < n * n; i++)
			ret->dark[i] = code->data[i] & 1;
		rc = VH_OK;
	}
	QRcode_free(code);
	return rc;
}

unsigned qr_version(const struct qr *q)
{
	return (q->n - 17) / 4;
}
