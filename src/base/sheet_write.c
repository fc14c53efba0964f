#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "sheet_impl.h"
#include "vh/arena.h"

struct sheet_out {
	FILE *csv;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	uint32_t row;
	char *path;
	enum vh_rc rc;
};

static enum vh_rc not_written(struct err *e)
{
	return err_set(e, VH_IO, "sheet_file", "file", "the file could not be written: %s",
	               strerror(errno));
}

static bool open_kind(struct sheet_out *w, int fd, enum sheet_kind kind, const char *title)
{
	if (kind == SHEET_CSV) {
		w->csv = fdopen(fd, "w");
		if (!w->csv)
			close(fd);
		else if (fputs("\xEF\xBB\xBF", w->csv) < 0)
			w->rc = VH_IO;
		return w->csv != NULL;
	}
	close(fd); /* libxlsxwriter opens it by name: it stays 0600 */
	lxw_workbook_options how = { .constant_memory = LXW_TRUE };
	w->book = workbook_new_opt(w->path, &how);
	w->sheet = w->book ? workbook_add_worksheet(w->book, title) : NULL;
	return w->sheet != NULL;
}

enum vh_rc sheet_out_open(const char *path, enum sheet_kind kind, const char *title,
                          struct sheet_out **ret, struct err *e)
{
	struct sheet_out *w = alloc_should_fail() ? NULL : calloc(1, sizeof *w);
	if (!w || alloc_should_fail() || !(w->path = strdup(path))) {
		free(w);
		return sheet_nomem(e);
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		enum vh_rc rc = errno == EEXIST ? err_set(e, VH_CONFLICT, "file_exists", "file",
		                                          "the file is there already")
		                                : not_written(e);
		free(w->path);
		free(w);
		return rc;
	}
	if (!open_kind(w, fd, kind, title)) {
		sheet_out_drop(w);
		return sheet_nomem(e);
	}
	*ret = w;
	return VH_OK;
}

/* Would a spreadsheet run it as a formula? */
static bool is_formula(const char *s)
{
	return strchr("=+-@\t\r", *s) && s[1];
}

static void csv_cell(FILE *f, const char *s)
{
	if (!*s)
		return;
	bool quote = strpbrk(s, ",\"\r\n") != NULL;
	if (quote)
		fputc('"', f);
	if (is_formula(s))
		fputc('\'', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	if (quote)
		fputc('"', f);
}

void sheet_out_row(struct sheet_out *w, const char *const *cell, unsigned n)
{
	for (unsigned i = 0; i < n && !w->rc; i++) {
		const char *s = cell[i] ? cell[i] : "";
		if (w->csv) {
			if (i)
				fputc(',', w->csv);
			csv_cell(w->csv, s);
		} else if (*s && worksheet_write_string(w->sheet, w->row, (lxw_col_t)i, s, NULL)) {
			w->rc = VH_LIMIT; /* rows or text beyond what XLSX can hold */
		}
	}
	if (w->csv && fputs("\r\n", w->csv) < 0)
		w->rc = VH_IO;
	w->row++;
}

static void let_go(struct sheet_out *w, bool keep)
{
	if (!keep)
		unlink(w->path);
	free(w->path);
	free(w);
}

enum vh_rc sheet_out_close(struct sheet_out *w, struct err *e)
{
	enum vh_rc rc = w->rc;
	if (w->csv) {
		if (ferror(w->csv) || fflush(w->csv) || fsync(fileno(w->csv)))
			rc = VH_IO;
		if (fclose(w->csv))
			rc = VH_IO;
	} else if (workbook_close(w->book)) {
		rc = rc ? rc : VH_IO;
	}
	if (rc == VH_LIMIT)
		rc = err_set(e, VH_LIMIT, "sheet_limit", "", "row %u is beyond what XLSX holds",
		             w->row);
	else if (rc)
		rc = not_written(e);
	let_go(w, !rc);
	return rc;
}

void sheet_out_drop(struct sheet_out *w)
{
	if (!w)
		return;
	if (w->csv)
		fclose(w->csv);
	else if (w->book)
		lxw_workbook_free(w->book);
	let_go(w, false);
}
