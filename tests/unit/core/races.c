/* Many at once: rules that look at what is there are decided inside the transaction, so exactly the right number
 * win. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/limits.h"
#include "vh/look.h"
#include "village.h"

enum { CROWD = 50, MOST = 64 };

struct runner {
	struct village *v;
	struct ctx cx;
	pthread_t thread;
	pthread_barrier_t *start;
	unsigned n;
	int room;
	bool anyway;
	struct idem idem;
	void (*fn)(struct runner *r);
	enum vh_rc rc;
	char code[32];
	struct stay_done done;
};

static void *run(void *arg)
{
	struct runner *r = arg;
	pthread_barrier_wait(r->start);
	r->fn(r);
	snprintf(r->code, sizeof r->code, "%s", err_code(&r->cx.err));
	return NULL;
}

/* All start together; each has a context of its own, as the threads of a server have. */
static void together(struct village *v, struct runner *r, unsigned n, const char *who)
{
	pthread_barrier_t start;
	assert_true(n <= MOST);
	assert_int_equal(pthread_barrier_init(&start, NULL, n), 0);
	for (unsigned i = 0; i < n; i++) {
		r[i].v = v;
		r[i].start = &start;
		r[i].cx = village_ctx(v, who);
		assert_int_equal(pthread_create(&r[i].thread, NULL, run, &r[i]), 0);
	}
	for (unsigned i = 0; i < n; i++)
		pthread_join(r[i].thread, NULL);
	pthread_barrier_destroy(&start);
}

static unsigned count(const struct runner *r, unsigned n, enum vh_rc rc, const char *code)
{
	unsigned sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += r[i].rc == rc && !strcmp(r[i].code, code);
	return sum;
}

static void drop(struct runner *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		testdb_drop(&r[i].cx);
}

static void move_in(struct runner *r)
{
	struct stay_new n = village_new(r->v, r->room, r->n);
	n.anyway = r->anyway;
	if (r->idem.key)
		r->cx.idem = &r->idem;
	r->rc = stay_in(&r->cx, &n, &r->done);
}

static void one_of_fifty_moves_the_same_person_in(void **state)
{
	struct village *v = *state;
	static struct runner r[CROWD];
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < CROWD; i++)
		r[i] = (struct runner){ .fn = move_in, .n = 1, .room = (int)(i % 3) };
	together(v, r, CROWD, "clerk");
	assert_int_equal(count(r, CROWD, VH_OK, ""), 1);
	assert_int_equal(count(r, CROWD, VH_CONFLICT, "already_in") + count(r, CROWD, VH_CONFLICT, "in_this_room"),
	                 CROWD - 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person"), 1);
	drop(r, CROWD);
	village_sound(v);
}

static void room_for_two_never_holds_three(void **state)
{
	struct village *v = *state;
	static struct runner r[8];
	for (int round = 0; round < 5; round++) {
		memset(r, 0, sizeof r);
		for (unsigned i = 0; i < 8; i++)
			r[i] = (struct runner){ .fn = move_in, .n = (unsigned)round * 8 + i, .room = V_101 };
		together(v, r, 8, "wang");
		assert_int_equal(count(r, 8, VH_OK, ""), 2);
		assert_int_equal(count(r, 8, VH_CONFLICT, "room_full"), 6);
		assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state = 'pending'"), 2);
		for (unsigned i = 0; i < 8; i++) {
			struct stay_change out = { .verb = SV_OUT };
			struct stay_done d;
			if (r[i].rc == VH_OK)
				assert_int_equal(stay_change(v->cx, v->hotel, r[i].done.id, &out, &d), VH_OK);
		}
		drop(r, 8);
	}
	village_sound(v);
}

static void people_filed_anyway_are_two_in_the_room_and_the_rest_wait(void **state)
{
	struct village *v = *state;
	static struct runner r[8];
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 8; i++)
		r[i] = (struct runner){ .fn = move_in, .n = i, .room = V_101, .anyway = true };
	together(v, r, 8, "clerk");
	assert_int_equal(count(r, 8, VH_OK, ""), 8);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state = 'pending'"), 2);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state = 'contested'"), 6);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'room_over'"), 6);
	drop(r, 8);
	village_sound(v);
}

static void verify(struct runner *r)
{
	struct stay_change c = { .verb = SV_VERIFY };
	r->rc = stay_change(&r->cx, r->v->hotel, r->done.id, &c, &r->done);
}

static void contested_ones_verified_at_once_fill_the_room_and_no_more(void **state)
{
	struct village *v = *state;
	static struct runner r[6];
	int64_t id[2] = { village_in(v, V_101, 100), village_in(v, V_101, 101) };
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 6; i++) {
		struct stay_new n = village_new(v, V_101, i);
		n.anyway = true;
		r[i] = (struct runner){ .fn = verify };
		assert_int_equal(stay_in(v->cx, &n, &r[i].done), VH_OK);
	}
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	assert_int_equal(stay_change(v->cx, v->hotel, id[0], &out, &d), VH_OK);
	together(v, r, 6, "police");
	assert_int_equal(count(r, 6, VH_OK, ""), 1);
	assert_int_equal(count(r, 6, VH_CONFLICT, "room_full"), 5);
	drop(r, 6);
	village_sound(v);
}

static void move_out(struct runner *r)
{
	struct stay_change c = { .verb = SV_OUT };
	r->rc = stay_change(&r->cx, r->v->hotel, r->done.id, &c, &r->done);
}

static void one_of_many_moves_a_person_out(void **state)
{
	struct village *v = *state;
	static struct runner r[16];
	int64_t id = village_in(v, V_101, 1);
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 16; i++)
		r[i] = (struct runner){ .fn = move_out, .done = { .id = id } };
	together(v, r, 16, "wang");
	assert_int_equal(count(r, 16, VH_OK, ""), 1);
	assert_int_equal(count(r, 16, VH_CONFLICT, "stay_state"), 15);
	drop(r, 16);
	village_sound(v);
}

static void same_key_at_once_makes_one_stay_and_answers_all(void **state)
{
	struct village *v = *state;
	static struct runner r[16];
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 16; i++)
		r[i] = (struct runner){ .fn = move_in, .n = 1, .room = V_101, .idem = { .key = "the same" } };
	together(v, r, 16, "clerk");
	assert_int_equal(count(r, 16, VH_OK, ""), 16);
	unsigned first = 0;
	for (unsigned i = 0; i < 16; i++) {
		assert_int_equal(r[i].done.id, r[0].done.id);
		first += !r[i].idem.replayed;
	}
	assert_int_equal(first, 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 1);
	drop(r, 16);
	village_sound(v);
}

static void in_and_out(struct runner *r)
{
	for (unsigned i = 0; i < 20; i++) {
		struct stay_new n = village_new(r->v, r->room, r->n);
		struct stay_change out = { .verb = SV_OUT };
		struct stay_done d;
		r->rc = stay_in(&r->cx, &n, &d);
		if (r->rc == VH_OK)
			r->rc = stay_change(&r->cx, r->v->hotel, d.id, &out, &d);
		if (r->rc == VH_CONFLICT && !strcmp(err_code(&r->cx.err), "room_full"))
			r->rc = VH_OK;
		if (r->rc != VH_OK)
			return;
		err_clear(&r->cx.err);
	}
}

static void coming_and_going_leaves_journal_and_leases_whole(void **state)
{
	struct village *v = *state;
	static struct runner r[8];
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 8; i++)
		r[i] = (struct runner){ .fn = in_and_out, .n = i, .room = (int)(i % 3) };
	together(v, r, 8, "clerk");
	assert_int_equal(count(r, 8, VH_OK, ""), 8);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state <> 'ended'"), 0);
	drop(r, 8);
	village_sound(v);
}

static void unmask(struct runner *r)
{
	struct stay_view u;
	r->rc = unmask_stay(&r->cx, &r->v->h, r->done.id, "all at once", &u);
}

static void unmasking_at_once_does_not_pass_the_cap(void **state)
{
	struct village *v = *state;
	static struct runner r[16];
	struct room_new big = { .capacity = 20 };
	char sql[500];
	assert_int_equal(room_amend(v->cx, v->hotel, v->room[V_101], &big), VH_OK);
	memset(r, 0, sizeof r);
	for (unsigned i = 0; i < 16; i++)
		r[i] = (struct runner){ .fn = unmask, .done = { .id = village_in(v, V_101, i) } };
	snprintf(sql, sizeof sql,
	         "INSERT INTO access SELECT 1, %lld + n, %lld, %lld, 'police', 1000 + n, 'name,doc_no', 'x',"
	         " NULL, zeroblob(32), NULL FROM (WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c"
	         " WHERE n < %d) SELECT n FROM c)",
	         (long long)((TESTDB_NOW - 1704067200000LL - DAY_MS / 2) << 22), (long long)(TESTDB_NOW - DAY_MS / 2),
	         (long long)village_actor(v, "police")->account, LIM_UNMASK_DAY - 3);
	village_sql(v, sql);
	together(v, r, 16, "police");
	assert_int_equal(count(r, 16, VH_OK, ""), 3);
	assert_int_equal(count(r, 16, VH_DENIED, "unmask_cap"), 13);
	drop(r, 16);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_of_fifty_moves_the_same_person_in),
		T(room_for_two_never_holds_three),
		T(people_filed_anyway_are_two_in_the_room_and_the_rest_wait),
		T(contested_ones_verified_at_once_fill_the_room_and_no_more),
		T(one_of_many_moves_a_person_out),
		T(same_key_at_once_makes_one_stay_and_answers_all),
		T(coming_and_going_leaves_journal_and_leases_whole),
		T(unmasking_at_once_does_not_pass_the_cap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
