#include "vh/resets.h"

#include <string.h>

#include "vh/access.h"
#include "vh/actor.h"
#include "vh/date.h"
#include "vh/id.h"

enum { MOST = 5 };

enum vh_rc reset_note(struct ctx *cx, const struct account *a, const char *what)
{
	struct actor he;
	struct hotel *hotels = NULL;
	enum vh_rc rc = actor_load(cx, a, &he);
	if (rc == VH_OK)
		rc = hotel_list(cx, &hotels);
	for (const struct hotel *h = hotels; rc == VH_OK && h; h = h->next)
		if (actor_covers(&he, h))
			rc = access_note(cx, h->id, &a->id, 1, what, a->login);
	return rc;
}

static bool is_reset(const struct access_row *r)
{
	return !strcmp(r->fields, "password") || !strcmp(r->fields, "totp");
}

static enum vh_rc take(struct ctx *cx, const struct access_row *rows, struct reset **tail)
{
	for (; rows; rows = rows->next) {
		if (!is_reset(rows) || rows->at + RESET_DAYS * DAY_MS < cx->now)
			continue;
		struct reset *r = arena_alloc(cx->a, sizeof *r);
		if (!r)
			return ctx_nomem(cx);
		*r = (struct reset){ .at = rows->at, .what = rows->fields, .role = rows->role };
		*tail = r;
		tail = &r->next;
	}
	return VH_OK;
}

/* Every hotel of his was told the same: the first that knows of one is enough. */
static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct reset **ret = arg;
	struct hotel *hotels = NULL;
	*ret = NULL;
	if (!cx->who || !cx->who->account)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	enum vh_rc rc = hotel_list(cx, &hotels);
	for (const struct hotel *h = hotels; rc == VH_OK && h && !*ret; h = h->next) {
		struct access_row *rows = NULL;
		if (!actor_covers(cx->who, h))
			continue;
		rc = access_of_person(cx, h->id, cx->who->account, MOST, &rows);
		if (rc == VH_OK)
			rc = take(cx, rows, ret);
	}
	return rc;
}

enum vh_rc look_resets(struct ctx *cx, struct reset **ret)
{
	struct reset *list = NULL;
	enum vh_rc rc = db_read(cx, step, &list);
	if (rc == VH_OK)
		*ret = list;
	return rc;
}
