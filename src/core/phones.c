#include "vh/phones.h"

#include <string.h>

#include "account_data.h"

static void id_of(struct blob hash, char out[PHONE_ID])
{
	hex_encode(hash.p, (PHONE_ID - 1) / 2, out);
}

struct looking {
	const char *login; /* NULL: one's own */
	const char *device, *session, *id;
	struct phone **end;
	bool found;
};

/* Whose phones these are: his own, or of somebody he looks after. */
static enum vh_rc whose(struct ctx *cx, const struct looking *l, struct account *ret)
{
	if (l->login) {
		enum vh_rc rc = account_find(cx, l->login, ret);
		return rc == VH_OK ? account_may(cx, ret) : rc;
	}
	if (!cx->who || !cx->who->account)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	return account_get(cx, cx->who->account, ret);
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct account a;
	struct secret *list = NULL;
	unsigned char h[MAC_BYTES];
	struct blob mine = secret_hash(cx, "device", l->device ? l->device : "", h);
	enum vh_rc rc = whose(cx, l, &a);
	if (rc == VH_OK)
		rc = secret_list(cx, a.id, "device", cx->now, &list);
	for (const struct secret *s = list; rc == VH_OK && s; s = s->next) {
		struct phone *p = arena_alloc(cx->a, sizeof *p);
		if (!p)
			return ctx_nomem(cx);
		*p = (struct phone){ .label = s->label, .since = s->created, .seen = s->seen };
		p->this_one = s->hash.n == MAC_BYTES && same_bytes(s->hash.p, mine.p, MAC_BYTES);
		id_of(s->hash, p->id);
		*l->end = p;
		l->end = &p->next;
	}
	return rc;
}

enum vh_rc phones_of(struct ctx *cx, const char *login, const char *device, struct phone **ret)
{
	struct phone *first = NULL;
	struct looking l = { .login = login, .device = device, .end = &first };
	enum vh_rc rc = db_read(cx, list_step, &l);
	if (rc == VH_OK)
		*ret = first;
	return rc;
}

static enum vh_rc end_one(struct ctx *cx, struct blob device)
{
	enum vh_rc rc = secret_revoke(cx, device, NULL);
	return rc == VH_OK ? secret_revoke_via(cx, device) : rc;
}

static enum vh_rc unbind_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct account a;
	struct secret *list = NULL;
	char id[PHONE_ID];
	bool found = false;
	enum vh_rc rc = whose(cx, l, &a);
	if (rc == VH_OK)
		rc = secret_list(cx, a.id, "device", cx->now, &list);
	for (const struct secret *s = list; rc == VH_OK && s && !found; s = s->next) {
		id_of(s->hash, id);
		found = !strcmp(id, l->id);
		if (found)
			rc = end_one(cx, s->hash);
	}
	if (rc == VH_OK && !found)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "phone", "there is no such phone");
	return rc;
}

enum vh_rc phone_unbind(struct ctx *cx, const char *login, const char *id)
{
	struct looking l = { .login = login, .id = id };
	return db_write(cx, unbind_step, &l);
}

static enum vh_rc others_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct account a;
	unsigned char h[MAC_BYTES];
	struct blob none = { (const unsigned char *)"", 0 };
	enum vh_rc rc = whose(cx, l, &a);
	if (rc == VH_OK)
		rc = secret_revoke_but(cx, a.id, "device",
		                       l->device ? secret_hash(cx, "device", l->device, h) : none);
	if (rc == VH_OK)
		rc = secret_revoke_but(cx, a.id, "session",
		                       l->session ? secret_hash(cx, "session", l->session, h)
		                                  : none);
	return rc;
}

enum vh_rc phones_end_others(struct ctx *cx, const char *device, const char *session)
{
	struct looking l = { .device = device, .session = session };
	return db_write(cx, others_step, &l);
}
