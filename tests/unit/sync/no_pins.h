/* Doubles for a run whose upstreams have one secret and no pinned keys, in a registry never restored. */
#ifndef TEST_NO_PINS_H
#define TEST_NO_PINS_H

#include "vh/outbox.h"
#include "vh/recover.h"
#include "vh/sync_http.h"
#include "vh/sync_pin.h"

#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

enum vh_rc outbox_secret(struct ctx *cx, const struct upstream *u, const char **ret)
{
	(void)cx;
	(void)u;
	*ret = SECRET;
	return VH_OK;
}

enum vh_rc outbox_release(struct ctx *cx, const char *holder)
{
	(void)cx;
	(void)holder;
	return VH_OK;
}

/* This registry was never restored. */
enum vh_rc recover_pending(struct ctx *cx, bool *ret)
{
	(void)cx;
	*ret = false;
	return VH_OK;
}

enum vh_rc recover_settle(struct ctx *cx)
{
	return ctx_fail(cx, VH_IO, "restored", "", "it was not");
}

enum vh_rc recover_first(struct ctx *cx)
{
	return recover_settle(cx);
}

enum vh_rc pin_list(struct ctx *cx, int64_t upstream, struct pin **ret)
{
	(void)cx;
	(void)upstream;
	*ret = NULL;
	return VH_OK;
}

/* Nothing is pinned here: no receipt is judged. */
enum vh_rc sync_pin(struct ctx *cx, const char *name, struct pin **ret)
{
	(void)cx;
	(void)ret;
	fail_msg("asked %s for its keys", name);
	return VH_IO;
}

enum vh_rc pin_judge(struct arena *a, const struct pin *pins, const char *area, const struct webhook_keys *keys,
                     const struct cloud_event *ev, const char *receipt, struct err *e)
{
	(void)a, (void)pins, (void)area, (void)keys, (void)ev, (void)e;
	fail_msg("judged %s", receipt);
	return VH_IO;
}

/* --- what a post says of itself ----------------------------------------------------------------------------------- */

static const char *header(const struct wire_post *post, const char *name)
{
	for (const struct wire_header *h = post->header; h->name; h++)
		if (strcmp(h->name, name) == 0)
			return h->value;
	fail_msg("no %s", name);
	return NULL;
}

static bool is_packed(const struct wire_post *post)
{
	for (const struct wire_header *h = post->header; h->name; h++)
		if (strcmp(h->name, "Content-Encoding") == 0)
			return strcmp(h->value, "gzip") == 0;
	return false;
}

#endif
