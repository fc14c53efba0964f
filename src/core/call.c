/*
 * Whom to call. On a list numbers are masked; one stay's are shown whole when somebody is about to
 * dial, so that a list is never a directory.
 */
#include <string.h>

#include "look_data.h"
#include "queue_data.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_claim.h"
#include "vh/utf8.h"

enum vh_rc owners_add(struct ctx *cx, const struct house *h, struct sealed_to_call **list)
{
	struct landlord *rows = NULL;
	for (const struct sealed_to_call *x = *list; x; x = x->next)
		if (x->house == h->id)
			return VH_OK;
	enum vh_rc rc = landlord_of_house(cx, h->hotel, h->id, &rows);
	for (const struct landlord *l = rows; rc == VH_OK && l; l = l->next) {
		struct sealed_to_call *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		*x = (struct sealed_to_call){ .l = *l, .house = h->id, .next = *list };
		*list = x;
	}
	return rc;
}

static enum vh_rc note(struct ctx *cx, int64_t hotel, const struct sealed_to_call *list,
                       const char *fields, const char *reason)
{
	size_t n = 0;
	for (const struct sealed_to_call *x = list; x; x = x->next)
		n++;
	int64_t *id = arena_array(cx->a, n + 1, sizeof *id);
	if (!id)
		return ctx_nomem(cx);
	n = 0;
	for (const struct sealed_to_call *x = list; x; x = x->next)
		id[n++] = x->l.id;
	return access_note(cx, hotel, id, n, fields, reason);
}

/* Does this role see the telephone at all? How much of the name is the landlord's page's rule. */
static bool sees_phone(const struct ctx *cx)
{
	return field_shown(cx->who->role, FIELD_PHONE, false) != SHOW_HIDDEN;
}

static bool sees_name(const struct ctx *cx)
{
	return role_reach(cx->who->role, ACT_PLACE) != REACH_NO;
}

static enum vh_rc owner(struct ctx *cx, const struct hotel_keys *k, struct sealed_to_call *x,
                        bool whole, struct call_to **ret)
{
	struct call_to *to = arena_alloc(cx->a, sizeof *to);
	enum vh_rc rc = landlord_open(cx, k, &x->l);
	if (rc != VH_OK || !to)
		return rc != VH_OK ? rc : ctx_nomem(cx);
	const char *phone = sees_phone(cx) ? x->l.phone : NULL;
	*to = (struct call_to){
		.id = x->l.id,
		.name = sees_name(cx) ? x->l.name : utf8_mask_name(cx->a, x->l.name),
		.phone = phone && !whole ? utf8_mask_tail(cx->a, phone) : phone,
		.next = *ret,
	};
	*ret = to;
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

enum vh_rc owners_show(struct ctx *cx, int64_t hotel, struct sealed_to_call *list,
                       struct queue_row *rows)
{
	struct hotel_keys k;
	const char *fields = arena_printf(cx->a, "%s%s", sees_name(cx) ? "name" : "name*",
	                                  sees_phone(cx) ? ",phone*" : "");
	enum vh_rc rc = fields ? note(cx, hotel, list, fields, "calls") : ctx_nomem(cx);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, hotel, &k);
	for (struct sealed_to_call *x = list; rc == VH_OK && x; x = x->next)
		for (struct queue_row *r = rows; rc == VH_OK && r; r = r->next)
			if (r->house.id == x->house)
				rc = owner(cx, &k, x, false, &r->landlords);
	wipe(&k, sizeof k);
	return rc;
}

struct calling {
	const struct hotel *h;
	int64_t id;
	struct numbers n;
	struct person p;
	struct sealed_to_call *owners;
};

/* Somebody is called about what is open, not because he lives here. */
static enum vh_rc has_cause(struct ctx *cx, const struct calling *g)
{
	const struct stay *s = &g->n.stay;
	struct queue_span span;
	struct dispute d;
	enum vh_rc rc = queue_span_of(cx, g->h, &span);
	if (rc != VH_OK)
		return rc;
	bool waits = s->state == STAY_PENDING || s->state == STAY_CONTESTED;
	bool current = stay_is_current(s->state);
	bool ends = current && s->until && strcmp(s->until, span.soon) <= 0;
	bool away = s->state == STAY_AWAY;
	bool late = current && s->late && s->id > span.late_after;
	if (waits || ends || away || late)
		return VH_OK;
	rc = dispute_of_stay(cx, s->hotel, s->id, &d);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_CONFLICT, "no_call", "stay",
		                "nothing is open with this stay");
	return rc;
}

static enum vh_rc load(struct ctx *cx, struct calling *g)
{
	struct stay *s = &g->n.stay;
	enum vh_rc rc = stay_get(cx, g->h->id, g->id, s);
	if (rc == VH_OK)
		rc = room_get(cx, g->h->id, s->room, &g->n.room);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, g->n.room.house, &g->n.house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_CALL, g->h, g->n.house.id, s->person);
	if (rc == VH_OK)
		rc = has_cause(cx, g);
	if (rc == VH_OK)
		rc = person_get(cx, g->h->id, s->person, &g->p);
	return rc == VH_OK ? owners_add(cx, &g->n.house, &g->owners) : rc;
}

/* Counted inside the write, so that many at once cannot pass it. */
static enum vh_rc call_step(struct ctx *cx, void *arg)
{
	struct calling *g = arg;
	int64_t n = 0;
	g->owners = NULL;
	enum vh_rc rc = load(cx, g);
	if (rc == VH_OK)
		rc = queue_calls(cx, g->h->id, cx->who->account, id_at(cx->now - DAY_MS), &n);
	if (rc == VH_OK && n >= LIM_CALLS_DAY)
		return ctx_fail(cx, VH_DENIED, "call_cap", "",
		                "%d numbers were shown to this account within a day",
		                LIM_CALLS_DAY);
	if (rc == VH_OK)
		rc = access_note(cx, g->h->id, &g->p.id, 1, "name*,phone", "call");
	if (rc == VH_OK)
		rc = note(cx, g->h->id, g->owners, sees_name(cx) ? "name,phone" : "name*,phone",
		          "call");
	return rc;
}

enum vh_rc look_call(struct ctx *cx, const struct hotel *h, int64_t stay, struct numbers *ret)
{
	struct calling *g = arena_alloc(cx->a, sizeof *g);
	struct hotel_keys k;
	if (!g)
		return ctx_nomem(cx);
	*g = (struct calling){ .h = h, .id = stay };
	/* Each look is one of its own: it takes no idempotency key. */
	enum vh_rc rc = db_write(cx, call_step, g);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, h->id, &k);
	if (rc != VH_OK)
		return rc;
	rc = person_open(cx, &k, &g->p);
	for (struct sealed_to_call *x = g->owners; rc == VH_OK && x; x = x->next)
		rc = owner(cx, &k, x, true, &g->n.landlords);
	wipe(&k, sizeof k);
	if (rc != VH_OK)
		return rc;
	g->n.person = (struct call_to){ .id = g->p.id,
		                        .name = utf8_mask_name(cx->a, g->p.name),
		                        .phone = g->p.phone };
	*ret = g->n;
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}
