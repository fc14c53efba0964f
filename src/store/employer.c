#include "vh/store_people.h"

#include "rows.h"

#define COLS "hotel, id, name, name_key, uscc, created"
#define SIG "iittTi"

enum { Q_INSERT, Q_GET, Q_BY_KEY, Q_ALIAS, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "employer.insert", SIG, "",
	               "INSERT INTO employer (" COLS ") VALUES ($1, $2, $3, $4, $5, $6)", NULL },
	[Q_GET] = { "employer.get", "ii", SIG,
	            "SELECT " COLS " FROM employer WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_KEY] = { "employer.by_key", "it", SIG,
	               "SELECT " COLS " FROM employer WHERE hotel = $1 AND (name_key = $2 OR id ="
	               " (SELECT employer FROM employer_alias WHERE hotel = $1 AND alias_key = $2))"
	               " ORDER BY id LIMIT 1", NULL },
	[Q_ALIAS] = { "employer_alias.put", "iti", "",
	              "INSERT INTO employer_alias (hotel, alias_key, employer) VALUES ($1, $2, $3)"
	              " ON CONFLICT (hotel, alias_key) DO UPDATE SET employer = excluded.employer",
	              NULL },
};
const struct sql_table employer_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct employer *e = p;
	e->hotel = col_i64(st);
	e->id = col_i64(st);
	e->name = col_text(cx, st);
	e->name_key = col_text(cx, st);
	e->uscc = col_text(cx, st);
	e->created = col_i64(st);
}

enum vh_rc employer_insert(struct ctx *cx, const struct employer *e)
{
	struct stmt *st = db_stmt(cx, &q[Q_INSERT]);
	bind_i64(st, e->hotel);
	bind_i64(st, e->id);
	bind_text(st, e->name);
	bind_text(st, e->name_key);
	bind_text(st, e->uscc);
	bind_i64(st, e->created);
	return db_run(cx, st, NULL);
}

enum vh_rc employer_get(struct ctx *cx, int64_t hotel, int64_t id, struct employer *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_i64(st, hotel);
	bind_i64(st, id);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc employer_by_key(struct ctx *cx, int64_t hotel, const char *key, struct employer *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_KEY]);
	bind_i64(st, hotel);
	bind_text(st, key);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc employer_alias_put(struct ctx *cx, int64_t hotel, const char *key, int64_t employer)
{
	struct stmt *st = db_stmt(cx, &q[Q_ALIAS]);
	bind_i64(st, hotel);
	bind_text(st, key);
	bind_i64(st, employer);
	return db_run(cx, st, NULL);
}
