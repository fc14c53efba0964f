#include "client.h"
#include "watched.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/limits.h"
#include "vh/log.h"

static const char *const staff[] = { "admin", "auditor", "clerk", "clerk2", "head", "police", "outsider",
	                             "grid", "employer", "wang", "zhao", "tenant" };
enum { STAFF = sizeof staff / sizeof *staff };

void client_open(struct client *c)
{
	struct err e = { 0 };
	log_level_set(LOG_ERROR); /* refusals are what these tests are about */
	village_open(&c->v);
	village_as(&c->v, "operator");
	for (unsigned i = 0; i < STAFF; i++)
		assert_int_equal(account_token(c->v.cx, staff[i], 30, c->token[i]), VH_OK);
	const struct web_conf k = {
		.db = c->v.cx->db, .keys = c->v.cx->keys, .now = TESTDB_NOW, .strict = true
	};
	if (web_new(&k, &c->w, &e) != VH_OK)
		fail_msg("web_new: %s", err_text(&e));
	c->a = arena_new(LIM_ARENA);
	assert_non_null(c->a);
	resp_init(&c->r, c->a);
}

void client_close(struct client *c)
{
	resp_done(&c->r);
	arena_free(c->a);
	web_free(c->w);
	village_close(&c->v);
}

int client_setup(void **state)
{
	struct client *c = calloc(1, sizeof *c);
	assert_non_null(c);
	client_open(c);
	*state = c;
	return 0;
}

int client_teardown(void **state)
{
	client_close(*state);
	free(*state);
	return 0;
}

void client_header(struct client *c, const char *name, const char *value)
{
	assert_true(c->headers < 8);
	c->header[c->headers++] = (struct http_pair){ name, value };
}

static void authorize(struct client *c, struct http_req *q, const char *who)
{
	char text[80];
	for (unsigned i = 0; who && i < STAFF; i++) {
		if (strcmp(staff[i], who) != 0)
			continue;
		snprintf(text, sizeof text, "Bearer %s", c->token[i]);
		assert_int_equal(req_header_add(q, "Authorization", text), VH_OK);
		return;
	}
	assert_null(who);
}

int client_send(struct client *c, enum http_method m, const char *who, const char *path,
                const char *type, const char *body, size_t n, bool json)
{
	struct err e = { 0 };
	resp_reset(&c->r);
	arena_reset(c->a);
	struct http_req *q = req_make(c->a, m, path);
	assert_non_null(q);
	assert_int_equal(req_header_add(q, "Host", "dongxin.example"), VH_OK);
	assert_int_equal(req_header_add(q, "Accept", json ? "application/json" : "text/html"), VH_OK);
	authorize(c, q, who);
	if (type)
		assert_int_equal(req_header_add(q, "Content-Type", type), VH_OK);
	for (unsigned i = 0; i < c->headers; i++)
		assert_int_equal(req_header_add(q, c->header[i].name, c->header[i].value), VH_OK);
	c->headers = 0;
	q->secure = true;
	q->body = body ? body : "";
	q->body_n = n;
	assert_int_equal(req_guard(q, true, &e), VH_OK);
	http_call(web_app(c->w), q, &c->r);
	assert_false(c->r.failed);
	return c->r.status;
}

int client_get(struct client *c, const char *who, const char *path, bool json)
{
	return client_send(c, HTTP_GET, who, path, NULL, NULL, 0, json);
}

int client_post(struct client *c, const char *who, const char *path, const char *type,
                const char *body, bool json)
{
	return client_send(c, HTTP_POST, who, path, type, body, strlen(body), json);
}

const char *client_body(const struct client *c)
{
	return buf_str(&c->r.body);
}

bool client_has(const struct client *c, const char *text)
{
	return strstr(client_body(c), text) != NULL;
}

cJSON *client_json(const struct client *c)
{
	struct err e = { 0 };
	cJSON *v = NULL;
	if (json_parse(client_body(c), c->r.body.n, &v, &e) != VH_OK)
		fail_msg("not JSON: %s", client_body(c));
	return v;
}

void client_session(struct client *c, const char *login, char cookie[128], char csrf[64])
{
	char token[SECRET_TEXT], device[SECRET_TEXT];
	struct login_ok ok;
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, login, 24, token), VH_OK);
	assert_int_equal(invite_use(c->v.cx, token, "246813", device, &ok), VH_OK);
	snprintf(cookie, 128, "__Host-s=%s", ok.session);
	snprintf(csrf, 64, "%s", ok.csrf);
}
