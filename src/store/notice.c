#include "vh/store_claim.h"

#include "rows.h"

#define COLS "hotel, id, house, text, from_day, until_day, by, at, ended_at, ended_by"
#define SIG "iiItttiiII"

enum { Q_INSERT, Q_GET, Q_LIST, Q_END, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "notice.insert", SIG, "",
	               "INSERT INTO notice (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", NULL },
	[Q_GET] = { "notice.get", "ii", SIG,
	            "SELECT " COLS " FROM notice WHERE hotel = $1 AND id = $2", NULL },
	[Q_LIST] = { "notice.list", "it", SIG,
	             "SELECT " COLS " FROM notice WHERE hotel = $1 AND until_day >= $2"
	             " AND ended_at IS NULL ORDER BY id DESC", NULL },
	[Q_END] = { "notice.end", "iiii", "",
	            "UPDATE notice SET ended_at = $1, ended_by = $2"
	            " WHERE hotel = $3 AND id = $4 AND ended_at IS NULL", NULL },
};
const struct sql_table notice_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct notice *n = p;
	n->hotel = col_i64(st);
	n->id = col_i64(st);
	n->house = col_i64(st);
	n->text = col_text(cx, st);
	n->from_day = col_text(cx, st);
	n->until_day = col_text(cx, st);
	n->by = col_i64(st);
	n->at = col_i64(st);
	n->ended_at = col_i64(st);
	n->ended_by = col_i64(st);
}

enum vh_rc notice_insert(struct ctx *cx, const struct notice *n)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], n->hotel, n->id);
	bind_ref(st, n->house);
	bind_text(st, n->text);
	bind_text(st, n->from_day);
	bind_text(st, n->until_day);
	bind_i64(st, n->by);
	bind_i64(st, n->at);
	bind_ref(st, n->ended_at);
	bind_ref(st, n->ended_by);
	return db_run(cx, st, NULL);
}

enum vh_rc notice_get(struct ctx *cx, int64_t hotel, int64_t id, struct notice *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc notice_list(struct ctx *cx, int64_t hotel, const char *day, struct notice **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	bind_text(st, day);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct notice, next), ret);
}

enum vh_rc notice_end(struct ctx *cx, int64_t hotel, int64_t id, int64_t by, int64_t at)
{
	struct stmt *st = db_stmt(cx, &q[Q_END]);
	bind_i64(st, at);
	bind_i64(st, by);
	bind_i64(st, hotel);
	bind_i64(st, id);
	return row_change(cx, st);
}
