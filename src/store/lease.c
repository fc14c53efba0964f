#include "vh/store_stay.h"

#include "rows.h"

#define COLS "hotel, id, room, lessee, since, until, state"
#define SIG "iiiitTt"

enum { Q_INSERT, Q_GET, Q_OF_ROOM, Q_UPDATE, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "lease.insert", SIG, "",
	               "INSERT INTO lease (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7)", NULL },
	[Q_GET] = { "lease.get", "ii", SIG,
	            "SELECT " COLS " FROM lease WHERE hotel = $1 AND id = $2", NULL },
	[Q_OF_ROOM] = { "lease.of_room", "ii", SIG,
	                "SELECT " COLS " FROM lease WHERE hotel = $1 AND room = $2"
	                " AND state = 'open' ORDER BY id DESC LIMIT 1", NULL },
	[Q_UPDATE] = { "lease.update", "iTtii", "",
	               "UPDATE lease SET lessee = $1, until = $2, state = $3"
	               " WHERE hotel = $4 AND id = $5", NULL },
};
const struct sql_table lease_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct lease *l = p;
	l->hotel = col_i64(st);
	l->id = col_i64(st);
	l->room = col_i64(st);
	l->lessee = col_i64(st);
	l->since = col_text(cx, st);
	l->until = col_text(cx, st);
	l->state = col_text(cx, st);
}

enum vh_rc lease_insert(struct ctx *cx, const struct lease *l)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], l->hotel, l->id);
	bind_i64(st, l->room);
	bind_i64(st, l->lessee);
	bind_text(st, l->since);
	bind_text(st, l->until);
	bind_text(st, l->state);
	return db_run(cx, st, NULL);
}

enum vh_rc lease_get(struct ctx *cx, int64_t hotel, int64_t id, struct lease *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc lease_of_room(struct ctx *cx, int64_t hotel, int64_t room, struct lease *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_OF_ROOM], hotel, room), fill, ret, sizeof *ret);
}

enum vh_rc lease_update(struct ctx *cx, const struct lease *l)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_i64(st, l->lessee);
	bind_text(st, l->until);
	bind_text(st, l->state);
	bind_i64(st, l->hotel);
	bind_i64(st, l->id);
	return row_change(cx, st);
}
