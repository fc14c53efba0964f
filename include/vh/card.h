/*
 * The text of a reader of identity cards (二代证 and the cards made like it), typed as by a keyboard
 * or pasted: fields in lines, between tabs, commas or bars, with labels or without, or the record
 * of the chip with its fields padded by blanks.
 *
 * Kept are name, number, sex and home. The card also says the ethnicity: it is passed over here, is
 * in no result and goes nowhere.
 */
#ifndef VH_CARD_H
#define VH_CARD_H

#include "vh/docno.h"

#define LIM_CARD 1024 /* characters of such a text; a longer one is none */

struct card {
	struct docno doc; /* of 18 characters, checked */
	const char *name; /* "" when the text has none */
	const char *home; /* "" when the text has none */
	int sex;          /* as stated; 0: not */
};
/* VH_NOTFOUND: no such text, but perhaps a number alone. VH_NOMEM. */
MUST enum vh_rc card_parse(struct arena *a, const char *text, int32_t today, struct card *ret);

#endif
