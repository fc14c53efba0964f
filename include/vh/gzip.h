/*
 * gzip: lists of divisions travel as .csv.gz, batches of events with Content-Encoding.
 */
#ifndef VH_GZIP_H
#define VH_GZIP_H

#include "vh/buf.h"
#include "vh/err.h"

/*
 * Appends the file's bytes to b, unpacked when they are gzip. VH_NOTFOUND: no such file; VH_LIMIT:
 * over b's ceiling (a bomb, too); VH_INVALID: cut off or altered; VH_IO: unreadable; VH_NOMEM.
 */
MUST enum vh_rc gunzip_file(const char *path, struct buf *b, struct err *e);

/* Appends; VH_LIMIT, VH_NOMEM. */
MUST enum vh_rc gzip_bytes(const void *p, size_t n, struct buf *b);
/* Appends what is packed in p, one gzip member and nothing behind it. Errors as gunzip_file. */
MUST enum vh_rc gunzip_bytes(const void *p, size_t n, struct buf *b);

#endif
