/*
 * GET /r/{code}: what a scan shows depends on who scans; a stranger learns nothing about people.
 * Beside plate and room each kind of reader has a part of his own, from the table below.
 */
#include <string.h>

#include "pages.h"
#include "vh/db.h"
#include "vh/notice.h"
#include "view.h"

struct counting {
	const struct scan *scan;
	struct rack_room *rooms;
};

/* Heads of the rooms behind a house plate; no person's row is opened. */
static enum vh_rc count_step(struct ctx *cx, void *arg)
{
	struct counting *g = arg;
	struct rack_room **tail = &g->rooms;
	for (const struct room *r = g->scan->rooms; r; r = r->next) {
		struct rack_room *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		x->room = *r;
		enum vh_rc rc = stay_count_room(cx, r->hotel, r->id, &x->registered);
		if (rc != VH_OK)
			return rc;
		*tail = x;
		tail = &x->next;
	}
	return VH_OK;
}

static void put_house(struct call *c, const struct scan *s, const struct rack_room *rooms)
{
	cJSON *root = c->view.root, *list;
	if (!s->at.house.id || s->at.room.id || !s->known) {
		view_null(&c->view, root, "house");
	} else {
		cJSON *o = put_obj(c, root, "house");
		view_id(&c->view, o, "id", s->at.house.id);
		put_num(c, o, "no", s->at.house.no);
		put(c, o, "address", s->at.house.address);
	}
	list = put_arr(c, root, "rooms");
	for (const struct rack_room *r = rooms; r; r = r->next)
		put_tile(c, put_obj(c, list, NULL), r, false, true);
}

/* Whose part is shown: the member of the view, which _plate_MEMBER.html prints. Who may not see the
 * room stands before the door like any stranger, whatever else he is. */
static const struct part {
	const char *key;
	plate_part *put;
	bool reader[ROLE__MAX];
} parts[] = {
	{ "door", plate_door, { [ROLE_NONE] = true, [ROLE_TENANT] = true } },
	{ "landlord", plate_landlord, { [ROLE_LANDLORD] = true } },
	{ "visit", plate_visit, { [ROLE_POLICE] = true, [ROLE_GRID] = true } },
};

static enum vh_rc put_parts(struct call *c, const struct scan *s, const struct rack_room *rooms)
{
	enum role who = s->known ? c->s.who.role : ROLE_NONE;
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; rc == VH_OK && i < sizeof parts / sizeof *parts; i++) {
		if (parts[i].reader[who])
			rc = parts[i].put(c, put_obj(c, c->view.root, parts[i].key), s, rooms);
		else
			view_null(&c->view, c->view.root, parts[i].key);
	}
	return rc;
}

static void put_links(struct call *c, const struct scan *s)
{
	cJSON *root = c->view.root;
	const char *room = id_text(c, s->at.room.id), *house = id_text(c, s->at.house.id);
	bool in = s->known && s->at.room.id;
	put_url(c, root, "move_in_url",
	        in && s->may_file && c->s.who.role != ROLE_TENANT &&
	                c->s.who.role != ROLE_LANDLORD &&
	                !strcmp(s->at.room.letting, "open"),
	        "%s/rooms/%s/stays/new", hotel_path(c), room);
	put_url(c, root, "room_url", in && may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c), room);
	put_url(c, root, "house_url", s->known && s->at.house.id && may(c, ACT_RACK),
	        "%s/houses/%s", hotel_path(c), house);
	/* Who prints plates hangs them, too: one that hangs nowhere leads straight to its door. */
	bool plates = may(c, ACT_PLATE) && actor_covers(&c->s.who, &s->at.hotel);
	bool blank = !strcmp(s->at.plate.state, "unbound");
	put_url(c, root, "bind_url", plates && blank, "%s/plates/%s/bind", hotel_path(c),
	        s->at.serial);
	put_url(c, root, "desk_url", plates && !blank, "%s/plates/%s", hotel_path(c),
	        s->at.serial);
	put_url(c, root, "login_url", !c->logged_in, "/login?next=/r/%s", s->at.code);
	if (c->html)
		put_arr(c, root, "actions");
}

static enum vh_rc put_scan(struct call *c, const struct scan *s, const struct rack_room *rooms)
{
	cJSON *root = c->view.root, *o = put_obj(c, root, "plate");
	put(c, o, "serial", s->at.serial);
	put(c, o, "state", s->at.plate.state);
	put_word(c, o, "state_text", "plate_", s->at.plate.state);
	put_hotel(c, &s->at.hotel);
	if (s->known && s->at.room.id)
		put_room(c, root, &s->at.room, &s->at.house);
	else
		view_null(&c->view, root, "room");
	put_house(c, s, rooms);
	if (s->known)
		put_num(c, root, "registered", s->registered);
	else
		view_null(&c->view, root, "registered");
	put_count(c, root, "registered_text", s->registered, "people");
	put_stays(c, s->stays);
	put_flag(c, root, "stranger", !s->known);
	put_links(c, s);
	return put_parts(c, s, rooms);
}

/* Why a code leads nowhere: a forged, mistyped or foreign one, or a plate that was revoked. */
struct refusal {
	int status;
	const struct plate_show *at; /* of a revoked plate, else NULL */
	bool elsewhere;              /* well formed, but of a hotel that is not kept here */
};

/* A page of its own that says what to do; programs get the problem. */
static enum vh_rc refused(struct call *c, const struct refusal *r)
{
	cJSON *root = c->view.root, *o;
	const char *code = err_code(&c->cx.err), *title = r->elsewhere ? "plate_elsewhere" : code;
	char serial[SERIAL_TEXT] = "";
	if (!c->html)
		return c->cx.err.rc;
	if (r->at && r->at->plate.replaced_by)
		serial_format((uint32_t)r->at->plate.replaced_by, serial);
	o = put_obj(c, root, "problem");
	put_num(c, o, "status", r->status);
	put(c, o, "code", code);
	put(c, o, "title", word(c, "code_", title));
	put(c, o, "detail", "");
	put(c, root, "code", c->params.value[0]);
	view_bool(&c->view, root, "revoked", r->at != NULL);
	put(c, root, "serial", r->at ? r->at->serial : NULL);
	put(c, root, "replaced_by", *serial ? serial : NULL);
	view_bool(&c->view, root, "elsewhere", r->elsewhere);
	if (r->at)
		put_hotel(c, &r->at->hotel);
	else
		view_null(&c->view, root, "hotel");
	c->status = r->status;
	c->page_name = "plate_refused";
	return VH_OK;
}

struct home_of {
	uint32_t hotel;
	bool here;
};

static enum vh_rc home_step(struct ctx *cx, void *arg)
{
	struct home_of *g = arg;
	struct hotel h;
	enum vh_rc rc = hotel_get(cx, g->hotel, &h);
	g->here = rc == VH_OK;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static bool is_elsewhere(struct call *c)
{
	struct plate_ref ref;
	struct home_of g = { 0 };
	if (plate_code_parse(param(c, "code"), &ref) != VH_OK)
		return false;
	g.hotel = ref.hotel;
	return db_read(&c->cx, home_step, &g) == VH_OK && !g.here;
}

enum vh_rc plate_unknown(struct call *c, enum vh_rc rc)
{
	struct err why = c->cx.err;
	if (rc != VH_NOTFOUND)
		return rc;
	/* A forged code was refused before anybody was asked who he is. */
	err_clear(&c->cx.err);
	rc = call_identify(c);
	if (rc == VH_OK)
		rc = call_guesses(c);
	if (rc != VH_OK)
		return rc;
	if (!call_guessed(c)) {
		err_clear(&c->cx.err);
		return ctx_fail(&c->cx, VH_BUSY, "too_many", "",
		                "too many wrong codes from this address");
	}
	const struct refusal r = { .status = 404, .elsewhere = is_elsewhere(c) };
	c->cx.err = why;
	return refused(c, &r);
}

enum vh_rc plate_ended(struct call *c, const struct plate_show *at)
{
	(void)ctx_fail(&c->cx, VH_NOTFOUND, "plate_revoked", "code", "plate %s is no longer in use",
	               at->serial);
	return refused(c, &(struct refusal){ .status = 410, .at = at });
}

/* In the scan's own step: a second one would read its pages again. */
static enum vh_rc who_step(struct ctx *cx, void *arg)
{
	struct call *c = arg;
	(void)cx;
	enum vh_rc rc = call_identify(c);
	return rc == VH_OK ? call_guesses(c) : rc;
}

enum vh_rc get_plate(struct call *c)
{
	struct scan s;
	struct notice *told = NULL;
	struct counting g = { .scan = &s };
	struct scanner by = { .who = who_step, .arg = c, .note = call_is_ours(c) };
	enum vh_rc rc = scan_plate_by(&c->cx, param(c, "code"), &by, &s);
	if (rc != VH_OK)
		return plate_unknown(c, rc);
	c->hotel = s.at.hotel;
	if (!strcmp(s.at.plate.state, "revoked"))
		return plate_ended(c, &s.at);
	if (s.rooms)
		rc = db_read(&c->cx, count_step, &g);
	if (rc == VH_OK)
		rc = look_notices(&c->cx, &s.at.hotel, s.at.house.id, &told);
	put_notices(c, put_arr(c, c->view.root, "notices"), told);
	return rc == VH_OK ? put_scan(c, &s, g.rooms) : rc;
}
