/*
 * The landlords of a hotel and their accounts. A ledger brings landlords with telephone numbers;
 * the desk makes accounts of them in one act, and slips. An account holds in one village alone: a
 * desk that gives a slip gives nothing of another's.
 */
#include <string.h>

#include "account_data.h"
#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/staff.h"
#include "vh/store_stay.h"

enum { AT_ONCE = 40, TRIES = 8 };

struct looking {
	const struct hotel *h;
	struct lord *list;
};

/* The landlord's account of this hotel; one that reaches beyond what the actor looks after is not
 * his to give a slip for, and the landlord gets another here. VH_NOTFOUND. */
static enum vh_rc account_here(struct ctx *cx, const struct hotel *h, const char *phone,
                               struct account *ret)
{
	struct account *list = NULL;
	struct blob idx;
	enum vh_rc rc = index_phone(cx, 0, phone, &idx);
	if (rc == VH_OK)
		rc = account_by_phone(cx, idx, &list);
	for (const struct account *a = list; rc == VH_OK && a; a = a->next) {
		struct actor he;
		bool held = false;
		if (role_of(a->role) != ROLE_LANDLORD)
			continue;
		rc = actor_load(cx, a, &he);
		if (rc == VH_OK && actor_covers(&he, h))
			rc = account_held(cx, &he, &held);
		if (rc == VH_OK && held) {
			*ret = *a;
			ret->next = NULL;
			return VH_OK;
		}
	}
	return rc == VH_OK ? VH_NOTFOUND : rc;
}

static enum vh_rc add_account(struct ctx *cx, const struct hotel *h, struct lord *l)
{
	struct account a;
	struct secret *list = NULL;
	enum vh_rc rc = account_here(cx, h, l->phone, &a);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	l->login = a.login;
	l->locked = a.locked;
	l->disabled = a.disabled;
	rc = secret_list(cx, a.id, "device", cx->now, &list);
	for (; list; list = list->next)
		l->phones++;
	if (rc == VH_OK)
		rc = secret_list(cx, a.id, "invite", cx->now, &list);
	l->invited = list != NULL;
	return rc;
}

static struct lord *known(struct lord *list, int64_t id)
{
	while (list && list->id != id)
		list = list->next;
	return list;
}

/* The landlords of one house; ends the list where it grows. */
static enum vh_rc of_house(struct ctx *cx, struct looking *g, const struct hotel_keys *k,
                           const struct house *e, struct lord ***end)
{
	struct landlord *here = NULL;
	enum vh_rc rc = landlord_of_house(cx, g->h->id, e->id, &here);
	for (struct landlord *l = here; rc == VH_OK && l; l = l->next) {
		struct lord *o = known(g->list, l->id);
		if (o) {
			o->houses++;
			continue;
		}
		rc = landlord_open(cx, k, l);
		o = rc == VH_OK ? arena_alloc(cx->a, sizeof *o) : NULL;
		if (!o)
			return rc == VH_OK ? ctx_nomem(cx) : rc;
		*o = (struct lord){ .id = l->id, .name = l->name, .phone = l->phone,
			            .address = e->address, .houses = 1 };
		if (o->phone)
			rc = add_account(cx, g->h, o);
		**end = o;
		*end = &o->next;
	}
	return rc;
}

static enum vh_rc lords_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct house *houses = NULL;
	struct lord **end = &g->list;
	struct hotel_keys k;
	g->list = NULL;
	enum vh_rc rc = actor_may(cx, ACT_STAFF, g->h, 0, 0);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, g->h->id, &k);
	if (rc == VH_OK)
		rc = house_list(cx, g->h->id, &houses);
	for (const struct house *e = houses; rc == VH_OK && e; e = e->next)
		rc = of_house(cx, g, &k, e, &end);
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc lords_of(struct ctx *cx, const struct hotel *h, struct lord **ret)
{
	struct looking g = { .h = h };
	enum vh_rc rc = db_read_long(cx, lords_step, &g);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}

/* Nobody types it: the phone keeps it. It says nothing about its holder. */
static void login_make(char out[16])
{
	static const char letters[] = "23456789abcdefghjkmnpqrstvwxyz";
	memcpy(out, "fd-", 3);
	for (int i = 3; i < 11; i++)
		out[i] = letters[random_below(sizeof letters - 1)];
	out[11] = '\0';
}

/* An account of a login that is still free; inside a write. */
static enum vh_rc account_make(struct ctx *cx, struct account_new *n, const char **ret_login)
{
	char login[16];
	int64_t id;
	enum vh_rc rc = VH_CONFLICT;
	for (int i = 0; i < TRIES && rc == VH_CONFLICT; i++) {
		login_make(login);
		n->login = arena_dup(cx->a, login);
		if (!n->login)
			return ctx_nomem(cx);
		err_clear(&cx->err);
		rc = account_add(cx, n, &id);
	}
	if (rc == VH_OK)
		*ret_login = n->login;
	return rc;
}

struct enlisting {
	const struct hotel *h;
	struct lord *at, *next; /* from here, and where the step stopped */
	int64_t made;
};

static enum vh_rc enlist_step(struct ctx *cx, void *arg)
{
	struct enlisting *g = arg;
	int n = 0;
	enum vh_rc rc = actor_may(cx, ACT_STAFF, g->h, 0, 0);
	g->made = 0;
	for (g->next = g->at; rc == VH_OK && g->next && n < AT_ONCE; g->next = g->next->next) {
		struct lord *l = g->next;
		struct account had;
		struct account_new new = { .role = ROLE_LANDLORD, .scope = g->h->area,
			                   .phone = l->phone, .name = l->name };
		if (!l->phone || l->login)
			continue;
		rc = account_here(cx, g->h, l->phone, &had);
		if (rc == VH_OK)
			continue; /* two names with one number, or made meanwhile */
		if (rc == VH_NOTFOUND)
			rc = account_make(cx, &new, &new.login);
		g->made += rc == VH_OK;
		n++;
	}
	return rc;
}

enum vh_rc lords_enlist(struct ctx *cx, const struct hotel *h, int64_t *ret_made)
{
	struct enlisting g = { .h = h };
	int64_t made = 0;
	enum vh_rc rc = lords_of(cx, h, &g.at);
	for (; rc == VH_OK && g.at; g.at = g.next) {
		rc = db_write(cx, enlist_step, &g);
		made += rc == VH_OK ? g.made : 0;
	}
	if (rc == VH_OK)
		*ret_made = made;
	return rc;
}

struct tenant {
	int64_t hotel, stay;
	const char *login;
};

/* Without his name: who looks after accounts need not see who lives where. */
static enum vh_rc tenant_new(struct ctx *cx, const struct hotel *h, int64_t person,
                             const char **ret)
{
	struct account_new n = { .role = ROLE_TENANT, .scope = h->area };
	enum vh_rc rc = account_make(cx, &n, ret);
	return rc == VH_OK ? account_bind_person(cx, *ret, h->id, person) : rc;
}

static enum vh_rc tenant_step(struct ctx *cx, void *arg)
{
	struct tenant *t = arg;
	struct hotel h;
	struct stay s;
	struct account a;
	struct grant *bound = NULL;
	enum vh_rc rc = place_may(cx, ACT_STAFF, t->hotel, 0, &h);
	if (rc == VH_OK)
		rc = stay_get(cx, h.id, t->stay, &s);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_ROOM, &h, 0, s.person);
	if (rc == VH_OK && !stay_is_current(s.state))
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "a stay that is %s gets no account", stay_state_name(s.state));
	if (rc == VH_OK)
		rc = grant_of_person(cx, h.id, s.person, &bound);
	if (rc != VH_OK)
		return rc;
	if (!bound)
		return tenant_new(cx, &h, s.person, &t->login);
	rc = account_get(cx, bound->account, &a);
	t->login = a.login;
	return rc;
}

enum vh_rc tenant_enlist(struct ctx *cx, int64_t hotel, int64_t stay, const char **ret_login)
{
	struct tenant t = { hotel, stay, NULL };
	enum vh_rc rc = db_write(cx, tenant_step, &t);
	if (rc == VH_OK)
		*ret_login = t.login;
	return rc;
}

struct printing {
	struct slip *list;
	size_t n;
	int hours;
};

static enum vh_rc slips_step(struct ctx *cx, void *arg)
{
	const struct printing *p = arg;
	struct hotel *hotels = NULL;
	enum vh_rc rc = hotel_list(cx, &hotels);
	for (size_t i = 0; rc == VH_OK && i < p->n; i++)
		rc = invite_give(cx, hotels, p->list[i].login, p->hours, p->list[i].token);
	return rc;
}

enum vh_rc slips_make(struct ctx *cx, struct slip *list, size_t n, int hours)
{
	struct printing p = { list, n, hours };
	return db_write(cx, slips_step, &p);
}
