/* Whoever stands before a plate: he registers himself, or reports a danger, without an account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/accounts.h"
#include "vh/declare.h"
#include "vh/hazard.h"
#include "vh/limits.h"
#include "vh/notice.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define MULTIPART "multipart/form-data; boundary=xyz"
#define HEAD "\xff\xd8\xff\xe1\x00\x08" "GPS!31"
#define REST "\xff\xda\x00\x04\x01\x02\x11\x22\xff\xd9"

enum { HOUSE_1 = 1, ROOM_101 = 3, ROOM_102 = 4 }; /* numbers of plates */

static const char *url(struct client *c, int64_t plate, const char *verb)
{
	static char ring[4][160];
	static unsigned turn;
	char code[PLATE_CODE_TEXT], *out = ring[turn++ % 4];
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, plate, code), VH_OK);
	snprintf(out, sizeof ring[0], "/r/%s%s%s", code, *verb ? "/" : "", verb);
	return out;
}

static const char *opened(struct client *c, const char *who, int room)
{
	static struct declare_code code;
	village_as(&c->v, who);
	assert_int_equal(declare_open(c->v.cx, c->v.hotel, c->v.room[room], &code), VH_OK);
	return code.digits;
}

static const char *wrong(const char *digits)
{
	return digits[0] == '9' ? "0123" : "9876";
}

/* What he types, as a form; more begins with & or is empty. */
static const char *typed(unsigned n, const char *digits, const char *more)
{
	static char s[400];
	snprintf(s, sizeof s,
	         "digits=%s&doc_type=id_card&doc_no=%s&name=%%E9%%9F%%A6%%E5%%A8%%9C&since=2026-11-20%s",
	         digits, village_doc(n), more);
	return s;
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

/* The receipt of what was just done, as an address: the Location of a browser. */
static const char *gone_to(struct client *c)
{
	static char to[200];
	const char *at = resp_header_get(&c->r, "Location");
	assert_non_null(at);
	snprintf(to, sizeof to, "%s", at);
	return to;
}

static void plates_of_rooms_offer_both_and_of_houses_only_the_report(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, ""), false), 200);
	assert_true(client_has(c, url(c, ROOM_101, "declare")));
	assert_true(client_has(c, url(c, ROOM_101, "report")));
	assert_int_equal(client_get(c, NULL, url(c, HOUSE_1, ""), false), 200);
	assert_false(client_has(c, "/declare\""));
	assert_true(client_has(c, url(c, HOUSE_1, "report")));
	/* Officers and the landlord have parts of their own. */
	assert_int_equal(client_get(c, "police", url(c, ROOM_101, ""), true), 200);
	assert_true(client_has(c, "\"door\":null"));
	assert_int_equal(client_get(c, "wang", url(c, ROOM_101, ""), true), 200);
	assert_true(client_has(c, "\"door\":null"));
	assert_int_equal(client_get(c, "zhao", url(c, ROOM_101, ""), true), 200);
	assert_true(client_has(c, "\"door\":{}"));
}

static void a_plate_that_hangs_nowhere_says_so_and_offers_nothing(void **state)
{
	struct client *c = *state;
	static const char *const who[] = { NULL, "tenant", "wang", "police" };
	int64_t first;
	village_as(&c->v, "clerk");
	assert_int_equal(plate_make_unbound(c->v.cx, c->v.hotel, 1, &first), VH_OK);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(client_get(c, who[i], url(c, first, ""), false), 200);
		assert_true(client_has(c, "还没有装到门上"));
		assert_false(client_has(c, "/report\""));
		assert_false(client_has(c, "/declare\""));
	}
	assert_int_equal(client_post(c, NULL, url(c, first, "report"), FORM, "item=wiring", true), 409);
	assert_true(client_has(c, "\"code\":\"plate_unbound\""));
}

static void who_lives_there_is_shown_his_own_page_and_no_form(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	int64_t id = village_in(&c->v, V_101, 1);
	village_as(&c->v, "operator");
	assert_int_equal(account_bind_person(c->v.cx, "tenant", c->v.hotel, village_stay(&c->v, id).person), VH_OK);
	assert_int_equal(client_get(c, "tenant", url(c, ROOM_101, ""), false), 200);
	assert_true(client_has(c, "href=\"/me\""));
	assert_false(client_has(c, "/declare\""));
	assert_int_equal(client_get(c, "tenant", url(c, ROOM_102, ""), false), 200);
	assert_true(client_has(c, "/declare\""));
}

static void right_digits_file_a_stay_that_waits_and_its_receipt_tells_how_far(void **state)
{
	struct client *c = *state;
	const char *digits = opened(c, "wang", V_101);
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, "declare"), false), 200);
	assert_true(client_has(c, "name=\"digits\""));
	assert_true(client_has(c, "maxlength=\"8\"")); /* a browser must not cut "84 01" */
	char apart[16];
	snprintf(apart, sizeof apart, "%.2s+%.8s", digits, digits + 2);
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM, typed(1, apart, ""), false), 303);
	const char *receipt = gone_to(c);
	assert_memory_equal(receipt, "/declared/", 10);
	assert_int_equal(count(c, "SELECT count(*) FROM stay WHERE state = 'pending'"
	                          " AND coalesce(filed_by, 0) = 0"), 1);
	int64_t id = count(c, "SELECT id FROM stay");
	/* The desk reads that he did it himself; of what its own machine did it reads that the desk did. */
	char page[120];
	snprintf(page, sizeof page, "/h/" DONGXIN "/stays/%lld", (long long)id);
	assert_int_equal(client_get(c, "clerk", page, false), 200);
	assert_true(client_has(c, " 本人</dd>"));
	village_as(&c->v, "operator");
	snprintf(page, sizeof page, "/h/" DONGXIN "/stays/%lld", (long long)village_in(&c->v, V_201, 5));
	assert_int_equal(client_get(c, "clerk", page, false), 200);
	assert_true(client_has(c, " 服务台</dd>"));
	assert_false(client_has(c, "本人</dd>"));
	assert_int_equal(client_get(c, NULL, receipt, true), 200);
	assert_true(client_has(c, "\"stage\":\"waiting\""));
	assert_true(client_has(c, "\"no\":\"101\""));
	assert_false(client_has(c, "韦娜"));
	assert_false(client_has(c, village_doc(1)));
	village_as(&c->v, "wang");
	assert_int_equal(declare_settle(c->v.cx, c->v.hotel, id, true), VH_OK);
	assert_int_equal(client_get(c, NULL, receipt, true), 200);
	assert_true(client_has(c, "\"stage\":\"confirmed\""));
	village_as(&c->v, "grid");
	struct stay_done d;
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, id, &(struct stay_change){ .verb = SV_VERIFY }, &d), VH_OK);
	assert_int_equal(client_get(c, NULL, receipt, false), 200);
	assert_true(client_has(c, "已核实"));
	assert_false(client_has(c, "韦"));
}

static void who_is_denied_reads_it_on_his_receipt(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM,
	                             typed(1, opened(c, "wang", V_101), ""), false), 303);
	const char *receipt = gone_to(c);
	village_as(&c->v, "wang");
	assert_int_equal(declare_settle(c->v.cx, c->v.hotel, count(c, "SELECT id FROM stay"), false), VH_OK);
	assert_int_equal(client_get(c, NULL, receipt, true), 200);
	assert_true(client_has(c, "\"stage\":\"denied\""));
	/* And why, when it was sent back. */
	struct stay_done d;
	const struct stay_change reject = { .verb = SV_REJECT, .reason = "证件看不清" };
	village_as(&c->v, "clerk");
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, count(c, "SELECT id FROM stay"), &reject, &d), VH_OK);
	assert_int_equal(client_get(c, NULL, receipt, false), 200);
	assert_true(client_has(c, "<strong>证件看不清</strong>"));
}

static void receipts_open_only_what_they_are_of_and_not_for_ever(void **state)
{
	struct client *c = *state;
	char bad[200], other[200];
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM,
	                             typed(1, opened(c, "wang", V_101), ""), false), 303);
	snprintf(bad, sizeof bad, "%s", gone_to(c));
	assert_int_equal(client_get(c, NULL, bad, false), 200);
	/* The same ticket does not open a report. */
	snprintf(other, sizeof other, "%s/%s", url(c, ROOM_101, "reported"), bad + strlen("/declared/"));
	assert_int_equal(client_get(c, NULL, other, true), 404);
	c->v.cx->now += (LIM_RECEIPT_DAYS + 1) * DAY_MS;
	struct hotel h;
	struct declared_look l;
	village_as(&c->v, NULL);
	village_refused(&c->v, declare_told(c->v.cx, c->v.hotel, count(c, "SELECT id FROM stay"), &h, &l),
	                VH_NOTFOUND, "not_found");
	for (size_t i = strlen("/declared/"); i < strlen(bad); i += 7) {
		char was = bad[i];
		bad[i] = was == '0' ? '1' : '0';
		assert_int_equal(client_get(c, NULL, bad, true), 404);
		bad[i] = was;
	}
	assert_int_equal(client_get(c, NULL, "/declared/x", true), 404);
}

static void wrong_digits_bring_the_form_back_with_what_was_typed(void **state)
{
	struct client *c = *state;
	const char *digits = opened(c, "wang", V_101), *at = url(c, ROOM_101, "declare");
	assert_int_equal(client_post(c, NULL, at, FORM, typed(1, wrong(digits), ""), false), 403);
	assert_true(client_has(c, "value=\"韦娜\""));
	assert_true(client_has(c, "四位数不对"));
	assert_int_equal(client_post(c, NULL, at, JSON, "{}", true), 422);
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 0);
	assert_int_equal(client_post(c, NULL, at, FORM, typed(1, digits, ""), true), 201);
	assert_true(client_has(c, "\"state\":\"pending\""));
	/* Digits of one door open no other. */
	assert_int_equal(client_post(c, NULL, url(c, ROOM_102, "declare"), FORM, typed(2, digits, ""), true), 403);
	assert_true(client_has(c, "\"code\":\"declare_code\""));
}

static void guessing_digits_is_slowed_down_for_strangers(void **state)
{
	struct client *c = *state;
	const char *at = url(c, ROOM_101, "declare");
	for (int i = 0; i < LIM_GUESSES_MIN; i++)
		assert_int_equal(client_post(c, NULL, at, FORM, typed(1, "0000", ""), true), 403);
	assert_int_equal(client_post(c, NULL, at, FORM, typed(1, "0000", ""), true), 429);
	assert_int_equal(client_get(c, NULL, at, true), 429);
}

static void a_house_plate_and_one_that_is_over_explain_themselves(void **state)
{
	struct client *c = *state;
	const char *digits = opened(c, "wang", V_101);
	assert_int_equal(client_get(c, NULL, url(c, HOUSE_1, "declare"), false), 200);
	assert_false(client_has(c, "<form method=\"post\" action=\"/r/"));
	assert_true(client_has(c, "房间门上"));
	assert_int_equal(client_post(c, NULL, url(c, HOUSE_1, "declare"), FORM, typed(1, digits, ""), true), 409);
	assert_true(client_has(c, "\"code\":\"declare_room\""));
	char code[PLATE_CODE_TEXT];
	assert_int_equal(plate_text(c->v.cx, c->v.hotel, ROOM_101, code), VH_OK);
	village_as(&c->v, "clerk");
	assert_int_equal(plate_revoke(c->v.cx, code, "torn"), VH_OK);
	static const char *const verbs[] = { "declare", "report" };
	for (int i = 0; i < 2; i++) {
		const char *at = url(c, ROOM_101, verbs[i]);
		const char *sent = i ? "item=wiring" : typed(1, digits, "");
		assert_int_equal(client_get(c, NULL, at, false), 410);
		assert_true(client_has(c, "02157240000"));
		assert_int_equal(client_post(c, NULL, at, FORM, sent, false), 410);
		assert_int_equal(client_post(c, NULL, at, FORM, sent, true), 410);
	}
	assert_int_equal(client_get(c, NULL, "/r/0000000000000000/declare", false), 404);
	assert_int_equal(client_post(c, NULL, "/r/0000000000000000/report", FORM, "item=wiring", true), 404);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard"), 0);
}

static void a_full_room_and_a_number_that_is_registered_may_go_on_and_never_say_where(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	for (unsigned n = 1; n <= 2; n++)
		village_in(&c->v, V_101, n);
	village_in(&c->v, V_102, 3);
	const char *digits = opened(c, "wang", V_101), *at = url(c, ROOM_101, "declare");
	assert_int_equal(client_post(c, NULL, at, FORM, typed(4, digits, ""), false), 409);
	assert_true(client_has(c, "name=\"anyway\""));
	assert_true(client_has(c, "value=\"韦娜\""));
	assert_int_equal(client_post(c, NULL, at, FORM, typed(3, digits, ""), false), 409);
	assert_true(client_has(c, "name=\"anyway\""));
	assert_false(client_has(c, "102"));
	assert_false(client_has(c, "东新1号"));
	/* A full room says so of every number. */
	assert_int_equal(client_post(c, NULL, at, FORM, typed(3, digits, ""), true), 409);
	assert_true(client_has(c, "\"code\":\"room_full\""));
	assert_int_equal(client_post(c, NULL, at, FORM, typed(3, digits, "&anyway=1"), true), 201);
	assert_true(client_has(c, "\"state\":\"pending\""));
	assert_int_equal(count(c, "SELECT count(*) FROM stay WHERE state = 'contested'"), 1);
}

static void a_double_tap_files_once(void **state)
{
	struct client *c = *state;
	const char *digits = opened(c, "wang", V_101);
	char first[200];
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM,
	                             typed(1, digits, "&_idem=abcdefghijklmnopqrstuv"), false), 303);
	snprintf(first, sizeof first, "%s", gone_to(c));
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM,
	                             typed(1, digits, "&_idem=abcdefghijklmnopqrstuv"), false), 303);
	assert_string_equal(gone_to(c), first);
	for (int i = 0; i < 2; i++)
		assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM,
		                             "item=other&words=leak&_idem=abcdefghijklmnopqrstuw", false), 303);
	assert_int_equal(count(c, "SELECT count(*) FROM stay"), 1);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard"), 1);
}

static void anybody_reports_in_one_form_and_nobody_learns_who(void **state)
{
	struct client *c = *state;
	static const char *const who[] = { NULL, "tenant", "wang", "police" };
	static const char *const item[] = { "wiring", "ebike", "escape", "gas_hose" };
	char body[80];
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, "report"), false), 200);
	for (int i = 0; i < 4; i++) {
		snprintf(body, sizeof body, "value=\"%s\"", item[i]);
		assert_int_equal(client_get(c, who[i], url(c, ROOM_101, "report"), false), 200);
		assert_true(client_has(c, body));
		snprintf(body, sizeof body, "item=%s&phone=13700000009", item[i]);
		assert_int_equal(client_post(c, who[i], url(c, ROOM_101, "report"), FORM, body, true), 201);
	}
	assert_int_equal(count(c, "SELECT count(*) FROM hazard WHERE closed_at IS NULL"), 4);
	assert_int_equal(count(c, "SELECT count(*) FROM event WHERE type LIKE '%hazard%' AND actor <> 0"), 0);
	/* The same again is the same one. */
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "item=wiring", true), 201);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard"), 4);
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "item=fire", true), 422);
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "", true), 422);
}

static void something_else_needs_words_and_keeps_them(void **state)
{
	struct client *c = *state;
	const char *at = url(c, ROOM_101, "report");
	assert_int_equal(client_post(c, NULL, at, FORM, "item=other&phone=13700000009", false), 422);
	assert_true(client_has(c, "value=\"13700000009\""));
	assert_true(client_has(c, "<details class=\"action\" open>"));
	assert_int_equal(client_post(c, NULL, at, FORM, "item=other&words=roof&phone=12", false), 422);
	assert_true(client_has(c, ">roof</textarea>"));
	assert_int_equal(client_post(c, NULL, at, FORM, "item=other&words=roof", false), 303);
}

static int send_photo(struct client *c, const char *photo, size_t n, bool json)
{
	char body[400];
	int k = snprintf(body, sizeof body,
	                 "--xyz\r\nContent-Disposition: form-data; name=\"item\"\r\n\r\nwiring\r\n"
	                 "--xyz\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"%s\"\r\n"
	                 "Content-Type: image/jpeg\r\n\r\n", n ? "a.jpg" : "");
	memcpy(body + k, photo, n);
	size_t len = (size_t)k + n;
	memcpy(body + len, "\r\n--xyz--\r\n", 11);
	return client_send(c, HTTP_POST, NULL, url(c, ROOM_101, "report"), MULTIPART, body, len + 11, json);
}

static void a_picture_is_kept_and_a_bad_one_does_not_stop_the_report(void **state)
{
	struct client *c = *state;
	assert_int_equal(send_photo(c, "", 0, false), 303); /* none was chosen */
	assert_null(strstr(gone_to(c), "photo="));
	assert_int_equal(send_photo(c, "no picture", 10, true), 422);
	assert_true(client_has(c, "\"code\":\"photo\""));
	assert_int_equal(send_photo(c, "no picture", 10, false), 303);
	assert_non_null(strstr(gone_to(c), "?photo=lost"));
	assert_int_equal(count(c, "SELECT count(*) FROM hazard_photo"), 0);
	assert_int_equal(send_photo(c, HEAD REST, sizeof HEAD REST - 1, false), 303);
	assert_non_null(strstr(gone_to(c), "?photo=kept"));
	assert_int_equal(count(c, "SELECT count(*) FROM hazard_photo"), 1);
	assert_int_equal(count(c, "SELECT count(*) FROM hazard"), 1);
}

static void a_picture_that_is_far_too_large_is_refused_by_a_page_before_it_is_sent(void **state)
{
	struct client *c = *state;
	static const char *const length[] = { "6291456", "6291457", "9000000000" };
	static const int status[] = { 422, 413, 413 }; /* the first is read, and has no item */
	for (int i = 0; i < 3; i++) {
		client_header(c, "Content-Length", length[i]);
		assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "", false), status[i]);
	}
	assert_true(client_has(c, "文件或内容太大"));
	client_header(c, "Content-Length", "300000"); /* other forms take less */
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "declare"), FORM, "", true), 413);
}

/* The head of a report whose body is as large as a picture. */
static enum http_go begin(struct client *c, struct arena *a, struct http_resp *r, struct http_req **q)
{
	struct err e = { 0 };
	*q = req_make(a, HTTP_POST, url(c, ROOM_101, "report"));
	assert_non_null(*q);
	assert_int_equal(req_header_add(*q, "Host", "dongxin.example"), VH_OK);
	assert_int_equal(req_header_add(*q, "Content-Type", MULTIPART), VH_OK);
	assert_int_equal(req_header_add(*q, "Content-Length", "1000000"), VH_OK);
	assert_int_equal(req_guard(*q, true, &e), VH_OK);
	resp_init(r, a);
	return web_app(c->w)->head(web_app(c->w)->self, *q, r);
}

static void only_so_many_pictures_are_read_at_once(void **state)
{
	enum { MANY = LIM_PHOTO_BODIES + 2 };
	struct client *c = *state;
	const struct http_app *app = web_app(c->w);
	struct arena *a = arena_new(LIM_ARENA);
	struct http_req *q[MANY];
	struct http_resp r[MANY];
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			bool taken = begin(c, a, &r[i], &q[i]) == HTTP_BODY;
			assert_int_equal(taken, i < LIM_PHOTO_BODIES);
			if (!taken)
				assert_int_equal(r[i].status, 503);
		}
		/* A report without a picture goes on. */
		client_header(c, "Content-Length", "11");
		assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "item=wiring", true), 201);
		for (int i = 0; i < MANY; i++) {
			app->done(app->self, q[i], &r[i]);
			resp_done(&r[i]);
		}
	}
	arena_free(a);
}

static void the_page_of_a_report_says_what_became_of_it_and_takes_a_picture(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, NULL, url(c, ROOM_101, "report"), FORM, "item=wiring&words=secret", false),
	                 303);
	const char *at = gone_to(c);
	assert_int_equal(client_get(c, NULL, at, false), 200);
	assert_true(client_has(c, "name=\"photo\""));
	assert_true(client_has(c, "房东不会知道"));
	assert_false(client_has(c, "secret"));
	assert_int_equal(client_get(c, NULL, at, true), 200);
	assert_true(client_has(c, "\"stage\":\"found\""));
	struct hazard_check yes = { .mended = true, .consent = "door" };
	int64_t row;
	village_as(&c->v, "grid");
	assert_int_equal(hazard_recheck(c->v.cx, c->v.hotel, count(c, "SELECT id FROM hazard"), &yes, &row), VH_OK);
	assert_int_equal(client_get(c, NULL, at, false), 200);
	assert_true(client_has(c, "处理好了"));
	assert_false(client_has(c, "name=\"photo\""));
}

static void what_the_village_says_hangs_at_its_plates(void **state)
{
	struct client *c = *state;
	struct notice_new all = { .hotel = c->v.hotel, .text = "WATER", .until = "2026-11-30" },
	                  one = { .hotel = c->v.hotel, .house = c->v.house[1], .text = "ROOF", .until = "2026-11-30" };
	int64_t id;
	village_as(&c->v, "clerk");
	assert_int_equal(notice_put(c->v.cx, &all, &id), VH_OK);
	assert_int_equal(notice_put(c->v.cx, &one, &id), VH_OK);
	static const char *const who[] = { NULL, "tenant", "wang", "police" };
	for (int i = 0; i < 4; i++) {
		assert_int_equal(client_get(c, who[i], url(c, ROOM_101, ""), false), 200);
		assert_true(client_has(c, "WATER"));
		assert_false(client_has(c, "ROOF"));
	}
	assert_int_equal(client_get(c, NULL, url(c, 2, ""), true), 200);
	assert_true(client_has(c, "ROOF"));
}

static void the_privacy_notice_in_force_stands_where_one_registers(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, "declare"), true), 200);
	assert_true(client_has(c, "\"privacy\":null"));
	count(c, "UPDATE hotel SET notice = 'WHO KEEPS IT', notice_version = 4");
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, "declare"), true), 200);
	assert_true(client_has(c, "\"privacy\":{\"version\":4"));
	assert_int_equal(client_get(c, NULL, url(c, ROOM_101, "declare"), false), 200);
	assert_true(client_has(c, "WHO KEEPS IT"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(plates_of_rooms_offer_both_and_of_houses_only_the_report),
		T(a_plate_that_hangs_nowhere_says_so_and_offers_nothing),
		T(who_lives_there_is_shown_his_own_page_and_no_form),
		T(right_digits_file_a_stay_that_waits_and_its_receipt_tells_how_far),
		T(who_is_denied_reads_it_on_his_receipt),
		T(receipts_open_only_what_they_are_of_and_not_for_ever),
		T(wrong_digits_bring_the_form_back_with_what_was_typed),
		T(guessing_digits_is_slowed_down_for_strangers),
		T(a_house_plate_and_one_that_is_over_explain_themselves),
		T(a_full_room_and_a_number_that_is_registered_may_go_on_and_never_say_where),
		T(a_double_tap_files_once),
		T(anybody_reports_in_one_form_and_nobody_learns_who),
		T(something_else_needs_words_and_keeps_them),
		T(a_picture_is_kept_and_a_bad_one_does_not_stop_the_report),
		T(a_picture_that_is_far_too_large_is_refused_by_a_page_before_it_is_sent),
		T(only_so_many_pictures_are_read_at_once),
		T(the_page_of_a_report_says_what_became_of_it_and_takes_a_picture),
		T(what_the_village_says_hangs_at_its_plates),
		T(the_privacy_notice_in_force_stands_where_one_registers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
