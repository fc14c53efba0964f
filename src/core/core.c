#include "vh/core.h"

#include <string.h>

#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

struct run {
	db_step *fn;
	void *arg;
	int64_t *made;
};

/* The key is looked up and stored in the write's own transaction, so that two of a pair cannot both
 * be first. */
static enum vh_rc run_once(struct ctx *cx, void *arg)
{
	struct run *r = arg;
	struct idem_row row = { .account = cx->who ? cx->who->account : 0, .key = cx->idem->key,
	                        .print = { cx->idem->print, MAC_BYTES }, .at = cx->now };
	struct idem_row had;
	cx->idem->replayed = false;
	enum vh_rc rc = idem_get(cx, row.account, row.key, &had);
	if (rc == VH_OK) {
		if (had.print.n != MAC_BYTES || !same_bytes(had.print.p, row.print.p, MAC_BYTES))
			return ctx_fail(cx, VH_INVALID, "idem_mismatch", "Idempotency-Key",
			                "this key was used for another request");
		cx->idem->replayed = true;
		*r->made = had.made;
		return VH_OK;
	}
	if (rc != VH_NOTFOUND)
		return rc;
	rc = r->fn(cx, r->arg);
	if (rc != VH_OK)
		return rc;
	row.made = *r->made;
	return idem_insert(cx, &row);
}

enum vh_rc core_write(struct ctx *cx, db_step *fn, void *arg, int64_t *made)
{
	/* Joined writes belong to the outer one, which holds the key. */
	if (!cx->idem || db_writing(cx))
		return db_write(cx, fn, arg);
	struct run r = { fn, arg, made };
	return db_write(cx, run_once, &r);
}

enum vh_rc core_answer(struct ctx *cx, db_step *fn, db_step *again, void *arg, int64_t *made)
{
	enum vh_rc rc = core_write(cx, fn, arg, made);
	return rc == VH_OK && cx->idem && cx->idem->replayed ? db_read(cx, again, arg) : rc;
}

enum vh_rc hotel_find(struct ctx *cx, const char *area, struct hotel *ret)
{
	enum vh_rc rc = hotel_by_area(cx, area, ret);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "hotel", "no hotel is open under this code");
	return rc;
}

static enum vh_rc not_ours(struct ctx *cx)
{
	return ctx_fail(cx, VH_CONFLICT, "received", "",
	                "this hotel is kept by another registry: changes are made there");
}

enum vh_rc hotel_is_ours(struct ctx *cx, const struct hotel *h)
{
	return h->source ? not_ours(cx) : VH_OK;
}

struct find {
	const char *area;
	struct hotel *ret;
};

static enum vh_rc find_step(struct ctx *cx, void *arg)
{
	struct find *f = arg;
	return hotel_find(cx, f->area, f->ret);
}

enum vh_rc hotel_open_by(struct ctx *cx, const char *area, struct hotel *ret)
{
	struct find f = { area, ret };
	return db_read(cx, find_step, &f);
}

enum vh_rc seal_words(struct ctx *cx, enum vh_rc rc)
{
	if (rc == VH_OK || cx->err.n)
		return rc;
	if (rc == VH_NOMEM || rc == VH_LIMIT)
		return ctx_nomem(cx);
	return ctx_fail(cx, rc, "seal", "", "a sealed field does not open");
}

static enum vh_rc keys_take(struct ctx *cx, const struct hotel *h, struct hotel_keys *ret)
{
	enum vh_rc rc = hotel_keys_unwrap(cx->keys, h->id, h->keys, ret);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "keys", "hotel", "the keys of hotel %s do not open",
		                h->area);
	return seal_words(cx, hotel_keys_put(cx->keys, h->id, ret));
}

struct keys_wanted {
	int64_t hotel;
	struct hotel_keys *ret;
};

static enum vh_rc keys_step(struct ctx *cx, void *arg)
{
	struct keys_wanted *w = arg;
	struct hotel h;
	enum vh_rc rc = hotel_get(cx, w->hotel, &h);
	return rc == VH_OK ? keys_take(cx, &h, w->ret) : rc;
}

enum vh_rc hotel_keys_of(struct ctx *cx, int64_t hotel, struct hotel_keys *ret)
{
	struct keys_wanted w = { hotel, ret };
	if (hotel_keys_get(cx->keys, hotel, ret))
		return VH_OK;
	return db_read(cx, keys_step, &w); /* another process opened it since we started */
}

static enum vh_rc warm_step(struct ctx *cx, void *arg)
{
	(void)arg;
	struct hotel *list = NULL;
	enum vh_rc rc = hotel_list(cx, &list);
	for (struct hotel *h = list; rc == VH_OK && h; h = h->next) {
		struct hotel_keys k;
		rc = keys_take(cx, h, &k);
		wipe(&k, sizeof k);
	}
	return rc;
}

enum vh_rc hotel_keys_warm(struct ctx *cx)
{
	return db_read(cx, warm_step, NULL);
}

void today_of(const struct ctx *cx, const struct hotel *h, char out[11])
{
	day_format(day_of(cx->now, h->zone_min), out);
}

enum vh_rc journal_add(struct ctx *cx, const struct deed *d, int64_t *ret_event)
{
	struct hotel_keys k;
	struct event e = { .hotel = d->hotel, .id = id_new(), .part = d->part, .at = cx->now,
	                   .actor = cx->who ? cx->who->account : 0, .reason = d->reason,
	                   .urgent = d->urgent, .supersedes = d->supersedes };
	enum vh_rc rc = hotel_keys_of(cx, d->hotel, &k);
	if (rc != VH_OK)
		return rc;
	struct place at = { "event", "payload", d->hotel, e.id };
	rc = seal_text(cx->a, &k.data, &at, d->data, &e.payload);
	wipe(&k, sizeof k);
	if (rc != VH_OK)
		return ctx_nomem(cx);
	e.type = arena_printf(cx->a, "cn.vhotel.%s.v1", d->type);
	e.subject = arena_printf(cx->a, "%s/%lld", d->subject, (long long)d->id);
	if (!e.type || !e.subject)
		return ctx_nomem(cx);
	int64_t source = 0;
	rc = head_next_event(cx, d->hotel, &e.epoch, &e.seq, &source);
	if (rc == VH_OK && source)
		return not_ours(cx);
	if (rc == VH_OK)
		rc = event_insert(cx, &e);
	if (rc == VH_OK && ret_event)
		*ret_event = e.id;
	return rc;
}

enum vh_rc journal_data(struct ctx *cx, const struct event *e, char **ret_json)
{
	struct hotel_keys k;
	struct place at = { "event", "payload", e->hotel, e->id };
	char *json = NULL;
	enum vh_rc rc = hotel_keys_of(cx, e->hotel, &k);
	if (rc == VH_OK)
		rc = open_text(cx->a, &k.data, &at, e->payload, &json);
	wipe(&k, sizeof k);
	if (rc == VH_OK && !json)
		rc = VH_IO; /* every event has one */
	if (rc == VH_OK)
		*ret_json = json;
	return seal_words(cx, rc);
}

enum vh_rc text_take(struct ctx *cx, const char *field, const char *s, size_t max, bool required,
                     const char **ret)
{
	if (s && !utf8_valid(s, strlen(s)))
		return ctx_fail(cx, VH_INVALID, "utf8", field, "%s is not UTF-8 text", field);
	char *t = s ? utf8_clean(cx->a, s) : NULL;
	if (s && !t)
		return ctx_nomem(cx);
	if (!t || !*t) {
		if (required)
			return ctx_fail(cx, VH_INVALID, field, field, "%s is missing", field);
		*ret = NULL;
		return VH_OK;
	}
	if (utf8_count(t) > max)
		return ctx_fail(cx, VH_INVALID, field, field, "%s is longer than %zu characters",
		                field, max);
	*ret = t;
	return VH_OK;
}

const char *phone_wrong(const char *s)
{
	enum { MOBILE_DIGITS = 11 };
	_Static_assert(LIM_PHONE == 20, "the words say so");
	size_t plus = *s == '+', digits = strspn(s + plus, "0123456789"), n = strlen(s);
	if (digits != n - plus || digits < 5 || n > LIM_PHONE)
		return "a telephone number has 5 to 20 digits";
	/* The mainland's mobile numbers begin with 13 to 19; a digit too few reaches nobody. */
	if (s[0] == '1' && s[1] >= '3' && n != MOBILE_DIGITS)
		return "a mobile number has 11 digits";
	return NULL;
}

enum vh_rc phone_take(struct ctx *cx, const char *field, const char *s, const char **ret)
{
	char *t = s ? utf8_compact(cx->a, s) : NULL;
	if (s && !t)
		return ctx_nomem(cx);
	*ret = NULL;
	if (!t || !*t)
		return VH_OK;
	if (phone_wrong(t))
		return ctx_fail(cx, VH_INVALID, "phone", field, "%s", phone_wrong(t));
	*ret = t;
	return VH_OK;
}

enum vh_rc day_take(struct ctx *cx, const char *field, const char *s, bool required,
                    int32_t *ret_day)
{
	char *t = s ? utf8_compact(cx->a, s) : NULL;
	if (s && !t)
		return ctx_nomem(cx);
	if (!t || !*t) {
		*ret_day = DAY_NONE;
		return required ? ctx_fail(cx, VH_INVALID, "date", field, "%s is missing", field)
		                : VH_OK;
	}
	enum vh_rc rc = day_parse_loose(cx->a, s, ret_day);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc != VH_OK)
		return ctx_fail(cx, VH_INVALID, "date", field,
		                "%s is not a date such as 2026-11-21", field);
	return VH_OK;
}
