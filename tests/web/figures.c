/* The pages of the head: who gets them, that page, JSON and CSV tell the same, and that no table runs a formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/clearance.h"
#include "vh/figures.h"

#define H "/h/" DONGXIN

static const char *const pages[] = { H "/figures", H "/figures.csv?table=moves", H "/report?week=2026-W47",
	                             H "/report?month=2026-11", H "/figures.csv?table=totals",
	                             H "/report.csv?week=2026-W47" };

static void figures_and_reports_are_for_the_roles_of_the_table(void **state)
{
	static const char *const yes[] = { "head", "clerk", "admin", "police", "grid" };
	static const char *const denied[] = { "wang", "tenant", "auditor", "employer" };
	struct client *c = *state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		for (size_t k = 0; k < sizeof yes / sizeof *yes; k++)
			assert_int_equal(client_get(c, yes[k], pages[i], true), 200);
		for (size_t k = 0; k < sizeof denied / sizeof *denied; k++)
			assert_int_equal(client_get(c, denied[k], pages[i], true), 403);
		assert_int_equal(client_get(c, "outsider", pages[i], true), 404);
		assert_int_equal(client_get(c, NULL, pages[i], true), 401);
	}
}

static const cJSON *chart_named(const cJSON *j, const char *name)
{
	const cJSON *ch;
	cJSON_ArrayForEach(ch, cJSON_GetObjectItem(j, "charts"))
		if (!strcmp(cJSON_GetObjectItem(ch, "name")->valuestring, name))
			return ch;
	return NULL;
}

static void figures_count_and_name_nobody(void **state)
{
	struct client *c = *state;
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	village_in(&c->v, V_201, 3);
	assert_int_equal(client_get(c, "head", H "/figures", true), 200);
	cJSON *j = client_json(c);
	const cJSON *t = cJSON_GetObjectItem(j, "totals");
	assert_int_equal(cJSON_GetObjectItem(t, "registered")->valueint, 3);
	assert_int_equal(cJSON_GetObjectItem(t, "rooms")->valueint, 3);
	assert_int_equal(cJSON_GetObjectItem(t, "occupancy")->valueint, 67);
	const cJSON *days = cJSON_GetObjectItem(chart_named(j, "moves"), "rows");
	assert_int_equal(cJSON_GetArraySize(days), 30);
	const cJSON *today = cJSON_GetArrayItem(days, 29);
	assert_string_equal(cJSON_GetObjectItem(today, "key")->valuestring, "2026-11-21");
	assert_int_equal(cJSON_GetArrayItem(cJSON_GetObjectItem(today, "cells"), 0)->valueint, 3);
	assert_null(cJSON_GetObjectItem(chart_named(j, "moves"), "drawing"));
	assert_null(chart_named(j, "origin"));
	cJSON_Delete(j);
	assert_int_equal(client_get(c, "head", H "/figures", false), 200);
	assert_true(client_has(c, "<svg"));
	assert_true(client_has(c, "role=\"img\""));
	assert_false(client_has(c, "style="));
	assert_false(client_has(c, "租客"));
	assert_false(client_has(c, "420199"));
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access"), 0);
}

/* A line of the last answer, or NULL. */
static const char *line_of(const struct client *c, const char *start)
{
	const char *p = strstr(client_body(c), start);
	return p;
}

static void tables_come_as_csv_for_excel(void **state)
{
	struct client *c = *state;
	village_in(&c->v, V_101, 1);
	client_header(c, "Accept-Language", "en");
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=moves", false), 200);
	assert_string_equal(c->r.type, "text/csv; charset=utf-8");
	assert_ptr_equal(line_of(c, "\xEF\xBB\xBF" "Day,Moved in,Moved out,Changed room\r\n"), client_body(c));
	assert_non_null(line_of(c, "\r\n2026-11-21,1,0,0\r\n"));
	assert_non_null(strstr(resp_header_get(&c->r, "Content-Disposition"), DONGXIN "-moves.csv"));
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=rooms", false), 200);
	assert_non_null(line_of(c, "有人住,1\r\n"));
	assert_int_equal(client_get(c, "head", H "/figures.csv", false), 404);
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=people2", false), 404);
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=origin", false), 404);
}

static void every_table_of_the_page_can_be_had_as_csv(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "admin");
	assert_int_equal(hotel_choose(c->v.cx, c->v.hotel, "origin", "on"), VH_OK);
	assert_int_equal(client_get(c, "head", H "/figures", true), 200);
	cJSON *j = client_json(c);
	int n = 0;
	const cJSON *ch;
	cJSON_ArrayForEach(ch, cJSON_GetObjectItem(j, "charts")) {
		char path[120];
		snprintf(path, sizeof path, H "/figures.csv?table=%s", cJSON_GetObjectItem(ch, "name")->valuestring);
		assert_int_equal(client_get(c, "head", path, false), 200);
		n++;
	}
	assert_int_equal(n, 9);
	cJSON_Delete(j);
}

/* The next cell of a CSV, moving *p; true: a number stands there. */
static bool cell(const char **p, char ret[80], long *ret_n)
{
	size_t n = **p == '"' ? strcspn(*p + 1, "\"") + 2 : strcspn(*p, ",\r");
	char *end;
	assert_true(n < 80);
	memcpy(ret, *p, n);
	ret[n] = '\0';
	*p += (*p)[n] == ',' ? n + 1 : n + 2;
	*ret_n = strtol(ret, &end, 10);
	return n && !*end;
}

static void the_totals_as_csv_are_those_of_the_page(void **state)
{
	struct client *c = *state;
	char label[80], n_text[80];
	long n, none;
	int rows = 0;
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_201, 2);
	assert_int_equal(client_get(c, "head", H "/figures", false), 200);
	assert_true(client_has(c, "href=\"" H "/figures.csv?table=totals\""));
	assert_int_equal(client_get(c, "head", H "/figures", true), 200);
	cJSON *j = client_json(c);
	const cJSON *t, *totals = cJSON_GetObjectItem(j, "totals");
	client_header(c, "Accept-Language", "en");
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=totals", false), 200);
	assert_non_null(strstr(resp_header_get(&c->r, "Content-Disposition"), DONGXIN "-totals.csv"));
	const char *p = client_body(c);
	assert_memory_equal(p, "\xEF\xBB\xBF" "Totals,Count\r\n", 17);
	p += 17;
	cJSON_ArrayForEach(t, totals) {
		assert_false(cell(&p, label, &none));
		assert_string_not_equal(label, t->string); /* it has words */
		assert_true(cell(&p, n_text, &n));
		assert_int_equal(n, t->valueint);
		rows++;
	}
	assert_int_equal(*p, 0);
	assert_int_equal(rows, 20);
	assert_non_null(line_of(c, "\r\nPeople registered,2\r\n"));
	cJSON_Delete(j);
}

/* Of one question: each line has what the page's view has, and nothing where that knows nothing. */
static void compare_report(struct client *c, const char *ask, const char *file)
{
	static const char *const member[] = { "n", "was", "change", "was_year" };
	char path[100], text[80];
	long n;
	int rows = 0, unknown = 0;
	snprintf(path, sizeof path, H "/report%s", ask);
	assert_int_equal(client_get(c, "head", path, true), 200);
	cJSON *j = client_json(c);
	const cJSON *line, *lines = cJSON_GetObjectItem(j, "lines");
	snprintf(path, sizeof path, H "/report.csv%s", ask);
	client_header(c, "Accept-Language", "en");
	assert_int_equal(client_get(c, "head", path, false), 200);
	assert_string_equal(c->r.type, "text/csv; charset=utf-8");
	assert_non_null(strstr(resp_header_get(&c->r, "Content-Disposition"), file));
	const char *p = client_body(c);
	assert_memory_equal(p, "\xEF\xBB\xBFWhat,", 8);
	p = strchr(p, '\n') + 1;
	cJSON_ArrayForEach(line, lines) {
		assert_false(cell(&p, text, &n));
		for (size_t i = 0; i < 4; i++) {
			const cJSON *want = cJSON_GetObjectItem(line, member[i]);
			bool told = cell(&p, text, &n);
			assert_int_equal(told, cJSON_IsNumber(want));
			assert_true(told || !*text);
			if (told)
				assert_int_equal(n, want->valueint);
			unknown += !told;
		}
		rows++;
	}
	assert_int_equal(*p, 0);
	assert_int_equal(rows, PERIOD_LINES);
	bool known = cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(j, "before"), "known"));
	assert_int_equal(unknown, known ? 0 : 3 * PERIOD_LINES);
	cJSON_Delete(j);
}

static void reports_as_csv_have_the_numbers_of_the_page(void **state)
{
	struct client *c = *state;
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	compare_report(c, "?week=2026-W47", DONGXIN "-2026-W47.csv");
	village_sql(&c->v, "UPDATE hotel SET created = 0");
	compare_report(c, "?week=2026-W47", DONGXIN "-2026-W47.csv");
	assert_non_null(line_of(c, "What,2026-W47,2026-W46,Change,2025-W47\r\n"));
	assert_non_null(line_of(c, "\r\nMoved in,2,0,2,0\r\n"));
	compare_report(c, "?month=2026-11", DONGXIN "-2026-11.csv");
	assert_int_equal(client_get(c, "head", H "/report?month=2026-11", false), 200);
	assert_true(client_has(c, "href=\"" H "/report.csv?month=2026-11\""));
	assert_int_equal(client_get(c, "head", H "/report.csv?month=2026-12", false), 422);
	assert_int_equal(client_get(c, "head", H "/report.csv?week=x", false), 422);
}

static void no_cell_begins_as_a_formula_does(void **state)
{
	static const char *const bad[] = { "=1+1", "+1", "-1", "@SUM(A1)", "=" };
	struct client *c = *state;
	char sql[300];
	for (int i = 0; i < 2; i++) {
		snprintf(sql, sizeof sql, "INSERT INTO inspection VALUES (%lld, %d, %d, %lld, NULL, %d, 1, NULL,"
		         " 'nobody_home', 0, NULL, NULL, 1)", (long long)c->v.hotel, 100 + i, 100 + i,
		         (long long)c->v.house[0], i + 1);
		village_sql(&c->v, sql);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(sql, sizeof sql, "UPDATE house SET address = '%s' WHERE id = %lld", bad[i],
		         (long long)c->v.house[0]);
		village_sql(&c->v, sql);
		assert_int_equal(client_get(c, "head", H "/figures.csv?table=silent", false), 200);
		snprintf(sql, sizeof sql, "\r\n'%s,1,2,", bad[i]);
		assert_non_null(line_of(c, sql));
	}
	village_sql(&c->v, "UPDATE house SET address = 'a \"b\", c' WHERE no = 1");
	assert_int_equal(client_get(c, "head", H "/figures.csv?table=silent", false), 200);
	assert_non_null(line_of(c, "\r\n\"a \"\"b\"\", c\",1,2,"));
}

static void reports_say_who_made_them_and_what_is_not_known(void **state)
{
	struct client *c = *state;
	village_in(&c->v, V_101, 1);
	assert_int_equal(client_get(c, "head", H "/report?week=2026-W47", true), 200);
	cJSON *j = client_json(c);
	assert_string_equal(cJSON_GetObjectItem(j, "made_by")->valuestring, "head");
	assert_string_equal(cJSON_GetObjectItem(j, "made_at")->valuestring, "2026-11-21T01:15:00.000Z");
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(j, "running")));
	assert_false(cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(j, "before"), "known")));
	const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItem(j, "lines"), 2);
	assert_string_equal(cJSON_GetObjectItem(line, "name")->valuestring, "in");
	assert_int_equal(cJSON_GetObjectItem(line, "n")->valueint, 1);
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(line, "was")));
	cJSON_Delete(j);
	village_sql(&c->v, "UPDATE hotel SET created = 0");
	assert_int_equal(client_get(c, "head", H "/report?week=2026-W47", false), 200);
	assert_true(client_has(c, "2025-W47"));
	assert_true(client_has(c, "+1"));
	assert_int_equal(client_get(c, "head", H "/report", true), 200);
	assert_true(client_has(c, "2026-W47"));
}

static void a_report_of_no_time_is_refused(void **state)
{
	static const struct { const char *path, *code; } no[] = {
		{ "?week=2026-W54", "period" },  { "?week=2026-11", "period" }, { "?month=2026-W47", "period" },
		{ "?month=2026-12", "period_ahead" }, { "?week=2026-W48", "period_ahead" }, { "?month=", "period" },
	};
	struct client *c = *state;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		char path[100];
		snprintf(path, sizeof path, H "/report%s", no[i].path);
		assert_int_equal(client_get(c, "head", path, true), 422);
		cJSON *j = client_json(c);
		assert_string_equal(cJSON_GetObjectItem(j, "code")->valuestring, no[i].code);
		cJSON_Delete(j);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(figures_and_reports_are_for_the_roles_of_the_table),
		T(figures_count_and_name_nobody),
		T(tables_come_as_csv_for_excel),
		T(every_table_of_the_page_can_be_had_as_csv),
		T(the_totals_as_csv_are_those_of_the_page),
		T(reports_as_csv_have_the_numbers_of_the_page),
		T(no_cell_begins_as_a_formula_does),
		T(reports_say_who_made_them_and_what_is_not_known),
		T(a_report_of_no_time_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
