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

static size_t take_header(char *p, size_t size, size_t n, void *arg)
{
	struct wire_answer *answer = arg;
	n *= size;
	take_value(p, n, "Retry-After", answer->retry_after, sizeof(answer->retry_after));
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

enum vh_rc wire_post(struct wire *w, const struct wire_post *post, struct wire_answer *ret,
                     struct err *e)
{
	*ret = (struct wire_answer){ .verdict = WIRE_UNSENT };
	buf_init(&ret->body, post->most ? post->most : LIM_REPLY);
	enum vh_rc rc = wire_url_check(post->url, e);
	if (rc != VH_OK)
		return rc;
	struct curl_slist *headers = NULL;
	if (!make_headers(post, &headers) || !prepare(w, post, headers, ret)) {
		curl_slist_free_all(headers);
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory to send");
	}
	judge(w->curl, curl_easy_perform(w->curl), ret);
	curl_slist_free_all(headers); /* the handle forgets them at its next reset */
	return VH_OK;
}

void wire_answer_done(struct wire_answer *answer)
{
	buf_done(&answer->body);
}
