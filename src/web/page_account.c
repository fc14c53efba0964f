/* One's own account: who one is here, the PIN or password, and the phones that are bound to it. */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/db.h"
#include "vh/phones.h"
#include "vh/resets.h"
#include "vh/utf8.h"
#include "view.h"
#include "who.h"

struct f_password {
	const char *password, *new_password, *repeat;
};
#define F INPUT
static const struct input password_in[] = {
	F(struct f_password, password, input_raw, INPUT_REQUIRED | INPUT_SECRET, 256),
	F(struct f_password, new_password, input_raw, INPUT_REQUIRED | INPUT_SECRET, 128),
	F(struct f_password, repeat, input_raw, INPUT_REQUIRED | INPUT_SECRET, 128),
};
const struct form form_password = FORM(struct f_password, password_in);
#undef F

struct place_name {
	const char *code, *text;
};

static enum vh_rc place_step(struct ctx *cx, void *arg)
{
	struct place_name *p = arg;
	struct area a;
	enum vh_rc rc = area_get(cx, p->code, &a);
	p->text = rc == VH_OK ? arena_printf(cx->a, "%s %s", a.name, a.code) : p->code;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

const char *place_text(struct call *c, const char *code)
{
	struct place_name p = { code, code };
	if (!*code)
		return word(c, "", "any");
	return db_read(&c->cx, place_step, &p) == VH_OK ? p.text : code;
}

/* "wechat.android" -> 微信 · 安卓 */
const char *device_words(struct call *c, const char *label)
{
	const char *dot = label ? strchr(label, '.') : NULL;
	const char *browser = dot ? arena_dupn(c->cx.a, label, (size_t)(dot - label)) : NULL;
	if (!browser)
		return word(c, "", "device_unknown");
	return arena_printf(c->cx.a, "%s · %s", word(c, "browser_", browser),
	                    word(c, "system_", dot + 1));
}

void put_phones(struct call *c, const struct phone *list, const char *action)
{
	const struct hotel zone = { .zone_min = ZONE_CHINA };
	cJSON *a = put_arr(c, c->view.root, "phones");
	for (; list; list = list->next) {
		cJSON *o = put_obj(c, a, NULL);
		put(c, o, "id", arena_dup(c->cx.a, list->id));
		put(c, o, "device", list->label);
		put_text(c, o, "device_text", device_words(c, list->label));
		put_text(c, o, "since_text", at_text(c, list->since, &zone));
		put_text(c, o, "seen_text", at_text(c, list->seen, &zone));
		view_bool(&c->view, o, "this_one", list->this_one);
		put_idem(c, o);
		put_url(c, o, "end_url", true, "%s", action);
	}
}

static void put_account(struct call *c)
{
	const struct actor *who = &c->s.who;
	cJSON *o = put_obj(c, c->view.root, "account"), *list;
	put(c, o, "login", who->login);
	put(c, o, "role", role_name(who->role));
	put_word(c, o, "role_text", "role_", role_name(who->role));
	view_bool(&c->view, o, "tenant", who->role == ROLE_TENANT);
	put(c, o, "phone", who->phone ? utf8_mask_tail(c->cx.a, who->phone) : NULL);
	list = put_arr(c, c->view.root, "scopes");
	for (const struct grant *g = who->grants; g; g = g->next) {
		if (scope_said(who->grants, g))
			continue;
		cJSON *s = put_obj(c, list, NULL);
		put(c, s, "role", g->role);
		put(c, s, "scope", g->scope);
		put_word(c, s, "role_text", "role_", g->role);
		put_text(c, s, "scope_text", place_text(c, g->scope));
	}
}

static bool is_by_phone(const struct call *c)
{
	return c->s.who.role == ROLE_LANDLORD || c->s.who.role == ROLE_TENANT;
}

/* Those who come by phone, and those whose desk locks itself. */
static bool has_pin(const struct call *c)
{
	return is_by_phone(c) || role_locks(c->s.who.role);
}

static const char *session_of(const struct call *c)
{
	return c->by_cookie ? c->cookie : NULL;
}

static void put_own(struct call *c, cJSON *list, const struct form *f, const char *title,
                    const char *action)
{
	const struct form_how how = {
		.title = title,
		.action = action,
		.prefix = is_by_phone(c) || is_refused(c, f) ? NULL : title,
		.at = is_refused(c, f) ? c->form : NULL,
		.open = is_refused(c, f),
		.hint = f == &form_none ? "sessions_hint" : NULL,
	};
	put_form(c, list, NULL, f, &how);
}

static void put_account_actions(struct call *c)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (has_pin(c))
		put_own(c, list, &form_pin, "pin", "/account/pin");
	if (!is_by_phone(c))
		put_own(c, list, &form_password, "password", "/account/password");
	if (c->by_cookie)
		put_own(c, list, &form_none, "sessions", "/account/others");
}

/* Who else could have come in as he: he is to know it, and to ask when it was not for him. */
static void put_resets(struct call *c, const struct reset *r)
{
	const struct hotel zone = { .zone_min = ZONE_CHINA };
	cJSON *list = put_arr(c, c->view.root, "resets");
	for (; r; r = r->next) {
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "what", r->what);
		put_word(c, o, "what_text", "reset_", r->what);
		put(c, o, "role", r->role);
		put_word(c, o, "role_text", "role_", r->role);
		put_text(c, o, "at_text", at_text(c, r->at, &zone));
	}
}

enum vh_rc get_account(struct call *c)
{
	struct phone *phones = NULL;
	struct reset *resets = NULL;
	const char *login;
	enum vh_rc rc = look_resets(&c->cx, &resets);
	if (rc == VH_OK && is_by_phone(c))
		rc = phones_of(&c->cx, NULL, device_cookie(c, &login), &phones);
	if (rc != VH_OK)
		return rc;
	put_account(c);
	put_resets(c, resets);
	put_phones(c, phones, "/account/unbind");
	view_bool(&c->view, c->view.root, "by_phone", is_by_phone(c));
	if (c->html)
		put_account_actions(c);
	return VH_OK;
}

enum vh_rc post_pin(struct call *c)
{
	const struct f_pin *f = c->form;
	if (!has_pin(c))
		return ctx_fail(&c->cx, VH_DENIED, "role", "", "this account has no PIN");
	if (strcmp(f->new_pin, f->again) != 0)
		return ctx_fail(&c->cx, VH_INVALID, "again", "again", "the two PINs differ");
	enum vh_rc rc = account_pin(&c->cx, c->s.account, f->new_pin, session_of(c));
	c->go = "/account?ok=pin";
	return rc;
}

enum vh_rc post_own_password(struct call *c)
{
	const struct f_password *f = c->form;
	if (strcmp(f->new_password, f->repeat) != 0)
		return ctx_fail(&c->cx, VH_INVALID, "again", "repeat", "the two passwords differ");
	enum vh_rc rc = own_password(&c->cx, f->password, f->new_password, session_of(c));
	c->go = "/account?ok=password";
	return rc;
}

enum vh_rc post_others(struct call *c)
{
	const char *login;
	enum vh_rc rc = phones_end_others(&c->cx, device_cookie(c, &login), session_of(c));
	c->go = "/account?ok=others";
	return rc;
}

enum vh_rc post_own_unbind(struct call *c)
{
	const struct f_phone *f = c->form;
	enum vh_rc rc = phone_unbind(&c->cx, NULL, f->id);
	c->go = "/account?ok=unbound";
	return rc;
}
