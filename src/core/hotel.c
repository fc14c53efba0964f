#include "place_data.h"

#include <string.h>

#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/utf8.h"

enum { AREAS_AT_ONCE = 1000 }; /* lines of one write: a country has 670,000 of them */

struct load {
	const char *p, *end;
	int64_t line, rows;
	bool write; /* else only look whether every line can be read */
};

enum { CODE_MOST = 20 };

/* It stands between commas in paths and between slashes in addresses. */
static bool is_code(const char *s)
{
	size_t n = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
	return n && n <= CODE_MOST && !s[n];
}

/* What a hotel may be called: nothing that is not seen, nor longer than a plate can show. */
static bool is_name(const char *s)
{
	unsigned n = 0;
	for (uint32_t c; (c = utf8_next(&s)); n++)
		if (!utf8_plain(c))
			return false;
	return n && n <= LIM_NAME;
}

/* One unquoted line of code,name,parent,kind: names of divisions carry no commas. */
static enum vh_rc area_line(struct ctx *cx, const char *line, size_t n, int64_t lineno,
                            struct area *ret)
{
	char *s = arena_dupn(cx->a, line, n), *part[4] = { 0 };
	if (!s)
		return ctx_nomem(cx);
	for (int i = 0; i < 4; i++) {
		part[i] = s;
		s = s ? strchr(s, ',') : NULL;
		if (s)
			*s++ = '\0';
	}
	if (!part[3] || !is_code(part[0]) || !is_name(part[1]) || (*part[2] && !is_code(part[2])))
		return ctx_fail(cx, VH_INVALID, "areas", "areas",
		                "line %lld is not code,name,parent,kind", (long long)lineno);
	*ret = (struct area){ part[0], part[1], *part[2] ? part[2] : NULL, part[3] };
	return VH_OK;
}

/* The next lines; the first of all is the header. Its argument moves on only when it went well, as
 * a step may run twice. */
static enum vh_rc load_step(struct ctx *cx, void *arg)
{
	struct load l = *(struct load *)arg;
	for (int i = 0; i < AREAS_AT_ONCE && l.p < l.end; i++, l.line++) {
		const char *line = l.p, *nl = memchr(line, '\n', (size_t)(l.end - line));
		size_t n = nl ? (size_t)(nl - line) : (size_t)(l.end - line);
		struct area a;
		l.p = nl ? nl + 1 : l.end;
		if (n && line[n - 1] == '\r')
			n--;
		if (!n || l.line == 0)
			continue;
		enum vh_rc rc = area_line(cx, line, n, l.line + 1, &a);
		if (rc == VH_OK && l.write)
			rc = area_put(cx, &a);
		if (rc != VH_OK)
			return rc;
		l.rows++;
	}
	*(struct load *)arg = l;
	return VH_OK;
}

enum vh_rc areas_load(struct ctx *cx, const char *csv, size_t n, int64_t *ret_rows)
{
	struct load look = { csv, csv + n, 0, 0, false }, load = { csv, csv + n, 0, 0, true };
	struct ctx step = *cx;
	enum vh_rc rc = VH_OK;
	if (!utf8_valid(csv, n))
		return ctx_fail(cx, VH_INVALID, "areas", "areas",
		                "the divisions are not UTF-8 text");
	step.a = arena_new(LIM_ARENA);
	if (!step.a)
		return ctx_nomem(cx);
	while (rc == VH_OK && look.p < look.end) {
		arena_reset(step.a);
		rc = load_step(&step, &look);
	}
	while (rc == VH_OK && load.p < load.end) {
		arena_reset(step.a);
		rc = db_write(&step, load_step, &load);
	}
	arena_free(step.a);
	cx->err = step.err;
	if (rc == VH_OK)
		*ret_rows = load.rows;
	return rc;
}

struct add {
	struct hotel h;
	struct hotel_keys keys;
};

enum vh_rc area_path(struct ctx *cx, const char *code, const char **ret)
{
	const char *path = arena_printf(cx->a, ",%s,", code);
	struct area a;
	for (int depth = 0; path && depth < 12; depth++) {
		enum vh_rc rc = area_get(cx, code, &a);
		if (rc == VH_NOTFOUND || (rc == VH_OK && !a.parent)) {
			*ret = path;
			return VH_OK;
		}
		if (rc != VH_OK)
			return rc;
		code = a.parent;
		path = arena_printf(cx->a, ",%s%s", code, path);
	}
	return ctx_fail(cx, VH_INVALID, "area", "area", "the tree of divisions has a loop");
}

/* 东新村村委会 is called 东新村. */
static const char *hotel_name(struct ctx *cx, const char *area)
{
	static const char *const tails[] = { "村民委员会", "居民委员会", "村委会", "居委会" };
	size_t n = strlen(area);
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		size_t t = strlen(tails[i]);
		if (n > t && !strcmp(area + n - t, tails[i]))
			return arena_dupn(cx->a, area, n - t);
	}
	return arena_dup(cx->a, area);
}

static enum vh_rc deadlines_default(struct ctx *cx, int64_t hotel)
{
	static const struct deadline rule[] = {
		{ 1, "resident", "in", "workday", 3, "1900-01-01", "default" },
		{ 2, "resident", "out", "workday", 3, "1900-01-01", "default" },
		{ 3, "foreigner", "in", "hour", 24, "1900-01-01", "出境入境管理法 39" },
		{ 4, "foreigner", "out", "hour", 24, "1900-01-01", "default" },
		{ 5, "grave", "mend", "day", 1, "1900-01-01", "default" },
		{ 6, "minor", "mend", "day", 15, "1900-01-01", "default" },
	};
	for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
		enum vh_rc rc = deadline_insert(cx, hotel, &rule[i]);
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}

static enum vh_rc hotel_event(struct ctx *cx, const struct hotel *h)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h->area);
	buf_puts(&b, ",\"name\":");
	json_quote(&b, h->name);
	buf_puts(&b, "}}");
	struct deed d = { .hotel = h->id, .type = "hotel.opened", .subject = "hotels", .id = h->id,
	                  .part = h->id, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

/* Its number, its path and its name, all from the tree of divisions. */
static enum vh_rc number_and_name(struct ctx *cx, struct hotel *h)
{
	struct area a;
	struct hotel had;
	enum vh_rc rc = area_get(cx, h->area, &a);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "area", "area", "area %s is not in the divisions loaded",
		                h->area);
	if (rc == VH_OK)
		rc = hotel_by_area(cx, h->area, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "hotel_open", "area", "%s is open already",
		                had.name);
	if (rc != VH_NOTFOUND)
		return rc;
	rc = hotel_max(cx, &h->id);
	if (rc == VH_OK && ++h->id >= LIM_HOTELS)
		return ctx_fail(cx, VH_LIMIT, "hotels", "area", "no hotel numbers are left");
	if (rc == VH_OK)
		rc = area_path(cx, h->area, &h->path);
	if (rc == VH_OK && !h->name && !(h->name = hotel_name(cx, a.name)))
		rc = ctx_nomem(cx);
	return rc;
}

enum vh_rc hotel_make(struct ctx *cx, const struct hotel_keys *k, struct hotel *h)
{
	enum vh_rc rc = number_and_name(cx, h);
	if (rc == VH_OK)
		rc = hotel_keys_wrap(cx->a, cx->keys, h->id, k, &h->keys);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc == VH_OK)
		rc = hotel_insert(cx, h);
	/* Its events are sealed by these keys; a number that an undone try left in the cache gets
	 * them too. */
	if (rc == VH_OK && hotel_keys_put(cx->keys, h->id, k) != VH_OK)
		rc = ctx_nomem(cx);
	return rc == VH_OK ? deadlines_default(cx, h->id) : rc;
}

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct add *s = arg;
	struct hotel h = s->h;
	enum vh_rc rc = hotel_make(cx, &s->keys, &h);
	if (rc == VH_OK)
		rc = hotel_event(cx, &h);
	if (rc == VH_OK)
		s->h.id = h.id;
	return rc;
}

enum vh_rc hotel_add(struct ctx *cx, const struct hotel_new *n, int64_t *ret_hotel)
{
	struct add s = { .h = { .area = n->area, .zone_min = ZONE_CHINA, .notice_version = 1,
	                        .retention_months = n->retention_months, .created = cx->now } };
	if (!cx->who || (cx->who->role != ROLE_OPERATOR && cx->who->role != ROLE_ADMIN))
		return ctx_fail(cx, VH_DENIED, "role", "", "only an administrator opens a hotel");
	if (n->retention_months < 0 || n->retention_months > 1200)
		return ctx_fail(cx, VH_INVALID, "retention", "retention", "months from 1 to 1200");
	enum vh_rc rc = text_take(cx, "name", n->name, LIM_NAME, false, &s.h.name);
	if (rc == VH_OK)
		rc = phone_take(cx, "desk_phone", n->desk_phone, &s.h.desk_phone);
	if (rc == VH_OK)
		rc = text_take(cx, "entrusted_by", n->entrusted_by, LIM_TEXT, false,
		               &s.h.entrusted_by);
	if (rc != VH_OK)
		return rc;
	hotel_keys_new(&s.keys);
	rc = db_write(cx, add_step, &s);
	if (rc == VH_OK)
		*ret_hotel = s.h.id;
	wipe(&s.keys, sizeof s.keys);
	return rc;
}
