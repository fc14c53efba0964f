/*
 * Rows of what comes down: who is known in several received hotels, what was noticed about it, who
 * looked at nodes above, and how far an upstream was asked.
 */
#ifndef VH_STORE_DOWN_H
#define VH_STORE_DOWN_H

#include "vh/store_log.h"

/* A document of a person in a received hotel, by an index over the whole node. */
struct known {
	int64_t hotel, person;
	struct blob idx;
	struct known *next;
};
MUST enum vh_rc known_put(struct ctx *cx, const struct known *k);
MUST enum vh_rc known_drop(struct ctx *cx, int64_t hotel, int64_t person);
MUST enum vh_rc known_get(struct ctx *cx, int64_t hotel, int64_t person, struct known *ret);
/* Who bears the same document and lives in another hotel, one of each: many who bear it in one
 * would hide all others beyond n. */
MUST enum vh_rc known_elsewhere(struct ctx *cx, const struct known *own, int64_t n,
                                struct known **ret);

/* A stay whose person is current elsewhere too; one row for ever. */
struct elsewhere {
	int64_t hotel, stay, task, at;
	int64_t other_hotel, other_stay; /* 0: noticed above, it was not told where */
	struct elsewhere *next;
};
MUST enum vh_rc elsewhere_insert(struct ctx *cx, const struct elsewhere *e);
MUST enum vh_rc elsewhere_get(struct ctx *cx, int64_t hotel, int64_t stay, struct elsewhere *ret);
/* Those with a task after one and before another, in order. */
MUST enum vh_rc elsewhere_after(struct ctx *cx, int64_t hotel, int64_t task, int64_t before,
                                int64_t n, struct elsewhere **ret);

/* A look at another node; row.node and row.origin name it. There already: as it is. */
MUST enum vh_rc look_above_put(struct ctx *cx, const struct access_row *row);
/*
 * That somebody looked stays, why is dropped: it may name the person. A look never lacks a reason,
 * so this stands for it.
 */
#define LOOK_BLANK "*"
MUST enum vh_rc look_above_blank(struct ctx *cx, int64_t hotel, int64_t person);
MUST enum vh_rc look_above_of_person(struct ctx *cx, int64_t hotel, int64_t person, int64_t n,
                                     struct access_row **ret); /* newest first */
MUST enum vh_rc look_above_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before,
                                 int64_t n, struct access_row **ret);

/* Up to where an upstream's tasks, looks and remarks about a hotel were taken; 0: not yet. */
struct down_cursor {
	int64_t upstream, hotel, tasks, looks, remarks;
};
MUST enum vh_rc down_cursor_get(struct ctx *cx, int64_t upstream, int64_t hotel,
                                struct down_cursor *ret);
MUST enum vh_rc down_cursor_put(struct ctx *cx, const struct down_cursor *c);

#endif
