/*
 * mkevents DB KEYFILE AREA EVENTS KEYS: that many events of a hotel into its journal, over so many
 * partition keys, in an order that mixes them; the data are nobody's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/core.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"

enum { AT_ONCE = 500 };

struct job {
	int64_t hotel;
	long from, n, keys;
};

static void die(const char *what, const struct err *e)
{
	fprintf(stderr, "mkevents: %s: %s\n", what, err_text(e));
	exit(1);
}

static enum vh_rc add(struct ctx *cx, void *arg)
{
	static const char *const type[] = { "stay.checked-in", "stay.extended", "stay.checked-out" };
	const struct job *j = arg;
	enum vh_rc rc = VH_OK;
	for (long i = j->from; rc == VH_OK && i < j->from + j->n; i++) {
		long part = i * 7919 % j->keys + 1;
		char *data = arena_printf(cx->a, "{\"stay\":\"%ld\",\"step\":%ld}", part, i);
		const struct deed d = { .hotel = j->hotel, .type = type[i / j->keys % 3],
			                .subject = "stays", .id = part, .part = part, .data = data };
		rc = data ? journal_add(cx, &d, NULL) : VH_NOMEM;
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct ctx cx = { .who = &actor_operator, .now = now_ms() };
	struct hotel h;
	if (argc != 6 || crypto_start() != VH_OK)
		return 2;
	long events = strtol(argv[4], NULL, 10), keys = strtol(argv[5], NULL, 10);
	cx.a = arena_new(LIM_ARENA);
	if (!cx.a || keys < 1 || keys_load(argv[2], &cx.keys, &cx.err) != VH_OK)
		die("key", &cx.err);
	if (db_open(argv[1], DB_OPEN, &cx.db, &cx.err) != VH_OK || hotel_keys_warm(&cx) != VH_OK)
		die("database", &cx.err);
	if (hotel_open_by(&cx, argv[3], &h) != VH_OK)
		die("hotel", &cx.err);
	struct job j = { .hotel = h.id, .keys = keys };
	for (; j.from < events; j.from += j.n) {
		j.n = events - j.from < AT_ONCE ? events - j.from : AT_ONCE;
		arena_reset(cx.a);
		cx.now = now_ms();
		if (db_write(&cx, add, &j) != VH_OK)
			die("write", &cx.err);
	}
	db_close(cx.db);
	keys_free(cx.keys);
	arena_free(cx.a);
	return 0;
}
