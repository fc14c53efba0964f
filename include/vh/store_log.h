/*
 * Rows of the journal, of leases, and of the access log.
 */
#ifndef VH_STORE_LOG_H
#define VH_STORE_LOG_H

#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/store_delivery.h"

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
/* Their ids and places alone, of the epochs before one. */
MUST enum vh_rc event_ids(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t before,
                          int64_t n, struct event **ret);
MUST enum vh_rc event_of_subject(struct ctx *cx, int64_t hotel, const char *subject,
                                 struct event **ret);
/* The last one of the epochs before; 0, 0: there is none. */
MUST enum vh_rc event_last_before(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t *ret_epoch,
                                  int64_t *ret_seq);
/* Up to 500 of an epoch after seq that changed something, and that nobody told us again. */
MUST enum vh_rc event_news(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq,
                           struct event **ret);
MUST enum vh_rc event_blank(struct ctx *cx, const struct event *e); /* erasure: a new payload */

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
	const char *node; /* of a look at a node above, else NULL; then origin is its id there */
	int64_t origin;
	struct access_row *next;
};
MUST enum vh_rc access_insert(struct ctx *cx, const struct access_row *r);
MUST enum vh_rc access_list(struct ctx *cx, int64_t hotel, int64_t before, int64_t n,
                            struct access_row **ret); /* newest first */
/* Of somebody, after one id and before another, in order. */
MUST enum vh_rc access_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before,
                             int64_t n, struct access_row **ret);
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
