/*
 * Areas, hotels, houses, rooms, plates: what a village does to them. Each function checks
 * authority, is one transaction and writes its event. Ids of another hotel, or out of the actor's
 * scope, are VH_NOTFOUND.
 */
#ifndef VH_PLACE_H
#define VH_PLACE_H

#include "vh/core.h"
#include "vh/plate_code.h"

/* Divisions from CSV text (code,name,parent,kind; a header line); codes are opaque. */
MUST enum vh_rc areas_load(struct ctx *cx, const char *csv, size_t n, int64_t *ret_rows);

struct hotel_new {
	const char *area, *name; /* name NULL: the area's, without 村委会/居委会 */
	const char *desk_phone, *entrusted_by;
	int64_t retention_months; /* 0: unset, said aloud by check */
};
/* VH_CONFLICT `hotel_open`: that area has one. VH_NOTFOUND `area`. Makes keys, deadlines (3 working
 * days, 24 h), notice 1. */
MUST enum vh_rc hotel_add(struct ctx *cx, const struct hotel_new *n, int64_t *ret_hotel);

struct house_new {
	const char *address, *grid, *landlord, *phone;
	double lat, lng;
};
/* VH_CONFLICT `house_there`: the address is taken (ret_house then is the one there, for the
 * ledger). Plate included. */
MUST enum vh_rc house_add(struct ctx *cx, int64_t hotel, const struct house_new *n,
                          int64_t *ret_house);
/* NULL fields stay as they are. */
MUST enum vh_rc house_amend(struct ctx *cx, int64_t hotel, int64_t house,
                            const struct house_new *n);
/* VH_CONFLICT `room_occupied` while somebody lives there; its rooms are closed, its plates
 * revoked. */
MUST enum vh_rc house_retire(struct ctx *cx, int64_t hotel, int64_t house, const char *reason);

struct room_new {
	const char *no;
	double area_m2;   /* 0: not known */
	int64_t capacity; /* 0: 2 */
};
/* VH_CONFLICT `room_there`. A plate is made with it. */
MUST enum vh_rc room_add(struct ctx *cx, int64_t hotel, int64_t house, const struct room_new *n,
                         int64_t *ret_room);
MUST enum vh_rc room_amend(struct ctx *cx, int64_t hotel, int64_t room, const struct room_new *n);
/* open, suspended or barred; barred only by ACT_PLACE; people inside stay registered. */
MUST enum vh_rc room_letting(struct ctx *cx, int64_t hotel, int64_t room, const char *letting,
                             const char *reason);
/* A new room of the same house with its plate; people stay in the old one until moved. */
MUST enum vh_rc room_split(struct ctx *cx, int64_t hotel, int64_t room, const struct room_new *n,
                           int64_t *ret_room);
MUST enum vh_rc room_retire(struct ctx *cx, int64_t hotel, int64_t room, const char *reason);

/* A plate and what it stands for; code is the text on it. */
struct plate_show {
	struct plate plate;
	char code[PLATE_CODE_TEXT], serial[SERIAL_TEXT];
	const char *url; /* HTTPS://HOST/R/CODE */
	struct hotel hotel;
	struct house house; /* id 0 when unbound */
	struct room room;   /* id 0 on a house plate */
};
/*
 * What a typed or scanned code is. VH_NOTFOUND `plate_unknown`: not ours or forged, decided without
 * the database once the hotel's keys are known. A revoked plate is found: look at its state. Opens
 * its own read.
 */
MUST enum vh_rc plate_find(struct ctx *cx, const char *text, struct plate_show *ret);
/* The same inside a transaction, without the url. */
MUST enum vh_rc plate_read(struct ctx *cx, const char *text, struct plate_show *ret);
/* The first half of it: refuses what is no code of ours without touching the database. */
MUST enum vh_rc plate_genuine(struct ctx *cx, const char *text);
MUST enum vh_rc plate_text(struct ctx *cx, int64_t hotel, int64_t no,
                           char ret_code[PLATE_CODE_TEXT]);
/* `public_url` as set at init; a placeholder with *ret_real false when it was not. Needs a
 * transaction. */
MUST enum vh_rc plate_url_base(struct ctx *cx, const char **ret, bool *ret_real);
/* Active plates in order: of rooms, or of houses. Authority ACT_PLATE; opens its own read. fn stops
 * by a failure. */
typedef enum vh_rc plate_each_fn(struct ctx *cx, const struct plate_show *p, void *arg);
MUST enum vh_rc plate_each(struct ctx *cx, int64_t hotel, bool houses, plate_each_fn *fn,
                           void *arg);
/* Which plates, for lists and sheets: by number, those of a house its own first. */
enum plate_kind { PLATES_ROOMS, PLATES_HOUSES, PLATES_UNBOUND };
struct plate_pick {
	int64_t hotel, house; /* house 0: of all */
	enum plate_kind kind;
	int64_t after, upto;  /* numbers over the one, up to the other; upto 0: to the last */
	int64_t most;         /* of one batch */
	int64_t only;         /* this number alone, whatever its kind; 0: any */
};
struct plate_item {
	struct plate_show s;
	struct plate_item *next;
};
/* Authority ACT_PLATE. *ret_last: the number to go on after, 0 at the end. */
MUST enum vh_rc plate_batch(struct ctx *cx, const struct plate_pick *pick, struct plate_item **ret,
                            int64_t *ret_last);
MUST enum vh_rc plate_make_unbound(struct ctx *cx, int64_t hotel, int64_t n, int64_t *ret_first);
/* The plate is put on a room or house (the other 0); what hung there before is revoked as
 * replaced. */
MUST enum vh_rc plate_bind(struct ctx *cx, const char *code, int64_t room, int64_t house);
MUST enum vh_rc plate_revoke(struct ctx *cx, const char *code, const char *reason);
/* Revoke and make a new one for the same door. */
MUST enum vh_rc plate_replace(struct ctx *cx, const char *code, const char *reason,
                              int64_t *ret_plate);

/*
 * By which an address or a room number is found again: blanks, width and case do not count, hyphens
 * and the rest do: 1-101 and 11-01 are two rooms. NULL without memory.
 */
MUST char *place_key(struct arena *a, const char *text);
/* Is this the house that somebody means: by its number, or by a piece of its address as well? */
bool house_has_no(struct arena *a, const struct house *h, const char *text);
bool house_named(struct arena *a, const struct house *h, const char *text);

#endif
