/*
 * Which charset a text is in is decided by the whole of it: what is valid UTF-8 is UTF-8, since
 * a Chinese text in GBK practically never is by chance; all else must be GB18030, the superset
 * of GBK and GB 2312, to the last byte.
 */
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "sheet_impl.h"
#include "vh/utf8.h"

static enum vh_rc convert(const char *from, const char *p, size_t n, struct buf *made,
                          struct err *e)
{
	char out[16 << 10];
	char *in = (char *)(uintptr_t)p; /* iconv never writes to it, but says char ** */
	enum vh_rc rc = VH_OK;
	iconv_t cd = alloc_should_fail() ? (iconv_t)-1 : iconv_open("UTF-8", from);
	if (cd == (iconv_t)-1)
		return sheet_nomem(e);
	while (n && !rc) {
		char *to = out;
		size_t left = sizeof out;
		size_t done = iconv(cd, &in, &n, &to, &left);
		int why = errno;
		buf_add(made, out, (size_t)(to - out));
		if (done == (size_t)-1 && why != E2BIG)
			rc = err_set(e, VH_INVALID, "sheet_charset", "",
			             "neither UTF-8 nor GB18030: byte %zu fits none",
			             (size_t)(in - p) + 1);
	}
	iconv_close(cd);
	if (!rc && made->rc == VH_LIMIT)
		rc = err_set(e, VH_LIMIT, "sheet_limit", "", "the text is over %u MiB",
		             LIM_LEDGER_FILE >> 20);
	else if (!rc && !buf_ok(made))
		rc = sheet_nomem(e);
	return rc;
}

enum vh_rc charset_utf8(const char *p, size_t n, struct buf *made, const char **ret, size_t *ret_n,
                        struct err *e)
{
	const char *from = NULL;
	if (n >= 2 && !memcmp(p, "\xFF\xFE", 2))
		from = "UTF-16LE";
	else if (n >= 2 && !memcmp(p, "\xFE\xFF", 2))
		from = "UTF-16BE";
	if (from) {
		p += 2;
		n -= 2;
	} else if (memchr(p, '\0', n)) {
		return err_set(e, VH_INVALID, "sheet_format", "",
		               "neither a workbook nor a text: it has NUL bytes");
	} else {
		if (n >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3)) {
			p += 3;
			n -= 3;
		}
		if (!utf8_valid(p, n))
			from = "GB18030";
	}
	if (from) {
		enum vh_rc rc = convert(from, p, n, made, e);
		if (rc)
			return rc;
		p = buf_str(made);
		n = made->n;
		if (!utf8_valid(p, n)) /* NULs out of UTF-16 */
			return err_set(e, VH_INVALID, "sheet_format", "",
			               "the text has NUL characters");
	}
	*ret = p;
	*ret_n = n;
	return VH_OK;
}
