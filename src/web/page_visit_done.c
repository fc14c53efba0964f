/*
 * One visit after it was made: what was found, what it opened and closed, and where to go next. A
 * visit is never undone, it is answered by another one: what was ticked by mistake is closed by it.
 */
#include "visit.h"

#include <string.h>

#include "pages.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/hazard.h"
#include "vh/task.h"

struct placing {
	const struct hotel *h;
	enum act act;
	int64_t id;
	struct room_at *ret;
};

static enum vh_rc place_step(struct ctx *cx, void *arg)
{
	struct placing *g = arg;
	enum vh_rc rc = room_get(cx, g->h->id, g->id, &g->ret->room);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, g->ret->room.house, &g->ret->house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "there is no such room here");
	return rc == VH_OK ? actor_may(cx, g->act, g->h, g->ret->house.id, 0) : rc;
}

enum vh_rc room_at(struct call *c, enum act act, int64_t room, struct room_at *ret)
{
	struct placing g = { &c->hotel, act, room, ret };
	return db_read(&c->cx, place_step, &g);
}

const char *ago_text(struct call *c, int64_t instant)
{
	if (!instant)
		return word(c, "", "ago_never");
	int64_t days = day_of(c->cx.now, c->hotel.zone_min) - day_of(instant, c->hotel.zone_min);
	if (days <= 0)
		return word(c, "", "ago_today");
	if (days == 1)
		return word(c, "", "ago_yesterday");
	const char *s = arena_printf(c->cx.a, "%lld%s", (long long)days, word(c, "", "ago_days"));
	return s ? s : "";
}

void put_visit_row(struct call *c, cJSON *o, const struct inspection *i)
{
	char at[INSTANT_TEXT];
	instant_format(i->at, at);
	view_id(&c->view, o, "visit", i->visit);
	put(c, o, "at", at);
	put_text(c, o, "at_text", at_text(c, i->at, &c->hotel));
	put(c, o, "outcome", i->outcome);
	put_word(c, o, "outcome_text", "outcome_", i->outcome);
	put_num(c, o, "registered", i->registered);
	put_count(c, o, "registered_text", i->registered, "people");
	if (i->found >= 0)
		put_num(c, o, "found", i->found);
	else
		view_null(&c->view, o, "found");
	put_text(c, o, "found_text", i->found >= 0 ? count_text(c, i->found, "people") : NULL);
	put(c, o, "consent", i->consent);
	put_word(c, o, "consent_text", "consent_", i->consent);
	put_url(c, o, "visit_url", true, "%s/inspections/%s", hotel_path(c), id_text(c, i->visit));
}

/* The items that were answered, of one row. */
static enum vh_rc put_items(struct call *c, cJSON *o, const char *json)
{
	enum answer answers[SAFE__MAX];
	enum vh_rc rc = safety_read(&c->cx, json, answers);
	cJSON *items = put_obj(c, o, "items"), *list = c->html ? put_arr(c, o, "answers") : NULL;
	for (int i = 0; rc == VH_OK && i < SAFE__MAX; i++) {
		const char *name = safety_name((enum safety)i), *answer = answer_name(answers[i]);
		if (answers[i] == ANSWER_NONE)
			continue;
		put(c, items, name, answer);
		if (!list)
			continue;
		cJSON *one = put_obj(c, list, NULL);
		put(c, one, "label", word(c, "safety_", name));
		put(c, one, "answer", answer);
		put(c, one, "answer_text", word(c, "answer_", answer));
	}
	return rc;
}

static bool is_row(const struct visit_look *rows, int64_t id)
{
	while (id && rows && rows->row.id != id)
		rows = rows->next;
	return id && rows;
}

/* What this visit opened and closed; both are found by the row that did it. */
static enum vh_rc put_hazards(struct call *c, const struct visit_look *rows)
{
	struct hazard_look *list = NULL;
	cJSON *opened = put_arr(c, c->view.root, "hazards");
	cJSON *closed = put_arr(c, c->view.root, "mended");
	enum vh_rc rc = look_hazards(&c->cx, &c->hotel, rows->house.id, HAZARDS_ALL, &list);
	for (const struct hazard_look *z = list; rc == VH_OK && z; z = z->next) {
		if (is_row(rows, z->hazard.found_in))
			put_hazard_line(c, put_obj(c, opened, NULL), z);
		if (is_row(rows, z->hazard.closed_in))
			put_hazard_line(c, put_obj(c, closed, NULL), z);
	}
	return rc;
}

static void put_task(struct call *c, cJSON *list, const struct task_look *t)
{
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", t->task.id);
	put(c, o, "kind", t->task.kind);
	put_word(c, o, "kind_text", "task_", t->task.kind);
	put(c, o, "room_no", t->room.id ? t->room.no : NULL);
	put_text(c, o, "due_text", at_text(c, t->task.due, &c->hotel));
	put_url(c, o, "task_url", true, "%s/tasks/%s", hotel_path(c), id_text(c, t->task.id));
}

/* Tasks carry no visit; those of its rooms that began in its instant are its own. */
static enum vh_rc put_tasks(struct call *c, const struct visit_look *rows)
{
	cJSON *tasks = put_arr(c, c->view.root, "tasks");
	enum vh_rc rc = VH_OK;
	for (const struct visit_look *v = rows; rc == VH_OK && v && may(c, ACT_TASK); v = v->next) {
		struct task_look *list = NULL;
		if (v->row.room)
			rc = look_tasks_room(&c->cx, &c->hotel, v->row.room, &list);
		for (const struct task_look *t = list; rc == VH_OK && t; t = t->next)
			if (t->task.created == rows->row.at && strcmp(t->task.kind, "hazard") != 0)
				put_task(c, tasks, t);
	}
	return rc;
}

struct leaving {
	const struct hotel *h;
	int64_t house;
	struct room *rooms;
};

static enum vh_rc rooms_step(struct ctx *cx, void *arg)
{
	struct leaving *g = arg;
	return room_list_house(cx, g->h->id, g->house, &g->rooms);
}

/* Rooms of a visited house that were left apart. */
static enum vh_rc put_apart(struct call *c, const struct visit_look *rows)
{
	struct leaving g = { .h = &c->hotel, .house = rows->house.id };
	cJSON *list = put_arr(c, c->view.root, "apart");
	if (rows->row.room || !may(c, ACT_INSPECT))
		return VH_OK;
	enum vh_rc rc = db_read(&c->cx, rooms_step, &g);
	for (const struct room *r = g.rooms; rc == VH_OK && r; r = r->next) {
		const struct visit_look *v = rows;
		while (v && v->row.room != r->id)
			v = v->next;
		if (v || !strcmp(r->letting, "closed"))
			continue;
		cJSON *o = put_obj(c, list, NULL);
		view_id(&c->view, o, "id", r->id);
		put(c, o, "no", r->no);
		put_url(c, o, "visit_url", true, "%s/rooms/%s/inspections/new", hotel_path(c),
		        id_text(c, r->id));
	}
	return rc;
}

static enum vh_rc put_rows(struct call *c, const struct visit_look *rows)
{
	cJSON *list = put_arr(c, c->view.root, "rooms");
	enum vh_rc rc = VH_OK;
	for (const struct visit_look *v = rows; rc == VH_OK && v; v = v->next) {
		if (!v->row.room || rows->row.room)
			continue;
		cJSON *o = put_obj(c, list, NULL);
		put_visit_row(c, o, &v->row);
		view_id(&c->view, o, "room", v->row.room);
		put(c, o, "room_no", v->room.no);
		rc = put_items(c, o, v->row.items);
	}
	return rc;
}

static void put_ways(struct call *c, const struct visit_look *rows)
{
	cJSON *root = c->view.root;
	const char *base = hotel_path(c), *house = id_text(c, rows->house.id);
	const char *room = id_text(c, rows->row.room);
	bool mine = may(c, ACT_INSPECT), one = rows->row.room != 0;
	bool more = !strcmp(rows->row.outcome, "found_more");
	put_url(c, root, "again_url", mine && strcmp(rows->row.outcome, "recheck") != 0,
	        "%s/%s/%s/inspections/new%s%s", base, one ? "rooms" : "houses", one ? room : house,
	        one ? "?from=" : "", one ? id_text(c, rows->row.visit) : "");
	put_url(c, root, "file_url", mine && one && more && may(c, ACT_FILE),
	        "%s/rooms/%s/stays/new", base, room);
	put_url(c, root, "history_url", one, "%s/rooms/%s/inspections", base, room);
	put_url(c, root, "house_url", may(c, ACT_RACK), "%s/houses/%s", base, house);
	put_url(c, root, "round_url", mine, "%s/round", base);
	put_text(c, root, "draft",
	         one ? draft_key(c, "room", rows->row.room)
	             : draft_key(c, "house", rows->house.id));
}

/* Which parts of the page have anything to show. */
static void put_flags(struct call *c)
{
	cJSON *root = c->view.root;
	const char *const lists[] = { "tasks", "hazards", "mended", "apart", "rooms" };
	const char *const flags[] = { NULL, "has_opened", "has_mended", "has_apart", "has_rooms" };
	bool tasks = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, lists[0])) > 0;
	for (int i = 1; i < 5; i++) {
		int n = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, lists[i]));
		put_flag(c, root, flags[i], n > 0 || (i == 1 && tasks));
	}
}

void put_visit_ways(struct call *c, int64_t house, int64_t room)
{
	const struct {
		const char *label, *tail;
		enum act act;
		bool house, room;
	} ways[] = {
		{ "inspect", "inspections/new", ACT_INSPECT, true, true },
		{ "visits", "inspections", ACT_HAZARD, false, true },
		{ "hazards", "hazards", ACT_HAZARD, true, false },
		{ "clearances", "clearances", ACT_HAZARD, false, true },
	};
	int n = 0;
	if (!c->html)
		return;
	cJSON *list = put_arr(c, c->view.root, "visit_ways");
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (!may(c, ways[i].act) || !(room ? ways[i].room : ways[i].house))
			continue;
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "label", word(c, "", ways[i].label));
		put_url(c, o, "link_url", true, "%s/%s/%s/%s", hotel_path(c),
		        room ? "rooms" : "houses", id_text(c, room ? room : house), ways[i].tail);
		n++;
	}
	put_flag(c, c->view.root, "has_ways", n > 0);
}

static enum vh_rc put_visit(struct call *c, const struct visit_look *rows)
{
	const struct round_from next = { .n = 1, .but = rows->row.room,
		                         .todo = true };
	cJSON *root = c->view.root, *o;
	put_hotel(c, &c->hotel);
	o = put_obj(c, root, "house");
	view_id(&c->view, o, "id", rows->house.id);
	put_num(c, o, "no", rows->house.no);
	put(c, o, "address", rows->house.address);
	put_visit_row(c, root, &rows->row);
	put(c, root, "room_no", rows->row.room ? rows->room.no : NULL);
	/* Who it was is the officers' business; to a landlord he is an officer. */
	put(c, root, "by", may(c, ACT_INSPECT) ? rows->by : NULL);
	put_ways(c, rows);
	enum vh_rc rc = put_items(c, root, rows->row.items);
	if (rc == VH_OK)
		rc = put_rows(c, rows);
	if (rc == VH_OK)
		rc = put_hazards(c, rows);
	if (rc == VH_OK)
		rc = put_tasks(c, rows);
	if (rc == VH_OK)
		rc = put_apart(c, rows);
	if (rc == VH_OK && may(c, ACT_INSPECT) && c->html)
		rc = put_round(c, root, &next);
	put_flags(c);
	return rc;
}

enum vh_rc get_visit(struct call *c)
{
	struct visit_look *rows = NULL;
	int64_t id;
	enum vh_rc rc = param_id(c, "inspection", &id);
	if (rc == VH_OK)
		rc = look_visit(&c->cx, &c->hotel, id, &rows);
	return rc == VH_OK ? put_visit(c, rows) : rc;
}

enum vh_rc visit_done(struct call *c, const struct inspect_done *d)
{
	struct visit_look *rows = NULL;
	cJSON *root = c->view.root;
	const char *url = arena_printf(c->cx.a, "%s/inspections/%s", hotel_path(c),
	                               id_text(c, d->visit));
	if (!url)
		return ctx_nomem(&c->cx);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "%s?ok=inspected", url);
	if (c->html)
		return c->go ? VH_OK : ctx_nomem(&c->cx);
	enum vh_rc rc = look_visit(&c->cx, &c->hotel, d->visit, &rows);
	if (rc != VH_OK)
		return rc;
	resp_header(c->r, "Location", url);
	view_id(&c->view, root, "id", d->visit);
	put_visit_row(c, root, &rows->row);
	put_num(c, root, "rooms", d->rooms);
	put_num(c, root, "tasks", d->tasks);
	put_num(c, root, "hazards", d->hazards);
	put_num(c, root, "mended", d->mended);
	return put_items(c, root, rows->row.items);
}
