#include <stdlib.h>
#include <string.h>

#include "sheet_impl.h"
#include "vh/arena.h"

struct csv {
	struct buf made;  /* the converted text, where it was not UTF-8 */
	struct buf field; /* the one being read */
	const char *begin, *end, *at;
	uint32_t line;
	char delim;
};

enum { PROBE = 30 }; /* records looked at to find the delimiter */

/* What separates the fields: the character that is most frequent outside quotes near the top. */
static char probe(const char *p, const char *end)
{
	static const char candidate[] = ",;\t";
	size_t count[sizeof candidate] = { 0 };
	bool quoted = false;
	for (int lines = 0; p < end && lines < PROBE; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*p == '\n')
			lines++;
		const char *c = memchr(candidate, *p, sizeof candidate - 1);
		if (c)
			count[c - candidate]++;
	}
	size_t best = 0;
	for (size_t i = 1; i < sizeof candidate - 1; i++)
		if (count[i] > count[best])
			best = i;
	return candidate[best];
}

/* Excel's own way of saying it: a first line `sep=;`. */
static bool told(struct csv *c)
{
	const char *p = c->begin;
	if (c->end - p < 6 || memcmp(p, "sep=", 4) || (p[5] != '\r' && p[5] != '\n'))
		return false;
	c->delim = p[4];
	return true;
}

static void rewind_to_top(struct csv *c)
{
	c->at = c->begin;
	c->line = 0;
}

static void close_csv(void *own)
{
	struct csv *c = own;
	buf_done(&c->made);
	buf_done(&c->field);
	free(c);
}

enum vh_rc csv_open(const char *p, size_t n, void **ret, struct err *e)
{
	struct csv *c = alloc_should_fail() ? NULL : calloc(1, sizeof *c);
	if (!c)
		return sheet_nomem(e);
	/* GB18030 grows by half in UTF-8. */
	buf_init(&c->made, (size_t)LIM_LEDGER_FILE + LIM_LEDGER_FILE / 2);
	buf_init(&c->field, LIM_LEDGER_CELL);
	size_t text_n;
	enum vh_rc rc = charset_utf8(p, n, &c->made, &c->begin, &text_n, e);
	if (rc) {
		close_csv(c);
		return rc;
	}
	c->end = c->begin + text_n;
	if (!told(c))
		c->delim = probe(c->begin, c->end);
	rewind_to_top(c);
	*ret = c;
	return VH_OK;
}

static unsigned tables(const void *own)
{
	(void)own;
	return 1;
}

static enum vh_rc select_table(void *own, unsigned table, struct err *e)
{
	(void)table;
	(void)e;
	rewind_to_top(own);
	return VH_OK;
}

/* Inside quotes up to the closing one; a doubled quote is one. */
static enum vh_rc quoted(struct csv *c, struct err *e)
{
	for (;;) {
		const char *q = memchr(c->at, '"', (size_t)(c->end - c->at));
		if (!q)
			return err_set(e, VH_INVALID, "sheet_truncated", "",
			               "record %u: a quote is never closed", c->line);
		buf_add(&c->field, c->at, (size_t)(q - c->at));
		c->at = q + 1;
		if (c->at == c->end || *c->at != '"')
			return VH_OK;
		buf_putc(&c->field, '"');
		c->at++;
	}
}

/* One field into c->field, standing on its delimiter, line end or the end of the text. */
static enum vh_rc field(struct csv *c, struct err *e)
{
	buf_reset(&c->field);
	/* ="0123" is how a CSV keeps a spreadsheet from reading a number. */
	if (c->end - c->at > 1 && c->at[0] == '=' && c->at[1] == '"')
		c->at++;
	if (c->at < c->end && *c->at == '"') {
		c->at++;
		enum vh_rc rc = quoted(c, e);
		if (rc)
			return rc;
	}
	const char *from = c->at;
	while (c->at < c->end && *c->at != c->delim && *c->at != '\n' && *c->at != '\r')
		c->at++;
	buf_add(&c->field, from, (size_t)(c->at - from));
	return VH_OK;
}

static enum vh_rc next(void *own, struct cells *cells, uint32_t *ret_line, struct err *e)
{
	struct csv *c = own;
	if (c->at == c->end)
		return VH_NOTFOUND;
	c->line++;
	for (unsigned col = 0;; col++) {
		enum vh_rc rc = field(c, e);
		if (!rc && c->field.rc == VH_NOMEM)
			rc = sheet_nomem(e);
		else if (!rc && c->field.rc)
			rc = err_set(e, VH_LIMIT, "sheet_limit", "",
			             "record %u field %u is over %d bytes", c->line, col + 1,
			             LIM_LEDGER_CELL);
		if (!rc)
			rc = cells_put(cells, col, buf_str(&c->field), c->field.n, c->line, e);
		if (rc)
			return rc;
		if (c->at == c->end || *c->at != c->delim)
			break;
		c->at++;
	}
	if (c->at < c->end && *c->at == '\r')
		c->at++;
	if (c->at < c->end && *c->at == '\n')
		c->at++;
	*ret_line = c->line;
	return VH_OK;
}

const struct sheet_reader csv_reader = {
	.tables = tables,
	.select = select_table,
	.next = next,
	.close = close_csv,
};
