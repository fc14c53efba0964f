/*
 * The application behind the HTTP server: one table of routes, for people and programs alike.
 */
#ifndef VH_WEB_H
#define VH_WEB_H

#include "vh/actor.h"
#include "vh/http.h"
#include "vh/keys.h"

struct web;

/* The receiving side of the way up, which lives beside the pages (vh/sync_receive.h): fills the
 * answer, also of a refusal. */
typedef void upstream_fn(struct ctx *cx, const struct http_req *q, struct http_resp *r);

/* The map's background; copied, its texts borrowed. */
struct web_map {
	/* https://host/{z}/{x}/{y}.png; NULL: none, the houses are drawn alone */
	const char *tiles;
	const char *credit; /* what the tiles' owner wants to be said; NULL */
	bool gcj02;        /* the tiles are drawn in GCJ-02, not WGS-84 */
	int max_zoom;
	/* so many tiles are fetched at a time: the others are told to come again */
	unsigned at_once;
	/* Status and body of an answer to a GET (VH_OK); VH_BUSY without one in time. No redirects.
	 * A body over `most` is no answer. Called by many threads. */
	enum vh_rc (*fetch)(void *arg, const char *url, size_t most, int *ret_status,
	                    struct buf *ret_body);
	void *arg;
};

struct web_conf {
	struct db *db;
	struct keyring *keys;
	const char *metrics_token; /* /metrics?token= from elsewhere; NULL: loopback alone */
	upstream_fn *upstream_events, *upstream_query, *upstream_keys; /* NULL: not found */
	int64_t lock_ms; /* a desk left alone so long locks; 0: LOCK_MS */
	int64_t now; /* tests: the clock stands here; 0: it runs */
	struct web_map map;
	bool strict; /* tests: a page that misses a member fails, not prints nothing there */
};

/*
 * Checks the table of routes, parses pages and texts. VH_INVALID `routes`: a route that must not
 * start, with words. What conf points to is borrowed.
 */
MUST enum vh_rc web_new(const struct web_conf *conf, struct web **ret, struct err *e);
void web_free(struct web *w); /* takes NULL */
const struct http_app *web_app(const struct web *w);
/* For /metrics: what the server around it has in hand. NULL: not known. */
void web_watch(struct web *w, unsigned (*active)(void *arg), void *arg);

/* What sends to the upstreams now, and comes back at once. NULL: nothing does in this process. */
void web_sender(struct web *w, void (*send)(void *arg), void *arg);

/* What `vhotel routes` prints, one row each. */
struct route_line {
	const char *method, *path, *page; /* page NULL: none */
	const char *access; /* public, login, signed, or the act that a role must have */
	enum act act;       /* ACT__MAX for the first three */
	bool csrf, rate, idem;
};
unsigned web_routes(void);
struct route_line web_route(unsigned i);
/* The declared field k of route i; false after the last. */
struct route_field {
	const char *name;
	const char *words; /* what it may say, "yes|no"; NULL: checked otherwise */
	bool required;
};
bool web_route_field(unsigned i, unsigned k, struct route_field *ret);

#endif
