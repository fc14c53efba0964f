/* Looking at people: who sees what of whom, that it is written down first, and that the log cannot be mended. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/access.h"
#include "vh/accounts.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/rack.h"
#include "village.h"

static struct scan scan_as(struct village *v, const char *who, const char *code)
{
	struct scan s;
	village_as(v, who);
	OK(v, scan_plate(v->cx, code, &s));
	return s;
}

static const char *or_null(const char *s)
{
	return s ? s : "(hidden)";
}

static void field_table_is_as_agreed(void **state)
{
	/* name, doc_type, doc_no, phone, home: F full, m masked, - hidden; of others, then of one's own. */
	static const struct { enum role role; const char *other, *own;
	} table[] = {
		{ ROLE_CLERK, "mFmmm", "mFmmm" },    { ROLE_POLICE, "mFmm-", "mFmm-" },
		{ ROLE_GRID, "mF---", "mF---" },     { ROLE_LANDLORD, "mFm--", "FFFFF" },
		{ ROLE_TENANT, "-----", "FFFFF" },   { ROLE_ADMIN, "-----", "-----" },
		{ ROLE_HEAD, "-----", "-----" },     { ROLE_EMPLOYER, "-----", "-----" },
		{ ROLE_AUDITOR, "-----", "-----" },  { ROLE_NONE, "-----", "-----" },
		{ ROLE_OPERATOR, "mFmmm", "mFmmm" }, { ROLE_DOOR, "-----", "-----" },
	};
	(void)state;
	assert_int_equal(sizeof table / sizeof *table, ROLE__MAX);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		for (int f = 0; f < FIELD__MAX; f++) {
			assert_int_equal("-mF"[field_shown(table[i].role, (enum field)f, false)], table[i].other[f]);
			assert_int_equal("-mF"[field_shown(table[i].role, (enum field)f, true)], table[i].own[f]);
		}
	}
}

static void stranger_sees_that_a_plate_is_genuine_and_nobody(void **state)
{
	static const char *const who[] = { NULL, "zhao", "outsider", "clerk2", "tenant", "admin", "head", "auditor",
	                                   "employer" };
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	char code[PLATE_CODE_TEXT];
	snprintf(code, sizeof code, "%s", village_plate(v, v->room[V_101], 0));
	for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
		struct scan s = scan_as(v, who[i], code);
		assert_false(s.known);
		assert_null(s.stays);
		assert_int_equal(s.registered, 0);
		assert_false(s.may_file || s.may_unmask);
		assert_string_equal(s.at.hotel.name, "东新村");
		assert_string_equal(s.at.serial, "A00003");
	}
	assert_int_equal(village_looks(v), 0);
	assert_string_equal(err_code(&v->cx->err), "");
}

static void scan_shows_each_role_its_fields_and_writes_one_row_a_person(void **state)
{
	static const struct { const char *who, *name, *doc, *phone, *home, *fields; bool file, unmask;
	} all[] = {
		{ "police", "蓝*", "**************", "*******2222", "(hidden)", "name*,doc_type,doc_no*,phone*", true,
		  true },
		{ "grid", "蓝*", "(hidden)", "(hidden)", "(hidden)", "name*,doc_type", true, false },
		{ "clerk", "蓝*", "**************", "*******2222", "贵州省*", "name*,doc_type,doc_no*,phone*,home*",
		  true, false },
	};
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "clerk", V_101, 2);
	char code[PLATE_CODE_TEXT], sql[200];
	snprintf(code, sizeof code, "%s", village_plate(v, v->room[V_101], 0));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int64_t before = village_looks(v);
		v->cx->request = "req-1";
		struct scan s = scan_as(v, all[i].who, code);
		assert_true(s.known);
		assert_int_equal(s.registered, 2);
		assert_int_equal(s.may_file, all[i].file);
		assert_int_equal(s.may_unmask, all[i].unmask);
		assert_string_equal(s.stays->person.name, all[i].name);
		assert_string_equal(s.stays->person.doc_type, "id_card");
		assert_int_equal(strncmp(or_null(s.stays->person.doc_no), all[i].doc, strlen(all[i].doc)), 0);
		assert_string_equal(or_null(s.stays->person.phone), all[i].phone);
		assert_string_equal(or_null(s.stays->person.home), all[i].home);
		assert_null(s.stays->employer); /* at the door neither employer nor filer is asked for */
		assert_null(s.stays->filed_by);
		assert_non_null(s.stays->next);
		assert_null(s.stays->next->next);
		assert_int_equal(village_looks(v), before + 2);
		snprintf(sql, sizeof sql,
		         "SELECT count(DISTINCT subject) FROM access WHERE role = '%s' AND fields = '%s'"
		         " AND reason = 'scan' AND request = 'req-1' AND account = %lld",
		         all[i].who, all[i].fields, (long long)v->cx->who->account);
		assert_int_equal(village_sql(v, sql), 2);
	}
}

static void landlord_sees_in_full_only_whom_he_filed(void **state)
{
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "clerk", V_101, 2);
	struct scan s = scan_as(v, "wang", village_plate(v, v->room[V_101], 0));
	assert_true(s.known && s.may_file && !s.may_unmask);
	assert_true(s.stays->mine);
	assert_string_equal(s.stays->person.doc_no, village_doc(1));
	assert_string_equal(s.stays->person.name, "蓝租客1");
	assert_string_equal(s.stays->person.phone, "13911112222");
	assert_string_equal(s.stays->person.home, "贵州省某县某村");
	assert_false(s.stays->next->mine);
	assert_string_equal(s.stays->next->person.name, "覃*");
	assert_string_equal(or_null(s.stays->next->person.home), "(hidden)");
	/* Whoever files a number that is known is not told by it the telephone that others gave. */
	assert_string_equal(or_null(s.stays->next->person.phone), "(hidden)");
	/* What is written down is what was shown. */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE fields = 'name,doc_type,doc_no,phone,home'"),
	                 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE fields = 'name*,doc_type,doc_no*'"), 1);
}

static void tenant_sees_himself_and_not_his_room_mate_and_leaves_no_row(void **state)
{
	struct village *v = *state;
	int64_t mine = village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "wang", V_101, 2);
	village_as(v, "operator");
	OK(v, account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, mine).person));
	village_reload(v, "tenant");
	struct scan s = scan_as(v, "tenant", village_plate(v, v->room[V_101], 0));
	assert_true(s.known);
	assert_int_equal(s.stays->stay.id, mine);
	assert_null(s.stays->next);
	assert_string_equal(s.stays->person.doc_no, village_doc(1));
	assert_int_equal(village_looks(v), 2); /* the binding's own */
	s = scan_as(v, "tenant", village_plate(v, v->room[V_102], 0)); /* not his door */
	assert_false(s.known);
	s = scan_as(v, "tenant", village_plate(v, 0, v->house[0]));
	assert_false(s.known);
	struct stay_change out = { .verb = SV_OUT };
	struct stay_done d;
	OK(v, stay_change(v->cx, v->hotel, mine, &out, &d));
	s = scan_as(v, "tenant", village_plate(v, v->room[V_101], 0)); /* he lives there no more */
	assert_false(s.known);
}

static void house_plate_lists_rooms_and_counts_heads_without_people(void **state)
{
	struct village *v = *state;
	village_in_full(v, "clerk", V_101, 1);
	village_in_full(v, "clerk", V_102, 2);
	village_in_full(v, "clerk", V_102, 3);
	struct scan s = scan_as(v, "police", village_plate(v, 0, v->house[0]));
	assert_true(s.known);
	assert_int_equal(s.registered, 3);
	assert_string_equal(s.rooms->no, "101");
	assert_string_equal(s.rooms->next->no, "102");
	assert_null(s.rooms->next->next);
	assert_null(s.stays);
	assert_int_equal(village_looks(v), 0);
}

static void revoked_plate_shows_nobody_to_anybody(void **state)
{
	struct village *v = *state;
	village_in_full(v, "clerk", V_101, 1);
	char code[PLATE_CODE_TEXT];
	snprintf(code, sizeof code, "%s", village_plate(v, v->room[V_101], 0));
	OK(v, plate_revoke(v->cx, code, NULL));
	struct scan s = scan_as(v, "police", code);
	assert_string_equal(s.at.plate.state, "revoked");
	assert_false(s.known);
	assert_null(s.stays);
}

/* A disclosure that cannot be written down does not happen. */
/* Read first and note after, or both in one write: he sees the same, and the same is written down. */
static void scan_in_one_write_is_the_scan_in_two_steps(void **state)
{
	struct village *v = *state;
	village_in_full(v, "clerk", V_101, 1);
	village_as(v, "police");
	for (int note = 0; note < 2; note++) {
		struct scan s;
		int64_t before = village_looks(v);
		OK(v, scan_plate_by(v->cx, village_plate(v, v->room[V_101], 0), &(struct scanner){ .note = note }, &s));
		assert_true(s.known);
		assert_int_equal(s.registered, 1);
		assert_string_equal(s.stays->person.name, "蓝*");
		assert_null(s.stays->next);
		assert_int_equal(village_looks(v), before + 1);
		OK(v, scan_plate_by(v->cx, village_plate(v, v->room[V_102], 0), &(struct scanner){ .note = note }, &s));
		assert_null(s.stays);
		assert_int_equal(village_looks(v), before + 1);
	}
}

static void nothing_is_shown_when_the_row_cannot_be_written(void **state)
{
	struct village *v = *state;
	int64_t id = village_in_full(v, "clerk", V_101, 1);
	struct scan s;
	struct room_look r;
	struct stay_look l;
	struct stay_view u;
	struct found *f = NULL;
	char code[PLATE_CODE_TEXT];
	snprintf(code, sizeof code, "%s", village_plate(v, v->room[V_101], 0));
	village_sql(v, "CREATE TRIGGER no_access BEFORE INSERT ON access BEGIN SELECT RAISE(ABORT, 'full'); END");
	village_as(v, "police");
	memset(&u, 0, sizeof u);
	assert_int_not_equal(scan_plate(v->cx, code, &s), VH_OK);
	assert_null(s.stays);
	assert_int_not_equal(look_room(v->cx, &v->h, v->room[V_101], &r), VH_OK);
	assert_null(r.stays);
	assert_int_not_equal(look_stay(v->cx, &v->h, id, &l), VH_OK);
	assert_null(l.stay.person.name);
	assert_int_not_equal(unmask_stay(v->cx, &v->h, id, "a reason", &u), VH_OK);
	assert_null(u.person.name);
	assert_int_not_equal(search_people(v->cx, &v->h, SEARCH_DOC, village_doc(1), &f), VH_OK);
	assert_null(f);
	err_clear(&v->cx->err);
	village_sql(v, "DROP TRIGGER no_access");
	OK(v, scan_plate(v->cx, code, &s));
	assert_non_null(s.stays);
}

static void room_and_stay_are_looked_at_by_right(void **state)
{
	static const struct { const char *who; enum vh_rc room, stay;
	} all[] = {
		{ "clerk", VH_OK, VH_OK },
		{ "police", VH_OK, VH_OK },
		{ "wang", VH_OK, VH_OK },
		{ "zhao", VH_NOTFOUND, VH_NOTFOUND },
		{ "clerk2", VH_NOTFOUND, VH_NOTFOUND },
		{ "head", VH_OK, VH_DENIED },
		{ "admin", VH_OK, VH_DENIED },
		{ "auditor", VH_DENIED, VH_DENIED },
		{ "tenant", VH_DENIED, VH_NOTFOUND },
		{ NULL, VH_DENIED, VH_DENIED },
	};
	struct village *v = *state;
	int64_t id = village_in_full(v, "wang", V_101, 1);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct room_look r;
		struct stay_look l;
		int64_t before = village_looks(v);
		village_as(v, all[i].who);
		err_clear(&v->cx->err);
		assert_int_equal(look_room(v->cx, &v->h, v->room[V_101], &r), all[i].room);
		bool people = all[i].stay == VH_OK;
		assert_true(people == (r.stays != NULL));
		if (all[i].room == VH_OK)
			assert_int_equal(r.registered, 1);
		bool prints = all[i].who && (!strcmp(all[i].who, "clerk") || !strcmp(all[i].who, "admin"));
		assert_true(prints == (r.code[0] != '\0'));
		assert_int_equal(look_stay(v->cx, &v->h, id, &l), all[i].stay);
		assert_int_equal(village_looks(v), before + (people ? 2 : 0));
		if (people) {
			assert_non_null(l.stay.person.name);
			assert_string_equal(l.events->type, "cn.vhotel.stay.checked-in.v1");
			assert_string_equal(l.at.room.no, "101");
			assert_string_equal(l.stay.employer, "电子厂");
			assert_string_equal(l.stay.filed_by, "wang");
		}
	}
	struct stay_look l;
	village_as(v, "clerk");
	err_clear(&v->cx->err);
	village_refused(v, look_stay(v->cx, &v->h, id + 1, &l), VH_NOTFOUND, "not_found");
}

static void people_are_found_by_every_key(void **state)
{
	struct village *v = *state;
	struct found *f = NULL;
	int64_t id = village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "zhao", V_201, 2);
	const char *doc = village_doc(1);
	const struct { enum search_by by; const char *text, *reason; } keys[] = {
		{ SEARCH_NAME, "蓝租客1", "search:name" }, { SEARCH_NAME, " 蓝 租客１", "search:name" },
		{ SEARCH_DOC, doc, "search:doc_no" },      { SEARCH_TAIL, doc + 14, "search:last4" },
		{ SEARCH_PHONE, "139-1111 2222", "search:phone" },
	};
	village_as(v, "clerk");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		char sql[100];
		OK(v, search_people(v->cx, &v->h, keys[i].by, keys[i].text, &f));
		assert_non_null(f);
		assert_null(f->next);
		assert_int_equal(f->stay.stay.id, id);
		assert_string_equal(f->room.no, "101");
		assert_string_equal(f->house.address, "东新1号");
		assert_string_equal(f->stay.person.name, "蓝*"); /* found is not unmasked */
		snprintf(sql, sizeof sql, "SELECT count(*) > 0 FROM access WHERE reason = '%s'", keys[i].reason);
		assert_int_equal(village_sql(v, sql), 1);
	}
	assert_int_equal(village_looks(v), 5);
	OK(v, search_people(v->cx, &v->h, SEARCH_NAME, "没有此人", &f));
	assert_null(f);
	assert_int_equal(village_looks(v), 5);
	static const struct { enum search_by by; const char *text; } bad[] = {
		{ SEARCH_NAME, "" }, { SEARCH_NAME, NULL }, { SEARCH_TAIL, "123" }, { SEARCH_TAIL, "12345" },
		{ SEARCH_DOC, "4201" }, { SEARCH_PHONE, " - " },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		village_refused(v, search_people(v->cx, &v->h, bad[i].by, bad[i].text, &f), VH_INVALID, "query");
}

static void search_is_for_those_who_may_and_stays_in_scope(void **state)
{
	static const char *const not[] = { "wang", "tenant", "head", "admin", "auditor", NULL };
	struct village *v = *state;
	struct found *f = NULL;
	village_in_full(v, "clerk", V_101, 1);
	village_as(v, "operator");
	village_in(v, V_FAR, 1);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i]);
		village_refused(v, search_people(v->cx, &v->h, SEARCH_DOC, village_doc(1), &f), VH_DENIED, "role");
	}
	village_as(v, "grid"); /* who is shown no number searches by no part of one, but by the whole */
	village_refused(v, search_people(v->cx, &v->h, SEARCH_TAIL, village_doc(1) + 14, &f), VH_DENIED, "role");
	OK(v, search_people(v->cx, &v->h, SEARCH_DOC, village_doc(1), &f));
	assert_non_null(f);
	village_as(v, "outsider");
	village_refused(v, search_people(v->cx, &v->h, SEARCH_DOC, village_doc(1), &f), VH_NOTFOUND, "not_found");
	OK(v, search_people(v->cx, NULL, SEARCH_DOC, village_doc(1), &f));
	assert_int_equal(f->hotel.id, v->far); /* his scope alone */
	assert_null(f->next);
	village_as(v, "police"); /* of both villages */
	OK(v, search_people(v->cx, NULL, SEARCH_DOC, village_doc(1), &f));
	assert_int_equal(f->hotel.id, v->hotel);
	assert_int_equal(f->next->hotel.id, v->far);
	assert_null(f->next->next);
}

static void search_stops_at_a_hundred_and_one_commit_notes_them(void **state)
{
	struct village *v = *state;
	struct found *f = NULL;
	int n = 0;
	for (unsigned i = 0; i < 104; i++) {
		char no[20];
		struct room_new r = { .no = no };
		int64_t id;
		struct stay_new s = village_new(v, V_101, i);
		struct stay_done d;
		snprintf(no, sizeof no, "9%03u", i);
		OK(v, room_add(v->cx, v->hotel, v->house[0], &r, &id));
		s.room = id;
		s.name = "同名";
		OK(v, stay_in(v->cx, &s, &d));
	}
	struct db_stats before, after;
	db_stats(v->cx->db, &before);
	OK(v, search_people(v->cx, NULL, SEARCH_NAME, "同名", &f));
	db_stats(v->cx->db, &after);
	for (; f; f = f->next)
		n++;
	assert_int_equal(n, 100);
	assert_int_equal(village_looks(v), 100);
	assert_int_equal(after.commits, before.commits + 1);
}

static void tenant_reads_what_is_held_about_him_and_who_looked(void **state)
{
	struct village *v = *state;
	struct me *me = NULL;
	int64_t id = village_in_full(v, "wang", V_101, 1), other = village_in_full(v, "wang", V_101, 2);
	village_as(v, "operator");
	OK(v, account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, id).person));
	village_reload(v, "tenant");
	struct stay_view u;
	village_as(v, "police");
	OK(v, unmask_stay(v->cx, &v->h, id, "走失人员", &u));
	OK(v, unmask_stay(v->cx, &v->h, other, "别人", &u));
	village_as(v, "tenant");
	OK(v, look_me(v->cx, &me));
	assert_string_equal(me->person.name, "蓝租客1");
	assert_string_equal(me->person.doc_no, village_doc(1));
	assert_int_equal(me->stays->stay.stay.id, id);
	assert_null(me->stays->next);
	assert_string_equal(me->looks->reason, "走失人员");
	assert_string_equal(me->looks->role, "police");
	assert_string_equal(me->looks->next->fields, "bound");
	assert_string_equal(me->looks->next->role, "operator");
	assert_null(me->looks->next->next);
	assert_null(me->next);
	village_as(v, "wang");
	village_refused(v, look_me(v->cx, &me), VH_DENIED, "role");
	village_as(v, NULL);
	village_refused(v, look_me(v->cx, &me), VH_DENIED, "role");
}

static void auditor_reads_who_looked_and_nobody_elses_data(void **state)
{
	static const char *const not[] = { "clerk", "police", "admin", "wang", NULL };
	struct village *v = *state;
	struct access_row *list = NULL;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "wang", V_102, 2);
	scan_as(v, "police", village_plate(v, v->room[V_101], 0));
	scan_as(v, "grid", village_plate(v, v->room[V_102], 0));
	village_as(v, "auditor");
	OK(v, look_access(v->cx, &v->h, 0, 10, &list));
	assert_string_equal(list->role, "grid");
	assert_string_equal(list->next->role, "police");
	assert_null(list->next->next);
	int64_t newest = list->id;
	OK(v, look_access(v->cx, &v->h, newest, 10, &list));
	assert_string_equal(list->role, "police");
	assert_null(list->next);
	OK(v, look_access(v->cx, &v->h, 0, 1, &list));
	assert_null(list->next);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i]);
		assert_int_equal(look_access(v->cx, &v->h, 0, 10, &list), VH_DENIED);
		err_clear(&v->cx->err);
	}
}

static void note_many(struct village *v, int n)
{
	char code[PLATE_CODE_TEXT];
	snprintf(code, sizeof code, "%s", village_plate(v, v->room[V_101], 0));
	for (int i = 0; i < n; i++)
		scan_as(v, "police", code);
}

static void seals_chain_the_rows_and_verify_walks_them(void **state)
{
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "wang", V_101, 2);
	OK(v, access_verify(v->cx, v->hotel)); /* an empty chain is whole */
	OK(v, access_seal_now(v->cx, v->hotel));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access_seal"), 0); /* nothing to seal, no seal */
	for (int i = 1; i <= 3; i++) {
		note_many(v, i);
		OK(v, access_seal_now(v->cx, v->hotel));
		OK(v, access_verify(v->cx, v->hotel));
		assert_int_equal(village_sql(v, "SELECT rows FROM access_seal ORDER BY id DESC"), 2 * i);
	}
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE seal IS NULL"), 0);
	note_many(v, 1); /* rows that no seal holds yet do not break it */
	OK(v, access_verify(v->cx, v->hotel));
	village_sound(v);
}

static void long_backlog_is_sealed_in_pieces(void **state)
{
	struct village *v = *state;
	int64_t person[500];
	village_in_full(v, "wang", V_101, 1);
	village_as(v, "police");
	for (int i = 0; i < 500; i++)
		person[i] = i + 1;
	for (int i = 0; i < 5; i++)
		OK(v, access_note(v->cx, v->hotel, person, 500, "name*", "a test"));
	OK(v, access_seal_now(v->cx, v->hotel));
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access_seal"), 3);
	assert_int_equal(village_sql(v, "SELECT sum(rows) FROM access_seal"), 2500);
	assert_int_equal(village_sql(v, "SELECT seal FROM hotel_head WHERE hotel = 1"), 3);
	OK(v, access_verify(v->cx, v->hotel));
}

/* Each tampering beside its undoing: the chain breaks and is whole again. */
static void chain_finds_rows_changed_deleted_and_inserted(void **state)
{
	static const char *const tamper[] = {
		"UPDATE access SET reason = 'nothing' WHERE id = (SELECT min(id) FROM access)",
		"UPDATE access SET subject = subject + 1 WHERE id = (SELECT max(id) FROM access WHERE seal = 2)",
		"UPDATE access SET account = 1 WHERE id = (SELECT min(id) FROM access)",
		"UPDATE access SET at = at + 1 WHERE id = (SELECT min(id) FROM access)",
		"UPDATE access SET digest = zeroblob(32) WHERE id = (SELECT min(id) FROM access)",
		"DELETE FROM access WHERE id = (SELECT min(id) FROM access)",
		"DELETE FROM access WHERE seal = 2",
		"INSERT INTO access SELECT hotel, id - 1, at, account, role, subject, fields, reason, request, digest, "
		"seal"
		" FROM access WHERE id = (SELECT min(id) FROM access)",
		"UPDATE access SET seal = 1 WHERE seal = 2",
		"DELETE FROM access_seal WHERE id = 2",
		"DELETE FROM access_seal WHERE id = 3",
		"UPDATE access_seal SET hash = zeroblob(32) WHERE id = 1",
		"UPDATE access_seal SET rows = rows + 1 WHERE id = 3",
		"UPDATE hotel_head SET seal = 2 WHERE hotel = 1",
		"UPDATE hotel_head SET seal_hash = zeroblob(32) WHERE hotel = 1",
		"UPDATE hotel_head SET seal = 0, seal_hash = (SELECT hash FROM access_seal WHERE id = 3) WHERE hotel = "
		"1",
	};
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	village_in_full(v, "wang", V_101, 2);
	for (int i = 0; i < 3; i++) {
		note_many(v, 2);
		OK(v, access_seal_now(v->cx, v->hotel));
	}
	village_sql(v, "CREATE TABLE k1 AS SELECT * FROM access");
	village_sql(v, "CREATE TABLE k2 AS SELECT * FROM access_seal");
	village_sql(v, "CREATE TABLE k3 AS SELECT * FROM hotel_head");
	for (size_t i = 0; i < sizeof tamper / sizeof *tamper; i++) {
		OK(v, access_verify(v->cx, v->hotel));
		village_sql(v, tamper[i]);
		enum vh_rc rc = access_verify(v->cx, v->hotel);
		if (rc == VH_OK)
			fail_msg("not found: %s", tamper[i]);
		village_refused(v, rc, VH_CONFLICT, "access_chain");
		static const char *const undo[] = {
			"DELETE FROM access", "INSERT INTO access SELECT * FROM k1", "DELETE FROM access_seal",
			"INSERT INTO access_seal SELECT * FROM k2", "DELETE FROM hotel_head",
			"INSERT INTO hotel_head SELECT * FROM k3",
		};
		for (size_t k = 0; k < sizeof undo / sizeof *undo; k++)
			village_sql(v, undo[k]);
	}
	OK(v, access_verify(v->cx, v->hotel));
}

static void row_forged_before_its_seal_is_found_by_it(void **state)
{
	struct village *v = *state;
	village_in_full(v, "wang", V_101, 1);
	note_many(v, 2);
	village_sql(v,
	            "INSERT INTO access VALUES (1, 77, 1, 1, 'police', 1, 'name', 'forged', NULL, zeroblob(32), NULL)");
	OK(v, access_seal_now(v->cx, v->hotel));
	village_refused(v, access_verify(v->cx, v->hotel), VH_CONFLICT, "access_chain");
	/* A row that says it is sealed already, ahead of time, does no harm but to itself. */
	village_sql(v, "INSERT INTO access VALUES (1, 78, 1, 1, 'police', 1, 'name', 'forged', NULL, zeroblob(32), 2)");
	note_many(v, 1);
	OK(v, access_seal_now(v->cx, v->hotel));
	village_refused(v, access_verify(v->cx, v->hotel), VH_CONFLICT, "access_chain");
}

static void rack_counts_rooms_and_heads(void **state)
{
	struct village *v = *state;
	struct rack r;
	struct stay_done d;
	struct stay_new n = village_new(v, V_101, 2);
	village_in(v, V_101, 1);
	n.until = "2026-11-20";
	n.since = "2026-11-02";
	OK(v, stay_in(v->cx, &n, &d)); /* overdue, and filed late */
	struct stay_change away = { .verb = SV_AWAY, .day = "2026-12-01" };
	int64_t far = village_in(v, V_201, 3);
	OK(v, stay_change(v->cx, v->hotel, far, &away, &d));
	n = village_new(v, V_102, 1);
	n.anyway = true;
	OK(v, stay_in(v->cx, &n, &d));
	OK(v, room_letting(v->cx, v->hotel, v->room[V_102], "suspended", NULL));
	OK(v, look_rack(v->cx, &v->h, &r));
	assert_int_equal(r.totals.houses, 2);
	assert_int_equal(r.totals.rooms, 3);
	assert_int_equal(r.totals.people, 3);
	assert_int_equal(r.totals.occupied, 2);
	assert_int_equal(r.totals.vacant, 1);
	assert_int_equal(r.totals.pending, 2);
	assert_int_equal(r.totals.contested, 1);
	assert_int_equal(r.totals.overdue, 1);
	assert_int_equal(r.totals.shut, 1);
	struct rack_room *a = r.houses->rooms, *b = a->next, *c = r.houses->next->rooms;
	assert_string_equal(a->room.no, "101");
	assert_int_equal(a->registered, 2);
	assert_int_equal(a->late, 1);
	assert_int_equal(a->overdue, 1);
	assert_true(a->plate.id > 0);
	assert_int_equal(b->registered, 0);
	assert_int_equal(b->contested, 1);
	assert_int_equal(c->away, 1);
	assert_int_equal(c->registered, 1);
	assert_true(r.codes);
	assert_int_equal(village_looks(v), 0); /* nobody's data */
	/* Who was to be back and is not is overdue here as on the desk's lists. */
	assert_int_equal(c->overdue, 0);
	v->cx->now += 30 * DAY_MS;
	OK(v, look_rack(v->cx, &v->h, &r));
	assert_int_equal(r.houses->next->rooms->overdue, 1);
}

static void rack_of_a_landlord_is_his_own_houses(void **state)
{
	static const struct { const char *who; enum vh_rc rc; } not[] = {
		{ "tenant", VH_DENIED }, { "auditor", VH_DENIED }, { "clerk2", VH_NOTFOUND }, { NULL, VH_DENIED },
	};
	struct village *v = *state;
	struct rack r;
	village_in(v, V_101, 1);
	village_in(v, V_201, 2);
	village_as(v, "wang");
	OK(v, look_rack(v->cx, &v->h, &r));
	assert_int_equal(r.totals.houses, 1);
	assert_int_equal(r.totals.rooms, 2);
	assert_int_equal(r.totals.people, 1);
	assert_null(r.houses->next);
	assert_false(r.codes);
	village_as(v, "head");
	OK(v, look_rack(v->cx, &v->h, &r));
	assert_int_equal(r.totals.people, 2);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		village_as(v, not[i].who);
		err_clear(&v->cx->err);
		assert_int_equal(look_rack(v->cx, &v->h, &r), not[i].rc);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_table_is_as_agreed),
		T(stranger_sees_that_a_plate_is_genuine_and_nobody),
		T(scan_shows_each_role_its_fields_and_writes_one_row_a_person),
		T(landlord_sees_in_full_only_whom_he_filed),
		T(tenant_sees_himself_and_not_his_room_mate_and_leaves_no_row),
		T(house_plate_lists_rooms_and_counts_heads_without_people),
		T(revoked_plate_shows_nobody_to_anybody),
		T(scan_in_one_write_is_the_scan_in_two_steps),
		T(nothing_is_shown_when_the_row_cannot_be_written),
		T(room_and_stay_are_looked_at_by_right),
		T(people_are_found_by_every_key),
		T(search_is_for_those_who_may_and_stays_in_scope),
		T(search_stops_at_a_hundred_and_one_commit_notes_them),
		T(tenant_reads_what_is_held_about_him_and_who_looked),
		T(auditor_reads_who_looked_and_nobody_elses_data),
		T(seals_chain_the_rows_and_verify_walks_them),
		T(long_backlog_is_sealed_in_pieces),
		T(chain_finds_rows_changed_deleted_and_inserted),
		T(row_forged_before_its_seal_is_found_by_it),
		T(rack_counts_rooms_and_heads),
		T(rack_of_a_landlord_is_his_own_houses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
