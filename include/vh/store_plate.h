/*
 * Rows of plates; as in store_place.h, which brings it along.
 */
#ifndef VH_STORE_PLATE_H
#define VH_STORE_PLATE_H

#include "vh/ctx.h"

struct plate {
	int64_t hotel, id;   /* id: the plate number in the code */
	int64_t room, house; /* 0: none */
	const char *state;   /* unbound, active, revoked */
	int64_t replaced_by, created, changed;
	struct plate *next;
};
MUST enum vh_rc plate_insert(struct ctx *cx, const struct plate *p);
MUST enum vh_rc plate_get(struct ctx *cx, int64_t hotel, int64_t id, struct plate *ret);
MUST enum vh_rc plate_of_room(struct ctx *cx, int64_t hotel, int64_t room, struct plate *ret);
MUST enum vh_rc plate_of_house(struct ctx *cx, int64_t hotel, int64_t house, struct plate *ret);
MUST enum vh_rc plate_list(struct ctx *cx, int64_t hotel, const char *state, struct plate **ret);
/* Up to n of a state with a number over `after`, in order. */
MUST enum vh_rc plate_after(struct ctx *cx, int64_t hotel, const char *state, int64_t after,
                            int64_t n, struct plate **ret);
MUST enum vh_rc plate_count(struct ctx *cx, int64_t hotel, const char *state, int64_t *ret_n);
MUST enum vh_rc plate_update(struct ctx *cx, const struct plate *p);

#endif
