#include "post.h"

#include <inttypes.h>
#include <string.h>

#include "vh/date.h"

enum { FIELDS = 9 };

struct letter {
	char digest[DIGEST_TEXT];
	struct wire_header header[FIELDS];
	struct wire_post out;
};

static enum vh_rc seal(struct ctx *cx, const struct post *p, struct letter *ret)
{
	char *signature = NULL;
	int64_t at = now_ms() / 1000;
	char *when = arena_printf(cx->a, "%" PRId64, at);
	if (!when)
		return ctx_nomem(cx);
	enum vh_rc rc = webhook_sign(cx->a, p->keys, p->id, at, p->body, p->n, &signature);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "signature", "", "the batch cannot be signed");
	content_digest(p->body, p->n, ret->digest);
	const struct wire_header header[FIELDS] = {
		{ "Content-Type", p->type },
		{ "Accept", "application/json" },
		{ "webhook-id", p->id },
		{ "webhook-timestamp", when },
		{ "webhook-signature", signature },
		{ "Content-Digest", ret->digest },
		{ "Vhotel-Source", p->area },
		{ p->gzip ? "Content-Encoding" : NULL, "gzip" },
	};
	memcpy(ret->header, header, sizeof header);
	ret->out = (struct wire_post){ .url = p->url, .header = ret->header, .body = p->body,
		                       .n = p->n, .connect_ms = p->connect_ms,
		                       .total_ms = p->total_ms };
	return VH_OK;
}

enum vh_rc post_signed(struct ctx *cx, struct wire *w, const struct post *p,
                       struct wire_answer *ret)
{
	struct letter l;
	enum vh_rc rc = seal(cx, p, &l);
	return rc == VH_OK ? wire_post(w, &l.out, ret, &cx->err) : rc;
}

enum vh_rc post_begin(struct ctx *cx, struct wires *w, const struct post *p, void *tag)
{
	struct letter l;
	enum vh_rc rc = seal(cx, p, &l);
	return rc == VH_OK ? wires_begin(w, &l.out, tag, &cx->err) : rc;
}

bool post_ours(const char *url)
{
	size_t n = strlen(url), tail = strlen(EVENTS_PATH);
	return n >= tail && !strcmp(url + n - tail, EVENTS_PATH);
}

char *post_url(struct arena *a, const char *url, const char *path)
{
	int n = (int)strlen(url) - (int)strlen(EVENTS_PATH);
	return post_ours(url) ? arena_printf(a, "%.*s%s", n, url, path) : NULL;
}
