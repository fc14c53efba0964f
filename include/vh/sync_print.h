/*
 * What a receipt says about an event without telling it: HMAC-SHA256 under the secret of the two
 * nodes, cut to 16 bytes, over id, source, type, subject, partitionkey, epoch, sequence, time and
 * the data in canonical JSON, each with its length before it. Both nodes make it from what they
 * hold.
 */
#ifndef VH_SYNC_PRINT_H
#define VH_SYNC_PRINT_H

#include "vh/receipt.h"
#include "vh/sync_batch.h"
#include "vh/sync_wire.h"

MUST enum vh_rc event_print(const struct webhook_key *k,
                            const struct cloud_event *ev, char ret[RECEIPT_PRINT]);

#endif
