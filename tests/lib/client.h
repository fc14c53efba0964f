/*
 * A village with the web application in front of it, asked without sockets. Everybody has a bearer
 * token; client_session() also gives a cookie session, as a browser would have it.
 */
#ifndef CLIENT_H
#define CLIENT_H

#include "village.h"
#include "vh/http.h"
#include "vh/web.h"

struct client {
	struct village v;
	struct web *w;
	struct arena *a; /* of the last request */
	struct http_resp r;
	char token[V_ACCOUNTS][64];
	/* Of the next request, cleared by it. */
	struct http_pair header[8];
	unsigned headers;
};

void client_open(struct client *c); /* zeroed */
void client_close(struct client *c);
int client_setup(void **state);
int client_teardown(void **state);

void client_header(struct client *c, const char *name, const char *value);
/* who: a login of the village, NULL: a stranger. The answer is in c->r; returns its status. */
int client_get(struct client *c, const char *who, const char *path, bool json);
int client_post(struct client *c, const char *who, const char *path, const char *type,
                const char *body, bool json);
int client_send(struct client *c, enum http_method m, const char *who, const char *path,
                const char *type, const char *body, size_t n, bool json);
const char *client_body(const struct client *c);
bool client_has(const struct client *c, const char *text);
cJSON *client_json(const struct client *c); /* the caller frees it */
/* Log a landlord or tenant in by an invitation; the cookies and the CSRF token of his session. */
void client_session(struct client *c, const char *login, char cookie[128], char csrf[64]);

#endif
