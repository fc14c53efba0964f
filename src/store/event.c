#include "vh/store_log.h"

#include "rows.h"

#define COLS \
	"hotel, epoch, seq, id, type, subject, part, at, actor, reason, urgent, supersedes, payload"
#define SIG "iiiittiiiTiIb"

enum { Q_INSERT, Q_GET, Q_AFTER, Q_SUBJECTS, Q_IDS, Q_OF_SUBJECT, Q_BLANK,
       Q_LAST_BEFORE, Q_NEWS, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "event.insert", SIG, "",
	               "INSERT INTO event (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
	               NULL },
	[Q_GET] = { "event.get", "iii", SIG,
	            "SELECT " COLS " FROM event WHERE hotel = $1 AND epoch = $2 AND seq = $3",
	            NULL },
	[Q_AFTER] = { "event.after", "iiii", SIG,
	              "SELECT " COLS " FROM event WHERE hotel = $1 AND (epoch, seq) > ($2, $3)"
	              " ORDER BY epoch, seq LIMIT $4",
	              NULL },
	[Q_SUBJECTS] = { "event.subjects", "iiii", "iitti",
	                 "SELECT epoch, seq, type, subject, part FROM event"
	                 " WHERE hotel = $1 AND (epoch, seq) > ($2, $3)"
	                 " ORDER BY epoch, seq LIMIT $4",
	                 NULL },
	[Q_IDS] = { "event.ids", "iiiii", "iii",
	            "SELECT epoch, seq, id FROM event"
	            " WHERE hotel = $1 AND (epoch, seq) > ($2, $3) AND epoch < $4"
	            " ORDER BY epoch, seq LIMIT $5",
	            NULL },
	[Q_OF_SUBJECT] = { "event.of_subject", "it", SIG,
	                   "SELECT " COLS " FROM event WHERE hotel = $1 AND subject = $2"
	                   " ORDER BY epoch, seq",
	                   NULL },
	[Q_BLANK] = { "event.blank", "biii", "",
	              "UPDATE event SET payload = $1, reason = NULL"
	              " WHERE hotel = $2 AND epoch = $3 AND seq = $4",
	              NULL },
	[Q_LAST_BEFORE] = { "event.last_before", "ii", "ii",
	                    "SELECT epoch, seq FROM event WHERE hotel = $1 AND epoch < $2"
	                    " ORDER BY epoch DESC, seq DESC LIMIT 1",
	                    NULL },
	/* What a registry says of itself changes nothing in it. */
	[Q_NEWS] = { "event.news", "iii", SIG,
	             "SELECT " COLS " FROM event e WHERE hotel = $1 AND epoch = $2 AND seq > $3"
	             " AND type NOT IN ('cn.vhotel.hotel.restored.v1',"
	             " 'cn.vhotel.hotel.daily-closed.v1', 'cn.vhotel.hotel.erased.v1')"
	             " AND NOT EXISTS (SELECT 1 FROM received r WHERE r.hotel = e.hotel"
	             " AND r.id = e.id) ORDER BY epoch, seq LIMIT 500",
	             NULL },
};
const struct sql_table event_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct event *e = p;
	e->hotel = col_i64(st);
	e->epoch = col_i64(st);
	e->seq = col_i64(st);
	e->id = col_i64(st);
	e->type = col_text(cx, st);
	e->subject = col_text(cx, st);
	e->part = col_i64(st);
	e->at = col_i64(st);
	e->actor = col_i64(st);
	e->reason = col_text(cx, st);
	e->urgent = col_i64(st) != 0;
	e->supersedes = col_i64(st);
	e->payload = col_blob(cx, st);
}

enum vh_rc event_insert(struct ctx *cx, const struct event *e)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], e->hotel, e->epoch);
	bind_i64(st, e->seq);
	bind_i64(st, e->id);
	bind_text(st, e->type);
	bind_text(st, e->subject);
	bind_i64(st, e->part);
	bind_i64(st, e->at);
	bind_i64(st, e->actor);
	bind_text(st, e->reason);
	bind_i64(st, e->urgent);
	bind_ref(st, e->supersedes);
	bind_blob(st, e->payload);
	return db_run(cx, st, NULL);
}

enum vh_rc event_get(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, struct event *ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_GET], hotel, epoch);
	bind_i64(st, seq);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

enum vh_rc event_after(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                       struct event **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, epoch);
	bind_i64(st, seq);
	bind_i64(st, n);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct event, next), ret);
}

static void subject_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct event *e = p;
	e->epoch = col_i64(st);
	e->seq = col_i64(st);
	e->type = col_text(cx, st);
	e->subject = col_text(cx, st);
	e->part = col_i64(st);
}

enum vh_rc event_subjects(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t n,
                          struct event **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_SUBJECTS], hotel, epoch);
	bind_i64(st, seq);
	bind_i64(st, n);
	return row_list(cx, st, subject_fill, sizeof **ret, offsetof(struct event, next), ret);
}

static void id_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct event *e = p;
	(void)cx;
	e->epoch = col_i64(st);
	e->seq = col_i64(st);
	e->id = col_i64(st);
}

enum vh_rc event_ids(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, int64_t before,
                     int64_t n, struct event **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_IDS], hotel, epoch);
	bind_i64(st, seq);
	bind_i64(st, before);
	bind_i64(st, n);
	return row_list(cx, st, id_fill, sizeof **ret, offsetof(struct event, next), ret);
}

enum vh_rc event_of_subject(struct ctx *cx, int64_t hotel, const char *subject, struct event **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_OF_SUBJECT]);
	bind_i64(st, hotel);
	bind_text(st, subject);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct event, next), ret);
}

enum vh_rc event_blank(struct ctx *cx, const struct event *e)
{
	struct stmt *st = db_stmt(cx, &q[Q_BLANK]);
	bind_blob(st, e->payload);
	bind_i64(st, e->hotel);
	bind_i64(st, e->epoch);
	bind_i64(st, e->seq);
	return row_change(cx, st);
}

static void place_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct event *e = p;
	(void)cx;
	e->epoch = col_i64(st);
	e->seq = col_i64(st);
}

enum vh_rc event_last_before(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t *ret_epoch,
                             int64_t *ret_seq)
{
	struct event e = { 0 };
	struct stmt *st = stmt_two(cx, &q[Q_LAST_BEFORE], hotel, epoch);
	enum vh_rc rc = row_one(cx, st, place_fill, &e, sizeof e);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	*ret_epoch = e.epoch;
	*ret_seq = e.seq;
	return VH_OK;
}

enum vh_rc event_news(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq, struct event **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_NEWS], hotel, epoch);
	bind_i64(st, seq);
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct event, next), ret);
}
