/*
 * How every entity reads its rows: one row into a struct, or all rows into a list linked by its
 * `next` member.
 */
#ifndef STORE_ROWS_H
#define STORE_ROWS_H

#include <stddef.h>

#include "vh/store.h"

/* Reads the columns in the order of the entity's COLS. */
typedef void row_fill(struct ctx *cx, struct stmt *st, void *ret);

/* Most statements begin with two numbers: whose, and which of them. */
struct stmt *stmt_two(struct ctx *cx, const struct sql *q, int64_t a, int64_t b);
/* VH_NOTFOUND without a row. ret is written only on success. */
MUST enum vh_rc row_one(struct ctx *cx, struct stmt *st, row_fill *fill, void *ret, size_t size);
/* ret_head: struct x **; next: offsetof(struct x, next). */
MUST enum vh_rc row_list(struct ctx *cx, struct stmt *st, row_fill *fill, size_t size, size_t next,
                         void *ret_head);
/* One number. */
MUST enum vh_rc row_i64(struct ctx *cx, struct stmt *st, int64_t *ret);
/* A statement that must change exactly one row: VH_CONFLICT when none (somebody was faster). */
MUST enum vh_rc row_change(struct ctx *cx, struct stmt *st);
/* Zero stands for NULL in optional references and instants. */
void bind_ref(struct stmt *st, int64_t id);

#endif
