/*
 * Where people work: one list per hotel, filled by what is typed into filings and kept by the desk.
 */
#ifndef VH_EMPLOYER_H
#define VH_EMPLOYER_H

#include "vh/core.h"
#include "vh/store_employer.h"

/* Employers: by name or alias; made when new. ret 0 for an empty name. Inside a write. */
MUST enum vh_rc employer_take(struct ctx *cx, int64_t hotel, const char *name, int64_t *ret_id);
MUST enum vh_rc employer_add(struct ctx *cx, int64_t hotel, const char *name, const char *uscc,
                             int64_t *ret_id);
MUST enum vh_rc employer_alias_add(struct ctx *cx, int64_t hotel, int64_t employer,
                                   const char *alias);

/* name NULL: as it is; uscc NULL: as it is, "": none. VH_CONFLICT `employer_there`. */
MUST enum vh_rc employer_amend(struct ctx *cx, int64_t hotel, int64_t employer, const char *name,
                               const char *uscc);
/* By what somebody typed: its id, its name or another name of it. VH_NOTFOUND `employer`. */
MUST enum vh_rc employer_find(struct ctx *cx, const struct hotel *h, const char *text,
                              int64_t *ret);
/* They are one: people, aliases and name of `from` go to `into`. VH_CONFLICT `employer_same`. */
MUST enum vh_rc employer_merge(struct ctx *cx, int64_t hotel, int64_t from, int64_t into);
struct employer_look {
	struct employer row;
	struct employer_alias *aliases;
	int64_t people; /* who live here now */
	bool odd;       /* its USCC fails the check character: early ones may */
	struct employer_look *next;
};
/* Up to n by name, what comes after one (0: from the first); ACT_PLACE. */
MUST enum vh_rc look_employers(struct ctx *cx, const struct hotel *h, int64_t after, int64_t n,
                               struct employer_look **ret);
MUST enum vh_rc look_employer(struct ctx *cx, const struct hotel *h, int64_t employer,
                              struct employer_look *ret);
/* Names alone, to be offered to whoever files; ACT_FILE. */
MUST enum vh_rc employer_names(struct ctx *cx, const struct hotel *h, struct employer **ret);

#endif
