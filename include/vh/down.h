/*
 * What comes down from the nodes above: that somebody is registered in another hotel too, who
 * looked at the hotel's people there, and what should be corrected (vh/remark.h). Above, all are
 * noticed while events are taken and people looked at; src/sync/down.c asks for them each night.
 *
 * Of the other registration nothing is told but that there is one. Looks keep who (by role), when,
 * why, what, and the node; they stand beside the access log, whose chain is this node's own.
 */
#ifndef VH_DOWN_H
#define VH_DOWN_H

#include "vh/receive.h"
#include "vh/store_down.h"

enum { DOWN_PAGE = 100 };

/* --- above --- */

struct down_task {
	int64_t id, stay, at;
	bool open; /* it was not settled yet */
};
/* What this sender may know of its hotel, up to DOWN_PAGE each; errors as receive_told. */
MUST enum vh_rc down_tasks(struct ctx *cx, const struct source *to, const char *area,
                           int64_t after, struct down_task **ret, size_t *ret_n);
struct down_remark {
	int64_t id, origin, stay, at;
	bool open; /* it was not answered yet; else nothing is said in it */
	const char *field, *believed, *words;
};
MUST enum vh_rc down_remarks(struct ctx *cx, const struct source *to, const char *area,
                             int64_t after, struct down_remark **ret, size_t *ret_n);
/* Looks here (node NULL) and further above, by id. */
MUST enum vh_rc down_looks(struct ctx *cx, const struct source *to, const char *area,
                           int64_t after, struct access_row **ret);

/* --- below --- */

MUST enum vh_rc down_from(struct ctx *cx, int64_t upstream, int64_t hotel,
                          struct down_cursor *ret);
struct down_sums {
	int64_t tasks, looks, remarks; /* new here */
	int64_t passed_over;           /* remarks that are kept nowhere (vh/remark.h) */
};
struct down_page {
	struct down_task *tasks;
	struct down_remark *remarks;
	size_t n_tasks, n_remarks;
	struct access_row *looks;
};
/*
 * Take what was told after the cursor, which moves with it, in one durable write. hotel and id of
 * the looks are made here; tasks and looks about nobody here are passed over, remarks are answered.
 * VH_CONFLICT `not_told`: remarks of an upstream that does not get this hotel from us.
 */
MUST enum vh_rc down_take(struct ctx *cx, const struct down_cursor *to,
                          const struct down_page *page, struct down_sums *sums);

#endif
