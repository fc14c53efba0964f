/*
 * Asking the upstreams, the same night, whether they hold what we hold. Per hotel: does it have as
 * many events as it accepted (else each is asked for by its id, and what was lost goes again);
 * then the sums of the houses, of the rooms of those that differ, of the stays of those rooms.
 *
 * A hotel with anything still under way is not compared: it would only be told twice. Upstreams
 * that are not of our kind (their address does not end in /upstream/events) cannot be asked.
 */
#ifndef VH_SYNC_RECONCILE_H
#define VH_SYNC_RECONCILE_H

#include "vh/ctx.h"
#include "vh/store_delivery.h"
#include "vh/store_place.h"
#include "vh/tally.h"

enum diff_kind { DIFF_MISSING_ABOVE, DIFF_MISSING_HERE, DIFF_DIFFERENT };
const char *diff_name(enum diff_kind k); /* missing_above … */
struct diff {
	const char *upstream, *area;
	enum diff_kind kind;
	enum tally_kind what;
	int64_t id;
	bool repaired; /* it was told again; what is missing here, a person must look at */
	struct diff *next;
};

struct reconcile_sums {
	int64_t asked;   /* hotels that were compared whole */
	int64_t waiting; /* hotels left alone: something is under way */
	int64_t mute;    /* upstreams that cannot be asked, or did not answer */
	int64_t resent;  /* events that an upstream had lost, due again */
	int64_t differ, repaired;
};
struct reconcile_opts {
	const char *upstream; /* NULL: every open one */
	bool repair;
	int connect_ms, total_ms; /* 0: those of sync_http.h */
};
/* Differences stand in cx's arena, at most LIM_DIFFS of them. Not inside a transaction. */
#define LIM_DIFFS 10000
MUST enum vh_rc sync_reconcile(struct ctx *cx, const struct reconcile_opts *opts,
                               struct reconcile_sums *ret, struct diff **ret_list);

#endif
