#include "vh/store_claim.h"

#include "rows.h"

#define COLS                                                                                     \
	"hotel, id, stay, person, kind, words, was_ended, state, by, at, settled_by, settled_at," \
	" reason"
#define SIG "iiiitBTtiiIIT"

enum { Q_INSERT, Q_GET, Q_OF_STAY, Q_PAGE_OPEN, Q_OF_PERSON, Q_CLOSE, Q_BLANK, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "dispute.insert", SIG, "",
	               "INSERT INTO dispute (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", NULL },
	[Q_GET] = { "dispute.get", "ii", SIG,
	            "SELECT " COLS " FROM dispute WHERE hotel = $1 AND id = $2", NULL },
	[Q_OF_STAY] = { "dispute.of_stay", "ii", SIG,
	                "SELECT " COLS " FROM dispute WHERE hotel = $1 AND stay = $2"
	                " AND state = 'open'", NULL },
	[Q_PAGE_OPEN] = { "dispute.page_open", "iii", SIG,
	                  "SELECT " COLS " FROM dispute WHERE hotel = $1 AND state = 'open'"
	                  " AND id > $2 ORDER BY id LIMIT $3", NULL },
	[Q_OF_PERSON] = { "dispute.of_person", "ii", SIG,
	                  "SELECT " COLS " FROM dispute WHERE hotel = $1 AND person = $2"
	                  " ORDER BY id DESC", NULL },
	[Q_CLOSE] = { "dispute.close", "tiiTii", "",
	              "UPDATE dispute SET state = $1, settled_by = $2, settled_at = $3,"
	              " reason = $4 WHERE hotel = $5 AND id = $6 AND state = 'open'", NULL },
	[Q_BLANK] = { "dispute.blank", "ii", "",
	              "UPDATE dispute SET words = NULL, reason = NULL"
	              " WHERE hotel = $1 AND person = $2", NULL },
};
const struct sql_table dispute_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct dispute *d = p;
	d->hotel = col_i64(st);
	d->id = col_i64(st);
	d->stay = col_i64(st);
	d->person = col_i64(st);
	d->kind = col_text(cx, st);
	d->words = col_blob(cx, st);
	d->was_ended = col_text(cx, st);
	d->state = col_text(cx, st);
	d->by = col_i64(st);
	d->at = col_i64(st);
	d->settled_by = col_i64(st);
	d->settled_at = col_i64(st);
	d->reason = col_text(cx, st);
}

enum vh_rc dispute_insert(struct ctx *cx, const struct dispute *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], d->hotel, d->id);
	bind_i64(st, d->stay);
	bind_i64(st, d->person);
	bind_text(st, d->kind);
	bind_blob(st, d->words);
	bind_text(st, d->was_ended);
	bind_text(st, d->state);
	bind_i64(st, d->by);
	bind_i64(st, d->at);
	bind_ref(st, d->settled_by);
	bind_ref(st, d->settled_at);
	bind_text(st, d->reason);
	return db_run(cx, st, NULL);
}

enum vh_rc dispute_get(struct ctx *cx, int64_t hotel, int64_t id, struct dispute *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc dispute_of_stay(struct ctx *cx, int64_t hotel, int64_t stay, struct dispute *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_OF_STAY], hotel, stay), fill, ret, sizeof *ret);
}

enum vh_rc dispute_page_open(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                             struct dispute **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_PAGE_OPEN], hotel, after);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct dispute, next), ret);
}

enum vh_rc dispute_of_person(struct ctx *cx, int64_t hotel, int64_t person, struct dispute **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_OF_PERSON], hotel, person), fill, sizeof **ret,
	                offsetof(struct dispute, next), ret);
}

enum vh_rc dispute_close(struct ctx *cx, const struct dispute *d)
{
	struct stmt *st = db_stmt(cx, &q[Q_CLOSE]);
	bind_text(st, d->state);
	bind_i64(st, d->settled_by);
	bind_i64(st, d->settled_at);
	bind_text(st, d->reason);
	bind_i64(st, d->hotel);
	bind_i64(st, d->id);
	return row_change(cx, st);
}

enum vh_rc dispute_blank(struct ctx *cx, int64_t hotel, int64_t person)
{
	return db_run(cx, stmt_two(cx, &q[Q_BLANK], hotel, person), NULL);
}
