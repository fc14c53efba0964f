/* The report of a week or a month, to print: counts alone, beside those of earlier ones. */
#include "csv.h"
#include "pages.h"
#include "vh/figures.h"
#include "view.h"

static void put_other(struct call *c, cJSON *o, const char *key, bool known, int64_t n)
{
	if (known)
		put_num(c, o, key, n);
	else
		view_null(&c->view, o, key);
}

static void put_lines(struct call *c, const struct report *r)
{
	cJSON *list = put_arr(c, c->view.root, "lines");
	struct period_line now[PERIOD_LINES], before[PERIOD_LINES], year[PERIOD_LINES];
	period_lines(&r->now, now);
	period_lines(&r->before, before);
	period_lines(&r->year, year);
	for (int i = 0; i < PERIOD_LINES; i++) {
		cJSON *o = put_obj(c, list, NULL);
		int64_t change = now[i].n - before[i].n;
		put(c, o, "name", now[i].name);
		put_word(c, o, "name_text", "rep_", now[i].name);
		put_num(c, o, "n", now[i].n);
		put_other(c, o, "was", r->before.known, before[i].n);
		put_other(c, o, "change", r->before.known, change);
		put_text(c, o, "change_text",
		         r->before.known ? arena_printf(c->cx.a, change > 0 ? "+%lld" : "%lld",
		                                        (long long)change)
		                         : NULL);
		put_other(c, o, "was_year", r->year.known, year[i].n);
	}
}

static void put_span(struct call *c, const char *key, const char *name, bool known, int32_t from,
                     int32_t to)
{
	char day[DAY_TEXT];
	cJSON *o = put_obj(c, c->view.root, key);
	put(c, o, "period", name);
	view_bool(&c->view, o, "known", known);
	day_format(from, day);
	put(c, o, "from", day);
	day_format(to, day);
	put(c, o, "to", day);
}

static void put_way(struct call *c, const char *key, bool on, const struct period *p)
{
	put_url(c, c->view.root, key, on, "%s/report?%s=%s", hotel_path(c),
	        p->month ? "month" : "week", p->text);
}

static void put_ways(struct call *c, const struct report *r)
{
	int32_t today = day_of(r->at, r->hotel.zone_min);
	struct period p;
	bool on = period_before(&r->period, &p);
	put_way(c, "before_url", on, &p);
	on = period_after(&r->period, &p) && p.from <= today;
	put_way(c, "after_url", on, &p);
	period_of(r->now.to, !r->period.month, &p);
	put_way(c, "other_url", true, &p);
	put_url(c, c->view.root, "csv_url", true, "%s/report.csv?%s=%s", hotel_path(c),
	        r->period.month ? "month" : "week", r->period.text);
	put_url(c, c->view.root, "figures_url", true, "%s/figures", hotel_path(c));
}

/* Without a question: this week. */
static enum vh_rc asked_period(struct call *c, struct period *ret)
{
	const char *week = req_query(c->q, "week"), *month = req_query(c->q, "month");
	if (!week && !month) {
		period_of(day_of(c->cx.now, c->hotel.zone_min), false, ret);
		return VH_OK;
	}
	enum vh_rc rc = period_parse(&c->cx, month ? month : week, ret);
	if (rc == VH_OK && ret->month != (month != NULL))
		rc = ctx_fail(&c->cx, VH_INVALID, "period", "period",
		              "not a week like 2026-W47 or a month like 2026-11");
	return rc;
}

enum vh_rc get_period(struct call *c)
{
	struct period p;
	struct report r;
	char at[INSTANT_TEXT];
	cJSON *root = c->view.root;
	enum vh_rc rc = asked_period(c, &p);
	if (rc == VH_OK)
		rc = look_report(&c->cx, &c->hotel, &p, &r);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &r.hotel);
	put(c, root, "kind", p.month ? "month" : "week");
	put_word(c, root, "kind_text", "rep_kind_", p.month ? "month" : "week");
	put_span(c, "now", r.period.text, r.now.known, r.now.from, r.now.to);
	put_span(c, "before", r.before_period.text, r.before.known, r.before.from, r.before.to);
	put_span(c, "year", r.year_period.text, r.year.known, r.year.from, r.year.to);
	view_bool(&c->view, root, "running", r.running);
	put_lines(c, &r);
	instant_format(r.at, at);
	put(c, root, "made_at", at);
	put_text(c, root, "made_text", at_text(c, r.at, &r.hotel));
	put(c, root, "made_by", r.by);
	put(c, root, "made_role", role_name(c->s.who.role));
	put_word(c, root, "made_role_text", "role_", role_name(c->s.who.role));
	put_ways(c, &r);
	c->heading = arena_printf(c->cx.a, "%s %s",
	                          word(c, "rep_kind_", p.month ? "month" : "week"), r.period.text);
	return VH_OK;
}

/* The lines of the page's own view, so that the two cannot differ; what is not known is empty. */
enum vh_rc get_period_csv(struct call *c)
{
	static const char *const span[] = { "now", "before", NULL, "year" };
	static const char *const cell[] = { "n", "was", "change", "was_year" };
	enum { CELLS = sizeof cell / sizeof *cell };
	struct buf *b = &c->r->body;
	const cJSON *root, *line;
	enum vh_rc rc = get_period(c);
	if (rc != VH_OK || c->view.failed)
		return rc != VH_OK ? rc : ctx_nomem(&c->cx);
	root = c->view.root;
	csv_begin(c, json_str(cJSON_GetObjectItemCaseSensitive(root, "now"), "period"));
	csv_cell(b, word(c, "", "rep_what"));
	for (int i = 0; i < CELLS; i++) {
		csv_next(b);
		if (span[i])
			csv_value(b, cJSON_GetObjectItemCaseSensitive(
					     cJSON_GetObjectItemCaseSensitive(root, span[i]),
					     "period"));
		else
			csv_cell(b, word(c, "", "rep_change"));
	}
	csv_end(b);
	cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(root, "lines")) {
		csv_cell(b, word(c, "rep_", json_str(line, "name")));
		for (int i = 0; i < CELLS; i++) {
			csv_next(b);
			csv_value(b, cJSON_GetObjectItemCaseSensitive(line, cell[i]));
		}
		csv_end(b);
	}
	return VH_OK;
}
