#include "vh/figures.h"

#include <stdlib.h>
#include <string.h>

#include "vh/clearance.h"
#include "vh/docno.h"

/* ---- origin ---- */

void origin_of(const char *doc_type, const char *number, char out[12])
{
	const char *code = "papers";
	bool card = !strcmp(doc_type, "id_card") || !strcmp(doc_type, "hmt_resident");
	if (!number || strlen(number) < 2)
		code = "none";
	else if (card)
		code = number;
	else if (!strcmp(doc_type, "hm_permit"))
		code = *number == 'M' ? "82" : "81";
	else if (!strcmp(doc_type, "tw_permit"))
		code = "83";
	/* Two digits of a card, or one of our words whole. */
	size_t n = code == number ? 2 : strlen(code);
	memcpy(out, code, n);
	out[n] = '\0';
}

static void origin_add(struct origins *o, const char *code)
{
	unsigned i = 0;
	while (i < o->n && strcmp(o->group[i].code, code) != 0)
		i++;
	/* More provinces than there are: they would be damage, and are few. */
	if (i == ORIGINS - 1)
		i--;
	if (i == o->n) {
		memset(&o->group[i], 0, sizeof o->group[i]);
		memcpy(o->group[i].code, code, strlen(code) + 1);
		o->n++;
	}
	o->group[i].people++;
}

static int by_size(const void *a, const void *b)
{
	const struct origin *x = a, *y = b;
	if (x->people != y->people)
		return x->people > y->people ? -1 : 1;
	return strcmp(x->code, y->code);
}

void origins_fold(struct origins *o)
{
	int64_t rest = 0;
	int64_t want = FIGURES_LEAST;
	if (o->n)
		qsort(o->group, o->n, sizeof *o->group, by_size);
	while (o->n && o->group[o->n - 1].people < FIGURES_LEAST)
		rest += o->group[--o->n].people;
	/*
	 * A large group that joins to cover few must cover any few: of 11 that are known to hold
	 * a group of 10 or more, one is alone. From 19 on the small part may be all of 1 to 9.
	 */
	while (rest && rest < want && o->n) {
		rest += o->group[--o->n].people;
		want = 2 * FIGURES_LEAST - 1;
	}
	if (rest && o->n) {
		struct origin *r = &o->group[o->n++];
		*r = (struct origin){ "rest", rest };
	}
}

static void count_document(void *arg, const char *doc_type, const char *number)
{
	char code[12];
	origin_of(doc_type, number, code);
	origin_add(arg, code);
}

static enum vh_rc origins_count(struct ctx *cx, const struct hotel *h, struct origins *o)
{
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, h->id, &k);
	o->n = 0;
	if (rc == VH_OK)
		rc = seal_words(cx, documents_living(cx, &k, h->id, count_document, o));
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		origins_fold(o);
	return rc;
}

/* ---- today and 30 days ---- */

struct looking {
	const struct hotel *h;
	struct figures *ret;
	char today_text[DAY_TEXT];
	struct span span;
};

static void day_add(struct figures_day *d, enum count_of what, const struct day_count *c)
{
	switch (what) {
	case COUNT_IN:
		d->in = c->n - c->moved;
		d->moved = c->moved;
		break;
	case COUNT_OUT:
		d->out = c->n - c->moved;
		d->late_out = c->late;
		break;
	case COUNT_FILED:
		d->filed = c->n;
		d->late_in = c->late;
		break;
	case COUNT_FOUND:
		d->found = c->n;
		break;
	case COUNT_CLOSED:
		d->closed = c->n;
		break;
	case COUNT__MAX:
		break;
	}
}

/* The line of people is walked back from who lives there now. */
static enum vh_rc days(struct ctx *cx, struct looking *g)
{
	struct figures_day *day = g->ret->day;
	int64_t net[FIGURES_DAYS] = { 0 }, rooms;
	enum vh_rc rc = count_living(cx, g->h->id, g->today_text,
	                             &day[FIGURES_DAYS - 1].people, &rooms);
	for (int i = 0; i < FIGURES_DAYS; i++)
		day[i].day = g->span.from + i;
	for (enum count_of w = 0; rc == VH_OK && w < COUNT__MAX; w++) {
		struct day_count *list = NULL;
		rc = count_days(cx, g->h->id, w, &g->span, &list);
		for (const struct day_count *c = list; rc == VH_OK && c; c = c->next) {
			int64_t i = (int64_t)c->day - g->span.from;
			if (i < 0 || i >= FIGURES_DAYS)
				continue;
			day_add(&day[i], w, c);
			net[i] += w == COUNT_IN ? c->n : w == COUNT_OUT ? -c->n : 0;
		}
	}
	for (int i = FIGURES_DAYS - 1; i > 0; i--)
		day[i - 1].people = day[i].people - net[i];
	return rc;
}

static enum visit_age age_of(int64_t at, int64_t now)
{
	static const int64_t until[] = { 30, 90, 180 };
	if (!at)
		return VISITED_NEVER;
	for (int i = 0; i < 3; i++) {
		if (now - at <= until[i] * DAY_MS)
			return (enum visit_age)i;
	}
	return VISITED_LATER;
}

static enum vh_rc visits(struct ctx *cx, struct looking *g)
{
	struct room_visit *rooms = NULL;
	enum vh_rc rc = count_visited(cx, g->h->id, &rooms);
	for (; rc == VH_OK && rooms; rooms = rooms->next)
		g->ret->visited[age_of(rooms->at, cx->now)]++;
	if (rc == VH_OK)
		rc = houses_silent(cx, g->h->id, SILENT_LEAST, &g->ret->silent);
	for (const struct silent_house *e = g->ret->silent; rc == VH_OK && e; e = e->next)
		g->ret->silent_n++;
	return rc;
}

static enum vh_rc origin_step(struct ctx *cx, struct looking *g)
{
	const char *word = "off";
	enum vh_rc rc = hotel_choice(cx, g->h->id, "origin", &word);
	if (rc == VH_OK)
		g->ret->origin_on = !strcmp(word, "on");
	return rc == VH_OK && g->ret->origin_on ? origins_count(cx, g->h, &g->ret->origins) : rc;
}

static enum vh_rc now_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct figures *f = g->ret;
	int64_t id = g->h->id;
	memset(f, 0, sizeof *f);
	f->hotel = *g->h;
	f->at = cx->now;
	enum vh_rc rc = actor_may(cx, ACT_FIGURES, g->h, 0, 0);
	if (rc == VH_OK)
		rc = count_places(cx, id, &f->places);
	if (rc == VH_OK)
		rc = count_people(cx, id, g->today_text, &f->people);
	return rc == VH_OK ? count_hazards(cx, id, cx->now, &f->hazards) : rc;
}

static enum vh_rc figures_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	enum vh_rc rc = now_step(cx, arg);
	if (rc == VH_OK)
		rc = days(cx, g);
	if (rc == VH_OK)
		rc = visits(cx, g);
	if (rc == VH_OK)
		rc = upstream_lags(cx, g->h->id, &g->ret->lags);
	return rc == VH_OK ? origin_step(cx, g) : rc;
}

static enum vh_rc look(struct ctx *cx, const struct hotel *h, struct figures *ret, db_step *step)
{
	struct looking g = { .h = h, .ret = ret };
	int32_t today = day_of(cx->now, h->zone_min);
	day_format(today, g.today_text);
	g.span = (struct span){ today - FIGURES_DAYS + 1, today, h->zone_min };
	return db_read(cx, step, &g);
}

enum vh_rc look_figures_now(struct ctx *cx, const struct hotel *h, struct figures *ret)
{
	return look(cx, h, ret, now_step);
}

enum vh_rc look_figures(struct ctx *cx, const struct hotel *h, struct figures *ret)
{
	return look(cx, h, ret, figures_step);
}

/* ---- weeks and months ---- */

enum { PERIOD_FIRST = 1970, PERIOD_LAST = 2199 };

/* The Monday of week 1: the week with the year's first Thursday, hence with January 4. */
static int32_t week_one(int year)
{
	int32_t day = 0;
	if (day_make(year, 1, 4, &day) != VH_OK)
		return DAY_NONE;
	return day - day_weekday(day);
}

static int week_year(int32_t monday)
{
	int y, m, d;
	day_split(monday + 3, &y, &m, &d);
	return y;
}

void period_of(int32_t day, bool month, struct period *ret)
{
	static const char digits[] = "0123456789";
	int y, m, d, n;
	day_split(day, &y, &m, &d);
	*ret = (struct period){ .month = month, .from = day - d + 1 };
	if (month) {
		n = m;
		if (day_add_months(ret->from, 1, &ret->to) == VH_OK)
			ret->to--;
		else
			ret->to = ret->from + 30;
	} else {
		ret->from = day - day_weekday(day);
		ret->to = ret->from + 6;
		y = week_year(ret->from);
		n = (ret->from - week_one(y)) / 7 + 1;
	}
	char *p = ret->text;
	for (int k = 1000; k; k /= 10)
		*p++ = digits[y / k % 10];
	*p++ = '-';
	if (!month)
		*p++ = 'W';
	*p++ = digits[n / 10 % 10];
	*p++ = digits[n % 10];
	*p = '\0';
}

/* Digits alone; -1 for anything else. */
static int number(const char *s, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

enum vh_rc period_parse(struct ctx *cx, const char *text, struct period *ret)
{
	struct period p = { .from = DAY_NONE };
	size_t n = text ? strlen(text) : 0;
	int year = n >= 7 ? number(text, 4) : -1;
	bool sane = year >= PERIOD_FIRST && year <= PERIOD_LAST && text[4] == '-';
	int32_t day;
	if (sane && n == 7 && number(text + 5, 2) > 0 &&
	    day_make(year, number(text + 5, 2), 1, &day) == VH_OK)
		period_of(day, true, &p);
	else if (sane && n == 8 && text[5] == 'W' && number(text + 6, 2) > 0)
		period_of(week_one(year) + 7 * (number(text + 6, 2) - 1), false, &p);
	/* A week 53 that this year does not have is another year's first. */
	if (p.from == DAY_NONE || strcmp(p.text, text) != 0)
		return ctx_fail(cx, VH_INVALID, "period", "period",
		                "not a week like 2026-W47 or a month like 2026-11");
	*ret = p;
	return VH_OK;
}

static bool in_calendar(const struct period *p)
{
	int year = number(p->text, 4);
	return year >= PERIOD_FIRST && year <= PERIOD_LAST;
}

bool period_before(const struct period *p, struct period *ret)
{
	period_of(p->from - 1, p->month, ret);
	return in_calendar(ret);
}

bool period_after(const struct period *p, struct period *ret)
{
	period_of(p->to + 1, p->month, ret);
	return in_calendar(ret);
}

bool period_year_before(const struct period *p, struct period *ret)
{
	int year = number(p->text, 4) - 1;
	int32_t day;
	if (year < PERIOD_FIRST)
		return false;
	if (p->month) {
		if (day_add_months(p->from, -12, &day) != VH_OK)
			return false;
		period_of(day, true, ret);
		return true;
	}
	period_of(week_one(year) + 7 * (number(p->text + 6, 2) - 1), false, ret);
	return number(ret->text, 4) == year;
}

/* ---- the report ---- */

void period_lines(const struct period_figures *f, struct period_line out[PERIOD_LINES])
{
	const struct period_line all[PERIOD_LINES] = {
		{ "people", f->people },
		{ "rooms", f->rooms },
		{ "in", f->in },
		{ "out", f->out },
		{ "moved", f->moved },
		{ "filed", f->filed },
		{ "late_in", f->late_in },
		{ "late_out", f->late_out },
		{ "verified", f->verified },
		{ "visited", f->visits.rooms },
		{ "unanswered", f->visits.unanswered },
		{ "found_more", f->visits.more },
		{ "nobody_lives", f->visits.nobody },
		{ "hazards_found", f->found },
		{ "hazards_closed", f->closed },
		{ "hazards_open", f->hazards.open },
		{ "hazards_overdue", f->hazards.overdue },
		{ "tasks_opened", f->tasks_opened },
		{ "tasks_confirmed", f->tasks_confirmed },
	};
	memcpy(out, all, sizeof all);
}

struct reporting {
	const struct hotel *h;
	struct report *ret;
};

static void sum_add(struct period_figures *f, enum count_of what, const struct day_count *c)
{
	struct figures_day d = { 0 };
	day_add(&d, what, c);
	f->in += d.in;
	f->out += d.out;
	f->moved += d.moved;
	f->filed += d.filed;
	f->late_in += d.late_in;
	f->late_out += d.late_out;
	f->found += d.found;
	f->closed += d.closed;
}

static enum vh_rc sums(struct ctx *cx, const struct hotel *h, const struct span *span,
                       struct period_figures *f)
{
	enum vh_rc rc = VH_OK;
	for (enum count_of w = 0; rc == VH_OK && w < COUNT__MAX; w++) {
		struct day_count *list = NULL;
		rc = count_days(cx, h->id, w, span, &list);
		for (const struct day_count *c = list; rc == VH_OK && c; c = c->next)
			sum_add(f, w, c);
	}
	return rc;
}

/* The hotel is as old as its row: what is told of the time before came out of a ledger, which
 * knows nobody who had left by then. */
static enum vh_rc one_period(struct ctx *cx, const struct hotel *h, const struct span *span,
                             struct period_figures *f)
{
	char last[DAY_TEXT];
	struct count_work work = { 0 };
	int64_t end = day_start(span->to + 1, span->zone_min) - 1;
	*f = (struct period_figures){ .from = span->from, .to = span->to };
	f->known = day_of(h->created, h->zone_min) <= span->from;
	day_format(span->to, last);
	enum vh_rc rc = sums(cx, h, span, f);
	if (rc == VH_OK)
		rc = count_living(cx, h->id, last, &f->people, &f->rooms);
	if (rc == VH_OK)
		rc = count_visits(cx, h->id, span, &f->visits);
	if (rc == VH_OK)
		rc = count_hazards(cx, h->id, end < cx->now ? end : cx->now, &f->hazards);
	if (rc == VH_OK)
		rc = count_work(cx, h->id, span, &work);
	f->verified = work.verified;
	f->tasks_opened = work.opened;
	f->tasks_confirmed = work.confirmed;
	return rc;
}

static enum vh_rc other_period(struct ctx *cx, const struct hotel *h, const struct period *p,
                               int32_t days, struct period_figures *f)
{
	struct span span = { p->from, p->from + days - 1, h->zone_min };
	if (span.to > p->to)
		span.to = p->to;
	*f = (struct period_figures){ .from = span.from, .to = span.to };
	return day_of(h->created, h->zone_min) <= span.from ? one_period(cx, h, &span, f) : VH_OK;
}

static enum vh_rc report_step(struct ctx *cx, void *arg)
{
	struct reporting *g = arg;
	struct report *r = g->ret;
	const struct hotel *h = g->h;
	struct span span = { r->period.from, r->period.to, h->zone_min };
	int32_t today = day_of(cx->now, h->zone_min), days;
	enum vh_rc rc = actor_may(cx, ACT_FIGURES, h, 0, 0);
	if (rc == VH_OK && span.from > today)
		rc = ctx_fail(cx, VH_INVALID, "period_ahead", "period",
		              "this period has not begun yet");
	if (rc != VH_OK)
		return rc;
	r->running = span.to >= today;
	span.to = r->running ? today : span.to;
	days = r->running ? span.to - span.from + 1 : 31;
	rc = one_period(cx, h, &span, &r->now);
	if (rc == VH_OK && period_before(&r->period, &r->before_period))
		rc = other_period(cx, h, &r->before_period, days, &r->before);
	if (rc == VH_OK && period_year_before(&r->period, &r->year_period))
		rc = other_period(cx, h, &r->year_period, days, &r->year);
	return rc;
}

enum vh_rc look_report(struct ctx *cx, const struct hotel *h, const struct period *p,
                       struct report *ret)
{
	struct reporting g = { h, ret };
	memset(ret, 0, sizeof *ret);
	ret->hotel = *h;
	ret->period = *p;
	ret->by = cx->who ? cx->who->login : NULL;
	ret->at = cx->now;
	return db_read(cx, report_step, &g);
}
