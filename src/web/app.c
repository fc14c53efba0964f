/*
 * The dispatcher: the order of a request, once, for every route.
 */
#include <stdlib.h>
#include <string.h>

#include "kept.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "tiles.h"
#include "view.h"
#include "web_state.h"

bool may(const struct call *c, enum act a)
{
	return c->logged_in && role_reach(c->s.who.role, a) != REACH_NO;
}

enum vh_rc param_id(struct call *c, const char *name, int64_t *ret)
{
	const char *s = param(c, name);
	if (s && id_parse(s, ret) == VH_OK)
		return VH_OK;
	return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", name, "there is no such %s here", name);
}

static void put_allow(struct call *c, unsigned allow)
{
	const char *text = "";
	for (int m = HTTP_GET; text && m < HTTP__MAX; m++) {
		/* What has GET has HEAD. */
		unsigned as = m == HTTP_HEAD ? HTTP_GET : (unsigned)m;
		if (allow & 1u << as)
			text = arena_printf(c->cx.a, "%s%s%s", text, *text ? ", " : "",
			                    http_method_name((enum http_method)m));
	}
	if (text)
		resp_header(c->r, "Allow", text);
}

static enum vh_rc find_route(struct call *c)
{
	unsigned allow;
	c->route = route_match(c->q->path, c->q->method, c->q->a, &c->params, &allow);
	if (c->route)
		return VH_OK;
	if (!allow)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "", "there is nothing here");
	put_allow(c, allow);
	return ctx_fail(&c->cx, VH_INVALID, "method", "", "not with this method");
}

/* A hotel that is not there and one out of scope are the same to the caller. */
static enum vh_rc find_hotel(struct call *c)
{
	const char *area = param(c, "hotel");
	if (!area)
		return VH_OK;
	enum vh_rc rc = hotel_open_by(&c->cx, area, &c->hotel);
	if (rc == VH_OK && c->logged_in && !actor_covers(&c->s.who, &c->hotel))
		rc = ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "hotel",
		              "no hotel is open under this code");
	return rc;
}

/*
 * Under which name his wrong tries are counted. A village may share one address, and a neighbour's
 * tries must not shut out whoever has a session, a desk that locked itself, or a phone of ours; so
 * they have a count of their own, and no more tries in it. Everybody else is his address.
 */
static const char *guesser(struct call *c)
{
	const char *login, *device = c->logged_in ? NULL : device_cookie(c, &login);
	if (c->logged_in || c->locked)
		return arena_printf(c->cx.a, "account %lld", (long long)c->s.account);
	if (secret_genuine(&c->cx, "device", device))
		return arena_printf(c->cx.a, "device %s", device);
	return c->q->remote;
}

/* Officers go on scanning; but being somebody gives no right to guess who else one could be. */
enum vh_rc call_guesses(struct call *c)
{
	if (!(c->route->flags & R_RATE) || (c->logged_in && c->route->method != HTTP_POST))
		return VH_OK;
	const char *who = guesser(c);
	if (!who)
		return ctx_nomem(&c->cx);
	if (rate_ok(c->w->guesses, who, c->cx.now))
		return VH_OK;
	return ctx_fail(&c->cx, VH_BUSY, "too_many", "", "too many wrong tries from this address");
}

/* His tries are his address's too: a session is not a way to guess on as a stranger. */
bool call_guessed(struct call *c)
{
	const char *who = guesser(c);
	bool left = rate_take(c->w->guesses, c->q->remote, c->cx.now);
	if (!who || who == c->q->remote)
		return left;
	return rate_take(c->w->guesses, who, c->cx.now);
}

/*
 * There are thousands of landlords and tenants, and each change is an event for ever: nobody types
 * so fast, and a program with one of their sessions shall not fill a village's journal.
 */
static enum vh_rc take_write(struct call *c)
{
	enum role role = c->logged_in ? c->s.who.role : ROLE_NONE;
	if (c->route->method != HTTP_POST || (role != ROLE_LANDLORD && role != ROLE_TENANT))
		return VH_OK;
	const char *who = arena_printf(c->cx.a, "account %lld", (long long)c->s.account);
	if (!who)
		return ctx_nomem(&c->cx);
	if (rate_take(c->w->writes, who, c->cx.now))
		return VH_OK;
	return ctx_fail(&c->cx, VH_BUSY, "too_many_writes", "",
	                "more than %d changes within a minute", LIM_WRITES_MIN);
}

static enum vh_rc check_body(struct call *c)
{
	const struct http_req *q = c->q;
	const char *length = req_header(q, "Content-Length");
	bool empty = !req_header(q, "Transfer-Encoding") && (!length || !strcmp(length, "0")) &&
	             q->body_n == 0;
	if (c->route->method != HTTP_POST || empty || body_type_known(q) ||
	    c->route->access == A_SIGNED)
		return VH_OK;
	return ctx_fail(&c->cx, VH_INVALID, "media_type", "", "send a form or application/json");
}

static size_t ceiling(const struct call *c)
{
	unsigned flags = c->route->flags;
	if (c->route->method != HTTP_POST)
		return 0;
	if (c->route->access == A_SIGNED)
		return LIM_BODY_BATCH;
	return flags & R_LEDGER ? LIM_BODY_LEDGER : flags & R_PHOTO ? LIM_BODY_PHOTO : LIM_BODY;
}

/* How much of a body is read. What does not say its length counts as large. */
static enum vh_rc take_room(struct call *c, size_t *ret_max)
{
	const char *length = req_header(c->q, "Content-Length");
	uint64_t n = length ? strtoull(length, NULL, 10) : 0;
	*ret_max = ceiling(c);
	/* The server would say so too, but not in a page. */
	if (n > *ret_max)
		return ctx_fail(&c->cx, VH_LIMIT, "body_too_large", "",
		                "the body is over %zu bytes", *ret_max);
	if (!(c->route->flags & R_PHOTO) || (length && n <= LIM_BODY))
		return VH_OK;
	c->large = true;
	if (atomic_fetch_add_explicit(&c->w->large, 1, memory_order_relaxed) < LIM_PHOTO_BODIES)
		return VH_OK;
	return ctx_fail(&c->cx, VH_BUSY, "busy", "", "too many pictures are being sent");
}

/* Who calls, and where: one short read for both. */
static enum vh_rc enter_step(struct ctx *cx, void *arg)
{
	struct call *c = arg;
	(void)cx;
	bool now = !(c->route->flags & R_LATE) && c->route->access != A_SIGNED;
	enum vh_rc rc = now ? call_identify(c) : VH_OK;
	if (rc == VH_OK && now)
		rc = call_guesses(c);
	if (rc == VH_OK)
		rc = call_access(c);
	if (rc == VH_OK)
		rc = take_write(c);
	return rc == VH_OK ? find_hotel(c) : rc;
}

static enum vh_rc enter(struct call *c)
{
	enum vh_rc rc = find_route(c);
	if (rc == VH_OK)
		rc = param(c, "hotel") ? db_read(&c->cx, enter_step, c) : enter_step(&c->cx, c);
	if (rc == VH_OK && (c->route->flags & R_CSRF))
		rc = call_origin(c);
	return rc == VH_OK ? check_body(c) : rc;
}

/* Refused at the head, but the sender's session has only ended: his form may wait for the login. */
static enum vh_rc enter_late(struct call *c, enum vh_rc rc)
{
	if (rc != VH_DENIED || !kept_may(c))
		return rc;
	err_clear(&c->cx.err);
	c->late = true;
	rc = call_origin(c);
	return rc == VH_OK ? check_body(c) : rc;
}

static void log_denial(const struct call *c)
{
	LOG(LOG_WARN, "denied", KV("request", c->q->id), KN("account", c->s.account),
	    KV("route", c->route ? c->route->path : "-"), KV("code", err_code(&c->cx.err)));
}

/* Answer a failure, and log it where it is ours or an act that was refused. */
static void fail(struct call *c, enum vh_rc rc)
{
	int status = status_of(&c->cx.err);
	if (status >= 500)
		LOG(LOG_ERROR, "failed", KV("request", c->q->id),
		    KV("route", c->route ? c->route->path : "-"), KV("code", err_code(&c->cx.err)),
		    KV("detail", err_text(&c->cx.err)));
	else if (c->logged_in && (status == 403 || rc == VH_DENIED))
		log_denial(c);
	render_failure(c, rc);
}

static struct call *call_new(struct web *w, struct http_req *q, struct http_resp *r)
{
	struct call *c = arena_alloc(q->a, sizeof *c);
	if (!c)
		return NULL;
	q->app = c;
	*c = (struct call){ .w = w, .q = q, .r = r, .html = !wants_json(q) };
	c->cx = (struct ctx){ .a = q->a,
		              .db = w->conf.db,
		              .keys = w->conf.keys,
		              .now = w->conf.now ? w->conf.now : now_ms(),
		              .request = q->id };
	c->lang = wants_lang(q);
	c->t = w->texts[c->lang[0] == 'e'];
	return c;
}

static void call_end(struct call *c)
{
	view_done(&c->view);
	view_done(&c->page);
}

static enum http_go app_head(void *self, struct http_req *q, struct http_resp *r)
{
	struct web *w = self;
	struct call *c = call_new(w, q, r);
	atomic_fetch_add_explicit(&w->requests, 1, memory_order_relaxed);
	if (!c) {
		struct err e = { 0 };
		err_set(&e, VH_NOMEM, "busy", "", "no memory");
		resp_problem(r, 503, &e);
		return HTTP_ANSWER;
	}
	enum vh_rc rc = enter_late(c, enter(c));
	if (rc == VH_OK)
		rc = take_room(c, &q->body_max);
	if (rc != VH_OK) {
		fail(c, rc);
		call_end(c);
		return HTTP_ANSWER;
	}
	return HTTP_BODY;
}

/* Keyed, over route and declared fields: what the page adds (token, key) differs each time. */
static enum vh_rc print_body(struct call *c)
{
	const struct http_body *b = &c->body;
	size_t n = 0, most = 2u * b->pairs.n + 2;
	struct blob *part = arena_array(c->cx.a, most, sizeof *part);
	if (!part)
		return ctx_nomem(&c->cx);
	const char *path = c->q->path;
	part[n++] = (struct blob){ (const unsigned char *)path, strlen(path) };
	for (unsigned i = 0; i < b->pairs.n; i++) {
		const struct http_pair *p = &b->pairs.at[i];
		if (p->name[0] == '_')
			continue;
		part[n++] = (struct blob){ (const unsigned char *)p->name, strlen(p->name) };
		part[n++] = (struct blob){ (const unsigned char *)p->value, strlen(p->value) };
	}
	/* Another picture under the same key is another request. */
	part[n++] = (struct blob){ (const unsigned char *)b->file.p, b->file.n };
	mac_parts(&c->w->idem_key, part, n, c->idem.print);
	return VH_OK;
}

static enum vh_rc take_idem(struct call *c)
{
	const char *key = req_header(c->q, "Idempotency-Key");
	char text[IDEM_KEY_TEXT];
	if (!key)
		key = body_get(&c->body, "_idem");
	if (!key || !*key || !(c->route->flags & R_IDEM))
		return VH_OK;
	enum vh_rc rc = idem_key_parse(key, text, &c->cx.err);
	if (rc == VH_OK)
		rc = print_body(c);
	if (rc != VH_OK)
		return rc;
	c->idem.key = arena_dup(c->cx.a, text);
	c->cx.idem = &c->idem;
	return c->idem.key ? VH_OK : ctx_nomem(&c->cx);
}

static enum vh_rc fill_form(struct call *c)
{
	const struct form *f = c->route->form;
	c->form = arena_alloc(c->cx.a, f->size);
	if (!c->form)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = form_check(c->cx.a, f, &c->body, c->form, &c->cx.err);
	return rc == VH_OK ? take_idem(c) : rc;
}

static enum vh_rc take_form(struct call *c)
{
	if (c->late)
		return kept_show(c);
	if (!c->route->form)
		return VH_OK;
	enum vh_rc rc = body_read(c->q, &c->body, &c->cx.err);
	if (rc == VH_OK)
		rc = call_token(c);
	return rc == VH_OK ? fill_form(c) : rc;
}

static enum vh_rc resume_step(struct ctx *cx, void *arg)
{
	(void)cx;
	enum vh_rc rc = call_access(arg);
	return rc == VH_OK ? find_hotel(arg) : rc;
}

enum vh_rc call_resume(struct call *c, const char *path, const struct http_body *body)
{
	unsigned allow;
	c->route = route_match(path, HTTP_POST, c->cx.a, &c->params, &allow);
	if (!c->route)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "", "there is nothing here");
	c->q->path = c->q->target = path;
	c->body = *body;
	view_done(&c->view);
	if (!view_init(&c->view))
		return ctx_nomem(&c->cx);
	enum vh_rc rc = db_read(&c->cx, resume_step, c);
	return rc == VH_OK ? fill_form(c) : rc;
}

static void app_serve(void *self, struct http_req *q, struct http_resp *r)
{
	struct call *c = q->app;
	(void)self;
	(void)r;
	enum vh_rc rc = take_form(c);
	if (rc == VH_OK && !view_init(&c->view))
		rc = ctx_nomem(&c->cx);
	if (rc == VH_OK)
		rc = c->route->fn(c);
	if (rc != VH_OK)
		fail(c, rc);
	else if (!(c->route->flags & R_RAW))
		render(c);
	if (rc == VH_OK && c->by_cookie && c->s.idle_near && !(c->route->flags & R_QUIET))
		(void)!session_touch(&c->cx, c->cookie);
	call_end(c);
}

static void app_done(void *self, struct http_req *q, const struct http_resp *r)
{
	struct web *w = self;
	const struct call *c = q->app;
	if (c && c->large)
		atomic_fetch_sub_explicit(&w->large, 1, memory_order_relaxed);
	if (c && c->held)
		job_release(w->jobs, c->held);
	unsigned class = (unsigned)r->status / 100;
	if (class < sizeof w->answers / sizeof *w->answers)
		atomic_fetch_add_explicit(&w->answers[class], 1, memory_order_relaxed);
}

enum vh_rc web_new(const struct web_conf *conf, struct web **ret, struct err *e)
{
	struct arena *a = arena_new(LIM_ARENA);
	struct web *w = a ? arena_alloc(a, sizeof *w) : NULL;
	if (!w) {
		arena_free(a);
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the pages");
	}
	*w = (struct web){ .conf = *conf, .a = a, .started = now_ms() };
	w->app = (struct http_app){ w, app_head, app_serve, app_done };
	w->guesses = rate_new(a, LIM_GUESSES_MIN);
	w->writes = rate_new(a, LIM_WRITES_MIN);
	w->jobs = jobs_new(conf->db, conf->keys, conf->now);
	keys_node(conf->keys, "idem", &w->idem_key);
	w->conf.lock_ms = conf->lock_ms ? conf->lock_ms : LOCK_MS;
	keys_node(conf->keys, "kept", &w->kept_key);
	enum vh_rc rc = routes_check(routes, routes_n, e);
	if (rc == VH_OK)
		rc = pages_load(w, e);
	if (rc == VH_OK)
		rc = tiles_new(&conf->map, a, &w->map_tiles, e);
	if (rc == VH_OK && (!w->guesses || !w->writes || !w->jobs))
		rc = err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the pages");
	if (rc != VH_OK) {
		web_free(w);
		return rc;
	}
	*ret = w;
	return VH_OK;
}

void web_free(struct web *w)
{
	if (!w)
		return;
	jobs_free(w->jobs);
	tiles_free(w->map_tiles);
	pages_free(w);
	wipe(&w->idem_key, sizeof w->idem_key);
	wipe(&w->kept_key, sizeof w->kept_key);
	arena_free(w->a);
}

const struct http_app *web_app(const struct web *w)
{
	return &w->app;
}

void web_watch(struct web *w, unsigned (*active)(void *arg), void *arg)
{
	w->active = active;
	w->active_arg = arg;
}

void web_sender(struct web *w, void (*send)(void *arg), void *arg)
{
	w->send = send;
	w->send_arg = arg;
}
