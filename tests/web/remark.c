/* A correction that is asked for above: the desk that asks, and the desk that decides. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "client.h"
#include "vh/down.h"
#include "vh/outbox.h"
#include "vh/remark.h"

#define FORM "application/x-www-form-urlencoded"
#define H "/h/" DONGXIN
#define FAR "/h/" XIXIN

static char path[240];

static const char *at(const char *before, int64_t id, const char *after)
{
	snprintf(path, sizeof path, "%s%lld%s", before, (long long)id, after);
	return path;
}

/* What the upstream would tell: remarks about this stay, with ids from 71 on. */
static void told(struct client *c, int64_t stay, const char *const *fields, size_t n)
{
	struct down_remark list[4];
	struct down_sums sums = { 0 };
	struct down_page page = { .remarks = list, .n_remarks = n };
	village_as(&c->v, "operator");
	OK(&c->v, outbox_upstream_add(c->v.cx, "town", "https://up.example/e", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	                              false));
	village_sql(&c->v, "INSERT INTO cursor_of (upstream, hotel, epoch, seq) SELECT u.id, h.id, 1, 1"
	                   " FROM upstream u, hotel h");
	for (size_t i = 0; i < n; i++)
		list[i] = (struct down_remark){ .id = (int64_t)i + 71, .origin = (int64_t)i + 71, .stay = stay,
			                        .at = c->v.cx->now, .open = true, .field = fields[i],
			                        .believed = strcmp(fields[i], "other") ? "韦<b>大伯" : NULL,
			                        .words = "见户口簿" };
	const struct down_cursor to = { .upstream = village_sql(&c->v, "SELECT id FROM upstream"),
		                        .hotel = c->v.hotel, .remarks = 99 };
	OK(&c->v, down_take(c->v.cx, &to, &page, &sums));
	assert_int_equal(sums.remarks, n);
}

static int64_t remark_of(struct client *c, int64_t origin)
{
	return village_sql(&c->v, at("SELECT id FROM remark WHERE origin = ", origin, ""));
}

static void who_decides_sees_theirs_beside_ours(void **state)
{
	static const char *const not[] = { "wang", "tenant", "head", "auditor", "employer" };
	static const char *const fields[] = { "name", "doc_no" };
	struct client *c = *state;
	int64_t stay = village_in(&c->v, V_101, 1);
	assert_int_equal(client_get(c, "clerk", H "/queue/remarks", false), 200);
	assert_true(client_has(c, "没有了。"));
	told(c, stay, fields, 2);
	for (int json = 0; json < 2; json++) {
		assert_int_equal(client_get(c, "clerk", H "/queue/remarks", json), 200);
		assert_true(client_has(c, json ? "韦<b>大伯" : "韦&lt;b&gt;大伯"));
		assert_true(client_has(c, "见户口簿") && client_has(c, "town"));
		assert_true(json || client_has(c, "/amend?f=name&amp;remark="));
		assert_false(client_has(c, village_doc(1)));
	}
	assert_int_equal(client_get(c, "clerk", H "/queue", true), 200);
	assert_true(client_has(c, "\"remarks\":2"));
	assert_int_equal(client_get(c, "grid", H "/queue/remarks", true), 200); /* never shown a number */
	cJSON *v = client_json(c);
	cJSON *rows = cJSON_GetObjectItem(v, "rows");
	assert_non_null(json_str(cJSON_GetArrayItem(rows, 0), "believed"));
	assert_null(json_str(cJSON_GetArrayItem(rows, 1), "believed"));
	cJSON_Delete(v);
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		assert_int_equal(client_get(c, not[i], H "/queue/remarks", true), 403);
	assert_int_equal(client_get(c, "clerk2", H "/queue/remarks", true), 404);
	assert_int_equal(client_get(c, NULL, H "/queue/remarks", true), 401);
	/* The task and the stay lead there; a landlord is told nothing of it. */
	assert_int_equal(client_get(c, "clerk", H "/tasks?kind=remark", false), 200);
	int64_t task = village_sql(&c->v, "SELECT min(id) FROM task WHERE kind = 'remark'");
	assert_int_equal(client_get(c, "clerk", at(H "/tasks/", task, ""), false), 200);
	assert_true(client_has(c, "href=\"" H "/queue/remarks\""));
	assert_int_equal(client_get(c, "wang", at(H "/tasks/", task, ""), true), 403);
	assert_int_equal(client_get(c, "clerk", at(H "/stays/", stay, ""), false), 200);
	assert_true(client_has(c, "见户口簿") && client_has(c, "等答复"));
	assert_int_equal(client_get(c, "wang", at(H "/stays/", stay, ""), false), 200);
	assert_false(client_has(c, "见户口簿"));
}

static void the_suggestion_stands_beside_the_field_and_one_press_takes_it(void **state)
{
	static const char *const fields[] = { "home", "other" };
	struct client *c = *state;
	char url[160];
	int64_t stay = village_in(&c->v, V_101, 1), other = village_in(&c->v, V_102, 2);
	told(c, stay, fields, 2);
	int64_t id = remark_of(c, 71);
	snprintf(url, sizeof url, H "/stays/%lld/amend?f=home&remark=%lld", (long long)stay, (long long)id);
	assert_int_equal(client_get(c, "clerk", url, false), 200);
	assert_true(client_has(c, "name=\"home\" value=\"韦&lt;b&gt;大伯\"")); /* the button */
	assert_true(client_has(c, "改成 韦&lt;b&gt;大伯") && client_has(c, "见户口簿"));
	snprintf(path, sizeof path, H "/stays/%lld/amend?f=home&remark=%lld", (long long)other, (long long)id);
	assert_int_equal(client_get(c, "clerk", path, false), 404); /* it is about another stay */
	assert_int_equal(client_get(c, "clerk", at(H "/stays/", stay, "/amend?f=home&remark=x"), false), 404);
	assert_int_equal(client_get(c, "wang", url, false), 403);
	assert_int_equal(client_post(c, "wang", url, FORM, "home=x", true), 403);
	assert_int_equal(client_post(c, "clerk", url, FORM, "", true), 409); /* nothing is changed by it */
	assert_true(client_has(c, "nothing_changed"));
	assert_int_equal(client_post(c, "clerk", url, FORM, "home=%E8%B4%B5%E5%B7%9E", false), 303);
	assert_string_equal(resp_header_get(&c->r, "Location"), H "/queue/remarks?ok=saved");
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM remark WHERE state = 'amended'"), 1);
	assert_int_equal(client_get(c, "clerk", at(H "/stays/", stay, ""), false), 200);
	assert_true(client_has(c, "已更正"));
	/* One that is told in words alone leads to all fields, which keep what they answer. */
	id = remark_of(c, 72);
	snprintf(url, sizeof url, H "/stays/%lld/amend?f=&remark=%lld", (long long)stay, (long long)id);
	assert_int_equal(client_get(c, "clerk", url, false), 200);
	snprintf(path, sizeof path, "amend?f=phone&amp;remark=%lld", (long long)id);
	assert_true(client_has(c, path));
}

static void declining_asks_for_a_reason(void **state)
{
	static const char *const fields[] = { "name" };
	struct client *c = *state;
	char url[160];
	told(c, village_in(&c->v, V_101, 1), fields, 1);
	snprintf(url, sizeof url, H "/remarks/%lld/decline", (long long)remark_of(c, 71));
	assert_int_equal(client_post(c, "wang", url, FORM, "reason=no", true), 403);
	assert_int_equal(client_post(c, "clerk2", url, FORM, "reason=no", true), 404);
	assert_int_equal(client_post(c, "clerk", H "/remarks/12345/decline", FORM, "reason=no", true), 404);
	assert_int_equal(client_post(c, "clerk", url, FORM, "reason=", false), 422);
	assert_true(client_has(c, "name=\"reason\""));
	assert_int_equal(client_post(c, "clerk", url, FORM, "reason=no", false), 303);
	assert_int_equal(client_post(c, "clerk", url, FORM, "reason=again", true), 409);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM remark WHERE state = 'declined'"), 1);
	assert_int_equal(client_get(c, "clerk", H "/queue/remarks?ok=declined", false), 200);
	assert_true(client_has(c, "已答复") && client_has(c, "没有了。"));
}

/* The far village as its district would have it: told by a source. */
static void above_one_asks_and_changes_nothing(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk2");
	int64_t stay = village_in(&c->v, V_FAR, 3);
	char url[160];
	snprintf(url, sizeof url, FAR "/stays/%lld/remark", (long long)stay);
	assert_int_equal(client_post(c, "clerk2", url, FORM, "field=name&believed=a", true), 409); /* amend it */
	village_sql(&c->v, "UPDATE hotel SET source = 5 WHERE area = '" XIXIN "'");
	assert_int_equal(client_get(c, "clerk2", at(FAR "/stays/", stay, ""), false), 200);
	assert_true(client_has(c, url)); /* in the place of all verbs */
	assert_false(client_has(c, "/amend\"") || client_has(c, "/void\""));
	assert_int_equal(client_get(c, "clerk2", url, false), 200);
	assert_true(client_has(c, "登记由村里保管"));
	assert_int_equal(client_post(c, "clerk2", url, FORM, "field=room&believed=a", false), 422);
	assert_int_equal(client_post(c, "clerk2", url, FORM, "field=phone", false), 422); /* nor why */
	assert_int_equal(client_post(c, "clerk", url, FORM, "field=name&believed=a", true), 404);
	assert_int_equal(client_post(c, "clerk2", url, FORM, "field=name&believed=%E9%9F%A6&words=b", false), 303);
	assert_int_equal(client_post(c, "clerk2", url, FORM, "field=name&believed=c", true), 409);
	assert_int_equal(client_get(c, "clerk2", FAR "/stays/1/remark", false), 404);
	assert_int_equal(client_get(c, "clerk2", at(FAR "/stays/", stay, "?ok=remark_asked"), false), 200);
	assert_true(client_has(c, "等答复") && client_has(c, "→ 韦"));
	assert_int_equal(client_get(c, "clerk2", FAR "/queue/remarks", false), 200);
	assert_true(client_has(c, "已请下级更正") && client_has(c, "村里登记的"));
	assert_false(client_has(c, "/decline"));
	at(FAR "/remarks/", village_sql(&c->v, "SELECT id FROM remark"), "/decline");
	assert_int_equal(client_post(c, "clerk2", path, FORM, "reason=no", true), 409);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)
	const struct CMUnitTest tests[] = {
		T(who_decides_sees_theirs_beside_ours),
		T(the_suggestion_stands_beside_the_field_and_one_press_takes_it),
		T(declining_asks_for_a_reason),
		T(above_one_asks_and_changes_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
