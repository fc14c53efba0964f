/*
 * mklife DB KEYFILE AREA ACTS SEED: so many random acts in a village, as its clerk would do them: houses and rooms are
 * opened, people move in, away, out and elsewhere, are extended, amended, verified and voided. Everybody is invented.
 * The same seed does the same to the same registry. Prints how many acts were refused by a rule.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/core.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/place.h"
#include "vh/stays.h"

enum { HOUSES = 6, ROOMS = 8, STAYS = 4096 };

struct life {
	struct ctx cx;
	struct hotel h;
	uint64_t die;
	int64_t room[HOUSES * ROOMS], stay[STAYS];
	unsigned rooms, stays;
	long refused, people;
};

static void die(const char *what, const struct err *e)
{
	fprintf(stderr, "mklife: %s: %s\n", what, err_text(e));
	exit(1);
}

static unsigned roll(struct life *l, unsigned n)
{
	l->die = l->die * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(l->die >> 33) % n;
}

/* A rule may refuse; anything else ends the life. */
static bool went(struct life *l, enum vh_rc rc, const char *what)
{
	if (rc == VH_OK)
		return true;
	if (rc != VH_CONFLICT && rc != VH_INVALID)
		die(what, &l->cx.err);
	err_clear(&l->cx.err);
	l->refused++;
	return false;
}

static void build(struct life *l, uint64_t seed)
{
	for (int i = 0; i < HOUSES; i++) {
		int64_t house;
		struct house_new n = { .address = arena_printf(l->cx.a, "试%llu之%d号", (unsigned long long)seed, i + 1),
		                       .grid = i % 2 ? "第一网格" : "第二网格" };
		if (!went(l, house_add(&l->cx, l->h.id, &n, &house), "house"))
			continue;
		for (int k = 0; k < ROOMS; k++) {
			struct room_new r = { .no = arena_printf(l->cx.a, "%d", 101 + k),
				              .capacity = 4,
				              .area_m2 = 12.5 + k };
			if (went(l, room_add(&l->cx, l->h.id, house, &r, &l->room[l->rooms]), "room"))
				l->rooms++;
		}
	}
}

/* A day so many from today, in China. */
static const char *ahead(struct life *l, int32_t days)
{
	char *text = arena_alloc(l->cx.a, DAY_TEXT);
	if (text)
		day_format(day_of(l->cx.now, 480) + days, text);
	return text;
}

static void move_in(struct life *l, uint64_t seed)
{
	struct stay_done done;
	struct stay_new n = {
		.hotel = l->h.id,
		.room = l->room[roll(l, l->rooms)],
		.name = roll(l, 2) ? "韦娜" : "ANNA MUSTER",
		.doc_type = "passport",
		.doc_no = arena_printf(l->cx.a, "E%04llu%04ld", (unsigned long long)seed % 10000, l->people++ % 10000),
		.phone = roll(l, 2) ? "14000000001" : NULL,
		.home = roll(l, 2) ? "贵州省毕节市" : NULL,
		.employer = roll(l, 3) ? NULL : "试织造厂",
		.since = ahead(l, -20),
		.lessee = roll(l, 2),
		.anyway = true,
	};
	if (went(l, stay_in(&l->cx, &n, &done), "in") && l->stays < STAYS)
		l->stay[l->stays++] = done.id;
}

static void change_one(struct life *l)
{
	/* None says what was said already: that would be refused. */
	const struct stay_change acts[] = {
		{ .verb = SV_OUT },
		{ .verb = SV_MOVE, .anyway = true },
		{ .verb = SV_EXTEND, .day = ahead(l, 30 + (int32_t)roll(l, 300)) },
		{ .verb = SV_AMEND, .home = arena_printf(l->cx.a, "四川省南充市%u号", roll(l, 9000)) },
		{ .verb = SV_AMEND, .name = arena_printf(l->cx.a, "MA CHAO %c", 'A' + (int)roll(l, 26)) },
		{ .verb = SV_AWAY, .day = ahead(l, 3 + (int32_t)roll(l, 60)) },
		{ .verb = SV_BACK },
		{ .verb = SV_VERIFY, .anyway = true },
		{ .verb = SV_VOID, .reason = "two of one" },
	};
	unsigned at = roll(l, l->stays);
	struct stay_change c = acts[roll(l, sizeof acts / sizeof *acts)];
	struct stay_done done;
	if (c.verb == SV_MOVE)
		c.room = l->room[roll(l, l->rooms)];
	if (went(l, stay_change(&l->cx, l->h.id, l->stay[at], &c, &done), "change"))
		l->stay[at] = done.id;
}

int main(int argc, char **argv)
{
	struct life *l = calloc(1, sizeof *l);
	if (argc != 6 || !l || crypto_start() != VH_OK)
		return 2;
	long acts = strtol(argv[4], NULL, 10);
	uint64_t seed = strtoull(argv[5], NULL, 10);
	l->die = seed * 2654435761u + 1;
	l->cx = (struct ctx){ .who = &actor_operator, .now = now_ms(), .a = arena_new(LIM_ARENA) };
	id_slot_set((unsigned)(seed % 1024));
	if (!l->cx.a || keys_load(argv[2], &l->cx.keys, &l->cx.err) != VH_OK)
		die("key", &l->cx.err);
	if (db_open(argv[1], DB_OPEN, &l->cx.db, &l->cx.err) != VH_OK || hotel_keys_warm(&l->cx) != VH_OK)
		die("database", &l->cx.err);
	struct arena *kept = l->cx.a;
	if (hotel_open_by(&l->cx, argv[3], &l->h) != VH_OK)
		die("hotel", &l->cx.err);
	build(l, seed);
	l->cx.a = arena_new(LIM_ARENA);
	for (long i = 0; l->cx.a && i < acts; i++) {
		arena_reset(l->cx.a);
		l->cx.now = now_ms();
		if (!l->stays || roll(l, 10) < 4)
			move_in(l, seed);
		else
			change_one(l);
	}
	printf("%ld\n", l->refused);
	db_close(l->cx.db);
	keys_free(l->cx.keys);
	arena_free(l->cx.a);
	arena_free(kept);
	free(l);
	return 0;
}
