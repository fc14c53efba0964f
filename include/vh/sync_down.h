/*
 * Asking the upstreams what the desk and the tenants should know (vh/down.h): who is registered
 * elsewhere too, who looked at our people there, and what should be corrected. For every hotel, own
 * and received, so that it comes down tier by tier.
 */
#ifndef VH_SYNC_DOWN_H
#define VH_SYNC_DOWN_H

#include "vh/down.h"

struct sync_down_sums {
	struct down_sums got;
	int64_t asked; /* hotels with an upstream that answered */
	int64_t mute;  /* upstreams that cannot be asked or read, or did not answer */
};
/* upstream NULL: every open one. Not inside a transaction. */
MUST enum vh_rc sync_down(struct ctx *cx, const char *upstream, struct sync_down_sums *ret);

#endif
