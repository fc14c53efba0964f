#include "vh/store_employer.h"

#include "stay_row.h"

#define COLS "hotel, id, name, name_key, uscc, created"
#define SIG "iittTi"

enum {
	Q_INSERT,
	Q_GET,
	Q_BY_KEY,
	Q_PAGE,
	Q_UPDATE,
	Q_DELETE,
	Q_ALIAS,
	Q_ALIASES,
	Q_ALIAS_MOVE,
	Q_STAYS,
	Q_STAYS_MOVE,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "employer.insert", SIG, "",
	               "INSERT INTO employer (" COLS ") VALUES ($1, $2, $3, $4, $5, $6)", NULL },
	[Q_GET] = { "employer.get", "ii", SIG,
	            "SELECT " COLS " FROM employer WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_KEY] = { "employer.by_key", "it", SIG,
	               "SELECT " COLS " FROM employer WHERE hotel = $1 AND (name_key = $2 OR id ="
	               " (SELECT employer FROM employer_alias WHERE hotel = $1 AND alias_key = $2))"
	               " ORDER BY id LIMIT 1", NULL },
	[Q_PAGE] = { "employer.page", "iii", SIG,
	             "SELECT " COLS " FROM employer WHERE hotel = $1 AND name_key > coalesce("
	             "(SELECT a.name_key FROM employer a WHERE a.hotel = $1 AND a.id = $2), '')"
	             " ORDER BY name_key LIMIT $3", NULL },
	[Q_UPDATE] = { "employer.update", "ttTii", "",
	               "UPDATE employer SET name = $1, name_key = $2, uscc = $3"
	               " WHERE hotel = $4 AND id = $5", NULL },
	[Q_DELETE] = { "employer.delete", "ii", "",
	               "DELETE FROM employer WHERE hotel = $1 AND id = $2", NULL },
	[Q_ALIASES] = { "employer_alias.list", "ii", "t",
	                "SELECT alias_key FROM employer_alias WHERE hotel = $1 AND employer = $2"
	                " ORDER BY alias_key", NULL },
	[Q_ALIAS_MOVE] = { "employer_alias.move", "iii", "",
	                   "UPDATE employer_alias SET employer = $1 WHERE hotel = $2"
	                   " AND employer = $3", NULL },
	[Q_STAYS] = { "employer.stays", "ii", "i",
	              "SELECT count(*) FROM stay WHERE hotel = $1 AND employer = $2 AND "
	              STAY_CURRENT, NULL },
	[Q_STAYS_MOVE] = { "employer.stays_move", "iii", "",
	                   "UPDATE stay SET employer = $1, version = version + 1"
	                   " WHERE hotel = $2 AND employer = $3", NULL },
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
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], e->hotel, e->id);
	bind_text(st, e->name);
	bind_text(st, e->name_key);
	bind_text(st, e->uscc);
	bind_i64(st, e->created);
	return db_run(cx, st, NULL);
}

enum vh_rc employer_get(struct ctx *cx, int64_t hotel, int64_t id, struct employer *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
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

enum vh_rc employer_page(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                         struct employer **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_PAGE], hotel, after);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct employer, next), ret);
}

enum vh_rc employer_update(struct ctx *cx, const struct employer *e)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, e->name);
	bind_text(st, e->name_key);
	bind_text(st, e->uscc);
	bind_i64(st, e->hotel);
	bind_i64(st, e->id);
	return row_change(cx, st);
}

static void alias_fill(struct ctx *cx, struct stmt *st, void *p)
{
	((struct employer_alias *)p)->key = col_text(cx, st);
}

enum vh_rc employer_alias_list(struct ctx *cx, int64_t hotel, int64_t employer,
                               struct employer_alias **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_ALIASES], hotel, employer), alias_fill,
	                sizeof **ret, offsetof(struct employer_alias, next), ret);
}

enum vh_rc employer_count(struct ctx *cx, int64_t hotel, int64_t employer, int64_t *ret_n)
{
	return row_i64(cx, stmt_two(cx, &q[Q_STAYS], hotel, employer), ret_n);
}

static enum vh_rc move(struct ctx *cx, int which, int64_t hotel, int64_t from, int64_t to)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, to);
	bind_i64(st, hotel);
	bind_i64(st, from);
	return db_run(cx, st, NULL);
}

enum vh_rc employer_absorb(struct ctx *cx, int64_t hotel, int64_t from, int64_t to)
{
	enum vh_rc rc = move(cx, Q_STAYS_MOVE, hotel, from, to);
	if (rc == VH_OK)
		rc = move(cx, Q_ALIAS_MOVE, hotel, from, to);
	if (rc != VH_OK)
		return rc;
	return row_change(cx, stmt_two(cx, &q[Q_DELETE], hotel, from));
}
