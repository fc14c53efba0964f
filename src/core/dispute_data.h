/*
 * What a stay's new state says about an open dispute. Inside a write.
 */
#ifndef CORE_DISPUTE_DATA_H
#define CORE_DISPUTE_DATA_H

#include "vh/dispute.h"

/* still_here is upheld by a verified stay and refused by one that is over. */
MUST enum vh_rc dispute_follow(struct ctx *cx, const struct stay *s);

#endif
