#include "map.h"

#include <pthread.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/log.h"
#include "vh/sync_http.h"

enum { HANDS = 8, CONNECT_MS = 2000, ZOOM = 18 };

/* Connections stay open between tiles; each is one thread's at a time. */
struct map_host {
	pthread_mutex_t lock;
	struct wire *idle[HANDS];
	unsigned n;
};

static struct wire *take(struct map_host *m)
{
	struct err e = { .n = 0 };
	struct wire *w = NULL;
	pthread_mutex_lock(&m->lock);
	if (m->n)
		w = m->idle[--m->n];
	pthread_mutex_unlock(&m->lock);
	return w || wire_open(&w, &e) == VH_OK ? w : NULL;
}

static void give(struct map_host *m, struct wire *w)
{
	pthread_mutex_lock(&m->lock);
	if (m->n < HANDS) {
		m->idle[m->n++] = w;
		w = NULL;
	}
	pthread_mutex_unlock(&m->lock);
	wire_close(w);
}

static enum vh_rc fetch(void *arg, const char *url, size_t most, int *ret_status,
                        struct buf *ret_body)
{
	/* Owners of tiles want to know who asks. */
	static const struct wire_header header[] = { { "User-Agent", "vhotel" },
		                                     { "Accept", "image/*" },
		                                     { 0 } };
	const struct wire_post get = { .url = url, .header = header, .most = most,
		                       .connect_ms = CONNECT_MS, .total_ms = LIM_TILE_MS };
	struct map_host *m = arg;
	struct wire_answer a;
	struct err e = { .n = 0 };
	struct wire *w = take(m);
	if (!w)
		return VH_NOMEM;
	enum vh_rc rc = wire_post(w, &get, &a, &e);
	give(m, w);
	if (rc == VH_OK && a.verdict != WIRE_ANSWERED) {
		LOG(LOG_WARN, "tile_lost", KV("why", a.why));
		rc = VH_BUSY;
	}
	if (rc != VH_OK) {
		wire_answer_done(&a);
		return rc;
	}
	*ret_status = a.status;
	*ret_body = a.body;
	return VH_OK;
}

static enum vh_rc read_conf(struct cli *c, unsigned threads, struct web_map *ret)
{
	const char *datum = conf_str(c->conf, "map", "datum", "wgs84");
	int64_t zoom;
	enum vh_rc rc = conf_i64(c->conf, "map", "max_zoom", 1, LIM_TILE_ZOOM, ZOOM, &zoom,
	                         &c->cx.err);
	if (rc != VH_OK)
		return rc;
	if (strcmp(datum, "wgs84") != 0 && strcmp(datum, "gcj02") != 0)
		return ctx_fail(&c->cx, VH_INVALID, "map", "datum",
		                "the datum of the tiles is wgs84 or gcj02");
	*ret = (struct web_map){ .tiles = conf_str(c->conf, "map", "tiles", NULL),
		                 .credit = conf_str(c->conf, "map", "credit", NULL),
		                 .gcj02 = !strcmp(datum, "gcj02"),
		                 .max_zoom = (int)zoom,
		                 .at_once = threads / 3 ? threads / 3 : 1 };
	return VH_OK;
}

enum vh_rc cli_map_open(struct cli *c, unsigned threads, struct map_host **ret,
                        struct web_map *ret_map)
{
	enum vh_rc rc = read_conf(c, threads, ret_map);
	if (rc != VH_OK || !ret_map->tiles)
		return rc;
	rc = wire_url_check(ret_map->tiles, &c->cx.err);
	struct map_host *m = rc == VH_OK ? arena_alloc(c->cx.a, sizeof *m) : NULL;
	if (rc == VH_OK && !m)
		rc = ctx_nomem(&c->cx);
	if (rc != VH_OK)
		return rc;
	pthread_mutex_init(&m->lock, NULL);
	ret_map->fetch = fetch;
	ret_map->arg = m;
	*ret = m;
	return VH_OK;
}

void cli_map_close(struct map_host *m)
{
	if (!m)
		return;
	while (m->n)
		wire_close(m->idle[--m->n]);
	pthread_mutex_destroy(&m->lock);
}
