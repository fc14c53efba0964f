/*
 * Ids made in C: 41 bits of milliseconds since 2024-01-01, 10 bits of process slot, 12 bits of
 * counter, so that two processes that hold different slots (leased in the database) never meet, and
 * ids ascend with time in one process.
 */
#ifndef VH_ID_H
#define VH_ID_H

#include <stdint.h>

#include "vh/err.h"

#define ID_TEXT 20

void id_slot_set(unsigned slot); /* 0..1023, once at start */
/* Positive; thread-safe; waits when a millisecond's 4,096 are used up. */
int64_t id_new(void);
/* The least id that a moment can have, and the moment at which an id was made. */
int64_t id_at(int64_t instant);
int64_t id_instant(int64_t id);
void id_format(int64_t id, char out[ID_TEXT]);
/* Decimal, canonical (no sign, no leading zero), > 0. VH_INVALID else. */
MUST enum vh_rc id_parse(const char *s, int64_t *ret_id);

#endif
