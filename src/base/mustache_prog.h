/*
 * The program a template is parsed into; shared by the parser and the renderer only.
 *
 * Tokens lie in one array in the order of the text. A section token knows where its body ends, so
 * rendering is a walk with jumps. Names are stored in parts, each followed by a NUL ("stay.name" is
 * "stay\0name\0"), ready for looking up.
 */
#ifndef VH_MUSTACHE_PROG_H
#define VH_MUSTACHE_PROG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/buf.h"

enum op {
	OP_TEXT,
	OP_VAR,
	OP_RAW,
	OP_SECTION,
	OP_INVERTED,
	OP_PARTIAL,
};

struct token {
	uint8_t op;
	bool bol;        /* OP_TEXT: begins a line, so the indent of a partial goes first */
	bool alone;      /* OP_PARTIAL: stands alone on its line, and its lines take the indent */
	uint16_t parts;  /* of the name; 0: the implicit iterator "." */
	uint32_t line;   /* from 1 */
	uint32_t at, n;  /* OP_TEXT: bytes of src; else the name as written, in src */
	uint32_t name;   /* offset of the parts in names */
	uint32_t end;    /* sections: index of the first token behind the body */
	uint32_t indent; /* OP_PARTIAL: offset in src of the blanks before the tag */
	uint32_t indent_n;
};

struct template {
	struct buf src;    /* a copy of the text */
	struct buf names;
	struct buf tokens; /* array of struct token */
};

static inline const struct token *template_token(const struct template *t, size_t i)
{
	return (const struct token *)(const void *)t->tokens.p + i;
}

static inline size_t template_count(const struct template *t)
{
	return t->tokens.n / sizeof(struct token);
}

#endif
