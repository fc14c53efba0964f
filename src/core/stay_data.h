/*
 * What the files of the stays share. All but stay_ready run inside a write step.
 */
#ifndef CORE_STAY_DATA_H
#define CORE_STAY_DATA_H

#include "place_data.h"
#include "vh/limits.h"
#include "vh/stays.h"

enum { FUTURE_DAYS = LIM_AHEAD_DAYS }; /* how far ahead a move-in may be filed */

/* The fields of a person, checked and normalised: name, document, phone, home. */
struct person_in {
	const char *name, *phone, *home;
	struct docno doc;
	unsigned warn;
};
MUST enum vh_rc person_take(struct ctx *cx, const char *name, const char *doc_type,
                            const char *doc_no, const char *phone, const char *home, int32_t today,
                            struct person_in *ret);

/* The room with everything above it; VH_CONFLICT `room_shut` when nobody may move in. */
struct stay_at {
	struct hotel hotel;
	struct house house;
	struct room room;
};
MUST enum vh_rc stay_place(struct ctx *cx, int64_t hotel, int64_t room, struct stay_at *ret);
MUST enum vh_rc stay_room_open(struct ctx *cx, const struct room *r);
/* The code of a person who is filed for this very room: there is nothing to contest. */
const char *stay_here(const struct ctx *cx);
MUST enum vh_rc stay_room_full(struct ctx *cx, const struct room *r, bool *ret);
/* VH_LIMIT `room_contested`, of whoever may not verify: so many wait here that an officer would see
 * nobody for them. */
MUST enum vh_rc stay_may_contest(struct ctx *cx, const struct room *r);
/* VH_CONFLICT `room_full`, in words. */
enum vh_rc stay_full(struct ctx *cx, const struct room *r);
/* VH_CONFLICT stay_here() when a contested stay of this person waits in this very room. */
MUST enum vh_rc stay_not_waiting(struct ctx *cx, int64_t hotel, int64_t person, int64_t room);
/* What an officer files at the door needs nobody else to verify it. Sets state and verified_*. */
void stay_first_state(const struct ctx *cx, struct stay *s);

/* The open lease that this stay belongs to, made when there is none. */
MUST enum vh_rc stay_lease(struct ctx *cx, struct stay *s);
/* Close the lease when its last stay is gone. */
MUST enum vh_rc stay_lease_done(struct ctx *cx, const struct stay *s);

/* What a repeated request is answered: the stay that the first one made (d->id), as it is now. */
MUST enum vh_rc stay_done_again(struct ctx *cx, int64_t hotel, struct stay_done *d);

/* The event of a stay, and the end of tasks that its new state settles; p sealed or open. type
 * without "stay.". */
MUST enum vh_rc stay_event(struct ctx *cx, const struct stay_at *at, const struct stay *s,
                           struct person *p, const char *type, const char *reason, bool urgent,
                           int64_t supersedes);
/* A task about a contested stay. */
MUST enum vh_rc stay_task(struct ctx *cx, const struct stay *s, const char *kind);

#endif
