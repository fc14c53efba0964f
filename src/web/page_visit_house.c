/*
 * The visit to a whole house: one tap when all agrees; rooms that differ are marked, or left apart
 * for a visit of their own.
 */
#include "visit.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/db.h"
#include "vh/id.h"
#include "vh/limits.h"

#define MARKS                                                                                      \
	"as_registered|nobody_lives|nobody_home|refused|apart|more1|more2|more3|more4|more5|more6"
/* What the page offers; the others are for programs. */
#define OFFERED "nobody_lives|nobody_home|refused|more1|more2|more3|apart"

static const struct input house_in[] = {
	INPUT_WORD(struct f_visit_house, rest, 0, "as_registered"),
	INPUT_WORD(struct f_visit_house, rooms, INPUT_MAP, MARKS),
	INPUT_WORD(struct f_visit_house, items, INPUT_MAP, ANSWERS),
	INPUT_WORD(struct f_visit_house, consent, 0, CONSENTS),
};
const struct form form_visit_house = FORM(struct f_visit_house, house_in);

static void put_rooms(struct call *c, cJSON *o, const struct visit_house *at)
{
	cJSON *list = put_arr(c, o, "rooms");
	for (const struct rack_room *r = at->rooms; r; r = r->next) {
		const char *id = id_text(c, r->room.id);
		const char *now = at->typed ? map_get(c->cx.a, at->typed->rooms, id) : NULL;
		cJSON *one = put_obj(c, list, NULL);
		view_id(&c->view, one, "id", r->room.id);
		put(c, one, "no", r->room.no);
		put_num(c, one, "registered", r->registered);
		put_count(c, one, "registered_text", r->registered, "people");
		put_flag(c, one, "open", now != NULL);
		put_choices(c, one, arena_printf(c->cx.a, "rooms.%s", id), OFFERED, "mark_", now);
		put_url(c, one, "visit_url", true, "%s/rooms/%s/inspections/new", hotel_path(c),
		        id);
	}
}

enum vh_rc put_visit_house(struct call *c, cJSON *o, const struct visit_house *at)
{
	const char *id = id_text(c, at->house->id);
	if (!c->html)
		return VH_OK;
	put_idem(c, o);
	put(c, o, "draft", draft_key(c, "house", at->house->id));
	put(c, o, "typed_text", at->typed ? "1" : "");
	put_url(c, o, "form_url", true, "%s/houses/%s/inspections", hotel_path(c), id);
	put_url(c, o, "hazards_url", true, "%s/houses/%s/hazards", hotel_path(c), id);
	put_rooms(c, o, at);
	put_safety(c, o, at->typed ? at->typed->consent : NULL,
	           at->typed ? at->typed->items : NULL);
	put_visit_errors(c, o);
	return put_hazards_of(c, o, at->house->id, 0);
}

struct counting {
	const struct hotel *h;
	int64_t id, registered;
	struct house house;
	struct rack_room *rooms;
};

/* Heads alone: a house is counted without opening anybody's row. */
static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	struct counting *g = arg;
	struct room *list = NULL;
	struct rack_room **tail = &g->rooms;
	g->registered = 0;
	enum vh_rc rc = house_get(cx, g->h->id, g->id, &g->house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "house", "there is no such house here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_INSPECT, g->h, g->id, 0);
	if (rc == VH_OK)
		rc = room_list_house(cx, g->h->id, g->id, &list);
	for (const struct room *r = list; rc == VH_OK && r; r = r->next) {
		struct rack_room *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->room = *r;
		rc = stay_count_room(cx, r->hotel, r->id, &x->registered);
		g->registered += x->registered;
		*tail = x;
		tail = &x->next;
	}
	return rc;
}

static enum vh_rc put_page(struct call *c, const struct f_visit_house *typed)
{
	struct counting g = { .h = &c->hotel };
	cJSON *root = c->view.root, *o;
	enum vh_rc rc = param_id(c, "house", &g.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, count_step, &g);
	if (rc != VH_OK)
		return rc;
	const struct visit_house at = { &g.house, g.rooms, typed };
	put_hotel(c, &c->hotel);
	o = put_obj(c, root, "house");
	view_id(&c->view, o, "id", g.house.id);
	put_num(c, o, "no", g.house.no);
	put(c, o, "address", g.house.address);
	o = put_arr(c, root, "rooms");
	for (const struct rack_room *r = g.rooms; r; r = r->next)
		put_tile(c, put_obj(c, o, NULL), r, false, true);
	put_num(c, root, "registered", g.registered);
	put_count(c, root, "registered_text", g.registered, "people");
	view_null(&c->view, root, "plate");
	put_arr(c, root, "notices");
	return put_visit_house(c, put_obj(c, root, "visit"), &at);
}

enum vh_rc get_visit_house(struct call *c)
{
	return put_page(c, NULL);
}

enum vh_rc again_visit_house(struct call *c)
{
	return put_page(c, c->form);
}

/* A mark of one room: an outcome, some heads more than registered, or a visit of its own. */
static void mark(const char *value, int64_t room, struct inspect_new *n,
                 struct inspect_room *rooms, int64_t *apart)
{
	struct inspect_room *r = &rooms[n->n];
	if (!strcmp(value, "apart")) {
		apart[n->n_apart++] = room;
		return;
	}
	*r = (struct inspect_room){ .room = room, .outcome = outcome_of(value) };
	if (!strncmp(value, "more", 4)) {
		r->outcome = OUTCOME_FOUND_MORE;
		r->extra = value[4] - '0';
	}
	n->n++;
}

static enum vh_rc marked(struct call *c, const char *map, struct inspect_new *n)
{
	const char *key, *value;
	struct inspect_room *rooms = arena_array(c->cx.a, LIM_FIELDS, sizeof *rooms);
	int64_t *apart = arena_array(c->cx.a, LIM_FIELDS, sizeof *apart), id;
	if (!rooms || !apart)
		return ctx_nomem(&c->cx);
	while (map_next(c->cx.a, &map, &key, &value)) {
		if (!key || !value)
			return ctx_nomem(&c->cx);
		if (id_parse(key, &id) != VH_OK)
			return ctx_fail(&c->cx, VH_INVALID, "id", "rooms", "%s is no id", key);
		mark(value, id, n, rooms, apart);
	}
	n->rooms = rooms;
	n->apart = apart;
	return VH_OK;
}

enum vh_rc post_visit_house(struct call *c)
{
	const struct f_visit_house *f = c->form;
	enum answer answers[SAFE__MAX];
	struct inspect_new n = { .hotel = c->hotel.id, .consent = f->consent,
		                 .rest_as_registered = f->rest != NULL };
	struct inspect_done d;
	bool given = false;
	enum vh_rc rc = param_id(c, "house", &n.house);
	if (rc == VH_OK)
		rc = marked(c, f->rooms, &n);
	if (rc == VH_OK)
		rc = visit_answers(c, f->items, answers, &given);
	if (rc == VH_OK && !n.n && !n.rest_as_registered && !given)
		rc = ctx_fail(&c->cx, VH_INVALID, "rooms", "rooms", "nothing was said of it");
	n.answers = given ? answers : NULL;
	if (rc == VH_OK)
		rc = inspect_visit(&c->cx, &n, &d);
	return rc == VH_OK ? visit_done(c, &d) : rc;
}
