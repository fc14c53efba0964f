/*
 * Getting back from the upstreams what a restored registry has lost (vh/recover.h). Only upstreams
 * of our kind can be asked; what one alone was told comes back from that one.
 */
#ifndef VH_SYNC_RECOVER_H
#define VH_SYNC_RECOVER_H

#include "vh/recover.h"

struct sync_recover_opts {
	const char *upstream; /* NULL: every open one */
	bool force;           /* changes made since the restore win over what comes back */
	int connect_ms, total_ms;
};
/*
 * VH_BUSY `mute`: an upstream did not answer: what came is kept, ask again; VH_NOTFOUND
 * `upstream`: there is none that can be asked; VH_CONFLICT `newer`. When all went well, sending is
 * free again.
 */
MUST enum vh_rc sync_recover(struct ctx *cx, const struct sync_recover_opts *opts,
                             struct recover_sums *ret);

#endif
