/* Forgetting somebody; inside a write step. k: the hotel's data key. */
#ifndef CORE_ERASE_DATA_H
#define CORE_ERASE_DATA_H

#include "vh/crypto.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

/* His row stays, with nothing in it that tells who he was. */
MUST enum vh_rc person_forget(struct ctx *cx, const struct key *k, const struct person *was);
bool person_is_forgotten(const struct person *p);
/* So does a stay of his with its events; *ret_events grows by how many were emptied. */
MUST enum vh_rc stay_forget(struct ctx *cx, const struct key *k, struct stay *s,
                            int64_t *ret_events);

#endif
