/*
 * Rows of what people say and are told: notices, declarations, disputes, and receipts of erasure.
 */
#ifndef VH_STORE_CLAIM_H
#define VH_STORE_CLAIM_H

#include "vh/ctx.h"
#include "vh/db.h"

struct notice {
	int64_t hotel, id, house; /* house 0: the whole hotel */
	const char *text, *from_day, *until_day;
	int64_t by, at, ended_at, ended_by; /* 0: not ended early */
	struct notice *next;
};
MUST enum vh_rc notice_insert(struct ctx *cx, const struct notice *n);
MUST enum vh_rc notice_get(struct ctx *cx, int64_t hotel, int64_t id, struct notice *ret);
/* In force on a day or later, not ended, newest first. */
MUST enum vh_rc notice_list(struct ctx *cx, int64_t hotel, const char *day, struct notice **ret);
MUST enum vh_rc notice_end(struct ctx *cx, int64_t hotel, int64_t id, int64_t by, int64_t at);

struct declaration {
	int64_t hotel, id, room;
	struct blob code; /* sealed digits */
	int64_t by, at, until, tries, used;
	bool ended;
};
MUST enum vh_rc declaration_insert(struct ctx *cx, const struct declaration *d);
MUST enum vh_rc declaration_of_room(struct ctx *cx, int64_t hotel, int64_t room,
                                    struct declaration *ret); /* the one not ended */
MUST enum vh_rc declaration_update(struct ctx *cx, const struct declaration *d);

struct declared {
	int64_t hotel, stay, declaration;
	const char *state; /* waiting, confirmed, denied */
	int64_t at, settled_by, settled_at;
	struct declared *next;
};
MUST enum vh_rc declared_insert(struct ctx *cx, const struct declared *d);
MUST enum vh_rc declared_get(struct ctx *cx, int64_t hotel, int64_t stay, struct declared *ret);
MUST enum vh_rc declared_waiting(struct ctx *cx, int64_t hotel, struct declared **ret);
/* VH_CONFLICT: not waiting any more. */
MUST enum vh_rc declared_settle(struct ctx *cx, const struct declared *d);

struct dispute {
	int64_t hotel, id, stay, person;
	const char *kind; /* still_here, wrong, not_me */
	struct blob words;     /* sealed */
	const char *was_ended; /* still_here: the end that is said to be false */
	const char *state;     /* open, upheld, refused */
	int64_t by, at, settled_by, settled_at;
	const char *reason;
	struct dispute *next;
};
MUST enum vh_rc dispute_insert(struct ctx *cx, const struct dispute *d);
MUST enum vh_rc dispute_get(struct ctx *cx, int64_t hotel, int64_t id, struct dispute *ret);
MUST enum vh_rc dispute_of_stay(struct ctx *cx, int64_t hotel, int64_t stay,
                                struct dispute *ret); /* the open one */
/* Up to n open ones with an id over `after`, in order. */
MUST enum vh_rc dispute_page_open(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                                  struct dispute **ret);
MUST enum vh_rc dispute_of_person(struct ctx *cx, int64_t hotel, int64_t person,
                                  struct dispute **ret); /* newest first */
/* Writes state, settled_*, reason; VH_CONFLICT: not open any more. */
MUST enum vh_rc dispute_close(struct ctx *cx, const struct dispute *d);
MUST enum vh_rc dispute_blank(struct ctx *cx, int64_t hotel, int64_t person);

struct erasure {
	int64_t hotel, id, person;
	const char *why;      /* retention, asked */
	const char *last_day; /* of his last stay */
	int64_t months, stays, events, by, at;
	struct erasure *next;
};
MUST enum vh_rc erasure_insert(struct ctx *cx, const struct erasure *e);
MUST enum vh_rc erasure_of_person(struct ctx *cx, int64_t hotel, int64_t person,
                                  struct erasure *ret);
/* With an id below `before`, newest first. */
MUST enum vh_rc erasure_list(struct ctx *cx, int64_t hotel, int64_t before, int64_t n,
                             struct erasure **ret);
/* People who live nowhere here, left on or before a day, and are not erased; by id, after one. */
struct left {
	int64_t person;
	const char *last_day;
	struct left *next;
};
MUST enum vh_rc erasure_ripe(struct ctx *cx, int64_t hotel, const char *day, int64_t after,
                             int64_t n, struct left **ret);

#endif
