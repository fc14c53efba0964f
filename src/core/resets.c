#include "vh/resets.h"

#include <string.h>

#include "vh/access.h"
#include "vh/actor.h"
#include "vh/date.h"
#include "vh/id.h"

enum { MOST = 5 };

static enum vh_rc note_all(struct ctx *cx, const struct hotel *hotels, const struct actor *he,
                           const char *what)
{
	enum vh_rc rc = VH_OK;
	for (const struct hotel *h = hotels; rc == VH_OK && h; h = h->next)
		if (actor_covers(he, h))
			rc = access_note(cx, h->id, &he->account, 1, what, he->login);
	return rc;
}

enum vh_rc reset_note(struct ctx *cx, const struct account *a, const char *what)
{
	struct actor he;
	struct hotel *hotels = NULL;
	enum vh_rc rc = actor_load(cx, a, &he);
	if (rc == VH_OK)
		rc = hotel_list(cx, &hotels);
	return rc == VH_OK ? note_all(cx, hotels, &he, what) : rc;
}

enum vh_rc given_note(struct ctx *cx, const struct hotel *hotels, const struct account *a,
                      const char *what)
{
	struct actor he;
	if (cx->who->account == a->id)
		return VH_OK;
	enum vh_rc rc = actor_load(cx, a, &he);
	if (rc != VH_OK)
		return rc;
	rc = note_all(cx, hotels, &he, what);
	for (const struct grant *g = he.grants; rc == VH_OK && g; g = g->next)
		if (g->person)
			rc = access_note(cx, g->hotel, &g->person, 1, what, a->login);
	return rc;
}

enum vh_rc bound_note(struct ctx *cx, const struct grant *g, const struct account *a)
{
	const int64_t both[] = { a->id, g->person };
	return cx->who->account == a->id ? VH_OK
	                                 : access_note(cx, g->hotel, both, 2, "bound", a->login);
}

static bool is_reset(const struct access_row *r)
{
	static const char *const all[] = { "password", "totp", "slip", "code", "bound" };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(r->fields, all[i]))
			return true;
	return false;
}

static struct reset **after(struct reset **at, int64_t when)
{
	while (*at && (*at)->at >= when)
		at = &(*at)->next;
	return at;
}

/* Every hotel of his is told the same, but a binding is told to one alone. */
static bool has(const struct reset *r, const struct access_row *row)
{
	for (; r; r = r->next)
		if (r->at == row->at && !strcmp(r->what, row->fields))
			return true;
	return false;
}

static enum vh_rc take(struct ctx *cx, const struct access_row *rows, struct reset **list)
{
	for (; rows; rows = rows->next) {
		struct reset **at = after(list, rows->at);
		if (!is_reset(rows) || rows->at + RESET_DAYS * DAY_MS < cx->now || has(*list, rows))
			continue;
		struct reset *r = arena_alloc(cx->a, sizeof *r);
		if (!r)
			return ctx_nomem(cx);
		*r = (struct reset){ .at = rows->at, .what = rows->fields, .role = rows->role,
			             .next = *at };
		*at = r;
	}
	return VH_OK;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct reset **ret = arg;
	struct hotel *hotels = NULL;
	*ret = NULL;
	if (!cx->who || !cx->who->account)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	enum vh_rc rc = hotel_list(cx, &hotels);
	for (const struct hotel *h = hotels; rc == VH_OK && h; h = h->next) {
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
