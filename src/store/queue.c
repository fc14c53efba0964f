#include "vh/store_queue.h"

#include "stay_row.h"

#define WAITING "state IN ('pending', 'contested')"
#define STAYS "SELECT " STAY_COLS " FROM stay WHERE hotel = $1 AND "
#define HAS_DECLARED                                                                             \
	"EXISTS (SELECT 1 FROM declared d WHERE d.hotel = stay.hotel AND d.stay = stay.id"       \
	" AND d.state = 'waiting')"
#define PASSED_DAY "CASE WHEN until < $2 THEN until ELSE away_until END"
#define COUNT "(SELECT count(*) FROM stay WHERE hotel = $1 AND "

enum {
	Q_WAITING,
	Q_DECLARED,
	Q_SOON,
	Q_OVERDUE,
	Q_LATE,
	Q_AWAY,
	Q_COUNT,
	Q_CALLS,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_WAITING] = { "queue.waiting", "iii", STAY_SIG,
	                STAYS WAITING " AND id > $2 ORDER BY id LIMIT $3", NULL },
	[Q_DECLARED] = { "queue.declared", "iii", STAY_SIG,
	                 STAYS WAITING " AND id > $2 AND " HAS_DECLARED " ORDER BY id LIMIT $3",
	                 NULL },
	[Q_SOON] = { "queue.soon", "ittii", STAY_SIG,
	             STAYS STAY_CURRENT " AND until <= $2 AND (until, id) > ($3, $4)"
	             " ORDER BY until, id LIMIT $5", NULL },
	[Q_OVERDUE] = { "queue.overdue", "ittii", STAY_SIG,
	                STAYS STAY_CURRENT " AND " PASSED " AND (" PASSED_DAY ", id) > ($3, $4)"
	                " ORDER BY " PASSED_DAY ", id LIMIT $5", NULL },
	[Q_LATE] = { "queue.late", "iii", STAY_SIG,
	             STAYS "late = 1 AND " STAY_CURRENT " AND id > $2 ORDER BY id LIMIT $3", NULL },
	[Q_AWAY] = { "queue.away", "itii", STAY_SIG,
	             STAYS "state = 'away' AND (away_until, id) > ($2, $3)"
	             " ORDER BY away_until, id LIMIT $4", NULL },
	[Q_COUNT] = { "queue.count", "ittii", "iiiiiiiiiiiii",
	              "SELECT " COUNT WAITING " AND state = 'pending'), "
	              COUNT WAITING " AND state = 'contested'), "
	              COUNT WAITING " AND " HAS_DECLARED "), "
	              COUNT STAY_CURRENT " AND until >= $2 AND until <= $3), "
	              COUNT STAY_CURRENT " AND " PASSED "), "
	              COUNT "late = 1 AND " STAY_CURRENT " AND id > $4), "
	              COUNT "state = 'away'), "
	              "(SELECT count(*) FROM dispute WHERE hotel = $1 AND state = 'open'),"
	              " (SELECT count(*) FROM task WHERE hotel = $1 AND state <> 'confirmed'"
	              " AND kind <> 'emergency'),"
	              " (SELECT count(*) FROM task WHERE hotel = $1 AND state <> 'confirmed'"
	              " AND kind <> 'emergency' AND due < $5),"
	              " (SELECT count(*) FROM hazard WHERE hotel = $1 AND closed_at IS NULL"
	              " AND due < $5),"
	              " (SELECT count(*) FROM upstream u JOIN delivery d ON d.upstream = u.id"
	              " WHERE d.hotel = $1 AND d.state NOT IN ('accepted', 'superseded')"
	              " AND d.state IN ('rejected', 'dead')),"
	              " (SELECT count(*) FROM remark WHERE hotel = $1 AND state = 'open')",
	              NULL },
	[Q_CALLS] = { "queue.calls", "iii", "i",
	              "SELECT count(*) FROM access WHERE hotel = $1 AND account = $2 AND id > $3"
	              " AND reason = 'call'", NULL },
};
const struct sql_table queue_sql = { q, Q__MAX };

enum vh_rc queue_stays(struct ctx *cx, int64_t hotel, enum stay_queue which,
                       const struct queue_span *span, const struct queue_after *after, int64_t n,
                       struct stay **ret)
{
	static const int statement[] = {
		[STAYS_WAITING] = Q_WAITING, [STAYS_DECLARED] = Q_DECLARED, [STAYS_SOON] = Q_SOON,
		[STAYS_OVERDUE] = Q_OVERDUE, [STAYS_LATE] = Q_LATE,         [STAYS_AWAY] = Q_AWAY,
	};
	bool by_day = which == STAYS_SOON || which == STAYS_OVERDUE || which == STAYS_AWAY;
	struct stmt *st = db_stmt(cx, &q[statement[which]]);
	bind_i64(st, hotel);
	if (which == STAYS_SOON || which == STAYS_OVERDUE)
		bind_text(st, which == STAYS_SOON ? span->soon : span->today);
	if (by_day)
		bind_text(st, after->day);
	bind_i64(st, which == STAYS_LATE && after->id < span->late_after ? span->late_after
	                                                                  : after->id);
	bind_i64(st, n);
	return row_list(cx, st, stay_fill, sizeof **ret, offsetof(struct stay, next), ret);
}

static void count_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct queue_counts *c = p;
	(void)cx;
	c->pending = col_i64(st);
	c->contested = col_i64(st);
	c->declared = col_i64(st);
	c->soon = col_i64(st);
	c->overdue = col_i64(st);
	c->late = col_i64(st);
	c->away = col_i64(st);
	c->disputes = col_i64(st);
	c->tasks = col_i64(st);
	c->tasks_late = col_i64(st);
	c->hazards_late = col_i64(st);
	c->corrections = col_i64(st);
	c->remarks = col_i64(st);
}

enum vh_rc queue_count(struct ctx *cx, int64_t hotel, const struct queue_span *span,
                       struct queue_counts *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_COUNT]);
	bind_i64(st, hotel);
	bind_text(st, span->today);
	bind_text(st, span->soon);
	bind_i64(st, span->late_after);
	bind_i64(st, span->now);
	return row_one(cx, st, count_fill, ret, sizeof *ret);
}

enum vh_rc queue_calls(struct ctx *cx, int64_t hotel, int64_t account, int64_t since_id,
                       int64_t *ret_n)
{
	struct stmt *st = stmt_two(cx, &q[Q_CALLS], hotel, account);
	bind_i64(st, since_id);
	return row_i64(cx, st, ret_n);
}
