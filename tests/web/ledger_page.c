/* A ledger by browser: tried first, taken in without choosing it again, and written out again. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "web/job.h"

#define H "/h/" DONGXIN
#define FORM "application/x-www-form-urlencoded"
#define MULTI "multipart/form-data; boundary=xyz"

/* One landlord's house; the tenant's number is a valid one, the second's is not. */
static const char *ledger(void)
{
	static char text[1200];
	snprintf(text, sizeof text,
	         "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n"
	         "Content-Type: text/csv\r\n\r\n"
	         "房东姓名,房东电话,门牌地址,房间号,租客姓名,证件类型,证件号码,入住日期,备注\r\n"
	         "房东己,13900000008,东新8号,101,蓝甲,身份证,%s,2026-11-01,\r\n"
	         "房东己,13900000008,东新8号,102,蓝乙,身份证,420199196909170720,2026-11-01,\r\n"
	         "房东己,13900000008,东新8号,103,,,,,空置\r\n"
	         "--xyz--\r\n", village_doc(77));
	return text;
}

static void at_job(char path[160], const char *where, const char *more)
{
	const char *slash = strrchr(where, '/');
	snprintf(path, 160, H "/jobs%s%s", slash, more);
}

/* The page of the job once it is done, for people. */
static void done(struct client *c, const char *who, const char *path)
{
	for (int i = 0; i < 600; i++) {
		assert_int_equal(client_get(c, who, path, false), 200);
		if (!resp_header_get(&c->r, "Refresh"))
			return;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	fail_msg("it takes too long");
}

static void upload(struct client *c, const char *who, const char *body, char where[160])
{
	assert_int_equal(client_post(c, who, H "/ledger", MULTI, body, false), 303);
	snprintf(where, 160, "%s", resp_header_get(&c->r, "Location"));
}

static int64_t people(struct client *c)
{
	return village_sql(&c->v, "SELECT count(*) FROM person");
}

static void a_ledger_is_shown_before_it_changes_anything(void **state)
{
	struct client *c = *state;
	char where[160], path[160];
	int64_t before = people(c);
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 5); /* somebody whom the ledger does not have */
	upload(c, "clerk", ledger(), where);
	done(c, "clerk", where);
	assert_true(client_has(c, "试导入结果") && client_has(c, "就这样收进来"));
	assert_true(client_has(c, "东新8号") && client_has(c, "新住户"));
	assert_true(client_has(c, "证件号码的校验位不对"));
	assert_true(client_has(c, "可能已搬走"));
	assert_false(client_has(c, "蓝甲"));
	assert_int_equal(people(c), before + 1);
	at_job(path, where, "/take");
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), where);
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303); /* a double tap */
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "?ok=asked_before"));
	done(c, "clerk", where);
	assert_true(client_has(c, "导入完成"));
	assert_false(client_has(c, "不会收两次"));
	assert_false(client_has(c, "就这样收进来"));
	assert_int_equal(people(c), before + 2);
	/* A tab that still shows the trial is led to the result, and told why. */
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303);
	snprintf(path, sizeof path, "%s", resp_header_get(&c->r, "Location"));
	assert_non_null(strstr(path, "?ok=asked_before"));
	done(c, "clerk", path);
	assert_true(client_has(c, "导入完成"));
	assert_true(client_has(c, "不会收两次"));
	assert_int_equal(people(c), before + 2);
	at_job(path, where, "/take");
	assert_int_equal(client_post(c, "clerk", path, FORM, "", true), 200);
	assert_true(client_has(c, "\"asked_before\":true"));
	at_job(path, where, "/rows");
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_true(client_has(c, "\r\n2,3,没有导入的行,"));
	assert_non_null(strstr(resp_header_get(&c->r, "Content-Disposition"), DONGXIN "-rows.csv"));
}

static void an_upload_belongs_to_whoever_sent_it(void **state)
{
	struct client *c = *state;
	char where[160], path[160];
	upload(c, "clerk", ledger(), where);
	done(c, "clerk", where);
	at_job(path, where, "/take");
	assert_int_equal(client_post(c, "clerk2", path, FORM, "", true), 404);
	assert_int_equal(client_post(c, "admin", path, FORM, "", true), 403);
	assert_int_equal(client_get(c, "admin", where, true), 404);
	assert_int_equal(client_post(c, "admin", H "/ledger", MULTI, ledger(), false), 403);
	assert_int_equal(client_post(c, "clerk2", H "/ledger", MULTI, ledger(), false), 404);
	assert_int_equal(client_post(c, "clerk", H "/jobs/1/take", FORM, "", true), 404);
}

static void what_is_no_ledger_says_so_and_takes_nothing_in(void **state)
{
	static const char nonsense[] =
		"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n"
		"a,b\r\n1,2\r\n--xyz--\r\n";
	struct client *c = *state;
	char where[160], path[160];
	upload(c, "clerk", nonsense, where);
	done(c, "clerk", where);
	assert_true(client_has(c, "没有找到表头"));
	at_job(path, where, "/take");
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303);
	done(c, "clerk", where);
	assert_true(client_has(c, "没有找到表头"));
	assert_int_equal(client_post(c, "clerk", H "/ledger", FORM, "", false), 422);
}

static void uploads_are_bounded_and_forgotten(void **state)
{
	struct client *c = *state;
	char first[160], where[160];
	upload(c, "clerk", ledger(), first);
	done(c, "clerk", first);
	for (int i = 0; i < 5; i++) {
		upload(c, "clerk", ledger(), where);
		done(c, "clerk", where);
	}
	assert_int_equal(client_get(c, "clerk", first, true), 404); /* made room */
	assert_int_equal(client_get(c, "clerk", where, false), 200);
}

static void an_export_asks_why_and_notes_each_person(void **state)
{
	struct client *c = *state;
	char where[160], path[160];
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 6);
	village_in(&c->v, V_201, 7);
	int64_t before = village_sql(&c->v, "SELECT count(*) FROM access");
	assert_int_equal(client_post(c, "clerk", H "/ledger/export", FORM, "format=csv", true), 422);
	assert_int_equal(client_post(c, "police", H "/ledger/export", FORM, "reason=a", true), 403);
	assert_int_equal(client_post(c, "clerk2", H "/ledger/export", FORM, "reason=a", true), 404);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access"), before);
	assert_int_equal(client_post(c, "clerk", H "/ledger/export", FORM, "reason=%E6%A0%B8%E5%AF%B9&format=csv",
	                             false), 303);
	snprintf(where, sizeof where, "%s", resp_header_get(&c->r, "Location"));
	done(c, "clerk", where);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access"), before + 3);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access WHERE fields = 'ledger'"), 1);
	at_job(path, where, "/file");
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	char *text = calloc(1, c->r.fixed_n + 1);
	memcpy(text, c->r.fixed, c->r.fixed_n);
	assert_non_null(strstr(text, village_doc(6)));
	assert_non_null(strstr(text, village_doc(7)));
	free(text);
	assert_int_equal(client_get(c, "admin", path, false), 404);
	/* One line for the auditor: who took it out, when and why; and the desk does not read it. */
	assert_int_equal(client_get(c, "auditor", H "/access", true), 200);
	assert_true(client_has(c, "\"login\":\"clerk\",\"role\":\"clerk\",\"subject\":\"0\",\"fields\":\"ledger\","
	                          "\"reason\":\"核对\""));
	assert_int_equal(client_get(c, "auditor", H "/access", false), 200);
	assert_true(client_has(c, "整本台账"));
	assert_int_equal(client_get(c, "clerk", H "/access", true), 403);
}

static atomic_int runs;

static enum vh_rc count_run(struct ctx *cx, struct job *j)
{
	(void)cx;
	(void)j;
	atomic_fetch_add(&runs, 1);
	return VH_OK;
}

static void finish(struct jobs *js, const struct job *j)
{
	for (int i = 0; i < 600 && job_look(js, j).state != JOB_DONE; i++)
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	assert_int_equal(job_look(js, j).state, JOB_DONE);
}

/* Both saw the trial; the other's import was over before this one asked. */
static void a_second_part_is_asked_for_once(void **state)
{
	struct client *c = *state;
	struct ctx *cx = c->v.cx;
	struct jobs *js = jobs_new(cx->db, cx->keys, 0);
	struct job *j;
	village_as(&c->v, "clerk");
	assert_int_equal(job_new(js, cx, &c->v.h, 4096, &j), VH_OK);
	j->run = count_run;
	village_refused(&c->v, job_start(js, cx, j, "preview", "import"), VH_CONFLICT, "job_taken");
	assert_int_equal(job_start(js, cx, j, NULL, "preview"), VH_OK);
	finish(js, j);
	assert_int_equal(job_start(js, cx, j, "preview", "import"), VH_OK);
	finish(js, j);
	village_refused(&c->v, job_start(js, cx, j, "preview", "import"), VH_CONFLICT, "job_taken");
	assert_string_equal(job_look(js, j).kind, "import");
	assert_int_equal(atomic_load(&runs), 2);
	jobs_free(js);
}

static void an_export_of_nobody_is_noted_all_the_same(void **state)
{
	struct client *c = *state;
	char where[160];
	assert_int_equal(client_post(c, "clerk", H "/ledger/export", FORM, "reason=a&format=csv", false), 303);
	snprintf(where, sizeof where, "%s", resp_header_get(&c->r, "Location"));
	done(c, "clerk", where);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access"), 1);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM access WHERE fields = 'ledger' AND reason = 'a'"), 1);
	village_sound(&c->v);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_ledger_is_shown_before_it_changes_anything),
		T(an_upload_belongs_to_whoever_sent_it),
		T(what_is_no_ledger_says_so_and_takes_nothing_in),
		T(uploads_are_bounded_and_forgotten),
		T(a_second_part_is_asked_for_once),
		T(an_export_asks_why_and_notes_each_person),
		T(an_export_of_nobody_is_noted_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
