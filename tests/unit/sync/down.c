/*
 * What comes down: one person current in two villages becomes a task for both desks, once; and who looked at the
 * villages' people in the district is told to them.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "above.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/down.h"
#include "vh/erase.h"
#include "vh/http_server.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/outbox.h"
#include "vh/sync.h"
#include "vh/sync_down.h"
#include "vh/sync_receive.h"
#include "vh/sync_reconcile.h"
#include "vh/sync_twin.h"
#include "vh/sync_wire.h"

static void tell_both(struct pair *p)
{
	pair_tell(p, p->v.hotel, DONGXIN);
	pair_tell(p, p->v.far, XIXIN);
}

static int64_t in_far(struct pair *p, unsigned n)
{
	village_as(&p->v, "clerk2");
	int64_t id = village_in(&p->v, V_FAR, n);
	village_as(&p->v, "clerk");
	return id;
}

static int open_tasks(struct village *v)
{
	return (int)village_sql(v, "SELECT count(*) FROM task WHERE kind = 'elsewhere' AND state <> 'confirmed'");
}

/* --- in two villages --- */

static void one_person_in_two_villages_is_a_task_in_both_once(void **state)
{
	struct pair *p = *state;
	village_in(&p->v, V_101, 1);
	village_in(&p->v, V_102, 2);
	in_far(p, 1);
	in_far(p, 3);
	pair_tell(p, p->v.hotel, DONGXIN);
	assert_int_equal(open_tasks(&p->d), 0); /* so far each is in one */
	tell_both(p);
	assert_int_equal(open_tasks(&p->d), 2);
	assert_int_equal(village_sql(&p->d, "SELECT count(DISTINCT hotel) FROM task WHERE kind = 'elsewhere'"), 2);
	tell_both(p);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM task"), 2);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM event"),
	                 village_sql(&p->d, "SELECT count(*) FROM received"));
}

/* Many of one hotel who bore his document, in the rows of before, hide nobody in another. */
static void many_of_one_hotel_hide_no_other(void **state)
{
	struct pair *p = *state;
	village_in(&p->v, V_101, 1);
	pair_tell(p, p->v.hotel, DONGXIN);
	village_in(&p->v, V_102, 2);
	/* In his own hotel, and in one that sorts before the other. */
	village_sql(&p->d, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)"
	                   " INSERT INTO known_in SELECT k.hotel, i, k.idx FROM n, known_in k");
	village_sql(&p->d, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)"
	                   " INSERT INTO known_in SELECT -i, 1, (SELECT idx FROM known_in) FROM n");
	in_far(p, 1);
	pair_tell(p, p->v.far, XIXIN);
	assert_int_equal(open_tasks(&p->d), 2);
	pair_tell(p, p->v.hotel, DONGXIN); /* another document: nothing to be told */
	assert_int_equal(open_tasks(&p->d), 2);
}

/* Of two who bear one document in a hotel the older change gives way, here too. */
static void who_gives_way_is_not_known_by_it(void **state)
{
	struct pair *p = *state;
	struct hotel h;
	struct stay_look l;
	int64_t stay = village_in(&p->v, V_101, 1);
	village_in(&p->v, V_102, 2);
	pair_tell(p, p->v.hotel, DONGXIN);
	OK(&p->d, hotel_open_by(p->d.cx, DONGXIN, &h));
	OK(&p->d, look_stay(p->d.cx, &h, stay, &l));
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM known_in"), 2);
	struct received_event ev = { .type = "cn.vhotel.person.amended.v1", .subject = "persons/77", .id = 77,
		                     .part = 77, .epoch = 9, .seq = 1, .time = p->d.cx->now };
	ev.data = arena_printf(p->a, "{\"hotel\":{\"code\":\"" DONGXIN "\"},\"person\":{\"id\":\"77\","
	                             "\"name\":\"x\",\"sex\":1,\"doc_type\":\"id_card\",\"doc_no\":\"%s\"}}",
	                       village_doc(1));
	OK(&p->d, receive_events(p->d.cx, &p->from, DONGXIN, &ev, 1));
	assert_int_equal(ev.state, RECEIVE_ACCEPTED);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM known_in"), 2);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM known_in WHERE person = 77"), 1);
	/* One that comes late is not known by it at all. */
	ev.id = 78;
	ev.seq = 0;
	ev.data = arena_printf(p->a, "{\"hotel\":{\"code\":\"" DONGXIN "\"},\"person\":{\"id\":\"78\","
	                             "\"name\":\"y\",\"sex\":1,\"doc_type\":\"id_card\",\"doc_no\":\"%s\"}}",
	                       village_doc(1));
	OK(&p->d, receive_events(p->d.cx, &p->from, DONGXIN, &ev, 1));
	assert_int_equal(ev.state, RECEIVE_ACCEPTED);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM known_in WHERE person = 78"), 0);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM known_in"), 2);
}

static void one_who_left_is_in_no_task(void **state)
{
	struct pair *p = *state;
	int64_t gone = village_in(&p->v, V_101, 1), stays = village_in(&p->v, V_102, 2);
	pair_out(p, gone);
	in_far(p, 1);
	tell_both(p);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM task"), 0);
	/* And the end of one of two ends both tasks. */
	in_far(p, 2);
	tell_both(p);
	assert_int_equal(open_tasks(&p->d), 2);
	pair_out(p, stays);
	tell_both(p);
	assert_int_equal(open_tasks(&p->d), 0);
}

static void take(struct pair *p, struct down_sums *sums)
{
	struct down_cursor at;
	struct down_task *tasks = NULL;
	struct access_row *looks = NULL;
	size_t n = 0;
	assert_int_equal(down_from(p->v.cx, 7, p->v.hotel, &at), VH_OK);
	assert_int_equal(down_tasks(p->d.cx, &p->from, DONGXIN, at.tasks, &tasks, &n), VH_OK);
	assert_int_equal(down_looks(p->d.cx, &p->from, DONGXIN, at.looks, &looks), VH_OK);
	for (size_t i = 0; i < n; i++)
		at.tasks = tasks[i].id;
	for (struct access_row *l = looks; l; l = l->next) {
		at.looks = l->origin = l->id;
		l->node = "district";
	}
	*sums = (struct down_sums){ 0 };
	const struct down_page page = { .tasks = tasks, .n_tasks = n, .looks = looks };
	assert_int_equal(down_take(p->v.cx, &at, &page, sums), VH_OK);
}

static void the_desk_gets_the_task_and_is_not_told_where(void **state)
{
	struct pair *p = *state;
	struct down_sums n;
	int64_t stay = village_in(&p->v, V_101, 1);
	in_far(p, 1);
	tell_both(p);
	pair_later(p);
	take(p, &n);
	assert_int_equal(n.tasks, 1);
	assert_int_equal(open_tasks(&p->v), 1);
	assert_int_equal(village_sql(&p->v, "SELECT stay FROM task WHERE kind = 'elsewhere'"), stay);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM elsewhere WHERE other_hotel IS NOT NULL"), 0);
	take(p, &n);
	assert_int_equal(n.tasks, 0);
	/* When he moves out, the desk has nothing left to do. */
	pair_out(p, stay);
	assert_int_equal(open_tasks(&p->v), 0);
}

/* --- looks --- */

static void look_at(struct pair *p, const char *reason)
{
	int64_t hotel = village_sql(&p->d, "SELECT id FROM hotel WHERE area = '" DONGXIN "'");
	int64_t person = village_sql(&p->d, "SELECT person FROM stay LIMIT 1");
	assert_int_equal(access_note(p->d.cx, hotel, &person, 1, "name,doc_no", reason), VH_OK);
}

static void a_look_above_is_on_the_tenants_page(void **state)
{
	struct pair *p = *state;
	struct down_sums n;
	struct me *me = NULL;
	village_in(&p->v, V_101, 1);
	village_in(&p->v, V_102, 2);
	tell_both(p);
	look_at(p, "case 7");
	look_at(p, "case 8");
	take(p, &n);
	assert_int_equal(n.looks, 0); /* too young: an older one may still come beside it */
	pair_later(p);
	take(p, &n);
	assert_int_equal(n.looks, 2);
	take(p, &n);
	assert_int_equal(n.looks, 0);
	int64_t person = village_sql(&p->d, "SELECT person FROM stay LIMIT 1");
	village_sql(&p->v, arena_printf(p->a, "INSERT INTO grants (id, account, role, scope, hotel, person, created)"
	                                      " SELECT 5, id, 'tenant', '" DONGXIN "', %" PRId64 ", %" PRId64
	                                      ", 0 FROM account WHERE login = 'tenant'", p->v.hotel, person));
	village_reload(&p->v, "tenant");
	village_as(&p->v, "tenant");
	assert_int_equal(look_me(p->v.cx, &me), VH_OK);
	int above = 0, here = 0;
	for (const struct access_row *r = me ? me->looks : NULL; r; r = r->next) {
		if (r->node) {
			assert_string_equal(r->node, "district");
			assert_string_equal(r->reason, above ? "case 7" : "case 8");
			above++;
		} else {
			here++;
		}
	}
	assert_int_equal(above, 2);
	assert_int_equal(access_seal_now(p->v.cx, p->v.hotel), VH_OK);
	assert_int_equal(access_verify(p->v.cx, p->v.hotel), VH_OK);
	(void)here;
}

static void why_somebody_was_looked_at_above_goes_with_his_erasure(void **state)
{
	struct pair *p = *state;
	struct down_sums n;
	struct erasure row;
	int64_t stay = village_in(&p->v, V_101, 1);
	village_in(&p->v, V_102, 2);
	tell_both(p);
	look_at(p, "case 7, 周一 and his brother");
	pair_later(p);
	take(p, &n);
	village_sql(&p->v, "INSERT INTO look_above SELECT hotel, id + 1, node, 1, at, role,"
	                   " (SELECT max(id) FROM person), fields, 'case 9', request FROM look_above");
	pair_out(p, stay);
	p->v.cx->now += 800 * DAY_MS;
	village_sql(&p->v, "UPDATE hotel SET retention_months = 12");
	int64_t person = village_sql(&p->v, "SELECT min(id) FROM person");
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM look_above WHERE reason LIKE 'case 7%'"), 1);
	assert_int_equal(erase_person(p->v.cx, p->v.hotel, person, &row), VH_OK);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM look_above WHERE reason = '*'"), 1);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM look_above WHERE reason = 'case 9'"), 1);
	/* The row above may come when he is erased here already. */
	look_at(p, "case 8, 周一");
	pair_later(p);
	take(p, &n);
	assert_int_equal(n.looks, 1);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM look_above WHERE reason = '*'"), 2);
	assert_int_equal(village_sql(&p->v, "SELECT count(*) FROM look_above"), 3);
}

static void what_is_about_another_is_told_to_nobody(void **state)
{
	struct pair *p = *state;
	struct down_task *tasks = NULL;
	struct access_row *looks = NULL;
	struct source other = p->from;
	size_t n = 9;
	village_in(&p->v, V_101, 1);
	tell_both(p);
	look_at(p, "case 7");
	pair_later(p);
	other.id++;
	village_refused(&p->d, down_looks(p->d.cx, &other, DONGXIN, 0, &looks), VH_CONFLICT, "other_source");
	village_refused(&p->d, down_tasks(p->d.cx, &other, DONGXIN, 0, &tasks, &n), VH_CONFLICT, "other_source");
	assert_int_equal(down_looks(p->d.cx, &p->from, XIXIN, 0, &looks), VH_OK);
	assert_null(looks);
	assert_int_equal(down_looks(p->d.cx, &p->from, DONGXIN, 0, &looks), VH_OK);
	assert_non_null(looks);
	assert_null(looks->next);
	assert_string_equal(looks->reason, "case 7");
}

/* Else each of them waits for its own time to pass. */
static void an_upstream_that_is_silent_is_not_asked_about_every_hotel(void **state)
{
	struct pair *p = *state;
	struct sync_down_sums n;
	assert_int_equal(outbox_upstream_add(p->v.cx, "town", "http://127.0.0.1:1/upstream/events", PAIR_SECRET, false),
	                 VH_OK);
	assert_int_equal(sync_down(p->v.cx, NULL, &n), VH_OK);
	assert_int_equal(n.mute, 2); /* both villages */
	village_sql(&p->v, "INSERT INTO hotel (id, area, name, path, zone_min, notice_version, keys, created)"
	                   " SELECT id + 100, area || '-2', name, path, zone_min, 1, keys, created FROM hotel");
	assert_int_equal(sync_down(p->v.cx, NULL, &n), VH_OK);
	assert_int_equal(n.mute, 3);
	assert_int_equal(n.asked, 0);
}

/* The twin: it takes events and has nothing to be asked. */
static void an_upstream_without_questions_is_asked_once(void **state)
{
	struct pair *p = *state;
	const struct twin_faults none = { .slow_ms = 0 };
	const struct reconcile_opts opts = { .repair = false };
	struct http_server *server = NULL;
	struct twin *twin = NULL;
	struct webhook_keys keys;
	struct sync_down_sums n;
	struct reconcile_sums sums;
	struct sync_sums sent;
	struct diff *list = NULL;
	assert_int_equal(webhook_keys_parse(p->a, PAIR_SECRET, &keys), VH_OK);
	assert_int_equal(twin_new(&keys, &none, 1, &twin), VH_OK);
	const struct http_conf conf = { .listen = "127.0.0.1:0", .threads = 1 };
	const struct http_app app = twin_app(twin);
	assert_int_equal(http_start(&conf, &app, &server, &p->v.cx->err), VH_OK);
	const char *url = arena_printf(p->a, "http://%s/upstream/events", http_address(server));
	assert_int_equal(outbox_upstream_add(p->v.cx, "twin", url, PAIR_SECRET, false), VH_OK);
	assert_int_equal(sync_down(p->v.cx, NULL, &n), VH_OK);
	assert_int_equal(n.mute, 1); /* of two villages */
	assert_int_equal(sync_reconcile(p->v.cx, &opts, &sums, &list), VH_OK);
	assert_int_equal(sums.asked + sums.differ, 0);
	assert_int_equal(sums.waiting, 2); /* nothing has gone up yet */
	assert_int_equal(sync_run(p->v.cx, &(struct sync_opts){ .wait_ms = 0 }, &sent), VH_OK);
	assert_true(sent.accepted > 0);
	assert_int_equal(sync_reconcile(p->v.cx, &opts, &sums, &list), VH_OK);
	assert_int_equal(sums.asked + sums.differ + sums.waiting, 0);
	assert_int_equal(sums.mute, 1);
	http_stop(server, 1000);
	twin_free(twin);
}

/* An upstream that says what the test likes. */
struct mouth {
	int said;      /* answers so far */
	int rows;      /* remarks of each */
	long last;     /* the id of the newest */
	long long stay;
	const char *field, *words;
};

static enum http_go hear(void *self, struct http_req *q, struct http_resp *r)
{
	(void)self;
	(void)r;
	q->body_max = 1000;
	return HTTP_BODY;
}

static void speak(void *self, struct http_req *q, struct http_resp *r)
{
	struct mouth *m = self;
	(void)q;
	resp_text(r, 200, "");
	m->said++;
	buf_puts(&r->body, "{\"remarks\":[");
	for (int i = 0; i < m->rows; i++) {
		m->last++;
		buf_printf(&r->body, "%s{\"id\":\"%ld\",\"origin\":\"%ld\",\"stay\":\"%lld\",\"open\":true,"
		                     "\"field\":\"%s\",\"words\":\"%s\",\"at\":\"2026-11-20T01:14:55.000Z\"}",
		           i ? "," : "", m->last, m->last, m->stay, m->field, m->words);
	}
	buf_puts(&r->body, "]}");
}

static struct http_server *listen_as(struct pair *p, const char *name, struct mouth *m)
{
	static struct http_app app[2];
	static int n;
	struct http_app *its = &app[n++ % 2];
	struct http_server *server = NULL;
	const struct http_conf conf = { .listen = "127.0.0.1:0", .threads = 1 };
	*its = (struct http_app){ .self = m, .head = hear, .serve = speak };
	assert_int_equal(http_start(&conf, its, &server, &p->v.cx->err), VH_OK);
	const char *url = arena_printf(p->a, "http://%s/upstream/events", http_address(server));
	assert_int_equal(outbox_upstream_add(p->v.cx, name, url, PAIR_SECRET, false), VH_OK);
	return server;
}

/* Of the nearer village alone both are told, so that it alone can be asked about. */
static void told_of(struct pair *p)
{
	village_sql(&p->v, "INSERT INTO cursor_of (upstream, hotel, epoch, seq) SELECT u.id, h.id, 1, 1"
	                   " FROM upstream u, hotel h WHERE h.area = '" DONGXIN "'");
}

static int64_t remarks(struct pair *p)
{
	return village_sql(&p->v, "SELECT count(*) FROM remark");
}

static void who_cannot_be_read_keeps_no_other_from_being_asked(void **state)
{
	struct pair *p = *state;
	char much[LIM_TEXT + 2];
	struct sync_down_sums n;
	const long long stay = village_in(&p->v, V_101, 1);
	memset(much, 'x', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	struct mouth rude = { .rows = 1, .stay = stay, .field = "name", .words = much }, good = rude;
	good.words = "look again";
	good.last = 1000;
	struct http_server *first = listen_as(p, "a-rude", &rude), *second = listen_as(p, "b-good", &good);
	told_of(p);
	OK(&p->v, sync_down(p->v.cx, "b-good", &n)); /* it goes on for ever, and is heard so long */
	assert_int_equal(remarks(p), 1); /* all are about one field of one stay */
	assert_int_equal(n.got.passed_over, LIM_DOWN_PAGES - 1);
	assert_int_equal(good.said, LIM_DOWN_PAGES + 1); /* and once about a village that it is not told of */
	good.rows = 0;
	good.said = 0;
	OK(&p->v, sync_down(p->v.cx, NULL, &n));
	assert_int_equal(remarks(p), 1);
	assert_int_equal(good.said, 2);
	assert_int_equal(rude.said, 2);
	assert_int_equal(n.mute, 2);
	rude.words = "short";
	rude.rows = DOWN_PAGE + 1; /* more than is ever asked for */
	OK(&p->v, sync_down(p->v.cx, NULL, &n));
	assert_int_equal(remarks(p), 1);
	assert_int_equal(good.said, 4);
	http_stop(first, 1000);
	http_stop(second, 1000);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, pair_setup, pair_teardown)
	const struct CMUnitTest tests[] = {
		T(one_person_in_two_villages_is_a_task_in_both_once),
		T(many_of_one_hotel_hide_no_other),
		T(who_gives_way_is_not_known_by_it),
		T(one_who_left_is_in_no_task),
		T(the_desk_gets_the_task_and_is_not_told_where),
		T(a_look_above_is_on_the_tenants_page),
		T(why_somebody_was_looked_at_above_goes_with_his_erasure),
		T(what_is_about_another_is_told_to_nobody),
		T(an_upstream_that_is_silent_is_not_asked_about_every_hotel),
		T(an_upstream_without_questions_is_asked_once),
		T(who_cannot_be_read_keeps_no_other_from_being_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
