#include "vh/store_visit.h"

#include "rows.h"

#define COLS                                                                                      \
	"hotel, id, visit, house, room, at, by, consent, outcome, registered, found, items,"      \
	" template"
/* As COLS; nobody counted reads as -1. */
#define READ                                                                                      \
	"hotel, id, visit, house, room, at, by, consent, outcome, registered,"                    \
	" coalesce(found, -1), items, template"
#define SIG "iiiiIiiTtiiTi"

enum {
	Q_INSERT,
	Q_OF_VISIT,
	Q_OF_ROOM,
	Q_LAST,
	Q_SEEN_INSERT,
	Q_SEEN_LIST,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "inspection.insert", "iiiiIiiTtiITi", "",
	               "INSERT INTO inspection (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", NULL },
	[Q_OF_VISIT] = { "inspection.of_visit", "ii", SIG,
	                 "SELECT " READ " FROM inspection WHERE hotel = $1 AND visit = $2"
	                 " ORDER BY id", NULL },
	[Q_OF_ROOM] = { "inspection.of_room", "iiii", SIG,
	                "SELECT " READ " FROM inspection WHERE hotel = $1 AND room = $2"
	                " AND at >= $3 ORDER BY at DESC, id DESC LIMIT $4", NULL },
	[Q_LAST] = { "inspection.last", "i", "ii",
	             "SELECT room, max(at) FROM inspection WHERE hotel = $1 AND room IS NOT NULL"
	             " AND outcome NOT IN ('nobody_home', 'refused', 'recheck')"
	             " GROUP BY room ORDER BY room", NULL },
	[Q_SEEN_INSERT] = { "inspection_seen.insert", "iiit", "",
	                    "INSERT INTO inspection_seen (hotel, inspection, stay, what)"
	                    " VALUES ($1, $2, $3, $4)", NULL },
	[Q_SEEN_LIST] = { "inspection_seen.list", "ii", "iiit",
	                  "SELECT hotel, inspection, stay, what FROM inspection_seen"
	                  " WHERE hotel = $1 AND inspection = $2 ORDER BY stay", NULL },
};
const struct sql_table inspection_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct inspection *i = p;
	i->hotel = col_i64(st);
	i->id = col_i64(st);
	i->visit = col_i64(st);
	i->house = col_i64(st);
	i->room = col_i64(st);
	i->at = col_i64(st);
	i->by = col_i64(st);
	i->consent = col_text(cx, st);
	i->outcome = col_text(cx, st);
	i->registered = col_i64(st);
	i->found = col_i64(st);
	i->items = col_text(cx, st);
	i->template = col_i64(st);
}

enum vh_rc inspection_insert(struct ctx *cx, const struct inspection *i)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], i->hotel, i->id);
	bind_i64(st, i->visit);
	bind_i64(st, i->house);
	bind_ref(st, i->room);
	bind_i64(st, i->at);
	bind_i64(st, i->by);
	bind_text(st, i->consent);
	bind_text(st, i->outcome);
	bind_i64(st, i->registered);
	if (i->found < 0)
		bind_i64_null(st);
	else
		bind_i64(st, i->found);
	bind_text(st, i->items);
	bind_i64(st, i->template);
	return db_run(cx, st, NULL);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct inspection **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct inspection, next), ret);
}

enum vh_rc inspection_of_visit(struct ctx *cx, int64_t hotel, int64_t visit,
                               struct inspection **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OF_VISIT], hotel, visit), ret);
}

enum vh_rc inspection_of_room(struct ctx *cx, int64_t hotel, int64_t room, int64_t since,
                              int64_t n, struct inspection **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_OF_ROOM], hotel, room);
	bind_i64(st, since);
	bind_i64(st, n);
	return list(cx, st, ret);
}

static void visited_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct visited *v = p;
	(void)cx;
	v->room = col_i64(st);
	v->at = col_i64(st);
}

enum vh_rc inspection_last(struct ctx *cx, int64_t hotel, struct visited **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LAST]);
	bind_i64(st, hotel);
	return row_list(cx, st, visited_fill, sizeof **ret, offsetof(struct visited, next), ret);
}

enum vh_rc inspection_seen_insert(struct ctx *cx, const struct inspection_seen *s)
{
	struct stmt *st = stmt_two(cx, &q[Q_SEEN_INSERT], s->hotel, s->inspection);
	bind_i64(st, s->stay);
	bind_text(st, s->what);
	return db_run(cx, st, NULL);
}

static void seen_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct inspection_seen *s = p;
	s->hotel = col_i64(st);
	s->inspection = col_i64(st);
	s->stay = col_i64(st);
	s->what = col_text(cx, st);
}

enum vh_rc inspection_seen_list(struct ctx *cx, int64_t hotel, int64_t inspection,
                                struct inspection_seen **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_SEEN_LIST], hotel, inspection), seen_fill,
	                sizeof **ret, offsetof(struct inspection_seen, next), ret);
}
