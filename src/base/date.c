#include "vh/date.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "vh/utf8.h"

enum { YEAR_FIRST = 1900, YEAR_LAST = 2199 };

/*
 * Excel's serial 1 is 1900-01-01 in a calendar that has a 1900-02-29; from 61 on the epoch is
 * 1899-12-30.
 */
enum { SERIAL_FIRST = 20000, SERIAL_LAST = 73050, SERIAL_UNIX = 25569 };

int64_t now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return m == 2 && leap ? 29 : days[m - 1];
}

/*
 * Years are counted from 1 March, so that the leap day is the last of its year and month lengths
 * form a line.
 */
static int32_t civil_to_day(int y, int m, int d)
{
	int year = m <= 2 ? y - 1 : y, month = m <= 2 ? m + 9 : m - 3;
	int before = year * 365 + year / 4 - year / 100 + year / 400;
	return before + (month * 153 + 2) / 5 + d - 1 - 719468;
}

enum vh_rc day_make(int y, int m, int d, int32_t *ret_day)
{
	if (y < YEAR_FIRST || y > YEAR_LAST || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return VH_INVALID;
	*ret_day = civil_to_day(y, m, d);
	return VH_OK;
}

void day_split(int32_t day, int *y, int *m, int *d)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = floor_div(z, 146097), in_era = z - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;
	*d = (int)(in_year - (153 * month + 2) / 5) + 1;
	*m = (int)(month < 10 ? month + 3 : month - 9);
	*y = (int)(year + era * 400) + (*m <= 2);
}

void day_format(int32_t day, char out[DAY_TEXT])
{
	int y, m, d;
	day_split(day, &y, &m, &d);
	unsigned year = y < 0 ? 0 : y > 9999 ? 9999 : (unsigned)y;
	snprintf(out, DAY_TEXT, "%04u-%02u-%02u", year, (unsigned)m % 100, (unsigned)d % 100);
}

int day_weekday(int32_t day)
{
	int64_t since_monday = (int64_t)day + 3; /* 1970-01-01 was a Thursday */
	return (int)(since_monday - floor_div(since_monday, 7) * 7);
}

enum vh_rc day_add_months(int32_t day, int months, int32_t *ret_day)
{
	int y, m, d;
	day_split(day, &y, &m, &d);
	int64_t month = (int64_t)y * 12 + (m - 1) + months;
	y = (int)(month / 12);
	m = (int)(month % 12) + 1;
	enum vh_rc rc = day_make(y, m, d, ret_day);
	while (rc != VH_OK && d > 28)
		rc = day_make(y, m, --d, ret_day);
	return rc;
}

int32_t day_of(int64_t instant, int zone_min)
{
	return (int32_t)floor_div(instant + (int64_t)zone_min * MINUTE_MS, DAY_MS);
}

int64_t day_start(int32_t day, int zone_min)
{
	return day * DAY_MS - (int64_t)zone_min * MINUTE_MS;
}

/*
 * Between least and most digits at *p into *ret, moving *p; false when there are fewer. A further
 * digit stays.
 */
static bool digits(const char **p, int least, int most, int *ret)
{
	int n = 0, v = 0;
	for (; n < most && (*p)[n] >= '0' && (*p)[n] <= '9'; n++)
		v = v * 10 + ((*p)[n] - '0');
	*p += n;
	*ret = v;
	return n >= least;
}

static bool skip(const char **p, char c)
{
	bool hit = **p == c;
	*p += hit;
	return hit;
}

static bool date_at(const char **p, int *y, int *m, int *d)
{
	return digits(p, 4, 4, y) && skip(p, '-') && digits(p, 2, 2, m) && skip(p, '-') &&
	       digits(p, 2, 2, d);
}

enum vh_rc day_parse(const char *s, int32_t *ret_day)
{
	int y, m, d;
	if (!date_at(&s, &y, &m, &d) || *s)
		return VH_INVALID;
	return day_make(y, m, d, ret_day);
}

void instant_format(int64_t instant, char out[INSTANT_TEXT])
{
	int32_t day = day_of(instant, 0);
	unsigned ms = (unsigned)(instant - day_start(day, 0));
	day_format(day, out);
	snprintf(out + DAY_TEXT - 1, INSTANT_TEXT - DAY_TEXT + 1, "T%02u:%02u:%02u.%03uZ",
	         ms / 3600000 % 24, ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

/* The fraction of a second, any number of digits; what is finer than a millisecond is dropped. */
static bool fraction(const char **p, int *ret_ms)
{
	int scale = 100, n = 0;
	*ret_ms = 0;
	for (; **p >= '0' && **p <= '9'; ++*p, ++n, scale /= 10)
		*ret_ms += (**p - '0') * scale;
	return n > 0;
}

static bool offset_at(const char **p, int *ret_min)
{
	int h, m, sign = **p == '-' ? -1 : 1;
	*ret_min = 0;
	if (skip(p, 'Z') || skip(p, 'z'))
		return true;
	if (!skip(p, '+') && !skip(p, '-'))
		return false;
	if (!digits(p, 2, 2, &h) || !skip(p, ':') || !digits(p, 2, 2, &m) || h > 23 || m > 59)
		return false;
	*ret_min = sign * (h * 60 + m);
	return true;
}

/* hh:mm:ss with an optional fraction, in milliseconds of the day. */
static bool time_at(const char **p, int *ret_ms)
{
	int h, m, s, ms = 0;
	if (!digits(p, 2, 2, &h) || !skip(p, ':') || !digits(p, 2, 2, &m) || !skip(p, ':') ||
	    !digits(p, 2, 2, &s) || h > 23 || m > 59 || s > 59)
		return false;
	if (skip(p, '.') && !fraction(p, &ms))
		return false;
	*ret_ms = ((h * 60 + m) * 60 + s) * 1000 + ms;
	return true;
}

enum vh_rc instant_parse(const char *s, int64_t *ret_instant)
{
	int y, m, d, ms, zone;
	int32_t day;
	if (!date_at(&s, &y, &m, &d) || (!skip(&s, 'T') && !skip(&s, 't') && !skip(&s, ' ')))
		return VH_INVALID;
	if (!time_at(&s, &ms) || !offset_at(&s, &zone) || *s || day_make(y, m, d, &day) != VH_OK)
		return VH_INVALID;
	*ret_instant = day_start(day, zone) + ms;
	return VH_OK;
}

/*
 * The end of a loose day: nothing, or a time of day behind a blank, a T or as the fraction of a
 * serial.
 */
static bool only_time(const char *s, char before)
{
	int n;
	if (!*s)
		return true;
	if (*s != before && *s != 'T')
		return false;
	s++;
	if (before == '.')
		return strspn(s, "0123456789") == strlen(s);
	if (!digits(&s, 1, 2, &n) || n > 23)
		return false;
	for (int i = 0; i < 2 && *s == ':'; i++) {
		s++;
		if (!digits(&s, 2, 2, &n) || n > 59)
			return false;
	}
	return !*s || *s == 'Z' || (*s == '.' && only_time(s, '.'));
}

static enum vh_rc serial_or_digits(const char *s, size_t n, int32_t *ret_day)
{
	int y, m, d;
	const char *p = s;
	if (n == 8 && digits(&p, 4, 4, &y) && digits(&p, 2, 2, &m) && digits(&p, 2, 2, &d) &&
	    only_time(p, ' '))
		return day_make(y, m, d, ret_day);
	p = s;
	if (n != 5 || !digits(&p, 5, 5, &d) || d < SERIAL_FIRST || d > SERIAL_LAST ||
	    !only_time(p, '.'))
		return VH_INVALID;
	*ret_day = d - SERIAL_UNIX;
	return VH_OK;
}

/*
 * One separator between the parts of a day: blanks around it are dropped. `year` and `month` are
 * the words.
 */
static bool separator(const char **p, const char *word, char *mark)
{
	while (skip(p, ' '))
		;
	size_t n = strlen(word);
	if (!strncmp(*p, word, n)) {
		if (*mark && *mark != 'w')
			return false;
		*mark = 'w';
		*p += n;
	} else if (**p && strchr("-/.", **p) && (!*mark || *mark == **p)) {
		*mark = *(*p)++;
	} else {
		return false;
	}
	while (skip(p, ' '))
		;
	return true;
}

enum vh_rc day_parse_loose(struct arena *a, const char *text, int32_t *ret_day)
{
	const char *s = utf8_clean(a, text);
	if (!s)
		return VH_NOMEM;
	size_t n = strspn(s, "0123456789");
	if (n != 4)
		return serial_or_digits(s, n, ret_day);
	int y, m, d;
	char mark = 0;
	if (!digits(&s, 4, 4, &y) || !separator(&s, "年", &mark) || !digits(&s, 1, 2, &m) ||
	    !separator(&s, "月", &mark) || !digits(&s, 1, 2, &d))
		return VH_INVALID;
	if (mark == 'w') {
		bool ended = skip(&s, ' '); /* 3 日 */
		if (!strncmp(s, "日", 3) || !strncmp(s, "号", 3))
			s += 3;
		else if (ended)
			s--;
	}
	return only_time(s, ' ') ? day_make(y, m, d, ret_day) : VH_INVALID;
}
