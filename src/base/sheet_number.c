/* How a workbook shows its numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheet_impl.h"
#include "vh/date.h"

enum { SERIAL_1970 = 25569, SERIAL_1904 = 1462, SERIAL_MAX = 73050 };

/* Outside quotes, brackets and escapes, a year or a day makes it one. */
bool format_shows_date(const char *f)
{
	for (; *f; f++) {
		if (*f == '\\' && f[1]) {
			f++;
		} else if (*f == '"' || *f == '[') {
			const char *end = strchr(f + 1, *f == '[' ? ']' : '"');
			if (!end)
				return false;
			f = end;
		} else if (strchr("yYdD", *f)) {
			return true;
		}
	}
	return false;
}

const char *number_text(const char *raw, bool date, bool date1904, char out[NUMBER_TEXT])
{
	char *end;
	double v = strtod(raw, &end);
	/* 1e15 and above would lose digits, and what is no number is somebody's text. */
	if (end == raw || *end || !(fabs(v) < 1e15))
		return raw;
	double serial = floor(v) + (date1904 ? SERIAL_1904 : 0);
	if (date && serial > 60 && serial <= SERIAL_MAX)
		day_format((int32_t)serial - SERIAL_1970, out);
	else
		snprintf(out, NUMBER_TEXT, "%.15g", v);
	return out;
}
