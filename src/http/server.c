/*
 * libmicrohttpd behind a seam of two functions. The only file that includes <microhttpd.h>.
 *
 * Each thread of the pool is a daemon of its own, fed by a thread of ours that accepts. The
 * library's own pool lets one worker accept up to ten connections in one go, or deals them out by
 * descriptor number: clients who arrive together may then share a thread and wait for one another's
 * commits while fifteen threads idle. It also makes the stop plain: the listening socket is ours,
 * and is closed first.
 *
 * One exchange = one request. It is taken when the request line is parsed (that is where the target
 * is still raw), belongs to one worker, and goes back to that worker's shelf in NOTIFY_COMPLETED,
 * nowhere else.
 */
#include "vh/http_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lines.h"
#include "listen.h"
#include "vh/http_util.h"
#include "vh/limits.h"

enum { SHELF = 4, STACK = 1 << 20, GZIP_FROM = 1024, SWEEP_MS = 1000, MOST_IDLE = 2 };

enum phase {
	AT_HEAD,
	AT_BODY,    /* reading what serve() will see */
	AT_REFUSED, /* reading away what nobody will see, lest the answer be lost in a reset */
	AT_ANSWER,
};

struct exchange {
	struct exchange *next; /* on the shelf */
	struct http_server *s;
	struct arena *a;
	struct http_req q;
	struct http_resp r;
	struct buf body, zip;
	const char *wire; /* the target where the library keeps it */
	enum phase phase;
	size_t seen; /* body bytes */
	int64_t began;
	bool counted, asked; /* in `active`; app->head was called */
	bool proxied;        /* it came from the trusted proxy */
};

/* One thread of the library with the connections that it serves. */
struct worker {
	struct http_server *s;
	struct MHD_Daemon *mhd;
	atomic_uint open;
};

struct http_server {
	struct http_conf conf;
	const struct http_app *app;
	int listener, wake;
	pthread_t acceptor;
	char address[LISTEN_TEXT], proxy[INET6_ADDRSTRLEN];
	uint64_t salt;
	atomic_uint active;
	atomic_ulong count;
	atomic_bool stopping;
	struct lines lines;
	unsigned workers;
	struct worker worker[];
};

/*
 * Security headers of every answer (quality goals: CSP without inline anything, camera for the
 * plate scanner only).
 */
static const struct http_pair always[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
	  "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
	  "object-src 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(self)" },
};

/* A worker's shelf of exchanges, so that a request costs no heap in the steady state. */
static _Thread_local struct {
	struct exchange *first;
	unsigned n;
	bool keyed;
} shelf;
static pthread_key_t shelf_key;
static pthread_once_t shelf_once = PTHREAD_ONCE_INIT;

static int64_t monotonic_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void exchange_free(struct exchange *x)
{
	resp_done(&x->r);
	buf_done(&x->body);
	buf_done(&x->zip);
	arena_free(x->a);
	free(x);
}

static void shelf_clear(void *unused)
{
	(void)unused;
	while (shelf.first) {
		struct exchange *x = shelf.first;
		shelf.first = x->next;
		exchange_free(x);
	}
	shelf.n = 0;
}

static void shelf_make_key(void)
{
	(void)pthread_key_create(&shelf_key, shelf_clear);
}

static struct exchange *exchange_new(void)
{
	struct exchange *x = calloc(1, sizeof *x);
	if (!x)
		return NULL;
	x->a = arena_new(LIM_ARENA);
	if (!x->a) {
		free(x);
		return NULL;
	}
	resp_init(&x->r, x->a);
	buf_init(&x->body, 0);
	buf_init(&x->zip, LIM_RESPONSE);
	return x;
}

static struct exchange *exchange_take(struct http_server *s)
{
	struct exchange *x = shelf.first;
	if (x) {
		shelf.first = x->next;
		shelf.n--;
	} else {
		x = exchange_new();
	}
	if (!x)
		return NULL;
	x->s = s;
	x->next = NULL;
	x->phase = AT_HEAD;
	x->seen = 0;
	x->counted = x->asked = false;
	x->q = (struct http_req){ .a = x->a, .body = "" };
	return x;
}

static void exchange_give(struct exchange *x)
{
	if (!shelf.keyed) {
		pthread_once(&shelf_once, shelf_make_key);
		/* Any value but NULL: it makes the destructor run when the worker ends. */
		shelf.keyed = pthread_setspecific(shelf_key, &shelf_key) == 0;
	}
	if (shelf.n == SHELF) {
		exchange_free(x);
		return;
	}
	resp_reset(&x->r);
	buf_done(&x->body);
	buf_done(&x->zip);
	arena_reset(x->a);
	x->next = shelf.first;
	shelf.first = x;
	shelf.n++;
}

/* ---- the request ---- */

static bool is_loopback(const struct sockaddr *sa, const char *text)
{
	if (sa->sa_family == AF_INET6 && strcmp(text, "::1") == 0)
		return true;
	return strncmp(text, "127.", 4) == 0;
}

/* The peer as text; an IPv4 address that came through an IPv6 socket is an IPv4 address. */
static const char *peer(struct exchange *x, struct MHD_Connection *c, bool *ret_loopback)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *sa = info ? info->client_addr : NULL;
	char text[INET6_ADDRSTRLEN] = "";
	if (!sa)
		return "";
	if (sa->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr,
		          text, sizeof text);
	else if (sa->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, text,
		          sizeof text);
	bool mapped = memcmp(text, "::ffff:", 7) == 0 && strchr(text, '.');
	const char *plain = mapped ? text + 7 : text;
	*ret_loopback = is_loopback(sa, plain);
	const char *copy = arena_dup(x->a, plain);
	return copy ? copy : "";
}

static bool is_address(const char *s)
{
	unsigned char b[16];
	return inet_pton(AF_INET, s, b) == 1 || inet_pton(AF_INET6, s, b) == 1;
}

/*
 * Who calls. X-Forwarded-* count from the trusted proxy alone, and of the list only the last entry,
 * the one that the proxy itself has written; what came before was written by anybody.
 */
static void set_remote(struct exchange *x, struct MHD_Connection *c)
{
	struct http_req *q = &x->q;
	bool loopback = false;
	const char *forwarded = req_header(q, "X-Forwarded-For");
	q->remote = peer(x, c, &loopback);
	q->secure = x->s->conf.tls_cert != NULL;
	q->local = loopback && !forwarded && !req_header(q, "Forwarded") && !req_header(q, "Via");
	x->proxied = x->s->proxy[0] && strcmp(q->remote, x->s->proxy) == 0;
	if (!x->proxied)
		return;
	if (forwarded && req_header_count(q, "X-Forwarded-For") == 1) {
		const char *last = strrchr(forwarded, ',');
		last = last ? last + 1 : forwarded;
		last += strspn(last, " \t");
		char *one = arena_dupn(x->a, last, strcspn(last, " \t"));
		if (one && is_address(one))
			q->remote = one;
	}
	const char *proto = req_header(q, "X-Forwarded-Proto");
	q->secure = proto && strcasecmp(proto, "https") == 0;
}

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
                                  const char *value, size_t value_n)
{
	struct exchange *x = cls;
	struct http_pairs *h = &x->q.header;
	(void)kind;
	(void)key_n;
	(void)value_n;
	h->at[h->n++] = (struct http_pair){ key ? key : "", value ? value : "" };
	return h->n < LIM_HEADERS ? MHD_YES : MHD_NO;
}

/* The ends of so many lines, which the library overwrites, and nothing else. */
static bool only_ends(const char *from, const char *to, int lines)
{
	if (to - from > 2 * lines)
		return false;
	for (; from < to; from++)
		if (*from && *from != '\r' && *from != '\n')
			return false;
	return true;
}

/*
 * A NUL inside a target or a value hides the rest of it from everybody who reads C strings, the
 * library's own framing included. Its strings point into the one buffer that took the request, in
 * order, so what was hidden lies between the end of one and the start of the next. The target must
 * end one byte before the version.
 */
static bool hides_text(const struct exchange *x, struct MHD_Connection *c, const char *method,
                       const char *version)
{
	const union MHD_ConnectionInfo *size =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const struct http_pairs *h = &x->q.header;
	const char *end = size ? method + size->header_size : NULL;
	if (x->wire + strlen(x->q.target) + 1 != version)
		return true;
	for (unsigned i = 0; i < h->n; i++) {
		const char *from = h->at[i].value + strlen(h->at[i].value);
		bool last = i + 1 == h->n;
		const char *to = last ? end : h->at[i + 1].name;
		if (from >= method && to && to <= end && !only_ends(from, to, last ? 2 : 1))
			return true;
	}
	return false;
}

static bool read_headers(struct exchange *x, struct MHD_Connection *c, struct err *e)
{
	int n = MHD_get_connection_values(c, MHD_HEADER_KIND, NULL, NULL);
	if (n > LIM_HEADERS) {
		err_set(e, VH_LIMIT, "headers", "", "more than %d header fields", LIM_HEADERS);
		resp_problem(&x->r, 431, e);
		return false;
	}
	x->q.header.at = arena_array(x->a, (size_t)n + 1, sizeof *x->q.header.at);
	if (!x->q.header.at || !x->q.target) {
		err_set(e, VH_NOMEM, "busy", "", "no memory");
		resp_problem(&x->r, 503, e);
		return false;
	}
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, add_header, x);
	return true;
}

static void too_large(struct exchange *x)
{
	struct err e = { 0 };
	resp_reset(&x->r);
	err_set(&e, VH_LIMIT, "body_too_large", "", "the body is over %zu bytes", x->q.body_max);
	resp_problem(&x->r, 413, &e);
	x->r.close = true;
}

/* ---- the answer ---- */

static bool is_texty(const char *type)
{
	return strncmp(type, "text/", 5) == 0 || strncmp(type, "application/json", 16) == 0 ||
	       strncmp(type, "application/problem+json", 24) == 0 ||
	       strncmp(type, "application/openapi", 19) == 0 || strncmp(type, "image/svg", 9) == 0;
}

static void add(struct MHD_Response *m, const char *name, const char *value)
{
	/* Fails for lack of memory only: the answer then lacks a header rather than being lost. */
	(void)MHD_add_response_header(m, name, value);
}

static struct MHD_Response *make_body(struct exchange *x)
{
	struct http_resp *r = &x->r;
	const void *p = r->fixed ? r->fixed : buf_str(&r->body);
	size_t n = r->fixed ? r->fixed_n : r->body.n;
	bool texty = r->type && n > GZIP_FROM && is_texty(r->type);
	bool zipped = texty && accepts_gzip(&x->q) && gzip_text(&x->zip, p, n);
	if (zipped) {
		p = x->zip.p;
		n = x->zip.n;
	}
	/* Persistent: the bytes belong to the exchange, which outlives the answer. */
	struct MHD_Response *m =
		MHD_create_response_from_buffer(n, (void *)(uintptr_t)p, MHD_RESPMEM_PERSISTENT);
	if (m && texty)
		add(m, "Vary", "Accept-Encoding");
	if (m && zipped)
		add(m, "Content-Encoding", "gzip");
	return m;
}

static void add_headers(const struct exchange *x, struct MHD_Response *m)
{
	const struct http_resp *r = &x->r;
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		add(m, always[i].name, always[i].value);
	if (x->q.secure)
		add(m, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
	if (!resp_header_get(r, "Cache-Control"))
		add(m, "Cache-Control", "no-store");
	if (r->type)
		add(m, "Content-Type", r->type);
	for (unsigned i = 0; i < r->header_n; i++)
		add(m, r->header[i].name, r->header[i].value);
	if (r->close || atomic_load_explicit(&x->s->stopping, memory_order_relaxed))
		add(m, "Connection", "close");
}

static enum MHD_Result send_answer(struct exchange *x, struct MHD_Connection *c)
{
	x->phase = AT_ANSWER;
	if (x->r.drop)
		return MHD_NO;
	if (x->r.failed || !buf_ok(&x->r.body)) {
		struct err e = { 0 };
		resp_reset(&x->r);
		err_set(&e, VH_IO, "internal", "", "the answer could not be made");
		resp_problem(&x->r, 500, &e);
	}
	struct MHD_Response *m = make_body(x);
	if (!m)
		return MHD_NO;
	add_headers(x, m);
	enum MHD_Result done = MHD_queue_response(c, (unsigned)x->r.status, m);
	MHD_destroy_response(m);
	return done;
}

/* ---- the three calls of a request ---- */

/*
 * Refused bytes that are read away, so that who sends them hears why. A proxy holds the whole body
 * and listens to no answer before it is gone; its own ceiling is the largest of ours.
 */
static uint64_t swallow(const struct exchange *x)
{
	return x->proxied ? LIM_BODY_LEDGER : LIM_HTTP_SWALLOW;
}

/* Who is already told no: read the body away when it is short enough; else answer and hang up. */
static enum MHD_Result refuse(struct exchange *x, struct MHD_Connection *c, bool has_body,
                              uint64_t length)
{
	x->phase = AT_REFUSED;
	if (!has_body)
		return MHD_YES;
	if (!x->q.expects && length <= swallow(x))
		return MHD_YES;
	x->r.close = true;
	return send_answer(x, c);
}

/* now: of the moment from which the next request is owed; 0: one is under way. */
static void set_owes(struct MHD_Connection *c, int64_t now)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct line *l = info ? info->socket_context : NULL;
	if (l)
		atomic_store(&l->owes, now);
}

static enum MHD_Result at_head(struct exchange *x, struct MHD_Connection *c, const char *method,
                               const char *version)
{
	struct http_server *s = x->s;
	struct http_req *q = &x->q;
	struct err e = { 0 };
	atomic_fetch_add(&s->active, 1);
	x->counted = true;
	x->began = monotonic_ms();
	set_owes(c, 0);
	q->method = http_method_of(method);
	snprintf(q->id, sizeof q->id, "%08x-%lx", (unsigned)s->salt,
	         atomic_fetch_add(&s->count, 1));
	if (!read_headers(x, c, &e)) {
		x->r.close = true;
		return send_answer(x, c);
	}
	if (hides_text(x, c, method, version))
		err_set(&e, VH_INVALID, "bad_request", "", "a NUL in the head");
	if (e.rc != VH_OK || req_guard(q, strcmp(version, "HTTP/1.1") == 0, &e) != VH_OK) {
		resp_problem(&x->r, e.rc == VH_INVALID ? 400 : 0, &e);
		x->r.close = true;
		return send_answer(x, c);
	}
	set_remote(x, c);
	const char *expect = req_header(q, "Expect"), *cl = req_header(q, "Content-Length");
	uint64_t length = cl ? strtoull(cl, NULL, 10) : 0;
	bool has_body = length > 0 || req_header(q, "Transfer-Encoding");
	q->expects = expect && strcasecmp(expect, "100-continue") == 0;
	x->asked = true;
	if (s->app->head(s->app->self, q, &x->r) == HTTP_ANSWER)
		return refuse(x, c, has_body, length);
	if (length > q->body_max) {
		too_large(x);
		return refuse(x, c, has_body, length);
	}
	x->phase = AT_BODY;
	buf_init(&x->body, q->body_max);
	return MHD_YES;
}

static enum MHD_Result at_data(struct exchange *x, const char *data, size_t n)
{
	x->seen += n;
	if (monotonic_ms() - x->began > LIM_HTTP_BODY_S * 1000)
		return MHD_NO;
	if (x->phase == AT_BODY) {
		if (x->seen <= x->q.body_max) {
			buf_add(&x->body, data, n);
			return buf_ok(&x->body) ? MHD_YES : MHD_NO;
		}
		too_large(x);
		x->phase = AT_REFUSED;
		buf_done(&x->body);
	}
	/* The library takes no answer while a body is coming in: who goes on sending is cut off. */
	return x->seen <= x->q.body_max + swallow(x) ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **req)
{
	struct exchange *x = *req;
	(void)cls;
	(void)url;
	if (!x)
		return MHD_NO;
	if (x->phase == AT_HEAD)
		return at_head(x, c, method, version);
	if (*size) {
		enum MHD_Result ok = at_data(x, data, *size);
		*size = 0;
		return ok;
	}
	if (x->phase == AT_BODY) {
		x->q.body = buf_str(&x->body);
		x->q.body_n = x->body.n;
		x->s->app->serve(x->s->app->self, &x->q, &x->r);
	}
	return x->phase == AT_ANSWER ? MHD_YES : send_answer(x, c);
}

static void *on_target(void *cls, const char *uri, struct MHD_Connection *c)
{
	struct exchange *x = exchange_take(cls);
	(void)c;
	if (x)
		x->q.target = arena_dup(x->a, x->wire = uri);
	return x;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **req,
                         enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *req;
	struct http_server *s = cls;
	(void)why;
	*req = NULL;
	if (!x)
		return;
	set_owes(c, monotonic_ms());
	bool counted = x->counted;
	if (x->asked && s->app->done)
		s->app->done(s->app->self, &x->q, &x->r);
	exchange_give(x);
	if (counted)
		atomic_fetch_sub(&s->active, 1);
}

/*
 * Targets and query values stay as they were sent: the guard decodes them once, and looks at what
 * it decodes.
 */
static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls;
	(void)c;
	return strlen(s);
}

/* ---- listening ---- */

static struct worker *least_busy(struct http_server *s)
{
	struct worker *best = &s->worker[0];
	for (unsigned i = 1; i < s->workers; i++)
		if (atomic_load(&s->worker[i].open) < atomic_load(&best->open))
			best = &s->worker[i];
	return best;
}

static void hand_over(struct http_server *s)
{
	for (;;) {
		struct sockaddr_storage sa = { 0 };
		socklen_t n = sizeof sa;
		int on = 1, fd = accept4(s->listener, (struct sockaddr *)&sa, &n,
		                         SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0) {
			/* Out of descriptors: let the requests under way give some back. */
			if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			    errno == ENOMEM)
				poll(NULL, 0, 20);
			if (errno != ECONNABORTED && errno != EINTR)
				return;
			continue;
		}
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		/* Closes the socket itself when it cannot take it. */
		struct worker *w = least_busy(s);
		atomic_fetch_add(&w->open, 1);
		if (MHD_add_connection(w->mhd, fd, (struct sockaddr *)&sa, n) != MHD_YES)
			atomic_fetch_sub(&w->open, 1);
	}
}

static void *accept_loop(void *arg)
{
	struct http_server *s = arg;
	struct pollfd p[2] = { { .fd = s->listener, .events = POLLIN },
		               { .fd = s->wake, .events = POLLIN } };
	int64_t idle = MOST_IDLE * 1000LL *
	               (s->conf.timeout_s ? s->conf.timeout_s : LIM_HTTP_TIMEOUT_S);
	int64_t swept = monotonic_ms();
	while (!p[1].revents) {
		if (poll(p, 2, SWEEP_MS) < 0 && errno != EINTR)
			break;
		if (monotonic_ms() - swept >= SWEEP_MS) {
			swept = monotonic_ms();
			lines_sweep(&s->lines, swept - idle);
		}
		/* Also once after the call to stop: what the kernel has accepted is served. */
		hand_over(s);
	}
	return NULL;
}

static enum vh_rc set_proxy(struct http_server *s, struct err *e)
{
	const char *p = s->conf.trust_proxy;
	unsigned char b[16];
	if (!p)
		return VH_OK;
	int family = strchr(p, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, p, b) != 1)
		return err_set(e, VH_INVALID, "trust_proxy", "trust-proxy", "not an address: %s",
		               p);
	/* Written our way, so that it compares with the peer's. */
	inet_ntop(family, b, s->proxy, sizeof s->proxy);
	return VH_OK;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
	struct worker *w = cls;
	struct line *l = *socket_context;
	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		atomic_fetch_sub(&w->open, 1);
		if (l)
			lines_remove(&w->s->lines, l);
		free(l);
		*socket_context = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	l = info ? calloc(1, sizeof *l) : NULL;
	/* Without memory he is not watched, but served. */
	if (l)
		lines_add(&w->s->lines, l, info->connect_fd, monotonic_ms());
	*socket_context = l;
}

static unsigned tls_options(const struct http_conf *k, struct MHD_OptionItem o[3])
{
	o[0] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	if (!k->tls_cert)
		return 0;
	o[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_CERT, 0,
		                        (void *)(uintptr_t)k->tls_cert };
	o[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_MEM_KEY, 0,
		                        (void *)(uintptr_t)k->tls_key };
	o[2] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
	return MHD_USE_TLS;
}

static struct MHD_Daemon *start_worker(struct http_server *s, struct worker *w)
{
	const struct http_conf *k = &s->conf;
	struct MHD_OptionItem tls[3];
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC |
	                 tls_options(k, tls);
	/* Behind a proxy everybody has its address. */
	unsigned per_ip = s->proxy[0] ? 0 : (LIM_HTTP_PER_IP + s->workers - 1) / s->workers;
	unsigned most = (LIM_HTTP_CONNECTIONS + s->workers - 1) / s->workers;
	return MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, s, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_CONNECTION_LIMIT, most, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_ip,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIM_HTTP_CONNECTION_MEM,
		MHD_OPTION_CONNECTION_TIMEOUT, k->timeout_s ? k->timeout_s : LIM_HTTP_TIMEOUT_S,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_UNESCAPE_CALLBACK,
		keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, w, MHD_OPTION_END);
}

static enum vh_rc start_workers(struct http_server *s, struct err *e)
{
	for (unsigned i = 0; i < s->workers; i++) {
		s->worker[i].s = s;
		s->worker[i].mhd = start_worker(s, &s->worker[i]);
		if (!s->worker[i].mhd && s->conf.tls_cert)
			return err_set(e, VH_INVALID, "tls", "tls-cert",
			               "cannot start: certificate and key do not work");
		if (!s->worker[i].mhd)
			return err_set(e, VH_IO, "server", "", "cannot start the server's threads");
	}
	return VH_OK;
}

static void server_free(struct http_server *s)
{
	for (unsigned i = 0; i < s->workers; i++)
		if (s->worker[i].mhd)
			MHD_stop_daemon(s->worker[i].mhd);
	if (s->listener >= 0)
		close(s->listener);
	if (s->wake >= 0)
		close(s->wake);
	/* Connections that the stop itself ended were put on this thread's shelf. */
	shelf_clear(NULL);
	free(s);
}

enum vh_rc http_start(const struct http_conf *conf, const struct http_app *app,
                      struct http_server **ret, struct err *e)
{
	unsigned workers = conf->threads ? conf->threads : LIM_HTTP_THREADS;
	struct http_server *s = calloc(1, sizeof *s + workers * sizeof *s->worker);
	if (!s)
		return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the server");
	s->workers = workers;
	s->conf = *conf;
	s->app = app;
	s->listener = -1;
	pthread_mutex_init(&s->lines.lock, NULL);
	s->salt = (uint64_t)monotonic_ms() ^ (uint64_t)getpid() << 16;
	s->wake = eventfd(0, EFD_CLOEXEC);
	enum vh_rc rc = set_proxy(s, e);
	if (!conf->tls_cert != !conf->tls_key)
		rc = err_set(e, VH_INVALID, "tls", "tls-key", "certificate and key come together");
	if (rc == VH_OK)
		rc = listen_open(conf->listen, &s->listener, s->address, e);
	if (rc == VH_OK)
		rc = start_workers(s, e);
	if (rc == VH_OK && (s->wake < 0 || pthread_create(&s->acceptor, NULL, accept_loop, s) != 0))
		rc = err_set(e, VH_IO, "server", "", "cannot start the accepting thread");
	if (rc != VH_OK) {
		server_free(s);
		return rc;
	}
	*ret = s;
	return VH_OK;
}

const char *http_address(const struct http_server *s)
{
	return s->address;
}

unsigned http_active(const struct http_server *s)
{
	return atomic_load(&s->active);
}

bool http_stop(struct http_server *s, unsigned wait_ms)
{
	uint64_t one = 1;
	int64_t until = monotonic_ms() + wait_ms;
	atomic_store(&s->stopping, true);
	while (write(s->wake, &one, sizeof one) < 0 && errno == EINTR)
		;
	pthread_join(s->acceptor, NULL);
	close(s->listener);
	s->listener = -1;
	/* A moment for connections that were handed over and have not said anything yet. */
	poll(NULL, 0, wait_ms < 50 ? (int)wait_ms : 50);
	while (http_active(s) && monotonic_ms() < until)
		poll(NULL, 0, 5);
	bool clean = http_active(s) == 0;
	server_free(s);
	return clean;
}
