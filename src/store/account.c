#include "vh/store_account.h"

#include "rows.h"

#define COLS \
	"id, login, role, name, phone, phone_idx, password, totp, totp_step, pin, fails, locked," \
	" disabled, created"
#define SIG "ittBBBTBiTiiii"
#define GRANT_COLS "id, account, role, scope, hotel, person, created"
#define GRANT_SIG "iittIIi"
#define SECRET_COLS "hash, kind, account, created, seen, until, revoked, csrf, label, via, locked"
#define SECRET_SIG "btiiiiiTTBi"

enum {
	Q_INSERT, Q_GET, Q_BY_LOGIN, Q_UPDATE, Q_LIST, Q_GRANT_INSERT, Q_GRANT_DELETE, Q_GRANT_LIST,
	Q_GRANT_PERSON, Q_GRANT_DROP,
	Q_SECRET_INSERT, Q_SECRET_GET, Q_SECRET_SEEN, Q_SECRET_REVOKE, Q_SECRET_ALL, Q_SECRET_SWEEP,
	Q_SECRET_LOCK, Q_SECRET_LIST, Q_SECRET_BUT, Q_SECRET_VIA, Q_BY_PHONE, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "account.insert", SIG, "",
	               "INSERT INTO account (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	               " $10, $11, $12, $13, $14)",
	               NULL },
	[Q_GET] = { "account.get", "i", SIG, "SELECT " COLS " FROM account WHERE id = $1", NULL },
	[Q_BY_LOGIN] = { "account.by_login", "t", SIG,
	                 "SELECT " COLS " FROM account WHERE login = $1", NULL },
	[Q_UPDATE] = { "account.update", "BBBTBiTiiii", "",
	               "UPDATE account SET name = $1, phone = $2, phone_idx = $3, password = $4,"
	               " totp = $5, totp_step = $6, pin = $7, fails = $8, locked = $9, disabled = "
	               "$10"
	               " WHERE id = $11",
	               NULL },
	[Q_LIST] = { "account.list", "", SIG, "SELECT " COLS " FROM account ORDER BY login", NULL },
	[Q_GRANT_INSERT] = { "grants.insert", GRANT_SIG, "",
	                     "INSERT INTO grants (" GRANT_COLS ")"
	                     " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                     NULL },
	[Q_GRANT_DELETE] = { "grants.delete", "itt", "",
	                     "DELETE FROM grants WHERE account = $1 AND role = $2 AND scope = $3",
	                     NULL },
	[Q_GRANT_LIST] = { "grants.list", "i", GRANT_SIG,
	                   "SELECT " GRANT_COLS " FROM grants WHERE account = $1 ORDER BY id",
	                   NULL },
	[Q_GRANT_PERSON] = { "grants.of_person", "ii", GRANT_SIG,
	                     "SELECT " GRANT_COLS " FROM grants WHERE hotel = $1 AND person = $2"
	                     " ORDER BY id",
	                     NULL },
	[Q_GRANT_DROP] = { "grants.drop", "i", "", "DELETE FROM grants WHERE id = $1", NULL },
	[Q_SECRET_INSERT] = { "secret.insert", SECRET_SIG, "",
	                      "INSERT INTO secret (" SECRET_COLS ")"
	                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
	                      NULL },
	[Q_SECRET_GET] = { "secret.get", "bt", SECRET_SIG,
	                   "SELECT " SECRET_COLS " FROM secret WHERE hash = $1 AND kind = $2",
	                   NULL },
	[Q_SECRET_SEEN] = { "secret.seen", "ib", "", "UPDATE secret SET seen = $1 WHERE hash = $2",
	                    NULL },
	[Q_SECRET_REVOKE] = { "secret.revoke", "b", "",
	                      "UPDATE secret SET revoked = 1 WHERE hash = $1 AND revoked = 0",
	                      NULL },
	[Q_SECRET_ALL] = { "secret.revoke_all", "it", "",
	                   "UPDATE secret SET revoked = 1 WHERE account = $1 AND kind = $2", NULL },
	[Q_SECRET_SWEEP] = { "secret.sweep", "i", "", "DELETE FROM secret WHERE until < $1", NULL },
	[Q_SECRET_LOCK] = { "secret.lock", "iib", "",
	                    "UPDATE secret SET locked = $1, seen = $2 WHERE hash = $3", NULL },
	[Q_SECRET_LIST] = { "secret.list", "iti", SECRET_SIG,
	                    "SELECT " SECRET_COLS " FROM secret WHERE account = $1 AND kind = $2"
	                    " AND until > $3 AND revoked = 0 ORDER BY created, hash",
	                    NULL },
	[Q_SECRET_BUT] = { "secret.revoke_but", "itb", "",
	                   "UPDATE secret SET revoked = 1 WHERE account = $1 AND kind = $2"
	                   " AND hash <> $3",
	                   NULL },
	[Q_SECRET_VIA] = { "secret.revoke_via", "b", "",
	                   "UPDATE secret SET revoked = 1 WHERE via = $1", NULL },
	[Q_BY_PHONE] = { "account.by_phone", "b", SIG,
	                 "SELECT " COLS " FROM account WHERE phone_idx = $1 ORDER BY id", NULL },
};
const struct sql_table account_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct account *a = p;
	a->id = col_i64(st);
	a->login = col_text(cx, st);
	a->role = col_text(cx, st);
	a->name = col_blob(cx, st);
	a->phone = col_blob(cx, st);
	a->phone_idx = col_blob(cx, st);
	a->password = col_text(cx, st);
	a->totp = col_blob(cx, st);
	a->totp_step = col_i64(st);
	a->pin = col_text(cx, st);
	a->fails = col_i64(st);
	a->locked = col_i64(st) != 0;
	a->disabled = col_i64(st) != 0;
	a->created = col_i64(st);
}

/* What insert and update share, in this order. */
static void bind_fields(struct stmt *st, const struct account *a)
{
	bind_blob(st, a->name);
	bind_blob(st, a->phone);
	bind_blob(st, a->phone_idx);
	bind_text(st, a->password);
	bind_blob(st, a->totp);
	bind_i64(st, a->totp_step);
	bind_text(st, a->pin);
	bind_i64(st, a->fails);
	bind_i64(st, a->locked);
	bind_i64(st, a->disabled);
}

enum vh_rc account_insert(struct ctx *cx, const struct account *a)
{
	struct stmt *st = db_stmt(cx, &q[Q_INSERT]);
	bind_i64(st, a->id);
	bind_text(st, a->login);
	bind_text(st, a->role);
	bind_fields(st, a);
	bind_i64(st, a->created);
	return db_run(cx, st, NULL);
}

enum vh_rc account_get(struct ctx *cx, int64_t id, struct account *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_i64(st, id);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc account_by_login(struct ctx *cx, const char *login, struct account *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_LOGIN]);
	bind_text(st, login);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc account_update(struct ctx *cx, const struct account *a)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_fields(st, a);
	bind_i64(st, a->id);
	return row_change(cx, st);
}

enum vh_rc account_by_phone(struct ctx *cx, struct blob phone_idx, struct account **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_PHONE]);
	bind_blob(st, phone_idx);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct account, next), ret);
}

enum vh_rc account_list(struct ctx *cx, struct account **ret)
{
	return row_list(cx, db_stmt(cx, &q[Q_LIST]), fill, sizeof **ret,
	                offsetof(struct account, next), ret);
}

enum vh_rc grant_insert(struct ctx *cx, const struct grant *g)
{
	struct stmt *st = stmt_two(cx, &q[Q_GRANT_INSERT], g->id, g->account);
	bind_text(st, g->role);
	bind_text(st, g->scope);
	bind_ref(st, g->hotel);
	bind_ref(st, g->person);
	bind_i64(st, g->created);
	return db_run(cx, st, NULL);
}

enum vh_rc grant_delete(struct ctx *cx, int64_t account, const char *role, const char *scope,
                        int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_GRANT_DELETE]);
	bind_i64(st, account);
	bind_text(st, role);
	bind_text(st, scope);
	return db_run(cx, st, ret_n);
}

static void grant_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct grant *g = p;
	g->id = col_i64(st);
	g->account = col_i64(st);
	g->role = col_text(cx, st);
	g->scope = col_text(cx, st);
	g->hotel = col_i64(st);
	g->person = col_i64(st);
	g->created = col_i64(st);
}

enum vh_rc grant_list(struct ctx *cx, int64_t account, struct grant **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GRANT_LIST]);
	bind_i64(st, account);
	return row_list(cx, st, grant_fill, sizeof **ret, offsetof(struct grant, next), ret);
}

enum vh_rc grant_of_person(struct ctx *cx, int64_t hotel, int64_t person, struct grant **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_GRANT_PERSON], hotel, person), grant_fill,
	                sizeof **ret, offsetof(struct grant, next), ret);
}

enum vh_rc grant_drop(struct ctx *cx, int64_t id)
{
	struct stmt *st = db_stmt(cx, &q[Q_GRANT_DROP]);
	bind_i64(st, id);
	return row_change(cx, st);
}

enum vh_rc secret_insert(struct ctx *cx, const struct secret *s)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_INSERT]);
	bind_blob(st, s->hash);
	bind_text(st, s->kind);
	bind_i64(st, s->account);
	bind_i64(st, s->created);
	bind_i64(st, s->seen);
	bind_i64(st, s->until);
	bind_i64(st, s->revoked);
	bind_text(st, s->csrf);
	bind_text(st, s->label);
	bind_blob(st, s->via);
	bind_i64(st, s->locked);
	return db_run(cx, st, NULL);
}

static void secret_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct secret *s = p;
	s->hash = col_blob(cx, st);
	s->kind = col_text(cx, st);
	s->account = col_i64(st);
	s->created = col_i64(st);
	s->seen = col_i64(st);
	s->until = col_i64(st);
	s->revoked = col_i64(st) != 0;
	s->csrf = col_text(cx, st);
	s->label = col_text(cx, st);
	s->via = col_blob(cx, st);
	s->locked = col_i64(st) != 0;
}

enum vh_rc secret_get(struct ctx *cx, const char *kind, struct blob hash, struct secret *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_GET]);
	bind_blob(st, hash);
	bind_text(st, kind);
	return row_one(cx, st, secret_fill, ret, sizeof *ret);
}

enum vh_rc secret_seen(struct ctx *cx, struct blob hash, int64_t seen)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_SEEN]);
	bind_i64(st, seen);
	bind_blob(st, hash);
	return row_change(cx, st);
}

enum vh_rc secret_lock(struct ctx *cx, struct blob hash, bool locked, int64_t now)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_LOCK]);
	bind_i64(st, locked);
	bind_i64(st, now);
	bind_blob(st, hash);
	return row_change(cx, st);
}

enum vh_rc secret_revoke(struct ctx *cx, struct blob hash, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_REVOKE]);
	bind_blob(st, hash);
	return db_run(cx, st, ret_n);
}

enum vh_rc secret_revoke_all(struct ctx *cx, int64_t account, const char *kind)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_ALL]);
	bind_i64(st, account);
	bind_text(st, kind);
	return db_run(cx, st, NULL);
}

enum vh_rc secret_sweep(struct ctx *cx, int64_t before, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_SWEEP]);
	bind_i64(st, before);
	return db_run(cx, st, ret_n);
}

enum vh_rc secret_list(struct ctx *cx, int64_t account, const char *kind, int64_t now,
                       struct secret **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_LIST]);
	bind_i64(st, account);
	bind_text(st, kind);
	bind_i64(st, now);
	return row_list(cx, st, secret_fill, sizeof **ret, offsetof(struct secret, next), ret);
}

enum vh_rc secret_revoke_but(struct ctx *cx, int64_t account, const char *kind, struct blob hash)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_BUT]);
	bind_i64(st, account);
	bind_text(st, kind);
	bind_blob(st, hash);
	return db_run(cx, st, NULL);
}

enum vh_rc secret_revoke_via(struct ctx *cx, struct blob via)
{
	struct stmt *st = db_stmt(cx, &q[Q_SECRET_VIA]);
	bind_blob(st, via);
	return db_run(cx, st, NULL);
}
