#include "vh/store_told.h"

#include "rows.h"
#include "vh/store.h"

enum { Q_INSERT, Q_GET, Q_BLANK, Q_BLANK_STAY, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "told.insert", "iitBTi", "",
	               "INSERT INTO told (hotel, task, kind, words, day, about)"
	               " VALUES ($1, $2, $3, $4, $5, $6)", NULL },
	[Q_GET] = { "told.get", "ii", "iitBTi",
	            "SELECT hotel, task, kind, words, day, about FROM told"
	            " WHERE hotel = $1 AND task = $2", NULL },
	[Q_BLANK] = { "told.blank", "ii", "",
	              "UPDATE told SET words = NULL WHERE hotel = $1 AND task = $2", NULL },
	[Q_BLANK_STAY] = { "told.blank_stay", "ii", "",
	                   "UPDATE told SET words = NULL WHERE hotel = $1 AND task IN"
	                   " (SELECT t.id FROM task t WHERE t.hotel = $1 AND t.stay = $2)", NULL },
};
const struct sql_table told_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct told *t = p;
	t->hotel = col_i64(st);
	t->task = col_i64(st);
	t->kind = col_text(cx, st);
	t->words = col_blob(cx, st);
	t->day = col_text(cx, st);
	t->about = col_i64(st) != 0;
}

enum vh_rc told_insert(struct ctx *cx, const struct told *t)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], t->hotel, t->task);
	bind_text(st, t->kind);
	bind_blob(st, t->words);
	bind_text(st, t->day);
	bind_i64(st, t->about);
	return db_run(cx, st, NULL);
}

enum vh_rc told_get(struct ctx *cx, int64_t hotel, int64_t task, struct told *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, task), fill, ret, sizeof *ret);
}

enum vh_rc told_blank(struct ctx *cx, int64_t hotel, int64_t task)
{
	return db_run(cx, stmt_two(cx, &q[Q_BLANK], hotel, task), NULL);
}

enum vh_rc told_blank_stay(struct ctx *cx, int64_t hotel, int64_t stay)
{
	return db_run(cx, stmt_two(cx, &q[Q_BLANK_STAY], hotel, stay), NULL);
}
