#include "vh/staff.h"

#include <stdlib.h>
#include <string.h>

#include "account_data.h"
#include "vh/store_people.h"

struct listing {
	const struct staff_pick *pick;
	struct staff *list;
	const char *last; /* login of the page's last */
	bool more;
};

static enum vh_rc open_field(struct ctx *cx, const char *column, const struct account *a,
                             struct blob sealed, const char **ret)
{
	struct place at = { "account", column, 0, a->id };
	struct key k;
	char *text = NULL;
	keys_node(cx->keys, "account", &k);
	enum vh_rc rc = open_text(cx->a, &k, &at, sealed, &text);
	wipe(&k, sizeof k);
	*ret = text;
	return seal_words(cx, rc);
}

static enum vh_rc load(struct ctx *cx, const struct account *a, struct staff *ret)
{
	struct secret *devices = NULL;
	*ret = (struct staff){ .a = *a };
	ret->a.next = NULL;
	enum vh_rc rc = open_field(cx, "name", a, a->name, &ret->name);
	if (rc == VH_OK)
		rc = open_field(cx, "phone", a, a->phone, &ret->phone);
	if (rc == VH_OK)
		rc = grant_list(cx, a->id, &ret->grants);
	if (rc == VH_OK && by_phone(role_of(a->role)))
		rc = secret_list(cx, a->id, "device", cx->now, &devices);
	for (; devices; devices = devices->next)
		ret->phones++;
	return rc;
}

/* Is it one that he may see? What he may not is to him as if it were not there. */
static enum vh_rc mine(struct ctx *cx, const struct account *a, bool *ret)
{
	enum vh_rc rc = account_may(cx, a);
	*ret = rc == VH_OK;
	if (rc != VH_NOTFOUND && rc != VH_DENIED)
		return rc;
	err_clear(&cx->err);
	return VH_OK;
}

static enum vh_rc candidates(struct ctx *cx, const struct staff_pick *pick, struct account **ret)
{
	struct blob idx;
	if (!pick->phone)
		return account_list(cx, ret);
	enum vh_rc rc = index_phone(cx, 0, pick->phone, &idx);
	return rc == VH_OK ? account_by_phone(cx, idx, ret) : rc;
}

static enum vh_rc may_list(struct ctx *cx)
{
	if (cx->who && role_reach(cx->who->role, ACT_STAFF) != REACH_NO)
		return VH_OK;
	return ctx_fail(cx, VH_DENIED, "role", "", "this role looks after no accounts");
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *l = arg;
	struct account *all = NULL;
	struct staff **end[2], *first[2] = { NULL, NULL };
	int64_t n = 0;
	end[0] = &first[0];
	end[1] = &first[1];
	l->more = false;
	enum vh_rc rc = may_list(cx);
	if (rc == VH_OK)
		rc = candidates(cx, l->pick, &all);
	for (const struct account *a = all; rc == VH_OK && a && !l->more; a = a->next) {
		bool his = by_phone(role_of(a->role)) != l->pick->officers &&
		           (!l->pick->after || strcmp(a->login, l->pick->after) > 0);
		if (his)
			rc = mine(cx, a, &his);
		if (rc != VH_OK || !his)
			continue;
		l->more = n == l->pick->most && !a->locked;
		struct staff *s = l->more ? NULL : arena_alloc(cx->a, sizeof *s);
		if (!s && !l->more)
			return ctx_nomem(cx);
		if (!s)
			break;
		rc = load(cx, a, s);
		l->last = a->login;
		*end[!a->locked] = s;
		end[!a->locked] = &s->next;
		n++;
	}
	*end[0] = first[1];
	l->list = first[0];
	return rc;
}

enum vh_rc staff_list(struct ctx *cx, const struct staff_pick *pick, struct staff **ret,
                      const char **ret_next)
{
	struct listing l = { .pick = pick };
	enum vh_rc rc = db_read(cx, list_step, &l);
	if (rc != VH_OK)
		return rc;
	*ret = l.list;
	*ret_next = l.more ? l.last : NULL;
	return VH_OK;
}

struct getting {
	const char *login;
	struct staff *ret;
};

static enum vh_rc get_step(struct ctx *cx, void *arg)
{
	struct getting *g = arg;
	struct account a;
	enum vh_rc rc = account_find(cx, g->login, &a);
	if (rc == VH_OK)
		rc = account_may(cx, &a);
	return rc == VH_OK ? load(cx, &a, g->ret) : rc;
}

enum vh_rc staff_get(struct ctx *cx, const char *login, struct staff *ret)
{
	struct getting g = { login, ret };
	return db_read(cx, get_step, &g);
}
