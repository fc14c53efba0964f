/* The way up: what waits, what went wrong, and send now. Its failure is the desk's alone. */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/lots.h"
#include "vh/outbox.h"
#include "view.h"
#include "web_state.h"

enum { SOON_MS = 20 * 1000 };

struct f_again {
	const char *upstream, *event;
};
static const struct input again_in[] = {
	INPUT(struct f_again, upstream, input_text, INPUT_REQUIRED, LIM_NAME),
	INPUT(struct f_again, event, input_id, INPUT_REQUIRED, 0),
};
const struct form form_again = FORM(struct f_again, again_in);

static void put_age(struct call *c, cJSON *o, int64_t at)
{
	int64_t ms = at ? c->cx.now - at : 0;
	int64_t hours = ms / (int64_t)HOUR_MS, days = hours / 24;
	const char *unit = days ? "day" : hours ? "hour" : "minute";
	int64_t n = days ? days : hours ? hours : ms / (int64_t)MINUTE_MS;
	put_text(c, o, "age_text", at ? count_text(c, n, unit) : NULL);
	put_flag(c, o, "old", at && ms > (int64_t)DAY_MS);
}

/* stay.checked-in of cn.vhotel.stay.checked-in.v1 */
static const char *short_type(struct call *c, const char *type)
{
	static const char head[] = "cn.vhotel.";
	const char *s = strncmp(type, head, sizeof head - 1) ? type : type + sizeof head - 1;
	const char *v = strrchr(s, '.');
	return arena_dupn(c->cx.a, s, v && v > s ? (size_t)(v - s) : strlen(s));
}

static const char *event_words(struct call *c, const char *type)
{
	const char *dot = type ? strchr(type, '.') : NULL;
	return dot && has_word(c, "event_", dot + 1) ? word(c, "event_", dot + 1) : type;
}

static void put_trouble(struct call *c, cJSON *list, const struct upway *w,
                        const struct trouble *t)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct delivery *d = &t->d;
	const char *type = short_type(c, t->type);
	bool over = !strcmp(d->state, "dead") || !strcmp(d->state, "rejected");
	view_id(&c->view, o, "event", d->event);
	put(c, o, "state", d->state);
	put_word(c, o, "state_text", "way_", d->state);
	put(c, o, "type", type);
	put_text(c, o, "type_text", event_words(c, type));
	put(c, o, "subject", t->subject);
	put_num(c, o, "attempts", d->attempts);
	put_num(c, o, "status", d->status);
	put(c, o, "code", d->code);
	put(c, o, "detail", d->detail);
	put_text(c, o, "at_text", at_text(c, d->sent_at, &c->hotel));
	put(c, o, "upstream", w->u.name);
	put_idem(c, o);
	put_url(c, o, "again_url", over, "%s/sync/again", hotel_path(c));
}

/* Waiting for the judgement of its lot is no trouble. */
static bool in_lot(const struct trouble *t)
{
	return !strcmp(t->d.state, "unknown") && t->d.code && !strcmp(t->d.code, LOT_RECEIVED);
}

static void put_item(struct call *c, cJSON *list, const struct lot_event *e)
{
	static const char stays[] = "stays/";
	cJSON *o = put_obj(c, list, NULL);
	const char *type = short_type(c, e->type);
	bool stay = !strncmp(e->subject, stays, sizeof stays - 1);
	put_num(c, o, "n", e->item.n);
	view_id(&c->view, o, "event", e->item.d.event);
	put(c, o, "type", type);
	put_text(c, o, "type_text", event_words(c, type));
	put(c, o, "state", e->done ? e->item.d.state : LOT_RECEIVED);
	put_word(c, o, "state_text", "way_", e->done ? e->item.d.state : LOT_RECEIVED);
	put(c, o, "code", e->done ? e->item.d.code : NULL);
	put_url(c, o, "stay_url", stay && may(c, ACT_ROOM), "%s/%s", hotel_path(c), e->subject);
}

static void put_lot(struct call *c, cJSON *list, const struct lot_look *l)
{
	cJSON *o = put_obj(c, list, NULL), *items;
	put(c, o, "name", l->lot.name);
	put_text(c, o, "at_text", at_text(c, l->lot.at, &c->hotel));
	put_num(c, o, "polls", l->lot.polls);
	put_text(c, o, "next_text", at_text(c, l->lot.next_at, &c->hotel));
	put_num(c, o, "n", l->n);
	put_num(c, o, "done", l->done);
	items = put_arr(c, o, "items");
	for (const struct lot_event *e = l->items; e; e = e->next)
		put_item(c, items, e);
}

/* How it is spoken to, and what it has taken and not judged. */
static enum vh_rc put_manner(struct call *c, cJSON *o, const struct upway *w)
{
	struct lots_look look;
	enum vh_rc rc = lots_look(&c->cx, &c->hotel, &w->u, &look);
	if (rc != VH_OK)
		return rc;
	put(c, o, "profile", look.profile);
	put_text(c, o, "profile_text",
	         look.profile && *look.profile ? look.profile
	                                       : word(c, "", look.profile ? "sync_profile_other"
	                                                                  : "sync_profile_own"));
	cJSON *lots = put_arr(c, o, "lots");
	for (const struct lot_look *l = look.lots; l; l = l->next)
		put_lot(c, lots, l);
	put_num(c, o, "lots_n", cJSON_GetArraySize(lots));
	put_url(c, o, "list_url", w->rejected + w->dead && may(c, ACT_VERIFY),
	        "%s/queue/corrections", hotel_path(c));
	return VH_OK;
}

static enum vh_rc put_way(struct call *c, cJSON *list, const struct upway *w)
{
	cJSON *o = put_obj(c, list, NULL), *troubles;
	put(c, o, "name", w->u.name);
	put(c, o, "state", w->u.state);
	put_word(c, o, "state_text", "upstream_", w->u.state);
	put_num(c, o, "waiting", w->waiting);
	put_num(c, o, "sending", w->sending);
	put_num(c, o, "unknown", w->unknown);
	put_num(c, o, "retry", w->retry);
	put_num(c, o, "rejected", w->rejected);
	put_num(c, o, "dead", w->dead);
	put_text(c, o, "accepted_text", at_text(c, w->accepted_at, &c->hotel));
	put_text(c, o, "oldest_text", at_text(c, w->oldest_at, &c->hotel));
	put_age(c, o, w->oldest_at);
	troubles = put_arr(c, o, "troubles");
	for (const struct trouble *t = w->trouble; t; t = t->next)
		if (!in_lot(t))
			put_trouble(c, troubles, w, t);
	put_num(c, o, "troubles_n", cJSON_GetArraySize(troubles));
	const char *words = NULL;
	for (const struct trouble *t = w->trouble; t && !words; t = t->next)
		if (!in_lot(t))
			words = t->d.detail ? t->d.detail : t->d.code;
	put(c, o, "last_error", words);
	return put_manner(c, o, w);
}

static void put_send(struct call *c, bool somewhere)
{
	const struct form_how how = {
		.title = "send_now",
		.action = arena_printf(c->cx.a, "%s/sync/send", hotel_path(c)),
	};
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (c->w->send && somewhere)
		put_form(c, list, NULL, &form_none, &how);
}

enum vh_rc get_sync(struct call *c)
{
	struct upway *list = NULL;
	const char *ok = req_query(c->q, "ok");
	enum vh_rc rc = outbox_look(&c->cx, &c->hotel, &list);
	if (rc != VH_OK)
		return rc;
	int64_t open = 0;
	put_hotel(c, &c->hotel);
	cJSON *a = put_arr(c, c->view.root, "upstreams");
	for (const struct upway *w = list; rc == VH_OK && w; w = w->next) {
		rc = put_way(c, a, w);
		open += w->waiting + w->sending;
	}
	if (rc != VH_OK)
		return rc;
	put_url(c, c->view.root, "back_url", true, "%s/setup", hotel_path(c));
	if (c->html)
		put_send(c, list != NULL);
	/* Just asked to send: the page shows by itself how that goes on. */
	if (c->html && ok && !strcmp(ok, "sending") && open)
		resp_header(c->r, "Refresh", "2");
	return VH_OK;
}

enum vh_rc post_send(struct call *c)
{
	if (!c->w->send)
		return ctx_fail(&c->cx, VH_CONFLICT, "no_sender", "",
		                "nothing sends from this process: run vhotel sync run");
	c->w->send(c->w->send_arg);
	c->status = 202;
	c->go = arena_printf(c->cx.a, "%s/sync?ok=sending", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_again(struct call *c)
{
	const struct f_again *f = c->form;
	int64_t event = 0;
	enum vh_rc rc = id_parse(f->event, &event);
	if (rc != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "id", "event", "is not a number of an event");
	rc = outbox_again(&c->cx, &c->hotel, f->upstream, event);
	if (rc != VH_OK)
		return rc;
	if (c->w->send)
		c->w->send(c->w->send_arg);
	c->go = arena_printf(c->cx.a, "%s/sync?ok=sending", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

/* Asked for on the first page and the rack of a desk, at most every few seconds for each hotel. */
const char *sync_alarm(struct call *c, const struct hotel *h)
{
	struct web *w = c->w;
	int64_t at = 0, now = c->cx.now;
	unsigned i = (unsigned)h->id % ALARMS;
	if (!may(c, ACT_PLACE) || !h->id)
		return NULL;
	bool fresh = atomic_load(&w->alarm[i].hotel) == h->id &&
	             atomic_load(&w->alarm[i].read) + SOON_MS > now &&
	             atomic_load(&w->alarm[i].read) <= now;
	if (fresh) {
		at = atomic_load(&w->alarm[i].oldest);
	} else if (outbox_oldest(&c->cx, h->id, &at) == VH_OK) {
		atomic_store(&w->alarm[i].oldest, at);
		atomic_store(&w->alarm[i].hotel, h->id);
		atomic_store(&w->alarm[i].read, now);
	} else {
		err_clear(&c->cx.err);
	}
	if (!at || now - at <= (int64_t)DAY_MS)
		return NULL;
	return arena_printf(c->cx.a, "%s %s", word(c, "", "alarm_upstream"),
	                    count_text(c, (now - at) / (int64_t)DAY_MS, "day"));
}
