/*
 * The twin: an upstream to rehearse against, which plays the faults of real ones by a seeded die
 * and keeps a book of what it has really taken. What a sender believes and what the book says
 * must be the same in the end.
 *
 * Each request meets at most one fault. `lost`: taken, no answer; `partial`: half taken, half not
 * mentioned; `429`, `503`: not taken; `empty`: taken, 200 without a body; `slow`: taken, answered
 * after slow_ms; `reset`: not taken, no answer; `dup`: taken, every result told twice.
 */
#ifndef VH_SYNC_TWIN_H
#define VH_SYNC_TWIN_H

#include <stdint.h>

#include "vh/buf.h"
#include "vh/http.h"
#include "vh/sync_batch.h"
#include "vh/sync_wire.h"

enum twin_fault {
	FAULT_LOST,
	FAULT_PARTIAL,
	FAULT_429,
	FAULT_503,
	FAULT_EMPTY,
	FAULT_SLOW,
	FAULT_RESET,
	FAULT_DUP,
	FAULT__MAX,
	FAULT_NONE = FAULT__MAX
};

struct twin_faults {
	double share[FAULT__MAX]; /* 0..1 of the requests, together at most 1 */
	int slow_ms;
};
/*
 * `lost=0.1,503=0.05,slow=0.02,slow_ms=1500`, or `all=0.1` for each of them; "" for none.
 * VH_INVALID names the word.
 */
MUST enum vh_rc twin_faults_parse(const char *spec, struct twin_faults *ret, struct err *e);

struct twin;
MUST enum vh_rc twin_new(const struct webhook_keys *keys, const struct twin_faults *faults,
                         uint64_t seed, struct twin **ret);
void twin_free(struct twin *t);
/*
 * Takes batches on every POST path but /upstream/query, which is a 404: it keeps no registry to be
 * asked about. GET /report is the book, GET /healthz answers. Thread-safe.
 */
struct http_app twin_app(struct twin *t);
/* The book as JSON. */
void twin_report(struct twin *t, struct buf *out);

/*
 * The book alone: who was taken, in which order. Not thread-safe. Memory grows with the events
 * taken.
 */
struct book;
struct book_sums {
	int64_t accepted, duplicates, disorder, gaps;
};
struct book *book_new(void);
void book_free(struct book *b);
/* REPLY_ACCEPTED the first time, REPLY_DUPLICATE later; VH_NOMEM: not taken. */
MUST enum vh_rc book_take(struct book *b, const struct cloud_event *ev, enum reply_state *ret);
void book_sums(const struct book *b, struct book_sums *ret);
/*
 * `"sources":[{source, events, first, last}]` and `"disordered":[{source, key, times}]` into an
 * object.
 */
void book_print(const struct book *b, struct buf *out);

#endif
