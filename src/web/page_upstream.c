/*
 * The receiving side of the way up (src/sync/receive.c), entered through the one table of routes.
 * Who sends is told by his signature over the body: no session, no token, no form.
 */
#include "pages.h"
#include "vh/db.h"
#include "web_state.h"

static enum vh_rc hand_over(struct call *c, upstream_fn *fn)
{
	if (!fn)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "",
		                "this registry receives nothing");
	fn(&c->cx, c->q, c->r);
	return VH_OK;
}

enum vh_rc post_upstream_events(struct call *c)
{
	return hand_over(c, c->w->conf.upstream_events);
}

enum vh_rc post_upstream_query(struct call *c)
{
	return hand_over(c, c->w->conf.upstream_query);
}

enum vh_rc get_upstream_keys(struct call *c)
{
	return hand_over(c, c->w->conf.upstream_keys);
}
