#include <string.h>

#include "look_data.h"
#include "page_key.h"
#include "vh/id.h"
#include "vh/queue.h"

struct listing {
	const struct hotel *h;
	const char *after;
	struct sealed *people; /* of the rows about a stay, in their order */
	struct correction_page page;
};

static enum vh_rc upstream_name(struct ctx *cx, const struct upstream *ups, struct correction *r)
{
	for (const struct upstream *u = ups; u; u = u->next)
		if (u->id == r->sent.upstream)
			r->upstream = u->name;
	return r->upstream ? VH_OK
	                   : ctx_fail(cx, VH_IO, "upstream", "", "an upstream is gone");
}

/* "stays/ID": whom it is about. */
static enum vh_rc about(struct ctx *cx, struct listing *g, struct correction *r,
                        struct sealed ***tail)
{
	static const char kind[] = "stays/";
	struct stay s;
	int64_t id;
	if (strncmp(r->event.subject, kind, sizeof kind - 1) != 0 ||
	    id_parse(r->event.subject + sizeof kind - 1, &id) != VH_OK)
		return VH_OK;
	struct sealed *x = arena_alloc(cx->a, sizeof *x);
	if (!x)
		return ctx_nomem(cx);
	enum vh_rc rc = stay_get(cx, g->h->id, id, &s);
	if (rc == VH_OK)
		rc = sealed_take(cx, &s, false, x);
	if (rc == VH_OK)
		rc = room_get(cx, g->h->id, s.room, &r->room);
	if (rc == VH_OK)
		rc = house_get(cx, g->h->id, r->room.house, &r->house);
	r->about_stay = true;
	**tail = x;
	*tail = &x->next;
	return rc;
}

static enum vh_rc fill(struct ctx *cx, struct listing *g, const struct delivery *list,
                       const struct upstream *ups)
{
	struct correction **tail = &g->page.rows;
	struct sealed **people = &g->people;
	enum vh_rc rc = VH_OK;
	int n = 0;
	for (const struct delivery *d = list; rc == VH_OK && d; d = d->next) {
		struct correction *r = arena_alloc(cx->a, sizeof *r);
		if (!r)
			return ctx_nomem(cx);
		r->sent = *d;
		r->sent.next = NULL;
		*tail = r;
		tail = &r->next;
		rc = upstream_name(cx, ups, r);
		if (rc == VH_OK)
			rc = event_get(cx, d->hotel, d->epoch, d->seq, &r->event);
		r->event.payload = (struct blob){ 0 };
		if (rc == VH_OK)
			rc = about(cx, g, r, &people);
		if (rc == VH_OK && ++n == QUEUE_ROWS && d->next) {
			const int64_t key[] = { d->upstream, d->epoch, d->seq };
			g->page.next = page_key_make(cx, key, 3);
			return g->page.next ? VH_OK : ctx_nomem(cx);
		}
	}
	return rc;
}

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct delivery *list = NULL;
	struct upstream *ups = NULL;
	int64_t key[3];
	g->page = (struct correction_page){ 0 };
	g->people = NULL;
	enum vh_rc rc = actor_may(cx, ACT_VERIFY, g->h, 0, 0);
	if (rc == VH_OK)
		rc = page_key_read(cx, g->after, key, 3);
	if (rc != VH_OK)
		return rc;
	const struct delivery after = { .upstream = key[0], .epoch = key[1], .seq = key[2] };
	rc = delivery_refused(cx, g->h->id, &after, QUEUE_ROWS + 1, &list);
	if (rc == VH_OK)
		rc = upstream_list(cx, &ups);
	return rc == VH_OK ? fill(cx, g, list, ups) : rc;
}

enum vh_rc look_corrections(struct ctx *cx, const struct hotel *h, const char *after,
                            struct correction_page *ret)
{
	struct listing g = { .h = h, .after = after };
	struct stay_view *people = NULL;
	enum vh_rc rc = db_read(cx, list_step, &g);
	if (rc == VH_OK && g.people)
		rc = sealed_show(cx, h->id, g.people, false, "correction", &people);
	if (rc != VH_OK)
		return rc;
	for (struct correction *r = g.page.rows; r && people; r = r->next) {
		if (!r->about_stay)
			continue;
		r->stay = *people;
		r->stay.next = NULL;
		people = people->next;
	}
	*ret = g.page;
	return VH_OK;
}

struct again {
	int64_t hotel, event;
};

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	const struct again *g = arg;
	struct hotel h;
	struct delivery *list = NULL;
	int n = 0;
	enum vh_rc rc = hotel_get(cx, g->hotel, &h);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_VERIFY, &h, 0, 0);
	if (rc == VH_OK)
		rc = delivery_of_event(cx, g->hotel, g->event, &list);
	for (struct delivery *d = list; rc == VH_OK && d; d = d->next) {
		if (strcmp(d->state, "rejected") != 0 && strcmp(d->state, "dead") != 0)
			continue;
		d->state = "due";
		d->attempts = 0;
		d->next_at = cx->now;
		d->done_at = 0;
		rc = delivery_update(cx, d);
		n++;
	}
	if (rc == VH_OK && !list)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "event",
		                "no such message was sent from here");
	if (rc == VH_OK && !n)
		return ctx_fail(cx, VH_CONFLICT, "not_refused", "event",
		                "no upstream has refused this");
	return rc;
}

enum vh_rc correction_again(struct ctx *cx, int64_t hotel, int64_t event)
{
	struct again g = { hotel, event };
	return core_write(cx, again_step, &g, &g.event);
}
