#include "vh/accounts.h"

#include <string.h>

#include "account_data.h"
#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/resets.h"
#include "vh/totp.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128, PIN_DIGITS = 6 };

enum vh_rc hash_failed(struct ctx *cx, enum vh_rc rc)
{
	return ctx_fail(cx, rc, "busy", "", "too many logins at this moment: try again");
}

enum vh_rc account_find(struct ctx *cx, const char *login, struct account *ret)
{
	enum vh_rc rc = account_by_login(cx, login ? login : "", ret);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "login", "there is no account of this name");
	return rc;
}

/* Staff are made by the operator or an administrator; clerks look after landlords and tenants of
 * their scope. */
static enum vh_rc may_staff(struct ctx *cx, enum role r)
{
	const struct actor *who = cx->who;
	if (!who)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	if (who->role == ROLE_OPERATOR || who->role == ROLE_ADMIN)
		return VH_OK;
	if (who->role == ROLE_CLERK && (r == ROLE_LANDLORD || r == ROLE_TENANT))
		return VH_OK;
	return ctx_fail(cx, VH_DENIED, "role", "role", "the role %s may not look after a %s",
	                role_name(who->role), role_name(r));
}

/* Does the actor's own scope hold this one? */
static enum vh_rc holds(struct ctx *cx, const char *scope, bool *ret)
{
	struct hotel at = { .path = "" };
	enum vh_rc rc = *scope ? area_path(cx, scope, &at.path) : VH_OK;
	if (rc == VH_OK)
		*ret = actor_covers(cx->who, &at);
	return rc;
}

/* A binding to a person is held where that person's hotel is. */
static enum vh_rc holds_grant(struct ctx *cx, const struct grant *g, bool *ret)
{
	struct hotel h;
	if (!g->person)
		return holds(cx, g->scope, ret);
	enum vh_rc rc = hotel_get(cx, g->hotel, &h);
	*ret = rc == VH_OK && actor_covers(cx->who, &h);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc account_held(struct ctx *cx, const struct actor *he, bool *ret)
{
	const struct grant *g = he->grants;
	bool one = true;
	*ret = cx->who->role == ROLE_OPERATOR;
	if (*ret)
		return VH_OK;
	enum vh_rc rc = g ? VH_OK : holds(cx, "", ret);
	for (; rc == VH_OK && g && one; g = g->next) {
		one = false;
		rc = holds_grant(cx, g, &one);
		*ret = one;
	}
	return rc;
}

/* The place before the role: a refusal that names the role of somebody elsewhere says that he
 * exists. */
enum vh_rc account_may(struct ctx *cx, const struct account *a)
{
	struct actor he;
	bool yes = false;
	if (!cx->who || role_reach(cx->who->role, ACT_STAFF) == REACH_NO)
		return may_staff(cx, role_of(a->role)); /* so is everybody to him */
	enum vh_rc rc = actor_load(cx, a, &he);
	if (rc == VH_OK)
		rc = account_held(cx, &he, &yes);
	if (rc == VH_OK && !yes)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "login",
		                "there is no account of this name");
	return rc == VH_OK ? may_staff(cx, role_of(a->role)) : rc;
}

static enum vh_rc login_take(struct ctx *cx, const char *login)
{
	size_t n = login ? strlen(login) : 0;
	if (n >= 1 && n <= 40 && strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n)
		return VH_OK;
	return ctx_fail(cx, VH_INVALID, "login_form", "login",
	                "a login is 1 to 40 of a-z 0-9 . _ -");
}

/* Nobody gives what he has not. */
static enum vh_rc scope_within(struct ctx *cx, const char *scope)
{
	bool within = false;
	enum vh_rc rc = holds(cx, scope, &within);
	if (rc == VH_OK && !within)
		return ctx_fail(cx, VH_DENIED, "scope", "scope", "this place is not yours to give");
	return rc;
}

/* Everything is for those who see nobody; everyone else has a place. */
static enum vh_rc scope_take(struct ctx *cx, enum role r, const char *scope, const char **ret)
{
	struct area a;
	*ret = scope ? scope : "";
	if (!**ret && cx->who->role == ROLE_CLERK && cx->who->grants)
		*ret = cx->who->grants->scope; /* the desk's own place */
	if (!**ret) {
		if (r == ROLE_ADMIN || r == ROLE_AUDITOR || r == ROLE_LANDLORD || r == ROLE_TENANT)
			return scope_within(cx, *ret);
		return ctx_fail(cx, VH_INVALID, "scope", "scope",
		                "a %s needs a scope (an area code)", role_name(r));
	}
	enum vh_rc rc = area_get(cx, *ret, &a);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_INVALID, "scope", "scope", "area %s is not known", *ret);
	return rc == VH_OK ? scope_within(cx, *ret) : rc;
}

struct add {
	const struct account_new *in;
	const char *phone, *name;
	struct account a;
};

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct add *s = arg;
	struct account had;
	struct grant g = {
		.id = id_new(), .account = s->a.id, .role = s->a.role, .created = cx->now
	};
	enum vh_rc rc = scope_take(cx, s->in->role, s->in->scope, &g.scope);
	if (rc == VH_OK)
		rc = account_by_login(cx, s->a.login, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "login_taken", "login", "the login %s is taken",
		                s->a.login);
	if (rc != VH_NOTFOUND)
		return rc;
	rc = account_insert(cx, &s->a);
	return rc == VH_OK ? grant_insert(cx, &g) : rc;
}

enum vh_rc account_add(struct ctx *cx, const struct account_new *n, int64_t *ret_id)
{
	struct add s = { .in = n, .a = { .id = id_new(), .login = n->login, .created = cx->now } };
	struct place phone = { "account", "phone", 0, s.a.id },
		     name = { "account", "name", 0, s.a.id };
	struct key k;
	if (n->role == ROLE_NONE || n->role >= ROLE_OPERATOR)
		return ctx_fail(cx, VH_INVALID, "role", "role", "there is no such role");
	s.a.role = role_name(n->role);
	enum vh_rc rc = may_staff(cx, n->role);
	if (rc == VH_OK)
		rc = login_take(cx, n->login);
	if (rc == VH_OK)
		rc = phone_take(cx, "phone", n->phone, &s.phone);
	if (rc == VH_OK)
		rc = text_take(cx, "name", n->name, LIM_NAME, false, &s.name);
	if (rc != VH_OK)
		return rc;
	keys_node(cx->keys, "account", &k);
	rc = seal_text(cx->a, &k, &phone, s.phone, &s.a.phone);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k, &name, s.name, &s.a.name);
	wipe(&k, sizeof k);
	rc = seal_words(cx, rc);
	if (rc == VH_OK)
		rc = index_phone(cx, 0, s.phone, &s.a.phone_idx);
	if (rc == VH_OK)
		rc = core_write(cx, add_step, &s, &s.a.id);
	if (rc == VH_OK)
		*ret_id = s.a.id;
	return rc;
}

/* One change to one account, by login: the right is checked, `fn` changes it, the row is
 * written. */
struct edit {
	const char *login, *scope;
	enum role role;
	bool flag;
	int64_t hotel, person;
	const char *hash;
	struct blob totp_plain;
	enum vh_rc (*fn)(struct ctx *cx, struct edit *e, struct account *a);
};

static enum vh_rc edit_step(struct ctx *cx, void *arg)
{
	struct edit *e = arg;
	struct account a;
	enum vh_rc rc = account_find(cx, e->login, &a);
	if (rc == VH_OK)
		rc = account_may(cx, &a);
	if (rc == VH_OK)
		rc = e->fn(cx, e, &a);
	return rc == VH_OK ? account_update(cx, &a) : rc;
}

static enum vh_rc do_grant(struct ctx *cx, struct edit *e, struct account *a)
{
	struct grant g = { .id = id_new(), .account = a->id, .role = role_name(e->role),
	                   .created = cx->now };
	if (strcmp(a->role, g.role) != 0)
		return ctx_fail(cx, VH_INVALID, "role", "role",
		                "%s is a %s: make another account for a %s", a->login, a->role,
		                g.role);
	struct grant *had = NULL;
	enum vh_rc rc = scope_take(cx, e->role, e->scope, &g.scope);
	if (rc == VH_OK)
		rc = grant_list(cx, a->id, &had);
	for (; rc == VH_OK && had; had = had->next)
		if (!had->person && !strcmp(had->role, g.role) && !strcmp(had->scope, g.scope))
			return VH_OK; /* he has it */
	return rc == VH_OK ? grant_insert(cx, &g) : rc;
}

enum vh_rc account_grant(struct ctx *cx, const char *login, enum role role, const char *scope)
{
	struct edit e = { .login = login, .role = role, .scope = scope, .fn = do_grant };
	return db_write(cx, edit_step, &e);
}

static enum vh_rc do_revoke(struct ctx *cx, struct edit *e, struct account *a)
{
	int64_t n = 0;
	enum vh_rc rc = grant_delete(cx, a->id, role_name(e->role), e->scope ? e->scope : "", &n);
	if (rc == VH_OK && !n)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "scope", "there is no such grant");
	return rc;
}

enum vh_rc account_revoke(struct ctx *cx, const char *login, enum role role, const char *scope)
{
	struct edit e = { .login = login, .role = role, .scope = scope, .fn = do_revoke };
	return db_write(cx, edit_step, &e);
}

static enum vh_rc do_disable(struct ctx *cx, struct edit *e, struct account *a)
{
	static const char *const kinds[] = { "session", "token", "device", "invite", "code" };
	enum vh_rc rc = VH_OK;
	a->disabled = e->flag;
	for (size_t i = 0; rc == VH_OK && e->flag && i < sizeof kinds / sizeof *kinds; i++)
		rc = secret_revoke_all(cx, a->id, kinds[i]);
	return rc;
}

enum vh_rc account_disable(struct ctx *cx, const char *login, bool disabled)
{
	struct edit e = { .login = login, .flag = disabled, .fn = do_disable };
	return db_write(cx, edit_step, &e);
}

static enum vh_rc do_unlock(struct ctx *cx, struct edit *e, struct account *a)
{
	(void)cx;
	(void)e;
	a->locked = false;
	a->fails = 0;
	return VH_OK;
}

enum vh_rc account_unlock(struct ctx *cx, const char *login)
{
	struct edit e = { .login = login, .fn = do_unlock };
	return db_write(cx, edit_step, &e);
}

/* Whom nobody has bound yet, or he himself: two accounts of one person are one too many, and the
 * second somebody else's. */
static enum vh_rc bound_already(struct ctx *cx, const struct edit *e, const struct account *a,
                                bool *ret)
{
	struct grant *list = NULL;
	struct account had;
	enum vh_rc rc = grant_of_person(cx, e->hotel, e->person, &list);
	*ret = rc == VH_OK && list && list->account == a->id;
	if (rc != VH_OK || !list || *ret)
		return rc;
	rc = account_get(cx, list->account, &had);
	return rc == VH_OK ? ctx_fail(cx, VH_CONFLICT, "person_has_account", "person",
	                              "this person has the account %s already", had.login)
	                   : rc;
}

static enum vh_rc do_bind(struct ctx *cx, struct edit *e, struct account *a)
{
	struct person p;
	struct hotel h;
	bool had = false;
	struct grant g = { .id = id_new(), .account = a->id, .role = a->role, .hotel = e->hotel,
	                   .person = e->person, .created = cx->now };
	if (role_of(a->role) != ROLE_TENANT)
		return ctx_fail(cx, VH_INVALID, "role", "login", "%s is a %s, not a tenant",
		                a->login, a->role);
	enum vh_rc rc = hotel_get(cx, e->hotel, &h);
	if (rc == VH_OK && !actor_covers(cx->who, &h))
		rc = VH_NOTFOUND;
	if (rc == VH_OK)
		rc = person_get(cx, e->hotel, e->person, &p);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "person", "there is no such person");
	g.scope = h.area;
	if (rc == VH_OK)
		rc = bound_already(cx, e, a, &had);
	if (rc == VH_OK && !had)
		rc = grant_insert(cx, &g);
	return rc == VH_OK && !had ? bound_note(cx, &g, a) : rc;
}

enum vh_rc account_bind_person(struct ctx *cx, const char *login, int64_t hotel, int64_t person)
{
	struct edit e = { .login = login, .hotel = hotel, .person = person, .fn = do_bind };
	return db_write(cx, edit_step, &e);
}

static enum vh_rc do_password(struct ctx *cx, struct edit *e, struct account *a)
{
	enum vh_rc rc = a->password ? reset_note(cx, a, "password") : VH_OK;
	a->password = e->hash;
	return rc == VH_OK ? secret_revoke_all(cx, a->id, "session") : rc;
}

static enum vh_rc password_take(struct ctx *cx, const char *field, const char *password)
{
	size_t n = password ? strlen(password) : 0;
	if (n >= PASSWORD_MIN && n <= PASSWORD_MAX)
		return VH_OK;
	return ctx_fail(cx, VH_INVALID, "password", field, "a password has %d to %d characters",
	                PASSWORD_MIN, PASSWORD_MAX);
}

enum vh_rc account_password(struct ctx *cx, const char *login, const char *password)
{
	char hash[PWHASH_TEXT];
	struct edit e = { .login = login, .hash = hash, .fn = do_password };
	enum vh_rc rc = password_take(cx, "password", password);
	if (rc != VH_OK)
		return rc;
	rc = pwhash_make(password, hash);
	if (rc != VH_OK)
		return hash_failed(cx, rc);
	return db_write(cx, edit_step, &e);
}

struct own {
	const char *now, *keep, *hash;
	struct account a;
};

static enum vh_rc own_read(struct ctx *cx, void *arg)
{
	struct own *o = arg;
	if (!cx->who || !cx->who->account)
		return ctx_fail(cx, VH_DENIED, "login", "", "please log in first");
	enum vh_rc rc = account_get(cx, cx->who->account, &o->a);
	if (rc == VH_OK && !o->a.password)
		return ctx_fail(cx, VH_CONFLICT, "by_phone", "", "this account has a PIN");
	return rc;
}

static enum vh_rc own_step(struct ctx *cx, void *arg)
{
	struct own *o = arg;
	unsigned char h[MAC_BYTES];
	enum vh_rc rc = own_read(cx, o);
	if (rc != VH_OK)
		return rc;
	if (!o->hash) { /* it was wrong */
		o->a.fails++;
		o->a.locked = o->a.locked || o->a.fails >= LIM_PIN_TRIES;
		return account_update(cx, &o->a);
	}
	o->a.password = o->hash;
	rc = account_update(cx, &o->a);
	if (rc != VH_OK)
		return rc;
	return o->keep ? secret_revoke_but(cx, o->a.id, "session",
	                                   secret_hash(cx, "session", o->keep, h))
	               : secret_revoke_all(cx, o->a.id, "session");
}

enum vh_rc own_password(struct ctx *cx, const char *now, const char *to, const char *keep)
{
	char hash[PWHASH_TEXT];
	struct own o = { .now = now, .keep = keep };
	enum vh_rc rc = password_take(cx, "new_password", to);
	if (rc == VH_OK)
		rc = db_read(cx, own_read, &o);
	if (rc != VH_OK)
		return rc;
	rc = o.a.locked ? VH_DENIED : pwhash_verify(o.a.password, now ? now : "");
	if (rc == VH_BUSY || rc == VH_NOMEM)
		return hash_failed(cx, rc);
	if (rc == VH_DENIED) {
		rc = db_write(cx, own_step, &o);
		return rc == VH_OK ? ctx_fail(cx, VH_DENIED, "password_wrong", "password",
		                              "this is not your password")
		                   : rc;
	}
	if (rc == VH_OK)
		rc = pwhash_make(to, hash);
	if (rc != VH_OK)
		return hash_failed(cx, rc);
	o.hash = hash;
	return db_write(cx, own_step, &o);
}

static enum vh_rc do_totp(struct ctx *cx, struct edit *e, struct account *a)
{
	struct key k;
	struct place at = { "account", "totp", 0, a->id };
	enum vh_rc rc = a->totp.p ? reset_note(cx, a, "totp") : VH_OK;
	if (rc != VH_OK)
		return rc;
	keys_node(cx->keys, "account", &k);
	rc = seal_bytes(cx->a, &k, &at, e->totp_plain.p, e->totp_plain.n, &a->totp);
	wipe(&k, sizeof k);
	a->totp_step = 0;
	return seal_words(cx, rc);
}

enum vh_rc account_totp(struct ctx *cx, const char *login, const char **ret_base32)
{
	unsigned char secret[TOTP_SECRET];
	struct edit e = { .login = login, .totp_plain = { secret, sizeof secret }, .fn = do_totp };
	random_bytes(secret, sizeof secret);
	const char *text = totp_secret_text(cx->a, secret, sizeof secret);
	enum vh_rc rc = text ? db_write(cx, edit_step, &e) : ctx_nomem(cx);
	wipe(secret, sizeof secret);
	if (rc == VH_OK)
		*ret_base32 = text;
	return rc;
}

enum vh_rc pin_check(struct ctx *cx, const char *pin)
{
	if (pin && strlen(pin) == PIN_DIGITS && strspn(pin, "0123456789") == PIN_DIGITS &&
	    strspn(pin, (char[]){ pin[0], '\0' }) != PIN_DIGITS && strcmp(pin, "123456") != 0)
		return VH_OK;
	return ctx_fail(cx, VH_INVALID, "pin", "pin",
	                "a PIN has %d digits, not all the same and not 123456", PIN_DIGITS);
}

struct pin {
	int64_t account;
	const char *hash, *keep;
};

/* Who knew the old PIN is out, on every phone but the one in hand. */
static enum vh_rc pin_step(struct ctx *cx, void *arg)
{
	const struct pin *p = arg;
	unsigned char h[MAC_BYTES];
	struct account a;
	enum vh_rc rc = account_get(cx, p->account, &a);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "account", "there is no such account");
	if (rc == VH_OK && (!cx->who || cx->who->account != a.id))
		rc = account_may(cx, &a);
	if (rc != VH_OK)
		return rc;
	a.pin = p->hash;
	rc = account_update(cx, &a);
	if (rc != VH_OK)
		return rc;
	return p->keep ? secret_revoke_but(cx, a.id, "session",
	                                   secret_hash(cx, "session", p->keep, h))
	               : secret_revoke_all(cx, a.id, "session");
}

enum vh_rc account_pin(struct ctx *cx, int64_t account, const char *pin, const char *keep)
{
	char hash[PWHASH_TEXT];
	struct pin p = { account, hash, keep };
	enum vh_rc rc = pin_check(cx, pin);
	if (rc != VH_OK)
		return rc;
	rc = pwhash_make(pin, hash);
	return rc == VH_OK ? db_write(cx, pin_step, &p) : hash_failed(cx, rc);
}
