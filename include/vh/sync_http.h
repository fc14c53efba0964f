/*
 * The HTTP client of the way up, over libcurl (its one file is src/sync/http.c).
 *
 * TLS is verified always; plain http is for loopback alone, decided on the address connected to.
 * Redirects are never followed, connecting and the whole exchange have limits, an answer over
 * LIM_REPLY (or what the caller says) is cut off.
 */
#ifndef VH_SYNC_HTTP_H
#define VH_SYNC_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "vh/buf.h"
#include "vh/err.h"

struct wire; /* one connection kept for several posts; one thread at a time */

enum wire_verdict {
	WIRE_ANSWERED, /* look at status; when not sized, a cut body looks like a whole one */
	WIRE_UNSENT,   /* not one byte of the body left: it cannot have been taken */
	WIRE_LOST,     /* sent, perhaps; no whole answer: unknown */
};

struct wire_header {
	const char *name, *value; /* a NULL name ends the list */
};
struct wire_post {
	const char *url;
	const struct wire_header *header;
	const char *body; /* NULL: a GET */
	size_t n;
	size_t most;              /* bytes of the answer's body; 0: LIM_REPLY */
	int connect_ms, total_ms; /* 0: 10 s and 30 s */
	const char *cert, *cert_key; /* PEM files of mutual TLS; NULL */
	const char *ca; /* PEM file of who is believed in place of the system's; NULL */
};
struct wire_answer {
	enum wire_verdict verdict;
	int status;
	char retry_after[64]; /* "" without */
	bool headers, sized;  /* the header came to its end; the body told its length beforehand */
	bool gzip;            /* it takes bodies so coded: Accept-Encoding, RFC 7694 */
	char why[120];        /* of WIRE_UNSENT and WIRE_LOST: words for the log, without the URL */
	struct buf body;      /* empty unless WIRE_ANSWERED; wire_answer_done() frees it */
};

MUST enum vh_rc wire_open(struct wire **ret, struct err *e);
void wire_close(struct wire *w);
/*
 * VH_OK whatever the network did, see verdict; VH_INVALID: the address; VH_NOMEM. ret is always
 * initialised.
 */
MUST enum vh_rc wire_post(struct wire *w, const struct wire_post *post, struct wire_answer *ret,
                          struct err *e);
void wire_answer_done(struct wire_answer *answer);

/*
 * Several posts under way at once, at most LIM_SYNC_FLIGHTS; their connections are kept. One
 * thread at a time.
 */
struct wires;
MUST enum vh_rc wires_open(struct wires **ret, struct err *e);
void wires_close(struct wires *w); /* what is under way is given up */
/* Begins it; its body must live until it is taken. VH_BUSY: LIM_SYNC_FLIGHTS are; as wire_post. */
MUST enum vh_rc wires_begin(struct wires *w, const struct wire_post *post, void *tag,
                            struct err *e);
/*
 * One that has ended, waiting up to ms for something to happen; then *ret_tag is its tag and
 * wire_answer_done(ret) is due, else *ret_tag is NULL.
 */
MUST enum vh_rc wires_wait(struct wires *w, int ms, struct wire_answer *ret, void **ret_tag,
                           struct err *e);

/*
 * May events be sent there? VH_INVALID (`url`): not http(s), a user or fragment in it, http to
 * another machine.
 */
MUST enum vh_rc wire_url_check(const char *url, struct err *e);

#endif
