/* What the readers of CSV and XLSX share: a row of cells being made, and how they are called. */
#ifndef SHEET_IMPL_H
#define SHEET_IMPL_H

#include <stdbool.h>

#include "vh/buf.h"
#include "vh/limits.h"
#include "vh/sheet.h"

/* The texts of a row, each with its NUL; at[] are offsets, since the buffer moves. */
struct cells {
	struct buf text;
	size_t at[LIM_LEDGER_COLS];
	const char *cell[LIM_LEDGER_COLS];
	unsigned n;
};

void cells_init(struct cells *c);
void cells_done(struct cells *c);
void cells_clear(struct cells *c);
/* Put a text into a column at or after the last one; columns between are empty. */
MUST enum vh_rc cells_put(struct cells *c, unsigned col, const char *p, size_t n, uint32_t line,
                          struct err *e);
/* Has any cell a text? */
bool cells_any(const struct cells *c);

struct sheet_reader {
	unsigned (*tables)(const void *own);
	enum vh_rc (*select)(void *own, unsigned table, struct err *e);
	/* Fills the cells and the line; blank rows may come. */
	enum vh_rc (*next)(void *own, struct cells *c, uint32_t *ret_line, struct err *e);
	void (*close)(void *own);
};
extern const struct sheet_reader csv_reader, xlsx_reader;

MUST enum vh_rc csv_open(const char *p, size_t n, void **ret, struct err *e);
MUST enum vh_rc xlsx_open(const void *p, size_t n, void **ret, struct err *e);

/* Text of unknown charset: *ret borrows from p, or from `made` where it had to be converted. */
MUST enum vh_rc charset_utf8(const char *p, size_t n, struct buf *made, const char **ret,
                             size_t *ret_n, struct err *e);

/* Outside quotes, brackets and escapes, a year or a day: is a format of numbers one of dates? */
bool format_shows_date(const char *f);
/*
 * A number as somebody would have typed it, up to 15 digits; under a format of dates, the day. What
 * is no such number stays as it is. Returns raw or out.
 */
enum { NUMBER_TEXT = 64 };
const char *number_text(const char *raw, bool date, bool date1904, char out[NUMBER_TEXT]);

/* The zip beneath an XLSX: parts by name, unpacked as a stream under the ceilings of LIM_XLSX_*. */
struct zip_pack;
struct part {
	void *f;
	uint64_t got, packed; /* bytes unpacked so far, bytes in the file */
};
MUST enum vh_rc pack_open(const void *p, size_t n, struct zip_pack **ret, struct err *e);
void pack_close(struct zip_pack *z); /* takes NULL */
/* VH_NOTFOUND, with no words set. */
MUST enum vh_rc part_open(struct zip_pack *z, const char *name, struct part *ret, struct err *e);
MUST enum vh_rc part_read(struct part *p, void *to, size_t n, size_t *ret_n, struct err *e);
void part_close(struct part *p);

enum vh_rc sheet_nomem(struct err *e);

#endif
