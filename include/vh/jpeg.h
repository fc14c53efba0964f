/*
 * A photograph as a telephone sends it, without what it says besides the picture: place, time,
 * maker, thumbnails, comments, and whatever lies behind its end.
 */
#ifndef VH_JPEG_H
#define VH_JPEG_H

#include "vh/arena.h"
#include "vh/crypto.h"

/*
 * Keeps the markers that a decoder needs (frames, tables, scans, APP14, and JFIF's APP0 without its
 * thumbnail) and the scans as they are. VH_INVALID: not a whole JPEG. VH_NOMEM.
 */
MUST enum vh_rc jpeg_strip(struct arena *a, const void *p, size_t n, struct blob *ret);

#endif
