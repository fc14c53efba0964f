/*
 * A small village for the tests of the registry: a database of its own, divisions, two hotels, houses with
 * landlords, rooms, one account of each role, the clock at 2026-11-21 09:15 in China (a Saturday). Everybody in it
 * is invented; area code 420199 of the document numbers is not assigned.
 *
 * hotel 东新村: house 1 (landlord `wang`) with rooms 101 and 102, house 2 (landlord `zhao`) with room 201, all for
 * two. far 西新村: one house with room 101.
 */
#ifndef VILLAGE_H
#define VILLAGE_H

#include "testdb.h"
#include "vh/actor.h"
#include "vh/date.h"
#include "vh/json.h"
#include "vh/place.h"
#include "vh/plate_code.h"
#include "vh/stays.h"

#define DONGXIN "310116104205"
#define XIXIN "310116104206"
#define TOWN "310116104000"

/* A call that must go well: what went wrong is told, and where. */
#define OK(v, call) \
	do { \
		if ((call) != VH_OK) \
			fail_msg("%s: %s", err_code(&(v)->cx->err), err_text(&(v)->cx->err)); \
	} while (0)

enum { V_101, V_102, V_201, V_FAR, V_ROOMS };
enum { V_ACCOUNTS = 14 };

struct village {
	struct testdb t;
	struct ctx *cx; /* &t.cx; acts as the clerk of 东新村 until village_as() */
	char key_file[240];
	int64_t hotel, far;
	struct hotel h, h_far;
	int64_t house[3], room[V_ROOMS];
	struct actor who[V_ACCOUNTS];
	unsigned n;
	void *beside; /* the handle of village_sql */
};

int village_setup(void **state);
int village_teardown(void **state);
void village_open(struct village *v);
void village_bare(struct village *v); /* keys and an empty database, nothing in it; acts as the operator */
void village_close(struct village *v);
/* For another thread; arena_free its arena. */
struct ctx village_ctx(const struct village *v, const char *login);

/*
 * admin auditor, of everything; clerk head grid employer of 东新村; police of the town, which has both villages;
 * outsider: police of 西新村 alone; clerk2: clerk of 西新村; wang, zhao: landlords; tenant: bound to nobody yet.
 * operator: the command line. NULL: a stranger.
 */
void village_as(struct village *v, const char *login);
const struct actor *village_actor(const struct village *v, const char *login);
/* Load the grants again, as the next request would. */
void village_reload(struct village *v, const char *login);

/* The nth valid identity card number, of women (odd n) and men. Static, for a few calls. */
const char *village_doc(unsigned n);
/* What a filing of the nth person into a room says; other fields are set by the test. */
struct stay_new village_new(const struct village *v, int room, unsigned n);
/* Moves the nth person in, which must go well; by whoever acts. */
int64_t village_in(struct village *v, int room, unsigned n);
/* The same as `login`, who then acts, of everything that can be known; all but the first share a telephone. */
#define V_PHONE "13922223333"
int64_t village_in_full(struct village *v, const char *login, int room, unsigned n);
/* Somebody types himself at 101, by digits that wang had opened: the stay. Nobody acts afterwards. */
int64_t village_declared(struct village *v, unsigned n);
struct stay village_stay(struct village *v, int64_t stay);
/* The code of the plate that hangs at a room of 东新村, or, of room 0, at a house. Static. */
const char *village_plate(struct village *v, int64_t room, int64_t house);
int64_t village_looks(struct village *v); /* rows of the access log */

/* The call failed by this code; the error is forgotten again. */
void village_refused(struct village *v, enum vh_rc rc, enum vh_rc want, const char *code);

/* Straight into the database file, beside the house: for looking, and for tampering. */
int64_t village_sql(struct village *v, const char *sql); /* the first column of the first row, else 0 */
/* Everything that is stored but for the tables named in `but` (",a,b,"): equal digests, equal rows. */
void village_digest(struct village *v, const char *but, char ret_hex[65]);
/* The invariants that `vhotel check` promises; fails the test at the first that does not hold. */
void village_sound(struct village *v);

/* Newest event of 东新村 with its opened data; the tree is freed by the caller. */
cJSON *village_event(struct village *v, struct event *ret);

#endif
