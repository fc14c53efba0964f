/*
 * Taking a ledger into a hotel, and writing one out of it.
 *
 * Import: good rows go in, a refused tenant still leaves his house and room, refused rows are told
 * and kept nowhere: the ledger has them. Rows are read, checked and sealed outside the database and
 * written in short steps, so that others can work meanwhile. Feeding the same ledger again changes
 * nothing; feeding the next one adds who is new, amends what changed and lists who is no longer in
 * it. Nobody's stay is ever ended by a ledger.
 *
 * Counts are what this feeding adds: houses, rooms, stays and people that are new. A tenant who is
 * registered as the ledger says is `unchanged`. No list holds anything of a person.
 */
#ifndef VH_LEDGER_IMPORT_H
#define VH_LEDGER_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/core.h"
#include "vh/json.h"
#include "vh/sheet.h"

struct ledger_item {
	uint32_t row;  /* of the data, from 1: what most ledgers number themselves */
	uint32_t line; /* of the sheet or file, as the program shows it in which it is corrected */
	const char *code, *detail;
	struct ledger_item *next;
};
/* Somebody who is registered and no longer in the ledger (maybe_moved). */
struct ledger_gone {
	int64_t stay;
	const char *address, *room_no;
	struct ledger_gone *next;
};
/* A row that brings something new; the first LEDGER_ADDED of them. */
enum { LEDGER_ADDED = 400 };
struct ledger_added {
	uint32_t row, line;
	const char *address, *room_no;
	bool house, room, person, stay;
	struct ledger_added *next;
};
struct ledger_result {
	int64_t rows, houses, rooms, stays, people, unchanged;
	/* By row. Codes as in vh/ledger.h, and room_shut. Of warnings also room_full, name (differs
	 * from the registered one), ended (was moved out, not moved in again). */
	struct ledger_item *refused, *warnings;
	struct ledger_item *changed; /* code: which field */
	struct ledger_gone *gone;
	struct ledger_added *added;
};
struct ledger_how {
	bool dry_run; /* reads only, says the same */
	void (*progress)(void *arg, uint32_t done, uint32_t rows); /* NULL: none */
	void *arg;
};

/*
 * Authority ACT_LEDGER. Lists live in cx->a, which should have LIM_ARENA_IMPORT. A failure of the
 * database in the middle leaves what was written; feeding again goes on from there.
 */
MUST enum vh_rc ledger_import(struct ctx *cx, const char *area, struct sheet *s,
                              const struct ledger_how *how, struct ledger_result *ret);
/* The counts and lists as members of the answer. */
void ledger_result_view(struct view *v, cJSON *in, const struct ledger_result *r);

/*
 * Everybody who lives in the hotel, and the vacant rooms, as a ledger that an import takes: a
 * disclosure of all of them, so that reason is required and each has his access row before the
 * first byte is written.
 */
MUST enum vh_rc ledger_export(struct ctx *cx, const char *area, const char *path,
                              enum sheet_kind kind, const char *reason, int64_t *ret_rows);

#endif
