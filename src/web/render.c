/*
 * From a view to bytes: JSON as it is, or through the page's template over the page context and
 * the texts of one language. And the same for failures.
 */
#include <string.h>

#include "frame.h"
#include "vh/embed.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "view.h"
#include "web_state.h"

static const struct template *find_page(void *arg, const char *name)
{
	const struct web *w = arg;
	for (unsigned i = 0; i < w->pages; i++)
		if (!strcmp(w->page[i].name, name))
			return w->page[i].t;
	return NULL;
}

static enum vh_rc load_texts(struct web *w, int i, const char *path, struct err *e)
{
	const struct embedded *f = embedded_find(path);
	cJSON *t = NULL;
	if (!f)
		return err_set(e, VH_NOTFOUND, "texts", "", "%s is not built in", path);
	enum vh_rc rc = json_parse((const char *)f->data, f->n, &t, e);
	if (rc != VH_OK)
		return rc;
	w->under[i] = cJSON_CreateObject();
	if (!w->under[i] || !cJSON_AddItemToObject(w->under[i], "t", t)) {
		cJSON_Delete(t);
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the texts");
	}
	w->texts[i] = t;
	return VH_OK;
}

static enum vh_rc load_page(struct web *w, const struct embedded *f, const char *name,
                            struct err *e)
{
	const char *dot = strrchr(name, '.');
	if (!dot || strcmp(dot, ".html") != 0)
		return VH_OK;
	if (w->pages == PAGES)
		return err_set(e, VH_LIMIT, "pages", "", "more than %d pages", PAGES);
	const char *copy = arena_dupn(w->a, name, (size_t)(dot - name));
	if (!copy)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the pages");
	enum vh_rc rc = mustache_parse((const char *)f->data, f->n, &w->page[w->pages].t, e);
	if (rc == VH_OK)
		w->page[w->pages++].name = copy;
	return rc;
}

static enum vh_rc check_pages(const struct web *w, struct err *e)
{
	for (unsigned i = 0; i < routes_n; i++)
		if (routes[i].page && !find_page((void *)(uintptr_t)w, routes[i].page))
			return err_set(e, VH_INVALID, "routes", "", "%s: there is no page %s",
			               routes[i].path, routes[i].page);
	return VH_OK;
}

enum vh_rc pages_load(struct web *w, struct err *e)
{
	static const char dir[] = "web/templates/";
	enum vh_rc rc = load_texts(w, 0, "web/i18n/zh.json", e);
	if (rc == VH_OK)
		rc = load_texts(w, 1, "web/i18n/en.json", e);
	for (const struct embedded *f = embedded_files; rc == VH_OK && f->path; f++)
		if (!strncmp(f->path, dir, sizeof dir - 1))
			rc = load_page(w, f, f->path + sizeof dir - 1, e);
	if (rc == VH_OK)
		rc = frame_load(w, e);
	return rc == VH_OK ? check_pages(w, e) : rc;
}

void pages_free(struct web *w)
{
	for (unsigned i = 0; i < w->pages; i++)
		mustache_free(w->page[i].t);
	cJSON_Delete(w->under[0]);
	cJSON_Delete(w->under[1]);
}

static enum vh_rc fill(struct call *c, const char *name, struct err *e)
{
	const struct template *t = find_page(c->w, name);
	struct mustache_opts o = {
		.escape = escape_html,
		.partial = find_page,
		.arg = c->w,
		.under = { c->w->under[c->lang[0] == 'e'], c->page.root },
		.strict = c->w->conf.strict,
	};
	if (!t || !frame_make(c, name))
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the page");
	o.under[1] = c->page.root;
	buf_reset(&c->r->body);
	enum vh_rc rc = mustache_render(t, c->view.root, &o, &c->r->body, e);
	if (rc == VH_OK && c->view.failed)
		rc = err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the page");
	return rc;
}

static void answer_page(struct call *c, const char *name)
{
	struct err e = { 0 };
	if (fill(c, name, &e) == VH_OK) {
		c->r->status = c->status ? c->status : 200;
		c->r->type = "text/html; charset=utf-8";
		resp_header(c->r, "Vary", "Accept, Accept-Language, Cookie");
		return;
	}
	LOG(LOG_ERROR, "page_failed", KV("request", c->q->id), KV("page", name),
	    KV("code", err_code(&e)), KV("detail", err_text(&e)));
	resp_problem(c->r, 500, &e);
}

void render(struct call *c)
{
	if (c->html && c->go) {
		resp_redirect(c->r, 303, c->go);
	} else if (c->html) {
		answer_page(c, c->page_name ? c->page_name : c->route->page);
	} else if (c->view.failed) {
		struct err e = { 0 };
		err_set(&e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the answer");
		resp_problem(c->r, 0, &e);
	} else {
		resp_json(c->r, c->status ? c->status : 200, c->view.root);
		resp_header(c->r, "Vary", "Accept");
	}
}

int status_of(const struct err *e)
{
	static const struct {
		const char *code;
		int status;
	} map[] = {
		{ "plate_revoked", 410 }, { "login", 401 },     { "media_type", 415 },
		{ "bad_request", 400 },   { "json", 400 },      { "json_twice", 400 },
		{ "json_depth", 400 },    { "multipart", 400 }, { "escape", 400 },
		{ "method", 405 },        { "too_many", 429 },  { "idempotency_key", 400 },
		{ "unmask_cap", 429 },    { "too_many_writes", 429 },
	};
	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (!strcmp(map[i].code, err_code(e)))
			return map[i].status;
	return e->rc == VH_OK ? 500 : rc_http_status(e->rc);
}

/* The same body, filed all the same: what a program may offer its user after a conflict. */
static void put_next(struct call *c)
{
	struct view v;
	const char *code = err_code(c->why);
	if (!goes_anyway(code) || !c->form || !view_init(&v))
		return;
	view_str(&v, v.root, "method", "POST");
	view_str(&v, v.root, "url", c->q->path);
	cJSON *body = view_obj(&v, v.root, "body");
	for (unsigned i = 0; i < c->route->form->n; i++) {
		const struct input *f = &c->route->form->field[i];
		const char *s = form_get(c->route->form, c->form, f->name);
		if (s && f->check == input_bool)
			view_bool(&v, body, f->name, true);
		else if (s)
			view_str(&v, body, f->name, s);
	}
	view_bool(&v, body, "anyway", true);
	if (!v.failed)
		resp_problem_more(c->r, "next", v.root);
	view_done(&v);
}

static bool form_again(struct call *c)
{
	if (c->q->method != HTTP_POST || !c->route || !c->route->again || !c->form)
		return false;
	view_done(&c->view);
	if (!view_init(&c->view))
		return false;
	err_clear(&c->cx.err);
	c->cx.idem = NULL;
	return c->route->again(c) == VH_OK;
}

static void error_page(struct call *c, int status)
{
	const struct err *e = c->why;
	view_done(&c->view);
	if (!view_init(&c->view))
		return;
	cJSON *o = put_obj(c, c->view.root, "problem");
	const char *text = error_words(c, err_code(e), err_text(e));
	/* What was sent came too late: nobody typed a wrong password. */
	bool ended = status == 401 && !c->logged_in;
	put_num(c, o, "status", status);
	put(c, o, "code", *err_code(e) ? err_code(e) : rc_name(e->rc));
	put(c, o, "title", ended ? word(c, "", "login_ended") : text);
	put(c, o, "detail", ended ? word(c, "", "login_ended_help") : "");
	put(c, c->view.root, "request", c->q->id);
	put_url(c, c->view.root, "login_url", !c->logged_in, "/login");
	c->status = status;
	c->page_name = NULL;
	c->heading = NULL;
	c->why = NULL;
	answer_page(c, "error");
}

static void to_login(struct call *c)
{
	const char *next = safe_next(c->q->target) ? c->q->target : "/";
	/* `&` and `?` inside the value would end it. */
	if (strpbrk(next, "?&"))
		next = safe_next(c->q->path) ? c->q->path : "/";
	const char *url = arena_printf(c->cx.a, "/login?next=%s", next);
	resp_redirect(c->r, 303, url ? url : "/login");
}

static void answer_problem(struct call *c, int status)
{
	resp_problem(c->r, status, c->why);
	put_next(c);
	if (status == 401)
		resp_header(c->r, "WWW-Authenticate", "Bearer");
}

void render_failure(struct call *c, enum vh_rc rc)
{
	struct err *e = arena_alloc(c->cx.a, sizeof *e);
	int status = status_of(&c->cx.err);
	if (!e) {
		resp_problem(c->r, 503, &c->cx.err);
		return;
	}
	if (!c->cx.err.n)
		err_set(&c->cx.err, rc, rc_name(rc), "", "it did not work");
	*e = c->cx.err;
	c->why = e;
	bool get = c->q->method == HTTP_GET || c->q->method == HTTP_HEAD;
	if (!c->html || (c->route && !c->route->page)) {
		answer_problem(c, status_of(e));
	} else if (status == 401 && get && !strcmp(err_code(e), "login")) {
		to_login(c);
	} else if (form_again(c)) {
		c->status = status_of(e);
		answer_page(c, c->route->page);
	} else {
		error_page(c, status_of(e));
	}
	if ((c->r->status == 429 || c->r->status == 503) && !resp_header_get(c->r, "Retry-After"))
		resp_header(c->r, "Retry-After", c->r->status == 503 ? "1" : "60");
}
