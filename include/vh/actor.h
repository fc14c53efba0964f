/*
 * Who acts, and what he may do. One table says role x act -> nowhere, on his own, in his scope
 * (core/actor.c);
 * `vhotel routes --access` prints it. Out of scope is VH_NOTFOUND (his existence is nobody's
 * business), a role without the right VH_DENIED.
 */
#ifndef VH_ACTOR_H
#define VH_ACTOR_H

#include "vh/ctx.h"
#include "vh/store_account.h"
#include "vh/store_place.h"

enum role {
	ROLE_NONE,
	ROLE_ADMIN,
	ROLE_CLERK,
	ROLE_HEAD,
	ROLE_POLICE,
	ROLE_GRID,
	ROLE_LANDLORD,
	ROLE_TENANT,
	ROLE_EMPLOYER,
	ROLE_AUDITOR,
	ROLE_OPERATOR, /* the command line and the night job */
	ROLE_DOOR,     /* who files himself with a landlord's code (core/declare.c); no account */
	ROLE__MAX
};
enum act {
	ACT_RACK,   /* counts and states of rooms, nobody's data */
	ACT_ROOM,   /* a room with the people in it, as the field table shows them */
	ACT_PLACE,  /* add, amend, split, bar, retire houses and rooms; employers */
	ACT_LET,    /* open and suspend a room */
	ACT_FILE,   /* move in, out, move, away, extend, amend */
	ACT_VERIFY, /* verify, reject, void */
	ACT_SEARCH,
	ACT_UNMASK,
	ACT_PLATE,  /* print, bind, revoke, replace */
	ACT_LEDGER, /* import and export */
	ACT_AUDIT,  /* who looked at whom */
	ACT_STAFF,  /* accounts, grants, unlocking */
	ACT_ME,     /* what is held about oneself */
	ACT_INSPECT,   /* visits, re-checks, clearances */
	ACT_HAZARD,    /* see visits and hazards */
	ACT_TASK,      /* see, assign, handle, confirm tasks */
	ACT_DECLARE,   /* open a code for a tenant, and say whether he is one */
	ACT_NOTICE,    /* tell a house or the hotel something */
	ACT_EMERGENCY, /* the break-glass list of a house */
	ACT_ERASE,     /* drop what is kept about somebody who left */
	ACT_FIGURES,   /* figures and reports of a hotel: counts alone */
	/* the whole telephone numbers of a stay that somebody has to be called about */
	ACT_CALL,
	ACT__MAX
};
enum reach { REACH_NO, REACH_OWN, REACH_SCOPE };

struct actor {
	int64_t account; /* 0: the operator */
	enum role role;
	const char *login;
	const char *phone; /* of a landlord: links him to his houses; NULL */
	const struct grant *grants;
};

extern const struct actor actor_operator;

enum role role_of(const char *name); /* ROLE_NONE: no such role */
const char *role_name(enum role r);
const char *act_name(enum act a);
enum reach role_reach(enum role r, enum act a);

/* Load an account's grants into an actor; the transaction is the caller's. */
MUST enum vh_rc actor_load(struct ctx *cx, const struct account *a, struct actor *ret);
/* Does one of the grants cover this hotel? */
bool actor_covers(const struct actor *who, const struct hotel *h);
/* Is the account bound to this person of this hotel? */
bool actor_is(const struct actor *who, int64_t hotel, int64_t person);
/* May cx->who do it here? house: 0 when the act is about the hotel; filer of a stay for
 * REACH_OWN. */
MUST enum vh_rc actor_may(struct ctx *cx, enum act a, const struct hotel *h, int64_t house,
                          int64_t person);

#endif
