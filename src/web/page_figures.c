/* The figures of a hotel: counts, their pictures, their tables. Nobody's data. */
#include <inttypes.h>
#include <string.h>

#include "chart.h"
#include "csv.h"
#include "home.h"
#include "pages.h"
#include "vh/figures.h"
#include "view.h"

enum { SILENT_SHOWN = 30, CHARTS = 10 };

struct charts {
	struct chart at[CHARTS];
	unsigned n;
};

/* Room for the rows of one more chart; NULL without memory, which the view notes. */
static struct chart_row *rows_of(struct call *c, struct charts *all, const struct chart *like,
                                 unsigned rows)
{
	struct chart_row *row = arena_array(c->cx.a, rows + 1, sizeof *row);
	if (!row || all->n == CHARTS) {
		c->view.failed = true;
		return NULL;
	}
	struct chart *ch = &all->at[all->n++];
	*ch = *like;
	ch->row = row;
	ch->rows = rows;
	return row;
}

static void rooms_chart(struct call *c, struct charts *all, const struct figures *f)
{
	static const struct chart like = { .name = "rooms",
		                           .kind = CHART_ROWS,
		                           .first = "room_state",
		                           .series = { "rooms" },
		                           .series_n = 1,
		                           .drawn = 1 };
	static const char *const key[] = { "occupied", "vacant", "shut" };
	const struct count_places *p = &f->places;
	const int64_t n[] = { p->occupied, p->rooms - p->occupied - p->shut, p->shut };
	struct chart_row *row = rows_of(c, all, &like, 3);
	for (unsigned i = 0; row && i < 3; i++) {
		row[i].key = key[i];
		row[i].label = word(c, "fig_rooms_", key[i]);
		row[i].n[0] = n[i];
	}
}

/* The four that go by days: which counts of a day they hold. */
static void put_day(struct chart_row *r, unsigned which, const struct figures_day *d)
{
	const int64_t n[][3] = {
		{ d->people, 0, 0 },
		{ d->in, d->out, d->moved },
		{ d->late_in, d->late_out, d->filed },
		{ d->found, d->closed, 0 },
	};
	memcpy(r->n, n[which], sizeof n[which]);
}

static void day_chart(struct call *c, struct charts *all, const struct figures *f, unsigned which)
{
	static const struct chart like[] = {
		{ .name = "people", .kind = CHART_LINES, .first = "day", .series = { "people" },
		  .series_n = 1, .drawn = 1 },
		{ .name = "moves", .kind = CHART_BARS, .first = "day",
		  .series = { "in", "out", "moved" }, .series_n = 3, .drawn = 2 },
		{ .name = "late", .kind = CHART_BARS, .first = "day",
		  .series = { "late_in", "late_out", "filed" }, .series_n = 3, .drawn = 2 },
		{ .name = "hazards", .kind = CHART_BARS, .first = "day",
		  .series = { "found", "closed" }, .series_n = 2, .drawn = 2 },
	};
	struct chart_row *row = rows_of(c, all, &like[which], FIGURES_DAYS);
	for (int i = 0; row && i < FIGURES_DAYS; i++) {
		char day[DAY_TEXT];
		day_format(f->day[i].day, day);
		row[i].key = arena_dup(c->cx.a, day);
		c->view.failed |= !row[i].key;
		put_day(&row[i], which, &f->day[i]);
	}
}

static void visits_chart(struct call *c, struct charts *all, const struct figures *f)
{
	static const struct chart like = { .name = "visits", .kind = CHART_ROWS, .first = "visited",
		                           .series = { "rooms" }, .series_n = 1, .drawn = 1 };
	static const char *const key[VISITED__MAX] = { "30", "90", "180", "later", "never" };
	struct chart_row *row = rows_of(c, all, &like, VISITED__MAX);
	for (unsigned i = 0; row && i < VISITED__MAX; i++) {
		row[i].key = key[i];
		row[i].label = word(c, "fig_visited_", key[i]);
		row[i].n[0] = f->visited[i];
	}
}

static void silent_chart(struct call *c, struct charts *all, const struct figures *f)
{
	static const struct chart like = { .name = "silent", .kind = CHART_NONE, .first = "house",
		                           .series = { "house_no", "tries", "days_ago" },
		                           .series_n = 3 };
	unsigned i = 0;
	struct chart_row *row = rows_of(
		c, all, &like, f->silent_n < SILENT_SHOWN ? (unsigned)f->silent_n : SILENT_SHOWN);
	for (const struct silent_house *h = f->silent; row && h && i < SILENT_SHOWN; h = h->next) {
		row[i] = (struct chart_row){ .key = h->address,
			                     .n = { h->no, h->tries, (f->at - h->last) / DAY_MS } };
		row[i++].url = arena_printf(c->cx.a, "%s/houses/%s", hotel_path(c),
		                            id_text(c, h->id));
	}
}

static int64_t lag_hours(const struct figures *f, const struct upstream_lag *l)
{
	return l->oldest ? (f->at - l->oldest) / HOUR_MS : 0;
}

static void lags_chart(struct call *c, struct charts *all, const struct figures *f)
{
	static const struct chart like = { .name = "upstreams", .kind = CHART_NONE,
		                           .first = "upstream",
		                           .series = { "waiting", "lag_hours", "refused" },
		                           .series_n = 3 };
	unsigned n = 0;
	for (const struct upstream_lag *l = f->lags; l; l = l->next)
		n++;
	struct chart_row *row = rows_of(c, all, &like, n);
	n = 0;
	for (const struct upstream_lag *l = f->lags; row && l; l = l->next)
		row[n++] = (struct chart_row){
			.key = l->name, .n = { l->waiting, lag_hours(f, l), l->refused }
		};
}

static void origin_chart(struct call *c, struct charts *all, const struct figures *f)
{
	static const struct chart like = { .name = "origin",
		                           .kind = CHART_ROWS,
		                           .first = "province",
		                           .series = { "people" },
		                           .series_n = 1,
		                           .drawn = 1 };
	const struct origins *o = &f->origins;
	struct chart_row *row = f->origin_on ? rows_of(c, all, &like, o->n) : NULL;
	for (unsigned i = 0; row && i < o->n; i++) {
		row[i].key = o->group[i].code;
		row[i].label = word(c, "province_", o->group[i].code);
		row[i].n[0] = o->group[i].people;
	}
}

static void charts_of(struct call *c, const struct figures *f, struct charts *all)
{
	all->n = 0;
	rooms_chart(c, all, f);
	visits_chart(c, all, f);
	for (unsigned which = 0; which < 4; which++)
		day_chart(c, all, f, which);
	silent_chart(c, all, f);
	lags_chart(c, all, f);
	origin_chart(c, all, f);
}

/* ---- the page ---- */

static int64_t percent(int64_t n, int64_t of)
{
	return of ? (n * 100 + of / 2) / of : 0;
}

static void put_totals(struct call *c, const struct figures *f)
{
	cJSON *o = put_obj(c, c->view.root, "totals");
	int64_t waiting = 0, lag = 0, refused = 0;
	for (const struct upstream_lag *l = f->lags; l; l = l->next) {
		waiting += l->waiting;
		refused += l->refused;
		lag = lag_hours(f, l) > lag ? lag_hours(f, l) : lag;
	}
	put_num(c, o, "houses", f->places.houses);
	put_num(c, o, "rooms", f->places.rooms);
	put_num(c, o, "occupied", f->places.occupied);
	put_num(c, o, "occupancy", percent(f->places.occupied, f->places.rooms));
	put_num(c, o, "over", f->places.over);
	put_num(c, o, "capacity", f->places.capacity);
	put_num(c, o, "registered", f->people.people);
	put_num(c, o, "expected", f->people.expected);
	put_num(c, o, "pending", f->people.pending);
	put_num(c, o, "contested", f->people.contested);
	put_num(c, o, "away", f->people.away);
	put_num(c, o, "overdue", f->people.overdue);
	put_num(c, o, "hazards_open", f->hazards.open);
	put_num(c, o, "hazards_grave", f->hazards.grave);
	put_num(c, o, "hazards_overdue", f->hazards.overdue);
	put_num(c, o, "not_visited", f->visited[VISITED_180] + f->visited[VISITED_LATER] +
	                                     f->visited[VISITED_NEVER]);
	put_num(c, o, "silent", f->silent_n);
	put_num(c, o, "waiting", waiting);
	put_num(c, o, "lag_hours", lag);
	put_num(c, o, "refused", refused);
}

/* What put_totals() put into the view. */
static void totals_csv(struct call *c)
{
	struct buf *b = &c->r->body;
	const cJSON *n, *totals = cJSON_GetObjectItemCaseSensitive(c->view.root, "totals");
	csv_begin(c, "totals");
	csv_cell(b, word(c, "", "fig_totals"));
	csv_next(b);
	csv_cell(b, word(c, "", "fig_count"));
	csv_end(b);
	cJSON_ArrayForEach(n, totals) {
		csv_cell(b, word(c, "fig_t_", n->string));
		csv_next(b);
		csv_value(b, n);
		csv_end(b);
	}
}

static void put_links(struct call *c, cJSON *root, const struct figures *f)
{
	struct period week, month;
	int32_t today = day_of(f->at, f->hotel.zone_min);
	period_of(today, false, &week);
	period_of(today, true, &month);
	put_url(c, root, "week_url", true, "%s/report?week=%s", hotel_path(c), week.text);
	put_url(c, root, "month_url", true, "%s/report?month=%s", hotel_path(c), month.text);
	put_url(c, root, "map_url", may(c, ACT_RACK), "%s/map", hotel_path(c));
	put_url(c, root, "rack_url", may(c, ACT_RACK), "%s/rack", hotel_path(c));
}

enum vh_rc get_figures(struct call *c)
{
	struct figures *f = arena_alloc(c->cx.a, sizeof *f);
	struct charts *all = arena_alloc(c->cx.a, sizeof *all);
	if (!f || !all)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = look_figures(&c->cx, &c->hotel, f);
	if (rc != VH_OK)
		return rc;
	char at[INSTANT_TEXT];
	put_hotel(c, &f->hotel);
	instant_format(f->at, at);
	put(c, c->view.root, "at", at);
	put_text(c, c->view.root, "at_text", at_text(c, f->at, &f->hotel));
	put_totals(c, f);
	view_bool(&c->view, c->view.root, "origin_on", f->origin_on);
	view_bool(&c->view, c->view.root, "origin_few", f->origin_on && !f->origins.n);
	charts_of(c, f, all);
	cJSON *list = put_arr(c, c->view.root, "charts");
	for (unsigned i = 0; i < all->n; i++)
		put_chart(c, list, &all->at[i],
		          arena_printf(c->cx.a, "%s/figures.csv?table=%s", hotel_path(c),
		                       all->at[i].name));
	put_url(c, c->view.root, "totals_csv_url", true, "%s/figures.csv?table=totals",
	        hotel_path(c));
	put_links(c, c->view.root, f);
	return VH_OK;
}

enum vh_rc get_figures_csv(struct call *c)
{
	const char *name = req_query(c->q, "table");
	struct figures *f = arena_alloc(c->cx.a, sizeof *f);
	struct charts *all = arena_alloc(c->cx.a, sizeof *all);
	if (!f || !all)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = look_figures(&c->cx, &c->hotel, f);
	if (rc != VH_OK)
		return rc;
	if (name && !strcmp(name, "totals")) {
		put_totals(c, f);
		if (c->view.failed)
			return ctx_nomem(&c->cx);
		totals_csv(c);
		return VH_OK;
	}
	charts_of(c, f, all);
	for (unsigned i = 0; name && !c->view.failed && i < all->n; i++) {
		if (strcmp(name, all->at[i].name) != 0)
			continue;
		csv_answer(c, &all->at[i]);
		return VH_OK;
	}
	return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "table", "there is no such table");
}

/* ---- the first page of a head ---- */

static enum vh_rc head_hotel(struct call *c, cJSON *section, int *n)
{
	struct figures *f = arena_alloc(c->cx.a, sizeof *f);
	if (!f)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = look_figures_now(&c->cx, &c->hotel, f);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, cJSON_GetObjectItemCaseSensitive(section, "hotels"), NULL);
	put(c, o, "code", c->hotel.area);
	put(c, o, "name", c->hotel.name);
	put_num(c, o, "houses", f->places.houses);
	put_num(c, o, "rooms", f->places.rooms);
	put_num(c, o, "registered", f->people.people);
	put_num(c, o, "occupancy", percent(f->places.occupied, f->places.rooms));
	put_num(c, o, "pending", f->people.pending);
	put_num(c, o, "overdue", f->people.overdue);
	put_num(c, o, "hazards_open", f->hazards.open);
	put_num(c, o, "hazards_overdue", f->hazards.overdue);
	put_url(c, o, "figures_url", true, "%s/figures", hotel_path(c));
	put_links(c, o, f);
	(*n)++;
	return VH_OK;
}

enum vh_rc home_head(struct call *c, cJSON *section)
{
	put_arr(c, section, "hotels");
	return home_hotels(c, section, head_hotel);
}
