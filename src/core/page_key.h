/*
 * Keys of pages: numbers with dots between them, made by us and read strictly.
 */
#ifndef CORE_PAGE_KEY_H
#define CORE_PAGE_KEY_H

#include "vh/core.h"

/* text NULL: zeros. VH_INVALID `after` when it is not n numbers. */
MUST enum vh_rc page_key_read(struct ctx *cx, const char *text, int64_t *ret, size_t n);
/* NULL without memory. */
char *page_key_make(struct ctx *cx, const int64_t *key, size_t n);

#endif
