/*
 * A visit (核查) to a room, or to a whole house in one transaction: registered count against found
 * count, the safety list, and what follows: tasks that close themselves when it is put right,
 * hazards, an event.
 */
#ifndef VH_INSPECT_H
#define VH_INSPECT_H

#include "vh/core.h"
#include "vh/safety.h"
#include "vh/store_visit.h"

enum outcome {
	OUTCOME_AS_REGISTERED,
	OUTCOME_FOUND_FEWER,  /* some of those registered have gone: `gone` says who */
	OUTCOME_FOUND_MORE,   /* people live there who are not registered */
	OUTCOME_NOBODY_LIVES, /* registered, and nobody lives there */
	OUTCOME_NOBODY_HOME,
	OUTCOME_REFUSED,
	OUTCOME_RECHECK, /* only a hazard was looked at: hazard_recheck */
	OUTCOME__MAX
};
enum outcome outcome_of(const char *name); /* OUTCOME__MAX: none */

struct inspect_room {
	int64_t room;
	enum outcome outcome;
	int64_t found;              /* OUTCOME_FOUND_MORE: heads counted; or, instead, */
	int64_t extra;              /* those of them who are not registered */
	const int64_t *here, *gone; /* stays that were met, and that have gone for good */
	size_t n_here, n_gone;
	bool ticked; /* the outcome follows from who was ticked: of nobody it may be left unsaid */
	const enum answer *answers; /* SAFE__MAX of them, or NULL: not asked */
};
struct inspect_new {
	int64_t hotel, house; /* house 0: the one room in rooms */
	const struct inspect_room *rooms;
	size_t n;
	bool rest_as_registered;    /* house: every room that is not listed, all in one tap */
	const int64_t *apart;       /* but for these: they get a visit of their own */
	size_t n_apart;
	const enum answer *answers; /* of the house itself: stairs, ways out, meters */
	const char *consent;        /* door (also NULL: nobody went in), occupant, landlord */
};
struct inspect_done {
	int64_t visit, rooms, tasks, hazards, mended; /* what is new; only visit and rooms when
	                                               * repeated */
};
/*
 * VH_INVALID `found` (not more than are registered), `gone`, `here` (not registered in this
 * room), `rest` (some were ticked and some not), `consent` (answers about a room in which nobody
 * went), `rooms`. VH_CONFLICT `room_shut`, `house_retired`.
 * `no` opens a hazard, `yes` closes open ones of that item there: a visit is a re-check.
 */
MUST enum vh_rc inspect_visit(struct ctx *cx, const struct inspect_new *n,
                              struct inspect_done *ret);

/* A visit: its row, then (of a house) its rooms; and who was ticked. */
struct visit_look {
	struct inspection row;
	struct room room; /* id 0: the house itself */
	struct house house;
	const char *by; /* login of the officer */
	struct inspection_seen *seen;
	struct visit_look *next;
};
MUST enum vh_rc look_visit(struct ctx *cx, const struct hotel *h, int64_t visit,
                           struct visit_look **ret);
/* The newest n visits of a room. */
MUST enum vh_rc look_visits(struct ctx *cx, const struct hotel *h, int64_t room, int64_t n,
                            struct inspection **ret);
/* Those during a stay, for the person himself: who consented, what was found; no officer's name. */
MUST enum vh_rc look_visits_of_stay(struct ctx *cx, const struct hotel *h, int64_t stay,
                                    struct inspection **ret);

/*
 * Whose number ends with these four characters, said at the door: the stay in this room. An
 * officer never sees the number. VH_NOTFOUND `no_match`; VH_CONFLICT `many_match`.
 */
MUST enum vh_rc inspect_match(struct ctx *cx, const struct hotel *h, int64_t room,
                              const char *four, int64_t *ret_stay);

/* Which rooms to visit next: never visited, then longest ago by weeks, near ones first within; last
 * those that were visited today. */
struct round_stop {
	struct house house;
	struct room room;
	int64_t last;       /* 0: never */
	bool done;          /* today: last of all */
	int64_t registered, hazards; /* open ones of the room */
	double metres;      /* -1: not known */
	struct round_stop *next;
};
struct round_from {
	const char *grid; /* only houses of this grid; NULL: all */
	double lat, lng;  /* where the officer stands; 0, 0: not known */
	int64_t n;          /* at most so many */
	int64_t but;        /* not this room, where he stands; 0: all */
	bool todo;          /* none that was visited today */
};
MUST enum vh_rc inspect_round(struct ctx *cx, const struct hotel *h, const struct round_from *from,
                              struct round_stop **ret);

#endif
