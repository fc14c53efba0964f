#include "vh/store_task.h"

#include "rows.h"
#include "vh/id.h"
#include "vh/store_told.h"

#define COLS                                                                                      \
	"hotel, id, kind, state, stay, room, house, note, due, created, changed, by, hazard,"     \
	" want, assigned_to"
#define SIG "iittIIITIiiiIII"
#define NEVER "9223372036854775807" /* for no deadline: those come last */
#define PAGE                                                                                      \
	"SELECT " COLS " FROM task WHERE hotel = $1 AND state <> 'confirmed'"                     \
	" AND (coalesce(due, " NEVER "), id) > ($2, $3)"
#define PAGE_ORDER " ORDER BY coalesce(due, " NEVER "), id LIMIT "
#define STEP_COLS "hotel, id, task, state, by, at, note"
#define STEP_SIG "iiitiiT"

enum {
	Q_INSERT,
	Q_GET,
	Q_LIST_DUE,
	Q_LIST_KIND,
	Q_PAGE,
	Q_PAGE_KIND,
	Q_LIST_ROOM,
	Q_OF_HAZARD,
	Q_UPDATE,
	Q_CLOSE_STAY,
	Q_OPEN_OF,
	Q_COUNT_OPEN,
	Q_BY_SINCE,
	Q_STEP_INSERT,
	Q_STEP_LIST,
	Q_BLANK,
	Q_STEP_BLANK,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "task.insert", SIG, "",
	               "INSERT INTO task (" COLS ")"
	               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
	               NULL },
	[Q_GET] = { "task.get", "ii", SIG,
	            "SELECT " COLS " FROM task WHERE hotel = $1 AND id = $2", NULL },
	[Q_LIST_DUE] = { "task.list_due", "ii", SIG,
	                 "SELECT " COLS " FROM task WHERE hotel = $1 AND state <> 'confirmed'"
	                 " ORDER BY due NULLS LAST, id LIMIT $2",
	                 NULL },
	[Q_LIST_KIND] = { "task.list_kind", "iti", SIG,
	                  "SELECT " COLS " FROM task WHERE hotel = $1 AND state <> 'confirmed'"
	                  " AND kind = $2 ORDER BY due NULLS LAST, id LIMIT $3",
	                  NULL },
	[Q_PAGE] = { "task.page", "iiii", SIG, PAGE PAGE_ORDER "$4", NULL },
	[Q_PAGE_KIND] = { "task.page_kind", "iiiti", SIG, PAGE " AND kind = $4" PAGE_ORDER "$5",
	                  NULL },
	[Q_LIST_ROOM] = { "task.list_room", "ii", SIG,
	                  "SELECT " COLS " FROM task WHERE hotel = $1 AND room = $2"
	                  " AND state <> 'confirmed' ORDER BY id",
	                  NULL },
	[Q_OF_HAZARD] = { "task.of_hazard", "ii", SIG,
	                  "SELECT " COLS " FROM task WHERE hotel = $1 AND hazard = $2"
	                  " AND state <> 'confirmed' ORDER BY id LIMIT 1",
	                  NULL },
	[Q_UPDATE] = { "task.update", "tiIIIiit", "",
	               "UPDATE task SET state = $1, changed = $2, want = $3, assigned_to = $4,"
	               " due = $5 WHERE hotel = $6 AND id = $7 AND state = $8",
	               NULL },
	[Q_BY_SINCE] = { "task.by_since", "itiii", "i", /* the id finds them, the time counts */
	                 "SELECT count(*) FROM task WHERE hotel = $1 AND kind = $2 AND by = $3"
	                 " AND id > $4 AND created > $5", NULL },
	[Q_STEP_INSERT] = { "task_step.insert", STEP_SIG, "",
	                    "INSERT INTO task_step (" STEP_COLS ")"
	                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                    NULL },
	[Q_STEP_LIST] = { "task_step.list", "ii", STEP_SIG,
	                  "SELECT " STEP_COLS " FROM task_step WHERE hotel = $1 AND task = $2"
	                  " ORDER BY id",
	                  NULL },
	[Q_CLOSE_STAY] = { "task.close_stay", "iii", "",
	                   "UPDATE task SET state = 'confirmed', changed = $1"
	                   " WHERE hotel = $2 AND stay = $3 AND state <> 'confirmed'",
	                   NULL },
	[Q_COUNT_OPEN] = { "task.count_open", "iit", "i",
	                   "SELECT count(*) FROM task WHERE hotel = $1 AND room = $2 AND kind = $3"
	                   " AND state <> 'confirmed'", NULL },
	[Q_OPEN_OF] = { "task.open_of", "iti", "i",
	                "SELECT count(*) FROM task WHERE hotel = $1 AND kind = $2 AND stay = $3"
	                " AND state <> 'confirmed'",
	                NULL },
	[Q_BLANK] = { "task.blank", "ii", "",
	              "UPDATE task SET note = NULL WHERE hotel = $1 AND stay = $2", NULL },
	[Q_STEP_BLANK] = { "task_step.blank", "ii", "",
	                   "UPDATE task_step SET note = NULL WHERE hotel = $1 AND task IN"
	                   " (SELECT t.id FROM task t WHERE t.hotel = $1 AND t.stay = $2)",
	                   NULL },
};
const struct sql_table task_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct task *t = p;
	t->hotel = col_i64(st);
	t->id = col_i64(st);
	t->kind = col_text(cx, st);
	t->state = col_text(cx, st);
	t->stay = col_i64(st);
	t->room = col_i64(st);
	t->house = col_i64(st);
	t->note = col_text(cx, st);
	t->due = col_i64(st);
	t->created = col_i64(st);
	t->changed = col_i64(st);
	t->by = col_i64(st);
	t->hazard = col_i64(st);
	t->want = col_i64(st);
	t->assigned_to = col_i64(st);
}

enum vh_rc task_insert(struct ctx *cx, const struct task *t)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], t->hotel, t->id);
	bind_text(st, t->kind);
	bind_text(st, t->state);
	bind_ref(st, t->stay);
	bind_ref(st, t->room);
	bind_ref(st, t->house);
	bind_text(st, t->note);
	bind_ref(st, t->due);
	bind_i64(st, t->created);
	bind_i64(st, t->changed);
	bind_i64(st, t->by);
	bind_ref(st, t->hazard);
	bind_ref(st, t->want);
	bind_ref(st, t->assigned_to);
	return db_run(cx, st, NULL);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct task **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct task, next), ret);
}

enum vh_rc task_get(struct ctx *cx, int64_t hotel, int64_t id, struct task *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc task_count_by(struct ctx *cx, int64_t hotel, const char *kind, int64_t by,
                         int64_t since, int64_t *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_SINCE]);
	bind_i64(st, hotel);
	bind_text(st, kind);
	bind_i64(st, by);
	bind_i64(st, id_at(since));
	bind_i64(st, since);
	return row_i64(cx, st, ret);
}

enum vh_rc task_list_kind(struct ctx *cx, int64_t hotel, const char *kind, int64_t n,
                          struct task **ret)
{
	struct stmt *st = db_stmt(cx, &q[kind ? Q_LIST_KIND : Q_LIST_DUE]);
	bind_i64(st, hotel);
	if (kind)
		bind_text(st, kind);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc task_page(struct ctx *cx, int64_t hotel, const char *kind, const struct task *after,
                     int64_t n, struct task **ret)
{
	struct stmt *st = db_stmt(cx, &q[kind ? Q_PAGE_KIND : Q_PAGE]);
	bind_i64(st, hotel);
	bind_i64(st, after->id && !after->due ? INT64_MAX : after->due);
	bind_i64(st, after->id);
	if (kind)
		bind_text(st, kind);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc task_list_room(struct ctx *cx, int64_t hotel, int64_t room, struct task **ret)
{
	return list(cx, stmt_two(cx, &q[Q_LIST_ROOM], hotel, room), ret);
}

enum vh_rc task_of_hazard(struct ctx *cx, int64_t hotel, int64_t hazard, struct task *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_OF_HAZARD], hotel, hazard), fill, ret, sizeof *ret);
}

enum vh_rc task_update(struct ctx *cx, const struct task *t, const char *was)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_text(st, t->state);
	bind_i64(st, t->changed);
	bind_ref(st, t->want);
	bind_ref(st, t->assigned_to);
	bind_ref(st, t->due);
	bind_i64(st, t->hotel);
	bind_i64(st, t->id);
	bind_text(st, was);
	return row_change(cx, st);
}

enum vh_rc task_step_insert(struct ctx *cx, const struct task_step *s)
{
	struct stmt *st = stmt_two(cx, &q[Q_STEP_INSERT], s->hotel, s->id);
	bind_i64(st, s->task);
	bind_text(st, s->state);
	bind_i64(st, s->by);
	bind_i64(st, s->at);
	bind_text(st, s->note);
	return db_run(cx, st, NULL);
}

static void step_fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct task_step *s = p;
	s->hotel = col_i64(st);
	s->id = col_i64(st);
	s->task = col_i64(st);
	s->state = col_text(cx, st);
	s->by = col_i64(st);
	s->at = col_i64(st);
	s->note = col_text(cx, st);
}

enum vh_rc task_step_list(struct ctx *cx, int64_t hotel, int64_t task, struct task_step **ret)
{
	return row_list(cx, stmt_two(cx, &q[Q_STEP_LIST], hotel, task), step_fill, sizeof **ret,
	                offsetof(struct task_step, next), ret);
}

enum vh_rc task_close_stay(struct ctx *cx, int64_t hotel, int64_t stay, int64_t at)
{
	struct stmt *st = db_stmt(cx, &q[Q_CLOSE_STAY]);
	bind_i64(st, at);
	bind_i64(st, hotel);
	bind_i64(st, stay);
	enum vh_rc rc = db_run(cx, st, NULL);
	return rc == VH_OK ? told_blank_stay(cx, hotel, stay) : rc;
}

enum vh_rc task_count_open(struct ctx *cx, int64_t hotel, int64_t room, const char *kind,
                           int64_t *ret_n)
{
	struct stmt *st = stmt_two(cx, &q[Q_COUNT_OPEN], hotel, room);
	bind_text(st, kind);
	return row_i64(cx, st, ret_n);
}

enum vh_rc task_open_of(struct ctx *cx, int64_t hotel, const char *kind, int64_t stay,
                        bool *ret_open)
{
	int64_t n = 0;
	struct stmt *st = db_stmt(cx, &q[Q_OPEN_OF]);
	bind_i64(st, hotel);
	bind_text(st, kind);
	bind_i64(st, stay);
	enum vh_rc rc = row_i64(cx, st, &n);
	if (rc == VH_OK)
		*ret_open = n > 0;
	return rc;
}

enum vh_rc task_blank(struct ctx *cx, int64_t hotel, int64_t stay)
{
	enum vh_rc rc = db_run(cx, stmt_two(cx, &q[Q_STEP_BLANK], hotel, stay), NULL);
	if (rc == VH_OK)
		rc = told_blank_stay(cx, hotel, stay);
	return rc == VH_OK ? db_run(cx, stmt_two(cx, &q[Q_BLANK], hotel, stay), NULL) : rc;
}
