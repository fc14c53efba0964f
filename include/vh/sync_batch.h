/*
 * What travels: CloudEvents 1.0 as a JSON batch, and the upstream's answer to it, event by event.
 * Strings that are read live in the arena given.
 */
#ifndef VH_SYNC_BATCH_H
#define VH_SYNC_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/buf.h"
#include "vh/err.h"

#define BATCH_TYPE "application/cloudevents-batch+json"

struct cloud_event {
	const char *id;      /* never changes over retries */
	const char *source;  /* /hotels/310116104205 */
	const char *subject; /* stays/ID */
	const char *type;    /* cn.vhotel.stay.checked-in.v1 */
	const char *key;     /* partitionkey: order holds among equal ones */
	const char *sequence; /* the hotel's seq as text */
	const char *epoch;    /* which counting of it: a restored registry begins another */
	int64_t time;        /* instant */
	const char *data;    /* JSON text, valid, written as it is */
};

void batch_open(struct buf *b);
void batch_add(struct buf *b, const struct cloud_event *ev);
void batch_close(struct buf *b);

/*
 * What came in. Refuses envelopes that are not 1.0: VH_INVALID (`batch`) with the pointer as
 * field; VH_LIMIT.
 */
MUST enum vh_rc batch_parse(struct arena *a, const char *p, size_t n, struct cloud_event **ret,
                            size_t *ret_n, struct err *e);

enum reply_state { REPLY_UNKNOWN, REPLY_ACCEPTED, REPLY_DUPLICATE, REPLY_REJECTED };

struct reply_item {
	const char *id; /* in: what was sent */
	enum reply_state state;
	const char *code, *detail, *receipt; /* NULL: not told, or too long to keep */
};

/*
 * Settle each item by the body of a 2xx. Whatever cannot be read, is missing, or contradicts
 * itself stays REPLY_UNKNOWN; an upstream whose conf says so accepts all with an empty
 * 200/201/204 (`empty_accepts`).
 */
void reply_read(struct arena *a, int status, const char *body, size_t n, bool empty_accepts,
                struct reply_item *item, size_t items);

/* What an HTTP status means for a whole batch. */
enum reply_kind {
	REPLY_ITEMS, /* 2xx: reply_read() decides item by item */
	REPLY_RETRY, /* 3xx, 408, 409, 425, 429, 5xx */
	REPLY_STOP,  /* 401, 403, 410: we are refused, not the events: stop asking, keep them */
	REPLY_DEAD,  /* any other 4xx */
};
enum reply_kind reply_kind(int status);

#endif
