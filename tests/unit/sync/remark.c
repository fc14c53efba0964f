/*
 * A correction that the district asks for: it comes down once, the village's desk decides, and the answer goes up.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "above.h"
#include "vh/down.h"
#include "vh/erase.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/outbox.h"
#include "vh/remark.h"
#include "vh/task.h"

#define WORDS "文件上写的是韦大伯"

static void setup_told(struct pair *p, int64_t *ret_up)
{
	assert_int_equal(outbox_upstream_add(p->v.cx, "town", "http://127.0.0.1:1/upstream/events", PAIR_SECRET,
	                                     false), VH_OK);
	*ret_up = village_sql(&p->v, "SELECT id FROM upstream");
	village_sql(&p->v, "INSERT INTO cursor_of (upstream, hotel, epoch, seq) SELECT u.id, h.id, 1, 1"
	                   " FROM upstream u, hotel h WHERE h.area = '" DONGXIN "'");
	pair_tell(p, p->v.hotel, DONGXIN);
}

static struct remark_new about(struct pair *p, int64_t stay, const char *field, const char *believed)
{
	return (struct remark_new){ .hotel = village_sql(&p->d, "SELECT id FROM hotel WHERE area = '" DONGXIN "'"),
		                    .stay = stay, .field = field, .believed = believed, .words = WORDS };
}

static int64_t ask(struct pair *p, int64_t stay, const char *field, const char *believed)
{
	int64_t id = 0;
	const struct remark_new n = about(p, stay, field, believed);
	OK(&p->d, remark_ask(p->d.cx, &n, &id));
	return id;
}

static enum vh_rc bring(struct pair *p, int64_t up, int64_t after, struct down_sums *sums)
{
	struct down_cursor at = { .upstream = up, .hotel = p->v.hotel };
	struct down_page page = { .looks = NULL };
	pair_later(p);
	assert_int_equal(down_remarks(p->d.cx, &p->from, DONGXIN, after, &page.remarks, &page.n_remarks), VH_OK);
	for (size_t i = 0; i < page.n_remarks; i++)
		at.remarks = page.remarks[i].id;
	*sums = (struct down_sums){ 0 };
	return down_take(p->v.cx, &at, &page, sums);
}

static void brought(struct pair *p, int64_t up, int64_t want)
{
	struct down_sums n;
	OK(&p->v, bring(p, up, 0, &n));
	assert_int_equal(n.remarks, want);
}

static int64_t open_tasks(struct pair *p)
{
	return village_sql(&p->v, "SELECT count(*) FROM task WHERE kind = 'remark' AND state <> 'confirmed'");
}

static void state_is(struct pair *p, int64_t origin, const char *below, const char *above)
{
	struct village *const at[] = { &p->v, &p->d };
	const char *const want[] = { below, above };
	for (int i = 0; i < 2; i++) {
		char sql[120];
		snprintf(sql, sizeof sql, "SELECT count(*) FROM remark WHERE origin = %" PRId64 " AND state = '%s'",
		         origin, want[i]);
		if (village_sql(at[i], sql) != 1)
			fail_msg("%s is not %s", i ? "above" : "below", want[i]);
	}
}

static void amend(struct pair *p, int64_t stay, struct stay_change c, enum vh_rc want, const char *code)
{
	struct stay_done done;
	c.verb = SV_AMEND;
	enum vh_rc rc = stay_change(p->v.cx, p->v.hotel, stay, &c, &done);
	if (want == VH_OK)
		OK(&p->v, rc);
	else
		village_refused(&p->v, rc, want, code);
}

static void asked_again_it_is_one_task(void **state)
{
	struct pair *p = *state;
	struct remark_look *list = NULL;
	int64_t up, stay = village_in(&p->v, V_101, 1), other = village_in(&p->v, V_102, 2);
	setup_told(p, &up);
	int64_t one = ask(p, stay, "name", "韦大伯"), two = ask(p, other, "other", NULL);
	brought(p, up, 2);
	assert_int_equal(open_tasks(p), 2);
	brought(p, up, 0); /* the same again, whatever the cursor says */
	assert_int_equal(open_tasks(p), 2);
	state_is(p, one, "open", "open");
	state_is(p, two, "open", "open");
	int64_t looks = village_looks(&p->v);
	OK(&p->v, look_remarks(p->v.cx, &p->v.h, 0, &list));
	assert_int_equal(village_looks(&p->v), looks + 2);
	assert_string_equal(list->believed, "韦大伯");
	assert_string_equal(list->words, WORDS);
	assert_string_equal(list->upstream, "town");
	assert_non_null(list->ours);
	assert_string_not_equal(list->ours, "韦大伯");
	assert_null(list->next->believed);
	assert_null(list->next->next);
}

static void who_may_not_decide_sees_nothing(void **state)
{
	struct pair *p = *state;
	struct remark_look *list = NULL;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	ask(p, stay, "doc_no", village_doc(4));
	brought(p, up, 1);
	static const char *const not[] = { "wang", "tenant", "outsider", "head", "auditor" };
	int64_t id = village_sql(&p->v, "SELECT id FROM remark"), task = village_sql(&p->v, "SELECT id FROM task");
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		struct task_look t;
		village_as(&p->v, not[i]);
		assert_int_not_equal(look_remarks(p->v.cx, &p->v.h, 0, &list), VH_OK);
		assert_int_not_equal(remark_decline(p->v.cx, p->v.hotel, id, "nein"), VH_OK);
		assert_int_not_equal(look_task(p->v.cx, &p->v.h, task, &t), VH_OK);
	}
	/* Nor is a number shown to somebody who is shown none. */
	village_as(&p->v, "grid");
	OK(&p->v, look_remarks(p->v.cx, &p->v.h, 0, &list));
	assert_null(list->believed);
	village_as(&p->v, "clerk");
	OK(&p->v, look_remarks(p->v.cx, &p->v.h, 0, &list));
	assert_string_equal(list->believed, village_doc(4));
}

static void an_amendment_answers_what_it_changes(void **state)
{
	struct pair *p = *state;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	int64_t name = ask(p, stay, "name", "韦大伯"), since = ask(p, stay, "since", "2026-11-02");
	brought(p, up, 2);
	amend(p, stay, (struct stay_change){ .phone = "13922220199" }, VH_OK, NULL);
	state_is(p, name, "open", "open");
	amend(p, stay, (struct stay_change){ .name = "韦大伯" }, VH_OK, NULL);
	pair_tell(p, p->v.hotel, DONGXIN);
	state_is(p, name, "amended", "amended");
	state_is(p, since, "open", "open");
	assert_int_equal(open_tasks(p), 1);
	/* The record above changed by the amendment, in the village's own words. */
	struct stay_look l;
	struct hotel h;
	OK(&p->d, hotel_open_by(p->d.cx, DONGXIN, &h));
	OK(&p->d, look_stay(p->d.cx, &h, stay, &l));
	assert_string_equal(l.stay.person.name, "韦*");
}

static void an_amendment_may_name_what_it_answers(void **state)
{
	struct pair *p = *state;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	int64_t other = ask(p, stay, "other", NULL);
	brought(p, up, 1);
	int64_t id = village_sql(&p->v, "SELECT id FROM remark");
	amend(p, stay, (struct stay_change){ .remark = id }, VH_CONFLICT, "nothing_changed");
	amend(p, stay, (struct stay_change){ .name = "韦大伯", .remark = id + 1 }, VH_NOTFOUND, "not_found");
	state_is(p, other, "open", "open");
	village_as(&p->v, "wang"); /* the answer is the desk's */
	amend(p, stay, (struct stay_change){ .name = "韦大伯", .remark = id }, VH_DENIED, "role");
	village_as(&p->v, "clerk");
	amend(p, stay, (struct stay_change){ .name = "韦大伯", .remark = id }, VH_OK, NULL);
	pair_tell(p, p->v.hotel, DONGXIN);
	state_is(p, other, "amended", "amended");
	amend(p, stay, (struct stay_change){ .name = "韦二伯", .remark = id }, VH_CONFLICT, "remark_settled");
}

static void declining_goes_up_with_its_reason(void **state)
{
	struct pair *p = *state;
	struct remark_look *list = NULL;
	struct hotel h;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	int64_t name = ask(p, stay, "name", "韦大伯");
	brought(p, up, 1);
	int64_t id = village_sql(&p->v, "SELECT id FROM remark");
	village_refused(&p->v, remark_decline(p->v.cx, p->v.hotel, id, " "), VH_INVALID, "reason");
	OK(&p->v, remark_decline(p->v.cx, p->v.hotel, id, "身份证看过没有错"));
	village_refused(&p->v, remark_decline(p->v.cx, p->v.hotel, id, "again"), VH_CONFLICT, "remark_settled");
	assert_int_equal(open_tasks(p), 0);
	pair_tell(p, p->v.hotel, DONGXIN);
	pair_tell(p, p->v.hotel, DONGXIN);
	state_is(p, name, "declined", "declined");
	OK(&p->d, hotel_open_by(p->d.cx, DONGXIN, &h));
	OK(&p->d, look_stay_remarks(p->d.cx, &h, stay, &list));
	assert_string_equal(list->answer, "身份证看过没有错");
	assert_null(list->next);
	brought(p, up, 0); /* and nobody is asked again */
	village_sql(&p->v, "DELETE FROM cursor_of"); /* which was a claim of ours */
	village_sound(&p->v);
}

/* The stay ended before the question came, or while it waited; there is none here; its person was erased. */
static void what_is_over_is_answered_so_and_what_is_unknown_is_not(void **state)
{
	struct pair *p = *state;
	int64_t up, early = village_in(&p->v, V_101, 1), late = village_in(&p->v, V_102, 2);
	int64_t gone = village_in(&p->v, V_102, 3), lost = village_in(&p->v, V_201, 4);
	struct erasure e;
	setup_told(p, &up);
	int64_t a = ask(p, early, "name", "韦甲"), b = ask(p, late, "name", "韦乙");
	int64_t c = ask(p, gone, "name", "韦丙"), d = ask(p, lost, "name", "韦丁");
	pair_out(p, early);
	pair_out(p, gone);
	village_sql(&p->v, arena_printf(p->a, "UPDATE stay SET ended = '2020-01-01', since = '2019-01-01'"
	                                      " WHERE id = %" PRId64, gone));
	village_sql(&p->v, "UPDATE hotel SET retention_months = 12");
	village_sql(&p->v, "UPDATE upstream SET state = 'paused'"); /* not everything need have been sent */
	OK(&p->v, erase_person(p->v.cx, p->v.hotel, village_stay(&p->v, gone).person, &e));
	village_sql(&p->v, "UPDATE upstream SET state = 'open'");
	village_sql(&p->v, arena_printf(p->a, "DELETE FROM stay WHERE id = %" PRId64, lost));
	struct down_sums n;
	OK(&p->v, bring(p, up, 0, &n));
	assert_int_equal(n.remarks, 3);
	assert_int_equal(n.passed_over, 1);
	assert_int_equal(open_tasks(p), 1);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM remark WHERE words IS NOT NULL"), 1);
	pair_out(p, late);
	assert_int_equal(open_tasks(p), 0);
	pair_tell(p, p->v.hotel, DONGXIN);
	state_is(p, a, "ended", "ended");
	state_is(p, b, "ended", "ended");
	state_is(p, c, "erased", "erased");
	assert_int_equal(village_sql(&p->v, arena_printf(p->a, "SELECT count(*) FROM remark WHERE origin = %" PRId64,
	                                                 d)), 0);
	assert_int_equal(village_sql(&p->d, arena_printf(p->a, "SELECT count(*) FROM remark WHERE state = 'open'"
	                                                       " AND origin = %" PRId64, d)), 1);
}

/* What a hostile upstream would tell of a stay: n remarks from this origin on, about these fields in turn. */
static struct down_sums flood(struct pair *p, int64_t up, int64_t stay, const char *const *fields, size_t kinds,
                              int64_t origin, size_t n)
{
	struct down_remark list[DOWN_PAGE];
	struct down_cursor to = { .upstream = up, .hotel = p->v.hotel };
	struct down_page page = { .remarks = list, .n_remarks = n };
	struct down_sums sums = { 0 };
	for (size_t i = 0; i < n; i++)
		list[i] = (struct down_remark){ .id = origin + (int64_t)i, .origin = origin + (int64_t)i, .stay = stay,
			                        .at = p->v.cx->now, .open = true, .field = fields[i % kinds],
			                        .believed = "2026-11-02", .words = WORDS };
	OK(&p->v, down_take(p->v.cx, &to, &page, &sums));
	return sums;
}

static int64_t settled_events(struct pair *p)
{
	return village_sql(&p->v, "SELECT count(*) FROM event WHERE type LIKE '%.remark.settled.v1'");
}

static void a_flood_is_one_task_a_field(void **state)
{
	static const char *const fields[] = { "name", "since" };
	struct pair *p = *state;
	int64_t up, other, stay = village_in(&p->v, V_101, 1), beside = village_in(&p->v, V_102, 2);
	setup_told(p, &up);
	struct down_sums n = flood(p, up, stay, fields, 2, 1, DOWN_PAGE);
	assert_int_equal(n.remarks, 2);
	assert_int_equal(n.passed_over, DOWN_PAGE - 2);
	n = flood(p, up, stay, fields, 2, 1, 2); /* those that are kept already: nothing at all */
	assert_int_equal(n.remarks + n.passed_over, 0);
	n = flood(p, up, beside, fields, 2, 1001, 2);
	assert_int_equal(n.remarks, 2);
	/* Another upstream is not silenced by it. */
	assert_int_equal(outbox_upstream_add(p->v.cx, "city", "http://127.0.0.1:1/upstream/events", PAIR_SECRET,
	                                     false), VH_OK);
	other = village_sql(&p->v, "SELECT id FROM upstream WHERE name = 'city'");
	village_sql(&p->v, "INSERT INTO cursor_of (upstream, hotel, epoch, seq) SELECT u.id, h.id, 1, 1"
	                   " FROM upstream u, hotel h WHERE h.area = '" DONGXIN "' AND u.name = 'city'");
	n = flood(p, other, stay, fields, 2, 2001, 1);
	assert_int_equal(n.remarks, 1);
	assert_int_equal(open_tasks(p), 5);
	/* About nobody: not a row, not an event. */
	n = flood(p, up, 12345, fields, 2, 3001, DOWN_PAGE);
	assert_int_equal(n.remarks, 0);
	assert_int_equal(n.passed_over, DOWN_PAGE);
	assert_int_equal(settled_events(p), 0);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM remark"), 5);
	/* The next one is kept once the first is answered. */
	amend(p, stay, (struct stay_change){ .name = "韦大伯" }, VH_OK, NULL);
	assert_int_equal(settled_events(p), 2);
	n = flood(p, up, stay, fields, 1, 4001, 2);
	assert_int_equal(n.remarks, 1);
	pair_out(p, stay);
	assert_int_equal(open_tasks(p), 2);
}

static void of_one_stay_only_so_many_are_kept(void **state)
{
	static const char *const fields[] = { "name" };
	struct pair *p = *state;
	int64_t up, over = village_in(&p->v, V_101, 1), beside = village_in(&p->v, V_102, 2);
	setup_told(p, &up);
	pair_out(p, over);
	pair_out(p, beside);
	struct down_sums n = flood(p, up, over, fields, 1, 1, DOWN_PAGE); /* each is answered at once */
	assert_int_equal(n.remarks, LIM_REMARKS);
	assert_int_equal(n.passed_over, DOWN_PAGE - LIM_REMARKS);
	assert_int_equal(settled_events(p), LIM_REMARKS);
	n = flood(p, up, beside, fields, 1, 1001, 1);
	assert_int_equal(n.remarks, 1);
	assert_int_equal(settled_events(p), LIM_REMARKS + 1);
}

static void erasure_takes_what_was_said(void **state)
{
	struct pair *p = *state;
	struct erasure e;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	ask(p, stay, "name", "韦大伯");
	brought(p, up, 1);
	OK(&p->v, remark_decline(p->v.cx, p->v.hotel, village_sql(&p->v, "SELECT id FROM remark"), "没有错"));
	pair_out(p, stay);
	pair_tell(p, p->v.hotel, DONGXIN);
#define SAID "SELECT count(*) FROM remark WHERE words IS NOT NULL AND believed IS NOT NULL AND answer IS NOT NULL"
	assert_int_equal(village_sql(&p->v, SAID) + village_sql(&p->d, SAID), 2);
	village_sql(&p->v, "UPDATE stay SET ended = '2020-01-01', since = '2019-01-01'");
	village_sql(&p->v, "UPDATE hotel SET retention_months = 12");
	village_sql(&p->v, "DELETE FROM upstream");
	OK(&p->v, erase_person(p->v.cx, p->v.hotel, village_stay(&p->v, stay).person, &e));
	pair_tell(p, p->v.hotel, DONGXIN);
#define LEFT "SELECT count(*) FROM remark WHERE coalesce(words, believed, answer) IS NOT NULL"
	assert_int_equal(village_sql(&p->v, LEFT) + village_sql(&p->d, LEFT), 0);
}

static void who_gets_nothing_of_a_hotel_asks_nothing_about_it(void **state)
{
	struct pair *p = *state;
	struct down_sums n;
	struct down_remark *list = NULL;
	struct source other = p->from;
	size_t count = 0;
	int64_t up, stay = village_in(&p->v, V_101, 1);
	setup_told(p, &up);
	ask(p, stay, "name", "韦大伯");
	village_refused(&p->v, bring(p, up + 1, 0, &n), VH_CONFLICT, "not_told"); /* no upstream of ours */
	village_sql(&p->v, "UPDATE upstream SET state = 'paused'");
	village_refused(&p->v, bring(p, up, 0, &n), VH_CONFLICT, "not_told");
	village_sql(&p->v, "UPDATE upstream SET state = 'open'");
	village_sql(&p->v, "DELETE FROM cursor_of");
	village_refused(&p->v, bring(p, up, 0, &n), VH_CONFLICT, "not_told");
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM remark"), 0);
	/* And above it is told to nobody but who tells of the hotel. */
	other.id++;
	village_refused(&p->d, down_remarks(p->d.cx, &other, DONGXIN, 0, &list, &count), VH_CONFLICT,
	                "other_source");
	assert_int_equal(down_remarks(p->d.cx, &p->from, XIXIN, 0, &list, &count), VH_OK);
	assert_int_equal(count, 0);
}

/* The district asks nobody below to keep what was said of who is gone; and still passes the question on. */
static void what_is_over_is_passed_on_without_words(void **state)
{
	struct pair *p = *state;
	struct down_remark list[] = { { .id = 1, .origin = 71, .at = 1, .open = true, .field = "name",
	                                .believed = "韦甲", .words = WORDS },
	                              { .id = 2, .origin = 72, .at = 1, .open = true, .field = "name",
	                                .believed = "韦乙", .words = WORDS } };
	const struct down_page page = { .remarks = list, .n_remarks = 2 };
	struct down_remark *told = NULL;
	struct down_sums n = { 0 };
	size_t count = 0;
	int64_t over = village_in(&p->v, V_101, 1), current = village_in(&p->v, V_102, 2);
	pair_out(p, over);
	pair_tell(p, p->v.hotel, DONGXIN);
	list[0].stay = over;
	list[1].stay = current;
	assert_int_equal(outbox_upstream_add(p->d.cx, "city", "http://127.0.0.1:1/upstream/events", PAIR_SECRET,
	                                     false), VH_OK);
	struct down_cursor at = { .upstream = village_sql(&p->d, "SELECT id FROM upstream"), .remarks = 2,
		                  .hotel = village_sql(&p->d, "SELECT id FROM hotel WHERE area = '" DONGXIN "'") };
	village_sql(&p->d, "INSERT INTO cursor_of (upstream, hotel, epoch, seq) SELECT u.id, h.id, 1, 1"
	                   " FROM upstream u, hotel h WHERE h.area = '" DONGXIN "'");
	OK(&p->d, down_take(p->d.cx, &at, &page, &n));
	assert_int_equal(n.remarks, 2);
	pair_later(p);
	OK(&p->d, down_remarks(p->d.cx, &p->from, DONGXIN, 0, &told, &count));
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		const bool gone = told[i].stay == over;
		assert_true(told[i].open);
		assert_string_equal(gone ? "-" : told[i].believed, gone ? "-" : "韦乙");
		assert_int_equal(told[i].believed == NULL, gone);
		assert_int_equal(told[i].words == NULL, gone);
	}
}

static void what_cannot_be_asked_is_refused(void **state)
{
	struct pair *p = *state;
	int64_t up, id, stay = village_in(&p->v, V_101, 1), over = village_in(&p->v, V_102, 2);
	pair_out(p, over);
	setup_told(p, &up);
	ask(p, stay, "name", "韦大伯");
	struct remark_new n = about(p, stay, "name", "韦二伯");
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_CONFLICT, "remark_open");
	n.field = "room";
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_INVALID, "field");
	n = about(p, stay, "since", "2026-13-01");
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_INVALID, "date");
	n = (struct remark_new){ .hotel = n.hotel, .stay = stay, .field = "phone" };
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_INVALID, "words");
	n = about(p, over, "name", "韦二伯");
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_CONFLICT, "stay_state");
	n.stay = 12345;
	village_refused(&p->d, remark_ask(p->d.cx, &n, &id), VH_NOTFOUND, "not_found");
	/* Where the stay is kept it is amended; where it is not, nobody decides. */
	n = about(p, stay, "phone", "13922220199");
	n.hotel = p->v.hotel;
	village_refused(&p->v, remark_ask(p->v.cx, &n, &id), VH_CONFLICT, "own_hotel");
	n.hotel = village_sql(&p->d, "SELECT id FROM hotel");
	village_refused(&p->d, remark_decline(p->d.cx, n.hotel, village_sql(&p->d, "SELECT id FROM remark"), "no"),
	                VH_CONFLICT, "received");
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM remark"), 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
		T(asked_again_it_is_one_task),
		T(who_may_not_decide_sees_nothing),
		T(an_amendment_answers_what_it_changes),
		T(an_amendment_may_name_what_it_answers),
		T(declining_goes_up_with_its_reason),
		T(what_is_over_is_answered_so_and_what_is_unknown_is_not),
		T(a_flood_is_one_task_a_field),
		T(of_one_stay_only_so_many_are_kept),
		T(erasure_takes_what_was_said),
		T(who_gets_nothing_of_a_hotel_asks_nothing_about_it),
		T(what_is_over_is_passed_on_without_words),
		T(what_cannot_be_asked_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
