/*
 * A form that came when the session of its sender had ended. Nothing typed is lost: the login page
 * carries it, sealed, and what he logs in with next files it. What was sent from a locked desk is
 * only shown to him: whoever stood at it meanwhile may have typed it.
 *
 * It is taken only under a cookie that we made (of the session, or of the phone that an invitation
 * bound) and from a page of ours, so that nobody else can
 * have something filed by him; it opens here alone, for the same account and for a while. It is
 * written nowhere: the browser holds it. The key against doubles is in it, as it was.
 */
#include "kept.h"

#include <string.h>

#include "pages.h"
#include "vh/limits.h"
#include "view.h"
#include "web_state.h"

enum { HOURS = 12 };

static const struct place where = { .table = "web", .column = "kept" };

/* What says whose browser this is; NULL: nothing that we made. */
static const char *proof(struct call *c, const char **ret_kind)
{
	const char *login, *device = device_cookie(c, &login);
	*ret_kind = "session";
	if (secret_genuine(&c->cx, "session", c->cookie))
		return c->cookie;
	*ret_kind = "device";
	return secret_genuine(&c->cx, "device", device) ? device : NULL;
}

bool kept_may(struct call *c)
{
	const char *kind;
	const struct route *r = c->route;
	return c->html && r && r->method == HTTP_POST && r->page && r->access != A_PUBLIC &&
	       !(r->flags & R_LEDGER) && r->fn != post_lock && !c->logged_in &&
	       (req_header(c->q, "Sec-Fetch-Site") || req_header(c->q, "Origin")) &&
	       !strcmp(err_code(&c->cx.err), "login") && proof(c, &kind);
}

/* Names and values by turns, without the token of the session that is over. */
static void put_fields(struct view *v, const struct http_body *b)
{
	cJSON *list = view_arr(v, v->root, "fields");
	for (unsigned i = 0; i < b->pairs.n; i++) {
		const struct http_pair *p = &b->pairs.at[i];
		if (!strcmp(p->name, "_csrf"))
			continue;
		view_str(v, list, NULL, p->name);
		view_str(v, list, NULL, p->value);
	}
}

static enum vh_rc seal(struct call *c, int64_t account)
{
	struct view v;
	struct buf text;
	struct blob sealed;
	if (!view_init(&v))
		return ctx_nomem(&c->cx);
	buf_init(&text, LIM_KEPT);
	view_str(&v, v.root, "path", c->q->path);
	view_id(&v, v.root, "account", account);
	view_num(&v, v.root, "at", (double)c->cx.now);
	view_bool(&v, v.root, "locked", c->locked);
	/* A picture is too much to carry; what was written beside it is not. */
	view_str(&v, v.root, "file", c->body.file.n ? c->body.file.name : NULL);
	put_fields(&v, &c->body);
	json_print(&text, v.root);
	enum vh_rc rc = v.failed || !buf_ok(&text) ? VH_LIMIT : VH_OK;
	if (rc == VH_OK)
		rc = seal_bytes(c->cx.a, &c->w->kept_key, &where, text.p, text.n, &sealed);
	if (rc == VH_OK)
		c->kept = base64_encode(c->cx.a, sealed.p, sealed.n);
	wipe(text.p, text.n);
	buf_done(&text);
	view_done(&v);
	return rc == VH_OK && c->kept ? VH_OK
	                              : ctx_fail(&c->cx, VH_LIMIT, "kept", "",
	                                         "too much to keep until the login");
}

enum vh_rc kept_show(struct call *c)
{
	int64_t account = 0;
	unsigned allow;
	const char *kind, *secret = proof(c, &kind);
	enum vh_rc rc = body_read(c->q, &c->body, &c->cx.err);
	if (rc == VH_OK)
		rc = secret_whose(&c->cx, kind, secret, &account);
	if (rc == VH_OK)
		rc = seal(c, account);
	if (rc != VH_OK)
		return rc;
	c->route = route_match("/login", HTTP_GET, c->cx.a, &c->params, &allow);
	c->notice = "kept";
	c->status = 401;
	return VH_OK;
}

struct kept {
	cJSON *root;
	struct http_body body;
	const char *path, *file;
	int64_t account, at;
	bool locked;
};

static enum vh_rc lost(struct call *c)
{
	return ctx_fail(&c->cx, VH_INVALID, "kept", "", "the form that was kept cannot be read");
}

static enum vh_rc read_fields(struct call *c, struct kept *k)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(k->root, "fields"), *name;
	int n = cJSON_GetArraySize(list) / 2;
	struct http_pair *at = arena_array(c->cx.a, (size_t)n + 1, sizeof *at);
	if (!at)
		return ctx_nomem(&c->cx);
	k->body.pairs.at = at;
	for (name = list ? list->child : NULL; name && name->next; name = name->next->next) {
		at->name = arena_dup(c->cx.a, cJSON_GetStringValue(name));
		at->value = arena_dup(c->cx.a, cJSON_GetStringValue(name->next));
		if (!at->name || !at->value)
			return ctx_nomem(&c->cx);
		at++;
		k->body.pairs.n++;
	}
	return VH_OK;
}

static enum vh_rc open_kept(struct call *c, const char *text, struct kept *k)
{
	struct blob sealed, plain;
	struct err e = { 0 };
	if (base64_decode(c->cx.a, text, &sealed) != VH_OK ||
	    open_bytes(c->cx.a, &c->w->kept_key, &where, sealed, &plain) != VH_OK || !plain.n ||
	    json_parse((const char *)plain.p, plain.n, &k->root, &e) != VH_OK)
		return lost(c);
	k->path = arena_dup(c->cx.a, json_str(k->root, "path"));
	k->account = json_i64(k->root, "account", 0);
	k->at = json_i64(k->root, "at", 0);
	k->locked = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(k->root, "locked"));
	if (json_str(k->root, "file"))
		k->file = arena_dup(c->cx.a, json_str(k->root, "file"));
	return k->path ? read_fields(c, k) : lost(c);
}

enum vh_rc kept_file(struct call *c, const char *text, const struct login_ok *ok)
{
	struct kept k = { 0 };
	enum vh_rc rc = open_kept(c, text, &k);
	cJSON_Delete(k.root);
	if (rc == VH_INVALID || (rc == VH_OK && (k.account != ok->account ||
	                                         c->cx.now - k.at > HOURS * 3600000LL))) {
		/* Somebody else must neither see nor file it. */
		err_clear(&c->cx.err);
		c->go = "/?ok=kept_lost";
		return VH_OK;
	}
	if (rc == VH_OK)
		rc = actor_of_session(&c->cx, ok->session, &c->s);
	if (rc != VH_OK)
		return rc;
	c->logged_in = c->by_cookie = true;
	c->cookie = arena_dup(c->cx.a, ok->session);
	c->cx.who = &c->s.who;
	c->go = NULL;
	rc = call_resume(c, k.path, &k.body);
	if (rc == VH_OK && k.locked)
		return ctx_fail(&c->cx, VH_INVALID, "kept_look", "",
		                "it came from a locked desk: look at it and send it again");
	if (rc == VH_OK && k.file)
		rc = ctx_fail(&c->cx, VH_INVALID, "file_again", k.file, "choose the file again");
	return rc == VH_OK ? c->route->fn(c) : rc;
}
