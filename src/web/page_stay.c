/* One stay, and everything that may happen to it. */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/db.h"
#include "vh/dispute.h"
#include "vh/find.h"
#include "vh/id.h"
#include "vh/stays.h"
#include "vh/store_claim.h"
#include "view.h"

/* What the page offers; whose each verb is and which states it begins from, the core says. */
static const struct offer {
	enum stay_verb verb;
	const struct form *form;
	bool danger;
	bool page;       /* a landlord has a page for it */
	const char *key; /* the letter that unfolds it at a desk */
	const char *hint;
} offers[] = {
	{ SV_VERIFY, &form_none, false, false, NULL, NULL },
	{ SV_REJECT, &form_reject, true, false, "x", NULL },
	{ SV_OUT, &form_out, false, true, "o", NULL },
	{ SV_EXTEND, &form_extend, false, true, "e", NULL },
	{ SV_MOVE, &form_move, false, true, "m", NULL },
	{ SV_AWAY, &form_away, false, false, "w", NULL },
	{ SV_BACK, &form_none, false, false, NULL, NULL },
	{ SV_AMEND, &form_amend, false, true, "c", "amend_hint" },
	{ SV_VOID, &form_reject, true, false, NULL, NULL },
};

static void put_offer(struct call *c, cJSON *list, const struct stay *s, const char *path,
                      const struct form *form, struct form_how how)
{
	how.prefix = how.title;
	how.action = arena_printf(c->cx.a, "%s/stays/%s/%s", hotel_path(c), id_text(c, s->id),
	                          path);
	put_form(c, list, NULL, form, &how);
}

/* Moved out by mistake: the same stay goes on, and an officer looks at it. */
static bool may_put_back(const struct call *c, const struct stay *s)
{
	bool his = may(c, ACT_VERIFY) || c->s.who.role == ROLE_LANDLORD;
	return his && stay_reopens(s, day_of(c->cx.now, c->hotel.zone_min));
}

static bool may_offer(const struct call *c, const struct offer *o, const struct stay *s)
{
	enum role role = c->s.who.role;
	return may(c, stay_verb_act(o->verb)) && stay_verb_fits(o->verb, s->state) &&
	       (role != ROLE_TENANT || stay_verb_tenant(o->verb)) &&
	       (role != ROLE_LANDLORD || !o->page);
}

/* A stay of a hotel that is another node's is read here, and changed there. */
static void put_actions(struct call *c, const struct stay *s)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const struct f_change until = { .until = s->away_until };
	bool ours = !c->hotel.source;
	if (ours && may_put_back(c, s))
		put_offer(c, list, s, "still-here", &form_none,
		          (struct form_how){ .title = "put_back" });
	for (size_t i = 0; ours && i < sizeof offers / sizeof *offers; i++) {
		const struct offer *o = &offers[i];
		if (may_offer(c, o, s))
			put_offer(c, list, s, stay_verb_name(o->verb), o->form,
			          (struct form_how){ .title = offer_title(o->verb, s),
			                             .at = o->verb == SV_AWAY ? &until : NULL,
			                             .danger = o->danger,
			                             .key = o->key,
			                             .hint = o->hint });
	}
	if (may(c, ACT_UNMASK))
		put_offer(c, list, s, "unmask", &form_unmask,
		          (struct form_how){ .title = "unmask", .key = "u" });
	if (ours && may(c, ACT_STAFF) && may(c, ACT_ROOM) && stay_is_current(s->state))
		put_offer(c, list, s, "account", &form_none,
		          (struct form_how){ .title = "tenant_account" });
}

/* Roles of those who did something, by account: a page never names an officer. */
struct who {
	int64_t account;
	const char *role;
};
enum { WHO = 16 };
struct roles {
	const struct event *events;
	const struct stay *stay;
	bool himself; /* filed at the door, by him whom it is about: no account did it */
	struct who who[WHO];
	unsigned n;
};

static enum vh_rc role_add(struct ctx *cx, struct roles *g, int64_t account)
{
	struct account a;
	if (!account || g->n == WHO)
		return VH_OK;
	for (unsigned i = 0; i < g->n; i++)
		if (g->who[i].account == account)
			return VH_OK;
	enum vh_rc rc = account_get(cx, account, &a);
	if (rc == VH_OK)
		g->who[g->n++] = (struct who){ account, a.role };
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc roles_step(struct ctx *cx, void *arg)
{
	struct roles *g = arg;
	struct declared at_door;
	g->n = 0;
	enum vh_rc rc = declared_get(cx, g->stay->hotel, g->stay->id, &at_door);
	g->himself = rc == VH_OK;
	if (rc == VH_OK || rc == VH_NOTFOUND)
		rc = role_add(cx, g, g->stay->filed_by);
	for (const struct event *e = g->events; rc == VH_OK && e; e = e->next)
		rc = role_add(cx, g, e->actor);
	return rc;
}

/* What no account did is the desk's own machine, but for a filing at the door. */
static const char *role_text(const struct call *c, const struct roles *g, int64_t account,
                             bool filing)
{
	for (unsigned i = 0; i < g->n; i++)
		if (g->who[i].account == account)
			return word(c, "role_", g->who[i].role);
	return account ? "" : word(c, "role_", filing && g->himself ? "door" : "clerk");
}

/* cn.vhotel.stay.checked-in.v1 -> checked-in */
const char *event_what(struct call *c, const char *type)
{
	const char *end = strrchr(type, '.'), *p = end;
	while (p && p > type && p[-1] != '.')
		p--;
	return end ? arena_dupn(c->cx.a, p, (size_t)(end - p)) : type;
}

static void put_history(struct call *c, const struct stay_look *l, const struct roles *g)
{
	cJSON *list = put_arr(c, c->view.root, "history");
	for (const struct event *e = l->events; e; e = e->next) {
		cJSON *o = put_obj(c, list, NULL);
		const char *what = event_what(c, e->type);
		put(c, o, "at_text", at_text(c, e->at, &l->at.hotel));
		put(c, o, "what_text", word(c, "event_", what));
		put(c, o, "by_text", role_text(c, g, e->actor, !strcmp(what, "checked-in")));
		put(c, o, "reason_text", reason_text(c, e->reason));
	}
	view_bool(&c->view, c->view.root, "has_history", l->events != NULL);
}

static void put_details(struct call *c, cJSON *o, const struct room_look *at,
                        const struct stay_view *v, const struct roles *g)
{
	const struct stay *s = &v->stay;
	put_stay(c, o, v);
	put_room(c, o, &at->room, &at->house);
	put(c, o, "phone", v->person.phone);
	put(c, o, "home", v->person.home);
	put(c, o, "employer", v->employer);
	put(c, o, "away_until", s->away_until);
	put(c, o, "ended", s->ended);
	view_bool(&c->view, o, "ended_about", s->ended_about);
	put(c, o, "contest", s->contest);
	put_word(c, o, "contest_text", "contest_", s->contest);
	/* A ledger's row was not judged by it: the day would only frighten. */
	bool judged = s->late || s->filed_at <= s->due;
	put_text(c, o, "due_text", judged ? at_text(c, s->due, &at->hotel) : NULL);
	put_flag(c, o, "contested", s->state == STAY_CONTESTED);
	if (c->html)
		put(c, o, "filed_text",
		    arena_printf(c->cx.a, "%s %s", at_text(c, s->filed_at, &at->hotel),
		                 role_text(c, g, s->filed_by, true)));
}

static void put_stay_page(struct call *c, const struct stay_look *l, const struct roles *g,
                          bool unmasked)
{
	cJSON *root = c->view.root;
	put_hotel(c, &l->at.hotel);
	if (!c->html) {
		view_id(&c->view, root, "id", l->stay.stay.id);
		put(c, root, "state", stay_state_name(l->stay.stay.state));
	}
	put_details(c, put_obj(c, root, "stay"), &l->at, &l->stay, g);
	put_url(c, root, "room_url", may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, l->at.room.id));
	put_text(c, root, "masked_text", masked_text(c, !unmasked && is_masked(c, &l->stay)));
	put_flag(c, root, "unmasked", unmasked);
	put_newest_receipts(c, l);
	if (!c->html)
		return;
	put_history(c, l, g);
	put_actions(c, &l->stay.stay);
}

static enum vh_rc load(struct call *c, struct stay_look *ret, struct roles *g)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK)
		rc = look_stay(&c->cx, &c->hotel, id, ret);
	if (rc != VH_OK || !c->html)
		return rc;
	g->events = ret->events;
	g->stay = &ret->stay.stay;
	return db_read(&c->cx, roles_step, g);
}

enum vh_rc get_stay(struct call *c)
{
	struct stay_look l;
	struct roles g = { 0 };
	enum vh_rc rc = load(c, &l, &g);
	if (rc != VH_OK)
		return rc;
	put_stay_page(c, &l, &g, false);
	rc = stay_remarks(c, &l.stay.stay);
	return rc == VH_OK ? stay_landlord(c, &l.stay) : rc;
}

enum vh_rc get_stay_done(struct call *c)
{
	struct stay_look l;
	struct roles g = { 0 };
	const char *w = req_query(c->q, "w");
	bool landlord = c->s.who.role == ROLE_LANDLORD;
	enum vh_rc rc = load(c, &l, &g);
	if (rc != VH_OK)
		return rc;
	put_stay_page(c, &l, &g, false);
	put_warnings(c, w ? (unsigned)strtoul(w, NULL, 10) : 0);
	put_privacy(c, &l.at.hotel);
	bool officer = c->s.who.role == ROLE_POLICE || c->s.who.role == ROLE_GRID;
	put_url(c, c->view.root, "visit_url", officer, "%s/rooms/%s/inspections/new",
	        hotel_path(c), id_text(c, l.at.room.id));
	put_url(c, c->view.root, "another_url", may(c, ACT_FILE) && c->s.who.role != ROLE_TENANT,
	        "%s/rooms/%s/%s%s", hotel_path(c), id_text(c, l.at.room.id),
	        landlord ? "movein?with=" : "stays/new",
	        landlord ? id_text(c, l.stay.stay.id) : "");
	put_url(c, c->view.root, "save_url", true, "%s/stays/%s/text", hotel_path(c),
	        id_text(c, l.stay.stay.id));
	return VH_OK;
}

static void line(struct call *c, const char *label, const char *value)
{
	if (value && *value)
		buf_printf(&c->r->body, "%s%s%s\r\n", label, c->lang[0] == 'z' ? "：" : ": ", value);
}

/* The record as a file of text, which every telephone can keep and show. */
enum vh_rc get_stay_text(struct call *c)
{
	struct stay_look l;
	struct roles g = { 0 };
	enum vh_rc rc = load(c, &l, &g);
	if (rc != VH_OK)
		return rc;
	const struct stay *s = &l.stay.stay;
	const struct person_view *p = &l.stay.person;
	const char *id = id_text(c, s->id);
	c->r->status = 200;
	c->r->type = "text/plain; charset=utf-8";
	resp_header(c->r, "Content-Disposition",
	            arena_printf(c->cx.a, "attachment; filename=\"%s.txt\"", id));
	resp_header(c->r, "Vary", "Accept-Language, Cookie");
	line(c, word(c, "", "filing_no"), id);
	line(c, word(c, "f_", "name"), p->name);
	line(c, word(c, "doc_type_", p->doc_type), p->doc_no);
	line(c, word(c, "", "address"),
	     arena_printf(c->cx.a, "%s %s %s", l.at.hotel.name, l.at.house.address, l.at.room.no));
	line(c, word(c, "", "since"), s->since);
	line(c, word(c, "", "until"), s->until ? s->until : word(c, "", "until_open"));
	line(c, word(c, "", "ended"),
	     s->ended && s->ended_about
	             ? arena_printf(c->cx.a, "%s %s", word(c, "", "about"), s->ended)
	             : s->ended);
	line(c, word(c, "", "state"), word(c, "state_", stay_state_name(s->state)));
	line(c, word(c, "", "filed"), at_text(c, s->filed_at, &l.at.hotel));
	return buf_ok(&c->r->body) ? VH_OK : ctx_nomem(&c->cx);
}

/* 103 is in the same house, 9/103 in house 9 (find.h). Programs send the room's id. */
struct room_typed {
	int64_t hotel, stay;
	const char *text;
	int64_t id;
};

static enum vh_rc room_step(struct ctx *cx, void *arg)
{
	struct room_typed *t = arg;
	struct stay s;
	struct room from = { 0 }, to;
	enum vh_rc rc = stay_get(cx, t->hotel, t->stay, &s);
	if (rc == VH_OK)
		rc = room_get(cx, t->hotel, s.room, &from);
	/* Whether there is such a stay is said by the change itself, after asking who may. */
	if (rc == VH_OK || rc == VH_NOTFOUND)
		rc = room_written(cx, t->hotel, from.house, t->text, &to);
	if (rc == VH_OK)
		t->id = to.id;
	return rc;
}

static enum vh_rc room_typed(struct call *c, int64_t stay, const char *text, int64_t *ret)
{
	enum { ID_DIGITS = 15 }; /* no room has so long a number */
	struct room_typed t = { c->hotel.id, stay, text, 0 };
	if (strlen(text) >= ID_DIGITS && id_parse(text, ret) == VH_OK)
		return VH_OK;
	enum vh_rc rc = db_read(&c->cx, room_step, &t);
	if (rc == VH_NOTFOUND)
		return ctx_fail(&c->cx, rc, "room_unknown", "room", "there is no such room here");
	if (rc == VH_OK)
		*ret = t.id;
	return rc;
}

/* The remark that an amendment answers: the page of it was led to from there. */
static enum vh_rc answered(struct call *c, int64_t *ret)
{
	const char *text = req_query(c->q, "remark");
	if (text && id_parse(text, ret) != VH_OK)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "remark",
		                "nothing such was asked about this stay");
	return VH_OK;
}

static const char *page_after(struct call *c, const struct stay_change *in, int64_t stay)
{
	if (c->s.who.role == ROLE_TENANT)
		return "/me";
	if (in->remark)
		return arena_printf(c->cx.a, "%s/queue/remarks", hotel_path(c));
	return arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c), id_text(c, stay));
}

static enum vh_rc change(struct call *c, enum stay_verb verb, const char *day, const char *notice)
{
	const struct f_change *f = c->form;
	struct stay_change in = { .verb = verb };
	struct stay_done d;
	int64_t id;
	if (c->route->form != &form_none)
		in = (struct stay_change){
			.verb = verb,
			.day = day,
			.reason = f->reason,
			.anyway = f->anyway,
			.about = f->about,
			.name = f->name,
			.doc_type = f->doc_type,
			.doc_no = f->doc_no,
			.phone = f->phone,
			.home = f->home,
			.employer = f->employer,
			.since = verb == SV_AMEND ? f->since : NULL,
		};
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK && verb == SV_MOVE)
		rc = room_typed(c, id, f->room, &in.room);
	if (rc == VH_OK && verb == SV_AMEND)
		rc = answered(c, &in.remark);
	if (rc == VH_OK)
		rc = stay_change(&c->cx, c->hotel.id, id, &in, &d);
	if (rc != VH_OK)
		return rc;
	put_stay_done(c, &d);
	const char *page = page_after(c, &in, d.id);
	const char *next = c->route->form == &form_none ? NULL : f->next;
	if (next && safe_next(next)) /* a list, which can lead to the one that was worked last */
		next = arena_printf(c->cx.a, "%s%cwas=%s", next, strchr(next, '?') ? '&' : '?',
		                    id_text(c, d.id));
	c->go = page ? go_back(c, next, notice, page) : NULL;
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

#define DAY(member) ((const struct f_change *)c->form)->member

enum vh_rc post_out(struct call *c)
{
	return change(c, SV_OUT, DAY(out), "out");
}

enum vh_rc post_extend(struct call *c)
{
	return change(c, SV_EXTEND, DAY(until), "extended");
}

enum vh_rc post_away(struct call *c)
{
	return change(c, SV_AWAY, DAY(until), "away");
}

enum vh_rc post_move(struct call *c)
{
	return change(c, SV_MOVE, DAY(since), "moved");
}

enum vh_rc post_back(struct call *c)
{
	return change(c, SV_BACK, NULL, "back");
}

enum vh_rc post_verify(struct call *c)
{
	return change(c, SV_VERIFY, NULL, "verified");
}

enum vh_rc post_reject(struct call *c)
{
	return change(c, SV_REJECT, NULL, "rejected");
}

enum vh_rc post_void(struct call *c)
{
	return change(c, SV_VOID, NULL, "voided");
}

enum vh_rc post_amend(struct call *c)
{
	return change(c, SV_AMEND, NULL, "saved");
}

/* The place around an unmasked person; his row is written, and nothing more of him is read. */
static enum vh_rc around_step(struct ctx *cx, void *arg)
{
	struct stay_look *l = arg;
	const struct stay *s = &l->stay.stay;
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)s->id);
	if (!subject)
		return ctx_nomem(cx);
	enum vh_rc rc = room_get(cx, s->hotel, s->room, &l->at.room);
	if (rc == VH_OK)
		rc = house_get(cx, s->hotel, l->at.room.house, &l->at.house);
	if (rc == VH_OK)
		rc = event_of_subject(cx, s->hotel, subject, &l->events);
	return rc == VH_OK ? proof_list(cx, s->hotel, l->events, &l->proofs) : rc;
}

enum vh_rc post_unmask(struct call *c)
{
	const struct f_reason *f = c->form;
	struct stay_look l = { .at.hotel = c->hotel };
	struct roles g = { 0 };
	int64_t id;
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK)
		rc = unmask_stay(&c->cx, &c->hotel, id, f->reason, &l.stay);
	if (rc == VH_OK)
		rc = db_read(&c->cx, around_step, &l);
	g.events = l.events;
	g.stay = &l.stay.stay;
	if (rc == VH_OK)
		rc = db_read(&c->cx, roles_step, &g);
	if (rc != VH_OK)
		return rc;
	put_stay_page(c, &l, &g, true);
	rc = stay_remarks(c, &l.stay.stay);
	if (rc != VH_OK)
		return rc;
	view_null(&c->view, c->view.root, "change");
	if (!c->html) {
		put(c, c->view.root, "name", l.stay.person.name);
		put(c, c->view.root, "doc_type", l.stay.person.doc_type);
		put(c, c->view.root, "doc_no", l.stay.person.doc_no);
		put(c, c->view.root, "phone", l.stay.person.phone);
		put(c, c->view.root, "home", l.stay.person.home);
	}
	c->page_name = "stay";
	return VH_OK;
}
