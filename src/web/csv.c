#include "csv.h"

#include <inttypes.h>
#include <string.h>

void csv_begin(struct call *c, const char *name)
{
	c->r->status = 200;
	c->r->type = "text/csv; charset=utf-8";
	resp_header(c->r, "Content-Disposition",
	            arena_printf(c->cx.a, "attachment; filename=\"%s-%s.csv\"", c->hotel.area,
	                         name));
	resp_header(c->r, "Vary", "Accept-Language, Cookie");
	buf_puts(&c->r->body, "\xEF\xBB\xBF");
}

void csv_cell(struct buf *b, const char *s)
{
	bool quote = strpbrk(s, ",\"\r\n") != NULL;
	if (quote)
		buf_puts(b, "\"");
	if (*s && strchr("=+-@\t\r", *s))
		buf_puts(b, "'"); /* a spreadsheet would compute it */
	for (; *s; s++) {
		buf_add(b, s, 1);
		if (*s == '"')
			buf_puts(b, "\"");
	}
	if (quote)
		buf_puts(b, "\"");
}

void csv_value(struct buf *b, const cJSON *v)
{
	if (cJSON_IsNumber(v))
		buf_printf(b, "%" PRId64, (int64_t)v->valuedouble);
	else if (cJSON_IsString(v))
		csv_cell(b, v->valuestring);
}
