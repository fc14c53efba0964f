/*
 * Rows of employers and the other names they go by.
 */
#ifndef VH_STORE_EMPLOYER_H
#define VH_STORE_EMPLOYER_H

#include "vh/ctx.h"
#include "vh/db.h"

struct employer {
	int64_t hotel, id;
	const char *name, *name_key, *uscc; /* uscc NULL: not known */
	int64_t created;
	struct employer *next;
};
MUST enum vh_rc employer_insert(struct ctx *cx, const struct employer *e);
MUST enum vh_rc employer_get(struct ctx *cx, int64_t hotel, int64_t id, struct employer *ret);
/* By the folded name or an alias. */
MUST enum vh_rc employer_by_key(struct ctx *cx, int64_t hotel, const char *key,
                                struct employer *ret);
MUST enum vh_rc employer_alias_put(struct ctx *cx, int64_t hotel, const char *key,
                                   int64_t employer);
/* By folded name, what comes after an employer (0: from the first). */
MUST enum vh_rc employer_page(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                              struct employer **ret);
MUST enum vh_rc employer_update(struct ctx *cx, const struct employer *e); /* names, uscc */
/* People who live here now and work there. */
MUST enum vh_rc employer_count(struct ctx *cx, int64_t hotel, int64_t employer, int64_t *ret_n);
/* The people and aliases of one are the other's from now on, and it is gone. */
MUST enum vh_rc employer_absorb(struct ctx *cx, int64_t hotel, int64_t from, int64_t to);
struct employer_alias {
	const char *key; /* folded */
	struct employer_alias *next;
};
MUST enum vh_rc employer_alias_list(struct ctx *cx, int64_t hotel, int64_t employer,
                                    struct employer_alias **ret);

#endif
