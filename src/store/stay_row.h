/*
 * The columns of a stay, for the files whose statements answer stays.
 */
#ifndef STORE_STAY_ROW_H
#define STORE_STAY_ROW_H

#include "rows.h"
#include "vh/store_stay.h"

#define STAY_COLS                                                                                  \
	"hotel, id, room, person, lease, since, until, ended, away_until, state, contest, lessee," \
	" relation, employer, notice, filed_by, filed_at, due, late, out_due, out_late, "          \
	"verified_by,"                                                                             \
	" verified_at, reason, version, ended_about"
#define STAY_SIG "iiiiItTTTtTiTIiiiIiIiIITii"
#define STAY_CURRENT "state IN ('pending', 'verified', 'away')"

row_fill stay_fill;

/* stay_is_overdue() in SQL, beside a condition that the stay is current; $2: today. */
#define PASSED "(until < $2 OR (state = 'away' AND away_until < $2))"

#endif
