#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vh/date.h"
#include "vh/docno.h"

static struct arena *a;
static struct err e;
static int32_t today;

static int set_up(void **state)
{
	(void)state;
	a = arena_new(8 << 20);
	return a && day_parse("2026-11-21", &today) == VH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static enum vh_rc parse(enum doc_kind kind, const char *text, struct docno *d)
{
	err_clear(&e);
	return docno_parse(a, kind, text, today, d, &e);
}

static void accepts(enum doc_kind kind, const char *text, const char *no, unsigned warn)
{
	struct docno d = { 0 };
	if (parse(kind, text, &d) != VH_OK)
		fail_msg("%s: %s", text, err_code(&e));
	assert_string_equal(d.no, no);
	assert_int_equal(d.warn, warn);
}

static void refuses(enum doc_kind kind, const char *text, const char *code)
{
	struct docno d = { .sex = 7 };
	if (parse(kind, text, &d) != VH_INVALID || strcmp(err_code(&e), code) != 0)
		fail_msg("%s: %s, not %s", text, err_code(&e), code);
	assert_int_equal(d.sex, 7);
	assert_string_equal(e.item[0].field, "doc_no");
	assert_true(strlen(text) < 4 || !strstr(err_text(&e), text));
}

/* One line of the table: kind,number,verdict,reason (a code before the colon, for refusals). */
static void check_line(char *line)
{
	char *f[4] = { line };
	for (int i = 1; i < 4; i++) {
		char *comma = strchr(f[i - 1], ',');
		assert_non_null(comma);
		*comma = '\0';
		f[i] = comma + 1;
	}
	f[3][strcspn(f[3], ":\n")] = '\0';
	enum vh_rc want = strcmp(f[2], "refuse") ? VH_OK : VH_INVALID, rc;
	unsigned warn = 0;
	err_clear(&e);
	if (!strcmp(f[0], "uscc")) {
		char no[USCC_CHARS + 1];
		rc = uscc_parse(a, f[1], no, &warn, &e);
	} else {
		struct docno d = { 0 };
		enum doc_kind kind;
		assert_true(doc_kind_of(f[0], &kind));
		rc = parse(kind, f[1], &d);
		warn = d.warn;
	}
	if (rc != want || (warn != 0) != !strcmp(f[2], "warn"))
		fail_msg("%s %s: %s", f[0], f[1], err_code(&e));
	if (rc != VH_OK && !strncmp(f[3], "doc_", 4))
		assert_string_equal(err_code(&e), f[3]);
}

static void every_line_of_the_table_gets_its_verdict(void **state)
{
	(void)state;
	FILE *f = fopen("tests/data/docno.csv", "r");
	char line[400];
	int n = 0;
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f)); /* the header */
	for (; fgets(line, sizeof line, f); n++)
		check_line(line);
	fclose(f);
	assert_int_equal(n, 27);
}

static void any_single_changed_digit_of_an_id_card_is_noticed(void **state)
{
	(void)state;
	static const char *const good[] = { "11010519491231002X", "420299196909170721",
		                            "310199200002290125" };
	for (size_t g = 0; g < sizeof good / sizeof *good; g++) {
		struct docno d;
		int tried = 0;
		char no[19];
		memcpy(no, good[g], 19);
		assert_int_equal(parse(DOC_ID_CARD, no, &d), VH_OK);
		for (int i = 0; i < 18; i++) {
			for (const char *c = i < 17 ? "0123456789" : "0123456789X"; *c; c++) {
				if (*c == good[g][i])
					continue;
				no[i] = *c;
				if (parse(DOC_ID_CARD, no, &d) != VH_INVALID)
					fail_msg("%s", no);
				tried++;
			}
			no[i] = good[g][i];
		}
		assert_int_equal(tried, 17 * 9 + 10);
	}
}

static void any_two_swapped_neighbours_are_noticed(void **state)
{
	(void)state;
	char no[19] = "420299196909170721";
	struct docno d;
	for (int i = 0; i < 16; i++) {
		char x = no[i], y = no[i + 1];
		no[i] = y;
		no[i + 1] = x;
		assert_int_equal(parse(DOC_ID_CARD, no, &d), x == y ? VH_OK : VH_INVALID);
		no[i] = x;
		no[i + 1] = y;
	}
}

static void the_number_tells_birth_and_sex(void **state)
{
	(void)state;
	struct docno d;
	int32_t day = 0;
	assert_int_equal(parse(DOC_ID_CARD, "420299196909170721", &d), VH_OK);
	assert_int_equal(day_parse("1969-09-17", &day), VH_OK);
	assert_int_equal(d.birth, day);
	assert_int_equal(d.sex, 2);
	assert_false(d.foreigner);
	docno_compare_sex(&d, 2);
	docno_compare_sex(&d, 0);
	assert_int_equal(d.warn, 0);
	docno_compare_sex(&d, 1);
	assert_int_equal(d.warn, DOC_WARN_SEX);
	assert_string_equal(docno_warning(d.warn), "sex");
	assert_int_equal(parse(DOC_HMT_RESIDENT, "81000019980902013X", &d), VH_OK);
	assert_int_equal(d.sex, 1);
	assert_int_equal(parse(DOC_PASSPORT, "E12345678", &d), VH_OK);
	assert_int_equal(d.birth, DAY_NONE);
	assert_int_equal(d.sex, 0);
	docno_compare_sex(&d, 1);
	assert_int_equal(d.warn, 0);
}

static void births_are_real_days_from_1900_to_today(void **state)
{
	(void)state;
	accepts(DOC_ID_CARD, "310199200002290125", "310199200002290125", 0);
	refuses(DOC_ID_CARD, "310199190002290129", "doc_birth"); /* 1900 was no leap year */
	refuses(DOC_ID_CARD, "440524188001010014", "doc_birth");
	struct docno d;
	int32_t born;
	assert_int_equal(day_parse("2000-02-29", &born), VH_OK);
	err_clear(&e);
	assert_int_equal(docno_parse(a, DOC_ID_CARD, "310199200002290125", born, &d, &e), VH_OK);
	assert_int_equal(docno_parse(a, DOC_ID_CARD, "310199200002290125", born - 1, &d, &e),
	                 VH_INVALID);
	assert_string_equal(err_code(&e), "doc_birth");
}

static void old_numbers_become_new_ones(void **state)
{
	(void)state;
	accepts(DOC_ID_CARD, "110105491231002", "11010519491231002X", 0);
	accepts(DOC_ID_CARD, " 110105 491231 002", "11010519491231002X", 0);
	refuses(DOC_ID_CARD, "110105491331002", "doc_birth");
	refuses(DOC_ID_CARD, "11010549123100X", "doc_alphabet");
	refuses(DOC_HMT_RESIDENT, "110105491231002", "doc_length");
}

static void what_a_spreadsheet_spoiled_is_called_so(void **state)
{
	(void)state;
	static const char *const bad[] = { "3.10116E+17", "3.1E+17", "3E+17", "4.2e+17", "３.1Ｅ+17" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		refuses(DOC_ID_CARD, bad[i], "doc_mangled");
		refuses(DOC_PASSPORT, bad[i], "doc_mangled");
	}
	refuses(DOC_ID_CARD, "420299196909180000", "doc_mangled");
	accepts(DOC_ID_CARD, "420299196909170000", "420299196909170000", 0); /* zeros that are right */
	accepts(DOC_PASSPORT, "1E12345", "1E12345", 0);
}

static void an_unknown_area_is_only_marked(void **state)
{
	(void)state;
	accepts(DOC_ID_CARD, "420299196909170721", "420299196909170721", 0);
	accepts(DOC_ID_CARD, "160199196909170722", "160199196909170722", DOC_WARN_AREA);
	accepts(DOC_ID_CARD, "810199196909170729", "810199196909170729", DOC_WARN_AREA);
	assert_string_equal(docno_warning(DOC_WARN_AREA), "doc_area");
}

static void a_stated_id_card_gives_way_to_what_the_number_says(void **state)
{
	(void)state;
	struct docno d;
	assert_int_equal(parse(DOC_ID_CARD, "830000199201300022", &d), VH_OK);
	assert_int_equal(d.kind, DOC_HMT_RESIDENT);
	assert_int_equal(d.warn, DOC_WARN_KIND);
	assert_false(d.foreigner);
	assert_int_equal(parse(DOC_ID_CARD, "932682198501010017", &d), VH_OK);
	assert_int_equal(d.kind, DOC_FOREIGN_PR);
	assert_int_equal(d.warn, DOC_WARN_KIND);
	assert_true(d.foreigner);
	assert_int_equal(parse(DOC_FOREIGN_PR, "932682198501010017", &d), VH_OK);
	assert_int_equal(d.warn, 0);
	refuses(DOC_HMT_RESIDENT, "420299196909170721", "doc_kind");
	refuses(DOC_FOREIGN_PR, "420299196909170721", "doc_kind");
	refuses(DOC_FOREIGN_PR, "830000199201300022", "doc_kind");
}

static void loose_kinds_have_length_and_alphabet(void **state)
{
	(void)state;
	accepts(DOC_FOREIGN_PR, "sau310085010101", "SAU310085010101", 0);
	refuses(DOC_FOREIGN_PR, "SA1310085010101", "doc_alphabet");
	refuses(DOC_FOREIGN_PR, "SAU31008501010", "doc_length");
	accepts(DOC_PASSPORT, "ab 123", "AB123", 0);
	refuses(DOC_PASSPORT, "AB12", "doc_length");
	refuses(DOC_PASSPORT, "ABCDEF123456789012", "doc_length");
	refuses(DOC_PASSPORT, "AB_1234", "doc_alphabet");
	refuses(DOC_PASSPORT, "护照12345", "doc_alphabet");
	refuses(DOC_HM_PERMIT, "X12345678", "doc_alphabet");
	refuses(DOC_HM_PERMIT, "H1234567X", "doc_alphabet");
	refuses(DOC_HM_PERMIT, "H1234567", "doc_length");
	refuses(DOC_HM_PERMIT, "H123456789", "doc_length");
	accepts(DOC_TW_PERMIT, "0012345678(B)", "0012345678B", 0);
	refuses(DOC_TW_PERMIT, "A1234567", "doc_alphabet");
	refuses(DOC_TW_PERMIT, "123456789", "doc_length");
	refuses(DOC_ID_CARD, "", "doc_length");
	refuses(DOC_ID_CARD, "42029919690917072A", "doc_alphabet");
	refuses(DOC_ID_CARD, "X20299196909170721", "doc_alphabet");
	refuses(DOC_ID_CARD, "4202991969091707211", "doc_length");
	refuses(DOC_PASSPORT, "1234567890123456789012345678901234567890", "doc_length");
	accepts(DOC_NONE, " ", "", 0);
	refuses(DOC_NONE, "E12345678", "doc_kind");
}

static void passports_tell_foreigners_by_their_form(void **state)
{
	(void)state;
	static const char *const chinese[] = { "E12345678", "EA1234567", "EH1234567", "G12345678",
		                               "DE1234567", "SE1234567", "PE1234567", "K12345678",
		                               "MA1234567" };
	static const char *const foreign[] = { "EJ1234567", "GA1234567", "AB1234567", "E1234567",
		                               "123456789", "E123456789", "EA12345678" };
	struct docno d;
	for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++) {
		assert_int_equal(parse(DOC_PASSPORT, chinese[i], &d), VH_OK);
		assert_false(d.foreigner);
	}
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		assert_int_equal(parse(DOC_PASSPORT, foreign[i], &d), VH_OK);
		assert_true(d.foreigner);
	}
}

static void every_changed_character_of_a_credit_code_is_marked(void **state)
{
	(void)state;
	static const char good[] = "91350100M000100Y43", letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	char no[USCC_CHARS + 1], text[USCC_CHARS + 1];
	unsigned warn = 7;
	err_clear(&e);
	assert_int_equal(uscc_parse(a, " 91350100m000100y43", no, &warn, &e), VH_OK);
	assert_string_equal(no, good);
	assert_int_equal(warn, 0);
	memcpy(text, good, sizeof good);
	for (int i = 0; i < USCC_CHARS; i++) {
		for (const char *c = letters; *c; c++) {
			text[i] = *c;
			assert_int_equal(uscc_parse(a, text, no, &warn, &e), VH_OK);
			assert_int_equal(warn, *c == good[i] ? 0 : DOC_WARN_USCC);
		}
		for (const char *c = "IOSVZ"; *c; c++) {
			text[i] = *c;
			err_clear(&e);
			assert_int_equal(uscc_parse(a, text, no, &warn, &e), VH_INVALID);
			assert_string_equal(err_code(&e), "doc_alphabet");
		}
		text[i] = good[i];
	}
	err_clear(&e);
	assert_int_equal(uscc_parse(a, "9.135E+17", no, &warn, &e), VH_INVALID);
	assert_string_equal(err_code(&e), "doc_mangled");
	assert_string_equal(e.item[0].field, "uscc");
}

static void kinds_are_known_by_the_names_that_clerks_use(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum doc_kind kind;
	} row[] = {
		{ "id_card", DOC_ID_CARD },       { "身份证", DOC_ID_CARD },
		{ " 居民 身份证", DOC_ID_CARD },  { "１１１", DOC_ID_CARD },
		{ "护照", DOC_PASSPORT },         { "Passport", DOC_PASSPORT },
		{ "台胞证", DOC_TW_PERMIT },      { "台湾居民来往大陆通行证", DOC_TW_PERMIT },
		{ "港澳通行证", DOC_HM_PERMIT },  { "回乡证", DOC_HM_PERMIT },
		{ "港澳台居住证", DOC_HMT_RESIDENT }, { "居住证（港澳台）", DOC_HMT_RESIDENT },
		{ "永居证", DOC_FOREIGN_PR },     { "外国人永久居留身份证", DOC_FOREIGN_PR },
		{ "无", DOC_NONE },               { "none", DOC_NONE },
	};
	static const char *const unknown[] = { "", " ", "身份", "身份证件", "军官证", "idcard", "id_car" };
	enum doc_kind k;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		assert_true(doc_kind_of(row[i].text, &k));
		assert_int_equal(k, row[i].kind);
	}
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		assert_false(doc_kind_of(unknown[i], &k));
	for (enum doc_kind i = 0; i < DOC__MAX; i++) {
		assert_true(doc_kind_of(doc_kind_name(i), &k) && k == i);
		assert_true(doc_kind_of(doc_kind_label(i), &k) && k == i);
	}
}

static void a_mask_keeps_the_last_four(void **state)
{
	(void)state;
	assert_string_equal(docno_mask(a, "420299196909170721"), "**************0721");
	assert_string_equal(docno_mask(a, "AB12"), "****");
	assert_string_equal(docno_mask(a, ""), "");
}

static void without_memory_it_says_so(void **state)
{
	(void)state;
	struct docno d;
	arena_fail_after(0, false);
	assert_int_equal(parse(DOC_ID_CARD, "420299196909170721", &d), VH_NOMEM);
	arena_fail_after(-1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_of_the_table_gets_its_verdict),
		cmocka_unit_test(any_single_changed_digit_of_an_id_card_is_noticed),
		cmocka_unit_test(any_two_swapped_neighbours_are_noticed),
		cmocka_unit_test(the_number_tells_birth_and_sex),
		cmocka_unit_test(births_are_real_days_from_1900_to_today),
		cmocka_unit_test(old_numbers_become_new_ones),
		cmocka_unit_test(what_a_spreadsheet_spoiled_is_called_so),
		cmocka_unit_test(an_unknown_area_is_only_marked),
		cmocka_unit_test(a_stated_id_card_gives_way_to_what_the_number_says),
		cmocka_unit_test(loose_kinds_have_length_and_alphabet),
		cmocka_unit_test(passports_tell_foreigners_by_their_form),
		cmocka_unit_test(every_changed_character_of_a_credit_code_is_marked),
		cmocka_unit_test(kinds_are_known_by_the_names_that_clerks_use),
		cmocka_unit_test(a_mask_keeps_the_last_four),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
