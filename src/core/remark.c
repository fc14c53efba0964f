#include "remark_data.h"

#include <string.h>

#include "stay_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_claim.h"
#include "vh/store_delivery.h"

enum { NAME, DOC_NO, PHONE, HOME, SINCE, EMPLOYER, OTHER };
const char *const remark_fields[] = {
	[NAME] = "name",   [DOC_NO] = "doc_no",     [PHONE] = "phone", [HOME] = "home",
	[SINCE] = "since", [EMPLOYER] = "employer", [OTHER] = "other", NULL,
};

static int place_of_field(const char *field)
{
	for (int i = 0; field && remark_fields[i]; i++)
		if (!strcmp(field, remark_fields[i]))
			return i;
	return -1;
}

static bool is_open(const struct remark *r)
{
	return !strcmp(r->state, "open");
}

static bool is_over(const struct stay *s)
{
	return !stay_is_current(s->state) && s->state != STAY_CONTESTED;
}

static enum vh_rc seal_said(struct ctx *cx, const struct hotel_keys *k, const struct remark *r,
                            const char *column, const char *text, struct blob *ret)
{
	struct place at = { "remark", column, r->hotel, r->id };
	return seal_words(cx, seal_text(cx->a, &k->data, &at, text, ret));
}

static enum vh_rc write_down(struct ctx *cx, struct remark *r, const char *believed,
                             const char *words)
{
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, r->hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = seal_said(cx, &k, r, "believed", believed, &r->believed);
	if (rc == VH_OK)
		rc = seal_said(cx, &k, r, "words", words, &r->words);
	wipe(&k, sizeof k);
	return rc == VH_OK ? remark_insert(cx, r) : rc;
}

/* --- asking, above --- */

struct asking {
	const struct remark_new *in;
	const char *believed, *words;
	struct remark r;
};

static enum vh_rc may_ask(struct ctx *cx, const struct asking *g)
{
	struct stay s;
	struct stay_at at;
	struct remark *had = NULL;
	enum vh_rc rc = stay_get(cx, g->in->hotel, g->in->stay, &s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = stay_place(cx, g->in->hotel, s.room, &at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_VERIFY, &at.hotel, at.house.id, s.person);
	if (rc != VH_OK)
		return rc;
	if (!at.hotel.source)
		return ctx_fail(cx, VH_CONFLICT, "own_hotel", "stay",
		                "this stay is kept here: amend it");
	if (is_over(&s))
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "a stay that is %s is not corrected any more",
		                stay_state_name(s.state));
	rc = remark_of_stay(cx, s.hotel, s.id, &had);
	for (; rc == VH_OK && had; had = had->next)
		if (is_open(had) && !strcmp(had->field, g->in->field))
			return ctx_fail(cx, VH_CONFLICT, "remark_open", "field",
			                "this was asked already and is not answered yet");
	return rc;
}

static enum vh_rc ask_step(struct ctx *cx, void *arg)
{
	struct asking *g = arg;
	enum vh_rc rc = may_ask(cx, g);
	if (rc != VH_OK)
		return rc;
	g->r = (struct remark){ .hotel = g->in->hotel, .id = id_new(), .stay = g->in->stay,
		                .field = g->in->field, .at = cx->now, .by = cx->who->account,
		                .state = "open" };
	g->r.origin = g->r.id;
	return write_down(cx, &g->r, g->believed, g->words);
}

static enum vh_rc take_day(struct ctx *cx, const char **day)
{
	char text[DAY_TEXT];
	int32_t d;
	enum vh_rc rc = day_take(cx, "believed", *day, false, &d);
	if (rc != VH_OK || d == DAY_NONE)
		return rc;
	day_format(d, text);
	*day = arena_dup(cx->a, text);
	return *day ? VH_OK : ctx_nomem(cx);
}

enum vh_rc remark_ask(struct ctx *cx, const struct remark_new *n, int64_t *ret_id)
{
	struct asking *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	*g = (struct asking){ .in = n };
	int field = place_of_field(n->field);
	if (field < 0)
		return ctx_fail(cx, VH_INVALID, "field", "field", "no remark is about this field");
	enum vh_rc rc = text_take(cx, "believed", n->believed, LIM_TEXT, false, &g->believed);
	if (rc == VH_OK && field == SINCE)
		rc = take_day(cx, &g->believed);
	if (rc == VH_OK)
		rc = text_take(cx, "words", n->words, LIM_TEXT, field == OTHER || !g->believed,
		               &g->words);
	if (rc == VH_OK)
		rc = core_write(cx, ask_step, g, &g->r.id);
	if (rc == VH_OK)
		*ret_id = g->r.id;
	return rc;
}

/* --- answering --- */

static enum vh_rc tell_answer(struct ctx *cx, const struct hotel *h, const struct remark *r,
                              int64_t person, const char *words)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h->area);
	buf_printf(&b,
	           "},\"remark\":{\"id\":\"%lld\",\"stay\":\"%lld\",\"state\":\"%s\",\"words\":",
	           (long long)r->origin, (long long)r->stay, r->state);
	if (words)
		json_quote(&b, words);
	else
		buf_puts(&b, "null");
	buf_puts(&b, "}}");
	/* About the stay and after what happened to it; erased with it. */
	const struct deed d = { .hotel = h->id, .type = "remark.settled", .subject = "stays",
	                        .id = r->stay, .part = person, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc end_task(struct ctx *cx, const struct remark *r)
{
	struct task t;
	if (!r->task)
		return VH_OK;
	enum vh_rc rc = task_get(cx, r->hotel, r->task, &t);
	return rc == VH_OK && strcmp(t.state, "confirmed") != 0 ? task_end(cx, &t, r->state) : rc;
}

/* Of an own hotel, by which it ends here and is told. */
static enum vh_rc settle(struct ctx *cx, struct remark *r, int64_t person, const char *state,
                         const char *words)
{
	struct hotel h;
	struct hotel_keys k;
	r->state = state;
	r->settled_at = cx->now;
	r->settled_by = cx->who ? cx->who->account : 0;
	enum vh_rc rc = hotel_keys_of(cx, r->hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = seal_said(cx, &k, r, "answer", words, &r->answer);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = remark_close(cx, r);
	if (rc == VH_OK)
		rc = end_task(cx, r);
	if (rc == VH_OK)
		rc = hotel_get(cx, r->hotel, &h);
	return rc == VH_OK ? tell_answer(cx, &h, r, person, words) : rc;
}

struct declining {
	int64_t hotel, id;
	const char *reason;
};

static enum vh_rc decline_step(struct ctx *cx, void *arg)
{
	const struct declining *g = arg;
	struct remark r;
	struct stay s;
	struct stay_at at;
	enum vh_rc rc = remark_get(cx, g->hotel, g->id, &r);
	if (rc == VH_OK)
		rc = stay_get(cx, g->hotel, r.stay, &s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "remark", "nothing such was asked here");
	if (rc == VH_OK)
		rc = stay_place(cx, g->hotel, s.room, &at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_VERIFY, &at.hotel, at.house.id, s.person);
	if (rc == VH_OK && at.hotel.source)
		return ctx_fail(cx, VH_CONFLICT, "received", "",
		                "this hotel is kept by another registry: it decides");
	if (rc == VH_OK && !is_open(&r))
		return ctx_fail(cx, VH_CONFLICT, "remark_settled", "remark",
		                "this was answered already: %s", r.state);
	return rc == VH_OK ? settle(cx, &r, s.person, "declined", g->reason) : rc;
}

enum vh_rc remark_decline(struct ctx *cx, int64_t hotel, int64_t remark, const char *reason)
{
	struct declining g = { .hotel = hotel, .id = remark };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &g.reason);
	return rc == VH_OK ? core_write(cx, decline_step, &g, &g.id) : rc;
}

static bool differ(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

unsigned remark_changes(const struct person *was, const struct person *now, const struct stay *had,
                        const struct stay *s)
{
	bool doc = differ(was->doc_no, now->doc_no) || differ(was->doc_type, now->doc_type);
	return (unsigned)differ(was->name, now->name) << NAME | (unsigned)doc << DOC_NO |
	       (unsigned)differ(was->phone, now->phone) << PHONE |
	       (unsigned)differ(was->home, now->home) << HOME |
	       (unsigned)differ(had->since, s->since) << SINCE |
	       (unsigned)(had->employer != s->employer) << EMPLOYER;
}

enum vh_rc remark_amended(struct ctx *cx, const struct stay *s, unsigned changed, int64_t named)
{
	struct remark *list = NULL;
	bool found = !named;
	enum vh_rc rc = remark_of_stay(cx, s->hotel, s->id, &list);
	for (struct remark *r = list; rc == VH_OK && r; r = r->next) {
		bool is = r->id == named;
		found = found || is;
		if (is && !is_open(r))
			return ctx_fail(cx, VH_CONFLICT, "remark_settled", "remark",
			                "this was answered already: %s", r->state);
		if (is && !changed)
			return ctx_fail(cx, VH_CONFLICT, "nothing_changed", "remark",
			                "nothing was changed: decline it and say why");
		int field = place_of_field(r->field);
		if (is_open(r) && (is || (field >= 0 && changed & 1u << field)))
			rc = settle(cx, r, s->person, "amended", NULL);
	}
	if (rc == VH_OK && !found)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "remark",
		                "nothing such was asked about this stay");
	return rc;
}

enum vh_rc remark_follow(struct ctx *cx, const struct stay *s)
{
	struct remark *list = NULL;
	enum vh_rc rc = is_over(s) ? remark_of_stay(cx, s->hotel, s->id, &list) : VH_OK;
	for (struct remark *r = list; rc == VH_OK && r; r = r->next)
		if (is_open(r))
			rc = settle(cx, r, s->person, "ended", NULL);
	return rc;
}

/* --- from above --- */

enum vh_rc remark_from(struct ctx *cx, int64_t upstream, int64_t hotel)
{
	struct upstream *ups = NULL;
	int64_t epoch = 0, seq = 0;
	enum vh_rc rc = upstream_list(cx, &ups);
	while (rc == VH_OK && ups && ups->id != upstream)
		ups = ups->next;
	if (rc == VH_OK && ups && !strcmp(ups->state, "open"))
		rc = cursor_get(cx, upstream, hotel, &epoch, &seq);
	if (rc == VH_OK && !seq)
		return ctx_fail(cx, VH_CONFLICT, "not_told", "upstream",
		                "who is told nothing of this hotel has nothing to ask about it");
	return rc;
}

/*
 * May it be kept? As in may_ask, one that is open stands for all about its field: each of them
 * would be a task, and all are settled in one step when the stay ends.
 */
static enum vh_rc room_for(struct ctx *cx, const struct remark *r, bool *ret)
{
	int64_t open = 0, all = 0;
	enum vh_rc rc = remark_count(cx, r->hotel, r->stay, r->upstream, r->field, &open);
	if (rc == VH_OK && !open)
		rc = remark_count(cx, r->hotel, r->stay, r->upstream, NULL, &all);
	*ret = !open && all < LIM_REMARKS;
	return rc;
}

/* Why there is nothing to decide about it; NULL: there is, or (no stay in *s) nobody knows it. */
static enum vh_rc at_once(struct ctx *cx, const struct hotel *h, int64_t stay, struct stay *s,
                          const char **ret)
{
	struct erasure e;
	*s = (struct stay){ .id = 0 };
	*ret = NULL;
	enum vh_rc rc = stay_get(cx, h->id, stay, s);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	*ret = is_over(s) ? "ended" : NULL;
	if (!*ret)
		return VH_OK;
	rc = erasure_of_person(cx, h->id, s->person, &e);
	if (rc == VH_OK)
		*ret = "erased";
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Nothing is kept of what was said about somebody who is not here. */
static enum vh_rc answer_at_once(struct ctx *cx, const struct hotel *h, struct remark *r,
                                 const struct stay *s, const char *state)
{
	r->state = state;
	r->settled_at = cx->now;
	enum vh_rc rc = remark_insert(cx, r);
	return rc == VH_OK ? tell_answer(cx, h, r, s->person, NULL) : rc;
}

enum vh_rc remark_take(struct ctx *cx, const struct hotel *h, int64_t upstream,
                       const struct down_remark *d, bool *ret_new, bool *ret_over)
{
	struct remark had, r = { .hotel = h->id, .id = id_new(), .origin = d->origin,
		                 .stay = d->stay, .field = d->field, .at = d->at,
		                 .upstream = upstream, .state = "open" };
	struct stay s = { .id = 0 };
	const char *over = NULL;
	bool fits = false;
	*ret_new = *ret_over = false;
	enum vh_rc rc = remark_by_origin(cx, h->id, d->origin, &had);
	if (rc != VH_NOTFOUND || !d->open)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = room_for(cx, &r, &fits);
	if (rc == VH_OK)
		rc = at_once(cx, h, d->stay, &s, &over);
	if (rc != VH_OK)
		return rc;
	*ret_new = fits && (s.id || h->source);
	*ret_over = !*ret_new;
	if (*ret_over)
		return VH_OK;
	if (h->source) /* not ours to decide; of who is gone nothing would erase what was said */
		return write_down(cx, &r, over ? NULL : d->believed, over ? NULL : d->words);
	if (over)
		return answer_at_once(cx, h, &r, &s, over);
	struct task t = { .hotel = h->id, .kind = "remark", .stay = s.id, .room = s.room };
	rc = task_begin(cx, &t, true);
	r.task = t.id;
	return rc == VH_OK ? write_down(cx, &r, d->believed, d->words) : rc;
}

/* --- from below --- */

enum vh_rc remark_answered(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                           const cJSON *data, int64_t at)
{
	static const char *const states[] = { "amended", "declined", "ended", "unknown",
		                              "erased" };
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(data, "remark");
	const char *id = json_str(o, "id"), *state = json_str(o, "state"), *words = NULL;
	const char *known = NULL;
	struct remark r;
	int64_t origin;
	if (!o)
		return VH_OK;
	for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
		known = strcmp(state, states[i]) ? known : states[i];
	if (!id || id_parse(id, &origin) != VH_OK || !known)
		return ctx_fail(cx, VH_INVALID, "data", "remark",
		                "remark is missing or not what it must be");
	enum vh_rc rc = text_take(cx, "words", json_str(o, "words"), LIM_TEXT, false, &words);
	if (rc == VH_OK)
		rc = remark_by_origin(cx, h->id, origin, &r);
	if (rc != VH_OK || !is_open(&r))
		return rc == VH_NOTFOUND ? VH_OK : rc;
	r.state = known;
	r.settled_at = at;
	rc = seal_said(cx, k, &r, "answer", words, &r.answer);
	if (rc == VH_OK)
		rc = remark_close(cx, &r);
	return rc == VH_OK ? end_task(cx, &r) : rc;
}
