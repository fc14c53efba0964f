#include "tiles.h"

#include <pthread.h>
#include <string.h>

#include "vh/date.h"
#include "vh/limits.h"

enum { SLOTS = 1024, FAILS = 3 };
#define KEEP_MS (7 * DAY_MS)
#define NONE_MS HOUR_MS /* a tile that is not there may be drawn one day */
#define REST_MS (15 * 1000)

struct slot {
	struct tile_at at;
	int64_t got, used; /* got 0: empty */
	const char *type;  /* NULL: there is no such tile */
	struct buf bytes;
};
struct tiles {
	struct web_map map;
	pthread_mutex_t lock; /* over all below */
	struct slot slot[SLOTS];
	size_t held;
	unsigned busy;
	unsigned fails;    /* in a row */
	int64_t rest_till; /* nobody asks the host before */
};

static unsigned times(const char *in, const char *part)
{
	unsigned n = 0;
	for (const char *p = in; (p = strstr(p, part)) != NULL; p++)
		n++;
	return n;
}

enum vh_rc tiles_new(const struct web_map *map, struct arena *a, struct tiles **ret, struct err *e)
{
	if (!map->tiles || !map->fetch) {
		*ret = NULL;
		return VH_OK;
	}
	if (times(map->tiles, "{z}") != 1 || times(map->tiles, "{x}") != 1 ||
	    times(map->tiles, "{y}") != 1 || times(map->tiles, "{") != 3 ||
	    strlen(map->tiles) > LIM_FIELD)
		return err_set(e, VH_INVALID, "map", "tiles",
		               "an address of tiles has {z}, {x} and {y} once each");
	if (map->max_zoom < 1 || map->max_zoom > LIM_TILE_ZOOM)
		return err_set(e, VH_INVALID, "map", "max_zoom", "a zoom from 1 to %d",
		               LIM_TILE_ZOOM);
	struct tiles *t = arena_alloc(a, sizeof *t);
	if (!t)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the map");
	t->map = *map;
	pthread_mutex_init(&t->lock, NULL);
	*ret = t;
	return VH_OK;
}

static void forget(struct tiles *t, struct slot *s)
{
	t->held -= s->bytes.size;
	buf_done(&s->bytes);
	*s = (struct slot){ .got = 0 };
}

void tiles_free(struct tiles *t)
{
	if (!t)
		return;
	for (int i = 0; i < SLOTS; i++)
		forget(t, &t->slot[i]);
	pthread_mutex_destroy(&t->lock);
}

/* One number as it is written: no sign, no leading zero, below `end`. */
static bool number(const char *s, int32_t end, int32_t *ret)
{
	int32_t n = 0;
	size_t len = s ? strlen(s) : 0;
	if (len < 1 || len > 8 || strspn(s, "0123456789") != len || (len > 1 && *s == '0'))
		return false;
	for (; *s; s++)
		n = n * 10 + (*s - '0');
	*ret = n;
	return n < end;
}

enum vh_rc tile_parse(struct ctx *cx, const struct tiles *t, const char *z, const char *x,
                      const char *y, struct tile_at *ret)
{
	struct tile_at at;
	int32_t zoom;
	if (!t)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "tiles", "this map has no tiles");
	if (!number(z, t->map.max_zoom + 1, &zoom) || !number(x, 1 << zoom, &at.x) ||
	    !number(y, 1 << zoom, &at.y))
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "", "there is no such tile");
	at.z = zoom;
	*ret = at;
	return VH_OK;
}

/* ---- what is kept ---- */

static struct slot *find(struct tiles *t, const struct tile_at *at, int64_t now)
{
	for (int i = 0; i < SLOTS; i++) {
		struct slot *s = &t->slot[i];
		if (!s->got || s->at.z != at->z || s->at.x != at->x || s->at.y != at->y)
			continue;
		if (now - s->got < (s->type ? KEEP_MS : NONE_MS))
			return s;
		forget(t, s);
	}
	return NULL;
}

/* An empty slot with room for so many bytes: what was not used for longest goes. */
static struct slot *make_room(struct tiles *t, size_t n)
{
	for (;;) {
		struct slot *oldest = NULL, *empty = NULL;
		for (int i = 0; i < SLOTS; i++) {
			struct slot *s = &t->slot[i];
			if (!s->got)
				empty = s;
			else if (!oldest || s->used < oldest->used)
				oldest = s;
		}
		if (empty && t->held + n <= LIM_TILES)
			return empty;
		if (!oldest)
			return empty;
		forget(t, oldest);
	}
}

static void keep(struct tiles *t, const struct tile_at *at, int64_t now, const char *type,
                 struct buf *bytes)
{
	struct slot *s = find(t, at, now); /* somebody was as quick */
	if (s)
		forget(t, s);
	else
		s = make_room(t, bytes->size);
	*s = (struct slot){ .at = *at, .got = now, .used = now, .type = type, .bytes = *bytes };
	t->held += bytes->size;
	*bytes = (struct buf){ .n = 0 };
}

static enum vh_rc answer(struct ctx *cx, struct slot *s, struct http_resp *r)
{
	s->used = cx->now;
	if (!s->type)
		return ctx_fail(cx, VH_NOTFOUND, "tile", "", "there is no such tile");
	r->status = 200;
	r->type = s->type;
	buf_add(&r->body, buf_str(&s->bytes), s->bytes.n);
	resp_header(r, "Cache-Control", "private, max-age=86400");
	return VH_OK;
}

/* ---- fetching ---- */

/* Told by its bytes: what the host says of them is not believed. */
static const char *picture(const struct buf *b)
{
	const char *p = buf_str(b);
	if (b->n > 8 && !memcmp(p, "\x89PNG\r\n\x1a\n", 8))
		return "image/png";
	if (b->n > 3 && !memcmp(p, "\xff\xd8\xff", 3))
		return "image/jpeg";
	if (b->n > 12 && !memcmp(p, "RIFF", 4) && !memcmp(p + 8, "WEBP", 4))
		return "image/webp";
	return NULL;
}

static const char *address(struct ctx *cx, const struct tiles *t, const struct tile_at *at)
{
	struct buf b;
	buf_init(&b, 2 * LIM_FIELD);
	for (const char *p = t->map.tiles; *p; p++) {
		if (*p != '{') {
			buf_putc(&b, *p);
			continue;
		}
		buf_i64(&b, p[1] == 'z' ? at->z : p[1] == 'x' ? at->x : at->y);
		p += 2;
	}
	const char *url = buf_ok(&b) ? arena_dup(cx->a, buf_str(&b)) : NULL;
	buf_done(&b);
	return url;
}

static enum vh_rc not_now(struct ctx *cx)
{
	return ctx_fail(cx, VH_BUSY, "tile_busy", "", "the map's tiles do not come at the moment");
}

/* A 404 is an answer; anything else but a picture says that something is wrong with the host. */
static bool good(int status, const struct buf *b, const char **ret_type)
{
	*ret_type = status == 200 ? picture(b) : NULL;
	return *ret_type || status == 404 || status == 204;
}

/* Under the lock: may this one ask the host? */
static bool begin(struct tiles *t, int64_t now)
{
	if (t->busy >= t->map.at_once || now < t->rest_till)
		return false;
	t->busy++;
	return true;
}

static void end(struct tiles *t, bool ok, int64_t now)
{
	t->busy--;
	t->fails = ok ? 0 : t->fails + 1;
	if (t->fails >= FAILS)
		t->rest_till = now + REST_MS;
}

static enum vh_rc fetch(struct ctx *cx, struct tiles *t, const struct tile_at *at,
                        struct http_resp *r)
{
	const char *url = address(cx, t, at), *type = NULL;
	struct buf body = { .n = 0 };
	int status = 0;
	bool ok = url && t->map.fetch(t->map.arg, url, LIM_TILE, &status, &body) == VH_OK &&
	          good(status, &body, &type);
	/* The clock of the step stood while we waited; tests have no other. */
	pthread_mutex_lock(&t->lock);
	end(t, ok, cx->now);
	enum vh_rc rc = VH_OK;
	if (ok) {
		if (!type)
			buf_done(&body);
		keep(t, at, cx->now, type, &body);
		rc = answer(cx, find(t, at, cx->now), r);
	}
	pthread_mutex_unlock(&t->lock);
	buf_done(&body);
	return ok ? rc : url ? not_now(cx) : ctx_nomem(cx);
}

enum vh_rc tile_get(struct ctx *cx, struct tiles *t, const struct tile_at *at, struct http_resp *r)
{
	pthread_mutex_lock(&t->lock);
	struct slot *s = find(t, at, cx->now);
	enum vh_rc rc = s ? answer(cx, s, r) : VH_OK;
	bool ask = !s && begin(t, cx->now);
	pthread_mutex_unlock(&t->lock);
	if (s)
		return rc;
	return ask ? fetch(cx, t, at, r) : not_now(cx);
}
