#include "vh/sync_wire.h"

#include <string.h>

#include "vh/date.h"

int64_t backoff_ms(unsigned tries, int64_t first, int64_t cap, uint32_t random)
{
	int64_t most = first;
	while (tries-- && most < cap)
		most *= 2;
	if (most > cap)
		most = cap;
	/* 2^32 * cap stays far below 2^63: the cap is hours. */
	return 1 + (int64_t)(((uint64_t)random * (uint64_t)most) >> 32);
}

static int two(const char *s)
{
	bool digits = s[0] >= '0' && s[0] <= '9' && s[1] >= '0' && s[1] <= '9';
	return digits ? (s[0] - '0') * 10 + (s[1] - '0') : -1;
}

static int month_of(const char *s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int m = 0; m < 12; m++)
		if (memcmp(names + 3 * m, s, 3) == 0)
			return m + 1;
	return -1;
}

/* `Sun, 06 Nov 1994 08:49:37 GMT`: fixed places, so it is read by place. -1: not one. */
static int64_t http_date(const char *s)
{
	static const char shape[] = "___, __ ___ ____ __:__:__ GMT";
	if (strlen(s) != sizeof(shape) - 1)
		return -1;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] != '_' && shape[i] != s[i])
			return -1;
	int century = two(s + 12), year = two(s + 14);
	int hour = two(s + 17), min = two(s + 20), sec = two(s + 23);
	int32_t day = 0;
	if (century < 0 || year < 0 || hour < 0 || hour > 23 || min < 0 || min > 59 || sec < 0 ||
	    sec > 60)
		return -1;
	if (day_make(century * 100 + year, month_of(s + 8), two(s + 5), &day) != VH_OK)
		return -1;
	return day_start(day, 0) + (((int64_t)hour * 60 + min) * 60 + sec) * 1000;
}

int64_t retry_after_ms(const char *value, int64_t now)
{
	size_t digits = strspn(value, "0123456789");
	int64_t ms = 0;
	if (digits && !value[digits]) {
		for (; *value && ms < RETRY_AFTER_CAP_MS; value++)
			ms = ms * 10 + (*value - '0') * 1000;
	} else {
		int64_t at = http_date(value);
		if (at < 0)
			return -1;
		ms = at > now ? at - now : 0;
	}
	return ms > RETRY_AFTER_CAP_MS ? RETRY_AFTER_CAP_MS : ms;
}
