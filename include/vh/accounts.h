/*
 * Accounts: making them, logging in, tokens and invitations. Secrets are stored as keyed hashes;
 * what is printed or set as a cookie is known to its holder alone.
 */
#ifndef VH_ACCOUNTS_H
#define VH_ACCOUNTS_H

#include "vh/actor.h"

#define DEVICE_DAYS 730 /* how long a phone stays bound */
#define SECRET_TEXT 44 /* base64url characters of a token, and a NUL */

struct account_new {
	const char *login; /* 1..40 of a-z 0-9 . _ - */
	enum role role;
	const char *scope; /* area code; NULL or "": everything (admin, auditor only) */
	const char *phone, *name;
};
/* VH_CONFLICT `login_taken`. It is nobody's yet: a telephone says nothing about who a tenant is,
 * since a landlord may have typed it. tenant_enlist() and account_bind_person() say it. */
MUST enum vh_rc account_add(struct ctx *cx, const struct account_new *n, int64_t *ret_id);
MUST enum vh_rc account_grant(struct ctx *cx, const char *login, enum role role, const char *scope);
MUST enum vh_rc account_revoke(struct ctx *cx, const char *login, enum role role,
                               const char *scope);
/* ends sessions, tokens */
MUST enum vh_rc account_disable(struct ctx *cx, const char *login, bool disabled);
MUST enum vh_rc account_unlock(struct ctx *cx, const char *login);
/* VH_CONFLICT `person_has_account`, by another one; VH_OK when it is his already. */
MUST enum vh_rc account_bind_person(struct ctx *cx, const char *login, int64_t hotel,
                                    int64_t person);
/* At least 8 characters; staff also need TOTP. VH_INVALID `password`. */
MUST enum vh_rc account_password(struct ctx *cx, const char *login, const char *password);
/* One's own, by whoever knows the one there is; ends every session but `keep`. VH_DENIED
 * `password_wrong`, counted as a wrong login. */
MUST enum vh_rc own_password(struct ctx *cx, const char *now, const char *to, const char *keep);
/* A new TOTP secret, base32, shown once. */
MUST enum vh_rc account_totp(struct ctx *cx, const char *login, const char **ret_base32);
/* Six digits; one's own, or by the desk. Ends every session but `keep` (a cookie; NULL: all). */
MUST enum vh_rc account_pin(struct ctx *cx, int64_t account, const char *pin, const char *keep);
MUST enum vh_rc account_token(struct ctx *cx, const char *login, int days, char ret[SECRET_TEXT]);
MUST enum vh_rc account_invite(struct ctx *cx, const char *login, int hours, char ret[SECRET_TEXT]);

/*
 * Was this secret (kind: session, device, token, invite) made by this registry? Decided without the
 * database; it may have ended since.
 */
bool secret_genuine(struct ctx *cx, const char *kind, const char *text);

/* The actor behind a bearer token or a session cookie; VH_DENIED `login` when it is not good. Own
 * short read. */
struct session {
	struct actor who;
	const char *csrf; /* sessions; NULL for tokens */
	int64_t account;
	bool idle_near; /* last use is some time ago: session_touch() it */
	bool pin;       /* the account has one */
	bool locked;    /* by hand */
	int64_t idle;   /* ms since the last use */
};
/*
 * A desk that is left alone locks: a session of these roles, by hand or when it was idle for so
 * long, answers nothing until the PIN is given (or he logs in anew).
 */
#define LOCK_MS (5 * 60 * 1000)
bool role_locks(enum role r);
bool session_locked(const struct session *s, int64_t after_ms);
MUST enum vh_rc session_lock(struct ctx *cx, const char *cookie);
/* Wrong PINs count as wrong logins do. VH_DENIED `pin_wrong`, `locked` (the account: the session
 * ends), `login` (there is no such session, or no PIN); VH_BUSY. */
MUST enum vh_rc session_unlock(struct ctx *cx, const char *cookie, const char *pin);
MUST enum vh_rc actor_of_token(struct ctx *cx, const char *token, struct session *ret);
MUST enum vh_rc actor_of_session(struct ctx *cx, const char *cookie, struct session *ret);
/* Whose secret this is or was; *ret 0: it is forgotten. */
MUST enum vh_rc secret_whose(struct ctx *cx, const char *kind, const char *text, int64_t *ret);
MUST enum vh_rc session_touch(struct ctx *cx, const char *cookie);
MUST enum vh_rc session_end(struct ctx *cx, const char *cookie);

/*
 * Log in. Staff: password and TOTP code. Landlords and tenants: the device that the invitation
 * bound, and the PIN. VH_DENIED `login` for every wrong thing alike; `locked` after LIM_PIN_TRIES
 * in which one of the two was right; VH_BUSY when both hash slots are taken.
 */
struct login_try {
	const char *login, *password, *totp, *pin, *device;
};
struct login_ok {
	char session[SECRET_TEXT], csrf[SECRET_TEXT];
	int64_t account;
};
MUST enum vh_rc account_login(struct ctx *cx, const struct login_try *t, struct login_ok *ret);

/*
 * A code that binds one more browser or phone: 8 characters to be read aloud, good once and for an
 * hour; a new one ends the last. By it one comes with the PIN that one has, else sets one.
 */
#define CODE_CHARS 8
MUST enum vh_rc account_code(struct ctx *cx, const char *login, char ret[CODE_CHARS + 1]);

/*
 * An invitation, or such a code as somebody typed it: whose it is, and using it (binds this device,
 * sets the PIN, logs in). A slip ends what was bound before. VH_NOTFOUND `invite`; VH_DENIED
 * `pin_wrong`, `locked`; VH_LIMIT `phones`. label: what the device is, or NULL.
 */
MUST enum vh_rc invite_find(struct ctx *cx, const char *token, struct account *ret);
MUST enum vh_rc invite_use(struct ctx *cx, const char *token, const char *pin,
                           char ret_device[SECRET_TEXT], struct login_ok *ret);
MUST enum vh_rc invite_use_on(struct ctx *cx, const char *token, const char *pin,
                              const char *label, char ret_device[SECRET_TEXT],
                              struct login_ok *ret);
/* Does it want the PIN that there is, and not a new one? */
bool invite_asks_pin(const char *token, const struct account *a);

#endif
