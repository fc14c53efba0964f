#include "vh/store_account.h"

#include "rows.h"

enum { Q_GET, Q_PUT, Q_IDEM_INSERT, Q_IDEM_GET, Q_IDEM_SWEEP, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_GET] = { "setting.get", "t", "t", "SELECT value FROM setting WHERE key = $1", NULL },
	[Q_PUT] = { "setting.put", "tt", "",
	            "INSERT INTO setting (key, value) VALUES ($1, $2)"
	            " ON CONFLICT (key) DO UPDATE SET value = excluded.value", NULL },
	[Q_IDEM_INSERT] = { "idem.insert", "itbii", "",
	                    "INSERT INTO idem (account, key, print, made, at)"
	                    " VALUES ($1, $2, $3, $4, $5)", NULL },
	[Q_IDEM_GET] = { "idem.get", "it", "itbii",
	                 "SELECT account, key, print, made, at FROM idem"
	                 " WHERE account = $1 AND key = $2", NULL },
	[Q_IDEM_SWEEP] = { "idem.sweep", "i", "", "DELETE FROM idem WHERE at < $1", NULL },
};
const struct sql_table setting_sql = { q, Q__MAX };

static void text_fill(struct ctx *cx, struct stmt *st, void *p)
{
	*(const char **)p = col_text(cx, st);
}

enum vh_rc setting_get(struct ctx *cx, const char *key, const char **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_text(st, key);
	return row_one(cx, st, text_fill, ret, sizeof *ret);
}

enum vh_rc setting_put(struct ctx *cx, const char *key, const char *value)
{
	struct stmt *st = db_stmt(cx, &q[Q_PUT]);
	bind_text(st, key);
	bind_text(st, value);
	return db_run(cx, st, NULL);
}

enum vh_rc idem_insert(struct ctx *cx, const struct idem_row *r)
{
	struct stmt *st = db_stmt(cx, &q[Q_IDEM_INSERT]);
	bind_i64(st, r->account);
	bind_text(st, r->key);
	bind_blob(st, r->print);
	bind_i64(st, r->made);
	bind_i64(st, r->at);
	return db_run(cx, st, NULL);
}

static void idem_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct idem_row *r = p;
	r->account = col_i64(st);
	r->key = col_text(cx, st);
	r->print = col_blob(cx, st);
	r->made = col_i64(st);
	r->at = col_i64(st);
}

enum vh_rc idem_get(struct ctx *cx, int64_t account, const char *key, struct idem_row *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_IDEM_GET]);
	bind_i64(st, account);
	bind_text(st, key);
	return row_one(cx, st, idem_fill, ret, sizeof *ret);
}

enum vh_rc idem_sweep(struct ctx *cx, int64_t before, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_IDEM_SWEEP]);
	bind_i64(st, before);
	return db_run(cx, st, ret_n);
}
