/*
 * The columns of a delivery, for the files whose statements answer deliveries.
 */
#ifndef STORE_DELIVERY_ROW_H
#define STORE_DELIVERY_ROW_H

#include "rows.h"
#include "vh/store_delivery.h"

/* The delivery is `d`. */
#define DELIVERY_COLS                                                                          \
	"d.upstream, d.hotel, d.epoch, d.seq, d.event, d.part, d.state, d.attempts, d.next_at," \
	" d.sent_at, d.done_at, d.status, d.code, d.detail, d.receipt"
#define DELIVERY_SIG "iiiiiitiiIIITTT"

row_fill delivery_fill;

#endif
