#include "vh/mustache.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mustache_prog.h"
#include "vh/limits.h"

/*
 * Sections and partials recurse, so they share one ceiling on depth. Lists within lists could run
 * for ever below it without writing a byte, so tokens are counted as well.
 */
struct render {
	const struct mustache_opts *o;
	struct buf *out;
	struct err *err;
	const cJSON *stack[LIM_TEMPLATE_DEPTH + 3]; /* innermost last */
	size_t n;
	unsigned depth;
	size_t steps;
	const char *where; /* the partial that runs, or NULL */
	struct buf indent;
	size_t indent_from; /* the indent of the running partial starts here */
};

static enum vh_rc run(struct render *r, const struct template *t, size_t from, size_t to);

static enum vh_rc fail(struct render *r, const struct template *t, const struct token *tk,
                       enum vh_rc rc, const char *code, const char *why)
{
	static const char *const sigil[] = {
		[OP_VAR] = "",       [OP_RAW] = "&",     [OP_SECTION] = "#",
		[OP_INVERTED] = "^", [OP_PARTIAL] = ">",
	};
	return err_set(r->err, rc, code, "", "%s%sline %u: {{%s%.*s}} %s", r->where ? r->where : "",
	               r->where ? " " : "", tk->line, sigil[tk->op], tk->n > 60 ? 60 : (int)tk->n,
	               t->src.p + tk->at, why);
}

static enum vh_rc miss(struct render *r, const struct template *t, const struct token *tk,
                       const char *why)
{
	return r->o->strict ? fail(r, t, tk, VH_INVALID, "template_miss", why) : VH_OK;
}

/* The first part is looked for outward, the others only inside what it found. NULL: a miss. */
static const cJSON *look_up(const struct render *r, const struct template *t,
                            const struct token *tk)
{
	if (tk->parts == 0)
		return r->stack[r->n - 1];
	const char *part = t->names.p + tk->name;
	const cJSON *v = NULL;
	for (size_t i = r->n; i-- > 0 && !v;) {
		if (cJSON_IsObject(r->stack[i]))
			v = cJSON_GetObjectItemCaseSensitive(r->stack[i], part);
	}
	for (unsigned k = 1; k < tk->parts && v; k++) {
		part += strlen(part) + 1;
		v = cJSON_IsObject(v) ? cJSON_GetObjectItemCaseSensitive(v, part) : NULL;
	}
	return v;
}

static bool is_true(const cJSON *v)
{
	if (!v || cJSON_IsNull(v) || cJSON_IsFalse(v))
		return false;
	if (cJSON_IsNumber(v))
		return v->valuedouble < 0 || v->valuedouble > 0;
	if (cJSON_IsString(v))
		return v->valuestring[0] != '\0';
	return !cJSON_IsArray(v) || v->child;
}

/* As JSON writes it: whole numbers without a point, others in digits that read back the same. */
static void put_number(struct render *r, double d)
{
	char s[40];
	if (fabs(d) < 1e15 && d == floor(d)) {
		snprintf(s, sizeof s, "%.0f", d);
	} else {
		snprintf(s, sizeof s, "%.15g", d);
		double back = strtod(s, NULL);
		if (back < d || back > d)
			snprintf(s, sizeof s, "%.17g", d);
	}
	buf_puts(r->out, s);
}

static enum vh_rc put_value(struct render *r, const struct template *t, const struct token *tk)
{
	const cJSON *v = look_up(r, t, tk);
	if (!v)
		return miss(r, t, tk, "has no value");
	if (cJSON_IsString(v)) {
		if (tk->op == OP_VAR && r->o->escape)
			r->o->escape(r->out, v->valuestring, strlen(v->valuestring));
		else
			buf_puts(r->out, v->valuestring);
	} else if (cJSON_IsNumber(v)) {
		put_number(r, v->valuedouble);
	} else if (cJSON_IsBool(v)) {
		buf_puts(r->out, cJSON_IsTrue(v) ? "true" : "false");
	} else if (!cJSON_IsNull(v)) {
		return miss(r, t, tk, "is a list or an object");
	}
	return VH_OK;
}

static void put_text(struct render *r, const struct template *t, const struct token *tk)
{
	const char *p = t->src.p + tk->at, *end = p + tk->n;
	size_t indent_n = r->indent.n - r->indent_from;
	if (indent_n == 0) {
		buf_add(r->out, p, tk->n);
		return;
	}
	bool bol = tk->bol;
	do {
		const char *nl = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
		const char *next = nl ? nl + 1 : end;
		if (bol)
			buf_add(r->out, r->indent.p + r->indent_from, indent_n);
		buf_add(r->out, p, (size_t)(next - p));
		p = next;
		bol = true;
	} while (p < end);
}

static enum vh_rc run_with(struct render *r, const struct template *t, size_t i,
                           const cJSON *context)
{
	r->stack[r->n++] = context;
	enum vh_rc rc = run(r, t, i + 1, template_token(t, i)->end);
	r->n--;
	return rc;
}

static enum vh_rc put_section(struct render *r, const struct template *t, size_t i)
{
	const struct token *tk = template_token(t, i);
	const cJSON *v = look_up(r, t, tk), *item;
	enum vh_rc rc = VH_OK;
	if (!v && r->o->strict)
		return miss(r, t, tk, "has no value");
	if (is_true(v) != (tk->op == OP_SECTION))
		return VH_OK;
	if (r->depth == LIM_TEMPLATE_DEPTH)
		return fail(r, t, tk, VH_LIMIT, "template_depth", "is nested too deep");
	r->depth++;
	if (tk->op == OP_INVERTED) {
		rc = run(r, t, i + 1, tk->end);
	} else if (cJSON_IsArray(v)) {
		for (item = v->child; item && rc == VH_OK; item = item->next)
			rc = run_with(r, t, i, item);
	} else {
		rc = run_with(r, t, i, v);
	}
	r->depth--;
	return rc;
}

static enum vh_rc put_partial(struct render *r, const struct template *t, const struct token *tk)
{
	const char *name = t->names.p + tk->name;
	const struct template *p = r->o->partial ? r->o->partial(r->o->arg, name) : NULL;
	if (!p)
		return miss(r, t, tk, "is not there");
	if (r->depth == LIM_TEMPLATE_DEPTH)
		return fail(r, t, tk, VH_LIMIT, "template_depth", "is nested too deep");

	const char *where = r->where;
	size_t from = r->indent_from, n = r->indent.n;
	if (tk->alone)
		buf_add(&r->indent, t->src.p + tk->indent, tk->indent_n);
	else
		r->indent_from = n; /* only a tag alone on its line indents what it brings */
	r->where = name;
	r->depth++;
	enum vh_rc rc = run(r, p, 0, template_count(p));
	r->depth--;
	r->where = where;
	r->indent.n = n;
	r->indent_from = from;
	return rc;
}

static enum vh_rc put_token(struct render *r, const struct template *t, size_t i)
{
	const struct token *tk = template_token(t, i);
	switch ((enum op)tk->op) {
	case OP_TEXT:
		put_text(r, t, tk);
		return VH_OK;
	case OP_VAR:
	case OP_RAW:
		return put_value(r, t, tk);
	case OP_SECTION:
	case OP_INVERTED:
		return put_section(r, t, i);
	case OP_PARTIAL:
		return put_partial(r, t, tk);
	}
	return VH_OK;
}

static enum vh_rc run(struct render *r, const struct template *t, size_t from, size_t to)
{
	enum vh_rc rc = VH_OK;
	for (size_t i = from; i < to && rc == VH_OK; i++) {
		const struct token *tk = template_token(t, i);
		if (++r->steps > LIM_TEMPLATE_STEPS)
			return err_set(r->err, VH_LIMIT, "template_steps", "",
			               "the template does not end");
		rc = put_token(r, t, i);
		if (tk->op == OP_SECTION || tk->op == OP_INVERTED)
			i = tk->end - 1;
		if (!buf_ok(r->out) || !buf_ok(&r->indent))
			break; /* reported once, by mustache_render */
	}
	return rc;
}

enum vh_rc mustache_render(const struct template *t, const cJSON *view,
                           const struct mustache_opts *o, struct buf *out, struct err *e)
{
	struct render r = { .o = o, .out = out, .err = e };
	buf_init(&r.indent, LIM_TEMPLATE);
	for (size_t i = 0; i < sizeof o->under / sizeof *o->under; i++) {
		if (o->under[i])
			r.stack[r.n++] = o->under[i];
	}
	r.stack[r.n++] = view;
	enum vh_rc rc = run(&r, t, 0, template_count(t));
	if (rc == VH_OK)
		rc = buf_ok(out) ? r.indent.rc : out->rc;
	buf_done(&r.indent);
	if (rc != VH_OK && e->n == 0)
		err_set(e, rc, "template_output", "",
		        rc == VH_LIMIT ? "the page is too large" : "no memory for the page");
	return rc;
}
