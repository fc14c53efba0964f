#include "vh/store_log.h"

#include <string.h>

#include "delivery_row.h"

#define UP_COLS "id, name, url, secret, empty_accepted, state, created"
#define UP_SIG "ittbiti"
#define COLS DELIVERY_COLS
#define SIG DELIVERY_SIG
#define DAY "CAST(86400000 AS BIGINT)"
#define ABOVE "(v.epoch, v.seq) > (coalesce(c.epoch, 0), coalesce(c.seq, 0))"
#define OPEN "state IN ('due', 'sending', 'unknown', 'retry')"
/* As the indices have it: delivery_open, delivery_part. */
#define WAITS "state IN ('due', 'unknown', 'retry')"
#define UNENDED "state NOT IN ('accepted', 'superseded')"

enum {
	Q_UP_INSERT, Q_UP_GET, Q_UP_LIST, Q_UP_UPDATE, Q_CURSOR_GET, Q_CURSOR_PUT, Q_INSERT,
	Q_UPDATE, Q_READY, Q_LIST, Q_REFUSED, Q_OF_EVENT, Q_NEXT_AT, Q_NEXT_AFTER, Q_COUNT,
	Q_WAITING, Q_URGENT, Q_PAGE, Q_SETTLED, Q_LEASE_TAKE, Q_LEASE_DROP, Q_LEASE_CLEAR,
	Q_OPEN_COUNT, Q_OLDEST, Q_ACCEPTED_AT, Q_TROUBLE, Q_EVENT_FIRST, Q_EVENT_COUNT,
	Q_OVERDUE, Q_HELD, Q_LIST_UNENDED, Q_COUNT_UNENDED, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_UP_INSERT] = { "upstream.insert", UP_SIG, "",
	                  "INSERT INTO upstream (" UP_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                  NULL },
	[Q_UP_GET] = { "upstream.get", "t", UP_SIG,
	               "SELECT " UP_COLS " FROM upstream WHERE name = $1", NULL },
	[Q_UP_LIST] = { "upstream.list", "", UP_SIG, "SELECT " UP_COLS " FROM upstream ORDER BY id",
	                NULL },
	[Q_UP_UPDATE] = { "upstream.update", "tbiti", "",
	                  "UPDATE upstream SET url = $1, secret = $2, empty_accepted = $3,"
	                  " state = $4 WHERE id = $5",
	                  NULL },
	[Q_CURSOR_GET] = { "cursor.get", "ii", "ii",
	                   "SELECT epoch, seq FROM cursor_of WHERE upstream = $1 AND hotel = $2",
	                   NULL },
	[Q_CURSOR_PUT] = { "cursor.put", "iiii", "",
	                   "INSERT INTO cursor_of (upstream, hotel, epoch, seq)"
	                   " VALUES ($1, $2, $3, $4) ON CONFLICT (upstream, hotel)"
	                   " DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq",
	                   NULL },
	[Q_INSERT] = { "delivery.insert", "iiiiiitiiI", "",
	               "INSERT INTO delivery (upstream, hotel, epoch, seq, event, part, state,"
	               " attempts, next_at, sent_at)"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
	               NULL },
	[Q_UPDATE] = { "delivery.update", "tiiIIITTTiiii", "",
	               "UPDATE delivery SET state = $1, attempts = $2, next_at = $3, sent_at = $4,"
	               " done_at = $5, status = $6, code = $7, detail = $8, receipt = $9"
	               " WHERE upstream = $10 AND hotel = $11 AND epoch = $12 AND seq = $13",
	               NULL },
	[Q_READY] = { "delivery.ready", "iiii", SIG,
	              "SELECT " COLS " FROM delivery d WHERE d.upstream = $1 AND d.hotel = $2"
	              " AND d.next_at <= $3 AND d." WAITS
	              " AND NOT EXISTS (SELECT 1 FROM delivery e WHERE e.upstream = d.upstream"
	              " AND e.hotel = d.hotel AND e.part = d.part"
	              " AND e." UNENDED
	              " AND (e.epoch < d.epoch OR (e.epoch = d.epoch AND e.seq < d.seq)))"
	              " ORDER BY d.epoch, d.seq LIMIT $4",
	              NULL },
	[Q_HELD] = { "delivery.held", "iii", "i",
	             "SELECT 1 FROM delivery WHERE upstream = $1 AND hotel = $2 AND part = $3"
	             " AND " UNENDED " LIMIT 1",
	             NULL },
	[Q_LIST] = { "delivery.list", "iti", SIG,
	             "SELECT " COLS " FROM delivery d WHERE d.upstream = $1 AND d.state = $2"
	             " ORDER BY d.hotel, d.epoch, d.seq LIMIT $3",
	             NULL },
	[Q_LIST_UNENDED] = { "delivery.list_unended", "iti", SIG,
	                     "SELECT " COLS " FROM delivery d WHERE d.upstream = $1"
	                     " AND d.state = $2 AND d." UNENDED
	                     " ORDER BY d.hotel, d.epoch, d.seq LIMIT $3",
	                     NULL },
	[Q_COUNT_UNENDED] = { "delivery.count_unended", "it", "i",
	                      "SELECT count(*) FROM delivery WHERE upstream = $1 AND state = $2"
	                      " AND " UNENDED,
	                      NULL },
	[Q_REFUSED] = { "delivery.refused", "iiiii", SIG,
	                "SELECT " COLS " FROM upstream u JOIN delivery d ON d.upstream = u.id"
	                " WHERE d.hotel = $1 AND d." UNENDED
	                " AND d.state IN ('rejected', 'dead')"
	                " AND (d.upstream, d.epoch, d.seq) > ($2, $3, $4)"
	                " ORDER BY d.upstream, d.epoch, d.seq LIMIT $5",
	                NULL },
	[Q_OF_EVENT] = { "delivery.of_event", "ii", SIG,
	                 "SELECT " COLS " FROM delivery d WHERE d.hotel = $1 AND d.event = $2"
	                 " ORDER BY d.upstream",
	                 NULL },
	[Q_NEXT_AT] = { "delivery.next_at", "i", "i",
	                "SELECT coalesce(min(next_at), 0) FROM delivery WHERE upstream = $1 "
	                "AND " WAITS,
	                NULL },
	[Q_NEXT_AFTER] = { "delivery.next_after", "ii", "i",
	                   "SELECT coalesce(min(next_at), 0) FROM delivery"
	                   " WHERE upstream = $1 AND next_at > $2 AND " WAITS,
	                   NULL },
	[Q_COUNT] = { "delivery.count", "it", "i",
	              "SELECT count(*) FROM delivery WHERE upstream = $1 AND state = $2", NULL },
	[Q_WAITING] = { "delivery.waiting", "i", "i",
	                "SELECT count(*) FROM event v LEFT JOIN cursor_of c"
	                " ON c.upstream = $1 AND c.hotel = v.hotel"
	                " WHERE (v.epoch, v.seq) > (coalesce(c.epoch, 0), coalesce(c.seq, 0))",
	                NULL },
	[Q_URGENT] = { "delivery.urgent", "", "i",
	               "SELECT count(*) FROM event v CROSS JOIN upstream u LEFT JOIN cursor_of c"
	               " ON c.upstream = u.id AND c.hotel = v.hotel WHERE v.urgent = 1"
	               " AND u.state = 'open'"
	               " AND (v.epoch, v.seq) > (coalesce(c.epoch, 0), coalesce(c.seq, 0))",
	               NULL },
	[Q_OPEN_COUNT] = { "delivery.open_count", "iit", "i",
	                   "SELECT count(*) FROM delivery WHERE upstream = $1 AND hotel = $2"
	                   " AND state = $3 AND " UNENDED,
	                   NULL },
	[Q_OLDEST] = { "delivery.oldest", "ii", "i",
	               "SELECT coalesce(min(v.at), 0) FROM delivery d JOIN event v"
	               " ON v.hotel = d.hotel AND v.epoch = d.epoch AND v.seq = d.seq"
	               " WHERE d.upstream = $1 AND d.hotel = $2 AND d." OPEN
	               " AND d." UNENDED,
	               NULL },
	[Q_ACCEPTED_AT] = { "delivery.accepted_at", "ii", "i",
	                    "SELECT coalesce(done_at, 0) FROM delivery WHERE upstream = $1"
	                    " AND hotel = $2 AND state = 'accepted'"
	                    " ORDER BY epoch DESC, seq DESC LIMIT 1",
	                    NULL },
	[Q_TROUBLE] = { "delivery.trouble", "iii", SIG,
	                "SELECT " COLS " FROM delivery d WHERE d.upstream = $1 AND d.hotel = $2"
	                " AND d." UNENDED
	                " AND d.state IN ('unknown', 'retry', 'rejected', 'dead')"
	                " ORDER BY coalesce(d.sent_at, 0) DESC, d.epoch, d.seq LIMIT $3",
	                NULL },
	[Q_EVENT_FIRST] = { "event.first_after", "iii", "i",
	                    "SELECT at FROM event WHERE hotel = $1 AND (epoch, seq) > ($2, $3)"
	                    " ORDER BY epoch, seq LIMIT 1",
	                    NULL },
	[Q_EVENT_COUNT] = { "event.count_after", "iii", "i",
	                    "SELECT count(*) FROM event WHERE hotel = $1"
	                    " AND (epoch, seq) > ($2, $3)",
	                    NULL },
	[Q_OVERDUE] = { "delivery.overdue", "i", "iIII",
	                "SELECT h.id, (SELECT min(v.at + CASE v.urgent WHEN 1 THEN " DAY
	                " ELSE 3 * " DAY " END) FROM delivery d JOIN event v"
	                " ON v.hotel = d.hotel AND v.epoch = d.epoch AND v.seq = d.seq"
	                " WHERE d.upstream = $1 AND d.hotel = h.id AND d." OPEN
	                " AND d." UNENDED "),"
	                " (SELECT v.at + " DAY " FROM event v WHERE v.hotel = h.id"
	                " AND v.urgent = 1 AND " ABOVE " ORDER BY v.epoch, v.seq LIMIT 1),"
	                " (SELECT v.at + 3 * " DAY " FROM event v WHERE v.hotel = h.id"
	                " AND " ABOVE " ORDER BY v.epoch, v.seq LIMIT 1)"
	                " FROM hotel h LEFT JOIN cursor_of c"
	                " ON c.upstream = $1 AND c.hotel = h.id",
	                NULL },
	[Q_PAGE] = { "delivery.page", "iitiii", SIG,
	             "SELECT " COLS " FROM delivery d WHERE d.upstream = $1 AND d.hotel = $2"
	             " AND d.state = $3 AND (d.epoch, d.seq) > ($4, $5)"
	             " ORDER BY d.epoch, d.seq LIMIT $6",
	             NULL },
	[Q_SETTLED] = { "delivery.settled", "ii", "ii",
	                "SELECT coalesce(sum(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END), 0),"
	                " coalesce(sum(CASE WHEN state IN ('accepted', 'superseded') THEN 0"
	                " ELSE 1 END), 0) FROM delivery WHERE upstream = $1 AND hotel = $2",
	                NULL },
	[Q_LEASE_TAKE] = { "lease_of.take", "ttii", "",
	                   "INSERT INTO lease_of (name, holder, until) VALUES ($1, $2, $3)"
	                   " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
	                   " until = excluded.until"
	                   " WHERE lease_of.holder = excluded.holder OR lease_of.until <= $4",
	                   NULL },
	[Q_LEASE_DROP] = { "lease_of.drop", "tt", "",
	                   "DELETE FROM lease_of WHERE name = $1 AND holder = $2", NULL },
	[Q_LEASE_CLEAR] = { "lease_of.clear", "", "", "DELETE FROM lease_of", NULL },
};
const struct sql_table delivery_sql = { q, Q__MAX };

static void up_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct upstream *u = p;
	u->id = col_i64(st);
	u->name = col_text(cx, st);
	u->url = col_text(cx, st);
	u->secret = col_blob(cx, st);
	u->empty_accepted = col_i64(st) != 0;
	u->state = col_text(cx, st);
	u->created = col_i64(st);
}

enum vh_rc upstream_insert(struct ctx *cx, const struct upstream *u)
{
	struct stmt *st = db_stmt(cx, &q[Q_UP_INSERT]);
	bind_i64(st, u->id);
	bind_text(st, u->name);
	bind_text(st, u->url);
	bind_blob(st, u->secret);
	bind_i64(st, u->empty_accepted);
	bind_text(st, u->state);
	bind_i64(st, u->created);
	return db_run(cx, st, NULL);
}

enum vh_rc upstream_get(struct ctx *cx, const char *name, struct upstream *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_UP_GET]);
	bind_text(st, name);
	return row_one(cx, st, up_fill, ret, sizeof *ret);
}

enum vh_rc upstream_list(struct ctx *cx, struct upstream **ret)
{
	return row_list(cx, db_stmt(cx, &q[Q_UP_LIST]), up_fill, sizeof **ret,
	                offsetof(struct upstream, next), ret);
}

enum vh_rc upstream_update(struct ctx *cx, const struct upstream *u)
{
	struct stmt *st = db_stmt(cx, &q[Q_UP_UPDATE]);
	bind_text(st, u->url);
	bind_blob(st, u->secret);
	bind_i64(st, u->empty_accepted);
	bind_text(st, u->state);
	bind_i64(st, u->id);
	return row_change(cx, st);
}

enum vh_rc cursor_get(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_epoch,
                      int64_t *ret_seq)
{
	struct stmt *st = stmt_two(cx, &q[Q_CURSOR_GET], upstream, hotel);
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	*ret_epoch = rc == VH_OK ? col_i64(st) : 0;
	*ret_seq = rc == VH_OK ? col_i64(st) : 0;
	db_end(st);
	return VH_OK;
}

enum vh_rc cursor_put(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t epoch, int64_t seq)
{
	struct stmt *st = stmt_two(cx, &q[Q_CURSOR_PUT], upstream, hotel);
	bind_i64(st, epoch);
	bind_i64(st, seq);
	return db_run(cx, st, NULL);
}

void delivery_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct delivery *d = p;
	d->upstream = col_i64(st);
	d->hotel = col_i64(st);
	d->epoch = col_i64(st);
	d->seq = col_i64(st);
	d->event = col_i64(st);
	d->part = col_i64(st);
	d->state = col_text(cx, st);
	d->attempts = col_i64(st);
	d->next_at = col_i64(st);
	d->sent_at = col_i64(st);
	d->done_at = col_i64(st);
	d->status = col_i64(st);
	d->code = col_text(cx, st);
	d->detail = col_text(cx, st);
	d->receipt = col_text(cx, st);
}

enum vh_rc delivery_insert(struct ctx *cx, const struct delivery *d)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], d->upstream, d->hotel);
	bind_i64(st, d->epoch);
	bind_i64(st, d->seq);
	bind_i64(st, d->event);
	bind_i64(st, d->part);
	bind_text(st, d->state);
	bind_i64(st, d->attempts);
	bind_i64(st, d->next_at);
	bind_ref(st, d->sent_at);
	return db_run(cx, st, NULL);
}

enum vh_rc delivery_update(struct ctx *cx, const struct delivery *d)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, d->state);
	bind_i64(st, d->attempts);
	bind_i64(st, d->next_at);
	bind_ref(st, d->sent_at);
	bind_ref(st, d->done_at);
	bind_ref(st, d->status);
	bind_text(st, d->code);
	bind_text(st, d->detail);
	bind_text(st, d->receipt);
	bind_i64(st, d->upstream);
	bind_i64(st, d->hotel);
	bind_i64(st, d->epoch);
	bind_i64(st, d->seq);
	return row_change(cx, st);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct delivery **ret)
{
	return row_list(cx, st, delivery_fill, sizeof **ret, offsetof(struct delivery, next), ret);
}

enum vh_rc delivery_ready(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t now, int64_t n,
                          struct delivery **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_READY], upstream, hotel);
	bind_i64(st, now);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc delivery_held(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t part, bool *ret)
{
	int64_t one = 0;
	struct stmt *st = stmt_two(cx, &q[Q_HELD], upstream, hotel);
	bind_i64(st, part);
	enum vh_rc rc = row_i64(cx, st, &one);
	*ret = rc == VH_OK;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Those that ended well are nearly all, and in no index. */
static bool is_ended(const char *state)
{
	return !strcmp(state, "accepted") || !strcmp(state, "superseded");
}

enum vh_rc delivery_list(struct ctx *cx, int64_t upstream, const char *state, int64_t n,
                         struct delivery **ret)
{
	struct stmt *st = db_stmt(cx, &q[is_ended(state) ? Q_LIST : Q_LIST_UNENDED]);
	bind_i64(st, upstream);
	bind_text(st, state);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc delivery_refused(struct ctx *cx, int64_t hotel, const struct delivery *after, int64_t n,
                            struct delivery **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_REFUSED], hotel, after->upstream);
	bind_i64(st, after->epoch);
	bind_i64(st, after->seq);
	bind_i64(st, n);
	return row_list(cx, st, delivery_fill, sizeof **ret, offsetof(struct delivery, next), ret);
}

enum vh_rc delivery_of_event(struct ctx *cx, int64_t hotel, int64_t event, struct delivery **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OF_EVENT], hotel, event), ret);
}

enum vh_rc delivery_next_at(struct ctx *cx, int64_t upstream, int64_t *ret_at)
{
	struct stmt *st = db_stmt(cx, &q[Q_NEXT_AT]);
	bind_i64(st, upstream);
	return row_i64(cx, st, ret_at);
}

enum vh_rc delivery_next_after(struct ctx *cx, int64_t upstream, int64_t after, int64_t *ret_at)
{
	return row_i64(cx, stmt_two(cx, &q[Q_NEXT_AFTER], upstream, after), ret_at);
}

enum vh_rc delivery_count(struct ctx *cx, int64_t upstream, const char *state, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[is_ended(state) ? Q_COUNT : Q_COUNT_UNENDED]);
	bind_i64(st, upstream);
	bind_text(st, state);
	return row_i64(cx, st, ret_n);
}

enum vh_rc delivery_waiting(struct ctx *cx, int64_t upstream, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_WAITING]);
	bind_i64(st, upstream);
	return row_i64(cx, st, ret_n);
}

enum vh_rc delivery_open_count(struct ctx *cx, int64_t upstream, int64_t hotel, const char *state,
                               int64_t *ret_n)
{
	struct stmt *st = stmt_two(cx, &q[Q_OPEN_COUNT], upstream, hotel);
	bind_text(st, state);
	return row_i64(cx, st, ret_n);
}

/* One number of two keys; 0 without a row. */
static enum vh_rc at_of(struct ctx *cx, int which, int64_t upstream, int64_t hotel, int64_t *ret_at)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, upstream);
	bind_i64(st, hotel);
	*ret_at = 0;
	enum vh_rc rc = row_i64(cx, st, ret_at);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc delivery_oldest(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_at)
{
	return at_of(cx, Q_OLDEST, upstream, hotel, ret_at);
}

enum vh_rc delivery_accepted_at(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_at)
{
	return at_of(cx, Q_ACCEPTED_AT, upstream, hotel, ret_at);
}

enum vh_rc delivery_trouble(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n,
                            struct delivery **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_TROUBLE], upstream, hotel);
	bind_i64(st, n);
	return row_list(cx, st, delivery_fill, sizeof **ret, offsetof(struct delivery, next), ret);
}

static void fill_overdue(struct ctx *cx, struct stmt *st, void *p)
{
	struct overdue *o = p;
	(void)cx;
	o->hotel = col_i64(st);
	for (int i = 0; i < 3; i++) {
		int64_t due = col_i64(st);
		if (due && (!o->due || due < o->due))
			o->due = due;
	}
}

enum vh_rc delivery_overdue(struct ctx *cx, int64_t upstream, struct overdue **ret)
{
	struct overdue *all = NULL;
	struct stmt *st = db_stmt(cx, &q[Q_OVERDUE]);
	bind_i64(st, upstream);
	enum vh_rc rc = row_list(cx, st, fill_overdue, sizeof *all,
	                         offsetof(struct overdue, next), &all);
	if (rc != VH_OK)
		return rc;
	struct overdue **end = ret;
	for (*ret = all; *end;)
		if ((*end)->due)
			end = &(*end)->next;
		else
			*end = (*end)->next;
	return VH_OK;
}

static struct stmt *after(struct ctx *cx, int which, int64_t hotel, int64_t epoch, int64_t seq)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, hotel);
	bind_i64(st, epoch);
	bind_i64(st, seq);
	return st;
}

enum vh_rc event_waiting(struct ctx *cx, int64_t hotel, int64_t epoch, int64_t seq,
                         int64_t *ret_at, int64_t *ret_n)
{
	*ret_at = *ret_n = 0;
	enum vh_rc rc = row_i64(cx, after(cx, Q_EVENT_FIRST, hotel, epoch, seq), ret_at);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	return row_i64(cx, after(cx, Q_EVENT_COUNT, hotel, epoch, seq), ret_n);
}

enum vh_rc delivery_urgent(struct ctx *cx, bool *ret)
{
	int64_t n = 0;
	enum vh_rc rc = row_i64(cx, db_stmt(cx, &q[Q_URGENT]), &n);
	if (rc == VH_OK)
		*ret = n > 0;
	return rc;
}

enum vh_rc lease_take(struct ctx *cx, const char *name, const char *holder, int64_t until)
{
	int64_t changed = 0;
	struct stmt *st = db_stmt(cx, &q[Q_LEASE_TAKE]);
	bind_text(st, name);
	bind_text(st, holder);
	bind_i64(st, until);
	bind_i64(st, cx->now);
	enum vh_rc rc = db_run(cx, st, &changed);
	return rc == VH_OK && changed != 1 ? VH_BUSY : rc;
}

enum vh_rc lease_drop(struct ctx *cx, const char *name, const char *holder)
{
	struct stmt *st = db_stmt(cx, &q[Q_LEASE_DROP]);
	bind_text(st, name);
	bind_text(st, holder);
	return db_run(cx, st, NULL);
}

enum vh_rc lease_clear(struct ctx *cx)
{
	return db_run(cx, db_stmt(cx, &q[Q_LEASE_CLEAR]), NULL);
}

enum vh_rc delivery_page(struct ctx *cx, const struct delivery *from, const char *state, int64_t n,
                         struct delivery **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_PAGE], from->upstream, from->hotel);
	bind_text(st, state);
	bind_i64(st, from->epoch);
	bind_i64(st, from->seq);
	bind_i64(st, n);
	return row_list(cx, st, delivery_fill, sizeof **ret, offsetof(struct delivery, next), ret);
}

enum vh_rc delivery_settled(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t *ret_accepted,
                            int64_t *ret_open)
{
	struct stmt *st = stmt_two(cx, &q[Q_SETTLED], upstream, hotel);
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	*ret_accepted = col_i64(st);
	*ret_open = col_i64(st);
	db_end(st);
	return VH_OK;
}
