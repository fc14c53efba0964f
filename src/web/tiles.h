/*
 * Tiles of the map, fetched for readers so that their browsers ask nobody but us: numbers in range
 * only, few at a time, kept in bounded memory. A host that is down is left alone for a while, so
 * that no worker waits for it.
 */
#ifndef VH_WEB_TILES_H
#define VH_WEB_TILES_H

#include "vh/ctx.h"
#include "vh/http.h"
#include "vh/web.h"

struct tiles;
struct tile_at {
	int z;
	int32_t x, y;
};

/* VH_INVALID `map`: not an address with {z}, {x} and {y} once each, or a zoom out of range. */
MUST enum vh_rc tiles_new(const struct web_map *map, struct arena *a, struct tiles **ret,
                          struct err *e);
void tiles_free(struct tiles *t); /* takes NULL */
/* From texts of a path; VH_NOTFOUND unless they are numbers in range, as they are written; also
 * when there are no tiles (t NULL). */
MUST enum vh_rc tile_parse(struct ctx *cx, const struct tiles *t, const char *z, const char *x,
                           const char *y, struct tile_at *ret);
/* Into the answer. VH_NOTFOUND `tile`: there is none; VH_BUSY `tile_busy`: not now. */
MUST enum vh_rc tile_get(struct ctx *cx, struct tiles *t, const struct tile_at *at,
                         struct http_resp *r);

#endif
