/* What the files of the ledger share: the columns, what is carried down, and sets of keys. */
#ifndef LEDGER_IMPL_H
#define LEDGER_IMPL_H

#include "vh/crypto.h"
#include "vh/ledger.h"
#include "vh/limits.h"

enum ledger_col {
	LC_SEQ, LC_LORD, LC_LORD_PHONE, LC_LORD_DOC, LC_ADDRESS, LC_ROOM, LC_AREA, LC_CAPACITY,
	LC_NAME, LC_SEX, LC_DOC_TYPE, LC_DOC, LC_PHONE, LC_HOME, LC_WORK, LC_SINCE, LC_UNTIL,
	LC_NOTE, LC__MAX,
	/* A head that says what but not whose. */
	LC_ANY_NAME, LC_ANY_PHONE, LC_ANY_DOC,
	LC_NONE,
};

/* Keys (128 bits of a MAC under a random key) to small numbers, in the order of coming. */
struct keyset {
	struct key_slot *slot;
	uint32_t n, size;
	struct key mac;
};
MUST enum vh_rc keyset_init(struct ctx *cx, struct keyset *k);
/* The value put for this text and number before, else VH_NOTFOUND. */
MUST enum vh_rc keyset_get(const struct keyset *k, const char *text, int64_t number,
                           uint32_t *ret);
MUST enum vh_rc keyset_put(struct ctx *cx, struct keyset *k, const char *text, int64_t number,
                           uint32_t value);

struct ledger {
	struct sheet *sheet;
	int32_t today;
	uint32_t head_line, last_line;
	int col[LC__MAX]; /* column of each kind, -1: none */
	struct keyset houses, rooms, people;
	/* Carried down. Cells are at most LIM_LEDGER_CELL bytes. */
	char address[LIM_LEDGER_CELL + 1], room[LIM_LEDGER_CELL + 1];
	char lord[LIM_LEDGER_CELL + 1], lord_phone[LIM_LEDGER_CELL + 1];
	uint32_t house, room_index;
	double area_m2;
	int64_t capacity;
};

/* Reading one row (ledger_row.c). */
enum ledger_col ledger_col_of(struct arena *a, const char *head);
void ledger_warn(struct ledger_row *r, const char *code, const char *detail);
void ledger_refuse(struct ledger_row *r, const char *code, const char *detail);
/* The cell of a column cleaned, "" when empty or missing, or without memory (the arena knows). */
const char *ledger_cell(const struct ledger *l, struct arena *a, const struct sheet_row *raw,
                        enum ledger_col col);
/* The tenant's fields, with their refusals and warnings. */
MUST enum vh_rc ledger_tenant(struct ctx *cx, const struct ledger *l, struct arena *a,
                              struct ledger_row *r);
/* 138 0000-0000 / 139… -> the first number; NULL where it is none. */
const char *ledger_phone(struct arena *a, const char *text);
bool ledger_is_nothing(const char *text); /* 空置, 无, -, … */

#endif
