/*
 * What house.c, room.c, plate.c and the stays share: authority over a place, its events, its plate.
 * All run inside a write step.
 */
#ifndef CORE_PLACE_DATA_H
#define CORE_PLACE_DATA_H

#include "vh/buf.h"
#include "vh/place.h"

enum { ROOM_CAPACITY = 2 }; /* of a room of which nobody said more */

/* The codes from the root down to an area, each between commas: ",310000000000,...,CODE,". */
MUST enum vh_rc area_path(struct ctx *cx, const char *code, const char **ret);

/* A row for a hotel, its number, name, path and deadlines, under these keys; no event. Errors as
 * hotel_add. */
MUST enum vh_rc hotel_make(struct ctx *cx, const struct hotel_keys *k, struct hotel *h);

/* Load and authorise; errors are set. */
MUST enum vh_rc place_may(struct ctx *cx, enum act a, int64_t hotel, int64_t house,
                          struct hotel *ret);
MUST enum vh_rc place_house(struct ctx *cx, enum act a, int64_t hotel, int64_t house,
                            struct hotel *ret_hotel, struct house *ret);
MUST enum vh_rc place_room(struct ctx *cx, enum act a, int64_t hotel, int64_t room,
                           struct hotel *ret_hotel, struct house *ret_house, struct room *ret);


MUST enum vh_rc house_event(struct ctx *cx, const struct hotel *h, const struct house *e,
                            const char *type, const char *reason);
MUST enum vh_rc room_event(struct ctx *cx, const struct hotel *h, const struct house *e,
                           const struct room *r, const char *type, const char *reason);

/* Members "hotel", "house" and "room" of every event's data, without the braces around them. */
void data_place(struct buf *b, const struct hotel *h, const struct house *e, const struct room *r);

/* A new active plate for a room or a house; ret_no may be NULL. */
MUST enum vh_rc plate_make(struct ctx *cx, int64_t hotel, int64_t room, int64_t house,
                           int64_t *ret_no);
/* Revoke a plate, replaced by another (0: by none). */
MUST enum vh_rc plate_end(struct ctx *cx, struct plate *p, int64_t replaced_by);
/* Close a room in which nobody lives, with its plate; VH_CONFLICT `room_occupied`. */
MUST enum vh_rc room_close(struct ctx *cx, struct room *r);

#endif
