/*
 * The validators of declared fields: one value in, its normal form out. An empty result means
 * absent.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vh/date.h"
#include "vh/http_form.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

static enum vh_rc wrong(const struct input *f, struct err *e, const char *code, const char *text)
{
	return err_set(e, VH_INVALID, code, f->name, "%s", text);
}

/* What every validator does at the end: measure, and give the text unless it is empty. */
static enum vh_rc give(const struct input *f, const char *s, const char **ret, struct err *e)
{
	if (!s)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), f->name, "no memory");
	if (f->max && utf8_count(s) > f->max)
		return err_set(e, VH_INVALID, "too_long", f->name, "over %u characters", f->max);
	*ret = *s ? s : NULL;
	return VH_OK;
}

enum vh_rc input_text(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	return give(f, utf8_clean(a, in), ret, e);
}

enum vh_rc input_raw(const struct input *f, struct arena *a, const char *in, const char **ret,
                     struct err *e)
{
	return give(f, arena_dup(a, in), ret, e);
}

enum vh_rc input_name(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	struct input g = *f;
	if (!g.max || g.max > LIM_NAME)
		g.max = LIM_NAME;
	return give(&g, utf8_clean(a, in), ret, e);
}

enum vh_rc input_code(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	return give(f, utf8_compact(a, in), ret, e);
}

enum vh_rc input_lines(const struct input *f, struct arena *a, const char *in, const char **ret,
                       struct err *e)
{
	char *out = arena_dup(a, in), *w = out;
	if (!out)
		return give(f, NULL, ret, e);
	for (const char *p = in; *p; p++) {
		if (*p == '\r')
			continue;
		if ((unsigned char)*p < ' ' && *p != '\n' && *p != '\t')
			return wrong(f, e, "text", "control characters");
		*w++ = *p;
	}
	while (w > out && (w[-1] == '\n' || w[-1] == ' '))
		w--;
	*w = '\0';
	return give(f, out, ret, e);
}

enum vh_rc input_day(const struct input *f, struct arena *a, const char *in, const char **ret,
                     struct err *e)
{
	int32_t day;
	char text[DAY_TEXT];
	char *s = utf8_clean(a, in);
	if (!s || !*s)
		return give(f, s, ret, e);
	if (day_parse(s, &day) != VH_OK)
		return wrong(f, e, "day", "write the day as YYYY-MM-DD");
	day_format(day, text);
	return give(&(struct input){ .name = f->name }, arena_dup(a, text), ret, e);
}

enum vh_rc input_int(const struct input *f, struct arena *a, const char *in, const char **ret,
                     struct err *e)
{
	char *s = utf8_clean(a, in);
	if (!s || !*s)
		return give(&(struct input){ .name = f->name }, s, ret, e);
	s += strspn(s, "0");
	if (!*s)
		s--;
	size_t n = strspn(s, "0123456789");
	if (s[n] || n > 9 || (f->max && strtoul(s, NULL, 10) > f->max))
		return err_set(e, VH_INVALID, "number", f->name, "a whole number from 0 to %u",
		               f->max ? f->max : 999999999u);
	*ret = s;
	return VH_OK;
}

enum vh_rc input_real(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	char *s = utf8_clean(a, in);
	if (!s || !*s)
		return give(&(struct input){ .name = f->name }, s, ret, e);
	size_t whole = strspn(s, "0123456789");
	size_t part = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
	size_t n = s[whole] == '.' ? whole + 1 + part : whole;
	if (!whole || whole > 9 || s[n] || part > 2 || (s[whole] == '.' && !part) ||
	    (f->max && strtod(s, NULL) > f->max))
		return err_set(e, VH_INVALID, "number", f->name,
		               "a number up to %u, two decimals at most",
		               f->max ? f->max : 999999999u);
	*ret = s;
	return VH_OK;
}

enum vh_rc input_id(const struct input *f, struct arena *a, const char *in, const char **ret,
                    struct err *e)
{
	int64_t id;
	(void)a;
	if (id_parse(in, &id) != VH_OK)
		return wrong(f, e, "id", "not an id");
	*ret = in;
	return VH_OK;
}

enum vh_rc input_bool(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	static const char *const yes[] = { "1", "true", "on", "yes" };
	static const char *const no[] = { "0", "false", "off", "no" };
	(void)a;
	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(in, yes[i]) == 0) {
			*ret = "1";
			return VH_OK;
		}
		if (strcasecmp(in, no[i]) == 0)
			return VH_OK;
	}
	return wrong(f, e, "choice", "yes or no");
}

enum vh_rc input_word(const struct input *f, struct arena *a, const char *in, const char **ret,
                      struct err *e)
{
	size_t n = strlen(in);
	(void)a;
	for (const char *w = f->words; w; w = strchr(w, '|') ? strchr(w, '|') + 1 : NULL) {
		if (n > 0 && strcspn(w, "|") == n && memcmp(w, in, n) == 0) {
			*ret = in;
			return VH_OK;
		}
	}
	return err_set(e, VH_INVALID, "choice", f->name, "one of %s", f->words);
}
