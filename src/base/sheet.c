#include "vh/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sheet_impl.h"
#include "vh/arena.h"

struct sheet {
	const struct sheet_reader *rd;
	void *own; /* of the reader */
	struct cells cells;
	uint32_t rows;
	const void *bytes;
	size_t n;
	char *file; /* the bytes, where they are ours */
};

enum vh_rc sheet_nomem(struct err *e)
{
	return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory to read the table");
}

void cells_init(struct cells *c)
{
	/* A row's text plus a NUL for every cell. */
	buf_init(&c->text, (size_t)LIM_LEDGER_COLS * (LIM_LEDGER_CELL + 1) + 1);
	cells_clear(c);
}

void cells_done(struct cells *c)
{
	buf_done(&c->text);
}

void cells_clear(struct cells *c)
{
	buf_reset(&c->text);
	buf_putc(&c->text, '\0'); /* offset 0 is the empty cell */
	c->n = 0;
}

enum vh_rc cells_put(struct cells *c, unsigned col, const char *p, size_t n, uint32_t line,
                     struct err *e)
{
	if (!n)
		return VH_OK;
	if (col >= LIM_LEDGER_COLS)
		return err_set(e, VH_LIMIT, "sheet_limit", "", "row %u has over %d columns", line,
		               LIM_LEDGER_COLS);
	if (n > LIM_LEDGER_CELL)
		return err_set(e, VH_LIMIT, "sheet_limit", "",
		               "row %u column %u is over %d bytes", line, col + 1,
		               LIM_LEDGER_CELL);
	while (c->n <= col)
		c->at[c->n++] = 0;
	c->at[col] = c->text.n;
	buf_add(&c->text, p, n);
	buf_putc(&c->text, '\0');
	return VH_OK;
}

bool cells_any(const struct cells *c)
{
	return c->text.n > 1;
}

static void row_of(struct cells *c, uint32_t line, struct sheet_row *ret)
{
	for (unsigned i = 0; i < c->n; i++)
		c->cell[i] = buf_str(&c->text) + c->at[i];
	*ret = (struct sheet_row){ .line = line, .n = c->n, .cell = c->cell };
}

static bool begins(const void *p, size_t n, const char *magic, size_t magic_n)
{
	return n >= magic_n && !memcmp(p, magic, magic_n);
}

enum vh_rc sheet_open(const void *p, size_t n, struct sheet **ret, struct err *e)
{
	if (!n)
		return err_set(e, VH_INVALID, "sheet_format", "", "the file is empty");
	if (begins(p, n, "\xD0\xCF\x11\xE0", 4))
		return err_set(e, VH_INVALID, "sheet_format", "",
		               "an old .xls, or one with a password: save it as .xlsx or CSV");
	struct sheet *s = alloc_should_fail() ? NULL : calloc(1, sizeof *s);
	if (!s)
		return sheet_nomem(e);
	s->bytes = p;
	s->n = n;
	cells_init(&s->cells);
	enum vh_rc rc;
	if (begins(p, n, "PK\3\4", 4) || begins(p, n, "PK\5\6", 4)) {
		s->rd = &xlsx_reader;
		rc = xlsx_open(p, n, &s->own, e);
	} else {
		s->rd = &csv_reader;
		rc = csv_open(p, n, &s->own, e);
	}
	if (!rc)
		*ret = s;
	else
		sheet_close(s);
	return rc;
}

static enum vh_rc slurp(const char *path, char **ret, size_t *ret_n, struct err *e)
{
	struct stat st;
	char *p = NULL;
	enum vh_rc rc = VH_OK;
	size_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO is refused, not awaited */
	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = err_set(e, errno == ENOENT ? VH_NOTFOUND : VH_IO, "sheet_file", "file",
		             "cannot open the file: %s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		rc = err_set(e, VH_INVALID, "sheet_file", "file", "not a plain file");
	} else if (st.st_size > LIM_LEDGER_FILE) {
		rc = err_set(e, VH_LIMIT, "sheet_limit", "file", "the file is over %u MiB",
		             LIM_LEDGER_FILE >> 20);
	} else if (alloc_should_fail() || !(p = malloc((size_t)st.st_size + 1))) {
		rc = sheet_nomem(e);
	}
	while (!rc && got < (size_t)st.st_size) {
		ssize_t r = read(fd, p + got, (size_t)st.st_size - got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			rc = err_set(e, VH_IO, "sheet_file", "file", "the file could not be read");
		else
			got += (size_t)r;
	}
	if (fd >= 0)
		close(fd);
	if (rc) {
		free(p);
		return rc;
	}
	*ret = p;
	*ret_n = got;
	return VH_OK;
}

enum vh_rc sheet_open_file(const char *path, struct sheet **ret, struct err *e)
{
	char *p;
	size_t n;
	struct sheet *s;
	enum vh_rc rc = slurp(path, &p, &n, e);
	if (rc)
		return rc;
	rc = sheet_open(p, n, &s, e);
	if (rc) {
		free(p);
		return rc;
	}
	s->file = p;
	*ret = s;
	return VH_OK;
}

void sheet_close(struct sheet *s)
{
	if (!s)
		return;
	if (s->own)
		s->rd->close(s->own);
	cells_done(&s->cells);
	free(s->file);
	free(s);
}

unsigned sheet_tables(const struct sheet *s)
{
	return s->rd->tables(s->own);
}

enum vh_rc sheet_select(struct sheet *s, unsigned table, struct err *e)
{
	s->rows = 0;
	return s->rd->select(s->own, table, e);
}

enum vh_rc sheet_next(struct sheet *s, struct sheet_row *ret, struct err *e)
{
	uint32_t line = 0;
	do {
		cells_clear(&s->cells);
		enum vh_rc rc = s->rd->next(s->own, &s->cells, &line, e);
		if (rc)
			return rc;
		if (!buf_ok(&s->cells.text))
			return sheet_nomem(e);
	} while (!cells_any(&s->cells));
	if (++s->rows > LIM_LEDGER_ROWS)
		return err_set(e, VH_LIMIT, "sheet_limit", "", "over %d rows", LIM_LEDGER_ROWS);
	row_of(&s->cells, line, ret);
	return VH_OK;
}
