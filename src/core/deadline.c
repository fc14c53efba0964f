/*
 * When a filing is due. The day of the event is not counted; a deadline in working days ends with
 * its last day, one in hours runs from now for today's event and from the end of the day for any
 * other one, whose hour nobody noted.
 */
#include "vh/core.h"

#include <string.h>

#include "vh/date.h"

static int64_t end_of(int32_t day, const struct hotel *h)
{
	return day_start(day + 1, h->zone_min) - 1;
}

enum vh_rc deadline_of(struct ctx *cx, const struct hotel *h, bool foreigner, const char *act,
                       int32_t day, int64_t *ret_due, bool *ret_urgent)
{
	return deadline_by(cx, h, foreigner ? "foreigner" : "resident", act, day, ret_due,
	                   ret_urgent);
}

enum vh_rc deadline_by(struct ctx *cx, const struct hotel *h, const char *who, const char *act,
                       int32_t day, int64_t *ret_due, bool *ret_urgent)
{
	struct deadline d;
	char text[DAY_TEXT];
	day_format(day, text);
	enum vh_rc rc = deadline_get(cx, h->id, who, act, text, &d);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_CONFLICT, "no_deadline", "since",
		                "no deadline is set for %s on %s", act, text);
	if (rc != VH_OK)
		return rc;
	*ret_urgent = !strcmp(d.unit, "hour");
	if (*ret_urgent) {
		int64_t from = day == day_of(cx->now, h->zone_min) ? cx->now : end_of(day, h);
		*ret_due = from + d.length * HOUR_MS;
	} else if (!strcmp(d.unit, "day")) {
		*ret_due = end_of(day + (int32_t)d.length, h);
	} else {
		int32_t last = 0;
		rc = workdays_add(workdays_builtin(), day, (int)d.length, &last);
		*ret_due = rc == VH_OK ? end_of(last, h) : 0;
	}
	return VH_OK;
}
