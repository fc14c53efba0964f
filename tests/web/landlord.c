/* A landlord on his phone: his rooms, the digits, moving in step by step, and out again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/hazard.h"
#include "vh/limits.h"

#define FORM "application/x-www-form-urlencoded"

static const char *url(const char *kind, int64_t id, const char *rest)
{
	static char ring[4][200];
	static unsigned turn;
	char *s = ring[turn++ % 4];
	snprintf(s, sizeof ring[0], "/h/" DONGXIN "/%s/%lld%s", kind, (long long)id, rest);
	return s;
}

static int post(struct client *c, const char *who, const char *path, const char *body)
{
	return client_post(c, who, path, FORM, body, false);
}

/* Where a browser is sent. */
static const char *led(struct client *c)
{
	const char *s = resp_header_get(&c->r, "Location");
	return s ? s : "";
}

static int64_t moved_in(struct client *c, const char *who, int room, unsigned n)
{
	village_as(&c->v, who);
	return village_in(&c->v, room, n);
}

static void his_home_names_his_people_and_no_others(void **state)
{
	struct client *c = *state;
	moved_in(c, "wang", V_101, 1);
	moved_in(c, "clerk", V_101, 2);
	moved_in(c, "zhao", V_201, 3);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "蓝租客1"));
	assert_true(client_has(c, "覃*"));
	assert_false(client_has(c, "覃租客2"));
	assert_false(client_has(c, "莫租客3"));
	assert_false(client_has(c, "东新2号"));
	assert_true(client_has(c, "/movein?new=1"));
	assert_int_equal(client_get(c, "zhao", "/", true), 200);
	assert_true(client_has(c, "莫租客3"));
	assert_false(client_has(c, "蓝"));
	assert_int_equal(client_get(c, "clerk", "/", false), 200);
	assert_false(client_has(c, "租客"));
}

static void digits_are_shown_again_and_ended_by_their_landlord_alone(void **state)
{
	struct client *c = *state;
	const char *code = url("rooms", c->v.room[V_101], "/code"), *end = url("rooms", c->v.room[V_101], "/code/end");
	assert_int_equal(client_get(c, "wang", code, false), 200);
	assert_false(client_has(c, "class=\"huge"));
	assert_null(resp_header_get(&c->r, "Refresh"));
	assert_int_equal(post(c, "zhao", code, ""), 404);
	assert_int_equal(post(c, "police", code, ""), 403);
	assert_int_equal(post(c, "wang", code, ""), 303);
	assert_string_equal(led(c), code);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(client_get(c, "wang", code, false), 200);
		assert_true(client_has(c, "class=\"huge"));
		assert_true(client_has(c, "11:15"));
		assert_string_equal(resp_header_get(&c->r, "Refresh"), "10");
	}
	assert_int_equal(client_get(c, "zhao", code, true), 404);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "看四位码"));
	assert_int_equal(post(c, "zhao", end, ""), 404);
	assert_int_equal(post(c, "wang", end, ""), 303);
	assert_int_equal(client_get(c, "wang", code, false), 200);
	assert_false(client_has(c, "class=\"huge"));
}

static void who_typed_himself_waits_for_his_landlords_word(void **state)
{
	struct client *c = *state;
	int64_t one = village_declared(&c->v, 1), two = village_declared(&c->v, 2);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "这个人是您的租客吗"));
	assert_true(client_has(c, "蓝*"));
	assert_false(client_has(c, village_doc(1)));
	assert_int_equal(client_get(c, "wang", url("rooms", c->v.room[V_101], "/code"), false), 200);
	assert_true(client_has(c, "蓝*"));
	assert_null(resp_header_get(&c->r, "Refresh"));
	assert_int_equal(client_get(c, "wang", url("stays", one, ""), false), 200);
	assert_true(client_has(c, "/settle"));
	assert_int_equal(client_get(c, "zhao", "/", false), 200);
	assert_false(client_has(c, "/settle"));
	const char *settle = url("stays", one, "/settle");
	assert_int_equal(post(c, "zhao", settle, "mine=yes"), 404);
	assert_int_equal(post(c, "police", settle, "mine=yes"), 403);
	assert_int_equal(post(c, "wang", settle, "mine=perhaps"), 422);
	assert_int_equal(post(c, "wang", settle, "mine=yes"), 303);
	assert_int_equal(post(c, "wang", settle, "mine=no"), 409);
	assert_int_equal(post(c, "wang", url("stays", two, "/settle"), "mine=no"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM task WHERE kind = 'declared_denied'"), 1);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_false(client_has(c, "/settle"));
}

static void what_was_sent_back_says_why_and_leads_to_filing_again(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_false(client_has(c, "登记被退回"));
	assert_int_equal(post(c, "clerk", url("stays", one, "/reject"), "reason=wrong_number"), 303);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "登记被退回"));
	assert_true(client_has(c, "蓝租客1"));
	assert_true(client_has(c, "证件号码不对"));
	assert_true(client_has(c, "重新登记"));
	assert_int_equal(client_get(c, "zhao", "/", false), 200);
	assert_false(client_has(c, "登记被退回"));
	moved_in(c, "wang", V_101, 1);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_false(client_has(c, "登记被退回"));
}

/* A browser with its one cookie for the answers. */
static char kept[2000];

static int step(struct client *c, const char *who, const char *path, const char *body)
{
	if (*kept)
		client_header(c, "Cookie", kept);
	int status = body ? post(c, who, path, body) : client_get(c, who, path, false);
	const char *set = resp_header_get(&c->r, "Set-Cookie");
	if (set && !strncmp(set, "__Host-m=", 9))
		snprintf(kept, sizeof kept, "%.*s", (int)strcspn(set, ";"), set);
	return status;
}

static const char *answer(const char *name, const char *value)
{
	static char s[300];
	snprintf(s, sizeof s, "%s=%s", name, value);
	return s;
}

static const char *at(int64_t room, const char *step_name)
{
	static char s[60];
	snprintf(s, sizeof s, "/movein?at=%s", step_name);
	return url("rooms", room, s);
}

/* The hidden field of the check page. */
static const char *print_of(struct client *c)
{
	static char s[80];
	const char *p = strstr(client_body(c), "name=\"print\" value=\"");
	assert_non_null(p);
	snprintf(s, sizeof s, "print=%.32s", p + strlen("name=\"print\" value=\""));
	return s;
}

static void begins(struct client *c, const char *who, int64_t room)
{
	kept[0] = '\0';
	assert_int_equal(step(c, who, url("rooms", room, "/movein?new=1"), NULL), 303);
	assert_non_null(strstr(led(c), "at=kind"));
}

/* Up to the check page. */
static void answers(struct client *c, int64_t room, unsigned n)
{
	begins(c, "wang", room);
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=id_card"), 303);
	assert_int_equal(step(c, "wang", at(room, "number"), answer("doc_no", village_doc(n))), 303);
	assert_non_null(strstr(led(c), "at=name"));
	assert_int_equal(step(c, "wang", at(room, "name"), "name=%E9%9F%A6%E5%A8%9C"), 303);
	assert_int_equal(step(c, "wang", at(room, "phone"), "phone="), 303);
	assert_int_equal(step(c, "wang", at(room, "until"), "open=1"), 303);
	assert_non_null(strstr(led(c), "at=check"));
	assert_int_equal(step(c, "wang", at(room, "check"), NULL), 200);
}

static void moving_in_asks_one_question_a_page_and_files_once(void **state)
{
	struct client *c = *state;
	int64_t room = c->v.room[V_101];
	answers(c, room, 1);
	assert_true(client_has(c, village_doc(1)));
	assert_true(client_has(c, "韦娜"));
	assert_null(strstr(kept, "420199"));
	char print[80];
	snprintf(print, sizeof print, "%s", print_of(c));
	const char *file = url("rooms", room, "/movein/file");
	assert_int_equal(step(c, "wang", file, print), 303);
	assert_non_null(strstr(led(c), "/done?w="));
	/* The back button, and filed again: the record, not a second stay. */
	assert_int_equal(step(c, "wang", file, print), 303);
	assert_non_null(strstr(led(c), "/done"));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 1);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE until IS NULL AND since = '2026-11-21'"),
	                 1);
	/* And who opens the form then begins anew. */
	assert_int_equal(step(c, "wang", url("rooms", room, "/movein"), NULL), 303);
	assert_non_null(strstr(led(c), "at=kind"));
}

static void no_question_is_passed_over_and_a_wrong_answer_comes_back(void **state)
{
	struct client *c = *state;
	int64_t room = c->v.room[V_101];
	begins(c, "wang", room);
	assert_int_equal(step(c, "wang", at(room, "check"), NULL), 200);
	assert_true(client_has(c, "value=\"id_card\""));
	assert_int_equal(step(c, "wang", at(room, "kind"), ""), 422);
	assert_true(client_has(c, "value=\"id_card\""));
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=id_card"), 303);
	assert_int_equal(step(c, "wang", at(room, "number"), NULL), 200);
	assert_true(client_has(c, "inputmode=\"numeric\""));
	assert_int_equal(step(c, "wang", at(room, "number"), "doc_no=420199196001011111"), 422);
	assert_true(client_has(c, "420199196001011111"));
	assert_true(client_has(c, "aria-invalid"));
	assert_int_equal(step(c, "wang", url("rooms", room, "/movein/file"), "print=0123"), 409);
	/* Filing needs what the check page showed. */
	answers(c, room, 1);
	assert_int_equal(step(c, "wang", url("rooms", room, "/movein/file"), "print=0123"), 409);
	assert_true(client_has(c, "name=\"print\""));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay"), 0);
}

static void answers_of_one_are_nothing_to_another_room_or_account(void **state)
{
	struct client *c = *state;
	answers(c, c->v.room[V_101], 1);
	assert_int_equal(step(c, "wang", url("rooms", c->v.room[V_102], "/movein"), NULL), 200);
	assert_false(client_has(c, village_doc(1)));
	assert_true(client_has(c, "value=\"id_card\""));
	assert_int_equal(step(c, "clerk", url("rooms", c->v.room[V_101], "/movein"), NULL), 200);
	assert_false(client_has(c, village_doc(1)));
	assert_int_equal(step(c, "zhao", url("rooms", c->v.room[V_101], "/movein"), NULL), 404);
	kept[30] = kept[30] == 'A' ? 'B' : 'A';
	assert_int_equal(step(c, "wang", url("rooms", c->v.room[V_101], "/movein"), NULL), 200);
	assert_false(client_has(c, village_doc(1)));
}

static void a_number_that_ends_in_x_is_ticked(void **state)
{
	struct client *c = *state;
	int64_t room = c->v.room[V_101];
	unsigned n = 1;
	char body[60];
	while (village_doc(n)[17] != 'X')
		n++;
	begins(c, "wang", room);
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=id_card"), 303);
	snprintf(body, sizeof body, "doc_no=%.17s", village_doc(n));
	assert_int_equal(step(c, "wang", at(room, "number"), body), 422);
	snprintf(body, sizeof body, "doc_no=%.17s&last_x=1", village_doc(n));
	assert_int_equal(step(c, "wang", at(room, "number"), body), 303);
}

static void whom_he_filed_before_is_found_again_and_strangers_tenants_are_not(void **state)
{
	struct client *c = *state;
	struct stay_done d;
	struct stay_change out = { .verb = SV_OUT };
	int64_t room = c->v.room[V_102], had = moved_in(c, "wang", V_101, 1), his = moved_in(c, "zhao", V_201, 2);
	village_as(&c->v, "wang");
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, had, &out, &d), VH_OK);
	village_as(&c->v, "zhao");
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, his, &out, &d), VH_OK);
	begins(c, "wang", room);
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=id_card"), 303);
	assert_int_equal(step(c, "wang", at(room, "number"), answer("doc_no", village_doc(1))), 303);
	assert_null(strstr(led(c), "at=name"));
	assert_int_equal(step(c, "wang", at(room, "name"), NULL), 200);
	assert_true(client_has(c, "蓝租客1"));
	assert_int_equal(step(c, "wang", at(room, "number"), answer("doc_no", village_doc(2))), 303);
	assert_non_null(strstr(led(c), "at=name"));
	assert_int_equal(step(c, "wang", at(room, "name"), NULL), 200);
	assert_false(client_has(c, "蓝租客1"));
	assert_false(client_has(c, "覃租客2"));
	/* Nor has a child the name and telephone of whose number was typed first. */
	assert_int_equal(step(c, "wang", at(room, "number"), answer("doc_no", village_doc(1))), 303);
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=none"), 303);
	assert_int_equal(step(c, "wang", at(room, "name"), NULL), 200);
	assert_false(client_has(c, "蓝租客1"));
}

static void a_full_room_offers_the_pending_way(void **state)
{
	struct client *c = *state;
	int64_t room = c->v.room[V_101];
	char body[120];
	moved_in(c, "wang", V_101, 1);
	moved_in(c, "wang", V_101, 2);
	answers(c, room, 3);
	const char *file = url("rooms", room, "/movein/file");
	snprintf(body, sizeof body, "%s", print_of(c));
	assert_int_equal(step(c, "wang", file, body), 409);
	assert_true(client_has(c, "name=\"anyway\""));
	snprintf(body, sizeof body, "%s&anyway=1", print_of(c));
	assert_int_equal(step(c, "wang", file, body), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE state = 'contested'"), 1);
}

static void another_of_the_family_keeps_the_days_and_a_child_its_guardian(void **state)
{
	struct client *c = *state;
	struct stay_new first = village_new(&c->v, V_101, 1);
	struct stay_done d;
	int64_t room = c->v.room[V_101];
	char text[80];
	first.since = "2026-11-18";
	first.until = "2027-05-18";
	village_as(&c->v, "wang");
	assert_int_equal(stay_in(c->v.cx, &first, &d), VH_OK);
	kept[0] = '\0';
	assert_int_equal(step(c, "wang", url("stays", d.id, "/done"), NULL), 200);
	snprintf(text, sizeof text, "/movein?with=%lld", (long long)d.id);
	assert_true(client_has(c, text));
	assert_int_equal(step(c, "wang", url("rooms", room, text), NULL), 303);
	assert_int_equal(step(c, "wang", at(room, "kind"), "doc_type=none"), 303);
	assert_non_null(strstr(led(c), "at=guardian"));
	assert_int_equal(step(c, "wang", at(room, "guardian"), NULL), 200);
	assert_true(client_has(c, "蓝租客1"));
	snprintf(text, sizeof text, "guardian=%lld", (long long)d.person);
	assert_int_equal(step(c, "wang", at(room, "guardian"), text), 303);
	assert_int_equal(step(c, "wang", at(room, "name"), "name=%E5%A8%83"), 303);
	assert_int_equal(step(c, "wang", at(room, "phone"), ""), 303);
	assert_non_null(strstr(led(c), "at=check"));
	assert_int_equal(step(c, "wang", at(room, "check"), NULL), 200);
	assert_true(client_has(c, "监护人"));
	assert_true(client_has(c, "蓝租客1"));
	assert_int_equal(step(c, "wang", url("rooms", room, "/movein/file"), print_of(c)), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE since = '2026-11-18' AND"
	                                    " until = '2027-05-18'"), 2);
	assert_int_equal(step(c, "wang", url("rooms", room, "/movein?with=99"), NULL), 404);
}

static void moving_out_takes_a_chip_or_about_a_day(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1), two = moved_in(c, "wang", V_101, 2);
	const char *out = url("stays", one, "/out");
	assert_int_equal(client_get(c, "wang", out, false), 200);
	assert_true(client_has(c, "value=\"2026-11-21\""));
	assert_false(client_has(c, "value=\"2026-11-20\"")); /* before he came */
	assert_int_equal(client_get(c, "zhao", out, false), 404);
	assert_int_equal(post(c, "wang", out, "out=2026-11-20"), 422);
	assert_true(client_has(c, "<details class=\"action\" open>"));
	assert_int_equal(post(c, "wang", out, "out=2026-11-21"), 303);
	assert_int_equal(post(c, "wang", url("stays", two, "/out"), "out=2026-11-21&about=1"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE state = 'ended' AND ended_about = 1"), 1);
	assert_int_equal(client_get(c, "wang", url("stays", two, ""), false), 200);
	assert_true(client_has(c, "大约 2026-11-21"));
	assert_int_equal(client_get(c, "wang", url("stays", one, ""), false), 200);
	assert_false(client_has(c, "大约"));
}

static void extending_counts_from_the_old_end(void **state)
{
	struct client *c = *state;
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	n.until = "2026-12-31";
	village_as(&c->v, "wang");
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	const char *extend = url("stays", d.id, "/extend");
	assert_int_equal(client_get(c, "wang", extend, false), 200);
	assert_true(client_has(c, "value=\"2027-03-31\""));
	assert_true(client_has(c, "value=\"2027-06-30\""));
	assert_true(client_has(c, "value=\"2027-12-31\""));
	assert_int_equal(post(c, "wang", extend, "until=2027-06-30"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE until = '2027-06-30'"), 1);
	assert_int_equal(post(c, "zhao", extend, "until=2027-06-30"), 404);
	assert_int_equal(post(c, "wang", extend, "until="), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE until IS NULL"), 1);
}

static void changing_rooms_offers_those_that_have_a_place(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1);
	const char *move = url("stays", one, "/move");
	assert_int_equal(client_get(c, "wang", move, false), 200);
	char offered[60];
	snprintf(offered, sizeof offered, "value=\"%lld\"", (long long)c->v.room[V_102]);
	assert_true(client_has(c, offered));
	snprintf(offered, sizeof offered, "value=\"%lld\"", (long long)c->v.room[V_201]);
	assert_false(client_has(c, offered));
	assert_false(client_has(c, "别的楼先写")); /* he has one house */
	assert_int_equal(post(c, "wang", move, "room=999"), 404);
	assert_int_equal(post(c, "wang", move, "room=102"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE state = 'ended'"), 1);
}

static void a_room_elsewhere_is_written_as_the_example_shows(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "clerk", V_101, 1);
	assert_int_equal(client_get(c, "clerk", url("stays", one, "/move"), false), 200);
	assert_true(client_has(c, "别的楼先写地址或楼号，再写房号，如 东新2号/201"));
	assert_int_equal(post(c, "clerk", url("stays", one, "/move"), "room=东新/201"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE state = 'ended'"), 1);
}

static void a_mistake_is_mended_in_one_field(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1), theirs = moved_in(c, "clerk", V_101, 2);
	assert_int_equal(client_get(c, "wang", url("stays", one, "/amend"), false), 200);
	assert_true(client_has(c, "?f=name"));
	assert_int_equal(client_get(c, "wang", url("stays", one, "/amend?f=name"), false), 200);
	assert_true(client_has(c, "value=\"蓝租客1\""));
	assert_false(client_has(c, "name=\"doc_no\""));
	assert_int_equal(client_get(c, "wang", url("stays", theirs, "/amend?f=name"), false), 200);
	assert_false(client_has(c, "覃租客2"));
	assert_int_equal(post(c, "wang", url("stays", one, "/amend?f=since"), "since=2026-11-19"), 303);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM stay WHERE since = '2026-11-19'"), 1);
	assert_int_equal(post(c, "wang", url("stays", one, "/amend?f=since"), "since=2031-11-19"), 422);
	assert_true(client_has(c, "2031-11-19"));
}

static void what_he_may_not_do_he_tells_the_desk(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1);
	const char *gone = url("rooms", c->v.room[V_101], "/gone"), *wrong = url("stays", one, "/wrong");
	assert_int_equal(client_get(c, "wang", gone, false), 200);
	assert_int_equal(client_get(c, "zhao", gone, false), 404);
	assert_int_equal(post(c, "wang", gone, "words="), 422);
	assert_int_equal(post(c, "wang", gone, "words=abc&out=2026-11-20&about=1"), 303);
	assert_int_equal(client_get(c, "wang", wrong, false), 200);
	assert_int_equal(post(c, "zhao", wrong, "words=abc"), 404);
	assert_int_equal(post(c, "wang", wrong, "words=abc"), 303);
	assert_int_equal(post(c, "wang", wrong, "words=abc"), 409);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM task WHERE kind IN ('gone', 'wrong_person')"), 2);
	const char *task = url("tasks", village_sql(&c->v, "SELECT id FROM task WHERE kind = 'gone'"), "");
	assert_int_equal(client_get(c, "clerk", task, false), 200);
	assert_true(client_has(c, "大约 2026-11-20"));
	assert_true(client_has(c, "abc"));
	assert_int_equal(client_get(c, "wang", task, false), 404);
	assert_int_equal(client_get(c, "head", task, false), 403);
}

static void a_record_is_kept_as_text(void **state)
{
	struct client *c = *state;
	int64_t one = moved_in(c, "wang", V_101, 1), theirs = moved_in(c, "clerk", V_101, 2);
	assert_int_equal(client_get(c, "wang", url("stays", one, "/text"), false), 200);
	assert_non_null(strstr(resp_header_get(&c->r, "Content-Disposition"), "attachment"));
	assert_true(client_has(c, village_doc(1)));
	assert_int_equal(client_get(c, "wang", url("stays", theirs, "/text"), false), 200);
	assert_false(client_has(c, village_doc(2)));
	assert_int_equal(client_get(c, "zhao", url("stays", one, "/text"), false), 404);
	assert_int_equal(client_get(c, "head", url("stays", one, "/text"), false), 403);
}

static void the_desk_adds_a_helper_and_ends_him(void **state)
{
	struct client *c = *state;
	const char *house = url("houses", c->v.house[0], ""), *add = url("houses", c->v.house[0], "/people");
	char end[40];
	assert_int_equal(post(c, "wang", add, "part=helper&name=abc&phone=13900000009"), 403);
	assert_int_equal(post(c, "clerk2", add, "part=helper&name=abc&phone=13900000009"), 404);
	assert_int_equal(post(c, "clerk", add, "part=helper&name=abc"), 422);
	assert_int_equal(post(c, "clerk", add, "part=helper&name=abc&phone=13900000009"), 303);
	assert_int_equal(client_get(c, "clerk", house, false), 200);
	assert_true(client_has(c, "家人代办"));
	snprintf(end, sizeof end, "/people/%lld/end",
	         (long long)village_sql(&c->v, "SELECT landlord FROM house_landlord WHERE role = 'helper'"));
	assert_true(client_has(c, end));
	assert_int_equal(client_get(c, "wang", house, false), 200);
	assert_false(client_has(c, end));
	assert_int_equal(post(c, "wang", url("houses", c->v.house[0], end), ""), 403);
	assert_int_equal(post(c, "clerk", url("houses", c->v.house[0], end), ""), 303);
	assert_int_equal(post(c, "clerk", url("houses", c->v.house[0], end), ""), 404);
}

static void dangers_of_his_house_are_on_his_home_until_he_has_mended_them(void **state)
{
	struct client *c = *state;
	struct village *v = &c->v;
	char code[PLATE_CODE_TEXT];
	struct hazard_report r = { .code = code, .item = SAFE_WIRING },
	                     other = { .code = code, .item = SAFE__MAX, .words = "101小王说楼梯灯坏了" };
	int64_t id;
	assert_int_equal(plate_text(v->cx, v->hotel, 3, code), VH_OK);
	village_as(v, NULL);
	assert_int_equal(hazard_report(v->cx, &r, &id), VH_OK);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "电线乱拉"));
	assert_int_equal(client_get(c, "zhao", "/", false), 200);
	assert_false(client_has(c, "电线乱拉"));
	const char *done = url("tasks", village_sql(v, "SELECT id FROM task WHERE kind = 'hazard'"), "/done");
	assert_int_equal(post(c, "zhao", done, ""), 404);
	assert_int_equal(post(c, "wang", done, ""), 303);
	assert_int_equal(post(c, "wang", done, ""), 409);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "等工作人员复查"));
	assert_false(client_has(c, "/done\""));
	/* What somebody says of himself with it is not the landlord's to read. */
	village_as(v, NULL);
	assert_int_equal(hazard_report(v->cx, &other, &id), VH_OK);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_true(client_has(c, "问服务台"));
	assert_false(client_has(c, "小王"));
}

/* Nobody types so fast; an officer's or clerk's work is not counted. */
static void changes_are_so_many_a_minute(void **state)
{
	struct client *c = *state;
	const char *gone = url("rooms", c->v.room[V_101], "/gone");
	for (int i = 0; i < LIM_WRITES_MIN; i++)
		assert_int_not_equal(post(c, "wang", gone, "words="), 429);
	assert_int_equal(post(c, "wang", gone, "words="), 429);
	assert_int_equal(client_get(c, "wang", "/", false), 200);
	assert_int_not_equal(post(c, "zhao", url("rooms", c->v.room[V_201], "/gone"), "words="), 429);
	for (int i = 0; i <= LIM_WRITES_MIN; i++)
		assert_int_not_equal(post(c, "clerk", url("rooms", c->v.room[V_101], "/letting"), "letting="), 429);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
		T(changes_are_so_many_a_minute),
		T(his_home_names_his_people_and_no_others),
		T(digits_are_shown_again_and_ended_by_their_landlord_alone),
		T(who_typed_himself_waits_for_his_landlords_word),
		T(moving_in_asks_one_question_a_page_and_files_once),
		T(no_question_is_passed_over_and_a_wrong_answer_comes_back),
		T(answers_of_one_are_nothing_to_another_room_or_account),
		T(a_number_that_ends_in_x_is_ticked),
		T(whom_he_filed_before_is_found_again_and_strangers_tenants_are_not),
		T(a_full_room_offers_the_pending_way),
		T(what_was_sent_back_says_why_and_leads_to_filing_again),
		T(another_of_the_family_keeps_the_days_and_a_child_its_guardian),
		T(moving_out_takes_a_chip_or_about_a_day),
		T(extending_counts_from_the_old_end),
		T(changing_rooms_offers_those_that_have_a_place),
		T(a_room_elsewhere_is_written_as_the_example_shows),
		T(a_mistake_is_mended_in_one_field),
		T(what_he_may_not_do_he_tells_the_desk),
		T(a_record_is_kept_as_text),
		T(the_desk_adds_a_helper_and_ends_him),
		T(dangers_of_his_house_are_on_his_home_until_he_has_mended_them),
#undef T
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
