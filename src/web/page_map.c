/*
 * The map: houses by place and state. A drawing of our own without a tile address or scripts;
 * static/map.js lays the same houses on tiles, which come through /tiles.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "frame.h"
#include "pages.h"
#include "tiles.h"
#include "vh/geo.h"
#include "vh/map.h"
#include "vh/rack.h"
#include "view.h"
#include "web_state.h"

/* The drawing, in units of which a letter is 24 high. */
enum { WIDE = 600, EDGE = 44, HIGH_LEAST = 240, HIGH_MOST = 900, DOT_MOST = 24, DOT_LEAST = 8 };

static bool is_placed(const struct house *h)
{
	return h->lat != 0 || h->lng != 0;
}

/*
 * A house has many rooms and one colour: that of its most urgent room where there is one (over
 * full, overdue, to verify, due), else of the state that most of its rooms are in.
 */
static const char *house_tile(const struct map_house *m, size_t counts[], size_t n)
{
	static const char *const urgent[] = { "over", "overdue", "pending", "due" };
	const struct room_state *r = m->rooms;
	size_t most = 0;
	memset(counts, 0, n * sizeof *counts);
	for (int64_t i = 0; i < m->n; i++, r = r->next) {
		const struct rack_room like = {
			.room = { .letting = r->letting, .capacity = r->capacity },
			.registered = r->registered,
			.pending = r->open,
			.overdue = r->overdue,
			.due = r->due,
		};
		const char *tile = tile_of(&like);
		for (size_t k = 0; k < n && tiles[k]; k++)
			counts[k] += !strcmp(tiles[k], tile);
	}
	for (size_t u = 0; u < sizeof urgent / sizeof *urgent; u++)
		for (size_t k = 0; k < n && tiles[k]; k++)
			if (counts[k] && !strcmp(tiles[k], urgent[u]))
				return tiles[k];
	for (size_t k = 1; k < n && tiles[k]; k++)
		most = counts[k] > counts[most] ? k : most;
	return tiles[most];
}

/* ---- the drawing ---- */

struct frame {
	double west, north, scale, squeeze; /* degrees; units a degree of latitude; of longitude */
	int high;
	int64_t n;
	int dot;
};

static struct frame frame_of(const struct map_house *list)
{
	double s = 90, n = -90, w = 180, e = -180;
	struct frame f = { .n = 0 };
	for (const struct map_house *m = list; m; m = m->next) {
		if (!is_placed(&m->house))
			continue;
		s = fmin(s, m->house.lat);
		n = fmax(n, m->house.lat);
		w = fmin(w, m->house.lng);
		e = fmax(e, m->house.lng);
		f.n++;
	}
	f.squeeze = f.n ? cos((s + n) / 2 * M_PI / 180) : 1;
	double across = (e - w) * f.squeeze, up = n - s;
	/* A single house, or one on top of the other: some hundred metres around it. */
	double least = 0.002;
	f.scale = (WIDE - 2 * EDGE) / fmax(across, least);
	f.scale = fmin(f.scale, (HIGH_MOST - 2 * EDGE) / fmax(up, least));
	f.high = (int)fmax(HIGH_LEAST, up * f.scale + 2 * EDGE);
	f.west = f.n ? (w + e) / 2 - WIDE / 2.0 / f.scale / f.squeeze : 0;
	f.north = f.n ? (s + n) / 2 + f.high / 2.0 / f.scale : 0;
	f.dot = f.n > 400 ? DOT_LEAST : f.n > 120 ? DOT_LEAST + 6 : DOT_MOST;
	return f;
}

static void put_spot(struct call *c, cJSON *o, const struct frame *f, const struct house *h)
{
	int x = (int)lround((h->lng - f->west) * f->squeeze * f->scale);
	int y = (int)lround((f->north - h->lat) * f->scale);
	struct spot s = { h->lat, h->lng };
	if (c->w->conf.map.gcj02)
		s = geo_gcj02(s);
	put_num(c, o, "x", x);
	put_num(c, o, "y", y);
	put_num(c, o, "text_y", y + 8);
	put(c, o, "shown_lat", arena_printf(c->cx.a, "%.6f", s.lat));
	put(c, o, "shown_lng", arena_printf(c->cx.a, "%.6f", s.lng));
}

static void put_degrees(struct call *c, cJSON *o, const struct house *h)
{
	if (is_placed(h)) {
		view_num(&c->view, o, "lat", h->lat);
		view_num(&c->view, o, "lng", h->lng);
	} else {
		view_null(&c->view, o, "lat");
		view_null(&c->view, o, "lng");
	}
}

enum { TILES = 16 };

static void put_house(struct call *c, cJSON *list, const struct frame *f, const struct map_house *m,
                      int64_t seen[TILES])
{
	size_t counts[TILES];
	int64_t people = 0, i = 0;
	const char *tile = house_tile(m, counts, TILES);
	for (const struct room_state *r = m->rooms; i < m->n; r = r->next, i++)
		people += r->registered;
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", m->house.id);
	put_num(c, o, "no", m->house.no);
	put(c, o, "address", m->house.address);
	put_degrees(c, o, &m->house);
	put(c, o, "tile", tile);
	put_num(c, o, "rooms", m->n);
	put_num(c, o, "registered", people);
	put_url(c, o, "house_url", true, "%s/houses/%s", hotel_path(c), id_text(c, m->house.id));
	for (size_t k = 0; tiles[k]; k++)
		seen[k] += !strcmp(tiles[k], tile);
	if (!c->html)
		return;
	put_word(c, o, "tile_text", "tile_", tile);
	put_text(c, o, "letter_text", letter_of(c, "tile_", tile));
	if (is_placed(&m->house))
		put_spot(c, o, f, &m->house);
}

static void put_legend(struct call *c, const int64_t seen[TILES])
{
	cJSON *list = put_arr(c, c->view.root, "legend");
	for (size_t k = 0; tiles[k]; k++) {
		if (!seen[k])
			continue;
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "tile", tiles[k]);
		put_text(c, o, "letter_text", letter_of(c, "tile_", tiles[k]));
		put_word(c, o, "tile_text", "tile_", tiles[k]);
		put_num(c, o, "count", seen[k]);
	}
}

/* What the page is drawn with, and what its script needs. */
static void put_frame(struct call *c, const struct frame *f)
{
	cJSON *root = c->view.root;
	const struct web_map *map = &c->w->conf.map;
	cJSON *o = put_obj(c, root, "drawing");
	put(c, o, "box", arena_printf(c->cx.a, "0 0 %d %d", WIDE, f->high));
	put_num(c, o, "dot", f->dot);
	put_flag(c, o, "letters", f->dot == DOT_MOST);
	put_num(c, root, "placed_n", f->n);
	if (!c->w->map_tiles) {
		view_null(&c->view, root, "layer");
		return;
	}
	o = put_obj(c, root, "layer");
	put_url(c, o, "script_url", true, "%s", asset_url(c->w, "leaflet.js"));
	put_url(c, o, "look_url", true, "%s", asset_url(c->w, "leaflet.css"));
	put_num(c, o, "max_zoom", map->max_zoom);
	put(c, o, "credit", map->credit ? map->credit : "");
}

enum vh_rc get_map(struct call *c)
{
	struct map_house *houses = NULL;
	int64_t seen[TILES] = { 0 }, unplaced = 0;
	enum vh_rc rc = look_map(&c->cx, &c->hotel, &houses);
	if (rc != VH_OK)
		return rc;
	struct frame f = frame_of(houses);
	put_hotel(c, &c->hotel);
	view_bool(&c->view, c->view.root, "tiles", c->w->map_tiles != NULL);
	put(c, c->view.root, "datum", c->w->conf.map.gcj02 ? "gcj02" : "wgs84");
	cJSON *on = put_arr(c, c->view.root, "houses"), *off = put_arr(c, c->view.root, "unplaced");
	for (const struct map_house *m = houses; m; m = m->next) {
		bool placed = is_placed(&m->house);
		put_house(c, placed ? on : off, &f, m, seen);
		unplaced += !placed;
	}
	put_num(c, c->view.root, "unplaced_n", unplaced);
	put_flag(c, c->view.root, "may_place", may(c, ACT_PLACE));
	put_url(c, c->view.root, "rack_url", true, "%s/rack", hotel_path(c));
	put_legend(c, seen);
	if (c->html)
		put_frame(c, &f);
	return VH_OK;
}

enum vh_rc get_tile(struct call *c)
{
	struct tile_at at;
	enum vh_rc rc = tile_parse(&c->cx, c->w->map_tiles, param(c, "z"), param(c, "x"),
	                           param(c, "y"), &at);
	return rc == VH_OK ? tile_get(&c->cx, c->w->map_tiles, &at, c->r) : rc;
}
