/* One request in the manner of a profile: its address, its headers, its proof of who we are. */
#include <inttypes.h>
#include <string.h>

#include "send.h"
#include "shape.h"
#include "vh/date.h"
#include "vh/limits.h"

enum { HEADERS = 40 };

struct heads {
	struct wire_header h[HEADERS];
	size_t n;
};

static void add(struct heads *to, const char *name, const char *value)
{
	if (to->n < HEADERS - 1 && value)
		to->h[to->n++] = (struct wire_header){ name, value };
}

static enum vh_rc add_signature(struct sender *s, struct heads *to, const char *id,
                                const struct buf *body)
{
	char *digest = arena_alloc(s->cx->a, DIGEST_TEXT), *signature = NULL;
	int64_t at = now_ms() / 1000;
	char *when = arena_printf(s->cx->a, "%" PRId64, at);
	if (!digest || !when)
		return ctx_nomem(s->cx);
	const char *p = body ? buf_str(body) : "";
	size_t n = body ? body->n : 0;
	enum vh_rc rc = webhook_sign(s->cx->a, s->keys, id, at, p, n, &signature);
	if (rc != VH_OK)
		return ctx_fail(s->cx, rc, "signature", "", "the batch cannot be signed");
	content_digest(p, n, digest);
	add(to, "webhook-id", id);
	add(to, "webhook-timestamp", when);
	add(to, "webhook-signature", signature);
	add(to, "Content-Digest", digest);
	add(to, "Vhotel-Source", s->hotel->area);
	return VH_OK;
}

static enum vh_rc add_proof(struct sender *s, struct heads *to, const char *id,
                            const struct buf *body)
{
	const char *base64;
	switch (s->profile->auth) {
	case AUTH_WEBHOOK:
		return add_signature(s, to, id, body);
	case AUTH_BEARER:
		add(to, "Authorization", arena_printf(s->cx->a, "Bearer %s", s->secret));
		break;
	case AUTH_BASIC:
		base64 = base64_encode(s->cx->a, s->secret, strlen(s->secret));
		add(to, "Authorization",
		    base64 ? arena_printf(s->cx->a, "Basic %s", base64) : NULL);
		break;
	default:
		break;
	}
	return arena_failed(s->cx->a) ? ctx_nomem(s->cx) : VH_OK;
}

/* A header's value is one line whatever is put into it. */
static enum vh_rc add_own(struct sender *s, struct heads *to, const char *id)
{
	char date[INSTANT_TEXT];
	instant_format(now_ms(), date);
	const struct shape_word word[] = { { "area", s->hotel->area }, { "id", id },
		                           { "date", date }, { NULL, NULL } };
	for (const struct profile_header *h = s->profile->headers; h; h = h->next) {
		struct buf b;
		buf_init(&b, LIM_FIELD);
		enum vh_rc rc = shape_words(h->value, NULL, word, &b, &s->cx->err);
		char *value = rc == VH_OK ? arena_dup(s->cx->a, buf_str(&b)) : NULL;
		buf_done(&b);
		if (!value)
			return rc == VH_OK ? ctx_nomem(s->cx) : rc;
		for (char *p = value; *p; p++)
			*p = (unsigned char)*p < ' ' ? ' ' : *p;
		add(to, h->name, value);
	}
	return VH_OK;
}

static enum vh_rc address(struct sender *s, const char *id, const struct buf *body,
                          struct heads *to, struct wire_post *ret)
{
	const struct profile *p = s->profile;
	if (body)
		add(to, "Content-Type", p->envelope == ENVELOPE_CLOUD ? BATCH_TYPE : p->type);
	add(to, "Accept", p->form == FORM_XML ? "application/xml, text/xml" : "application/json");
	enum vh_rc rc = add_proof(s, to, id, body);
	if (rc == VH_OK)
		rc = add_own(s, to, id);
	*ret = (struct wire_post){ .url = s->up->url, .header = to->h,
		                   .body = body ? buf_str(body) : NULL,
		                   .n = body ? body->n : 0, .connect_ms = s->opts->connect_ms,
		                   .total_ms = s->opts->total_ms, .cert = p->cert,
		                   .cert_key = p->cert_key, .ca = p->ca };
	return rc;
}

enum vh_rc shaped_begin(struct sender *s, const char *id)
{
	struct heads to = { .n = 0 };
	struct wire_post out;
	enum vh_rc rc = address(s, id, &s->body, &to, &out);
	return rc == VH_OK ? wires_begin(s->wires, &out, s->tag, &s->cx->err) : rc;
}

enum vh_rc shaped_post(struct sender *s, const char *url, const char *id, const struct buf *body,
                       struct wire_answer *ret)
{
	struct heads to = { .n = 0 };
	struct wire_post out;
	enum vh_rc rc = address(s, id, body, &to, &out);
	out.url = url;
	return rc == VH_OK ? wire_post(s->wire, &out, ret, &s->cx->err) : rc;
}
