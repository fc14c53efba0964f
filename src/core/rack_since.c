/* What became of the rack since a mark: the journal says which rooms to look at. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rack_data.h"
#include "vh/store_log.h"
#include "vh/store_stay.h"

void rack_mark_format(const struct rack_mark *m, char out[RACK_MARK_TEXT])
{
	snprintf(out, RACK_MARK_TEXT, "%" PRId64 ".%" PRId64 ".%d.%" PRId64, m->epoch, m->seq,
	         (int)m->day, m->marks);
}

bool rack_mark_parse(const char *text, struct rack_mark *ret)
{
	int64_t part[4];
	const char *p = text;
	for (int i = 0; i < 4; i++) {
		size_t n = p ? strspn(p, "0123456789") : 0;
		if (n < 1 || n > 18 || p[n] != (i < 3 ? '.' : '\0'))
			return false;
		part[i] = strtoll(p, NULL, 10);
		p += n + 1;
	}
	if (part[2] > INT32_MAX)
		return false;
	*ret = (struct rack_mark){ part[0], part[1], (int32_t)part[2], part[3] };
	return true;
}

struct newsing {
	const struct hotel *h;
	struct rack_mark since;
	struct rack_news *ret;
	struct rack_index ix;
	int64_t *gone;
};

/* A room that somebody touched and that is not there: closed, unless it is in a house that this
 * reader is not shown. */
static enum vh_rc missing(struct ctx *cx, struct newsing *g, int64_t id)
{
	struct room r;
	enum vh_rc rc = room_get(cx, g->h->id, id, &r);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	for (const struct rack_house *h = g->ret->rack.houses; h; h = h->next) {
		if (h->house.id == r.house) {
			g->gone[g->ret->gone_n++] = id;
			break;
		}
	}
	return VH_OK;
}

static enum vh_rc touch_room(struct ctx *cx, struct newsing *g, int64_t id)
{
	struct rack_room *r = rack_find(&g->ix, id);
	if (!r)
		return missing(cx, g, id);
	r->touched = true;
	return VH_OK;
}

static bool touch_house(struct newsing *g, int64_t id)
{
	for (struct rack_house *h = g->ret->rack.houses; h; h = h->next) {
		if (h->house.id != id)
			continue;
		for (struct rack_room *r = h->rooms; r; r = r->next)
			r->touched = true;
		return true;
	}
	return false;
}

static enum vh_rc touch_stay(struct ctx *cx, struct newsing *g, int64_t id)
{
	struct stay s;
	enum vh_rc rc = stay_get(cx, g->h->id, id, &s);
	if (rc == VH_OK)
		rc = touch_room(cx, g, s.room);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc touch(struct ctx *cx, struct newsing *g, const struct event *e)
{
	const char *slash = strchr(e->subject, '/');
	int64_t id = slash ? strtoll(slash + 1, NULL, 10) : 0;
	size_t n = slash ? (size_t)(slash - e->subject) : 0;
#define ABOUT(what) (n == sizeof what - 1 && !memcmp(e->subject, what, n))
	if (ABOUT("stays"))
		return touch_stay(cx, g, id);
	if (ABOUT("houses")) /* its heading stands in no tile */
		g->ret->all = true;
	else if (ABOUT("rooms"))
		return touch_room(cx, g, id);
	else if (ABOUT("inspections") || ABOUT("plates") || ABOUT("hazards")) {
		if (!touch_house(g, e->part))
			return rack_find(&g->ix, e->part) ? touch_room(cx, g, e->part) : VH_OK;
		g->ret->all = g->ret->all || ABOUT("hazards");
	}
#undef ABOUT
	return VH_OK;
}

static bool known(const struct rack_mark *since, const struct rack_mark *now)
{
	return since->epoch == now->epoch && since->seq <= now->seq && since->day == now->day &&
	       since->marks == now->marks;
}

static enum vh_rc changes(struct ctx *cx, struct newsing *g)
{
	struct event *events = NULL;
	struct rack_news *ret = g->ret;
	enum vh_rc rc = event_subjects(cx, g->h->id, g->since.epoch, g->since.seq,
	                               LIM_RACK_EVENTS + 1, &events);
	size_t n = 0;
	for (const struct event *e = events; e; e = e->next)
		n++;
	ret->all = n > LIM_RACK_EVENTS;
	if (rc != VH_OK || ret->all)
		return rc;
	g->gone = arena_array(cx->a, n + 1, sizeof *g->gone);
	ret->gone = g->gone;
	if (!g->gone)
		return ctx_nomem(cx);
	rc = rack_load(cx, g->h, &ret->rack, &g->ix);
	for (const struct event *e = events; rc == VH_OK && e && !ret->all; e = e->next)
		rc = touch(cx, g, e);
	return rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct newsing *g = arg;
	struct rack_news *ret = g->ret;
	memset(ret, 0, sizeof *ret);
	enum vh_rc rc = actor_may(cx, ACT_RACK, g->h, 0, 0);
	if (rc == VH_OK)
		rc = rack_mark_now(cx, g->h, &ret->mark);
	if (rc != VH_OK)
		return rc;
	if (!known(&g->since, &ret->mark)) {
		ret->all = true;
		return VH_OK;
	}
	ret->same = g->since.seq == ret->mark.seq;
	return ret->same ? VH_OK : changes(cx, g);
}

enum vh_rc look_rack_since(struct ctx *cx, const struct hotel *h, const struct rack_mark *since,
                           struct rack_news *ret)
{
	struct newsing g = { .h = h, .since = *since, .ret = ret };
	return db_read(cx, step, &g);
}
