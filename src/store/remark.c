#include "vh/store_remark.h"

#include "rows.h"

#define COLS \
	"hotel, id, origin, stay, field, believed, words, at, by, upstream, task, state, answer," \
	" settled_at, settled_by"
#define SIG "iiiitBBiIIItBII"

enum {
	Q_INSERT, Q_GET, Q_BY_ORIGIN, Q_OF_STAY, Q_COUNT, Q_COUNT_OPEN, Q_WAITING,
	Q_AFTER, Q_CLOSE, Q_BLANK, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "remark.insert", SIG, "",
	               "INSERT INTO remark (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	               " $10, $11, $12, $13, $14, $15)", NULL },
	[Q_GET] = { "remark.get", "ii", SIG,
	            "SELECT " COLS " FROM remark WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_ORIGIN] = { "remark.by_origin", "ii", SIG,
	                  "SELECT " COLS " FROM remark WHERE hotel = $1 AND origin = $2", NULL },
	[Q_OF_STAY] = { "remark.of_stay", "ii", SIG,
	                "SELECT " COLS " FROM remark WHERE hotel = $1 AND stay = $2"
	                " ORDER BY id", NULL },
	[Q_COUNT] = { "remark.count", "iii", "i",
	              "SELECT count(*) FROM remark WHERE hotel = $1 AND stay = $2"
	              " AND upstream = $3", NULL },
	[Q_COUNT_OPEN] = { "remark.count_open", "iiit", "i",
	                   "SELECT count(*) FROM remark WHERE hotel = $1 AND stay = $2"
	                   " AND upstream = $3 AND field = $4 AND state = 'open'", NULL },
	[Q_WAITING] = { "remark.waiting", "iii", SIG,
	                "SELECT " COLS " FROM remark WHERE hotel = $1 AND id > $2"
	                " AND state = 'open' ORDER BY id LIMIT $3", NULL },
	[Q_AFTER] = { "remark.after", "iiii", SIG,
	              "SELECT " COLS " FROM remark WHERE hotel = $1 AND id > $2 AND id < $3"
	              " ORDER BY id LIMIT $4", NULL },
	[Q_CLOSE] = { "remark.close", "tBIIii", "",
	              "UPDATE remark SET state = $1, answer = $2, settled_at = $3, settled_by = $4"
	              " WHERE hotel = $5 AND id = $6 AND state = 'open'", NULL },
	[Q_BLANK] = { "remark.blank", "ii", "",
	              "UPDATE remark SET believed = NULL, words = NULL, answer = NULL, state ="
	              " CASE WHEN state = 'open' THEN 'erased' ELSE state END"
	              " WHERE hotel = $1 AND stay = $2", NULL },
};
const struct sql_table remark_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct remark *r = p;
	r->hotel = col_i64(st);
	r->id = col_i64(st);
	r->origin = col_i64(st);
	r->stay = col_i64(st);
	r->field = col_text(cx, st);
	r->believed = col_blob(cx, st);
	r->words = col_blob(cx, st);
	r->at = col_i64(st);
	r->by = col_i64(st);
	r->upstream = col_i64(st);
	r->task = col_i64(st);
	r->state = col_text(cx, st);
	r->answer = col_blob(cx, st);
	r->settled_at = col_i64(st);
	r->settled_by = col_i64(st);
}

enum vh_rc remark_insert(struct ctx *cx, const struct remark *r)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], r->hotel, r->id);
	bind_i64(st, r->origin);
	bind_i64(st, r->stay);
	bind_text(st, r->field);
	bind_blob(st, r->believed);
	bind_blob(st, r->words);
	bind_i64(st, r->at);
	bind_ref(st, r->by);
	bind_ref(st, r->upstream);
	bind_ref(st, r->task);
	bind_text(st, r->state);
	bind_blob(st, r->answer);
	bind_ref(st, r->settled_at);
	bind_ref(st, r->settled_by);
	return db_run(cx, st, NULL);
}

enum vh_rc remark_get(struct ctx *cx, int64_t hotel, int64_t id, struct remark *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc remark_by_origin(struct ctx *cx, int64_t hotel, int64_t origin, struct remark *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_BY_ORIGIN], hotel, origin), fill, ret, sizeof *ret);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct remark **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct remark, next), ret);
}

enum vh_rc remark_of_stay(struct ctx *cx, int64_t hotel, int64_t stay, struct remark **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OF_STAY], hotel, stay), ret);
}

enum vh_rc remark_count(struct ctx *cx, int64_t hotel, int64_t stay, int64_t upstream,
                        const char *open_field, int64_t *ret)
{
	struct stmt *st = stmt_two(cx, &q[open_field ? Q_COUNT_OPEN : Q_COUNT], hotel, stay);
	bind_i64(st, upstream);
	if (open_field)
		bind_text(st, open_field);
	return row_i64(cx, st, ret);
}

enum vh_rc remark_waiting(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                          struct remark **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_WAITING], hotel, after);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc remark_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before, int64_t n,
                        struct remark **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, before);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc remark_close(struct ctx *cx, const struct remark *r)
{
	struct stmt *st = db_stmt(cx, &q[Q_CLOSE]);
	bind_text(st, r->state);
	bind_blob(st, r->answer);
	bind_ref(st, r->settled_at);
	bind_ref(st, r->settled_by);
	bind_i64(st, r->hotel);
	bind_i64(st, r->id);
	return row_change(cx, st);
}

enum vh_rc remark_blank(struct ctx *cx, int64_t hotel, int64_t stay)
{
	return db_run(cx, stmt_two(cx, &q[Q_BLANK], hotel, stay), NULL);
}
