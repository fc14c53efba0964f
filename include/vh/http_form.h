/*
 * Bodies to declared fields. A form, a multipart form or a JSON object all end in the same struct
 * of strings, each checked by its validator; what was not declared, comes twice, is malformed or
 * too long is VH_INVALID naming the field.
 */
#ifndef VH_HTTP_FORM_H
#define VH_HTTP_FORM_H

#include <stdint.h>

#include "vh/http.h"
/*
 * Percent-decode application/x-www-form-urlencoded text in order. VH_INVALID: `escape`, `utf8`
 * (also NUL); VH_LIMIT `fields`: over LIM_FIELDS.
 */
MUST enum vh_rc form_parse(struct arena *a, const char *p, size_t n, struct http_pairs *ret,
                           struct err *e);
/*
 * Decode %XX (and + when `plus`) into the arena. VH_INVALID: broken escape, NUL, or not UTF-8.
 * VH_NOMEM.
 */
MUST enum vh_rc percent_decode(struct arena *a, const char *p, size_t n, bool plus, char **ret);
struct http_part {
	const char *name;     /* of the form field */
	const char *filename; /* NULL: an ordinary field */
	const char *type;     /* "" when the part does not say */
	const char *p;        /* borrowed from the body */
	size_t n;
};
#define HTTP_PARTS 32
struct http_parts {
	struct http_part at[HTTP_PARTS];
	unsigned n;
};
/*
 * RFC 7578 with the boundary of this Content-Type. VH_INVALID `multipart`; VH_LIMIT `fields`: over
 * HTTP_PARTS.
 */
MUST enum vh_rc multipart_parse(struct arena *a, const char *content_type, const char *p, size_t n,
                                struct http_parts *ret, struct err *e);

struct input;
/* Check one value and give its normal form. Errors are set with f->name and a stable code. */
typedef enum vh_rc input_check(const struct input *f, struct arena *a, const char *in,
                               const char **ret, struct err *e);
enum {
	INPUT_REQUIRED = 1,
	INPUT_MANY = 2,   /* may come again, or as a JSON array; the values are joined by '\n' */
	INPUT_SECRET = 4, /* never shown again when the form comes back */
	INPUT_FILE = 8,   /* a file part of a multipart form */
	INPUT_NUMBER = 16, /* JSON may write it as a number */
	INPUT_MAP = 32, /* NAME.KEY, or an object of JSON, joined as KEY=VALUE by '\n': map_next */
};
struct input {
	const char *name;
	size_t at; /* offset of the `const char *` in the form's struct */
	input_check *check;
	unsigned flags;
	unsigned max; /* characters; for input_int the largest value */
	const char *words; /* input_word: "open|suspended|barred" */
};
#define INPUT(type, member, fn, fl, mx) \
	{ .name = #member, .at = offsetof(type, member), .check = (fn), .flags = (fl), .max = (mx) }
#define INPUT_WORD(type, member, fl, w) \
	{ .name = #member, .at = offsetof(type, member), .check = input_word, .flags = (fl), \
	  .words = (w) }

struct form {
	const struct input *field;
	unsigned n;
	size_t size; /* of the struct of `const char *` */
};
#define FORM(type, table) { (table), sizeof(table) / sizeof *(table), sizeof(type) }
struct http_file { const char *name, *filename, *p; size_t n; };
/*
 * A body taken apart, whatever its type. `kind` tells JSON numbers and booleans from text; NULL:
 * all text.
 */
struct http_body {
	struct http_pairs pairs;
	const char *kind;
	struct http_file file; /* the one file part; name NULL: none */
};

input_check input_text;  /* one line, cleaned (utf8_clean) */
input_check input_lines; /* several lines, as typed, without control characters */
input_check input_raw;   /* as sent: passwords */
input_check input_name;  /* a person's or thing's name: input_text, at most LIM_NAME characters */
input_check input_code;  /* utf8_compact: document numbers, phones, codes */
input_check input_day;   /* YYYY-MM-DD */
input_check input_int;   /* 0 .. max, canonical */
input_check input_id;
input_check input_bool;  /* 1/0, true/false, on/off, yes/no -> "1" or nothing */
input_check input_word;  /* one of f->words */
input_check input_real;  /* a decimal number, at most two places, up to max */

/*
 * Take q's body apart. VH_INVALID: `media_type` when it is none of the three types (415), `json`,
 * `multipart`, `escape`, `type` (what is no text, number or yes/no); VH_LIMIT.
 */
MUST enum vh_rc body_read(const struct http_req *q, struct http_body *ret, struct err *e);
bool body_type_known(const struct http_req *q); /* for refusing at the head */
const char *body_get(const struct http_body *b, const char *name); /* the first; NULL: absent */
/*
 * Check a body against a form into `out` (form->size bytes, zeroed here). Absent and empty fields
 * stay NULL. All fields are looked at, so that the errors come together; `out` then holds what was
 * readable, for showing the form again. Names that begin with '_' belong to the dispatcher and are
 * passed over. VH_INVALID: `unknown_field`, `repeated`, `too_long`, `required`, `type`, or a
 * validator's own code, each naming its field.
 */
MUST enum vh_rc form_check(struct arena *a, const struct form *form, const struct http_body *in,
                           void *out, struct err *e);
/* By name, for showing a form again. */
const char *form_get(const struct form *form, const void *in, const char *name);
/* The next pair of an INPUT_MAP, moving *map; false after the last. NULL without memory. */
bool map_next(struct arena *a, const char **map, const char **ret_key, const char **ret_value);
const char *map_get(struct arena *a, const char *map, const char *key);

#endif
