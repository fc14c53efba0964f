#include "vh/night.h"

#include <stdio.h>
#include <string.h>

#include "task_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_lot.h"
#include "vh/store_people.h"
#include "vh/store_pin.h"
#include "vh/store_stay.h"

#define LEASE "night"

enum { SECRET_DAYS = 30, KEY_DAYS = 2, ATTEMPT_DAYS = 731, CHUNK = 200 };

struct holder {
	const char *name;
};

static enum vh_rc take_step(struct ctx *cx, void *arg)
{
	const struct holder *h = arg;
	return lease_take(cx, LEASE, h->name, cx->now + HOUR_MS);
}

enum vh_rc night_take(struct ctx *cx, const char *holder)
{
	struct holder h = { holder };
	enum vh_rc rc = db_write(cx, take_step, &h);
	if (rc == VH_BUSY && !cx->err.n)
		return ctx_fail(cx, rc, "night_busy", "", "another nightly job is at work");
	return rc;
}

static enum vh_rc drop_step(struct ctx *cx, void *arg)
{
	const struct holder *h = arg;
	return lease_drop(cx, LEASE, h->name);
}

enum vh_rc night_drop(struct ctx *cx, const char *holder)
{
	struct holder h = { holder };
	return db_write(cx, drop_step, &h);
}

struct mark {
	const char *key;
	char day[DAY_TEXT];
	bool same;
};

static enum vh_rc mark_init(struct ctx *cx, const char *step, struct mark *ret)
{
	ret->key = arena_printf(cx->a, "night/%s", step);
	day_format(day_of(cx->now, ZONE_CHINA), ret->day);
	return ret->key ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc read_mark(struct ctx *cx, void *arg)
{
	struct mark *m = arg;
	const char *day = "";
	enum vh_rc rc = setting_get(cx, m->key, &day);
	m->same = rc == VH_OK && !strcmp(day, m->day);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc night_was_done(struct ctx *cx, const char *step, bool *ret)
{
	struct mark m;
	enum vh_rc rc = mark_init(cx, step, &m);
	if (rc == VH_OK)
		rc = db_read(cx, read_mark, &m);
	if (rc == VH_OK)
		*ret = m.same;
	return rc;
}

static enum vh_rc write_mark(struct ctx *cx, void *arg)
{
	const struct mark *m = arg;
	return setting_put(cx, m->key, m->day);
}

enum vh_rc night_done(struct ctx *cx, const char *step)
{
	struct mark m;
	enum vh_rc rc = mark_init(cx, step, &m);
	return rc == VH_OK ? db_write(cx, write_mark, &m) : rc;
}

static enum vh_rc read_hotels(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

/* Something for one hotel; it adds what it did to *sum. */
typedef enum vh_rc hotel_fn(struct ctx *cx, const struct hotel *h, void *sum);

/* For every hotel: what fails in one keeps none of the others, and the first failure is told. */
static enum vh_rc each_hotel(struct ctx *cx, hotel_fn *fn, void *sum)
{
	struct hotel *h = NULL;
	struct err first = { 0 };
	enum vh_rc rc = db_read(cx, read_hotels, &h);
	if (rc != VH_OK)
		return rc;
	for (; h; h = h->next) {
		enum vh_rc one = fn(cx, h, sum);
		if (one != VH_OK && rc == VH_OK) {
			rc = one;
			first = cx->err;
		}
		err_clear(&cx->err);
	}
	cx->err = first;
	return rc;
}

struct late {
	int64_t hotel;
	char today[DAY_TEXT];
	struct stay *stays; /* the next of those found; a chunk is one short write */
	int64_t made;
};

static enum vh_rc read_late(struct ctx *cx, void *arg)
{
	struct late *l = arg;
	return stay_list_overdue(cx, l->hotel, l->today, &l->stays);
}

static enum vh_rc write_late(struct ctx *cx, void *arg)
{
	struct late *l = arg;
	const struct stay *s = l->stays;
	l->made = 0;
	for (int i = 0; s && i < CHUNK; s = s->next, i++) {
		bool open;
		enum vh_rc rc = task_open_of(cx, l->hotel, "stay_overdue", s->id, &open);
		if (rc == VH_OK && !open) {
			struct task t = { .hotel = l->hotel, .kind = "stay_overdue",
				          .stay = s->id, .room = s->room };
			rc = task_begin(cx, &t, true);
			l->made++;
		}
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}

static enum vh_rc overdue_in(struct ctx *cx, const struct hotel *h, void *sum)
{
	int64_t *n = sum;
	struct late l = { .hotel = h->id };
	today_of(cx, h, l.today);
	enum vh_rc rc = db_read(cx, read_late, &l);
	while (rc == VH_OK && l.stays) {
		rc = db_write(cx, write_late, &l);
		*n += rc == VH_OK ? l.made : 0;
		for (int i = 0; l.stays && i < CHUNK; i++)
			l.stays = l.stays->next;
	}
	return rc;
}

enum vh_rc night_overdue(struct ctx *cx, int64_t *ret_new)
{
	*ret_new = 0;
	return each_hotel(cx, overdue_in, ret_new);
}

struct closing {
	const struct hotel *h;
	int32_t day;
	char text[DAY_TEXT];
	int64_t houses, rooms;
	struct stay_totals t;
	bool made;
};

static enum vh_rc count_day(struct ctx *cx, struct closing *c)
{
	struct house *house = NULL;
	struct room *room = NULL;
	enum vh_rc rc = house_list(cx, c->h->id, &house);
	if (rc == VH_OK)
		rc = room_list(cx, c->h->id, &room);
	if (rc != VH_OK)
		return rc;
	c->houses = c->rooms = 0;
	for (; house; house = house->next)
		c->houses++;
	for (; room; room = room->next)
		c->rooms++;
	return stay_totals(cx, c->h->id, day_start(c->day, c->h->zone_min),
	                   day_start(c->day + 1, c->h->zone_min), c->text, &c->t);
}

static enum vh_rc closed_event(struct ctx *cx, const struct closing *c)
{
	const struct {
		const char *key;
		int64_t n;
	} row[] = {
		{ "houses", c->houses },         { "rooms", c->rooms },
		{ "registered", c->t.current },  { "pending", c->t.pending },
		{ "contested", c->t.contested }, { "away", c->t.away },
		{ "filed", c->t.filed },         { "ended", c->t.ended },
	};
	struct view v;
	struct buf b;
	if (!view_init(&v))
		return ctx_nomem(cx);
	cJSON *hotel = view_obj(&v, v.root, "hotel");
	view_str(&v, hotel, "code", c->h->area);
	view_str(&v, hotel, "name", c->h->name);
	view_str(&v, v.root, "day", c->text);
	cJSON *counts = view_obj(&v, v.root, "counts");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		view_num(&v, counts, row[i].key, (double)row[i].n);
	buf_init(&b, LIM_PAYLOAD);
	json_print(&b, v.root);
	enum vh_rc rc = v.failed || !buf_ok(&b) ? ctx_nomem(cx) : VH_OK;
	struct deed d = { .hotel = c->h->id,
		          .type = "hotel.daily-closed",
		          .subject = "hotels",
		          .id = c->h->id,
		          .part = c->h->id,
		          .data = buf_str(&b) };
	if (rc == VH_OK)
		rc = journal_add(cx, &d, NULL);
	buf_done(&b);
	view_done(&v);
	return rc;
}

/* The day that was closed last stands in a setting, written with the event. */
static enum vh_rc close_step(struct ctx *cx, void *arg)
{
	struct closing *c = arg;
	const char *last = "", *key = arena_printf(cx->a, "closed/%s", c->h->area);
	c->made = false;
	enum vh_rc rc = key ? setting_get(cx, key, &last) : ctx_nomem(cx);
	if (rc == VH_OK && strcmp(last, c->text) >= 0)
		return VH_OK;
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	rc = count_day(cx, c);
	if (rc == VH_OK)
		rc = closed_event(cx, c);
	if (rc == VH_OK)
		rc = setting_put(cx, key, c->text);
	c->made = rc == VH_OK;
	return rc;
}

static enum vh_rc close_one(struct ctx *cx, const struct hotel *h, void *sum)
{
	int64_t *n = sum;
	if (h->source) /* whoever keeps it closes its day, and tells us */
		return VH_OK;
	struct closing c = { .h = h, .day = day_of(cx->now, h->zone_min) - 1 };
	day_format(c.day, c.text);
	enum vh_rc rc = db_write(cx, close_step, &c);
	*n += c.made;
	return rc;
}

enum vh_rc night_close(struct ctx *cx, int64_t *ret_closed)
{
	*ret_closed = 0;
	return each_hotel(cx, close_one, ret_closed);
}

static enum vh_rc seal_one(struct ctx *cx, const struct hotel *h, void *sum)
{
	int64_t *n = sum;
	++*n;
	return access_seal_now(cx, h->id);
}

enum vh_rc night_seal(struct ctx *cx, int64_t *ret_hotels)
{
	*ret_hotels = 0;
	return each_hotel(cx, seal_one, ret_hotels);
}

struct night_erased {
	const struct hotel *hotel;
	struct erase_run run;
};

static enum vh_rc erased_event(struct ctx *cx, void *arg)
{
	const struct night_erased *e = arg;
	char text[160];
	snprintf(text, sizeof text, "{\"hotel\":{\"code\":\"%s\"},\"erased\":%lld,\"kept\":%lld}",
	         e->hotel->area, (long long)e->run.erased, (long long)e->run.kept);
	struct deed d = { .hotel = e->hotel->id, .type = "hotel.erased", .subject = "hotels",
	                  .id = e->hotel->id, .part = e->hotel->id, .data = text };
	return journal_add(cx, &d, NULL);
}

static enum vh_rc erase_in(struct ctx *cx, const struct hotel *h, void *sum)
{
	struct erase_run *all = sum;
	struct night_erased e = { .hotel = h };
	enum vh_rc rc = erase_due(cx, h, 0, &e.run);
	/* A night on which nobody was dropped says nothing. */
	if (e.run.erased) {
		const struct err failed = cx->err;
		enum vh_rc said = db_write(cx, erased_event, &e);
		if (said == VH_OK)
			cx->err = failed;
		rc = rc == VH_OK ? said : rc;
	}
	all->erased += e.run.erased;
	all->kept += e.run.kept;
	all->failed += e.run.failed;
	return rc;
}

enum vh_rc night_erase(struct ctx *cx, struct erase_run *ret)
{
	*ret = (struct erase_run){ 0 };
	return each_hotel(cx, erase_in, ret);
}

/* People who came in before their telephones were found by the last four digits. */
static enum vh_rc tails_step(struct ctx *cx, void *arg)
{
	const struct hotel *h = arg;
	struct person *list = NULL;
	struct hotel_keys k;
	enum vh_rc rc = person_no_phone_tail(cx, h->id, CHUNK, &list);
	if (rc == VH_OK && list)
		rc = hotel_keys_of(cx, h->id, &k);
	for (struct person *p = list; rc == VH_OK && p; p = p->next) {
		rc = person_open(cx, &k, p);
		if (rc == VH_OK)
			rc = seal_words(cx, person_seal(cx, &k, p));
		if (rc == VH_OK)
			rc = person_update(cx, p);
	}
	if (list)
		wipe(&k, sizeof k);
	return rc == VH_OK && !list ? VH_NOTFOUND : rc;
}

static enum vh_rc tails_one(struct ctx *cx, const struct hotel *h, void *sum)
{
	enum { CHUNKS = 100 };
	struct ctx own = *cx;
	struct hotel copy = *h;
	enum vh_rc rc = VH_OK;
	own.a = arena_new(LIM_ARENA);
	if (!own.a)
		return ctx_nomem(cx);
	for (int i = 0; rc == VH_OK && i < CHUNKS; i++) {
		arena_reset(own.a);
		rc = db_write(&own, tails_step, &copy);
		*(int64_t *)sum += rc == VH_OK;
	}
	arena_free(own.a);
	cx->err = own.err;
	return rc == VH_NOTFOUND && !own.err.n ? VH_OK : rc;
}

static enum vh_rc sweep_step(struct ctx *cx, void *arg)
{
	struct night_swept *s = arg;
	enum vh_rc rc = secret_sweep(cx, cx->now - SECRET_DAYS * DAY_MS, &s->secrets);
	if (rc == VH_OK)
		rc = idem_sweep(cx, cx->now - KEY_DAYS * DAY_MS, &s->keys);
	if (rc == VH_OK)
		rc = attempt_sweep(cx, cx->now - ATTEMPT_DAYS * DAY_MS, &s->attempts);
	return rc == VH_OK ? lot_sweep(cx, cx->now - ATTEMPT_DAYS * DAY_MS, &s->lots) : rc;
}

static enum vh_rc past_step(struct ctx *cx, void *arg)
{
	struct night_swept *s = arg;
	struct hotel *h = NULL;
	s->people = s->unset = 0;
	enum vh_rc rc = hotel_list(cx, &h);
	for (; rc == VH_OK && h; h = h->next) {
		char text[DAY_TEXT];
		int32_t day;
		int64_t n = 0;
		if (!h->retention_months) {
			s->unset++;
			continue;
		}
		rc = day_add_months(day_of(cx->now, h->zone_min), -(int)h->retention_months, &day);
		if (rc != VH_OK)
			break;
		day_format(day, text);
		rc = person_count_past(cx, h->id, text, &n);
		s->people += n;
	}
	return rc;
}

enum vh_rc night_sweep(struct ctx *cx, struct night_swept *ret)
{
	struct night_swept s = { 0 };
	int64_t indexed = 0;
	enum vh_rc rc = db_write(cx, sweep_step, &s);
	if (rc == VH_OK)
		rc = db_read_long(cx, past_step, &s);
	if (rc == VH_OK)
		rc = each_hotel(cx, tails_one, &indexed);
	if (rc == VH_OK)
		*ret = s;
	return rc;
}
