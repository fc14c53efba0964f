/* The report of a week or a month: counts alone, as its page has them. */
#include <stdio.h>

#include "vh/cli.h"
#include "vh/figures.h"

static enum vh_rc asked(struct cli *c, const struct hotel *h, struct period *ret)
{
	const char *week = cli_opt(c, "week"), *month = cli_opt(c, "month");
	if (week && month)
		return cli_usage(c, "either --week or --month");
	if (!week && !month) {
		period_of(day_of(c->cx.now, h->zone_min), false, ret);
		return VH_OK;
	}
	enum vh_rc rc = period_parse(&c->cx, week ? week : month, ret);
	if (rc == VH_OK && ret->month != (month != NULL))
		rc = cli_usage(c, "a week is like 2026-W47, a month like 2026-11");
	return rc;
}

static void view_span(struct cli *c, const char *key, const struct report *r,
                      const struct period *p, const struct period_figures *f)
{
	char day[DAY_TEXT];
	struct period_line line[PERIOD_LINES];
	cJSON *o = view_obj(&c->view, c->view.root, key), *lines;
	view_str(&c->view, o, "period", p->text);
	view_bool(&c->view, o, "known", f->known);
	day_format(f->from, day);
	view_str(&c->view, o, "from", day);
	day_format(f->to, day);
	view_str(&c->view, o, "to", day);
	lines = view_obj(&c->view, o, "lines");
	period_lines(f, line);
	/* Of earlier times without figures there is nothing to say. */
	for (int i = 0; (f->known || p == &r->period) && i < PERIOD_LINES; i++)
		view_num(&c->view, lines, line[i].name, (double)line[i].n);
}

static const char *number(char out[24], bool known, int64_t n)
{
	if (known)
		snprintf(out, 24, "%lld", (long long)n);
	return known ? out : "-";
}

static void say_lines(struct cli *c, const struct report *r)
{
	struct period_line now[PERIOD_LINES], before[PERIOD_LINES], year[PERIOD_LINES];
	period_lines(&r->now, now);
	period_lines(&r->before, before);
	period_lines(&r->year, year);
	cli_say(c, "%s %s", r->hotel.area, r->hotel.name);
	cli_say(c, "%-16s %10s %10s %10s", "", r->period.text, r->before_period.text,
	        r->year_period.text);
	for (int i = 0; i < PERIOD_LINES; i++) {
		char a[24], b[24];
		cli_say(c, "%-16s %10lld %10s %10s", now[i].name, (long long)now[i].n,
		        number(a, r->before.known, before[i].n),
		        number(b, r->year.known, year[i].n));
	}
	if (r->running)
		cli_say(c, "not over yet: all are counted for as many days as have begun");
}

static enum vh_rc run_report(struct cli *c)
{
	struct hotel h;
	struct period p;
	struct report r;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = asked(c, &h, &p);
	if (rc == VH_OK)
		rc = look_report(&c->cx, &h, &p, &r);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "hotel", h.area);
	view_bool(&c->view, c->view.root, "running", r.running);
	view_span(c, "now", &r, &r.period, &r.now);
	view_span(c, "before", &r, &r.before_period, &r.before);
	view_span(c, "year", &r, &r.year_period, &r.year);
	say_lines(c, &r);
	return VH_OK;
}

static const struct opt report_opts[] = {
	OPT_HOTEL,
	{ "week", "WEEK", "of ISO 8601, like 2026-W47 (this week)" },
	{ "month", "MONTH", "like 2026-11" },
	{ 0 },
};

const struct command cmd_report[] = {
	{ "report", "", "counts of a week or a month beside earlier ones", report_opts, 0, 0,
	  CLI_DB, run_report, 0 },
	{ 0 },
};
