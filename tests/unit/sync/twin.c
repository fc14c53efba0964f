#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/sync_twin.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define OTHER "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static struct arena *a;
static struct twin *twin;

static void start(const char *faults)
{
	struct webhook_keys keys;
	struct twin_faults f;
	struct err e = { .n = 0 };
	assert_int_equal(webhook_keys_parse(a, SECRET, &keys), VH_OK);
	assert_int_equal(twin_faults_parse(faults, &f, &e), VH_OK);
	assert_int_equal(twin_new(&keys, &f, 7, &twin), VH_OK);
}

static int set_up(void **state)
{
	(void)state;
	json_hooks();
	twin = NULL;
	a = arena_new(8 << 20);
	return a && crypto_start() == VH_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	twin_free(twin);
	arena_free(a);
	return 0;
}

/* Events of hotel 1 with these sequences; key and id follow from the sequence unless said. */
static const char *batch(const struct cloud_event *ev, size_t n)
{
	struct buf b;
	buf_init(&b, LIM_SYNC_BODY);
	batch_open(&b);
	for (size_t i = 0; i < n; i++)
		batch_add(&b, &ev[i]);
	batch_close(&b);
	assert_true(buf_ok(&b));
	const char *text = arena_dup(a, buf_str(&b));
	buf_done(&b);
	return text;
}

static struct cloud_event event(const char *id, const char *key, const char *sequence)
{
	return (struct cloud_event){ .id = id, .source = "/hotels/310116104205", .subject = "stays/1", .type = "t",
		                     .key = key, .sequence = sequence, .time = 1, .data = "{}" };
}

/* What the twin answers to a body signed with a secret; the answer's body goes to the arena. */
static int post(const char *body, const char *secret, const char *area, bool *ret_drop, const char **ret_body)
{
	struct webhook_keys keys;
	char digest[DIGEST_TEXT], *signature = NULL;
	int64_t at = now_ms() / 1000;
	struct http_app app = twin_app(twin);
	struct http_req *q = req_make(a, HTTP_POST, "/upstream/events");
	struct http_resp r;
	resp_init(&r, a);
	assert_non_null(q);
	q->path = q->target;
	assert_int_equal(webhook_keys_parse(a, secret, &keys), VH_OK);
	assert_int_equal(webhook_sign(a, &keys, "b1", at, body, strlen(body), &signature), VH_OK);
	content_digest(body, strlen(body), digest);
	assert_int_equal(req_header_add(q, "Webhook-Id", "b1"), VH_OK);
	assert_int_equal(req_header_add(q, "Webhook-Timestamp", arena_printf(a, "%lld", (long long)at)), VH_OK);
	assert_int_equal(req_header_add(q, "Webhook-Signature", signature), VH_OK);
	assert_int_equal(req_header_add(q, "Content-Digest", digest), VH_OK);
	assert_int_equal(req_header_add(q, "Content-Type", BATCH_TYPE), VH_OK);
	assert_int_equal(req_header_add(q, "Vhotel-Source", area), VH_OK);
	q->body = body;
	q->body_n = strlen(body);
	http_call(&app, q, &r);
	*ret_drop = r.drop;
	*ret_body = arena_dup(a, buf_str(&r.body));
	int status = r.status;
	resp_done(&r);
	return status;
}

static int status_of(enum http_method method, const char *path)
{
	struct http_app app = twin_app(twin);
	struct http_req *q = req_make(a, method, path);
	struct http_resp r;
	assert_non_null(q);
	q->path = q->target;
	resp_init(&r, a);
	http_call(&app, q, &r);
	int status = r.status;
	resp_done(&r);
	return status;
}

static int64_t told(const char *name)
{
	struct buf b;
	cJSON *root = NULL;
	struct err e = { .n = 0 };
	buf_init(&b, LIM_RESPONSE);
	twin_report(twin, &b);
	assert_int_equal(json_parse(b.p, b.n, &root, &e), VH_OK);
	int64_t v = json_i64(root, name, -1);
	if (v < 0)
		v = json_i64(cJSON_GetObjectItemCaseSensitive(root, "faults"), name, -1);
	cJSON_Delete(root);
	buf_done(&b);
	return v;
}

static void the_book_knows_new_ones_repeats_disorder_and_gaps(void **state)
{
	(void)state;
	struct book *b = book_new();
	struct book_sums sums;
	static const struct {
		const char *id, *key, *seq;
		enum reply_state want;
	} row[] = {
		{ "11", "k1", "1", REPLY_ACCEPTED },  { "12", "k2", "2", REPLY_ACCEPTED },
		{ "11", "k1", "1", REPLY_DUPLICATE }, { "14", "k1", "4", REPLY_ACCEPTED },
		{ "13", "k1", "3", REPLY_ACCEPTED }, /* late: disorder */
		{ "17", "k2", "7", REPLY_ACCEPTED }, /* 5 and 6 are missing */
		{ "13", "k1", "3", REPLY_DUPLICATE },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct cloud_event ev = event(row[i].id, row[i].key, row[i].seq);
		enum reply_state got = REPLY_UNKNOWN;
		assert_int_equal(book_take(b, &ev, &got), VH_OK);
		assert_int_equal(got, row[i].want);
	}
	book_sums(b, &sums);
	assert_int_equal(sums.accepted, 5);
	assert_int_equal(sums.duplicates, 2);
	assert_int_equal(sums.disorder, 1);
	assert_int_equal(sums.gaps, 2);
	struct cloud_event other = event("11", "k1", "1");
	enum reply_state got = REPLY_UNKNOWN;
	other.source = "/hotels/310116104206"; /* the same id of another source is another event */
	assert_int_equal(book_take(b, &other, &got), VH_OK);
	assert_int_equal(got, REPLY_ACCEPTED);
	book_free(b);
}

static void the_book_holds_many(void **state)
{
	(void)state;
	struct book *b = book_new();
	for (int round = 0; round < 2; round++)
		for (int i = 1; i <= 20000; i++) {
			char id[16], key[16];
			snprintf(id, sizeof(id), "%d", i);
			snprintf(key, sizeof(key), "%d", i % 700);
			struct cloud_event ev = event(id, key, id);
			enum reply_state got = REPLY_UNKNOWN;
			assert_int_equal(book_take(b, &ev, &got), VH_OK);
			assert_int_equal(got, round ? REPLY_DUPLICATE : REPLY_ACCEPTED);
		}
	struct book_sums sums;
	book_sums(b, &sums);
	assert_int_equal(sums.accepted, 20000);
	assert_int_equal(sums.duplicates, 20000);
	assert_int_equal(sums.disorder + sums.gaps, 0);
	book_free(b);
}

static void fault_specs_are_read_or_refused(void **state)
{
	(void)state;
	static const char *const good[] = { "", "all=0.1", "lost=0.1,503=0.05", "slow=0.02,slow_ms=300",
		"dup=1", "all=0" };
	static const char *const bad[] = { "lost", "lost=", "lost=x", "lost=1.5", "all=0.2", "lost=0.1;dup=0.1",
		"lost=-1",
		"lost=1e-1", "slow_ms=99999", "lst=0.1", "lost=0.1,,dup=0.1", "lost=0.6,dup=0.6", "=0.1" };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct twin_faults f;
		struct err e = { .n = 0 };
		if (twin_faults_parse(good[i], &f, &e) != VH_OK)
			fail_msg("refused: %s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct twin_faults f;
		struct err e = { .n = 0 };
		if (twin_faults_parse(bad[i], &f, &e) != VH_INVALID || strcmp(err_code(&e), "faults") != 0)
			fail_msg("taken: %s", bad[i]);
	}
}

static void what_is_signed_and_sound_is_taken_and_the_rest_is_not(void **state)
{
	(void)state;
	start("");
	const struct cloud_event ev[2] = { event("11", "k1", "1"), event("12", "k2", "2") };
	const struct cloud_event crowd[2] = { event("13", "k1", "3"), event("14", "k1", "4") };
	const char *body = batch(ev, 2), *said = NULL;
	bool drop = false;
	assert_int_equal(post(body, OTHER, "310116104205", &drop, &said), 401);
	assert_int_equal(post(body, SECRET, "310116104206", &drop, &said), 422);
	assert_int_equal(post("{}", SECRET, "310116104205", &drop, &said), 422);
	assert_int_equal(told("accepted"), 0);
	assert_int_equal(post(body, SECRET, "310116104205", &drop, &said), 200);
	assert_non_null(strstr(said, "{\"id\":\"12\",\"status\":\"accepted\""));
	assert_int_equal(post(body, SECRET, "310116104205", &drop, &said), 200);
	assert_non_null(strstr(said, "{\"id\":\"11\",\"status\":\"duplicate\""));
	assert_int_equal(told("crowded"), 0);
	assert_int_equal(post(batch(crowd, 2), SECRET, "310116104205", &drop, &said), 200);
	assert_int_equal(told("crowded"), 1);
	assert_int_equal(told("accepted"), 4);
	assert_int_equal(told("duplicates"), 2);
	assert_int_equal(told("signature_failures"), 1);
	assert_int_equal(told("refused"), 2);
	assert_int_equal(told("requests"), 6);
}

static void each_fault_plays_as_it_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *spec, *name;
		int status;
		bool drop;
		int64_t taken;
		const char *body; /* begins so; NULL: nothing is heard */
	} row[] = {
		{ "lost=1", "lost", 200, true, 2, NULL },
		{ "partial=1", "partial", 200, false, 1, "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\"" },
		{ "429=1", "429", 429, false, 0, "" },
		{ "503=1", "503", 503, false, 0, "<html>" },
		{ "empty=1", "empty", 200, false, 2, "" },
		{ "slow=1,slow_ms=1", "slow", 200, false, 2, "{\"results\":" },
		{ "reset=1", "reset", 500, true, 0, NULL },
		{ "dup=1", "dup", 200, false, 2,
		  "{\"results\":[{\"id\":\"11\",\"status\":\"accepted\",\"receipt\":\"11\"},{\"id\":\"11\"" },
	};
	const struct cloud_event ev[2] = { event("11", "k1", "1"), event("12", "k2", "2") };
	const char *body = batch(ev, 2), *said = NULL;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool drop = false;
		start(row[i].spec);
		assert_int_equal(post(body, SECRET, "310116104205", &drop, &said), row[i].status);
		assert_int_equal(drop, row[i].drop);
		if (row[i].body && strncmp(said, row[i].body, strlen(row[i].body)) != 0)
			fail_msg("%s: %s", row[i].name, said);
		if (row[i].body && !*row[i].body)
			assert_string_equal(said, "");
		assert_int_equal(told("accepted"), row[i].taken);
		assert_int_equal(told(row[i].name), 1);
		twin_free(twin);
		twin = NULL;
	}
}

/* It holds no registry: a question is neither a bad batch nor an event that was refused. */
static void a_question_is_not_taken_for_a_batch(void **state)
{
	(void)state;
	start("503=1");
	assert_int_equal(status_of(HTTP_POST, "/upstream/query"), 404);
	assert_int_equal(told("requests"), 0);
	assert_int_equal(told("503"), 0); /* no throw of the die: the same seed plays the same faults */
	assert_int_equal(status_of(HTTP_POST, "/upstream/events"), 401);
	assert_int_equal(told("requests"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_book_knows_new_ones_repeats_disorder_and_gaps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_book_holds_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(fault_specs_are_read_or_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_signed_and_sound_is_taken_and_the_rest_is_not, set_up,
		                                tear_down),
		cmocka_unit_test_setup_teardown(each_fault_plays_as_it_is_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_question_is_not_taken_for_a_batch, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
