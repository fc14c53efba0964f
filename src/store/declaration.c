#include "vh/store_claim.h"

#include "rows.h"

#define COLS "hotel, id, room, code, by, at, until, tries, used, ended"
#define SIG "iiibiiiiii"
#define STAY_COLS "hotel, stay, declaration, state, at, settled_by, settled_at"
#define STAY_SIG "iiitiII"

enum {
	Q_INSERT,
	Q_OF_ROOM,
	Q_UPDATE,
	Q_STAY_INSERT,
	Q_STAY_GET,
	Q_STAY_WAITING,
	Q_STAY_SETTLE,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "declaration.insert", SIG, "",
	               "INSERT INTO declaration (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", NULL },
	[Q_OF_ROOM] = { "declaration.of_room", "ii", SIG,
	                "SELECT " COLS " FROM declaration WHERE hotel = $1 AND room = $2"
	                " AND ended = 0", NULL },
	[Q_UPDATE] = { "declaration.update", "iiiii", "",
	               "UPDATE declaration SET tries = $1, used = $2, ended = $3"
	               " WHERE hotel = $4 AND id = $5", NULL },
	[Q_STAY_INSERT] = { "declared.insert", STAY_SIG, "",
	                    "INSERT INTO declared (" STAY_COLS ")"
	                    " VALUES ($1, $2, $3, $4, $5, $6, $7)", NULL },
	[Q_STAY_GET] = { "declared.get", "ii", STAY_SIG,
	                 "SELECT " STAY_COLS " FROM declared WHERE hotel = $1 AND stay = $2",
	                 NULL },
	[Q_STAY_WAITING] = { "declared.waiting", "i", STAY_SIG,
	                     "SELECT " STAY_COLS " FROM declared WHERE hotel = $1"
	                     " AND state = 'waiting' ORDER BY at, stay", NULL },
	[Q_STAY_SETTLE] = { "declared.settle", "tiiii", "",
	                    "UPDATE declared SET state = $1, settled_by = $2, settled_at = $3"
	                    " WHERE hotel = $4 AND stay = $5 AND state = 'waiting'", NULL },
};
const struct sql_table declaration_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct declaration *d = p;
	d->hotel = col_i64(st);
	d->id = col_i64(st);
	d->room = col_i64(st);
	d->code = col_blob(cx, st);
	d->by = col_i64(st);
	d->at = col_i64(st);
	d->until = col_i64(st);
	d->tries = col_i64(st);
	d->used = col_i64(st);
	d->ended = col_i64(st) != 0;
}

enum vh_rc declaration_insert(struct ctx *cx, const struct declaration *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], d->hotel, d->id);
	bind_i64(st, d->room);
	bind_blob(st, d->code);
	bind_i64(st, d->by);
	bind_i64(st, d->at);
	bind_i64(st, d->until);
	bind_i64(st, d->tries);
	bind_i64(st, d->used);
	bind_i64(st, d->ended);
	return db_run(cx, st, NULL);
}

enum vh_rc declaration_of_room(struct ctx *cx, int64_t hotel, int64_t room,
                               struct declaration *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_OF_ROOM], hotel, room), fill, ret, sizeof *ret);
}

enum vh_rc declaration_update(struct ctx *cx, const struct declaration *d)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_i64(st, d->tries);
	bind_i64(st, d->used);
	bind_i64(st, d->ended);
	bind_i64(st, d->hotel);
	bind_i64(st, d->id);
	return row_change(cx, st);
}

static void stay_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct declared *d = p;
	d->hotel = col_i64(st);
	d->stay = col_i64(st);
	d->declaration = col_i64(st);
	d->state = col_text(cx, st);
	d->at = col_i64(st);
	d->settled_by = col_i64(st);
	d->settled_at = col_i64(st);
}

enum vh_rc declared_insert(struct ctx *cx, const struct declared *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_STAY_INSERT], d->hotel, d->stay);
	bind_i64(st, d->declaration);
	bind_text(st, d->state);
	bind_i64(st, d->at);
	bind_ref(st, d->settled_by);
	bind_ref(st, d->settled_at);
	return db_run(cx, st, NULL);
}

enum vh_rc declared_get(struct ctx *cx, int64_t hotel, int64_t stay, struct declared *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_STAY_GET], hotel, stay), stay_fill, ret, sizeof *ret);
}

enum vh_rc declared_waiting(struct ctx *cx, int64_t hotel, struct declared **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_STAY_WAITING]);
	bind_i64(st, hotel);
	return row_list(cx, st, stay_fill, sizeof **ret, offsetof(struct declared, next), ret);
}

enum vh_rc declared_settle(struct ctx *cx, const struct declared *d)
{
	struct stmt *st = db_stmt(cx, &q[Q_STAY_SETTLE]);
	bind_text(st, d->state);
	bind_i64(st, d->settled_by);
	bind_i64(st, d->settled_at);
	bind_i64(st, d->hotel);
	bind_i64(st, d->stay);
	return row_change(cx, st);
}
