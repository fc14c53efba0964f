/* The rack and one house of it: counts and states, nobody's data. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/db.h"
#include "vh/store_people.h"
#include "vh/utf8.h"
#include "view.h"
#include "visit.h"

/* Tiles of one page; a hotel with more goes on with the next houses. */
enum { ROOMS_PAGE = 6000 };

struct filter {
	const char *house, *grid, *state; /* NULL: any */
	int64_t from;                     /* houses to pass over, pages only */
};

static const char *asked(const struct call *c, const char *name)
{
	const char *v = req_query(c->q, name);
	return v && *v ? v : NULL;
}

static bool house_fits(const struct call *c, const struct filter *f, const struct house *h)
{
	if (f->grid && (!h->grid || strcmp(h->grid, f->grid) != 0))
		return false;
	return !f->house || house_named(c->cx.a, h, f->house);
}

/* What one may look for, in this order. */
static const char *const states[] = { "vacant", "due",  "overdue", "late",     "pending",
	                              "hazard", "sleep", "skip",   "barred",   "suspended",
	                              "full",   "over", "away",    "occupied", NULL };

static bool room_is(const struct rack_room *r, const char *state)
{
	const struct {
		const char *name;
		int64_t n;
	} counted[] = {
		{ "due", r->due },
		{ "overdue", r->overdue },
		{ "late", r->late },
		{ "pending", r->pending + r->contested },
		{ "hazard", r->hazards },
		{ "sleep", r->sleep },
		{ "skip", r->skip },
		{ "away", r->away },
	};
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
		if (!strcmp(counted[i].name, state))
			return counted[i].n > 0;
	return !strcmp(tile_of(r), state);
}

static bool room_fits(const struct filter *f, const struct rack_room *r)
{
	return !f->state || room_is(r, f->state);
}

static bool any_room_fits(const struct filter *f, const struct rack_house *h)
{
	for (const struct rack_room *r = h->rooms; r; r = r->next)
		if (room_fits(f, r))
			return true;
	return !f->state || (h->hazards && !strcmp(f->state, "hazard"));
}

static void put_house(struct call *c, cJSON *list, const struct rack_house *h,
                      const struct filter *f, bool codes)
{
	cJSON *o = put_obj(c, list, NULL), *rooms;
	view_id(&c->view, o, "id", h->house.id);
	put_num(c, o, "no", h->house.no);
	put(c, o, "address", h->house.address);
	put(c, o, "grid", h->house.grid);
	put_num(c, o, "hazards", h->hazards);
	put_url(c, o, "house_url", true, "%s/houses/%s", hotel_path(c), id_text(c, h->house.id));
	rooms = put_arr(c, o, "rooms");
	for (const struct rack_room *r = h->rooms; r; r = r->next)
		if (room_fits(f, r))
			put_tile(c, put_obj(c, rooms, NULL), r, codes, true);
}

/* Returns how many houses fit before the page was full; -1: all were shown. */
static int64_t put_houses(struct call *c, const struct rack *rack, const struct filter *f)
{
	cJSON *list = put_arr(c, c->view.root, "houses");
	int64_t n = 0, tiles_n = 0;
	for (const struct rack_house *h = rack->houses; h; h = h->next) {
		if (!house_fits(c, f, &h->house) || !any_room_fits(f, h))
			continue;
		if (c->html && tiles_n >= ROOMS_PAGE)
			return n;
		if (n++ < f->from && c->html)
			continue;
		put_house(c, list, h, f, rack->codes);
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			tiles_n += room_fits(f, r);
	}
	return -1;
}

static void put_totals(struct call *c, cJSON *o, const struct rack_totals *t)
{
	put_num(c, o, "houses", t->houses);
	put_num(c, o, "rooms", t->rooms);
	put_num(c, o, "vacant", t->vacant);
	put_num(c, o, "occupied", t->occupied);
	put_num(c, o, "registered", t->people);
	put_num(c, o, "pending", t->pending);
	put_num(c, o, "contested", t->contested);
	put_num(c, o, "overdue", t->overdue);
	put_num(c, o, "shut", t->shut);
}

/* "&NAME=VALUE" with the value's bytes as a query takes them; "" for no value. */
static const char *query_part(struct call *c, const char *name, const char *value)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
	char *out = value ? arena_alloc(c->cx.a, 3 * strlen(value) + 1) : NULL, *w = out;
	if (!out)
		return "";
	for (const char *p = value; *p; p++)
		if (strchr(plain, *p))
			*w++ = *p;
		else
			w += snprintf(w, 4, "%%%02X", (unsigned char)*p);
	*w = '\0';
	return arena_printf(c->cx.a, "&%s=%s", name, out);
}

static int64_t count_in(const struct rack *rack, const char *tile, int mark)
{
	int64_t n = 0;
	for (const struct rack_house *h = rack->houses; h; h = h->next)
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			n += tile ? !strcmp(tile_of(r), tile) : has_mark(r, (size_t)mark);
	return n;
}

/* One key of the legend, which leads to the rooms that are so. */
static void put_key(struct call *c, cJSON *list, const struct filter *f, const char *prefix,
                    const char *name, int64_t n)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "tile", name);
	put(c, o, "tile_letter", letter_of(c, prefix, name));
	put(c, o, "tile_text", word(c, prefix, name));
	put_num(c, o, "count", n);
	put_flag(c, o, "none", n == 0);
	put_text(c, o, "rooms_url",
	         arena_printf(c->cx.a, "%s/rack?state=%s%s%s", hotel_path(c), name,
	                      query_part(c, "house", f->house), query_part(c, "grid", f->grid)));
}

static void put_legend(struct call *c, const struct rack *rack, const struct filter *f)
{
	cJSON *list = put_arr(c, c->view.root, "legend");
	for (int i = 0; tiles[i]; i++)
		put_key(c, list, f, "tile_", tiles[i], count_in(rack, tiles[i], 0));
	for (int i = 0; marks[i]; i++)
		put_key(c, list, f, "mark_", marks[i], count_in(rack, NULL, i));
}

static bool seen_before(const struct rack *rack, const struct rack_house *at)
{
	for (const struct rack_house *h = rack->houses; h != at; h = h->next)
		if (h->house.grid && !strcmp(h->house.grid, at->house.grid))
			return true;
	return false;
}

static void put_filter(struct call *c, const struct rack *rack, const struct filter *f)
{
	cJSON *o = put_obj(c, c->view.root, "filter"), *list;
	view_bool(&c->view, o, "active", f->house || f->grid || f->state);
	put(c, o, "house", f->house ? f->house : "");
	list = put_arr(c, o, "grids");
	for (const struct rack_house *h = rack->houses; h; h = h->next)
		if (h->house.grid && !seen_before(rack, h))
			put_option(c, list, h->house.grid, h->house.grid, f->grid);
	list = put_arr(c, o, "states");
	for (size_t i = 0; states[i]; i++)
		put_option(c, list, states[i], word(c, "only_", states[i]), f->state);
}

/* The next houses under the same filter. */
static void put_more(struct call *c, const struct filter *f, int64_t more)
{
	const char *url = NULL;
	if (more >= 0)
		url = arena_printf(c->cx.a, "%s/rack?from=%lld%s%s%s", hotel_path(c),
		                   (long long)more, query_part(c, "house", f->house),
		                   query_part(c, "grid", f->grid),
		                   query_part(c, "state", f->state));
	put_text(c, c->view.root, "more_url", url);
}

static void put_rack_actions(struct call *c)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const struct form_how how = {
		.title = "house_add",
		.prefix = "house_add",
		.action = arena_printf(c->cx.a, "%s/houses", hotel_path(c)),
	};
	if (may(c, ACT_PLACE))
		put_form(c, list, NULL, &form_house_add, &how);
}

static struct filter filter_of(const struct call *c)
{
	struct filter f = { asked(c, "house"), asked(c, "grid"), asked(c, "state"), 0 };
	const char *from = asked(c, "from");
	if (from && strspn(from, "0123456789") == strlen(from) && strlen(from) < 8)
		f.from = strtol(from, NULL, 10);
	return f;
}

static void put_mark(struct call *c, const struct rack_mark *m)
{
	char text[RACK_MARK_TEXT];
	rack_mark_format(m, text);
	put(c, c->view.root, "mark", text);
}

enum vh_rc get_rack(struct call *c)
{
	struct rack rack;
	const struct filter f = filter_of(c);
	enum vh_rc rc = look_rack(&c->cx, &c->hotel, &rack);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &rack.hotel);
	put_mark(c, &rack.mark);
	int64_t more = put_houses(c, &rack, &f);
	put_totals(c, put_obj(c, c->view.root, "totals"), &rack.totals);
	if (!c->html)
		return VH_OK;
	put_legend(c, &rack, &f);
	put_filter(c, &rack, &f);
	put_url(c, c->view.root, "rack_url", true, "%s/rack", hotel_path(c));
	put_more(c, &f, more);
	put_rack_actions(c);
	return VH_OK;
}

/* ---- what changed ---- */

static void put_changed(struct call *c, cJSON *list, const struct rack_room *r, bool fits)
{
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", r->room.id);
	view_bool(&c->view, o, "fits", fits);
	put(c, o, "no", r->room.no);
	put_num(c, o, "registered", r->registered);
	put_num(c, o, "capacity", r->room.capacity);
	put_tile_face(c, o, r);
}

static void put_counts(struct call *c, const struct rack *rack)
{
	cJSON *o = put_obj(c, c->view.root, "legend");
	for (int i = 0; tiles[i]; i++)
		put_num(c, o, tiles[i], count_in(rack, tiles[i], 0));
	for (int i = 0; marks[i]; i++)
		put_num(c, o, marks[i], count_in(rack, NULL, i));
}

static void put_news(struct call *c, const struct rack_news *n, const struct filter *f)
{
	cJSON *rooms = put_arr(c, c->view.root, "rooms"), *gone;
	for (const struct rack_house *h = n->rack.houses; h; h = h->next)
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			if (r->touched)
				put_changed(c, rooms, r,
				            house_fits(c, f, &h->house) && room_fits(f, r));
	gone = put_arr(c, c->view.root, "gone");
	for (size_t i = 0; i < n->gone_n; i++)
		view_id(&c->view, gone, NULL, n->gone[i]);
	put_totals(c, put_obj(c, c->view.root, "totals"), &n->rack.totals);
	put_counts(c, &n->rack);
}

/* Asked every two seconds by whoever looks at the rack: it keeps nobody's session awake. */
enum vh_rc get_rack_changes(struct call *c)
{
	struct rack_mark since = { 0 };
	struct rack_news n;
	const struct filter f = filter_of(c);
	const char *mark = req_query(c->q, "since");
	if (mark && !rack_mark_parse(mark, &since))
		return ctx_fail(&c->cx, VH_INVALID, "mark", "since", "not a mark of a rack");
	enum vh_rc rc = look_rack_since(&c->cx, &c->hotel, &since, &n);
	if (rc != VH_OK)
		return rc;
	put_mark(c, &n.mark);
	view_bool(&c->view, c->view.root, "all", n.all);
	if (!n.same && !n.all)
		put_news(c, &n, &f);
	resp_json(c->r, 200, c->view.root);
	return VH_OK;
}

struct owners {
	int64_t house;
	const struct hotel *h;
	struct landlord *list;
};

static enum vh_rc owners_step(struct ctx *cx, void *arg)
{
	struct owners *g = arg;
	struct hotel_keys k;
	enum vh_rc rc = actor_may(cx, ACT_RACK, g->h, g->house, 0);
	if (rc == VH_OK)
		rc = landlord_of_house(cx, g->h->id, g->house, &g->list);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, g->h->id, &k);
	for (struct landlord *l = g->list; rc == VH_OK && l; l = l->next)
		rc = landlord_open(cx, &k, l);
	wipe(&k, sizeof k);
	return rc;
}

/* Who lets a house is known to those who keep its record; others see the first character. */
static void put_landlords(struct call *c, const struct landlord *list, int64_t house)
{
	cJSON *a = put_arr(c, c->view.root, "landlords");
	bool all = may(c, ACT_PLACE);
	int64_t others = -1; /* who run it beside one of them */
	for (const struct landlord *l = list; l; l = l->next)
		others += strcmp(l->role, "helper") != 0;
	for (const struct landlord *l = list; l; l = l->next) {
		cJSON *o = put_obj(c, a, NULL);
		view_id(&c->view, o, "id", l->id);
		put(c, o, "name", all ? l->name : utf8_mask_name(c->cx.a, l->name));
		put(c, o, "role", l->role);
		put_word(c, o, "role_text", "landlord_", l->role);
		put(c, o, "phone", all && l->phone ? utf8_mask_tail(c->cx.a, l->phone) : NULL);
		put_keeper_end(c, o, house, l->id, others > 0 || !strcmp(l->role, "helper"));
	}
}

static void put_house_actions(struct call *c, const struct house *h)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const char *base = arena_printf(c->cx.a, "%s/houses/%s", hotel_path(c), id_text(c, h->id));
	const struct f_house now = { .address = h->address, .grid = h->grid };
	struct form_how how = { .title = "room_add", .prefix = "room_add" };
	if (!may(c, ACT_PLACE) || !base)
		return;
	put_house_print(c, list, h->id);
	how.action = arena_printf(c->cx.a, "%s/rooms", base);
	put_form(c, list, NULL, &form_room_add, &how);
	how = (struct form_how){ .title = "house_amend",
		                 .prefix = "house_amend",
		                 .at = &now,
		                 .action = arena_printf(c->cx.a, "%s/amend", base) };
	put_form(c, list, NULL, &form_house_amend, &how);
	put_keeper_form(c, list, h->id);
	how = (struct form_how){ .title = "house_retire",
		                 .prefix = "retire",
		                 .danger = true,
		                 .action = arena_printf(c->cx.a, "%s/retire", base) };
	put_form(c, list, NULL, &form_retire, &how);
}

static void put_one_house(struct call *c, const struct rack_house *h, bool codes)
{
	const struct filter none = { 0 };
	cJSON *root = c->view.root, *o = put_obj(c, root, "house"), *rooms;
	int64_t people = 0;
	for (const struct rack_room *r = h->rooms; r; r = r->next)
		people += r->registered;
	view_id(&c->view, o, "id", h->house.id);
	put_num(c, o, "no", h->house.no);
	put(c, o, "address", h->house.address);
	put(c, o, "grid", h->house.grid);
	put(c, o, "state", h->house.state);
	put_word(c, o, "state_text", "house_", h->house.state);
	put_num(c, o, "registered", people);
	rooms = put_arr(c, root, "rooms");
	for (const struct rack_room *r = h->rooms; r; r = r->next)
		if (room_fits(&none, r))
			put_tile(c, put_obj(c, rooms, NULL), r, codes, true);
}

enum vh_rc get_house(struct call *c)
{
	struct rack rack;
	struct owners g = { .h = &c->hotel };
	enum vh_rc rc = param_id(c, "house", &g.house);
	if (rc == VH_OK)
		rc = look_rack(&c->cx, &c->hotel, &rack);
	if (rc != VH_OK)
		return rc;
	const struct rack_house *h = rack.houses;
	while (h && h->house.id != g.house)
		h = h->next;
	if (!h)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "house",
		                "there is no such house here");
	rc = db_read(&c->cx, owners_step, &g);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &rack.hotel);
	put_one_house(c, h, rack.codes);
	put_landlords(c, g.list, g.house);
	put_visit_ways(c, g.house, 0);
	put_url(c, c->view.root, "emergency_url", may(c, ACT_EMERGENCY), "%s/houses/%s/emergency",
	        hotel_path(c), id_text(c, h->house.id));
	put_url(c, c->view.root, "notices_url", may(c, ACT_NOTICE), "%s/notices?house=%lld",
	        hotel_path(c), (long long)h->house.no);
	put_url(c, c->view.root, "rack_url", true, "%s/rack", hotel_path(c));
	put_url(c, c->view.root, "letter_url", may(c, ACT_PLACE), "%s/houses/%s/letter",
	        hotel_path(c), id_text(c, h->house.id));
	if (c->html)
		put_house_actions(c, &h->house);
	return VH_OK;
}
