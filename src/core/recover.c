#include "vh/recover.h"

#include <stdlib.h>
#include <string.h>

#include "receive_apply.h"
#include "stay_data.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/store_account.h"
#include "vh/store_people.h"

/*
 * Plates that were made after the backup hang at doors under numbers that nobody remembers: so many
 * are never given again, lest such a plate lead to another door.
 */
enum { PLATES_PASSED = 2000, PAGE = 200, IDS_PAGE = 5000 };
#define MARK "restored"

/* --- has it been said how to go on --- */

static enum vh_rc pending_step(struct ctx *cx, void *arg)
{
	const char *s = "";
	enum vh_rc rc = setting_get(cx, MARK, &s);
	*(bool *)arg = rc == VH_OK && !strcmp(s, "pending");
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc recover_pending(struct ctx *cx, bool *ret)
{
	return db_read(cx, pending_step, ret);
}

enum vh_rc recover_first(struct ctx *cx)
{
	return ctx_fail(cx, VH_CONFLICT, "restored", "",
	                "this registry was restored: `vhotel sync recover` gets back what it had "
	                "told since the backup, `vhotel sync run --as-is` goes on without");
}

enum vh_rc recover_expect(struct ctx *cx)
{
	return setting_put(cx, MARK, "pending");
}

static enum vh_rc settle_step(struct ctx *cx, void *arg)
{
	(void)arg;
	return setting_put(cx, MARK, "settled");
}

enum vh_rc recover_settle(struct ctx *cx)
{
	return db_write(cx, settle_step, NULL);
}

/* --- from where on --- */

struct beginning {
	const struct hotel *h;
	bool force, lost;
	int64_t epoch, seq, now; /* now: the present epoch */
	struct event *ids;
};

/* What was changed here since counts as newer than all that comes. */
static enum vh_rc mark_news(struct ctx *cx, const struct event *e)
{
	static const char *const kinds[] = { "house", "room", "person", "stay" };
	char *text = NULL;
	cJSON *data = NULL;
	enum vh_rc rc = journal_data(cx, e, &text);
	if (rc == VH_OK)
		rc = json_parse(text, strlen(text), &data, &cx->err);
	const cJSON *hotel = cJSON_GetObjectItemCaseSensitive(data, "hotel");
	if (rc == VH_OK && json_str(hotel, "name"))
		rc = change_put(cx, e->hotel, "hotel", e->hotel, e->epoch, e->seq);
	for (size_t i = 0; rc == VH_OK && i < sizeof kinds / sizeof *kinds; i++) {
		const cJSON *o = cJSON_GetObjectItemCaseSensitive(data, kinds[i]);
		const char *id_text = json_str(o, "id");
		int64_t id;
		if (id_text && id_parse(id_text, &id) == VH_OK)
			rc = change_put(cx, e->hotel, kinds[i], id, e->epoch, e->seq);
	}
	cJSON_Delete(data);
	return rc;
}

static enum vh_rc begin_step(struct ctx *cx, void *arg)
{
	struct beginning *b = arg;
	struct hotel_head head;
	struct event *list = NULL;
	int64_t seq = 0;
	enum vh_rc rc = head_get(cx, b->h->id, &head);
	if (rc == VH_OK)
		rc = event_last_before(cx, b->h->id, head.epoch, &b->epoch, &b->seq);
	b->lost = rc == VH_OK && head.epoch > 1;
	b->now = rc == VH_OK ? head.epoch : 0;
	if (!b->lost)
		return rc;
	do {
		rc = event_news(cx, b->h->id, head.epoch, seq, &list);
		if (rc == VH_OK && list && !b->force)
			return ctx_fail(cx, VH_CONFLICT, "newer", "hotel",
			                "%s was changed since it was restored: with --force those "
			                "changes win over what comes back",
			                b->h->area);
		for (const struct event *e = list; rc == VH_OK && e; e = e->next) {
			rc = mark_news(cx, e);
			seq = e->seq;
		}
	} while (rc == VH_OK && list);
	return rc;
}

static enum vh_rc ids_step(struct ctx *cx, void *arg)
{
	struct beginning *b = arg;
	return event_ids(cx, b->h->id, b->epoch, b->seq, b->now, IDS_PAGE, &b->ids);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

/* No index finds an event by its id: nothing else asks for it, and every event would pay for it. */
static enum vh_rc own_ids(struct ctx *cx, struct beginning *b, struct buf *ids)
{
	struct ctx page = *cx;
	enum vh_rc rc = VH_OK;
	page.a = arena_new(LIM_ARENA);
	if (!page.a)
		return ctx_nomem(cx);
	b->epoch = b->seq = 0;
	do {
		arena_reset(page.a);
		rc = db_read(&page, ids_step, b);
		for (const struct event *e = b->ids; rc == VH_OK && e; e = e->next) {
			buf_add(ids, &e->id, sizeof e->id);
			b->epoch = e->epoch;
			b->seq = e->seq;
		}
	} while (rc == VH_OK && b->ids);
	cx->err = page.err;
	arena_free(page.a);
	if (rc == VH_OK && !buf_ok(ids))
		return ctx_nomem(cx);
	if (rc == VH_OK && ids->n)
		qsort(ids->p, ids->n / sizeof(int64_t), sizeof(int64_t), by_id);
	return rc;
}

enum vh_rc recover_begin(struct ctx *cx, const struct hotel *h, bool force,
                         struct recover_from *ret)
{
	struct beginning b = { .h = h, .force = force };
	buf_init(&ret->own, LIM_RECOVER_IDS);
	ret->lost = false;
	enum vh_rc rc = db_write(cx, begin_step, &b);
	if (rc != VH_OK)
		return rc;
	ret->lost = b.lost;
	ret->epoch = b.epoch;
	ret->seq = b.seq;
	return b.lost ? own_ids(cx, &b, &ret->own) : VH_OK;
}

void recover_end(struct recover_from *from)
{
	buf_done(&from->own);
}

/* --- taking back --- */

struct taking {
	const struct hotel *h;
	struct hotel_keys keys;
	const struct recover_from *from;
	struct received_event *list, *now;
	size_t n;
	int64_t epoch; /* the present one */
	bool erased;   /* of the one at hand */
	struct recover_sums sums;
};

static enum vh_rc ref(struct ctx *cx, const cJSON *o, const char *key, int64_t *ret)
{
	const char *s = json_str(o, key);
	*ret = 0;
	if (s && id_parse(s, ret) != VH_OK)
		return ctx_fail(cx, VH_INVALID, "data", key, "%s is no id", key);
	return VH_OK;
}

/* The plate that hangs at this door by what we know gives way. */
static enum vh_rc door_free(struct ctx *cx, const struct plate *p)
{
	struct plate other;
	enum vh_rc rc = p->room ? plate_of_room(cx, p->hotel, p->room, &other)
	                        : plate_of_house(cx, p->hotel, p->house, &other);
	if (rc == VH_NOTFOUND || (rc == VH_OK && other.id == p->id))
		return VH_OK;
	return rc == VH_OK ? plate_end(cx, &other, p->id) : rc;
}

/* Events about plates change nothing above, and are the only trace of what hangs where. */
static enum vh_rc plate_again(struct ctx *cx, const struct taking *t, const cJSON *data)
{
	static const char *const states[] = { "unbound", "active", "revoked" };
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(data, "plate");
	const char *state = json_str(o, "state");
	struct plate had, p = { .hotel = t->h->id, .id = json_i64(o, "no", 0),
	                        .created = t->now->time, .changed = t->now->time };
	if (!o)
		return VH_OK;
	for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
		if (!strcmp(state, states[i]))
			p.state = states[i];
	if (!p.state || p.id < 1 || p.id >= LIM_PLATES)
		return ctx_fail(cx, VH_INVALID, "data", "plate", "this is no plate");
	enum vh_rc rc = ref(cx, o, "room", &p.room);
	if (rc == VH_OK)
		rc = ref(cx, o, "house", &p.house);
	if (rc == VH_OK && !strcmp(p.state, "active"))
		rc = door_free(cx, &p);
	if (rc != VH_OK)
		return rc;
	rc = plate_get(cx, p.hotel, p.id, &had);
	if (rc == VH_NOTFOUND)
		return plate_insert(cx, &p);
	p.created = had.created;
	p.replaced_by = had.replaced_by;
	return rc == VH_OK ? plate_update(cx, &p) : rc;
}

static enum vh_rc one_step(struct ctx *cx, void *arg)
{
	struct taking *t = arg;
	struct received_event *ev = t->now;
	cJSON *data = NULL;
	enum vh_rc rc = json_parse(ev->data, strlen(ev->data), &data, &cx->err);
	t->erased = rc == VH_OK && json_is_true(data, "erased");
	if (rc == VH_OK)
		rc = receive_one(cx, t->h, &t->keys, !t->erased, ev);
	if (rc == VH_OK && ev->state == RECEIVE_ACCEPTED)
		rc = plate_again(cx, t, data);
	cJSON_Delete(data);
	return rc;
}

static enum vh_rc count_one(struct ctx *cx, struct taking *t, enum vh_rc rc)
{
	struct received_event *ev = t->now;
	if (rc == VH_OK) {
		bool known = ev->state == RECEIVE_DUPLICATE;
		t->sums.known += known;
		t->sums.erased += !known && t->erased;
		t->sums.taken += !known && !t->erased;
		return VH_OK;
	}
	if (!receive_refusal(rc))
		return rc;
	t->sums.refused++;
	ev->state = RECEIVE_REJECTED;
	ev->code = arena_dup(cx->a, err_code(&cx->err));
	ev->detail = arena_dup(cx->a, err_text(&cx->err));
	err_clear(&cx->err);
	return ev->code && ev->detail ? VH_OK : ctx_nomem(cx);
}

static bool stands(const struct recover_from *from, int64_t id)
{
	const struct buf *own = &from->own;
	return own->n && bsearch(&id, own->p, own->n / sizeof id, sizeof id, by_id);
}

static enum vh_rc take_step(struct ctx *cx, void *arg)
{
	struct taking *t = arg;
	struct hotel_head head;
	t->sums = (struct recover_sums){ 0 };
	enum vh_rc rc = head_get(cx, t->h->id, &head);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, t->h->id, &t->keys);
	for (size_t i = 0; rc == VH_OK && i < t->n; i++) {
		t->now = &t->list[i];
		/* Told since we were restored: it stands in the journal. */
		if (t->now->epoch >= head.epoch)
			continue;
		if (stands(t->from, t->now->id))
			t->now->state = RECEIVE_DUPLICATE;
		else
			rc = db_write(cx, one_step, t);
		rc = count_one(cx, t, rc);
	}
	return rc;
}

void recover_add(struct recover_sums *to, const struct recover_sums *more)
{
	to->taken += more->taken;
	to->known += more->known;
	to->erased += more->erased;
	to->refused += more->refused;
	to->plates += more->plates;
	to->leases += more->leases;
	to->no_landlord += more->no_landlord;
}

/* Moves the place along; what is at it or before it was not asked for. */
static enum vh_rc goes_on(struct ctx *cx, const struct received_event *list, size_t n,
                          int64_t *epoch, int64_t *seq)
{
	for (size_t i = 0; i < n; i++) {
		const struct received_event *ev = &list[i];
		if (ev->epoch < *epoch || (ev->epoch == *epoch && ev->seq <= *seq))
			return ctx_fail(cx, VH_IO, "answer", "sequence",
			                "the upstream goes back in its answer");
		*epoch = ev->epoch;
		*seq = ev->seq;
	}
	return VH_OK;
}

enum vh_rc recover_take(struct ctx *cx, const struct hotel *h, struct recover_from *from,
                        struct received_event *list, size_t n, struct recover_sums *sums)
{
	struct taking t = { .h = h, .from = from, .list = list, .n = n };
	int64_t epoch = from->epoch, seq = from->seq;
	enum vh_rc rc = goes_on(cx, list, n, &epoch, &seq);
	if (rc == VH_OK)
		rc = db_write(cx, take_step, &t);
	wipe(&t.keys, sizeof t.keys);
	if (rc != VH_OK)
		return rc;
	from->epoch = epoch;
	from->seq = seq;
	recover_add(sums, &t.sums);
	return VH_OK;
}

/* --- what events do not carry --- */

struct mending {
	const struct hotel *h;
	int64_t after;
	size_t n;
	struct recover_sums sums;
};

static enum vh_rc mend_plate(struct ctx *cx, struct mending *m, bool open, int64_t room,
                             int64_t house)
{
	struct plate p;
	enum vh_rc rc = room ? plate_of_room(cx, m->h->id, room, &p)
	                     : plate_of_house(cx, m->h->id, house, &p);
	if (rc == VH_NOTFOUND && open) {
		m->sums.plates++;
		return plate_make(cx, m->h->id, room, house, NULL);
	}
	if (rc == VH_NOTFOUND)
		return VH_OK;
	return rc == VH_OK && !open ? plate_end(cx, &p, 0) : rc;
}

static enum vh_rc house_step(struct ctx *cx, void *arg)
{
	struct mending *m = arg;
	struct house *list = NULL;
	int64_t last = m->after;
	m->sums = (struct recover_sums){ 0 };
	m->n = 0;
	enum vh_rc rc = house_after(cx, m->h->id, m->after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, m->n++) {
		struct landlord *l = NULL;
		bool open = !strcmp(list->state, "open");
		last = list->id;
		rc = mend_plate(cx, m, open, 0, list->id);
		if (rc == VH_OK && open)
			rc = landlord_of_house(cx, m->h->id, list->id, &l);
		m->sums.no_landlord += rc == VH_OK && open && !l;
	}
	m->after = rc == VH_OK ? last : m->after;
	return rc;
}

static enum vh_rc room_step(struct ctx *cx, void *arg)
{
	struct mending *m = arg;
	struct room *list = NULL;
	int64_t last = m->after;
	m->sums = (struct recover_sums){ 0 };
	m->n = 0;
	enum vh_rc rc = room_after(cx, m->h->id, m->after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, m->n++) {
		last = list->id;
		rc = mend_plate(cx, m, strcmp(list->letting, "closed") != 0, list->id, 0);
	}
	m->after = rc == VH_OK ? last : m->after;
	return rc;
}

/* As stay_lease, but it leaves what was told of the stay as it is. */
static enum vh_rc mend_lease(struct ctx *cx, struct mending *m, struct stay *s)
{
	struct lease l;
	enum vh_rc rc = lease_of_room(cx, s->hotel, s->room, &l);
	if (rc == VH_OK && s->lessee && l.lessee != s->person)
		rc = VH_NOTFOUND;
	if (rc == VH_NOTFOUND) {
		l = (struct lease){ .hotel = s->hotel, .id = id_new(), .room = s->room,
		                    .lessee = s->person, .since = s->since, .until = s->until,
		                    .state = "open" };
		rc = lease_insert(cx, &l);
		m->sums.leases++;
	}
	s->lease = l.id;
	return rc == VH_OK ? stay_update(cx, s) : rc;
}

/* The event that told the day, or why it is contested, never came. */
static enum vh_rc mend_words(struct ctx *cx, struct mending *m, struct stay *s)
{
	char today[DAY_TEXT];
	if (s->state == STAY_CONTESTED && !s->contest) {
		s->contest = "already_in";
		enum vh_rc rc = stay_update(cx, s);
		return rc == VH_OK ? stay_task(cx, s, "move_conflict") : rc;
	}
	if (s->state != STAY_ENDED || s->ended)
		return VH_OK;
	today_of(cx, m->h, today);
	s->ended = strcmp(today, s->since) < 0 ? s->since : today;
	s->ended_about = true;
	return stay_update(cx, s);
}

static enum vh_rc mend_stay(struct ctx *cx, struct mending *m, struct stay *s)
{
	struct lease l;
	if (stay_is_current(s->state) && !s->lease)
		return mend_lease(cx, m, s);
	enum vh_rc rc = mend_words(cx, m, s);
	if (rc != VH_OK || s->state != STAY_ENDED || !s->lease)
		return rc;
	rc = lease_get(cx, s->hotel, s->lease, &l);
	return rc == VH_OK && !strcmp(l.state, "open") ? stay_lease_done(cx, s) : rc;
}

static enum vh_rc stay_step(struct ctx *cx, void *arg)
{
	struct mending *m = arg;
	struct stay *list = NULL;
	int64_t last = m->after;
	m->sums = (struct recover_sums){ 0 };
	m->n = 0;
	enum vh_rc rc = stay_after(cx, m->h->id, m->after, PAGE, &list);
	for (; rc == VH_OK && list; list = list->next, m->n++) {
		last = list->id;
		rc = mend_stay(cx, m, list);
	}
	m->after = rc == VH_OK ? last : m->after;
	return rc;
}

static enum vh_rc leap_step(struct ctx *cx, void *arg)
{
	const struct mending *m = arg;
	return head_leap(cx, m->h->id, PLATES_PASSED);
}

enum vh_rc recover_finish(struct ctx *cx, const struct hotel *h, struct recover_sums *sums)
{
	static db_step *const parts[] = { house_step, room_step, stay_step };
	struct mending m = { .h = h };
	struct ctx page = *cx;
	page.a = arena_new(LIM_ARENA);
	if (!page.a)
		return ctx_nomem(cx);
	enum vh_rc rc = sums->taken ? db_write(&page, leap_step, &m) : VH_OK;
	for (size_t i = 0; rc == VH_OK && i < sizeof parts / sizeof *parts; i++) {
		m.after = 0;
		do {
			arena_reset(page.a);
			rc = db_write(&page, parts[i], &m);
			if (rc == VH_OK)
				recover_add(sums, &m.sums);
		} while (rc == VH_OK && m.n);
	}
	cx->err = page.err;
	arena_free(page.a);
	return rc;
}
