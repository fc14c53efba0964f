/* Lots that upstreams of another kind judge later: how long they are kept. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vh/date.h"
#include "vh/lots.h"
#include "vh/night.h"
#include "village.h"

enum { UPSTREAM = 7, KEPT_DAYS = 731 };

struct lot_age {
	int64_t id;
	const char *state;
	int64_t days; /* since its end; since it was received, when it has none */
};

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	const struct lot_age *l = arg;
	int64_t at = cx->now - l->days * DAY_MS;
	bool open = l->state[0] == 'r';
	const struct lot lot = { .upstream = UPSTREAM, .hotel = 1, .id = l->id, .name = "L", .state = l->state,
		                 .at = at, .next_at = at, .done_at = open ? 0 : at };
	enum vh_rc rc = lot_insert(cx, &lot);
	for (int n = 1; rc == VH_OK && n <= 2; n++)
		rc = lot_item_insert(cx, &lot, n, &(struct delivery){ .epoch = 1, .seq = l->id * 10 + n });
	return rc;
}

static void lots_are_kept_as_long_as_attempts_and_open_ones_for_ever(void **state)
{
	struct village *v = *state;
	struct night_swept swept;
	struct lot_age of[] = {
		{ 1, "done", KEPT_DAYS + 1 },      { 2, "forgotten", KEPT_DAYS + 1 }, { 3, "done", KEPT_DAYS - 1 },
		{ 4, "received", KEPT_DAYS + 90 }, { 5, "forgotten", 0 },
	};
	village_as(v, "operator");
	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		OK(v, db_write(v->cx, add_step, &of[i]));
	OK(v, night_sweep(v->cx, &swept));
	assert_int_equal(swept.lots, 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lot"), 3);
	assert_int_equal(village_sql(v, "SELECT min(id) FROM lot"), 3);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lot_item"), 6);
	assert_int_equal(village_sql(v, "SELECT min(lot) FROM lot_item"), 3);
	OK(v, night_sweep(v->cx, &swept));
	assert_int_equal(swept.lots, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lots_are_kept_as_long_as_attempts_and_open_ones_for_ever,
		                                village_setup, village_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
