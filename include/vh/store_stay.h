/*
 * Rows of leases and stays; tasks have a header of their own, which comes along.
 */
#ifndef VH_STORE_STAY_H
#define VH_STORE_STAY_H

#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/store_task.h"

struct lease {
	int64_t hotel, id, room, lessee;
	const char *since, *until; /* until NULL: not said */
	const char *state;         /* open, ended */
};
MUST enum vh_rc lease_insert(struct ctx *cx, const struct lease *l);
MUST enum vh_rc lease_get(struct ctx *cx, int64_t hotel, int64_t id, struct lease *ret);
MUST enum vh_rc lease_of_room(struct ctx *cx, int64_t hotel, int64_t room, struct lease *ret);
MUST enum vh_rc lease_update(struct ctx *cx, const struct lease *l);

enum stay_state {
	STAY_PENDING,
	STAY_VERIFIED,
	STAY_CONTESTED,
	STAY_AWAY,
	STAY_ENDED,
	STAY_REJECTED,
	STAY_VOID,
	STAY__MAX
};
const char *stay_state_name(enum stay_state s);
/* Current: the person is taken to live there (pending, verified, away). */
static inline bool stay_is_current(enum stay_state s)
{
	return s == STAY_PENDING || s == STAY_VERIFIED || s == STAY_AWAY;
}

struct stay {
	int64_t hotel, id, room, person, lease;
	const char *since, *until, *ended, *away_until; /* all but since may be NULL */
	bool ended_about; /* nobody knows the day exactly */
	enum stay_state state;
	const char *contest; /* already_in or room_full, while contested */
	bool lessee;
	const char *relation;
	int64_t employer; /* 0: none */
	int64_t notice;   /* version of the notice shown */
	int64_t filed_by, filed_at;
	int64_t due; /* last instant for filing in time; 0: unknown */
	bool late; /* never of a ledger's row: paper held it before, nobody knows since when */
	int64_t out_due;
	bool out_late;
	int64_t verified_by, verified_at;
	const char *reason;
	int64_t version;
	struct stay *next;
};
/* Still there after the day on which it was to end, or on which the person was to be back. */
bool stay_is_overdue(const struct stay *s, const char *today);
MUST enum vh_rc stay_insert(struct ctx *cx, const struct stay *s);
/* Up to n with an id over `after`, in order, whatever their state. */
MUST enum vh_rc stay_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                           struct stay **ret);
MUST enum vh_rc stay_get(struct ctx *cx, int64_t hotel, int64_t id, struct stay *ret);
MUST enum vh_rc stay_update(struct ctx *cx, const struct stay *s); /* by version; VH_CONFLICT */
MUST enum vh_rc stay_current_of(struct ctx *cx, int64_t hotel, int64_t person, struct stay *ret);
MUST enum vh_rc stay_list_room(struct ctx *cx, int64_t hotel, int64_t room, struct stay **ret);
/* Filed after `since` by a landlord or the person itself, sent back, not denied by the landlord,
 * and the person not filed again. */
MUST enum vh_rc stay_list_back(struct ctx *cx, int64_t hotel, int64_t room, int64_t since,
                               struct stay **ret);
MUST enum vh_rc stay_list_person(struct ctx *cx, int64_t hotel, int64_t person, struct stay **ret);
MUST enum vh_rc stay_list_lease(struct ctx *cx, int64_t hotel, int64_t room, int64_t lease,
                                struct stay **ret);
/* Current and contested ones of the whole hotel, by room: the rack and the monthly comparison. */
MUST enum vh_rc stay_list_hotel(struct ctx *cx, int64_t hotel, struct stay **ret);
/* Current ones whose end or away day has passed. */
MUST enum vh_rc stay_list_overdue(struct ctx *cx, int64_t hotel, const char *today,
                                  struct stay **ret);
/* People counted in a room: current stays. */
MUST enum vh_rc stay_count_room(struct ctx *cx, int64_t hotel, int64_t room, int64_t *ret_n);
MUST enum vh_rc stay_count_contested(struct ctx *cx, int64_t hotel, int64_t room, int64_t *ret_n);

/* Stays of a hotel by state, and what one day brought: filed at from..to, ended on `day`. */
struct stay_totals {
	int64_t current, pending, contested, away, filed, ended;
};
MUST enum vh_rc stay_totals(struct ctx *cx, int64_t hotel, int64_t from, int64_t to,
                            const char *day, struct stay_totals *ret);

#endif
