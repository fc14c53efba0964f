/*
 * The configuration file (INI, read by inih): sections and keys, kept as text. Unknown keys are
 * refused by whoever reads a section, so that a typing error is found at start.
 */
#ifndef VH_CONF_H
#define VH_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/arena.h"

struct conf;

/* path NULL: an empty one. Errors name file and line. */
MUST enum vh_rc conf_load(const char *path, struct conf **ret, struct err *e);
void conf_free(struct conf *c);
const char *conf_str(const struct conf *c, const char *section, const char *key,
                     const char *otherwise);
MUST enum vh_rc conf_i64(const struct conf *c, const char *section, const char *key, int64_t least,
                         int64_t most, int64_t otherwise, int64_t *ret, struct err *e);
/* Every key, in the order of the file. */
typedef void conf_fn(void *arg, const char *section, const char *key, const char *value);
void conf_each(const struct conf *c, conf_fn *fn, void *arg);
/* VH_INVALID naming the first key that is not in `known` ("section.key", NULL-ended; "section.*"
 * takes all). */
MUST enum vh_rc conf_check(const struct conf *c, const char *const *known, struct err *e);

#endif
