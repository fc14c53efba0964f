/* A session that waits for its PIN: locked by hand, or by having been left alone. */
#include <string.h>

#include "account_data.h"
#include "vh/limits.h"
#include "vh/store_account.h"

bool role_locks(enum role r)
{
	/* Officers and landlords have a phone of their own, which locks itself. */
	return r == ROLE_CLERK || r == ROLE_ADMIN;
}

bool session_locked(const struct session *s, int64_t after_ms)
{
	return role_locks(s->who.role) && (s->locked || s->idle > after_ms);
}

struct locking {
	const char *cookie, *pin;
	struct account a;
	bool good, shut;
};

static enum vh_rc lock_step(struct ctx *cx, void *arg)
{
	const struct locking *l = arg;
	unsigned char h[MAC_BYTES];
	struct secret s;
	struct blob hash = secret_hash(cx, "session", l->cookie, h);
	enum vh_rc rc = secret_get(cx, "session", hash, &s);
	/* Its last use stays what it was: locking is none. */
	if (rc == VH_OK)
		rc = secret_lock(cx, hash, true, s.seen);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc session_lock(struct ctx *cx, const char *cookie)
{
	struct locking l = { .cookie = cookie };
	return db_write(cx, lock_step, &l);
}

static enum vh_rc none(struct ctx *cx)
{
	return ctx_fail(cx, VH_DENIED, "login", "", "please log in");
}

/* Whose session it is; it must still stand, and have a PIN to be opened with. */
static enum vh_rc whose_step(struct ctx *cx, void *arg)
{
	struct locking *l = arg;
	unsigned char h[MAC_BYTES];
	struct secret s;
	enum vh_rc rc = secret_get(cx, "session", secret_hash(cx, "session", l->cookie, h), &s);
	if (rc == VH_NOTFOUND || (rc == VH_OK && (s.revoked || s.until <= cx->now)))
		return none(cx);
	if (rc == VH_OK)
		rc = account_get(cx, s.account, &l->a);
	if (rc == VH_NOTFOUND)
		return none(cx);
	bool desk = rc == VH_OK && role_locks(role_of(l->a.role));
	bool over = cx->now - s.seen > session_life[0].idle;
	return rc == VH_OK && (!desk || over || !l->a.pin || l->a.disabled) ? none(cx) : rc;
}

/* Read again: two tries may be weighed at the same time. */
static enum vh_rc open_step(struct ctx *cx, void *arg)
{
	struct locking *l = arg;
	unsigned char h[MAC_BYTES];
	struct blob hash = secret_hash(cx, "session", l->cookie, h);
	enum vh_rc rc = whose_step(cx, l);
	if (rc != VH_OK)
		return rc;
	l->good = l->good && !l->a.locked;
	if (l->good) {
		l->a.fails = 0;
		rc = account_update(cx, &l->a);
		return rc == VH_OK ? secret_lock(cx, hash, false, cx->now) : rc;
	}
	l->a.fails++;
	l->shut = l->a.locked = l->a.locked || l->a.fails >= LIM_PIN_TRIES;
	rc = account_update(cx, &l->a);
	return rc == VH_OK && l->shut ? secret_revoke(cx, hash, NULL) : rc;
}

enum vh_rc session_unlock(struct ctx *cx, const char *cookie, const char *pin)
{
	struct locking l = { .cookie = cookie, .pin = pin };
	if (!secret_genuine(cx, "session", cookie) || !pin)
		return none(cx);
	enum vh_rc rc = db_read(cx, whose_step, &l);
	if (rc != VH_OK)
		return rc;
	rc = pwhash_verify(l.a.pin, pin);
	if (rc == VH_BUSY || rc == VH_NOMEM)
		return hash_failed(cx, rc);
	l.good = rc == VH_OK;
	rc = db_write(cx, open_step, &l);
	if (rc != VH_OK || l.good)
		return rc;
	return l.shut ? ctx_fail(cx, VH_DENIED, "locked", "",
	                         "this account is locked: the desk unlocks it")
	              : ctx_fail(cx, VH_DENIED, "pin_wrong", "pin", "this is not the PIN");
}
