#include "vh/store_figures.h"

#include <string.h>

#include "rows.h"
#include "vh/date.h"

#define CURRENT "state IN ('pending', 'verified', 'away')"
#define LIVING "state IN ('pending', 'verified', 'away', 'contested')"
/* What was true of somebody, once or now. */
#define TRUE_STAY "state IN ('pending', 'verified', 'away', 'ended')"
#define SILENT "outcome IN ('nobody_home', 'refused')"
#define N(when) "coalesce(sum(CASE WHEN " when " THEN 1 ELSE 0 END), 0)"
#define DAY_OF(at, zone) "(" at " + " zone ") / 86400000"

enum { DOCUMENT_ARENA = 64 << 10 };

enum {
	Q_HOUSES, Q_ROOMS, Q_PEOPLE, Q_LIVING,
	Q_IN, Q_OUT, Q_FILED, Q_FOUND, Q_CLOSED,
	Q_HAZARDS, Q_VISITED, Q_VISITS, Q_VERIFIED, Q_TASKS, Q_SILENT,
	Q_UPSTREAMS, Q_WAITING, Q_OPEN, Q_REFUSED, Q_DOCS, Q_STATES, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_HOUSES] = { "figures.houses", "i", "ii",
	               "SELECT count(*), " N("lat <> 0 OR lng <> 0") " FROM house"
	               " WHERE hotel = $1 AND state = 'open'", NULL },
	[Q_ROOMS] = { "figures.rooms", "i", "iiiii",
	              "SELECT count(*), coalesce(sum(x.capacity), 0),"
	              " " N("x.letting <> 'open' AND x.n = 0") ", " N("x.n > 0") ","
	              " " N("x.n > x.capacity") " FROM (SELECT r.capacity AS capacity,"
	              " r.letting AS letting, (SELECT count(*) FROM stay s WHERE s.hotel = r.hotel"
	              " AND s.room = r.id AND s." LIVING " AND s." CURRENT ") AS n"
	              " FROM room r WHERE r.hotel = $1 AND r.letting <> 'closed') x", NULL },
	[Q_PEOPLE] = { "figures.people", "tti", "iiiiii",
	               "SELECT " N(CURRENT) ", " N("state = 'pending'") ","
	               " " N("state = 'contested'") ", " N("state = 'away'") ","
	               " " N(CURRENT " AND until < $1") ", " N(CURRENT " AND since > $2")
	               " FROM stay WHERE hotel = $3 AND " LIVING, NULL },
	[Q_LIVING] = { "figures.living", "itt", "ii",
	               "SELECT count(*), count(DISTINCT room) FROM stay WHERE hotel = $1"
	               " AND since <= $2 AND (ended IS NULL OR ended > $3) AND " TRUE_STAY, NULL },
	/* The other stay of the same person that ends (or begins) on that day: he only moved. */
	[Q_IN] = { "figures.in", "itt", "tiii",
	           "SELECT s.since, count(*), " N("EXISTS (SELECT 1 FROM stay o WHERE"
	           " o.hotel = s.hotel AND o.person = s.person AND o.id <> s.id"
	           " AND o.state = 'ended' AND o.ended = s.since)") ", 0 FROM stay s"
	           " WHERE s.hotel = $1 AND s.since >= $2 AND s.since <= $3 AND s." TRUE_STAY
	           " GROUP BY s.since ORDER BY s.since", NULL },
	[Q_OUT] = { "figures.out", "itt", "tiii",
	            "SELECT s.ended, count(*), " N("EXISTS (SELECT 1 FROM stay o WHERE"
	            " o.hotel = s.hotel AND o.person = s.person AND o.id <> s.id"
	            " AND o." TRUE_STAY " AND o.since = s.ended)") ", " N("s.out_late = 1")
	            " FROM stay s WHERE s.hotel = $1 AND s.ended >= $2 AND s.ended <= $3"
	            " AND s.state = 'ended' GROUP BY s.ended ORDER BY s.ended", NULL },
	[Q_FILED] = { "figures.filed", "iiii", "iii",
	              "SELECT " DAY_OF("filed_at", "$1") " AS day, count(*), " N("late = 1")
	              " FROM stay WHERE hotel = $2 AND filed_at >= $3 AND filed_at < $4"
	              " AND state <> 'void' GROUP BY 1 ORDER BY 1", NULL },
	[Q_FOUND] = { "figures.found", "iiii", "iii",
	              "SELECT " DAY_OF("found_at", "$1") " AS day, count(*), 0 FROM hazard"
	              " WHERE hotel = $2 AND found_at >= $3 AND found_at < $4"
	              " GROUP BY 1 ORDER BY 1", NULL },
	[Q_CLOSED] = { "figures.closed", "iiii", "iii",
	               "SELECT " DAY_OF("closed_at", "$1") " AS day, count(*), 0 FROM hazard"
	               " WHERE hotel = $2 AND closed_at >= $3 AND closed_at < $4"
	               " GROUP BY 1 ORDER BY 1", NULL },
	[Q_HAZARDS] = { "figures.hazards", "iiii", "iii",
	                "SELECT count(*), " N("severity = 'grave'") ", " N("due < $1")
	                " FROM hazard WHERE hotel = $2 AND found_at <= $3"
	                " AND (closed_at IS NULL OR closed_at > $4)", NULL },
	[Q_VISITED] = { "figures.visited", "i", "ii",
	                "SELECT r.id, coalesce((SELECT i.at FROM inspection i WHERE"
	                " i.hotel = r.hotel AND i.room = r.id AND i.outcome NOT IN"
	                " ('nobody_home', 'refused', 'recheck') ORDER BY i.at DESC LIMIT 1), 0)"
	                " FROM room r WHERE r.hotel = $1 AND r.letting <> 'closed' ORDER BY r.id",
	                NULL },
	[Q_VISITS] = { "figures.visits", "iii", "iiiii",
	               "SELECT " N("NOT " SILENT) ", " N(SILENT) ", " N("outcome = 'found_more'")
	               ", " N("outcome = 'found_fewer'") ", " N("outcome = 'nobody_lives'")
	               " FROM inspection WHERE hotel = $1 AND room IS NOT NULL"
	               " AND outcome <> 'recheck' AND at >= $2 AND at < $3", NULL },
	[Q_VERIFIED] = { "figures.verified", "iii", "i",
	                 "SELECT count(*) FROM stay WHERE hotel = $1 AND verified_at >= $2"
	                 " AND verified_at < $3 AND " TRUE_STAY, NULL },
	[Q_TASKS] = { "figures.tasks", "iiiii", "ii",
	              "SELECT " N("created >= $1 AND created < $2") ","
	              " " N("state = 'confirmed' AND changed >= $3 AND changed < $4")
	              " FROM task WHERE hotel = $5", NULL },
	/* CROSS: visits are walked once and looked up in the list of houses, not the other way. */
	[Q_SILENT] = { "figures.silent", "iii", "iitii",
	               "SELECT h.id, h.no, h.address, x.tries, x.last FROM"
	               " (SELECT i.house AS house, count(DISTINCT i.visit) AS tries,"
	               " max(i.at) AS last FROM inspection i CROSS JOIN"
	               " (SELECT house, max(CASE WHEN " SILENT " THEN 0 ELSE at END) AS answered"
	               " FROM inspection WHERE hotel = $1 GROUP BY house) a WHERE a.house = i.house"
	               " AND i.hotel = $2 AND i.at > a.answered GROUP BY i.house) x"
	               " JOIN house h ON h.hotel = $2 AND h.id = x.house"
	               " WHERE h.state = 'open' AND x.tries >= $3 ORDER BY x.tries DESC, h.no",
	               NULL },
	[Q_UPSTREAMS] = { "figures.upstreams", "i", "itiii",
	                  "SELECT u.id, u.name, CASE WHEN u.state = 'paused' THEN 1 ELSE 0 END,"
	                  " coalesce(c.epoch, 0), coalesce(c.seq, 0) FROM upstream u"
	                  " LEFT JOIN cursor_of c ON c.upstream = u.id AND c.hotel = $1"
	                  " ORDER BY u.id", NULL },
	[Q_WAITING] = { "figures.waiting", "iii", "ii",
	                "SELECT count(*), coalesce(min(at), 0) FROM event WHERE hotel = $1"
	                " AND (epoch, seq) > ($2, $3)", NULL },
	[Q_OPEN] = { "figures.open", "ii", "ii",
	             "SELECT count(*), coalesce(min(v.at), 0) FROM delivery d JOIN event v"
	             " ON v.hotel = d.hotel AND v.epoch = d.epoch AND v.seq = d.seq"
	             " WHERE d.upstream = $1 AND d.hotel = $2"
	             " AND d.state IN ('due', 'sending', 'unknown', 'retry')"
	             " AND d.state NOT IN ('accepted', 'superseded')", NULL },
	[Q_REFUSED] = { "figures.refused", "ii", "i",
	                "SELECT count(*) FROM delivery WHERE upstream = $1 AND hotel = $2"
	                " AND state NOT IN ('accepted', 'superseded')"
	                " AND state IN ('rejected', 'dead')", NULL },
	[Q_DOCS] = { "figures.docs", "i", "itB",
	             "SELECT p.id, p.doc_type, p.doc FROM stay s JOIN person p"
	             " ON p.hotel = s.hotel AND p.id = s.person WHERE s.hotel = $1"
	             " AND s." LIVING " AND s." CURRENT " ORDER BY p.id", NULL },
	[Q_STATES] = { "figures.states", "ttti", "iiiiiiit",
	               "SELECT r.house, r.id, r.capacity, " N("s." CURRENT) ","
	               " " N("s.state IN ('pending', 'contested')") ","
	               " " N("s." CURRENT " AND s.until < $1") ","
	               " " N("s." CURRENT " AND s.until >= $2 AND s.until <= $3") ", r.letting"
	               " FROM room r"
	               " LEFT JOIN stay s ON s.hotel = r.hotel AND s.room = r.id AND s." LIVING
	               " WHERE r.hotel = $4 AND r.letting <> 'closed'"
	               " GROUP BY r.house, r.id, r.capacity, r.letting ORDER BY r.house, r.id",
	               NULL },
};
const struct sql_table figures_sql = { q, Q__MAX };

static struct stmt *of_hotel(struct ctx *cx, int which, int64_t hotel)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, hotel);
	return st;
}

/* ---- places and people ---- */

static void houses_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct count_places *c = p;
	(void)cx;
	c->houses = col_i64(st);
	c->placed = col_i64(st);
}

static void rooms_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct count_places *c = p;
	(void)cx;
	c->rooms = col_i64(st);
	c->capacity = col_i64(st);
	c->shut = col_i64(st);
	c->occupied = col_i64(st);
	c->over = col_i64(st);
}

enum vh_rc count_places(struct ctx *cx, int64_t hotel, struct count_places *ret)
{
	struct count_places houses = { 0 }, rooms = { 0 };
	enum vh_rc rc = row_one(cx, of_hotel(cx, Q_HOUSES, hotel), houses_fill, &houses,
	                        sizeof houses);
	if (rc == VH_OK)
		rc = row_one(cx, of_hotel(cx, Q_ROOMS, hotel), rooms_fill, &rooms, sizeof rooms);
	if (rc != VH_OK)
		return rc;
	*ret = rooms;
	ret->houses = houses.houses;
	ret->placed = houses.placed;
	return VH_OK;
}

static void people_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct count_people *c = p;
	(void)cx;
	c->people = col_i64(st);
	c->pending = col_i64(st);
	c->contested = col_i64(st);
	c->away = col_i64(st);
	c->overdue = col_i64(st);
	c->expected = col_i64(st);
}

enum vh_rc count_people(struct ctx *cx, int64_t hotel, const char *today, struct count_people *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_PEOPLE]);
	bind_text(st, today);
	bind_text(st, today);
	bind_i64(st, hotel);
	return row_one(cx, st, people_fill, ret, sizeof *ret);
}

struct pair {
	int64_t a, b;
};

static void pair_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct pair *two = p;
	(void)cx;
	two->a = col_i64(st);
	two->b = col_i64(st);
}

static enum vh_rc pair_of(struct ctx *cx, struct stmt *st, int64_t *ret_a, int64_t *ret_b)
{
	struct pair two;
	enum vh_rc rc = row_one(cx, st, pair_fill, &two, sizeof two);
	if (rc == VH_OK) {
		*ret_a = two.a;
		*ret_b = two.b;
	}
	return rc;
}

enum vh_rc count_living(struct ctx *cx, int64_t hotel, const char *day, int64_t *ret_people,
                        int64_t *ret_rooms)
{
	struct stmt *st = of_hotel(cx, Q_LIVING, hotel);
	bind_text(st, day);
	bind_text(st, day);
	return pair_of(cx, st, ret_people, ret_rooms);
}

/* ---- counts by day ---- */

static void day_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct day_count *d = p;
	const char *day = col_text(cx, st);
	/* One that is none goes to a day that nobody asks for. */
	if (!day || day_parse(day, &d->day) != VH_OK)
		d->day = DAY_NONE;
	d->n = col_i64(st);
	d->moved = col_i64(st);
	d->late = col_i64(st);
}

static void instant_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct day_count *d = p;
	(void)cx;
	d->day = (int32_t)col_i64(st);
	d->n = col_i64(st);
	d->late = col_i64(st);
}

static struct stmt *by_instant(struct ctx *cx, int which, int64_t hotel, const struct span *span)
{
	struct stmt *st = db_stmt(cx, &q[which]);
	bind_i64(st, span->zone_min * MINUTE_MS);
	bind_i64(st, hotel);
	bind_i64(st, day_start(span->from, span->zone_min));
	bind_i64(st, day_start(span->to + 1, span->zone_min));
	return st;
}

enum vh_rc count_days(struct ctx *cx, int64_t hotel, enum count_of what, const struct span *span,
                      struct day_count **ret)
{
	static const int which[COUNT__MAX] = { Q_IN, Q_OUT, Q_FILED, Q_FOUND, Q_CLOSED };
	char from[DAY_TEXT], to[DAY_TEXT];
	struct stmt *st;
	bool by_text = what == COUNT_IN || what == COUNT_OUT;
	day_format(span->from, from);
	day_format(span->to, to);
	if (by_text) {
		st = of_hotel(cx, which[what], hotel);
		bind_text(st, from);
		bind_text(st, to);
	} else {
		st = by_instant(cx, which[what], hotel, span);
	}
	return row_list(cx, st, by_text ? day_fill : instant_fill, sizeof **ret,
	                offsetof(struct day_count, next), ret);
}

/* ---- hazards, visits, work ---- */

static void hazards_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct count_hazards *c = p;
	(void)cx;
	c->open = col_i64(st);
	c->grave = col_i64(st);
	c->overdue = col_i64(st);
}

enum vh_rc count_hazards(struct ctx *cx, int64_t hotel, int64_t at, struct count_hazards *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_HAZARDS]);
	bind_i64(st, at);
	bind_i64(st, hotel);
	bind_i64(st, at);
	bind_i64(st, at);
	return row_one(cx, st, hazards_fill, ret, sizeof *ret);
}

static void visited_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct room_visit *v = p;
	(void)cx;
	v->room = col_i64(st);
	v->at = col_i64(st);
}

enum vh_rc count_visited(struct ctx *cx, int64_t hotel, struct room_visit **ret)
{
	return row_list(cx, of_hotel(cx, Q_VISITED, hotel), visited_fill, sizeof **ret,
	                offsetof(struct room_visit, next), ret);
}

static void visits_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct count_visits *c = p;
	(void)cx;
	c->rooms = col_i64(st);
	c->unanswered = col_i64(st);
	c->more = col_i64(st);
	c->fewer = col_i64(st);
	c->nobody = col_i64(st);
}

enum vh_rc count_visits(struct ctx *cx, int64_t hotel, const struct span *span,
                        struct count_visits *ret)
{
	struct stmt *st = of_hotel(cx, Q_VISITS, hotel);
	bind_i64(st, day_start(span->from, span->zone_min));
	bind_i64(st, day_start(span->to + 1, span->zone_min));
	return row_one(cx, st, visits_fill, ret, sizeof *ret);
}

enum vh_rc count_work(struct ctx *cx, int64_t hotel, const struct span *span,
                      struct count_work *ret)
{
	int64_t from = day_start(span->from, span->zone_min);
	int64_t to = day_start(span->to + 1, span->zone_min);
	struct count_work w = { 0 };
	struct stmt *st = of_hotel(cx, Q_VERIFIED, hotel);
	bind_i64(st, from);
	bind_i64(st, to);
	enum vh_rc rc = row_i64(cx, st, &w.verified);
	if (rc != VH_OK)
		return rc;
	st = db_stmt(cx, &q[Q_TASKS]);
	for (int i = 0; i < 2; i++) {
		bind_i64(st, from);
		bind_i64(st, to);
	}
	bind_i64(st, hotel);
	rc = pair_of(cx, st, &w.opened, &w.confirmed);
	if (rc == VH_OK)
		*ret = w;
	return rc;
}

static void silent_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct silent_house *h = p;
	h->id = col_i64(st);
	h->no = col_i64(st);
	h->address = col_text(cx, st);
	h->tries = col_i64(st);
	h->last = col_i64(st);
}

enum vh_rc houses_silent(struct ctx *cx, int64_t hotel, int64_t least, struct silent_house **ret)
{
	struct stmt *st = of_hotel(cx, Q_SILENT, hotel);
	bind_i64(st, hotel);
	bind_i64(st, least);
	return row_list(cx, st, silent_fill, sizeof **ret, offsetof(struct silent_house, next),
	                ret);
}

/* ---- the way up ---- */

struct lag_row {
	struct upstream_lag lag;
	int64_t epoch, seq;
	struct lag_row *next;
};

static void lag_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct lag_row *r = p;
	r->lag.upstream = col_i64(st);
	r->lag.name = col_text(cx, st);
	r->lag.paused = col_i64(st) != 0;
	r->epoch = col_i64(st);
	r->seq = col_i64(st);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static enum vh_rc lag_count(struct ctx *cx, int64_t hotel, struct lag_row *r)
{
	int64_t above = 0, above_at = 0, open = 0, open_at = 0;
	struct stmt *st = of_hotel(cx, Q_WAITING, hotel);
	bind_i64(st, r->epoch);
	bind_i64(st, r->seq);
	enum vh_rc rc = pair_of(cx, st, &above, &above_at);
	if (rc != VH_OK)
		return rc;
	st = of_hotel(cx, Q_OPEN, r->lag.upstream);
	bind_i64(st, hotel);
	rc = pair_of(cx, st, &open, &open_at);
	if (rc != VH_OK)
		return rc;
	st = of_hotel(cx, Q_REFUSED, r->lag.upstream);
	bind_i64(st, hotel);
	r->lag.waiting = above + open;
	r->lag.oldest = earlier(above_at, open_at);
	return row_i64(cx, st, &r->lag.refused);
}

enum vh_rc upstream_lags(struct ctx *cx, int64_t hotel, struct upstream_lag **ret)
{
	struct lag_row *rows = NULL;
	struct upstream_lag **tail = ret;
	enum vh_rc rc = row_list(cx, of_hotel(cx, Q_UPSTREAMS, hotel), lag_fill, sizeof *rows,
	                         offsetof(struct lag_row, next), &rows);
	*tail = NULL;
	for (struct lag_row *r = rows; rc == VH_OK && r; r = r->next) {
		rc = lag_count(cx, hotel, r);
		*tail = &r->lag;
		tail = &r->lag.next;
	}
	return rc;
}

/* ---- documents, the map ---- */

/* The row's texts live in an arena of their own, which each row begins anew. */
static enum vh_rc one_document(struct ctx *cx, struct stmt *st, const struct hotel_keys *k,
                               int64_t hotel, document_fn *fn, void *arg)
{
	struct place at = { "person", "doc", hotel, 0 };
	char *number = NULL;
	arena_reset(cx->a);
	at.row = col_i64(st);
	const char *type = col_text(cx, st);
	enum vh_rc rc = open_text(cx->a, &k->data, &at, col_blob(cx, st), &number);
	if (rc != VH_OK || !type)
		return rc != VH_OK ? rc : ctx_nomem(cx);
	fn(arg, type, number);
	if (number)
		wipe(number, strlen(number));
	return VH_OK;
}

enum vh_rc documents_living(struct ctx *cx, const struct hotel_keys *k, int64_t hotel,
                            document_fn *fn, void *arg)
{
	struct arena *own = cx->a, *each = arena_new(DOCUMENT_ARENA);
	struct stmt *st = of_hotel(cx, Q_DOCS, hotel);
	enum vh_rc rc = VH_OK;
	if (!each)
		return ctx_nomem(cx);
	while (rc == VH_OK && (rc = db_row(cx, st)) == VH_OK) {
		cx->a = each;
		rc = one_document(cx, st, k, hotel, fn, arg);
		cx->a = own;
		if (rc != VH_OK)
			db_end(st);
	}
	arena_free(each);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static void state_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct room_state *r = p;
	r->house = col_i64(st);
	r->id = col_i64(st);
	r->capacity = col_i64(st);
	r->registered = col_i64(st);
	r->open = col_i64(st);
	r->overdue = col_i64(st);
	r->due = col_i64(st);
	r->letting = col_text(cx, st);
}

enum vh_rc room_states(struct ctx *cx, int64_t hotel, const char *today, const char *soon,
                       struct room_state **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_STATES]);
	bind_text(st, today);
	bind_text(st, today);
	bind_text(st, soon);
	bind_i64(st, hotel);
	return row_list(cx, st, state_fill, sizeof **ret, offsetof(struct room_state, next), ret);
}
