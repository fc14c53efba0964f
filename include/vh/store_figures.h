/*
 * Sums over a hotel for its head: counts alone. Only SQL and mapping; all need a running
 * transaction. Days of instants are counted in the hotel's zone, which is given in milliseconds.
 */
#ifndef VH_STORE_FIGURES_H
#define VH_STORE_FIGURES_H

#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/keys.h"

/* Stays that are void, rejected or contested are in none of these. */
struct count_places {
	int64_t houses, placed; /* open ones; those of them with a place on the map */
	int64_t rooms, capacity, shut; /* not closed; shut: not open for letting, and empty */
	int64_t occupied, over;
};
MUST enum vh_rc count_places(struct ctx *cx, int64_t hotel, struct count_places *ret);
struct count_people {
	int64_t people, pending, contested, away, overdue, expected; /* expected: move in later */
};
MUST enum vh_rc count_people(struct ctx *cx, int64_t hotel, const char *today,
                             struct count_people *ret);
/* Who lived there when a day ended, and in how many rooms. */
MUST enum vh_rc count_living(struct ctx *cx, int64_t hotel, const char *day, int64_t *ret_people,
                             int64_t *ret_rooms);

/* A count for a day. `moved`: of them, those that only changed the room on that day. */
struct day_count {
	int32_t day;
	int64_t n, moved, late;
	struct day_count *next;
};
enum count_of {
	COUNT_IN,     /* stays by their first day */
	COUNT_OUT,    /* stays by their last day; late: filed too late */
	COUNT_FILED,  /* stays by the day of their filing; late: filed too late */
	COUNT_FOUND,  /* hazards */
	COUNT_CLOSED, /* hazards */
	COUNT__MAX
};
struct span {
	int32_t from, to; /* days, both included */
	int zone_min;
};
/* Days with nothing are left out; ascending. */
MUST enum vh_rc count_days(struct ctx *cx, int64_t hotel, enum count_of what,
                           const struct span *span, struct day_count **ret);

struct count_hazards {
	int64_t open, grave, overdue;
};
/* As it was at an instant; overdue then. */
MUST enum vh_rc count_hazards(struct ctx *cx, int64_t hotel, int64_t at, struct count_hazards *ret);

/* Rooms that are not closed by the last visit that was answered; 0: there was none. */
struct room_visit {
	int64_t room, at;
	struct room_visit *next;
};
MUST enum vh_rc count_visited(struct ctx *cx, int64_t hotel, struct room_visit **ret);
struct count_visits {
	int64_t rooms, unanswered, more, fewer, nobody; /* rooms: visited and answered */
};
MUST enum vh_rc count_visits(struct ctx *cx, int64_t hotel, const struct span *span,
                             struct count_visits *ret);
struct count_work {
	int64_t verified, opened, confirmed; /* stays; tasks */
};
MUST enum vh_rc count_work(struct ctx *cx, int64_t hotel, const struct span *span,
                           struct count_work *ret);

/* Open houses at which nobody answered in the last `least` visits or more, the most first. */
struct silent_house {
	int64_t id, no;
	const char *address;
	int64_t tries, last; /* visits since somebody answered; the latest of them */
	struct silent_house *next;
};
MUST enum vh_rc houses_silent(struct ctx *cx, int64_t hotel, int64_t least,
                              struct silent_house **ret);

/* What an upstream does not have yet of this hotel; oldest: when it happened, 0: nothing waits. */
struct upstream_lag {
	int64_t upstream;
	const char *name;
	bool paused;
	int64_t waiting, refused, oldest;
	struct upstream_lag *next;
};
MUST enum vh_rc upstream_lags(struct ctx *cx, int64_t hotel, struct upstream_lag **ret);

/*
 * The document of everybody who is registered, one after the other: number NULL: none. It is
 * forgotten when fn returns, so that a hotel of any size fits.
 */
typedef void document_fn(void *arg, const char *doc_type, const char *number);
MUST enum vh_rc documents_living(struct ctx *cx, const struct hotel_keys *k, int64_t hotel,
                                 document_fn *fn, void *arg);

/* For the map: rooms that are not closed, by house, with what decides their colour. */
struct room_state {
	int64_t house, id, capacity, registered;
	int64_t open, overdue, due; /* open: to verify or contested */
	const char *letting;
	struct room_state *next;
};
/* due: stays that end from today to `soon`. */
MUST enum vh_rc room_states(struct ctx *cx, int64_t hotel, const char *today, const char *soon,
                            struct room_state **ret);

#endif
