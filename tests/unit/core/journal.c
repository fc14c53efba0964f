/* The journal: numbered without gaps, sealed, and holding what the way up needs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/id.h"
#include "village.h"

static const char *of(const cJSON *data, const char *group, const char *key)
{
	const char *s = json_str(cJSON_GetObjectItemCaseSensitive(data, group), key);
	return s ? s : "(null)";
}

static void event_of_a_move_in_holds_place_stay_person_employer_and_filing(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	struct event e;
	char id[ID_TEXT];
	n.phone = "13922223333";
	n.home = "贵州省某县";
	n.employer = "电子厂";
	n.until = "2027-11-20";
	n.relation = "夫妻";
	n.lessee = true;
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	cJSON *data = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.stay.checked-in.v1");
	snprintf(id, sizeof id, "%lld", (long long)d.id);
	assert_string_equal(e.subject + strlen("stays/"), id);
	assert_int_equal(strncmp(e.subject, "stays/", 6), 0);
	assert_int_equal(e.part, d.person);
	assert_int_equal(e.at, TESTDB_NOW);
	assert_int_equal(e.actor, v->cx->who->account);
	assert_string_equal(of(data, "hotel", "code"), DONGXIN);
	assert_string_equal(of(data, "hotel", "name"), "东新村");
	assert_string_equal(of(data, "house", "address"), "东新1号");
	assert_string_equal(of(data, "house", "grid"), "第一网格");
	assert_string_equal(of(data, "room", "no"), "101");
	assert_string_equal(of(data, "stay", "id"), id);
	assert_string_equal(of(data, "stay", "state"), "pending");
	assert_string_equal(of(data, "stay", "since"), "2026-11-21");
	assert_string_equal(of(data, "stay", "until"), "2027-11-20");
	assert_string_equal(of(data, "stay", "relation"), "夫妻");
	assert_true(json_is_true(cJSON_GetObjectItemCaseSensitive(data, "stay"), "lessee"));
	assert_string_equal(of(data, "person", "name"), n.name);
	assert_string_equal(of(data, "person", "doc_type"), "id_card");
	assert_string_equal(of(data, "person", "doc_no"), n.doc_no);
	assert_string_equal(of(data, "person", "phone"), "13922223333");
	assert_string_equal(of(data, "person", "home"), "贵州省某县");
	assert_string_equal(of(data, "employer", "name"), "电子厂");
	assert_string_equal(of(data, "filing", "at"), "2026-11-21T01:15:00.000Z");
	assert_string_equal(of(data, "filing", "due"), "2026-11-25T15:59:59.999Z");
	assert_int_equal(json_i64(cJSON_GetObjectItemCaseSensitive(data, "filing"), "notice", 0), 1);
	cJSON_Delete(data);
}

static void what_is_not_known_is_null_and_not_missing(void **state)
{
	struct village *v = *state;
	struct event e;
	village_in(v, V_101, 1);
	cJSON *data = village_event(v, &e);
	assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(data, "employer")));
	static const char *const person[] = { "phone", "home" }, *const stay[] = { "until", "ended", "away_until" };
	for (int i = 0; i < 2; i++)
		assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(data, "person"), person[i])));
	for (int i = 0; i < 3; i++)
		assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(data, "stay"), stay[i])));
	cJSON_Delete(data);
}

static void numbers_have_no_gap_though_steps_fail_between(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	int64_t before = village_sql(v, "SELECT seq FROM hotel_head WHERE hotel = 1");
	int64_t far = village_sql(v, "SELECT seq FROM hotel_head WHERE hotel = 2");
	for (unsigned i = 0; i < 6; i++) {
		struct stay_new n = village_new(v, i % 2 ? V_101 : V_102, i / 2);
		enum vh_rc rc = stay_in(v->cx, &n, &d); /* every other one is in already */
		assert_int_equal(rc, i % 2 ? VH_CONFLICT : VH_OK);
		err_clear(&v->cx->err);
		struct stay_change out = { .verb = SV_OUT };
		if (i % 2)
			assert_int_equal(stay_change(v->cx, v->hotel, d.id, &out, &d), VH_OK);
	}
	assert_int_equal(village_sql(v, "SELECT seq FROM hotel_head WHERE hotel = 1"), before + 6);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM event WHERE hotel = 1"), before + 6);
	assert_int_equal(village_sql(v, "SELECT max(seq) FROM event WHERE hotel = 1"), before + 6);
	assert_int_equal(village_sql(v, "SELECT seq FROM hotel_head WHERE hotel = 2"), far); /* its own count */
	village_sound(v);
}

struct opening {
	int64_t hotel, seq;
	struct event e;
	char *json;
};

static enum vh_rc open_step(struct ctx *cx, void *arg)
{
	struct opening *o = arg;
	struct hotel_head h;
	enum vh_rc rc = head_get(cx, o->hotel, &h);
	if (rc == VH_OK)
		rc = event_get(cx, o->hotel, h.epoch, o->seq ? o->seq : h.seq, &o->e);
	return rc == VH_OK ? journal_data(cx, &o->e, &o->json) : rc;
}

static void payload_rests_sealed_and_opens_only_in_its_own_place(void **state)
{
	struct village *v = *state;
	struct stay_new n = village_new(v, V_101, 1);
	struct stay_done d;
	char sql[300];
	assert_int_equal(stay_in(v->cx, &n, &d), VH_OK);
	struct opening o = { .hotel = v->hotel };
	assert_int_equal(db_read(v->cx, open_step, &o), VH_OK);
	assert_non_null(strstr(o.json, n.doc_no));
	snprintf(sql, sizeof sql, "SELECT count(*) FROM event WHERE instr(payload, '%s') OR instr(payload, '%s')",
	         n.doc_no, n.name);
	assert_int_equal(village_sql(v, sql), 0);
	/* Another event's payload put here does not open. */
	village_sql(v, "UPDATE event SET payload = (SELECT payload FROM event WHERE hotel = 1 AND seq = 1)"
	               " WHERE hotel = 1 AND seq = (SELECT max(seq) FROM event WHERE hotel = 1)");
	assert_int_equal(db_read(v->cx, open_step, &o), VH_IO);
	err_clear(&v->cx->err);
}

static void each_verb_writes_its_own_type(void **state)
{
	static const struct { struct stay_change c; const char *type; } verbs[] = {
		{ { .verb = SV_EXTEND, .day = "2027-01-01" }, "cn.vhotel.stay.extended.v1" },
		{ { .verb = SV_AWAY, .day = "2026-12-01" }, "cn.vhotel.stay.away.v1" },
		{ { .verb = SV_BACK }, "cn.vhotel.stay.back.v1" },
		{ { .verb = SV_VERIFY }, "cn.vhotel.stay.verified.v1" },
		{ { .verb = SV_AMEND, .phone = "13922223333" }, "cn.vhotel.stay.amended.v1" },
		{ { .verb = SV_OUT }, "cn.vhotel.stay.checked-out.v1" },
		{ { .verb = SV_VOID, .reason = "a test" }, "cn.vhotel.stay.voided.v1" },
	};
	struct village *v = *state;
	int64_t id = village_in(v, V_101, 1);
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		struct stay_done d;
		struct event e;
		assert_int_equal(stay_change(v->cx, v->hotel, id, &verbs[i].c, &d), VH_OK);
		cJSON *data = village_event(v, &e);
		assert_string_equal(e.type, verbs[i].type);
		struct stay s = village_stay(v, id);
		assert_string_equal(of(data, "stay", "state"), stay_state_name(s.state));
		assert_int_equal(json_i64(cJSON_GetObjectItemCaseSensitive(data, "stay"), "version", 0), s.version);
		cJSON_Delete(data);
	}
}

static void restored_registry_counts_anew_in_its_next_epoch(void **state)
{
	struct village *v = *state;
	village_in(v, V_101, 1);
	village_sql(v, "UPDATE hotel_head SET epoch = 2, seq = 0 WHERE hotel = 1");
	struct event e;
	village_in(v, V_101, 2);
	cJSON_Delete(village_event(v, &e));
	assert_int_equal(e.epoch, 2);
	assert_int_equal(e.seq, 1);
	village_sound(v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(event_of_a_move_in_holds_place_stay_person_employer_and_filing),
		T(what_is_not_known_is_null_and_not_missing),
		T(numbers_have_no_gap_though_steps_fail_between),
		T(payload_rests_sealed_and_opens_only_in_its_own_place),
		T(each_verb_writes_its_own_type),
		T(restored_registry_counts_anew_in_its_next_epoch),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
