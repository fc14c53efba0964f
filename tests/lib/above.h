/*
 * Two villages in one registry, and the district above it: what the villages' journals say is told to it by hand.
 */
#ifndef ABOVE_H
#define ABOVE_H

#include "village.h"
#include "vh/receive.h"

#define PAIR_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8="

/* A registry that takes what the town's villages tell, under PAIR_SECRET. */
void above_district(struct village *d);
/* The whole journal of a hotel, as the receiving side takes it; again is nothing. How many events were told. */
size_t above_tell(struct village *v, int64_t hotel, struct village *d, const struct source *from, const char *area);

struct pair {
	struct village v, d;
	struct source from; /* that the villages are to the district */
	struct arena *a;
};
int pair_setup(void **state);
int pair_teardown(void **state);
void pair_tell(struct pair *p, int64_t hotel, const char *area);
/* Ids are made by the machine's clock, the tests' stands still: what was just written is told at once. */
void pair_later(struct pair *p);
void pair_out(struct pair *p, int64_t stay);

#endif
