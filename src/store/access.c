#include "vh/store_log.h"

#include "rows.h"

#define COLS "hotel, id, at, account, role, subject, fields, reason, request, digest, seal"
#define SIG "iiiitittTbI"

enum {
	Q_INSERT,
	Q_LIST,
	Q_AFTER,
	Q_OF_PERSON,
	Q_UNMASKED,
	Q_SEAL_TAKE,
	Q_OF_SEAL,
	Q_SEAL_INSERT,
	Q_SEAL_GET,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "access.insert", "iiiitittTb", "",
	               "INSERT INTO access (hotel, id, at, account, role, subject, fields, reason,"
	               " request, digest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", NULL },
	[Q_LIST] = { "access.list", "iii", SIG,
	             "SELECT " COLS " FROM access WHERE hotel = $1 AND id < $2"
	             " ORDER BY id DESC LIMIT $3", NULL },
	[Q_AFTER] = { "access.after", "iiii", SIG,
	              "SELECT " COLS " FROM access WHERE hotel = $1 AND id > $2 AND id < $3"
	              " AND subject <> 0 ORDER BY id LIMIT $4", NULL },
	[Q_OF_PERSON] = { "access.of_person", "iii", SIG,
	                  "SELECT " COLS " FROM access WHERE hotel = $1 AND subject = $2"
	                  " ORDER BY id DESC LIMIT $3", NULL },
	[Q_UNMASKED] = { "access.unmasked", "iii", "i",
	                 "SELECT count(DISTINCT subject) FROM access WHERE hotel = $1"
	                 " AND account = $2 AND id > $3 AND fields LIKE '%doc_no%'"
	                 " AND fields NOT LIKE '%doc_no*%'", NULL },
	[Q_SEAL_TAKE] = { "access.seal_take", "iii", "",
	                  "UPDATE access SET seal = $1 WHERE hotel = $2 AND id IN (SELECT id"
	                  " FROM access WHERE hotel = $2 AND seal IS NULL ORDER BY id LIMIT $3)",
	                  NULL },
	[Q_OF_SEAL] = { "access.of_seal", "ii", SIG,
	                "SELECT " COLS " FROM access WHERE hotel = $1 AND seal = $2 ORDER BY id",
	                NULL },
	[Q_SEAL_INSERT] = { "access_seal.insert", "iiibi", "",
	                    "INSERT INTO access_seal (hotel, id, rows, hash, at)"
	                    " VALUES ($1, $2, $3, $4, $5)", NULL },
	[Q_SEAL_GET] = { "access_seal.get", "ii", "iiibi",
	                 "SELECT hotel, id, rows, hash, at FROM access_seal"
	                 " WHERE hotel = $1 AND id = $2", NULL },
};
const struct sql_table access_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct access_row *r = p;
	r->hotel = col_i64(st);
	r->id = col_i64(st);
	r->at = col_i64(st);
	r->account = col_i64(st);
	r->role = col_text(cx, st);
	r->subject = col_i64(st);
	r->fields = col_text(cx, st);
	r->reason = col_text(cx, st);
	r->request = col_text(cx, st);
	r->digest = col_blob(cx, st);
	r->seal = col_i64(st);
}

enum vh_rc access_insert(struct ctx *cx, const struct access_row *r)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], r->hotel, r->id);
	bind_i64(st, r->at);
	bind_i64(st, r->account);
	bind_text(st, r->role);
	bind_i64(st, r->subject);
	bind_text(st, r->fields);
	bind_text(st, r->reason);
	bind_text(st, r->request);
	bind_blob(st, r->digest);
	return db_run(cx, st, NULL);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct access_row **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct access_row, next), ret);
}

enum vh_rc access_list(struct ctx *cx, int64_t hotel, int64_t before, int64_t n,
                       struct access_row **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LIST], hotel, before);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc access_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before, int64_t n,
                        struct access_row **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, before);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc access_of_person(struct ctx *cx, int64_t hotel, int64_t person, int64_t n,
                            struct access_row **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_OF_PERSON], hotel, person);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc access_unmasked_since(struct ctx *cx, int64_t hotel, int64_t account, int64_t since_id,
                                 int64_t *ret_persons)
{
	struct stmt *st = stmt_two(cx, &q[Q_UNMASKED], hotel, account);
	bind_i64(st, since_id);
	return row_i64(cx, st, ret_persons);
}

enum vh_rc access_seal_take(struct ctx *cx, int64_t hotel, int64_t seal, int64_t most,
                            int64_t *ret_rows)
{
	struct stmt *st = stmt_two(cx, &q[Q_SEAL_TAKE], seal, hotel);
	bind_i64(st, most);
	return db_run(cx, st, ret_rows);
}

enum vh_rc access_of_seal(struct ctx *cx, int64_t hotel, int64_t seal, struct access_row **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OF_SEAL], hotel, seal), ret);
}

enum vh_rc access_seal_insert(struct ctx *cx, const struct access_seal *s)
{
	struct stmt *st = stmt_two(cx, &q[Q_SEAL_INSERT], s->hotel, s->id);
	bind_i64(st, s->rows);
	bind_blob(st, s->hash);
	bind_i64(st, s->at);
	return db_run(cx, st, NULL);
}

static void seal_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct access_seal *s = p;
	s->hotel = col_i64(st);
	s->id = col_i64(st);
	s->rows = col_i64(st);
	s->hash = col_blob(cx, st);
	s->at = col_i64(st);
}

enum vh_rc access_seal_get(struct ctx *cx, int64_t hotel, int64_t id, struct access_seal *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_SEAL_GET], hotel, id), seal_fill, ret, sizeof *ret);
}
