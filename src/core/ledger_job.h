/* An import at work: ledger_import.c prepares rows, ledger_apply.c decides and writes. */
#ifndef LEDGER_JOB_H
#define LEDGER_JOB_H

#include "vh/ledger.h"
#include "vh/ledger_import.h"
#include "vh/stays.h"

enum { ENTRY_NOTES = 8 };

enum outcome {
	OUT_REFUSED,
	OUT_VACANT, /* house and room only */
	OUT_NEW,
	OUT_SAME,  /* registered already; `changed` says what the ledger knows better */
	OUT_ENDED, /* the registry says that he moved out since */
};

struct notes {
	struct ledger_note note[ENTRY_NOTES];
	unsigned n;
};

/* One row of a chunk, and what the step decided: anew each time the step runs. */
struct entry {
	struct ledger_row row;
	struct stay_new in;
	struct stay_ready *ready; /* NULL: no tenant, or refused before asking the database */
	bool house_before, room_before; /* known from earlier chunks */

	enum outcome outcome;
	struct ledger_note refused;
	struct notes warned, changed;
	bool new_house, new_room, new_person, amended;
	int64_t person; /* 0: not known here */
};

/* Ids of the ledger's houses or rooms; 0: not known yet. */
struct ids {
	int64_t *id;
	uint32_t size;
};
enum { ID_WOULD_BE = -1 }; /* in a dry run: would be made */

struct job {
	struct hotel hotel;
	const struct ledger_how *how;
	struct ledger *ledger;
	bool fresh; /* the hotel had no rooms when it began: nobody can be registered */
	struct ids houses, rooms;
	struct ids heads; /* accepted tenants of each room, of earlier chunks */
	struct entry *e;  /* the chunk */
	unsigned n;
};

/* db_step: decide about the chunk, and do it unless it is a dry run. */
enum vh_rc ledger_apply(struct ctx *cx, void *job);

#endif
