/*
 * One HTTP exchange as plain structs: no socket, no library, no domain. server.c makes them from
 * the wire, tests by hand.
 *
 * The application is asked twice. head() when the header fields are in: it routes, knows the caller
 * and decides access, and either answers at once or names how many bytes of body it will take.
 * serve() when the body is whole. No byte of a body is kept for a caller whom head() answered.
 * Everything a request points to lives in its arena and dies with it.
 */
#ifndef VH_HTTP_H
#define VH_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "vh/arena.h"
#include "vh/buf.h"
#include "vh/json.h"

enum http_method {
	HTTP_OTHER,
	HTTP_GET,
	HTTP_HEAD, /* answered as GET; the body is left away on the wire */
	HTTP_POST,
	HTTP_PUT,
	HTTP_OPTIONS,
	HTTP__MAX
};
struct http_pair {
	const char *name, *value;
};
struct http_pairs {
	struct http_pair *at;
	unsigned n;
};
struct http_req {
	struct arena *a;
	enum http_method method;
	const char *target; /* path and query as sent */
	const char *path;   /* decoded, without the query: begins with '/', valid UTF-8 */
	struct http_pairs query, header;
	const char *remote; /* the caller's address; behind a trusted proxy, the one it names */
	bool secure;        /* TLS here, or at the trusted proxy */
	bool local;         /* straight from this machine, no proxy in between */
	bool expects;       /* waits for 100-continue */
	char id[24];        /* of this request: for logs and access rows */
	const char *body;   /* in serve(): whole, with a NUL after body_n */
	size_t body_n, body_max;
	void *app;          /* the application's own, for the life of the request */
};

#define HTTP_RESP_HEADERS 12
struct http_resp {
	struct arena *a;
	int status;
	const char *type; /* Content-Type; NULL: no body */
	struct buf body;
	const void *fixed; /* instead of body: bytes that outlive the server, e.g. embedded files */
	size_t fixed_n;
	struct http_pair header[HTTP_RESP_HEADERS];
	unsigned header_n;
	bool failed; /* a header was refused: the answer becomes 500 */
	bool close;  /* and end the connection */
	bool drop;   /* say nothing and hang up: the twin plays a lost answer */
};
enum http_go { HTTP_ANSWER, HTTP_BODY };
struct http_app {
	void *self;
	/* ANSWER: resp is filled. BODY: read at most q->body_max bytes (0: none), then serve(). */
	enum http_go (*head)(void *self, struct http_req *q, struct http_resp *r);
	void (*serve)(void *self, struct http_req *q, struct http_resp *r);
	/* After the last byte, or when the caller went away; frees q->app's heap. May be NULL. */
	void (*done)(void *self, struct http_req *q, const struct http_resp *r);
};

/*
 * A request for tests and tools; header fields are added with req_header_add. NULL without memory.
 */
MUST struct http_req *req_make(struct arena *a, enum http_method method, const char *target);
MUST enum vh_rc req_header_add(struct http_req *q, const char *name, const char *value);
/*
 * The guard that stands before every router: one reading of a request or none. Wants target, header
 * and `http11` set; fills path and query. VH_INVALID `bad_request`: doubled or contradicting
 * framing fields, no or several Hosts, field names that are no tokens, NUL, dot segments, encoded
 * slashes, broken escapes or UTF-8 in the target.
 */
MUST enum vh_rc req_guard(struct http_req *q, bool http11, struct err *e);
/* First field of that name (ASCII case ignored) or NULL. */
const char *req_header(const struct http_req *q, const char *name);
unsigned req_header_count(const struct http_req *q, const char *name);
const char *req_query(const struct http_req *q, const char *name); /* NULL: absent */
/* Content-Type without parameters, lower case: "" when absent. */
const char *req_type(const struct http_req *q);
enum http_method http_method_of(const char *s);
const char *http_method_name(enum http_method m);

void resp_init(struct http_resp *r, struct arena *a);
void resp_done(struct http_resp *r);
void resp_reset(struct http_resp *r); /* forget the answer, keep the memory */
/* Copies value. One with control characters marks the answer failed. */
void resp_header(struct http_resp *r, const char *name, const char *value);
const char *resp_header_get(const struct http_resp *r, const char *name);
void resp_text(struct http_resp *r, int status, const char *text);
void resp_redirect(struct http_resp *r, int status, const char *location);
void resp_json(struct http_resp *r, int status, const cJSON *view);
void resp_fixed(struct http_resp *r, const char *type, const void *p, size_t n);
/* RFC 9457 application/problem+json. status 0: by e->rc. */
void resp_problem(struct http_resp *r, int status, const struct err *e);
/* One member more. */
void resp_problem_more(struct http_resp *r, const char *key, const cJSON *value);
const char *http_status_text(int status);

/*
 * What the server does with a request whose body is already in q->body: ceilings, head(), serve().
 */
void http_call(const struct http_app *app, struct http_req *q, struct http_resp *r);

#endif
