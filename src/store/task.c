#include "vh/store_stay.h"

#include "rows.h"

#define COLS "hotel, id, kind, state, stay, room, house, note, due, created, changed, by"
#define SIG "iittIIITIiii"
#define DESK_COLS "hotel, id, ledger, line, code, detail, data, at"
#define DESK_SIG "iitittbi"

enum { Q_INSERT, Q_LIST, Q_CLOSE_STAY, Q_OPEN_OF, Q_DESK_PUT, Q_DESK_LIST, Q_DESK_CLEAR, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "task.insert", SIG, "",
	               "INSERT INTO task (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
	               NULL },
	[Q_LIST] = { "task.list", "i", SIG,
	             "SELECT " COLS " FROM task WHERE hotel = $1 AND state <> 'confirmed'"
	             " ORDER BY id",
	             NULL },
	[Q_CLOSE_STAY] = { "task.close_stay", "iii", "",
	                   "UPDATE task SET state = 'confirmed', changed = $1"
	                   " WHERE hotel = $2 AND stay = $3 AND state <> 'confirmed'",
	                   NULL },
	[Q_OPEN_OF] = { "task.open_of", "iti", "i",
	                "SELECT count(*) FROM task WHERE hotel = $1 AND kind = $2 AND stay = $3"
	                " AND state <> 'confirmed'",
	                NULL },
	[Q_DESK_PUT] = { "desk_row.put", DESK_SIG, "",
	                 "INSERT INTO desk_row (" DESK_COLS
	                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	                 " ON CONFLICT (hotel, ledger, line) DO NOTHING",
	                 NULL },
	[Q_DESK_LIST] = { "desk_row.list", "i", DESK_SIG,
	                  "SELECT " DESK_COLS
	                  " FROM desk_row WHERE hotel = $1 ORDER BY ledger, line",
	                  NULL },
	[Q_DESK_CLEAR] = { "desk_row.clear", "i", "", "DELETE FROM desk_row WHERE hotel = $1",
	                   NULL },
};
const struct sql_table task_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct task *t = p;
	t->hotel = col_i64(st);
	t->id = col_i64(st);
	t->kind = col_text(cx, st);
	t->state = col_text(cx, st);
	t->stay = col_i64(st);
	t->room = col_i64(st);
	t->house = col_i64(st);
	t->note = col_text(cx, st);
	t->due = col_i64(st);
	t->created = col_i64(st);
	t->changed = col_i64(st);
	t->by = col_i64(st);
}

enum vh_rc task_insert(struct ctx *cx, const struct task *t)
{
	struct stmt *st = db_stmt(cx, &q[Q_INSERT]);
	bind_i64(st, t->hotel);
	bind_i64(st, t->id);
	bind_text(st, t->kind);
	bind_text(st, t->state);
	bind_ref(st, t->stay);
	bind_ref(st, t->room);
	bind_ref(st, t->house);
	bind_text(st, t->note);
	bind_ref(st, t->due);
	bind_i64(st, t->created);
	bind_i64(st, t->changed);
	bind_i64(st, t->by);
	return db_run(cx, st, NULL);
}

enum vh_rc task_list(struct ctx *cx, int64_t hotel, struct task **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct task, next), ret);
}

enum vh_rc task_close_stay(struct ctx *cx, int64_t hotel, int64_t stay, int64_t at)
{
	struct stmt *st = db_stmt(cx, &q[Q_CLOSE_STAY]);
	bind_i64(st, at);
	bind_i64(st, hotel);
	bind_i64(st, stay);
	return db_run(cx, st, NULL);
}

enum vh_rc task_open_of(struct ctx *cx, int64_t hotel, const char *kind, int64_t stay,
                        bool *ret_open)
{
	int64_t n = 0;
	struct stmt *st = db_stmt(cx, &q[Q_OPEN_OF]);
	bind_i64(st, hotel);
	bind_text(st, kind);
	bind_i64(st, stay);
	enum vh_rc rc = row_i64(cx, st, &n);
	if (rc == VH_OK)
		*ret_open = n > 0;
	return rc;
}

static void desk_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct desk_row *d = p;
	d->hotel = col_i64(st);
	d->id = col_i64(st);
	d->ledger = col_text(cx, st);
	d->line = col_i64(st);
	d->code = col_text(cx, st);
	d->detail = col_text(cx, st);
	d->data = col_blob(cx, st);
	d->at = col_i64(st);
}

enum vh_rc desk_row_put(struct ctx *cx, const struct desk_row *d)
{
	struct stmt *st = db_stmt(cx, &q[Q_DESK_PUT]);
	bind_i64(st, d->hotel);
	bind_i64(st, d->id);
	bind_text(st, d->ledger);
	bind_i64(st, d->line);
	bind_text(st, d->code);
	bind_text(st, d->detail);
	bind_blob(st, d->data);
	bind_i64(st, d->at);
	return db_run(cx, st, NULL);
}

enum vh_rc desk_row_list(struct ctx *cx, int64_t hotel, struct desk_row **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_DESK_LIST]);
	bind_i64(st, hotel);
	return row_list(cx, st, desk_fill, sizeof **ret, offsetof(struct desk_row, next), ret);
}

enum vh_rc desk_row_clear(struct ctx *cx, int64_t hotel)
{
	struct stmt *st = db_stmt(cx, &q[Q_DESK_CLEAR]);
	bind_i64(st, hotel);
	return db_run(cx, st, NULL);
}
