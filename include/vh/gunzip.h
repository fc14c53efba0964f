/*
 * A text file that may be packed: lists of divisions travel as .csv.gz.
 */
#ifndef VH_GUNZIP_H
#define VH_GUNZIP_H

#include "vh/buf.h"
#include "vh/err.h"

/*
 * Appends the file's bytes to b, unpacked when they are gzip. VH_NOTFOUND: no such file; VH_LIMIT:
 * over b's ceiling (a bomb, too); VH_INVALID: cut off or altered; VH_IO: unreadable; VH_NOMEM.
 */
MUST enum vh_rc gunzip_file(const char *path, struct buf *b, struct err *e);

#endif
