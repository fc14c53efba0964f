/* The desk's lists: who sees which, what a row may be worked with, and what a number costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/dispute.h"
#include "vh/employer.h"
#include "vh/hazard.h"
#include "vh/limits.h"
#include "vh/outbox.h"
#include "vh/queue.h"

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define H "/h/" DONGXIN

static char path[240];

static const char *stay_path(int64_t stay, const char *verb)
{
	snprintf(path, sizeof path, H "/stays/%lld/%s", (long long)stay, verb);
	return path;
}

static int64_t count(struct client *c, const char *sql)
{
	return village_sql(&c->v, sql);
}

static cJSON *asked(struct client *c, const char *who, const char *url)
{
	int status = client_get(c, who, url, true);
	if (status != 200)
		fail_msg("%s: %d %s", url, status, client_body(c));
	return client_json(c);
}

static int rows_of(struct client *c, const char *who, const char *url)
{
	cJSON *v = asked(c, who, url);
	int n = cJSON_GetArraySize(cJSON_GetObjectItem(v, "rows"));
	cJSON_Delete(v);
	return n;
}

/* The number that the hub gives for a list. */
static int counted(struct client *c, const char *name)
{
	cJSON *v = asked(c, "clerk", H "/queue");
	cJSON *n = cJSON_GetObjectItem(cJSON_GetObjectItem(v, "counts"), name);
	assert_non_null(n);
	int out = n->valueint;
	cJSON_Delete(v);
	return out;
}

static int64_t stay_until(struct client *c, int room, unsigned n, const char *until)
{
	struct stay_new s = village_new(&c->v, room, n);
	struct stay_done d;
	s.phone = "19900001001";
	s.since = "2026-11-19";
	s.until = until;
	assert_int_equal(stay_in(c->v.cx, &s, &d), VH_OK);
	return d.id;
}

static void every_list_is_for_the_desk_and_officers(void **state)
{
	static const char *const lists[] = {
		"/queue",          "/queue/verify",   "/queue/calls",       "/queue/away",
		"/queue/declared", "/queue/disputes", "/queue/corrections", "/tasks",
		"/employers",      "/notices",        "/erasures",       "/access/erasures",
		"/queue/remarks",
	};
	/* in the order of the lists: y may, n is denied */
	static const struct {
		const char *who, *may;
	} roles[] = {
		{ "clerk", "yyyyyyyyyyyny" },    { "police", "yyyyyyyynnnny" }, { "grid", "yyyyyyyynnnny" },
		{ "landlord", "nnnnnnnynnnnn" }, { "head", "nnnnnnnnnynnn" },   { "auditor", "nnnnnnnnnnnyn" },
		{ "employer", "nnnnnnnnnnnnn" }, { "tenant", "nnnnnnnnnnnnn" },
	};
	struct client *c = *state;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
			snprintf(path, sizeof path, H "%s", lists[k]);
			const char *who = !strcmp(roles[i].who, "landlord") ? "wang" : roles[i].who;
			for (int json = 0; json < 2; json++) {
				int status = client_get(c, who, path, json);
				if ((status == 200) != (roles[i].may[k] == 'y') || status >= 500)
					fail_msg("%s %s: %d", who, path, status);
			}
		}
	}
	/* Another village's desk learns nothing of this one. */
	assert_int_equal(client_get(c, "clerk2", H "/queue/verify", true), 404);
	assert_int_equal(client_get(c, "outsider", H "/queue", true), 404);
}

static void what_waits_is_verified_or_rejected_and_leads_back(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "wang");
	int64_t one = village_in(&c->v, V_101, 1), two = village_in(&c->v, V_101, 2);
	assert_int_equal(counted(c, "pending"), 2);
	assert_int_equal(rows_of(c, "clerk", H "/queue/verify"), 2);
	assert_int_equal(client_get(c, "grid", H "/queue/verify", false), 200);
	assert_true(client_has(c, "formaction=\"" H "/stays/"));
	assert_true(client_has(c, "value=\"not_moved_in\""));
	assert_false(client_has(c, village_doc(1)));
	const char *next = "next=%2Fh%2F" DONGXIN "%2Fqueue%2Fverify";
	assert_int_equal(client_post(c, "grid", stay_path(one, "verify"), FORM, next, false), 303);
	char to[200];
	snprintf(to, sizeof to, H "/queue/verify?was=%lld&ok=verified", (long long)one);
	assert_string_equal(resp_header_get(&c->r, "Location"), to);
	assert_int_equal(client_get(c, "grid", to, false), 200);
	assert_true(client_has(c, "/stays/"));
	/* Only to a path of ours. */
	assert_int_equal(client_post(c, "clerk", stay_path(two, "reject"), FORM,
	                             "reason=twice&next=%2F%2Fevil.example", false), 303);
	assert_null(strstr(resp_header_get(&c->r, "Location"), "evil"));
	assert_int_equal(counted(c, "pending"), 0);
	assert_int_equal(village_stay(&c->v, one).state, STAY_VERIFIED);
	assert_int_equal(village_stay(&c->v, two).state, STAY_REJECTED);
	assert_int_equal(client_post(c, "clerk", stay_path(one, "reject"), FORM, "reason=twice", true), 409);
	assert_int_equal(client_post(c, "wang", stay_path(two, "verify"), JSON, "{}", true), 403);
}

/* The entry of the hub under this name. */
static cJSON *entry(cJSON *hub, const char *name)
{
	cJSON *e;
	cJSON_ArrayForEach(e, cJSON_GetObjectItem(hub, "queues"))
		if (!strcmp(json_str(e, "name"), name))
			return e;
	fail_msg("no entry %s", name);
	return NULL;
}

static void hazards_past_their_deadline_are_counted_and_one_tap_away(void **state)
{
	struct client *c = *state;
	const struct hazard_report r = { .code = village_plate(&c->v, c->v.room[V_101], 0), .item = SAFE_WIRING };
	int64_t id;
	village_as(&c->v, NULL);
	assert_int_equal(hazard_report(c->v.cx, &r, &id), VH_OK);
	cJSON *v = asked(c, "clerk", H "/queue");
	assert_int_equal(cJSON_GetObjectItem(entry(v, "hazards"), "count")->valueint, 0);
	cJSON_Delete(v);
	count(c, "UPDATE hazard SET due = 1");
	v = asked(c, "clerk", H "/queue");
	assert_int_equal(cJSON_GetObjectItem(entry(v, "hazards"), "count")->valueint, 1);
	cJSON_Delete(v);
	assert_int_equal(client_get(c, "clerk", H "/queue", false), 200);
	assert_true(client_has(c, "href=\"" H "/hazards?which=overdue\""));
	v = asked(c, "clerk", H "/hazards?which=overdue");
	assert_int_equal(cJSON_GetObjectItem(v, "hazards_n")->valueint, 1);
	cJSON_Delete(v);
}

/* Of the lists, but of the one whose rows stand in another as well. */
static int hub_counts(struct client *c)
{
	cJSON *v = asked(c, "clerk", H "/queue"), *e;
	int n = 0;
	cJSON_ArrayForEach(e, cJSON_GetObjectItem(v, "queues")) {
		const cJSON *count = cJSON_GetObjectItem(e, "count"), *name = cJSON_GetObjectItem(e, "name");
		if (cJSON_IsNumber(count) && strcmp(name->valuestring, "declared") != 0)
			n += count->valueint;
	}
	cJSON_Delete(v);
	return n;
}

static void the_first_page_counts_what_the_hub_counts(void **state)
{
	struct client *c = *state;
	const struct hazard_report r = { .code = village_plate(&c->v, c->v.room[V_101], 0), .item = SAFE_WIRING };
	int64_t id;
	assert_int_equal(hub_counts(c), 0);
	village_as(&c->v, "wang");
	village_in(&c->v, V_101, 1);
	village_as(&c->v, NULL);
	assert_int_equal(hazard_report(c->v.cx, &r, &id), VH_OK);
	village_as(&c->v, "clerk");
	stay_until(c, V_102, 2, "2026-11-20");
	assert_int_equal(hub_counts(c), counted(c, "pending") + counted(c, "overdue") + counted(c, "tasks"));
	assert_int_equal(counted(c, "tasks"), 1);
	cJSON *v = asked(c, "clerk", "/");
	cJSON *h = cJSON_GetObjectItem(cJSON_GetObjectItem(v, "desk"), "hotels")->child;
	assert_int_equal(cJSON_GetObjectItem(h, "waiting")->valueint, hub_counts(c));
	cJSON_Delete(v);
	v = asked(c, "admin", "/"); /* no work of his */
	h = cJSON_GetObjectItem(cJSON_GetObjectItem(v, "admin"), "hotels")->child;
	assert_int_equal(cJSON_GetObjectItem(h, "waiting")->valueint, 0);
	cJSON_Delete(v);
}

static void a_full_room_is_verified_by_a_second_button(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 1);
	village_in(&c->v, V_101, 2);
	struct stay_new n = village_new(&c->v, V_101, 3);
	struct stay_done d;
	n.anyway = true;
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	assert_int_equal(counted(c, "contested"), 1);
	assert_int_equal(client_post(c, "clerk", stay_path(d.id, "verify"), FORM, "", false), 409);
	assert_true(client_has(c, "name=\"anyway\""));
	assert_int_equal(client_post(c, "clerk", stay_path(d.id, "verify"), FORM, "anyway=1", false), 303);
	assert_int_equal(village_stay(&c->v, d.id).state, STAY_VERIFIED);
}

static void a_list_goes_on_after_its_last_row(void **state)
{
	struct client *c = *state;
	const int many = QUEUE_ROWS + 3;
	char seen[100] = { 0 }, next[60] = "";
	village_as(&c->v, "operator");
	assert_int_equal(room_amend(c->v.cx, c->v.hotel, c->v.room[V_101], &(struct room_new){ .capacity = 64 }),
	                 VH_OK);
	for (int i = 0; i < many; i++) {
		char until[DAY_TEXT];
		int32_t day;
		assert_int_equal(day_parse("2026-11-22", &day), VH_OK);
		day_format(day + i % 3, until);
		village_as(&c->v, "wang");
		stay_until(c, V_101, (unsigned)i + 1, until);
	}
	static const char *const lists[] = { "/queue/verify?", "/queue/calls?list=soon&" };
	for (size_t k = 0; k < 2; k++) {
		int pages = 0, rows = 0;
		char last[24] = "";
		memset(seen, 0, sizeof seen);
		*next = '\0';
		do {
			snprintf(path, sizeof path, H "%s%s%s", lists[k], *next ? "after=" : "", next);
			cJSON *v = asked(c, "clerk", path), *r;
			cJSON_ArrayForEach(r, cJSON_GetObjectItem(v, "rows")) {
				const char *key = json_str(r, k ? "until" : "id");
				assert_true(strcmp(key, last) >= !k);
				snprintf(last, sizeof last, "%s", key);
				rows++;
			}
			snprintf(next, sizeof next, "%s", json_str(v, "next") ? json_str(v, "next") : "");
			cJSON_Delete(v);
			pages++;
		} while (*next && pages < 5);
		assert_int_equal(rows, many);
		assert_int_equal(pages, 2);
	}
	assert_int_equal(client_get(c, "clerk", H "/queue/verify?after=1.2", true), 422);
	assert_int_equal(client_get(c, "clerk", H "/queue/calls?list=soon&after=x", true), 422);
	assert_int_equal(client_get(c, "clerk", H "/queue/calls?list=verify", true), 404);
}

static void who_is_due_and_who_is_late_are_apart(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	int64_t soon = stay_until(c, V_101, 1, "2026-11-28");
	int64_t over = stay_until(c, V_101, 2, "2026-11-20");
	struct stay_new n = village_new(&c->v, V_102, 3);
	struct stay_done late;
	n.since = "2026-10-01";
	n.until = "2027-10-01";
	assert_int_equal(stay_in(c->v.cx, &n, &late), VH_OK);
	assert_true(late.late);
	stay_until(c, V_102, 4, "2026-11-29");
	static const char *const lists[] = { "soon", "overdue", "late" };
	const int64_t want[] = { soon, over, late.id };
	for (size_t i = 0; i < 3; i++) {
		char id[24];
		snprintf(path, sizeof path, H "/queue/calls?list=%s", lists[i]);
		snprintf(id, sizeof id, "%lld", (long long)want[i]);
		assert_int_equal(rows_of(c, "clerk", path), 1);
		assert_true(client_has(c, id));
		assert_int_equal(counted(c, lists[i]), 1);
	}
}

static void numbers_are_masked_until_somebody_calls(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	int64_t over = stay_until(c, V_101, 1, "2026-11-20");
	int64_t fine = stay_until(c, V_102, 2, "2027-11-20");
	struct stay_done d;
	assert_int_equal(stay_change(c->v.cx, c->v.hotel, fine, &(struct stay_change){ .verb = SV_VERIFY }, &d),
	                 VH_OK);
	int64_t before = count(c, "SELECT count(*) FROM access");
	assert_int_equal(client_get(c, "clerk", H "/queue/calls", true), 200);
	assert_true(client_has(c, "*1001"));
	assert_false(client_has(c, "19900001001"));
	/* One row for the tenant, one for each landlord. */
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 2);
	assert_int_equal(count(c, "SELECT count(*) FROM access WHERE reason = 'calls'"), 2);
	assert_int_equal(client_get(c, "grid", H "/queue/calls", true), 200);
	assert_false(client_has(c, "*1001"));
	assert_int_equal(client_post(c, "clerk", stay_path(over, "call"), FORM, "", true), 200);
	assert_true(client_has(c, "19900001001"));
	assert_int_equal(count(c, "SELECT count(*) FROM access WHERE reason = 'call'"
	                          " AND fields IN ('name*,phone', 'name,phone')"), 2);
	assert_int_equal(client_post(c, "clerk", stay_path(over, "call"), FORM, "", false), 200);
	assert_true(client_has(c, "tel:19900001001"));
	/* Nothing is open with this one; the grid worker is shown no telephone; it is not the landlord's list. */
	assert_int_equal(client_post(c, "clerk", stay_path(fine, "call"), FORM, "", true), 409);
	assert_true(client_has(c, "no_call"));
	assert_int_equal(client_post(c, "grid", stay_path(over, "call"), FORM, "", true), 403);
	assert_int_equal(client_post(c, "wang", stay_path(over, "call"), FORM, "", true), 403);
	assert_int_equal(client_post(c, "clerk2", stay_path(over, "call"), FORM, "", true), 404);
}

static const char *bulk_body(const char *verb, const int64_t *id, size_t n, const char *more)
{
	static char body[4000];
	int at = snprintf(body, sizeof body, "verb=%s%s", verb, more);
	for (size_t i = 0; i < n; i++)
		at += snprintf(body + at, sizeof body - (size_t)at, "&stay=%lld", (long long)id[i]);
	return body;
}

static void many_are_back_or_gone_each_with_its_event(void **state)
{
	struct client *c = *state;
	struct stay_change away = { .verb = SV_AWAY, .day = "2026-11-21" };
	struct stay_done d;
	int64_t id[3];
	village_as(&c->v, "clerk");
	for (unsigned i = 0; i < 3; i++)
		id[i] = village_in(&c->v, i < 2 ? V_101 : V_102, i + 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(stay_change(c->v.cx, c->v.hotel, id[i], &away, &d), VH_OK);
	assert_int_equal(rows_of(c, "clerk", H "/queue/away"), 2);
	int64_t events = count(c, "SELECT count(*) FROM event");
	/* The third is not away: refused, and the others done all the same. */
	client_header(c, "Idempotency-Key", "spring");
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM, bulk_body("back", id, 3, ""), true), 200);
	assert_true(client_has(c, "\"done\":2"));
	assert_true(client_has(c, "\"refused_n\":1"));
	assert_true(client_has(c, "stay_state"));
	assert_int_equal(count(c, "SELECT count(*) FROM event"), events + 2);
	client_header(c, "Idempotency-Key", "spring");
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM, bulk_body("back", id, 3, ""), true), 200);
	assert_true(client_has(c, "\"done\":2"));
	assert_int_equal(count(c, "SELECT count(*) FROM event"), events + 2);
	/* As a page, and then again without a key: refused one by one, and nothing done twice. */
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM,
	                             bulk_body("out", id, 3, "&out=2026-11-21"), false), 200);
	assert_int_equal(count(c, "SELECT count(*) FROM stay WHERE state = 'ended' AND ended = '2026-11-21'"), 3);
	events = count(c, "SELECT count(*) FROM event");
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM,
	                             bulk_body("out", id, 3, "&out=2026-11-21"), true), 200);
	assert_true(client_has(c, "\"refused_n\":3"));
	assert_int_equal(count(c, "SELECT count(*) FROM event"), events);
}

static void a_bulk_send_has_a_cap_and_its_rights(void **state)
{
	struct client *c = *state;
	static char body[4000];
	int at = snprintf(body, sizeof body, "verb=back");
	village_as(&c->v, "zhao");
	int64_t other = village_in(&c->v, V_201, 9);
	assert_int_equal(client_post(c, "wang", H "/queue/bulk", FORM, bulk_body("out", &other, 1, ""), true), 200);
	assert_true(client_has(c, "\"done\":0"));
	assert_true(client_has(c, "not_found"));
	assert_int_equal(village_stay(&c->v, other).state, STAY_PENDING);
	for (int i = 0; i <= LIM_BULK; i++)
		at += snprintf(body + at, sizeof body - (size_t)at, "&stay=%lld", (long long)other + i);
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM, body, true), 413);
	assert_true(client_has(c, "bulk_many"));
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM, "verb=void&stay=1", true), 422);
	assert_int_equal(client_post(c, "clerk", H "/queue/bulk", FORM, "verb=back", true), 422);
	assert_int_equal(client_post(c, "head", H "/queue/bulk", FORM, "verb=back&stay=1", true), 403);
}

static void an_objection_is_upheld_or_refused_with_a_reason(void **state)
{
	struct client *c = *state;
	int64_t id[2];
	village_as(&c->v, "clerk");
	for (unsigned i = 0; i < 2; i++) {
		struct dispute_new n = { .hotel = c->v.hotel, .stay = village_in(&c->v, V_101, i + 1), .kind = "wrong",
			                 .words = "房号不对" };
		assert_int_equal(dispute_file(c->v.cx, &n, &id[i]), VH_OK);
	}
	assert_int_equal(counted(c, "disputes"), 2);
	assert_int_equal(client_get(c, "police", H "/queue/disputes", false), 200);
	assert_true(client_has(c, "房号不对"));
	assert_false(client_has(c, village_doc(1)));
	snprintf(path, sizeof path, H "/disputes/%lld/refuse", (long long)id[0]);
	assert_int_equal(client_post(c, "police", path, FORM, "", false), 422);
	assert_int_equal(client_post(c, "police", path, FORM, "reason=%E6%B2%A1%E9%94%99", false), 303);
	assert_int_equal(client_post(c, "police", path, FORM, "reason=x", true), 409);
	snprintf(path, sizeof path, H "/disputes/%lld/uphold", (long long)id[1]);
	assert_int_equal(client_post(c, "wang", path, JSON, "{}", true), 403);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{}", true), 200);
	assert_int_equal(counted(c, "disputes"), 0);
}

struct refusal {
	struct upstream up;
	int64_t event;
};

static enum vh_rc refuse_step(struct ctx *cx, void *arg)
{
	struct refusal *r = arg;
	struct event *e = NULL;
	enum vh_rc rc = upstream_get(cx, "town", &r->up);
	if (rc == VH_OK)
		rc = event_after(cx, 1, 0, 0, 100, &e);
	while (rc == VH_OK && e && strncmp(e->subject, "stays/", 6) != 0)
		e = e->next;
	if (rc != VH_OK || !e)
		return rc;
	struct delivery d = { .upstream = r->up.id, .hotel = e->hotel, .epoch = e->epoch, .seq = e->seq,
		              .event = e->id, .part = e->part, .state = "due", .next_at = cx->now };
	r->event = e->id;
	rc = delivery_insert(cx, &d);
	d.state = "rejected";
	d.status = 200;
	d.code = "doc_unknown";
	d.detail = "<b>no such card</b>";
	return rc == VH_OK ? delivery_update(cx, &d) : rc;
}

static void what_came_back_is_shown_in_both_words_and_sent_again(void **state)
{
	struct client *c = *state;
	struct refusal r = { .event = 0 };
	village_as(&c->v, "operator");
	assert_int_equal(outbox_upstream_add(c->v.cx, "town", "https://town.example/x",
	                                     "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false), VH_OK);
	village_as(&c->v, "clerk");
	village_in(&c->v, V_101, 1);
	assert_int_equal(db_write(c->v.cx, refuse_step, &r), VH_OK);
	assert_true(r.event != 0);
	assert_int_equal(counted(c, "corrections"), 1);
	assert_int_equal(client_get(c, "clerk", H "/queue/corrections", false), 200);
	assert_true(client_has(c, "&lt;b&gt;no such card"));
	assert_true(client_has(c, "/stays/"));
	assert_false(client_has(c, village_doc(1)));
	assert_int_equal(count(c, "SELECT count(*) FROM access WHERE reason = 'correction'"), 1);
	snprintf(path, sizeof path, H "/corrections/%lld/again", (long long)r.event);
	assert_int_equal(client_post(c, "head", path, FORM, "", true), 403);
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303);
	assert_int_equal(client_post(c, "clerk", path, FORM, "", true), 409);
	assert_int_equal(counted(c, "corrections"), 0);
	assert_int_equal(client_post(c, "clerk", H "/corrections/12345678901/again", FORM, "", true), 404);
}

static void employers_are_kept_and_merged(void **state)
{
	struct client *c = *state;
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	village_as(&c->v, "clerk");
	n.employer = "亭林电子";
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	assert_int_equal(client_post(c, "clerk", H "/employers", JSON,
	                             "{\"employer\":\"亭林电子厂\",\"uscc\":\"91310116MA1J8XXX0\"}", true), 422);
	assert_int_equal(client_post(c, "clerk", H "/employers", JSON, "{\"employer\":\"亭林电子厂\"}", true), 201);
	assert_int_equal(client_post(c, "clerk", H "/employers", JSON, "{\"employer\":\"亭林电子厂\"}", true), 409);
	assert_int_equal(rows_of(c, "clerk", H "/employers"), 2);
	int64_t was = count(c, "SELECT employer FROM stay");
	snprintf(path, sizeof path, H "/employers/%lld", (long long)was);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	snprintf(path, sizeof path, H "/employers/%lld/aliases", (long long)was);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"alias\":\"电子一厂\"}", true), 200);
	snprintf(path, sizeof path, H "/employers/%lld/merge", (long long)was);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"into\":\"没有这家\"}", true), 404);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"into\":\"亭林电子\"}", true), 409);
	assert_int_equal(client_post(c, "police", path, JSON, "{\"into\":\"亭林电子厂\"}", true), 403);
	assert_int_equal(client_post(c, "clerk", path, JSON, "{\"into\":\"亭林电子厂\"}", true), 200);
	assert_int_equal(rows_of(c, "clerk", H "/employers"), 1);
	assert_int_not_equal(count(c, "SELECT employer FROM stay"), was);
	assert_int_equal(count(c, "SELECT count(*) FROM employer_alias"), 2);
	/* Whoever files under the old name is with the other from now on. */
	n = village_new(&c->v, V_101, 2);
	n.employer = "亭林 电子";
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	assert_int_equal(count(c, "SELECT count(*) FROM employer"), 1);
	assert_int_equal(count(c, "SELECT count(DISTINCT employer) FROM stay"), 1);
}

static void notices_are_put_listed_and_taken_down(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_post(c, "clerk", H "/notices", FORM, "text=&until=2026-11-30", false), 422);
	assert_int_equal(client_post(c, "clerk", H "/notices", FORM, "text=x&until=2026-11-01", false), 422);
	assert_int_equal(client_post(c, "clerk", H "/notices", FORM, "text=x&until=2026-11-30&house=77", false), 422);
	assert_true(client_has(c, "value=\"77\""));
	assert_int_equal(client_post(c, "clerk", H "/notices", FORM, "text=%E5%81%9C%E6%B0%B4&until=2026-11-30&house=1",
	                             false), 303);
	assert_int_equal(client_post(c, "head", H "/notices", FORM, "text=all&until=2026-11-30", true), 201);
	assert_int_equal(rows_of(c, "head", H "/notices"), 2);
	assert_int_equal(client_get(c, "clerk", H "/notices", false), 200);
	assert_true(client_has(c, "停水"));
	snprintf(path, sizeof path, H "/notices/%lld/withdraw",
	         (long long)count(c, "SELECT id FROM notice WHERE house IS NULL"));
	assert_int_equal(client_post(c, "police", path, FORM, "", true), 403);
	assert_int_equal(client_post(c, "clerk", path, FORM, "", false), 303);
	assert_int_equal(client_post(c, "clerk", path, FORM, "", true), 409);
	assert_int_equal(rows_of(c, "head", H "/notices"), 1);
}

static void the_emergency_list_costs_a_reason_and_a_review(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "clerk");
	struct stay_new n = village_new(&c->v, V_101, 1);
	struct stay_done d;
	n.name = "韦娜";
	n.phone = "19900001001";
	assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
	snprintf(path, sizeof path, H "/houses/%lld/emergency", (long long)c->v.house[0]);
	int64_t before = count(c, "SELECT count(*) FROM access");
	assert_int_equal(client_get(c, "grid", path, false), 200);
	assert_false(client_has(c, "韦娜"));
	assert_int_equal(client_post(c, "grid", path, FORM, "reason=", false), 422);
	assert_false(client_has(c, "韦娜"));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before);
	assert_int_equal(client_post(c, "wang", path, FORM, "reason=fire", true), 403);
	assert_int_equal(client_post(c, "outsider", path, FORM, "reason=fire", true), 404);
	assert_int_equal(client_post(c, "grid", path, FORM, "reason=fire", false), 200);
	assert_true(client_has(c, "韦娜"));
	assert_true(client_has(c, "tel:19900001001"));
	assert_int_equal(count(c, "SELECT count(*) FROM access"), before + 1);
	/* The auditor reviews it; those who work here do not even see the task. */
	assert_int_equal(rows_of(c, "clerk", H "/tasks"), 0);
	assert_int_equal(rows_of(c, "auditor", H "/reviews"), 1);
	assert_int_equal(client_get(c, "clerk", H "/reviews", true), 403);
	snprintf(path, sizeof path, H "/reviews/%lld/handle", (long long)count(c, "SELECT id FROM task"));
	assert_int_equal(client_post(c, "auditor", path, FORM, "note=%E6%9F%A5%E8%BF%87", false), 303);
	assert_non_null(strstr(resp_header_get(&c->r, "Location"), "/reviews/"));
	snprintf(path, sizeof path, H "/reviews/%lld/confirm", (long long)count(c, "SELECT id FROM task"));
	assert_int_equal(client_post(c, "auditor", path, FORM, "", true), 200);
	assert_int_equal(rows_of(c, "auditor", H "/reviews"), 0);
}

static void erasure_says_how_many_and_leaves_receipts(void **state)
{
	struct client *c = *state;
	struct stay_change out = { .verb = SV_OUT, .day = "2024-10-01" };
	struct stay_done d;
	village_as(&c->v, "clerk");
	for (unsigned i = 1; i < 4; i++) {
		struct stay_new n = village_new(&c->v, V_101, i);
		n.since = "2024-01-01";
		assert_int_equal(stay_in(c->v.cx, &n, &d), VH_OK);
		out.day = i == 3 ? "2026-10-01" : "2024-10-01";
		assert_int_equal(stay_change(c->v.cx, c->v.hotel, d.id, &out, &d), VH_OK);
	}
	cJSON *v = asked(c, "clerk", H "/erasures");
	int due = cJSON_GetObjectItem(v, "due")->valueint;
	cJSON_Delete(v);
	assert_int_equal(client_post(c, "auditor", H "/erasures", FORM, "", true), 403);
	assert_int_equal(client_post(c, "clerk", H "/erasures", FORM, "", false), 200);
	assert_int_equal(rows_of(c, "auditor", H "/access/erasures"), due);
	assert_int_equal(due, count(c, "SELECT count(*) FROM erasure"));
	assert_int_equal(due, 2);
	assert_int_equal(client_get(c, "clerk", H "/erasures", false), 200);
	assert_false(client_has(c, "action=\"" H "/erasures\""));
}

static void who_filed_himself_waits_for_the_landlords_word(void **state)
{
	struct client *c = *state;
	int64_t id = village_declared(&c->v, 5);
	assert_int_equal(rows_of(c, "clerk", H "/queue/declared"), 1);
	assert_int_equal(counted(c, "declared"), 1);
	assert_int_equal(client_get(c, "clerk", H "/queue/declared", false), 200);
	assert_int_equal(client_post(c, "police", stay_path(id, "settle"), FORM, "mine=yes", true), 403);
	assert_int_equal(client_post(c, "zhao", stay_path(id, "settle"), FORM, "mine=yes", true), 404);
	assert_int_equal(client_post(c, "clerk", stay_path(id, "settle"), FORM, "mine=perhaps", true), 422);
	assert_int_equal(client_post(c, "clerk", stay_path(id, "settle"), FORM, "mine=no", false), 303);
	assert_int_equal(client_post(c, "clerk", stay_path(id, "settle"), FORM, "mine=yes", true), 409);
	assert_int_equal(rows_of(c, "clerk", H "/queue/declared"), 0);
	/* He still waits to be verified or not, and somebody has to look. */
	assert_int_equal(rows_of(c, "clerk", H "/queue/verify"), 1);
	assert_true(client_has(c, "\"declared\":\"denied\""));
	assert_int_equal(rows_of(c, "clerk", H "/tasks"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_list_is_for_the_desk_and_officers),
		T(what_waits_is_verified_or_rejected_and_leads_back),
		T(hazards_past_their_deadline_are_counted_and_one_tap_away),
		T(the_first_page_counts_what_the_hub_counts),
		T(a_full_room_is_verified_by_a_second_button),
		T(a_list_goes_on_after_its_last_row),
		T(who_is_due_and_who_is_late_are_apart),
		T(numbers_are_masked_until_somebody_calls),
		T(many_are_back_or_gone_each_with_its_event),
		T(a_bulk_send_has_a_cap_and_its_rights),
		T(an_objection_is_upheld_or_refused_with_a_reason),
		T(what_came_back_is_shown_in_both_words_and_sent_again),
		T(employers_are_kept_and_merged),
		T(notices_are_put_listed_and_taken_down),
		T(the_emergency_list_costs_a_reason_and_a_review),
		T(erasure_says_how_many_and_leaves_receipts),
		T(who_filed_himself_waits_for_the_landlords_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
