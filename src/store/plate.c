#include "vh/store_place.h"

#include "rows.h"

#define COLS "hotel, id, room, house, state, replaced_by, created, changed"
#define SIG "iiIItIii"

enum {
	Q_INSERT, Q_GET, Q_OF_ROOM, Q_OF_HOUSE, Q_LIST, Q_UPDATE, Q_AFTER, Q_COUNT, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "plate.insert", SIG, "",
	               "INSERT INTO plate (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	               NULL },
	[Q_GET] = { "plate.get", "ii", SIG,
	            "SELECT " COLS " FROM plate WHERE hotel = $1 AND id = $2", NULL },
	[Q_OF_ROOM] = { "plate.of_room", "ii", SIG,
	                "SELECT " COLS " FROM plate WHERE hotel = $1 AND room = $2"
	                " AND state = 'active' AND room IS NOT NULL",
	                NULL },
	[Q_OF_HOUSE] = { "plate.of_house", "ii", SIG,
	                 "SELECT " COLS " FROM plate WHERE hotel = $1 AND house = $2"
	                 " AND state = 'active' AND house IS NOT NULL",
	                 NULL },
	[Q_LIST] = { "plate.list", "it", SIG,
	             "SELECT " COLS " FROM plate WHERE hotel = $1 AND state = $2 ORDER BY id",
	             NULL },
	[Q_UPDATE] = { "plate.update", "IItIiii", "",
	               "UPDATE plate SET room = $1, house = $2, state = $3, replaced_by = $4,"
	               " changed = $5 WHERE hotel = $6 AND id = $7",
	               NULL },
	[Q_AFTER] = { "plate.after", "itii", SIG,
	              "SELECT " COLS " FROM plate WHERE hotel = $1 AND state = $2 AND id > $3"
	              " ORDER BY id LIMIT $4",
	              NULL },
	[Q_COUNT] = { "plate.count", "it", "i",
	              "SELECT count(*) FROM plate WHERE hotel = $1 AND state = $2", NULL },
};
const struct sql_table plate_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *ret)
{
	struct plate *p = ret;
	p->hotel = col_i64(st);
	p->id = col_i64(st);
	p->room = col_i64(st);
	p->house = col_i64(st);
	p->state = col_text(cx, st);
	p->replaced_by = col_i64(st);
	p->created = col_i64(st);
	p->changed = col_i64(st);
}

enum vh_rc plate_insert(struct ctx *cx, const struct plate *p)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], p->hotel, p->id);
	bind_ref(st, p->room);
	bind_ref(st, p->house);
	bind_text(st, p->state);
	bind_ref(st, p->replaced_by);
	bind_i64(st, p->created);
	bind_i64(st, p->changed);
	return db_run(cx, st, NULL);
}

static enum vh_rc one(struct ctx *cx, int which, int64_t hotel, int64_t id, struct plate *ret)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, hotel);
	bind_i64(st, id);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc plate_get(struct ctx *cx, int64_t hotel, int64_t id, struct plate *ret)
{
	return one(cx, Q_GET, hotel, id, ret);
}

enum vh_rc plate_of_room(struct ctx *cx, int64_t hotel, int64_t room, struct plate *ret)
{
	return one(cx, Q_OF_ROOM, hotel, room, ret);
}

enum vh_rc plate_of_house(struct ctx *cx, int64_t hotel, int64_t house, struct plate *ret)
{
	return one(cx, Q_OF_HOUSE, hotel, house, ret);
}

enum vh_rc plate_list(struct ctx *cx, int64_t hotel, const char *state, struct plate **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	bind_text(st, state);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct plate, next), ret);
}

enum vh_rc plate_after(struct ctx *cx, int64_t hotel, const char *state, int64_t after, int64_t n,
                       struct plate **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_AFTER]);
	bind_i64(st, hotel);
	bind_text(st, state);
	bind_i64(st, after);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct plate, next), ret);
}

enum vh_rc plate_count(struct ctx *cx, int64_t hotel, const char *state, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_COUNT]);
	bind_i64(st, hotel);
	bind_text(st, state);
	return row_i64(cx, st, ret_n);
}

enum vh_rc plate_update(struct ctx *cx, const struct plate *p)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_ref(st, p->room);
	bind_ref(st, p->house);
	bind_text(st, p->state);
	bind_ref(st, p->replaced_by);
	bind_i64(st, p->changed);
	bind_i64(st, p->hotel);
	bind_i64(st, p->id);
	return row_change(cx, st);
}
