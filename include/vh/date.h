/*
 * Civil days and instants. A day is days since 1970-01-01 (int32); text is always `YYYY-MM-DD`. An
 * instant is unix milliseconds UTC. A hotel's zone is minutes east of UTC (China: 480). Nothing
 * here asks the clock but now_ms().
 */
#ifndef VH_DATE_H
#define VH_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/arena.h"

#define DAY_NONE INT32_MIN /* no day, where one may be missing */
#define DAY_TEXT 11 /* bytes of YYYY-MM-DD and its NUL */
#define INSTANT_TEXT 25
#define ZONE_CHINA 480
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

int64_t now_ms(void);
/* 1900-01-01 .. 2199-12-31, the calendar checked. VH_INVALID else. */
MUST enum vh_rc day_parse(const char *s, int32_t *ret_day);
MUST enum vh_rc day_make(int y, int m, int d, int32_t *ret_day);
void day_format(int32_t day, char out[DAY_TEXT]);
void day_split(int32_t day, int *y, int *m, int *d);
/* The same day so many months later (negative: earlier); the last one of a shorter month. */
MUST enum vh_rc day_add_months(int32_t day, int months, int32_t *ret_day);
int day_weekday(int32_t day); /* 0 Monday .. 6 Sunday */
int32_t day_of(int64_t instant, int zone_min);
int64_t day_start(int32_t day, int zone_min); /* the instant of 00:00 */
/* RFC 3339 in UTC, 2026-11-21T08:00:00.000Z, and back (any offset). */
void instant_format(int64_t instant, char out[INSTANT_TEXT]);
MUST enum vh_rc instant_parse(const char *s, int64_t *ret_instant);

/*
 * A day as clerks write it: 2026-1-3, 2026/01/03, 2026.1.3, 2026年1月3日, 20260103, or an Excel serial
 * (five digits, 1900 system, 20000..73050). Blanks and full-width digits are forgiven, a time of
 * day behind the day is dropped. VH_INVALID else; never guesses a year.
 */
MUST enum vh_rc day_parse_loose(struct arena *a, const char *s, int32_t *ret_day);

/*
 * Working days of the State Council's notices: the week plus the exceptions of a table (day,
 * holiday or workday). The table is borrowed. Outside the years of the table VH_NOTFOUND: it is
 * said to be unknown, never guessed. workdays_add: the days-th working day after `from`; 0 is
 * `from` itself, negative VH_INVALID.
 */
struct workday {
	int32_t day;
	bool works;
};
struct workdays {
	const struct workday *row; /* ascending */
	unsigned n;
	int first_year, last_year;
};
MUST enum vh_rc workdays_add(const struct workdays *w, int32_t from, int days, int32_t *ret_day);
/* The table built in (source and years: src/base/workdays.c). */
const struct workdays *workdays_builtin(void);

#endif
