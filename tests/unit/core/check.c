/* What check finds: each promise is broken by one statement, and found under its own code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/access.h"
#include "vh/check.h"
#include "vh/look.h"
#include "village.h"

/* A damaged disk and an older program know no rules: these do what no function of ours would. */
struct damage {
	const char *code, *sql;
};
#define BREAKS(c, text) { c, text }
static const struct damage damages[] = {
	BREAKS("stay_room", "UPDATE stay SET room = 1"),
	BREAKS("stay_person", "UPDATE stay SET person = person + 1"),
	BREAKS("stay_lease", "UPDATE stay SET lease = 1"),
	BREAKS("stay_employer", "UPDATE stay SET employer = 1"),
	BREAKS("stay_days", "UPDATE stay SET until = '2020-01-01'"),
	BREAKS("stay_ended", "UPDATE stay SET ended = '2026-11-20'"),
	BREAKS("stay_contest", "UPDATE stay SET state = 'contested'"),
	BREAKS("lease_room", "UPDATE lease SET room = 1"),
	BREAKS("lease_lessee", "UPDATE lease SET lessee = 1"),
	BREAKS("room_house", "UPDATE room SET house = 1"),
	BREAKS("room_retired", "UPDATE house SET state = 'retired'"),
	BREAKS("house_head", "UPDATE hotel_head SET house = 0"),
	BREAKS("landlord_ref", "DELETE FROM landlord"),
	BREAKS("guardian", "UPDATE person SET guardian = 1"),
	BREAKS("plate_bound", "UPDATE plate SET state = 'unbound'"),
	BREAKS("plate_door", "UPDATE room SET letting = 'closed'"),
	BREAKS("plate_head", "UPDATE hotel_head SET plate = 1"),
	BREAKS("task_ref", "INSERT INTO task (hotel, id, kind, state, stay, created, changed, by)"
	                   " SELECT id, 1, 'x', 'found', 1, 0, 0, 0 FROM hotel"),
	BREAKS("hazard_task", "INSERT INTO hazard (hotel, id, house, item, severity, found_at)"
	                      " SELECT hotel, 7, id, 'wiring', 'grave', 1 FROM house WHERE no = 1"),
	BREAKS("hazard_visit", "INSERT INTO hazard (hotel, id, house, item, severity, found_at,"
	                       " closed_at, closed_in)"
	                       " SELECT hotel, 7, id, 'wiring', 'grave', 1, 2, 3 FROM house WHERE no = 1"),
	BREAKS("visit_room", "INSERT INTO inspection (hotel, id, visit, house, room, at, by, outcome,"
	                     " registered, template) SELECT hotel, 7, 7, id, 1, 1, 1, 'refused', 0, 1"
	                     " FROM house WHERE no = 1"),
	BREAKS("dispute_stay", "INSERT INTO dispute (hotel, id, stay, person, kind, state, by, at)"
	                       " SELECT hotel, 7, id, person + 1, 'wrong', 'open', 1, 1 FROM stay"),
	BREAKS("declared_stay", "INSERT INTO declared (hotel, stay, declaration, state, at)"
	                        " SELECT id, 7, 1, 'waiting', 1 FROM hotel"),
	BREAKS("erased", "INSERT INTO erasure (hotel, id, person, why, last_day, months, stays, events, by, at)"
	                 " SELECT hotel, 7, id, 'asked', '2026-11-21', 12, 1, 1, 0, 1 FROM person"),
	BREAKS("event_gap", "DELETE FROM event WHERE seq = 2"),
	BREAKS("event_head", "UPDATE hotel_head SET seq = seq + 1"),
	BREAKS("event_id", "UPDATE event SET id = 7"),
	BREAKS("delivery_event", "INSERT INTO delivery (upstream, hotel, epoch, seq, event, part,"
	                         " state, attempts, next_at) SELECT 1, id, 1, 99, 1, 1, 'due', 0, 0"
	                         " FROM hotel"),
	BREAKS("delivery_missing", "INSERT INTO cursor_of (upstream, hotel, epoch, seq)"
	                           " SELECT 1, id, 1, 2 FROM hotel"),
	BREAKS("cursor_upstream", "INSERT INTO cursor_of (upstream, hotel, epoch, seq)"
	                          " SELECT 1, id, 0, 0 FROM hotel"),
	BREAKS("access_person", "UPDATE access SET subject = 1"),
	BREAKS("access_chain", "UPDATE access SET reason = 'another'"),
	BREAKS("access_chain", "DELETE FROM access"),
	BREAKS("access_chain", "UPDATE hotel_head SET seal = seal - 1"),
	BREAKS("access_chain", "DELETE FROM access_seal"),
	BREAKS("sealed", "UPDATE person SET name = zeroblob(60)"),
	BREAKS("sealed", "UPDATE person SET phone = name"),
	BREAKS("sealed", "UPDATE landlord SET name = zeroblob(60)"),
	BREAKS("sealed", "UPDATE event SET payload = zeroblob(60) WHERE seq = 3"),
	BREAKS("index", "UPDATE person SET doc_idx = zeroblob(32)"),
	BREAKS("grant_account", "INSERT INTO grants (id, account, role, scope, created)"
	                        " VALUES (1, 1, 'clerk', '', 0)"),
	BREAKS("secret_account", "INSERT INTO secret (hash, kind, account, created, seen, until,"
	                         " revoked) VALUES (zeroblob(32), 'token', 1, 0, 0, 0, 0)"),
	BREAKS("idem_account", "INSERT INTO idem (account, key, print, made, at)"
	                       " VALUES (1, 'k', zeroblob(32), 1, 0)"),
	BREAKS("hotel_area", "DELETE FROM area"),
	BREAKS("orphan_head", "UPDATE hotel_head SET hotel = hotel + 100"),
};

static bool has(const struct finding *f, const char *code)
{
	for (; f; f = f->next)
		if (!strcmp(f->code, code))
			return true;
	return false;
}

/* One stay that somebody looked at, its access row in the chain. */
static void lived_in(struct village *v)
{
	struct stay_look l;
	int64_t stay = village_in(v, V_101, 1);
	assert_int_equal(look_stay(v->cx, &v->h, stay, &l), VH_OK);
	assert_int_equal(access_seal_now(v->cx, v->hotel), VH_OK);
}

static void check_finds_nothing_in_a_whole_registry(void **state)
{
	struct village *v = *state;
	struct check_report r;
	lived_in(v);
	village_in(v, V_102, 2);
	assert_int_equal(registry_check(v->cx, true, &r), VH_OK);
	if (r.broken)
		fail_msg("%s: %s", r.broken->code, r.broken->text);
	assert_null(r.notices);
	assert_int_equal(r.hotels, 2);
	assert_int_equal(r.sum.people, 2);
	assert_int_equal(r.sum.access, 1);
	assert_true(r.opened > 5);
}

static void check_finds_each_damage_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct village v;
		struct check_report r;
		village_open(&v);
		lived_in(&v);
		village_sql(&v, damages[i].sql);
		assert_int_equal(registry_check(v.cx, false, &r), VH_OK);
		if (!has(r.broken, damages[i].code))
			fail_msg("%s is not found after %s", damages[i].code, damages[i].sql);
		village_close(&v);
	}
}

static void check_tells_what_is_only_odd_apart(void **state)
{
	struct village *v = *state;
	struct check_report r;
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	village_sql(v, "UPDATE room SET capacity = 1");
	village_sql(v, "DELETE FROM deadline");
	village_sql(v, "UPDATE hotel SET entrusted_by = NULL, retention_months = NULL");
	assert_int_equal(registry_check(v->cx, true, &r), VH_OK);
	assert_null(r.broken);
	assert_true(has(r.notices, "room_over"));
	assert_true(has(r.notices, "no_deadline"));
	assert_true(has(r.notices, "entrusted_by"));
	assert_true(has(r.notices, "retention"));
}

static void check_deep_opens_everyone(void **state)
{
	struct village *v = *state;
	struct check_report deep, sample;
	village_sql(v, "UPDATE room SET capacity = 64");
	for (unsigned i = 0; i < 60; i++)
		village_in(v, V_101, i);
	assert_int_equal(registry_check(v->cx, false, &sample), VH_OK);
	assert_int_equal(registry_check(v->cx, true, &deep), VH_OK);
	assert_null(sample.broken);
	assert_null(deep.broken);
	assert_true(deep.opened >= 60 + 60 + 3);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)
	const struct CMUnitTest tests[] = {
		CASE(check_finds_nothing_in_a_whole_registry),
		CASE(check_finds_each_damage_by_name),
		CASE(check_tells_what_is_only_odd_apart),
		CASE(check_deep_opens_everyone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
