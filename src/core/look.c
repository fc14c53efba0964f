/*
 * Looking at people. The order is always: read what is sealed, commit the access rows, then open
 * and mask.
 */
#include "look_data.h"

#include <string.h>

#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_employer.h"
#include "vh/utf8.h"

enum { FIELDS_TEXT = FIELD__MAX * 16 }; /* names of 13 letters, each with a comma and a star */

static const char *const field_names[FIELD__MAX] = {
	[FIELD_NAME] = "name",   [FIELD_DOC_TYPE] = "doc_type", [FIELD_DOC_NO] = "doc_no",
	[FIELD_PHONE] = "phone", [FIELD_HOME] = "home",
};

_Static_assert(FIELD_NAME == 0 && FIELD_DOC_TYPE == 1 && FIELD_DOC_NO == 2 && FIELD_PHONE == 3 &&
                      FIELD_HOME == 4 && FIELD__MAX == 5,
              "shown[] goes by the order of the fields");
#define M SHOW_MASKED
#define F SHOW_FULL
/* Not named: hidden. Whoever filed a person, and the person himself, has the column `own`. */
static const struct shown_row {
	unsigned char other[FIELD__MAX], own[FIELD__MAX];
} shown[ROLE__MAX] = {
	[ROLE_CLERK] = { { M, F, M, M, M }, { M, F, M, M, M } },
	[ROLE_POLICE] = { { M, F, M, M, 0 }, { M, F, M, M, 0 } },
	[ROLE_GRID] = { { M, F, 0, 0, 0 }, { M, F, 0, 0, 0 } },
	[ROLE_LANDLORD] = { { M, F, M, 0, 0 }, { F, F, F, F, F } },
	[ROLE_TENANT] = { { 0, 0, 0, 0, 0 }, { F, F, F, F, F } },
	[ROLE_OPERATOR] = { { M, F, M, M, M }, { M, F, M, M, M } },
};
#undef M
#undef F

enum shown field_shown(enum role r, enum field f, bool own)
{
	return (enum shown)(own ? shown[r].own[f] : shown[r].other[f]);
}

const char *field_name(enum field f)
{
	return field_names[f];
}

/* What home shows masked: the province, or the first three characters of what was written. */
static char *mask_home(struct ctx *cx, const char *home)
{
	const char *p = home;
	for (int i = 0; i < 3 && *p; i++)
		utf8_next(&p);
	return arena_printf(cx->a, "%.*s*", (int)(p - home), home);
}

static const char *show(struct ctx *cx, enum shown how, enum field f, const char *value)
{
	if (!value || how == SHOW_HIDDEN)
		return NULL;
	if (how == SHOW_FULL)
		return value;
	switch (f) {
	case FIELD_NAME:
		return utf8_mask_name(cx->a, value);
	case FIELD_HOME:
		return mask_home(cx, value);
	default:
		return utf8_mask_tail(cx->a, value);
	}
}

enum vh_rc person_show(struct ctx *cx, const struct hotel_keys *k, struct person *p, bool own,
                       bool all, struct person_view *ret)
{
	enum role r = cx->who->role;
	enum vh_rc rc = person_open(cx, k, p);
	if (rc != VH_OK)
		return rc;
	const char *value[FIELD__MAX] = { p->name, p->doc_type, p->doc_no, p->phone, p->home };
	for (int f = 0; f < FIELD__MAX; f++)
		value[f] = show(cx, all ? SHOW_FULL : field_shown(r, (enum field)f, own),
		                (enum field)f, value[f]);
	*ret = (struct person_view){ .id = p->id,
		                     .name = value[FIELD_NAME],
		                     .doc_type = value[FIELD_DOC_TYPE],
		                     .doc_no = value[FIELD_DOC_NO],
		                     .phone = value[FIELD_PHONE],
		                     .home = value[FIELD_HOME],
		                     .sex = p->sex };
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

const char *fields_shown(struct ctx *cx, bool own, bool all)
{
	char *s = arena_alloc(cx->a, FIELDS_TEXT), *p = s;
	for (int f = 0; s && f < FIELD__MAX; f++) {
		enum shown how = all ? SHOW_FULL : field_shown(cx->who->role, (enum field)f, own);
		if (how == SHOW_HIDDEN)
			continue;
		if (p > s)
			*p++ = ',';
		for (const char *q = field_names[f]; *q; q++)
			*p++ = *q;
		if (how == SHOW_MASKED)
			*p++ = '*';
	}
	return s;
}

/* Who employs and who filed: words around the person, which a scan at the door does not show. */
static enum vh_rc names_take(struct ctx *cx, struct sealed *x)
{
	const struct stay *s = &x->stay;
	struct account a;
	struct employer e;
	enum vh_rc rc = VH_OK;
	if (s->employer) {
		rc = employer_get(cx, s->hotel, s->employer, &e);
		if (rc == VH_OK)
			x->employer = e.name;
	}
	if (rc == VH_OK && s->filed_by) {
		rc = account_get(cx, s->filed_by, &a);
		if (rc == VH_OK)
			x->filed_by = a.login;
		rc = rc == VH_NOTFOUND ? VH_OK : rc;
	}
	return rc;
}

/*
 * Did this landlord tell us all that we know of the person? Whoever files a number that was known
 * before must not be told by it the name, telephone and home that others gave, nor by moving
 * somebody to his next room: he entered the person himself, and nobody else's filing has counted.
 */
static enum vh_rc entered(struct ctx *cx, struct sealed *x)
{
	struct stay *list = NULL;
	bool first = false, others = false;
	enum vh_rc rc = stay_list_person(cx, x->stay.hotel, x->stay.person, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		if (s->filed_by == cx->who->account)
			first = first || s->filed_at == x->person.created;
		else
			others = others || stay_is_current(s->state) || s->state == STAY_ENDED;
	}
	x->mine = first && !others;
	return rc;
}

enum vh_rc sealed_take(struct ctx *cx, const struct stay *s, bool names, struct sealed *ret)
{
	const struct actor *who = cx->who;
	*ret = (struct sealed){ .stay = *s };
	ret->stay.next = NULL;
	enum vh_rc rc = person_get(cx, s->hotel, s->person, &ret->person);
	if (rc == VH_OK && names)
		rc = names_take(cx, ret);
	ret->mine = (who->account && s->filed_by == who->account) ||
	            (who->role == ROLE_TENANT && actor_is(who, s->hotel, s->person));
	if (rc == VH_OK && ret->mine && who->role == ROLE_LANDLORD)
		rc = entered(cx, ret);
	return rc;
}

enum vh_rc sealed_list(struct ctx *cx, const struct stay *list, bool names, struct sealed **ret)
{
	struct sealed *head = NULL, **tail = &head;
	for (const struct stay *s = list; s; s = s->next) {
		struct sealed *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		enum vh_rc rc = sealed_take(cx, s, names, x);
		if (rc != VH_OK)
			return rc;
		*tail = x;
		tail = &x->next;
	}
	*ret = head;
	return VH_OK;
}

/* Persons unmasked by this account since yesterday, over all hotels that it covers, and the n who
 * are to follow: all of them or none. Decided inside the write, so that many at once cannot pass
 * it. */
static enum vh_rc unmask_cap(struct ctx *cx, size_t n)
{
	struct hotel *hotels = NULL;
	int64_t all = 0, from = id_at(cx->now - DAY_MS);
	enum vh_rc rc = hotel_list(cx, &hotels);
	for (struct hotel *h = hotels; rc == VH_OK && h; h = h->next) {
		int64_t had = 0;
		if (!actor_covers(cx->who, h))
			continue;
		rc = access_unmasked_since(cx, h->id, cx->who->account, from, &had);
		all += had;
	}
	if (rc == VH_OK && all + (int64_t)n > LIM_UNMASK_DAY)
		return ctx_fail(cx, VH_DENIED, "unmask_cap", "reason",
		                "%d persons were unmasked by this account within a day",
		                LIM_UNMASK_DAY);
	return rc;
}

/* The people who are about to be shown: others, and those the reader filed himself, of whom he sees
 * more. */
struct noting {
	int64_t hotel, *person[2];
	size_t n[2];
	bool all;
	const char *reason;
};

static enum vh_rc note_step(struct ctx *cx, void *arg)
{
	const struct noting *t = arg;
	enum vh_rc rc = t->all ? unmask_cap(cx, t->n[0] + t->n[1]) : VH_OK;
	for (int own = 0; rc == VH_OK && own < 2; own++) {
		const char *fields = fields_shown(cx, own, t->all);
		if (!fields)
			return ctx_nomem(cx);
		rc = access_note(cx, t->hotel, t->person[own], t->n[own], fields, t->reason);
	}
	return rc;
}

enum vh_rc sealed_note(struct ctx *cx, int64_t hotel, const struct sealed *list, bool all,
                       const char *reason)
{
	struct noting t = { .hotel = hotel, .all = all, .reason = reason };
	size_t count = 0;
	for (const struct sealed *x = list; x; x = x->next)
		count++;
	for (int own = 0; own < 2; own++) {
		t.person[own] = arena_array(cx->a, count + 1, sizeof *t.person[own]);
		if (!t.person[own])
			return ctx_nomem(cx);
	}
	for (const struct sealed *x = list; x; x = x->next) {
		if (cx->who->role != ROLE_TENANT || !x->mine)
			t.person[x->mine][t.n[x->mine]++] = x->person.id;
	}
	if (!(t.n[0] + t.n[1]))
		return VH_OK;
	return db_writing(cx) ? note_step(cx, &t) : db_write(cx, note_step, &t);
}

/* The access rows first, durable, then the seals. Nobody needs a row for looking at himself. */
enum vh_rc sealed_show(struct ctx *cx, int64_t hotel, struct sealed *list, bool all,
                       const char *reason, struct stay_view **ret)
{
	enum vh_rc rc = sealed_note(cx, hotel, list, all, reason);
	return rc == VH_OK ? sealed_open(cx, hotel, list, all, ret) : rc;
}

enum vh_rc sealed_open(struct ctx *cx, int64_t hotel, struct sealed *list, bool all,
                       struct stay_view **ret)
{
	struct stay_view *head = NULL, **tail = &head;
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, hotel, &k);
	for (struct sealed *x = list; rc == VH_OK && x; x = x->next) {
		struct stay_view *v = arena_alloc(cx->a, sizeof *v);
		if (!v) {
			rc = ctx_nomem(cx);
			break;
		}
		*v = (struct stay_view){ .stay = x->stay, .employer = x->employer,
		                         .filed_by = x->filed_by, .mine = x->mine };
		rc = person_show(cx, &k, &x->person, x->mine, all, &v->person);
		*tail = v;
		tail = &v->next;
	}
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		*ret = head;
	return rc;
}
