/*
 * A hotel as a ledger. It goes batch by batch: read with the people still sealed, make their access
 * rows durable, only then open and write them. So no name reaches the file unrecorded, and neither
 * memory nor a read transaction grows with the village.
 */
#include "vh/ledger_import.h"

#include <string.h>

#include "vh/access.h"
#include "vh/ledger.h"
#include "vh/limits.h"
#include "vh/stays.h"
#include "vh/store_employer.h"

enum { BATCH = 256 }; /* people; a batch ends with the house that reaches it */

/* One line to be: a stay, or a vacant room (person.id 0). */
struct line {
	const struct house *house;
	struct room room;
	struct stay stay;
	struct person person;
	struct landlord lord; /* id 0: none */
	const char *employer;
	struct line *next;
};

struct export {
	struct hotel hotel;
	struct house *houses, *at; /* all, and the next one */
	struct sheet_out *out;
	const char *reason;
	int64_t rows;
	/* the batch */
	struct line *first, **end;
	size_t people;
};

static enum vh_rc begin_step(struct ctx *cx, void *arg)
{
	struct export *x = arg;
	struct hotel_keys k;
	enum vh_rc rc = hotel_find(cx, x->hotel.area, &x->hotel);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_LEDGER, &x->hotel, 0, 0);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, x->hotel.id, &k); /* into the cache */
	wipe(&k, sizeof k);
	return rc == VH_OK ? house_list(cx, x->hotel.id, &x->houses) : rc;
}

static enum vh_rc add(struct ctx *cx, struct export *x, const struct line *l)
{
	struct line *own = arena_alloc(cx->a, sizeof *own);
	if (!own)
		return ctx_nomem(cx);
	*own = *l;
	*x->end = own;
	x->end = &own->next;
	x->people += l->person.id != 0;
	return VH_OK;
}

static enum vh_rc add_stay(struct ctx *cx, struct export *x, struct line *l)
{
	struct employer e = { 0 };
	enum vh_rc rc = person_get(cx, x->hotel.id, l->stay.person, &l->person);
	if (rc == VH_OK && l->stay.employer)
		rc = employer_get(cx, x->hotel.id, l->stay.employer, &e);
	l->employer = e.name;
	return rc == VH_OK ? add(cx, x, l) : rc;
}

static enum vh_rc add_room(struct ctx *cx, struct export *x, const struct line *of)
{
	struct stay *list = NULL;
	struct line l = *of;
	bool vacant = true;
	enum vh_rc rc = stay_list_room(cx, x->hotel.id, l.room.id, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		if (!stay_is_current(s->state))
			continue;
		vacant = false;
		l.stay = *s;
		rc = add_stay(cx, x, &l);
	}
	return rc == VH_OK && vacant ? add(cx, x, of) : rc;
}

static enum vh_rc add_house(struct ctx *cx, struct export *x, const struct house *h)
{
	struct line l = { .house = h };
	struct landlord *lords = NULL;
	struct room *rooms = NULL;
	enum vh_rc rc = landlord_of_house(cx, x->hotel.id, h->id, &lords);
	if (rc == VH_OK)
		rc = room_list_house(cx, x->hotel.id, h->id, &rooms);
	if (lords)
		l.lord = *lords;
	for (const struct room *r = rooms; rc == VH_OK && r; r = r->next) {
		l.room = *r;
		if (strcmp(r->letting, "closed"))
			rc = add_room(cx, x, &l);
	}
	return rc;
}

static enum vh_rc batch_step(struct ctx *cx, void *arg)
{
	struct export *x = arg;
	enum vh_rc rc = VH_OK;
	for (; rc == VH_OK && x->at && x->people < BATCH; x->at = x->at->next)
		rc = add_house(cx, x, x->at);
	return rc;
}

/* Everybody of the batch has his access row, durably, before the first field is opened. */
static enum vh_rc note(struct ctx *cx, struct export *x)
{
	int64_t *person = arena_array(cx->a, x->people ? x->people : 1, sizeof *person);
	size_t n = 0;
	if (!person)
		return ctx_nomem(cx);
	for (const struct line *l = x->first; l; l = l->next)
		if (l->person.id)
			person[n++] = l->person.id;
	return access_note(cx, x->hotel.id, person, n, "name,doc_type,doc_no,phone,home",
	                   x->reason);
}

static const char *label(const char *doc_type)
{
	enum doc_kind k;
	return doc_type && doc_kind_of(doc_type, &k) ? doc_kind_label(k) : doc_type;
}

/* In the order of ledger_heads. */
static enum vh_rc write_line(struct ctx *cx, struct export *x, struct line *l,
                             const struct hotel_keys *k)
{
	static const char *const sex[] = { NULL, "男", "女" };
	struct person *p = &l->person;
	enum vh_rc rc = l->lord.id ? landlord_open(cx, k, &l->lord) : VH_OK;
	if (rc == VH_OK && p->id)
		rc = person_open(cx, k, p);
	if (rc != VH_OK)
		return rc;
	const char *const cell[] = {
		arena_printf(cx->a, "%lld", (long long)++x->rows),
		l->lord.name,
		l->lord.phone,
		l->house->address,
		l->room.no,
		l->room.area_m2 > 0 ? arena_printf(cx->a, "%.6g", l->room.area_m2) : NULL,
		arena_printf(cx->a, "%lld", (long long)l->room.capacity),
		p->name,
		p->id && p->sex >= 1 && p->sex <= 2 ? sex[p->sex] : NULL,
		p->id ? label(p->doc_type) : NULL,
		p->doc_no,
		p->phone,
		p->home,
		l->employer,
		l->stay.since,
		l->stay.until,
		p->id ? NULL : "空置",
	};
	if (arena_failed(cx->a))
		return ctx_nomem(cx);
	sheet_out_row(x->out, cell, sizeof cell / sizeof *cell);
	return VH_OK;
}

static enum vh_rc batch(struct ctx *cx, struct export *x)
{
	struct hotel_keys k;
	x->first = NULL;
	x->end = &x->first;
	x->people = 0;
	enum vh_rc rc = db_read(cx, batch_step, x);
	if (rc == VH_OK)
		rc = note(cx, x);
	if (rc == VH_OK && !hotel_keys_get(cx->keys, x->hotel.id, &k))
		rc = ctx_fail(cx, VH_IO, "keys", "", "the keys of the hotel are gone");
	for (struct line *l = x->first; rc == VH_OK && l; l = l->next)
		rc = write_line(cx, x, l, &k);
	wipe(&k, sizeof k);
	return rc;
}

static enum vh_rc batches(struct ctx *cx, struct export *x)
{
	struct ctx own = *cx;
	enum vh_rc rc = VH_OK;
	own.a = arena_new(LIM_ARENA);
	if (!own.a)
		return ctx_nomem(cx);
	sheet_out_row(x->out, ledger_heads, ledger_heads_n);
	for (x->at = x->houses; rc == VH_OK && x->at;) {
		rc = batch(&own, x);
		arena_reset(own.a);
	}
	if (rc != VH_OK)
		cx->err = own.err;
	arena_free(own.a);
	return rc;
}

enum vh_rc ledger_export(struct ctx *cx, const char *area, const char *path, enum sheet_kind kind,
                         const char *reason, int64_t *ret_rows)
{
	struct export x = { .hotel = { .area = area } };
	const int64_t whole = 0; /* one row about nobody: that it was taken out, and by whom */
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &x.reason);
	if (rc == VH_OK)
		rc = db_read(cx, begin_step, &x);
	if (rc == VH_OK)
		rc = sheet_out_open(path, kind, "台账", &x.out, &cx->err);
	if (rc != VH_OK)
		return rc;
	rc = access_note(cx, x.hotel.id, &whole, 1, "ledger", x.reason);
	if (rc == VH_OK)
		rc = batches(cx, &x);
	if (rc == VH_OK) {
		rc = sheet_out_close(x.out, &cx->err);
		x.out = NULL;
	}
	sheet_out_drop(x.out);
	if (rc == VH_OK)
		*ret_rows = x.rows;
	return rc;
}
