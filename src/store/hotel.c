#include "vh/store_place.h"

#include "rows.h"

#define COLS \
	"id, area, name, path, zone_min, desk_phone, entrusted_by, retention_months," \
	" notice_version, notice, keys, created, source"
#define SIG "itttiTTIiTbiI"

enum {
	Q_INSERT, Q_GET, Q_BY_AREA, Q_LIST, Q_UPDATE, Q_MAX, Q_HEAD_INSERT, Q_HEAD, Q_NEXT_EVENT,
	Q_NEXT_PLATE, Q_NEXT_HOUSE, Q_SEAL, Q_MARK, Q_EPOCH, Q_LEAP,
	Q_DEADLINE_INSERT, Q_DEADLINE, Q_DEADLINE_MAX, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "hotel.insert", SIG, "",
	               "INSERT INTO hotel (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
	               NULL },
	[Q_GET] = { "hotel.get", "i", SIG, "SELECT " COLS " FROM hotel WHERE id = $1", NULL },
	[Q_BY_AREA] = { "hotel.by_area", "t", SIG, "SELECT " COLS " FROM hotel WHERE area = $1",
	                NULL },
	[Q_LIST] = { "hotel.list", "", SIG, "SELECT " COLS " FROM hotel ORDER BY id", NULL },
	[Q_UPDATE] = { "hotel.update", "tTTIiTi", "",
	               "UPDATE hotel SET name = $1, desk_phone = $2, entrusted_by = $3,"
	               " retention_months = $4, notice_version = $5, notice = $6 WHERE id = $7",
	               NULL },
	[Q_MAX] = { "hotel.max", "", "i", "SELECT coalesce(max(id), 0) FROM hotel", NULL },
	[Q_HEAD_INSERT] = { "head.insert", "iib", "",
	                    "INSERT INTO hotel_head (hotel, epoch, seq, plate, house, seal, "
	                    "seal_hash)"
	                    " VALUES ($1, $2, 0, 0, 0, 0, $3)",
	                    NULL },
	[Q_HEAD] = { "head.get", "i", "iiiiibi",
	             "SELECT epoch, seq, plate, house, seal, seal_hash, marks FROM hotel_head"
	             " WHERE hotel = $1",
	             NULL },
	[Q_NEXT_EVENT] = { "head.next_event", "i", "iiI",
	                   "UPDATE hotel_head SET seq = seq + 1 WHERE hotel = $1 RETURNING epoch,"
	                   " seq, (SELECT h.source FROM hotel h WHERE h.id = hotel_head.hotel)",
	                   NULL },
	[Q_NEXT_PLATE] = { "head.next_plate", "i", "i",
	                   "UPDATE hotel_head SET plate = plate + 1 WHERE hotel = $1"
	                   " RETURNING plate",
	                   NULL },
	[Q_NEXT_HOUSE] = { "head.next_house", "i", "i",
	                   "UPDATE hotel_head SET house = house + 1 WHERE hotel = $1"
	                   " RETURNING house",
	                   NULL },
	[Q_SEAL] = { "head.seal", "ibi", "",
	             "UPDATE hotel_head SET seal = $1, seal_hash = $2 WHERE hotel = $3", NULL },
	[Q_MARK] = { "head.mark", "i", "",
	             "UPDATE hotel_head SET marks = marks + 1 WHERE hotel = $1", NULL },
	[Q_EPOCH] = { "head.epoch", "ii", "",
	              "UPDATE hotel_head SET epoch = $1, seq = 0 WHERE hotel = $2", NULL },
	[Q_LEAP] = { "head.leap", "ii", "",
	             "UPDATE hotel_head SET plate = plate + $1, house = coalesce((SELECT max(h.no)"
	             " FROM house h WHERE h.hotel = hotel_head.hotel AND h.no > hotel_head.house),"
	             " house) WHERE hotel = $2", NULL },
	[Q_DEADLINE_INSERT] = { "deadline.insert", "iitttitt", "",
	                        "INSERT INTO deadline (hotel, id, who, act, unit, length, from_day,"
	                        " source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	                        NULL },
	[Q_DEADLINE] = { "deadline.get", "ittt", "itttitt",
	                 "SELECT id, who, act, unit, length, from_day, source FROM deadline"
	                 " WHERE hotel = $1 AND who = $2 AND act = $3 AND from_day <= $4"
	                 " ORDER BY from_day DESC, id DESC LIMIT 1",
	                 NULL },
	[Q_DEADLINE_MAX] = { "deadline.max", "i", "i",
	                     "SELECT coalesce(max(id), 0) FROM deadline WHERE hotel = $1", NULL },
};
const struct sql_table hotel_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct hotel *h = p;
	h->id = col_i64(st);
	h->area = col_text(cx, st);
	h->name = col_text(cx, st);
	h->path = col_text(cx, st);
	h->zone_min = (int)col_i64(st);
	h->desk_phone = col_text(cx, st);
	h->entrusted_by = col_text(cx, st);
	h->retention_months = col_i64(st);
	h->notice_version = col_i64(st);
	h->notice = col_text(cx, st);
	h->keys = col_blob(cx, st);
	h->created = col_i64(st);
	h->source = col_i64(st);
}

/* Epochs start at 1; an all-zero hash stands before the first seal. */
static enum vh_rc head_insert(struct ctx *cx, int64_t hotel)
{
	static const unsigned char zero[MAC_BYTES];
	struct stmt *st = stmt_two(cx, &q[Q_HEAD_INSERT], hotel, 1);
	bind_blob(st, (struct blob){ zero, sizeof zero });
	return db_run(cx, st, NULL);
}

enum vh_rc hotel_insert(struct ctx *cx, const struct hotel *h)
{
	struct stmt *st = db_stmt(cx, &q[Q_INSERT]);
	bind_i64(st, h->id);
	bind_text(st, h->area);
	bind_text(st, h->name);
	bind_text(st, h->path);
	bind_i64(st, h->zone_min);
	bind_text(st, h->desk_phone);
	bind_text(st, h->entrusted_by);
	bind_ref(st, h->retention_months);
	bind_i64(st, h->notice_version);
	bind_text(st, h->notice);
	bind_blob(st, h->keys);
	bind_i64(st, h->created);
	bind_ref(st, h->source);
	enum vh_rc rc = db_run(cx, st, NULL);
	return rc == VH_OK ? head_insert(cx, h->id) : rc;
}

enum vh_rc hotel_get(struct ctx *cx, int64_t id, struct hotel *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_i64(st, id);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc hotel_by_area(struct ctx *cx, const char *area, struct hotel *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_AREA]);
	bind_text(st, area);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc hotel_list(struct ctx *cx, struct hotel **ret)
{
	return row_list(cx, db_stmt(cx, &q[Q_LIST]), fill, sizeof **ret,
	                offsetof(struct hotel, next), ret);
}

enum vh_rc hotel_update(struct ctx *cx, const struct hotel *h)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, h->name);
	bind_text(st, h->desk_phone);
	bind_text(st, h->entrusted_by);
	bind_ref(st, h->retention_months);
	bind_i64(st, h->notice_version);
	bind_text(st, h->notice);
	bind_i64(st, h->id);
	return row_change(cx, st);
}

enum vh_rc hotel_max(struct ctx *cx, int64_t *ret_id)
{
	return row_i64(cx, db_stmt(cx, &q[Q_MAX]), ret_id);
}

static void head_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct hotel_head *h = p;
	h->epoch = col_i64(st);
	h->seq = col_i64(st);
	h->plate = col_i64(st);
	h->house = col_i64(st);
	h->seal = col_i64(st);
	h->seal_hash = col_blob(cx, st);
	h->marks = col_i64(st);
}

enum vh_rc head_get(struct ctx *cx, int64_t hotel, struct hotel_head *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_HEAD]);
	bind_i64(st, hotel);
	return row_one(cx, st, head_fill, ret, sizeof *ret);
}

enum vh_rc head_next_event(struct ctx *cx, int64_t hotel, int64_t *ret_epoch, int64_t *ret_seq,
                           int64_t *ret_source)
{
	struct stmt *st = db_stmt(cx, &q[Q_NEXT_EVENT]);
	bind_i64(st, hotel);
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	*ret_epoch = col_i64(st);
	*ret_seq = col_i64(st);
	*ret_source = col_i64(st);
	db_end(st);
	return VH_OK;
}

static enum vh_rc next_no(struct ctx *cx, int which, int64_t hotel, int64_t *ret_no)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, hotel);
	return row_i64(cx, st, ret_no);
}

enum vh_rc head_next_plate(struct ctx *cx, int64_t hotel, int64_t *ret_no)
{
	return next_no(cx, Q_NEXT_PLATE, hotel, ret_no);
}

enum vh_rc head_next_house(struct ctx *cx, int64_t hotel, int64_t *ret_no)
{
	return next_no(cx, Q_NEXT_HOUSE, hotel, ret_no);
}

enum vh_rc head_seal(struct ctx *cx, int64_t hotel, int64_t seal, struct blob hash)
{
	struct stmt *st = db_stmt(cx, &q[Q_SEAL]);
	bind_i64(st, seal);
	bind_blob(st, hash);
	bind_i64(st, hotel);
	return row_change(cx, st);
}

enum vh_rc head_mark(struct ctx *cx, int64_t hotel)
{
	struct stmt *st = db_stmt(cx, &q[Q_MARK]);
	bind_i64(st, hotel);
	return row_change(cx, st);
}

enum vh_rc head_leap(struct ctx *cx, int64_t hotel, int64_t plates)
{
	return row_change(cx, stmt_two(cx, &q[Q_LEAP], plates, hotel));
}

enum vh_rc head_epoch(struct ctx *cx, int64_t hotel, int64_t epoch)
{
	return row_change(cx, stmt_two(cx, &q[Q_EPOCH], epoch, hotel));
}

enum vh_rc deadline_max(struct ctx *cx, int64_t hotel, int64_t *ret_id)
{
	struct stmt *st = db_stmt(cx, &q[Q_DEADLINE_MAX]);
	bind_i64(st, hotel);
	return row_i64(cx, st, ret_id);
}

enum vh_rc deadline_insert(struct ctx *cx, int64_t hotel, const struct deadline *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_DEADLINE_INSERT], hotel, d->id);
	bind_text(st, d->who);
	bind_text(st, d->act);
	bind_text(st, d->unit);
	bind_i64(st, d->length);
	bind_text(st, d->from_day);
	bind_text(st, d->source);
	return db_run(cx, st, NULL);
}

static void deadline_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct deadline *d = p;
	d->id = col_i64(st);
	d->who = col_text(cx, st);
	d->act = col_text(cx, st);
	d->unit = col_text(cx, st);
	d->length = col_i64(st);
	d->from_day = col_text(cx, st);
	d->source = col_text(cx, st);
}

enum vh_rc deadline_get(struct ctx *cx, int64_t hotel, const char *who, const char *act,
                        const char *day, struct deadline *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_DEADLINE]);
	bind_i64(st, hotel);
	bind_text(st, who);
	bind_text(st, act);
	bind_text(st, day);
	return row_one(cx, st, deadline_fill, ret, sizeof *ret);
}
