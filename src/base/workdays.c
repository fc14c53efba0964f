/*
 * Working days by the State Council's yearly notices. The table is src/base/data/workdays.csv
 * (`date,kind`: the days that differ from the week, holiday or workday), taken from the npm package
 * chinese-days 1.5.7 (MIT), 2023..2026. A notice for a new year comes out in November: add its rows
 * there.
 */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "vh/date.h"
#include "vh/embed.h"

enum { ROWS_MAX = 1024 };

static struct workday rows[ROWS_MAX];
static struct workdays table = { .row = rows };
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The file is part of the binary: what is wrong in it is our bug, and the tests read it. */
static void add_row(const char *line, size_t n)
{
	char date[DAY_TEXT] = "";
	assert(n > DAY_TEXT && line[DAY_TEXT - 1] == ',' && table.n < ROWS_MAX);
	memcpy(date, line, DAY_TEXT - 1);
	struct workday *r = &rows[table.n];
	enum vh_rc rc = day_parse(date, &r->day);
	assert(rc == VH_OK && (!table.n || r[-1].day < r->day));
	const char *kind = line + DAY_TEXT;
	r->works = n - DAY_TEXT == 7 && !memcmp(kind, "workday", 7);
	assert(r->works || (n - DAY_TEXT == 7 && !memcmp(kind, "holiday", 7)));
	(void)rc;
	table.n++;
}

static int year_of(int32_t day)
{
	int y, m, d;
	day_split(day, &y, &m, &d);
	return y;
}

static void load(void)
{
	const struct embedded *f = embedded_find("base/data/workdays.csv");
	assert(f);
	const char *p = (const char *)f->data, *end = p + f->n;
	for (bool head = true; p < end; head = false) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		if (n && !head)
			add_row(p, n);
		p = nl ? nl + 1 : end;
	}
	assert(table.n);
	table.first_year = year_of(rows[0].day);
	table.last_year = year_of(rows[table.n - 1].day);
}

const struct workdays *workdays_builtin(void)
{
	pthread_once(&once, load);
	return &table;
}

static int by_day(const void *key, const void *row)
{
	int32_t day = *(const int32_t *)key, other = ((const struct workday *)row)->day;
	return (day > other) - (day < other);
}

static bool works(const struct workdays *w, int32_t day)
{
	const struct workday *r = bsearch(&day, w->row, w->n, sizeof *r, by_day);
	return r ? r->works : day_weekday(day) < 5;
}

enum vh_rc workdays_add(const struct workdays *w, int32_t from, int days, int32_t *ret_day)
{
	int32_t first, last, day = from;
	if (days < 0)
		return VH_INVALID;
	if (day_make(w->first_year, 1, 1, &first) != VH_OK ||
	    day_make(w->last_year, 12, 31, &last) != VH_OK)
		return VH_NOTFOUND;
	while (days > 0) {
		day++;
		if (day < first || day > last)
			return VH_NOTFOUND;
		days -= works(w, day);
	}
	*ret_day = day;
	return VH_OK;
}
