/*
 * Is the registry whole? Every promise that its rows make to each other, its journal, its access
 * chain and its sealed fields, asked one after the other. Changes nothing.
 */
#ifndef VH_CHECK_H
#define VH_CHECK_H

#include "vh/core.h"
#include "vh/store_check.h"

struct finding {
	const char *code, *text; /* nobody's data in it */
	const char *hotel;       /* area code; NULL: the registry as a whole */
	struct finding *next;
};
struct check_report {
	const char *engine;
	int64_t hotels, opened; /* sealed fields that were opened */
	struct row_sums sum;
	struct finding *broken;  /* must not be */
	struct finding *notices; /* may be, but somebody should know */
};

/*
 * deep: every sealed field, not a sample. Not inside a transaction. VH_OK also when something is
 * broken; a failure means that the check could not be made.
 */
MUST enum vh_rc registry_check(struct ctx *cx, bool deep, struct check_report *ret);

#endif
