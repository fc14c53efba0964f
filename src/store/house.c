#include "vh/store_place.h"

#include "rows.h"

#define COLS "hotel, id, no, address, address_key, grid, lat, lng, state, created, version"
#define SIG "iiittTRRtii"

enum { Q_INSERT, Q_GET, Q_AFTER, Q_BY_ADDRESS, Q_LIST, Q_UPDATE, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "house.insert", SIG, "",
	               "INSERT INTO house (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", NULL },
	[Q_AFTER] = { "house.after", "iii", SIG,
	              "SELECT " COLS " FROM house WHERE hotel = $1 AND id > $2 ORDER BY id"
	              " LIMIT $3",
	              NULL },
	[Q_GET] = { "house.get", "ii", SIG,
	            "SELECT " COLS " FROM house WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_ADDRESS] = { "house.by_address", "it", SIG,
	                   "SELECT " COLS " FROM house WHERE hotel = $1 AND address_key = $2"
	                   " AND state = 'open'", NULL },
	[Q_LIST] = { "house.list", "i", SIG,
	             "SELECT " COLS " FROM house WHERE hotel = $1 AND state = 'open' ORDER BY no",
	             NULL },
	[Q_UPDATE] = { "house.update", "ttTRRtiii", "",
	               "UPDATE house SET address = $1, address_key = $2, grid = $3, lat = $4,"
	               " lng = $5, state = $6, version = version + 1"
	               " WHERE hotel = $7 AND id = $8 AND version = $9", NULL },
};
const struct sql_table house_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct house *h = p;
	h->hotel = col_i64(st);
	h->id = col_i64(st);
	h->no = col_i64(st);
	h->address = col_text(cx, st);
	h->address_key = col_text(cx, st);
	h->grid = col_text(cx, st);
	h->lat = col_real(st);
	h->lng = col_real(st);
	h->state = col_text(cx, st);
	h->created = col_i64(st);
	h->version = col_i64(st);
}

enum vh_rc house_insert(struct ctx *cx, const struct house *h)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], h->hotel, h->id);
	bind_i64(st, h->no);
	bind_text(st, h->address);
	bind_text(st, h->address_key);
	bind_text(st, h->grid);
	bind_real(st, h->lat);
	bind_real(st, h->lng);
	bind_text(st, h->state);
	bind_i64(st, h->created);
	bind_i64(st, h->version);
	return db_run(cx, st, NULL);
}

enum vh_rc house_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n, struct house **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct house, next), ret);
}

enum vh_rc house_get(struct ctx *cx, int64_t hotel, int64_t id, struct house *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc house_by_address(struct ctx *cx, int64_t hotel, const char *key, struct house *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_ADDRESS]);
	bind_i64(st, hotel);
	bind_text(st, key);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc house_list(struct ctx *cx, int64_t hotel, struct house **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct house, next), ret);
}

enum vh_rc house_update(struct ctx *cx, const struct house *h)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, h->address);
	bind_text(st, h->address_key);
	bind_text(st, h->grid);
	bind_real(st, h->lat);
	bind_real(st, h->lng);
	bind_text(st, h->state);
	bind_i64(st, h->hotel);
	bind_i64(st, h->id);
	bind_i64(st, h->version);
	return row_change(cx, st);
}
