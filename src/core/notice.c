#include "vh/notice.h"

#include <string.h>

#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"

struct putting {
	const struct notice_new *in;
	const char *text;
	int32_t from, until;
	int64_t id;
};

static enum vh_rc days(struct ctx *cx, const struct putting *g, const struct hotel *h,
                       char from[DAY_TEXT], char until[DAY_TEXT])
{
	int32_t today = day_of(cx->now, h->zone_min);
	int32_t first = g->from == DAY_NONE ? today : g->from;
	if (g->until < first || g->until < today)
		return ctx_fail(cx, VH_INVALID, "until", "until",
		                "a notice ends today or later, and not before it begins");
	day_format(first, from);
	day_format(g->until, until);
	return VH_OK;
}

static enum vh_rc put_step(struct ctx *cx, void *arg)
{
	struct putting *g = arg;
	struct hotel h;
	struct house e;
	char from[DAY_TEXT], until[DAY_TEXT];
	enum vh_rc rc = g->in->house ? place_house(cx, ACT_NOTICE, g->in->hotel, g->in->house, &h,
	                                           &e)
	                             : place_may(cx, ACT_NOTICE, g->in->hotel, 0, &h);
	if (rc == VH_OK)
		rc = days(cx, g, &h, from, until);
	if (rc != VH_OK)
		return rc;
	struct notice n = { .hotel = h.id, .id = id_new(), .house = g->in->house, .text = g->text,
	                    .from_day = from, .until_day = until, .by = cx->who->account,
	                    .at = cx->now };
	g->id = n.id;
	return notice_insert(cx, &n);
}

enum vh_rc notice_put(struct ctx *cx, const struct notice_new *n, int64_t *ret_id)
{
	struct putting g = { .in = n };
	enum vh_rc rc = text_take(cx, "text", n->text, LIM_NOTICE, true, &g.text);
	if (rc == VH_OK)
		rc = day_take(cx, "from", n->from, false, &g.from);
	if (rc == VH_OK)
		rc = day_take(cx, "until", n->until, true, &g.until);
	if (rc == VH_OK)
		rc = core_write(cx, put_step, &g, &g.id);
	if (rc == VH_OK)
		*ret_id = g.id;
	return rc;
}

struct ending {
	int64_t hotel, id;
};

static enum vh_rc end_step(struct ctx *cx, void *arg)
{
	const struct ending *g = arg;
	struct hotel h;
	struct notice n;
	enum vh_rc rc = place_may(cx, ACT_NOTICE, g->hotel, 0, &h);
	if (rc == VH_OK)
		rc = notice_get(cx, g->hotel, g->id, &n);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "notice", "there is no such notice here");
	if (rc == VH_OK && n.ended_at)
		return ctx_fail(cx, VH_CONFLICT, "notice_ended", "notice",
		                "this notice was withdrawn already");
	return rc == VH_OK ? notice_end(cx, g->hotel, g->id, cx->who->account, cx->now) : rc;
}

enum vh_rc notice_withdraw(struct ctx *cx, int64_t hotel, int64_t notice)
{
	struct ending g = { hotel, notice };
	return core_write(cx, end_step, &g, &g.id);
}

struct looking {
	const struct hotel *h;
	int64_t house;
	bool all;
	struct notice **ret;
};

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	const struct looking *l = arg;
	char today[DAY_TEXT];
	struct notice **link = l->ret;
	today_of(cx, l->h, today);
	enum vh_rc rc = l->all ? actor_may(cx, ACT_NOTICE, l->h, 0, 0) : VH_OK;
	if (rc == VH_OK)
		rc = notice_list(cx, l->h->id, today, l->ret);
	while (rc == VH_OK && !l->all && *link) {
		const struct notice *n = *link;
		if ((n->house && n->house != l->house) || strcmp(n->from_day, today) > 0)
			*link = n->next;
		else
			link = &(*link)->next;
	}
	return rc;
}

enum vh_rc look_notices(struct ctx *cx, const struct hotel *h, int64_t house, struct notice **ret)
{
	struct looking l = { .h = h, .house = house, .ret = ret };
	return db_read(cx, look_step, &l);
}

enum vh_rc look_all_notices(struct ctx *cx, const struct hotel *h, struct notice **ret)
{
	struct looking l = { .h = h, .all = true, .ret = ret };
	return db_read(cx, look_step, &l);
}
