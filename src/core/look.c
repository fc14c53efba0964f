/*
 * Looking at people. The order is always: read what is sealed, commit the access rows, then open
 * and mask.
 */
#include "look_data.h"

#include <string.h>

#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

static const char *const field_names[FIELD__MAX] = {
	[FIELD_NAME] = "name",   [FIELD_DOC_TYPE] = "doc_type", [FIELD_DOC_NO] = "doc_no",
	[FIELD_PHONE] = "phone", [FIELD_HOME] = "home",
};

#define M SHOW_MASKED
#define F SHOW_FULL
/* Not named: hidden. Whoever filed a person, and the person himself, has the column `own`. */
static const struct shown_row {
	unsigned char other[FIELD__MAX], own[FIELD__MAX];
} shown[ROLE__MAX] = {
	[ROLE_CLERK] = { { M, F, M, M, M }, { M, F, M, M, M } },
	[ROLE_POLICE] = { { M, F, M, M, 0 }, { M, F, M, M, 0 } },
	[ROLE_GRID] = { { M, F, 0, 0, 0 }, { M, F, 0, 0, 0 } },
	[ROLE_LANDLORD] = { { M, F, M, M, 0 }, { F, F, F, F, F } },
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

const char *fields_shown(struct ctx *cx, bool all)
{
	char *s = arena_dup(cx->a, "");
	for (int f = 0; s && f < FIELD__MAX; f++) {
		enum shown how = all ? SHOW_FULL : field_shown(cx->who->role, (enum field)f, false);
		if (how != SHOW_HIDDEN)
			s = arena_printf(cx->a, "%s%s%s%s", s, *s ? "," : "", field_names[f],
			                 how == SHOW_MASKED ? "*" : "");
	}
	return s;
}

/* Read one stay with its person, still sealed. */
enum vh_rc sealed_take(struct ctx *cx, const struct stay *s, struct sealed *ret)
{
	struct account a;
	struct employer e;
	*ret = (struct sealed){ .stay = *s };
	ret->stay.next = NULL;
	enum vh_rc rc = person_get(cx, s->hotel, s->person, &ret->person);
	if (rc == VH_OK && s->employer) {
		rc = employer_get(cx, s->hotel, s->employer, &e);
		if (rc == VH_OK)
			ret->employer = e.name;
	}
	if (rc == VH_OK && s->filed_by) {
		rc = account_get(cx, s->filed_by, &a);
		if (rc == VH_OK)
			ret->filed_by = a.login;
		rc = rc == VH_NOTFOUND ? VH_OK : rc;
	}
	const struct actor *who = cx->who;
	ret->mine = (who->account && s->filed_by == who->account) ||
	            (who->role == ROLE_TENANT && actor_person(who, s->hotel) == s->person);
	return rc;
}

enum vh_rc sealed_list(struct ctx *cx, const struct stay *list, struct sealed **ret)
{
	struct sealed *head = NULL, **tail = &head;
	for (const struct stay *s = list; s; s = s->next) {
		struct sealed *x = arena_alloc(cx->a, sizeof *x);
		if (!x)
			return ctx_nomem(cx);
		enum vh_rc rc = sealed_take(cx, s, x);
		if (rc != VH_OK)
			return rc;
		*tail = x;
		tail = &x->next;
	}
	*ret = head;
	return VH_OK;
}

/* The access rows first, durable, then the seals. Nobody needs a row for looking at himself. */
enum vh_rc sealed_show(struct ctx *cx, int64_t hotel, struct sealed *list, bool all,
                       const char *reason, struct stay_view **ret)
{
	size_t n = 0, count = 0;
	for (struct sealed *x = list; x; x = x->next)
		count++;
	int64_t *person = arena_array(cx->a, count + 1, sizeof *person);
	const char *fields = fields_shown(cx, all);
	struct stay_view *head = NULL, **tail = &head;
	struct hotel_keys k;
	if (!person || !fields)
		return ctx_nomem(cx);
	for (struct sealed *x = list; x; x = x->next) {
		if (cx->who->role != ROLE_TENANT || !x->mine)
			person[n++] = x->person.id;
	}
	enum vh_rc rc = access_note(cx, hotel, person, n, fields, reason);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, hotel, &k);
	for (struct sealed *x = list; rc == VH_OK && x; x = x->next) {
		struct stay_view *v = arena_alloc(cx->a, sizeof *v);
		if (!v)
			return ctx_nomem(cx);
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
