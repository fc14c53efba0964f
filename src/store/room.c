#include "vh/store_place.h"

#include "rows.h"

#define COLS "hotel, id, house, no, no_key, area_m2, capacity, letting, created, version"
#define SIG "iiittRitii"

enum { Q_INSERT, Q_GET, Q_AFTER, Q_BY_NO, Q_LIST_HOUSE, Q_LIST_NO, Q_LIST, Q_UPDATE, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "room.insert", SIG, "",
	               "INSERT INTO room (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", NULL },
	[Q_AFTER] = { "room.after", "iii", SIG,
	              "SELECT " COLS " FROM room WHERE hotel = $1 AND id > $2 ORDER BY id"
	              " LIMIT $3",
	              NULL },
	[Q_GET] = { "room.get", "ii", SIG,
	            "SELECT " COLS " FROM room WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_NO] = { "room.by_no", "iit", SIG,
	              "SELECT " COLS " FROM room WHERE hotel = $1 AND house = $2 AND no_key = $3"
	              " AND letting <> 'closed'", NULL },
	[Q_LIST_HOUSE] = { "room.list_house", "ii", SIG,
	                   "SELECT " COLS " FROM room WHERE hotel = $1 AND house = $2"
	                   " AND letting <> 'closed' ORDER BY no_key, id", NULL },
	[Q_LIST_NO] = { "room.list_no", "iti", SIG,
	                "SELECT " COLS " FROM room WHERE hotel = $1 AND no_key = $2"
	                " AND letting <> 'closed' ORDER BY house, id LIMIT $3", NULL },
	[Q_LIST] = { "room.list", "i", SIG,
	             "SELECT " COLS " FROM room WHERE hotel = $1 AND letting <> 'closed'"
	             " ORDER BY house, no_key, id", NULL },
	[Q_UPDATE] = { "room.update", "ittRitiii", "",
	               "UPDATE room SET house = $1, no = $2, no_key = $3, area_m2 = $4,"
	               " capacity = $5, letting = $6, version = version + 1"
	               " WHERE hotel = $7 AND id = $8 AND version = $9", NULL },
};
const struct sql_table room_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct room *r = p;
	r->hotel = col_i64(st);
	r->id = col_i64(st);
	r->house = col_i64(st);
	r->no = col_text(cx, st);
	r->no_key = col_text(cx, st);
	r->area_m2 = col_real(st);
	r->capacity = col_i64(st);
	r->letting = col_text(cx, st);
	r->created = col_i64(st);
	r->version = col_i64(st);
}

enum vh_rc room_insert(struct ctx *cx, const struct room *r)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], r->hotel, r->id);
	bind_i64(st, r->house);
	bind_text(st, r->no);
	bind_text(st, r->no_key);
	bind_real(st, r->area_m2);
	bind_i64(st, r->capacity);
	bind_text(st, r->letting);
	bind_i64(st, r->created);
	bind_i64(st, r->version);
	return db_run(cx, st, NULL);
}

enum vh_rc room_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n, struct room **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct room, next), ret);
}

enum vh_rc room_get(struct ctx *cx, int64_t hotel, int64_t id, struct room *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc room_by_no(struct ctx *cx, int64_t hotel, int64_t house, const char *no_key,
                      struct room *ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_BY_NO], hotel, house);
	bind_text(st, no_key);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc room_list_house(struct ctx *cx, int64_t hotel, int64_t house, struct room **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_LIST_HOUSE], hotel, house), fill, sizeof **ret,
	                offsetof(struct room, next), ret);
}

enum vh_rc room_list_no(struct ctx *cx, int64_t hotel, const char *no_key, int64_t n,
                        struct room **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST_NO]);
	bind_i64(st, hotel);
	bind_text(st, no_key);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct room, next), ret);
}

enum vh_rc room_list(struct ctx *cx, int64_t hotel, struct room **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct room, next), ret);
}

enum vh_rc room_update(struct ctx *cx, const struct room *r)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_i64(st, r->house);
	bind_text(st, r->no);
	bind_text(st, r->no_key);
	bind_real(st, r->area_m2);
	bind_i64(st, r->capacity);
	bind_text(st, r->letting);
	bind_i64(st, r->hotel);
	bind_i64(st, r->id);
	bind_i64(st, r->version);
	return row_change(cx, st);
}
