#include "vh/mustache.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

static const char *markup(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

/*
 * Length of an override or isolate (U+202A..202E, U+2066..2069): it could turn around the words
 * after it, the page's own among them.
 */
static size_t bidi_at(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	if (n < 3 || u[0] != 0xe2)
		return 0;
	bool embed = u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae;
	bool isolate = u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9;
	return embed || isolate ? 3 : 0;
}

void escape_html(struct buf *out, const char *s, size_t n)
{
	size_t plain = 0; /* bytes of s that are written */
	for (size_t i = 0; i < n;) {
		size_t bidi = bidi_at(s + i, n - i);
		bool gone = bidi || is_control((unsigned char)s[i]);
		const char *by = gone ? REPLACEMENT : markup(s[i]);
		size_t step = bidi ? bidi : 1;
		if (by) {
			buf_add(out, s + plain, i - plain);
			buf_puts(out, by);
			plain = i + step;
		}
		i += step;
	}
	buf_add(out, s + plain, n - plain);
}

/* U+FFFE and U+FFFF, which are no characters of XML. */
static bool is_noncharacter(const char *s, size_t n)
{
	return n >= 3 && (!memcmp(s, "\xef\xbf\xbe", 3) || !memcmp(s, "\xef\xbf\xbf", 3));
}

void escape_xml(struct buf *out, const char *s, size_t n)
{
	size_t plain = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *by = markup(s[i]);
		size_t len = 1;
		if (c == '\r')
			by = "&#13;"; /* a parser would fold it into a line feed */
		else if (is_control(c) && c != 0x7f)
			by = REPLACEMENT;
		if (!by && is_noncharacter(s + i, n - i)) {
			by = REPLACEMENT;
			len = 3;
		}
		if (!by)
			continue;
		buf_add(out, s + plain, i - plain);
		buf_puts(out, by);
		i += len - 1;
		plain = i + 1;
	}
	buf_add(out, s + plain, n - plain);
}

static const char *json_short(char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		return NULL;
	}
}

void escape_json(struct buf *out, const char *s, size_t n)
{
	size_t plain = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *by = json_short(s[i]);
		if (!by && c >= 0x20)
			continue;
		buf_add(out, s + plain, i - plain);
		if (by)
			buf_puts(out, by);
		else
			buf_printf(out, "\\u%04x", c);
		plain = i + 1;
	}
	buf_add(out, s + plain, n - plain);
}

void escape_form(struct buf *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool keep = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		            (c >= 'a' && c <= 'z') || (c && strchr("*-._", c));
		if (keep || c == ' ')
			buf_putc(out, c == ' ' ? '+' : (char)c);
		else
			buf_add(out, (const char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
}
