/* What a village says about itself, and changes: its desk, its terms, its notice, its deadlines. */
#include <string.h>

#include "place_data.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/terms.h"

enum { LENGTH_MOST = 366 };

struct change {
	int64_t hotel;
	struct hotel_change to; /* cleaned */
	const char *who, *act, *unit;
	int64_t length;
};

static enum vh_rc tell(struct ctx *cx, const struct hotel *h, const char *what)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h->area);
	buf_puts(&b, ",\"name\":");
	json_quote(&b, h->name);
	buf_printf(&b, ",\"notice_version\":%lld", (long long)h->notice_version);
	buf_printf(&b, "},\"changed\":\"%s\"}", what);
	struct deed d = { .hotel = h->id, .type = "hotel.amended", .subject = "hotels", .id = h->id,
	                  .part = h->id, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

/* "" takes away, NULL leaves. */
static const char *to_be(const char *now, const char *to)
{
	if (!to)
		return now;
	return *to ? to : NULL;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static enum vh_rc amend_step(struct ctx *cx, void *arg)
{
	const struct change *c = arg;
	const struct hotel_change *to = &c->to;
	struct hotel h;
	enum vh_rc rc = place_may(cx, ACT_PLACE, c->hotel, 0, &h);
	if (rc != VH_OK)
		return rc;
	const char *notice = to_be(h.notice, to->notice);
	if (to->name && *to->name)
		h.name = to->name;
	h.desk_phone = to_be(h.desk_phone, to->desk_phone);
	h.entrusted_by = to_be(h.entrusted_by, to->entrusted_by);
	if (to->retention_months >= 0)
		h.retention_months = to->retention_months;
	/* Each filing says which one was shown: another text is another version. */
	if (!same(notice, h.notice))
		h.notice_version++;
	h.notice = notice;
	rc = hotel_update(cx, &h);
	return rc == VH_OK ? tell(cx, &h, "terms") : rc;
}

/* A text that may be emptied: NULL stays NULL, blanks become "". */
static enum vh_rc take(struct ctx *cx, const char *field, const char *s, size_t max,
                       const char **ret)
{
	const char *clean = NULL;
	enum vh_rc rc = s ? text_take(cx, field, s, max, false, &clean) : VH_OK;
	*ret = s && !clean ? "" : clean;
	return rc;
}

enum vh_rc hotel_amend(struct ctx *cx, int64_t hotel, const struct hotel_change *to)
{
	struct change c = { .hotel = hotel, .to = *to };
	int64_t made = hotel;
	const char *phone = NULL;
	if (to->retention_months > 1200)
		return ctx_fail(cx, VH_INVALID, "retention_months", "retention_months",
		                "months from 1 to 1200");
	enum vh_rc rc = take(cx, "name", to->name, LIM_NAME, &c.to.name);
	if (rc == VH_OK)
		rc = phone_take(cx, "desk_phone", to->desk_phone, &phone);
	c.to.desk_phone = to->desk_phone && !phone ? "" : phone;
	if (rc == VH_OK)
		rc = take(cx, "entrusted_by", to->entrusted_by, LIM_TEXT, &c.to.entrusted_by);
	/* The notice has lines, which text_take would make one of. */
	if (rc == VH_OK && to->notice && strlen(to->notice) > LIM_PRIVACY)
		return ctx_fail(cx, VH_INVALID, "too_long", "notice", "the notice is too long");
	return rc == VH_OK ? core_write(cx, amend_step, &c, &made) : rc;
}

static enum vh_rc rule_step(struct ctx *cx, void *arg)
{
	const struct change *c = arg;
	struct hotel h;
	char today[DAY_TEXT];
	struct deadline d = { .who = c->who, .act = c->act, .unit = c->unit, .length = c->length,
	                      .from_day = today, .source = "desk" };
	enum vh_rc rc = place_may(cx, ACT_PLACE, c->hotel, 0, &h);
	if (rc == VH_OK)
		rc = deadline_max(cx, h.id, &d.id);
	if (rc != VH_OK)
		return rc;
	d.id++;
	today_of(cx, &h, today);
	rc = deadline_insert(cx, h.id, &d);
	return rc == VH_OK ? tell(cx, &h, "deadline") : rc;
}

static bool is_one_of(const char *s, const char *a, const char *b, const char *c)
{
	return s && (!strcmp(s, a) || !strcmp(s, b) || !strcmp(s, c));
}

enum vh_rc deadline_set(struct ctx *cx, int64_t hotel, const struct deadline *to)
{
	struct change c = { .hotel = hotel, .who = to->who, .act = to->act, .unit = to->unit,
	                    .length = to->length };
	int64_t made = hotel;
	if (!is_one_of(to->who, "resident", "foreigner", "resident") ||
	    !is_one_of(to->act, "in", "out", "in"))
		return ctx_fail(cx, VH_INVALID, "rule", "who", "there is no such rule");
	if (!is_one_of(to->unit, "workday", "day", "hour") || to->length < 1 ||
	    to->length > LENGTH_MOST)
		return ctx_fail(cx, VH_INVALID, "rule", "length",
		                "from 1 to %d workdays, days or hours", LENGTH_MOST);
	return core_write(cx, rule_step, &c, &made);
}

struct rules {
	const struct hotel *h;
	struct deadline *ret;
};

static enum vh_rc rules_step(struct ctx *cx, void *arg)
{
	static const char *const of[][2] = {
		{ "resident", "in" }, { "resident", "out" }, { "foreigner", "in" },
		{ "foreigner", "out" },
	};
	const struct rules *r = arg;
	char today[DAY_TEXT];
	today_of(cx, r->h, today);
	enum vh_rc rc = VH_OK;
	for (int i = 0; rc == VH_OK && i < DEADLINES; i++) {
		rc = deadline_get(cx, r->h->id, of[i][0], of[i][1], today, &r->ret[i]);
		if (rc == VH_NOTFOUND) {
			r->ret[i] = (struct deadline){ .who = of[i][0], .act = of[i][1] };
			rc = VH_OK;
		}
	}
	return rc;
}

enum vh_rc deadlines_of(struct ctx *cx, const struct hotel *h, struct deadline ret[DEADLINES])
{
	struct rules r = { h, ret };
	return db_read(cx, rules_step, &r);
}
