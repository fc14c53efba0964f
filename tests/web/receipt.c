/*
 * Receipts that people hold: what a stay shows of them and to whom, and the page that tells anybody what one is worth,
 * by the pinned keys alone and without a word more than the receipt has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "vh/accounts.h"
#include "vh/limits.h"
#include "vh/proof.h"
#include "vh/store_pin.h"

#define FORM "application/x-www-form-urlencoded"
#define TAKEN (TESTDB_NOW - 5000)

/* Numbers of keys: the upstream's first and second, and one that nobody has pinned. */
enum { FIRST = 11, SECOND, FOREIGN };
enum { UPSTREAM = 7 };

static enum vh_rc town_step(struct ctx *cx, void *arg)
{
	const struct upstream u = { .id = UPSTREAM, .name = "town", .url = "http://127.0.0.1:1", .state = "open",
	                            .secret = { (const unsigned char *)"x", 1 }, .created = 1 };
	enum vh_rc rc = upstream_insert(cx, &u);
	(void)arg;
	for (int64_t no = FIRST; rc == VH_OK && no <= SECOND; no++) {
		struct receipt_key k;
		receipt_key_of(cx->keys, no, &k);
		const struct pin p = { .upstream = UPSTREAM, .key = k.id, .pub = { k.pub, SIGN_PUBLIC }, .since = no };
		rc = pin_put(cx, &p);
	}
	return rc;
}

static void upstream(struct client *c)
{
	village_as(&c->v, "operator");
	assert_int_equal(db_write(c->v.cx, town_step, NULL), VH_OK);
}

/* A receipt signed by that key; of an event of this hotel. In the arena of the village. */
static const char *signed_by(struct client *c, int64_t no, const char *area, int64_t event)
{
	struct receipt r = { .area = area, .event = event, .at = TAKEN, .print = "0123456789abcdef0123456789abcdef" };
	char text[RECEIPT_TEXT];
	assert_int_equal(receipt_make(c->v.cx->a, c->v.cx->keys, no, &r, text), VH_OK);
	return arena_dup(c->v.cx->a, text);
}

struct giving {
	const struct event *e;
	const char *receipt;
};

static enum vh_rc give_step(struct ctx *cx, void *arg)
{
	const struct giving *g = arg;
	const struct delivery d = { .upstream = UPSTREAM, .hotel = g->e->hotel, .epoch = g->e->epoch, .seq = g->e->seq,
	                            .event = g->e->id, .part = g->e->part, .state = "accepted", .done_at = TAKEN,
	                            .receipt = g->receipt };
	enum vh_rc rc = delivery_insert(cx, &d);
	return rc == VH_OK ? delivery_update(cx, &d) : rc;
}

/* The newest event was taken, and this was given for it; NULL: a receipt of the first key. */
static const char *given(struct client *c, const char *receipt)
{
	struct event e;
	cJSON_Delete(village_event(&c->v, &e));
	struct giving g = { &e, receipt ? receipt : signed_by(c, FIRST, DONGXIN, e.id) };
	assert_int_equal(db_write(c->v.cx, give_step, &g), VH_OK);
	return g.receipt;
}

/* The code of the answer to a receipt that comes by the address of a QR code. */
static const char *judged(struct client *c, const char *text)
{
	static char code[32];
	char path[600];
	snprintf(path, sizeof path, "/receipt?r=%s", text);
	assert_int_equal(client_get(c, NULL, path, true), 200);
	cJSON *j = client_json(c);
	const char *got = json_str(j, "code");
	snprintf(code, sizeof code, "%s", got ? got : "none");
	cJSON_Delete(j);
	return code;
}

static const char *core_says(struct client *c, const char *text)
{
	struct proof_check k;
	assert_int_equal(proof_check(c->v.cx, text, &k), VH_OK);
	return k.code;
}

static void whoever_holds_one_learns_whose_it_is_and_what_it_says(void **state)
{
	struct client *c = *state;
	char before[65], after[65], event[40], body[700];
	upstream(c);
	const char *text = signed_by(c, SECOND, DONGXIN, 8801);
	struct receipt_key k;
	receipt_key_of(c->v.cx->keys, SECOND, &k);
	village_digest(&c->v, "", before);
	assert_string_equal(judged(c, text), "genuine");
	cJSON *j = client_json(c);
	assert_string_equal(json_str(j, "upstream"), "town");
	assert_string_equal(json_str(j, "key"), k.id);
	assert_string_equal(json_str(j, "hotel"), DONGXIN);
	snprintf(event, sizeof event, "%d", 8801);
	assert_string_equal(json_str(j, "event"), event);
	assert_string_equal(json_str(j, "at"), "2026-11-21T01:14:55.000Z");
	assert_true(cJSON_IsFalse(cJSON_GetObjectItem(j, "older")));
	cJSON_Delete(j);
	/* Pasted in two lines, and with the address before it, by a program and by a browser. */
	snprintf(body, sizeof body, "receipt=%.60s%%0D%%0A++%s", text, text + 60);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, body, true), 200);
	assert_true(client_has(c, "\"code\":\"genuine\""));
	snprintf(body, sizeof body, "receipt=https://plates.vh.cn/receipt?r=%s", text);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, body, false), 200);
	assert_true(client_has(c, "真的"));
	assert_true(client_has(c, "<dd>town</dd>"));
	assert_true(client_has(c, "2026-11-21 09:14"));
	assert_true(client_has(c, k.id));
	assert_true(client_has(c, DONGXIN));
	assert_true(client_has(c, ">8801<"));
	client_header(c, "Accept-Language", "en");
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, body, false), 200);
	assert_true(client_has(c, "Genuine"));
	/* Nothing is asked yet; and asking left nothing, no name of the hotel and no look. */
	assert_string_equal(judged(c, ""), "none");
	assert_int_equal(client_get(c, NULL, "/receipt", false), 200);
	assert_false(client_has(c, "东新村"));
	village_digest(&c->v, "", after);
	assert_string_equal(before, after);
}

static void one_character_changed_is_found_wherever_it_stands(void **state)
{
	struct client *c = *state;
	unsigned forged = 0, key = 0;
	upstream(c);
	char *text = arena_dup(c->v.cx->a, signed_by(c, FIRST, DONGXIN, 8801));
	assert_string_equal(core_says(c, text), "genuine");
	for (size_t i = 0; text[i]; i++) {
		char was = text[i];
		text[i] = was == '1' ? '2' : '1';
		const char *code = core_says(c, text);
		if (!strcmp(code, "genuine"))
			fail_msg("taken with character %zu changed", i);
		forged += !strcmp(code, "receipt_forged");
		key += !strcmp(code, "receipt_key");
		text[i] = was;
	}
	assert_int_equal(key, RECEIPT_KEY - 1);
	assert_in_range(forged, 120, strlen(text));
	/* The last letter of a signature has bits that mean nothing: each other letter is a change all the same. */
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *last = text + strlen(text) - 1, was = *last;
	for (const char *l = letters; *l; l++) {
		*last = *l;
		assert_string_equal(core_says(c, text), *l == was ? "genuine" : "receipt_forged");
	}
	*last = was;
	/* Cut off, or with something after it. */
	assert_string_equal(core_says(c, arena_printf(c->v.cx->a, "%sA", text)), "receipt_forged");
	assert_string_equal(core_says(c, arena_dupn(c->v.cx->a, text, strlen(text) - 1)), "receipt_forged");
	text[40] = text[40] == '7' ? '8' : '7';
	assert_string_equal(judged(c, text), "receipt_forged");
	cJSON *j = client_json(c);
	static const char *const silent[] = { "upstream", "key", "event", "hotel", "at" };
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		assert_true(cJSON_IsNull(cJSON_GetObjectItem(j, silent[i])));
	cJSON_Delete(j);
}

static void only_pinned_keys_count_and_an_earlier_one_is_called_so(void **state)
{
	struct client *c = *state;
	struct receipt_key k;
	upstream(c);
	assert_string_equal(judged(c, signed_by(c, FIRST, DONGXIN, 8801)), "genuine");
	assert_true(client_has(c, "\"older\":true"));
	assert_string_equal(judged(c, signed_by(c, SECOND, DONGXIN, 8801)), "genuine");
	assert_true(client_has(c, "\"older\":false"));
	/* One that is not pinned, and the one that signs here: neither says anything of itself. */
	const int64_t not_pinned[] = { FOREIGN, 1 };
	for (size_t i = 0; i < 2; i++) {
		const char *text = signed_by(c, not_pinned[i], DONGXIN, 8801);
		receipt_key_of(c->v.cx->keys, not_pinned[i], &k);
		assert_string_equal(judged(c, text), "receipt_key");
		assert_true(client_has(c, k.id));
		assert_true(client_has(c, "\"event\":null,\"hotel\":null,\"at\":null"));
		assert_false(client_has(c, "\"upstream\":\""));
	}
	/* A foreign signature under the name of a pinned key. */
	char *text = arena_dup(c->v.cx->a, signed_by(c, FOREIGN, DONGXIN, 8801));
	receipt_key_of(c->v.cx->keys, FIRST, &k);
	memcpy(text + 3, k.id, RECEIPT_KEY - 1);
	assert_string_equal(judged(c, text), "receipt_forged");
	/* Two keys that were pinned in one moment: nobody knows which came first. */
	village_sql(&c->v, "UPDATE upstream_key SET since = 1");
	assert_string_equal(judged(c, signed_by(c, FIRST, DONGXIN, 8801)), "genuine");
	assert_true(client_has(c, "\"older\":false"));
}

static void one_of_another_hotel_is_of_that_hotel_and_cannot_be_turned(void **state)
{
	struct client *c = *state;
	upstream(c);
	const char *text = signed_by(c, SECOND, XIXIN, 8801);
	assert_string_equal(judged(c, text), "genuine");
	assert_true(client_has(c, "\"hotel\":\"" XIXIN "\""));
	assert_false(client_has(c, DONGXIN));
	char *turned = arena_dup(c->v.cx->a, text);
	memcpy(strstr(turned, XIXIN), DONGXIN, sizeof DONGXIN - 1);
	assert_string_equal(judged(c, turned), "receipt_forged");
}

static void what_is_huge_or_hostile_is_no_receipt(void **state)
{
	static const char *const bad[] = {
		"%3Cscript%3Ealert(1)%3C/script%3E", "v1.......", "v1.x.y.z", "{{x}}\"'%26", "%E2%80%AE%E5%AE%BD",
		"v2.0123456789abcdef.a.1.1.0123456789abcdef0123456789abcdef.x", "...", "v1",
		"v1.0123456789abcdef.%3Cb%3E.1.1.0123456789abcdef0123456789abcdef.",
	};
	struct client *c = *state;
	char body[300], *huge = calloc(1, LIM_BODY + 100);
	assert_non_null(huge);
	upstream(c);
	for (size_t i = 0; i + 1 < sizeof bad / sizeof *bad; i++) {
		assert_string_equal(judged(c, bad[i]), "receipt");
		snprintf(body, sizeof body, "receipt=%s", bad[i]);
		assert_int_equal(client_post(c, NULL, "/receipt", FORM, body, false), 200);
		assert_true(client_has(c, "不是回执"));
		assert_false(client_has(c, "<script>alert"));
		assert_false(client_has(c, "{{x}}\"'"));
	}
	/* In the shape of one: its hotel is told to nobody. */
	snprintf(body, sizeof body, "receipt=%s", bad[8]);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, body, true), 200);
	assert_true(client_has(c, "\"code\":\"receipt_key\""));
	assert_false(client_has(c, "<b>"));
	memcpy(huge, "receipt=", 8);
	memset(huge + 8, 'A', LIM_FIELD);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, huge, true), 200);
	assert_true(client_has(c, "\"code\":\"receipt\""));
	memset(huge + 8, 'A', LIM_FIELD + 1);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, huge, true), 422);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, huge, false), 422);
	assert_true(client_has(c, "查验回执"));
	memset(huge + 8, 'A', LIM_BODY);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, huge, true), 413);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, "receipt=", true), 422);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, "receipt=a&key=b", true), 422);
	free(huge);
}

static void who_tries_too_many_waits_and_who_holds_genuine_ones_does_not(void **state)
{
	struct client *c = *state;
	char path[600];
	upstream(c);
	snprintf(path, sizeof path, "/receipt?r=%s", signed_by(c, SECOND, DONGXIN, 8801));
	for (int i = 0; i < LIM_GUESSES_MIN + 5; i++)
		assert_int_equal(client_get(c, NULL, path, true), 200);
	for (int i = 0; i < LIM_GUESSES_MIN; i++)
		assert_int_equal(client_get(c, NULL, "/receipt?r=v1", true), 200);
	assert_int_equal(client_get(c, NULL, "/receipt?r=v1", true), 429);
	assert_int_equal(client_post(c, NULL, "/receipt", FORM, "receipt=v1", true), 429);
	assert_int_equal(client_get(c, "clerk", path, true), 200);
	/* Somebody behind that address has tries of his own, and no more of them. */
	for (int i = 0; i < LIM_GUESSES_MIN; i++)
		assert_int_equal(client_post(c, "clerk", "/receipt", FORM, "receipt=v1", true), 200);
	assert_int_equal(client_post(c, "clerk", "/receipt", FORM, "receipt=v1", true), 429);
	assert_int_equal(client_post(c, "police", "/receipt", FORM, "receipt=v1", true), 200);
}

static const char *stay_path(int64_t stay, const char *area, const char *verb)
{
	static char path[120];
	snprintf(path, sizeof path, "/h/%s/stays/%lld%s", area, (long long)stay, verb);
	return path;
}

/* Filed by wang for the tenant, and both of its events were received. */
static int64_t received(struct client *c, const char **ret_in, const char **ret_verified)
{
	struct stay_done d;
	const struct stay_change verify = { .verb = SV_VERIFY };
	upstream(c);
	village_as(&c->v, "wang");
	int64_t id = village_in(&c->v, V_101, 1);
	*ret_in = given(c, NULL);
	village_as(&c->v, "clerk");
	OK(&c->v, stay_change(c->v.cx, c->v.hotel, id, &verify, &d));
	*ret_verified = given(c, NULL);
	village_in(&c->v, V_201, 2);
	given(c, NULL);
	village_as(&c->v, "operator");
	assert_int_equal(account_bind_person(c->v.cx, "tenant", c->v.hotel, village_stay(&c->v, id).person), VH_OK);
	village_reload(&c->v, "tenant");
	return id;
}

static void a_stay_shows_its_newest_and_prints_all_of_its_own(void **state)
{
	static const char *const who[] = { "wang", "tenant", "clerk", "police" };
	struct client *c = *state;
	const char *in, *verified;
	int64_t id = received(c, &in, &verified);
	assert_string_not_equal(in, verified);
	for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
		for (int json = 0; json < 2; json++) {
			assert_int_equal(client_get(c, who[i], stay_path(id, DONGXIN, ""), json), 200);
			assert_true(client_has(c, verified));
			assert_false(client_has(c, in));
			assert_int_equal(client_has(c, stay_path(id, DONGXIN, "/receipt")), !json);
			assert_int_equal(client_get(c, who[i], stay_path(id, DONGXIN, "/receipt"), json), 200);
			assert_true(client_has(c, in));
			assert_true(client_has(c, verified));
			assert_true(client_has(c, "town"));
			assert_false(client_has(c, village_doc(1)));
			assert_int_equal(client_has(c, "src=\"data:image/png;base64,"), !json);
		}
	}
	assert_int_equal(client_get(c, "tenant", "/me", false), 200);
	assert_true(client_has(c, verified));
	assert_true(client_has(c, stay_path(id, DONGXIN, "/receipt")));
	/* Whose it is not: the same as if there were none. */
	assert_int_equal(client_get(c, "zhao", stay_path(id, DONGXIN, "/receipt"), true), 404);
	assert_int_equal(client_get(c, "outsider", stay_path(id, DONGXIN, "/receipt"), true), 404);
	assert_int_equal(client_get(c, "clerk2", stay_path(id, XIXIN, "/receipt"), true), 404);
	assert_int_equal(client_get(c, NULL, stay_path(id, DONGXIN, "/receipt"), true), 401);
}

/* Every value of the JSON is on the page for people, as it is or as the clock of the village. */
static void the_page_to_print_and_its_json_tell_the_same(void **state)
{
	static const char *const as_is[] = { "upstream", "event", "key", "receipt" };
	struct client *c = *state;
	const char *in, *verified;
	int n = 0;
	int64_t id = received(c, &in, &verified);
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, "/receipt"), true), 200);
	cJSON *j = client_json(c);
	const cJSON *one, *list = cJSON_GetObjectItem(j, "receipts");
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, "/receipt"), false), 200);
	cJSON_ArrayForEach(one, list) {
		for (size_t i = 0; i < sizeof as_is / sizeof *as_is; i++)
			assert_true(client_has(c, json_str(one, as_is[i])));
		assert_string_equal(json_str(one, "what"), n ? "verified" : "checked-in");
		assert_string_equal(json_str(one, "at"), "2026-11-21T01:14:55.000Z");
		n++;
	}
	assert_int_equal(n, 2);
	assert_true(client_has(c, "2026-11-21 09:14"));
	cJSON_Delete(j);
}

static void without_a_receipt_the_page_says_so_and_others_numbers_stand_as_they_are(void **state)
{
	struct client *c = *state;
	upstream(c);
	village_as(&c->v, "wang");
	int64_t id = village_in(&c->v, V_101, 1);
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, ""), false), 200);
	assert_false(client_has(c, "/receipt\""));
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, "/receipt"), false), 200);
	assert_true(client_has(c, "上级还没有给出回执"));
	given(c, "HZ<b>31");
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, "/receipt"), false), 200);
	assert_true(client_has(c, "HZ&lt;b&gt;31"));
	assert_true(client_has(c, "2026-11-21 09:14"));
	assert_false(client_has(c, "data:image"));
	assert_int_equal(client_get(c, "wang", stay_path(id, DONGXIN, ""), true), 200);
	assert_true(client_has(c, "\"key\":null,\"receipt\":\"HZ<b>31\""));
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(whoever_holds_one_learns_whose_it_is_and_what_it_says),
		T(one_character_changed_is_found_wherever_it_stands),
		T(only_pinned_keys_count_and_an_earlier_one_is_called_so),
		T(one_of_another_hotel_is_of_that_hotel_and_cannot_be_turned),
		T(what_is_huge_or_hostile_is_no_receipt),
		T(who_tries_too_many_waits_and_who_holds_genuine_ones_does_not),
		T(a_stay_shows_its_newest_and_prints_all_of_its_own),
		T(the_page_to_print_and_its_json_tell_the_same),
		T(without_a_receipt_the_page_says_so_and_others_numbers_stand_as_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
