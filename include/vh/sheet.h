/*
 * Tables as people send them: XLSX and CSV, told apart by their content, read row by row, and
 * written again.
 *
 * CSV: UTF-8 or GB18030 (GBK), also UTF-16 with its mark; comma, semicolon or tab; RFC 4180
 * quotes. XLSX: every visible sheet; a merged cell repeats its value downwards; a number under a
 * date style reads as YYYY-MM-DD, any other as it was typed. Nothing is believed about the file:
 * all ceilings are in limits.h, and an XLSX is unpacked and parsed once to its end before its
 * first row is handed out, so that a damaged one is refused whole.
 *
 * Codes: sheet_format, sheet_charset, sheet_truncated (VH_INVALID); sheet_bomb, sheet_limit
 * (VH_LIMIT).
 */
#ifndef VH_SHEET_H
#define VH_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "vh/err.h"

struct sheet;

struct sheet_row {
	uint32_t line;           /* row of the sheet or record of the CSV, from 1 */
	unsigned n;              /* cells */
	const char *const *cell; /* UTF-8, "" when empty; valid until the next call */
};

/* The bytes are borrowed until sheet_close(). Stands before the first row of the first table. */
MUST enum vh_rc sheet_open(const void *p, size_t n, struct sheet **ret, struct err *e);
/* Reads the file whole (LIM_LEDGER_FILE). VH_NOTFOUND, VH_IO. */
MUST enum vh_rc sheet_open_file(const char *path, struct sheet **ret, struct err *e);
void sheet_close(struct sheet *s);

/* How many tables it holds (a CSV: one). Select stands before the first row of one, any time. */
unsigned sheet_tables(const struct sheet *s);
MUST enum vh_rc sheet_select(struct sheet *s, unsigned table, struct err *e);

/* Next row that is not blank; VH_NOTFOUND after the last. */
MUST enum vh_rc sheet_next(struct sheet *s, struct sheet_row *ret, struct err *e);

/*
 * Writing: a new 0600 file of text cells. CSV is UTF-8 with a mark, since Excel asks for it, and
 * a cell that a spreadsheet would run as a formula gets an apostrophe before it. Failures are
 * sticky and come out of the close, which removes what was begun.
 */
enum sheet_kind { SHEET_CSV, SHEET_XLSX };
struct sheet_out;

MUST enum vh_rc sheet_out_open(const char *path, enum sheet_kind kind, const char *title,
                               struct sheet_out **ret, struct err *e);
void sheet_out_row(struct sheet_out *w, const char *const *cell, unsigned n); /* NULL: empty */
MUST enum vh_rc sheet_out_close(struct sheet_out *w, struct err *e);
void sheet_out_drop(struct sheet_out *w); /* give up and remove the file; takes NULL */

#endif
