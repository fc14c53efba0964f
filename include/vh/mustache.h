/*
 * Logic-less Mustache templates over cJSON trees: pages, payloads for other platforms, slips.
 *
 * A template is parsed once into a compact program that lives as long as the process and may be
 * rendered by many threads at a time. Built: variables, sections, inverted sections, partials,
 * comments, other delimiters. Not built: lambdas, inheritance, dynamic names. False are null,
 * false, 0, "", [] and what is missing.
 *
 * Errors carry the code `template` (parse) or `template_miss`, `template_depth`, `template_steps`,
 * `template_output` (render) and words that name line and tag.
 */
#ifndef VH_MUSTACHE_H
#define VH_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "vh/buf.h"
#include "vh/err.h"
#include "vh/json.h"

struct template;

/* Writes n bytes of valid UTF-8 in a form that cannot leave its place. */
typedef void escape_fn(struct buf *out, const char *s, size_t n);

/* Text and quoted attributes. Controls and bidirectional overrides come out as U+FFFD. */
void escape_html(struct buf *out, const char *s, size_t n);
/* The inside of a JSON string; the template writes the quotes. */
void escape_json(struct buf *out, const char *s, size_t n);
/* Text and quoted attributes of XML 1.0; what XML cannot hold comes out as U+FFFD. */
void escape_xml(struct buf *out, const char *s, size_t n);
/* A name or value of application/x-www-form-urlencoded. */
void escape_form(struct buf *out, const char *s, size_t n);

struct mustache_opts {
	escape_fn *escape; /* NULL: none, for plain text */
	/* The template called name, borrowed until the render ends, or NULL. May itself be NULL. */
	const struct template *(*partial)(void *arg, const char *name);
	void *arg;
	/* Contexts beneath the view, outermost first; NULL ones are skipped. */
	const cJSON *under[2];
	/* VH_INVALID for a name or partial that is nowhere and a variable that is no text. */
	bool strict;
};

/*
 * VH_INVALID, VH_LIMIT (LIM_TEMPLATE bytes, LIM_TEMPLATE_DEPTH sections), VH_NOMEM. Keeps nothing
 * of src.
 */
MUST enum vh_rc mustache_parse(const char *src, size_t n, struct template **ret, struct err *e);
void mustache_free(struct template *t); /* takes NULL */

/*
 * Append the result to out, whose cap is the ceiling. VH_INVALID (strict), VH_LIMIT (depth, steps,
 * output), VH_NOMEM; after a failure out holds a part that must not be used.
 */
MUST enum vh_rc mustache_render(const struct template *t, const cJSON *view,
                                const struct mustache_opts *o, struct buf *out, struct err *e);

#endif
