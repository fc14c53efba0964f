/*
 * A clerk's rental ledger: what its columns, merged cells and oddities mean, row by row.
 *
 * The header is found below title lines by its names (ledger_table.c holds the synonyms). Rows
 * count from 1 below it. A blank landlord, address or room cell repeats the one above, since clerks
 * merge them; total lines, blank lines and repeated headers are passed over. A row is a vacant
 * room, or a tenant in a room, or refused; a refused tenant still has his house and room where
 * those can be read. Nothing here touches the database, and no detail holds anything of a person.
 *
 * Codes of refused rows: address, room, name, doc_type, guardian (no papers), date, duplicate (the
 * same person in the same room again), already_in (in another room too), and those of vh/docno.h.
 * Of warnings: sex (the number decides), and left out are what phone, until, area, capacity,
 * landlord, landlord_phone, home and employer name.
 */
#ifndef VH_LEDGER_H
#define VH_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/ctx.h"
#include "vh/docno.h"
#include "vh/sheet.h"

struct ledger;

#define LEDGER_WARNINGS 6

struct ledger_note {
	const char *code, *detail;
};

struct ledger_row {
	uint32_t row;
	/* The place: house and room count from 0 by first appearance; NULL names: not readable. */
	const char *address, *room_no;
	uint32_t house, room;

	const char *landlord, *landlord_phone; /* NULL: not said */
	double area_m2;                        /* 0: not said */
	int64_t capacity;                      /* 0: not said */
	/* The tenant, unless vacant. */
	bool vacant;
	enum doc_kind kind;
	const char *name, *doc_no;            /* normalised */
	const char *phone, *home, *employer;  /* NULL: not said */
	const char *since, *until;            /* YYYY-MM-DD; until NULL: not said */
	int64_t sex;                          /* 0 unknown, 1 male, 2 female */
	struct ledger_note refused;           /* code NULL: accepted so far */
	struct ledger_note warning[LEDGER_WARNINGS];
	unsigned warnings;
	/* As it stood in the file, for the desk; valid until the next row. */
	struct sheet_row raw;
};

/* What was met so far lives in cx->a; the sheet is borrowed. VH_INVALID `sheet_header`. */
MUST enum vh_rc ledger_open(struct ctx *cx, struct sheet *s, int32_t today, struct ledger **ret);
/*
 * The next row, its texts in `a`, judged by itself (not by the rows before it). VH_NOTFOUND after
 * the last. A person's code is set by ledger_judge().
 */
MUST enum vh_rc ledger_next(struct ctx *cx, struct ledger *l, struct arena *a,
                            struct ledger_row *ret);
/* Refuse a tenant whom an earlier accepted row has: duplicate or already_in. */
MUST enum vh_rc ledger_judge(struct ctx *cx, struct ledger *l, struct ledger_row *r);
/* The row counts: later rows with the same person are judged by it. */
MUST enum vh_rc ledger_accept(struct ctx *cx, struct ledger *l, const struct ledger_row *r);

/* How many rows there are, total and blank lines too; the last row's number. */
uint32_t ledger_rows(const struct ledger *l);

/* Names of columns as an export writes them, in its order, and how many. */
extern const char *const ledger_heads[];
extern const unsigned ledger_heads_n;

#endif
