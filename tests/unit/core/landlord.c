/* A landlord's own: his rooms at a glance, whom he knows, who helps him, and what he tells the desk. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/declare.h"
#include "vh/erase.h"
#include "vh/own.h"
#include "vh/notice.h"
#include "vh/task.h"
#include "village.h"

static struct own_house *own(struct village *v, const char *who)
{
	struct own_house *l = NULL;
	bool counted = true;
	village_as(v, who);
	if (look_own(v->cx, &v->h, &l, &counted) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	assert_false(counted);
	return l;
}

static int64_t moved_in(struct village *v, const char *who, int room, unsigned n, const char *until)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done d = { .id = 0 };
	s.until = until;
	village_as(v, who);
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	return d.id;
}

static void glance_shows_own_houses_and_who_lives_there(void **state)
{
	struct village *v = *state;
	moved_in(v, "wang", V_101, 1, "2026-12-01");
	moved_in(v, "clerk", V_101, 2, NULL);
	moved_in(v, "zhao", V_201, 3, NULL);
	int64_t before = village_sql(v, "SELECT count(*) FROM access");
	struct own_house *h = own(v, "wang");
	assert_non_null(h);
	assert_int_equal(h->house.id, v->house[0]);
	assert_null(h->next);
	assert_string_equal(h->rooms->room.no, "101");
	assert_int_equal(h->rooms->registered, 2);
	const struct own_stay *first = h->rooms->stays, *second = first->next;
	assert_int_equal(first->due, 10);
	assert_int_equal(second->due, DAY_NONE);
	assert_string_equal(first->view.person.name, "蓝租客1");
	/* What the desk filed he sees masked. */
	assert_string_not_equal(second->view.person.name, "覃租客2");
	assert_int_equal(h->rooms->next->registered, 0);
	assert_null(h->rooms->next->stays);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access"), before + 2);
	assert_int_equal(own(v, "zhao")->house.id, v->house[1]);
	assert_null(own(v, "clerk"));
	assert_null(own(v, "tenant"));
}

static void glance_tells_what_is_overdue_and_who_is_away(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	int64_t id = moved_in(v, "wang", V_101, 1, "2027-01-20");
	struct stay_change away = { .verb = SV_AWAY, .day = "2026-11-30" };
	moved_in(v, "wang", V_102, 2, "2026-11-25");
	v->cx->now += 6 * DAY_MS;
	assert_int_equal(own(v, "wang")->rooms->next->stays->due, -2);
	assert_int_equal(own(v, "wang")->rooms->stays->due, 54);
	assert_int_equal(stay_change(v->cx, v->hotel, id, &away, &d), VH_OK);
	assert_int_equal(own(v, "wang")->rooms->stays->due, 3);
}

static void glance_tells_open_digits_who_waits_and_the_notices(void **state)
{
	struct village *v = *state;
	struct declare_code c;
	struct stay_done d;
	struct notice_new n = { .hotel = v->hotel, .house = v->house[0], .text = "停水一天", .until = "2026-11-22" };
	struct plate_show p;
	char code[PLATE_CODE_TEXT];
	int64_t id;
	assert_int_equal(own(v, "wang")->rooms->code_until, 0);
	assert_int_equal(declare_open(v->cx, v->hotel, v->room[V_101], &c), VH_OK);
	assert_int_equal(plate_text(v->cx, v->hotel, 3, code), VH_OK);
	assert_int_equal(plate_find(v->cx, code, &p), VH_OK);
	struct declare_new in = { .plate = code, .digits = c.digits, .stay = village_new(v, V_101, 1) };
	village_as(v, NULL);
	assert_int_equal(declare_stay(v->cx, &in, &d), VH_OK);
	village_as(v, "clerk");
	assert_int_equal(notice_put(v->cx, &n, &id), VH_OK);
	struct own_house *h = own(v, "wang");
	assert_int_equal(h->rooms->code_until, c.until);
	assert_true(h->rooms->stays->waits);
	assert_string_equal(h->notices->text, "停水一天");
	assert_null(own(v, "zhao")->notices);
	village_as(v, "wang");
	assert_int_equal(declare_settle(v->cx, v->hotel, d.id, true), VH_OK);
	assert_false(own(v, "wang")->rooms->stays->waits);
	v->cx->now += 2 * HOUR_MS;
	assert_int_equal(own(v, "wang")->rooms->code_until, 0);
}

static void known_are_only_those_whom_he_filed_himself(void **state)
{
	struct village *v = *state;
	struct person_view p;
	struct stay_done d;
	int64_t mine = moved_in(v, "wang", V_101, 1, NULL);
	moved_in(v, "zhao", V_201, 2, NULL);
	moved_in(v, "clerk", V_101, 3, NULL);
	struct stay_change out = { .verb = SV_OUT };
	village_as(v, "wang");
	assert_int_equal(stay_change(v->cx, v->hotel, mine, &out, &d), VH_OK);
	assert_int_equal(look_known(v->cx, &v->h, "id_card", village_doc(1), &p), VH_OK);
	assert_int_equal(p.id, d.person);
	assert_string_equal(p.name, "蓝租客1");
	int64_t rows = village_sql(v, "SELECT count(*) FROM access");
	/* Somebody else's tenant, the desk's, and nobody's: all alike, and no row, for nothing was shown. */
	for (unsigned n = 2; n <= 4; n++) {
		assert_int_equal(look_known(v->cx, &v->h, "id_card", village_doc(n), &p), VH_OK);
		assert_int_equal(p.id, 0);
		assert_null(p.name);
	}
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access"), rows);
	village_refused(v, look_known(v->cx, &v->h, "id_card", "420199196001011111", &p), VH_INVALID, "doc_check");
	village_as(v, "clerk");
	assert_int_equal(look_known(v->cx, &v->h, "id_card", village_doc(3), &p), VH_OK);
	assert_int_equal(p.id, 0);
	village_as(v, "head");
	assert_int_equal(look_known(v->cx, &v->h, "id_card", village_doc(1), &p), VH_OK);
	assert_int_equal(p.id, 0);
}

static void known_to_nobody_any_more_when_another_filed_him_since(void **state)
{
	struct village *v = *state;
	struct person_view p;
	struct stay_done d;
	int64_t mine = moved_in(v, "wang", V_101, 1, NULL);
	struct stay_change out = { .verb = SV_OUT };
	assert_int_equal(stay_change(v->cx, v->hotel, mine, &out, &d), VH_OK);
	moved_in(v, "zhao", V_201, 1, NULL);
	village_as(v, "wang");
	assert_int_equal(look_known(v->cx, &v->h, "id_card", village_doc(1), &p), VH_OK);
	assert_int_equal(p.id, 0);
}

static void left_about_then_is_kept_and_told(void **state)
{
	struct village *v = *state;
	struct stay_done d;
	struct event e;
	int64_t one = moved_in(v, "wang", V_101, 1, NULL), two = moved_in(v, "wang", V_101, 2, NULL);
	struct stay_change about = { .verb = SV_OUT, .about = true }, exact = { .verb = SV_OUT };
	assert_int_equal(stay_change(v->cx, v->hotel, one, &about, &d), VH_OK);
	cJSON *data = village_event(v, &e);
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(data, "stay"), "ended_about")));
	cJSON_Delete(data);
	assert_true(village_stay(v, one).ended_about);
	assert_int_equal(stay_change(v->cx, v->hotel, two, &exact, &d), VH_OK);
	data = village_event(v, &e);
	assert_null(cJSON_GetObjectItem(cJSON_GetObjectItem(data, "stay"), "ended_about"));
	cJSON_Delete(data);
	assert_false(village_stay(v, two).ended_about);
}

static struct told_look told(struct village *v, const char *who, int64_t task)
{
	struct told_look l;
	village_as(v, who);
	if (look_told(v->cx, &v->h, task, &l) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return l;
}

static void who_is_not_on_the_list_and_left_is_told_to_the_desk(void **state)
{
	struct village *v = *state;
	int64_t task = 0;
	struct told_look l;
	struct tell t = { .hotel = v->hotel, .room = v->room[V_101], .words = "姓李的 开货车", .day = "2026-11-18",
	                  .about = true };
	village_as(v, "wang");
	assert_int_equal(tell_desk(v->cx, &t, &task), VH_OK);
	l = told(v, "clerk", task);
	assert_string_equal(l.told.kind, "gone");
	assert_string_equal(l.words, "姓李的 开货车");
	assert_string_equal(l.told.day, "2026-11-18");
	assert_true(l.told.about);
	village_as(v, "wang");
	village_refused(v, look_told(v->cx, &v->h, task, &l), VH_NOTFOUND, "not_found");
	t.day = "2026-11-22";
	village_refused(v, tell_desk(v->cx, &t, &task), VH_INVALID, "date");
	t.day = NULL;
	t.words = " ";
	village_refused(v, tell_desk(v->cx, &t, &task), VH_INVALID, "words");
	t.words = "某人";
	village_as(v, "zhao");
	village_refused(v, tell_desk(v->cx, &t, &task), VH_NOTFOUND, "not_found");
	village_as(v, "tenant");
	village_refused(v, tell_desk(v->cx, &t, &task), VH_NOTFOUND, "not_found");
	/* Done, and what was said about somebody is gone. */
	village_as(v, "clerk");
	struct task_change handle = { .verb = TV_HANDLE, .note = "asked" }, confirm = { .verb = TV_CONFIRM };
	assert_int_equal(task_change(v->cx, v->hotel, task, &handle), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM told WHERE words IS NOT NULL"), 1);
	assert_int_equal(task_change(v->cx, v->hotel, task, &confirm), VH_OK);
	assert_null(told(v, "clerk", task).words);
}

static void the_desk_is_not_told_of_one_room_without_end(void **state)
{
	struct village *v = *state;
	int64_t task = 0;
	struct tell t = { .hotel = v->hotel, .room = v->room[V_101], .words = "走了一个人" };
	village_as(v, "wang");
	for (int i = 0; i < LIM_TOLD; i++)
		assert_int_equal(tell_desk(v->cx, &t, &task), VH_OK);
	village_refused(v, tell_desk(v->cx, &t, &task), VH_LIMIT, "told_many");
	t.room = v->room[V_102];
	assert_int_equal(tell_desk(v->cx, &t, &task), VH_OK);
}

static void wrong_person_waits_for_the_desk_and_ends_when_it_is_void(void **state)
{
	struct village *v = *state;
	int64_t task = 0, again;
	struct stay_done d;
	int64_t stay = moved_in(v, "wang", V_101, 1, NULL);
	struct tell t = { .hotel = v->hotel, .stay = stay, .words = "登成别人了" };
	assert_int_equal(tell_desk(v->cx, &t, &task), VH_OK);
	village_refused(v, tell_desk(v->cx, &t, &again), VH_CONFLICT, "told_open");
	/* A desk that only reads of this village would wait for nobody with it. */
	struct tell room = { .hotel = v->hotel, .room = v->room[V_102], .words = "搬走了" };
	struct declare_code code;
	village_sql(v, "UPDATE hotel SET source = 7");
	village_refused(v, tell_desk(v->cx, &room, &again), VH_CONFLICT, "received");
	village_refused(v, declare_open(v->cx, v->hotel, v->room[V_102], &code), VH_CONFLICT, "received");
	village_sql(v, "UPDATE hotel SET source = NULL");
	assert_int_equal(tell_desk(v->cx, &room, &again), VH_OK);
	assert_string_equal(told(v, "clerk", task).told.kind, "wrong_person");
	village_as(v, "wang");
	struct stay_change away = { .verb = SV_VOID, .reason = "wrong" };
	village_refused(v, stay_change(v->cx, v->hotel, stay, &away, &d), VH_DENIED, "role");
	village_as(v, "clerk");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &away, &d), VH_OK);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM task WHERE kind = 'wrong_person'"
	                                " AND state = 'confirmed'"), 1);
	assert_null(told(v, "clerk", task).words);
}

static void words_go_as_well_when_a_contested_stay_is_decided(void **state)
{
	struct village *v = *state;
	int64_t task = 0, kept = 0;
	struct stay_done d;
	int64_t stands = moved_in(v, "wang", V_101, 1, NULL);
	struct stay_new in = village_new(v, V_102, 1);
	in.anyway = true;
	assert_int_equal(stay_in(v->cx, &in, &d), VH_OK);
	assert_int_equal(d.state, STAY_CONTESTED);
	int64_t contested = d.id;
	struct tell t = { .hotel = v->hotel, .stay = contested, .words = "登成别人了" };
	assert_int_equal(tell_desk(v->cx, &t, &task), VH_OK);
	t.stay = stands;
	assert_int_equal(tell_desk(v->cx, &t, &kept), VH_OK);
	village_as(v, "clerk");
	struct stay_change away = { .verb = SV_VOID, .reason = "wrong" };
	assert_int_equal(stay_change(v->cx, v->hotel, contested, &away, &d), VH_OK);
	assert_null(told(v, "clerk", task).words);
	assert_non_null(told(v, "clerk", kept).words); /* of which nobody has decided */
}

static void sent_back(struct village *v, int64_t stay)
{
	struct stay_change ch = { .verb = SV_REJECT, .reason = "wrong_number" };
	struct stay_done d;
	village_as(v, "clerk");
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &ch, &d), VH_OK);
}

static void what_was_sent_back_is_told_until_it_is_filed_again(void **state)
{
	struct village *v = *state;
	int64_t one = moved_in(v, "wang", V_101, 1, NULL), two = moved_in(v, "wang", V_101, 2, NULL);
	assert_null(own(v, "wang")->rooms->back);
	sent_back(v, one);
	const struct own_room *r = own(v, "wang")->rooms;
	assert_int_equal(r->registered, 1);
	assert_int_equal(r->stays->view.stay.id, two);
	assert_null(r->stays->next);
	assert_int_equal(r->back->view.stay.id, one);
	assert_string_equal(r->back->view.person.name, "蓝租客1");
	assert_string_equal(r->back->view.stay.reason, "wrong_number");
	assert_null(r->back->next);
	assert_null(own(v, "zhao")->rooms->back);
	/* What the desk filed is the desk's to mend. */
	sent_back(v, moved_in(v, "clerk", V_101, 3, NULL));
	assert_null(own(v, "wang")->rooms->back->next);
	/* After its days it is told no more; nor once the person is filed again, wherever. */
	v->cx->now += (LIM_BACK_DAYS + 1) * DAY_MS;
	assert_null(own(v, "wang")->rooms->back);
	v->cx->now -= (LIM_BACK_DAYS + 1) * DAY_MS;
	assert_non_null(own(v, "wang")->rooms->back);
	moved_in(v, "zhao", V_201, 1, NULL);
	assert_null(own(v, "wang")->rooms->back);
	village_sound(v);
}

static void what_he_denied_himself_is_not_told_as_sent_back(void **state)
{
	struct village *v = *state;
	int64_t his = village_declared(v, 1), strange = village_declared(v, 2);
	village_as(v, "wang");
	assert_int_equal(declare_settle(v->cx, v->hotel, his, true), VH_OK);
	assert_int_equal(declare_settle(v->cx, v->hotel, strange, false), VH_OK);
	sent_back(v, his);
	sent_back(v, strange);
	const struct own_stay *back = own(v, "wang")->rooms->back;
	assert_non_null(back);
	assert_int_equal(back->view.stay.id, his);
	assert_null(back->next);
}

static void one_of_the_family_helps_on_an_account_of_his_own(void **state)
{
	struct village *v = *state;
	struct account_new a = { "son", ROLE_LANDLORD, DONGXIN, "13900000009", "房东甲之子" };
	struct house_person p = { .name = "房东甲之子", .phone = "13900000009", .role = "helper" };
	int64_t id, landlord, other;
	struct own_house *l = NULL;
	struct actor son = { .role = ROLE_LANDLORD, .login = "son", .phone = "13900000009",
	                     .grants = village_actor(v, "wang")->grants };
	bool counted;
	village_as(v, "clerk");
	assert_int_equal(account_add(v->cx, &a, &id), VH_OK);
	son.account = id;
	v->cx->who = &son;
	assert_int_equal(look_own(v->cx, &v->h, &l, &counted), VH_OK);
	assert_null(l);
	village_as(v, "wang");
	village_refused(v, house_person_add(v->cx, v->hotel, v->house[0], &p, &landlord), VH_DENIED, "role");
	village_as(v, "clerk2");
	village_refused(v, house_person_add(v->cx, v->hotel, v->house[0], &p, &landlord), VH_NOTFOUND, "not_found");
	village_as(v, "clerk");
	assert_int_equal(house_person_add(v->cx, v->hotel, v->house[0], &p, &landlord), VH_OK);
	village_refused(v, house_person_add(v->cx, v->hotel, v->house[0], &p, &other), VH_CONFLICT, "landlord_there");
	v->cx->who = &son;
	assert_int_equal(look_own(v->cx, &v->h, &l, &counted), VH_OK);
	assert_int_equal(l->house.id, v->house[0]);
	struct stay_new s = village_new(v, V_101, 1);
	struct stay_done d;
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	s = village_new(v, V_201, 2);
	village_refused(v, stay_in(v->cx, &s, &d), VH_NOTFOUND, "not_found");
	village_as(v, "clerk");
	assert_int_equal(house_person_end(v->cx, v->hotel, v->house[0], landlord), VH_OK);
	village_refused(v, house_person_end(v->cx, v->hotel, v->house[0], landlord), VH_NOTFOUND, "not_found");
	v->cx->who = &son;
	assert_int_equal(look_own(v->cx, &v->h, &l, &counted), VH_OK);
	assert_null(l);
	village_sound(v);
}

static void nobody_is_no_landlord(void **state)
{
	struct village *v = *state;
	struct house_person p = { .name = "代管", .role = "helper" };
	int64_t id, first = village_sql(v, "SELECT min(landlord) FROM house_landlord");
	village_as(v, "clerk");
	village_refused(v, house_person_add(v->cx, v->hotel, v->house[0], &p, &id), VH_INVALID, "required");
	p.phone = "13900000009";
	assert_int_equal(house_person_add(v->cx, v->hotel, v->house[0], &p, &id), VH_OK);
	village_refused(v, house_person_end(v->cx, v->hotel, v->house[0], first), VH_CONFLICT, "landlord_last");
	p = (struct house_person){ .name = "新房东", .role = "king" };
	village_refused(v, house_person_add(v->cx, v->hotel, v->house[0], &p, &id), VH_INVALID, "role_kind");
	p.role = "lessor";
	assert_int_equal(house_person_add(v->cx, v->hotel, v->house[0], &p, &id), VH_OK);
	assert_int_equal(house_person_end(v->cx, v->hotel, v->house[0], first), VH_OK);
	assert_null(own(v, "wang"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)
		T(glance_shows_own_houses_and_who_lives_there),
		T(glance_tells_what_is_overdue_and_who_is_away),
		T(glance_tells_open_digits_who_waits_and_the_notices),
		T(known_are_only_those_whom_he_filed_himself),
		T(known_to_nobody_any_more_when_another_filed_him_since),
		T(left_about_then_is_kept_and_told),
		T(who_is_not_on_the_list_and_left_is_told_to_the_desk),
		T(the_desk_is_not_told_of_one_room_without_end),
		T(wrong_person_waits_for_the_desk_and_ends_when_it_is_void),
		T(words_go_as_well_when_a_contested_stay_is_decided),
		T(what_was_sent_back_is_told_until_it_is_filed_again),
		T(what_he_denied_himself_is_not_told_as_sent_back),
		T(one_of_the_family_helps_on_an_account_of_his_own),
		T(nobody_is_no_landlord),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
