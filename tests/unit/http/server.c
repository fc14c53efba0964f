/* The wire: a server on loopback, raw bytes in, raw bytes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vh/http_server.h"
#include "vh/http_util.h"
#include "vh/limits.h"

static atomic_int smuggled, slow_done, heads, dones;
static char long_text[6000];

/* /echo answers the body, /long 6,000 bytes, /slow after 300 ms, /no refuses at the head, /who the caller. */
static enum http_go head(void *self, struct http_req *q, struct http_resp *r)
{
	(void)self;
	atomic_fetch_add(&heads, 1);
	if (strcmp(q->path, "/smuggled") == 0)
		atomic_fetch_add(&smuggled, 1);
	q->body_max = strcmp(q->path, "/echo") == 0 ? 2000 : 0;
	if (strcmp(q->path, "/no") == 0) {
		resp_text(r, 403, "no");
		return HTTP_ANSWER;
	}
	return HTTP_BODY;
}

static void serve(void *self, struct http_req *q, struct http_resp *r)
{
	(void)self;
	if (strcmp(q->path, "/long") == 0) {
		resp_text(r, 200, long_text);
	} else if (strcmp(q->path, "/slow") == 0) {
		usleep(300000);
		atomic_fetch_add(&slow_done, 1);
		resp_text(r, 200, "slow");
	} else if (strcmp(q->path, "/who") == 0) {
		resp_text(r, 200, "");
		buf_printf(&r->body, "%s %d %d", q->remote, q->secure, q->local);
	} else if (strcmp(q->path, "/bad") == 0) {
		resp_text(r, 200, "x");
		resp_header(r, "X-Bad", "a\r\nX-Injected: 1");
	} else {
		resp_text(r, 200, "");
		buf_printf(&r->body, "%s %zu ", http_method_name(q->method), q->body_n);
		buf_add(&r->body, q->body, q->body_n);
	}
}

static void done(void *self, struct http_req *q, const struct http_resp *r)
{
	(void)self;
	(void)q;
	(void)r;
	atomic_fetch_add(&dones, 1);
}

static const struct http_app app = { .head = head, .serve = serve, .done = done };
static struct http_server *server;
static int port;

static void start(const char *proxy)
{
	struct err e = { 0 };
	struct http_conf k = {
		.listen = "127.0.0.1:0", .threads = 4, .trust_proxy = proxy, .timeout_s = 2
	};
	assert_int_equal(http_start(&k, &app, &server, &e), VH_OK);
	port = (int)strtol(strrchr(http_address(server), ':') + 1, NULL, 10);
	assert_true(port > 0);
}

static int setup(void **state)
{
	(void)state;
	memset(long_text, 'a', sizeof long_text - 1);
	start(NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (server)
		http_stop(server, 2000);
	server = NULL;
	return 0;
}

static int dial(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval limit = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	return fd;
}

static void push(int fd, const void *p, size_t n)
{
	const char *at = p;
	while (n) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL);
		if (k <= 0)
			return;
		at += k;
		n -= (size_t)k;
	}
}

/* All that comes until the peer closes (or says nothing for five seconds). */
static size_t drain(int fd, char *out, size_t size)
{
	size_t n = 0;
	ssize_t k;
	while (n + 1 < size && (k = recv(fd, out + n, size - 1 - n, 0)) > 0)
		n += (size_t)k;
	out[n] = '\0';
	close(fd);
	return n;
}

static int talk_n(const char *bytes, size_t n, char *out, size_t size)
{
	int fd = dial();
	push(fd, bytes, n);
	shutdown(fd, SHUT_WR);
	drain(fd, out, size);
	return strncmp(out, "HTTP/1.1 ", 9) == 0 ? (int)strtol(out + 9, NULL, 10) : 0;
}

static char reply[1 << 16];

static int talk(const char *bytes)
{
	return talk_n(bytes, strlen(bytes), reply, sizeof reply);
}

#define GET(path, more) "GET " path " HTTP/1.1\r\nHost: a\r\n" more "Connection: close\r\n\r\n"
#define HIDDEN "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST /echo HTTP/1.1\r\nHost: a\r\n"
#define BATCH "Content-Type: application/cloudevents-batch+json\r\n"

static void answers_carry_the_security_headers(void **state)
{
	(void)state;
	assert_int_equal(talk(GET("/", "")), 200);
	assert_non_null(strstr(reply, "Content-Security-Policy: default-src 'none'; script-src 'self';"));
	assert_non_null(strstr(reply, "X-Content-Type-Options: nosniff"));
	assert_non_null(strstr(reply, "Referrer-Policy: no-referrer"));
	assert_non_null(strstr(reply, "Cross-Origin-Opener-Policy: same-origin"));
	assert_non_null(strstr(reply, "Cache-Control: no-store"));
	assert_null(strstr(reply, "Strict-Transport-Security"));
}

static void one_reading_or_none(void **state)
{
	static const char *const refused[] = {
		POST "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
		POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
		POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Content-Length : 3\r\n\r\nabc" HIDDEN,
		POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" HIDDEN,
		POST "Content-Length: +3\r\n\r\nabc",
		POST "Content-Length: 0x3\r\n\r\nabc",
		POST "Content-Length: 3, 3\r\n\r\nabc",
		POST "Content-Length: \r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
		"GET / HTTP/1.1\r\nHost:\r\n\r\n",
		"GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /?a=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nX(y): 1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n\r\n",
		POST "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
		POST "Content-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\nabc",
		POST BATCH "Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
		POST BATCH "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
		"POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" HIDDEN,
	};
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		int status = talk(refused[i]);
		if (status != 400)
			print_error("%zu: %s\n-> %s\n", i, refused[i], reply);
		assert_int_equal(status, 400);
		assert_null(strstr(reply, "HTTP/1.1 200"));
	}
	assert_int_equal(atomic_load(&smuggled), 0);
}

static void requests_with_one_reading_are_served(void **state)
{
	(void)state;
	assert_int_equal(talk(GET("/a%E9%9F%A6?x=1&y=%20", "Accept: */*\r\n")), 200);
	assert_int_equal(talk(POST "Content-Length: 3\r\nConnection: close\r\n\r\nabc"), 200);
	assert_non_null(strstr(reply, "POST 3 abc"));
	assert_int_equal(talk(POST BATCH "Content-Encoding: gzip\r\nContent-Length: 3\r\n"
	                                 "Connection: close\r\n\r\nabc"), 200);
	assert_non_null(strstr(reply, "POST 3 abc")); /* as it came: its handler unpacks */
	assert_int_equal(talk("POST /echo HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\n"
	                      "Connection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), 200);
	assert_non_null(strstr(reply, "POST 5 abcde"));
	assert_int_equal(talk("GET / HTTP/1.1\nHost: a\nConnection: close\n\n"), 200);
}

static void a_second_request_on_a_connection_is_answered(void **state)
{
	(void)state;
	assert_int_equal(talk(POST "Content-Length: 2\r\n\r\nab" GET("/second", "")), 200);
	assert_non_null(strstr(reply, "POST 2 ab"));
	assert_non_null(strstr(reply, "GET 0 "));
}

static void a_nul_hides_nothing(void **state)
{
#define N(s) { s, sizeof s - 1 }
	static const struct {
		const char *p;
		size_t n;
	} refused[] = {
		N("GET /\0x HTTP/1.1\r\nHost: a\r\n\r\n"),
		N("GET / HTTP/1.1\r\nHost: a\r\nX-A\0b: 1\r\nX-B: 1\r\n\r\n"),
		N("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\0b\r\nX-B: 1\r\n\r\n"),
		N("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\0b\r\n\r\n"),
		N("GET / HTTP/1.1\r\nHost: a\0.b\r\nX-B: 1\r\n\r\n"),
		N(POST "Content-Length: 3\0 5\r\n\r\nabcde"),
		N(POST "Content-Length: 3\0\r\n\r\nabc"),
		N(POST "Content-Length: 3\0\r\nX: 1\r\n\r\nabc"),
		N("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\0\r\n\r\n"),
		N(POST "X: 1\0\r\nContent-Length: 3\0 5\r\nY: 1\r\n\r\nabcde"),
	};
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_int_equal(talk_n(refused[i].p, refused[i].n, reply, sizeof reply), 400);
	/* The same without the NUL, with blanks in every place where they are allowed. */
	assert_int_equal(talk(GET("/?a=b&c", "X-A:1\r\nX-B:  1  \r\nX-C: \r\nX-D: 1\r\n")), 200);
	assert_int_equal(talk(POST "Connection: close\r\nContent-Length: 3\r\n\r\nabc"), 200);
}

static void bodies_over_the_ceiling_are_413(void **state)
{
	static char big[200000];
	(void)state;
	int n = snprintf(big, sizeof big, POST "Content-Length: 2000\r\nConnection: close\r\n\r\n");
	memset(big + n, 'x', 2000);
	assert_int_equal(talk_n(big, (size_t)n + 2000, reply, sizeof reply), 200);
	n = snprintf(big, sizeof big, POST "Content-Length: 100000\r\n\r\n");
	memset(big + n, 'x', 100000);
	assert_int_equal(talk_n(big, (size_t)n + 100000, reply, sizeof reply), 413);
	assert_non_null(strstr(reply, "Connection: close"));
	assert_non_null(strstr(reply, "\"code\":\"body_too_large\""));
	n = snprintf(big, sizeof big, POST "Transfer-Encoding: chunked\r\n\r\n10000\r\n");
	memset(big + n, 'x', 65536);
	memcpy(big + n + 65536, "\r\n0\r\n\r\n", 7);
	assert_int_equal(talk_n(big, (size_t)n + 65536 + 7, reply, sizeof reply), 413);
	/* A length that nobody will wait for is refused before a byte of it. */
	assert_int_equal(talk(POST "Content-Length: 900000000\r\n\r\n"), 413);
	assert_int_equal(talk(POST "Content-Length: 99999999999999999999\r\n\r\n"), 413);
	/* GET takes none. */
	assert_int_equal(talk("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"), 413);
}

static void an_endless_body_is_cut_off(void **state)
{
	static char chunk[70000];
	(void)state;
	int fd = dial(), n = snprintf(chunk, sizeof chunk, POST "Transfer-Encoding: chunked\r\n\r\n");
	push(fd, chunk, (size_t)n);
	n = snprintf(chunk, sizeof chunk, "10000\r\n");
	memset(chunk + n, 'x', 65536);
	memcpy(chunk + n + 65536, "\r\n", 2);
	for (int i = 0; i < 100; i++)
		push(fd, chunk, (size_t)n + 65538);
	drain(fd, reply, sizeof reply);
	assert_null(strstr(reply, "200"));
}

static void expecting_callers_hear_refusals_first(void **state)
{
	static const char no[] = "POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
	                         "Expect: 100-continue\r\n\r\n";
	static const char yes[] = POST "Content-Length: 5\r\nConnection: close\r\n"
	                               "Expect: 100-continue\r\n\r\n";
	(void)state;
	int fd = dial();
	push(fd, no, sizeof no - 1);
	drain(fd, reply, sizeof reply);
	assert_memory_equal(reply, "HTTP/1.1 403", 12);
	fd = dial();
	push(fd, yes, sizeof yes - 1);
	assert_true(recv(fd, reply, 25, MSG_WAITALL) == 25);
	assert_memory_equal(reply, "HTTP/1.1 100 Continue\r\n\r\n", 25);
	push(fd, "hello", 5);
	drain(fd, reply, sizeof reply);
	assert_non_null(strstr(reply, "POST 5 hello"));
}

static void a_refusal_at_the_head_keeps_the_connection(void **state)
{
	(void)state;
	assert_int_equal(talk("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
	                      GET("/after", "")), 403);
	assert_non_null(strstr(reply, "GET 0 "));
}

static void head_is_get_without_body(void **state)
{
	(void)state;
	assert_int_equal(talk("HEAD /long HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 200);
	assert_non_null(strstr(reply, "Content-Length: 5999"));
	assert_null(strstr(reply, "aaaa"));
}

static void long_text_is_gzipped_for_those_who_take_it(void **state)
{
	(void)state;
	assert_int_equal(talk(GET("/long", "Accept-Encoding: br, gzip\r\n")), 200);
	assert_non_null(strstr(reply, "Content-Encoding: gzip"));
	assert_non_null(strstr(reply, "Vary: Accept-Encoding"));
	assert_true(strlen(reply) < 1500);
	assert_int_equal(talk(GET("/long", "Accept-Encoding: gzip;q=0\r\n")), 200);
	assert_null(strstr(reply, "Content-Encoding"));
	assert_non_null(strstr(reply, "aaaa"));
	assert_int_equal(talk(GET("/who", "Accept-Encoding: gzip\r\n")), 200);
	assert_null(strstr(reply, "Content-Encoding"));
}

static void headers_of_the_application_cannot_be_split(void **state)
{
	(void)state;
	assert_int_equal(talk(GET("/bad", "")), 500);
	assert_null(strstr(reply, "X-Injected"));
}

#define BY(addr, proto) "X-Forwarded-For: " addr "\r\nX-Forwarded-Proto: " proto "\r\n"

static void forwarded_addresses_count_from_the_proxy_alone(void **state)
{
	(void)state;
	assert_int_equal(talk(GET("/who", "")), 200);
	assert_non_null(strstr(reply, "\r\n\r\n127.0.0.1 0 1"));
	assert_int_equal(talk(GET("/who", BY("192.0.2.7", "https"))), 200);
	assert_non_null(strstr(reply, "\r\n\r\n127.0.0.1 0 0"));
	teardown(state);
	start("127.0.0.1");
	assert_int_equal(talk(GET("/who", BY("10.9.9.9, 192.0.2.7", "https"))), 200);
	assert_non_null(strstr(reply, "\r\n\r\n192.0.2.7 1 0"));
	assert_non_null(strstr(reply, "Strict-Transport-Security"));
	assert_int_equal(talk(GET("/who", BY("192.0.2.7, evil", "http"))), 200);
	assert_non_null(strstr(reply, "\r\n\r\n127.0.0.1 0 0"));
}

/* It sends the whole body first, whatever comes back meanwhile; others are cut off long before. */
static void a_proxy_hears_a_refusal_after_the_body(void **state)
{
	size_t n = 12u << 20;
	char *big = malloc(n + 100);
	(void)state;
	assert_non_null(big);
	int head = snprintf(big, 100, POST "Content-Length: %zu\r\n\r\n", n);
	memset(big + head, 'x', n);
	teardown(NULL);
	start("127.0.0.1");
	assert_int_equal(talk_n(big, (size_t)head + n, reply, sizeof reply), 413);
	teardown(NULL);
	start(NULL);
	int fd = dial();
	size_t sent = 0;
	for (ssize_t k = 1; k > 0 && sent < (size_t)head + n; sent += k > 0 ? (size_t)k : 0)
		k = send(fd, big + sent, (size_t)head + n - sent, MSG_NOSIGNAL);
	close(fd);
	free(big);
	assert_true(sent < (size_t)head + n);
}

static void too_many_headers_are_431(void **state)
{
	static char q[8000];
	(void)state;
	size_t n = (size_t)snprintf(q, sizeof q, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
	for (int i = 0; i < LIM_HEADERS - 2; i++)
		n += (size_t)snprintf(q + n, sizeof q - n, "X-%d: 1\r\n", i);
	snprintf(q + n, sizeof q - n, "\r\n");
	assert_int_equal(talk(q), 200);
	snprintf(q + n, sizeof q - n, "X-One-More: 1\r\n\r\n");
	assert_int_equal(talk(q), 431);
}

/* Sends `text` and then a byte of a header every 300 ms; milliseconds until the server hung up, or -1. */
static int drip(const char *text)
{
	int fd = dial(), gone = -1;
	char c[200];
	struct timeval moment = { .tv_usec = 300000 };
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
	assert_true(send(fd, text, strlen(text), 0) > 0);
	for (int ms = 0; ms < 9000 && gone < 0; ms += 300) {
		if (recv(fd, c, sizeof c, 0) == 0 || send(fd, "x", 1, MSG_NOSIGNAL) < 0)
			gone = ms;
	}
	close(fd);
	return gone;
}

static void heads_that_never_end_are_cut_off(void **state)
{
	(void)state;
	int first = drip("GET /echo HTTP/1.1\r\nHost: x\r\nX-");
	int second = drip("GET /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\nX-");
	assert_in_range(first, 3000, 8000);
	assert_in_range(second, 3000, 8000);
}

static void silent_callers_are_dropped(void **state)
{
	(void)state;
	int fd = dial();
	push(fd, "GET / HTTP/1.1\r\nHo", 18);
	drain(fd, reply, sizeof reply);
	assert_null(strstr(reply, "200"));
}

static void *stop(void *arg)
{
	*(bool *)arg = http_stop(server, 3000);
	server = NULL;
	return NULL;
}

static void a_stop_lets_slow_requests_finish(void **state)
{
	static const char q[] = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
	pthread_t t;
	bool clean = false;
	int fd[3];
	(void)state;
	atomic_store(&slow_done, 0);
	for (int i = 0; i < 3; i++) {
		fd[i] = dial();
		push(fd[i], q, sizeof q - 1);
	}
	usleep(50000);
	assert_int_equal(http_active(server), 3);
	pthread_create(&t, NULL, stop, &clean);
	for (int i = 0; i < 3; i++) {
		drain(fd[i], reply, sizeof reply);
		assert_non_null(strstr(reply, "slow"));
		assert_non_null(strstr(reply, "Connection: close"));
	}
	pthread_join(t, NULL);
	assert_true(clean);
	assert_int_equal(atomic_load(&slow_done), 3);
	assert_int_equal(atomic_load(&heads), atomic_load(&dones));
}

static void a_stop_does_not_wait_for_ever(void **state)
{
	static const char cut[] = POST "Content-Length: 5\r\n\r\nab";
	(void)state;
	int fd = dial();
	push(fd, cut, sizeof cut - 1);
	usleep(50000);
	assert_int_equal(http_active(server), 1);
	assert_false(http_stop(server, 200));
	server = NULL;
	close(fd);
	assert_int_equal(atomic_load(&heads), atomic_load(&dones));
}

static void bad_addresses_do_not_start(void **state)
{
	static const char *const bad[] = { "", "8080", "127.0.0.1:", "127.0.0.1:x", "::1:80", "300.1.1.1:0",
		                           ":8080", "[]:8080", "127.0.0.1:65536", "127.0.0.1:99999999999",
		                           "127.0.0.1:-1", "127.0.0.1: 80" };
	const struct http_conf half = { .listen = "127.0.0.1:0", .tls_cert = "x" };
	const struct http_conf proxy = { .listen = "127.0.0.1:0", .trust_proxy = "x" };
	const struct http_conf taken = { .listen = http_address(server) };
	const struct http_conf six = { .listen = "[::1]:0" };
	struct err e = { 0 };
	struct http_server *s;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct http_conf k = { .listen = bad[i] };
		assert_int_equal(http_start(&k, &app, &s, &e), VH_INVALID);
	}
	assert_int_equal(http_start(&half, &app, &s, &e), VH_INVALID);
	assert_int_equal(http_start(&proxy, &app, &s, &e), VH_INVALID);
	assert_int_equal(http_start(&taken, &app, &s, &e), VH_IO);
	assert_int_equal(http_start(&six, &app, &s, &e), VH_OK);
	assert_non_null(strstr(http_address(s), "[::1]:"));
	assert_true(http_stop(s, 0));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(answers_carry_the_security_headers),
		T(one_reading_or_none),
		T(requests_with_one_reading_are_served),
		T(a_second_request_on_a_connection_is_answered),
		T(a_nul_hides_nothing),
		T(bodies_over_the_ceiling_are_413),
		T(an_endless_body_is_cut_off),
		T(expecting_callers_hear_refusals_first),
		T(a_refusal_at_the_head_keeps_the_connection),
		T(head_is_get_without_body),
		T(long_text_is_gzipped_for_those_who_take_it),
		T(headers_of_the_application_cannot_be_split),
		T(forwarded_addresses_count_from_the_proxy_alone),
		T(a_proxy_hears_a_refusal_after_the_body),
		T(too_many_headers_are_431),
		T(heads_that_never_end_are_cut_off),
		T(silent_callers_are_dropped),
		T(a_stop_lets_slow_requests_finish),
		T(a_stop_does_not_wait_for_ever),
		T(bad_addresses_do_not_start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
