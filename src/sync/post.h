/* One signed post to an upstream, of whatever it says: send.c and reconcile.c. */
#ifndef VH_SYNC_POST_H
#define VH_SYNC_POST_H

#include "vh/ctx.h"
#include "vh/sync_http.h"
#include "vh/sync_wire.h"

struct post {
	const char *url, *type, *area;
	const char *id; /* the webhook-id: the same in every attempt */
	const struct webhook_keys *keys;
	const char *body;
	size_t n;
	bool gzip; /* the body is: Content-Encoding */
	int connect_ms, total_ms;
};
/* As wire_post. */
MUST enum vh_rc post_signed(struct ctx *cx, struct wire *w, const struct post *p,
                            struct wire_answer *ret);
/* As wires_begin: p->body lives until the answer is taken. */
MUST enum vh_rc post_begin(struct ctx *cx, struct wires *w, const struct post *p, void *tag);

#define EVENTS_PATH "/upstream/events"
/* Does this address of an upstream end in EVENTS_PATH, as those of our kind do? */
bool post_ours(const char *url);
/* The same node's address with another path; NULL: it is not of our kind, or no memory. */
char *post_url(struct arena *a, const char *url, const char *path);

#endif
