/* Asking what became of a lot that an upstream took, until it has judged every item. */
#include <stdio.h>
#include <string.h>

#include "folder.h"
#include "send.h"
#include "shape.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"

/* One question about a lot, and what was understood of the answer. */
struct poll {
	struct lot lot;
	struct lot_item *items;
	size_t n; /* the highest order number */
	struct reply_item *said;
	enum { STILL_PENDING, NOW_DONE, NOW_FORGOTTEN } heard;
};

static enum vh_rc words(struct sender *s, const struct template *t, escape_fn *escape,
                        const struct poll *p, struct buf *out)
{
	const struct shape_word word[] = { { "lot", p->lot.name }, { "area", s->hotel->area },
		                           { NULL, NULL } };
	return shape_words(t, escape, word, out, &s->cx->err);
}

static enum vh_rc ask(struct sender *s, const struct poll *p, struct wire_answer *ret)
{
	const struct profile *f = s->profile;
	struct buf url, body;
	const char *id = arena_printf(s->cx->a, "lot_%lld-%lld", (long long)p->lot.id,
	                              (long long)p->lot.polls);
	if (f->out)
		return folder_get(s, p->lot.name, ret);
	buf_init(&url, LIM_FIELD);
	buf_init(&body, LIM_SYNC_BODY);
	enum vh_rc rc = id ? words(s, f->lot.url, escape_form, p, &url) : ctx_nomem(s->cx);
	if (rc == VH_OK && f->lot.ask)
		rc = words(s, f->lot.ask, f->form == FORM_XML ? escape_xml : escape_json, p, &body);
	if (rc == VH_OK)
		rc = shaped_post(s, buf_str(&url), id, f->lot.ask ? &body : NULL, ret);
	buf_done(&url);
	buf_done(&body);
	return rc;
}

static enum vh_rc take_items(struct sender *s, struct poll *p)
{
	enum vh_rc rc = lots_items(s->cx, &p->lot, &p->items);
	if (rc != VH_OK)
		return rc;
	for (const struct lot_item *i = p->items; i; i = i->next)
		p->n = i->n > 0 && i->n <= LIM_SYNC_BATCH ? (size_t)i->n : p->n;
	p->said = arena_array(s->cx->a, p->n + 1, sizeof *p->said);
	if (!p->said)
		return ctx_nomem(s->cx);
	for (size_t i = 0; i < p->n; i++)
		p->said[i].id = "";
	for (const struct lot_item *i = p->items; i; i = i->next) {
		char id[ID_TEXT];
		id_format(i->d.event, id);
		p->said[i->n - 1].id = arena_dup(s->cx->a, id);
		if (!p->said[i->n - 1].id)
			return ctx_nomem(s->cx);
	}
	return VH_OK;
}

static void read_body(struct sender *s, struct poll *p, const struct wire_answer *answer)
{
	const struct profile *f = s->profile;
	const struct profile_lot *how = &f->lot;
	struct err e = { .n = 0 };
	cJSON *tree = NULL;
	const char *why = NULL;
	if (f->envelope == ENVELOPE_CLOUD) {
		reply_read(s->cx->a, 200, answer->body.p, answer->body.n, false, p->said, p->n);
		return;
	}
	if (shape_tree(f, answer->body.p, answer->body.n, &tree, &e) != VH_OK)
		return;
	const char *state = shape_text(s->cx->a, tree, how->state);
	if (profile_word(how->forgotten, state))
		p->heard = NOW_FORGOTTEN;
	else if (shape_read(s->cx->a, &f->result, tree, p->said, p->n, &why) == WHOLE_ITEMS &&
	         profile_word(how->done, state))
		p->heard = NOW_DONE;
	cJSON_Delete(tree);
}

static void understand(struct sender *s, struct poll *p, const struct wire_answer *answer)
{
	char status[16];
	snprintf(status, sizeof status, "%d", answer->status);
	if (answer->verdict != WIRE_ANSWERED)
		return;
	if (answer->status == 200)
		read_body(s, p, answer);
	else if (profile_word(s->profile->lot.forgotten, status))
		p->heard = NOW_FORGOTTEN;
	else if (reply_kind(answer->status) == REPLY_STOP)
		s->stopped = true;
}

/* --- what it means for the events ------------------------------------------------------------- */

static bool waits(const struct lot_item *i)
{
	return !strcmp(i->d.state, "unknown") && i->d.code && !strcmp(i->d.code, LOT_RECEIVED) &&
	       i->d.attempts == i->attempt;
}

/* An item that the lot's end says nothing about goes again, under its id. */
static void settle_one(struct sender *s, struct poll *p, struct lot_item *i, int64_t now)
{
	const struct reply_item *said = &p->said[i->n - 1];
	struct delivery *d = &i->d;
	bool accepted = said->state == REPLY_ACCEPTED || said->state == REPLY_DUPLICATE;
	if (accepted || said->state == REPLY_REJECTED) {
		d->state = accepted ? "accepted" : "rejected";
		d->code = said->code;
		d->detail = said->detail;
		d->receipt = said->receipt;
		d->next_at = 0;
		d->done_at = now;
		s->settled = true;
		*(accepted ? &s->sums->accepted : &s->sums->rejected) += 1;
	} else if (p->heard == NOW_FORGOTTEN) {
		d->state = "retry";
		d->code = "lot_forgotten";
		d->next_at = now;
	} else if (p->heard == NOW_DONE) {
		d->code = "no_result";
		d->next_at = now;
	}
}

static void settle(struct sender *s, struct poll *p, int64_t now)
{
	const struct profile_lot *how = &s->profile->lot;
	bool open = false;
	if (p->heard == STILL_PENDING && now >= p->lot.at + how->give_up_ms)
		p->heard = NOW_FORGOTTEN;
	for (struct lot_item *i = p->items; i; i = i->next) {
		if (waits(i))
			settle_one(s, p, i, now);
		open |= waits(i);
	}
	p->lot.polls++;
	int shift = p->lot.polls < 20 ? (int)p->lot.polls : 20;
	int64_t pause = (how->first_ms + BACKOFF_FIRST_MS) << shift;
	p->lot.next_at = now + (pause < how->most_ms ? pause : how->most_ms);
	if (open)
		return;
	p->lot.state = p->heard == NOW_FORGOTTEN ? "forgotten" : "done";
	p->lot.done_at = now;
}

enum vh_rc send_poll(struct sender *s, bool *ret_any)
{
	struct poll p = { .heard = STILL_PENDING };
	struct wire_answer answer = { .verdict = WIRE_UNSENT };
	struct lot *due = NULL;
	if (!s->profile->lot.id && !s->profile->in)
		return VH_OK;
	enum vh_rc rc = lots_due(s->cx, s->up->id, s->hotel->id, 1, &due);
	if (rc != VH_OK || !due)
		return rc;
	p.lot = *due;
	rc = take_items(s, &p);
	if (rc == VH_OK)
		rc = ask(s, &p, &answer);
	if (rc == VH_OK) {
		understand(s, &p, &answer);
		settle(s, &p, now_ms());
		rc = lots_heard(s->cx, &p.lot, p.items);
		LOG(LOG_INFO, "sync.lot", KV("upstream", s->up->name), KV("lot", p.lot.name),
		    KV("state", p.lot.state), KN("polls", p.lot.polls),
		    KN("status", answer.status));
	}
	wire_answer_done(&answer);
	*ret_any = true;
	return rc;
}
