/*
 * What the night does to the registry itself. Every step may be repeated: it does only what is not
 * done yet. Not inside a transaction.
 */
#ifndef VH_NIGHT_H
#define VH_NIGHT_H

#include "vh/erase.h"

/* One night at a time: VH_BUSY `night_busy` while another process has it. Good for an hour, so
 * each step takes it anew. */
MUST enum vh_rc night_take(struct ctx *cx, const char *holder);
MUST enum vh_rc night_drop(struct ctx *cx, const char *holder);

/* Was a step done on this civil day? Say that it was. */
MUST enum vh_rc night_was_done(struct ctx *cx, const char *step, bool *ret);
MUST enum vh_rc night_done(struct ctx *cx, const char *step);

/* A task `stay_overdue` for each stay whose end or away day has passed, unless one is open. */
MUST enum vh_rc night_overdue(struct ctx *cx, int64_t *ret_new);
/* `hotel.daily-closed` for the day that has ended, with counts and nobody's data; once a day. */
MUST enum vh_rc night_close(struct ctx *cx, int64_t *ret_closed);
/* Chain the access rows that no seal holds yet. */
MUST enum vh_rc night_seal(struct ctx *cx, int64_t *ret_hotels);

/* erase_due of every hotel, with `hotel.erased` and its numbers where somebody was dropped. */
MUST enum vh_rc night_erase(struct ctx *cx, struct erase_run *ret);

struct night_swept {
	int64_t secrets, keys; /* sessions, tokens, invitations; idempotency keys */
	int64_t attempts;      /* to send, older than two years */
	int64_t lots;          /* that upstreams judged longer ago than that */
	int64_t people;        /* whose time is over by the hotels' retention; still there */
	int64_t unset;         /* hotels that do not say how long */
};
MUST enum vh_rc night_sweep(struct ctx *cx, struct night_swept *ret);

#endif
