/*
 * Asking an upstream of our kind: whom, and one question. For reconcile.c, recover.c and down.c.
 */
#ifndef VH_SYNC_QUERY_H
#define VH_SYNC_QUERY_H

#include "post.h"
#include "vh/json.h"
#include "vh/store_delivery.h"
#include "vh/store_place.h"

/* So many hotels running without an answer: it is down, and not asked about the others. */
enum { SILENT_MOST = 3 };

/* Whom to ask about what. */
struct world {
	struct upstream *ups;
	struct hotel *hotels;
};
MUST enum vh_rc query_world(struct ctx *cx, struct world *ret);
/* Is it open, and the one that was named? name NULL: each is. */
bool query_wants(const struct upstream *up, const char *name);

struct query {
	struct wire *wire;
	const struct upstream *up;
	const char *url;
	struct webhook_keys keys; /* wiped by the caller */
	const char *secret;       /* the clear text of them */
	int connect_ms, total_ms; /* 0: those of sync_http.h */
};
/* Address and keys of an upstream. *ret_can is false when it is not of our kind. */
MUST enum vh_rc query_open(struct ctx *cx, struct wire *wire, const struct upstream *up,
                           struct query *ret, bool *ret_can);
/*
 * VH_OK with *ret_why NULL: answered by a 200. Else why it is mute, as words for the log; VH_OK as
 * well. wire_answer_done() the answer in either case.
 */
MUST enum vh_rc query_post(struct ctx *cx, const struct query *q, const char *area,
                           const char *question, struct wire_answer *ret, const char **ret_why);

/* Has it no questions to ask? A receiver need not answer any; asked once, it is left alone. */
bool query_none(const struct wire_answer *answer);

#endif
