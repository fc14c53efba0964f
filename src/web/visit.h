/*
 * What the pages of a visit share: the two forms, and the parts that both show.
 */
#ifndef VH_WEB_VISIT_H
#define VH_WEB_VISIT_H

#include "vh/inspect.h"
#include "view.h"

/* What is asked about consent and about each item of safety, in every form of a visit. */
#define CONSENTS "door|occupant|landlord"
#define ANSWERS "yes|no|na|unseen"

struct f_visit {
	const char *outcome;      /* NULL: from what was ticked and counted */
	const char *seen;         /* stay=here, stay=gone */
	const char *extra;        /* people who are not registered */
	const char *found;        /* or all heads */
	const char *items;        /* item=yes, no, na, unseen */
	const char *consent;
	const char *tail;         /* of a number, said at the door: only to be matched */
};
struct f_visit_house {
	const char *rest;  /* as_registered: every room that is not marked */
	const char *rooms; /* room=nobody_lives, ..., more1 (one more than registered), apart */
	const char *items, *consent;
};

/* The room as its visit form shows it. */
struct visit_room {
	const struct room *room;
	const struct house *house;
	const struct stay_view *stays;
	const struct f_visit *typed; /* NULL: an empty form */
	int64_t matched;             /* the stay that was just matched; 0: none */
};
MUST enum vh_rc put_visit_room(struct call *c, cJSON *o, const struct visit_room *at);

struct visit_house {
	const struct house *house;
	const struct rack_room *rooms; /* with their heads */
	const struct f_visit_house *typed;
};
MUST enum vh_rc put_visit_house(struct call *c, cJSON *o, const struct visit_house *at);

/* Choices of a field, one tap each: texts PREFIXword; `now` is the one that was typed, or NULL. */
void put_choices(struct call *c, cJSON *o, const char *field, const char *words, const char *prefix,
               const char *now);
void put_visit_errors(struct call *c, cJSON *o); /* `errors`, of either form */
/* Under what a phone keeps the ticks of a room or house. */
const char *draft_key(struct call *c, const char *kind, int64_t id);
/* `consent` and `items` with their chips as they were typed (NULL: none). */
void put_safety(struct call *c, cJSON *o, const char *consent, const char *items);
/* A room with its house, for whoever has this right there. */
struct room_at {
	struct room room;
	struct house house;
};
MUST enum vh_rc room_at(struct call *c, enum act act, int64_t room, struct room_at *ret);
/* A row of a visit: when, what was found, who let the officer in. */
void put_visit_row(struct call *c, cJSON *o, const struct inspection *i);
/* A hazard in a list. */
struct hazard_look;
void put_hazard_line(struct call *c, cJSON *o, const struct hazard_look *z);
/* What a form says of the items; *ret_given false when none was answered. VH_INVALID `items`. */
MUST enum vh_rc visit_answers(struct call *c, const char *items, enum answer ret[SAFE__MAX],
                              bool *ret_given);
/* On the page of a room, or (0) of a house: the ways to its visits, hazards and checks. */
void put_visit_ways(struct call *c, int64_t house, int64_t room);
/* After a visit: to its page, or its facts for a program. */
MUST enum vh_rc visit_done(struct call *c, const struct inspect_done *d);
/* Open hazards under `hazards`: of a room, or (0) of the house and all its rooms. */
MUST enum vh_rc put_hazards_of(struct call *c, cJSON *o, int64_t house, int64_t room);
/* The next n stops of the round, in `stops` of o. */
MUST enum vh_rc put_round(struct call *c, cJSON *o, const struct round_from *from);
/* 刚才, 3 days ago: how long since an instant; "never" for 0. */
const char *ago_text(struct call *c, int64_t instant);

#endif
