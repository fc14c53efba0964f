/*
 * The desk's queues: what waits for somebody, a page at a time and without OFFSET: each page gives
 * the key of the next. People are shown as their reader may see them, after an access row each.
 */
#ifndef VH_QUEUE_H
#define VH_QUEUE_H

#include "vh/look.h"
#include "vh/store_queue.h"

#define QUEUE_ROWS 40      /* of a page */
#define QUEUE_SOON_DAYS 7  /* before a stay ends it is due soon */
#define QUEUE_LATE_DAYS 30 /* so long a late filing is worth a call */

/* How much waits; without a person. */
MUST enum vh_rc look_queue_counts(struct ctx *cx, const struct hotel *h, struct queue_counts *ret);

/*
 * verify: pending and contested; declared: those of them that wait for their landlord's word; soon,
 * overdue (the end or the away day has passed) and late (filed after their deadline): to be called;
 * away: all of them, the first to come back first.
 */
enum queue {
	QUEUE_VERIFY,
	QUEUE_DECLARED,
	QUEUE_SOON,
	QUEUE_OVERDUE,
	QUEUE_LATE,
	QUEUE_AWAY,
	QUEUE__MAX
};
const char *queue_name(enum queue q);
enum queue queue_of(const char *name); /* QUEUE__MAX: none */

struct call_to { /* a landlord, as the reader may see him */
	int64_t id;
	const char *name, *phone;
	struct call_to *next;
};
struct queue_row {
	struct stay_view stay;
	struct room room;
	struct house house;
	const char *declared;      /* waiting, confirmed, denied; NULL: filed by another */
	struct call_to *landlords; /* of the call lists */
	struct queue_row *next;
};
struct queue_page {
	struct queue_row *rows;
	const char *next; /* key of the page after this; NULL: there is none */
};
/* after: NULL for the first page. VH_INVALID `after`: not a key of ours. */
MUST enum vh_rc look_queue(struct ctx *cx, const struct hotel *h, enum queue q, const char *after,
                           struct queue_page *ret);

/*
 * The numbers of one stay, whole: its person's and its house's landlords'. One at a time, for those
 * whose role is shown the end of it, about a stay with which something is open. VH_CONFLICT
 * `no_call`; VH_DENIED `call_cap`: over LIM_CALLS_DAY numbers within a day.
 */
struct numbers {
	struct stay stay;
	struct room room;
	struct house house;
	struct call_to person, *landlords;
};
MUST enum vh_rc look_call(struct ctx *cx, const struct hotel *h, int64_t stay,
                          struct numbers *ret);

/* What an upstream refused, or never took. */
struct correction {
	struct delivery sent; /* code and detail: the upstream's words */
	const char *upstream;
	struct event event; /* without its payload */
	bool about_stay;
	struct stay_view stay;
	struct room room;
	struct house house;
	struct correction *next;
};
struct correction_page {
	struct correction *rows;
	const char *next;
};
MUST enum vh_rc look_corrections(struct ctx *cx, const struct hotel *h, const char *after,
                                 struct correction_page *ret);
/* It goes again as it is. VH_CONFLICT `not_refused`. */
MUST enum vh_rc correction_again(struct ctx *cx, int64_t hotel, int64_t event);

#endif
