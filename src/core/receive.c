#include "receive_apply.h"

#include <string.h>

#include "place_data.h"
#include "vh/id.h"

/* --- who may send ----------------------------------------------------------------------------- */

static enum vh_rc seal_secret(struct ctx *cx, int64_t id, const char *text, struct blob *ret)
{
	struct place at = { "source", "secret", 0, id };
	struct key k;
	keys_node(cx->keys, "account", &k);
	enum vh_rc rc = seal_text(cx->a, &k, &at, text, ret);
	wipe(&k, sizeof k);
	return seal_words(cx, rc);
}

struct adding {
	const char *name, *scope, *secret;
};

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	const struct adding *a = arg;
	struct source had, s = { .id = id_new(), .name = a->name, .scope = a->scope,
	                         .state = "open", .created = cx->now };
	struct area area;
	enum vh_rc rc = source_get(cx, a->name, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "source_there", "name", "there is a source %s",
		                a->name);
	if (rc == VH_NOTFOUND)
		rc = area_get(cx, a->scope, &area);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "area", "scope", "area %s is not in the divisions loaded",
		                a->scope);
	if (rc == VH_OK)
		rc = seal_secret(cx, s.id, a->secret, &s.secret);
	return rc == VH_OK ? source_insert(cx, &s) : rc;
}

enum vh_rc source_add(struct ctx *cx, const char *name, const char *scope, const char *secret)
{
	struct adding a = { name, scope, secret };
	return db_write(cx, add_step, &a);
}

struct changing {
	const char *name, *secret, *state;
};

static enum vh_rc change_step(struct ctx *cx, void *arg)
{
	const struct changing *c = arg;
	struct source s;
	enum vh_rc rc = source_get(cx, c->name, &s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "source", "name", "there is no source %s", c->name);
	if (rc == VH_OK && c->secret)
		rc = seal_secret(cx, s.id, c->secret, &s.secret);
	if (c->state)
		s.state = c->state;
	return rc == VH_OK ? source_update(cx, &s) : rc;
}

enum vh_rc source_change(struct ctx *cx, const char *name, const char *secret, const char *state)
{
	struct changing c = { name, secret, state };
	return db_write(cx, change_step, &c);
}

struct asking {
	const char *area;
	struct source found;
};

/* The nearest scope above the area: its path is searched from the end. */
static enum vh_rc nearest_of(struct ctx *cx, struct asking *a, const struct source *s)
{
	struct area known;
	const char *path = NULL;
	size_t nearest = 0;
	enum vh_rc rc = area_get(cx, a->area, &known);
	if (rc == VH_OK)
		rc = area_path(cx, a->area, &path);
	for (; rc == VH_OK && s; s = s->next) {
		const char *part = arena_printf(cx->a, ",%s,", s->scope);
		if (!part)
			return ctx_nomem(cx);
		const char *at = strstr(path, part);
		if (at && (size_t)(at - path) + 1 > nearest) {
			nearest = (size_t)(at - path) + 1;
			a->found = *s;
		}
	}
	return rc == VH_OK && !nearest ? VH_NOTFOUND : rc;
}

/*
 * What stands here is told by who told it, whoever else was let in since. And who is paused is
 * silent: a wider source is not asked to speak in his stead.
 */
static enum vh_rc of_step(struct ctx *cx, void *arg)
{
	struct asking *a = arg;
	struct source *list = NULL;
	struct hotel h;
	enum vh_rc rc = source_list(cx, &list);
	if (rc == VH_OK)
		rc = hotel_by_area(cx, a->area, &h);
	if (rc == VH_OK && h.source) {
		while (list && list->id != h.source)
			list = list->next;
		if (list)
			a->found = *list;
		rc = list ? VH_OK : VH_NOTFOUND;
	} else if (rc == VH_OK || rc == VH_NOTFOUND) {
		rc = nearest_of(cx, a, list);
	}
	return rc == VH_OK && strcmp(a->found.state, "open") != 0 ? VH_NOTFOUND : rc;
}

enum vh_rc source_of(struct ctx *cx, const char *area, struct source *ret, const char **ret_secret)
{
	struct asking a = { .area = area };
	struct key k;
	char *text = NULL;
	enum vh_rc rc = db_read(cx, of_step, &a);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_DENIED, "source_unknown", "vhotel-source",
		                "nobody may speak for this area here");
	if (rc != VH_OK)
		return rc;
	struct place at = { "source", "secret", 0, a.found.id };
	keys_node(cx->keys, "account", &k);
	rc = open_text(cx->a, &k, &at, a.found.secret, &text);
	wipe(&k, sizeof k);
	if (rc != VH_OK || !text)
		return seal_words(cx, rc == VH_OK ? VH_IO : rc);
	*ret = a.found;
	*ret_secret = text;
	return VH_OK;
}

enum vh_rc receive_from(struct ctx *cx, const struct source *from, const char *area,
                        struct hotel *ret)
{
	enum vh_rc rc = hotel_by_area(cx, area, ret);
	if (rc == VH_OK && ret->source != from->id)
		return ctx_fail(cx, VH_CONFLICT, ret->source ? "other_source" : "own_hotel",
		                "vhotel-source", "this hotel is not told by this source");
	return rc;
}

/* --- taking ----------------------------------------------------------------------------------- */

struct taking {
	const struct source *from;
	const char *area;
	struct received_event *list;
	size_t n;
	struct hotel h;
	struct hotel_keys keys;
	struct received_event *now; /* the one at hand */
};

static enum vh_rc new_hotel(struct ctx *cx, struct taking *t)
{
	t->h = (struct hotel){ .area = t->area, .zone_min = ZONE_CHINA, .notice_version = 1,
	                       .created = cx->now, .source = t->from->id };
	hotel_keys_new(&t->keys);
	return hotel_make(cx, &t->keys, &t->h);
}

static enum vh_rc find_hotel(struct ctx *cx, struct taking *t)
{
	enum vh_rc rc = receive_from(cx, t->from, t->area, &t->h);
	if (rc == VH_NOTFOUND)
		return new_hotel(cx, t);
	return rc == VH_OK ? hotel_keys_of(cx, t->h.id, &t->keys) : rc;
}

/* Over everything that was said: two versions of one id differ in it. */
static void print_of(const struct ctx *cx, const struct hotel *h, const struct received_event *ev,
                     unsigned char out[MAC_BYTES])
{
	const int64_t number[] = { h->id, ev->id, ev->part, ev->epoch, ev->seq, ev->time };
	const struct blob part[] = {
		{ (const unsigned char *)number, sizeof number },
		{ (const unsigned char *)ev->type, strlen(ev->type) },
		{ (const unsigned char *)ev->subject, strlen(ev->subject) },
		{ (const unsigned char *)ev->data, strlen(ev->data) },
	};
	struct key k;
	keys_node(cx->keys, "received", &k);
	mac_parts(&k, part, sizeof part / sizeof *part, out);
	wipe(&k, sizeof k);
}

static enum vh_rc keep(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                       const struct received_event *ev, struct received *row)
{
	struct event e = { .hotel = h->id, .id = ev->id, .type = ev->type,
	                   .subject = ev->subject, .part = ev->part, .at = ev->time };
	struct place at = { "event", "payload", h->id, ev->id };
	int64_t source;
	enum vh_rc rc = seal_text(cx->a, &k->data, &at, ev->data, &e.payload);
	if (rc != VH_OK)
		return seal_words(cx, rc);
	rc = head_next_event(cx, h->id, &e.epoch, &e.seq, &source);
	row->kept_epoch = e.epoch;
	row->kept_seq = e.seq;
	return rc == VH_OK ? event_insert(cx, &e) : rc;
}

enum vh_rc receive_one(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                       bool journal, struct received_event *ev)
{
	unsigned char print[MAC_BYTES];
	struct received had;
	print_of(cx, h, ev, print);
	enum vh_rc rc = received_get(cx, h->id, ev->id, &had);
	if (rc == VH_OK) {
		if (had.print.n != MAC_BYTES || !same_bytes(had.print.p, print, MAC_BYTES))
			return ctx_fail(cx, VH_CONFLICT, "id_reused", "id",
			                "another event came under this id");
		ev->state = RECEIVE_DUPLICATE;
		ev->at = had.at;
		return VH_OK;
	}
	struct received row = { .hotel = h->id, .id = ev->id, .epoch = ev->epoch, .seq = ev->seq,
	                        .print = { print, sizeof print }, .at = cx->now };
	if (rc == VH_NOTFOUND)
		rc = journal ? keep(cx, h, k, ev, &row) : VH_OK;
	if (rc == VH_OK)
		rc = received_insert(cx, &row);
	if (rc == VH_OK)
		rc = receive_apply(cx, h, k, ev);
	if (rc == VH_OK) {
		ev->state = RECEIVE_ACCEPTED;
		ev->at = cx->now;
	}
	return rc;
}

/* One event in a savepoint of its own: kept, noted and applied, or none of it. */
static enum vh_rc one_step(struct ctx *cx, void *arg)
{
	struct taking *t = arg;
	return receive_one(cx, &t->h, &t->keys, true, t->now);
}

/* Is it the event that is wrong, not we that cannot? */
bool receive_refusal(enum vh_rc rc)
{
	return rc == VH_INVALID || rc == VH_CONFLICT || rc == VH_LIMIT || rc == VH_NOTFOUND;
}

static enum vh_rc take_step(struct ctx *cx, void *arg)
{
	struct taking *t = arg;
	enum vh_rc rc = find_hotel(cx, t);
	for (size_t i = 0; rc == VH_OK && i < t->n; i++) {
		struct received_event *ev = t->now = &t->list[i];
		if (ev->state == RECEIVE_REJECTED && ev->code && !ev->at)
			continue;
		ev->code = ev->detail = NULL;
		rc = db_write(cx, one_step, t);
		if (receive_refusal(rc)) {
			ev->state = RECEIVE_REJECTED;
			ev->code = arena_dup(cx->a, err_code(&cx->err));
			ev->detail = arena_dup(cx->a, err_text(&cx->err));
			ev->at = cx->now; /* looked at: a second run of this step does it again */
			err_clear(&cx->err);
			rc = ev->code && ev->detail ? VH_OK : ctx_nomem(cx);
		}
	}
	return rc;
}

enum vh_rc receive_events(struct ctx *cx, const struct source *from, const char *area,
                          struct received_event *list, size_t n)
{
	struct taking t = { .from = from, .area = area, .list = list, .n = n };
	enum vh_rc rc = db_write(cx, take_step, &t);
	wipe(&t.keys, sizeof t.keys);
	return rc;
}

/* --- what one knows --------------------------------------------------------------------------- */

struct knowing {
	const struct source *from;
	const char *area;
	int64_t id;
	struct received *row;
	struct received_mark *mark;
	int64_t *hotel;
};

static enum vh_rc know_step(struct ctx *cx, void *arg)
{
	struct knowing *k = arg;
	struct hotel h;
	enum vh_rc rc = receive_from(cx, k->from, k->area, &h);
	if (rc == VH_OK && k->row)
		rc = received_get(cx, h.id, k->id, k->row);
	if (rc == VH_OK && k->mark)
		rc = received_mark(cx, h.id, k->mark);
	if (rc == VH_OK && k->hotel)
		*k->hotel = h.id;
	return rc;
}

enum vh_rc receive_find(struct ctx *cx, const struct source *from, const char *area, int64_t id,
                        struct received *ret)
{
	struct knowing k = { .from = from, .area = area, .id = id, .row = ret };
	return db_read(cx, know_step, &k);
}

/* A hotel that was never told of is known by nothing: no failure. */
static enum vh_rc know(struct ctx *cx, struct knowing *k)
{
	enum vh_rc rc = db_read(cx, know_step, k);
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&cx->err);
	return VH_OK;
}

enum vh_rc receive_mark(struct ctx *cx, const struct source *from, const char *area,
                        struct received_mark *ret)
{
	struct knowing k = { .from = from, .area = area, .mark = ret };
	*ret = (struct received_mark){ 0 };
	return know(cx, &k);
}

enum vh_rc receive_hotel(struct ctx *cx, const struct source *from, const char *area,
                         int64_t *ret_hotel)
{
	struct knowing k = { .from = from, .area = area, .hotel = ret_hotel };
	*ret_hotel = 0;
	return know(cx, &k);
}

/* --- telling it back --- */

struct telling {
	const struct source *to;
	const char *area;
	int64_t epoch, seq, n;
	struct received_event *list;
	size_t made;
};

static enum vh_rc tell_one(struct ctx *cx, const struct received *r, struct received_event *ret)
{
	struct event e;
	char *data = NULL;
	enum vh_rc rc = event_get(cx, r->hotel, r->kept_epoch, r->kept_seq, &e);
	if (rc == VH_OK)
		rc = journal_data(cx, &e, &data);
	if (rc == VH_OK)
		*ret = (struct received_event){ .type = e.type, .subject = e.subject, .data = data,
		                                .id = e.id, .part = e.part, .epoch = r->epoch,
		                                .seq = r->seq, .time = e.at };
	return rc;
}

static enum vh_rc told_step(struct ctx *cx, void *arg)
{
	struct telling *t = arg;
	struct hotel h;
	struct received *rows = NULL;
	t->made = 0;
	enum vh_rc rc = receive_from(cx, t->to, t->area, &h);
	if (rc == VH_NOTFOUND)
		return VH_OK; /* it never told anything */
	if (rc == VH_OK)
		rc = received_after(cx, h.id, t->epoch, t->seq, t->n, &rows);
	for (const struct received *r = rows; rc == VH_OK && r; r = r->next)
		if (r->kept_epoch)
			rc = tell_one(cx, r, &t->list[t->made++]);
	return rc;
}

enum vh_rc receive_told(struct ctx *cx, const struct source *to, const char *area, int64_t epoch,
                        int64_t seq, int64_t n, struct received_event **ret, size_t *ret_n)
{
	struct telling t = { to, area, epoch, seq, n, NULL, 0 };
	t.list = arena_array(cx->a, (size_t)n + 1, sizeof *t.list);
	if (!t.list)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read(cx, told_step, &t);
	if (rc == VH_OK) {
		*ret = t.list;
		*ret_n = t.made;
	}
	return rc;
}
