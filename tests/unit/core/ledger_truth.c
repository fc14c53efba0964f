/*
 * Ledgers with their truth beside them (FILE.truth.json): every accepted row with its place, name, document and day,
 * every refused row with its code, and the counts must be the same.
 * usage: ledger_truth [TODAY FILE...]; without arguments the ledgers that the repository carries.
 */
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

#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/ledger.h"
#include "vh/limits.h"

static const char *today_text = "2026-06-01";
static char **files;
static int n_files;

static cJSON *truth_of(const char *path)
{
	char name[512];
	snprintf(name, sizeof name, "%s.truth.json", path);
	FILE *f = fopen(name, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long n = ftell(f);
	rewind(f);
	char *p = malloc((size_t)n + 1);
	assert_true(fread(p, 1, (size_t)n, f) == (size_t)n);
	p[n] = '\0';
	fclose(f);
	cJSON *t = cJSON_Parse(p);
	free(p);
	assert_non_null(t);
	return t;
}

static long number(const cJSON *o, const char *key)
{
	return (long)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

static const char *text(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

/* Both lists go up by row: walk them along. */
static void compare_row(const struct ledger_row *r, const cJSON **yes, const cJSON **no)
{
	bool expect_yes = *yes && number(*yes, "row") == r->row;
	bool expect_no = *no && number(*no, "row") == r->row;
	if (r->refused.code) {
		if (!expect_no || strcmp(text(*no, "code"), r->refused.code))
			fail_msg("row %u: refused as %s, truth %s", r->row, r->refused.code,
			         expect_no ? text(*no, "code") : "accepts");
		*no = (*no)->next;
		return;
	}
	if (expect_no)
		fail_msg("row %u: accepted, truth %s", r->row, text(*no, "code"));
	assert_int_equal(r->vacant, !expect_yes);
	if (r->vacant)
		return;
	enum doc_kind kind;
	assert_true(doc_kind_of(text(*yes, "doc_type"), &kind));
	assert_string_equal(r->address, text(*yes, "address"));
	assert_string_equal(r->room_no, text(*yes, "room"));
	assert_string_equal(r->name, text(*yes, "name"));
	assert_string_equal(r->doc_no, text(*yes, "doc"));
	assert_string_equal(r->since, text(*yes, "since"));
	assert_int_equal(r->kind, kind);
	*yes = (*yes)->next;
}

static void agree(const char *path)
{
	struct ctx cx = { .a = arena_new(LIM_ARENA_IMPORT) };
	struct arena *a = arena_new(LIM_ARENA);
	struct sheet *s;
	struct ledger *l;
	struct ledger_row r;
	int32_t today;
	uint32_t houses = 0, rooms = 0, stays = 0, rows = 0;
	enum vh_rc rc;
	cJSON *t = truth_of(path);
	const cJSON *yes = cJSON_GetObjectItemCaseSensitive(t, "accepted")->child;
	const cJSON *no = cJSON_GetObjectItemCaseSensitive(t, "refused")->child;
	clock_t start = clock();
	assert_int_equal(day_parse(today_text, &today), VH_OK);
	assert_int_equal(sheet_open_file(path, &s, &cx.err), VH_OK);
	assert_int_equal(ledger_open(&cx, s, today, &l), VH_OK);
	while (!(rc = ledger_next(&cx, l, a, &r))) {
		rows++;
		assert_int_equal(ledger_judge(&cx, l, &r), VH_OK);
		if (!r.vacant && !r.refused.code) {
			stays++;
			assert_int_equal(ledger_accept(&cx, l, &r), VH_OK);
		}
		houses = r.house >= houses ? r.house + 1 : houses;
		rooms = r.room >= rooms ? r.room + 1 : rooms;
		compare_row(&r, &yes, &no);
		arena_reset(a);
	}
	assert_int_equal(rc, VH_NOTFOUND);
	assert_null(yes);
	assert_null(no);
	assert_int_equal(houses, number(t, "houses"));
	assert_int_equal(rooms, number(t, "rooms"));
	assert_int_equal(stays, number(t, "stays"));
	print_message("%s: %u rows in %.2f s, %zu KiB\n", path, rows,
	              (double)(clock() - start) / CLOCKS_PER_SEC, arena_used(cx.a) >> 10);
	sheet_close(s);
	cJSON_Delete(t);
	arena_free(a);
	arena_free(cx.a);
}

static void ledgers_agree_with_their_truth(void **state)
{
	(void)state;
	for (int i = 0; i < n_files; i++)
		agree(files[i]);
}

static void ledgers_of_the_repository_agree_with_their_truth(void **state)
{
	(void)state;
	agree("tests/data/ledger.csv");
	agree("tests/data/ledger.gbk.csv");
	agree("tests/data/ledger.xlsx");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest given[] = { cmocka_unit_test(ledgers_agree_with_their_truth) };
	const struct CMUnitTest own[] = {
		cmocka_unit_test(ledgers_of_the_repository_agree_with_their_truth),
	};
	if (crypto_start())
		return 1;
	if (argc < 3)
		return cmocka_run_group_tests(own, NULL, NULL);
	today_text = argv[1];
	files = argv + 2;
	n_files = argc - 2;
	return cmocka_run_group_tests(given, NULL, NULL);
}
