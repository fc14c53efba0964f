#include "village.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "told.h"
#include "vh/access.h"
#include "vh/accounts.h"
#include "vh/check.h"
#include "vh/declare.h"
#include "vh/limits.h"

static const char areas[] =
	"code,name,parent,kind\n"
	"310000000000,上海市,,province\n"
	"310116000000,金山区,310000000000,county\n"
	TOWN ",山阳镇,310116000000,town\n"
	DONGXIN ",东新村村委会," TOWN ",village\n"
	XIXIN ",西新村村委会," TOWN ",village\n"
	"320000000000,江苏省,,province\n";

static void must(struct village *v, enum vh_rc rc, const char *what)
{
	if (rc != VH_OK)
		fail_msg("%s: %s: %s %s", what, rc_name(rc), err_code(&v->cx->err), err_text(&v->cx->err));
}

static enum vh_rc hotels_step(struct ctx *cx, void *arg)
{
	struct village *v = arg;
	enum vh_rc rc = hotel_get(cx, v->hotel, &v->h);
	return rc == VH_OK ? hotel_get(cx, v->far, &v->h_far) : rc;
}

static void places(struct village *v)
{
	static const struct house_new house[] = {
		{ .address = "东新1号", .grid = "第一网格", .landlord = "房东甲", .phone = "13900000001" },
		{ .address = "东新2号", .grid = "第二网格", .landlord = "房东乙", .phone = "13900000002" },
		{ .address = "西新1号", .landlord = "房东丙", .phone = "13900000003" },
	};
	static const struct { int house; const char *no; } room[V_ROOMS] = {
		[V_101] = { 0, "101" }, [V_102] = { 0, "102" }, [V_201] = { 1, "201" }, [V_FAR] = { 2, "101" },
	};
	struct hotel_new n = { .area = DONGXIN, .desk_phone = "02157240000", .entrusted_by = "a test",
	                       .retention_months = 12 };
	int64_t rows;
	must(v, areas_load(v->cx, areas, sizeof areas - 1, &rows), "areas");
	must(v, hotel_add(v->cx, &n, &v->hotel), "hotel");
	n.area = XIXIN;
	must(v, hotel_add(v->cx, &n, &v->far), "far hotel");
	must(v, db_read(v->cx, hotels_step, v), "hotels");
	for (int i = 0; i < 3; i++)
		must(v, house_add(v->cx, i == 2 ? v->far : v->hotel, &house[i], &v->house[i]), "house");
	for (int i = 0; i < V_ROOMS; i++) {
		struct room_new r = { .no = room[i].no, .area_m2 = 12.5 };
		must(v, room_add(v->cx, i == V_FAR ? v->far : v->hotel, v->house[room[i].house], &r, &v->room[i]),
		     "room");
	}
}

struct loading {
	const char *login;
	struct actor *to;
};

static enum vh_rc actor_step(struct ctx *cx, void *arg)
{
	struct loading *l = arg;
	struct account a;
	enum vh_rc rc = account_by_login(cx, l->login, &a);
	return rc == VH_OK ? actor_load(cx, &a, l->to) : rc;
}

static void people(struct village *v)
{
	static const struct account_new all[] = {
		{ "admin", ROLE_ADMIN, NULL, NULL, NULL },
		{ "auditor", ROLE_AUDITOR, NULL, NULL, NULL },
		{ "clerk", ROLE_CLERK, DONGXIN, NULL, NULL },
		{ "clerk2", ROLE_CLERK, XIXIN, NULL, NULL },
		{ "head", ROLE_HEAD, DONGXIN, NULL, NULL },
		{ "police", ROLE_POLICE, TOWN, NULL, NULL },
		{ "outsider", ROLE_POLICE, XIXIN, NULL, NULL },
		{ "grid", ROLE_GRID, DONGXIN, NULL, NULL },
		{ "employer", ROLE_EMPLOYER, DONGXIN, NULL, NULL },
		{ "wang", ROLE_LANDLORD, DONGXIN, "13900000001", "房东甲" },
		{ "zhao", ROLE_LANDLORD, DONGXIN, "13900000002", "房东乙" },
		{ "tenant", ROLE_TENANT, DONGXIN, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int64_t id;
		must(v, account_add(v->cx, &all[i], &id), all[i].login);
		struct loading l = { all[i].login, &v->who[v->n++] };
		must(v, db_read(v->cx, actor_step, &l), all[i].login);
	}
}

void village_open(struct village *v)
{
	village_bare(v);
	places(v);
	people(v);
	village_as(v, "clerk");
}

void village_bare(struct village *v)
{
	struct err e = { .n = 0 };
	*v = (struct village){ .n = 0 };
	testdb_open(&v->t, NULL);
	v->cx = &v->t.cx;
	snprintf(v->key_file, sizeof v->key_file, "%s/key", v->t.dir);
	assert_int_equal(crypto_start(), VH_OK);
	assert_int_equal(keys_create(v->key_file, &e), VH_OK);
	assert_int_equal(keys_load(v->key_file, &v->cx->keys, &e), VH_OK);
	arena_free(v->cx->a);
	v->cx->a = arena_new(LIM_ARENA_IMPORT);
	v->cx->who = &actor_operator;
}

void village_close(struct village *v)
{
	const char *to = getenv("VHOTEL_TOLD");
	if (to)
		village_told(v, to);
	sqlite3_close(v->beside);
	keys_free(v->cx->keys);
	testdb_close(&v->t);
}

int village_setup(void **state)
{
	struct village *v = calloc(1, sizeof *v);
	assert_non_null(v);
	village_open(v);
	*state = v;
	return 0;
}

int village_teardown(void **state)
{
	village_close(*state);
	free(*state);
	return 0;
}

struct ctx village_ctx(const struct village *v, const char *login)
{
	struct ctx cx = testdb_ctx(&v->t);
	cx.keys = v->cx->keys;
	cx.who = village_actor(v, login);
	return cx;
}

const struct actor *village_actor(const struct village *v, const char *login)
{
	if (!login)
		return NULL;
	if (!strcmp(login, "operator"))
		return &actor_operator;
	for (unsigned i = 0; i < v->n; i++) {
		if (!strcmp(v->who[i].login, login))
			return &v->who[i];
	}
	fail_msg("nobody is called %s", login);
	return NULL;
}

void village_as(struct village *v, const char *login)
{
	v->cx->who = village_actor(v, login);
}

void village_reload(struct village *v, const char *login)
{
	struct loading l = { login, (struct actor *)(uintptr_t)village_actor(v, login) };
	must(v, db_read(v->cx, actor_step, &l), login);
}

const char *village_doc(unsigned n)
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static _Thread_local char ring[8][20];
	static _Thread_local unsigned turn;
	char *out = ring[turn++ % 8];
	int sum = 0;
	/* The 17th digit is even for women: odd people get an even one. */
	snprintf(out, 20, "420199%04u%02u%02u%03u", 1960 + n / 5000 % 40, 1 + n / 500 % 10, 1 + n / 50 % 10 * 2,
	         n % 50 * 2 + 100 + (n % 2 == 0));
	for (int i = 0; i < 17; i++)
		sum += (out[i] - '0') * weight[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = '\0';
	return out;
}

struct stay_new village_new(const struct village *v, int room, unsigned n)
{
	static const char *const family[] = { "韦", "蓝", "覃", "莫" };
	static _Thread_local char names[8][40];
	static _Thread_local unsigned turn;
	char *name = names[turn++ % 8];
	snprintf(name, sizeof names[0], "%s租客%u", family[n % 4], n);
	return (struct stay_new){
		.hotel = room == V_FAR ? v->far : v->hotel, .room = v->room[room], .name = name,
		.doc_type = "id_card", .doc_no = village_doc(n), .since = "2026-11-21",
	};
}

int64_t village_in(struct village *v, int room, unsigned n)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done done = { .id = 0 };
	must(v, stay_in(v->cx, &s, &done), "move in");
	assert_true(done.id > 0);
	return done.id;
}

int64_t village_in_full(struct village *v, const char *login, int room, unsigned n)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done done = { .id = 0 };
	s.phone = n == 1 ? "13911112222" : V_PHONE;
	s.home = "贵州省某县某村";
	s.employer = "电子厂";
	village_as(v, login);
	OK(v, stay_in(v->cx, &s, &done));
	return done.id;
}

const char *village_plate(struct village *v, int64_t room, int64_t house)
{
	static char code[PLATE_CODE_TEXT];
	char sql[120];
	snprintf(sql, sizeof sql, "SELECT id FROM plate WHERE state = 'active' AND %s = %lld",
	         room ? "room" : "house", (long long)(room ? room : house));
	OK(v, plate_text(v->cx, v->hotel, village_sql(v, sql), code));
	return code;
}

int64_t village_declared(struct village *v, unsigned n)
{
	struct declare_code code;
	struct stay_done d = { .id = 0 };
	village_as(v, "wang");
	OK(v, declare_open(v->cx, v->hotel, v->room[V_101], &code));
	village_as(v, NULL);
	struct declare_new in = { .plate = village_plate(v, v->room[V_101], 0), .digits = code.digits,
		                  .stay = village_new(v, V_101, n) };
	OK(v, declare_stay(v->cx, &in, &d));
	return d.id;
}

int64_t village_looks(struct village *v)
{
	return village_sql(v, "SELECT count(*) FROM access");
}

struct getting {
	int64_t hotel, id;
	struct stay s;
};

static enum vh_rc stay_step(struct ctx *cx, void *arg)
{
	struct getting *g = arg;
	return stay_get(cx, g->hotel, g->id, &g->s);
}

struct stay village_stay(struct village *v, int64_t stay)
{
	struct getting g = { v->hotel, stay, { .id = 0 } };
	must(v, db_read(v->cx, stay_step, &g), "stay");
	return g.s;
}

void village_refused(struct village *v, enum vh_rc rc, enum vh_rc want, const char *code)
{
	if (rc != want || strcmp(err_code(&v->cx->err), code) != 0)
		fail_msg("wanted %s %s, got %s %s: %s", rc_name(want), code, rc_name(rc), err_code(&v->cx->err),
		         err_text(&v->cx->err));
	assert_non_null(err_text(&v->cx->err));
	err_clear(&v->cx->err);
}

static sqlite3 *beside(struct village *v)
{
	sqlite3 *h = v->beside;
	if (h)
		return h;
	assert_int_equal(sqlite3_open(v->t.path, &h), SQLITE_OK);
	sqlite3_busy_timeout(h, 5000);
	v->beside = h;
	return h;
}

int64_t village_sql(struct village *v, const char *sql)
{
	sqlite3 *h = beside(v);
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(h, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(h));
	int got = sqlite3_step(st);
	if (got != SQLITE_ROW && got != SQLITE_DONE)
		fail_msg("%s: %s", sql, sqlite3_errmsg(h));
	int64_t n = got == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return n;
}

static void add_row(struct buf *b, sqlite3_stmt *st)
{
	for (int i = 0; i < sqlite3_column_count(st); i++) {
		const void *p = sqlite3_column_type(st, i) == SQLITE_BLOB ? sqlite3_column_blob(st, i)
		                                                           : sqlite3_column_text(st, i);
		buf_printf(b, "|%d:%d:", sqlite3_column_type(st, i), sqlite3_column_bytes(st, i));
		if (p)
			buf_add(b, p, (size_t)sqlite3_column_bytes(st, i));
	}
}

/* Every row of a table into a digest; rows come in the order of the primary key. */
static void table_digest(sqlite3 *h, const char *table, struct buf *b)
{
	char sql[100];
	unsigned char mac_of[MAC_BYTES];
	sqlite3_stmt *st = NULL;
	struct buf rows;
	buf_init(&rows, 64u << 20);
	snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW)
		add_row(&rows, st);
	sqlite3_finalize(st);
	assert_true(buf_ok(&rows));
	mac(NULL, buf_str(&rows), rows.n, mac_of);
	buf_puts(b, table);
	buf_add(b, mac_of, sizeof mac_of);
	buf_done(&rows);
}

void village_digest(struct village *v, const char *but, char ret_hex[65])
{
	sqlite3 *h = beside(v);
	sqlite3_stmt *st = NULL;
	unsigned char mac_of[MAC_BYTES];
	char word[80];
	struct buf b;
	buf_init(&b, 64u << 10);
	assert_int_equal(sqlite3_exec(h, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(h, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
	                                    -1, &st, NULL), SQLITE_OK);
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(st, 0);
		snprintf(word, sizeof word, ",%s,", table);
		if (!but || !strstr(but, word))
			table_digest(h, table, &b);
	}
	sqlite3_finalize(st);
	sqlite3_exec(h, "COMMIT", NULL, NULL, NULL);
	assert_true(buf_ok(&b));
	mac(NULL, buf_str(&b), b.n, mac_of);
	hex_encode(mac_of, sizeof mac_of, ret_hex);
	buf_done(&b);
}

void village_sound(struct village *v)
{
	static const char *const broken[] = {
		"SELECT count(*) FROM hotel_head h WHERE seq <> (SELECT count(*) FROM event e WHERE e.hotel = h.hotel"
		" AND e.epoch = h.epoch) OR seq <> (SELECT coalesce(max(seq), 0) FROM event e WHERE e.hotel = h.hotel"
		" AND e.epoch = h.epoch)",
		"SELECT count(*) FROM (SELECT 1 FROM stay WHERE state IN ('pending', 'verified', 'away')"
		" GROUP BY hotel, person HAVING count(*) > 1)",
		"SELECT count(*) FROM stay s WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.hotel = s.hotel"
		" AND p.id = s.person) OR NOT EXISTS (SELECT 1 FROM room r WHERE r.hotel = s.hotel AND r.id = s.room)",
		"SELECT count(*) FROM stay s WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.hotel = s.hotel"
		" AND e.subject = 'stays/' || s.id)",
		"SELECT count(*) FROM stay s WHERE state IN ('pending', 'verified', 'away') AND NOT EXISTS"
		" (SELECT 1 FROM lease l WHERE l.hotel = s.hotel AND l.id = s.lease AND l.room = s.room"
		" AND l.state = 'open')",
		"SELECT count(*) FROM lease l WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM stay s WHERE"
		" s.hotel = l.hotel AND s.lease = l.id AND s.state IN ('pending', 'verified', 'away'))",
		"SELECT count(*) FROM stay WHERE (state = 'contested') <> (contest IS NOT NULL)",
		"SELECT count(*) FROM stay s WHERE state = 'contested' AND NOT EXISTS (SELECT 1 FROM task t"
		" WHERE t.hotel = s.hotel AND t.stay = s.id AND t.state <> 'confirmed')",
		"SELECT count(*) FROM room r WHERE letting <> 'closed' AND NOT EXISTS (SELECT 1 FROM plate p"
		" WHERE p.hotel = r.hotel AND p.room = r.id AND p.state = 'active')",
		"SELECT count(*) FROM room r WHERE letting = 'closed' AND EXISTS (SELECT 1 FROM plate p"
		" WHERE p.hotel = r.hotel AND p.room = r.id AND p.state = 'active')",
		"SELECT count(*) FROM person p WHERE NOT EXISTS (SELECT 1 FROM stay s WHERE s.hotel = p.hotel"
		" AND s.person = p.id)",
		"SELECT count(*) FROM hotel_head h WHERE plate <> (SELECT coalesce(max(id), 0) FROM plate p"
		" WHERE p.hotel = h.hotel)",
	};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		int64_t n = village_sql(v, broken[i]);
		if (n)
			fail_msg("%lld rows break: %s", (long long)n, broken[i]);
	}
	must(v, access_verify(v->cx, v->hotel), "access chain");
	must(v, db_check(v->cx), "the engine's own check");
	struct check_report report;
	must(v, registry_check(v->cx, true, &report), "check");
	if (report.broken)
		fail_msg("check: %s: %s", report.broken->code, report.broken->text);
}

struct newest {
	int64_t hotel;
	struct event e;
	char *json;
};

static enum vh_rc newest_step(struct ctx *cx, void *arg)
{
	struct newest *n = arg;
	struct hotel_head h;
	enum vh_rc rc = head_get(cx, n->hotel, &h);
	if (rc == VH_OK)
		rc = event_get(cx, n->hotel, h.epoch, h.seq, &n->e);
	return rc == VH_OK ? journal_data(cx, &n->e, &n->json) : rc;
}

cJSON *village_event(struct village *v, struct event *ret)
{
	struct newest n = { .hotel = v->hotel };
	cJSON *tree = NULL;
	must(v, db_read(v->cx, newest_step, &n), "newest event");
	must(v, json_parse(n.json, strlen(n.json), &tree, &v->cx->err), "data of the event");
	*ret = n.e;
	return tree;
}
