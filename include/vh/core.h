/*
 * What every core function does the same way: run as one write with its idempotency key, find the
 * hotel and its keys, write the event. Reads run inside db_read, writes inside core_write.
 */
#ifndef VH_CORE_H
#define VH_CORE_H

#include "vh/actor.h"
#include "vh/date.h"
#include "vh/keys.h"
#include "vh/store_log.h"

/*
 * An Idempotency-Key of a caller: same key and print gives what the first made, another print is
 * VH_INVALID
 * `idem_mismatch`. Set cx->idem before calling a core function; `replayed` says that nothing was
 * done again.
 */
struct idem {
	const char *key;
	unsigned char print[MAC_BYTES]; /* over route and body */
	bool replayed;
};

/* db_write of a step with its idempotency row; *made is the id that the step made or changed. */
MUST enum vh_rc core_write(struct ctx *cx, db_step *fn, void *arg, int64_t *made);
/* The same; what a repeated request is answered, `again` reads by *made. */
MUST enum vh_rc core_answer(struct ctx *cx, db_step *fn, db_step *again, void *arg, int64_t *made);

/* By area code, or VH_NOTFOUND `hotel`. Needs a transaction. */
MUST enum vh_rc hotel_find(struct ctx *cx, const char *area, struct hotel *ret);
/* The same with its own short read. */
MUST enum vh_rc hotel_open_by(struct ctx *cx, const char *area, struct hotel *ret);
/* From the cache, else unwrapped from the hotel's row, in a read of its own or the running step. */
MUST enum vh_rc hotel_keys_of(struct ctx *cx, int64_t hotel, struct hotel_keys *ret);
/* Put the keys of every hotel into the cache; at start. */
MUST enum vh_rc hotel_keys_warm(struct ctx *cx);
/* Words for a failure of sealing or opening, which has none of its own; VH_OK passes. */
MUST enum vh_rc seal_words(struct ctx *cx, enum vh_rc rc);
/* VH_CONFLICT `received`: another registry keeps this hotel, and what is said here would not reach
 * it. Events are refused so by journal_add; this is for what writes none. */
MUST enum vh_rc hotel_is_ours(struct ctx *cx, const struct hotel *h);
void today_of(const struct ctx *cx, const struct hotel *h, char out[11]);

/* One row of the journal. data is JSON text; part is the partition key on the way up. */
struct deed {
	int64_t hotel;
	const char *type;    /* stay.checked-in; cn.vhotel. and .v1 are added */
	const char *subject; /* stays, rooms, houses, hotels, plates */
	int64_t id, part;
	const char *reason;
	bool urgent;
	int64_t supersedes;
	const char *data;
};
/* Inside a write. ret_event may be NULL. */
MUST enum vh_rc journal_add(struct ctx *cx, const struct deed *d, int64_t *ret_event);
/* The data of an event, opened. */
MUST enum vh_rc journal_data(struct ctx *cx, const struct event *e, char **ret_json);

/* The last instant for filing; 0 when the working days of that year are not known. *ret_urgent: a
 * rule in hours. */
MUST enum vh_rc deadline_of(struct ctx *cx, const struct hotel *h, bool foreigner, const char *act,
                            int32_t day, int64_t *ret_due, bool *ret_urgent);
/* The same for any rule of the table: who may be the severity of a hazard, act then is mend. */
MUST enum vh_rc deadline_by(struct ctx *cx, const struct hotel *h, const char *who,
                            const char *act, int32_t day, int64_t *ret_due, bool *ret_urgent);

/* A text that people typed: cleaned, 1..max characters (0 allowed if !required: NULL). */
MUST enum vh_rc text_take(struct ctx *cx, const char *field, const char *s, size_t max,
                          bool required, const char **ret);
/* Why a number without blanks and hyphens reaches nobody; NULL: it is good. */
const char *phone_wrong(const char *s);
MUST enum vh_rc phone_take(struct ctx *cx, const char *field, const char *s, const char **ret);
MUST enum vh_rc day_take(struct ctx *cx, const char *field, const char *s, bool required,
                         int32_t *ret_day); /* DAY_NONE when empty */

#endif
