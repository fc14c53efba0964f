/*
 * Visits, reports, declarations, disputes and erasure while memory or the database fails at every point in turn:
 * a failure is said as one, in words, and leaves every row as it was. A sample of the points; each one when SOAK
 * is set.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/clearance.h"
#include "vh/declare.h"
#include "vh/dispute.h"
#include "vh/emergency.h"
#include "vh/erase.h"
#include "vh/figures.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/map.h"
#include "vh/task.h"
#include "village.h"

enum { MOST = 20000, POINTS = 40 };

struct fix {
	struct village v;
	int64_t stay, gone, person, hazard, task;
	char plate[PLATE_CODE_TEXT], digits[5];
};

static void must(struct fix *f, enum vh_rc rc)
{
	if (rc != VH_OK)
		fail_msg("%s %s", err_code(&f->v.cx->err), err_text(&f->v.cx->err));
}

static enum vh_rc plate_step(struct ctx *cx, void *arg)
{
	struct fix *f = arg;
	struct plate p;
	enum vh_rc rc = plate_of_room(cx, f->v.hotel, f->v.room[V_101], &p);
	return rc == VH_OK ? plate_text(cx, f->v.hotel, p.id, f->plate) : rc;
}

/* Somebody lives in 101, somebody left 102, a hazard is open, and so is a code. */
static int set_up(void **state)
{
	struct fix *f = calloc(1, sizeof *f);
	struct village *v = &f->v;
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	struct declare_code code;
	struct hazard_report r = { .item = SAFE_WIRING, .words = "sparks", .phone = "13700000000" };
	village_open(v);
	f->stay = village_in(v, V_101, 1);
	f->gone = village_in(v, V_102, 2);
	f->person = village_stay(v, f->gone).person;
	must(f, stay_change(v->cx, v->hotel, f->gone, &out, &d));
	must(f, db_read(v->cx, plate_step, f));
	r.code = f->plate;
	must(f, hazard_report(v->cx, &r, &f->hazard));
	f->task = village_sql(v, "SELECT id FROM task WHERE kind = 'hazard'");
	must(f, declare_open(v->cx, v->hotel, v->room[V_101], &code));
	must(f, hotel_choose(v->cx, v->hotel, "origin", "on"));
	snprintf(f->digits, sizeof f->digits, "%s", code.digits);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fix *f = *state;
	village_close(&f->v);
	free(f);
	return 0;
}

static enum vh_rc visit(struct ctx *cx, struct fix *f)
{
	enum answer answers[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_YES, [SAFE_EBIKE] = ANSWER_NO };
	struct inspect_room r = { .room = f->v.room[V_101], .outcome = OUTCOME_FOUND_MORE, .found = 3,
	                          .gone = &f->stay, .n_gone = 1, .answers = answers };
	struct inspect_new n = { .hotel = f->v.hotel, .house = f->v.house[0], .rooms = &r, .n = 1,
	                         .rest_as_registered = true, .consent = "occupant" };
	struct inspect_done d;
	return inspect_visit(cx, &n, &d);
}

static enum vh_rc report(struct ctx *cx, struct fix *f)
{
	struct hazard_report r = { .code = f->plate, .item = SAFE__MAX, .words = "roof", .phone = "13700000001" };
	int64_t id;
	return hazard_report(cx, &r, &id);
}

static enum vh_rc recheck(struct ctx *cx, struct fix *f)
{
	struct hazard_check c = { .mended = true, .consent = "landlord" };
	int64_t id;
	return hazard_recheck(cx, f->v.hotel, f->hazard, &c, &id);
}

static enum vh_rc clear(struct ctx *cx, struct fix *f)
{
	struct clearance_new n = { .hotel = f->v.hotel, .room = f->v.room[V_101], .result = "mend",
	                           .until = "2026-12-01", .note = "wires" };
	int64_t id;
	return clearance_give(cx, &n, &id);
}

static enum vh_rc handle(struct ctx *cx, struct fix *f)
{
	struct task_change c = { .verb = TV_HANDLE, .note = "done" };
	return task_change(cx, f->v.hotel, f->task, &c);
}

static enum vh_rc declare(struct ctx *cx, struct fix *f)
{
	struct declare_new n = { .plate = f->plate, .digits = f->digits, .stay = village_new(&f->v, V_101, 8) };
	struct stay_done d;
	return declare_stay(cx, &n, &d);
}

static enum vh_rc still_here(struct ctx *cx, struct fix *f)
{
	struct dispute_new n = { .hotel = f->v.hotel, .stay = f->gone, .kind = "still_here", .words = "yes" };
	int64_t id;
	return dispute_file(cx, &n, &id);
}

static enum vh_rc erase(struct ctx *cx, struct fix *f)
{
	struct erasure row;
	cx->now += 400 * DAY_MS;
	return erase_person(cx, f->v.hotel, f->person, &row);
}

static enum vh_rc emergency(struct ctx *cx, struct fix *f)
{
	struct emergency e;
	return emergency_list(cx, &f->v.h, f->v.house[0], "fire", &e);
}

static enum vh_rc look(struct ctx *cx, struct fix *f)
{
	struct hazard_look *hazards;
	struct task_look *tasks;
	struct round_stop *round;
	struct round_from from = { .n = 10 };
	enum vh_rc rc = look_hazards(cx, &f->v.h, 0, HAZARDS_OPEN, &hazards);
	if (rc == VH_OK)
		rc = look_tasks(cx, &f->v.h, NULL, &tasks);
	return rc == VH_OK ? inspect_round(cx, &f->v.h, &from, &round) : rc;
}

static enum vh_rc count(struct ctx *cx, struct fix *f)
{
	static struct figures figures;
	struct report r;
	struct period p;
	struct map_house *houses;
	period_of(day_of(cx->now, 480), false, &p);
	enum vh_rc rc = look_figures(cx, &f->v.h, &figures);
	if (rc == VH_OK)
		rc = look_report(cx, &f->v.h, &p, &r);
	return rc == VH_OK ? look_map(cx, &f->v.h, &houses) : rc;
}

/* rows: tables that may have changed though it failed, because they are written before the answer is made. */
static const struct flow {
	const char *name, *login, *rows;
	enum vh_rc (*run)(struct ctx *cx, struct fix *f);
} flows[] = {
	{ "visit", "grid", NULL, visit },
	{ "report", NULL, NULL, report },
	{ "recheck", "police", NULL, recheck },
	{ "clear", "police", NULL, clear },
	{ "handle", "wang", NULL, handle },
	{ "declare", NULL, NULL, declare },
	{ "still_here", "clerk", NULL, still_here },
	{ "erase", "clerk", NULL, erase },
	{ "emergency", "grid", ",access,task,event,hotel_head,", emergency },
	{ "look", "clerk", NULL, look },
	{ "count", "head", NULL, count },
};

/* False: the point was past the end, and the flow went well. */
static bool one_point(struct fix *f, const struct flow *w, long (*fail_after)(long, bool), long n, bool forever)
{
	char before[65], after[65];
	struct ctx cx = village_ctx(&f->v, w->login);
	village_digest(&f->v, w->rows, before);
	fail_after(n, forever);
	enum vh_rc rc = w->run(&cx, f);
	bool reached = fail_after(-1, false) > n;
	if (!reached && rc != VH_OK)
		fail_msg("%s: %s %s", w->name, err_code(&cx.err), err_text(&cx.err));
	if (reached && rc != VH_NOMEM && rc != VH_IO)
		fail_msg("%s at %ld: %s %s", w->name, n, rc_name(rc), err_code(&cx.err));
	if (reached) {
		assert_string_not_equal(err_text(&cx.err), "");
		village_digest(&f->v, w->rows, after);
		if (strcmp(before, after) != 0)
			fail_msg("%s at %ld left rows behind", w->name, n);
	}
	testdb_drop(&cx);
	return reached;
}

/* How many points a flow has, found by running it without faults in a village of its own. */
static long points(const struct flow *w, long (*fail_after)(long, bool))
{
	void *state;
	set_up(&state);
	struct fix *f = state;
	struct ctx cx = village_ctx(&f->v, w->login);
	fail_after(MOST, false);
	enum vh_rc rc = w->run(&cx, f);
	long n = fail_after(-1, false);
	assert_int_equal(rc, VH_OK);
	testdb_drop(&cx);
	tear_down(&state);
	return n;
}

/* Each flow in a village of its own, because at the end it goes well. */
static void walk(long (*fail_after)(long, bool))
{
	const char *soak = getenv("SOAK");
	for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
		long all = points(&flows[i], fail_after), stride = soak && *soak ? 1 : all / POINTS + 1;
		void *state;
		set_up(&state);
		struct fix *f = state;
		assert_true(all > 3);
		for (long n = 0; one_point(f, &flows[i], fail_after, n, n / stride % 2); n += stride)
			assert_true(n < MOST);
		village_sound(&f->v);
		tear_down(&state);
	}
}

static void memory_that_fails_at_any_point_leaves_rows_as_they_were(void **state)
{
	(void)state;
	walk(arena_fail_after);
}

static void a_database_that_fails_at_any_point_leaves_rows_as_they_were(void **state)
{
	(void)state;
	walk(db_fail_after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_fails_at_any_point_leaves_rows_as_they_were),
		cmocka_unit_test(a_database_that_fails_at_any_point_leaves_rows_as_they_were),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
