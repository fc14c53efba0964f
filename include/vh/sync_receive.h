/*
 * The receiving side on the wire: signed batches of events, signed questions, public keys. Answers
 * are written into the response; what was refused is logged by code and area, never by content.
 *
 *   POST /upstream/events  what a sender tells (include/vh/sync.h): 200 {"results":[…]}
 *   POST /upstream/query   {"mark":true} | {"ids":["…"]} | {"houses":true} | {"rooms":"HOUSE"} |
 *                          {"stays":"ROOM"}: what we have of a hotel, the last three as sums
 *                          (vh/tally.h); {"tasks_after":"ID"}, {"looks_after":"ID"},
 *                          {"remarks_after":"ID"}: what comes down (vh/down.h), a page at a
 *                          time. Alone:
 *                          {"events_after":{"epoch":"E","sequence":"S"},"most":N}, what this
 *                          sender told and lost, answered as a batch
 *   GET  /upstream/keys    {"keys":[…]} of our receipts
 *
 * A batch may come packed, Content-Encoding: gzip; every answer to one says so (Accept-Encoding,
 * RFC 7694). Content-Digest and signature are then of the packed bytes, the content as it travels
 * (RFC 9530): nothing is unpacked for who has not signed. A proxy that unpacks on the way breaks
 * both, and nobody can tell it from an attacker: the batch is refused, and the sender goes plain.
 *
 * Refusals of a whole batch: 401 `source_unknown`, `signature`, `timestamp`; 400 `digest`, `batch`,
 * `packing` (not one gzip member); 409 `own_hotel`, `other_source`; 413 `batch_size`,
 * `unpacked_size`; 415 `media_type`.
 */
#ifndef VH_SYNC_RECEIVE_H
#define VH_SYNC_RECEIVE_H

#include "vh/ctx.h"
#include "vh/http.h"

void sync_receive(struct ctx *cx, const struct http_req *q, struct http_resp *r);
void sync_answer(struct ctx *cx, const struct http_req *q, struct http_resp *r);
void sync_keys(struct ctx *cx, const struct http_req *q, struct http_resp *r);

#endif
