/*
 * How a phone gets bound: by a slip, which replaces what the account had, or by a short code from
 * the desk, which adds a browser or a phone to it.
 */
#include <string.h>

#include "account_data.h"
#include "vh/limits.h"
#include "vh/resets.h"
#include "vh/utf8.h"

enum { CODE_MS = 3600 * 1000 };

static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* As typed -> as made: I and L are 1, O is 0. NULL: it is no code. */
static const char *code_of(struct ctx *cx, const char *text)
{
	char *s = text ? utf8_compact(cx->a, text) : NULL;
	if (!s || strlen(s) != CODE_CHARS)
		return NULL;
	for (char *p = s; *p; p++) {
		*p = *p == 'O' ? '0' : *p == 'I' || *p == 'L' ? '1' : *p;
		if (!strchr(symbols, *p))
			return NULL;
	}
	return s;
}

struct giving {
	const char *login;
	char *ret;
};

static enum vh_rc code_step(struct ctx *cx, void *arg)
{
	struct giving *g = arg;
	unsigned char h[MAC_BYTES];
	struct account a;
	struct hotel *hotels = NULL;
	enum vh_rc rc = account_find(cx, g->login, &a);
	if (rc == VH_OK)
		rc = account_may(cx, &a);
	if (rc == VH_OK && !by_phone(role_of(a.role)))
		return ctx_fail(cx, VH_CONFLICT, "invite", "",
		                "codes are for landlords and tenants");
	if (rc == VH_OK && a.disabled)
		return ctx_fail(cx, VH_CONFLICT, "disabled", "login", "%s is disabled", a.login);
	if (rc == VH_OK)
		rc = secret_revoke_all(cx, a.id, "code");
	if (rc == VH_OK)
		rc = hotel_list(cx, &hotels);
	if (rc == VH_OK)
		rc = given_note(cx, hotels, &a, "code");
	for (int i = 0; i < CODE_CHARS; i++)
		g->ret[i] = symbols[random_below(32)];
	g->ret[CODE_CHARS] = '\0';
	const struct secret s = { .hash = secret_hash(cx, "code", g->ret, h), .kind = "code",
		                  .account = a.id, .created = cx->now, .seen = cx->now,
		                  .until = cx->now + CODE_MS };
	return rc == VH_OK ? secret_insert(cx, &s) : rc;
}

enum vh_rc account_code(struct ctx *cx, const char *login, char ret[CODE_CHARS + 1])
{
	struct giving g = { login, ret };
	return db_write(cx, code_step, &g);
}

struct invite {
	const char *token, *kind; /* normalised; NULL: it cannot be one */
	const char *hash, *label;
	struct account a;
	char *device;
	struct login_ok *ret;
};

static struct invite read_token(struct ctx *cx, const char *token)
{
	struct invite v = { .kind = "invite" };
	if (token && strlen(token) == SECRET_TEXT - 1) {
		v.token = token;
		return v;
	}
	v.token = code_of(cx, token);
	v.kind = "code";
	return v;
}

static enum vh_rc invite_step(struct ctx *cx, void *arg)
{
	struct invite *v = arg;
	unsigned char h[MAC_BYTES];
	struct secret s;
	enum vh_rc rc = VH_NOTFOUND;
	if (v->token)
		rc = secret_get(cx, v->kind, secret_hash(cx, v->kind, v->token, h), &s);
	if (rc == VH_OK && !s.revoked && s.until > cx->now)
		rc = account_get(cx, s.account, &v->a);
	else if (rc == VH_OK)
		rc = VH_NOTFOUND;
	if (rc == VH_NOTFOUND || (rc == VH_OK && v->a.disabled))
		return ctx_fail(
			cx, VH_NOTFOUND, "invite", "",
			"this invitation was used or is too old: ask the desk for a new one");
	if (rc == VH_OK && v->a.locked)
		return ctx_fail(cx, VH_DENIED, "locked", "",
		                "this account is locked: the desk unlocks it");
	return rc;
}

enum vh_rc invite_find(struct ctx *cx, const char *token, struct account *ret)
{
	struct invite v = read_token(cx, token);
	enum vh_rc rc = db_read(cx, invite_step, &v);
	if (rc == VH_OK)
		*ret = v.a;
	return rc;
}

bool invite_asks_pin(const char *token, const struct account *a)
{
	return token && strlen(token) != SECRET_TEXT - 1 && a->pin;
}

/* The slip replaces what he had: a phone that was lost is out from now on. */
static enum vh_rc forget_old(struct ctx *cx, int64_t account)
{
	enum vh_rc rc = secret_revoke_all(cx, account, "device");
	return rc == VH_OK ? secret_revoke_all(cx, account, "session") : rc;
}

static enum vh_rc room_for_one(struct ctx *cx, int64_t account)
{
	struct secret *list = NULL;
	int n = 0;
	enum vh_rc rc = secret_list(cx, account, "device", cx->now, &list);
	for (; list; list = list->next)
		n++;
	if (rc == VH_OK && n >= LIM_PHONES)
		return ctx_fail(cx, VH_LIMIT, "phones", "",
		                "%d phones are bound already: end one first", n);
	return rc;
}

static enum vh_rc use_step(struct ctx *cx, void *arg)
{
	struct invite *v = arg;
	unsigned char h[MAC_BYTES];
	bool slip = !strcmp(v->kind, "invite");
	enum vh_rc rc = invite_step(cx, v);
	if (rc == VH_OK)
		rc = secret_revoke(cx, secret_hash(cx, v->kind, v->token, h), NULL);
	if (rc != VH_OK)
		return rc;
	if (v->hash)
		v->a.pin = v->hash;
	v->a.fails = 0;
	rc = account_update(cx, &v->a);
	if (rc == VH_OK)
		rc = slip ? forget_old(cx, v->a.id) : room_for_one(cx, v->a.id);
	const struct secret device = { .kind = "device", .account = v->a.id, .label = v->label,
		                       .until = cx->now + DEVICE_DAYS * DAY_MS };
	if (rc == VH_OK)
		rc = secret_make(cx, &device, v->device);
	return rc == VH_OK ? session_make(cx, &v->a, secret_hash(cx, "device", v->device, h),
	                                  v->ret)
	                   : rc;
}

static enum vh_rc wrong_step(struct ctx *cx, void *arg)
{
	const struct invite *v = arg;
	struct account a;
	enum vh_rc rc = account_get(cx, v->a.id, &a);
	if (rc != VH_OK)
		return rc;
	a.fails++;
	a.locked = a.locked || a.fails >= LIM_PIN_TRIES;
	return account_update(cx, &a);
}

/* By a code one comes with the PIN that one has: who overheard the code has not. */
static enum vh_rc old_pin(struct ctx *cx, struct invite *v, const char *pin)
{
	enum vh_rc rc = pwhash_verify(v->a.pin, pin ? pin : "");
	if (rc == VH_BUSY || rc == VH_NOMEM)
		return hash_failed(cx, rc);
	if (rc != VH_DENIED)
		return rc;
	rc = db_write(cx, wrong_step, v);
	return rc == VH_OK ? ctx_fail(cx, VH_DENIED, "pin_wrong", "pin", "this is not your PIN")
	                   : rc;
}

static enum vh_rc new_pin(struct ctx *cx, struct invite *v, const char *pin,
                          char hash[PWHASH_TEXT])
{
	enum vh_rc rc = pin_check(cx, pin);
	if (rc != VH_OK)
		return rc;
	rc = pwhash_make(pin, hash);
	v->hash = hash;
	return rc == VH_OK ? rc : hash_failed(cx, rc);
}

enum vh_rc invite_use_on(struct ctx *cx, const char *token, const char *pin, const char *label,
                         char ret_device[SECRET_TEXT], struct login_ok *ret)
{
	char hash[PWHASH_TEXT], device[SECRET_TEXT];
	struct login_ok ok;
	struct invite v = read_token(cx, token);
	v.label = label;
	v.device = device;
	v.ret = &ok;
	enum vh_rc rc = db_read(cx, invite_step, &v);
	if (rc == VH_OK && !by_phone(role_of(v.a.role)))
		return ctx_fail(cx, VH_CONFLICT, "invite", "",
		                "invitations are for landlords and tenants");
	if (rc == VH_OK)
		rc = invite_asks_pin(v.token, &v.a) ? old_pin(cx, &v, pin)
		                                    : new_pin(cx, &v, pin, hash);
	if (rc == VH_OK)
		rc = db_write(cx, use_step, &v);
	if (rc == VH_OK) {
		memcpy(ret_device, device, sizeof device);
		*ret = ok;
	}
	return rc;
}

enum vh_rc invite_use(struct ctx *cx, const char *token, const char *pin,
                      char ret_device[SECRET_TEXT], struct login_ok *ret)
{
	return invite_use_on(cx, token, pin, NULL, ret_device, ret);
}
