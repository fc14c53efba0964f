/* The way up as the registry sees it: order per key, what holds what back, what a dead sender leaves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/outbox.h"
#include "village.h"

struct getting {
	const char *name;
	struct upstream u;
};

static enum vh_rc get_step(struct ctx *cx, void *arg)
{
	struct getting *g = arg;
	return upstream_get(cx, g->name, &g->u);
}

static struct upstream up(struct village *v, const char *name)
{
	struct getting g = { .name = name };
	OK(v, outbox_upstream_add(v->cx, name, "https://upstream.example/events", "whsec_c2VjcmV0", false));
	OK(v, db_read(v->cx, get_step, &g));
	return g.u;
}

static struct outgoing *claim(struct village *v, const struct upstream *u, int64_t n)
{
	struct outgoing *list = NULL;
	OK(v, outbox_claim(v->cx, u, &v->h, n, &list));
	return list;
}

static void mark(struct village *v, struct outgoing *o, const char *state)
{
	for (; o; o = o->next) {
		o->d.state = state;
		o->d.next_at = v->cx->now;
	}
}

/* Claims until nothing may go, everything accepted; returns how many went. */
static int drain(struct village *v, const struct upstream *u)
{
	int n = 0;
	for (struct outgoing *o; (o = claim(v, u, 100));) {
		for (struct outgoing *x = o; x; x = x->next, n++)
			assert_string_equal(x->d.state, "sending");
		mark(v, o, "accepted");
		OK(v, outbox_mark(v->cx, o, NULL));
	}
	return n;
}

static struct outbox_counts counts(struct village *v, const struct upstream *u)
{
	struct outbox_counts c;
	OK(v, outbox_count(v->cx, u, &c));
	return c;
}

static int64_t change(struct village *v, int64_t stay, struct stay_change c)
{
	struct stay_done d;
	OK(v, stay_change(v->cx, v->hotel, stay, &c, &d));
	return d.id;
}

static void upstream_is_added_once_and_its_secret_rests_sealed(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	const char *secret = NULL;
	OK(v, outbox_secret(v->cx, &u, &secret));
	assert_string_equal(secret, "whsec_c2VjcmV0");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM upstream WHERE instr(secret, 'whsec_c2VjcmV0')"), 0);
	assert_string_equal(u.state, "open");
	village_refused(v, outbox_upstream_add(v->cx, "district", "https://x.example", "whsec_eA==", false),
	                VH_CONFLICT, "upstream_there");
}

static void every_event_goes_once_in_the_order_of_its_key(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	int64_t last[8][2] = { { 0 } }; /* part, seq */
	int parts = 0, sent = 0;
	for (unsigned i = 0; i < 2; i++) {
		int64_t id = village_in(v, V_101, i);
		change(v, id, (struct stay_change){ .verb = SV_EXTEND, .day = "2027-01-01" });
		change(v, id, (struct stay_change){ .verb = SV_OUT });
	}
	int64_t events = village_sql(v, "SELECT count(*) FROM event WHERE hotel = 1");
	assert_int_equal(counts(v, &u).waiting, village_sql(v, "SELECT count(*) FROM event"));
	for (struct outgoing *o; (o = claim(v, &u, 100));) {
		for (struct outgoing *x = o; x; x = x->next, sent++) {
			int p = 0;
			for (struct outgoing *y = o; y != x; y = y->next)
				assert_int_not_equal(y->d.part, x->d.part); /* one of each key in flight */
			while (p < parts && last[p][0] != x->d.part)
				p++;
			if (p == parts && parts < 8)
				last[parts++][0] = x->d.part;
			if (p < 8) {
				assert_true(last[p][1] < x->d.seq);
				last[p][1] = x->d.seq;
			}
			assert_int_equal(x->d.event, x->e.id);
			assert_int_equal(x->d.attempts, 1);
			assert_int_equal(x->data[0], '{');
		}
		mark(v, o, "accepted");
		OK(v, outbox_mark(v->cx, o, NULL));
	}
	assert_int_equal(sent, events);
	struct outbox_counts c = counts(v, &u);
	assert_int_equal(c.accepted, events);
	assert_int_equal(c.due + c.sending + c.unknown + c.retry + c.rejected + c.dead, 0);
	assert_int_equal(c.next_at, 0);
	assert_null(claim(v, &u, 100));
}

static void what_is_claimed_is_not_claimed_again(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	int64_t id = village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	change(v, id, (struct stay_change){ .verb = SV_VERIFY });
	struct outgoing *first = claim(v, &u, 1), *second = claim(v, &u, 100);
	assert_non_null(first);
	assert_null(first->next);
	assert_non_null(second);
	assert_null(second->next); /* the verify waits for its own move-in */
	assert_int_not_equal(first->d.part, second->d.part);
	assert_null(claim(v, &u, 100));
	assert_int_equal(counts(v, &u).sending, 2);
	mark(v, first, "accepted");
	OK(v, outbox_mark(v->cx, first, NULL));
	struct outgoing *third = claim(v, &u, 100);
	assert_string_equal(third->e.type, "cn.vhotel.stay.verified.v1");
}

static void rejected_event_holds_back_only_its_own_key(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	int64_t id = village_in(v, V_101, 1);
	struct outgoing *o = claim(v, &u, 100);
	mark(v, o, "rejected");
	o->d.code = "bad_doc";
	o->d.detail = "no such number";
	o->d.status = 200;
	OK(v, outbox_mark(v->cx, o, NULL));
	change(v, id, (struct stay_change){ .verb = SV_VERIFY });
	village_in(v, V_101, 2);
	struct outgoing *next = claim(v, &u, 100);
	assert_non_null(next);
	assert_null(next->next);
	assert_int_not_equal(next->d.part, o->d.part);
	mark(v, next, "accepted");
	OK(v, outbox_mark(v->cx, next, NULL));
	assert_null(claim(v, &u, 100));
	struct delivery *list = NULL;
	OK(v, outbox_list(v->cx, &u, "rejected", 10, &list));
	assert_string_equal(list->code, "bad_doc");
	assert_string_equal(list->detail, "no such number");
	assert_null(list->next);
	assert_int_equal(counts(v, &u).rejected, 1);
}

static void amendment_supersedes_what_was_refused_and_the_key_goes_on(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district"), other = up(v, "city");
	drain(v, &u);
	drain(v, &other);
	int64_t id = village_in(v, V_101, 1);
	struct outgoing *o = claim(v, &u, 100);
	mark(v, o, "rejected");
	OK(v, outbox_mark(v->cx, o, NULL));
	change(v, id, (struct stay_change){ .verb = SV_AMEND, .doc_no = village_doc(3) });
	struct outgoing *next = claim(v, &u, 100);
	assert_string_equal(next->e.type, "cn.vhotel.stay.amended.v1");
	assert_int_equal(next->e.supersedes, o->e.id);
	assert_int_equal(counts(v, &u).superseded, 1);
	assert_int_equal(drain(v, &other), 2); /* whoever refused nothing gets both */
	change(v, id, (struct stay_change){ .verb = SV_AMEND, .phone = "13922223333" });
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event WHERE supersedes IS NOT NULL"), 1);
}

/* More than one gulp of the journal waits for a refused event: what follows still goes. */
static void long_queue_behind_a_refused_one_does_not_stop_the_others(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	int64_t id = village_in(v, V_101, 1);
	struct outgoing *o = claim(v, &u, 100);
	mark(v, o, "rejected");
	OK(v, outbox_mark(v->cx, o, NULL));
	for (int i = 0; i < 520; i++)
		change(v, id, (struct stay_change){ .verb = SV_EXTEND, .day = i % 2 ? "2027-01-01" : "2027-01-02" });
	village_in(v, V_101, 2);
	o = claim(v, &u, 100);
	assert_non_null(o);
	assert_string_equal(o->e.type, "cn.vhotel.stay.checked-in.v1");
	assert_int_equal(counts(v, &u).waiting, village_sql(v, "SELECT count(*) FROM event WHERE hotel = 2"));
}

static void retry_waits_for_its_time_and_unknown_goes_again(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	struct outgoing *o = claim(v, &u, 100);
	o->d.state = "retry";
	o->d.next_at = v->cx->now + 5000;
	o->next->d.state = "unknown";
	o->next->d.next_at = v->cx->now;
	OK(v, outbox_mark(v->cx, o, NULL));
	struct outgoing *again = claim(v, &u, 100);
	assert_int_equal(again->d.event, o->next->d.event);
	assert_int_equal(again->d.attempts, 2);
	assert_null(again->next);
	assert_int_equal(counts(v, &u).retry, 1);
	v->cx->now += 4999;
	assert_null(claim(v, &u, 100));
	v->cx->now++;
	assert_int_equal(claim(v, &u, 100)->d.event, o->d.event);
}

static void what_a_dead_sender_left_is_unknown_after_recovery(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district"), other = up(v, "city");
	village_in(v, V_101, 1);
	struct outgoing *o = claim(v, &u, 100), *kept = claim(v, &other, 1);
	assert_non_null(kept);
	int64_t n = counts(v, &u).sending;
	assert_true(n > 1);
	OK(v, outbox_recover(v->cx, u.id));
	assert_int_equal(counts(v, &u).unknown, n);
	assert_int_equal(counts(v, &other).sending, 1); /* another's is left alone */
	struct outgoing *again = claim(v, &u, 100);
	for (; o; o = o->next, again = again->next)
		assert_int_equal(o->d.event, again->d.event);
	assert_null(again);
}

static void dead_letters_and_refused_ones_are_replayed(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	int64_t n = 0;
	drain(v, &u);
	village_in(v, V_101, 1);
	village_in(v, V_101, 2);
	village_in(v, V_102, 3);
	struct outgoing *o = claim(v, &u, 100);
	o->d.state = "dead";
	o->next->d.state = "rejected";
	o->next->next->d.state = "accepted";
	OK(v, outbox_mark(v->cx, o, NULL));
	assert_null(claim(v, &u, 100));
	OK(v, outbox_replay(v->cx, &u, o->d.event, &n));
	assert_int_equal(n, 1);
	struct outgoing *again = claim(v, &u, 100);
	assert_int_equal(again->d.event, o->d.event);
	assert_int_equal(again->d.attempts, 1);
	assert_null(again->next);
	OK(v, outbox_replay(v->cx, &u, 0, &n));
	assert_int_equal(n, 1); /* the refused one; what is sending or accepted is not touched */
	OK(v, outbox_replay(v->cx, &u, 4711, &n));
	assert_int_equal(n, 0);
}

static void one_process_at_a_time_may_send(void **state)
{
	struct village *v = *state;
	OK(v, outbox_lease(v->cx, "first", 60000));
	village_refused(v, outbox_lease(v->cx, "second", 60000), VH_BUSY, "sync_busy");
	OK(v, outbox_lease(v->cx, "first", 60000)); /* its own is renewed */
	OK(v, outbox_release(v->cx, "second"));     /* nobody drops another's */
	village_refused(v, outbox_lease(v->cx, "second", 60000), VH_BUSY, "sync_busy");
	OK(v, outbox_release(v->cx, "first"));
	OK(v, outbox_lease(v->cx, "second", 60000));
	v->cx->now += 60000; /* its holder died */
	OK(v, outbox_lease(v->cx, "first", 60000));
}

static void urgent_events_are_noticed_until_they_are_taken(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	bool any = true;
	struct upstream u = up(v, "district");
	village_in(v, V_101, 2);
	OK(v, outbox_urgent(v->cx, &any));
	assert_false(any);
	n.doc_type = "passport";
	n.doc_no = "C01X00T47";
	n.name = "ERIKA MUSTERFRAU";
	OK(v, stay_in(v->cx, &n, &d));
	OK(v, outbox_urgent(v->cx, &any));
	assert_true(any);
	drain(v, &u);
	OK(v, outbox_urgent(v->cx, &any));
	assert_false(any);
	change(v, d.id, (struct stay_change){ .verb = SV_OUT }); /* leaving has its 24 hours too */
	OK(v, outbox_urgent(v->cx, &any));
	assert_true(any);
}

static void paused_upstream_hurries_nobody(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	bool any = true;
	up(v, "district");
	n.doc_type = "passport";
	n.doc_no = "C01X00T47";
	OK(v, stay_in(v->cx, &n, &d));
	village_sql(v, "UPDATE upstream SET state = 'paused'");
	OK(v, outbox_urgent(v->cx, &any));
	assert_false(any);
	village_sql(v, "UPDATE upstream SET state = 'open'");
	OK(v, outbox_urgent(v->cx, &any));
	assert_true(any);
}

struct filling {
	struct village *v;
	int64_t from, n;
	int size;
};

static enum vh_rc fill_step(struct ctx *cx, void *arg)
{
	const struct filling *f = arg;
	enum vh_rc rc = VH_OK;
	for (int64_t i = f->from; rc == VH_OK && i < f->from + f->n; i++) {
		struct deed d = { .hotel = f->v->hotel, .type = "stay.extended", .subject = "stays", .id = i,
			          .part = i, .data = arena_printf(cx->a, "\"%0*d\"", f->size, 7) };
		rc = journal_add(cx, &d, NULL);
	}
	return rc;
}

static void fill(struct village *v, int64_t from, int64_t n, int size)
{
	struct filling f = { v, from, n, size };
	OK(v, db_write(v->cx, fill_step, &f));
}

static int length(const struct outgoing *o)
{
	int n = 0;
	for (; o; o = o->next)
		n++;
	return n;
}

/* Several batches at once as long as they are light; heavy ones end with the first batch that is enough. */
static void a_claim_is_bounded_by_what_it_weighs(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	fill(v, 700000, 250, 20);
	struct outgoing *o = claim(v, &u, LIM_SYNC_CLAIM);
	assert_int_equal(length(o), 250);
	mark(v, o, "accepted");
	OK(v, outbox_mark(v->cx, o, NULL));
	const int heavy = LIM_SYNC_CLAIM_BYTES / LIM_SYNC_BATCH + 100;
	fill(v, 800000, 250, heavy);
	int64_t waiting = counts(v, &u).waiting;
	o = claim(v, &u, LIM_SYNC_CLAIM);
	assert_int_equal(length(o), LIM_SYNC_BATCH);
	assert_int_equal(counts(v, &u).waiting, waiting - LIM_SYNC_BATCH); /* nothing was taken that does not go */
	mark(v, o, "retry");
	OK(v, outbox_mark(v->cx, o, NULL));
	struct outgoing *again = claim(v, &u, LIM_SYNC_CLAIM);
	assert_int_equal(length(again), LIM_SYNC_BATCH); /* the same once more */
	for (; again; again = again->next, o = o->next)
		assert_int_equal(again->e.id, o->e.id);
}

/* Two events of one part: the second waits for the first, whether that is claimed with it or was before. */
static void what_follows_an_event_under_way_waits_for_it(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	fill(v, 700000, 2, 20);
	fill(v, 700001, 2, 20);
	struct outgoing *o = claim(v, &u, 100);
	assert_int_equal(length(o), 3);
	assert_int_equal(counts(v, &u).sending, 3);
	assert_int_equal(counts(v, &u).due, 1);
	fill(v, 700002, 2, 20);
	struct outgoing *other = claim(v, &u, 100);
	assert_int_equal(length(other), 1);
	assert_int_equal(other->d.part, 700003);
	mark(v, o, "accepted");
	OK(v, outbox_mark(v->cx, o, NULL));
	o = claim(v, &u, 100);
	assert_int_equal(length(o), 2);
	assert_int_equal(o->d.part, 700001);
	assert_int_equal(o->next->d.part, 700002);
}

/* Marked and claimed in one commit; where that fails, neither is. */
static void a_turn_marks_and_claims_or_does_neither(void **state)
{
	struct village *v = *state;
	struct upstream u = up(v, "district");
	drain(v, &u);
	fill(v, 700000, 2, 20);
	fill(v, 700000, 2, 20);
	struct outgoing *first = claim(v, &u, 100), *next = NULL;
	assert_int_equal(length(first), 2);
	mark(v, first, "accepted");
	for (int failed = 0;; failed++) {
		db_fail_after(failed, false);
		enum vh_rc rc = outbox_turn(v->cx, first, NULL, &u, &v->h, 100, &next);
		long seen = db_fail_after(-1, false);
		if (rc == VH_OK) {
			assert_true(failed > 5);
			break;
		}
		assert_true(seen > failed);
		err_clear(&v->cx->err);
		assert_int_equal(counts(v, &u).sending, 2);
		assert_null(next);
	}
	assert_int_equal(length(next), 2);
	assert_int_equal(next->d.part, first->d.part);
	assert_int_equal(next->d.attempts, 1);
	assert_int_equal(counts(v, &u).sending, 2);
	mark(v, next, "accepted");
	OK(v, outbox_turn(v->cx, next, NULL, &u, &v->h, 100, &next));
	assert_null(next);
	assert_int_equal(counts(v, &u).sending + counts(v, &u).due, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(upstream_is_added_once_and_its_secret_rests_sealed),
		T(every_event_goes_once_in_the_order_of_its_key),
		T(what_is_claimed_is_not_claimed_again),
		T(rejected_event_holds_back_only_its_own_key),
		T(amendment_supersedes_what_was_refused_and_the_key_goes_on),
		T(long_queue_behind_a_refused_one_does_not_stop_the_others),
		T(retry_waits_for_its_time_and_unknown_goes_again),
		T(what_a_dead_sender_left_is_unknown_after_recovery),
		T(dead_letters_and_refused_ones_are_replayed),
		T(one_process_at_a_time_may_send),
		T(urgent_events_are_noticed_until_they_are_taken),
		T(paused_upstream_hurries_nobody),
		T(a_claim_is_bounded_by_what_it_weighs),
		T(what_follows_an_event_under_way_waits_for_it),
		T(a_turn_marks_and_claims_or_does_neither),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
