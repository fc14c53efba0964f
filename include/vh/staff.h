/*
 * The accounts that somebody looks after, and those of the landlords of a hotel: seen, and made in
 * one go with their slips.
 */
#ifndef VH_STAFF_H
#define VH_STAFF_H

#include "vh/accounts.h"
#include "vh/core.h"

struct staff {
	struct account a;
	const char *name, *phone; /* opened; NULL: not said */
	struct grant *grants;
	int64_t phones;           /* bound ones */
	struct staff *next;
};
struct staff_pick {
	bool officers;     /* those with passwords; else landlords and tenants */
	const char *phone; /* NULL: any */
	const char *after; /* the key of a page; NULL: the first */
	int64_t most;
};
/* A page by login, its locked ones first; *ret_next is the key of the one after it, or NULL.
 * Authority ACT_STAFF. */
MUST enum vh_rc staff_list(struct ctx *cx, const struct staff_pick *pick, struct staff **ret,
                           const char **ret_next);
MUST enum vh_rc staff_get(struct ctx *cx, const char *login, struct staff *ret);

/* A landlord of a hotel, and how far he is with coming in by himself. */
struct lord {
	int64_t id;
	const char *name, *phone; /* opened; phone NULL: not said */
	const char *address;      /* of his first house, NULL: none */
	int64_t houses;
	const char *login; /* of his account, NULL: none */
	bool locked, disabled, invited;
	int64_t phones;    /* bound ones */
	struct lord *next;
};
/* By the number of the house. Authority ACT_STAFF. */
MUST enum vh_rc lords_of(struct ctx *cx, const struct hotel *h, struct lord **ret);
/* An account for each landlord with a telephone number who has none here. */
MUST enum vh_rc lords_enlist(struct ctx *cx, const struct hotel *h, int64_t *ret_made);
/* The account of the person of this stay: found or made. Authority ACT_STAFF and ACT_ROOM. */
MUST enum vh_rc tenant_enlist(struct ctx *cx, int64_t hotel, int64_t stay, const char **ret_login);
/* A slip: whose, and the token that stands on it and nowhere else. Making it ends the last. */
struct slip {
	const char *login, *name;
	char token[SECRET_TEXT];
};
enum { SLIP_HOURS = 14 * 24 };
MUST enum vh_rc slips_make(struct ctx *cx, struct slip *list, size_t n, int hours);

#endif
