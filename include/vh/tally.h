/*
 * What two nodes hold of one hotel, made comparable without sending it: reconciliation asks for
 * the sums of all houses, then of the rooms of those that differ, then of the stays of a room.
 *
 * The canonical form of a row is a list of texts ("" for what is not known):
 *   house  "house", id, number, address, grid, state
 *   room   "room", id, house, number, letting, capacity, area in m2 as %.4g
 *   stay   "stay", id, room, state, since, until, ended, "about" if its end is, away until,
 *          "1" for a lessee else "0", relation, name of the employer, person, kind of document,
 *          document number, name, telephone, home, sex
 * Its sum is BLAKE2b-256 keyed with the secret of the two nodes over the texts, each with its
 * length before it (mac_parts), cut to 16 bytes. A room's sum is the XOR of its own row's and its
 * stays', a house's the XOR of its own row's and its rooms'; of nothing it is all zero. Keyed,
 * since a plain digest over identity numbers could be searched.
 */
#ifndef VH_TALLY_H
#define VH_TALLY_H

#include "vh/core.h"

#define TALLY_BYTES 16
#define TALLY_TEXT 33 /* hex and a NUL */

struct tally_row {
	int64_t id, in; /* in: the room's house, the stay's room */
	int64_t stays;
	unsigned char sum[TALLY_BYTES];
};
struct tally {
	struct tally_row *house, *room, *stay; /* by id; stay: only of the room asked for */
	size_t houses, rooms, stays;
};

/* The key of a pair of nodes, from the clear text of their first secret. */
void tally_key(const char *secret, size_t n, struct key *ret);
/* room 0: no stays are listed. Its own long read; authority is the caller's. */
MUST enum vh_rc tally_hotel(struct ctx *cx, int64_t hotel, const struct key *k, int64_t room,
                            struct tally *ret);

/*
 * Tell the upstreams again how a house, a room or a stay is now: an event `….restated` through the
 * normal outbox. VH_NOTFOUND; VH_CONFLICT `received`: of a hotel that is kept elsewhere.
 */
enum tally_kind { TALLY_HOUSE, TALLY_ROOM, TALLY_STAY };
MUST enum vh_rc restate(struct ctx *cx, int64_t hotel, enum tally_kind kind, int64_t id);

#endif
