/*
 * Rows of the journal, the way up, and the access log.
 */
#ifndef VH_STORE_LOG_H
#define VH_STORE_LOG_H

#include "vh/ctx.h"
#include "vh/db.h"

struct event {
	int64_t hotel, epoch, seq, id;
	const char *type;    /* cn.vhotel.stay.checked-in.v1 */
	const char *subject; /* stays/ID */
	int64_t part;        /* partition key: the person for stays, else the room or house */
	int64_t at, actor;
	const char *reason;
	bool urgent; /* has a 24-hour deadline: sent at once */
	int64_t supersedes;
	struct blob payload; /* sealed */
	struct event *next;
};
MUST enum vh_rc event_insert(struct ctx *cx, const struct event *e);
MUST enum vh_rc event_get(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq,
                          struct event *ret);
/* Up to n events after (epoch, seq), in order. */
MUST enum vh_rc event_after(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                            struct event **ret);
/* The same without reason and payload: what was touched. */
MUST enum vh_rc event_subjects(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                               struct event **ret);
MUST enum vh_rc event_of_subject(struct ctx *cx, int64_t hotel, const char *subject,
                                 struct event **ret);
MUST enum vh_rc event_blank(struct ctx *cx, const struct event *e); /* erasure: a new payload */

struct upstream {
	int64_t id;
	const char *name, *url;
	struct blob secret; /* sealed by the node's key */
	bool empty_accepted;
	const char *state; /* open, paused */
	int64_t created;
	struct upstream *next;
};
MUST enum vh_rc upstream_insert(struct ctx *cx, const struct upstream *u);
MUST enum vh_rc upstream_get(struct ctx *cx, const char *name, struct upstream *ret);
MUST enum vh_rc upstream_list(struct ctx *cx, struct upstream **ret);
MUST enum vh_rc upstream_update(struct ctx *cx, const struct upstream *u); /* not its name */

struct delivery {
	int64_t upstream, hotel, epoch, seq, event, part;
	const char *state; /* due sending unknown retry accepted rejected dead superseded */
	int64_t attempts, next_at, sent_at, done_at, status;
	const char *code, *detail, *receipt;
	struct delivery *next;
};
MUST enum vh_rc cursor_get(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_epoch,
                           int64_t *ret_seq); /* 0, 0 before the first */
MUST enum vh_rc cursor_put(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t epoch,
                           int64_t seq);
MUST enum vh_rc delivery_insert(struct ctx *cx, const struct delivery *d);
MUST enum vh_rc delivery_update(struct ctx *cx, const struct delivery *d);
/*
 * Up to n deliveries of a hotel that may be sent at `now`: open, not being sent, due, and no
 * earlier unfinished one of the same part (a refused or dead one holds back the later ones of its
 * key), so that a batch has one event per part.
 */
MUST enum vh_rc delivery_ready(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t now,
                               int64_t n, struct delivery **ret);
MUST enum vh_rc delivery_list(struct ctx *cx, int64_t upstream, const char *state, int64_t n,
                              struct delivery **ret);
/* Rejected and dead ones of a hotel, what comes after one (zeroed: from the first). */
MUST enum vh_rc delivery_refused(struct ctx *cx, int64_t hotel, const struct delivery *after,
                                 int64_t n, struct delivery **ret);
MUST enum vh_rc delivery_of_event(struct ctx *cx, int64_t hotel, int64_t event,
                                  struct delivery **ret);
/* Earliest next_at of what is open, 0 when nothing is. */
MUST enum vh_rc delivery_next_at(struct ctx *cx, int64_t upstream, int64_t *ret_at);
/* Earliest next_at after `after` of what is open, 0 when none is. */
MUST enum vh_rc delivery_next_after(struct ctx *cx, int64_t upstream, int64_t after,
                                    int64_t *ret_at);
MUST enum vh_rc delivery_count(struct ctx *cx, int64_t upstream, const char *state, int64_t *ret_n);
/* Events of own hotels above the cursor, not yet taken. */
MUST enum vh_rc delivery_waiting(struct ctx *cx, int64_t upstream, int64_t *ret_n);

/* How many of a hotel are in a state that is neither accepted nor superseded. */
MUST enum vh_rc delivery_open_count(struct ctx *cx, int64_t upstream, int64_t hotel,
                                    const char *state, int64_t *ret_n);
/* When the oldest event happened that is claimed and not settled; 0: none. */
MUST enum vh_rc delivery_oldest(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_at);
/* When the newest accepted one was; 0: never. */
MUST enum vh_rc delivery_accepted_at(struct ctx *cx, int64_t upstream, int64_t hotel,
                                     int64_t *ret_at);
/* Those that the other side or the way has troubles with, the latest first. */
MUST enum vh_rc delivery_trouble(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n,
                                 struct delivery **ret);
/* Events of a hotel above the cursor: when the first happened (0: none), and how many. */
MUST enum vh_rc event_waiting(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq,
                              int64_t *ret_at, int64_t *ret_n);

/* Is any urgent event above the cursor of an open upstream? */
MUST enum vh_rc delivery_urgent(struct ctx *cx, bool *ret);

/* A named right to work that one process holds for a while: VH_BUSY when another has it. */
MUST enum vh_rc lease_take(struct ctx *cx, const char *name, const char *holder, int64_t until);
MUST enum vh_rc lease_drop(struct ctx *cx, const char *name, const char *holder);
MUST enum vh_rc lease_clear(struct ctx *cx); /* all: after a restore nobody holds any */

struct access_row {
	int64_t hotel, id, at, account;
	const char *role;
	int64_t subject; /* person */
	const char *fields, *reason, *request;
	struct blob digest;
	int64_t seal; /* 0: not yet */
	struct access_row *next;
};
MUST enum vh_rc access_insert(struct ctx *cx, const struct access_row *r);
MUST enum vh_rc access_list(struct ctx *cx, int64_t hotel, int64_t before, int64_t n,
                            struct access_row **ret); /* newest first */
MUST enum vh_rc access_of_person(struct ctx *cx, int64_t hotel, int64_t person, int64_t n,
                                 struct access_row **ret); /* newest first */
MUST enum vh_rc access_unmasked_since(struct ctx *cx, int64_t hotel, int64_t account,
                                      int64_t since_id, int64_t *ret_persons);
/* Give the oldest unsealed rows a seal number; then list a seal's rows in id order. */
MUST enum vh_rc access_seal_take(struct ctx *cx, int64_t hotel, int64_t seal, int64_t most,
                                 int64_t *ret_rows);
MUST enum vh_rc access_of_seal(struct ctx *cx, int64_t hotel, int64_t seal,
                               struct access_row **ret);
struct access_seal {
	int64_t hotel, id, rows, at;
	struct blob hash;
};
MUST enum vh_rc access_seal_insert(struct ctx *cx, const struct access_seal *s);
MUST enum vh_rc access_seal_get(struct ctx *cx, int64_t hotel, int64_t id, struct access_seal *ret);

#endif
