/*
 * What stands around every page: who is logged in, the ways to other pages, notices and problems,
 * style and scripts.
 */
#include "frame.h"

#include <stdio.h>
#include <string.h>

#include "vh/embed.h"
#include "pages.h"
#include "vh/utf8.h"
#include "view.h"
#include "web_state.h"

#define R(role) (1u << ROLE_##role)
#define R_DESK (R(CLERK) | R(POLICE) | R(GRID) | R(HEAD) | R(ADMIN))
#define STAFF (R(CLERK) | R(POLICE) | R(GRID) | R(HEAD) | R(ADMIN) | R(AUDITOR))

/*
 * The navigation, in this order: text nav_LABEL; a path, or one below the hotel of the page (left
 * out where there is none); for these roles, or with roles 0 for whoever has the right.
 */
static const struct {
	const char *label, *url, *key; /* key: the letter that goes there (static/desk.js) */
	enum act act;
	unsigned roles;
} nav[] = {
	/* clang-format off */
	{ "home",    "/",              NULL, ACT__MAX,    STAFF | R(LANDLORD) | R(EMPLOYER) },
	{ "rack",    "rack",           "r",  ACT_RACK,    0 },
	{ "round",   "round",          NULL, ACT_INSPECT, R(POLICE) | R(GRID) },
	{ "queue",   "queue",          "q",  ACT_VERIFY,  0 },
	{ "search",  "/people/search", "s",  ACT_SEARCH,  0 },
	{ "figures", "figures",        NULL, ACT_FIGURES, R(HEAD) | R(CLERK) | R(ADMIN) },
	{ "setup",   "setup",          NULL, ACT_STAFF,   0 },
	{ "staff",   "/staff",         NULL, ACT_STAFF,   R(ADMIN) },
	{ "me",      "/me",            NULL, ACT_ME,      0 },
	/* clang-format on */
};

/* Scripts, each for these roles (0: all) on these pages (NULL: all). Pages work without them. */
static const struct script {
	const char *file;
	unsigned roles;
	const char *pages;
} scripts[] = {
	{ "phone.js", 0, NULL },
	{ "movein.js", 0, "movein" },
	{ "map.js", 0, "map" },
	{ "queue.js", R(CLERK) | R(POLICE) | R(GRID),
	  "queue_verify queue_declared queue_calls queue_away disputes corrections remarks "
	  "tasks" },
	{ "desk.js", R_DESK, NULL },
	{ "photo.js", 0, "report reported hazard" },
	{ "visit.js", R(POLICE) | R(GRID) | R(CLERK),
	  "visit visit_house visit_done round hazard" },
};

static enum vh_rc load_asset(struct web *w, const struct embedded *f, const char *name,
                             struct err *e)
{
	unsigned char hash[MAC_BYTES];
	char hex[17];
	if (w->assets == ASSETS)
		return err_set(e, VH_LIMIT, "assets", "", "more than %d files", ASSETS);
	mac(NULL, f->data, f->n, hash);
	hex_encode(hash, 8, hex);
	w->asset[w->assets].url = arena_printf(w->a, "/static/%s?v=%s", name, hex);
	if (!w->asset[w->assets].url)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the pages");
	w->asset[w->assets++].name = name;
	return VH_OK;
}

enum vh_rc frame_load(struct web *w, struct err *e)
{
	static const char dir[] = "web/static/";
	enum vh_rc rc = VH_OK;
	for (const struct embedded *f = embedded_files; rc == VH_OK && f->path; f++)
		if (!strncmp(f->path, dir, sizeof dir - 1))
			rc = load_asset(w, f, f->path + sizeof dir - 1, e);
	if (rc == VH_OK && !asset_url(w, "style.css"))
		return err_set(e, VH_NOTFOUND, "assets", "", "style.css is not built in");
	for (size_t i = 0; rc == VH_OK && i < sizeof scripts / sizeof *scripts; i++)
		if (!asset_url(w, scripts[i].file))
			rc = err_set(e, VH_NOTFOUND, "assets", "", "%s is not built in",
			             scripts[i].file);
	return rc;
}

const char *asset_url(const struct web *w, const char *name)
{
	for (unsigned i = 0; i < w->assets; i++)
		if (!strcmp(w->asset[i].name, name))
			return w->asset[i].url;
	return NULL;
}

static void put_user(struct call *c, cJSON *page)
{
	struct view *v = &c->page;
	if (!c->logged_in) {
		view_null(v, page, "user");
		return;
	}
	const char *login = c->s.who.login ? c->s.who.login : "";
	bool number = *login && strspn(login, "0123456789") == strlen(login);
	/* Made for somebody who never types it: it says nothing to him. */
	bool made = !strncmp(login, "fd-", 3);
	const char *role = role_name(c->s.who.role);
	cJSON *u = view_obj(v, page, "user");
	view_str(v, u, "login",
	         made     ? word(c, "", "account")
	         : number ? utf8_mask_tail(c->cx.a, login)
	                  : login);
	view_str(v, u, "role", role);
	view_str(v, u, "role_text", word(c, "role_", role));
	view_str(v, u, "account_url", "/account");
	view_str(v, u, "logout_url", "/logout");
}

/* The hotel of this page, or the only place of a desk: its rack stays within reach everywhere. */
static const char *only_area(struct call *c)
{
	const struct grant *g = c->s.who.grants;
	struct hotel h;
	if (c->hotel.id)
		return c->hotel.area;
	if (!g || g->next || !*g->scope || hotel_open_by(&c->cx, g->scope, &h) != VH_OK)
		return NULL;
	return h.area;
}

static const char *nav_url(struct call *c, const char *url, const char **area)
{
	if (url[0] == '/')
		return url;
	if (!*area)
		*area = only_area(c);
	return *area ? arena_printf(c->cx.a, "/h/%s/%s", *area, url) : NULL;
}

static void put_nav(struct call *c, cJSON *page)
{
	struct view *v = &c->page;
	cJSON *list = view_arr(v, page, "nav");
	const char *area = NULL, *url;
	for (size_t i = 0; c->logged_in && i < sizeof nav / sizeof *nav; i++) {
		bool mine = nav[i].roles ? nav[i].roles & 1u << c->s.who.role
		                         : may(c, nav[i].act);
		if (!mine || !(url = nav_url(c, nav[i].url, &area)))
			continue;
		cJSON *o = view_obj(v, list, NULL);
		view_str(v, o, "label", word(c, "nav_", nav[i].label));
		view_str(v, o, "link_url", url);
		view_str(v, o, "key", nav[i].key);
		view_bool(v, o, "current", !strcmp(url, c->q->path ? c->q->path : ""));
	}
}

static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name), m;
	for (; *list; list += m + (list[m] == ' ')) {
		m = strcspn(list, " ");
		if (m == n && !strncmp(list, name, n))
			return true;
	}
	return false;
}

static void put_scripts(struct call *c, cJSON *page, const char *name)
{
	struct view *v = &c->page;
	cJSON *list = view_arr(v, page, "scripts");
	unsigned role = 1u << (c->logged_in ? c->s.who.role : ROLE_NONE);
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		const struct script *s = &scripts[i];
		if ((s->roles && !(s->roles & role)) || (s->pages && !is_listed(s->pages, name)))
			continue;
		view_str(v, view_obj(v, list, NULL), "script_url", asset_url(c->w, s->file));
	}
}

/* What stands at a desk: the list of keys, and what closes and opens it. */
static void put_desk(struct call *c, cJSON *page)
{
	struct view *v = &c->page;
	if (!c->logged_in || !(R_DESK & 1u << c->s.who.role)) {
		view_null(v, page, "desk");
		return;
	}
	bool locks = role_locks(c->s.who.role) && c->by_cookie;
	cJSON *o = view_obj(v, page, "desk");
	view_str(v, o, "lock_url", locks ? "/lock" : NULL);
	view_num(v, o, "lock_ms", locks ? (double)c->w->conf.lock_ms : 0);
	view_bool(v, o, "pin", c->s.pin);
	view_id(v, o, "account", c->s.account);
	view_str(v, o, "login", c->s.who.login);
}

/* An error in the caller's language: by its code, else in its own words. */
const char *error_words(const struct call *c, const char *code, const char *text)
{
	return has_word(c, "code_", code) ? word(c, "code_", code) : text;
}

static void put_problem_item(struct call *c, cJSON *list, const struct err_item *it)
{
	struct view *v = &c->page;
	cJSON *o = view_obj(v, list, NULL);
	const char *text = error_words(c, it->code, it->text);
	const char *title = c->route ? c->route->title : NULL;
	const char *label = it->field[0] ? word_in(c, "f_", title, it->field) : NULL;
	if (label)
		text = arena_printf(c->cx.a, c->lang[0] == 'z' ? "%s：%s" : "%s: %s", label, text);
	view_str(v, o, "text", text);
	const struct form *f = c->route ? c->route->form : NULL;
	bool shown = false;
	for (unsigned i = 0; f && i < f->n; i++)
		shown = shown || !strcmp(f->field[i].name, it->field);
	if (goes_anyway(it->code)) /* to the second button, at the form's end */
		view_str(v, o, "field_url", "#f-anyway");
	else
		view_str(v, o, "field_url",
		         shown ? arena_printf(c->cx.a, "#f-%s", it->field) : NULL);
}

static void put_problem(struct call *c, cJSON *page)
{
	struct view *v = &c->page;
	const struct err *e = c->why;
	if (!e) {
		view_null(v, page, "problem");
		return;
	}
	bool fields = e->n && e->item[0].field[0];
	cJSON *o = view_obj(v, page, "problem");
	view_str(v, o, "title",
	         fields ? word(c, "", "problem_title") : error_words(c, err_code(e), err_text(e)));
	view_str(v, o, "detail", NULL);
	view_str(v, o, "code", err_code(e));
	cJSON *list = view_arr(v, o, "errors");
	for (unsigned i = 0; fields && i < e->n; i++)
		put_problem_item(c, list, &e->item[i]);
}

static void put_notice(struct call *c, cJSON *page)
{
	const char *key = c->notice ? c->notice : req_query(c->q, "ok");
	bool known = key && !c->why && has_word(c, "notice_", key);
	view_str(&c->page, page, "notice", known ? word(c, "notice_", key) : NULL);
}

/* A link that sets a cookie and comes back here: /KIND/TO. */
static void put_switch(struct call *c, cJSON *page, const char *key, const char *kind,
                       const char *to)
{
	/* With its query, so that logging in still leads where one wanted; `&` would end it. */
	const char *here = c->q->target;
	if (!safe_next(here) || strchr(here, '&'))
		here = c->q->path;
	bool back = c->q->method == HTTP_GET && safe_next(here) && here[1];
	view_str(&c->page, page, key,
	         arena_printf(c->cx.a, "/%s/%s%s%s", kind, to, back ? "?next=" : "",
	                      back ? here : ""));
}

/* Of the village of the page, or the desk's only one. */
static void put_alarm(struct call *c, cJSON *page)
{
	struct hotel h = c->hotel;
	const struct grant *g = c->s.who.grants;
	bool one = may(c, ACT_PLACE) && !h.id && g && !g->next && *g->scope;
	if (one && hotel_open_by(&c->cx, g->scope, &h) != VH_OK)
		h.id = 0;
	const char *text = c->logged_in ? sync_alarm(c, &h) : NULL;
	if (!text) {
		view_null(&c->page, page, "alarm");
		return;
	}
	cJSON *o = view_obj(&c->page, page, "alarm");
	view_str(&c->page, o, "text", text);
	view_str(&c->page, o, "sync_url", arena_printf(c->cx.a, "/h/%s/sync", h.area));
}

bool frame_make(struct call *c, const char *name)
{
	struct view *v = &c->page;
	if (!view_init(v))
		return false;
	cJSON *p = view_obj(v, v->root, "page");
	const char *other = c->lang[0] == 'z' ? "en" : "zh";
	const char *look = cookie_get(c->q, "look");
	bool elder = look && !strcmp(look, "elder");
	view_str(v, p, "title", c->heading ? c->heading : word(c, "title_", name));
	view_str(v, p, "lang", c->lang);
	view_str(v, p, "csrf", csrf_mask(c));
	put_user(c, p);
	put_nav(c, p);
	put_notice(c, p);
	put_alarm(c, p);
	put_problem(c, p);
	const char *phone = c->hotel.desk_phone;
	view_str(v, p, "desk_phone", phone);
	view_str(v, p, "desk_phone_url", phone ? arena_printf(c->cx.a, "tel:%s", phone) : NULL);
	view_str(v, p, "style_url", asset_url(c->w, "style.css"));
	put_scripts(c, p, name);
	view_str(v, p, "home_url", "/");
	put_desk(c, p);
	view_str(v, p, "search_url", may(c, ACT_SEARCH) ? "/people/search" : NULL);
	put_switch(c, p, "lang_url", "lang", other);
	view_bool(v, p, "elder", elder);
	put_switch(c, p, "look_url", "look", elder ? "plain" : "elder");
	view_str(v, p, "login_url", c->logged_in || !strcmp(name, "login") ? NULL : "/login");
	return !v->failed;
}

