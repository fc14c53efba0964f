#include "vh/err.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int status, exit;
} map[] = {
	[-VH_OK] = { "ok", 200, 0 },
	[-VH_NOTFOUND] = { "not_found", 404, 1 },
	[-VH_CONFLICT] = { "conflict", 409, 1 },
	[-VH_INVALID] = { "invalid", 422, 1 },
	[-VH_DENIED] = { "denied", 403, 1 },
	[-VH_LIMIT] = { "limit", 413, 1 },
	[-VH_BUSY] = { "busy", 503, 75 },
	[-VH_NOMEM] = { "no_memory", 503, 75 },
	[-VH_IO] = { "io", 503, 75 },
};

static unsigned row(enum vh_rc rc)
{
	unsigned i = (unsigned)-(int)rc;
	return i < sizeof map / sizeof *map ? i : (unsigned)-(int)VH_IO;
}

int rc_http_status(enum vh_rc rc)
{
	return map[row(rc)].status;
}

int rc_exit_code(enum vh_rc rc)
{
	return map[row(rc)].exit;
}

const char *rc_name(enum vh_rc rc)
{
	return map[row(rc)].name;
}

/* A cut at the end of the space must not leave half a character: the text becomes JSON and HTML. */
static void trim_tail(char *s)
{
	size_t n = strlen(s), i = n;
	while (i && ((unsigned char)s[i - 1] & 0xc0) == 0x80)
		i--;
	if (!i)
		return;
	unsigned char lead = (unsigned char)s[i - 1];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (n - (i - 1) < want)
		s[i - 1] = '\0';
}

void err_clear(struct err *e)
{
	e->rc = VH_OK;
	e->n = 0;
}

enum vh_rc err_vset(struct err *e, enum vh_rc rc, const char *code, const char *field,
                    const char *fmt, va_list ap)
{
	if (e->n == 0)
		e->rc = rc;
	if (e->n < ERR_ITEMS) {
		struct err_item *it = &e->item[e->n++];
		snprintf(it->code, sizeof it->code, "%s", code);
		snprintf(it->field, sizeof it->field, "%s", field);
		vsnprintf(it->text, sizeof it->text, fmt, ap);
		trim_tail(it->field);
		trim_tail(it->text);
	}
	return rc;
}

enum vh_rc err_set(struct err *e, enum vh_rc rc, const char *code, const char *field,
                   const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err_vset(e, rc, code, field, fmt, ap);
	va_end(ap);
	return rc;
}

const char *err_code(const struct err *e)
{
	return e->n ? e->item[0].code : "";
}

const char *err_text(const struct err *e)
{
	return e->n ? e->item[0].text : "";
}
