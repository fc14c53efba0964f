/*
 * Who is asking. Secrets (sessions, devices, tokens, invitations) are random texts known to their
 * holder; the database has their keyed hash. Every wrong login is answered alike and costs the same
 * time.
 */
#include "vh/accounts.h"

#include <string.h>

#include "account_data.h"
#include "vh/limits.h"
#include "vh/resets.h"
#include "vh/store_account.h"
#include "vh/totp.h"

enum { TOUCH_DESK_MS = 20 * 1000 }; /* finer than the minutes after which a desk locks */
enum { TOKEN_CHARS = SECRET_TEXT - 1, RANDOM_CHARS = 22 }; /* 128 bits; the rest is a MAC of them */

/* Staff work at shared desks, landlords and tenants on phones of their own. */
const struct session_life session_life[2] = { { 12 * HOUR_MS, HOUR_MS },
	                                      { 180 * DAY_MS, 60 * DAY_MS } };

bool by_phone(enum role r)
{
	return r == ROLE_LANDLORD || r == ROLE_TENANT;
}

struct blob secret_hash(struct ctx *cx, const char *kind, const char *text,
                        unsigned char out[MAC_BYTES])
{
	struct key k;
	struct blob part[] = { { (const unsigned char *)kind, strlen(kind) },
		               { (const unsigned char *)text, strlen(text) } };
	keys_node(cx->keys, "token", &k);
	mac_parts(&k, part, 2, out);
	wipe(&k, sizeof k);
	return (struct blob){ out, MAC_BYTES };
}

/* The MAC after the random characters of a secret, six bits a character. */
static void sign(struct ctx *cx, const char *kind, const char *text, char *out)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	struct key k;
	unsigned char m[MAC_BYTES];
	struct blob part[] = { { (const unsigned char *)kind, strlen(kind) },
		               { (const unsigned char *)text, RANDOM_CHARS } };
	keys_node(cx->keys, "secret", &k);
	mac_parts(&k, part, 2, m);
	wipe(&k, sizeof k);
	for (int i = 0; i < TOKEN_CHARS - RANDOM_CHARS; i++)
		out[i] = letters[m[i] & 63];
	out[TOKEN_CHARS - RANDOM_CHARS] = '\0';
}

bool secret_genuine(struct ctx *cx, const char *kind, const char *text)
{
	char end[SECRET_TEXT];
	if (!text || strlen(text) != TOKEN_CHARS)
		return false;
	sign(cx, kind, text, end);
	return same_bytes(end, text + RANDOM_CHARS, TOKEN_CHARS - RANDOM_CHARS);
}

enum vh_rc secret_make(struct ctx *cx, const struct secret *of, char ret[SECRET_TEXT])
{
	unsigned char h[MAC_BYTES];
	struct secret s = *of;
	random_token(ret, RANDOM_CHARS);
	sign(cx, s.kind, ret, ret + RANDOM_CHARS);
	s.hash = secret_hash(cx, s.kind, ret, h);
	s.created = s.seen = cx->now;
	return secret_insert(cx, &s);
}

enum vh_rc session_make(struct ctx *cx, const struct account *a, struct blob via,
                        struct login_ok *ret)
{
	const struct secret s = { .kind = "session",
		                  .account = a->id,
		                  .until = cx->now + session_life[by_phone(role_of(a->role))].whole,
		                  .csrf = ret->csrf,
		                  .via = via };
	random_token(ret->csrf, TOKEN_CHARS);
	ret->account = a->id;
	return secret_make(cx, &s, ret->session);
}

static enum vh_rc denied(struct ctx *cx)
{
	return ctx_fail(cx, VH_DENIED, "login", "", "please log in");
}

struct knock {
	const char *kind, *text;
	struct session *ret;
	struct secret s;
};

static enum vh_rc knock_step(struct ctx *cx, void *arg)
{
	struct knock *n = arg;
	unsigned char h[MAC_BYTES];
	struct account a;
	enum vh_rc rc = secret_get(cx, n->kind, secret_hash(cx, n->kind, n->text, h), &n->s);
	if (rc == VH_NOTFOUND || (rc == VH_OK && (n->s.revoked || n->s.until <= cx->now)))
		return denied(cx);
	if (rc == VH_OK)
		rc = account_get(cx, n->s.account, &a);
	if (rc == VH_NOTFOUND || (rc == VH_OK && a.disabled))
		return denied(cx);
	if (rc == VH_OK)
		rc = actor_load(cx, &a, &n->ret->who);
	if (rc != VH_OK)
		return rc;
	n->ret->account = a.id;
	n->ret->csrf = n->s.csrf;
	n->ret->pin = a.pin != NULL;
	return VH_OK;
}

static enum vh_rc knock(struct ctx *cx, const char *kind, const char *text, struct session *ret,
                        struct secret *ret_secret)
{
	struct knock n = { .kind = kind, .text = text, .ret = ret };
	memset(ret, 0, sizeof *ret);
	if (!secret_genuine(cx, kind, text))
		return denied(cx);
	enum vh_rc rc = db_read(cx, knock_step, &n);
	*ret_secret = n.s;
	return rc;
}

enum vh_rc actor_of_token(struct ctx *cx, const char *token, struct session *ret)
{
	struct secret s;
	return knock(cx, "token", token, ret, &s);
}

enum vh_rc actor_of_session(struct ctx *cx, const char *cookie, struct session *ret)
{
	struct secret s;
	enum vh_rc rc = knock(cx, "session", cookie, ret, &s);
	if (rc != VH_OK)
		return rc;
	if (cx->now - s.seen > session_life[by_phone(ret->who.role)].idle)
		return denied(cx);
	ret->idle = cx->now - s.seen;
	ret->locked = s.locked;
	ret->idle_near = ret->idle > (role_locks(ret->who.role) ? TOUCH_DESK_MS : MINUTE_MS);
	return VH_OK;
}

struct whose {
	const char *kind, *text;
	int64_t account;
};

static enum vh_rc whose_step(struct ctx *cx, void *arg)
{
	struct whose *w = arg;
	unsigned char h[MAC_BYTES];
	struct secret s;
	enum vh_rc rc = secret_get(cx, w->kind, secret_hash(cx, w->kind, w->text, h), &s);
	w->account = rc == VH_OK ? s.account : 0;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc secret_whose(struct ctx *cx, const char *kind, const char *text, int64_t *ret)
{
	struct whose w = { kind, text, 0 };
	enum vh_rc rc = VH_OK;
	if (secret_genuine(cx, kind, text))
		rc = db_read(cx, whose_step, &w);
	if (rc == VH_OK)
		*ret = w.account;
	return rc;
}

struct touch {
	const char *cookie;
	bool end;
};

static enum vh_rc touch_step(struct ctx *cx, void *arg)
{
	const struct touch *t = arg;
	unsigned char h[MAC_BYTES];
	struct blob hash = secret_hash(cx, "session", t->cookie, h);
	if (t->end)
		return secret_revoke(cx, hash, NULL);
	enum vh_rc rc = secret_seen(cx, hash, cx->now);
	return rc == VH_CONFLICT ? VH_OK : rc;
}

enum vh_rc session_touch(struct ctx *cx, const char *cookie)
{
	struct touch t = { cookie, false };
	return db_write(cx, touch_step, &t);
}

enum vh_rc session_end(struct ctx *cx, const char *cookie)
{
	struct touch t = { cookie, true };
	return db_write(cx, touch_step, &t);
}

struct give {
	const char *login, *kind;
	int64_t life;
	const struct hotel *hotels;
	char *ret;
};

/* The newest slip alone is good; whoever gives it may read it as well. */
static enum vh_rc slip_given(struct ctx *cx, const struct give *g, const struct account *a)
{
	struct hotel *hotels = NULL;
	enum vh_rc rc = secret_revoke_all(cx, a->id, "invite");
	if (rc == VH_OK && !g->hotels)
		rc = hotel_list(cx, &hotels);
	return rc == VH_OK ? given_note(cx, g->hotels ? g->hotels : hotels, a, "slip") : rc;
}

static enum vh_rc give_step(struct ctx *cx, void *arg)
{
	struct give *g = arg;
	struct account a;
	enum vh_rc rc = account_find(cx, g->login, &a);
	if (rc == VH_OK)
		rc = account_may(cx, &a);
	if (rc == VH_OK && a.disabled)
		return ctx_fail(cx, VH_CONFLICT, "disabled", "login", "%s is disabled", a.login);
	const struct secret s = { .kind = g->kind, .account = a.id, .until = cx->now + g->life };
	if (rc == VH_OK && !strcmp(g->kind, "invite"))
		rc = slip_given(cx, g, &a);
	return rc == VH_OK ? secret_make(cx, &s, g->ret) : rc;
}

enum vh_rc account_token(struct ctx *cx, const char *login, int days, char ret[SECRET_TEXT])
{
	struct give g = { login, "token", days * DAY_MS, NULL, ret };
	if (!cx->who || (cx->who->role != ROLE_OPERATOR && cx->who->role != ROLE_ADMIN))
		return ctx_fail(cx, VH_DENIED, "role", "", "only an administrator makes tokens");
	if (days < 1 || days > 3660)
		return ctx_fail(cx, VH_INVALID, "days", "days", "from 1 to 3660 days");
	return db_write(cx, give_step, &g);
}

enum vh_rc invite_give(struct ctx *cx, const struct hotel *hotels, const char *login, int hours,
                       char ret[SECRET_TEXT])
{
	struct give g = { login, "invite", hours * HOUR_MS, hotels, ret };
	if (hours < 1 || hours > 24 * 60)
		return ctx_fail(cx, VH_INVALID, "hours", "hours", "from 1 hour to 60 days");
	return db_write(cx, give_step, &g);
}

enum vh_rc account_invite(struct ctx *cx, const char *login, int hours, char ret[SECRET_TEXT])
{
	return invite_give(cx, NULL, login, hours, ret);
}

struct trying {
	const struct login_try *in;
	struct account a;
	bool found, device_ok;
	int64_t totp_step;
	bool good; /* what the hash and the code said, outside any transaction */
	bool half; /* one of the two was right */
	struct login_ok *ret;
};

static enum vh_rc try_step(struct ctx *cx, void *arg)
{
	struct trying *t = arg;
	unsigned char h[MAC_BYTES];
	struct secret s;
	enum vh_rc rc = account_by_login(cx, t->in->login ? t->in->login : "", &t->a);
	t->found = rc == VH_OK;
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	if (!t->in->device || strlen(t->in->device) != TOKEN_CHARS)
		return VH_OK;
	rc = secret_get(cx, "device", secret_hash(cx, "device", t->in->device, h), &s);
	t->device_ok = rc == VH_OK && !s.revoked && s.account == t->a.id && s.until > cx->now;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc totp_good(struct ctx *cx, struct trying *t, bool *ret)
{
	struct key k;
	struct blob secret;
	struct place at = { "account", "totp", 0, t->a.id };
	*ret = false;
	if (!t->a.totp.p || !t->in->totp)
		return VH_OK;
	keys_node(cx->keys, "account", &k);
	enum vh_rc rc = open_bytes(cx->a, &k, &at, t->a.totp, &secret);
	wipe(&k, sizeof k);
	if (rc == VH_OK && !secret.n)
		rc = VH_IO; /* an emptied secret is one that anybody can count along with */
	if (rc != VH_OK)
		return seal_words(cx, rc);
	rc = totp_verify(secret.p, secret.n, t->in->totp, cx->now, 1, &t->totp_step);
	*ret = rc == VH_OK && t->totp_step > t->a.totp_step;
	return VH_OK;
}

/* The second thing he needs: his own device, or the code of his app. */
static enum vh_rc second_good(struct ctx *cx, struct trying *t, bool phone, bool *ret)
{
	if (!phone)
		return totp_good(cx, t, ret);
	*ret = t->device_ok;
	return VH_OK;
}

/* The first thing. Hashed always, so that an unknown login takes as long as a wrong password. */
static enum vh_rc first_good(struct ctx *cx, const struct trying *t, bool phone, bool *ret)
{
	const char *hash = !t->found ? NULL : phone ? t->a.pin : t->a.password;
	const char *typed = phone ? t->in->pin : t->in->password;
	enum vh_rc rc = pwhash_verify(hash, typed ? typed : "");
	*ret = rc == VH_OK && hash && typed;
	if (rc == VH_BUSY)
		return ctx_fail(cx, rc, "busy", "", "too many logins at this moment: try again");
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	return rc == VH_DENIED ? VH_OK : rc;
}

static enum vh_rc weigh(struct ctx *cx, struct trying *t)
{
	bool phone = t->found && by_phone(role_of(t->a.role)), first = false, second = false;
	enum vh_rc rc = first_good(cx, t, phone, &first);
	if (rc == VH_OK && t->found)
		rc = second_good(cx, t, phone, &second);
	t->good = first && second && !t->a.disabled;
	t->half = first || second;
	return rc;
}

/* Count, lock or let in: read again here, since two tries may be weighed at the same time. */
static enum vh_rc settle_step(struct ctx *cx, void *arg)
{
	struct trying *t = arg;
	struct account a;
	enum vh_rc rc = account_get(cx, t->a.id, &a);
	if (rc != VH_OK)
		return rc;
	if (a.locked || !t->good || (t->totp_step && t->totp_step <= a.totp_step)) {
		a.fails++;
		a.locked = a.locked || a.fails >= LIM_PIN_TRIES;
		return account_update(cx, &a);
	}
	unsigned char h[MAC_BYTES];
	struct blob via = { NULL, 0 };
	a.fails = 0;
	a.totp_step = t->totp_step ? t->totp_step : a.totp_step;
	rc = account_update(cx, &a);
	if (rc == VH_OK && t->device_ok && by_phone(role_of(a.role))) {
		via = secret_hash(cx, "device", t->in->device, h);
		rc = secret_seen(cx, via, cx->now);
	}
	return rc == VH_OK ? session_make(cx, &a, via, t->ret) : rc;
}

/* A try that concerns no account waits for the disk like any other, lest the time tell. */
static enum vh_rc nobody_step(struct ctx *cx, void *arg)
{
	(void)arg;
	return setting_put(cx, "login_nobody", cx->request ? cx->request : "");
}

/*
 * Whoever has neither the telephone nor, of an officer, the password or the code, cannot get in by
 * what he guesses, since both must be right at once and he is never told which was: his tries are
 * not the account's. Else a stranger who knows a login could lock out the desk.
 */
static enum vh_rc settle(struct ctx *cx, struct trying *t)
{
	bool phone = by_phone(role_of(t->a.role));
	bool his = t->found && (t->device_ok || (!phone && t->half));
	return db_write(cx, his ? settle_step : nobody_step, t);
}

enum vh_rc account_login(struct ctx *cx, const struct login_try *in, struct login_ok *ret)
{
	struct login_ok ok = { .account = 0 };
	struct trying t = { .in = in, .ret = &ok };
	enum vh_rc rc = db_read(cx, try_step, &t);
	if (rc == VH_OK)
		rc = weigh(cx, &t);
	if (rc == VH_OK)
		rc = settle(cx, &t);
	if (rc != VH_OK)
		return rc;
	/* Only he hears it: to others an account that is locked is one that is not there. */
	if (t.found && t.a.locked && (t.good || t.device_ok))
		return ctx_fail(cx, VH_DENIED, "locked", "",
		                "this account is locked: the desk unlocks it");
	if (!ok.account)
		return ctx_fail(cx, VH_DENIED, "login", "", "login or code is wrong");
	*ret = ok;
	return VH_OK;
}
