#include "vh/store_claim.h"

#include "rows.h"

#define COLS "hotel, id, person, why, last_day, months, stays, events, by, at"
#define SIG "iiittiiiii"
#define LIVING "state IN ('pending', 'verified', 'away', 'contested')"

enum { Q_INSERT, Q_OF_PERSON, Q_LIST, Q_RIPE, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "erasure.insert", SIG, "",
	               "INSERT INTO erasure (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", NULL },
	[Q_OF_PERSON] = { "erasure.of_person", "ii", SIG,
	                  "SELECT " COLS " FROM erasure WHERE hotel = $1 AND person = $2", NULL },
	[Q_LIST] = { "erasure.list", "iii", SIG,
	             "SELECT " COLS " FROM erasure WHERE hotel = $1 AND id < $2"
	             " ORDER BY id DESC LIMIT $3",
	             NULL },
	[Q_RIPE] = { "erasure.ripe", "iiti", "it",
	             "SELECT s.person, max(coalesce(s.ended, s.since)) FROM stay s"
	             " WHERE s.hotel = $1 AND s.person > $2 AND NOT EXISTS (SELECT 1"
	             " FROM erasure e WHERE e.hotel = s.hotel AND e.person = s.person)"
	             " GROUP BY s.person"
	             " HAVING max(CASE WHEN s." LIVING " THEN 1 ELSE 0 END) = 0"
	             " AND max(coalesce(s.ended, s.since)) <= $3"
	             " ORDER BY s.person LIMIT $4", NULL },
};
const struct sql_table erasure_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct erasure *e = p;
	e->hotel = col_i64(st);
	e->id = col_i64(st);
	e->person = col_i64(st);
	e->why = col_text(cx, st);
	e->last_day = col_text(cx, st);
	e->months = col_i64(st);
	e->stays = col_i64(st);
	e->events = col_i64(st);
	e->by = col_i64(st);
	e->at = col_i64(st);
}

enum vh_rc erasure_insert(struct ctx *cx, const struct erasure *e)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], e->hotel, e->id);
	bind_i64(st, e->person);
	bind_text(st, e->why);
	bind_text(st, e->last_day);
	bind_i64(st, e->months);
	bind_i64(st, e->stays);
	bind_i64(st, e->events);
	bind_i64(st, e->by);
	bind_i64(st, e->at);
	return db_run(cx, st, NULL);
}

enum vh_rc erasure_of_person(struct ctx *cx, int64_t hotel, int64_t person, struct erasure *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_OF_PERSON], hotel, person), fill, ret, sizeof *ret);
}

enum vh_rc erasure_list(struct ctx *cx, int64_t hotel, int64_t before, int64_t n,
                        struct erasure **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LIST], hotel, before);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct erasure, next), ret);
}

static void left_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct left *l = p;
	l->person = col_i64(st);
	l->last_day = col_text(cx, st);
}

enum vh_rc erasure_ripe(struct ctx *cx, int64_t hotel, const char *day, int64_t after, int64_t n,
                        struct left **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_RIPE], hotel, after);
	bind_text(st, day);
	bind_i64(st, n);
	return row_list(cx, st, left_fill, sizeof **ret, offsetof(struct left, next), ret);
}
