/*
 * The inside of the web layer: one request as the handlers see it.
 *
 * Order of a request (app.c): match -> method -> login or token -> access -> CSRF by origin ->
 * body -> CSRF by token -> form -> handler -> render. A handler fills c->view, one tree that is
 * the JSON answer or, through the route's page, the HTML; members ending in _url and _text are for
 * pages only and put there by put_url(), put_word() and put_text(), which leave them out of JSON.
 */
#ifndef VH_WEB_IMPL_H
#define VH_WEB_IMPL_H

#include "vh/accounts.h"
#include "vh/core.h"
#include "vh/http_form.h"
#include "vh/http_util.h"
#include "vh/web.h"

struct call;
typedef enum vh_rc handler_fn(struct call *c);

enum {
	R_CSRF = 1,
	R_IDEM = 2,
	R_RATE = 4,
	R_ANYCASE = 8,
	R_RAW = 16,
	R_LEDGER = 32, /* its form may be as large as a ledger, or as a picture */
	R_LATE = 64,
	R_PHOTO = 128,
	R_QUIET = 256, /* asked by a script on its own: no use of the session */
};
/* A zeroed rule does not start. A_SIGNED: the handler asks for the signature over the body. */
enum { A_MISSING, A_PUBLIC, A_LOGIN, A_SIGNED, A_ACT };
#define MAY(act) (A_ACT + (int)(act))

struct route {
	enum http_method method;
	const char *path;
	handler_fn *fn;
	const char *page; /* template; of a POST: the page that shows its form again */
	int access;
	unsigned flags;
	const struct form *form;
	handler_fn *again; /* POST: builds the view of `page` with the form as it was typed */
	const char *title; /* of an action: the texts a_TITLE and do_TITLE */
};
extern const struct route routes[];
extern const unsigned routes_n;

#define PARAMS 4
struct params {
	const char *name[PARAMS], *value[PARAMS];
	unsigned n;
};
/* VH_INVALID `routes` naming the first row that must not start. */
MUST enum vh_rc routes_check(const struct route *table, unsigned n, struct err *e);
/* NULL: no such path; *ret_allow then or otherwise has the methods of that path, as bits. */
const struct route *route_match(const char *path, enum http_method m, struct arena *a,
                                struct params *ret, unsigned *ret_allow);

struct call {
	struct web *w;
	struct http_req *q;
	struct http_resp *r;
	struct ctx cx;
	const struct route *route;
	struct params params;
	struct hotel hotel; /* of {hotel}; id 0: none in the path */
	struct session s;
	bool identified, logged_in, by_cookie, html;
	bool locked; /* his desk is: s says whose it is, and he is a stranger until the PIN */
	const char *cookie; /* of the session */
	const char *lang;
	const cJSON *t;     /* texts of that language */
	struct http_body body;
	void *form;         /* the route's struct, NULL without one */
	struct idem idem;
	struct view view, page;
	const char *page_name, *heading, *notice; /* instead of the route's own */
	bool late;          /* the sender's session had ended: see kept.h */
	const char *kept;   /* his form, sealed, for the login page */
	bool large;         /* counted in web.large */
	const char *go;     /* a browser is sent there after a change */
	int status;         /* 0: 200 */
	struct job *held;   /* whose bytes the answer is made of; released after the last */
	const struct err *why; /* the form is shown again because of this; else NULL */
};

const char *param(const struct call *c, const char *name);
/* {name} as an id; VH_NOTFOUND when it is none. */
MUST enum vh_rc param_id(struct call *c, const char *name, int64_t *ret);
bool may(const struct call *c, enum act a); /* has his role this right at all? */

/* app.c: make this call that POST, by whoever is logged in now; its handler is still to run. */
MUST enum vh_rc call_resume(struct call *c, const char *path, const struct http_body *body);

/* session.c */
MUST enum vh_rc call_identify(struct call *c); /* once; R_LATE: the handler does it */
MUST enum vh_rc call_guesses(struct call *c);  /* app.c: VH_BUSY `too_many` */
bool call_guessed(struct call *c); /* count a wrong try; false: there were too many before */
/* Does he bring a token or session that we made? Asks no database: strangers keep off the
 * writer. */
bool call_is_ours(struct call *c);
MUST enum vh_rc call_access(struct call *c);
MUST enum vh_rc call_origin(struct call *c); /* CSRF, from the head alone */
MUST enum vh_rc call_token(struct call *c);  /* CSRF, the hidden field */
const char *csrf_mask(struct call *c);       /* another text each time: gzip tells nothing */
void session_cookies(struct call *c, const char *session, const char *device, const char *login);
const char *device_cookie(const struct call *c, const char **ret_login);
bool safe_next(const char *s); /* a path of ours to go back to */

/* render.c */
MUST enum vh_rc pages_load(struct web *w, struct err *e);
void pages_free(struct web *w);
void render(struct call *c);
void render_failure(struct call *c, enum vh_rc rc);
int status_of(const struct err *e);

#endif
