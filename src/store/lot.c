#include "vh/store_lot.h"

#include "delivery_row.h"

#define COLS "upstream, hotel, id, name, state, at, next_at, polls, done_at"
#define SIG "iiittiiiI"

enum {
	Q_PROFILE_PUT, Q_PROFILE_GET, Q_INSERT, Q_UPDATE, Q_DUE, Q_NEXT_AFTER, Q_LIST,
	Q_ITEM_INSERT, Q_ITEMS, Q_ITEM_SWEEP, Q_SWEEP, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_PROFILE_PUT] = { "profile.put", "iti", "",
	                    "INSERT INTO upstream_profile (upstream, text, at) VALUES ($1, $2, $3)"
	                    " ON CONFLICT (upstream) DO UPDATE SET text = excluded.text,"
	                    " at = excluded.at",
	                    NULL },
	[Q_PROFILE_GET] = { "profile.get", "i", "t",
	                    "SELECT text FROM upstream_profile WHERE upstream = $1", NULL },
	[Q_INSERT] = { "lot.insert", SIG, "",
	               "INSERT INTO lot (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	               NULL },
	[Q_UPDATE] = { "lot.update", "tiiIiii", "",
	               "UPDATE lot SET state = $1, next_at = $2, polls = $3, done_at = $4"
	               " WHERE upstream = $5 AND hotel = $6 AND id = $7",
	               NULL },
	[Q_DUE] = { "lot.due", "iiii", SIG,
	            "SELECT " COLS " FROM lot WHERE upstream = $1 AND hotel = $2"
	            " AND state = 'received' AND next_at <= $3 ORDER BY next_at, id LIMIT $4",
	            NULL },
	[Q_NEXT_AFTER] = { "lot.next_after", "ii", "i",
	                   "SELECT coalesce(min(next_at), 0) FROM lot WHERE upstream = $1"
	                   " AND next_at > $2 AND state = 'received'",
	                   NULL },
	[Q_LIST] = { "lot.list", "ii", SIG,
	             "SELECT " COLS " FROM lot WHERE upstream = $1 ORDER BY id DESC LIMIT $2",
	             NULL },
	[Q_ITEM_INSERT] = { "lot_item.insert", "iiiiiii", "",
	                    "INSERT INTO lot_item (upstream, hotel, lot, n, epoch, seq,"
	                    " attempt) VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                    NULL },
	[Q_ITEMS] = { "lot_item.list", "iii", "ii" DELIVERY_SIG,
	              "SELECT i.n, i.attempt, " DELIVERY_COLS " FROM lot_item i JOIN delivery d"
	              " ON d.upstream = i.upstream AND d.hotel = i.hotel"
	              " AND d.epoch = i.epoch AND d.seq = i.seq"
	              " WHERE i.upstream = $1 AND i.hotel = $2 AND i.lot = $3 ORDER BY i.n",
	              NULL },
	[Q_ITEM_SWEEP] = { "lot_item.sweep", "i", "",
	                   "DELETE FROM lot_item WHERE EXISTS (SELECT 1 FROM lot"
	                   " WHERE lot.upstream = lot_item.upstream AND lot.hotel = lot_item.hotel"
	                   " AND lot.id = lot_item.lot AND lot.done_at < $1)",
	                   NULL },
	[Q_SWEEP] = { "lot.sweep", "i", "", "DELETE FROM lot WHERE done_at < $1", NULL },
};
const struct sql_table lot_sql = { q, Q__MAX };

enum vh_rc profile_put(struct ctx *cx, int64_t upstream, const char *text)
{
	struct stmt *st = db_stmt(cx, &q[Q_PROFILE_PUT]);
	bind_i64(st, upstream);
	bind_text(st, text);
	bind_i64(st, cx->now);
	return db_run(cx, st, NULL);
}

static void fill_text(struct ctx *cx, struct stmt *st, void *p)
{
	*(const char **)p = col_text(cx, st);
}

enum vh_rc profile_get(struct ctx *cx, int64_t upstream, const char **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_PROFILE_GET]);
	bind_i64(st, upstream);
	return row_one(cx, st, fill_text, ret, sizeof *ret);
}

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct lot *l = p;
	l->upstream = col_i64(st);
	l->hotel = col_i64(st);
	l->id = col_i64(st);
	l->name = col_text(cx, st);
	l->state = col_text(cx, st);
	l->at = col_i64(st);
	l->next_at = col_i64(st);
	l->polls = col_i64(st);
	l->done_at = col_i64(st);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct lot **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct lot, next), ret);
}

enum vh_rc lot_insert(struct ctx *cx, const struct lot *l)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], l->upstream, l->hotel);
	bind_i64(st, l->id);
	bind_text(st, l->name);
	bind_text(st, l->state);
	bind_i64(st, l->at);
	bind_i64(st, l->next_at);
	bind_i64(st, l->polls);
	bind_ref(st, l->done_at);
	return db_run(cx, st, NULL);
}

enum vh_rc lot_update(struct ctx *cx, const struct lot *l)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, l->state);
	bind_i64(st, l->next_at);
	bind_i64(st, l->polls);
	bind_ref(st, l->done_at);
	bind_i64(st, l->upstream);
	bind_i64(st, l->hotel);
	bind_i64(st, l->id);
	return row_change(cx, st);
}

enum vh_rc lot_due(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t now, int64_t n,
                   struct lot **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_DUE], upstream, hotel);
	bind_i64(st, now);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc lot_next_after(struct ctx *cx, int64_t upstream, int64_t after, int64_t *ret_at)
{
	return row_i64(cx, stmt_two(cx, &q[Q_NEXT_AFTER], upstream, after), ret_at);
}

enum vh_rc lot_list(struct ctx *cx, int64_t upstream, int64_t n, struct lot **ret)
{
	return list(cx, stmt_two(cx, &q[Q_LIST], upstream, n), ret);
}

enum vh_rc lot_item_insert(struct ctx *cx, const struct lot *l, int64_t n,
                           const struct delivery *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_ITEM_INSERT], l->upstream, l->hotel);
	bind_i64(st, l->id);
	bind_i64(st, n);
	bind_i64(st, d->epoch);
	bind_i64(st, d->seq);
	bind_i64(st, d->attempts);
	return db_run(cx, st, NULL);
}

static void fill_item(struct ctx *cx, struct stmt *st, void *p)
{
	struct lot_item *i = p;
	i->n = col_i64(st);
	i->attempt = col_i64(st);
	delivery_fill(cx, st, &i->d);
}

enum vh_rc lot_items(struct ctx *cx, const struct lot *l, struct lot_item **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_ITEMS], l->upstream, l->hotel);
	bind_i64(st, l->id);
	return row_list(cx, st, fill_item, sizeof **ret, offsetof(struct lot_item, next), ret);
}

enum vh_rc lot_sweep(struct ctx *cx, int64_t before, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_ITEM_SWEEP]);
	bind_i64(st, before);
	enum vh_rc rc = db_run(cx, st, NULL);
	if (rc != VH_OK)
		return rc;
	st = db_stmt(cx, &q[Q_SWEEP]);
	bind_i64(st, before);
	return db_run(cx, st, ret_n);
}
