/*
 * Result codes and the one error record of a step.
 *
 * Everything that can fail returns enum vh_rc and is MUST. The words are set once, where the
 * failure is understood (ctx_fail); callers pass them on unchanged. `code` is the stable name that
 * programs match on (`doc_check`, `already_in`, ...), always a literal; `field` is the form field
 * or column it is about, or "".
 */
#ifndef VH_ERR_H
#define VH_ERR_H

#include <stdarg.h>

#define MUST __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

enum vh_rc {
	VH_OK = 0,
	VH_NOTFOUND = -1, /* no such thing, or not yours to see */
	VH_CONFLICT = -2, /* true, but the registry's state does not allow it */
	VH_INVALID = -3,  /* the input itself is wrong */
	VH_DENIED = -4,   /* known caller, no right */
	VH_LIMIT = -5,    /* a ceiling of limits.h */
	VH_BUSY = -6,     /* try again */
	VH_NOMEM = -7,
	VH_IO = -8, /* disk, database or network */
};

#define ERR_ITEMS 8

struct err_item {
	char field[40];
	char code[32];
	char text[200];
};

/* The first item is the error itself; further ones are other fields of the same form. */
struct err {
	enum vh_rc rc;
	unsigned n;
	struct err_item item[ERR_ITEMS];
};

/* One table maps a result to its HTTP status, its exit code and a name. */
int rc_http_status(enum vh_rc rc);
int rc_exit_code(enum vh_rc rc);
const char *rc_name(enum vh_rc rc);

void err_clear(struct err *e);
/* Add an item; the first one decides rc. Items over ERR_ITEMS are dropped. Returns rc. */
enum vh_rc err_set(struct err *e, enum vh_rc rc, const char *code, const char *field,
                   const char *fmt, ...) PRINTF(5, 6);
enum vh_rc err_vset(struct err *e, enum vh_rc rc, const char *code, const char *field,
                    const char *fmt, va_list ap);
/* The stable code of the first item, "" when there is none. */
const char *err_code(const struct err *e);
const char *err_text(const struct err *e);

#endif
