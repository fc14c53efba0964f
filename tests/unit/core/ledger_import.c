#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "testdb.h"
#include "vh/date.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"
#include "vh/night.h"
#include "vh/place.h"
#include "vh/stays.h"

#define VILLAGE "310116104205"
/* Invented people: area codes xx0199 belong to nowhere. */
#define A "31019919900101107X"
#define B "310199199001011029"
#define C "310199199001011053"
#define HEAD "房东姓名,房东电话,门牌地址,房间号,使用面积(㎡),租客姓名,性别,证件类型,证件号码,手机号码,工作单位,入住日期,到期日期,备注\n"
#define ROW(place, name, doc, rest) place "," name ",,身份证," doc "," rest "\n"

struct fix {
	struct testdb t;
	char key[260];
	int64_t hotel;
};

static int setup(void **state)
{
	struct fix *f = calloc(1, sizeof *f);
	int64_t rows;
	struct err e = { 0 };
	struct hotel_new n = { .area = VILLAGE, .entrusted_by = "a test", .retention_months = 12 };
	testdb_open(&f->t, NULL);
	snprintf(f->key, sizeof f->key, "%s/key", f->t.dir);
	assert_int_equal(keys_create(f->key, &e), VH_OK);
	assert_int_equal(keys_load(f->key, &f->t.cx.keys, &e), VH_OK);
	arena_free(f->t.cx.a);
	f->t.cx.a = arena_new(LIM_ARENA_IMPORT);
	f->t.cx.who = &actor_operator;
	static const char areas[] = "code,name,parent,kind\n" VILLAGE ",东新村,,village\n";
	assert_int_equal(areas_load(&f->t.cx, areas, sizeof areas - 1, &rows), VH_OK);
	assert_int_equal(hotel_add(&f->t.cx, &n, &f->hotel), VH_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fix *f = *state;
	keys_free(f->t.cx.keys);
	testdb_close(&f->t);
	free(f);
	return 0;
}

static enum vh_rc feed(struct fix *f, const char *text, bool dry, struct ledger_result *ret)
{
	struct ledger_how how = { .dry_run = dry };
	struct sheet *s;
	err_clear(&f->t.cx.err);
	enum vh_rc rc = sheet_open(text, strlen(text), &s, &f->t.cx.err);
	if (rc)
		return rc;
	rc = ledger_import(&f->t.cx, VILLAGE, s, &how, ret);
	sheet_close(s);
	return rc;
}

/* The answer as one line of JSON, to compare whole. */
static const char *said(const struct ledger_result *r)
{
	static char out[2][8192];
	static int turn;
	struct view v;
	struct buf b;
	char *to = out[turn = !turn];
	assert_true(view_init(&v));
	ledger_result_view(&v, v.root, r);
	assert_false(v.failed);
	buf_init(&b, sizeof out[0] - 1);
	json_print(&b, v.root);
	assert_true(buf_ok(&b));
	snprintf(to, sizeof out[0], "%s", buf_str(&b));
	buf_done(&b);
	view_done(&v);
	return to;
}

/* Feed dry and then really: both must say the same. */
static const char *both(struct fix *f, const char *text)
{
	struct ledger_result dry, real;
	assert_int_equal(feed(f, text, true, &dry), VH_OK);
	if (feed(f, text, false, &real))
		fail_msg("%s: %s", err_code(&f->t.cx.err), err_text(&f->t.cx.err));
	const char *first = said(&dry), *second = said(&real);
	char strip[8192]; /* ids of stays are equal too: both name what was there before */
	snprintf(strip, sizeof strip, "%s", first);
	assert_string_equal(strip, second);
	return second;
}

#define NOTHING "\"warnings\":[],\"refused\":[],\"changed\":[],\"gone\":[]}"
static const char month1[] = HEAD ROW("王五,13900000009,东新1号,101,12", "张三", A, "13900000001,电子厂,2026-01-03,,")
	ROW(",,,,", "李四", B, "13900000002,,2026-02-03,2027-02-02,") ",,,102,10,,,,,,,,,空置\n";

static void new_ledger_makes_houses_rooms_and_stays(void **state)
{
	struct fix *f = *state;
	struct ledger_result dry;
	assert_int_equal(feed(f, month1, true, &dry), VH_OK);
	assert_int_equal(feed(f, month1, true, &dry), VH_OK); /* a dry run left nothing */
	assert_int_equal(dry.stays, 2);
	assert_string_equal(both(f, month1), "{\"rows\":3,\"houses\":1,\"rooms\":2,\"stays\":2,\"people\":2,"
	                                     "\"unchanged\":0," NOTHING);
}

static void same_ledger_again_changes_nothing(void **state)
{
	struct fix *f = *state;
	both(f, month1);
	for (int i = 0; i < 2; i++)
		assert_string_equal(both(f, month1), "{\"rows\":3,\"houses\":0,\"rooms\":0,\"stays\":0,\"people\":0,"
		                                     "\"unchanged\":2," NOTHING);
}

static void next_ledger_says_what_is_new_changed_and_gone(void **state)
{
	struct fix *f = *state;
	both(f, month1);
	static const char month2[] = HEAD
		ROW("赵六,13900000008,东新1号,101,13", "张三", A, "13900000007,物流园,2026-01-04,2027-01-03,")
		ROW(",,,103,8", "钱七", C, "13900000003,,2026-03-03,,");
	const char *got = both(f, month2);
	assert_non_null(strstr(got, "{\"rows\":2,\"houses\":0,\"rooms\":1,\"stays\":1,\"people\":1,\"unchanged\":0,"));
	static const char *const code[] = { "landlord", "area", "phone", "employer", "since", "until" };
	for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
		char want[60];
		snprintf(want, sizeof want, "{\"row\":1,\"line\":2,\"code\":\"%s\"", code[i]);
		if (!strstr(got, want))
			fail_msg("%s is not in %s", want, got);
	}
	assert_non_null(strstr(got, "\"gone\":[{\"code\":\"maybe_moved\""));
	assert_non_null(strstr(got, "\"address\":\"东新1号\",\"room\":\"101\"}]"));
	/* What changed was taken over; who is gone was not ended, and is said again. */
	got = both(f, month2);
	assert_non_null(strstr(got, "\"stays\":0,\"people\":0,\"unchanged\":2,\"warnings\":[],\"refused\":[],"
	                            "\"changed\":[],"));
	assert_non_null(strstr(got, "maybe_moved"));
}

static void refused_tenants_leave_their_rooms_and_nothing_else(void **state)
{
	struct fix *f = *state;
	static const char text[] = HEAD ROW("王五,,东新1号,101,12", "张三", "31019919900101108", ",,2026-01-03,,")
		ROW(",,,102,12", "李四", B, ",,someday,,") ROW(",,东新2号,101,12", "赵六", C, ",,2026-01-03,,")
		ROW(",,,102,", "赵六", C, ",,2026-01-03,,") ROW(",,,101,", "赵六", C, ",,2026-01-03,,");
	for (int i = 0; i < 2; i++) {
		const char *got = both(f, text);
		assert_non_null(strstr(got, i ? "\"houses\":0,\"rooms\":0,\"stays\":0,\"people\":0,\"unchanged\":1"
		                              : "\"houses\":2,\"rooms\":4,\"stays\":1,\"people\":1,\"unchanged\":0"));
		assert_non_null(strstr(got, "\"row\":1,\"line\":2,\"code\":\"doc_length\""));
		assert_non_null(strstr(got, "\"row\":2,\"line\":3,\"code\":\"date\""));
		assert_non_null(strstr(got, "\"row\":4,\"line\":5,\"code\":\"already_in\""));
		assert_non_null(strstr(got, "\"row\":5,\"line\":6,\"code\":\"duplicate\""));
		assert_null(strstr(got, "310199"));
	}
}

static void a_telephone_that_is_none_is_left_out_and_shuts_nobody_out(void **state)
{
	struct fix *f = *state;
	/* Ten digits of a mobile, of the landlord and of a tenant; the same is said before and after. */
	const char *got = both(f, HEAD ROW("王五,1391234567,东新9号,101,12", "张三", A, "1391234567,,2026-01-03,,")
	                               ROW(",,,102,12", "李四", B, "13900000002,,2026-01-03,,"));
	assert_non_null(strstr(got, "\"houses\":1,\"rooms\":2,\"stays\":2"));
	assert_non_null(strstr(got, "\"refused\":[]"));
	assert_non_null(strstr(got, "\"code\":\"landlord_phone\""));
	assert_non_null(strstr(got, "\"code\":\"phone\""));
}

static void somebody_registered_elsewhere_is_not_moved(void **state)
{
	struct fix *f = *state;
	both(f, month1);
	const char *got = both(f, HEAD ROW("王五,,东新1号,102,12", "张三", A, ",,2026-05-03,,")
	                               ROW(",,,101,", "张三", A, "13900000001,电子厂,2026-01-03,,")
	                               ROW(",,,,", "李四", B, "13900000002,,2026-02-03,,"));
	assert_non_null(strstr(got, "\"unchanged\":2"));
	assert_non_null(strstr(got, "{\"row\":1,\"line\":2,\"code\":\"already_in\""));
	assert_non_null(strstr(got, "\"gone\":[]"));
}

static void ledger_that_names_nobody_misses_everybody(void **state)
{
	struct fix *f = *state;
	both(f, month1);
	const char *got = both(f, HEAD "王五,,东新1号,101,12,,,,,,,,,空置\n");
	assert_non_null(strstr(got, "\"rows\":1,\"houses\":0,\"rooms\":0,\"stays\":0"));
	const char *first = strstr(got, "maybe_moved");
	assert_true(first && strstr(first + 1, "maybe_moved"));
}

static void crowded_room_warns_and_takes_them_in(void **state)
{
	struct fix *f = *state;
	const char *got = both(f, HEAD ROW("王五,,东新1号,101,12", "张三", A, ",,2026-01-03,,")
	                               ROW(",,,,", "李四", B, ",,2026-01-03,,") ROW(",,,,", "赵六", C, ",,2026-01-03,,"));
	assert_non_null(strstr(got, "\"stays\":3"));
	assert_non_null(strstr(got, "\"warnings\":[{\"row\":3,\"line\":4,\"code\":\"room_full\""));
	assert_null(strstr(got, "\"row\":2"));
}

struct first_stay {
	int64_t hotel;
	struct stay s;
	struct room r;
};

static enum vh_rc first_stay_step(struct ctx *cx, void *arg)
{
	struct first_stay *x = arg;
	struct stay *list = NULL;
	struct room *rooms = NULL;
	enum vh_rc rc = stay_list_hotel(cx, x->hotel, &list);
	if (rc == VH_OK)
		rc = room_list(cx, x->hotel, &rooms);
	if (rc == VH_OK) {
		x->s = *list;
		x->r = *rooms;
	}
	return rc;
}

static void somebody_moved_out_is_not_moved_in_again(void **state)
{
	struct fix *f = *state;
	struct stay_done done;
	struct first_stay x = { .hotel = f->hotel };
	both(f, month1);
	assert_int_equal(db_read(&f->t.cx, first_stay_step, &x), VH_OK);
	struct stay_change out = { .verb = SV_OUT };
	assert_int_equal(stay_change(&f->t.cx, f->hotel, x.s.id, &out, &done), VH_OK);
	const char *got = both(f, month1);
	assert_non_null(strstr(got, "\"stays\":0,\"people\":0,\"unchanged\":2"));
	assert_non_null(strstr(got, "\"code\":\"ended\""));
}

static void barred_room_takes_nobody(void **state)
{
	struct fix *f = *state;
	struct first_stay x = { .hotel = f->hotel };
	both(f, month1);
	assert_int_equal(db_read(&f->t.cx, first_stay_step, &x), VH_OK);
	assert_int_equal(room_letting(&f->t.cx, f->hotel, x.r.id, "barred", "unsafe"), VH_OK);
	const char *got = both(f, HEAD ROW("王五,,东新1号,101,12", "赵六", C, ",,2026-01-03,,"));
	assert_non_null(strstr(got, "\"refused\":[{\"row\":1,\"line\":2,\"code\":\"room_shut\""));
}

static void broken_file_changes_nothing(void **state)
{
	struct fix *f = *state;
	struct ledger_result r;
	char text[2048];
	snprintf(text, sizeof text, "%s\"never closed", month1);
	assert_int_equal(feed(f, text, false, &r), VH_INVALID);
	assert_string_equal(err_code(&f->t.cx.err), "sheet_truncated");
	assert_int_equal(feed(f, "a,b\n1,2\n", false, &r), VH_INVALID);
	assert_string_equal(err_code(&f->t.cx.err), "sheet_header");
	assert_non_null(strstr(both(f, month1), "\"houses\":1,\"rooms\":2"));
}

static void only_who_may_feeds_a_ledger(void **state)
{
	struct fix *f = *state;
	struct ledger_result r;
	struct actor tenant = { .account = 5, .role = ROLE_TENANT };
	f->t.cx.who = &tenant;
	assert_int_equal(feed(f, month1, false, &r), VH_DENIED);
	assert_int_equal(feed(f, month1, true, &r), VH_DENIED);
}

/* Ledgers of the repository: counts and refusals as their truth says. */
static void import_agrees_with_the_truth(void **state)
{
	struct fix *f = *state;
	static const char *const files[] = { "tests/data/ledger.csv", "tests/data/ledger.gbk.csv",
		                             "tests/data/ledger.xlsx" };
	assert_int_equal(day_parse("2026-06-01", &(int32_t){ 0 }), VH_OK);
	f->t.cx.now = 1780300000000; /* 2026-06-01 */
	for (int i = 0; i < 3; i++) {
		struct ledger_how how = { .dry_run = i == 0 };
		struct ledger_result r;
		struct sheet *s;
		assert_int_equal(sheet_open_file(files[i], &s, &f->t.cx.err), VH_OK);
		assert_int_equal(ledger_import(&f->t.cx, VILLAGE, s, &how, &r), VH_OK);
		assert_int_equal(r.rows, 83);
		assert_int_equal(r.stays, i < 2 ? 47 : 0);
		assert_int_equal(r.unchanged, i < 2 ? 0 : 47);
		assert_null(r.changed);
		assert_null(r.gone);
		unsigned n = 0;
		for (const struct ledger_item *x = r.refused; x; x = x->next)
			n++;
		assert_int_equal(n, 29);
		sheet_close(s);
	}
}

/* Export */

#define NEIGHBOUR "310116104206"

static size_t slurp(const char *path, char *to, size_t size)
{
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t n = fread(to, 1, size - 1, file);
	fclose(file);
	to[n] = '\0';
	return n;
}

static void take_file(struct fix *f, const char *area, const char *path, struct ledger_result *ret)
{
	struct ledger_how how = { .dry_run = false };
	struct sheet *s;
	assert_int_equal(sheet_open_file(path, &s, &f->t.cx.err), VH_OK);
	assert_int_equal(ledger_import(&f->t.cx, area, s, &how, ret), VH_OK);
	sheet_close(s);
}

static void export_goes_in_again_as_it_was(void **state)
{
	struct fix *f = *state;
	static char first[40000], second[40000];
	struct ledger_result in, again;
	int64_t rows, hotel;
	struct hotel_new n = { .area = NEIGHBOUR, .name = "next door" };
	static const char areas[] = "code,name,parent,kind\n" NEIGHBOUR ",x,,village\n";
	f->t.cx.now = 1780300000000; /* 2026-06-01 */
	assert_int_equal(areas_load(&f->t.cx, areas, sizeof areas - 1, &rows), VH_OK);
	assert_int_equal(hotel_add(&f->t.cx, &n, &hotel), VH_OK);
	take_file(f, VILLAGE, "tests/data/ledger.csv", &in);
	for (int kind = SHEET_CSV; kind <= SHEET_XLSX; kind++) {
		char path[300], back[300];
		snprintf(path, sizeof path, "%s/out%d", f->t.dir, kind);
		snprintf(back, sizeof back, "%s/back%d", f->t.dir, kind);
		assert_int_equal(ledger_export(&f->t.cx, VILLAGE, path, (enum sheet_kind)kind, "a test", &rows), VH_OK);
		assert_true(rows >= in.rooms && rows < in.rows);
		take_file(f, NEIGHBOUR, path, &again);
		assert_int_equal(again.stays, kind ? 0 : in.stays);
		assert_int_equal(again.unchanged, kind ? in.stays : 0);
		assert_int_equal(again.houses, kind ? 0 : in.houses);
		assert_int_equal(again.rooms, kind ? 0 : in.rooms);
		assert_null(again.refused);
		assert_null(again.changed);
		assert_null(again.gone);
		if (kind == SHEET_XLSX)
			continue;
		assert_int_equal(ledger_export(&f->t.cx, NEIGHBOUR, back, (enum sheet_kind)kind, "a test", &rows),
		                 VH_OK);
		slurp(path, first, sizeof first);
		slurp(back, second, sizeof second);
		assert_string_equal(first, second);
	}
}

struct looks {
	int64_t hotel;
	struct access_row *rows;
};

static enum vh_rc looks_step(struct ctx *cx, void *arg)
{
	struct looks *l = arg;
	return access_list(cx, l->hotel, INT64_MAX, 1000, &l->rows);
}

static void export_is_a_disclosure_of_everybody_in_it(void **state)
{
	struct fix *f = *state;
	struct looks l = { .hotel = f->hotel };
	char path[300];
	int64_t rows;
	unsigned n = 0;
	both(f, month1);
	snprintf(path, sizeof path, "%s/out.csv", f->t.dir);
	assert_int_equal(ledger_export(&f->t.cx, VILLAGE, path, SHEET_CSV, "", &rows), VH_INVALID);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(ledger_export(&f->t.cx, VILLAGE, path, SHEET_CSV, "handing over", &rows), VH_OK);
	assert_int_equal(rows, 3);
	assert_int_equal(db_read(&f->t.cx, looks_step, &l), VH_OK);
	for (const struct access_row *r = l.rows; r; r = r->next, n++)
		assert_string_equal(r->reason, "handing over");
	assert_int_equal(n, 3); /* of two people, and of the ledger */
	/* Never over a file that is there. */
	err_clear(&f->t.cx.err);
	assert_int_equal(ledger_export(&f->t.cx, VILLAGE, path, SHEET_CSV, "again", &rows), VH_CONFLICT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(new_ledger_makes_houses_rooms_and_stays),
		T(same_ledger_again_changes_nothing),
		T(next_ledger_says_what_is_new_changed_and_gone),
		T(refused_tenants_leave_their_rooms_and_nothing_else),
		T(a_telephone_that_is_none_is_left_out_and_shuts_nobody_out),
		T(somebody_registered_elsewhere_is_not_moved),
		T(ledger_that_names_nobody_misses_everybody),
		T(crowded_room_warns_and_takes_them_in),
		T(somebody_moved_out_is_not_moved_in_again),
		T(barred_room_takes_nobody),
		T(broken_file_changes_nothing),
		T(only_who_may_feeds_a_ledger),
		T(import_agrees_with_the_truth),
		T(export_goes_in_again_as_it_was),
		T(export_is_a_disclosure_of_everybody_in_it),
	};
	if (crypto_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
