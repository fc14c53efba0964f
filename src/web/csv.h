/*
 * Tables as CSV for a spreadsheet: UTF-8 with a mark for Excel, and no cell begins as a formula
 * does.
 */
#ifndef VH_WEB_CSV_H
#define VH_WEB_CSV_H

#include "vh/json.h"
#include "web.h"

/* The answer is the file HOTEL-NAME.csv; its cells follow in c->r->body. */
void csv_begin(struct call *c, const char *name);
void csv_cell(struct buf *b, const char *s);
/* What stands in a view: text, a number, or nothing for null and NULL. */
void csv_value(struct buf *b, const cJSON *v);
static inline void csv_next(struct buf *b)
{
	buf_puts(b, ",");
}
static inline void csv_end(struct buf *b)
{
	buf_puts(b, "\r\n");
}

#endif
