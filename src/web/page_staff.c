/*
 * Accounts: who may come in, as what, and how. Secrets are shown on the page that answers, once,
 * and are in no log: a page is never logged.
 */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "slip.h"
#include "vh/db.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/staff.h"
#include "vh/phones.h"
#include "vh/store_stay.h"
#include "vh/utf8.h"
#include "view.h"
#include "who.h"

enum { STAFF_LISTED = 100, PASSWORD_CHARS = 12 };

struct f_staff {
	const char *login, *role, *scope, *name, *phone;
};
struct f_grant {
	const char *scope;
};
#define F INPUT
#define ROLES "clerk|police|grid|head|admin|auditor|employer|landlord|tenant"
static const struct input staff_in[] = {
	F(struct f_staff, login, input_text, INPUT_REQUIRED, 40),
	INPUT_WORD(struct f_staff, role, INPUT_REQUIRED, ROLES),
	F(struct f_staff, scope, input_text, 0, 20),
	F(struct f_staff, name, input_name, 0, LIM_NAME),
	F(struct f_staff, phone, input_code, 0, LIM_PHONE),
};
const struct form form_staff = FORM(struct f_staff, staff_in);
static const struct input grant_in[] = { F(struct f_grant, scope, input_text, 0, 20) };
const struct form form_grant = FORM(struct f_grant, grant_in);
static const struct input phone_in[] = { F(struct f_phone, id, input_text, INPUT_REQUIRED, 16) };
const struct form form_phone = FORM(struct f_phone, phone_in);
#undef F

/* ---- places to choose from ---- */

static enum vh_rc hotels_step(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

/* What he may give: his own places, and the villages below them. The field stays one to type into
 * where there are none. */
static void put_places(struct call *c, cJSON *form)
{
	struct hotel *all = NULL;
	cJSON *f, *fields = cJSON_GetObjectItemCaseSensitive(form, "fields"), *list, *scope = NULL;
	cJSON_ArrayForEach(f, fields) {
		cJSON *group = cJSON_GetObjectItemCaseSensitive(f, "group");
		if (group && !cJSON_IsNull(group)) { /* so few need no headings */
			cJSON_DeleteItemFromObjectCaseSensitive(f, "group");
			view_null(&c->view, f, "group");
		}
		if (!strcmp(json_str(f, "name"), "scope"))
			scope = f;
	}
	f = scope;
	if (!f || db_read(&c->cx, hotels_step, &all) != VH_OK)
		return;
	cJSON_DeleteItemFromObjectCaseSensitive(f, "is_input");
	cJSON_DeleteItemFromObjectCaseSensitive(f, "is_select");
	view_bool(&c->view, f, "is_input", false);
	view_bool(&c->view, f, "is_select", true);
	list = cJSON_GetObjectItemCaseSensitive(f, "options");
	const char *now = c->why ? json_str(f, "value") : NULL;
	for (const struct hotel *h = all; h; h = h->next)
		if (actor_covers(&c->s.who, h))
			put_option(c, list, h->area, place_text(c, h->area), now);
	for (const struct grant *g = c->s.who.grants; g; g = g->next) {
		struct hotel h;
		if (*g->scope && hotel_open_by(&c->cx, g->scope, &h) == VH_OK)
			continue; /* stands there already */
		err_clear(&c->cx.err);
		put_option(c, list, g->scope, place_text(c, g->scope), now);
	}
}

/* ---- the list ---- */

/* A binding to a person bears the village that the account has already. */
bool scope_said(const struct grant *list, const struct grant *g)
{
	while (list != g && strcmp(list->scope, g->scope) != 0)
		list = list->next;
	return list != g;
}

static void put_one(struct call *c, cJSON *o, const struct staff *s)
{
	put(c, o, "login", s->a.login);
	put(c, o, "name", s->name);
	put(c, o, "phone", s->phone ? utf8_mask_tail(c->cx.a, s->phone) : NULL);
	put(c, o, "role", s->a.role);
	put_word(c, o, "role_text", "role_", s->a.role);
	view_bool(&c->view, o, "locked", s->a.locked);
	view_bool(&c->view, o, "disabled", s->a.disabled);
	put_url(c, o, "account_url", true, "/staff/%s", s->a.login);
	cJSON *list = put_arr(c, o, "scopes");
	for (const struct grant *g = s->grants; g; g = g->next) {
		if (scope_said(s->grants, g))
			continue;
		cJSON *p = put_obj(c, list, NULL);
		put(c, p, "scope", g->scope);
		put_text(c, p, "scope_text", place_text(c, g->scope));
	}
}

/* One of the two lists; each has pages of its own, `list`_after is where one begins. */
static enum vh_rc put_list(struct call *c, const char *list, struct staff_pick *pick)
{
	struct staff *s = NULL;
	const char *next = NULL, *after = arena_printf(c->cx.a, "%s_after", list),
		   *key = arena_printf(c->cx.a, "%s_next", list),
		   *url = arena_printf(c->cx.a, "%s_more_url", list);
	if (!after || !key || !url)
		return ctx_nomem(&c->cx);
	pick->after = req_query(c->q, after);
	enum vh_rc rc = staff_list(&c->cx, pick, &s, &next);
	if (rc != VH_OK)
		return rc;
	cJSON *a = put_arr(c, c->view.root, list);
	for (; s; s = s->next)
		put_one(c, put_obj(c, a, NULL), s);
	put(c, c->view.root, key, next);
	put_url(c, c->view.root, url, next != NULL, "/staff?%s=%s", after, next ? next : "");
	return VH_OK;
}

static bool makes_officers(const struct call *c)
{
	return c->s.who.role == ROLE_ADMIN;
}

static void put_staff_form(struct call *c, cJSON *in, const char *key, const void *at)
{
	struct form_how how = { .title = "staff_add", .action = "/staff", .at = at,
		                .open = c->why != NULL };
	put_form(c, in, key, &form_staff, &how);
	if (!c->html)
		return;
	cJSON *form = key ? cJSON_GetObjectItemCaseSensitive(in, key)
	                  : cJSON_GetArrayItem(in, cJSON_GetArraySize(in) - 1);
	put_places(c, form);
}

enum vh_rc get_staff(struct call *c)
{
	const char *q = req_query(c->q, "q");
	struct staff_pick officers = { .officers = true, .most = STAFF_LISTED };
	struct staff_pick others = { .phone = q && *q ? q : NULL, .most = STAFF_LISTED };
	enum vh_rc rc = put_list(c, "officers", &officers);
	if (rc == VH_OK)
		rc = put_list(c, "others", &others);
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "q", q ? q : "");
	view_bool(&c->view, c->view.root, "makes_officers", makes_officers(c));
	put_url(c, c->view.root, "find_url", true, "/staff");
	if (!c->html)
		return VH_OK;
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (makes_officers(c))
		put_staff_form(c, list, NULL, c->form);
	return VH_OK;
}

enum vh_rc again_staff(struct call *c)
{
	put_staff_form(c, c->view.root, "form", c->form);
	put_url(c, c->view.root, "back_url", true, "/staff");
	c->heading = word(c, "a_", "staff_add");
	return VH_OK;
}

enum vh_rc post_staff(struct call *c)
{
	const struct f_staff *f = c->form;
	struct account_new n = { .login = f->login, .role = role_of(f->role), .scope = f->scope,
		                 .phone = f->phone, .name = f->name };
	int64_t id;
	enum vh_rc rc = account_add(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "login", f->login);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "/staff/%s?ok=saved", f->login);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

/* ---- one account ---- */

struct verb {
	const char *verb, *title;
	const struct form *form;
	bool danger;
	const char *hint; /* what it ends, said before the button */
};

static void put_verb(struct call *c, cJSON *list, const char *login, const struct verb *v)
{
	const struct form_how how = {
		.title = v->title,
		.prefix = v->title,
		.danger = v->danger,
		.hint = v->hint,
		.action = arena_printf(c->cx.a, "/staff/%s/%s", login, v->verb),
	};
	put_form(c, list, NULL, v->form, &how);
	if (v->form == &form_grant)
		put_places(c, cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1));
}

static void put_verbs(struct call *c, const struct staff *s, bool phone)
{
	static const struct verb by_phone[] = {
		{ "slip", "slip", &form_none, false, "slip_hint" },
		{ "code", "phone_code", &form_none, false, "phone_code_hint" },
	};
	static const struct verb by_word[] = {
		{ "password", "staff_password", &form_none, false, "staff_password_hint" },
		{ "totp", "staff_totp", &form_none, false, "staff_totp_hint" },
		{ "grant", "staff_grant", &form_grant, false, NULL },
	};
	static const struct verb unlock = { "unlock", "staff_unlock", &form_none, false, NULL };
	static const struct verb enable = { "enable", "staff_enable", &form_none, false, NULL };
	static const struct verb disable = { "disable", "staff_disable", &form_none, true,
		                             "staff_disable_hint" };
	const char *login = s->a.login;
	cJSON *list = put_arr(c, c->view.root, "actions");
	if (s->a.locked)
		put_verb(c, list, login, &unlock);
	if (s->a.disabled) {
		put_verb(c, list, login, &enable);
		return;
	}
	for (size_t i = 0; phone && i < sizeof by_phone / sizeof *by_phone; i++)
		put_verb(c, list, login, &by_phone[i]);
	for (size_t i = 0; !phone && i < sizeof by_word / sizeof *by_word; i++)
		put_verb(c, list, login, &by_word[i]);
	if (s->a.id != c->s.account)
		put_verb(c, list, login, &disable);
}

/* Each place of his with a button that takes it away; the last one is for "disable". */
static void put_grants(struct call *c, cJSON *o, const struct staff *s)
{
	cJSON *p, *list = cJSON_GetObjectItemCaseSensitive(o, "scopes");
	bool several = cJSON_GetArraySize(list) > 1 && s->a.id != c->s.account;
	if (!c->html)
		return;
	cJSON_ArrayForEach(p, list) {
		put_idem(c, p);
		put_url(c, p, "revoke_url", several, "/staff/%s/revoke", s->a.login);
	}
}

/* ---- whose a tenant's account is ---- */

struct whose {
	const struct grant *g;
	struct hotel h;
	int64_t stay; /* the current one; 0: none */
};

static enum vh_rc whose_step(struct ctx *cx, void *arg)
{
	struct whose *w = arg;
	struct stay s = { .id = 0 };
	enum vh_rc rc = hotel_get(cx, w->g->hotel, &w->h);
	if (rc == VH_OK)
		rc = stay_current_of(cx, w->g->hotel, w->g->person, &s);
	w->stay = rc == VH_OK ? s.id : 0;
	return rc == VH_NOTFOUND && w->h.id ? VH_OK : rc;
}

/* As his entry shows him, with its access row; who may not see entries reads no name. */
static enum vh_rc put_person(struct call *c, cJSON *list, const struct grant *g)
{
	struct whose w = { .g = g };
	struct stay_look l = { 0 };
	enum vh_rc rc = db_read(&c->cx, whose_step, &w);
	bool shown = rc == VH_OK && w.stay && may(c, ACT_ROOM);
	if (shown)
		rc = look_stay(&c->cx, &w.h, w.stay, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "hotel_name", w.h.name);
	put(c, o, "name", l.stay.person.name);
	put_url(c, o, "stay_url", shown, "/h/%s/stays/%s", w.h.area, id_text(c, w.stay));
	return VH_OK;
}

static enum vh_rc put_persons(struct call *c, cJSON *o, const struct staff *s)
{
	enum vh_rc rc = VH_OK;
	cJSON *list = put_arr(c, o, "persons");
	for (const struct grant *g = s->grants; rc == VH_OK && g; g = g->next)
		if (g->person)
			rc = put_person(c, list, g);
	return rc;
}

enum vh_rc get_staff_one(struct call *c)
{
	struct staff s;
	struct phone *phones = NULL;
	enum vh_rc rc = staff_get(&c->cx, param(c, "login"), &s);
	if (rc != VH_OK)
		return rc;
	enum role r = role_of(s.a.role);
	bool phone = r == ROLE_LANDLORD || r == ROLE_TENANT;
	if (phone)
		rc = phones_of(&c->cx, s.a.login, NULL, &phones);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "account");
	put_one(c, o, &s);
	put_grants(c, o, &s);
	rc = put_persons(c, o, &s);
	if (rc != VH_OK)
		return rc;
	view_bool(&c->view, o, "tenant", r == ROLE_TENANT);
	view_bool(&c->view, o, "by_phone", phone);
	view_bool(&c->view, o, "password", s.a.password != NULL);
	view_bool(&c->view, o, "totp", s.a.totp.p != NULL);
	view_bool(&c->view, o, "pin", s.a.pin != NULL);
	put_phones(c, phones, arena_printf(c->cx.a, "/staff/%s/unbind", s.a.login));
	put_url(c, c->view.root, "back_url", true, "/staff");
	if (c->html)
		put_verbs(c, &s, phone);
	c->heading = s.name ? s.name : s.a.login;
	return VH_OK;
}

static enum vh_rc done(struct call *c, enum vh_rc rc, const char *ok)
{
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "login", param(c, "login"));
	c->go = arena_printf(c->cx.a, "/staff/%s?ok=%s", param(c, "login"), ok);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

static enum vh_rc role_here(struct call *c, enum role *ret)
{
	struct staff s;
	enum vh_rc rc = staff_get(&c->cx, param(c, "login"), &s);
	if (rc == VH_OK)
		*ret = role_of(s.a.role);
	return rc;
}

enum vh_rc post_grant(struct call *c)
{
	const struct f_grant *f = c->form;
	enum role r = ROLE_NONE;
	enum vh_rc rc = role_here(c, &r);
	if (rc == VH_OK)
		rc = account_grant(&c->cx, param(c, "login"), r, f->scope);
	return done(c, rc, "saved");
}

/* One's own rights are another's to take: nobody shuts himself out by a slip of the hand. */
static enum vh_rc not_self(struct call *c)
{
	if (c->s.who.login && !strcmp(c->s.who.login, param(c, "login")))
		return ctx_fail(&c->cx, VH_CONFLICT, "self", "", "not your own account");
	return VH_OK;
}

enum vh_rc post_ungrant(struct call *c)
{
	const struct f_grant *f = c->form;
	enum role r = ROLE_NONE;
	enum vh_rc rc = not_self(c);
	if (rc == VH_OK)
		rc = role_here(c, &r);
	if (rc == VH_OK)
		rc = account_revoke(&c->cx, param(c, "login"), r, f->scope);
	return done(c, rc, "saved");
}

enum vh_rc post_disable(struct call *c)
{
	enum vh_rc rc = not_self(c);
	if (rc == VH_OK)
		rc = account_disable(&c->cx, param(c, "login"), true);
	return done(c, rc, "disabled");
}

enum vh_rc post_enable(struct call *c)
{
	return done(c, account_disable(&c->cx, param(c, "login"), false), "saved");
}

enum vh_rc post_unlock(struct call *c)
{
	return done(c, account_unlock(&c->cx, param(c, "login")), "unlocked");
}

enum vh_rc post_unbind(struct call *c)
{
	const struct f_phone *f = c->form;
	return done(c, phone_unbind(&c->cx, param(c, "login"), f->id), "unbound");
}

/* Characters that nobody confuses, in groups: it is read from a screen and typed once. */
static void password_make(char out[PASSWORD_CHARS + 3])
{
	static const char letters[] = "23456789abcdefghjkmnpqrstvwxyz";
	char *p = out;
	for (int i = 0; i < PASSWORD_CHARS; i++) {
		if (i && i % 4 == 0)
			*p++ = '-';
		*p++ = letters[random_below(sizeof letters - 1)];
	}
	*p = '\0';
}

static enum vh_rc officers_only(struct call *c)
{
	enum role r = ROLE_NONE;
	enum vh_rc rc = role_here(c, &r);
	if (rc == VH_OK && (r == ROLE_LANDLORD || r == ROLE_TENANT))
		return ctx_fail(&c->cx, VH_CONFLICT, "by_phone", "", "this account has a PIN");
	return rc;
}

static void put_secret(struct call *c, const char *kind, const char *text)
{
	put(c, c->view.root, "login", param(c, "login"));
	put(c, c->view.root, "kind", kind);
	put(c, c->view.root, "secret", text);
	put_word(c, c->view.root, "what_text", "secret_", kind);
	put_word(c, c->view.root, "help_text", "secret_help_", kind);
	put_url(c, c->view.root, "back_url", true, "/staff/%s", param(c, "login"));
	c->heading = word(c, "secret_", kind);
}

enum vh_rc post_password(struct call *c)
{
	char text[PASSWORD_CHARS + 3];
	enum vh_rc rc = officers_only(c);
	password_make(text);
	if (rc == VH_OK)
		rc = account_password(&c->cx, param(c, "login"), text);
	if (rc != VH_OK)
		return rc;
	put_secret(c, "password", arena_dup(c->cx.a, text));
	wipe(text, sizeof text);
	put_text(c, c->view.root, "picture_url", NULL);
	return VH_OK;
}

enum vh_rc post_totp(struct call *c)
{
	const char *secret = NULL, *login = param(c, "login");
	enum vh_rc rc = officers_only(c);
	if (rc == VH_OK)
		rc = account_totp(&c->cx, login, &secret);
	if (rc != VH_OK)
		return rc;
	put_secret(c, "totp", secret);
	const char *uri = arena_printf(c->cx.a,
	                               "otpauth://totp/vhotel:%s?secret=%s&issuer=vhotel", login,
	                               secret);
	return uri ? put_picture(c, c->view.root, "picture_url", uri) : ctx_nomem(&c->cx);
}
