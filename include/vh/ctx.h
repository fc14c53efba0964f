/*
 * The context of one step (a request, a command, a delivery): first parameter of every store and
 * core function.
 * `now` is read once per step, so that tests fix the clock and SQL never asks for the time.
 * Borrowed pointers all.
 */
#ifndef VH_CTX_H
#define VH_CTX_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/err.h"

struct db;      /* the database of this process, db.h */
struct dbc;     /* the connection of the running transaction, or NULL outside one */
struct keyring; /* keys.h */
struct actor;   /* actor.h: who acts, with which role and scope */
struct idem;    /* core.h: the idempotency key of this request */

struct ctx {
	struct arena *a;
	struct db *db;
	struct dbc *tx;
	struct keyring *keys;
	const struct actor *who;
	int64_t now;         /* unix milliseconds, UTC */
	struct idem *idem;   /* NULL: none */
	bool together;       /* inner writes have no savepoint of their own (db.h) */
	const char *request; /* id of the request for logs and access rows, or NULL */
	struct err err;
};

/* Record why the step fails and return rc: `return ctx_fail(cx, VH_CONFLICT, "room_full", "room",
 * "...")`. */
enum vh_rc ctx_fail(struct ctx *cx, enum vh_rc rc, const char *code, const char *field,
                    const char *fmt, ...) PRINTF(5, 6);
/* VH_NOMEM or VH_LIMIT, with words, after an arena call returned NULL. */
enum vh_rc ctx_nomem(struct ctx *cx);

#endif
