/*
 * What waits for the desk: a page of counts, and the lists behind them. Each is worked row by row
 * with buttons; static/queue.js gives them keys.
 */
#include "queue.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/dispute.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "view.h"

/* One after another, as a page offers them: by digit, in words of t["why_…"]. */
static const char *const reject_reasons[] = { "not_moved_in", "wrong_number", "wrong_name",
	                                      "wrong_room",   "twice",        "unknown_here" };

struct entry {
	const char *name, *url, *key;
	enum act act;
	int64_t n;
	bool counts, alarm; /* alarm: it should not be so */
	bool again;         /* a part of another list */
};
enum { ENTRIES = 12 };

static void put_entry(struct call *c, cJSON *list, const struct entry *e)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "name", e->name);
	put_word(c, o, "name_text", "queue_", e->name);
	put_word(c, o, "hint_text", "queue_hint_", e->name);
	if (e->counts)
		put_num(c, o, "count", e->n);
	else
		view_null(&c->view, o, "count");
	put_flag(c, o, "alarm", e->alarm && e->n);
	put_text(c, o, "key", e->key);
	put_url(c, o, "list_url", true, "%s/%s", hotel_path(c), e->url);
}

static void put_counts(struct call *c, const struct queue_counts *n)
{
	cJSON *o = put_obj(c, c->view.root, "counts");
	const struct {
		const char *name;
		int64_t n;
	} all[] = {
		{ "pending", n->pending },         { "contested", n->contested },
		{ "declared", n->declared },       { "soon", n->soon },
		{ "overdue", n->overdue },         { "late", n->late },
		{ "away", n->away },               { "disputes", n->disputes },
		{ "corrections", n->corrections }, { "tasks", n->tasks },
		{ "remarks", n->remarks },
		{ "tasks_late", n->tasks_late },   { "hazards_late", n->hazards_late },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		put_num(c, o, all[i].name, all[i].n);
}

static void entries(const struct call *c, const struct queue_counts *n, struct entry *ret)
{
	const struct entry all[ENTRIES] = {
		{ "verify", "queue/verify", "v", ACT_VERIFY, n->pending + n->contested, true, false,
		  false },
		{ "declared", "queue/declared", "w", ACT_VERIFY, n->declared, true, false, true },
		{ "calls", "queue/calls", "d", ACT_VERIFY, n->overdue + n->soon + n->late, true,
		  false, false },
		{ "away", "queue/away", "a", ACT_VERIFY, n->away, true, false, false },
		{ "disputes", "queue/disputes", "p", ACT_VERIFY, n->disputes, true, true, false },
		{ "corrections", "queue/corrections", "c", ACT_VERIFY, n->corrections, true, true,
		  false },
		{ c->hotel.source ? "asked" : "remarks", "queue/remarks", "m", ACT_VERIFY,
		  n->remarks, true, !c->hotel.source, false },
		{ "tasks", "tasks", "t", ACT_TASK, n->tasks, true, false, false },
		{ "hazards", "hazards?which=overdue", "h", ACT_INSPECT, n->hazards_late, true, true,
		  false },
		{ "notices", "notices", "n", ACT_NOTICE, 0, false, false, false },
		{ "employers", "employers", "e", ACT_PLACE, 0, false, false, false },
		{ "erasures", "erasures", "g", ACT_ERASE, 0, false, false, false },
	};
	memcpy(ret, all, sizeof all);
}

enum vh_rc get_queue(struct call *c)
{
	struct queue_counts n;
	struct entry all[ENTRIES];
	enum vh_rc rc = look_queue_counts(&c->cx, &c->hotel, &n);
	if (rc != VH_OK)
		return rc;
	entries(c, &n, all);
	put_hotel(c, &c->hotel);
	put_counts(c, &n);
	cJSON *list = put_arr(c, c->view.root, "queues");
	for (size_t i = 0; i < ENTRIES; i++)
		if (may(c, all[i].act))
			put_entry(c, list, &all[i]);
	return VH_OK;
}

enum vh_rc queue_waiting(struct call *c, int64_t *ret)
{
	struct queue_counts n;
	struct entry all[ENTRIES];
	*ret = 0;
	if (!may(c, ACT_VERIFY))
		return VH_OK;
	enum vh_rc rc = look_queue_counts(&c->cx, &c->hotel, &n);
	if (rc != VH_OK)
		return rc;
	entries(c, &n, all);
	for (size_t i = 0; i < ENTRIES; i++)
		*ret += may(c, all[i].act) && !all[i].again ? all[i].n : 0;
	return VH_OK;
}

/* ---- lists of stays ---- */

const char *list_key(const struct call *c)
{
	const char *s = req_query(c->q, "after");
	return s && *s ? s : NULL;
}

void list_more(struct call *c, const char *list, const char *next)
{
	put(c, c->view.root, "next", next);
	put_url(c, c->view.root, "more_url", next != NULL, "%s/%s%cafter=%s", hotel_path(c), list,
	        strchr(list, '?') ? '&' : '?', next ? next : "");
}

void list_place(struct call *c, cJSON *o, const struct house *h, const struct room *r)
{
	view_id(&c->view, o, "room", r->id);
	put(c, o, "room_no", r->no);
	put_num(c, o, "house_no", h->no);
	put(c, o, "address", h->address);
	put_url(c, o, "room_url", may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, r->id));
}

static void put_landlords(struct call *c, cJSON *o, const struct call_to *list)
{
	cJSON *a = put_arr(c, o, "landlords");
	for (const struct call_to *l = list; l; l = l->next) {
		cJSON *x = put_obj(c, a, NULL);
		view_id(&c->view, x, "id", l->id);
		put(c, x, "name", l->name);
		put(c, x, "phone", l->phone);
	}
}

static void put_row(struct call *c, cJSON *list, const struct queue_row *r, bool calls)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct stay *s = &r->stay.stay;
	put_stay(c, o, &r->stay);
	list_place(c, o, &r->house, &r->room);
	put(c, o, "away_until", s->away_until);
	put(c, o, "contest", s->contest);
	put_word(c, o, "contest_text", "contest_", s->contest);
	put(c, o, "declared", r->declared);
	put_word(c, o, "declared_text", "declared_", r->declared);
	put(c, o, "phone", calls ? r->stay.person.phone : NULL);
	put_landlords(c, o, r->landlords);
	put_text(c, o, "filed_text", at_text(c, s->filed_at, &c->hotel));
	const char *base = arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c), id_text(c, s->id));
	put_url(c, o, "stay_url", may(c, ACT_ROOM), "%s", base ? base : "");
	bool ours = !c->hotel.source; /* else it is changed where it is kept */
	put_url(c, o, "verify_url", ours && may(c, ACT_VERIFY), "%s/verify", base ? base : "");
	put_url(c, o, "reject_url", ours && may(c, ACT_VERIFY), "%s/reject", base ? base : "");
	put_url(c, o, "settle_url", ours && may(c, ACT_DECLARE), "%s/settle", base ? base : "");
	put_url(c, o, "call_url", may(c, ACT_CALL), "%s/call", base ? base : "");
	put_idem(c, o);
}

static void put_reasons(struct call *c)
{
	cJSON *list;
	if (!c->html)
		return;
	list = put_arr(c, c->view.root, "reasons");
	for (size_t i = 0; i < sizeof reject_reasons / sizeof *reject_reasons; i++) {
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "value", reject_reasons[i]);
		put(c, o, "label", word(c, "why_", reject_reasons[i]));
		put_num(c, o, "digit", (int64_t)i + 1);
	}
}

/* Where a row's buttons lead back to: this very page, which has lost the row then. */
static void put_here(struct call *c, const char *list, const char *after)
{
	put_text(c, c->view.root, "here",
	         arena_printf(c->cx.a, "%s/%s%s%s", hotel_path(c), list,
	                      !after                ? ""
	                      : strchr(list, '?') ? "&after="
	                                          : "?after=",
	                      after ? after : ""));
}

static enum vh_rc stays_page(struct call *c, enum queue q, const char *list)
{
	struct queue_page page;
	const char *after = list_key(c);
	enum vh_rc rc = look_queue(&c->cx, &c->hotel, q, after, &page);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put(c, c->view.root, "list", queue_name(q));
	put_word(c, c->view.root, "list_text", "queue_", queue_name(q));
	put_word(c, c->view.root, "hint_text", "queue_hint_", queue_name(q));
	cJSON *rows = put_arr(c, c->view.root, "rows");
	bool masked = false;
	for (const struct queue_row *r = page.rows; r; r = r->next) {
		put_row(c, rows, r, q == QUEUE_SOON || q == QUEUE_OVERDUE || q == QUEUE_LATE);
		masked = masked || is_masked(c, &r->stay);
	}
	put_text(c, c->view.root, "masked_text", masked_text(c, masked));
	put_reasons(c);
	put_here(c, list, after);
	list_more(c, list, page.next);
	put_url(c, c->view.root, "queue_url", true, "%s/queue", hotel_path(c));
	put_url(c, c->view.root, "first_url", after != NULL, "%s/%s", hotel_path(c), list);
	return VH_OK;
}

/* The stay that was worked last, to mend it if that was a slip. */
static void put_was(struct call *c)
{
	const char *was = req_query(c->q, "was");
	int64_t id = 0;
	bool known = was && id_parse(was, &id) == VH_OK;
	put_url(c, c->view.root, "was_url", known, "%s/stays/%s", hotel_path(c), id_text(c, id));
}

enum vh_rc get_queue_verify(struct call *c)
{
	enum vh_rc rc = stays_page(c, QUEUE_VERIFY, "queue/verify");
	if (rc == VH_OK)
		put_was(c);
	return rc;
}

enum vh_rc get_queue_declared(struct call *c)
{
	return stays_page(c, QUEUE_DECLARED, "queue/declared");
}

static void put_tabs(struct call *c, const enum queue *tab, size_t n, enum queue now,
                     const char *list)
{
	cJSON *a;
	if (!c->html)
		return;
	a = put_arr(c, c->view.root, "tabs");
	for (size_t i = 0; i < n; i++) {
		cJSON *o = put_obj(c, a, NULL);
		const char *name = queue_name(tab[i]);
		put(c, o, "label",
		    has_word(c, "queue_tab_", name) ? word(c, "queue_tab_", name)
		                                    : word(c, "queue_", name));
		put(c, o, "key", arena_printf(c->cx.a, "%zu", i + 1));
		put_url(c, o, "list_url", true, "%s/%s?list=%s", hotel_path(c), list,
		        queue_name(tab[i]));
		view_bool(&c->view, o, "current", tab[i] == now);
	}
}

static enum vh_rc tabs_page(struct call *c, const enum queue *tab, size_t n, enum queue first,
                            const char *list)
{
	const char *want = req_query(c->q, "list");
	enum queue q = want && *want ? queue_of(want) : first;
	bool known = false;
	for (size_t i = 0; i < n; i++)
		known = known || tab[i] == q;
	if (!known)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "list", "there is no such list");
	enum vh_rc rc = stays_page(c, q, arena_printf(c->cx.a, "%s?list=%s", list, queue_name(q)));
	if (rc == VH_OK)
		put_tabs(c, tab, n, q, list);
	return rc;
}

enum vh_rc get_queue_calls(struct call *c)
{
	static const enum queue tab[] = { QUEUE_OVERDUE, QUEUE_SOON, QUEUE_LATE };
	struct queue_counts n;
	enum vh_rc rc = look_queue_counts(&c->cx, &c->hotel, &n);
	if (rc != VH_OK)
		return rc;
	/* Whoever was told of so many to call does not land on a list of nobody. */
	enum queue first = n.overdue || !(n.soon || n.late) ? QUEUE_OVERDUE
	                   : n.soon                         ? QUEUE_SOON
	                                                    : QUEUE_LATE;
	return tabs_page(c, tab, 3, first, "queue/calls");
}

enum vh_rc get_queue_away(struct call *c)
{
	static const enum queue tab[] = { QUEUE_AWAY, QUEUE_OVERDUE };
	char today[11];
	enum vh_rc rc = tabs_page(c, tab, 2, QUEUE_AWAY, "queue/away");
	if (rc != VH_OK)
		return rc;
	today_of(&c->cx, &c->hotel, today);
	put_idem(c, c->view.root);
	put_text(c, c->view.root, "today", today);
	if (c->html)
		put_num(c, c->view.root, "most", LIM_BULK);
	put_url(c, c->view.root, "bulk_url", may(c, ACT_FILE), "%s/queue/bulk", hotel_path(c));
	return VH_OK;
}

/* ---- one row ---- */

/* Numbers are shown whole for one call, and never kept by the browser: nothing leads back here. */
enum vh_rc post_call(struct call *c)
{
	struct numbers n;
	int64_t id;
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK)
		rc = look_call(&c->cx, &c->hotel, id, &n);
	if (rc != VH_OK)
		return rc;
	cJSON *root = c->view.root, *o = put_obj(c, root, "person");
	put_hotel(c, &c->hotel);
	view_id(&c->view, root, "id", id);
	list_place(c, root, &n.house, &n.room);
	put(c, root, "since", n.stay.since);
	put(c, root, "until", n.stay.until);
	put(c, root, "away_until", n.stay.away_until);
	put(c, o, "name", n.person.name);
	put(c, o, "phone", n.person.phone);
	put_text(c, o, "phone_url",
	         n.person.phone ? arena_printf(c->cx.a, "tel:%s", n.person.phone) : NULL);
	cJSON *list = put_arr(c, root, "landlords");
	for (const struct call_to *l = n.landlords; l; l = l->next) {
		o = put_obj(c, list, NULL);
		put(c, o, "name", l->name);
		put(c, o, "phone", l->phone);
		put_text(c, o, "phone_url",
		         l->phone ? arena_printf(c->cx.a, "tel:%s", l->phone) : NULL);
	}
	put_url(c, root, "stay_url", may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c),
	        id_text(c, id));
	put_url(c, root, "back_url", true, "%s/queue/calls", hotel_path(c));
	c->page_name = "call";
	return VH_OK;
}

const char *go_back(struct call *c, const char *next, const char *notice, const char *otherwise)
{
	if (!safe_next(next))
		next = otherwise;
	return arena_printf(c->cx.a, "%s%cok=%s", next, strchr(next, '?') ? '&' : '?', notice);
}

/* ---- disputes ---- */

static const struct input uphold_in[] = {
	INPUT(struct f_decide, reason, input_lines, 0, LIM_TEXT),
	INPUT(struct f_decide, next, input_raw, 0, 200),
};
static const struct input refuse_in[] = {
	INPUT(struct f_decide, reason, input_lines, INPUT_REQUIRED, LIM_TEXT),
	INPUT(struct f_decide, next, input_raw, 0, 200),
};
const struct form form_uphold = FORM(struct f_decide, uphold_in);
const struct form form_refuse = FORM(struct f_decide, refuse_in);

/* Upheld, an entry that is wrong has still to be corrected: that is where it leads. */
static void put_decide(struct call *c, cJSON *list, const char *title, const struct form *f,
                       const struct dispute *d)
{
	bool refuse = f == &form_refuse, correct = !refuse && strcmp(d->kind, "still_here") != 0;
	int64_t id = d->id;
	const struct f_decide at = {
		.next = correct ? arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c),
		                               id_text(c, d->stay))
		                : arena_printf(c->cx.a, "%s/queue/disputes", hotel_path(c))
	};
	const struct form_how how = {
		.title = title,
		.at = &at,
		.danger = refuse,
		.prefix = arena_printf(c->cx.a, "%s-%s", title, id_text(c, id)),
		.action = arena_printf(c->cx.a, "%s/disputes/%s/%s", hotel_path(c), id_text(c, id),
		                       refuse ? "refuse" : "uphold"),
	};
	put_form(c, list, NULL, f, &how);
}

static void put_dispute(struct call *c, cJSON *list, const struct dispute_look *l)
{
	const struct dispute *d = &l->row;
	const char *state = stay_state_name(l->stay.state);
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", d->id);
	put(c, o, "kind", d->kind);
	put_word(c, o, "kind_text", "task_kind_", d->kind);
	put(c, o, "words", l->words);
	put(c, o, "name", l->who.name);
	view_id(&c->view, o, "stay", d->stay);
	list_place(c, o, &l->house, &l->room);
	put(c, o, "since", l->stay.since);
	put(c, o, "until", l->stay.until);
	put(c, o, "was_ended", d->was_ended);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	put_text(c, o, "at_text", at_text(c, d->at, &c->hotel));
	put_url(c, o, "stay_url", may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c),
	        id_text(c, d->stay));
	if (!c->html)
		return;
	cJSON *actions = put_arr(c, o, "actions");
	put_decide(c, actions, "uphold", &form_uphold, d);
	put_decide(c, actions, "refuse", &form_refuse, d);
}

enum vh_rc get_disputes(struct call *c)
{
	struct dispute_look *list = NULL;
	const char *key = list_key(c);
	int64_t after = 0, n = 0;
	if (key && id_parse(key, &after) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "after", "after", "not an id");
	enum vh_rc rc = look_disputes(&c->cx, &c->hotel, after, QUEUE_ROWS, &list);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct dispute_look *l = list; l; l = l->next, n++) {
		put_dispute(c, rows, l);
		after = l->row.id;
	}
	list_more(c, "queue/disputes", n == QUEUE_ROWS ? id_text(c, after) : NULL);
	put_url(c, c->view.root, "queue_url", true, "%s/queue", hotel_path(c));
	return VH_OK;
}

static enum vh_rc decide(struct call *c, bool upheld)
{
	const struct f_decide *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "dispute", &id);
	if (rc == VH_OK)
		rc = dispute_settle(&c->cx, c->hotel.id, id, upheld, f->reason);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	put(c, c->view.root, "state", upheld ? "upheld" : "refused");
	c->go = go_back(c, f->next, upheld ? "upheld" : "refused",
	                arena_printf(c->cx.a, "%s/queue/disputes", hotel_path(c)));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_uphold(struct call *c)
{
	return decide(c, true);
}

enum vh_rc post_refuse(struct call *c)
{
	return decide(c, false);
}

/* ---- what came back from above ---- */

static void put_correction(struct call *c, cJSON *list, const struct correction *r)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct delivery *d = &r->sent;
	const char *what = event_what(c, r->event.type);
	bool ours = d->code && has_word(c, "upstream_", d->code);
	view_id(&c->view, o, "event", d->event);
	put(c, o, "upstream", r->upstream);
	put(c, o, "what", what);
	put_word(c, o, "what_text", "event_", what);
	put_text(c, o, "at_text", at_text(c, r->event.at, &c->hotel));
	put(c, o, "state", d->state);
	put_word(c, o, "state_text", "sent_", d->state);
	put_num(c, o, "attempts", d->attempts);
	put_num(c, o, "status", d->status);
	put(c, o, "code", d->code);
	put(c, o, "detail", d->detail);
	put_text(c, o, "ours_text",
	         ours ? word(c, "upstream_", d->code)
	              : word(c, "", d->state[0] == 'd' ? "upstream_dead" : "upstream_refused"));
	put(c, o, "name", r->about_stay ? r->stay.person.name : NULL);
	put(c, o, "doc_no", r->about_stay ? r->stay.person.doc_no : NULL);
	put(c, o, "address", r->about_stay ? r->house.address : NULL);
	put(c, o, "room_no", r->about_stay ? r->room.no : NULL);
	put_url(c, o, "stay_url", r->about_stay && may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c),
	        id_text(c, r->stay.stay.id));
	put_url(c, o, "again_url", true, "%s/corrections/%s/again", hotel_path(c),
	        id_text(c, d->event));
	put_idem(c, o);
}

enum vh_rc get_corrections(struct call *c)
{
	struct correction_page page;
	enum vh_rc rc = look_corrections(&c->cx, &c->hotel, list_key(c), &page);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct correction *r = page.rows; r; r = r->next)
		put_correction(c, rows, r);
	list_more(c, "queue/corrections", page.next);
	put_url(c, c->view.root, "queue_url", true, "%s/queue", hotel_path(c));
	return VH_OK;
}

enum vh_rc post_correction(struct call *c)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "event", &id);
	if (rc == VH_OK)
		rc = correction_again(&c->cx, c->hotel.id, id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "event", id);
	c->go = arena_printf(c->cx.a, "%s/queue/corrections?ok=again", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}
