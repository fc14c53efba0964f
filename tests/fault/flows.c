/*
 * Every allocation and every database call of the core flows made to fail in turn, once and from then on: no crash,
 * no false answer, and rows that are as they were or complete. A failure is said as one (VH_NOMEM, VH_IO), with
 * words, and never as a rule; VH_OK stands only beside complete rows. Run under a leak checker it also shows that
 * nothing is lost. A sample of the points; each one when SOAK is set. Sending has its own, sync.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/rack.h"
#include "village.h"

/* Counts that a flow moves. */
static const char *const counted[] = { "stay", "person", "lease", "event", "house", "room", "plate", "task", "access",
                                       "idem", "employer", "secret" };
enum { COUNTED = sizeof counted / sizeof *counted };
enum { STAY, PERSON, LEASE, EVENT, HOUSE, ROOM, PLATE, TASK, ACCESS, IDEM, EMPLOYER, SECRETS };

struct fix {
	struct village v;
	struct ctx cx;    /* of this attempt */
	unsigned attempt; /* gives every attempt people of its own */
	int64_t before[COUNTED], delta[COUNTED];
	int64_t stay, other, seen;
	struct stay_done done;
	struct scan scan;
	struct rack rack;
	struct found *found;
	struct stay_view view;
	struct ledger_result ledger;
	struct login_ok session;
	char text[4096], slip[SECRET_TEXT], device[SECRET_TEXT];
	struct idem idem;
	char key[40];
};

struct flow {
	const char *name;
	void (*prepare)(struct fix *f);     /* without faults, before the rows are counted; NULL: nothing */
	enum vh_rc (*run)(struct fix *f);   /* the flow, with the fault armed */
	void (*answered)(struct fix *f);    /* VH_OK: is the answer true, are the rows complete? */
	bool (*refused)(struct fix *f);     /* not VH_OK though rows changed: may they? NULL: never */
	void (*after)(struct fix *f);       /* without faults, whatever came out; NULL: nothing */
	unsigned points; /* of a sample */
	unsigned renew;  /* attempts in one village: those that leave rows make it slow; 0: all */
};

static void must(struct fix *f, enum vh_rc rc, const char *what)
{
	if (rc != VH_OK)
		fail_msg("%s: %s %s", what, err_code(&f->cx.err), err_text(&f->cx.err));
}

static unsigned person(const struct fix *f, unsigned n)
{
	return 1000 + f->attempt * 16 + n;
}

/* One person more in a room, by whoever acts, outside the fault. */
static int64_t lives(struct fix *f, int room, unsigned n)
{
	struct stay_new s = village_new(&f->v, room, person(f, n));
	struct stay_done d;
	s.phone = "13922223333";
	s.home = "贵州省某县";
	must(f, stay_in(&f->cx, &s, &d), "prepare");
	return d.id;
}

static void leaves(struct fix *f, int64_t stay)
{
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	if (stay)
		must(f, stay_change(&f->cx, f->v.hotel, stay, &out, &d), "tidy up");
}

/* Move in */

static enum vh_rc in_run(struct fix *f)
{
	struct stay_new n = village_new(&f->v, V_101, person(f, 0));
	char employer[40];
	snprintf(employer, sizeof employer, "电子厂%u", f->attempt);
	snprintf(f->key, sizeof f->key, "in-%u", f->attempt);
	f->idem = (struct idem){ .key = f->key };
	f->cx.idem = &f->idem;
	n.phone = "13922223333";
	n.home = "贵州省某县";
	n.employer = employer;
	n.until = "2027-11-20";
	return stay_in(&f->cx, &n, &f->done);
}

static void in_answered(struct fix *f)
{
	assert_int_equal(f->done.state, STAY_PENDING);
	assert_int_equal(f->delta[STAY], 1);
	assert_int_equal(f->delta[PERSON], 1);
	assert_int_equal(f->delta[LEASE], 1);
	assert_int_equal(f->delta[EVENT], 1);
	assert_int_equal(f->delta[EMPLOYER], 1);
	assert_int_equal(f->delta[IDEM], 1);
	struct stay s = village_stay(&f->v, f->done.id);
	assert_int_equal(s.person, f->done.person);
	assert_string_equal(s.until, "2027-11-20");
}

/* The same request again is answered: by the first one's rows, or by making them now. */
static void in_after(struct fix *f)
{
	struct stay_done first = f->done;
	must(f, in_run(f), "again");
	if (first.id)
		assert_int_equal(first.id, f->done.id);
	f->cx.idem = NULL;
	leaves(f, f->done.id);
}

/* Move out */

static void out_prepare(struct fix *f)
{
	f->stay = lives(f, V_101, 0);
}

static enum vh_rc out_run(struct fix *f)
{
	struct stay_change c = { .verb = SV_OUT, .day = "2026-11-21" };
	return stay_change(&f->cx, f->v.hotel, f->stay, &c, &f->done);
}

static void out_answered(struct fix *f)
{
	assert_int_equal(f->done.state, STAY_ENDED);
	assert_int_equal(village_stay(&f->v, f->stay).state, STAY_ENDED);
	assert_int_equal(f->delta[EVENT], 1);
}

static void out_after(struct fix *f)
{
	if (village_stay(&f->v, f->stay).state != STAY_ENDED)
		leaves(f, f->stay);
}

/* Move to another room: two stays, two events, two leases. */

static enum vh_rc move_run(struct fix *f)
{
	struct stay_change c = { .verb = SV_MOVE, .room = f->v.room[V_201] };
	return stay_change(&f->cx, f->v.hotel, f->stay, &c, &f->done);
}

static void move_answered(struct fix *f)
{
	assert_int_equal(village_stay(&f->v, f->stay).state, STAY_ENDED);
	assert_int_equal(village_stay(&f->v, f->done.id).room, f->v.room[V_201]);
	assert_int_equal(f->delta[STAY], 1);
	assert_int_equal(f->delta[LEASE], 1);
	assert_int_equal(f->delta[EVENT], 2);
}

static void move_after(struct fix *f)
{
	leaves(f, f->done.id ? f->done.id : f->stay);
}

/* A contested filing is verified: the other stay ends. */

static void verify_prepare(struct fix *f)
{
	struct stay_new n = village_new(&f->v, V_102, person(f, 0));
	n.anyway = true;
	f->other = lives(f, V_101, 0);
	must(f, stay_in(&f->cx, &n, &f->done), "contest");
	f->stay = f->done.id;
	f->done.id = 0;
	f->cx.who = village_actor(&f->v, "police");
}

static enum vh_rc verify_run(struct fix *f)
{
	struct stay_change c = { .verb = SV_VERIFY };
	return stay_change(&f->cx, f->v.hotel, f->stay, &c, &f->done);
}

static void verify_answered(struct fix *f)
{
	assert_int_equal(village_stay(&f->v, f->stay).state, STAY_VERIFIED);
	assert_int_equal(village_stay(&f->v, f->other).state, STAY_ENDED);
	assert_int_equal(f->delta[EVENT], 2);
}

static void verify_after(struct fix *f)
{
	f->cx.who = village_actor(&f->v, "clerk");
	leaves(f, f->stay);
	if (!f->done.id)
		leaves(f, f->other);
}

/* Scan: two people, each with his row before he is shown. */

static void scan_prepare(struct fix *f)
{
	if (!f->stay) {
		f->stay = lives(f, V_101, 0);
		f->other = lives(f, V_101, 1);
	}
	f->cx.who = village_actor(&f->v, "police");
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT id FROM plate WHERE state = 'active' AND room = %lld",
	         (long long)f->v.room[V_101]);
	must(f, plate_text(&f->cx, f->v.hotel, village_sql(&f->v, sql), f->key), "plate");
}

static enum vh_rc scan_run(struct fix *f)
{
	return scan_plate(&f->cx, f->key, &f->scan);
}

static void scan_answered(struct fix *f)
{
	assert_true(f->scan.known);
	assert_int_equal(f->scan.registered, 2);
	assert_non_null(f->scan.stays->next);
	assert_null(f->scan.stays->next->next);
	for (struct stay_view *s = f->scan.stays; s; s = s->next) {
		assert_non_null(s->person.name);
		assert_int_equal(strlen(s->person.doc_no), 18);
		assert_string_equal(s->person.phone, "*******3333");
	}
	assert_string_equal(f->scan.at.room.no, "101");
	assert_int_equal(f->delta[ACCESS], 2);
}

/* Rows without an answer say more than happened; an answer without rows is what must not be. */
static bool scan_refused(struct fix *f)
{
	assert_null(f->scan.stays);
	return f->delta[ACCESS] == 0 || f->delta[ACCESS] == 2;
}

static enum vh_rc unmask_run(struct fix *f)
{
	f->view = (struct stay_view){ .mine = false };
	return unmask_stay(&f->cx, &f->v.h, f->stay, "a test", &f->view);
}

static void unmask_answered(struct fix *f)
{
	assert_non_null(strstr(f->view.person.name, "租客"));
	assert_string_equal(f->view.person.phone, "13922223333");
	assert_string_equal(f->view.person.home, "贵州省某县");
	assert_int_equal(f->delta[ACCESS], 1);
	village_sql(&f->v, "DELETE FROM access"); /* the day's cap is not what is tested */
}

static bool unmask_refused(struct fix *f)
{
	assert_null(f->view.person.name);
	return f->delta[ACCESS] == 0 || f->delta[ACCESS] == 1;
}

static enum vh_rc search_run(struct fix *f)
{
	f->found = NULL;
	return search_people(&f->cx, NULL, SEARCH_PHONE, "13922223333", &f->found);
}

static void search_answered(struct fix *f)
{
	assert_non_null(f->found); /* "nobody" would be a false answer */
	assert_non_null(f->found->next);
	assert_null(f->found->next->next);
	assert_non_null(f->found->stay.person.name);
	assert_int_equal(f->delta[ACCESS], 2);
}

static bool search_refused(struct fix *f)
{
	assert_null(f->found);
	return f->delta[ACCESS] == 0 || f->delta[ACCESS] == 2;
}

static enum vh_rc rack_run(struct fix *f)
{
	f->cx.who = village_actor(&f->v, "wang");
	return look_rack(&f->cx, &f->v.h, &f->rack);
}

static void rack_answered(struct fix *f)
{
	assert_int_equal(f->rack.totals.houses, 1);
	assert_int_equal(f->rack.totals.rooms, 2);
	assert_int_equal(f->rack.totals.people, 2);
}

/* A room is made with its plate and event. */

static enum vh_rc room_run(struct fix *f)
{
	struct room_new n = { .no = f->key };
	snprintf(f->key, sizeof f->key, "9-%u", f->attempt);
	f->cx.who = village_actor(&f->v, "clerk");
	return room_add(&f->cx, f->v.hotel, f->v.house[1], &n, &f->stay);
}

static void room_answered(struct fix *f)
{
	assert_int_equal(f->delta[ROOM], 1);
	assert_int_equal(f->delta[PLATE], 1);
	assert_int_equal(f->delta[EVENT], 1);
}

static void room_kept(struct fix *f)
{
	f->stay = 0;
}

/* An invitation is used: device, session and PIN, or nothing. The hash is no allocation of ours. */

static void invite_prepare(struct fix *f)
{
	f->cx.who = &actor_operator;
	must(f, account_invite(&f->cx, "wang", 24, f->slip), "invite");
}

static enum vh_rc invite_run(struct fix *f)
{
	return invite_use(&f->cx, f->slip, "135790", f->device, &f->session);
}

static void invite_answered(struct fix *f)
{
	struct session s;
	assert_int_equal(f->delta[SECRETS], 2);
	must(f, actor_of_session(&f->cx, f->session.session, &s), "session");
}

/* An import of ten rows: two houses, five rooms of two. */

static void import_prepare(struct fix *f)
{
	static const char head[] = "房东姓名,房东电话,门牌地址,房间号,使用面积,租客姓名,证件类型,证件号码,手机号码,入住日期\n";
	int n = snprintf(f->text, sizeof f->text, "%s", head);
	for (unsigned i = 0; i < 10; i++)
		n += snprintf(f->text + n, sizeof f->text - (size_t)n,
		              "房东%u,1390000%04u,飞来%u号,%u,12,租客%u,身份证,%s,1381111%04u,2026-11-0%u\n", f->attempt,
		              f->attempt % 10000, f->attempt * 2 + i / 6, 101 + i / 2, i, village_doc(person(f, i)), i,
		              1 + i % 9);
	assert_true((size_t)n < sizeof f->text - 1);
	f->cx.who = village_actor(&f->v, "clerk");
}

static enum vh_rc import_run(struct fix *f)
{
	struct ledger_how how = { .dry_run = false };
	struct sheet *s = NULL;
	enum vh_rc rc = sheet_open(f->text, strlen(f->text), &s, &f->cx.err);
	if (rc != VH_OK)
		return rc;
	rc = ledger_import(&f->cx, DONGXIN, s, &how, &f->ledger);
	sheet_close(s);
	return rc;
}

static bool import_complete(struct fix *f)
{
	return f->delta[STAY] == 10 && f->delta[PERSON] == 10 && f->delta[HOUSE] == 2 && f->delta[ROOM] == 5 &&
	       f->delta[PLATE] == 7 && f->delta[LEASE] == 5 && f->delta[EVENT] == 17;
}

static bool import_refused(struct fix *f)
{
	bool nothing = true;
	for (int i = 0; i < COUNTED; i++)
		nothing = nothing && f->delta[i] == 0;
	return nothing || import_complete(f);
}

static void import_answered(struct fix *f)
{
	assert_true(import_complete(f));
	assert_int_equal(f->ledger.rows, 10);
	assert_int_equal(f->ledger.stays, 10);
	assert_int_equal(f->ledger.people, 10);
	assert_null(f->ledger.refused);
	assert_null(f->ledger.warnings);
}

/* Whatever came out, feeding the same file again ends with everything in it, once. */
static void import_after(struct fix *f)
{
	must(f, import_run(f), "feed again");
	assert_int_equal(f->ledger.stays + f->ledger.unchanged, 10);
	assert_null(f->ledger.refused);
}

/* The driver */

static void count(struct fix *f, int64_t out[COUNTED])
{
	char sql[60];
	for (int i = 0; i < COUNTED; i++) {
		snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", counted[i]);
		out[i] = village_sql(&f->v, sql);
	}
}

enum kind { MEMORY, DATABASE };

static long arm(enum kind kind, long n, bool forever)
{
	return kind == MEMORY ? arena_fail_after(n, forever) : db_fail_after(n, forever);
}

/* A fault is no rule of the village, and it has words. */
static void said_as_a_fault(struct fix *f, const struct flow *w, enum kind kind, long n, enum vh_rc rc)
{
	bool fault = rc == VH_IO || (kind == MEMORY && (rc == VH_NOMEM || rc == VH_LIMIT));
	if (!fault || !*err_code(&f->cx.err))
		fail_msg("%s: %s %ld came out as %s `%s` %s", w->name, kind == MEMORY ? "allocation" : "database call",
		         n, rc_name(rc), err_code(&f->cx.err), err_text(&f->cx.err));
}

static void begin(struct fix *f)
{
	struct ctx *cx = &f->cx;
	const struct actor *who = cx->who;
	*cx = village_ctx(&f->v, "clerk");
	testdb_drop(cx);
	cx->a = arena_new(LIM_ARENA_IMPORT);
	cx->who = who ? who : cx->who;
	f->done = (struct stay_done){ .id = 0 };
	f->attempt++;
}

static void settle(struct fix *f)
{
	f->attempt = 0;
	f->stay = f->other = 0;
	village_open(&f->v);
}

static void leave(struct fix *f)
{
	village_sound(&f->v);
	village_close(&f->v);
}

/* One attempt; returns how many requests were seen, so that the caller knows when there are no more points. */
static long attempt(struct fix *f, const struct flow *w, enum kind kind, long n, bool forever)
{
	char was[65], is[65];
	int64_t now[COUNTED];
	if (w->renew && f->attempt >= w->renew) {
		leave(f);
		settle(f);
	}
	begin(f);
	if (w->prepare)
		w->prepare(f);
	count(f, f->before);
	village_digest(&f->v, NULL, was);
	(void)arm(kind, n, forever);
	enum vh_rc rc = w->run(f);
	long seen = arm(kind, -1, false);
	count(f, now);
	for (int i = 0; i < COUNTED; i++)
		f->delta[i] = now[i] - f->before[i];
	village_digest(&f->v, NULL, is);
	if (rc == VH_OK)
		w->answered(f);
	else if (n < 0 || seen <= n)
		fail_msg("%s without a fault: %s %s", w->name, err_code(&f->cx.err), err_text(&f->cx.err));
	else
		said_as_a_fault(f, w, kind, n, rc);
	if (rc != VH_OK && strcmp(was, is) != 0 && (!w->refused || !w->refused(f)))
		fail_msg("%s: %s %ld left rows half written", w->name, kind == MEMORY ? "allocation" : "database call",
		         n);
	if (rc != VH_OK && w->refused)
		assert_true(w->refused(f));
	err_clear(&f->cx.err);
	testdb_drop(&f->cx); /* an arena remembers that it failed */
	f->cx.a = arena_new(LIM_ARENA_IMPORT);
	if (w->after)
		w->after(f);
	testdb_drop(&f->cx);
	return seen;
}

/* Without a fault, to count the points; then each of them, or so many, spread evenly. */
static void every_point(struct fix *f, const struct flow *w, enum kind kind, bool forever)
{
	long seen = attempt(f, w, kind, -1, false), step = 1;
	const char *soak = getenv("SOAK");
	assert_in_range(seen, 1, 20000);
	if ((!soak || !*soak) && seen > w->points)
		step = seen / w->points;
	for (long n = (step - 1) * forever / 2; n < seen + 2; n += step)
		(void)attempt(f, w, kind, n, forever);
	/* The last points, which commit and answer. */
	for (long n = seen > 3 && step > 1 ? seen - 3 : seen; n < seen; n++)
		(void)attempt(f, w, kind, n, forever);
	print_message("%s: %ld %s\n", w->name, seen, kind == MEMORY ? "allocations" : "database calls");
}

static void shake(const struct flow *w)
{
	struct fix *f = calloc(1, sizeof *f);
	assert_non_null(f);
	json_hooks();
	settle(f);
	for (int i = 0; i < 4; i++)
		every_point(f, w, i % 2 ? DATABASE : MEMORY, i / 2);
	leave(f);
	free(f);
}

#define FLOW(fn, ...) \
	static void fn(void **state) \
	{ \
		static const struct flow w = { .name = #fn, __VA_ARGS__ }; \
		(void)state; \
		shake(&w); \
	}

FLOW(move_in_survives_every_fault, .run = in_run, .answered = in_answered, .after = in_after, .points = 24)
FLOW(move_out_survives_every_fault, .prepare = out_prepare, .run = out_run, .answered = out_answered,
     .after = out_after, .points = 14)
FLOW(move_room_survives_every_fault, .prepare = out_prepare, .run = move_run, .answered = move_answered,
     .after = move_after, .points = 14)
FLOW(verify_survives_every_fault, .prepare = verify_prepare, .run = verify_run, .answered = verify_answered,
     .after = verify_after, .points = 14)
FLOW(scan_survives_every_fault, .prepare = scan_prepare, .run = scan_run, .answered = scan_answered,
     .refused = scan_refused, .points = 24)
FLOW(unmask_survives_every_fault, .prepare = scan_prepare, .run = unmask_run, .answered = unmask_answered,
     .refused = unmask_refused, .points = 14)
FLOW(search_survives_every_fault, .prepare = scan_prepare, .run = search_run, .answered = search_answered,
     .refused = search_refused, .points = 14)
FLOW(rack_survives_every_fault, .prepare = scan_prepare, .run = rack_run, .answered = rack_answered, .points = 14)
FLOW(room_survives_every_fault, .run = room_run, .answered = room_answered, .after = room_kept, .points = 14)
FLOW(invitation_survives_every_fault, .prepare = invite_prepare, .run = invite_run, .answered = invite_answered,
     .points = 6)
FLOW(import_of_ten_rows_survives_every_fault, .prepare = import_prepare, .run = import_run,
     .answered = import_answered, .refused = import_refused, .after = import_after, .points = 20, .renew = 25)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(move_in_survives_every_fault),
		cmocka_unit_test(move_out_survives_every_fault),
		cmocka_unit_test(move_room_survives_every_fault),
		cmocka_unit_test(verify_survives_every_fault),
		cmocka_unit_test(scan_survives_every_fault),
		cmocka_unit_test(unmask_survives_every_fault),
		cmocka_unit_test(search_survives_every_fault),
		cmocka_unit_test(rack_survives_every_fault),
		cmocka_unit_test(room_survives_every_fault),
		cmocka_unit_test(invitation_survives_every_fault),
		cmocka_unit_test(import_of_ten_rows_survives_every_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
