/*
 * Corrections that a node above asks for, looking at a stay of its projection: which field, what it
 * believes is right, or only why. They come down with the other questions (vh/down.h) to the
 * registry that keeps the stay, whose desk decides: it amends, or declines with words. The answer
 * goes up as an event of its own (remark.settled), after the amendment. Nobody above changes a
 * record.
 *
 * A remark ends with its stay: `ended` when the stay is over, `erased` when its person was. What
 * was said is sealed, and goes with the erasure of the person.
 *
 * An upstream may be broken or hostile, and what comes down is bounded by what the desk would ever
 * be asked: while one is open, a further one of the same upstream about the same field is taken for
 * it; beyond LIM_REMARKS of a stay, or about a stay that is not here, it is passed over, and writes
 * neither a row nor an event. (`unknown` is what registries of before said of the last.)
 */
#ifndef VH_REMARK_H
#define VH_REMARK_H

#include "vh/look.h"
#include "vh/store_remark.h"

/* Fields that a remark may be about, NULL after the last; `other` is said in words alone. */
extern const char *const remark_fields[];

struct remark_new {
	int64_t hotel, stay;
	const char *field;
	const char *believed; /* NULL: only words */
	const char *words;    /* NULL: none; one of the two must be */
};
/*
 * By a desk above, about a current or contested stay of a received hotel. VH_CONFLICT `own_hotel`:
 * amend it; `remark_open`: this was asked and is not answered; `stay_state`.
 */
MUST enum vh_rc remark_ask(struct ctx *cx, const struct remark_new *n, int64_t *ret_id);
/* By the desk that keeps the stay; reason required. VH_CONFLICT `received`: it is kept elsewhere;
 * `remark_settled`. To say yes, amend (stay_change.remark). */
MUST enum vh_rc remark_decline(struct ctx *cx, int64_t hotel, int64_t remark, const char *reason);

struct remark_look {
	struct remark row; /* without what is sealed */
	/* opened; NULL: none, dropped, or about a field that the reader's role is not shown */
	const char *believed, *words, *answer;
	const char *upstream;  /* NULL: asked here */
	const char *ours;      /* the field as it stands and as the reader is shown it */
	/* with room and house; id 0: unknown, or not the first of one stay */
	struct stay_view stay;
	struct room room;
	struct house house;
	struct remark_look *next;
};
enum { REMARK_PAGE = 40 };
/* What waits, after an id (0: from the first), up to REMARK_PAGE: to be decided, or asked by us. */
MUST enum vh_rc look_remarks(struct ctx *cx, const struct hotel *h, int64_t after,
                             struct remark_look **ret);
/* One of them, whatever its state; with its stay unless that is unknown. */
MUST enum vh_rc look_remark(struct ctx *cx, const struct hotel *h, int64_t remark,
                            struct remark_look *ret);
/* All that were asked about a stay, for who may verify there; others get none. */
MUST enum vh_rc look_stay_remarks(struct ctx *cx, const struct hotel *h, int64_t stay,
                                  struct remark_look **ret);

#endif
