/*
 * My round: which rooms to visit next, the longest unvisited first and near ones within; and the
 * officer's first page, which begins with it.
 */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "home.h"
#include "pages.h"
#include "vh/db.h"
#include "vh/hazard.h"
#include "vh/task.h"
#include "visit.h"

enum { STOPS = 30, STOPS_HOME = 5, DUE_HOME = 5 };

struct f_round {
	const char *grid, *lat, *lng;
};
/* Degrees, north and east. */
static const struct input round_in[] = {
	INPUT(struct f_round, grid, input_text, 0, 64),
	INPUT(struct f_round, lat, input_text, INPUT_NUMBER, 24),
	INPUT(struct f_round, lng, input_text, INPUT_NUMBER, 24),
};
const struct form form_round = FORM(struct f_round, round_in);

/* Ten metres are near enough for a man with a telephone. */
static const char *metres_text(struct call *c, double metres)
{
	if (metres < 0)
		return NULL;
	if (metres >= 1000)
		return arena_printf(c->cx.a, "%.1f%s", metres / 1000, word(c, "", "unit_km"));
	return arena_printf(c->cx.a, "%d%s", (int)(metres / 10) * 10, word(c, "", "unit_m"));
}

static void put_stop(struct call *c, cJSON *list, const struct round_stop *s)
{
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "room", s->room.id);
	put(c, o, "room_no", s->room.no);
	put(c, o, "address", s->house.address);
	put(c, o, "grid", s->house.grid);
	put_num(c, o, "registered", s->registered);
	put_num(c, o, "hazards", s->hazards);
	view_bool(&c->view, o, "has_hazards", s->hazards > 0);
	view_bool(&c->view, o, "never", s->last == 0);
	put_text(c, o, "last_text", ago_text(c, s->last));
	put_text(c, o, "metres_text", metres_text(c, s->metres));
	put_url(c, o, "visit_url", true, "%s/rooms/%s/inspections/new", hotel_path(c),
	        id_text(c, s->room.id));
	put_url(c, o, "house_visit_url", true, "%s/houses/%s/inspections/new", hotel_path(c),
	        id_text(c, s->house.id));
}

enum vh_rc put_round(struct call *c, cJSON *o, const struct round_from *from)
{
	struct round_stop *list = NULL;
	cJSON *stops = put_arr(c, o, "stops");
	enum vh_rc rc = inspect_round(&c->cx, &c->hotel, from, &list);
	for (const struct round_stop *s = list; rc == VH_OK && s; s = s->next)
		put_stop(c, stops, s);
	return rc;
}

struct grids {
	const struct hotel *h;
	struct house *houses;
};

static enum vh_rc grids_step(struct ctx *cx, void *arg)
{
	struct grids *g = arg;
	return house_list(cx, g->h->id, &g->houses);
}

static bool named_before(const struct house *from, const struct house *to)
{
	for (; from != to; from = from->next)
		if (from->grid && !strcmp(from->grid, to->grid))
			return true;
	return false;
}

static enum vh_rc put_grids(struct call *c, const char *now)
{
	struct grids g = { .h = &c->hotel };
	cJSON *list = put_arr(c, c->view.root, "grids");
	enum vh_rc rc = db_read(&c->cx, grids_step, &g);
	for (const struct house *e = g.houses; rc == VH_OK && e; e = e->next)
		if (e->grid && *e->grid && !named_before(g.houses, e))
			put_option(c, list, e->grid, e->grid, now);
	return rc;
}

static enum vh_rc put_page(struct call *c, struct round_from *from)
{
	cJSON *root = c->view.root;
	from->n = STOPS;
	put_hotel(c, &c->hotel);
	put(c, root, "grid", from->grid);
	put_text(c, root, "grid_text", from->grid ? from->grid : "");
	put_url(c, root, "round_url", true, "%s/round", hotel_path(c));
	put_url(c, root, "hazards_url", true, "%s/hazards", hotel_path(c));
	put_flag(c, root, "placed", from->lat != 0 || from->lng != 0);
	enum vh_rc rc = c->html ? put_grids(c, from->grid) : VH_OK;
	return rc == VH_OK ? put_round(c, root, from) : rc;
}

enum vh_rc get_round(struct call *c)
{
	const char *grid = req_query(c->q, "grid");
	struct round_from from = { .grid = grid && *grid ? grid : NULL };
	return put_page(c, &from);
}

static bool degrees(const char *s, double most, double *ret)
{
	char *end;
	*ret = s ? strtod(s, &end) : 0;
	return s && *s && !*end && *ret >= -most && *ret <= most &&
	       strspn(s, "-0123456789.") == strlen(s);
}

/* From where the officer stands. A POST, so that his way stands in no address and no log. */
enum vh_rc post_round(struct call *c)
{
	const struct f_round *f = c->form;
	struct round_from from = { .grid = f->grid };
	if ((f->lat || f->lng) &&
	    (!degrees(f->lat, 90, &from.lat) || !degrees(f->lng, 180, &from.lng)))
		return ctx_fail(&c->cx, VH_INVALID, "place", "", "this is no place on the map");
	return put_page(c, &from);
}

/* ---- the first page ---- */

static enum vh_rc put_due(struct call *c, cJSON *o)
{
	struct hazard_look *list = NULL;
	cJSON *hazards = put_arr(c, o, "hazards");
	int64_t n = 0;
	enum vh_rc rc = look_hazards(&c->cx, &c->hotel, 0, HAZARDS_OPEN, &list);
	for (const struct hazard_look *z = list; rc == VH_OK && z; z = z->next, n++)
		if (n < DUE_HOME)
			put_hazard_line(c, put_obj(c, hazards, NULL), z);
	if (rc == VH_OK) {
		put_num(c, o, "hazards_n", n);
		put_flag(c, o, "has_hazards", n > 0);
	}
	return rc;
}

static enum vh_rc put_tasks_n(struct call *c, cJSON *o)
{
	struct task_look *list = NULL;
	int64_t n = 0;
	enum vh_rc rc = look_tasks(&c->cx, &c->hotel, NULL, &list);
	for (; list; list = list->next)
		n++;
	if (rc == VH_OK)
		put_num(c, o, "tasks_n", n);
	return rc;
}

static enum vh_rc officer_hotel(struct call *c, cJSON *section, int *n)
{
	const struct round_from from = { .n = STOPS_HOME };
	cJSON *o = put_obj(c, cJSON_GetObjectItemCaseSensitive(section, "hotels"), NULL);
	const char *base = hotel_path(c);
	put(c, o, "code", c->hotel.area);
	put(c, o, "name", c->hotel.name);
	put_url(c, o, "round_url", true, "%s/round", base);
	put_url(c, o, "hazards_url", true, "%s/hazards", base);
	put_url(c, o, "tasks_url", true, "%s/tasks", base);
	put_url(c, o, "rack_url", may(c, ACT_RACK), "%s/rack", base);
	put_url(c, o, "search_url", may(c, ACT_SEARCH), "%s/people/search", base);
	(*n)++;
	enum vh_rc rc = put_round(c, o, &from);
	if (rc == VH_OK)
		rc = put_due(c, o);
	return rc == VH_OK ? put_tasks_n(c, o) : rc;
}

enum vh_rc home_officer(struct call *c, cJSON *section)
{
	put_arr(c, section, "hotels");
	return home_hotels(c, section, officer_hotel);
}
