#include "vh/store_visit.h"

#include "rows.h"

#define COLS                                                                                     \
	"hotel, id, house, room, item, severity, words, found_at, found_in, due, closed_at,"     \
	" closed_in, reporter"
#define SIG "iiiIttBiIIIIB"

enum {
	Q_INSERT,
	Q_GET,
	Q_CLOSE,
	Q_LIST_OPEN,
	Q_OPEN_HOUSE,
	Q_LIST_HOUSE,
	Q_PHOTO_INSERT,
	Q_PHOTO_GET,
	Q_PHOTO_LIST,
	Q_PHOTO_DROP,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "hazard.insert", SIG, "",
	               "INSERT INTO hazard (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", NULL },
	[Q_GET] = { "hazard.get", "ii", SIG,
	            "SELECT " COLS " FROM hazard WHERE hotel = $1 AND id = $2", NULL },
	[Q_CLOSE] = { "hazard.close", "iiii", "",
	              "UPDATE hazard SET closed_at = $1, closed_in = $2, reporter = NULL"
	              " WHERE hotel = $3 AND id = $4 AND closed_at IS NULL", NULL },
	[Q_LIST_OPEN] = { "hazard.list_open", "i", SIG,
	                  "SELECT " COLS " FROM hazard WHERE hotel = $1 AND closed_at IS NULL"
	                  " ORDER BY due NULLS LAST, id", NULL },
	[Q_OPEN_HOUSE] = { "hazard.open_house", "ii", SIG,
	                   "SELECT " COLS " FROM hazard WHERE hotel = $1 AND house = $2"
	                   " AND closed_at IS NULL ORDER BY id", NULL },
	[Q_LIST_HOUSE] = { "hazard.list_house", "iii", SIG,
	                   "SELECT " COLS " FROM hazard WHERE hotel = $1 AND house = $2"
	                   " ORDER BY id DESC LIMIT $3", NULL },
	[Q_PHOTO_INSERT] = { "hazard_photo.insert", "iiibiI", "",
	                     "INSERT INTO hazard_photo (hotel, id, hazard, picture, at, by)"
	                     " VALUES ($1, $2, $3, $4, $5, $6)", NULL },
	[Q_PHOTO_GET] = { "hazard_photo.get", "ii", "iiibiI",
	                  "SELECT hotel, id, hazard, picture, at, by FROM hazard_photo"
	                  " WHERE hotel = $1 AND id = $2", NULL },
	[Q_PHOTO_LIST] = { "hazard_photo.list", "ii", "iI",
	                   "SELECT id, by FROM hazard_photo WHERE hotel = $1 AND hazard = $2"
	                   " ORDER BY id", NULL },
	[Q_PHOTO_DROP] = { "hazard_photo.drop", "ii", "",
	                   "DELETE FROM hazard_photo WHERE hotel = $1 AND hazard = $2", NULL },
};
const struct sql_table hazard_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct hazard *h = p;
	h->hotel = col_i64(st);
	h->id = col_i64(st);
	h->house = col_i64(st);
	h->room = col_i64(st);
	h->item = col_text(cx, st);
	h->severity = col_text(cx, st);
	h->words = col_blob(cx, st);
	h->found_at = col_i64(st);
	h->found_in = col_i64(st);
	h->due = col_i64(st);
	h->closed_at = col_i64(st);
	h->closed_in = col_i64(st);
	h->reporter = col_blob(cx, st);
}

enum vh_rc hazard_insert(struct ctx *cx, const struct hazard *h)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], h->hotel, h->id);
	bind_i64(st, h->house);
	bind_ref(st, h->room);
	bind_text(st, h->item);
	bind_text(st, h->severity);
	bind_blob(st, h->words);
	bind_i64(st, h->found_at);
	bind_ref(st, h->found_in);
	bind_ref(st, h->due);
	bind_ref(st, h->closed_at);
	bind_ref(st, h->closed_in);
	bind_blob(st, h->reporter);
	return db_run(cx, st, NULL);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct hazard **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct hazard, next), ret);
}

enum vh_rc hazard_get(struct ctx *cx, int64_t hotel, int64_t id, struct hazard *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc hazard_close(struct ctx *cx, int64_t hotel, int64_t id, int64_t at,
                        int64_t inspection)
{
	struct stmt *st = db_stmt(cx, &q[Q_CLOSE]);
	bind_i64(st, at);
	bind_i64(st, inspection);
	bind_i64(st, hotel);
	bind_i64(st, id);
	return row_change(cx, st);
}

enum vh_rc hazard_list_open(struct ctx *cx, int64_t hotel, struct hazard **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST_OPEN]);
	bind_i64(st, hotel);
	return list(cx, st, ret);
}

enum vh_rc hazard_open_house(struct ctx *cx, int64_t hotel, int64_t house, struct hazard **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OPEN_HOUSE], hotel, house), ret);
}

enum vh_rc hazard_list_house(struct ctx *cx, int64_t hotel, int64_t house, int64_t n,
                             struct hazard **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LIST_HOUSE], hotel, house);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc hazard_photo_insert(struct ctx *cx, const struct hazard_photo *h)
{
	struct stmt *st = stmt_two(cx, &q[Q_PHOTO_INSERT], h->hotel, h->id);
	bind_i64(st, h->hazard);
	bind_blob(st, h->picture);
	bind_i64(st, h->at);
	bind_ref(st, h->by);
	return db_run(cx, st, NULL);
}

static void photo_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct hazard_photo *h = p;
	h->hotel = col_i64(st);
	h->id = col_i64(st);
	h->hazard = col_i64(st);
	h->picture = col_blob(cx, st);
	h->at = col_i64(st);
	h->by = col_i64(st);
}

enum vh_rc hazard_photo_get(struct ctx *cx, int64_t hotel, int64_t id, struct hazard_photo *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_PHOTO_GET], hotel, id), photo_fill, ret, sizeof *ret);
}

static void photo_id_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct hazard_photo *h = p;
	(void)cx;
	h->id = col_i64(st);
	h->by = col_i64(st);
}

enum vh_rc hazard_photo_list(struct ctx *cx, int64_t hotel, int64_t hazard,
                             struct hazard_photo **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_PHOTO_LIST], hotel, hazard), photo_id_fill,
	                sizeof **ret, offsetof(struct hazard_photo, next), ret);
}

enum vh_rc hazard_photo_drop(struct ctx *cx, int64_t hotel, int64_t hazard)
{
	return db_run(cx, stmt_two(cx, &q[Q_PHOTO_DROP], hotel, hazard), NULL);
}
