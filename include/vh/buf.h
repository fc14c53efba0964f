/*
 * A growing byte buffer with a ceiling. It fails stickily: writers ignore single results and ask
 * buf_ok() once. The bytes are always followed by a NUL that is not counted. Heap memory, owned by
 * the buf until buf_take().
 */
#ifndef VH_BUF_H
#define VH_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/err.h"

struct buf {
	char *p;     /* NULL while empty */
	size_t n;    /* bytes */
	size_t size; /* allocated */
	size_t cap;  /* ceiling, without the NUL */
	enum vh_rc rc; /* VH_OK, VH_LIMIT or VH_NOMEM, sticky */
};

void buf_init(struct buf *b, size_t cap);
void buf_done(struct buf *b);  /* frees; takes a zeroed buf */
void buf_reset(struct buf *b); /* empty again, memory kept, error cleared */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);

/* Decimal, without a NUL; how many characters. A hundred times faster than printf. */
#define I64_TEXT 20
size_t i64_text(int64_t v, char out[I64_TEXT]);

MUST bool buf_ok(const struct buf *b);
const char *buf_str(const struct buf *b); /* never NULL */
/* A heap string, which the caller frees with buf_drop(); NULL on failure. */
char *buf_take(struct buf *b, size_t *ret_n);
void buf_drop(char *p);

#endif
