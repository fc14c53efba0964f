/*
 * core DIR MOVES SCANS: the registry without HTTP, called from as many threads as the server has.
 * core DIR MOVES ADDR:PORT PID TOKEN DB HOTEL ROOMS: the same move-ins posted to a server with that database,
 * over as many connections; ROOMS: a file of room ids, one a line.
 *
 * Durable move-ins beside raw SQLite inserts of the same rows: the rows that a round of move-ins wrote are read
 * back and written to a second database of the same schema, one group a transaction, groups as large as the
 * round's were, with the same durability (WAL, synchronous=FULL). Rounds of both alternate. Without HTTP then
 * audited scans (scan_plate with its token), the share of a scan that is not HTTP.
 */
#include "bench.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "people.h"
#include "vh/accounts.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "wire.h"

enum { THREADS = LIM_HTTP_THREADS, ROUNDS = 5, PER_HOUSE = 20 };
#define AREA "310116104205"

struct bench {
	char path[400], raw_path[400], key_path[400], token[SECRET_TEXT];
	struct ctx cx;
	int64_t hotel, *room;
	char (*code)[PLATE_CODE_TEXT];
	int moves, rooms;
	atomic_int next;
	int end;
	bool scans;
	const char *address, *pid; /* of a server; NULL: this process */
	const char *bearer, *area;
};

/* ---- the village ---- */

static void must(const struct ctx *cx, enum vh_rc rc, const char *what)
{
	need(rc == VH_OK, "core: %s: %s (%s)", what, err_text(&cx->err), rc_name(rc));
}

/* A house and its rooms in one transaction, so that making the village takes a moment. */
struct building {
	struct bench *b;
	int first, n;
};

static enum vh_rc build(struct ctx *cx, void *arg)
{
	struct building *g = arg;
	char text[40];
	int64_t house;
	snprintf(text, sizeof text, "东新%d号", 3001 + g->first / PER_HOUSE);
	enum vh_rc rc = house_add(cx, g->b->hotel, &(struct house_new){ .address = text }, &house);
	for (int i = 0; rc == VH_OK && i < g->n; i++) {
		snprintf(text, sizeof text, "%d%02d", 1 + i / 4, 1 + i % 4);
		rc = room_add(cx, g->b->hotel, house, &(struct room_new){ .no = text },
		              &g->b->room[g->first + i]);
	}
	return rc;
}

static enum vh_rc take_code(struct ctx *cx, const struct plate_show *p, void *arg)
{
	struct bench *b = arg;
	(void)cx;
	if (b->end < b->rooms)
		memcpy(b->code[b->end++], p->code, sizeof p->code);
	return VH_OK;
}

static void make_village(struct bench *b)
{
	static const char areas[] = "code,name,parent,kind\n" AREA ",东新村,,village\n";
	struct ctx *cx = &b->cx;
	int64_t n;
	must(cx, areas_load(cx, areas, sizeof areas - 1, &n), "areas");
	must(cx, hotel_add(cx, &(struct hotel_new){ .area = AREA }, &b->hotel), "hotel");
	for (int i = 0; i < b->rooms; i += PER_HOUSE) {
		struct building g = { b, i, b->rooms - i < PER_HOUSE ? b->rooms - i : PER_HOUSE };
		arena_reset(cx->a);
		must(cx, db_write(cx, build, &g), "house");
	}
	must(cx, plate_each(cx, b->hotel, false, take_code, b), "plates");
	need(b->end == b->rooms, "core: %d plates for %d rooms", b->end, b->rooms);
	struct account_new officer = { .login = "bench", .role = ROLE_POLICE, .scope = AREA };
	must(cx, account_add(cx, &officer, &n), "account");
	must(cx, account_token(cx, "bench", 1, b->token), "token");
}

static void open_registry(struct bench *b, const char *dir)
{
	struct ctx *cx = &b->cx;
	snprintf(b->path, sizeof b->path, "%s/core.db", dir);
	snprintf(b->raw_path, sizeof b->raw_path, "%s/raw.db", dir);
	snprintf(b->key_path, sizeof b->key_path, "%s/core.key", dir);
	need(crypto_start() == VH_OK, "core: crypto");
	*cx = (struct ctx){ .a = arena_new(LIM_ARENA), .who = &actor_operator, .now = now_ms() };
	must(cx, keys_create(b->key_path, &cx->err), "key");
	must(cx, keys_load(b->key_path, &cx->keys, &cx->err), "key");
	must(cx, db_open(b->path, DB_CREATE, &cx->db, &cx->err), "database");
}

/* ---- the two jobs ---- */

static void move_in(struct bench *b, struct ctx *cx, int i)
{
	char doc[DOCUMENT_TEXT], phone[16];
	struct stay_done done;
	document_of((unsigned)i, doc);
	snprintf(phone, sizeof phone, "139%08u", (unsigned)i % 100000000);
	struct stay_new n = { .hotel = b->hotel, .room = b->room[i / 2], .name = "韦娜", .doc_type = "id_card",
		              .doc_no = doc, .phone = phone, .since = "2026-11-02",
		              .home = "贵州省毕节市大方县" };
	must(cx, stay_in(cx, &n, &done), "stay_in");
}

static void post(struct bench *b, struct wire *w, int i)
{
	char request[1200], body[400];
	const char *said = "";
	move_in_body((unsigned)i, body, sizeof body);
	int n = snprintf(request, sizeof request,
	                 "POST /h/%s/rooms/%lld/stays HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
	                 "Accept: application/json\r\nContent-Type: application/json\r\n"
	                 "Content-Length: %zu\r\n\r\n%s",
	                 b->area, (long long)b->room[i / 2], b->address, b->bearer, strlen(body), body);
	int status = wire_ask(w, request, (size_t)n, &said);
	need(status == 201, "core: a move-in was answered with %d: %s", status, said);
}

static void scan(struct bench *b, struct ctx *cx, int i)
{
	struct session s;
	struct scan seen;
	must(cx, actor_of_token(cx, b->token, &s), "token");
	cx->who = &s.who;
	must(cx, scan_plate(cx, b->code[(int)((unsigned)i * 7919u % (unsigned)b->rooms)], &seen), "scan");
	need(seen.registered == 2 && seen.stays->person.name, "core: a scan without its people");
}

struct worker {
	struct bench *b;
	pthread_t thread;
	struct laps laps;
	struct wire wire;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	struct bench *b = w->b;
	struct ctx cx = { .a = arena_new(LIM_ARENA), .db = b->cx.db, .keys = b->cx.keys };
	need(!b->address || wire_open(&w->wire, b->address), "core: no answer from %s", b->address);
	for (int i; (i = atomic_fetch_add(&b->next, 1)) < b->end;) {
		int64_t begin = now_ns();
		arena_reset(cx.a);
		cx.who = &actor_operator;
		cx.now = now_ms();
		if (b->address)
			post(b, &w->wire, i);
		else if (b->scans)
			scan(b, &cx, i);
		else
			move_in(b, &cx, i);
		laps_add(&w->laps, now_ns() - begin);
	}
	if (b->address)
		wire_close(&w->wire);
	arena_free(cx.a);
	return NULL;
}

/* Jobs [from, to) on all threads; seconds. */
static double run(struct bench *b, int from, int to, struct laps *all)
{
	static struct worker w[THREADS];
	int64_t begin = now_ns();
	atomic_store(&b->next, from);
	b->end = to;
	for (int i = 0; i < THREADS; i++) {
		w[i].b = b;
		w[i].laps = (struct laps){ .at = NULL };
		need(!pthread_create(&w[i].thread, NULL, work, &w[i]), "core: threads");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(w[i].thread, NULL);
	double took = seconds_since(begin);
	for (int i = 0; i < THREADS; i++) {
		for (size_t k = 0; k < w[i].laps.n; k++)
			laps_add(all, w[i].laps.at[k]);
		free(w[i].laps.at);
	}
	return took;
}

/* ---- the same rows, bare ---- */

struct table {
	const char *name;
	int columns;
	sqlite3_int64 after;  /* rows up to this one were copied in an earlier round */
	sqlite3_value **value; /* of this round */
	int n;
	sqlite3_stmt *insert;
};

static void sql(sqlite3 *h, const char *text)
{
	char *why = NULL;
	need(sqlite3_exec(h, text, NULL, NULL, &why) == SQLITE_OK, "raw: %s: %s", text, why ? why : "");
}

static sqlite3_stmt *prepared(sqlite3 *h, const char *text)
{
	sqlite3_stmt *st;
	need(sqlite3_prepare_v2(h, text, -1, &st, NULL) == SQLITE_OK, "raw: %s: %s", text, sqlite3_errmsg(h));
	return st;
}

static void raw_open(const struct bench *b, sqlite3 **ret_from, sqlite3 **ret_to)
{
	need(sqlite3_open_v2(b->path, ret_from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "raw: open");
	sqlite3_db_config(*ret_from, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	need(sqlite3_open(b->raw_path, ret_to) == SQLITE_OK, "raw: open");
	sql(*ret_to, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	             "PRAGMA cache_size=-8192");
	sqlite3_stmt *st = prepared(*ret_from, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
	                                       " AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
	while (sqlite3_step(st) == SQLITE_ROW)
		sql(*ret_to, (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
}

static void table_free(struct table *t)
{
	for (int i = 0; i < t->n * t->columns; i++)
		sqlite3_value_free(t->value[i]);
	free(t->value);
	t->value = NULL;
	t->n = 0;
}

/* What this table got since the last round, into memory. */
static void table_read(struct table *t, sqlite3 *from, sqlite3 *to, int most)
{
	static const char marks[] = "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?";
	char text[200];
	const char *key = !strcmp(t->name, "event") ? "seq" : "id";
	snprintf(text, sizeof text, "SELECT *, %s FROM %s WHERE %s > ? ORDER BY %s", key, t->name, key, key);
	sqlite3_stmt *st = prepared(from, text);
	t->columns = sqlite3_column_count(st) - 1;
	t->value = calloc((size_t)most * (size_t)t->columns, sizeof *t->value);
	need(t->value != NULL, "no memory");
	sqlite3_bind_int64(st, 1, t->after);
	for (; sqlite3_step(st) == SQLITE_ROW && t->n < most; t->n++) {
		for (int c = 0; c < t->columns; c++)
			t->value[t->n * t->columns + c] = sqlite3_value_dup(sqlite3_column_value(st, c));
		t->after = sqlite3_column_int64(st, t->columns);
	}
	sqlite3_finalize(st);
	if (t->insert)
		return;
	need(t->columns * 2 <= (int)sizeof marks, "raw: %s has %d columns", t->name, t->columns);
	snprintf(text, sizeof text, "INSERT INTO %s VALUES (%.*s)", t->name, t->columns * 2 - 1, marks);
	t->insert = prepared(to, text);
}

static void table_insert(struct table *t, int row)
{
	for (int c = 0; c < t->columns; c++)
		sqlite3_bind_value(t->insert, c + 1, t->value[row * t->columns + c]);
	need(sqlite3_step(t->insert) == SQLITE_DONE, "raw: insert into %s: %s", t->name,
	     sqlite3_errmsg(sqlite3_db_handle(t->insert)));
	sqlite3_reset(t->insert);
}

/* `moves` move-ins' worth of rows, so many to a transaction; seconds. */
static double raw_insert(sqlite3 *to, struct table *t, int tables, int moves, double group, struct laps *laps)
{
	sqlite3_stmt *begin = prepared(to, "BEGIN IMMEDIATE"), *commit = prepared(to, "COMMIT");
	int64_t start = now_ns(), since = start;
	double due = group;
	int done[8] = { 0 };
	for (int i = 0; i < moves; i++) {
		if (sqlite3_get_autocommit(to)) {
			since = now_ns();
			need(sqlite3_step(begin) == SQLITE_DONE, "raw: begin");
			sqlite3_reset(begin);
		}
		for (int k = 0; k < tables; k++) {
			while ((int64_t)done[k] * moves < (int64_t)t[k].n * (i + 1))
				table_insert(&t[k], done[k]++);
		}
		if (i + 1 < due && i + 1 < moves)
			continue;
		need(sqlite3_step(commit) == SQLITE_DONE, "raw: commit");
		sqlite3_reset(commit);
		laps_add(laps, now_ns() - since);
		due += group;
	}
	double took = seconds_since(start);
	sqlite3_finalize(begin);
	sqlite3_finalize(commit);
	return took;
}

static sqlite3_int64 highest_seq(sqlite3 *h)
{
	sqlite3_stmt *st = prepared(h, "SELECT max(seq) FROM event");
	need(sqlite3_step(st) == SQLITE_ROW, "raw: seq");
	sqlite3_int64 n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* The mean group of what was committed since the last call. */
static double group_since(const struct bench *b, double before[2])
{
	struct db_stats st = { .commits = 0 };
	struct wire w = { .fd = -1 };
	char request[200];
	const char *said = "";
	if (!b->address) {
		db_stats(b->cx.db, &st);
	} else {
		int n = snprintf(request, sizeof request, "GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n", b->address);
		need(wire_open(&w, b->address) && wire_ask(&w, request, (size_t)n, &said) == 200, "core: /metrics");
		const char *commits = strstr(said, "\nvhotel_db_commits_total "),
			   *steps = strstr(said, "\nvhotel_db_steps_total ");
		need(commits && steps, "core: /metrics has no commits");
		st.commits = strtoll(commits + sizeof "\nvhotel_db_commits_total", NULL, 10);
		st.steps = strtoll(steps + sizeof "\nvhotel_db_steps_total", NULL, 10);
		wire_close(&w);
	}
	double group = ((double)st.steps - before[1]) / ((double)st.commits - before[0]);
	before[0] = (double)st.commits;
	before[1] = (double)st.steps;
	return group;
}

static void bench_moves(struct bench *b)
{
	struct table t[] = { { .name = "person" }, { .name = "lease" }, { .name = "stay" }, { .name = "event" } };
	struct laps ours = { 0 }, bare = { 0 };
	double ratio[ROUNDS], took[2] = { 0, 0 }, cpu[2] = { 0, 0 }, rss = 0, groups = 0;
	double stats[2] = { 0, 0 };
	sqlite3 *from, *to;
	raw_open(b, &from, &to);
	t[3].after = highest_seq(from);
	for (int r = 0; r < ROUNDS; r++) {
		int each = b->moves / ROUNDS, rows = 0;
		(void)group_since(b, stats);
		double spent = cpu_seconds(), a = run(b, r * each, (r + 1) * each, &ours);
		cpu[0] += cpu_seconds() - spent;
		double group = group_since(b, stats);
		if (b->address || !r)
			rss = memory_mib(b->address ? b->pid : "self", "VmRSS");
		for (int k = 0; k < 4; k++) {
			table_read(&t[k], from, to, each);
			rows += t[k].n;
		}
		need(t[0].n == each && t[2].n == each && t[3].n == each, "raw: %d rows for %d moves", rows, each);
		spent = cpu_seconds();
		double c = raw_insert(to, t, 4, each, group, &bare);
		cpu[1] += cpu_seconds() - spent;
		for (int k = 0; k < 4; k++)
			table_free(&t[k]);
		ratio[r] = c / a;
		took[0] += a;
		took[1] += c;
		groups += group / ROUNDS;
	}
	figure(b->address ? "move-ins over HTTP" : "move-ins, core", "move", b->moves / took[0], &ours, rss);
	figure("the same rows, raw SQLite", "move", b->moves / took[1], &bare, 0);
	printf("  ratio %.2f (goal 0.5); groups of %.1f, whose p50 and p99 raw's are", median(ratio, ROUNDS), groups);
	if (!b->address)
		printf("; processor %.0f and %.0f us a move", cpu[0] * 1e6 / b->moves, cpu[1] * 1e6 / b->moves);
	putchar('\n');
	for (int k = 0; k < 4; k++)
		sqlite3_finalize(t[k].insert);
	sqlite3_close(from);
	sqlite3_close(to);
}

static void bench_core(struct bench *b, const char *dir, int scans)
{
	struct laps laps = { 0 };
	b->code = calloc((size_t)b->rooms, sizeof *b->code);
	need(b->code != NULL, "core: no memory");
	open_registry(b, dir);
	make_village(b);
	bench_moves(b);
	b->scans = true;
	double cpu = cpu_seconds(), took = run(b, 0, scans, &laps);
	figure("scans, core", "scan", scans / took, &laps, memory_mib("self", "VmRSS"));
	printf("  processor %.0f us a scan\n", (cpu_seconds() - cpu) * 1e6 / scans);
	free(laps.at);
	db_close(b->cx.db);
	keys_free(b->cx.keys);
	arena_free(b->cx.a);
	free(b->code);
}

static void bench_http(struct bench *b, char **argv)
{
	FILE *f = fopen(argv[8], "r");
	long long id;
	int n = 0;
	while (f && n < b->rooms && fscanf(f, "%lld", &id) == 1)
		b->room[n++] = id;
	need(n == b->rooms, "core: %d rooms in %s, %d wanted", n, argv[8], b->rooms);
	fclose(f);
	b->address = argv[3];
	b->pid = argv[4];
	b->bearer = argv[5];
	b->area = argv[7];
	snprintf(b->path, sizeof b->path, "%s", argv[6]);
	snprintf(b->raw_path, sizeof b->raw_path, "%s/raw_http.db", argv[1]);
	bench_moves(b);
}

int main(int argc, char **argv)
{
	static struct bench b;
	need(argc == 4 || argc == 9, "usage: core DIR MOVES SCANS|ADDR:PORT PID TOKEN DB HOTEL ROOMS");
	b.moves = (int)strtol(argv[2], NULL, 10) / ROUNDS * ROUNDS;
	b.rooms = (b.moves + 1) / 2;
	b.room = calloc((size_t)b.rooms + 1, sizeof *b.room);
	need(b.moves > 0 && b.room, "core: no moves");
	if (argc == 4)
		bench_core(&b, argv[1], (int)strtol(argv[3], NULL, 10));
	else
		bench_http(&b, argv);
	free(b.room);
	return 0;
}
