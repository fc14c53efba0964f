/*
 * No statement reads its way through a hotel when an index knows better: SQLite's own plan of each is looked at.
 * Those that must see every row of a hotel, or of a small table, are named here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "testdb.h"
#include "vh/store.h"

static const struct sql_table *const tables[] = {
	&area_sql, &hotel_sql, &house_sql, &room_sql, &plate_sql, &landlord_sql, &person_sql, &employer_sql,
	&lease_sql, &stay_sql, &task_sql, &event_sql, &delivery_sql, &access_sql, &account_sql, &setting_sql,
	&clearance_sql, &inspection_sql, &hazard_sql, &notice_sql, &declaration_sql, &dispute_sql, &erasure_sql,
	&told_sql, &queue_sql, &figures_sql, &source_sql, &pin_sql, &down_sql, &lot_sql, &remark_sql,
};

/* What these answer is the whole hotel, a whole small table, or a sum over them for a person who asked for it. */
static const char *const whole[] = {
	"hotel.list",        "hotel.max",        "deadline.get",     "house.list",          "room.list",
	"plate.list",        "landlord.list",    "stay.list_hotel",  "stay.list_overdue",   "stay.totals",
	"person.count_past", "task.close_stay", "upstream.list",
	"delivery.list",     "delivery.count",   "delivery.next_at", "delivery.next_after", "delivery.waiting",
	"delivery.urgent",   "access.seal_take", "access.unmasked",  "account.list",        "secret.sweep",
	"task.list_due",     "hazard.list_open", "declared.waiting", "queue.count",         "queue.calls",
	"task.by_since",
	"queue.overdue",     "task.page",        "task.page_kind",   "delivery.refused",
	"deadline.max",      "plate.count",      "delivery.oldest",  "delivery.open_count", "delivery.trouble",
	"delivery.accepted_at", "person.no_phone_tail", "delivery.settled", "received.count",  "attempt.sweep",
	"received.mark",     "event.news",         "pin.list",         "source.list",         "delivery.overdue",
	"delivery.list_unended", "delivery.count_unended", "down_cursor.get", "lot.list",
	"lot.next_after", "lot.sweep", "lot_item.sweep",
};

static bool is_whole(const char *name)
{
	/* Sums over a hotel are what these are for; tests/bench has their time. */
	if (!strncmp(name, "figures.", 8))
		return true;
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		if (!strcmp(name, whole[i]))
			return true;
	}
	return false;
}

/* A step of a plan that reads more than the rows it was asked for. */
static bool is_walk(const char *step)
{
	static const char *const coarse[] = { "(hotel=?)", "(upstream=?)", "(upstream=? AND hotel=?)",
		                              "(hotel=? AND epoch=?)" };
	if (!strncmp(step, "SCAN ", 5))
		return true;
	const char *key = strrchr(step, '(');
	for (size_t i = 0; key && i < sizeof coarse / sizeof *coarse; i++) {
		if (!strncmp(step, "SEARCH ", 7) && !strcmp(key, coarse[i]))
			return !strstr(step, "cursor_of") && !strstr(step, " c USING");
	}
	return false;
}

/* The first such step of a statement, or "". */
static void walk_of(sqlite3 *h, const char *text, char out[200])
{
	char explain[4000];
	sqlite3_stmt *st;
	*out = 0;
	assert_true((size_t)snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", text) < sizeof explain);
	assert_int_equal(sqlite3_prepare_v2(h, explain, -1, &st, NULL), SQLITE_OK);
	while (!*out && sqlite3_step(st) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(st, 3);
		if (is_walk(step))
			snprintf(out, 200, "%s", step);
	}
	sqlite3_finalize(st);
}

static sqlite3 *beside(const struct testdb *t)
{
	sqlite3 *h;
	assert_int_equal(sqlite3_open_v2(t->path, &h, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return h;
}

static void statements_search_deeper_than_their_hotel(void **state)
{
	sqlite3 *h = beside(*state);
	char step[200];
	int walks = 0, seen = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		for (size_t k = 0; k < tables[i]->n; k++) {
			const struct sql *q = &tables[i]->q[k];
			walk_of(h, q->text, step);
			seen++;
			if (!*step || is_whole(q->name))
				continue;
			print_error("%s: %s\n", q->name, step);
			walks++;
		}
	}
	sqlite3_close(h);
	assert_true(seen > 100);
	assert_int_equal(walks, 0);
}

static void a_walk_is_seen(void **state)
{
	sqlite3 *h = beside(*state);
	char step[200];
	walk_of(h, "SELECT id FROM stay WHERE hotel = $1 AND notice = $2", step);
	assert_string_not_equal(step, "");
	walk_of(h, "SELECT code FROM area WHERE name = $1", step);
	assert_string_not_equal(step, "");
	walk_of(h, "SELECT id FROM stay WHERE hotel = $1 AND person = $2 ORDER BY id", step);
	assert_string_equal(step, "");
	sqlite3_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(statements_search_deeper_than_their_hotel, testdb_setup,
		                                testdb_teardown),
		cmocka_unit_test_setup_teardown(a_walk_is_seen, testdb_setup, testdb_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
