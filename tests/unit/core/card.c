/* What readers of identity cards type, in the layouts that are about: kept is what we need, and no more. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/card.h"

enum { TODAY = 20778 };

/* Numbers of areas that are given to no place. */
#define NO "420199199001010021"
#define NO_X "42019919900101003X"

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new(1u << 20);
	return a ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static enum vh_rc parse(const char *text, struct card *ret)
{
	return card_parse(a, text, TODAY, ret);
}

static void a_card_is_read_in_every_layout(void **state)
{
	static const char *const text[] = {
		"韦娜\n女\n壮\n19900101\n贵州省毕节市大方县某村3组\n" NO "\n大方县公安局\n20150101\n20350101\n",
		"韦娜\r\n女\r\n壮族\r\n1990年1月1日\r\n贵州省毕节市大方县某村3组\r\n" NO "\r\n大方县公安局\r\n2015.01.01-长期",
		"韦娜\t女\t壮\t1990-01-01\t贵州省毕节市大方县某村3组\t" NO,
		"韦娜,女,壮族,19900101,贵州省毕节市大方县某村3组," NO ",大方县公安局",
		"韦娜，女，壮，19900101，贵州省毕节市大方县某村3组，" NO,
		"韦娜|女|壮|19900101|贵州省毕节市大方县某村3组|" NO "|大方县公安局|20150101|20350101",
		"韦娜 女 壮 19900101 贵州省毕节市大方县某村3组 " NO " 大方县公安局 20150101 长期",
		"姓名:韦娜 性别:女 民族:壮 出生:1990年1月1日 住址:贵州省毕节市大方县某村3组 公民身份号码:" NO,
		"姓名：韦娜\n性别：女\n民族：壮族\n出生日期：1990-01-01\n住址：贵州省毕节市大方县某村3组\n"
		"公民身份号码：" NO "\n签发机关：大方县公安局\n有效期限：2015.01.01-2035.01.01",
		"姓名韦娜 性别女 民族壮 出生1990年1月1日 住址贵州省毕节市大方县某村3组 公民身份号码" NO,
		"姓名\n韦娜\n性别\n女\n民族\n壮\n出生\n1990年1月1日\n住址\n贵州省毕节市大方县某村3组\n公民身份号码\n" NO,
		NO "\n韦娜\n女\n壮\n贵州省毕节市大方县某村3组",
		"{\"name\":\"韦娜\",\"sex\":\"女\",\"nation\":\"壮\",\"birth\":\"19900101\","
		"\"address\":\"贵州省毕节市大方县某村3组\",\"idnum\":\"" NO "\",\"issue\":\"大方县公安局\"}",
		"Name=韦娜;Sex=女;Nation=壮;Born=19900101;Address=贵州省毕节市大方县某村3组;IDNumber=" NO,
		/* The record of the chip: 15 characters of name, sex and ethnicity as codes, birth, 35 of address. */
		"韦娜             20819900101贵州省毕节市大方县某村3组                      " NO "大方县公安局         2015010120350101",
		"韦  娜\n女\n壮\n１９９００１０１\n贵州省毕节市大方县某村３组\n４２０１９９１９９００１０１００２１",
	};
	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		struct card c = { .name = NULL };
		if (parse(text[i], &c) != VH_OK)
			fail_msg("layout %zu is not read", i);
		if (strcmp(c.name, "韦娜") || strcmp(c.doc.no, NO) || strcmp(c.home, "贵州省毕节市大方县某村3组"))
			fail_msg("layout %zu: %s, %s, %s", i, c.name, c.doc.no, c.home);
		assert_int_equal(c.doc.sex, 2);
		assert_true(c.sex == 2 || strstr(text[i], "208"));
	}
}

static void the_ethnicity_is_in_no_result(void **state)
{
	static const char *const word[] = { "壮", "汉族", "维吾尔", "土家族", "高山", "保安族", "其他", "未识别民族" };
	char text[400];
	(void)state;
	for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
		struct card c;
		snprintf(text, sizeof text, "%s\n" NO "\n湖北省武汉市某街道9号", word[i]);
		assert_int_equal(parse(text, &c), VH_OK);
		if (strstr(c.name, word[i]) || strstr(c.home, word[i]))
			fail_msg("%s was kept: %s, %s", word[i], c.name, c.home);
		snprintf(text, sizeof text, "高山\n男\n%s\n湖北省武汉市某街道9号\n" NO_X, word[i]);
		assert_int_equal(parse(text, &c), VH_OK);
		assert_string_equal(c.home, "湖北省武汉市某街道9号");
		assert_true(!strcmp(c.name, "高山") || i == 7);
	}
}

static void names_and_addresses_of_all_kinds_are_kept(void **state)
{
	static const struct {
		const char *text, *name, *home;
	} of[] = {
		{ "阿依古丽·买买提\n女\n维吾尔\n新疆某县某乡民族路1号\n" NO, "阿依古丽·买买提", "新疆某县某乡民族路1号" },
		{ "LI MING\nM\n19900101\n" NO_X "\n上海市某区某路1号 2栋 301室", "LI MING", "上海市某区某路1号 2栋 301室" },
		{ "姓名:LI MING 性别:男 住址:上海市某区 某路1号 公民身份号码:" NO_X, "LI MING", "上海市某区 某路1号" },
		{ "欧阳某某\n男\n汉\n" NO_X, "欧阳某某", "" },
		{ "住址:湖北省某县某镇\n公民身份号码:" NO, "", "湖北省某县某镇" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct card c = { .name = NULL };
		assert_int_equal(parse(of[i].text, &c), VH_OK);
		assert_string_equal(c.name, of[i].name);
		assert_string_equal(c.home, of[i].home);
	}
}

static void what_is_no_card_is_left_alone(void **state)
{
	static const char *const text[] = {
		"", " ", NO, " " NO "\n", "420199 19900101 0021", "韦娜", "韦娜\n女\n420199199001010022", "17/101",
		"13900000001", "性别:女 公民身份号码:" NO, "壮族 " NO, "9" NO " 韦娜", NO "1 韦娜", "\xff\xfe" NO,
	};
	static char large[8 * LIM_CARD];
	struct card c;
	(void)state;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		if (parse(text[i], &c) != VH_NOTFOUND)
			fail_msg("%zu was taken for a card", i);
	assert_int_equal(parse(NULL, &c), VH_NOTFOUND);
	for (size_t i = 0; i < LIM_CARD + 1; i++)
		memcpy(large + 3 * i, "宽", 4);
	assert_int_equal(parse(large, &c), VH_NOTFOUND);
}

static void stated_sex_is_told_beside_that_of_the_number(void **state)
{
	struct card c;
	(void)state;
	assert_int_equal(parse("韦娜\n男\n壮\n" NO, &c), VH_OK);
	assert_int_equal(c.sex, 1);
	assert_int_equal(c.doc.sex, 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_card_is_read_in_every_layout),
		T(the_ethnicity_is_in_no_result),
		T(names_and_addresses_of_all_kinds_are_kept),
		T(what_is_no_card_is_left_alone),
		T(stated_sex_is_told_beside_that_of_the_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
