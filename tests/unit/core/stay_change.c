/* What happens to a stay after it was filed: each verb beside the cases in which it is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/limits.h"
#include "village.h"

static enum vh_rc change(struct village *v, int64_t stay, const struct stay_change *c, struct stay_done *ret)
{
	return stay_change(v->cx, v->hotel, stay, c, ret);
}

#define DO(verb_, ...) (&(struct stay_change){ .verb = verb_, __VA_ARGS__ })

static struct stay_done done(struct village *v, int64_t stay, const struct stay_change *c)
{
	struct stay_done d = { .id = 0 };
	if (change(v, stay, c, &d) != VH_OK)
		fail_msg("%s: %s %s", stay_verb_name(c->verb), err_code(&v->cx->err), err_text(&v->cx->err));
	return d;
}

static void refuse(struct village *v, int64_t stay, const struct stay_change *c, enum vh_rc want, const char *code)
{
	char before[65], after[65];
	struct stay_done d = { .id = -7 };
	village_digest(v, NULL, before);
	village_refused(v, change(v, stay, c, &d), want, code);
	village_digest(v, NULL, after);
	assert_string_equal(before, after);
	assert_int_equal(d.id, -7);
}

/* A refusal that tells a landlord of somebody else's registration: nothing is changed, and one row says who asked. */
static void told(struct village *v, int64_t stay, const struct stay_change *c, const char *code)
{
	int64_t before = village_looks(v), changes = village_stay(v, stay).version;
	struct stay_done d;
	village_refused(v, change(v, stay, c, &d), VH_CONFLICT, code);
	assert_int_equal(village_looks(v), before + 1);
	assert_int_equal(village_stay(v, stay).version, changes);
}

static int64_t anyway(struct village *v, int room, unsigned n)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done d;
	s.anyway = true;
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	assert_int_equal(d.state, STAY_CONTESTED);
	return d.id;
}

static void out_ends_the_stay_today_unless_a_day_is_said(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	n.since = "2026-11-02";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	refuse(v, d.id, DO(SV_OUT, .day = "2026-11-01"), VH_INVALID, "date");
	refuse(v, d.id, DO(SV_OUT, .day = "2026-11-22"), VH_INVALID, "date");
	refuse(v, d.id, DO(SV_OUT, .day = "yesterday"), VH_INVALID, "date");
	refuse(v, d.id + 1, DO(SV_OUT), VH_NOTFOUND, "not_found");
	assert_int_equal(done(v, d.id, DO(SV_OUT, .day = "2026-11-10")).state, STAY_ENDED);
	struct stay s = village_stay(v, d.id);
	assert_string_equal(s.ended, "2026-11-10");
	assert_true(s.out_late); /* due on the 13th */
	refuse(v, d.id, DO(SV_OUT), VH_CONFLICT, "stay_state");
	int64_t id = village_in(v, V_101, 2);
	done(v, id, DO(SV_OUT));
	s = village_stay(v, id);
	assert_string_equal(s.ended, "2026-11-21");
	assert_false(s.out_late);
	village_sound(v);
}

static void partial_move_out_keeps_the_lease_open(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1), b = village_in(v, V_101, 2);
	done(v, a, DO(SV_OUT));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE state = 'open'"), 1);
	village_in(v, V_101, 3); /* there is room again */
	done(v, b, DO(SV_OUT));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE state = 'open'"), 1);
	done(v, village_sql(v, "SELECT max(id) FROM stay"), DO(SV_OUT));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE state = 'open'"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM lease WHERE until = '2026-11-21'"), 1);
	village_sound(v);
}

static void who_moved_out_may_move_in_again(void **state)
{
	struct village *v = *state;
	for (int i = 0; i < 3; i++)
		done(v, village_in(v, V_101, 1), DO(SV_OUT));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM person"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay WHERE state = 'ended'"), 3);
	village_sound(v);
}

static void moving_room_is_two_stays_in_one_step(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d, moved;
	struct event e;
	n.since = "2026-11-02";
	n.until = "2027-11-01";
	n.employer = "电子厂";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	refuse(v, d.id, DO(SV_MOVE, .room = v->room[V_101]), VH_CONFLICT, "same_room");
	refuse(v, d.id, DO(SV_MOVE, .room = 5), VH_NOTFOUND, "not_found");
	refuse(v, d.id, DO(SV_MOVE, .room = v->room[V_FAR]), VH_NOTFOUND, "not_found");
	refuse(v, d.id, DO(SV_MOVE, .room = v->room[V_201], .day = "2026-11-01"), VH_INVALID, "date");
	refuse(v, d.id, DO(SV_MOVE, .room = v->room[V_201], .day = "2026-11-22"), VH_INVALID, "date");
	int64_t events = village_sql(v, "SELECT count(*) FROM event");
	moved = done(v, d.id, DO(SV_MOVE, .room = v->room[V_201], .day = "2026-11-20"));
	struct stay old = village_stay(v, d.id), new = village_stay(v, moved.id);
	assert_int_equal(old.state, STAY_ENDED);
	assert_string_equal(old.ended, "2026-11-20");
	assert_int_equal(new.room, v->room[V_201]);
	assert_int_equal(new.state, STAY_PENDING);
	assert_string_equal(new.since, "2026-11-20");
	assert_string_equal(new.until, "2027-11-01");
	assert_int_equal(new.employer, old.employer);
	assert_int_equal(new.person, old.person);
	assert_true(new.due > 0 && !new.late);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.stay.moved.v1");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events + 2);
	village_sound(v);
}

static void move_into_a_full_room_is_contested_and_the_old_stay_stays(void **state)
{
	struct village *v = *state;
	int64_t a = village_in(v, V_101, 1);
	village_in(v, V_102, 2);
	int64_t b = village_in(v, V_102, 3);
	refuse(v, a, DO(SV_MOVE, .room = v->room[V_102]), VH_CONFLICT, "room_full");
	struct stay_done d = done(v, a, DO(SV_MOVE, .room = v->room[V_102], .anyway = true));
	assert_int_equal(d.state, STAY_CONTESTED);
	assert_int_equal(village_stay(v, a).state, STAY_PENDING);
	refuse(v, a, DO(SV_MOVE, .room = v->room[V_102], .anyway = true), VH_CONFLICT, "in_this_room");
	refuse(v, d.id, DO(SV_VERIFY), VH_CONFLICT, "room_full");
	village_sound(v);
	done(v, b, DO(SV_OUT));
	assert_int_equal(done(v, d.id, DO(SV_VERIFY)).state, STAY_VERIFIED);
	assert_int_equal(village_stay(v, a).state, STAY_ENDED);
	village_sound(v);
}

static void landlord_moves_people_only_between_his_own_rooms(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	village_as(v, "wang");
	refuse(v, id, DO(SV_MOVE, .room = v->room[V_201]), VH_NOTFOUND, "not_found");
	struct stay_done d = done(v, id, DO(SV_MOVE, .room = v->room[V_102]));
	village_as(v, "zhao");
	refuse(v, d.id, DO(SV_OUT), VH_NOTFOUND, "not_found");
	village_as(v, "police");
	d = done(v, d.id, DO(SV_MOVE, .room = v->room[V_201]));
	assert_int_equal(village_stay(v, d.id).state, STAY_VERIFIED); /* an officer moved him */
	village_sound(v);
}

static void extend_changes_the_end_and_may_forget_it(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	done(v, id, DO(SV_EXTEND, .day = "2027-05-31"));
	assert_string_equal(village_stay(v, id).until, "2027-05-31");
	refuse(v, id, DO(SV_EXTEND, .day = "2026-11-20"), VH_INVALID, "date"); /* past */
	done(v, id, DO(SV_EXTEND, .day = "2026-11-21"));
	done(v, id, DO(SV_EXTEND));
	assert_null(village_stay(v, id).until);
	done(v, id, DO(SV_OUT));
	refuse(v, id, DO(SV_EXTEND, .day = "2028-01-01"), VH_CONFLICT, "stay_state");
}

static void away_keeps_the_place_until_back(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	refuse(v, id, DO(SV_BACK), VH_CONFLICT, "stay_state");
	refuse(v, id, DO(SV_AWAY), VH_INVALID, "date");
	refuse(v, id, DO(SV_AWAY, .day = "2026-11-20"), VH_INVALID, "date");
	done(v, id, DO(SV_AWAY, .day = "2027-02-20"));
	struct stay s = village_stay(v, id);
	assert_int_equal(s.state, STAY_AWAY);
	assert_string_equal(s.away_until, "2027-02-20");
	refuse(v, id, DO(SV_AWAY, .day = "2027-02-20"), VH_CONFLICT, "nothing_changed");
	refuse(v, id, DO(SV_AWAY, .day = "2027-11-23"), VH_INVALID, "date"); /* over a year */
	done(v, id, DO(SV_AWAY, .day = "2027-03-05"));
	assert_string_equal(village_stay(v, id).away_until, "2027-03-05");
	struct stay_new n = village_new(v, V_102, 1);
	struct stay_done d;
	village_refused(v, stay_in(v->cx, &n, &d), VH_CONFLICT, "already_in");
	assert_int_equal(done(v, id, DO(SV_BACK)).state, STAY_PENDING);
	assert_null(village_stay(v, id).away_until);
	village_as(v, "police");
	done(v, id, DO(SV_VERIFY));
	done(v, id, DO(SV_AWAY, .day = "2026-11-21"));
	assert_int_equal(done(v, id, DO(SV_BACK)).state, STAY_VERIFIED); /* what was verified stays so */
	village_sound(v);
}

static void verify_is_for_the_desk_and_officers_and_once(void **state)
{
	static const char *const may[] = { "clerk", "grid", "police" };
	static const struct { const char *who; enum vh_rc rc; const char *code;
	} not [] = {
		{ "wang", VH_DENIED, "role" },    { "tenant", VH_DENIED, "role" },
		{ "head", VH_DENIED, "role" },    { "admin", VH_DENIED, "role" },
		{ "auditor", VH_DENIED, "role" }, { "outsider", VH_NOTFOUND, "not_found" },
		{ NULL, VH_DENIED, "login" },
	};
	struct village *v = *state;
	for (unsigned i = 0; i < 3; i++) {
		village_as(v, "clerk");
		int64_t id = village_in(v, i < 2 ? V_101 : V_102, i);
		for (size_t k = 0; k < sizeof not / sizeof *not; k++) {
			village_as(v, not[k].who);
			refuse(v, id, DO(SV_VERIFY), not[k].rc, not[k].code);
		}
		village_as(v, may[i]);
		assert_int_equal(done(v, id, DO(SV_VERIFY)).state, STAY_VERIFIED);
		struct stay s = village_stay(v, id);
		assert_int_equal(s.verified_by, v->cx->who->account);
		assert_int_equal(s.verified_at, TESTDB_NOW);
		refuse(v, id, DO(SV_VERIFY), VH_CONFLICT, "stay_state");
	}
}

static void verified_contest_ends_the_other_stay_with_its_own_event(void **state)
{
	struct village *v = *state;
	int64_t old = village_in(v, V_101, 1), new = anyway(v, V_201, 1);
	int64_t events = village_sql(v, "SELECT count(*) FROM event");
	village_as(v, "police");
	assert_int_equal(done(v, new, DO(SV_VERIFY)).state, STAY_VERIFIED);
	struct stay s = village_stay(v, old);
	assert_int_equal(s.state, STAY_ENDED);
	assert_string_equal(s.ended, "2026-11-21");
	assert_null(village_stay(v, new).contest);
	assert_int_not_equal(village_stay(v, new).lease, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event"), events + 2);
	char sql[200];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE subject = 'stays/%lld' AND reason = 'moved'"
	         " AND type = 'cn.vhotel.stay.checked-out.v1'", (long long)old);
	assert_int_equal(village_sql(v, sql), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE state <> 'confirmed'"), 0);
	village_sound(v);
}

static void contest_for_a_full_room_is_verified_when_somebody_left_or_by_decision(void **state)
{
	struct village *v = *state;
	village_in(v, V_101, 1);
	int64_t b = village_in(v, V_101, 2), third = anyway(v, V_101, 3), fourth = anyway(v, V_101, 4);
	refuse(v, third, DO(SV_VERIFY), VH_CONFLICT, "room_full");
	done(v, b, DO(SV_OUT));
	done(v, third, DO(SV_VERIFY));
	refuse(v, fourth, DO(SV_VERIFY), VH_CONFLICT, "room_full");
	done(v, fourth, DO(SV_VERIFY, .anyway = true)); /* he does live there */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE state <> 'confirmed'"), 0);
	village_sound(v);
}

static void reject_and_void_need_a_reason_and_free_the_place(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	refuse(v, id, DO(SV_REJECT), VH_INVALID, "reason");
	refuse(v, id, DO(SV_REJECT, .reason = "  "), VH_INVALID, "reason");
	done(v, id, DO(SV_REJECT, .reason = "nobody there"));
	assert_string_equal(village_stay(v, id).reason, "nobody there");
	refuse(v, id, DO(SV_REJECT, .reason = "again"), VH_CONFLICT, "stay_state");
	refuse(v, id, DO(SV_OUT), VH_CONFLICT, "stay_state");
	int64_t next = village_in(v, V_102, 1);
	refuse(v, next, DO(SV_VOID), VH_INVALID, "reason");
	done(v, next, DO(SV_VERIFY));
	refuse(v, next, DO(SV_REJECT, .reason = "x"), VH_CONFLICT, "stay_state");
	done(v, next, DO(SV_VOID, .reason = "wrong room"));
	refuse(v, next, DO(SV_VOID, .reason = "again"), VH_CONFLICT, "stay_state");
	done(v, id, DO(SV_VOID, .reason = "and this"));
	village_in(v, V_101, 1);
	int64_t dispute = anyway(v, V_201, 1);
	done(v, dispute, DO(SV_REJECT, .reason = "he did not move"));
	assert_null(village_stay(v, dispute).contest);
	village_sound(v);
}

static void amend_changes_what_was_typed_wrong_and_checks_it_again(void **state)
{
	struct village *v = *state;
	struct event e;
	int64_t id = village_in(v, V_101, 1), other = village_in(v, V_102, 2);
	refuse(v, id, DO(SV_AMEND, .doc_no = "420199199001011071"), VH_INVALID, "doc_check");
	refuse(v, id, DO(SV_AMEND, .name = ""), VH_INVALID, "name");
	refuse(v, id, DO(SV_AMEND, .phone = "x"), VH_INVALID, "phone");
	refuse(v, id, DO(SV_AMEND, .since = "2029-01-01"), VH_INVALID, "date");
	refuse(v, id, DO(SV_AMEND, .doc_no = village_doc(2)), VH_CONFLICT, "doc_taken");
	refuse(v, id, DO(SV_AMEND, .doc_type = "none", .doc_no = ""), VH_INVALID, "guardian");
	done(v, id, DO(SV_AMEND, .name = "覃改名", .doc_no = village_doc(3), .phone = "13922223333", .home = "广西某村",
	               .employer = "物流园", .since = "2026-10-08"));
	cJSON *data = village_event(v, &e), *person = cJSON_GetObjectItemCaseSensitive(data, "person");
	assert_string_equal(json_str(person, "name"), "覃改名");
	assert_string_equal(json_str(person, "doc_no"), village_doc(3));
	assert_string_equal(json_str(person, "phone"), "13922223333");
	assert_string_equal(json_str(person, "home"), "广西某村");
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(data, "employer"), "name"), "物流园");
	assert_string_equal(json_str(cJSON_GetObjectItemCaseSensitive(data, "stay"), "since"), "2026-10-08");
	cJSON_Delete(data);
	struct stay s = village_stay(v, id);
	assert_true(s.late); /* due on 12 October, filed on 21 November */
	assert_true(s.due < s.filed_at);
	done(v, id, DO(SV_AMEND, .since = "2026-11-20"));
	assert_false(village_stay(v, id).late);
	done(v, other, DO(SV_AMEND, .doc_no = village_doc(1))); /* the number is free now */
	village_sound(v);
}

static void a_landlord_who_corrects_a_number_into_a_known_one_is_told_after_a_row(void **state)
{
	struct village *v = *state;
	village_as(v, "zhao");
	int64_t known = village_in(v, V_201, 2);
	village_as(v, "wang");
	int64_t id = village_in(v, V_101, 1), before = village_looks(v);
	told(v, id, DO(SV_AMEND, .doc_no = village_doc(2)), "doc_taken");
	assert_int_equal(village_sql(v, "SELECT subject FROM access ORDER BY id DESC LIMIT 1"),
	                 village_stay(v, known).person);
	/* The desk sees all of them, and a number that nobody has tells nothing. */
	done(v, id, DO(SV_AMEND, .doc_no = village_doc(3)));
	village_as(v, "clerk");
	refuse(v, id, DO(SV_AMEND, .doc_no = village_doc(2)), VH_CONFLICT, "doc_taken");
	assert_int_equal(village_looks(v), before + 1);
	village_sound(v);
}

static void amend_by_the_landlord_of_verified_papers_has_to_be_looked_at_again(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	village_as(v, "police");
	done(v, id, DO(SV_VERIFY));
	village_as(v, "wang");
	done(v, id, DO(SV_AMEND, .phone = "13922223333"));
	assert_int_equal(village_stay(v, id).state, STAY_VERIFIED);
	done(v, id, DO(SV_AMEND, .doc_no = village_doc(3)));
	assert_int_equal(village_stay(v, id).state, STAY_PENDING);
	assert_int_equal(village_stay(v, id).verified_at, 0);
	village_as(v, "police");
	done(v, id, DO(SV_VERIFY));
	done(v, id, DO(SV_AMEND, .doc_no = village_doc(4)));
	assert_int_equal(village_stay(v, id).state, STAY_VERIFIED);
	village_as(v, "wang");
	done(v, id, DO(SV_OUT));
	refuse(v, id, DO(SV_AMEND, .phone = "13922224444"), VH_DENIED, "role"); /* he has left */
	village_as(v, "clerk");
	done(v, id, DO(SV_AMEND, .phone = "13922224444"));
	village_sound(v);
}

/* Typed under somebody else's number: he must not become whoever was meant. */
static void amend_makes_nobody_of_another(void **state)
{
	struct village *v = *state;
	const struct stay_change right = { .verb = SV_AMEND, .name = "吴秋月", .doc_no = village_doc(3) };
	village_as(v, "zhao");
	int64_t his = village_in(v, V_201, 1);
	village_as(v, "police");
	done(v, his, DO(SV_VERIFY));
	village_as(v, "zhao");
	done(v, his, DO(SV_OUT));
	village_as(v, "wang");
	struct stay_new typed = village_new(v, V_101, 1);
	struct stay_done d;
	typed.name = "吴秋月";
	typed.phone = "13955556666";
	assert_int_equal(stay_in(v->cx, &typed, &d), VH_OK);
	assert_true(d.warn & WARN_NAME_DIFFERS);
	told(v, d.id, &right, "person_shared");
	told(v, d.id, DO(SV_AMEND, .name = "吴秋月"), "person_shared");
	village_as(v, "clerk");
	refuse(v, d.id, &right, VH_CONFLICT, "person_shared");
	done(v, d.id, DO(SV_VOID, .reason = "another's number"));
	village_as(v, "wang");
	typed.doc_no = village_doc(3);
	assert_int_equal(stay_in(v->cx, &typed, &d), VH_OK);
	assert_int_not_equal(village_stay(v, d.id).person, village_stay(v, his).person);
	/* Nor of somebody who lives elsewhere, by a stay that is contested. */
	village_as(v, "zhao");
	village_in(v, V_201, 4);
	village_as(v, "wang");
	int64_t wrong = anyway(v, V_102, 4);
	village_as(v, "clerk");
	refuse(v, wrong, DO(SV_AMEND, .doc_no = village_doc(5)), VH_CONFLICT, "person_shared");
	village_sound(v);
}

static void amend_corrects_the_number_of_whom_nobody_else_filed(void **state)
{
	struct village *v = *state;
	village_as(v, "wang");
	int64_t id = village_in(v, V_101, 1);
	int64_t moved = done(v, id, DO(SV_MOVE, .room = v->room[V_102])).id;
	done(v, moved, DO(SV_AMEND, .doc_no = village_doc(3)));
	int64_t bound = village_in(v, V_101, 4);
	village_as(v, "operator");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, bound).person), VH_OK);
	village_as(v, "wang");
	refuse(v, bound, DO(SV_AMEND, .doc_no = village_doc(5)), VH_CONFLICT, "person_shared");
	done(v, bound, DO(SV_AMEND, .home = "广西某村"));
	refuse(v, bound, DO(SV_AMEND, .phone = "13955556666"), VH_CONFLICT, "person_bound");
	village_as(v, "clerk");
	done(v, bound, DO(SV_AMEND, .phone = "13955556666"));
	done(v, bound, DO(SV_AMEND, .name = "覃改名"));
	done(v, bound, DO(SV_AMEND, .doc_no = village_doc(5)));
	village_sound(v);
}

static void a_landlord_does_not_wash_off_what_was_late_or_verified(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	village_as(v, "wang");
	n.since = "2026-11-10";
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	assert_true(d.late);
	village_as(v, "clerk");
	done(v, d.id, DO(SV_VERIFY));
	village_as(v, "wang");
	done(v, d.id, DO(SV_AMEND, .since = "2026-11-20"));
	assert_true(village_stay(v, d.id).late);
	assert_int_equal(village_stay(v, d.id).state, STAY_PENDING);
	/* Whether a number is known is not told by an amendment that cannot be made. */
	village_in(v, V_102, 2);
	refuse(v, d.id, DO(SV_AMEND, .since = "2029-01-01", .doc_no = village_doc(2)), VH_INVALID, "date");
	refuse(v, d.id, DO(SV_AMEND, .since = "2029-01-01", .doc_no = village_doc(9)), VH_INVALID, "date");
	village_as(v, "clerk");
	refuse(v, d.id, DO(SV_AMEND, .since = "2026-11-20"), VH_CONFLICT, "nothing_changed");
	done(v, d.id, DO(SV_AMEND, .since = "2026-11-19", .reason = "the desk saw the lease"));
	village_sound(v);
}

/* Every change is an event for ever: a landlord's or tenant's program must not fill the journal with them. */
static void changes_that_change_nothing_or_never_end_are_refused(void **state)
{
	struct village *v = *state;
	village_as(v, "wang");
	int64_t id = village_in(v, V_101, 1);
	const char *day[] = { "2027-01-01", "2027-01-02" };
	done(v, id, DO(SV_EXTEND, .day = day[0]));
	refuse(v, id, DO(SV_EXTEND, .day = day[0]), VH_CONFLICT, "nothing_changed");
	done(v, id, DO(SV_EXTEND));
	refuse(v, id, DO(SV_EXTEND), VH_CONFLICT, "nothing_changed");
	while (village_stay(v, id).version < LIM_STAY_CHANGES)
		done(v, id, DO(SV_EXTEND, .day = day[village_stay(v, id).version % 2]));
	refuse(v, id, DO(SV_EXTEND), VH_LIMIT, "stay_changes");
	refuse(v, id, DO(SV_AMEND, .home = "贵州省"), VH_LIMIT, "stay_changes");
	village_as(v, "clerk");
	done(v, id, DO(SV_EXTEND));
	village_as(v, "wang");
	done(v, id, DO(SV_OUT));
	village_sound(v);
}

static void a_room_is_not_filed_full_of_contested_people(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	village_as(v, "wang");
	village_in(v, V_101, 100);
	village_in(v, V_101, 101);
	for (unsigned n = 0; n < LIM_CONTESTED; n++)
		anyway(v, V_101, n + 1);
	struct stay_new more = village_new(v, V_101, 200);
	more.anyway = true;
	village_refused(v, stay_in(v->cx, &more, &d), VH_LIMIT, "room_contested");
	int64_t other = village_in(v, V_102, 300);
	refuse(v, other, DO(SV_MOVE, .room = v->room[V_101], .anyway = true), VH_LIMIT, "room_contested");
	village_as(v, "police");
	assert_int_equal(stay_in(v->cx, &more, &d), VH_OK);
	village_sound(v);
}

static void tenant_may_leave_extend_and_be_away_and_no_more(void **state)
{
	struct village *v = *state;
	int64_t mine = village_in(v, V_101, 1), other = village_in(v, V_101, 2);
	village_as(v, "operator");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, mine).person), VH_OK);
	village_reload(v, "tenant");
	village_as(v, "tenant");
	refuse(v, other, DO(SV_OUT), VH_NOTFOUND, "not_found");
	refuse(v, mine, DO(SV_AMEND, .name = "某某"), VH_DENIED, "role");
	refuse(v, other, DO(SV_EXTEND), VH_NOTFOUND, "not_found");
	done(v, mine, DO(SV_EXTEND, .day = "2027-06-30"));
	refuse(v, mine, DO(SV_MOVE, .room = v->room[V_102]), VH_DENIED, "role");
	refuse(v, mine, DO(SV_VERIFY), VH_DENIED, "role");
	done(v, mine, DO(SV_AWAY, .day = "2026-12-01"));
	done(v, mine, DO(SV_BACK));
	done(v, mine, DO(SV_OUT));
}

static void key_repeats_a_change_without_doing_it_twice(void **state)
{
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	struct idem key = { .key = "once" };
	v->cx->idem = &key;
	struct stay_done a = done(v, id, DO(SV_MOVE, .room = v->room[V_102])),
			 b = done(v, id, DO(SV_MOVE, .room = v->room[V_102]));
	assert_true(key.replayed);
	assert_int_equal(a.id, b.id);
	assert_int_equal(b.state, STAY_PENDING);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM stay"), 2);
	key.print[3] = 9;
	refuse(v, id, DO(SV_OUT), VH_INVALID, "idem_mismatch");
}

static void verbs_have_names_and_names_verbs(void **state)
{
	(void)state;
	for (int i = 0; i < SV__MAX; i++)
		assert_int_equal(stay_verb_of(stay_verb_name((enum stay_verb)i)), i);
	assert_int_equal(stay_verb_of("evict"), SV__MAX);
	assert_int_equal(stay_verb_of(NULL), SV__MAX);
}

/* What a page offers is what the core does. */
static void a_verb_says_whose_it_is_and_where_it_begins(void **state)
{
	static const struct {
		enum stay_verb verb;
		enum stay_state state;
		bool fits;
	} cases[] = {
		{ SV_AWAY, STAY_AWAY, true },      { SV_AWAY, STAY_ENDED, false },
		{ SV_BACK, STAY_AWAY, true },      { SV_BACK, STAY_VERIFIED, false },
		{ SV_VERIFY, STAY_PENDING, true }, { SV_VERIFY, STAY_VERIFIED, false },
		{ SV_OUT, STAY_CONTESTED, true },  { SV_OUT, STAY_ENDED, false },
		{ SV_AMEND, STAY_ENDED, true },    { SV_AMEND, STAY_VOID, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(stay_verb_fits(cases[i].verb, cases[i].state), cases[i].fits);
	assert_true(stay_verb_tenant(SV_OUT) && !stay_verb_tenant(SV_VERIFY));
	assert_int_equal(stay_verb_act(SV_OUT), ACT_FILE);
	assert_int_equal(stay_verb_act(SV_VOID), ACT_VERIFY);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(out_ends_the_stay_today_unless_a_day_is_said),
		T(partial_move_out_keeps_the_lease_open),
		T(who_moved_out_may_move_in_again),
		T(moving_room_is_two_stays_in_one_step),
		T(move_into_a_full_room_is_contested_and_the_old_stay_stays),
		T(landlord_moves_people_only_between_his_own_rooms),
		T(extend_changes_the_end_and_may_forget_it),
		T(away_keeps_the_place_until_back),
		T(verify_is_for_the_desk_and_officers_and_once),
		T(verified_contest_ends_the_other_stay_with_its_own_event),
		T(contest_for_a_full_room_is_verified_when_somebody_left_or_by_decision),
		T(reject_and_void_need_a_reason_and_free_the_place),
		T(amend_changes_what_was_typed_wrong_and_checks_it_again),
		T(a_landlord_who_corrects_a_number_into_a_known_one_is_told_after_a_row),
		T(amend_by_the_landlord_of_verified_papers_has_to_be_looked_at_again),
		T(amend_makes_nobody_of_another),
		T(a_landlord_does_not_wash_off_what_was_late_or_verified),
		T(amend_corrects_the_number_of_whom_nobody_else_filed),
		T(changes_that_change_nothing_or_never_end_are_refused),
		T(a_room_is_not_filed_full_of_contested_people),
		T(tenant_may_leave_extend_and_be_away_and_no_more),
		T(key_repeats_a_change_without_doing_it_twice),
		T(verbs_have_names_and_names_verbs),
		T(a_verb_says_whose_it_is_and_where_it_begins),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
