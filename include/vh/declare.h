/*
 * "Let the tenant type it": the landlord opens a room for two hours with four digits; whoever
 * stands at its plate and was told them files himself. Such a stay is pending and marked; the
 * landlord or the desk says whether he is a tenant, an officer verifies as always.
 */
#ifndef VH_DECLARE_H
#define VH_DECLARE_H

#include "vh/stays.h"
#include "vh/store_claim.h"

struct declare_code {
	int64_t id, until;
	char digits[5];
	int64_t used; /* people who filed themselves with it */
	struct room room;
	struct house house;
};
/* A new code; one that was open for this room ends. VH_CONFLICT `room_shut`. */
MUST enum vh_rc declare_open(struct ctx *cx, int64_t hotel, int64_t room, struct declare_code *ret);
/* The one that is open, to be read out again. VH_NOTFOUND. */
MUST enum vh_rc declare_show(struct ctx *cx, const struct hotel *h, int64_t room,
                             struct declare_code *ret);
MUST enum vh_rc declare_end(struct ctx *cx, int64_t hotel, int64_t room);

struct declare_new {
	const char *plate, *digits;
	struct stay_new stay; /* hotel and room come from the plate */
};
/*
 * By anybody, logged in or not. VH_DENIED `declare_code`: wrong, ended or never opened, all alike;
 * LIM_DECLARE_TRIES wrong ones end the code. VH_CONFLICT `declare_room`: a house's plate;
 * `already_in`, which counts as a try and never says where; else as hazard_report and stay_in. What
 * is known about the person stays as it is.
 */
MUST enum vh_rc declare_stay(struct ctx *cx, const struct declare_new *n, struct stay_done *ret);

/* 是我的租客, or not: then a task for the desk. VH_CONFLICT `declare_settled`, `stay_state`. */
MUST enum vh_rc declare_settle(struct ctx *cx, int64_t hotel, int64_t stay, bool mine);

/* Who waits for the landlord's word; for him those of his own houses. */
struct declared_look {
	struct declared row;
	struct stay stay;
	struct room room;
	struct house house;
	struct declared_look *next;
};
MUST enum vh_rc look_declared(struct ctx *cx, const struct hotel *h, struct declared_look **ret);
/* What became of one, for whoever has its receipt: no person is read. VH_NOTFOUND: there is none,
 * or it is older than LIM_RECEIPT_DAYS. */
MUST enum vh_rc declare_told(struct ctx *cx, int64_t hotel, int64_t stay, struct hotel *ret_hotel,
                             struct declared_look *ret);

#endif
