#include "vh/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/arena.h"

enum { SMALL = 160 };

void buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .cap = cap };
}

void buf_done(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .cap = b->cap };
}

void buf_reset(struct buf *b)
{
	b->n = 0;
	b->rc = VH_OK;
	if (b->p)
		b->p[0] = '\0';
}

static bool room_for(struct buf *b, size_t n)
{
	if (b->rc != VH_OK)
		return false;
	if (n > b->cap - b->n) {
		b->rc = VH_LIMIT;
		return false;
	}
	if (b->n + n < b->size)
		return true;
	size_t size = b->size ? b->size : 256;
	while (size <= b->n + n)
		size *= 2;
	char *p = alloc_should_fail() ? NULL : realloc(b->p, size);
	if (!p) {
		b->rc = VH_NOMEM;
		return false;
	}
	b->p = p;
	b->size = size;
	return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
	if (!n || !room_for(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	if (b->rc == VH_OK && b->n < b->cap && b->n + 1 < b->size) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
		return;
	}
	buf_add(b, &c, 1);
}

size_t i64_text(int64_t v, char out[I64_TEXT])
{
	char text[I64_TEXT], *p = text + sizeof text;
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (v < 0)
		*--p = '-';
	size_t n = (size_t)(text + sizeof text - p);
	memcpy(out, p, n);
	return n;
}

void buf_i64(struct buf *b, int64_t v)
{
	char text[I64_TEXT];
	buf_add(b, text, i64_text(v, text));
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	/* Most texts are short: formatted once, not measured first. */
	char small[SMALL];
	int n = vsnprintf(small, sizeof small, fmt, ap);
	if (n > 0 && n < SMALL) {
		buf_add(b, small, (size_t)n);
	} else if (n > 0 && room_for(b, (size_t)n)) {
		vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

bool buf_ok(const struct buf *b)
{
	return b->rc == VH_OK;
}

const char *buf_str(const struct buf *b)
{
	return b->p && b->n ? b->p : "";
}

char *buf_take(struct buf *b, size_t *ret_n)
{
	char *p = NULL;
	if (b->rc == VH_OK && (b->p || room_for(b, 0))) {
		p = b->p;
		p[b->n] = '\0';
		if (ret_n)
			*ret_n = b->n;
		*b = (struct buf){ .cap = b->cap };
	}
	return p;
}

void buf_drop(char *p)
{
	free(p);
}
