#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/ledger.h"
#include "vh/limits.h"

/* Invented people: area codes xx0199 belong to nowhere. */
#define A "31019919900101107X" /* male */
#define B "310199199001011029" /* female */
#define C "310199199001011053"
#define HEAD "序号,房东姓名,房东电话,门牌地址,房间号,使用面积(㎡),租客姓名,性别,证件类型,证件号码,手机号码,入住日期,到期日期,备注\n"

struct fix {
	struct ctx cx;
	struct sheet *s;
	struct ledger *l;
};

static enum vh_rc open_csv(struct fix *f, const char *text)
{
	int32_t today;
	*f = (struct fix){ .cx = { .a = arena_new(LIM_ARENA_IMPORT) } };
	assert_non_null(f->cx.a);
	assert_int_equal(day_parse("2026-06-01", &today), VH_OK);
	assert_int_equal(sheet_open(text, strlen(text), &f->s, &f->cx.err), VH_OK);
	return ledger_open(&f->cx, f->s, today, &f->l);
}

static void done(struct fix *f)
{
	sheet_close(f->s);
	arena_free(f->cx.a);
}

/* All rows, one line each: `1 东新1号/101 张三 2026-01-03` or `2 东新1号/102 vacant` or `3 ... !date`. */
static const char *verdicts(const char *text)
{
	static char out[4096];
	struct fix f;
	struct ledger_row r;
	enum vh_rc rc = open_csv(&f, text);
	size_t at = 0;
	out[0] = '\0';
	if (rc) {
		snprintf(out, sizeof out, "%s: %s", err_code(&f.cx.err), err_text(&f.cx.err));
		done(&f);
		return out;
	}
	while (!(rc = ledger_next(&f.cx, f.l, f.cx.a, &r))) {
		assert_int_equal(ledger_judge(&f.cx, f.l, &r), VH_OK);
		at += (size_t)snprintf(out + at, sizeof out - at, "%u %s/%s ", r.row, r.address ? r.address : "?",
		                       r.room_no ? r.room_no : "?");
		if (r.refused.code)
			at += (size_t)snprintf(out + at, sizeof out - at, "!%s", r.refused.code);
		else if (r.vacant)
			at += (size_t)snprintf(out + at, sizeof out - at, "vacant");
		else
			at += (size_t)snprintf(out + at, sizeof out - at, "%s %s", r.name, r.since);
		for (unsigned i = 0; i < r.warnings; i++)
			at += (size_t)snprintf(out + at, sizeof out - at, " ~%s", r.warning[i].code);
		at += (size_t)snprintf(out + at, sizeof out - at, "\n");
		if (!r.refused.code && !r.vacant)
			assert_int_equal(ledger_accept(&f.cx, f.l, &r), VH_OK);
	}
	assert_int_equal(rc, VH_NOTFOUND);
	done(&f);
	return out;
}

static void header_is_found_below_title_lines(void **state)
{
	(void)state;
	assert_string_equal(verdicts("某村登记台账\n\n填表日期:2026-05-01,,单位\n" HEAD
	                             "1,王,,东新1号,101,,张三,男,身份证," A ",,2026-01-03,,\n"),
	                    "1 东新1号/101 张三 2026-01-03\n");
}

static void header_goes_by_many_names(void **state)
{
	(void)state;
	static const char *const head[] = {
		"户主,门牌,室号,姓名,身份证号,入住时间", "出租人姓名;房屋地址;房 号;承租人;证件号码（必填）;起租日期",
		"*业主\t地址\t房间\t租户姓名\t公民身份号码\t租期起",
	};
	static const char sep[] = ",;\t";
	for (size_t i = 0; i < 3; i++) {
		char text[512];
		snprintf(text, sizeof text, "%s\n王%c东新1号%c101%c张三%c" A "%c20260103\n", head[i], sep[i], sep[i],
		         sep[i], sep[i], sep[i]);
		assert_string_equal(verdicts(text), "1 东新1号/101 张三 2026-01-03\n");
	}
}

static void header_in_two_lines_tells_landlord_and_tenant_apart(void **state)
{
	(void)state;
	struct fix f;
	struct ledger_row r;
	assert_int_equal(open_csv(&f, "台账\n房东信息,,,房屋,,租客信息,,,,\n姓名,电话,身份证号,门牌号,房号,姓名,身份证号,"
	                               "电话,入住日期,备注\n王五,13900000001," B ",东新1号,101,张三," A
	                               ",13900000002,2026-01-03,\n"),
	                 VH_OK);
	assert_int_equal(ledger_next(&f.cx, f.l, f.cx.a, &r), VH_OK);
	assert_string_equal(r.landlord, "王五");
	assert_string_equal(r.landlord_phone, "13900000001");
	assert_string_equal(r.name, "张三");
	assert_string_equal(r.doc_no, A);
	assert_string_equal(r.phone, "13900000002");
	done(&f);
}

static void bare_phone_belongs_to_the_person_before_it(void **state)
{
	(void)state;
	struct fix f;
	struct ledger_row r;
	assert_int_equal(open_csv(&f, "房东,联系电话,门牌,房号,姓名,联系电话,身份证号,入住日期\n"
	                               "王五,13900000001,东新1号,101,张三,13900000002," A ",2026-01-03\n"),
	                 VH_OK);
	assert_int_equal(ledger_next(&f.cx, f.l, f.cx.a, &r), VH_OK);
	assert_string_equal(r.landlord_phone, "13900000001");
	assert_string_equal(r.phone, "13900000002");
	done(&f);
}

static void two_columns_of_one_name_are_refused_unless_their_groups_differ(void **state)
{
	(void)state;
	static const char twice[] = "sheet_header: two columns are headed ";
	static const char row[] = "王五,13900000001,东新1号,101,张三," A ",2026-01-03\n";
	char text[512];
	snprintf(text, sizeof text, "姓名,电话,门牌,房号,姓名,身份证号,入住日期\n%s", row);
	assert_memory_equal(verdicts(text), twice, sizeof twice - 1);
	snprintf(text, sizeof text, "身份证号,电话,门牌,房号,姓名,身份证号(必填),入住日期\n%s", row);
	assert_memory_equal(verdicts(text), twice, sizeof twice - 1);
	snprintf(text, sizeof text, "房东,,房屋,,租客,,\n姓名,电话,门牌,房号,姓名,身份证号,入住日期\n%s", row);
	assert_string_equal(verdicts(text), "1 东新1号/101 张三 2026-01-03\n");
	snprintf(text, sizeof text, "房东,电话,门牌,房号,姓名,身份证号,入住日期\n%s", row);
	assert_string_equal(verdicts(text), "1 东新1号/101 张三 2026-01-03\n");
	/* Under groups that both may be tenants', the first is taken, as with other names. */
	snprintf(text, sizeof text, "房屋,,承租人,,,同住人,\n门牌,房号,姓名,身份证号,入住日期,姓名,身份证号\n"
	         "东新1号,101,张三," A ",2026-01-03,李四," B "\n");
	assert_string_equal(verdicts(text), "1 东新1号/101 张三 2026-01-03\n");
}

static void table_without_a_needed_column_is_refused_by_name(void **state)
{
	(void)state;
	assert_string_equal(verdicts("姓名,门牌,房号,入住日期\n张三,东新1号,101,2026-01-03\n"),
	                    "sheet_header: no header within the first 30 rows: missing 证件号码");
	assert_non_null(strstr(verdicts("1,2,3\n"), "门牌地址, 房间号, 租客姓名"));
}

static void blank_cells_repeat_the_place_above(void **state)
{
	(void)state;
	assert_string_equal(verdicts(HEAD "1,王,,东新1号,101,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "2,,,,,,李四,女,身份证," B ",,2026-01-04,,\n"
	                                  "3,,,,102,,,,,,,,,空置\n"
	                                  "4,赵,,东新2号,101,,钱六,男,身份证," C ",,2026-01-05,,\n"
	                                  "5,,,东新3号,,,某某,男,身份证," C ",,2026-01-05,,\n"),
	                    "1 东新1号/101 张三 2026-01-03\n2 东新1号/101 李四 2026-01-04\n"
	                    "3 东新1号/102 vacant\n4 东新2号/101 钱六 2026-01-05\n5 东新3号/? !room\n");
	assert_string_equal(verdicts(HEAD "1,王,,,101,,张三,男,身份证," A ",,2026-01-03,,\n"), "1 ?/? !address\n");
}

static void landlord_is_not_carried_to_another_house(void **state)
{
	(void)state;
	struct fix f;
	struct ledger_row r;
	assert_int_equal(open_csv(&f, HEAD "1,王,139-0000-0001,东新1号,101,8㎡,,,,,,,,\n2,,,,102,约12.5,,,,,,,,\n"
	                                    "3,,,东新2号,101,,,,,,,,,\n"),
	                 VH_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ledger_next(&f.cx, f.l, f.cx.a, &r), VH_OK);
		assert_string_equal(r.landlord, "王");
		assert_string_equal(r.landlord_phone, "13900000001");
		assert_true(r.area_m2 == (i ? 12.5 : 8));
	}
	assert_int_equal(ledger_next(&f.cx, f.l, f.cx.a, &r), VH_OK);
	assert_null(r.landlord);
	assert_null(r.landlord_phone);
	done(&f);
}

static void totals_blank_lines_and_printed_headers_are_passed_over_but_counted(void **state)
{
	(void)state;
	assert_string_equal(verdicts(HEAD "1,王,,东新1号,101,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "小 计,,,,1间,,,,,,,,,\n\n2,,,,,,,,,,,,,\n" HEAD
	                                  "7,,,,102,,,,,,,,,\n合计,,,,2间,,,,,,,,,\n"),
	                    "1 东新1号/101 张三 2026-01-03\n6 东新1号/102 vacant\n");
	/* Somebody with a number is no header, whatever his room is called. */
	assert_string_equal(verdicts(HEAD "1,王,,东新1号,房间号,,张三,男,身份证," A ",,2026-01-03,,\n"),
	                    "1 东新1号/房间号 张三 2026-01-03\n");
	/* 合 as somebody's name is no total. */
	assert_string_equal(verdicts(HEAD "合计,王,,东新1号,101,,张三,男,身份证," A ",,2026-01-03,,\n"),
	                    "1 东新1号/101 张三 2026-01-03\n");
}

static void same_person_is_duplicate_here_and_already_in_elsewhere(void **state)
{
	(void)state;
	assert_string_equal(verdicts(HEAD "1,王,,东新1号,101,,张三,男,身份证,bad,,2026-01-03,,\n"
	                                  "2,,,,101,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "3,,,,102,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "4,,,,102,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "5,,,东新 １号,101,,张三,男,身份证,３１０１９９ 19900101107x,,2026-01-03,,\n"),
	                    "1 东新1号/101 !doc_length\n2 东新1号/101 张三 2026-01-03\n3 东新1号/102 !already_in\n"
	                    "4 东新1号/102 !already_in\n5 东新 1号/101 !duplicate\n");
}

static void hyphens_tell_rooms_apart(void **state)
{
	(void)state;
	assert_string_equal(verdicts(HEAD "1,王,,东新1号,1-101,,张三,男,身份证," A ",,2026-01-03,,\n"
	                                  "2,,,,11-01,,张三,男,身份证," A ",,2026-01-03,,\n"),
	                    "1 东新1号/1-101 张三 2026-01-03\n2 东新1号/11-01 !already_in\n");
}

static const char *tenant(const char *name, const char *sex, const char *type, const char *doc, const char *phone,
                          const char *since, const char *until)
{
	char text[1024];
	snprintf(text, sizeof text, HEAD "1,王,,东新1号,101,,%s,%s,%s,%s,%s,%s,%s,\n", name, sex, type, doc, phone, since,
	         until);
	const char *got = verdicts(text), *after = strchr(got, ' ');
	return after && (after = strchr(after + 1, ' ')) ? after + 1 : got;
}

static void each_broken_field_has_its_code(void **state)
{
	(void)state;
	static const struct {
		const char *name, *sex, *type, *doc, *phone, *since, *until, *want;
	} t[] = {
		{ "张三", "男", "身份证", A, "13900000001", "2026-1-3", "", "张三 2026-01-03\n" },
		{ "", "男", "身份证", A, "", "2026-1-3", "", "!name\n" },
		{ "张三", "男", "会员卡", A, "", "2026-1-3", "", "!doc_type\n" },
		{ "张三", "男", "", A, "", "2026-1-3", "", "张三 2026-01-03\n" },
		{ "张三", "女", "身份证", A, "", "2026-1-3", "", "张三 2026-01-03 ~sex\n" },
		{ "张三", "男", "身份证", "'" A, "", "2026-1-3", "", "张三 2026-01-03\n" },
		{ "张三", "男", "身份证", "3.10199E+17", "", "2026-1-3", "", "!doc_mangled\n" },
		{ "张三", "男", "身份证", "310199199001011011", "", "2026-1-3", "", "!doc_check\n" },
		{ "张三", "男", "身份证", "310199199002301011", "", "2026-1-3", "", "!doc_birth\n" },
		{ "张三", "男", "身份证", "", "", "2026-1-3", "", "!doc_length\n" },
		{ "张小", "男", "无", "", "", "2026-1-3", "", "!guardian\n" },
		{ "张三", "男", "护照", "E12345678", "", "2026-1-3", "", "张三 2026-01-03\n" },
		{ "张三", "男", "护照", "E1", "", "2026-1-3", "", "!doc_length\n" },
		{ "张三", "男", "身份证", A, "", "", "", "!date\n" },
		{ "张三", "男", "身份证", A, "", "去年", "", "!date\n" },
		{ "张三", "男", "身份证", A, "", "2026-7-2", "", "张三 2026-07-02\n" }, /* 31 days ahead */
		{ "张三", "男", "身份证", A, "", "2026-7-3", "", "!date\n" },
		{ "张三", "男", "身份证", A, "", "46025", "长期", "张三 2026-01-03\n" },
		{ "张三", "男", "身份证", A, "", "2026-1-3", "2026-1-2", "!date\n" },
		{ "张三", "男", "身份证", A, "", "2026-1-3", "somehow", "张三 2026-01-03 ~until\n" },
		{ "张三", "男", "身份证", A, "13900000001/13900000002", "2026-1-3", "", "张三 2026-01-03\n" },
		{ "张三", "男", "身份证", A, "微信", "2026-1-3", "", "张三 2026-01-03 ~phone\n" },
		{ "空置", "", "", "", "", "", "", "vacant\n" },
		{ "-", "", "身份证", "/", "", "", "", "vacant\n" },
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(tenant(t[i].name, t[i].sex, t[i].type, t[i].doc, t[i].phone, t[i].since,
		                           t[i].until),
		                    t[i].want);
}

static void refusal_never_repeats_what_the_row_says(void **state)
{
	(void)state;
	struct fix f;
	struct ledger_row r;
	assert_int_equal(open_csv(&f, HEAD "1,王,,东新1号,101,,张三,男,身份证,31019919900101101,,2026-01-03,,\n"),
	                 VH_OK);
	assert_int_equal(ledger_next(&f.cx, f.l, f.cx.a, &r), VH_OK);
	assert_string_equal(r.refused.code, "doc_length");
	assert_null(strstr(r.refused.detail, "310199"));
	assert_null(strstr(r.refused.detail, "张"));
	assert_string_equal(r.raw.cell[6], "张三"); /* the desk gets it as it stood */
	done(&f);
}

static void reading_survives_every_failing_allocation(void **state)
{
	(void)state;
	static const char text[] = HEAD "1,王,,东新1号,101,8,张三,男,身份证," A ",,2026-01-03,,\n2,,,,102,,,,,,,,,\n";
	long points = 1;
	unsigned failed = 0;
	for (long i = -1; i < points; i++) {
		struct ctx cx = { 0 };
		struct sheet *s = NULL;
		struct ledger *l;
		struct ledger_row r;
		unsigned rows = 0;
		arena_fail_after(i, false);
		cx.a = arena_new(LIM_ARENA_IMPORT);
		enum vh_rc rc = cx.a ? sheet_open(text, sizeof text - 1, &s, &cx.err) : VH_NOMEM;
		rc = rc ? rc : ledger_open(&cx, s, 20605, &l);
		while (!rc && !(rc = ledger_next(&cx, l, cx.a, &r))) {
			rows++;
			rc = ledger_judge(&cx, l, &r);
			if (!rc && !r.vacant)
				rc = r.refused.code ? VH_IO : ledger_accept(&cx, l, &r);
		}
		long seen = arena_fail_after(-1, false);
		points = i < 0 ? seen : points;
		assert_true(rc == VH_NOMEM || (rc == VH_NOTFOUND && rows == 2));
		failed += rc == VH_NOMEM;
		sheet_close(s);
		arena_free(cx.a);
	}
	assert_true(points > 50 && failed > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_is_found_below_title_lines),
		cmocka_unit_test(header_goes_by_many_names),
		cmocka_unit_test(header_in_two_lines_tells_landlord_and_tenant_apart),
		cmocka_unit_test(bare_phone_belongs_to_the_person_before_it),
		cmocka_unit_test(two_columns_of_one_name_are_refused_unless_their_groups_differ),
		cmocka_unit_test(table_without_a_needed_column_is_refused_by_name),
		cmocka_unit_test(blank_cells_repeat_the_place_above),
		cmocka_unit_test(landlord_is_not_carried_to_another_house),
		cmocka_unit_test(totals_blank_lines_and_printed_headers_are_passed_over_but_counted),
		cmocka_unit_test(same_person_is_duplicate_here_and_already_in_elsewhere),
		cmocka_unit_test(hyphens_tell_rooms_apart),
		cmocka_unit_test(each_broken_field_has_its_code),
		cmocka_unit_test(refusal_never_repeats_what_the_row_says),
		cmocka_unit_test(reading_survives_every_failing_allocation),
	};
	if (crypto_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
