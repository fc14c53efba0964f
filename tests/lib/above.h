/*
 * Two villages in one registry, and the district above it: what the villages' journals say is told to it by hand.
 */
#ifndef ABOVE_H
#define ABOVE_H

#include "village.h"
#include "vh/receive.h"

#define PAIR_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8="

struct pair {
	struct village v, d;
	struct source from; /* that the villages are to the district */
	struct arena *a;
};
int pair_setup(void **state);
int pair_teardown(void **state);
/* The whole journal of a hotel; again is nothing. */
void pair_tell(struct pair *p, int64_t hotel, const char *area);
/* Ids are made by the machine's clock, the tests' stands still: what was just written is told at once. */
void pair_later(struct pair *p);
void pair_out(struct pair *p, int64_t stay);

#endif
