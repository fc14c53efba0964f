/*
 * The listening side: bytes to struct http_req and back. A pool of threads that may block on a
 * group commit and on nothing longer; one more thread accepts and deals the connections out to the
 * pool in turn.
 *
 * Every answer carries the security headers and, unless the application says otherwise, `Cache-
 * Control: no-store`.
 */
#ifndef VH_HTTP_SERVER_H
#define VH_HTTP_SERVER_H

#include "vh/http.h"

struct http_server;

struct http_conf {
	const char *listen;      /* ADDR:PORT, [ADDR6]:PORT; port 0: any free one */
	unsigned threads;        /* 0: LIM_HTTP_THREADS */
	const char *tls_cert, *tls_key; /* PEM text, both or neither */
	const char *trust_proxy; /* its address: X-Forwarded-* count from there alone; NULL: none */
	unsigned timeout_s;      /* 0: LIM_HTTP_TIMEOUT_S */
};

/*
 * `app` and what `conf` points to are borrowed until http_stop. VH_INVALID: the address or TLS;
 * VH_IO: cannot listen.
 */
MUST enum vh_rc http_start(const struct http_conf *conf, const struct http_app *app,
                           struct http_server **ret, struct err *e);
const char *http_address(const struct http_server *s); /* ADDR:PORT as bound */
unsigned http_active(const struct http_server *s);     /* requests between head() and done() */
/*
 * Accept no more, let what was accepted finish for at most wait_ms, then stop and free. False: some
 * were cut off.
 */
bool http_stop(struct http_server *s, unsigned wait_ms);

#endif
