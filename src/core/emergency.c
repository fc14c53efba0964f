#include "vh/emergency.h"

#include <string.h>

#include "place_data.h"
#include "task_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/docno.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

/* A person still sealed, beside where he will stand on the list. */
struct sealed_head {
	struct person p;
	struct emergency_room *room;
	struct emergency_person *to;
	struct sealed_head *next;
};
struct breaking {
	int64_t hotel, house;
	const char *reason;
	struct hotel h;
	struct emergency e;
	struct sealed_head *heads;
	size_t n;
};

static enum vh_rc room_people(struct ctx *cx, struct breaking *g, struct emergency_room *er)
{
	struct stay *stays = NULL;
	struct emergency_person **tail = &er->people;
	enum vh_rc rc = stay_list_room(cx, g->hotel, er->room.id, &stays);
	for (const struct stay *s = stays; rc == VH_OK && s; s = s->next) {
		struct sealed_head *head = arena_alloc(cx->a, sizeof *head);
		struct emergency_person *to = arena_alloc(cx->a, sizeof *to);
		if (!head || !to)
			return ctx_nomem(cx);
		rc = person_get(cx, g->hotel, s->person, &head->p);
		to->lessee = s->lessee;
		to->away = s->state == STAY_AWAY;
		head->room = er;
		head->to = to;
		head->next = g->heads;
		g->heads = head;
		g->n++;
		er->heads++;
		*tail = to;
		tail = &to->next;
	}
	g->e.heads += er->heads;
	return rc;
}

static enum vh_rc rooms(struct ctx *cx, struct breaking *g)
{
	struct room *list = NULL;
	struct emergency_room **tail = &g->e.rooms;
	enum vh_rc rc = room_list_house(cx, g->hotel, g->house, &list);
	for (const struct room *r = list; rc == VH_OK && r; r = r->next) {
		struct emergency_room *er = arena_alloc(cx->a, sizeof *er);
		if (!er)
			return ctx_nomem(cx);
		er->room = *r;
		*tail = er;
		tail = &er->next;
		rc = room_people(cx, g, er);
	}
	return rc;
}

static enum vh_rc note(struct ctx *cx, const struct breaking *g)
{
	int64_t *person = arena_array(cx->a, g->n + 1, sizeof *person);
	const char *why = arena_printf(cx->a, "emergency: %s", g->reason);
	size_t n = 0;
	if (!person || !why)
		return ctx_nomem(cx);
	for (const struct sealed_head *x = g->heads; x; x = x->next)
		person[n++] = x->p.id;
	return access_note(cx, g->hotel, person, n, "name,phone,age", why);
}

static enum vh_rc event(struct ctx *cx, const struct breaking *g)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_putc(&b, '{');
	data_place(&b, &g->h, &g->e.house, NULL);
	buf_printf(&b, ",\"emergency\":{\"heads\":%lld}}", (long long)g->e.heads);
	struct deed d = { .hotel = g->hotel, .type = "house.emergency-opened",
	                  .subject = "houses", .id = g->house, .part = g->house,
	                  .reason = g->reason, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

/* Nobody is refused in a fire. Whoever needs so many is spoken to, by the desk and the auditor. */
static enum vh_rc review(struct ctx *cx, const struct breaking *g, struct task *t, int64_t before)
{
	const bool often = before >= LIM_EMERGENCY_HOUR;
	if (often)
		t->due = cx->now; /* among the auditor's, before those that can wait */
	enum vh_rc rc = task_begin(cx, t, false);
	if (rc == VH_OK && often)
		rc = task_note(cx, t, "emergency_often");
	if (rc != VH_OK || !often || before % LIM_EMERGENCY_HOUR)
		return rc;
	struct task desk = { .hotel = g->hotel, .kind = "emergency_often", .house = g->house,
	                     .note = g->reason, .due = cx->now };
	return task_begin(cx, &desk, false);
}

/* Everything that must be on disk before a name is opened. */
static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct breaking *g = arg;
	int64_t before = 0;
	struct task t = { .hotel = g->hotel, .kind = "emergency", .house = g->house,
	                  .note = g->reason };
	g->e = (struct emergency){ .heads = 0 };
	g->heads = NULL;
	g->n = 0;
	enum vh_rc rc = place_house(cx, ACT_EMERGENCY, g->hotel, g->house, &g->h, &g->e.house);
	if (rc == VH_OK)
		rc = rooms(cx, g);
	if (rc == VH_OK)
		rc = note(cx, g);
	if (rc == VH_OK)
		rc = task_count_by(cx, g->hotel, t.kind, cx->who->account,
		                   cx->now - HOUR_MS, &before);
	if (rc == VH_OK)
		rc = review(cx, g, &t, before);
	/* Whoever is in a fire does not ask who keeps the hotel. Its journal is that one's; our own
	 * words are the access rows, which come down to it, and the task. */
	if (rc == VH_OK && !g->h.source)
		rc = event(cx, g);
	g->e.task = t.id;
	g->e.often = before >= LIM_EMERGENCY_HOUR;
	return rc;
}

static bool is_child(struct ctx *cx, const struct person *p, int32_t today)
{
	struct err ignored = { .n = 0 };
	struct docno d;
	enum doc_kind kind;
	int y, m, day, y0, m0, day0;
	if (!doc_kind_of(p->doc_type, &kind))
		return false;
	if (kind == DOC_NONE)
		return true; /* infants are registered without a document */
	if (!p->doc_no || docno_parse(cx->a, kind, p->doc_no, today, &d, &ignored) != VH_OK ||
	    d.birth == DAY_NONE)
		return false;
	day_split(today, &y, &m, &day);
	day_split(d.birth, &y0, &m0, &day0);
	int years = y - y0 - (m < m0 || (m == m0 && day < day0));
	return years < CHILD_YEARS;
}

static enum vh_rc open_all(struct ctx *cx, struct breaking *g)
{
	struct hotel_keys k;
	int32_t today = day_of(cx->now, g->h.zone_min);
	enum vh_rc rc = hotel_keys_of(cx, g->hotel, &k);
	for (struct sealed_head *x = g->heads; rc == VH_OK && x; x = x->next) {
		rc = person_open(cx, &k, &x->p);
		if (rc != VH_OK)
			break;
		x->to->name = x->p.name;
		x->to->phone = x->p.phone;
		x->to->child = is_child(cx, &x->p, today);
		x->room->children += x->to->child;
		g->e.children += x->to->child;
	}
	wipe(&k, sizeof k);
	/* A child that is not told apart for want of memory is no answer. */
	return rc == VH_OK && arena_failed(cx->a) ? ctx_nomem(cx) : rc;
}

enum vh_rc emergency_list(struct ctx *cx, const struct hotel *h, int64_t house,
                          const char *reason, struct emergency *ret)
{
	struct breaking *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	*g = (struct breaking){ .hotel = h->id, .house = house };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &g->reason);
	/* Each look is one of its own: it takes no idempotency key. */
	if (rc == VH_OK)
		rc = db_write(cx, step, g);
	if (rc == VH_OK)
		rc = open_all(cx, g);
	if (rc == VH_OK)
		*ret = g->e;
	return rc;
}
