#include "down.h"

#include <string.h>

#include "erase_data.h"
#include "remark_data.h"
#include "task_data.h"
#include "vh/id.h"

enum {
	SAME_MOST = 8, /* other hotels in which one document is looked for */
	/* Beside a younger row an older one may stand that is not durable yet. */
	SETTLE_MS = 10000,
};

/* --- noticing --- */

enum vh_rc known_note(struct ctx *cx, const struct person *p)
{
	struct known k = { .hotel = p->hotel, .person = p->id };
	/* The document stands with somebody else of the hotel: by him it is found. */
	if (!p->doc_idx.p)
		return known_drop(cx, p->hotel, p->id);
	enum vh_rc rc = index_doc(cx, 0, p->doc_type, p->doc_no, &k.idx);
	if (rc != VH_OK)
		return rc;
	return k.idx.n ? known_put(cx, &k) : known_drop(cx, p->hotel, p->id);
}

static enum vh_rc note(struct ctx *cx, const struct stay *s, const struct stay *other)
{
	struct elsewhere had;
	struct task t = { .hotel = s->hotel, .kind = "elsewhere", .stay = s->id, .room = s->room };
	enum vh_rc rc = elsewhere_get(cx, s->hotel, s->id, &had);
	if (rc != VH_NOTFOUND)
		return rc;
	rc = task_begin(cx, &t, true);
	const struct elsewhere e = { .hotel = s->hotel, .stay = s->id, .task = t.id, .at = cx->now,
	                             .other_hotel = other ? other->hotel : 0,
	                             .other_stay = other ? other->id : 0 };
	return rc == VH_OK ? elsewhere_insert(cx, &e) : rc;
}

static enum vh_rc note_both(struct ctx *cx, const struct stay *s)
{
	struct known own, *list = NULL;
	enum vh_rc rc = known_get(cx, s->hotel, s->person, &own);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc == VH_OK)
		rc = known_elsewhere(cx, &own, SAME_MOST, &list);
	for (; rc == VH_OK && list; list = list->next) {
		struct stay other;
		rc = stay_current_of(cx, list->hotel, list->person, &other);
		if (rc == VH_OK)
			rc = note(cx, s, &other);
		if (rc == VH_OK)
			rc = note(cx, &other, s);
		if (rc == VH_NOTFOUND)
			rc = VH_OK;
	}
	return rc;
}

/* One of the two has ended: there is nothing left to ask at either desk. */
static enum vh_rc settle(struct ctx *cx, const struct stay *s)
{
	struct elsewhere e, back;
	enum vh_rc rc = elsewhere_get(cx, s->hotel, s->id, &e);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = task_close_stay(cx, s->hotel, s->id, cx->now);
	if (rc == VH_OK && e.other_stay)
		rc = elsewhere_get(cx, e.other_hotel, e.other_stay, &back);
	if (rc == VH_OK && e.other_stay && back.other_stay == s->id)
		rc = task_close_stay(cx, e.other_hotel, e.other_stay, cx->now);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc elsewhere_note(struct ctx *cx, const struct stay *s)
{
	if (stay_is_current(s->state))
		return note_both(cx, s);
	return s->state == STAY_CONTESTED ? VH_OK : settle(cx, s);
}

/* --- telling --- */

struct telling {
	const struct source *to;
	const char *area;
	int64_t after;
	struct down_task *tasks;
	struct down_remark *remarks;
	size_t n;
	struct access_row *looks;
};

static enum vh_rc tasks_step(struct ctx *cx, void *arg)
{
	struct telling *t = arg;
	struct elsewhere *list = NULL;
	struct hotel h;
	t->n = 0;
	enum vh_rc rc = receive_from(cx, t->to, t->area, &h);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc == VH_OK)
		rc = elsewhere_after(cx, h.id, t->after, id_at(cx->now - SETTLE_MS), DOWN_PAGE,
		                     &list);
	for (; rc == VH_OK && list; list = list->next) {
		struct task task;
		rc = task_get(cx, h.id, list->task, &task);
		if (rc == VH_OK)
			t->tasks[t->n++] = (struct down_task){
				list->task, list->stay, list->at,
				strcmp(task.state, "confirmed") != 0
			};
	}
	return rc;
}

enum vh_rc down_tasks(struct ctx *cx, const struct source *to, const char *area, int64_t after,
                      struct down_task **ret, size_t *ret_n)
{
	struct telling t = { .to = to, .area = area, .after = after };
	t.tasks = arena_array(cx->a, DOWN_PAGE + 1, sizeof *t.tasks);
	if (!t.tasks)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read(cx, tasks_step, &t);
	if (rc == VH_OK) {
		*ret = t.tasks;
		*ret_n = t.n;
	}
	return rc;
}

/* What it says, for the registry whose stay it is about. */
static enum vh_rc tell_remark(struct ctx *cx, const struct hotel_keys *k, const struct remark *r,
                              struct down_remark *d)
{
	struct place at = { "remark", "believed", r->hotel, r->id };
	char *believed = NULL, *words = NULL;
	enum vh_rc rc = VH_OK;
	*d = (struct down_remark){ .id = r->id, .origin = r->origin, .stay = r->stay, .at = r->at,
		                   .field = r->field, .open = !strcmp(r->state, "open") };
	if (!d->open)
		return VH_OK;
	rc = open_text(cx->a, &k->data, &at, r->believed, &believed);
	at.column = "words";
	if (rc == VH_OK)
		rc = open_text(cx->a, &k->data, &at, r->words, &words);
	d->believed = believed;
	d->words = words;
	return seal_words(cx, rc);
}

static enum vh_rc remarks_step(struct ctx *cx, void *arg)
{
	struct telling *t = arg;
	struct remark *list = NULL;
	struct hotel_keys k;
	struct hotel h;
	t->n = 0;
	enum vh_rc rc = receive_from(cx, t->to, t->area, &h);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc == VH_OK)
		rc = remark_after(cx, h.id, t->after, id_at(cx->now - SETTLE_MS), DOWN_PAGE, &list);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, h.id, &k);
	if (rc != VH_OK)
		return rc;
	for (; rc == VH_OK && list; list = list->next)
		rc = tell_remark(cx, &k, list, &t->remarks[t->n++]);
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc down_remarks(struct ctx *cx, const struct source *to, const char *area, int64_t after,
                        struct down_remark **ret, size_t *ret_n)
{
	struct telling t = { .to = to, .area = area, .after = after };
	t.remarks = arena_array(cx->a, DOWN_PAGE + 1, sizeof *t.remarks);
	if (!t.remarks)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read(cx, remarks_step, &t);
	if (rc == VH_OK) {
		*ret = t.remarks;
		*ret_n = t.n;
	}
	return rc;
}

/* Of two lists in order of id, the first DOWN_PAGE. */
static struct access_row *merge(struct access_row *a, struct access_row *b)
{
	struct access_row *head = NULL, **tail = &head;
	for (int n = 0; n < DOWN_PAGE && (a || b); n++) {
		struct access_row **from = !b || (a && a->id < b->id) ? &a : &b;
		*tail = *from;
		tail = &(*from)->next;
		*from = *tail;
	}
	*tail = NULL;
	return head;
}

static enum vh_rc looks_step(struct ctx *cx, void *arg)
{
	struct telling *t = arg;
	struct access_row *here = NULL, *above = NULL;
	struct hotel h;
	int64_t before = id_at(cx->now - SETTLE_MS);
	t->looks = NULL;
	enum vh_rc rc = receive_from(cx, t->to, t->area, &h);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	if (rc == VH_OK)
		rc = access_after(cx, h.id, t->after, before, DOWN_PAGE, &here);
	if (rc == VH_OK)
		rc = look_above_after(cx, h.id, t->after, before, DOWN_PAGE, &above);
	if (rc == VH_OK)
		t->looks = merge(here, above);
	return rc;
}

enum vh_rc down_looks(struct ctx *cx, const struct source *to, const char *area, int64_t after,
                      struct access_row **ret)
{
	struct telling t = { .to = to, .area = area, .after = after };
	enum vh_rc rc = db_read(cx, looks_step, &t);
	if (rc == VH_OK)
		*ret = t.looks;
	return rc;
}

/* --- taking --- */

struct fetching {
	int64_t upstream, hotel;
	struct down_cursor *ret;
};

static enum vh_rc from_step(struct ctx *cx, void *arg)
{
	const struct fetching *f = arg;
	return down_cursor_get(cx, f->upstream, f->hotel, f->ret);
}

enum vh_rc down_from(struct ctx *cx, int64_t upstream, int64_t hotel, struct down_cursor *ret)
{
	struct fetching f = { upstream, hotel, ret };
	return db_read(cx, from_step, &f);
}

struct taking {
	const struct down_cursor *to;
	const struct down_page *page;
	struct down_sums sums;
};

static enum vh_rc take_task(struct ctx *cx, struct taking *t, const struct down_task *d)
{
	struct stay s;
	struct elsewhere had;
	if (!d->open)
		return VH_OK;
	enum vh_rc rc = stay_get(cx, t->to->hotel, d->stay, &s);
	if (rc == VH_OK && !stay_is_current(s.state))
		rc = VH_NOTFOUND;
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = elsewhere_get(cx, s.hotel, s.id, &had);
	if (rc != VH_NOTFOUND)
		return rc;
	t->sums.tasks++;
	return note(cx, &s, NULL);
}

static enum vh_rc take_look(struct ctx *cx, struct taking *t, struct access_row *l)
{
	struct person p;
	enum vh_rc rc = person_get(cx, t->to->hotel, l->subject, &p);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	if (person_is_forgotten(&p)) {
		l->reason = LOOK_BLANK; /* the row above may be older than the erasure */
		l->request = NULL;
	}
	l->hotel = t->to->hotel;
	l->id = id_new();
	t->sums.looks++;
	return look_above_put(cx, l);
}

static enum vh_rc take_remarks(struct ctx *cx, struct taking *t)
{
	const struct down_page *p = t->page;
	struct hotel h;
	bool new = false, over = false;
	if (!p->n_remarks)
		return VH_OK;
	enum vh_rc rc = hotel_get(cx, t->to->hotel, &h);
	if (rc == VH_OK)
		rc = remark_from(cx, t->to->upstream, h.id);
	for (size_t i = 0; rc == VH_OK && i < p->n_remarks; i++) {
		rc = remark_take(cx, &h, t->to->upstream, &p->remarks[i], &new, &over);
		t->sums.remarks += new;
		t->sums.passed_over += over;
	}
	return rc;
}

static enum vh_rc take_step(struct ctx *cx, void *arg)
{
	struct taking *t = arg;
	const struct down_page *p = t->page;
	enum vh_rc rc = VH_OK;
	t->sums = (struct down_sums){ 0 };
	for (size_t i = 0; rc == VH_OK && i < p->n_tasks; i++)
		rc = take_task(cx, t, &p->tasks[i]);
	for (struct access_row *l = p->looks; rc == VH_OK && l; l = l->next)
		rc = take_look(cx, t, l);
	if (rc == VH_OK)
		rc = take_remarks(cx, t);
	return rc == VH_OK ? down_cursor_put(cx, t->to) : rc;
}

enum vh_rc down_take(struct ctx *cx, const struct down_cursor *to, const struct down_page *page,
                     struct down_sums *sums)
{
	struct taking t = { .to = to, .page = page };
	enum vh_rc rc = db_write(cx, take_step, &t);
	if (rc != VH_OK)
		return rc;
	sums->tasks += t.sums.tasks;
	sums->looks += t.sums.looks;
	sums->remarks += t.sums.remarks;
	sums->passed_over += t.sums.passed_over;
	return VH_OK;
}
