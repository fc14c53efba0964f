#include "vh/store_stay.h"

#include <string.h>

#include "stay_row.h"

#define COLS STAY_COLS
#define SIG STAY_SIG
#define CURRENT STAY_CURRENT
#define LIVING "state IN ('pending', 'verified', 'away', 'contested')"

enum {
	Q_INSERT,
	Q_GET,
	Q_AFTER,
	Q_UPDATE,
	Q_CURRENT_OF,
	Q_LIST_ROOM,
	Q_LIST_BACK,
	Q_LIST_PERSON,
	Q_LIST_LEASE,
	Q_LIST_HOTEL,
	Q_LIST_OVERDUE,
	Q_COUNT_ROOM,
	Q_COUNT_CONTESTED,
	Q_TOTALS,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "stay.insert", SIG, "",
	               "INSERT INTO stay (" COLS
	               ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
	               " $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, "
	               "$25, $26)",
	               NULL },
	[Q_AFTER] = { "stay.after", "iii", SIG,
	              "SELECT " COLS " FROM stay WHERE hotel = $1 AND id > $2 ORDER BY id"
	              " LIMIT $3",
	              NULL },
	[Q_GET] = { "stay.get", "ii", SIG, "SELECT " COLS " FROM stay WHERE hotel = $1 AND id = $2",
	            NULL },
	[Q_UPDATE] = { "stay.update", "iItTTTtTiTIIiIiIITiiii", "",
	               "UPDATE stay SET room = $1, lease = $2, since = $3, until = $4, ended = $5,"
	               " away_until = $6, state = $7, contest = $8, lessee = $9, relation = $10,"
	               " employer = $11, due = $12, late = $13, out_due = $14, out_late = $15,"
	               " verified_by = $16, verified_at = $17, reason = $18, ended_about = $19,"
	               " version = version + 1 WHERE hotel = $20 AND id = $21 AND version = $22",
	               NULL },
	[Q_CURRENT_OF] = { "stay.current_of", "ii", SIG,
	                   "SELECT " COLS
	                   " FROM stay WHERE hotel = $1 AND person = $2 AND " CURRENT,
	                   NULL },
	[Q_LIST_ROOM] = { "stay.list_room", "ii", SIG,
	                  "SELECT " COLS " FROM stay WHERE hotel = $1 AND room = $2 AND " LIVING
	                  " ORDER BY lessee DESC, id",
	                  NULL },
	/* The desk hears of its own; "denied": the landlord said that it is nobody of his. */
	[Q_LIST_BACK] = { "stay.list_back", "iii", SIG,
	                  "SELECT " COLS " FROM stay WHERE hotel = $1 AND room = $2"
	                  " AND state = 'rejected' AND filed_at > $3"
	                  " AND (coalesce(filed_by, 0) = 0 OR EXISTS (SELECT 1 FROM account AS a"
	                  " WHERE a.id = stay.filed_by AND a.role = 'landlord'))"
	                  " AND NOT EXISTS (SELECT 1 FROM stay AS n WHERE n.hotel = stay.hotel"
	                  " AND n.person = stay.person AND n.id > stay.id AND n.state <> 'void')"
	                  " AND NOT EXISTS (SELECT 1 FROM declared AS d WHERE d.hotel = stay.hotel"
	                  " AND d.stay = stay.id AND d.state = 'denied') ORDER BY id",
	                  NULL },
	[Q_LIST_PERSON] = { "stay.list_person", "ii", SIG,
	                    "SELECT " COLS " FROM stay WHERE hotel = $1 AND person = $2"
	                    " ORDER BY id DESC",
	                    NULL },
	[Q_LIST_LEASE] = { "stay.list_lease", "iii", SIG,
	                   "SELECT " COLS " FROM stay WHERE hotel = $1 AND room = $2 AND " LIVING
	                   " AND lease = $3 ORDER BY id",
	                   NULL },
	[Q_LIST_HOTEL] = { "stay.list_hotel", "i", SIG,
	                   "SELECT " COLS " FROM stay WHERE hotel = $1 AND " LIVING
	                   " ORDER BY room, id",
	                   NULL },
	[Q_LIST_OVERDUE] = { "stay.list_overdue", "it", SIG,
	                     "SELECT " COLS " FROM stay WHERE hotel = $1 AND " CURRENT
	                     " AND " PASSED " ORDER BY until, id",
	                     NULL },
	/* LIVING is what the index is made for; nobody proves for SQLite that it follows. */
	[Q_COUNT_ROOM] = { "stay.count_room", "ii", "i",
	                   "SELECT count(*) FROM stay WHERE hotel = $1 AND room = $2 AND " LIVING
	                   " AND " CURRENT, NULL },
	[Q_COUNT_CONTESTED] = { "stay.count_contested", "ii", "i",
	                        "SELECT count(*) FROM stay WHERE hotel = $1 AND room = $2"
	                        " AND " LIVING " AND state = 'contested'", NULL },
	[Q_TOTALS] = { "stay.totals", "iiti", "iiiiii",
	               "SELECT coalesce(sum(CASE WHEN " CURRENT " THEN 1 ELSE 0 END), 0),"
	               " coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),"
	               " coalesce(sum(CASE WHEN state = 'contested' THEN 1 ELSE 0 END), 0),"
	               " coalesce(sum(CASE WHEN state = 'away' THEN 1 ELSE 0 END), 0),"
	               " coalesce(sum(CASE WHEN filed_at >= $1 AND filed_at < $2"
	               " AND state <> 'void' THEN 1 ELSE 0 END), 0),"
	               " coalesce(sum(CASE WHEN state = 'ended' AND ended = $3 THEN 1 ELSE 0 END),"
	               " 0) FROM stay WHERE hotel = $4",
	               NULL },
};
const struct sql_table stay_sql = { q, Q__MAX };

static const char *const state_names[STAY__MAX] = {
	[STAY_PENDING] = "pending",   [STAY_VERIFIED] = "verified", [STAY_CONTESTED] = "contested",
	[STAY_AWAY] = "away",         [STAY_ENDED] = "ended",       [STAY_REJECTED] = "rejected",
	[STAY_VOID] = "void",
};

const char *stay_state_name(enum stay_state s)
{
	return state_names[s];
}

/* The schema's CHECK keeps other words out; one that came in anyway is shown as void, never as
 * living there. */
static enum stay_state state_of(const char *name)
{
	for (int i = 0; name && i < STAY__MAX; i++) {
		if (!strcmp(name, state_names[i]))
			return (enum stay_state)i;
	}
	return STAY_VOID;
}

void stay_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct stay *s = p;
	s->hotel = col_i64(st);
	s->id = col_i64(st);
	s->room = col_i64(st);
	s->person = col_i64(st);
	s->lease = col_i64(st);
	s->since = col_text(cx, st);
	s->until = col_text(cx, st);
	s->ended = col_text(cx, st);
	s->away_until = col_text(cx, st);
	s->state = state_of(col_text(cx, st));
	s->contest = col_text(cx, st);
	s->lessee = col_i64(st) != 0;
	s->relation = col_text(cx, st);
	s->employer = col_i64(st);
	s->notice = col_i64(st);
	s->filed_by = col_i64(st);
	s->filed_at = col_i64(st);
	s->due = col_i64(st);
	s->late = col_i64(st) != 0;
	s->out_due = col_i64(st);
	s->out_late = col_i64(st) != 0;
	s->verified_by = col_i64(st);
	s->verified_at = col_i64(st);
	s->reason = col_text(cx, st);
	s->version = col_i64(st);
	s->ended_about = col_i64(st) != 0;
}

static bool passed(const char *day, const char *today)
{
	return day && strcmp(day, today) < 0;
}

/* PASSED says the same in SQL. */
bool stay_is_overdue(const struct stay *s, const char *today)
{
	return stay_is_current(s->state) &&
	       (passed(s->until, today) ||
	        (s->state == STAY_AWAY && passed(s->away_until, today)));
}

enum vh_rc stay_insert(struct ctx *cx, const struct stay *s)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], s->hotel, s->id);
	bind_i64(st, s->room);
	bind_i64(st, s->person);
	bind_ref(st, s->lease);
	bind_text(st, s->since);
	bind_text(st, s->until);
	bind_text(st, s->ended);
	bind_text(st, s->away_until);
	bind_text(st, state_names[s->state]);
	bind_text(st, s->contest);
	bind_i64(st, s->lessee);
	bind_text(st, s->relation);
	bind_ref(st, s->employer);
	bind_i64(st, s->notice);
	bind_i64(st, s->filed_by);
	bind_i64(st, s->filed_at);
	bind_ref(st, s->due);
	bind_i64(st, s->late);
	bind_ref(st, s->out_due);
	bind_i64(st, s->out_late);
	bind_ref(st, s->verified_by);
	bind_ref(st, s->verified_at);
	bind_text(st, s->reason);
	bind_i64(st, s->version);
	bind_i64(st, s->ended_about);
	return db_run(cx, st, NULL);
}

enum vh_rc stay_update(struct ctx *cx, const struct stay *s)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_i64(st, s->room);
	bind_ref(st, s->lease);
	bind_text(st, s->since);
	bind_text(st, s->until);
	bind_text(st, s->ended);
	bind_text(st, s->away_until);
	bind_text(st, state_names[s->state]);
	bind_text(st, s->contest);
	bind_i64(st, s->lessee);
	bind_text(st, s->relation);
	bind_ref(st, s->employer);
	bind_ref(st, s->due);
	bind_i64(st, s->late);
	bind_ref(st, s->out_due);
	bind_i64(st, s->out_late);
	bind_ref(st, s->verified_by);
	bind_ref(st, s->verified_at);
	bind_text(st, s->reason);
	bind_i64(st, s->ended_about);
	bind_i64(st, s->hotel);
	bind_i64(st, s->id);
	bind_i64(st, s->version);
	return row_change(cx, st);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct stay **ret)
{
	return row_list(cx, st, stay_fill, sizeof **ret, offsetof(struct stay, next), ret);
}

enum vh_rc stay_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n, struct stay **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, n);
	return row_list(cx, st, stay_fill, sizeof **ret, offsetof(struct stay, next), ret);
}

enum vh_rc stay_get(struct ctx *cx, int64_t hotel, int64_t id, struct stay *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), stay_fill, ret, sizeof *ret);
}

enum vh_rc stay_current_of(struct ctx *cx, int64_t hotel, int64_t person, struct stay *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_CURRENT_OF], hotel, person), stay_fill, ret,
	               sizeof *ret);
}

enum vh_rc stay_list_room(struct ctx *cx, int64_t hotel, int64_t room, struct stay **ret)
{
	return list(cx, stmt_two(cx, &q[Q_LIST_ROOM], hotel, room), ret);
}

enum vh_rc stay_list_back(struct ctx *cx, int64_t hotel, int64_t room, int64_t since,
                          struct stay **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LIST_BACK], hotel, room);
	bind_i64(st, since);
	return list(cx, st, ret);
}

enum vh_rc stay_list_person(struct ctx *cx, int64_t hotel, int64_t person, struct stay **ret)
{
	return list(cx, stmt_two(cx, &q[Q_LIST_PERSON], hotel, person), ret);
}

enum vh_rc stay_list_lease(struct ctx *cx, int64_t hotel, int64_t room, int64_t lease,
                           struct stay **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_LIST_LEASE], hotel, room);
	bind_i64(st, lease);
	return list(cx, st, ret);
}

enum vh_rc stay_list_hotel(struct ctx *cx, int64_t hotel, struct stay **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST_HOTEL]);
	bind_i64(st, hotel);
	return list(cx, st, ret);
}

enum vh_rc stay_list_overdue(struct ctx *cx, int64_t hotel, const char *today, struct stay **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST_OVERDUE]);
	bind_i64(st, hotel);
	bind_text(st, today);
	return list(cx, st, ret);
}

enum vh_rc stay_count_room(struct ctx *cx, int64_t hotel, int64_t room, int64_t *ret_n)
{
	return row_i64(cx, stmt_two(cx, &q[Q_COUNT_ROOM], hotel, room), ret_n);
}

enum vh_rc stay_count_contested(struct ctx *cx, int64_t hotel, int64_t room, int64_t *ret_n)
{
	return row_i64(cx, stmt_two(cx, &q[Q_COUNT_CONTESTED], hotel, room), ret_n);
}

static void totals_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct stay_totals *t = p;
	(void)cx;
	t->current = col_i64(st);
	t->pending = col_i64(st);
	t->contested = col_i64(st);
	t->away = col_i64(st);
	t->filed = col_i64(st);
	t->ended = col_i64(st);
}

enum vh_rc stay_totals(struct ctx *cx, int64_t hotel, int64_t from, int64_t to, const char *day,
                       struct stay_totals *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_TOTALS]);
	bind_i64(st, from);
	bind_i64(st, to);
	bind_text(st, day);
	bind_i64(st, hotel);
	return row_one(cx, st, totals_fill, ret, sizeof *ret);
}
