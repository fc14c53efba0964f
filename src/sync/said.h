/* One signed request of another node, for receive.c, answer.c and recover.c. */
#ifndef VH_SYNC_SAID_H
#define VH_SYNC_SAID_H

#include "vh/ctx.h"
#include "vh/http.h"
#include "vh/receive.h"
#include "vh/sync_batch.h"
#include "vh/sync_wire.h"

struct said {
	struct ctx *cx;
	const struct http_req *q;
	const char *area; /* for which it speaks; "-" until that is known */
	struct source from;
	const char *secret; /* clear text of its secrets */
	struct webhook_keys keys;
};

/* Who speaks, and is the body his and whole? Sets area, from, secret, keys. */
MUST enum vh_rc said_by(struct said *s);
/*
 * An event as it came in its envelope; its code says what is wrong with that. source: of whom it
 * must be.
 */
void said_event(const struct cloud_event *ev, const char *source, int64_t now,
                struct received_event *to);
/* Answer and log what cx->err says. */
void said_refuse(const struct said *s, struct http_resp *r);
/* A hotel's sums are read for seconds: sources must not take all threads. Each true is ended. */
bool sums_begin(void);
void sums_end(void);

#endif
