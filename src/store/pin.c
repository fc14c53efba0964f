#include "vh/store_pin.h"

#include "rows.h"

#define COLS \
	"upstream, hotel, id, at, ms, events, bytes, epoch, first_seq, last_seq, status, code," \
	" accepted, rejected"
#define SIG "iiiiiiiiiiitii"

enum { Q_PUT, Q_LIST, Q_ATTEMPT, Q_ATTEMPTS, Q_SWEEP, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_PUT] = { "pin.put", "itbi", "",
	            "INSERT INTO upstream_key (upstream, key, public, since)"
	            " VALUES ($1, $2, $3, $4) ON CONFLICT (upstream, key) DO NOTHING", NULL },
	[Q_LIST] = { "pin.list", "i", "itbi",
	             "SELECT upstream, key, public, since FROM upstream_key"
	             " WHERE $1 = 0 OR upstream = $1 ORDER BY upstream, since, key", NULL },
	[Q_ATTEMPT] = { "attempt.insert", SIG, "",
	                "INSERT INTO attempt (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
	                " $9, $10, $11, $12, $13, $14)", NULL },
	[Q_ATTEMPTS] = { "attempt.list", "iiii", SIG,
	                 "SELECT " COLS " FROM attempt WHERE upstream = $1 AND hotel = $2"
	                 " AND id > $3 ORDER BY id LIMIT $4", NULL },
	[Q_SWEEP] = { "attempt.sweep", "i", "", "DELETE FROM attempt WHERE at < $1", NULL },
};
const struct sql_table pin_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct pin *k = p;
	k->upstream = col_i64(st);
	k->key = col_text(cx, st);
	k->pub = col_blob(cx, st);
	k->since = col_i64(st);
}

enum vh_rc pin_put(struct ctx *cx, const struct pin *p)
{
	struct stmt *st = db_stmt(cx, &q[Q_PUT]);
	bind_i64(st, p->upstream);
	bind_text(st, p->key);
	bind_blob(st, p->pub);
	bind_i64(st, p->since);
	return db_run(cx, st, NULL);
}

enum vh_rc pin_list(struct ctx *cx, int64_t upstream, struct pin **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, upstream);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct pin, next), ret);
}

static void fill_attempt(struct ctx *cx, struct stmt *st, void *p)
{
	struct attempt *a = p;
	a->upstream = col_i64(st);
	a->hotel = col_i64(st);
	a->id = col_i64(st);
	a->at = col_i64(st);
	a->ms = col_i64(st);
	a->events = col_i64(st);
	a->bytes = col_i64(st);
	a->epoch = col_i64(st);
	a->first_seq = col_i64(st);
	a->last_seq = col_i64(st);
	a->status = col_i64(st);
	a->code = col_text(cx, st);
	a->accepted = col_i64(st);
	a->rejected = col_i64(st);
}

enum vh_rc attempt_insert(struct ctx *cx, const struct attempt *a)
{
	struct stmt *st = db_stmt(cx, &q[Q_ATTEMPT]);
	const int64_t before[] = { a->upstream, a->hotel,     a->id,       a->at,
		                   a->ms,       a->events,    a->bytes,    a->epoch,
		                   a->first_seq, a->last_seq, a->status };
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		bind_i64(st, before[i]);
	bind_text(st, a->code);
	bind_i64(st, a->accepted);
	bind_i64(st, a->rejected);
	return db_run(cx, st, NULL);
}

enum vh_rc attempt_list(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t after, int64_t n,
                        struct attempt **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_ATTEMPTS], upstream, hotel);
	bind_i64(st, after);
	bind_i64(st, n);
	return row_list(cx, st, fill_attempt, sizeof **ret, offsetof(struct attempt, next), ret);
}

enum vh_rc attempt_sweep(struct ctx *cx, int64_t before, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_SWEEP]);
	bind_i64(st, before);
	return db_run(cx, st, ret_n);
}
