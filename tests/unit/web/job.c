/*
 * Jobs: a place in the table is the maker's until he has asked for it, an account has its share of them, and what is
 * finished makes room and is held by whoever reads it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sched.h>
#include <string.h>

#include "village.h"
#include "vh/date.h"
#include "web/job.h"

enum { SIZE = 1 << 12 };

static enum vh_rc says(struct ctx *cx, struct job *j)
{
	(void)cx;
	buf_puts(&j->out, "said");
	return VH_OK;
}

static struct job *made(struct village *v, struct jobs *js)
{
	struct job *j;
	assert_int_equal(job_new(js, v->cx, &v->h, SIZE, &j), VH_OK);
	j->run = says;
	return j;
}

/* Waits until it has run; held till the caller releases it. */
static struct job *run(struct village *v, struct jobs *js, struct job *j)
{
	int64_t id = j->id;
	assert_int_equal(job_start(js, v->cx, j, NULL, "said"), VH_OK);
	struct job *held = job_hold(js, v->cx, v->hotel, id);
	assert_non_null(held);
	int64_t until = now_ms() + 30000;
	while (job_look(js, held).state != JOB_DONE && now_ms() < until)
		sched_yield();
	assert_int_equal(job_look(js, held).state, JOB_DONE);
	return held;
}

static void a_job_not_yet_asked_for_gives_its_place_to_nobody(void **state)
{
	struct village *v = *state;
	struct jobs *js = jobs_new(v->cx->db, v->cx->keys, 0);
	struct job *j[JOBS_EACH], *more;
	for (int i = 0; i < JOBS_EACH; i++)
		j[i] = made(v, js);
	village_refused(v, job_new(js, v->cx, &v->h, SIZE, &more), VH_CONFLICT, "jobs");
	assert_null(job_hold(js, v->cx, v->hotel, j[0]->id));
	struct job *held = run(v, js, j[0]);
	assert_string_equal(buf_str(&held->out), "said");
	job_release(js, held);
	job_drop(js, j[1]);
	assert_non_null(made(v, js));
	jobs_free(js);
}

static void the_oldest_finished_makes_room_and_is_kept_for_its_reader(void **state)
{
	struct village *v = *state;
	struct jobs *js = jobs_new(v->cx->db, v->cx->keys, 0);
	struct job *first = run(v, js, made(v, js)), *second = run(v, js, made(v, js));
	int64_t gone = first->id, kept = second->id;
	for (int i = 2; i <= JOBS_EACH; i++)
		made(v, js);
	assert_null(job_hold(js, v->cx, v->hotel, gone));
	assert_string_equal(buf_str(&first->out), "said");
	struct job *still = job_hold(js, v->cx, v->hotel, kept);
	assert_ptr_equal(still, second);
	job_release(js, still);
	job_release(js, first);
	job_release(js, second);
	jobs_free(js);
}

static void a_job_is_of_who_asked_and_started_once(void **state)
{
	struct village *v = *state;
	struct jobs *js = jobs_new(v->cx->db, v->cx->keys, 0);
	struct job *held = run(v, js, made(v, js));
	village_refused(v, job_start(js, v->cx, held, NULL, "said"), VH_CONFLICT, "job_taken");
	assert_null(job_hold(js, v->cx, v->far, held->id));
	village_as(v, "head");
	assert_null(job_hold(js, v->cx, v->hotel, held->id));
	job_release(js, held);
	jobs_free(js);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_job_not_yet_asked_for_gives_its_place_to_nobody),
		T(the_oldest_finished_makes_room_and_is_kept_for_its_reader),
		T(a_job_is_of_who_asked_and_started_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
