/* Sums of what a hotel holds: as large as hotels are, and of every row. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/tally.h"
#include "village.h"

enum { MANY = 20000 };

static void sums(struct village *v, struct arena *a, struct tally *ret)
{
	struct ctx cx = *v->cx;
	struct key k;
	cx.a = a;
	tally_key("secret", strlen("secret"), &k);
	if (tally_hotel(&cx, v->hotel, &k, 0, ret) != VH_OK)
		fail_msg("%s: %s", err_code(&cx.err), err_text(&cx.err));
}

static void many_rooms_are_summed_in_the_memory_of_one_request(void **state)
{
	struct village *v = *state;
	struct arena *a = arena_new(LIM_ARENA), *b = arena_new(LIM_ARENA);
	struct tally one, two;
	char sql[500];
	snprintf(sql, sizeof sql, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	         " INSERT INTO room (hotel, id, house, no, no_key, capacity, letting, created, version)"
	         " SELECT %lld, i, %lld, 'n' || i, 'n' || i, 2, 'open', 1, 1 FROM n", MANY,
	         (long long)v->hotel, (long long)v->house[0]);
	int64_t had = village_sql(v, "SELECT count(*) FROM room JOIN hotel h ON h.id = room.hotel"
	                             " WHERE h.area = '" DONGXIN "'");
	village_sql(v, sql);
	sums(v, a, &one);
	assert_int_equal(one.rooms, MANY + had);
	for (size_t i = 1; i < one.rooms; i++)
		assert_true(one.room[i - 1].id < one.room[i].id);
	village_sql(v, "UPDATE room SET letting = 'suspended' WHERE no_key = 'n777'");
	sums(v, b, &two);
	size_t differ = 0;
	for (size_t i = 0; i < one.rooms; i++)
		differ += memcmp(one.room[i].sum, two.room[i].sum, TALLY_BYTES) != 0;
	assert_int_equal(differ, 1);
	differ = 0;
	for (size_t i = 0; i < one.houses; i++)
		differ += memcmp(one.house[i].sum, two.house[i].sum, TALLY_BYTES) != 0;
	assert_int_equal(differ, 1);
	arena_free(a);
	arena_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(many_rooms_are_summed_in_the_memory_of_one_request, village_setup,
		                                village_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
