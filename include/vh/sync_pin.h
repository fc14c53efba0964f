/*
 * The upstream's keys: which receipts are believed. The first are taken as they are when the
 * upstream is added, over TLS; later ones only when one that is pinned says that they follow it.
 */
#ifndef VH_SYNC_PIN_H
#define VH_SYNC_PIN_H

#include "vh/store_delivery.h"
#include "vh/store_pin.h"
#include "vh/sync_batch.h"
#include "vh/sync_http.h"
#include "vh/sync_wire.h"

/*
 * Ask GET …/upstream/keys and pin what may be; *ret: all that are pinned now. VH_NOTFOUND
 * `upstream`; VH_IO `no_keys`: it did not answer, has none, or none that follows a pinned one.
 */
MUST enum vh_rc sync_pin(struct ctx *cx, const char *name, struct pin **ret);

/*
 * What a receipt is worth: VH_OK; VH_NOTFOUND `receipt_key`: of a key that is not pinned;
 * VH_DENIED `receipt_forged`: altered, or about something else than what was sent.
 */
MUST enum vh_rc pin_judge(struct arena *a, const struct pin *pins, const char *area,
                          const struct webhook_keys *keys, const struct cloud_event *ev,
                          const char *receipt, struct err *e);

#endif
