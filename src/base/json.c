#include "vh/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/utf8.h"

/* Doubles hold every whole number up to here. */
#define WHOLE 9007199254740992.0
/* cJSON reads a number through 64 bytes and fails, as if for want of memory, at a longer one. */
enum { NUMBER_MAX = 60 };

/*
 * cJSON is forgiving (leading zeros, control characters, U+0000, duplicate members), so the text is
 * held against the grammar of RFC 8259 first and the tree is looked through afterwards.
 */
struct scan {
	const char *p, *end;
	unsigned depth, members;
	enum vh_rc rc;
	const char *code, *why;
};

static bool refuse(struct scan *s, enum vh_rc rc, const char *code, const char *why)
{
	if (s->rc == VH_OK) {
		s->rc = rc;
		s->code = code;
		s->why = why;
	}
	return false;
}

static bool wrong(struct scan *s, const char *why)
{
	return refuse(s, VH_INVALID, "json", why);
}

static int peek(const struct scan *s)
{
	return s->p < s->end ? (unsigned char)*s->p : -1;
}

static bool skip(struct scan *s, int c)
{
	bool hit = peek(s) == c;
	s->p += hit;
	return hit;
}

static void skip_blanks(struct scan *s)
{
	while (skip(s, ' ') || skip(s, '\t') || skip(s, '\n') || skip(s, '\r'))
		;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool scan_digits(struct scan *s)
{
	const char *from = s->p;
	while (is_digit(peek(s)))
		s->p++;
	return s->p > from || wrong(s, "a digit is missing");
}

static bool scan_exponent(struct scan *s)
{
	if (!skip(s, 'e') && !skip(s, 'E'))
		return true;
	if (!skip(s, '+'))
		skip(s, '-');
	return scan_digits(s);
}

static bool scan_number(struct scan *s)
{
	const char *from = s->p;
	skip(s, '-');
	if (!skip(s, '0') && !scan_digits(s))
		return false;
	if (is_digit(peek(s)))
		return wrong(s, "a number begins with 0");
	if (skip(s, '.') && !scan_digits(s))
		return false;
	if (!scan_exponent(s))
		return false;
	return s->p - from <= NUMBER_MAX || wrong(s, "a number has too many digits");
}

static bool scan_hex4(struct scan *s, unsigned *ret)
{
	*ret = 0;
	for (int i = 0; i < 4; i++) {
		int c = peek(s), lower = c | 0x20;
		if (!is_digit(c) && (lower < 'a' || lower > 'f'))
			return wrong(s, "four hexadecimal digits follow \\u");
		*ret = *ret << 4 | (unsigned)(is_digit(c) ? c - '0' : lower - 'a' + 10);
		s->p++;
	}
	return true;
}

static bool scan_escape(struct scan *s)
{
	unsigned u, low;
	int c = peek(s);
	if (c < 0 || !strchr("\"\\/bfnrtu", c))
		return wrong(s, "an unknown escape");
	s->p++;
	if (c != 'u')
		return true;
	if (!scan_hex4(s, &u))
		return false;
	if (!u)
		return wrong(s, "NUL in a text");
	if (u < 0xd800 || u > 0xdfff)
		return true;
	if (u > 0xdbff || !skip(s, '\\') || !skip(s, 'u') || !scan_hex4(s, &low) || low < 0xdc00 ||
	    low > 0xdfff)
		return wrong(s, "half of a surrogate pair");
	return true;
}

static bool scan_string(struct scan *s)
{
	if (!skip(s, '"'))
		return wrong(s, "a text is expected");
	for (;;) {
		int c = peek(s);
		if (c < 0x20)
			return wrong(s, c < 0 ? "a text does not end" : "a control character");
		s->p++;
		if (c == '"')
			return true;
		if (c == '\\' && !scan_escape(s))
			return false;
	}
}

static bool scan_value(struct scan *s);

/* A member of an object or an array; both count. */
static bool scan_member(struct scan *s, bool keyed)
{
	if (++s->members > LIM_JSON_MEMBERS)
		return refuse(s, VH_LIMIT, "json_members", "too many members");
	if (keyed) {
		if (!scan_string(s))
			return false;
		skip_blanks(s);
		if (!skip(s, ':'))
			return wrong(s, "a colon is missing");
		skip_blanks(s);
	}
	return scan_value(s);
}

static bool scan_members(struct scan *s, char end)
{
	if (++s->depth > LIM_JSON_DEPTH)
		return refuse(s, VH_LIMIT, "json_depth", "nested too deeply");
	s->p++;
	skip_blanks(s);
	if (!skip(s, end)) {
		for (;;) {
			if (!scan_member(s, end == '}'))
				return false;
			skip_blanks(s);
			if (skip(s, end))
				break;
			if (!skip(s, ','))
				return wrong(s, "a comma or the end is missing");
			skip_blanks(s);
		}
	}
	s->depth--;
	return true;
}

static bool scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return wrong(s, "an unknown word");
	s->p += n;
	return true;
}

static bool scan_value(struct scan *s)
{
	switch (peek(s)) {
	case '{':
		return scan_members(s, '}');
	case '[':
		return scan_members(s, ']');
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return scan_number(s);
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names are compared as decoded: "a" and "\u0061" are one. Sorted, since a quadratic search is
 * an attack. */
static enum vh_rc check_names(const cJSON *o)
{
	size_t n = (size_t)cJSON_GetArraySize(o), i = 0;
	const cJSON *m;
	if (n < 2)
		return VH_OK;
	const char **name = alloc_should_fail() ? NULL : calloc(n, sizeof *name);
	if (!name)
		return VH_NOMEM;
	cJSON_ArrayForEach(m, o)
		name[i++] = m->string;
	qsort(name, n, sizeof *name, by_name);
	enum vh_rc rc = VH_OK;
	for (i = 1; i < n && rc == VH_OK; i++) {
		if (!strcmp(name[i - 1], name[i]))
			rc = VH_INVALID;
	}
	free(name);
	return rc;
}

static enum vh_rc check_tree(const cJSON *v)
{
	const cJSON *m;
	if (cJSON_IsNumber(v))
		return isfinite(v->valuedouble) ? VH_OK : VH_INVALID;
	enum vh_rc rc = cJSON_IsObject(v) ? check_names(v) : VH_OK;
	cJSON_ArrayForEach(m, v) {
		if (rc != VH_OK)
			break;
		rc = check_tree(m);
	}
	return rc;
}

enum vh_rc json_parse(const char *p, size_t n, cJSON **ret, struct err *e)
{
	struct scan s = { .p = p, .end = p + n };
	if (!utf8_valid(p, n))
		return err_set(e, VH_INVALID, "json", "", "the JSON is not UTF-8");
	skip_blanks(&s);
	if (scan_value(&s)) {
		skip_blanks(&s);
		if (s.p < s.end)
			wrong(&s, "something follows the value");
	}
	if (s.rc != VH_OK)
		return err_set(e, s.rc, s.code, "", "JSON, byte %zu: %s", (size_t)(s.p - p), s.why);
	cJSON *v = cJSON_ParseWithLength(p, n);
	enum vh_rc rc = v ? check_tree(v) : VH_NOMEM;
	if (rc == VH_OK) {
		*ret = v;
		return rc;
	}
	cJSON_Delete(v);
	if (rc == VH_NOMEM)
		return err_set(e, rc, "no_memory", "", "not enough memory for the JSON");
	return err_set(e, rc, "json_twice", "", "a member stands twice, or a number is too large");
}

static void put_escape(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		buf_add(b, (const char[]){ '\\', (char)c }, 2);
		break;
	case '\n':
		buf_puts(b, "\\n");
		break;
	case '\r':
		buf_puts(b, "\\r");
		break;
	case '\t':
		buf_puts(b, "\\t");
		break;
	default:
		buf_printf(b, "\\u%04x", c);
	}
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void quote_valid(struct buf *b, const char *s)
{
	for (const char *from = s;; s++) {
		if (plain((unsigned char)*s))
			continue;
		buf_add(b, from, (size_t)(s - from));
		if (!*s)
			break;
		put_escape(b, (unsigned char)*s);
		from = s + 1;
	}
}

/* The name of a file, or a word of a command line: each byte that is no text becomes U+FFFD. */
static void quote_any(struct buf *b, const char *s)
{
	for (const char *from = s; utf8_next(&s); from = s) {
		if (!plain((unsigned char)*from))
			put_escape(b, (unsigned char)*from);
		else if (utf8_valid(from, (size_t)(s - from)))
			buf_add(b, from, (size_t)(s - from));
		else
			buf_puts(b, "\xef\xbf\xbd");
	}
}

void json_quote(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	if (utf8_valid(s, strlen(s)))
		quote_valid(b, s);
	else
		quote_any(b, s);
	buf_putc(b, '"');
}

static void print_number(struct buf *b, double n)
{
	char text[32];
	if (!isfinite(n)) {
		buf_puts(b, "null");
		return;
	}
	if (n == floor(n) && fabs(n) <= WHOLE) {
		buf_i64(b, (int64_t)n);
		return;
	}
	snprintf(text, sizeof text, "%.15g", n);
	if (strtod(text, NULL) != n)
		snprintf(text, sizeof text, "%.17g", n);
	buf_puts(b, text);
}

/* Views nest a few levels: parsed trees are bounded by LIM_JSON_DEPTH, built ones by who builds
 * them. */
void json_print(struct buf *b, const cJSON *v)
{
	bool object = cJSON_IsObject(v);
	const cJSON *m;
	if (cJSON_IsString(v)) {
		json_quote(b, v->valuestring);
	} else if (cJSON_IsNumber(v)) {
		print_number(b, v->valuedouble);
	} else if (cJSON_IsBool(v)) {
		buf_puts(b, cJSON_IsTrue(v) ? "true" : "false");
	} else if (object || cJSON_IsArray(v)) {
		buf_putc(b, object ? '{' : '[');
		cJSON_ArrayForEach(m, v) {
			if (object) {
				json_quote(b, m->string);
				buf_putc(b, ':');
			}
			json_print(b, m);
			if (m->next)
				buf_putc(b, ',');
		}
		buf_putc(b, object ? '}' : ']');
	} else {
		buf_puts(b, "null");
	}
}

bool view_init(struct view *v)
{
	*v = (struct view){ .root = cJSON_CreateObject() };
	v->failed = !v->root;
	return v->root;
}

void view_done(struct view *v)
{
	cJSON_Delete(v->root);
	*v = (struct view){ 0 };
}

/* Takes the item in every case. */
static cJSON *add(struct view *v, cJSON *in, const char *key, cJSON *item)
{
	bool good = in && item;
	if (good)
		good = key ? cJSON_AddItemToObjectCS(in, key, item)
		           : cJSON_AddItemToArray(in, item);
	if (good)
		return item;
	cJSON_Delete(item);
	v->failed = true;
	return NULL;
}

cJSON *view_obj(struct view *v, cJSON *in, const char *key)
{
	return add(v, in, key, cJSON_CreateObject());
}

cJSON *view_arr(struct view *v, cJSON *in, const char *key)
{
	return add(v, in, key, cJSON_CreateArray());
}

void view_str(struct view *v, cJSON *in, const char *key, const char *s)
{
	add(v, in, key, s ? cJSON_CreateString(s) : cJSON_CreateNull());
}

void view_num(struct view *v, cJSON *in, const char *key, double n)
{
	add(v, in, key, cJSON_CreateNumber(n));
}

void view_id(struct view *v, cJSON *in, const char *key, int64_t id)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)id);
	view_str(v, in, key, id ? text : NULL);
}

void view_bool(struct view *v, cJSON *in, const char *key, bool on)
{
	add(v, in, key, cJSON_CreateBool(on));
}

void view_null(struct view *v, cJSON *in, const char *key)
{
	add(v, in, key, cJSON_CreateNull());
}

const char *json_str(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

bool json_is_true(const cJSON *o, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, key));
}

int64_t json_i64(const cJSON *o, const char *key, int64_t otherwise)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(o, key);
	if (cJSON_IsNumber(v)) {
		double n = v->valuedouble;
		return n == floor(n) && fabs(n) <= WHOLE ? (int64_t)n : otherwise;
	}
	const char *s = cJSON_GetStringValue(v);
	if (!s || (*s != '-' && !is_digit(*s)))
		return otherwise;
	char *end;
	errno = 0;
	long long n = strtoll(s, &end, 10);
	return errno || *end || end == s ? otherwise : n;
}

static void *take_memory(size_t n)
{
	return alloc_should_fail() ? NULL : malloc(n);
}

void json_hooks(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = take_memory, .free_fn = free });
}
