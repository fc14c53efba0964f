/* What is registered about oneself, and what one may do about it. */
#include "pages.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/store_log.h"
#include "view.h"

/* Receipts of what the upstreams took: of each stay the one of its newest event that has any. */
struct receipts {
	const struct me *list;
	struct receipt {
		int64_t stay;
		const char *text;
		struct receipt *next;
	} * first;
};

static enum vh_rc receipt_add(struct ctx *cx, struct receipts *g, const struct found *f)
{
	struct event *events = NULL;
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)f->stay.stay.id);
	struct receipt *r = arena_alloc(cx->a, sizeof *r);
	if (!subject || !r)
		return ctx_nomem(cx);
	r->stay = f->stay.stay.id;
	enum vh_rc rc = event_of_subject(cx, f->hotel.id, subject, &events);
	for (const struct event *e = events; rc == VH_OK && e; e = e->next) {
		struct delivery *sent = NULL;
		rc = delivery_of_event(cx, f->hotel.id, e->id, &sent);
		for (; sent; sent = sent->next)
			r->text = sent->receipt ? sent->receipt : r->text;
	}
	r->next = g->first;
	g->first = r;
	return rc;
}

static enum vh_rc receipts_step(struct ctx *cx, void *arg)
{
	struct receipts *g = arg;
	g->first = NULL;
	for (const struct me *m = g->list; m; m = m->next) {
		for (const struct found *f = m->stays; f; f = f->next) {
			enum vh_rc rc = receipt_add(cx, g, f);
			if (rc != VH_OK)
				return rc;
		}
	}
	return VH_OK;
}

static const char *receipt_of(const struct receipts *g, int64_t stay)
{
	for (const struct receipt *r = g->first; r; r = r->next)
		if (r->stay == stay)
			return r->text;
	return NULL;
}

static void put_my_stay(struct call *c, cJSON *list, const struct found *f, const char *receipt)
{
	const struct stay *s = &f->stay.stay;
	const char *state = stay_state_name(s->state);
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", s->id);
	put(c, o, "hotel_name", f->hotel.name);
	put(c, o, "address", f->house.address);
	put(c, o, "room_no", f->room.no);
	put(c, o, "since", s->since);
	put(c, o, "until", s->until);
	put(c, o, "ended", s->ended);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	view_bool(&c->view, o, "late", s->late);
	put_text(c, o, "filed_text", at_text(c, s->filed_at, &f->hotel));
	put(c, o, "receipt", receipt);
	put_url(c, o, "stay_url", true, "/h/%s/stays/%s", f->hotel.area, id_text(c, s->id));
}

static void put_look(struct call *c, cJSON *list, const struct access_row *r, const struct hotel *h)
{
	char at[INSTANT_TEXT];
	cJSON *o = put_obj(c, list, NULL);
	instant_format(r->at, at);
	put(c, o, "at", at);
	put_text(c, o, "at_text", at_text(c, r->at, h));
	put(c, o, "role", r->role);
	put_word(c, o, "role_text", "role_", r->role);
	put(c, o, "fields", r->fields);
	put_text(c, o, "fields_text", fields_words(c, r->fields));
	put(c, o, "reason", r->reason);
	put_text(c, o, "reason_text", reason_text(c, r->reason));
}

static void put_me(struct call *c, const struct person_view *p)
{
	if (!p) {
		view_null(&c->view, c->view.root, "person");
		return;
	}
	cJSON *o = put_obj(c, c->view.root, "person");
	put(c, o, "name", p->name);
	put(c, o, "doc_type", p->doc_type);
	put_word(c, o, "doc_type_text", "doc_type_", p->doc_type);
	put(c, o, "doc_no", p->doc_no);
	put(c, o, "phone", p->phone);
}

enum vh_rc get_me(struct call *c)
{
	struct me *list = NULL;
	struct receipts g = { 0 };
	int64_t n = 0;
	enum vh_rc rc = look_me(&c->cx, &list);
	g.list = list;
	if (rc == VH_OK)
		rc = db_read(&c->cx, receipts_step, &g);
	if (rc != VH_OK)
		return rc;
	put_me(c, list && list->person.id ? &list->person : NULL);
	cJSON *stays = put_arr(c, c->view.root, "stays"), *looks;
	for (const struct me *m = list; m; m = m->next)
		for (const struct found *f = m->stays; f; f = f->next)
			put_my_stay(c, stays, f, receipt_of(&g, f->stay.stay.id));
	looks = put_arr(c, c->view.root, "looks");
	for (const struct me *m = list; m; m = m->next)
		for (const struct access_row *r = m->looks; r; r = r->next, n++)
			put_look(c, looks, r, &m->hotel);
	if (c->html) {
		put_num(c, c->view.root, "looks_n", n);
		put_arr(c, c->view.root, "actions");
	}
	return VH_OK;
}
