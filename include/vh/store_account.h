/*
 * Rows of accounts, grants, secrets (sessions, devices, tokens, invitations, codes), idempotency
 * keys and settings.
 */
#ifndef VH_STORE_ACCOUNT_H
#define VH_STORE_ACCOUNT_H

#include "vh/ctx.h"
#include "vh/db.h"

struct account {
	int64_t id;
	const char *login, *role;
	struct blob name, phone, phone_idx; /* sealed by the node's account key */
	const char *password, *pin;         /* pwhash_make() texts, NULL: none */
	struct blob totp;                   /* sealed secret */
	int64_t totp_step;                  /* last step used: a code works once */
	int64_t fails;
	bool locked, disabled;
	int64_t created;
	struct account *next;
};
MUST enum vh_rc account_insert(struct ctx *cx, const struct account *a);
MUST enum vh_rc account_get(struct ctx *cx, int64_t id, struct account *ret);
MUST enum vh_rc account_by_login(struct ctx *cx, const char *login, struct account *ret);
MUST enum vh_rc account_update(struct ctx *cx, const struct account *a);
MUST enum vh_rc account_by_phone(struct ctx *cx, struct blob phone_idx, struct account **ret);
MUST enum vh_rc account_list(struct ctx *cx, struct account **ret);

struct grant {
	int64_t id, account;
	const char *role, *scope; /* area code; "" covers everything */
	int64_t hotel, person;    /* tenant: who he is; else 0 */
	int64_t created;
	struct grant *next;
};
MUST enum vh_rc grant_insert(struct ctx *cx, const struct grant *g);
MUST enum vh_rc grant_delete(struct ctx *cx, int64_t account, const char *role, const char *scope,
                             int64_t *ret_n);
MUST enum vh_rc grant_list(struct ctx *cx, int64_t account, struct grant **ret);
/* The bindings of a person of a hotel, and taking one away. */
MUST enum vh_rc grant_of_person(struct ctx *cx, int64_t hotel, int64_t person, struct grant **ret);
MUST enum vh_rc grant_drop(struct ctx *cx, int64_t id);

struct secret {
	struct blob hash;
	const char *kind; /* session, device, token, invite, code */
	int64_t account, created, seen, until;
	bool revoked, locked; /* locked: a session that waits for its PIN */
	const char *csrf;  /* sessions only */
	const char *label; /* devices: browser.system; NULL: not known */
	struct blob via;   /* sessions: the device by which it came; .p NULL: none */
	struct secret *next;
};
MUST enum vh_rc secret_insert(struct ctx *cx, const struct secret *s);
MUST enum vh_rc secret_get(struct ctx *cx, const char *kind, struct blob hash, struct secret *ret);
MUST enum vh_rc secret_seen(struct ctx *cx, struct blob hash, int64_t seen);
/* Locks a session, or opens it (which is a use of it). */
MUST enum vh_rc secret_lock(struct ctx *cx, struct blob hash, bool locked, int64_t now);
MUST enum vh_rc secret_revoke(struct ctx *cx, struct blob hash, int64_t *ret_n);
MUST enum vh_rc secret_revoke_all(struct ctx *cx, int64_t account, const char *kind);
/* All of an account and kind but one; those that came by a device. */
MUST enum vh_rc secret_revoke_but(struct ctx *cx, int64_t account, const char *kind,
                                  struct blob hash);
MUST enum vh_rc secret_revoke_via(struct ctx *cx, struct blob via);
/* Those that are good at `now`, oldest first. */
MUST enum vh_rc secret_list(struct ctx *cx, int64_t account, const char *kind, int64_t now,
                            struct secret **ret);
MUST enum vh_rc secret_sweep(struct ctx *cx, int64_t before, int64_t *ret_n); /* ended long ago */

struct idem_row {
	int64_t account;
	const char *key;
	struct blob print;
	int64_t made, at;
};
MUST enum vh_rc idem_insert(struct ctx *cx, const struct idem_row *r);
MUST enum vh_rc idem_get(struct ctx *cx, int64_t account, const char *key, struct idem_row *ret);
MUST enum vh_rc idem_sweep(struct ctx *cx, int64_t before, int64_t *ret_n);

MUST enum vh_rc setting_get(struct ctx *cx, const char *key, const char **ret); /* VH_NOTFOUND */
MUST enum vh_rc setting_put(struct ctx *cx, const char *key, const char *value);

#endif
