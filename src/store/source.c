#include "vh/store_source.h"

#include "rows.h"

#define COLS "id, name, scope, secret, state, created"
#define SIG "ittbti"
#define IN_COLS "hotel, id, epoch, seq, print, at, kept_epoch, kept_seq"
#define IN_SIG "iiiibiii"

enum {
	Q_INSERT, Q_GET, Q_LIST, Q_UPDATE, Q_IN, Q_IN_GET, Q_IN_AFTER, Q_IN_MARK, Q_IN_COUNT,
	Q_CHANGE, Q_CHANGE_PUT, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "source.insert", SIG, "",
	               "INSERT INTO source (" COLS ") VALUES ($1, $2, $3, $4, $5, $6)", NULL },
	[Q_GET] = { "source.get", "t", SIG, "SELECT " COLS " FROM source WHERE name = $1", NULL },
	[Q_LIST] = { "source.list", "", SIG, "SELECT " COLS " FROM source ORDER BY id", NULL },
	[Q_UPDATE] = { "source.update", "bti", "",
	               "UPDATE source SET secret = $1, state = $2 WHERE id = $3", NULL },
	[Q_IN] = { "received.insert", IN_SIG, "",
	           "INSERT INTO received (" IN_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	           NULL },
	[Q_IN_GET] = { "received.get", "ii", IN_SIG,
	               "SELECT " IN_COLS " FROM received WHERE hotel = $1 AND id = $2", NULL },
	[Q_IN_AFTER] = { "received.after", "iiii", IN_SIG,
	                 "SELECT " IN_COLS " FROM received WHERE hotel = $1"
	                 " AND (epoch, seq) > ($2, $3) ORDER BY epoch, seq LIMIT $4", NULL },
	[Q_IN_MARK] = { "received.mark", "i", "ii",
	                "SELECT epoch, seq FROM received WHERE hotel = $1"
	                " ORDER BY epoch DESC, seq DESC LIMIT 1", NULL },
	[Q_IN_COUNT] = { "received.count", "i", "i",
	                 "SELECT count(*) FROM received WHERE hotel = $1", NULL },
	[Q_CHANGE] = { "change.get", "iti", "ii",
	               "SELECT epoch, seq FROM change_of"
	               " WHERE hotel = $1 AND kind = $2 AND id = $3", NULL },
	[Q_CHANGE_PUT] = { "change.put", "itiii", "",
	                   "INSERT INTO change_of (hotel, kind, id, epoch, seq)"
	                   " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hotel, kind, id)"
	                   " DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq", NULL },
};
const struct sql_table source_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct source *s = p;
	s->id = col_i64(st);
	s->name = col_text(cx, st);
	s->scope = col_text(cx, st);
	s->secret = col_blob(cx, st);
	s->state = col_text(cx, st);
	s->created = col_i64(st);
}

enum vh_rc source_insert(struct ctx *cx, const struct source *s)
{
	struct stmt *st = db_stmt(cx, &q[Q_INSERT]);
	bind_i64(st, s->id);
	bind_text(st, s->name);
	bind_text(st, s->scope);
	bind_blob(st, s->secret);
	bind_text(st, s->state);
	bind_i64(st, s->created);
	return db_run(cx, st, NULL);
}

enum vh_rc source_get(struct ctx *cx, const char *name, struct source *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_text(st, name);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc source_list(struct ctx *cx, struct source **ret)
{
	return row_list(cx, db_stmt(cx, &q[Q_LIST]), fill, sizeof **ret,
	                offsetof(struct source, next), ret);
}

enum vh_rc source_update(struct ctx *cx, const struct source *s)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_blob(st, s->secret);
	bind_text(st, s->state);
	bind_i64(st, s->id);
	return row_change(cx, st);
}

enum vh_rc received_insert(struct ctx *cx, const struct received *r)
{
	struct stmt *st = stmt_two(cx, &q[Q_IN], r->hotel, r->id);
	bind_i64(st, r->epoch);
	bind_i64(st, r->seq);
	bind_blob(st, r->print);
	bind_i64(st, r->at);
	bind_i64(st, r->kept_epoch);
	bind_i64(st, r->kept_seq);
	return db_run(cx, st, NULL);
}

static void fill_received(struct ctx *cx, struct stmt *st, void *p)
{
	struct received *r = p;
	r->hotel = col_i64(st);
	r->id = col_i64(st);
	r->epoch = col_i64(st);
	r->seq = col_i64(st);
	r->print = col_blob(cx, st);
	r->at = col_i64(st);
	r->kept_epoch = col_i64(st);
	r->kept_seq = col_i64(st);
}

enum vh_rc received_get(struct ctx *cx, int64_t hotel, int64_t id, struct received *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_IN_GET], hotel, id), fill_received, ret, sizeof *ret);
}

enum vh_rc received_after(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                          struct received **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_IN_AFTER], hotel, epoch);
	bind_i64(st, seq);
	bind_i64(st, n);
	return row_list(cx, st, fill_received, sizeof **ret, offsetof(struct received, next), ret);
}

static void fill_mark(struct ctx *cx, struct stmt *st, void *p)
{
	struct received_mark *m = p;
	(void)cx;
	m->epoch = col_i64(st);
	m->seq = col_i64(st);
}

enum vh_rc received_mark(struct ctx *cx, int64_t hotel, struct received_mark *ret)
{
	struct received_mark m = { 0 };
	struct stmt *st = db_stmt(cx, &q[Q_IN_MARK]);
	bind_i64(st, hotel);
	enum vh_rc rc = row_one(cx, st, fill_mark, &m, sizeof m);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	st = db_stmt(cx, &q[Q_IN_COUNT]);
	bind_i64(st, hotel);
	rc = row_i64(cx, st, &m.events);
	if (rc == VH_OK)
		*ret = m;
	return rc;
}

enum vh_rc change_get(struct ctx *cx, int64_t hotel, const char *kind, int64_t id,
                      int64_t *ret_epoch, int64_t *ret_seq)
{
	struct received_mark m;
	struct stmt *st = db_stmt(cx, &q[Q_CHANGE]);
	bind_i64(st, hotel);
	bind_text(st, kind);
	bind_i64(st, id);
	enum vh_rc rc = row_one(cx, st, fill_mark, &m, sizeof m);
	if (rc == VH_OK) {
		*ret_epoch = m.epoch;
		*ret_seq = m.seq;
	}
	return rc;
}

enum vh_rc change_put(struct ctx *cx, int64_t hotel, const char *kind, int64_t id, int64_t epoch,
                      int64_t seq)
{
	struct stmt *st = db_stmt(cx, &q[Q_CHANGE_PUT]);
	bind_i64(st, hotel);
	bind_text(st, kind);
	bind_i64(st, id);
	bind_i64(st, epoch);
	bind_i64(st, seq);
	return db_run(cx, st, NULL);
}
