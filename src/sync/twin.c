#include "vh/sync_twin.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vh/date.h"
#include "vh/limits.h"

#define TWIN_ARENA (64u << 10)
#define SLOW_MS 1500

static const char *const fault_name[FAULT__MAX] = {
	[FAULT_LOST] = "lost",   [FAULT_PARTIAL] = "partial", [FAULT_429] = "429",
	[FAULT_503] = "503",     [FAULT_EMPTY] = "empty",     [FAULT_SLOW] = "slow",
	[FAULT_RESET] = "reset", [FAULT_DUP] = "dup",
};

struct twin {
	struct arena *a;
	struct webhook_keys keys;
	struct twin_faults faults;
	pthread_mutex_t lock; /* over all below */
	uint64_t die;
	struct book *book;
	int64_t requests, signatures, digests, refused, crowded;
	int64_t played[FAULT__MAX];
};

/* --- faults ----------------------------------------------------------------------------------- */

static enum vh_rc bad_spec(struct err *e, const char *s, size_t n)
{
	return err_set(e, VH_INVALID, "faults", "faults", "not a fault and its share: %.*s",
	               (int)(n < 40 ? n : 40), s);
}

/* `0`, `1` or `0.25`, nothing that a locale or an exponent could bend. false: not one. */
static bool parse_share(const char *s, size_t n, double *ret)
{
	double v = 0, place = 1;
	size_t i = 0;
	for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
		v = v * 10 + (s[i] - '0');
	if (!i || i > 6)
		return false;
	if (i < n && s[i] == '.')
		for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++)
			v += (s[i] - '0') * (place /= 10);
	*ret = v;
	return i == n;
}

static bool set_fault(struct twin_faults *f, const char *name, size_t n, double v)
{
	bool all = n == 3 && memcmp(name, "all", 3) == 0, hit = all;
	if (n == 7 && memcmp(name, "slow_ms", 7) == 0) {
		f->slow_ms = (int)v;
		return v <= 60000;
	}
	for (int i = 0; i < FAULT__MAX; i++) {
		if (all || (strlen(fault_name[i]) == n && memcmp(fault_name[i], name, n) == 0)) {
			f->share[i] = v;
			hit = true;
		}
	}
	return hit && v <= 1;
}

enum vh_rc twin_faults_parse(const char *spec, struct twin_faults *ret, struct err *e)
{
	struct twin_faults f = { .slow_ms = SLOW_MS };
	while (*spec) {
		size_t n = strcspn(spec, ",");
		const char *eq = memchr(spec, '=', n);
		double v = 0;
		if (!eq || !parse_share(eq + 1, n - (size_t)(eq + 1 - spec), &v) ||
		    !set_fault(&f, spec, (size_t)(eq - spec), v))
			return bad_spec(e, spec, n);
		spec += n + (spec[n] == ',');
	}
	double sum = 0;
	for (int i = 0; i < FAULT__MAX; i++)
		sum += f.share[i];
	if (sum > 1.000001)
		return err_set(e, VH_INVALID, "faults", "faults", "the shares are over 1 together");
	*ret = f;
	return VH_OK;
}

/* splitmix64: the same seed plays the same faults in the same order of requests. */
static double roll(struct twin *t)
{
	uint64_t z = t->die += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static enum twin_fault pick(struct twin *t)
{
	double u = roll(t);
	for (int i = 0; i < FAULT__MAX; i++) {
		if (u < t->faults.share[i]) {
			t->played[i]++;
			return (enum twin_fault)i;
		}
		u -= t->faults.share[i];
	}
	return FAULT_NONE;
}

/* --- one batch -------------------------------------------------------------------------------- */

static enum vh_rc check_seal(struct twin *t, struct http_req *q, struct err *e)
{
	const struct webhook_headers h = {
		.id = req_header(q, "webhook-id"),
		.timestamp = req_header(q, "webhook-timestamp"),
		.signature = req_header(q, "webhook-signature"),
	};
	const char *digest = req_header(q, "content-digest");
	const char *body = q->body ? q->body : "";
	if (webhook_verify(q->a, &t->keys, &h, body, q->body_n, now_ms() / 1000) != VH_OK) {
		t->signatures++;
		return err_set(e, VH_DENIED, "signature", "webhook-signature", "no signature fits");
	}
	if (!digest || content_digest_check(q->a, digest, body, q->body_n) != VH_OK) {
		t->digests++;
		return err_set(e, VH_INVALID, "digest", "content-digest", "it does not fit");
	}
	return VH_OK;
}

/* One hotel a batch, the one that the header names, and never two events of one key. */
static enum vh_rc check_events(struct twin *t, struct http_req *q, const struct cloud_event *ev,
                               size_t n, struct err *e)
{
	const char *code = req_header(q, "vhotel-source");
	char *want = arena_printf(q->a, "/hotels/%s", code ? code : "");
	if (!want)
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
	for (size_t i = 0; i < n; i++) {
		if (!code || strcmp(ev[i].source, want) != 0)
			return err_set(e, VH_INVALID, "source", "vhotel-source",
			               "an event of another hotel than the batch speaks for");
		for (size_t j = 0; j < i; j++)
			if (ev[i].key && ev[j].key && strcmp(ev[i].key, ev[j].key) == 0)
				t->crowded++;
	}
	return VH_OK;
}

static enum vh_rc print_results(struct twin *t, const struct cloud_event *ev, size_t n, bool twice,
                                struct buf *out)
{
	buf_puts(out, "{\"results\":[");
	for (size_t i = 0; i < n; i++) {
		enum reply_state state = REPLY_UNKNOWN;
		if (book_take(t->book, &ev[i], &state) != VH_OK)
			return VH_NOMEM;
		const char *word = state == REPLY_ACCEPTED ? "accepted" : "duplicate";
		for (int k = 0; k < (twice ? 2 : 1); k++) {
			buf_puts(out, i || k ? ",{\"id\":" : "{\"id\":");
			json_quote(out, ev[i].id);
			buf_printf(out, ",\"status\":\"%s\",\"receipt\":", word);
			json_quote(out, ev[i].id);
			buf_putc(out, '}');
		}
	}
	buf_puts(out, "]}");
	return out->rc;
}

/* Faults that take nothing. */
static bool turn_away(struct twin *t, enum twin_fault fault, struct http_resp *r)
{
	/* One that binds and two that a sender must not be stopped by. */
	static const char *const after[] = { "1", "-1", "soon" };
	switch (fault) {
	case FAULT_429:
		r->status = 429;
		resp_header(r, "Retry-After", after[t->played[FAULT_429] % 3]);
		return true;
	case FAULT_503:
		resp_text(r, 503, "");
		r->type = "text/html; charset=utf-8";
		buf_puts(&r->body, "<html><body><h1>503 Service Unavailable</h1></body></html>");
		return true;
	case FAULT_RESET:
		r->status = 500;
		r->drop = true;
		return true;
	default:
		return false;
	}
}

/* Under the lock. ret_slow: how long the answer is to be held back afterwards. */
static void take(struct twin *t, struct http_req *q, struct http_resp *r, int *ret_slow)
{
	struct err e = { .n = 0 };
	struct cloud_event *ev = NULL;
	size_t n = 0;
	t->requests++;
	enum vh_rc rc = check_seal(t, q, &e);
	if (rc != VH_OK) {
		resp_problem(r, rc == VH_DENIED ? 401 : 400, &e);
		return;
	}
	enum twin_fault fault = pick(t);
	if (turn_away(t, fault, r))
		return;
	if (strcmp(req_type(q), BATCH_TYPE) != 0)
		rc = err_set(&e, VH_INVALID, "type", "content-type", "wants " BATCH_TYPE);
	else if ((rc = batch_parse(q->a, q->body, q->body_n, &ev, &n, &e)) == VH_OK)
		rc = check_events(t, q, ev, n, &e);
	size_t taken = fault == FAULT_PARTIAL ? n / 2 : n;
	if (rc == VH_OK)
		rc = print_results(t, ev, taken, fault == FAULT_DUP, &r->body);
	if (rc != VH_OK) {
		t->refused++;
		resp_reset(r);
		resp_problem(r, 0, &e);
		return;
	}
	r->status = 200;
	r->type = "application/json";
	r->drop = fault == FAULT_LOST;
	if (fault == FAULT_EMPTY)
		buf_reset(&r->body);
	*ret_slow = fault == FAULT_SLOW ? t->faults.slow_ms : 0;
}

/* --- the application -------------------------------------------------------------------------- */

static enum http_go twin_head(void *self, struct http_req *q, struct http_resp *r)
{
	struct twin *t = self;
	if (q->method == HTTP_POST && strcmp(q->path, "/upstream/query") != 0) {
		q->body_max = LIM_SYNC_BODY;
		return HTTP_BODY;
	}
	if (q->method == HTTP_GET && strcmp(q->path, "/report") == 0) {
		r->status = 200;
		r->type = "application/json";
		twin_report(t, &r->body);
	} else if (q->method == HTTP_GET && strcmp(q->path, "/healthz") == 0) {
		resp_text(r, 200, "ok\n");
	} else { /* it keeps no registry to be asked about */
		resp_text(r, 404, "not here\n");
	}
	return HTTP_ANSWER;
}

static void twin_serve(void *self, struct http_req *q, struct http_resp *r)
{
	struct twin *t = self;
	int slow = 0;
	pthread_mutex_lock(&t->lock);
	take(t, q, r, &slow);
	pthread_mutex_unlock(&t->lock);
	if (slow) {
		const struct timespec ts = { .tv_sec = slow / 1000,
			                     .tv_nsec = (long)(slow % 1000) * 1000000 };
		nanosleep(&ts, NULL);
	}
}

struct http_app twin_app(struct twin *t)
{
	return (struct http_app){ .self = t, .head = twin_head, .serve = twin_serve };
}

void twin_report(struct twin *t, struct buf *out)
{
	struct book_sums s;
	pthread_mutex_lock(&t->lock);
	book_sums(t->book, &s);
	buf_printf(out,
	           "{\"accepted\":%" PRId64 ",\"duplicates\":%" PRId64
	           ",\"order_violations\":%" PRId64 ",\"gaps\":%" PRId64,
	           s.accepted, s.duplicates, s.disorder, s.gaps);
	buf_printf(out,
	           ",\"signature_failures\":%" PRId64 ",\"digest_failures\":%" PRId64
	           ",\"refused\":%" PRId64 ",\"crowded\":%" PRId64 ",\"requests\":%" PRId64,
	           t->signatures, t->digests, t->refused, t->crowded, t->requests);
	buf_puts(out, ",\"faults\":{");
	for (int i = 0; i < FAULT__MAX; i++)
		buf_printf(out, "%s\"%s\":%" PRId64, i ? "," : "", fault_name[i], t->played[i]);
	buf_puts(out, "},");
	book_print(t->book, out);
	buf_puts(out, "}\n");
	pthread_mutex_unlock(&t->lock);
}

enum vh_rc twin_new(const struct webhook_keys *keys, const struct twin_faults *faults,
                    uint64_t seed, struct twin **ret)
{
	struct arena *a = arena_new(TWIN_ARENA);
	struct twin *t = a ? arena_alloc(a, sizeof(*t)) : NULL;
	struct book *book = book_new();
	if (!t || !book) {
		book_free(book);
		arena_free(a);
		return VH_NOMEM;
	}
	*t = (struct twin){ .a = a, .keys = *keys, .faults = *faults, .die = seed, .book = book };
	pthread_mutex_init(&t->lock, NULL);
	*ret = t;
	return VH_OK;
}

void twin_free(struct twin *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	book_free(t->book);
	arena_free(t->a);
}
