#include "vh/store_down.h"

#include "rows.h"
#include "stay_row.h"

#define E_COLS "hotel, stay, task, at, other_hotel, other_stay"
#define E_SIG "iiiiII"
#define L_COLS "hotel, id, node, origin, at, role, subject, fields, reason, request"
#define L_SIG "iitiitittT"

enum {
	Q_KNOWN_PUT, Q_KNOWN_DROP, Q_KNOWN_GET, Q_KNOWN_ELSEWHERE, Q_ELSE_INSERT, Q_ELSE_GET,
	Q_ELSE_AFTER, Q_LOOK_PUT, Q_LOOK_PERSON, Q_LOOK_AFTER, Q_LOOK_BLANK, Q_CURSOR_GET,
	Q_CURSOR_PUT, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_KNOWN_PUT] = { "known.put", "iib", "",
	                  "INSERT INTO known_in (hotel, person, idx) VALUES ($1, $2, $3)"
	                  " ON CONFLICT (hotel, person) DO UPDATE SET idx = excluded.idx", NULL },
	[Q_KNOWN_DROP] = { "known.drop", "ii", "",
	                   "DELETE FROM known_in WHERE hotel = $1 AND person = $2", NULL },
	[Q_KNOWN_GET] = { "known.get", "ii", "iib",
	                  "SELECT hotel, person, idx FROM known_in WHERE hotel = $1"
	                  " AND person = $2", NULL },
	[Q_KNOWN_ELSEWHERE] = { "known.elsewhere", "bii", "iib",
	                        "SELECT k.hotel, max(k.person), k.idx FROM known_in k"
	                        " WHERE k.idx = $1 AND k.hotel <> $2 AND EXISTS (SELECT 1 FROM"
	                        " stay s WHERE s.hotel = k.hotel AND s.person = k.person AND"
	                        " s." STAY_CURRENT ")"
	                        " GROUP BY k.hotel, k.idx ORDER BY k.hotel LIMIT $3", NULL },
	[Q_ELSE_INSERT] = { "elsewhere.insert", E_SIG, "",
	                    "INSERT INTO elsewhere (" E_COLS ") VALUES ($1, $2, $3, $4, $5, $6)",
	                    NULL },
	[Q_ELSE_GET] = { "elsewhere.get", "ii", E_SIG,
	                 "SELECT " E_COLS " FROM elsewhere WHERE hotel = $1 AND stay = $2", NULL },
	[Q_ELSE_AFTER] = { "elsewhere.after", "iiii", E_SIG,
	                   "SELECT " E_COLS " FROM elsewhere WHERE hotel = $1 AND task > $2"
	                   " AND task < $3 ORDER BY task LIMIT $4", NULL },
	[Q_LOOK_PUT] = { "look_above.put", L_SIG, "",
	                 "INSERT INTO look_above (" L_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7,"
	                 " $8, $9, $10) ON CONFLICT (hotel, node, origin) DO NOTHING", NULL },
	[Q_LOOK_PERSON] = { "look_above.of_person", "iii", L_SIG,
	                    "SELECT " L_COLS " FROM look_above WHERE hotel = $1 AND subject = $2"
	                    " ORDER BY at DESC, id DESC LIMIT $3", NULL },
	[Q_LOOK_AFTER] = { "look_above.after", "iiii", L_SIG,
	                   "SELECT " L_COLS " FROM look_above WHERE hotel = $1 AND id > $2"
	                   " AND id < $3 ORDER BY id LIMIT $4", NULL },
	[Q_LOOK_BLANK] = { "look_above.blank", "tii", "",
	                   "UPDATE look_above SET reason = $1, request = NULL WHERE hotel = $2"
	                   " AND subject = $3", NULL },
	[Q_CURSOR_GET] = { "down_cursor.get", "ii", "iiiii",
	                   "SELECT upstream, hotel, tasks, looks, remarks FROM down_cursor"
	                   " WHERE upstream = $1 AND hotel = $2", NULL },
	[Q_CURSOR_PUT] = { "down_cursor.put", "iiiii", "",
	                   "INSERT INTO down_cursor (upstream, hotel, tasks, looks, remarks)"
	                   " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (upstream, hotel)"
	                   " DO UPDATE SET tasks = excluded.tasks, looks = excluded.looks,"
	                   " remarks = excluded.remarks", NULL },
};
const struct sql_table down_sql = { q, Q__MAX };

/* --- who is known where --- */

enum vh_rc known_put(struct ctx *cx, const struct known *k)
{
	struct stmt *st = stmt_two(cx, &q[Q_KNOWN_PUT], k->hotel, k->person);
	bind_blob(st, k->idx);
	return db_run(cx, st, NULL);
}

enum vh_rc known_drop(struct ctx *cx, int64_t hotel, int64_t person)
{
	return db_run(cx, stmt_two(cx, &q[Q_KNOWN_DROP], hotel, person), NULL);
}

static void fill_known(struct ctx *cx, struct stmt *st, void *p)
{
	struct known *k = p;
	k->hotel = col_i64(st);
	k->person = col_i64(st);
	k->idx = col_blob(cx, st);
}

enum vh_rc known_get(struct ctx *cx, int64_t hotel, int64_t person, struct known *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_KNOWN_GET], hotel, person), fill_known, ret,
	               sizeof *ret);
}

enum vh_rc known_elsewhere(struct ctx *cx, const struct known *own, int64_t n, struct known **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_KNOWN_ELSEWHERE]);
	bind_blob(st, own->idx);
	bind_i64(st, own->hotel);
	bind_i64(st, n);
	return row_list(cx, st, fill_known, sizeof **ret, offsetof(struct known, next), ret);
}

/* --- what was noticed --- */

enum vh_rc elsewhere_insert(struct ctx *cx, const struct elsewhere *e)
{
	struct stmt *st = stmt_two(cx, &q[Q_ELSE_INSERT], e->hotel, e->stay);
	bind_i64(st, e->task);
	bind_i64(st, e->at);
	bind_ref(st, e->other_hotel);
	bind_ref(st, e->other_stay);
	return db_run(cx, st, NULL);
}

static void fill_elsewhere(struct ctx *cx, struct stmt *st, void *p)
{
	struct elsewhere *e = p;
	(void)cx;
	e->hotel = col_i64(st);
	e->stay = col_i64(st);
	e->task = col_i64(st);
	e->at = col_i64(st);
	e->other_hotel = col_i64(st);
	e->other_stay = col_i64(st);
}

enum vh_rc elsewhere_get(struct ctx *cx, int64_t hotel, int64_t stay, struct elsewhere *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_ELSE_GET], hotel, stay), fill_elsewhere, ret,
	               sizeof *ret);
}

enum vh_rc elsewhere_after(struct ctx *cx, int64_t hotel, int64_t task, int64_t before, int64_t n,
                           struct elsewhere **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_ELSE_AFTER], hotel, task);
	bind_i64(st, before);
	bind_i64(st, n);
	return row_list(cx, st, fill_elsewhere, sizeof **ret, offsetof(struct elsewhere, next),
	                ret);
}

/* --- looks --- */

enum vh_rc look_above_put(struct ctx *cx, const struct access_row *r)
{
	struct stmt *st = stmt_two(cx, &q[Q_LOOK_PUT], r->hotel, r->id);
	bind_text(st, r->node);
	bind_i64(st, r->origin);
	bind_i64(st, r->at);
	bind_text(st, r->role);
	bind_i64(st, r->subject);
	bind_text(st, r->fields);
	bind_text(st, r->reason);
	bind_text(st, r->request);
	return db_run(cx, st, NULL);
}

static void fill_look(struct ctx *cx, struct stmt *st, void *p)
{
	struct access_row *r = p;
	r->hotel = col_i64(st);
	r->id = col_i64(st);
	r->node = col_text(cx, st);
	r->origin = col_i64(st);
	r->at = col_i64(st);
	r->role = col_text(cx, st);
	r->subject = col_i64(st);
	r->fields = col_text(cx, st);
	r->reason = col_text(cx, st);
	r->request = col_text(cx, st);
}

enum vh_rc look_above_of_person(struct ctx *cx, int64_t hotel, int64_t person, int64_t n,
                                struct access_row **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LOOK_PERSON], hotel, person);
	bind_i64(st, n);
	return row_list(cx, st, fill_look, sizeof **ret, offsetof(struct access_row, next), ret);
}

enum vh_rc look_above_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t before,
                            int64_t n, struct access_row **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LOOK_AFTER], hotel, after);
	bind_i64(st, before);
	bind_i64(st, n);
	return row_list(cx, st, fill_look, sizeof **ret, offsetof(struct access_row, next), ret);
}

enum vh_rc look_above_blank(struct ctx *cx, int64_t hotel, int64_t person)
{
	struct stmt *st = db_stmt(cx, &q[Q_LOOK_BLANK]);
	bind_text(st, LOOK_BLANK);
	bind_i64(st, hotel);
	bind_i64(st, person);
	return db_run(cx, st, NULL);
}

/* --- how far --- */

static void fill_cursor(struct ctx *cx, struct stmt *st, void *p)
{
	struct down_cursor *c = p;
	(void)cx;
	c->upstream = col_i64(st);
	c->hotel = col_i64(st);
	c->tasks = col_i64(st);
	c->looks = col_i64(st);
	c->remarks = col_i64(st);
}

enum vh_rc down_cursor_get(struct ctx *cx, int64_t upstream, int64_t hotel, struct down_cursor *ret)
{
	struct down_cursor c = { .upstream = upstream, .hotel = hotel };
	struct stmt *st = stmt_two(cx, &q[Q_CURSOR_GET], upstream, hotel);
	enum vh_rc rc = row_one(cx, st, fill_cursor, &c, sizeof c);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	*ret = c;
	return VH_OK;
}

enum vh_rc down_cursor_put(struct ctx *cx, const struct down_cursor *c)
{
	struct stmt *st = stmt_two(cx, &q[Q_CURSOR_PUT], c->upstream, c->hotel);
	bind_i64(st, c->tasks);
	bind_i64(st, c->looks);
	bind_i64(st, c->remarks);
	return db_run(cx, st, NULL);
}
