#include "vh/clearance.h"

#include <string.h>

#include "place_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"

const char *clear_name(enum clear c)
{
	static const char *const names[] = { "none", "ok", "mend", "expired" };
	return names[c];
}

/* What a room's newest check is worth today. */
static enum vh_rc state_of(struct ctx *cx, const struct hotel *h, int64_t room, enum clear *ret)
{
	struct clearance c;
	char today[DAY_TEXT];
	enum vh_rc rc = clearance_last(cx, h->id, room, &c);
	*ret = CLEAR_NONE;
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	today_of(cx, h, today);
	if (!strcmp(c.result, "mend"))
		*ret = CLEAR_MEND;
	else
		*ret = c.until && strcmp(c.until, today) < 0 ? CLEAR_EXPIRED : CLEAR_OK;
	return VH_OK;
}

static enum vh_rc required(struct ctx *cx, const struct hotel *h, bool *ret)
{
	const char *word = "";
	enum vh_rc rc = hotel_choice(cx, h->id, "clearance", &word);
	*ret = !strcmp(word, "required");
	return rc;
}

enum vh_rc clearance_gate(struct ctx *cx, const struct hotel *h, const struct room *r)
{
	static const char *const words[] = {
		[CLEAR_NONE] = "has not been checked",
		[CLEAR_MEND] = "has to be mended first",
		[CLEAR_EXPIRED] = "has to be checked again",
	};
	enum clear now = CLEAR_NONE;
	bool asks = false;
	enum vh_rc rc = required(cx, h, &asks);
	if (rc == VH_OK && asks)
		rc = state_of(cx, h, r->id, &now);
	if (rc != VH_OK || !asks || now == CLEAR_OK)
		return rc;
	return ctx_fail(cx, VH_CONFLICT, "clearance", "letting", "room %s %s before it is let",
	                r->no, words[now]);
}

struct giving {
	const struct clearance_new *in;
	const char *until, *note;
	int32_t until_day;
	bool mend;
	int64_t id;
};

static enum vh_rc event(struct ctx *cx, const struct hotel *h, const struct house *e,
                        const struct room *r, const struct clearance *c)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_putc(&b, '{');
	data_place(&b, h, e, r);
	buf_printf(&b, ",\"clearance\":{\"id\":\"%lld\",\"result\":\"%s\"", (long long)c->id,
	           c->result);
	buf_printf(&b, ",\"day\":\"%s\",\"until\":", c->day);
	if (c->until)
		json_quote(&b, c->until);
	else
		buf_puts(&b, "null");
	buf_puts(&b, "}}");
	struct deed d = { .hotel = h->id, .type = "room.cleared", .subject = "rooms", .id = r->id,
	                  .part = r->id, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

/* What the last check asked for is done, or asked for anew. */
static enum vh_rc tasks(struct ctx *cx, const struct hotel *h, const struct giving *g)
{
	struct task *open = NULL;
	enum vh_rc rc = task_list_room(cx, h->id, g->in->room, &open);
	for (struct task *t = open; rc == VH_OK && t; t = t->next) {
		if (!strcmp(t->kind, "mend"))
			rc = task_end(cx, t, "recheck");
	}
	if (rc != VH_OK || !g->mend)
		return rc;
	struct task t = { .hotel = h->id, .kind = "mend", .room = g->in->room, .note = g->note };
	if (g->until)
		t.due = day_start(g->until_day + 1, h->zone_min) - 1;
	return task_begin(cx, &t, false);
}

static enum vh_rc give_step(struct ctx *cx, void *arg)
{
	struct giving *g = arg;
	struct hotel h;
	struct house e;
	struct room r;
	char today[DAY_TEXT];
	enum vh_rc rc = place_room(cx, ACT_INSPECT, g->in->hotel, g->in->room, &h, &e, &r);
	if (rc != VH_OK)
		return rc;
	if (!strcmp(r.letting, "closed"))
		return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s was closed", r.no);
	today_of(cx, &h, today);
	if (g->until && strcmp(g->until, today) < 0)
		return ctx_fail(cx, VH_INVALID, "past", "until", "that day is past");
	struct clearance c = { .hotel = h.id, .id = id_new(), .room = r.id,
	                       .result = g->mend ? "mend" : "ok", .day = today, .until = g->until,
	                       .note = g->note, .by = cx->who->account, .at = cx->now };
	rc = clearance_insert(cx, &c);
	if (rc == VH_OK)
		rc = tasks(cx, &h, g);
	if (rc == VH_OK)
		rc = event(cx, &h, &e, &r, &c);
	g->id = c.id;
	return rc;
}

enum vh_rc clearance_give(struct ctx *cx, const struct clearance_new *n, int64_t *ret_id)
{
	struct giving g = { .in = n, .mend = n->result && !strcmp(n->result, "mend") };
	char text[DAY_TEXT];
	if (!n->result || (!g.mend && strcmp(n->result, "ok") != 0))
		return ctx_fail(cx, VH_INVALID, "result", "result", "the result is ok or mend");
	enum vh_rc rc = text_take(cx, "note", n->note, LIM_TEXT, g.mend, &g.note);
	if (rc == VH_OK)
		rc = day_take(cx, "until", n->until, false, &g.until_day);
	if (rc == VH_OK && g.until_day != DAY_NONE) {
		day_format(g.until_day, text);
		g.until = text;
	}
	if (rc == VH_OK)
		rc = core_write(cx, give_step, &g, &g.id);
	if (rc == VH_OK)
		*ret_id = g.id;
	return rc;
}

struct looking {
	const struct hotel *h;
	int64_t room;
	struct clearance_look *ret;
};

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	struct looking *l = arg;
	struct hotel h;
	struct house e;
	struct room r;
	enum vh_rc rc = place_room(cx, ACT_HAZARD, l->h->id, l->room, &h, &e, &r);
	*l->ret = (struct clearance_look){ .now = CLEAR_NONE };
	if (rc == VH_OK)
		rc = state_of(cx, &h, r.id, &l->ret->now);
	if (rc == VH_OK)
		rc = required(cx, &h, &l->ret->required);
	return rc == VH_OK ? clearance_list(cx, h.id, r.id, &l->ret->rows) : rc;
}

enum vh_rc look_clearance(struct ctx *cx, const struct hotel *h, int64_t room,
                          struct clearance_look *ret)
{
	struct looking l = { h, room, ret };
	return db_read(cx, look_step, &l);
}
