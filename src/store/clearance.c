#include "vh/store_visit.h"

#include "rows.h"

#define COLS "hotel, id, room, result, day, until, note, by, at"
#define SIG "iiittTTii"

enum { Q_INSERT, Q_LAST, Q_LIST, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "clearance.insert", SIG, "",
	               "INSERT INTO clearance (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", NULL },
	[Q_LAST] = { "clearance.last", "ii", SIG,
	             "SELECT " COLS " FROM clearance WHERE hotel = $1 AND room = $2"
	             " ORDER BY id DESC LIMIT 1", NULL },
	[Q_LIST] = { "clearance.list", "ii", SIG,
	             "SELECT " COLS " FROM clearance WHERE hotel = $1 AND room = $2"
	             " ORDER BY id DESC", NULL },
};
const struct sql_table clearance_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct clearance *c = p;
	c->hotel = col_i64(st);
	c->id = col_i64(st);
	c->room = col_i64(st);
	c->result = col_text(cx, st);
	c->day = col_text(cx, st);
	c->until = col_text(cx, st);
	c->note = col_text(cx, st);
	c->by = col_i64(st);
	c->at = col_i64(st);
}

enum vh_rc clearance_insert(struct ctx *cx, const struct clearance *c)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], c->hotel, c->id);
	bind_i64(st, c->room);
	bind_text(st, c->result);
	bind_text(st, c->day);
	bind_text(st, c->until);
	bind_text(st, c->note);
	bind_i64(st, c->by);
	bind_i64(st, c->at);
	return db_run(cx, st, NULL);
}

enum vh_rc clearance_last(struct ctx *cx, int64_t hotel, int64_t room, struct clearance *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_LAST], hotel, room), fill, ret, sizeof *ret);
}

enum vh_rc clearance_list(struct ctx *cx, int64_t hotel, int64_t room, struct clearance **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_LIST], hotel, room), fill, sizeof **ret,
	                offsetof(struct clearance, next), ret);
}
