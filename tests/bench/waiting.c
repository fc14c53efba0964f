/*
 * waiting DB KEYFILE EVENTS AREA...: opens a hotel in each area and puts EVENTS in all into their journals, as filing
 * does it, 500 a transaction; nobody has sent any. Each is as long as a check-in is; the people are nobody.
 */
#include "bench.h"

#include "vh/core.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/place.h"

enum { AT_ONCE = 500, ACTS = 5 /* of one stay, far apart */ };

struct job {
	const char *area;
	int64_t hotel;
	long from, n, stays;
};

static const char DATA[] =
	"{\"hotel\":{\"code\":\"%s\",\"name\":\"试验村虚拟旅馆\"},\"house\":{\"id\":\"%ld\",\"no\":%ld,"
	"\"address\":\"试验路%ld号\",\"grid\":\"第一网格\",\"state\":\"open\"},\"room\":{\"id\":\"%ld\",\"no\":\"%ld\","
	"\"letting\":\"single\",\"capacity\":2,\"area_m2\":18.5},\"stay\":{\"id\":\"%ld\",\"version\":%ld,"
	"\"state\":\"current\",\"since\":\"2026-03-01\",\"until\":\"2026-09-01\",\"ended\":null,\"away_until\":null,"
	"\"relation\":null,\"lessee\":true},\"filing\":{\"notice\":1,\"late\":false,\"out_late\":false,"
	"\"at\":\"2026-03-01T09:30:00.000Z\",\"due\":\"2026-03-04T16:00:00.000Z\",\"out_due\":null},"
	"\"person\":{\"id\":\"%ld\",\"sex\":1,\"name\":\"韦娜\",\"doc_type\":\"passport\",\"doc_no\":\"E%08ld\","
	"\"phone\":\"14000000001\",\"home\":\"贵州省毕节市\"},\"employer\":null}";

static enum vh_rc add(struct ctx *cx, void *arg)
{
	static const char *const type[ACTS] = { "stay.checked-in", "stay.verified", "stay.extended", "stay.extended",
		                                "stay.checked-out" };
	const struct job *j = arg;
	enum vh_rc rc = VH_OK;
	for (long i = j->from; rc == VH_OK && i < j->from + j->n; i++) {
		long at = i % j->stays, act = i / j->stays % ACTS, stay = 1000000000000 + at;
		long house = 1 + at / 20;
		char *data = arena_printf(cx->a, DATA, j->area, house, house, house, 1 + at, 101 + at % 20, stay,
		                          1 + act, 1 + at, at);
		const struct deed d = { .hotel = j->hotel, .type = type[act], .subject = "stays", .id = stay,
			                .part = 1 + at, .data = data };
		rc = data ? journal_add(cx, &d, NULL) : VH_NOMEM;
	}
	return rc;
}

static void fill(struct ctx *cx, const char *area, long events)
{
	const struct hotel_new n = { .area = area, .retention_months = 24 };
	struct job j = { .area = area, .stays = events / ACTS + 1 };
	need(hotel_add(cx, &n, &j.hotel) == VH_OK, "waiting: %s: %s", area, err_text(&cx->err));
	/* What a hotel says of itself when it is opened is among them. */
	for (events -= 1; j.from < events; j.from += j.n) {
		j.n = events - j.from < AT_ONCE ? events - j.from : AT_ONCE;
		arena_reset(cx->a);
		cx->now = now_ms();
		need(db_write(cx, add, &j) == VH_OK, "waiting: %s: %s", area, err_text(&cx->err));
	}
}

int main(int argc, char **argv)
{
	struct ctx cx = { .who = &actor_operator, .now = now_ms() };
	need(argc > 4 && crypto_start() == VH_OK, "usage: waiting DB KEYFILE EVENTS AREA...");
	long events = strtol(argv[3], NULL, 10), areas = argc - 4;
	cx.a = arena_new(LIM_ARENA);
	need(cx.a && keys_load(argv[2], &cx.keys, &cx.err) == VH_OK, "waiting: %s", err_text(&cx.err));
	need(db_open(argv[1], DB_OPEN, &cx.db, &cx.err) == VH_OK, "waiting: %s", err_text(&cx.err));
	for (long i = 0; i < areas; i++) {
		arena_reset(cx.a);
		fill(&cx, argv[4 + i], events / areas + (i < events % areas));
	}
	db_close(cx.db);
	keys_free(cx.keys);
	arena_free(cx.a);
	return 0;
}
