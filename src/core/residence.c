#include "vh/residence.h"

#include <stdlib.h>

#include "vh/date.h"

bool residence_span(const struct stay *s, int zone_min, int32_t today, struct span *ret)
{
	int32_t filed = day_of(s->filed_at, zone_min);
	struct span x = { .to = today, .verified = s->verified_at != 0 };
	if (!stay_is_current(s->state) && s->state != STAY_ENDED)
		return false;
	if (day_parse(s->since, &x.from) != VH_OK ||
	    (s->ended && day_parse(s->ended, &x.to) != VH_OK))
		return false;
	if ((!s->due || s->filed_at > s->due) && x.from < filed)
		x.from = filed;
	if (x.to > today)
		x.to = today;
	if (x.from > x.to)
		return false;
	*ret = x;
	return true;
}

static int by_day(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return (x->from > y->from) - (x->from < y->from);
}

void residence_of(struct span *s, size_t n, int32_t today, struct residence *ret)
{
	struct residence r = { .half_year = DAY_NONE };
	if (n)
		qsort(s, n, sizeof *s, by_day);
	for (size_t i = 0; i < n; i++) {
		if (!i || s[i].from > r.span.to + 1) {
			r.span = s[i];
			continue;
		}
		if (s[i].to > r.span.to)
			r.span.to = s[i].to;
		r.span.verified = r.span.verified && s[i].verified;
	}
	if (n) {
		r.days = (int64_t)r.span.to - r.span.from + 1;
		r.now = r.span.to == today;
		r.half_year = r.span.from + HALF_YEAR_DAYS - 1;
	}
	*ret = r;
}

enum vh_rc residence_me(struct ctx *cx, const struct me *list, struct residence *ret)
{
	size_t n = 0;
	int32_t today = day_of(cx->now, list ? (int)list->hotel.zone_min : ZONE_CHINA);
	for (const struct me *m = list; m; m = m->next)
		for (const struct found *f = m->stays; f; f = f->next)
			n++;
	struct span *s = arena_array(cx->a, n + 1, sizeof *s);
	if (!s)
		return ctx_nomem(cx);
	n = 0;
	for (const struct me *m = list; m; m = m->next)
		for (const struct found *f = m->stays; f; f = f->next)
			n += residence_span(&f->stay.stay, (int)m->hotel.zone_min, today, &s[n]);
	residence_of(s, n, today, ret);
	return VH_OK;
}
