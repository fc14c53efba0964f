/*
 * The receiving side, asked as the wire would ask it: what a village really journalled, signed, in any order, twice,
 * forged, late, and too much; and what then stands in the district's projection.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/sync/said.h"
#include "village.h"
#include "vh/check.h"
#include "vh/limits.h"
#include "vh/gzip.h"
#include "vh/outbox.h"
#include "vh/receipt.h"
#include "vh/receive.h"
#include "vh/sync_batch.h"
#include "vh/sync_receive.h"
#include "vh/sync_wire.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8="
#define OTHER "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define NOW_S (TESTDB_NOW / 1000)
enum { EVENTS = 200 };

struct pair {
	struct village v, d; /* the village that tells, and the district that is told */
	struct arena *a;
	struct cloud_event ev[EVENTS];
	size_t n;
};

struct collect {
	struct village *v;
	struct event *list;
};

static enum vh_rc collect_step(struct ctx *cx, void *arg)
{
	struct collect *c = arg;
	return event_after(cx, c->v->hotel, 0, 0, EVENTS, &c->list);
}

/* Everything that the village's journal says, as it would travel. */
static void collect(struct pair *p)
{
	struct collect c = { &p->v, NULL };
	assert_int_equal(db_read(p->v.cx, collect_step, &c), VH_OK);
	p->n = 0;
	for (const struct event *e = c.list; e; e = e->next) {
		char *data = NULL;
		assert_int_equal(journal_data(p->v.cx, e, &data), VH_OK);
		assert_true(p->n < EVENTS);
		p->ev[p->n++] = (struct cloud_event){
			.id = arena_printf(p->a, "%" PRId64, e->id),
			.source = "/hotels/" DONGXIN,
			.subject = arena_dup(p->a, e->subject),
			.type = arena_dup(p->a, e->type),
			.key = arena_printf(p->a, "%" PRId64, e->part),
			.sequence = arena_printf(p->a, "%" PRId64, e->seq),
			.epoch = arena_printf(p->a, "%" PRId64, e->epoch),
			.time = e->at,
			.data = arena_dup(p->a, data),
		};
	}
	assert_true(p->n > 10);
}

static void change(struct village *v, int64_t stay, struct stay_change c, struct stay_done *ret)
{
	assert_int_equal(stay_change(v->cx, v->hotel, stay, &c, ret), VH_OK);
}

static void live(struct village *v)
{
	struct stay_done done;
	village_as(v, "clerk");
	int64_t a = village_in(v, V_101, 1), b = village_in(v, V_102, 2);
	village_in(v, V_201, 3);
	change(v, a, (struct stay_change){ .verb = SV_MOVE, .room = v->room[V_201] }, &done);
	change(v, done.id, (struct stay_change){ .verb = SV_AMEND, .home = "贵州省" }, &done);
	change(v, b, (struct stay_change){ .verb = SV_OUT }, &done);
	village_in(v, V_101, 2); /* back again, in another room */
	village_as(v, "police");
	a = village_in(v, V_102, 5);
	change(v, a, (struct stay_change){ .verb = SV_VOID, .reason = "two of one" }, &done);
	village_as(v, "clerk");
	assert_int_equal(room_letting(v->cx, v->hotel, v->room[V_102], "suspended", "mended"), VH_OK);
}

static const char divisions[] = "code,name,parent,kind\n"
				"310116000000,金山区,,county\n" TOWN ",山阳镇,310116000000,town\n" DONGXIN
				",东新村村委会," TOWN ",village\n" XIXIN ",西新村村委会," TOWN ",village\n"
				"320000000000,江苏省,,province\n";

static void district(struct village *d)
{
	int64_t rows;
	village_bare(d);
	assert_int_equal(areas_load(d->cx, divisions, sizeof divisions - 1, &rows), VH_OK);
	assert_int_equal(source_add(d->cx, "wide", "310116000000", OTHER), VH_OK);
	assert_int_equal(source_add(d->cx, "town", TOWN, SECRET), VH_OK);
}

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof *p);
	assert_non_null(p);
	p->a = arena_new(64u << 20);
	village_open(&p->v);
	live(&p->v);
	collect(p);
	district(&p->d);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;
	village_close(&p->v);
	village_close(&p->d);
	arena_free(p->a);
	free(p);
	return 0;
}

/* --- one request ------------------------------------------------------------------------------------------------- */

struct request { /* what is wrong with it; zero: nothing */
	const char *area, *secret, *type, *body_sent, *digest_of;
	const char *coding; /* gzip: the body goes packed, and then so many bytes short, or with more behind it */
	size_t short_of;
	const char *behind;
	bool question;
	int64_t ahead_s;
};

struct answer {
	int status;
	cJSON *json;
};

/* How many bytes it is, packed when it is to be; the signature and the digest are over these. */
static const char *coded(struct pair *p, const char *body, const struct request *how, size_t *ret_n)
{
	struct buf b;
	*ret_n = strlen(body);
	if (!how->coding || strcmp(how->coding, "gzip") != 0)
		return body;
	buf_init(&b, 1u << 20);
	assert_int_equal(gzip_bytes(body, *ret_n, &b), VH_OK);
	assert_true(b.n < *ret_n);
	assert_true(how->short_of < b.n);
	b.n -= how->short_of;
	buf_puts(&b, how->behind ? how->behind : "");
	*ret_n = b.n;
	const char *packed = arena_dupn(p->a, b.p, b.n);
	buf_done(&b);
	return packed;
}

static struct answer post(struct pair *p, const char *plain, const struct request *how)
{
	size_t n;
	const char *body = coded(p, plain, how, &n);
	struct webhook_keys keys;
	char digest[DIGEST_TEXT], *signature = NULL, *at = arena_printf(p->a, "%" PRId64, NOW_S + how->ahead_s);
	const char *sent = how->body_sent ? how->body_sent : body, *of = how->digest_of ? how->digest_of : body;
	struct http_req *q = req_make(p->a, HTTP_POST, "/upstream/events");
	struct http_resp r;
	struct answer got = { 0 };
	struct err e = { 0 };
	assert_int_equal(webhook_keys_parse(p->a, how->secret ? how->secret : SECRET, &keys), VH_OK);
	enum vh_rc signed_it = webhook_sign(p->a, &keys, "msg_1", NOW_S + how->ahead_s, body, n, &signature);
	assert_int_equal(signed_it, VH_OK);
	content_digest(of, of == body ? n : strlen(of), digest);
	const char *const head[][2] = {
		{ "Content-Type", how->type ? how->type : BATCH_TYPE }, { "webhook-id", "msg_1" },
		{ "webhook-timestamp", at }, { "webhook-signature", signature }, { "Content-Digest", digest },
		{ "Vhotel-Source", how->area ? how->area : DONGXIN },
		{ "Content-Encoding", how->coding ? how->coding : "" },
	};
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		if (*head[i][1])
			assert_int_equal(req_header_add(q, head[i][0], head[i][1]), VH_OK);
	q->body_n = sent == body ? n : strlen(sent);
	q->body = arena_dupn(p->a, sent, q->body_n);
	resp_init(&r, p->a);
	err_clear(&p->d.cx->err);
	if (how->question)
		sync_answer(p->d.cx, q, &r);
	else
		sync_receive(p->d.cx, q, &r);
	got.status = r.status;
	assert_true(how->question || !strcmp(resp_header_get(&r, "Accept-Encoding"), "gzip"));
	assert_int_equal(json_parse(buf_str(&r.body), r.body.n, &got.json, &e), VH_OK);
	resp_done(&r);
	return got;
}

static const char *batch(struct pair *p, const struct cloud_event *const *ev, size_t n)
{
	struct buf b;
	buf_init(&b, 1u << 20);
	batch_open(&b);
	for (size_t i = 0; i < n; i++)
		batch_add(&b, ev[i]);
	batch_close(&b);
	const char *text = arena_dup(p->a, buf_str(&b));
	buf_done(&b);
	return text;
}

static const char *all(struct pair *p)
{
	const struct cloud_event *list[EVENTS];
	assert_true(p->n <= 100);
	for (size_t i = 0; i < p->n; i++)
		list[i] = &p->ev[i];
	return batch(p, list, p->n);
}

static int count(const struct answer *a, const char *status)
{
	const cJSON *row;
	int n = 0;
	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(a->json, "results"))
		n += !strcmp(json_str(row, "status"), status);
	return n;
}

static void refused(struct pair *p, const char *body, const struct request *how, int status, const char *code)
{
	struct answer a = post(p, body, how);
	if (a.status != status || !json_str(a.json, "code") || strcmp(json_str(a.json, "code"), code) != 0)
		fail_msg("%d %s, not %d %s", a.status, json_str(a.json, "code"), status, code);
	cJSON_Delete(a.json);
}

/* --- what is shown there ----------------------------------------------------------------------------------------- */

static enum vh_rc text_step(struct ctx *cx, void *arg)
{
	struct buf *b = arg;
	struct hotel h;
	struct house *houses = NULL;
	struct room *rooms = NULL;
	struct stay *stays = NULL;
	struct hotel_keys k;
	enum vh_rc rc = hotel_by_area(cx, DONGXIN, &h);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, h.id, &k);
	if (rc == VH_OK)
		rc = house_list(cx, h.id, &houses);
	if (rc == VH_OK)
		rc = room_list(cx, h.id, &rooms);
	if (rc == VH_OK)
		rc = stay_list_hotel(cx, h.id, &stays);
	buf_printf(b, "%s\n", h.name);
	for (; rc == VH_OK && houses; houses = houses->next)
		buf_printf(b, "house %" PRId64 " %" PRId64 " %s %s\n", houses->id, houses->no, houses->address,
		           houses->state);
	for (; rc == VH_OK && rooms; rooms = rooms->next)
		buf_printf(b, "room %" PRId64 " %s %s %" PRId64 "\n", rooms->id, rooms->no, rooms->letting,
		           rooms->capacity);
	for (; rc == VH_OK && stays; stays = stays->next) {
		struct person who;
		rc = person_get(cx, h.id, stays->person, &who);
		if (rc == VH_OK)
			rc = person_open(cx, &k, &who);
		if (rc == VH_OK)
			buf_printf(b, "stay %" PRId64 " in %" PRId64 " %s %s %s %s\n", stays->id, stays->room,
			           stay_state_name(stays->state), who.name, who.doc_no, who.home ? who.home : "-");
	}
	return rc;
}

static char *shown(struct pair *p, struct village *v)
{
	struct buf b;
	buf_init(&b, 1u << 20);
	assert_int_equal(db_read(v->cx, text_step, &b), VH_OK);
	char *text = arena_dup(p->a, buf_str(&b));
	buf_done(&b);
	return text;
}

/* --- tests ------------------------------------------------------------------------------------------------------- */

static void what_is_told_is_taken_once_and_shown_as_it_is_there(void **state)
{
	struct pair *p = *state;
	struct answer a = post(p, all(p), &(struct request){ 0 });
	assert_int_equal(a.status, 200);
	assert_int_equal(count(&a, "accepted"), p->n);
	assert_string_equal(shown(p, &p->d), shown(p, &p->v));
	struct answer b = post(p, all(p), &(struct request){ 0 });
	assert_int_equal(count(&b, "duplicate"), p->n);
	/* The receipt of a repeat is the first one's. */
	const cJSON *one = cJSON_GetObjectItemCaseSensitive(a.json, "results")->child;
	const cJSON *two = cJSON_GetObjectItemCaseSensitive(b.json, "results")->child;
	assert_string_equal(json_str(one, "receipt"), json_str(two, "receipt"));
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM received"), p->n);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM event"), p->n);
	cJSON_Delete(a.json);
	cJSON_Delete(b.json);
}

static void any_order_ends_the_same(void **state)
{
	struct pair *p = *state;
	const char *want = shown(p, &p->v);
	for (unsigned seed = 1; seed <= 8; seed++) {
		const struct cloud_event *list[EVENTS];
		unsigned die = seed;
		if (seed > 1) {
			village_close(&p->d);
			district(&p->d);
		}
		for (size_t i = 0; i < p->n; i++)
			list[i] = &p->ev[p->n - 1 - i]; /* the first seed: backwards */
		for (size_t i = p->n - 1; seed > 1 && i > 0; i--) {
			die = die * 1103515245u + 12345u;
			size_t k = (die >> 16) % (i + 1);
			const struct cloud_event *t = list[i];
			list[i] = list[k];
			list[k] = t;
		}
		for (size_t i = 0; i < p->n; i += 3) { /* three at a time, and each batch twice */
			const char *body = batch(p, list + i, p->n - i < 3 ? p->n - i : 3);
			for (int twice = 0; twice < 2; twice++) {
				struct answer a = post(p, body, &(struct request){ 0 });
				assert_int_equal(a.status, 200);
				assert_int_equal(count(&a, "rejected"), 0);
				cJSON_Delete(a.json);
			}
		}
		assert_string_equal(shown(p, &p->d), want);
	}
}

static void a_receipt_is_verified_offline_and_a_changed_one_is_not(void **state)
{
	struct pair *p = *state;
	struct answer a = post(p, all(p), &(struct request){ 0 });
	const cJSON *row = cJSON_GetObjectItemCaseSensitive(a.json, "results")->child;
	char *text = arena_dup(p->a, json_str(row, "receipt"));
	struct receipt_key k, next;
	struct receipt r;
	struct err e = { 0 };
	receipt_key_of(p->d.cx->keys, 1, &k);
	assert_int_equal(receipt_verify(p->a, text, k.pub, &r, &e), VH_OK);
	assert_string_equal(r.area, DONGXIN);
	assert_int_equal(r.at, TESTDB_NOW);
	for (size_t i = 0; text[i]; i++) {
		char was = text[i];
		text[i] = was == '1' ? '2' : '1';
		enum vh_rc rc = receipt_verify(p->a, text, k.pub, &r, &e);
		if (rc == VH_OK)
			fail_msg("taken with character %zu changed", i);
		err_clear(&e);
		text[i] = was;
	}
	receipt_key_of(p->d.cx->keys, 2, &next);
	assert_int_equal(receipt_verify(p->a, text, next.pub, &r, &e), VH_DENIED);
	assert_string_equal(err_code(&e), "receipt_key");
	assert_true(receipt_key_follows(k.pub, next.pub, next.proof));
	assert_false(receipt_key_follows(next.pub, k.pub, next.proof));
	cJSON_Delete(a.json);
}

static void who_may_not_speak_is_refused_by_its_own_code(void **state)
{
	struct pair *p = *state;
	const char *body = all(p);
	const struct request ok_early = { .ahead_s = 299 }, ok_late = { .ahead_s = -299 };
	const struct {
		struct request how;
		int status;
		const char *code;
	} no[] = {
		{ { .area = "" }, 401, "source_unknown" },
		{ { .area = "320000000000" }, 401, "source_unknown" },
		{ { .area = "1 OR 1" }, 401, "source_unknown" },
		{ { .secret = OTHER }, 401, "signature" }, /* of the wider scope: the nearest one speaks */
		{ { .ahead_s = -301 }, 401, "timestamp" },
		{ { .ahead_s = 301 }, 401, "timestamp" },
		{ { .body_sent = "[]" }, 400, "digest" },
		{ { .body_sent = "[]", .digest_of = "[]" }, 401, "signature" },
		{ { .type = "application/json" }, 415, "media_type" },
	};
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		refused(p, body, &no[i].how, no[i].status, no[i].code);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM received"), 0);
	refused(p, "{}", &(struct request){ 0 }, 400, "batch");
	assert_int_equal(source_change(p->d.cx, "town", NULL, "paused"), VH_OK);
	/* Nor does the wider one speak in its stead. */
	refused(p, body, &(struct request){ 0 }, 401, "source_unknown");
	refused(p, body, &(struct request){ .secret = OTHER }, 401, "source_unknown");
	assert_int_equal(source_change(p->d.cx, "town", NULL, "open"), VH_OK);
	struct answer a = post(p, body, &ok_early), b = post(p, body, &ok_late);
	assert_int_equal(count(&a, "accepted"), p->n);
	assert_int_equal(count(&b, "duplicate"), p->n);
	cJSON_Delete(a.json);
	cJSON_Delete(b.json);
	/* Once it stands here its own source tells it, not a nearer one, nor a wider one meanwhile. */
	assert_int_equal(source_add(p->d.cx, "near", DONGXIN, OTHER), VH_OK);
	refused(p, body, &(struct request){ .secret = OTHER }, 401, "signature");
	a = post(p, body, &(struct request){ 0 });
	assert_int_equal(count(&a, "duplicate"), p->n);
	cJSON_Delete(a.json);
	assert_int_equal(source_change(p->d.cx, "town", NULL, "paused"), VH_OK);
	refused(p, body, &(struct request){ 0 }, 401, "source_unknown");
	refused(p, body, &(struct request){ .secret = OTHER }, 401, "source_unknown");
}

static void one_bad_event_does_not_sink_the_others(void **state)
{
	struct pair *p = *state;
	struct cloud_event bad[7];
	const struct cloud_event *list[9];
	static const char *const codes[] = { "id_reused", "source", "sequence", "partitionkey", "id", "data", "time" };
	struct answer a = post(p, batch(p, (const struct cloud_event *[]){ &p->ev[0] }, 1), &(struct request){ 0 });
	cJSON_Delete(a.json);
	for (size_t i = 0; i < 7; i++) {
		bad[i] = p->ev[2 + i];
		list[i] = &bad[i];
	}
	bad[0] = p->ev[0];
	bad[0].data = "{\"hotel\":{\"code\":\"" DONGXIN "\",\"name\":\"x\"}}";
	bad[1].source = "/hotels/" XIXIN;
	bad[2].sequence = "soon";
	bad[3].key = NULL;
	bad[4].id = "7x";
	bad[5].data = "{\"hotel\":{\"code\":\"" XIXIN "\",\"name\":\"x\"}}";
	bad[6].time = TESTDB_NOW + 3600000;
	list[7] = &p->ev[1];
	list[8] = &p->ev[9];
	a = post(p, batch(p, list, 9), &(struct request){ 0 });
	assert_int_equal(a.status, 200);
	assert_int_equal(count(&a, "accepted"), 2);
	const cJSON *row = cJSON_GetObjectItemCaseSensitive(a.json, "results")->child;
	for (size_t i = 0; i < 7; i++, row = row->next) {
		assert_string_equal(json_str(row, "status"), "rejected");
		assert_string_equal(json_str(row, "code"), codes[i]);
		assert_null(json_str(row, "receipt"));
	}
	cJSON_Delete(a.json);
	/* What was refused may come right later. */
	a = post(p, all(p), &(struct request){ 0 });
	assert_int_equal(count(&a, "rejected"), 0);
	assert_string_equal(shown(p, &p->d), shown(p, &p->v));
	cJSON_Delete(a.json);
}

/* They are shown on terminals, and passed on. */
static void a_type_or_subject_that_steers_a_terminal_is_refused(void **state)
{
	struct pair *p = *state;
	struct cloud_event bad[] = { p->ev[1], p->ev[2], p->ev[3] };
	const struct cloud_event *list[] = { &bad[0], &bad[1], &bad[2], &p->ev[0] };
	bad[0].type = "cn.vhotel.house.added.v1\033[2J";
	bad[1].subject = "houses/1\nvhotel: all is whole";
	bad[2].subject = "houses/1\xc2\x9b" "31m";
	struct answer a = post(p, batch(p, list, 4), &(struct request){ 0 });
	assert_int_equal(count(&a, "accepted"), 1);
	const cJSON *row = cJSON_GetObjectItemCaseSensitive(a.json, "results")->child;
	for (size_t i = 0; i < 3; i++, row = row->next)
		assert_string_equal(json_str(row, "code"), "event");
	cJSON_Delete(a.json);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM event"), 1);
	a = post(p, all(p), &(struct request){ 0 }); /* as they are, they are taken */
	assert_int_equal(count(&a, "rejected"), 0);
	cJSON_Delete(a.json);
}

static void what_is_kept_elsewhere_is_changed_by_nobody_here(void **state)
{
	struct pair *p = *state;
	struct room_new r = { .no = "909" };
	struct hotel_new own = { .area = XIXIN };
	int64_t id;
	struct answer a = post(p, all(p), &(struct request){ 0 });
	cJSON_Delete(a.json);
	int64_t hotel = village_sql(&p->d, "SELECT id FROM hotel"), house = village_sql(&p->d, "SELECT id FROM house");
	village_refused(&p->d, room_add(p->d.cx, hotel, house, &r, &id), VH_CONFLICT, "received");
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM room WHERE no = '909'"), 0);
	/* And nobody else tells about what is kept here. */
	assert_int_equal(hotel_add(p->d.cx, &own, &id), VH_OK);
	for (size_t i = 0; i < p->n; i++)
		p->ev[i].source = "/hotels/" XIXIN;
	refused(p, all(p), &(struct request){ .area = XIXIN }, 409, "own_hotel");
}

/* One more event of the village, with data of our own. */
static const char *told(struct pair *p, int64_t seq, const char *data)
{
	struct cloud_event ev = p->ev[p->n - 1];
	ev.id = ev.sequence = arena_printf(p->a, "%" PRId64, seq);
	ev.data = data;
	return batch(p, (const struct cloud_event *[]){ &ev }, 1);
}

static void nothing_is_broken(struct pair *p)
{
	struct check_report r;
	assert_int_equal(registry_check(p->d.cx, true, &r), VH_OK);
	if (r.broken)
		fail_msg("%s: %s", r.broken->code, r.broken->text);
}

static void stays_of_who_was_erased_before_they_came_are_not_made(void **state)
{
	struct pair *p = *state;
	int64_t person = village_sql(&p->v, "SELECT person FROM stay LIMIT 1");
	int64_t others = village_sql(&p->v, "SELECT count(*) FROM stay WHERE person <>"
	                                    " (SELECT person FROM stay LIMIT 1)");
	const char *erased = arena_printf(p->a, "{\"hotel\":{\"code\":\"" DONGXIN "\"},\"person\":"
	                                        "{\"id\":\"%" PRId64 "\",\"erased\":true}}", person);
	struct answer a = post(p, told(p, 9001, erased), &(struct request){ 0 });
	assert_int_equal(count(&a, "accepted"), 1);
	cJSON_Delete(a.json);
	a = post(p, all(p), &(struct request){ 0 });
	assert_int_equal(count(&a, "accepted"), p->n);
	cJSON_Delete(a.json);
	assert_true(others > 1);
	assert_int_equal(village_sql(&p->d, "SELECT count(*) FROM stay"), others);
	nothing_is_broken(p);
}

static void what_a_source_may_tell_for_a_while_is_not_called_damage(void **state)
{
	struct pair *p = *state;
	struct answer a = post(p, all(p), &(struct request){ 0 });
	cJSON_Delete(a.json);
	for (int i = 1; i <= 2; i++) { /* a number that two bear until the desk there mends it */
		const char *twin = arena_printf(p->a, "{\"hotel\":{\"code\":\"" DONGXIN "\"},\"person\":{\"id\":\"%d\","
		                                      "\"name\":\"韦娜\",\"doc_type\":\"passport\","
		                                      "\"doc_no\":\"E00000001\",\"sex\":2}}", i);
		a = post(p, told(p, 9000 + i, twin), &(struct request){ 0 });
		assert_int_equal(count(&a, "accepted"), 1);
		cJSON_Delete(a.json);
	}
	village_sql(&p->d, "UPDATE stay SET state = 'contested', ended = NULL WHERE state = 'ended'");
	nothing_is_broken(p);
	/* Of our own hotels the same is damage. */
	struct check_report r;
	village_sql(&p->v, "UPDATE stay SET state = 'contested', ended = NULL WHERE state = 'ended'");
	assert_int_equal(registry_check(p->v.cx, true, &r), VH_OK);
	assert_non_null(r.broken);
	assert_string_equal(r.broken->code, "stay_contest");
}

static void hotels_are_summed_up_two_at_a_time(void **state)
{
	struct pair *p = *state;
	const struct request ask = { .question = true };
	struct answer a = post(p, all(p), &(struct request){ 0 });
	cJSON_Delete(a.json);
	assert_true(sums_begin());
	for (int i = 0; i < 2; i++) {
		a = post(p, "{\"houses\":true}", &ask);
		assert_int_equal(a.status, 200);
		assert_non_null(json_str(cJSON_GetObjectItemCaseSensitive(a.json, "houses")->child, "sum"));
		cJSON_Delete(a.json);
	}
	assert_true(sums_begin());
	refused(p, "{\"houses\":true}", &ask, 503, "busy");
	assert_false(sums_begin());
	a = post(p, "{\"mark\":true}", &ask); /* costs nothing */
	assert_int_equal(a.status, 200);
	cJSON_Delete(a.json);
	sums_end();
	sums_end();
}

static void only_who_tells_of_a_hotel_may_ask_about_it(void **state)
{
	static const char *const questions[] = { "{\"mark\":true}", "{\"houses\":true}", "{\"ids\":[\"1\"]}",
		                                 "{\"tasks_after\":\"0\"}", "{\"looks_after\":\"0\"}",
		                                 "{\"remarks_after\":\"0\"}",
		                                 "{\"events_after\":{\"epoch\":\"0\",\"sequence\":\"0\"}}" };
	struct pair *p = *state;
	const struct request own = { .question = true }, near = { .question = true, .secret = OTHER };
	struct answer a = post(p, all(p), &(struct request){ 0 });
	assert_int_equal(count(&a, "accepted"), p->n);
	cJSON_Delete(a.json);
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		a = post(p, questions[i], &own);
		assert_int_equal(a.status, 200);
		cJSON_Delete(a.json);
	}
	/* What is there was told by another than the nearer source that was let in since. */
	assert_int_equal(source_add(p->d.cx, "near", DONGXIN, OTHER), VH_OK);
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		refused(p, questions[i], &near, 401, "signature");
	a = post(p, questions[0], &own);
	assert_int_equal(a.status, 200);
	cJSON_Delete(a.json);
}

static void a_packed_batch_is_taken_and_a_bomb_is_not(void **state)
{
	struct pair *p = *state;
	const struct request gzip = { .coding = "gzip" };
	const char *body = all(p);
	struct answer a = post(p, body, &gzip);
	assert_int_equal(a.status, 200);
	assert_int_equal(count(&a, "accepted"), (int)p->n);
	cJSON_Delete(a.json);
	a = post(p, body, &(struct request){ 0 });
	assert_int_equal(count(&a, "duplicate"), (int)p->n); /* the same events, packed or not */
	cJSON_Delete(a.json);
	char *bomb = arena_alloc(p->a, 2 * LIM_BODY_BATCH);
	memset(bomb, ' ', 2 * LIM_BODY_BATCH - 1);
	refused(p, bomb, &gzip, 413, "unpacked_size");
	bomb[LIM_BODY_BATCH] = '\0';
	refused(p, bomb, &gzip, 400, "json"); /* at the ceiling: read, and found empty */
}

/* What is signed and digested is whole each time: only the packing is not what it says. */
static void a_packed_batch_is_one_whole_body(void **state)
{
	struct pair *p = *state;
	const char *body = all(p);
	refused(p, body, &(struct request){ .coding = "gzip", .short_of = 1 }, 400, "packing");
	refused(p, body, &(struct request){ .coding = "gzip", .short_of = 40 }, 400, "packing");
	refused(p, body, &(struct request){ .coding = "gzip", .behind = "[]" }, 400, "packing");
	refused(p, body, &(struct request){ .coding = "gzip", .behind = "\x1f\x8b" }, 400, "packing");
	refused(p, body, &(struct request){ .coding = "GZIP" }, 400, "packing"); /* so it says, and it is plain */
	refused(p, body, &(struct request){ .coding = "br" }, 415, "media_type");
	refused(p, body, &(struct request){ .coding = "gzip, gzip" }, 415, "media_type");
	/* Unpacked on the way: no longer what was sent, and nobody knows by whom. */
	refused(p, body, &(struct request){ .coding = "gzip", .body_sent = body }, 400, "digest");
	struct answer a = post(p, body, &(struct request){ .coding = "identity" });
	assert_int_equal(a.status, 200);
	assert_int_equal(count(&a, "accepted"), (int)p->n); /* and nothing of the above was */
	cJSON_Delete(a.json);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_is_told_is_taken_once_and_shown_as_it_is_there),
		T(any_order_ends_the_same),
		T(a_receipt_is_verified_offline_and_a_changed_one_is_not),
		T(who_may_not_speak_is_refused_by_its_own_code),
		T(one_bad_event_does_not_sink_the_others),
		T(a_type_or_subject_that_steers_a_terminal_is_refused),
		T(only_who_tells_of_a_hotel_may_ask_about_it),
		T(what_is_kept_elsewhere_is_changed_by_nobody_here),
		T(stays_of_who_was_erased_before_they_came_are_not_made),
		T(hotels_are_summed_up_two_at_a_time),
		T(a_packed_batch_is_taken_and_a_bomb_is_not),
		T(a_packed_batch_is_one_whole_body),
		T(what_a_source_may_tell_for_a_while_is_not_called_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
