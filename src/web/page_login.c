/* Logging in and out, and enrolling a phone by an invitation. */
#include <stdio.h>
#include <string.h>

#include "forms.h"
#include "kept.h"
#include "pages.h"
#include "view.h"
#include "who.h"

static const char *next_of(const struct call *c)
{
	const struct f_login *f = c->route->form == &form_login ? c->form : NULL;
	const char *next = f ? f->next : req_query(c->q, "next");
	return safe_next(next) ? next : "/";
}

enum vh_rc get_login(struct call *c)
{
	const struct f_login *typed = c->form;
	const struct f_login at = { .next = next_of(c),
		                    .kept = typed ? typed->kept : c->kept,
		                    .login = typed ? typed->login : NULL };
	const struct form_how how = { .title = "login", .action = "/login", .at = &at };
	const struct form_how pin = {
		.title = "login", .action = "/login", .at = &at, .prefix = "pin", .focus = "pin"
	};
	const char *login;
	put_form(c, c->view.root, "form", &form_login_staff, &how);
	if (c->locked) {
		c->heading = word(c, "", "locked_title");
		put(c, c->view.root, "locked",
		    word(c, "", c->s.pin ? "locked_pin" : "locked_no_pin"));
	} else {
		put(c, c->view.root, "locked", NULL);
	}
	if (c->locked ? c->s.pin : device_cookie(c, &login) != NULL)
		put_form(c, c->view.root, "pin_form", &form_login_pin, &pin);
	else
		view_null(&c->view, c->view.root, "pin_form");
	put_url(c, c->view.root, "enrol_url", true, "%s", "/enrol");
	return VH_OK;
}

/* A session over a line that others can read would be theirs as well. */
static enum vh_rc check_line(struct call *c)
{
	if (c->q->secure || c->q->local)
		return VH_OK;
	return ctx_fail(&c->cx, VH_DENIED, "insecure", "",
	                "logging in needs https (behind a proxy: --trust-proxy)");
}

static enum vh_rc let_in(struct call *c, const struct login_ok *ok, const char *device,
                         const char *login)
{
	if (c->by_cookie || c->locked)
		(void)!session_end(&c->cx, c->cookie);
	session_cookies(c, ok->session, device, login);
	view_id(&c->view, c->view.root, "account", ok->account);
	put(c, c->view.root, "csrf", ok->csrf);
	return VH_OK;
}

/* The desk was left alone: its own session goes on. */
static enum vh_rc unlock(struct call *c, const struct f_login *f)
{
	struct login_ok ok = { .account = c->s.account };
	enum vh_rc rc = session_unlock(&c->cx, c->cookie, f->pin);
	if (rc == VH_DENIED)
		call_guessed(c);
	if (rc != VH_OK)
		return rc;
	snprintf(ok.session, sizeof ok.session, "%s", c->cookie);
	view_id(&c->view, c->view.root, "account", ok.account);
	put(c, c->view.root, "csrf", c->s.csrf);
	c->go = next_of(c);
	return f->kept && c->html ? kept_file(c, f->kept, &ok) : VH_OK;
}

enum vh_rc post_login(struct call *c)
{
	const struct f_login *f = c->form;
	if (c->locked && f->pin && !f->login)
		return unlock(c, f);
	const char *known = NULL, *device = device_cookie(c, &known);
	struct login_try t = { f->login, f->password, f->totp, f->pin, device };
	struct login_ok ok;
	if (!t.login)
		t.login = known;
	if (!t.login)
		return ctx_fail(&c->cx, VH_INVALID, "required", "login", "is needed");
	enum vh_rc rc = check_line(c);
	if (rc == VH_OK)
		rc = account_login(&c->cx, &t, &ok);
	if (rc == VH_DENIED)
		call_guessed(c);
	if (rc != VH_OK)
		return rc;
	c->go = next_of(c);
	rc = let_in(c, &ok, NULL, NULL);
	return rc == VH_OK && f->kept && c->html ? kept_file(c, f->kept, &ok) : rc;
}

enum vh_rc post_lock(struct call *c)
{
	const char *next = req_query(c->q, "next");
	if (!c->by_cookie || !role_locks(c->s.who.role))
		return ctx_fail(&c->cx, VH_DENIED, "role", "", "only a desk locks");
	enum vh_rc rc = session_lock(&c->cx, c->cookie);
	c->s.idle_near = false;
	c->go = arena_printf(c->cx.a, "/login?next=%s", safe_next(next) ? next : "/");
	return rc;
}

/*
 * Somebody types at a page that asks nothing: the script says so, lest the desk lock. The answer
 * says whose session it is, so that a page which was covered can go on with it.
 */
enum vh_rc get_awake(struct call *c)
{
	view_id(&c->view, c->view.root, "account", c->s.account);
	put(c, c->view.root, "csrf", c->s.csrf);
	resp_json(c->r, 200, c->view.root);
	return VH_OK;
}

enum vh_rc post_logout(struct call *c)
{
	bool any = c->by_cookie || c->locked;
	enum vh_rc rc = any ? session_end(&c->cx, c->cookie) : VH_OK;
	session_cookies(c, NULL, NULL, NULL);
	/* Not "cookies": the phone stays bound to its account. */
	resp_header(c->r, "Clear-Site-Data", "\"cache\", \"storage\"");
	c->go = "/login?ok=logged_out";
	return rc;
}

/* What a browser says of itself, the first that fits; WeChat's calls itself everything else,
 * too. */
const char *device_label(const struct call *c)
{
	static const struct {
		const char *mark, *word;
	} browsers[] = {
		{ "MicroMessenger", "wechat" }, { "AlipayClient", "alipay" },
		{ "DingTalk", "dingtalk" },     { "QQBrowser", "qq" },
		{ "UCBrowser", "uc" },          { "HuaweiBrowser", "huawei" },
		{ "MiuiBrowser", "xiaomi" },    { "Firefox/", "firefox" },
		{ "FxiOS/", "firefox" },        { "Edg", "edge" },
		{ "CriOS/", "chrome" },         { "Chrome/", "chrome" },
		{ "Safari/", "safari" },
	}, systems[] = {
		{ "HarmonyOS", "harmony" }, { "Android", "android" }, { "iPhone", "iphone" },
		{ "iPad", "ipad" },         { "Windows", "windows" }, { "Macintosh", "mac" },
		{ "Linux", "linux" },
	};
	const char *said = req_header(c->q, "User-Agent"), *browser = NULL, *system = NULL;
	for (size_t i = 0; said && !browser && i < sizeof browsers / sizeof *browsers; i++)
		if (strstr(said, browsers[i].mark))
			browser = browsers[i].word;
	for (size_t i = 0; said && !system && i < sizeof systems / sizeof *systems; i++)
		if (strstr(said, systems[i].mark))
			system = systems[i].word;
	return arena_printf(c->q->a, "%s.%s", browser ? browser : "other",
	                    system ? system : "other");
}

/* Where a code from the desk is typed. */
enum vh_rc get_enrol_code(struct call *c)
{
	const struct form_how how = { .title = "enrol_code", .action = "/enrol", .at = c->form };
	put_form(c, c->view.root, "form", &form_enrol_code, &how);
	return VH_OK;
}

static enum vh_rc find_invite(struct call *c, const char *token, struct account *ret)
{
	enum vh_rc rc = invite_find(&c->cx, token, ret);
	if (rc == VH_NOTFOUND)
		call_guessed(c);
	return rc;
}

enum vh_rc post_enrol_code(struct call *c)
{
	const struct f_enrol_code *f = c->form;
	struct account a;
	enum vh_rc rc = find_invite(c, f->code, &a);
	if (rc != VH_OK)
		return ctx_fail(&c->cx, rc, err_code(&c->cx.err), "code", "this code is not good");
	/* utf8_compact by input_code has left letters and digits alone. */
	c->go = arena_printf(c->cx.a, "/enrol/%s", f->code);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc get_enrol(struct call *c)
{
	struct account a;
	const struct form_how how = { .title = "enrol",
		                      .at = c->form,
		                      .action = arena_printf(c->cx.a, "/enrol/%s",
		                                             param(c, "token")) };
	enum vh_rc rc = find_invite(c, param(c, "token"), &a);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "invite");
	put(c, o, "role", a.role);
	put_word(c, o, "role_text", "role_", a.role);
	put(c, o, "place", NULL);
	put(c, o, "login", a.login);
	bool asks = invite_asks_pin(param(c, "token"), &a);
	view_bool(&c->view, o, "asks_pin", asks);
	put_form(c, c->view.root, "form", asks ? &form_enrol_pin : &form_enrol, &how);
	return VH_OK;
}

static enum vh_rc said_twice(struct call *c, const struct f_enrol *f)
{
	if (!f->again)
		return ctx_fail(&c->cx, VH_INVALID, "required", "again", "is needed");
	if (strcmp(f->pin, f->again) != 0)
		return ctx_fail(&c->cx, VH_INVALID, "again", "again", "the two PINs differ");
	return VH_OK;
}

enum vh_rc post_enrol(struct call *c)
{
	const struct f_enrol *f = c->form;
	char device[SECRET_TEXT];
	struct login_ok ok;
	struct account a;
	const char *token = param(c, "token");
	enum vh_rc rc = check_line(c);
	if (rc == VH_OK)
		rc = find_invite(c, token, &a);
	if (rc == VH_OK && !invite_asks_pin(token, &a))
		rc = said_twice(c, f);
	if (rc == VH_OK)
		rc = invite_use_on(&c->cx, token, f->pin, device_label(c), device, &ok);
	if (rc == VH_DENIED)
		call_guessed(c);
	if (rc != VH_OK)
		return rc;
	c->go = "/";
	return let_in(c, &ok, device, a.login);
}
