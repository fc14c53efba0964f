/*
 * Rows of places: areas, hotels, houses, rooms. No rules here (core has them), only SQL and
 * mapping. Strings live in the step's arena. Lists are linked by `next`, in the order named. All
 * need a running transaction.
 */
#ifndef VH_STORE_PLACE_H
#define VH_STORE_PLACE_H

#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/store_plate.h"

#define AREA_CODE 13 /* twelve digits and a NUL */

struct area {
	const char *code, *name, *parent, *kind; /* parent NULL at the root */
};
MUST enum vh_rc area_put(struct ctx *cx, const struct area *a); /* insert or rename */
MUST enum vh_rc area_get(struct ctx *cx, const char *code, struct area *ret);

struct hotel {
	int64_t id;
	const char *area, *name, *path;
	int zone_min;
	const char *desk_phone, *entrusted_by; /* NULL: not set */
	int64_t retention_months;              /* 0: not set */
	int64_t notice_version;
	const char *notice;
	struct blob keys; /* hotel_keys_unwrap() */
	int64_t created;
	int64_t source; /* 0: our own; else kept by that source, and only read here */
	struct hotel *next;
};
struct hotel_head {
	int64_t epoch, seq, plate, house, seal;
	struct blob seal_hash;
	int64_t marks; /* counts what changes the rack and is no event */
};
MUST enum vh_rc hotel_insert(struct ctx *cx, const struct hotel *h);
MUST enum vh_rc hotel_get(struct ctx *cx, int64_t id, struct hotel *ret);
MUST enum vh_rc hotel_by_area(struct ctx *cx, const char *area, struct hotel *ret);
MUST enum vh_rc hotel_list(struct ctx *cx, struct hotel **ret); /* by id */
MUST enum vh_rc hotel_update(struct ctx *cx, const struct hotel *h);
MUST enum vh_rc hotel_max(struct ctx *cx, int64_t *ret_id);
MUST enum vh_rc head_get(struct ctx *cx, int64_t hotel, struct hotel_head *ret);
MUST enum vh_rc head_next_event(struct ctx *cx, int64_t hotel, int64_t *ret_epoch,
                                int64_t *ret_seq, int64_t *ret_source);
MUST enum vh_rc head_next_plate(struct ctx *cx, int64_t hotel, int64_t *ret_no);
MUST enum vh_rc head_next_house(struct ctx *cx, int64_t hotel, int64_t *ret_no);
MUST enum vh_rc head_seal(struct ctx *cx, int64_t hotel, int64_t seal, struct blob hash);
MUST enum vh_rc head_mark(struct ctx *cx, int64_t hotel);
/* So many plate numbers are passed over; houses go on after the highest there is. */
MUST enum vh_rc head_leap(struct ctx *cx, int64_t hotel, int64_t plates);
MUST enum vh_rc head_epoch(struct ctx *cx, int64_t hotel, int64_t epoch);

struct deadline {
	int64_t id;
	/* resident|foreigner, in|out; or, of a hazard, grave|minor, mend; workday|day|hour */
	const char *who, *act, *unit;
	int64_t length;
	const char *from_day, *source;
};
MUST enum vh_rc deadline_max(struct ctx *cx, int64_t hotel, int64_t *ret_id);
MUST enum vh_rc deadline_insert(struct ctx *cx, int64_t hotel, const struct deadline *d);
/* The rule in force on a day; VH_NOTFOUND is a visible gap, never "no deadline". */
MUST enum vh_rc deadline_get(struct ctx *cx, int64_t hotel, const char *who, const char *act,
                             const char *day, struct deadline *ret);

struct house {
	int64_t hotel, id, no;
	const char *address, *address_key, *grid;
	double lat, lng; /* 0, 0: not on the map */
	const char *state;
	int64_t created, version;
	struct house *next;
};
MUST enum vh_rc house_insert(struct ctx *cx, const struct house *h);
/* Up to n with an id over `after`, in order, whatever their state. */
MUST enum vh_rc house_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                           struct house **ret);
MUST enum vh_rc house_get(struct ctx *cx, int64_t hotel, int64_t id, struct house *ret);
MUST enum vh_rc house_by_address(struct ctx *cx, int64_t hotel, const char *key, struct house *ret);
MUST enum vh_rc house_list(struct ctx *cx, int64_t hotel, struct house **ret); /* open, by number */
/* Writes every field if the version still is h->version, and adds one to it; else VH_CONFLICT. */
MUST enum vh_rc house_update(struct ctx *cx, const struct house *h);

struct room {
	int64_t hotel, id, house;
	const char *no, *no_key;
	double area_m2; /* 0: not known */
	int64_t capacity;
	const char *letting;
	int64_t created, version;
	struct room *next;
};
MUST enum vh_rc room_insert(struct ctx *cx, const struct room *r);
MUST enum vh_rc room_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                           struct room **ret);
MUST enum vh_rc room_get(struct ctx *cx, int64_t hotel, int64_t id, struct room *ret);
MUST enum vh_rc room_by_no(struct ctx *cx, int64_t hotel, int64_t house, const char *no_key,
                           struct room *ret);
MUST enum vh_rc room_list_house(struct ctx *cx, int64_t hotel, int64_t house, struct room **ret);
/* Of every house, by its number; not closed. */
MUST enum vh_rc room_list_no(struct ctx *cx, int64_t hotel, const char *no_key, int64_t n,
                             struct room **ret);
/* not closed; by house, no */
MUST enum vh_rc room_list(struct ctx *cx, int64_t hotel, struct room **ret);
MUST enum vh_rc room_update(struct ctx *cx, const struct room *r); /* as house_update */

#endif
