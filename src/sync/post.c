#include "post.h"

#include <inttypes.h>

#include "vh/date.h"

enum vh_rc post_signed(struct ctx *cx, struct wire *w, const struct post *p,
                       struct wire_answer *ret)
{
	char digest[DIGEST_TEXT], *signature = NULL;
	int64_t at = now_ms() / 1000;
	char *when = arena_printf(cx->a, "%" PRId64, at);
	if (!when)
		return ctx_nomem(cx);
	enum vh_rc rc = webhook_sign(cx->a, p->keys, p->id, at, p->body, p->n, &signature);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "signature", "", "the batch cannot be signed");
	content_digest(p->body, p->n, digest);
	const struct wire_header header[] = {
		{ "Content-Type", p->type },
		{ "Accept", "application/json" },
		{ "webhook-id", p->id },
		{ "webhook-timestamp", when },
		{ "webhook-signature", signature },
		{ "Content-Digest", digest },
		{ "Vhotel-Source", p->area },
		{ NULL, NULL },
	};
	const struct wire_post out = { .url = p->url, .header = header, .body = p->body, .n = p->n,
		                       .connect_ms = p->connect_ms, .total_ms = p->total_ms };
	return wire_post(w, &out, ret, &cx->err);
}
