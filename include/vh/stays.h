/*
 * Move in, move out and everything between: the rules of stays. Each function checks authority, is
 * one transaction with its event, and can be repeated under the same idempotency key.
 */
#ifndef VH_STAYS_H
#define VH_STAYS_H

#include "vh/core.h"
#include "vh/docno.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

struct stay_new {
	int64_t hotel, room;
	const char *name, *doc_type, *doc_no, *phone;
	const char *since, *until; /* until NULL: not said */
	const char *home, *employer, *relation;
	const char *sex;     /* sex_stated(); compared where the number says it. NULL: not said */
	int64_t guardian;    /* person, for doc_type none */
	bool lessee;
	bool anyway;         /* file as contested what would be refused */
	/* the desk files for a landlord who: visit, phone, paper; NULL: not so */
	const char *asked;
	bool ledger;         /* a clerk's ledger: a full room is a warning, not a refusal */
};
enum stay_warn { /* of a filing that was taken */
	         WARN_AREA = 1,
	         WARN_SEX = 2,
	         WARN_ROOM_FULL = 4,
	         WARN_NAME_DIFFERS = 8,
	         WARN_DUE_UNKNOWN = 16,
	         WARN__END = 32,
};
const char *stay_warn_code(enum stay_warn w); /* as pages and the command line say it: doc_area */
struct stay_done {
	int64_t id, person;
	enum stay_state state;
	int64_t due; /* 0: unknown */
	bool late;
	unsigned warn;
};

/*
 * A filing after validation and cryptography, ready for the write step: what can be done outside
 * the transaction.
 * Errors: name, doc_*, phone, date, until. stay_in() is both in one; the ledger prepares many and
 * commits them together.
 */
struct stay_ready;
MUST enum vh_rc stay_prepare(struct ctx *cx, const struct hotel *h, const struct stay_new *n,
                             struct stay_ready **ret);
MUST enum vh_rc stay_commit(struct ctx *cx, struct stay_ready *r, struct stay_done *ret);

/*
 * VH_CONFLICT `already_in` (registered in this hotel; `duplicate` for a ledger's row about this
 * very room), `room_full`,
 * `room_shut` (suspended, barred or closed). anyway turns already_in and room_full into a contested
 * stay and a task.
 */
MUST enum vh_rc stay_in(struct ctx *cx, const struct stay_new *n, struct stay_done *ret);

enum stay_verb {
	SV_OUT,
	SV_EXTEND,
	SV_MOVE,
	SV_AWAY,
	SV_BACK,
	SV_VERIFY,
	SV_REJECT,
	SV_VOID,
	SV_AMEND,
	SV__MAX
};
struct stay_change {
	enum stay_verb verb;
	const char *day;    /* out: last day (default today); extend, away: until; move: from */
	const char *reason; /* required for reject and void */
	bool about;         /* out: the day is about right, not exact */
	int64_t room;       /* move: where to */
	bool anyway; /* move: into a full room, contested; verify: one more than the room holds */
	/* amend; NULL: as it is */
	const char *name, *doc_type, *doc_no, *phone, *home, *employer, *since;
	int64_t remark; /* amend: the one that it answers (vh/remark.h), or 0 */
};
/* VH_CONFLICT `stay_state`: this verb is not for a stay in that state. ret->id is the new stay
 * after a move. */
MUST enum vh_rc stay_change(struct ctx *cx, int64_t hotel, int64_t stay,
                            const struct stay_change *c, struct stay_done *ret);
const char *stay_verb_name(enum stay_verb v);
enum stay_verb stay_verb_of(const char *name); /* SV__MAX: none */
/* What a page may offer; stay_change asks the same again inside its transaction. */
enum act stay_verb_act(enum stay_verb v);
bool stay_verb_tenant(enum stay_verb v); /* a tenant may, of his own stay */
bool stay_verb_fits(enum stay_verb v, enum stay_state s);

#endif
