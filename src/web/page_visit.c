/*
 * The visit to one room, as the officer has it on his phone at the door: who is here, who is not
 * registered, what is unsafe. The page is the form; what he ticked comes back when it is refused.
 */
#include "visit.h"

#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/id.h"
#include "vh/limits.h"

#define OUTCOMES "as_registered|found_fewer|found_more|nobody_lives|nobody_home|refused"
enum { TAIL = 4 };

/* One form for the visit and for matching somebody meanwhile, so that no tick is lost by it. */
static const struct input visit_in[] = {
	INPUT_WORD(struct f_visit, outcome, 0, OUTCOMES),
	INPUT_WORD(struct f_visit, seen, INPUT_MAP, "here|gone"),
	INPUT(struct f_visit, extra, input_int, 0, LIM_CAPACITY),
	INPUT(struct f_visit, found, input_int, 0, LIM_CAPACITY * 4),
	INPUT_WORD(struct f_visit, items, INPUT_MAP, ANSWERS),
	INPUT_WORD(struct f_visit, consent, 0, CONSENTS),
	INPUT(struct f_visit, tail, input_code, 0, TAIL),
};
const struct form form_visit = FORM(struct f_visit, visit_in);

/* Why an officer has to know who lives here; his own words are the other way. */
static const char *const unmask_why[] = { "identity", "incident", "missing", NULL };

void put_choices(struct call *c, cJSON *o, const char *field, const char *words,
               const char *prefix, const char *now)
{
	put(c, o, "field", field);
	cJSON *list = put_arr(c, o, "options");
	for (const char *w = words; *w;) {
		size_t n = strcspn(w, "|");
		const char *one = arena_dupn(c->cx.a, w, n);
		if (one)
			put_option(c, list, one, word(c, prefix, one), now);
		w += n + (w[n] == '|');
	}
}

void put_safety(struct call *c, cJSON *o, const char *consent, const char *items)
{
	put_choices(c, put_obj(c, o, "consent"), "consent", CONSENTS, "consent_", consent);
	cJSON *list = put_arr(c, o, "items");
	for (int i = 0; i < SAFE__MAX; i++) {
		const char *name = safety_name((enum safety)i);
		cJSON *one = put_obj(c, list, NULL);
		put(c, one, "label", word(c, "safety_", name));
		put_choices(c, one, arena_printf(c->cx.a, "items.%s", name), "yes|no|na", "answer_",
		          map_get(c->cx.a, items, name));
	}
	put_flag(c, o, "safety_open", items || field_error(c, "items"));
}

/* Words at the fields; ticks are refused under the names that the core gives them. */
void put_visit_errors(struct call *c, cJSON *o)
{
	static const char *const fields[] = { "outcome", "found",   "tail", "items",
		                              "consent", "rooms" };
	cJSON *e = put_obj(c, o, "errors");
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		put(c, e, fields[i], field_error(c, fields[i]));
	static const char *const seen[] = { "here", "gone", "rest", "seen" };
	const char *words = NULL;
	for (size_t i = 0; i < sizeof seen / sizeof *seen && !words; i++)
		words = field_error(c, seen[i]);
	put(c, e, "seen", words);
}

static void put_people(struct call *c, cJSON *o, const struct visit_room *at)
{
	cJSON *list = put_arr(c, o, "people");
	for (const struct stay_view *v = at->stays; v; v = v->next) {
		const char *id = id_text(c, v->stay.id);
		const char *now = at->typed ? map_get(c->cx.a, at->typed->seen, id) : NULL;
		cJSON *one = put_obj(c, list, NULL);
		put_stay(c, one, v);
		put_url(c, one, "stay_url", may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c), id);
		put_choices(c, one, arena_printf(c->cx.a, "seen.%s", id), "here|gone", "seen_",
		            now);
		put_flag(c, one, "matched", v->stay.id == at->matched);
	}
}

enum { EXTRA_MOST = 6 };

static void put_counts(struct call *c, cJSON *o, const struct f_visit *f)
{
	static const char *const came_to[] = { "nobody_lives", "nobody_home", "refused" };
	put_choices(c, put_obj(c, o, "extra"), "extra", "1|2|3|4|5|6", "", f ? f->extra : NULL);
	put(c, o, "found", f && f->found ? f->found : "");
	put(c, o, "tail", f && f->tail ? f->tail : "");
	put(c, o, "typed_text", f ? "1" : "");
	cJSON *list = put_arr(c, o, "outcomes");
	for (size_t i = 0; i < sizeof came_to / sizeof *came_to; i++)
		put_option(c, list, came_to[i], word(c, "outcome_", came_to[i]), NULL);
}

const char *draft_key(struct call *c, const char *kind, int64_t id)
{
	return arena_printf(c->cx.a, "%s/%s-%s", c->hotel.area, kind, id_text(c, id));
}

/* Only for police, and asked before anything is shown. */
static void put_unmask(struct call *c, cJSON *o, const struct visit_room *at)
{
	if (!may(c, ACT_UNMASK) || !at->stays) {
		view_null(&c->view, o, "unmask");
		return;
	}
	cJSON *u = put_obj(c, o, "unmask"), *list;
	put_url(c, u, "action_url", true, "%s/rooms/%s/unmask", hotel_path(c),
	        id_text(c, at->room->id));
	list = put_arr(c, u, "reasons");
	for (const char *const *w = unmask_why; *w; w++)
		put_option(c, list, *w, word(c, "why_", *w), NULL);
}

static enum vh_rc put_last(struct call *c, cJSON *o, int64_t room)
{
	struct inspection *i = NULL;
	enum vh_rc rc = look_visits(&c->cx, &c->hotel, room, 0, &i);
	if (rc != VH_OK)
		return rc;
	while (i && !strcmp(i->outcome, "recheck")) /* of a hazard alone */
		i = i->next;
	if (!i) {
		view_null(&c->view, o, "last");
		return VH_OK;
	}
	cJSON *l = put_obj(c, o, "last");
	put(c, l, "ago_text", ago_text(c, i->at));
	put(c, l, "outcome_text", word(c, "outcome_", i->outcome));
	put_url(c, l, "visit_url", true, "%s/inspections/%s", hotel_path(c), id_text(c, i->visit));
	return VH_OK;
}

static void put_links(struct call *c, cJSON *o, const struct visit_room *at)
{
	const char *base = arena_printf(c->cx.a, "%s/rooms/%s", hotel_path(c),
	                                id_text(c, at->room->id));
	bool open = !strcmp(at->room->letting, "open");
	put_url(c, o, "form_url", true, "%s/inspections", base);
	put_url(c, o, "match_url", at->stays != NULL, "%s/match", base);
	put_url(c, o, "file_url", may(c, ACT_FILE) && open, "%s/stays/new", base);
	put_url(c, o, "history_url", true, "%s/inspections", base);
	put_url(c, o, "clearances_url", true, "%s/clearances", base);
	put_url(c, o, "house_visit_url", true, "%s/houses/%s/inspections/new", hotel_path(c),
	        id_text(c, at->house->id));
}

enum vh_rc put_visit_room(struct call *c, cJSON *o, const struct visit_room *at)
{
	if (!c->html)
		return VH_OK;
	put_idem(c, o);
	put(c, o, "draft", draft_key(c, "room", at->room->id));
	put_links(c, o, at);
	put_people(c, o, at);
	put_counts(c, o, at->typed);
	put_safety(c, o, at->typed ? at->typed->consent : NULL,
	           at->typed ? at->typed->items : NULL);
	put_visit_errors(c, o);
	put_unmask(c, o, at);
	enum vh_rc rc = put_last(c, o, at->room->id);
	return rc == VH_OK ? put_hazards_of(c, o, at->house->id, at->room->id) : rc;
}

/* An officer's scan is the beginning of a visit: the plate page is its form. */
enum vh_rc plate_visit(struct call *c, cJSON *o, const struct scan *s,
                       const struct rack_room *rooms)
{
	const struct visit_room room = { &s->at.room, &s->at.house, s->stays, NULL, 0 };
	const struct visit_house house = { &s->at.house, rooms, NULL };
	c->page_name = s->at.room.id ? "visit" : "visit_house";
	return s->at.room.id ? put_visit_room(c, o, &room) : put_visit_house(c, o, &house);
}

static enum vh_rc put_page(struct call *c, const struct f_visit *typed, int64_t matched)
{
	struct room_look l;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = look_room(&c->cx, &c->hotel, id, &l);
	if (rc != VH_OK)
		return rc;
	struct visit_room at = { &l.room, &l.house, l.stays, typed, matched };
	put_hotel(c, &l.hotel);
	put_room(c, c->view.root, &l.room, &l.house);
	put_num(c, c->view.root, "registered", l.registered);
	put_stays(c, l.stays);
	view_null(&c->view, c->view.root, "plate");
	put_arr(c, c->view.root, "notices");
	return put_visit_room(c, put_obj(c, c->view.root, "visit"), &at);
}

/* What a visit said, as its form would say it: for mending what was ticked by mistake. */
static enum vh_rc said_of(struct call *c, const struct visit_look *v, struct f_visit *f)
{
	struct arena *a = c->cx.a;
	enum answer answers[SAFE__MAX];
	int64_t left = v->row.registered;
	enum vh_rc rc = safety_read(&c->cx, v->row.items, answers);
	for (int i = 0; rc == VH_OK && i < SAFE__MAX; i++)
		if (answers[i] != ANSWER_NONE)
			f->items = arena_printf(a, "%s%s%s=%s", f->items ? f->items : "",
			                        f->items ? "\n" : "", safety_name((enum safety)i),
			                        answer_name(answers[i]));
	for (const struct inspection_seen *s = v->seen; s; s = s->next) {
		f->seen = arena_printf(a, "%s%s%s=%s", f->seen ? f->seen : "", f->seen ? "\n" : "",
		                       id_text(c, s->stay), s->what);
		left -= !strcmp(s->what, "gone");
	}
	/* More than the page has buttons for was counted. */
	if (!strcmp(v->row.outcome, "found_more") && v->row.found - left > EXTRA_MOST)
		f->found = arena_printf(a, "%lld", (long long)v->row.found);
	else if (!strcmp(v->row.outcome, "found_more"))
		f->extra = arena_printf(a, "%lld", (long long)(v->row.found - left));
	f->consent = v->row.consent;
	return rc == VH_OK && arena_failed(a) ? ctx_nomem(&c->cx) : rc;
}

enum vh_rc get_visit_form(struct call *c)
{
	const char *from = req_query(c->q, "from");
	struct visit_look *rows = NULL;
	struct f_visit f = { .tail = NULL };
	int64_t id, room = 0;
	if (!from || id_parse(from, &id) != VH_OK)
		return put_page(c, NULL, 0);
	enum vh_rc rc = param_id(c, "room", &room);
	if (rc == VH_OK)
		rc = look_visit(&c->cx, &c->hotel, id, &rows);
	while (rows && rows->row.room != room)
		rows = rows->next;
	if (rc == VH_OK && !rows)
		return put_page(c, NULL, 0);
	if (rc == VH_OK)
		rc = said_of(c, rows, &f);
	return rc == VH_OK ? put_page(c, &f, 0) : rc;
}

enum vh_rc again_visit(struct call *c)
{
	return put_page(c, c->form, 0);
}

enum vh_rc visit_answers(struct call *c, const char *items, enum answer ret[SAFE__MAX],
                         bool *ret_given)
{
	const char *key, *value;
	enum safety item;
	for (int i = 0; i < SAFE__MAX; i++)
		ret[i] = ANSWER_NONE;
	*ret_given = items != NULL;
	while (map_next(c->cx.a, &items, &key, &value)) {
		if (!key || !value)
			return ctx_nomem(&c->cx);
		if (!safety_of(key, &item) || item == SAFE__MAX || !answer_of(value, &ret[item]))
			return ctx_fail(&c->cx, VH_INVALID, "items", "items",
			                "%s is no item of the safety list", key);
	}
	return VH_OK;
}

/* The ticks of a form, as lists of stays. */
static enum vh_rc ticks(struct call *c, const char *seen, struct inspect_room *r)
{
	const char *key, *value;
	int64_t *list = arena_array(c->cx.a, 2 * LIM_FIELDS, sizeof *list), id;
	if (!list)
		return ctx_nomem(&c->cx);
	int64_t *gone = list + LIM_FIELDS;
	while (map_next(c->cx.a, &seen, &key, &value)) {
		if (!key || !value)
			return ctx_nomem(&c->cx);
		if (id_parse(key, &id) != VH_OK)
			return ctx_fail(&c->cx, VH_INVALID, "id", "seen", "%s is no id", key);
		if (!strcmp(value, "here"))
			list[r->n_here++] = id;
		else
			gone[r->n_gone++] = id;
	}
	r->here = list;
	r->gone = gone;
	return VH_OK;
}

/* What he said by a button, else what follows from what he ticked and counted. */
static enum vh_rc outcome(struct call *c, const struct f_visit *f, struct inspect_room *r)
{
	bool more = r->found || r->extra;
	r->ticked = !f->outcome;
	if (f->outcome)
		r->outcome = outcome_of(f->outcome);
	else if (more)
		r->outcome = OUTCOME_FOUND_MORE;
	else if (r->n_gone)
		r->outcome = OUTCOME_FOUND_FEWER;
	else if (r->n_here)
		r->outcome = OUTCOME_AS_REGISTERED;
	else
		return ctx_fail(&c->cx, VH_INVALID, "outcome", "outcome",
		                "tick who is here, or say what you found");
	if (more && r->outcome != OUTCOME_FOUND_MORE)
		return ctx_fail(&c->cx, VH_INVALID, "found", "found",
		                "more people were counted than that says");
	return VH_OK;
}

enum vh_rc post_visit(struct call *c)
{
	const struct f_visit *f = c->form;
	enum answer answers[SAFE__MAX];
	struct inspect_room r = { .outcome = OUTCOME__MAX };
	struct inspect_new n = { .hotel = c->hotel.id, .rooms = &r, .n = 1,
		                 .consent = f->consent };
	struct inspect_done d;
	bool given = false;
	enum vh_rc rc = param_id(c, "room", &r.room);
	if (rc == VH_OK)
		rc = ticks(c, f->seen, &r);
	if (rc == VH_OK)
		rc = visit_answers(c, f->items, answers, &given);
	if (rc != VH_OK)
		return rc;
	r.answers = given ? answers : NULL;
	r.found = f->found ? strtoll(f->found, NULL, 10) : 0;
	r.extra = f->extra ? strtoll(f->extra, NULL, 10) : 0;
	rc = outcome(c, f, &r);
	if (rc == VH_OK)
		rc = inspect_visit(&c->cx, &n, &d);
	return rc == VH_OK ? visit_done(c, &d) : rc;
}

/* The form comes back as it was, with the one who said his last four ticked. */
enum vh_rc post_match(struct call *c)
{
	struct f_visit *f = c->form;
	int64_t room, stay;
	enum vh_rc rc = param_id(c, "room", &room);
	if (rc == VH_OK && !f->tail)
		rc = ctx_fail(&c->cx, VH_INVALID, "required", "tail", "the last four are missing");
	if (rc == VH_OK)
		rc = inspect_match(&c->cx, &c->hotel, room, f->tail, &stay);
	if (rc != VH_OK)
		return rc;
	const char *id = id_text(c, stay), *kept = f->seen, *key, *value;
	const char *seen = arena_printf(c->cx.a, "%s=here", id);
	while (seen && map_next(c->cx.a, &kept, &key, &value))
		if (key && value && strcmp(key, id) != 0)
			seen = arena_printf(c->cx.a, "%s\n%s=%s", seen, key, value);
	if (!seen)
		return ctx_nomem(&c->cx);
	if (!c->html) {
		view_id(&c->view, c->view.root, "stay", stay);
		return VH_OK;
	}
	f->seen = seen;
	f->tail = NULL;
	c->page_name = "visit";
	c->notice = "matched";
	return put_page(c, f, stay);
}

static void put_unmasked(struct call *c, cJSON *list, const struct stay_view *v)
{
	cJSON *o = put_obj(c, list, NULL);
	put_stay(c, o, v);
	put(c, o, "phone", v->person.phone);
	put(c, o, "home", v->person.home);
}

/* By chip or in his own words; both are one field, sent by two forms. */
enum vh_rc post_unmask_room(struct call *c)
{
	const struct f_reason *f = c->form;
	struct room_look l;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = unmask_room(&c->cx, &c->hotel, id, f->reason, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root, *list;
	put_hotel(c, &l.hotel);
	put_room(c, root, &l.room, &l.house);
	put_num(c, root, "registered", l.registered);
	put(c, root, "reason", f->reason);
	put_text(c, root, "reason_text", reason_text(c, f->reason));
	list = put_arr(c, root, "stays");
	for (const struct stay_view *v = l.stays; v; v = v->next)
		put_unmasked(c, list, v);
	put_url(c, root, "visit_url", may(c, ACT_INSPECT), "%s/rooms/%s/inspections/new",
	        hotel_path(c), id_text(c, id));
	c->page_name = "room_unmasked";
	return VH_OK;
}

/* The visits of a room, newest first. */
enum vh_rc get_visits(struct call *c)
{
	struct inspection *rows = NULL;
	struct room_at at;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = look_visits(&c->cx, &c->hotel, id, 0, &rows);
	if (rc == VH_OK)
		rc = room_at(c, ACT_HAZARD, id, &at);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root, *list;
	put_hotel(c, &c->hotel);
	put_room(c, root, &at.room, &at.house);
	list = put_arr(c, root, "visits");
	for (const struct inspection *i = rows; i; i = i->next)
		put_visit_row(c, put_obj(c, list, NULL), i);
	put_url(c, root, "room_url", may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, id));
	put_url(c, root, "inspect_url", may(c, ACT_INSPECT), "%s/rooms/%s/inspections/new",
	        hotel_path(c), id_text(c, id));
	return VH_OK;
}
