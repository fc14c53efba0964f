#include <string.h>

#include "look_data.h"
#include "remark_data.h"
#include "vh/store_delivery.h"

struct listing {
	const struct hotel *h;
	int64_t after, stay, one;
	struct remark_look *list;
	struct sealed *people; /* one of each row, in their order */
};

static enum vh_rc around(struct ctx *cx, struct listing *g, struct remark_look *l,
                         struct sealed ***tail)
{
	struct stay s;
	if (g->stay && g->people)
		return VH_OK; /* all are about the same person */
	enum vh_rc rc = stay_get(cx, g->h->id, l->row.stay, &s);
	if (rc != VH_OK) /* unknown here: nobody is shown */
		return rc == VH_NOTFOUND ? VH_OK : rc;
	struct sealed *x = arena_alloc(cx->a, sizeof *x);
	if (!x)
		return ctx_nomem(cx);
	rc = sealed_take(cx, &s, true, x);
	if (rc == VH_OK)
		rc = room_get(cx, g->h->id, s.room, &l->room);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, l->room.house, &l->house);
	l->stay.stay = s;
	**tail = x;
	*tail = &x->next;
	return rc;
}

static void name_upstream(const struct upstream *ups, struct remark_look *l)
{
	for (; l->row.upstream && ups; ups = ups->next)
		if (ups->id == l->row.upstream)
			l->upstream = ups->name;
}

static enum vh_rc rows(struct ctx *cx, struct listing *g, struct remark **ret)
{
	struct remark *one;
	if (g->stay)
		return remark_of_stay(cx, g->h->id, g->stay, ret);
	if (!g->one)
		return remark_waiting(cx, g->h->id, g->after, REMARK_PAGE, ret);
	one = *ret = arena_alloc(cx->a, sizeof *one);
	if (!one)
		return ctx_nomem(cx);
	enum vh_rc rc = remark_get(cx, g->h->id, g->one, one);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "remark", "nothing such was asked here");
	return rc;
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct remark *list = NULL;
	struct upstream *ups = NULL;
	struct remark_look **tail = &g->list;
	struct sealed **people = &g->people;
	g->list = NULL;
	g->people = NULL;
	enum vh_rc rc = actor_may(cx, ACT_VERIFY, g->h, 0, 0);
	if (rc == VH_OK)
		rc = rows(cx, g, &list);
	if (rc == VH_OK && list)
		rc = upstream_list(cx, &ups);
	for (; rc == VH_OK && list; list = list->next) {
		struct remark_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		l->row = *list;
		l->row.next = NULL;
		name_upstream(ups, l);
		rc = around(cx, g, l, &people);
		*tail = l;
		tail = &l->next;
	}
	return rc;
}

static const char *ours(const struct remark_look *l)
{
	const struct person_view *p = &l->stay.person;
	const struct {
		const char *field, *value;
	} now[] = {
		{ "name", p->name },   { "doc_no", p->doc_no },          { "phone", p->phone },
		{ "home", p->home },   { "since", l->stay.stay.since },
		{ "employer", l->stay.employer },
	};
	for (size_t i = 0; i < sizeof now / sizeof *now; i++)
		if (!strcmp(l->row.field, now[i].field))
			return now[i].value;
	return NULL;
}

/* What a role is never shown of somebody it is not told by others either. */
static bool hidden(const struct ctx *cx, const char *field)
{
	for (int f = 0; f < FIELD__MAX; f++)
		if (!strcmp(field, field_name((enum field)f)))
			return field_shown(cx->who->role, (enum field)f, false) == SHOW_HIDDEN;
	return false;
}

static enum vh_rc open_said(struct ctx *cx, const struct hotel_keys *k, const struct remark *r,
                            const char *column, struct blob sealed, const char **ret)
{
	struct place at = { "remark", column, r->hotel, r->id };
	char *text = NULL;
	enum vh_rc rc = open_text(cx->a, &k->data, &at, sealed, &text);
	*ret = text;
	return seal_words(cx, rc);
}

static enum vh_rc said(struct ctx *cx, const struct hotel_keys *k, struct remark_look *l)
{
	struct remark *r = &l->row;
	enum vh_rc rc = VH_OK;
	if (!hidden(cx, r->field))
		rc = open_said(cx, k, r, "believed", r->believed, &l->believed);
	if (rc == VH_OK)
		rc = open_said(cx, k, r, "words", r->words, &l->words);
	if (rc == VH_OK)
		rc = open_said(cx, k, r, "answer", r->answer, &l->answer);
	r->believed = r->words = r->answer = (struct blob){ 0 };
	return rc;
}

/* The access rows of all of them are durable before the first is opened. */
static enum vh_rc show(struct ctx *cx, struct listing *g)
{
	struct stay_view *people = NULL;
	struct hotel_keys k;
	enum vh_rc rc = db_read(cx, list_step, g);
	if (rc == VH_OK && g->people)
		rc = sealed_show(cx, g->h->id, g->people, false, "remark", &people);
	if (rc != VH_OK || !g->list)
		return rc;
	rc = hotel_keys_of(cx, g->h->id, &k);
	for (struct remark_look *l = g->list; rc == VH_OK && l; l = l->next) {
		if (l->stay.stay.id && people) {
			l->stay = *people;
			l->stay.next = NULL;
			people = people->next;
			l->ours = ours(l);
		}
		rc = said(cx, &k, l);
	}
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc look_remarks(struct ctx *cx, const struct hotel *h, int64_t after,
                        struct remark_look **ret)
{
	struct listing g = { .h = h, .after = after };
	enum vh_rc rc = show(cx, &g);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}

enum vh_rc look_remark(struct ctx *cx, const struct hotel *h, int64_t remark,
                       struct remark_look *ret)
{
	struct listing g = { .h = h, .one = remark };
	enum vh_rc rc = show(cx, &g);
	if (rc == VH_OK)
		*ret = *g.list;
	return rc;
}

enum vh_rc look_stay_remarks(struct ctx *cx, const struct hotel *h, int64_t stay,
                             struct remark_look **ret)
{
	struct listing g = { .h = h, .stay = stay };
	*ret = NULL;
	if (!cx->who || role_reach(cx->who->role, ACT_VERIFY) != REACH_SCOPE)
		return VH_OK;
	enum vh_rc rc = show(cx, &g);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}
