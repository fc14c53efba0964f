/*
 * XLSX: a zip of XML parts. Read: the relations of the package, the workbook (which sheets,
 * which date system), the styles (which cells are dates), the shared strings (all in one
 * buffer), then a sheet as a stream, suspended after every row. A sheet is parsed twice: merged
 * areas stand behind the rows, and a damaged part is known only at its end.
 */
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheet_impl.h"
#include "vh/arena.h"
#include "vh/date.h"

enum { CHUNK = 64 << 10, NAMES = 4 << 20, XFS = 65536, FORMATS = 1024 };

struct rel {
	const char *id, *type, *target; /* type: the last segment of its URI */
	struct rel *next;
};

struct tab {
	const char *rid, *part;
	struct tab *next;
};

struct strings {
	struct buf text; /* each with its NUL */
	uint32_t *at;
	size_t n, size;
};

struct merge {
	uint32_t from, to;
	unsigned col;
};

struct book;

/* One part going through a parser. Handlers stop it with stop(); depth and texts are kept here. */
struct scan {
	struct book *b;
	struct err *e;
	XML_Parser p;
	struct part part;
	bool last; /* the last bytes are in the parser */
	unsigned depth;
	enum vh_rc rc;
	void (*start)(struct scan *s, const char *name, const char **attr);
	void (*end)(struct scan *s, const char *name);
	struct buf text; /* of the element being collected */
	bool collect;
	bool phonetic; /* inside rPh, readings of hanzi that are no text of the cell */
};

/* The sheet being read, from the first row to the last. */
struct grid {
	struct scan s;
	struct cells *cells;
	uint32_t line, col;
	char type; /* of the cell: n, s (shared), t (text), e (error), d (date) */
	bool in_row, in_cell, in_is, row_done;
	long style;
	const char *proven;  /* the part that was gone through to its end */
	struct merge *merge; /* its merged areas, by first row */
	size_t merges, merge_size, merge_at;
	struct {
		uint32_t to;
		struct buf text;
	} hold[LIM_LEDGER_COLS]; /* merged areas that reach the row being read */
};

struct book {
	struct zip_pack *zip;
	uint64_t unpacked; /* bytes of all parts, a part that is read again counted again */
	struct arena *a;   /* for the names: holds LIM_XLSX_NAMES of each kind */
	struct rel *rels;
	struct tab *tabs, *last_tab;
	unsigned n_tabs, n_rels;
	struct strings ss;
	long date_format[FORMATS]; /* ids of own formats that show dates */
	size_t date_formats;
	unsigned char date_xf[XFS / 8]; /* cell styles that show dates */
	size_t xfs;
	bool in_xfs, date1904;
	struct grid g;
};

/* Scanning */

static void stop(struct scan *s, enum vh_rc rc)
{
	if (!s->rc)
		s->rc = rc;
	XML_StopParser(s->p, XML_FALSE);
}

static void refuse(struct scan *s, const char *words)
{
	stop(s, err_set(s->e, VH_INVALID, "sheet_format", "", "%s", words));
}

static void too_much(struct scan *s, const char *words)
{
	stop(s, err_set(s->e, VH_LIMIT, "sheet_limit", "", "%s", words));
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

static const char *attribute(const char **attr, const char *name)
{
	while (*attr && strcmp(local(*attr), name))
		attr += 2;
	return *attr ? attr[1] : NULL;
}

static void XMLCALL on_start(void *parser, const char *name, const char **attr)
{
	struct scan *s = XML_GetUserData(parser);
	name = local(name);
	if (++s->depth > LIM_XLSX_DEPTH) {
		too_much(s, "the workbook nests its elements too deeply");
		return;
	}
	if (!strcmp(name, "rPh"))
		s->phonetic = true;
	s->start(s, name, attr);
}

static void XMLCALL on_end(void *parser, const char *name)
{
	struct scan *s = XML_GetUserData(parser);
	name = local(name);
	s->depth--;
	if (!strcmp(name, "rPh"))
		s->phonetic = false;
	if (s->end)
		s->end(s, name);
}

static void XMLCALL on_text(void *parser, const char *p, int n)
{
	struct scan *s = XML_GetUserData(parser);
	if (s->collect && !s->phonetic)
		buf_add(&s->text, p, (size_t)n);
}

/* A document type has no business in a workbook, and entities are how small XML grows large. */
static void XMLCALL on_doctype(void *parser, const char *name, const char *sysid, const char *pubid,
                               int internal)
{
	struct scan *s = XML_GetUserData(parser);
	(void)name, (void)sysid, (void)pubid, (void)internal;
	refuse(s, "the workbook declares a document type");
}

static enum vh_rc scan_open(struct scan *s, struct book *b, const char *name, struct err *e)
{
	s->b = b;
	s->e = e;
	s->depth = 0;
	s->rc = VH_OK;
	s->last = s->collect = s->phonetic = false;
	buf_reset(&s->text);
	enum vh_rc rc = part_open(b->zip, name, &s->part, e);
	if (rc)
		return rc;
	s->p = alloc_should_fail() ? NULL : XML_ParserCreate(NULL);
	if (!s->p) {
		part_close(&s->part);
		return sheet_nomem(e);
	}
	XML_SetUserData(s->p, s);
	XML_UseParserAsHandlerArg(s->p);
	XML_SetElementHandler(s->p, on_start, on_end);
	XML_SetCharacterDataHandler(s->p, on_text);
	XML_SetStartDoctypeDeclHandler(s->p, on_doctype);
	return VH_OK;
}

static void scan_close(struct scan *s)
{
	if (s->p)
		XML_ParserFree(s->p);
	s->p = NULL;
	part_close(&s->part);
}

static enum vh_rc failed(struct scan *s)
{
	if (s->rc)
		return s->rc;
	if (XML_GetErrorCode(s->p) == XML_ERROR_NO_MEMORY)
		return sheet_nomem(s->e);
	return err_set(s->e, VH_INVALID, "sheet_format", "", "the workbook is not well-formed: %s",
	               XML_ErrorString(XML_GetErrorCode(s->p)));
}

/* Go on until a handler suspends the parser (*ret_more) or the part ends. */
static enum vh_rc scan_go(struct scan *s, bool *ret_more)
{
	for (;;) {
		XML_ParsingStatus at;
		enum XML_Status st;
		XML_GetParsingStatus(s->p, &at);
		if (at.parsing == XML_SUSPENDED) {
			st = XML_ResumeParser(s->p);
		} else if (s->last) {
			*ret_more = false;
			return VH_OK;
		} else {
			size_t n;
			void *to = XML_GetBuffer(s->p, CHUNK);
			if (!to)
				return sheet_nomem(s->e);
			enum vh_rc rc = part_read(&s->part, to, CHUNK, &n, s->e);
			if (rc)
				return rc;
			s->b->unpacked += n;
			if (s->b->unpacked > LIM_XLSX_TOTAL)
				return err_set(s->e, VH_LIMIT, "sheet_bomb", "",
				               "the workbook unpacks to too much");
			s->last = n == 0;
			st = XML_ParseBuffer(s->p, (int)n, s->last);
		}
		if (st == XML_STATUS_ERROR)
			return failed(s);
		if (st == XML_STATUS_SUSPENDED) {
			*ret_more = true;
			return VH_OK;
		}
		XML_Index done = XML_GetCurrentByteIndex(s->p);
		if (!s->last && done >= 0 && s->part.got - (uint64_t)done > LIM_XLSX_TOKEN)
			return err_set(s->e, VH_LIMIT, "sheet_limit", "",
			               "a tag of the workbook is too long");
	}
}

/* A whole part through its handlers. VH_NOTFOUND: there is no such part. */
static enum vh_rc scan_part(struct scan *s, struct book *b, const char *name, struct err *e)
{
	bool more;
	enum vh_rc rc = scan_open(s, b, name, e);
	if (rc)
		return rc;
	rc = scan_go(s, &more);
	scan_close(s);
	return rc;
}

/* The package: relations and the workbook */

static const char *after_slash(const char *s)
{
	const char *slash = strrchr(s, '/');
	return slash ? slash + 1 : s;
}

static void rel_start(struct scan *s, const char *name, const char **attr)
{
	if (strcmp(name, "Relationship"))
		return;
	const char *id = attribute(attr, "Id"), *type = attribute(attr, "Type");
	const char *target = attribute(attr, "Target");
	if (!id || !type || !target)
		return;
	type = after_slash(type);
	if (s->b->n_rels++ == LIM_XLSX_NAMES || strlen(id) > LIM_XLSX_NAME ||
	    strlen(type) > LIM_XLSX_NAME || strlen(target) > LIM_XLSX_NAME) {
		too_much(s, "the workbook has too many or too long names of parts");
		return;
	}
	struct rel *r = arena_alloc(s->b->a, sizeof *r);
	if (r) {
		*r = (struct rel){ .id = arena_dup(s->b->a, id),
			           .type = arena_dup(s->b->a, type),
			           .target = arena_dup(s->b->a, target),
			           .next = s->b->rels };
		s->b->rels = r;
	}
	if (arena_failed(s->b->a))
		stop(s, sheet_nomem(s->e));
}

static const char *rel_target(const struct book *b, const char *id, const char *type)
{
	for (const struct rel *r = b->rels; r; r = r->next)
		if ((!id || !strcmp(r->id, id)) && (!type || !strcmp(r->type, type)))
			return r->target;
	return NULL;
}

/* r:id, not id */
static const char *relation_of(const char **attr)
{
	const char *rid = NULL;
	for (; *attr; attr += 2)
		if (strchr(*attr, ':') && !strcmp(local(*attr), "id"))
			rid = attr[1];
	return rid;
}

static void tab_start(struct scan *s, const char **attr)
{
	struct book *b = s->b;
	const char *state = attribute(attr, "state"), *rid = relation_of(attr);
	if (!rid || (state && strcmp(state, "visible")))
		return;
	if (b->n_tabs == LIM_XLSX_NAMES || strlen(rid) > LIM_XLSX_NAME) {
		too_much(s, "the workbook has too many sheets");
		return;
	}
	struct tab *t = arena_alloc(b->a, sizeof *t);
	if (t)
		t->rid = arena_dup(b->a, rid);
	if (!t || !t->rid) {
		stop(s, sheet_nomem(s->e));
		return;
	}
	if (b->last_tab)
		b->last_tab->next = t;
	else
		b->tabs = t;
	b->last_tab = t;
	b->n_tabs++;
}

static void book_start(struct scan *s, const char *name, const char **attr)
{
	const char *on = strcmp(name, "workbookPr") ? NULL : attribute(attr, "date1904");
	if (on)
		s->b->date1904 = !strcmp(on, "1") || !strcmp(on, "true");
	else if (!strcmp(name, "sheet"))
		tab_start(s, attr);
}

/* A target is relative to the folder of the part that names it, or absolute. */
static const char *resolve(struct book *b, const char *base, const char *target)
{
	if (*target == '/')
		return target + 1;
	return arena_printf(b->a, "%.*s%s", (int)(after_slash(base) - base), base, target);
}

static enum vh_rc read_rels(struct book *b, const char *of, struct err *e)
{
	struct scan s = { .start = rel_start };
	const char *name = arena_printf(b->a, "%.*s_rels/%s.rels", (int)(after_slash(of) - of), of,
	                                after_slash(of));
	b->rels = NULL;
	return name ? scan_part(&s, b, name, e) : sheet_nomem(e);
}

static enum vh_rc not_a_book(struct err *e)
{
	return err_set(e, VH_INVALID, "sheet_format", "", "a zip file, but not a workbook");
}

static enum vh_rc read_book(struct book *b, const char **ret_name, struct err *e)
{
	struct scan s = { .start = book_start };
	enum vh_rc rc = read_rels(b, "", e);
	if (rc && rc != VH_NOTFOUND)
		return rc;
	const char *name = rel_target(b, NULL, "officeDocument");
	name = resolve(b, "", name ? name : "xl/workbook.xml");
	rc = name ? scan_part(&s, b, name, e) : sheet_nomem(e);
	if (!rc)
		rc = read_rels(b, name, e);
	if (rc == VH_NOTFOUND)
		return not_a_book(e);
	*ret_name = name;
	return rc;
}

/* Styles: which cell styles show a date */

static bool is_date_format(const struct book *b, long id)
{
	if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
	    (id >= 50 && id <= 58)) /* ECMA-376 18.8.30, with the Chinese ones */
		return true;
	for (size_t i = 0; i < b->date_formats; i++)
		if (b->date_format[i] == id)
			return true;
	return false;
}

static void style_start(struct scan *s, const char *name, const char **attr)
{
	struct book *b = s->b;
	const char *id = attribute(attr, "numFmtId");
	if (!strcmp(name, "cellXfs")) {
		b->in_xfs = true;
	} else if (!strcmp(name, "numFmt") && id) {
		const char *code = attribute(attr, "formatCode");
		if (code && format_shows_date(code) && b->date_formats < FORMATS)
			b->date_format[b->date_formats++] = strtol(id, NULL, 10);
	} else if (b->in_xfs && !strcmp(name, "xf")) {
		if (b->xfs < XFS && id && is_date_format(b, strtol(id, NULL, 10)))
			b->date_xf[b->xfs / 8] |= (unsigned char)(1u << b->xfs % 8);
		b->xfs++;
	}
}

static void style_end(struct scan *s, const char *name)
{
	if (!strcmp(name, "cellXfs"))
		s->b->in_xfs = false;
}

static bool is_date_style(const struct book *b, long style)
{
	return style >= 0 && style < XFS && b->date_xf[style / 8] & 1u << style % 8;
}

/* Shared strings */

/* An array that has space for one more; NULL without memory, and the old one stays. */
static void *room_for_one(void *p, size_t n, size_t *size, size_t each)
{
	size_t more = *size ? *size * 2 : 1024;
	if (n < *size)
		return p;
	p = alloc_should_fail() ? NULL : realloc(p, more * each);
	*size = p ? more : *size;
	return p;
}

static void string_start(struct scan *s, const char *name, const char **attr)
{
	struct strings *ss = &s->b->ss;
	(void)attr;
	if (!strcmp(name, "t")) {
		s->collect = true;
	} else if (!strcmp(name, "si") && ss->n == LIM_XLSX_TEXTS) {
		too_much(s, "the workbook has too many texts");
	} else if (!strcmp(name, "si")) {
		uint32_t *at = room_for_one(ss->at, ss->n, &ss->size, sizeof *at);
		if (!at) {
			stop(s, sheet_nomem(s->e));
			return;
		}
		ss->at = at;
		ss->at[ss->n++] = (uint32_t)ss->text.n;
	}
}

static void string_end(struct scan *s, const char *name)
{
	struct strings *ss = &s->b->ss;
	if (!strcmp(name, "t")) {
		s->collect = false;
		buf_add(&ss->text, buf_str(&s->text), s->text.n);
		if (!buf_ok(&s->text))
			ss->text.rc = s->text.rc;
		buf_reset(&s->text);
	} else if (!strcmp(name, "si")) {
		buf_putc(&ss->text, '\0');
	}
	if (ss->text.rc == VH_LIMIT)
		too_much(s, "the workbook holds too much text");
	else if (!buf_ok(&ss->text))
		stop(s, sheet_nomem(s->e));
}

static enum vh_rc read_strings(struct book *b, const char *part, struct err *e)
{
	struct scan s = { .start = string_start, .end = string_end };
	buf_init(&s.text, LIM_XLSX_TOKEN);
	buf_init(&b->ss.text, LIM_XLSX_STRINGS);
	enum vh_rc rc = scan_part(&s, b, part, e);
	buf_done(&s.text);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Merged areas: "A3:A7" */

static bool reference(const char **p, unsigned *ret_col, uint32_t *ret_row)
{
	unsigned long col = 0, row = 0;
	const char *s = *p;
	for (; *s >= 'A' && *s <= 'Z' && col < 100000; s++)
		col = col * 26 + (unsigned long)(*s - 'A') + 1;
	for (; *s >= '0' && *s <= '9' && row < 100000000; s++)
		row = row * 10 + (unsigned long)(*s - '0');
	if (!col || !row)
		return false;
	*p = s;
	*ret_col = (unsigned)col - 1;
	*ret_row = (uint32_t)row;
	return true;
}

static void merge_start(struct scan *s, const char *name, const char **attr)
{
	struct grid *g = &s->b->g;
	struct merge m;
	unsigned col;
	if (strcmp(name, "mergeCell"))
		return;
	const char *ref = attribute(attr, "ref");
	if (!ref || !reference(&ref, &m.col, &m.from) || *ref++ != ':' ||
	    !reference(&ref, &col, &m.to))
		return;
	if (m.to <= m.from || m.col >= LIM_LEDGER_COLS)
		return;
	struct merge *all = room_for_one(g->merge, g->merges, &g->merge_size, sizeof *all);
	g->merge = all ? all : g->merge;
	if (!all)
		stop(s, sheet_nomem(s->e));
	else if (g->merges >= LIM_XLSX_MERGES)
		too_much(s, "the workbook has too many merged areas");
	else
		all[g->merges++] = m;
}

static int by_row(const void *a, const void *b)
{
	const struct merge *x = a, *y = b;
	return x->from < y->from ? -1 : x->from > y->from;
}

/* Start the areas that begin in this row, and repeat those that reach it. */
static enum vh_rc apply_merges(struct grid *g)
{
	struct cells *c = g->cells;
	for (; g->merge_at < g->merges && g->merge[g->merge_at].from <= g->line; g->merge_at++) {
		const struct merge *m = &g->merge[g->merge_at];
		if (m->from < g->line)
			continue; /* its row did not come: it holds nothing */
		g->hold[m->col].to = m->to;
		buf_reset(&g->hold[m->col].text);
		if (m->col < c->n)
			buf_puts(&g->hold[m->col].text, buf_str(&c->text) + c->at[m->col]);
	}
	for (unsigned i = 0; i < LIM_LEDGER_COLS; i++) {
		struct buf *t = &g->hold[i].text;
		if (g->hold[i].to < g->line || (i < c->n && c->at[i]))
			continue;
		enum vh_rc rc = buf_ok(t) ? cells_put(c, i, buf_str(t), t->n, g->line, g->s.e)
		                          : sheet_nomem(g->s.e);
		if (rc)
			return rc;
	}
	return VH_OK;
}

/* The rows of a sheet */

static void cell_start(struct grid *g, const char **attr)
{
	const char *ref = attribute(attr, "r"), *type = attribute(attr, "t"), *style;
	unsigned col = g->col;
	uint32_t row;
	if (ref && reference(&ref, &col, &row) && col < g->col) {
		refuse(&g->s, "the cells of a row are not in order");
		return;
	}
	g->col = col;
	style = attribute(attr, "s");
	g->style = style ? strtol(style, NULL, 10) : -1;
	g->in_cell = true;
	g->type = 'n';
	if (type && (!strcmp(type, "str") || !strcmp(type, "inlineStr")))
		g->type = 't';
	else if (type)
		g->type = *type;
	buf_reset(&g->s.text);
}

static void grid_start(struct scan *s, const char *name, const char **attr)
{
	struct grid *g = &s->b->g;
	if (!strcmp(name, "row")) {
		const char *r = attribute(attr, "r");
		unsigned long row = r ? strtoul(r, NULL, 10) : g->line + 1;
		if (row <= g->line || row > UINT32_MAX / 2) {
			refuse(s, "the rows are not in order");
			return;
		}
		g->line = (uint32_t)row;
		g->col = 0;
		g->in_row = true;
	} else if (g->in_row && !strcmp(name, "c")) {
		cell_start(g, attr);
	} else if (g->in_cell && !strcmp(name, "is")) {
		g->in_is = true;
	} else if (g->in_cell && (!strcmp(name, "v") || (g->in_is && !strcmp(name, "t")))) {
		s->collect = true;
	}
}

static enum vh_rc cell_end(struct grid *g)
{
	const struct strings *ss = &g->s.b->ss;
	struct buf *t = &g->s.text;
	char digits[NUMBER_TEXT];
	const char *p = buf_str(t);
	size_t n = t->n;
	if (t->rc == VH_NOMEM)
		return sheet_nomem(g->s.e);
	if (t->rc) {
		n = LIM_LEDGER_CELL + 1; /* cells_put() refuses it in its own words */
	} else if (g->type == 'e' || !n) {
		n = 0;
	} else if (g->type == 's') {
		char *end;
		unsigned long i = strtoul(p, &end, 10);
		if (*end || i >= ss->n)
			return err_set(g->s.e, VH_INVALID, "sheet_format", "",
			               "row %u names a text that is not there", g->line);
		p = buf_str(&ss->text) + ss->at[i];
		n = strlen(p);
	} else if (g->type == 'd' && n > 10 && p[10] == 'T') {
		n = 10;
	} else if (g->type == 'n') {
		p = number_text(p, is_date_style(g->s.b, g->style), g->s.b->date1904, digits);
		n = strlen(p);
	}
	return cells_put(g->cells, g->col, p, n, g->line, g->s.e);
}

static void grid_end(struct scan *s, const char *name)
{
	struct grid *g = &s->b->g;
	enum vh_rc rc = VH_OK;
	if (s->rc)
		return;
	if (!strcmp(name, "v") || !strcmp(name, "t")) {
		s->collect = false;
	} else if (!strcmp(name, "is")) {
		g->in_is = false;
	} else if (g->in_cell && !strcmp(name, "c")) {
		rc = cell_end(g);
		g->in_cell = false;
		g->col++;
	} else if (g->in_row && !strcmp(name, "row")) {
		g->in_row = false;
		g->row_done = true;
		rc = apply_merges(g);
		if (!rc)
			XML_StopParser(s->p, XML_TRUE);
	}
	if (rc)
		stop(s, rc);
}

/* The pass for merged areas also proves the part whole. */
static enum vh_rc prove(struct book *b, const char *part, struct err *e)
{
	struct grid *g = &b->g;
	struct scan s = { .start = merge_start };
	g->proven = NULL;
	g->merges = 0;
	enum vh_rc rc = scan_part(&s, b, part, e);
	if (rc == VH_NOTFOUND)
		return not_a_book(e);
	if (rc)
		return rc;
	if (g->merges)
		qsort(g->merge, g->merges, sizeof *g->merge, by_row);
	g->proven = part;
	return VH_OK;
}

/* A grid over a part, from its first row. */
static enum vh_rc grid_open(struct book *b, const char *part, struct err *e)
{
	struct grid *g = &b->g;
	g->merge_at = 0;
	g->line = 0;
	g->in_row = g->in_cell = g->in_is = g->row_done = false;
	for (unsigned i = 0; i < LIM_LEDGER_COLS; i++)
		g->hold[i].to = 0;
	scan_close(&g->s);
	enum vh_rc rc = part == g->proven ? VH_OK : prove(b, part, e);
	if (rc)
		return rc;
	g->s.start = grid_start;
	g->s.end = grid_end;
	return scan_open(&g->s, b, part, e);
}

/* The reader */

static void close_book(void *own)
{
	struct book *b = own;
	scan_close(&b->g.s);
	buf_done(&b->g.s.text);
	for (unsigned i = 0; i < LIM_LEDGER_COLS; i++)
		buf_done(&b->g.hold[i].text);
	free(b->g.merge);
	buf_done(&b->ss.text);
	free(b->ss.at);
	pack_close(b->zip);
	arena_free(b->a);
	free(b);
}

static enum vh_rc read_parts(struct book *b, struct err *e)
{
	struct scan style = { .start = style_start, .end = style_end };
	const char *book;
	enum vh_rc rc = read_book(b, &book, e);
	if (rc)
		return rc;
	for (struct tab *t = b->tabs; t; t = t->next) {
		const char *target = rel_target(b, t->rid, NULL);
		t->part = target ? resolve(b, book, target) : "";
	}
	const char *styles = rel_target(b, NULL, "styles");
	const char *strings = rel_target(b, NULL, "sharedStrings");
	styles = styles ? resolve(b, book, styles) : "";
	strings = strings ? resolve(b, book, strings) : "";
	if (arena_failed(b->a))
		return sheet_nomem(e);
	if (*styles)
		rc = scan_part(&style, b, styles, e);
	if (*strings && (!rc || rc == VH_NOTFOUND))
		rc = read_strings(b, strings, e);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc select_tab(void *own, unsigned table, struct err *e)
{
	struct book *b = own;
	struct tab *t = b->tabs;
	for (; t && table; table--)
		t = t->next;
	return t ? grid_open(b, t->part, e) : not_a_book(e);
}

enum vh_rc xlsx_open(const void *p, size_t n, void **ret, struct err *e)
{
	struct book *b = alloc_should_fail() ? NULL : calloc(1, sizeof *b);
	if (!b)
		return sheet_nomem(e);
	buf_init(&b->g.s.text, LIM_LEDGER_CELL);
	for (unsigned i = 0; i < LIM_LEDGER_COLS; i++)
		buf_init(&b->g.hold[i].text, LIM_LEDGER_CELL);
	b->a = arena_new(NAMES);
	enum vh_rc rc = b->a ? pack_open(p, n, &b->zip, e) : sheet_nomem(e);
	if (!rc)
		rc = read_parts(b, e);
	if (!rc)
		rc = select_tab(b, 0, e);
	if (rc)
		close_book(b);
	else
		*ret = b;
	return rc;
}

static unsigned tabs(const void *own)
{
	return ((const struct book *)own)->n_tabs;
}

static enum vh_rc next(void *own, struct cells *cells, uint32_t *ret_line, struct err *e)
{
	struct grid *g = &((struct book *)own)->g;
	bool more;
	g->cells = cells;
	g->s.e = e;
	g->row_done = false;
	enum vh_rc rc = g->s.p ? scan_go(&g->s, &more) : VH_NOTFOUND;
	if (!rc && (!more || !g->row_done))
		rc = VH_NOTFOUND;
	*ret_line = g->line;
	return rc;
}

const struct sheet_reader xlsx_reader = {
	.tables = tabs,
	.select = select_tab,
	.next = next,
	.close = close_book,
};
