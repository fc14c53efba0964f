#include "vh/sync_http.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "vh/limits.h"

#define CONNECT_MS 10000
#define TOTAL_MS 30000

struct wire {
	CURL *curl;
	bool loopback_only; /* of the post in hand: plain http */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

static void start(void)
{
	started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum vh_rc wire_open(struct wire **ret, struct err *e)
{
	pthread_once(&once, start);
	struct wire *w = started == CURLE_OK ? calloc(1, sizeof(*w)) : NULL;
	if (w && (w->curl = curl_easy_init())) {
		*ret = w;
		return VH_OK;
	}
	free(w);
	return err_set(e, VH_NOMEM, "no_memory", "", "cannot start the HTTP client");
}

void wire_close(struct wire *w)
{
	if (!w)
		return;
	curl_easy_cleanup(w->curl);
	free(w);
}

/*
 * A name or number that means this machine. What a name resolves to is judged again when it is
 * connected to.
 */
static bool names_loopback(const char *host)
{
	struct in_addr v4;
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

static bool has_part(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;
	curl_free(text);
	return has;
}

enum vh_rc wire_url_check(const char *url, struct err *e)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL;
	const char *why = NULL;
	if (!u)
		return err_set(e, VH_NOMEM, "no_memory", "", "cannot start the HTTP client");
	if (strlen(url) > LIM_FIELD || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		why = "not an address of the form https://host/path";
	else if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		why = "an address must not carry a user or password";
	else if (has_part(u, CURLUPART_FRAGMENT))
		why = "an address must not carry a #fragment";
	else if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		why = "only https (or http to this machine) is spoken";
	else if (strcmp(scheme, "http") == 0 && !names_loopback(host))
		why = "plain http is only for this machine; use https";
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return why ? err_set(e, VH_INVALID, "url", "url", "%s", why) : VH_OK;
}

static bool is_loopback(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)sa;
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)sa;
	return sa->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *at)
{
	const struct wire *w = arg;
	(void)purpose;
	if (w->loopback_only && !is_loopback(&at->addr))
		return CURL_SOCKET_BAD;
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static size_t take_body(char *p, size_t size, size_t n, void *arg)
{
	struct buf *b = arg;
	buf_add(b, p, size * n);
	return buf_ok(b) ? size * n : 0;
}

static bool is_field(const char *line, size_t n, const char *name)
{
	size_t len = strlen(name);
	return n > len && strncasecmp(line, name, len) == 0 && line[len] == ':';
}

/*
 * `name: value` in a header line that is not NUL-terminated: its value trimmed into out, cut if
 * too long.
 */
static void take_value(const char *line, size_t n, const char *name, char *out, size_t size)
{
	if (!is_field(line, n, name))
		return;
	const char *v = line + strlen(name) + 1, *end = line + n;
	while (v < end && (*v == ' ' || *v == '\t'))
		v++;
	while (end > v && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
		end--;
	size_t got = (size_t)(end - v) < size ? (size_t)(end - v) : 0;
	memcpy(out, v, got);
	out[got] = '\0';
}

/* Only whether the word stands there: RFC 7694 lists codings with weights. */
static bool has_word(const char *line, size_t n, const char *word)
{
	size_t len = strlen(word);
	for (size_t i = 0; i + len <= n; i++)
		if (strncasecmp(line + i, word, len) == 0)
			return true;
	return false;
}

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct wire_answer *answer = arg;
	n *= size;
	take_value(p, n, "Retry-After", answer->retry_after, sizeof(answer->retry_after));
	if (is_field(p, n, "Accept-Encoding"))
		answer->gzip = has_word(p, n, "gzip");
	answer->sized |= is_field(p, n, "Content-Length") || is_field(p, n, "Transfer-Encoding");
	answer->headers = n <= 2; /* the blank line, until an interim answer's successor begins */
	return n;
}

/* Failures before the request can have left. Everything else is "perhaps taken". */
static bool never_left(CURLcode rc)
{
	switch (rc) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return true;
	default:
		return false;
	}
}

/* curl keeps only the first failure: a sticky bool reads better than forty checks. */
#define SET(option, value) (ok = ok && curl_easy_setopt(c, option, value) == CURLE_OK)

static bool prepare(struct wire *w, const struct wire_post *post, struct curl_slist *headers,
                    struct wire_answer *answer)
{
	CURL *c = w->curl;
	bool ok = true;
	w->loopback_only = strncasecmp(post->url, "http:", 5) == 0;
	curl_easy_reset(c); /* options only: the connection stays */
	SET(CURLOPT_URL, post->url);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(post->connect_ms ? post->connect_ms : CONNECT_MS));
	SET(CURLOPT_TIMEOUT_MS, (long)(post->total_ms ? post->total_ms : TOTAL_MS));
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, w);
	SET(CURLOPT_HTTPGET, 1L);
	if (post->ca)
		SET(CURLOPT_CAINFO, post->ca);
	if (post->cert) {
		SET(CURLOPT_SSLCERT, post->cert);
		SET(CURLOPT_SSLKEY, post->cert_key);
	}
	if (post->body) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDS, post->body);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->n);
	}
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, &answer->body);
	SET(CURLOPT_HEADERFUNCTION, take_header);
	SET(CURLOPT_HEADERDATA, answer);
	if (w->loopback_only)
		SET(CURLOPT_PROXY, ""); /* http_proxy must not see what this machine tells itself */
	return ok;
}

static bool make_headers(const struct wire_post *post, struct curl_slist **ret)
{
	/*
	 * Without "Expect:" curl asks before sending a large body and waits a second for the
	 * answer.
	 */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	struct buf line;
	buf_init(&line, LIM_FIELD * 2);
	bool ok = list != NULL;
	for (const struct wire_header *h = post->header; ok && h && h->name; h++) {
		buf_reset(&line);
		buf_printf(&line, "%s: %s", h->name, h->value);
		struct curl_slist *longer =
			buf_ok(&line) ? curl_slist_append(list, buf_str(&line)) : NULL;
		ok = longer != NULL;
		list = ok ? longer : list;
	}
	buf_done(&line);
	*ret = list;
	return ok;
}

static void judge(CURL *c, CURLcode got, struct wire_answer *ret)
{
	long status = 0;
	curl_off_t began = 0; /* when the first byte was about to go out; 0: never */
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c, CURLINFO_PRETRANSFER_TIME_T, &began);
	const char *why = NULL;
	if (got != CURLE_OK)
		why = curl_easy_strerror(got);
	else if (!ret->headers)
		why = "the answer ended within its header"; /* to curl: an answer without a body */
	bool early = never_left(got) || (got == CURLE_OPERATION_TIMEDOUT && !began);
	if (why) {
		ret->verdict = early ? WIRE_UNSENT : WIRE_LOST;
		snprintf(ret->why, sizeof(ret->why), "%s", why);
		buf_reset(&ret->body);
	} else {
		ret->verdict = WIRE_ANSWERED;
		ret->status = (int)status;
	}
}

/* Checked, with an empty answer and every option set. The caller frees *ret_headers. */
static enum vh_rc ready(struct wire *w, const struct wire_post *post, struct wire_answer *answer,
                        struct curl_slist **ret_headers, struct err *e)
{
	struct curl_slist *headers = NULL;
	*answer = (struct wire_answer){ .verdict = WIRE_UNSENT };
	buf_init(&answer->body, post->most ? post->most : LIM_REPLY);
	enum vh_rc rc = wire_url_check(post->url, e);
	if (rc != VH_OK)
		return rc;
	if (make_headers(post, &headers) && prepare(w, post, headers, answer)) {
		*ret_headers = headers;
		return VH_OK;
	}
	curl_slist_free_all(headers);
	return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory to send");
}

enum vh_rc wire_post(struct wire *w, const struct wire_post *post, struct wire_answer *ret,
                     struct err *e)
{
	struct curl_slist *headers = NULL;
	enum vh_rc rc = ready(w, post, ret, &headers, e);
	if (rc != VH_OK)
		return rc;
	judge(w->curl, curl_easy_perform(w->curl), ret);
	curl_slist_free_all(headers); /* the handle forgets them at its next reset */
	return VH_OK;
}

void wire_answer_done(struct wire_answer *answer)
{
	buf_done(&answer->body);
}

/* --- several at once -------------------------------------------------------------------------- */

struct flight {
	struct wire wire;
	struct wire_answer answer;
	struct curl_slist *headers;
	void *tag;
	bool up;
};

struct wires {
	CURLM *multi;
	size_t under_way;
	struct flight flight[LIM_SYNC_FLIGHTS];
};

enum vh_rc wires_open(struct wires **ret, struct err *e)
{
	pthread_once(&once, start);
	struct wires *w = started == CURLE_OK ? calloc(1, sizeof(*w)) : NULL;
	if (w && (w->multi = curl_multi_init())) {
		curl_multi_setopt(w->multi, CURLMOPT_MAXCONNECTS, (long)LIM_SYNC_FLIGHTS);
		*ret = w;
		return VH_OK;
	}
	free(w);
	return err_set(e, VH_NOMEM, "no_memory", "", "cannot start the HTTP client");
}

static void land(struct wires *w, struct flight *f)
{
	curl_multi_remove_handle(w->multi, f->wire.curl);
	curl_slist_free_all(f->headers);
	f->headers = NULL;
	f->up = false;
	w->under_way--;
}

void wires_close(struct wires *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < LIM_SYNC_FLIGHTS; i++) {
		struct flight *f = &w->flight[i];
		if (f->up) {
			land(w, f);
			wire_answer_done(&f->answer);
		}
		curl_easy_cleanup(f->wire.curl);
	}
	curl_multi_cleanup(w->multi);
	free(w);
}

static struct flight *free_flight(struct wires *w)
{
	for (size_t i = 0; i < LIM_SYNC_FLIGHTS; i++)
		if (!w->flight[i].up)
			return &w->flight[i];
	return NULL;
}

enum vh_rc wires_begin(struct wires *w, const struct wire_post *post, void *tag, struct err *e)
{
	struct flight *f = free_flight(w);
	if (!f)
		return err_set(e, VH_BUSY, "wires", "", "too many posts are under way");
	if (!f->wire.curl)
		f->wire.curl = curl_easy_init();
	if (!f->wire.curl)
		return err_set(e, VH_NOMEM, "no_memory", "", "cannot start the HTTP client");
	enum vh_rc rc = ready(&f->wire, post, &f->answer, &f->headers, e);
	if (rc != VH_OK)
		return rc;
	if (curl_multi_add_handle(w->multi, f->wire.curl) != CURLM_OK) {
		curl_slist_free_all(f->headers);
		f->headers = NULL;
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory to send");
	}
	f->tag = tag;
	f->up = true;
	w->under_way++;
	return VH_OK;
}

/* One that has ended, or NULL. */
static struct flight *ended(struct wires *w, CURLcode *ret_code)
{
	int left;
	for (const CURLMsg *m; (m = curl_multi_info_read(w->multi, &left));) {
		if (m->msg != CURLMSG_DONE)
			continue;
		for (size_t i = 0; i < LIM_SYNC_FLIGHTS; i++) {
			if (w->flight[i].up && w->flight[i].wire.curl == m->easy_handle) {
				*ret_code = m->data.result;
				return &w->flight[i];
			}
		}
	}
	return NULL;
}

enum vh_rc wires_wait(struct wires *w, int ms, struct wire_answer *ret, void **ret_tag,
                      struct err *e)
{
	*ret_tag = NULL;
	for (bool waited = false; w->under_way; waited = true) {
		int running;
		CURLcode code = CURLE_OK;
		CURLMcode rc = curl_multi_perform(w->multi, &running);
		struct flight *f = rc == CURLM_OK ? ended(w, &code) : NULL;
		if (f) {
			judge(f->wire.curl, code, &f->answer);
			*ret = f->answer;
			*ret_tag = f->tag;
			land(w, f);
			return VH_OK;
		}
		if (rc == CURLM_OK && waited)
			return VH_OK;
		if (rc == CURLM_OK)
			rc = curl_multi_poll(w->multi, NULL, 0, ms, NULL);
		if (rc != CURLM_OK)
			return err_set(e, VH_IO, "wires", "", "%s", curl_multi_strerror(rc));
	}
	return VH_OK;
}
