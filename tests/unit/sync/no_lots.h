/* Doubles for a run in which every upstream is of our kind: no profile, no lot, no poll. */
#ifndef TEST_NO_LOTS_H
#define TEST_NO_LOTS_H

#include "vh/lots.h"
#include "vh/sync_http.h"

enum vh_rc wire_open(struct wire **ret, struct err *e)
{
	(void)ret, (void)e;
	fail_msg("an upstream of our kind is not polled");
	return VH_IO;
}

void wire_close(struct wire *w)
{
	assert_null(w);
}

/* This upstream is of our kind: it has no profile and takes no lots. */
enum vh_rc lots_profile(struct ctx *cx, int64_t upstream, const char **ret)
{
	(void)cx, (void)upstream;
	*ret = NULL;
	return VH_OK;
}

enum vh_rc lots_mark(struct ctx *cx, const struct outgoing *list, const struct attempt *attempts,
                     const struct lot_sent *lots)
{
	(void)cx, (void)list, (void)attempts, (void)lots;
	fail_msg("a lot of an upstream of our kind");
	return VH_IO;
}

enum vh_rc lots_due(struct ctx *cx, int64_t upstream, int64_t hotel, int64_t n, struct lot **ret)
{
	(void)cx, (void)upstream, (void)hotel, (void)n, (void)ret;
	fail_msg("asked for lots");
	return VH_IO;
}

enum vh_rc lot_next_after(struct ctx *cx, int64_t upstream, int64_t after, int64_t *ret_at)
{
	(void)cx, (void)upstream, (void)after, (void)ret_at;
	fail_msg("asked when a lot is due");
	return VH_IO;
}

enum vh_rc lots_items(struct ctx *cx, const struct lot *l, struct lot_item **ret)
{
	(void)cx, (void)l, (void)ret;
	return VH_IO;
}

enum vh_rc lots_heard(struct ctx *cx, const struct lot *l, const struct lot_item *items)
{
	(void)cx, (void)l, (void)items;
	return VH_IO;
}

#endif
