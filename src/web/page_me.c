/*
 * What is registered about oneself, in every hotel where one has lived, who looked at it, and what
 * one may do about it.
 */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "ticket.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/dispute.h"
#include "vh/erase.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/limits.h"
#include "vh/notice.h"
#include "vh/residence.h"
#include "vh/stays.h"
#include "vh/store_log.h"
#include "view.h"

enum { LOOKS_SHOWN = 10, VISITS = 10 };

#define F INPUT

struct f_dispute {
	const char *dispute, *words;
};
static const struct input dispute_in[] = {
	INPUT_WORD(struct f_dispute, dispute, INPUT_REQUIRED, "wrong|not_me"),
	F(struct f_dispute, words, input_lines, INPUT_REQUIRED, LIM_TEXT),
};
const struct form form_dispute = FORM(struct f_dispute, dispute_in);

struct f_erase {
	const char *sure;
};
static const struct input erase_in[] = {
	F(struct f_erase, sure, input_bool, INPUT_REQUIRED, 0),
};
const struct form form_erase = FORM(struct f_erase, erase_in);

/* ---- what the upstreams have of each stay ---- */

struct sent {
	int64_t stay;
	const char *state; /* none: nobody wants it; waiting, sent, refused: its newest event */
	const char *receipt; /* of the newest event that has one */
	struct sent *next;
};
struct sending {
	const struct me *list;
	struct upstream *ups;
	struct sent *first;
};

static const char *state_of(const struct upstream *ups, const struct delivery *list)
{
	const char *state = "none";
	for (; ups; ups = ups->next) {
		const struct delivery *d = list;
		if (strcmp(ups->state, "open") != 0)
			continue;
		while (d && d->upstream != ups->id)
			d = d->next;
		if (d && (!strcmp(d->state, "rejected") || !strcmp(d->state, "dead")))
			return "refused";
		if (!d || (strcmp(d->state, "accepted") && strcmp(d->state, "superseded")))
			state = "waiting";
		else if (!strcmp(state, "none"))
			state = "sent";
	}
	return state;
}

static enum vh_rc sent_add(struct ctx *cx, struct sending *g, const struct found *f)
{
	struct event *events = NULL;
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)f->stay.stay.id);
	struct sent *r = arena_alloc(cx->a, sizeof *r);
	if (!subject || !r)
		return ctx_nomem(cx);
	*r = (struct sent){ .stay = f->stay.stay.id, .state = "none", .next = g->first };
	enum vh_rc rc = event_of_subject(cx, f->hotel.id, subject, &events);
	for (const struct event *e = events; rc == VH_OK && e; e = e->next) {
		struct delivery *list = NULL;
		rc = delivery_of_event(cx, f->hotel.id, e->id, &list);
		r->state = state_of(g->ups, list);
		for (const struct delivery *d = list; d; d = d->next)
			r->receipt = d->receipt ? d->receipt : r->receipt;
	}
	g->first = r;
	return rc;
}

static enum vh_rc sent_step(struct ctx *cx, void *arg)
{
	struct sending *g = arg;
	g->first = NULL;
	enum vh_rc rc = upstream_list(cx, &g->ups);
	for (const struct me *m = g->list; m; m = m->next) {
		for (const struct found *f = m->stays; rc == VH_OK && f; f = f->next)
			rc = sent_add(cx, g, f);
	}
	return rc;
}

static const struct sent *sent_of(const struct sending *g, int64_t stay)
{
	static const struct sent nothing = { .state = "none" };
	for (const struct sent *r = g->first; r; r = r->next)
		if (r->stay == stay)
			return r;
	return &nothing;
}

static enum vh_rc load(struct call *c, struct me **ret, struct sending *g)
{
	enum vh_rc rc = look_me(&c->cx, ret);
	g->list = rc == VH_OK ? *ret : NULL;
	return rc == VH_OK ? db_read(&c->cx, sent_step, g) : rc;
}

/* ---- parts of the pages ---- */

static void put_person(struct call *c, const struct me *list)
{
	if (!list || !list->person.id) {
		view_null(&c->view, c->view.root, "person");
		return;
	}
	const struct person_view *p = &list->person;
	cJSON *o = put_obj(c, c->view.root, "person");
	put(c, o, "name", p->name);
	put(c, o, "doc_type", p->doc_type);
	put_word(c, o, "doc_type_text", "doc_type_", p->doc_type);
	put(c, o, "doc_no", p->doc_no);
	put(c, o, "phone", p->phone);
}

static void put_day(struct call *c, cJSON *o, const char *key, int32_t day)
{
	char text[DAY_TEXT];
	day_format(day, text);
	put(c, o, key, text);
}

static enum vh_rc put_residence(struct call *c, const struct me *list)
{
	struct residence r;
	enum vh_rc rc = residence_me(&c->cx, list, &r);
	if (rc != VH_OK)
		return rc;
	if (!r.days) {
		view_null(&c->view, c->view.root, "residence");
		return VH_OK;
	}
	cJSON *o = put_obj(c, c->view.root, "residence");
	put_num(c, o, "days", r.days);
	put_count(c, o, "days_text", r.days, "day");
	put_day(c, o, "from", r.span.from);
	put_day(c, o, "to", r.span.to);
	view_bool(&c->view, o, "now", r.now);
	put_day(c, o, "half_year", r.half_year);
	view_bool(&c->view, o, "reached", r.days >= HALF_YEAR_DAYS);
	view_bool(&c->view, o, "verified", r.span.verified);
	return VH_OK;
}

static void put_action(struct call *c, cJSON *list, const struct found *f, const char *title,
                       const struct form *form, const char *verb)
{
	const struct f_change until = { .until = f->stay.stay.away_until };
	const char *id = id_text(c, f->stay.stay.id);
	const struct form_how how = {
		.title = title,
		.at = form == &form_away ? &until : NULL,
		.prefix = arena_printf(c->cx.a, "%s-%s", title, id),
		.action = arena_printf(c->cx.a, "/h/%s/stays/%s/%s", f->hotel.area, id, verb),
	};
	put_form(c, list, NULL, form, &how);
}

static void put_actions(struct call *c, cJSON *o, const struct found *f, bool disputed, bool lives)
{
	static const struct {
		enum stay_verb verb;
		const struct form *form;
	} offers[] = {
		{ SV_BACK, &form_none },
		{ SV_AWAY, &form_away },
		{ SV_EXTEND, &form_extend },
		{ SV_OUT, &form_out },
	};
	cJSON *list = put_arr(c, o, "actions");
	enum stay_state state = f->stay.stay.state;
	if (f->hotel.source)
		return; /* read here, and changed where it is kept */
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
		enum stay_verb verb = offers[i].verb;
		if (stay_verb_fits(verb, state))
			put_action(c, list, f, offer_title(verb, &f->stay.stay), offers[i].form,
			           stay_verb_name(verb));
	}
	if (disputed)
		return;
	/* Somebody else has ended it, not long ago: he may say that he is still there. */
	if (!lives && stay_reopens(&f->stay.stay, day_of(c->cx.now, f->hotel.zone_min)))
		put_action(c, list, f, "still_here", &form_none, "still-here");
	if (state != STAY_VOID && state != STAY_REJECTED)
		put_action(c, list, f, "dispute", &form_dispute, "dispute");
}

static void put_my_stay(struct call *c, cJSON *o, const struct found *f, const struct sent *sent)
{
	const struct stay *s = &f->stay.stay;
	const char *state = stay_state_name(s->state);
	view_id(&c->view, o, "id", s->id);
	put(c, o, "hotel_name", f->hotel.name);
	put(c, o, "address", f->house.address);
	put(c, o, "room_no", f->room.no);
	put(c, o, "since", s->since);
	put(c, o, "until", s->until);
	put(c, o, "ended", s->ended);
	view_bool(&c->view, o, "ended_about", s->ended_about);
	put(c, o, "away_until", s->away_until);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	view_bool(&c->view, o, "late", s->late);
	put_num(c, o, "notice_version", s->notice);
	put_text(c, o, "filed_text", at_text(c, s->filed_at, &f->hotel));
	put(c, o, "sent", sent->state);
	put_word(c, o, "sent_text", "sent_", sent->state);
	put(c, o, "receipt", sent->receipt);
	put_url(c, o, "receipt_url", sent->receipt != NULL, "/h/%s/stays/%s/receipt", f->hotel.area,
	        id_text(c, s->id));
	put_url(c, o, "stay_url", true, "/h/%s/stays/%s", f->hotel.area, id_text(c, s->id));
}

static const char *looker_text(struct call *c, const struct access_row *r)
{
	const char *role = word(c, "role_", r->role);
	return r->node ? arena_printf(c->cx.a, "%s · %s", role, word(c, "looks_", "above")) : role;
}

static void put_look(struct call *c, cJSON *list, const struct access_row *r, const struct hotel *h)
{
	char at[INSTANT_TEXT];
	cJSON *o = put_obj(c, list, NULL);
	instant_format(r->at, at);
	put(c, o, "at", at);
	put_text(c, o, "at_text", at_text(c, r->at, h));
	put(c, o, "role", r->role);
	put(c, o, "node", r->node);
	put_text(c, o, "role_text", looker_text(c, r));
	put(c, o, "fields", r->fields);
	put_text(c, o, "fields_text", fields_words(c, r->fields));
	put(c, o, "reason", r->reason);
	put_text(c, o, "reason_text", reason_text(c, r->reason));
}

static void put_looks(struct call *c, const struct me *list, int most)
{
	int64_t n = 0;
	cJSON *looks = put_arr(c, c->view.root, "looks");
	for (const struct me *m = list; m; m = m->next) {
		int shown = 0;
		for (const struct access_row *r = m->looks; r; r = r->next, n++)
			if (!most || shown++ < most)
				put_look(c, looks, r, &m->hotel);
	}
	put_num(c, c->view.root, "looks_n", n);
	put_url(c, c->view.root, "looks_url", most && n > most, "/me/looks");
}

/* ---- what belongs to a stay: hazards of its room, visits to it ---- */

static void put_hazard(struct call *c, cJSON *list, const struct hazard_look *l,
                       const struct found *f)
{
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", l->hazard.id);
	put(c, o, "item", l->hazard.item);
	put_word(c, o, "item_text", "fault_", l->hazard.item);
	put(c, o, "room_no", l->room.id ? l->room.no : NULL);
	put(c, o, "address", l->house.address);
	put_text(c, o, "at_text", at_text(c, l->hazard.found_at, &f->hotel));
	put_text(c, o, "due_text", at_text(c, l->hazard.due, &f->hotel));
	view_bool(&c->view, o, "overdue", l->overdue);
}

static void put_visit(struct call *c, cJSON *list, const struct inspection *i,
                      const struct found *f)
{
	char at[INSTANT_TEXT];
	cJSON *o = put_obj(c, list, NULL);
	instant_format(i->at, at);
	put(c, o, "at", at);
	put_text(c, o, "at_text", at_text(c, i->at, &f->hotel));
	put(c, o, "room_no", f->room.no);
	put(c, o, "outcome", i->outcome);
	put_word(c, o, "outcome_text", "met_", i->outcome);
	put(c, o, "consent", i->consent);
	put_word(c, o, "consent_text", "let_in_", i->consent ? i->consent : "door");
}

struct beside {
	cJSON *hazards, *visits;
	int64_t hazards_n, visits_n;
};

static enum vh_rc put_beside(struct call *c, const struct found *f, struct beside *b)
{
	struct hazard_look *hazards = NULL;
	struct inspection *visits = NULL;
	int64_t stay = f->stay.stay.id;
	int shown = 0;
	enum vh_rc rc = look_hazards_of_stay(&c->cx, &f->hotel, stay, &hazards);
	if (rc == VH_OK)
		rc = look_visits_of_stay(&c->cx, &f->hotel, stay, &visits);
	for (; rc == VH_OK && hazards; hazards = hazards->next, b->hazards_n++)
		put_hazard(c, b->hazards, hazards, f);
	for (; rc == VH_OK && visits && shown++ < VISITS; visits = visits->next, b->visits_n++)
		put_visit(c, b->visits, visits, f);
	return rc;
}

/* ---- disputes and notices of a hotel ---- */

static void put_dispute(struct call *c, cJSON *list, const struct dispute_look *l,
                        const struct hotel *h)
{
	const struct dispute *d = &l->row;
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", d->id);
	view_id(&c->view, o, "stay", d->stay);
	put(c, o, "address", l->house.address);
	put(c, o, "room_no", l->room.no);
	put(c, o, "kind", d->kind);
	put_word(c, o, "kind_text", "dispute_", d->kind);
	put(c, o, "state", d->state);
	put_word(c, o, "state_text", "dispute_state_", d->state);
	put(c, o, "words", l->words);
	put(c, o, "reason", d->reason);
	put_text(c, o, "at_text", at_text(c, d->at, h));
}

static bool is_disputed(const struct dispute_look *list, int64_t stay)
{
	for (; list; list = list->next)
		if (list->row.stay == stay && !strcmp(list->row.state, "open"))
			return true;
	return false;
}

static bool lives_in(const struct me *m)
{
	for (const struct found *f = m->stays; f; f = f->next)
		if (stay_is_current(f->stay.stay.state))
			return true;
	return false;
}

/* What his house is told, or the whole hotel. */
static enum vh_rc put_told(struct call *c, cJSON *list, const struct me *m)
{
	struct notice *told = NULL;
	int64_t house = 0;
	for (const struct found *f = m->stays; f; f = f->next)
		if (stay_is_current(f->stay.stay.state))
			house = f->house.id;
	if (!house)
		return VH_OK;
	enum vh_rc rc = look_notices(&c->cx, &m->hotel, house, &told);
	put_notices(c, list, told);
	return rc;
}

static void put_version(struct call *c, cJSON *list, const struct hotel *h)
{
	if (!h->notice || !*h->notice)
		return;
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "hotel_name", h->name);
	put_num(c, o, "version", h->notice_version);
	put(c, o, "text", h->notice);
}

struct lists {
	cJSON *stays, *disputes, *notices, *privacy;
	struct beside beside;
};

static struct lists make_lists(struct call *c)
{
	cJSON *root = c->view.root;
	return (struct lists){
		.notices = put_arr(c, root, "notices"),
		.stays = put_arr(c, root, "stays"),
		.beside = { put_arr(c, root, "hazards"), put_arr(c, root, "visits"), 0, 0 },
		.disputes = put_arr(c, root, "disputes"),
		.privacy = put_arr(c, root, "privacy"),
	};
}

static enum vh_rc put_hotel_part(struct call *c, const struct me *m, const struct sending *g,
                                 struct lists *to)
{
	struct dispute_look *disputes = NULL;
	bool lives = lives_in(m);
	enum vh_rc rc = look_my_disputes(&c->cx, &m->hotel, &disputes);
	if (rc == VH_OK)
		rc = put_told(c, to->notices, m);
	for (const struct found *f = m->stays; rc == VH_OK && f; f = f->next) {
		int64_t id = f->stay.stay.id;
		cJSON *o = put_obj(c, to->stays, NULL);
		put_my_stay(c, o, f, sent_of(g, id));
		if (c->html)
			put_actions(c, o, f, is_disputed(disputes, id), lives);
		rc = put_beside(c, f, &to->beside);
	}
	for (const struct dispute_look *l = disputes; l; l = l->next)
		put_dispute(c, to->disputes, l, &m->hotel);
	put_version(c, to->privacy, &m->hotel);
	return rc;
}

enum vh_rc get_me(struct call *c)
{
	struct me *list = NULL;
	struct sending g = { 0 };
	cJSON *root = c->view.root;
	enum vh_rc rc = load(c, &list, &g);
	if (rc != VH_OK)
		return rc;
	if (list && !list->next)
		c->hotel = list->hotel; /* whose desk he may call */
	put_person(c, list);
	rc = put_residence(c, list);
	struct lists to = make_lists(c);
	for (const struct me *m = list; rc == VH_OK && m; m = m->next)
		rc = put_hotel_part(c, m, &g, &to);
	put_num(c, root, "hazards_n", to.beside.hazards_n);
	put_num(c, root, "visits_n", to.beside.visits_n);
	put_num(c, root, "disputes_n", cJSON_GetArraySize(to.disputes));
	put_looks(c, list, LOOKS_SHOWN);
	put_url(c, root, "record_url", list != NULL, "/me/record");
	put_url(c, root, "erase_url", list != NULL, "/me/erase");
	return rc;
}

enum vh_rc get_my_looks(struct call *c)
{
	struct me *list = NULL;
	enum vh_rc rc = look_me(&c->cx, &list);
	if (rc == VH_OK)
		put_looks(c, list, 0);
	return rc;
}

enum vh_rc get_record(struct call *c)
{
	struct me *list = NULL;
	struct sending g = { 0 };
	enum vh_rc rc = load(c, &list, &g);
	if (rc == VH_OK)
		rc = put_residence(c, list);
	if (rc != VH_OK)
		return rc;
	if (list && !list->next)
		c->hotel = list->hotel;
	put_person(c, list);
	cJSON *stays = put_arr(c, c->view.root, "stays");
	for (const struct me *m = list; m; m = m->next)
		for (const struct found *f = m->stays; f; f = f->next)
			put_my_stay(c, put_obj(c, stays, NULL), f, sent_of(&g, f->stay.stay.id));
	put_text(c, c->view.root, "at_text",
	         list ? at_text(c, c->cx.now, &list->hotel) : NULL);
	put_num(c, c->view.root, "half_year_days", HALF_YEAR_DAYS);
	return VH_OK;
}

/* ---- objections ---- */

static enum vh_rc object(struct call *c, const char *kind, const char *words)
{
	struct dispute_new n = { .hotel = c->hotel.id, .kind = kind, .words = words };
	int64_t id;
	enum vh_rc rc = param_id(c, "stay", &n.stay);
	if (rc == VH_OK)
		rc = dispute_file(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->status = 201;
	c->go = c->s.who.role == ROLE_TENANT
	                ? arena_printf(c->cx.a, "/me?ok=%s", words ? "disputed" : "still_here")
	                : arena_printf(c->cx.a, "%s/stays/%s?ok=%s", hotel_path(c),
	                               id_text(c, n.stay), words ? "disputed" : "put_back");
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_still_here(struct call *c)
{
	return object(c, "still_here", NULL);
}

enum vh_rc post_dispute(struct call *c)
{
	const struct f_dispute *f = c->form;
	return object(c, f->dispute, f->words);
}

/* ---- erasing ---- */

static enum vh_rc put_erase(struct call *c, cJSON *list, const struct me *m)
{
	struct erase_when w;
	enum vh_rc rc = erase_when(&c->cx, m->hotel.id, m->person.id, &w);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "hotel", m->hotel.area);
	put(c, o, "hotel_name", m->hotel.name);
	put(c, o, "code", w.code);
	put_word(c, o, "code_text", "code_", w.code);
	put(c, o, "day", w.day);
	put_num(c, o, "months", w.months);
	const struct form_how how = {
		.title = "erase",
		.prefix = arena_printf(c->cx.a, "erase-%s", m->hotel.area),
		.action = arena_printf(c->cx.a, "/me/erase/%s", m->hotel.area),
		.danger = true,
	};
	if (!w.code)
		put_form(c, o, "form", &form_erase, &how);
	else if (c->html)
		view_null(&c->view, o, "form");
	return VH_OK;
}

enum vh_rc get_erase(struct call *c)
{
	struct me *list = NULL;
	enum vh_rc rc = look_me(&c->cx, &list);
	cJSON *hotels = put_arr(c, c->view.root, "hotels");
	for (const struct me *m = list; rc == VH_OK && m; m = m->next)
		rc = m->person.id ? put_erase(c, hotels, m) : VH_OK;
	return rc;
}

/* His own person in this hotel; nobody else is erased here. */
static int64_t my_person(const struct call *c)
{
	for (const struct grant *g = c->s.who.grants; g; g = g->next)
		if (c->s.who.role == ROLE_TENANT && g->hotel == c->hotel.id && g->person)
			return g->person;
	return 0;
}

/* He may be nobody here afterwards: the page that follows is opened by its receipt. */
enum vh_rc post_erase(struct call *c)
{
	int64_t person = my_person(c);
	struct erasure e;
	char ticket[TICKET_TEXT];
	if (!person)
		return ctx_fail(&c->cx, VH_DENIED, "role", "", "this page is for tenants");
	enum vh_rc rc = erase_person(&c->cx, c->hotel.id, person, &e);
	if (rc != VH_OK)
		return rc;
	ticket_make(c, "erased", c->hotel.id, person, ticket);
	view_id(&c->view, c->view.root, "id", e.id);
	put(c, c->view.root, "receipt", ticket);
	c->go = arena_printf(c->cx.a, "/erased/%s", ticket);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc get_erased(struct call *c)
{
	struct hotel h;
	struct erasure e;
	int64_t hotel, person;
	cJSON *root = c->view.root;
	enum vh_rc rc = ticket_read(c, "erased", param(c, "receipt"), &hotel, &person);
	if (rc == VH_OK)
		rc = erase_told(&c->cx, hotel, person, &h, &e);
	if (rc != VH_OK)
		return rc;
	c->hotel = h;
	put_hotel(c, &h);
	view_id(&c->view, root, "id", e.id);
	put_text(c, root, "at_text", at_text(c, e.at, &h));
	put_num(c, root, "stays", e.stays);
	put_num(c, root, "events", e.events);
	return VH_OK;
}
