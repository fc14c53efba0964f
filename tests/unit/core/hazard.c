/* Hazards: reported by anybody, seen by whom they concern, closed by a re-check alone; nobody learns who spoke. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/limits.h"
#include "vh/task.h"
#include "village.h"

struct plate_of {
	int64_t hotel, room;
	char code[PLATE_CODE_TEXT];
};

static enum vh_rc plate_step(struct ctx *cx, void *arg)
{
	struct plate_of *p = arg;
	struct plate plate;
	enum vh_rc rc = plate_of_room(cx, p->hotel, p->room, &plate);
	return rc == VH_OK ? plate_text(cx, p->hotel, plate.id, p->code) : rc;
}

static struct plate_of plate(struct village *v, int room)
{
	struct plate_of p = { .hotel = v->hotel, .room = v->room[room] };
	assert_int_equal(db_read(v->cx, plate_step, &p), VH_OK);
	return p;
}

static int64_t report(struct village *v, const char *code, enum safety item, const char *words, const char *phone)
{
	struct hazard_report r = { .code = code, .item = item, .words = words, .phone = phone };
	int64_t id = 0;
	if (hazard_report(v->cx, &r, &id) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return id;
}

static void refuse(struct village *v, const char *code, enum safety item, const char *words, const char *phone,
                   enum vh_rc want, const char *why)
{
	struct hazard_report r = { .code = code, .item = item, .words = words, .phone = phone };
	int64_t id = -7;
	village_refused(v, hazard_report(v->cx, &r, &id), want, why);
	assert_int_equal(id, -7);
}

static int64_t first_task(struct village *v)
{
	return village_sql(v, "SELECT min(id) FROM task WHERE kind = 'hazard'");
}

static void stranger_before_a_plate_reports_and_nobody_learns_who_he_is(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_look *list;
	struct event e;
	village_as(v, NULL);
	int64_t id = report(v, p.code, SAFE_EBIKE, "楼道里充电", "13700000000");
	cJSON *json = village_event(v, &e);
	assert_string_equal(e.type, "cn.vhotel.hazard.opened.v1");
	assert_int_equal(e.actor, 0);
	char *text = cJSON_PrintUnformatted(json);
	assert_null(strstr(text, "13700000000"));
	assert_null(strstr(text, "充电"));
	assert_non_null(strstr(text, "\"severity\":\"grave\""));
	cJSON_free(text);
	cJSON_Delete(json);
	village_as(v, "grid");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_int_equal(list->hazard.id, id);
	assert_string_equal(list->words, "楼道里充电");
	assert_true(list->reported);
	assert_null(list->hazard.reporter.p);
	assert_null(list->hazard.words.p);
	assert_string_equal(list->task, "found");
	assert_int_equal(village_sql(v, "SELECT by FROM task WHERE kind = 'hazard'"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE reporter IS NOT NULL"
	                                " AND words IS NOT NULL AND found_in IS NULL"), 1);
	village_sound(v);
}

static void report_by_an_account_leaves_no_trace_of_it(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct event e;
	village_as(v, "zhao"); /* a neighbour, say */
	report(v, p.code, SAFE_WIRING, NULL, NULL);
	cJSON_Delete(village_event(v, &e));
	assert_int_equal(e.actor, 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE by <> 0 AND kind = 'hazard'"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE reporter IS NOT NULL"), 0);
	assert_ptr_equal(v->cx->who, village_actor(v, "zhao"));
}

static void report_has_to_stand_before_a_plate_in_use_and_say_what(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	int64_t no;
	char code[PLATE_CODE_TEXT];
	struct plate_of spare = { .hotel = v->hotel };
	assert_int_equal(plate_make_unbound(v->cx, v->hotel, 1, &no), VH_OK);
	village_as(v, NULL);
	refuse(v, "0000000000000000", SAFE_WIRING, NULL, NULL, VH_NOTFOUND, "plate_unknown");
	refuse(v, p.code, SAFE__MAX, NULL, NULL, VH_INVALID, "words");
	refuse(v, p.code, SAFE__MAX, " ", NULL, VH_INVALID, "words");
	refuse(v, p.code, SAFE_WIRING, NULL, "12", VH_INVALID, "phone");
	struct hotel_keys k;
	assert_true(hotel_keys_get(v->cx->keys, v->hotel, &k));
	plate_code_make(&k.plate, (uint32_t)v->hotel, (uint32_t)no, spare.code);
	refuse(v, spare.code, SAFE_WIRING, NULL, NULL, VH_CONFLICT, "plate_unbound");
	village_as(v, "clerk");
	snprintf(code, sizeof code, "%s", p.code);
	assert_int_equal(plate_revoke(v->cx, code, "torn off"), VH_OK);
	village_as(v, NULL);
	refuse(v, code, SAFE_WIRING, NULL, NULL, VH_CONFLICT, "plate_revoked");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard"), 0);
}

static void what_is_known_is_not_reported_twice_and_a_house_not_flooded(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101), q = plate(v, V_102);
	village_as(v, NULL);
	int64_t a = report(v, p.code, SAFE_WIRING, NULL, NULL);
	assert_int_equal(report(v, p.code, SAFE_WIRING, "again", NULL), a);
	assert_int_not_equal(report(v, q.code, SAFE_WIRING, NULL, NULL), a);
	int64_t b = report(v, p.code, SAFE__MAX, "roof", NULL), c = report(v, p.code, SAFE__MAX, "door", NULL);
	assert_int_not_equal(b, c);
	for (int i = 4; i < LIM_HAZARDS_OPEN; i++)
		report(v, p.code, SAFE__MAX, "more", NULL);
	refuse(v, q.code, SAFE__MAX, "one too many", NULL, VH_LIMIT, "hazard_many");
	assert_int_equal(report(v, p.code, SAFE_WIRING, NULL, NULL), a); /* still known */
	report(v, plate(v, V_201).code, SAFE__MAX, "another house", NULL);
}

static void hazard_is_closed_by_a_recheck_and_not_by_hand(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct task_change handle = { .verb = TV_HANDLE, .note = "cut off" }, confirm = { .verb = TV_CONFIRM };
	struct hazard_check no = { .consent = "landlord", .note = "still there" },
	                    yes = { .mended = true, .consent = "landlord" };
	struct hazard_look *list;
	struct event e;
	int64_t row = -7;
	village_as(v, NULL);
	int64_t id = report(v, p.code, SAFE_WIRING, NULL, "13700000000"), task = first_task(v);
	village_as(v, "wang");
	assert_int_equal(task_change(v->cx, v->hotel, task, &handle), VH_OK);
	village_refused(v, hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_DENIED, "role");
	village_as(v, "grid");
	village_refused(v, task_change(v->cx, v->hotel, task, &confirm), VH_CONFLICT, "task_by_fact");
	yes.consent = NULL;
	village_refused(v, hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_INVALID, "consent");
	yes.consent = "landlord";
	village_refused(v, hazard_recheck(v->cx, v->hotel, 12345, &yes, &row), VH_NOTFOUND, "not_found");
	village_refused(v, hazard_recheck(v->cx, v->far, id, &yes, &row), VH_NOTFOUND, "not_found");
	assert_int_equal(row, -7);
	assert_int_equal(hazard_recheck(v->cx, v->hotel, id, &no, &row), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE state = 'found' AND kind = 'hazard'"), 1);
	village_as(v, "wang");
	assert_int_equal(task_change(v->cx, v->hotel, task, &handle), VH_OK);
	village_as(v, "grid");
	assert_int_equal(hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_OK);
	cJSON_Delete(village_event(v, &e));
	assert_string_equal(e.type, "cn.vhotel.hazard.closed.v1");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE state <> 'confirmed'"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard WHERE reporter IS NULL AND closed_at > 0"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM inspection WHERE outcome = 'recheck'"
	                                " AND found IS NULL"), 2);
	village_refused(v, hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_CONFLICT, "hazard_closed");
	assert_int_equal(look_hazards(v->cx, &v->h, v->house[0], HAZARDS_OPEN, &list), VH_OK);
	assert_null(list);
	assert_int_equal(look_hazards(v->cx, &v->h, v->house[0], HAZARDS_ALL, &list), VH_OK);
	assert_int_equal(list->hazard.id, id);
	assert_null(list->task);
	village_sound(v);
}

static void hazards_past_their_day_are_overdue(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_look *list;
	village_as(v, NULL);
	int64_t grave = report(v, p.code, SAFE_WIRING, NULL, NULL);
	report(v, p.code, SAFE_BREAKER, NULL, NULL);
	village_as(v, "police");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OVERDUE, &list), VH_OK);
	assert_null(list);
	v->cx->now += 2 * DAY_MS; /* one day for what is grave, fifteen for the rest */
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OVERDUE, &list), VH_OK);
	assert_int_equal(list->hazard.id, grave);
	assert_true(list->overdue);
	assert_null(list->next);
	v->cx->now += 15 * DAY_MS;
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OVERDUE, &list), VH_OK);
	assert_non_null(list->next);
}

static void hazards_are_seen_by_whom_they_concern(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },     { "admin", VH_DENIED, "role" },  { "head", VH_DENIED, "role" },
		{ "auditor", VH_DENIED, "role" }, { "employer", VH_DENIED, "role" }, { "tenant", VH_DENIED, "role" },
		{ "outsider", VH_NOTFOUND, "not_found" }, { "clerk2", VH_NOTFOUND, "not_found" },
	};
	struct village *v = *state;
	struct hazard_look *list;
	village_as(v, NULL);
	report(v, plate(v, V_101).code, SAFE_WIRING, "one", NULL);
	report(v, plate(v, V_201).code, SAFE_WIRING, "two", NULL);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), no[i].rc, no[i].code);
	}
	village_as(v, "grid");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_non_null(list->next);
	village_as(v, "zhao");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_int_equal(list->room.id, v->room[V_201]);
	assert_null(list->next);
	village_refused(v, look_hazards(v->cx, &v->h, v->house[0], HAZARDS_OPEN, &list), VH_NOTFOUND, "not_found");
}

static void one_hazard_is_seen_open_and_closed_by_whom_it_concerns(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } all[] = {
		{ "clerk2", VH_NOTFOUND, "not_found" }, { "zhao", VH_NOTFOUND, "not_found" },
		{ "head", VH_DENIED, "role" },
		{ "tenant", VH_DENIED, "role" }, { NULL, VH_DENIED, "login" },
	};
	static const char *const may[] = { "grid", "police", "clerk" };
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_report r = { .code = p.code, .item = SAFE__MAX, .words = "楼梯灯坏了", .phone = "13911112222" };
	struct hazard_check yes = { .mended = true, .consent = "door" };
	struct hazard_look l;
	int64_t id, row;
	village_as(v, NULL);
	assert_int_equal(hazard_report(v->cx, &r, &id), VH_OK);
	for (size_t i = 0; i < sizeof may / sizeof *may; i++) {
		village_as(v, may[i]);
		assert_int_equal(look_hazard(v->cx, &v->h, id, &l), VH_OK);
		assert_string_equal(l.words, "楼梯灯坏了");
		assert_true(l.reported && l.task && !l.hazard.reporter.p);
		assert_string_equal(l.room.no, "101");
	}
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		village_as(v, all[i].who);
		village_refused(v, look_hazard(v->cx, &v->h, id, &l), all[i].rc, all[i].code);
	}
	village_as(v, "wang"); /* kind and place, and not what his tenant may have said */
	assert_int_equal(look_hazard(v->cx, &v->h, id, &l), VH_OK);
	assert_null(l.words);
	assert_false(l.has_reporter);
	assert_string_equal(l.room.no, "101");
	village_as(v, "grid");
	village_refused(v, look_hazard(v->cx, &v->h, id + 1, &l), VH_NOTFOUND, "not_found");
	assert_int_equal(hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_OK);
	assert_int_equal(look_hazard(v->cx, &v->h, id, &l), VH_OK);
	assert_true(l.hazard.closed_at && !l.task);
}

static void tenant_sees_the_hazards_of_his_own_room_without_others_words(void **state)
{
	struct village *v = *state;
	struct hazard_look *list;
	int64_t a = village_in(v, V_101, 1), b = village_in(v, V_102, 2);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, village_stay(v, a).person), VH_OK);
	village_reload(v, "tenant");
	village_as(v, NULL);
	report(v, plate(v, V_101).code, SAFE_WIRING, "mine", NULL);
	report(v, plate(v, V_102).code, SAFE_WIRING, "next door", NULL);
	village_as(v, "tenant");
	assert_int_equal(look_hazards_of_stay(v->cx, &v->h, a, &list), VH_OK);
	assert_int_equal(list->room.id, v->room[V_101]);
	assert_null(list->words);
	assert_null(list->next);
	village_refused(v, look_hazards_of_stay(v->cx, &v->h, b, &list), VH_NOTFOUND, "not_found");
}

static int64_t task_of(struct village *v, int64_t hazard)
{
	char sql[80];
	snprintf(sql, sizeof sql, "SELECT id FROM task WHERE hazard = %lld", (long long)hazard);
	return village_sql(v, sql);
}

static void whom_to_call_back_is_for_desk_and_police_and_noted(void **state)
{
	struct village *v = *state;
	const char *phone = NULL;
	village_as(v, NULL);
	int64_t id = report(v, plate(v, V_101).code, SAFE_WIRING, NULL, "13700000000"),
	        anon = report(v, plate(v, V_101).code, SAFE_BREAKER, NULL, NULL);
	static const char *const no[] = { "grid", "wang", "head", "auditor" };
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i]);
		village_refused(v, hazard_reporter(v->cx, v->hotel, id, &phone), VH_DENIED, "role");
	}
	village_as(v, "clerk");
	assert_int_equal(hazard_reporter(v->cx, v->hotel, id, &phone), VH_OK);
	assert_string_equal(phone, "13700000000");
	struct task_look t;
	assert_int_equal(look_task(v->cx, &v->h, task_of(v, id), &t), VH_OK);
	assert_string_equal(t.steps->note, "reporter_shown");
	village_as(v, "wang"); /* that somebody left a number is a trace of him */
	assert_int_equal(look_task(v->cx, &v->h, task_of(v, id), &t), VH_OK);
	assert_null(t.steps);
	village_as(v, "clerk");
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task_step WHERE note = 'reporter_shown' AND by > 0"), 1);
	village_refused(v, hazard_reporter(v->cx, v->hotel, anon, &phone), VH_NOTFOUND, "not_found");
}

#define HEAD "\xff\xd8\xff\xe1\x00\x08" "GPS!31"
#define REST "\xff\xda\x00\x04\x01\x02\x11\x22\xff\xd9"
static const struct blob picture = { (const unsigned char *)HEAD REST, sizeof HEAD REST - 1 };

static void picture_loses_its_place_is_sealed_and_goes_when_it_is_mended(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_report r = { .code = p.code, .item = SAFE_WIRING, .photo = picture };
	struct hazard_check yes = { .mended = true, .consent = "door" };
	struct hazard_look *list;
	struct blob jpeg = { 0 };
	int64_t id, photo, row;
	village_as(v, NULL);
	assert_int_equal(hazard_report(v->cx, &r, &id), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard_photo WHERE instr(picture, 'GPS')"), 0);
	village_as(v, "clerk");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	photo = list->photos->id;
	assert_int_equal(look_photo(v->cx, &v->h, photo, &jpeg), VH_OK);
	assert_int_equal(jpeg.n, 2 + sizeof REST - 1);
	assert_memory_equal(jpeg.p + 2, REST, sizeof REST - 1);
	village_as(v, "wang");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_null(list->photos);
	village_refused(v, look_photo(v->cx, &v->h, photo, &jpeg), VH_NOTFOUND, "not_found");
	village_refused(v, hazard_photo_add(v->cx, v->hotel, id, picture, &row), VH_DENIED, "role");
	village_as(v, "zhao");
	village_refused(v, look_photo(v->cx, &v->h, photo, &jpeg), VH_NOTFOUND, "not_found");
	village_as(v, NULL);
	village_refused(v, look_photo(v->cx, &v->h, photo, &jpeg), VH_DENIED, "login");
	village_refused(v, look_photo(v->cx, &v->h, 12345, &jpeg), VH_NOTFOUND, "not_found");
	village_as(v, "grid");
	assert_int_equal(hazard_photo_add(v->cx, v->hotel, id, picture, &row), VH_OK);
	village_as(v, "wang"); /* what an officer took of a reported hazard says nothing of who reported it */
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_int_equal(list->photos->id, row);
	assert_null(list->photos->next);
	assert_int_equal(look_photo(v->cx, &v->h, row, &jpeg), VH_OK);
	village_as(v, "grid");
	assert_int_equal(hazard_photo_add(v->cx, v->hotel, id, picture, &row), VH_OK);
	village_refused(v, hazard_photo_add(v->cx, v->hotel, id, picture, &row), VH_LIMIT, "photo_many");
	assert_int_equal(hazard_report(v->cx, &r, &row), VH_OK); /* known, and pictured enough */
	assert_int_equal(row, id);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard_photo"), LIM_PHOTOS);
	assert_int_equal(hazard_recheck(v->cx, v->hotel, id, &yes, &row), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard_photo"), 0);
	village_refused(v, hazard_photo_add(v->cx, v->hotel, id, picture, &row), VH_CONFLICT, "hazard_closed");
}

/* What an officer found is reported once more, with a picture: the landlord knows the hazard, not who sent it. */
static void picture_sent_in_of_what_an_officer_found_is_hidden_as_any(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_report r = { .code = p.code, .item = SAFE_WIRING, .photo = picture };
	const enum answer answers[SAFE__MAX] = { [SAFE_WIRING] = ANSWER_NO };
	const struct inspect_room room = { .room = v->room[V_101], .outcome = OUTCOME_AS_REGISTERED,
	                                   .answers = answers };
	const struct inspect_new n = { .hotel = v->hotel, .rooms = &room, .n = 1, .consent = "occupant" };
	struct inspect_done d;
	struct hazard_look *list;
	struct blob jpeg = { 0 };
	int64_t id;
	village_as(v, "grid");
	assert_int_equal(inspect_visit(v->cx, &n, &d), VH_OK);
	assert_int_equal(d.hazards, 1);
	village_as(v, NULL);
	assert_int_equal(hazard_report(v->cx, &r, &id), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard"), 1);
	village_as(v, "grid");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	int64_t photo = list->photos->id;
	village_as(v, "wang");
	assert_int_equal(look_hazards(v->cx, &v->h, 0, HAZARDS_OPEN, &list), VH_OK);
	assert_null(list->photos);
	village_refused(v, look_photo(v->cx, &v->h, photo, &jpeg), VH_NOTFOUND, "not_found");
}

static void picture_has_to_be_one_and_not_too_large(void **state)
{
	struct village *v = *state;
	struct plate_of p = plate(v, V_101);
	struct hazard_report r = { .code = p.code, .item = SAFE_WIRING };
	int64_t id = -7;
	village_as(v, NULL);
	r.photo = (struct blob){ picture.p, picture.n - 1 };
	village_refused(v, hazard_report(v->cx, &r, &id), VH_INVALID, "photo");
	r.photo = (struct blob){ (const unsigned char *)"<script>", 8 };
	village_refused(v, hazard_report(v->cx, &r, &id), VH_INVALID, "photo");
	r.photo = (struct blob){ picture.p, LIM_PHOTO + 1 };
	village_refused(v, hazard_report(v->cx, &r, &id), VH_INVALID, "photo");
	village_as(v, "grid");
	village_refused(v, hazard_photo_add(v->cx, v->hotel, 1, (struct blob){ 0 }, &id), VH_INVALID, "photo_missing");
	assert_int_equal(id, -7);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM hazard"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(stranger_before_a_plate_reports_and_nobody_learns_who_he_is),
		T(report_by_an_account_leaves_no_trace_of_it),
		T(report_has_to_stand_before_a_plate_in_use_and_say_what),
		T(what_is_known_is_not_reported_twice_and_a_house_not_flooded),
		T(hazard_is_closed_by_a_recheck_and_not_by_hand),
		T(hazards_past_their_day_are_overdue),
		T(hazards_are_seen_by_whom_they_concern),
		T(one_hazard_is_seen_open_and_closed_by_whom_it_concerns),
		T(tenant_sees_the_hazards_of_his_own_room_without_others_words),
		T(whom_to_call_back_is_for_desk_and_police_and_noted),
		T(picture_loses_its_place_is_sealed_and_goes_when_it_is_mended),
		T(picture_sent_in_of_what_an_officer_found_is_hidden_as_any),
		T(picture_has_to_be_one_and_not_too_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
