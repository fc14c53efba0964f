#include "vh/mustache.h"

#include <stdlib.h>
#include <string.h>

#include "mustache_prog.h"
#include "vh/arena.h"
#include "vh/limits.h"

#define DELIM_MAX 8

struct delim {
	char s[DELIM_MAX + 1];
	size_t n;
};

struct parser {
	struct template *t;
	struct err *err;
	const char *src;
	size_t n;
	size_t pos;    /* bytes before it are done */
	unsigned line; /* of counted */
	size_t counted;
	struct delim open, close;
	uint32_t section[LIM_TEMPLATE_DEPTH]; /* open sections, by token */
	unsigned depth;
};

/* One tag as it stands in the text. */
struct tag {
	char kind; /* # ^ / > ! = & { or 0 for a plain variable */
	unsigned line;
	size_t start, end;  /* with its delimiters */
	size_t at, n;       /* the trimmed inside, without the sigil */
	bool alone;         /* nothing else on its lines */
	size_t from, until; /* as above, with blanks and line end when alone */
};

/* How much of a tag an error shows. */
static int shown(size_t n)
{
	return n > 60 ? 60 : (int)n;
}

static char sigil_of(const struct token *section)
{
	return section->op == OP_SECTION ? '#' : '^';
}

static enum vh_rc bad(struct parser *ps, const struct tag *g, const char *why)
{
	const char *sigil = g->kind ? (const char[]){ g->kind, '\0' } : "";
	return err_set(ps->err, VH_INVALID, "template", "", "line %u: {{%s%.*s}} %s", g->line,
	               sigil, shown(g->n), ps->src + g->at, why);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

static bool starts_line(const struct parser *ps, size_t at)
{
	return at == 0 || ps->src[at - 1] == '\n';
}

static unsigned line_of(struct parser *ps, size_t at)
{
	for (; ps->counted < at; ps->counted++)
		ps->line += ps->src[ps->counted] == '\n';
	return ps->line;
}

static void push(struct parser *ps, struct token tk)
{
	buf_add(&ps->t->tokens, &tk, sizeof tk);
}

static void push_text(struct parser *ps, size_t from, size_t to)
{
	push(ps, (struct token){
		.op = OP_TEXT,
		.bol = starts_line(ps, from),
		.at = (uint32_t)from,
		.n = (uint32_t)(to - from),
	});
}

/* The text before a tag; an empty one where the tag begins a line, for the indent of a partial. */
static void push_text_before(struct parser *ps, const struct tag *g)
{
	if (ps->pos < g->from)
		push_text(ps, ps->pos, g->from);
	if (!g->alone && starts_line(ps, g->from))
		push_text(ps, g->from, g->from);
}

/* Where `what` begins at or after `from`; n when nowhere. */
static size_t find(const struct parser *ps, size_t from, const char *what, size_t what_n)
{
	const char *p = memmem(ps->src + from, ps->n - from, what, what_n);
	return p ? (size_t)(p - ps->src) : ps->n;
}

/* A tag that may stand alone takes its whole line with it, if nothing but blanks is beside it. */
static void find_line(const struct parser *ps, struct tag *g)
{
	size_t from = g->start, until = g->end;
	g->from = from;
	g->until = until;
	if (g->kind == '\0' || !strchr("#^/>!=", g->kind))
		return;
	while (from > ps->pos && is_blank(ps->src[from - 1]))
		from--;
	if (!starts_line(ps, from))
		return;
	while (until < ps->n && is_blank(ps->src[until]))
		until++;
	if (until < ps->n && ps->src[until] == '\r')
		until++;
	if (until < ps->n && ps->src[until++] != '\n')
		return;
	g->alone = true;
	g->from = from;
	g->until = until;
}

static enum vh_rc read_tag(struct parser *ps, size_t start, struct tag *ret)
{
	struct tag g = { .start = start, .line = line_of(ps, start) };
	size_t at = start + ps->open.n;
	char closing[DELIM_MAX + 2];
	size_t cn = 0;
	if (at < ps->n && ps->src[at] != '\0' && strchr("#^/>!=&{<$", ps->src[at]))
		g.kind = ps->src[at++];
	if (g.kind == '{' || g.kind == '=')
		closing[cn++] = g.kind == '{' ? '}' : '=';
	memcpy(closing + cn, ps->close.s, ps->close.n);
	cn += ps->close.n;

	size_t stop = find(ps, at, closing, cn);
	g.end = stop + cn;
	if (stop == ps->n) {
		g.at = at;
		g.n = ps->n - at > 20 ? 20 : ps->n - at;
		return bad(ps, &g, "is not closed");
	}
	while (at < stop && is_space(ps->src[at]))
		at++;
	while (at < stop && is_space(ps->src[stop - 1]))
		stop--;
	g.at = at;
	g.n = stop - at;
	find_line(ps, &g);
	*ret = g;
	return VH_OK;
}

static bool is_name_char(char c, bool dot)
{
	unsigned char u = (unsigned char)c;
	return (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') ||
	       u >= 0x80 || c == '_' || c == '-' || c == '/' || (c == '.' && dot);
}

/* Checks the name of a tag and stores its parts: a partial's name is one part, dots and all. */
static enum vh_rc store_name(struct parser *ps, const struct tag *g, struct token *tk)
{
	const char *s = ps->src + g->at;
	bool whole = tk->op == OP_PARTIAL;
	tk->at = (uint32_t)g->at;
	tk->n = (uint32_t)g->n;
	tk->line = g->line;
	tk->name = (uint32_t)ps->t->names.n;
	if (g->n == 1 && s[0] == '.' && !whole)
		return VH_OK;
	size_t part = 0;
	for (size_t i = 0; i <= g->n; i++) {
		if (i < g->n && is_name_char(s[i], whole))
			continue;
		if (i == part || (i < g->n && s[i] != '.'))
			return bad(ps, g, "is not a name");
		buf_add(&ps->t->names, s + part, i - part);
		buf_putc(&ps->t->names, '\0');
		tk->parts++;
		part = i + 1;
	}
	return tk->parts <= LIM_TEMPLATE_DEPTH ? VH_OK : bad(ps, g, "has too many dots");
}

static enum vh_rc open_section(struct parser *ps, const struct tag *g, struct token tk)
{
	enum vh_rc rc = store_name(ps, g, &tk);
	if (rc != VH_OK)
		return rc;
	if (ps->depth == LIM_TEMPLATE_DEPTH) {
		bad(ps, g, "is nested too deep");
		ps->err->rc = VH_LIMIT;
		return VH_LIMIT;
	}
	ps->section[ps->depth++] = (uint32_t)template_count(ps->t);
	push(ps, tk);
	return VH_OK;
}

static enum vh_rc close_section(struct parser *ps, const struct tag *g)
{
	if (ps->depth == 0)
		return bad(ps, g, "closes nothing");
	if (!buf_ok(&ps->t->tokens))
		return VH_OK; /* reported at the end */
	struct token *tk = (struct token *)(void *)ps->t->tokens.p + ps->section[ps->depth - 1];
	if (tk->n != g->n || memcmp(ps->src + tk->at, ps->src + g->at, g->n))
		return err_set(ps->err, VH_INVALID, "template", "",
		               "line %u: {{/%.*s}} closes {{%c%.*s}} of line %u", g->line,
		               shown(g->n), ps->src + g->at, sigil_of(tk), shown(tk->n),
		               ps->src + tk->at, tk->line);
	tk->end = (uint32_t)template_count(ps->t);
	ps->depth--;
	return VH_OK;
}

static bool read_delim(const char **p, const char *end, struct delim *d)
{
	const char *from = *p;
	while (*p < end && !is_space(**p))
		(*p)++;
	d->n = (size_t)(*p - from);
	if (d->n == 0 || d->n > DELIM_MAX || memchr(from, '=', d->n))
		return false;
	memcpy(d->s, from, d->n);
	while (*p < end && is_space(**p))
		(*p)++;
	return true;
}

static enum vh_rc set_delims(struct parser *ps, const struct tag *g)
{
	const char *p = ps->src + g->at, *end = p + g->n;
	struct delim open = { 0 }, close = { 0 };
	if (!read_delim(&p, end, &open) || !read_delim(&p, end, &close) || p != end)
		return bad(ps, g, "does not set two delimiters");
	ps->open = open;
	ps->close = close;
	return VH_OK;
}

static enum vh_rc push_named(struct parser *ps, const struct tag *g, struct token tk)
{
	enum vh_rc rc = store_name(ps, g, &tk);
	if (rc == VH_OK)
		push(ps, tk);
	return rc;
}

static enum vh_rc parse_tag(struct parser *ps, const struct tag *g)
{
	switch (g->kind) {
	case '!':
		return VH_OK;
	case '=':
		return set_delims(ps, g);
	case '#':
		return open_section(ps, g, (struct token){ .op = OP_SECTION });
	case '^':
		return open_section(ps, g, (struct token){ .op = OP_INVERTED });
	case '/':
		return close_section(ps, g);
	case '>':
		return push_named(ps, g,
		                  (struct token){
			                  .op = OP_PARTIAL,
			                  .alone = g->alone,
			                  .indent = (uint32_t)g->from,
			                  .indent_n = (uint32_t)(g->start - g->from),
		                  });
	case '&':
	case '{':
		return push_named(ps, g, (struct token){ .op = OP_RAW });
	case '\0':
		return push_named(ps, g, (struct token){ .op = OP_VAR });
	default:
		return bad(ps, g, "is a kind of tag that is not built");
	}
}

static enum vh_rc parse_all(struct parser *ps)
{
	while (ps->pos < ps->n) {
		size_t start = find(ps, ps->pos, ps->open.s, ps->open.n);
		if (start == ps->n) {
			push_text(ps, ps->pos, ps->n);
			break;
		}
		struct tag g;
		enum vh_rc rc = read_tag(ps, start, &g);
		if (rc != VH_OK)
			return rc;
		push_text_before(ps, &g);
		rc = parse_tag(ps, &g);
		if (rc != VH_OK)
			return rc;
		ps->pos = g.until;
	}
	if (ps->depth == 0 || !buf_ok(&ps->t->tokens))
		return VH_OK;
	const struct token *tk = template_token(ps->t, ps->section[ps->depth - 1]);
	return err_set(ps->err, VH_INVALID, "template", "", "line %u: {{%c%.*s}} is not closed",
	               tk->line, sigil_of(tk), shown(tk->n), ps->src + tk->at);
}

enum vh_rc mustache_parse(const char *src, size_t n, struct template **ret, struct err *e)
{
	if (n > LIM_TEMPLATE)
		return err_set(e, VH_LIMIT, "template", "", "a template holds at most %u bytes",
		               LIM_TEMPLATE);
	struct template *t = alloc_should_fail() ? NULL : calloc(1, sizeof *t);
	if (!t)
		return err_set(e, VH_NOMEM, "template", "", "no memory for a template");
	buf_init(&t->src, LIM_TEMPLATE);
	buf_init(&t->names, 2 * LIM_TEMPLATE);
	/* The shortest tag has three bytes ("<a>"), and two texts at most come before it. */
	buf_init(&t->tokens, (LIM_TEMPLATE + 2) * sizeof(struct token));
	buf_add(&t->src, src, n);

	struct parser ps = {
		.t = t,
		.err = e,
		.src = buf_str(&t->src),
		.n = t->src.n,
		.line = 1,
		.open = { "{{", 2 },
		.close = { "}}", 2 },
	};
	enum vh_rc rc = parse_all(&ps);
	if (rc == VH_OK && !(buf_ok(&t->src) && buf_ok(&t->names) && buf_ok(&t->tokens)))
		rc = err_set(e, VH_NOMEM, "template", "", "no memory for a template");
	if (rc != VH_OK) {
		mustache_free(t);
		return rc;
	}
	*ret = t;
	return VH_OK;
}

void mustache_free(struct template *t)
{
	if (!t)
		return;
	buf_done(&t->src);
	buf_done(&t->names);
	buf_done(&t->tokens);
	free(t);
}
